//! Timers: boundaries that depend on nothing but time.

use std::fmt;

use crate::time::{Calendar, Duration, Edge, Time};

/// When a timer fires. `P` is what a period is: a duration, or what it is computed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timer<P = Duration> {
    /// At multiples of a period since the Unix epoch.
    Every(P),
    /// When the sessions of a calendar open or close.
    Session(Calendar, Edge),
}

impl<P> Timer<P> {
    /// The same timer with its period in another form.
    ///
    /// # Errors
    /// Those of `form`.
    pub fn try_map<Q, E>(&self, form: impl FnOnce(&P) -> Result<Q, E>) -> Result<Timer<Q>, E> {
        Ok(match self {
            Self::Every(period) => Timer::Every(form(period)?),
            Self::Session(calendar, edge) => Timer::Session(*calendar, *edge),
        })
    }

    /// Its period, if it has one: sessions have no fixed distance.
    pub const fn period(&self) -> Option<&P> {
        match self {
            Self::Every(period) => Some(period),
            Self::Session(..) => None,
        }
    }
}

impl Timer {
    /// The first boundary strictly after; `None` at the end of time, or of a period that is not
    /// above zero.
    pub fn next_after(self, after: Time) -> Option<Time> {
        match self {
            Self::Every(period) if period.is_positive() => after.next_multiple_after(period),
            Self::Every(_) => None,
            Self::Session(calendar, edge) => calendar.next_edge(edge, after),
        }
    }

    /// The first boundary at that time or after it.
    pub fn next_from(self, from: Time) -> Option<Time> {
        self.next_after(from.checked_sub(Duration::from_nanos(1)).unwrap_or(from))
    }
}

/// As written in a strategy.
impl fmt::Display for Timer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(period) => write!(f, "every {period}"),
            Self::Session(calendar, edge) => write!(f, "{}({})", edge.trigger(), calendar.name()),
        }
    }
}
