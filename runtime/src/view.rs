//! What a strategy can see at an event: read-only, owned by the session.

use crate::account::Account;
use crate::bar::Bar;
use crate::book::Book;
use crate::instrument::{Instrument, InstrumentId};
use crate::manifest::ClockId;
use crate::mark::Mark;
use crate::position::Position;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::side::Side;
use crate::slot::{SlotId, SlotState, WorkingOrder};
use crate::time::Time;

/// The state of the world as one session knows it.
#[derive(Debug, Clone)]
pub struct View {
    /// Time of the current event.
    pub now: Time,
    /// History is being replayed to warm streams up (`Session::set_warming`): streams move,
    /// handlers do not fire.
    pub warming: bool,
    /// Every instrument, by [`InstrumentId`].
    pub instruments: Vec<InstrumentView>,
    /// Cash, equity, fees.
    pub account: Account,
    /// Last closed bars, by [`ClockId`].
    pub clocks: Vec<ClockView>,
}

/// One instrument in the view.
#[derive(Debug, Clone)]
pub struct InstrumentView {
    /// Rules and metadata as of now.
    pub meta: Instrument,
    /// Its book; a quote feed fills one level a side.
    pub book: Book,
    /// Last trade between others.
    pub last_trade: Option<(Price, Time)>,
    /// The position held.
    pub position: Position,
    /// Its mark price, once there is one.
    pub mark: Option<Mark>,
    /// Own orders, one per slot at most, in the order of their slots.
    pub orders: Vec<WorkingOrder>,
}

/// The last closed bars of a clock.
#[derive(Debug, Clone)]
pub struct ClockView {
    /// One per instrument of the clock, in its order; valid once `count` is above zero.
    pub bars: Vec<Bar>,
    /// The bars that are forming, in the same order, as far as they have come; kept only where the
    /// manifest wants them. One whose end has passed is no longer forming.
    pub forming: Vec<Option<Bar>>,
    /// How often the clock has ticked.
    pub count: u64,
}

impl View {
    /// One instrument.
    #[inline]
    pub fn instrument(&self, id: InstrumentId) -> &InstrumentView {
        &self.instruments[id.index()]
    }

    /// The bar of a clock's n-th instrument that is forming now, once something is in it.
    #[inline]
    pub fn forming(&self, id: ClockId, member: usize) -> Option<&Bar> {
        let bar = self.clocks.get(usize::from(id.0))?.forming.get(member)?.as_ref();
        bar.filter(|bar| bar.closes_at > self.now)
    }

    /// One clock.
    #[inline]
    pub fn clock(&self, id: ClockId) -> &ClockView {
        &self.clocks[usize::from(id.0)]
    }
}

impl InstrumentView {
    /// Size that the position can reach if every own order on `side` fills, as a handler sees it
    /// that is about to restate the slots in `restated`: their live orders are left out, orders
    /// that cannot be taken back (in flight, being cancelled) count. For `Side::Buy` this is the
    /// long exposure, never below zero; for `Side::Sell` the short exposure as a positive size.
    pub fn exposure(&self, side: Side, restated: &[SlotId]) -> Quantity {
        let held = self.position.size.raw();
        let mut total = match side {
            Side::Buy => held,
            Side::Sell => held.saturating_neg(),
        };
        for order in &self.orders {
            let counts = order.state != SlotState::Empty
                && order.desired.side == side
                && !(order.state == SlotState::Live && restated.contains(&order.id.slot));
            if counts {
                total = total.saturating_add(order.open.raw());
            }
        }
        Quantity::from_raw(total.max(0))
    }

    /// The order that a slot holds, if it holds one.
    #[inline]
    pub fn order(&self, slot: SlotId) -> Option<&WorkingOrder> {
        self.orders.iter().find(|o| o.id.slot == slot && o.state != SlotState::Empty)
    }
}

crate::kept!(InstrumentView { meta, book, last_trade, position, mark, orders } fixed {}
    if |this| this.orders.is_sorted_by(|a, b| a.id.slot < b.id.slot));
crate::kept!(ClockView { bars, forming, count } fixed {});
