//! The table of library functions: one row per function, read by the checker, the interpreter, the
//! analyses and the documentation.
//!
//! Stateful functions ("nodes") have one instance per call site. Finite ones depend on exactly the
//! last N inputs; infinite ones declare the decay of their start value.

/// A stateful library function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Builtin {
    /// `ema(x, n)`
    Ema,
    /// `sma(x, n)`
    Sma,
    /// `stdev(x, n)`
    Stdev,
    /// `zscore(x, n)`
    Zscore,
    /// `log_return(x)`
    LogReturn,
    /// `linreg_slope(y, x, n)`
    LinregSlope,
    /// `highest(x, n)`
    Highest,
    /// `lowest(x, n)`
    Lowest,
    /// `rsi(x, n)`
    Rsi,
    /// `crosses_above(a, b)`
    CrossesAbove,
    /// `crosses_below(a, b)`
    CrossesBelow,
    /// `x[n]`: the value n ticks ago.
    Lag,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Which function.
    pub builtin: Builtin,
    /// Name in strategies.
    pub name: &'static str,
    /// Module it is imported from.
    pub module: &'static str,
    /// Series arguments: their names.
    pub series: &'static [&'static str],
    /// Settings: their names; all are whole numbers of at least `setting_min`.
    pub settings: &'static [&'static str],
    /// Smallest value of each setting.
    pub setting_min: i64,
    /// Whether inputs must be positive prices or proven positive.
    pub positive_inputs: bool,
    /// Type of the result.
    pub result: Returns,
    /// When the result is settled.
    pub warm: Warm,
    /// Formula, seed rule and source, for the documentation.
    pub doc: &'static str,
}

/// Type of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Returns {
    /// A real in the unit of the first series.
    SameUnit,
    /// A real without unit.
    Plain,
    /// A real without unit that is never negative.
    PlainNonNegative,
    /// A real in the unit of the first series that is never negative.
    SameUnitNonNegative,
    /// A truth value.
    Bool,
    /// The very type of the first series (`x[n]`).
    SameType,
}

/// How many ticks of its inputs a function needs beyond those that its inputs need.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warm {
    /// A fixed number.
    Fixed(u64),
    /// The setting minus one: a window.
    Window,
    /// The setting itself.
    Setting,
    /// Exponential with `alpha = 2 / (n + 1)`: until the start value's weight is below the
    /// strategy's `warm_weight`: `ceil(ln(weight) / ln(1 - alpha))`.
    Exponential,
    /// Wilder's with `alpha = 1 / n`, after `n` first differences.
    Wilder,
}

impl Builtin {
    /// The function's row.
    pub fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.builtin == self).unwrap_or(&TABLE[0])
    }

    /// The function of that name in that module.
    pub fn find(module: &str, name: &str) -> Option<&'static Row> {
        TABLE.iter().find(|row| row.module == module && row.name == name)
    }
}

/// Most values that a window may hold, whatever a parameter's range says.
pub const WINDOW_MAX: i64 = 1_000_000;

/// The table.
pub static TABLE: &[Row] = &[
    Row {
        builtin: Builtin::Ema,
        name: "ema",
        module: "std.ta",
        series: &["x"],
        settings: &["n"],
        setting_min: 1,
        positive_inputs: false,
        result: Returns::SameUnit,
        warm: Warm::Exponential,
        doc: "exponential moving average: `e += a * (x - e)` with `a = 2 / (n + 1)`; starts at the \
              first value",
    },
    Row {
        builtin: Builtin::Sma,
        name: "sma",
        module: "std.ta",
        series: &["x"],
        settings: &["n"],
        setting_min: 1,
        positive_inputs: false,
        result: Returns::SameUnit,
        warm: Warm::Window,
        doc: "arithmetic mean of the last n values",
    },
    Row {
        builtin: Builtin::Stdev,
        name: "stdev",
        module: "std.ta",
        series: &["x"],
        settings: &["n"],
        setting_min: 2,
        positive_inputs: false,
        result: Returns::SameUnitNonNegative,
        warm: Warm::Window,
        doc: "sample standard deviation of the last n values, divisor n - 1; zero when all are \
              equal",
    },
    Row {
        builtin: Builtin::Zscore,
        name: "zscore",
        module: "std.ta",
        series: &["x"],
        settings: &["n"],
        setting_min: 2,
        positive_inputs: false,
        result: Returns::Plain,
        warm: Warm::Window,
        doc: "(x - mean) / stdev over the last n values, the newest included, divisor n - 1; zero \
              when all are equal",
    },
    Row {
        builtin: Builtin::LogReturn,
        name: "log_return",
        module: "std.ta",
        series: &["x"],
        settings: &[],
        setting_min: 0,
        positive_inputs: true,
        result: Returns::Plain,
        warm: Warm::Fixed(1),
        doc: "ln(x) - ln(x one tick ago)",
    },
    Row {
        builtin: Builtin::LinregSlope,
        name: "linreg_slope",
        module: "std.stats",
        series: &["y", "x"],
        settings: &["n"],
        setting_min: 2,
        positive_inputs: false,
        result: Returns::Plain,
        warm: Warm::Window,
        doc: "slope of the least-squares line of y on x over the last n pairs; zero when all x are \
              equal",
    },
    Row {
        builtin: Builtin::Highest,
        name: "highest",
        module: "std.ta",
        series: &["x"],
        settings: &["n"],
        setting_min: 1,
        positive_inputs: false,
        result: Returns::SameUnit,
        warm: Warm::Window,
        doc: "largest of the last n values",
    },
    Row {
        builtin: Builtin::Lowest,
        name: "lowest",
        module: "std.ta",
        series: &["x"],
        settings: &["n"],
        setting_min: 1,
        positive_inputs: false,
        result: Returns::SameUnit,
        warm: Warm::Window,
        doc: "smallest of the last n values",
    },
    Row {
        builtin: Builtin::Rsi,
        name: "rsi",
        module: "std.ta",
        series: &["x"],
        settings: &["n"],
        setting_min: 2,
        positive_inputs: false,
        result: Returns::PlainNonNegative,
        warm: Warm::Wilder,
        doc: "Wilder's relative strength index, 0 to 100: averages of gains and losses start as \
              the mean of the first n differences and move by `g += (d - g) / n`; 50 when nothing \
              moved",
    },
    Row {
        builtin: Builtin::CrossesAbove,
        name: "crosses_above",
        module: "std.ta",
        series: &["a", "b"],
        settings: &[],
        setting_min: 0,
        positive_inputs: false,
        result: Returns::Bool,
        warm: Warm::Fixed(1),
        doc: "a > b now and a <= b one tick ago",
    },
    Row {
        builtin: Builtin::CrossesBelow,
        name: "crosses_below",
        module: "std.ta",
        series: &["a", "b"],
        settings: &[],
        setting_min: 0,
        positive_inputs: false,
        result: Returns::Bool,
        warm: Warm::Fixed(1),
        doc: "a < b now and a >= b one tick ago",
    },
    Row {
        builtin: Builtin::Lag,
        name: "[]",
        module: "",
        series: &["x"],
        settings: &["n"],
        setting_min: 0,
        positive_inputs: false,
        result: Returns::SameType,
        warm: Warm::Setting,
        doc: "the value n ticks ago",
    },
];
