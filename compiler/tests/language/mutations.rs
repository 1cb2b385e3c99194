//! Shipped strategies, damaged at random: whatever still compiles must run without a panic, and
//! never meet a fault that the compiler should have excluded.

use std::sync::Arc;

use strat_compiler::interp::Interp;
use strat_compiler::ir::Ir;
use strat_compiler::params::ParamValues;
use strat_compiler::pipeline::compile;
use strat_dsl::Source;
use strat_runtime::bar::Bar;
use strat_runtime::fault::FaultKind;
use strat_runtime::instrument::{InstrumentId, Status};
use strat_runtime::manifest::{ClockId, TimerId};
use strat_runtime::money::Money;
use strat_runtime::order::{CancelReason, Fill, Liquidity, RejectReason};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::slot::SlotId;
use strat_runtime::strategy::Trigger;
use strat_runtime::time::{Duration, Time};
use strat_runtime::view::ClockView;

use crate::world::{World, size};

/// Every construct at least once.
const TOUR: &str = include_str!("tour.strat");
const SEED: u64 = 20_261_122;
const MUTANTS: usize = 1_500;
const EVENTS: usize = 60;

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963);
        ((self.0 >> 33) as usize) % n.max(1)
    }

    fn price(&mut self) -> Price {
        Price::from_raw(10_000_000 + self.below(98) as i64 * 10_000_000)
    }
}

/// Splits into words, numbers and marks, each with the space before it.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = vec![String::new()];
    let mut last = ' ';
    for c in text.chars() {
        let goes_on = (c.is_alphanumeric() || c == '_') && (last.is_alphanumeric() || last == '_');
        if !goes_on && !last.is_whitespace() {
            tokens.push(String::new());
        }
        tokens.last_mut().unwrap().push(c);
        last = c;
    }
    tokens
}

fn mutate(tokens: &[String], random: &mut Random) -> String {
    const PIECES: &[&str] = &[
        " 0",
        " 1",
        " -1",
        " 1.5",
        " 2%",
        " a",
        " now",
        " none",
        " ?? 1",
        " else",
        " +",
        " *",
        " <",
        " h1",
        " m",
        " 60s",
        " not",
        " max",
        " 9_000_000_000",
        " 0.01",
        " flat",
        " all",
    ];
    let mut tokens = tokens.to_vec();
    for _ in 0..=random.below(2) {
        let (a, b) = (random.below(tokens.len()), random.below(tokens.len()));
        match random.below(4) {
            0 => drop(tokens.remove(a)),
            1 => tokens.swap(a, b),
            2 => tokens.insert(a, tokens[b].clone()),
            _ => PIECES[random.below(PIECES.len())].clone_into(&mut tokens[a]),
        }
    }
    tokens.concat()
}

fn world_for(ir: &Ir) -> World {
    let mut world = World::new(ir.venue, ir.instruments.len() + 3);
    let clock = |clock: &strat_compiler::ir::Clock| ClockView {
        bars: vec![Bar::default(); clock.instruments.len()],
        forming: vec![None; clock.instruments.len()],
        count: 0,
    };
    world.view.clocks = ir.clocks.iter().map(clock).collect();
    world
}

fn shake(world: &mut World, random: &mut Random) {
    for instrument in &mut world.view.instruments {
        match random.below(5) {
            0 => instrument.book.clear(),
            1 => {
                let (bid, units) = (random.price(), Quantity::from_raw(1 << random.below(45)));
                let ask = random.price();
                instrument.book.apply_quote(bid, units, ask, units);
            }
            2 => {
                let liquidity = Money::from_raw(random.below(1 << 30) as i64 * 100_000);
                instrument.meta.liquidity = (random.below(3) > 0).then_some(liquidity);
                let end = Duration::from_hours(random.below(72) as u16);
                instrument.meta.expires_at = world.view.now.checked_add(end);
            }
            3 => {
                instrument.meta.status =
                    if random.below(4) == 0 { Status::Halted } else { Status::Trading };
            }
            _ => instrument.position.size = Quantity::from_raw((random.below(200) as i64) << 30),
        }
    }
    for clock in &mut world.view.clocks {
        clock.count += 1;
        for bar in &mut clock.bars {
            *bar = Bar::flat(Time::EPOCH, world.view.now, random.price());
        }
    }
}

fn trigger(ir: &Ir, random: &mut Random) -> Trigger {
    let instrument = InstrumentId(random.below(ir.instruments.len() + 3) as u32);
    let slot = SlotId(random.below(ir.slots.len()) as u16);
    match random.below(9) {
        0 => Trigger::Book(instrument),
        1 => Trigger::Trade(instrument),
        2 | 3 => Trigger::Timer(TimerId(random.below(ir.timers.len()) as u16)),
        4 | 5 if !ir.clocks.is_empty() => {
            Trigger::Bars(ClockId(random.below(ir.clocks.len()) as u16))
        }
        6 => Trigger::Meta(instrument),
        7 => {
            let fill = Fill {
                price: random.price(),
                size: size("1"),
                fee: Money::ZERO,
                liquidity: Liquidity::Taker,
                remaining: Quantity::ZERO,
            };
            Trigger::Fill { slot, instrument, side: Side::Buy, fill }
        }
        8 if random.below(2) == 0 => {
            Trigger::Reject { slot, instrument, reason: RejectReason::MarketClosed }
        }
        _ => Trigger::Done { slot, instrument, canceled: Some(CancelReason::Unfilled) },
    }
}

/// Runs a program; whether it did anything at all.
fn run(ir: &Arc<Ir>, random: &mut Random) -> bool {
    let Ok(mut interp) = Interp::new(Arc::clone(ir), &ParamValues::defaults(ir)) else {
        return false;
    };
    let mut world = world_for(ir);
    let mut reacted = false;
    for _ in 0..EVENTS {
        shake(&mut world, random);
        let trigger = trigger(ir, random);
        let out = world.step(&mut interp, trigger);
        if let Some(fault) = out.fault {
            assert_ne!(fault.kind, FaultKind::Internal, "{trigger:?} in\n{ir}");
        }
        reacted |= !out.intents.is_empty() || !out.stops.is_empty();
    }
    reacted
}

/// The tour as it is: every handler fires, nothing faults but for numbers out of range.
#[test]
fn the_tour_runs() {
    println!("seed {SEED}");
    let ir = crate::ir_of("tour", TOUR, true);
    let mut interp = crate::interp(&ir, &[]);
    let mut random = Random(SEED);
    let mut world = world_for(&ir);
    let mut fired = vec![0; ir.handlers.len()];
    let mut said = 0;
    for event in 0..20_000 {
        shake(&mut world, &mut random);
        let trigger = match event {
            0 => Trigger::Start,
            19_999 => Trigger::Shutdown,
            _ => trigger(&ir, &mut random),
        };
        let out = world.step(&mut interp, trigger);
        assert_eq!(out.fault, None, "{trigger:?}");
        out.fired.iter().for_each(|handler| fired[usize::from(handler.0)] += 1);
        said += out.messages.len();
    }
    assert!(fired.iter().all(|count| *count > 0), "{fired:?}");
    assert!(said > 1_000);
}

#[test]
fn damaged_strategies_never_panic() {
    println!("seed {SEED}");
    let mut random = Random(SEED);
    let shipped = strat_strategies::ALL.iter().map(|shipped| shipped.text);
    let texts: Vec<Vec<String>> = shipped.chain([TOUR]).map(tokens).collect();
    assert!(texts.len() >= 7);
    let (mut compiled, mut reacted) = (0, 0);
    for _ in 0..MUTANTS {
        let original = &texts[random.below(texts.len())];
        let text = mutate(original, &mut random);
        let result = compile(&Source::new("mutant", text.as_str()));
        assert!(
            result.has_errors() || !result.strategies.is_empty(),
            "neither a strategy nor an error in\n{text}"
        );
        for ir in &result.strategies {
            compiled += 1;
            reacted += usize::from(run(ir, &mut random));
        }
        for diagnostic in &result.diagnostics {
            let why = "the compiler refuses what its own stages made";
            let refused = diagnostic.message.starts_with("this cannot be compiled");
            assert!(!refused, "{why}: {} in\n{text}", diagnostic.message);
        }
    }
    // Most of a strategy is comments, names and numbers: much still compiles.
    assert!(compiled > MUTANTS / 20 && reacted > compiled / 2, "{compiled}, {reacted}");
}
