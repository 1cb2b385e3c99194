//! Values as text.

use strat_runtime::fixed;
use strat_runtime::time::{Duration, Time};

use crate::ir::{Cell, Ir, Kind};

/// Reads a value of a kind; the error says what should stand there.
pub(super) fn value(ir: &Ir, kind: Kind, text: &str) -> Result<Cell, String> {
    match kind {
        Kind::Bool => match text {
            "true" => Ok(Cell::bool(true)),
            "false" => Ok(Cell::bool(false)),
            _ => Err("true or false".into()),
        },
        Kind::Int => {
            plain(text).parse().map(Cell::int).map_err(|_| "a whole number, as in 21".to_owned())
        }
        Kind::Real => real(text),
        Kind::Price => amount(text, &["usd", "usdc", "usdt"], "a price, as in 0.95"),
        Kind::PricePerSize => amount(text, &[], "a price per unit of size, as in 0.001"),
        Kind::Size => amount(text, &["shares", "coins", "lots"], "a size, as in 100 shares"),
        Kind::Money => amount(text, &["usd", "usdc", "usdt"], "an amount, as in 500 usd"),
        Kind::Ratio => ratio(text),
        Kind::Leverage => {
            let digits = text.strip_suffix('x').unwrap_or(text);
            decimal(digits).map_err(|why| format!("a leverage, as in 0.25x ({why})"))
        }
        Kind::Time => Time::parse(text)
            .map(|time| Cell::int(time.nanos()))
            .map_err(|_| "a time, as in 2026-03-02T14:20:00Z".into()),
        Kind::Duration => Duration::parse(text)
            .map(|length| Cell::int(length.nanos()))
            .map_err(|_| "a duration, as in 48h or 1h30m".into()),
        Kind::Enum(id) => {
            let Some(named) = ir.enums.get(id.index()) else { return Err("a member".into()) };
            let member = text.strip_prefix(&format!("{}.", named.name)).unwrap_or(text);
            let found = named.members.iter().position(|name| name == member);
            found
                .map(|at| Cell::int(at as i64))
                .ok_or_else(|| format!("one of {}", named.members.join(", ")))
        }
        Kind::Text | Kind::Instrument | Kind::Level => {
            Err("the value into the strategy's text: it cannot be set from outside".into())
        }
    }
}

/// Digits without the underscores that group them.
fn plain(text: &str) -> String {
    text.trim().replace('_', "")
}

fn decimal(text: &str) -> Result<Cell, String> {
    fixed::parse(&plain(text)).map(Cell::int).map_err(|error| error.to_string())
}

fn real(text: &str) -> Result<Cell, String> {
    let expected = || "a number, as in 1.5".to_owned();
    let digits = plain(text);
    // `parse` of the standard library also takes words such as `inf`.
    if !digits.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.')) {
        return Err(expected());
    }
    match digits.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Cell::real(value)),
        _ => Err(expected()),
    }
}

fn amount(text: &str, units: &[&str], expected: &str) -> Result<Cell, String> {
    let digits = units.iter().find_map(|unit| text.strip_suffix(unit)).unwrap_or(text);
    decimal(digits).map_err(|why| format!("{expected} ({why})"))
}

/// A ratio needs its unit: whether a plain `1` is one percent or the whole cannot be told.
fn ratio(text: &str) -> Result<Cell, String> {
    let expected = "a percentage with its unit, as in 1% or 150bps";
    let (digits, parts) = if let Some(digits) = text.strip_suffix('%') {
        (digits, 100)
    } else if let Some(digits) = text.strip_suffix("bps") {
        (digits, 10_000)
    } else {
        return Err(expected.into());
    };
    let cell = decimal(digits).map_err(|why| format!("{expected} ({why})"))?;
    if cell.bits % parts == 0 {
        Ok(Cell::int(cell.bits / parts))
    } else {
        Err(format!("{expected} with fewer decimals"))
    }
}
