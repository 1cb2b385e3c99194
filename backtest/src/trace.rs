//! The trace of a run: everything that is needed to run it again, event by event, and to know that
//! it is the same run.
//!
//! A run is a function of its strategy, its parameters, its models and its events. A trace keeps
//! these instead of what was computed from them: the text of the strategy, the options, the seed or
//! the files with their hashes, and the figures that the run came to. It is as small for a million
//! events as for ten, costs the run nothing, and answers any question about any event by running
//! again. What it is not: a record of what happened; that is the report.
//!
//! Enter at [`Trace::encode`] and [`Trace::decode`]. The form is described in `docs/report.md`.

use serde::{Deserialize, Serialize};

use crate::record::RunRecord;

/// How every trace begins; the version follows.
const MAGIC: &[u8] = b"strat.trace/";
/// The version that is written, and the only one that is read.
pub const VERSION: u32 = 1;
/// Bytes of the longest trace that is read; strategies are shorter by far.
pub const BYTES_MAX: u64 = 64 << 20;
/// Bytes of the longest first line.
const HEAD_MAX: usize = 64;

/// A run that can be repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trace {
    /// The program that wrote it.
    pub written_by: String,
    /// What was run.
    pub strategy: TracedStrategy,
    /// How it was run, as it was asked for.
    pub options: TracedOptions,
    /// On which events.
    pub source: TracedSource,
    /// What it came to.
    pub result: TracedResult,
}

/// The strategy of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedStrategy {
    /// The file as it was named.
    pub file: String,
    /// Which of the file's strategies.
    pub name: String,
    /// The whole text of the file.
    pub text: String,
    /// Hash of the program and its parameters, 16 hexadecimal digits.
    pub behaviour_hash: String,
    /// Parameters that were set, as `name=value`.
    pub set: Vec<String>,
}

/// The options of a run, as a user types them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedOptions {
    /// Cash at the start.
    pub cash: String,
    /// Time from sending an order to its arrival.
    pub latency: String,
    /// The model of fees.
    pub fees: String,
    /// The model of fills.
    pub fills: String,
    /// Largest share of a bar's volume, if given.
    pub participation: Option<String>,
    /// Spread that is assumed on bars, if given.
    pub spread: Option<String>,
}

/// Where the events of a run come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TracedSource {
    /// A synthetic market.
    Synthetic {
        /// Model with all its settings.
        model: String,
        /// Updates per market.
        ticks: u64,
        /// Nanoseconds between two updates.
        step_ns: i64,
        /// Time of the first update after the warm-up, in nanoseconds since 1970.
        start_ns: i64,
        /// Nanoseconds of warm-up.
        warmup_ns: i64,
        /// The seed.
        seed: u64,
        /// Which path.
        path: u64,
    },
    /// Recorded data.
    Recorded {
        /// The files, in the order in which they were given.
        files: Vec<TracedFile>,
        /// Trading begins here, RFC 3339.
        from: Option<String>,
        /// Data ends here, RFC 3339.
        to: Option<String>,
    },
}

/// A file of recorded data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedFile {
    /// As it was asked for: `path,name=value...`.
    pub spec: String,
    /// Its stamp.
    pub content: Stamp,
    /// The stamp of its metadata, if it has a file for that.
    pub meta: Option<Stamp>,
}

/// Length and hash of a file: enough to notice a change, not to keep out somebody who wants to
/// deceive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// Length in bytes.
    pub bytes: u64,
    /// FNV-1a of the bytes, 16 hexadecimal digits.
    pub hash: String,
}

impl Stamp {
    /// The stamp of a file's bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self { bytes: bytes.len() as u64, hash: hex(hash(bytes)) }
    }
}

/// What a run came to; a repetition must come to the same.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TracedResult {
    /// First and last event, RFC 3339.
    pub data_from: String,
    /// Last event.
    pub data_to: String,
    /// Market events of the warm-up.
    pub warmup_events: u64,
    /// Market events after it.
    pub events: u64,
    /// Steps of the strategy.
    pub steps: u64,
    /// Orders sent.
    pub orders: u64,
    /// Cancels sent.
    pub cancels: u64,
    /// Executions.
    pub fills: u64,
    /// Cash at the end, exact.
    pub cash: String,
    /// Equity at the end, exact.
    pub equity: String,
    /// Times that each handler fired.
    pub fired: Vec<u64>,
    /// Times that each reason stopped something.
    pub stops: Vec<u64>,
}

impl TracedResult {
    /// The figures of a run.
    pub fn of(record: &RunRecord) -> Self {
        Self {
            data_from: record.data_from.to_string(),
            data_to: record.data_to.to_string(),
            warmup_events: record.warmup_events,
            events: record.events,
            steps: record.counters.steps,
            orders: record.orders,
            cancels: record.cancels,
            fills: record.fills,
            cash: record.cash_end.to_string(),
            equity: record.equity_end.to_string(),
            fired: record.counters.fired.clone(),
            stops: record.counters.stops.clone(),
        }
    }
}

/// Why something is not a trace that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// It does not begin as one.
    #[error("this is not a trace; --trace of `strat simulate` or `strat backtest` writes one")]
    Foreign,
    /// It is of another version.
    #[error(
        "the trace is of version {found}, this `strat` reads version {VERSION}; explain it with \
         the `strat` that wrote it, or run again with --trace"
    )]
    Version {
        /// Its version.
        found: u32,
    },
    /// It ends too early.
    #[error("the trace is cut off: {have} of {need} bytes are there; copy it again, or run again")]
    Truncated {
        /// Bytes that are there, the first line not counted.
        have: u64,
        /// Bytes that should be there.
        need: String,
    },
    /// It was changed.
    #[error("the trace is damaged: {problem}; copy it again, or run again with --trace")]
    Damaged {
        /// What does not fit.
        problem: String,
    },
}

impl Trace {
    /// The trace as a file: one line with version, length and hash, then the content as JSON.
    ///
    /// # Errors
    /// None of the values can be refused; the signature is that of the JSON library.
    pub fn encode(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut body = serde_json::to_vec_pretty(self)?;
        body.push(b'\n');
        let head = format!("strat.trace/{VERSION} {} {}\n", body.len(), hex(hash(&body)));
        Ok([head.into_bytes(), body].concat())
    }

    /// Reads a trace back.
    ///
    /// # Errors
    /// What is not a whole and unchanged trace of [`VERSION`].
    pub fn decode(bytes: &[u8]) -> Result<Trace, TraceError> {
        let (version, rest) = version_of(bytes)?;
        if version != VERSION {
            return Err(TraceError::Version { found: version });
        }
        let line_end = rest.iter().take(HEAD_MAX).position(|byte| *byte == b'\n');
        let Some(end) = line_end else {
            return Err(if rest.len() < HEAD_MAX { cut(0) } else { damaged("its first line") });
        };
        let (line, body) = rest.split_at(end);
        let body = body.get(1..).unwrap_or_default();
        let line = std::str::from_utf8(line).map_err(|_| damaged("its first line"))?;
        let (length, sum) = line.split_once(' ').ok_or_else(|| damaged("its first line"))?;
        let length: u64 = length.parse().map_err(|_| damaged("its first line"))?;
        let have = body.len() as u64;
        if have < length {
            return Err(TraceError::Truncated { have, need: length.to_string() });
        }
        if have > length || hex(hash(body)) != sum {
            return Err(damaged("its content is not what was written"));
        }
        serde_json::from_slice(body).map_err(|error| damaged(&error.to_string()))
    }
}

/// The version, and what follows the space behind it.
fn version_of(bytes: &[u8]) -> Result<(u32, &[u8]), TraceError> {
    if bytes.len() < MAGIC.len() && MAGIC.starts_with(bytes) {
        return Err(cut(0));
    }
    let rest = bytes.strip_prefix(MAGIC).ok_or(TraceError::Foreign)?;
    let digits = rest.iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
    let (number, rest) = rest.split_at(digits);
    let number = std::str::from_utf8(number).ok().and_then(|text| text.parse().ok());
    match (number, rest.split_first()) {
        (Some(number), Some((b' ', rest))) => Ok((number, rest)),
        (_, None) => Err(cut(0)),
        _ => Err(TraceError::Foreign),
    }
}

fn cut(have: u64) -> TraceError {
    TraceError::Truncated { have, need: "an unknown number of".to_owned() }
}

fn damaged(problem: &str) -> TraceError {
    TraceError::Damaged { problem: problem.to_owned() }
}

/// FNV-1a, 64 bits.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn hex(hash: u64) -> String {
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests;
