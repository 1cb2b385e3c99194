//! What a strategy can need at most: memory, work and orders per event, warm-up, data.
//!
//! What it is: bounds that hold for every market, read off the program and its parameter values;
//! nothing is run. Buffers are taken at the largest value of their parameter's range, universes at
//! their capacity, branches at the dearer one, loops at all their rounds. What it is not: no
//! measure of time, and no account of the host, whose books and orders are its own. Enter at
//! [`bounds`].

mod memory;
mod needs;
mod warmup;
mod work;

use std::sync::Arc;

use strat_runtime::manifest::{Needed, Timer};
use strat_runtime::strategy::Strategy as _;
use strat_runtime::time::Duration;

use crate::interp::fold::Folded;
use crate::interp::{Interp, InterpError};
use crate::ir::{DomainId, DomainKind, Ir, On, UniverseId};
use crate::params::ParamValues;

/// The weight of a start value at which nothing of it is left in a report's digits.
pub const STRICT_WEIGHT: f64 = 1e-9;

/// What a strategy can need at most.
#[derive(Debug, Clone, PartialEq)]
pub struct Bounds {
    /// What is kept from event to event.
    pub memory: Vec<Stored>,
    /// Streams that are computed anew at each tick.
    pub ticks: Vec<Ticked>,
    /// Universes that are looked through.
    pub universes: Vec<Searched>,
    /// What each handler does when it fires.
    pub handlers: Vec<Fired>,
    /// Warm-up of each source of ticks.
    pub clocks: Vec<Warming>,
    /// Warm-up of each stream, in ticks of its own source.
    pub streams: Vec<Warming>,
    /// Declared instruments and universes with what must be known of them.
    pub feeds: Vec<Feed>,
    /// Bar clocks.
    pub bars: Vec<Bars>,
    /// When timers fire, by handler.
    pub timers: Vec<(String, Timer)>,
    /// What data must have, each with the instrument or universe of which it is needed.
    pub needs: Vec<(String, Needed)>,
}

impl Bounds {
    /// Bytes of all that is kept from event to event.
    pub fn bytes(&self) -> u64 {
        self.memory.iter().map(|stored| stored.bytes).fold(0, u64::saturating_add)
    }
}

/// Something that is kept from event to event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// What it is.
    pub kind: StoredKind,
    /// Its name.
    pub name: String,
    /// How many of it there can be: 1, or the members of a universe.
    pub count: u64,
    /// Bytes of all of them, buffers included.
    pub bytes: u64,
}

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoredKind {
    /// The last value of a stream, the one before it, and when they were.
    Stream,
    /// A stream that is a library function with its buffers.
    Function,
    /// A state variable.
    State,
    /// The members of a universe.
    Universe,
    /// How often a source of ticks has ticked.
    Clock,
}

/// The streams that one kind of event computes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticked {
    /// The source of ticks, such as `h1` or `book(btc)`.
    pub on: String,
    /// How many streams.
    pub streams: u64,
    /// Expressions evaluated for them.
    pub evaluations: u64,
}

/// A universe that is looked through before the handlers that go through it fire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched {
    /// Its name.
    pub name: String,
    /// The most members it can have with these parameter values.
    pub members: u64,
    /// Expressions evaluated for each instrument of the venue.
    pub evaluations_per_instrument: u64,
}

/// One event of a handler at its worst, all rounds together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fired {
    /// Its head as written.
    pub handler: String,
    /// Its line in the text, from 1.
    pub line: u32,
    /// How often the body runs: 1, or the members of the universe.
    pub rounds: u64,
    /// Expressions evaluated.
    pub evaluations: u64,
    /// Orders and targets stated.
    pub orders: u64,
    /// Orders and targets that its statements can have at work at a time: one for each instrument,
    /// or as many as `each time max` says.
    pub working: u64,
    /// Orders taken back, by `cancel` or by a guard that says so.
    pub cancels: u64,
}

/// Warm-up of a stream or of a source of ticks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warming {
    /// The stream, or the source of ticks.
    pub name: String,
    /// The source of ticks that is counted.
    pub on: String,
    /// The time between two ticks, where there is a fixed one.
    pub every: Option<Duration>,
    /// Ticks until warm, at the strategy's own weight.
    pub ticks: u64,
    /// Ticks until warm at a weight of [`STRICT_WEIGHT`].
    pub ticks_strict: u64,
}

impl Warming {
    /// How long `ticks` take, where that is known and is a time at all.
    pub fn span(&self, ticks: u64) -> Option<Duration> {
        self.every?.checked_mul(i64::try_from(ticks).ok()?)
    }
}

/// What must be known of an instrument, or of every member of a universe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feed {
    /// The name in the strategy.
    pub name: String,
    /// The venue's symbol; none for a universe.
    pub symbol: Option<String>,
    /// The venue.
    pub venue: &'static str,
    /// The capacity of a universe.
    pub capacity: Option<u64>,
    /// What is read of it, in the order of [`Reading`].
    pub reads: Vec<Reading>,
    /// Whether orders are placed: a backtest needs something that they can fill against.
    pub ordered: bool,
}

/// What can be read of an instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reading {
    /// Books or quotes.
    Book,
    /// Trades.
    Trades,
    /// Bars.
    Bars,
    /// Liquidity, expiry, question, outcome, and whatever else decides on membership.
    Metadata,
}

impl Reading {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Reading::Book => "book",
            Reading::Trades => "trades",
            Reading::Bars => "bars",
            Reading::Metadata => "metadata",
        }
    }
}

/// A bar clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bars {
    /// Its name.
    pub name: String,
    /// The names of its instruments.
    pub instruments: Vec<String>,
    /// The length of a bar.
    pub every: Duration,
}

/// The bounds of a program with parameter values in.
///
/// # Errors
/// What [`Interp::new`] refuses.
pub fn bounds(ir: &Arc<Ir>, values: &ParamValues) -> Result<Bounds, InterpError> {
    let interp = Interp::new(Arc::clone(ir), values)?;
    let manifest = interp.manifest();
    let subject = Subject { ir, folded: Folded::new(ir, values.cells()) };
    let timers = ir.handlers.iter().filter_map(|handler| {
        let On::Timer(timer) = handler.on else { return None };
        let timer = manifest.timers.get(usize::from(timer.0))?;
        Some((handler.decl.name.clone(), *timer))
    });
    Ok(Bounds {
        memory: memory::stored(ir),
        ticks: work::ticks(ir),
        universes: work::universes(&subject),
        handlers: work::handlers(&subject),
        clocks: warmup::clocks(ir, values, manifest)?,
        streams: warmup::streams(ir, values)?,
        feeds: needs::feeds(ir),
        bars: needs::bars(manifest),
        timers: timers.collect(),
        needs: needs::wanted(manifest),
    })
}

/// A program and what its parameters make of it.
struct Subject<'a> {
    ir: &'a Ir,
    folded: Folded<'a>,
}

impl Subject<'_> {
    /// The most members of a universe with these parameter values.
    fn members(&self, id: UniverseId) -> u64 {
        let universe = &self.ir.universes[id.index()];
        let max = u64::from(universe.decl.max);
        let take = universe.take.and_then(|take| self.folded.value(take).ok());
        take.map_or(max, |take| max.min(u64::try_from(take.bits).unwrap_or(0)))
    }
}

/// The domain at the bottom of a chain of guards.
fn root(ir: &Ir, mut id: DomainId) -> DomainId {
    while let DomainKind::Present { base, .. } = ir.domains[id.index()].kind {
        id = base;
    }
    id
}

#[cfg(test)]
mod tests;
