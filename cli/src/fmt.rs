//! `strat fmt`: strategies in the one style.

use std::io::Read;
use std::path::Path;

use anyhow::Context as _;
use strat_dsl::{Diagnostic, Source};

use crate::args::FmtArgs;
use crate::outcome::Outcome;
use crate::{output, strategy};

/// What became of one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    /// It was formatted already, or is now.
    Formatted,
    /// It would change, and only that was asked.
    WouldChange,
    /// It has a syntax error and is as it was.
    Refused,
}

/// Runs the command. A file that cannot be read or formatted does not keep the others from it.
pub(crate) fn run(args: &FmtArgs) -> Outcome {
    let (mut wanting, mut unreadable) = (false, false);
    for path in &args.files {
        match file(path, args.check) {
            Ok(Done::Formatted) => {}
            Ok(Done::WouldChange | Done::Refused) => wanting = true,
            Err(error) => {
                output::error(&format!("{error:#}"));
                unreadable = true;
            }
        }
    }
    match (unreadable, wanting) {
        (true, _) => Outcome::Usage,
        (false, true) => Outcome::Wanting,
        (false, false) => Outcome::Done,
    }
}

fn file(path: &Path, check: bool) -> anyhow::Result<Done> {
    let piped = path.as_os_str() == "-";
    let source = if piped { standard_input()? } else { strategy::read(path)? };
    let text = match strat_dsl::format(&source) {
        Ok(text) => text,
        Err(diagnostics) => {
            refuse(&source, &diagnostics);
            return Ok(Done::Refused);
        }
    };
    let same = text == source.text();
    if check {
        if !same {
            output::result(source.name())?;
        }
        return Ok(if same { Done::Formatted } else { Done::WouldChange });
    }
    if piped {
        output::result(&text)?;
    } else if !same {
        // What a link points to is rewritten, not the link.
        let target = path.canonicalize();
        let target = target.with_context(|| format!("cannot write `{}`", path.display()))?;
        output::write_file(&target, text.as_bytes())?;
    }
    Ok(Done::Formatted)
}

fn standard_input() -> anyhow::Result<Source> {
    let mut bytes = Vec::new();
    // Whatever is larger than the parser takes need not be read to its end.
    std::io::stdin().lock().take(1 << 24).read_to_end(&mut bytes).context("cannot read stdin")?;
    let text = String::from_utf8(bytes).map_err(|error| {
        anyhow::anyhow!(
            "stdin is not a text: byte {} is not UTF-8",
            error.utf8_error().valid_up_to()
        )
    })?;
    Ok(Source::new("<stdin>", text))
}

fn refuse(source: &Source, diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        output::note(&strat_dsl::render(source, diagnostic, output::color_stderr()));
    }
    output::error(&format!(
        "`{}` is left as it is, because it cannot be read: {}",
        source.name(),
        strategy::tally(diagnostics)
    ));
}
