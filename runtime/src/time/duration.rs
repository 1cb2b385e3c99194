//! Spans of time.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

/// A span of time in nanoseconds, negative towards the past, up to 292 years.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(transparent)]
pub struct Duration(i64);

/// The units of the written form, longest first.
const UNITS: [(&str, Duration); 7] = [
    ("d", Duration::DAY),
    ("h", Duration::HOUR),
    ("m", Duration::MINUTE),
    ("s", Duration::SECOND),
    ("ms", Duration::MILLISECOND),
    ("us", Duration::MICROSECOND),
    ("ns", Duration::NANOSECOND),
];

impl Duration {
    /// No time.
    pub const ZERO: Self = Self(0);
    /// 1 ns.
    pub const NANOSECOND: Self = Self(1);
    /// 1 us.
    pub const MICROSECOND: Self = Self(1_000);
    /// 1 ms.
    pub const MILLISECOND: Self = Self(1_000_000);
    /// 1 s.
    pub const SECOND: Self = Self(1_000_000_000);
    /// 60 s.
    pub const MINUTE: Self = Self(60 * Self::SECOND.0);
    /// 60 min.
    pub const HOUR: Self = Self(60 * Self::MINUTE.0);
    /// 24 h.
    pub const DAY: Self = Self(24 * Self::HOUR.0);
    /// 7 days.
    pub const WEEK: Self = Self(7 * Self::DAY.0);
    /// The longest.
    pub const MAX: Self = Self(i64::MAX);

    /// From nanoseconds.
    #[inline]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// From microseconds.
    #[inline]
    pub const fn from_micros(micros: u32) -> Self {
        Self(micros as i64 * Self::MICROSECOND.0)
    }

    /// From milliseconds.
    #[inline]
    pub const fn from_millis(millis: u32) -> Self {
        Self(millis as i64 * Self::MILLISECOND.0)
    }

    /// From seconds.
    #[inline]
    pub const fn from_secs(secs: u32) -> Self {
        Self(secs as i64 * Self::SECOND.0)
    }

    /// From minutes.
    #[inline]
    pub const fn from_minutes(minutes: u16) -> Self {
        Self(minutes as i64 * Self::MINUTE.0)
    }

    /// From hours.
    #[inline]
    pub const fn from_hours(hours: u16) -> Self {
        Self(hours as i64 * Self::HOUR.0)
    }

    /// From days of 24 hours.
    #[inline]
    pub const fn from_days(days: u16) -> Self {
        Self(days as i64 * Self::DAY.0)
    }

    /// In nanoseconds.
    #[inline]
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// In seconds, as a correctly rounded real number.
    #[inline]
    pub fn as_secs_real(self) -> f64 {
        // A second has as many nanoseconds as a whole has raw units.
        crate::fixed::to_real(self.0)
    }

    /// Whether it is no time at all.
    #[inline]
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// Whether it is longer than nothing.
    #[inline]
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// The sum; `None` on overflow.
    #[inline]
    pub const fn checked_add(self, other: Self) -> Option<Self> {
        Self::wrap(self.0.checked_add(other.0))
    }

    /// The difference; `None` on overflow.
    #[inline]
    pub const fn checked_sub(self, other: Self) -> Option<Self> {
        Self::wrap(self.0.checked_sub(other.0))
    }

    /// Backwards; `None` on overflow.
    #[inline]
    pub const fn checked_neg(self) -> Option<Self> {
        Self::wrap(self.0.checked_neg())
    }

    /// The length without its direction; `None` on overflow.
    #[inline]
    pub const fn checked_abs(self) -> Option<Self> {
        Self::wrap(self.0.checked_abs())
    }

    /// `n` times as long; `None` on overflow.
    #[inline]
    pub const fn checked_mul(self, n: i64) -> Option<Self> {
        Self::wrap(self.0.checked_mul(n))
    }

    /// One `n`-th, to nearest, ties to even; `None` if `n` is zero or on overflow.
    #[inline]
    pub const fn checked_div(self, n: i64) -> Option<Self> {
        Self::wrap(crate::fixed::div_int(self.0, n))
    }

    /// How often `other` goes into it, as a correctly rounded real number; `None` if `other` is
    /// zero.
    #[inline]
    pub fn quotient(self, other: Self) -> Option<f64> {
        crate::fixed::quotient(self.0, other.0)
    }

    /// Whether it is a multiple of `step`; never for a step that is not positive.
    #[inline]
    pub const fn is_multiple_of(self, step: Self) -> bool {
        step.0 > 0 && self.0 % step.0 == 0
    }

    /// Reads the written form: whole numbers with units, longest unit first, as in `1h30m`,
    /// `500ms` or `-2d`. Units are `d h m s ms us ns`; `w` is read as seven days.
    ///
    /// # Errors
    /// What has another form, repeats a unit or goes back to a longer one, or does not fit.
    pub fn parse(text: &str) -> Result<Self, ParseDurationError> {
        let (negative, mut rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        if rest.is_empty() {
            return Err(ParseDurationError::Malformed { at: text.len() });
        }
        let mut total: i128 = 0;
        let mut longest = i64::MAX;
        while !rest.is_empty() {
            let malformed = ParseDurationError::Malformed { at: text.len() - rest.len() };
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (number, after) = rest.split_at_checked(digits).ok_or(malformed)?;
            let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
            let (unit, after) = after.split_at_checked(letters).ok_or(malformed)?;
            if number.is_empty() {
                return Err(malformed);
            }
            let number: i64 = number.parse().map_err(|_| ParseDurationError::OutOfRange)?;
            let unit = unit_of(unit).filter(|unit| unit.0 < longest).ok_or(malformed)?;
            longest = unit.0;
            total += i128::from(number) * i128::from(unit.0);
            rest = after;
        }
        // Eight terms below 2^63 * 2^50 each: the sum is far below the limit of the wide type.
        let total = if negative { -total } else { total };
        i64::try_from(total).map(Self).map_err(|_| ParseDurationError::OutOfRange)
    }

    #[inline]
    const fn wrap(nanos: Option<i64>) -> Option<Self> {
        match nanos {
            Some(nanos) => Some(Self(nanos)),
            None => None,
        }
    }
}

fn unit_of(name: &str) -> Option<Duration> {
    if name == "w" {
        return Some(Duration::WEEK);
    }
    UNITS.iter().find(|(unit, _)| *unit == name).map(|(_, length)| *length)
}

/// Whole units, longest first, without those that are zero: `1h30m`, `500ms`, `0s`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        let mut rest = self.0.unsigned_abs();
        for (unit, length) in UNITS {
            let length = length.0.unsigned_abs();
            if rest >= length {
                text.push_str(&(rest / length).to_string());
                text.push_str(unit);
                rest %= length;
            }
        }
        if text.is_empty() {
            text.push_str("0s");
        }
        if self.0 < 0 {
            text.insert(0, '-');
        }
        f.pad(&text)
    }
}

impl fmt::Debug for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Duration({self})")
    }
}

impl FromStr for Duration {
    type Err = ParseDurationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Why a text is not a span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseDurationError {
    /// It is not a sequence of whole numbers with units, longest first.
    Malformed {
        /// The byte offset of the part that does not fit.
        at: usize,
    },
    /// It is longer than 292 years.
    OutOfRange,
}

impl fmt::Display for ParseDurationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { at } => write!(
                f,
                "expected a number and a unit at byte {at} of a duration; write it as 1h30m or 500ms"
            ),
            Self::OutOfRange => {
                f.write_str("the duration is out of range; it must be shorter than 292 years")
            }
        }
    }
}

impl Error for ParseDurationError {}
