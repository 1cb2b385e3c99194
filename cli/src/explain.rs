//! `strat explain E0310`: the long text of a diagnostic.

use std::fmt::Write;

use strat_dsl::Code;

use crate::args::ExplainArgs;
use crate::outcome::Outcome;
use crate::output;

/// Runs the command.
pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<Outcome> {
    let Some(what) = &args.code else {
        let mut list = String::new();
        for code in Code::all() {
            writeln!(list, "{}  {}", code.id(), code.title())?;
        }
        output::result(&list)?;
        return Ok(Outcome::Done);
    };
    let Some(code) = Code::parse(what) else {
        anyhow::bail!(
            "there is no diagnostic `{what}`; `strat explain` without a code lists all of them"
        );
    };
    output::result(code.explanation())?;
    Ok(Outcome::Done)
}
