//! `--trace`: what a run was made from, written down; and made again from what was written.

use std::io::Read;
use std::path::Path;

use anyhow::{Context as _, bail};
use strat_backtest::data::DataSpec;
use strat_backtest::data::load;
use strat_backtest::record::RunRecord;
use strat_backtest::source::EventSource;
use strat_backtest::synthetic::{SyntheticConfig, parse_model};
use strat_backtest::tape::Tape;
use strat_backtest::trace::{
    BYTES_MAX, Stamp, Trace, TracedFile, TracedOptions, TracedResult, TracedSource, TracedStrategy,
};
use strat_dsl::Source;
use strat_runtime::manifest::Manifest;
use strat_runtime::strategy::Strategy as _;
use strat_runtime::time::{Duration, Time};

use crate::args::{Format, RunArgs};
use crate::backtest;
use crate::options::{self, Prepared};

/// A trace that lacks what the run came to.
pub(crate) struct Unfinished {
    strategy: TracedStrategy,
    options: TracedOptions,
    source: TracedSource,
}

impl Unfinished {
    /// What is known before the run.
    pub(crate) fn new(
        args: &RunArgs,
        prepared: &Prepared,
        behaviour_hash: u64,
        source: TracedSource,
    ) -> Self {
        Self {
            strategy: TracedStrategy {
                file: args.file.display().to_string(),
                name: prepared.ir.name.clone(),
                text: prepared.source.text().to_owned(),
                behaviour_hash: format!("{behaviour_hash:016x}"),
                set: args.set.clone(),
            },
            options: TracedOptions {
                cash: args.cash.clone(),
                latency: args.latency.clone(),
                fees: args.fees.clone(),
                fills: args.fills.clone(),
                participation: args.participation.clone(),
                spread: args.spread.clone(),
            },
            source,
        }
    }

    /// The run is over.
    pub(crate) fn finish(self, record: &RunRecord) -> Trace {
        Trace {
            written_by: written_by(),
            strategy: self.strategy,
            options: self.options,
            source: self.source,
            result: TracedResult::of(record),
        }
    }
}

/// Name and version of this program.
pub(crate) fn written_by() -> String {
    concat!("strat ", env!("CARGO_PKG_VERSION")).to_owned()
}

/// The synthetic market of a run.
pub(crate) fn synthetic(market: &SyntheticConfig) -> TracedSource {
    TracedSource::Synthetic {
        model: market.model.to_string(),
        ticks: market.ticks,
        step_ns: market.step.nanos(),
        start_ns: market.start.nanos(),
        warmup_ns: market.warmup.nanos(),
        seed: market.seed,
        path: market.path,
    }
}

/// A data file with the stamps of its content.
pub(crate) fn stamped(text: &str) -> anyhow::Result<TracedFile> {
    let spec = DataSpec::parse(text)?;
    let stamp = |path: &str| {
        let bytes =
            std::fs::read(path).with_context(|| format!("cannot read the data `{path}`"))?;
        anyhow::Ok(Stamp::of(&bytes))
    };
    let content = stamp(&spec.path)?;
    let meta = spec.meta.as_deref().map(stamp).transpose()?;
    Ok(TracedFile { spec: text.to_owned(), content, meta })
}

/// Reads a trace file.
pub(crate) fn read(path: &Path) -> anyhow::Result<Trace> {
    let name = path.display();
    let file = std::fs::File::open(path).with_context(|| format!("cannot open `{name}`"))?;
    let mut bytes = Vec::new();
    file.take(BYTES_MAX + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("cannot read `{name}`"))?;
    if bytes.len() as u64 > BYTES_MAX {
        bail!("`{name}` is too large for a trace: more than {} MB", BYTES_MAX >> 20);
    }
    Trace::decode(&bytes).with_context(|| format!("`{name}`"))
}

/// A run that can be run again, as often as one likes.
pub(crate) struct Case {
    pub(crate) prepared: Prepared,
    feed: Feed,
}

enum Feed {
    Synthetic(Box<SyntheticConfig>),
    Recorded(Tape),
}

impl Case {
    /// Makes the strategy and the events of a trace again.
    pub(crate) fn new(trace: &Trace) -> anyhow::Result<Self> {
        let args = run_args(trace);
        let source = Source::new(trace.strategy.file.clone(), trace.strategy.text.clone());
        let mut prepared =
            options::prepare_text(&args, source).context("the strategy in the trace")?;
        let hash = format!("{:016x}", prepared.interp.manifest().behaviour_hash);
        if hash != trace.strategy.behaviour_hash {
            bail!(
                "the strategy in the trace means something else to this `strat`: its program has \
                 the hash {hash}, the run had {}; explain it with the `strat` that wrote it ({}), \
                 or run again with --trace",
                trace.strategy.behaviour_hash,
                trace.written_by
            );
        }
        let feed = feed(&trace.source, prepared.interp.manifest())?;
        prepared.config.trading_from = match (&feed, &trace.source) {
            (Feed::Synthetic(market), _) => Some(market.bind(prepared.interp.manifest())?.start()),
            (Feed::Recorded(_), TracedSource::Recorded { from, .. }) => {
                backtest::time("--from", from.as_deref())?
            }
            (Feed::Recorded(_), TracedSource::Synthetic { .. }) => None,
        };
        Ok(Self { prepared, feed })
    }

    /// The events from the first on.
    pub(crate) fn source(&self) -> anyhow::Result<Box<dyn EventSource + '_>> {
        Ok(match &self.feed {
            Feed::Synthetic(market) => Box::new(market.bind(self.prepared.interp.manifest())?),
            Feed::Recorded(tape) => Box::new(tape.source()),
        })
    }
}

fn run_args(trace: &Trace) -> RunArgs {
    RunArgs {
        file: trace.strategy.file.clone().into(),
        strategy: Some(trace.strategy.name.clone()),
        set: trace.strategy.set.clone(),
        cash: trace.options.cash.clone(),
        latency: trace.options.latency.clone(),
        fees: trace.options.fees.clone(),
        fills: trace.options.fills.clone(),
        participation: trace.options.participation.clone(),
        spread: trace.options.spread.clone(),
        format: Format::Human,
        json: None,
        trades: None,
        trace: None,
    }
}

fn feed(source: &TracedSource, manifest: &Manifest) -> anyhow::Result<Feed> {
    match source {
        TracedSource::Synthetic { model, ticks, step_ns, start_ns, warmup_ns, seed, path } => {
            let step = Duration::from_nanos(*step_ns);
            let mut market = SyntheticConfig::new(*ticks, step, *seed).with_path(*path);
            market.model = parse_model(model).context("the market in the trace")?;
            market.start = Time::from_nanos(*start_ns);
            market.warmup = Duration::from_nanos(*warmup_ns);
            Ok(Feed::Synthetic(Box::new(market)))
        }
        TracedSource::Recorded { files, to, .. } => {
            for file in files {
                unchanged(file)?;
            }
            let inputs = files
                .iter()
                .map(|file| backtest::open(&file.spec))
                .collect::<anyhow::Result<Vec<_>>>()?;
            let mut tape = load(inputs, manifest)?.tape;
            let to = backtest::time("--to", to.as_deref())?;
            if to.is_some() {
                tape = tape.cut(None, to);
            }
            Ok(Feed::Recorded(tape))
        }
    }
}

/// Other data would explain another run.
fn unchanged(file: &TracedFile) -> anyhow::Result<()> {
    let now = stamped(&file.spec).context(
        "the data of the run is needed to explain it; start from the folder in which it was run",
    )?;
    if now != *file {
        bail!(
            "the data `{}` is not what the run read: it had {} bytes with the hash {}, it has {} \
             bytes with the hash {}; bring the old file back, or run again with --trace",
            file.spec,
            file.content.bytes,
            file.content.hash,
            now.content.bytes,
            now.content.hash
        );
    }
    Ok(())
}
