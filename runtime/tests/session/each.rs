//! `each time max n`: a new order each time, in the first of n slots that is free.

use strat_runtime::order::{CancelReason, RejectReason, ReportKind};
use strat_runtime::session::HostReason;
use strat_runtime::side::Side;
use strat_runtime::signal::{Action, Intent, OrderWish};
use strat_runtime::slot::SlotId;
use strat_runtime::strategy::Trigger;

use crate::rig::*;

/// A buy at this price in the first free one of slots 0, 1 and 2.
fn another(price: &str) -> Action {
    Action::Order(OrderWish { each: 3, ..wish(0, Side::Buy, "10", price) })
}

fn three() -> Rig {
    let mut rig = Rig::token();
    for (t, price) in [(1, "0.40"), (2, "0.41"), (3, "0.41")] {
        rig.say(another(price));
        rig.quote(t, "0.50", "0.52");
    }
    assert_eq!(rig.take(), ["0-0-0: buy 10 @ 0.4", "1-0-0: buy 10 @ 0.41", "2-0-0: buy 10 @ 0.41"]);
    rig
}

#[test]
fn each_time_is_a_new_order_until_all_work() {
    let mut rig = three();
    rig.say(another("0.42"));
    rig.quote(4, "0.50", "0.52");
    assert_eq!((rig.notes(), rig.take().len()), (vec![HostReason::AllWorking], 0));
    // All of them count, none of them is left out as restated.
    let seen = &rig.session.view().instruments[0];
    assert_eq!(seen.exposure(Side::Buy, &[]), qty("30"));
}

#[test]
fn the_first_slot_that_is_free_takes_the_next() {
    let ends = [
        ReportKind::Canceled(CancelReason::Requested),
        ReportKind::Rejected(RejectReason::InsufficientBalance),
        filled("0.41", "10", "0"),
    ];
    for end in ends {
        let mut rig = three();
        rig.report("1-0-0", end);
        rig.take();
        rig.say(another("0.43"));
        rig.quote(4, "0.50", "0.52");
        assert_eq!(rig.take(), ["1-0-1: buy 10 @ 0.43"], "{end:?}");
    }
}

#[test]
fn a_slot_being_cancelled_is_not_free() {
    let mut rig = three();
    rig.accept("0-0-0");
    rig.say(Action::Clear(SlotId(0)));
    rig.say(another("0.43"));
    rig.quote(4, "0.50", "0.52");
    assert_eq!(
        (rig.notes(), rig.take()),
        (vec![HostReason::AllWorking], vec!["cancel 0-0-0".to_owned()])
    );
}

#[test]
fn every_order_is_heard_of() {
    let mut rig = three();
    rig.heard();
    rig.fill("2-0-0", "0.41", "10", "0");
    let heard = rig.heard();
    assert!(
        matches!(
            heard[..],
            [Trigger::Fill { slot: SlotId(2), .. }, Trigger::Done { slot: SlotId(2), .. }]
        ),
        "{heard:?}"
    );
}

fn together(prices: &[&str]) -> Vec<Intent> {
    prices.iter().map(|price| intent(0, 7, another(price))).collect()
}

#[test]
fn a_group_takes_all_its_orders_back() {
    let mut rig = Rig::token();
    rig.lines.borrow_mut().say = together(&["0.40", "0.41", "0.42"]);
    rig.quote(1, "0.50", "0.52");
    assert_eq!(rig.take().len(), 3);
    let mut rig = Rig::token();
    rig.lines.borrow_mut().say = together(&["0.40", "0.41", "0.42", "0.43"]);
    rig.quote(1, "0.50", "0.52");
    assert_eq!(
        rig.notes(),
        [
            HostReason::GroupRefused,
            HostReason::GroupRefused,
            HostReason::GroupRefused,
            HostReason::AllWorking
        ]
    );
    assert!(rig.take().is_empty());
    assert_eq!((rig.session.open_orders(), rig.session.counters().placed), (0, 0));
    // And every slot is free again.
    rig.lines.borrow_mut().say = together(&["0.40", "0.41", "0.42"]);
    rig.quote(2, "0.50", "0.52");
    assert_eq!(rig.take().len(), 3);
}

#[test]
fn what_a_strategy_leaves_behind_when_it_halts_is_cancelled() {
    let mut rig = three();
    for order in ["0-0-0", "1-0-0"] {
        rig.accept(order);
    }
    rig.say(buy("10", "0.30"));
    rig.say(Action::Halt);
    rig.quote(4, "0.50", "0.52");
    assert_eq!(rig.take(), ["cancel 0-0-0", "cancel 1-0-0"]);
    assert!(rig.session.is_halted());
    // The one on its way is taken back when the venue has it.
    rig.accept("2-0-0");
    assert_eq!(rig.take(), ["cancel 2-0-0"]);
    rig.say(another("0.44"));
    rig.quote(5, "0.50", "0.52");
    assert!(rig.take().is_empty());
}
