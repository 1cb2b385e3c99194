//! Instants as RFC 3339 text in UTC.

use std::fmt::Write as _;

const NS_PER_SECOND: i64 = 1_000_000_000;
const SECONDS_PER_DAY: i64 = 86_400;
/// Days of 400 Gregorian years, after which the calendar repeats.
const DAYS_PER_ERA: i64 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const DAYS_TO_EPOCH: i64 = 719_468;

/// How many digits of a second's fraction a column shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Precision {
    Seconds,
    Milliseconds,
    Microseconds,
    Nanoseconds,
}

impl Precision {
    /// The fewest digits that are exact for every cell.
    pub(crate) fn of(cells: &[Option<i64>]) -> Self {
        let exact = |step: i64| cells.iter().flatten().all(|ns| ns % step == 0);
        if exact(NS_PER_SECOND) {
            Self::Seconds
        } else if exact(1_000_000) {
            Self::Milliseconds
        } else if exact(1_000) {
            Self::Microseconds
        } else {
            Self::Nanoseconds
        }
    }
}

/// Appends the instant `ns` nanoseconds after 1970-01-01T00:00:00Z, such as
/// `2023-11-14T22:13:20.500Z`. Digits beyond `precision` are cut.
pub(crate) fn write_instant(line: &mut String, ns: i64, precision: Precision) {
    let seconds = ns.div_euclid(NS_PER_SECOND);
    let fraction = ns.rem_euclid(NS_PER_SECOND);
    let (year, month, day) = civil(seconds.div_euclid(SECONDS_PER_DAY));
    let of_day = seconds.rem_euclid(SECONDS_PER_DAY);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    // Writing to a `String` cannot fail.
    let _ = write!(line, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    let _ = match precision {
        Precision::Seconds => Ok(()),
        Precision::Milliseconds => write!(line, ".{:03}", fraction / 1_000_000),
        Precision::Microseconds => write!(line, ".{:06}", fraction / 1_000),
        Precision::Nanoseconds => write!(line, ".{fraction:09}"),
    };
    line.push('Z');
}

/// Year, month and day of the day `days` after 1970-01-01.
///
/// The era arithmetic of Howard Hinnant's "chrono-Compatible Low-Level Date Algorithms"
/// (`civil_from_days`): years run from March, so that the leap day is a year's last.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + DAYS_TO_EPOCH;
    let era = shifted.div_euclid(DAYS_PER_ERA);
    let day_of_era = shifted.rem_euclid(DAYS_PER_ERA);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::{Precision, civil, write_instant};

    fn text(ns: i64, precision: Precision) -> String {
        let mut line = String::new();
        write_instant(&mut line, ns, precision);
        line
    }

    #[test]
    fn writes_rfc_3339() {
        for (ns, expected) in [
            (0, "1970-01-01T00:00:00.000000000Z"),
            (-1, "1969-12-31T23:59:59.999999999Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
            (1_700_000_000_123_456_789, "2023-11-14T22:13:20.123456789Z"),
            (4_107_542_399_000_000_000, "2100-02-28T23:59:59.000000000Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000000Z"),
            (i64::MAX, "2262-04-11T23:47:16.854775807Z"),
            (i64::MIN, "1677-09-21T00:12:43.145224192Z"),
        ] {
            assert_eq!(text(ns, Precision::Nanoseconds), expected);
        }
        assert_eq!(text(1_500_000_000, Precision::Milliseconds), "1970-01-01T00:00:01.500Z");
        assert_eq!(text(1_000_002_000, Precision::Microseconds), "1970-01-01T00:00:01.000002Z");
        assert_eq!(text(2_000_000_000, Precision::Seconds), "1970-01-01T00:00:02Z");
    }

    #[test]
    fn every_day_of_the_range_follows_the_one_before() {
        let (mut year, mut month, mut day) = civil(-106_752);
        for days in -106_751..=106_751 {
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let last = match month {
                2 if leap => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            (year, month, day) = match (month, day) {
                (12, 31) => (year + 1, 1, 1),
                (_, day) if day == last => (year, month + 1, 1),
                (_, day) => (year, month, day + 1),
            };
            assert_eq!(civil(days), (year, month, day), "day {days}");
        }
    }

    #[test]
    fn precision_is_the_fewest_digits_that_are_exact() {
        for (cells, expected) in [
            (vec![], Precision::Seconds),
            (vec![None], Precision::Seconds),
            (vec![Some(-3_000_000_000)], Precision::Seconds),
            (vec![Some(1_000_000_000), Some(1_000_000)], Precision::Milliseconds),
            (vec![Some(1_000)], Precision::Microseconds),
            (vec![Some(1_000_000_000), None, Some(i64::MIN)], Precision::Nanoseconds),
        ] {
            assert_eq!(Precision::of(&cells), expected, "{cells:?}");
        }
    }
}
