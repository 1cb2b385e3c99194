//! Whether a program is well formed: what the interpreter and the code generator rely on.
//!
//! A program that passes has every id in its table, children before parents, every stream after
//! what it reads, operands of the form that their operation takes, and no expression so deep or so
//! large that evaluating it could exhaust the stack. It says nothing about what the program means.

mod expr;
mod stmt;

pub(crate) use stmt::waits_in;

use std::error::Error;
use std::fmt;

use super::{
    DomainKind, ExprId, Handler, Ir, Kind, Migration, On, Stream, StreamId, StreamOp, Ty,
    UniverseId,
};
use crate::builtin::{Range, WINDOW_MAX};
use strat_dsl::Span;
use strat_runtime::manifest::{Scope, Timer};

/// Deepest nesting of an expression.
pub const DEPTH_MAX: u32 = 1_000;

/// Most operations of one expression, shared parts counted each time.
pub const SIZE_MAX: u64 = 1_000_000;

/// Deepest nesting of statements.
pub const NESTING_MAX: u32 = 256;

/// What is wrong with a program, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyError {
    /// What is wrong.
    pub what: String,
    /// Byte offset in the strategy's text.
    pub at: u32,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the compiled program is not well formed at byte {}: {}", self.at, self.what)
    }
}

impl Error for VerifyError {}

type Verdict = Result<(), VerifyError>;

/// Checks a program.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify(ir: &Ir) -> Verdict {
    expr::check_all(ir)?;
    let verifier = Verifier { ir, waits: Vec::new() };
    verifier.tables()?;
    for (index, stream) in ir.streams.iter().enumerate() {
        verifier.stream(index, stream)?;
    }
    for handler in &ir.handlers {
        let mut waits = handler.waits.clone();
        stmt::waits_in(&handler.body, &mut waits);
        Verifier { ir, waits }.handler(handler)?;
    }
    Ok(())
}

struct Verifier<'a> {
    ir: &'a Ir,
    /// Streams per member that the handler under test waits for, in its head or in a loop.
    waits: Vec<StreamId>,
}

fn wrong(span: Span, what: impl Into<String>) -> VerifyError {
    VerifyError { what: what.into(), at: span.start }
}

/// An index that must lie in a table.
fn within(index: usize, len: usize, what: &str, span: Span) -> Verdict {
    if index < len {
        Ok(())
    } else {
        Err(wrong(span, format!("{what} {index} does not exist, there are {len}")))
    }
}

impl Verifier<'_> {
    fn tables(&self) -> Verdict {
        let ir = self.ir;
        let none = Span::default();
        for (len, what) in [
            (ir.handlers.len(), "handlers"),
            (ir.slots.len(), "slots"),
            (ir.reasons.len(), "reasons"),
            (ir.clocks.len(), "clocks"),
            (ir.timers.len(), "timers"),
        ] {
            if len >= 0xFF00 {
                return Err(wrong(none, format!("{len} {what} are more than can be numbered")));
            }
        }
        for param in &ir.params {
            if param.ty.optional || !param.default.some {
                return Err(wrong(param.span, "a parameter cannot be absent"));
            }
        }
        for (constraint, _) in &ir.constraints {
            self.expr(*constraint, Kind::Bool, none)?;
        }
        for clock in &ir.clocks {
            self.expr(clock.every, Kind::Duration, none)?;
            for instrument in &clock.instruments {
                within(instrument.index(), ir.instruments.len(), "instrument", none)?;
            }
        }
        for period in ir.timers.iter().filter_map(Timer::period) {
            self.expr(*period, Kind::Duration, none)?;
        }
        for state in &ir.states {
            self.assignable(state.init, state.ty, state.span)?;
            if let Some(universe) = state.per {
                within(universe.index(), ir.universes.len(), "universe", state.span)?;
            }
        }
        for rule in &ir.risk {
            self.exists(rule.limit, rule.span)?;
            if let Scope::Instrument(instrument) = rule.scope {
                within(instrument.index(), ir.instruments.len(), "instrument", rule.span)?;
            }
        }
        self.universes()?;
        ir.migrations.iter().try_for_each(|migration| self.migration(migration))?;
        self.domains()
    }

    fn universes(&self) -> Verdict {
        for universe in &self.ir.universes {
            let none = Span::default();
            within(universe.member.index(), self.ir.locals.len(), "local", none)?;
            for (condition, reason) in &universe.conditions {
                self.expr(*condition, Kind::Bool, none)?;
                self.reason(usize::from(reason.0), none)?;
                self.reads_declared(*condition, &[], none)?;
            }
            for (key, _) in &universe.order {
                self.exists(*key, none)?;
                self.reads_declared(*key, &[], none)?;
            }
            if let Some(take) = universe.take {
                self.expr(take, Kind::Int, none)?;
            }
        }
        Ok(())
    }

    fn migration(&self, migration: &Migration) -> Verdict {
        let span = migration.span;
        for local in &migration.old {
            within(local.index(), self.ir.locals.len(), "local", span)?;
        }
        for (state, value) in &migration.set {
            within(state.index(), self.ir.states.len(), "state", span)?;
            let state = &self.ir.states[state.index()];
            if state.per.is_some() {
                return Err(wrong(span, "a migration sets a state that members have"));
            }
            self.assignable(*value, state.ty, span)?;
            self.reads_declared(*value, &[], span)?;
        }
        Ok(())
    }

    fn domains(&self) -> Verdict {
        let ir = self.ir;
        let none = Span::default();
        for (index, domain) in ir.domains.iter().enumerate() {
            match domain.kind {
                DomainKind::Bars(clock) => {
                    within(usize::from(clock.0), ir.clocks.len(), "clock", none)?;
                }
                DomainKind::Book(instrument) | DomainKind::Trades(instrument) => {
                    within(instrument.index(), ir.instruments.len(), "instrument", none)?;
                }
                DomainKind::Timer(timer) => {
                    within(usize::from(timer.0), ir.timers.len(), "timer", none)?;
                }
                DomainKind::MemberBook(universe) | DomainKind::MemberTrades(universe) => {
                    within(universe.index(), ir.universes.len(), "universe", none)?;
                }
                DomainKind::Present { base, guard } => {
                    within(base.index(), index, "an earlier domain", none)?;
                    within(guard.index(), ir.streams.len(), "stream", none)?;
                    if !matches!(ir.streams[guard.index()].op, StreamOp::Guard(..)) {
                        return Err(wrong(none, "a domain waits for a stream that is no guard"));
                    }
                }
            }
        }
        Ok(())
    }

    fn stream(&self, index: usize, stream: &Stream) -> Verdict {
        let ir = self.ir;
        let span = stream.span;
        within(stream.domain.index(), ir.domains.len(), "domain", span)?;
        if let DomainKind::Present { guard, .. } = ir.domains[stream.domain.index()].kind {
            within(guard.index(), index, "an earlier stream", span)?;
        }
        let universe = ir.universe_of(stream.domain);
        for read in &stream.reads {
            within(read.index(), index, "an earlier stream", span)?;
            if ir.universe_of(ir.streams[read.index()].domain) != universe {
                return Err(wrong(span, "a stream reads one of other members, or of none"));
            }
        }
        match &stream.op {
            StreamOp::Expr(expr) => {
                self.assignable(*expr, stream.ty, span)?;
                self.reads_declared(*expr, &stream.reads, span)
            }
            StreamOp::Guard(expr, reason) => {
                self.kind(*expr, stream.ty.kind, span)?;
                self.reason(usize::from(reason.0), span)?;
                self.reads_declared(*expr, &stream.reads, span)
            }
            StreamOp::Node { builtin, inputs, settings, settings_max } => {
                let row = builtin.row();
                if inputs.len() != row.series.len() || settings.len() != row.settings.len() {
                    return Err(wrong(span, format!("`{}` has other operands", row.name)));
                }
                if settings.len() != settings_max.len()
                    || settings_max.iter().any(|most| !(0..=WINDOW_MAX).contains(most))
                {
                    return Err(wrong(span, format!("a window is longer than {WINDOW_MAX}")));
                }
                for (setting, declared) in settings.iter().zip(row.settings) {
                    let kind = match declared.range {
                        Range::Whole(_) => Kind::Int,
                        Range::Real(..) => Kind::Real,
                    };
                    self.expr(*setting, kind, span)?;
                }
                for input in inputs {
                    if *builtin == crate::builtin::Builtin::Lag {
                        self.assignable(*input, stream.ty, span)?;
                    } else {
                        self.expr(*input, Kind::Real, span)?;
                    }
                    self.reads_declared(*input, &stream.reads, span)?;
                }
                Ok(())
            }
            StreamOp::Next { state, value } => {
                within(state.index(), ir.states.len(), "state", span)?;
                if ir.states[state.index()].per != universe {
                    return Err(wrong(span, "a state is set by a stream of other members"));
                }
                self.assignable(*value, ir.states[state.index()].ty, span)?;
                self.reads_declared(*value, &stream.reads, span)
            }
        }
    }

    fn handler(&self, handler: &Handler) -> Verdict {
        let ir = self.ir;
        let span = handler.span;
        match &handler.on {
            On::Book(i) | On::Trades(i) | On::Expiry(i) => {
                within(i.index(), ir.instruments.len(), "instrument", span)?;
            }
            On::Bars(clock) => within(usize::from(clock.0), ir.clocks.len(), "clock", span)?,
            On::Timer(timer) => within(usize::from(timer.0), ir.timers.len(), "timer", span)?,
            On::Fill(slots) | On::Done(slots) | On::Reject(slots) => self.slots(slots, span)?,
            On::Enter(universe)
            | On::Leave(universe)
            | On::MemberBook(universe)
            | On::MemberTrades(universe)
            | On::MemberExpiry(universe) => {
                within(universe.index(), ir.universes.len(), "universe", span)?;
                if handler.member.is_none_or(|(_, of)| of != *universe) {
                    return Err(wrong(span, "a handler of a universe looks at no member of it"));
                }
            }
            On::Start | On::Shutdown | On::LinkDown | On::LinkUp => {}
        }
        if let Some((local, universe)) = handler.member {
            within(local.index(), ir.locals.len(), "local", span)?;
            within(universe.index(), ir.universes.len(), "universe", span)?;
        }
        for read in handler.reads.iter().chain(&handler.latest) {
            within(read.index(), ir.streams.len(), "stream", span)?;
            if ir.universe_of(ir.streams[read.index()].domain).is_some() {
                return Err(wrong(span, "a stream per member is read without a member"));
            }
        }
        self.waits(&handler.waits, handler.member.map(|(_, universe)| universe), span)?;
        self.reason(usize::from(handler.waiting.0), span)?;
        self.slots(&handler.slots, span)?;
        self.slots(&handler.else_cancel, span)?;
        self.block(&handler.body, handler, 0)
    }

    /// Streams that are waited for must be those of the members at hand.
    fn waits(&self, waits: &[StreamId], of: Option<UniverseId>, span: Span) -> Verdict {
        waits.iter().try_for_each(|wait| {
            within(wait.index(), self.ir.streams.len(), "stream", span)?;
            let universe = self.ir.universe_of(self.ir.streams[wait.index()].domain);
            if universe.is_some() && universe == of {
                Ok(())
            } else {
                Err(wrong(span, "a stream is waited for that is not of the member at hand"))
            }
        })
    }

    fn slots(&self, slots: &[strat_runtime::slot::SlotId], span: Span) -> Verdict {
        slots.iter().try_for_each(|slot| within(slot.index(), self.ir.slots.len(), "slot", span))
    }

    fn reason(&self, reason: usize, span: Span) -> Verdict {
        within(reason, self.ir.reasons.len(), "reason", span)
    }

    fn exists(&self, id: ExprId, span: Span) -> Verdict {
        within(id.index(), self.ir.exprs.len(), "expression", span)
    }

    fn kind(&self, id: ExprId, kind: Kind, span: Span) -> Verdict {
        self.exists(id, span)?;
        let found = self.ir.expr(id).ty.kind;
        if found == kind {
            Ok(())
        } else {
            let span = self.ir.expr(id).span;
            Err(wrong(span, format!("a {found:?} stands where a {kind:?} is expected")))
        }
    }

    /// An expression of a kind that is always there.
    fn expr(&self, id: ExprId, kind: Kind, span: Span) -> Verdict {
        self.kind(id, kind, span)?;
        if self.ir.expr(id).ty.optional {
            return Err(wrong(self.ir.expr(id).span, "an option stands where a value is expected"));
        }
        Ok(())
    }

    /// An expression whose value can be kept in a place of a type.
    fn assignable(&self, id: ExprId, ty: Ty, span: Span) -> Verdict {
        if ty.optional { self.kind(id, ty.kind, span) } else { self.expr(id, ty.kind, span) }
    }

    /// Streams that are read as present must be declared as read.
    fn reads_declared(&self, id: ExprId, reads: &[StreamId], span: Span) -> Verdict {
        let mut seen = vec![false; id.index() + 1];
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            if std::mem::replace(&mut seen[id.index()], true) {
                continue;
            }
            let expr = self.ir.expr(id);
            if let super::Op::MemberStream(stream, _) = expr.op
                && self.ir.universe_of(self.ir.streams[stream.index()].domain).is_none()
            {
                return Err(wrong(span, "a stream is read of a member and is not kept per member"));
            }
            if let super::Op::Stream(stream) | super::Op::MemberStream(stream, _) = expr.op
                && !expr.ty.optional
                && !reads.contains(&stream)
                && !self.waits.contains(&stream)
            {
                let name = &self.ir.streams[stream.index()].name;
                return Err(wrong(span, format!("the stream `{name}` is read and not declared")));
            }
            expr.op.children(|child| todo.push(child));
        }
        Ok(())
    }
}

/// Whether a pure function takes so many operands.
fn takes(function: super::Pure, operands: usize) -> bool {
    let (low, high) = function.arity();
    (low..=high).contains(&operands)
}

#[cfg(test)]
mod tests;
