//! What a synthetic market is asked for: model, length, step and seed.

use strat_runtime::time::{Duration, Time};

use super::error::SyntheticError;
use super::model::MarketModel;

/// A whole request: one path of a synthetic market.
#[derive(Debug, Clone, PartialEq)]
pub struct SyntheticConfig {
    /// Model and parameters.
    pub model: MarketModel,
    /// Updates per market, the warm-up not counted; 1 to [`SyntheticConfig::TICKS_MAX`].
    pub ticks: u64,
    /// Time between two updates, above zero.
    pub step: Duration,
    /// Time of the first update after the warm-up.
    pub start: Time,
    /// Seed; the same seed gives the same bytes on every platform.
    pub seed: u64,
    /// Number of the path; every path is a stream of its own.
    pub path: u64,
    /// How much is generated before `start`, rounded up to whole steps.
    pub warmup: Duration,
}

impl SyntheticConfig {
    /// Most updates per market.
    pub const TICKS_MAX: u64 = 1_000_000_000;
    /// 2026-01-01T00:00:00Z, where synthetic time starts unless told otherwise.
    pub const START: Time = Time::from_nanos(1_767_225_600_000_000_000);

    /// `ticks` updates, `step` apart, of the default model.
    pub fn new(ticks: u64, step: Duration, seed: u64) -> Self {
        Self {
            model: MarketModel::default(),
            ticks,
            step,
            start: Self::START,
            seed,
            path: 0,
            warmup: Duration::ZERO,
        }
    }

    /// The same request for another path.
    #[must_use]
    pub fn with_path(&self, path: u64) -> Self {
        Self { path, ..self.clone() }
    }

    /// Steps of the warm-up and time of the first one.
    pub(crate) fn schedule(&self) -> Result<(u64, Time), SyntheticError> {
        if self.ticks == 0 || self.ticks > Self::TICKS_MAX {
            return Err(SyntheticError::Ticks { ticks: self.ticks });
        }
        if !self.step.is_positive() {
            return Err(SyntheticError::Step { step: self.step });
        }
        if self.warmup.nanos() < 0 {
            return Err(SyntheticError::Warmup { warmup: self.warmup });
        }
        self.model.check()?;
        let before = self.warmup.nanos().unsigned_abs().div_ceil(self.step.nanos().unsigned_abs());
        let too_long = SyntheticError::TooLong { ticks: self.ticks, step: self.step };
        let span = |n: u64| i64::try_from(n).ok().and_then(|n| self.step.checked_mul(n));
        let first = span(before).and_then(|s| self.start.checked_sub(s));
        // A year beyond the last step must still be a time: markets expire after the end.
        let last = span(self.ticks).and_then(|s| self.start.checked_add(s));
        let after = last.and_then(|t| t.checked_add(Duration::from_days(366)));
        match (first, after) {
            (Some(first), Some(_)) if before <= Self::TICKS_MAX => Ok((before, first)),
            _ => Err(too_long),
        }
    }
}
