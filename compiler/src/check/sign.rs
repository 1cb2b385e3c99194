//! Signs of values, and what guards prove about them.
//!
//! A sign is the set of what a value may be: negative, zero, positive. Products of positive values
//! count as positive: a product that rounds to zero is a fault at run time, not a wrong result.

use std::cmp::Ordering;

/// Which of negative, zero and positive a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sign(u8);

const NEGATIVE: u8 = 1;
const ZERO: u8 = 2;
const POSITIVE: u8 = 4;

impl Sign {
    pub(super) const ANY: Self = Self(NEGATIVE | ZERO | POSITIVE);
    pub(super) const POSITIVE: Self = Self(POSITIVE);
    pub(super) const NEGATIVE: Self = Self(NEGATIVE);
    pub(super) const ZERO: Self = Self(ZERO);
    pub(super) const NOT_NEGATIVE: Self = Self(ZERO | POSITIVE);
    pub(super) const NOT_POSITIVE: Self = Self(ZERO | NEGATIVE);
    pub(super) const NOT_ZERO: Self = Self(NEGATIVE | POSITIVE);

    /// The sign of a value that compares so with zero.
    pub(super) fn of(ordering: Ordering) -> Self {
        Self(match ordering {
            Ordering::Less => NEGATIVE,
            Ordering::Equal => ZERO,
            Ordering::Greater => POSITIVE,
        })
    }

    /// The signs between those of two ends.
    pub(super) fn between(low: Ordering, high: Ordering) -> Self {
        match (low, high) {
            (Ordering::Greater, _) => Self::POSITIVE,
            (_, Ordering::Less) => Self::NEGATIVE,
            (Ordering::Equal, Ordering::Equal) => Self::ZERO,
            (Ordering::Equal, Ordering::Greater) => Self::NOT_NEGATIVE,
            (Ordering::Less, Ordering::Equal) => Self::NOT_POSITIVE,
            (Ordering::Less, Ordering::Greater) => Self::ANY,
        }
    }

    /// Whether it is surely one of `allowed`.
    pub(super) fn within(self, allowed: Self) -> bool {
        self.0 & !allowed.0 == 0
    }

    /// One of two.
    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Both are known of the same value. A contradiction leaves the newer knowledge: such code is
    /// never reached.
    pub(super) fn and(self, other: Self) -> Self {
        if self.0 & other.0 == 0 { other } else { Self(self.0 & other.0) }
    }

    pub(super) fn neg(self) -> Self {
        Self((self.0 & ZERO) | (self.0 & NEGATIVE) << 2 | (self.0 & POSITIVE) >> 2)
    }

    pub(super) fn add(self, other: Self) -> Self {
        self.combine(other, |a, b| match (a, b) {
            (0, x) | (x, 0) => Self::of(x.cmp(&0)),
            (a, b) if a == b => Self::of(a.cmp(&0)),
            (_, _) => Self::ANY,
        })
    }

    pub(super) fn mul(self, other: Self) -> Self {
        self.combine(other, |a, b| Self::of((a * b).cmp(&0)))
    }

    /// The quotient; fixed point may round it to zero.
    pub(super) fn div(self, other: Self) -> Self {
        self.mul(other.and(Self::NOT_ZERO)).or(Self::ZERO)
    }

    pub(super) fn min(self, other: Self) -> Self {
        self.combine(other, |a, b| Self::of(a.min(b).cmp(&0)))
    }

    pub(super) fn max(self, other: Self) -> Self {
        self.combine(other, |a, b| Self::of(a.max(b).cmp(&0)))
    }

    pub(super) fn abs(self) -> Self {
        if self.within(Self::NOT_ZERO) { Self::POSITIVE } else { Self::NOT_NEGATIVE }
    }

    /// The value may have been rounded to zero.
    pub(super) fn rounded(self) -> Self {
        self.or(Self::ZERO)
    }

    /// A mean or a choice of such values.
    pub(super) fn mean(self) -> Self {
        if self.within(Self::NOT_NEGATIVE) || self.within(Self::NOT_POSITIVE) {
            self
        } else {
            Self::ANY
        }
    }

    fn combine(self, other: Self, f: impl Fn(i8, i8) -> Self) -> Self {
        let mut out = 0;
        for a in self.members() {
            for b in other.members() {
                out |= f(a, b).0;
            }
        }
        Self(out)
    }

    fn members(self) -> impl Iterator<Item = i8> {
        [(NEGATIVE, -1), (ZERO, 0), (POSITIVE, 1)]
            .into_iter()
            .filter(move |(bit, _)| self.0 & bit != 0)
            .map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_keeps_what_is_sure() {
        let (p, n, z, any) = (Sign::POSITIVE, Sign::NEGATIVE, Sign::ZERO, Sign::ANY);
        assert_eq!(p.add(p), p);
        assert_eq!(p.add(n), any);
        assert_eq!(p.add(Sign::NOT_NEGATIVE), p);
        assert_eq!(n.mul(n), p);
        assert_eq!(z.mul(any), z);
        assert_eq!(p.neg(), n);
        assert_eq!(Sign::NOT_NEGATIVE.neg(), Sign::NOT_POSITIVE);
        assert_eq!(p.min(any), any);
        assert_eq!(p.max(any), p);
        assert_eq!(Sign::NOT_ZERO.abs(), p);
        assert_eq!(any.abs(), Sign::NOT_NEGATIVE);
        assert_eq!(Sign::NOT_ZERO.mean(), any);
        assert!(p.within(Sign::NOT_ZERO) && !Sign::NOT_NEGATIVE.within(Sign::NOT_ZERO));
        assert_eq!(Sign::between(Ordering::Less, Ordering::Equal), Sign::NOT_POSITIVE);
    }
}
