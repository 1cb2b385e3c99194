//! The arithmetic of the language on bare cells: total functions, each result checked.
//!
//! A real result that is infinite or undefined is an error at once, not when it is stored: `1e308 *
//! 10` faults even where the next operation would bring it back into range.

use strat_runtime::fault::FaultKind;
use strat_runtime::fixed::{self, Rounding};
use strat_runtime::math;

use crate::ir::{Binary, Compare, Pure, Unary};

fn real(bits: i64) -> f64 {
    f64::from_bits(bits as u64)
}

#[inline]
fn finite(x: f64) -> Result<i64, FaultKind> {
    if x.is_finite() { Ok(x.to_bits() as i64) } else { Err(FaultKind::NotFinite) }
}

#[inline]
fn fits(x: Option<i64>) -> Result<i64, FaultKind> {
    x.ok_or(FaultKind::Overflow)
}

/// A quotient: a zero divisor is told from a result out of range.
fn quotient(divisor_is_zero: bool, x: Option<i64>) -> Result<i64, FaultKind> {
    if divisor_is_zero { Err(FaultKind::DivisionByZero) } else { fits(x) }
}

#[inline]
pub(super) fn unary(op: Unary, a: i64) -> Result<i64, FaultKind> {
    match op {
        Unary::Not => Ok(i64::from(a == 0)),
        Unary::NegInt => fits(fixed::neg(a)),
        Unary::NegReal => finite(-real(a)),
        Unary::FixedToReal => finite(fixed::to_real(a)),
        Unary::IntToReal => finite(a as f64),
        Unary::IntToFixed => fits(fixed::mul_int(fixed::SCALE, a)),
        Unary::RealToFixed => fits(fixed::from_real(real(a), Rounding::Nearest)),
    }
}

#[inline]
pub(super) fn binary(op: Binary, a: i64, b: i64) -> Result<i64, FaultKind> {
    match op {
        Binary::AddInt => fits(fixed::add(a, b)),
        Binary::SubInt => fits(fixed::sub(a, b)),
        Binary::MulInt => fits(fixed::mul_int(a, b)),
        Binary::RemInt => quotient(b == 0, a.checked_rem_euclid(b)),
        Binary::MulFixed => fits(fixed::mul(a, b)),
        Binary::MulFixedReal => fits(fixed::mul_real(a, real(b))),
        Binary::DivFixed => quotient(b == 0, fixed::div(a, b)),
        Binary::DivFixedInt => quotient(b == 0, fixed::div_int(a, b)),
        Binary::DivFixedReal => quotient(real(b) == 0.0, fixed::div_real(a, real(b))),
        Binary::DivToReal => {
            fixed::quotient(a, b).ok_or(FaultKind::DivisionByZero).and_then(finite)
        }
        Binary::AddReal => finite(real(a) + real(b)),
        Binary::SubReal => finite(real(a) - real(b)),
        Binary::MulReal => finite(real(a) * real(b)),
        Binary::DivReal if real(b) == 0.0 => Err(FaultKind::DivisionByZero),
        Binary::DivReal => finite(real(a) / real(b)),
    }
}

#[inline]
pub(super) fn compare_int(op: Compare, a: i64, b: i64) -> bool {
    match op {
        Compare::Eq => a == b,
        Compare::Ne => a != b,
        Compare::Lt => a < b,
        Compare::Le => a <= b,
        Compare::Gt => a > b,
        Compare::Ge => a >= b,
    }
}

/// Reals are never compared for equality by a checked strategy; the two are here so that the
/// function is total.
#[inline]
#[expect(clippy::float_cmp, reason = "the operations are what the program says")]
pub(super) fn compare_real(op: Compare, a: i64, b: i64) -> bool {
    let (a, b) = (real(a), real(b));
    match op {
        Compare::Eq => a == b,
        Compare::Ne => a != b,
        Compare::Lt => a < b,
        Compare::Le => a <= b,
        Compare::Gt => a > b,
        Compare::Ge => a >= b,
    }
}

/// A pure function of one operand, or the fold of `min` and `max` over two.
pub(super) fn pure(function: Pure, a: i64, b: i64, c: i64) -> Result<i64, FaultKind> {
    match function {
        Pure::MinInt => Ok(a.min(b)),
        Pure::MaxInt => Ok(a.max(b)),
        // Of equal values the first is kept, which decides between the two zeros.
        Pure::MinReal => Ok(if real(b) < real(a) { b } else { a }),
        Pure::MaxReal => Ok(if real(b) > real(a) { b } else { a }),
        Pure::AbsInt => fits(fixed::abs(a)),
        Pure::AbsReal => finite(real(a).abs()),
        // The lower end wins where the ends are crossed.
        Pure::ClampInt => Ok(a.min(c).max(b)),
        Pure::ClampReal => {
            let below = if real(a) > real(c) { c } else { a };
            Ok(if real(below) < real(b) { b } else { below })
        }
        Pure::Ln => finite(math::ln(real(a))),
        Pure::Exp => finite(math::exp(real(a))),
        Pure::Sqrt => finite(math::sqrt(real(a))),
        Pure::Floor => finite(math::floor(real(a))),
        Pure::Ceil => finite(math::ceil(real(a))),
        Pure::Round => finite(math::round_ties_even(real(a))),
        Pure::RealToFixedDown => fits(fixed::from_real(real(a), Rounding::Down)),
        Pure::RealToFixedUp => fits(fixed::from_real(real(a), Rounding::Up)),
        Pure::DivOrReal if real(b) == 0.0 => Ok(c),
        Pure::DivOrReal => finite(real(a) / real(b)),
    }
}
