//! Order slots: the desired state of one order statement on one instrument.
//!
//! An order statement owns one slot per instrument. Stating it again amends, not stating it keeps;
//! there are never two live orders in one slot. The table that tracks this for a session is in
//! [`crate::session`].

use crate::order::{OrderId, TimeInForce};
use crate::price::Price;
use crate::quantity::Quantity;
use crate::side::Side;

/// Index of an order statement in its strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct SlotId(pub u16);

impl SlotId {
    /// Slots from here on belong to the session itself: executing targets and flattening.
    pub const FIRST_OF_SESSION: SlotId = SlotId(0xFF00);

    /// The place in a table of slots.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// What a slot should hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Desired {
    /// Buy or sell.
    pub side: Side,
    /// Units, already on the lot.
    pub size: Quantity,
    /// Limit price, already on the tick; `None` takes what is there.
    pub limit: Option<Price>,
    /// Lifetime.
    pub tif: TimeInForce,
    /// Refused rather than filled on arrival.
    pub post_only: bool,
    /// May only bring the position nearer to zero.
    pub reduce_only: bool,
}

/// What a slot holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotState {
    /// Nothing.
    Empty,
    /// Sent, no answer yet.
    InFlight,
    /// Resting at the venue.
    Live,
    /// Resting, a cancel is on its way.
    Canceling,
}

/// One order in one slot, as the session believes it to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingOrder {
    /// Client order id.
    pub id: OrderId,
    /// What was asked for.
    pub desired: Desired,
    /// Units not yet filled.
    pub open: Quantity,
    /// Where it is in its life.
    pub state: SlotState,
}

crate::plain!(Desired { side, size, limit, tif, post_only, reduce_only });
crate::choice!(SlotState { Empty, InFlight, Live, Canceling });
crate::plain!(WorkingOrder { id, desired, open, state });
