//! Streams: what ticks at an event, in order, and the next states of expanded nodes.

use strat_runtime::fault::FaultKind;

use super::node::Inputs;
use super::plan::{Item, Plan};
use super::program::Code;
use super::run::{Run, event_instrument};
use super::trace::Watch;
use crate::builtin::SERIES_MAX;
use crate::ir::{Cell, DomainId, DomainKind, ExprId, StreamId};

impl<W: Watch> Run<'_, W> {
    /// Evaluates the streams of an event. A stream whose domain does not tick, or one of whose
    /// inputs has no value at this event, keeps its last value and is not fresh.
    pub(super) fn streams(&mut self, plan: &Plan) {
        for item in &plan.items {
            match *item {
                Item::Tick(domain) => self.tick(domain),
                Item::Eval(stream) => {
                    self.stream(stream);
                    if self.eval.faulted() {
                        return;
                    }
                }
            }
        }
        while let Some((state, value)) = self.eval.memory.pending.pop() {
            self.eval.memory.set_state(state, value);
        }
        if !plan.members.is_empty() {
            self.member_streams(plan);
        }
    }

    fn tick(&mut self, id: DomainId) {
        let memory = &mut *self.eval.memory;
        let step = memory.step;
        let ticks = match self.program.ir.domains[id.index()].kind {
            DomainKind::Present { base, guard } => {
                memory.domains[base.index()].at == step
                    && memory.streams[guard.index()].fresh == step
            }
            DomainKind::Bars(_)
            | DomainKind::Book(_)
            | DomainKind::Trades(_)
            | DomainKind::MemberBook(_)
            | DomainKind::MemberTrades(_)
            | DomainKind::Timer(_) => true,
        };
        if ticks {
            let domain = &mut memory.domains[id.index()];
            domain.ticks += 1;
            domain.at = step;
        }
    }

    fn stream(&mut self, id: StreamId) {
        let program = self.program;
        let code = &program.streams[id.index()];
        let memory = &*self.eval.memory;
        let step = memory.step;
        let absent = |read: &StreamId| memory.streams[read.index()].fresh != step;
        if memory.domains[code.domain.index()].at != step || code.reads.iter().any(absent) {
            return;
        }
        let (value, present) = match code.op {
            Code::Expr(expr) => (self.eval.eval(expr), true),
            Code::Guard(expr) => {
                let value = self.eval.eval(expr);
                (value, value.some)
            }
            Code::Next(state, expr) => {
                let value = self.eval.eval(expr);
                self.eval.memory.pending.push((state, value));
                (value, true)
            }
            Code::Node { node, first, more } => {
                let value = self.node(id, node, first, more);
                (value, value.some)
            }
        };
        if self.eval.faulted() {
            return;
        }
        let cell = &mut self.eval.memory.streams[id.index()];
        cell.touched = step;
        cell.before = cell.value;
        cell.fresh_before = cell.fresh;
        if present {
            cell.value = value;
            cell.fresh = step;
        }
    }

    fn node(
        &mut self,
        id: StreamId,
        node: usize,
        first: ExprId,
        more: [Option<ExprId>; SERIES_MAX - 1],
    ) -> Cell {
        let inputs = self.inputs(first, more);
        if self.eval.faulted() {
            return Cell::NONE;
        }
        let memory = &mut *self.eval.memory;
        memory.streams[id.index()].pushed = memory.step;
        match memory.nodes[node].push(&inputs) {
            Ok(value) => value,
            Err(_) => self.eval.fault(FaultKind::NotFinite, first),
        }
    }

    /// The series of a function at this tick.
    pub(super) fn inputs(
        &mut self,
        first: ExprId,
        more: [Option<ExprId>; SERIES_MAX - 1],
    ) -> Inputs {
        let mut inputs = [Cell::NONE; SERIES_MAX];
        inputs[0] = self.eval.eval(first);
        for (input, expr) in inputs[1..].iter_mut().zip(more) {
            let Some(expr) = expr else { break };
            *input = self.eval.eval(expr);
        }
        inputs
    }

    /// Undoes everything that this step did. The reaction is emptied but for the fault.
    pub(super) fn roll_back(&mut self, plan: &Plan) {
        let memory = &mut *self.eval.memory;
        let step = memory.step;
        for item in &plan.items {
            match *item {
                Item::Tick(domain) => {
                    let domain = &mut memory.domains[domain.index()];
                    if domain.at == step {
                        domain.ticks -= 1;
                        domain.at = 0;
                    }
                }
                Item::Eval(stream) => {
                    let cell = &mut memory.streams[stream.index()];
                    if cell.touched == step {
                        cell.value = cell.before;
                        cell.fresh = cell.fresh_before;
                    }
                    if let Code::Node { node, .. } = self.program.streams[stream.index()].op
                        && cell.pushed == step
                    {
                        memory.nodes[node].undo();
                    }
                }
            }
        }
        // A handler that this step made warm may not be: its ticks are taken back.
        memory.handler_warm.fill(false);
        memory.pending.clear();
        memory.undo_states();
        let member = event_instrument(self.eval.trigger);
        memory.members.roll_back(plan, member, step, &self.program.streams);
        for universe in &mut memory.universes {
            if universe.at == step {
                std::mem::swap(&mut universe.now, &mut universe.before);
                universe.at = 0;
            }
        }
        memory.scratch.lists.clear();
        let fault = memory.fault.take();
        self.out.clear();
        self.out.fault = fault;
    }
}
