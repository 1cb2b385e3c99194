//! The same seed gives the same bytes, again and on any number of threads.

use rayon::ThreadPoolBuilder;
use strat_backtest::paths::run_paths;
use strat_backtest::report::{Context, json};
use strat_backtest::synthetic::SyntheticError;

use crate::interp;
use crate::runs::report;
use crate::synthetic::{MARKETS, Market};

const PATHS: u64 = 4;

fn one(market: &Market) -> String {
    let interp = interp(market.strategy, &[]);
    let (mut source, config) = market.path(&interp, 0);
    report(interp, &mut source, &config, Some(market.seed))
}

fn many(market: &Market) -> String {
    let interp = interp(market.strategy, &[]);
    let config = market.path(&interp, 0).1;
    let make = |path| Ok::<_, SyntheticError>((interp.clone(), market.path(&interp, path).0));
    let record = run_paths(PATHS, &config, make, |_| {}).unwrap();
    let context = Context {
        data: Vec::new(),
        seed: Some(market.seed),
        assumed: Vec::new(),
        models: config.models,
        backend: "interp",
    };
    json::paths(&record, &context).unwrap()
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    for market in MARKETS {
        println!("{}: {} with seed {}", market.strategy, market.model, market.seed);
        let again = [1, 2].map(|threads| {
            let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| (one(market), many(market)))
        });
        assert_eq!(again[0], again[1], "{}", market.strategy);
        assert_eq!(again[0].0, one(market), "{}", market.strategy);
        let other = Market { seed: market.seed + 1, ..*market };
        assert_ne!(again[0].1, many(&other), "{}: the seed changes nothing", market.strategy);
    }
}
