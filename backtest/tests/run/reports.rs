//! What a report says, and that its figures can be worked out again from what it lists.

use std::collections::BTreeSet;

use serde_json::Value;
use strat_backtest::paths::run_paths;
use strat_backtest::record::{FeedsSeen, RunRecord};
use strat_backtest::report::{self, Context, trades::trades};
use strat_backtest::run::{RunConfig, RunError, run};
use strat_backtest::venue::{Feed, Models};
use strat_runtime::manifest::{HandlerId, ReasonId};
use strat_runtime::money::Money;
use strat_runtime::quantity::Quantity;
use strat_runtime::session::{RiskCause, RiskNotice};
use strat_runtime::side::Side;
use strat_runtime::signal::Action;
use strat_runtime::strategy::{Message, MessageLevel, Stop, Trigger};
use strat_runtime::venue::VenueKind;

use crate::scripted::Scripted;
use crate::tape::{self, recorded};
use crate::trader::{Trader, intent, wish};

fn context() -> Context {
    Context {
        data: vec!["quotes.csv".to_owned()],
        seed: Some(42),
        assumed: vec!["times are UTC".to_owned()],
        models: Models::default(),
        backend: "interp",
    }
}

fn random(venue: VenueKind, seed: u64) -> RunRecord {
    let (declared, tape) = recorded(venue, seed, 2_000);
    let config = RunConfig::new(Money::from_int(10_000).unwrap());
    run(Trader::new(declared, seed, Vec::new()), &mut tape.source(), &config).unwrap()
}

/// Buys at the first quote, sells at the third, is stopped at the second and fourth.
fn small() -> RunRecord {
    let (declared, tape) = tape::quotes(&[
        ("100", "101"),
        ("100", "101"),
        ("102", "103"),
        ("104", "105"),
        ("104", "105"),
    ]);
    let size = Quantity::from_int(20).unwrap();
    let strategy = Scripted::new(declared, move |_, trigger, view, out| {
        let Trigger::Book(id) = trigger else { return };
        let side = match view.now.nanos() / 1_000_000_000 - tape::START_SECS {
            0 => Side::Buy,
            2 => Side::Sell,
            _ => {
                let (handler, instrument) = (HandlerId(0), Some(id));
                out.stops.push(Stop { handler, instrument, reason: ReasonId(0) });
                return;
            }
        };
        out.fired.push(HandlerId(0));
        let text = format!("will {side}");
        out.messages.push(Message { level: MessageLevel::Log, text });
        let limit = view.instrument(id).book.best(side.opposite()).unwrap().price;
        out.intents.push(intent(id, Action::Order(wish(0, side, size, Some(limit)))));
    });
    let mut config = RunConfig::new(Money::from_int(10_000).unwrap());
    config.models.fees = "maker=0,taker=0.1%".parse().unwrap();
    run(strategy, &mut tape.source(), &config).unwrap()
}

#[test]
fn the_text_report_in_full() {
    let mut context = context();
    context.models.fees = "maker=0,taker=0.1%".parse().unwrap();
    let got = report::text::single(&small(), &context);
    let expected = include_str!("small.txt");
    assert_eq!(got, expected, "\n{got}");
}

#[test]
fn lines_are_narrow_and_carry_no_trailing_spaces() {
    for venue in [VenueKind::Polymarket, VenueKind::BinancePerp] {
        for seed in 0..4 {
            let mut record = random(venue, seed);
            record.manifest.title = "A title that goes on and on ".repeat(8);
            record.manifest.params.push(("path".to_owned(), "x".repeat(300)));
            record.instruments[0].instrument.name = "name ".repeat(30);
            let mut context = context();
            context.data.push("/a/very/long/path".repeat(20));
            let text = report::text::single(&record, &context);
            for line in text.lines() {
                assert!(line.chars().count() <= 100, "{} columns: {line}", line.len());
                assert_eq!(line, line.trim_end());
            }
        }
    }
}

fn number(value: &Value) -> i128 {
    i128::from(Money::parse(value.as_str().unwrap()).unwrap().raw())
}

#[test]
fn cash_and_positions_can_be_worked_out_from_the_json_alone() {
    let mut fills = 0;
    let mut settlements = 0;
    for venue in [VenueKind::Polymarket, VenueKind::BinancePerp] {
        for seed in 0..4 {
            let record = random(venue, seed);
            let text = report::json::single(&record, &context()).unwrap();
            let json = report::json::parse(&text).unwrap();
            assert_eq!(json["schema"], "strat.report/1");
            let account = &json["account"];
            let mut cash = number(&account["cash_start"]);
            let mut fees = 0;
            let mut held: Vec<(String, i128)> = Vec::new();
            let mut hold = |symbol: &Value, size: i128| {
                let symbol = symbol.as_str().unwrap();
                match held.iter_mut().find(|(name, _)| name == symbol) {
                    Some((_, sum)) => *sum += size,
                    None => held.push((symbol.to_owned(), size)),
                }
            };
            for fill in json["fills"].as_array().unwrap() {
                fills += 1;
                let sign = if fill["side"] == "buy" { 1 } else { -1 };
                let (price, size) = (number(&fill["price"]), number(&fill["size"]));
                // These ticks and lots have products within nine decimals: nothing is rounded.
                assert_eq!(price * size % 1_000_000_000, 0);
                cash -= sign * price * size / 1_000_000_000 + number(&fill["fee"]);
                fees += number(&fill["fee"]);
                hold(&fill["symbol"], sign * size);
            }
            for settled in json["settlements"].as_array().unwrap() {
                settlements += 1;
                let (payout, size) = (number(&settled["payout"]), number(&settled["size"]));
                cash += payout * size / 1_000_000_000;
                hold(&settled["symbol"], -size);
            }
            assert_eq!(cash, number(&account["cash_end"]), "{venue:?} seed {seed}");
            assert_eq!(fees, number(&account["fees"]));
            let mut worth = 0;
            for row in json["instruments"].as_array().unwrap() {
                let position = number(&row["position"]);
                let symbol = row["symbol"].as_str().unwrap();
                let sum = held.iter().find(|(name, _)| name == symbol).map_or(0, |(_, sum)| *sum);
                assert_eq!(position, sum, "{symbol}");
                if position != 0 {
                    let value = number(&row["mark"]) * position;
                    worth += value / 1_000_000_000;
                }
            }
            assert!((cash + worth - number(&account["equity_end"])).abs() <= 2);
        }
    }
    assert!(fills > 100 && settlements > 0, "{fills} fills, {settlements} settlements");
}

#[test]
fn trades_are_the_fills_with_their_names() {
    let record = small();
    let rows: Vec<_> = trades(&record).collect();
    let [buy, sell] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((buy.symbol, buy.slot, buy.because), ("BTCUSDT", "slot 0", "because it can"));
    assert_eq!(buy.handler, "on book(x)");
    assert_eq!(buy.cash_flow.to_string(), "-2022.02");
    assert_eq!(sell.cash_flow.to_string(), "2077.92");
    assert!(sell.position.is_zero());
}

#[test]
fn ratios_of_short_runs_are_absent_with_a_reason() {
    let json = report::json::parse(&report::json::single(&small(), &context()).unwrap()).unwrap();
    for name in ["sharpe", "sortino", "calmar"] {
        assert!(json["metrics"][name]["value"].is_null());
        assert!(json["metrics"][name]["reason"].is_string(), "{name}");
    }
}

/// Every field with its way to it; a figure is one field, and so is a value that may be null.
fn fields(value: &Value, way: &str, out: &mut BTreeSet<String>) {
    match value {
        Value::Object(inner) if !inner.keys().all(|name| name == "value" || name == "reason") => {
            for (name, value) in inner {
                let dot = if way.is_empty() { "" } else { "." };
                fields(value, &format!("{way}{dot}{name}"), out);
            }
        }
        Value::Array(items) => {
            let way = format!("{way}[]");
            for item in items {
                fields(item, &way, out);
            }
        }
        Value::Object(_) | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.insert(way.to_owned());
        }
    }
}

/// The words in backticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The fields that the table of a section of the page names.
fn documented(section: &str) -> BTreeSet<String> {
    let page = include_str!("../../../docs/report.md");
    let text = page.split("\n## ").find(|part| part.starts_with(section)).unwrap();
    let mut out = BTreeSet::new();
    for line in text.lines().filter(|line| line.starts_with("| `")) {
        let columns: Vec<_> = line.split('|').collect();
        assert_eq!(columns.len(), 4, "a row has two columns: {line}");
        let (names, content) = (columns[1], columns[2]);
        let mut before = "";
        for name in quoted(names) {
            let parent = before.rsplit_once('.').map(|(parent, _)| parent);
            let field = if let (Some(name), Some(parent)) = (name.strip_prefix('.'), parent) {
                format!("{parent}.{name}")
            } else {
                before = name;
                name.to_owned()
            };
            let parts = if field.ends_with("[]") { quoted(content) } else { Vec::new() };
            if parts.is_empty() {
                out.insert(field);
            } else {
                out.extend(parts.into_iter().map(|part| format!("{field}.{part}")));
            }
        }
    }
    out
}

#[test]
fn the_page_names_every_field_of_a_run_and_no_other() {
    let mut got = BTreeSet::new();
    for seed in 0..4 {
        let mut record = random(VenueKind::Polymarket, seed);
        record.risk.push(RiskNotice {
            ts: record.data_to,
            cause: RiskCause::Flattened,
            actions: Vec::new(),
        });
        let text = (record.data_to, Message { level: MessageLevel::Log, text: "x".to_owned() });
        record.messages.push(text);
        let json = report::json::single(&record, &context()).unwrap();
        fields(&report::json::parse(&json).unwrap(), "", &mut got);
    }
    assert_eq!(got, documented("JSON of one run"));
}

#[test]
fn the_page_names_every_field_of_many_paths_and_no_other() {
    let config = RunConfig::new(Money::from_int(10_000).unwrap());
    let tape = |seed| recorded(VenueKind::Polymarket, seed, 200);
    let tapes: Vec<_> = (0..2).map(tape).collect();
    let record = run_paths(
        2,
        &config,
        |path| -> Result<_, RunError> {
            let (declared, tape) = &tapes[path as usize];
            Ok((Trader::new(declared.clone(), path, Vec::new()), tape.source()))
        },
        |_| {},
    )
    .unwrap();
    let mut got = BTreeSet::new();
    let json = report::json::paths(&record, &context()).unwrap();
    fields(&report::json::parse(&json).unwrap(), "", &mut got);
    // What the page says to be as in a report on one run.
    let shared = ["strategy.", "run.", "handlers[].", "why_not[]."];
    let nested = ["paths[].outcome", "paths[].metrics"];
    let single = documented("JSON of one run");
    for field in &got {
        let of_path = field.strip_prefix("paths[].").unwrap_or(field);
        if shared.iter().any(|way| field.starts_with(way))
            || nested.iter().any(|way| field.starts_with(way))
        {
            assert!(single.contains(of_path), "`{field}` is not in docs/report.md");
        }
    }
    let own = |field: &String| {
        let inside = |way: &&str| field.starts_with(&format!("{way}."));
        !shared.iter().any(|way| field.starts_with(way)) && !nested.iter().any(inside)
    };
    let got: BTreeSet<_> = got.into_iter().filter(own).collect();
    let page = documented("JSON of many paths");
    let page: BTreeSet<_> =
        page.into_iter().filter(|field| !nested.contains(&field.as_str())).collect();
    // A figure that no path has is null where others have a list.
    let absent = "distributions[].quantiles";
    assert_eq!(got.into_iter().filter(|field| field != absent).collect::<BTreeSet<_>>(), page);
}

#[test]
fn every_model_is_documented() {
    let docs = include_str!("../../../docs/modelling.md");
    let feeds =
        FeedsSeen { kinds: [Feed::Bars, Feed::Trades, Feed::Book].into(), without_volume: true };
    for venue in VenueKind::ALL {
        let declared = crate::trader::manifest(venue, &["X"]);
        for (name, _) in report::assumptions(&Models::default(), &declared, &feeds) {
            let is_named = docs.lines().any(|line| {
                (line.starts_with("## ") || line.starts_with("**")) && line.contains(name)
            });
            assert!(is_named, "`{name}` is not in docs/modelling.md");
        }
    }
}
