//! Instruments that change: ticks, expiry, resolution.

use strat_runtime::event::MetaChange;
use strat_runtime::instrument::{InstrumentId, Status};
use strat_runtime::order::{CancelReason, ReportKind};
use strat_runtime::session::{HostReason, SessionError};
use strat_runtime::side::Side;
use strat_runtime::signal::{Action, Goal, Via};
use strat_runtime::strategy::Trigger;
use strat_runtime::venue::VenueKind;

use crate::rig::*;

#[test]
fn a_new_tick_holds_for_the_next_statement() {
    let mut rig = Rig::token();
    rig.say(buy("10", "0.50"));
    rig.quote(1, "0.50", "0.52");
    rig.accept("0-0-0");
    rig.take();
    rig.meta(2, MetaChange::Tick(px("0.001")));
    assert!(rig.take().is_empty(), "resting orders stay");
    rig.say(buy("10", "0.5055"));
    rig.quote(3, "0.50", "0.52");
    assert_eq!(rig.take(), ["cancel 0-0-0"]);
    // An order that waits for its slot is put on the tick of the moment it leaves.
    rig.meta(4, MetaChange::Tick(px("0.01")));
    rig.canceled("0-0-0");
    assert_eq!(rig.take(), ["0-0-1: buy 10 @ 0.5"]);
}

#[test]
fn resolution_pays_out_and_ends_the_orders() {
    for (payout, cash) in [("1", "1005"), ("0", "995"), ("0.5", "1000")] {
        let mut rig = Rig::token();
        rig.hold(1, Side::Buy, "0.50", "10");
        rig.say(buy("10", "0.40"));
        rig.say(target(Goal::Size(qty("20")), Some(Via::Passive)));
        rig.quote(2, "0.50", "0.52");
        rig.accept("0-0-0");
        rig.take();
        rig.heard();
        let payout = px(payout);
        rig.meta(3, MetaChange::Status(Status::Resolved { payout }));
        assert_eq!(rig.heard(), [Trigger::Meta(InstrumentId(0))]);
        let settled = rig.session.outbox().settlements[0];
        assert_eq!((settled.size, settled.payout), (qty("10"), payout));
        let account = rig.session.view().account;
        assert_eq!((account.cash, account.equity), (usd(cash), usd(cash)));
        assert_eq!(account.realized, usd(cash).checked_sub(usd("1000")).unwrap());
        assert_eq!(rig.session.open_orders(), 0);
        // The venue's own word on the order ends it for the strategy.
        rig.report("0-0-0", ReportKind::Canceled(CancelReason::Resolved));
        let resolved = Some(CancelReason::Resolved);
        assert!(matches!(rig.heard()[..], [Trigger::Done { canceled: c, .. }] if c == resolved));
        rig.take();
        // A second word on the resolution changes nothing, and nothing can be traded.
        rig.meta(4, MetaChange::Status(Status::Resolved { payout }));
        rig.say(buy("10", "0.40"));
        rig.quote(5, "0.50", "0.52");
        assert_eq!(rig.notes(), [HostReason::MarketClosed]);
        assert_eq!(rig.session.view().account.cash, usd(cash));
        assert_eq!(rig.session.view().instruments[0].mark.unwrap().price, payout);
    }
}

#[test]
fn an_expiry_is_a_boundary() {
    let mut token = token("yes");
    token.expires_at = Some(at(100));
    let mut rig = Rig::with(VenueKind::Polymarket, vec![token], |_, _| {});
    assert_eq!(rig.session.next_boundary(), Some(at(100)));
    rig.meta(1, MetaChange::Expiry(Some(at(50))));
    rig.heard();
    assert_eq!(rig.session.next_boundary(), Some(at(50)));
    rig.session.advance_to(at(50), true).unwrap();
    assert_eq!(rig.heard_at(), [(50, Trigger::Meta(InstrumentId(0)))]);
    assert_eq!(rig.session.next_boundary(), None);
    rig.say(buy("10", "0.40"));
    rig.quote(50, "0.50", "0.52");
    assert_eq!(rig.notes(), [HostReason::MarketClosed]);
}

/// The handler hears of the expiry once, before the change of metadata that it is, and the orders
/// are gone by then; the venue's own word ends them for the strategy.
#[test]
fn an_expiry_ends_the_orders_and_is_heard_once() {
    let mut token = token("yes");
    token.expires_at = Some(at(100));
    let mut rig = Rig::with(VenueKind::Polymarket, vec![token], |manifest, _| {
        manifest.wants.expiry = vec![true];
    });
    rig.say(buy("10", "0.40"));
    rig.quote(1, "0.50", "0.52");
    rig.accept("0-0-0");
    rig.say(buy("10", "0.30"));
    rig.quote(2, "0.50", "0.52");
    // Moved twice: only the last time counts.
    rig.meta(3, MetaChange::Expiry(Some(at(200))));
    rig.meta(4, MetaChange::Expiry(Some(at(50))));
    rig.take();
    rig.heard();
    rig.session.advance_to(at(49), true).unwrap();
    assert_eq!(rig.session.open_orders(), 1);
    rig.session.advance_to(at(300), true).unwrap();
    let one = InstrumentId(0);
    assert_eq!(rig.heard_at(), [(50, Trigger::Expiry(one)), (50, Trigger::Meta(one))]);
    assert_eq!(rig.session.open_orders(), 0);
    assert!(rig.session.view().instruments[0].orders.is_empty());
    assert_eq!(rig.session.view().instruments[0].meta.expires_at, Some(at(50)));
    rig.report("0-0-0", ReportKind::Canceled(CancelReason::Expired));
    let expired = Some(CancelReason::Expired);
    assert!(matches!(rig.heard()[..], [Trigger::Done { canceled: c, .. }] if c == expired));
    assert!(rig.take().is_empty(), "what waited for the slot is gone, too");
    // A later end opens the market again, and is another expiry.
    rig.meta(301, MetaChange::Expiry(Some(at(400))));
    rig.heard();
    rig.session.advance_to(at(400), true).unwrap();
    assert_eq!(rig.heard_at(), [(400, Trigger::Expiry(one)), (400, Trigger::Meta(one))]);
}

/// Nobody who does not ask hears of it, and an end that is taken away does not come.
#[test]
fn an_expiry_that_nobody_wants_or_that_was_taken_away_is_silent() {
    let mut token = token("yes");
    token.expires_at = Some(at(100));
    let mut rig = Rig::with(VenueKind::Polymarket, vec![token.clone()], |manifest, _| {
        manifest.wants.meta = false;
    });
    rig.session.advance_to(at(100), true).unwrap();
    assert!(rig.heard().is_empty());
    let mut rig = Rig::with(VenueKind::Polymarket, vec![token], |manifest, _| {
        manifest.wants.expiry = vec![true];
    });
    rig.meta(1, MetaChange::Expiry(None));
    rig.heard();
    assert_eq!(rig.session.next_boundary(), None);
    rig.session.advance_to(at(200), true).unwrap();
    assert!(rig.heard().is_empty());
}

#[test]
fn instruments_can_be_added_and_unknown_ones_are_refused() {
    let mut rig = Rig::token();
    let unknown = rig.session.on_event(&event(1, 1, quote("0.50", "0.52"))).unwrap_err();
    let instrument = InstrumentId(1);
    assert_eq!(unknown, SessionError::UnknownInstrument { instrument, count: 1 });
    assert_eq!(rig.session.add_instrument(token("no")), instrument);
    rig.say_of(1, 0, buy("10", "0.40"));
    rig.quote_of(1, 1, "0.40", "0.42");
    assert!(rig.take().is_empty(), "its own events are not wanted");
    rig.quote(1, "0.40", "0.42");
    assert_eq!(rig.take(), ["0-1-0: buy 10 @ 0.4"]);
}

#[test]
fn declared_instruments_must_be_in_their_places() {
    let error = Rig::build(VenueKind::Polymarket, vec![token("yes")], |_, setup| {
        setup.instruments = vec![token("no")];
    })
    .err()
    .unwrap();
    let (declared, symbol) = (0, "yes".to_owned());
    assert_eq!(error, SessionError::Instrument { declared, symbol, found: Some("no".to_owned()) });
    let error = Rig::build(VenueKind::Polymarket, vec![token("yes")], |_, setup| {
        setup.instruments.clear();
    });
    assert!(error.err().unwrap().to_string().contains("`yes`, is missing"));
}

#[test]
fn an_order_waiting_for_its_slot_is_dropped_with_the_market() {
    let mut rig = Rig::token();
    rig.say(buy("10", "0.50"));
    rig.quote(1, "0.50", "0.52");
    rig.accept("0-0-0");
    rig.say(buy("10", "0.49"));
    rig.quote(2, "0.50", "0.52");
    rig.take();
    rig.meta(3, MetaChange::Status(Status::Halted));
    rig.canceled("0-0-0");
    assert!(rig.take().is_empty());
    rig.say(Action::CancelAll);
    rig.quote(4, "0.50", "0.52");
    assert!(rig.take().is_empty());
}
