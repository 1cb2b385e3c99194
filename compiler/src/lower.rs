//! From the checked tree to the intermediate form.
//!
//! What it does: units are erased, user nodes and functions are expanded at each call site, every
//! stateful call becomes a stream of its own, guarded `let`s become guard streams with a domain
//! behind them, handles (levels, bars, fills) become reads of their fields. What it does not: it
//! judges nothing; a tree that the checker passed lowers without complaint.
//!
//! Where to enter: [`lower`].

mod build;
mod call;
mod expr;
mod handler;
mod list;
mod order;
mod stream;
mod table;
mod test;

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use strat_dsl::{Source, Span};

use strat_runtime::manifest::ReasonId;

use crate::hir::{self, LetId};
use crate::ir::{DomainId, ExprId, Ir, LocalId, StateId, StreamId};

use build::Builder;
pub use test::lower_test;

/// Why a tree could not be lowered: a defect of the checker, which let something pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LowerError {
    /// What stands there.
    pub what: String,
    /// Where.
    pub span: Span,
}

impl fmt::Display for LowerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "cannot be compiled at byte {}: {}", self.span.start, self.what)
    }
}

impl Error for LowerError {}

/// Lowers one strategy of a checked file. `source` is the text that the file was parsed from; lines
/// and texts "as written" are cut from it.
///
/// # Errors
/// A tree that the checker should not have passed on.
pub fn lower(
    source: &Source,
    file: &hir::File,
    strategy: &hir::Strategy,
) -> Result<Ir, LowerError> {
    let mut lowering = Lowering::new(source, file, strategy);
    lowering.strategy()?;
    Ok(lowering.builder.ir)
}

/// A strategy on its way.
struct Lowering<'a> {
    source: &'a Source,
    file: &'a hir::File,
    strategy: &'a hir::Strategy,
    builder: Builder,
    /// The stream of each `let` that has a clock, once it is lowered.
    streams: Vec<Option<StreamId>>,
    /// Streams read by what is being lowered.
    reads: Reads,
    /// The name of the stream that is being lowered, the prefix of those hoisted out of it.
    owner: String,
    /// The domain of the stream that is being lowered; `None` where there is no clock.
    domain: Option<DomainId>,
    /// The member that a `let` per member is about, while it is lowered.
    member: Option<LocalId>,
    /// Guard streams made for guarded `let`s without a clock, by the domain that reads them.
    guards: Vec<(LetId, DomainId, StreamId)>,
    /// In a handler: the guarded `let`s without a clock that it reads; they are opened first.
    opens: Option<Vec<Opened>>,
    /// The elements of locals that are lists, by the first of them.
    list_locals: BTreeMap<LocalId, Vec<LocalId>>,
    /// The elements of states that are lists, by the first of them.
    list_states: BTreeMap<StateId, Vec<StateId>>,
    /// How deeply nested the expression is that is being lowered, calls expanded.
    depth: u32,
}

impl<'a> Lowering<'a> {
    fn new(source: &'a Source, file: &'a hir::File, strategy: &'a hir::Strategy) -> Self {
        Self {
            source,
            file,
            strategy,
            builder: Builder::new(strategy),
            streams: vec![None; strategy.lets.len()],
            reads: Reads::default(),
            owner: String::new(),
            domain: None,
            member: None,
            guards: Vec::new(),
            opens: None,
            list_locals: BTreeMap::new(),
            list_states: BTreeMap::new(),
            depth: 0,
        }
    }

    fn strategy(&mut self) -> Result<(), LowerError> {
        self.tables()?;
        self.lets()?;
        self.universes()?;
        self.migrations()?;
        self.handlers()
    }
}

/// Deepest nesting of an expression, calls expanded. Far more than anybody writes, and little
/// enough for the stack of a thread.
const DEPTH_MAX: u32 = 300;

/// A guarded `let` without a clock, opened at the start of a handler.
#[derive(Debug, Clone, Copy)]
struct Opened {
    of: LetId,
    local: LocalId,
    value: ExprId,
    reason: ReasonId,
    span: Span,
}

/// Streams that an expression reads.
#[derive(Debug, Clone, Default)]
struct Reads {
    /// At their current tick.
    now: Vec<StreamId>,
    /// At whatever was their last tick.
    latest: Vec<StreamId>,
}

impl Reads {
    fn add(&mut self, other: &Reads) {
        for stream in &other.now {
            push_new(&mut self.now, *stream);
        }
        for stream in &other.latest {
            push_new(&mut self.latest, *stream);
        }
    }
}

fn push_new(list: &mut Vec<StreamId>, stream: StreamId) {
    if !list.contains(&stream) {
        list.push(stream);
    }
}

/// What the names of the text being lowered stand for.
#[derive(Debug, Clone, Copy)]
enum Env<'e> {
    /// The strategy's own text: locals keep their ids.
    Strategy,
    /// The text of a function or node at one call site.
    Expansion {
        /// By local of the function or node.
        locals: &'e [Bound],
        /// By state of the node.
        states: &'e [StateId],
    },
}

/// What a local of an expanded function or node stands for.
#[derive(Debug, Clone)]
enum Bound {
    /// A local of its own.
    Local(LocalId),
    /// An expression without history, with what it reads.
    Expr(ExprId, Reads),
    /// The elements of a list.
    List(Vec<Bound>),
}

type Lowered = Result<ExprId, LowerError>;

fn defect<T>(span: Span, what: impl Into<String>) -> Result<T, LowerError> {
    Err(LowerError { what: what.into(), span })
}

#[cfg(test)]
mod tests;
