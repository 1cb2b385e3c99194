//! Dates of the proleptic Gregorian calendar, to and from nanoseconds.
//!
//! The conversions count days in eras of 400 years with the year beginning in March, so that the
//! leap day is the last one of its year (H. Hinnant, "chrono-compatible low-level date
//! algorithms").

use super::{Duration, ParseTimeError};

const DAY_NANOS: i128 = Duration::DAY.nanos() as i128;
const SECOND_NANOS: i128 = Duration::SECOND.nanos() as i128;

/// A date; the month counts from 1, the day as well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// The year of the Gregorian calendar.
    pub year: i64,
    /// 1 to 12.
    pub month: i64,
    /// 1 to 31.
    pub day: i64,
}

impl Date {
    /// The date of a day counted from 1970-01-01.
    pub const fn of_day(day: i64) -> Self {
        date_of_day(day)
    }

    /// Days since 1970-01-01.
    pub const fn day_number(self) -> i64 {
        day_of_date(self)
    }

    /// The day of the year, from 1.
    pub const fn day_of_year(self) -> i64 {
        day_of_date(self) - day_of_date(Self { year: self.year, month: 1, day: 1 }) + 1
    }

    /// How many days its month has.
    pub const fn days_in_month(self) -> i64 {
        days_in_month(self.year, self.month)
    }
}

/// The day of the week of a day counted from 1970-01-01: Monday is 1, Sunday 7.
pub const fn weekday(day: i64) -> i64 {
    (day.rem_euclid(7) + 3) % 7 + 1
}

/// RFC 3339 in UTC.
pub(super) fn format(nanos: i64) -> String {
    let date = date_of_day(nanos.div_euclid(Duration::DAY.nanos()));
    let in_day = nanos.rem_euclid(Duration::DAY.nanos());
    let (secs, fraction) = (in_day / Duration::SECOND.nanos(), in_day % Duration::SECOND.nanos());
    let (hour, minute, second) = (secs / 3600, secs / 60 % 60, secs % 60);
    let Date { year, month, day } = date;
    let whole = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    if fraction == 0 {
        format!("{whole}Z")
    } else if fraction % 1_000_000 == 0 {
        format!("{whole}.{:03}Z", fraction / 1_000_000)
    } else if fraction % 1_000 == 0 {
        format!("{whole}.{:06}Z", fraction / 1_000)
    } else {
        format!("{whole}.{fraction:09}Z")
    }
}

/// Nanoseconds since the epoch of an RFC 3339 text.
pub(super) fn parse(text: &str) -> Result<i64, ParseTimeError> {
    let mut reader = Reader { bytes: text.as_bytes(), at: 0 };
    let year = reader.number(4, "a year of four digits")?;
    reader.one_of(b"-", "`-`")?;
    let month = reader.number(2, "a month of two digits")?;
    reader.one_of(b"-", "`-`")?;
    let day = reader.number(2, "a day of two digits")?;
    reader.one_of(b"Tt ", "`T`")?;
    let hour = reader.number(2, "an hour of two digits")?;
    reader.one_of(b":", "`:`")?;
    let minute = reader.number(2, "a minute of two digits")?;
    reader.one_of(b":", "`:`")?;
    let second = reader.number(2, "a second of two digits")?;
    let fraction = reader.fraction()?;
    let offset_minutes = reader.offset()?;
    if reader.at < text.len() {
        return Err(ParseTimeError::Malformed { at: reader.at, expected: "the end" });
    }
    let date = Date { year, month, day };
    within("month", month, 1, 12)?;
    within("day", day, 1, days_in_month(year, month))?;
    within("hour", hour, 0, 23)?;
    within("minute", minute, 0, 59)?;
    // A leap second has no number of its own in this count.
    within("second", second, 0, 59)?;
    let secs = hour * 3600 + minute * 60 + second - offset_minutes * 60;
    let nanos = i128::from(day_of_date(date)) * DAY_NANOS
        + i128::from(secs) * SECOND_NANOS
        + i128::from(fraction);
    i64::try_from(nanos).map_err(|_| ParseTimeError::OutOfRange)
}

fn within(field: &'static str, value: i64, min: i64, max: i64) -> Result<(), ParseTimeError> {
    if (min..=max).contains(&value) { Ok(()) } else { Err(ParseTimeError::NoSuchDate { field }) }
}

/// Days since 1970-01-01.
const fn day_of_date(date: Date) -> i64 {
    let year = if date.month <= 2 { date.year - 1 } else { date.year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((date.month + 9) % 12) + 2) / 5 + date.day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date of a day counted from 1970-01-01.
const fn date_of_day(day: i64) -> Date {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + (month <= 2) as i64;
    Date { year, month, day }
}

const fn days_in_month(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + leap as i64,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Reads a text byte by byte; every byte it accepts is ASCII.
struct Reader<'text> {
    bytes: &'text [u8],
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn digit(&mut self) -> Option<i64> {
        let digit = self.peek().filter(u8::is_ascii_digit)?;
        self.at += 1;
        Some(i64::from(digit - b'0'))
    }

    fn number(&mut self, digits: u32, expected: &'static str) -> Result<i64, ParseTimeError> {
        let start = self.at;
        let mut value = 0;
        for _ in 0..digits {
            let digit = self.digit().ok_or(ParseTimeError::Malformed { at: start, expected })?;
            value = value * 10 + digit;
        }
        Ok(value)
    }

    fn one_of(&mut self, allowed: &[u8], expected: &'static str) -> Result<u8, ParseTimeError> {
        let found = self.peek().filter(|byte| allowed.contains(byte));
        let byte = found.ok_or(ParseTimeError::Malformed { at: self.at, expected })?;
        self.at += 1;
        Ok(byte)
    }

    /// The fraction of a second in nanoseconds, zero if there is none. Digits after the ninth must
    /// be zero: anything else would be dropped in silence.
    fn fraction(&mut self) -> Result<i64, ParseTimeError> {
        if self.peek() != Some(b'.') {
            return Ok(0);
        }
        self.at += 1;
        let start = self.at;
        let (mut value, mut place) = (0, Duration::SECOND.nanos() / 10);
        while let Some(digit) = self.digit() {
            if place == 0 && digit != 0 {
                return Err(ParseTimeError::Malformed {
                    at: self.at - 1,
                    expected: "at most nine digits",
                });
            }
            value += digit * place;
            place /= 10;
        }
        if self.at == start {
            return Err(ParseTimeError::Malformed { at: start, expected: "a digit" });
        }
        Ok(value)
    }

    /// Minutes east of UTC.
    fn offset(&mut self) -> Result<i64, ParseTimeError> {
        let sign = self.one_of(b"Zz+-", "`Z` or an offset such as `+00:00`")?;
        if matches!(sign, b'Z' | b'z') {
            return Ok(0);
        }
        let hours = self.number(2, "two digits of an offset")?;
        self.one_of(b":", "`:`")?;
        let minutes = self.number(2, "two digits of an offset")?;
        within("offset", hours, 0, 23)?;
        within("offset", minutes, 0, 59)?;
        let total = hours * 60 + minutes;
        Ok(if sign == b'-' { -total } else { total })
    }
}
