//! Another name for what a name stands for, in all its places.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use strat_compiler::index::{Defined, Definition, Index};
use strat_compiler::pipeline::analyse;
use strat_dsl::{Diagnostic, Source, Span, TokenKind, is_reserved};

use crate::document::View;
use crate::navigate::written;

/// The name at `offset`, if it can have another one.
pub(crate) fn prepare(view: &View<'_>, offset: u32) -> Result<Value, String> {
    let (span, found) = renamed(view, offset)?;
    Ok(json!({ "range": view.range(span), "placeholder": found.name }))
}

/// The changes that give the name at `offset` another one. The text is checked with them: a change
/// after which a name would mean something else, or nothing, is refused.
pub(crate) fn rename(view: &View<'_>, offset: u32, name: &str) -> Result<Value, String> {
    let (_, found) = renamed(view, offset)?;
    fits(name)?;
    if name == found.name {
        return Ok(json!({ "changes": {} }));
    }
    let mut places = view.index().places(found);
    places.sort_unstable();
    places.dedup();
    if let Some(missed) = missed(view, found, &places) {
        let line = view.source.line_of(missed.start);
        return Err(format!(
            "line {line} has an error, so that it is not clear what `{}` means there; mend it first",
            found.name
        ));
    }
    means_the_same(view, &places, &found.name, name)?;
    let edits: Vec<_> = places.iter().map(|span| view.edit(*span, name)).collect();
    Ok(json!({ "changes": { view.uri: edits } }))
}

fn renamed<'v>(view: &'v View<'_>, offset: u32) -> Result<(Span, &'v Definition), String> {
    let (span, found) = view.index().at(offset).ok_or("there is no name of yours here")?;
    if let Defined::Import(row) = found.what {
        return Err(format!("`{}` is a function of `{}`", row.name(), row.module()));
    }
    if written(view, found) { Ok((span, found)) } else { Err(of_language(&found.name)) }
}

fn of_language(name: &str) -> String {
    format!("`{name}` is a name of the language")
}

/// Whether a text can be a name at all.
fn fits(name: &str) -> Result<(), String> {
    let mut letters = name.chars();
    let first = letters.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if !first || !letters.all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err(format!("`{name}` is no name: use letters, digits and `_`"));
    }
    if is_reserved(name) || matches!(name, "true" | "false" | "none") {
        return Err(format!("`{name}` is a word of the language and cannot be a name"));
    }
    Ok(())
}

/// A place that spells the name and of which the checker could not tell what it means.
fn missed(view: &View<'_>, found: &Definition, places: &[Span]) -> Option<Span> {
    if !view.found.compiled.has_errors() {
        return None;
    }
    let others: BTreeSet<Span> = {
        let uses = view.index().uses.iter().map(|found| found.span);
        uses.chain(view.index().definitions.iter().map(|found| found.span)).collect()
    };
    let tokens = view.tokens();
    let named = tokens.iter().enumerate().filter(|(_, token)| {
        token.kind == TokenKind::Word && token.text(view.text()) == found.name
    });
    let mut unknown = named.filter(|(at, token)| {
        let known = places.contains(&token.span) || others.contains(&token.span);
        let sign = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map(|token| token.kind);
        let field = sign(at.checked_sub(1)) == Some(TokenKind::Sign('.'));
        let label = sign(Some(at + 1)) == Some(TokenKind::Sign(':'));
        !known && !field && !label
    });
    unknown.next().map(|(_, token)| token.span)
}

/// Check the text with the new name: the same errors, and every use leads where it led.
fn means_the_same(view: &View<'_>, places: &[Span], old: &str, new: &str) -> Result<(), String> {
    let mut text = view.text().to_owned();
    for span in places.iter().rev() {
        text.replace_range(span.range(), new);
    }
    let after = analyse(&Source::new(view.source.name(), text), None);
    let count = |found: &[Diagnostic]| found.iter().filter(|found| found.is_error()).count();
    let before = &view.found.compiled.diagnostics;
    if count(&after.compiled.diagnostics) > count(before) {
        let told: BTreeSet<&str> = before.iter().map(|found| found.message.as_str()).collect();
        let mut errors = after.compiled.diagnostics.iter().filter(|found| found.is_error());
        let first = errors.find(|found| !told.contains(found.message.as_str()));
        let first = first.map_or_else(String::new, |found| format!(": {}", found.message));
        return Err(format!("`{old}` cannot be called `{new}`{first}"));
    }
    let grown = i64::try_from(new.len()).unwrap_or(0) - i64::try_from(old.len()).unwrap_or(0);
    let moved = |span: Span| {
        let before = places.partition_point(|place| place.start < span.start);
        i64::from(span.start) + grown * i64::try_from(before).unwrap_or(0)
    };
    let mut expected = arrows(view.index(), moved);
    let mut found = arrows(&after.index, |span| i64::from(span.start));
    expected.sort_unstable();
    found.sort_unstable();
    if expected == found {
        Ok(())
    } else {
        Err(format!("`{old}` cannot be called `{new}`: another name would change its meaning"))
    }
}

/// From where to where each use leads.
fn arrows(index: &Index, place: impl Fn(Span) -> i64) -> Vec<(i64, i64)> {
    index.uses.iter().map(|found| (place(found.span), place(found.of))).collect()
}
