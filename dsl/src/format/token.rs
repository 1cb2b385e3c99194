//! The tokens of a text with what the printer needs to know of each: how it was set apart from the
//! one before, and how close it stands to its neighbours.

use std::collections::BTreeSet;

use super::outline::Outline;
use crate::scan::{TokenKind, scan};
use crate::source::Source;

/// Units that may follow a number at a distance.
const FAR_UNITS: [&str; 4] = ["usd", "shares", "coins", "lots"];
/// So many sides and options of a quote may stand on one line.
pub(super) const QUOTE_LINES: usize = 3;
/// Signs of two characters.
const PAIRS: [&str; 9] = ["??", "/?", "<=", ">=", "==", "!=", "..", "?.", "->"];

/// What a token is to the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// A word, number, text or sign.
    Plain,
    /// A number.
    Number,
    /// A comment.
    Comment,
    /// An operator with two operands; the greater the number, the tighter it binds.
    Operator(u32),
    /// `{` before lines; at most so many of them stay on its own line.
    OpenBody(usize),
    /// `{` before a list.
    OpenList,
    /// What happens in a step of a test.
    Event,
}

/// One token.
#[derive(Debug, Clone)]
pub(super) struct Tok {
    pub(super) text: String,
    pub(super) role: Role,
    /// The line of the source, from 1.
    pub(super) line: usize,
    /// The column of the source in characters, from 0.
    pub(super) column: usize,
    /// Line breaks before it; the first token of a text has one.
    pub(super) breaks: usize,
    /// Columns between it and the token before, where both stand on one line.
    pub(super) space: usize,
    /// Whether a line begins here.
    pub(super) starts: bool,
    /// No space before it.
    pub(super) close_before: bool,
    /// No space behind it.
    pub(super) close_after: bool,
}

impl Tok {
    pub(super) fn is_comment(&self) -> bool {
        self.role == Role::Comment
    }

    pub(super) fn is(&self, text: &str) -> bool {
        self.role != Role::Comment && self.text == text
    }

    pub(super) fn width(&self) -> usize {
        self.text.chars().count()
    }

    /// Columns between this token and `next` on one line.
    pub(super) fn gap_to(&self, next: &Tok) -> usize {
        usize::from(!self.close_after && !next.close_before)
    }
}

/// A token's text and place.
struct Raw {
    text: String,
    kind: TokenKind,
    start: u32,
    end: u32,
}

/// Cuts a text without syntax errors into tokens.
pub(super) fn tokens(source: &Source, outline: &Outline) -> Vec<Tok> {
    let raw = merged(source, outline);
    let mut lists = first_braces(&raw, &outline.lists);
    lists.extend(old_states(&raw, outline));
    let tall = first_braces(&raw, &outline.tall);
    let quotes = first_braces(&raw, &outline.quotes);
    let mut tokens = Vec::with_capacity(raw.len());
    let mut before_end = 0;
    let mut solid: Option<&Raw> = None;
    for (at, token) in raw.iter().enumerate() {
        let between = source.text().get(before_end as usize..token.start as usize);
        let between = between.unwrap_or_default();
        let place = source.position(token.start);
        let in_type = in_type(outline, token);
        let unit = token.text == "%" && is_unit(source, token, solid);
        let role = match token.kind {
            TokenKind::Comment => Role::Comment,
            TokenKind::Number => Role::Number,
            _ if solid.is_some_and(|it| outline.times.contains(&it.end)) => Role::Event,
            _ if token.text == "{" && lists.contains(&at) => Role::OpenList,
            _ if token.text == "{" && tall.contains(&at) => Role::OpenBody(0),
            _ if token.text == "{" && quotes.contains(&at) => Role::OpenBody(QUOTE_LINES),
            _ if token.text == "{" => Role::OpenBody(2),
            _ if in_type || unit || outline.negations.contains(&token.start) => Role::Plain,
            TokenKind::Word | TokenKind::Text | TokenKind::OpenText | TokenKind::Sign(_) => {
                strength(&token.text).map_or(Role::Plain, Role::Operator)
            }
        };
        let bracket = matches!(token.text.as_str(), "(" | "[");
        let called = bracket
            && solid.is_some_and(|it| {
                outline.callees.contains(&it.end)
                    || it.text == "twap"
                    // The element of a member's list: `w[m][0]`.
                    || token.text == "[" && it.text == "]"
            });
        let type_sign = in_type && matches!(token.text.as_str(), "<" | "/");
        let closing =
            matches!(token.text.as_str(), ")" | "]" | "," | ":" | ";" | "." | "?." | "..");
        let opening = matches!(token.text.as_str(), "(" | "[" | "." | "?." | "..");
        let option = outline.options.contains(&token.start);
        let is_comment = token.kind == TokenKind::Comment;
        tokens.push(Tok {
            text: token.text.clone(),
            role,
            line: place.line,
            column: place.column.saturating_sub(1),
            breaks: between.matches('\n').count().max(usize::from(at == 0)),
            space: between.chars().count(),
            starts: !is_comment
                && (outline.starts.contains(&token.start)
                    || option && solid.is_none_or(|it| it.text != "}")),
            close_before: !is_comment
                && (closing
                    || called
                    || unit
                    || type_sign
                    || in_type && matches!(token.text.as_str(), ">" | "?")),
            close_after: !is_comment
                && (opening
                    || type_sign
                    || token.text == "-" && outline.negations.contains(&token.start)),
        });
        before_end = token.end;
        if !is_comment {
            solid = Some(token);
        }
    }
    tokens
}

/// How tightly an operator binds, for breaking long lines at the loosest.
fn strength(text: &str) -> Option<u32> {
    Some(match text {
        "or" => 2,
        "and" => 3,
        "==" | "!=" | "<" | "<=" | ">" | ">=" | "has_any" | "has_word" => 4,
        "??" => 5,
        "+" | "-" => 6,
        "*" | "/" | "/?" | "%" => 7,
        _ => return None,
    })
}

fn in_type(outline: &Outline, token: &Raw) -> bool {
    let before = outline.types.partition_point(|span| span.start <= token.start);
    let span = before.checked_sub(1).and_then(|at| outline.types.get(at));
    span.is_some_and(|span| token.end <= span.end)
}

/// Whether `%` is the unit of the number before it.
fn is_unit(source: &Source, token: &Raw, before: Option<&Raw>) -> bool {
    let behind = source.text().get(token.end as usize..).and_then(|rest| rest.chars().next());
    before.is_some_and(|it| it.kind == TokenKind::Number && it.end == token.start)
        && !behind.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// Signs of two characters and numbers with an exponent in one piece; a unit such as `usd` apart
/// from its number; comments without trailing white space.
fn merged(source: &Source, outline: &Outline) -> Vec<Raw> {
    let mut raw: Vec<Raw> = Vec::new();
    for token in scan(source.text()) {
        let text = token.text(source.text());
        let next = Raw {
            text: text.trim_end().to_owned(),
            kind: token.kind,
            start: token.span.start,
            end: token.span.end,
        };
        if let Some(last) = raw.last_mut()
            && last.end == next.start
            && joins(last, &next, outline)
        {
            last.text.push_str(&next.text);
            last.end = next.end;
            continue;
        }
        raw.push(next);
    }
    for token in raw.iter_mut().filter(|token| token.kind == TokenKind::Number) {
        let unit =
            FAR_UNITS.iter().find_map(|unit| token.text.strip_suffix(unit).map(|n| (n, unit)));
        if let Some((number, unit)) = unit {
            token.text = format!("{number} {unit}");
        }
    }
    raw
}

fn joins(last: &Raw, next: &Raw, outline: &Outline) -> bool {
    if last.kind == TokenKind::Number {
        let exponent = |c: char| c == 'e' || c == 'E';
        let open = last.text.ends_with(exponent);
        let signed =
            last.text.strip_suffix(['+', '-']).is_some_and(|rest| rest.ends_with(exponent));
        return open && matches!(next.text.as_str(), "+" | "-")
            || signed && next.kind == TokenKind::Number;
    }
    let signs = [last, next].iter().all(|it| matches!(it.kind, TokenKind::Sign(_)));
    if !signs || in_type(outline, last) || last.text.chars().count() != 1 {
        return false;
    }
    PAIRS.iter().any(|pair| pair.strip_prefix(last.text.as_str()) == Some(next.text.as_str()))
}

/// The places of the first brace behind each offset.
fn first_braces(raw: &[Raw], behind: &BTreeSet<u32>) -> BTreeSet<usize> {
    let first = |offset: &u32| {
        let from = raw.partition_point(|token| token.start < *offset);
        let mut rest = raw.iter().enumerate().skip(from);
        rest.find(|(_, token)| is_brace(token, "{")).map(|(at, _)| at)
    };
    behind.iter().filter_map(first).collect()
}

fn is_brace(token: &Raw, brace: &str) -> bool {
    token.kind != TokenKind::Comment && token.text == brace
}

/// The braces of the old state in `migrate from 1 { old } { new }`: those that others follow.
fn old_states(raw: &[Raw], outline: &Outline) -> BTreeSet<usize> {
    let followed = |open: &usize| {
        let solid = raw.iter().skip(*open).filter(|token| token.kind != TokenKind::Comment);
        let mut rest = solid.skip_while(|token| token.text != "}").skip(1);
        let holds_none = |token: &Raw| !outline.starts.contains(&token.start);
        let inside = raw.iter().skip(*open).take_while(|token| !is_brace(token, "}"));
        inside.into_iter().all(holds_none) && rest.next().is_some_and(|token| token.text == "{")
    };
    first_braces(raw, &outline.migrations).into_iter().filter(followed).collect()
}
