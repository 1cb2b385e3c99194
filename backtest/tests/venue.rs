//! Every rule of the simulated venue, as scripts of events and the answers to them.
#![expect(clippy::unwrap_used, reason = "test code")]

#[path = "venue/script.rs"]
mod script;

use script::{Script, perp, token};
use strat_backtest::venue::{Fills, Models, Queue};
use strat_runtime::order::TimeInForce::{self, Day, Fak, Fok, Gtc, Gtd};
use strat_runtime::time::{Duration, Time};

fn with_fills(text: &str) -> Models {
    Models { fees: "none".parse().unwrap(), fills: text.parse().unwrap(), ..Models::default() }
}

fn free() -> Models {
    with_fills("")
}

fn on_token() -> Script {
    Script::new(&[token()], "1000", free())
}

fn on_perp() -> Script {
    Script::new(&[perp()], "100000", free())
}

#[test]
fn an_order_is_never_tried_at_the_event_that_produced_it() {
    let mut s = on_token();
    assert_eq!(s.book("0.40x100", "0.42x100"), [""; 0]);
    s.buy(10, Some("0.42"), Gtc);
    assert_eq!(s.advance(), ["1 accepted"], "the venue answers at once, but trades later");
    // The next event may carry the same time stamp.
    assert_eq!(s.same_instant().book("0.40x100", "0.41x100"), ["1 filled 10@0.41 taker left 0"]);
}

#[test]
fn marketable_orders_take_levels_until_they_are_updated() {
    let mut s = on_token();
    s.book("0.40x100", "0.42x10 0.43x20 0.45x50");
    s.buy(40, Some("0.43"), Gtc);
    assert_eq!(
        s.book("0.40x100", "0.42x10 0.43x20 0.45x50"),
        ["1 accepted", "1 filled 10@0.42 taker left 30", "1 filled 20@0.43 taker left 10"]
    );
    // The same snapshot again: nothing was added to the levels that were taken.
    assert_eq!(s.book("0.40x100", "0.42x10 0.43x20 0.45x50"), [""; 0]);
    // An update of the level serves the rest, which rested at its limit: maker, at that limit.
    assert_eq!(s.delta_ask("0.42", 5), ["1 filled 5@0.43 maker left 5"]);
    assert_eq!(s.delta_ask("0.43", 7), ["1 filled 5@0.43 maker left 0"]);
}

#[test]
fn quotes_are_taken_up_to_their_size_and_refreshed_by_the_next() {
    let mut s = on_perp();
    s.quote("100x5", "101x5");
    s.buy(8, None, Fak);
    assert_eq!(
        s.quote("100x5", "101x5"),
        ["1 accepted", "1 filled 5@101 taker left 3", "1 canceled unfilled"]
    );
    s.buy(8, Some("101"), Gtc);
    assert_eq!(s.quote("100x5", "101x5"), ["2 accepted", "2 filled 5@101 taker left 3"]);
    assert_eq!(s.quote("100x5", "101x5"), ["2 filled 3@101 maker left 0"]);
}

#[test]
fn a_resting_order_waits_for_what_was_displayed_before_it() {
    let mut s = on_token();
    s.book("0.40x100", "0.45x100");
    s.buy(10, Some("0.40"), Gtc);
    assert_eq!(s.book("0.40x100", "0.45x100"), ["1 accepted"]);
    assert_eq!(s.trade("0.40", 60), [""; 0], "40 are still before it");
    assert_eq!(s.trade("0.40", 45), ["1 filled 5@0.40 maker left 5"]);
    assert_eq!(s.trade("0.40", 100), ["1 filled 5@0.40 maker left 0"]);
}

#[test]
fn cancels_of_others_move_the_queue_and_new_orders_do_not() {
    let mut s = on_token();
    s.book("0.40x100", "0.45x100");
    s.buy(10, Some("0.40"), Gtc);
    s.book("0.40x30", "0.45x100");
    s.book("0.40x500", "0.45x100");
    assert_eq!(s.trade("0.40", 35), ["1 filled 5@0.40 maker left 5"]);
}

#[test]
fn a_trade_beyond_the_price_fills_without_a_queue_but_no_more_than_it_traded() {
    let mut s = on_token();
    s.book("0.40x100", "0.45x100");
    s.buy(10, Some("0.40"), Gtc);
    assert_eq!(s.trade("0.39", 4), ["1 accepted", "1 filled 4@0.40 maker left 6"]);
    assert_eq!(s.trade("0.41", 99), [""; 0]);
    assert_eq!(s.trade_by_buyer("0.40", 500), [""; 0], "a buyer cannot hit a bid");
}

#[test]
fn behind_the_displayed_book_only_a_trade_beyond_the_price_fills() {
    let mut s = on_perp();
    s.quote("100x5", "101x5");
    s.buy(3, Some("99"), Gtc);
    assert_eq!(s.trade("99", 1_000_000), ["1 accepted"], "how many were before it is not known");
    // Once its level is displayed, that much is known to be before it.
    s.quote("99x5", "101x5");
    assert_eq!(s.trade("99", 6), ["1 filled 1@99 maker left 2"]);
    assert_eq!(s.trade("98", 6), ["1 filled 2@99 maker left 0"]);
}

#[test]
fn the_opposite_touch_reaching_the_price_fills_as_maker_at_the_own_limit() {
    let mut s = on_token();
    s.book("0.40x100", "0.45x100");
    s.buy(10, Some("0.41"), Gtc);
    s.book("0.40x100", "0.45x100");
    assert_eq!(s.book("0.38x100", "0.39x4"), ["1 filled 4@0.41 maker left 6"]);
}

#[test]
fn own_orders_share_a_trade_the_better_price_first() {
    let mut s = on_perp();
    s.quote("100x0", "110x5");
    s.buy(5, Some("99"), Gtc);
    s.buy(5, Some("100"), Gtc);
    assert_eq!(
        s.trade("98", 7),
        ["1 accepted", "2 accepted", "2 filled 5@100 maker left 0", "1 filled 2@99 maker left 3"]
    );
}

#[test]
fn queue_through_fills_only_beyond_the_price() {
    let mut s = Script::new(&[token()], "1000", with_fills("queue=through"));
    assert_eq!("queue=through".parse::<Fills>().unwrap().queue, Queue::Through);
    s.book("0.40x1", "0.45x100");
    s.buy(10, Some("0.40"), Gtc);
    assert_eq!(s.trade("0.40", 1000), ["1 accepted"]);
    assert_eq!(s.trade("0.39", 1000), ["1 filled 10@0.40 maker left 0"]);
}

#[test]
fn on_bars_a_market_order_fills_at_the_next_open_made_worse() {
    let mut s = on_perp();
    // Tick 0.1, so half a spread of one tick is 0.05, rounded away to the tick.
    s.bar([100.0, 102.0, 99.0, 101.0], 1000.0);
    s.buy(10, None, Gtc);
    s.sell(10, None, Gtc);
    assert_eq!(
        s.bar([101.0, 103.0, 100.0, 102.0], 1000.0),
        [
            "1 accepted",
            "2 accepted",
            "1 filled 10@101.1 taker left 0",
            "2 filled 10@100.9 taker left 0"
        ]
    );
    let mut s = Script::new(&[perp()], "100000", with_fills("spread=2"));
    s.bar([100.0, 102.0, 99.0, 101.0], 1000.0);
    s.buy(10, None, Gtc);
    let got = s.bar([101.0, 103.0, 100.0, 102.0], 1000.0);
    assert_eq!(got[1], "1 filled 10@102 taker left 0");
    s.sell(10, None, Gtc);
    let got = s.bar_with_half_spread([102.0, 103.0, 100.0, 102.0], 1000.0, "0.3");
    assert_eq!(got[1], "2 filled 10@101.7 taker left 0", "the bar's own spread goes first");
}

#[test]
fn on_bars_a_limit_order_fills_only_strictly_beyond_its_price() {
    let mut s = on_perp();
    s.bar([100.0, 102.0, 99.0, 101.0], 1000.0);
    s.buy(10, Some("98"), Gtc);
    assert_eq!(s.bar([101.0, 103.0, 98.0, 102.0], 1000.0), ["1 accepted"], "touched only");
    assert_eq!(s.bar([101.0, 103.0, 97.9, 102.0], 1000.0), ["1 filled 10@98 maker left 0"]);
    s.sell(10, Some("105"), Gtc);
    assert_eq!(s.bar([101.0, 105.0, 97.9, 102.0], 1000.0), ["2 accepted"]);
    assert_eq!(s.bar([107.0, 108.0, 97.9, 102.0], 1000.0), ["2 filled 10@105 maker left 0"]);
    // A limit that the open allows is no worse than a market order.
    s.buy(10, Some("110"), Gtc);
    assert_eq!(
        s.bar([101.0, 105.0, 97.9, 102.0], 1000.0),
        ["3 accepted", "3 filled 10@101.1 taker left 0"]
    );
    // Mids with a known half spread: the ask must have been beyond the limit.
    s.buy(10, Some("98"), Gtc);
    assert_eq!(s.bar_with_half_spread([101.0, 102.0, 97.8, 100.0], 1e3, "0.3"), ["4 accepted"]);
    assert_eq!(
        s.bar_with_half_spread([101.0, 102.0, 97.6, 100.0], 1e3, "0.3"),
        ["4 filled 10@98 maker left 0"]
    );
}

#[test]
fn on_bars_volume_limits_participation() {
    let mut s = Script::new(&[perp()], "100000", with_fills("participation=10%"));
    s.bar([100.0, 102.0, 99.0, 101.0], 100.0);
    s.buy(25, None, Gtc);
    assert_eq!(
        s.bar([101.0, 102.0, 99.0, 101.0], 100.0),
        ["1 accepted", "1 filled 10@101.1 taker left 15"]
    );
    assert_eq!(s.bar([102.0, 103.0, 99.0, 101.0], 0.0), [""; 0], "nobody traded");
    assert_eq!(s.bar([102.0, 103.0, 99.0, 101.0], 200.0), ["1 filled 15@102.1 taker left 0"]);
    s.sell(25, None, Fok);
    assert_eq!(s.bar([102.0, 103.0, 99.0, 101.0], 200.0), ["2 rejected FokNotFilled"]);
    s.sell(25, None, Fak);
    assert_eq!(
        s.bar([102.0, 103.0, 99.0, 101.0], 200.0),
        ["3 accepted", "3 filled 20@101.9 taker left 5", "3 canceled unfilled"]
    );
    // Where no bar ever carried a volume, nothing can be limited, and the venue says so.
    let mut s = on_perp();
    s.bar([100.0, 102.0, 99.0, 101.0], 0.0);
    s.buy(1_000, None, Gtc);
    let got = s.bar([101.0, 102.0, 99.0, 101.0], 0.0);
    assert_eq!(got[1], "1 filled 1000@101.1 taker left 0");
    assert!(s.venue.is_without_volume(script::FIRST));
}

#[test]
fn a_bar_that_was_open_when_the_order_arrived_does_not_fill_it() {
    let mut s = on_perp();
    s.bar([100.0, 102.0, 99.0, 101.0], 1000.0);
    s.pass(Duration::from_secs(30));
    s.buy(10, None, Gtc);
    s.skip_back(Duration::from_secs(30));
    assert_eq!(s.bar([101.0, 102.0, 99.0, 101.0], 1000.0), ["1 accepted"]);
    assert_eq!(s.bar([103.0, 104.0, 99.0, 101.0], 1000.0), ["1 filled 10@103.1 taker left 0"]);
}

#[test]
fn trades_alone_are_bars_of_one_trade() {
    let mut s = on_perp();
    s.trade("100", 50);
    s.buy(10, None, Gtc);
    assert_eq!(s.trade("100", 50), ["1 accepted", "1 filled 5@100.1 taker left 5"]);
    s.sell(3, Some("102"), Gtc);
    assert_eq!(s.trade("102", 500), ["2 accepted", "1 filled 5@102.1 taker left 0"]);
    assert_eq!(s.trade("102.1", 500), ["2 filled 3@102 maker left 0"]);
}

#[test]
fn lifetimes() {
    let end = |secs: i64| Gtd(Time::from_secs(script::START_SECS + secs).unwrap());
    let mut s = on_token();
    s.book("0.40x100", "0.42x10");
    // Fill or kill: all or nothing, and the answer comes when it is tried.
    s.buy(11, Some("0.42"), Fok);
    assert_eq!(s.advance(), [""; 0]);
    assert_eq!(s.book("0.40x100", "0.42x10"), ["1 rejected FokNotFilled"]);
    s.buy(10, Some("0.42"), Fok);
    assert_eq!(s.book("0.40x100", "0.42x10"), ["2 accepted", "2 filled 10@0.42 taker left 0"]);
    // Fill and kill with nothing there.
    s.buy(10, Some("0.41"), Fak);
    assert_eq!(s.book("0.40x100", "0.42x10"), ["3 accepted", "3 canceled unfilled"]);
    // A date too near, and one that passes.
    s.buy(10, Some("0.30"), end(s.elapsed() + 179));
    s.buy(10, Some("0.30"), end(s.elapsed() + 180));
    assert_eq!(s.advance(), ["4 rejected InvalidExpiry", "5 accepted"]);
    s.pass(Duration::from_secs(179));
    assert_eq!(s.advance(), [""; 0]);
    s.pass(Duration::from_secs(1));
    assert_eq!(s.advance(), ["5 canceled expired"]);
    // The end of the UTC day.
    s.buy(10, Some("0.30"), Day);
    s.advance();
    assert_eq!(s.venue.next_due(), Some(Time::from_secs(script::START_SECS + 86_400).unwrap()));
    s.pass(Duration::DAY);
    assert_eq!(s.advance(), ["6 canceled expired"]);
    assert_eq!(s.venue.next_due(), None);
}

#[test]
fn fill_or_kill_is_never_filled_in_part() {
    // The touch could be paid, the level behind it could not.
    let mut s = Script::new(&[token()], "100", free());
    s.book("0.40x100", "0.10x10 0.90x500");
    s.buy(200, None, Fok);
    s.buy(200, None, Fak);
    assert_eq!(
        s.book("0.40x100", "0.10x10 0.90x500"),
        [
            "1 rejected FokNotFilled",
            "2 accepted",
            "2 filled 10@0.10 taker left 190",
            "2 canceled balance"
        ]
    );
    let mut s = on_perp();
    s.quote("100x50", "101x50");
    s.buy(5, None, Gtc);
    s.quote("100x50", "101x50");
    s.reduce_fok(8);
    assert_eq!(s.quote("100x50", "101x50"), ["2 rejected FokNotFilled"]);
    s.reduce_fok(5);
    assert_eq!(s.quote("100x50", "101x50"), ["3 accepted", "3 filled 5@100 taker left 0"]);
}

#[test]
fn expiries_of_ended_orders_are_forgotten() {
    let mut s = on_token();
    s.book("0.40x100", "0.42x100");
    for n in 1..=100 {
        s.buy(5, Some("0.42"), Day);
        s.book("0.40x100", &format!("0.42x{}", 100 + n));
    }
    assert_eq!(s.venue.open_orders(), 0);
    assert_eq!(s.venue.next_due(), None);
}

#[test]
fn cancels_are_confirmed_or_come_too_late() {
    let mut s = on_token();
    s.book("0.40x100", "0.42x100");
    let id = s.buy(10, Some("0.30"), Gtc);
    s.advance();
    s.cancel(id);
    assert_eq!(s.advance(), ["1 canceled requested"]);
    s.cancel(id);
    assert_eq!(s.advance(), ["1 cancel-rejected"]);
}

#[test]
fn post_only_is_refused_on_arrival_and_a_maker_afterwards() {
    let mut s = on_token();
    s.book("0.40x100", "0.42x100");
    s.post_buy(10, "0.42");
    assert_eq!(s.advance(), ["1 rejected PostOnlyWouldCross"]);
    s.post_buy(10, "0.41");
    assert_eq!(s.book("0.40x100", "0.41x100"), ["2 accepted", "2 filled 10@0.41 maker left 0"]);
    let mut s = on_perp();
    s.bar([100.0, 101.0, 99.0, 100.0], 1000.0);
    s.post_buy(10, "100.1");
    assert_eq!(s.advance(), ["1 rejected PostOnlyWouldCross"]);
    s.post_buy(10, "100");
    assert_eq!(
        s.bar([99.0, 101.0, 98.0, 100.0], 1000.0),
        ["2 accepted", "2 filled 10@100 maker left 0"]
    );
}

#[test]
fn checks_on_arrival() {
    type Case<'a> = (bool, &'a str, Option<&'a str>, TimeInForce, &'a str);
    let cases: [Case<'_>; 10] = [
        (true, "10", Some("0.415"), Gtc, "rejected InvalidPrice"),
        (true, "10", Some("1"), Gtc, "rejected InvalidPrice"),
        (true, "10", Some("0"), Gtc, "rejected InvalidPrice"),
        (true, "4.99", Some("0.30"), Gtc, "rejected InvalidSize"),
        (true, "10.001", Some("0.30"), Gtc, "rejected InvalidSize"),
        (true, "-10", Some("0.30"), Gtc, "rejected InvalidSize"),
        (true, "2600", Some("0.40"), Gtc, "rejected InsufficientBalance"),
        (true, "2500", Some("0.40"), Gtc, "accepted"),
        (false, "10", Some("0.50"), Gtc, "rejected InsufficientBalance"),
        (true, "2500", None, Gtc, "rejected InsufficientBalance"),
    ];
    for (is_buy, size, limit, tif, expected) in cases {
        let mut s = on_token();
        s.book("0.40x100", "0.42x100");
        s.place(is_buy, size, limit, tif);
        assert_eq!(s.advance(), [format!("1 {expected}")], "{size} at {limit:?}");
    }
}

#[test]
fn open_orders_hold_their_cash_and_tokens_back() {
    let mut s = on_token();
    s.book("0.40x100", "0.42x1000");
    let first = s.buy(2000, Some("0.30"), Gtc);
    s.buy(2000, Some("0.30"), Gtc);
    assert_eq!(s.advance(), ["1 accepted", "2 rejected InsufficientBalance"]);
    s.cancel(first);
    s.advance();
    s.buy(2000, Some("0.30"), Gtc);
    assert_eq!(s.advance(), ["3 accepted"]);
    s.buy(500, Some("0.42"), Gtc);
    s.book("0.40x100", "0.42x1000");
    s.sell(300, Some("0.60"), Gtc);
    s.sell(300, Some("0.60"), Gtc);
    assert_eq!(s.advance(), ["5 accepted", "6 rejected InsufficientBalance"]);
}

#[test]
fn reduce_only_closes_and_never_opens() {
    let mut s = on_perp();
    s.quote("100x50", "101x50");
    s.reduce(false, 5);
    assert_eq!(s.advance(), ["1 rejected ReduceOnly"]);
    s.buy(5, None, Gtc);
    s.quote("100x50", "101x50");
    s.reduce(true, 5);
    assert_eq!(s.advance(), ["3 rejected ReduceOnly"]);
    s.reduce(false, 8);
    assert_eq!(
        s.quote("100x50", "101x50"),
        ["4 accepted", "4 filled 5@100 taker left 3", "4 canceled unfilled"]
    );
    assert!(s.venue.position(script::FIRST).is_zero());
}

#[test]
fn own_orders_never_trade_with_each_other() {
    let mut s = on_perp();
    s.quote("100x5", "110x5");
    s.sell(3, Some("105"), Gtc);
    s.advance();
    s.buy(3, Some("105"), Gtc);
    s.buy(3, Some("104.9"), Gtc);
    assert_eq!(s.advance(), ["2 rejected SelfTrade", "3 accepted"]);
    // An ask of others before the own one is enough for it: they would not meet.
    s.quote("100x5", "104x50");
    s.buy(3, Some("105"), Gtc);
    assert_eq!(s.advance().last().unwrap(), "4 accepted");
}

#[test]
fn a_market_that_is_closed_takes_no_orders() {
    let mut s = on_token();
    s.book("0.40x100", "0.42x100");
    s.buy(10, Some("0.40"), Gtc);
    s.halt();
    s.buy(10, Some("0.30"), Gtc);
    assert_eq!(s.advance(), ["2 rejected MarketClosed"]);
    assert_eq!(s.book("0.30x100", "0.35x100"), [""; 0], "a halted market fills nothing");
    s.resume();
    assert_eq!(s.book("0.30x100", "0.35x100"), ["1 filled 10@0.35 taker left 0"]);
}

#[test]
fn a_market_ends_at_its_expiry() {
    let mut s = on_token();
    s.expire_in(Duration::from_secs(60));
    s.book("0.40x100", "0.42x100");
    s.buy(10, Some("0.30"), Gtc);
    s.advance();
    s.expire_in(Duration::from_secs(120));
    s.pass(Duration::from_secs(119));
    assert_eq!(s.advance(), [""; 0], "the expiry was moved");
    s.pass(Duration::from_secs(1));
    assert_eq!(s.advance(), ["1 canceled expired"]);
    s.buy(10, Some("0.30"), Gtc);
    assert_eq!(s.advance(), ["2 rejected MarketClosed"]);
}

#[test]
fn resolution_cancels_and_pays_out() {
    let mut s = on_token();
    s.book("0.40x100", "0.42x100");
    s.buy(10, Some("0.42"), Gtc);
    s.book("0.40x100", "0.42x100");
    s.buy(10, Some("0.30"), Gtc);
    s.advance();
    assert_eq!(s.resolve("1"), ["2 canceled resolved"]);
    assert_eq!(s.venue.cash().to_string(), "1005.8", "1000 - 10 * 0.42 + 10 * 1");
    assert!(s.venue.position(script::FIRST).is_zero());
    s.buy(10, Some("0.30"), Gtc);
    assert_eq!(s.advance(), ["3 rejected MarketClosed"]);
}

#[test]
fn a_tick_change_leaves_resting_orders_and_binds_new_ones() {
    let mut s = on_token();
    s.book("0.40x100", "0.42x100");
    s.buy(10, Some("0.41"), Gtc);
    s.tick("0.1");
    s.buy(10, Some("0.41"), Gtc);
    assert_eq!(s.advance(), ["2 rejected InvalidPrice"]);
    assert_eq!(s.book("0.30x100", "0.41x100"), ["1 filled 10@0.41 taker left 0"]);
}

#[test]
fn with_latency_an_order_is_tried_after_it_arrived() {
    let models = Models { entry_latency: Duration::from_millis(500), ..free() };
    let mut s = Script::new(&[token()], "1000", models);
    s.book("0.40x100", "0.42x100");
    s.buy(10, Some("0.42"), Gtc);
    s.pass(Duration::from_millis(400));
    assert_eq!(s.same_instant().book("0.40x100", "0.42x100"), [""; 0], "still on its way");
    s.pass(Duration::from_millis(100));
    assert_eq!(
        s.same_instant().book("0.40x100", "0.42x100"),
        ["1 accepted"],
        "an event of the very instant of arrival is not later than it"
    );
    assert_eq!(s.book("0.40x100", "0.42x100"), ["1 filled 10@0.42 taker left 0"]);
}

#[test]
fn what_arrives_with_a_change_of_rules_meets_the_new_ones() {
    let models = || Models { entry_latency: Duration::from_millis(500), ..free() };
    let mut s = Script::new(&[token()], "1000", models());
    s.book("0.40x100", "0.42x100");
    s.buy(10, Some("0.41"), Gtc);
    s.pass(Duration::from_millis(500));
    s.same_instant().tick("0.1");
    assert_eq!(s.advance(), ["1 rejected InvalidPrice"]);

    let mut s = Script::new(&[token()], "1000", models());
    s.book("0.40x100", "0.42x100");
    s.buy(10, Some("0.41"), Gtc);
    s.pass(Duration::from_millis(500));
    assert_eq!(s.same_instant().resolve("1"), [""; 0]);
    assert_eq!(s.advance(), ["1 rejected MarketClosed"]);
}

#[test]
fn only_the_own_instrument_tries_an_order() {
    let mut s = Script::new(&[token(), token()], "1000", free());
    s.book("0.40x100", "0.42x100");
    s.buy(10, Some("0.42"), Gtc);
    assert_eq!(s.on(1).book("0.40x100", "0.42x100"), ["1 accepted"]);
    assert_eq!(s.on(0).book("0.40x100", "0.42x100"), ["1 filled 10@0.42 taker left 0"]);
}
