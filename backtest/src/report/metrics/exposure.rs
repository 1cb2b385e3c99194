//! Exposure: how long, and how much, money was in positions.

use strat_runtime::money::Money;
use strat_runtime::time::Time;

/// Time and size of positions.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Exposure {
    /// Share of the time with any position, 0 to 1.
    pub time: f64,
    /// Mean over time of the sum of position values, each without its sign, over equity; intervals
    /// in which equity was not above zero count as zero.
    pub leverage: f64,
    /// The largest such value at any event.
    pub leverage_max: f64,
}

/// Adds up positions over time.
#[derive(Debug, Clone, Copy)]
pub struct ExposureMeter {
    since: Time,
    leverage: f64,
    held: bool,
    total: f64,
    exposed: f64,
    weighted: f64,
    max: f64,
}

impl ExposureMeter {
    /// Begins without a position.
    pub fn new(now: Time) -> Self {
        Self {
            since: now,
            leverage: 0.0,
            held: false,
            total: 0.0,
            exposed: 0.0,
            weighted: 0.0,
            max: 0.0,
        }
    }

    /// From `now` on, positions are worth `gross` without their signs, against `equity`.
    #[inline]
    pub fn observe(&mut self, now: Time, held: bool, gross: Money, equity: Money) {
        let span = (now.nanos().saturating_sub(self.since.nanos())) as f64;
        self.since = now;
        self.total += span;
        if self.held {
            self.exposed += span;
            self.weighted += span * self.leverage;
        }
        self.held = held;
        self.leverage =
            if held && equity.is_positive() { gross.quotient(equity).unwrap_or(0.0) } else { 0.0 };
        self.max = self.max.max(self.leverage);
    }

    /// The figures up to the last observation.
    pub fn exposure(&self) -> Exposure {
        let over = |sum: f64| if self.total > 0.0 { sum / self.total } else { 0.0 };
        Exposure { time: over(self.exposed), leverage: over(self.weighted), leverage_max: self.max }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_the_time_at_half_of_the_equity() {
        let money = |n| Money::from_int(n).unwrap();
        let at = Time::from_nanos;
        let mut meter = ExposureMeter::new(at(0));
        meter.observe(at(50), true, money(50), money(100));
        meter.observe(at(100), false, money(0), money(100));
        let exposure = meter.exposure();
        assert!((exposure.time - 0.5).abs() < 1e-12);
        assert!((exposure.leverage - 0.25).abs() < 1e-12);
        assert!((exposure.leverage_max - 0.5).abs() < 1e-12);
    }
}
