//! Time zones: what clocks on a wall show.
//!
//! Zones are rules, not a table of the past: the offset and the daylight rule that are in force.
//! They hold from 2007 on, when the last of them took its present form (Sydney: 2008, whose rule
//! before is here as well), and go on as long as the laws stand. Sources: 15 USC 260a for the US,
//! directive 2000/84/EC for Europe, the Standard Time Acts for Sydney; compared with the tz database
//! at every transition from 2007 to 2037.

use super::civil::{Date, weekday};
use super::{Duration, Time};

const HOUR: i64 = 3_600;

/// A place whose clocks are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Zone {
    /// Coordinated universal time.
    Utc,
    /// New York.
    NewYork,
    /// Chicago.
    Chicago,
    /// Los Angeles.
    LosAngeles,
    /// London.
    London,
    /// Paris.
    Paris,
    /// Frankfurt.
    Frankfurt,
    /// Zurich.
    Zurich,
    /// Dubai.
    Dubai,
    /// Mumbai.
    Mumbai,
    /// Singapore.
    Singapore,
    /// Hong Kong.
    HongKong,
    /// Shanghai.
    Shanghai,
    /// Tokyo.
    Tokyo,
    /// Seoul.
    Seoul,
    /// Sydney.
    Sydney,
}

/// When clocks are an hour ahead.
#[derive(Clone, Copy)]
enum Daylight {
    Never,
    Us,
    Europe,
    Sydney,
}

impl Zone {
    /// All of them; the place of each is its number in a program.
    pub const ALL: [Self; 16] = [
        Self::Utc,
        Self::NewYork,
        Self::Chicago,
        Self::LosAngeles,
        Self::London,
        Self::Paris,
        Self::Frankfurt,
        Self::Zurich,
        Self::Dubai,
        Self::Mumbai,
        Self::Singapore,
        Self::HongKong,
        Self::Shanghai,
        Self::Tokyo,
        Self::Seoul,
        Self::Sydney,
    ];

    /// The names, in the order of [`Zone::ALL`].
    pub const NAMES: [&'static str; 16] = [
        "utc",
        "new_york",
        "chicago",
        "los_angeles",
        "london",
        "paris",
        "frankfurt",
        "zurich",
        "dubai",
        "mumbai",
        "singapore",
        "hong_kong",
        "shanghai",
        "tokyo",
        "seoul",
        "sydney",
    ];

    /// The zone with that number.
    pub fn of_number(number: i64) -> Option<Self> {
        usize::try_from(number).ok().and_then(|at| Self::ALL.get(at)).copied()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// Seconds east of UTC without daylight time, and the daylight rule.
    const fn rule(self) -> (i64, Daylight) {
        match self {
            Self::Utc => (0, Daylight::Never),
            Self::NewYork => (-5 * HOUR, Daylight::Us),
            Self::Chicago => (-6 * HOUR, Daylight::Us),
            Self::LosAngeles => (-8 * HOUR, Daylight::Us),
            Self::London => (0, Daylight::Europe),
            Self::Paris | Self::Frankfurt | Self::Zurich => (HOUR, Daylight::Europe),
            Self::Dubai => (4 * HOUR, Daylight::Never),
            Self::Mumbai => (5 * HOUR + HOUR / 2, Daylight::Never),
            Self::Singapore | Self::HongKong | Self::Shanghai => (8 * HOUR, Daylight::Never),
            Self::Tokyo | Self::Seoul => (9 * HOUR, Daylight::Never),
            Self::Sydney => (10 * HOUR, Daylight::Sydney),
        }
    }

    /// How far its clocks are ahead of UTC.
    pub const fn offset(self, at: Time) -> Duration {
        let (standard, daylight) = self.rule();
        let seconds = at.nanos().div_euclid(Duration::SECOND.nanos()) + standard;
        let year = Date::of_day(seconds.div_euclid(24 * HOUR)).year;
        let ahead = match daylight {
            Daylight::Never => false,
            // At 2:00 of the second Sunday of March; back at 2:00 daylight time.
            Daylight::Us => {
                let begin = sunday(year, 3, 2) + 2 * HOUR;
                let end = sunday(year, 11, 1) + HOUR;
                begin <= seconds && seconds < end
            }
            // At 1:00 UTC of the last Sundays of March and October.
            Daylight::Europe => {
                let begin = last_sunday(year, 3) + HOUR + standard;
                let end = last_sunday(year, 10) + HOUR + standard;
                begin <= seconds && seconds < end
            }
            // Ahead over the new year, at 2:00 standard time both.
            Daylight::Sydney => {
                let (end, begin) = if year < 2008 {
                    (last_sunday(year, 3), last_sunday(year, 10))
                } else {
                    (sunday(year, 4, 1), sunday(year, 10, 1))
                };
                seconds < end + 2 * HOUR || begin + 2 * HOUR <= seconds
            }
        };
        let offset = standard + if ahead { HOUR } else { 0 };
        Duration::from_nanos(offset * Duration::SECOND.nanos())
    }

    /// What its clocks show, as if it were UTC: days and hours can be read off it. `None` beyond the
    /// range of times.
    #[inline]
    pub const fn local(self, at: Time) -> Option<Time> {
        at.checked_add(self.offset(at))
    }

    /// The time at which its clocks show `since_midnight` on a day counted from 1970-01-01. Of an
    /// hour that comes twice the first; an hour that is left out counts as the one after. `None`
    /// beyond the range of times.
    pub const fn time_of(self, day: i64, since_midnight: Duration) -> Option<Time> {
        let Some(midnight) = day.checked_mul(Duration::DAY.nanos()) else { return None };
        let Some(local) = midnight.checked_add(since_midnight.nanos()) else { return None };
        let (standard, _) = self.rule();
        let standard = standard * Duration::SECOND.nanos();
        let Some(late) = local.checked_sub(standard) else { return None };
        let Some(early) = late.checked_sub(Duration::HOUR.nanos()) else { return None };
        // In daylight time it is an hour sooner than in standard time.
        let ahead = self.offset(Time::from_nanos(early)).nanos() != standard;
        Some(Time::from_nanos(if ahead { early } else { late }))
    }
}

/// The second at which the n-th Sunday of a month begins, on clocks that show it.
const fn sunday(year: i64, month: i64, nth: i64) -> i64 {
    nth_weekday(year, month, 7, nth) * 24 * HOUR
}

const fn last_sunday(year: i64, month: i64) -> i64 {
    last_weekday(year, month, 7) * 24 * HOUR
}

/// The n-th such weekday of a month, as a day counted from 1970-01-01.
pub(super) const fn nth_weekday(year: i64, month: i64, wanted: i64, nth: i64) -> i64 {
    let first = Date { year, month, day: 1 }.day_number();
    first + (wanted - weekday(first)).rem_euclid(7) + 7 * (nth - 1)
}

/// The last such weekday of a month.
pub(super) const fn last_weekday(year: i64, month: i64, wanted: i64) -> i64 {
    let days = Date { year, month, day: 1 }.days_in_month();
    let last = Date { year, month, day: days }.day_number();
    last - (weekday(last) - wanted).rem_euclid(7)
}
