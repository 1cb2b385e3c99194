//! Syntax tree to checked tree: names, units, clocks, options, proofs and completeness.
//!
//! Everything that can be said of a file is said in one run, sorted by position, and nothing is said
//! twice: what could not be typed has a type that goes with everything. Enter at [`check`].
#![expect(
    clippy::wildcard_enum_match_arm,
    clippy::match_same_arms,
    reason = "a rule names the few forms that it allows, each with its own line"
)]
#![expect(
    clippy::single_match_else,
    clippy::many_single_char_names,
    clippy::option_option,
    reason = "operands are a and b, ends are low and high; what is wrong stands beside what is right"
)]

mod clock;
mod complete;
mod constraint;
mod expr;
mod graph;
mod handler;
mod instrument;
mod item;
mod lint;
mod list;
mod literal;
mod member;
mod migrate;
mod order;
mod param;
mod prove;
mod range;
mod record;
mod report;
mod risk;
mod say;
mod scope;
mod sign;
mod slot;
mod stmt;
mod strategy;
mod stream;
mod target;
mod test;
mod typ;
mod universe;

use std::collections::{BTreeMap, BTreeSet};

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::manifest::{ClockId, Timer};
use strat_runtime::slot::SlotId;
use strat_runtime::venue::VenueKind;

use crate::hir::{self, LetId, Of, Ty};
use crate::index::Index;
use crate::ir::{DomainId, LocalId, StateId, UniverseId};
use item::{Callee, Import};
use member::PerMember;
use prove::Fact;
use range::Range;
use record::Recorder;
use scope::Names;
use sign::Sign;

/// How many errors are told of one file.
const ERRORS_MAX: usize = 50;

/// Checks a file. Strategies with an error are left out of the tree; the rest is complete.
pub fn check(file: &ast::File) -> (hir::File, Vec<Diagnostic>) {
    let (hir, out, _) = run(file, None);
    (hir, out)
}

/// Checks a file and writes down what editors ask about. With `probe` the index also tells what
/// could stand in place of the name at that offset. The strategies that come with it hold streams
/// only, for those that have an error elsewhere.
pub fn check_with_index(
    file: &ast::File,
    probe: Option<u32>,
) -> (hir::File, Vec<Diagnostic>, Index, Vec<hir::Strategy>) {
    let recorder = Box::new(Recorder::new(probe));
    let (hir, out, recorder) = run(file, Some(recorder));
    let Recorder { mut index, sketches, .. } = *recorder.unwrap_or_default();
    index.sort();
    (hir, out, index, sketches)
}

fn run(
    file: &ast::File,
    recorder: Option<Box<Recorder>>,
) -> (hir::File, Vec<Diagnostic>, Option<Box<Recorder>>) {
    let mut checker = Checker { recorder, ..Checker::new() };
    checker.file(file);
    let mut out = checker.out;
    for diagnostic in &mut out {
        stay_inside(diagnostic, file.span);
    }
    out.sort_by(|a, b| {
        (a.span, a.code, a.message.as_str()).cmp(&(b.span, b.code, b.message.as_str()))
    });
    out.dedup();
    withhold(&mut out);
    (checker.hir, out, checker.recorder)
}

/// Cuts the list behind the most errors that are told of one file.
fn withhold(out: &mut Vec<Diagnostic>) {
    let mut errors = out.iter().enumerate().filter(|(_, found)| found.is_error());
    let Some((cut, _)) = errors.nth(ERRORS_MAX) else { return };
    let rest = out.split_off(cut);
    let errors = rest.iter().filter(|found| found.is_error()).count();
    if let Some(next) = rest.first() {
        out.push(
            Diagnostic::new(Code::E0914, next.span, format!("further errors withheld: {errors}"))
                .here("the next one is here")
                .why(format!("after {ERRORS_MAX} errors of one file nobody reads on"))
                .fix("mend the first ones and check again"),
        );
    }
}

/// Spans of error nodes may be empty and at the end; none may leave the text.
fn stay_inside(diagnostic: &mut Diagnostic, file: Span) {
    let clip = |span: &mut Span| {
        span.start = span.start.clamp(file.start, file.end);
        span.end = span.end.clamp(span.start, file.end);
    };
    clip(&mut diagnostic.span);
    for label in &mut diagnostic.labels {
        clip(&mut label.span);
    }
}

/// Where an expression stands, and with that what it may read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Literals only: defaults, ranges.
    Constant(&'static str),
    /// Literals and parameters: constraints, periods, limits.
    Params(&'static str),
    /// `let` of a strategy.
    Stream,
    /// The text of a node.
    Node,
    /// The body of a function.
    Func,
    /// `where` and `order by`.
    Universe,
    /// A handler.
    Handler,
    /// `migrate`.
    Migration,
}

/// A checked expression and when it is new.
#[derive(Debug, Clone)]
struct Typed {
    expr: hir::Expr,
    /// The clock of what it reads; `None` if it reads nothing that has one.
    domain: Option<DomainId>,
}

impl Typed {
    fn new(kind: hir::ExprKind, ty: Ty, span: Span) -> Self {
        Self { expr: hir::Expr { kind, ty, span }, domain: None }
    }

    fn error(span: Span) -> Self {
        Self::new(hir::ExprKind::Error, Ty::ERROR, span)
    }

    fn at(mut self, domain: Option<DomainId>) -> Self {
        self.domain = domain;
        self
    }

    fn ty(&self) -> Ty {
        self.expr.ty
    }

    fn kind(&self) -> hir::Kind {
        self.expr.ty.kind
    }

    fn is_error(&self) -> bool {
        self.expr.ty.is_error()
    }
}

/// What is known while one body is checked: a handler, a `let`, a node.
#[derive(Debug)]
struct Body {
    place: Place,
    locals: Vec<hir::Local>,
    local_signs: Vec<Sign>,
    /// Call sites of stateful functions so far.
    calls: u32,
    facts: Vec<Fact>,
    /// The bounds of locals that are whole numbers.
    ranges: BTreeMap<LocalId, Range>,
    reads: BTreeSet<LetId>,
    bars: BTreeSet<ClockId>,
    /// The universe member whose fields can be named without it.
    member: Option<LocalId>,
    /// What a `let` per member is about.
    per: Option<PerMember>,
    /// `let`s per member that are read of a member at hand.
    waits: BTreeSet<(LocalId, LetId)>,
    /// The member that has only just entered its universe.
    entering: Option<LocalId>,
    /// Options that a `where` opens.
    opens: Vec<(LocalId, hir::Expr, hir::Reason)>,
    /// What makes the text conditional: no call may keep history here.
    conditional: Option<(&'static str, Span)>,
    /// What each argument of a function or node must be.
    needs: Vec<Sign>,
    /// The smallest value of each argument that is a window.
    windows: Vec<Option<i64>>,
    cold: bool,
    /// The instrument of the order that the event is about.
    event_of: Of,
    /// States that are set.
    writes: Vec<(StateId, Span)>,
    /// Slots whose statement says `else cancel`.
    else_cancel: Vec<SlotId>,
    /// Names of options that were used without being opened: each is told of once.
    unopened: BTreeSet<String>,
}

impl Body {
    fn new(place: Place) -> Self {
        Self {
            place,
            locals: Vec::new(),
            local_signs: Vec::new(),
            calls: 0,
            facts: Vec::new(),
            ranges: BTreeMap::new(),
            reads: BTreeSet::new(),
            bars: BTreeSet::new(),
            member: None,
            per: None,
            waits: BTreeSet::new(),
            entering: None,
            opens: Vec::new(),
            conditional: None,
            needs: Vec::new(),
            windows: Vec::new(),
            cold: false,
            event_of: Of::Any,
            writes: Vec::new(),
            else_cancel: Vec::new(),
            unopened: BTreeSet::new(),
        }
    }
}

/// The tables of the strategy that is being checked.
#[derive(Debug, Default)]
struct Tables {
    venue: Option<VenueKind>,
    params: Vec<hir::Param>,
    instruments: Vec<hir::Instrument>,
    shorts: Vec<bool>,
    universes: Vec<hir::Universe>,
    clocks: Vec<hir::Clock>,
    timers: Vec<Timer<hir::Expr>>,
    domains: Vec<hir::Domain>,
    lets: Vec<hir::Let>,
    let_signs: Vec<Sign>,
    /// The id of the n-th `let` in source order, once it is checked.
    let_ids: Vec<Option<LetId>>,
    states: Vec<hir::State>,
    state_per: BTreeMap<StateId, UniverseId>,
    /// The universe that a local variable is a member of.
    member_of: BTreeMap<LocalId, UniverseId>,
    /// Universes with `short: complement`.
    short_universes: BTreeSet<UniverseId>,
    slots: Vec<hir::Slot>,
    /// Slots by the place and role of their statement.
    slot_ids: BTreeMap<(Span, u8), SlotId>,
    /// Slots by the name given with `as`.
    slot_names: BTreeMap<String, Vec<SlotId>>,
    used_slots: BTreeSet<String>,
    has_target: bool,
}

/// One run over one file.
struct Checker {
    out: Vec<Diagnostic>,
    hir: hir::File,
    funcs: Vec<Callee>,
    nodes: Vec<Callee>,
    imports: Vec<Import>,
    scopes: Vec<Names>,
    /// Modules that are imported as a whole.
    module_imports: Vec<(String, Span)>,
    used_modules: BTreeSet<&'static str>,
    /// Types of the memory of the node that is being checked.
    node_states: Vec<Ty>,
    strategy_names: Vec<(String, Span)>,
    /// Some of the text could not be read: names that it may declare are not missed.
    unread: bool,
    /// An import, function or the like of the file is wrong: no strategy can be handed on.
    shared_errors: bool,
    st: Tables,
    body: Body,
    depth: u32,
    nesting: u32,
    /// The `test` and `prop` blocks of the file.
    tests: Vec<ast::Item>,
    /// Takes down names and types, if somebody wants to know.
    recorder: Option<Box<Recorder>>,
}

impl Checker {
    fn new() -> Self {
        Self {
            out: Vec::new(),
            hir: hir::File::default(),
            funcs: Vec::new(),
            nodes: Vec::new(),
            imports: Vec::new(),
            scopes: vec![Names::new()],
            module_imports: Vec::new(),
            used_modules: BTreeSet::new(),
            node_states: Vec::new(),
            strategy_names: Vec::new(),
            unread: false,
            shared_errors: false,
            st: Tables::default(),
            body: Body::new(Place::Constant("a file")),
            depth: 0,
            nesting: 0,
            tests: Vec::new(),
            recorder: None,
        }
    }

    fn file(&mut self, file: &ast::File) {
        self.unread = file.items.iter().any(|item| matches!(item, ast::Item::Error(_)));
        self.imports(file);
        self.items(file);
        self.shared_errors = self.out.iter().any(Diagnostic::is_error);
        self.tests = test::blocks(file);
        for item in &file.items {
            if let ast::Item::Strategy(strategy) = item {
                let unread = self.unread;
                self.unread |= strategy.has_syntax_error;
                self.strategy(strategy);
                self.unread = unread;
            }
        }
        self.tests(file);
        self.unused_imports(file);
    }

    /// Runs `f` on a body of its own and gives that body back. Functions and nodes number their
    /// locals themselves; all else shares the strategy's.
    fn in_body<T>(&mut self, place: Place, f: impl FnOnce(&mut Self) -> T) -> (T, Body) {
        let shared = !matches!(place, Place::Func | Place::Node);
        let mut inner = Body::new(place);
        if shared {
            std::mem::swap(&mut inner.locals, &mut self.body.locals);
            std::mem::swap(&mut inner.local_signs, &mut self.body.local_signs);
        }
        let outer = std::mem::replace(&mut self.body, inner);
        let out = f(self);
        let mut inner = std::mem::replace(&mut self.body, outer);
        if shared {
            std::mem::swap(&mut inner.locals, &mut self.body.locals);
            std::mem::swap(&mut inner.local_signs, &mut self.body.local_signs);
        }
        (out, inner)
    }

    /// A new local variable.
    fn local(&mut self, name: &str, ty: Ty, sign: Sign, span: Span) -> LocalId {
        let id = LocalId(u32::try_from(self.body.locals.len()).unwrap_or(u32::MAX));
        self.body.locals.push(hir::Local { name: name.to_owned(), ty, span });
        self.body.local_signs.push(sign);
        id
    }
}
