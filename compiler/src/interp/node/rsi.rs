//! Wilder's relative strength index.

use super::is_count;

/// Averages of gains and losses: the mean of the first n differences, then `g += (d - g) / n`.
#[derive(Debug, Clone)]
pub(crate) struct Rsi {
    n: f64,
    now: Averages,
    before: Averages,
}

#[derive(Debug, Clone, Copy, Default)]
struct Averages {
    last: f64,
    /// Sums of gains and losses during the first n differences, their averages afterwards.
    gain: f64,
    loss: f64,
    inputs: u64,
}

impl Rsi {
    pub(super) fn new(n: usize) -> Self {
        Self { n: n.max(1) as f64, now: Averages::default(), before: Averages::default() }
    }

    pub(super) fn push(&mut self, x: f64) -> Option<f64> {
        self.before = self.now;
        let n = self.n;
        let now = &mut self.now;
        let change = x - now.last;
        if !change.is_finite() {
            return Some(change);
        }
        let (up, down) = (change.max(0.0), (-change).max(0.0));
        let changes = now.inputs as f64;
        now.last = x;
        now.inputs += 1;
        if changes == 0.0 {
            return None;
        }
        if changes <= n {
            now.gain += up;
            now.loss += down;
            if changes < n {
                return None;
            }
            now.gain /= n;
            now.loss /= n;
        } else {
            now.gain += (up - now.gain) / n;
            now.loss += (down - now.loss) / n;
        }
        let moved = now.gain + now.loss;
        Some(if moved > 0.0 { 100.0 * now.gain / moved } else { 50.0 })
    }

    pub(super) fn undo(&mut self) {
        self.now = self.before;
    }
}

strat_runtime::plain!(Averages { last, gain, loss, inputs });
strat_runtime::kept!(Rsi { now } fixed { n, before } if |this| is_count(this.now.inputs));
