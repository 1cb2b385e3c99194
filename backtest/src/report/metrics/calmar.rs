//! Calmar ratio: return per year over the largest drawdown.

use super::{CALMAR_DAYS_MIN, DAYS_PER_YEAR, Drawdown, Figure};

/// `total return * 365 / days / max drawdown`: the return is annualised without compounding, so
/// that a short run is not blown up. T. W. Young, "Calmar Ratio: A Smoother Tool", Futures, 1991.
pub fn calmar(total_return: Figure, days: f64, drawdown: &Drawdown) -> Figure {
    let Some(total) = total_return.value() else { return total_return };
    if days < CALMAR_DAYS_MIN {
        return Figure::Absent("shorter than 30 days");
    }
    if drawdown.ratio <= 0.0 {
        return Figure::Absent("no drawdown");
    }
    Figure::finite(total * DAYS_PER_YEAR / days / drawdown.ratio)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand_and_too_short() {
        let drawdown = Drawdown { ratio: 0.05, ..Drawdown::default() };
        let got = calmar(Figure::Value(0.1), 73.0, &drawdown).value().unwrap();
        assert!((got - 10.0).abs() < 1e-12);
        assert_eq!(
            calmar(Figure::Value(0.1), 29.0, &drawdown),
            Figure::Absent("shorter than 30 days")
        );
        assert_eq!(
            calmar(Figure::Value(0.1), 73.0, &Drawdown::default()),
            Figure::Absent("no drawdown")
        );
    }
}
