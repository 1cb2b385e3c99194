//! The arguments of the call that is being typed.

use serde_json::{Value, json};
use strat_compiler::index::Defined;
use strat_dsl::{Token, TokenKind, ast};

use crate::document::View;
use crate::protocol::Markup;
use crate::vocabulary;

/// A function as its signature is shown.
struct Signature {
    name: String,
    /// Each argument as it is shown, and its name.
    arguments: Vec<(String, String)>,
    result: String,
    doc: String,
}

/// The function around an offset, and which of its arguments stands there.
pub(crate) fn help(view: &View<'_>, offset: u32) -> Option<Value> {
    let tokens = view.tokens();
    let before = tokens.partition_point(|token| token.span.end <= offset);
    let tokens = tokens.get(..before)?;
    let inside = tokens.last().is_none_or(|token| token.kind != TokenKind::Comment);
    let (open, comma, label) = open_call(view, tokens)?;
    let name = tokens.get(open.checked_sub(1)?)?;
    let found = signature(view, name).filter(|_| inside)?;
    let by_name = label.and_then(|label| found.arguments.iter().position(|(_, it)| *it == label));
    let active = by_name.unwrap_or(comma).min(found.arguments.len().saturating_sub(1));
    let mut label = format!("{}(", found.name);
    let mut places = Vec::new();
    for (index, (shown, _)) in found.arguments.iter().enumerate() {
        if index > 0 {
            label.push_str(", ");
        }
        let start = view.encoding.length(&label);
        label.push_str(shown);
        // Labels are counted in UTF-16, whatever was agreed for places; all of them are ASCII.
        places.push(json!({ "label": [start, view.encoding.length(&label)] }));
    }
    label.push(')');
    if !found.result.is_empty() {
        label.push_str(" -> ");
        label.push_str(&found.result);
    }
    Some(json!({
        "signatures": [{
            "label": label,
            "documentation": Markup::markdown(found.doc),
            "parameters": places,
        }],
        "activeSignature": 0,
        "activeParameter": active,
    }))
}

/// The parenthesis that is open at the end, how many commas stand behind it, and the name that the
/// last argument is given by.
fn open_call(view: &View<'_>, tokens: &[Token]) -> Option<(usize, usize, Option<String>)> {
    let (mut depth, mut commas, mut label) = (0_usize, 0, None);
    for (at, token) in tokens.iter().enumerate().rev() {
        match token.kind {
            TokenKind::Sign(')' | ']') => depth += 1,
            TokenKind::Sign('(') if depth == 0 => return Some((at, commas, label)),
            TokenKind::Sign('(' | '[') => depth = depth.saturating_sub(1),
            TokenKind::Sign(',') if depth == 0 => commas += 1,
            TokenKind::Sign(':') if depth == 0 && commas == 0 && label.is_none() => {
                let name = tokens.get(at.checked_sub(1)?)?;
                label = Some(name.text(view.text()).to_owned());
            }
            // A call ends before a brace.
            TokenKind::Sign('{' | '}') => return None,
            _ => {}
        }
    }
    None
}

fn signature(view: &View<'_>, name: &Token) -> Option<Signature> {
    if name.kind != TokenKind::Word {
        return None;
    }
    let word = name.text(view.text());
    if let Some((_, found)) = view.index().at(name.span.end)
        && matches!(found.what, Defined::Func | Defined::Node)
    {
        return own(view, found.span);
    }
    let plain = |arguments: &[&str], doc: &str| Signature {
        name: word.to_owned(),
        arguments: arguments.iter().map(|it| ((*it).to_owned(), (*it).to_owned())).collect(),
        result: String::new(),
        doc: doc.to_owned(),
    };
    if let Some(row) = vocabulary::library().find(|row| row.name() == word) {
        let result = vocabulary::result(row);
        let doc = vocabulary::description(row);
        return Some(Signature { result, ..plain(&vocabulary::arguments(row), &doc) });
    }
    if let Some(found) = vocabulary::prelude(word) {
        let (head, says) = found.doc.split_once(": ")?;
        let inner = head.split_once('(')?.1.trim_end_matches(')');
        return Some(plain(&inner.split(", ").collect::<Vec<_>>(), says));
    }
    Some(match word {
        "bars" => plain(&["instrument", "length"], "A clock: new when the bar has closed."),
        "book" => plain(&["instrument"], "A clock: new when the book changes."),
        "trades" => plain(&["instrument"], "A clock: new at each trade."),
        "session_open" | "session_close" => plain(&["calendar"], "Whose sessions they are."),
        "fill" | "done" | "reject" => plain(&["slot"], "The slot that an order has by `as`."),
        _ => return None,
    })
}

/// A function or node of the author's own.
fn own(view: &View<'_>, declared: strat_dsl::Span) -> Option<Signature> {
    let items = view.file().items.iter().filter_map(|item| match item {
        ast::Item::Func(it) => Some((&it.name, &it.params, &it.result)),
        ast::Item::Node(it) => Some((&it.name, &it.params, &it.result)),
        _ => None,
    });
    let members = view.file().items.iter().flat_map(|item| match item {
        ast::Item::Strategy(it) => it.members.as_slice(),
        _ => &[],
    });
    let members = members.filter_map(|member| match member {
        ast::Member::Func(it) => Some((&it.name, &it.params, &it.result)),
        ast::Member::Node(it) => Some((&it.name, &it.params, &it.result)),
        _ => None,
    });
    let (name, params, result) = items.chain(members).find(|(name, ..)| name.span == declared)?;
    let shown = |field: &ast::Field| view.source.slice(field.span).to_owned();
    Some(Signature {
        name: name.name.clone(),
        arguments: params.iter().map(|it| (shown(it), it.name.name.clone())).collect(),
        result: view.source.slice(result.span).to_owned(),
        doc: view.comment_above(declared.start).unwrap_or_default(),
    })
}
