//! `strat test` as a user meets it: what passes, what fails and how it is told, and that a property
//! is shrunk to what it needs.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::path::{Path, PathBuf};
use std::process::Command;

const MAKER: &str = r#"
strategy maker "Bids below the middle" {
  version 1
  venue polymarket
  param width: price = 0.02 in 0.01..0.10 step 0.01
  param most: size = 30 shares
  instrument a = token("1234") on polymarket
  state seen: int = 0
  risk { max_notional: 1_000 usd }
  on every 10s {
    set seen = seen + 1
    let mid = a.book.mid else "one-sided book"
    require mid > 0.10 else "too cheap"
    require a.exposure.long < most else "enough"
    buy a 10 shares @ mid - width post_only as probe because "below the middle"
  }
  on reject(probe) { halt "refused" }
}
"#;

struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

struct Shell(tempfile::TempDir);

impl Shell {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Writes the strategy and blocks into a file and tests it.
    fn test(&self, blocks: &str, options: &str) -> Run {
        let path = self.0.path().join("maker.strat");
        std::fs::write(path, format!("{MAKER}{blocks}")).unwrap();
        self.strat(&format!("test maker.strat {options}"))
    }

    fn strat(&self, line: &str) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_strat"))
            .args(line.split_whitespace())
            .env("NO_COLOR", "1")
            .current_dir(self.0.path())
            .output()
            .unwrap();
        Run {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

fn test_of(steps: &str) -> String {
    format!("test \"t\" for maker {{\n  {}\n}}\n", steps.trim().replace('\n', "\n  "))
}

/// The market of a test ends at `expires`: its orders are gone, the handler fires once, and what is
/// said to fill them afterwards cannot be.
#[test]
fn a_market_of_a_test_expires() {
    let shell = Shell::new();
    let ending = |steps: &str| {
        format!(
            "strategy ender {{
  version 1
  venue polymarket
  instrument b = token(\"77\") on polymarket
  state ended: int = 0
  risk {{ max_notional: 100 usd }}
  on book(b) {{ buy b 10 shares @ 0.30 }}
  on expiry(b) {{ set ended = ended + 1 }}
}}
test \"ends\" for ender {{
  market b {{ expires: 1h }}
  at 1s book b {{ bid 0.48 size 5 shares, ask 0.52 size 5 shares }}
  at 59m expect ended == 0 and open_orders == 1
  {steps}
}}
"
        )
    };
    let run = shell.test(&ending("at 1h expect ended == 1 and open_orders == 0"), "");
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let run = shell.test(&ending("at 2h expect ended == 1 and b.exposure.long == 0 shares"), "");
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    let run = shell.test(&ending("at 1h fill b buy 1 shares @ 0.30"), "");
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    assert!(run.out.contains("no own order"), "{}", run.out);
}

#[test]
fn what_is_expected_happens() {
    let shell = Shell::new();
    for steps in [
        "at 0s book a { bid 0.48 size 5 shares, ask 0.52 size 5 shares }
         at 0s expect buy a 10 shares @ 0.48 post_only as probe because \"below the middle\"
         at 0s expect a.exposure.long == 10 shares
         at 3s fill a buy 4 shares @ 0.48
         at 3s expect a.position.size == 4 shares
         at 3s expect open_orders == 1 and max_exposure == 10 shares
         at 3s expect equity > 9_000 usd as usdc at par",
        "with width = 0.05
         at 1s book a { bid 0.48 size 5 shares, ask 0.52 size 5 shares }
         at 10s expect buy a 10 shares @ 0.45 tif gtc",
        "at 1s book a { bid 0.48 size 5 shares }
         at 10s expect nothing because \"one-sided book\"
         at 10s expect seen == 2
         at 15s book a { bid 0.05 size 5 shares, ask 0.07 size 5 shares }
         at 20s expect nothing because \"too cheap\"",
        "at 1s book a { bid 0.48 size 5 shares, ask 0.52 size 5 shares }
         at 10s expect buy a 10 shares @ 0.48
         at 11s fill a buy 10 shares @ 0.48
         at 20s expect buy a 10 shares @ 0.48
         at 21s fill a buy 0 shares @ 0.48
         at 100s expect seen == 3",
        "market a { tick: 0.001 }
         at 1s book a { bid 0.481 size 5 shares, ask 0.52 size 5 shares }
         at 10s expect buy a 10 shares @ 0.48
         at 15s trade a sell 3 shares @ 0.49
         at 15s expect a.last ?? 0.00 == 0.49",
    ] {
        let run = shell.test(&test_of(steps), "");
        assert_eq!(run.code, Some(0), "{steps}\n{}{}", run.out, run.err);
        assert!(run.out.contains("ok      maker.strat: test \"t\" for maker"), "{}", run.out);
        assert!(run.out.ends_with("1 passed, 0 failed\n"), "{}", run.out);
    }
}

#[test]
fn what_does_not_happen_is_told_with_place_and_reason() {
    let shell = Shell::new();
    let book = "at 0s book a { bid 0.48 size 5 shares, ask 0.52 size 5 shares }\n";
    for (steps, expected) in [
        (
            "at 0s expect buy a 11 shares @ 0.47",
            &[
                "expected: buy a 11 shares @ 0.47",
                "sent: buy a 10 shares @ 0.48 post_only because \"below the middle\"",
                "the size is 10, not 11",
                "the price is 0.48, not 0.47",
                "maker.strat:21:",
            ][..],
        ),
        ("at 0s expect buy a 10 shares @ 0.48 tif fak", &["it lives for another time"]),
        ("at 0s expect buy a 10 shares @ 0.48 because \"x\"", &["its reason is"]),
        ("at 0s expect sell a 10 shares @ 0.48", &["sent: buy a 10 shares"]),
        ("at 0s expect nothing", &["expected: nothing", "sent: buy a 10 shares @ 0.48"]),
        (
            "at 10s expect buy a 10 shares @ 0.48",
            &["no order was sent at 10s", "open: buy a 10 shares @ 0.48", "bid 0.48, ask 0.52"],
        ),
        (
            "at 11s book a { ask 0.52 size 5 shares }\nat 20s expect buy a 10 shares @ 0.48",
            &["stopped: \"one-sided book\" (line 12)"],
        ),
        ("at 0s expect seen == 7", &["`seen` is 1"]),
        ("at 0s expect seen == 1 and max_exposure > 50 shares", &["`max_exposure` is 10"]),
        ("at 3s fill a buy 40 shares @ 0.48\nat 3s expect seen == 1", &["only 10 of that order"]),
        ("at 3s fill a sell 1 shares @ 0.48\nat 3s expect seen == 1", &["no own order"]),
        ("at 0s expect nothing because \"filtered by universe\"", &["sent: buy a"]),
    ] {
        let run = shell.test(&test_of(&format!("{book}{steps}")), "");
        assert_eq!(run.code, Some(1), "{steps}\n{}{}", run.out, run.err);
        for text in expected {
            assert!(run.out.contains(text), "{steps}\nlacks `{text}`:\n{}", run.out);
        }
        assert!(run.out.ends_with("0 passed, 1 failed\n"), "{}", run.out);
    }
}

#[test]
fn bad_fixtures_are_diagnostics() {
    let shell = Shell::new();
    let end = "\nat 9s expect seen == 1";
    for (steps, code) in [
        ("at 0s book a { bid 0.48 size 5 usd }", "E0101"),
        ("at 0s book a { bid 5 shares size 5 shares }", "E0101"),
        ("at 0s book a { bid 0.52 size 5 shares, ask 0.48 size 5 shares }", "E0900"),
        ("at 0s book a { bid 0.00 size 5 shares }", "E0322"),
        ("at 0s book b { bid 0.48 size 5 shares }", "E0104"),
        ("at 5s book a { }\nat 4s book a { }", "E0900"),
        ("at 0.48 book a { }", "E0105"),
        ("at 0s bar a { close: 0.50 }", "E0701"),
        ("market a { tock: 0.01 }", "E0108"),
        ("market m { question: \"?\" }", "E0104"),
        ("with width = 3 shares", "E0101"),
        ("with widht = 0.02", "E0104"),
        ("at 0s fill a buy 5 usd @ 0.48", "E0101"),
        ("at 0s expect buy a 10 shares @ 0.48 as prob", "E0104"),
        ("at 0s expect a.exposure.long <= 100 usd", "E01"),
    ] {
        let run = shell.test(&test_of(&format!("{steps}{end}")), "");
        assert_eq!(run.code, Some(1), "{steps}\n{}{}", run.out, run.err);
        assert!(run.err.contains(&format!("error[{code}")), "{steps}\nwants {code}:\n{}", run.err);
        let check = shell.strat("check maker.strat");
        assert_eq!(check.code, Some(1), "{steps}\n{}", check.out);
    }
    for (block, code) in [
        ("test \"t\" for maker { at 0s book a { } }", "E0917"),
        ("test \"t\" for makr { at 0s expect seen == 0 }", "E0104"),
        ("prop \"p\" for maker { always seen >= 0 }", "E0917"),
        ("prop \"p\" for maker { forall f in gen.books(events: 9) }", "E0917"),
        ("prop \"p\" for maker { forall f in gen.book(events: 9) always seen >= 0 }", "E0104"),
        ("prop \"p\" for maker { forall f in gen.books(n: 9) always seen >= 0 }", "E0107"),
        ("prop \"p\" for maker { forall f in gen.books(events: 0) always seen >= 0 }", "E0402"),
        ("prop \"p\" for maker { forall f in gen.bars(events: 9) always seen >= 0 }", "E0701"),
        ("prop \"p\" for maker { forall f in gen.books(events: 9) always seen }", "E0106"),
    ] {
        let run = shell.test(block, "");
        assert_eq!(run.code, Some(1), "{block}\n{}{}", run.out, run.err);
        assert!(run.err.contains(&format!("error[{code}")), "{block}\nwants {code}:\n{}", run.err);
    }
}

#[test]
fn a_property_that_holds_says_what_was_tried() {
    let shell = Shell::new();
    let block = "prop \"p\" for maker {
      forall f in gen.books(events: 200)
      always max_exposure <= most + 10 shares and open_orders <= 1
    }";
    let run = shell.test(block, "--cases 20 --seed 5");
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert!(run.out.contains("(20 cases, 4000 events, "), "{}", run.out);
    assert!(!run.out.contains(" 0 fills"), "nothing was filled:\n{}", run.out);
    assert!(run.out.ends_with("1 passed, 0 failed, seed 5\n"), "{}", run.out);
    let again = shell.test(block, "--cases 20 --seed 5");
    assert_eq!(run.out, again.out, "the same seed tries the same");
}

/// The `test` block that a failing property ends with.
fn replay(out: &str) -> String {
    let from = out.find("\ntest \"").unwrap() + 1;
    let to = from + out[from..].find("\n}\n").unwrap() + 3;
    out[from..to].to_owned()
}

#[test]
fn a_property_that_breaks_is_shrunk_to_a_test_that_fails() {
    let shell = Shell::new();
    for (condition, steps) in [
        // A book makes the first order; three fills of ten shares each make forty possible.
        ("max_exposure <= 0 shares", 1),
        ("a.position.size <= 0 shares", 2),
        ("open_orders == 0", 1),
        ("seen <= 1", 0),
    ] {
        let block = format!(
            "prop \"p\" for maker {{\n with width = 0.03\n forall f in gen.books(events: 200)\n \
             always {condition}\n}}\n"
        );
        let run = shell.test(&block, "--seed 3");
        assert_eq!(run.code, Some(1), "{condition}\n{}{}", run.out, run.err);
        for text in ["seed 3", "again: strat test maker.strat --seed 3 --cases "] {
            assert!(run.out.contains(text), "{condition}\nlacks {text}:\n{}", run.out);
        }
        let again = shell.test(&block, "--seed 3");
        assert_eq!(run.out, again.out, "{condition}: the same seed finds and shrinks the same");

        let test = replay(&run.out);
        assert!(test.contains("with width = 0.03"), "{test}");
        let left = test.lines().filter(|l| l.starts_with("  at ") && !l.contains(" expect "));
        assert_eq!(left.count(), steps, "{condition}\n{test}");
        let replayed = shell.test(&test, "");
        assert_eq!(replayed.code, Some(1), "{test}\n{}{}", replayed.out, replayed.err);
        assert!(replayed.out.contains("0 passed, 1 failed"), "{test}\n{}", replayed.out);
        assert!(!replayed.err.contains("error"), "{test}\n{}", replayed.err);
    }
}

#[test]
fn files_without_blocks_and_unreadable_files_are_told() {
    let shell = Shell::new();
    let run = shell.test("", "");
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    assert!(run.err.contains("no `test` or `prop` block"), "{}", run.err);
    let run = shell.strat("test nowhere.strat");
    assert_eq!(run.code, Some(2), "{}{}", run.out, run.err);
    let run = shell.test("", "--cases 0");
    assert_eq!(run.code, Some(2), "{}{}", run.out, run.err);
}

#[test]
fn results_are_data_too() {
    let shell = Shell::new();
    let blocks = format!(
        "{}prop \"p\" for maker {{ forall f in gen.quotes(events: 50) always seen <= 1 }}\n",
        test_of("at 0s expect nothing because \"one-sided book\"")
    );
    let run = shell.test(&blocks, "--format json --seed 9");
    assert_eq!(run.code, Some(1), "{}{}", run.out, run.err);
    let report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(report["schema"], "strat.tests/1");
    assert_eq!((&report["passed"], &report["failed"]), (&1.into(), &1.into()));
    assert_eq!(report["seed"], 9);
    assert_eq!(report["blocks"][0]["passed"], true);
    let failure = &report["blocks"][1]["failure"];
    assert!(failure["replay"].as_str().unwrap().starts_with("test \"case "), "{failure}");
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

#[test]
fn every_shipped_strategy_passes_its_own_tests() {
    let shell = Shell::new();
    let mut files: Vec<PathBuf> = std::fs::read_dir(root().join("strategies"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "strat"))
        .collect();
    files.sort();
    assert!(files.len() >= 7, "{files:?}");
    for file in files {
        let run = shell.strat(&format!("test {} --cases 30 --seed 11", file.display()));
        assert_eq!(run.code, Some(0), "{}\n{}{}", file.display(), run.out, run.err);
        assert!(run.out.contains(": test \"") && run.out.contains(": prop \""), "{}", run.out);
        assert!(!run.out.contains(" 0 fills"), "{}: {}", file.display(), run.out);
    }
}

#[test]
fn a_new_strategy_passes_its_test() {
    let shell = Shell::new();
    assert_eq!(shell.strat("new trend").code, Some(0));
    let run = shell.strat("test trend/trend.strat");
    assert_eq!(run.code, Some(0), "{}{}", run.out, run.err);
    assert!(run.out.contains("1 passed, 0 failed"), "{}", run.out);
}
