use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::quantity::Quantity;

/// Fixed, so that every machine tries the same tapes; proptest prints the smallest failing one.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 1_000,
        rng_seed: RngSeed::Fixed(20_260_302),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

const fn at(nanos: i64) -> Time {
    Time::from_nanos(nanos)
}

const fn span(nanos: i64) -> Duration {
    Duration::from_nanos(nanos)
}

fn builder(duration: i64, grace: i64, gaps: Gaps) -> BarBuilder {
    BarBuilder::new(span(duration), span(grace), gaps).unwrap()
}

fn trade(builder: &mut BarBuilder, ts: i64, price: i64) -> Applied {
    builder.apply_trade(at(ts), Price::from_raw(price), Quantity::ONE)
}

fn drain(builder: &mut BarBuilder, watermark: i64) -> Vec<Closed> {
    std::iter::from_fn(|| builder.close_next(at(watermark))).collect()
}

/// A bar as `opens_at: open high low close volume`, to compare at a glance.
fn shown(closed: &[Closed]) -> Vec<String> {
    let show = |name: &str, bar: &Bar| {
        let [open, high, low, close] = [bar.open, bar.high, bar.low, bar.close].map(Price::raw);
        format!("{name} {}: {open} {high} {low} {close} {}", bar.opens_at.nanos(), bar.volume)
    };
    closed
        .iter()
        .map(|closed| match closed {
            Closed::Bar(bar) => show("bar", bar),
            Closed::Carried(bar) => show("carried", bar),
            Closed::Gap { opens_at, closes_at } => {
                format!("gap {}..{}", opens_at.nanos(), closes_at.nanos())
            }
        })
        .collect()
}

#[test]
fn a_tick_at_the_boundary_belongs_to_the_next_bar() {
    let mut bars = builder(10, 0, Gaps::Skip);
    for (ts, price) in [(10, 5), (12, 9), (19, 3), (20, 7)] {
        assert_eq!(trade(&mut bars, ts, price), Applied::Counted);
    }
    assert_eq!(bars.next_due(), Some(at(20)));
    assert_eq!(shown(&drain(&mut bars, 19)), [""; 0]);
    assert_eq!(shown(&drain(&mut bars, 20)), ["bar 10: 5 9 3 3 3"]);
    assert_eq!(trade(&mut bars, 19, 1), Applied::Late);
    assert_eq!(bars.forming().map(|bar| bar.open), Some(Price::from_raw(7)));
    assert_eq!(shown(&drain(&mut bars, 30)), ["bar 20: 7 7 7 7 1"]);
    assert_eq!(bars.counts(), BarCounts { late: 1, ..BarCounts::default() });
    assert_eq!(bars.next_due(), None);
}

#[test]
fn grace_lets_late_trades_in_until_the_bar_closes() {
    let mut bars = builder(10, 5, Gaps::Skip);
    trade(&mut bars, 10, 5);
    trade(&mut bars, 21, 8);
    assert_eq!(shown(&drain(&mut bars, 24)), [""; 0]);
    assert_eq!(trade(&mut bars, 19, 6), Applied::Counted);
    assert_eq!(trade(&mut bars, 19, 7), Applied::Counted);
    assert_eq!(trade(&mut bars, 11, 2), Applied::Counted);
    assert_eq!(shown(&drain(&mut bars, 25)), ["bar 10: 5 7 2 7 4"]);
    assert_eq!(trade(&mut bars, 19, 1), Applied::Late);
    assert_eq!(shown(&drain(&mut bars, 35)), ["bar 20: 8 8 8 8 1"]);
    assert_eq!(bars.counts().late, 1);
}

#[test]
fn a_trade_of_an_empty_bar_that_has_passed_is_late() {
    let mut bars = builder(10, 0, Gaps::Skip);
    trade(&mut bars, 10, 5);
    drain(&mut bars, 40);
    assert_eq!(trade(&mut bars, 35, 5), Applied::Late);
    assert_eq!(trade(&mut bars, 45, 6), Applied::Counted);
    assert_eq!(shown(&drain(&mut bars, 50)), ["bar 40: 6 6 6 6 1"]);
    assert_eq!(bars.counts().gaps, 2);
}

#[test]
fn a_closed_bar_stays_closed_while_others_are_still_due() {
    let mut bars = builder(10, 0, Gaps::Skip);
    trade(&mut bars, 10, 5);
    trade(&mut bars, 20, 6);
    assert!(bars.close_next(at(40)).is_some());
    assert_eq!(trade(&mut bars, 15, 1), Applied::Late);
    assert_eq!(trade(&mut bars, 25, 7), Applied::Counted);
    assert_eq!(shown(&drain(&mut bars, 40)), ["bar 20: 6 7 6 7 2"]);
}

#[test]
fn a_bar_whose_opening_was_not_observed_is_dropped() {
    let mut bars = builder(10, 0, Gaps::Skip);
    trade(&mut bars, 11, 5);
    trade(&mut bars, 20, 6);
    assert_eq!(shown(&drain(&mut bars, 30)), ["bar 20: 6 6 6 6 1"]);
    assert_eq!(bars.counts().dropped, 1);

    let mut told = builder(10, 0, Gaps::Skip);
    told.observe_from(at(10));
    trade(&mut told, 11, 5);
    assert_eq!(shown(&drain(&mut told, 20)), ["bar 10: 5 5 5 5 1"]);

    // An interruption from 33 to 47: the bars that it touches are dropped, and are no gaps.
    trade(&mut told, 21, 6);
    trade(&mut told, 32, 7);
    told.observe_from(at(47));
    trade(&mut told, 48, 8);
    trade(&mut told, 51, 9);
    assert_eq!(shown(&drain(&mut told, 60)), ["bar 50: 9 9 9 9 1"]);
    assert_eq!(told.counts(), BarCounts { dropped: 3, ..BarCounts::default() });
}

#[test]
fn gaps_are_skipped_carried_or_reported() {
    let tape = |gaps| {
        let mut bars = builder(10, 2, gaps);
        trade(&mut bars, 10, 5);
        let mut closed = drain(&mut bars, 31);
        assert_eq!(bars.next_due(), (gaps != Gaps::Skip).then_some(at(32)), "{gaps:?}");
        closed.extend(drain(&mut bars, 43));
        trade(&mut bars, 44, 6);
        closed.extend(drain(&mut bars, 52));
        assert_eq!(bars.counts().gaps, 2, "{gaps:?}");
        shown(&closed)
    };
    let (first, last) = ("bar 10: 5 5 5 5 1", "bar 40: 6 6 6 6 1");
    assert_eq!(tape(Gaps::Skip), [first, last]);
    let carried = ["carried 20: 5 5 5 5 0", "carried 30: 5 5 5 5 0"];
    assert_eq!(tape(Gaps::Carry), [first, carried[0], carried[1], last]);
    assert_eq!(tape(Gaps::Halt), [first, "gap 20..30", "gap 30..40", last]);
}

#[test]
fn nothing_is_carried_before_the_first_bar_nor_through_an_interruption() {
    let mut bars = builder(10, 0, Gaps::Carry);
    assert_eq!(drain(&mut bars, 1_000), []);
    trade(&mut bars, 1_001, 5);
    trade(&mut bars, 1_010, 6);
    assert_eq!(shown(&drain(&mut bars, 1_020)), ["bar 1010: 6 6 6 6 1"]);
    bars.observe_from(at(1_055));
    assert_eq!(bars.next_due(), Some(at(1_070)));
    assert_eq!(shown(&drain(&mut bars, 1_070)), ["carried 1060: 6 6 6 6 0"]);
}

#[test]
fn quotes_give_mids_and_spreads() {
    let mut bars = builder(10, 0, Gaps::Skip);
    for (ts, bid, ask) in [(10, 4, 6), (12, 10, 20), (14, 9, 3)] {
        bars.apply_quote(at(ts), Price::from_raw(bid), Price::from_raw(ask));
    }
    bars.apply_quote(at(13), Price::from_raw(7), Price::from_raw(17));
    let closed = drain(&mut bars, 20);
    assert_eq!(shown(&closed), ["bar 10: 5 15 5 6 0"]);
    let [Closed::Bar(bar)] = closed.as_slice() else { panic!("one bar") };
    assert_eq!(bar.half_spread, Some(Price::ZERO), "the last quote is crossed");
}

#[test]
fn finer_bars_have_to_fit_and_to_make_sense() {
    let fine = |opens: i64, closes: i64| Bar {
        volume: 2.5,
        ..Bar::flat(at(opens), at(closes), Price::from_raw(5))
    };
    let mut bars = builder(60, 0, Gaps::Skip);
    for (bar, expected) in [
        (fine(60, 80), Applied::Counted),
        (fine(100, 120), Applied::Counted),
        (fine(110, 130), Applied::Refused),
        (fine(120, 120), Applied::Refused),
        (fine(60, 240), Applied::Refused),
        (Bar { high: Price::from_raw(4), ..fine(60, 80) }, Applied::Refused),
        (Bar { volume: f64::NAN, ..fine(60, 80) }, Applied::Refused),
        (Bar { volume: -1.0, ..fine(60, 80) }, Applied::Refused),
        (fine(i64::MAX - 1, i64::MAX), Applied::Refused),
    ] {
        assert_eq!(bars.apply_bar(&bar), expected, "{bar:?}");
    }
    assert_eq!(shown(&drain(&mut bars, 120)), ["bar 60: 5 5 5 5 5"]);
    assert_eq!(bars.counts(), BarCounts { refused: 7, ..BarCounts::default() });

    // The first fine bar starts inside: the opening was missed.
    let mut late = builder(60, 0, Gaps::Skip);
    late.apply_bar(&fine(80, 100));
    assert_eq!(drain(&mut late, 120), []);
    assert_eq!(late.counts().dropped, 1);
}

#[test]
fn what_is_stamped_far_ahead_is_early() {
    let mut bars = builder(10, 0, Gaps::Skip);
    for ts in 1..=9 {
        assert_eq!(trade(&mut bars, 10 * ts, 5), Applied::Counted);
    }
    assert_eq!(trade(&mut bars, 100, 5), Applied::Early);
    assert_eq!(trade(&mut bars, 35, 5), Applied::Counted);
    assert_eq!(trade(&mut bars, i64::MAX, 5), Applied::Early);
    assert_eq!(trade(&mut bars, i64::MIN, 5), Applied::Early);
    assert_eq!(bars.counts().early, 3);
    assert_eq!(drain(&mut bars, i64::MAX).len(), 9);
}

#[test]
fn rules_without_sense_are_refused() {
    for (duration, grace) in [(0, 0), (-1, 0), (10, -1), (10, 10_010), (i64::MIN, i64::MIN)] {
        assert!(BarBuilder::new(span(duration), span(grace), Gaps::Skip).is_err());
    }
    assert!(BarBuilder::new(span(10), span(10_000), Gaps::Skip).is_ok());
}

/// A trade of a tape: its time, how much later it arrives, its price and size.
type Row = (i64, i64, i64, i64);

/// Rows with times that rise by small steps, and with delays that put some of them out of order.
fn tapes(delay_max: i64) -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec((0_i64..9, 0..=delay_max, 1_i64..50, 1_i64..9), 1..80).prop_map(|rows| {
        let mut ts = 1_000;
        let mut tape: Vec<Row> = Vec::new();
        for (step, delay, price, size) in rows {
            ts += step * step;
            tape.push((ts, ts + delay, price, size));
        }
        tape.sort_by_key(|row| row.1);
        tape
    })
}

/// Bars computed with all trades at hand, by the rules and not by the method of the builder.
fn naive(tape: &[Row], duration: i64, grace: i64, until: i64) -> (Vec<String>, BarCounts) {
    let mut counts = BarCounts::default();
    let mut lines = Vec::new();
    let mut previous: Option<i64> = None;
    let last = tape.iter().map(|row| row.0).max().unwrap_or(0);
    // Closes come after the trades of the same instant, so equal is in time.
    let in_time = |row: &Row, opens: i64| {
        row.0 - row.0 % duration == opens && row.1 <= opens + duration + grace
    };
    // What comes too late for its bar does not begin the observation either.
    let begins = tape.iter().find(|row| in_time(row, row.0 - row.0 % duration));
    let first = begins.map_or(0, |row| row.0);
    let mut opens = tape.iter().map(|row| row.0).min().unwrap_or(0) / duration * duration;
    while opens <= last {
        let all = tape.iter().filter(|row| row.0 - row.0 % duration == opens);
        let mut rows: Vec<&Row> = tape.iter().filter(|row| in_time(row, opens)).collect();
        counts.late += (all.count() - rows.len()) as u64;
        rows.sort_by_key(|row| row.0);
        if let (Some(open), Some(close)) = (rows.first(), rows.last())
            && opens + duration + grace <= until
        {
            let whole = (first + duration - 1) / duration * duration;
            let empty = previous.map_or(0, |end| (opens - end.max(whole)) / duration);
            counts.gaps += empty.max(0) as u64;
            previous = Some(opens + duration);
            let high = rows.iter().map(|row| row.2).max().unwrap();
            let low = rows.iter().map(|row| row.2).min().unwrap();
            let volume: i64 = rows.iter().map(|row| row.3).sum();
            if opens < first {
                counts.dropped += 1;
            } else {
                let (open, close) = (open.2, close.2);
                lines.push(format!("bar {opens}: {open} {high} {low} {close} {volume}"));
            }
        }
        opens += duration;
    }
    (lines, counts)
}

/// Plays a tape as a host does: what is due before a trade arrives closes first.
fn play(tape: &[Row], bars: &mut BarBuilder, until: i64) -> Vec<Closed> {
    let mut closed = Vec::new();
    for &(ts, recv, price, size) in tape {
        closed.extend(drain(bars, recv - 1));
        bars.apply_trade(at(ts), Price::from_raw(price), Quantity::from_int(size).unwrap());
    }
    closed.extend(drain(bars, until));
    closed
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn bars_agree_with_a_computation_from_all_trades(
        tape in tapes(12), duration in 1_i64..30, grace in 0_i64..15,
    ) {
        prop_assume!(grace / duration < 10);
        let until = 1_000_000;
        let mut bars = builder(duration, grace, Gaps::Skip);
        let closed = play(&tape, &mut bars, until);
        let (expected, counts) = naive(&tape, duration, grace, until);
        prop_assert_eq!(shown(&closed), expected);
        prop_assert_eq!(bars.counts(), counts);
    }

    /// The other policies fill exactly the holes that skipping leaves.
    #[test]
    fn policies_differ_only_in_the_gaps(tape in tapes(5), duration in 1_i64..30, grace in 0_i64..9) {
        let until = tape.iter().map(|row| row.1).max().unwrap() + duration + grace;
        let [mut skip, mut carry, mut halt] =
            [Gaps::Skip, Gaps::Carry, Gaps::Halt].map(|gaps| builder(duration, grace, gaps));
        let skipped = play(&tape, &mut skip, until);
        let carried = play(&tape, &mut carry, until);
        let halted = play(&tape, &mut halt, until);
        let bars = |all: &[Closed]| -> Vec<Closed> {
            all.iter().filter(|closed| matches!(closed, Closed::Bar(_))).copied().collect()
        };
        prop_assert_eq!(bars(&carried), skipped.clone());
        prop_assert_eq!(bars(&halted), skipped);
        let mut end: Option<(Time, Price)> = None;
        for closed in &carried {
            let (Closed::Bar(bar) | Closed::Carried(bar)) = closed else { panic!("no gaps here") };
            if let Some((end, price)) = end {
                prop_assert_eq!(bar.opens_at, end, "carried bars leave no hole");
                if matches!(closed, Closed::Carried(_)) {
                    prop_assert_eq!(*bar, Bar::flat(end, bar.closes_at, price));
                }
            }
            end = Some((bar.closes_at, bar.close));
        }
        prop_assert_eq!(carry.counts(), halt.counts());
        prop_assert_eq!((halted.len() - bars(&halted).len()) as u64, halt.counts().gaps);
    }

    /// Bars of bars are the bars of the trades, from the first whole one on.
    #[test]
    fn coarse_bars_from_fine_bars_are_those_from_trades(tape in tapes(0), times in 1_i64..6) {
        let until = 1_000_000;
        let mut fine = builder(10, 0, Gaps::Skip);
        fine.observe_from(at(0));
        let mut from_fine = builder(10 * times, 0, Gaps::Skip);
        from_fine.observe_from(at(0));
        let mut closed = Vec::new();
        for piece in play(&tape, &mut fine, until) {
            let Closed::Bar(bar) = piece else { panic!("only bars are expected") };
            closed.extend(drain(&mut from_fine, bar.closes_at.nanos() - 1));
            prop_assert_eq!(from_fine.apply_bar(&bar), Applied::Counted);
        }
        closed.extend(drain(&mut from_fine, until));
        let mut from_trades = builder(10 * times, 0, Gaps::Skip);
        from_trades.observe_from(at(0));
        prop_assert_eq!(shown(&closed), shown(&play(&tape, &mut from_trades, until)));
    }
}
