//! What could be typed next, the likeliest first.
//!
//! Two questions are asked: what kind of thing stands at this place of the text ([`context`]), and
//! for values, which names the checker sees there and which type it expects. The second is
//! answered by checking the text with a made-up name at the place.

mod context;
mod offer;

use serde_json::{Value, json};
use strat_compiler::pipeline::{Analysis, analyse};
use strat_dsl::{Source, Span, Token, TokenKind};

use crate::document::View;
use context::{Context, Place};
use offer::Offer;

/// The made-up name. Nobody else calls anything so.
const NAME: &str = "completed_here__";

/// What could stand at an offset. Complete for the word at hand: editors filter as typing goes on.
pub(crate) fn complete(view: &View<'_>, offset: u32) -> Value {
    let tokens = view.tokens();
    let asked = Asked::new(view, &tokens, offset);
    let Some(asked) = asked else { return json!([]) };
    let context = Context::new(view.text(), &tokens, asked.word.start);
    let mut offer = Offer::new(view, asked.word);
    if asked.unit {
        let found = Asked::analyse(view, asked.number);
        offer.units(&found, &context.place());
        return offer.done();
    }
    let place = if asked.in_text { asked.inside(view.text()) } else { context.place() };
    match place {
        Place::Nothing => {}
        Place::Modules(start) => {
            offer.modules(Span { start, end: asked.word.end });
        }
        Place::Functions(module) => offer.functions_of(&module),
        Place::Member(dot) => {
            let found = Asked::analyse(view, asked.word);
            if offer.fields(&found, dot) {
                return offer.done();
            }
            // What stands around could not be read: the value alone can.
            if let Some((found, end)) = Asked::alone(view, &tokens, dot) {
                offer.fields(&found, end);
            }
        }
        place => {
            let found = Asked::analyse(view, asked.word);
            offer.place(&found, &context, &place);
        }
    }
    offer.done()
}

/// Where the completion goes.
struct Asked {
    /// The word that is being typed; empty where none has been begun.
    word: Span,
    /// The number before it, if the word is its unit.
    number: Span,
    unit: bool,
    /// Within the braces of a text.
    in_text: bool,
}

impl Asked {
    fn new(view: &View<'_>, tokens: &[Token], offset: u32) -> Option<Self> {
        let text = view.text();
        let before = text.get(..offset as usize)?;
        let is_letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let begun = before.len() - before.trim_end_matches(is_letter).len();
        let start = before.len() - begun;
        let rest = text.get(offset as usize..)?;
        let end = before.len() + rest.len() - rest.trim_start_matches(is_letter).len();
        let word = Span::new(start, end);
        let covers = |token: &&Token| token.span.start < offset && offset <= token.span.end;
        let at = tokens.iter().find(covers);
        let in_text = match at.map(|token| token.kind) {
            Some(TokenKind::Comment) => return None,
            Some(TokenKind::Text | TokenKind::OpenText) => {
                let at = at?;
                let inner = text.get(at.span.start as usize..offset as usize)?;
                let open = inner.rfind('{')?;
                let closed = inner.get(open..)?.contains('}');
                if closed || inner.get(..open)?.ends_with('\\') {
                    return None;
                }
                true
            }
            _ => false,
        };
        // `10sh`: the scan takes it for a number. `10 sh`: a unit may stand at a distance.
        let number = if let Some(token) = at.filter(|token| token.kind == TokenKind::Number) {
            Some(token.span)
        } else {
            let last = tokens.iter().rev().find(|token| token.span.end <= word.start);
            let last = last.filter(|token| token.kind == TokenKind::Number);
            let apart = |token: &&Token| {
                let gap = text.get(token.span.end as usize..word.start as usize);
                let bare = token.text(text).ends_with(|c: char| c.is_ascii_digit());
                bare && gap.is_some_and(|gap| gap == " ")
            };
            last.filter(apart).map(|token| token.span)
        };
        let Some(number) = number else {
            return Some(Self { word, number: word, unit: false, in_text });
        };
        let inner = text.get(number.range())?;
        let digits = inner.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
        let from = number.start + u32::try_from(digits).ok()?;
        let word = if number.end >= word.start && number.start < word.end && from <= offset {
            Span { start: from, end: word.end }
        } else {
            word
        };
        Some(Self { word, number: number.to(word), unit: true, in_text })
    }

    /// What stands within the braces of a text: a field or another value.
    fn inside(&self, text: &str) -> Place {
        let before = text.get(..self.word.start as usize).unwrap_or_default();
        let Some(value) = before.strip_suffix('.') else { return Place::Value };
        let value = value.strip_suffix('?').unwrap_or(value);
        Place::Member(u32::try_from(value.len()).unwrap_or(u32::MAX))
    }

    /// The text with the made-up name in place of `place`, checked.
    fn analyse(view: &View<'_>, place: Span) -> Analysis {
        let mut text = view.text().to_owned();
        text.replace_range(place.range(), NAME);
        analyse(&Source::new(view.source.name(), text), Some(place.start))
    }

    /// The value before a dot, alone on its line.
    fn alone(view: &View<'_>, tokens: &[Token], dot: u32) -> Option<(Analysis, u32)> {
        let before = tokens.partition_point(|token| token.span.end <= dot);
        let mut start = dot;
        for (at, token) in tokens.get(..before)?.iter().enumerate().rev() {
            if token.span.end != start {
                break;
            }
            match token.kind {
                TokenKind::Word | TokenKind::Sign('.' | '?') => start = token.span.start,
                _ => break,
            }
            let name = token.kind == TokenKind::Word;
            let follows = at.checked_sub(1).and_then(|at| tokens.get(at));
            if name && follows.is_none_or(|token| token.span.end != start) {
                break;
            }
        }
        let line = view.source.line_span(view.source.line_of(dot));
        let value = view.text().get(start as usize..dot as usize)?;
        let braces: String =
            view.source.slice(line).chars().filter(|c| matches!(c, '{' | '}')).collect();
        // `log` takes any value. The braces keep what is around in shape.
        let (open, close) = braces.split_at(braces.len() - braces.trim_start_matches('{').len());
        let lead = format!("{open}log \"{{");
        let mut text = view.text().to_owned();
        text.replace_range(line.range(), &format!("{lead}{value}.{NAME}}}\" {close}"));
        let end = line.start as usize + lead.len() + value.len();
        let found = analyse(&Source::new(view.source.name(), text), None);
        Some((found, u32::try_from(end).ok()?))
    }
}
