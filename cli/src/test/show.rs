//! The results of tests, for people and for programs.

use std::fmt::Write as _;

use serde::Serialize;
use strat_dsl::{Source, Span};

use super::{Finding, Tested, Verdict};
use crate::args::TestArgs;
use crate::{output, strategy};

/// A line for each block, what is to be said of those that failed, and a summary.
pub(super) fn human(files: &[Tested], args: &TestArgs) -> String {
    let mut out = String::new();
    let (mut passed, mut failed, mut props) = (0, 0, false);
    // Writing into a `String` does not fail.
    for file in files {
        let name = file.source.name();
        if file.errors {
            let _ = writeln!(out, "{}  {name}: does not check", mark(false));
        }
        for block in &file.blocks {
            props |= block.kind == "prop";
            let head = format!("{name}: {} \"{}\" for {}", block.kind, block.name, block.strategy);
            match &block.verdict {
                Verdict::Passed(tried) => {
                    passed += 1;
                    let _ = write!(out, "{}  {head}", mark(true));
                    if let Some(tried) = tried {
                        let _ = write!(
                            out,
                            " ({}, {}, {}, {})",
                            strategy::count(tried.cases as usize, "case"),
                            strategy::count(tried.events as usize, "event"),
                            strategy::count(tried.orders as usize, "order"),
                            strategy::count(tried.fills as usize, "fill"),
                        );
                    }
                    out.push('\n');
                }
                Verdict::Failed(finding) => {
                    failed += 1;
                    let _ = writeln!(out, "{}  {head}", mark(false));
                    explain(&mut out, &file.source, finding);
                }
            }
        }
    }
    let seed = if props { format!(", seed {}", args.seed) } else { String::new() };
    let _ = writeln!(out, "{passed} passed, {failed} failed{seed}");
    out
}

fn mark(passed: bool) -> &'static str {
    match (passed, output::color_stdout()) {
        (true, false) => "ok    ",
        (false, false) => "FAILED",
        (true, true) => "\u{1b}[32mok\u{1b}[0m    ",
        (false, true) => "\u{1b}[1;31mFAILED\u{1b}[0m",
    }
}

/// Where it failed, in the manner of a diagnostic.
fn explain(out: &mut String, source: &Source, finding: &Finding) {
    let at = source.position(finding.span.start);
    let line = at.line.to_string();
    let width = line.len().max(2);
    let pad = " ".repeat(width);
    let text = source.line_text(at.line);
    let before: String = text
        .chars()
        .take(at.column.saturating_sub(1))
        .map(|c| if c == '\t' { '\t' } else { ' ' })
        .collect();
    let rest = text.chars().count().saturating_sub(at.column.saturating_sub(1));
    let first = source.slice(finding.span).lines().next().map_or(1, |line| line.chars().count());
    let marks = "^".repeat(first.clamp(1, rest.max(1)));
    let _ = writeln!(out, "{pad}--> {}:{}:{}", source.name(), at.line, at.column);
    let _ = writeln!(out, "{pad} |\n{line:>width$} | {text}\n{pad} | {before}{marks}");
    if !finding.expected.is_empty() {
        let _ = writeln!(out, "{pad} = expected: {}", finding.expected);
    }
    for happened in &finding.happened {
        let _ = writeln!(out, "{pad} = {happened}");
    }
    if let Some(replay) = &finding.replay {
        let _ = write!(out, "\n{replay}");
    }
    out.push('\n');
}

#[derive(Serialize)]
struct JsonReport<'a> {
    schema: &'static str,
    seed: u64,
    cases: u32,
    passed: usize,
    failed: usize,
    /// Files that do not check, and files without any block.
    unusable: Vec<&'a str>,
    blocks: Vec<JsonBlock<'a>>,
}

#[derive(Serialize)]
struct JsonBlock<'a> {
    file: &'a str,
    line: usize,
    kind: &'static str,
    name: &'a str,
    strategy: &'a str,
    passed: bool,
    tried: Option<JsonTried>,
    failure: Option<JsonFailure<'a>>,
}

#[derive(Serialize)]
struct JsonTried {
    cases: u32,
    events: u64,
    orders: u64,
    fills: u64,
}

#[derive(Serialize)]
struct JsonFailure<'a> {
    line: usize,
    column: usize,
    expected: &'a str,
    happened: &'a [String],
    replay: Option<&'a str>,
}

/// The same as data.
pub(super) fn json(files: &[Tested], args: &TestArgs) -> anyhow::Result<String> {
    let blocks: Vec<JsonBlock<'_>> = files
        .iter()
        .flat_map(|file| file.blocks.iter().map(|block| json_block(file, block)))
        .collect();
    let passed = blocks.iter().filter(|block| block.passed).count();
    let unusable = files.iter().filter(|file| file.errors || file.blocks.is_empty());
    let report = JsonReport {
        schema: "strat.tests/1",
        seed: args.seed,
        cases: args.cases,
        passed,
        failed: blocks.len() - passed,
        unusable: unusable.map(|file| file.source.name()).collect(),
        blocks,
    };
    Ok(serde_json::to_string_pretty(&report)?)
}

fn json_block<'a>(file: &'a Tested, block: &'a super::Outcomes) -> JsonBlock<'a> {
    let position = |span: Span| file.source.position(span.start);
    let (tried, failure) = match &block.verdict {
        Verdict::Passed(tried) => (tried.as_ref(), None),
        Verdict::Failed(finding) => (None, Some(finding)),
    };
    JsonBlock {
        file: file.source.name(),
        line: position(block.span).line,
        kind: block.kind,
        name: &block.name,
        strategy: &block.strategy,
        passed: failure.is_none(),
        tried: tried.map(|tried| JsonTried {
            cases: tried.cases,
            events: tried.events,
            orders: tried.orders,
            fills: tried.fills,
        }),
        failure: failure.map(|finding| JsonFailure {
            line: position(finding.span).line,
            column: position(finding.span).column,
            expected: &finding.expected,
            happened: &finding.happened,
            replay: finding.replay.as_deref(),
        }),
    }
}
