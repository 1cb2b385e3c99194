//! `strat explain`: the long text of a diagnostic, or why a run traded or did not at some moment.

mod ask;
mod human;
mod json;
mod replay;
mod words;

use std::fmt::Write;
use std::path::Path;

use strat_dsl::Code;

use crate::args::{ExplainArgs, Format};
use crate::outcome::Outcome;
use crate::{output, trace};

/// Runs the command.
pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    let Some(what) = &args.what else {
        if args.at.is_some() {
            anyhow::bail!("--at needs the trace of a run, as in strat explain run.trace --at #100");
        }
        let mut list = String::new();
        for code in Code::all() {
            writeln!(list, "{}  {}", code.id(), code.title())?;
        }
        output::result(&list)?;
        return Ok(Outcome::Done);
    };
    if let Some(code) = Code::parse(what) {
        output::result(code.explanation())?;
        return Ok(Outcome::Done);
    }
    if args.at.is_none() && !Path::new(what).exists() {
        anyhow::bail!(
            "there is no diagnostic `{what}` and no such file; `strat explain` without a code \
             lists all of them"
        );
    }
    explain_run(args, Path::new(what))
}

fn explain_run(args: &ExplainArgs, path: &Path) -> anyhow::Result<Outcome> {
    let Some(at) = &args.at else {
        anyhow::bail!(
            "say which moment of `{}`: --at 2026-03-02T14:20:00Z, --at #100, --at first-stop, \
             last-stop, first-order or last-order",
            path.display()
        );
    };
    let moment = ask::Moment::parse(at)?;
    let trace = trace::read(path)?;
    let case = trace::Case::new(&trace)?;
    let question = ask::Question::new(args, moment, &case)?;
    let story = replay::explain(&case, &trace, &question)?;
    match args.format {
        Format::Human => output::result(&human::text(&case, &question, &story))?,
        Format::Json => output::result(&json::text(&case, &question, &story)?)?,
    }
    Ok(Outcome::Done)
}
