//! What a strategy asks for in one reaction.

use crate::instrument::InstrumentId;
use crate::leverage::Leverage;
use crate::manifest::{ClockId, HandlerId, ReasonId};
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
    /// The order waits until a price is reached.
    pub stop: Option<StopWish>,
    /// What closes that which the order fills.
    pub exits: Exits,
    /// How the order is worked; `None` sends it as it stands.
    pub via: Option<Via>,
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
            stop: None,
            exits: Exits { stop_loss: None, take_profit: None, behind: 0 },
            via: None,
        }
    }
}

/// The stream whose events are looked at, of the order's own instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TriggerStream {
    /// Books and quotes: the best price on the side that the order would meet.
    Book,
    /// Trades between others: their price.
    Trades,
    /// Bars of a clock: their close.
    Bars(ClockId),
}

/// When an order that waits becomes one: a sell when the stream is at its level or below, a buy
/// when it is at it or above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StopWish {
    /// The level at first; without it a trail begins at its first mark.
    pub level: Option<Price>,
    /// The level follows the stream at this distance, in the order's favour only.
    pub trail: Option<Price>,
    /// Where it is looked for.
    pub on: TriggerStream,
}

/// A price at which what an order has filled is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExitWish {
    /// The price.
    pub level: Price,
    /// Where it is looked for.
    pub on: TriggerStream,
}

/// The exits of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exits {
    /// Closes where the price has become worse.
    pub stop_loss: Option<ExitWish>,
    /// Closes where the price has become better.
    pub take_profit: Option<ExitWish>,
    /// How many slots behind the order's own its exits have theirs; above zero where there are any.
    pub behind: u16,
}

impl Exits {
    /// Whether there are none.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.stop_loss.is_none() && self.take_profit.is_none()
    }

    /// The slot of the exits of the order in `slot`.
    #[inline]
    pub const fn slot(&self, slot: SlotId) -> SlotId {
        SlotId(slot.0.saturating_add(self.behind))
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
crate::choice!(WishTif { Gtc, Gtd(length), Fok, Fak, Day });
crate::choice!(TriggerStream { Book, Trades, Bars(clock) });
crate::plain!(StopWish { level, trail, on });
crate::plain!(ExitWish { level, on });
crate::plain!(Exits { stop_loss, take_profit, behind });
crate::plain!(OrderWish {
    slot,
    side,
    size,
    limit,
    tif,
    post_only,
    reduce_only,
    quote,
    each,
    stop,
    exits,
    via,
});
