//! Instances of the stateful library functions: one per call site.
//!
//! Each takes the inputs of one tick and gives a value, or none while it has seen too few. Finite
//! functions are recomputed over their window in a fixed order, so that they depend, bit for bit,
//! on nothing but the last n inputs. Every instance can take back its last input, because a step
//! that faults leaves no trace.

mod ema;
mod extreme;
mod lag;
mod pair;
mod rsi;
mod window;

use crate::builtin::{Builtin, WINDOW_MAX};
use crate::ir::Cell;

use ema::Ema;
use extreme::Extreme;
use lag::Lag;
use pair::{Cross, LogReturn};
use rsi::Rsi;
use window::{PairWindow, Window};

/// A result was infinite or undefined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotFinite;

/// One instance of a stateful function.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Ema(Ema),
    Sma(Window),
    Stdev(Window),
    Zscore(Window),
    LinregSlope(PairWindow),
    Extreme(Extreme),
    LogReturn(LogReturn),
    Rsi(Rsi),
    Cross(Cross),
    Lag(Lag),
}

impl Node {
    /// A new instance; `setting` is the function's only setting, 0 where it has none. The caller
    /// has checked it against the function's row and [`WINDOW_MAX`].
    pub(super) fn new(builtin: Builtin, setting: i64) -> Node {
        let n = usize::try_from(setting.clamp(0, WINDOW_MAX)).unwrap_or(0);
        match builtin {
            Builtin::Ema => Node::Ema(Ema::new(n)),
            Builtin::Sma => Node::Sma(Window::new(n)),
            Builtin::Stdev => Node::Stdev(Window::new(n)),
            Builtin::Zscore => Node::Zscore(Window::new(n)),
            Builtin::LogReturn => Node::LogReturn(LogReturn::default()),
            Builtin::LinregSlope => Node::LinregSlope(PairWindow::new(n)),
            Builtin::Highest => Node::Extreme(Extreme::highest(n)),
            Builtin::Lowest => Node::Extreme(Extreme::lowest(n)),
            Builtin::Rsi => Node::Rsi(Rsi::new(n)),
            Builtin::CrossesAbove => Node::Cross(Cross::above()),
            Builtin::CrossesBelow => Node::Cross(Cross::below()),
            Builtin::Lag => Node::Lag(Lag::new(n)),
        }
    }

    /// Takes the inputs of one tick; [`Cell::NONE`] while there were too few. Functions of one
    /// series ignore `b`.
    #[inline]
    pub(super) fn push(&mut self, a: Cell, b: Cell) -> Result<Cell, NotFinite> {
        let value = match self {
            Node::Ema(node) => Some(node.push(a.as_real())),
            Node::Sma(node) => node.push(a.as_real()).then(|| node.mean()),
            Node::Stdev(node) => node.push(a.as_real()).then(|| node.stdev()),
            Node::Zscore(node) => node.push(a.as_real()).then(|| node.zscore()),
            Node::LinregSlope(node) => node.push(a.as_real(), b.as_real()).then(|| node.slope()),
            Node::Extreme(node) => node.push(a.as_real()),
            Node::LogReturn(node) => node.push(a.as_real())?,
            Node::Rsi(node) => node.push(a.as_real()),
            Node::Cross(node) => {
                return Ok(node.push(a.as_real(), b.as_real()).map_or(Cell::NONE, Cell::bool));
            }
            Node::Lag(node) => return Ok(node.push(a).unwrap_or(Cell::NONE)),
        };
        match value {
            Some(x) if x.is_finite() => Ok(Cell::real(x)),
            Some(_) => Err(NotFinite),
            None => Ok(Cell::NONE),
        }
    }

    /// Takes the last input back. Called at most once after each [`Node::push`].
    pub(super) fn undo(&mut self) {
        match self {
            Node::Ema(node) => node.undo(),
            Node::Sma(node) | Node::Stdev(node) | Node::Zscore(node) => node.undo(),
            Node::LinregSlope(node) => node.undo(),
            Node::Extreme(node) => node.undo(),
            Node::LogReturn(node) => node.undo(),
            Node::Rsi(node) => node.undo(),
            Node::Cross(node) => node.undo(),
            Node::Lag(node) => node.undo(),
        }
    }
}

#[cfg(test)]
mod tests;
