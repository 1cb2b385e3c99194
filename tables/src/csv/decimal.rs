//! Fixed-point numbers as exact decimal text.

use std::fmt::Write as _;

/// Units of 1e-9 in one.
const ONE: u64 = 1_000_000_000;

/// Appends a number given in units of 1e-9, without trailing zeros and without `-0`.
pub(crate) fn write_decimal(line: &mut String, units: i64) {
    let magnitude = units.unsigned_abs();
    let (whole, fraction) = (magnitude / ONE, magnitude % ONE);
    let sign = if units < 0 { "-" } else { "" };
    // Writing to a `String` cannot fail.
    let _ = write!(line, "{sign}{whole}");
    if fraction != 0 {
        let _ = write!(line, ".{fraction:09}");
        line.truncate(line.trim_end_matches('0').len());
    }
}

#[cfg(test)]
mod tests {
    use super::write_decimal;

    #[test]
    fn is_exact_and_short() {
        for (units, expected) in [
            (0, "0"),
            (1, "0.000000001"),
            (-1, "-0.000000001"),
            (1_500_000_000, "1.5"),
            (-10_000_000_000, "-10"),
            (100_000_000_000, "100"),
            (1_000_000_010, "1.00000001"),
            (i64::MAX, "9223372036.854775807"),
            (i64::MIN, "-9223372036.854775808"),
        ] {
            let mut line = "0,".to_string();
            write_decimal(&mut line, units);
            assert_eq!(line.strip_prefix("0,"), Some(expected), "{units}");
        }
    }
}
