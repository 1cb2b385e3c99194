//! Statements of handlers.

use super::{NESTING_MAX, Verdict, Verifier, within, wrong};
use crate::ir::{
    ExprId, ForOver, Goal, Handler, Kind, LocalId, Order, StateId, Stmt, StmtKind, StreamId,
    Target, TextPart, Tif, Ty, UniverseId, Via,
};
use strat_dsl::Span;
use strat_runtime::signal::TriggerStream;
use strat_runtime::slot::SlotId;

/// The universe that a loop runs over, if it does.
fn universe_of(over: &ForOver) -> Option<UniverseId> {
    match over {
        ForOver::Universe(universe) => Some(*universe),
        ForOver::List(_) | ForOver::Range(..) => None,
    }
}

/// What the loops among some statements wait for.
pub(crate) fn waits_in(stmts: &[Stmt], waits: &mut Vec<StreamId>) {
    for stmt in stmts {
        match &stmt.kind {
            StmtKind::For { waits: own, body, .. } => {
                waits.extend(own);
                waits_in(body, waits);
            }
            StmtKind::If { then, other, .. } | StmtKind::IfLet { then, other, .. } => {
                waits_in(then, waits);
                waits_in(other, waits);
            }
            StmtKind::Match { arms, .. } => {
                for (_, body) in arms {
                    waits_in(body, waits);
                }
            }
            StmtKind::Together(body) => waits_in(body, waits),
            StmtKind::Let(..)
            | StmtKind::Open(..)
            | StmtKind::Require(..)
            | StmtKind::Set { .. }
            | StmtKind::SetElement { .. }
            | StmtKind::Order(_)
            | StmtKind::Clear(..)
            | StmtKind::Target(_)
            | StmtKind::Cancel(_)
            | StmtKind::Say(..) => {}
        }
    }
}

impl Verifier<'_> {
    pub(super) fn block(&self, stmts: &[Stmt], handler: &Handler, nesting: u32) -> Verdict {
        if nesting > NESTING_MAX {
            return Err(wrong(handler.span, "statements are too deeply nested"));
        }
        stmts.iter().try_for_each(|stmt| self.stmt(stmt, handler, nesting))
    }

    fn stmt(&self, stmt: &Stmt, handler: &Handler, nesting: u32) -> Verdict {
        let span = stmt.span;
        let block = |body: &[Stmt]| self.block(body, handler, nesting + 1);
        match &stmt.kind {
            StmtKind::Let(local, value) => {
                self.store(*local, *value, span)?;
                self.reads(*value, handler, span)
            }
            StmtKind::Open(local, value, reason) => {
                self.reason(usize::from(reason.0), span)?;
                self.open(*local, *value, span)?;
                self.reads(*value, handler, span)
            }
            StmtKind::Require(cond, reason) => {
                self.reason(usize::from(reason.0), span)?;
                self.value(*cond, Kind::Bool, handler, span)
            }
            StmtKind::Set { state, member, value } => {
                self.set(*state, *member, *value, handler, span)
            }
            StmtKind::SetElement { states, index, member, value } => {
                self.value(*index, Kind::Int, handler, span)?;
                let same = |state: &StateId| {
                    let ty = |id: &StateId| self.ir.states.get(id.index()).map(|s| (s.ty, s.per));
                    states.first().and_then(ty) == ty(state)
                };
                if states.is_empty() || !states.iter().all(same) {
                    return Err(wrong(span, "the elements of a list differ, or there is none"));
                }
                states.iter().try_for_each(|state| self.set(*state, *member, *value, handler, span))
            }
            StmtKind::If { cond, then, other } => {
                self.value(*cond, Kind::Bool, handler, span)?;
                block(then)?;
                block(other)
            }
            StmtKind::IfLet { local, value, then, other } => {
                self.open(*local, *value, span)?;
                self.reads(*value, handler, span)?;
                block(then)?;
                block(other)
            }
            StmtKind::Match { value, arms } => {
                self.exists(*value, span)?;
                self.reads(*value, handler, span)?;
                arms.iter().try_for_each(|(_, body)| block(body))
            }
            StmtKind::For { local, over, waits, body } => {
                self.for_each(*local, over, handler, span)?;
                self.waits(waits, universe_of(over), span)?;
                block(body)
            }
            StmtKind::Order(order) => self.order(order, handler, span),
            StmtKind::Clear(slot, instrument) => {
                self.slots(&[*slot], span)?;
                self.value(*instrument, Kind::Instrument, handler, span)
            }
            StmtKind::Target(target) => self.target(target, handler, span),
            StmtKind::Together(body) => block(body),
            StmtKind::Cancel(instrument) => {
                instrument.map_or(Ok(()), |id| self.value(id, Kind::Instrument, handler, span))
            }
            StmtKind::Say(_, parts) => parts.iter().try_for_each(|part| match part {
                TextPart::Text(_) => Ok(()),
                TextPart::Value(value) => {
                    self.exists(*value, span)?;
                    self.reads(*value, handler, span)
                }
            }),
        }
    }

    fn set(
        &self,
        state: StateId,
        member: Option<ExprId>,
        value: ExprId,
        handler: &Handler,
        span: Span,
    ) -> Verdict {
        within(state.index(), self.ir.states.len(), "state", span)?;
        let variable = &self.ir.states[state.index()];
        if member.is_some() != variable.per.is_some() {
            return Err(wrong(span, "a state variable per member is set without one"));
        }
        if let Some(member) = member {
            self.value(member, Kind::Instrument, handler, span)?;
        }
        self.assignable(value, variable.ty, span)?;
        self.reads(value, handler, span)
    }

    fn for_each(&self, local: LocalId, over: &ForOver, handler: &Handler, span: Span) -> Verdict {
        within(local.index(), self.ir.locals.len(), "local", span)?;
        match over {
            ForOver::Universe(universe) => {
                within(universe.index(), self.ir.universes.len(), "universe", span)
            }
            ForOver::List(items) => items.iter().try_for_each(|item| {
                self.store(local, *item, span)?;
                self.reads(*item, handler, span)
            }),
            ForOver::Range(first, last) => {
                self.value(*first, Kind::Int, handler, span)?;
                self.value(*last, Kind::Int, handler, span)
            }
        }
    }

    fn order(&self, order: &Order, handler: &Handler, span: Span) -> Verdict {
        self.slots(&[order.slot], span)?;
        self.value(order.instrument, Kind::Instrument, handler, span)?;
        self.value(order.size, Kind::Size, handler, span)?;
        if let Some(limit) = order.limit {
            self.value(limit, Kind::Price, handler, span)?;
        }
        if let Tif::Gtd(length) = order.tif {
            self.value(length, Kind::Duration, handler, span)?;
        }
        if let Some(each) = order.each {
            self.value(each.count, Kind::Int, handler, span)?;
            let Some(last) = each.most.checked_sub(1).and_then(|n| order.slot.0.checked_add(n))
            else {
                return Err(wrong(span, "an order owns no slot, or more than there are"));
            };
            self.slots(&[SlotId(last)], span)?;
        }
        self.stops(order, handler, span)?;
        if let Some(Via::Twap(length)) = order.via {
            self.value(length, Kind::Duration, handler, span)?;
        }
        order.because.map_or(Ok(()), |reason| self.reason(usize::from(reason.0), span))
    }

    /// Levels are prices, clocks are there, and exits have a slot behind those of the orders.
    fn stops(&self, order: &Order, handler: &Handler, span: Span) -> Verdict {
        let stop = order.stop.into_iter().flat_map(|stop| [stop.level, stop.trail]);
        let exits = [order.stop_loss, order.take_profit].into_iter().flatten();
        for level in stop.flatten().chain(exits.map(|exit| exit.level)) {
            self.value(level, Kind::Price, handler, span)?;
        }
        for on in order.triggers() {
            if let TriggerStream::Bars(clock) = on {
                within(usize::from(clock.0), self.ir.clocks.len(), "clock", span)?;
            }
        }
        if order.stop_loss.is_none() && order.take_profit.is_none() {
            return Ok(());
        }
        let most = order.each.map_or(1, |each| each.most);
        let last = order.slot.0.checked_add(order.behind).and_then(|at| at.checked_add(most - 1));
        match last {
            Some(last) if order.behind >= most => self.slots(&[SlotId(last)], span),
            _ => Err(wrong(span, "exits share a slot with an order")),
        }
    }

    fn target(&self, target: &Target, handler: &Handler, span: Span) -> Verdict {
        self.slots(&[target.slot], span)?;
        self.value(target.instrument, Kind::Instrument, handler, span)?;
        match target.goal {
            Goal::Flat => {}
            Goal::Leverage(x) => self.value(x, Kind::Leverage, handler, span)?,
            Goal::Size(x) => self.value(x, Kind::Size, handler, span)?,
            Goal::Notional(x) => self.value(x, Kind::Money, handler, span)?,
            Goal::Weight(x) => self.value(x, Kind::Ratio, handler, span)?,
        }
        if let Some(Via::Twap(length)) = target.via {
            self.value(length, Kind::Duration, handler, span)?;
        }
        target.because.map_or(Ok(()), |reason| self.reason(usize::from(reason.0), span))
    }

    /// A value of a kind that is always there, whose streams the handler declares.
    fn value(&self, id: ExprId, kind: Kind, handler: &Handler, span: Span) -> Verdict {
        self.expr(id, kind, span)?;
        self.reads(id, handler, span)
    }

    fn reads(&self, id: ExprId, handler: &Handler, span: Span) -> Verdict {
        self.exists(id, span)?;
        self.reads_declared(id, &handler.reads, span)
    }

    fn store(&self, local: LocalId, value: ExprId, span: Span) -> Verdict {
        within(local.index(), self.ir.locals.len(), "local", span)?;
        self.assignable(value, self.ir.locals[local.index()].1, span)
    }

    /// A local that holds the value of an option.
    fn open(&self, local: LocalId, value: ExprId, span: Span) -> Verdict {
        within(local.index(), self.ir.locals.len(), "local", span)?;
        let Ty { kind, .. } = self.ir.locals[local.index()].1;
        self.kind(value, kind, span)
    }
}
