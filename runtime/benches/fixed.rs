//! Fixed-point arithmetic and the fast paths of the book: `cargo bench -p strat-runtime`.

use divan::{Bencher, black_box};
use strat_runtime::book::{Book, Level};
use strat_runtime::fixed::{self, Rounding};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;

/// Pairs of raw values: both products fit 64 bits; the product needs 128; the quotient needs 128.
const PAIRS: [(i64, i64); 3] = [
    (550_000_000, 7_000_000_000),
    (67_251_300_000_000, 1_250_000_000),
    (8_400_000_000_000_000, 67_251_300_000_000),
];

fn main() {
    divan::main();
}

#[divan::bench(args = PAIRS)]
fn mul(pair: (i64, i64)) -> Option<i64> {
    fixed::mul(black_box(pair.0), black_box(pair.1))
}

#[divan::bench(args = PAIRS)]
fn div(pair: (i64, i64)) -> Option<i64> {
    fixed::div(black_box(pair.0), black_box(pair.1))
}

#[divan::bench(args = [550_000_000, 67_251_300_000_000, 9_100_000_000_000_000])]
fn to_real(raw: i64) -> f64 {
    fixed::to_real(black_box(raw))
}

#[divan::bench(args = [0.55, 67_251.3])]
fn from_real(x: f64) -> Option<i64> {
    fixed::from_real(black_box(x), Rounding::Nearest)
}

#[divan::bench]
fn quote_apply(bencher: Bencher<'_, '_>) {
    let mut book = Book::default();
    let (bid, ask) = (Price::from_raw(550_000_000), Price::from_raw(560_000_000));
    bencher.bench_local(move || {
        book.apply_quote(black_box(bid), Quantity::ONE, black_box(ask), Quantity::ONE);
        book.mid()
    });
}

/// A change of size near the touch of a deep book: the commonest delta.
#[divan::bench(args = [10, 100, 1_000])]
fn delta_apply(bencher: Bencher<'_, '_>, depth: i64) {
    let mut book = deep_book(depth);
    let price = Price::from_raw(998_000_000);
    let mut size = 1;
    bencher.bench_local(move || {
        size += 1;
        book.set(Side::Buy, black_box(price), Quantity::from_raw(size));
        book.best_bid()
    });
}

/// A level that comes and goes at the touch of a deep book: the dearest delta.
#[divan::bench(args = [10, 100, 1_000])]
fn delta_insert_and_remove(bencher: Bencher<'_, '_>, depth: i64) {
    let mut book = deep_book(depth);
    let price = Price::from_raw(999_500_000);
    bencher.bench_local(move || {
        book.set(Side::Buy, black_box(price), Quantity::ONE);
        book.set(Side::Buy, black_box(price), Quantity::ZERO);
        book.best_bid()
    });
}

fn deep_book(depth: i64) -> Book {
    let bids: Vec<Level> = (0..depth)
        .map(|tick| Level::new(Price::from_raw(999_000_000 - tick * 100_000), Quantity::ONE))
        .collect();
    let mut book = Book::new(1_001);
    book.replace_from(&bids, &[]);
    book
}
