//! What a host must know of a strategy before its first event. Parameter values are already in.

mod timer;

pub use timer::Timer;

use std::fmt;

use crate::instrument::InstrumentId;
use crate::leverage::Leverage;
use crate::money::Money;
use crate::quantity::Quantity;
use crate::ratio::Ratio;
use crate::time::Duration;
use crate::venue::VenueKind;

/// Index of a handler, in source order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct HandlerId(pub u16);

/// Index of a reason text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ReasonId(pub u16);

/// Index of a bar clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct ClockId(pub u16);

/// Index of a timer; one per handler that has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct TimerId(pub u16);

/// A strategy, as a host sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Manifest {
    /// The strategy's name.
    pub name: String,
    /// Its one-line description.
    pub title: String,
    /// Its declared version.
    pub version: u32,
    /// The venue whose rules apply.
    pub venue: VenueKind,
    /// Declared instruments; the n-th is `InstrumentId(n)` in every session.
    pub instruments: Vec<InstrumentDecl>,
    /// Declared universes.
    pub universes: Vec<UniverseDecl>,
    /// Bar clocks.
    pub clocks: Vec<BarClock>,
    /// Timers.
    pub timers: Vec<Timer>,
    /// Order statements, quotes (two each) and targets.
    pub slots: Vec<SlotDecl>,
    /// Handlers in source order.
    pub handlers: Vec<HandlerDecl>,
    /// Guard reasons, `because` texts and clock waits, numbered by [`ReasonId`].
    pub reasons: Vec<Reason>,
    /// Risk rules with their values.
    pub risk: Vec<RiskRule>,
    /// What happens after a fault.
    pub on_fault: Vec<RiskAction>,
    /// Parameter names and values as a person would write them.
    pub params: Vec<(String, String)>,
    /// Which market events the strategy must be stepped on.
    pub wants: Wants,
    /// What the market data must have; a run on data that lacks it says nothing.
    pub needs: Vec<Need>,
    /// Hash of the canonical program and its parameters; stamped on every report.
    pub behaviour_hash: u64,
}

impl Manifest {
    /// Whether the market ever fired a handler, given how often each of them fired. Handlers of the
    /// session's start and end count only where there are no others.
    pub fn is_fired_by_market(&self, fired: &[u64]) -> bool {
        let only_lifecycle = self.handlers.iter().all(|handler| handler.lifecycle);
        self.handlers
            .iter()
            .zip(fired)
            .any(|(handler, count)| *count > 0 && (only_lifecycle || !handler.lifecycle))
    }
}

/// A declared instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstrumentDecl {
    /// The name in the strategy.
    pub name: String,
    /// The venue's symbol.
    pub symbol: String,
    /// The venue.
    pub venue: VenueKind,
}

/// A declared universe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniverseDecl {
    /// The name in the strategy.
    pub name: String,
    /// Most members.
    pub max: u32,
}

/// What a bar clock does when a bucket had no trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Gaps {
    /// No event, the default.
    #[default]
    Skip,
    /// A flat bar at the last close.
    Carry,
    /// Handlers stop until an operator resumes; during the warm-up it begins anew instead.
    Halt,
}

/// A clock that ticks when bars close.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BarClock {
    /// The name in the strategy, or its spelling if it has none.
    pub name: String,
    /// Its instruments; several tick once, when the last of them has closed.
    pub instruments: Vec<InstrumentId>,
    /// Length of a bar.
    pub every: Duration,
    /// Gap policy.
    pub gaps: Gaps,
    /// Closed bars needed before the handlers that read this clock may fire.
    pub warm: u64,
}

/// An order statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotDecl {
    /// `as` name, or a name made from the statement and its line.
    pub name: String,
    /// The handler that states it.
    pub handler: HandlerId,
}

/// A handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandlerDecl {
    /// Its head as written: `on every 60s for m in markets`.
    pub name: String,
    /// Line in the strategy's text, from 1.
    pub line: u32,
    /// Whether it fires at the session's start or end, whatever the market does.
    pub lifecycle: bool,
}

/// A reason text and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The text.
    pub text: String,
    /// What it explains.
    pub kind: ReasonKind,
    /// Line in the strategy's text, from 1.
    pub line: u32,
}

/// What a reason explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReasonKind {
    /// A guard that stopped a reaction.
    Guard,
    /// A universe condition that left a member out.
    Universe,
    /// A handler that waits for its streams to warm up.
    Warmup,
    /// A `because`.
    Because,
}

/// Something that the market data must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// What.
    pub what: Needed,
    /// Of whom.
    pub of: NeedOf,
}

/// Of whom something must be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NeedOf {
    /// A declared instrument.
    Instrument(InstrumentId),
    /// At least one of the instruments that can be members of a universe, by its index.
    Universe(u32),
}

/// What market data can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// Books or quotes.
    Quotes,
    /// Books of more than the touch.
    Depth,
    /// Trades.
    Trades,
    /// Bars as the data records them.
    RecordedBars,
    /// Bars of this length: recorded ones that fill them, or what they can be built from.
    Bars(Duration),
    /// What moves a bar before it closes: books, quotes or trades.
    Forming,
    /// Something at least this often.
    Every(Duration),
}

impl fmt::Display for Needed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Needed::Quotes => f.write_str("books or quotes"),
            Needed::Depth => f.write_str("books of more than the touch"),
            Needed::Trades => f.write_str("trades"),
            Needed::RecordedBars => f.write_str("recorded bars"),
            Needed::Bars(every) => write!(f, "bars of {every}, or finer data"),
            Needed::Forming => f.write_str("books, quotes or trades, for the bar that is forming"),
            Needed::Every(after) => write!(f, "something at least every {after}"),
        }
    }
}

/// Which market events reach [`crate::strategy::Strategy::step`]; all others only move the view.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "one column for each kind of event")]
pub struct Wants {
    /// Per declared instrument: book and quote events.
    pub book: Vec<bool>,
    /// Per declared instrument: trades.
    pub trades: Vec<bool>,
    /// Whether metadata changes matter (universes, expiry handlers).
    pub meta: bool,
    /// Whether book and quote events of instruments that are not declared matter: streams per
    /// member of a universe follow them.
    pub other_book: bool,
    /// The same for trades.
    pub other_trades: bool,
    /// Per declared instrument: its expiry.
    pub expiry: Vec<bool>,
    /// Whether expiries of instruments that are not declared matter.
    pub other_expiry: bool,
    /// Per clock: whether the bars that are forming are read.
    pub forming: Vec<bool>,
    /// Per declared instrument: whether a target below zero is one in its complement.
    pub complements: Vec<bool>,
    /// The same for instruments that are not declared.
    pub other_complements: bool,
}

/// To which positions a limit applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// All together.
    Portfolio,
    /// Each instrument by itself.
    EachInstrument,
    /// One instrument.
    Instrument(InstrumentId),
}

/// A limit on loss.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LossLimit {
    /// Money.
    Money(Money),
    /// Share of the equity it is measured from.
    Ratio(Ratio),
}

/// A rule of the `risk` block; enforced by the session, out of the strategy's reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RiskRule {
    /// Worst-case size of a position, own open orders included.
    MaxPosition {
        /// Units.
        limit: Quantity,
        /// Which positions.
        scope: Scope,
    },
    /// Worst-case money in all positions and open orders.
    MaxNotional {
        /// Money at marks and limit prices.
        limit: Money,
        /// Which positions.
        scope: Scope,
    },
    /// Own orders at a time.
    MaxOpenOrders {
        /// Count.
        limit: u32,
    },
    /// Largest leverage a target may ask for.
    MaxLeverage {
        /// Absolute leverage.
        limit: Leverage,
        /// Which positions.
        scope: Scope,
    },
    /// Largest share of equity a target may ask for.
    MaxWeight {
        /// Absolute share.
        limit: Ratio,
        /// Which positions.
        scope: Scope,
    },
    /// Equity lost since 00:00 UTC, or since the start.
    MaxLoss {
        /// Most that may be lost.
        limit: LossLimit,
        /// Measured from 00:00 UTC instead of the start.
        per_day: bool,
        /// What happens then.
        actions: Vec<RiskAction>,
    },
    /// Equity lost since its running peak.
    MaxDrawdown {
        /// Share of the peak.
        limit: Ratio,
        /// What happens then.
        actions: Vec<RiskAction>,
    },
    /// Orders per time; more are held back and noted.
    MaxOrderRate {
        /// Count.
        count: u32,
        /// Sliding window.
        per: Duration,
    },
    /// No raw data of a read instrument for this long.
    StaleData {
        /// Longest silence.
        after: Duration,
        /// What happens then.
        actions: Vec<RiskAction>,
    },
}

/// What a risk rule or a fault does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RiskAction {
    /// Cancel the strategy's orders.
    CancelAll,
    /// Close every position with marketable orders inside the collar.
    Flatten,
    /// Stop handlers until an operator resumes.
    Halt,
    /// Keep positions as they are.
    Hold,
}
