//! What a session is made from, and what it refuses.

use std::error::Error;
use std::fmt;

use crate::instrument::{Instrument, InstrumentId};
use crate::money::Money;
use crate::time::{Duration, Time};
use crate::venue::{Capabilities, FeeSchedule, VenueKind};

/// What a host gives to a new session.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Every instrument that is known; the declared ones first, in the order of the manifest.
    pub instruments: Vec<Instrument>,
    /// Money at the start.
    pub cash: Money,
    /// What the venue can do.
    pub capabilities: &'static Capabilities,
    /// What the venue charges, where that is not what its table says by the kind of asset.
    pub fees: Option<FeeSchedule>,
    /// From what bars are built.
    pub bars_from: BarSource,
    /// How long after its end a bar stays open for data on its way: the feed's latency; zero on
    /// tapes without times of reception.
    pub grace: Duration,
    /// Levels that a book keeps on each side.
    pub levels_max: usize,
    /// Whether every guard's stop goes to the outbox, not only into the counters.
    pub trace: bool,
}

impl Setup {
    /// A setup for a venue, with bars from the best data there is, no grace, and no trace.
    pub fn new(instruments: Vec<Instrument>, cash: Money, venue: VenueKind) -> Self {
        Self {
            instruments,
            cash,
            capabilities: venue.capabilities(),
            fees: None,
            bars_from: BarSource::Auto,
            grace: Duration::from_nanos(0),
            levels_max: 64,
            trace: false,
        }
    }
}

/// From what the bars of a clock are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum BarSource {
    /// For each instrument the best that was seen so far: recorded bars, else trades, else the mid
    /// of quotes and books. Where better data appears, bars start anew from it.
    #[default]
    Auto,
    /// The mid of quotes and books.
    Mid,
    /// Trades.
    Trades,
    /// Recorded bars, finer than the clock or of its length.
    Recorded,
}

/// Why a session cannot be made, or cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SessionError {
    /// A declared instrument has no row in the setup, or another symbol there.
    Instrument {
        /// Position in the manifest.
        declared: usize,
        /// The symbol that the strategy declares.
        symbol: String,
        /// What the setup has instead.
        found: Option<String>,
    },
    /// A declared instrument is sold short by its complement, and the setup does not know it.
    Complement {
        /// The symbol of the instrument.
        symbol: String,
    },
    /// A clock or a timer has a length that is not positive, no instrument, or an unknown one.
    Clock {
        /// The clock's name, or the timer's number.
        name: String,
        /// What is wrong.
        problem: &'static str,
    },
    /// Something came before something that was already handled.
    OutOfOrder {
        /// Time of the session.
        now: Time,
        /// Time of what came.
        got: Time,
    },
    /// An event or report names an instrument that the session does not have.
    UnknownInstrument {
        /// The instrument.
        instrument: InstrumentId,
        /// How many there are.
        count: usize,
    },
    /// Recorded bars are longer than the bars of a clock.
    BarTooCoarse {
        /// The clock.
        clock: String,
        /// Length of its bars.
        needed: Duration,
        /// Length of the recorded bar.
        got: Duration,
    },
    /// Something came before `start`, or `start` came twice.
    Phase {
        /// What is wrong.
        problem: &'static str,
    },
    /// Money, sizes or prices left the range of the numbers.
    Overflow {
        /// The instrument.
        instrument: InstrumentId,
        /// What was computed.
        what: &'static str,
    },
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instrument { declared, symbol, found: Some(found) } => write!(
                f,
                "instrument {declared} of the strategy is `{symbol}`, but the setup has `{found}` \
                 in its place; give the declared instruments first, in their order"
            ),
            Self::Instrument { declared, symbol, found: None } => write!(
                f,
                "instrument {declared} of the strategy, `{symbol}`, is missing; add it to the setup"
            ),
            Self::Complement { symbol } => write!(
                f,
                "the other outcome of `{symbol}` is not known, and `short: complement` buys it; give \
                 the data of both tokens, and name each as the `complement` of the other in their \
                 metadata"
            ),
            Self::Clock { name, problem } => {
                write!(f, "clock `{name}` {problem}; mend it in the strategy's manifest")
            }
            Self::OutOfOrder { now, got } => write!(
                f,
                "an event of {got} came after the session had reached {now}; sort the data by the \
                 time of reception"
            ),
            Self::UnknownInstrument { instrument, count } => write!(
                f,
                "instrument {} is unknown, there are {count}; add it to the session first",
                instrument.0
            ),
            Self::BarTooCoarse { clock, needed, got } => write!(
                f,
                "clock `{clock}` needs bars of {needed}, but the data has bars of {got}; use data \
                 at least as fine as the clock"
            ),
            Self::Phase { problem } => f.write_str(problem),
            Self::Overflow { instrument, what } => write!(
                f,
                "the {what} of instrument {} left the range of the numbers (9.2 thousand million); \
                 trade smaller sizes or less cash",
                instrument.0
            ),
        }
    }
}

impl Error for SessionError {}

crate::choice!(BarSource { Auto, Mid, Trades, Recorded });
