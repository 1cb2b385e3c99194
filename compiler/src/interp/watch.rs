//! Looking at a step while it runs: what [`super::trace`] shows. Called only where a step is traced.

use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{HandlerId, ReasonId};

use super::program::Code;
use super::run::Run;
use super::trace::{Check, Line, Missing, Value, Watch, What};
use crate::ir::{
    Cell, DomainId, ExprId, Handler, LocalId, StateId, Stmt, StmtKind, StreamId, Universe,
    UniverseId,
};

impl<W: Watch> Run<'_, W> {
    fn line(&mut self, what: What) {
        let (handler, about) = (Some(self.handler), self.about);
        if let Some(log) = self.watch.log() {
            let span = log.at;
            log.lines.push(Line { handler, about, span, what });
        }
    }

    /// A handler fires, for a member if it has one: the strategy's own values that it reads.
    pub(super) fn see_fires(&mut self, handler: &Handler) {
        if let Some(log) = self.watch.log() {
            log.at = handler.span;
        }
        self.line(What::Fires);
        for id in &handler.reads {
            let stream = &self.program.ir.streams[id.index()];
            // A name with a point was made by the compiler.
            if stream.name.contains('.') || self.program.ir.universe_of(stream.domain).is_some() {
                continue;
            }
            let cell = self.eval.memory.streams[id.index()].value;
            let shown = self.eval.shown(cell, stream.ty, None);
            let value = Value { span: stream.span, shown, parts: Vec::new() };
            if let Some(log) = self.watch.log() {
                log.at = stream.span;
            }
            self.line(What::Let { name: stream.name.clone(), value });
        }
    }

    /// A statement is about to run.
    pub(super) fn see_statement(&mut self, stmt: &Stmt) {
        if let Some(log) = self.watch.log() {
            log.at = stmt.span;
        }
        let what = match &stmt.kind {
            StmtKind::Let(local, value) | StmtKind::Open(local, value, _) => {
                let value = self.eval.look_at(*value);
                What::Let { name: self.local_name(*local), value }
            }
            StmtKind::Require(cond, _) => What::Require(self.eval.check(*cond)),
            StmtKind::If { cond, .. } => What::If(self.eval.check(*cond)),
            StmtKind::IfLet { local, value, .. } => {
                let value = self.eval.look_at(*value);
                What::IfLet { name: self.local_name(*local), value }
            }
            StmtKind::Match { value, arms } => self.seen_match(*value, arms),
            StmtKind::Set { state, member, value } => self.seen_set(*state, *member, *value),
            StmtKind::SetElement { states, index, member, value } => {
                let at = usize::try_from(self.eval.look_at(*index).shown.cell.bits).ok();
                let Some(state) = at.and_then(|at| states.get(at)) else { return };
                self.seen_set(*state, *member, *value)
            }
            StmtKind::For { .. }
            | StmtKind::Order(_)
            | StmtKind::Clear(..)
            | StmtKind::Target(_)
            | StmtKind::Together(_)
            | StmtKind::Cancel(_)
            | StmtKind::Say(..) => return,
        };
        self.line(what);
    }

    fn local_name(&self, local: LocalId) -> String {
        self.program.ir.locals[local.index()].0.clone()
    }

    fn seen_match(&mut self, value: ExprId, arms: &[(Option<u32>, Vec<Stmt>)]) -> What {
        let value = self.eval.look_at(value);
        let ty = value.shown.ty;
        let fits = |member: &Option<u32>| {
            member.is_none_or(|member| i64::from(member) == value.shown.cell.bits)
        };
        let found = arms.iter().map(|(member, _)| *member).find(fits);
        let arm = found.map(|member| match member {
            Some(member) => self.eval.shown(Cell::int(i64::from(member)), ty, None).exact,
            None => "_".to_owned(),
        });
        What::Match { value, arm }
    }

    fn seen_set(&mut self, state: StateId, member: Option<ExprId>, value: ExprId) -> What {
        let place = member.map(|member| self.eval.look_at(member).shown.cell.bits);
        let var = &self.program.ir.states[state.index()];
        let known = &self.eval.memory.states[state.index()];
        let own = place
            .and_then(|place| usize::try_from(place).ok())
            .and_then(|place| known.members.get(place).copied().flatten());
        let before = self.eval.shown(own.unwrap_or(known.value), var.ty, None);
        What::Set { name: var.name.clone(), before, value: self.eval.look_at(value) }
    }

    /// A round of a `for` begins.
    pub(super) fn see_round(&mut self, local: LocalId, value: Cell) {
        let (name, ty) = self.program.ir.locals[local.index()].clone();
        let value = self.eval.shown(value, ty, None);
        self.line(What::Round { name, value });
    }

    /// An intent has been added.
    pub(super) fn see_intent(&mut self) {
        self.line(What::Intent(self.out.intents.len().saturating_sub(1)));
    }

    /// A guard said no.
    pub(super) fn see_stop(&mut self, reason: ReasonId) {
        self.line(What::Stops(reason));
    }

    /// A handler does not fire at this event.
    pub(super) fn see_wait(&mut self, id: HandlerId, handler: &Handler, reason: ReasonId) {
        let code = &self.program.handlers[usize::from(id.0)];
        let domains = &self.eval.memory.domains;
        let missing = self.missing(&code.needs, |domain| domains[domain.index()].ticks);
        let guards = code.guards.iter().find(|(_, own)| *own == reason).map(|(id, _)| *id);
        self.wait(handler, reason, missing, guards);
    }

    /// A handler or a round does not run for a member.
    pub(super) fn see_member_wait(&mut self, stream: StreamId, member: LocalId, reason: ReasonId) {
        let wait = &self.program.waits[stream.index()];
        let memory = &*self.eval.memory;
        let place = memory.members.place_of(stream, memory.locals[member.index()].bits);
        let missing = place.map_or_else(Vec::new, |place| {
            self.missing(&wait.needs, |domain| memory.members.ticks(domain, place))
        });
        let guard = wait.guards.iter().find(|(_, own)| *own == reason).map(|(id, _)| *id);
        let handler = self.program.ir.handler(self.handler);
        self.wait(handler, reason, missing, guard);
    }

    fn missing(&self, needs: &[(DomainId, u64)], ticks: impl Fn(DomainId) -> u64) -> Vec<Missing> {
        let row = |(domain, need): &(DomainId, u64)| Missing {
            clock: self.program.ir.domains[domain.index()].name.clone(),
            have: ticks(*domain),
            need: need.saturating_add(1),
        };
        needs.iter().map(row).filter(|row| row.have < row.need).collect()
    }

    fn wait(
        &mut self,
        handler: &Handler,
        reason: ReasonId,
        missing: Vec<Missing>,
        guard: Option<StreamId>,
    ) {
        let guard = guard.and_then(|id| match self.program.streams[id.index()].op {
            Code::Guard(expr) => Some(self.eval.look_at(expr)),
            Code::Expr(_) | Code::Next(..) | Code::Node { .. } => None,
        });
        if let Some(log) = self.watch.log() {
            log.at = handler.span;
        }
        self.line(What::Waits { reason, missing, guard });
    }

    /// A universe looked at an instrument; the conditions after the first that failed were not
    /// asked.
    pub(super) fn see_candidate(
        &mut self,
        (universe, id): (&Universe, UniverseId),
        asker: Option<HandlerId>,
        instrument: InstrumentId,
        left_out: Option<ReasonId>,
    ) {
        let mut conditions: Vec<Check> = Vec::new();
        for (cond, _) in &universe.conditions {
            let check = self.eval.check(*cond);
            let ok = check.ok;
            conditions.push(check);
            if !ok {
                break;
            }
        }
        let span = conditions.last().map_or_else(Default::default, |check| check.span);
        let what = What::Candidate { universe: id, conditions, left_out };
        if let Some(log) = self.watch.log() {
            log.lines.push(Line { handler: asker, about: Some(instrument), span, what });
        }
    }

    /// The members of a universe are known: candidates that stood too far back.
    pub(super) fn see_members(
        &mut self,
        (universe, id): (&Universe, UniverseId),
        asker: Option<HandlerId>,
        take: usize,
    ) {
        let span =
            universe.take.map_or_else(Default::default, |take| self.program.ir.expr(take).span);
        let scratch = &self.eval.memory.scratch;
        let Some(log) = self.watch.log() else { return };
        for (place, at) in scratch.places.iter().enumerate().skip(take) {
            let about = scratch.candidates.get(*at as usize).map(|index| InstrumentId(*index));
            let what = What::Beyond { universe: id, place: place + 1, take };
            log.lines.push(Line { handler: asker, about, span, what });
        }
    }
}
