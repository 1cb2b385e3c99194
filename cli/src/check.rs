//! `strat check`: every diagnostic of every file, in one run.

use std::fmt::Write as _;
use std::path::Path;

use serde::Serialize;
use strat_compiler::layout;
use strat_compiler::pipeline::{self, Compiled};
use strat_dsl::{Diagnostic, Edit, Severity, Source};

use crate::args::{CheckArgs, Format};
use crate::outcome::Outcome;
use crate::{output, strategy};

/// Runs the command. A file that cannot be read does not keep the others from being judged.
pub(crate) fn run(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let since = args.since.as_deref().map(before).transpose()?;
    let mut judged = Vec::new();
    let mut unreadable = false;
    for path in &args.files {
        match judge(path, args.fix, since.as_ref()) {
            Ok(file) => judged.push(file),
            Err(error) => {
                output::error(&format!("{error:#}"));
                unreadable = true;
            }
        }
    }
    match args.format {
        Format::Human => print_human(&judged)?,
        Format::Json => print_json(&judged)?,
    }
    let wanting =
        judged.iter().any(|(_, diagnostics)| diagnostics.iter().any(Diagnostic::is_error));
    Ok(match (unreadable, wanting) {
        (true, _) => Outcome::Usage,
        (false, true) => Outcome::Wanting,
        (false, false) => Outcome::Done,
    })
}

type Judged = (Source, Vec<Diagnostic>);

/// The strategies of a text that runs already.
fn before(path: &Path) -> anyhow::Result<Compiled> {
    let source = strategy::read(path)?;
    let compiled = pipeline::compile(&source);
    anyhow::ensure!(
        !compiled.has_errors(),
        "`{}` of --since has errors; give the text that runs, as it was accepted",
        path.display()
    );
    Ok(compiled)
}

/// Everything that is found in a text, and in what it makes of the state of the one before.
fn found_in(source: &Source, since: Option<&Compiled>) -> Vec<Diagnostic> {
    let compiled = pipeline::compile(source);
    let mut found = compiled.diagnostics;
    for new in &compiled.strategies {
        if let Some(old) = since.and_then(|since| since.strategy(&new.name)) {
            found.extend(layout::check_since(old, new));
        }
    }
    found
}

fn judge(path: &Path, fix: bool, since: Option<&Compiled>) -> anyhow::Result<Judged> {
    let source = strategy::read(path)?;
    let diagnostics = found_in(&source, since);
    if !fix {
        return Ok((source, diagnostics));
    }
    let (text, applied) = apply_fixes(source.text(), &diagnostics);
    if applied == 0 {
        return Ok((source, diagnostics));
    }
    output::write_file(path, text.as_bytes())?;
    output::note(&format!(
        "{}: applied {}",
        source.name(),
        strategy::count(applied, "fix").replace("fixs", "fixes")
    ));
    let fixed = Source::new(source.name(), text);
    let diagnostics = found_in(&fixed, since);
    Ok((fixed, diagnostics))
}

/// Applies the first machine-applicable fix of each diagnostic, leaving out those that overlap an
/// earlier one. Gives the new text and how many fixes went in.
fn apply_fixes(text: &str, diagnostics: &[Diagnostic]) -> (String, usize) {
    let mut edits: Vec<&Edit> = Vec::new();
    let mut applied = 0;
    for diagnostic in diagnostics {
        let Some(fix) = diagnostic.fixes.iter().find(|fix| !fix.edits.is_empty()) else {
            continue;
        };
        let clashes = fix.edits.iter().any(|new| {
            edits.iter().any(|old| new.span.start <= old.span.end && old.span.start <= new.span.end)
        });
        if !clashes {
            edits.extend(&fix.edits);
            applied += 1;
        }
    }
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut fixed = text.to_owned();
    for edit in edits {
        fixed.replace_range(edit.span.range(), &edit.replacement);
    }
    (fixed, applied)
}

fn print_human(judged: &[Judged]) -> anyhow::Result<()> {
    let mut text = String::new();
    for (source, diagnostics) in judged {
        for diagnostic in diagnostics {
            text.push_str(&strat_dsl::render(source, diagnostic, output::color_stdout()));
            text.push('\n');
        }
        let worst = diagnostics.iter().find(|d| d.is_error()).or(diagnostics.first());
        let verdict = worst.map_or("ok".to_owned(), |worst| {
            let tally = strategy::tally(diagnostics);
            format!("{tally}; more on each: strat explain {}", worst.code.id())
        });
        writeln!(text, "{}: {verdict}", source.name())?;
    }
    output::result(&text)
}

#[derive(Serialize)]
struct JsonReport<'a> {
    schema: &'static str,
    diagnostics: Vec<JsonDiagnostic<'a>>,
}

#[derive(Serialize)]
struct JsonDiagnostic<'a> {
    code: &'static str,
    severity: &'static str,
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    message: &'a str,
    why: Option<&'a str>,
    labels: Vec<JsonLabel<'a>>,
    fixes: Vec<JsonFix<'a>>,
}

#[derive(Serialize)]
struct JsonLabel<'a> {
    line: usize,
    column: usize,
    text: &'a str,
}

#[derive(Serialize)]
struct JsonFix<'a> {
    text: &'a str,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize)]
struct JsonEdit<'a> {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    replacement: &'a str,
}

fn print_json(judged: &[Judged]) -> anyhow::Result<()> {
    let diagnostics = judged
        .iter()
        .flat_map(|(source, diagnostics)| diagnostics.iter().map(|d| json(source, d)))
        .collect();
    let report = JsonReport { schema: "strat.diagnostics/1", diagnostics };
    output::result(&serde_json::to_string_pretty(&report)?)
}

fn json<'a>(source: &'a Source, diagnostic: &'a Diagnostic) -> JsonDiagnostic<'a> {
    let (start, end) =
        (source.position(diagnostic.span.start), source.position(diagnostic.span.end));
    JsonDiagnostic {
        code: diagnostic.code.id(),
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        file: source.name(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        message: &diagnostic.message,
        why: diagnostic.why.as_deref(),
        labels: diagnostic
            .labels
            .iter()
            .map(|label| {
                let at = source.position(label.span.start);
                JsonLabel { line: at.line, column: at.column, text: &label.text }
            })
            .collect(),
        fixes: diagnostic
            .fixes
            .iter()
            .map(|fix| JsonFix {
                text: &fix.text,
                edits: fix.edits.iter().map(|edit| json_edit(source, edit)).collect(),
            })
            .collect(),
    }
}

fn json_edit<'a>(source: &Source, edit: &'a Edit) -> JsonEdit<'a> {
    let (start, end) = (source.position(edit.span.start), source.position(edit.span.end));
    JsonEdit {
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        replacement: &edit.replacement,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strat_dsl::{Code, Span};

    #[test]
    fn fixes_that_overlap_are_applied_once_and_the_rest_in_place() {
        let text = "lett x = 3\nlett y = 4\n";
        let fix = |start: usize, end: usize, new: &str| {
            Diagnostic::new(Code::E0909, Span::new(start, end), "unknown word").fix_replace(
                "write `let`",
                Span::new(start, end),
                new,
            )
        };
        let diagnostics = [fix(0, 4, "let"), fix(2, 6, "???"), fix(11, 15, "let")];
        let (fixed, applied) = apply_fixes(text, &diagnostics);
        assert_eq!(fixed, "let x = 3\nlet y = 4\n");
        assert_eq!(applied, 2);
    }
}
