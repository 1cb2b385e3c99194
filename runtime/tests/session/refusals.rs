//! Every reason for which the session refuses or changes an order.

use strat_runtime::instrument::{Instrument, Status};
use strat_runtime::manifest::{RiskRule, Scope};
use strat_runtime::session::HostReason::{self, *};
use strat_runtime::side::Side::{Buy, Sell};
use strat_runtime::signal::{Action, OrderWish, WishTif};
use strat_runtime::venue::VenueKind;

use crate::rig::*;

/// States one order on a fresh instrument at 0.50/0.52; gives what was sent and what was noted.
#[track_caller]
fn check(
    change: impl FnOnce(&mut Instrument),
    wish: OrderWish,
    sent: &[&str],
    noted: &[HostReason],
) {
    let mut instrument = token("yes");
    change(&mut instrument);
    let mut rig = Rig::with(VenueKind::Polymarket, vec![instrument], |_, _| {});
    rig.say(Action::Order(wish));
    rig.quote(1, "0.50", "0.52");
    assert_eq!(rig.notes(), noted);
    for reason in noted {
        assert_eq!(rig.session.counters().host(*reason), 1);
    }
    assert_eq!(rig.take(), sent);
}

#[test]
fn prices_and_sizes_are_quantised() {
    let none = |_: &mut Instrument| {};
    let cases: &[(OrderWish, &[&str], &[HostReason])] = &[
        (wish(0, Buy, "10.99", "0.4999"), &["0-0-0: buy 10 @ 0.49"], &[]),
        (wish(0, Buy, "10", "market"), &["0-0-0: buy 10 @ market"], &[]),
        (wish(0, Buy, "0", "0.5"), &[], &[SizeZero]),
        (wish(0, Buy, "-3", "0.5"), &[], &[SizeZero]),
        (wish(0, Buy, "0.99", "0.5"), &[], &[SizeZero]),
        (wish(0, Buy, "4.99", "0.5"), &[], &[BelowMinSize]),
        (wish(0, Buy, "10", "1.2"), &["0-0-0: buy 10 @ 0.99"], &[PriceClamped]),
        (wish(0, Buy, "10", "0.001"), &[], &[PriceOutOfRange]),
        (wish(0, Buy, "2000", "0.51"), &[], &[NotEnoughBalance]),
        (wish(0, Sell, "10", "0.51"), &[], &[NotEnoughBalance]),
        (OrderWish { reduce_only: true, ..wish(0, Sell, "10", "0.5") }, &[], &[ReduceOnly]),
        (
            OrderWish { tif: WishTif::Gtd(secs(179)), ..wish(0, Buy, "10", "0.5") },
            &[],
            &[ExpiryTooNear],
        ),
        (
            OrderWish { tif: WishTif::Gtd(secs(180)), ..wish(0, Buy, "10", "0.5") },
            &["0-0-0: buy 10 @ 0.5 gtd 181"],
            &[],
        ),
        (
            OrderWish { post_only: true, ..wish(0, Buy, "10", "0.55") },
            &["0-0-0: buy 10 @ 0.51 post"],
            &[PostOnlyMoved],
        ),
        (
            OrderWish { post_only: true, ..wish(0, Buy, "10", "0.51") },
            &["0-0-0: buy 10 @ 0.51 post"],
            &[],
        ),
        (
            OrderWish { post_only: true, tif: WishTif::Fak, ..wish(0, Buy, "10", "0.5") },
            &[],
            &[Unsupported],
        ),
        (OrderWish { post_only: true, ..wish(0, Buy, "10", "market") }, &[], &[Unsupported]),
    ];
    for (wish, sent, noted) in cases {
        check(none, *wish, sent, noted);
    }
}

#[test]
fn markets_that_take_no_orders() {
    let order = wish(0, Buy, "10", "0.5");
    for status in [Status::Pending, Status::Halted, Status::Resolved { payout: px("1") }] {
        check(|i| i.status = status, order, &[], &[MarketClosed]);
    }
    check(|i| i.expires_at = Some(at(1)), order, &[], &[MarketClosed]);
    check(|i| i.expires_at = Some(at(2)), order, &["0-0-0: buy 10 @ 0.5"], &[]);
    check(|i| i.min_notional = usd("5.01"), order, &[], &[BelowMinNotional]);
    check(|i| i.min_notional = usd("5"), order, &["0-0-0: buy 10 @ 0.5"], &[]);
    check(|i| i.tick = px("0"), order, &[], &[PriceOutOfRange]);
    check(|i| i.lot = qty("0"), order, &[], &[Overflow]);
}

#[test]
fn sells_round_up_and_are_clamped_to_the_better_side() {
    let cases: &[(&str, bool, &[&str], &[HostReason])] = &[
        ("0.511", false, &["0-0-0: sell 10 @ 0.52"], &[]),
        ("0.001", false, &["0-0-0: sell 10 @ 0.01"], &[]),
        ("-1", false, &["0-0-0: sell 10 @ 0.01"], &[PriceClamped]),
        ("0.991", false, &[], &[PriceOutOfRange]),
        ("0.45", true, &["0-0-0: sell 10 @ 0.51 post"], &[PostOnlyMoved]),
    ];
    for (price, post_only, sent, noted) in cases {
        let mut rig = Rig::token();
        rig.hold(1, Buy, "0.50", "10");
        rig.notes();
        rig.say(Action::Order(OrderWish { post_only: *post_only, ..wish(0, Sell, "10", price) }));
        rig.quote(2, "0.50", "0.52");
        assert_eq!(rig.notes(), *noted, "{price}");
        assert_eq!(rig.take(), *sent, "{price}");
    }
}

#[test]
fn a_reducing_order_is_cut_to_the_position() {
    let mut rig = Rig::perp();
    rig.hold(1, Buy, "100", "2");
    rig.say(Action::Order(OrderWish { reduce_only: true, ..wish(0, Sell, "5", "101") }));
    rig.quote(2, "100", "101");
    assert_eq!(rig.take(), ["0-0-0: sell 2 @ 101 reduce"]);
}

#[test]
fn venues_without_an_order_kind_refuse_it() {
    let market = wish(0, Buy, "1", "market");
    let post_only = OrderWish { post_only: true, ..wish(0, Buy, "1", "100") };
    let immediate = OrderWish { tif: WishTif::Fok, ..wish(0, Buy, "1", "100") };
    let dated = OrderWish { tif: WishTif::Gtd(secs(9_999)), ..wish(0, Buy, "1", "100") };
    for wish in [market, post_only, immediate, dated] {
        let mut rig = Rig::with(VenueKind::Vanta, vec![perp("btc")], |_, _| {});
        rig.say(Action::Order(wish));
        rig.quote(1, "100", "101");
        assert_eq!(rig.notes(), [Unsupported], "{wish:?}");
    }
}

#[test]
fn a_market_order_without_any_price_cannot_be_valued() {
    let mut rig = Rig::token();
    rig.say(Action::Order(wish(0, Buy, "10", "market")));
    rig.quote(1, "-", "-");
    assert_eq!(rig.notes(), [NoMark]);
}

#[test]
fn resting_buys_hold_their_cash() {
    let mut rig = Rig::token();
    rig.say(buy("1000", "0.60"));
    rig.say(Action::Order(wish(1, Buy, "1000", "0.41")));
    rig.say(Action::Order(wish(2, Buy, "1000", "0.39")));
    rig.quote(1, "0.50", "0.61");
    assert_eq!(rig.notes(), [NotEnoughBalance]);
    assert_eq!(rig.take(), ["0-0-0: buy 1000 @ 0.6", "2-0-0: buy 1000 @ 0.39"]);
}

fn limited(rule: RiskRule) -> Rig {
    Rig::perp_with(|manifest, _| manifest.risk.push(rule))
}

#[test]
fn max_position_counts_open_orders_and_lets_reduce() {
    for scope in [Scope::EachInstrument, Scope::Portfolio] {
        let mut rig = limited(RiskRule::MaxPosition { limit: qty("3"), scope });
        rig.hold(1, Buy, "100", "2");
        rig.say(Action::Order(wish(0, Buy, "1", "99")));
        rig.say(Action::Order(wish(1, Buy, "0.001", "99")));
        rig.say(Action::Order(wish(2, Sell, "5", "101")));
        rig.quote(2, "100", "101");
        assert_eq!(rig.notes(), [MaxPosition], "{scope:?}");
        assert_eq!(rig.take(), ["0-0-0: buy 1 @ 99", "2-0-0: sell 5 @ 101"]);
        rig.say(Action::Order(wish(1, Sell, "0.001", "101")));
        rig.quote(3, "100", "101");
        assert_eq!(rig.notes(), [MaxPosition]);
    }
}

#[test]
fn a_restated_order_does_not_count_twice() {
    let mut rig = limited(RiskRule::MaxPosition { limit: qty("3"), scope: Scope::EachInstrument });
    rig.say(Action::Order(wish(0, Buy, "3", "99")));
    rig.quote(1, "100", "101");
    rig.accept("0-0-0");
    rig.take();
    rig.say(Action::Order(wish(0, Buy, "3", "98")));
    rig.quote(2, "100", "101");
    assert_eq!(rig.take(), ["cancel 0-0-0"]);
    rig.canceled("0-0-0");
    assert_eq!(rig.take(), ["0-0-1: buy 3 @ 98"]);
}

#[test]
fn max_notional_counts_all_instruments() {
    let rule = RiskRule::MaxNotional { limit: usd("500"), scope: Scope::Portfolio };
    let instruments = vec![perp("btc"), perp("eth")];
    let mut rig = Rig::with(VenueKind::BinancePerp, instruments, |m, _| m.risk.push(rule));
    rig.quote_of(1, 1, "50", "51");
    rig.say(Action::Order(wish(0, Buy, "3", "100")));
    rig.say_of(1, 0, Action::Order(wish(0, Sell, "4", "51")));
    rig.say_of(1, 0, Action::Order(wish(0, Sell, "3", "51")));
    rig.quote(2, "100", "101");
    assert_eq!(rig.notes(), [MaxNotional]);
    assert_eq!(rig.take(), ["0-0-0: buy 3 @ 100", "0-1-0: sell 3 @ 51"]);
}

#[test]
fn max_open_orders() {
    let mut rig = limited(RiskRule::MaxOpenOrders { limit: 1 });
    rig.say(Action::Order(wish(0, Buy, "1", "99")));
    rig.say(Action::Order(wish(1, Buy, "1", "98")));
    rig.quote(1, "100", "101");
    assert_eq!(rig.notes(), [MaxOpenOrders]);
    assert_eq!(rig.take(), ["0-0-0: buy 1 @ 99"]);
}

#[test]
fn the_order_rate_slides() {
    let mut rig = limited(RiskRule::MaxOrderRate { count: 2, per: secs(10) });
    let mut sent = Vec::new();
    for t in [1, 4, 10, 11, 12, 14] {
        rig.say(Action::Order(wish(0, Buy, "1", "99")));
        rig.quote(t, "100", "101");
        let order = rig.session.view().instruments[0].orders.first().map(|order| order.id);
        if let Some(id) = order {
            sent.push(t);
            rig.accept(&id.to_string());
            rig.fill(&id.to_string(), "99", "1", "0");
        }
        rig.take();
    }
    assert_eq!(sent, [1, 4, 11, 14]);
    assert_eq!(rig.session.counters().host(OrderRate), 2);
}

#[test]
fn a_group_is_sent_whole_or_not_at_all() {
    let instruments = vec![perp("btc"), perp("eth")];
    let rule = RiskRule::MaxOrderRate { count: 2, per: secs(60) };
    let mut rig = Rig::with(VenueKind::BinancePerp, instruments, |m, _| m.risk.push(rule));
    rig.quote_of(1, 1, "50", "51");
    rig.heard();
    rig.say_of(0, 1, Action::Order(wish(0, Buy, "1", "99")));
    rig.say_of(1, 1, Action::Order(wish(0, Sell, "0", "51")));
    rig.quote(2, "100", "101");
    assert_eq!(rig.notes(), [GroupRefused, SizeZero]);
    assert!(rig.take().is_empty());
    assert_eq!((rig.session.open_orders(), rig.session.counters().placed), (0, 0));

    // Both pass, and the refused attempt has used up no rate and no generation.
    rig.say_of(0, 1, Action::Order(wish(0, Buy, "1", "99")));
    rig.say_of(1, 1, Action::Order(wish(0, Sell, "1", "51")));
    rig.quote(3, "100", "101");
    assert_eq!(rig.take(), ["0-0-0: buy 1 @ 99", "0-1-0: sell 1 @ 51"]);

    // A refused replacement leaves the resting leg as it is.
    rig.accept("0-0-0");
    rig.say_of(0, 1, Action::Order(wish(0, Buy, "1", "98")));
    rig.say_of(1, 1, Action::Order(wish(1, Sell, "1", "52")));
    rig.quote(4, "100", "101");
    assert!(rig.take().is_empty());
    let seen = &rig.session.view().instruments[0];
    assert_eq!(seen.orders[0].state, strat_runtime::slot::SlotState::Live);
    assert_eq!(seen.exposure(Buy, &[]), qty("1"));
}

#[test]
fn every_reason_has_its_number_and_its_words() {
    for (n, reason) in HostReason::ALL.iter().enumerate() {
        assert_eq!(reason.index(), n);
        assert!(HostReason::ALL.iter().filter(|r| r.text() == reason.text()).count() == 1);
    }
}
