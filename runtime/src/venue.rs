//! What venues can do and what they charge, as data, and the synchronous port through which a
//! session's commands reach one. The checker, the simulator and live adapters read the same rows.

use crate::event::Event;
use crate::instrument::AssetClass;
use crate::money::Money;
use crate::order::{Command, Liquidity, Report};
use crate::price::Price;
use crate::quantity::Quantity;
use crate::ratio::Ratio;
use crate::signal::Via;
use crate::time::{Duration, Time};

/// The venues that Strat knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VenueKind {
    /// Polymarket's central limit order book.
    Polymarket,
    /// Linear perpetuals on Binance.
    BinancePerp,
    /// The Vanta Network: targets only, executed against the touch.
    Vanta,
}

impl VenueKind {
    /// Every venue, in the order of the documentation.
    pub const ALL: [VenueKind; 3] =
        [VenueKind::Polymarket, VenueKind::BinancePerp, VenueKind::Vanta];

    /// The name as strategies spell it.
    pub const fn name(self) -> &'static str {
        self.capabilities().name
    }

    /// The venue of that name.
    pub fn parse(name: &str) -> Option<VenueKind> {
        VenueKind::ALL.into_iter().find(|v| v.name() == name)
    }

    /// The venue's row in the capability table.
    pub const fn capabilities(self) -> &'static Capabilities {
        match self {
            VenueKind::Polymarket => &POLYMARKET,
            VenueKind::BinancePerp => &BINANCE_PERP,
            VenueKind::Vanta => &VANTA,
        }
    }
}

/// What a venue can do. A version number travels with every report, because tables change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a table of what exists, one column each")]
pub struct Capabilities {
    /// Name in strategies.
    pub name: &'static str,
    /// Version of this row: the day on which its facts were checked.
    pub version: &'static str,
    /// Whether an order book can be read, and `quote` used.
    pub book: bool,
    /// Whether `buy` and `sell` orders with a limit exist.
    pub limit_orders: bool,
    /// Whether `@ market` exists.
    pub market_orders: bool,
    /// Whether `post_only` exists.
    pub post_only: bool,
    /// Whether fill-and-kill and fill-or-kill exist.
    pub immediate: bool,
    /// Shortest good-till-date; `None` where there is none at all.
    pub gtd_min: Option<Duration>,
    /// Whether a resting order can be changed in place.
    pub amend: bool,
    /// Whether `universe` has members here.
    pub universes: bool,
    /// Whether positions below zero exist; where not, `short` must name its complement.
    pub short: bool,
    /// How targets are executed unless the statement says otherwise.
    pub default_via: Via,
    /// Share of the target by which a position may be off before a target trades again.
    pub rebalance_band: Ratio,
    /// Absolute band of leverage targets; overrides the share where it is not zero.
    pub leverage_band: crate::leverage::Leverage,
    /// Widest distance of a crossing target order from the touch, as a share of the price; at
    /// least two ticks are always allowed.
    pub collar: Ratio,
    /// Whether a `max_drawdown` rule is mandatory, and below what.
    pub drawdown_below: Option<Ratio>,
    /// Fees.
    pub fees: FeeTable,
    /// Tick, lot and minimum of an instrument of which nothing better is known.
    pub defaults: Defaults,
}

/// Rules of an instrument of which the data says nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Defaults {
    /// Kind of asset.
    pub class: AssetClass,
    /// Smallest price step.
    pub tick: Price,
    /// Smallest size step.
    pub lot: Quantity,
    /// Smallest order.
    pub min_size: Quantity,
}

/// Fees by kind of asset; the first row whose class fits applies, `None` fits all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FeeTable {
    /// Rows.
    pub rows: &'static [(Option<AssetClass>, FeeSchedule)],
    /// Where the figures are from.
    pub source: &'static str,
}

impl FeeTable {
    /// The schedule for a kind of asset.
    pub fn schedule(&self, class: AssetClass) -> FeeSchedule {
        self.rows
            .iter()
            .find(|(c, _)| c.is_none_or(|c| c == class))
            .map_or(FeeSchedule::Free, |(_, schedule)| *schedule)
    }
}

/// How a fee is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeeSchedule {
    /// None.
    Free,
    /// Shares of price times size.
    Notional {
        /// For resting orders.
        maker: Ratio,
        /// For taking orders.
        taker: Ratio,
    },
    /// `size * rate * p * (1 - p)` for takers, rounded half up to 5 decimals, never below 0.00001
    /// unless zero; makers pay nothing.
    Probability {
        /// The rate.
        rate: Ratio,
    },
}

impl FeeSchedule {
    /// The fee of one fill in money, or `None` if it leaves the range.
    pub fn fee(self, price: Price, size: Quantity, liquidity: Liquidity) -> Option<Money> {
        match (self, liquidity) {
            (FeeSchedule::Free, _) | (FeeSchedule::Probability { .. }, Liquidity::Maker) => {
                Some(Money::default())
            }
            (FeeSchedule::Notional { maker, taker }, liquidity) => {
                let rate = if liquidity == Liquidity::Maker { maker } else { taker };
                let notional = crate::fixed::mul(price.raw(), size.raw())?;
                crate::fixed::mul(notional, rate.raw()).map(Money::from_raw)
            }
            (FeeSchedule::Probability { rate }, Liquidity::Taker) => {
                probability_fee(price.raw(), size.raw(), rate.raw())
            }
        }
    }
}

/// Exact in integers: the product of four numbers at 1e-9 is at 1e-36 and can exceed 128 bits, so
/// the odds `p * (1 - p)` are brought to 1e-18 and the size keeps its own scale.
fn probability_fee(price: i64, size: i64, rate: i64) -> Option<Money> {
    const ONE: i128 = crate::fixed::SCALE as i128;
    // 1e-5 of money at the scale of rate * odds, which is 1e-27, times size's 1e-9.
    const STEP_RAW: i64 = 10_000;
    let p = i128::from(price);
    let odds = p.checked_mul(ONE.checked_sub(p)?)?;
    // size * rate is at 1e-18; cut to 1e-12 is never needed: both are below 2^63 and rate below 1.
    let volume = i128::from(size).checked_mul(i128::from(rate))?;
    // volume (1e-18) * odds (1e-18) in two halves, so that nothing is lost: 1e-36 -> steps of 1e-5.
    let (whole, rest) = (volume / ONE, volume % ONE);
    let scaled = whole.checked_mul(odds)?.checked_add(rest.checked_mul(odds)? / ONE)?; // at 1e-27
    let unit = 10_i128.pow(22);
    let steps = (scaled + unit / 2).div_euclid(unit);
    let steps = if steps == 0 && scaled > 0 { 1 } else { steps };
    i64::try_from(steps).ok()?.checked_mul(STEP_RAW).map(Money::from_raw)
}

/// Where commands go. In a backtest this is the simulated venue, in a live engine the queue of an
/// adapter; reports come back as later events in either case.
pub trait VenuePort {
    /// Takes a command that leaves the host at `now`. Whatever it leads to is reported later.
    fn submit(&mut self, now: Time, command: &Command);
}

/// A venue that lives on the same events as the session, as the simulated one does.
pub trait SimulatedVenue: VenuePort {
    /// Tries resting and arriving orders against a market event, before the session sees that
    /// event. Reports go to `out` in the order in which they happened.
    fn on_event(&mut self, event: &Event<'_>, out: &mut Vec<Report>);
}

const fn bps(n: i64) -> Ratio {
    Ratio::from_raw(n * 100_000)
}

static POLYMARKET: Capabilities = Capabilities {
    name: "polymarket",
    version: "2026-11-21",
    book: true,
    limit_orders: true,
    market_orders: true,
    post_only: true,
    immediate: true,
    gtd_min: Some(Duration::from_secs(180)),
    amend: false,
    universes: true,
    short: false,
    default_via: Via::Cross,
    rebalance_band: bps(1_000),
    leverage_band: crate::leverage::Leverage::from_raw(0),
    collar: bps(100),
    drawdown_below: None,
    fees: FeeTable {
        rows: &[(None, FeeSchedule::Probability { rate: bps(400) })],
        source: "rate 0.04 of shares * p * (1 - p), takers only: the row for politics, finance \
                 and technology of mid 2026; a market's own schedule wins where data states it",
    },
    defaults: Defaults {
        class: AssetClass::OutcomeToken,
        tick: Price::from_raw(10_000_000),
        lot: Quantity::from_raw(10_000_000),
        min_size: Quantity::from_raw(5_000_000_000),
    },
};

static BINANCE_PERP: Capabilities = Capabilities {
    name: "binance_perp",
    version: "2026-11-21",
    book: true,
    limit_orders: true,
    market_orders: true,
    post_only: true,
    immediate: true,
    gtd_min: Some(Duration::from_secs(600)),
    amend: true,
    universes: false,
    short: true,
    default_via: Via::Cross,
    rebalance_band: bps(1_000),
    leverage_band: crate::leverage::Leverage::from_raw(0),
    collar: bps(100),
    drawdown_below: None,
    fees: FeeTable {
        rows: &[(None, FeeSchedule::Notional { maker: bps(2), taker: bps(5) })],
        source: "regular tier of USD-margined futures: maker 2 bps, taker 5 bps of notional",
    },
    defaults: Defaults {
        class: AssetClass::Crypto,
        tick: Price::from_raw(100_000_000),
        lot: Quantity::from_raw(1_000_000),
        min_size: Quantity::from_raw(1_000_000),
    },
};

static VANTA: Capabilities = Capabilities {
    name: "vanta",
    version: "8.8.9",
    book: false,
    limit_orders: true,
    market_orders: false,
    post_only: false,
    immediate: false,
    gtd_min: None,
    amend: false,
    universes: false,
    short: true,
    default_via: Via::Cross,
    rebalance_band: bps(0),
    leverage_band: crate::leverage::Leverage::from_raw(20_000_000),
    collar: bps(100),
    drawdown_below: Some(bps(1_000)),
    fees: FeeTable {
        rows: &[
            (Some(AssetClass::Crypto), FeeSchedule::Notional { maker: bps(10), taker: bps(10) }),
            (Some(AssetClass::Forex), FeeSchedule::Notional { maker: bps(2), taker: bps(2) }),
        ],
        source: "crypto: spread fee 0.001 of leverage traded; forex: slippage 0.0002; carry fees \
                 are not charged",
    },
    defaults: Defaults {
        class: AssetClass::Crypto,
        tick: Price::from_raw(10_000_000),
        lot: Quantity::from_raw(1_000),
        min_size: Quantity::from_raw(1_000),
    },
};

crate::choice!(VenueKind { Polymarket, BinancePerp, Vanta });
