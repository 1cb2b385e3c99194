//! What the session keeps per instrument and slot, and the sums that limits read.
//!
//! Every change of a working order goes through [`Core::insert`], [`Core::remove`] and
//! [`Core::set_open`], which keep the sums; nothing else touches the orders of the view.

use crate::fixed;
use crate::instrument::InstrumentId;
use crate::money::Money;
use crate::order::{Command, NewOrder, OrderId, TimeInForce};
use crate::price::Price;
use crate::quantity::Quantity;
use crate::session::exit::Exit;
use crate::session::stop::Armed;
use crate::session::target::Work;
use crate::session::{Core, HostReason, Note, OrderRecord, OrderStep, Origin};
use crate::side::Side;
use crate::signal::{Exits, OrderWish};
use crate::slot::{Desired, SlotId, SlotState, WorkingOrder};
use crate::time::Time;

/// One instrument, as the session keeps it beside the view.
#[derive(Debug, Clone, Default)]
pub(super) struct Desk {
    /// Slots that ever held something, by number.
    cells: Vec<Cell>,
    /// Raw units of open buys and sells.
    pub(super) buys: i128,
    pub(super) sells: i128,
    /// Their price times size, in units of 1e-18.
    pub(super) buy_notional: i128,
    pub(super) sell_notional: i128,
    /// The position's value that is part of the account.
    pub(super) value: Money,
    /// When data last came, or the session started.
    pub(super) seen: Time,
    /// A rule found the data too old.
    pub(super) stale: bool,
    /// Targets that are at work.
    pub(super) works: u32,
    /// Stops and exits that look at market events.
    pub(super) watching: u32,
    /// The rest of the position is too small to be closed; it was noted.
    pub(super) dust: bool,
    active: bool,
}

impl Desk {
    /// A desk at which nothing has happened since `now`.
    pub(super) fn new(now: Time) -> Self {
        Self { seen: now, ..Self::default() }
    }

    /// The targets at work.
    pub(super) fn works_in_slots(&self) -> impl Iterator<Item = Work> {
        self.cells.iter().filter_map(|cell| cell.work)
    }
}

/// One slot of one instrument.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cell {
    pub(super) slot: SlotId,
    /// Number of the next order.
    generation: u32,
    /// Who asked for the present order.
    pub(super) origin: Origin,
    /// What comes after the cancel that is under way.
    pub(super) pending: Option<Pending>,
    /// Cancel the order as soon as the venue has acknowledged it.
    pub(super) cancel_on_ack: bool,
    /// At what price limits count the present order.
    unit: Price,
    /// The order ended with its instrument; the venue's word on it is still to come.
    pub(super) done_due: bool,
    /// The last order that ended, in case of a fill that comes after its end.
    pub(super) ended: Option<(u32, Side)>,
    pub(super) work: Option<Work>,
    /// The last statement of an order that waits or is worked.
    pub(super) stated: Option<OrderWish>,
    /// Units that the worked order has bought since its statement, less those it sold.
    pub(super) done: Quantity,
    /// An order that waits for its stop.
    pub(super) armed: Option<Armed>,
    /// What guards that which the slot's orders fill.
    pub(super) exits: Exits,
    /// The exits that stand in this slot.
    pub(super) exit: Option<Exit>,
}

impl Cell {
    /// How much of it looks at market events.
    fn watches(&self) -> u32 {
        u32::from(self.armed.is_some()) + u32::from(self.exit.is_some())
    }
}

/// An order that waits for the cancel of the one before it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pending {
    pub(super) desired: Desired,
    pub(super) origin: Origin,
    /// For targets: what is wanted is a position, whatever fills until the slot is free.
    pub(super) aim: Option<Aim>,
}

/// The position that a target's order works towards, and how.
#[derive(Debug, Clone, Copy)]
pub(super) enum Aim {
    /// Taking what is there.
    Cross(Quantity),
    /// Resting at the own side of the touch.
    Rest(Quantity),
}

impl Core {
    /// The slot, made if it never held anything.
    #[inline]
    pub(super) fn cell(&mut self, i: usize, slot: SlotId) -> &mut Cell {
        let cells = &mut self.desks[i].cells;
        let at = match cells.binary_search_by_key(&slot, |cell| cell.slot) {
            Ok(at) => at,
            Err(at) => {
                cells.insert(at, Cell { slot, ..Cell::default() });
                at
            }
        };
        &mut cells[at]
    }

    /// The n-th slot of an instrument that ever held something.
    pub(super) fn nth_cell(&self, i: usize, n: usize) -> Option<&Cell> {
        self.desks[i].cells.get(n)
    }

    /// The order in a slot.
    #[inline]
    pub(super) fn order(&self, i: usize, slot: SlotId) -> Option<&WorkingOrder> {
        self.view.instruments[i].orders.iter().find(|order| order.id.slot == slot)
    }

    /// The slot, if it ever held anything.
    #[inline]
    pub(super) fn peek(&self, i: usize, slot: SlotId) -> Option<&Cell> {
        let cells = &self.desks[i].cells;
        cells.binary_search_by_key(&slot, |cell| cell.slot).ok().map(|at| &cells[at])
    }

    /// Whether a slot holds nothing and waits for nothing.
    pub(super) fn is_free(&self, i: usize, slot: SlotId) -> bool {
        let cell = self.peek(i, slot);
        self.order(i, slot).is_none()
            && cell.is_none_or(|cell| {
                cell.pending.is_none() && cell.work.is_none() && cell.armed.is_none()
            })
    }

    fn order_mut(&mut self, i: usize, slot: SlotId) -> Option<&mut WorkingOrder> {
        self.view.instruments[i].orders.iter_mut().find(|order| order.id.slot == slot)
    }

    /// Sends an order from an empty slot. All checks are behind it.
    pub(super) fn send(
        &mut self,
        i: usize,
        slot: SlotId,
        desired: Desired,
        origin: Origin,
        unit: Price,
    ) {
        let cell = self.cell(i, slot);
        let generation = cell.generation;
        cell.generation = generation.wrapping_add(1);
        cell.origin = origin;
        cell.pending = None;
        cell.cancel_on_ack = false;
        let id = OrderId { slot, instrument: InstrumentId(i as u32), generation };
        let order = NewOrder {
            id,
            side: desired.side,
            size: desired.size,
            limit: desired.limit,
            tif: desired.tif,
            post_only: desired.post_only,
            reduce_only: desired.reduce_only,
        };
        self.outbox.commands.push(Command::Place(order));
        self.record(id, OrderStep::Placed(order), origin);
        self.counters.placed += 1;
        self.risk.rate_take(self.view.now);
        let open = desired.size;
        self.insert(i, WorkingOrder { id, desired, open, state: SlotState::InFlight }, unit);
    }

    /// Asks the venue to take a slot's order back, at once or once it is acknowledged. What was to
    /// follow it is forgotten.
    pub(super) fn cancel(&mut self, i: usize, slot: SlotId) {
        let Some(order) = self.order_mut(i, slot) else {
            return;
        };
        let (id, immediate) = (order.id, is_immediate(order.desired.tif));
        match order.state {
            SlotState::Live => {
                order.state = SlotState::Canceling;
                self.outbox.commands.push(Command::Cancel(id));
                self.counters.cancels += 1;
                let origin = self.cell(i, slot).origin;
                self.record(id, OrderStep::CancelSent, origin);
            }
            SlotState::InFlight if !immediate => self.cell(i, slot).cancel_on_ack = true,
            SlotState::InFlight | SlotState::Canceling | SlotState::Empty => {}
        }
        self.cell(i, slot).pending = None;
    }

    /// Cancels everything on one instrument and forgets its targets; the session's own closing
    /// orders stay.
    pub(super) fn cancel_instrument(&mut self, i: usize) {
        let mut n = 0;
        while let Some(slot) = self.nth_cell(i, n).map(|cell| cell.slot) {
            if slot < SlotId::FIRST_OF_SESSION {
                self.set_work(i, slot, None);
                self.unwatch(i, slot);
                self.cancel(i, slot);
            }
            n += 1;
        }
    }

    /// Takes back what waits in a slot; the exits of what it has filled stay.
    pub(super) fn disarm(&mut self, i: usize, slot: SlotId) {
        if self.peek(i, slot).is_some_and(|cell| cell.armed.is_some()) {
            self.change_watch(i, slot, |cell| cell.armed = None);
        }
    }

    /// Forgets stops and exits of a slot.
    pub(super) fn unwatch(&mut self, i: usize, slot: SlotId) {
        self.change_watch(i, slot, |cell| {
            cell.armed = None;
            cell.exit = None;
            cell.exits = Exits::default();
        });
    }

    /// Changes a slot's stops and exits.
    pub(super) fn change_watch(&mut self, i: usize, slot: SlotId, change: impl FnOnce(&mut Cell)) {
        let cell = self.cell(i, slot);
        let before = cell.watches();
        change(cell);
        let after = cell.watches();
        let watching = &mut self.desks[i].watching;
        *watching = (*watching + after).saturating_sub(before);
        if after > 0 {
            self.activate(i);
        }
    }

    /// Cancels everything.
    pub(super) fn cancel_all(&mut self) {
        for n in 0..self.active.len() {
            self.cancel_instrument(self.active[n] as usize);
        }
    }

    /// Sets or ends what a slot works at.
    pub(super) fn set_work(&mut self, i: usize, slot: SlotId, work: Option<Work>) {
        let before = std::mem::replace(&mut self.cell(i, slot).work, work);
        let count = |total: u32, is: bool, was: bool| {
            (total + u32::from(is)).saturating_sub(u32::from(was))
        };
        let works = &mut self.desks[i].works;
        *works = count(*works, work.is_some(), before.is_some());
        let is_sliced = |work: Option<Work>| work.is_some_and(|work| work.is_sliced());
        self.twaps = count(self.twaps, is_sliced(work), is_sliced(before));
        if work.is_some() {
            self.activate(i);
        }
    }

    /// Enters an order into the view and the sums.
    pub(super) fn insert(&mut self, i: usize, order: WorkingOrder, unit: Price) {
        self.cell(i, order.id.slot).unit = unit;
        self.weigh(i, order.desired.side, unit, i128::from(order.open.raw()));
        self.open_orders += 1;
        let orders = &mut self.view.instruments[i].orders;
        let at = orders.partition_point(|other| other.id.slot < order.id.slot);
        orders.insert(at, order);
        self.activate(i);
    }

    /// Takes an order out of the view and the sums.
    pub(super) fn remove(&mut self, i: usize, slot: SlotId) -> Option<WorkingOrder> {
        let orders = &mut self.view.instruments[i].orders;
        let at = orders.iter().position(|order| order.id.slot == slot)?;
        let order = orders.remove(at);
        self.open_orders = self.open_orders.saturating_sub(1);
        let unit = self.cell(i, slot).unit;
        self.weigh(i, order.desired.side, unit, -i128::from(order.open.raw()));
        Some(order)
    }

    /// Puts a slot back as it was; it must be empty.
    pub(super) fn restore(&mut self, i: usize, cell: &Cell, order: Option<WorkingOrder>) {
        if let Some(order) = order {
            self.insert(i, order, cell.unit);
        }
        self.change_watch(i, cell.slot, |now| *now = *cell);
    }

    /// Changes what an order still has open.
    pub(super) fn set_open(&mut self, i: usize, slot: SlotId, open: Quantity) {
        let unit = self.cell(i, slot).unit;
        let Some(order) = self.order_mut(i, slot) else {
            return;
        };
        let change = i128::from(open.raw()) - i128::from(order.open.raw());
        order.open = open;
        let side = order.desired.side;
        self.weigh(i, side, unit, change);
    }

    /// Changes the state of a slot's order.
    pub(super) fn set_state(&mut self, i: usize, slot: SlotId, state: SlotState) {
        if let Some(order) = self.order_mut(i, slot) {
            order.state = state;
        }
    }

    /// The open part, side and price of a slot's order as the sums hold it.
    pub(super) fn own_part(&self, i: usize, slot: SlotId) -> Option<(Side, i128, i128)> {
        let order = self.order(i, slot)?;
        let cells = &self.desks[i].cells;
        let at = cells.binary_search_by_key(&slot, |cell| cell.slot).ok()?;
        let open = i128::from(order.open.raw());
        Some((order.desired.side, open, open * i128::from(cells[at].unit.raw())))
    }

    /// Who asked for what a slot holds.
    pub(super) fn origin(&self, i: usize, slot: SlotId) -> Origin {
        let cells = &self.desks[i].cells;
        let at = cells.binary_search_by_key(&slot, |cell| cell.slot);
        at.map_or(Origin::default(), |at| cells[at].origin)
    }

    pub(super) fn record(&mut self, order: OrderId, kind: OrderStep, origin: Origin) {
        self.outbox.orders.push(OrderRecord { ts: self.view.now, order, kind, origin });
    }

    pub(super) fn note(
        &mut self,
        i: usize,
        slot: Option<SlotId>,
        origin: Origin,
        reason: HostReason,
    ) {
        self.counters.host[reason.index()] += 1;
        self.outbox.notes.push(Note {
            ts: self.view.now,
            instrument: InstrumentId(i as u32),
            slot,
            handler: origin.handler,
            reason,
        });
    }

    /// Puts an instrument on the list of those that have something at stake.
    pub(super) fn activate(&mut self, i: usize) {
        if !std::mem::replace(&mut self.desks[i].active, true) {
            let id = i as u32;
            let at = self.active.partition_point(|other| *other < id);
            self.active.insert(at, id);
        }
    }

    /// Takes instruments off that list that have nothing at stake any more.
    pub(super) fn sweep_active(&mut self) {
        let (view, desks) = (&self.view, &mut self.desks);
        self.active.retain(|&id| {
            let (desk, seen) = (&mut desks[id as usize], &view.instruments[id as usize]);
            desk.active = !seen.orders.is_empty()
                || !seen.position.is_flat()
                || desk.works > 0
                || desk.watching > 0;
            desk.active
        });
    }

    fn weigh(&mut self, i: usize, side: Side, unit: Price, open: i128) {
        let notional = open * i128::from(unit.raw());
        let desk = &mut self.desks[i];
        match side {
            Side::Buy => {
                desk.buys += open;
                desk.buy_notional += notional;
                if !self.view.instruments[i].meta.can_short() {
                    self.reserved += notional;
                }
            }
            Side::Sell => {
                desk.sells += open;
                desk.sell_notional += notional;
            }
        }
    }
}

/// Whether an order never rests.
pub(super) const fn is_immediate(tif: TimeInForce) -> bool {
    matches!(tif, TimeInForce::Fak | TimeInForce::Fok)
}

/// Money as a sum of products counts it, in units of 1e-18.
pub(super) const fn wide(money: Money) -> i128 {
    money.raw() as i128 * fixed::SCALE as i128
}

impl Desk {
    /// Whether each slot is there once, in order, as lookups expect it.
    fn is_in_order(&self) -> bool {
        self.cells.is_sorted_by(|a, b| a.slot < b.slot)
            && self.cells.iter().map(Cell::watches).sum::<u32>() == self.watching
    }

    /// Open units of one side, and their price times size.
    pub(super) const fn sums(&self, side: Side) -> (i128, i128) {
        match side {
            Side::Buy => (self.buys, self.buy_notional),
            Side::Sell => (self.sells, self.sell_notional),
        }
    }
}

/// What [`Desk::sums`] should be for buys and sells; `None` for an order without a slot, or sums
/// out of range.
pub(super) fn wide_open(desk: &Desk, orders: &[WorkingOrder]) -> Option<[(i128, i128); 2]> {
    let mut sums = [(0_i128, 0_i128); 2];
    for order in orders {
        let at = desk.cells.binary_search_by_key(&order.id.slot, |cell| cell.slot).ok()?;
        let open = i128::from(order.open.raw());
        let sum = &mut sums[usize::from(order.desired.side == Side::Sell)];
        sum.0 = sum.0.checked_add(open)?;
        sum.1 = sum.1.checked_add(open * i128::from(desk.cells[at].unit.raw()))?;
    }
    Some(sums)
}

crate::choice!(Aim { Cross(position), Rest(position) });
crate::plain!(Pending { desired, origin, aim });
crate::plain!(Cell {
    slot,
    generation,
    origin,
    pending,
    cancel_on_ack,
    unit,
    done_due,
    ended,
    work,
    stated,
    done,
    armed,
    exits,
    exit,
});
crate::kept!(Desk {
    cells, buys, sells, buy_notional, sell_notional, value, seen, stale, works, watching, dust, active,
} fixed {} if |this| this.is_in_order());
