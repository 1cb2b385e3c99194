//! The trades of a report, recomputed from its JSON alone.
//!
//! Nothing of the project is used here but the report's text: amounts are whole numbers of 1e-9.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::interp;
use crate::runs::report;
use crate::synthetic::MARKETS;

const ONE: i128 = 1_000_000_000;

/// What a report came to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Totals {
    pub(crate) fills: usize,
    pub(crate) settlements: usize,
}

/// An exact decimal in units of 1e-9.
fn amount(value: &Value) -> i128 {
    let text = value.as_str().unwrap();
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    assert!(part.len() <= 9, "{text} has more than nine decimals");
    let part: i128 = format!("{part:0<9}").parse().unwrap();
    sign * (whole.parse::<i128>().unwrap() * ONE + part)
}

/// A product of two amounts, to nearest, ties to even.
fn times(a: i128, b: i128) -> i128 {
    let (whole, rest) = ((a * b).div_euclid(ONE), (a * b).rem_euclid(ONE));
    whole + i128::from(2 * rest > ONE || (2 * rest == ONE && whole % 2 != 0))
}

/// Adds up fills, fees and settlements and compares with the report's own account and positions.
pub(crate) fn check(name: &str, report: &str) -> Totals {
    let report: Value = serde_json::from_str(report).unwrap();
    let rows = |key: &str| report[key].as_array().unwrap();
    let (mut cash, mut fees) = (amount(&report["account"]["cash_start"]), 0);
    let mut held: BTreeMap<&str, i128> = BTreeMap::new();
    for fill in rows("fills") {
        let sign = match fill["side"].as_str().unwrap() {
            "buy" => 1,
            "sell" => -1,
            side => panic!("{name}: side {side}"),
        };
        let (size, fee) = (amount(&fill["size"]), amount(&fill["fee"]));
        let flow = -sign * times(amount(&fill["price"]), size) - fee;
        assert_eq!(amount(&fill["cash_flow"]), flow, "{name}: {fill}");
        cash += flow;
        fees += fee;
        let position = held.entry(fill["symbol"].as_str().unwrap()).or_default();
        *position += sign * size;
    }
    for settlement in rows("settlements") {
        let size = amount(&settlement["size"]);
        let flow = times(amount(&settlement["payout"]), size);
        assert_eq!(amount(&settlement["cash_flow"]), flow, "{name}: {settlement}");
        cash += flow;
        *held.entry(settlement["symbol"].as_str().unwrap()).or_default() -= size;
    }
    let account = &report["account"];
    assert_eq!(amount(&account["cash_end"]), cash, "{name}: cash");
    assert_eq!(amount(&account["fees"]), fees, "{name}: fees");
    let mut worth = cash;
    for row in rows("instruments") {
        let symbol = row["symbol"].as_str().unwrap();
        let position = held.remove(symbol).unwrap_or(0);
        assert_eq!(amount(&row["position"]), position, "{name}: {symbol}");
        if position != 0 {
            worth += times(amount(&row["mark"]), position);
        }
    }
    assert!(held.is_empty(), "{name}: {held:?} is of no instrument");
    assert_eq!(amount(&account["equity_end"]), worth, "{name}: equity");
    let fills = rows("fills").len();
    assert_eq!(report["activity"]["fills"], fills, "{name}");
    Totals { fills, settlements: rows("settlements").len() }
}

#[test]
fn reports_on_synthetic_markets_balance() {
    let mut settled = 0;
    for market in MARKETS {
        println!("{}: {} with seed {}", market.strategy, market.model, market.seed);
        let interp = interp(market.strategy, &[]);
        let (mut source, config) = market.path(&interp, 0);
        let report = report(interp, &mut source, &config, Some(market.seed));
        let totals = check(market.strategy, &report);
        println!("{totals:?}");
        assert_eq!(totals.fills > 0, market.fills, "{}", market.strategy);
        settled += totals.settlements;
    }
    assert!(settled > 0, "no market resolved while something was held");
}

#[test]
fn a_report_that_does_not_balance_is_found() {
    let fill =
        r#"{"symbol":"a","side":"buy","size":"2","price":"0.5","fee":"0.01","cash_flow":"-1.01"}"#;
    let report = |cash: &str, position: &str| {
        format!(
            r#"{{"account":{{"cash_start":"10","cash_end":"{cash}","fees":"0.01","equity_end":"10.19"}},
            "activity":{{"fills":1}},"fills":[{fill}],"settlements":[],
            "instruments":[{{"symbol":"a","position":"{position}","mark":"0.6"}}]}}"#
        )
    };
    assert_eq!(check("right", &report("8.99", "2")), Totals { fills: 1, settlements: 0 });
    for wrong in [report("8.990000001", "2"), report("8.99", "1")] {
        assert!(std::panic::catch_unwind(|| check("wrong", &wrong)).is_err());
    }
}

#[test]
fn products_round_to_even() {
    assert_eq!(times(3, ONE / 2), 2);
    assert_eq!(times(5, ONE / 2), 2);
    assert_eq!(times(-3, ONE / 2), -2);
    assert_eq!(times(-5, ONE / 2), -2);
    assert_eq!(times(7 * ONE, 3 * ONE), 21 * ONE);
}
