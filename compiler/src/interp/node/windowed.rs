//! Functions of a window of one series, or of one number of each bar.
#![expect(clippy::wildcard_enum_match_arm, reason = "statistics without a special need are alike")]

use strat_runtime::math;
use strat_runtime::snapshot::{Keep, Mismatch, Plain, Value};

use super::window::Window;
use super::{Inputs, NotFinite, finite, real};
use crate::ir::Cell;

/// What of a tick enters the window.
#[derive(Debug, Clone, Copy)]
pub(super) enum Entry {
    /// The series itself.
    Value,
    /// The sum of high, low and close: their mean, but for a factor that cancels.
    Total,
    /// `ln(high / low)^2`.
    SquaredRange,
    /// Garman and Klass's variance of a bar: of open, high, low and close.
    GarmanKlass,
    /// The flow of money into (positive) or out of (negative) a bar, from the second bar on.
    MoneyFlow { last: Option<f64> },
}

/// What is made of a full window.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stat {
    WeightedMean,
    Variance,
    /// Mean and a multiple of the deviation with divisor n.
    Band(f64),
    Median,
    MedianDeviation,
    Quantile(f64),
    Rank,
    SinceHighest,
    SinceLowest,
    Rising,
    Falling,
    Momentum,
    RateOfChange,
    /// The root of the sum of squares.
    RootOfSquares,
    /// The root of the mean times a factor.
    RootOfMean(f64),
    ChannelIndex,
    MoneyFlow,
    AroonUp,
    AroonDown,
    HalfLife,
}

/// A function of a window.
#[derive(Debug, Clone)]
pub(crate) struct Windowed {
    entry: Entry,
    before: Entry,
    window: Window,
    stat: Stat,
    /// Room for the window in order of size.
    sorted: Vec<f64>,
}

/// The time in which a deviation halves, at most.
const HALF_LIFE_MAX: f64 = 1e6;

impl Windowed {
    /// A function of the last `length` entries.
    pub(super) fn new(entry: Entry, stat: Stat, length: usize) -> Self {
        let room = match stat {
            Stat::Median | Stat::MedianDeviation | Stat::Quantile(_) => length.max(1),
            _ => 0,
        };
        let window = Window::new(length);
        Self { entry, before: entry, window, stat, sorted: vec![0.0; room] }
    }

    pub(super) fn push(&mut self, inputs: &Inputs) -> Result<Cell, NotFinite> {
        self.window.mark();
        self.before = self.entry;
        let Some(entry) = self.entry.take(&inputs.map(Cell::as_real)) else {
            return Ok(Cell::NONE);
        };
        if !self.window.push(finite(entry)?) {
            return Ok(Cell::NONE);
        }
        match self.stat {
            Stat::SinceHighest => Ok(Cell::int(self.since(|x, best| x >= best) as i64)),
            Stat::SinceLowest => Ok(Cell::int(self.since(|x, best| x <= best) as i64)),
            Stat::Rising => Ok(Cell::bool(self.window.all().is_sorted_by(|a, b| a < b))),
            Stat::Falling => Ok(Cell::bool(self.window.all().is_sorted_by(|a, b| a > b))),
            _ => real(self.value()),
        }
    }

    pub(super) fn undo(&mut self) {
        self.window.undo();
        self.entry = self.before;
    }

    fn value(&mut self) -> f64 {
        let window = &self.window;
        match self.stat {
            Stat::WeightedMean => window.weighted_mean(),
            Stat::Variance => window.variance(),
            Stat::Band(k) => {
                let (mean, deviation) = window.mean_and_deviation();
                mean + k * deviation
            }
            Stat::Median => self.median(),
            Stat::MedianDeviation => self.median_deviation(),
            Stat::Quantile(q) => self.quantile(q),
            Stat::Rank => rank(window),
            Stat::Momentum => window.newest() - window.oldest(),
            Stat::RateOfChange => {
                let past = window.oldest();
                if past == 0.0 { 0.0 } else { 100.0 * ((window.newest() - past) / past) }
            }
            Stat::RootOfSquares => math::sqrt(window.total(|x| x * x)),
            Stat::RootOfMean(factor) => math::sqrt((window.mean() * factor).max(0.0)),
            Stat::ChannelIndex => channel_index(window),
            Stat::MoneyFlow => money_flow(window),
            Stat::AroonUp => self.aroon(|x, best| x >= best),
            Stat::AroonDown => self.aroon(|x, best| x <= best),
            Stat::HalfLife => half_life(window.all()),
            Stat::SinceHighest | Stat::SinceLowest | Stat::Rising | Stat::Falling => 0.0,
        }
    }

    /// Ticks since the extreme of the window, the newest of equals.
    fn since(&self, beats: impl Fn(f64, f64) -> bool) -> usize {
        let all = self.window.all();
        let (mut place, mut best) = (0, self.window.oldest());
        for (at, x) in all.iter().enumerate() {
            if beats(*x, best) {
                (place, best) = (at, *x);
            }
        }
        all.len() - 1 - place
    }

    fn aroon(&self, beats: impl Fn(f64, f64) -> bool) -> f64 {
        let n = self.window.all().len() as f64 - 1.0;
        100.0 * ((n - self.since(beats) as f64) / n)
    }

    fn sort(&mut self) {
        self.sorted.copy_from_slice(self.window.all());
        self.sorted.sort_unstable_by(f64::total_cmp);
    }

    fn median(&mut self) -> f64 {
        self.sort();
        middle(&self.sorted)
    }

    fn median_deviation(&mut self) -> f64 {
        let median = self.median();
        for x in &mut self.sorted {
            *x = (*x - median).abs();
        }
        self.sorted.sort_unstable_by(f64::total_cmp);
        middle(&self.sorted)
    }

    fn quantile(&mut self, q: f64) -> f64 {
        self.sort();
        let last = self.sorted.len() - 1;
        let place = last as f64 * q;
        let below = (math::floor(place) as usize).min(last);
        let low = self.sorted[below];
        let high = self.sorted[(below + 1).min(last)];
        low + (place - below as f64) * (high - low)
    }
}

impl Entry {
    fn take(&mut self, x: &[f64; 4]) -> Option<f64> {
        match self {
            Entry::Value => Some(x[0]),
            Entry::Total => Some(x[0] + x[1] + x[2]),
            Entry::SquaredRange => {
                let range = math::ln(x[0] / x[1]);
                Some(range * range)
            }
            Entry::GarmanKlass => {
                let [open, high, low, close] = *x;
                let (range, body) = (math::ln(high / low), math::ln(close / open));
                Some(range * range / 2.0 - (2.0 * core::f64::consts::LN_2 - 1.0) * (body * body))
            }
            Entry::MoneyFlow { last } => {
                let price = typical(x);
                let last = last.replace(price)?;
                let flow = price * x[3];
                Some(if price > last {
                    flow
                } else if price < last {
                    -flow
                } else {
                    0.0
                })
            }
        }
    }
}

/// The mean of high, low and close.
fn typical(bar: &[f64; 4]) -> f64 {
    (bar[0] + bar[1] + bar[2]) / 3.0
}

/// The median of values in order of size.
fn middle(sorted: &[f64]) -> f64 {
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[half]
    } else {
        let (low, high) = (sorted[half - 1], sorted[half]);
        low + (high - low) / 2.0
    }
}

/// The rank of the newest value in percent, of equals the mean rank.
fn rank(window: &Window) -> f64 {
    let newest = window.newest();
    let (mut below, mut equal) = (0_u32, 0_u32);
    for x in window.all() {
        if *x < newest {
            below += 1;
        } else if *x <= newest {
            equal += 1;
        }
    }
    let rank = f64::from(below) + f64::midpoint(f64::from(equal), 1.0);
    100.0 * (rank / window.all().len() as f64)
}

fn channel_index(window: &Window) -> f64 {
    let (mean, deviation) = window.mean_absolute_deviation();
    let above = (window.newest() - window.oldest()) - mean;
    if deviation > 0.0 { above / (0.015 * deviation) } else { 0.0 }
}

fn money_flow(window: &Window) -> f64 {
    let up = window.total(|flow| flow.max(0.0));
    let down = window.total(|flow| (-flow).max(0.0));
    let both = up + down;
    if both > 0.0 { 100.0 * (up / both) } else { 50.0 }
}

/// From the slope of the differences on the values before them.
fn half_life(values: &[f64]) -> f64 {
    let pairs = values.len() - 1;
    let (oldest, newest) = (values[0], values[pairs]);
    let count = pairs as f64;
    let mut total = 0.0;
    for x in &values[..pairs] {
        total += x - oldest;
    }
    let (mean, mean_step) = (total / count, (newest - oldest) / count);
    let (mut squares, mut products) = (0.0, 0.0);
    for (x, next) in values.iter().zip(&values[1..]) {
        let above = (x - oldest) - mean;
        squares += above * above;
        products += above * ((next - x) - mean_step);
    }
    let slope = if squares > 0.0 { products / squares } else { 0.0 };
    if slope <= -1.0 {
        0.0
    } else if slope < 0.0 {
        (-core::f64::consts::LN_2 / math::ln_1p(slope)).min(HALF_LIFE_MAX)
    } else {
        HALF_LIFE_MAX
    }
}

/// The price before, where the flow of money asks for it; nothing elsewhere.
impl Keep for Entry {
    fn save(&self) -> Value {
        match self {
            Entry::MoneyFlow { last } => last.to_value(),
            Entry::Value | Entry::Total | Entry::SquaredRange | Entry::GarmanKlass => Value::None,
        }
    }

    fn load(&mut self, value: &Value) -> Result<(), Mismatch> {
        match self {
            Entry::MoneyFlow { last } => last.load(value),
            Entry::Value | Entry::Total | Entry::SquaredRange | Entry::GarmanKlass => Ok(()),
        }
    }
}

strat_runtime::kept!(Windowed { entry, window } fixed { before, stat, sorted });
