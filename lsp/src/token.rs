//! Semantic tokens: what each word is, beyond what a grammar can tell.

use serde_json::{Value, json};
use strat_compiler::index::{Defined, Definition};
use strat_dsl::{Span, Token, TokenKind, is_reserved};

use crate::document::View;
use crate::protocol::Range;
use crate::vocabulary;

/// The kinds of tokens, in the order of the legend.
const KINDS: [&str; 13] = [
    "keyword",
    "type",
    "class",
    "enum",
    "enumMember",
    "variable",
    "parameter",
    "property",
    "function",
    "number",
    "string",
    "comment",
    "event",
];
/// What a token can be besides, one bit each.
const TRAITS: [&str; 3] = ["declaration", "readonly", "defaultLibrary"];

const DECLARATION: u32 = 1;
const READONLY: u32 = 2;
const LIBRARY: u32 = 4;

/// The legend that editors read the numbers with.
pub(crate) fn legend() -> Value {
    json!({ "tokenTypes": KINDS, "tokenModifiers": TRAITS })
}

/// The tokens of a document or of a piece of it.
pub(crate) fn tokens(view: &View<'_>, range: Option<Range>) -> Value {
    let (start, end) = match range {
        Some(range) => (view.offset(range.start), view.offset(range.end)),
        None => (0, u32::MAX),
    };
    let tokens = view.tokens();
    let mut marks: Vec<(Span, &str, u32)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if token.span.end < start || end < token.span.start {
            continue;
        }
        match token.kind {
            TokenKind::Comment => marks.push((token.span, "comment", 0)),
            TokenKind::Number => marks.push((token.span, "number", 0)),
            TokenKind::Text | TokenKind::OpenText => text(view, token.span, &mut marks),
            TokenKind::Word => marks.extend(word(view, &tokens, at)),
            TokenKind::Sign(_) => {}
        }
    }
    json!({ "data": encoded(view, &marks) })
}

/// A text in quotes; the names that stand in its braces are told apart.
fn text(view: &View<'_>, span: Span, marks: &mut Vec<(Span, &'static str, u32)>) {
    let inside = |place: &Span| span.start < place.start && place.end < span.end;
    let uses = view.index().uses.iter();
    let from = view.index().uses.partition_point(|found| found.span.start < span.start);
    let mut start = span.start;
    for found in uses.skip(from).take_while(|found| found.span.start < span.end) {
        if !inside(&found.span) || found.span.start < start {
            continue;
        }
        let Some(of) = view.index().definition(found.of) else { continue };
        marks.push((Span { start, end: found.span.start }, "string", 0));
        let (kind, traits) = named(of);
        marks.push((found.span, kind, traits));
        start = found.span.end;
    }
    marks.push((Span { start, end: span.end }, "string", 0));
}

fn word(view: &View<'_>, tokens: &[Token], at: usize) -> Option<(Span, &'static str, u32)> {
    let span = tokens.get(at)?.span;
    let word = view.source.slice(span);
    if let Some((place, found)) = view.index().at(span.start)
        && place == span
    {
        let (kind, traits) = named(found);
        let own = if found.span == span { DECLARATION } else { 0 };
        return Some((span, kind, traits | own));
    }
    if view.index().call_at(span.end).is_some_and(|call| call.span.end == span.end) {
        return Some((span, "function", LIBRARY));
    }
    let before = at.checked_sub(1).and_then(|at| tokens.get(at));
    if before.is_some_and(|token| token.kind == TokenKind::Sign('.')) {
        return Some((span, "property", 0));
    }
    if before.is_some_and(|token| token.kind == TokenKind::Number) {
        return Some((span, "number", 0));
    }
    let behind = |kind: char| before.is_some_and(|token| token.kind == TokenKind::Sign(kind));
    if vocabulary::TYPES.iter().any(|found| found.word == word)
        && (behind(':') || behind('>') || behind('<') || behind('/') || behind('['))
    {
        return Some((span, "type", LIBRARY));
    }
    if matches!(word, "now" | "account") {
        return Some((span, "variable", READONLY | LIBRARY));
    }
    let known = is_reserved(word)
        || vocabulary::meaning(word).is_some()
        || matches!(word, "true" | "false" | "none" | "step" | "max" | "order" | "by" | "take")
        || matches!(word, "desc" | "asc" | "from" | "size" | "market" | "cold" | "gaps" | "some");
    known.then_some((span, "keyword", 0))
}

fn named(found: &Definition) -> (&'static str, u32) {
    match found.what {
        Defined::Strategy => ("class", 0),
        Defined::Param => ("parameter", READONLY),
        Defined::Let | Defined::Local | Defined::Words => ("variable", READONLY),
        Defined::State | Defined::Broken => ("variable", 0),
        Defined::Instrument | Defined::Universe | Defined::Clock => ("variable", READONLY),
        Defined::Enum => ("enum", 0),
        Defined::Case => ("enumMember", READONLY),
        Defined::Node | Defined::Func => ("function", 0),
        Defined::Event | Defined::Slot => ("event", 0),
        Defined::Import(_) => ("function", LIBRARY),
    }
}

/// Five numbers for each token: lines and units since the one before, length, kind, traits.
fn encoded(view: &View<'_>, marks: &[(Span, &str, u32)]) -> Vec<u32> {
    let mut data = Vec::with_capacity(marks.len() * 5);
    let (mut line, mut character) = (0, 0);
    for (span, kind, traits) in marks {
        let at = view.position(span.start);
        let kind = KINDS.iter().position(|known| known == kind).unwrap_or(0);
        let length = view.encoding.length(view.source.slice(*span));
        if length == 0 {
            continue;
        }
        let since = if at.line == line { at.character - character } else { at.character };
        data.extend([at.line - line, since, length, u32::try_from(kind).unwrap_or(0), *traits]);
        (line, character) = (at.line, at.character);
    }
    data
}
