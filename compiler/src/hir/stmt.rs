//! What a handler does.

use strat_dsl::Span;
use strat_runtime::manifest::ReasonKind;
use strat_runtime::side::Side;
use strat_runtime::signal::TriggerStream;
use strat_runtime::slot::SlotId;

use super::{Expr, LetId};
use crate::ir::{Level, LocalId, StateId, UniverseId};

/// Why something happened or did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What it explains.
    pub kind: ReasonKind,
    /// The text; `None` where the source text at `span` says it.
    pub text: Option<String>,
    /// Where it stands: the line counts, and the text where there is none.
    pub span: Span,
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
    Let(LocalId, Expr),
    /// A local variable from an option; absent stops the handler (for this member).
    Open(LocalId, Expr, Reason),
    /// A condition; false stops the handler (for this member).
    Require(Expr, Reason),
    /// New value of a state variable.
    Set {
        /// The variable.
        state: StateId,
        /// The member, where it is kept per member.
        member: Option<Expr>,
        /// The element, where one element of a list is set.
        element: Option<Expr>,
        /// The value, of the type of the variable or of its elements.
        value: Expr,
    },
    /// Two ways.
    If {
        /// Condition.
        cond: Expr,
        /// If true.
        then: Vec<Stmt>,
        /// If false.
        other: Vec<Stmt>,
    },
    /// Two ways, by presence.
    IfLet {
        /// The variable that holds the value.
        local: LocalId,
        /// The option.
        value: Expr,
        /// If present.
        then: Vec<Stmt>,
        /// If absent.
        other: Vec<Stmt>,
    },
    /// Many ways, by enum member; every member is covered.
    Match {
        /// The value.
        value: Expr,
        /// Member index and statements; `None` takes the rest.
        arms: Vec<(Option<u32>, Vec<Stmt>)>,
    },
    /// Once per element.
    For {
        /// The variable.
        local: LocalId,
        /// What it runs over.
        over: ForOver,
        /// `let`s per member that the statements read of this member, in order of id: a round
        /// waits until they are warm for it.
        waits: Vec<LetId>,
        /// Statements.
        body: Vec<Stmt>,
    },
    /// `buy` or `sell`
    Order(Box<Order>),
    /// `quote`: one or two sides.
    Quote(Vec<Order>),
    /// `target`
    Target(Box<Target>),
    /// All or none.
    Together(Vec<Stmt>),
    /// Cancel the own orders of an instrument, or all.
    Cancel(Option<Expr>),
    /// Cancel the orders of some slots on an instrument.
    Clear(Vec<SlotId>, Expr),
    /// `log`, `alert`, `halt`
    Say(Say),
}

/// What a `for` runs over.
#[derive(Debug, Clone, PartialEq)]
pub enum ForOver {
    /// The members of a universe.
    Universe(UniverseId),
    /// The elements of a list.
    List(Vec<Expr>),
    /// The elements of a value that is a list.
    Elements(Expr),
    /// Whole numbers, both ends included; bounded at compile time.
    Range(Expr, Expr),
}

/// A text for people.
#[derive(Debug, Clone, PartialEq)]
pub struct Say {
    /// How loud it is.
    pub level: Level,
    /// What it says.
    pub parts: Vec<TextPart>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum TextPart {
    /// As it stands.
    Text(String),
    /// A value, printed by its type; may be optional.
    Value(Expr),
}

/// An order, or one side of a quote.
#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    /// Its slot.
    pub slot: SlotId,
    /// The instrument.
    pub instrument: Expr,
    /// Buy or sell.
    pub side: Side,
    /// Units.
    pub size: Expr,
    /// Limit price; `None` for `@ market`.
    pub limit: Option<Expr>,
    /// Lifetime.
    pub tif: Tif,
    /// `post_only`
    pub post_only: bool,
    /// `reduce_only`
    pub reduce_only: bool,
    /// `each time max n`: a new order each time, in the first free of n slots from `slot` on.
    pub each: Option<Each>,
    /// `stop`, `trail`: it waits for a price.
    pub stop: Option<Stop>,
    /// `stop_loss`
    pub stop_loss: Option<Exit>,
    /// `take_profit`
    pub take_profit: Option<Exit>,
    /// How many slots behind its own its exits have theirs.
    pub behind: u16,
    /// `via`
    pub via: Option<Via>,
    /// `because`
    pub because: Option<Reason>,
}

/// What an order waits for.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// `stop`
    pub level: Option<Expr>,
    /// `trail`
    pub trail: Option<Expr>,
    /// Where it is looked for.
    pub on: TriggerStream,
}

/// A price that closes what an order has filled.
#[derive(Debug, Clone, PartialEq)]
pub struct Exit {
    /// The price.
    pub level: Expr,
    /// Where it is looked for.
    pub on: TriggerStream,
}

/// How many orders a statement may have at work at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Each {
    /// A literal or a parameter.
    pub count: Expr,
    /// The most that it can be: so many slots the statement owns.
    pub most: u16,
}

/// Lifetime of an order.
#[derive(Debug, Clone, PartialEq)]
pub enum Tif {
    /// Good till cancelled.
    Gtc,
    /// Good for a duration.
    Gtd(Expr),
    /// Fill or kill.
    Fok,
    /// Fill and kill.
    Fak,
    /// Until the end of the UTC day.
    Day,
}

/// A position wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its slot.
    pub slot: SlotId,
    /// The instrument.
    pub instrument: Expr,
    /// The position.
    pub goal: Goal,
    /// How to get there.
    pub via: Option<Via>,
    /// `because`
    pub because: Option<Reason>,
}

/// The position wanted; signed, negative is short (`short 0.25x` is negated here).
#[derive(Debug, Clone, PartialEq)]
pub enum Goal {
    /// None.
    Flat,
    /// Leverage of equity.
    Leverage(Expr),
    /// Units.
    Size(Expr),
    /// Money's worth.
    Notional(Expr),
    /// Share of equity.
    Weight(Expr),
}

/// How a target is reached.
#[derive(Debug, Clone, PartialEq)]
pub enum Via {
    /// Take what is there.
    Cross,
    /// Rest at the own side of the touch.
    Passive,
    /// Slices over a duration.
    Twap(Expr),
}
