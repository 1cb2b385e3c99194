//! From a name to where it is declared and used.

use serde_json::{Value, json};
use strat_compiler::index::Definition;
use strat_dsl::Span;

use crate::document::View;
use crate::protocol::Location;

/// Where the name at `offset` is declared.
pub(crate) fn definition(view: &View<'_>, offset: u32) -> Option<Location> {
    let (_, found) = view.index().at(offset)?;
    written(view, found).then(|| location(view, found.span))
}

/// Every place of the name at `offset`.
pub(crate) fn references(view: &View<'_>, offset: u32, declaration: bool) -> Vec<Location> {
    let Some((_, found)) = view.index().at(offset) else { return Vec::new() };
    let skip = usize::from(!declaration || !written(view, found));
    let places = view.index().places(found);
    places.into_iter().skip(skip).map(|span| location(view, span)).collect()
}

/// The same within the document, told apart by how the name is used: 2 read, 3 written.
pub(crate) fn highlights(view: &View<'_>, offset: u32) -> Vec<Value> {
    let Some((_, found)) = view.index().at(offset) else { return Vec::new() };
    let places = view.index().places(found).into_iter();
    let places = places.skip(usize::from(!written(view, found)));
    places
        .map(|span| {
            let kind = if span == found.span || is_set(view, span) { 3 } else { 2 };
            json!({ "range": view.range(span), "kind": kind })
        })
        .collect()
}

/// Whether the name stands where it is declared; those of the language stand nowhere.
pub(crate) fn written(view: &View<'_>, found: &Definition) -> bool {
    view.source.slice(found.span) == found.name
}

/// `set x = ...`, `next x = ...`
fn is_set(view: &View<'_>, span: Span) -> bool {
    let before = view.text().get(..span.start as usize).unwrap_or_default().trim_end();
    before.ends_with("set") || before.ends_with("next")
}

fn location(view: &View<'_>, span: Span) -> Location {
    Location { uri: view.uri.to_owned(), range: view.range(span) }
}
