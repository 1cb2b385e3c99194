//! The `--data` argument: `PATH[,instrument=X][,side=bid|ask][,time=open|close][,zone=UTC][,meta=FILE]`.

use strat_runtime::time::Duration;

use super::error::DataError;

/// One file and what was said about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DataSpec {
    /// Where the file is; also its name in errors and notes.
    pub path: String,
    /// Which instrument it feeds: a declared name or a symbol.
    pub instrument: Option<String>,
    /// Which side of the market its bars are of.
    pub side: Option<QuoteSide>,
    /// Which end of the bar its stamps are.
    pub time: Option<BarStamp>,
    /// How far its local times are ahead of UTC.
    pub zone: Option<Duration>,
    /// Where the file with the market's metadata is.
    pub meta: Option<String>,
}

/// A side of the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteSide {
    /// What buyers bid.
    Bid,
    /// What sellers ask.
    Ask,
}

/// Which end of a bar its stamp is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BarStamp {
    /// The start.
    Open,
    /// The end.
    Close,
}

impl DataSpec {
    /// A file of which nothing was said.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    /// Reads the argument. Commas before the first option belong to the path.
    ///
    /// # Errors
    /// An empty path, an option that does not exist, is given twice or has no such value.
    pub fn parse(text: &str) -> Result<Self, DataError> {
        let fail = |problem: String| DataError::Spec { text: text.to_owned(), problem };
        let mut spec = Self::default();
        let mut in_path = true;
        for part in text.split(',') {
            let option = part.split_once('=').filter(|(key, _)| is_word(key));
            match option {
                Some((key, value)) if !spec.path.is_empty() => {
                    in_path = false;
                    spec.set(key, value.trim()).map_err(fail)?;
                }
                _ if in_path => {
                    if !spec.path.is_empty() {
                        spec.path.push(',');
                    }
                    spec.path.push_str(part);
                }
                _ => return Err(fail(format!("expected option=value, found `{part}`"))),
            }
        }
        if spec.path.is_empty() {
            return Err(fail("the path of a data file is missing".to_owned()));
        }
        Ok(spec)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "instrument" => put(&mut self.instrument, key, text_of(key, value)?),
            "meta" => put(&mut self.meta, key, text_of(key, value)?),
            "side" => {
                let side = match value {
                    "bid" => QuoteSide::Bid,
                    "ask" => QuoteSide::Ask,
                    _ => return Err(format!("side must be bid or ask, not `{value}`")),
                };
                put(&mut self.side, key, side)
            }
            "time" => {
                let time = match value {
                    "open" => BarStamp::Open,
                    "close" => BarStamp::Close,
                    _ => return Err(format!("time must be open or close, not `{value}`")),
                };
                put(&mut self.time, key, time)
            }
            "zone" => put(&mut self.zone, key, zone(value)?),
            _ => Err(format!(
                "there is no option `{key}`; there are instrument, side, time, zone and meta"
            )),
        }
    }
}

fn is_word(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase())
}

fn text_of(key: &str, value: &str) -> Result<String, String> {
    if value.is_empty() { Err(format!("{key} has no value")) } else { Ok(value.to_owned()) }
}

fn put<T>(slot: &mut Option<T>, key: &str, value: T) -> Result<(), String> {
    if slot.replace(value).is_some() {
        return Err(format!("{key} is given twice; keep one of them"));
    }
    Ok(())
}

/// UTC, or a fixed offset from it. Names of zones with summer time are ambiguous for an hour a year
/// and need a table that this program does not carry.
fn zone(value: &str) -> Result<Duration, String> {
    if ["UTC", "utc", "Z"].contains(&value) {
        return Ok(Duration::ZERO);
    }
    offset(value).ok_or_else(|| {
        format!(
            "zone must be UTC or an offset such as +02:00, not `{value}`; convert local times first"
        )
    })
}

/// `+02:00`, `-0530` or `+02`.
pub(crate) fn offset(text: &str) -> Option<Duration> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'+' => (false, text.get(1..)?),
        b'-' => (true, text.get(1..)?),
        _ => return None,
    };
    let (hours, minutes) = match digits.len() {
        2 => (digits, "00"),
        4 => (digits.get(..2)?, digits.get(2..)?),
        5 if digits.as_bytes().get(2) == Some(&b':') => (digits.get(..2)?, digits.get(3..)?),
        _ => return None,
    };
    let number = |text: &str| -> Option<i64> {
        text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok()).flatten()
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    if hours > 23 || minutes > 59 {
        return None;
    }
    let length = Duration::MINUTE.checked_mul(hours * 60 + minutes)?;
    if negative { length.checked_neg() } else { Some(length) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_are_read() {
        let spec = DataSpec::parse(
            "a,b.csv.gz,instrument=btc,side=bid,time=close,zone=-05:30,meta=m.json",
        );
        let expected = DataSpec {
            path: "a,b.csv.gz".into(),
            instrument: Some("btc".into()),
            side: Some(QuoteSide::Bid),
            time: Some(BarStamp::Close),
            zone: Some(Duration::from_nanos(-330 * Duration::MINUTE.nanos())),
            meta: Some("m.json".into()),
        };
        assert_eq!(spec.ok(), Some(expected));
        assert_eq!(DataSpec::parse("x=1.csv").ok(), Some(DataSpec::new("x=1.csv")));
    }

    #[test]
    fn arguments_are_refused_with_a_way_out() {
        for (text, problem) in [
            ("", "the path of a data file is missing"),
            ("a.csv,side=mid", "side must be bid or ask, not `mid`"),
            ("a.csv,time=noon", "time must be open or close, not `noon`"),
            (
                "a.csv,colour=red",
                "there is no option `colour`; there are instrument, side, time, zone and meta",
            ),
            ("a.csv,side=bid,side=ask", "side is given twice; keep one of them"),
            ("a.csv,instrument=", "instrument has no value"),
            ("a.csv,side=bid,b", "expected option=value, found `b`"),
            (
                "a.csv,zone=Europe/Berlin",
                "zone must be UTC or an offset such as +02:00, not `Europe/Berlin`; convert local \
                 times first",
            ),
        ] {
            let error = DataSpec::parse(text).map_err(|e| e.to_string());
            assert_eq!(error, Err(format!("`{text}`: {problem}")));
        }
    }
}
