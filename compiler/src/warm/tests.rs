//! The warm-up table.

use strat_runtime::math;

use super::{Settings, own_ticks};
use crate::builtin::{Builtin, SETTINGS_MAX, Warm};
use crate::ir::Cell;

fn window(n: i64) -> Settings {
    let mut settings = [Cell::NONE; SETTINGS_MAX];
    settings[0] = Cell::int(n);
    settings
}

#[test]
fn ticks_by_function_setting_and_weight() {
    let cases = [
        (Builtin::Ema, 55, 1e-3, 190),
        (Builtin::Ema, 55, 1e-9, 570),
        (Builtin::Ema, 21, 1e-3, 73),
        (Builtin::Ema, 1, 1e-3, 0),
        (Builtin::Ema, 2, 1e-3, 7),
        (Builtin::Ema, 55, 1.0, 0),
        (Builtin::Sma, 20, 1e-3, 19),
        (Builtin::Sma, 1, 1e-3, 0),
        (Builtin::Stdev, 168, 1e-9, 167),
        (Builtin::Zscore, 240, 1e-3, 239),
        (Builtin::LinregSlope, 240, 1e-3, 239),
        (Builtin::Highest, 5, 1e-3, 4),
        (Builtin::LogReturn, 0, 1e-3, 1),
        (Builtin::CrossesAbove, 0, 1e-3, 1),
        (Builtin::Lag, 7, 1e-3, 7),
        (Builtin::Lag, 0, 1e-3, 0),
        // 14 differences, then ln 1e-3 / ln(13/14) = 93.2.
        (Builtin::Rsi, 14, 1e-3, 108),
        (Builtin::Atr, 14, 1e-3, 108),
        (Builtin::Adx, 14, 1e-3, 216),
        (Builtin::Tema, 21, 1e-3, 219),
        // 20 of the longest window, 3 more of the root of 21.
        (Builtin::Hma, 21, 1e-3, 23),
        (Builtin::Mfi, 14, 1e-3, 14),
        (Builtin::TrueRange, 0, 1e-3, 1),
        (Builtin::Adl, 0, 1e-3, 0),
    ];
    for (builtin, n, weight, expected) in cases {
        let row = builtin.row();
        assert_eq!(
            own_ticks(row.warm, &window(n), weight),
            expected,
            "{}({n}) at {weight}",
            row.name
        );
    }
}

/// The start value's weight is below the limit after the warm-up, and not before.
#[test]
fn the_start_value_is_forgotten_when_it_says() {
    for n in 2..200_i64 {
        for weight in [1e-2, 1e-3, 1e-6, 1e-9] {
            let ticks = own_ticks(&[Warm::Exponential(0)], &window(n), weight);
            let keep = 1.0 - 2.0 / (n as f64 + 1.0);
            let left = math::powi(keep, ticks as i32);
            let before = math::powi(keep, ticks as i32 - 1);
            // Equality at a whole quotient is decided by the last bit of a logarithm.
            assert!(left <= weight * (1.0 + 1e-12), "n {n}, weight {weight}");
            assert!(before > weight * (1.0 - 1e-12), "n {n}, weight {weight}");
        }
    }
}

#[test]
fn settings_beyond_the_first_count() {
    let of = |settings: &[Cell]| {
        let mut all = [Cell::NONE; SETTINGS_MAX];
        all[..settings.len()].copy_from_slice(settings);
        all
    };
    let whole = |settings: &[i64]| of(&settings.iter().map(|n| Cell::int(*n)).collect::<Vec<_>>());
    let cases = [
        (Builtin::StochD, whole(&[14, 3, 4]), 13 + 2 + 3),
        // ln 1e-3 / ln(1 - 2/27) = 89.8, and of 9: 30.96.
        (Builtin::Macd, whole(&[12, 26]), 90),
        (Builtin::MacdSignal, whole(&[12, 26, 9]), 90 + 31),
        // 10 differences, then ln 1e-3 / ln(1 - (2/31)^2) = 1656.1.
        (Builtin::Kama, whole(&[10, 2, 30]), 10 + 1657),
        // The steady gain for q = 0.5 is one half.
        (Builtin::Kalman1, of(&[Cell::real(0.5)]), 10),
    ];
    for (builtin, settings, expected) in cases {
        let row = builtin.row();
        assert_eq!(own_ticks(row.warm, &settings, 1e-3), expected, "{}", row.name);
    }
}
