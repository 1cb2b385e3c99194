//! Many runs at once, each on its own path, with the same result on any number of threads.
//!
//! Paths are independent: each has its own source and its own copy of the strategy, made by a
//! closure from the number of the path. They are collected in the order of their numbers, and only
//! a [`PathSummary`] is kept of each, so that memory grows with the paths and not with their fills.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use strat_runtime::manifest::Manifest;
use strat_runtime::money::Money;
use strat_runtime::strategy::Strategy;
use strat_runtime::time::{Duration, Time};

use crate::record::{FeedsSeen, Keep, Outcome, RunRecord, WhySource};
use crate::report::summary::{Summary, summarize};
use crate::run::{RunConfig, RunError, run};
use crate::source::EventSource;

/// One path, at its end.
#[derive(Debug, Clone, PartialEq)]
pub struct PathSummary {
    /// Its number.
    pub path: u64,
    /// Whether it did something.
    pub outcome: Outcome,
    /// Its figures.
    pub summary: Summary,
}

/// All paths.
#[derive(Debug, Clone, PartialEq)]
pub struct PathsRecord {
    /// The strategy as it was run.
    pub manifest: Manifest,
    /// By number.
    pub paths: Vec<PathSummary>,
    /// Market events of all paths.
    pub events: u64,
    /// Time of the first event of any path.
    pub data_from: Time,
    /// Time of the last event of any path.
    pub data_to: Time,
    /// Step of the grid on which returns were taken; the longest of any path.
    pub step: Duration,
    /// Why the strategy did not do more, over all paths, most frequent first.
    pub why_not: Vec<(&'static str, String, u64)>,
    /// Times that each handler fired, over all paths, by its number.
    pub fired: Vec<u64>,
    /// Risk events of all paths.
    pub risk_count: u64,
    /// The kinds of data on which orders could be matched.
    pub feeds: FeedsSeen,
    /// Cash at the start of each path.
    pub cash_start: Money,
}

/// Why paths cannot be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PathsError<F> {
    /// None was asked for.
    #[error("no path to run; ask for at least one")]
    None,
    /// A path could not be made.
    #[error("path {path}: {source}")]
    Make {
        /// Its number.
        path: u64,
        /// Why.
        source: F,
    },
    /// A path could not be run.
    #[error("path {path}: {source}")]
    Run {
        /// Its number.
        path: u64,
        /// Why.
        source: RunError,
    },
}

/// Runs `count` paths on the threads of the current rayon pool. `make` gives the strategy and the
/// source of a path; the same number must always give the same. `done` is called once a path is
/// over, in no particular order: for progress, never for results.
///
/// # Errors
/// The first path, by number, that could not be made or run.
pub fn run_paths<S, E, F>(
    count: u64,
    config: &RunConfig,
    make: impl Fn(u64) -> Result<(S, E), F> + Sync,
    done: impl Fn(u64) + Sync,
) -> Result<PathsRecord, PathsError<F>>
where
    S: Strategy,
    E: EventSource,
    F: Send,
{
    let config = RunConfig { keep: Keep::SUMMARY, ..config.clone() };
    let runs: Vec<_> = (0..count)
        .into_par_iter()
        .map(|path| {
            let result = make(path)
                .map_err(|source| PathsError::Make { path, source })
                .and_then(|(strategy, mut source)| {
                    run(strategy, &mut source, &config)
                        .map_err(|source| PathsError::Run { path, source })
                })
                .map(|record| Slim::of(path, &record));
            done(path);
            result
        })
        .collect();
    gather(runs)
}

/// What is kept of a path until all of them are gathered.
struct Slim {
    path: PathSummary,
    /// Of the first path only; it is the same for all.
    manifest: Option<Manifest>,
    events: u64,
    data_from: Time,
    data_to: Time,
    step: Duration,
    why_not: Vec<(WhySource, String, u64)>,
    fired: Vec<u64>,
    risk_count: u64,
    feeds: FeedsSeen,
    cash_start: Money,
}

impl Slim {
    fn of(path: u64, record: &RunRecord) -> Self {
        Self {
            path: PathSummary { path, outcome: record.outcome.clone(), summary: summarize(record) },
            manifest: (path == 0).then(|| record.manifest.clone()),
            events: record.events,
            data_from: record.data_from,
            data_to: record.data_to,
            step: record.curve.step(),
            why_not: record
                .why_not()
                .into_iter()
                .map(|row| (row.source, row.text, row.count))
                .collect(),
            fired: record.counters.fired.clone(),
            risk_count: record.risk_count,
            feeds: record.feeds(),
            cash_start: record.cash_start,
        }
    }
}

fn gather<F>(runs: Vec<Result<Slim, PathsError<F>>>) -> Result<PathsRecord, PathsError<F>> {
    let mut all: Option<PathsRecord> = None;
    let mut why_not: BTreeMap<(&'static str, String), u64> = BTreeMap::new();
    for slim in runs {
        let mut slim = slim?;
        for (source, text, count) in slim.why_not {
            *why_not.entry((source.name(), text)).or_default() += count;
        }
        if let Some(manifest) = slim.manifest.take() {
            all = Some(PathsRecord {
                manifest,
                paths: Vec::new(),
                events: 0,
                data_from: slim.data_from,
                data_to: slim.data_to,
                step: slim.step,
                why_not: Vec::new(),
                fired: vec![0; slim.fired.len()],
                risk_count: 0,
                feeds: FeedsSeen::default(),
                cash_start: slim.cash_start,
            });
        }
        let Some(record) = &mut all else { continue };
        record.paths.push(slim.path);
        record.events += slim.events;
        record.data_from = record.data_from.min(slim.data_from);
        record.data_to = record.data_to.max(slim.data_to);
        record.step = record.step.max(slim.step);
        record.risk_count += slim.risk_count;
        record.feeds.merge(slim.feeds);
        for (total, count) in record.fired.iter_mut().zip(slim.fired) {
            *total += count;
        }
    }
    let mut record = all.ok_or(PathsError::None)?;
    record.why_not =
        why_not.into_iter().map(|((source, text), count)| (source, text, count)).collect();
    record.why_not.sort_by_key(|row| std::cmp::Reverse(row.2));
    Ok(record)
}

impl PathsRecord {
    /// Whether a handler fired on at least one path.
    pub fn is_success(&self) -> bool {
        self.paths.iter().any(|path| path.outcome.is_success())
    }
}
