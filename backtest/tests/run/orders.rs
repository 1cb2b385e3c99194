//! Orders of every kind through a whole run: what they cost, and when they happen.

use strat_backtest::record::{Keep, RunRecord};
use strat_backtest::run::{Run, RunConfig, run};
use strat_runtime::manifest::HandlerId;
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::session::{HostReason, OrderStep};
use strat_runtime::side::Side;
use strat_runtime::signal::{Action, ExitWish, Exits, OrderWish, StopWish, TriggerStream};
use strat_runtime::strategy::Trigger;
use strat_runtime::time::Time;

use crate::scripted::Scripted;
use crate::tape::{self, Recorded};
use crate::trader::{intent, wish};

fn config() -> RunConfig {
    let mut config = RunConfig::new(Money::parse("10000").unwrap());
    config.keep = Keep { orders: true, ..Keep::SINGLE };
    config
}

fn price(text: &str) -> Price {
    Price::parse(text).unwrap()
}

/// Which second of the tape a time is.
fn second(time: Time) -> i64 {
    time.nanos() / 1_000_000_000 - tape::START_SECS
}

/// A run in which a strategy states these orders at every quote of these seconds, and the same run
/// fed in slices of two events: both must tell the same.
fn play(
    quotes: &[(&str, &str)],
    when: impl Fn(i64) -> Vec<OrderWish> + Clone + 'static,
) -> (RunRecord, Recorded) {
    let (declared, tape) = tape::quotes(quotes);
    let strategy = Scripted::new(declared, move |_, trigger, view, out| {
        let Trigger::Book(id) = trigger else { return };
        out.fired.push(HandlerId(0));
        let orders = when(second(view.now)).into_iter();
        out.intents.extend(orders.map(|order| intent(id, Action::Order(order))));
    });
    let record = run(strategy.clone(), &mut tape.source(), &config()).unwrap();
    let events = tape.events();
    let mut cut = Run::new(strategy, &tape.instruments, &config()).unwrap();
    for slice in events.chunks(2) {
        cut.advance(slice).unwrap();
    }
    assert_eq!(format!("{:?}", cut.finish().unwrap()), format!("{record:?}"));
    (record, tape)
}

fn two() -> Quantity {
    Quantity::from_int(2).unwrap()
}

#[test]
fn each_time_rests_side_by_side_and_fills_together() {
    let quotes = [
        ("100", "101"),
        ("100", "101"),
        ("100", "101"),
        ("100", "101"),
        ("97", "98"),
        ("97", "98"),
    ];
    let (record, _) = play(&quotes, |second| {
        let limit = price(["99", "98.5", "98.8", "98.9", "90", "90"][second as usize]);
        vec![OrderWish { each: 3, ..wish(0, Side::Buy, two(), Some(limit)) }]
    });
    let placed: Vec<(i64, u16)> = record
        .order_records
        .iter()
        .filter(|order| matches!(order.kind, OrderStep::Placed(_)))
        .map(|order| (second(order.ts), order.order.slot.0))
        .collect();
    // The fourth finds all three working; when they have filled, the first slot is free again.
    assert_eq!(placed, [(0, 0), (1, 1), (2, 2), (4, 0), (5, 1)]);
    assert_eq!(record.counters.host(HostReason::AllWorking), 1);
    let filled: Vec<i64> = record.fill_records.iter().map(|fill| second(fill.ts)).collect();
    assert_eq!(filled, [4, 4, 4]);
    assert_eq!(record.fill_records.last().unwrap().position, Quantity::from_int(6).unwrap());
}

#[test]
fn a_crossed_stop_is_tried_from_the_next_event_on() {
    let quotes =
        [("100", "101"), ("100", "101"), ("97", "98"), ("95", "96"), ("99", "100"), ("99", "100")];
    let (record, _) = play(&quotes, |second| match second {
        0 => vec![wish(0, Side::Buy, two(), Some(price("101")))],
        1 => {
            let level = Some(price("97"));
            let stop = StopWish { level, trail: None, on: TriggerStream::Book };
            vec![OrderWish { stop: Some(stop), ..wish(1, Side::Sell, two(), None) }]
        }
        _ => Vec::new(),
    });
    let fills: Vec<(i64, Price)> =
        record.fill_records.iter().map(|fill| (second(fill.ts), fill.fill.price)).collect();
    // Crossed at 97, filled at what the next quote has.
    assert_eq!(fills, [(1, price("101")), (3, price("95"))]);
    assert_eq!(record.counters.host(HostReason::StopCrossed), 1);
}

#[test]
fn exits_close_what_a_run_filled() {
    let quotes =
        [("100", "101"), ("100", "101"), ("97", "98"), ("95", "96"), ("99", "100"), ("99", "100")];
    let (record, _) = play(&quotes, |second| {
        let exit = |level| Some(ExitWish { level: price(level), on: TriggerStream::Book });
        let exits = Exits { stop_loss: exit("97"), take_profit: exit("110"), behind: 1 };
        let order = OrderWish { exits, ..wish(0, Side::Buy, two(), Some(price("101"))) };
        if second == 0 { vec![order] } else { Vec::new() }
    });
    let last = record.fill_records.last().unwrap();
    assert_eq!((last.slot.0, last.position), (1, Quantity::ZERO));
    assert_eq!(record.counters.host(HostReason::StopLoss), 1);
}
