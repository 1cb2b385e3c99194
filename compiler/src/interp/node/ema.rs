//! The exponential moving average.

use super::is_count;

/// `e += a * (x - e)` with `a = 2 / (n + 1)`; starts at the first value.
#[derive(Debug, Clone)]
pub(crate) struct Ema {
    alpha: f64,
    value: f64,
    before: f64,
    inputs: u64,
}

impl Ema {
    pub(super) fn new(n: usize) -> Self {
        Self { alpha: 2.0 / (n as f64 + 1.0), value: 0.0, before: 0.0, inputs: 0 }
    }

    #[inline]
    pub(super) fn push(&mut self, x: f64) -> f64 {
        self.before = self.value;
        self.inputs += 1;
        if self.inputs == 1 {
            self.value = x;
        } else {
            self.value += self.alpha * (x - self.value);
        }
        self.value
    }

    pub(super) fn undo(&mut self) {
        self.value = self.before;
        self.inputs = self.inputs.saturating_sub(1);
    }
}

strat_runtime::kept!(Ema { value, inputs } fixed { alpha, before }
    if |this| is_count(this.inputs));
