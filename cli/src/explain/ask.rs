//! What is asked: which moment, which handlers, which instruments.

use anyhow::{Context as _, bail};
use strat_runtime::instrument::{Instrument, InstrumentId};
use strat_runtime::manifest::{HandlerId, Manifest};
use strat_runtime::strategy::Strategy as _;
use strat_runtime::time::Time;

use crate::args::ExplainArgs;
use crate::trace::Case;

/// Which moment of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The last reaction at or before a time.
    At(Time),
    /// The last reaction at or before an event, counted from 1, warm-up included.
    Event(u64),
    /// The first step in which a guard said no.
    FirstStop,
    /// The last one.
    LastStop,
    /// The first step that asked for something.
    FirstOrder,
    /// The last one.
    LastOrder,
}

impl Moment {
    /// Reads `--at`.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        Ok(match text {
            "first-stop" => Self::FirstStop,
            "last-stop" => Self::LastStop,
            "first-order" => Self::FirstOrder,
            "last-order" => Self::LastOrder,
            _ => match text.strip_prefix('#') {
                Some(number) => {
                    let number = number.replace(['_', ','], "");
                    let number = number.parse::<u64>().ok().filter(|number| *number > 0);
                    Self::Event(number.with_context(|| {
                        format!("--at {text} is not the number of an event; they count from #1")
                    })?)
                }
                None => Self::At(Time::parse(text).with_context(|| {
                    format!(
                        "--at {text} is not a moment; give a time such as 2026-03-02T14:20:00Z, \
                         an event such as #123, first-stop, last-stop, first-order or last-order"
                    )
                })?),
            },
        })
    }
}

/// A whole question.
#[derive(Debug)]
pub(crate) struct Question {
    /// As it was typed.
    pub(crate) asked: String,
    pub(crate) moment: Moment,
    /// The handlers that count; `None` for all.
    pub(crate) handlers: Option<Vec<HandlerId>>,
    /// The instruments that count; `None` for all.
    pub(crate) instruments: Option<Vec<InstrumentId>>,
    /// The instruments of the run, by their ids.
    pub(crate) known: Vec<Instrument>,
}

impl Question {
    /// Looks names up in the run.
    pub(crate) fn new(args: &ExplainArgs, moment: Moment, case: &Case) -> anyhow::Result<Self> {
        let manifest = case.prepared.interp.manifest();
        let known = case.source()?.instruments().to_vec();
        let handlers = args.handler.as_deref().map(|text| handlers(manifest, text)).transpose()?;
        let instruments =
            args.instrument.as_deref().map(|text| instruments(manifest, &known, text));
        Ok(Self {
            asked: args.at.clone().unwrap_or_default(),
            moment,
            handlers,
            instruments: instruments.transpose()?,
            known,
        })
    }

    /// Whether a handler is asked about.
    pub(crate) fn wants_handler(&self, id: HandlerId) -> bool {
        self.handlers.as_ref().is_none_or(|ids| ids.contains(&id))
    }

    /// Whether an instrument is asked about; what is about none always is.
    pub(crate) fn wants_instrument(&self, id: Option<InstrumentId>) -> bool {
        match (&self.instruments, id) {
            (Some(ids), Some(id)) => ids.contains(&id),
            _ => true,
        }
    }
}

fn handlers(manifest: &Manifest, text: &str) -> anyhow::Result<Vec<HandlerId>> {
    let line = text.parse::<u32>().ok();
    let found: Vec<HandlerId> = (0..)
        .map(HandlerId)
        .zip(&manifest.handlers)
        .filter(|(_, decl)| match line {
            Some(line) => decl.line == line,
            None => decl.name.contains(text),
        })
        .map(|(id, _)| id)
        .collect();
    if found.is_empty() {
        let all: Vec<String> =
            manifest.handlers.iter().map(|h| format!("{} `{}`", h.line, h.name)).collect();
        bail!("--handler {text}: the strategy has none like it; it has: {}", all.join(", "));
    }
    Ok(found)
}

fn instruments(
    manifest: &Manifest,
    known: &[Instrument],
    text: &str,
) -> anyhow::Result<Vec<InstrumentId>> {
    let pick = |fits: &dyn Fn(usize, &Instrument) -> bool| -> Vec<InstrumentId> {
        let rows = known.iter().enumerate();
        rows.filter(|(at, row)| fits(*at, row)).map(|(at, _)| InstrumentId(at as u32)).collect()
    };
    let declared = |at: usize| manifest.instruments.get(at).map(|decl| decl.name.as_str());
    let exact = pick(&|at, row| row.symbol == text || declared(at) == Some(text));
    if !exact.is_empty() {
        return Ok(exact);
    }
    let folded = text.to_lowercase();
    let part = pick(&|_, row| {
        [&row.symbol, &row.name, &row.question]
            .iter()
            .any(|name| name.to_lowercase().contains(&folded))
    });
    if part.is_empty() {
        let some: Vec<&str> = known.iter().take(5).map(|row| row.symbol.as_str()).collect();
        bail!(
            "--instrument {text}: the run has none like it; it has {}, such as {}",
            known.len(),
            some.join(", ")
        );
    }
    Ok(part)
}
