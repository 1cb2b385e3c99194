//! What is kept from event to event, in bytes of the interpreter.

use crate::bounds::{Stored, StoredKind};
use crate::interp::node;
use crate::ir::{Cell, DomainId, Ir, StreamOp};

/// Two values, and the steps at which they were computed, written and taken in.
pub(super) const STREAM: u64 = 2 * CELL + 4 * 8;
/// A value that may be absent.
pub(super) const CELL: u64 = size_of::<Cell>() as u64;
/// A member of a universe in the lists of those who are, were, came and left.
pub(super) const MEMBER: u64 = 4 * 4;
/// The number of ticks and the step of the last one.
pub(super) const CLOCK: u64 = 2 * 8;

/// Everything that a program keeps, in the order of its tables.
pub(super) fn stored(ir: &Ir) -> Vec<Stored> {
    // What ticks for each member of a universe is kept for each of them.
    let kept = |kind, name: &str, domain: DomainId, bytes: u64| {
        let universe = ir.universe_of(domain).map(|id| &ir.universes[id.index()]);
        let count = universe.map_or(1, |universe| u64::from(universe.decl.max));
        Stored { kind, name: name.to_owned(), count, bytes: count.saturating_mul(bytes) }
    };
    let clocks = (0..).map(DomainId).zip(&ir.domains);
    let clocks = clocks.map(|(id, it)| kept(StoredKind::Clock, &it.name, id, CLOCK));
    let streams = ir.streams.iter().map(|stream| match &stream.op {
        StreamOp::Node { builtin, settings_max, .. } => {
            let bytes = STREAM + node::bytes(*builtin, settings_max);
            kept(StoredKind::Function, &stream.name, stream.domain, bytes)
        }
        StreamOp::Expr(_) | StreamOp::Guard(..) | StreamOp::Next { .. } => {
            kept(StoredKind::Stream, &stream.name, stream.domain, STREAM)
        }
    });
    let states = ir.states.iter().map(|state| {
        let universe = state.per.map(|id| &ir.universes[id.index()]);
        let count = universe.map_or(1, |universe| u64::from(universe.decl.max));
        // Beside the members stands the first value of each.
        let cells = if universe.is_some() { count + 1 } else { 1 };
        Stored { kind: StoredKind::State, name: state.name.clone(), count, bytes: cells * CELL }
    });
    let universes = ir.universes.iter().map(|universe| {
        let count = u64::from(universe.decl.max);
        let name = universe.decl.name.clone();
        Stored { kind: StoredKind::Universe, name, count, bytes: count * MEMBER }
    });
    clocks.chain(streams).chain(states).chain(universes).collect()
}
