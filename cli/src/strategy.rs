//! Reading and compiling a strategy file.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use strat_compiler::ir::Ir;
use strat_compiler::pipeline;
use strat_dsl::{Diagnostic, Severity, Source};

use crate::outcome::Wanting;
use crate::output;

/// Reads a strategy file. The text must be UTF-8; its size is judged by the parser.
pub(crate) fn read(path: &Path) -> anyhow::Result<Source> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).with_context(|| {
        if path.is_dir() {
            format!("`{name}` is a folder; name a .strat file in it")
        } else {
            format!("cannot read the strategy `{name}`")
        }
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        anyhow::anyhow!(
            "`{name}` is not a text: byte {} is not UTF-8; save the file as UTF-8",
            error.utf8_error().valid_up_to()
        )
    })?;
    Ok(Source::new(name, text))
}

/// Reads, checks and compiles the strategy to run. Diagnostics go to stderr; an error in the file
/// ends the command.
pub(crate) fn load(path: &Path, name: Option<&str>) -> anyhow::Result<(Source, Arc<Ir>)> {
    let source = read(path)?;
    let ir = compile(&source, name)?;
    Ok((source, ir))
}

/// The same for a text that has been read.
pub(crate) fn compile(source: &Source, name: Option<&str>) -> anyhow::Result<Arc<Ir>> {
    let compiled = pipeline::compile(source);
    for diagnostic in &compiled.diagnostics {
        output::note(&strat_dsl::render(source, diagnostic, output::color_stderr()));
    }
    if compiled.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(Wanting(format!(
            "`{}` does not check: {}",
            source.name(),
            tally(&compiled.diagnostics)
        ))
        .into());
    }
    let names: Vec<&str> = compiled.strategies.iter().map(|s| s.name.as_str()).collect();
    let chosen = match (name, compiled.strategies.as_slice()) {
        (Some(name), all) => all.iter().find(|s| s.name == name).with_context(|| {
            format!("`{}` has no strategy `{name}`; it has: {}", source.name(), names.join(", "))
        })?,
        (None, [only]) => only,
        (None, _) => anyhow::bail!(
            "`{}` holds several strategies; choose one with --strategy: {}",
            source.name(),
            names.join(", ")
        ),
    };
    Ok(Arc::clone(chosen))
}

/// How many errors and warnings: `2 errors, 1 warning`.
pub(crate) fn tally(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    let warnings = diagnostics.len() - errors;
    match (errors, warnings) {
        (e, 0) => count(e, "error"),
        (0, w) => count(w, "warning"),
        (e, w) => format!("{}, {}", count(e, "error"), count(w, "warning")),
    }
}

/// `1 error`, `2 errors`.
pub(crate) fn count(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
