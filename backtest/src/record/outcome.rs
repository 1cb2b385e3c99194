//! Whether a run did something, and if not, why.

use std::fmt;

use strat_runtime::manifest::{Manifest, ReasonKind};
use strat_runtime::session::Counters;
use strat_runtime::view::View;

/// Whether a run did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// At least one handler fired.
    Fired,
    /// No handler ever fired: the run says nothing about the strategy.
    NothingFired(NotFired),
}

impl Outcome {
    /// Whether at least one handler fired.
    pub fn is_success(&self) -> bool {
        *self == Outcome::Fired
    }
}

/// Why no handler fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotFired {
    /// The data ended before the streams were warm.
    NotWarm {
        /// Clocks that lack bars.
        clocks: Vec<Shortfall>,
        /// Handlers that waited, and how often.
        waits: Vec<(String, u64)>,
    },
    /// No member passed the conditions of any universe.
    UniverseEmpty {
        /// The conditions that left members out, and how often.
        conditions: Vec<(String, u64)>,
    },
    /// The strategy was stopped before its handlers could fire.
    Halted,
    /// Nothing that a handler waits for happened in the data.
    NoEventMatched,
}

/// A clock that lacks bars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    /// The clock.
    pub clock: String,
    /// Length of its bars, as text.
    pub every: String,
    /// Bars that closed.
    pub bars: u64,
    /// Bars that its handlers need.
    pub needed: u64,
}

impl fmt::Display for NotFired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotFired::NotWarm { clocks, waits } => {
                write!(f, "the data ended before the strategy was warm")?;
                for short in clocks {
                    write!(
                        f,
                        "; clock `{}` had {} of {} bars of {}, give it {} more",
                        short.clock,
                        short.bars,
                        short.needed,
                        short.every,
                        short.needed.saturating_sub(short.bars)
                    )?;
                }
                if clocks.is_empty() {
                    for (text, count) in waits {
                        write!(f, "; {text} ({})", times(*count))?;
                    }
                }
                Ok(())
            }
            NotFired::UniverseEmpty { conditions } => {
                write!(f, "no market passed the universe's conditions")?;
                for (text, count) in conditions {
                    write!(f, "; {text} ({})", times(*count))?;
                }
                Ok(())
            }
            NotFired::Halted => f.write_str("the strategy was halted before a handler fired"),
            NotFired::NoEventMatched => f.write_str(
                "nothing that a handler waits for happened in the data; compare the strategy's \
                 `on` heads and instruments with the data",
            ),
        }
    }
}

fn times(n: u64) -> String {
    if n == 1 { "once".to_owned() } else { format!("{n} times") }
}

impl Outcome {
    pub(crate) fn of(
        manifest: &Manifest,
        counters: &Counters,
        view: &View,
        halted: bool,
    ) -> Outcome {
        if manifest.is_fired_by_market(&counters.fired) {
            return Outcome::Fired;
        }
        Outcome::NothingFired(why(manifest, counters, view, halted))
    }
}

fn why(manifest: &Manifest, counters: &Counters, view: &View, halted: bool) -> NotFired {
    let clocks: Vec<_> = manifest
        .clocks
        .iter()
        .zip(&view.clocks)
        .filter(|(clock, seen)| seen.count < clock.warm.max(1))
        .map(|(clock, seen)| Shortfall {
            clock: clock.name.clone(),
            every: clock.every.to_string(),
            bars: seen.count,
            needed: clock.warm.max(1),
        })
        .collect();
    let stops = |kind| -> Vec<(String, u64)> {
        manifest
            .reasons
            .iter()
            .zip(&counters.stops)
            .filter(|(reason, count)| reason.kind == kind && **count > 0)
            .map(|(reason, count)| (reason.text.clone(), *count))
            .collect()
    };
    let waits = stops(ReasonKind::Warmup);
    let conditions = stops(ReasonKind::Universe);
    if halted {
        NotFired::Halted
    } else if !clocks.is_empty() || !waits.is_empty() {
        NotFired::NotWarm { clocks, waits }
    } else if !manifest.universes.is_empty()
        && (!conditions.is_empty() || view.instruments.len() <= manifest.instruments.len())
    {
        NotFired::UniverseEmpty { conditions }
    } else {
        NotFired::NoEventMatched
    }
}
