//! Names: what is declared, where, and what was probably meant.

use std::collections::BTreeMap;

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::ClockId;

use super::Checker;
use crate::hir::{FuncId, NodeId, WordsId};
use crate::ir::{EnumId, EventField, LocalId, ParamId, StateId, UniverseId};

/// The names of one scope.
pub(super) type Names = BTreeMap<String, Name>;

/// A declared name.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) entity: Entity,
    pub(super) span: Span,
    pub(super) used: bool,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Entity {
    Param(ParamId),
    /// The n-th `let` in source order; its id follows from the order of evaluation.
    Let(usize),
    State(StateId),
    Instrument(InstrumentId),
    Universe(UniverseId),
    Clock(Clock),
    Enum(EnumId),
    Words(WordsId),
    Node(NodeId),
    Func(FuncId),
    Local(LocalId),
    NodeState(u32),
    /// A local name for a bar.
    Bar(ClockId, u16),
    /// `as f`
    Event(Event),
    /// The strategy's own name or one whose declaration is broken: uses of it are not judged.
    Broken,
}

/// What a clock's name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    Bars(ClockId),
    Book(InstrumentId),
    Trades(InstrumentId),
}

/// What the name behind `as` stands for, with its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Event {
    Fill,
    Reject,
}

impl Event {
    pub(super) fn fields(self) -> &'static [(&'static str, EventField)] {
        match self {
            Self::Fill => &[
                ("size", EventField::FillSize),
                ("price", EventField::FillPrice),
                ("fee", EventField::FillFee),
                ("remaining", EventField::FillRemaining),
                ("is_buy", EventField::FillIsBuy),
                ("instrument", EventField::Instrument),
            ],
            Self::Reject => {
                &[("reason", EventField::RejectReason), ("instrument", EventField::Instrument)]
            }
        }
    }
}

/// After so many diagnostics no name is suggested any more.
const SUGGESTIONS_MAX: usize = 200;

/// Functions that need no import.
pub(super) const PRELUDE: &[&str] = &[
    "min", "max", "abs", "clamp", "ln", "exp", "sqrt", "floor", "ceil", "round", "real", "percent",
    "price", "size", "div", "latest",
];

/// Values of other languages, and what they are called here.
const FOREIGN: &[(&str, &str)] = &[
    ("True", "true"),
    ("TRUE", "true"),
    ("False", "false"),
    ("FALSE", "false"),
    ("None", "none"),
    ("null", "none"),
    ("NULL", "none"),
    ("nil", "none"),
    ("undefined", "none"),
];

/// Values that are always there.
pub(super) const VALUES: &[&str] = &["now", "account"];

impl Checker {
    /// Declares a name in the innermost scope; a second declaration is reported and not made.
    pub(super) fn declare(&mut self, name: &ast::Ident, entity: Entity) -> bool {
        if name.name.is_empty() {
            return false;
        }
        if PRELUDE.contains(&name.name.as_str()) || VALUES.contains(&name.name.as_str()) {
            self.out.push(
                Diagnostic::new(
                    Code::E0110,
                    name.span,
                    format!("`{}` is already a name of the language", name.name),
                )
                .here("declared here a second time")
                .why("a name that means two things is read wrongly sooner or later")
                .fix(format!("give it another name, such as `my_{}`", name.name)),
            );
            return false;
        }
        if let Some(earlier) = self.find(&name.name) {
            let earlier = earlier.span;
            self.report_duplicate(name, earlier);
            return false;
        }
        let declared = Name { entity, span: name.span, used: false };
        if let Some(scope) = self.scopes.last_mut() {
            scope.insert(name.name.clone(), declared);
        }
        self.record_name(name, entity);
        true
    }

    pub(super) fn report_duplicate(&mut self, name: &ast::Ident, earlier: Span) {
        self.out.push(
            Diagnostic::new(Code::E0110, name.span, format!("`{}` is declared twice", name.name))
                .here("declared here again")
                .label(earlier, "first declared here")
                .why("each name means one thing wherever it can be seen")
                .fix(format!("give one of them another name, such as `{}_2`", name.name)),
        );
    }

    /// The declaration of a name, innermost first.
    pub(super) fn find(&self, name: &str) -> Option<&Name> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name))
    }

    /// What a name stands for; it counts as used.
    pub(super) fn lookup(&mut self, name: &ast::Ident) -> Option<Entity> {
        let found = self.scopes.iter_mut().rev().find_map(|scope| scope.get_mut(&name.name))?;
        found.used = true;
        let (entity, span) = (found.entity, found.span);
        self.record_use(name.span, span);
        Some(entity)
    }

    /// The declared name nearest to `name` among those that `fits`.
    pub(super) fn suggest(&self, name: &str, fits: impl Fn(Entity) -> bool) -> Option<String> {
        // Each search looks at every name; so many slips in one file are not slips of the pen.
        if self.out.len() >= SUGGESTIONS_MAX {
            return None;
        }
        let names = self.scopes.iter().rev().flat_map(|scope| {
            scope.iter().filter(|(_, n)| fits(n.entity)).map(|(name, _)| name.as_str())
        });
        nearest(name, names).map(str::to_owned)
    }

    /// Reports a name that does not exist.
    pub(super) fn unknown(&mut self, name: &ast::Ident, what: &str, suggestion: Option<String>) {
        // What is missing may stand in the text that could not be read.
        if name.name.is_empty() || self.unread {
            return;
        }
        let mut diagnostic = Diagnostic::new(
            Code::E0104,
            name.span,
            format!("there is no {what} `{}` here", name.name),
        )
        .here("not declared");
        let foreign = FOREIGN.iter().find(|(word, _)| *word == name.name);
        let suggestion = foreign.map_or(suggestion, |(_, ours)| Some((*ours).to_owned()));
        if name.name == "na" {
            self.out.push(diagnostic.fix("ask whether a value is absent: `x is none`"));
            return;
        }
        diagnostic = match suggestion {
            Some(near) => {
                diagnostic.fix_replace(format!("did you mean `{near}`?"), name.span, near)
            }
            None => {
                diagnostic.fix(format!("declare it, or correct the spelling of `{}`", name.name))
            }
        };
        self.out.push(diagnostic);
    }

    /// Runs `f` in a scope of its own; facts learned inside are forgotten.
    pub(super) fn scoped<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        self.scopes.push(Names::new());
        let facts = self.body.facts.len();
        let out = f(self);
        self.body.facts.truncate(facts);
        self.scopes.pop();
        out
    }
}

/// The candidate with the smallest edit distance, if it is near enough to be a slip. The first of
/// equally near ones wins.
pub(super) fn nearest<'n>(
    name: &str,
    candidates: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    let limit = (name.chars().count() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let distance = distance(name, candidate);
        if distance <= limit && best.is_none_or(|(d, _)| distance < d) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Edit distance with transpositions of neighbours, on at most 64 letters.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().take(64).collect();
    let b: Vec<char> = b.to_lowercase().chars().take(64).collect();
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut next = vec![i];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut cost = (row[j] + 1).min(next[j - 1] + 1).min(row[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cost = cost.min(before[j - 2] + 1);
            }
            next.push(cost);
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_found_and_other_words_are_not() {
        let names = ["close", "open", "volume", "spread_pct"];
        for (written, meant) in [
            ("clsoe", Some("close")),
            ("opne", Some("open")),
            ("volum", Some("volume")),
            ("spreadpct", Some("spread_pct")),
            ("bid", None),
            ("", None),
        ] {
            assert_eq!(nearest(written, names), meant, "{written}");
        }
    }
}
