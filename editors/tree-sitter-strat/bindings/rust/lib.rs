//! The tree-sitter grammar of Strat, for editors and other tools that read strategies without
//! judging them.
//!
//! What it is: a parser that is quick, incremental and lenient, and the queries that editors use
//! for colours, folds and outlines. What it is not: the compiler's parser, whose diagnostics teach.
//! Both accept the same texts; a test compares them.

use tree_sitter_language::LanguageFn;

#[expect(unsafe_code, reason = "the parser is generated C code")]
unsafe extern "C" {
    fn tree_sitter_strat() -> *const ();
}

/// The grammar, to be given to a tree-sitter parser.
#[expect(unsafe_code, reason = "the parser is generated C code")]
// SAFETY: the function comes from the generated parser that is linked in, and returns its grammar.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_strat) };

/// What each node is, as tree-sitter describes it.
pub const NODE_TYPES: &str = include_str!("../../src/node-types.json");

/// Query for colours.
pub const HIGHLIGHTS_QUERY: &str = include_str!("../../queries/highlights.scm");

/// Query for folding.
pub const FOLDS_QUERY: &str = include_str!("../../queries/folds.scm");

/// Query for outlines.
pub const TAGS_QUERY: &str = include_str!("../../queries/tags.scm");

/// Query for which names belong together.
pub const LOCALS_QUERY: &str = include_str!("../../queries/locals.scm");
