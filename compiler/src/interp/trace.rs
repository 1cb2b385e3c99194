//! What a step looked at and decided, line by line, for people who ask why it traded or did not.
//!
//! This is data: [`super::Interp::step_traced`] fills it. The step itself runs through the same code
//! as any other; values are looked at beside it and change nothing. Spans point into the text that
//! was compiled.

use strat_dsl::Span;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{HandlerId, ReasonId};

use crate::ir::{Cell, Ty, UniverseId};

/// One thing that a step did, in the order of the step.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The handler at work; for universes the one that goes through them, if there is one.
    pub handler: Option<HandlerId>,
    /// The instrument or member that it is about.
    pub about: Option<InstrumentId>,
    /// Where it stands in the strategy's text.
    pub span: Span,
    /// What it is.
    pub what: What,
}

/// The kinds of lines.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// A universe looked at an instrument: its conditions up to the first that is false.
    Candidate {
        /// The universe.
        universe: UniverseId,
        /// The conditions that were looked at.
        conditions: Vec<Check>,
        /// Why it is left out, if it is.
        left_out: Option<ReasonId>,
    },
    /// An instrument met every condition and stood too far back.
    Beyond {
        /// The universe.
        universe: UniverseId,
        /// Its place in the universe's order, from 1.
        place: usize,
        /// How many are taken.
        take: usize,
    },
    /// A handler does not fire yet.
    Waits {
        /// The reason that is counted.
        reason: ReasonId,
        /// What is missing, where it is a wait for ticks.
        missing: Vec<Missing>,
        /// The optional value that is absent, where a guard said no.
        guard: Option<Value>,
    },
    /// A handler fires.
    Fires,
    /// A value that got a name: a `let` of the handler, or of the strategy if the handler reads it.
    Let {
        /// The name.
        name: String,
        /// The value.
        value: Value,
    },
    /// A `require`.
    Require(Check),
    /// The condition of an `if`.
    If(Check),
    /// An `if let`: the branch follows from whether there is a value.
    IfLet {
        /// The name.
        name: String,
        /// The option.
        value: Value,
    },
    /// A `match`.
    Match {
        /// The value.
        value: Value,
        /// The arm that fits; `None` where none does.
        arm: Option<String>,
    },
    /// A round of a `for`.
    Round {
        /// The variable.
        name: String,
        /// Its value.
        value: Shown,
    },
    /// A state variable gets a value.
    Set {
        /// The variable.
        name: String,
        /// The value before.
        before: Shown,
        /// The new value.
        value: Value,
    },
    /// The n-th intent of the reaction.
    Intent(usize),
    /// A guard ended the reaction, or the round of a `for`.
    Stops(ReasonId),
}

/// A condition with the values that decided it.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Where it stands.
    pub span: Span,
    /// The condition with values in place of names: `8 shares >= 10 shares`.
    pub values: String,
    /// What it came to.
    pub ok: bool,
    /// The compared values, from left to right.
    pub operands: Vec<Value>,
}

/// The value of an expression and what it was made of.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Where the expression stands.
    pub span: Span,
    /// Its value.
    pub shown: Shown,
    /// The named parts of it, in the order of the text; empty for an expression that is one name.
    pub parts: Vec<(Span, Shown)>,
}

/// A value and how it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The value; a fault while it was looked at leaves it absent.
    pub cell: Cell,
    /// Its type.
    pub ty: Ty,
    /// In full.
    pub exact: String,
    /// Statistics and ratios rounded for people; everything that is money in full.
    pub short: String,
}

/// What a handler waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// The clock, as a person would say it.
    pub clock: String,
    /// Ticks so far.
    pub have: u64,
    /// Ticks needed.
    pub need: u64,
}

/// Where lines are collected.
#[derive(Debug, Clone, Default)]
pub(super) struct Log {
    pub(super) lines: Vec<Line>,
    /// The statement at work.
    pub(super) at: Span,
}

/// Whether a step is looked at. Off, nothing of it is compiled into the step.
pub(super) trait Watch {
    const ON: bool;
    fn log(&mut self) -> Option<&mut Log>;
}

/// Nobody looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unwatched;

impl Watch for Unwatched {
    const ON: bool = false;

    fn log(&mut self) -> Option<&mut Log> {
        None
    }
}

impl Watch for Log {
    const ON: bool = true;

    fn log(&mut self) -> Option<&mut Log> {
        Some(self)
    }
}
