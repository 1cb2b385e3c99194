//! Clocks, tick domains and streams: what is recomputed when.

use strat_dsl::Span;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{ClockId, Gaps, ReasonId, TimerId};

use super::{DomainId, ExprId, StateId, StreamId, Ty, UniverseId};
use crate::builtin::Builtin;

/// A bar clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Name.
    pub name: String,
    /// Instruments; several make a joint clock.
    pub instruments: Vec<InstrumentId>,
    /// Length of a bar, over parameters.
    pub every: ExprId,
    /// Gap policy.
    pub gaps: Gaps,
    /// Where it is declared.
    pub span: Span,
}

/// When a stream ticks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Name as a person would say it: `h1`, `book(btc)`.
    pub name: String,
    /// What makes it tick.
    pub kind: DomainKind,
}

/// What makes a domain tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DomainKind {
    /// A bar clock.
    Bars(ClockId),
    /// A book or quote of an instrument.
    Book(InstrumentId),
    /// A trade of an instrument.
    Trades(InstrumentId),
    /// A timer.
    Timer(TimerId),
    /// The book of each member of a universe. Streams on it have a value for each member, from its
    /// entry until it leaves, and count its ticks by themselves.
    MemberBook(UniverseId),
    /// The trades of each member of a universe, in the same way.
    MemberTrades(UniverseId),
    /// Another domain, at the events at which an optional stream was present.
    Present {
        /// The other domain.
        base: DomainId,
        /// The guard stream that must be present.
        guard: StreamId,
    },
}

/// A value that is recomputed at every tick of its domain.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// The name in the strategy, or a made-up one for hoisted calls (`f.ema`).
    pub name: String,
    /// When it ticks.
    pub domain: DomainId,
    /// How it is computed.
    pub op: StreamOp,
    /// Its type.
    pub ty: Ty,
    /// The streams that it reads at their current tick, for warm-up.
    pub reads: Vec<StreamId>,
    /// Where it is declared.
    pub span: Span,
}

/// How a stream is computed.
#[derive(Debug, Clone, PartialEq)]
pub enum StreamOp {
    /// An expression without history.
    Expr(ExprId),
    /// An optional expression; where it is absent, domains guarded by this stream do not tick and
    /// handlers that read them stop for this reason.
    Guard(ExprId, ReasonId),
    /// One instance of a stateful library function.
    Node {
        /// Which function.
        builtin: Builtin,
        /// Series arguments, converted to reals.
        inputs: Vec<ExprId>,
        /// Window and option arguments, over parameters.
        settings: Vec<ExprId>,
        /// The range maximum of each whole setting, for buffers; equals the value where it is
        /// constant. Zero for reals.
        settings_max: Vec<i64>,
    },
    /// The next value of an expanded node's state; all of a tick take effect together, after the
    /// last stream of that tick.
    Next {
        /// The state variable.
        state: StateId,
        /// Its next value.
        value: ExprId,
    },
}
