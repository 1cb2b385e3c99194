//! The shipped strategies: they compile without a word, and react as their headers say.

use std::sync::Arc;

use strat_compiler::ir::{Ir, StreamId};
use strat_compiler::params::ParamValues;
use strat_compiler::warm::Warmup;
use strat_runtime::bar::Bar;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::leverage::Leverage;
use strat_runtime::manifest::{ClockId, TimerId};
use strat_runtime::money::Money;
use strat_runtime::order::{CancelReason, Fill, Liquidity, RejectReason};
use strat_runtime::price::Price;
use strat_runtime::ratio::Ratio;
use strat_runtime::side::Side;
use strat_runtime::signal::{Action, Goal, OrderWish, WishTif};
use strat_runtime::slot::SlotId;
use strat_runtime::strategy::{Reaction, Strategy, Trigger};
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;
use strat_runtime::view::ClockView;

use crate::world::{World, price, size};
use crate::{interp, ir_of, stops, texts};

const TICK: Trigger = Trigger::Timer(TimerId(0));

fn shipped(name: &str) -> Arc<Ir> {
    let shipped = strat_strategies::find(name).unwrap();
    ir_of(name, shipped.text, true)
}

fn orders(out: &Reaction) -> Vec<(u32, OrderWish)> {
    out.intents
        .iter()
        .filter_map(|intent| match intent.action {
            Action::Order(wish) => Some((intent.instrument.0, wish)),
            _ => None,
        })
        .collect()
}

#[test]
fn each_compiles_and_runs_with_its_defaults() {
    for name in strat_strategies::ALL.iter().map(|shipped| shipped.name) {
        let ir = shipped(name);
        assert_eq!(ir.name, name);
        let interp = interp(&ir, &[]);
        assert_eq!(interp.manifest().name, name);
        assert!(!ir.to_string().is_empty());
    }
}

#[test]
fn warm_up_of_the_shipped_clocks() {
    let cases = [
        // EMA(55) at 1e-3; the deviation of 168 returns needs 167 + 1.
        ("ema_vanta", vec![], 190),
        // EMA(100) decays slower: ln 1e-3 / ln(1 - 2/101) = 345.4.
        ("ema_vanta", vec!["slow=100"], 346),
        ("ema_vanta", vec!["slow=40", "fast=10"], 168),
        // A regression over 240, then a z-score over 240.
        ("pairs_z", vec![], 478),
        ("pairs_z", vec!["lookback=60"], 118),
    ];
    for (name, assignments, expected) in cases {
        let ir = shipped(name);
        let clocks = interp(&ir, &assignments).manifest().clocks.clone();
        assert_eq!(clocks[0].warm, expected, "{name} {assignments:?}");
    }
    let mut ir = (*shipped("ema_vanta")).clone();
    ir.warm_weight = 1e-9;
    let warmup = Warmup::new(&ir, &ParamValues::defaults(&ir)).unwrap();
    assert_eq!(warmup.clock(ClockId(0)), 570);
}

/// A market with an ask, a question, and 24 hours left.
fn market(world: &mut World, n: usize, question: &str, ask: &str, units: &str) {
    let now = world.view.now;
    let instrument = &mut world.view.instruments[n];
    instrument.meta.question = question.into();
    instrument.meta.liquidity = Some(Money::parse("1000").unwrap());
    instrument.meta.expires_at = now.checked_add(Duration::DAY);
    instrument.book.apply_quote(price("0.93"), size("200"), price(ask), size(units));
}

#[test]
fn sure_bets_buys_inside_the_band_and_says_why_not() {
    let ir = shipped("sure_bets");
    let mut interp = interp(&ir, &[]);
    let mut world = World::new(VenueKind::Polymarket, 4);
    market(&mut world, 0, "Will US inflation exceed 3%?", "0.96", "1000");
    market(&mut world, 1, "NFL: Bills vs Jets", "0.96", "1000");
    market(&mut world, 2, "Rain in Paris?", "0.94", "1000");
    market(&mut world, 3, "Snow in Rome?", "0.97", "8");
    let out = world.step(&mut interp, TICK).clone();
    let [(0, wish)] = orders(&out)[..] else { panic!("{:?}", out.intents) };
    assert_eq!((wish.side, wish.size, wish.limit), (Side::Buy, size("50"), Some(price("0.96"))));
    assert_eq!(wish.tif, WishTif::Fak);
    let because = out.intents[0].because.unwrap();
    assert_eq!(ir.reasons[usize::from(because.0)].text, "near-certain outcome");
    assert_eq!(
        stops(&ir, &out),
        ["not (question has_any sports)", "price outside the band", "below minimum order"]
    );
    assert_eq!(out.fired.len(), 3, "once per member");
    // It counts what it holds.
    world.view.instruments[0].position.size = size("80");
    let out = world.step(&mut interp, TICK).clone();
    assert_eq!(orders(&out)[0].1.size, size("20"));
    world.view.instruments[0].position.size = size("95");
    assert!(orders(world.step(&mut interp, TICK)).is_empty());
}

#[test]
fn ema_vanta_follows_the_trend_with_scaled_leverage() {
    let ir = shipped("ema_vanta");
    let mut interp = interp(&ir, &["fast=5", "slow=20"]);
    let mut world = World::new(VenueKind::Vanta, 1);
    let mut last = None;
    for hour in 0..400_i64 {
        // Up for 300 hours with small steps back, then down.
        let trend = if hour < 300 { hour } else { 600 - hour * 2 + hour };
        let close = 50_000 + trend * 40 + (hour % 3) * 25;
        world.bar(0, Price::from_int(close).unwrap());
        let out = world.bar_event(&mut interp).clone();
        assert_eq!(out.fault, None);
        if hour < 168 {
            assert_eq!(stops(&ir, &out), ["waiting for warm-up"], "hour {hour}");
            continue;
        }
        let [intent] = out.intents.as_slice() else { panic!("hour {hour}: {:?}", out.intents) };
        let Action::Target { goal: Goal::Leverage(leverage), via: None, .. } = intent.action else {
            panic!("{:?}", intent.action)
        };
        assert!(leverage.checked_abs().unwrap() <= Leverage::parse("0.25").unwrap());
        assert!(!leverage.is_zero());
        last = Some((hour, leverage));
        if hour == 290 {
            assert!(leverage.is_positive());
        }
    }
    assert!(last.is_some_and(|(hour, leverage)| hour == 399 && leverage.is_negative()));
}

#[test]
fn dynamic_mm_quotes_the_most_liquid_and_cancels_when_they_leave() {
    let ir = shipped("dynamic_mm");
    let mut interp = interp(&ir, &["n=2"]);
    let mut world = World::new(VenueKind::Polymarket, 4);
    let markets = [("20000", "0.48"), ("30000", "0.40"), ("40000", "0.05"), ("25000", "0.60")];
    for (n, (liquidity, bid)) in markets.into_iter().enumerate() {
        let instrument = &mut world.view.instruments[n];
        instrument.meta.liquidity = Some(Money::parse(liquidity).unwrap());
        instrument.meta.expires_at = Some(Time::MAX);
        instrument.book.apply_quote(
            price(bid),
            size("10"),
            price(bid).checked_add(price("0.04")).unwrap(),
            size("10"),
        );
    }
    world.view.instruments[1].position.size = size("7");
    // Expiring at the end of time is too far away to subtract from: a fault would be wrong here.
    world.view.instruments.iter_mut().for_each(|instrument| {
        instrument.meta.expires_at = Time::from_secs(86_400 * 30);
    });
    let out = world.step(&mut interp, TICK).clone();
    let got: Vec<_> = orders(&out).into_iter().map(|(n, w)| (n, w.side, w.size, w.limit)).collect();
    // Mid 0.42, half 0.00315, lean 0.007. The seller of what it does not hold has no order.
    assert_eq!(
        got,
        [
            (1, Side::Buy, size("10"), Some(price("0.40985"))),
            (1, Side::Sell, size("7"), Some(price("0.41615"))),
            (3, Side::Buy, size("10"), Some(price("0.61535"))),
        ]
    );
    assert!(
        out.intents
            .iter()
            .any(|i| i.instrument.0 == 3 && matches!(i.action, Action::Clear(SlotId(1))))
    );
    // The first market becomes the most liquid: another one leaves.
    world.view.instruments[0].meta.liquidity = Some(Money::parse("90000").unwrap());
    let out = world.step(&mut interp, Trigger::Meta(InstrumentId(0))).clone();
    let [intent] = out.intents.as_slice() else { panic!("{:?}", out.intents) };
    assert_eq!((intent.instrument.0, intent.action), (3, Action::CancelInstrument));
}

#[test]
fn order_test_goes_through_its_phases() {
    let ir = shipped("order_test");
    let mut interp = interp(&ir, &[]);
    let mut world = World::new(VenueKind::Polymarket, 1);
    let out = world.step(&mut interp, TICK).clone();
    assert_eq!(orders(&out).len(), 1);
    assert!(orders(&out)[0].1.post_only);
    let fill = Fill {
        price: price("0.01"),
        size: size("2"),
        fee: Money::ZERO,
        liquidity: Liquidity::Maker,
        remaining: size("3"),
    };
    let (slot, instrument, side) = (SlotId(0), InstrumentId(0), Side::Buy);
    world.step(&mut interp, Trigger::Fill { slot, instrument, side, fill });
    let out = world.step(&mut interp, TICK).clone();
    assert_eq!(texts(&out), ["still working, filled 2"]);
    let mut refused = interp.clone();
    let reason = RejectReason::PostOnlyWouldCross;
    let out = world.step(&mut refused, Trigger::Reject { slot, instrument, reason }).clone();
    assert_eq!(texts(&out), ["rejected: post-only order would cross the book"]);
    let canceled = Some(CancelReason::Requested);
    world.step(&mut interp, Trigger::Done { slot, instrument, canceled });
    for interp in [&mut interp, &mut refused] {
        let out = world.step(interp, TICK).clone();
        assert_eq!(texts(&out), ["order test finished"]);
        assert!(matches!(out.intents[0].action, Action::Halt));
    }
    let out = world.step(&mut interp, Trigger::Shutdown).clone();
    assert!(matches!(out.intents[0].action, Action::CancelAll));
}

/// The z-score of the expanded node against the same formulas over plain vectors.
#[test]
fn pairs_z_against_its_formula() {
    let ir = shipped("pairs_z");
    let n = 60;
    let mut interp = interp(&ir, &["lookback=60"]);
    let stream = ir.streams.iter().position(|stream| stream.name == "z").unwrap();
    let mut world = World::new(VenueKind::BinancePerp, 2);
    let (mut las, mut lbs, mut spreads) = (vec![], vec![], vec![]);
    let mut seed: u64 = 42;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((seed >> 40) as f64) / f64::from(1 << 24) - 0.5
    };
    let (mut a, mut b) = (3_000.0_f64, 60_000.0_f64);
    let mut targets = 0;
    for bar in 0..400 {
        a *= 1.0 + random() / 50.0;
        b *= 1.0 + random() / 50.0;
        let [a, b] = [a, b].map(|x| Price::from_real(x, strat_runtime::fixed::Rounding::Nearest));
        let bars = [a, b].map(|p| Bar::flat(Time::EPOCH, Time::EPOCH, p.unwrap())).to_vec();
        let logs = bars.iter().map(|bar| strat_runtime::math::ln(bar.close.to_real()));
        let logs: Vec<f64> = logs.collect();
        world.view.clocks = vec![ClockView { bars, forming: vec![None; 2], count: bar + 1 }];
        let out = world.bar_event(&mut interp).clone();
        assert_eq!(out.fault, None);
        las.push(logs[0]);
        lbs.push(logs[1]);
        if las.len() >= n {
            let (ys, xs) = (&las[las.len() - n..], &lbs[lbs.len() - n..]);
            spreads.push(logs[0] - slope(ys, xs) * logs[1]);
        }
        if spreads.len() >= n {
            let window = &spreads[spreads.len() - n..];
            let mean = window.iter().sum::<f64>() / n as f64;
            let squares: f64 = window.iter().map(|x| (x - mean) * (x - mean)).sum();
            let z = (window[n - 1] - mean) / (squares / (n as f64 - 1.0)).sqrt();
            let got = interp.stream(StreamId(stream as u32)).as_real();
            assert!((got - z).abs() < 1e-6, "bar {bar}: {got} {z}");
            // Both legs or none, always in the same group.
            let legs: Vec<_> = out.intents.iter().map(|i| (i.instrument.0, i.group)).collect();
            assert_eq!(legs, [(0, 1), (1, 1)], "bar {bar}");
            targets += usize::from(out.intents.iter().any(|intent| {
                matches!(intent.action, Action::Target { goal: Goal::Weight(w), .. }
                    if w == Ratio::from_percent(15).unwrap())
            }));
        } else {
            assert!(out.intents.is_empty(), "bar {bar}");
        }
    }
    assert!(targets > 0, "the spread was never traded");
}

fn slope(ys: &[f64], xs: &[f64]) -> f64 {
    let n = ys.len() as f64;
    let (y, x) = (ys.iter().sum::<f64>() / n, xs.iter().sum::<f64>() / n);
    let squares: f64 = xs.iter().map(|v| (v - x) * (v - x)).sum();
    let products: f64 = ys.iter().zip(xs).map(|(a, b)| (a - y) * (b - x)).sum();
    products / squares
}
