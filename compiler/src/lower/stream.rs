//! `let`s with a clock, and what is hoisted out of them.

use strat_dsl::Span;

use super::table::cell_type;
use super::{Env, LowerError, Lowered, Lowering, Reads, defect};
use crate::hir::{self, DomainKind as HirDomain, ExprKind, LetId};
use crate::ir::{DomainId, DomainKind, ExprId, Kind, LocalId, Op, Stream, StreamId, StreamOp, Ty};

impl Lowering<'_> {
    pub(super) fn lets(&mut self) -> Result<(), LowerError> {
        let strategy = self.strategy;
        for (index, decl) in strategy.lets.iter().enumerate() {
            let Some(domain) = decl.domain else { continue };
            self.owner.clone_from(&decl.name);
            let per = decl.per.and_then(|per| strategy.universes.get(per.index()));
            self.member = per.map(|universe| universe.member);
            let id = self.in_domain(Some(domain), |this| this.let_stream(decl, domain))?;
            self.member = None;
            self.streams[index] = Some(id);
            self.guard_domains(LetId(index as u32), id);
        }
        Ok(())
    }

    /// Puts the guard's stream into the domains behind it.
    fn guard_domains(&mut self, guard: LetId, stream: StreamId) {
        for (domain, lowered) in self.strategy.domains.iter().zip(&mut self.builder.ir.domains) {
            if let HirDomain::Present { guard: of, .. } = domain.kind
                && of == guard
                && let DomainKind::Present { guard, .. } = &mut lowered.kind
            {
                *guard = stream;
            }
        }
    }

    fn let_stream(&mut self, decl: &hir::Let, domain: DomainId) -> Result<StreamId, LowerError> {
        let ty = cell_type(decl.ty, decl.span)?;
        if decl.guard.is_none()
            && let ExprKind::Builtin { .. } = decl.value.kind
        {
            return self.builtin_stream(&decl.value, decl.name.clone(), domain, Env::Strategy);
        }
        let (value, reads) = self.collecting(|this| this.expr(&decl.value, Env::Strategy))?;
        let op = match &decl.guard {
            Some(reason) => StreamOp::Guard(value, self.reason(reason)),
            None => StreamOp::Expr(value),
        };
        Ok(self.new_stream(decl.name.clone(), domain, op, ty, reads, decl.span))
    }

    /// Adds a stream. It reads what `reads` says, and ticks behind what these tick behind.
    pub(super) fn new_stream(
        &mut self,
        name: String,
        domain: DomainId,
        op: StreamOp,
        ty: Ty,
        reads: Reads,
        span: Span,
    ) -> StreamId {
        let mut reads = reads.now;
        reads.sort_unstable();
        self.builder.stream(Stream { name, domain, op, ty, reads, span })
    }

    /// Runs `lower` with an empty list of reads, and gives that list.
    pub(super) fn collecting<T>(
        &mut self,
        lower: impl FnOnce(&mut Self) -> Result<T, LowerError>,
    ) -> Result<(T, Reads), LowerError> {
        let outer = std::mem::take(&mut self.reads);
        let result = lower(self);
        let reads = std::mem::replace(&mut self.reads, outer);
        result.map(|value| (value, reads))
    }

    pub(super) fn in_domain<T>(
        &mut self,
        domain: Option<DomainId>,
        lower: impl FnOnce(&mut Self) -> Result<T, LowerError>,
    ) -> Result<T, LowerError> {
        let outer = std::mem::replace(&mut self.domain, domain);
        let result = lower(self);
        self.domain = outer;
        result
    }

    /// The domain in which a stateful call ticks.
    pub(super) fn domain_here(&self, span: Span) -> Result<DomainId, LowerError> {
        match self.domain {
            Some(domain) => Ok(domain),
            None => defect(span, "a stateful call stands where no clock ticks"),
        }
    }

    /// Reads a stream at its current tick.
    pub(super) fn read(&mut self, stream: StreamId, ty: Ty, span: Span) -> ExprId {
        super::push_new(&mut self.reads.now, stream);
        self.stream_value(stream, ty, span)
    }

    /// The value of a stream; of one per member, that of the member which the text is about.
    pub(super) fn stream_value(&mut self, stream: StreamId, ty: Ty, span: Span) -> ExprId {
        let domain = self.builder.ir.streams[stream.index()].domain;
        let op = match (self.builder.ir.universe_of(domain), self.member) {
            (Some(_), Some(member)) => Op::MemberStream(stream, self.member_value(member, span)),
            _ => Op::Stream(stream),
        };
        self.builder.expr(op, ty, span)
    }

    /// The member that the text is about.
    pub(super) fn member_value(&mut self, member: LocalId, span: Span) -> ExprId {
        let ty = Ty { kind: Kind::Instrument, optional: false };
        self.builder.expr(Op::Local(member), ty, span)
    }

    /// `latest(x)`: a stream of its own in the clock of the value, unless the value is one already.
    pub(super) fn latest(
        &mut self,
        expr: &hir::Expr,
        domain: DomainId,
        value: &hir::Expr,
        env: Env<'_>,
    ) -> Lowered {
        let ty = cell_type(expr.ty, expr.span)?;
        let known = if let ExprKind::Let(id) = value.kind {
            self.streams.get(id.0 as usize).copied().flatten()
        } else {
            None
        };
        let stream = match known {
            Some(stream) => stream,
            None => self.in_domain(Some(domain), |this| {
                let name = format!("{}.latest", this.owner);
                if let ExprKind::Builtin { .. } = value.kind {
                    return this.builtin_stream(value, name, domain, env);
                }
                let (lowered, reads) = this.collecting(|this| this.expr(value, env))?;
                let value_ty = cell_type(value.ty, value.span)?;
                let op = StreamOp::Expr(lowered);
                Ok(this.new_stream(name, domain, op, value_ty, reads, value.span))
            })?,
        };
        super::push_new(&mut self.reads.latest, stream);
        Ok(self.stream_value(stream, Ty { optional: true, ..ty }, expr.span))
    }
}
