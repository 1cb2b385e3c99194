//! Strategies that trade by the sessions of a calendar, in the commands of a user.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::process::Command;

const INTRADAY: &str = r#"
strategy intraday "From the opening of New York to its close" {
  version 1
  venue polymarket
  instrument a = token("1234") on polymarket
  universe markets max 10 order by id { where liquidity >= 500 usd }
  state days: int = 0
  state seen: int = 0
  risk { max_notional: 100 usd }
  on session_open(nyse) {
    let ask = a.book.ask else "no ask"
    set days = days + 1
    buy a 5 shares @ ask.price tif gtc as opening because "the day begins"
  }
  on session_close(nyse) { cancel opening }
  on session_open(tse) for m in markets { set seen = seen + 1 }
}
"#;

/// Time zero is 2026-01-05, the first day of the year on which both have a session: New York opens
/// at 14:30 UTC and Tokyo at 0:00 UTC.
const BLOCKS: &str = r#"
test "from the opening to the close" for intraday {
  market one { question: "Will it rain?", liquidity: 1_000 usd }
  at 0s expect days == 0 and seen == 1
  at 1s book a { bid 0.38 size 100 shares, ask 0.42 size 100 shares }
  at 869m expect open_orders == 0 and days == 0
  at 870m expect buy a 5 shares @ 0.42
  at 870m expect days == 1 and open_orders == 1
  at 1259m expect open_orders == 1
  at 1260m expect open_orders == 0
  at 24h expect seen == 2
  at 2310m expect days == 2 and open_orders == 1
}
test "over a week of silence" for intraday {
  at 1s book a { bid 0.38 size 100 shares, ask 0.42 size 100 shares }
  at 7d expect days == 5
}
"#;

struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

fn strat(text: &str, line: &str) -> Run {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("intraday.strat"), text).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_strat"))
        .args(line.split_whitespace())
        .env("NO_COLOR", "1")
        .current_dir(folder.path())
        .output()
        .unwrap();
    Run {
        code: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn tests_pass_the_ends_of_sessions() {
    let run = strat(&format!("{INTRADAY}{BLOCKS}"), "test intraday.strat");
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let wrong = BLOCKS.replace("at 870m expect days == 1", "at 869m expect days == 1");
    let run = strat(&format!("{INTRADAY}{wrong}"), "test intraday.strat");
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
}

#[test]
fn bounds_name_the_calendars() {
    let run = strat(INTRADAY, "bounds intraday.strat");
    assert_eq!(run.code, Some(0), "{}", run.err);
    for line in [
        "on session_open(nyse): when `nyse` opens",
        "on session_close(nyse): when `nyse` closes",
        "on session_open(tse) for m in markets: when `tse` opens",
    ] {
        assert!(run.out.contains(line), "{line}: {}", run.out);
    }
    let run = strat(INTRADAY, "bounds intraday.strat --format json");
    assert_eq!(run.code, Some(0), "{}", run.err);
    let bounds: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    let timers = bounds.pointer("/data/timers").unwrap();
    let close = serde_json::json!({
        "handler": "on session_close(nyse)", "session": "close", "calendar": "nyse"
    });
    assert_eq!(timers.get(1), Some(&close));
}

#[test]
fn a_synthetic_market_passes_the_ends_of_sessions() {
    // Ten days, a tick each minute.
    let line = "simulate intraday.strat --ticks 14400 --seed 3 --format json";
    let run = strat(INTRADAY, line);
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    for handler in 0..3 {
        let fired = report.pointer(&format!("/handlers/{handler}/fired"));
        // The year begins on a Thursday, and New York trades on 5 days of the 10.
        assert!(fired.and_then(serde_json::Value::as_u64) >= Some(4), "{handler}: {}", run.out);
    }
}
