//! Code actions: the changes that diagnostics offer.

use serde_json::{Value, json};
use strat_dsl::{Edit, Fix, Span};

use crate::diagnostic::diagnostic;
use crate::document::View;
use crate::protocol::{Range, TextEdit};

/// The kind of an action that mends one place.
const QUICK: &str = "quickfix";
/// The kind of the action that mends all.
const ALL: &str = "source.fixAll";

/// What can be mended in a range, and the whole file at once.
pub(crate) fn actions(view: &View<'_>, range: Range, only: Option<&[String]>) -> Vec<Value> {
    let wanted = |kind: &str| {
        let within = |asked: &String| {
            kind.strip_prefix(asked.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || asked.is_empty())
        };
        only.is_none_or(|only| only.iter().any(within))
    };
    let asked = Span { start: view.offset(range.start), end: view.offset(range.end) };
    let mut actions = Vec::new();
    if wanted(QUICK) {
        for found in &view.found.compiled.diagnostics {
            let near = found.span.start <= asked.end && asked.start <= found.span.end;
            if !near {
                continue;
            }
            let fixes = found.fixes.iter().filter(|fix| !fix.edits.is_empty());
            for (index, fix) in fixes.enumerate() {
                actions.push(json!({
                    "title": title(fix),
                    "kind": QUICK,
                    "diagnostics": [diagnostic(view, found)],
                    "isPreferred": index == 0,
                    "edit": change(view, &fix.edits),
                }));
            }
        }
    }
    let all = all_edits(view);
    // One fix for all is no more than the fix itself.
    let several = view
        .found
        .compiled
        .diagnostics
        .iter()
        .filter(|found| found.fixes.iter().any(|fix| !fix.edits.is_empty()));
    let title = "Apply every fix in this file";
    if several.count() > 1 && wanted(QUICK) && !actions.is_empty() {
        actions.push(json!({ "title": title, "kind": QUICK, "edit": change(view, &all) }));
    }
    if !all.is_empty() && only.is_some() && wanted(ALL) {
        actions.push(json!({ "title": title, "kind": ALL, "edit": change(view, &all) }));
    }
    actions
}

/// The advice, as the name of an action.
fn title(fix: &Fix) -> String {
    let first = fix.text.lines().next().unwrap_or_default();
    let mut letters = first.chars();
    letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
}

/// The best fix of each diagnostic, without those that overlap an earlier one.
fn all_edits(view: &View<'_>) -> Vec<Edit> {
    let mut taken: Vec<Edit> = Vec::new();
    for found in &view.found.compiled.diagnostics {
        let Some(fix) = found.fixes.iter().find(|fix| !fix.edits.is_empty()) else { continue };
        let same = |edit: &Edit| taken.contains(edit);
        let free = |edit: &Edit| {
            taken.iter().all(|other| {
                let apart = edit.span.end <= other.span.start || other.span.end <= edit.span.start;
                apart && edit.span != other.span
            })
        };
        if fix.edits.iter().all(free) && !fix.edits.iter().any(same) {
            taken.extend(fix.edits.iter().cloned());
        }
    }
    taken.sort_by_key(|edit| edit.span);
    taken
}

fn change(view: &View<'_>, edits: &[Edit]) -> Value {
    let edits: Vec<TextEdit> =
        edits.iter().map(|edit| view.edit(edit.span, edit.replacement.as_str())).collect();
    json!({ "changes": { view.uri: edits } })
}
