//! From text to tree: balance, grammar, tree, and what to say where the grammar gave up.

mod expr;
mod item;
mod literal;
mod member;
mod recover;
mod stmt;
mod test;

pub use recover::is_reserved;

use std::cell::RefCell;
use std::iter::{Filter, Peekable};

use pest::Parser;
use pest::iterators::{Pair, Pairs};

use crate::ast::{Comment, File, Ident, Item};
use crate::balance::{Balanced, balance};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::foreign::{Foreign, foreign};
use crate::repair::Repaired;
use crate::scan::{Token, TokenKind, scan};
use crate::source::Source;
use crate::span::Span;
use crate::{Parsed, grammar};
use grammar::{Grammar, Rule};

/// The largest text that is read, in bytes.
const TEXT_MAX: usize = 1 << 20;
/// After so many diagnostics the rest is withheld.
const DIAGNOSTICS_MAX: usize = 100;

/// Read a source text.
///
/// Always gives a tree: where the text could not be read, error nodes stand in it, and a strategy
/// with a syntax error inside is marked. Texts of more than one mebibyte and texts that are nested
/// more than 256 deep give a single diagnostic and an empty tree.
pub fn parse(source: &Source) -> Parsed {
    let span = Span::new(0, source.text().len());
    let mut file = File { items: Vec::new(), comments: Vec::new(), span };
    if source.text().len() > TEXT_MAX {
        let found = Diagnostic::new(Code::E0913, Span::at(0), "this file is too large")
            .here(format!("{} bytes, at most {TEXT_MAX} are read", source.text().len()))
            .fix("give the strategy's own file; shared parts are imported");
        return Parsed { file, diagnostics: vec![found] };
    }
    let mut tokens = scan(source.text());
    file.comments = comments(source.text(), &tokens);
    let Foreign { changes, diagnostics: foreign, hidden } = foreign(source, &tokens);
    let mut hidden = hidden.into_iter().peekable();
    tokens.retain(|token| {
        while hidden.next_if(|span| span.end <= token.span.start).is_some() {}
        hidden.peek().is_none_or(|span| token.span.start < span.start)
    });
    let balanced = match balance(source, &tokens, changes) {
        Ok(balanced) => balanced,
        Err(diagnostic) => return Parsed { file, diagnostics: vec![diagnostic] },
    };
    let Balanced { repaired, mut diagnostics, spots } = balanced;
    diagnostics.splice(0..0, foreign);
    let builder = Builder {
        source,
        repaired: &repaired,
        tokens: &tokens,
        comments: &file.comments,
        spots: &spots,
        base: 0,
        diagnostics: RefCell::new(diagnostics),
    };
    match Grammar::parse(Rule::file, &repaired.text) {
        Ok(pairs) => file.items = builder.items(pairs),
        // Every rule of a file can recover, so only the guard of the stack ends here.
        Err(_) => builder.report(
            Diagnostic::new(Code::E0903, Span::at(0), "this file is nested too deeply")
                .fix("name the inner parts with `let`, or split the blocks"),
        ),
    }
    let mut diagnostics = builder.diagnostics.into_inner();
    if file.items.is_empty() && diagnostics.is_empty() {
        diagnostics.push(
            Diagnostic::new(Code::E0912, Span::at(0), "there is no strategy in this file")
                .fix("begin one: `strategy name { version 1 ... }`"),
        );
    }
    mark(&mut file, &diagnostics);
    Parsed { file, diagnostics: in_order(source, diagnostics) }
}

/// Mark what has a syntax error inside.
fn mark(file: &mut File, diagnostics: &[Diagnostic]) {
    let mut starts: Vec<Span> = diagnostics.iter().map(|found| found.span).collect();
    starts.sort_unstable();
    let broken = |span: Span| {
        let first = starts.partition_point(|found| found.start < span.start);
        let inside = starts.iter().skip(first).take_while(|found| found.start <= span.end);
        inside.clone().any(|found| span.contains(*found))
    };
    for item in &mut file.items {
        match item {
            Item::Strategy(it) => it.has_syntax_error = broken(it.span),
            Item::Test(it) => it.has_syntax_error = broken(it.span),
            Item::Prop(it) => it.has_syntax_error = broken(it.span),
            Item::Import(_)
            | Item::Node(_)
            | Item::Func(_)
            | Item::Enum(_)
            | Item::Words(_)
            | Item::Error(_) => {}
        }
    }
}

/// Sort by place, keep the first of each line (what follows on a line follows from it), and cut.
fn in_order(source: &Source, mut diagnostics: Vec<Diagnostic>) -> Vec<Diagnostic> {
    diagnostics.sort_by_key(|found| found.span);
    diagnostics.dedup_by_key(|found| source.line_of(found.span.start));
    if diagnostics.len() > DIAGNOSTICS_MAX {
        let rest = diagnostics.split_off(DIAGNOSTICS_MAX);
        if let Some(next) = rest.first() {
            let message = format!("further errors withheld: {}", rest.len());
            diagnostics.push(
                Diagnostic::new(Code::E0914, next.span, message)
                    .here("the next one is here")
                    .fix("mend the first ones and check again"),
            );
        }
    }
    diagnostics
}

fn comments(text: &str, tokens: &[Token]) -> Vec<Comment> {
    let comments = tokens.iter().filter(|token| token.kind == TokenKind::Comment);
    comments
        .map(|token| {
            let body = token.text(text).trim_start_matches('/').trim().to_owned();
            Comment { span: token.span, text: body }
        })
        .collect()
}

/// What the grammar found in one place.
type Found<'i> = Pair<'i, Rule>;

/// Builds the tree from what the grammar found.
#[derive(Debug)]
struct Builder<'s> {
    source: &'s Source,
    repaired: &'s Repaired,
    tokens: &'s [Token],
    comments: &'s [Comment],
    spots: &'s [Span],
    /// Offset in the repaired text of what is parsed; not 0 inside a text in quotes.
    base: usize,
    /// In a cell because the three closures of the Pratt parser all report.
    diagnostics: RefCell<Vec<Diagnostic>>,
}

impl Builder<'_> {
    fn report(&self, diagnostic: Diagnostic) {
        self.diagnostics.borrow_mut().push(diagnostic);
    }

    /// The place of a pair, without the white space and comments behind it.
    fn span(&self, pair: &Found<'_>) -> Span {
        let at = pair.as_span();
        let trimmed = at.start() + pair.as_str().trim_end().len();
        let found = self.repaired.original(self.base + at.start(), self.base + trimmed);
        let end = self.end_before(found.end);
        if found.start < end && end < found.end { Span { end, ..found } } else { found }
    }

    /// Where the last token that begins before `offset` ends.
    fn end_before(&self, offset: u32) -> u32 {
        let count = self.tokens.partition_point(|token| token.span.start < offset);
        let before = self.tokens.get(..count).unwrap_or_default();
        let token = before.iter().rev().find(|token| token.kind != TokenKind::Comment);
        token.map_or(0, |token| token.span.end)
    }

    /// The empty place behind the token before `pair`, for what is missing there.
    fn behind_previous(&self, pair: &Found<'_>) -> Span {
        let start = self.span(pair).start;
        let end = if self.base == 0 { self.end_before(start).min(start) } else { start };
        Span { start: end, end }
    }

    fn ident(&self, pair: Option<Found<'_>>) -> Ident {
        match pair {
            Some(pair) => Ident { name: pair.as_str().to_owned(), span: self.span(&pair) },
            None => Ident { name: String::new(), span: Span::default() },
        }
    }

    fn idents(&self, pair: Found<'_>) -> Vec<Ident> {
        Parts::new(pair).rest().map(|part| self.ident(Some(part))).collect()
    }

    /// The comment lines directly above.
    fn doc(&self, pair: &Found<'_>) -> Option<String> {
        let start = self.span(pair).start;
        let mut line = self.source.line_of(start);
        let above = self.comments.partition_point(|comment| comment.span.start < start);
        let mut lines = Vec::new();
        for comment in self.comments.get(..above).unwrap_or_default().iter().rev() {
            let stands_alone = self.source.line_of(comment.span.start) + 1 == line
                && self.source.line_text(line - 1).trim_start().starts_with("//");
            if !stands_alone {
                break;
            }
            lines.push(comment.text.as_str());
            line -= 1;
        }
        lines.reverse();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}

/// The parts of a pair, without the words and signs that only mark their place.
#[derive(Debug)]
struct Parts<'i>(Peekable<Filter<Pairs<'i, Rule>, Carries<'i>>>);

/// Whether a part carries more than its place.
type Carries<'i> = fn(&Found<'i>) -> bool;

impl<'i> Parts<'i> {
    fn new(pair: Found<'i>) -> Self {
        let carries: Carries<'i> = |part| !is_mark(part.as_rule());
        Self(pair.into_inner().filter(carries).peekable())
    }

    fn take(&mut self) -> Option<Found<'i>> {
        self.0.next()
    }

    /// The next part, if it is of this rule.
    fn take_if(&mut self, rule: Rule) -> Option<Found<'i>> {
        self.0.next_if(|part| part.as_rule() == rule)
    }

    fn rest(self) -> impl Iterator<Item = Found<'i>> {
        self.0
    }
}

/// Words and signs stand together in the grammar, so that their rules are a range.
fn is_mark(rule: Rule) -> bool {
    (Rule::kw_import..=Rule::at_sign).contains(&rule)
        || matches!(rule, Rule::EOI | Rule::no_then | Rule::no_otherwise)
}
