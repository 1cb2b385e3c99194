//! Statements of a handler, one after the other.

use strat_runtime::fault::FaultKind;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::ReasonId;
use strat_runtime::signal::Action;
use strat_runtime::slot::SlotId;
use strat_runtime::strategy::{Message, MessageLevel, Stop};

use super::run::{Flow, Run};
use super::trace::Watch;
use crate::ir::{
    Cell, ExprId, ForOver, Kind, Level, LocalId, StateId, Stmt, StmtKind, StreamId, TextPart,
};

/// Most rounds of one `for` over a range. More is a fault: a reaction must end.
pub const ROUNDS_MAX: u32 = 100_000;

impl<'a, W: Watch> Run<'a, W> {
    /// Runs statements until a guard stops them or something goes wrong.
    pub(super) fn block(&mut self, stmts: &'a [Stmt]) -> Flow {
        for stmt in stmts {
            let flow = self.statement(stmt);
            if flow == Flow::Stop || self.eval.faulted() {
                return Flow::Stop;
            }
        }
        Flow::Go
    }

    fn statement(&mut self, stmt: &'a Stmt) -> Flow {
        if W::ON {
            self.see_statement(stmt);
        }
        match &stmt.kind {
            StmtKind::Let(local, value) => {
                let value = self.eval.eval(*value);
                self.eval.memory.locals[local.index()] = value;
            }
            StmtKind::Open(local, value, reason) => {
                let value = self.eval.eval(*value);
                self.eval.memory.locals[local.index()] = value;
                if !value.some {
                    return self.stop(*reason);
                }
            }
            StmtKind::Require(cond, reason) => {
                if !self.eval.truth(*cond) {
                    return self.stop(*reason);
                }
            }
            StmtKind::Set { state, member, value } => self.set(*state, *member, *value),
            StmtKind::SetElement { states, index, member, value } => {
                let at = usize::try_from(self.eval.eval(*index).bits).ok();
                match at.and_then(|at| states.get(at)) {
                    Some(state) => self.set(*state, *member, *value),
                    None => {
                        self.eval.fault(FaultKind::Internal, *index);
                    }
                }
            }
            StmtKind::If { cond, then, other } => {
                let branch = if self.eval.truth(*cond) { then } else { other };
                return if self.eval.faulted() { Flow::Stop } else { self.block(branch) };
            }
            StmtKind::IfLet { local, value, then, other } => {
                let value = self.eval.eval(*value);
                self.eval.memory.locals[local.index()] = value;
                let branch = if value.some { then } else { other };
                return if self.eval.faulted() { Flow::Stop } else { self.block(branch) };
            }
            StmtKind::Match { value, arms } => {
                let value = self.eval.eval(*value).bits;
                let fits = |member: &Option<u32>| member.is_none_or(|m| i64::from(m) == value);
                if let Some((_, body)) = arms.iter().find(|(member, _)| fits(member)) {
                    return self.block(body);
                }
            }
            StmtKind::For { local, over, waits, body } => {
                return self.for_each(*local, over, waits, body);
            }
            StmtKind::Order(order) => self.order(order),
            StmtKind::Clear(slot, instrument) => {
                let instrument = self.instrument(*instrument);
                self.emit(instrument, None, Action::Clear(*slot));
            }
            StmtKind::Target(target) => self.target(target),
            StmtKind::Together(body) => return self.together(body),
            StmtKind::Cancel(instrument) => match instrument {
                Some(instrument) => {
                    let instrument = self.instrument(*instrument);
                    self.emit(instrument, None, Action::CancelInstrument);
                }
                None => self.emit(self.about.unwrap_or_default(), None, Action::CancelAll),
            },
            StmtKind::Say(level, parts) => self.say(*level, parts),
        }
        Flow::Go
    }

    /// Notes which guard stopped the reaction. A fault in the guard itself is not a no.
    fn stop(&mut self, reason: ReasonId) -> Flow {
        if !self.eval.faulted() {
            let stop = Stop { handler: self.handler, instrument: self.about, reason };
            self.out.stops.push(stop);
            if W::ON {
                self.see_stop(reason);
            }
        }
        Flow::Stop
    }

    fn set(&mut self, state: StateId, member: Option<ExprId>, value: ExprId) {
        let value = self.eval.eval(value);
        let member = member.map(|member| self.eval.eval(member).bits);
        if self.eval.faulted() {
            return;
        }
        match member {
            None => self.eval.memory.set_state(state, value),
            Some(member) if (0..self.eval.view.instruments.len() as i64).contains(&member) => {
                self.eval.memory.set_member_state(state, member as usize, Some(value));
            }
            Some(_) => {
                let at = self.program.ir.states[state.index()].init;
                self.eval.fault(FaultKind::Internal, at);
            }
        }
    }

    /// A guard inside ends the round, not the handler: a `for` statement is to its rounds what
    /// `for m in ..` in a handler's head is to the members.
    fn for_each(
        &mut self,
        local: LocalId,
        over: &'a ForOver,
        waits: &[StreamId],
        body: &'a [Stmt],
    ) -> Flow {
        if let ForOver::Range(first, last) = over {
            return self.for_range(local, *first, *last, body);
        }
        let start = self.eval.memory.scratch.lists.len();
        match over {
            ForOver::Universe(universe) => {
                let memory = &mut *self.eval.memory;
                let members = &memory.universes[universe.index()].now;
                let members = members.iter().map(|member| Cell::int(i64::from(*member)));
                memory.scratch.lists.extend(members);
            }
            ForOver::List(items) => {
                for item in items {
                    let item = self.eval.eval(*item);
                    self.eval.memory.scratch.lists.push(item);
                }
            }
            ForOver::Range(..) => {}
        }
        let about = self.about;
        let instruments = self.program.ir.locals[local.index()].1.kind == Kind::Instrument;
        let end = self.eval.memory.scratch.lists.len();
        for at in start..end {
            let item = self.eval.memory.scratch.lists[at];
            self.eval.memory.locals[local.index()] = item;
            if instruments {
                self.about = Some(InstrumentId(item.bits as u32));
            }
            if W::ON {
                self.see_round(local, item);
            }
            if !self.member_waits(waits, local) {
                self.round(body);
            }
            if self.eval.faulted() {
                break;
            }
        }
        self.about = about;
        self.eval.memory.scratch.lists.truncate(start);
        Flow::Go
    }

    fn for_range(&mut self, local: LocalId, first: ExprId, last: ExprId, body: &'a [Stmt]) -> Flow {
        let (from, to) = (self.eval.eval(first).bits, self.eval.eval(last).bits);
        if self.eval.faulted() {
            return Flow::Stop;
        }
        if to.saturating_sub(from) >= i64::from(ROUNDS_MAX) {
            self.eval.fault(FaultKind::Overflow, last);
            return Flow::Stop;
        }
        for n in from..=to {
            self.eval.memory.locals[local.index()] = Cell::int(n);
            if W::ON {
                self.see_round(local, Cell::int(n));
            }
            self.round(body);
            if self.eval.faulted() {
                return Flow::Stop;
            }
        }
        Flow::Go
    }

    fn round(&mut self, body: &'a [Stmt]) {
        let slots = &self.program.ir.handler(self.handler).else_cancel;
        if self.block(body) == Flow::Stop && !slots.is_empty() {
            self.clear_stopped(body, slots);
        }
    }

    fn together(&mut self, body: &'a [Stmt]) -> Flow {
        self.groups = self.groups.saturating_add(1);
        let outer = std::mem::replace(&mut self.group, self.groups);
        let flow = self.block(body);
        self.group = outer;
        flow
    }

    /// A guard stopped these statements: orders among them that say `else cancel` and were not
    /// stated before the guard are taken back.
    pub(super) fn clear_stopped(&mut self, stmts: &'a [Stmt], slots: &[SlotId]) {
        if self.eval.faulted() {
            return;
        }
        for stmt in stmts {
            match &stmt.kind {
                StmtKind::Order(order) if slots.contains(&order.slot) => {
                    let most = order.each.map_or(1, |each| each.most);
                    self.clear_unstated(order.slot, most, order.instrument);
                }
                StmtKind::Target(target) if slots.contains(&target.slot) => {
                    self.clear_unstated(target.slot, 1, target.instrument);
                }
                StmtKind::If { then, other, .. } | StmtKind::IfLet { then, other, .. } => {
                    self.clear_stopped(then, slots);
                    self.clear_stopped(other, slots);
                }
                StmtKind::Match { arms, .. } => {
                    for (_, body) in arms {
                        self.clear_stopped(body, slots);
                    }
                }
                StmtKind::Together(body) => self.clear_stopped(body, slots),
                StmtKind::For { local, over, body, .. } => {
                    self.clear_in_rounds(*local, over, body, slots);
                }
                StmtKind::Order(_)
                | StmtKind::Target(_)
                | StmtKind::Let(..)
                | StmtKind::Open(..)
                | StmtKind::Require(..)
                | StmtKind::Set { .. }
                | StmtKind::SetElement { .. }
                | StmtKind::Clear(..)
                | StmtKind::Cancel(_)
                | StmtKind::Say(..) => {}
            }
        }
    }

    fn clear_in_rounds(
        &mut self,
        local: LocalId,
        over: &'a ForOver,
        body: &'a [Stmt],
        slots: &[SlotId],
    ) {
        let items: Vec<Cell> = match over {
            ForOver::Universe(universe) => self.eval.memory.universes[universe.index()]
                .now
                .iter()
                .map(|member| Cell::int(i64::from(*member)))
                .collect(),
            ForOver::List(items) => items.iter().map(|item| self.eval.eval(*item)).collect(),
            // A round of numbers does not choose an instrument.
            ForOver::Range(..) => vec![Cell::int(0)],
        };
        for item in items {
            self.eval.memory.locals[local.index()] = item;
            self.clear_stopped(body, slots);
        }
    }

    /// Takes back what the `most` slots from `slot` on hold.
    fn clear_unstated(&mut self, slot: SlotId, most: u16, instrument: ExprId) {
        let instrument = self.instrument(instrument);
        let stated = self.out.intents.iter().any(|intent| {
            intent.instrument == instrument
                && match intent.action {
                    Action::Order(wish) => wish.slot == slot,
                    Action::Target { slot: of, .. } | Action::Clear(of) => of == slot,
                    Action::CancelInstrument | Action::CancelAll | Action::Halt => false,
                }
        });
        if !stated && !self.eval.faulted() {
            for n in 0..most {
                let slot = SlotId(slot.0.saturating_add(n));
                self.emit(instrument, None, Action::Clear(slot));
            }
        }
    }

    fn say(&mut self, level: Level, parts: &[TextPart]) {
        let mut text = String::new();
        for part in parts {
            match part {
                TextPart::Text(part) => text.push_str(part),
                TextPart::Value(value) => {
                    let cell = self.eval.eval(*value);
                    let ty = self.program.ir.exprs[value.index()].ty;
                    if cell.some && ty.kind == Kind::Text {
                        text.push_str(self.eval.text(cell));
                    } else if cell.some && ty.kind == Kind::Instrument {
                        let place = cell.bits as usize;
                        let instrument = self.eval.view.instruments.get(place);
                        text.push_str(instrument.map_or("?", |i| i.meta.name.as_str()));
                    } else {
                        text.push_str(&crate::ir::show::value(&self.program.ir, cell, ty, None));
                    }
                }
            }
        }
        if self.eval.faulted() {
            return;
        }
        let level = match level {
            Level::Log => MessageLevel::Log,
            Level::Alert => MessageLevel::Alert,
            Level::Halt => MessageLevel::Halt,
        };
        self.out.messages.push(Message { level, text });
        if level == MessageLevel::Halt {
            self.emit(self.about.unwrap_or_default(), None, Action::Halt);
        }
    }
}
