//! Expressions, literals exact and operations chosen.

use strat_dsl::Span;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::ClockId;

use super::{CallId, FuncId, LetId, NodeId, Ty, WordsId};
use crate::builtin::Builtin;
use crate::builtin::pure::Function;
use crate::ir::{
    AccountField, BarField, Binary, Compare, DomainId, EventField, LocalId, Number, ParamId, Pure,
    StateId, Unary, ViewField,
};

/// A typed expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Ty,
    /// Where it stands.
    pub span: Span,
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Const {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A real.
    Real(f64),
    /// Fixed point: billionths.
    Fixed(i64),
    /// Nanoseconds of a duration.
    Nanos(i64),
    /// Index of an enum member.
    Member(u32),
    /// A text.
    Text(String),
    /// The absent value of an optional type.
    None,
}

/// The forms of an expression. An operand is never optional unless its comment says so.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A constant.
    Const(Const),
    /// A parameter.
    Param(ParamId),
    /// A `let` of the strategy. A guarded one is read as present.
    Let(LetId),
    /// A local variable, or an argument inside a function or node.
    Local(LocalId),
    /// A state variable; of a member where it is kept per member.
    State(StateId, Option<Box<Expr>>),
    /// A piece of memory of the node whose text this is, at its value before this tick.
    NodeState(u32),
    /// The last value of a `let` per member, of the member that the operand names.
    MemberLet(LetId, Box<Expr>),
    /// A declared instrument.
    Instrument(InstrumentId),
    /// Time of the event.
    Now,
    /// A field of the event that fired the handler.
    Event(EventField),
    /// A field of an instrument. The operand is an instrument, book, position or exposure.
    View(ViewField, Box<Expr>),
    /// A field of the account.
    Account(AccountField),
    /// The price of a level.
    LevelPrice(Box<Expr>),
    /// The size of a level.
    LevelSize(Box<Expr>),
    /// A field of the last closed bar of a clock's n-th instrument.
    Bar {
        /// The clock.
        clock: ClockId,
        /// Which of its instruments.
        member: u16,
        /// Which field.
        field: BarField,
    },
    /// A field of the bar of a clock's n-th instrument that is forming; a handle of it reads when it
    /// closes.
    Forming {
        /// The clock.
        clock: ClockId,
        /// Which of its instruments.
        member: u16,
        /// Which field.
        field: BarField,
    },
    /// The first operand if present, else the second. The first is optional; the second may be.
    OrElse(Box<Expr>, Box<Expr>),
    /// Whether the operand, which is optional, is present.
    IsSome(Box<Expr>),
    /// `a?.f`: absent where `option` is absent; else `body`, in which `local` is the value. `body`
    /// may be optional.
    MapSome {
        /// The option.
        option: Box<Expr>,
        /// The variable that holds its value.
        local: LocalId,
        /// What is computed of it.
        body: Box<Expr>,
    },
    /// A value that is always there where an optional one is expected.
    Some(Box<Expr>),
    /// One operand.
    Unary(Unary, Box<Expr>),
    /// Two operands.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `/?`: absent where the divisor is zero; one of the `Div*` operations.
    TryBinary(Binary, Box<Expr>, Box<Expr>),
    /// A comparison. Both operands have the form that [`Number`] says.
    Compare(Compare, Number, Box<Expr>, Box<Expr>),
    /// Both.
    And(Box<Expr>, Box<Expr>),
    /// Either.
    Or(Box<Expr>, Box<Expr>),
    /// `value in low..high`
    InRange {
        /// The form of all three.
        number: Number,
        /// The value.
        value: Box<Expr>,
        /// The lower end, included.
        low: Box<Expr>,
        /// The upper end, included.
        high: Box<Expr>,
    },
    /// A pure function.
    Pure(Pure, Vec<Expr>),
    /// One of two.
    If {
        /// Condition.
        cond: Box<Expr>,
        /// If true.
        then: Box<Expr>,
        /// If false.
        other: Box<Expr>,
    },
    /// A value that is used more than once.
    LetIn {
        /// The variable.
        local: LocalId,
        /// Its value.
        value: Box<Expr>,
        /// Where it is visible.
        body: Box<Expr>,
    },
    /// `text has_word "..."`, `text has_any words`: whole words, case-folded; true if any entry of
    /// the list occurs.
    HasAny(Box<Expr>, WordsId),
    /// A library function without memory, of operands as its row lists them: a book is its
    /// instrument, a word its place in its list.
    Library(Function, Vec<Expr>),
    /// A stateful library function. Inputs are reals, but for [`Builtin::Lag`], whose input has the
    /// type of the result. Settings are whole numbers over parameters or arguments; each is
    /// bounded by [`super::bounds::int_bounds`] once arguments are replaced.
    Builtin {
        /// Which function.
        builtin: Builtin,
        /// The call site.
        call: CallId,
        /// The series.
        inputs: Vec<Expr>,
        /// Windows.
        settings: Vec<Expr>,
    },
    /// A user node.
    Node {
        /// Which node.
        node: NodeId,
        /// The call site.
        call: CallId,
        /// Its arguments.
        args: Vec<Expr>,
    },
    /// A user function.
    Func {
        /// Which function.
        func: FuncId,
        /// Its arguments.
        args: Vec<Expr>,
    },
    /// `latest(x)`: the last value of `x` at its own clock, whatever clock reads it; absent before
    /// the first.
    Latest {
        /// The clock of the value.
        domain: DomainId,
        /// The value.
        value: Box<Expr>,
    },
    /// A list, element by element.
    List(Vec<Expr>),
    /// A list of one value, so many times.
    Repeat(Box<Expr>, u16),
    /// One element of a list.
    Element {
        /// The list.
        list: Box<Expr>,
        /// Which, from zero; proven to lie inside.
        index: Box<Expr>,
    },
    /// A value that could not be checked. It occurs in no strategy that is handed on.
    Error,
}
