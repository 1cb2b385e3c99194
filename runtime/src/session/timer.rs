//! Boundaries that depend on nothing but time: timers and expiries.

use std::collections::BTreeSet;

use crate::instrument::InstrumentId;
use crate::manifest::{Manifest, Timer, TimerId};
use crate::session::SessionError;
use crate::snapshot::{Keep, Mismatch, Plain, Value};
use crate::time::Time;

/// The timers of a strategy, each with its next boundary.
#[derive(Debug, Clone, Default)]
pub(super) struct Timers {
    timers: Vec<(Timer, Time)>,
    due: Time,
}

impl Timers {
    /// Timers that wait for the start.
    pub(super) fn new(manifest: &Manifest) -> Result<Self, SessionError> {
        for (number, timer) in manifest.timers.iter().enumerate() {
            if timer.period().is_some_and(|period| !period.is_positive()) {
                return Err(SessionError::Clock {
                    name: format!("{timer} (timer {number})"),
                    problem: "does not have a length above zero",
                });
            }
        }
        let timers = manifest.timers.iter().map(|timer| (*timer, Time::MAX)).collect();
        Ok(Self { timers, due: Time::MAX })
    }

    /// The first boundaries are those at or after `now`.
    pub(super) fn start(&mut self, now: Time) {
        for (timer, next) in &mut self.timers {
            *next = timer.next_from(now).unwrap_or(Time::MAX);
        }
        self.find_due();
    }

    /// The earliest boundary; `Time::MAX` if there is none.
    #[inline]
    pub(super) const fn due(&self) -> Time {
        self.due
    }

    /// The first timer whose boundary is `now`, moved on to its next one.
    pub(super) fn fire(&mut self, now: Time) -> Option<TimerId> {
        let is_due = |next: Time| next <= now && next < Time::MAX;
        let number = self.timers.iter().position(|(_, next)| is_due(*next))?;
        let (timer, next) = &mut self.timers[number];
        *next = timer.next_after(*next).unwrap_or(Time::MAX);
        self.find_due();
        u16::try_from(number).ok().map(TimerId)
    }

    fn find_due(&mut self) {
        self.due = self.timers.iter().map(|(_, next)| *next).min().unwrap_or(Time::MAX);
    }
}

/// When instruments stop trading.
#[derive(Debug, Clone, Default)]
pub(super) struct Expiries {
    pending: BTreeSet<(Time, InstrumentId)>,
}

impl Expiries {
    /// An expiry was set, moved or taken away.
    pub(super) fn set(&mut self, id: InstrumentId, old: Option<Time>, new: Option<Time>) {
        if let Some(old) = old {
            self.pending.remove(&(old, id));
        }
        if let Some(new) = new {
            self.pending.insert((new, id));
        }
    }

    /// What lies before the start is no event.
    pub(super) fn skip_before(&mut self, now: Time) {
        self.pending = self.pending.split_off(&(now, InstrumentId(0)));
    }

    /// The earliest expiry; `Time::MAX` if there is none.
    #[inline]
    pub(super) fn due(&self) -> Time {
        self.pending.first().map_or(Time::MAX, |(at, _)| *at)
    }

    /// The first instrument that expires by `now`.
    pub(super) fn fire(&mut self, now: Time) -> Option<InstrumentId> {
        if self.due() > now {
            return None;
        }
        self.pending.pop_first().map(|(_, id)| id)
    }
}

impl Keep for Timers {
    fn save(&self) -> Value {
        let Self { timers, due: _ } = self;
        timers.iter().map(|(_, next)| *next).collect::<Vec<_>>().to_value()
    }

    fn load(&mut self, value: &Value) -> Result<(), Mismatch> {
        let boundaries = Vec::<Time>::from_value(value)?;
        if boundaries.len() != self.timers.len() {
            return Err(Mismatch::new("there are more or fewer boundaries than timers"));
        }
        for ((timer, next), saved) in self.timers.iter_mut().zip(boundaries) {
            // A day may have become a holiday since.
            *next = timer.next_from(saved).unwrap_or(Time::MAX);
        }
        self.find_due();
        Ok(())
    }
}

crate::plain!(Expiries { pending });

impl Expiries {
    /// Whether every instrument is among the first `count`.
    pub(super) fn is_within(&self, count: usize) -> bool {
        self.pending.iter().all(|(_, id)| id.index() < count)
    }
}
