//! The intermediate form: what a checked strategy means, with names resolved, units erased, user
//! nodes and functions expanded, and every stateful call hoisted into a stream of its own.
//!
//! It is the single source for the interpreter, the code generator and the analyses. It keeps
//! names, spans and statement structure, so that generated code and traces read like the strategy.
//! It imports nothing that builds or reads it.

pub mod display;
mod expr;
pub mod show;
mod stmt;
mod stream;
mod value;
pub mod verify;

pub use expr::{
    AccountField, BarField, Binary, Compare, EventField, Expr, Number, Op, Pure, Unary, ViewField,
};
pub use stmt::{
    Each, Exit, ForOver, Goal, Level, Order, Stmt, StmtKind, Stop, Target, TextPart, Tif, Via,
};
pub use stream::{Clock, Domain, DomainKind, Stream, StreamOp};
pub use value::{Cell, Kind, TextSource, Ty};

use strat_dsl::Span;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{
    ClockId, HandlerDecl, HandlerId, InstrumentDecl, Needed, Reason, ReasonId, RiskAction, Scope,
    SlotDecl, Timer, TimerId, UniverseDecl,
};
use strat_runtime::slot::SlotId;
use strat_runtime::venue::VenueKind;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The place in its table.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}

ids! {
    /// Index into [`Ir::exprs`].
    ExprId,
    /// Index into [`Ir::params`].
    ParamId,
    /// Index into [`Ir::streams`].
    StreamId,
    /// Index into [`Ir::states`].
    StateId,
    /// Index into [`Ir::domains`].
    DomainId,
    /// Index into [`Ir::universes`].
    UniverseId,
    /// Index into [`Ir::enums`].
    EnumId,
    /// Index into [`Ir::texts`].
    TextId,
    /// Index into [`Ir::words`].
    WordsId,
    /// Index of a local variable; unique within the strategy, `Ir::locals` names them.
    LocalId,
}

/// A checked strategy in executable form. Everything that depends on parameter values is an
/// expression over them.
#[derive(Debug, Clone, PartialEq)]
pub struct Ir {
    /// The strategy's name.
    pub name: String,
    /// Its one-line description.
    pub title: String,
    /// Where its name stands.
    pub span: Span,
    /// Its declared version.
    pub version: u32,
    /// The venue whose rules apply.
    pub venue: VenueKind,
    /// The weight of an infinite filter's start value below which it counts as warm.
    pub warm_weight: f64,
    /// What the strategy says that data must have, beside what follows from what it reads.
    pub needs: Vec<(Needed, Span)>,
    /// Parameters in source order.
    pub params: Vec<Param>,
    /// Conditions over parameters, each with its text.
    pub constraints: Vec<(ExprId, String)>,
    /// Declared instruments; the n-th is `InstrumentId(n)`.
    pub instruments: Vec<InstrumentDecl>,
    /// Universes.
    pub universes: Vec<Universe>,
    /// Bar clocks, numbered by [`ClockId`].
    pub clocks: Vec<Clock>,
    /// Timers with periods (durations) over parameters, numbered by [`TimerId`].
    pub timers: Vec<Timer<ExprId>>,
    /// Tick domains of streams.
    pub domains: Vec<Domain>,
    /// Streams, each after everything it reads.
    pub streams: Vec<Stream>,
    /// State variables of the strategy and of expanded nodes.
    pub states: Vec<StateVar>,
    /// Handlers in source order, numbered by [`HandlerId`].
    pub handlers: Vec<Handler>,
    /// Per instrument: whether a target below zero is one in its complement.
    pub complements: Vec<bool>,
    /// The same for members of universes.
    pub other_complements: bool,
    /// Slots, numbered by [`SlotId`].
    pub slots: Vec<SlotDecl>,
    /// Reasons, numbered by [`ReasonId`].
    pub reasons: Vec<Reason>,
    /// Enums with the names of their members.
    pub enums: Vec<Enum>,
    /// Word lists, folded to lower case, each a sequence of words.
    pub words: Vec<Vec<String>>,
    /// Interned texts.
    pub texts: Vec<String>,
    /// Risk rules.
    pub risk: Vec<RiskRule>,
    /// What happens after a fault.
    pub on_fault: Vec<RiskAction>,
    /// How state of older versions is taken over, at most one of each version.
    pub migrations: Vec<Migration>,
    /// All expressions; children come before their parents.
    pub exprs: Vec<Expr>,
    /// Local variables: name and type, numbered by [`LocalId`].
    pub locals: Vec<(String, Ty)>,
}

/// A parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Name.
    pub name: String,
    /// Type; never optional.
    pub ty: Ty,
    /// Unit as written, for printing: `%` or `bps`, `shares`, `usd`…
    pub unit: Option<&'static str>,
    /// Value unless set.
    pub default: Cell,
    /// Inclusive ends and step, where declared.
    pub range: Option<ParamRange>,
    /// Where it is declared.
    pub span: Span,
}

/// The range of a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParamRange {
    /// Smallest value.
    pub low: Cell,
    /// Largest value.
    pub high: Cell,
    /// Distance of grid points from the smallest value, for sweeps.
    pub step: Option<Cell>,
}

/// An enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enum {
    /// Its name.
    pub name: String,
    /// Its members.
    pub members: Vec<String>,
}

/// A universe: the instruments that meet its conditions, in a unique order.
#[derive(Debug, Clone, PartialEq)]
pub struct Universe {
    /// Name and capacity.
    pub decl: UniverseDecl,
    /// The member that conditions and order keys look at.
    pub member: LocalId,
    /// Conditions in source order; the first that is false leaves the member out, for its reason.
    pub conditions: Vec<(ExprId, ReasonId)>,
    /// Order keys, `true` for descending; absent values come last; ends in a unique key.
    pub order: Vec<(ExprId, bool)>,
    /// How many of them, after ordering; a whole number over parameters.
    pub take: Option<ExprId>,
}

/// A state variable.
#[derive(Debug, Clone, PartialEq)]
pub struct StateVar {
    /// Name.
    pub name: String,
    /// Type.
    pub ty: Ty,
    /// First value, over parameters.
    pub init: ExprId,
    /// Kept per member of this universe.
    pub per: Option<UniverseId>,
    /// Where it is declared.
    pub span: Span,
}

/// How the state of an older version becomes state of this one.
#[derive(Debug, Clone, PartialEq)]
pub struct Migration {
    /// The older version.
    pub from: u32,
    /// The old state that is read; the locals have its names and types.
    pub old: Vec<LocalId>,
    /// New values, over the old state and parameters.
    pub set: Vec<(StateId, ExprId)>,
    /// Where it stands.
    pub span: Span,
}

/// A handler.
#[derive(Debug, Clone, PartialEq)]
pub struct Handler {
    /// Head and line.
    pub decl: HandlerDecl,
    /// What fires it.
    pub on: On,
    /// `for m in u`, or the member of `enter` and `leave`: the variable and the universe.
    pub member: Option<(LocalId, UniverseId)>,
    /// Streams it reads; it does not fire before all are warm, unless `cold`.
    pub reads: Vec<StreamId>,
    /// Streams of which it reads the last value, whenever that was (`latest`); these must be warm
    /// too, but need no value at the event that fires it.
    pub latest: Vec<StreamId>,
    /// Streams per member that it reads of its own member: it does not fire for a member before
    /// all are warm for it.
    pub waits: Vec<StreamId>,
    /// Fires before its streams are warm; they are optional there.
    pub cold: bool,
    /// The reason counted while it waits for warm-up.
    pub waiting: ReasonId,
    /// Its slots: left out of `exposure` because they are about to be restated.
    pub slots: Vec<SlotId>,
    /// Those of its slots whose resting order is dropped when a guard stops the handler.
    pub else_cancel: Vec<SlotId>,
    /// Statements.
    pub body: Vec<Stmt>,
    /// Where it stands.
    pub span: Span,
}

/// What fires a handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum On {
    /// The session began.
    Start,
    /// The session is about to end.
    Shutdown,
    /// A book or quote changed.
    Book(InstrumentId),
    /// A trade.
    Trades(InstrumentId),
    /// An instrument's time is up.
    Expiry(InstrumentId),
    /// The book of a member changed.
    MemberBook(UniverseId),
    /// A member traded.
    MemberTrades(UniverseId),
    /// A member's time is up.
    MemberExpiry(UniverseId),
    /// Bars closed.
    Bars(ClockId),
    /// A timer.
    Timer(TimerId),
    /// A fill of one of the slots.
    Fill(Vec<SlotId>),
    /// The end of an order of one of the slots.
    Done(Vec<SlotId>),
    /// A refusal of an order of one of the slots.
    Reject(Vec<SlotId>),
    /// A member came into the universe.
    Enter(UniverseId),
    /// A member left the universe.
    Leave(UniverseId),
    /// The link to the venue was lost.
    LinkDown,
    /// The link is back.
    LinkUp,
}

impl On {
    /// Whether it is about one member of a universe, so that the handler runs for that one alone.
    pub const fn is_of_one_member(&self) -> bool {
        match self {
            On::MemberBook(_) | On::MemberTrades(_) | On::MemberExpiry(_) => true,
            On::Start
            | On::Shutdown
            | On::Book(_)
            | On::Trades(_)
            | On::Expiry(_)
            | On::Bars(_)
            | On::Timer(_)
            | On::Fill(_)
            | On::Done(_)
            | On::Reject(_)
            | On::Enter(_)
            | On::Leave(_)
            | On::LinkDown
            | On::LinkUp => false,
        }
    }
}

/// A risk rule; limits are expressions over parameters.
#[derive(Debug, Clone, PartialEq)]
pub struct RiskRule {
    /// Which rule.
    pub kind: RiskKind,
    /// Its limit.
    pub limit: ExprId,
    /// To which positions it applies.
    pub scope: Scope,
    /// `per day`, or the window of a rate.
    pub per_day: bool,
    /// What a breach does.
    pub actions: Vec<RiskAction>,
    /// Where it stands.
    pub span: Span,
}

/// The risk rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RiskKind {
    /// Limit: size.
    MaxPosition,
    /// Limit: money.
    MaxNotional,
    /// Limit: whole number.
    MaxOpenOrders,
    /// Limit: leverage.
    MaxLeverage,
    /// Limit: ratio.
    MaxWeight,
    /// Limit: money or ratio, by the expression's type.
    MaxLoss,
    /// Limit: ratio.
    MaxDrawdown,
    /// Limit: whole number per second.
    MaxOrderRate,
    /// Limit: duration.
    StaleData,
}

impl Ir {
    /// One expression.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    /// The clock at the bottom of a chain of guards.
    pub fn root_of(&self, id: DomainId) -> DomainKind {
        let mut kind = self.domains[id.index()].kind;
        while let DomainKind::Present { base, .. } = kind {
            kind = self.domains[base.index()].kind;
        }
        kind
    }

    /// The universe for whose members a domain ticks one by one, if it does.
    pub fn universe_of(&self, id: DomainId) -> Option<UniverseId> {
        match self.root_of(id) {
            DomainKind::MemberBook(universe) | DomainKind::MemberTrades(universe) => Some(universe),
            DomainKind::Bars(_)
            | DomainKind::Book(_)
            | DomainKind::Trades(_)
            | DomainKind::Timer(_)
            | DomainKind::Present { .. } => None,
        }
    }

    /// One handler.
    pub fn handler(&self, id: HandlerId) -> &Handler {
        &self.handlers[usize::from(id.0)]
    }
}
