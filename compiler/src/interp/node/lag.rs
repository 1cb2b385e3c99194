//! The value n ticks ago.

use crate::ir::Cell;

/// `x[n]`: keeps the last n + 1 values of any type.
#[derive(Debug, Clone)]
pub(crate) struct Lag {
    values: Vec<Cell>,
    /// Where the next value goes, which is where the oldest stands.
    at: usize,
    inputs: usize,
    lost: Cell,
    inputs_before: usize,
}

impl Lag {
    pub(super) fn new(n: usize) -> Self {
        Self {
            values: vec![Cell::NONE; n + 1],
            at: 0,
            inputs: 0,
            lost: Cell::NONE,
            inputs_before: 0,
        }
    }

    pub(super) fn push(&mut self, x: Cell) -> Option<Cell> {
        self.lost = self.values[self.at];
        self.inputs_before = self.inputs;
        self.values[self.at] = x;
        self.at = (self.at + 1) % self.values.len();
        self.inputs = (self.inputs + 1).min(self.values.len());
        (self.inputs == self.values.len()).then(|| self.values[self.at])
    }

    pub(super) fn undo(&mut self) {
        self.at = (self.at + self.values.len() - 1) % self.values.len();
        self.values[self.at] = self.lost;
        self.inputs = self.inputs_before;
    }
}

impl Lag {
    /// The values that it has, oldest first.
    pub(in crate::interp) fn values(&self) -> impl Iterator<Item = Cell> {
        let length = self.values.len();
        (0..self.inputs)
            .map(move |back| self.values[(self.at + length - self.inputs + back) % length])
    }

    /// Begins anew with these values, oldest first; `false` if there are more than it keeps.
    pub(in crate::interp) fn refill(&mut self, values: &[Cell]) -> bool {
        *self = Self::new(self.values.len() - 1);
        for value in values {
            self.push(*value);
        }
        values.len() <= self.values.len()
    }
}
