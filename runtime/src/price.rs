//! Prices: quote currency per unit of an instrument.

use crate::fixed;
use crate::fixed::newtype::fixed_newtype;
use crate::money::Money;
use crate::quantity::Quantity;

fixed_newtype! {
    /// A price, or a difference of prices, in quote currency per unit. Exact to 1e-9.
    Price
}

impl Price {
    /// What `quantity` units cost at this price; `None` on overflow.
    #[inline]
    pub const fn checked_mul_quantity(self, quantity: Quantity) -> Option<Money> {
        match fixed::mul(self.0, quantity.raw()) {
            Some(raw) => Some(Money::from_raw(raw)),
            None => None,
        }
    }

    /// The middle between two prices, ties to even; it always fits.
    #[inline]
    #[must_use]
    pub const fn midpoint(self, other: Self) -> Self {
        Self(fixed::midpoint(self.0, other.0))
    }

    /// The distance to another price; `None` on overflow.
    #[inline]
    pub const fn distance(self, other: Self) -> Option<Self> {
        match fixed::sub(self.0, other.0) {
            Some(raw) => Self::wrap(fixed::abs(raw)),
            None => None,
        }
    }
}
