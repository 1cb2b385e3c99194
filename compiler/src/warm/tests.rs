//! The warm-up table.

use strat_runtime::math;

use super::own_ticks;
use crate::builtin::{Builtin, Warm};

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
    ];
    for (builtin, n, weight, expected) in cases {
        let row = builtin.row();
        assert_eq!(own_ticks(row.warm, n, weight), expected, "{}({n}) at {weight}", row.name);
    }
}

/// The start value's weight is below the limit after the warm-up, and not before.
#[test]
fn the_start_value_is_forgotten_when_it_says() {
    for n in 2..200_i64 {
        for weight in [1e-2, 1e-3, 1e-6, 1e-9] {
            let ticks = own_ticks(Warm::Exponential, n, weight);
            let keep = 1.0 - 2.0 / (n as f64 + 1.0);
            let left = math::powi(keep, ticks as i32);
            let before = math::powi(keep, ticks as i32 - 1);
            // Equality at a whole quotient is decided by the last bit of a logarithm.
            assert!(left <= weight * (1.0 + 1e-12), "n {n}, weight {weight}");
            assert!(before > weight * (1.0 - 1e-12), "n {n}, weight {weight}");
        }
    }
}
