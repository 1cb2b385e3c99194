//! Quantities: shares, coins, lots.

use crate::fixed;
use crate::fixed::newtype::fixed_newtype;
use crate::money::Money;
use crate::price::Price;

fixed_newtype! {
    /// A number of units of an instrument: shares, coins, lots. Signed where it is a position,
    /// long above zero. Exact to 1e-9.
    Quantity
}

impl Quantity {
    /// What this many units cost at `price`; `None` on overflow.
    #[inline]
    pub const fn checked_mul_price(self, price: Price) -> Option<Money> {
        price.checked_mul_quantity(self)
    }

    /// `slope` is a price per unit, as in a skew per share: `slope * quantity` is a price. `None`
    /// on overflow.
    #[inline]
    pub const fn checked_mul_slope(self, slope: Price) -> Option<Price> {
        match fixed::mul(self.0, slope.raw()) {
            Some(raw) => Some(Price::from_raw(raw)),
            None => None,
        }
    }
}
