//! Sharpe ratio: mean return over its standard deviation.

use strat_runtime::math;

use super::{Figure, Returns};

/// `mean / sd * sqrt(returns per year)`, with the sample standard deviation (divisor `n - 1`) and
/// a risk-free rate of zero. W. F. Sharpe, "The Sharpe Ratio", Journal of Portfolio Management,
/// 1994.
pub fn sharpe(returns: &Returns) -> Figure {
    if let Some(absent) = returns.too_few() {
        return absent;
    }
    let mean = returns.mean();
    let sum: f64 = returns.values().iter().map(|r| (r - mean) * (r - mean)).sum();
    let deviation = math::sqrt(sum / (returns.values().len() - 1) as f64);
    if deviation <= 0.0 {
        return Figure::Absent("returns did not vary");
    }
    Figure::finite(mean / deviation * math::sqrt(returns.per_year()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use strat_runtime::money::Money;
    use strat_runtime::time::Duration;

    #[test]
    fn alternating_days_by_hand() {
        // +2 % and -1 % in turn, 20 of each: mean 0.5 %, sample deviation 1.5 % * sqrt(40 / 39).
        let mut equity = 1_000_000.0;
        let mut points = vec![Money::from_int(1_000_000).unwrap()];
        for day in 0..40 {
            equity *= if day % 2 == 0 { 1.02 } else { 0.99 };
            points.push(Money::from_real(equity, strat_runtime::fixed::Rounding::Nearest).unwrap());
        }
        let expected = 0.005 / (0.015 * (40.0_f64 / 39.0).sqrt()) * 365.0_f64.sqrt();
        let got = sharpe(&Returns::of(&points, Duration::DAY)).value().unwrap();
        assert!((got - expected).abs() < 1e-6, "{got} {expected}");
    }

    #[test]
    fn too_little_is_no_ratio() {
        let flat = vec![Money::from_int(10).unwrap(); 40];
        let cases = [
            (flat.as_slice(), Duration::DAY, "equity never moved"),
            (&flat[..20], Duration::DAY, "fewer than 30 returns"),
            (flat.as_slice(), Duration::SECOND, "shorter than a day"),
        ];
        for (points, step, reason) in cases {
            assert_eq!(sharpe(&Returns::of(points, step)), Figure::Absent(reason));
        }
    }
}
