//! How fast a session takes in quotes with a strategy that does nothing:
//! `cargo bench -p strat-runtime --bench session`.

use divan::{Bencher, black_box, counter::ItemsCount};
use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData};
use strat_runtime::instrument::{AssetClass, Instrument, InstrumentId, Status};
use strat_runtime::manifest::{
    BarClock, Gaps, InstrumentDecl, Manifest, RiskAction, RiskRule, Wants,
};
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::ratio::Ratio;
use strat_runtime::session::{Session, Setup};
use strat_runtime::strategy::{Reaction, Strategy, Trigger};
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;
use strat_runtime::view::View;

const QUOTES: usize = 10_000;
const START: i64 = 1_700_000_000;

struct Nothing(Manifest);

impl Strategy for Nothing {
    fn manifest(&self) -> &Manifest {
        &self.0
    }

    fn step(&mut self, _: Trigger, view: &View, _: &mut Reaction) {
        black_box(view.now);
    }
}

fn main() {
    divan::main();
}

/// Quotes that only move the view.
#[divan::bench]
fn unwanted_quotes(bencher: Bencher<'_, '_>) {
    bench(bencher, |_| {});
}

/// Quotes that step the strategy.
#[divan::bench]
fn wanted_quotes(bencher: Bencher<'_, '_>) {
    bench(bencher, |manifest| manifest.wants.book = vec![true]);
}

/// Quotes that step the strategy and build the bars of two clocks, with rules on equity and
/// silence.
#[divan::bench]
fn quotes_with_clocks_and_rules(bencher: Bencher<'_, '_>) {
    bench(bencher, |manifest| {
        manifest.wants.book = vec![true];
        manifest.clocks = [60, 3_600].map(clock).to_vec();
        manifest.risk = vec![
            RiskRule::MaxDrawdown { limit: Ratio::PERCENT, actions: vec![RiskAction::Halt] },
            RiskRule::StaleData { after: Duration::from_secs(600), actions: Vec::new() },
        ];
    });
}

fn bench(bencher: Bencher<'_, '_>, change: impl Fn(&mut Manifest) + Sync) {
    let quotes = quotes();
    bencher.counter(ItemsCount::new(QUOTES)).with_inputs(|| session(&change)).bench_local_values(
        |mut session| {
            for quote in &quotes {
                black_box(session.on_event(quote).is_ok());
            }
            session
        },
    );
}

fn quotes() -> Vec<Event<'static>> {
    let quote = |n: usize| {
        let n = n as i64;
        let bid = Price::from_raw(67_000_000_000_000 + (n * 7_919 % 1_000) * 100_000_000);
        let ask = Price::from_raw(bid.raw() + 100_000_000);
        let ts = Time::from_nanos(START * 1_000_000_000 + n * 10_000_000);
        let data = MarketData::Quote {
            bid: Level::new(bid, Quantity::ONE),
            ask: Level::new(ask, Quantity::ONE),
        };
        Event { ts_event: ts, ts_recv: ts, instrument: InstrumentId(0), data }
    };
    (0..QUOTES).map(quote).collect()
}

fn clock(secs: u32) -> BarClock {
    BarClock {
        name: format!("{secs}s"),
        instruments: vec![InstrumentId(0)],
        every: Duration::from_secs(secs),
        gaps: Gaps::Skip,
        warm: 0,
    }
}

#[expect(clippy::expect_used, reason = "a bench that cannot begin has nothing to say")]
fn session(change: &impl Fn(&mut Manifest)) -> Session<Nothing> {
    let venue = VenueKind::BinancePerp;
    let symbol = "BTCUSDT".to_owned();
    let instrument = Instrument {
        symbol: symbol.clone(),
        name: "btc".to_owned(),
        venue,
        class: AssetClass::Crypto,
        question: String::new(),
        outcome: String::new(),
        tick: Price::from_raw(100_000_000),
        lot: Quantity::from_raw(1_000_000),
        min_size: Quantity::from_raw(1_000_000),
        min_notional: Money::ZERO,
        liquidity: None,
        expires_at: None,
        complement: None,
        status: Status::Trading,
    };
    let mut manifest = Manifest {
        name: "nothing".to_owned(),
        title: String::new(),
        version: 1,
        venue,
        instruments: vec![InstrumentDecl { name: "btc".to_owned(), symbol, venue }],
        universes: Vec::new(),
        clocks: Vec::new(),
        timers: Vec::new(),
        slots: Vec::new(),
        handlers: Vec::new(),
        reasons: Vec::new(),
        risk: Vec::new(),
        on_fault: vec![RiskAction::Hold],
        params: Vec::new(),
        wants: Wants::default(),
        needs: Vec::new(),
        behaviour_hash: 0,
    };
    change(&mut manifest);
    let setup = Setup::new(vec![instrument], Money::from_raw(10_000_000_000_000), venue);
    let mut session = Session::new(Nothing(manifest), setup).expect("the setup fits the manifest");
    session.start(Time::from_nanos(START * 1_000_000_000)).expect("a new session starts");
    session
}
