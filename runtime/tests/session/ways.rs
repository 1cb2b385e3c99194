//! Orders with a way (`via`), and targets below zero in the complement.

use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::Manifest;
use strat_runtime::order::{CancelReason, ReportKind};
use strat_runtime::ratio::Ratio;
use strat_runtime::session::{HostReason, SessionError, Setup};
use strat_runtime::side::Side;
use strat_runtime::signal::{Action, Goal, OrderWish, StopWish, TriggerStream, Via};
use strat_runtime::venue::VenueKind;

use crate::rig::*;

fn via(side: Side, size: &str, limit: &str, via: Via) -> OrderWish {
    OrderWish { via: Some(via), ..wish(0, side, size, limit) }
}

#[test]
fn a_passive_order_follows_the_touch_up_to_its_limit() {
    let mut rig = Rig::token();
    let order = via(Side::Buy, "10", "0.55", Via::Passive);
    rig.say(Action::Order(order));
    rig.quote(1, "0.50", "0.60");
    assert_eq!(rig.take(), ["0-0-0: buy 10 @ 0.5 post"]);
    rig.accept("0-0-0");
    rig.fill("0-0-0", "0.50", "4", "6");
    // The same statement lets it go on, and it follows alone.
    rig.say(Action::Order(order));
    rig.quote(2, "0.53", "0.60");
    assert_eq!(rig.take(), ["cancel 0-0-0"]);
    rig.canceled("0-0-0");
    assert_eq!(rig.take(), ["0-0-1: buy 6 @ 0.53 post"]);
    rig.accept("0-0-1");
    rig.quote(3, "0.58", "0.60");
    assert_eq!(rig.take(), ["cancel 0-0-1"]);
    rig.canceled("0-0-1");
    assert_eq!(rig.take(), ["0-0-2: buy 6 @ 0.55 post"], "not beyond its limit");
    rig.accept("0-0-2");
    rig.fill("0-0-2", "0.55", "6", "0");
    rig.quote(4, "0.50", "0.60");
    assert!(rig.take().is_empty());
    assert_eq!(rig.position(), qty("10"));
}

#[test]
fn a_sliced_order_counts_its_own_fills_only() {
    let mut rig = Rig::perp();
    let order = via(Side::Buy, "1", "market", Via::Twap(secs(100)));
    rig.say(Action::Order(order));
    rig.quote(1, "100", "100.1");
    assert_eq!(rig.take(), ["0-0-0: buy 0.1 @ 101.2 fak"]);
    rig.fill("0-0-0", "100.1", "0.1", "0");
    // Another statement sells; the slices go on as if it had not.
    rig.hold(2, Side::Sell, "100", "3");
    let mut bought = 0.1;
    for n in 1..10 {
        rig.session.advance_to(at(1 + 10 * n), true).unwrap();
        let sent = rig.take();
        assert_eq!(sent.len(), 1, "slice {n}: {sent:?}");
        let id = sent[0].split(':').next().unwrap().to_owned();
        if n == 4 {
            // Missed: the next slice makes up for it.
            rig.report(&id, ReportKind::Canceled(CancelReason::Unfilled));
            continue;
        }
        let size = if n == 5 { "0.2" } else { "0.1" };
        assert!(sent[0].contains(&format!("buy {size} @")), "slice {n}: {sent:?}");
        rig.fill(&id, "100.1", size, "0");
        bought += if n == 5 { 0.2 } else { 0.1 };
    }
    assert!((bought - 1.0_f64).abs() < 1e-9);
    assert_eq!(rig.position(), qty("-2"));
    rig.session.advance_to(at(200), true).unwrap();
    assert!(rig.take().is_empty());
}

#[test]
fn a_crossing_order_stays_inside_its_limit_and_ends() {
    let mut rig = Rig::token();
    rig.say(Action::Order(via(Side::Buy, "10", "0.53", Via::Cross)));
    rig.quote(1, "0.50", "0.52");
    assert_eq!(rig.take(), ["0-0-0: buy 10 @ 0.53 fak"]);
    rig.report("0-0-0", ReportKind::Canceled(CancelReason::Unfilled));
    rig.quote(2, "0.50", "0.52");
    assert!(rig.take().is_empty(), "what it did not get waits for the next statement");
    rig.say(Action::Order(via(Side::Buy, "10", "0.53", Via::Cross)));
    rig.quote(3, "0.50", "0.52");
    assert_eq!(rig.take(), ["0-0-1: buy 10 @ 0.53 fak"]);
}

#[test]
fn a_way_begins_when_its_stop_is_crossed() {
    let mut rig = Rig::token();
    rig.hold(1, Side::Buy, "0.50", "10");
    let stop = StopWish { level: Some(px("0.45")), trail: None, on: TriggerStream::Trades };
    let reduce_only = true;
    let order = via(Side::Sell, "20", "market", Via::Passive);
    let order = OrderWish { stop: Some(stop), reduce_only, ..order };
    rig.say(Action::Order(order));
    rig.quote(2, "0.50", "0.52");
    rig.trade(3, "0.45");
    assert_eq!(rig.take(), ["0-0-0: sell 10 @ 0.52 post reduce"]);
    rig.accept("0-0-0");
    rig.say(Action::Order(order));
    rig.quote(4, "0.48", "0.50");
    assert_eq!(rig.take(), ["cancel 0-0-0"], "it follows, and is not armed again");
}

/// Two outcomes of one market, of which the first is sold short by its complement.
fn pair(change: impl FnOnce(&mut Manifest, &mut Setup)) -> Rig {
    let (mut yes, mut no) = (token("yes"), token("no"));
    yes.complement = Some(InstrumentId(1));
    no.complement = Some(InstrumentId(0));
    let mut rig = Rig::with(VenueKind::Polymarket, vec![yes, no], |manifest, setup| {
        manifest.wants.complements = vec![true, false];
        change(manifest, setup);
    });
    rig.quote_of(1, 1, "0.38", "0.40");
    rig.quote_of(0, 1, "0.60", "0.62");
    rig
}

fn weight(percent: i64) -> Action {
    target(Goal::Weight(Ratio::from_percent(percent).unwrap()), None)
}

#[test]
fn below_zero_is_the_complement() {
    let mut rig = pair(|_, _| {});
    rig.say(weight(-39));
    rig.quote(2, "0.60", "0.62");
    // 39 % of 1,000 at the complement's mark of 0.39.
    assert_eq!(rig.take(), ["2-1-0: buy 1000 @ 0.42 fak"]);
    rig.fill("2-1-0", "0.40", "1000", "0");
    rig.take();
    // The same again is reached; flat closes the complement.
    rig.say(weight(-39));
    rig.quote(3, "0.60", "0.62");
    assert!(rig.take().is_empty());
    rig.say(target(Goal::Flat, None));
    rig.quote(4, "0.60", "0.62");
    assert_eq!(rig.take(), ["2-1-1: sell 1000 @ 0.36 fak reduce"]);
}

#[test]
fn turning_round_closes_one_token_before_it_buys_the_other() {
    let mut rig = pair(|_, _| {});
    rig.say(target(Goal::Size(qty("100")), None));
    rig.quote(2, "0.60", "0.62");
    assert_eq!(rig.take(), ["2-0-0: buy 100 @ 0.64 fak"]);
    rig.fill("2-0-0", "0.62", "100", "0");
    rig.take();
    rig.say(target(Goal::Size(qty("-50")), None));
    rig.quote(3, "0.60", "0.62");
    assert_eq!(rig.take(), ["2-0-1: sell 100 @ 0.58 fak reduce", "2-1-0: buy 50 @ 0.42 fak"]);
    rig.fill("2-0-1", "0.60", "100", "0");
    rig.fill("2-1-0", "0.40", "50", "0");
    rig.take();
    rig.say(target(Goal::Size(qty("20")), None));
    rig.quote(4, "0.60", "0.62");
    assert_eq!(rig.take(), ["2-1-1: sell 50 @ 0.36 fak reduce", "2-0-2: buy 20 @ 0.64 fak"]);
}

#[test]
fn without_a_known_complement_nothing_is_sold_short() {
    // Of a declared instrument it must be known from the start.
    let built = Rig::build(VenueKind::Polymarket, vec![token("yes")], |manifest, _| {
        manifest.wants.complements = vec![true];
    });
    let Err(error) = built else { panic!("it was made") };
    assert_eq!(error, SessionError::Complement { symbol: "yes".to_owned() });
    // Of a member it is asked for when it is needed.
    let mut rig = Rig::with(VenueKind::Polymarket, vec![token("yes")], |manifest, _| {
        manifest.wants.other_complements = true;
    });
    rig.quote(1, "0.60", "0.62");
    rig.say(weight(-10));
    rig.quote(2, "0.60", "0.62");
    assert_eq!((rig.notes(), rig.take().len()), (vec![HostReason::NoComplement], 0));
    rig.say(weight(10));
    rig.quote(3, "0.60", "0.62");
    assert_eq!(rig.take().len(), 1, "above zero it needs none");
}

#[test]
fn a_group_takes_both_tokens_back() {
    let mut rig = pair(|_, _| {});
    rig.say_of(0, 5, weight(-10));
    rig.say_of(0, 5, Action::Order(wish(0, Side::Sell, "10", "0.5")));
    rig.quote(2, "0.60", "0.62");
    assert_eq!(rig.notes(), [HostReason::GroupRefused, HostReason::NotEnoughBalance]);
    assert!(rig.take().is_empty());
    assert_eq!(rig.session.open_orders(), 0);
}
