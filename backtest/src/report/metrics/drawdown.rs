//! Maximum drawdown: the largest fall of equity from its running peak, watched at every event.

use strat_runtime::money::Money;
use strat_runtime::time::Time;

/// The largest fall of equity from its running peak.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Drawdown {
    /// Share of the peak that was lost; above 1 if equity fell below zero.
    pub ratio: f64,
    /// Money that was lost.
    pub money: Money,
    /// When the peak was reached.
    pub peak_at: Time,
    /// When the lowest point after it was reached.
    pub trough_at: Time,
}

/// Follows equity and keeps its largest fall.
#[derive(Debug, Clone, Copy)]
pub struct DrawdownMeter {
    peak: Money,
    peak_at: Time,
    lowest: Money,
    worst: Drawdown,
}

impl DrawdownMeter {
    /// Begins with the equity at the start.
    pub fn new(equity: Money, now: Time) -> Self {
        let worst = Drawdown { peak_at: now, trough_at: now, ..Drawdown::default() };
        Self { peak: equity, peak_at: now, lowest: equity, worst }
    }

    /// Takes the equity at an event.
    #[inline]
    pub fn observe(&mut self, equity: Money, now: Time) {
        if equity >= self.lowest {
            if equity > self.peak {
                (self.peak, self.peak_at, self.lowest) = (equity, now, equity);
            }
            return;
        }
        // Only a new low since the last peak can be a new worst fall.
        self.lowest = equity;
        let lost = self.peak.checked_sub(equity).unwrap_or(Money::MAX);
        if let Some(ratio) = lost.quotient(self.peak).filter(|_| self.peak.is_positive())
            && ratio > self.worst.ratio
        {
            let (peak_at, trough_at) = (self.peak_at, now);
            self.worst = Drawdown { ratio, money: lost, peak_at, trough_at };
        }
    }

    /// The largest fall so far, as a share of its peak.
    pub fn worst(&self) -> Drawdown {
        self.worst
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_fall_by_hand() {
        let money = |n| Money::from_int(n).unwrap();
        let curve = [100, 120, 90, 110, 130, 104, 140, 120];
        let mut meter = DrawdownMeter::new(money(100), Time::EPOCH);
        for (i, equity) in curve.into_iter().enumerate() {
            meter.observe(money(equity), Time::from_nanos(i as i64));
        }
        let worst = meter.worst();
        assert!((worst.ratio - 0.25).abs() < 1e-12);
        assert_eq!(worst.money, money(30));
        assert_eq!((worst.peak_at.nanos(), worst.trough_at.nanos()), (1, 2));
    }
}
