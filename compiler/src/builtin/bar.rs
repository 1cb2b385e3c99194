//! Functions of bars: ranges, oscillators, volume.

use super::basic::{BASE, whole};
use super::{Builtin, Returns, Row, Warm};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        builtin: Builtin::TrueRange,
        name: "true_range",
        series: &["high", "low", "close"],
        alike: 3,
        result: Returns::SameUnitNonNegative,
        warm: &[Warm::Fixed(1)],
        doc: "max(high, last close) - min(low, last close), with the close of one tick ago",
        ..BASE
    },
    Row {
        builtin: Builtin::Atr,
        name: "atr",
        series: &["high", "low", "close"],
        alike: 3,
        settings: &[whole("n", 1)],
        result: Returns::SameUnitNonNegative,
        warm: &[Warm::Wilder(0)],
        doc: "average true range: rma(true_range, n), which starts as the mean of the first n true \
              ranges",
        ..BASE
    },
    Row {
        builtin: Builtin::DonchianUpper,
        name: "donchian_upper",
        series: &["high"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0)],
        doc: "largest of the last n highs",
        ..BASE
    },
    Row {
        builtin: Builtin::DonchianMiddle,
        name: "donchian_middle",
        series: &["high", "low"],
        alike: 2,
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0)],
        doc: "(donchian_upper + donchian_lower) / 2",
        ..BASE
    },
    Row {
        builtin: Builtin::DonchianLower,
        name: "donchian_lower",
        series: &["low"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0)],
        doc: "smallest of the last n lows",
        ..BASE
    },
    Row {
        builtin: Builtin::StochK,
        name: "stoch_k",
        series: &["high", "low", "close"],
        alike: 3,
        settings: &[whole("n", 1), whole("smooth", 1)],
        result: Returns::PlainNonNegative,
        warm: &[Warm::Window(0), Warm::Window(1)],
        doc: "stochastic %K, 0 to 100: 100 * (close - lowest low) / (highest high - lowest low) \
              over the last n bars, 50 when there is no range; then its mean over `smooth` (1: \
              fast)",
        ..BASE
    },
    Row {
        builtin: Builtin::StochD,
        name: "stoch_d",
        series: &["high", "low", "close"],
        alike: 3,
        settings: &[whole("n", 1), whole("smooth", 1), whole("d", 1)],
        result: Returns::PlainNonNegative,
        warm: &[Warm::Window(0), Warm::Window(1), Warm::Window(2)],
        doc: "stochastic %D: mean of the last d values of stoch_k(high, low, close, n, smooth)",
        ..BASE
    },
    Row {
        builtin: Builtin::Cci,
        name: "cci",
        series: &["high", "low", "close"],
        alike: 3,
        settings: &[whole("n", 1)],
        result: Returns::Plain,
        warm: &[Warm::Window(0)],
        doc: "commodity channel index: (p - mean) / (0.015 * mean absolute deviation) of p = (high \
              + low + close) / 3 over the last n bars; zero when all p are equal",
        ..BASE
    },
    Row {
        builtin: Builtin::Willr,
        name: "willr",
        series: &["high", "low", "close"],
        alike: 3,
        settings: &[whole("n", 1)],
        result: Returns::Plain,
        warm: &[Warm::Window(0)],
        doc: "Williams' %R, -100 to 0: -100 * (highest high - close) / (highest high - lowest low) \
              over the last n bars; -50 when there is no range",
        ..BASE
    },
    Row {
        builtin: Builtin::Mfi,
        name: "mfi",
        series: &["high", "low", "close", "volume"],
        alike: 3,
        settings: &[whole("n", 1)],
        result: Returns::PlainNonNegative,
        warm: &[Warm::Setting(0)],
        doc: "money flow index, 0 to 100: 100 * up / (up + down), where a bar's p * volume with p \
              = (high + low + close) / 3 counts up when p rose and down when it fell, over the \
              last n bars; 50 when nothing flowed",
        ..BASE
    },
    Row {
        builtin: Builtin::Obv,
        name: "obv",
        series: &["close", "volume"],
        result: Returns::LastUnit,
        warm: &[Warm::Fixed(1)],
        doc: "on-balance volume: plus the volume when the close rose, minus when it fell; starts \
              at zero with the first bar. The level depends on where it starts, differences do not",
        ..BASE
    },
    Row {
        builtin: Builtin::Adl,
        name: "adl",
        series: &["high", "low", "close", "volume"],
        alike: 3,
        result: Returns::LastUnit,
        warm: &[Warm::Fixed(0)],
        doc: "accumulation and distribution: the sum of volume * ((close - low) - (high - close)) \
              / (high - low), a bar without range adds nothing; starts at zero before the first \
              bar. The level depends on where it starts, differences do not",
        ..BASE
    },
    Row {
        builtin: Builtin::Cmf,
        name: "cmf",
        series: &["high", "low", "close", "volume"],
        alike: 3,
        settings: &[whole("n", 1)],
        result: Returns::Plain,
        warm: &[Warm::Window(0)],
        doc: "Chaikin's money flow, -1 to 1: sum of volume * ((close - low) - (high - close)) / \
              (high - low) over sum of volume of the last n bars; zero when there is no volume",
        ..BASE
    },
    Row {
        builtin: Builtin::AroonUp,
        name: "aroon_up",
        series: &["high"],
        settings: &[whole("n", 1)],
        result: Returns::PlainNonNegative,
        warm: &[Warm::Setting(0)],
        doc: "Aroon up, 0 to 100: 100 * (n - ticks since the largest of the last n + 1 highs) / n; \
              of equals the newest",
        ..BASE
    },
    Row {
        builtin: Builtin::AroonDown,
        name: "aroon_down",
        series: &["low"],
        settings: &[whole("n", 1)],
        result: Returns::PlainNonNegative,
        warm: &[Warm::Setting(0)],
        doc: "Aroon down, 0 to 100: 100 * (n - ticks since the smallest of the last n + 1 lows) / \
              n; of equals the newest",
        ..BASE
    },
];
