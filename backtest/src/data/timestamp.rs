//! Time stamps of recorded data, read without guessing.
//!
//! The first row decides on the form and every other row must have it. What has no offset is UTC
//! unless told otherwise, and that is noted as assumed. Refused are names of zones, offsets that
//! change within a file, and dates whose day and month could be exchanged.

use strat_runtime::time::{Duration, Time};

use super::error::{At, DataError, RowProblem};
use super::spec::offset;

/// Reads one column of stamps.
#[derive(Debug, Clone)]
pub(crate) struct Stamps {
    form: Option<Form>,
    zone: Option<Duration>,
    /// A relative clock in nanoseconds is allowed to begin near the epoch.
    nanos_if_small: bool,
    scratch: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// A date and a time, with this offset if there is one.
    Civil(Option<Duration>),
    /// `yyyymmdd hhmmssmmm`.
    Compact,
    /// Whole numbers since 1970.
    Integer(Unit),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Seconds,
    Millis,
    Micros,
    Nanos,
}

impl Unit {
    /// By magnitude: 1e11 seconds is the year 5138, and 1e11 milliseconds 1973.
    fn of(value: i64, nanos_if_small: bool) -> Self {
        match value.unsigned_abs() {
            0..100_000_000_000 => {
                if nanos_if_small {
                    Unit::Nanos
                } else {
                    Unit::Seconds
                }
            }
            100_000_000_000..100_000_000_000_000 => Unit::Millis,
            100_000_000_000_000..100_000_000_000_000_000 => Unit::Micros,
            _ => Unit::Nanos,
        }
    }

    fn time(self, value: i64) -> Option<Time> {
        match self {
            Unit::Seconds => Time::from_secs(value),
            Unit::Millis => Time::from_millis(value),
            Unit::Micros => Time::from_micros(value),
            Unit::Nanos => Some(Time::from_nanos(value)),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Unit::Seconds => "seconds",
            Unit::Millis => "milliseconds",
            Unit::Micros => "microseconds",
            Unit::Nanos => "nanoseconds",
        }
    }
}

const WRITE: &str = "write it as 2026-03-02T14:20:00Z";

impl Stamps {
    pub(crate) fn new(zone: Option<Duration>) -> Self {
        Self { form: None, zone, nanos_if_small: false, scratch: String::new() }
    }

    /// Small whole numbers are nanoseconds instead of seconds.
    pub(crate) fn nanos_if_small(self) -> Self {
        Self { nanos_if_small: true, ..self }
    }

    /// The time of a stamp.
    pub(crate) fn read(&mut self, at: At<'_>, text: &str) -> Result<Time, DataError> {
        let text = text.trim();
        let fail =
            |problem: String| at.error(RowProblem::Stamp { found: text.to_owned(), problem });
        self.try_read(text).map_err(fail)
    }

    /// What was assumed, once rows have been read.
    pub(crate) fn assumed(&self) -> Option<String> {
        match self.form? {
            Form::Civil(Some(_)) => None,
            Form::Integer(unit) => {
                Some(format!("whole-number time stamps are {} since 1970 UTC", unit.name()))
            }
            Form::Civil(None) | Form::Compact => {
                self.zone.is_none().then(|| "time stamps without offset are UTC".to_owned())
            }
        }
    }

    fn try_read(&mut self, text: &str) -> Result<Time, String> {
        if text.is_empty() {
            return Err(format!("it is missing; {WRITE}"));
        }
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return self.integer(text);
        }
        if is_compact(text) {
            self.agree(Form::Compact)?;
            self.scratch.clear();
            for (part, after) in [
                (0..4, "-"),
                (4..6, "-"),
                (6..8, "T"),
                (9..11, ":"),
                (11..13, ":"),
                (13..15, "."),
                (15..18, "Z"),
            ] {
                self.scratch.push_str(text.get(part).unwrap_or_default());
                self.scratch.push_str(after);
            }
            return self.parse_scratch(self.zone.unwrap_or(Duration::ZERO));
        }
        self.civil(text)
    }

    fn integer(&mut self, text: &str) -> Result<Time, String> {
        let value: i64 = text.parse().map_err(|_| "the number is out of range".to_owned())?;
        let unit = match self.form {
            Some(Form::Integer(unit)) => unit,
            _ => Unit::of(value, self.nanos_if_small),
        };
        self.agree(Form::Integer(unit))?;
        unit.time(value)
            .ok_or_else(|| format!("read as {} since 1970 it is out of range", unit.name()))
    }

    fn civil(&mut self, text: &str) -> Result<Time, String> {
        let bytes = text.as_bytes();
        let year_first = bytes.len() >= 10
            && bytes.iter().take(4).all(u8::is_ascii_digit)
            && matches!(bytes.get(4), Some(b'-' | b'/'))
            && bytes.get(7) == bytes.get(4);
        if !year_first {
            return Err(if text.bytes().any(|b| b == b'/' || b == b'.' || b == b'-') {
                format!("the order of day and month cannot be told; {WRITE}")
            } else {
                format!("it is no time; {WRITE}")
            });
        }
        let (date, rest) = text.split_at_checked(10).ok_or_else(|| WRITE.to_owned())?;
        let rest = rest.strip_prefix(['T', 't', ' ']).unwrap_or(rest);
        let clock_len =
            rest.bytes().take_while(|b| b.is_ascii_digit() || matches!(b, b':' | b'.')).count();
        let (clock, suffix) = rest.split_at_checked(clock_len).ok_or_else(|| WRITE.to_owned())?;
        let stated = offset_of(suffix.trim())?;
        self.agree(Form::Civil(stated))?;
        self.scratch.clear();
        self.scratch.extend(date.chars().map(|c| if c == '/' { '-' } else { c }));
        self.scratch.push('T');
        self.scratch.push_str(clock);
        match clock.bytes().filter(|b| *b == b':').count() {
            0 if clock.is_empty() => self.scratch.push_str("00:00:00"),
            1 => self.scratch.push_str(":00"),
            _ => {}
        }
        self.scratch.push('Z');
        self.parse_scratch(stated.or(self.zone).unwrap_or(Duration::ZERO))
    }

    fn parse_scratch(&self, ahead: Duration) -> Result<Time, String> {
        let local = Time::parse(&self.scratch).map_err(|error| error.to_string())?;
        local.checked_sub(ahead).ok_or_else(|| "it is out of range".to_owned())
    }

    /// The first row decides, all others follow.
    fn agree(&mut self, form: Form) -> Result<(), String> {
        match self.form {
            None => {
                if let (Form::Civil(Some(stated)), Some(zone)) = (form, self.zone)
                    && stated != zone
                {
                    return Err(
                        "its offset is not the zone that was given; leave `zone` out".into()
                    );
                }
                self.form = Some(form);
                Ok(())
            }
            Some(first) if first == form => Ok(()),
            Some(Form::Civil(_)) if matches!(form, Form::Civil(_)) => {
                Err("the offset from UTC changes within the file; convert all rows to UTC".into())
            }
            Some(_) => Err("its form is not that of the rows before; use one form".into()),
        }
    }
}

fn offset_of(suffix: &str) -> Result<Option<Duration>, String> {
    if suffix.is_empty() {
        return Ok(None);
    }
    if ["Z", "z", "UTC", "GMT"].contains(&suffix) {
        return Ok(Some(Duration::ZERO));
    }
    match offset(suffix) {
        Some(ahead) => Ok(Some(ahead)),
        None => Err(format!(
            "`{suffix}` is no offset from UTC, and local time zones are ambiguous; {WRITE}"
        )),
    }
}

fn is_compact(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 18
        && bytes.get(8) == Some(&b' ')
        && bytes.iter().enumerate().all(|(i, b)| i == 8 || b.is_ascii_digit())
}

/// Whether a first row begins with a compact stamp.
pub(crate) fn looks_compact(field: &str) -> bool {
    is_compact(field.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: At<'_> = At { file: "f.csv", line: 2 };

    #[test]
    fn every_form_is_read() {
        for (text, expected) in [
            ("2021-12-31 23:01:00.000000", "2021-12-31T23:01:00Z"),
            ("2012-02-01 00:00:00+00:00", "2012-02-01T00:00:00Z"),
            ("2012-02-01T02:00:00.5+0200", "2012-02-01T00:00:00.500Z"),
            ("2012/02/01 10:30", "2012-02-01T10:30:00Z"),
            ("2012-02-01", "2012-02-01T00:00:00Z"),
            ("2012-02-01 10:30:00 UTC", "2012-02-01T10:30:00Z"),
            ("20200101 170010447", "2020-01-01T17:00:10.447Z"),
            ("1598918403", "2020-09-01T00:00:03Z"),
            ("1598918403696", "2020-09-01T00:00:03.696Z"),
            ("1598918403696001", "2020-09-01T00:00:03.696001Z"),
            ("1598918403696001002", "2020-09-01T00:00:03.696001002Z"),
        ] {
            let time = Stamps::new(None).read(AT, text).map(|t| t.to_string());
            assert_eq!(time.ok().as_deref(), Some(expected), "{text}");
        }
        let mut east = Stamps::new(Some(Duration::from_hours(2)));
        let time = east.read(AT, "2012-02-01 02:00:00").map(|t| t.to_string());
        assert_eq!(time.ok().as_deref(), Some("2012-02-01T00:00:00Z"));
        assert_eq!(east.assumed(), None);
        let mut small = Stamps::new(None).nanos_if_small();
        assert_eq!(small.read(AT, "100000000").ok(), Some(Time::from_nanos(100_000_000)));
    }

    #[test]
    fn what_is_ambiguous_is_refused() {
        let refused = [
            (&["03/04/2021 10:00"][..], "the order of day and month cannot be told"),
            (&["3-4-2021 10:00"], "the order of day and month cannot be told"),
            (
                &["2021-04-03 10:00 EST"],
                "`EST` is no offset from UTC, and local time zones are ambiguous",
            ),
            (&["2021-04-03 10:00:00 America/New_York"], "local time zones are ambiguous"),
            (&["2021-04-03T10:00:00Z", "2021-04-03T10:00:00+01:00"], "changes within the file"),
            (&["2021-04-03 10:00:00", "2021-04-03 10:00:00Z"], "changes within the file"),
            (&["1598918403", "2021-04-03 10:00:00"], "its form is not that of the rows before"),
            (&["2021-02-30 10:00:00"], "the day of the time does not exist"),
            (&["noon"], "it is no time"),
            (&[""], "it is missing"),
            (&["99999999999999999999"], "out of range"),
        ];
        for (texts, message) in refused {
            let mut stamps = Stamps::new(None);
            let last = texts.iter().map(|text| stamps.read(AT, text)).last();
            let error = last.and_then(Result::err).map(|e| e.to_string()).unwrap_or_default();
            assert!(error.starts_with("f.csv:2: time `") && error.contains(message), "{error}");
        }
    }
}
