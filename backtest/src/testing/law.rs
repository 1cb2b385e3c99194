//! Laws that every strategy keeps, whatever it does: what must not change its decisions.
//!
//! Each takes a [`Scene`] (a strategy as it was made, events, settings of the run) and compares
//! records of runs, of which one had something changed that must not matter. They are for the
//! shipped strategies and for generated ones alike; nothing here knows strategy text.
//!
//! | law | what is changed |
//! |---|---|
//! | [`prefix`] | the tape ends earlier: no decision looks ahead |
//! | [`restored`], [`restarted`] | the session goes through the bytes of a snapshot, at one event and at every event |
//! | [`sliced`] | events are fed in slices |
//! | [`idle`] | the host calls in between events although nothing is due |
//! | [`renamed`] | instruments have other names |
//! | [`joined`] | an instrument that concerns nobody has data of its own |
//! | [`repeated`] | the run is one of many on the threads of a pool |
//!
//! Enter at [`all`].

mod compare;
mod market;
mod restart;

use std::error::Error;
use std::fmt;

use strat_runtime::event::Event;
use strat_runtime::strategy::Strategy;

use crate::paths::run_paths;
use crate::record::{Keep, RunRecord};
use crate::run::{Run, RunConfig, RunError};
use crate::source::EventSource as _;
use crate::tape::Tape;

pub use compare::difference;
pub use market::{STRANGER, joined, rename, renamed};
pub use restart::{restarted, restored};

/// What a law is asked about.
#[derive(Debug, Clone)]
pub struct Scene<'a, S> {
    /// The strategy, before its first step; each run takes a copy.
    pub strategy: &'a S,
    /// The events.
    pub tape: &'a Tape,
    /// The settings of the runs; everything that a law compares is kept.
    pub config: RunConfig,
}

/// A law that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The law's name.
    pub law: &'static str,
    /// The number of the event, from 1, at which something was changed; 0 for the whole run.
    pub event: usize,
    /// What came out differently.
    pub what: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.event {
            0 => write!(f, "the law `{}` does not hold: {}", self.law, self.what),
            at => write!(f, "the law `{}` does not hold at event {at}: {}", self.law, self.what),
        }
    }
}

impl Error for Broken {}

/// What a law says.
pub type Verdict = Result<(), Broken>;

impl<'a, S: Strategy + Clone> Scene<'a, S> {
    /// A scene in which everything is kept that a law compares.
    pub fn new(strategy: &'a S, tape: &'a Tape, config: &RunConfig) -> Self {
        let keep = Keep { fills: true, orders: true, messages_max: usize::MAX };
        Self { strategy, tape, config: RunConfig { keep, ..config.clone() } }
    }

    /// The record of the whole run, as it is.
    ///
    /// # Errors
    /// As [`run`](crate::run::run).
    pub fn record(&self) -> Result<RunRecord, RunError> {
        crate::run::run(self.strategy.clone(), &mut self.tape.source(), &self.config)
    }

    fn begin(&self) -> Result<Run<S>, RunError> {
        Run::new(self.strategy.clone(), self.tape.instruments(), &self.config)
    }
}

/// Every law that needs nothing but the scene, in the order of their cost. A scene that cannot be run
/// at all keeps every law in which both runs end with the same error.
///
/// # Errors
/// The first law that does not hold.
pub fn all<S: Strategy + Clone + Sync>(scene: &Scene<'_, S>) -> Verdict {
    idle(scene)?;
    sliced(scene, &[1, 2, 7, usize::MAX])?;
    prefix(scene, scene.tape.len().div_ceil(8).max(1))?;
    joined(scene)?;
    restarted(scene)?;
    restored(scene, scene.tape.len().div_ceil(64).max(1))
}

/// Ending the tape earlier changes nothing of what was decided before: after each `every`th event.
///
/// # Errors
/// The law does not hold.
pub fn prefix<S: Strategy + Clone>(scene: &Scene<'_, S>, every: usize) -> Verdict {
    const LAW: &str = "prefix";
    let Ok(whole) = scene.record() else { return Ok(()) };
    let ends: Vec<_> = scene.tape.events().map(|event| event.ts_recv).collect();
    for cut in (every..ends.len()).step_by(every.max(1)) {
        // Everything of one instant belongs together.
        let Some(end) = ends.get(cut).copied() else { break };
        if ends.first() == Some(&end) {
            continue;
        }
        let tape = scene.tape.cut(None, Some(end));
        let last = tape.last_time().unwrap_or(end);
        let short = Scene { tape: &tape, ..scene.clone() }.record();
        let short = short.map_err(|error| broken(LAW, cut, error.to_string()))?;
        compare::until(&whole, &short, last).map_err(|what| broken(LAW, cut, what))?;
    }
    Ok(())
}

/// How events are cut into slices changes nothing.
///
/// # Errors
/// The law does not hold.
pub fn sliced<S: Strategy + Clone>(scene: &Scene<'_, S>, sizes: &[usize]) -> Verdict {
    const LAW: &str = "sliced";
    let whole = scene.record();
    let events: Vec<Event<'_>> = scene.tape.events().collect();
    for size in sizes {
        let record = scene.begin().and_then(|mut run| {
            events.chunks((*size).max(1)).try_for_each(|slice| run.advance(slice))?;
            run.finish()
        });
        same(LAW, 0, &whole, &record)?;
    }
    Ok(())
}

/// A host that calls between events although nothing is due changes nothing.
///
/// # Errors
/// The law does not hold.
pub fn idle<S: Strategy + Clone>(scene: &Scene<'_, S>) -> Verdict {
    let whole = scene.record();
    let record = scene.begin().and_then(|mut run| {
        let mut source = scene.tape.source();
        while let Some(event) = source.next() {
            run.step(&event)?;
            run.idle()?;
        }
        run.finish()
    });
    same("idle", 0, &whole, &record)
}

/// One of several runs on the threads of the current pool is like any other, and like itself on
/// another pool: the caller compares what it gives.
///
/// # Errors
/// The law does not hold between the runs of this pool.
pub fn repeated<S: Strategy + Clone + Sync>(
    scene: &Scene<'_, S>,
    runs: u64,
) -> Result<Option<crate::paths::PathsRecord>, Broken> {
    const LAW: &str = "repeated";
    let make = |_| Ok::<_, std::convert::Infallible>((scene.strategy.clone(), scene.tape.source()));
    let Ok(record) = run_paths(runs.max(1), &scene.config, make, |_| {}) else { return Ok(None) };
    let mut summaries = record.paths.iter().map(|path| (&path.outcome, &path.summary));
    let first = summaries.next();
    match summaries.position(|other| Some(other) != first) {
        None => Ok(Some(record)),
        Some(path) => Err(broken(LAW, 0, format!("run {} differs from run 0", path + 1))),
    }
}

fn broken(law: &'static str, event: usize, what: impl Into<String>) -> Broken {
    Broken { law, event, what: what.into() }
}

/// Two runs end alike: with equal records, or with the same error.
fn same(
    law: &'static str,
    event: usize,
    one: &Result<RunRecord, RunError>,
    other: &Result<RunRecord, RunError>,
) -> Verdict {
    let what = match (one, other) {
        (Ok(one), Ok(other)) => difference(one, other),
        (Err(one), Err(other)) if one == other => None,
        (Err(one), Err(other)) => Some(format!("one run says `{one}`, the other `{other}`")),
        (Ok(_), Err(error)) | (Err(error), Ok(_)) => Some(format!("one run ends with `{error}`")),
    };
    what.map_or(Ok(()), |what| Err(broken(law, event, what)))
}
