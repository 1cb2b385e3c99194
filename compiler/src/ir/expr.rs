//! Expressions: typed operations over cells.

use strat_dsl::Span;
use strat_runtime::manifest::ClockId;

use crate::builtin::pure::Function;

use super::{Cell, ExprId, LocalId, ParamId, StateId, StreamId, Ty, WordsId};

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
    /// A field of the bar of a clock's n-th instrument that is forming at this event: absent where
    /// the type is optional and there is none, a fault where it is not.
    Forming {
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
    /// A library function without memory, of operands as its row lists them. One that reads a book
    /// takes the instrument first and is no constant, whatever its operands are.
    Library(Function, Vec<ExprId>),
    /// One of two, the other is not evaluated.
    If {
        /// Condition.
        cond: ExprId,
        /// If true.
        then: ExprId,
        /// If false.
        other: ExprId,
    },
    /// One of several values of a kind, by its number; the others are not evaluated. A number
    /// outside is a defect of the program.
    Pick {
        /// Which, from zero.
        index: ExprId,
        /// The values.
        of: Vec<ExprId>,
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
            | Op::Bar { .. }
            | Op::Forming { .. } => {}
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
            Op::Call(_, operands) | Op::Library(_, operands) => {
                operands.iter().copied().for_each(visit);
            }
            Op::Pick { index, of } => {
                visit(*index);
                of.iter().copied().for_each(visit);
            }
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
