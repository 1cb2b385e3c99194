//! What an editor asks about a text: where names are declared and used, what each expression is and
//! when it is new, how long each stream warms up.
//!
//! What it is: data, written down by the checker on its way, also for strategies with errors. What
//! it is not: it resolves nothing by itself; whatever the checker did not reach is not here. Enter
//! at [`crate::pipeline::analyse`].

pub mod fields;

use strat_dsl::Span;

use crate::builtin::Entry;
use crate::hir::Ty;

/// What the checker learned of a text.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// Every declared name, by place.
    pub definitions: Vec<Definition>,
    /// Every place where a declared name is used, by place.
    pub uses: Vec<Use>,
    /// Every expression that has a type, by place; an outer one before those inside it.
    pub values: Vec<Value>,
    /// Calls by place of the callee's name.
    pub calls: Vec<Call>,
    /// Warm-up of streams, of the `let`s as well as of the calls inside them.
    pub warming: Vec<Warming>,
    /// What was found where the caller asked.
    pub probe: Option<Probe>,
    /// Spelled types and clocks, each once.
    pub words: Vec<String>,
}

/// A text in [`Index::words`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WordId(pub u32);

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Defined {
    /// `strategy name`
    Strategy,
    /// `param`
    Param,
    /// `let` of a strategy
    Let,
    /// `state`
    State,
    /// `instrument`
    Instrument,
    /// `universe`
    Universe,
    /// `clock`
    Clock,
    /// `enum`
    Enum,
    /// A case of an enum.
    Case,
    /// `words`
    Words,
    /// `node`
    Node,
    /// `fn`
    Func,
    /// A value of a handler, an argument, the member of a universe.
    Local,
    /// `as f` of an event.
    Event,
    /// `as probe` of an order.
    Slot,
    /// An imported library function.
    Import(Entry),
    /// A name whose declaration is wrong.
    Broken,
}

/// A declared name.
#[derive(Debug, Clone, PartialEq)]
pub struct Definition {
    /// The name.
    pub name: String,
    /// Where it is declared: the name itself.
    pub span: Span,
    /// What it stands for.
    pub what: Defined,
    /// Its type, where it has one.
    pub ty: Option<Ty>,
    /// The type as it is spelled.
    pub spelled: Option<WordId>,
    /// When it is new: the name of the clock.
    pub clock: Option<WordId>,
}

/// A use of a declared name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// The name as it is used.
    pub span: Span,
    /// [`Definition::span`] of what it stands for.
    pub of: Span,
}

/// An expression that has a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Value {
    /// Where it stands.
    pub span: Span,
    /// Its type. Ids in it are those of its strategy.
    pub ty: Ty,
    /// The type as it is spelled.
    pub spelled: WordId,
    /// When it is new: the name of the clock.
    pub clock: Option<WordId>,
}

/// A call of a function.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Call {
    /// The name that is called, with its path.
    pub span: Span,
    /// Which function.
    pub callee: Callee,
}

/// What is called.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Callee {
    /// A library function.
    Library(Entry),
    /// A function that needs no import.
    Prelude(&'static str),
}

/// Warm-up of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warming {
    /// The name of a `let`, or the call or value inside it.
    pub span: Span,
    /// Ticks that must go before the first warm one, at the defaults of the parameters.
    pub ticks: u64,
    /// The clock whose ticks are counted.
    pub clock: String,
}

/// What stands at the place that the caller asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct Probe {
    /// [`Definition::span`] of every name that can be seen there, outermost first.
    pub visible: Vec<Span>,
    /// The type that is expected, where one is.
    pub want: Option<Ty>,
    /// Fields of this member can be named without it.
    pub bare_fields: bool,
}

impl Index {
    /// The text behind an id.
    pub fn word(&self, id: WordId) -> &str {
        self.words.get(id.0 as usize).map_or("", String::as_str)
    }

    /// The definition that stands at exactly this place.
    pub fn definition(&self, span: Span) -> Option<&Definition> {
        let at = self.definitions.binary_search_by_key(&span, |found| found.span).ok()?;
        self.definitions.get(at)
    }

    /// The definition of the name at `offset`, be it its declaration or a use; with the place of
    /// the name.
    pub fn at(&self, offset: u32) -> Option<(Span, &Definition)> {
        let touches = |span: Span| span.start <= offset && offset <= span.end;
        let used = before(&self.uses, offset, |found| found.span)
            .find(|found| touches(found.span))
            .and_then(|found| Some((found.span, self.definition(found.of)?)));
        used.or_else(|| {
            before(&self.definitions, offset, |found| found.span)
                .find(|found| touches(found.span) && found.span.len() == found.name.len())
                .map(|found| (found.span, found))
        })
    }

    /// Every place where the name of a definition stands, its declaration first.
    pub fn places(&self, definition: &Definition) -> Vec<Span> {
        let uses = self.uses.iter().filter(|found| found.of == definition.span);
        std::iter::once(definition.span).chain(uses.map(|found| found.span)).collect()
    }

    /// The innermost expression at `offset`.
    pub fn value_at(&self, offset: u32) -> Option<&Value> {
        let inside = |value: &&Value| value.span.start <= offset && offset <= value.span.end;
        let end = self.values.partition_point(|value| value.span.start <= offset);
        self.values.get(..end)?.iter().filter(inside).min_by_key(|value| value.span.len())
    }

    /// The largest expression that ends at `offset`.
    pub fn value_before(&self, offset: u32) -> Option<&Value> {
        let end = self.values.partition_point(|value| value.span.start <= offset);
        let ends = self.values.get(..end)?.iter().filter(|value| value.span.end == offset);
        ends.max_by_key(|value| value.span.len())
    }

    /// The call whose callee stands at `offset`.
    pub fn call_at(&self, offset: u32) -> Option<&Call> {
        before(&self.calls, offset, |call| call.span).find(|call| call.span.end >= offset)
    }

    /// Warm-up of the stream that stands at exactly this place.
    pub fn warming(&self, span: Span) -> Option<&Warming> {
        self.warming.iter().filter(|warming| warming.span == span).max_by_key(|w| w.ticks)
    }

    /// Put everything in order of place.
    pub(crate) fn sort(&mut self) {
        self.definitions.sort_by_key(|found| found.span);
        self.definitions.dedup_by_key(|found| found.span);
        self.uses.sort_unstable();
        self.uses.dedup();
        self.values.sort_by_key(|value| (value.span.start, std::cmp::Reverse(value.span.end)));
        self.values.dedup();
        self.calls.sort_by_key(|call| call.span);
        self.calls.dedup();
    }
}

/// A few of the sorted places that begin at or before `offset`, nearest first.
fn before<T>(sorted: &[T], offset: u32, place: impl Fn(&T) -> Span) -> impl Iterator<Item = &T> {
    let end = sorted.partition_point(|one| place(one).start <= offset);
    sorted.get(..end).unwrap_or_default().iter().rev().take(4)
}
