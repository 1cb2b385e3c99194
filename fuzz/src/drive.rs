//! Runs a program over a market and keeps everything that can be compared.

use std::sync::Arc;

use strat_backtest::record::{Keep, Outcome, RunRecord};
use strat_backtest::run::{Run, RunConfig, RunError};
use strat_backtest::source::EventSource as _;
use strat_compiler::interp::Interp;
use strat_compiler::ir::{Cell, Ir, StateId, StreamId};
use strat_compiler::params::ParamValues;
use strat_runtime::money::Money;
use strat_runtime::session::RiskCause;
use strat_runtime::time::Duration;

use crate::market::Market;

/// What was seen of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// After each event: a hash of account, positions and orders.
    pub outer: Vec<u64>,
    /// After each event: a hash of every stream and state.
    pub inner: Vec<u64>,
    /// What was recorded; a session that could not go on leaves its error.
    pub end: Result<RunRecord, RunError>,
}

/// Runs a program with its defaults over the first events of a market.
///
/// # Errors
/// A program whose defaults the interpreter refuses.
pub fn drive(ir: &Arc<Ir>, market: &Market, events: usize) -> Result<Seen, String> {
    let interp = Interp::new(Arc::clone(ir), &ParamValues::defaults(ir))
        .map_err(|error| error.to_string())?;
    let config = settings(market);
    let mut seen = Seen { outer: Vec::new(), inner: Vec::new(), end: Err(RunError::NoEvents) };
    let mut run = match Run::new(interp, market.tape.instruments(), &config) {
        Ok(run) => run,
        Err(error) => return Ok(Seen { end: Err(error), ..seen }),
    };
    let mut source = market.tape.source();
    let mut links = market.links.iter().peekable();
    for _ in 0..events {
        let Some(event) = source.next() else { break };
        while let Some((at, back)) = links.next_if(|(at, _)| *at <= event.ts_recv) {
            let told = if *back { run.link_up(*at) } else { run.link_down(*at) };
            if let Err(error) = told {
                return Ok(Seen { end: Err(error), ..seen });
            }
        }
        if let Err(error) = run.step(&event) {
            return Ok(Seen { end: Err(error), ..seen });
        }
        seen.outer.push(outer(&run));
        seen.inner.push(inner(&run));
    }
    seen.end = run.finish();
    Ok(seen)
}

/// How programs are run: everything is kept; on slow markets orders are on their way for some time.
pub fn settings(market: &Market) -> RunConfig {
    let mut config = RunConfig::new(Money::from_int(5_000).unwrap_or(Money::ZERO));
    config.keep = Keep { fills: true, orders: true, messages_max: 2_000 };
    if market.is_slow {
        config.models.entry_latency = Duration::from_millis(700);
    }
    config
}

fn outer(run: &Run<Interp>) -> u64 {
    let mut hash = Hash::new();
    let view = run.session().view();
    hash.add(view.account.cash.raw() as u64);
    hash.add(view.account.equity.raw() as u64);
    hash.add(u64::from(run.session().open_orders()));
    let declared = run.session().manifest().slots.len();
    hash.add(declared as u64);
    for row in view.instruments.iter().filter(|row| !row.position.size.is_zero()) {
        hash.add(row.position.size.raw() as u64);
    }
    hash.0
}

fn inner(run: &Run<Interp>) -> u64 {
    let mut hash = Hash::new();
    let interp = run.session().strategy();
    let mut cell = |cell: Cell| {
        hash.add(u64::from(cell.some));
        hash.add(cell.bits as u64);
    };
    for at in 0..interp.ir().streams.len() {
        cell(interp.stream(StreamId(at as u32)));
    }
    for at in 0..interp.ir().states.len() {
        cell(interp.state(StateId(at as u32)));
    }
    hash.0
}

/// FNV-1a over words.
struct Hash(u64);

impl Hash {
    fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    fn add(&mut self, word: u64) {
        for byte in word.to_le_bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

/// The record without what names alone decide: the manifest, why nothing fired, and the places of
/// faults in the text.
#[must_use]
pub fn nameless(record: &RunRecord, like: &RunRecord) -> RunRecord {
    let mut record = record.clone();
    for notice in &mut record.risk {
        if let RiskCause::Fault(fault) = &mut notice.cause {
            fault.at = 0;
        }
    }
    for (_, message) in &mut record.messages {
        if message.text.starts_with("fault at byte ") {
            message.text.retain(|c| !c.is_ascii_digit());
        }
    }
    record.manifest = like.manifest.clone();
    if record.outcome != Outcome::Fired && like.outcome != Outcome::Fired {
        record.outcome = like.outcome.clone();
    }
    record
}
