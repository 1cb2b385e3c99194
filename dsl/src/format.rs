//! One way to write a strategy down.
//!
//! What it is: white space. The formatter never adds, drops or changes a token, a text or a
//! comment, so that the formatted text means what the text meant. What it is *not*: it mends
//! nothing, and a text with a syntax error is not touched. The rules: two spaces of indentation, a
//! line for each declaration and statement, one space between words, at most one empty line, no
//! line beyond 100 columns if it can be broken. Two things are the author's choice: a body of one
//! or two statements that stands on one line stays there if it fits, and what stands in columns on
//! consecutive lines stays in columns. Enter at [`format()`].

mod align;
mod layout;
mod outline;
mod token;
mod tree;

use crate::diagnostic::Diagnostic;
use crate::parser::parse;
use crate::source::Source;
use outline::Outline;

/// The text in the one style; formatting what comes out changes nothing more.
///
/// # Errors
/// The diagnostics of a text that has a syntax error; there is no formatted text then.
pub fn format(source: &Source) -> Result<String, Vec<Diagnostic>> {
    let parsed = parse(source);
    if parsed.diagnostics.iter().any(Diagnostic::is_error) {
        return Err(parsed.diagnostics);
    }
    let tokens = token::tokens(source, &Outline::new(&parsed.file));
    let (items, tail) = tree::tree(&tokens);
    let mut lines = layout::lines(&items, &tail);
    align::align(&mut lines);
    Ok(text(&lines))
}

fn text(lines: &[layout::Line<'_>]) -> String {
    let mut text = String::new();
    for line in lines {
        if line.blank {
            text.push('\n');
        }
        push_spaces(&mut text, line.indent);
        for piece in line.pieces.iter().chain(&line.note) {
            push_spaces(&mut text, piece.gap);
            text.push_str(&piece.tok.text);
        }
        text.push('\n');
    }
    text
}

fn push_spaces(text: &mut String, count: usize) {
    text.extend(std::iter::repeat_n(' ', count));
}
