//! The laws that no strategy may break, on a synthetic market and on a short recorded one.

use std::sync::Arc;

use rayon::ThreadPoolBuilder;
use strat_backtest::run::{Run, RunConfig};
use strat_backtest::source::EventSource as _;
use strat_backtest::tape::Tape;
use strat_backtest::testing::law::{self, Broken, Scene};
use strat_compiler::interp::Interp;
use strat_compiler::ir::{Ir, Kind, StreamId};
use strat_compiler::params::ParamValues;
use strat_compiler::warm::Warmup;
use strat_runtime::time::Duration;

use crate::runs::config;
use crate::synthetic::{MARKETS, Market};
use crate::{interp, ir, recorded};

/// Events after the warm-up that the laws are tried on.
const EVENTS: usize = 300;

/// The warm-up of a market and its first events after it.
fn tape(market: &Market, interp: &Interp) -> (Tape, RunConfig) {
    let (mut source, config) = market.path(interp, 0);
    let mut builder = Tape::builder(source.instruments().to_vec());
    let mut traded = 0;
    while let Some(event) = source.next() {
        traded += usize::from(config.trading_from.is_none_or(|from| event.ts_recv >= from));
        builder.push(&event);
        if traded >= EVENTS {
            break;
        }
    }
    (builder.build(), config)
}

fn keeps(what: &str, verdict: Result<(), Broken>) {
    if let Err(broken) = verdict {
        panic!("{what}: {broken}");
    }
}

/// Every law; those that restart a session at every event on a short tape, at some of a long one.
fn keeps_all(name: &str, scene: &Scene<'_, Interp>) {
    let record = scene.record().unwrap();
    let steps: u64 = record.counters.fired.iter().chain(&record.counters.stops).sum();
    assert!(steps > 0, "{name}: nothing happened, so that every law holds");
    keeps(name, law::idle(scene));
    keeps(name, law::sliced(scene, &[1, 2, 7, usize::MAX]));
    keeps(name, law::prefix(scene, scene.tape.len().div_ceil(8)));
    keeps(name, law::joined(scene));
    let short = scene.tape.len() <= 2 * EVENTS;
    if short {
        keeps(name, law::restarted(scene));
    }
    keeps(name, law::restored(scene, if short { 1 } else { scene.tape.len().div_ceil(24) }));
}

#[test]
fn laws_hold_on_synthetic_markets() {
    for market in MARKETS {
        let interp = interp(market.strategy, &[]);
        let (tape, config) = tape(market, &interp);
        println!("{}: {} events, seed {}", market.strategy, tape.len(), market.seed);
        keeps_all(market.strategy, &Scene::new(&interp, &tape, &config));
    }
}

#[test]
fn laws_hold_on_recorded_markets() {
    for (name, tape) in recorded::tapes() {
        // One stretch from the middle: as many events as the laws are tried on elsewhere.
        let mut times = tape.events().map(|event| event.ts_recv).skip(tape.len() / 2);
        let (from, to) = (times.next(), times.nth(EVENTS));
        let tape = tape.cut(from, to);
        println!("{name}: {} recorded events", tape.len());
        keeps_all(name, &Scene::new(&interp(name, &[]), &tape, &config()));
    }
}

/// A strategy whose instruments have something in front of their symbols.
fn renamed(ir: &Ir, prefix: &str) -> Interp {
    let mut ir = ir.clone();
    for decl in &mut ir.instruments {
        decl.symbol.insert_str(0, prefix);
    }
    let ir = Arc::new(ir);
    Interp::new(Arc::clone(&ir), &ParamValues::defaults(&ir)).unwrap()
}

#[test]
fn names_and_threads_change_nothing() {
    for market in MARKETS {
        let name = market.strategy;
        let interp = interp(name, &[]);
        let (tape, config) = tape(market, &interp);
        let scene = Scene::new(&interp, &tape, &config);
        let other = (renamed(interp.ir(), "new-"), law::rename(&tape, "new-"));
        let other = Scene::new(&other.0, &other.1, &config);
        keeps(name, law::renamed(&scene, &other, &|text| text.replace("new-", "")));
        let on = |threads: usize| {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| law::repeated(&scene, 4)).unwrap_or_else(|broken| panic!("{broken}"))
        };
        assert_eq!(on(1), on(3), "{name}");
    }
}

/// Reads the streams of a strategy at the end of a stretch of history.
fn streams(interp: &Interp, tape: &Tape) -> Vec<(bool, i64)> {
    let mut run = Run::new(interp.clone(), tape.instruments(), &config()).unwrap();
    for event in tape.events() {
        run.step(&event).unwrap();
    }
    let ended = run.session().strategy();
    let cell = |at| ended.stream(StreamId(at as u32));
    (0..ended.ir().streams.len()).map(|at| (cell(at).some, cell(at).bits)).collect()
}

#[test]
fn history_before_the_warm_up_changes_nothing() {
    let mut checked = [0, 0];
    // Hours of the warm-up at a weight of 1e-9, with some to spare.
    for (name, hours) in [("ema_vanta", 620_u16), ("pairs_z", 60)] {
        let mut strict = Ir::clone(&ir(name));
        strict.warm_weight = 1e-9;
        let values = ParamValues::defaults(&strict);
        let loose = Warmup::new(&Ir { warm_weight: 1e-3, ..strict.clone() }, &values).unwrap();
        let warmup = Warmup::new(&strict, &values).unwrap();
        let strict = Arc::new(strict);
        let interp = Interp::new(Arc::clone(&strict), &values).unwrap();
        let market = Market { warmup_hours: hours + 10, ..*Market::find(name) };
        let (long, _) = tape(&market, &interp);
        let later = long.first_time().unwrap();
        let later = later.checked_add(Duration::from_hours(10)).unwrap();
        let [long, short] = [&long, &long.cut(Some(later), None)].map(|t| streams(&interp, t));
        for (at, stream) in strict.streams.iter().enumerate() {
            let (id, [a, b]) = (StreamId(at as u32), [long[at], short[at]]);
            let finite = warmup.stream(id) == loose.stream(id);
            checked[usize::from(finite)] += 1;
            let close = || {
                let [a, b] = [a, b].map(|cell| f64::from_bits(cell.1 as u64));
                stream.ty.kind == Kind::Real && (a - b).abs() <= 1e-9 * a.abs().max(1.0)
            };
            let alike = a == b || (!finite && a.0 == b.0 && close());
            assert!(a.0 && alike, "{name}: `{}` is {a:?} and {b:?}", stream.name);
        }
    }
    assert!(checked.iter().all(|count| *count > 0), "{checked:?}");
}
