//! Turnover: money traded, measured in accounts.

use strat_runtime::fixed;
use strat_runtime::money::Money;

use super::Figure;

/// Price times size of all fills over the cash at the start: how often the account was turned
/// over, counting buys and sells. `traded` is in units of 1e-9.
pub fn turnover_ratio(traded: i128, start: Money) -> Figure {
    if !start.is_positive() {
        return Figure::Absent("no cash at the start");
    }
    fixed::wide_quotient(traded, start.raw()).map_or(Figure::Absent("out of range"), Figure::finite)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twice_the_account() {
        let start = Money::from_int(100).unwrap();
        assert_eq!(turnover_ratio(200 * i128::from(fixed::SCALE), start), Figure::Value(2.0));
        assert!(turnover_ratio(1, Money::ZERO).value().is_none());
    }
}
