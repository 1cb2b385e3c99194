use super::*;

/// 2026-03-02T14:20:00Z.
const MOMENT: i64 = 1_772_461_200_000_000_000;

#[test]
fn times_are_read_and_written() {
    let cases = [
        ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
        ("2026-03-02T14:20:00Z", MOMENT, "2026-03-02T14:20:00Z"),
        ("2026-03-02 14:20:00z", MOMENT, "2026-03-02T14:20:00Z"),
        ("2026-03-02T14:20:00+00:00", MOMENT, "2026-03-02T14:20:00Z"),
        ("2026-03-02t16:50:00+02:30", MOMENT, "2026-03-02T14:20:00Z"),
        ("2026-03-01T22:20:00-16:00", MOMENT, "2026-03-02T14:20:00Z"),
        ("2026-03-02T14:20:00.5Z", MOMENT + 500_000_000, "2026-03-02T14:20:00.500Z"),
        ("2026-03-02T14:20:00.000012Z", MOMENT + 12_000, "2026-03-02T14:20:00.000012Z"),
        ("2026-03-02T14:20:00.000000001000Z", MOMENT + 1, "2026-03-02T14:20:00.000000001Z"),
        ("1969-12-31T23:59:59.999999999Z", -1, "1969-12-31T23:59:59.999999999Z"),
        ("2000-02-29T00:00:00Z", 951_782_400_000_000_000, "2000-02-29T00:00:00Z"),
        ("1677-09-21T00:12:43.145224192Z", i64::MIN, "1677-09-21T00:12:43.145224192Z"),
        ("2262-04-11T23:47:16.854775807Z", i64::MAX, "2262-04-11T23:47:16.854775807Z"),
    ];
    for (text, nanos, written) in cases {
        assert_eq!(Time::parse(text), Ok(Time::from_nanos(nanos)), "{text}");
        assert_eq!(Time::from_nanos(nanos).to_string(), written);
    }
}

#[test]
fn what_is_no_time_is_refused() {
    let malformed = |at, expected| ParseTimeError::Malformed { at, expected };
    let cases = [
        ("", malformed(0, "a year of four digits")),
        ("2026", malformed(4, "`-`")),
        ("2026-3-02T14:20:00Z", malformed(5, "a month of two digits")),
        ("2026-03-02", malformed(10, "`T`")),
        ("2026-03-02T14:20Z", malformed(16, "`:`")),
        ("2026-03-02T14:20:00", malformed(19, "`Z` or an offset such as `+00:00`")),
        ("2026-03-02T14:20:00.Z", malformed(20, "a digit")),
        ("2026-03-02T14:20:00.0000000001Z", malformed(29, "at most nine digits")),
        ("2026-03-02T14:20:00Z ", malformed(20, "the end")),
        ("2026-03-02T14:20:00+0000", malformed(22, "`:`")),
        ("\u{ff12}026-03-02T14:20:00Z", malformed(0, "a year of four digits")),
        ("2026-13-02T14:20:00Z", ParseTimeError::NoSuchDate { field: "month" }),
        ("2026-02-29T14:20:00Z", ParseTimeError::NoSuchDate { field: "day" }),
        ("1900-02-29T14:20:00Z", ParseTimeError::NoSuchDate { field: "day" }),
        ("2026-04-31T14:20:00Z", ParseTimeError::NoSuchDate { field: "day" }),
        ("2026-03-00T14:20:00Z", ParseTimeError::NoSuchDate { field: "day" }),
        ("2026-03-02T24:00:00Z", ParseTimeError::NoSuchDate { field: "hour" }),
        ("2026-03-02T14:60:00Z", ParseTimeError::NoSuchDate { field: "minute" }),
        ("2026-03-02T14:20:60Z", ParseTimeError::NoSuchDate { field: "second" }),
        ("2026-03-02T14:20:00+24:00", ParseTimeError::NoSuchDate { field: "offset" }),
        ("2262-04-11T23:47:16.854775808Z", ParseTimeError::OutOfRange),
        ("1677-09-21T00:12:43.145224191Z", ParseTimeError::OutOfRange),
        ("9999-12-31T23:59:59Z", ParseTimeError::OutOfRange),
        ("0000-01-01T00:00:00Z", ParseTimeError::OutOfRange),
    ];
    for (text, expected) in cases {
        assert_eq!(Time::parse(text), Err(expected), "{text:?}");
    }
}

/// Walks the calendar day by day with the rule of school, over the whole range.
#[test]
fn every_day_has_its_date() {
    let (mut year, mut month, mut day) = (1678, 1, 1);
    let first = Time::parse("1678-01-01T12:00:00Z").unwrap();
    let mut at = first;
    let mut days = 0;
    while year < 2262 {
        let text = format!("{year}-{month:02}-{day:02}T12:00:00Z");
        assert_eq!(at.to_string(), text);
        assert_eq!(Time::parse(&text), Ok(at));
        assert_eq!(at.utc_day(), first.utc_day() + days);
        let leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
        let length = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        day += 1;
        if day > length[month - 1] {
            (day, month) = (1, month + 1);
        }
        if month > 12 {
            (month, year) = (1, year + 1);
        }
        at = at.checked_add(Duration::DAY).unwrap();
        days += 1;
    }
    // 584 years of 365 days, 146 multiples of four among them, 5 centuries that are not leap years.
    assert_eq!(days, 584 * 365 + 146 - 5);
}

#[test]
fn multiples_lie_on_the_grid_of_the_epoch() {
    let cases = [
        (0, 10, Some(0), Some(10)),
        (1, 10, Some(0), Some(10)),
        (9, 10, Some(0), Some(10)),
        (10, 10, Some(10), Some(20)),
        (-1, 10, Some(-10), Some(0)),
        (-10, 10, Some(-10), Some(0)),
        (5, 0, None, None),
        (5, -1, None, None),
        (i64::MAX, 10, Some(i64::MAX - 7), None),
        (i64::MIN, 10, None, Some(i64::MIN + 8)),
    ];
    for (nanos, step, floor, next) in cases {
        let (time, step) = (Time::from_nanos(nanos), Duration::from_nanos(step));
        assert_eq!(time.floor_to(step), floor.map(Time::from_nanos), "{nanos} {step}");
        assert_eq!(time.next_multiple_after(step), next.map(Time::from_nanos), "{nanos} {step}");
        assert_eq!(time.is_multiple_of(step), time.floor_to(step) == Some(time), "{nanos} {step}");
    }
}

#[test]
fn days_are_utc_days() {
    let midnight = Time::parse("2026-03-02T00:00:00Z").unwrap();
    let before = Time::from_nanos(midnight.nanos() - 1);
    assert_eq!(midnight.utc_day(), before.utc_day() + 1);
    assert_eq!(midnight.since_midnight(), Duration::ZERO);
    assert_eq!(before.since_midnight(), Duration::from_nanos(Duration::DAY.nanos() - 1));
    assert_eq!(Time::from_nanos(-1).utc_day(), -1);
    assert_eq!(Time::EPOCH.utc_day(), 0);
}

#[test]
fn arithmetic_stops_at_the_ends_of_time() {
    let second = Duration::SECOND;
    assert_eq!(Time::MAX.checked_add(second), None);
    assert_eq!(Time::MIN.checked_sub(second), None);
    assert_eq!(Time::MAX.saturating_add(second), Time::MAX);
    assert_eq!(Time::MAX.since(Time::MIN), None);
    assert_eq!(Time::from_secs(5).unwrap().since(Time::EPOCH), Some(Duration::from_secs(5)));
    assert_eq!(Time::from_secs(i64::MAX), None);
    assert_eq!(Time::from_millis(1_500), Time::from_micros(1_500_000));
    assert_eq!(Duration::MAX.checked_add(second), None);
    assert_eq!(Duration::MAX.checked_mul(2), None);
    assert_eq!(Duration::from_nanos(i64::MIN).checked_neg(), None);
    assert_eq!(second.checked_div(0), None);
    assert_eq!(Duration::from_nanos(5).checked_div(2), Some(Duration::from_nanos(2)));
    assert_eq!(Duration::from_days(u16::MAX).nanos() / Duration::DAY.nanos(), 65_535);
    assert_eq!(Duration::from_minutes(90).quotient(Duration::HOUR), Some(1.5));
    assert_eq!(Duration::from_millis(1_500).as_secs_real().to_bits(), 1.5_f64.to_bits());
}

#[test]
fn durations_are_read_and_written() {
    let cases = [
        ("0s", 0, "0s"),
        ("1h30m", 5_400_000_000_000, "1h30m"),
        ("90m", 5_400_000_000_000, "1h30m"),
        ("500ms", 500_000_000, "500ms"),
        ("-2d", -172_800_000_000_000, "-2d"),
        ("1w", 604_800_000_000_000, "7d"),
        ("1m1ms", 60_001_000_000, "1m1ms"),
        ("1us1ns", 1_001, "1us1ns"),
        ("24h", 86_400_000_000_000, "1d"),
        ("-106751d23h47m16s854ms775us808ns", i64::MIN, "-106751d23h47m16s854ms775us808ns"),
    ];
    for (text, nanos, written) in cases {
        assert_eq!(Duration::parse(text), Ok(Duration::from_nanos(nanos)), "{text}");
        assert_eq!(Duration::from_nanos(nanos).to_string(), written);
        assert_eq!(Duration::parse(written), Ok(Duration::from_nanos(nanos)));
    }
    let malformed = |at| ParseDurationError::Malformed { at };
    for (text, expected) in [
        ("", malformed(0)),
        ("-", malformed(1)),
        ("5", malformed(0)),
        ("h", malformed(0)),
        ("1.5h", malformed(0)),
        ("1h 30m", malformed(2)),
        ("30m1h", malformed(3)),
        ("1h1h", malformed(2)),
        ("1y", malformed(0)),
        ("1\u{b5}s", malformed(0)),
        ("200000d", ParseDurationError::OutOfRange),
        ("99999999999999999999s", ParseDurationError::OutOfRange),
    ] {
        assert_eq!(Duration::parse(text), Err(expected), "{text:?}");
    }
}
