//! How much: sizes from volatility, edge and limits.

use crate::fixed;
use crate::leverage::Leverage;
use crate::quantity::Quantity;
use crate::ratio::Ratio;

/// The leverage at which a position of volatility `vol` has the volatility `goal`, at most `most`:
/// `min(most, goal / vol)`, rounded once. Without volatility, `most`.
///
/// Both volatilities are of the same length of time; `vol` is not negative.
pub fn vol_target(goal: Ratio, vol: f64, most: Leverage) -> Leverage {
    // No quotient, or one beyond the range, is more than any limit.
    match fixed::div_real(goal.raw(), vol) {
        Some(raw) => most.min(Leverage::from_raw(raw)),
        None => most,
    }
}

/// The leverage that maximises the expected growth of the wealth, for returns of this mean and
/// variance: `mean / variance` (E. O. Thorp, 2006, section 7). `None` if the variance is not
/// positive or the quotient not finite.
pub fn kelly(mean: f64, variance: f64) -> Option<f64> {
    let quotient = mean / variance;
    (variance > 0.0 && quotient.is_finite()).then_some(quotient)
}

/// The weight of the first of several assets, so that each adds the same risk where all are equally
/// correlated, as two always are: `(1 / v1) / (1 / v1 + ... + 1 / vn)`, computed as
/// `1 / (v1 / v1 + ... + v1 / vn)` (S. Maillard, T. Roncalli, J. Teiletche, 2010). `None` if a
/// volatility is not positive or a quotient not finite.
pub fn risk_parity(vols: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut vols = vols.into_iter();
    let first = vols.next().filter(|vol| *vol > 0.0)?;
    let mut sum = 1.0;
    for vol in vols {
        if vol <= 0.0 {
            return None;
        }
        sum += first / vol;
    }
    let weight = 1.0 / sum;
    (sum.is_finite() && weight.is_finite()).then_some(weight)
}

/// The size in whole lots, towards zero; `None` if `lot` is not positive.
pub const fn round_lots(size: Quantity, lot: Quantity) -> Option<Quantity> {
    if !lot.is_positive() {
        return None;
    }
    Some(Quantity::from_raw(size.raw() - size.raw() % lot.raw()))
}

/// The change that takes an exposure of `held` as near to `held + want` as `limit` allows:
/// `clamp(held + want, -limit, limit) - held`, in raw units of one kind. An exposure beyond the limit
/// is brought back to it, whatever is wanted. `None` if `limit` is negative or the change does not
/// fit.
pub fn clamp_exposure(want: i64, held: i64, limit: i64) -> Option<i64> {
    if limit < 0 {
        return None;
    }
    let (held, limit) = (i128::from(held), i128::from(limit));
    fixed::narrow((held + i128::from(want)).clamp(-limit, limit) - held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volatility_sets_leverage() {
        let ratio = |text| Ratio::parse(text).unwrap();
        let leverage = |text| Leverage::parse(text).unwrap();
        let most = leverage("2");
        assert_eq!(vol_target(ratio("0.2"), 0.4, most), leverage("0.5"));
        assert_eq!(vol_target(ratio("0.2"), 0.05, most), most);
        assert_eq!(vol_target(ratio("0.2"), 0.0, most), most);
        assert_eq!(vol_target(ratio("0.2"), 1e-300, most), most);
        assert_eq!(kelly(0.08, 0.04), Some(2.0));
        assert_eq!(kelly(0.08, 0.0), None);
        assert_eq!(kelly(1e300, 1e-300), None);
    }

    #[test]
    fn weights_lots_and_limits() {
        assert_eq!(risk_parity([0.25, 0.75]), Some(0.75));
        assert_eq!(risk_parity([0.1, 0.0]), None);
        assert_eq!(risk_parity([f64::MAX, 1e-300]), None);
        let size = |text| Quantity::parse(text).unwrap();
        assert_eq!(round_lots(size("7.9"), size("0.5")), Some(size("7.5")));
        assert_eq!(round_lots(size("-7.9"), size("2")), Some(size("-6")));
        assert_eq!(round_lots(size("7.9"), Quantity::ZERO), None);
        for (want, held, limit, change) in [
            (10, 95, 100, Some(5)),
            (-10, 95, 100, Some(-10)),
            (-300, 95, 100, Some(-195)),
            (10, 120, 100, Some(-20)),
            (5, 0, -1, None),
            (i64::MIN, i64::MIN, i64::MAX, Some(1)),
            (0, i64::MIN, 0, None),
        ] {
            assert_eq!(clamp_exposure(want, held, limit), change, "{want} {held} {limit}");
        }
    }
}
