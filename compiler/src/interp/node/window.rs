//! The last n values and what is computed of them: means, deviations, regression.
//!
//! Values are taken relative to the oldest of the window. That keeps digits where the values are
//! large beside their differences, and makes a window of equal values exactly flat.

use strat_runtime::math;
use strat_runtime::snapshot::{Keep, Mismatch, Plain, Value};

/// The last n values, oldest first, always contiguous.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    /// Twice the window: each value stands at `at` and at `at + n`, so that any window is a slice.
    values: Vec<f64>,
    n: usize,
    /// Where the next value goes, below `n`.
    at: usize,
    filled: usize,
    lost: f64,
    filled_before: usize,
    /// Whether the last value can be taken back.
    pushed: bool,
}

impl Window {
    pub(super) fn new(n: usize) -> Self {
        let n = n.max(1);
        Self {
            values: vec![0.0; 2 * n],
            n,
            at: 0,
            filled: 0,
            lost: 0.0,
            filled_before: 0,
            pushed: false,
        }
    }

    /// A tick begins: what was pushed before stays. For functions that do not push at each tick.
    pub(super) fn mark(&mut self) {
        self.pushed = false;
    }

    /// Takes a value; whether the window is full.
    #[inline]
    pub(super) fn push(&mut self, x: f64) -> bool {
        self.pushed = true;
        self.lost = self.values[self.at];
        self.filled_before = self.filled;
        self.write(self.at, x);
        self.at = if self.at + 1 == self.n { 0 } else { self.at + 1 };
        self.filled = (self.filled + 1).min(self.n);
        self.filled == self.n
    }

    /// Takes the last value back, if one came since [`Window::mark`]; whether one did.
    pub(super) fn undo(&mut self) -> bool {
        if !std::mem::replace(&mut self.pushed, false) {
            return false;
        }
        self.at = if self.at == 0 { self.n - 1 } else { self.at - 1 };
        self.write(self.at, self.lost);
        self.filled = self.filled_before;
        true
    }

    fn write(&mut self, at: usize, x: f64) {
        self.values[at] = x;
        self.values[at + self.n] = x;
    }

    /// The full window, oldest first.
    pub(super) fn all(&self) -> &[f64] {
        &self.values[self.at..self.at + self.n]
    }

    pub(super) fn oldest(&self) -> f64 {
        self.values[self.at]
    }

    pub(super) fn newest(&self) -> f64 {
        self.values[self.at + self.n - 1]
    }

    /// The mean, less the oldest value.
    fn mean_above_oldest(&self) -> f64 {
        let oldest = self.oldest();
        sum(self.all(), |x| x - oldest) / self.n as f64
    }

    pub(super) fn mean(&self) -> f64 {
        self.oldest() + self.mean_above_oldest()
    }

    pub(super) fn variance(&self) -> f64 {
        self.squares_from(self.mean_above_oldest()) / (self.n as f64 - 1.0)
    }

    /// Mean and deviation with divisor n.
    pub(super) fn mean_and_deviation(&self) -> (f64, f64) {
        let mean = self.mean_above_oldest();
        let deviation = math::sqrt(self.squares_from(mean) / self.n as f64);
        (self.oldest() + mean, deviation)
    }

    /// Mean and mean absolute deviation from it, both less the oldest value.
    pub(super) fn mean_absolute_deviation(&self) -> (f64, f64) {
        let (oldest, mean) = (self.oldest(), self.mean_above_oldest());
        (mean, sum(self.all(), |x| ((x - oldest) - mean).abs()) / self.n as f64)
    }

    /// The mean with weights 1 for the oldest to n for the newest.
    pub(super) fn weighted_mean(&self) -> f64 {
        let (oldest, mut weight, mut total) = (self.oldest(), 0.0, 0.0);
        for x in self.all() {
            weight += 1.0;
            total += weight * (x - oldest);
        }
        oldest + total / (weight * (weight + 1.0) / 2.0)
    }

    /// The sum of `f` over the values.
    pub(super) fn total(&self, f: impl Fn(f64) -> f64) -> f64 {
        sum(self.all(), f)
    }

    pub(super) fn stdev(&self) -> f64 {
        self.deviation_from(self.mean_above_oldest())
    }

    fn deviation_from(&self, mean: f64) -> f64 {
        math::sqrt(self.squares_from(mean) / (self.n as f64 - 1.0))
    }

    /// The sum of squared differences from a mean that is less the oldest value.
    fn squares_from(&self, mean: f64) -> f64 {
        let oldest = self.oldest();
        sum(self.all(), |x| {
            let d = (x - oldest) - mean;
            d * d
        })
    }

    pub(super) fn zscore(&self) -> f64 {
        let mean = self.mean_above_oldest();
        let deviation = self.deviation_from(mean);
        if deviation > 0.0 { ((self.newest() - self.oldest()) - mean) / deviation } else { 0.0 }
    }
}

/// The last n pairs.
#[derive(Debug, Clone)]
pub(crate) struct PairWindow {
    ys: Window,
    xs: Window,
}

impl PairWindow {
    pub(super) fn new(n: usize) -> Self {
        Self { ys: Window::new(n), xs: Window::new(n) }
    }

    pub(super) fn mark(&mut self) {
        self.ys.mark();
        self.xs.mark();
    }

    #[inline]
    pub(super) fn push(&mut self, y: f64, x: f64) -> bool {
        self.ys.push(y);
        self.xs.push(x)
    }

    pub(super) fn undo(&mut self) {
        self.ys.undo();
        self.xs.undo();
    }

    /// Slope of the least-squares line of y on x; zero when all x are equal.
    pub(super) fn slope(&self) -> f64 {
        let squares = self.xs.squares_from(self.xs.mean_above_oldest());
        if squares > 0.0 { self.products() / squares } else { 0.0 }
    }

    pub(super) fn covariance(&self) -> f64 {
        self.products() / (self.xs.n as f64 - 1.0)
    }

    /// Pearson's correlation; zero when either series is flat.
    pub(super) fn correlation(&self) -> f64 {
        let of = |window: &Window| math::sqrt(window.squares_from(window.mean_above_oldest()));
        let scale = of(&self.ys) * of(&self.xs);
        // Rounding may carry the quotient of equal sums past one.
        if scale > 0.0 { (self.products() / scale).clamp(-1.0, 1.0) } else { 0.0 }
    }

    /// The newest y less the least-squares line at the newest x.
    pub(super) fn residual(&self) -> f64 {
        let above_mean =
            |window: &Window| (window.newest() - window.oldest()) - window.mean_above_oldest();
        above_mean(&self.ys) - self.slope() * above_mean(&self.xs)
    }

    /// The sum of y over the sum of x; none where that is zero.
    pub(super) fn ratio_of_sums(&self) -> Option<f64> {
        let below = self.xs.total(|x| x);
        (below != 0.0).then(|| self.ys.total(|y| y) / below)
    }

    /// The mean of y with the weights x, the plain mean where these sum to zero.
    pub(super) fn mean_weighted(&self) -> f64 {
        let oldest = self.ys.oldest();
        let mut total = 0.0;
        for (y, x) in self.ys.all().iter().zip(self.xs.all()) {
            total += (y - oldest) * x;
        }
        let weights = self.xs.total(|x| x);
        if weights == 0.0 { self.ys.mean() } else { oldest + total / weights }
    }

    /// The sum of the products of the differences from the means.
    fn products(&self) -> f64 {
        let (y_oldest, x_oldest) = (self.ys.oldest(), self.xs.oldest());
        let (y_mean, x_mean) = (self.ys.mean_above_oldest(), self.xs.mean_above_oldest());
        let mut products = 0.0;
        for (y, x) in self.ys.all().iter().zip(self.xs.all()) {
            products += ((x - x_oldest) - x_mean) * ((y - y_oldest) - y_mean);
        }
        products
    }
}

/// The sum of `f` over the values in a shape that depends on their number alone: four lanes of
/// every fourth value, then the lanes pairwise, then what is left over from left to right.
fn sum(values: &[f64], f: impl Fn(f64) -> f64) -> f64 {
    let (fours, rest) = values.as_chunks::<4>();
    let mut lanes = [0.0_f64; 4];
    for four in fours {
        for (lane, x) in lanes.iter_mut().zip(four) {
            *lane += f(*x);
        }
    }
    let mut total = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
    for x in rest {
        total += f(*x);
    }
    total
}

impl Window {
    /// How many values it has, at most n.
    pub(super) fn filled(&self) -> usize {
        self.filled
    }
}

/// Its values, oldest first: where in the ring they stand changes no result.
impl Keep for Window {
    fn save(&self) -> Value {
        let Self { values, n, at, filled, lost: _, filled_before: _, pushed: _ } = self;
        Value::List(values[at + n - filled..at + n].iter().map(Plain::to_value).collect())
    }

    fn load(&mut self, value: &Value) -> Result<(), Mismatch> {
        let values = Vec::<f64>::from_value(value)?;
        if values.len() > self.n {
            return Err(Mismatch::new("a window holds more than its length"));
        }
        *self = Self::new(self.n);
        for x in values {
            self.push(x);
        }
        Ok(())
    }
}

strat_runtime::kept!(PairWindow { ys, xs } fixed {} if |this| this.ys.filled == this.xs.filled);
