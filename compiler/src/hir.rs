//! A checked strategy: the user's structure and names, every name resolved, every expression typed,
//! every literal exact, every operation chosen.
//!
//! It imports nothing that builds or reads it. Lines and texts "as written" are not copied: they are
//! cut from the source with the spans. Lowering expands user nodes and functions, hoists stateful
//! calls into streams and erases units; it needs no name and no type that is not here.
//!
//! Ids index the tables of this tree; those of parameters, states, universes, enums, locals,
//! instruments, clocks, timers, slots and handlers may be kept as they are by lowering.

pub mod bounds;
mod expr;
mod stmt;
mod test;
mod ty;

pub use expr::{Const, Expr, ExprKind};
pub use stmt::{
    Each, Exit, ForOver, Goal, Order, Reason, Say, Stmt, StmtKind, Stop, Target, TextPart, Tif, Via,
};
pub use test::{TestBlock, TestBody, Watched};
pub use ty::{Currency, Elem, Kind, Of, Ty, Unit};

use strat_dsl::Span;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{
    ClockId, Gaps, HandlerId, Needed, RiskAction, Scope, Timer, TimerId,
};
use strat_runtime::slot::SlotId;
use strat_runtime::venue::VenueKind;

use crate::ir::{DomainId, LocalId, RiskKind, StateId, UniverseId};

/// Index into [`Strategy::lets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LetId(pub u32);

/// Index into [`File::words`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WordsId(pub u32);

/// Index into [`File::nodes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// Index into [`File::funcs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FuncId(pub u32);

/// A call site of a stateful function: one private copy of its memory. Unique within the strategy
/// or node whose text holds the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u32);

/// A checked file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct File {
    /// Every enum, those of the strategies included.
    pub enums: Vec<Enum>,
    /// Every word list.
    pub words: Vec<Words>,
    /// Every node, each after the nodes and functions that it calls.
    pub nodes: Vec<Node>,
    /// Every function, each after the functions that it calls.
    pub funcs: Vec<Func>,
    /// The strategies without an error, in source order.
    pub strategies: Vec<Strategy>,
    /// Tests and properties of these strategies, each strategy's in source order.
    pub tests: Vec<TestBlock>,
}

/// An enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enum {
    /// Its name.
    pub name: String,
    /// Its members; the index is the value.
    pub members: Vec<String>,
    /// Where it is declared.
    pub span: Span,
}

/// A word list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// Its name; empty for a list that stands in an expression.
    pub name: String,
    /// Words or phrases as written.
    pub entries: Vec<String>,
    /// Where it is declared.
    pub span: Span,
}

/// A local variable or an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    /// Its name; made up for values that the checker opens.
    pub name: String,
    /// Its type.
    pub ty: Ty,
    /// Where it is declared.
    pub span: Span,
}

/// A function without memory.
#[derive(Debug, Clone, PartialEq)]
pub struct Func {
    /// Its name.
    pub name: String,
    /// Its arguments are the first locals, in order.
    pub params: usize,
    /// Arguments and locals.
    pub locals: Vec<Local>,
    /// The result.
    pub body: Expr,
    /// Where it is declared.
    pub span: Span,
}

/// A stateful function: one private copy per call site. At every tick its steps are evaluated in
/// order, then its result, then all `nexts` take effect together.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its arguments are the first locals, in order.
    pub params: usize,
    /// Arguments and locals.
    pub locals: Vec<Local>,
    /// Its memory.
    pub states: Vec<NodeState>,
    /// Its `let` lines, each after those that it reads.
    pub lets: Vec<(LocalId, Expr)>,
    /// The next value of a state, by its index in `states`.
    pub nexts: Vec<(u32, Expr)>,
    /// What it yields.
    pub result: Expr,
    /// How many call sites of stateful functions its text has.
    pub calls: u32,
    /// Where it is declared.
    pub span: Span,
}

/// A piece of a node's memory.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeState {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Ty,
    /// The value at the start, a constant or an expression over the node's whole-number arguments.
    pub init: Expr,
    /// Where it is declared.
    pub span: Span,
}

/// A checked strategy.
#[derive(Debug, Clone, PartialEq)]
pub struct Strategy {
    /// Its name.
    pub name: String,
    /// Its title; empty if it has none.
    pub title: String,
    /// Its version.
    pub version: u32,
    /// The venue whose rules apply.
    pub venue: VenueKind,
    /// The weight of an infinite filter's start value below which it counts as warm.
    pub warm_weight: f64,
    /// What data must have, as it says.
    pub needs: Vec<(Needed, Span)>,
    /// Parameters in source order.
    pub params: Vec<Param>,
    /// Conditions over parameters.
    pub constraints: Vec<Expr>,
    /// Instruments in source order, numbered by [`InstrumentId`].
    pub instruments: Vec<Instrument>,
    /// Universes in source order.
    pub universes: Vec<Universe>,
    /// Bar clocks, numbered by [`ClockId`].
    pub clocks: Vec<Clock>,
    /// Timers with periods over parameters, numbered by [`TimerId`].
    pub timers: Vec<Timer<Expr>>,
    /// Tick domains; a base comes before what is built on it.
    pub domains: Vec<Domain>,
    /// `let` declarations, each after those that it reads.
    pub lets: Vec<Let>,
    /// State variables in source order.
    pub states: Vec<State>,
    /// Handlers in source order, numbered by [`HandlerId`].
    pub handlers: Vec<Handler>,
    /// Per instrument: `short: complement`.
    pub complements: Vec<bool>,
    /// A universe says `short: complement`.
    pub other_complements: bool,
    /// Slots in source order, numbered by [`SlotId`].
    pub slots: Vec<Slot>,
    /// Risk rules in source order.
    pub risk: Vec<RiskRule>,
    /// What happens after a fault.
    pub on_fault: Vec<RiskAction>,
    /// Migrations from older versions.
    pub migrations: Vec<Migration>,
    /// Local variables of handlers, universes and migrations.
    pub locals: Vec<Local>,
    /// How many call sites of stateful functions its text has.
    pub calls: u32,
    /// The whole declaration.
    pub span: Span,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// Its type; never optional.
    pub ty: Ty,
    /// The unit in which its values are written: `%`, `bps`, `shares`, `usd`, `x`.
    pub unit: Option<&'static str>,
    /// Its value unless set.
    pub default: Const,
    /// What it may be.
    pub range: Option<ParamRange>,
    /// Where it is declared.
    pub span: Span,
}

/// The range of a parameter; both ends are included.
#[derive(Debug, Clone, PartialEq)]
pub struct ParamRange {
    /// Smallest value.
    pub low: Const,
    /// Largest value.
    pub high: Const,
    /// Distance between two values of a sweep.
    pub step: Option<Const>,
}

/// An instrument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrument {
    /// The name in the strategy.
    pub name: String,
    /// The venue's symbol.
    pub symbol: String,
    /// The venue.
    pub venue: VenueKind,
    /// Where it is declared.
    pub span: Span,
}

/// A universe.
#[derive(Debug, Clone, PartialEq)]
pub struct Universe {
    /// The name in the strategy.
    pub name: String,
    /// Most members.
    pub max: u32,
    /// The member that conditions and keys look at.
    pub member: LocalId,
    /// Conditions in source order.
    pub filters: Vec<Filter>,
    /// Keys, `true` for descending; the last is unique.
    pub order: Vec<(Expr, bool)>,
    /// How many are taken after filters and order: a whole number over parameters.
    pub take: Option<Expr>,
    /// Where it is declared.
    pub span: Span,
}

/// A `where` line. A member stays out if an opened option is absent or the condition is false.
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// Options that must be present, in order: the local that holds the value, the option, and the
    /// reason `no <field>`.
    pub opens: Vec<(LocalId, Expr, Reason)>,
    /// What must hold.
    pub condition: Expr,
    /// The reason: the condition as written.
    pub reason: Reason,
}

/// A bar clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    /// Its name, or its spelling if it has none.
    pub name: String,
    /// Its instruments; several make a joint clock.
    pub instruments: Vec<InstrumentId>,
    /// Length of a bar over parameters.
    pub every: Expr,
    /// What happens where bars are missing.
    pub gaps: Gaps,
    /// Where it is declared.
    pub span: Span,
}

/// When a value is new.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// The name as a person would say it: `h1`, `book(btc)`.
    pub name: String,
    /// What makes it tick.
    pub kind: DomainKind,
}

/// What makes a domain tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DomainKind {
    /// A bar clock.
    Bars(ClockId),
    /// The book of an instrument.
    Book(InstrumentId),
    /// The trades of an instrument.
    Trades(InstrumentId),
    /// The book of each member of a universe, for each by itself.
    MemberBook(UniverseId),
    /// The trades of each member of a universe, for each by itself.
    MemberTrades(UniverseId),
    /// Another domain, at the ticks at which a guarded `let` has a value.
    Present {
        /// The other domain.
        base: DomainId,
        /// The guarded `let`.
        guard: LetId,
    },
}

/// A `let` of the strategy: a stream, or a shorthand for an expression without clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Let {
    /// Its name.
    pub name: String,
    /// Its type as readers see it; never optional where `guard` is set.
    pub ty: Ty,
    /// When it is recomputed; `None` for an expression over parameters and instrument rules, which
    /// is evaluated where it is read.
    pub domain: Option<DomainId>,
    /// Its value; optional where `guard` is set.
    pub value: Expr,
    /// Kept for each member of this universe: `value` reads the universe's own member.
    pub per: Option<UniverseId>,
    /// `else "reason"`: readers tick only where it is present; handlers that read it stop for this
    /// reason where it is absent.
    pub guard: Option<Reason>,
    /// Where it is declared.
    pub span: Span,
}

/// A state variable.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Ty,
    /// The value at the start, over parameters.
    pub init: Expr,
    /// Kept per member of this universe.
    pub per: Option<UniverseId>,
    /// Where it is declared.
    pub span: Span,
}

/// A handler.
#[derive(Debug, Clone, PartialEq)]
pub struct Handler {
    /// What fires it.
    pub trigger: Trigger,
    /// `for m in u`, or the member of `enter` and `leave`.
    pub member: Option<(LocalId, UniverseId)>,
    /// The `let`s with a clock that it reads, in order of id. It does not fire before all are warm.
    pub reads: Vec<LetId>,
    /// The `let`s per member that it reads of its own member, in order of id. It does not fire for a
    /// member before these are warm for it.
    pub waits: Vec<LetId>,
    /// Clocks whose bars it reads directly and that are not its own trigger, in order of id.
    pub bars: Vec<ClockId>,
    /// Fires before its streams are warm; they are options there.
    pub cold: bool,
    /// The slots that its statements own, in source order.
    pub slots: Vec<SlotId>,
    /// Those whose order is dropped when a guard stops the statement.
    pub else_cancel: Vec<SlotId>,
    /// Statements.
    pub body: Vec<Stmt>,
    /// The head as written, from `on` to the opening brace.
    pub head: Span,
    /// The whole handler.
    pub span: Span,
}

/// What fires a handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// `start`
    Start,
    /// `shutdown`
    Shutdown,
    /// `book(x)`
    Book(InstrumentId),
    /// `trades(x)`
    Trades(InstrumentId),
    /// `expiry(x)`
    Expiry(InstrumentId),
    /// `book(m) for m in u`
    MemberBook(UniverseId),
    /// `trades(m) for m in u`
    MemberTrades(UniverseId),
    /// `expiry(m) for m in u`
    MemberExpiry(UniverseId),
    /// A bar clock.
    Bars(ClockId),
    /// `every 10s`, `session_open(nyse)`
    Timer(TimerId),
    /// `fill(slot)`
    Fill(Vec<SlotId>),
    /// `done(slot)`
    Done(Vec<SlotId>),
    /// `reject(slot)`
    Reject(Vec<SlotId>),
    /// `enter m in u`
    Enter(UniverseId),
    /// `leave m in u`
    Leave(UniverseId),
    /// `link_down`
    LinkDown,
    /// `link_up`
    LinkUp,
}

/// The desired order of one statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// The name given with `as`.
    pub name: Option<String>,
    /// What kind of statement owns it.
    pub role: SlotRole,
    /// The handler whose statement it is.
    pub handler: HandlerId,
    /// The instrument.
    pub instrument: Of,
    /// Whether stating it again restates its order; not so for `each time`.
    pub restated: bool,
    /// The statement.
    pub span: Span,
}

/// What kind of statement owns a slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SlotRole {
    /// `buy`
    Buy,
    /// `sell`
    Sell,
    /// The `bid` of a quote.
    Bid,
    /// The `ask` of a quote.
    Ask,
    /// `stop_loss` and `take_profit` of an order.
    Exit,
    /// `target`; the targets of one handler on one instrument share a slot.
    Target,
}

/// A risk rule.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskRule {
    /// Which rule.
    pub kind: RiskKind,
    /// Its limit over parameters.
    pub limit: Expr,
    /// To which positions it applies.
    pub scope: Scope,
    /// `per day`
    pub per_day: bool,
    /// What a breach does.
    pub actions: Vec<RiskAction>,
    /// The whole rule.
    pub span: Span,
}

/// How state of an older version becomes state of this one.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// The older version.
    pub from: u32,
    /// The old state that is read.
    pub old: Vec<LocalId>,
    /// New values.
    pub set: Vec<(StateId, Expr)>,
    /// The whole member.
    pub span: Span,
}
