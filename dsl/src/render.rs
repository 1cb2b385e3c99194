//! Diagnostics as text, in the manner of rustc.

use std::fmt::Write as _;

use crate::diagnostic::{Diagnostic, Label, Severity};
use crate::source::Source;
use crate::span::Span;

/// A diagnostic as plain data, for a machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plain {
    /// Such as `E0102`.
    pub code: &'static str,
    /// `error` or `warning`.
    pub severity: &'static str,
    /// The name of the source.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// The advice, best first.
    pub fixes: Vec<String>,
}

/// A diagnostic as plain data.
pub fn plain(source: &Source, diagnostic: &Diagnostic) -> Plain {
    let at = source.position(diagnostic.span.start);
    Plain {
        code: diagnostic.code.id(),
        severity: severity(diagnostic.severity),
        file: source.name().to_owned(),
        line: at.line,
        column: at.column,
        message: diagnostic.message.clone(),
        fixes: diagnostic.fixes.iter().map(|fix| fix.text.clone()).collect(),
    }
}

/// A diagnostic as text of several lines, the last one ended. With `color` it carries ANSI escapes.
pub fn render(source: &Source, diagnostic: &Diagnostic, color: bool) -> String {
    let paint = Paint { color, severity: diagnostic.severity };
    let mut marks = marks(source, diagnostic);
    marks.sort_by_key(|mark| (mark.line, mark.from));
    let last = marks.iter().map(|mark| mark.line).max().unwrap_or(1);
    let width = last.to_string().len().max(2);
    let at = source.position(diagnostic.span.start);
    let kind = format!("{}[{}]", severity(diagnostic.severity), diagnostic.code);
    let mut out = String::new();
    let place = format!("{}:{}:{}", clean(source.name()), at.line, at.column);
    let head = [
        format!("{}: {}", paint.loud(&kind), paint.bold(&clean(&diagnostic.message))),
        format!("{}{} {place}", " ".repeat(width), paint.dim("-->")),
        gutter(&paint, width, None, ""),
    ];
    for line in head {
        push(&mut out, &line);
    }
    let mut previous = None;
    for group in marks.chunk_by(|a, b| a.line == b.line) {
        let line = group.first().map_or(1, |mark| mark.line);
        if previous.is_some_and(|previous| previous + 1 < line) {
            push(&mut out, &paint.dim("..."));
        }
        previous = Some(line);
        let (text, group) = window(&expand(source.line_text(line)), group);
        push(&mut out, &gutter(&paint, width, Some(line), &text));
        for row in rows(&paint, &group) {
            push(&mut out, &gutter(&paint, width, None, &row));
        }
    }
    notes(&mut out, &paint, width, diagnostic);
    out
}

fn notes(out: &mut String, paint: &Paint, width: usize, diagnostic: &Diagnostic) {
    let pad = " ".repeat(width + 1);
    let why = diagnostic.why.iter().map(|text| ("why", text));
    let fixes = diagnostic.fixes.iter().map(|fix| ("fix", &fix.text));
    for (name, text) in why.chain(fixes) {
        for (index, line) in text.lines().enumerate() {
            let line = clean(line);
            let lead = if index == 0 { format!("= {name}: ") } else { " ".repeat(name.len() + 4) };
            push(out, &format!("{pad}{}{line}", paint.dim(&lead)));
        }
    }
}

/// Most cells of a line that are shown, and how many of them stand before its first mark.
const LINE_CELLS_MAX: usize = 160;
const LINE_CELLS_BEFORE: usize = 60;

/// The piece of an expanded line around its first mark, with the marks moved into it: a line may
/// be as long as the file.
fn window(text: &str, marks: &[Mark]) -> (String, Vec<Mark>) {
    if columns(text) <= LINE_CELLS_MAX {
        return (text.to_owned(), marks.to_vec());
    }
    let first = marks.first().map_or(0, |mark| mark.from);
    let start = first.saturating_sub(LINE_CELLS_BEFORE);
    let (mut shown, mut at, mut cut) = (String::new(), 0, false);
    for c in text.chars() {
        if at >= start + LINE_CELLS_MAX {
            cut = true;
            break;
        }
        if at >= start {
            shown.push(c);
        }
        at += cells(c);
    }
    let lead = if start > 0 { "..." } else { "" };
    let tail = if cut { "..." } else { "" };
    let moved = marks.iter().map(|mark| {
        let from = mark.from.saturating_sub(start).min(LINE_CELLS_MAX);
        let width = mark.width.min(LINE_CELLS_MAX - from).max(1);
        Mark { from: from + lead.len(), width, ..mark.clone() }
    });
    (format!("{lead}{shown}{tail}"), moved.collect())
}

/// A piece of one line to be underlined.
#[derive(Clone)]
struct Mark {
    line: usize,
    /// Display column, from 0.
    from: usize,
    /// At least 1.
    width: usize,
    primary: bool,
    text: String,
}

fn marks(source: &Source, diagnostic: &Diagnostic) -> Vec<Mark> {
    let own = diagnostic.labels.iter().find(|label| label.span == diagnostic.span);
    let text = own.map(|label| label.text.clone()).unwrap_or_default();
    let primary = Label { span: diagnostic.span, text };
    let others = diagnostic.labels.iter().filter(|label| label.span != diagnostic.span);
    std::iter::once((&primary, true))
        .chain(others.map(|label| (label, false)))
        .map(|(label, primary)| mark(source, label, primary))
        .collect()
}

/// A span of several lines is underlined on its first one.
fn mark(source: &Source, label: &Label, primary: bool) -> Mark {
    let line = source.line_of(label.span.start);
    let whole = source.line_span(line);
    let start = label.span.start.clamp(whole.start, whole.end);
    let end = label.span.end.clamp(start, whole.end);
    let before = source.slice(Span { start: whole.start, end: start });
    let inside = source.slice(Span { start: whole.start, end });
    let (from, to) = (columns(before), columns(inside));
    Mark { line, from, width: to.saturating_sub(from).max(1), primary, text: clean(&label.text) }
}

/// The lines under a line of source: the underlines with the last label, then the others.
fn rows(paint: &Paint, marks: &[Mark]) -> Vec<String> {
    let Some((last, _)) = marks.split_last() else { return Vec::new() };
    let mut row = String::new();
    let mut at: usize = 0;
    for mark in marks {
        let sign = if mark.primary { "^" } else { "-" };
        let hidden = at.saturating_sub(mark.from);
        row.push_str(&" ".repeat(mark.from.saturating_sub(at)));
        row.push_str(&paint.mark(&sign.repeat(mark.width.saturating_sub(hidden)), mark.primary));
        at = at.max(mark.from + mark.width);
    }
    if !last.text.is_empty() {
        let _ = write!(row, " {}", paint.mark(&last.text, last.primary));
    }
    let mut rows = vec![row];
    for mark in marks.iter().rev().skip(1).filter(|mark| !mark.text.is_empty()) {
        rows.push(format!("{}{}", " ".repeat(mark.from), paint.mark("|", mark.primary)));
        rows.push(format!("{}{}", " ".repeat(mark.from), paint.mark(&mark.text, mark.primary)));
    }
    rows
}

fn gutter(paint: &Paint, width: usize, line: Option<usize>, text: &str) -> String {
    let number = line.map(|line| line.to_string()).unwrap_or_default();
    format!("{} {text}", paint.dim(&format!("{number:>width$} |")))
}

fn push(out: &mut String, line: &str) {
    out.push_str(line.trim_end());
    out.push('\n');
}

/// How many cells a text fills; a tab fills four.
fn columns(text: &str) -> usize {
    text.chars().map(cells).sum()
}

fn cells(c: char) -> usize {
    match c as u32 {
        0x09 => 4,
        // Marks that combine with the character before, and signs without width.
        0x0300..=0x036f
        | 0x200b..=0x200f
        | 0x202a..=0x202e
        | 0x2060..=0x2069
        | 0xfe00..=0xfe0f
        | 0xfeff => 0,
        // East Asian wide characters and pictures.
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// The text as it is shown: tabs as four spaces, control characters as a sign, so that a source
/// cannot steer the terminal.
fn expand(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => shown.push_str("    "),
            c if c.is_control() => shown.push('\u{fffd}'),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            c => shown.push(c),
        }
    }
    shown
}

/// The same for text of our own in which the author's stands.
fn clean(text: &str) -> String {
    expand(text)
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

struct Paint {
    color: bool,
    severity: Severity,
}

impl Paint {
    fn with(&self, escape: &str, text: &str) -> String {
        if self.color && !text.is_empty() {
            format!("\u{1b}[{escape}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }

    fn loud(&self, text: &str) -> String {
        self.with(if self.severity == Severity::Error { "1;31" } else { "1;33" }, text)
    }

    fn bold(&self, text: &str) -> String {
        self.with("1", text)
    }

    fn dim(&self, text: &str) -> String {
        self.with("1;34", text)
    }

    fn mark(&self, text: &str, primary: bool) -> String {
        if primary { self.loud(text) } else { self.dim(text) }
    }
}
