//! Sortino ratio: mean return over its downside deviation.

use strat_runtime::math;

use super::{Figure, Returns};

/// `mean / sqrt(mean(min(r, 0)^2)) * sqrt(returns per year)`, with a target return of zero; the
/// mean of squares is over all returns, not only over losses. F. A. Sortino and L. N. Price,
/// "Performance Measurement in a Downside Risk Framework", Journal of Investing, 1994.
pub fn sortino(returns: &Returns) -> Figure {
    if let Some(absent) = returns.too_few() {
        return absent;
    }
    let squares: f64 = returns.values().iter().map(|r| r.min(0.0) * r.min(0.0)).sum();
    let downside = math::sqrt(squares / returns.values().len() as f64);
    if downside <= 0.0 {
        return Figure::Absent("no losing interval");
    }
    Figure::finite(returns.mean() / downside * math::sqrt(returns.per_year()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use strat_runtime::fixed::Rounding;
    use strat_runtime::money::Money;
    use strat_runtime::time::Duration;

    #[test]
    fn alternating_days_by_hand() {
        let mut equity = 1_000_000.0;
        let mut points = vec![Money::from_int(1_000_000).unwrap()];
        for day in 0..40 {
            equity *= if day % 2 == 0 { 1.02 } else { 0.99 };
            points.push(Money::from_real(equity, Rounding::Nearest).unwrap());
        }
        // Half of the squares are zero: downside deviation 1 % / sqrt(2).
        let expected = 0.005 / (0.01 / 2.0_f64.sqrt()) * 365.0_f64.sqrt();
        let got = sortino(&Returns::of(&points, Duration::DAY)).value().unwrap();
        assert!((got - expected).abs() < 1e-6, "{got} {expected}");
    }

    #[test]
    fn without_a_loss_there_is_none() {
        let points: Vec<_> = (100..140).map(|n| Money::from_int(n).unwrap()).collect();
        let returns = Returns::of(&points, Duration::DAY);
        assert_eq!(sortino(&returns), Figure::Absent("no losing interval"));
    }
}
