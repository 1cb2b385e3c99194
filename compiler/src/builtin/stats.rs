//! Statistics.

use super::basic::{BASE, real, whole};
use super::{Builtin, Returns, Row, Warm};

const STATS: Row = Row { module: "std.stats", ..BASE };

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        builtin: Builtin::LinregSlope,
        name: "linreg_slope",
        series: &["y", "x"],
        settings: &[whole("n", 2)],
        result: Returns::Plain,
        warm: &[Warm::Window(0)],
        doc: "slope of the least-squares line of y on x over the last n pairs; zero when all x are \
              equal",
        ..STATS
    },
    Row {
        builtin: Builtin::Cov,
        name: "cov",
        series: &["y", "x"],
        settings: &[whole("n", 2)],
        result: Returns::Plain,
        warm: &[Warm::Window(0)],
        doc: "sample covariance of the last n pairs, divisor n - 1",
        ..STATS
    },
    Row {
        builtin: Builtin::Corr,
        name: "corr",
        series: &["y", "x"],
        settings: &[whole("n", 2)],
        result: Returns::Plain,
        warm: &[Warm::Window(0)],
        doc: "Pearson's correlation of the last n pairs, -1 to 1; zero when all y or all x are \
              equal",
        ..STATS
    },
    Row {
        builtin: Builtin::Beta,
        name: "beta",
        series: &["y", "x"],
        settings: &[whole("n", 2)],
        result: Returns::Plain,
        warm: &[Warm::Window(0)],
        doc: "cov(y, x) / variance(x) over the last n pairs; zero when all x are equal",
        ..STATS
    },
    Row {
        builtin: Builtin::Residual,
        name: "residual",
        series: &["y", "x"],
        settings: &[whole("n", 2)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0)],
        doc: "y less the least-squares line of y on x over the last n pairs; y less its mean when \
              all x are equal",
        ..STATS
    },
    Row {
        builtin: Builtin::EwmVol,
        name: "ewm_vol",
        series: &["r"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnitNonNegative,
        warm: &[Warm::Exponential(0)],
        doc: "volatility of returns: the root of `v += a * (r * r - v)` with `a = 2 / (n + 1)`; \
              starts at the first square; the mean return is taken as zero, nothing is annualised",
        ..STATS
    },
    Row {
        builtin: Builtin::RealisedVol,
        name: "realised_vol",
        series: &["r"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnitNonNegative,
        warm: &[Warm::Window(0)],
        doc: "realised volatility: the root of the sum of the squares of the last n returns; \
              nothing is annualised",
        ..STATS
    },
    Row {
        builtin: Builtin::Parkinson,
        name: "parkinson",
        series: &["high", "low"],
        alike: 2,
        settings: &[whole("n", 1)],
        positive_inputs: true,
        result: Returns::PlainNonNegative,
        warm: &[Warm::Window(0)],
        doc: "Parkinson's volatility per bar: the root of mean(ln(high / low)^2) / (4 ln 2) over \
              the last n bars",
        ..STATS
    },
    Row {
        builtin: Builtin::GarmanKlass,
        name: "garman_klass",
        series: &["open", "high", "low", "close"],
        alike: 4,
        settings: &[whole("n", 1)],
        positive_inputs: true,
        result: Returns::PlainNonNegative,
        warm: &[Warm::Window(0)],
        doc: "Garman and Klass's volatility per bar: the root of the mean of ln(high / low)^2 / 2 \
              - (2 ln 2 - 1) * ln(close / open)^2 over the last n bars; zero where that is \
              negative",
        ..STATS
    },
    Row {
        builtin: Builtin::HalfLife,
        name: "half_life",
        series: &["x"],
        settings: &[whole("n", 3)],
        result: Returns::PlainNonNegative,
        warm: &[Warm::Window(0)],
        doc: "ticks in which a deviation halves: -ln 2 / ln(1 + b) with the slope b of x's \
              differences on the x before, over the last n values; 0 where b <= -1, 1000000 where \
              it does not revert or would take longer",
        ..STATS
    },
    Row {
        builtin: Builtin::Kalman1,
        name: "kalman1",
        series: &["x"],
        settings: &[real("ratio", 1e-9, 1e9)],
        result: Returns::SameUnit,
        warm: &[Warm::Gain(0)],
        doc: "level of a random walk seen through noise: `p += ratio; k = p / (p + 1); m += k * (x \
              - m); p = k` with ratio = variance of a step / variance of the noise; starts at the \
              first value with p = 1",
        ..STATS
    },
];
