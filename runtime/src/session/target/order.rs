//! `via` on an order: the ways of targets for a size that is stated, not for a position.
//!
//! The same machine works at both. An order counts from zero at its statement what its own slot
//! fills, so that nothing else that trades the instrument moves it; its limit bounds every price.

use super::{SLICES, Work};
use crate::price::Price;
use crate::quantity::Quantity;
use crate::session::slots::{Aim, is_immediate};
use crate::session::{Core, HostReason, Origin};
use crate::side::Side;
use crate::signal::{Goal, OrderWish, Via};
use crate::slot::{SlotId, SlotState};
use crate::time::Duration;

impl Core {
    /// Works an order. The same statement again lets it go on.
    pub(in crate::session) fn work_order(
        &mut self,
        i: usize,
        wish: &OrderWish,
        stated: &OrderWish,
        via: Via,
        origin: Origin,
    ) -> Result<(), HostReason> {
        let slot = wish.slot;
        let held = *self.cell(i, slot);
        let order = self.order(i, slot).map(|order| (order.state, order.desired.tif));
        if (held.work.is_some() || order.is_some()) && held.stated == Some(*stated) {
            return Ok(());
        }
        if order.is_some_and(|(state, tif)| state != SlotState::Live || is_immediate(tif)) {
            return Err(HostReason::SlotBusy);
        }
        let size = self.on_lot(i, self.reducible(i, wish)?, wish.limit)?;
        let goal = match wish.side {
            Side::Buy => size,
            Side::Sell => Quantity::ZERO.checked_sub(size).ok_or(HostReason::Overflow)?,
        };
        let cell = self.cell(i, slot);
        (cell.stated, cell.done) = (Some(*stated), Quantity::ZERO);
        let work = Work {
            goal: Goal::Size(goal),
            via,
            size: goal,
            from: Quantity::ZERO,
            slices: 0,
            next_at: self.view.now,
            origin,
            waiting: false,
        };
        let begun = self.begin_order(i, slot, work);
        if begun.is_err() {
            // What was at work before goes on.
            let cell = self.cell(i, slot);
            (cell.stated, cell.done) = (held.stated, held.done);
        }
        begun
    }

    fn begin_order(&mut self, i: usize, slot: SlotId, work: Work) -> Result<(), HostReason> {
        let (goal, origin) = (work.size, work.origin);
        match work.via {
            Via::Cross => {
                let desired = self.crossing(i, slot, goal)?;
                self.note_if_capped(i, slot, goal, &desired, origin);
                self.aim(i, slot, Aim::Cross(goal), desired, origin)?;
                self.set_work(i, slot, None);
                Ok(())
            }
            Via::Passive => {
                let desired = self.resting(i, slot, goal)?;
                self.note_if_capped(i, slot, goal, &desired, origin);
                self.aim(i, slot, Aim::Rest(goal), desired, origin)?;
                self.set_work(i, slot, Some(work));
                Ok(())
            }
            Via::Twap(length) => {
                let gap = Duration::from_nanos((length.nanos() / SLICES).max(1));
                self.slice(i, slot, work, gap)
            }
        }
    }

    /// The statement that a slot works at, if it is an order with a way.
    fn worked(&self, i: usize, slot: SlotId) -> Option<(OrderWish, Quantity)> {
        let cell = self.peek(i, slot)?;
        cell.stated.filter(|wish| wish.via.is_some()).map(|wish| (wish, cell.done))
    }

    /// From where the way of a slot is counted: what its order has filled, or the position; and
    /// whether an order says itself if it only reduces.
    pub(super) fn way_from(&self, i: usize, slot: SlotId) -> (Quantity, Option<bool>) {
        match self.worked(i, slot) {
            Some((wish, done)) => (done, Some(wish.reduce_only)),
            None => (self.view.instruments[i].position.size, None),
        }
    }

    /// A price that is not worse than the order's limit.
    pub(super) fn within_limit(
        &self,
        i: usize,
        slot: SlotId,
        side: Side,
        price: Price,
    ) -> Result<Price, HostReason> {
        let Some(limit) = self.worked(i, slot).and_then(|(wish, _)| wish.limit) else {
            return Ok(price);
        };
        let limit = self.on_tick(i, side, limit)?;
        Ok(match side {
            Side::Buy => price.min(limit),
            Side::Sell => price.max(limit),
        })
    }
}
