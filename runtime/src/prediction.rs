//! Arithmetic of prediction markets: tokens that pay one unit of money if an outcome comes true.

use crate::fixed;
use crate::math;
use crate::money::Money;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::time::Duration;

/// The probability that a price stands for: what a token is worth that pays one.
#[inline]
pub fn implied_prob(price: Price) -> f64 {
    price.to_real()
}

/// What the other token of a pair is worth: `1 - price`, since one of the two pays. `None` on
/// overflow.
#[inline]
pub const fn complement(price: Price) -> Option<Price> {
    Price::ONE.checked_sub(price)
}

/// How far the prices of all outcomes of an event are from what they pay together, `sum - 1`: above
/// zero, selling all of them gains; below, buying does. `None` on overflow.
pub fn sum_to_one(prices: impl IntoIterator<Item = Price>) -> Option<Price> {
    let sum: i128 = prices.into_iter().map(|price| i128::from(price.raw())).sum();
    fixed::narrow(sum - i128::from(fixed::SCALE)).map(Price::from_raw)
}

/// The part of today's uncertainty that is left: `sqrt(left / span)`, the standard deviation of what
/// a random walk of length `span` still goes in its last `left` (L. Bachelier, 1900). 0 after the
/// end, 1 before the beginning; `None` if `span` is not positive.
pub fn time_decay(left: Duration, span: Duration) -> Option<f64> {
    if !span.is_positive() {
        return None;
    }
    let part = fixed::quotient(left.nanos(), span.nanos())?;
    Some(math::sqrt(part.clamp(0.0, 1.0)))
}

/// The part of the wealth that a bet on an outcome of probability `p` is worth, whose token costs
/// `price` and pays one: `(p - price) / (1 - price)`, which maximises the expected logarithm of the
/// wealth (J. L. Kelly, 1956). 0 without an edge, and where the price leaves nothing to gain.
pub fn kelly(p: f64, price: Price) -> f64 {
    let (p, cost) = (p.clamp(0.0, 1.0), price.to_real().max(0.0));
    if cost >= 1.0 || p <= cost { 0.0 } else { (p - cost) / (1.0 - cost) }
}

/// What `size` tokens bought at `price` gained when they paid `outcome`: `size * (outcome - price)`,
/// rounded once to nearest, ties to even. `None` on overflow.
pub const fn payoff(size: Quantity, price: Price, outcome: Price) -> Option<Money> {
    match outcome.checked_sub(price) {
        Some(gain) => gain.checked_mul_quantity(size),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(text: &str) -> Price {
        Price::parse(text).unwrap()
    }

    #[test]
    fn what_tokens_are_worth() {
        assert_eq!(complement(price("0.37")), Some(price("0.63")));
        assert_eq!(complement(Price::MIN), None);
        assert_eq!(sum_to_one([price("0.41"), price("0.57")]), Some(price("-0.02")));
        assert_eq!(sum_to_one([Price::MAX; 3]), None);
        let (ten, won) = (Quantity::parse("10").unwrap(), Price::ONE);
        assert_eq!(payoff(ten, price("0.4"), won), Money::parse("6").ok());
        assert_eq!(payoff(ten, price("0.4"), Price::ZERO), Money::parse("-4").ok());
        assert_eq!(payoff(Quantity::MAX, price("-5"), won), None);
    }

    #[test]
    fn bets_and_their_ends() {
        for (p, cost, expected) in [
            (0.6, "0.5", 0.2),
            (0.5, "0.5", 0.0),
            (0.4, "0.5", 0.0),
            (2.0, "0.5", 1.0),
            (1.0, "1", 0.0),
            (1.0, "1.5", 0.0),
            (0.5, "-1", 0.5),
        ] {
            assert!((kelly(p, price(cost)) - expected).abs() < 1e-15, "{p} at {cost}");
        }
        let (hour, day) = (Duration::HOUR, Duration::DAY);
        assert_eq!(time_decay(day, day), Some(1.0));
        assert_eq!(time_decay(Duration::from_hours(6), day), Some(0.5));
        assert_eq!(time_decay(Duration::from_nanos(-1), day), Some(0.0));
        assert_eq!(time_decay(day, hour), Some(1.0));
        assert_eq!(time_decay(day, Duration::ZERO), None);
    }
}
