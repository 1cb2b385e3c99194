//! Synthetic markets from outside: same bytes, prices on the grid, complements, calibration.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "test code"
)]

use std::fmt::Write as _;

use strat_backtest::source::EventSource;
use strat_backtest::synthetic::{SyntheticConfig, SyntheticError, SyntheticMarket, parse_model};
use strat_runtime::book::Level;
use strat_runtime::event::{MarketData, MetaChange};
use strat_runtime::fixed::SCALE;
use strat_runtime::instrument::{Instrument, InstrumentId, Status};
use strat_runtime::manifest::{InstrumentDecl, Manifest, UniverseDecl, Wants};
use strat_runtime::price::Price;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;

fn manifest(symbols: &[(&str, VenueKind)], universe: bool) -> Manifest {
    let instruments = symbols
        .iter()
        .map(|(symbol, venue)| InstrumentDecl {
            name: symbol.to_lowercase(),
            symbol: (*symbol).to_owned(),
            venue: *venue,
        })
        .collect();
    let universes =
        if universe { vec![UniverseDecl { name: "markets".into(), max: 100 }] } else { Vec::new() };
    Manifest {
        name: "probe".into(),
        title: String::new(),
        version: 1,
        venue: VenueKind::Polymarket,
        instruments,
        universes,
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

fn config(model: &str, ticks: u64, step: Duration, seed: u64) -> SyntheticConfig {
    let model = parse_model(model).unwrap();
    SyntheticConfig { model, ..SyntheticConfig::new(ticks, step, seed) }
}

fn market(config: &SyntheticConfig, manifest: &Manifest) -> SyntheticMarket {
    config.bind(manifest).unwrap()
}

fn bytes(mut market: SyntheticMarket) -> String {
    let mut text = format!("{:?}\n", market.instruments());
    while let Some(event) = market.next() {
        writeln!(text, "{event:?}").unwrap();
    }
    text
}

fn everything() -> Manifest {
    let declared = [
        ("BTCUSD", VenueKind::Vanta),
        ("EURUSD", VenueKind::Vanta),
        ("ETHUSDT", VenueKind::BinancePerp),
        ("4158391973171435", VenueKind::Polymarket),
    ];
    manifest(&declared, true)
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_path_others() {
    let base = config("auto", 200, Duration::MINUTE, 11);
    let manifest = everything();
    let first = bytes(market(&base, &manifest));
    assert_eq!(first, bytes(market(&base, &manifest)));
    assert_ne!(first, bytes(market(&base.with_path(1), &manifest)));
    let other = SyntheticConfig { seed: 12, ..base };
    assert_ne!(first, bytes(market(&other, &manifest)));
}

/// The numbers of an event, without the names that Rust gives them.
fn numbers(data: &MarketData<'_>) -> Vec<i64> {
    let level = |l: &Level| [l.price.raw(), l.size.raw()];
    match data {
        MarketData::Meta(MetaChange::Tick(tick)) => vec![0, tick.raw()],
        MarketData::Meta(MetaChange::Status(Status::Resolved { payout })) => vec![1, payout.raw()],
        MarketData::Meta(_) => vec![2],
        MarketData::Quote { bid, ask } => [level(bid), level(ask)].concat(),
        MarketData::Book { bids, asks } => bids.iter().chain(*asks).flat_map(level).collect(),
        MarketData::Delta { level: l, .. } => level(l).to_vec(),
        MarketData::Trade { price, size, .. } => vec![price.raw(), size.raw()],
        MarketData::Bar(bar) => vec![bar.close.raw()],
    }
}

#[test]
fn a_seed_that_somebody_noted_down_still_gives_the_same_market() {
    let mut market = market(&config("auto", 200, Duration::MINUTE, 11), &everything());
    // FNV-1a. Another value means that every noted seed now gives another market.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    while let Some(event) = market.next() {
        let head = [event.ts_recv.nanos(), i64::from(event.instrument.0)];
        for number in head.into_iter().chain(numbers(&event.data)) {
            for byte in number.to_le_bytes() {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
    }
    assert_eq!(hash, 0x39f9_1a57_124a_dd55, "{hash:#x}");
}

/// Follows what a session would know of each instrument.
struct Seen {
    table: Vec<Instrument>,
    bids: Vec<Vec<Level>>,
    asks: Vec<Vec<Level>>,
    counts: Vec<u64>,
}

impl Seen {
    fn book(&mut self, id: usize, bids: &[Level], asks: &[Level]) {
        let instrument = &self.table[id];
        assert_eq!(instrument.status, Status::Trading, "{} shows a book", instrument.name);
        let (low, high) = instrument.price_limits();
        for level in bids.iter().chain(asks) {
            assert!(level.price.is_multiple_of(instrument.tick), "{level:?} of {instrument:?}");
            assert!((low..=high).contains(&level.price), "{level:?} of {instrument:?}");
            assert!(level.size.is_positive() && level.size.is_multiple_of(instrument.lot));
        }
        assert!(bids.is_sorted_by(|a, b| a.price > b.price), "{bids:?}");
        assert!(asks.is_sorted_by(|a, b| a.price < b.price), "{asks:?}");
        if let (Some(bid), Some(ask)) = (bids.first(), asks.first()) {
            assert!(bid.price < ask.price, "{bid:?} {ask:?}");
        }
        self.bids[id] = bids.to_vec();
        self.asks[id] = asks.to_vec();
        self.counts[id] += 1;
        // The second token of a pair follows the first at once.
        if let Some(other) = self.table[id].complement.map(InstrumentId::index)
            && self.counts[other] == self.counts[id]
        {
            assert_eq!(mirrored(bids), self.asks[other]);
            assert_eq!(mirrored(asks), self.bids[other]);
        }
    }

    fn meta(&mut self, id: usize, change: MetaChange) {
        let instrument = &mut self.table[id];
        match change {
            MetaChange::Tick(tick) => {
                assert!(tick < instrument.tick, "a tick goes down once and never back");
                instrument.tick = tick;
            }
            MetaChange::Status(status) => {
                assert!(!matches!(instrument.status, Status::Resolved { .. }));
                instrument.status = status;
            }
            MetaChange::Liquidity(_) | MetaChange::Expiry(_) => panic!("never changes"),
        }
    }
}

fn mirrored(levels: &[Level]) -> Vec<Level> {
    levels.iter().map(|l| Level::new(Price::from_raw(SCALE - l.price.raw()), l.size)).collect()
}

/// Runs a market to its end with every rule checked on every event.
fn check(config: &SyntheticConfig, manifest: &Manifest) -> Seen {
    let mut market = market(config, manifest);
    let table = market.instruments().to_vec();
    let n = table.len();
    let mut seen = Seen { table, bids: vec![vec![]; n], asks: vec![vec![]; n], counts: vec![0; n] };
    let mut last = (Time::MIN, 0);
    while let Some(event) = market.next() {
        let key = (event.ts_recv, event.data.rank());
        assert!(last <= key, "seed {}: {last:?} before {key:?}", config.seed);
        last = key;
        let id = event.instrument.index();
        match event.data {
            MarketData::Meta(change) => {
                if let MetaChange::Status(Status::Resolved { .. }) = change {
                    assert_eq!(Some(event.ts_event), seen.table[id].expires_at);
                }
                seen.meta(id, change);
            }
            MarketData::Quote { bid, ask } => seen.book(id, &[bid], &[ask]),
            MarketData::Book { bids, asks } => seen.book(id, bids, asks),
            MarketData::Trade { price, size, .. } => {
                assert!(size.is_positive() && price.is_multiple_of(seen.table[id].tick));
                let shown = seen.bids[id].iter().chain(&seen.asks[id]);
                let level = shown.into_iter().find(|level| level.price == price);
                assert!(level.is_some_and(|level| level.size >= size), "{event:?}");
            }
            MarketData::Delta { .. } | MarketData::Bar(_) => panic!("never generated"),
        }
    }
    assert!(market.next().is_none() && market.len_hint() == Some(0));
    seen
}

#[test]
fn every_event_keeps_the_rules() {
    for (model, ticks, step, seed) in [
        ("auto", 3_000, Duration::MINUTE, 1),
        ("auto", 3_000, Duration::SECOND, 2),
        ("prediction,markets=3,generations=4,depth=12,vol=4", 5_000, Duration::from_minutes(30), 3),
        ("prediction,spread=0,pull=0.2,certain=1", 2_000, Duration::MINUTE, 4),
        ("gbm,vol=10,depth=7,trades=1,price=0.001", 4_000, Duration::from_hours(6), 5),
        ("gbm,half_spread_bps=0,corr=0,price=100000000", 4_000, Duration::from_hours(6), 6),
    ] {
        let seen = check(&config(model, ticks, step, seed), &everything());
        for id in 0..4 {
            assert_eq!(seen.counts[id], ticks, "{model}: {}", seen.table[id].symbol);
        }
        let places: u64 = seen.counts[4..].iter().sum();
        let markets = if model.contains("markets=3") { 3 } else { 8 };
        assert_eq!(places, ticks * (2 * markets + 1), "{model}: one book a step and place");
    }
}

#[test]
fn a_universe_has_resolutions_near_and_far_expiries_and_unknown_liquidity() {
    let config = config("prediction,markets=64", 1_000, Duration::MINUTE, 9);
    let seen = check(&config, &manifest(&[], true));
    let end = config.start.saturating_add(Duration::from_minutes(1_000));
    let resolved =
        seen.table.iter().filter(|i| matches!(i.status, Status::Resolved { .. })).count();
    assert!(resolved >= 10, "{resolved}");
    for instrument in &seen.table {
        let settled = matches!(instrument.status, Status::Resolved { .. });
        assert_eq!(settled, instrument.expires_at.unwrap() < end, "{instrument:?}");
    }
    let expiries: Vec<Time> = seen.table.iter().filter_map(|i| i.expires_at).collect();
    let within = |d: Duration| {
        let until = config.start.saturating_add(d);
        expiries.iter().filter(|at| **at <= until).count() as f64 / expiries.len() as f64
    };
    assert!(within(Duration::from_hours(72)) > 0.5 && within(Duration::from_hours(72)) < 0.97);
    let unknown = seen.table.iter().filter(|i| i.liquidity.is_none()).count();
    assert!((1..seen.table.len() / 4).contains(&unknown), "{unknown}");
    let fine = seen.table.iter().filter(|i| i.tick == Price::from_raw(1_000_000)).count();
    assert!(fine > 0);
    let questions: Vec<&str> = seen.table.iter().map(|i| i.question.as_str()).collect();
    assert!(questions.contains(&"NFL: Bills vs Jets"));
}

#[test]
fn the_warm_up_comes_before_the_start() {
    let mut config = config("gbm,trades=0", 10, Duration::MINUTE, 1);
    config.warmup = Duration::from_secs(150);
    let mut market = market(&config, &manifest(&[("BTCUSD", VenueKind::Vanta)], false));
    assert_eq!((market.steps_left(), market.start()), (13, SyntheticConfig::START));
    let first = market.next().unwrap().ts_recv;
    assert_eq!(first.to_string(), "2025-12-31T23:57:00Z");
    let mut last = first;
    while let Some(event) = market.next() {
        last = event.ts_recv;
    }
    assert_eq!(last.to_string(), "2026-01-01T00:09:00Z");
}

fn mids(model: &str, ticks: u64, symbols: &[(&str, VenueKind)], seed: u64) -> Vec<Vec<f64>> {
    let config = config(model, ticks, Duration::from_hours(1), seed);
    let mut market = market(&config, &manifest(symbols, false));
    let mut mids = vec![Vec::new(); symbols.len()];
    while let Some(event) = market.next() {
        if let MarketData::Quote { bid, ask } = event.data {
            let mid = bid.price.midpoint(ask.price).to_real();
            mids[event.instrument.index()].push(strat_runtime::math::ln(mid));
        }
    }
    mids
}

fn returns(logs: &[f64]) -> Vec<f64> {
    logs.windows(2).map(|pair| pair[1] - pair[0]).collect()
}

#[test]
fn log_returns_have_the_mean_variance_and_correlation_asked_for() {
    // n = 40,000 steps of an hour: 5 standard errors (a false alarm once in 1.7 million) are
    // 2.5 % of a step's deviation for the mean, 3.6 % for the variance, 0.019 for a correlation
    // of 0.5 (its standard error is (1 - rho^2) / sqrt(n)).
    let (seed, n) = (21, 40_000_u32);
    let symbols = [("BTCUSD", VenueKind::Vanta), ("ETHUSD", VenueKind::Vanta)];
    let model = "gbm,vol=0.6,drift=0.4,corr=0.5,half_spread_bps=0,trades=0";
    let logs = mids(model, u64::from(n) + 1, &symbols, seed);
    let step = 1.0_f64 / 8_760.0;
    let (mean_asked, dev_asked) = ((0.4 - 0.18) * step, 0.6 * step.sqrt());
    let both: Vec<Vec<f64>> = logs.iter().map(|l| returns(l)).collect();
    let mean = |x: &[f64]| x.iter().sum::<f64>() / f64::from(n);
    let covariance = |x: &[f64], y: &[f64]| {
        let (mx, my) = (mean(x), mean(y));
        x.iter().zip(y).map(|(a, b)| (a - mx) * (b - my)).sum::<f64>() / f64::from(n)
    };
    for x in &both {
        assert!((mean(x) - mean_asked).abs() < 0.025 * dev_asked, "seed {seed}: {}", mean(x));
        let ratio = covariance(x, x) / (dev_asked * dev_asked);
        assert!((ratio - 1.0).abs() < 0.036, "seed {seed}: variance ratio {ratio}");
    }
    let (x, y) = (&both[0], &both[1]);
    let rho = covariance(x, y) / (covariance(x, x) * covariance(y, y)).sqrt();
    assert!((rho - 0.5).abs() < 0.019, "seed {seed}: correlation {rho}");
}

#[test]
fn what_trades_at_p_resolves_to_yes_with_probability_p() {
    // Mids of the first and of a middle book against payouts, in ten buckets. Per bucket the
    // bound is 4.5 standard errors (a false alarm once in 7,300 runs over all 20) and half a tick
    // of rounding.
    let seed = 5;
    let mut buckets = [[(0_u32, 0.0_f64, 0.0_f64); 10]; 2];
    for path in 0..60 {
        let config = config(
            "prediction,markets=64,generations=8,trades=0,certain=0.1",
            160,
            Duration::from_hours(3),
            seed,
        )
        .with_path(path);
        let mut market = market(&config, &manifest(&[], true));
        let n = market.instruments().len();
        let mut seen: Vec<Vec<f64>> = vec![Vec::new(); n];
        while let Some(event) = market.next() {
            let id = event.instrument.index();
            match event.data {
                MarketData::Book { bids, asks } if id % 2 == 0 => {
                    if let (Some(bid), Some(ask)) = (bids.first(), asks.first()) {
                        seen[id].push(bid.price.midpoint(ask.price).to_real());
                    }
                }
                MarketData::Meta(MetaChange::Status(Status::Resolved { payout }))
                    if id % 2 == 0 =>
                {
                    let Some(first) = seen[id].first() else { continue };
                    for (kind, p) in [*first, seen[id][seen[id].len() / 2]].into_iter().enumerate()
                    {
                        let bucket = &mut buckets[kind][((p * 10.0) as usize).min(9)];
                        bucket.0 += 1;
                        bucket.1 += p;
                        bucket.2 += payout.to_real();
                    }
                }
                _ => {}
            }
        }
    }
    for (kind, row) in buckets.iter().enumerate() {
        for (index, &(n, price, paid)) in row.iter().enumerate() {
            assert!(n > 100, "kind {kind} bucket {index} has {n} markets");
            let (p, q) = (price / f64::from(n), paid / f64::from(n));
            let bound = 4.5 * (p * (1.0 - p) / f64::from(n)).sqrt() + 0.005;
            assert!(
                (p - q).abs() < bound,
                "seed {seed} kind {kind} bucket {index}: {n} at {p} paid {q}"
            );
        }
    }
}

#[test]
fn models_are_read_or_refused_with_their_ranges() {
    let model = parse_model("prediction, spread=2%, markets=3").unwrap();
    assert_eq!(model.prediction.markets, 3);
    assert!((model.prediction.spread - 0.02).abs() < 1e-15);
    for text in ["auto", "gbm,vol=0.5,price=20", "prediction,pull=0.5"] {
        let model = parse_model(text).unwrap();
        assert_eq!(parse_model(&model.to_string()).unwrap(), model, "{text} -> {model}");
    }
    for (text, message) in [
        ("brown", "no market model `brown`; the models are auto, gbm and prediction"),
        ("gbm,vol", "expected `name=value` in the market model, found `vol`"),
        (
            "gbm,spread=1",
            "market model `gbm` has no parameter `spread`; it has vol, drift, corr, \
             half_spread_bps, depth, trades, price",
        ),
        (
            "auto,vol=1",
            "market model `auto` has no parameter `vol`; it has none, name gbm or prediction",
        ),
        ("gbm,vol=1,vol=2", "parameter `vol` of the market model is given twice; keep one of them"),
        ("gbm,depth=1.5", "`depth=1.5` in the market model must be a whole number from 0 to 50"),
        ("gbm,vol=nan", "`vol=nan` in the market model must be a number from 0 to 10"),
    ] {
        assert_eq!(parse_model(text).unwrap_err().to_string(), message, "{text}");
    }
}

#[test]
fn markets_that_make_no_sense_are_refused() {
    let btc = manifest(&[("BTCUSD", VenueKind::Vanta)], false);
    let token = manifest(&[("1", VenueKind::Polymarket)], false);
    let minute = Duration::MINUTE;
    let refused =
        |config: &SyntheticConfig, manifest: &Manifest| config.bind(manifest).unwrap_err();
    let nothing = |e: SyntheticError| matches!(e, SyntheticError::NothingToDrive { .. });
    assert!(nothing(refused(&config("prediction", 1, minute, 1), &btc)));
    assert!(nothing(refused(&config("gbm", 1, minute, 1), &token)));
    let none = refused(&config("auto", 1, minute, 1), &manifest(&[], false));
    assert!(matches!(none, SyntheticError::NoInstruments { .. }));
    for (ticks, step) in [
        (0, minute),
        (u64::MAX, minute),
        (1, Duration::ZERO),
        (1_000_000_000, Duration::from_days(300)),
    ] {
        assert!(config("auto", ticks, step, 1).bind(&btc).is_err(), "{ticks} {step}");
    }
    let mut wild = config("auto", 1, minute, 1);
    wild.model.gbm.corr = f64::NAN;
    assert!(matches!(refused(&wild, &btc), SyntheticError::BadValue { name: "corr", .. }));
    let mut backwards = config("auto", 1, minute, 1);
    backwards.warmup = Duration::from_nanos(-1);
    assert!(matches!(refused(&backwards, &btc), SyntheticError::Warmup { .. }));
}

/// What a source says it has is what it has.
#[test]
fn an_offer_is_kept() {
    for model in ["auto", "gbm,depth=5,trades=0", "prediction,depth=1,trades=0"] {
        let mut market = market(&config(model, 2_000, Duration::from_secs(60), 7), &everything());
        let offers = market.offers().unwrap();
        let mut seen = vec![strat_backtest::needs::Offer::default(); offers.len()];
        while let Some(event) = market.next() {
            seen[event.instrument.index()].see(&event.data);
        }
        for (offer, seen) in offers.iter().zip(&seen) {
            assert!(offer.quotes, "{model}");
            assert_eq!(offer.every, Some(Duration::from_secs(60)));
            // A market may be too short for a trade; nothing comes that was not offered.
            assert!(offer.depth || !seen.depth, "{model}");
            assert!(offer.trades || !seen.trades, "{model}");
        }
        let any = |of: &[strat_backtest::needs::Offer]| {
            (of.iter().any(|offer| offer.depth), of.iter().any(|offer| offer.trades))
        };
        assert_eq!(any(&offers[..3]), any(&seen[..3]), "{model}");
        assert_eq!(any(&offers[3..]), any(&seen[3..]), "{model}");
    }
}
