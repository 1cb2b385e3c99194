//! `strat test`: the `test` and `prop` blocks of strategy files.

mod show;

use std::path::Path;

use strat_backtest::testing::{
    Counterexample, Names, PropertyConfig, PropertyError, PropertyPassed, check_property, run_test,
    write_test,
};
use strat_compiler::params;
use strat_compiler::testing::{self, Block, Body};
use strat_dsl::{Diagnostic, Source, Span};
use strat_runtime::script::Generator;
use strat_runtime::strategy::Strategy as _;

use crate::args::{Format, TestArgs};
use crate::outcome::Outcome;
use crate::{output, strategy};

/// Most cases of one run.
const CASES_MAX: u32 = 1_000_000;

/// What became of one file.
struct Tested {
    source: Source,
    /// Errors in the file: nothing was run.
    errors: bool,
    blocks: Vec<Outcomes>,
}

/// What became of one block.
struct Outcomes {
    kind: &'static str,
    name: String,
    strategy: String,
    span: Span,
    verdict: Verdict,
}

enum Verdict {
    Passed(Option<PropertyPassed>),
    Failed(Finding),
}

/// Why a block failed, as it is shown.
struct Finding {
    /// What stands at fault.
    span: Span,
    /// What was expected, where it is not what stands there.
    expected: String,
    /// What happened instead, line by line.
    happened: Vec<String>,
    /// A block that shows the same.
    replay: Option<String>,
}

/// Runs the command. A file that cannot be read does not keep the others from being tested.
pub(crate) fn run(args: &TestArgs) -> anyhow::Result<Outcome> {
    if args.cases == 0 || args.cases > CASES_MAX {
        anyhow::bail!("--cases {} is out of range; it takes 1 to {CASES_MAX}", args.cases);
    }
    let mut files = Vec::new();
    let mut unreadable = false;
    for path in &args.files {
        match test_file(path, args) {
            Ok(file) => files.push(file),
            Err(error) => {
                output::error(&format!("{error:#}"));
                unreadable = true;
            }
        }
    }
    match args.format {
        Format::Human => output::result(&show::human(&files, args))?,
        Format::Json => output::result(&show::json(&files, args)?)?,
    }
    let failed = |file: &Tested| {
        file.errors
            || file.blocks.is_empty()
            || file.blocks.iter().any(|block| matches!(block.verdict, Verdict::Failed(_)))
    };
    Ok(match (unreadable, files.iter().any(failed)) {
        (true, _) => Outcome::Usage,
        (false, true) => Outcome::Wanting,
        (false, false) => Outcome::Done,
    })
}

fn test_file(path: &Path, args: &TestArgs) -> anyhow::Result<Tested> {
    let source = strategy::read(path)?;
    let (blocks, diagnostics) = testing::tests(&source);
    for diagnostic in &diagnostics {
        output::note(&strat_dsl::render(&source, diagnostic, output::color_stderr()));
    }
    let errors = diagnostics.iter().any(Diagnostic::is_error);
    if errors {
        return Ok(Tested { source, errors, blocks: Vec::new() });
    }
    if blocks.is_empty() {
        output::note(&format!(
            "{}: no `test` or `prop` block; add one below the strategy, as in `strat new`",
            source.name()
        ));
    }
    let blocks = blocks.iter().map(|block| test_block(&source, block, args)).collect();
    Ok(Tested { source, errors, blocks })
}

fn test_block(source: &Source, block: &Block, args: &TestArgs) -> Outcomes {
    let (kind, verdict) = match &block.body {
        Body::Test(script, spans) => ("test", test(block, script, spans)),
        Body::Prop(generator) => ("prop", prop(source, block, *generator, args)),
    };
    let (name, strategy) = (block.name.clone(), block.ir.name.clone());
    Outcomes { kind, name, strategy, span: block.span, verdict }
}

/// A block whose parameters do not go together.
fn refused(block: &Block, error: &params::ParamError) -> Verdict {
    Verdict::Failed(Finding {
        span: block.span,
        expected: String::new(),
        happened: vec![error.to_string()],
        replay: None,
    })
}

fn test(block: &Block, script: &strat_runtime::script::Script, spans: &[Span]) -> Verdict {
    let subject = match block.subject() {
        Ok(subject) => subject,
        Err(error) => return refused(block, &error),
    };
    match run_test(subject, script) {
        Ok(()) => Verdict::Passed(None),
        Err(failure) => Verdict::Failed(Finding {
            span: spans.get(failure.step).copied().unwrap_or(block.span),
            expected: failure.expected,
            happened: failure.happened,
            replay: None,
        }),
    }
}

fn prop(source: &Source, block: &Block, generator: Generator, args: &TestArgs) -> Verdict {
    let subject = match block.subject() {
        Ok(subject) => subject,
        Err(error) => return refused(block, &error),
    };
    let config = PropertyConfig { cases: args.cases, seed: args.seed, first: 0 };
    match check_property(&subject, generator, config) {
        Ok(passed) => Verdict::Passed(Some(passed)),
        Err(PropertyError::Broken(found)) => {
            Verdict::Failed(broken(source, block, &subject, &found, args))
        }
        Err(PropertyError::Stopped { case, problem }) => Verdict::Failed(Finding {
            span: block.span,
            expected: String::new(),
            happened: vec![
                format!("case {case} cannot be played: {problem}"),
                again(source, args.seed, case),
            ],
            replay: None,
        }),
    }
}

fn again(source: &Source, seed: u64, case: u32) -> String {
    let cases = u64::from(case) + 1;
    format!("again: strat test {} --seed {seed} --cases {cases}", source.name())
}

fn broken(
    source: &Source,
    block: &Block,
    subject: &testing::Subject,
    found: &Counterexample,
    args: &TestArgs,
) -> Finding {
    let condition = block.conditions.get(found.condition);
    let text = condition.map_or("", |condition| condition.text.as_str());
    let names = Names::new(subject.manifest(), &found.script.markets);
    let title = format!("case {} of seed {}: {}", found.case, args.seed, block.name);
    let replay = write_test(
        &title,
        &block.ir.name,
        &changed(block),
        &found.script,
        &names,
        (found.at, text),
    );
    let steps = found.script.steps.len();
    let mut happened = found.why.clone();
    happened.push(format!(
        "case {} of seed {} breaks it after {}; {} of them {} enough",
        found.case,
        args.seed,
        strategy::count(found.drawn, "event"),
        steps,
        if steps == 1 { "is" } else { "are" }
    ));
    happened.push(again(source, args.seed, found.case));
    happened.push(if found.lasting {
        "the test below shows it; keep it beside the property".to_owned()
    } else {
        "it holds again at the end of that instant: the test below leads there but passes"
            .to_owned()
    });
    Finding {
        span: condition.map_or(block.span, |condition| condition.span),
        expected: String::new(),
        happened,
        replay: Some(replay),
    }
}

/// Parameters of a block that are not at their defaults, as they are written.
fn changed(block: &Block) -> Vec<(String, String)> {
    let defaults = params::ParamValues::defaults(&block.ir).shown(&block.ir);
    let values = block.params.shown(&block.ir);
    values.into_iter().zip(defaults).filter(|(a, b)| a != b).map(|(value, _)| value).collect()
}
