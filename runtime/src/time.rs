//! Time as events carry it: nanoseconds since 1970-01-01T00:00:00Z, without leap seconds.
//!
//! Nothing here reads a clock: a [`Time`] always comes from an event. Days are UTC days, but for
//! those of a [`Zone`] or a [`Calendar`].

use std::error::Error;
use std::fmt;
use std::str::FromStr;

mod calendar;
mod civil;
mod duration;
mod holiday;
mod zone;

pub use calendar::{Calendar, Edge, Session};
pub use civil::{Date, weekday};
pub use zone::Zone;

pub use duration::{Duration, ParseDurationError};

/// A point in time: nanoseconds UTC since the Unix epoch, from the year 1677 to 2262.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[repr(transparent)]
pub struct Time(i64);

impl Time {
    /// 1970-01-01T00:00:00Z.
    pub const EPOCH: Self = Self(0);
    /// The last representable point, in 2262.
    pub const MAX: Self = Self(i64::MAX);
    /// The first representable point, in 1677.
    pub const MIN: Self = Self(i64::MIN);

    /// From nanoseconds since the epoch.
    #[inline]
    pub const fn from_nanos(nanos: i64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the epoch.
    #[inline]
    pub const fn nanos(self) -> i64 {
        self.0
    }

    /// From microseconds since the epoch; `None` if it does not fit.
    #[inline]
    pub const fn from_micros(micros: i64) -> Option<Self> {
        Self::wrap(micros.checked_mul(1_000))
    }

    /// From milliseconds since the epoch; `None` if it does not fit.
    #[inline]
    pub const fn from_millis(millis: i64) -> Option<Self> {
        Self::wrap(millis.checked_mul(1_000_000))
    }

    /// From seconds since the epoch; `None` if it does not fit.
    #[inline]
    pub const fn from_secs(secs: i64) -> Option<Self> {
        Self::wrap(secs.checked_mul(Duration::SECOND.nanos()))
    }

    /// Later by `duration`; `None` beyond the range.
    #[inline]
    pub const fn checked_add(self, duration: Duration) -> Option<Self> {
        Self::wrap(self.0.checked_add(duration.nanos()))
    }

    /// Earlier by `duration`; `None` beyond the range.
    #[inline]
    pub const fn checked_sub(self, duration: Duration) -> Option<Self> {
        Self::wrap(self.0.checked_sub(duration.nanos()))
    }

    /// Later by `duration`, at most [`Time::MAX`] and at least [`Time::MIN`]: for deadlines.
    #[inline]
    #[must_use]
    pub const fn saturating_add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.nanos()))
    }

    /// How long after `earlier` this is, negative if it is before; `None` on overflow.
    #[inline]
    pub const fn since(self, earlier: Self) -> Option<Duration> {
        match self.0.checked_sub(earlier.0) {
            Some(nanos) => Some(Duration::from_nanos(nanos)),
            None => None,
        }
    }

    /// The last multiple of `step` since the epoch that is not after this; `None` if `step` is not
    /// positive or the multiple is out of range.
    #[inline]
    pub const fn floor_to(self, step: Duration) -> Option<Self> {
        if !step.is_positive() {
            return None;
        }
        Self::wrap(self.0.checked_sub(self.0.rem_euclid(step.nanos())))
    }

    /// The first multiple of `step` since the epoch that is strictly after this; `None` if `step`
    /// is not positive or the multiple is out of range.
    #[inline]
    pub const fn next_multiple_after(self, step: Duration) -> Option<Self> {
        if !step.is_positive() {
            return None;
        }
        Self::wrap(self.0.checked_add(step.nanos() - self.0.rem_euclid(step.nanos())))
    }

    /// Whether this is a multiple of `step` since the epoch; never for a step that is not positive.
    #[inline]
    pub const fn is_multiple_of(self, step: Duration) -> bool {
        step.is_positive() && self.0 % step.nanos() == 0
    }

    /// The number of its UTC day, counted from the epoch: what rules "per day" compare.
    #[inline]
    pub const fn utc_day(self) -> i64 {
        self.0.div_euclid(Duration::DAY.nanos())
    }

    /// The time passed since 00:00 UTC.
    #[inline]
    pub const fn since_midnight(self) -> Duration {
        Duration::from_nanos(self.0.rem_euclid(Duration::DAY.nanos()))
    }

    /// Reads RFC 3339: `2026-03-02T14:20:00Z`, also with a fraction of up to nine digits, an
    /// offset such as `+02:00`, or a space in place of the `T`. Without offset it is refused, as
    /// it would depend on where it is read.
    ///
    /// # Errors
    /// What has another form, is no date of the calendar, or is out of range.
    pub fn parse(text: &str) -> Result<Self, ParseTimeError> {
        civil::parse(text).map(Self)
    }

    #[inline]
    const fn wrap(nanos: Option<i64>) -> Option<Self> {
        match nanos {
            Some(nanos) => Some(Self(nanos)),
            None => None,
        }
    }
}

/// RFC 3339 in UTC; the fraction, if any, has 3, 6 or 9 digits.
impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&civil::format(self.0))
    }
}

impl fmt::Debug for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Time({})", civil::format(self.0))
    }
}

impl FromStr for Time {
    type Err = ParseTimeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// Why a text is not a point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseTimeError {
    /// It departs from the form of RFC 3339.
    Malformed {
        /// The byte offset where it departs.
        at: usize,
        /// What should stand there.
        expected: &'static str,
    },
    /// A field has no such value, as in month 13 or 30 February.
    NoSuchDate {
        /// Which field.
        field: &'static str,
    },
    /// It lies outside 1677 to 2262.
    OutOfRange,
}

impl fmt::Display for ParseTimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed { at, expected } => {
                write!(
                    f,
                    "expected {expected} at byte {at} of a time; write it as 2026-03-02T14:20:00Z"
                )
            }
            Self::NoSuchDate { field } => {
                write!(
                    f,
                    "the {field} of the time does not exist in the calendar; correct the {field}"
                )
            }
            Self::OutOfRange => {
                f.write_str("the time is out of range; it must lie between the years 1678 and 2261")
            }
        }
    }
}

impl Error for ParseTimeError {}

#[cfg(test)]
mod tests;
