//! Orders that wait for a price: `stop` and `trail`, emulated for every venue.
//!
//! An order that waits is armed in its slot and not at the venue: nothing of it can fill. Each event
//! of its stream has one mark: the price of a trade; of a book the best price on the side that the
//! order would meet; of a bar clock the close. The event whose mark reaches the level turns it into
//! the order, which must pass what every order must pass; where it may not, it stays armed, says
//! why once, and is tried again at the next event of its stream that finds the level crossed.
//! A `trail` moves the level behind the marks, in the order's favour only. What is armed in an
//! event's reaction is looked at from the next event on.

use crate::instrument::InstrumentId;
use crate::manifest::ClockId;
use crate::price::Price;
use crate::session::slots::{Cell, is_immediate};
use crate::session::{Core, HostReason, Origin};
use crate::side::Side;
use crate::signal::{OrderWish, StopWish, TriggerStream};
use crate::slot::{SlotId, SlotState};

/// An order that waits; what it will be is what its slot's statement says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Armed {
    /// Who asked.
    pub(super) origin: Origin,
    /// Where it is crossed now; none for a trail that has not seen a mark.
    pub(super) level: Option<Price>,
    /// Why it could not be sent when it was crossed.
    pub(super) refused: Option<HostReason>,
}

impl Core {
    /// The slot should hold an order that waits. The same one again changes nothing, whether it
    /// still waits or was crossed and is at work; a new size or price keeps the level that a trail
    /// has reached.
    pub(super) fn arm(
        &mut self,
        i: usize,
        wish: &OrderWish,
        stop: StopWish,
        origin: Origin,
    ) -> Result<(), HostReason> {
        self.may_arm(i, wish, stop)?;
        let slot = wish.slot;
        let held = *self.cell(i, slot);
        let order = self.order(i, slot).map(|order| (order.state, order.desired.tif));
        let at_work = held.armed.is_some() || held.work.is_some() || order.is_some();
        if at_work && held.stated == Some(*wish) {
            return Ok(());
        }
        if let Some((state, tif)) = order {
            if state != SlotState::Live || is_immediate(tif) {
                return Err(HostReason::SlotBusy);
            }
            self.cancel(i, slot);
        }
        self.set_work(i, slot, None);
        let same = |held: &Cell| held.stated.is_some_and(|before| before.stop == Some(stop));
        let level = match held.armed {
            Some(armed) if same(&held) => armed.level,
            Some(_) | None => stop.level,
        };
        self.change_watch(i, slot, |cell| {
            cell.stated = Some(*wish);
            cell.armed = Some(Armed { origin, level, refused: None });
        });
        Ok(())
    }

    fn may_arm(&self, i: usize, wish: &OrderWish, stop: StopWish) -> Result<(), HostReason> {
        if self.view.warming {
            return Err(HostReason::Warming);
        }
        if self.halted {
            return Err(HostReason::Halted);
        }
        if self.flattening {
            return Err(HostReason::Flattening);
        }
        let prices = [stop.level, stop.trail, wish.limit];
        if prices.into_iter().flatten().any(|price| !price.is_positive()) {
            return Err(HostReason::StopPrice);
        }
        // What is wrong with the size now is told now, not when it is too late.
        self.on_lot(i, wish.size, wish.limit.or(stop.level)).map(|_| ())
    }

    /// Looks at what waits on an instrument: `on` is the stream that had an event, none for data
    /// that no stream carries; `last` is the price of a trade or the close of a bar.
    #[inline]
    pub(super) fn trip(&mut self, i: usize, on: Option<TriggerStream>, last: Option<Price>) {
        if self.desks[i].watching > 0 && !self.halted && !self.flattening && !self.view.warming {
            self.trip_slots(i, on, last);
        }
    }

    /// The bars of a clock have closed.
    pub(super) fn trip_clock(&mut self, clock: ClockId) {
        let c = usize::from(clock.0);
        let count = self.manifest.clocks.get(c).map_or(0, |decl| decl.instruments.len());
        for member in 0..count {
            let id = self.manifest.clocks[c].instruments[member];
            let close = self.view.clocks[c].bars.get(member).map(|bar| bar.close);
            self.trip(id.index(), Some(TriggerStream::Bars(clock)), close);
        }
    }

    fn trip_slots(&mut self, i: usize, on: Option<TriggerStream>, last: Option<Price>) {
        let mut n = 0;
        while let Some(slot) = self.nth_cell(i, n).map(|cell| cell.slot) {
            n += 1;
            if let Some(on) = on {
                self.trip_armed(i, slot, on, last);
            }
            self.trip_exit(i, slot, on, last);
        }
    }

    fn trip_armed(&mut self, i: usize, slot: SlotId, on: TriggerStream, last: Option<Price>) {
        let cell = *self.cell(i, slot);
        let (Some(armed), Some(wish)) = (cell.armed, cell.stated) else { return };
        let Some(stop) = wish.stop.filter(|stop| stop.on == on) else { return };
        let Some(mark) = self.mark_of(i, wish.side, on, last) else { return };
        if armed.level.is_none_or(|level| !is_worse(wish.side, mark, level)) {
            let level = trailed(wish.side, armed.level, stop.trail, mark);
            self.cell(i, slot).armed = Some(Armed { level, ..armed });
            return;
        }
        match self.release(i, &wish, armed.origin) {
            Ok(()) => {
                self.change_watch(i, slot, |cell| cell.armed = None);
                self.note(i, Some(slot), armed.origin, HostReason::StopCrossed);
            }
            Err(reason) if armed.refused == Some(reason) => {}
            Err(reason) => {
                self.cell(i, slot).armed = Some(Armed { refused: Some(reason), ..armed });
                self.note(i, Some(slot), armed.origin, reason);
            }
        }
    }

    /// Sends the order that waited. Where a venue has no market orders, what should take what is
    /// there takes it inside the collar.
    fn release(&mut self, i: usize, stated: &OrderWish, origin: Origin) -> Result<(), HostReason> {
        let limit = match stated.limit {
            None if stated.via.is_none() && !self.capabilities.market_orders => {
                Some(self.crossing_price(i, stated.side)?)
            }
            limit => limit,
        };
        let wish = OrderWish { limit, ..*stated };
        self.place(i, &wish, stated, origin)
    }

    /// What an event of a stream says of the price at which an order of this side would trade.
    pub(super) fn mark_of(
        &self,
        i: usize,
        side: Side,
        on: TriggerStream,
        last: Option<Price>,
    ) -> Option<Price> {
        match on {
            TriggerStream::Trades | TriggerStream::Bars(_) => last,
            TriggerStream::Book => {
                let book = &self.view.instrument(InstrumentId(i as u32)).book;
                book.best(side.opposite()).map(|level| level.price)
            }
        }
    }
}

/// Whether a mark is at a level or beyond it, where an order of this side trades worse: at or below
/// it for a sell, at or above it for a buy.
pub(super) fn is_worse(side: Side, mark: Price, level: Price) -> bool {
    match side {
        Side::Sell => mark <= level,
        Side::Buy => mark >= level,
    }
}

/// The level behind a mark: never further from the market than before.
fn trailed(side: Side, level: Option<Price>, trail: Option<Price>, mark: Price) -> Option<Price> {
    let Some(distance) = trail else { return level };
    let behind = match side {
        Side::Sell => mark.checked_sub(distance),
        Side::Buy => mark.checked_add(distance),
    };
    match (level, behind, side) {
        (Some(level), Some(behind), Side::Sell) => Some(level.max(behind)),
        (Some(level), Some(behind), Side::Buy) => Some(level.min(behind)),
        (level, behind, _) => level.or(behind),
    }
}

crate::plain!(Armed { origin, level, refused });
