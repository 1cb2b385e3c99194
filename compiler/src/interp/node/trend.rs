//! Functions of bars that follow a trend: directional movement, parabolic stop, supertrend.

use super::recurrence::{Atr, Average, TrueRange};
use super::{NotFinite, finite, real};
use crate::ir::Cell;

/// Which result of the directional movement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Movement {
    Plus,
    Minus,
    Index,
}

/// Wilder's directional movement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Directional {
    result: Movement,
    range: TrueRange,
    last: (f64, f64),
    up: Average,
    down: Average,
    ranges: Average,
    index: Average,
}

impl Directional {
    pub(super) fn new(result: Movement, n: usize) -> Self {
        let average = Average::wilder(n);
        Self {
            result,
            range: TrueRange::default(),
            last: (0.0, 0.0),
            up: average,
            down: average,
            ranges: average,
            index: average,
        }
    }

    pub(super) fn push(&mut self, bar: &[f64; 4]) -> Result<Option<f64>, NotFinite> {
        let (high, low) = (bar[0], bar[1]);
        let (last_high, last_low) = std::mem::replace(&mut self.last, (high, low));
        let Some(range) = self.range.push(high, low, bar[2]) else { return Ok(None) };
        let (rise, fall) = (high - last_high, last_low - low);
        let up = self.up.push(if rise > fall && rise > 0.0 { rise } else { 0.0 })?;
        let down = self.down.push(if fall > rise && fall > 0.0 { fall } else { 0.0 })?;
        let range = self.ranges.push(range)?;
        let (Some(up), Some(down), Some(range)) = (up, down, range) else { return Ok(None) };
        let of_range = |x: f64| if range > 0.0 { 100.0 * (x / range) } else { 0.0 };
        let (plus, minus) = (of_range(up), of_range(down));
        match self.result {
            Movement::Plus => Ok(Some(plus)),
            Movement::Minus => Ok(Some(minus)),
            Movement::Index => {
                let both = plus + minus;
                let index = if both > 0.0 { 100.0 * ((plus - minus).abs() / both) } else { 0.0 };
                self.index.push(index)
            }
        }
    }
}

/// Wilder's parabolic stop and reverse.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sar {
    step: f64,
    most: f64,
    state: SarState,
}

#[derive(Debug, Clone, Copy)]
enum SarState {
    Empty,
    /// High and low of the only bar.
    First(f64, f64),
    Running(Parabola),
}

#[derive(Debug, Clone, Copy)]
struct Parabola {
    up: bool,
    /// Where the stop stands for the next bar.
    stop: f64,
    extreme: f64,
    factor: f64,
    last_high: f64,
    last_low: f64,
}

impl Sar {
    pub(super) fn new(step: f64, most: f64) -> Self {
        Self { step: step.min(most), most, state: SarState::Empty }
    }

    pub(super) fn push(&mut self, high: f64, low: f64) -> Result<Option<f64>, NotFinite> {
        let mut run = match self.state {
            SarState::Empty => {
                self.state = SarState::First(high, low);
                return Ok(None);
            }
            SarState::First(first_high, first_low) => {
                let (rise, fall) = (high - first_high, first_low - low);
                let up = !(fall > rise && fall > 0.0);
                let (stop, extreme) = if up { (first_low, high) } else { (first_high, low) };
                let (last_high, last_low) = (high, low);
                Parabola { up, stop, extreme, factor: self.step, last_high, last_low }
            }
            SarState::Running(run) => run,
        };
        let shown = run.step(high, low, self.step, self.most);
        finite(run.stop)?;
        self.state = SarState::Running(run);
        Ok(Some(shown))
    }
}

impl Parabola {
    /// Takes a bar: the stop for it, with the stop for the next one kept.
    fn step(&mut self, high: f64, low: f64, step: f64, most: f64) -> f64 {
        let crossed = if self.up { low <= self.stop } else { high >= self.stop };
        let shown;
        if crossed {
            self.up = !self.up;
            shown = self.held_back(self.extreme, high, low);
            self.factor = step;
            self.extreme = if self.up { high } else { low };
        } else {
            shown = self.stop;
            let further = if self.up { high > self.extreme } else { low < self.extreme };
            if further {
                self.extreme = if self.up { high } else { low };
                self.factor = (self.factor + step).min(most);
            }
        }
        let next = shown + self.factor * (self.extreme - shown);
        self.stop = self.held_back(next, high, low);
        self.last_high = high;
        self.last_low = low;
        shown
    }

    /// Not beyond this bar and the last.
    fn held_back(&self, stop: f64, high: f64, low: f64) -> f64 {
        if self.up { stop.min(self.last_low).min(low) } else { stop.max(self.last_high).max(high) }
    }
}

/// The line of a trend.
#[derive(Debug, Clone, Copy)]
pub(super) struct Supertrend {
    atr: Atr,
    k: f64,
    /// Whether the direction is asked for, not the line.
    direction: bool,
    state: Option<Lines>,
}

#[derive(Debug, Clone, Copy)]
struct Lines {
    up: bool,
    upper: f64,
    lower: f64,
    close: f64,
}

impl Supertrend {
    pub(super) fn new(n: usize, k: f64, direction: bool) -> Self {
        Self { atr: Atr::new(n), k, direction, state: None }
    }

    pub(super) fn push(&mut self, bar: &[f64; 4]) -> Result<Cell, NotFinite> {
        let Some(atr) = self.atr.push(bar)? else { return Ok(Cell::NONE) };
        let [high, low, close, _] = *bar;
        let middle = low + (high - low) / 2.0;
        let (upper, lower) = (finite(middle + self.k * atr)?, finite(middle - self.k * atr)?);
        let lines = match self.state {
            None => Lines { up: true, upper, lower, close },
            Some(last) => {
                let free = upper < last.upper || last.close > last.upper;
                let upper = if free { upper } else { last.upper };
                let free = lower > last.lower || last.close < last.lower;
                let lower = if free { lower } else { last.lower };
                let up = if last.up { close >= lower } else { close > upper };
                Lines { up, upper, lower, close }
            }
        };
        self.state = Some(lines);
        if self.direction {
            return Ok(Cell::bool(lines.up));
        }
        real(if lines.up { lines.lower } else { lines.upper })
    }
}

strat_runtime::choice!(Movement { Plus, Minus, Index });
strat_runtime::plain!(Directional { result, range, last, up, down, ranges, index });
strat_runtime::plain!(Parabola { up, stop, extreme, factor, last_high, last_low });
strat_runtime::choice!(SarState { Empty, First(high, low), Running(parabola) });
strat_runtime::plain!(Sar { step, most, state });
strat_runtime::plain!(Lines { up, upper, lower, close });
strat_runtime::plain!(Supertrend { atr, k, direction, state });
