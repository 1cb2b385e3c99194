//! Functions of a window of pairs.

use super::recurrence::flow;
use super::window::PairWindow;
use super::{Inputs, NotFinite, finite, real};
use crate::ir::Cell;

/// What is made of the pairs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PairStat {
    Covariance,
    Correlation,
    Residual,
    /// The first weighted by the second.
    WeightedMean,
    /// Of bars: the sum of the money's flow over that of the volume.
    MoneyFlow,
}

/// A function of the last n pairs.
#[derive(Debug, Clone)]
pub(crate) struct Pairs {
    window: PairWindow,
    stat: PairStat,
}

impl Pairs {
    pub(super) fn new(stat: PairStat, n: usize) -> Self {
        Self { window: PairWindow::new(n), stat }
    }

    pub(super) fn push(&mut self, inputs: &Inputs) -> Result<Cell, NotFinite> {
        self.window.mark();
        let x = inputs.map(Cell::as_real);
        let (a, b) = match self.stat {
            PairStat::MoneyFlow => (finite(flow(&x))?, x[3]),
            PairStat::Covariance
            | PairStat::Correlation
            | PairStat::Residual
            | PairStat::WeightedMean => (x[0], x[1]),
        };
        if !self.window.push(a, b) {
            return Ok(Cell::NONE);
        }
        real(match self.stat {
            PairStat::Covariance => self.window.covariance(),
            PairStat::Correlation => self.window.correlation(),
            PairStat::Residual => self.window.residual(),
            PairStat::WeightedMean => self.window.mean_weighted(),
            PairStat::MoneyFlow => self.window.ratio_of_sums().unwrap_or(0.0),
        })
    }

    pub(super) fn undo(&mut self) {
        self.window.undo();
    }
}

strat_runtime::kept!(Pairs { window } fixed { stat });
