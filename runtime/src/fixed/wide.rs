//! Accumulators: products and sums kept in `i128` until the one rounding at the end.
//!
//! A product of two raw values counts units of 1e-18 and needs up to 127 bits, so that two of the
//! largest fill the type: add products with `checked_add`. Sums of raw values have 64 bits to spare.

use super::{SCALE, real};

/// The exact product of two raw values, in units of 1e-18. It always fits.
#[inline]
pub const fn product(a: i64, b: i64) -> i128 {
    a as i128 * b as i128
}

/// A wide value as a raw `i64`, if it fits.
#[inline]
pub const fn narrow(wide: i128) -> Option<i64> {
    if wide >= i64::MIN as i128 && wide <= i64::MAX as i128 { Some(wide as i64) } else { None }
}

/// A sum of [`product`]s brought back to raw, to nearest, ties to even.
#[inline]
pub const fn round_product(sum: i128) -> Option<i64> {
    div_product(sum, SCALE as i128)
}

/// A sum of [`product`]s divided by a sum of raw values: a raw value, as in
/// `sum(price * size) / sum(size)`. To nearest, ties to even.
///
/// `None` if `by` is zero or the result does not fit.
pub const fn div_product(sum: i128, by: i128) -> Option<i64> {
    if by == 0 {
        return None;
    }
    let (magnitude, divisor) = (sum.unsigned_abs(), by.unsigned_abs());
    let whole = magnitude / divisor;
    let rest = magnitude % divisor;
    let missing = divisor - rest;
    let up = rest > missing || (rest == missing && whole & 1 == 1);
    // Far beyond the range of the result, and small enough for the steps that follow.
    if whole > 1 << 64 {
        return None;
    }
    let rounded = (whole + up as u128) as i128;
    let negative = (sum < 0) != (by < 0);
    narrow(if negative { -rounded } else { rounded })
}

/// A wide sum of raw values as a real: one correctly rounded division by 1e9.
#[inline]
pub fn wide_to_real(sum: i128) -> f64 {
    real::divide(sum, SCALE.unsigned_abs())
}
