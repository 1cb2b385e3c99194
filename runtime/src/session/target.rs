//! Targets: from a position wanted to the order that works towards it.

mod complement;
mod order;

use crate::fixed::{self, Rounding};
use crate::manifest::Scope;
use crate::money::Money;
use crate::order::TimeInForce;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::risk::is_about;
use crate::session::slots::{Aim, wide};
use crate::session::{Core, HostReason, Origin};
use crate::side::Side;
use crate::signal::{Goal, Via};
use crate::slot::{Desired, SlotId, SlotState};
use crate::time::{Duration, Time};

/// The step to which venues round fees at the most.
const FEE_STEP: Money = Money::from_raw(10_000);

/// Slices of a `twap`.
const SLICES: i64 = 10;

/// A target at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Work {
    goal: Goal,
    via: Via,
    /// The position wanted.
    size: Quantity,
    /// The position at the statement.
    from: Quantity,
    /// Slices that are over, and when the next one is due; only for `twap`.
    slices: i64,
    next_at: Time,
    origin: Origin,
    /// Stated while its slot was busy; it begins when the slot is free.
    waiting: bool,
}

impl Work {
    /// Whether it has not begun, because its slot was busy.
    pub(super) const fn is_waiting(&self) -> bool {
        self.waiting
    }

    /// Whether slices of it are still to come.
    pub(super) const fn is_sliced(&self) -> bool {
        self.slices > 0
    }
}

impl Core {
    /// Takes in a target. One whose slot is busy waits for it: what is wanted is the last position
    /// stated, not the one before.
    pub(super) fn target(
        &mut self,
        i: usize,
        slot: SlotId,
        goal: Goal,
        via: Via,
        origin: Origin,
    ) -> Result<(), HostReason> {
        let begun = self.begin_target(i, slot, goal, via, origin);
        if begun == Err(HostReason::SlotBusy) {
            self.wait(i, slot, goal, via, origin);
        }
        begun
    }

    /// Lets a target begin at the first market event that finds its slot free.
    fn wait(&mut self, i: usize, slot: SlotId, goal: Goal, via: Via, origin: Origin) {
        let (size, from, next_at) = (Quantity::ZERO, Quantity::ZERO, self.view.now);
        let work = Work { goal, via, size, from, slices: 0, next_at, origin, waiting: true };
        self.cell(i, slot).pending = None;
        self.set_work(i, slot, Some(work));
    }

    /// The order that a target's aim means at this moment.
    pub(super) fn towards(&self, i: usize, slot: SlotId, aim: Aim) -> Result<Desired, HostReason> {
        match aim {
            Aim::Cross(goal) => self.crossing(i, slot, goal),
            Aim::Rest(goal) => self.resting(i, slot, goal),
        }
    }

    /// The slot should hold the order that leads to a position; if it has to wait for a cancel, it
    /// is worked out anew then.
    fn aim(
        &mut self,
        i: usize,
        slot: SlotId,
        aim: Aim,
        desired: Desired,
        origin: Origin,
    ) -> Result<(), HostReason> {
        self.state(i, slot, desired, origin)?;
        if let Some(pending) = &mut self.cell(i, slot).pending {
            pending.aim = Some(aim);
        }
        Ok(())
    }

    /// Sets a slot to work, or finds that there is nothing to do.
    fn begin_target(
        &mut self,
        i: usize,
        slot: SlotId,
        goal: Goal,
        via: Via,
        origin: Origin,
    ) -> Result<(), HostReason> {
        let running = self.cell(i, slot).work;
        let goes_on = running.is_some_and(|w| w.goal == goal && w.via == via && w.is_sliced());
        if goes_on {
            return Ok(());
        }
        let size = self.goal_size(i, slot, goal, origin)?;
        let from = self.view.instruments[i].position.size;
        let off = size.checked_sub(from).ok_or(HostReason::Overflow)?;
        let within = !size.is_zero() && self.is_inside_band(i, size, off)?;
        if off.is_zero() || within {
            self.set_work(i, slot, None);
            self.cancel(i, slot);
            if within && !off.is_zero() {
                self.note(i, Some(slot), origin, HostReason::InsideBand);
            }
            // Until it has ended, the slot's order can lead away from here.
            if self.order(i, slot).is_some() {
                self.wait(i, slot, goal, via, origin);
            }
            return Ok(());
        }
        // Neither is a resting order taken back nor do slices begin anew because equity or the mark
        // moved a little.
        let lasts = |w: &Work| w.via == via && (w.is_sliced() || via == Via::Passive && !w.waiting);
        if let Some(off) = running.filter(lasts).and_then(|work| size.checked_sub(work.size))
            && self.is_inside_band(i, size, off)?
        {
            return Ok(());
        }
        let work = Work {
            goal,
            via,
            size,
            from,
            slices: 0,
            next_at: self.view.now,
            origin,
            waiting: false,
        };
        match via {
            Via::Cross => {
                self.set_work(i, slot, None);
                let desired = self.crossing(i, slot, size)?;
                self.note_if_capped(i, slot, off, &desired, origin);
                self.aim(i, slot, Aim::Cross(size), desired, origin)
            }
            Via::Passive => {
                let desired = self.resting(i, slot, size)?;
                self.note_if_capped(i, slot, off, &desired, origin);
                self.aim(i, slot, Aim::Rest(size), desired, origin)?;
                self.set_work(i, slot, Some(work));
                Ok(())
            }
            Via::Twap(length) => {
                let gap = Duration::from_nanos((length.nanos() / SLICES).max(1));
                self.slice(i, slot, work, gap)
            }
        }
    }

    /// The signed size that a goal means at the present mark and equity, inside the limits.
    fn goal_size(
        &mut self,
        i: usize,
        slot: SlotId,
        goal: Goal,
        origin: Origin,
    ) -> Result<Quantity, HostReason> {
        if goal == Goal::Flat {
            return Ok(Quantity::ZERO);
        }
        let seen = &self.view.instruments[i];
        let mark = seen.mark.map(|mark| mark.price).filter(|price| price.is_positive());
        let mark = mark.ok_or(HostReason::NoMark)?;
        let equity = self.view.account.equity;
        let share = match goal {
            Goal::Leverage(l) => Some(l.raw()),
            Goal::Weight(w) => Some(w.raw()),
            Goal::Flat | Goal::Size(_) | Goal::Notional(_) => None,
        };
        if share.is_some() && !equity.is_positive() {
            return Err(HostReason::NoEquity);
        }
        let size = match (goal, share) {
            (Goal::Size(size), _) => Some(size),
            (Goal::Notional(money), _) => money.checked_div_price(mark),
            (_, Some(share)) => fixed::mul(share, equity.raw())
                .and_then(|raw| Money::from_raw(raw).checked_div_price(mark)),
            (_, None) => Some(Quantity::ZERO),
        };
        let size = size.ok_or(HostReason::Overflow)?;
        let short = self.capabilities.short && seen.meta.can_short();
        if size.is_negative() && !short {
            return Err(HostReason::NoShort);
        }
        let size = self.clamp_target(i, slot, size, mark, origin)?;
        // Towards zero on the lot.
        let lot = self.view.instruments[i].meta.lot;
        let rounding = if size.is_negative() { Rounding::Up } else { Rounding::Down };
        size.quantize(lot, rounding).ok_or(HostReason::Overflow)
    }

    /// `max_leverage` and `max_weight` bound what a target may ask for.
    fn clamp_target(
        &mut self,
        i: usize,
        slot: SlotId,
        size: Quantity,
        mark: Price,
        origin: Origin,
    ) -> Result<Quantity, HostReason> {
        let limits = &self.risk.limits;
        let leverage = limits.leverage.iter().map(|(l, s)| (l.raw(), *s, HostReason::MaxLeverage));
        let weight = limits.weight.iter().map(|(w, s)| (w.raw(), *s, HostReason::MaxWeight));
        let mut room: Option<(i128, HostReason)> = None;
        for (share, scope, reason) in leverage.chain(weight) {
            let whole = self.view.account.equity.max(Money::ZERO);
            let mut most = i128::from(share) * i128::from(whole.raw());
            if scope == Scope::Portfolio {
                most -= self.others_at_marks(i);
            } else if !is_about(scope, crate::instrument::InstrumentId(i as u32)) {
                continue;
            }
            if room.is_none_or(|(least, _)| most < least) {
                room = Some((most.max(0), reason));
            }
        }
        let Some((room, reason)) = room else {
            return Ok(size);
        };
        let worth = i128::from(size.raw()).abs() * i128::from(mark.raw());
        if worth <= room {
            return Ok(size);
        }
        self.note(i, Some(slot), origin, reason);
        let most =
            i64::try_from(room / i128::from(mark.raw())).map_err(|_| HostReason::Overflow)?;
        Ok(Quantity::from_raw(if size.is_negative() { -most } else { most }))
    }

    /// Absolute value of all other positions, in units of 1e-18.
    fn others_at_marks(&self, i: usize) -> i128 {
        let others = self.active.iter().map(|&j| j as usize).filter(|&j| j != i);
        others.map(|j| wide(self.desks[j].value).abs()).sum()
    }

    /// Whether a position is near enough to a target that is not flat.
    fn is_inside_band(&self, i: usize, size: Quantity, off: Quantity) -> Result<bool, HostReason> {
        let band = self.capabilities.leverage_band;
        if band.is_positive() {
            let mark = self.view.instruments[i].mark.ok_or(HostReason::NoMark)?.price;
            let equity = self.view.account.equity;
            // |off| * mark / equity < band, exactly.
            let worth = i128::from(off.raw()).abs() * i128::from(mark.raw());
            return Ok(worth < i128::from(band.raw()) * i128::from(equity.raw().max(0)));
        }
        let share = i128::from(self.capabilities.rebalance_band.raw());
        let scaled = i128::from(off.raw()).abs() * i128::from(fixed::SCALE);
        Ok(scaled < share * i128::from(size.raw()).abs())
    }

    /// A marketable order from the position held to the one wanted.
    pub(super) fn crossing(
        &self,
        i: usize,
        slot: SlotId,
        goal: Quantity,
    ) -> Result<Desired, HostReason> {
        let (side, size, reduce_only) = self.way(i, slot, goal)?;
        let limit = self.within_limit(i, slot, side, self.crossing_price(i, side)?)?;
        let size = self.affordable(i, slot, side, size, limit)?;
        let size = self.on_lot(i, size, Some(limit))?;
        let tif = if self.capabilities.immediate { TimeInForce::Fak } else { TimeInForce::Gtc };
        Ok(Desired { side, size, limit: Some(limit), tif, post_only: false, reduce_only })
    }

    /// A resting order from the position held to the one wanted.
    fn resting(&self, i: usize, slot: SlotId, goal: Quantity) -> Result<Desired, HostReason> {
        let (side, size, reduce_only) = self.way(i, slot, goal)?;
        let limit = self.within_limit(i, slot, side, self.resting_price(i, side)?)?;
        let size = self.affordable(i, slot, side, size, limit)?;
        let size = self.on_lot(i, size, Some(limit))?;
        let post_only = self.capabilities.post_only;
        let tif = TimeInForce::Gtc;
        Ok(Desired { side, size, limit: Some(limit), tif, post_only, reduce_only })
    }

    /// Side and size of the way to a position, and whether it only reduces the one held.
    fn way(
        &self,
        i: usize,
        slot: SlotId,
        goal: Quantity,
    ) -> Result<(Side, Quantity, bool), HostReason> {
        let (held, reduce_only) = self.way_from(i, slot);
        let off = goal.checked_sub(held).ok_or(HostReason::Overflow)?;
        let side = Side::of_sign(off.raw()).ok_or(HostReason::SizeZero)?;
        let size = off.checked_abs().ok_or(HostReason::Overflow)?;
        let reduces = Side::of_sign(held.raw()) == Some(side.opposite())
            && goal.signum() * held.signum() >= 0;
        Ok((side, size, reduce_only.unwrap_or(reduces)))
    }

    /// A target never asks for more than the cash pays for, fee included, where positions are paid
    /// in full.
    fn affordable(
        &self,
        i: usize,
        slot: SlotId,
        side: Side,
        size: Quantity,
        limit: Price,
    ) -> Result<Quantity, HostReason> {
        if self.view.instruments[i].meta.can_short() || side == Side::Sell {
            return Ok(size);
        }
        let cash = self.free_cash(i, slot).max(0);
        let units = cash.checked_div(i128::from(limit.raw())).unwrap_or(0);
        let most = Quantity::from_raw(i64::try_from(units).unwrap_or(i64::MAX)).min(size);
        // A fee grows with the size, so the share that the whole would leave for it is enough.
        let fee = self.taker_fee(i, limit, most).ok_or(HostReason::Overflow)?;
        let cost = i128::from(most.raw()) * i128::from(limit.raw());
        let whole = cost + wide(fee.max(Money::ZERO));
        let affordable = if whole <= cash {
            most
        } else {
            // Rounding may take one step of the fees more.
            let scale = i128::from(fixed::SCALE);
            let left = i64::try_from((cash - wide(FEE_STEP)).max(0) / scale).ok();
            let whole = i64::try_from(whole / scale + 1).ok();
            let part = left
                .zip(whole)
                .and_then(|(left, whole)| fixed::mul_div(most.raw(), left, whole)?.checked_sub(1));
            Quantity::from_raw(part.ok_or(HostReason::Overflow)?)
        };
        if affordable.is_positive() { Ok(affordable) } else { Err(HostReason::NotEnoughBalance) }
    }

    fn note_if_capped(
        &mut self,
        i: usize,
        slot: SlotId,
        off: Quantity,
        desired: &Desired,
        origin: Origin,
    ) {
        let lot = self.view.instruments[i].meta.lot;
        let wanted = off.checked_abs().and_then(|size| size.quantize(lot, Rounding::Down));
        if wanted.is_some_and(|wanted| desired.size < wanted) {
            self.note(i, Some(slot), origin, HostReason::CappedByBalance);
        }
    }

    /// Follows the touch with the resting orders of targets, after a market event.
    pub(super) fn follow(&mut self, i: usize) {
        let mut n = 0;
        while let Some((slot, work)) = self.nth_cell(i, n).map(|cell| (cell.slot, cell.work)) {
            n += 1;
            let Some(work) = work.filter(|w| w.waiting || w.via == Via::Passive) else {
                continue;
            };
            match self.order(i, slot).map(|order| order.state) {
                None | Some(SlotState::Live) => {}
                Some(SlotState::Empty | SlotState::InFlight | SlotState::Canceling) => continue,
            }
            if work.waiting {
                self.set_work(i, slot, None);
                if let Err(reason) = self.target(i, slot, work.goal, work.via, work.origin) {
                    self.note(i, Some(slot), work.origin, reason);
                }
                continue;
            }
            let stated = self
                .resting(i, slot, work.size)
                .and_then(|d| self.aim(i, slot, Aim::Rest(work.size), d, work.origin));
            match stated {
                // A side without a price comes back, and so does room in the rate.
                Ok(()) | Err(HostReason::NoTouch | HostReason::OrderRate) => {}
                // Reached, as far as lots allow.
                Err(HostReason::SizeZero | HostReason::BelowMinSize) => {
                    self.set_work(i, slot, None);
                    self.cancel(i, slot);
                }
                Err(reason) => {
                    self.note(i, Some(slot), work.origin, reason);
                    self.set_work(i, slot, None);
                    self.cancel(i, slot);
                }
            }
        }
    }

    /// When the next slice of any `twap` is due; `Time::MAX` without one.
    pub(super) fn twap_due(&self) -> Time {
        let mut due = Time::MAX;
        for desk in self.active.iter().map(|&i| &self.desks[i as usize]) {
            for work in desk.works_in_slots().filter(Work::is_sliced) {
                due = due.min(work.next_at);
            }
        }
        due
    }

    /// Sends the slices that are due.
    pub(super) fn slice_due(&mut self, now: Time) {
        for n in 0..self.active.len() {
            let i = self.active[n] as usize;
            let mut n = 0;
            while let Some((slot, work)) = self.nth_cell(i, n).map(|cell| (cell.slot, cell.work)) {
                n += 1;
                let due = work.filter(|work| work.is_sliced() && work.next_at <= now);
                if let Some((work, Via::Twap(length))) = due.map(|work| (work, work.via)) {
                    let gap = Duration::from_nanos((length.nanos() / SLICES).max(1));
                    if let Err(reason) = self.slice(i, slot, work, gap) {
                        self.set_work(i, slot, None);
                        self.note(i, Some(slot), work.origin, reason);
                    }
                }
            }
        }
    }

    /// One slice: towards its share of the way, so that it makes up for what earlier ones missed.
    /// A slice that is too small waits for the next one; only the last one says so.
    fn slice(
        &mut self,
        i: usize,
        slot: SlotId,
        work: Work,
        gap: Duration,
    ) -> Result<(), HostReason> {
        let slices = work.slices + 1;
        let is_last = slices >= SLICES;
        let next = Work { slices, next_at: work.next_at.saturating_add(gap), ..work };
        let goal = self.slice_goal(i, slot, &work, slices)?;
        let sent = match self.crossing(i, slot, goal) {
            Ok(desired) => self.aim(i, slot, Aim::Cross(goal), desired, work.origin),
            Err(reason) => Err(reason),
        };
        if is_last && sent == Err(HostReason::SlotBusy) {
            // The slice before it has not ended: what is left of the way waits for the slot.
            self.set_work(i, slot, Some(Work { slices: work.slices, ..next }));
            return Ok(());
        }
        match sent {
            Ok(()) | Err(HostReason::SizeZero) => {}
            Err(HostReason::BelowMinSize) if !is_last => {}
            // The first slice's refusal is the statement's.
            Err(reason) if work.slices == 0 => return Err(reason),
            Err(reason) => self.note(i, Some(slot), work.origin, reason),
        }
        self.set_work(i, slot, (!is_last).then_some(next));
        Ok(())
    }

    fn slice_goal(
        &self,
        i: usize,
        slot: SlotId,
        work: &Work,
        slices: i64,
    ) -> Result<Quantity, HostReason> {
        if slices >= SLICES {
            return Ok(work.size);
        }
        let whole = work.size.checked_sub(work.from).ok_or(HostReason::Overflow)?;
        let part = fixed::mul_div(whole.raw(), slices, SLICES).ok_or(HostReason::Overflow)?;
        let goal = work.from.checked_add(Quantity::from_raw(part)).ok_or(HostReason::Overflow)?;
        let (held, _) = self.way_from(i, slot);
        // Never back: what was traded otherwise in the meantime may be ahead of the plan.
        let ahead = (goal.raw() - held.raw()).signum() * whole.signum() < 0;
        Ok(if ahead { held } else { goal })
    }
}

crate::plain!(Work { goal, via, size, from, slices, next_at, origin, waiting });
