//! Returns on the grid of the equity curve, and over the whole run.

use strat_runtime::money::Money;
use strat_runtime::time::Duration;

use super::{DAYS_PER_YEAR, Figure, RATIO_DAYS_MIN, SAMPLES_MIN};

const DAY_NANOS: f64 = 86_400e9;

/// Simple returns from one point of the grid to the next.
#[derive(Debug, Clone, PartialEq)]
pub struct Returns {
    values: Vec<f64>,
    step: Duration,
    broke: bool,
}

impl Returns {
    /// The returns of a curve with one point every `step`. They end where equity is no longer above
    /// zero, from where on no return is defined.
    pub fn of(points: &[Money], step: Duration) -> Self {
        let mut values = Vec::with_capacity(points.len());
        let mut broke = points.first().is_some_and(|first| !first.is_positive());
        for pair in points.windows(2) {
            let &[before, after] = pair else { continue };
            if broke || !before.is_positive() || !after.is_positive() {
                broke = true;
                break;
            }
            values.push((after.to_real() - before.to_real()) / before.to_real());
        }
        Self { values, step, broke }
    }

    /// The returns.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Their arithmetic mean; zero for none.
    pub fn mean(&self) -> f64 {
        if self.values.is_empty() {
            return 0.0;
        }
        self.values.iter().sum::<f64>() / self.values.len() as f64
    }

    /// Days from the first to the last point.
    pub fn days(&self) -> f64 {
        self.values.len() as f64 * self.step.nanos() as f64 / DAY_NANOS
    }

    /// How many of these returns make a year.
    pub fn per_year(&self) -> f64 {
        DAYS_PER_YEAR * DAY_NANOS / self.step.nanos() as f64
    }

    /// Why no ratio of these returns would mean anything, if so.
    pub(super) fn too_few(&self) -> Option<Figure> {
        if self.broke {
            Some(Figure::Absent("equity was not above zero throughout"))
        } else if self.values.len() < SAMPLES_MIN {
            Some(Figure::Absent("fewer than 30 returns"))
        } else if self.days() < RATIO_DAYS_MIN {
            Some(Figure::Absent("shorter than a day"))
        } else if self.values.iter().all(|r| *r == 0.0) {
            Some(Figure::Absent("equity never moved"))
        } else {
            None
        }
    }
}

/// What was made of the cash at the start: `end / start - 1`.
pub fn total_return(start: Money, end: Money) -> Figure {
    if !start.is_positive() {
        return Figure::Absent("no cash at the start");
    }
    Figure::finite((end.to_real() - start.to_real()) / start.to_real())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_follow_the_curve_and_stop_at_ruin() {
        let money = |n| Money::from_int(n).unwrap();
        let returns = Returns::of(&[money(100), money(110), money(99)], Duration::DAY);
        assert_eq!(returns.values().len(), 2);
        assert!((returns.values()[0] - 0.1).abs() < 1e-12);
        assert!((returns.values()[1] + 0.1).abs() < 1e-12);
        assert!((returns.days() - 2.0).abs() < 1e-12);
        assert!((returns.per_year() - 365.0).abs() < 1e-9);
        let ruined = Returns::of(&[money(100), money(0), money(50)], Duration::DAY);
        assert!(ruined.values().is_empty());
        assert_eq!(ruined.too_few(), Some(Figure::Absent("equity was not above zero throughout")));
        assert_eq!(total_return(money(0), money(5)), Figure::Absent("no cash at the start"));
        assert_eq!(total_return(money(100), money(95)), Figure::Value(-0.05));
    }
}
