//! The parser that is generated from `grammar.pest`.

/// The generated parser.
#[derive(Debug, pest_derive::Parser)]
#[grammar = "grammar.pest"]
pub(crate) struct Grammar;
