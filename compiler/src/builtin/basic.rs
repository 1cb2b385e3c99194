//! Values as they are, their past, and the oldest functions of technical analysis.

use super::{Builtin, Range, Returns, Row, Setting, Warm};

/// What a row is unless it says otherwise.
pub(super) const BASE: Row = Row {
    builtin: Builtin::Lag,
    name: "[]",
    module: "std.ta",
    series: &["x"],
    alike: 1,
    settings: &[],
    positive_inputs: false,
    result: Returns::SameType,
    warm: &[],
    doc: "",
};

/// A whole number of at least `low`.
pub(super) const fn whole(name: &'static str, low: i64) -> Setting {
    Setting { name, range: Range::Whole(low) }
}

/// A real number.
pub(super) const fn real(name: &'static str, low: f64, high: f64) -> Setting {
    Setting { name, range: Range::Real(low, high) }
}

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        builtin: Builtin::Ema,
        name: "ema",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Exponential(0)],
        doc: "exponential moving average: `e += a * (x - e)` with `a = 2 / (n + 1)`; starts at the \
              first value",
        ..BASE
    },
    Row {
        builtin: Builtin::Sma,
        name: "sma",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0)],
        doc: "arithmetic mean of the last n values",
        ..BASE
    },
    Row {
        builtin: Builtin::Stdev,
        name: "stdev",
        series: &["x"],
        settings: &[whole("n", 2)],
        result: Returns::SameUnitNonNegative,
        warm: &[Warm::Window(0)],
        doc: "sample standard deviation of the last n values, divisor n - 1; zero when all are \
              equal",
        ..BASE
    },
    Row {
        builtin: Builtin::Zscore,
        name: "zscore",
        series: &["x"],
        settings: &[whole("n", 2)],
        result: Returns::Plain,
        warm: &[Warm::Window(0)],
        doc: "(x - mean) / stdev over the last n values, the newest included, divisor n - 1; zero \
              when all are equal",
        ..BASE
    },
    Row {
        builtin: Builtin::LogReturn,
        name: "log_return",
        series: &["x"],
        positive_inputs: true,
        result: Returns::Plain,
        warm: &[Warm::Fixed(1)],
        doc: "ln(x) - ln(x one tick ago)",
        ..BASE
    },
    Row {
        builtin: Builtin::Highest,
        name: "highest",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0)],
        doc: "largest of the last n values",
        ..BASE
    },
    Row {
        builtin: Builtin::Lowest,
        name: "lowest",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0)],
        doc: "smallest of the last n values",
        ..BASE
    },
    Row {
        builtin: Builtin::Rsi,
        name: "rsi",
        series: &["x"],
        settings: &[whole("n", 2)],
        result: Returns::PlainNonNegative,
        warm: &[Warm::Wilder(0)],
        doc: "Wilder's relative strength index, 0 to 100: averages of gains and losses start as \
              the mean of the first n differences and move by `g += (d - g) / n`; 50 when nothing \
              moved",
        ..BASE
    },
    Row {
        builtin: Builtin::CrossesAbove,
        name: "crosses_above",
        series: &["a", "b"],
        alike: 2,
        result: Returns::Bool,
        warm: &[Warm::Fixed(1)],
        doc: "a > b now and a <= b one tick ago",
        ..BASE
    },
    Row {
        builtin: Builtin::CrossesBelow,
        name: "crosses_below",
        series: &["a", "b"],
        alike: 2,
        result: Returns::Bool,
        warm: &[Warm::Fixed(1)],
        doc: "a < b now and a >= b one tick ago",
        ..BASE
    },
    Row {
        builtin: Builtin::Change,
        name: "change",
        series: &["x"],
        result: Returns::SameUnit,
        warm: &[Warm::Fixed(1)],
        doc: "x - x one tick ago",
        ..BASE
    },
    Row {
        builtin: Builtin::Momentum,
        name: "momentum",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Setting(0)],
        doc: "x - x n ticks ago",
        ..BASE
    },
    Row {
        builtin: Builtin::Roc,
        name: "roc",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::Plain,
        warm: &[Warm::Setting(0)],
        doc: "rate of change in percent: 100 * (x - past) / past with the x of n ticks ago; zero \
              when that is zero",
        ..BASE
    },
    Row {
        builtin: Builtin::Rising,
        name: "rising",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::Bool,
        warm: &[Warm::Setting(0)],
        doc: "whether each of the last n ticks brought a higher value",
        ..BASE
    },
    Row {
        builtin: Builtin::Falling,
        name: "falling",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::Bool,
        warm: &[Warm::Setting(0)],
        doc: "whether each of the last n ticks brought a lower value",
        ..BASE
    },
    Row {
        module: "",
        settings: &[whole("n", 0)],
        warm: &[Warm::Setting(0)],
        doc: "the value n ticks ago",
        ..BASE
    },
];
