//! Fixed-point numbers: a raw `i64` that counts billionths.
//!
//! This is the arithmetic below [`Price`](crate::price::Price), [`Quantity`](crate::quantity::Quantity),
//! [`Money`](crate::money::Money), [`Ratio`](crate::ratio::Ratio) and
//! [`Leverage`](crate::leverage::Leverage). It knows nothing of units: the newtypes do. Every
//! function is total: what does not fit is `None`, never a wrap and never a panic.
//!
//! Rounding is to nearest, ties to even, unless a [`Rounding`] is given, and happens once per
//! operation. Enter at [`mul`], [`div`], [`from_real`], [`to_real`] and [`parse`].

pub(crate) mod newtype;
mod real;
mod text;
mod wide;

pub use real::{div_real, from_real, mul_real, quotient, to_real, wide_quotient};
pub use text::{DECIMALS, ParseFixedError, parse, write};
pub use wide::{div_product, narrow, product, round_product, wide_to_real};

/// Raw units in one whole unit: a raw value of `SCALE` is the number 1.
pub const SCALE: i64 = 1_000_000_000;

const SCALE_WIDE: u64 = SCALE.unsigned_abs();

/// Which representable number stands for one that is not representable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// Towards minus infinity.
    Down,
    /// Towards plus infinity.
    Up,
    /// To the nearest, and between two equally near ones to the even one.
    Nearest,
}

/// `a + b`.
#[inline]
pub const fn add(a: i64, b: i64) -> Option<i64> {
    a.checked_add(b)
}

/// `a - b`.
#[inline]
pub const fn sub(a: i64, b: i64) -> Option<i64> {
    a.checked_sub(b)
}

/// `-a`; `None` only for `i64::MIN`.
#[inline]
pub const fn neg(a: i64) -> Option<i64> {
    a.checked_neg()
}

/// The magnitude of `a`; `None` only for `i64::MIN`.
#[inline]
pub const fn abs(a: i64) -> Option<i64> {
    a.checked_abs()
}

/// The fixed-point product `a * b / SCALE`, to nearest, ties to even.
///
/// The product is formed in full; `None` if the result does not fit.
#[inline]
pub const fn mul(a: i64, b: i64) -> Option<i64> {
    let negative = (a < 0) != (b < 0);
    let full = a.unsigned_abs() as u128 * b.unsigned_abs() as u128;
    let (high, low) = ((full >> 64) as u64, full as u64);
    if high == 0 {
        return signed(
            nearest_even(low / SCALE_WIDE, low % SCALE_WIDE, SCALE_WIDE - low % SCALE_WIDE),
            negative,
        );
    }
    // A quotient of 64 bits is already too large by a factor of two.
    if high >= SCALE_WIDE {
        return None;
    }
    // Schoolbook division in base 2^32: both steps are 64-bit divisions by a constant, which the
    // compiler turns into multiplications, where a 128-bit division would be a call.
    let upper = (high << 32) | (low >> 32);
    let lower = ((upper % SCALE_WIDE) << 32) | (low & 0xffff_ffff);
    let whole = ((upper / SCALE_WIDE) << 32) | (lower / SCALE_WIDE);
    let rest = lower % SCALE_WIDE;
    signed(nearest_even(whole, rest, SCALE_WIDE - rest), negative)
}

/// The fixed-point quotient `a * SCALE / b`, to nearest, ties to even.
///
/// `None` if `b` is zero or the result does not fit.
#[inline]
pub const fn div(a: i64, b: i64) -> Option<i64> {
    mul_div(a, SCALE, b)
}

/// `a * n`, exact; `n` is a plain integer, not a fixed-point number.
#[inline]
pub const fn mul_int(a: i64, n: i64) -> Option<i64> {
    a.checked_mul(n)
}

/// `a / n`, to nearest, ties to even; `n` is a plain integer, not a fixed-point number.
///
/// `None` if `n` is zero, or for `i64::MIN / -1`.
#[inline]
pub const fn div_int(a: i64, n: i64) -> Option<i64> {
    mul_div(a, 1, n)
}

/// `a * b / c` over the integers, to nearest, ties to even, with one rounding.
///
/// `None` if `c` is zero or the result does not fit. The scale cancels: with three raw values the
/// result is raw as well.
#[inline]
pub const fn mul_div(a: i64, b: i64, c: i64) -> Option<i64> {
    if c == 0 {
        return None;
    }
    let negative = ((a < 0) != (b < 0)) != (c < 0);
    let full = a.unsigned_abs() as u128 * b.unsigned_abs() as u128;
    let by = c.unsigned_abs();
    if full >> 64 == 0 {
        let low = full as u64;
        return signed(nearest_even(low / by, low % by, by - low % by), negative);
    }
    if (full >> 64) as u64 >= by {
        return None;
    }
    let whole = (full / by as u128) as u64;
    let rest = (full % by as u128) as u64;
    signed(nearest_even(whole, rest, by - rest), negative)
}

/// The multiple of `step` that stands for `raw`: the greatest not above it, the least not below
/// it, or the nearest (of two equally near ones the even multiple).
///
/// `None` if `step` is not positive or the multiple does not fit.
///
/// ```
/// use strat_runtime::fixed::{quantize, Rounding};
/// assert_eq!(quantize(-7, 5, Rounding::Down), Some(-10));
/// assert_eq!(quantize(-7, 5, Rounding::Up), Some(-5));
/// assert_eq!(quantize(7, 0, Rounding::Nearest), None);
/// ```
#[inline]
pub const fn quantize(raw: i64, step: i64, rounding: Rounding) -> Option<i64> {
    if step <= 0 {
        return None;
    }
    let whole = raw.div_euclid(step);
    let rest = raw.rem_euclid(step);
    let up = match rounding {
        Rounding::Down => false,
        Rounding::Up => rest != 0,
        Rounding::Nearest => {
            let missing = step - rest;
            rest > missing || (rest == missing && whole % 2 != 0)
        }
    };
    let multiple = if up { raw.checked_add(step - rest) } else { raw.checked_sub(rest) };
    // With nothing left over both forms are `raw` itself.
    if rest == 0 { Some(raw) } else { multiple }
}

/// The middle of two raw values, ties to even; it always fits.
#[inline]
pub const fn midpoint(a: i64, b: i64) -> i64 {
    // Shared bits plus half of the differing ones: the sum itself could overflow.
    let floor = (a & b) + ((a ^ b) >> 1);
    floor + ((a ^ b) & floor & 1)
}

/// Rounds a magnitude: `rest` above `whole`, `missing` below its successor.
#[inline]
const fn nearest_even(whole: u64, rest: u64, missing: u64) -> u64 {
    // `whole` is at its limit only if nothing is left over or the caller's range check fails anyway.
    if rest > missing || (rest == missing && whole & 1 == 1) {
        whole.saturating_add(1)
    } else {
        whole
    }
}

/// Gives a magnitude its sign, if the result fits.
#[inline]
const fn signed(magnitude: u64, negative: bool) -> Option<i64> {
    if negative {
        0_i64.checked_sub_unsigned(magnitude)
    } else if magnitude <= i64::MAX.unsigned_abs() {
        Some(magnitude as i64)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
