//! Braces, parentheses, brackets and quotes, before the grammar sees the text.
//!
//! A text that is balanced passes untouched, however it is indented. In one that is not, indentation
//! and the words at the beginning of lines tell where a block should have ended; the text is mended
//! there, virtually, so that one slip gives one diagnostic and the rest is still judged.

mod walk;

use crate::code::Code;
use crate::diagnostic::{Diagnostic, Edit};
use crate::repair::{Change, Repaired};
use crate::scan::{Token, TokenKind};
use crate::source::Source;
use crate::span::Span;
pub(crate) use walk::begins_anything;
use walk::{Mode, Walk};

/// How deep braces, parentheses and brackets may be nested together.
pub(crate) const DEPTH_MAX: usize = 256;
/// How many operators one expression may have, those around its parentheses included.
pub(crate) const OPERATORS_MAX: usize = 512;
/// So many repairs are not repairs any more.
const REPAIRS_MAX: usize = 100;

/// A slip that the walk over the tokens found.
#[derive(Debug, Clone)]
pub(crate) struct Slip {
    pub(crate) kind: SlipKind,
    /// What the diagnostic points at.
    pub(crate) span: Span,
    /// Where the text is mended.
    pub(crate) mend: usize,
    pub(crate) change: Change,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SlipKind {
    /// Opened and never closed.
    Unclosed(char),
    /// Closed and never opened.
    Stray(char),
    /// A line that ends without the `{` whose `}` follows.
    NoOpener,
    /// Closed by the wrong sign: found, wanted.
    Mismatch(char, char),
    /// A text without its closing quote.
    OpenText,
}

/// What the pass leaves.
#[derive(Debug)]
pub(crate) struct Balanced {
    pub(crate) repaired: Repaired,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Where the text was wrong or mended: syntax errors around these places follow from it.
    pub(crate) spots: Vec<Span>,
}

/// Judge and mend the balance of `source`, or say that it is too deep or too broken to go on.
///
/// `changes` are repairs that have been made already; they go into the same text.
pub(crate) fn balance(
    source: &Source,
    tokens: &[Token],
    mut changes: Vec<(usize, Change)>,
) -> Result<Balanced, Diagnostic> {
    let text = source.text();
    if let Some(span) = too_long(text, tokens) {
        return Err(Diagnostic::new(Code::E0903, span, "this expression is too long")
            .here(format!("operator number {}", OPERATORS_MAX + 1))
            .fix("name its parts with `let` and use the names"));
    }
    let slips = find_slips(text, tokens)?;
    let mut diagnostics: Vec<_> = slips.iter().map(|slip| diagnose(source, slip)).collect();
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    let spots = slips.iter().flat_map(|slip| [slip.span, Span::at(slip.mend)]).collect();
    changes.extend(slips.into_iter().map(|slip| (slip.mend, slip.change)));
    Ok(Balanced { repaired: Repaired::new(text, changes), diagnostics, spots })
}

fn find_slips(text: &str, tokens: &[Token]) -> Result<Vec<Slip>, Diagnostic> {
    let strict = Walk::new(text, tokens, Mode::Strict).run()?;
    if !strict.braces_suspect() {
        return Ok(strict.slips);
    }
    let indented = Walk::new(text, tokens, Mode::Indented).run()?;
    // An unindented text makes every line look like the end of a block.
    let plausible = strict.brace_slips().max(1) + 3;
    let walk = if indented.brace_slips() <= plausible {
        indented
    } else {
        Walk::new(text, tokens, Mode::Items).run()?
    };
    if walk.slips.len() > REPAIRS_MAX {
        let first = walk.slips.first().map_or(Span::at(0), |slip| slip.span);
        return Err(Diagnostic::new(
            Code::E0914,
            first,
            format!("{} unbalanced signs, so the rest was not judged", walk.slips.len()),
        )
        .here("the first of them")
        .fix("make sure that this file is a strategy"));
    }
    Ok(walk.slips)
}

/// The operator that makes an expression longer than allowed.
///
/// A tree of operators is as deep as it is long, so the length is bounded like the depth. A word
/// that begins a statement, a brace, `=`, `:` and `,` begin a new count.
fn too_long(text: &str, tokens: &[Token]) -> Option<Span> {
    let mut outer: Vec<usize> = Vec::new();
    let (mut around, mut count) = (0, 0);
    let mut previous = ' ';
    for token in tokens {
        match token.kind {
            TokenKind::Sign('(' | '[') => {
                outer.push(count);
                around += count;
                count = 0;
            }
            TokenKind::Sign(')' | ']') => {
                count = outer.pop().unwrap_or(0);
                around -= count;
            }
            TokenKind::Sign('{' | '}') => {
                outer.clear();
                (around, count) = (0, 0);
            }
            TokenKind::Sign(',' | ':') => count = 0,
            TokenKind::Sign('=') if !matches!(previous, '=' | '!' | '<' | '>') => count = 0,
            TokenKind::Sign(_) => count += 1,
            TokenKind::Word => {
                let word = token.text(text);
                if outer.is_empty() && walk::begins_anything(word) {
                    count = 0;
                } else if walk::joins(word) {
                    count += 1;
                }
            }
            TokenKind::Number | TokenKind::Text | TokenKind::OpenText | TokenKind::Comment => {}
        }
        previous = if let TokenKind::Sign(sign) = token.kind { sign } else { ' ' };
        if around + count > OPERATORS_MAX {
            return Some(token.span);
        }
    }
    None
}

fn diagnose(source: &Source, slip: &Slip) -> Diagnostic {
    let line = source.line_of(slip.span.start);
    let insert = |c: char| vec![Edit { span: Span::at(slip.mend), replacement: c.to_string() }];
    match slip.kind {
        SlipKind::Unclosed('{') => {
            let end = source.line_of(Span::at(slip.mend).start);
            let header = header(source.line_text(line), slip, source);
            let name =
                if header.is_empty() { "block".to_owned() } else { format!("block of `{header}`") };
            let message = format!("the {name} is not closed");
            let found = Diagnostic::new(Code::E0904, slip.span, message)
                .here(format!("this `{{` of line {line} has no `}}`"));
            let found = if end > line {
                found.label(Span::at(slip.mend), "the next line no longer belongs to it")
            } else {
                found
            };
            let indent: String =
                source.line_text(line).chars().take_while(|c| c.is_whitespace()).collect();
            let closing = if end > line { format!("\n{indent}}}") } else { " }".to_owned() };
            let edit = Edit { span: Span::at(slip.mend), replacement: closing };
            found.fix_with(format!("write `}}` at the end of line {end}"), vec![edit])
        }
        SlipKind::Unclosed(open) => {
            let close = closer(open);
            Diagnostic::new(Code::E0904, slip.span, format!("this `{open}` is not closed"))
                .here(format!("expected `{close}` behind it"))
                .fix_with(format!("write `{close}`"), insert(close))
        }
        SlipKind::Stray(close) => {
            Diagnostic::new(Code::E0905, slip.span, format!("this `{close}` closes nothing"))
                .here(format!("no `{}` is open here", opener(close)))
                .fix_replace(format!("delete it, or write the `{}`", opener(close)), slip.span, "")
        }
        SlipKind::NoOpener => Diagnostic::new(Code::E0904, slip.span, "this block has no `{`")
            .here("expected `{` at the end of this line")
            .fix_with(
                "write `{`",
                vec![Edit { span: Span::at(slip.mend), replacement: " {".to_owned() }],
            ),
        SlipKind::Mismatch(found, wanted) => {
            Diagnostic::new(Code::E0904, slip.span, format!("expected `{wanted}`, found `{found}`"))
                .here(format!("closes a `{}`", opener(wanted)))
                .fix_replace(format!("write `{wanted}`"), slip.span, wanted)
        }
        SlipKind::OpenText => Diagnostic::new(Code::E0910, slip.span, "this text is not closed")
            .here("expected `\"` on the same line")
            .fix_with("write the closing quote", insert('"')),
    }
}

/// What stands before the brace on its line.
fn header<'s>(line_text: &'s str, slip: &Slip, source: &Source) -> &'s str {
    let column = source.position(slip.span.start).column - 1;
    let end = line_text.char_indices().nth(column).map_or(line_text.len(), |(at, _)| at);
    let before = line_text.get(..end).unwrap_or_default();
    before.rsplit(['{', '}']).next().unwrap_or_default().trim()
}

pub(crate) fn closer(open: char) -> char {
    match open {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

fn opener(close: char) -> char {
    match close {
        ')' => '(',
        ']' => '[',
        _ => '{',
    }
}
