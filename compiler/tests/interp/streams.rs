//! Streams: order, guards, warm-up, determinism.

use proptest::prelude::*;
use strat_compiler::builtin::Builtin;
use strat_compiler::ir::{DomainKind, Kind, Number, On, Op, StreamId, StreamOp};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::ReasonKind;
use strat_runtime::price::Price;
use strat_runtime::signal::{Action, Goal};
use strat_runtime::strategy::{Reaction, Trigger};
use strat_runtime::venue::VenueKind;

use crate::asm::{Asm, ema_cross, ty};
use crate::world::{World, price};

fn goals(out: &Reaction) -> Vec<Goal> {
    out.intents
        .iter()
        .map(|intent| match intent.action {
            Action::Target { goal, .. } => goal,
            other => panic!("{other:?} is no target"),
        })
        .collect()
}

#[test]
fn an_ema_cross_against_its_formula() {
    let asm = ema_cross(3, 5);
    let mut interp = asm.build();
    let mut world = World::new(VenueKind::BinancePerp, 1);
    let (mut fast, mut slow) = (None, None);
    let mut x: u64 = 7;
    for n in 0..500 {
        x = x.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mid = Price::from_raw(100_000_000_000 + (x >> 33) as i64 % 5_000_000_000);
        world.mid(0, mid);
        let out = world.book_event(&mut interp).clone();
        let real = mid.to_real();
        let ema = |state: &mut Option<f64>, n: f64| {
            let next = state.map_or(real, |e| e + 2.0 / (n + 1.0) * (real - e));
            *state = Some(next);
            next
        };
        let (f, s) = (ema(&mut fast, 3.0), ema(&mut slow, 5.0));
        assert_eq!(interp.stream(StreamId(1)).as_real().to_bits(), f.to_bits());
        assert_eq!(interp.stream(StreamId(2)).as_real().to_bits(), s.to_bits());
        // EMA(5): alpha 1/3, ln 1e-3 / ln(2/3) = 17.04, so 18 ticks must go before.
        if n < 18 {
            assert!(out.intents.is_empty(), "tick {n}");
            assert_eq!(interp_reason(&asm, &out), ["waiting"]);
        } else {
            let expected = if f > s {
                Goal::Leverage(strat_runtime::leverage::Leverage::from_raw(250_000_000))
            } else if f < s {
                Goal::Leverage(strat_runtime::leverage::Leverage::from_raw(-250_000_000))
            } else {
                Goal::Flat
            };
            assert_eq!(goals(&out), [expected], "tick {n}");
            assert_eq!(out.fired.len(), 1);
        }
    }
}

pub(crate) fn interp_reason<'a>(asm: &'a Asm, out: &Reaction) -> Vec<&'a str> {
    out.stops.iter().map(|s| asm.ir.reasons[usize::from(s.reason.0)].text.as_str()).collect()
}

#[test]
fn an_absent_guard_stops_the_streams_behind_it_and_names_itself() {
    let asm = ema_cross(1, 1);
    let mut interp = asm.build();
    let mut world = World::new(VenueKind::BinancePerp, 1);
    world.mid(0, price("10"));
    assert_eq!(world.book_event(&mut interp).intents.len(), 1);
    let before = interp.stream(StreamId(1));
    world.view.instruments[0].book.clear();
    let out = world.book_event(&mut interp).clone();
    assert!(out.intents.is_empty() && out.fired.is_empty());
    assert_eq!(interp_reason(&asm, &out), ["one-sided book"]);
    assert_eq!(interp.stream(StreamId(1)), before, "the last value stays");
    world.mid(0, price("11"));
    assert_eq!(world.book_event(&mut interp).intents.len(), 1);
}

#[test]
fn history_warms_streams_up_and_fires_nothing() {
    let asm = ema_cross(2, 3);
    let mut warmed = asm.build();
    let mut world = World::new(VenueKind::BinancePerp, 1);
    world.view.warming = true;
    for n in 1..100 {
        world.mid(0, Price::from_raw(n * 1_000_000_000));
        let out = world.book_event(&mut warmed);
        assert!(out.fired.is_empty() && out.stops.is_empty() && out.intents.is_empty());
    }
    world.view.warming = false;
    assert_eq!(world.book_event(&mut warmed).intents.len(), 1);
}

/// A window over a window: the inner one has no value before it is full, the outer one counts
/// from there, and the handler waits for both.
#[test]
fn warm_up_adds_along_a_path() {
    let mut asm = Asm::new(VenueKind::BinancePerp);
    asm.instruments(1);
    let (guard, present, mid) = asm.guarded_mid(0);
    let (n, m) = (asm.int(4), asm.int(3));
    let inner = asm.node("inner", Builtin::Sma, present, &[mid], Some(n), &[guard]);
    let read = asm.stream_value(inner);
    let outer = asm.node("outer", Builtin::Sma, present, &[read], Some(m), &[inner]);
    asm.handler(On::Book(InstrumentId(0)), &[outer], vec![]);
    let mut interp = asm.build();
    let mut world = World::new(VenueKind::BinancePerp, 1);
    for tick in 1..=10 {
        world.mid(0, Price::from_raw(tick * 1_000_000_000));
        let out = world.book_event(&mut interp).clone();
        assert_eq!(interp.stream(inner).some, tick >= 4, "tick {tick}");
        assert_eq!(interp.stream(outer).some, tick >= 6, "tick {tick}");
        assert_eq!(out.fired.len(), usize::from(tick >= 6), "tick {tick}");
    }
    // Means of 7..=10, 6..=9, 5..=8 are 8.5, 7.5, 6.5.
    assert_eq!(interp.stream(outer).as_real().to_bits(), 7.5_f64.to_bits());
}

/// Two states that feed each other take effect together: Fibonacci, not powers of two.
#[test]
fn next_states_take_effect_together() {
    let mut asm = Asm::new(VenueKind::BinancePerp);
    asm.instruments(1);
    let book = asm.domain(DomainKind::Book(InstrumentId(0)));
    let (zero, one) = (asm.int(0), asm.int(1));
    let a = asm.state("a", ty(Kind::Int), zero, None);
    let b = asm.state("b", ty(Kind::Int), one, None);
    let (av, bv) =
        (asm.expr(Op::State(a, None), ty(Kind::Int)), asm.expr(Op::State(b, None), ty(Kind::Int)));
    let sum = asm.binary(strat_compiler::ir::Binary::AddInt, av, bv, Kind::Int);
    let next = |state, value| StreamOp::Next { state, value };
    asm.stream("a.next", book, next(a, bv), ty(Kind::Int), &[]);
    asm.stream("b.next", book, next(b, sum), ty(Kind::Int), &[]);
    let seen = asm.stream("seen", book, StreamOp::Expr(av), ty(Kind::Int), &[]);
    let mut interp = asm.build();
    let mut world = World::new(VenueKind::BinancePerp, 1);
    let mut got = vec![];
    for _ in 0..10 {
        world.book_event(&mut interp);
        got.push(interp.stream(seen).bits);
    }
    assert_eq!(got, [0, 1, 1, 2, 3, 5, 8, 13, 21, 34]);
}

/// A handler of another clock reads the last value, and waits until there is one.
#[test]
fn the_latest_value_of_another_clock() {
    let mut asm = Asm::new(VenueKind::BinancePerp);
    asm.instruments(1);
    let (guard, present, mid) = asm.guarded_mid(0);
    let n = asm.int(2);
    let mean = asm.node("mean", Builtin::Sma, present, &[mid], Some(n), &[guard]);
    let period = asm.fixed(Kind::Duration, 1_000_000_000);
    asm.ir.timers.push(strat_runtime::manifest::Timer::Every(period));
    let handler = asm.handler(On::Timer(strat_runtime::manifest::TimerId(0)), &[], vec![]);
    handler.latest = vec![mean];
    let mut interp = asm.build();
    let mut world = World::new(VenueKind::BinancePerp, 1);
    let timer = Trigger::Timer(strat_runtime::manifest::TimerId(0));
    for (quotes, fires) in [(0, false), (1, false), (1, true), (0, true)] {
        for _ in 0..quotes {
            world.mid(0, price("5"));
            world.book_event(&mut interp);
        }
        assert_eq!(world.step(&mut interp, timer).fired.len(), usize::from(fires));
    }
    world.view.instruments[0].book.clear();
    world.book_event(&mut interp);
    assert_eq!(world.step(&mut interp, timer).fired.len(), 1, "an old value is a value");
}

/// Bars: their fields, the warm-up in the manifest, and the bar at which the handler fires.
#[test]
fn a_clock_of_bars() {
    let mut asm = Asm::new(VenueKind::BinancePerp);
    asm.instruments(1);
    let every = asm.fixed(Kind::Duration, 3_600_000_000_000);
    let clock = strat_runtime::manifest::ClockId(0);
    asm.ir.clocks.push(strat_compiler::ir::Clock {
        name: "h1".into(),
        instruments: vec![InstrumentId(0)],
        every,
        gaps: strat_runtime::manifest::Gaps::Skip,
        span: strat_dsl::Span::default(),
    });
    let h1 = asm.domain(DomainKind::Bars(clock));
    let field = strat_compiler::ir::BarField::Close;
    let close = asm.expr(Op::Bar { clock, member: 0, field }, ty(Kind::Price));
    let real = asm.expr(Op::Unary(strat_compiler::ir::Unary::FixedToReal, close), ty(Kind::Real));
    let n = asm.int(20);
    let mean = asm.node("mean", Builtin::Sma, h1, &[real], Some(n), &[]);
    asm.handler(On::Bars(clock), &[mean], vec![]);
    let mut interp = asm.build();
    let manifest = strat_runtime::strategy::Strategy::manifest(&interp);
    assert_eq!((manifest.clocks[0].warm, manifest.clocks[0].every.to_string()), (19, "1h".into()));
    let mut world = World::new(VenueKind::BinancePerp, 1);
    for bar in 1..=25 {
        world.bar(0, Price::from_raw(bar * 1_000_000_000));
        let fired = world.bar_event(&mut interp).fired.len();
        assert_eq!(fired, usize::from(bar >= 20), "bar {bar}");
    }
    // The mean of 6 to 25.
    assert_eq!(interp.stream(mean).as_real().to_bits(), 15.5_f64.to_bits());
    world.view.clocks.clear();
    let fault = world.bar_event(&mut interp).fault.unwrap();
    assert_eq!(fault.kind, strat_runtime::fault::FaultKind::Internal, "a view without the clock");
}

#[test]
fn cold_handlers_do_not_wait() {
    let mut asm = ema_cross(3, 5);
    let fast = asm.expr(Op::Stream(StreamId(1)), crate::asm::opt(Kind::Real));
    let present = asm.expr(Op::IsSome(fast), ty(Kind::Bool));
    let reason = asm.reason("nothing yet", ReasonKind::Guard);
    let body = vec![crate::asm::stmt(strat_compiler::ir::StmtKind::Require(present, reason))];
    asm.handler(On::Book(InstrumentId(0)), &[], body).cold = true;
    let mut interp = asm.build();
    let mut world = World::new(VenueKind::BinancePerp, 1);
    let out = world.book_event(&mut interp).clone();
    assert_eq!(interp_reason(&asm, &out), ["one-sided book", "nothing yet"]);
    world.mid(0, price("5"));
    let out = world.book_event(&mut interp).clone();
    assert_eq!(out.fired.len(), 1);
    assert_eq!(interp_reason(&asm, &out), ["waiting"]);
}

/// Comparisons of fixed point with real go through one correctly rounded division.
#[test]
fn numbers_compare_by_their_form() {
    let mut asm = Asm::new(VenueKind::BinancePerp);
    asm.instruments(1);
    let book = asm.domain(DomainKind::Book(InstrumentId(0)));
    let tenth = asm.fixed(Kind::Price, 100_000_000);
    let real = asm.expr(Op::Unary(strat_compiler::ir::Unary::FixedToReal, tenth), ty(Kind::Real));
    let other = asm.real(0.1);
    let le = asm.compare(strat_compiler::ir::Compare::Le, Number::Real, real, other);
    let ge = asm.compare(strat_compiler::ir::Compare::Ge, Number::Real, real, other);
    let both = asm.expr(Op::And(le, ge), ty(Kind::Bool));
    let stream = asm.stream("both", book, StreamOp::Expr(both), ty(Kind::Bool), &[]);
    let mut interp = asm.build();
    World::new(VenueKind::BinancePerp, 1).book_event(&mut interp);
    assert_eq!(interp.stream(stream).bits, 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// No look-ahead: what a strategy does up to an event does not depend on what comes after.
    #[test]
    fn a_prefix_of_the_events_gives_a_prefix_of_the_reactions(
        mids in proptest::collection::vec(proptest::option::of(1_i64..2_000), 1..120),
        cut in 0_usize..120,
    ) {
        let asm = ema_cross(2, 4);
        let run = |mids: &[Option<i64>]| {
            let mut interp = asm.build();
            let mut world = World::new(VenueKind::BinancePerp, 1);
            mids.iter().map(|mid| {
                match mid {
                    Some(mid) => world.mid(0, Price::from_raw(mid * 1_000_000)),
                    None => world.view.instruments[0].book.clear(),
                }
                let out = world.book_event(&mut interp);
                (out.intents.clone(), out.stops.clone())
            }).collect::<Vec<_>>()
        };
        let cut = cut.min(mids.len());
        let (whole, part) = (run(&mids), run(&mids[..cut]));
        prop_assert_eq!(&whole[..cut], &part[..]);
    }

    /// A clone goes on from where the original was, and neither touches the other.
    #[test]
    fn clones_are_independent(mids in proptest::collection::vec(1_i64..2_000, 1..80)) {
        let asm = ema_cross(2, 4);
        let mut interp = asm.build();
        let mut world = World::new(VenueKind::BinancePerp, 1);
        for mid in &mids {
            world.mid(0, Price::from_raw(mid * 1_000_000));
            world.book_event(&mut interp);
        }
        let mut clone = interp.clone();
        for mid in &mids {
            world.mid(0, Price::from_raw(mid * 3_000_000));
            let a = world.book_event(&mut interp).intents.clone();
            let b = world.book_event(&mut clone).intents.clone();
            prop_assert_eq!(a, b);
        }
    }
}
