//! What an example's strategy does on its data: the report of `strat backtest --json`.

use anyhow::{Context as _, bail};
use strat_backtest::data::{DataSpec, Input, Loaded, load};
use strat_backtest::report::{Context, json};
use strat_backtest::run::{RunConfig, run};
use strat_compiler::interp::Interp;
use strat_compiler::params::ParamValues;
use strat_compiler::pipeline::compile;
use strat_dsl::{Source, render};
use strat_runtime::money::Money;

use crate::generate::DataFile;
use crate::{Example, Recording};

/// Cash at the start, as `strat backtest` has it without `--cash`.
const CASH: i64 = 10_000;

/// An example's strategy with its default parameters.
///
/// # Errors
/// A text with a diagnostic, warnings included.
pub fn strategy(example: &Example) -> anyhow::Result<Interp> {
    let name = format!("examples/{}/{}.strat", example.folder, example.strategy);
    let source = Source::new(name.clone(), example.text);
    let compiled = compile(&source);
    if let Some(found) = compiled.diagnostics.first() {
        bail!("{}", render(&source, found, false));
    }
    let ir = compiled
        .strategy(example.strategy)
        .with_context(|| format!("`{name}` has no strategy `{}`", example.strategy))?;
    Ok(Interp::new(ir.clone(), &ParamValues::defaults(ir))?)
}

/// What follows `--data` on the command line, one for each file of events.
pub fn data_arguments(example: &Example) -> Vec<String> {
    let path = |file: &str| format!("examples/{}/{file}", example.folder);
    let with_meta = |file: &str, meta: &str| format!("{},meta={}", path(file), path(meta));
    match example.market.recording {
        Recording::Bars { file } => vec![path(file)],
        Recording::Token => {
            vec![with_meta("books.jsonl", "market.json"), with_meta("trades.jsonl", "market.json")]
        }
        Recording::Tokens(tokens) => tokens
            .iter()
            .map(|token| {
                with_meta(&format!("{}.jsonl", token.file), &format!("{}.json", token.file))
            })
            .collect(),
    }
}

/// The command that runs the example from the root of the repository.
pub fn command(example: &Example) -> String {
    let mut command =
        format!("strat backtest examples/{}/{}.strat", example.folder, example.strategy);
    for argument in data_arguments(example) {
        command.push_str(" --data ");
        command.push_str(&argument);
    }
    command
}

/// The report on an example's data, as JSON.
///
/// # Errors
/// Data that the strategy cannot be run on.
pub fn expected(example: &Example, files: &[DataFile]) -> anyhow::Result<String> {
    let strategy = strategy(example)?;
    let loaded = read(example, files, &strategy)?;
    let config = RunConfig::new(Money::from_int(CASH).context("the cash is out of range")?);
    let mut source = loaded.tape.source();
    let record = run(strategy, &mut source, &config)?;
    let context = Context::of_data(&loaded, config.models, "interp");
    Ok(json::single(&record, &context)?)
}

fn read(example: &Example, files: &[DataFile], strategy: &Interp) -> anyhow::Result<Loaded> {
    use strat_runtime::strategy::Strategy as _;

    let content = |path: &str| {
        files
            .iter()
            .find(|file| path == format!("examples/{}/{}", example.folder, file.name))
            .map(|file| file.text.as_bytes())
            .with_context(|| format!("the example has no file `{path}`"))
    };
    let mut inputs = Vec::new();
    for argument in data_arguments(example) {
        let spec = DataSpec::parse(&argument)?;
        let meta = spec.meta.as_deref().map(content).transpose()?;
        let text = content(&spec.path)?;
        let meta = meta.map(|text| Box::new(text) as Box<dyn std::io::Read + '_>);
        inputs.push(Input { content: Box::new(text), meta, spec });
    }
    Ok(load(inputs, strategy.manifest())?)
}
