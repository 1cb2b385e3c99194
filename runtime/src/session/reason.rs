//! Why the session did not do what a strategy asked, as one closed list.

/// What the session did with a request instead of sending it as it stood. Most are refusals; the
/// ones for which [`HostReason::is_note`] holds only tell of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostReason {
    /// The slot's order is unacknowledged, cannot be taken back, or is being cancelled.
    SlotBusy,
    /// `each time max n`, and all n orders are working.
    AllWorking,
    /// The size was not above zero, or below one lot.
    SizeZero,
    /// The size is below the venue's smallest order.
    BelowMinSize,
    /// Price times size is below the venue's smallest order.
    BelowMinNotional,
    /// Rule `max_position`.
    MaxPosition,
    /// Rule `max_notional`.
    MaxNotional,
    /// Rule `max_open_orders`.
    MaxOpenOrders,
    /// Rule `max_order_rate`.
    OrderRate,
    /// The position is near enough to the target.
    InsideBand,
    /// Handlers are stopped.
    Halted,
    /// History is being replayed.
    Warming,
    /// Positions are being closed by a risk rule.
    Flattening,
    /// The instrument takes no orders now.
    MarketClosed,
    /// A note: the price was moved one tick inside the touch.
    PostOnlyMoved,
    /// A note: the price was moved to the venue's limit, to the better side.
    PriceClamped,
    /// The price is outside the venue's limits.
    PriceOutOfRange,
    /// Not enough cash, or not enough tokens to sell.
    NotEnoughBalance,
    /// A note: a target was made smaller to what the cash pays for.
    CappedByBalance,
    /// Reduce-only, and there is nothing to reduce.
    ReduceOnly,
    /// The good-till-date is nearer than the venue allows.
    ExpiryTooNear,
    /// The venue has no such order.
    Unsupported,
    /// A target or a valuation needs a mark price, and there is none yet.
    NoMark,
    /// A target needs equity above zero.
    NoEquity,
    /// A passive order needs a touch on its own side.
    NoTouch,
    /// The instrument cannot be held short.
    NoShort,
    /// A note: rule `max_leverage` made a target smaller.
    MaxLeverage,
    /// A note: rule `max_weight` made a target smaller.
    MaxWeight,
    /// The complement of the instrument is not known, so that it cannot be bought instead.
    NoComplement,
    /// The price of a stop, a trail or an exit is not above zero.
    StopPrice,
    /// A note: a stop or trail was crossed, and the host sent its order.
    StopCrossed,
    /// A note: a stop loss was crossed, and the host closes what it guards.
    StopLoss,
    /// A note: a take profit was crossed, and the host closes what it guards.
    TakeProfit,
    /// Another leg of the same `together` was refused.
    GroupRefused,
    /// A number left its range.
    Overflow,
    /// The venue reported on an order that is not known to work.
    UnknownOrder,
}

impl HostReason {
    /// All of them, in the order of their numbers.
    pub const ALL: [HostReason; 36] = [
        HostReason::SlotBusy,
        HostReason::AllWorking,
        HostReason::SizeZero,
        HostReason::BelowMinSize,
        HostReason::BelowMinNotional,
        HostReason::MaxPosition,
        HostReason::MaxNotional,
        HostReason::MaxOpenOrders,
        HostReason::OrderRate,
        HostReason::InsideBand,
        HostReason::Halted,
        HostReason::Warming,
        HostReason::Flattening,
        HostReason::MarketClosed,
        HostReason::PostOnlyMoved,
        HostReason::PriceClamped,
        HostReason::PriceOutOfRange,
        HostReason::NotEnoughBalance,
        HostReason::CappedByBalance,
        HostReason::ReduceOnly,
        HostReason::ExpiryTooNear,
        HostReason::Unsupported,
        HostReason::NoMark,
        HostReason::NoEquity,
        HostReason::NoTouch,
        HostReason::NoShort,
        HostReason::MaxLeverage,
        HostReason::MaxWeight,
        HostReason::NoComplement,
        HostReason::StopPrice,
        HostReason::StopCrossed,
        HostReason::StopLoss,
        HostReason::TakeProfit,
        HostReason::GroupRefused,
        HostReason::Overflow,
        HostReason::UnknownOrder,
    ];

    /// The place in a table of reasons.
    #[inline]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The reason in words, as reports show it.
    pub const fn text(self) -> &'static str {
        match self {
            HostReason::SlotBusy => "slot busy",
            HostReason::AllWorking => "all n orders are working",
            HostReason::SizeZero => "size rounds to zero",
            HostReason::BelowMinSize => "below venue minimum size",
            HostReason::BelowMinNotional => "below venue minimum notional",
            HostReason::MaxPosition => "max_position",
            HostReason::MaxNotional => "max_notional",
            HostReason::MaxOpenOrders => "max_open_orders",
            HostReason::OrderRate => "order rate",
            HostReason::InsideBand => "inside rebalance band",
            HostReason::Halted => "halted",
            HostReason::Warming => "history is being replayed",
            HostReason::Flattening => "positions are being closed",
            HostReason::MarketClosed => "market closed",
            HostReason::PostOnlyMoved => "post-only price moved inside the touch",
            HostReason::PriceClamped => "price moved to the venue's limit",
            HostReason::PriceOutOfRange => "price outside the venue's limits",
            HostReason::NotEnoughBalance => "not enough balance",
            HostReason::CappedByBalance => "target reduced to the balance",
            HostReason::ReduceOnly => "nothing to reduce",
            HostReason::ExpiryTooNear => "expiry nearer than the venue allows",
            HostReason::Unsupported => "the venue has no such order",
            HostReason::NoMark => "no mark price",
            HostReason::NoEquity => "no equity",
            HostReason::NoTouch => "no price on the own side",
            HostReason::NoShort => "the instrument cannot be held short",
            HostReason::MaxLeverage => "target reduced by max_leverage",
            HostReason::MaxWeight => "target reduced by max_weight",
            HostReason::NoComplement => "no complement to buy instead",
            HostReason::StopPrice => "stop or exit price not above zero",
            HostReason::StopCrossed => "stop crossed, order sent by the host",
            HostReason::StopLoss => "stop_loss crossed, closed by the host",
            HostReason::TakeProfit => "take_profit crossed, closed by the host",
            HostReason::GroupRefused => "another leg was refused",
            HostReason::Overflow => "a number left its range",
            HostReason::UnknownOrder => "report on an unknown order",
        }
    }

    /// Whether the request went on, changed, instead of being refused.
    pub const fn is_note(self) -> bool {
        matches!(
            self,
            HostReason::PostOnlyMoved
                | HostReason::PriceClamped
                | HostReason::CappedByBalance
                | HostReason::MaxLeverage
                | HostReason::MaxWeight
                | HostReason::StopCrossed
                | HostReason::StopLoss
                | HostReason::TakeProfit
        )
    }
}

crate::choice!(HostReason {
    SlotBusy,
    AllWorking,
    SizeZero,
    BelowMinSize,
    BelowMinNotional,
    MaxPosition,
    MaxNotional,
    MaxOpenOrders,
    OrderRate,
    InsideBand,
    Halted,
    Warming,
    Flattening,
    MarketClosed,
    PostOnlyMoved,
    PriceClamped,
    PriceOutOfRange,
    NotEnoughBalance,
    CappedByBalance,
    ReduceOnly,
    ExpiryTooNear,
    Unsupported,
    NoMark,
    NoEquity,
    NoTouch,
    NoShort,
    MaxLeverage,
    MaxWeight,
    NoComplement,
    StopPrice,
    StopCrossed,
    StopLoss,
    TakeProfit,
    GroupRefused,
    Overflow,
    UnknownOrder,
});
