//! A strategy that trades from the opening of a calendar's session to its close, through the
//! simulated venue.

use std::sync::Arc;

use strat_backtest::tape::Tape;
use strat_backtest::testing::law::{self, Scene};
use strat_compiler::interp::Interp;
use strat_compiler::params::ParamValues;
use strat_compiler::pipeline::compile;
use strat_dsl::{Source, render};
use strat_runtime::side::Side;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;

use crate::runs::config;
use crate::script::{START, Script, pair};

const INTRADAY: &str = r#"
strategy intraday "From the opening of New York to its close" {
  version 1
  venue binance_perp
  instrument btc = BTCUSDT on binance_perp
  state days: int = 0
  risk { max_notional: 6_000 usd }
  on session_open(nyse) {
    set days = days + 1
    log "open {days}"
    target btc long 0.20x because "the day begins"
  }
  on session_close(nyse) {
    log "close"
    target btc flat because "the day ends"
  }
  on session_open(tse) { log "{btc.position.size}" }
}
"#;

/// `XNYS` and `XTKS` of `exchange_calendars` 4.13.2 around the change to daylight time on 2026-03-08.
const HEARD: [(&str, &str); 11] = [
    ("2026-03-05T14:30:00Z", "open 1"),
    ("2026-03-05T21:00:00Z", "close"),
    ("2026-03-06T00:00:00Z", "0"),
    ("2026-03-06T14:30:00Z", "open 2"),
    ("2026-03-06T21:00:00Z", "close"),
    ("2026-03-09T00:00:00Z", "0"),
    ("2026-03-09T13:30:00Z", "open 3"),
    ("2026-03-09T20:00:00Z", "close"),
    ("2026-03-10T00:00:00Z", "0"),
    ("2026-03-10T13:30:00Z", "open 4"),
    ("2026-03-10T20:00:00Z", "close"),
];

fn intraday() -> Interp {
    let source = Source::new("intraday.strat", INTRADAY.to_owned());
    let compiled = compile(&source);
    let shown: String = compiled.diagnostics.iter().map(|it| render(&source, it, false)).collect();
    assert!(shown.is_empty(), "{shown}");
    let ir = Arc::clone(&compiled.strategies[0]);
    Interp::new(Arc::clone(&ir), &ParamValues::defaults(&ir)).unwrap()
}

/// A book every 20 minutes from 2026-03-05T00:10:00Z for six days.
fn market() -> Tape {
    let begin = Time::parse("2026-03-05T00:10:00Z").unwrap().since(START).unwrap();
    let begin = begin.nanos() / Duration::SECOND.nanos();
    let mut script = Script::new(vec![pair("BTCUSDT", VenueKind::BinancePerp)]);
    for n in 0..6 * 72 {
        let mid = 100_000 + 10 * ((n * 7) % 11);
        let (bid, ask) = (format!("{}x5", mid - 1), format!("{}x5", mid + 1));
        script.book(begin + 1_200 * n, 0, &[&bid], &[&ask]);
    }
    script.tape()
}

#[test]
fn a_position_is_held_from_the_opening_to_the_close() {
    let (interp, tape) = (intraday(), market());
    let scene = Scene::new(&interp, &tape, &config());
    let record = scene.record().unwrap();
    let said: Vec<(String, &str)> =
        record.messages.iter().map(|(at, said)| (at.to_string(), said.text.as_str())).collect();
    let said: Vec<(&str, &str)> = said.iter().map(|(at, text)| (at.as_str(), *text)).collect();
    assert_eq!(said, HEARD);
    let edges = HEARD.iter().filter(|(_, text)| *text != "0");
    assert_eq!(record.fill_records.len(), edges.clone().count());
    for (fill, (at, text)) in record.fill_records.iter().zip(edges) {
        let side = if text.starts_with("open") { Side::Buy } else { Side::Sell };
        let late = fill.ts.since(Time::parse(at).unwrap()).unwrap();
        assert_eq!(fill.side, side, "{at}");
        assert!(late <= Duration::from_minutes(20), "{at}: {late}");
        assert_eq!(fill.position.is_zero(), side == Side::Sell, "{at}");
    }
    law::all(&scene).unwrap();
}
