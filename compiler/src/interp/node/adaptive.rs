//! Averages over windows that are more than a mean: Hull's and Kaufman's.

use super::window::Window;
use super::{NotFinite, finite, real};
use crate::ir::Cell;

/// Hull's moving average.
#[derive(Debug, Clone)]
pub(crate) struct Hull {
    half: Window,
    whole: Window,
    root: Window,
}

impl Hull {
    pub(super) fn new(n: usize, root: usize) -> Self {
        Self { half: Window::new(n / 2), whole: Window::new(n), root: Window::new(root) }
    }

    pub(super) fn push(&mut self, x: f64) -> Result<Cell, NotFinite> {
        self.root.mark();
        self.half.push(x);
        if !self.whole.push(x) {
            return Ok(Cell::NONE);
        }
        let sharp = finite(2.0 * self.half.weighted_mean() - self.whole.weighted_mean())?;
        if self.root.push(sharp) { real(self.root.weighted_mean()) } else { Ok(Cell::NONE) }
    }

    pub(super) fn undo(&mut self) {
        self.half.undo();
        self.whole.undo();
        self.root.undo();
    }
}

/// Kaufman's adaptive moving average.
#[derive(Debug, Clone)]
pub(crate) struct Kaufman {
    /// The last n + 1 values.
    window: Window,
    fast: f64,
    slow: f64,
    value: Option<f64>,
    before: Option<f64>,
}

impl Kaufman {
    pub(super) fn new(n: usize, fast: usize, slow: usize) -> Self {
        let alpha = |n: usize| 2.0 / (n as f64 + 1.0);
        let window = Window::new(n.max(1) + 1);
        Self { window, fast: alpha(fast), slow: alpha(slow), value: None, before: None }
    }

    pub(super) fn push(&mut self, x: f64) -> Result<Cell, NotFinite> {
        self.before = self.value;
        if !self.window.push(x) {
            return Ok(Cell::NONE);
        }
        let all = self.window.all();
        let mut path = 0.0;
        for (last, next) in all.iter().zip(&all[1..]) {
            path += (next - last).abs();
        }
        let way = (x - self.window.oldest()).abs();
        let efficiency = if path > way { way / path } else { 1.0 };
        let step = efficiency * (self.fast - self.slow) + self.slow;
        let last = self.value.unwrap_or(all[all.len() - 2]);
        let value = finite(last + step * step * (x - last))?;
        self.value = Some(value);
        real(value)
    }

    pub(super) fn undo(&mut self) {
        self.window.undo();
        self.value = self.before;
    }
}

strat_runtime::kept!(Hull { half, whole, root } fixed {});
strat_runtime::kept!(Kaufman { window, value } fixed { fast, slow, before });
