//! What is kept of a run while it goes on, and what is left of it at the end.
//!
//! A [`Recorder`] takes in what the session's outbox holds and follows equity from event to event.
//! Figures are kept as they accumulate; single fills and orders only where [`Keep`] asks for them,
//! so that the memory of many runs does not grow with their fills. Enter at [`Recorder::new`];
//! [`Recorder::finish`] leaves a [`RunRecord`], which every report is made from.

mod curve;
mod outcome;

use std::collections::{BTreeMap, BTreeSet};

use strat_runtime::instrument::{Instrument, InstrumentId};
use strat_runtime::manifest::{Manifest, ReasonKind};
use strat_runtime::money::Money;
use strat_runtime::order::{CancelReason, Liquidity, RejectReason};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::session::{
    Counters, FillRecord, HostReason, OrderRecord, OrderStep, Outbox, RiskNotice, Settlement,
};
use strat_runtime::strategy::{Message, MessageLevel};
use strat_runtime::time::Time;
use strat_runtime::view::View;

use crate::report::metrics::{
    Drawdown, DrawdownMeter, Exposure, ExposureMeter, RoundTrips, TripMeter,
};
use crate::venue::Feed;
pub use curve::{EquityCurve, GRID};
pub use outcome::{NotFired, Outcome, Shortfall};

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

    /// Why it did not do more, most frequent first: guards and waits of the strategy, limits of
    /// the host, refusals of the venue.
    pub fn why_not(&self) -> Vec<WhyNot> {
        let mut rows = Vec::new();
        for (reason, &count) in self.manifest.reasons.iter().zip(&self.counters.stops) {
            if count > 0 && reason.kind != ReasonKind::Because {
                let source = WhySource::Strategy { kind: reason.kind, line: reason.line };
                rows.push(WhyNot { source, text: reason.text.clone(), count });
            }
        }
        for reason in HostReason::ALL {
            let count = self.counters.host(reason);
            if count > 0 {
                let source = WhySource::Host { note: reason.is_note() };
                rows.push(WhyNot { source, text: reason.text().to_owned(), count });
            }
        }
        for (reason, &count) in &self.rejects {
            rows.push(WhyNot { source: WhySource::Venue, text: reason.text().to_owned(), count });
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.count));
        rows
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

/// How often one reason stopped or changed something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyNot {
    /// Who said no.
    pub source: WhySource,
    /// The reason.
    pub text: String,
    /// How often.
    pub count: u64,
}

/// Who said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhySource {
    /// The strategy's own text.
    Strategy {
        /// A guard, a universe's condition, a wait for warm-up.
        kind: ReasonKind,
        /// Line in the text, from 1.
        line: u32,
    },
    /// The session, before an order was sent.
    Host {
        /// The request went on, changed.
        note: bool,
    },
    /// The venue.
    Venue,
}

impl WhySource {
    /// One word for a column.
    pub const fn name(self) -> &'static str {
        match self {
            WhySource::Strategy { kind: ReasonKind::Universe, .. } => "universe",
            WhySource::Strategy { kind: ReasonKind::Warmup, .. } => "warm-up",
            WhySource::Strategy { .. } => "guard",
            WhySource::Host { note: true } => "note",
            WhySource::Host { note: false } => "host",
            WhySource::Venue => "venue",
        }
    }
}

/// Follows a run.
#[derive(Debug)]
pub struct Recorder {
    keep: Keep,
    record: Tally,
    curve: EquityCurve,
    drawdown: DrawdownMeter,
    exposure: ExposureMeter,
    per_instrument: Vec<PerInstrument>,
    /// Instruments with a position.
    held: Vec<InstrumentId>,
    first_fired: Option<Time>,
}

/// Sums and lists that only grow.
#[derive(Debug, Default)]
struct Tally {
    fills: u64,
    maker_fills: u64,
    trips: RoundTrips,
    rejects: BTreeMap<RejectReason, u64>,
    cancellations: BTreeMap<CancelReason, u64>,
    risk_count: u64,
    risk: Vec<RiskNotice>,
    message_counts: [u64; 3],
    messages: Vec<(Time, Message)>,
    fill_records: Vec<FillRecord>,
    settlements: Vec<Settlement>,
    order_records: Vec<OrderRecord>,
}

#[derive(Debug, Clone, Copy, Default)]
struct PerInstrument {
    trip: TripMeter,
    fills: u64,
    turnover: i128,
}

/// What the run itself knows at its end.
#[derive(Debug, Clone)]
pub(crate) struct RunEnd {
    pub(crate) outcome: Outcome,
    pub(crate) data_from: Time,
    pub(crate) trading_from: Time,
    pub(crate) warmup_events: u64,
    pub(crate) events: u64,
    pub(crate) feeds: Vec<(Feed, bool)>,
}

impl Recorder {
    /// Begins at `now` with this equity and no position.
    pub fn new(keep: Keep, equity: Money, instruments: usize, now: Time) -> Self {
        Self {
            keep,
            record: Tally::default(),
            curve: EquityCurve::new(now, equity),
            drawdown: DrawdownMeter::new(equity, now),
            exposure: ExposureMeter::new(now),
            per_instrument: vec![PerInstrument::default(); instruments],
            held: Vec::new(),
            first_fired: None,
        }
    }

    /// Takes in what happened, and lets go of nothing: the host clears the outbox.
    pub fn take(&mut self, outbox: &Outbox) {
        for fill in &outbox.fills {
            self.fill(fill);
        }
        for settlement in &outbox.settlements {
            self.settle(settlement);
        }
        for order in &outbox.orders {
            match order.kind {
                OrderStep::Rejected(reason) => {
                    *self.record.rejects.entry(reason).or_default() += 1;
                }
                OrderStep::Canceled(reason) => {
                    *self.record.cancellations.entry(reason).or_default() += 1;
                }
                OrderStep::Placed(_)
                | OrderStep::Accepted
                | OrderStep::CancelSent
                | OrderStep::Filled => {}
            }
            if self.keep.orders {
                self.record.order_records.push(*order);
            }
        }
        for (time, message) in &outbox.messages {
            let [log, alert, halt] = &mut self.record.message_counts;
            match message.level {
                MessageLevel::Log => *log += 1,
                MessageLevel::Alert => *alert += 1,
                MessageLevel::Halt => *halt += 1,
            }
            if self.record.messages.len() < self.keep.messages_max {
                self.record.messages.push((*time, message.clone()));
            }
        }
        for notice in &outbox.risk {
            self.record.risk_count += 1;
            if self.record.risk.len() < self.keep.messages_max {
                self.record.risk.push(notice.clone());
            }
        }
    }

    fn fill(&mut self, fill: &FillRecord) {
        self.record.fills += 1;
        self.record.maker_fills += u64::from(fill.fill.liquidity == Liquidity::Maker);
        if let Some(own) = self.per_instrument.get_mut(fill.instrument.index()) {
            own.fills += 1;
            own.turnover = own.turnover.saturating_add(i128::from(fill.booked.notional.raw()));
            own.trip.observe(
                fill.booked.realized,
                fill.fill.fee,
                fill.position,
                &mut self.record.trips,
            );
        }
        self.hold(fill.instrument, fill.position);
        if self.keep.fills {
            self.record.fill_records.push(*fill);
        }
    }

    fn settle(&mut self, settlement: &Settlement) {
        if let Some(own) = self.per_instrument.get_mut(settlement.instrument.index()) {
            own.trip.observe(
                settlement.booked.realized,
                Money::ZERO,
                Quantity::ZERO,
                &mut self.record.trips,
            );
        }
        self.hold(settlement.instrument, Quantity::ZERO);
        if self.keep.fills {
            self.record.settlements.push(*settlement);
        }
    }

    fn hold(&mut self, instrument: InstrumentId, position: Quantity) {
        match (self.held.iter().position(|held| *held == instrument), position.is_zero()) {
            (Some(at), true) => {
                self.held.remove(at);
            }
            (None, false) => self.held.push(instrument),
            _ => {}
        }
    }

    /// Follows equity and positions; called when everything of one instant has been handled.
    #[inline]
    pub fn observe(&mut self, view: &View) {
        let (now, equity) = (view.now, view.account.equity);
        self.curve.observe(now, equity);
        self.drawdown.observe(equity, now);
        let gross = if self.held.is_empty() { Money::ZERO } else { self.gross(view) };
        self.exposure.observe(now, !self.held.is_empty(), gross, equity);
    }

    fn gross(&self, view: &View) -> Money {
        let mut gross = Money::ZERO;
        for id in &self.held {
            let instrument = view.instrument(*id);
            let value = instrument
                .mark
                .and_then(|mark| instrument.position.value(mark.price))
                .and_then(Money::checked_abs)
                .unwrap_or(Money::ZERO);
            gross = gross.checked_add(value).unwrap_or(Money::MAX);
        }
        gross
    }

    /// Remembers when a handler first fired.
    #[inline]
    pub fn watch_fired(&mut self, now: Time, counters: &Counters) {
        if self.first_fired.is_none() && counters.fired.iter().any(|n| *n > 0) {
            self.first_fired = Some(now);
        }
    }

    /// The run is over at the view's `now`.
    pub(crate) fn finish(
        mut self,
        view: &View,
        manifest: &Manifest,
        counters: &Counters,
        end: RunEnd,
    ) -> RunRecord {
        self.curve.close(view.now);
        let instruments = self.instruments(view, &end);
        let unrealized = instruments
            .iter()
            .try_fold(Money::ZERO, |sum, row| sum.checked_add(row.unrealized))
            .unwrap_or(Money::MAX);
        let account = &view.account;
        let tally = self.record;
        RunRecord {
            outcome: end.outcome,
            manifest: manifest.clone(),
            instruments,
            data_from: end.data_from,
            trading_from: end.trading_from,
            data_to: view.now,
            first_fired: self.first_fired,
            warmup_events: end.warmup_events,
            events: end.events,
            cash_start: account.initial,
            cash_end: account.cash,
            equity_end: account.equity,
            realized: account.realized,
            unrealized,
            fees: account.fees_paid,
            turnover: account.turnover,
            orders: counters.placed,
            cancels: counters.cancels,
            fills: tally.fills,
            maker_fills: tally.maker_fills,
            drawdown: self.drawdown.worst(),
            exposure: self.exposure.exposure(),
            trips: tally.trips,
            curve: self.curve,
            counters: counters.clone(),
            rejects: tally.rejects,
            cancellations: tally.cancellations,
            risk_count: tally.risk_count,
            risk: tally.risk,
            message_counts: tally.message_counts,
            messages: tally.messages,
            fill_records: tally.fill_records,
            settlements: tally.settlements,
            order_records: tally.order_records,
        }
    }

    fn instruments(&self, view: &View, end: &RunEnd) -> Vec<InstrumentRecord> {
        view.instruments
            .iter()
            .enumerate()
            .map(|(i, row)| {
                let own = self.per_instrument.get(i).copied().unwrap_or_default();
                let (feed, without_volume) = end.feeds.get(i).copied().unwrap_or_default();
                let mark = row.mark.map(|mark| mark.price);
                InstrumentRecord {
                    instrument: row.meta.clone(),
                    position: row.position.size,
                    cost: row.position.cost,
                    mark,
                    realized: row.position.realized,
                    unrealized: mark
                        .and_then(|mark| row.position.unrealized(mark))
                        .unwrap_or(Money::ZERO),
                    fees: row.position.fees,
                    fills: own.fills,
                    turnover: own.turnover,
                    feed,
                    without_volume,
                }
            })
            .collect()
    }
}
