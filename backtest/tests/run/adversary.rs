//! What must hold whatever a strategy does: no look at the future, one order per slot, limits in the
//! worst case, money to the last unit; with and without latency, on every kind of feed.

use std::collections::BTreeMap;

use strat_backtest::record::{Keep, RunRecord};
use strat_backtest::run::{Run, RunConfig, run};
use strat_backtest::source::EventSource;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{Manifest, RiskAction, RiskRule, Scope};
use strat_runtime::money::Money;
use strat_runtime::order::{NewOrder, OrderId};
use strat_runtime::quantity::Quantity;
use strat_runtime::ratio::Ratio;
use strat_runtime::session::{OrderRecord, OrderStep};
use strat_runtime::side::Side;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;

use crate::restless::Restless;
use crate::tape::{Recorded, random_bars, recorded};

const LATENCIES: [Duration; 4] = [
    Duration::from_nanos(0),
    Duration::from_millis(250),
    Duration::from_secs(60),
    Duration::from_secs(91),
];

fn config(cash: i64, latency: Duration) -> RunConfig {
    let mut config = RunConfig::new(Money::from_int(cash).unwrap());
    config.keep = Keep { orders: true, ..Keep::SINGLE };
    config.models.entry_latency = latency;
    config
}

fn drawdown() -> Vec<RiskRule> {
    let (limit, actions) = (Ratio::from_percent(3).unwrap(), vec![RiskAction::Flatten]);
    vec![RiskRule::MaxDrawdown { limit, actions }, RiskRule::MaxOpenOrders { limit: 6 }]
}

/// Synthetic books and quotes with changes of the tick in them, and bars alone.
fn tapes(seed: u64, length: u64) -> Vec<(Manifest, Recorded)> {
    let mut tapes = vec![
        recorded(VenueKind::Polymarket, seed, length),
        recorded(VenueKind::BinancePerp, seed, length),
    ];
    for (_, tape) in &mut tapes {
        tape.change_ticks();
    }
    tapes.push(random_bars(seed, length));
    tapes
}

fn before<T: Copy>(records: &[T], end: Time, ts: impl Fn(&T) -> Time) -> Vec<T> {
    records.iter().filter(|record| ts(record) < end).copied().collect()
}

#[test]
fn the_future_changes_no_order_and_no_fill() {
    let (mut orders, mut fills) = (0, 0);
    for seed in 0..3 {
        println!("seed {seed}");
        for (declared, tape) in tapes(seed, 90) {
            for (latency, trading_from) in LATENCIES.into_iter().zip([None, None, Some(30), None]) {
                let mut config = config(10_000, latency);
                config.trading_from = trading_from.map(|minutes| {
                    tape.first_time().saturating_add(Duration::from_minutes(minutes))
                });
                let strategy = Restless::new(declared.clone(), seed, drawdown());
                let whole = run(strategy.clone(), &mut tape.source(), &config).unwrap();
                (orders, fills) = (orders + whole.orders, fills + whole.fills);
                for k in 1..tape.len() {
                    let cut = run(strategy.clone(), &mut tape.first(k), &config).unwrap();
                    // At its last instant the rest of the events of that time is missing.
                    let end = cut.data_to;
                    let placed = |record: &RunRecord| before(&record.order_records, end, |o| o.ts);
                    let filled = |record: &RunRecord| before(&record.fill_records, end, |f| f.ts);
                    assert_eq!(placed(&cut), placed(&whole), "seed {seed}, {k} events, {latency}");
                    assert_eq!(filled(&cut), filled(&whole), "seed {seed}, {k} events, {latency}");
                }
            }
        }
    }
    assert!(orders > 2_000 && fills > 500, "{orders} orders, {fills} fills: it says little");
}

#[test]
fn no_order_fills_at_what_led_to_it() {
    for seed in 0..6 {
        println!("seed {seed}");
        for (declared, mut tape) in tapes(seed, 300) {
            tape.make_stamps_unique();
            for latency in LATENCIES {
                let strategy = Restless::new(declared.clone(), seed, drawdown());
                let record = run(strategy, &mut tape.source(), &config(10_000, latency)).unwrap();
                let mut placed = BTreeMap::new();
                for step in &record.order_records {
                    if let OrderStep::Placed(_) = step.kind {
                        placed.insert(step.order, step.ts);
                    }
                }
                assert!(record.fills > 10, "{} fills", record.fills);
                for fill in &record.fill_records {
                    let arrived = placed[&fill.order].saturating_add(latency);
                    assert!(fill.ts > arrived, "seed {seed}, {latency}: {fill:?}");
                }
            }
        }
    }
}

#[test]
fn cuts_and_repetitions_change_nothing() {
    for seed in 0..4 {
        println!("seed {seed}");
        for (declared, tape) in tapes(seed, 200) {
            for latency in LATENCIES {
                let events = tape.events();
                let records: Vec<RunRecord> = [1, 2, 7, events.len(), 1]
                    .into_iter()
                    .map(|cut| {
                        let strategy = Restless::new(declared.clone(), seed, drawdown());
                        let instruments = tape.source().instruments().to_vec();
                        let config = config(10_000, latency);
                        let mut run = Run::new(strategy, &instruments, &config).unwrap();
                        for slice in events.chunks(cut) {
                            run.advance(slice).unwrap();
                        }
                        run.finish().unwrap()
                    })
                    .collect();
                assert!(records.windows(2).all(|pair| pair[0] == pair[1]), "seed {seed}");
            }
        }
    }
}

/// Orders by slot: a slot's next order is sent only after the one before it has ended.
fn check_slots(steps: &[OrderRecord]) {
    let mut live: BTreeMap<(u32, u16), OrderId> = BTreeMap::new();
    for step in steps {
        let slot = (step.order.instrument.0, step.order.slot.0);
        match step.kind {
            OrderStep::Placed(NewOrder { id, .. }) => {
                assert_eq!(live.insert(slot, id), None, "two orders in one slot: {step:?}");
            }
            OrderStep::Canceled(_) | OrderStep::Rejected(_) | OrderStep::Filled => {
                assert_eq!(live.remove(&slot), Some(step.order), "{step:?}");
            }
            OrderStep::Accepted | OrderStep::CancelSent => {
                assert_eq!(live.get(&slot), Some(&step.order), "{step:?}");
            }
        }
    }
}

#[test]
fn limits_hold_in_the_worst_case_and_money_to_the_last_unit() {
    let (mut fills, mut breaches) = (0, 0);
    for seed in 0..10 {
        println!("seed {seed}");
        // Little cash, so that orders press against it.
        for ((declared, tape), cash) in tapes(seed, 300).into_iter().zip([40, 10_000, 10_000]) {
            let is_token = declared.venue == VenueKind::Polymarket;
            let limit = if is_token { 60 } else { 1 };
            let limit = Quantity::from_int(limit).unwrap();
            for latency in LATENCIES {
                let mut risk = drawdown();
                risk.push(RiskRule::MaxPosition { limit, scope: Scope::EachInstrument });
                let strategy = Restless::new(declared.clone(), seed, risk);
                let instruments = tape.source().instruments().to_vec();
                let mut run = Run::new(strategy, &instruments, &config(cash, latency)).unwrap();
                for event in tape.events() {
                    run.step(&event).unwrap();
                    let view = run.session().view();
                    assert_eq!(run.venue().cash(), view.account.cash, "seed {seed}, {latency}");
                    assert!(!is_token || !run.venue().cash().is_negative(), "seed {seed}");
                    for (i, row) in view.instruments.iter().enumerate() {
                        let held = run.venue().position(InstrumentId(i as u32));
                        assert_eq!(held, row.position.size, "seed {seed}, {latency}");
                        assert!(!is_token || !held.is_negative(), "sold more than was held");
                        for side in Side::ALL {
                            let worst = row.exposure(side, &[]);
                            assert!(worst <= limit, "seed {seed}, {latency}: {side} {worst}");
                        }
                    }
                }
                let record = run.finish().unwrap();
                check_slots(&record.order_records);
                fills += record.fills;
                breaches += record.risk_count;
                let cost: i64 = record.instruments.iter().map(|row| row.cost.raw()).sum();
                assert_eq!(
                    record.cash_start.raw(),
                    record.cash_end.raw() + cost + record.fees.raw() - record.realized.raw(),
                    "seed {seed}, {latency}"
                );
            }
        }
    }
    assert!(fills > 2_000 && breaches > 20, "only {fills} fills, {breaches} breaches");
}
