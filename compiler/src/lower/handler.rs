//! Handlers and their statements.

use strat_runtime::manifest::{ClockId, Reason, ReasonKind};

use super::build::{handler_decl, line};
use super::list::list_of;
use super::table::cell_type;
use super::{Env, LowerError, Lowering, Opened, Reads};
use crate::hir::{self, Trigger};
use crate::ir::{
    BarField, Domain, DomainId, DomainKind, ForOver, Handler, Kind, On, Op, Stmt, StmtKind,
    StreamId, StreamOp, TextPart, Ty,
};

impl Lowering<'_> {
    pub(super) fn handlers(&mut self) -> Result<(), LowerError> {
        for handler in &self.strategy.handlers {
            let handler = self.handler(handler)?;
            self.builder.ir.handlers.push(handler);
        }
        Ok(())
    }

    fn handler(&mut self, handler: &hir::Handler) -> Result<Handler, LowerError> {
        let on = match &handler.trigger {
            Trigger::Start => On::Start,
            Trigger::Shutdown => On::Shutdown,
            Trigger::Book(instrument) => On::Book(*instrument),
            Trigger::Trades(instrument) => On::Trades(*instrument),
            Trigger::Expiry(instrument) => On::Expiry(*instrument),
            Trigger::MemberBook(universe) => On::MemberBook(*universe),
            Trigger::MemberTrades(universe) => On::MemberTrades(*universe),
            Trigger::MemberExpiry(universe) => On::MemberExpiry(*universe),
            Trigger::Bars(clock) => On::Bars(*clock),
            Trigger::Timer(timer) => On::Timer(*timer),
            Trigger::Fill(slots) => On::Fill(slots.clone()),
            Trigger::Done(slots) => On::Done(slots.clone()),
            Trigger::Reject(slots) => On::Reject(slots.clone()),
            Trigger::Enter(universe) => On::Enter(*universe),
            Trigger::Leave(universe) => On::Leave(*universe),
            Trigger::LinkDown => On::LinkDown,
            Trigger::LinkUp => On::LinkUp,
        };
        let decl = handler_decl(self.source, handler);
        self.owner = format!("line {}", decl.line);
        self.opens = Some(Vec::new());
        let (mut body, Reads { mut now, mut latest }) =
            self.collecting(|this| this.block(&handler.body))?;
        let opens = self.opens.take().unwrap_or_default();
        body.splice(
            0..0,
            opens.into_iter().map(|Opened { local, value, reason, span, .. }| Stmt {
                kind: StmtKind::Open(local, value, reason),
                span,
            }),
        );
        for read in &handler.reads {
            if let Some(Some(stream)) = self.streams.get(read.0 as usize)
                && !latest.contains(stream)
            {
                super::push_new(&mut now, *stream);
            }
        }
        now.sort_unstable();
        for clock in &handler.bars {
            let stream = self.bars_of(*clock, handler);
            super::push_new(&mut latest, stream);
        }
        latest.sort_unstable();
        let waiting = self.builder.reason(Reason {
            text: "waiting for warm-up".to_owned(),
            kind: ReasonKind::Warmup,
            line: line(self.source, handler.head),
        });
        Ok(Handler {
            decl,
            on,
            member: handler.member,
            reads: now,
            latest,
            waits: self.waits(&handler.waits),
            cold: handler.cold,
            waiting,
            slots: handler.slots.clone(),
            else_cancel: handler.else_cancel.clone(),
            body,
            span: handler.span,
        })
    }

    /// A stream that ticks with a clock, for handlers that read its bars at other events and must
    /// wait for the first.
    fn bars_of(&mut self, clock: ClockId, handler: &hir::Handler) -> StreamId {
        let name = format!("{}.closes_at", self.builder.ir.clocks[usize::from(clock.0)].name);
        let known = self.builder.ir.streams.iter().position(|stream| stream.name == name);
        if let Some(known) = known {
            return StreamId(known as u32);
        }
        let ty = Ty { kind: Kind::Time, optional: false };
        let field = BarField::ClosesAt;
        let value = self.builder.expr(Op::Bar { clock, member: 0, field }, ty, handler.head);
        let domain = self.bar_domain(clock);
        let op = StreamOp::Expr(value);
        self.new_stream(name, domain, op, ty, Reads::default(), handler.head)
    }

    fn bar_domain(&mut self, clock: ClockId) -> DomainId {
        let domains = &mut self.builder.ir.domains;
        let kind = DomainKind::Bars(clock);
        let at = domains.iter().position(|domain| domain.kind == kind).unwrap_or_else(|| {
            let name = self.builder.ir.clocks[usize::from(clock.0)].name.clone();
            domains.push(Domain { name, kind });
            domains.len() - 1
        });
        DomainId(at as u32)
    }

    fn block(&mut self, stmts: &[hir::Stmt]) -> Result<Vec<Stmt>, LowerError> {
        let mut out = Vec::with_capacity(stmts.len());
        for stmt in stmts {
            if let hir::StmtKind::Quote(sides) = &stmt.kind {
                for side in sides {
                    let kind = StmtKind::Order(Box::new(self.order(side, true)?));
                    out.push(Stmt { kind, span: stmt.span });
                }
            } else if let hir::StmtKind::Clear(slots, instrument) = &stmt.kind {
                for slot in slots {
                    let kind = StmtKind::Clear(*slot, self.value(instrument)?);
                    out.push(Stmt { kind, span: stmt.span });
                }
            } else if let Some(several) = self.of_lists(stmt)? {
                out.extend(several);
            } else {
                out.push(Stmt { kind: self.stmt(stmt)?, span: stmt.span });
            }
        }
        Ok(out)
    }

    /// Statements about whole lists are one for each element.
    fn of_lists(&mut self, stmt: &hir::Stmt) -> Result<Option<Vec<Stmt>>, LowerError> {
        if let hir::StmtKind::Let(local, value) = &stmt.kind
            && list_of(value.ty).is_some()
        {
            return self.let_list(*local, value, stmt.span).map(Some);
        }
        if let hir::StmtKind::Set { state, member, element: None, value } = &stmt.kind
            && list_of(value.ty).is_some()
        {
            let member = self.optional(member.as_ref())?;
            return self.set_list(*state, member, value, stmt.span).map(Some);
        }
        Ok(None)
    }

    fn stmt(&mut self, stmt: &hir::Stmt) -> Result<StmtKind, LowerError> {
        Ok(match &stmt.kind {
            hir::StmtKind::Let(local, value) => StmtKind::Let(*local, self.value(value)?),
            hir::StmtKind::Open(local, value, reason) => {
                StmtKind::Open(*local, self.value(value)?, self.reason(reason))
            }
            hir::StmtKind::Require(cond, reason) => {
                StmtKind::Require(self.value(cond)?, self.reason(reason))
            }
            hir::StmtKind::Set { state, member, element, value } => {
                let member = self.optional(member.as_ref())?;
                let value = self.value(value)?;
                match element {
                    None => StmtKind::Set { state: *state, member, value },
                    Some(index) => self.set_element(*state, member, index, value)?,
                }
            }
            hir::StmtKind::If { cond, then, other } => StmtKind::If {
                cond: self.value(cond)?,
                then: self.block(then)?,
                other: self.block(other)?,
            },
            hir::StmtKind::IfLet { local, value, then, other } => StmtKind::IfLet {
                local: *local,
                value: self.value(value)?,
                then: self.block(then)?,
                other: self.block(other)?,
            },
            hir::StmtKind::Match { value, arms } => {
                let value = self.value(value)?;
                let mut lowered = Vec::with_capacity(arms.len());
                for (member, body) in arms {
                    lowered.push((*member, self.block(body)?));
                }
                StmtKind::Match { value, arms: lowered }
            }
            hir::StmtKind::For { local, over, waits, body } => StmtKind::For {
                local: *local,
                over: self.for_over(over)?,
                waits: self.waits(waits),
                body: self.block(body)?,
            },
            hir::StmtKind::Order(order) => StmtKind::Order(Box::new(self.order(order, false)?)),
            hir::StmtKind::Quote(sides) => {
                // `block` has put the sides where the quote stood.
                let span = sides.first().map_or(stmt.span, |side| side.size.span);
                return super::defect(span, "a quote stands where one statement is expected");
            }
            hir::StmtKind::Target(target) => StmtKind::Target(Box::new(self.target(target)?)),
            hir::StmtKind::Together(body) => StmtKind::Together(self.block(body)?),
            hir::StmtKind::Cancel(instrument) => {
                StmtKind::Cancel(self.optional(instrument.as_ref())?)
            }
            hir::StmtKind::Clear(_, instrument) => {
                // Likewise.
                let what = "slots stand where one statement is expected";
                return super::defect(instrument.span, what);
            }
            hir::StmtKind::Say(say) => self.say(say)?,
        })
    }

    fn waits(&self, lets: &[hir::LetId]) -> Vec<StreamId> {
        let stream = |id: &hir::LetId| self.streams.get(id.0 as usize).copied().flatten();
        lets.iter().filter_map(stream).collect()
    }

    pub(super) fn value(&mut self, expr: &hir::Expr) -> super::Lowered {
        self.expr(expr, Env::Strategy)
    }

    fn optional(
        &mut self,
        expr: Option<&hir::Expr>,
    ) -> Result<Option<crate::ir::ExprId>, LowerError> {
        expr.map(|expr| self.value(expr)).transpose()
    }

    fn for_over(&mut self, over: &hir::ForOver) -> Result<ForOver, LowerError> {
        Ok(match over {
            hir::ForOver::Universe(universe) => ForOver::Universe(*universe),
            hir::ForOver::List(items) => ForOver::List(self.exprs(items, Env::Strategy)?),
            hir::ForOver::Elements(list) => ForOver::List(self.list(list, Env::Strategy)?),
            hir::ForOver::Range(first, last) => {
                ForOver::Range(self.value(first)?, self.value(last)?)
            }
        })
    }

    fn say(&mut self, say: &hir::Say) -> Result<StmtKind, LowerError> {
        let mut parts = Vec::with_capacity(say.parts.len());
        for part in &say.parts {
            parts.push(match part {
                hir::TextPart::Text(text) => TextPart::Text(text.clone()),
                hir::TextPart::Value(value) => {
                    cell_type(value.ty, value.span)?;
                    TextPart::Value(self.value(value)?)
                }
            });
        }
        Ok(StmtKind::Say(say.level, parts))
    }
}
