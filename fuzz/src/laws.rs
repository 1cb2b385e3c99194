//! What must hold of every program, whatever it says.
//!
//! - *sound*: no reaction meets a fault that the checker excludes.
//! - *prefix*: the future changes nothing of what was done before it.
//! - *names*: other names change nothing but names.
//! - *bystander*: an instrument that nothing reads changes nothing.
//! - *restarted*: a session that goes through the bytes of a snapshot at every event goes on alike.
//! - *idle*: the host may call when nothing is due.
//! - *format*: the formatted text means the same, and formatting it again changes nothing.
//!
//! Where to enter: [`judge`].

use std::ops::AddAssign;
use std::sync::Arc;

use strat_backtest::record::RunRecord;
use strat_backtest::testing::law::{self, Scene};
use strat_compiler::interp::Interp;
use strat_compiler::ir::Ir;
use strat_compiler::params::ParamValues;
use strat_compiler::pipeline::compile;
use strat_dsl::Source;
use strat_runtime::fault::FaultKind;
use strat_runtime::manifest::RiskAction;
use strat_runtime::risk::RiskCause;
use strat_runtime::time::Time;

use crate::drive::{Seen, drive, nameless, settings};
use crate::market::Market;
use crate::text::{renamed, with_bystander};

/// What came of programs that keep the laws.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Programs that compile.
    pub accepted: u64,
    /// Programs that do not.
    pub rejected: u64,
    /// Orders sent.
    pub orders: u64,
    /// Executions.
    pub fills: u64,
    /// Reactions that were rolled back.
    pub faults: u64,
    /// Reactions of handlers.
    pub fired: u64,
    /// Runs that ended with an error of the session.
    pub stopped: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.rejected += other.rejected;
        self.orders += other.orders;
        self.fills += other.fills;
        self.faults += other.faults;
        self.fired += other.fired;
        self.stopped += other.stopped;
    }
}

/// A law that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub law: &'static str,
    /// What was seen.
    pub why: String,
}

/// How many programs are asked for which laws.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Every program for every law; every fourth goes through snapshots and idle calls.
    Long,
    /// Every program for *sound*, every fourth for *prefix*, the next for *names*, the next for
    /// *bystander*, the next for *format*; every twentieth goes through snapshots and idle calls.
    Short,
}

impl Extent {
    /// Whether the program is asked for the law of this turn of four.
    fn asks(self, turn: u64, index: u64) -> bool {
        match self {
            Self::Long => true,
            Self::Short => index % 4 == turn,
        }
    }

    /// Bytes at every event take most of the time.
    fn restarts(self, index: u64) -> bool {
        match self {
            Self::Long => index.is_multiple_of(4),
            Self::Short => index.is_multiple_of(20),
        }
    }
}

/// The program of a text; `None` if it is refused.
pub fn program(text: &str) -> Option<Arc<Ir>> {
    let compiled = compile(&Source::new("drawn.strat", text));
    if compiled.has_errors() {
        return None;
    }
    compiled.strategies.first().cloned()
}

/// Judges a program over a market of so many events, which a seed and the program's index key.
///
/// # Errors
/// The first law that does not hold.
pub fn judge(
    text: &str,
    (seed, index): (u64, u64),
    events: usize,
    extent: Extent,
) -> Result<Tally, Broken> {
    let Some(ir) = program(text) else {
        return Ok(Tally { rejected: 1, ..Tally::default() });
    };
    let market = Market::draw(&ir, seed, index, events, false);
    let whole = ran(&ir, &market, events)?;
    sound(&whole)?;
    if extent.asks(0, index) {
        prefix(&ir, &market, &whole, index)?;
    }
    if extent.asks(1, index) {
        names(text, &market, &whole)?;
    }
    if extent.asks(2, index) {
        bystander(text, (seed, index, events), &ir, &whole)?;
    }
    if extent.asks(3, index) {
        format(text, &ir)?;
    }
    if extent.restarts(index) {
        restarts(&ir, &market)?;
    }
    let mut tally = Tally { accepted: 1, ..Tally::default() };
    match &whole.end {
        Ok(record) => {
            tally.orders = record.orders;
            tally.fills = record.fills;
            tally.faults = record.counters.faults;
            tally.fired = record.counters.fired.iter().sum();
        }
        Err(_) => tally.stopped = 1,
    }
    Ok(tally)
}

fn restarts(ir: &Arc<Ir>, market: &Market) -> Result<(), Broken> {
    let values = ParamValues::defaults(ir);
    let interp = Interp::new(Arc::clone(ir), &values)
        .map_err(|error| Broken { law: "runs", why: error.to_string() })?;
    let scene = Scene::new(&interp, &market.tape, &settings(market));
    let broken = |broken: law::Broken| Broken { law: broken.law, why: broken.to_string() };
    law::restarted(&scene).map_err(broken)?;
    law::idle(&scene).map_err(broken)
}

fn ran(ir: &Arc<Ir>, market: &Market, events: usize) -> Result<Seen, Broken> {
    drive(ir, market, events).map_err(|why| Broken { law: "runs", why })
}

fn sound(seen: &Seen) -> Result<(), Broken> {
    let Ok(record) = &seen.end else { return Ok(()) };
    for notice in &record.risk {
        if let RiskCause::Fault(fault) = notice.cause
            && matches!(fault.kind, FaultKind::Internal | FaultKind::DivisionByZero)
        {
            return Err(Broken { law: "sound", why: format!("{} at {}", fault.kind, fault.at) });
        }
    }
    Ok(())
}

fn prefix(ir: &Arc<Ir>, market: &Market, whole: &Seen, index: u64) -> Result<(), Broken> {
    let Ok(record) = &whole.end else { return Ok(()) };
    let length = whole.outer.len();
    let cuts = [1 + index as usize % length.max(1), length / 2, length.saturating_sub(1)];
    for cut in cuts.into_iter().filter(|cut| (1..length).contains(cut)) {
        let part = ran(ir, market, cut)?;
        let broken = |what: &str| {
            Err(Broken { law: "prefix", why: format!("after {cut} of {length} events: {what}") })
        };
        if part.outer != whole.outer[..cut] || part.inner != whole.inner[..cut] {
            return broken("another state");
        }
        let Ok(part) = part.end else { return broken("it did not end") };
        // At its last instant the rest of the events of that time is missing.
        if before(&part, part.data_to) != before(record, part.data_to) {
            return broken("other orders or fills");
        }
    }
    Ok(())
}

/// Orders and fills before a time.
fn before(record: &RunRecord, end: Time) -> String {
    let orders = record.order_records.iter().filter(|order| order.ts < end);
    let fills = record.fill_records.iter().filter(|fill| fill.ts < end);
    format!("{:?} {:?}", orders.collect::<Vec<_>>(), fills.collect::<Vec<_>>())
}

fn names(text: &str, market: &Market, whole: &Seen) -> Result<(), Broken> {
    let broken = |why: String| Broken { law: "names", why };
    let other = renamed(text);
    let Some(ir) = program(&other) else {
        return Err(broken("the renamed program is refused".to_owned()));
    };
    let seen = ran(&ir, market, whole.outer.len().max(market.tape.len()))?;
    if seen.outer != whole.outer {
        let at = seen.outer.iter().zip(&whole.outer).position(|(a, b)| a != b);
        return Err(broken(format!("another course from event {at:?}")));
    }
    match (&seen.end, &whole.end) {
        (Ok(a), Ok(b)) if nameless(a, b) != nameless(b, b) => {
            Err(broken(difference(&nameless(a, b), &nameless(b, b))))
        }
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => Err(broken("only one of them ended".to_owned())),
        _ => Ok(()),
    }
}

fn bystander(
    text: &str,
    (seed, index, events): (u64, u64, usize),
    ir: &Arc<Ir>,
    whole: &Seen,
) -> Result<(), Broken> {
    // A universe may well choose the bystander.
    let Ok(alone) = &whole.end else { return Ok(()) };
    // What a rule closes is tried again at each event, whose ever it is.
    let flattens = |actions: &[RiskAction]| actions.contains(&RiskAction::Flatten);
    let closes = flattens(&ir.on_fault) || ir.risk.iter().any(|rule| flattens(&rule.actions));
    if !ir.universes.is_empty() || closes {
        return Ok(());
    }
    let broken = |why: String| Broken { law: "bystander", why };
    let Some(other) = with_bystander(text) else { return Ok(()) };
    let Some(ir) = program(&other) else {
        return Err(broken("the program is refused".to_owned()));
    };
    let market = Market::draw(&ir, seed, index, events, true);
    let seen = ran(&ir, &market, market.tape.len())?;
    let Ok(both) = &seen.end else { return Err(broken(format!("{:?}", seen.end))) };
    let (mut both, alone) = (nameless(both, alone), nameless(alone, alone));
    // Averages over time are added up in more steps.
    both.exposure = alone.exposure;
    both.instruments.truncate(alone.instruments.len());
    both.events = alone.events;
    both.warmup_events = alone.warmup_events;
    both.counters.events = alone.counters.events;
    both.counters.steps = alone.counters.steps;
    if both == alone { Ok(()) } else { Err(broken(difference(&both, &alone))) }
}

fn format(text: &str, ir: &Ir) -> Result<(), Broken> {
    let broken = |why: String| Broken { law: "format", why };
    let source = Source::new("drawn.strat", text);
    let once = strat_dsl::format(&source).map_err(|_| broken("it does not parse".to_owned()))?;
    let twice = strat_dsl::format(&Source::new("drawn.strat", once.as_str()))
        .map_err(|_| broken("the formatted text does not parse".to_owned()))?;
    if once != twice {
        return Err(broken("formatting it again changes it".to_owned()));
    }
    let Some(other) = program(&once) else {
        return Err(broken("the formatted program is refused".to_owned()));
    };
    let (a, b) = (placeless(&other), placeless(ir));
    if a == b { Ok(()) } else { Err(broken(first_difference(&a, &b))) }
}

/// The program without places in its text.
fn placeless(ir: &Ir) -> String {
    let text = format!("{ir:?}");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = ["start: ", "end: ", "line: ", "line "]
        .iter()
        .filter_map(|m| rest.find(m).map(|at| at + m.len()))
        .min()
    {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        rest = tail.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    out.push_str(rest);
    out
}

/// The first field of two records that differs.
fn difference(a: &RunRecord, b: &RunRecord) -> String {
    first_difference(&format!("{a:#?}"), &format!("{b:#?}"))
}

fn first_difference(a: &str, b: &str) -> String {
    let at = a.bytes().zip(b.bytes()).position(|(a, b)| a != b).unwrap_or(a.len().min(b.len()));
    let around = |text: &str| {
        let from = (0..=at.saturating_sub(120)).rev().find(|at| text.is_char_boundary(*at));
        text[from.unwrap_or(0)..].chars().take(240).collect::<String>()
    };
    format!("`{}` and `{}`", around(a), around(b))
}
