//! How fast the interpreter steps a cross of two moving averages, alone and inside a session, and
//! how fast it looks through a universe:
//! `cargo bench -p strat-compiler --bench interp`.
#![expect(clippy::unwrap_used, reason = "bench code")]
#![expect(clippy::indexing_slicing, reason = "bench code")]

#[path = "../tests/support/asm.rs"]
#[expect(dead_code, reason = "shared with the tests")]
mod asm;
#[path = "../tests/support/world.rs"]
#[expect(dead_code, reason = "shared with the tests")]
mod world;

use std::sync::Arc;

use divan::{Bencher, black_box, counter::ItemsCount};
use strat_compiler::interp::Interp;
use strat_compiler::params::ParamValues;
use strat_compiler::pipeline::compile;
use strat_dsl::Source;
use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::TimerId;
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::session::{Session, Setup};
use strat_runtime::strategy::{Reaction, Strategy, Trigger};
use strat_runtime::time::Time;
use strat_runtime::venue::VenueKind;

const TICKS: usize = 10_000;

fn main() {
    divan::main();
}

/// A price that wanders and comes back, so that the averages cross now and then.
fn mid(n: usize) -> Price {
    let n = n as i64;
    let wave = (n % 4_000 - 2_000).abs();
    Price::from_raw(100_000_000_000 + wave * 1_000_000 + n * 7_919 % 97 * 1_000_000)
}

/// One step per quote, the view moved by hand.
#[divan::bench]
fn ema_cross_alone(bencher: Bencher<'_, '_>) {
    let interp = asm::ema_cross(12, 26).build();
    let world = world::World::new(VenueKind::BinancePerp, 1);
    bencher
        .counter(ItemsCount::new(TICKS))
        .with_inputs(|| (interp.clone(), world.view.clone(), Reaction::default()))
        .bench_local_values(|(mut interp, mut view, mut out)| {
            let one = Quantity::ONE;
            for n in 0..TICKS {
                let mid = mid(n);
                let (bid, ask) = (
                    Price::from_raw(mid.raw() - 1_000_000),
                    Price::from_raw(mid.raw() + 1_000_000),
                );
                view.instruments[0].book.apply_quote(bid, one, ask, one);
                out.clear();
                interp.step(Trigger::Book(InstrumentId(0)), &view, &mut out);
                black_box(&out);
            }
            interp
        });
}

/// The same through a session: quotes in, commands out. No venue answers.
#[divan::bench]
fn ema_cross_in_a_session(bencher: Bencher<'_, '_>) {
    let interp = asm::ema_cross(12, 26).build();
    let events: Vec<Event<'static>> = (0..TICKS).map(quote).collect();
    bencher
        .counter(ItemsCount::new(TICKS))
        .with_inputs(|| {
            let instruments = vec![world::instrument(0, VenueKind::BinancePerp)];
            let cash = Money::parse("10000").unwrap();
            let setup = Setup::new(instruments, cash, VenueKind::BinancePerp);
            let mut session = Session::new(interp.clone(), setup).unwrap();
            session.start(Time::EPOCH).unwrap();
            session
        })
        .bench_local_values(|mut session| {
            for event in &events {
                session.on_event(event).unwrap();
                session.outbox_mut().clear();
            }
            black_box(session.counters().steps);
            session
        });
}

/// One look through 4,096 markets: conditions, words of questions, order, a reaction for each.
#[divan::bench]
fn sure_bets_over_4096_markets(bencher: Bencher<'_, '_>) {
    const MARKETS: usize = 4_096;
    let text = strat_strategies::find("sure_bets").unwrap().text;
    let ir = compile(&Source::new("sure_bets", text)).strategies.remove(0);
    let interp = Interp::new(Arc::clone(&ir), &ParamValues::defaults(&ir)).unwrap();
    let mut world = world::World::new(VenueKind::Polymarket, MARKETS);
    for (n, instrument) in world.view.instruments.iter_mut().enumerate() {
        instrument.meta.question = format!("Will number {n} come before the others?");
        instrument.meta.expires_at = Time::from_secs(100_000 + (n as i64 * 7_919) % 50_000);
        let (bid, ask) = (world::price("0.95"), world::price("0.97"));
        instrument.book.apply_quote(bid, Quantity::ONE, ask, world::size("100"));
    }
    bencher.counter(ItemsCount::new(MARKETS)).with_inputs(|| interp.clone()).bench_local_values(
        |mut interp| {
            let mut out = Reaction::default();
            interp.step(Trigger::Timer(TimerId(0)), &world.view, &mut out);
            black_box(out.intents.len());
            interp
        },
    );
}

fn quote(n: usize) -> Event<'static> {
    let mid = mid(n);
    let at = Time::from_nanos(1_000_000 * (n as i64 + 1));
    let level = |raw| Level::new(Price::from_raw(raw), Quantity::ONE);
    let (bid, ask) = (level(mid.raw() - 1_000_000), level(mid.raw() + 1_000_000));
    let instrument = InstrumentId(0);
    Event { ts_event: at, ts_recv: at, instrument, data: MarketData::Quote { bid, ask } }
}
