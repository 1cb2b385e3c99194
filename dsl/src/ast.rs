//! The syntax tree: the text as it was written, nothing resolved, nothing checked.
//!
//! Every node has a span. Where the text could not be read stands an `Error` variant, whose
//! diagnostic has been given, so that later stages can judge the rest. Declarations carry the
//! comment lines that stand directly above them.

mod expr;
mod member;
mod stmt;
mod test;

pub use expr::{Arg, BinaryOp, Decimal, Expr, ExprKind, IfThen, Text, TextPart, UnaryOp, Unit};
pub use member::{
    Assignment, Clock, Constraint, Direction, EnumDecl, Field, Func, Gaps, Handler, Instrument,
    Let, Member, Members, Migrate, Needs, Node, NodeStmt, OnFault, OrderKey, Param, ParamRange,
    Risk, RiskRule, ShortSale, State, Trigger, Universe, Venue, Version, Warm, Where, WordsDecl,
};
pub use stmt::{
    Arm, Block, Cancel, CancelTarget, Condition, ForStmt, IfBranch, IfStmt, MatchStmt, Message,
    Order, OrderOption, OrderOptionKind, OrderPrice, Pattern, Quote, QuoteSide, Require, SetStmt,
    Side, Stmt, Target, TargetGoal, Tif, Together, Via, ViaKind, Watched,
};
pub use test::{Expectation, Forall, Prop, PropStep, Test, TestEvent, TestStep, With};

use crate::span::Span;

/// A whole file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// The declarations in source order.
    pub items: Vec<Item>,
    /// Every comment in source order.
    pub comments: Vec<Comment>,
    /// The whole text.
    pub span: Span,
}

/// A line comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// From `//` to the end of the line.
    pub span: Span,
    /// The text behind `//`, trimmed.
    pub text: String,
}

/// A declaration at the top of a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// `import std.ta { ema }`
    Import(Import),
    /// `strategy name "title" { ... }`
    Strategy(Strategy),
    /// `node f(a: price) -> real { ... }`
    Node(Node),
    /// `fn f(a: price) -> real = ...`
    Func(Func),
    /// `enum Side { none, long }`
    Enum(EnumDecl),
    /// `words sports = "nfl", "nba"`
    Words(WordsDecl),
    /// `test "..." for s { ... }`
    Test(Test),
    /// `prop "..." for s { ... }`
    Prop(Prop),
    /// Text that could not be read.
    Error(Span),
}

impl Item {
    /// The whole item.
    pub fn span(&self) -> Span {
        match self {
            Self::Import(it) => it.span,
            Self::Strategy(it) => it.span,
            Self::Node(it) => it.span,
            Self::Func(it) => it.span,
            Self::Enum(it) => it.span,
            Self::Words(it) => it.span,
            Self::Test(it) => it.span,
            Self::Prop(it) => it.span,
            Self::Error(span) => *span,
        }
    }
}

/// `import std.ta { ema, stdev }`; without braces everything is reached through its path.
#[derive(Debug, Clone, PartialEq)]
pub struct Import {
    /// The parts of the path.
    pub path: Vec<Ident>,
    /// The names in braces.
    pub names: Vec<Ident>,
    /// The whole item.
    pub span: Span,
}

/// `strategy name "title" { members }`
#[derive(Debug, Clone, PartialEq)]
pub struct Strategy {
    /// Comment lines directly above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Ident,
    /// The title in quotes.
    pub title: Option<Text>,
    /// The members in source order.
    pub members: Vec<Member>,
    /// True if a syntax error lies inside: completeness checks are withheld then.
    pub has_syntax_error: bool,
    /// The whole item.
    pub span: Span,
}

/// A name as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ident {
    /// The name; empty only where a diagnostic says that it is missing.
    pub name: String,
    /// Where it stands.
    pub span: Span,
}

/// A whole number such as a version or a capacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Int {
    /// The value.
    pub value: u64,
    /// Where it stands.
    pub span: Span,
}

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub struct Type {
    /// Its form.
    pub kind: TypeKind,
    /// Whether a `?` follows: the value may be absent.
    pub optional: bool,
    /// The whole type, with its `?`.
    pub span: Span,
}

/// The forms of a type.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// `price`, `price<btc>`, `money<USDC>`
    Named {
        /// The name.
        name: Ident,
        /// What stands in angle brackets.
        args: Vec<Type>,
    },
    /// `price/size`
    Ratio {
        /// Above the line.
        numerator: Box<Type>,
        /// Below the line.
        denominator: Box<Type>,
    },
    /// `[real; 4]`
    Array {
        /// The type of each element.
        element: Box<Type>,
        /// How many.
        length: Int,
    },
    /// A type that is missing or could not be read.
    Error,
}
