//! Tests and properties of a strategy.

use super::{Assignment, Expr, Ident, Order, Quote, QuoteSide, Side, Target, Text};
use crate::span::Span;

/// `test "what it shows" for strategy { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// What it shows.
    pub name: Text,
    /// The strategy under test.
    pub strategy: Ident,
    /// The steps in source order.
    pub steps: Vec<TestStep>,
    /// True if a syntax error lies inside.
    pub has_syntax_error: bool,
    /// The whole item.
    pub span: Span,
}

/// A step of a test.
#[derive(Debug, Clone, PartialEq)]
pub enum TestStep {
    /// `with min_certainty = 0.95`
    With(With),
    /// `market m { question: "...", expires: 24h }`
    Market {
        /// The name of the market in the test.
        name: Ident,
        /// Its data.
        fields: Vec<Assignment>,
        /// The whole step.
        span: Span,
    },
    /// `at 60s ...`
    At {
        /// When, from the start of the test.
        time: Expr,
        /// What happens or is expected then.
        event: Box<TestEvent>,
        /// The whole step.
        span: Span,
    },
    /// Text that could not be read.
    Error(Span),
}

/// `with name = value`
#[derive(Debug, Clone, PartialEq)]
pub struct With {
    /// The parameter and its value.
    pub assignment: Assignment,
    /// The whole step.
    pub span: Span,
}

/// What happens or is expected at one time of a test.
#[derive(Debug, Clone, PartialEq)]
pub enum TestEvent {
    /// `book m { bid 0.93 size 200 shares, ask 0.96 size 1_000 shares }`
    Book {
        /// The market.
        instrument: Ident,
        /// The levels in source order.
        levels: Vec<QuoteSide>,
    },
    /// `fill m buy 20 shares @ 0.96`
    Fill {
        /// The market.
        instrument: Ident,
        /// The side of our order.
        side: Side,
        /// How much.
        quantity: Expr,
        /// At what price.
        price: Expr,
    },
    /// `trade m buy 20 shares @ 0.96`: others trade.
    Trade {
        /// The market.
        instrument: Ident,
        /// The side of the taker.
        side: Side,
        /// How much.
        quantity: Expr,
        /// At what price.
        price: Expr,
    },
    /// `bar btc { open: 1, high: 2, low: 1, close: 2, volume: 5 }`
    Bar {
        /// The instrument.
        instrument: Ident,
        /// Its data.
        fields: Vec<Assignment>,
    },
    /// `expect ...`
    Expect(Expectation),
    /// Text that could not be read.
    Error(Span),
}

/// What is expected.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// `expect nothing because "..."`
    Nothing {
        /// The reason that the trace must give.
        because: Option<Text>,
        /// The whole expectation.
        span: Span,
    },
    /// `expect buy ...`
    Order(Order),
    /// `expect target ...`
    Target(Target),
    /// `expect quote ...`
    Quote(Quote),
    /// `expect m.exposure.long <= 100 shares`
    Condition(Expr),
}

/// `prop "what always holds" for strategy { ... }`
#[derive(Debug, Clone, PartialEq)]
pub struct Prop {
    /// What it claims.
    pub name: Text,
    /// The strategy.
    pub strategy: Ident,
    /// The steps in source order.
    pub steps: Vec<PropStep>,
    /// True if a syntax error lies inside.
    pub has_syntax_error: bool,
    /// The whole item.
    pub span: Span,
}

/// A step of a property.
#[derive(Debug, Clone, PartialEq)]
pub enum PropStep {
    /// `forall feed in gen.books(...)`
    Forall(Forall),
    /// `always max_exposure <= 100 shares`
    Always {
        /// What must hold after every event.
        condition: Expr,
        /// The whole step.
        span: Span,
    },
    /// `with n = 3`
    With(With),
    /// Text that could not be read.
    Error(Span),
}

/// `forall feed in gen.books(markets: 3, events: 500)`
#[derive(Debug, Clone, PartialEq)]
pub struct Forall {
    /// The name of what is drawn.
    pub name: Ident,
    /// The generator.
    pub source: Expr,
    /// The whole step.
    pub span: Span,
}
