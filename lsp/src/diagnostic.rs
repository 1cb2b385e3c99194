//! Diagnostics as editors show them.

use std::fmt::Write as _;

use strat_dsl::{Code, Severity, Span};

use crate::document::View;
use crate::protocol::{CodeDescription, Diagnostic, Location, Related};

/// Every diagnostic of a document.
pub(crate) fn diagnostics(view: &View<'_>) -> Vec<Diagnostic> {
    view.found.compiled.diagnostics.iter().map(|found| diagnostic(view, found)).collect()
}

/// One diagnostic: the whole of what `strat check` would print, the other places as links.
pub(crate) fn diagnostic(view: &View<'_>, found: &strat_dsl::Diagnostic) -> Diagnostic {
    let others = found.labels.iter().filter(|label| label.span != found.span);
    let others = others.filter(|label| !label.text.is_empty());
    Diagnostic {
        range: view.range(visible(view, found.span)),
        severity: match found.severity {
            Severity::Error => 1,
            Severity::Warning => 2,
        },
        code: found.code.id(),
        code_description: view
            .settings
            .docs
            .as_ref()
            .map(|docs| CodeDescription { href: format!("{docs}#{}", anchor(found.code)) }),
        source: "strat",
        message: message(found),
        // Unused names are shown paler.
        tags: if found.code == Code::W0101 { vec![1] } else { Vec::new() },
        related_information: others
            .map(|label| Related {
                location: Location {
                    uri: view.uri.to_owned(),
                    range: view.range(visible(view, label.span)),
                },
                message: label.text.clone(),
            })
            .collect(),
    }
}

/// The heading of a code in `docs/errors.md`, as a link names it.
fn anchor(code: Code) -> String {
    let heading = format!("{code} {}", code.title()).to_lowercase();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn message(found: &strat_dsl::Diagnostic) -> String {
    let mut text = found.message.clone();
    let own = found.labels.iter().find(|label| label.span == found.span);
    if let Some(label) = own.filter(|label| !label.text.is_empty()) {
        let _ = write!(text, ": {}", label.text);
    }
    if let Some(why) = &found.why {
        let _ = write!(text, "\nwhy: {why}");
    }
    for fix in &found.fixes {
        let _ = write!(text, "\nfix: {}", fix.text);
    }
    text
}

/// An empty span would not be seen: the character behind it is shown instead, or the one before.
fn visible(view: &View<'_>, span: Span) -> Span {
    if !span.is_empty() {
        return span;
    }
    let line = view.source.line_span(view.source.line_of(span.start));
    let behind = view.source.slice(Span { start: span.start, end: line.end }).chars().next();
    let before = view.source.slice(Span { start: line.start, end: span.start }).chars().last();
    let length = |c: char| u32::try_from(c.len_utf8()).unwrap_or(1);
    match (behind, before) {
        (Some(c), _) => Span { start: span.start, end: span.start + length(c) },
        (None, Some(c)) => Span { start: span.start - length(c), end: span.start },
        (None, None) => span,
    }
}
