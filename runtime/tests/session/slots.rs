//! One order per slot: same, different, busy, clear, and what follows a cancel.

use strat_runtime::order::{CancelReason, RejectReason, ReportKind};
use strat_runtime::session::HostReason;
use strat_runtime::side::Side;
use strat_runtime::signal::{Action, OrderWish, WishTif};
use strat_runtime::slot::SlotId;
use strat_runtime::strategy::Trigger;

use crate::rig::*;

/// A token session with a resting buy of 10 at 0.50 in slot 0.
fn resting() -> Rig {
    let mut rig = Rig::token();
    rig.say(buy("10", "0.50"));
    rig.quote(1, "0.50", "0.52");
    assert_eq!(rig.take(), ["0-0-0: buy 10 @ 0.5"]);
    rig.accept("0-0-0");
    rig.heard();
    rig
}

#[test]
fn the_same_order_again_sends_nothing() {
    let mut rig = resting();
    rig.say(buy("10.9", "0.509"));
    rig.quote(2, "0.50", "0.52");
    assert!(rig.take().is_empty());
    // What is open counts, not what was ordered.
    rig.fill("0-0-0", "0.50", "4", "6");
    rig.say(buy("6", "0.50"));
    rig.quote(3, "0.50", "0.52");
    assert!(rig.take().is_empty());
}

#[test]
fn another_order_waits_for_the_cancel() {
    let mut rig = resting();
    rig.say(buy("10", "0.51"));
    rig.quote(2, "0.51", "0.53");
    assert_eq!(rig.take(), ["cancel 0-0-0"]);
    // While it waits the slot is busy.
    rig.say(buy("10", "0.49"));
    rig.quote(3, "0.51", "0.53");
    assert_eq!(rig.notes(), [HostReason::SlotBusy]);
    rig.heard();
    rig.canceled("0-0-0");
    assert_eq!(rig.take(), ["0-0-1: buy 10 @ 0.51"]);
    assert!(rig.heard().is_empty(), "a replaced order is not done");
}

#[test]
fn what_filled_during_the_cancel_is_taken_off() {
    let mut rig = resting();
    rig.say(buy("10", "0.51"));
    rig.quote(2, "0.51", "0.53");
    rig.fill("0-0-0", "0.50", "3", "7");
    rig.take();
    rig.canceled("0-0-0");
    assert_eq!(rig.take(), ["0-0-1: buy 7 @ 0.51"]);

    let mut rig = resting();
    rig.say(buy("10", "0.51"));
    rig.quote(2, "0.51", "0.53");
    rig.take();
    rig.fill("0-0-0", "0.50", "10", "0");
    assert!(rig.take().is_empty());
    assert!(matches!(
        rig.heard().as_slice(),
        [Trigger::Book(_), Trigger::Fill { .. }, Trigger::Done { canceled: None, .. }]
    ));
}

#[test]
fn a_replacement_that_is_refused_is_done_after_all() {
    let mut rig = resting();
    rig.say(buy("10", "0.51"));
    rig.quote(2, "0.51", "0.53");
    rig.fill("0-0-0", "0.50", "7", "3");
    rig.heard();
    rig.take();
    rig.canceled("0-0-0");
    assert_eq!(rig.notes(), [HostReason::BelowMinSize]);
    let canceled = Some(CancelReason::Requested);
    assert!(matches!(rig.heard()[..], [Trigger::Done { canceled: c, .. }] if c == canceled));
}

#[test]
fn an_unacknowledged_slot_is_busy() {
    let mut rig = Rig::token();
    rig.say(buy("10", "0.50"));
    rig.quote(1, "0.50", "0.52");
    rig.take();
    rig.say(buy("10", "0.51"));
    rig.quote(2, "0.50", "0.52");
    assert_eq!(rig.notes(), [HostReason::SlotBusy]);
    assert!(rig.take().is_empty());
}

#[test]
fn a_cancel_of_an_unacknowledged_order_waits_for_the_acknowledgement() {
    let mut rig = Rig::token();
    rig.say(buy("10", "0.50"));
    rig.quote(1, "0.50", "0.52");
    rig.take();
    rig.say(Action::Clear(SlotId(0)));
    rig.quote(2, "0.50", "0.52");
    assert!(rig.take().is_empty());
    rig.accept("0-0-0");
    assert_eq!(rig.take(), ["cancel 0-0-0"]);
}

#[test]
fn clear_and_cancel_take_orders_back() {
    for action in [Action::Clear(SlotId(0)), Action::CancelInstrument, Action::CancelAll] {
        let mut rig = resting();
        rig.say(action);
        rig.quote(2, "0.50", "0.52");
        assert_eq!(rig.take(), ["cancel 0-0-0"], "{action:?}");
        rig.heard();
        rig.canceled("0-0-0");
        assert!(matches!(rig.heard()[..], [Trigger::Done { canceled: Some(_), .. }]));
        assert_eq!(rig.session.open_orders(), 0);
        rig.say(buy("10", "0.50"));
        rig.quote(3, "0.50", "0.52");
        assert_eq!(rig.take(), ["0-0-1: buy 10 @ 0.5"]);
    }
}

#[test]
fn a_cancel_that_comes_too_late_leaves_the_order() {
    let mut rig = resting();
    rig.say(buy("10", "0.51"));
    rig.quote(2, "0.51", "0.53");
    rig.take();
    rig.report("0-0-0", ReportKind::CancelRejected);
    rig.say(buy("10", "0.50"));
    rig.quote(3, "0.50", "0.52");
    assert!(rig.take().is_empty());
    assert!(rig.notes().is_empty());
}

#[test]
fn a_fill_and_kill_order_keeps_its_slot_until_it_ends() {
    let mut rig = Rig::token();
    let wish = OrderWish { tif: WishTif::Fak, ..wish(0, Side::Buy, "10", "0.52") };
    rig.say(Action::Order(wish));
    rig.quote(1, "0.50", "0.52");
    assert_eq!(rig.take(), ["0-0-0: buy 10 @ 0.52 fak"]);
    rig.accept("0-0-0");
    rig.fill("0-0-0", "0.52", "6", "4");
    rig.say(Action::Order(wish));
    rig.quote(2, "0.50", "0.52");
    assert_eq!(rig.notes(), [HostReason::SlotBusy]);
    rig.report("0-0-0", ReportKind::Canceled(CancelReason::Unfilled));
    assert_eq!(rig.position(), qty("6"));
    rig.take();
    rig.say(Action::Order(wish));
    rig.quote(3, "0.50", "0.52");
    assert_eq!(rig.take(), ["0-0-1: buy 10 @ 0.52 fak"]);
}

#[test]
fn a_rejected_order_empties_its_slot() {
    let mut rig = Rig::token();
    rig.say(buy("10", "0.50"));
    rig.quote(1, "0.50", "0.52");
    rig.heard();
    rig.report("0-0-0", ReportKind::Rejected(RejectReason::InsufficientBalance));
    let reason = RejectReason::InsufficientBalance;
    assert!(matches!(rig.heard()[..], [Trigger::Reject { reason: r, .. }] if r == reason));
    assert_eq!(rig.session.open_orders(), 0);
}

#[test]
fn exposure_leaves_out_only_what_can_be_restated() {
    let mut rig = resting();
    let restated = [SlotId(0)];
    let exposure = |rig: &Rig| {
        let seen = &rig.session.view().instruments[0];
        (seen.exposure(Side::Buy, &restated), seen.exposure(Side::Buy, &[]))
    };
    assert_eq!(exposure(&rig), (qty("0"), qty("10")));
    rig.say(buy("10", "0.51"));
    rig.quote(2, "0.51", "0.53");
    assert_eq!(exposure(&rig), (qty("10"), qty("10")), "a cancel under way counts");
}

#[test]
fn a_fill_after_the_end_still_moves_the_money() {
    let mut rig = resting();
    rig.say(Action::Clear(SlotId(0)));
    rig.quote(2, "0.50", "0.52");
    rig.canceled("0-0-0");
    rig.take();
    rig.fill("0-0-0", "0.50", "2", "0");
    assert_eq!(rig.position(), qty("2"));
    assert_eq!(rig.session.view().account.cash, usd("999"));
    assert_eq!(rig.session.counters().host(HostReason::UnknownOrder), 1);
}

#[test]
fn a_cancel_that_crosses_the_last_fill_is_nothing_to_note() {
    let mut rig = resting();
    rig.say(Action::Clear(SlotId(0)));
    rig.quote(3, "0.50", "0.52");
    let order = "0-0-0";
    assert_eq!(rig.take(), [format!("cancel {order}")]);
    rig.fill(order, "0.50", "10", "0");
    rig.report(order, ReportKind::CancelRejected);
    assert!(rig.notes().is_empty());
    assert_eq!(rig.session.open_orders(), 0);
}

#[test]
fn a_quote_side_that_cannot_stand_takes_its_order_back() {
    let cases = [("0.004", HostReason::SizeZero), ("4.99", HostReason::BelowMinSize)];
    for (size, reason) in cases {
        let mut rig = resting();
        rig.say(buy(size, "0.50"));
        rig.quote(2, "0.50", "0.52");
        assert_eq!((rig.notes(), rig.take().len()), (vec![reason], 0), "an order keeps: {size}");
        let quote = OrderWish { quote: true, ..wish(0, Side::Buy, size, "0.50") };
        rig.say(Action::Order(quote));
        rig.quote(3, "0.50", "0.52");
        assert_eq!((rig.notes(), rig.take()), (vec![reason], vec!["cancel 0-0-0".to_owned()]));
    }
}
