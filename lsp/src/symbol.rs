//! The outline of a document.

use strat_dsl::{Span, ast};

use crate::document::View;
use crate::protocol::Symbol;

/// Kinds of the protocol.
mod kind {
    pub(super) const MODULE: u8 = 2;
    pub(super) const CLASS: u8 = 5;
    pub(super) const FIELD: u8 = 8;
    pub(super) const ENUM: u8 = 10;
    pub(super) const FUNCTION: u8 = 12;
    pub(super) const VARIABLE: u8 = 13;
    pub(super) const CONSTANT: u8 = 14;
    pub(super) const ARRAY: u8 = 18;
    pub(super) const KEY: u8 = 20;
    pub(super) const CASE: u8 = 22;
    pub(super) const EVENT: u8 = 24;
}

/// Every declaration, those of a strategy inside it.
pub(crate) fn symbols(view: &View<'_>) -> Vec<Symbol> {
    view.file().items.iter().filter_map(|item| item_symbol(view, item)).collect()
}

fn item_symbol(view: &View<'_>, item: &ast::Item) -> Option<Symbol> {
    match item {
        ast::Item::Import(it) => {
            let parts: Vec<&str> = it.path.iter().map(|part| part.name.as_str()).collect();
            let first = it.path.first()?.span;
            let place = it.path.iter().fold(first, |span, part| span.to(part.span));
            symbol(view, &parts.join("."), None, kind::MODULE, it.span, place)
        }
        ast::Item::Strategy(it) => {
            let title = it.title.as_ref().map(|title| title.value.clone());
            let found = named(view, &it.name, title, kind::CLASS, it.span)?;
            let members = it.members.iter().filter_map(|member| member_symbol(view, member));
            Some(Symbol { children: members.collect(), ..found })
        }
        ast::Item::Node(it) => named(view, &it.name, None, kind::FUNCTION, it.span),
        ast::Item::Func(it) => named(view, &it.name, None, kind::FUNCTION, it.span),
        ast::Item::Enum(it) => enumeration(view, it),
        ast::Item::Words(it) => named(view, &it.name, None, kind::ARRAY, it.span),
        ast::Item::Test(it) => {
            let name = format!("test {}", it.name.value);
            symbol(view, &name, None, kind::KEY, it.span, it.name.span)
        }
        ast::Item::Prop(it) => {
            let name = format!("prop {}", it.name.value);
            symbol(view, &name, None, kind::KEY, it.span, it.name.span)
        }
        ast::Item::Error(_) => None,
    }
}

fn member_symbol(view: &View<'_>, member: &ast::Member) -> Option<Symbol> {
    let type_of = |name: &ast::Ident| {
        let found = view.index().definition(name.span)?;
        found.spelled.map(|word| view.index().word(word).to_owned())
    };
    match member {
        ast::Member::Param(it) => named(view, &it.name, type_of(&it.name), kind::CONSTANT, it.span),
        ast::Member::Instrument(it) => named(view, &it.name, None, kind::FIELD, it.span),
        ast::Member::Universe(it) => named(view, &it.name, None, kind::ARRAY, it.span),
        ast::Member::Clock(it) => named(view, &it.name, None, kind::FIELD, it.span),
        ast::Member::Let(it) => named(view, &it.name, type_of(&it.name), kind::VARIABLE, it.span),
        ast::Member::State(it) => named(view, &it.name, type_of(&it.name), kind::FIELD, it.span),
        ast::Member::Words(it) => named(view, &it.name, None, kind::ARRAY, it.span),
        ast::Member::Enum(it) => enumeration(view, it),
        ast::Member::Node(it) => named(view, &it.name, None, kind::FUNCTION, it.span),
        ast::Member::Func(it) => named(view, &it.name, None, kind::FUNCTION, it.span),
        ast::Member::Risk(it) => {
            let place = Span { end: it.span.start + 4, ..it.span };
            symbol(view, "risk", None, kind::KEY, it.span, place)
        }
        ast::Member::Handler(it) => {
            let place = Span { end: it.body.span.start.max(it.span.start), ..it.span };
            let head = view.source.slice(place).trim_end();
            let place = Span::new(place.start as usize, place.start as usize + head.len());
            let name = head.split_whitespace().collect::<Vec<_>>().join(" ");
            symbol(view, &name, None, kind::EVENT, it.span, place)
        }
        ast::Member::Migrate(it) => {
            let place = Span { end: it.from.span.end.max(it.span.start), ..it.span };
            let name = format!("migrate from {}", it.from.value);
            symbol(view, &name, None, kind::KEY, it.span, place)
        }
        ast::Member::Version(_)
        | ast::Member::Venue(_)
        | ast::Member::Constraint(_)
        | ast::Member::OnFault(_)
        | ast::Member::Needs(_)
        | ast::Member::Warm(_)
        | ast::Member::Error(_) => None,
    }
}

fn enumeration(view: &View<'_>, it: &ast::EnumDecl) -> Option<Symbol> {
    let found = named(view, &it.name, None, kind::ENUM, it.span)?;
    let cases =
        it.variants.iter().filter_map(|case| named(view, case, None, kind::CASE, case.span));
    Some(Symbol { children: cases.collect(), ..found })
}

fn named(
    view: &View<'_>,
    name: &ast::Ident,
    detail: Option<String>,
    kind: u8,
    span: Span,
) -> Option<Symbol> {
    symbol(view, &name.name, detail, kind, span, name.span)
}

/// A symbol; editors refuse one without a name, or whose name stands outside of it.
fn symbol(
    view: &View<'_>,
    name: &str,
    detail: Option<String>,
    kind: u8,
    span: Span,
    place: Span,
) -> Option<Symbol> {
    let sound = !name.trim().is_empty() && span.contains(place);
    sound.then(|| Symbol {
        name: name.to_owned(),
        detail,
        kind,
        range: view.range(span),
        selection_range: view.range(place),
        children: Vec::new(),
    })
}

/// Where an item stands.
pub(crate) fn item_span(item: &ast::Item) -> Option<Span> {
    match item {
        ast::Item::Import(it) => Some(it.span),
        ast::Item::Strategy(it) => Some(it.span),
        ast::Item::Node(it) => Some(it.span),
        ast::Item::Func(it) => Some(it.span),
        ast::Item::Enum(it) => Some(it.span),
        ast::Item::Words(it) => Some(it.span),
        ast::Item::Test(it) => Some(it.span),
        ast::Item::Prop(it) => Some(it.span),
        ast::Item::Error(_) => None,
    }
}
