//! The list that is offered.

use serde_json::{Value, json};
use strat_compiler::builtin::pure::Words;
use strat_compiler::builtin::{Entry, Returns};
use strat_compiler::hir::{Kind, Ty};
use strat_compiler::index::fields::{self, Field};
use strat_compiler::index::{Defined, Definition, Index};
use strat_compiler::pipeline::Analysis;
use strat_dsl::{Span, ast};

use super::context::{Body, Context, Place};
use crate::document::View;
use crate::hover::noun;
use crate::navigate::written;
use crate::protocol::{CompletionItem, Markup, TextEdit};
use crate::vocabulary::{self, Term};

/// Kinds of the protocol.
mod kind {
    pub(super) const FUNCTION: u8 = 3;
    pub(super) const FIELD: u8 = 5;
    pub(super) const VARIABLE: u8 = 6;
    pub(super) const MODULE: u8 = 9;
    pub(super) const UNIT: u8 = 11;
    pub(super) const ENUM: u8 = 13;
    pub(super) const KEYWORD: u8 = 14;
    pub(super) const CASE: u8 = 20;
    pub(super) const CONSTANT: u8 = 21;
    pub(super) const TYPE: u8 = 25;
}

/// How likely something is; the first is the likeliest.
mod rank {
    pub(super) const FITS: u8 = 0;
    pub(super) const LEADS: u8 = 1;
    pub(super) const OTHER: u8 = 3;
    pub(super) const FUNCTION: u8 = 4;
    pub(super) const WORD: u8 = 5;
    pub(super) const FAR: u8 = 6;
}

/// The list on its way.
pub(super) struct Offer<'v> {
    view: &'v View<'v>,
    /// What each completion replaces.
    word: Span,
    items: Vec<CompletionItem>,
}

impl<'v> Offer<'v> {
    pub(super) fn new(view: &'v View<'v>, word: Span) -> Self {
        Self { view, word, items: Vec::new() }
    }

    pub(super) fn done(self) -> Value {
        json!({ "isIncomplete": false, "items": self.items })
    }

    /// Modules of the library, in place of the whole path.
    pub(super) fn modules(&mut self, path: Span) {
        self.word = path;
        let mut modules: Vec<&str> =
            vocabulary::library().map(strat_compiler::builtin::Entry::module).collect();
        modules.sort_unstable();
        modules.dedup();
        for module in modules {
            let insert = format!("{module} {{ $0 }}");
            self.push(module, &insert, kind::MODULE, rank::FITS, None, String::new());
        }
    }

    /// Functions of a module that are not imported yet.
    pub(super) fn functions_of(&mut self, module: &str) {
        for row in vocabulary::library().filter(|row| row.module() == module) {
            if self.imported(row).is_none() {
                let detail = Some(vocabulary::signature(row));
                let doc = vocabulary::description(row);
                self.push(row.name(), row.name(), kind::FUNCTION, rank::FITS, detail, doc);
            }
        }
    }

    /// Fields of the value that ends at `end`, or cases of the enum. False if nothing is known.
    pub(super) fn fields(&mut self, found: &Analysis, end: u32) -> bool {
        if let Some((span, of)) = found.index.at(end)
            && span.end == end
            && of.what == Defined::Enum
        {
            let from = found.index.definitions.iter().filter(|case| case.span > of.span);
            for case in from.take_while(|case| case.what == Defined::Case) {
                let detail = Some(of.name.clone());
                self.push(&case.name, &case.name, kind::CASE, rank::FITS, detail, String::new());
            }
            return true;
        }
        let Some(value) = found.index.value_before(end) else { return false };
        for (at, field) in (0_u8..).zip(fields::of(value.ty.kind)) {
            // In the order of the table, which is that of importance.
            self.field(field, at);
        }
        true
    }

    fn field(&mut self, field: &Field, at: u8) {
        let (name, ty) = (field.name, Some(field.ty.to_owned()));
        self.push(name, name, kind::FIELD, at, ty, field.doc.to_owned());
    }

    /// Units of a number, those that fit first.
    pub(super) fn units(&mut self, found: &Analysis, place: &Place) {
        let want = found.index.probe.as_ref().and_then(|probe| probe.want);
        let apart = self.word.start > 0
            && self.view.text().as_bytes().get(self.word.start as usize - 1) == Some(&b' ');
        for unit in vocabulary::UNITS {
            // Only words may stand at a distance.
            let spelled = matches!(unit.word, "shares" | "coins" | "lots" | "usd");
            if apart && !spelled {
                continue;
            }
            let fits = want.is_some_and(|want| measures(unit.word, want.kind));
            let rank = if fits { rank::FITS } else { rank::OTHER };
            let insert =
                if spelled && !apart { format!(" {}", unit.word) } else { unit.word.to_owned() };
            self.push(unit.word, &insert, kind::UNIT, rank, None, unit.doc.to_owned());
        }
        if apart && *place == Place::Behind {
            self.words(vocabulary::OPERATORS, rank::WORD);
        }
    }

    /// Everything else.
    pub(super) fn place(&mut self, found: &Analysis, context: &Context<'_>, place: &Place) {
        let named = |whats: &'static [Defined]| move |it: &Definition| whats.contains(&it.what);
        match place {
            Place::Nothing | Place::Modules(_) | Place::Functions(_) | Place::Member(_) => {}
            Place::Start => {
                self.words(context.options(), rank::FITS);
                self.words(context.starts(), rank::LEADS);
                if context.body == Body::Universe {
                    let line = Term { word: "where", doc: "A condition.", snippet: "where $0" };
                    self.words(&[line], rank::FITS);
                }
            }
            Place::Trigger => {
                self.names(found, named(&[Defined::Clock]), rank::FITS);
                self.words(vocabulary::TRIGGERS, rank::LEADS);
            }
            Place::Slot => self.names(found, named(&[Defined::Slot]), rank::FITS),
            Place::Calendar => self.calendars(),
            Place::Venue => self.words(vocabulary::VENUES, rank::FITS),
            Place::Type => {
                self.words(vocabulary::TYPES, rank::FITS);
                self.names(found, named(&[Defined::Enum]), rank::FITS);
            }
            Place::Universe => self.names(found, named(&[Defined::Universe]), rank::FITS),
            Place::Strategy => self.names(found, named(&[Defined::Strategy]), rank::FITS),
            Place::Scope => {
                let each = Term { word: "market", doc: "For each market.", snippet: "" };
                let day = Term { word: "day", doc: "From midnight, UTC.", snippet: "" };
                self.words(&[each, day], rank::FITS);
                self.names(found, named(&[Defined::Instrument]), rank::OTHER);
            }
            Place::Action => self.words(vocabulary::ACTIONS, rank::FITS),
            Place::Tif => self.words(vocabulary::TIFS, rank::FITS),
            Place::Via => self.words(vocabulary::VIAS, rank::FITS),
            Place::Gaps => self.words(vocabulary::GAPS, rank::FITS),
            Place::Goal => self.words(vocabulary::GOALS, rank::FITS),
            Place::Event => self.words(vocabulary::TEST_EVENTS, rank::FITS),
            Place::Expected => {
                self.words(vocabulary::EXPECTED, rank::FITS);
                self.values(found, None);
            }
            Place::Instrument(cancelled) => {
                if *cancelled {
                    let all = Term { word: "all", doc: "Every order.", snippet: "" };
                    self.words(&[all], rank::LEADS);
                    self.names(found, named(&[Defined::Slot]), rank::FITS);
                }
                let any = Kind::Instrument(strat_compiler::hir::Of::Any);
                let want = Ty { kind: any, optional: false };
                let visible = visible(&found.index, self.view, self.word);
                for it in visible {
                    if it.ty.is_some_and(|ty| ty.kind.join(want.kind).is_some()) {
                        self.name(found, it, rank::FITS);
                    }
                }
            }
            Place::Price => {
                let market = Term { word: "market", doc: "Any price.", snippet: "" };
                self.words(&[market], rank::WORD);
                self.values(found, None);
            }
            Place::Behind => {
                self.words(context.options(), rank::FITS);
                self.words(vocabulary::OPERATORS, rank::OTHER);
            }
            Place::Value => self.values(found, None),
        }
    }

    /// Names, fields and functions, those of the expected type first.
    fn values(&mut self, found: &Analysis, want: Option<Ty>) {
        let probe = found.index.probe.as_ref();
        let want = want.or_else(|| probe.and_then(|probe| probe.want));
        for it in visible(&found.index, self.view, self.word) {
            if matches!(it.what, Defined::Slot | Defined::Strategy | Defined::Case) {
                continue;
            }
            self.name(found, it, ranked(it, want));
        }
        if probe.is_some_and(|probe| probe.bare_fields) {
            for field in fields::INSTRUMENT {
                self.field(field, rank::LEADS);
            }
        }
        for row in vocabulary::library() {
            self.function(row, want);
        }
        for found in vocabulary::PRELUDE {
            let (head, says) = found.doc.split_once(": ").unwrap_or((found.word, found.doc));
            let detail = Some(head.to_owned());
            let (word, insert) = (found.word, found.snippet);
            self.push(word, insert, kind::FUNCTION, rank::FUNCTION, detail, says.to_owned());
        }
        self.words(vocabulary::VALUES, rank::WORD);
    }

    fn names(&mut self, found: &Analysis, fits: impl Fn(&Definition) -> bool, rank: u8) {
        let own = strategy_span(&found.file, self.word.start);
        for it in &found.index.definitions {
            let near = it.what == Defined::Strategy
                || own.is_none_or(|own| own.contains(it.span))
                || !in_a_strategy(&found.file, it.span);
            if near && fits(it) {
                self.name(found, it, rank);
            }
        }
    }

    fn name(&mut self, found: &Analysis, it: &Definition, rank: u8) {
        let kind = match it.what {
            Defined::Func | Defined::Node | Defined::Import(_) => kind::FUNCTION,
            Defined::Enum => kind::ENUM,
            Defined::Param => kind::CONSTANT,
            Defined::Case => kind::CASE,
            _ => kind::VARIABLE,
        };
        if let Defined::Import(row) = it.what {
            return self.function(row, None);
        }
        let clock = it.clock.map(|clock| format!(" on {}", found.index.word(clock)));
        let detail = it
            .spelled
            .map(|word| format!("{}{}", found.index.word(word), clock.unwrap_or_default()));
        let doc = noun(it.what).to_owned();
        let called = matches!(it.what, Defined::Func | Defined::Node);
        let insert = if called { format!("{}($0)", it.name) } else { it.name.clone() };
        self.push(&it.name, &insert, kind, rank, detail, doc);
    }

    /// A library function; one that is not imported brings its import.
    fn function(&mut self, row: Entry, want: Option<Ty>) {
        let arguments = vocabulary::arguments(row);
        let places = arguments.iter().zip(1..).map(|(name, at)| format!("${{{at}:{name}}}"));
        let insert = format!("{}({})", row.name(), places.collect::<Vec<_>>().join(", "));
        let import = self.import(row);
        let fits = want.is_some_and(|want| gives(row, want.kind));
        let rank = match (import.is_none(), fits) {
            (true, true) => rank::LEADS,
            (true, false) => rank::FUNCTION,
            (false, _) => rank::FAR,
        };
        let detail = Some(vocabulary::signature(row));
        let doc = vocabulary::description(row);
        self.push(row.name(), &insert, kind::FUNCTION, rank, detail, doc);
        if let (Some(import), Some(last)) = (import, self.items.last_mut()) {
            last.additional_text_edits.push(import);
        }
    }

    /// Where a function is imported.
    fn imported(&self, row: Entry) -> Option<Span> {
        let imports = self.view.file().items.iter().filter_map(|item| match item {
            ast::Item::Import(it) => Some(it),
            _ => None,
        });
        let mut names = imports.flat_map(|it| &it.names);
        names.find(|name| name.name == row.name()).map(|name| name.span)
    }

    /// The edit that imports a function; `None` if it is imported.
    fn import(&self, row: Entry) -> Option<TextEdit> {
        if self.imported(row).is_some() {
            return None;
        }
        for item in &self.view.file().items {
            let ast::Item::Import(it) = item else { continue };
            let path: Vec<&str> = it.path.iter().map(|part| part.name.as_str()).collect();
            if path.join(".") == row.module()
                && let Some(last) = it.names.iter().rfind(|name| !name.name.is_empty())
            {
                let at = Span { start: last.span.end, end: last.span.end };
                return Some(self.view.edit(at, format!(", {}", row.name())));
            }
        }
        let line = format!("import {} {{ {} }}\n", row.module(), row.name());
        Some(self.view.edit(Span::at(0), line))
    }

    fn calendars(&mut self) {
        let doc = "Sessions with their holidays and short days.";
        let term = |word: &&'static str| Term { word, doc, snippet: "" };
        let words: Vec<Term> = Words::Calendar.list().iter().map(term).collect();
        self.words(&words, rank::FITS);
    }

    fn words(&mut self, words: &[Term], rank: u8) {
        for (at, found) in (0_u32..).zip(words) {
            let insert = if found.snippet.is_empty() { found.word } else { found.snippet };
            let doc = found.doc.to_owned();
            self.push(found.word, insert, kind::KEYWORD, rank, None, doc);
            if let Some(last) = self.items.last_mut() {
                last.sort_text = format!("{rank:02}{at:02}{}", found.word);
            }
        }
    }

    fn push(
        &mut self,
        label: &str,
        insert: &str,
        kind: u8,
        rank: u8,
        detail: Option<String>,
        doc: String,
    ) {
        if self.items.iter().any(|item| item.label == label) {
            return;
        }
        let snippet = insert.contains('$');
        // An editor that knows no places gets the word alone.
        let plain = snippet && !self.view.settings.snippets;
        let text = if plain { label } else { insert };
        let kind = if vocabulary::TYPES.iter().any(|ty| ty.word == label) && kind == kind::KEYWORD {
            kind::TYPE
        } else {
            kind
        };
        self.items.push(CompletionItem {
            label: label.to_owned(),
            kind,
            detail,
            documentation: (!doc.is_empty()).then(|| Markup::markdown(doc)),
            sort_text: format!("{rank:02}{label}"),
            insert_text_format: if snippet && !plain { 2 } else { 1 },
            text_edit: self.view.edit(self.word, text),
            additional_text_edits: Vec::new(),
        });
    }
}

/// The names that can be seen at a place: as the checker says, else those of the strategy around.
fn visible<'a>(index: &'a Index, view: &View<'_>, word: Span) -> Vec<&'a Definition> {
    if let Some(probe) = &index.probe {
        return probe.visible.iter().filter_map(|span| index.definition(*span)).collect();
    }
    let own = strategy_span(view.file(), word.start);
    let near = |it: &&Definition| match own {
        Some(own) => own.contains(it.span) || !in_a_strategy(view.file(), it.span),
        None => !in_a_strategy(view.file(), it.span),
    };
    let before = |it: &&Definition| it.what != Defined::Local || it.span.start < word.start;
    let whole = |it: &&Definition| it.span.len() == it.name.len() && written(view, it);
    index.definitions.iter().filter(near).filter(before).filter(whole).collect()
}

fn strategies(file: &ast::File) -> impl Iterator<Item = Span> {
    file.items.iter().filter_map(|item| match item {
        ast::Item::Strategy(it) => Some(it.span),
        _ => None,
    })
}

fn strategy_span(file: &ast::File, offset: u32) -> Option<Span> {
    strategies(file).find(|span| span.start <= offset && offset <= span.end)
}

fn in_a_strategy(file: &ast::File, span: Span) -> bool {
    strategies(file).any(|strategy| strategy.contains(span))
}

/// How well a name fits: of the type, leading to it by a field, or neither.
fn ranked(it: &Definition, want: Option<Ty>) -> u8 {
    let (Some(ty), Some(want)) = (it.ty, want) else { return rank::OTHER };
    if want.kind.join(ty.kind).is_some() {
        return rank::FITS;
    }
    if fields::of(ty.kind).is_empty() { rank::OTHER } else { rank::LEADS }
}

/// Whether a function surely gives a value of a kind.
fn gives(entry: Entry, want: Kind) -> bool {
    let Entry::Stateful(row) = entry else { return false };
    match row.result {
        Returns::Bool => want == Kind::Bool,
        Returns::Whole => want == Kind::Int,
        _ => matches!(want, Kind::Real(_)),
    }
}

/// Whether numbers with this unit are of a kind.
fn measures(unit: &str, kind: Kind) -> bool {
    match kind {
        Kind::Size(_) => matches!(unit, "shares" | "coins" | "lots"),
        Kind::Money(_) => unit == "usd",
        Kind::Ratio => matches!(unit, "%" | "bps"),
        Kind::Leverage => unit == "x",
        Kind::Duration => matches!(unit, "ms" | "us" | "s" | "m" | "h" | "d"),
        _ => false,
    }
}
