//! Values as people write them: in messages, parameter tables and ranges.

use std::fmt::Write as _;

use strat_runtime::time::{Duration, Time};

use super::{Cell, Ir, Kind, Ty};

/// Writes a value by its type: exact decimals, `3.5%`, `0.25x`, `1h30m`, RFC 3339, the name of an
/// enum's member. `unit` is the unit as written in the strategy, where one is known.
pub fn value(ir: &Ir, cell: Cell, ty: Ty, unit: Option<&str>) -> String {
    if !cell.some {
        return "none".to_owned();
    }
    let bits = cell.bits;
    let spaced = |digits: String| match unit {
        Some(unit) => format!("{digits} {unit}"),
        None => digits,
    };
    match ty.kind {
        Kind::Bool => (bits != 0).to_string(),
        Kind::Int => bits.to_string(),
        Kind::Real => format!("{:?}", cell.as_real()),
        Kind::Price | Kind::Size | Kind::Money | Kind::PricePerSize => {
            spaced(decimal(i128::from(bits)))
        }
        Kind::Ratio if unit == Some("bps") => {
            format!("{}bps", decimal(i128::from(bits) * 10_000))
        }
        Kind::Ratio => format!("{}%", decimal(i128::from(bits) * 100)),
        Kind::Leverage => format!("{}x", decimal(i128::from(bits))),
        Kind::Time => Time::from_nanos(bits).to_string(),
        Kind::Duration => Duration::from_nanos(bits).to_string(),
        Kind::Enum(id) => {
            let member = |at: usize| ir.enums.get(id.index()).and_then(|e| e.members.get(at));
            let name = usize::try_from(bits).ok().and_then(member);
            name.cloned().unwrap_or_else(|| bits.to_string())
        }
        Kind::Text => {
            let text = usize::try_from(bits).ok().and_then(|at| ir.texts.get(at));
            text.cloned().unwrap_or_default()
        }
        Kind::Instrument => {
            let decl = usize::try_from(bits).ok().and_then(|at| ir.instruments.get(at));
            decl.map_or_else(|| format!("instrument {bits}"), |decl| decl.name.clone())
        }
        Kind::Level => {
            let side = if bits & 1 == 0 { "bid" } else { "ask" };
            format!("{side} of instrument {}", bits >> 1)
        }
    }
}

/// A number of billionths as the shortest exact decimal.
fn decimal(raw: i128) -> String {
    const ONE: u128 = strat_runtime::fixed::SCALE.unsigned_abs() as u128;
    let magnitude = raw.unsigned_abs();
    let mut text = String::new();
    if raw < 0 {
        text.push('-');
    }
    let (whole, fraction) = (magnitude / ONE, magnitude % ONE);
    // Writing into a `String` does not fail.
    let _ = write!(text, "{whole}");
    if fraction != 0 {
        let _ = write!(text, ".{fraction:09}");
        text.truncate(text.trim_end_matches('0').len());
    }
    text
}

/// The name of a kind in the words of the language.
pub fn kind_name(ir: &Ir, kind: Kind) -> String {
    match kind {
        Kind::Bool => "bool".into(),
        Kind::Int => "int".into(),
        Kind::Real => "real".into(),
        Kind::Price => "price".into(),
        Kind::Size => "size".into(),
        Kind::Money => "money".into(),
        Kind::Ratio => "percent".into(),
        Kind::Leverage => "leverage".into(),
        Kind::PricePerSize => "price/size".into(),
        Kind::Time => "time".into(),
        Kind::Duration => "duration".into(),
        Kind::Enum(id) => {
            ir.enums.get(id.index()).map_or_else(|| format!("enum{}", id.0), |e| e.name.clone())
        }
        Kind::Text => "text".into(),
        Kind::Instrument => "instrument".into(),
        Kind::Level => "level".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_and_short() {
        let cases = [
            (0, "0"),
            (1, "0.000000001"),
            (-500_000_000, "-0.5"),
            (12_000_000_000, "12"),
            (3_120_000_000, "3.12"),
            (i128::from(i64::MIN) * 100, "-922337203685.4775808"),
        ];
        for (raw, expected) in cases {
            assert_eq!(decimal(raw), expected);
        }
    }
}
