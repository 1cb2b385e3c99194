//! What to say where the grammar gave up.
//!
//! The text that no rule accepted is looked at again: its first word chooses the rule that was
//! meant, that rule alone is tried on it, and how far it came says what was expected.

mod form;

use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};

use super::{Builder, Found};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Edit};
use crate::grammar::{Grammar, Rule};
use crate::scan::{Token, TokenKind};
use crate::span::Span;
pub use form::is_reserved;
use form::{FOREIGN, FORMS, Form, OPTIONS, expected};

/// Where a text stands that could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    File,
    Strategy,
    Handler,
    Universe,
    Risk,
    Migrate,
    Node,
    Match,
    Quote,
    Test,
    Prop,
}

impl Place {
    /// The place as a person says it, with what begins there.
    fn name(self) -> &'static str {
        match self {
            Self::File => "the top of a file",
            Self::Strategy => "a strategy",
            Self::Handler => "a handler",
            Self::Universe => "a universe",
            Self::Risk => "a risk block",
            Self::Migrate => "a migration",
            Self::Node => "a node",
            Self::Match => "a match",
            Self::Quote => "a quote",
            Self::Test => "a test",
            Self::Prop => "a property",
        }
    }
}

impl Builder<'_> {
    /// Report what is wrong with a text that no rule accepted, unless it follows from a slip of
    /// balance that has been reported. Gives its place.
    pub(super) fn recover(&self, pair: &Found<'_>, place: Place) -> Span {
        let span = self.span(pair);
        let follows = |spot: &Span| spot.start <= span.end && span.start <= spot.end;
        if !self.spots.iter().any(follows) {
            self.report(self.explain(pair, span, place));
        }
        span
    }

    fn explain(&self, pair: &Found<'_>, span: Span, place: Place) -> Diagnostic {
        let Some(first) = self.token_at(span.start) else {
            return unexpected("", span, place);
        };
        let word = self.source.slice(first.span);
        if first.kind != TokenKind::Word {
            return self.no_beginning(first, word, place);
        }
        let forms = || FORMS.iter().filter(|form| form.word == word);
        if let Some(form) = forms().find(|form| form.places.contains(&place)) {
            if let Some(found) = self.second_parse(pair, form, first.span) {
                return found;
            }
        } else if let Some(form) = forms().next() {
            let home = form.places.first().copied().unwrap_or(Place::File);
            let message = format!("`{word}` does not belong in {}", place.name());
            return Diagnostic::new(Code::E0900, first.span, message)
                .here(format!("belongs in {}", home.name()))
                .fix(format!("move it, as in `{}`", form.example));
        }
        if let Some(found) = self.option(first, word, place) {
            return found;
        }
        if let Some((_, instead)) = FOREIGN.iter().find(|(foreign, _)| *foreign == word) {
            return Diagnostic::new(
                Code::E0902,
                first.span,
                format!("there is no `{word}` in this language"),
            )
            .here("not a word of the language")
            .why("every reaction must finish in a known time and do the same on every host")
            .fix(*instead);
        }
        if place == Place::Handler && self.is_assignment(first.span.end) {
            let edit =
                Edit { span: Span { end: span.start, ..span }, replacement: "set ".to_owned() };
            return Diagnostic::new(Code::E0917, first.span, "an assignment begins with `set`")
                .here("expected `set` before it")
                .fix_with(format!("set {word} = ..."), vec![edit]);
        }
        if word == "else" && first.indent.is_none() {
            return Diagnostic::new(Code::E0917, first.span, "this `else` has no reason")
                .here("expected a text in quotes behind it")
                .fix("say why the reaction ends: `else \"no ask\"`");
        }
        unknown_word(word, first.span, place)
    }

    /// Try the rule alone and say what it missed.
    fn second_parse(&self, pair: &Found<'_>, form: &Form, first: Span) -> Option<Diagnostic> {
        let error = Grammar::parse(form.rule, pair.as_str()).err()?;
        let offset = match error.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        };
        let offset = self.base + pair.as_span().start() + offset;
        let at = self.repaired.original(offset, offset).start;
        let end = self.span(pair).end;
        let positives = match &error.variant {
            ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
            ErrorVariant::CustomError { .. } => &[],
        };
        let wanted = expected(positives);
        let found = self.token_at(at).filter(|token| token.span.start < end);
        let word = found.map_or("the end", |token| self.source.slice(token.span));
        let names = positives.iter().any(|rule| matches!(rule, Rule::ident));
        if let Some(token) = found.filter(|_| names && is_reserved(word)) {
            let message = format!("`{word}` is a reserved word and cannot be a name");
            return Some(
                Diagnostic::new(Code::E0915, token.span, message)
                    .here("expected a name")
                    .fix(format!("choose another name, such as `my_{word}`")),
            );
        }
        let previous = self.end_before(at).max(first.end);
        let same_line =
            |token: &&Token| self.source.line_of(token.span.start) == self.source.line_of(previous);
        let place = match found.filter(same_line) {
            Some(token) => token.span,
            None => Span { start: previous, end: previous },
        };
        let message = format!("this `{}` cannot be read: expected {wanted}", form.word);
        Some(
            Diagnostic::new(Code::E0900, place, message)
                .here(format!("expected {wanted}, found `{word}`"))
                .fix(format!("the form is `{}`", form.example)),
        )
    }

    /// A word behind an order, which is or resembles one of its options.
    fn option(&self, first: &Token, word: &str, place: Place) -> Option<Diagnostic> {
        if !matches!(place, Place::Handler | Place::Quote) || first.indent.is_some() {
            return None;
        }
        if let Some((_, form)) = OPTIONS.iter().find(|(option, _)| *option == word) {
            let message = format!("`{word}` cannot be read: its value is missing or unknown");
            return Some(
                Diagnostic::new(Code::E0917, first.span, message)
                    .here("an option of an order")
                    .fix(format!("the form is {form}")),
            );
        }
        // `post-only` is three tokens.
        let index = self.tokens.partition_point(|token| token.span.start <= first.span.start);
        let span = match self.tokens.get(index..index + 2) {
            Some([dash, tail]) if dash.kind == TokenKind::Sign('-') => first.span.to(tail.span),
            _ => first.span,
        };
        let whole = self.source.slice(span).replace('-', "_");
        let known = OPTIONS.iter().map(|(option, _)| *option).filter(|option| option.len() > 3);
        let (steps, near) = known.map(|known| (distance(&whole, known), known)).min()?;
        (steps <= 2).then(|| {
            Diagnostic::new(
                Code::E0909,
                span,
                format!("unknown word `{}`", self.source.slice(span)),
            )
            .here(format!("did you mean `{near}`?"))
            .fix_replace(format!("write `{near}`"), span, near)
        })
    }

    /// The text begins with something that begins nothing.
    fn no_beginning(&self, first: &Token, text: &str, place: Place) -> Diagnostic {
        let line = self.source.line_of(first.span.start);
        let before = self.end_before(first.span.start);
        let after_text = self.token_before(first.span.start).map(|token| token.kind);
        if text == "+" && after_text == Some(TokenKind::Text) {
            return Diagnostic::new(Code::E0902, first.span, "texts are not joined with `+`")
                .here("values stand inside the text")
                .fix("write `log \"size {yes.position.size}\"`");
        }
        if before > 0 && self.source.line_of(before) == line {
            let message = format!("`{text}` does not fit here");
            return Diagnostic::new(Code::E0900, first.span, message)
                .here("what stands before it is complete")
                .fix("delete it, or write the operator or word that is missing before it");
        }
        unexpected(text, first.span, place)
    }

    fn token_before(&self, offset: u32) -> Option<&Token> {
        let count = self.tokens.partition_point(|token| token.span.start < offset);
        let before = self.tokens.get(..count).unwrap_or_default();
        before.iter().rev().find(|token| token.kind != TokenKind::Comment)
    }

    fn token_at(&self, offset: u32) -> Option<&Token> {
        let index = self.tokens.partition_point(|token| token.span.end <= offset);
        let rest = self.tokens.get(index..)?;
        rest.iter().find(|token| token.kind != TokenKind::Comment)
    }

    /// Whether a single `=` or an index and `=` follows.
    fn is_assignment(&self, offset: u32) -> bool {
        let index = self.tokens.partition_point(|token| token.span.start < offset);
        let kind = |at: usize| self.tokens.get(index + at).map(|token| token.kind);
        kind(0) == Some(TokenKind::Sign('=')) && kind(1) != Some(TokenKind::Sign('='))
    }
}

fn unexpected(text: &str, span: Span, place: Place) -> Diagnostic {
    let message = format!("`{text}` begins nothing in {}", place.name());
    Diagnostic::new(Code::E0900, span, message).here("not expected here").fix(format!(
        "{} holds {}",
        place.name(),
        words_of(place)
    ))
}

/// A word that begins nothing here; names the nearest that does.
pub(super) fn unknown_word(word: &str, span: Span, place: Place) -> Diagnostic {
    let begins = FORMS.iter().filter(|form| form.places.contains(&place));
    let nearest = begins
        .map(|form| (distance(word, form.word), form.word))
        .filter(|(steps, known)| *steps <= (known.len().min(word.len()) / 3).clamp(1, 2))
        .min();
    match nearest {
        Some((_, known)) => Diagnostic::new(Code::E0909, span, format!("unknown word `{word}`"))
            .here(format!("did you mean `{known}`?"))
            .fix_replace(format!("write `{known}`"), span, known),
        None => Diagnostic::new(
            Code::E0909,
            span,
            format!("`{word}` begins nothing in {}", place.name()),
        )
        .here("not known here")
        .fix(format!("{} holds {}", place.name(), words_of(place))),
    }
}

fn words_of(place: Place) -> String {
    let mut words: Vec<String> = FORMS
        .iter()
        .filter(|form| form.places.contains(&place))
        .map(|form| format!("`{}`", form.word))
        .collect();
    match place {
        Place::Risk => words.push("rules such as `max_position: 100 shares`".to_owned()),
        Place::Migrate => words.push("lines such as `phase = Phase.idle`".to_owned()),
        Place::Match => words.push("cases such as `Phase.idle -> { }`".to_owned()),
        Place::File
        | Place::Strategy
        | Place::Handler
        | Place::Universe
        | Place::Node
        | Place::Quote
        | Place::Test
        | Place::Prop => {}
    }
    words.join(", ")
}

/// How many letters must be added, dropped, replaced or swapped with their neighbour.
fn distance(from: &str, to: &str) -> usize {
    const LENGTH_MAX: usize = 24;
    if from.len() > LENGTH_MAX {
        return LENGTH_MAX;
    }
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(LENGTH_MAX);
            let mut steps = cell(&row, j) + usize::from(a != b);
            steps = steps.min(cell(&row, j + 1) + 1).min(cell(&next, j) + 1);
            let swapped = i > 0 && j > 0 && from.get(i - 1) == Some(b) && to.get(j - 1) == Some(a);
            if swapped {
                steps = steps.min(cell(&before, j - 1) + 1);
            }
            next.push(steps);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(LENGTH_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_single_slips() {
        let cases =
            [("lett", "let", 1), ("pram", "param", 1), ("tset", "test", 1), ("abc", "x", 3)];
        for (from, to, steps) in cases {
            assert_eq!(distance(from, to), steps, "{from} {to}");
        }
    }

    #[test]
    fn every_example_is_read_by_its_own_rule() {
        for form in FORMS {
            let pairs = Grammar::parse(form.rule, form.example);
            let read = pairs.map(|mut pairs| pairs.next().map(|pair| pair.as_str().len()));
            assert_eq!(read.ok().flatten(), Some(form.example.len()), "{}", form.example);
        }
    }
}
