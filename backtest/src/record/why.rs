//! Why a run did not do more.

use strat_runtime::manifest::{HandlerId, ReasonId, ReasonKind};
use strat_runtime::session::{HostReason, Stopped};

use super::RunRecord;

/// How often one reason stopped or changed something.
#[derive(Debug, Clone, PartialEq)]
pub struct WhyNot {
    /// Who said no.
    pub source: WhySource,
    /// The reason.
    pub text: String,
    /// How often.
    pub count: u64,
    /// For reasons of the strategy: whom it stopped, and when last.
    pub stopped: Option<WhyStopped>,
}

/// Whom a reason stopped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WhyStopped {
    /// The handler.
    pub handler: HandlerId,
    /// Share of everything that stopped this handler.
    pub share: f64,
    /// When last, and about what.
    pub last: Stopped,
}

/// Who said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhySource {
    /// The strategy's own text.
    Strategy {
        /// A guard, a universe's condition, a wait for warm-up.
        kind: ReasonKind,
        /// Line in the text, from 1.
        line: u32,
    },
    /// The session, before an order was sent.
    Host {
        /// The request went on, changed.
        note: bool,
    },
    /// The venue.
    Venue,
}

impl WhySource {
    /// One word for a column.
    pub const fn name(self) -> &'static str {
        match self {
            WhySource::Strategy { kind: ReasonKind::Universe, .. } => "universe",
            WhySource::Strategy { kind: ReasonKind::Warmup, .. } => "warm-up",
            WhySource::Strategy { .. } => "guard",
            WhySource::Host { note: true } => "note",
            WhySource::Host { note: false } => "host",
            WhySource::Venue => "venue",
        }
    }
}

impl RunRecord {
    /// Why it did not do more, most frequent first: guards and waits of the strategy by handler,
    /// limits of the host, refusals of the venue.
    pub fn why_not(&self) -> Vec<WhyNot> {
        let mut rows = Vec::new();
        for (handler, _) in (0..).map(HandlerId).zip(&self.manifest.handlers) {
            self.why_stopped(handler, &mut rows);
        }
        for reason in HostReason::ALL {
            let count = self.counters.host(reason);
            if count > 0 {
                let source = WhySource::Host { note: reason.is_note() };
                rows.push(WhyNot { source, text: reason.text().to_owned(), count, stopped: None });
            }
        }
        for (reason, &count) in &self.rejects {
            let (source, text) = (WhySource::Venue, reason.text().to_owned());
            rows.push(WhyNot { source, text, count, stopped: None });
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.count));
        rows
    }

    fn why_stopped(&self, handler: HandlerId, rows: &mut Vec<WhyNot>) {
        let found: Vec<_> = (0..)
            .map(ReasonId)
            .zip(&self.manifest.reasons)
            .filter(|(_, reason)| reason.kind != ReasonKind::Because)
            .map(|(id, reason)| (reason, self.counters.stopped(handler, id)))
            .filter(|(_, last)| last.count > 0)
            .collect();
        let all: u64 = found.iter().map(|(_, last)| last.count).sum();
        for (reason, last) in found {
            let source = WhySource::Strategy { kind: reason.kind, line: reason.line };
            let share = last.count as f64 / all as f64;
            let stopped = Some(WhyStopped { handler, share, last });
            rows.push(WhyNot { source, text: reason.text.clone(), count: last.count, stopped });
        }
    }
}
