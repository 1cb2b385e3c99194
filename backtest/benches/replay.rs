//! Ticks per second through venue, session and strategy: `cargo bench -p strat-backtest`.
#![expect(clippy::expect_used, reason = "a bench that cannot run should say why")]

use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use strat_backtest::record::RunRecord;
use strat_backtest::run::{RunConfig, run};
use strat_backtest::source::EventSource;
use strat_backtest::synthetic::SyntheticConfig;
use strat_backtest::tape::Tape;
use strat_backtest::venue::{Models, SimVenue};
use strat_compiler::interp::Interp;
use strat_compiler::params::ParamValues;
use strat_compiler::pipeline::compile;
use strat_dsl::Source;
use strat_runtime::manifest::{HandlerDecl, HandlerId, InstrumentDecl, Manifest, SlotDecl, Wants};
use strat_runtime::money::Money;
use strat_runtime::quantity::Quantity;
use strat_runtime::signal::{Action, Goal, Intent};
use strat_runtime::slot::SlotId;
use strat_runtime::strategy::{Reaction, Strategy, Trigger};
use strat_runtime::time::Duration;
use strat_runtime::venue::{SimulatedVenue, VenueKind};
use strat_runtime::view::View;

const TICKS: u64 = 200_000;
const MINUS_ONE: Quantity = Quantity::from_raw(-Quantity::ONE.raw());

/// The same in the language.
const EMA_CROSS: &str = r#"
import std.ta { ema }

strategy ema_cross "Two averages of the mid" {
  version 1
  venue binance_perp

  instrument btc = BTCUSDT on binance_perp

  let mid  = btc.book.mid else "no mid"
  let fast = ema(mid, 21)
  let slow = ema(mid, 55)

  risk { max_position: 10 coins per btc }

  on book(btc) {
    if fast > slow { target btc size 1 coins }
    else           { target btc size -1 coins }
  }
}
"#;

fn main() {
    divan::main();
}

/// A strategy that is stepped on every quote and does nothing.
#[derive(Clone)]
struct Idle(Manifest);

impl Strategy for Idle {
    fn manifest(&self) -> &Manifest {
        &self.0
    }

    fn step(&mut self, _: Trigger, _: &View, _: &mut Reaction) {}
}

fn idle() -> Idle {
    Idle(Manifest {
        name: "idle".to_owned(),
        title: String::new(),
        version: 1,
        venue: VenueKind::BinancePerp,
        instruments: vec![InstrumentDecl {
            name: "btc".to_owned(),
            symbol: "BTCUSDT".to_owned(),
            venue: VenueKind::BinancePerp,
        }],
        universes: Vec::new(),
        clocks: Vec::new(),
        timers: Vec::new(),
        slots: Vec::new(),
        handlers: Vec::new(),
        reasons: Vec::new(),
        risk: Vec::new(),
        on_fault: Vec::new(),
        params: Vec::new(),
        wants: Wants { book: vec![true], trades: vec![true], meta: true, ..Wants::default() },
        needs: Vec::new(),
        behaviour_hash: 0,
    })
}

/// Two averages of the mid, long above and short below, always in the market.
#[derive(Clone)]
struct EmaCross {
    manifest: Manifest,
    fast: f64,
    slow: f64,
    seen: u64,
}

impl EmaCross {
    fn new() -> Self {
        let Idle(mut manifest) = idle();
        manifest.handlers.push(HandlerDecl {
            name: "on book(btc)".to_owned(),
            line: 1,
            lifecycle: false,
        });
        manifest.slots.push(SlotDecl { name: "target btc".to_owned(), handler: HandlerId(0) });
        Self { manifest, fast: 0.0, slow: 0.0, seen: 0 }
    }
}

impl Strategy for EmaCross {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn step(&mut self, trigger: Trigger, view: &View, out: &mut Reaction) {
        let Trigger::Book(id) = trigger else { return };
        let Some(mid) = view.instrument(id).book.mid() else { return };
        let mid = mid.to_real();
        if self.seen == 0 {
            (self.fast, self.slow) = (mid, mid);
        }
        self.fast += 2.0 / 22.0 * (mid - self.fast);
        self.slow += 2.0 / 56.0 * (mid - self.slow);
        self.seen += 1;
        if self.seen < 190 {
            return;
        }
        out.fired.push(HandlerId(0));
        let units = if self.fast > self.slow { Quantity::ONE } else { MINUS_ONE };
        out.intents.push(Intent {
            handler: HandlerId(0),
            instrument: id,
            group: 0,
            because: None,
            action: Action::Target { slot: SlotId(0), goal: Goal::Size(units), via: None },
        });
    }
}

fn tape(manifest: &Manifest) -> Tape {
    let mut market = SyntheticConfig::new(TICKS, Duration::SECOND, 7)
        .bind(manifest)
        .expect("the model drives this instrument");
    let mut builder = Tape::builder(market.instruments().to_vec());
    while let Some(event) = market.next() {
        builder.push(&event);
    }
    builder.build()
}

fn replay<S: Strategy + Clone + Sync>(bencher: Bencher<'_, '_>, strategy: &S) {
    let tape = tape(strategy.manifest());
    let config = RunConfig::new(Money::from_int(1_000_000).unwrap_or_default());
    bencher.counter(ItemsCount::new(tape.len())).bench(|| -> RunRecord {
        run(strategy.clone(), &mut tape.source(), &config).expect("the tape fits the strategy")
    });
}

#[divan::bench]
fn idle_strategy(bencher: Bencher<'_, '_>) {
    replay(bencher, &idle());
}

#[divan::bench]
fn ema_cross_by_hand(bencher: Bencher<'_, '_>) {
    replay(bencher, &EmaCross::new());
}

#[divan::bench]
fn ema_cross_interpreted(bencher: Bencher<'_, '_>) {
    let compiled = compile(&Source::new("ema_cross.strat", EMA_CROSS));
    assert!(!compiled.has_errors(), "{:?}", compiled.diagnostics);
    let ir = compiled.strategies.first().expect("there is one strategy");
    let values = ParamValues::defaults(ir);
    replay(bencher, &Interp::new(Arc::clone(ir), &values).expect("the defaults are in range"));
}

/// The same tape without a session: the venue's share of the cost.
#[divan::bench]
fn venue_alone(bencher: Bencher<'_, '_>) {
    let tape = tape(&idle().0);
    let models = Models::default();
    bencher.counter(ItemsCount::new(tape.len())).bench(|| {
        let mut source = tape.source();
        let mut venue = SimVenue::new(source.instruments(), Money::ZERO, models);
        let mut reports = Vec::new();
        while let Some(event) = source.next() {
            venue.on_event(&event, &mut reports);
        }
        reports.len()
    });
}
