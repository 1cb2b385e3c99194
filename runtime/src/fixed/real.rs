//! The border between fixed point and `f64`, crossed with exactly one rounding each way.
//!
//! An `f64` is taken apart into mantissa and exponent and handled as the rational number that it
//! is; `x * 1e9` in `f64` would round once before the rounding that was asked for.

use super::{Rounding, SCALE, signed};

/// Every integer up to this magnitude is an `f64`.
const EXACT_MAX: u128 = 1 << 53;

/// The raw value of a real number, rounded once.
///
/// `None` if `x` is not finite or the result does not fit (about ±9.22e9).
///
/// ```
/// use strat_runtime::fixed::{from_real, Rounding};
/// // The f64 nearest to 0.1 lies a little above it.
/// assert_eq!(from_real(0.1, Rounding::Down), Some(100_000_000));
/// assert_eq!(from_real(0.1, Rounding::Up), Some(100_000_001));
/// assert_eq!(from_real(f64::NAN, Rounding::Nearest), None);
/// ```
pub fn from_real(x: f64, rounding: Rounding) -> Option<i64> {
    scale_by_real(SCALE, x, rounding)
}

/// The real number of a raw value: one correctly rounded division by 1e9.
#[inline]
pub fn to_real(raw: i64) -> f64 {
    divide(raw as i128, SCALE.unsigned_abs())
}

/// `raw * x`, rounded once to nearest, ties to even.
///
/// `None` if `x` is not finite or the result does not fit.
pub fn mul_real(raw: i64, x: f64) -> Option<i64> {
    scale_by_real(raw, x, Rounding::Nearest)
}

/// `raw / x`, rounded once to nearest, ties to even.
///
/// `None` if `x` is zero or not finite, or the result does not fit.
pub fn div_real(raw: i64, x: f64) -> Option<i64> {
    let (negative, mantissa, exponent) = decode(x)?;
    if mantissa == 0 {
        return None;
    }
    let negative = (raw < 0) != negative;
    let magnitude = raw.unsigned_abs() as u128;
    if magnitude == 0 {
        return Some(0);
    }
    if exponent > 0 {
        // A divisor of 2^127 or more is more than twice any raw value.
        if exponent.unsigned_abs() >= 64 + mantissa.leading_zeros() {
            return Some(0);
        }
        return round_quotient(magnitude, (mantissa as u128) << exponent, negative);
    }
    // With a mantissa below 2^53, a dividend of 2^117 has a quotient above 2^64.
    let shift = exponent.unsigned_abs();
    if shift + (128 - magnitude.leading_zeros()) > 118 {
        return None;
    }
    round_quotient(magnitude << shift, mantissa as u128, negative)
}

/// The real number `a / b`, correctly rounded; the scale of the two cancels.
///
/// `None` if `b` is zero.
#[inline]
pub fn quotient(a: i64, b: i64) -> Option<f64> {
    wide_quotient(a as i128, b)
}

/// [`quotient`] of a wide sum.
#[inline]
pub fn wide_quotient(a: i128, b: i64) -> Option<f64> {
    if b == 0 {
        return None;
    }
    let value = divide(a, b.unsigned_abs());
    // Subtracted from zero rather than negated: fixed-point zero has no sign.
    Some(if b < 0 { 0.0 - value } else { value })
}

/// `a / by`, correctly rounded, for every `a` and every non-zero `by`.
#[inline]
pub(super) fn divide(a: i128, by: u64) -> f64 {
    let magnitude = a.unsigned_abs();
    if magnitude == 0 || by == 0 {
        return 0.0;
    }
    if magnitude <= EXACT_MAX && by as u128 <= EXACT_MAX {
        // Both operands are exact, so that IEEE division is the one rounding.
        return a as f64 / by as f64;
    }
    // Shifted to the top, the quotient has at least 64 bits: 53 to keep, one to round by, and a
    // last one that says whether anything was left over. The conversion then rounds correctly.
    let shift = magnitude.leading_zeros();
    let shifted = magnitude << shift;
    let whole = shifted / by as u128;
    let sticky = !shifted.is_multiple_of(by as u128);
    // Division by a power of two is exact here: the result is far from the subnormal range.
    let value = (whole | sticky as u128) as f64 / (1_u128 << shift) as f64;
    if a < 0 { -value } else { value }
}

/// `factor * x` rounded once.
fn scale_by_real(factor: i64, x: f64, rounding: Rounding) -> Option<i64> {
    let (negative, mantissa, exponent) = decode(x)?;
    let negative = (factor < 0) != negative;
    // At most 63 + 53 bits.
    let full = factor.unsigned_abs() as u128 * mantissa as u128;
    if full == 0 {
        return Some(0);
    }
    if exponent >= 0 {
        if exponent.unsigned_abs() >= full.leading_zeros() {
            return None;
        }
        return signed(u64::try_from(full << exponent).ok()?, negative);
    }
    let shift = exponent.unsigned_abs();
    // Everything shifted out of 116 bits or fewer is less than one half.
    let (whole, rest, half) = if shift > 120 {
        (0, 1, 2)
    } else {
        (full >> shift, full & ((1 << shift) - 1), 1_u128 << (shift - 1))
    };
    let up = match rounding {
        Rounding::Down => negative && rest != 0,
        Rounding::Up => !negative && rest != 0,
        Rounding::Nearest => rest > half || (rest == half && whole & 1 == 1),
    };
    signed(u64::try_from(whole + up as u128).ok()?, negative)
}

/// `dividend / divisor` to nearest, ties to even, with the sign given.
fn round_quotient(dividend: u128, divisor: u128, negative: bool) -> Option<i64> {
    let whole = dividend / divisor;
    let rest = dividend % divisor;
    let missing = divisor - rest;
    let up = rest > missing || (rest == missing && whole & 1 == 1);
    signed(u64::try_from(whole + up as u128).ok()?, negative)
}

/// A finite number as sign, mantissa and exponent: `±mantissa * 2^exponent`, mantissa below 2^53.
fn decode(x: f64) -> Option<(bool, u64, i32)> {
    if !x.is_finite() {
        return None;
    }
    let bits = x.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let biased = ((bits >> 52) & 0x7ff) as i32;
    // Subnormal numbers share the least exponent and lack the leading one.
    let (mantissa, exponent) =
        if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    // Trailing zeros go into the exponent, so that whole numbers have no fraction to shift out.
    let zeros = if mantissa == 0 { 0 } else { mantissa.trailing_zeros() };
    Some((x.is_sign_negative(), mantissa >> zeros, exponent + zeros as i32))
}
