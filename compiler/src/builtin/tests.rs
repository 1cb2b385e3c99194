//! The table is in order.

use super::{Builtin, Range, SERIES_MAX, SETTINGS_MAX, TABLE, WINDOW_MAX, Warm};

#[test]
fn rows_are_sound() {
    for (at, row) in TABLE.iter().enumerate() {
        let name = row.name;
        assert_eq!(row.builtin.row(), row, "{name} is not found by its function");
        assert!(TABLE[..at].iter().all(|other| other.name != name), "two functions `{name}`");
        assert!((1..=SERIES_MAX).contains(&row.series.len()), "{name}");
        assert!(row.alike >= 1 && row.alike <= row.series.len(), "{name}");
        assert!(row.settings.len() <= SETTINGS_MAX, "{name}");
        assert!(!row.doc.is_empty() && !row.doc.contains("  "), "{name}: {}", row.doc);
        for setting in row.settings {
            match setting.range {
                Range::Whole(low) => assert!((0..WINDOW_MAX).contains(&low), "{name}"),
                Range::Real(low, high) => assert!(low < high && high.is_finite(), "{name}"),
            }
        }
        for term in row.warm {
            let (whole, place) = match *term {
                Warm::Fixed(_) => continue,
                Warm::Gain(place) => (false, place),
                Warm::Window(place)
                | Warm::Setting(place)
                | Warm::RootWindow(place)
                | Warm::Exponential(place)
                | Warm::ExponentialSquared(place)
                | Warm::Wilder(place) => (true, place),
            };
            let range = row.settings[place].range;
            assert_eq!(matches!(range, Range::Whole(_)), whole, "{name} counts by another kind");
        }
    }
}

#[test]
fn formulas_of_the_warm_up() {
    for (builtin, expected) in [
        (Builtin::Sma, "n - 1"),
        (Builtin::LogReturn, "1"),
        (Builtin::Adl, "0"),
        (Builtin::Lag, "n"),
        (Builtin::Hma, "n + floor(sqrt(n)) - 2"),
        (Builtin::StochD, "n + smooth + d - 3"),
        (Builtin::Rsi, "n + ln(warm) / ln(1 - 1 / n)"),
        (Builtin::Macd, "ln(warm) / ln(1 - 2 / (slow + 1))"),
    ] {
        assert_eq!(builtin.row().warm_formula(), expected);
    }
    assert_eq!(Builtin::Quantile.row().ranges(), "n from 1, q 0..1");
    assert_eq!(Builtin::Obv.row().ranges(), "-");
}
