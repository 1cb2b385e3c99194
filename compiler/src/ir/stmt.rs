//! Statements of handlers: orders, targets, state, texts.

use strat_dsl::Span;
use strat_runtime::manifest::ReasonId;
use strat_runtime::side::Side;
use strat_runtime::signal::TriggerStream;
use strat_runtime::slot::SlotId;

use super::{ExprId, LocalId, StateId, StreamId, UniverseId};

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
    /// New value of one of several state variables: an element of a list.
    SetElement {
        /// The elements.
        states: Vec<StateId>,
        /// Which of them, from zero; proven to lie inside.
        index: ExprId,
        /// The member, where they are kept per member.
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
    /// `each time max n`: a new order each time, in the first free of n slots from `slot` on.
    pub each: Option<Each>,
    /// It waits for a price.
    pub stop: Option<Stop>,
    /// Closes what it has filled where the price became worse.
    pub stop_loss: Option<Exit>,
    /// Closes what it has filled where the price became better.
    pub take_profit: Option<Exit>,
    /// How many slots behind its own its exits have theirs.
    pub behind: u16,
    /// How it is worked.
    pub via: Option<Via>,
    /// `because`
    pub because: Option<ReasonId>,
}

/// What an order waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// The level at first.
    pub level: Option<ExprId>,
    /// The distance at which the level follows.
    pub trail: Option<ExprId>,
    /// Where it is looked for.
    pub on: TriggerStream,
}

/// A price that closes what an order has filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit {
    /// The price.
    pub level: ExprId,
    /// Where it is looked for.
    pub on: TriggerStream,
}

impl Order {
    /// Every expression of it, instrument first.
    pub fn exprs(&self) -> impl Iterator<Item = ExprId> {
        let lifetime = match self.tif {
            Tif::Gtd(length) => Some(length),
            Tif::Gtc | Tif::Fok | Tif::Fak | Tif::Day => None,
        };
        let slices = match self.via {
            Some(Via::Twap(length)) => Some(length),
            Some(Via::Cross | Via::Passive) | None => None,
        };
        [self.instrument, self.size]
            .into_iter()
            .chain(self.limit)
            .chain(lifetime)
            .chain(self.each.map(|each| each.count))
            .chain(self.stop.and_then(|stop| stop.level))
            .chain(self.stop.and_then(|stop| stop.trail))
            .chain(self.stop_loss.map(|exit| exit.level))
            .chain(self.take_profit.map(|exit| exit.level))
            .chain(slices)
    }

    /// The streams at which its stop and its exits look.
    pub fn triggers(&self) -> impl Iterator<Item = TriggerStream> {
        let stop = self.stop.map(|stop| stop.on);
        let exits = [self.stop_loss, self.take_profit].into_iter().flatten();
        stop.into_iter().chain(exits.map(|exit| exit.on))
    }
}

/// How many orders a statement may have at work at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Each {
    /// A constant over parameters, from 1 to `most`.
    pub count: ExprId,
    /// So many slots the statement owns.
    pub most: u16,
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
