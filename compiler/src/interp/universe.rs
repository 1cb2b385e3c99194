//! Universes: who is a member now, in which order, and who came or left.

use std::cmp::Ordering;

use strat_runtime::instrument::{Instrument, InstrumentId, Status};
use strat_runtime::manifest::HandlerId;
use strat_runtime::strategy::Stop;

use super::plan::Plan;
use super::run::Run;
use super::trace::Watch;
use crate::ir::{Cell, On, Universe, UniverseId};

impl<'a, W: Watch> Run<'a, W> {
    /// Looks for the members of the plan's universes and fires `leave`, then `enter` handlers for
    /// the differences, each in the order of the universe (that before for those who left).
    pub(super) fn universes(&mut self, plan: &Plan) {
        for (id, asker) in &plan.universes {
            self.find_members(*id, *asker);
            if self.eval.faulted() {
                return;
            }
        }
        for (id, _) in &plan.universes {
            self.observe(*id);
            if self.eval.faulted() {
                return;
            }
        }
    }

    fn find_members(&mut self, id: UniverseId, asker: Option<HandlerId>) {
        let program = self.program;
        let universe = &program.ir.universes[id.index()];
        self.eval.restated = &[];
        self.candidates((universe, id), asker);
        if self.eval.faulted() {
            return;
        }
        self.sort_candidates(universe);
        let take = universe.take.map_or(i64::MAX, |take| self.eval.eval(take).bits);
        let take = usize::try_from(take.max(0)).unwrap_or(usize::MAX);
        let count = take.min(universe.decl.max as usize);
        if W::ON {
            self.see_members((universe, id), asker, count);
        }

        let instruments = self.eval.view.instruments.len();
        let memory = &mut *self.eval.memory;
        let members = &mut memory.universes[id.index()];
        std::mem::swap(&mut members.now, &mut members.before);
        members.at = memory.step;
        members.now.clear();
        let places = memory.scratch.places.iter().take(count);
        members.now.extend(places.map(|place| memory.scratch.candidates[*place as usize]));

        let marks = &mut memory.scratch.marks;
        difference(&members.now, &members.before, instruments, marks, &mut members.entered);
        difference(&members.before, &members.now, instruments, marks, &mut members.left);
    }

    /// Fills the list of instruments that meet the conditions, with their sort keys. Those that do
    /// not are noted for the handler that asks.
    fn candidates(&mut self, (universe, id): (&Universe, UniverseId), asker: Option<HandlerId>) {
        let view = self.eval.view;
        self.eval.memory.scratch.candidates.clear();
        self.eval.memory.scratch.keys.clear();
        for (index, instrument) in view.instruments.iter().enumerate() {
            let meta = &instrument.meta;
            if meta.venue != self.program.ir.venue || meta.status != Status::Trading {
                continue;
            }
            self.eval.memory.locals[universe.member.index()] = Cell::int(index as i64);
            let failed = universe.conditions.iter().find(|(cond, _)| !self.eval.truth(*cond));
            if self.eval.faulted() {
                return;
            }
            if W::ON {
                let instrument = InstrumentId(index as u32);
                let left_out = failed.map(|(_, reason)| *reason);
                self.see_candidate((universe, id), asker, instrument, left_out);
            }
            if let Some((_, reason)) = failed {
                if let Some(handler) = asker {
                    let instrument = Some(InstrumentId(index as u32));
                    self.out.stops.push(Stop { handler, instrument, reason: *reason });
                }
                continue;
            }
            self.eval.memory.scratch.candidates.push(index as u32);
            for (key, _) in &universe.order {
                let key = self.eval.eval(*key);
                self.eval.memory.scratch.keys.push(key);
            }
            if self.eval.faulted() {
                return;
            }
        }
    }

    /// Puts the candidates' places in order; the symbol, then the index, decides between equals.
    fn sort_candidates(&mut self, universe: &Universe) {
        let mut places = std::mem::take(&mut self.eval.memory.scratch.places);
        places.clear();
        let scratch = &self.eval.memory.scratch;
        places.extend(0..scratch.candidates.len() as u32);
        let width = universe.order.len();
        let symbol = |place: u32| -> (&str, u32) {
            let index = scratch.candidates[place as usize];
            let symbol = |meta: &'a Instrument| meta.symbol.as_str();
            (symbol(&self.eval.view.instruments[index as usize].meta), index)
        };
        places.sort_unstable_by(|a, b| {
            for (at, (key, descending)) in universe.order.iter().enumerate() {
                let kind = self.program.ir.exprs[key.index()].ty.kind;
                let [left, right] = [*a, *b].map(|place| scratch.keys[place as usize * width + at]);
                let order = match (left.some, right.some) {
                    (true, true) if *descending => self.eval.order_of(kind, right, left),
                    (true, true) => self.eval.order_of(kind, left, right),
                    (left, right) => right.cmp(&left),
                };
                if order != Ordering::Equal {
                    return order;
                }
            }
            symbol(*a).cmp(&symbol(*b))
        });
        self.eval.memory.scratch.places = places;
    }

    fn observe(&mut self, id: UniverseId) {
        let program = self.program;
        let members = &self.eval.memory.universes[id.index()];
        if members.entered.is_empty() && members.left.is_empty() {
            return;
        }
        for (handler, code) in (0..).map(HandlerId).zip(&program.ir.handlers) {
            if code.on == On::Leave(id) {
                self.handler(handler, |members| &members.left);
            }
        }
        self.drop_states(id);
        let code = &program.members[id.index()];
        let memory = &mut *self.eval.memory;
        if !code.streams.is_empty() {
            let members = &memory.universes[id.index()];
            memory.members.leave(id, &members.left);
            memory.members.enter(id, &members.entered, code, &memory.nodes);
        }
        for (handler, code) in (0..).map(HandlerId).zip(&program.ir.handlers) {
            if code.on == On::Enter(id) {
                self.handler(handler, |members| &members.entered);
            }
        }
    }

    /// What is kept per member goes with the member, after its `leave` handlers.
    fn drop_states(&mut self, id: UniverseId) {
        let program = self.program;
        for (index, state) in program.ir.states.iter().enumerate() {
            if state.per != Some(id) {
                continue;
            }
            for at in 0..self.eval.memory.universes[id.index()].left.len() {
                let member = self.eval.memory.universes[id.index()].left[at] as usize;
                let state = crate::ir::StateId(index as u32);
                self.eval.memory.set_member_state(state, member, None);
            }
        }
    }
}

/// Those of `these` that are not among `those`, in the order of `these`.
fn difference(
    these: &[u32],
    those: &[u32],
    instruments: usize,
    marks: &mut Vec<bool>,
    out: &mut Vec<u32>,
) {
    if marks.len() < instruments {
        marks.resize(instruments, false);
    }
    let mark = |marks: &mut Vec<bool>, value| {
        for place in those {
            // Members of an earlier session may lie beyond the instruments of this one.
            if let Some(mark) = marks.get_mut(*place as usize) {
                *mark = value;
            }
        }
    };
    mark(marks, true);
    out.clear();
    let known = |place: &u32| marks.get(*place as usize).copied().unwrap_or(false);
    out.extend(these.iter().copied().filter(|place| !known(place)));
    mark(marks, false);
}
