//! The only door to transcendental functions.
//!
//! The platform's `libm` differs in the last bit from machine to machine, and a compiler may fold
//! a call with the library of the build host. These come from the `libm` crate, in plain Rust, so
//! that the same inputs give the same bits everywhere. Functions that IEEE 754 rounds correctly
//! (`sqrt`, `floor`, …) are the language's own. None of them panics; outside of its domain a
//! function gives NaN or an infinity, which the caller has to refuse.

/// e to the power of `x`.
#[inline]
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// `exp(x) - 1` without cancellation near zero.
#[inline]
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// The natural logarithm of `x`, for `x` above zero.
#[inline]
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `ln(1 + x)` without cancellation near zero, for `x` above -1.
#[inline]
pub fn ln_1p(x: f64) -> f64 {
    libm::log1p(x)
}

/// The logarithm to base 2, for `x` above zero.
#[inline]
pub fn log2(x: f64) -> f64 {
    libm::log2(x)
}

/// The logarithm to base 10, for `x` above zero.
#[inline]
pub fn log10(x: f64) -> f64 {
    libm::log10(x)
}

/// `x` to the power of `y`.
#[inline]
pub fn pow(x: f64, y: f64) -> f64 {
    libm::pow(x, y)
}

/// `x` to a whole power, by repeated squaring in a fixed order.
///
/// A negative power is the reciprocal of the positive one.
#[inline]
pub fn powi(x: f64, n: i32) -> f64 {
    let mut left = n.unsigned_abs();
    let mut square = x;
    let mut result = 1.0;
    while left > 0 {
        if left & 1 == 1 {
            result *= square;
        }
        square *= square;
        left >>= 1;
    }
    if n < 0 { 1.0 / result } else { result }
}

/// The square root, correctly rounded, for `x` of zero or more.
#[inline]
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
}

/// The cube root.
#[inline]
pub fn cbrt(x: f64) -> f64 {
    libm::cbrt(x)
}

/// The length of the vector `(x, y)`.
#[inline]
pub fn hypot(x: f64, y: f64) -> f64 {
    libm::hypot(x, y)
}

/// The sine of an angle in radians.
#[inline]
pub fn sin(x: f64) -> f64 {
    libm::sin(x)
}

/// The cosine of an angle in radians.
#[inline]
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// The tangent of an angle in radians.
#[inline]
pub fn tan(x: f64) -> f64 {
    libm::tan(x)
}

/// The angle in radians whose tangent is `x`.
#[inline]
pub fn atan(x: f64) -> f64 {
    libm::atan(x)
}

/// The angle in radians of the point `(x, y)`, with its quadrant.
#[inline]
pub fn atan2(y: f64, x: f64) -> f64 {
    libm::atan2(y, x)
}

/// The hyperbolic tangent.
#[inline]
pub fn tanh(x: f64) -> f64 {
    libm::tanh(x)
}

/// The error function.
#[inline]
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

/// The probability that a standard normal variable is at most `x`.
#[inline]
pub fn normal_cdf(x: f64) -> f64 {
    // erfc keeps its relative precision in the lower tail, where 1 + erf would cancel.
    0.5 * libm::erfc(-x * std::f64::consts::FRAC_1_SQRT_2)
}

/// The greatest whole number not above `x`.
#[inline]
pub fn floor(x: f64) -> f64 {
    x.floor()
}

/// The least whole number not below `x`.
#[inline]
pub fn ceil(x: f64) -> f64 {
    x.ceil()
}

/// The nearest whole number, halves away from zero.
#[inline]
pub fn round(x: f64) -> f64 {
    x.round()
}

/// The nearest whole number, halves to the even one.
#[inline]
pub fn round_ties_even(x: f64) -> f64 {
    x.round_ties_even()
}

/// The whole part, towards zero.
#[inline]
pub fn trunc(x: f64) -> f64 {
    x.trunc()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decimal digits from a table of functions, rounded to the nearest `f64` by the compiler.
    #[test]
    #[expect(clippy::approx_constant, reason = "the digits are the expected result of a function")]
    fn values_are_within_one_unit_in_the_last_place() {
        let cases = [
            ("exp(1)", exp(1.0), 2.718_281_828_459_045),
            ("exp_m1(1e-10)", exp_m1(1e-10), 1.000_000_000_05e-10),
            ("ln(10)", ln(10.0), 2.302_585_092_994_046),
            ("ln_1p(1e-10)", ln_1p(1e-10), 9.999_999_999_5e-11),
            ("log2(10)", log2(10.0), 3.321_928_094_887_362),
            ("log10(2)", log10(2.0), 0.301_029_995_663_981_2),
            ("pow(2, 0.5)", pow(2.0, 0.5), 1.414_213_562_373_095_1),
            ("sqrt(2)", sqrt(2.0), 1.414_213_562_373_095_1),
            ("cbrt(2)", cbrt(2.0), 1.259_921_049_894_873_2),
            ("hypot(3, 4)", hypot(3.0, 4.0), 5.0),
            ("sin(1)", sin(1.0), 0.841_470_984_807_896_5),
            ("cos(1)", cos(1.0), 0.540_302_305_868_139_7),
            ("tan(1)", tan(1.0), 1.557_407_724_654_902_2),
            ("atan(1)", atan(1.0), 0.785_398_163_397_448_3),
            ("atan2(1, -1)", atan2(1.0, -1.0), 2.356_194_490_192_345),
            ("tanh(0.5)", tanh(0.5), 0.462_117_157_260_009_74),
            ("erf(0.5)", erf(0.5), 0.520_499_877_813_046_5),
            ("normal_cdf(1)", normal_cdf(1.0), 0.841_344_746_068_542_9),
        ];
        for (name, got, expected) in cases {
            let apart = got.to_bits().abs_diff(f64::to_bits(expected));
            assert!(apart <= 1, "{name}: got {got:?}, expected {expected:?}");
        }
    }

    #[test]
    fn whole_powers_are_exact_where_the_result_is() {
        for (x, n, expected) in
            [(2.0, 10, 1024.0), (-3.0, 3, -27.0), (2.0, -2, 0.25), (7.0, 0, 1.0), (0.0, 0, 1.0)]
        {
            assert_eq!(powi(x, n).to_bits(), f64::to_bits(expected), "{x}^{n}");
        }
        assert_eq!(powi(2.0, i32::MIN).to_bits(), 0.0_f64.to_bits());
    }

    #[test]
    fn rounding_to_whole_numbers() {
        for (x, down, up, nearest, even, whole) in [
            (2.5, 2.0, 3.0, 3.0, 2.0, 2.0),
            (-2.5, -3.0, -2.0, -3.0, -2.0, -2.0),
            (0.3, 0.0, 1.0, 0.0, 0.0, 0.0),
        ] {
            let got = [floor(x), ceil(x), round(x), round_ties_even(x), trunc(x)];
            let same = got.iter().zip([down, up, nearest, even, whole]);
            assert!(same.into_iter().all(|(a, b)| a.to_bits() == f64::to_bits(b)), "{x}: {got:?}");
        }
    }
}
