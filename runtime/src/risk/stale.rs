//! Silent feeds: when to look next. The times of the last data are the session's.

use crate::time::{Duration, Time};

/// `stale_data`: the longest silence of an instrument that the strategy reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StaleRule {
    /// Number of the rule in the manifest.
    pub rule: usize,
    /// Longest silence.
    pub after: Duration,
    /// Nothing can be too silent before this; it may be early, never late.
    pub due: Time,
}

impl StaleRule {
    /// The rule with this number in the manifest; it waits for [`StaleRule::arm`].
    pub const fn new(rule: usize, after: Duration) -> Self {
        Self { rule, after, due: Time::MAX }
    }

    /// There was data at `seen`: look again when it is too old.
    pub fn arm(&mut self, seen: Time) {
        self.due = self.due.min(self.deadline(seen));
    }

    /// When data of `seen` is too old.
    pub const fn deadline(&self, seen: Time) -> Time {
        seen.saturating_add(self.after)
    }
}

crate::kept!(StaleRule { due } fixed { rule, after });
