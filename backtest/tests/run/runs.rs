//! Whole runs: order of events, money by hand, conservation, cuts, look-ahead, outcomes.

use strat_backtest::record::{Keep, NotFired, Outcome, RunRecord};
use strat_backtest::run::{Run, RunConfig, RunError, run};
use strat_backtest::source::EventSource;
use strat_backtest::venue::Models;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{HandlerId, ReasonId, RiskAction, RiskRule, Scope, UniverseDecl};
use strat_runtime::money::Money;
use strat_runtime::order::{Liquidity, RejectReason};
use strat_runtime::quantity::Quantity;
use strat_runtime::ratio::Ratio;
use strat_runtime::session::OrderStep;
use strat_runtime::side::Side;
use strat_runtime::signal::Action;
use strat_runtime::strategy::{Stop, Trigger};
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;

use crate::scripted::Scripted;
use crate::tape::{self, Recorded, recorded};
use crate::trader::{Trader, intent, wish};

const SEEDS: u64 = 12;

fn money(text: &str) -> Money {
    Money::parse(text).unwrap()
}

fn config() -> RunConfig {
    let mut config = RunConfig::new(money("10000"));
    config.keep = Keep { orders: true, ..Keep::SINGLE };
    config
}

fn risk() -> Vec<RiskRule> {
    vec![
        RiskRule::MaxOpenOrders { limit: 5 },
        RiskRule::MaxOrderRate { count: 20, per: Duration::from_minutes(10) },
        RiskRule::MaxNotional { limit: money("5000"), scope: Scope::Portfolio },
        RiskRule::MaxDrawdown {
            limit: Ratio::from_percent(2).unwrap(),
            actions: vec![RiskAction::Flatten],
        },
    ]
}

/// A run of the random trader over a synthetic tape of a venue.
fn trade(venue: VenueKind, seed: u64) -> (Recorded, RunRecord) {
    let (declared, tape) = recorded(venue, seed, 600);
    let trader = Trader::new(declared, seed, risk());
    let record = run(trader, &mut tape.source(), &config()).unwrap();
    (tape, record)
}

#[test]
fn a_round_trip_by_hand() {
    let (declared, tape) = tape::quotes(&[
        ("100", "101"),
        ("100", "101"),
        ("102", "103"),
        ("104", "105"),
        ("104", "105"),
    ]);
    let size = Quantity::from_int(2).unwrap();
    let strategy = Scripted::new(declared, move |_, trigger, view, out| {
        let Trigger::Book(id) = trigger else { return };
        out.fired.push(HandlerId(0));
        let side = match view.now.nanos() / 1_000_000_000 - tape::START_SECS {
            0 => Side::Buy,
            2 => Side::Sell,
            _ => return,
        };
        let limit = view.instrument(id).book.best(side.opposite()).unwrap().price;
        out.intents.push(intent(id, Action::Order(wish(0, side, size, Some(limit)))));
    });
    let mut config = config();
    config.models = Models { fees: "taker=0.1%,maker=0".parse().unwrap(), ..Models::default() };
    let record = run(strategy, &mut tape.source(), &config).unwrap();

    let [buy, sell] = record.fill_records.as_slice() else { panic!("{:?}", record.fill_records) };
    // Stated at 0 s at the ask of 101, tried at 1 s; stated at 2 s at the bid of 102, tried at 3 s,
    // where the bid is 104: displayed prices are taken, not the limit.
    assert_eq!((buy.fill.price.to_string(), buy.ts.nanos()), ("101".to_owned(), tape::at(1)));
    assert_eq!((sell.fill.price.to_string(), sell.ts.nanos()), ("104".to_owned(), tape::at(3)));
    assert_eq!(
        (buy.fill.fee.to_string(), sell.fill.fee.to_string()),
        ("0.202".into(), "0.208".into())
    );
    assert_eq!(buy.because, Some(ReasonId(2)));
    // 10000 - 202 - 0.202 + 208 - 0.208
    assert_eq!(record.cash_end.to_string(), "10005.59");
    assert_eq!(record.equity_end, record.cash_end);
    assert_eq!(record.realized.to_string(), "6");
    assert_eq!(record.fees.to_string(), "0.41");
    assert_eq!((record.trips.closed, record.trips.won), (1, 1));
    assert_eq!((record.orders, record.fills, record.maker_fills), (2, 2, 0));
    assert_eq!(record.turnover, 410 * 1_000_000_000);
    assert_eq!(record.outcome, Outcome::Fired);
    // Held from 1 s to 3 s of 4 s; marks 100.5, 102.5, 104.5.
    assert!((record.exposure.time - 0.5).abs() < 1e-12);
    // Peak at the start; at 1 s equity is 10000 - 0.202 - 2 * (101 - 100.5).
    assert_eq!(record.drawdown.money.to_string(), "1.202");
}

#[test]
fn cash_and_positions_conserve_to_the_last_unit() {
    let mut fills = 0;
    for venue in [VenueKind::Polymarket, VenueKind::BinancePerp] {
        for seed in 0..SEEDS {
            let (_, record) = trade(venue, seed);
            fills += record.fills;
            let mut cash = i128::from(record.cash_start.raw());
            let mut sizes = vec![0_i128; record.instruments.len()];
            let mut realized = 0_i128;
            for fill in &record.fill_records {
                let notional = fill.fill.price.checked_mul_quantity(fill.fill.size).unwrap();
                let sign = i128::from(fill.side.sign());
                cash -= sign * i128::from(notional.raw()) + i128::from(fill.fill.fee.raw());
                sizes[fill.instrument.index()] += sign * i128::from(fill.fill.size.raw());
                realized += i128::from(fill.booked.realized.raw());
                assert_eq!(i128::from(fill.position.raw()), sizes[fill.instrument.index()]);
            }
            for settled in &record.settlements {
                let paid = settled.payout.checked_mul_quantity(settled.size).unwrap();
                cash += i128::from(paid.raw());
                realized += i128::from(settled.booked.realized.raw());
                assert_eq!(i128::from(settled.size.raw()), sizes[settled.instrument.index()]);
                sizes[settled.instrument.index()] = 0;
            }
            assert_eq!(cash, i128::from(record.cash_end.raw()), "{venue:?} seed {seed}");
            assert_eq!(realized, i128::from(record.realized.raw()), "{venue:?} seed {seed}");
            let cost: i128 = record.instruments.iter().map(|i| i128::from(i.cost.raw())).sum();
            for (row, size) in record.instruments.iter().zip(&sizes) {
                assert_eq!(i128::from(row.position.raw()), *size, "{venue:?} seed {seed}");
            }
            // Cash, cost of what is held, fees and profits add up to the cash at the start.
            assert_eq!(
                i128::from(record.cash_start.raw()),
                cash + cost + i128::from(record.fees.raw()) - realized,
                "{venue:?} seed {seed}"
            );
            // What is shown as profit is what equity says.
            assert_eq!(
                record.pnl(),
                record
                    .realized
                    .checked_add(record.unrealized)
                    .and_then(|sum| sum.checked_sub(record.fees))
                    .unwrap()
            );
        }
    }
    assert!(fills > 500, "only {fills} fills: the test says little");
}

#[test]
fn the_venue_and_the_session_agree_on_cash_and_positions() {
    for venue in [VenueKind::Polymarket, VenueKind::BinancePerp] {
        for seed in 0..SEEDS {
            let (declared, tape) = recorded(venue, seed, 300);
            let trader = Trader::new(declared, seed, risk());
            let mut run = Run::new(trader, tape.source().instruments(), &config()).unwrap();
            let mut source = tape.source();
            while let Some(event) = source.next() {
                run.step(&event).unwrap();
                let view = run.session().view();
                assert_eq!(run.venue().cash(), view.account.cash, "{venue:?} seed {seed}");
                for (i, row) in view.instruments.iter().enumerate() {
                    let id = InstrumentId(i as u32);
                    assert_eq!(run.venue().position(id), row.position.size);
                    let is_token = venue == VenueKind::Polymarket;
                    assert!(!is_token || !row.position.size.is_negative());
                    assert!(!is_token || !view.account.cash.is_negative());
                }
            }
        }
    }
}

#[test]
fn no_order_fills_at_the_event_that_produced_it() {
    let mut taken = 0;
    for venue in [VenueKind::Polymarket, VenueKind::BinancePerp] {
        for seed in 0..SEEDS {
            let (declared, mut tape) = recorded(venue, seed, 600);
            tape.make_stamps_unique();
            let trader = Trader::new(declared, seed, risk());
            let record = run(trader, &mut tape.source(), &config()).unwrap();
            for fill in &record.fill_records {
                let placed = record
                    .order_records
                    .iter()
                    .find(|step| {
                        step.order == fill.order && matches!(step.kind, OrderStep::Placed(_))
                    })
                    .unwrap();
                assert!(fill.ts > placed.ts, "{venue:?} seed {seed}: {fill:?}");
                taken += u64::from(fill.fill.liquidity == Liquidity::Taker);
            }
        }
    }
    assert!(taken > 100, "only {taken} taking fills");
}

#[test]
fn advancing_over_a_slice_equals_advancing_event_by_event() {
    let mut fills = 0;
    for seed in 0..SEEDS {
        let venue = [VenueKind::BinancePerp, VenueKind::Polymarket][seed as usize % 2];
        let (declared, tape) = recorded(venue, seed, 400);
        let events = tape.events();
        let records: Vec<RunRecord> = [1, 2, 7, events.len()]
            .into_iter()
            .map(|cut| {
                let trader = Trader::new(declared.clone(), seed, risk());
                let mut run = Run::new(trader, tape.source().instruments(), &config()).unwrap();
                for slice in events.chunks(cut) {
                    run.advance(slice).unwrap();
                }
                run.finish().unwrap()
            })
            .collect();
        fills += records[0].fills;
        for record in &records[1..] {
            assert_eq!(record, &records[0], "seed {seed}");
        }
    }
    assert!(fills > 100, "only {fills} fills");
}

#[test]
fn on_recorded_bars_an_order_fills_at_the_next_open() {
    let (mut declared, tape) = tape::minute_bars(&[
        [100.0, 101.0, 99.0, 100.5],
        [101.0, 103.0, 100.0, 102.0],
        [104.0, 105.0, 103.0, 104.5],
    ]);
    declared.clocks.push(tape::clock("m1", Duration::from_minutes(1), 1));
    let strategy = Scripted::new(declared, move |_, trigger, view, out| {
        let Trigger::Bars(clock) = trigger else { return };
        out.fired.push(HandlerId(0));
        let side = match view.clock(clock).count {
            1 => Side::Buy,
            2 => Side::Sell,
            _ => return,
        };
        let order = wish(0, side, Quantity::from_int(2).unwrap(), None);
        out.intents.push(intent(InstrumentId(0), Action::Order(order)));
    });
    let mut config = config();
    config.models.fills = "spread=0.2".parse().unwrap();
    let record = run(strategy, &mut tape.source(), &config).unwrap();
    let fills: Vec<_> = record
        .fill_records
        .iter()
        .map(|fill| (fill.ts.nanos(), fill.side, fill.fill.price.to_string()))
        .collect();
    // Decided at the close of the first minute, filled at the open of the second; known at its end.
    assert_eq!(
        fills,
        [
            (tape::at(120), Side::Buy, "101.1".to_owned()),
            (tape::at(180), Side::Sell, "103.9".to_owned())
        ]
    );
}

#[test]
fn what_comes_later_changes_nothing_before() {
    for venue in [VenueKind::Polymarket, VenueKind::BinancePerp] {
        for seed in 0..4 {
            let (declared, tape) = recorded(venue, seed, 400);
            let whole =
                run(Trader::new(declared.clone(), seed, risk()), &mut tape.source(), &config())
                    .unwrap();
            for part in [1, 3, 7, 9] {
                let count = tape.len() * part / 10;
                let cut = run(
                    Trader::new(declared.clone(), seed, risk()),
                    &mut tape.first(count),
                    &config(),
                )
                .unwrap();
                let fills = cut.fill_records.len();
                assert!(fills <= whole.fill_records.len());
                assert_eq!(cut.fill_records, whole.fill_records[..fills], "seed {seed}");
                // All that the whole run filled before the end of the cut is there.
                let later = whole.fill_records.get(fills);
                assert!(later.is_none_or(|fill| fill.ts >= cut.data_to), "seed {seed}");
            }
        }
    }
}

#[test]
fn the_same_run_twice_is_the_same() {
    for venue in [VenueKind::Polymarket, VenueKind::BinancePerp] {
        assert_eq!(trade(venue, 5).1, trade(venue, 5).1);
    }
}

#[test]
fn warm_up_is_not_traded_and_not_measured() {
    let (declared, tape) = recorded(VenueKind::BinancePerp, 1, 200);
    let first = Time::from_nanos(tape::at(0));
    let from = first.saturating_add(Duration::from_minutes(100));
    let mut config = config();
    config.trading_from = Some(from);
    let record = run(Trader::new(declared, 1, Vec::new()), &mut tape.source(), &config).unwrap();
    assert!(record.warmup_events > 100);
    assert_eq!(record.warmup_events + record.events, tape.len() as u64);
    assert_eq!(record.trading_from, from);
    assert!(record.first_fired.unwrap() >= from);
    assert!(record.fill_records.iter().all(|fill| fill.ts >= from));
    assert!(record.curve.first().unwrap() >= from);
}

#[test]
fn a_run_in_which_nothing_fired_says_why() {
    let quotes = [("100", "101"); 3];
    let run_with = |change: &dyn Fn(&mut strat_runtime::manifest::Manifest), warm: bool| {
        let (mut declared, tape) = tape::quotes(&quotes);
        change(&mut declared);
        let strategy = Scripted::new(declared, move |_, trigger, _, out| {
            if warm && let Trigger::Book(id) = trigger {
                let (handler, instrument) = (HandlerId(0), Some(id));
                out.stops.push(Stop { handler, instrument, reason: ReasonId(1) });
            }
        });
        match run(strategy, &mut tape.source(), &config()).unwrap().outcome {
            Outcome::NothingFired(why) => why,
            Outcome::Fired => panic!("nothing can have fired"),
        }
    };
    assert_eq!(run_with(&|_| {}, false), NotFired::NoEventMatched);
    let waits = run_with(&|_| {}, true);
    assert!(waits.to_string().contains("streams are warming up (3 times)"), "{waits}");
    let universe = UniverseDecl { name: "markets".to_owned(), max: 10 };
    let empty = run_with(&|m| m.universes.push(universe.clone()), false);
    assert_eq!(empty, NotFired::UniverseEmpty { conditions: Vec::new() });
    let cold = run_with(&|m| m.clocks.push(tape::clock("h1", Duration::from_hours(1), 190)), false);
    assert!(
        cold.to_string().contains("clock `h1` had 0 of 190 bars of 1h, give it 190 more"),
        "{cold}"
    );
}

#[test]
fn a_source_without_events_is_refused() {
    let (declared, tape) = tape::quotes(&[]);
    let strategy = Scripted::new(declared, |_, _, _, _| {});
    assert_eq!(run(strategy, &mut tape.source(), &config()), Err(RunError::NoEvents));
}

#[test]
fn a_refused_event_is_named() {
    let (declared, tape) = tape::quotes(&[("100", "101"), ("100", "101")]);
    let strategy = Scripted::new(declared, |_, _, _, _| {});
    let mut run = Run::new(strategy, tape.source().instruments(), &config()).unwrap();
    let mut events = tape.events();
    events[1].ts_recv = Time::from_nanos(tape::at(-5));
    let error = run.advance(&events).unwrap_err();
    assert!(error.to_string().starts_with("event 2 of the data: "), "{error}");
}

#[test]
fn an_answer_to_every_refusal_does_not_run_for_ever() {
    let (declared, tape) = tape::quotes(&[("100", "110"); 50]);
    let strategy = Scripted::new(declared, move |_, trigger, _, out| {
        let (Trigger::Book(id) | Trigger::Reject { instrument: id, .. }) = trigger else { return };
        out.fired.push(HandlerId(0));
        // Both sides at one price: the venue refuses the newer order every time.
        let limit = Some(strat_runtime::price::Price::from_int(105).unwrap());
        for (slot, side) in [(0, Side::Buy), (1, Side::Sell)] {
            let order = wish(slot, side, Quantity::from_int(1).unwrap(), limit);
            out.intents.push(intent(id, Action::Order(order)));
        }
    });
    let record = run(strategy, &mut tape.source(), &config()).unwrap();
    assert!(*record.rejects.get(&RejectReason::SelfTrade).unwrap() >= 49, "{:?}", record.rejects);
    assert!(record.orders < 50 * 40, "{} orders", record.orders);
    assert_eq!(record.fills, 0);
}
