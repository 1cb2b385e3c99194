//! Everything of an interpreted strategy that changes from step to step, and the way back.
//!
//! A step that faults must leave no trace. What a step changes is either undone from a copy that
//! stands beside it (streams, nodes, universes) or from the log of overwritten state variables;
//! nothing is copied for steps that go well.

use strat_runtime::fault::Fault;
use strat_runtime::manifest::ClockId;

use super::members::PerMember;
use super::node::Node;
use crate::ir::{Cell, DomainId, DomainKind, Ir, StateId};

#[derive(Debug, Clone, Default)]
pub(super) struct Memory {
    /// The number of the current step, from 1.
    pub(super) step: u64,
    pub(super) streams: Vec<StreamCell>,
    pub(super) nodes: Vec<Node>,
    pub(super) domains: Vec<DomainCell>,
    pub(super) states: Vec<StateCell>,
    pub(super) locals: Vec<Cell>,
    pub(super) universes: Vec<Members>,
    /// Next values of node states, until the last stream of the tick is done.
    pub(super) pending: Vec<(StateId, Cell)>,
    pub(super) undo: Vec<Overwritten>,
    /// What is kept per member of a universe.
    pub(super) members: PerMember,
    /// Answers of `has_word` and `has_any` about questions, by place of asking and instrument.
    pub(super) answers: Vec<Vec<Option<bool>>>,
    pub(super) scratch: Scratch,
    pub(super) fault: Option<Fault>,
    /// Handlers that were found warm; they stay so.
    pub(super) handler_warm: Vec<bool>,
}

/// The values of a stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct StreamCell {
    pub(super) value: Cell,
    /// The value before this step.
    pub(super) before: Cell,
    /// The last step at which it had a value.
    pub(super) fresh: u64,
    pub(super) fresh_before: u64,
    /// The last step at which it was evaluated.
    pub(super) touched: u64,
    /// The last step at which its node took an input.
    pub(super) pushed: u64,
}

impl StreamCell {
    pub(super) const EMPTY: StreamCell = StreamCell {
        value: Cell::NONE,
        before: Cell::NONE,
        fresh: 0,
        fresh_before: 0,
        touched: 0,
        pushed: 0,
    };
}

/// How often a domain has ticked, and when last.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct DomainCell {
    pub(super) ticks: u64,
    pub(super) at: u64,
}

/// A state variable.
#[derive(Debug, Clone, Default)]
pub(super) struct StateCell {
    /// The value, or the first value of each member.
    pub(super) value: Cell,
    /// By instrument, for variables that are kept per member; `None` for those without one.
    pub(super) members: Vec<Option<Cell>>,
}

/// What a state variable was before this step.
#[derive(Debug, Clone, Copy)]
pub(super) enum Overwritten {
    Value(StateId, Cell),
    Member(StateId, usize, Option<Cell>),
}

/// The members of a universe, in its order.
#[derive(Debug, Clone, Default)]
pub(super) struct Members {
    pub(super) now: Vec<u32>,
    pub(super) before: Vec<u32>,
    /// The step at which `now` was computed.
    pub(super) at: u64,
    pub(super) entered: Vec<u32>,
    pub(super) left: Vec<u32>,
}

/// Buffers that are reused.
#[derive(Debug, Clone, Default)]
pub(super) struct Scratch {
    pub(super) candidates: Vec<u32>,
    pub(super) keys: Vec<Cell>,
    pub(super) places: Vec<u32>,
    pub(super) marks: Vec<bool>,
    /// Lists that `for` statements run over, innermost last.
    pub(super) lists: Vec<Cell>,
}

impl Memory {
    /// What streams of a clock have seen does not count as warm-up any more.
    pub(super) fn restart_warm_up(&mut self, ir: &Ir, clock: ClockId) {
        for (id, domain) in (0..).map(DomainId).zip(&mut self.domains) {
            if ir.root_of(id) == DomainKind::Bars(clock) {
                domain.ticks = 0;
            }
        }
        // Handlers that read none of them find themselves warm again.
        self.handler_warm.fill(false);
    }

    /// Sets a state variable and remembers what it was.
    pub(super) fn set_state(&mut self, id: StateId, value: Cell) {
        let slot = &mut self.states[id.index()].value;
        self.undo.push(Overwritten::Value(id, *slot));
        *slot = value;
    }

    /// Sets or drops a member's state variable and remembers what it was.
    pub(super) fn set_member_state(&mut self, id: StateId, member: usize, value: Option<Cell>) {
        let members = &mut self.states[id.index()].members;
        if members.len() <= member {
            if value.is_none() {
                return;
            }
            members.resize(member + 1, None);
        }
        self.undo.push(Overwritten::Member(id, member, members[member]));
        members[member] = value;
    }

    /// Brings state variables back to what they were before this step.
    pub(super) fn undo_states(&mut self) {
        while let Some(entry) = self.undo.pop() {
            match entry {
                Overwritten::Value(id, value) => self.states[id.index()].value = value,
                Overwritten::Member(id, member, value) => {
                    self.states[id.index()].members[member] = value;
                }
            }
        }
    }
}
