//! What "expand selection" goes through.

use serde_json::{Value, json};
use strat_dsl::Span;

use crate::document::View;
use crate::fold::braces;
use crate::protocol::Position;

/// For each place the pieces around it, the smallest first, each in the next.
pub(crate) fn selections(view: &View<'_>, places: &[Position]) -> Vec<Value> {
    places.iter().map(|place| selection(view, *place)).collect()
}

fn selection(view: &View<'_>, place: Position) -> Value {
    let offset = view.offset(place);
    let tokens = view.tokens();
    let mut pieces: Vec<Span> = tokens.iter().map(|token| token.span).collect();
    pieces.extend(view.index().values.iter().map(|value| value.span));
    for pair in braces(&tokens) {
        pieces.extend([pair, Span { start: pair.start + 1, end: pair.end - 1 }]);
    }
    let line = view.source.line_span(view.source.line_of(offset));
    let text = view.source.slice(line);
    let indent = text.len() - text.trim_start().len();
    pieces.push(Span::new(line.start as usize + indent, line.end as usize));
    pieces.extend(view.file().items.iter().filter_map(crate::symbol::item_span));
    pieces.push(view.file().span);
    pieces.retain(|span| span.start <= offset && offset <= span.end && !span.is_empty());
    pieces.sort_by_key(|span| (span.len(), span.start));
    let mut chain: Vec<Span> = vec![Span { start: offset, end: offset }];
    for piece in pieces {
        if chain.last().is_some_and(|last| piece.contains(*last) && piece != *last) {
            chain.push(piece);
        }
    }
    chain.iter().rev().fold(Value::Null, |outer, span| {
        let range = view.range(*span);
        if outer.is_null() {
            json!({ "range": range })
        } else {
            json!({ "range": range, "parent": outer })
        }
    })
}
