//! Markets made by hand.

use strat_backtest::tape::{Tape, TapeBuilder};
use strat_runtime::bar::Bar;
use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::instrument::{AssetClass, Instrument, InstrumentId, Status};
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;

/// 2026-01-01T00:00:00Z, a boundary of every timer and clock of the shipped strategies.
pub(crate) const START: Time = Time::from_nanos(1_767_225_600_000_000_000);

/// So many seconds after the start.
pub(crate) fn at(secs: i64) -> Time {
    START.checked_add(Duration::SECOND.checked_mul(secs).unwrap()).unwrap()
}

pub(crate) fn price(text: &str) -> Price {
    Price::parse(text).unwrap()
}

pub(crate) fn size(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

/// An outcome token with Polymarket's rules.
pub(crate) fn token(symbol: &str) -> Instrument {
    let rules = VenueKind::Polymarket.capabilities().defaults;
    Instrument {
        symbol: symbol.to_owned(),
        name: symbol.to_owned(),
        venue: VenueKind::Polymarket,
        class: AssetClass::OutcomeToken,
        question: format!("Will {symbol} happen?"),
        outcome: "Yes".to_owned(),
        tick: rules.tick,
        lot: rules.lot,
        min_size: rules.min_size,
        min_notional: Money::ZERO,
        liquidity: Some(Money::from_int(20_000).unwrap()),
        expires_at: Some(at(48 * 3_600)),
        complement: None,
        status: Status::Trading,
    }
}

/// A pair with the rules of its venue.
pub(crate) fn pair(symbol: &str, venue: VenueKind) -> Instrument {
    let rules = venue.capabilities().defaults;
    Instrument {
        venue,
        class: rules.class,
        tick: rules.tick,
        lot: rules.lot,
        min_size: rules.min_size,
        question: String::new(),
        outcome: String::new(),
        liquidity: None,
        expires_at: None,
        ..token(symbol)
    }
}

/// A tape in the making. Instruments are named by their place in the table.
pub(crate) struct Script(TapeBuilder);

impl Script {
    pub(crate) fn new(instruments: Vec<Instrument>) -> Self {
        Self(Tape::builder(instruments))
    }

    /// A whole book; each level is `PRICExSIZE`.
    pub(crate) fn book(&mut self, secs: i64, place: u32, bids: &[&str], asks: &[&str]) {
        let [bids, asks] = [bids, asks].map(|side| -> Vec<Level> {
            let level = |text: &&str| {
                let (at, units) = text.split_once('x').unwrap();
                Level::new(price(at), size(units))
            };
            side.iter().map(level).collect()
        });
        self.push(secs, place, MarketData::Book { bids: &bids, asks: &asks });
    }

    /// A trade between others, `PRICExSIZE`.
    pub(crate) fn trade(&mut self, secs: i64, place: u32, aggressor: Side, text: &str) {
        let (at, units) = text.split_once('x').unwrap();
        let (price, size) = (price(at), size(units));
        self.push(secs, place, MarketData::Trade { price, size, aggressor: Some(aggressor) });
    }

    pub(crate) fn meta(&mut self, secs: i64, place: u32, change: MetaChange) {
        self.push(secs, place, MarketData::Meta(change));
    }

    /// A bar of an hour that ends then.
    pub(crate) fn hour(&mut self, secs: i64, place: u32, open: Price, close: Price) {
        let closes_at = at(secs);
        let bar = Bar {
            opens_at: closes_at.checked_sub(Duration::HOUR).unwrap(),
            closes_at,
            open,
            high: open.max(close),
            low: open.min(close),
            close,
            volume: 1_000.0,
            half_spread: None,
        };
        self.push(secs, place, MarketData::Bar(bar));
    }

    pub(crate) fn tape(self) -> Tape {
        self.0.build()
    }

    fn push(&mut self, secs: i64, place: u32, data: MarketData<'_>) {
        let (ts, instrument) = (at(secs), InstrumentId(place));
        assert!(self.0.push(&Event { ts_event: ts, ts_recv: ts, instrument, data }));
    }
}
