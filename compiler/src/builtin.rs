//! The table of library functions: one row per function, read by the checker, the interpreter, the
//! analyses and the documentation.
//!
//! [`TABLE`] has the functions with memory, [`pure::FUNCTIONS`] those without, [`entries`] both.
//!
//! Stateful functions ("nodes") have one instance per call site. Finite ones depend, bit for bit, on
//! exactly the last inputs that their row counts; infinite ones declare the decay of their start
//! value. Functions of bars take the bars' fields as series, in the order open, high, low, close,
//! volume, and only those that they need: `atr(h1.high, h1.low, h1.close, 14)`. So they work on any
//! series, joint clocks and candles of one's own included. A function with several results is
//! several functions: `bbands_upper`, `bbands_middle`, `bbands_lower`.

mod average;
mod bar;
mod basic;
mod entry;
mod level;
pub mod pure;
mod stats;
mod window;

pub use entry::{Entry, entries};

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
    /// `wma(x, n)`
    Wma,
    /// `hma(x, n)`
    Hma,
    /// `vwma(x, volume, n)`
    Vwma,
    /// `rma(x, n)`
    Rma,
    /// `dema(x, n)`
    Dema,
    /// `tema(x, n)`
    Tema,
    /// `kama(x, n, fast, slow)`
    Kama,
    /// `macd(x, fast, slow)`
    Macd,
    /// `macd_signal(x, fast, slow, signal)`
    MacdSignal,
    /// `macd_histogram(x, fast, slow, signal)`
    MacdHistogram,
    /// `variance(x, n)`
    Variance,
    /// `median(x, n)`
    Median,
    /// `mad(x, n)`
    Mad,
    /// `quantile(x, n, q)`
    Quantile,
    /// `pct_rank(x, n)`
    PctRank,
    /// `argmax(x, n)`
    Argmax,
    /// `argmin(x, n)`
    Argmin,
    /// `rising(x, n)`
    Rising,
    /// `falling(x, n)`
    Falling,
    /// `change(x)`
    Change,
    /// `momentum(x, n)`
    Momentum,
    /// `roc(x, n)`
    Roc,
    /// `bbands_upper(x, n, k)`
    BbandsUpper,
    /// `bbands_middle(x, n)`
    BbandsMiddle,
    /// `bbands_lower(x, n, k)`
    BbandsLower,
    /// `true_range(high, low, close)`
    TrueRange,
    /// `atr(high, low, close, n)`
    Atr,
    /// `keltner_upper(high, low, close, n, k)`
    KeltnerUpper,
    /// `keltner_middle(close, n)`
    KeltnerMiddle,
    /// `keltner_lower(high, low, close, n, k)`
    KeltnerLower,
    /// `donchian_upper(high, n)`
    DonchianUpper,
    /// `donchian_middle(high, low, n)`
    DonchianMiddle,
    /// `donchian_lower(low, n)`
    DonchianLower,
    /// `stoch_k(high, low, close, n, smooth)`
    StochK,
    /// `stoch_d(high, low, close, n, smooth, d)`
    StochD,
    /// `stoch_rsi_k(x, rsi, n, smooth)`
    StochRsiK,
    /// `stoch_rsi_d(x, rsi, n, smooth, d)`
    StochRsiD,
    /// `cci(high, low, close, n)`
    Cci,
    /// `willr(high, low, close, n)`
    Willr,
    /// `mfi(high, low, close, volume, n)`
    Mfi,
    /// `obv(close, volume)`
    Obv,
    /// `adl(high, low, close, volume)`
    Adl,
    /// `cmf(high, low, close, volume, n)`
    Cmf,
    /// `adx(high, low, close, n)`
    Adx,
    /// `plus_di(high, low, close, n)`
    PlusDi,
    /// `minus_di(high, low, close, n)`
    MinusDi,
    /// `aroon_up(high, n)`
    AroonUp,
    /// `aroon_down(low, n)`
    AroonDown,
    /// `psar(high, low, step, most)`
    Psar,
    /// `supertrend(high, low, close, n, k)`
    Supertrend,
    /// `supertrend_up(high, low, close, n, k)`
    SupertrendUp,
    /// `cov(y, x, n)`
    Cov,
    /// `corr(y, x, n)`
    Corr,
    /// `beta(y, x, n)`
    Beta,
    /// `residual(y, x, n)`
    Residual,
    /// `ewm_vol(r, n)`
    EwmVol,
    /// `realised_vol(r, n)`
    RealisedVol,
    /// `parkinson(high, low, n)`
    Parkinson,
    /// `garman_klass(open, high, low, close, n)`
    GarmanKlass,
    /// `half_life(x, n)`
    HalfLife,
    /// `kalman1(x, ratio)`
    Kalman1,
    /// `x[n]`: the value n ticks ago.
    Lag,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// Which function.
    pub builtin: Builtin,
    /// Name in strategies.
    pub name: &'static str,
    /// Module it is imported from.
    pub module: &'static str,
    /// Series arguments: their names. At most [`SERIES_MAX`].
    pub series: &'static [&'static str],
    /// How many of the series, from the first, must be of one unit.
    pub alike: usize,
    /// Settings, after the series. At most [`SETTINGS_MAX`].
    pub settings: &'static [Setting],
    /// Whether inputs must be positive prices or proven positive.
    pub positive_inputs: bool,
    /// Type of the result.
    pub result: Returns,
    /// When the result is settled: the sum of these.
    pub warm: &'static [Warm],
    /// Formula, seed rule and source, for the documentation.
    pub doc: &'static str,
}

/// An argument that is fixed before the first event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Setting {
    /// Name in strategies.
    pub name: &'static str,
    /// What it may be, both ends included.
    pub range: Range,
}

/// Range of a setting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Range {
    /// Whole numbers from this one to [`WINDOW_MAX`].
    Whole(i64),
    /// Reals between these two.
    Real(f64, f64),
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
    /// A real in the unit of the last series.
    LastUnit,
    /// A whole number that is never negative.
    Whole,
    /// A truth value.
    Bool,
    /// The very type of the first series (`x[n]`).
    SameType,
}

/// How many ticks of its inputs a function needs beyond those that its inputs need. The numbers are
/// places of settings in the row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warm {
    /// A fixed number.
    Fixed(u64),
    /// The setting minus one: a window.
    Window(usize),
    /// The setting itself.
    Setting(usize),
    /// The whole part of the setting's square root, minus one: the last window of `hma`.
    RootWindow(usize),
    /// Exponential with `alpha = 2 / (n + 1)`: until the start value's weight is below the
    /// strategy's `warm_weight`: `ceil(ln(weight) / ln(1 - alpha))`.
    Exponential(usize),
    /// Exponential with `alpha = (2 / (n + 1))^2`: the slowest that `kama` gets.
    ExponentialSquared(usize),
    /// Wilder's with `alpha = 1 / n`, after `n` first differences.
    Wilder(usize),
    /// Exponential with the steady gain of a filter whose ratio of noises q is the setting:
    /// `alpha = (sqrt(q * q + 4 * q) - q) / 2`.
    Gain(usize),
}

/// The version of the library: changed when any of its functions gives other bits, which is part of
/// what a strategy does.
pub const LIBRARY: &str = "library 1";

/// Most series that a function takes.
pub const SERIES_MAX: usize = 4;

/// Most settings that a function takes.
pub const SETTINGS_MAX: usize = 4;

/// Most values that a window may hold, whatever a parameter's range says.
pub const WINDOW_MAX: i64 = 1_000_000;

const PARTS: [&[Row]; 6] =
    [basic::ROWS, average::ROWS, window::ROWS, bar::ROWS, level::ROWS, stats::ROWS];

static JOINED: [Row; count(&PARTS)] = join(&PARTS);

/// The table.
pub static TABLE: &[Row] = &JOINED;

const fn count(parts: &[&[Row]]) -> usize {
    let (mut total, mut at) = (0, 0);
    while at < parts.len() {
        total += parts[at].len();
        at += 1;
    }
    total
}

const fn join<const N: usize>(parts: &[&[Row]]) -> [Row; N] {
    let mut rows = [basic::BASE; N];
    let (mut part, mut next) = (0, 0);
    while part < parts.len() {
        let mut at = 0;
        while at < parts[part].len() {
            rows[next] = parts[part][at];
            next += 1;
            at += 1;
        }
        part += 1;
    }
    rows
}

impl Builtin {
    /// The function's row.
    pub fn row(self) -> &'static Row {
        TABLE.iter().find(|row| row.builtin == self).unwrap_or(&JOINED[0])
    }
}

impl Row {
    /// Whether the function depends on the last inputs alone. Others keep a trace of all inputs.
    pub fn is_finite(&self) -> bool {
        let windows = self.warm.iter().all(|term| match term {
            Warm::Fixed(_) | Warm::Window(_) | Warm::Setting(_) | Warm::RootWindow(_) => true,
            Warm::Exponential(_)
            | Warm::ExponentialSquared(_)
            | Warm::Wilder(_)
            | Warm::Gain(_) => false,
        });
        windows && !matches!(self.builtin, Builtin::Obv | Builtin::Adl | Builtin::Psar)
    }

    /// The warm-up as a formula of the settings; `warm` stands for the strategy's `warm_weight`.
    pub fn warm_formula(&self) -> String {
        let name = |at: usize| self.settings.get(at).map_or("n", |setting| setting.name);
        let mut out = String::new();
        let mut fixed: i64 = 0;
        for term in self.warm {
            let text = match *term {
                Warm::Fixed(ticks) => {
                    fixed += ticks as i64;
                    continue;
                }
                Warm::Window(at) => {
                    fixed -= 1;
                    name(at).to_owned()
                }
                Warm::RootWindow(at) => {
                    fixed -= 1;
                    format!("floor(sqrt({}))", name(at))
                }
                Warm::Setting(at) => name(at).to_owned(),
                Warm::Exponential(at) => format!("ln(warm) / ln(1 - 2 / ({} + 1))", name(at)),
                Warm::ExponentialSquared(at) => {
                    format!("ln(warm) / ln(1 - (2 / ({} + 1))^2)", name(at))
                }
                Warm::Wilder(at) => {
                    let n = name(at);
                    format!("{n} + ln(warm) / ln(1 - 1 / {n})")
                }
                Warm::Gain(at) => {
                    let q = name(at);
                    format!("ln(warm) / ln(1 - (sqrt({q}^2 + 4 {q}) - {q}) / 2)")
                }
            };
            if !out.is_empty() {
                out += " + ";
            }
            out += &text;
        }
        match (out.is_empty(), fixed) {
            (true, _) => fixed.to_string(),
            (false, 0) => out,
            (false, 1..) => format!("{out} + {fixed}"),
            (false, _) => format!("{out} - {}", -fixed),
        }
    }

    /// The ranges of the settings: `n from 2, q 0..1`; `-` where there are none.
    pub fn ranges(&self) -> String {
        if self.settings.is_empty() {
            return "-".to_owned();
        }
        let one = |setting: &Setting| match setting.range {
            Range::Whole(low) => format!("{} from {low}", setting.name),
            Range::Real(low, high) => format!("{} {low}..{high}", setting.name),
        };
        self.settings.iter().map(one).collect::<Vec<_>>().join(", ")
    }
}

impl Returns {
    /// The type in words.
    pub fn describe(self) -> &'static str {
        match self {
            Returns::SameUnit => "real of the unit of the first",
            Returns::SameUnitNonNegative => "real of the unit of the first, never negative",
            Returns::LastUnit => "real of the unit of the last",
            Returns::Plain => "real",
            Returns::PlainNonNegative => "real, never negative",
            Returns::Whole => "int, never negative",
            Returns::Bool => "bool",
            Returns::SameType => "as the first",
        }
    }
}

#[cfg(test)]
mod tests;
