//! Compiled strategies in a real session: clocks, warm-up and commands together.

use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::money::Money;
use strat_runtime::order::Command;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::session::{Session, Setup};
use strat_runtime::side::Side;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;

use crate::world::instrument;
use crate::{interp, ir_of};

fn quote(at: i64, mid: i64) -> Event<'static> {
    let at = Time::from_secs(at).unwrap();
    let level = |raw| Level::new(Price::from_raw(raw), Quantity::from_int(1_000).unwrap());
    let cent = 10_000_000;
    Event {
        ts_event: at,
        ts_recv: at,
        instrument: InstrumentId(0),
        data: MarketData::Quote { bid: level(mid - cent), ask: level(mid + cent) },
    }
}

fn setup(symbol: &str, venue: VenueKind) -> Setup {
    let mut one = instrument(0, venue);
    one.symbol = symbol.into();
    Setup::new(vec![one], Money::parse("10000").unwrap(), venue)
}

/// Minutes of quotes make hours of bars; the first target comes when the slowest stream is warm.
#[test]
fn ema_vanta_trades_after_its_warm_up() {
    let ir = ir_of("ema_vanta", strat_strategies::find("ema_vanta").unwrap().text, true);
    let strategy = interp(&ir, &["fast=5", "slow=20"]);
    let warm = strat_runtime::strategy::Strategy::manifest(&strategy).clocks[0].warm;
    let mut session = Session::new(strategy, setup("BTCUSD", VenueKind::Vanta)).unwrap();
    session.start(Time::EPOCH).unwrap();
    let mut first = None;
    for minute in 0..60 * 200_i64 {
        let mid = 50_000_000_000_000 + minute * 100_000_000 + (minute % 7) * 3_000_000_000;
        let event = quote(minute * 60, mid);
        while let Some(at) = session.next_boundary().filter(|at| *at < event.ts_recv) {
            session.advance_to(at, true).unwrap();
            for command in &session.outbox().commands {
                if let Command::Place(order) = command {
                    first.get_or_insert((at, order.side));
                }
            }
            session.outbox_mut().clear();
        }
        session.on_event(&event).unwrap();
        session.outbox_mut().clear();
    }
    // Bars close on the hour; `warm` of them go before the one at which the handler fires.
    let expected = Time::EPOCH.checked_add(Duration::HOUR.checked_mul(warm as i64 + 1).unwrap());
    assert_eq!(first, expected.map(|at| (at, Side::Buy)));
    assert_eq!(session.counters().faults, 0);
    assert!(session.counters().fired[0] > 0);
    let waits = warm as usize;
    assert_eq!(session.counters().stops.iter().sum::<u64>(), waits as u64);
}

/// A wide book, one order in its middle.
#[test]
fn spread_watcher_places_one_order() {
    let text = strat_strategies::find("spread_watcher").unwrap().text;
    let ir = ir_of("spread_watcher", text, true);
    let symbol = ir.instruments[0].symbol.clone();
    let mut session =
        Session::new(interp(&ir, &[]), setup(&symbol, VenueKind::Polymarket)).unwrap();
    session.start(Time::EPOCH).unwrap();
    let mut event = quote(1, 500_000_000);
    let level = |text: &str| Level::new(Price::parse(text).unwrap(), Quantity::ONE);
    event.data = MarketData::Quote { bid: level("0.10"), ask: level("0.80") };
    session.on_event(&event).unwrap();
    let [Command::Place(order)] = session.outbox().commands[..] else {
        panic!("{:?}", session.outbox().commands)
    };
    assert_eq!((order.side, order.limit), (Side::Buy, Some(Price::parse("0.45").unwrap())));
    assert_eq!(order.size, Quantity::from_int(5).unwrap());
}
