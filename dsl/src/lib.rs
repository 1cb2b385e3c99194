//! Strategy text to syntax tree.
//!
//! What it is: the grammar, the parser with its recovery, spans, the diagnostic codes and how
//! diagnostics are shown. What it is *not*: it resolves no name, checks no type, reads no file and
//! knows nothing of trading. Enter at [`parse`]; show what comes out with [`render()`].

#![forbid(unsafe_code)]

pub mod ast;
mod balance;
mod code;
mod diagnostic;
mod foreign;
mod format;
mod grammar;
mod parser;
mod render;
mod repair;
mod scan;
mod source;
mod span;

pub use code::Code;
pub use diagnostic::{Diagnostic, Edit, Fix, Label, Severity};
pub use format::format;
#[doc(hidden)]
pub use grammar::constructs;
pub use parser::{is_reserved, parse};
pub use render::{Plain, plain, render};
pub use scan::{Token, TokenKind, scan};
pub use source::{Position, Source};
pub use span::Span;

/// What became of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The tree, with error nodes where the text could not be read.
    pub file: ast::File,
    /// What is wrong with the text, in source order.
    pub diagnostics: Vec<Diagnostic>,
}
