//! Generated programs: nearly all of them compile, they use every construct, and they keep the laws.
//! The long form is `cargo run --release -p strat-fuzz -- laws --programs 100000 --seed 1`.

use std::sync::Mutex;

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use strat_fuzz::coverage::{self, Coverage};
use strat_fuzz::drive::drive;
use strat_fuzz::laws::{Broken, Extent, Tally, judge, program};
use strat_fuzz::market::Market;
use strat_fuzz::program;

const SEED: u64 = 20_261_122;
const PROGRAMS: u64 = 1_000;
const EVENTS: usize = 120;

#[test]
fn every_construct_is_drawn_and_nearly_every_program_compiles() {
    println!("seed {SEED}");
    let (mut coverage, mut rejected) = (Coverage::default(), Vec::new());
    for index in 0..PROGRAMS {
        let text = program::draw(SEED, index);
        match program(&text) {
            Some(ir) => coverage.add(&text, &ir),
            None => rejected.push(index),
        }
    }
    println!("{} of {PROGRAMS} rejected: {rejected:?}", rejected.len());
    assert!(rejected.len() as u64 * 20 <= PROGRAMS, "rejected: {rejected:?}");
    let missing = coverage.missing();
    assert!(missing.is_empty(), "never drawn: {missing:?}");
    let surprising = coverage.surprising();
    assert!(surprising.is_empty(), "drawn, though listed as impossible: {surprising:?}");
}

#[test]
fn every_construct_has_a_name_of_its_own() {
    let mut names: Vec<&str> = coverage::all().into_iter().map(|(name, _)| name).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count);
}

/// A program and its market, asked as many laws as the default run has time for.
fn judged(index: u64) -> Result<Tally, Broken> {
    judge(&program::draw(SEED, index), (SEED, index), EVENTS, Extent::Short)
}

/// Of the 1,000 programs each is compiled and run (*sound*); 250 each are asked for *prefix*,
/// *names*, *bystander* and *format*, 50 go through snapshots and idle calls at every event. The
/// long form asks all of all.
#[test]
fn programs_keep_the_laws() {
    println!("seed {SEED}, {EVENTS} events");
    let total = Mutex::new(Tally::default());
    let broken: Vec<String> = (0..PROGRAMS)
        .into_par_iter()
        .filter_map(|index| match judged(index) {
            Ok(tally) => {
                *total.lock().unwrap() += tally;
                None
            }
            Err(broken) => Some(format!("program {index}: {}: {}", broken.law, broken.why)),
        })
        .collect();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
    let total = total.into_inner().unwrap();
    println!("{total:?}");
    assert!(total.accepted >= 950 && total.orders > 10_000 && total.fills > 1_000, "{total:?}");
}

#[test]
fn threads_change_nothing() {
    let runs = |threads: usize| {
        let pool = ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let seen = (0..40_u64).into_par_iter().map(|index| {
                let ir = program(&program::draw(SEED, index))?;
                let market = Market::draw(&ir, SEED, index, EVENTS, false);
                Some(format!("{:?}", drive(&ir, &market, EVENTS)))
            });
            seen.collect::<Vec<_>>()
        })
    };
    assert_eq!(runs(1), runs(4));
}

/// Found by drawn programs, made small.
#[test]
fn what_was_found_stays_mended() {
    for (what, text) in [
        (
            "a key of an order that reads through an option",
            "strategy s { version 1 venue polymarket instrument i = token(\"71\") on polymarket\n\
             universe u max 5 order by book.bid.price desc, id { }\n\
             on every 5s for m in u { log \"{m.id}\" } }",
        ),
        (
            "a constraint that looks into a list",
            "strategy s { version 1 venue vanta instrument i = ETHUSDT on vanta\n\
             param n: int = 3 in 1..9 constraint n in [3, 5] on start { log \"{n} {i.tick}\" } }",
        ),
        (
            "a guard of another clock that has never been open",
            "strategy s { version 1 venue binance_perp\n\
             instrument a = BTCUSDT on binance_perp instrument b = ETHUSDT on binance_perp\n\
             clock c = bars(a, 2m) let bid = b.book.bid?.price else \"no bid\"\n\
             on c { log \"{a.position.realized / bid}\" } }",
        ),
        (
            "a literal behind a condition that cannot hold",
            "strategy s { version 1 venue vanta instrument i = ETHUSDT on vanta\n\
             risk { max_drawdown: 5% -> halt }\n\
             on every 1m { if 0 >= 5m { target i long 0.1x via twap(5m) } } }",
        ),
    ] {
        let judged = judge(text, (SEED, 695), EVENTS, Extent::Long);
        let held = matches!(judged, Ok(Tally { accepted: 1, .. }));
        assert!(held, "{what}: {judged:?}");
    }
}
