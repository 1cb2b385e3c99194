//! Targets: what size a goal means, when nothing is done, and how each way gets there.

use strat_runtime::instrument::AssetClass;
use strat_runtime::leverage::Leverage;
use strat_runtime::manifest::{RiskRule, Scope};
use strat_runtime::order::{CancelReason, Command, Liquidity, RejectReason, ReportKind};
use strat_runtime::ratio::Ratio;
use strat_runtime::session::HostReason::{self, *};
use strat_runtime::side::Side::{self, Buy};
use strat_runtime::signal::{Action, Goal, Via};
use strat_runtime::venue::VenueKind;

use crate::rig::*;

fn leverage(text: &str) -> Goal {
    Goal::Leverage(Leverage::parse(text).unwrap())
}

fn weight(text: &str) -> Goal {
    Goal::Weight(Ratio::parse(text).unwrap())
}

/// States a goal on a flat perpetual at 100/100.2 with 1,000 of equity.
#[track_caller]
fn check(goal: Goal, sent: &[&str], noted: &[HostReason]) {
    let mut rig = Rig::perp();
    rig.say(target(goal, None));
    rig.quote(1, "99.9", "100.1");
    assert_eq!(rig.notes(), noted, "{goal:?}");
    assert_eq!(rig.take(), sent, "{goal:?}");
}

#[test]
fn goals_become_orders_inside_the_collar() {
    // 100.1 + 1 % = 101.101, outward on the tick; 99.9 - 1 % = 98.901.
    check(leverage("0.5"), &["2-0-0: buy 5 @ 101.2 fak"], &[]);
    check(leverage("-0.5"), &["2-0-0: sell 5 @ 98.9 fak"], &[]);
    check(weight("0.12345678"), &["2-0-0: buy 1.234 @ 101.2 fak"], &[]);
    check(Goal::Notional(usd("-250")), &["2-0-0: sell 2.5 @ 98.9 fak"], &[]);
    check(Goal::Size(qty("3.0009")), &["2-0-0: buy 3 @ 101.2 fak"], &[]);
    check(Goal::Flat, &[], &[]);
    check(Goal::Size(qty("0.0009")), &[], &[]);
}

#[test]
fn the_collar_is_two_ticks_at_least() {
    let mut rig = Rig::perp();
    rig.say(target(Goal::Size(qty("1")), None));
    rig.quote(1, "0.9", "1");
    assert_eq!(rig.take(), ["2-0-0: buy 1 @ 1.2 fak"]);
}

#[test]
fn without_a_book_the_last_price_counts() {
    let mut rig = Rig::perp();
    rig.say(target(Goal::Size(qty("1")), None));
    rig.trade(1, "100");
    assert_eq!(rig.take(), ["2-0-0: buy 1 @ 101 fak"]);
}

#[test]
fn goals_that_cannot_be_worked_out() {
    let mut rig = Rig::perp();
    rig.say(target(leverage("1"), None));
    rig.quote(1, "-", "-");
    assert_eq!(rig.notes(), [NoMark]);

    let mut rig = Rig::perp_with(|_, setup| setup.cash = usd("0"));
    rig.say(target(weight("1"), None));
    rig.quote(1, "100", "101");
    assert_eq!(rig.notes(), [NoEquity]);

    let mut rig = Rig::token();
    rig.say(target(Goal::Size(qty("-10")), None));
    rig.quote(1, "0.50", "0.52");
    assert_eq!(rig.notes(), [NoShort]);
}

#[test]
fn a_position_inside_the_band_is_left_alone() {
    let cases: &[(&str, bool)] =
        &[("10.9", true), ("11.1", true), ("11.2", false), ("9.1", true), ("9", false)];
    for (size, inside) in cases {
        let mut rig = Rig::perp();
        rig.hold(1, Buy, "100", "10");
        rig.notes();
        rig.say(target(Goal::Size(qty(size)), None));
        rig.quote(2, "100", "100.2");
        assert_eq!(rig.notes() == [InsideBand], *inside, "{size}");
        assert_eq!(rig.take().is_empty(), *inside, "{size}");
    }
    // Flat always trades, and the very position wanted is no news.
    let mut rig = Rig::perp();
    rig.hold(1, Buy, "100", "0.001");
    rig.say(target(Goal::Size(qty("0.001")), None));
    rig.quote(2, "100", "100.2");
    assert!(rig.notes().is_empty());
    rig.say(target(Goal::Flat, None));
    rig.quote(3, "100", "100.2");
    assert_eq!(rig.take(), ["2-0-0: sell 0.001 @ 99 fak reduce"]);
}

#[test]
fn vanta_has_a_band_of_leverage() {
    for (goal, trades) in [("0.519", false), ("0.521", true), ("0.479", true), ("0.481", false)] {
        let mut rig = Rig::with(VenueKind::Vanta, vec![perp("btc")], |_, _| {});
        rig.hold(1, Buy, "100", "5");
        rig.say(target(leverage(goal), None));
        rig.quote(2, "100", "100");
        assert_eq!(!rig.take().is_empty(), trades, "{goal}");
    }
}

#[test]
fn limits_on_targets_make_them_smaller() {
    let each = Scope::EachInstrument;
    let lev = |limit: &str, scope| RiskRule::MaxLeverage {
        limit: Leverage::parse(limit).unwrap(),
        scope,
    };
    let wgt =
        |limit: &str, scope| RiskRule::MaxWeight { limit: Ratio::parse(limit).unwrap(), scope };
    let cases = [
        (vec![lev("0.5", each)], leverage("2"), "2-0-0: buy 5 @ 101 fak", MaxLeverage),
        (vec![lev("0.5", each)], leverage("-2"), "2-0-0: sell 5 @ 99 fak", MaxLeverage),
        (vec![wgt("0.3", each)], weight("1"), "2-0-0: buy 3 @ 101 fak", MaxWeight),
        (
            vec![lev("1", each), wgt("0.2", each)],
            leverage("2"),
            "2-0-0: buy 2 @ 101 fak",
            MaxWeight,
        ),
        (vec![wgt("0.3", Scope::Portfolio)], weight("1"), "2-0-0: buy 3 @ 101 fak", MaxWeight),
    ];
    for (rules, goal, sent, reason) in cases {
        let mut rig = Rig::perp_with(|manifest, _| manifest.risk = rules);
        rig.say(target(goal, None));
        rig.quote(1, "100", "100");
        assert_eq!(rig.notes(), [reason]);
        assert_eq!(rig.take(), [sent]);
    }
}

#[test]
fn a_target_on_a_token_buys_what_the_cash_pays_for() {
    let mut rig = Rig::token();
    rig.say(target(weight("1"), None));
    rig.quote(1, "0.50", "0.50");
    assert_eq!(rig.notes(), [CappedByBalance]);
    // 0.50 + two ticks is more than one percent: 1000 / (0.52 + the fee of 0.009984).
    assert_eq!(rig.take(), ["2-0-0: buy 1886 @ 0.52 fak"]);
}

#[test]
fn a_working_target_is_not_doubled() {
    let mut rig = Rig::perp();
    rig.say(target(Goal::Size(qty("5")), None));
    rig.quote(1, "100", "100");
    rig.take();
    rig.say(target(Goal::Size(qty("5")), None));
    rig.quote(2, "100", "100");
    assert_eq!(rig.notes(), [SlotBusy]);
    rig.fill("2-0-0", "100", "2", "3");
    rig.report("2-0-0", ReportKind::Canceled(CancelReason::Unfilled));
    assert!(rig.take().is_empty());
    rig.say(target(Goal::Size(qty("5")), None));
    rig.quote(3, "100", "100");
    assert_eq!(rig.take(), ["2-0-1: buy 3 @ 101 fak"]);
}

#[test]
fn a_passive_target_follows_the_touch_until_it_is_reached() {
    let mut rig = Rig::perp();
    rig.say(target(Goal::Size(qty("5")), Some(Via::Passive)));
    rig.quote(1, "100", "101");
    assert_eq!(rig.take(), ["2-0-0: buy 5 @ 100 post"]);
    rig.quote(2, "100.5", "101");
    assert!(rig.take().is_empty(), "not acknowledged yet");
    rig.accept("2-0-0");
    rig.quote(3, "100.5", "101");
    assert_eq!(rig.take(), ["cancel 2-0-0"]);
    rig.fill("2-0-0", "100", "2", "3");
    rig.canceled("2-0-0");
    assert_eq!(rig.take(), ["2-0-1: buy 3 @ 100.5 post"]);
    rig.report("2-0-1", ReportKind::Rejected(RejectReason::PostOnlyWouldCross));
    assert!(rig.take().is_empty());
    rig.quote(4, "100.4", "100.5");
    assert_eq!(rig.take(), ["2-0-2: buy 3 @ 100.4 post"]);
    rig.accept("2-0-2");
    rig.quote(5, "-", "100.5");
    assert!(rig.take().is_empty(), "without a touch it stays where it is");
    rig.fill("2-0-2", "100.4", "3", "0");
    rig.quote(6, "101", "102");
    assert!(rig.take().is_empty());
    assert!(rig.notes().is_empty());
}

#[test]
fn without_quotes_a_passive_target_rests_at_the_last_price() {
    let mut rig = Rig::perp();
    rig.say(target(Goal::Size(qty("5")), Some(Via::Passive)));
    rig.trade(1, "100.07");
    assert_eq!(rig.take(), ["2-0-0: buy 5 @ 100 post"]);
    rig.accept("2-0-0");
    rig.trade(2, "101");
    assert_eq!(rig.take(), ["cancel 2-0-0"]);
    rig.canceled("2-0-0");
    assert_eq!(rig.take(), ["2-0-1: buy 5 @ 101 post"]);
}

#[test]
fn a_passive_order_never_crosses_a_locked_book() {
    let mut rig = Rig::perp();
    rig.say(target(Goal::Size(qty("5")), Some(Via::Passive)));
    rig.quote(1, "100", "100");
    assert_eq!(rig.take(), ["2-0-0: buy 5 @ 99.9 post"]);
}

#[test]
fn a_target_whose_slot_is_busy_begins_when_it_is_free() {
    let mut rig = Rig::perp();
    rig.say(target(Goal::Size(qty("5")), Some(Via::Passive)));
    rig.quote(1, "100", "101");
    rig.accept("2-0-0");
    rig.quote(2, "100.5", "101");
    rig.fill("2-0-0", "100", "2", "3");
    assert_eq!(rig.take(), ["2-0-0: buy 5 @ 100 post", "cancel 2-0-0"]);
    rig.say(target(Goal::Flat, Some(Via::Cross)));
    rig.quote(3, "100.5", "101");
    assert_eq!(rig.notes(), [SlotBusy]);
    rig.canceled("2-0-0");
    assert!(rig.take().is_empty(), "the order that was to follow is no longer wanted");
    rig.quote(4, "100", "100");
    assert_eq!(rig.take(), ["2-0-1: sell 2 @ 99 fak reduce"]);
    rig.fill("2-0-1", "100", "2", "0");
    rig.quote(5, "100", "100");
    assert!(rig.take().is_empty());

    // The refusal of the order before it is not its own.
    rig.say(target(Goal::Size(qty("3")), None));
    rig.quote(6, "100", "100");
    rig.say(target(Goal::Size(qty("-3")), None));
    rig.quote(7, "100", "100");
    rig.report("2-0-2", ReportKind::Rejected(RejectReason::RateLimited));
    rig.take();
    rig.quote(8, "100", "100");
    assert_eq!(rig.take(), ["2-0-3: sell 3 @ 99 fak"]);
}

#[test]
fn a_refused_passive_target_is_given_up() {
    let mut rig = Rig::perp();
    rig.say(target(Goal::Size(qty("5")), Some(Via::Passive)));
    rig.quote(1, "100", "101");
    rig.report("2-0-0", ReportKind::Rejected(RejectReason::InsufficientBalance));
    rig.take();
    rig.quote(2, "100", "101");
    assert!(rig.take().is_empty());
}

#[test]
fn a_new_way_takes_the_place_of_the_old_one() {
    let mut rig = Rig::perp();
    rig.say(target(Goal::Size(qty("5")), Some(Via::Passive)));
    rig.quote(1, "100", "101");
    rig.accept("2-0-0");
    rig.take();
    rig.say(target(Goal::Size(qty("-5")), Some(Via::Cross)));
    rig.quote(2, "100", "101");
    assert_eq!(rig.take(), ["cancel 2-0-0"]);
    rig.canceled("2-0-0");
    assert_eq!(rig.take(), ["2-0-1: sell 5 @ 99 fak"]);
}

#[test]
fn twap_makes_ten_slices_and_makes_up_for_missed_ones() {
    let mut rig = Rig::perp();
    let wanted = target(Goal::Size(qty("10")), Some(Via::Twap(secs(100))));
    rig.say(wanted);
    rig.quote(1, "100", "100");
    let mut sent = Vec::new();
    for n in 0..12_i64 {
        for order in rig.take() {
            let (order, rest) = order.split_once(": ").unwrap();
            sent.push((rig.session.view().now.nanos() / 1_000_000_000, rest.to_owned()));
            if n == 3 {
                rig.report(order, ReportKind::Canceled(CancelReason::Unfilled));
            } else {
                let size = rest.split(' ').nth(1).unwrap();
                rig.fill(order, "100", size, "0");
            }
        }
        // The same words again let it go on.
        rig.say(wanted);
        rig.quote(2 + n * 10, "100", "100");
        if let Some(due) = rig.session.next_boundary() {
            assert_eq!(due, at(11 + n * 10));
            rig.session.advance_to(due, true).unwrap();
        }
    }
    let expected: Vec<(i64, String)> = (0..10)
        .map(|n| (1 + n * 10, format!("buy {} @ 101 fak", if n == 4 { 2 } else { 1 })))
        .collect();
    assert_eq!(sent, expected);
    assert_eq!(rig.position(), qty("10"));
    assert_eq!(rig.session.next_boundary(), None);
}

#[test]
fn clearing_ends_a_target() {
    let mut rig = Rig::perp();
    rig.say(target(Goal::Size(qty("10")), Some(Via::Twap(secs(100)))));
    rig.quote(1, "100", "100");
    assert!(rig.session.next_boundary().is_some());
    rig.say(Action::CancelAll);
    rig.quote(2, "100", "100");
    assert_eq!(rig.session.next_boundary(), None);
}

#[test]
fn flat_holds_for_what_fills_after_it_was_said() {
    // A resting order of the target fills while its cancel is under way.
    let mut rig = Rig::perp();
    rig.say(target(Goal::Size(qty("5")), Some(Via::Passive)));
    rig.quote(1, "100", "101");
    rig.accept("2-0-0");
    rig.take();
    rig.say(target(Goal::Flat, None));
    rig.quote(2, "100", "101");
    assert_eq!(rig.take(), ["cancel 2-0-0"]);
    rig.fill("2-0-0", "100", "2", "3");
    rig.canceled("2-0-0");
    rig.quote(3, "100", "101");
    assert_eq!(rig.take(), ["2-0-1: sell 2 @ 99 fak reduce"]);

    // A fill-and-kill order cannot be taken back at all.
    let mut rig = Rig::perp();
    rig.say(target(Goal::Size(qty("5")), None));
    rig.quote(1, "100", "100");
    rig.say(target(Goal::Flat, None));
    rig.quote(2, "100", "100");
    assert_eq!(rig.take(), ["2-0-0: buy 5 @ 101 fak"]);
    rig.fill("2-0-0", "100", "5", "0");
    rig.quote(3, "100", "100");
    assert_eq!(rig.take(), ["2-0-1: sell 5 @ 99 fak reduce"]);
    rig.fill("2-0-1", "100", "5", "0");
    rig.quote(4, "100", "100");
    assert!(rig.take().is_empty() && rig.notes().is_empty());
}

#[test]
fn a_target_that_waits_for_a_cancel_counts_what_fills_meanwhile() {
    let mut rig = Rig::perp();
    rig.hold(1, Side::Buy, "100", "3");
    rig.say(target(Goal::Size(qty("5")), Some(Via::Passive)));
    rig.quote(2, "100", "101");
    rig.accept("2-0-0");
    rig.take();
    rig.say(target(Goal::Flat, Some(Via::Cross)));
    rig.quote(3, "100", "101");
    assert_eq!(rig.take(), ["cancel 2-0-0"]);
    rig.fill("2-0-0", "100", "2", "0");
    assert_eq!(rig.take(), ["2-0-1: sell 5 @ 99 fak reduce"], "3 and the 2 that came late");

    // On the way already: nothing is left to be done.
    let mut rig = Rig::perp();
    rig.say(target(Goal::Size(qty("5")), Some(Via::Passive)));
    rig.quote(1, "100", "101");
    rig.accept("2-0-0");
    rig.take();
    rig.say(target(Goal::Size(qty("5")), Some(Via::Cross)));
    rig.quote(2, "100", "101");
    assert_eq!(rig.take(), ["cancel 2-0-0"]);
    rig.fill("2-0-0", "100", "5", "0");
    assert!(rig.take().is_empty() && rig.notes().is_empty());
}

#[test]
fn a_passive_target_is_not_replaced_because_equity_moved_a_little() {
    let mut rig = Rig::with(VenueKind::BinancePerp, vec![perp("btc"), perp("eth")], |_, _| {});
    rig.hold(1, Side::Buy, "100", "3");
    let wanted = || target(weight("0.5"), Some(Via::Passive));
    rig.say_of(1, 0, wanted());
    rig.quote_of(1, 2, "100", "100.2");
    assert_eq!(rig.take(), ["2-1-0: buy 4.995 @ 100 post"]);
    for (t, price) in [(3, "101"), (4, "103"), (5, "102")] {
        // The other position's equity moves the size, while the order is in flight and afterwards.
        rig.say_of(1, 0, wanted());
        rig.quote(t, price, price);
        assert!(rig.take().is_empty());
        if t == 3 {
            rig.accept("2-1-0");
        }
        rig.quote_of(1, t, "100", "100.2");
        assert!(rig.take().is_empty(), "the touch did not move");
    }
    rig.say_of(1, 0, wanted());
    rig.quote_of(1, 6, "100.1", "100.2");
    assert_eq!(rig.take(), ["cancel 2-1-0"], "one replacement for one move of the touch");
    // Another size altogether is another order.
    rig.canceled("2-1-0");
    rig.accept("2-1-1");
    rig.take();
    rig.say_of(1, 0, target(weight("0.2"), Some(Via::Passive)));
    rig.quote_of(1, 7, "100.1", "100.2");
    assert_eq!(rig.take(), ["cancel 2-1-1"]);
}

#[test]
fn the_last_slice_waits_for_the_one_before_it() {
    let mut rig = Rig::perp();
    rig.say(target(Goal::Size(qty("10")), Some(Via::Twap(secs(100)))));
    rig.quote(0, "100", "100");
    let mut total = 0;
    for n in 0..9_i64 {
        rig.session.advance_to(at(n * 10), true).unwrap();
        for order in rig.take() {
            let (id, rest) = order.split_once(": ").unwrap();
            if n < 8 {
                rig.fill(id, "100", rest.split(' ').nth(1).unwrap(), "0");
                total += 1;
            }
        }
    }
    assert_eq!(total, 8);
    // The ninth slice is still in flight when the tenth is due.
    rig.session.advance_to(at(90), true).unwrap();
    assert!(rig.take().is_empty());
    rig.fill("2-0-8", "100", "1", "0");
    rig.session.advance_to(at(100), true).unwrap();
    assert_eq!(rig.take(), ["2-0-9: buy 1 @ 101 fak"]);
    rig.fill("2-0-9", "100", "1", "0");
    assert_eq!((rig.position(), rig.session.next_boundary()), (qty("10"), None));
}

#[test]
fn a_target_leaves_cash_for_the_fee() {
    for (cash, bid, ask) in
        [("1000", "0.50", "0.50"), ("13.37", "0.03", "0.04"), ("999.99999", "0.97", "0.98")]
    {
        let mut rig = Rig::token_with(|_, setup| setup.cash = usd(cash));
        rig.say(target(weight("1"), None));
        rig.quote(1, bid, ask);
        let [Command::Place(order)] = rig.session.outbox().commands[..] else {
            panic!("{:?}", rig.notes());
        };
        let limit = order.limit.unwrap();
        let schedule = VenueKind::Polymarket.capabilities().fees.schedule(AssetClass::OutcomeToken);
        let cost = |size| {
            let fee = schedule.fee(limit, size, Liquidity::Taker).unwrap();
            limit.checked_mul_quantity(size).unwrap().checked_add(fee).unwrap()
        };
        assert!(cost(order.size) <= usd(cash), "{order:?}");
        let more = order.size.checked_add(qty("2")).unwrap();
        assert!(cost(more) > usd(cash), "all of the cash is used: {order:?}");
    }
}

#[test]
fn a_twap_does_not_begin_anew_for_a_little_more() {
    let mut rig = Rig::perp();
    let mut sent = 0;
    for t in 0..100_i64 {
        // Every second a little more, as a signal would have it.
        let wanted = weight(&format!("0.5{t:03}"));
        rig.say(target(wanted, Some(Via::Twap(secs(100)))));
        rig.session.advance_to(at(t), true).unwrap();
        rig.quote(t, "100", "100");
        for order in rig.take() {
            let (id, rest) = order.split_once(": ").unwrap();
            rig.fill(id, "100", rest.split(' ').nth(1).unwrap(), "0");
            sent += 1;
        }
    }
    assert_eq!((sent, rig.position()), (10, qty("5")));
}
