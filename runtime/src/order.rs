//! Orders as a session sends them and a venue answers them.

use std::fmt;

use crate::instrument::InstrumentId;
use crate::money::Money;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::side::Side;
use crate::slot::SlotId;
use crate::time::Time;

/// A client order id derived from the slot, so that an order can be adopted again after a crash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrderId {
    /// The strategy's slot.
    pub slot: SlotId,
    /// The instrument.
    pub instrument: InstrumentId,
    /// How many orders this slot had on this instrument before.
    pub generation: u32,
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.slot.0, self.instrument.0, self.generation)
    }
}

/// How long an order lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeInForce {
    /// Good till cancelled.
    Gtc,
    /// Good till the given time.
    Gtd(Time),
    /// Fill or kill: everything at once or nothing.
    Fok,
    /// Fill and kill (immediate or cancel): what is there, the rest is dropped.
    Fak,
    /// Until the end of the UTC day.
    Day,
}

/// A new order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewOrder {
    /// Client order id.
    pub id: OrderId,
    /// Buy or sell.
    pub side: Side,
    /// Units to trade, a multiple of the lot.
    pub size: Quantity,
    /// Limit price on the tick grid; `None` takes what is there.
    pub limit: Option<Price>,
    /// Lifetime.
    pub tif: TimeInForce,
    /// Refused rather than filled on arrival.
    pub post_only: bool,
    /// May only bring the position nearer to zero.
    pub reduce_only: bool,
}

/// What a session asks of a venue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Place an order.
    Place(NewOrder),
    /// Take an order back.
    Cancel(OrderId),
}

/// What a venue tells of one of our orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// The venue's time.
    pub ts_event: Time,
    /// When the host received it.
    pub ts_recv: Time,
    /// Which order.
    pub order: OrderId,
    /// What happened to it.
    pub kind: ReportKind,
}

/// The life of an order, step by step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReportKind {
    /// The venue took it; it rests or is about to fill.
    Accepted,
    /// The venue refused it; it is gone.
    Rejected(RejectReason),
    /// A part of it, or all, was traded.
    Filled(Fill),
    /// It is gone without further fills.
    Canceled(CancelReason),
    /// A cancel came too late or named no order; the order is as it was.
    CancelRejected,
}

/// One execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fill {
    /// Price per unit.
    pub price: Price,
    /// Units.
    pub size: Quantity,
    /// Fee charged; negative is a rebate.
    pub fee: Money,
    /// Whether our order provided or took liquidity.
    pub liquidity: Liquidity,
    /// Units of the order still open after this fill.
    pub remaining: Quantity,
}

/// Maker or taker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Liquidity {
    /// Our order rested.
    Maker,
    /// Our order came and took.
    Taker,
}

/// Why a venue, or the session before it, refused an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RejectReason {
    /// Post-only, and it would have traded on arrival.
    PostOnlyWouldCross,
    /// Price off the tick grid or outside the venue's limits.
    InvalidPrice,
    /// Below the minimum size or off the lot.
    InvalidSize,
    /// Below the minimum notional.
    BelowMinNotional,
    /// Not enough cash, or not enough tokens to sell.
    InsufficientBalance,
    /// Fill-or-kill, and not everything was there.
    FokNotFilled,
    /// The market is closed, halted or resolved.
    MarketClosed,
    /// Expiry nearer than the venue allows.
    InvalidExpiry,
    /// Reduce-only, and it would have increased the position.
    ReduceOnly,
    /// Too many orders.
    RateLimited,
    /// It would have traded with another order of the same account.
    SelfTrade,
}

impl RejectReason {
    /// The reason in words, as shown in reports and to the strategy's `reject` handler.
    pub const fn text(self) -> &'static str {
        match self {
            RejectReason::PostOnlyWouldCross => "post-only order would cross the book",
            RejectReason::InvalidPrice => "price off the tick grid or out of range",
            RejectReason::InvalidSize => "size below the minimum or off the lot",
            RejectReason::BelowMinNotional => "notional below the minimum",
            RejectReason::InsufficientBalance => "not enough balance",
            RejectReason::FokNotFilled => "fill-or-kill order could not be filled completely",
            RejectReason::MarketClosed => "market does not accept orders",
            RejectReason::InvalidExpiry => "expiry too near",
            RejectReason::ReduceOnly => "reduce-only order would increase the position",
            RejectReason::RateLimited => "order rate limit",
            RejectReason::SelfTrade => "would trade with another own order",
        }
    }
}

/// Why an order ended without filling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CancelReason {
    /// We asked for it.
    Requested,
    /// A fill-and-kill order's rest.
    Unfilled,
    /// Its time was up.
    Expired,
    /// The market resolved.
    Resolved,
    /// The balance no longer covered it.
    BalanceDropped,
}

crate::plain!(OrderId { slot, instrument, generation });
crate::choice!(TimeInForce { Gtc, Gtd(at), Fok, Fak, Day });
