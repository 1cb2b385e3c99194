//! Data that third parties recorded, where it lies beside the workspace.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "test code that reads recorded data"
)]

use std::fs::File;
use std::path::PathBuf;

use strat_backtest::data::{DataSpec, Input, Loaded, load};
use strat_backtest::source::EventSource as _;
use strat_runtime::event::MarketData;
use strat_runtime::fixed::SCALE;
use strat_runtime::manifest::{InstrumentDecl, Manifest, UniverseDecl, Wants};
use strat_runtime::price::Price;
use strat_runtime::venue::VenueKind;

fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no ../shared/data");
    None
}

fn manifest(symbol: Option<&str>) -> Manifest {
    let decl = |symbol: &str| InstrumentDecl {
        name: "it".into(),
        symbol: symbol.to_owned(),
        venue: VenueKind::Vanta,
    };
    Manifest {
        name: "probe".into(),
        title: String::new(),
        version: 1,
        venue: VenueKind::Vanta,
        instruments: symbol.map(decl).into_iter().collect(),
        universes: if symbol.is_none() {
            vec![UniverseDecl { name: "markets".into(), max: 10 }]
        } else {
            Vec::new()
        },
        clocks: Vec::new(),
        timers: Vec::new(),
        slots: Vec::new(),
        handlers: Vec::new(),
        reasons: Vec::new(),
        risk: Vec::new(),
        on_fault: Vec::new(),
        params: Vec::new(),
        wants: Wants::default(),
        needs: Vec::new(),
        behaviour_hash: 0,
    }
}

/// `None`, with a word about it, where a file is missing.
fn read(files: &[&str], symbol: Option<&str>) -> Option<Loaded> {
    let folder = folder()?;
    let mut inputs = Vec::new();
    for argument in files {
        let spec = DataSpec::parse(argument).unwrap();
        let Ok(file) = File::open(folder.join(&spec.path)) else {
            println!("skipped: no ../shared/data/{}", spec.path);
            return None;
        };
        inputs.push(Input { spec, content: Box::new(file), meta: None });
    }
    Some(load(inputs, &manifest(symbol)).unwrap())
}

#[test]
fn a_month_of_bitcoin_bars() {
    let Some(loaded) = read(&["bars/btc-perp-20211231-20220201_1m.csv.gz"], Some("BTCUSD")) else {
        return;
    };
    assert_eq!(loaded.tape.counts().bars, 45_031);
    let first = loaded.tape.first_time().unwrap().to_string();
    assert_eq!(first, "2021-12-31T23:02:00Z");
    let mut source = loaded.tape.source();
    let Some(MarketData::Bar(bar)) = source.next().map(|event| event.data) else { panic!() };
    assert_eq!(bar.close, Price::parse("46377").unwrap());
    assert!((bar.volume - 2_300_413.729_5).abs() < 1e-9);
}

#[test]
fn a_month_of_sterling_from_bid_and_ask() {
    let files =
        ["bars/gbpusd-m1-bid-2012.csv.gz,side=bid", "bars/gbpusd-m1-ask-2012.csv.gz,side=ask"];
    let Some(loaded) = read(&files, Some("GBPUSD")) else { return };
    assert_eq!(loaded.tape.counts().bars, 30_117, "{:?}", loaded.remarks);
    let mut source = loaded.tape.source();
    let Some(MarketData::Bar(bar)) = source.next().map(|event| event.data) else { panic!() };
    assert_eq!(bar.open, Price::parse("1.576025").unwrap());
    assert_eq!(bar.half_spread, Some(Price::parse("0.000045").unwrap()));
    assert_eq!(source.instruments().first().unwrap().tick, Price::parse("0.00001").unwrap());
}

#[test]
fn quotes_of_several_vendors() {
    for (file, symbol, count) in [
        ("nautilus_test_data/truefx/usdjpy-ticks.csv", "USDJPY", 1_000),
        ("nautilus_test_data/quote_tick_data.csv", "EURUSD", 9_500),
        ("nautilus_test_data/tardis/huobi-dm-swap_quotes_BTC-USD.csv", "BTCUSD", 10),
    ] {
        let Some(loaded) = read(&[file], Some(symbol)) else { return };
        assert_eq!(loaded.tape.counts().quotes, count, "{file}");
        let mut last = loaded.tape.first_time().unwrap();
        let mut source = loaded.tape.source();
        while let Some(event) = source.next() {
            assert!(last <= event.ts_recv, "{file}");
            last = event.ts_recv;
            let MarketData::Quote { bid, ask } = event.data else { panic!("{event:?}") };
            assert!(bid.price <= ask.price && bid.price.is_positive(), "{file}");
        }
    }
}

#[test]
fn books_and_trades_of_both_tokens_of_a_market() {
    let folder = "caiooooo_btc_updown_2025-12-11/15m_sol";
    let files: Vec<String> = ["up", "down"]
        .iter()
        .flat_map(|outcome| {
            ["orderbooks", "trades"].iter().map(move |kind| {
                format!("{folder}_{kind}_1765450800_{outcome}.jsonl.gz,instrument={outcome}")
            })
        })
        .collect();
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let Some(loaded) = read(&files, None) else { return };
    let counts = loaded.tape.counts();
    assert!(counts.books > 400 && counts.trades > 200, "{counts:?}");
    // Both tokens are one book: the best bid of one is one minus the best ask of the other,
    // wherever both recorders saw the same moment of the exchange.
    let mut asks: Vec<(i64, Price)> = Vec::new();
    let mut bids: Vec<(i64, Price)> = Vec::new();
    let mut source = loaded.tape.source();
    while let Some(event) = source.next() {
        if let MarketData::Book { bids: b, asks: a } = event.data {
            let at = event.ts_event.nanos();
            match event.instrument.0 {
                0 => bids.extend(b.iter().map(|l| l.price).max().map(|p| (at, p))),
                _ => asks.extend(a.iter().map(|l| l.price).min().map(|p| (at, p))),
            }
        }
    }
    let (mut both, mut equal) = (0, 0);
    for (at, bid) in &bids {
        if let Some((_, ask)) = asks.iter().find(|(other, _)| other == at) {
            both += 1;
            equal += i32::from(bid.raw() + ask.raw() == SCALE);
        }
    }
    assert!(both > 50, "only {both} moments were seen by both recorders");
    assert!(equal * 100 >= both * 95, "{equal} of {both} moments are complementary");
}

#[test]
fn a_market_that_traded_on_its_own() {
    let file = "caiooooo_btc_updown_2025-12-11/15m_btc_trades_1765450800_up.jsonl.gz";
    let Some(loaded) = read(&[file], None) else { return };
    assert!(loaded.tape.counts().trades > 100);
    let symbol = &loaded.tape.instruments().first().unwrap().symbol;
    assert_eq!(symbol, "15m_btc_trades_1765450800_up");
}
