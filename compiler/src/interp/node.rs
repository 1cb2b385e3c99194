//! Instances of the stateful library functions: one per call site.
//!
//! Each takes the inputs of one tick and gives a value, or none while it has seen too few. Finite
//! functions are recomputed over their window in a fixed order, so that they depend, bit for bit,
//! on nothing but the last n inputs. Every instance can take back its last input, because a step
//! that faults leaves no trace.

mod adaptive;
mod channel;
mod ema;
mod extreme;
mod lag;
mod make;
mod pair;
mod pairs;
mod recurrence;
mod rsi;
mod trend;
mod window;
mod windowed;

use crate::builtin::SERIES_MAX;
use crate::ir::Cell;

use adaptive::{Hull, Kaufman};
use channel::Channel;
use ema::Ema;
use extreme::Extreme;
use lag::Lag;
use pair::{Change, Cross, LogReturn};
use pairs::Pairs;
use recurrence::Recurrent;
use rsi::Rsi;
use window::{PairWindow, Window};
use windowed::Windowed;

/// The series of one tick, in the order of the function's row; absent where it has fewer.
pub(super) type Inputs = [Cell; SERIES_MAX];

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
    Change(Change),
    Windowed(Box<Windowed>),
    Pairs(Box<Pairs>),
    Channel(Box<Channel>),
    Hull(Box<Hull>),
    Kaufman(Box<Kaufman>),
    Recurrent(Box<Recurrent>),
}

impl Node {
    /// Takes the inputs of one tick; [`Cell::NONE`] while there were too few.
    #[inline]
    pub(super) fn push(&mut self, inputs: &Inputs) -> Result<Cell, NotFinite> {
        let (a, b) = (inputs[0], inputs[1]);
        let value = match self {
            Node::Ema(node) => Some(node.push(a.as_real())),
            Node::Sma(node) => node.push(a.as_real()).then(|| node.mean()),
            Node::Stdev(node) => node.push(a.as_real()).then(|| node.stdev()),
            Node::Zscore(node) => node.push(a.as_real()).then(|| node.zscore()),
            Node::LinregSlope(node) => node.push(a.as_real(), b.as_real()).then(|| node.slope()),
            Node::Extreme(node) => node.push(a.as_real()),
            Node::LogReturn(node) => node.push(a.as_real())?,
            Node::Rsi(node) => node.push(a.as_real()),
            Node::Change(node) => node.push(a.as_real()),
            Node::Cross(node) => {
                return Ok(node.push(a.as_real(), b.as_real()).map_or(Cell::NONE, Cell::bool));
            }
            Node::Lag(node) => return Ok(node.push(a).unwrap_or(Cell::NONE)),
            Node::Windowed(node) => return node.push(inputs),
            Node::Pairs(node) => return node.push(inputs),
            Node::Channel(node) => return node.push(inputs),
            Node::Hull(node) => return node.push(a.as_real()),
            Node::Kaufman(node) => return node.push(a.as_real()),
            Node::Recurrent(node) => return node.push(inputs),
        };
        value.map_or(Ok(Cell::NONE), real)
    }

    /// Takes the last input back. Called at most once after each [`Node::push`].
    pub(super) fn undo(&mut self) {
        match self {
            Node::Ema(node) => node.undo(),
            Node::Sma(node) | Node::Stdev(node) | Node::Zscore(node) => {
                node.undo();
            }
            Node::LinregSlope(node) => node.undo(),
            Node::Extreme(node) => node.undo(),
            Node::LogReturn(node) => node.undo(),
            Node::Rsi(node) => node.undo(),
            Node::Change(node) => node.undo(),
            Node::Cross(node) => node.undo(),
            Node::Lag(node) => node.undo(),
            Node::Windowed(node) => node.undo(),
            Node::Pairs(node) => node.undo(),
            Node::Channel(node) => node.undo(),
            Node::Hull(node) => node.undo(),
            Node::Kaufman(node) => node.undo(),
            Node::Recurrent(node) => node.undo(),
        }
    }
}

/// A finite number.
fn finite(x: f64) -> Result<f64, NotFinite> {
    if x.is_finite() { Ok(x) } else { Err(NotFinite) }
}

/// A result.
fn real(x: f64) -> Result<Cell, NotFinite> {
    finite(x).map(Cell::real)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod vectors;
