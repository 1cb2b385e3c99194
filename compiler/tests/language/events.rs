//! What fires handlers beside clocks and timers: the end of a market, and what happens to one member
//! of a universe. Through a real session.

use std::sync::Arc;

use strat_compiler::interp::Interp;
use strat_compiler::ir::Ir;
use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::instrument::{Instrument, InstrumentId};
use strat_runtime::money::Money;
use strat_runtime::session::{RiskCause, Session, Setup};
use strat_runtime::time::Time;
use strat_runtime::venue::VenueKind;

use crate::world::{instrument, price, size};
use crate::{interp, ir_of};

fn at(secs: i64) -> Time {
    Time::from_secs(secs).unwrap()
}

fn strategy(members: &str) -> Arc<Ir> {
    let text =
        format!("strategy t \"events\" {{\n  version 1\n  venue polymarket\n{members}\n}}\n");
    ir_of("t", &text, true)
}

/// A market of each expiry, the declared ones of the strategy first.
fn session(ir: &Arc<Ir>, expiries: &[Option<i64>]) -> Session<Interp> {
    let one = |(n, expiry): (usize, &Option<i64>)| {
        let symbol = ir.instruments.get(n).map_or(format!("M{n}"), |decl| decl.symbol.clone());
        let expires_at = expiry.map(at);
        Instrument { symbol, expires_at, ..instrument(n, VenueKind::Polymarket) }
    };
    let instruments = expiries.iter().enumerate().map(one).collect();
    let setup = Setup::new(instruments, Money::parse("1000").unwrap(), VenueKind::Polymarket);
    let mut session = Session::new(interp(ir, &[]), setup).unwrap();
    session.start(Time::EPOCH).unwrap();
    session
}

fn event(secs: i64, n: u32, data: MarketData<'_>) -> Event<'_> {
    Event { ts_event: at(secs), ts_recv: at(secs), instrument: InstrumentId(n), data }
}

fn quote(mid: &str) -> MarketData<'static> {
    let cent = price("0.01");
    let level = |price| Level::new(price, size("10"));
    let mid = price(mid);
    MarketData::Quote {
        bid: level(mid.checked_sub(cent).unwrap()),
        ask: level(mid.checked_add(cent).unwrap()),
    }
}

/// The messages since the last look, with the seconds at which they were said.
fn said(session: &mut Session<Interp>) -> Vec<String> {
    let texts = session.outbox().messages.iter();
    let said =
        texts.map(|(at, message)| format!("{} {}", at.nanos() / 1_000_000_000, message.text));
    let said = said.collect();
    session.outbox_mut().clear();
    said
}

/// Before bars and timers of the same time, after every event of it; moved by metadata; once.
#[test]
fn an_expiry_fires_at_its_time_and_once() {
    let ir = strategy(
        "  instrument yes = token(\"1\") on polymarket
  on every 10s { log \"timer\" }
  on book(yes) { log \"book\" }
  on expiry(yes) { log \"expired {yes.expires_in is some}\" }",
    );
    let mut session = session(&ir, &[Some(500)]);
    let moved = MarketData::Meta(MetaChange::Expiry(Some(at(20))));
    session.on_event(&event(15, 0, moved)).unwrap();
    session.on_event(&event(20, 0, quote("0.5"))).unwrap();
    session.advance_to(at(600), true).unwrap();
    let said = said(&mut session);
    assert_eq!(said[..5], ["0 timer", "10 timer", "20 book", "20 expired true", "20 timer"]);
    assert_eq!(said.iter().filter(|text| text.contains("expired")).count(), 1);
}

/// Nothing fires during the replay of history, and a halted strategy is not woken.
#[test]
fn an_expiry_fires_no_handler_during_warm_up() {
    let ir = strategy(
        "  instrument yes = token(\"1\") on polymarket\n  on expiry(yes) { log \"expired\" }",
    );
    let mut session = session(&ir, &[Some(20)]);
    session.set_warming(true);
    session.advance_to(at(30), true).unwrap();
    assert!(said(&mut session).is_empty());
}

/// The handler runs for the member that ends, if it is one then.
#[test]
fn the_expiry_of_a_member() {
    let ir = strategy(
        "  universe markets max 10 order by id { where book.mid > 0.2 }
  on expiry(m) for m in markets { log \"{m.id} expired\" }",
    );
    let mut session = session(&ir, &[Some(50), Some(60), Some(70), None]);
    for (n, mid) in [(0, "0.5"), (1, "0.1"), (2, "0.6"), (3, "0.6")] {
        session.on_event(&event(1, n, quote(mid))).unwrap();
    }
    session.advance_to(at(100), true).unwrap();
    assert_eq!(said(&mut session), ["50 M0 expired", "70 M2 expired"]);
    assert_eq!(session.counters().stops.iter().sum::<u64>(), 0, "who is left out is no stop here");
}

/// `book(m)` and `trades(m)` are about one member, whose own state and streams are at hand.
#[test]
fn books_and_trades_of_a_member() {
    let ir = strategy(
        "  universe markets max 10 order by id { where book.mid > 0.2 }
  state seen: int = 0 per markets
  on book(m) for m in markets { set seen[m] = seen[m] + 1  log \"{m.id} {seen[m]}\" }
  on trades(m) for m in markets { log \"{m.id} trades\" }",
    );
    let mut session = session(&ir, &[None, None]);
    let trade = || MarketData::Trade { price: price("0.5"), size: size("1"), aggressor: None };
    session.on_event(&event(1, 0, trade())).unwrap();
    for (secs, n, mid) in [(2, 0, "0.5"), (3, 1, "0.1"), (4, 1, "0.3"), (5, 0, "0.5")] {
        session.on_event(&event(secs, n, quote(mid))).unwrap();
    }
    session.on_event(&event(6, 1, trade())).unwrap();
    // Out of the universe: not a word, and the count is forgotten.
    session.on_event(&event(7, 1, quote("0.1"))).unwrap();
    session.on_event(&event(8, 1, trade())).unwrap();
    session.on_event(&event(9, 1, quote("0.3"))).unwrap();
    assert_eq!(said(&mut session), ["2 M0 1", "4 M1 1", "5 M0 2", "6 M1 trades", "9 M1 1"]);
}

/// A perpetual with a clock of minutes.
fn perp(members: &str) -> Session<Interp> {
    let text = format!(
        "import std.ta {{ sma }}\nstrategy t \"bars\" {{\n  version 1\n  venue binance_perp
  instrument btc = BTCUSDT on binance_perp\n{members}\n}}\n"
    );
    let text =
        if members.contains("sma(") { text } else { text.replace("import std.ta { sma }", "") };
    let ir = ir_of("t", &text, true);
    let one = Instrument { symbol: "BTCUSDT".into(), ..instrument(0, VenueKind::BinancePerp) };
    let cash = Money::parse("1000").unwrap();
    let setup = Setup::new(vec![one], cash, VenueKind::BinancePerp);
    let mut session = Session::new(interp(&ir, &[]), setup).unwrap();
    session.start(Time::EPOCH).unwrap();
    session
}

fn trade(session: &mut Session<Interp>, secs: i64, price_text: &str) {
    let data = MarketData::Trade { price: price(price_text), size: size("2"), aggressor: None };
    session.on_event(&event(secs, 0, data)).unwrap();
}

/// It grows with each trade, ends with its bar, and is absent until the next one begins.
#[test]
fn the_bar_that_is_forming() {
    let mut session = perp(
        "  clock m1 = bars(btc, 1m)
  on trades(btc) {
    let bar = m1.forming else \"none\"
    log \"{bar.open} {bar.high} {bar.low} {bar.close} {bar.volume} {bar.closes_at - now}\"
  }
  on every 30s { log \"{m1.forming is some}\" }
  on m1 { log \"closed {m1.close} {m1.forming is some}\" }",
    );
    for (secs, price) in [(10, "5"), (20, "7"), (30, "4"), (130, "6")] {
        trade(&mut session, secs, price);
    }
    session.advance_to(at(131), true).unwrap();
    let heard = said(&mut session);
    assert_eq!(
        heard,
        [
            "0 false",
            "10 5 5 5 5 2.0 50s",
            "20 5 7 5 7 4.0 40s",
            "30 5 7 4 4 6.0 30s",
            "30 true",
            "60 closed 4 false",
            "60 false",
            "90 false",
            "120 false",
            "130 6 6 6 6 2.0 50s",
        ]
    );
}

/// A bar of which the beginning was missed would have a wrong opening.
#[test]
fn a_bar_whose_opening_was_missed_is_not_forming() {
    let mut session = perp(
        "  clock m1 = bars(btc, 1m)
  on trades(btc) { log \"{m1.forming?.open ?? 1}\" }",
    );
    trade(&mut session, 10, "5");
    session.link_up(at(20)).unwrap();
    trade(&mut session, 30, "6");
    trade(&mut session, 70, "7");
    assert_eq!(said(&mut session), ["10 5", "30 1", "70 7"]);
}

const GAPS: &str = "  clock m1 = bars(btc, 1m) gaps halt
  let mean = sma(m1.close, 3)
  on m1 { log \"{mean}\" }";

/// A gap before the third bar: the mean waits for three bars behind it.
#[test]
fn a_gap_during_the_warm_up_begins_it_anew() {
    let mut session = perp(GAPS);
    for minute in [0, 1, 3, 4, 5] {
        trade(&mut session, minute * 60 + 5, "5");
    }
    session.advance_to(at(360), true).unwrap();
    assert_eq!(said(&mut session), ["360 5.0"]);
    assert!(!session.is_halted());
    // Once it trades, a gap halts it.
    trade(&mut session, 8 * 60, "5");
    assert!(session.is_halted());
    assert!(matches!(session.outbox().risk[0].cause, RiskCause::Gap { .. }));
}

/// During the replay of history, too, however long it is.
#[test]
fn a_gap_in_history_begins_the_warm_up_anew() {
    let mut session = perp(GAPS);
    session.set_warming(true);
    for minute in [0, 1, 2, 3, 4, 6] {
        trade(&mut session, minute * 60 + 5, "5");
    }
    session.advance_to(at(7 * 60), true).unwrap();
    session.set_warming(false);
    for minute in [7, 8] {
        trade(&mut session, minute * 60 + 5, "5");
    }
    session.advance_to(at(9 * 60), true).unwrap();
    assert_eq!(said(&mut session), ["540 5.0"]);
    assert!(!session.is_halted());
}
