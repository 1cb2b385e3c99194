//! Why a run did not do more.

use strat_runtime::manifest::ReasonKind;
use strat_runtime::session::HostReason;

use super::RunRecord;

/// How often one reason stopped or changed something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhyNot {
    /// Who said no.
    pub source: WhySource,
    /// The reason.
    pub text: String,
    /// How often.
    pub count: u64,
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
    /// Why it did not do more, most frequent first: guards and waits of the strategy, limits of
    /// the host, refusals of the venue.
    pub fn why_not(&self) -> Vec<WhyNot> {
        let mut rows = Vec::new();
        for (reason, &count) in self.manifest.reasons.iter().zip(&self.counters.stops) {
            if count > 0 && reason.kind != ReasonKind::Because {
                let source = WhySource::Strategy { kind: reason.kind, line: reason.line };
                rows.push(WhyNot { source, text: reason.text.clone(), count });
            }
        }
        for reason in HostReason::ALL {
            let count = self.counters.host(reason);
            if count > 0 {
                let source = WhySource::Host { note: reason.is_note() };
                rows.push(WhyNot { source, text: reason.text().to_owned(), count });
            }
        }
        for (reason, &count) in &self.rejects {
            rows.push(WhyNot { source: WhySource::Venue, text: reason.text().to_owned(), count });
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.count));
        rows
    }
}
