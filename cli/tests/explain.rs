//! `strat explain RUN.trace` as a user types it. What it prints stands in `explain/*.txt`; run the
//! tests with `STRAT_BLESS=1` to write these files anew, and read the difference.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

struct Shell(tempfile::TempDir);

impl Shell {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_strat"));
        command.args(words).current_dir(self.0.path()).output().unwrap()
    }

    /// Runs a line, checks how it ends and gives what it printed.
    #[track_caller]
    fn strat(&self, words: &[&str], code: i32) -> (String, String) {
        let output = self.run(words);
        let out = String::from_utf8(output.stdout).unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "strat {words:?}\n{out}\n{err}");
        assert!(!err.contains("panicked"), "strat {words:?}\n{err}");
        (out, err)
    }

    /// A copy of a shipped strategy, so that no path of this machine is printed.
    fn copy(&self, name: &str) {
        let file = format!("{name}.strat");
        std::fs::copy(root().join("strategies").join(&file), self.path(&file)).unwrap();
    }

    fn simulate(&self, name: &str, ticks: &str) -> String {
        self.copy(name);
        let (file, trace) = (format!("{name}.strat"), format!("{name}.trace"));
        let words = ["simulate", &file, "--ticks", ticks, "--seed", "7", "--trace", &trace];
        self.strat(&words, 0);
        trace
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

#[track_caller]
fn golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/explain").join(name);
    if std::env::var_os("STRAT_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, found).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(expected, found, "{name}; if the new text is better, write it with STRAT_BLESS=1");
}

#[test]
fn sure_bets_tells_each_guard_with_its_values() {
    let shell = Shell::new();
    let trace = shell.simulate("sure_bets", "300");
    let (bought, _) = shell.strat(&["explain", &trace, "--at", "first-order"], 0);
    golden("sure_bets_bought.txt", &bought);
    let words =
        ["explain", &trace, "--at", "2026-01-01T00:30:30Z", "--instrument", "synthetic-1-no"];
    let (stopped, _) = shell.strat(&words, 0);
    golden("sure_bets_stopped.txt", &stopped);
    assert!(stopped.contains("no handler reacted at 2026-01-01T00:30:30Z"), "{stopped}");
}

#[test]
fn dynamic_mm_tells_which_condition_left_a_market_out() {
    let shell = Shell::new();
    let trace = shell.simulate("dynamic_mm", "300");
    let words = ["explain", &trace, "--at", "#500", "--instrument", "synthetic-1"];
    golden("dynamic_mm_left_out.txt", &shell.strat(&words, 0).0);
    let words = ["explain", &trace, "--at", "2026-01-01T04:59:00Z", "--handler", "on shutdown"];
    golden("dynamic_mm_shutdown.txt", &shell.strat(&words, 0).0);
}

/// One-minute bars that walk up and down.
fn bars(count: i64, price: i64) -> String {
    let mut text = "timestamp,open,high,low,close,volume\n".to_owned();
    for i in 0..count {
        let close = price + (i % 97) * 7 - (i % 41) * 11;
        let (hour, minute) = (i / 60, i % 60);
        let row = format!("{close},{},{},{close},1000", close + 5, close - 5);
        writeln!(text, "2026-03-01 {hour:02}:{minute:02}:00,{row}").unwrap();
    }
    text
}

#[test]
fn pairs_z_tells_how_far_its_warm_up_is() {
    let shell = Shell::new();
    shell.copy("pairs_z");
    std::fs::write(shell.path("btc.csv"), bars(120, 40_000)).unwrap();
    std::fs::write(shell.path("eth.csv"), bars(120, 3_000)).unwrap();
    let words = [
        "backtest",
        "pairs_z.strat",
        "--data",
        "btc.csv,instrument=btc",
        "--data",
        "eth.csv,instrument=eth",
        "--trace",
        "pairs.trace",
    ];
    // No handler fires; the trace is written all the same.
    shell.strat(&words, 1);
    let explain = ["explain", "pairs.trace", "--at", "last-stop"];
    golden("pairs_z_waits.txt", &shell.strat(&explain, 0).0);

    // Other data is another run.
    std::fs::write(shell.path("eth.csv"), bars(121, 3_000)).unwrap();
    let (_, err) = shell.strat(&explain, 2);
    assert!(err.contains("`eth.csv,instrument=eth` is not what the run read"), "{err}");
    std::fs::remove_file(shell.path("eth.csv")).unwrap();
    let (_, err) = shell.strat(&explain, 2);
    assert!(err.contains("the data of the run is needed"), "{err}");

    // The strategy is in the trace: its file may change or go.
    std::fs::write(shell.path("eth.csv"), bars(120, 3_000)).unwrap();
    std::fs::remove_file(shell.path("pairs_z.strat")).unwrap();
    shell.strat(&explain, 0);
}

/// Walks the fields of a JSON text.
fn fields(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                found.push(path.clone());
                fields(value, &path, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                fields(item, &format!("{path}[]"), found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_json_has_the_documented_fields_and_no_others() {
    let shell = Shell::new();
    let trace = shell.simulate("sure_bets", "300");
    let words = ["explain", &trace, "--at", "first-order", "--format", "json"];
    let (text, _) = shell.strat(&words, 0);
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["schema"], "strat.explain/1");
    assert_eq!(json["strategy"]["name"], "sure_bets");
    let lines = json["steps"][0]["lines"].as_array().unwrap();
    for kind in ["candidate", "fires", "let", "require", "intent", "stop"] {
        assert!(lines.iter().any(|line| line["kind"] == kind), "no line of kind {kind}");
    }
    let require = lines.iter().find(|line| line["kind"] == "require").unwrap();
    assert_eq!(require["content"]["text"], "ask.price in min_certainty..max_certainty");
    let manual = std::fs::read_to_string(root().join("docs/report.md")).unwrap();
    let start = manual.find("`strat.explain/1`").unwrap();
    let section = manual.split_at(start).1;
    let mut found = Vec::new();
    fields(&json, "", &mut found);
    found.sort();
    found.dedup();
    for field in found {
        let name = field.rsplit(['.', ']']).next().unwrap();
        let named = [format!("`{name}`"), format!("`{name}[]`")];
        let is_named = named.iter().any(|name| section.contains(name));
        assert!(is_named, "`{field}` is not described");
    }
}

#[test]
fn what_is_no_trace_is_refused() {
    let shell = Shell::new();
    let trace = shell.simulate("sure_bets", "20");
    let bytes = std::fs::read(shell.path(&trace)).unwrap();
    let cases: [(&str, Vec<u8>, &str); 5] = [
        ("cut", bytes.iter().take(bytes.len() / 2).copied().collect(), "is cut off"),
        ("empty", Vec::new(), "is cut off"),
        ("foreign", b"open,high,low\n".to_vec(), "this is not a trace"),
        ("newer", b"strat.trace/2 3 00\n{}\n".to_vec(), "the trace is of version 2"),
        (
            "changed",
            String::from_utf8(bytes.clone()).unwrap().replace("0.97", "0.98").into_bytes(),
            "the trace is damaged",
        ),
    ];
    for (name, content, expected) in cases {
        std::fs::write(shell.path(name), content).unwrap();
        let (_, err) = shell.strat(&["explain", name, "--at", "#1"], 2);
        assert!(err.contains(expected), "{name}: {err}");
    }
}

#[test]
fn questions_without_an_answer_say_why() {
    let shell = Shell::new();
    let trace = shell.simulate("sure_bets", "20");
    let cases = [
        (vec!["--at", "yesterday"], "is not a moment"),
        (vec!["--at", "#0"], "they count from #1"),
        (vec!["--at", "2025-01-01T00:00:00Z"], "no handler reacted at or before"),
        (vec!["--at", "#1", "--handler", "99"], "it has: 41 `on every 60s for m in markets`"),
        (vec!["--at", "#1", "--instrument", "nobody"], "the run has none like it"),
        (vec![], "say which moment"),
    ];
    for (words, expected) in cases {
        let mut line = vec!["explain", trace.as_str()];
        line.extend(words);
        let (_, err) = shell.strat(&line, 2);
        assert!(err.contains(expected), "{line:?}: {err}");
    }
    let (_, err) = shell.strat(&["explain", "nothing.trace"], 2);
    assert!(err.contains("no such file"), "{err}");
    let words = ["simulate", "sure_bets.strat", "--paths", "2", "--trace", "x.trace"];
    let (_, err) = shell.strat(&words, 2);
    assert!(err.contains("--trace keeps one path"), "{err}");
}

/// The same run gives the same trace, and asking twice the same answer.
#[test]
fn a_trace_is_a_function_of_its_run() {
    let shell = Shell::new();
    let trace = shell.simulate("sure_bets", "50");
    let first = std::fs::read(shell.path(&trace)).unwrap();
    shell.simulate("sure_bets", "50");
    assert_eq!(first, std::fs::read(shell.path(&trace)).unwrap());
    assert!(first.len() < 20_000, "{} bytes", first.len());
    let words = ["explain", trace.as_str(), "--at", "last-order"];
    let answers = [shell.strat(&words, 0).0, shell.strat(&words, 0).0];
    assert_eq!(answers[0], answers[1]);
}
