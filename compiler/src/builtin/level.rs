//! Bands and trends that follow the price of bars.

use super::basic::{BASE, real, whole};
use super::{Builtin, Returns, Row, Warm};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        builtin: Builtin::KeltnerUpper,
        name: "keltner_upper",
        series: &["high", "low", "close"],
        alike: 3,
        settings: &[whole("n", 1), real("k", 0.0, 1e3)],
        result: Returns::SameUnit,
        warm: &[Warm::Wilder(0)],
        doc: "upper Keltner band: ema(close, n) + k * atr(high, low, close, n)",
        ..BASE
    },
    Row {
        builtin: Builtin::KeltnerMiddle,
        name: "keltner_middle",
        series: &["close"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Exponential(0)],
        doc: "middle Keltner band: ema(close, n)",
        ..BASE
    },
    Row {
        builtin: Builtin::KeltnerLower,
        name: "keltner_lower",
        series: &["high", "low", "close"],
        alike: 3,
        settings: &[whole("n", 1), real("k", 0.0, 1e3)],
        result: Returns::SameUnit,
        warm: &[Warm::Wilder(0)],
        doc: "lower Keltner band: ema(close, n) - k * atr(high, low, close, n)",
        ..BASE
    },
    Row {
        builtin: Builtin::Adx,
        name: "adx",
        series: &["high", "low", "close"],
        alike: 3,
        settings: &[whole("n", 2)],
        result: Returns::PlainNonNegative,
        warm: &[Warm::Wilder(0), Warm::Wilder(0)],
        doc: "Wilder's average directional index, 0 to 100: rma over n of 100 * abs(p - m) / (p + \
              m) with p = plus_di, m = minus_di, 0 when both are zero",
        ..BASE
    },
    Row {
        builtin: Builtin::PlusDi,
        name: "plus_di",
        series: &["high", "low", "close"],
        alike: 3,
        settings: &[whole("n", 2)],
        result: Returns::PlainNonNegative,
        warm: &[Warm::Wilder(0)],
        doc: "plus directional indicator: 100 * rma(up, n) / rma(true_range, n), where up = high - \
              last high if that is positive and more than last low - low, else 0; zero when there \
              is no range",
        ..BASE
    },
    Row {
        builtin: Builtin::MinusDi,
        name: "minus_di",
        series: &["high", "low", "close"],
        alike: 3,
        settings: &[whole("n", 2)],
        result: Returns::PlainNonNegative,
        warm: &[Warm::Wilder(0)],
        doc: "minus directional indicator: 100 * rma(down, n) / rma(true_range, n), where down = \
              last low - low if that is positive and more than high - last high, else 0; zero when \
              there is no range",
        ..BASE
    },
    Row {
        builtin: Builtin::Psar,
        name: "psar",
        series: &["high", "low"],
        alike: 2,
        settings: &[real("step", 1e-4, 1.0), real("most", 1e-4, 1.0)],
        result: Returns::SameUnit,
        warm: &[Warm::Fixed(1)],
        doc: "Wilder's parabolic stop and reverse: moves by `s += f * (extreme - s)`, never beyond \
              the last two bars, f grows by `step` to `most` at each new extreme; crossed, it \
              turns and starts at the extreme. Starts at the second bar, falling if the low fell \
              by more than the high rose. A start in the wrong direction is forgotten at a turn, \
              so that no fixed number of ticks bounds it",
        ..BASE
    },
    Row {
        builtin: Builtin::Supertrend,
        name: "supertrend",
        series: &["high", "low", "close"],
        alike: 3,
        settings: &[whole("n", 1), real("k", 0.0, 1e3)],
        result: Returns::SameUnit,
        warm: &[Warm::Wilder(0)],
        doc: "line of the trend: under an up trend the lower line, (high + low) / 2 - k * atr, \
              which does not fall until a close is below it; over a down trend the upper one, \
              (high + low) / 2 + k * atr, which does not rise until a close is above it; the trend \
              turns when the close crosses its line; starts up. The start is forgotten as the \
              trend turns, so that no fixed number of ticks bounds it",
        ..BASE
    },
    Row {
        builtin: Builtin::SupertrendUp,
        name: "supertrend_up",
        series: &["high", "low", "close"],
        alike: 3,
        settings: &[whole("n", 1), real("k", 0.0, 1e3)],
        result: Returns::Bool,
        warm: &[Warm::Wilder(0)],
        doc: "whether the trend of supertrend(high, low, close, n, k) is up",
        ..BASE
    },
];
