//! Order, spread and extremes of the last n values.

use super::basic::{BASE, real, whole};
use super::{Builtin, Returns, Row, Warm};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        builtin: Builtin::Variance,
        name: "variance",
        series: &["x"],
        settings: &[whole("n", 2)],
        result: Returns::PlainNonNegative,
        warm: &[Warm::Window(0)],
        doc: "sample variance of the last n values, divisor n - 1; zero when all are equal",
        ..BASE
    },
    Row {
        builtin: Builtin::Median,
        name: "median",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0)],
        doc: "median of the last n values: the mean of the two middle ones when n is even",
        ..BASE
    },
    Row {
        builtin: Builtin::Mad,
        name: "mad",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnitNonNegative,
        warm: &[Warm::Window(0)],
        doc: "median of the absolute deviations of the last n values from their median, not scaled",
        ..BASE
    },
    Row {
        builtin: Builtin::Quantile,
        name: "quantile",
        series: &["x"],
        settings: &[whole("n", 1), real("q", 0.0, 1.0)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0)],
        doc: "q-quantile of the last n values, linear between the two at (n - 1) * q",
        ..BASE
    },
    Row {
        builtin: Builtin::PctRank,
        name: "pct_rank",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::PlainNonNegative,
        warm: &[Warm::Window(0)],
        doc: "rank of x among the last n values, x included, in percent: 100 * rank / n with rank \
              1 for the smallest and the mean rank for equals",
        ..BASE
    },
    Row {
        builtin: Builtin::Argmax,
        name: "argmax",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::Whole,
        warm: &[Warm::Window(0)],
        doc: "ticks since the largest of the last n values, 0 when it is x; of equals the newest",
        ..BASE
    },
    Row {
        builtin: Builtin::Argmin,
        name: "argmin",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::Whole,
        warm: &[Warm::Window(0)],
        doc: "ticks since the smallest of the last n values, 0 when it is x; of equals the newest",
        ..BASE
    },
    Row {
        builtin: Builtin::BbandsUpper,
        name: "bbands_upper",
        series: &["x"],
        settings: &[whole("n", 1), real("k", 0.0, 1e3)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0)],
        doc: "upper Bollinger band: mean + k * deviation of the last n values, divisor n",
        ..BASE
    },
    Row {
        builtin: Builtin::BbandsMiddle,
        name: "bbands_middle",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0)],
        doc: "middle Bollinger band: mean of the last n values",
        ..BASE
    },
    Row {
        builtin: Builtin::BbandsLower,
        name: "bbands_lower",
        series: &["x"],
        settings: &[whole("n", 1), real("k", 0.0, 1e3)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0)],
        doc: "lower Bollinger band: mean - k * deviation of the last n values, divisor n",
        ..BASE
    },
    Row {
        builtin: Builtin::StochRsiK,
        name: "stoch_rsi_k",
        series: &["x"],
        settings: &[whole("rsi", 2), whole("n", 1), whole("smooth", 1)],
        result: Returns::PlainNonNegative,
        warm: &[Warm::Wilder(0), Warm::Window(1), Warm::Window(2)],
        doc: "stochastic of r = rsi(x, rsi), 0 to 100: 100 * (r - lowest) / (highest - lowest) \
              over the last n r, 50 where they differ by less than 1e-9; then its mean over \
              `smooth`",
        ..BASE
    },
    Row {
        builtin: Builtin::StochRsiD,
        name: "stoch_rsi_d",
        series: &["x"],
        settings: &[whole("rsi", 2), whole("n", 1), whole("smooth", 1), whole("d", 1)],
        result: Returns::PlainNonNegative,
        warm: &[Warm::Wilder(0), Warm::Window(1), Warm::Window(2), Warm::Window(3)],
        doc: "mean of the last d values of stoch_rsi_k(x, rsi, n, smooth)",
        ..BASE
    },
];
