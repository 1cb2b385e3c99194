//! The intermediate form: what a checked strategy means, with names resolved, units erased, user
//! nodes and functions expanded, and every stateful call hoisted into a stream of its own.
//!
//! It is the single source for the interpreter, the code generator and the analyses. It keeps
//! names, spans and statement structure, so that generated code and traces read like the strategy.
//! It imports nothing that builds or reads it.

pub mod display;
pub mod show;
pub mod verify;

use strat_dsl::Span;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{
    ClockId, Gaps, HandlerDecl, HandlerId, InstrumentDecl, Reason, ReasonId, RiskAction, Scope,
    SlotDecl, TimerId, UniverseDecl,
};
use strat_runtime::side::Side;
use strat_runtime::slot::SlotId;
use strat_runtime::venue::VenueKind;

use crate::builtin::Builtin;

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
    /// Its declared version.
    pub version: u32,
    /// The venue whose rules apply.
    pub venue: VenueKind,
    /// The weight of an infinite filter's start value below which it counts as warm.
    pub warm_weight: f64,
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
    /// Timer periods (durations over parameters), numbered by [`TimerId`].
    pub timers: Vec<ExprId>,
    /// Tick domains of streams.
    pub domains: Vec<Domain>,
    /// Streams, each after everything it reads.
    pub streams: Vec<Stream>,
    /// State variables of the strategy and of expanded nodes.
    pub states: Vec<StateVar>,
    /// Handlers in source order, numbered by [`HandlerId`].
    pub handlers: Vec<Handler>,
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
    /// All expressions; children come before their parents.
    pub exprs: Vec<Expr>,
    /// Local variables: name and type, numbered by [`LocalId`].
    pub locals: Vec<(String, Ty)>,
}

/// What a value is, and whether it may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ty {
    /// Kind of value.
    pub kind: Kind,
    /// Whether it may be absent.
    pub optional: bool,
}

/// Kinds of values. All are one 64-bit cell: whole numbers, fixed point at 1e-9 and times as
/// `i64`, reals as the bits of an `f64`, the rest as indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `false` 0, `true` 1.
    Bool,
    /// `i64`.
    Int,
    /// Finite `f64`, as its bits.
    Real,
    /// Fixed point: quote per unit.
    Price,
    /// Fixed point: units.
    Size,
    /// Fixed point: money.
    Money,
    /// Fixed point ratio: percent and basis points.
    Ratio,
    /// Fixed point leverage.
    Leverage,
    /// Fixed point: price per unit of size.
    PricePerSize,
    /// Nanoseconds since the epoch, UTC.
    Time,
    /// Nanoseconds.
    Duration,
    /// Member index of an enum.
    Enum(EnumId),
    /// A text by its source and place, see [`TextSource`]; a constant is its [`TextId`].
    Text,
    /// Index of an instrument in the session.
    Instrument,
    /// A book level: instrument index * 2, plus 1 for the ask side.
    Level,
}

/// Where a text comes from: the upper 32 bits of its cell. The lower 32 bits are a place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum TextSource {
    /// [`Ir::texts`].
    Program = 0,
    /// The question of an instrument.
    Question = 1,
    /// The outcome of an instrument.
    Outcome = 2,
    /// The symbol of an instrument.
    Symbol = 3,
    /// The reason of the refusal that fired the handler; there is one place.
    Reject = 4,
}

impl TextSource {
    /// The cell of a text of this source.
    pub const fn cell(self, place: u32) -> Cell {
        Cell::int(((self as i64) << 32) | place as i64)
    }

    /// Source and place of a cell's text, if it names one.
    pub const fn of(bits: i64) -> Option<(TextSource, u32)> {
        let source = match bits >> 32 {
            0 => TextSource::Program,
            1 => TextSource::Question,
            2 => TextSource::Outcome,
            3 => TextSource::Symbol,
            4 => TextSource::Reject,
            _ => return None,
        };
        Some((source, bits as u32))
    }
}

/// One expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it computes.
    pub op: Op,
    /// Its type.
    pub ty: Ty,
    /// Where it stands in the text.
    pub span: Span,
}

/// A 64-bit value that may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The value's bits; 0 if absent.
    pub bits: i64,
    /// Whether there is a value.
    pub some: bool,
}

impl Cell {
    /// The absent value.
    pub const NONE: Cell = Cell { bits: 0, some: false };

    /// A value in the form of an `i64`.
    pub const fn int(bits: i64) -> Cell {
        Cell { bits, some: true }
    }

    /// A truth value.
    pub const fn bool(value: bool) -> Cell {
        Cell { bits: value as i64, some: true }
    }

    /// A real.
    pub const fn real(value: f64) -> Cell {
        Cell { bits: value.to_bits() as i64, some: true }
    }

    /// The bits read as a real.
    pub const fn as_real(self) -> f64 {
        f64::from_bits(self.bits as u64)
    }
}

impl Default for Cell {
    /// The absent value.
    fn default() -> Self {
        Cell::NONE
    }
}

/// Operations. Arithmetic is checked: a result out of range is a fault. An operand of optional
/// type stands only where the comment says so.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// A constant; a text is its [`TextId`].
    Const(Cell),
    /// A parameter.
    Param(ParamId),
    /// A local variable.
    Local(LocalId),
    /// The last value of a stream.
    Stream(StreamId),
    /// The last value of a stream per member, of the member that the operand names; absent for an
    /// instrument that is none.
    MemberStream(StreamId, ExprId),
    /// A state variable; of a member where it is kept per universe member.
    State(StateId, Option<ExprId>),
    /// Time of the event.
    Now,
    /// A field of the event that the handler was fired by.
    Event(EventField),
    /// A field of an instrument in the view.
    View(ViewField, ExprId),
    /// A field of the account.
    Account(AccountField),
    /// Price of a level.
    LevelPrice(ExprId),
    /// Size of a level.
    LevelSize(ExprId),
    /// A field of the last closed bar of a clock's n-th instrument.
    Bar {
        /// The clock.
        clock: ClockId,
        /// Which of its instruments.
        member: u16,
        /// Which field.
        field: BarField,
    },
    /// The first operand if present, else the second. The second is evaluated only if needed.
    OrElse(ExprId, ExprId),
    /// Whether an optional operand is present.
    IsSome(ExprId),
    /// One operand.
    Unary(Unary, ExprId),
    /// Two operands.
    Binary(Binary, ExprId, ExprId),
    /// A division that is absent where the divisor is zero or the result leaves its range; one of
    /// the `Div*` operations.
    TryBinary(Binary, ExprId, ExprId),
    /// A comparison.
    Compare(Compare, Number, ExprId, ExprId),
    /// Both; the second is evaluated only if needed.
    And(ExprId, ExprId),
    /// Either; the second is evaluated only if needed.
    Or(ExprId, ExprId),
    /// `low <= value <= high`.
    InRange {
        /// How the three compare.
        number: Number,
        /// The value.
        value: ExprId,
        /// The lower end, included.
        low: ExprId,
        /// The upper end, included.
        high: ExprId,
    },
    /// A pure function.
    Call(Pure, Vec<ExprId>),
    /// One of two, the other is not evaluated.
    If {
        /// Condition.
        cond: ExprId,
        /// If true.
        then: ExprId,
        /// If false.
        other: ExprId,
    },
    /// A local for the length of an expression (arguments of expanded functions).
    Let {
        /// The variable.
        local: LocalId,
        /// Its value.
        value: ExprId,
        /// Where it is visible.
        body: ExprId,
    },
    /// Whether a text contains a word or a run of words, whole and case-folded.
    HasWord(ExprId, WordsId),
    /// Whether a text contains any entry of a word list; the list holds one entry per item.
    HasAny(ExprId, Vec<WordsId>),
}

impl Op {
    /// Calls `visit` with each operand, in order.
    pub fn children(&self, mut visit: impl FnMut(ExprId)) {
        match self {
            Op::Const(_)
            | Op::Param(_)
            | Op::Local(_)
            | Op::Stream(_)
            | Op::State(_, None)
            | Op::Now
            | Op::Event(_)
            | Op::Account(_)
            | Op::Bar { .. } => {}
            Op::State(_, Some(a))
            | Op::MemberStream(_, a)
            | Op::View(_, a)
            | Op::LevelPrice(a)
            | Op::LevelSize(a)
            | Op::IsSome(a)
            | Op::Unary(_, a)
            | Op::HasWord(a, _)
            | Op::HasAny(a, _) => visit(*a),
            Op::OrElse(a, b)
            | Op::Binary(_, a, b)
            | Op::TryBinary(_, a, b)
            | Op::Compare(_, _, a, b)
            | Op::And(a, b)
            | Op::Or(a, b)
            | Op::Let { value: a, body: b, .. } => {
                visit(*a);
                visit(*b);
            }
            Op::InRange { value: a, low: b, high: c, .. }
            | Op::If { cond: a, then: b, other: c } => {
                visit(*a);
                visit(*b);
                visit(*c);
            }
            Op::Call(_, operands) => operands.iter().copied().for_each(visit),
        }
    }
}

/// How two values compare. An exact fixed-point value is converted before it meets a real.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Number {
    /// Both are `i64`.
    Int,
    /// Both are `f64`.
    Real,
    /// Both are texts: by their characters, folded to lower case. Only for equality.
    Text,
}

/// Comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Compare {
    /// `==`, never between reals.
    Eq,
    /// `!=`, never between reals.
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// Operations on one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unary {
    /// Logical not.
    Not,
    /// Checked `-x` of an `i64`.
    NegInt,
    /// `-x` of a real.
    NegReal,
    /// Fixed point to real: one correctly rounded division by 1e9.
    FixedToReal,
    /// `i64` count to real.
    IntToReal,
    /// Whole number to fixed point.
    IntToFixed,
    /// Real to fixed point, to nearest, ties to even (`percent(r)`).
    RealToFixed,
}

/// Operations on two operands. `Int` works on the raw `i64` (sums of equal kinds, times and
/// durations included), `Fixed` on 1e-9 fixed point with a 128-bit intermediate, rounded to
/// nearest, ties to even.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Binary {
    /// `i64 + i64`
    AddInt,
    /// `i64 - i64`
    SubInt,
    /// `i64 * i64` (also fixed * whole number)
    MulInt,
    /// Euclidean remainder of `i64`.
    RemInt,
    /// fixed * fixed
    MulFixed,
    /// fixed * real, exact product rounded once.
    MulFixedReal,
    /// fixed / fixed, a fixed result.
    DivFixed,
    /// fixed (or duration) / whole number, rounded to nearest, ties to even.
    DivFixedInt,
    /// fixed / real, exact quotient rounded once.
    DivFixedReal,
    /// `i64 / i64` of equal kinds as a real: the correctly rounded quotient; the scale cancels.
    DivToReal,
    /// `f64 + f64`
    AddReal,
    /// `f64 - f64`
    SubReal,
    /// `f64 * f64`
    MulReal,
    /// `f64 / f64`
    DivReal,
}

/// Pure functions; the suffix tells the operands' form (`Int` covers fixed point and durations).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pure {
    /// Smallest of two or more.
    MinInt,
    /// Smallest of two or more.
    MinReal,
    /// Largest of two or more.
    MaxInt,
    /// Largest of two or more.
    MaxReal,
    /// Absolute value.
    AbsInt,
    /// Absolute value.
    AbsReal,
    /// `clamp(x, low, high)`.
    ClampInt,
    /// `clamp(x, low, high)`.
    ClampReal,
    /// Natural logarithm; the operand is proven positive.
    Ln,
    /// Exponential.
    Exp,
    /// Square root; the operand is proven not negative.
    Sqrt,
    /// Largest whole real not above.
    Floor,
    /// Smallest whole real not below.
    Ceil,
    /// Nearest whole real, ties to even.
    Round,
    /// Real to fixed point, towards minus infinity.
    RealToFixedDown,
    /// Real to fixed point, towards plus infinity.
    RealToFixedUp,
    /// `div(a, b, or: v)` on reals: the third operand where the divisor is zero.
    DivOrReal,
}

impl Pure {
    /// How many operands a pure function takes: at least and at most.
    pub const fn arity(self) -> (usize, usize) {
        match self {
            Pure::MinInt | Pure::MinReal | Pure::MaxInt | Pure::MaxReal => (2, 64),
            Pure::ClampInt | Pure::ClampReal | Pure::DivOrReal => (3, 3),
            Pure::AbsInt
            | Pure::AbsReal
            | Pure::Ln
            | Pure::Exp
            | Pure::Sqrt
            | Pure::Floor
            | Pure::Ceil
            | Pure::Round
            | Pure::RealToFixedDown
            | Pure::RealToFixedUp => (1, 1),
        }
    }
}

/// Fields of the event that fired a handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventField {
    /// The instrument it is about.
    Instrument,
    /// `fill.size`
    FillSize,
    /// `fill.price`
    FillPrice,
    /// `fill.fee`
    FillFee,
    /// `fill.remaining`
    FillRemaining,
    /// `fill.is_buy`
    FillIsBuy,
    /// `reject.reason`, a text.
    RejectReason,
}

/// Fields of an instrument in the view. Options are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ViewField {
    /// `book.bid`, optional level.
    BookBid,
    /// `book.ask`, optional level.
    BookAsk,
    /// `book.mid`, optional price.
    BookMid,
    /// `book.spread`, optional price.
    BookSpread,
    /// `book.spread_pct`, optional ratio of spread to mid.
    BookSpreadPct,
    /// `last`, optional price of the last trade.
    LastTrade,
    /// `mark`, optional price.
    Mark,
    /// `position.size`, signed.
    PositionSize,
    /// `position.avg_price`, optional while flat.
    PositionAvgPrice,
    /// `position.unrealized`, money at the mark.
    PositionUnrealized,
    /// `position.realized`, money.
    PositionRealized,
    /// `exposure.long`: held and buys that can still fill, without the handler's own slots.
    ExposureLong,
    /// `exposure.short`, a positive size.
    ExposureShort,
    /// `tick`
    Tick,
    /// `lot`
    Lot,
    /// `min_size`
    MinSize,
    /// `liquidity`, optional money.
    Liquidity,
    /// `expiry`, optional time.
    Expiry,
    /// `expires_in`, optional duration from now.
    ExpiresIn,
    /// `question`, a text of the view.
    Question,
    /// `outcome`, a text of the view.
    Outcome,
    /// `id`: the venue's symbol, unique.
    Id,
}

/// Fields of the account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountField {
    /// `account.equity`
    Equity,
    /// `account.cash`
    Cash,
    /// `account.free_cash`: cash less what open buy orders can still use.
    FreeCash,
}

/// Fields of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BarField {
    /// First price.
    Open,
    /// Highest price.
    High,
    /// Lowest price.
    Low,
    /// Last price.
    Close,
    /// Units traded, a real.
    Volume,
    /// Start.
    OpensAt,
    /// End.
    ClosesAt,
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

/// A bar clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// Name.
    pub name: String,
    /// Instruments; several make a joint clock.
    pub instruments: Vec<InstrumentId>,
    /// Length of a bar, over parameters.
    pub every: ExprId,
    /// Gap policy.
    pub gaps: Gaps,
}

/// When a stream ticks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Name as a person would say it: `h1`, `book(btc)`.
    pub name: String,
    /// What makes it tick.
    pub kind: DomainKind,
}

/// What makes a domain tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DomainKind {
    /// A bar clock.
    Bars(ClockId),
    /// A book or quote of an instrument.
    Book(InstrumentId),
    /// A trade of an instrument.
    Trades(InstrumentId),
    /// A timer.
    Timer(TimerId),
    /// The book of each member of a universe. Streams on it have a value for each member, from its
    /// entry until it leaves, and count its ticks by themselves.
    MemberBook(UniverseId),
    /// The trades of each member of a universe, in the same way.
    MemberTrades(UniverseId),
    /// Another domain, at the events at which an optional stream was present.
    Present {
        /// The other domain.
        base: DomainId,
        /// The guard stream that must be present.
        guard: StreamId,
    },
}

/// A value that is recomputed at every tick of its domain.
#[derive(Debug, Clone, PartialEq)]
pub struct Stream {
    /// The name in the strategy, or a made-up one for hoisted calls (`f.ema`).
    pub name: String,
    /// When it ticks.
    pub domain: DomainId,
    /// How it is computed.
    pub op: StreamOp,
    /// Its type.
    pub ty: Ty,
    /// The streams that it reads at their current tick, for warm-up.
    pub reads: Vec<StreamId>,
    /// Where it is declared.
    pub span: Span,
}

/// How a stream is computed.
#[derive(Debug, Clone, PartialEq)]
pub enum StreamOp {
    /// An expression without history.
    Expr(ExprId),
    /// An optional expression; where it is absent, domains guarded by this stream do not tick and
    /// handlers that read them stop for this reason.
    Guard(ExprId, ReasonId),
    /// One instance of a stateful library function.
    Node {
        /// Which function.
        builtin: Builtin,
        /// Series arguments, converted to reals.
        inputs: Vec<ExprId>,
        /// Window and option arguments, over parameters.
        settings: Vec<ExprId>,
        /// The range maximum of each whole setting, for buffers; equals the value where it is
        /// constant. Zero for reals.
        settings_max: Vec<i64>,
    },
    /// The next value of an expanded node's state; all of a tick take effect together, after the
    /// last stream of that tick.
    Next {
        /// The state variable.
        state: StateId,
        /// Its next value.
        value: ExprId,
    },
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

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Stmt {
    /// What it does.
    pub kind: StmtKind,
    /// Where it stands.
    pub span: Span,
}

/// The statements.
#[derive(Debug, Clone, PartialEq)]
pub enum StmtKind {
    /// A local variable.
    Let(LocalId, ExprId),
    /// A local variable from an option; absent stops the handler (for this member).
    Open(LocalId, ExprId, ReasonId),
    /// A condition; false stops the handler (for this member).
    Require(ExprId, ReasonId),
    /// New value of a state variable, visible to the next statement.
    Set {
        /// The variable.
        state: StateId,
        /// The member, where it is kept per member.
        member: Option<ExprId>,
        /// The value; absent for optional types only.
        value: ExprId,
    },
    /// Two ways.
    If {
        /// Condition.
        cond: ExprId,
        /// If true.
        then: Vec<Stmt>,
        /// If false.
        other: Vec<Stmt>,
    },
    /// Two ways, by presence of an option.
    IfLet {
        /// The variable that holds the value.
        local: LocalId,
        /// The option.
        value: ExprId,
        /// If present.
        then: Vec<Stmt>,
        /// If absent.
        other: Vec<Stmt>,
    },
    /// Many ways, by enum member; `None` matches the rest.
    Match {
        /// The value.
        value: ExprId,
        /// Member index and statements.
        arms: Vec<(Option<u32>, Vec<Stmt>)>,
    },
    /// Once per instrument of a list or member of a universe.
    For {
        /// The variable.
        local: LocalId,
        /// What it runs over.
        over: ForOver,
        /// Streams per member that must be warm for the member of a round.
        waits: Vec<StreamId>,
        /// Statements.
        body: Vec<Stmt>,
    },
    /// An order.
    Order(Box<Order>),
    /// An order slot that should be empty.
    Clear(SlotId, ExprId),
    /// A target position.
    Target(Box<Target>),
    /// All or none.
    Together(Vec<Stmt>),
    /// Cancel the own orders of an instrument, or all.
    Cancel(Option<ExprId>),
    /// A text for people; `Halt` also stops the strategy.
    Say(Level, Vec<TextPart>),
}

/// What a `for` statement runs over.
#[derive(Debug, Clone, PartialEq)]
pub enum ForOver {
    /// A universe's members.
    Universe(UniverseId),
    /// A list of expressions.
    List(Vec<ExprId>),
    /// Whole numbers from the first to the second, both included; the bound is checked.
    Range(ExprId, ExprId),
}

/// How loud a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Level {
    /// `log`
    Log,
    /// `alert`
    Alert,
    /// `halt`
    Halt,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum TextPart {
    /// As it stands.
    Text(String),
    /// A value, printed by its type.
    Value(ExprId),
}

/// An order statement, or one side of a `quote`.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Its slot.
    pub slot: SlotId,
    /// The instrument.
    pub instrument: ExprId,
    /// Buy or sell.
    pub side: Side,
    /// Units.
    pub size: ExprId,
    /// Limit price; `None` for `@ market`.
    pub limit: Option<ExprId>,
    /// Lifetime.
    pub tif: Tif,
    /// `post_only`
    pub post_only: bool,
    /// `reduce_only`
    pub reduce_only: bool,
    /// One side of a quote: a size of zero or less clears the slot.
    pub quote: bool,
    /// `because`
    pub because: Option<ReasonId>,
}

/// Lifetime of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tif {
    /// Good till cancelled.
    Gtc,
    /// Good for a duration.
    Gtd(ExprId),
    /// Fill or kill.
    Fok,
    /// Fill and kill.
    Fak,
    /// Until the end of the UTC day.
    Day,
}

/// A target statement.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its slot.
    pub slot: SlotId,
    /// The instrument.
    pub instrument: ExprId,
    /// The position wanted; signed values, negative is short.
    pub goal: Goal,
    /// How to get there.
    pub via: Option<Via>,
    /// `because`
    pub because: Option<ReasonId>,
}

/// A position wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// No position.
    Flat,
    /// Leverage of equity.
    Leverage(ExprId),
    /// Units.
    Size(ExprId),
    /// Money's worth.
    Notional(ExprId),
    /// Share of equity.
    Weight(ExprId),
}

/// How a target is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// Take what is there.
    Cross,
    /// Rest at the own side of the touch.
    Passive,
    /// Slices over a duration.
    Twap(ExprId),
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
