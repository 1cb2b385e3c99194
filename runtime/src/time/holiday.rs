//! Days off and short days of exchanges, by the rules that the exchanges publish.
//!
//! Days are counted from 1970-01-01 and are working days of the week: callers ask for no others.

use super::Duration;
use super::civil::{Date, weekday};
use super::zone::{last_weekday, nth_weekday};

const MONDAY: i64 = 1;
const THURSDAY: i64 = 4;
const FRIDAY: i64 = 5;
const SATURDAY: i64 = 6;
const SUNDAY: i64 = 7;

/// The hours of one day, since its midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hours {
    pub(super) opens: Duration,
    pub(super) closes: Duration,
    pub(super) pause: Option<(Duration, Duration)>,
}

impl Hours {
    /// From an hour and minute to another.
    pub(super) const fn between(opens: (i64, i64), closes: (i64, i64)) -> Self {
        Self { opens: clock(opens), closes: clock(closes), pause: None }
    }
}

const fn clock((hour, minute): (i64, i64)) -> Duration {
    Duration::from_nanos(hour * Duration::HOUR.nanos() + minute * Duration::MINUTE.nanos())
}

const fn day(year: i64, month: i64, day: i64) -> i64 {
    Date { year, month, day }.day_number()
}

/// Easter Sunday of the Gregorian calendar (J. M. Oudin 1940, as the U.S. Naval Observatory gives it).
const fn easter(year: i64) -> i64 {
    let (golden, century) = (year.rem_euclid(19), year.div_euclid(100));
    let age = (century - century / 4 - (8 * century + 13) / 25 + 19 * golden + 15).rem_euclid(30);
    let moon = age - (age / 28) * (1 - (29 / (age + 1)) * ((21 - golden) / 11));
    let on = (year + year.div_euclid(4) + moon + 2 - century + century / 4).rem_euclid(7);
    let from_march = moon - on;
    let month = 3 + (from_march + 40) / 44;
    day(year, month, from_march + 28 - 31 * (month / 4))
}

/// Moved to the Friday before or the Monday after, where it falls on a weekend.
const fn nearest_weekday(at: i64) -> i64 {
    match weekday(at) {
        SATURDAY => at - 1,
        SUNDAY => at + 1,
        _ => at,
    }
}

/// The last weekday before the given day.
const fn weekday_before(at: i64) -> i64 {
    match weekday(at) {
        MONDAY => at - 3,
        SUNDAY => at - 2,
        _ => at - 1,
    }
}

/// Rule 7.2 of the New York Stock Exchange; Juneteenth since 2022; two days of mourning.
pub(super) fn new_york(at: i64) -> Option<Hours> {
    let Date { year, month, day: date } = Date::of_day(at);
    let on = weekday(at);
    let off = match month {
        // A new year on a Saturday is not made up for.
        1 => {
            let new_year = day(year, 1, 1);
            at == new_year
                || (weekday(new_year) == SUNDAY && at == new_year + 1)
                || at == nth_weekday(year, 1, MONDAY, 3)
                || (year, date) == (2025, 9)
        }
        2 => at == nth_weekday(year, 2, MONDAY, 3),
        3 | 4 => at == easter(year) - 2,
        5 => at == last_weekday(year, 5, MONDAY),
        6 => year >= 2022 && at == nearest_weekday(day(year, 6, 19)),
        7 => at == nearest_weekday(day(year, 7, 4)),
        9 => at == nth_weekday(year, 9, MONDAY, 1),
        11 => at == nth_weekday(year, 11, THURSDAY, 4),
        12 => at == nearest_weekday(day(year, 12, 25)) || (year, date) == (2018, 5),
        _ => false,
    };
    if off {
        return None;
    }
    let short = match month {
        7 => date == 3 && on < FRIDAY,
        11 => at == nth_weekday(year, 11, THURSDAY, 4) + 1,
        12 => date == 24 && on < FRIDAY,
        _ => false,
    };
    Some(Hours::between((9, 30), if short { (13, 0) } else { (16, 0) }))
}

/// Bank holidays of England (Banking and Financial Dealings Act 1971) and those proclaimed.
pub(super) fn london(at: i64) -> Option<Hours> {
    let Date { year, month, day: date } = Date::of_day(at);
    let easter = easter(year);
    let proclaimed =
        matches!((year, month, date), (2020 | 2023, 5, 8) | (2022, 6, 2 | 3) | (2022, 9, 19));
    let rule = match month {
        1 => at == monday_after_weekend(day(year, 1, 1)),
        3 | 4 => at == easter - 2 || at == easter + 1,
        5 => {
            // Moved to the 8th in 2020 and to June in 2022.
            (at == nth_weekday(year, 5, MONDAY, 1) && year != 2020)
                || (at == last_weekday(year, 5, MONDAY) && year != 2022)
        }
        8 => at == last_weekday(year, 8, MONDAY),
        12 => {
            let christmas = day(year, 12, 25);
            match weekday(christmas) {
                // Both on the two days after the weekend.
                FRIDAY => at == christmas || at == christmas + 3,
                SATURDAY => at == christmas + 2 || at == christmas + 3,
                SUNDAY => at == christmas + 1 || at == christmas + 2,
                _ => at == christmas || at == christmas + 1,
            }
        }
        _ => false,
    };
    if rule || proclaimed {
        return None;
    }
    let short = month == 12
        && (at == weekday_before(day(year, 12, 25)) || at == weekday_before(day(year + 1, 1, 1)));
    Some(Hours::between((8, 0), if short { (12, 30) } else { (16, 30) }))
}

const fn monday_after_weekend(at: i64) -> i64 {
    match weekday(at) {
        SATURDAY => at + 2,
        SUNDAY => at + 1,
        _ => at,
    }
}

/// The trading calendar of Frankfurt: Whit Monday until 2021, German Unity Day from 2014 to 2021, the
/// 500th Reformation Day.
pub(super) fn frankfurt(at: i64) -> Option<Hours> {
    let Date { year, month, day: date } = Date::of_day(at);
    let easter = easter(year);
    let off = matches!((month, date), (1 | 5, 1) | (12, 24 | 25 | 26 | 31))
        || at == easter - 2
        || at == easter + 1
        || (at == easter + 50 && year <= 2021)
        || ((month, date) == (10, 3) && (2014..=2021).contains(&year))
        || (year, month, date) == (2017, 10, 31);
    if off {
        return None;
    }
    let short = month == 12 && at == weekday_before(day(year, 12, 31));
    Some(Hours::between((9, 0), if short { (14, 0) } else { (17, 30) }))
}

/// The trading calendar of Euronext.
pub(super) fn paris(at: i64) -> Option<Hours> {
    let Date { year, month, day: date } = Date::of_day(at);
    let easter = easter(year);
    if matches!((month, date), (1 | 5, 1) | (12, 25 | 26)) || at == easter - 2 || at == easter + 1 {
        return None;
    }
    let short = matches!((month, date), (12, 24 | 31));
    Some(Hours::between((9, 0), if short { (14, 5) } else { (17, 30) }))
}

/// The Act on National Holidays of Japan, with the new year's days of the exchange and the day on
/// which its machines failed.
pub(super) fn tokyo(at: i64) -> Option<Hours> {
    let Date { year, month, day: date } = Date::of_day(at);
    let failed = (year, month, date) == (2020, 10, 1);
    let new_year = matches!((month, date), (1, 1..=3) | (12, 31));
    if new_year || failed || is_day_off_in_japan(at) {
        return None;
    }
    // The exchange trades half an hour longer since 2024-11-05.
    let closes = if at < day(2024, 11, 5) { (15, 0) } else { (15, 30) };
    let pause = Some((clock((11, 30)), clock((12, 30))));
    Some(Hours { pause, ..Hours::between((9, 0), closes) })
}

/// A national holiday; the next day that is none after one on a Sunday; a day between two of them.
fn is_day_off_in_japan(at: i64) -> bool {
    if is_holiday_in_japan(at) || (is_holiday_in_japan(at - 1) && is_holiday_in_japan(at + 1)) {
        return true;
    }
    let run = (1..=7).take_while(|back| is_holiday_in_japan(at - back));
    run.into_iter().any(|back| weekday(at - back) == SUNDAY)
}

fn is_holiday_in_japan(at: i64) -> bool {
    let Date { year, month, day: date } = Date::of_day(at);
    match month {
        1 => date == 1 || at == nth_weekday(year, 1, MONDAY, 2),
        2 => date == 11 || (date == 23 && year >= 2020),
        3 => date == equinox(year, 20_843_100),
        4 => date == 29 || (year, date) == (2019, 30),
        5 => (3..=5).contains(&date) || (year == 2019 && (1..=2).contains(&date)),
        // The Olympic Games moved three holidays in each of two years.
        7 if year == 2020 => date == 23 || date == 24,
        7 if year == 2021 => date == 22 || date == 23,
        7 => at == nth_weekday(year, 7, MONDAY, 3),
        8 if year == 2020 => date == 10,
        8 if year == 2021 => date == 8,
        8 => date == 11 && year >= 2016,
        9 => at == nth_weekday(year, 9, MONDAY, 3) || date == equinox(year, 23_248_800),
        10 if year == 2020 || year == 2021 => false,
        10 => at == nth_weekday(year, 10, MONDAY, 2) || (year, date) == (2019, 22),
        11 => date == 3 || date == 23,
        12 => date == 23 && year <= 2018,
        _ => false,
    }
}

/// The day of an equinox in Japan, from 1980 to 2099, by the mean year since 1980 (in millionths of
/// a day).
const fn equinox(year: i64, in_1980: i64) -> i64 {
    let years = year - 1980;
    (in_1980 + 242_194 * years).div_euclid(1_000_000) - years.div_euclid(4)
}
