//! Follows a run and adds up what happens.

use std::collections::BTreeMap;

use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::Manifest;
use strat_runtime::money::Money;
use strat_runtime::order::{CancelReason, Liquidity, RejectReason};
use strat_runtime::quantity::Quantity;
use strat_runtime::session::{
    Counters, FillRecord, OrderRecord, OrderStep, Outbox, RiskNotice, Settlement,
};
use strat_runtime::strategy::{Message, MessageLevel};
use strat_runtime::time::Time;
use strat_runtime::view::View;

use super::{EquityCurve, InstrumentRecord, Keep, Outcome, RunRecord};
use crate::report::metrics::{DrawdownMeter, ExposureMeter, RoundTrips, TripMeter};
use crate::venue::Feed;

/// Follows a run.
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone, Default)]
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
        // The account's sum is the value of the only position.
        if let [only] = self.held[..]
            && view.instrument(only).mark.is_some()
        {
            return view.account.positions.checked_abs().unwrap_or(Money::MAX);
        }
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

    /// Remembers when the market first fired a handler.
    #[inline]
    pub fn watch_fired(&mut self, now: Time, manifest: &Manifest, counters: &Counters) {
        if self.first_fired.is_none() && manifest.is_fired_by_market(&counters.fired) {
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
