//! Closing every position with marketable orders inside the collar, until all are flat.
//!
//! One order per instrument at a time, and one attempt per event: what a fill-and-kill order did
//! not get is tried again at the next event. Orders of the strategy that still can fill, because
//! their cancel is under way, are left room, so that nothing is sold twice.

use crate::price::Price;
use crate::quantity::Quantity;
use crate::session::market::FLATTEN;
use crate::session::{Core, HostReason, Origin, RiskCause};
use crate::side::Side;
use crate::slot::{Desired, SlotId, SlotState};

impl Core {
    /// One attempt for every position; says so when there is none left to close.
    pub(super) fn close_positions(&mut self) {
        let mut open = false;
        for n in 0..self.active.len() {
            let i = self.active[n] as usize;
            self.close_position(i);
            let seen = &self.view.instruments[i];
            let waiting = !seen.position.is_flat() && !self.desks[i].dust;
            open |= waiting || !seen.orders.is_empty();
        }
        self.sweep_active();
        if !open {
            self.flattening = false;
            for desk in &mut self.desks {
                desk.dust = false;
            }
            self.notice(RiskCause::Flattened, Vec::new());
        }
    }

    /// After a report: an order of the strategy that ended may have made room. What a closing
    /// order did not get waits for the next market event, or a venue that refuses it would be
    /// asked again without end.
    pub(super) fn close_rest(&mut self, i: usize, ended: SlotId) {
        let seen = &self.view.instruments[i];
        let done = seen.position.is_flat() && seen.orders.is_empty();
        if self.flattening && (done || ended < FLATTEN) {
            self.close_positions();
        }
    }

    fn close_position(&mut self, i: usize) {
        if self.view.instruments[i].position.is_flat() || self.desks[i].dust {
            return;
        }
        let closing = self.closing_order(i);
        match (self.order(i, FLATTEN).copied(), closing) {
            (None, Ok((desired, unit))) => {
                self.send(i, FLATTEN, desired, Origin::default(), unit);
            }
            // Where orders cannot kill themselves, a resting one follows the market.
            (Some(order), Ok((desired, _)))
                if order.state == SlotState::Live && order.desired.limit != desired.limit =>
            {
                self.cancel(i, FLATTEN);
            }
            (None, Err(reason @ (HostReason::BelowMinSize | HostReason::BelowMinNotional))) => {
                self.desks[i].dust = true;
                self.note(i, Some(FLATTEN), Origin::default(), reason);
            }
            (_, Ok(_) | Err(_)) => {}
        }
    }

    fn closing_order(&mut self, i: usize) -> Result<(Desired, Price), HostReason> {
        let mut desired = self.crossing(i, FLATTEN, Quantity::ZERO)?;
        let unit = self.gate(i, FLATTEN, &desired)?;
        let own = self.own_part(i, FLATTEN).map_or(0, |(_, open, _)| open);
        let desk = &self.desks[i];
        let under_way = match desired.side {
            Side::Buy => desk.buys,
            Side::Sell => desk.sells,
        };
        let room = i128::from(desired.size.raw()) - (under_way - own);
        let room = i64::try_from(room.max(0)).map_err(|_| HostReason::Overflow)?;
        if under_way > own {
            // The rest is too small only once nothing else is under way.
            desired.size = self
                .on_lot(i, Quantity::from_raw(room), desired.limit)
                .map_err(|_| HostReason::SlotBusy)?;
        }
        Ok((desired, unit))
    }
}
