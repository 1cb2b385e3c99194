use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;

/// Fixed, so that every machine tries the same books; proptest prints the smallest failing one.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 500,
        rng_seed: RngSeed::Fixed(20_260_302),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

fn price(text: &str) -> Price {
    Price::parse(text).unwrap()
}

fn size(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

fn level(price_raw: i64, size_raw: i64) -> Level {
    Level::new(Price::from_raw(price_raw), Quantity::from_raw(size_raw))
}

/// Levels written as `price x size`, in the order written.
fn levels(text: &str) -> Vec<Level> {
    text.split_whitespace()
        .map(|level| level.split_once('x').unwrap())
        .map(|(at, total)| Level::new(price(at), size(total)))
        .collect()
}

fn book(bids: &str, asks: &str) -> Book {
    let mut book = Book::new(8);
    book.replace_from(&levels(bids), &levels(asks));
    book
}

/// What can happen to a book; prices from a narrow range, so that levels meet.
#[derive(Clone, Debug)]
enum Change {
    Set(Side, i64, i64),
    Snapshot(Vec<(i64, i64)>, Vec<(i64, i64)>),
    Quote(i64, i64, i64, i64),
    Clear,
}

fn changes() -> impl Strategy<Value = Change> {
    let side = || prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let side_levels = || prop::collection::vec((1_i64..40, -1_i64..5), 0..12);
    let sorted = |descending: bool| {
        side_levels().prop_map(move |mut levels| {
            levels.sort_unstable();
            levels.dedup_by_key(|level| level.0);
            if descending {
                levels.reverse();
            }
            levels
        })
    };
    prop_oneof![
        12 => (side(), 1_i64..40, -1_i64..5).prop_map(|(s, p, q)| Change::Set(s, p, q)),
        1 => (side_levels(), side_levels()).prop_map(|(b, a)| Change::Snapshot(b, a)),
        1 => (sorted(true), sorted(true)).prop_map(|(b, a)| Change::Snapshot(b, a)),
        1 => (sorted(false), sorted(false)).prop_map(|(b, a)| Change::Snapshot(b, a)),
        1 => (1_i64..40, -1_i64..5, 1_i64..40, -1_i64..5)
            .prop_map(|(b, bs, a, asz)| Change::Quote(b, bs, a, asz)),
        1 => Just(Change::Clear),
    ]
}

/// One side as a map from price to size: the plainest book there is.
type Model = BTreeMap<i64, i64>;

fn model_set(side: &mut Model, at: i64, total: i64) {
    if total > 0 {
        side.insert(at, total);
    } else {
        side.remove(&at);
    }
}

fn raw_levels(pairs: &[(i64, i64)]) -> Vec<Level> {
    pairs.iter().map(|&(at, total)| level(at, total)).collect()
}

fn apply(change: &Change, book: &mut Book, bids: &mut Model, asks: &mut Model) {
    match change {
        Change::Set(side, at, total) => {
            book.set(*side, Price::from_raw(*at), Quantity::from_raw(*total));
            model_set(if *side == Side::Buy { bids } else { asks }, *at, *total);
        }
        Change::Snapshot(new_bids, new_asks) => {
            book.replace_from(&raw_levels(new_bids), &raw_levels(new_asks));
            for (model, new) in [(bids, new_bids), (asks, new_asks)] {
                model.clear();
                for &(at, total) in new {
                    model_set(model, at, total);
                }
            }
        }
        Change::Quote(bid, bid_size, ask, ask_size) => {
            let (bid, ask) = (level(*bid, *bid_size), level(*ask, *ask_size));
            book.apply_quote(bid.price, bid.size, ask.price, ask.size);
            bids.clear();
            asks.clear();
            model_set(bids, bid.price.raw(), bid.size.raw());
            model_set(asks, ask.price.raw(), ask.size.raw());
        }
        Change::Clear => {
            book.clear();
            bids.clear();
            asks.clear();
        }
    }
}

/// The average price by taking one raw unit after the other.
fn vwap_model<'a>(side: impl Iterator<Item = (&'a i64, &'a i64)>, wanted: i64) -> Option<i64> {
    let units: Vec<i64> = side
        .flat_map(|(&at, &total)| std::iter::repeat_n(at, total as usize))
        .take(wanted as usize)
        .collect();
    if units.len() as i64 != wanted || wanted == 0 {
        return None;
    }
    crate::fixed::mul_div(units.iter().sum(), 1, wanted)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_book_is_two_sorted_maps(changes in prop::collection::vec(changes(), 1..60)) {
        let (mut book, mut bids, mut asks) = (Book::new(64), Model::new(), Model::new());
        for change in &changes {
            apply(change, &mut book, &mut bids, &mut asks);
            let expected_bids: Vec<_> = bids.iter().rev().map(|(&p, &q)| level(p, q)).collect();
            let expected_asks: Vec<_> = asks.iter().map(|(&p, &q)| level(p, q)).collect();
            prop_assert_eq!(book.bids(), expected_bids, "bids after {:?}", change);
            prop_assert_eq!(book.asks(), expected_asks, "asks after {:?}", change);
            prop_assert!(!book.is_truncated());
            for limit in [0, 10, 20, 39] {
                let buy: i64 = asks.range(..=limit).map(|(_, q)| q).sum();
                let sell: i64 = bids.range(limit..).map(|(_, q)| q).sum();
                // What stands behind the last level of a quote nobody knows.
                let hidden = |last: Option<i64>| book.is_touch_only() && last.is_some();
                let above = asks.keys().next_back().copied().filter(|last| *last < limit);
                let below = bids.keys().next().copied().filter(|last| *last > limit);
                let buy = (!hidden(above)).then_some(Quantity::from_raw(buy));
                let sell = (!hidden(below)).then_some(Quantity::from_raw(sell));
                let limit = Price::from_raw(limit);
                prop_assert_eq!(book.depth(Side::Buy, limit), buy);
                prop_assert_eq!(book.depth(Side::Sell, limit), sell);
            }
            for wanted in [0, 1, 4, 17] {
                let quantity = Quantity::from_raw(wanted);
                let buy = vwap_model(asks.iter(), wanted).map(Price::from_raw);
                let sell = vwap_model(bids.iter().rev(), wanted).map(Price::from_raw);
                prop_assert_eq!(book.vwap_for(Side::Buy, quantity), buy);
                prop_assert_eq!(book.vwap_for(Side::Sell, quantity), sell);
            }
        }
    }

    /// A full book keeps the best levels that it was told of, and says that it lost some.
    #[test]
    fn a_full_book_drops_the_worst(prices in prop::collection::vec(1_i64..1_000, 0..40), max in 1_usize..10) {
        let mut book = Book::new(max);
        let room = (book.bids.capacity(), book.asks.capacity());
        let mut model = Model::new();
        for &at in &prices {
            book.set(Side::Buy, Price::from_raw(at), Quantity::ONE);
            book.set(Side::Sell, Price::from_raw(at), Quantity::ONE);
            model.insert(at, 1);
        }
        let raw = |levels: &[Level]| -> Vec<i64> { levels.iter().map(|l| l.price.raw()).collect() };
        let best_asks: Vec<i64> = model.keys().copied().take(max).collect();
        let best_bids: Vec<i64> = model.keys().rev().copied().take(max).collect();
        prop_assert_eq!(raw(book.asks()), best_asks);
        prop_assert_eq!(raw(book.bids()), best_bids);
        prop_assert_eq!(book.is_truncated(), model.len() > max);
        prop_assert_eq!((book.bids.capacity(), book.asks.capacity()), room);
        book.clear();
        prop_assert!(!book.is_truncated());
        prop_assert!(book.is_empty());
    }
}

#[test]
fn what_is_read_from_the_touch() {
    let two_sided = book("0.40x100 0.39x50", "0.60x300 0.65x10");
    assert_eq!(two_sided.mid(), Some(price("0.5")));
    assert_eq!(two_sided.spread(), Some(price("0.2")));
    assert_eq!(two_sided.spread_ratio(), crate::ratio::Ratio::parse("0.4").ok());
    // (0.40 * 300 + 0.60 * 100) / 400
    assert_eq!(two_sided.micro_price(), Some(price("0.45")));
    // (100 - 300) / 400 and (150 - 310) / 460
    assert_eq!(two_sided.imbalance(1), crate::ratio::Ratio::parse("-0.5").ok());
    assert_eq!(two_sided.imbalance(9), crate::ratio::Ratio::parse("-0.347826087").ok());
    assert!(!two_sided.is_crossed() && !two_sided.is_locked() && !two_sided.is_empty());

    let bids_only = book("0.40x100", "");
    assert_eq!(bids_only.best(Side::Buy), bids_only.best_bid());
    assert_eq!(bids_only.best_ask(), None);
    assert_eq!(bids_only.mid(), None);
    assert_eq!(bids_only.spread(), None);
    assert_eq!(bids_only.spread_ratio(), None);
    assert_eq!(bids_only.micro_price(), None);
    assert_eq!(bids_only.imbalance(3), Some(crate::ratio::Ratio::ONE));
    assert_eq!(bids_only.imbalance(0), None);
    assert!(!bids_only.is_crossed());

    let crossed = book("0.61x1", "0.60x1");
    assert!(crossed.is_crossed());
    assert_eq!(crossed.spread(), Some(price("-0.01")));
    assert!(book("0.60x1", "0.60x1").is_locked());
    assert!(!book("0.60x1", "0.60x1").is_crossed());
}

#[test]
fn the_mid_of_an_odd_sum_is_even() {
    for (bid, ask, mid) in [(1, 2, 2), (2, 3, 2), (i64::MAX - 1, i64::MAX, i64::MAX - 1)] {
        let mut book = Book::new(1);
        book.apply_quote(Price::from_raw(bid), Quantity::ONE, Price::from_raw(ask), Quantity::ONE);
        assert_eq!(book.mid(), Some(Price::from_raw(mid)), "{bid} {ask}");
    }
}

#[test]
fn extremes_are_refused_and_never_wrap() {
    let mut book = Book::new(4);
    book.set(Side::Sell, Price::MAX, Quantity::MAX);
    book.set(Side::Sell, price("1"), Quantity::MAX);
    book.set(Side::Buy, Price::MIN, Quantity::MAX);
    assert_eq!(book.depth(Side::Buy, Price::MAX), None);
    assert_eq!(book.vwap_for(Side::Buy, Quantity::MAX), Some(price("1")));
    assert_eq!(book.vwap_for(Side::Sell, Quantity::MAX), Some(Price::MIN));
    assert_eq!(book.vwap_for(Side::Buy, Quantity::MIN), None);
    assert_eq!(book.spread(), None);
    assert_eq!(book.imbalance(1), Some(crate::ratio::Ratio::ZERO));
    assert_eq!(Book::new(0).bids.capacity(), Book::new(1).bids.capacity());
    assert!(Book::new(usize::MAX).bids.capacity() <= Book::LEVELS_MAX_LIMIT * 2);
}

#[test]
fn what_the_feed_does_not_tell_is_absent() {
    let mut quoted = Book::new(8);
    quoted.apply_quote(price("0.4"), size("3"), price("0.6"), size("1"));
    let deep = book("0.4x3 0.39x5", "0.6x1 0.61x2");
    let tick = price("0.01");
    assert!(quoted.is_touch_only() && !deep.is_touch_only());
    assert_eq!(quoted.imbalance(1), deep.imbalance(1));
    assert_eq!((quoted.imbalance(2), quoted.imbalance(9)), (None, None));
    assert!(deep.imbalance(9).is_some());
    assert_eq!(quoted.depth_within(Side::Buy, Price::ZERO), Some(size("3")));
    assert_eq!(quoted.depth_within(Side::Buy, tick), None);
    assert_eq!(deep.depth_within(Side::Buy, tick), Some(size("8")));
    assert_eq!(deep.depth_within(Side::Sell, tick), Some(size("3")));
    assert_eq!(Book::new(8).depth_within(Side::Sell, tick), None);
    assert_eq!(quoted.depth(Side::Buy, price("0.6")), Some(size("1")));
    assert_eq!(quoted.depth(Side::Buy, price("0.59")), Some(Quantity::ZERO));
    assert_eq!(quoted.depth(Side::Buy, price("0.61")), None);
    assert_eq!(deep.level(Side::Buy, 2), Some(level(390_000_000, 5_000_000_000)));
    assert_eq!((deep.level(Side::Buy, 3), deep.level(Side::Sell, 0)), (None, None));
    let mut narrow = Book::new(1);
    narrow.replace_from(&levels("0.4x3 0.39x5"), &levels("0.6x1"));
    assert_eq!((narrow.imbalance(1).is_some(), narrow.imbalance(2)), (true, None));
    narrow.clear();
    assert_eq!(narrow.depth(Side::Sell, price("0.1")), Some(Quantity::ZERO));
}

#[test]
fn a_clone_has_the_same_room() {
    let mut copy = book("0.4x1", "0.6x1").clone();
    let room = copy.bids.capacity();
    for tick in 1..=8 {
        copy.set(Side::Buy, Price::from_raw(tick), Quantity::ONE);
    }
    assert_eq!(copy.bids.capacity(), room);
    assert!(copy.is_truncated());
}
