//! Reactions that fault: nothing is sent, and what was declared is done.

use strat_runtime::fault::{Fault, FaultKind};
use strat_runtime::manifest::RiskAction;
use strat_runtime::session::RiskCause;
use strat_runtime::side::Side;
use strat_runtime::strategy::MessageLevel;

use crate::rig::*;

const FAULT: Fault = Fault { kind: FaultKind::Overflow, at: 17 };

fn faulting(actions: &[RiskAction]) -> Rig {
    let mut rig = Rig::perp_with(|manifest, _| manifest.on_fault = actions.to_vec());
    rig.hold(1, Side::Buy, "100", "2");
    rig.say(buy("1", "90"));
    rig.quote(2, "100", "101");
    rig.accept("0-0-0");
    rig.take();
    rig.say(sell("1", "110"));
    rig.lines.borrow_mut().fault = Some(FAULT);
    rig.quote(3, "100", "101");
    rig
}

#[test]
fn a_fault_emits_nothing_and_tells_the_operator() {
    let mut rig = faulting(&[RiskAction::Hold]);
    assert_eq!(rig.session.counters().faults, 1);
    assert_eq!(rig.session.outbox().risk[0].cause, RiskCause::Fault(FAULT));
    let (_, message) = &rig.session.outbox().messages[0];
    assert_eq!(message.level, MessageLevel::Alert);
    assert_eq!(message.text, "fault at byte 17: a number left its range");
    assert!(rig.take().is_empty());
    assert_eq!(rig.session.open_orders(), 1);
    rig.heard();
    rig.quote(4, "100", "101");
    assert_eq!(rig.heard().len(), 1, "the strategy goes on");
}

#[test]
fn declared_actions_are_done() {
    let mut rig = faulting(&[RiskAction::Flatten, RiskAction::Halt]);
    assert_eq!(rig.take(), ["cancel 0-0-0", "65280-0-0: sell 2 @ 99 fak reduce"]);
    rig.heard();
    rig.quote(4, "100", "101");
    assert!(rig.heard().is_empty());

    let mut rig = faulting(&[RiskAction::CancelAll]);
    assert_eq!(rig.take(), ["cancel 0-0-0"]);
}

#[test]
fn an_intent_on_an_unknown_instrument_is_a_fault_of_the_compiler() {
    let mut rig = Rig::perp();
    rig.say(buy("1", "90"));
    rig.say_of(7, 0, buy("1", "90"));
    rig.quote(1, "100", "101");
    assert!(rig.take().is_empty());
    assert_eq!(rig.session.counters().faults, 1);
}
