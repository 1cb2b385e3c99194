//! What a strategy is made of.

use super::{Arg, Block, Expr, Ident, Int, Text, Type};
use crate::span::Span;

/// A member of a strategy.
#[derive(Debug, Clone, PartialEq)]
pub enum Member {
    /// `version 1`
    Version(Version),
    /// `venue polymarket`
    Venue(Venue),
    /// `param fast: int = 21 in 5..60 step 1`
    Param(Param),
    /// `constraint fast < slow`
    Constraint(Constraint),
    /// `instrument btc = BTCUSD on vanta`
    Instrument(Instrument),
    /// `universe markets max 4096 ... { where ... }`
    Universe(Universe),
    /// `clock h1 = bars(btc, 1h)`
    Clock(Clock),
    /// `let f = ema(h1.close, fast)`
    Let(Let),
    /// `state phase: Phase = Phase.idle`
    State(State),
    /// `words sports = "nfl", "nba"`
    Words(WordsDecl),
    /// `enum Phase { idle, working }`
    Enum(EnumDecl),
    /// `node f(...) -> real { ... }`
    Node(Node),
    /// `fn f(...) -> real = ...`
    Func(Func),
    /// `risk { ... }`
    Risk(Risk),
    /// `migrate from 1 { ... } { ... }`
    Migrate(Migrate),
    /// `on trigger { ... }`
    Handler(Handler),
    /// `on_fault flatten, halt`
    OnFault(OnFault),
    /// `needs depth`
    Needs(Needs),
    /// `warm 1e-6`
    Warm(Warm),
    /// Text that could not be read.
    Error(Span),
}

impl Member {
    /// The whole member.
    pub fn span(&self) -> Span {
        match self {
            Self::Version(it) => it.span,
            Self::Venue(it) => it.span,
            Self::Param(it) => it.span,
            Self::Constraint(it) => it.span,
            Self::Instrument(it) => it.span,
            Self::Universe(it) => it.span,
            Self::Clock(it) => it.span,
            Self::Let(it) => it.span,
            Self::State(it) => it.span,
            Self::Words(it) => it.span,
            Self::Enum(it) => it.span,
            Self::Node(it) => it.span,
            Self::Func(it) => it.span,
            Self::Risk(it) => it.span,
            Self::Migrate(it) => it.span,
            Self::Handler(it) => it.span,
            Self::OnFault(it) => it.span,
            Self::Needs(it) => it.span,
            Self::Warm(it) => it.span,
            Self::Error(span) => *span,
        }
    }
}

/// `version 1`
#[derive(Debug, Clone, PartialEq)]
pub struct Version {
    /// The number.
    pub number: Int,
    /// The whole member.
    pub span: Span,
}

/// `venue polymarket`
#[derive(Debug, Clone, PartialEq)]
pub struct Venue {
    /// Its name.
    pub name: Ident,
    /// The whole member.
    pub span: Span,
}

/// `param fast: int = 21 in 5..60 step 1`
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Comment lines directly above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: Type,
    /// The default.
    pub default: Expr,
    /// What it may be.
    pub range: Option<ParamRange>,
    /// The whole member.
    pub span: Span,
}

/// `5..60 step 1`, both ends included
#[derive(Debug, Clone, PartialEq)]
pub struct ParamRange {
    /// The lower end.
    pub start: Expr,
    /// The upper end.
    pub end: Expr,
    /// The distance between two values of a sweep.
    pub step: Option<Expr>,
    /// The whole range.
    pub span: Span,
}

/// `constraint fast < slow`
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// What must hold between parameters.
    pub condition: Expr,
    /// The whole member.
    pub span: Span,
}

/// `instrument m = token("1") on polymarket short: complement`
#[derive(Debug, Clone, PartialEq)]
pub struct Instrument {
    /// Comment lines directly above.
    pub doc: Option<String>,
    /// Its name in the strategy.
    pub name: Ident,
    /// What it is at the venue.
    pub source: Expr,
    /// The venue.
    pub venue: Ident,
    /// How it is sold short, if said.
    pub short: Option<ShortSale>,
    /// The whole member.
    pub span: Span,
}

/// `short: complement`
#[derive(Debug, Clone, PartialEq)]
pub struct ShortSale {
    /// The way, such as `complement`.
    pub way: Ident,
    /// The whole clause.
    pub span: Span,
}

/// `universe markets max 4096 order by expiry, id take 5 { where ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Universe {
    /// Comment lines directly above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Ident,
    /// The most members it may have.
    pub max: Int,
    /// The sort keys, most important first.
    pub order: Vec<OrderKey>,
    /// How many are taken after filters and order.
    pub take: Option<Expr>,
    /// `short: complement`
    pub short: Option<ShortSale>,
    /// The filters in source order.
    pub filters: Vec<Where>,
    /// The whole member.
    pub span: Span,
}

/// `liquidity desc`
#[derive(Debug, Clone, PartialEq)]
pub struct OrderKey {
    /// What is compared.
    pub key: Expr,
    /// `asc` if nothing is said.
    pub direction: Direction,
    /// The whole key.
    pub span: Span,
}

/// Which end of an order comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    Asc,
    /// Largest first.
    Desc,
}

/// `where liquidity >= 500 usd`
#[derive(Debug, Clone, PartialEq)]
pub struct Where {
    /// What a member must satisfy.
    pub condition: Expr,
    /// The whole line.
    pub span: Span,
}

/// `clock m5 = bars([eth, btc], 5m) gaps carry`
#[derive(Debug, Clone, PartialEq)]
pub struct Clock {
    /// Comment lines directly above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Ident,
    /// What makes it tick.
    pub source: Expr,
    /// What happens where bars are missing; `skip` if nothing is said.
    pub gaps: Option<Gaps>,
    /// The whole member.
    pub span: Span,
}

/// What a clock does where bars are missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Gaps {
    /// The last bar stands in.
    Carry,
    /// Nothing ticks.
    Skip,
    /// The strategy halts.
    Halt,
}

/// `let e per markets: real? = ema(book.mid, 20) else "reason"`
#[derive(Debug, Clone, PartialEq)]
pub struct Let {
    /// Comment lines directly above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Ident,
    /// The universe for each of whose members there is one such stream.
    pub per: Option<Ident>,
    /// The type, if said.
    pub ty: Option<Type>,
    /// The value.
    pub value: Expr,
    /// `else "reason"`: opens an option and names why the reaction ends here.
    pub otherwise: Option<Text>,
    /// The whole declaration.
    pub span: Span,
}

/// `state got: size = 0 shares per markets`
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Comment lines directly above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: Type,
    /// The value at the start.
    pub initial: Expr,
    /// The universe for each of whose members there is one.
    pub per: Option<Ident>,
    /// The whole declaration.
    pub span: Span,
}

/// `words sports = "nfl", "nba"`
#[derive(Debug, Clone, PartialEq)]
pub struct WordsDecl {
    /// Comment lines directly above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Ident,
    /// The words or phrases.
    pub words: Vec<Text>,
    /// The whole declaration.
    pub span: Span,
}

/// `enum Phase { idle, working }`
#[derive(Debug, Clone, PartialEq)]
pub struct EnumDecl {
    /// Comment lines directly above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Ident,
    /// The cases in source order.
    pub variants: Vec<Ident>,
    /// The whole declaration.
    pub span: Span,
}

/// `node spread_z(a: price, n: int) -> real { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Comment lines directly above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Ident,
    /// The inputs.
    pub params: Vec<Field>,
    /// The type of what it yields.
    pub result: Type,
    /// The body in source order.
    pub body: Vec<NodeStmt>,
    /// The whole declaration.
    pub span: Span,
}

/// A line of a node.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeStmt {
    /// `state e: real = 0.0`
    State(State),
    /// `let x = ...`
    Let(Let),
    /// `next e = ...`: the state at the next tick.
    Next(Assignment),
    /// `yield x`
    Yield {
        /// What the node yields.
        value: Expr,
        /// The whole line.
        span: Span,
    },
    /// Text that could not be read.
    Error(Span),
}

/// `name = value`
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// What gets the value.
    pub name: Ident,
    /// The value.
    pub value: Expr,
    /// The whole assignment.
    pub span: Span,
}

/// `fn mid(a: price, b: price) -> price = (a + b) / 2`
#[derive(Debug, Clone, PartialEq)]
pub struct Func {
    /// Comment lines directly above.
    pub doc: Option<String>,
    /// Its name.
    pub name: Ident,
    /// The inputs.
    pub params: Vec<Field>,
    /// The type of the result.
    pub result: Type,
    /// The result.
    pub body: Expr,
    /// The whole declaration.
    pub span: Span,
}

/// `name: type`
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The name.
    pub name: Ident,
    /// The type.
    pub ty: Type,
    /// Both.
    pub span: Span,
}

/// `risk { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Risk {
    /// Comment lines directly above.
    pub doc: Option<String>,
    /// The rules in source order.
    pub rules: Vec<RiskRule>,
    /// The whole block.
    pub span: Span,
}

/// `max_loss: 50 usd per day -> flatten, halt`
#[derive(Debug, Clone, PartialEq)]
pub struct RiskRule {
    /// Which rule.
    pub name: Ident,
    /// The limit.
    pub value: Expr,
    /// Per what: an instrument, `market`, `day`, `second`.
    pub per: Option<Ident>,
    /// What happens at a breach, in this order.
    pub actions: Vec<Ident>,
    /// The whole rule.
    pub span: Span,
}

/// `migrate from 1 { placed: bool } { phase = ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Migrate {
    /// The old version.
    pub from: Int,
    /// The old state that is read.
    pub old: Vec<Field>,
    /// The new state from the old one.
    pub assignments: Vec<Assignment>,
    /// The whole member.
    pub span: Span,
}

/// `on every 10s for m in markets cold { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Handler {
    /// Comment lines directly above.
    pub doc: Option<String>,
    /// What makes it fire.
    pub trigger: Trigger,
    /// `as f`: the name of the event inside.
    pub binding: Option<Ident>,
    /// `for m in markets`
    pub members: Option<Members>,
    /// Where `cold` stands: fires before its streams are warm.
    pub cold: Option<Span>,
    /// What it does.
    pub body: Block,
    /// The whole member.
    pub span: Span,
}

/// What makes a handler fire.
#[derive(Debug, Clone, PartialEq)]
pub enum Trigger {
    /// `every 10s`
    Every {
        /// The interval.
        interval: Expr,
        /// The whole trigger.
        span: Span,
    },
    /// `enter m in markets`
    Enter(Members),
    /// `leave m in markets`
    Leave(Members),
    /// `h1`, `book(m)`, `fill(probe)`, `shutdown`
    Event {
        /// A clock or the kind of event.
        name: Ident,
        /// What it is about.
        args: Vec<Arg>,
        /// The whole trigger.
        span: Span,
    },
    /// A trigger that is missing or could not be read.
    Error(Span),
}

/// `m in markets`
#[derive(Debug, Clone, PartialEq)]
pub struct Members {
    /// The name of the member inside.
    pub name: Ident,
    /// The universe.
    pub universe: Ident,
    /// The whole clause.
    pub span: Span,
}

/// `on_fault flatten, halt`
#[derive(Debug, Clone, PartialEq)]
pub struct OnFault {
    /// `hold`, `flatten`, `halt`, in this order.
    pub actions: Vec<Ident>,
    /// The whole member.
    pub span: Span,
}

/// `needs depth`
#[derive(Debug, Clone, PartialEq)]
pub struct Needs {
    /// What the data must have.
    pub what: Vec<Ident>,
    /// The whole member.
    pub span: Span,
}

/// `warm 1e-6`: the weight that the start value of an indicator may still have.
#[derive(Debug, Clone, PartialEq)]
pub struct Warm {
    /// The weight.
    pub weight: Expr,
    /// The whole member.
    pub span: Span,
}
