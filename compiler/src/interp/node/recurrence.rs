//! Functions that keep a few numbers and no window: averages and what is made of them.
//!
//! All of them are plain values: to take an input back is to put the value of before in its place.

use strat_runtime::math;

use super::trend::{Directional, Sar, Supertrend};
use super::{Inputs, NotFinite, finite, real};
use crate::ir::Cell;

/// An exponential average.
#[derive(Debug, Clone, Copy)]
pub(super) struct Average {
    step: Step,
    /// How many of the first values are averaged for the start.
    seed: f64,
    inputs: f64,
    /// The sum of the first values during the start.
    value: f64,
}

#[derive(Debug, Clone, Copy)]
enum Step {
    /// `v += a * (x - v)`
    Times(f64),
    /// `v += (x - v) / n`
    Over(f64),
}

impl Average {
    /// `ema`: starts at the first value.
    pub(super) fn exponential(n: usize) -> Self {
        Self { step: Step::Times(2.0 / (n as f64 + 1.0)), seed: 1.0, inputs: 0.0, value: 0.0 }
    }

    /// `rma`: starts as the mean of the first n values.
    pub(super) fn wilder(n: usize) -> Self {
        let n = n.max(1) as f64;
        Self { step: Step::Over(n), seed: n, inputs: 0.0, value: 0.0 }
    }

    pub(super) fn push(&mut self, x: f64) -> Result<Option<f64>, NotFinite> {
        if self.inputs < self.seed {
            self.inputs += 1.0;
            self.value = finite(self.value + x)?;
            if self.inputs < self.seed {
                return Ok(None);
            }
            self.value /= self.seed;
        } else {
            let step = match self.step {
                Step::Times(alpha) => alpha * (x - self.value),
                Step::Over(n) => (x - self.value) / n,
            };
            self.value = finite(self.value + step)?;
        }
        Ok(Some(self.value))
    }
}

/// The true range: from the second bar on.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct TrueRange {
    last_close: Option<f64>,
}

impl TrueRange {
    pub(super) fn push(&mut self, high: f64, low: f64, close: f64) -> Option<f64> {
        let last = self.last_close.replace(close)?;
        Some(high.max(last) - low.min(last))
    }
}

/// The average true range.
#[derive(Debug, Clone, Copy)]
pub(super) struct Atr {
    range: TrueRange,
    average: Average,
}

impl Atr {
    pub(super) fn new(n: usize) -> Self {
        Self { range: TrueRange::default(), average: Average::wilder(n) }
    }

    pub(super) fn push(&mut self, bar: &[f64; 4]) -> Result<Option<f64>, NotFinite> {
        match self.range.push(bar[0], bar[1], bar[2]) {
            Some(range) => self.average.push(range),
            None => Ok(None),
        }
    }
}

/// Which of the lines of a moving average convergence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MacdLine {
    Signal,
    Histogram,
}

/// A function without a window.
#[derive(Debug, Clone, Copy)]
pub(super) enum Recurrence {
    Rma(Average),
    Dema([Average; 2]),
    Tema([Average; 3]),
    Macd(Average, Average),
    MacdOf(MacdLine, [Average; 3]),
    EwmVol(Average),
    Kalman {
        ratio: f64,
        level: Option<f64>,
        p: f64,
    },
    TrueRange(TrueRange),
    Atr(Atr),
    /// The average and the true range, with the multiple that is added.
    Keltner(Average, Atr, f64),
    Obv {
        last_close: Option<f64>,
        total: f64,
    },
    Adl(f64),
    Directional(Directional),
    Sar(Sar),
    Supertrend(Supertrend),
}

/// A function without a window that can take its last input back.
#[derive(Debug, Clone)]
pub(crate) struct Recurrent {
    now: Recurrence,
    before: Recurrence,
}

impl Recurrent {
    pub(super) fn new(start: Recurrence) -> Self {
        Self { now: start, before: start }
    }

    pub(super) fn push(&mut self, inputs: &Inputs) -> Result<Cell, NotFinite> {
        self.before = self.now;
        self.now.push(&inputs.map(Cell::as_real))
    }

    pub(super) fn undo(&mut self) {
        self.now = self.before;
    }
}

impl Recurrence {
    fn push(&mut self, x: &[f64; 4]) -> Result<Cell, NotFinite> {
        let value = match self {
            Recurrence::Rma(average) => average.push(x[0])?,
            Recurrence::Dema([first, second]) => {
                let Some(e1) = first.push(x[0])? else { return Ok(Cell::NONE) };
                second.push(e1)?.map(|e2| 2.0 * e1 - e2)
            }
            Recurrence::Tema([first, second, third]) => {
                let Some(e1) = first.push(x[0])? else { return Ok(Cell::NONE) };
                let Some(e2) = second.push(e1)? else { return Ok(Cell::NONE) };
                third.push(e2)?.map(|e3| 3.0 * e1 - 3.0 * e2 + e3)
            }
            Recurrence::Macd(fast, slow) => macd(fast, slow, x[0])?,
            Recurrence::MacdOf(line, [fast, slow, signal]) => {
                let Some(macd) = macd(fast, slow, x[0])? else { return Ok(Cell::NONE) };
                let signal = signal.push(macd)?;
                match line {
                    MacdLine::Signal => signal,
                    MacdLine::Histogram => signal.map(|signal| macd - signal),
                }
            }
            Recurrence::EwmVol(average) => average.push(finite(x[0] * x[0])?)?.map(math::sqrt),
            Recurrence::Kalman { ratio, level, p } => {
                *p += *ratio;
                let gain = *p / (*p + 1.0);
                let new = match *level {
                    None => x[0],
                    Some(level) => level + gain * (x[0] - level),
                };
                // The first value is the level itself, seen with the noise of one look.
                *p = if level.is_none() { 1.0 } else { gain };
                *level = Some(finite(new)?);
                *level
            }
            Recurrence::TrueRange(range) => range.push(x[0], x[1], x[2]),
            Recurrence::Atr(atr) => atr.push(x)?,
            Recurrence::Keltner(average, atr, k) => {
                let middle = average.push(x[2])?;
                let range = atr.push(x)?;
                middle.zip(range).map(|(middle, range)| middle + *k * range)
            }
            Recurrence::Obv { last_close, total } => {
                let last = last_close.replace(x[0]).unwrap_or(x[0]);
                if x[0] > last {
                    *total += x[1];
                } else if x[0] < last {
                    *total -= x[1];
                }
                Some(*total)
            }
            Recurrence::Adl(total) => {
                *total += flow(x);
                Some(*total)
            }
            Recurrence::Directional(directional) => directional.push(x)?,
            Recurrence::Sar(sar) => sar.push(x[0], x[1])?,
            Recurrence::Supertrend(trend) => return trend.push(x),
        };
        value.map_or(Ok(Cell::NONE), real)
    }
}

fn macd(fast: &mut Average, slow: &mut Average, x: f64) -> Result<Option<f64>, NotFinite> {
    let (fast, slow) = (fast.push(x)?, slow.push(x)?);
    Ok(fast.zip(slow).map(|(fast, slow)| fast - slow))
}

/// A bar's volume times where in its range it closed, -1 to 1; zero without a range. Of high, low,
/// close and volume.
pub(super) fn flow(bar: &[f64; 4]) -> f64 {
    let [high, low, close, volume] = *bar;
    let range = high - low;
    if range > 0.0 { volume * (((close - low) - (high - close)) / range) } else { 0.0 }
}

strat_runtime::choice!(Step { Times(alpha), Over(n) });
strat_runtime::plain!(Average { step, seed, inputs, value });
strat_runtime::plain!(TrueRange { last_close });
strat_runtime::plain!(Atr { range, average });
strat_runtime::choice!(MacdLine { Signal, Histogram });
strat_runtime::choice!(Recurrence {
    Rma(average),
    Dema(averages),
    Tema(averages),
    Macd(fast, slow),
    MacdOf(line, averages),
    EwmVol(average),
    Kalman { ratio, level, p },
    TrueRange(range),
    Atr(atr),
    Keltner(average, atr, k),
    Obv { last_close, total },
    Adl(total),
    Directional(directional),
    Sar(sar),
    Supertrend(trend),
});
strat_runtime::kept!(Recurrent { now } fixed { before }
    if |this| std::mem::discriminant(&this.now) == std::mem::discriminant(&this.before));
