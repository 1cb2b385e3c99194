//! Averages beyond `sma` and `ema`, and what is made of them.

use super::basic::{BASE, whole};
use super::{Builtin, Returns, Row, Warm};

/// The rows.
pub(super) const ROWS: &[Row] = &[
    Row {
        builtin: Builtin::Wma,
        name: "wma",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0)],
        doc: "weighted mean of the last n values: weight 1 for the oldest to n for the newest",
        ..BASE
    },
    Row {
        builtin: Builtin::Hma,
        name: "hma",
        series: &["x"],
        settings: &[whole("n", 2)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0), Warm::RootWindow(0)],
        doc: "Hull's moving average: wma(2 * wma(x, n / 2) - wma(x, n), sqrt(n)), both lengths \
              rounded down",
        ..BASE
    },
    Row {
        builtin: Builtin::Vwma,
        name: "vwma",
        series: &["x", "volume"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Window(0)],
        doc: "mean of the last n values weighted by volume, sum(x * volume) / sum(volume); the \
              plain mean when the volumes sum to zero",
        ..BASE
    },
    Row {
        builtin: Builtin::Rma,
        name: "rma",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Wilder(0)],
        doc: "Wilder's moving average: `r += (x - r) / n`; starts as the mean of the first n \
              values",
        ..BASE
    },
    Row {
        builtin: Builtin::Dema,
        name: "dema",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Exponential(0), Warm::Exponential(0)],
        doc: "double exponential average: 2 * e1 - e2 with e1 = ema(x, n), e2 = ema(e1, n), each \
              from its first value",
        ..BASE
    },
    Row {
        builtin: Builtin::Tema,
        name: "tema",
        series: &["x"],
        settings: &[whole("n", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Exponential(0), Warm::Exponential(0), Warm::Exponential(0)],
        doc: "triple exponential average: 3 * e1 - 3 * e2 + e3, each the ema of the one before, \
              from its first value",
        ..BASE
    },
    Row {
        builtin: Builtin::Kama,
        name: "kama",
        series: &["x"],
        settings: &[whole("n", 1), whole("fast", 1), whole("slow", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Setting(0), Warm::ExponentialSquared(2)],
        doc: "Kaufman's adaptive average: `k += c * c * (x - k)` with `c = e * (2 / (fast + 1) - 2 \
              / (slow + 1)) + 2 / (slow + 1)` and the efficiency e = abs(x - x n ticks ago) / sum \
              of the last n abs(differences), at most 1, and 1 when nothing moved; starts at the \
              value before the first full window",
        ..BASE
    },
    Row {
        builtin: Builtin::Macd,
        name: "macd",
        series: &["x"],
        settings: &[whole("fast", 1), whole("slow", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Exponential(1)],
        doc: "ema(x, fast) - ema(x, slow), each from its first value; `slow` should be the longer",
        ..BASE
    },
    Row {
        builtin: Builtin::MacdSignal,
        name: "macd_signal",
        series: &["x"],
        settings: &[whole("fast", 1), whole("slow", 1), whole("signal", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Exponential(1), Warm::Exponential(2)],
        doc: "ema of macd(x, fast, slow) over `signal`, from its first value",
        ..BASE
    },
    Row {
        builtin: Builtin::MacdHistogram,
        name: "macd_histogram",
        series: &["x"],
        settings: &[whole("fast", 1), whole("slow", 1), whole("signal", 1)],
        result: Returns::SameUnit,
        warm: &[Warm::Exponential(1), Warm::Exponential(2)],
        doc: "macd(x, fast, slow) - macd_signal(x, fast, slow, signal)",
        ..BASE
    },
];
