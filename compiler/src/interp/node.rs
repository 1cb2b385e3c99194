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

use strat_runtime::snapshot::{Keep, Mismatch, Value};

use crate::builtin::{Builtin, SERIES_MAX, WINDOW_MAX};
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

/// Bytes of an instance with settings of this size: itself and its buffers.
#[expect(clippy::wildcard_enum_match_arm, reason = "the functions that keep a few numbers only")]
pub(crate) fn bytes(builtin: Builtin, settings_max: &[i64]) -> u64 {
    let setting = |at: usize| settings_max.get(at).copied().unwrap_or(0);
    let n = |at: usize| setting(at).clamp(0, WINDOW_MAX).unsigned_abs();
    // A window holds each value twice, so that any stretch of it is a slice.
    let window = |length: u64| 2 * length.max(1) * size_of::<f64>() as u64;
    let windowed = |length: u64| size_of::<Windowed>() as u64 + window(length);
    let sorted = n(0).max(1) * size_of::<f64>() as u64;
    let channel = size_of::<Channel>() as u64;
    let mean = |length: u64| size_of::<Window>() as u64 + window(length);
    let kept = match builtin {
        Builtin::Ema
        | Builtin::KeltnerMiddle
        | Builtin::LogReturn
        | Builtin::Change
        | Builtin::Rsi
        | Builtin::CrossesAbove
        | Builtin::CrossesBelow => 0,
        Builtin::Sma
        | Builtin::BbandsMiddle
        | Builtin::Stdev
        | Builtin::Zscore
        | Builtin::Highest
        | Builtin::DonchianUpper
        | Builtin::Lowest
        | Builtin::DonchianLower => window(n(0)),
        Builtin::LinregSlope | Builtin::Beta => 2 * window(n(0)),
        Builtin::Lag => (n(0) + 1) * size_of::<Cell>() as u64,
        Builtin::Median | Builtin::Mad | Builtin::Quantile => windowed(n(0)) + sorted,
        Builtin::Wma
        | Builtin::Variance
        | Builtin::BbandsUpper
        | Builtin::BbandsLower
        | Builtin::PctRank
        | Builtin::Argmax
        | Builtin::Argmin
        | Builtin::RealisedVol
        | Builtin::HalfLife
        | Builtin::Cci
        | Builtin::Mfi
        | Builtin::Parkinson
        | Builtin::GarmanKlass => windowed(n(0)),
        Builtin::Rising
        | Builtin::Falling
        | Builtin::Momentum
        | Builtin::Roc
        | Builtin::AroonUp
        | Builtin::AroonDown => windowed(n(0) + 1),
        Builtin::Cov | Builtin::Corr | Builtin::Residual | Builtin::Vwma | Builtin::Cmf => {
            size_of::<Pairs>() as u64 + 2 * window(n(0))
        }
        Builtin::DonchianMiddle | Builtin::Willr => channel + 2 * window(n(0)),
        Builtin::StochK => channel + 2 * window(n(0)) + mean(n(1)),
        Builtin::StochD => channel + 2 * window(n(0)) + mean(n(1)) + mean(n(2)),
        Builtin::StochRsiK => channel + 2 * window(n(1)) + mean(n(2)),
        Builtin::StochRsiD => channel + 2 * window(n(1)) + mean(n(2)) + mean(n(3)),
        Builtin::Hma => {
            let root = crate::warm::root(n(0));
            size_of::<Hull>() as u64 + window(n(0) / 2) + window(n(0)) + window(root)
        }
        Builtin::Kama => size_of::<Kaufman>() as u64 + window(n(0).max(1) + 1),
        _ => size_of::<Recurrent>() as u64,
    };
    size_of::<Node>() as u64 + kept
}

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

/// What an instance remembers from tick to tick. Values of any type are the caller's to write: those
/// of [`Node::Lag`] are not here.
impl Keep for Node {
    fn save(&self) -> Value {
        match self {
            Node::Ema(node) => node.save(),
            Node::Sma(node) | Node::Stdev(node) | Node::Zscore(node) => node.save(),
            Node::LinregSlope(node) => node.save(),
            Node::Extreme(node) => node.save(),
            Node::LogReturn(node) => node.save(),
            Node::Rsi(node) => node.save(),
            Node::Change(node) => node.save(),
            Node::Cross(node) => node.save(),
            Node::Lag(_) => Value::None,
            Node::Windowed(node) => node.save(),
            Node::Pairs(node) => node.save(),
            Node::Channel(node) => node.save(),
            Node::Hull(node) => node.save(),
            Node::Kaufman(node) => node.save(),
            Node::Recurrent(node) => node.save(),
        }
    }

    fn load(&mut self, value: &Value) -> Result<(), Mismatch> {
        match self {
            Node::Ema(node) => node.load(value),
            Node::Sma(node) | Node::Stdev(node) | Node::Zscore(node) => node.load(value),
            Node::LinregSlope(node) => node.load(value),
            Node::Extreme(node) => node.load(value),
            Node::LogReturn(node) => node.load(value),
            Node::Rsi(node) => node.load(value),
            Node::Change(node) => node.load(value),
            Node::Cross(node) => node.load(value),
            Node::Lag(_) => Ok(()),
            Node::Windowed(node) => node.load(value),
            Node::Pairs(node) => node.load(value),
            Node::Channel(node) => node.load(value),
            Node::Hull(node) => node.load(value),
            Node::Kaufman(node) => node.load(value),
            Node::Recurrent(node) => node.load(value),
        }
    }
}

/// Whether a count can go on: no program runs long enough to come here.
pub(super) const fn is_count(count: u64) -> bool {
    count < 1 << 62
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
