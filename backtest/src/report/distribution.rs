//! How figures are distributed over many paths.

use crate::paths::{PathSummary, PathsRecord};

/// The quantiles that reports show.
pub const QUANTILES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// One figure over all paths that have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Distribution {
    /// The figure.
    pub name: &'static str,
    /// How it is to be read.
    pub unit: Unit,
    /// Paths that have it.
    pub paths: usize,
    /// Arithmetic mean.
    pub mean: f64,
    /// At [`QUANTILES`], interpolated linearly between neighbours (type 7 of Hyndman and Fan,
    /// "Sample Quantiles in Statistical Packages", The American Statistician, 1996).
    pub quantiles: [f64; 5],
}

/// How a figure is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Money.
    Money,
    /// A share of one.
    Share,
    /// A plain number.
    Number,
    /// A count.
    Count,
}

impl Unit {
    /// The name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Unit::Money => "money",
            Unit::Share => "share",
            Unit::Number => "number",
            Unit::Count => "count",
        }
    }
}

/// What many paths say together.
#[derive(Debug, Clone, PartialEq)]
pub struct Distributions {
    /// The figures.
    pub rows: Vec<Distribution>,
    /// Paths that ended with less than they began with, over all paths.
    pub loss_probability: f64,
    /// Paths whose equity was at or below zero at their end, over all paths.
    pub ruin_probability: f64,
    /// Paths on which no handler fired.
    pub nothing_fired: usize,
}

type Read = fn(&PathSummary) -> Option<f64>;

const ROWS: [(&str, Unit, Read); 10] = [
    ("return", Unit::Share, |p| p.summary.total_return.value()),
    ("PnL", Unit::Money, |p| Some(p.summary.pnl.to_real())),
    ("max drawdown", Unit::Share, |p| Some(p.summary.drawdown.ratio)),
    ("Sharpe", Unit::Number, |p| p.summary.sharpe.value()),
    ("fees", Unit::Money, |p| Some(p.summary.fees.to_real())),
    ("orders", Unit::Count, |p| Some(p.summary.orders as f64)),
    ("fills", Unit::Count, |p| Some(p.summary.fills as f64)),
    ("win rate", Unit::Share, |p| p.summary.trips.win_rate().value()),
    ("time in market", Unit::Share, |p| Some(p.summary.exposure.time)),
    ("turnover", Unit::Number, |p| p.summary.turnover_ratio.value()),
];

/// The distributions of all figures.
pub fn distributions(record: &PathsRecord) -> Distributions {
    let share = |holds: &dyn Fn(&PathSummary) -> bool| {
        let count = record.paths.iter().filter(|path| holds(path)).count();
        count as f64 / record.paths.len().max(1) as f64
    };
    Distributions {
        rows: ROWS
            .iter()
            .map(|(name, unit, read)| {
                let values: Vec<f64> = record.paths.iter().filter_map(read).collect();
                distribution(name, *unit, values)
            })
            .collect(),
        loss_probability: share(&|path| path.summary.pnl.is_negative()),
        ruin_probability: share(&|path| !path.summary.equity.is_positive()),
        nothing_fired: record.paths.iter().filter(|p| !p.outcome.is_success()).count(),
    }
}

fn distribution(name: &'static str, unit: Unit, mut values: Vec<f64>) -> Distribution {
    values.sort_by(f64::total_cmp);
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    Distribution {
        name,
        unit,
        paths: values.len(),
        mean,
        quantiles: QUANTILES.map(|q| quantile(&values, q).unwrap_or(0.0)),
    }
}

/// A quantile of sorted values by linear interpolation; `None` for no values.
pub fn quantile(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = q.clamp(0.0, 1.0) * last as f64;
    let below = at as usize;
    let low = sorted.get(below)?;
    let high = sorted.get((below + 1).min(last))?;
    Some(low + (high - low) * (at - below as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_by_hand() {
        let values: Vec<f64> = (0..=20).map(f64::from).collect();
        for (q, expected) in [(0.0, 0.0), (0.05, 1.0), (0.5, 10.0), (0.975, 19.5), (1.0, 20.0)] {
            assert!((quantile(&values, q).unwrap() - expected).abs() < 1e-12);
        }
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(quantile(&[3.0], 0.95), Some(3.0));
    }
}
