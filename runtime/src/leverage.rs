//! Leverage: exposure over equity.

use crate::fixed;
use crate::fixed::newtype::fixed_newtype;
use crate::money::Money;

fixed_newtype! {
    /// Exposure over equity, long above zero: `0.25x` is a quarter of the equity. Exact to 1e-9.
    Leverage
}

impl Leverage {
    /// The exposure that this leverage means on `equity`; `None` on overflow.
    #[inline]
    pub const fn checked_mul_money(self, equity: Money) -> Option<Money> {
        match fixed::mul(self.0, equity.raw()) {
            Some(raw) => Some(Money::from_raw(raw)),
            None => None,
        }
    }
}
