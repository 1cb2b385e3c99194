//! Live orders of one instrument, in the order of their arrival.

use strat_runtime::money::Money;
use strat_runtime::order::{NewOrder, OrderId, TimeInForce};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::time::Time;

/// Where an order stands in the venue's queue of things to do.
pub(super) type DueKey = (Time, u64);

/// An order that arrived and can still fill.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    pub(super) new: NewOrder,
    /// Units not yet filled.
    pub(super) open: Quantity,
    /// When it reached the venue.
    pub(super) arrived_at: Time,
    pub(super) phase: Phase,
    /// Displayed size before it at its price; [`UNKNOWN_AHEAD`] where nothing is displayed that
    /// far from the touch.
    pub(super) ahead: Quantity,
    /// Cash set aside for it.
    pub(super) reserved: Money,
    /// When it ends by itself.
    pub(super) expiry: Option<DueKey>,
}

/// An order behind the last displayed level waits for a print through its price.
pub(super) const UNKNOWN_AHEAD: Quantity = Quantity::MAX;

/// How far an order has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// Not yet tried against the market.
    Waiting,
    /// Tried once; what is left rests at its limit.
    Resting,
}

impl Order {
    pub(super) fn id(&self) -> OrderId {
        self.new.id
    }

    pub(super) fn side(&self) -> Side {
        self.new.side
    }

    /// Whether what cannot be filled at the first try is dropped.
    pub(super) fn is_immediate(&self) -> bool {
        matches!(self.new.tif, TimeInForce::Fak | TimeInForce::Fok)
    }

    /// Whether the limit allows a trade at `price`.
    pub(super) fn allows(&self, price: Price) -> bool {
        match (self.new.limit, self.side()) {
            (None, _) => true,
            (Some(limit), Side::Buy) => price <= limit,
            (Some(limit), Side::Sell) => price >= limit,
        }
    }

    /// Whether a trade at `price` went strictly beyond the limit, so that a resting order at it
    /// must have been passed.
    pub(super) fn is_through(&self, price: Price) -> bool {
        match (self.new.limit, self.side()) {
            (None, _) => false,
            (Some(limit), Side::Buy) => price < limit,
            (Some(limit), Side::Sell) => price > limit,
        }
    }
}
