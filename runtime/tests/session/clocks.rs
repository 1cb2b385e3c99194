//! Bars and timers: order, ties, gaps, grace, late data, joint clocks.

use strat_runtime::event::{Event, MarketData};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{BarClock, ClockId, Gaps, Timer, TimerId, Wants};
use strat_runtime::session::{BarSource, RiskCause, SessionError};
use strat_runtime::strategy::Trigger;
use strat_runtime::venue::VenueKind;

use crate::rig::*;

const MINUTE: u32 = 60;

fn bars(n: u16) -> Trigger {
    Trigger::Bars(ClockId(n))
}

fn timer(n: u16) -> Trigger {
    Trigger::Timer(TimerId(n))
}

/// Two perpetuals and these clocks and timers; the strategy hears only them.
fn rig(clocks: Vec<BarClock>, timers: &[u32], grace: u32) -> Rig {
    let instruments = vec![perp("btc"), perp("eth")];
    Rig::with(VenueKind::BinancePerp, instruments, |manifest, setup| {
        manifest.clocks = clocks;
        manifest.timers = timers.iter().copied().map(secs).map(Timer::Every).collect();
        manifest.wants = Wants::default();
        setup.grace = secs(grace);
    })
}

fn m1(gaps: Gaps) -> BarClock {
    clock("m1", &[0], secs(MINUTE), gaps)
}

#[test]
fn a_bar_closes_after_every_event_of_its_end() {
    let mut rig = rig(vec![m1(Gaps::Skip)], &[], 0);
    rig.trade(1, "100");
    rig.trade(59, "103");
    rig.trade(60, "200");
    assert!(rig.heard().is_empty());
    assert_eq!(rig.session.next_boundary(), Some(at(60)));
    rig.trade(61, "201");
    assert_eq!(rig.heard_at(), [(60, bars(0))]);
    let bar = rig.session.view().clocks[0].bars[0];
    assert_eq!((bar.open, bar.close, bar.closes_at), (px("100"), px("103"), at(60)));
    assert_eq!(rig.session.view().clocks[0].count, 1);
    rig.session.advance_to(at(120), false).unwrap();
    assert!(rig.heard().is_empty());
    rig.session.advance_to(at(120), true).unwrap();
    assert_eq!(rig.heard_at(), [(120, bars(0))]);
    assert_eq!(rig.session.view().clocks[0].bars[0].open, px("200"));
}

#[test]
fn ties_close_longer_bars_first_and_timers_last() {
    let m5 = || clock("m5", &[0], secs(5 * MINUTE), Gaps::Skip);
    let twice = clock("m1 again", &[0], secs(MINUTE), Gaps::Skip);
    let mut rig = rig(vec![m1(Gaps::Skip), m5(), twice], &[300, 60], 0);
    rig.session.advance_to(at(239), true).unwrap();
    rig.heard();
    rig.trade(239, "100");
    rig.session.advance_to(at(240), true).unwrap();
    assert_eq!(rig.heard(), [bars(0), bars(2), timer(1)]);
    rig.trade(299, "100");
    rig.session.advance_to(at(300), true).unwrap();
    assert_eq!(rig.heard(), [bars(1), bars(0), bars(2), timer(0), timer(1)]);
}

#[test]
fn every_boundary_of_a_silent_gap_fires_once_and_in_order() {
    let mut rig = rig(vec![m1(Gaps::Skip)], &[20, 30], 0);
    rig.trade(1, "100");
    rig.trade(100, "100");
    let expected = [
        (0, timer(0)),
        (0, timer(1)),
        (20, timer(0)),
        (30, timer(1)),
        (40, timer(0)),
        (60, bars(0)),
        (60, timer(0)),
        (60, timer(1)),
        (80, timer(0)),
        (90, timer(1)),
    ];
    assert_eq!(rig.heard_at(), expected);
    rig.session.advance_to(at(100), true).unwrap();
    assert_eq!(rig.heard_at(), [(100, timer(0))]);
    rig.session.advance_to(at(100), true).unwrap();
    assert!(rig.heard().is_empty());
}

#[test]
fn gaps_are_skipped_carried_or_stop_the_session() {
    let ticks = |gaps| {
        let mut rig = rig(vec![m1(gaps)], &[], 0);
        rig.trade(1, "100");
        rig.trade(181, "105");
        (rig.heard_at(), rig)
    };
    assert_eq!(ticks(Gaps::Skip).0, [(60, bars(0))]);

    let (heard, rig) = ticks(Gaps::Carry);
    assert_eq!(heard, [(60, bars(0)), (120, bars(0)), (180, bars(0))]);
    let bar = rig.session.view().clocks[0].bars[0];
    assert_eq!((bar.high, bar.closes_at, bar.volume), (px("100"), at(180), 0.0));

    let (heard, rig) = ticks(Gaps::Halt);
    assert_eq!(heard, [(60, bars(0))]);
    assert!(rig.session.is_halted());
    let cause = RiskCause::Gap { clock: ClockId(0), instrument: InstrumentId(0) };
    assert_eq!(rig.session.outbox().risk[0].cause, cause);
    assert_eq!(rig.session.outbox().risk[0].ts, at(120));
}

#[test]
fn a_joint_clock_ticks_when_all_its_bars_are_there() {
    let joint = |gaps| clock("both", &[0, 1], secs(MINUTE), gaps);
    let mut rig = rig(vec![joint(Gaps::Skip)], &[], 0);
    rig.trade(1, "100");
    rig.event(2, 1, trade("50"));
    rig.trade(61, "101");
    // Only one of them traded in the second minute.
    rig.event(121, 1, trade("52"));
    rig.trade(122, "102");
    rig.session.advance_to(at(180), true).unwrap();
    assert_eq!(rig.heard_at(), [(60, bars(0)), (180, bars(0))]);
    let closes: Vec<_> = rig.session.view().clocks[0].bars.iter().map(|bar| bar.close).collect();
    assert_eq!(closes, [px("102"), px("52")]);

    let mut rig = self::rig(vec![joint(Gaps::Carry)], &[], 0);
    rig.trade(1, "100");
    rig.event(2, 1, trade("50"));
    rig.trade(61, "101");
    rig.session.advance_to(at(120), true).unwrap();
    assert_eq!(rig.heard_at(), [(60, bars(0)), (120, bars(0))]);
    let closes: Vec<_> = rig.session.view().clocks[0].bars.iter().map(|bar| bar.close).collect();
    assert_eq!(closes, [px("101"), px("50")]);
}

#[test]
fn grace_waits_for_data_on_its_way_and_later_data_is_counted() {
    let mut rig = rig(vec![m1(Gaps::Skip)], &[], 2);
    let late = |event: i64, recv: i64, price| Event {
        ts_event: at(event),
        ts_recv: at(recv),
        instrument: InstrumentId(0),
        data: trade(price),
    };
    rig.session.on_event(&late(1, 2, "100")).unwrap();
    rig.session.on_event(&late(60, 61, "300")).unwrap();
    rig.session.on_event(&late(59, 62, "110")).unwrap();
    assert!(rig.heard().is_empty());
    rig.session.on_event(&late(58, 63, "500")).unwrap();
    assert_eq!(rig.heard_at(), [(62, bars(0))]);
    let bar = rig.session.view().clocks[0].bars[0];
    assert_eq!((bar.high, bar.close), (px("110"), px("110")));
    assert_eq!(rig.session.counters().late, 1);
}

#[test]
fn a_bar_whose_opening_was_not_observed_is_dropped() {
    let instruments = vec![perp("btc")];
    let mut rig = Rig::with(VenueKind::BinancePerp, instruments, |manifest, _| {
        manifest.clocks = vec![m1(Gaps::Skip)];
    });
    rig.session.link_down(at(70)).unwrap();
    rig.trade(71, "100");
    rig.session.link_up(at(75)).unwrap();
    rig.trade(76, "100");
    rig.trade(121, "100");
    rig.trade(181, "100");
    let ticks: Vec<_> = rig.heard_at().into_iter().filter(|(_, t)| *t == bars(0)).collect();
    assert_eq!(ticks, [(180, bars(0))]);
    assert_eq!(rig.session.counters().partial_bars, 1);
}

#[test]
fn recorded_bars_pass_through_and_build_longer_ones() {
    let m5 = clock("m5", &[0], secs(5 * MINUTE), Gaps::Skip);
    let mut rig = rig(vec![m1(Gaps::Skip), m5], &[], 0);
    for n in 0..5 {
        rig.event(60 * (n + 1), 0, bar(60 * n, 60 * (n + 1), &format!("{}", 100 + n)));
    }
    rig.session.advance_to(at(300), true).unwrap();
    let expected = [
        (60, bars(0)),
        (120, bars(0)),
        (180, bars(0)),
        (240, bars(0)),
        (300, bars(1)),
        (300, bars(0)),
    ];
    assert_eq!(rig.heard_at(), expected);
    let bar = rig.session.view().clocks[1].bars[0];
    assert_eq!((bar.open, bar.close, bar.volume), (px("100"), px("104"), 5.0));
}

#[test]
fn recorded_bars_that_are_too_long_are_refused() {
    let mut rig = rig(vec![m1(Gaps::Skip)], &[], 0);
    let error = rig.session.on_event(&event(300, 0, bar(0, 300, "100"))).unwrap_err();
    let (needed, got) = (secs(60), secs(300));
    assert_eq!(error, SessionError::BarTooCoarse { clock: "m1".to_owned(), needed, got });
    assert!(error.to_string().contains("`m1` needs bars of 1m, but the data has bars of 5m"));
}

#[test]
fn trades_replace_mids_unless_the_setup_says_otherwise() {
    let close = |source| {
        let mut rig = Rig::perp_with(|manifest, setup| {
            manifest.clocks = vec![m1(Gaps::Skip)];
            setup.bars_from = source;
        });
        rig.quote(1, "90", "92");
        rig.trade(2, "100");
        rig.quote(3, "94", "96");
        rig.session.advance_to(at(60), true).unwrap();
        let view = &rig.session.view().clocks[0];
        (view.count, view.bars[0].open, view.bars[0].close)
    };
    assert_eq!(close(BarSource::Auto), (1, px("100"), px("100")));
    assert_eq!(close(BarSource::Trades), (1, px("100"), px("100")));
    assert_eq!(close(BarSource::Mid), (1, px("91"), px("95")));
    assert_eq!(close(BarSource::Recorded).0, 0);
}

#[test]
fn better_data_does_not_close_a_bar_again() {
    let mut rig = rig(vec![m1(Gaps::Skip)], &[], 0);
    rig.quote(1, "90", "92");
    rig.quote(61, "94", "96");
    assert_eq!(rig.session.view().clocks[0].count, 1);
    // The first trade of all is on its way for so long that its bar has closed.
    let trade = Event { ts_event: at(59), ..event(62, 0, trade("100")) };
    rig.session.on_event(&trade).unwrap();
    rig.trade(63, "95");
    rig.session.advance_to(at(120), true).unwrap();
    let view = &rig.session.view().clocks[0];
    assert_eq!((view.count, view.bars[0].opens_at, view.bars[0].open), (2, at(60), px("95")));
    assert_eq!(rig.session.counters().late, 1);
}

#[test]
fn clocks_and_timers_that_cannot_tick_are_refused() {
    let build = |clocks: Vec<BarClock>, timers: Vec<_>| {
        Rig::build(VenueKind::BinancePerp, vec![perp("btc")], |manifest, _| {
            manifest.clocks = clocks;
            manifest.timers = timers;
        })
        .err()
        .map(|error| error.to_string())
    };
    assert_eq!(build(vec![], vec![]), None);
    let cases = [
        (clock("a", &[], secs(60), Gaps::Skip), "`a` has no instrument"),
        (clock("b", &[1], secs(60), Gaps::Skip), "`b` reads an instrument that is not there"),
        (clock("c", &[0], secs(0), Gaps::Skip), "`c` does not have a length above zero"),
    ];
    for (clock, words) in cases {
        let error = build(vec![clock], vec![]).unwrap();
        assert!(error.contains(words), "{error}");
    }
    assert!(build(vec![], vec![Timer::Every(secs(0))]).unwrap().contains("timer 0"));
}

#[test]
fn time_never_goes_back() {
    let mut rig = rig(vec![], &[], 0);
    rig.trade(10, "100");
    let error = rig.session.on_event(&event(9, 0, trade("100"))).unwrap_err();
    assert_eq!(error, SessionError::OutOfOrder { now: at(10), got: at(9) });
    let text = error.to_string();
    assert!(text.contains("00:00:09Z") && text.contains("00:00:10Z"), "{text}");
    assert!(rig.session.advance_to(at(9), true).is_err());
    rig.trade(10, "101");
    rig.session.shutdown(at(11)).unwrap();
    assert!(matches!(
        rig.session.on_event(&event(12, 0, trade("1"))),
        Err(SessionError::Phase { .. })
    ));
}

#[test]
fn only_wanted_events_reach_the_strategy() {
    let instruments = vec![perp("btc"), perp("eth")];
    let mut rig = Rig::with(VenueKind::BinancePerp, instruments, |manifest, _| {
        manifest.wants.book = vec![true, false];
        manifest.wants.trades = vec![false, true];
        manifest.wants.meta = false;
    });
    for instrument in [0, 1] {
        rig.quote_of(instrument, 1, "100", "101");
        rig.event(1, instrument, trade("100"));
        let tick = strat_runtime::event::MetaChange::Tick(px("1"));
        rig.event(1, instrument, MarketData::Meta(tick));
    }
    let (first, second) = (InstrumentId(0), InstrumentId(1));
    assert_eq!(rig.heard(), [Trigger::Book(first), Trigger::Trade(second)]);
    assert_eq!(rig.session.counters().events, 6);
    assert_eq!(rig.session.view().instruments[1].meta.tick, px("1"));
}
