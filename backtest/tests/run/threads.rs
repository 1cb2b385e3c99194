//! The same seed gives the same bytes on any number of threads.

use rayon::ThreadPoolBuilder;
use strat_backtest::paths::{PathsError, PathsRecord, run_paths};
use strat_backtest::report::{self, Context};
use strat_backtest::run::RunConfig;
use strat_backtest::synthetic::{SyntheticConfig, SyntheticError};
use strat_runtime::money::Money;
use strat_runtime::time::Duration;
use strat_runtime::venue::VenueKind;

use crate::trader::{Trader, manifest};

const SEED: u64 = 20_260_101;

fn context() -> Context {
    Context {
        data: vec!["synthetic".to_owned()],
        seed: Some(SEED),
        assumed: Vec::new(),
        models: strat_backtest::venue::Models::default(),
        backend: "interp",
    }
}

fn paths(threads: usize, venue: VenueKind, count: u64) -> PathsRecord {
    let symbols: &[&str] =
        if venue == VenueKind::Polymarket { &["111", "222"] } else { &["BTCUSDT"] };
    let declared = manifest(venue, symbols);
    let market = SyntheticConfig::new(120, Duration::from_minutes(1), SEED);
    let config = RunConfig::new(Money::from_int(1_000).unwrap());
    let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        run_paths(
            count,
            &config,
            |path| {
                let strategy = Trader::new(declared.clone(), path + 1, Vec::new());
                Ok::<_, SyntheticError>((strategy, market.with_path(path).bind(&declared)?))
            },
            |_| {},
        )
        .unwrap()
    })
}

#[test]
fn one_thread_or_several_give_the_same_bytes() {
    for venue in [VenueKind::Polymarket, VenueKind::BinancePerp] {
        let one = paths(1, venue, 24);
        assert_eq!(one.paths.len(), 24);
        assert!(one.paths.iter().any(|path| path.summary.fills > 0));
        assert!(one.paths.windows(2).any(|pair| pair[0].summary != pair[1].summary));
        for threads in [2, 5] {
            let several = paths(threads, venue, 24);
            assert_eq!(one, several, "seed {SEED}, {threads} threads");
            assert_eq!(
                report::json::paths(&one, &context()).unwrap(),
                report::json::paths(&several, &context()).unwrap()
            );
            assert_eq!(
                report::text::paths(&one, &context()),
                report::text::paths(&several, &context())
            );
        }
    }
}

#[test]
fn more_paths_leave_the_first_ones_as_they_were() {
    let few = paths(2, VenueKind::BinancePerp, 5);
    let many = paths(2, VenueKind::BinancePerp, 9);
    assert_eq!(few.paths, many.paths[..5]);
}

#[test]
fn the_first_path_that_fails_is_named() {
    let declared = manifest(VenueKind::BinancePerp, &["BTCUSDT"]);
    let market = SyntheticConfig::new(10, Duration::from_minutes(1), SEED);
    let config = RunConfig::new(Money::from_int(1_000).unwrap());
    let error = run_paths(
        40,
        &config,
        |path| {
            if path >= 7 {
                return Err(format!("no market for {path}"));
            }
            let strategy = Trader::new(declared.clone(), 1, Vec::new());
            Ok((strategy, market.bind(&declared).unwrap()))
        },
        |_| {},
    )
    .unwrap_err();
    assert_eq!(error.to_string(), "path 7: no market for 7");
    let none = run_paths(
        0,
        &config,
        |_| {
            let strategy = Trader::new(declared.clone(), 1, Vec::new());
            Ok::<_, String>((strategy, market.bind(&declared).unwrap()))
        },
        |_| {},
    );
    assert!(matches!(none, Err(PathsError::None)));
}
