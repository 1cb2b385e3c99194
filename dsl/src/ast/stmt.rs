//! What a handler does.

use super::{Arg, Expr, Ident, Let, Text};
use crate::span::Span;

/// `{ ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The statements in source order.
    pub stmts: Vec<Stmt>,
    /// Braces included.
    pub span: Span,
}

/// A statement.
#[derive(Debug, Clone, PartialEq)]
pub enum Stmt {
    /// `let ask = m.book.ask else "no ask"`
    Let(Let),
    /// `require ret >= min_return else "too small"`
    Require(Require),
    /// `set phase = Phase.done`
    Set(SetStmt),
    /// `if ... { } else { }`
    If(IfStmt),
    /// `match phase { ... }`
    Match(MatchStmt),
    /// `for x in list { ... }`
    For(ForStmt),
    /// `quote m { bid ... ask ... }`
    Quote(Quote),
    /// `together { ... }`
    Together(Together),
    /// `buy m 10 shares @ 0.5`
    Order(Order),
    /// `target btc long 0.25x`
    Target(Target),
    /// `cancel m`
    Cancel(Cancel),
    /// `log "..."`
    Log(Message),
    /// `alert "..."`
    Alert(Message),
    /// `halt "..."`
    Halt(Message),
    /// Text that could not be read.
    Error(Span),
}

impl Stmt {
    /// Where the statement stands.
    pub fn span(&self) -> Span {
        match self {
            Self::Let(it) => it.span,
            Self::Require(it) => it.span,
            Self::Set(it) => it.span,
            Self::If(it) => it.span,
            Self::Match(it) => it.span,
            Self::For(it) => it.span,
            Self::Quote(it) => it.span,
            Self::Together(it) => it.span,
            Self::Order(it) => it.span,
            Self::Target(it) => it.span,
            Self::Cancel(it) => it.span,
            Self::Log(it) | Self::Alert(it) | Self::Halt(it) => it.span,
            Self::Error(span) => *span,
        }
    }
}

/// `require condition else "reason"`
#[derive(Debug, Clone, PartialEq)]
pub struct Require {
    /// What must hold for the reaction to go on.
    pub condition: Expr,
    /// The reason that the trace gives.
    pub otherwise: Option<Text>,
    /// The whole statement.
    pub span: Span,
}

/// `set name = value`, `set name[m] = value`, `set name[m][i] = value`
#[derive(Debug, Clone, PartialEq)]
pub struct SetStmt {
    /// The state.
    pub name: Ident,
    /// The member, the element, or first the one and then the other.
    pub indices: Vec<Expr>,
    /// The value.
    pub value: Expr,
    /// The whole statement.
    pub span: Span,
}

/// `if a { } else if b { } else { }`
#[derive(Debug, Clone, PartialEq)]
pub struct IfStmt {
    /// The branches, tried in order; at least one.
    pub branches: Vec<IfBranch>,
    /// What is done if none holds.
    pub otherwise: Option<Block>,
    /// The whole statement.
    pub span: Span,
}

/// `if condition { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct IfBranch {
    /// When it is taken.
    pub condition: Condition,
    /// What is done.
    pub body: Block,
}

/// What an `if` asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// A yes or no.
    Expr(Expr),
    /// `let a = m.book.ask`: the option is present, and `a` is its value inside.
    Let {
        /// The name inside.
        name: Ident,
        /// The option.
        value: Expr,
        /// The whole condition.
        span: Span,
    },
}

/// `match value { pattern -> { ... } }`
#[derive(Debug, Clone, PartialEq)]
pub struct MatchStmt {
    /// What is looked at.
    pub value: Expr,
    /// The cases in source order.
    pub arms: Vec<Arm>,
    /// The whole statement.
    pub span: Span,
}

/// `Phase.idle -> { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Arm {
    /// When it is taken.
    pub pattern: Pattern,
    /// What is done.
    pub body: Block,
    /// The whole case.
    pub span: Span,
}

/// What a case of a `match` names.
#[derive(Debug, Clone, PartialEq)]
pub enum Pattern {
    /// `Phase.idle`
    Path {
        /// The parts of the path.
        path: Vec<Ident>,
        /// The whole path.
        span: Span,
    },
    /// `_`
    Any(Span),
    /// A pattern that could not be read.
    Error(Span),
}

/// `for x in list { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct ForStmt {
    /// The name of the element inside.
    pub name: Ident,
    /// The list or range.
    pub list: Expr,
    /// What is done for each.
    pub body: Block,
    /// The whole statement.
    pub span: Span,
}

/// `quote m { bid p size q  ask p size q  post_only } else cancel`
#[derive(Debug, Clone, PartialEq)]
pub struct Quote {
    /// The instrument.
    pub instrument: Expr,
    /// One or two sides.
    pub sides: Vec<QuoteSide>,
    /// Options, those behind the braces included.
    pub options: Vec<OrderOption>,
    /// The whole statement.
    pub span: Span,
}

/// `bid 0.48 size 10 shares`
#[derive(Debug, Clone, PartialEq)]
pub struct QuoteSide {
    /// `bid` buys, `ask` sells.
    pub side: Side,
    /// The price.
    pub price: Expr,
    /// The size.
    pub size: Expr,
    /// The whole side.
    pub span: Span,
}

/// Buy or sell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// `buy`, `bid`
    Buy,
    /// `sell`, `ask`
    Sell,
}

/// `together { ... }`: all intents inside or none.
#[derive(Debug, Clone, PartialEq)]
pub struct Together {
    /// The statements.
    pub body: Block,
    /// The whole statement.
    pub span: Span,
}

/// `buy m 10 shares @ 0.5 tif fak because "..."`
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// The side.
    pub side: Side,
    /// The instrument.
    pub instrument: Expr,
    /// How much.
    pub quantity: Expr,
    /// At what price; absent where only a stop is given.
    pub price: Option<OrderPrice>,
    /// The rest, in source order.
    pub options: Vec<OrderOption>,
    /// The whole statement.
    pub span: Span,
}

/// The price of an order.
#[derive(Debug, Clone, PartialEq)]
pub enum OrderPrice {
    /// `@ market`
    Market(Span),
    /// `@ 0.5`
    Limit(Expr),
}

/// What else an order says.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderOption {
    /// What it is.
    pub kind: OrderOptionKind,
    /// The whole option.
    pub span: Span,
}

/// The options of an order.
#[derive(Debug, Clone, PartialEq)]
pub enum OrderOptionKind {
    /// `post_only`
    PostOnly,
    /// `reduce_only`
    ReduceOnly,
    /// `tif fak`
    Tif(Tif),
    /// `stop 0.97 on trades(x)`
    Stop {
        /// The price that triggers.
        price: Expr,
        /// The stream on which it is looked for.
        on: Option<Watched>,
    },
    /// `trail 0.02 on book(x)`
    Trail {
        /// How far behind the market.
        distance: Expr,
        /// The stream that it follows.
        on: Option<Watched>,
    },
    /// `take_profit 0.99 on trades(x)`
    TakeProfit {
        /// The price that closes.
        price: Expr,
        /// The stream on which it is looked for.
        on: Option<Watched>,
    },
    /// `stop_loss 0.90 on h1`
    StopLoss {
        /// The price that closes.
        price: Expr,
        /// The stream on which it is looked for.
        on: Option<Watched>,
    },
    /// `as probe`: the name of the slot.
    As(Ident),
    /// `via twap(10m)`
    Via(Via),
    /// `each time max 5`: a new order each time instead of one slot.
    EachTime(Expr),
    /// `else cancel`: a guard that stops the statement cancels its order.
    ElseCancel,
    /// `because "..."`
    Because(Text),
}

/// `on trades(x)`, `on h1`: where a stop or an exit looks for its price.
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// `book`, `trades`, `bars` or the name of a clock.
    pub name: Ident,
    /// What stands in its parentheses.
    pub args: Vec<Arg>,
    /// Without the `on`.
    pub span: Span,
}

/// How long an order lives.
#[derive(Debug, Clone, PartialEq)]
pub enum Tif {
    /// `gtc`, until cancelled
    Gtc,
    /// `fok`, all at once or nothing
    Fok,
    /// `fak`, what is there at once
    Fak,
    /// `ioc`, the same by its other name
    Ioc,
    /// `day`
    Day,
    /// `gtd 10m`, for so long or until then
    Gtd(Expr),
}

/// `target btc long 0.25x via passive because "..."`
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The instrument.
    pub instrument: Expr,
    /// What position is wanted.
    pub goal: TargetGoal,
    /// How it is reached.
    pub via: Option<Via>,
    /// Why, for the trace.
    pub because: Option<Text>,
    /// The whole statement.
    pub span: Span,
}

/// What position is wanted.
#[derive(Debug, Clone, PartialEq)]
pub enum TargetGoal {
    /// `flat`
    Flat(Span),
    /// `long 0.25x`
    Long(Expr),
    /// `short 0.25x`
    Short(Expr),
    /// `size 10 shares`
    Size(Expr),
    /// `notional 500 usd`
    Notional(Expr),
    /// `weight 30%`
    Weight(Expr),
}

/// `via passive`
#[derive(Debug, Clone, PartialEq)]
pub struct Via {
    /// The way.
    pub kind: ViaKind,
    /// The whole clause.
    pub span: Span,
}

/// How a target is reached.
#[derive(Debug, Clone, PartialEq)]
pub enum ViaKind {
    /// `passive`
    Passive,
    /// `cross`
    Cross,
    /// `twap(10m)`
    Twap(Expr),
}

/// `cancel m`, `cancel all`
#[derive(Debug, Clone, PartialEq)]
pub struct Cancel {
    /// What is cancelled.
    pub target: CancelTarget,
    /// The whole statement.
    pub span: Span,
}

/// What is cancelled.
#[derive(Debug, Clone, PartialEq)]
pub enum CancelTarget {
    /// `all` orders of the strategy
    All(Span),
    /// The orders of an instrument or a slot.
    Of(Expr),
}

/// `log "..."`, `alert "..."`, `halt "..."`
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// What is said.
    pub text: Text,
    /// The whole statement.
    pub span: Span,
}
