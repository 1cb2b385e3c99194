//! Expressions, literals and texts.

use super::{Ident, Int};
use crate::span::Span;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Its form.
    pub kind: ExprKind,
    /// Where it stands; parentheses around it belong to it.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// `0.95`
    Number(Decimal),
    /// `50 usd`, `0.25x`, `24h`
    Quantity {
        /// The number before the unit.
        value: Decimal,
        /// The unit.
        unit: Unit,
    },
    /// `"filled {got}"`
    Text(Text),
    /// `true`, `false`
    Bool(bool),
    /// `none`
    None,
    /// `fast`
    Ident(Ident),
    /// `m.book`, `m.book.ask?.price`
    Field {
        /// What has the field.
        base: Box<Expr>,
        /// The field; a keyword is a name here.
        name: Ident,
        /// Written `?.`: absent where `base` is absent.
        optional: bool,
    },
    /// `ema(close, 21)`
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// The arguments in source order.
        args: Vec<Arg>,
    },
    /// `close[1]`
    Index {
        /// What is indexed.
        base: Box<Expr>,
        /// The offset, key or member.
        index: Box<Expr>,
    },
    /// `-x`, `not x`
    Unary {
        /// The operator.
        op: UnaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `a + b`
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `a..b`, both ends included.
    Range {
        /// The lower end.
        start: Box<Expr>,
        /// The upper end.
        end: Box<Expr>,
    },
    /// `x in a..b`, `x in list`
    In {
        /// What is looked for.
        value: Box<Expr>,
        /// Where the word `in` stands.
        op_span: Span,
        /// The range or list.
        set: Box<Expr>,
    },
    /// `if a then x else if b then y else z`
    If {
        /// The cases, tried in order.
        cases: Vec<IfThen>,
        /// The value if none holds.
        otherwise: Box<Expr>,
    },
    /// `[eth, btc]`
    List(Vec<Expr>),
    /// `[0.0; 4]`: one value, several times.
    Repeat {
        /// The value of each element.
        value: Box<Expr>,
        /// How many.
        length: Int,
    },
    /// `x is some`, `x is none`
    Is {
        /// The option.
        value: Box<Expr>,
        /// True for `is some`, false for `is none`.
        some: bool,
    },
    /// `x as usd at par`
    AsAtPar {
        /// The amount.
        value: Box<Expr>,
        /// The currency it is taken for.
        currency: Ident,
    },
    /// A value that is missing or could not be read; its diagnostic has been given.
    Error,
}

/// One case of an `if` expression.
#[derive(Debug, Clone, PartialEq)]
pub struct IfThen {
    /// The condition.
    pub condition: Expr,
    /// The value if it holds.
    pub value: Expr,
}

/// An argument of a call.
#[derive(Debug, Clone, PartialEq)]
pub struct Arg {
    /// The name before the colon, if it is given by name.
    pub name: Option<Ident>,
    /// The value.
    pub value: Expr,
    /// Name and value.
    pub span: Span,
}

/// Operators with one operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `-`
    Neg,
    /// `not`
    Not,
}

/// Operators with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `has_any`: a text holds one of these words.
    HasAny,
    /// `has_word`: a text holds this word.
    HasWord,
    /// `??`: the left value, or the right one where it is absent.
    OrElse,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
    /// `/?`: absent where the divisor is zero.
    DivOption,
    /// `%`, Euclidean.
    Rem,
}

impl BinaryOp {
    /// The operator as it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Eq => "==",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::HasAny => "has_any",
            Self::HasWord => "has_word",
            Self::OrElse => "??",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
            Self::DivOption => "/?",
            Self::Rem => "%",
        }
    }
}

/// An exact decimal number: `digits` / 10^`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Decimal {
    /// All digits as one whole number; never negative in a literal.
    pub digits: i128,
    /// How many of them stand behind the point. `0.95` is 95 with scale 2, `1e-6` is 1 with scale 6.
    pub scale: u32,
    /// Whether it was written with a point or an exponent: without context such a number is a real.
    pub has_point: bool,
}

/// The unit of a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// `usd`
    Usd,
    /// `shares`
    Shares,
    /// `coins`
    Coins,
    /// `lots`
    Lots,
    /// `bps`, a hundredth of a percent
    Bps,
    /// `%`
    Percent,
    /// `x`, leverage
    X,
    /// `ms`
    Ms,
    /// `us`
    Us,
    /// `s`
    S,
    /// `m`, minutes
    M,
    /// `h`
    H,
    /// `d`, 24 hours
    D,
}

impl Unit {
    /// Every unit.
    pub const ALL: [Self; 13] = [
        Self::Usd,
        Self::Shares,
        Self::Coins,
        Self::Lots,
        Self::Bps,
        Self::Percent,
        Self::X,
        Self::Ms,
        Self::Us,
        Self::S,
        Self::M,
        Self::H,
        Self::D,
    ];

    /// The unit as it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Usd => "usd",
            Self::Shares => "shares",
            Self::Coins => "coins",
            Self::Lots => "lots",
            Self::Bps => "bps",
            Self::Percent => "%",
            Self::X => "x",
            Self::Ms => "ms",
            Self::Us => "us",
            Self::S => "s",
            Self::M => "m",
            Self::H => "h",
            Self::D => "d",
        }
    }

    /// The unit written as `symbol`.
    pub fn parse(symbol: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.symbol() == symbol)
    }
}

/// A text in quotes.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// What the text says, escapes resolved; interpolations stand in it as written, with braces.
    pub value: String,
    /// The pieces. A text without interpolation has at most one.
    pub parts: Vec<TextPart>,
    /// The whole text, quotes included.
    pub span: Span,
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum TextPart {
    /// Letters, escapes resolved.
    Literal(String),
    /// `{got}`
    Expr(Expr),
}
