//! What a strategy needs, compared with what the data has.
#![expect(clippy::unwrap_used, reason = "test code")]

use strat_backtest::needs::{Offer, lacks};
use strat_backtest::source::EventSource as _;
use strat_backtest::tape::Tape;
use strat_runtime::bar::Bar;
use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData};
use strat_runtime::instrument::{AssetClass, Instrument, InstrumentId, Status};
use strat_runtime::manifest::{
    InstrumentDecl, Manifest, Need, NeedOf, Needed, UniverseDecl, Wants,
};
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;

fn manifest(needs: Vec<Need>) -> Manifest {
    let decl = |name: &str| InstrumentDecl {
        name: name.to_owned(),
        symbol: name.to_uppercase(),
        venue: VenueKind::Polymarket,
    };
    Manifest {
        name: "probe".into(),
        title: String::new(),
        version: 1,
        venue: VenueKind::Polymarket,
        instruments: vec![decl("a")],
        universes: vec![UniverseDecl { name: "markets".into(), max: 9 }],
        clocks: Vec::new(),
        timers: Vec::new(),
        slots: Vec::new(),
        handlers: Vec::new(),
        reasons: Vec::new(),
        risk: Vec::new(),
        on_fault: Vec::new(),
        params: Vec::new(),
        wants: Wants::default(),
        needs,
        behaviour_hash: 0,
    }
}

fn instrument(symbol: &str) -> Instrument {
    Instrument {
        symbol: symbol.to_owned(),
        name: symbol.to_lowercase(),
        venue: VenueKind::Polymarket,
        class: AssetClass::OutcomeToken,
        question: String::new(),
        outcome: String::new(),
        tick: Price::from_raw(10_000_000),
        lot: Quantity::from_raw(10_000_000),
        min_size: Quantity::ONE,
        min_notional: Money::ZERO,
        liquidity: None,
        expires_at: None,
        complement: None,
        status: Status::Trading,
    }
}

fn minutes(n: i64) -> Duration {
    Duration::from_secs(60).checked_mul(n).unwrap()
}

fn bars(n: i64) -> Offer {
    Offer { bars: Some((minutes(n), minutes(n))), ..Offer::default() }
}

/// Each need against each kind of data: what is said of the lack, empty where there is none.
#[test]
fn each_need_against_each_kind_of_data() {
    let quotes = Offer { quotes: true, ..Offer::default() };
    let books = Offer { depth: true, ..quotes };
    let trades = Offer { trades: true, ..Offer::default() };
    let slow = Offer { every: Some(minutes(20)), ..quotes };
    for (needed, offer, said) in [
        (Needed::Quotes, quotes, ""),
        (Needed::Quotes, trades, "has no books or quotes"),
        (Needed::Depth, books, ""),
        (Needed::Depth, quotes, "has no books of more than the touch"),
        (Needed::Trades, trades, ""),
        (Needed::Trades, bars(1), "has no trades"),
        (Needed::RecordedBars, bars(1), ""),
        (Needed::RecordedBars, books, "has no recorded bars"),
        (Needed::Forming, trades, ""),
        (Needed::Forming, bars(1), "has closed bars only"),
        (Needed::Bars(minutes(5)), quotes, ""),
        (Needed::Bars(minutes(5)), bars(5), ""),
        (Needed::Bars(minutes(5)), bars(1), ""),
        (Needed::Bars(minutes(5)), bars(60), "has bars of 1h"),
        (Needed::Bars(minutes(5)), bars(3), "do not fill bars of 5m"),
        (Needed::Bars(minutes(5)), Offer::default(), "has nothing that bars of 5m"),
        (Needed::Every(minutes(15)), bars(15), ""),
        (Needed::Every(minutes(15)), bars(60), "comes every 1h"),
        (Needed::Every(minutes(15)), slow, "comes every 20m"),
        (Needed::Every(minutes(15)), quotes, ""),
    ] {
        let need = Need { what: needed, of: NeedOf::Instrument(InstrumentId(0)) };
        let found = lacks(&manifest(vec![need]), &[instrument("A")], &[offer]);
        match said {
            "" => assert!(found.is_empty(), "{needed:?} {offer:?}: {found:?}"),
            said => {
                let text = found.first().unwrap().to_string();
                assert!(text.contains("`a`") && text.contains(said), "{needed:?}: {text}");
            }
        }
    }
}

/// One member that can serve is enough, none at all is not judged, and other venues do not count.
#[test]
fn a_universe_needs_one_that_can_serve() {
    let need = Need { what: Needed::Trades, of: NeedOf::Universe(0) };
    let manifest = manifest(vec![need]);
    let (with, without) = (Offer { trades: true, ..Offer::default() }, Offer::default());
    let elsewhere = Instrument { venue: VenueKind::BinancePerp, ..instrument("C") };
    let table = [instrument("A"), instrument("B"), elsewhere];
    assert!(lacks(&manifest, &table, &[without, with, without]).is_empty());
    assert!(lacks(&manifest, &[], &[]).is_empty());
    let found = lacks(&manifest, &table, &[without, without, with]);
    assert_eq!(found.first().unwrap().name, "markets");
}

/// A tape knows what is on it.
#[test]
fn a_tape_offers_what_is_on_it() {
    let mut builder = Tape::builder(vec![instrument("A"), instrument("B"), instrument("C")]);
    let level = |raw| Level::new(Price::from_raw(raw), Quantity::ONE);
    let at = Time::EPOCH.checked_add(minutes(10)).unwrap();
    let one = Price::from_raw(500_000_000);
    let bids = [level(400_000_000), level(300_000_000)];
    let bar = |n| Bar::flat(at.checked_sub(minutes(n)).unwrap(), at, one);
    for (n, data) in [
        (0, MarketData::Book { bids: &bids, asks: &[] }),
        (1, MarketData::Quote { bid: level(400_000_000), ask: level(600_000_000) }),
        (1, MarketData::Trade { price: one, size: Quantity::ONE, aggressor: None }),
        (2, MarketData::Bar(bar(1))),
        (2, MarketData::Bar(bar(5))),
    ] {
        let instrument = InstrumentId(n);
        builder.push(&Event { ts_event: at, ts_recv: at, instrument, data });
    }
    let offers = builder.build().source().offers().unwrap();
    let books = Offer { quotes: true, depth: true, ..Offer::default() };
    let touch = Offer { quotes: true, trades: true, ..Offer::default() };
    let bars = Offer { bars: Some((minutes(1), minutes(5))), ..Offer::default() };
    assert_eq!(offers, [books, touch, bars]);
}
