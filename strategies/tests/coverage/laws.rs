//! The laws that no strategy may break, on a synthetic market and on a short recorded one.

use strat_backtest::run::RunConfig;
use strat_backtest::source::EventSource as _;
use strat_backtest::tape::Tape;
use strat_backtest::testing::law::{self, Broken, Scene};
use strat_compiler::interp::Interp;

use crate::interp;
use crate::synthetic::{MARKETS, Market};

/// Events after the warm-up that a law is tried on.
const EVENTS: usize = 300;

/// The first events of a market, with as much of the warm-up as fits.
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

#[test]
fn laws_hold_for_every_shipped_strategy() {
    for market in MARKETS {
        let interp = interp(market.strategy, &[]);
        let (tape, config) = tape(market, &interp);
        let name = market.strategy;
        println!("{name}: {} events, seed {}", tape.len(), market.seed);
        let scene = Scene::new(&interp, &tape, &config);
        keeps(name, law::idle(&scene));
        keeps(name, law::sliced(&scene, &[1, 2, 7, usize::MAX]));
        keeps(name, law::prefix(&scene, tape.len().div_ceil(8)));
        keeps(name, law::joined(&scene));
        if tape.len() <= 2 * EVENTS {
            keeps(name, law::restarted(&scene));
            keeps(name, law::restored(&scene, 1));
        }
    }
}
