//! What a strategy asks for in one reaction.

use crate::instrument::InstrumentId;
use crate::leverage::Leverage;
use crate::manifest::{HandlerId, ReasonId};
use crate::money::Money;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::ratio::Ratio;
use crate::side::Side;
use crate::slot::SlotId;
use crate::time::Duration;

/// One request. The session quantises, checks and reconciles; it never sends an intent as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Intent {
    /// The handler that asked.
    pub handler: HandlerId,
    /// The instrument it is about.
    pub instrument: InstrumentId,
    /// Legs that stand or fall together carry the same number; 0 means alone.
    pub group: u16,
    /// The strategy's own reason, for reports.
    pub because: Option<ReasonId>,
    /// What is asked for.
    pub action: Action,
}

/// The vocabulary of intents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// The slot should hold this order.
    Order(OrderWish),
    /// The slot should be empty.
    Clear(SlotId),
    /// The position should become this.
    Target {
        /// The slot that executes it.
        slot: SlotId,
        /// The position wanted.
        goal: Goal,
        /// How to get there; `None` takes the venue's default.
        via: Option<Via>,
    },
    /// Cancel every own order on the instrument.
    CancelInstrument,
    /// Cancel every own order.
    CancelAll,
    /// Stop all handlers until an operator resumes; the reason is in the reaction's messages.
    Halt,
}

/// An order as the strategy states it: prices and sizes before quantising.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderWish {
    /// The slot of the statement.
    pub slot: SlotId,
    /// Buy or sell.
    pub side: Side,
    /// Units wanted; zero or less emits nothing.
    pub size: Quantity,
    /// Limit price; `None` for `@ market`.
    pub limit: Option<Price>,
    /// Lifetime; `Gtd` is relative here.
    pub tif: WishTif,
    /// Refused rather than filled on arrival; clamped to one tick inside the touch.
    pub post_only: bool,
    /// May only bring the position nearer to zero.
    pub reduce_only: bool,
    /// One side of a quote, which states both sides in full: a side that cannot stand as an order
    /// (its size rounds to zero or below the minimum) takes its resting order back.
    pub quote: bool,
    /// Not a slot that is restated, but so many slots from `slot` on: the order is a new one in the
    /// first of them that is free. Zero for the one slot that holds the statement's only order.
    pub each: u16,
}

impl OrderWish {
    /// A good-till-cancelled order in the one slot of its statement.
    pub const fn new(slot: SlotId, side: Side, size: Quantity, limit: Option<Price>) -> Self {
        Self {
            slot,
            side,
            size,
            limit,
            tif: WishTif::Gtc,
            post_only: false,
            reduce_only: false,
            quote: false,
            each: 0,
        }
    }
}

/// Lifetime as a strategy states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WishTif {
    /// Good till cancelled, the default.
    #[default]
    Gtc,
    /// Good for this long.
    Gtd(Duration),
    /// Fill or kill.
    Fok,
    /// Fill and kill.
    Fak,
    /// Until the end of the UTC day.
    Day,
}

/// A position wanted. Signed values: negative is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// No position.
    Flat,
    /// Leverage of account equity.
    Leverage(Leverage),
    /// Units.
    Size(Quantity),
    /// Money's worth at the mark.
    Notional(Money),
    /// Share of account equity.
    Weight(Ratio),
}

/// How a target is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// Take what is there, inside the price collar.
    Cross,
    /// Rest at the own side of the touch and follow it.
    Passive,
    /// Slice evenly over this time.
    Twap(Duration),
}

crate::choice!(Goal { Flat, Leverage(x), Size(x), Notional(x), Weight(x) });
crate::choice!(Via { Cross, Passive, Twap(length) });
