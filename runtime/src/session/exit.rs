//! Attached exits: `stop_loss` and `take_profit` of what an order fills.
//!
//! They stand in a slot of their own behind the order's. Their size is what the orders of the
//! statement have filled and the exits have not yet closed, and never more than the position held:
//! they only reduce it, and end with it. Whichever is crossed first closes; what it closes is gone
//! for the other, so that they cancel each other. A stop loss that was crossed takes what is there
//! inside the collar at every event until all is closed; a take profit takes what is there at its
//! price or better, and both go on with what it did not get.

use crate::order::TimeInForce;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::session::stop::is_worse;
use crate::session::{Core, HostReason, Origin};
use crate::side::Side;
use crate::signal::{ExitWish, Exits, OrderWish, TriggerStream};
use crate::slot::{Desired, SlotId};

/// The exits of what one statement has filled on one instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exit {
    /// The side that closes.
    side: Side,
    /// Units that are to be closed.
    size: Quantity,
    loss: Option<ExitWish>,
    profit: Option<ExitWish>,
    /// The stop loss was crossed.
    closing: bool,
    /// Who asked for the order.
    origin: Origin,
    /// Why the last attempt was refused.
    refused: Option<HostReason>,
}

impl Core {
    /// What a statement says of its exits holds for all that its slot fills and has filled.
    pub(super) fn follow_exits(&mut self, i: usize, wish: &OrderWish) -> Result<(), HostReason> {
        let levels = [wish.exits.stop_loss, wish.exits.take_profit];
        if levels.into_iter().flatten().any(|exit| !exit.level.is_positive()) {
            return Err(HostReason::StopPrice);
        }
        if wish.exits.is_empty() {
            return Ok(());
        }
        self.cell(i, wish.slot).exits = wish.exits;
        let at = wish.exits.slot(wish.slot);
        if let Some(exit) = &mut self.cell(i, at).exit {
            exit.loss = wish.exits.stop_loss;
            exit.profit = wish.exits.take_profit;
        }
        Ok(())
    }

    /// After an execution: what it opened is guarded, what it closed is not any more.
    pub(super) fn guard_fill(
        &mut self,
        i: usize,
        slot: SlotId,
        side: Side,
        size: Quantity,
        origin: Origin,
    ) {
        let Some((exits, own)) = self.peek(i, slot).map(|cell| (cell.exits, cell.exit)) else {
            return;
        };
        if let Some(own) = own.filter(|own| own.side == side) {
            let size = own.size.checked_sub(size).unwrap_or_default();
            self.change_watch(i, slot, |cell| {
                cell.exit = size.is_positive().then_some(Exit { size, ..own });
            });
        }
        if !exits.is_empty() {
            self.guard(i, &exits, exits.slot(slot), side.opposite(), size, origin);
        }
        if self.desks[i].watching > 0 {
            self.cap_exits(i);
        }
    }

    fn guard(
        &mut self,
        i: usize,
        exits: &Exits,
        at: SlotId,
        side: Side,
        size: Quantity,
        origin: Origin,
    ) {
        self.change_watch(i, at, |cell| {
            let before = cell.exit.filter(|exit| exit.side == side);
            let sum = before.map_or(Some(size), |exit| exit.size.checked_add(size));
            cell.exit = Some(Exit {
                side,
                size: sum.unwrap_or(size),
                loss: exits.stop_loss,
                profit: exits.take_profit,
                closing: before.is_some_and(|exit| exit.closing),
                origin,
                refused: None,
            });
        });
    }

    /// No exit closes more than is held.
    fn cap_exits(&mut self, i: usize) {
        let held = self.view.instruments[i].position.size;
        let mut n = 0;
        while let Some((slot, exit)) = self.nth_cell(i, n).map(|cell| (cell.slot, cell.exit)) {
            n += 1;
            let Some(exit) = exit else { continue };
            let most = closable(held, exit.side);
            if exit.size > most {
                self.change_watch(i, slot, |cell| {
                    cell.exit = most.is_positive().then_some(Exit { size: most, ..exit });
                });
                if !most.is_positive() {
                    self.cancel(i, slot);
                }
            }
        }
    }

    /// Looks at the exits in a slot.
    pub(super) fn trip_exit(
        &mut self,
        i: usize,
        slot: SlotId,
        on: Option<TriggerStream>,
        last: Option<Price>,
    ) {
        let Some(exit) = self.peek(i, slot).and_then(|cell| cell.exit) else { return };
        let mark = |this: &Self, wish: Option<ExitWish>| {
            let wish = wish.filter(|wish| Some(wish.on) == on)?;
            Some((wish.level, this.mark_of(i, exit.side, wish.on, last)?))
        };
        let lost = mark(self, exit.loss).is_some_and(|(at, mark)| is_worse(exit.side, mark, at));
        if lost && !exit.closing {
            self.cell(i, slot).exit = Some(Exit { closing: true, refused: None, ..exit });
            self.note(i, Some(slot), exit.origin, HostReason::StopLoss);
        }
        if lost || exit.closing {
            let limit = self.crossing_price(i, exit.side);
            let sent = limit.and_then(|limit| self.close_exit(i, slot, &exit, limit));
            self.note_exit(i, slot, sent);
            return;
        }
        let gained = mark(self, exit.profit)
            .filter(|(at, mark)| is_worse(exit.side.opposite(), *mark, *at))
            .map(|(at, _)| at);
        if let Some(limit) = gained {
            let placed = self.counters.placed;
            let sent = self.close_exit(i, slot, &exit, limit);
            if self.counters.placed > placed {
                self.note(i, Some(slot), exit.origin, HostReason::TakeProfit);
            }
            self.note_exit(i, slot, sent);
        }
    }

    fn close_exit(
        &mut self,
        i: usize,
        slot: SlotId,
        exit: &Exit,
        limit: Price,
    ) -> Result<(), HostReason> {
        let limit = self.on_tick(i, exit.side, limit)?;
        let size = self.on_lot(i, self.exit_room(i, slot, exit), Some(limit))?;
        let tif = if self.capabilities.immediate { TimeInForce::Fak } else { TimeInForce::Gtc };
        let (side, limit) = (exit.side, Some(limit));
        let desired = Desired { side, size, limit, tif, post_only: false, reduce_only: true };
        self.state(i, slot, desired, exit.origin)
    }

    /// What an exit may close beside other orders that close the same position.
    fn exit_room(&self, i: usize, slot: SlotId, exit: &Exit) -> Quantity {
        let seen = &self.view.instruments[i];
        let mut room = closable(seen.position.size, exit.side);
        for order in seen.orders.iter().filter(|order| order.id.slot != slot) {
            if order.desired.side == exit.side && order.desired.reduce_only {
                room = room.checked_sub(order.open).unwrap_or_default();
            }
        }
        room.min(exit.size).max(Quantity::ZERO)
    }

    /// A refusal is told once, until something else happens.
    fn note_exit(&mut self, i: usize, slot: SlotId, sent: Result<(), HostReason>) {
        let reason = sent.err().filter(|reason| *reason != HostReason::SlotBusy);
        let Some(exit) = &mut self.cell(i, slot).exit else { return };
        let origin = exit.origin;
        if let Some(reason) = reason
            && exit.refused.replace(reason) != Some(reason)
        {
            self.note(i, Some(slot), origin, reason);
        }
    }
}

/// Units of a position that an order of this side would close.
fn closable(held: Quantity, side: Side) -> Quantity {
    let size = match side {
        Side::Sell => Some(held),
        Side::Buy => Quantity::ZERO.checked_sub(held),
    };
    size.unwrap_or_default().max(Quantity::ZERO)
}

crate::plain!(Exit { side, size, loss, profit, closing, origin, refused });
