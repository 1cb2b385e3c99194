//! `strat lsp`: the language server on stdin and stdout.

use anyhow::Context as _;

use crate::args::LspArgs;
use crate::outcome::Outcome;

/// Serves until the editor says `exit`.
pub(crate) fn run(args: &LspArgs) -> anyhow::Result<Outcome> {
    let LspArgs { stdio: _ } = args;
    let code = strat_lsp::serve_stdio().context("the editor's messages cannot be read")?;
    // The protocol wants 1 where the editor left without `shutdown`.
    Ok(if code == 0 { Outcome::Done } else { Outcome::Wanting })
}
