//! When markets are open: sessions with their holidays and short days.
//!
//! A calendar is made of rules and of the few days on which an exchange departed from them. Holidays
//! by decree come without a rule: those of the future are not here. Compared with an independent
//! implementation at every day from 2015 to 2030; before, days off that were abolished since are
//! missing. Not here: exchanges whose holidays follow the moon, and futures venues whose short days
//! differ by product.

use super::civil::weekday;
use super::holiday::{self, Hours};
use super::{Time, Zone};

/// A market's opening hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Calendar {
    /// New York Stock Exchange, 9:30 to 16:00.
    Nyse,
    /// Nasdaq: the days and hours of the New York Stock Exchange.
    Nasdaq,
    /// London Stock Exchange, 8:00 to 16:30.
    Lse,
    /// Xetra, 9:00 to 17:30 in Frankfurt.
    Xetra,
    /// Euronext Paris, 9:00 to 17:30.
    Euronext,
    /// Tokyo Stock Exchange, 9:00 to 15:00, since 2024-11-05 to 15:30, with a break from 11:30 to
    /// 12:30.
    Tse,
    /// Foreign exchange: from Sunday 17:00 to Friday 17:00 in New York, a session for each day of
    /// settlement from 17:00 to 17:00.
    Forex,
    /// Crypto: always open, a session for each UTC day.
    Crypto,
    /// The UTC day.
    UtcDay,
}

/// A session: from `opens` up to `closes`, the end not included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its first moment.
    pub opens: Time,
    /// The moment after its last.
    pub closes: Time,
    /// The part in the middle in which nothing trades, its end not included.
    pub pause: Option<(Time, Time)>,
}

/// One of the two ends of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edge {
    /// Its first moment.
    Open,
    /// The moment after its last.
    Close,
}

impl Edge {
    /// What fires at it, as written in a strategy.
    pub const fn trigger(self) -> &'static str {
        match self {
            Self::Open => "session_open",
            Self::Close => "session_close",
        }
    }
}

/// No market is closed for so many days.
const CLOSED_DAYS_MAX: i64 = 16;

impl Calendar {
    /// All of them; the place of each is its number in a program.
    pub const ALL: [Self; 9] = [
        Self::Nyse,
        Self::Nasdaq,
        Self::Lse,
        Self::Xetra,
        Self::Euronext,
        Self::Tse,
        Self::Forex,
        Self::Crypto,
        Self::UtcDay,
    ];

    /// The names, in the order of [`Calendar::ALL`].
    pub const NAMES: [&'static str; 9] =
        ["nyse", "nasdaq", "lse", "xetra", "euronext", "tse", "forex", "crypto", "utc_day"];

    /// The calendar with that number.
    pub fn of_number(number: i64) -> Option<Self> {
        usize::try_from(number).ok().and_then(|at| Self::ALL.get(at)).copied()
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The calendar of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES
            .iter()
            .position(|known| *known == name)
            .and_then(|at| Self::ALL.get(at))
            .copied()
    }

    /// Where its days are counted.
    pub const fn zone(self) -> Zone {
        match self {
            Self::Nyse | Self::Nasdaq | Self::Forex => Zone::NewYork,
            Self::Lse => Zone::London,
            Self::Xetra => Zone::Frankfurt,
            Self::Euronext => Zone::Paris,
            Self::Tse => Zone::Tokyo,
            Self::Crypto | Self::UtcDay => Zone::Utc,
        }
    }

    /// The session of a day of its zone, counted from 1970-01-01; `None` on a day off.
    pub fn session_of(self, day: i64) -> Option<Session> {
        let hours = self.hours(day)?;
        let zone = self.zone();
        let pause = match hours.pause {
            Some((from, to)) => Some((zone.time_of(day, from)?, zone.time_of(day, to)?)),
            None => None,
        };
        Some(Session {
            opens: zone.time_of(day, hours.opens)?,
            closes: zone.time_of(day, hours.closes)?,
            pause,
        })
    }

    fn hours(self, day: i64) -> Option<Hours> {
        let working = weekday(day) <= 5;
        match self {
            Self::Crypto | Self::UtcDay => Some(Hours::between((0, 0), (24, 0))),
            Self::Forex if working => Some(Hours::between((-7, 0), (17, 0))),
            Self::Nyse | Self::Nasdaq if working => holiday::new_york(day),
            Self::Lse if working => holiday::london(day),
            Self::Xetra if working => holiday::frankfurt(day),
            Self::Euronext if working => holiday::paris(day),
            Self::Tse if working => holiday::tokyo(day),
            Self::Nyse
            | Self::Nasdaq
            | Self::Lse
            | Self::Xetra
            | Self::Euronext
            | Self::Tse
            | Self::Forex => None,
        }
    }

    fn day_of(self, at: Time) -> i64 {
        self.zone().local(at).unwrap_or(at).utc_day()
    }

    /// The session that is running, pauses included.
    pub fn session_at(self, at: Time) -> Option<Session> {
        let today = self.day_of(at);
        (today..=today + 1)
            .filter_map(|day| self.session_of(day))
            .find(|session| session.opens <= at && at < session.closes)
    }

    /// Whether it trades at that moment.
    pub fn is_open(self, at: Time) -> bool {
        self.session_at(at)
            .is_some_and(|session| session.pause.is_none_or(|(from, to)| at < from || to <= at))
    }

    /// Whether the day on which `at` falls in its zone has a session.
    pub fn is_session_day(self, at: Time) -> bool {
        self.hours(self.day_of(at)).is_some()
    }

    /// The first opening strictly after; `None` at the end of time.
    pub fn next_open(self, after: Time) -> Option<Time> {
        self.next(after, |session| session.opens)
    }

    /// The first close strictly after; `None` at the end of time.
    pub fn next_close(self, after: Time) -> Option<Time> {
        self.next(after, |session| session.closes)
    }

    /// The first opening or close strictly after; `None` at the end of time.
    pub fn next_edge(self, edge: Edge, after: Time) -> Option<Time> {
        match edge {
            Edge::Open => self.next_open(after),
            Edge::Close => self.next_close(after),
        }
    }

    /// Whether it never closes: every session opens when the one before it closes.
    pub const fn is_always_open(self) -> bool {
        matches!(self, Self::Crypto | Self::UtcDay)
    }

    /// Whether there are sessions that open when the one before them closes.
    pub const fn has_adjoining_sessions(self) -> bool {
        matches!(self, Self::Forex) || self.is_always_open()
    }

    fn next(self, after: Time, edge: impl Fn(Session) -> Time) -> Option<Time> {
        let today = self.day_of(after);
        (today - 1..=today + CLOSED_DAYS_MAX)
            .filter_map(|day| self.session_of(day).map(&edge))
            .find(|at| *at > after)
    }
}
