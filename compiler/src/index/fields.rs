//! The fields of each kind of value, with what they say, for those who write.

use crate::hir::Kind;

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Its type as it is spelled; the instrument is left out.
    pub ty: &'static str,
    /// What it says.
    pub doc: &'static str,
}

const fn field(name: &'static str, ty: &'static str, doc: &'static str) -> Field {
    Field { name, ty, doc }
}

/// Fields of an instrument.
pub const INSTRUMENT: &[Field] = &[
    field("book", "book", "best bid and ask, mid and spread"),
    field("position", "position", "size, average price and profit of what is held"),
    field("exposure", "exposure", "position and all own orders that can still fill"),
    field("last", "price?", "the last trade"),
    field("mark", "price?", "the price at which a position is valued"),
    field("tick", "price", "the smallest step of a price, as it is now"),
    field("lot", "size", "the smallest step of a size, as it is now"),
    field("min_size", "size", "the smallest size of an order, as it is now"),
    field("liquidity", "usd?", "the venue's measure of liquidity"),
    field("expiry", "time?", "when the market ends"),
    field("expires_in", "duration?", "the time until the market ends"),
    field("question", "text", "the question of a prediction market"),
    field("outcome", "text", "the outcome that the instrument stands for"),
    field("id", "text", "the venue's name; unique"),
];

/// Fields of a book.
pub const BOOK: &[Field] = &[
    field("bid", "level?", "the best bid: `.price` and `.size`"),
    field("ask", "level?", "the best ask: `.price` and `.size`"),
    field("mid", "price?", "between bid and ask; absent if one side is empty"),
    field("spread", "price?", "ask less bid; absent if one side is empty"),
    field("spread_pct", "percent?", "spread over mid; absent if one side is empty"),
];

/// Fields of a position.
pub const POSITION: &[Field] = &[
    field("size", "size", "what is held; below zero if short"),
    field("avg_price", "price?", "the average price of entry; absent when flat"),
    field("unrealized", "money", "profit of what is held, at the mark"),
    field("realized", "money", "profit of what was closed"),
];

/// Fields of an exposure.
pub const EXPOSURE: &[Field] = &[
    field("long", "size", "held, and own buy orders that can still fill"),
    field("short", "size", "held short, and own sell orders that can still fill"),
];

/// Fields of a level of a book.
pub const LEVEL: &[Field] = &[
    field("price", "price", "the price of the level"),
    field("size", "size", "what is offered there"),
];

/// Fields of a closed bar.
pub const BAR: &[Field] = &[
    field("open", "price", "the first trade"),
    field("high", "price", "the highest trade"),
    field("low", "price", "the lowest trade"),
    field("close", "price", "the last trade"),
    field("volume", "real", "what was traded, in units of size"),
    field("opens_at", "time", "when the bar began"),
    field("closes_at", "time", "when the bar ended"),
];

/// Fields of the account.
pub const ACCOUNT: &[Field] = &[
    field("equity", "money", "cash and the value of all positions"),
    field("cash", "money", "cash"),
    field("free_cash", "money", "cash that no order reserves"),
];

/// Fields of a fill.
pub const FILL: &[Field] = &[
    field("size", "size", "what was filled"),
    field("price", "price", "at which price"),
    field("fee", "money", "what it cost"),
    field("remaining", "size", "what is left of the order"),
    field("is_buy", "bool", "whether it was bought"),
    field("instrument", "instrument", "of which instrument"),
];

/// Fields of a refusal.
pub const REJECT: &[Field] = &[
    field("reason", "text", "what the venue said"),
    field("instrument", "instrument", "of which instrument"),
];

/// The fields of a value of this kind; empty if it has none.
pub fn of(kind: Kind) -> &'static [Field] {
    match kind {
        Kind::Instrument(_) => INSTRUMENT,
        Kind::Book(_) => BOOK,
        Kind::Position(_) => POSITION,
        Kind::Exposure(_) => EXPOSURE,
        Kind::Level(_) => LEVEL,
        Kind::Bar(..) => BAR,
        Kind::Account => ACCOUNT,
        Kind::Fill(_) => FILL,
        Kind::Reject(_) => REJECT,
        Kind::Bool
        | Kind::Int
        | Kind::Real(_)
        | Kind::Price(_)
        | Kind::Size(_)
        | Kind::Money(_)
        | Kind::Ratio
        | Kind::Leverage
        | Kind::PricePerSize(_)
        | Kind::Time
        | Kind::Duration
        | Kind::Enum(_)
        | Kind::Text
        | Kind::Words(_)
        | Kind::Universe(_)
        | Kind::Forming(..)
        | Kind::Clock(_)
        | Kind::List(..)
        | Kind::Error => &[],
    }
}
