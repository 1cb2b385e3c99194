//! What is committed is what the seeds give, and the READMEs tell the truth about it.
#![expect(clippy::unwrap_used, reason = "test code")]
#![expect(clippy::panic, reason = "test code")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;
use strat_examples::{ALL, Example, generate, report};
use strat_runtime::strategy::Strategy as _;

/// Largest data file.
const BYTES_MAX: usize = 400_000;

fn folder(example: &Example) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(example.folder)
}

fn read(example: &Example, name: &str) -> String {
    let path = folder(example).join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Where two texts part: a whole file in a message helps nobody.
fn assert_same(name: &str, committed: &str, made: &str) {
    let differs = committed.lines().zip(made.lines()).position(|(a, b)| a != b);
    if let Some(line) = differs {
        let [committed, made] = [committed, made].map(|text| text.lines().nth(line).unwrap());
        let line = line + 1;
        panic!("{name} differs in line {line}: `{committed}` is committed, `{made}` is made");
    }
    assert_eq!(committed.len(), made.len(), "{name}: one is longer than the other");
}

#[test]
fn data_and_reports_are_what_the_seeds_give() {
    for example in ALL {
        println!("{}: seed {}", example.folder, example.market.seed);
        let strategy = report::strategy(example).unwrap();
        let files = generate::data(example, strategy.manifest()).unwrap();
        for file in &files {
            assert!(file.text.len() < BYTES_MAX, "{}: {} bytes", file.name, file.text.len());
            assert_same(&file.name, &read(example, &file.name), &file.text);
        }
        let expected = report::expected(example, &files).unwrap();
        assert_same(example.folder, &read(example, "expected.json"), &expected);
    }
}

#[test]
fn a_folder_holds_nothing_else() {
    for example in ALL {
        let strategy = report::strategy(example).unwrap();
        let made = generate::data(example, strategy.manifest()).unwrap();
        let mut named: BTreeSet<String> = made.into_iter().map(|file| file.name).collect();
        named.extend(["README.md", "expected.json"].map(str::to_owned));
        named.insert(format!("{}.strat", example.strategy));
        let found: BTreeSet<String> = std::fs::read_dir(folder(example))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned())
            .collect();
        assert_eq!(found, named, "{}", example.folder);
    }
}

#[test]
fn every_example_trades_and_every_handler_fires() {
    for example in ALL {
        let report: Value = serde_json::from_str(&read(example, "expected.json")).unwrap();
        let count = |value: &Value| value.as_u64().unwrap();
        assert!(count(&report["activity"]["fills"]) > 0, "{}", example.folder);
        for handler in report["handlers"].as_array().unwrap() {
            assert!(count(&handler["fired"]) > 0, "{}: {handler}", example.folder);
        }
    }
}

#[test]
fn readmes_give_the_command_and_true_numbers() {
    for example in ALL {
        let readme = read(example, "README.md");
        let command = report::command(example);
        // A command may be broken into lines for reading.
        let plain = readme.replace(" \\\n", " ");
        let plain: Vec<&str> = plain.split_whitespace().collect();
        assert!(plain.join(" ").contains(&command), "{}: `{command}`", example.folder);
        let report: Value = serde_json::from_str(&read(example, "expected.json")).unwrap();
        let rows = numbers(&readme);
        assert!(rows.len() >= 4, "{}: the README shows {} numbers", example.folder, rows.len());
        for (pointer, told) in rows {
            let found = report.pointer(pointer).unwrap_or_else(|| panic!("no `{pointer}`"));
            let found = found.as_str().map_or_else(|| found.to_string(), str::to_owned);
            assert_eq!(told, found, "{}: `{pointer}`", example.folder);
        }
    }
}

#[test]
fn headers_say_idea_trades_needs_and_try() {
    for example in ALL {
        let said = |word: &str| {
            let head = format!("// {word:<10}");
            example.text.lines().find_map(|line| line.strip_prefix(head.as_str())).unwrap()
        };
        for word in ["Idea", "Trades", "Needs"] {
            assert!(said(word).len() > 20, "{}: {word}", example.folder);
        }
        let command = said("Try");
        let readme = format!("the command in examples/{}/README.md", example.folder);
        assert!(command == report::command(example) || command == readme, "{command}");
    }
}

/// The rows of tables that name a place in the report: `| words | value | `/place` |`.
fn numbers(readme: &str) -> Vec<(&str, &str)> {
    readme
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [_, _, value, place, _] = cells.as_slice() else { return None };
            let place = place.strip_prefix('`')?.strip_suffix('`')?;
            place.starts_with('/').then_some((place, *value))
        })
        .collect()
}

#[test]
fn the_strategy_of_the_benchmarks_trades() {
    use strat_backtest::run::{RunConfig, run};
    use strat_backtest::synthetic::SyntheticConfig;
    use strat_compiler::interp::Interp;
    use strat_compiler::params::ParamValues;
    use strat_compiler::pipeline::compile;
    use strat_dsl::{Source, render};
    use strat_runtime::money::Money;
    use strat_runtime::time::Duration;

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("bench/ema_cross_ticks.strat");
    let source = Source::new("ema_cross_ticks.strat", std::fs::read_to_string(path).unwrap());
    let compiled = compile(&source);
    let shown: Vec<_> = compiled.diagnostics.iter().map(|d| render(&source, d, false)).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
    let ir = compiled.strategy("ema_cross_ticks").unwrap();
    let strategy = Interp::new(ir.clone(), &ParamValues::defaults(ir)).unwrap();
    println!("seed 7");
    let market = SyntheticConfig::new(5_000, Duration::SECOND, 7);
    let mut market = market.bind(strategy.manifest()).unwrap();
    let config = RunConfig::new(Money::from_int(10_000).unwrap());
    let record = run(strategy, &mut market, &config).unwrap();
    assert!(record.fills > 10, "{} fills", record.fills);
    assert_eq!(record.counters.faults, 0);
}
