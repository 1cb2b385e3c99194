//! Advancing over a slice equals advancing event by event, however the events are cut, with
//! drawdown rules, resting orders, targets, timers, bars and tick changes in it.

use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::leverage::Leverage;
use strat_runtime::manifest::{ClockId, Gaps, LossLimit, RiskAction, RiskRule, Timer, TimerId};
use strat_runtime::order::{CancelReason, Command, OrderId, Report, ReportKind};
use strat_runtime::ratio::Ratio;
use strat_runtime::session::{FillRecord, OrderRecord, RiskNotice};
use strat_runtime::side::Side;
use strat_runtime::signal::{
    Action, ExitWish, Exits, Goal, OrderWish, StopWish, TriggerStream, Via,
};
use strat_runtime::slot::SlotId;
use strat_runtime::strategy::Trigger;
use strat_runtime::time::Time;

use crate::rig::*;

const SEEDS: [u64; 6] = [1, 2, 3, 20_26, 77, 4_711];
const EVENTS: usize = 1_500;

/// Everything that a run leaves behind.
#[derive(Debug, PartialEq)]
struct Story {
    orders: Vec<OrderRecord>,
    fills: Vec<FillRecord>,
    risk: Vec<RiskNotice>,
    heard: Vec<(Time, Trigger)>,
    left: String,
}

fn events(seed: u64) -> Vec<Event<'static>> {
    let mut random = Random(seed);
    let (mut t, mut price) = (0, 10_000_i64);
    let mut events = Vec::new();
    for _ in 0..EVENTS {
        t += [0, 0, 1, 1, 2, 7, 45][random.below(7) as usize];
        price = (price + random.below(121) as i64 - 60).clamp(2_000, 40_000);
        let text = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
        let data = match random.below(12) {
            0 => MarketData::Meta(MetaChange::Tick(px(
                ["0.1", "0.01", "0.5"][random.below(3) as usize]
            ))),
            1..=3 => trade(&text(price)),
            _ => quote(&text(price - 5), &text(price + 5)),
        };
        events.push(event(t, 0, data));
    }
    events
}

fn started() -> Rig {
    let rig = Rig::perp_with(|manifest, _| {
        manifest.clocks = vec![
            clock("m1", &[0], secs(60), Gaps::Skip),
            clock("m5", &[0], secs(300), Gaps::Carry),
        ];
        manifest.timers = vec![Timer::Every(secs(10)), Timer::Every(secs(45))];
        manifest.risk = vec![
            RiskRule::MaxLoss {
                limit: LossLimit::Ratio(Ratio::from_percent(4).unwrap()),
                per_day: true,
                actions: vec![RiskAction::Flatten],
            },
            RiskRule::MaxDrawdown {
                limit: Ratio::from_percent(30).unwrap(),
                actions: vec![RiskAction::Flatten, RiskAction::Halt],
            },
            RiskRule::StaleData { after: secs(40), actions: vec![RiskAction::CancelAll] },
            RiskRule::MaxOrderRate { count: 20, per: secs(30) },
        ];
    });
    let lev = |text: &str| Goal::Leverage(Leverage::parse(text).unwrap());
    let to = |slot, goal, via| intent(0, 0, Action::Target { slot: SlotId(slot), goal, via });
    let order = |slot, side, price| {
        intent(0, 0, Action::Order(OrderWish { post_only: true, ..wish(slot, side, "1", price) }))
    };
    let trail = StopWish { level: None, trail: Some(px("0.4")), on: TriggerStream::Trades };
    let exit = |level: &str| Some(ExitWish { level: px(level), on: TriggerStream::Book });
    let exits = Exits { stop_loss: exit("95"), take_profit: exit("103"), behind: 2 };
    let several = OrderWish { each: 2, exits, ..wish(10, Side::Buy, "1", "99.8") };
    let waits = OrderWish { stop: Some(trail), ..wish(14, Side::Sell, "1", "90") };
    let worked = OrderWish { via: Some(Via::Passive), ..wish(15, Side::Buy, "2", "101") };
    let asked = |wish| intent(0, 0, Action::Order(wish));
    rig.lines.borrow_mut().when = vec![
        (Trigger::Bars(ClockId(0)), vec![asked(several), asked(waits), asked(worked)]),
        (Trigger::Bars(ClockId(0)), vec![to(2, lev("1.5"), Some(Via::Twap(secs(50))))]),
        (Trigger::Bars(ClockId(1)), vec![to(3, lev("-1"), Some(Via::Passive))]),
        (Trigger::Timer(TimerId(0)), vec![order(0, Side::Buy, "99"), order(1, Side::Sell, "101")]),
        (Trigger::Timer(TimerId(1)), vec![intent(0, 0, Action::CancelInstrument)]),
    ];
    rig
}

/// A venue that answers every command one second later: immediate orders fill in part, cancels
/// succeed, and orders with an odd generation are filled when they arrive.
fn answers(now: Time, command: &Command, replies: &mut Vec<(Time, OrderId, ReportKind)>) {
    let later = now.checked_add(secs(1)).unwrap();
    match command {
        Command::Cancel(id) => {
            replies.push((later, *id, ReportKind::Canceled(CancelReason::Requested)));
        }
        Command::Place(order) => {
            replies.push((later, order.id, ReportKind::Accepted));
            let price = order.limit.unwrap();
            let takes = order.tif != strat_runtime::order::TimeInForce::Gtc;
            if takes || order.id.generation % 2 == 1 {
                let text = price.to_string();
                replies.push((later, order.id, filled(&text, &order.size.to_string(), "0")));
            }
        }
    }
}

/// Runs the events cut into slices of `cut`, with the venue's answers between them.
fn run(events: &[Event<'_>], cut: usize) -> Story {
    let mut rig = started();
    let mut replies: Vec<(Time, OrderId, ReportKind)> = Vec::new();
    let (mut orders, mut fills, mut risk) = (Vec::new(), Vec::new(), Vec::new());
    let mut from = 0;
    while from < events.len() {
        // Up to the next answer the session runs on its own.
        let due = replies.first().map_or(Time::MAX, |reply| reply.0);
        let free = events[from..].iter().take_while(|event| event.ts_recv < due).count();
        if free == 0 {
            let (at, order, kind) = replies.remove(0);
            let boundary = rig.session.next_boundary().filter(|b| *b < at);
            if let Some(boundary) = boundary {
                replies.insert(0, (at, order, kind));
                rig.session.advance_to(boundary, true).unwrap();
            } else {
                let report = Report { ts_event: at, ts_recv: at, order, kind };
                rig.session.on_report(&report).unwrap();
            }
        } else {
            let slice = &events[from..from + free.min(cut)];
            from += rig.session.advance(slice).unwrap();
        }
        let now = rig.session.view().now;
        let outbox = rig.session.outbox_mut();
        for command in &outbox.commands {
            answers(now, command, &mut replies);
        }
        orders.append(&mut outbox.orders);
        fills.append(&mut outbox.fills);
        risk.append(&mut outbox.risk);
        outbox.clear();
    }
    let heard = rig.lines.borrow_mut().heard.drain(..).collect();
    let view = rig.session.view();
    let left = format!("{:?} {:?}", view, rig.session.counters());
    Story { orders, fills, risk, heard, left }
}

#[test]
fn every_cut_tells_the_same_story() {
    let mut breaches = 0;
    for seed in SEEDS {
        println!("seed {seed}");
        let events = events(seed);
        let whole = run(&events, usize::MAX);
        assert!(whole.orders.len() > 50 && whole.fills.len() > 10, "seed {seed} trades");
        breaches += whole.risk.len();
        for cut in [1, 2, 7] {
            assert_eq!(run(&events, cut), whole, "seed {seed}, cut {cut}");
        }
    }
    assert!(breaches > 0, "no rule acted in any run");
}

#[test]
fn sums_agree_with_the_orders_and_money_is_conserved() {
    for seed in SEEDS {
        println!("seed {seed}");
        let story = run(&events(seed), 1);
        let cash: i64 = story.fills.iter().map(|f| f.booked.cash.raw() - f.fill.fee.raw()).sum();
        let size: i64 = story.fills.iter().map(|f| f.fill.size.raw() * f.side.sign()).sum();
        let mut rig = started();
        rig.quote(0, "100", "100");
        assert!(story.left.contains(&format!(
            "cash: {:?}",
            usd("1000").checked_add(strat_runtime::money::Money::from_raw(cash)).unwrap()
        )));
        assert_eq!(story.fills.last().unwrap().position.raw(), size);
    }
}
