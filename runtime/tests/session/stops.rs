//! Stops, trails and attached exits: what arms, moves, crosses and ends them.

use strat_runtime::event::MetaChange;
use strat_runtime::instrument::Status;
use strat_runtime::manifest::{ClockId, Gaps};
use strat_runtime::order::{CancelReason, RejectReason, ReportKind};
use strat_runtime::session::HostReason;
use strat_runtime::side::Side;
use strat_runtime::signal::{Action, ExitWish, Exits, OrderWish, StopWish, TriggerStream, WishTif};
use strat_runtime::slot::SlotId;

use crate::rig::*;

fn stop(side: Side, size: &str, level: &str, trail: &str, on: TriggerStream) -> OrderWish {
    let price = |text: &str| (text != "-").then(|| px(text));
    let stop = StopWish { level: price(level), trail: price(trail), on };
    OrderWish { stop: Some(stop), ..wish(0, side, size, "market") }
}

/// A sell of 10 that waits for trades at this level or below.
fn sell_at(level: &str) -> OrderWish {
    stop(Side::Sell, "10", level, "-", TriggerStream::Trades)
}

/// Holds 10, and has stated an order.
fn holding(order: OrderWish) -> Rig {
    let mut rig = Rig::token();
    rig.hold(1, Side::Buy, "0.50", "10");
    rig.say(Action::Order(order));
    rig.quote(2, "0.50", "0.52");
    assert!(rig.take().is_empty());
    rig.heard();
    rig
}

#[test]
fn a_stop_is_crossed_by_its_own_stream_only() {
    let mut rig = holding(sell_at("0.45"));
    assert_eq!(rig.session.open_orders(), 0);
    rig.quote(3, "0.40", "0.42");
    rig.trade(4, "0.46");
    assert!(rig.take().is_empty());
    rig.trade(5, "0.45");
    assert_eq!(rig.notes(), [HostReason::StopCrossed]);
    assert_eq!(rig.take(), ["0-0-0: sell 10 @ market"]);
    // Crossed once, it is an order as any other.
    rig.trade(6, "0.44");
    assert!(rig.take().is_empty());
}

#[test]
fn the_book_is_met_on_the_side_of_the_order() {
    let mut rig = holding(OrderWish {
        limit: Some(px("0.44")),
        ..stop(Side::Sell, "10", "0.45", "-", TriggerStream::Book)
    });
    rig.trade(3, "0.40");
    rig.quote(4, "-", "0.44");
    assert!(rig.take().is_empty(), "an ask says nothing of what a sell would get");
    rig.quote(5, "0.45", "0.60");
    assert_eq!(rig.take(), ["0-0-0: sell 10 @ 0.44"]);
    let mut rig = holding(stop(Side::Buy, "10", "0.60", "-", TriggerStream::Book));
    rig.quote(3, "0.58", "0.59");
    assert!(rig.take().is_empty());
    rig.quote(4, "0.58", "0.60");
    assert_eq!(rig.take(), ["0-0-0: buy 10 @ market"]);
}

#[test]
fn bars_are_looked_at_when_they_close() {
    let mut rig = Rig::token_with(|manifest, _| {
        manifest.clocks = vec![clock("m1", &[0], secs(60), Gaps::Skip)];
    });
    rig.hold(1, Side::Buy, "0.50", "10");
    let order = stop(Side::Sell, "10", "0.45", "-", TriggerStream::Bars(ClockId(0)));
    rig.say(Action::Order(order));
    rig.trade(61, "0.50");
    // Inside the bar it was lower; it closes above, and the next one below.
    rig.trade(90, "0.40");
    rig.trade(110, "0.46");
    rig.trade(130, "0.44");
    assert!(rig.take().is_empty());
    rig.session.advance_to(at(180), true).unwrap();
    assert_eq!(rig.take(), ["0-0-0: sell 10 @ market"]);
}

#[test]
fn the_same_stop_again_changes_nothing_and_another_one_arms_anew() {
    let mut rig = holding(sell_at("0.45"));
    rig.say(Action::Order(sell_at("0.45")));
    rig.trade(3, "0.46");
    rig.say(Action::Order(sell_at("0.40")));
    rig.trade(4, "0.46");
    rig.trade(5, "0.45");
    assert!(rig.take().is_empty());
    rig.trade(6, "0.40");
    assert_eq!(rig.take(), ["0-0-0: sell 10 @ market"]);
    // While its order works, the same statement is the same order.
    rig.say(Action::Order(sell_at("0.40")));
    rig.trade(7, "0.39");
    assert_eq!((rig.take().len(), rig.notes().len()), (0, 0));
}

#[test]
fn a_trail_moves_in_favour_only() {
    let mut rig = holding(stop(Side::Sell, "10", "-", "0.05", TriggerStream::Trades));
    for (t, price) in [(3, "0.50"), (4, "0.60"), (5, "0.56"), (6, "0.58")] {
        rig.trade(t, price);
        assert!(rig.take().is_empty(), "{price}");
    }
    // Another size keeps the level that was reached: 0.55.
    rig.say(Action::Order(stop(Side::Sell, "8", "-", "0.05", TriggerStream::Trades)));
    rig.trade(7, "0.56");
    rig.trade(8, "0.55");
    assert_eq!(rig.take(), ["0-0-0: sell 8 @ market"]);

    let mut rig = holding(stop(Side::Buy, "10", "0.60", "0.05", TriggerStream::Trades));
    for (t, price) in [(3, "0.58"), (4, "0.40"), (5, "0.44")] {
        rig.trade(t, price);
    }
    assert!(rig.take().is_empty());
    rig.trade(6, "0.45");
    assert_eq!(rig.take(), ["0-0-0: buy 10 @ market"]);
}

#[test]
fn whatever_takes_orders_back_takes_stops_back() {
    for action in
        [Action::Clear(SlotId(0)), Action::CancelInstrument, Action::CancelAll, Action::Halt]
    {
        let mut rig = holding(sell_at("0.45"));
        rig.say(action);
        rig.quote(3, "0.50", "0.52");
        rig.trade(4, "0.40");
        assert!(rig.take().is_empty(), "{action:?}");
    }
    let mut rig = holding(sell_at("0.45"));
    rig.meta(3, MetaChange::Status(Status::Resolved { payout: px("0") }));
    rig.trade(4, "0.01");
    assert!(rig.take().is_empty());
}

#[test]
fn what_cannot_be_sent_when_it_is_crossed_is_tried_again() {
    let mut rig = holding(sell_at("0.45"));
    rig.meta(3, MetaChange::Status(Status::Halted));
    rig.trade(4, "0.44");
    rig.trade(5, "0.44");
    assert_eq!(rig.notes(), [HostReason::MarketClosed], "said once");
    rig.meta(6, MetaChange::Status(Status::Trading));
    rig.trade(7, "0.46");
    assert!(rig.take().is_empty(), "it is not crossed any more");
    rig.trade(8, "0.43");
    assert_eq!(rig.take(), ["0-0-0: sell 10 @ market"]);
}

#[test]
fn what_can_never_be_crossed_or_sent_is_refused_at_once() {
    let cases = [
        (sell_at("0"), HostReason::StopPrice),
        (stop(Side::Sell, "10", "-", "-0.01", TriggerStream::Trades), HostReason::StopPrice),
        (OrderWish { size: qty("0.4"), ..sell_at("0.45") }, HostReason::SizeZero),
        (OrderWish { size: qty("4"), ..sell_at("0.45") }, HostReason::BelowMinSize),
        (
            with_exits(OrderWish { each: 1, ..wish(0, Side::Buy, "10", "0.5") }, "0", "-"),
            HostReason::StopPrice,
        ),
    ];
    for (order, reason) in cases {
        let mut rig = Rig::token();
        rig.say(Action::Order(order));
        rig.quote(1, "0.50", "0.52");
        assert_eq!((rig.notes(), rig.take().len()), (vec![reason], 0));
    }
}

#[test]
fn a_group_that_is_refused_leaves_no_stop() {
    let mut rig = Rig::token();
    rig.hold(1, Side::Buy, "0.50", "10");
    rig.say_of(0, 3, Action::Order(sell_at("0.45")));
    rig.say_of(0, 3, Action::Order(OrderWish { slot: SlotId(1), ..sell_at("0") }));
    rig.quote(2, "0.50", "0.52");
    assert_eq!(rig.notes(), [HostReason::GroupRefused, HostReason::StopPrice]);
    rig.trade(3, "0.40");
    assert!(rig.take().is_empty());
}

fn with_exits(order: OrderWish, loss: &str, profit: &str) -> OrderWish {
    let exit =
        |text: &str| (text != "-").then(|| ExitWish { level: px(text), on: TriggerStream::Trades });
    let exits = Exits { stop_loss: exit(loss), take_profit: exit(profit), behind: 1 };
    OrderWish { exits, ..order }
}

/// A resting buy of 10 at 0.50 with exits at 0.40 and 0.60, of which `filled` units were filled.
fn guarded(filled: &str, remaining: &str) -> Rig {
    let mut rig = Rig::token();
    rig.say(Action::Order(with_exits(wish(0, Side::Buy, "10", "0.50"), "0.40", "0.60")));
    rig.quote(1, "0.50", "0.52");
    rig.accept("0-0-0");
    rig.fill("0-0-0", "0.50", filled, remaining);
    rig.take();
    rig.heard();
    rig
}

#[test]
fn exits_follow_what_is_filled_and_cancel_each_other() {
    let mut rig = guarded("6", "4");
    rig.trade(2, "0.41");
    assert!(rig.take().is_empty());
    rig.trade(3, "0.40");
    assert_eq!(rig.notes(), [HostReason::StopLoss]);
    // At the mark, inside the collar: two ticks below the bid.
    assert_eq!(rig.take(), ["1-0-0: sell 6 @ 0.48 fak reduce"]);
    rig.fill("1-0-0", "0.48", "6", "0");
    // All is closed: the other exit is gone, until more is filled.
    rig.trade(4, "0.70");
    assert!(rig.take().is_empty());
    rig.fill("0-0-0", "0.50", "4", "0");
    rig.trade(5, "0.60");
    assert_eq!(rig.notes(), [HostReason::BelowMinSize], "4 are below the venue's 5");
}

#[test]
fn a_profit_is_taken_at_its_price_and_goes_on_with_the_rest() {
    let mut rig = guarded("10", "0");
    rig.trade(2, "0.61");
    assert_eq!(rig.notes(), [HostReason::TakeProfit]);
    assert_eq!(rig.take(), ["1-0-0: sell 10 @ 0.6 fak reduce"]);
    rig.fill("1-0-0", "0.6", "4", "6");
    rig.report("1-0-0", ReportKind::Canceled(CancelReason::Unfilled));
    // The rest is guarded by both.
    rig.trade(3, "0.59");
    assert!(rig.take().is_empty());
    rig.trade(4, "0.39");
    assert_eq!(rig.take(), ["1-0-1: sell 6 @ 0.48 fak reduce"]);
}

#[test]
fn a_loss_is_closed_until_nothing_is_left() {
    let mut rig = guarded("10", "0");
    rig.trade(2, "0.40");
    assert_eq!(rig.take().len(), 1);
    // Nothing is sent while the first attempt is on its way.
    rig.quote(3, "0.45", "0.47");
    assert!(rig.take().is_empty());
    rig.report("1-0-0", ReportKind::Canceled(CancelReason::Unfilled));
    rig.take();
    // It has recovered, and is closed all the same.
    rig.quote(4, "0.55", "0.57");
    assert_eq!(rig.take(), ["1-0-1: sell 10 @ 0.53 fak reduce"]);
    rig.report("1-0-1", ReportKind::Rejected(RejectReason::MarketClosed));
    rig.trade(5, "0.55");
    assert_eq!(rig.take(), ["1-0-2: sell 10 @ 0.53 fak reduce"]);
}

#[test]
fn exits_never_close_more_than_is_held() {
    let mut rig = guarded("10", "0");
    rig.say(Action::Order(wish(2, Side::Sell, "6", "0.50")));
    rig.quote(2, "0.50", "0.52");
    rig.fill("2-0-0", "0.50", "6", "0");
    // 4 are left to be guarded.
    rig.take();
    rig.trade(3, "0.40");
    assert_eq!(rig.notes().last(), Some(&HostReason::BelowMinSize));
    let mut rig = guarded("10", "0");
    rig.say(Action::Order(wish(2, Side::Sell, "10", "0.50")));
    rig.quote(2, "0.50", "0.52");
    rig.fill("2-0-0", "0.50", "10", "0");
    rig.take();
    // What is bought later by another statement is not guarded.
    rig.hold(3, Side::Buy, "0.50", "10");
    rig.trade(4, "0.30");
    assert!(rig.take().is_empty());
}

#[test]
fn the_last_statement_sets_the_levels() {
    let mut rig = guarded("10", "0");
    // Too small to be an order, but its levels count.
    rig.say(Action::Order(with_exits(wish(0, Side::Buy, "0", "0.50"), "0.45", "-")));
    rig.quote(2, "0.50", "0.52");
    rig.trade(3, "0.70");
    assert!(rig.take().is_empty(), "there is no profit to take any more");
    rig.trade(4, "0.45");
    assert_eq!(rig.take(), ["1-0-0: sell 10 @ 0.48 fak reduce"]);
}

#[test]
fn a_cancelled_order_leaves_the_exits_of_what_it_filled() {
    let mut rig = guarded("6", "4");
    rig.say(Action::Clear(SlotId(0)));
    rig.quote(2, "0.50", "0.52");
    rig.canceled("0-0-0");
    rig.take();
    rig.trade(3, "0.40");
    assert_eq!(rig.take(), ["1-0-0: sell 6 @ 0.48 fak reduce"]);
    for action in [Action::CancelInstrument, Action::CancelAll, Action::Halt] {
        let mut rig = guarded("6", "4");
        rig.say(action);
        rig.quote(2, "0.50", "0.52");
        rig.take();
        rig.trade(3, "0.40");
        assert!(rig.take().is_empty(), "{action:?}");
    }
}

#[test]
fn a_short_position_is_guarded_the_other_way_round() {
    let mut rig = Rig::perp();
    let order = with_exits(wish(0, Side::Sell, "1", "100"), "110", "90");
    rig.say(Action::Order(order));
    rig.quote(1, "100", "101");
    rig.fill("0-0-0", "100", "1", "0");
    rig.take();
    rig.trade(2, "91");
    rig.trade(3, "109");
    assert!(rig.take().is_empty());
    rig.trade(4, "110");
    assert_eq!(rig.take(), ["1-0-0: buy 1 @ 102.1 fak reduce"]);
}

#[test]
fn a_stop_has_exits_of_its_own() {
    let mut rig = Rig::token();
    let order = stop(Side::Buy, "10", "0.55", "-", TriggerStream::Trades);
    let tif = WishTif::Fak;
    rig.say(Action::Order(with_exits(OrderWish { tif, ..order }, "0.40", "-")));
    rig.quote(1, "0.50", "0.52");
    rig.trade(2, "0.55");
    assert_eq!(rig.take(), ["0-0-0: buy 10 @ market fak"]);
    rig.fill("0-0-0", "0.52", "10", "0");
    rig.trade(3, "0.40");
    assert_eq!(rig.take(), ["1-0-0: sell 10 @ 0.48 fak reduce"]);
}
