//! `strat backtest`: a strategy on recorded market data.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context as _, bail};
use strat_backtest::data::{DataSpec, FileSummary, Input, load};
use strat_backtest::report::Context;
use strat_backtest::run::{RunError, run};
use strat_backtest::trace::TracedSource;
use strat_runtime::session::SessionError;
use strat_runtime::strategy::Strategy;
use strat_runtime::time::Time;

use crate::args::BacktestArgs;
use crate::options;
use crate::outcome::{Outcome, Wanting};
use crate::{needs, progress, trace};

/// Runs the command.
pub(crate) fn run_command(args: &BacktestArgs) -> anyhow::Result<Outcome> {
    let from = time("--from", args.from.as_deref())?;
    let to = time("--to", args.to.as_deref())?;
    if from.zip(to).is_some_and(|(from, to)| from >= to) {
        bail!("--from is not before --to: nothing lies between them");
    }
    let mut prepared = options::prepare(&args.run)?;
    let mut files = Vec::new();
    if args.run.trace.is_some() {
        files = args.data.iter().map(|text| trace::stamped(text)).collect::<anyhow::Result<_>>()?;
    }
    let inputs = args.data.iter().map(|text| open(text)).collect::<anyhow::Result<Vec<_>>>()?;
    let mut loaded = load(inputs, prepared.interp.manifest())?;
    if to.is_some() {
        loaded.tape = loaded.tape.cut(None, to);
    }
    let last = loaded.tape.last_time();
    if last.is_none_or(|last| from.is_some_and(|from| last < from)) {
        bail!(
            "no event of the data lies in the time asked for; compare --from and --to with the \
             data's own span: {}",
            span(&loaded.files)
        );
    }
    prepared.config.trading_from = from;
    let context = Context::of_data(&loaded, prepared.config.models, "interp");
    needs::judge(&prepared, &loaded.tape.source())?;
    let written = args.run.trace.as_ref().map(|_| {
        let hash = prepared.interp.manifest().behaviour_hash;
        let source = TracedSource::Recorded {
            files,
            from: from.map(|from| from.to_string()),
            to: to.map(|to| to.to_string()),
        };
        trace::Unfinished::new(&args.run, &prepared, hash, source)
    });
    let mut source = progress::Watched::new(loaded.tape.source(), "replaying");
    let record = run(prepared.interp, &mut source, &prepared.config).map_err(judge_data)?;
    source.finish();
    let trace = written.map(|trace| trace.finish(&record));
    options::finish_single(&args.run, &record, &context, trace)
}

/// Data that cannot serve the strategy has been judged; it is not a wrong command.
fn judge_data(error: RunError) -> anyhow::Error {
    let lacks = matches!(
        &error,
        RunError::Session {
            source: SessionError::BarTooCoarse { .. } | SessionError::Complement { .. },
            ..
        }
    );
    if lacks {
        return Wanting(format!("E0701: {error}")).into();
    }
    error.into()
}

pub(crate) fn time(option: &str, text: Option<&str>) -> anyhow::Result<Option<Time>> {
    text.map(|text| {
        Time::parse(text)
            .with_context(|| format!("{option} {text} is not a time such as 2026-03-02T14:20:00Z"))
    })
    .transpose()
}

pub(crate) fn open(text: &str) -> anyhow::Result<Input<'static>> {
    let spec = DataSpec::parse(text)?;
    let file = |path: &str| -> anyhow::Result<Box<dyn Read>> {
        if Path::new(path).is_dir() {
            bail!("`{path}` is a folder; name the data files in it, one --data each");
        }
        let file = File::open(path).with_context(|| format!("cannot open the data `{path}`"))?;
        Ok(Box::new(file))
    };
    let content = file(&spec.path)?;
    let meta = spec.meta.as_deref().map(file).transpose()?;
    Ok(Input { spec, content, meta })
}

/// First and last stamp of all files.
fn span(files: &[FileSummary]) -> String {
    let spans: Vec<(Time, Time)> = files.iter().filter_map(|file| file.span).collect();
    let first = spans.iter().map(|(first, _)| *first).min();
    let last = spans.iter().map(|(_, last)| *last).max();
    first.zip(last).map_or("empty".to_owned(), |(first, last)| format!("{first} to {last}"))
}
