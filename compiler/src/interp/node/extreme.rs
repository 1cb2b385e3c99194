//! Highest and lowest of the last n values.

use super::is_count;
use super::window::Window;

/// The extreme of a window. It is looked for anew only when the old one leaves the window, which
/// gives the same bits as looking each time: of equal values the newest is kept.
#[derive(Debug, Clone)]
pub(crate) struct Extreme {
    window: Window,
    n: u64,
    highest: bool,
    best: Best,
    before: Best,
    inputs: u64,
}

#[derive(Debug, Clone, Copy)]
struct Best {
    value: f64,
    /// The number of the input that it was, from 1; 0 for none.
    input: u64,
}

impl Extreme {
    pub(super) fn highest(n: usize) -> Self {
        Self::new(n, true)
    }

    pub(super) fn lowest(n: usize) -> Self {
        Self::new(n, false)
    }

    fn new(n: usize, highest: bool) -> Self {
        let none = Best { value: 0.0, input: 0 };
        let n = n.max(1);
        Self { window: Window::new(n), n: n as u64, highest, best: none, before: none, inputs: 0 }
    }

    /// Whether `x` replaces `best`, which is older.
    fn beats(&self, x: f64, best: f64) -> bool {
        if self.highest { x >= best } else { x <= best }
    }

    pub(super) fn push(&mut self, x: f64) -> Option<f64> {
        self.before = self.best;
        self.inputs += 1;
        let full = self.window.push(x);
        let expired = self.best.input == 0 || self.best.input + self.n <= self.inputs;
        if expired && full {
            self.rescan();
        } else if expired || self.beats(x, self.best.value) {
            self.best = Best { value: x, input: self.inputs };
        }
        full.then_some(self.best.value)
    }

    fn rescan(&mut self) {
        let first = self.inputs + 1 - self.n;
        let mut best = Best { value: self.window.all()[0], input: first };
        for (input, x) in (first..).zip(self.window.all()) {
            if self.beats(*x, best.value) {
                best = Best { value: *x, input };
            }
        }
        self.best = best;
    }

    /// A tick begins: what was pushed before stays.
    pub(super) fn mark(&mut self) {
        self.window.mark();
    }

    /// Takes the last value back, if one came since [`Extreme::mark`].
    pub(super) fn undo(&mut self) {
        if self.window.undo() {
            self.best = self.before;
            self.inputs = self.inputs.saturating_sub(1);
        }
    }
}

strat_runtime::plain!(Best { value, input });
strat_runtime::kept!(Extreme { window, best, inputs } fixed { n, highest, before }
    if |this| is_count(this.inputs)
        && this.best.input <= this.inputs
        && this.window.filled() as u64 == this.inputs.min(this.n));
