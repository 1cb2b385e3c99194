//! One step, in order: streams, universes, handlers.

use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{HandlerId, ReasonId};
use strat_runtime::strategy::{Reaction, Stop, Trigger};

use super::eval::Eval;
use super::memory::Members;
use super::plan::Plan;
use super::program::Program;
use super::trace::Watch;
use crate::ir::{Cell, Handler, StreamId};

/// One step in progress.
pub(super) struct Run<'a, W> {
    pub(super) program: &'a Program,
    pub(super) eval: Eval<'a>,
    pub(super) out: &'a mut Reaction,
    /// The handler that is running.
    pub(super) handler: HandlerId,
    /// The instrument that the running reaction is about, if it is about one.
    pub(super) about: Option<InstrumentId>,
    /// The `together` statement that is running, 0 for none.
    pub(super) group: u16,
    /// How many `together` statements ran in this step.
    pub(super) groups: u16,
    /// Who looks at it.
    pub(super) watch: W,
}

/// Whether a reaction goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub(super) enum Flow {
    /// To the next statement.
    Go,
    /// A guard said no, or something went wrong.
    Stop,
}

impl<'a, W: Watch> Run<'a, W> {
    pub(super) fn step(&mut self, plan: &Plan) {
        self.streams(plan);
        if self.eval.faulted() || self.eval.view.warming {
            return;
        }
        self.universes(plan);
        for id in &plan.handlers {
            if self.eval.faulted() {
                return;
            }
            self.handler(*id, |members| &members.now);
        }
    }

    /// Fires a handler: once, or once for each of the members that `members` picks, of which a
    /// handler of one member's events takes that one.
    pub(super) fn handler(&mut self, id: HandlerId, members: impl Fn(&Members) -> &Vec<u32>) {
        let program = self.program;
        let handler = program.ir.handler(id);
        self.handler = id;
        self.eval.restated = &handler.slots;
        self.about = event_instrument(self.eval.trigger);
        let only = self.about.filter(|_| handler.on.is_of_one_member());
        if let (Some(only), Some((_, universe))) = (only, handler.member)
            && !members(&self.eval.memory.universes[universe.index()]).contains(&only.0)
        {
            return;
        }
        if let Some(reason) = self.must_wait(id, handler) {
            if W::ON {
                self.see_wait(id, handler, reason);
            }
            self.out.stops.push(Stop { handler: id, instrument: self.about, reason });
            return;
        }
        let Some((local, universe)) = handler.member else {
            self.react(handler);
            return;
        };
        let lists = &mut self.eval.memory.scratch.lists;
        let start = lists.len();
        let members = members(&self.eval.memory.universes[universe.index()]);
        let members = members.iter().filter(|member| only.is_none_or(|only| only.0 == **member));
        lists.extend(members.map(|member| Cell::int(i64::from(*member))));
        let end = lists.len();
        for at in start..end {
            let member = self.eval.memory.scratch.lists[at];
            self.eval.memory.locals[local.index()] = member;
            self.about = Some(InstrumentId(member.bits as u32));
            self.react(handler);
            if self.eval.faulted() {
                break;
            }
        }
        self.eval.memory.scratch.lists.truncate(start);
    }

    fn react(&mut self, handler: &'a Handler) {
        if let (Some((member, _)), false) = (handler.member, handler.waits.is_empty())
            && self.member_waits(&handler.waits, member)
        {
            return;
        }
        self.out.fired.push(self.handler);
        if W::ON {
            self.see_fires(handler);
        }
        if self.block(&handler.body) == Flow::Stop && !handler.else_cancel.is_empty() {
            self.clear_stopped(&handler.body, &handler.else_cancel);
        }
    }

    /// Why a handler does not fire at this event: its streams are not warm, or a guard that one of
    /// them stands behind said no.
    fn must_wait(&mut self, id: HandlerId, handler: &Handler) -> Option<ReasonId> {
        if handler.cold {
            return None;
        }
        let code = &self.program.handlers[usize::from(id.0)];
        let memory = &mut *self.eval.memory;
        let warm = &mut memory.handler_warm[usize::from(id.0)];
        if !*warm {
            let domains = &memory.domains;
            *warm = code.needs.iter().all(|(domain, need)| domains[domain.index()].ticks > *need)
                && code.present.iter().all(|read| memory.streams[read.index()].value.some);
            if !*warm {
                return Some(self.absent_guard(&code.guards).unwrap_or(handler.waiting));
            }
        }
        let memory = &*self.eval.memory;
        let absent = |read: &StreamId| memory.streams[read.index()].fresh != memory.step;
        if code.fresh.iter().any(absent) {
            return Some(self.absent_guard(&code.guards).unwrap_or(handler.waiting));
        }
        None
    }

    /// The reason of the first guard behind a handler that said no at this event. Guards stand in
    /// the order of evaluation: the first is the cause of those behind it.
    fn absent_guard(&self, guards: &[(StreamId, ReasonId)]) -> Option<ReasonId> {
        let memory = &*self.eval.memory;
        let said_no = |(id, _): &&(StreamId, ReasonId)| {
            let stream = &memory.streams[id.index()];
            stream.touched == memory.step && stream.fresh != memory.step
        };
        guards.iter().find(said_no).map(|(_, reason)| *reason)
    }
}

/// The instrument that an event is about.
pub(super) fn event_instrument(trigger: &Trigger) -> Option<InstrumentId> {
    match trigger {
        Trigger::Book(instrument)
        | Trigger::Trade(instrument)
        | Trigger::Expiry(instrument)
        | Trigger::Fill { instrument, .. }
        | Trigger::Done { instrument, .. }
        | Trigger::Reject { instrument, .. } => Some(*instrument),
        Trigger::Start
        | Trigger::Shutdown
        | Trigger::Bars(_)
        | Trigger::Gap(_)
        | Trigger::Timer(_)
        | Trigger::Meta(_)
        | Trigger::LinkDown
        | Trigger::LinkUp => None,
    }
}
