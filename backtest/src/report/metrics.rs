//! Figures that judge a run, one to a file.
//!
//! A figure that would say nothing, because there are too few samples or nothing moved, is absent
//! with its reason instead of being a wild number. Returns are taken on the fixed grid of the
//! [equity curve](crate::record::EquityCurve); a year has 365 days, because these markets do not
//! close; the risk-free rate is zero.

mod calmar;
mod drawdown;
mod exposure;
mod returns;
mod sharpe;
mod sortino;
mod turnover;
mod win_rate;

pub use calmar::calmar;
pub use drawdown::{Drawdown, DrawdownMeter};
pub use exposure::{Exposure, ExposureMeter};
pub use returns::{Returns, total_return};
pub use sharpe::sharpe;
pub use sortino::sortino;
pub use turnover::turnover_ratio;
pub use win_rate::{RoundTrips, TripMeter};

/// Fewest returns for a ratio of returns.
pub const SAMPLES_MIN: usize = 30;

/// Shortest run, in days, for a Sharpe or Sortino ratio.
pub const RATIO_DAYS_MIN: f64 = 1.0;

/// Shortest run, in days, for a Calmar ratio, whose numerator is a return per year.
pub const CALMAR_DAYS_MIN: f64 = 30.0;

/// Days in a year of markets that do not close.
pub const DAYS_PER_YEAR: f64 = 365.0;

/// A figure, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure {
    /// The figure.
    Value(f64),
    /// Why there is none.
    Absent(&'static str),
}

impl Figure {
    /// A figure from a calculation that may leave the range of numbers.
    pub fn finite(value: f64) -> Self {
        // Negative zero is zero.
        if value.is_finite() {
            Self::Value(value + 0.0)
        } else {
            Self::Absent("not a finite number")
        }
    }

    /// The figure, if there is one.
    pub fn value(self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent(_) => None,
        }
    }
}
