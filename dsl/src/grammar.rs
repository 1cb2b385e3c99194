//! The parser that is generated from `grammar.pest`.

use pest::Parser;
use pest::iterators::Pairs;

use crate::source::Source;

/// The generated parser.
#[derive(Debug, pest_derive::Parser)]
#[grammar = "grammar.pest"]
pub(crate) struct Grammar;

/// Each rule of the grammar that a text uses, with the piece that it matched; the expressions in
/// texts are looked into. `None` where the text has a syntax error. It is for tests that ask whether
/// a construct is shown and tried.
#[doc(hidden)]
pub fn constructs(text: &str) -> Option<Vec<(String, &str)>> {
    if !crate::parse(&Source::new("", text)).diagnostics.is_empty() {
        return None;
    }
    let mut out = Vec::new();
    collect(Grammar::parse(Rule::file, text).ok()?, &mut out);
    Some(out)
}

fn collect<'t>(pairs: Pairs<'t, Rule>, out: &mut Vec<(String, &'t str)>) {
    for pair in pairs.flatten() {
        if pair.as_rule() == Rule::str_inner {
            let pieces = pair.as_str().split('{').skip(1);
            for (hole, _) in pieces.filter_map(|piece| piece.split_once('}')) {
                if let Ok(inner) = Grammar::parse(Rule::lone_expr, hole) {
                    collect(inner, out);
                }
            }
        }
        out.push((format!("{:?}", pair.as_rule()), pair.as_str().trim_end()));
    }
}
