//! Functions of this tick's and the last tick's values.

use strat_runtime::math;

use super::NotFinite;

/// `ln(x) - ln(x one tick ago)`.
#[derive(Debug, Clone, Default)]
pub(crate) struct LogReturn {
    last: Option<f64>,
    before: Option<f64>,
}

impl LogReturn {
    pub(super) fn push(&mut self, x: f64) -> Result<Option<f64>, NotFinite> {
        self.before = self.last;
        let ln = math::ln(x);
        if !ln.is_finite() {
            return Err(NotFinite);
        }
        let change = self.last.map(|last| ln - last);
        self.last = Some(ln);
        Ok(change)
    }

    pub(super) fn undo(&mut self) {
        self.last = self.before;
    }
}

/// `x - x one tick ago`.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    last: Option<f64>,
    before: Option<f64>,
}

impl Change {
    pub(super) fn push(&mut self, x: f64) -> Option<f64> {
        self.before = self.last;
        self.last.replace(x).map(|last| x - last)
    }

    pub(super) fn undo(&mut self) {
        self.last = self.before;
    }
}

/// `a` crosses `b`: beyond it now, not beyond it one tick ago.
#[derive(Debug, Clone)]
pub(crate) struct Cross {
    above: bool,
    /// Whether `a` was beyond `b`.
    last: Option<bool>,
    before: Option<bool>,
}

impl Cross {
    pub(super) fn above() -> Self {
        Self { above: true, last: None, before: None }
    }

    pub(super) fn below() -> Self {
        Self { above: false, last: None, before: None }
    }

    pub(super) fn push(&mut self, a: f64, b: f64) -> Option<bool> {
        self.before = self.last;
        let beyond = if self.above { a > b } else { a < b };
        let crossed = self.last.map(|last| beyond && !last);
        self.last = Some(beyond);
        crossed
    }

    pub(super) fn undo(&mut self) {
        self.last = self.before;
    }
}

strat_runtime::kept!(LogReturn { last } fixed { before });
strat_runtime::kept!(Change { last } fixed { before });
strat_runtime::kept!(Cross { last } fixed { above, before });
