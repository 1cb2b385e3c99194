//! Rules that act: losses, drawdown, silence; and closing positions until flat.

use strat_runtime::event::MetaChange;
use strat_runtime::instrument::Status;
use strat_runtime::manifest::{LossLimit, RiskAction, RiskRule};
use strat_runtime::order::{CancelReason, ReportKind};
use strat_runtime::ratio::Ratio;
use strat_runtime::session::{HostReason, RiskCause};
use strat_runtime::side::Side;
use strat_runtime::signal::Action;

use crate::rig::*;

const DAY: i64 = 86_400;

fn percent(n: i64) -> Ratio {
    Ratio::from_percent(n).unwrap()
}

/// A perpetual session that holds 10 bought at 100.
fn long(rule: RiskRule) -> Rig {
    let mut rig = Rig::perp_with(|manifest, _| manifest.risk.push(rule));
    rig.hold(1, Side::Buy, "100", "10");
    rig
}

fn causes(rig: &mut Rig) -> Vec<RiskCause> {
    let causes = rig.session.outbox().risk.iter().map(|notice| notice.cause).collect();
    rig.session.outbox_mut().risk.clear();
    causes
}

fn loss(limit: LossLimit, per_day: bool, actions: &[RiskAction]) -> RiskRule {
    RiskRule::MaxLoss { limit, per_day, actions: actions.to_vec() }
}

#[test]
fn max_loss_acts_beyond_the_limit_and_only_once() {
    for limit in [LossLimit::Money(usd("50")), LossLimit::Ratio(percent(5))] {
        let mut rig = long(loss(limit, false, &[RiskAction::Hold]));
        rig.quote(2, "95", "95");
        assert!(causes(&mut rig).is_empty(), "the limit itself is allowed");
        rig.quote(3, "94.9", "94.9");
        let (limit, loss) = (usd("50"), usd("51"));
        assert_eq!(causes(&mut rig), [RiskCause::MaxLoss { rule: 0, limit, loss }]);
        rig.quote(4, "94", "94");
        assert!(causes(&mut rig).is_empty());
        // Back inside and out again is another breach.
        rig.quote(5, "96", "96");
        rig.quote(6, "94", "94");
        assert_eq!(causes(&mut rig).len(), 1);
    }
}

#[test]
fn a_day_begins_at_midnight_with_the_equity_before_it() {
    let mut rig = long(loss(LossLimit::Money(usd("50")), true, &[RiskAction::Hold]));
    rig.quote(2, "96", "96");
    // The first mark of the new day counts against the last one of the old.
    rig.quote(DAY, "91", "91");
    assert!(causes(&mut rig).is_empty());
    rig.quote(DAY + 1, "90.9", "90.9");
    let (limit, loss) = (usd("50"), usd("51"));
    assert_eq!(causes(&mut rig), [RiskCause::MaxLoss { rule: 0, limit, loss }]);
}

#[test]
fn drawdown_is_measured_from_the_running_peak() {
    let actions = vec![RiskAction::Halt];
    let mut rig = long(RiskRule::MaxDrawdown { limit: percent(10), actions });
    rig.quote(2, "200", "200");
    rig.quote(3, "180", "180");
    assert!(causes(&mut rig).is_empty());
    rig.quote(4, "179.9", "179.9");
    let (peak, equity) = (usd("2000"), usd("1799"));
    let limit = percent(10);
    assert_eq!(causes(&mut rig), [RiskCause::MaxDrawdown { rule: 0, limit, peak, equity }]);
    assert!(rig.session.is_halted());
}

#[test]
fn a_breach_comes_before_the_intents_of_the_same_event() {
    let mut rig = long(loss(LossLimit::Money(usd("50")), false, &[RiskAction::Halt]));
    rig.say(buy("1", "90"));
    rig.quote(2, "99", "101");
    rig.accept("0-0-0");
    rig.take();
    rig.heard();
    rig.say(buy("1", "91"));
    rig.quote(3, "80", "80");
    assert_eq!(rig.take(), ["cancel 0-0-0"]);
    assert!(rig.heard().is_empty(), "handlers are stopped");
    // The view still moves and reports are still taken in.
    rig.canceled("0-0-0");
    rig.quote(4, "85", "85");
    assert!(rig.heard().is_empty());
    assert_eq!(rig.session.view().account.equity, usd("850"));
    assert_eq!(rig.session.open_orders(), 0);
    rig.session.resume();
    rig.quote(5, "85", "85");
    assert_eq!(rig.heard().len(), 1);
}

#[test]
fn flatten_repeats_until_flat() {
    let actions = [RiskAction::Flatten];
    let mut rig = long(loss(LossLimit::Money(usd("50")), false, &actions));
    rig.quote(2, "90", "90");
    assert!(rig.session.is_flattening());
    assert_eq!(rig.take(), ["65280-0-0: sell 10 @ 89.1 fak reduce"]);
    // Nothing new is opened meanwhile.
    rig.say(buy("1", "80"));
    rig.quote(3, "90", "90");
    assert_eq!(rig.notes(), [HostReason::Flattening]);
    rig.fill("65280-0-0", "90", "4", "6");
    rig.report("65280-0-0", ReportKind::Canceled(CancelReason::Unfilled));
    assert!(rig.take().is_empty(), "the next attempt waits for the market");
    rig.quote(4, "88", "88");
    assert_eq!(rig.take(), ["65280-0-1: sell 6 @ 87.1 fak reduce"]);
    rig.heard();
    rig.fill("65280-0-1", "88", "6", "0");
    assert_eq!(causes(&mut rig), [RiskCause::Flattened]);
    assert!(rig.heard().is_empty(), "the session's orders are not the strategy's business");
    assert!(!rig.session.is_flattening());
    rig.say(buy("1", "80"));
    rig.quote(5, "88", "88");
    assert_eq!(rig.take(), ["0-0-0: buy 1 @ 80"]);
}

#[test]
fn flatten_leaves_room_for_orders_that_can_still_fill() {
    let actions = [RiskAction::Flatten, RiskAction::Halt];
    let mut rig = long(loss(LossLimit::Money(usd("50")), false, &actions));
    rig.say(sell("4", "120"));
    rig.quote(2, "100", "101");
    rig.accept("1-0-0");
    rig.take();
    rig.quote(3, "90", "90");
    assert_eq!(rig.take(), ["cancel 1-0-0", "65280-0-0: sell 6 @ 89.1 fak reduce"]);
    rig.fill("65280-0-0", "90", "6", "0");
    rig.canceled("1-0-0");
    assert_eq!(rig.take(), ["65280-0-1: sell 4 @ 89.1 fak reduce"]);
    rig.fill("65280-0-1", "90", "4", "0");
    assert!(rig.session.view().instruments[0].position.is_flat());
    assert!(!rig.session.is_flattening());
}

#[test]
fn what_is_too_small_to_close_stays_and_is_noted_once() {
    let rule = loss(LossLimit::Money(usd("1")), false, &[RiskAction::Flatten]);
    let mut rig = Rig::token_with(|manifest, _| manifest.risk.push(rule));
    rig.say(buy("10", "0.50"));
    rig.quote(1, "0.50", "0.50");
    rig.accept("0-0-0");
    rig.fill("0-0-0", "0.50", "4", "6");
    rig.take();
    rig.quote(2, "0.20", "0.20");
    assert_eq!(rig.notes(), [HostReason::BelowMinSize]);
    rig.quote(3, "0.20", "0.20");
    assert!(rig.notes().is_empty());
    rig.canceled("0-0-0");
    assert!(!rig.session.is_flattening());
}

fn stale(after: u32) -> RiskRule {
    RiskRule::StaleData { after: secs(after), actions: vec![RiskAction::CancelAll] }
}

#[test]
fn silence_is_found_at_its_deadline_and_once() {
    let mut rig = Rig::perp_with(|manifest, _| manifest.risk.push(stale(60)));
    rig.say(buy("1", "90"));
    rig.quote(10, "100", "101");
    rig.accept("0-0-0");
    rig.take();
    rig.session.advance_to(at(69), true).unwrap();
    assert!(causes(&mut rig).is_empty());
    rig.session.advance_to(at(70), true).unwrap();
    assert!(matches!(
        causes(&mut rig)[..],
        [RiskCause::StaleData { last, limit, .. }] if last == at(10) && limit == secs(60)
    ));
    assert_eq!(rig.take(), ["cancel 0-0-0"]);
    assert_eq!(rig.session.next_boundary(), None);
    rig.quote(100, "100", "101");
    assert_eq!(rig.session.next_boundary(), Some(at(160)));
    rig.session.advance_to(at(200), true).unwrap();
    assert_eq!(causes(&mut rig).len(), 1);
}

#[test]
fn data_at_the_deadline_is_in_time() {
    let mut rig = Rig::perp_with(|manifest, _| manifest.risk.push(stale(60)));
    for t in [60, 120, 180] {
        rig.quote(t, "100", "101");
    }
    assert!(causes(&mut rig).is_empty());
}

#[test]
fn an_operator_can_halt_and_flatten() {
    let mut rig = long(RiskRule::MaxOpenOrders { limit: 100 });
    rig.session.halt(true).unwrap();
    assert_eq!(rig.take(), ["65280-0-0: sell 10 @ 99 fak reduce"]);
    assert!(rig.session.is_halted());
}

#[test]
fn a_strategy_can_halt_itself() {
    let mut rig = Rig::perp();
    rig.say(Action::Halt);
    rig.say(buy("1", "90"));
    rig.quote(1, "100", "101");
    assert_eq!(rig.notes(), [HostReason::Halted]);
    rig.heard();
    rig.quote(2, "100", "101");
    assert!(rig.heard().is_empty());
}

#[test]
fn nothing_is_sent_while_history_is_replayed() {
    let mut rig = Rig::perp_with(|manifest, _| manifest.risk.push(stale(60)));
    rig.session.set_warming(true);
    rig.say(buy("1", "90"));
    rig.quote(1, "100", "101");
    assert_eq!(rig.notes(), [HostReason::Warming]);
    rig.quote(1_000, "100", "101");
    assert!(causes(&mut rig).is_empty());
    rig.session.set_warming(false);
    assert_eq!(rig.session.next_boundary(), Some(at(1_060)));
}

#[test]
fn a_rest_that_grows_while_positions_are_closed_is_closed_after_all() {
    let rule = loss(LossLimit::Money(usd("1")), false, &[RiskAction::Flatten]);
    let mut rig = Rig::token_with(|manifest, _| manifest.risk.push(rule));
    rig.say(buy("100", "0.50"));
    rig.quote(1, "0.50", "0.50");
    rig.accept("0-0-0");
    rig.fill("0-0-0", "0.50", "4", "96");
    rig.take();
    rig.quote(2, "0.20", "0.20");
    assert_eq!(rig.notes(), [HostReason::BelowMinSize]);
    // The order's cancel is under way when it fills after all.
    rig.fill("0-0-0", "0.50", "96", "0");
    assert!(rig.session.is_flattening(), "100 are held");
    assert_eq!(rig.take(), ["cancel 0-0-0", "65280-0-0: sell 100 @ 0.18 fak reduce"]);
}

#[test]
fn a_market_that_trades_again_is_watched_again() {
    let mut rig = Rig::perp_with(|manifest, _| manifest.risk.push(stale(60)));
    rig.quote(10, "100", "101");
    rig.meta(20, MetaChange::Status(Status::Halted));
    rig.session.advance_to(at(100), true).unwrap();
    assert!(causes(&mut rig).is_empty(), "nothing is expected of a market that does not trade");
    rig.meta(200, MetaChange::Status(Status::Trading));
    rig.session.advance_to(at(300), true).unwrap();
    assert!(matches!(
        causes(&mut rig)[..],
        [RiskCause::StaleData { last, .. }] if last == at(200)
    ));
}
