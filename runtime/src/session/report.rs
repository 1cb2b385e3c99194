//! What the venue says of own orders: slots, positions and the account follow it.

use crate::instrument::InstrumentId;
use crate::money::Money;
use crate::order::{CancelReason, Fill, RejectReason, Report, ReportKind};
use crate::quantity::Quantity;
use crate::session::slots::{Pending, is_immediate};
use crate::session::{Core, FillRecord, HostReason, OrderStep, Origin, SessionError, Settlement};
use crate::side::Side;
use crate::slot::{SlotId, SlotState};
use crate::strategy::Trigger;

/// What a report means to the strategy.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct News {
    /// An execution.
    pub(super) fill: Option<Trigger>,
    /// The end of an order.
    pub(super) end: Option<Trigger>,
    /// The order ended by our own cancel.
    requested: bool,
}

impl Core {
    /// Brings the view up to a report.
    pub(super) fn apply_report(&mut self, report: &Report) -> Result<News, SessionError> {
        self.counters.reports += 1;
        let (i, slot) = (report.order.instrument.index(), report.order.slot);
        if i >= self.view.instruments.len() {
            return Err(self.unknown(report.order.instrument));
        }
        let known = self.order(i, slot).is_some_and(|order| order.id == report.order);
        if !known {
            return self.apply_straggler(i, report);
        }
        let origin = self.origin(i, slot);
        match report.kind {
            ReportKind::Accepted => {
                self.record(report.order, OrderStep::Accepted, origin);
                self.accept(i, slot);
                Ok(News::default())
            }
            ReportKind::Rejected(reason) => {
                self.record(report.order, OrderStep::Rejected(reason), origin);
                self.reject(i, slot, reason);
                Ok(News { end: own(slot, trigger_reject(report, reason)), ..News::default() })
            }
            ReportKind::Filled(fill) => self.fill(i, report, fill, origin),
            ReportKind::Canceled(reason) => {
                self.record(report.order, OrderStep::Canceled(reason), origin);
                self.end(i, slot);
                if matches!(reason, CancelReason::Resolved | CancelReason::BalanceDropped) {
                    self.cell(i, slot).pending = None;
                }
                let replaced = self.cell(i, slot).pending.is_some();
                let end = (!replaced).then_some(trigger_done(report, Some(reason)));
                Ok(News {
                    end: end.and_then(|end| own(slot, end)),
                    requested: replaced,
                    fill: None,
                })
            }
            ReportKind::CancelRejected => {
                if self.order(i, slot).is_some_and(|o| o.state == SlotState::Canceling) {
                    self.set_state(i, slot, SlotState::Live);
                    self.cell(i, slot).pending = None;
                }
                Ok(News::default())
            }
        }
    }

    /// What follows once the strategy has heard of a report: the order that waited for its slot.
    pub(super) fn after_report(&mut self, report: &Report, news: News) -> Option<Trigger> {
        let (i, slot) = (report.order.instrument.index(), report.order.slot);
        self.close_rest(i, slot);
        if self.order(i, slot).is_some() {
            return None;
        }
        let pending = self.cell(i, slot).pending.take()?;
        let origin = pending.origin;
        let placed = match pending.aim {
            None => self.requantise(i, slot, pending.desired, origin),
            Some(aim) => self.towards(i, slot, aim),
        }
        .and_then(|desired| Ok((desired, self.gate(i, slot, &desired)?)));
        match placed {
            Ok((desired, unit)) => {
                self.send(i, slot, desired, origin, unit);
                None
            }
            Err(reason) => {
                let is_reached = pending.aim.is_some() && reason == HostReason::SizeZero;
                if !is_reached {
                    self.note(i, Some(slot), origin, reason);
                }
                let canceled = trigger_done(report, Some(CancelReason::Requested));
                news.requested.then_some(canceled).and_then(|end| own(slot, end))
            }
        }
    }

    /// A report on an order that has ended. A fill is a fill even then: it moves the money.
    fn apply_straggler(&mut self, i: usize, report: &Report) -> Result<News, SessionError> {
        let slot = report.order.slot;
        let origin = self.origin(i, slot);
        let cell = self.cell(i, slot);
        let ended = cell.ended;
        let is_last = ended.is_some_and(|(generation, _)| generation == report.order.generation);
        if is_last {
            // The venue's word on an order that ended with its instrument, on its way or resting.
            let end = match report.kind {
                ReportKind::Canceled(reason) => Some(trigger_done(report, Some(reason))),
                ReportKind::Rejected(reason) => Some(trigger_reject(report, reason)),
                // Our cancel and the order's end crossed each other: an ordinary race.
                ReportKind::CancelRejected => return Ok(News::default()),
                ReportKind::Accepted | ReportKind::Filled(_) => None,
            };
            if let Some(end) = end
                && std::mem::take(&mut cell.done_due)
            {
                return Ok(News { end: own(slot, end), ..News::default() });
            }
        }
        self.note(i, Some(slot), origin, HostReason::UnknownOrder);
        match (report.kind, ended) {
            (ReportKind::Filled(fill), Some((_, side))) if is_last => {
                self.book(i, report, side, fill, origin)?;
                let fill = own(slot, trigger_fill(report, side, fill));
                Ok(News { fill, ..News::default() })
            }
            _ => Ok(News::default()),
        }
    }

    fn accept(&mut self, i: usize, slot: SlotId) {
        let Some(order) = self.order(i, slot) else {
            return;
        };
        // What never rests cannot be taken back: it stays in flight until it ends.
        if order.state != SlotState::InFlight || is_immediate(order.desired.tif) {
            return;
        }
        self.set_state(i, slot, SlotState::Live);
        if std::mem::take(&mut self.cell(i, slot).cancel_on_ack) {
            self.cancel(i, slot);
        }
    }

    fn reject(&mut self, i: usize, slot: SlotId, reason: RejectReason) {
        self.end(i, slot);
        self.cell(i, slot).pending = None;
        // A resting order that came too late for its touch is tried again at the next one, and a
        // target that waited for the slot has not been refused.
        let waits = self.cell(i, slot).work.is_some_and(|work| work.is_waiting());
        if reason != RejectReason::PostOnlyWouldCross && !waits {
            self.set_work(i, slot, None);
        }
    }

    fn fill(
        &mut self,
        i: usize,
        report: &Report,
        fill: Fill,
        origin: Origin,
    ) -> Result<News, SessionError> {
        let slot = report.order.slot;
        let Some(order) = self.order(i, slot).copied() else {
            return Ok(News::default());
        };
        let side = order.desired.side;
        self.book(i, report, side, fill, origin)?;
        self.set_open(i, slot, fill.remaining.max(Quantity::ZERO));
        // The order that follows wants what this one did not get.
        if let Some(Pending { desired: next, .. }) = &mut self.cell(i, slot).pending
            && next.side == side
        {
            next.size = next.size.checked_sub(fill.size).unwrap_or_default();
        }
        let mut news =
            News { fill: own(slot, trigger_fill(report, side, fill)), ..News::default() };
        if !fill.remaining.is_positive() {
            self.record(report.order, OrderStep::Filled, origin);
            self.end(i, slot);
            let is_left = |next: &Pending| next.aim.is_some() || next.desired.size.is_positive();
            let left = self.cell(i, slot).pending.filter(is_left);
            self.cell(i, slot).pending = left;
            news.end = own(slot, trigger_done(report, None));
        }
        Ok(news)
    }

    /// Moves position, cash and fees by one execution.
    fn book(
        &mut self,
        i: usize,
        report: &Report,
        side: Side,
        fill: Fill,
        origin: Origin,
    ) -> Result<(), SessionError> {
        let instrument = report.order.instrument;
        let overflow = |what| SessionError::Overflow { instrument, what };
        let seen = &mut self.view.instruments[i];
        let booked = seen
            .position
            .apply_fill(side, fill.price, fill.size, fill.fee)
            .ok_or_else(|| overflow("position"))?;
        let touch = (
            seen.book.best_bid().map(|level| level.price),
            seen.book.best_ask().map(|level| level.price),
        );
        let position = seen.position.size;
        self.view.account.book(booked, fill.fee).ok_or_else(|| overflow("account"))?;
        self.equity_moved = true;
        // What was too small to be closed may have grown.
        self.desks[i].dust = false;
        self.activate(i);
        self.count_fill(i, report.order.slot, side, fill.size, origin);
        self.remark(i);
        self.revalue(i)?;
        self.outbox.fills.push(FillRecord {
            ts: self.view.now,
            ts_event: report.ts_event,
            order: report.order,
            instrument,
            slot: report.order.slot,
            side,
            fill,
            booked,
            position,
            touch,
            handler: origin.handler,
            because: origin.because,
        });
        Ok(())
    }

    /// What an execution means to worked orders and exits.
    fn count_fill(&mut self, i: usize, slot: SlotId, side: Side, size: Quantity, origin: Origin) {
        let signed = match side {
            Side::Buy => Some(size),
            Side::Sell => Quantity::ZERO.checked_sub(size),
        };
        let cell = self.cell(i, slot);
        cell.done = signed.and_then(|size| cell.done.checked_add(size)).unwrap_or(cell.done);
        self.guard_fill(i, slot, side, size, origin);
    }

    /// Pays a position out.
    pub(super) fn settle(
        &mut self,
        i: usize,
        payout: crate::price::Price,
    ) -> Result<(), SessionError> {
        let instrument = InstrumentId(i as u32);
        let overflow = |what| SessionError::Overflow { instrument, what };
        let position = &mut self.view.instruments[i].position;
        let size = position.size;
        if size.is_zero() {
            return Ok(());
        }
        let booked = position.settle(payout).ok_or_else(|| overflow("settlement"))?;
        self.view.account.book(booked, Money::ZERO).ok_or_else(|| overflow("account"))?;
        self.equity_moved = true;
        self.revalue(i)?;
        let ts = self.view.now;
        self.outbox.settlements.push(Settlement { ts, instrument, size, payout, booked });
        Ok(())
    }

    /// Empties a slot whose order ended.
    pub(super) fn end(&mut self, i: usize, slot: SlotId) {
        if let Some(order) = self.remove(i, slot) {
            let cell = self.cell(i, slot);
            cell.ended = Some((order.id.generation, order.desired.side));
            cell.cancel_on_ack = false;
            cell.done_due = false;
        }
    }

    pub(super) fn unknown(&self, instrument: InstrumentId) -> SessionError {
        SessionError::UnknownInstrument { instrument, count: self.view.instruments.len() }
    }
}

/// Only the strategy's own slots are its business.
fn own(slot: SlotId, trigger: Trigger) -> Option<Trigger> {
    (slot < SlotId::FIRST_OF_SESSION).then_some(trigger)
}

const fn trigger_fill(report: &Report, side: Side, fill: Fill) -> Trigger {
    Trigger::Fill { slot: report.order.slot, instrument: report.order.instrument, side, fill }
}

const fn trigger_done(report: &Report, canceled: Option<CancelReason>) -> Trigger {
    Trigger::Done { slot: report.order.slot, instrument: report.order.instrument, canceled }
}

const fn trigger_reject(report: &Report, reason: RejectReason) -> Trigger {
    Trigger::Reject { slot: report.order.slot, instrument: report.order.instrument, reason }
}
