//! How long it takes to read a strategy, two hundred of them, and a broken one, and to format one.

use divan::{Bencher, black_box};
use strat_dsl::{Source, format, parse};

const MARKET_MAKER: &str = include_str!("../tests/corpus/valid/dynamic_mm.strat");
const BROKEN: &str = include_str!("../tests/corpus/invalid/planted.strat");

fn main() {
    divan::main();
}

#[divan::bench]
fn one_strategy(bencher: Bencher<'_, '_>) {
    let source = Source::new("dynamic_mm.strat", MARKET_MAKER);
    bencher.bench(|| parse(black_box(&source)));
}

#[divan::bench]
fn two_hundred_strategies(bencher: Bencher<'_, '_>) {
    let source = Source::new("many.strat", MARKET_MAKER.repeat(200));
    bencher.bench(|| parse(black_box(&source)));
}

#[divan::bench]
fn a_broken_file(bencher: Bencher<'_, '_>) {
    let source = Source::new("planted.strat", BROKEN);
    bencher.bench(|| parse(black_box(&source)));
}

#[divan::bench]
fn formatting(bencher: Bencher<'_, '_>) {
    let source = Source::new("dynamic_mm.strat", MARKET_MAKER);
    bencher.bench(|| format(black_box(&source)));
}
