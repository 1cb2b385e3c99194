//! What the fixed-point newtypes have in common.
//!
//! A macro, because five types with the same twenty methods would otherwise be five copies, and a
//! generic `Fixed<Unit>` would let a caller write units that do not exist.

/// Defines a newtype over a raw `i64` of 1e-9 with the arithmetic that keeps its unit.
macro_rules! fixed_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        #[repr(transparent)]
        pub struct $name(i64);

        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);
            /// The number 1.
            pub const ONE: Self = Self($crate::fixed::SCALE);
            /// The smallest step of the representation, 1e-9.
            pub const EPSILON: Self = Self(1);
            /// The greatest value.
            pub const MAX: Self = Self(i64::MAX);
            /// The least value.
            pub const MIN: Self = Self(i64::MIN);

            /// From units of 1e-9.
            #[inline]
            pub const fn from_raw(raw: i64) -> Self {
                Self(raw)
            }

            /// In units of 1e-9.
            #[inline]
            pub const fn raw(self) -> i64 {
                self.0
            }

            /// A whole number; `None` if it does not fit.
            #[inline]
            pub const fn from_int(n: i64) -> Option<Self> {
                Self::wrap($crate::fixed::mul_int($crate::fixed::SCALE, n))
            }

            /// A real number, rounded once; `None` if it is not finite or does not fit.
            #[inline]
            pub fn from_real(x: f64, rounding: $crate::fixed::Rounding) -> Option<Self> {
                Self::wrap($crate::fixed::from_real(x, rounding))
            }

            /// As a real number: one correctly rounded division by 1e9.
            #[inline]
            pub fn to_real(self) -> f64 {
                $crate::fixed::to_real(self.0)
            }

            /// Reads a decimal exactly (`-12.5`, `1e-6`).
            ///
            /// # Errors
            /// What is not a decimal number, needs more than nine decimals, or does not fit.
            pub fn parse(text: &str) -> Result<Self, $crate::fixed::ParseFixedError> {
                $crate::fixed::parse(text).map(Self)
            }

            /// Whether it is zero.
            #[inline]
            pub const fn is_zero(self) -> bool {
                self.0 == 0
            }

            /// Whether it is above zero.
            #[inline]
            pub const fn is_positive(self) -> bool {
                self.0 > 0
            }

            /// Whether it is below zero.
            #[inline]
            pub const fn is_negative(self) -> bool {
                self.0 < 0
            }

            /// -1, 0 or 1.
            #[inline]
            pub const fn signum(self) -> i64 {
                self.0.signum()
            }

            /// The sum; `None` on overflow.
            #[inline]
            pub const fn checked_add(self, other: Self) -> Option<Self> {
                Self::wrap($crate::fixed::add(self.0, other.0))
            }

            /// The difference; `None` on overflow.
            #[inline]
            pub const fn checked_sub(self, other: Self) -> Option<Self> {
                Self::wrap($crate::fixed::sub(self.0, other.0))
            }

            /// With the sign turned; `None` on overflow.
            #[inline]
            pub const fn checked_neg(self) -> Option<Self> {
                Self::wrap($crate::fixed::neg(self.0))
            }

            /// The magnitude; `None` on overflow.
            #[inline]
            pub const fn checked_abs(self) -> Option<Self> {
                Self::wrap($crate::fixed::abs(self.0))
            }

            /// Times a whole number; `None` on overflow.
            #[inline]
            pub const fn checked_mul_int(self, n: i64) -> Option<Self> {
                Self::wrap($crate::fixed::mul_int(self.0, n))
            }

            /// Divided by a whole number, to nearest, ties to even; `None` for zero or on overflow.
            #[inline]
            pub const fn checked_div_int(self, n: i64) -> Option<Self> {
                Self::wrap($crate::fixed::div_int(self.0, n))
            }

            /// Times a ratio, to nearest, ties to even; `None` on overflow.
            #[inline]
            pub const fn checked_mul_ratio(self, ratio: $crate::ratio::Ratio) -> Option<Self> {
                Self::wrap($crate::fixed::mul(self.0, ratio.raw()))
            }

            /// Divided by a ratio, to nearest, ties to even; `None` for zero or on overflow.
            #[inline]
            pub const fn checked_div_ratio(self, ratio: $crate::ratio::Ratio) -> Option<Self> {
                Self::wrap($crate::fixed::div(self.0, ratio.raw()))
            }

            /// Times a real number with one rounding; `None` if it is not finite or on overflow.
            #[inline]
            pub fn checked_mul_real(self, x: f64) -> Option<Self> {
                Self::wrap($crate::fixed::mul_real(self.0, x))
            }

            /// Divided by a real number with one rounding; `None` for zero, for what is not
            /// finite, or on overflow.
            #[inline]
            pub fn checked_div_real(self, x: f64) -> Option<Self> {
                Self::wrap($crate::fixed::div_real(self.0, x))
            }

            /// How many times `other` goes into this, as a correctly rounded real number; `None`
            /// if `other` is zero.
            #[inline]
            pub fn quotient(self, other: Self) -> Option<f64> {
                $crate::fixed::quotient(self.0, other.0)
            }

            /// This as a part of `other`, to nearest, ties to even; `None` if `other` is zero or
            /// on overflow.
            #[inline]
            pub const fn ratio_to(self, other: Self) -> Option<$crate::ratio::Ratio> {
                match $crate::fixed::div(self.0, other.0) {
                    Some(raw) => Some($crate::ratio::Ratio::from_raw(raw)),
                    None => None,
                }
            }

            /// The multiple of `step` that stands for this; `None` if `step` is not positive or
            /// on overflow.
            #[inline]
            pub const fn quantize(
                self,
                step: Self,
                rounding: $crate::fixed::Rounding,
            ) -> Option<Self> {
                Self::wrap($crate::fixed::quantize(self.0, step.0, rounding))
            }

            /// Whether it is a multiple of `step`; never for a step that is not positive.
            #[inline]
            pub const fn is_multiple_of(self, step: Self) -> bool {
                step.0 > 0 && self.0 % step.0 == 0
            }

            #[inline]
            const fn wrap(raw: Option<i64>) -> Option<Self> {
                match raw {
                    Some(raw) => Some(Self(raw)),
                    None => None,
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                $crate::fixed::write(self.0, f)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(concat!(stringify!($name), "("))?;
                $crate::fixed::write(self.0, f)?;
                f.write_str(")")
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::fixed::ParseFixedError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }
    };
}

pub(crate) use fixed_newtype;
