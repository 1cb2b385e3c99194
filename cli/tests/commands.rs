//! The command as a user types it: what it prints, how it ends, what it leaves behind.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

struct Shell {
    folder: tempfile::TempDir,
}

impl Shell {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Runs `strat` in the folder; words are split at spaces.
    fn strat(&self, line: &str) -> Output {
        Command::new(env!("CARGO_BIN_EXE_strat"))
            .args(line.split_whitespace())
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }

    /// Names of everything in the folder.
    fn listing(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// Runs a line and checks its exit code and that all of `expected` stands in what it printed.
#[track_caller]
fn check(shell: &Shell, line: &str, code: i32, expected: &[&str]) -> String {
    let output = shell.strat(line);
    let out = String::from_utf8(output.stdout).unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    let all = format!("{out}\n{err}");
    assert_eq!(output.status.code(), Some(code), "strat {line}\n{all}");
    for text in expected {
        assert!(all.contains(text), "strat {line}\nlacks `{text}` in:\n{all}");
    }
    assert!(!all.contains("panicked"), "strat {line}\n{all}");
    out
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn shipped(name: &str) -> String {
    root().join("strategies").join(format!("{name}.strat")).display().to_string()
}

const BARS: &str = "timestamp,open,high,low,close,volume\n";

/// `n` one-minute bars that walk up and down.
fn bars(n: i64) -> String {
    let mut text = BARS.to_owned();
    for i in 0..n {
        let (day, hour, minute) = (1 + i / 1440, i / 60 % 24, i % 60);
        let price = 40_000 + (i % 97) * 7 - (i % 41) * 11;
        writeln!(
            text,
            "2026-03-{day:02} {hour:02}:{minute:02}:00,{price},{},{},{price},1000",
            price + 5,
            price - 5
        )
        .unwrap();
    }
    text
}

#[test]
fn a_new_strategy_checks_and_simulates_at_once() {
    let shell = Shell::new();
    check(&shell, "new first_try", 0, &["created first_try/first_try.strat"]);
    check(&shell, "check first_try/first_try.strat", 0, &["ok"]);
    check(
        &shell,
        "simulate first_try/first_try.strat --ticks 3000 --seed 7",
        0,
        &["first_try", "fills"],
    );
    check(&shell, "new first_try", 2, &["exists already"]);
    check(&shell, "new 2bad", 2, &["cannot name a strategy"]);
    check(&shell, "new strategy", 2, &["reserved"]);
    assert_eq!(shell.listing(), ["first_try"]);
}

#[test]
fn usage_is_judged_before_work() {
    let shell = Shell::new();
    let sure_bets = shipped("sure_bets");
    let cases = [
        ("--version", 0, "strat"),
        ("--help", 0, "simulate"),
        ("fly", 2, "fly"),
        ("check", 2, "FILE"),
        ("check absent.strat", 2, "cannot read the strategy `absent.strat`"),
        ("explain E0310", 0, "E0310"),
        ("explain e0310", 0, "E0310"),
        ("explain E9999", 2, "there is no diagnostic `E9999`"),
        ("explain", 0, "W0420"),
        ("simulate SURE --paths 0", 2, "--paths 0"),
        ("simulate SURE --ticks 0", 2, "ticks"),
        ("simulate SURE --cash 0", 2, "--cash"),
        ("simulate SURE --cash x", 2, "--cash"),
        ("simulate SURE --latency soon", 2, "--latency soon"),
        ("simulate SURE --market weather", 2, "weather"),
        ("simulate SURE --market gbm", 2, "gbm"),
        ("simulate SURE --fees free", 2, "--fees"),
        ("simulate SURE --fills maybe=1", 2, "maybe"),
        ("simulate SURE --set min_certainty=0.5", 2, "0.9..0.98"),
        ("simulate SURE --set nothing=1", 2, "nothing"),
        ("simulate SURE --set min_certainty", 2, "min_certainty"),
        ("simulate SURE --set horizon=5", 2, "horizon"),
        ("simulate SURE --strategy other", 2, "no strategy `other`"),
        ("simulate SURE --json no/such/folder.json", 2, "does not exist"),
        ("simulate SURE --trades fills.xlsx", 2, ".csv or .parquet"),
        ("simulate SURE --paths 2 --trades fills.csv", 2, "--trades"),
        ("backtest SURE", 2, "--data"),
        ("backtest SURE --data absent.csv", 2, "cannot open the data `absent.csv`"),
        ("backtest SURE --data absent.csv --from yesterday", 2, "--from yesterday"),
    ];
    for (line, code, expected) in cases {
        check(&shell, &line.replace("SURE", &sure_bets), code, &[expected]);
    }
    assert!(shell.listing().is_empty(), "nothing may be left behind: {:?}", shell.listing());
}

#[test]
fn broken_strategies_get_diagnostics_within_a_second_each() {
    let shell = Shell::new();
    let head = "strategy x \"x\" {\n  version 1\n  venue polymarket\n  let a = ";
    let cases = [
        ("empty.strat", String::new(), "E0912"),
        (
            "parens.strat",
            format!("{head}{}1{}\n}}\n", "(".repeat(20_000), ")".repeat(20_000)),
            "E0903",
        ),
        ("braces.strat", format!("{}{}", "{".repeat(20_000), "}".repeat(20_000)), "E0903"),
        ("unclosed.strat", "strategy x \"x\" {\n  on start {\n    if true {\n".to_owned(), "E0904"),
        ("many.strat", "strategy x \"x\" {\n  on start {\n    if true {\n".repeat(40), "E0914"),
        ("noise.strat", noise(10_000_000), "E0913"),
    ];
    for (name, text, code) in cases {
        shell.write(name, text);
        let out = check(&shell, &format!("check {name}"), 1, &[code]);
        assert!(out.len() < 200_000, "{name} prints {} bytes", out.len());
    }
    shell.write("latin1.strat", b"strategy caf\xe9 {}");
    check(&shell, "check latin1.strat", 2, &["byte 12 is not UTF-8"]);
    check(&shell, "check empty.strat latin1.strat absent.strat", 2, &["E0912", "UTF-8", "absent"]);
    check(&shell, "simulate empty.strat", 1, &["E0912", "does not check"]);
}

fn noise(bytes: usize) -> String {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut text = String::with_capacity(bytes);
    while text.len() < bytes {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        text.push(char::from(b' ' + (state >> 57) as u8 % 95));
    }
    text
}

#[test]
fn diagnostics_as_json_have_stable_fields() {
    let shell = Shell::new();
    shell
        .write("x.strat", "strategy x \"x\" {\n  version 1\n  venue polymarket\n  lett y = 3\n}\n");
    let out = check(&shell, "check x.strat --format json", 1, &[]);
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(report["schema"], "strat.diagnostics/1");
    let first = &report["diagnostics"][0];
    assert_eq!(first["code"], "E0909");
    assert_eq!(first["severity"], "error");
    assert_eq!(first["file"], "x.strat");
    assert_eq!((&first["line"], &first["column"]), (&4.into(), &3.into()));
    assert!(first["message"].as_str().unwrap().contains("lett"));
    assert!(first["fixes"][0]["text"].as_str().unwrap().contains("let"));
}

#[test]
fn fixes_are_applied_to_the_file() {
    let shell = Shell::new();
    let path = shell.write(
        "x.strat",
        "import std.ta { ema }\nstrategy x \"x\" {\n  version 1\n  venue binance_perp\n  \
         instrument b = BTCUSDT on binance_perp\n  clock m = bars(b, 1m)\n  lett f = ema(m.close, 5)\n  \
         risk { max_weight: 50% per b }\n  on m { if f > m.close { target b flat } }\n}\n",
    );
    check(&shell, "check x.strat --fix", 0, &["applied 1 fix", "ok"]);
    assert!(std::fs::read_to_string(path).unwrap().contains("  let f = ema"));
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let shell = Shell::new();
    let run = |threads: &str, json: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_strat"))
            .args(["simulate", &shipped("sure_bets"), "--ticks", "300", "--seed", "7"])
            .args(["--paths", "24", "--json", json])
            .env("RAYON_NUM_THREADS", threads)
            .current_dir(shell.folder.path())
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (output.stdout, std::fs::read(shell.folder.path().join(json)).unwrap())
    };
    let (one, two) = (run("1", "one.json"), run("2", "two.json"));
    assert_eq!(one, two);
    assert!(!one.0.is_empty());
}

#[test]
fn recorded_data_is_refused_with_its_line() {
    let shell = Shell::new();
    let ema = shipped("ema_vanta");
    let good = bars(600);
    let row = |n: usize, with: &str| {
        let mut lines: Vec<&str> = good.lines().collect();
        lines[n - 1] = with;
        lines.join("\n")
    };
    let lines: Vec<&str> = good.lines().collect();
    let cases = [
        ("bad.csv", row(100, "2026-03-01 01:38:00,41000,oops,40995,41000,1000"), "bad.csv:100"),
        ("short.csv", row(100, "2026-03-01 01:38:00,41000"), "short.csv:100"),
        ("unsorted.csv", row(100, lines[50]), "unsorted.csv:100"),
        ("twice.csv", row(100, lines[98]), "twice.csv:100"),
        ("nan.csv", row(100, "2026-03-01 01:38:00,NaN,41000,40995,41000,1000"), "nan.csv:100"),
        (
            "negative.csv",
            row(100, "2026-03-01 01:38:00,-1,41000,40995,41000,1000"),
            "negative.csv:100",
        ),
        ("empty.csv", String::new(), "empty.csv"),
        ("header.csv", BARS.to_owned(), "header.csv"),
        ("words.csv", "hello\nworld\n".to_owned(), "words.csv"),
    ];
    for (name, text, expected) in cases {
        shell.write(name, text);
        check(&shell, &format!("backtest {ema} --data {name} --json out.json"), 2, &[expected]);
    }
    assert!(!shell.listing().contains(&"out.json".to_owned()), "nothing half-written");
}

#[test]
fn data_that_cannot_serve_the_strategy_says_so() {
    let shell = Shell::new();
    shell.write("short.csv", bars(600));
    let ema = shipped("ema_vanta");
    // Too short to warm up: names the shortfall, exits 1.
    check(&shell, &format!("backtest {ema} --data short.csv"), 1, &["no handler", "h1", "190"]);
    // A universe needs markets, bars have none.
    let sure_bets = shipped("sure_bets");
    let output = shell.strat(&format!("backtest {sure_bets} --data short.csv"));
    assert!([Some(1), Some(2)].contains(&output.status.code()), "{output:?}");
    // One file cannot feed two instruments.
    let pairs = shipped("pairs_z");
    check(&shell, &format!("backtest {pairs} --data short.csv"), 2, &["instrument"]);
    // An interval without data.
    check(
        &shell,
        &format!("backtest {ema} --data short.csv --from 2030-01-01T00:00:00Z"),
        2,
        &["--from", "2026-03-01"],
    );
}

/// Data that cannot serve is refused before the run, at the place that needs what it lacks.
#[test]
fn data_that_lacks_what_is_needed() {
    let shell = Shell::new();
    shell.write(
        "hours.csv",
        "timestamp,open,high,low,close,volume\n\
        2026-03-01 00:00:00,100,101,99,100,5\n2026-03-01 01:00:00,100,101,99,100,5\n\
        2026-03-01 02:00:00,100,101,99,100,5\n2026-03-01 03:00:00,100,101,99,100,5\n",
    );
    let strategy = |needs: &str, body: &str| {
        format!(
            "strategy s \"s\" {{\n  version 1\n  venue binance_perp\n{needs}\n  \
             instrument btc = BTCUSDT on binance_perp\n{body}\n}}\n"
        )
    };
    for (needs, body, lack) in [
        ("  needs depth", "  on every 1h { log \"x\" }", "has no books of more than the touch"),
        ("", "  clock m5 = bars(btc, 5m)\n  on m5 { log \"{m5.close}\" }", "has bars of 1h"),
        ("", "  on trades(btc) { log \"x\" }", "has no trades"),
        (
            "",
            "  clock h4 = bars(btc, 4h)\n  on every 1h { log \"{h4.forming?.close ?? 1.0}\" }",
            "has closed bars only",
        ),
    ] {
        shell.write("s.strat", strategy(needs, body));
        check(&shell, "backtest s.strat --data hours.csv", 1, &["error[E0701]", lack, "s.strat:"]);
    }
    let hourly = "  clock h1 = bars(btc, 1h)\n  on h1 { log \"{h1.close}\" }";
    let fresh = "  risk { stale_data: 15m -> hold }\n";
    shell.write("s.strat", strategy("", &format!("{fresh}{hourly}")));
    check(&shell, "backtest s.strat --data hours.csv", 1, &["error[E0701]", "comes every 1h"]);
    check(&shell, "simulate s.strat --ticks 50 --step 30m", 1, &["E0701", "comes every 30m"]);
    check(&shell, "simulate s.strat --ticks 50 --step 30m --paths 2", 1, &["E0701"]);
    check(&shell, "bounds s.strat", 0, &["btc: needs bars of 1h, or finer data", "every 15m"]);
    shell.write("s.strat", strategy("", hourly));
    check(&shell, "backtest s.strat --data hours.csv", 0, &[]);
}

#[test]
fn check_tells_whether_state_can_be_taken_over() {
    let shell = Shell::new();
    let text = |version: u32, members: &str| {
        format!("strategy probe {{\n  version {version}\n  venue polymarket\n{members}}}\n")
    };
    let body = "  on every 10s { set n = n + 1 }\n";
    shell.write("old.strat", text(1, &format!("  state n: int = 0\n{body}")));
    shell.write("same.strat", text(1, &format!("  state n: int = 5\n{body}")));
    let m = "  state m: int = 0\n  on every 10s { set m = m + 1 }\n";
    shell.write("lost.strat", text(2, m));
    shell.write("kept.strat", text(2, &format!("{m}  migrate from 1 {{ n: int }} {{ m = n }}\n")));
    shell.write("unfit.strat", text(2, &format!("{m}  migrate from 1 {{ k: int }} {{ m = k }}\n")));
    shell.write("broken.strat", "strategy {");
    check(&shell, "check same.strat kept.strat --since old.strat", 0, &[]);
    check(&shell, "check lost.strat --since old.strat", 1, &["E0801", "`n: int` is gone"]);
    check(&shell, "check unfit.strat --since old.strat", 1, &["E0802", "has no state `k`"]);
    check(&shell, "check lost.strat", 0, &[]);
    check(&shell, "check same.strat --since broken.strat", 2, &["--since has errors"]);
}
