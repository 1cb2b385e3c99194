//! Ratios: percent and basis points.

use crate::fixed::newtype::fixed_newtype;

fixed_newtype! {
    /// A part of a whole: 1% is 0.01 and 1 bps is 0.0001. Exact to 1e-9.
    Ratio
}

impl Ratio {
    /// One percent.
    pub const PERCENT: Self = Self(10_000_000);
    /// One basis point.
    pub const BPS: Self = Self(100_000);

    /// A whole number of percent; `None` if it does not fit.
    #[inline]
    pub const fn from_percent(percent: i64) -> Option<Self> {
        Self::PERCENT.checked_mul_int(percent)
    }

    /// A whole number of basis points; `None` if it does not fit.
    #[inline]
    pub const fn from_bps(bps: i64) -> Option<Self> {
        Self::BPS.checked_mul_int(bps)
    }

    /// What is missing to the whole, `1 - self`; `None` on overflow.
    #[inline]
    pub const fn checked_complement(self) -> Option<Self> {
        Self::ONE.checked_sub(self)
    }
}
