//! Market events: the view follows them, bars are fed, marks and equity move.

use crate::event::{Event, MarketData, MetaChange};
use crate::instrument::{InstrumentId, Status};
use crate::mark::{Mark, MarkBasis, MarkInputs};
use crate::money::Money;
use crate::order::CancelReason;
use crate::session::clock::Piece;
use crate::session::{Core, OrderStep, SessionError};
use crate::side::Side;
use crate::signal::TriggerStream;
use crate::slot::SlotId;
use crate::strategy::Trigger;

impl Core {
    /// Brings the view up to an event; gives the trigger if the strategy wants to hear of it.
    #[inline]
    pub(super) fn apply_event(
        &mut self,
        event: &Event<'_>,
    ) -> Result<Option<Trigger>, SessionError> {
        let (id, i) = (event.instrument, event.instrument.index());
        let Some(seen) = self.view.instruments.get_mut(i) else {
            return Err(self.unknown(id));
        };
        self.counters.events += 1;
        let trigger = match &event.data {
            MarketData::Quote { bid, ask } => {
                seen.book.apply_quote(bid.price, bid.size, ask.price, ask.size);
                self.after_book(event)?
            }
            MarketData::Book { bids, asks } => {
                seen.book.replace_from(bids, asks);
                self.after_book(event)?
            }
            MarketData::Delta { side, level } => {
                seen.book.set(*side, level.price, level.size);
                self.after_book(event)?
            }
            MarketData::Trade { price, size, .. } => {
                seen.last_trade = Some((*price, event.ts_recv));
                self.feed(event, Piece::Trade(*price, *size))?;
                let other = self.manifest.wants.other_trades;
                wants(&self.manifest.wants.trades, i, other).then_some(Trigger::Trade(id))
            }
            MarketData::Bar(bar) => {
                seen.last_trade = Some((bar.close, event.ts_recv));
                self.feed(event, Piece::Bar(bar))?;
                None
            }
            MarketData::Meta(change) => {
                self.apply_meta(i, *change)?;
                self.manifest.wants.meta.then_some(Trigger::Meta(id))
            }
        };
        let desk = &mut self.desks[i];
        desk.seen = event.ts_recv;
        // An instrument that did not trade was not watched; it may do so from here on.
        let is_meta = matches!(event.data, MarketData::Meta(_));
        if std::mem::take(&mut desk.stale) || is_meta {
            for rule in &mut self.risk.stale {
                rule.arm(event.ts_recv);
            }
        }
        self.remark(i);
        if !self.view.instruments[i].position.is_flat() {
            self.revalue(i)?;
        }
        Ok(trigger)
    }

    /// Looks at what waits on an event's instrument.
    #[inline]
    pub(super) fn trip_event(&mut self, event: &Event<'_>) {
        let i = event.instrument.index();
        if self.desks[i].watching == 0 {
            return;
        }
        let (on, last) = match &event.data {
            MarketData::Quote { .. } | MarketData::Book { .. } | MarketData::Delta { .. } => {
                (Some(TriggerStream::Book), None)
            }
            MarketData::Trade { price, .. } => (Some(TriggerStream::Trades), Some(*price)),
            MarketData::Bar(_) | MarketData::Meta(_) => (None, None),
        };
        self.trip(i, on, last);
    }

    #[inline]
    fn after_book(&mut self, event: &Event<'_>) -> Result<Option<Trigger>, SessionError> {
        let i = event.instrument.index();
        if self.clocks.reads(i) {
            let book = &self.view.instruments[i].book;
            if let (Some(bid), Some(ask)) = (book.best_bid(), book.best_ask()) {
                self.feed(event, Piece::Quote(bid.price, ask.price))?;
            }
        }
        let other = self.manifest.wants.other_book;
        Ok(wants(&self.manifest.wants.book, i, other).then_some(Trigger::Book(event.instrument)))
    }

    fn feed(&mut self, event: &Event<'_>, piece: Piece<'_>) -> Result<(), SessionError> {
        let i = event.instrument.index();
        if self.clocks.reads(i) {
            self.clocks.feed(i, event.ts_event, piece, &mut self.counters)?;
            self.clocks.show_forming(i, self.view.now, &mut self.view.clocks);
        }
        Ok(())
    }

    fn apply_meta(&mut self, i: usize, change: MetaChange) -> Result<(), SessionError> {
        let id = InstrumentId(i as u32);
        let meta = &mut self.view.instruments[i].meta;
        match change {
            // Resting orders stay as the venue took them; the next statement is on the new tick.
            MetaChange::Tick(tick) => meta.tick = tick,
            MetaChange::Liquidity(liquidity) => meta.liquidity = liquidity,
            MetaChange::Expiry(at) => {
                let old = std::mem::replace(&mut meta.expires_at, at);
                // What is past when it is learned is no boundary any more.
                self.expiries.set(id, old, at.filter(|at| *at >= self.view.now));
            }
            MetaChange::Status(status) => {
                let was = std::mem::replace(&mut meta.status, status);
                if let (Status::Resolved { payout }, false) = (status, was == status) {
                    self.resolve(i, payout)?;
                }
            }
        }
        Ok(())
    }

    /// The end of an instrument: its orders are gone, its position is paid out.
    fn resolve(&mut self, i: usize, payout: crate::price::Price) -> Result<(), SessionError> {
        self.view.instruments[i].mark = Some(Mark::payout(payout));
        self.drop_orders(i, CancelReason::Resolved);
        self.settle(i, payout)
    }

    /// Its time is up: its orders are gone, its position waits for the payout. Gives the trigger if
    /// the strategy wants to hear of it.
    pub(super) fn expire(&mut self, id: InstrumentId) -> Option<Trigger> {
        let i = id.index();
        self.drop_orders(i, CancelReason::Expired);
        let list = &self.manifest.wants;
        wants(&list.expiry, i, list.other_expiry).then_some(Trigger::Expiry(id))
    }

    /// Ends everything that an instrument's slots hold and work at.
    fn drop_orders(&mut self, i: usize, reason: CancelReason) {
        let mut n = 0;
        while let Some(slot) = self.nth_cell(i, n).map(|cell| cell.slot) {
            n += 1;
            self.set_work(i, slot, None);
            self.unwatch(i, slot);
            self.cell(i, slot).pending = None;
            self.drop_order(i, slot, reason);
        }
    }

    /// An order that ended with its instrument; the venue's own report on it may still come.
    fn drop_order(&mut self, i: usize, slot: SlotId, reason: CancelReason) {
        if let Some(id) = self.order(i, slot).map(|order| order.id) {
            let origin = self.origin(i, slot);
            self.record(id, OrderStep::Canceled(reason), origin);
            self.end(i, slot);
            self.cell(i, slot).done_due = true;
        }
    }

    /// The mark of an instrument as of now.
    #[inline]
    pub(super) fn remark(&mut self, i: usize) {
        let now = self.view.now;
        let seen = &mut self.view.instruments[i];
        if matches!(seen.mark, Some(Mark { basis: MarkBasis::Payout, .. })) {
            return;
        }
        seen.mark = Mark::next(&MarkInputs {
            now,
            book: &seen.book,
            last_trade: seen.last_trade,
            held: Side::of_sign(seen.position.size.raw()),
            tick: seen.meta.tick,
            previous: seen.mark,
        });
    }

    /// Brings the account up to the value of one position: at its mark, or at cost without one.
    pub(super) fn revalue(&mut self, i: usize) -> Result<(), SessionError> {
        let seen = &self.view.instruments[i];
        let value = match seen.mark {
            _ if seen.position.is_flat() => Some(Money::ZERO),
            Some(mark) => seen.position.value(mark.price),
            None => Some(seen.position.cost),
        };
        let instrument = InstrumentId(i as u32);
        let overflow = SessionError::Overflow { instrument, what: "value" };
        let Some(value) = value else {
            return Err(overflow);
        };
        let old = self.desks[i].value;
        if value != old {
            if self.view.account.revalue(old, value).is_none() {
                return Err(overflow);
            }
            self.desks[i].value = value;
            self.equity_moved = true;
        }
        Ok(())
    }

    /// What the session itself does after a market event and the strategy's reaction to it.
    #[inline]
    pub(super) fn chase(&mut self, i: usize) {
        if self.desks[i].works > 0 && !self.halted && !self.flattening {
            self.follow(i);
        }
    }
}

#[inline]
fn wants(list: &[bool], i: usize, other: bool) -> bool {
    list.get(i).copied().unwrap_or(other)
}

/// The slot that closes positions.
pub(super) const FLATTEN: SlotId = SlotId::FIRST_OF_SESSION;
