//! Where a value stands between the highest and the lowest of a window: stochastics, Williams' %R,
//! Donchian's middle.

use strat_runtime::snapshot::{Keep, Mismatch, Value, load_each, save_each};

use super::extreme::Extreme;
use super::rsi::Rsi;
use super::window::Window;
use super::{Inputs, NotFinite, finite, real};
use crate::ir::Cell;

/// What is asked of the channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Between low, 0, and high, 100.
    Percent,
    /// Between high, 0, and low, -100.
    BelowHigh,
    /// The middle of the channel, whatever the value.
    Middle,
}

/// A function of a channel, smoothed by up to two means.
#[derive(Debug, Clone)]
pub(crate) struct Channel {
    /// The index that is looked at instead of a bar.
    index: Option<Rsi>,
    high: Extreme,
    low: Extreme,
    place: Place,
    means: Vec<Window>,
}

/// Indices of a market that stands still differ by rounding alone.
const INDEX_RANGE_MIN: f64 = 1e-9;

impl Channel {
    /// Over n bars, then the means over these lengths.
    pub(super) fn of_bars(place: Place, n: usize, means: &[usize]) -> Self {
        let means = means.iter().map(|length| Window::new(*length)).collect();
        Self { index: None, high: Extreme::highest(n), low: Extreme::lowest(n), place, means }
    }

    /// Over n values of a relative strength index.
    pub(super) fn of_rsi(rsi: usize, n: usize, means: &[usize]) -> Self {
        Self { index: Some(Rsi::new(rsi)), ..Self::of_bars(Place::Percent, n, means) }
    }

    pub(super) fn push(&mut self, inputs: &Inputs) -> Result<Cell, NotFinite> {
        self.high.mark();
        self.low.mark();
        for mean in &mut self.means {
            mean.mark();
        }
        let [high, low, close, _] = match &mut self.index {
            None => inputs.map(Cell::as_real),
            Some(rsi) => match rsi.push(inputs[0].as_real()) {
                Some(index) => [finite(index)?; 4],
                None => return Ok(Cell::NONE),
            },
        };
        let least = if self.index.is_some() { INDEX_RANGE_MIN } else { 0.0 };
        let (highest, lowest) = (self.high.push(high), self.low.push(low));
        let Some((highest, lowest)) = highest.zip(lowest) else { return Ok(Cell::NONE) };
        let range = highest - lowest;
        let mut value = finite(match self.place {
            Place::Middle => lowest + range / 2.0,
            Place::Percent if range > least => 100.0 * ((close - lowest) / range),
            Place::Percent => 50.0,
            Place::BelowHigh if range > least => -100.0 * ((highest - close) / range),
            Place::BelowHigh => -50.0,
        })?;
        for mean in &mut self.means {
            if !mean.push(value) {
                return Ok(Cell::NONE);
            }
            value = finite(mean.mean())?;
        }
        real(value)
    }

    pub(super) fn undo(&mut self) {
        if let Some(rsi) = &mut self.index {
            rsi.undo();
        }
        self.high.undo();
        self.low.undo();
        for mean in &mut self.means {
            mean.undo();
        }
    }
}

impl Keep for Channel {
    fn save(&self) -> Value {
        let Self { index, high, low, place: _, means } = self;
        let index = index.as_ref().map_or(Value::None, Keep::save);
        Value::List(vec![index, high.save(), low.save(), save_each(means)])
    }

    fn load(&mut self, value: &Value) -> Result<(), Mismatch> {
        let [index, high, low, means] = value.as_list()? else {
            return Err(value.is_no("a channel"));
        };
        if let Some(own) = &mut self.index {
            own.load(index)?;
        }
        self.high.load(high)?;
        self.low.load(low)?;
        load_each(&mut self.means, means)
    }
}
