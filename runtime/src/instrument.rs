//! What can be traded, with the venue's rules for it as data.

use crate::money::Money;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::time::Time;
use crate::venue::VenueKind;

/// Index of an instrument in its session's table. The instruments that a strategy declares come
/// first, in the order of their declaration; members of universes follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct InstrumentId(pub u32);

impl InstrumentId {
    /// The place in a table of instruments.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Which fee row, price limits and shorting rules apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssetClass {
    /// One outcome of a prediction market; pays 0 to 1, is never sold short.
    OutcomeToken,
    /// A cryptocurrency pair or a perpetual on one.
    Crypto,
    /// A currency pair.
    Forex,
}

/// Whether an instrument takes part in trading now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Known, but its market has not opened yet.
    Pending,
    /// Orders are accepted.
    Trading,
    /// Paused by the venue: quotes may move, orders are refused.
    Halted,
    /// Settled: every unit held was paid out at this price.
    Resolved {
        /// Money per unit.
        payout: Price,
    },
}

/// One instrument and the rules that hold for it at this moment. Tick, lot, liquidity and status
/// change by [`crate::event::MetaChange`]; everything else is fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrument {
    /// The venue's own name: `BTCUSD`, a token id.
    pub symbol: String,
    /// A name for people: the declared name, or a market's short form.
    pub name: String,
    /// Where it trades.
    pub venue: VenueKind,
    /// Kind of asset.
    pub class: AssetClass,
    /// The question that a prediction market asks; empty elsewhere.
    pub question: String,
    /// The outcome that this token pays for (`Yes`, `Up`, a team); empty elsewhere.
    pub outcome: String,
    /// Smallest price step.
    pub tick: Price,
    /// Smallest size step.
    pub lot: Quantity,
    /// Smallest size of an order.
    pub min_size: Quantity,
    /// Smallest price times size of an order; zero where the venue has none.
    pub min_notional: Money,
    /// Resting liquidity as the venue's metadata states it; `None` if it does not say.
    pub liquidity: Option<Money>,
    /// When the market stops trading; `None` for instruments without an end.
    pub expires_at: Option<Time>,
    /// The other outcome of the same two-outcome market.
    pub complement: Option<InstrumentId>,
    /// Trading state.
    pub status: Status,
}

impl Instrument {
    /// The open interval's ends for a limit price: `(lowest, highest)` that the venue accepts.
    /// Outcome tokens trade from one tick to one minus one tick, others above zero without an end.
    pub fn price_limits(&self) -> (Price, Price) {
        match self.class {
            AssetClass::OutcomeToken => {
                (self.tick, Price::from_raw(crate::fixed::SCALE - self.tick.raw()))
            }
            AssetClass::Crypto | AssetClass::Forex => (self.tick, Price::from_raw(i64::MAX)),
        }
    }

    /// Whether a position may go below zero.
    #[inline]
    pub fn can_short(&self) -> bool {
        match self.class {
            AssetClass::OutcomeToken => false,
            AssetClass::Crypto | AssetClass::Forex => true,
        }
    }

    /// Whether orders are accepted at this moment.
    #[inline]
    pub fn is_trading(&self) -> bool {
        self.status == Status::Trading
    }
}

crate::choice!(AssetClass { OutcomeToken, Crypto, Forex });
crate::choice!(Status { Pending, Trading, Halted, Resolved { payout } });
crate::plain!(Instrument {
    symbol,
    name,
    venue,
    class,
    question,
    outcome,
    tick,
    lot,
    min_size,
    min_notional,
    liquidity,
    expires_at,
    complement,
    status,
});
