//! What is kept of a run while it goes on, and what is left of it at the end.
//!
//! A [`Recorder`] takes in what the session's outbox holds and follows equity from event to event.
//! Figures are kept as they accumulate; single fills and orders only where [`Keep`] asks for them,
//! so that the memory of many runs does not grow with their fills. Enter at [`Recorder::new`];
//! [`Recorder::finish`] leaves a [`RunRecord`], which every report is made from.

mod curve;
mod outcome;
mod recorder;
mod why;

use std::collections::{BTreeMap, BTreeSet};

use strat_runtime::instrument::Instrument;
use strat_runtime::manifest::Manifest;
use strat_runtime::money::Money;
use strat_runtime::order::{CancelReason, RejectReason};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::session::{Counters, FillRecord, OrderRecord, RiskNotice, Settlement};
use strat_runtime::strategy::Message;
use strat_runtime::time::Time;

use crate::report::metrics::{Drawdown, Exposure, RoundTrips};
use crate::venue::Feed;
pub use curve::{EquityCurve, GRID};
pub use outcome::{NotFired, Outcome, Shortfall};
pub use recorder::Recorder;
pub(crate) use recorder::RunEnd;
pub use why::{WhyNot, WhySource, WhyStopped};

/// What a run keeps beyond its figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Every fill and settlement.
    pub fills: bool,
    /// Every step of every order.
    pub orders: bool,
    /// Most messages and risk events of each kind that are kept; all are counted.
    pub messages_max: usize,
}

impl Keep {
    /// Everything that a report on one run shows.
    pub const SINGLE: Keep = Keep { fills: true, orders: false, messages_max: 100 };
    /// Figures only, for one of many runs.
    pub const SUMMARY: Keep = Keep { fills: false, orders: false, messages_max: 0 };
}

/// One run, at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRecord {
    /// Whether it did something, and if not, why.
    pub outcome: Outcome,
    /// The strategy as it was run.
    pub manifest: Manifest,
    /// Instruments with what was done in them, by their ids.
    pub instruments: Vec<InstrumentRecord>,
    /// Time of the first event, warm-up included.
    pub data_from: Time,
    /// When trading was allowed: the end of the warm-up that the host replayed.
    pub trading_from: Time,
    /// Time of the last event.
    pub data_to: Time,
    /// When a handler first fired.
    pub first_fired: Option<Time>,
    /// Market events of the warm-up.
    pub warmup_events: u64,
    /// Market events after it.
    pub events: u64,
    /// Cash at the start.
    pub cash_start: Money,
    /// Cash at the end.
    pub cash_end: Money,
    /// Cash and positions at their last marks.
    pub equity_end: Money,
    /// Profit and loss of closed positions, before fees.
    pub realized: Money,
    /// Profit and loss of open positions at their last marks, before fees.
    pub unrealized: Money,
    /// Fees charged.
    pub fees: Money,
    /// Price times size of all fills, in units of 1e-9.
    pub turnover: i128,
    /// Orders sent.
    pub orders: u64,
    /// Cancels sent.
    pub cancels: u64,
    /// Executions.
    pub fills: u64,
    /// Executions as maker.
    pub maker_fills: u64,
    /// Largest fall of equity from its peak.
    pub drawdown: Drawdown,
    /// Time and size of positions.
    pub exposure: Exposure,
    /// Closed round trips.
    pub trips: RoundTrips,
    /// Equity on a fixed grid of event time.
    pub curve: EquityCurve,
    /// The session's counters at the end of the run.
    pub counters: Counters,
    /// Orders that the venue refused, by reason.
    pub rejects: BTreeMap<RejectReason, u64>,
    /// Orders that ended without filling completely, by reason.
    pub cancellations: BTreeMap<CancelReason, u64>,
    /// How many risk events there were.
    pub risk_count: u64,
    /// The first risk events.
    pub risk: Vec<RiskNotice>,
    /// How many messages there were: log, alert, halt.
    pub message_counts: [u64; 3],
    /// The first messages.
    pub messages: Vec<(Time, Message)>,
    /// Fills, if they were kept.
    pub fill_records: Vec<FillRecord>,
    /// Settlements, if they were kept.
    pub settlements: Vec<Settlement>,
    /// Steps of orders, if they were kept.
    pub order_records: Vec<OrderRecord>,
}

/// What was done in one instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InstrumentRecord {
    /// The instrument as it was at the end.
    pub instrument: Instrument,
    /// Units held at the end.
    pub position: Quantity,
    /// What the open part cost.
    pub cost: Money,
    /// Its last mark price.
    pub mark: Option<Price>,
    /// Profit and loss of the closed part, before fees.
    pub realized: Money,
    /// Profit and loss of the open part, before fees.
    pub unrealized: Money,
    /// Fees charged.
    pub fees: Money,
    /// Executions.
    pub fills: u64,
    /// Price times size of its fills, in units of 1e-9.
    pub turnover: i128,
    /// On what kind of data its orders were matched.
    pub feed: Feed,
    /// Whether it had bars without a volume, so that no participation limit applied.
    pub without_volume: bool,
}

impl InstrumentRecord {
    /// Profit and loss after fees; `None` on overflow.
    pub fn net(&self) -> Option<Money> {
        self.realized.checked_add(self.unrealized)?.checked_sub(self.fees)
    }
}

impl RunRecord {
    /// Profit or loss after fees.
    pub fn pnl(&self) -> Money {
        self.equity_end.checked_sub(self.cash_start).unwrap_or(Money::MIN)
    }

    /// The kinds of data on which orders could be matched.
    pub fn feeds(&self) -> FeedsSeen {
        let seen = self.instruments.iter().map(|row| row.feed);
        FeedsSeen {
            kinds: seen.filter(|feed| *feed != Feed::None).collect(),
            without_volume: self.instruments.iter().any(|row| row.without_volume),
        }
    }
}

/// The kinds of data on which orders of one or more runs could be matched.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FeedsSeen {
    /// Every kind that some instrument had, [`Feed::None`] left out.
    pub kinds: BTreeSet<Feed>,
    /// Some instrument had bars without a volume.
    pub without_volume: bool,
}

impl FeedsSeen {
    /// Adds what another run had.
    pub fn merge(&mut self, other: Self) {
        self.kinds.extend(other.kinds);
        self.without_volume |= other.without_volume;
    }
}
