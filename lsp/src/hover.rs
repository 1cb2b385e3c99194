//! What stands under the pointer, in the words of the language.

use std::fmt::Write as _;

use serde_json::{Value, json};
use strat_compiler::builtin::Entry;
use strat_compiler::index::fields::{self, Field};
use strat_compiler::index::{Call, Callee, Defined, Definition, Warming};
use strat_dsl::{Span, TokenKind};

use crate::document::View;
use crate::navigate::written;
use crate::protocol::Markup;
use crate::vocabulary;

/// What to show at an offset.
pub(crate) fn hover(view: &View<'_>, offset: u32) -> Option<Value> {
    let mut parts = Vec::new();
    let mut place = None;
    if let Some((span, text)) = what(view, offset) {
        place = Some(span);
        parts.push(text);
    }
    for found in &view.found.compiled.diagnostics {
        if found.span.start <= offset && offset <= found.span.end {
            place = place.or(Some(found.span));
            parts.push(format!("**{}**\n\n{}", found.code, found.code.explanation().trim()));
        }
    }
    let range = view.range(place?);
    Some(json!({ "contents": Markup::markdown(parts.join("\n\n---\n\n")), "range": range }))
}

fn what(view: &View<'_>, offset: u32) -> Option<(Span, String)> {
    if let Some((span, found)) = view.index().at(offset) {
        return Some((span, named(view, span, found)));
    }
    if let Some(call) = view.index().call_at(offset) {
        return Some((call.span, called(view, call)));
    }
    if let Some(found) = field(view, offset) {
        return Some(found);
    }
    let tokens = view.tokens();
    let word = tokens.iter().find(|token| {
        token.span.start <= offset && offset <= token.span.end && token.kind == TokenKind::Word
    });
    if let Some(word) = word
        && let Some(found) = vocabulary::meaning(word.text(view.text()))
        && view.index().value_at(offset).is_none_or(|value| value.span != word.span)
    {
        return Some((word.span, format!("`{}`: {}", found.word, found.doc)));
    }
    let value = view.index().value_at(offset)?;
    let clock = value.clock.map(|clock| view.index().word(clock));
    let warm = view.index().warming(value.span);
    Some((value.span, typed(view, view.index().word(value.spelled), clock, warm)))
}

/// A declared name: how it is declared, its type, when it is new, how long it warms up.
fn named(view: &View<'_>, span: Span, found: &Definition) -> String {
    if let Defined::Import(row) = found.what {
        return library(view, span, row);
    }
    let mut text = String::new();
    if written(view, found) {
        let line = view.source.line_text(view.source.line_of(found.span.start)).trim();
        let _ = write!(text, "```strat\n{line}\n```\n");
    }
    let spelled = found.spelled.map(|word| view.index().word(word));
    let clock = found.clock.map(|clock| view.index().word(clock));
    // A use may know more than the declaration: an option that a guard has opened.
    let value = view.index().value_at(span.start).filter(|value| value.span == span);
    let spelled = value.map(|value| view.index().word(value.spelled)).or(spelled);
    let _ = write!(text, "{}", noun(found.what));
    if let Some(spelled) = spelled.filter(|_| !matches!(found.what, Defined::Instrument)) {
        let _ = write!(text, ": {}", typed(view, spelled, clock, view.index().warming(found.span)));
    }
    if let Some(comment) = written(view, found).then(|| view.comment_above(found.span.start)) {
        let _ = write!(text, "{}", comment.map(|it| format!("\n\n{it}")).unwrap_or_default());
    }
    text
}

/// The type, when it is new and how long it warms up.
fn typed(view: &View<'_>, ty: &str, clock: Option<&str>, warm: Option<&Warming>) -> String {
    let mut text = format!("`{ty}`");
    if let Some(clock) = clock {
        let _ = write!(text, ", new with `{clock}`");
    }
    if let Some(warm) = warm {
        let _ = write!(text, ", {}", warm_up(view, warm));
    }
    text
}

/// `warm after 190 h1 bars`
pub(crate) fn warm_up(view: &View<'_>, warm: &Warming) -> String {
    let clock = &warm.clock;
    let bars = view.index().definitions.iter().any(|found| {
        found.what == Defined::Clock
            && found.name == *clock
            && found.spelled.is_some_and(|word| view.index().word(word).starts_with("bar"))
    });
    match (warm.ticks, bars) {
        (0, _) => "warm at once".to_owned(),
        (1, true) => format!("warm after 1 {clock} bar"),
        (ticks, true) => format!("warm after {ticks} {clock} bars"),
        (1, false) => format!("warm after 1 tick of {clock}"),
        (ticks, false) => format!("warm after {ticks} ticks of {clock}"),
    }
}

fn called(view: &View<'_>, call: &Call) -> String {
    match call.callee {
        Callee::Library(row) => library(view, call.span, row),
        Callee::Prelude(name) => match vocabulary::prelude(name) {
            Some(found) => {
                let (head, says) = found.doc.split_once(": ").unwrap_or((found.word, found.doc));
                format!("```strat\n{head}\n```\n{says}")
            }
            None => format!("`{name}`"),
        },
    }
}

/// A library function, and how long this very call warms up.
fn library(view: &View<'_>, span: Span, row: Entry) -> String {
    let mut text = format!("```strat\n{}\n```\n", vocabulary::signature(row));
    let _ = write!(text, "`{}`: {}", row.module(), vocabulary::description(row));
    let mut calls = view.index().values.iter().filter(|value| value.span.start == span.start);
    let warm = calls.find_map(|value| view.index().warming(value.span));
    if let Some(warm) = warm {
        let _ = write!(text, "\n\nThis one is {}.", warm_up(view, warm));
    }
    text
}

/// A field behind a dot, also within the braces of a text.
fn field(view: &View<'_>, offset: u32) -> Option<(Span, String)> {
    let (before, behind) = view.text().split_at_checked(offset as usize)?;
    let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let head = before.trim_end_matches(is_letter);
    let tail = behind.len() - behind.trim_start_matches(is_letter).len();
    let name = Span::new(head.len(), before.len() + tail);
    let base = head.strip_suffix('.')?;
    let base = base.strip_suffix('?').unwrap_or(base);
    let base = view.index().value_before(u32::try_from(base.len()).ok()?)?;
    let word = view.source.slice(name);
    let Field { name: word, ty, doc } =
        fields::of(base.ty.kind).iter().find(|field| field.name == word)?;
    let value = view.index().value_before(name.end);
    let ty = value.map_or(*ty, |value| view.index().word(value.spelled));
    let clock = value.and_then(|value| value.clock).map(|clock| view.index().word(clock));
    Some((name, format!("`.{word}`: {}\n\n{doc}", typed(view, ty, clock, None))))
}

/// What a name stands for, in a word.
pub(crate) fn noun(what: Defined) -> &'static str {
    match what {
        Defined::Strategy => "strategy",
        Defined::Param => "parameter",
        Defined::Let => "stream",
        Defined::State => "state",
        Defined::Instrument => "instrument",
        Defined::Universe => "universe",
        Defined::Clock => "clock",
        Defined::Enum => "enum",
        Defined::Case => "case",
        Defined::Words => "word list",
        Defined::Node => "node",
        Defined::Func => "function",
        Defined::Local => "value",
        Defined::Event => "event",
        Defined::Slot => "slot of an order",
        Defined::Import(_) => "library function",
        Defined::Broken => "name with an error in its declaration",
    }
}
