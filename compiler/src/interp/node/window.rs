//! Functions of the last n values: mean, standard deviation, z-score, regression slope.
//!
//! Values are taken relative to the oldest of the window. That keeps digits where the values are
//! large beside their differences, and makes a window of equal values exactly flat.

use strat_runtime::math;

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
}

impl Window {
    pub(super) fn new(n: usize) -> Self {
        let n = n.max(1);
        Self { values: vec![0.0; 2 * n], n, at: 0, filled: 0, lost: 0.0, filled_before: 0 }
    }

    /// Takes a value; whether the window is full.
    #[inline]
    pub(super) fn push(&mut self, x: f64) -> bool {
        self.lost = self.values[self.at];
        self.filled_before = self.filled;
        self.write(self.at, x);
        self.at = if self.at + 1 == self.n { 0 } else { self.at + 1 };
        self.filled = (self.filled + 1).min(self.n);
        self.filled == self.n
    }

    pub(super) fn undo(&mut self) {
        self.at = if self.at == 0 { self.n - 1 } else { self.at - 1 };
        self.write(self.at, self.lost);
        self.filled = self.filled_before;
    }

    fn write(&mut self, at: usize, x: f64) {
        self.values[at] = x;
        self.values[at + self.n] = x;
    }

    /// The full window, oldest first.
    pub(super) fn all(&self) -> &[f64] {
        &self.values[self.at..self.at + self.n]
    }

    fn oldest(&self) -> f64 {
        self.values[self.at]
    }

    fn newest(&self) -> f64 {
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

    pub(super) fn stdev(&self) -> f64 {
        self.deviation_from(self.mean_above_oldest())
    }

    fn deviation_from(&self, mean: f64) -> f64 {
        let oldest = self.oldest();
        let squares = sum(self.all(), |x| {
            let d = (x - oldest) - mean;
            d * d
        });
        math::sqrt(squares / (self.n as f64 - 1.0))
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
        let (y_oldest, x_oldest) = (self.ys.oldest(), self.xs.oldest());
        let (y_mean, x_mean) = (self.ys.mean_above_oldest(), self.xs.mean_above_oldest());
        let squares = sum(self.xs.all(), |x| {
            let d = (x - x_oldest) - x_mean;
            d * d
        });
        if squares > 0.0 {
            let mut products = 0.0;
            for (y, x) in self.ys.all().iter().zip(self.xs.all()) {
                products += ((x - x_oldest) - x_mean) * ((y - y_oldest) - y_mean);
            }
            products / squares
        } else {
            0.0
        }
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
