//! A test of a strategy as data: markets, what happens to them, and what is expected of it.
//!
//! The compiler writes scripts, a host plays them; neither knows the other. Times count from the
//! start of the script. Instruments of a script are those that the strategy declares, in their
//! order, and behind them its own markets.

use crate::book::Level;
use crate::fault::FaultKind;
use crate::instrument::InstrumentId;
use crate::money::Money;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::side::Side;
use crate::signal::{Goal, Via, WishTif};
use crate::strategy::Strategy;
use crate::time::Duration;
use crate::view::View;

/// Markets and steps.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Script {
    /// The markets that it describes.
    pub markets: Vec<Market>,
    /// Steps in the order of their times.
    pub steps: Vec<Step>,
}

/// A market of a script, or what it says of a declared instrument. What it leaves out is as the
/// venue's defaults have it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Market {
    /// Its name in the script.
    pub name: String,
    /// Its place among the instruments.
    pub instrument: InstrumentId,
    /// The question that it asks.
    pub question: String,
    /// The outcome that it pays for.
    pub outcome: String,
    /// When it ends, from the start of the script.
    pub expires: Option<Duration>,
    /// Stated liquidity.
    pub liquidity: Option<Money>,
    /// Smallest price step, above zero.
    pub tick: Option<Price>,
    /// Smallest size step, above zero.
    pub lot: Option<Quantity>,
    /// Smallest order.
    pub min_size: Option<Quantity>,
}

/// Something at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// When, from the start of the script; never before the step above.
    pub at: Duration,
    /// What.
    pub act: Act,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq)]
pub enum Act {
    /// The whole book of an instrument.
    Book {
        /// The instrument.
        instrument: InstrumentId,
        /// Buy orders by price.
        bids: Vec<Level>,
        /// Sell orders by price.
        asks: Vec<Level>,
    },
    /// Others trade.
    Trade(Deal),
    /// The venue fills an own order; a size of zero refuses it.
    Fill(Deal),
    /// Bars close, one after the other.
    Bars(Bars),
    /// Something must hold now.
    Expect(Expectation),
}

/// A trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deal {
    /// The instrument.
    pub instrument: InstrumentId,
    /// Of a trade the side of the taker, of a fill that of our order.
    pub side: Side,
    /// Units.
    pub size: Quantity,
    /// Price per unit.
    pub price: Price,
}

/// Closed bars of the length of the shortest clock that reads the instrument. The first closes at
/// the time of its step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bars {
    /// The instrument.
    pub instrument: InstrumentId,
    /// First price of the first bar.
    pub open: Price,
    /// Its highest price.
    pub high: Price,
    /// Its lowest price.
    pub low: Price,
    /// Its last price.
    pub close: Price,
    /// Units traded in each.
    pub volume: f64,
    /// How many; at least one.
    pub times: u32,
    /// What is added to every price from one bar to the next.
    pub change: Price,
}

/// What must hold.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// No order leaves at this instant.
    Nothing {
        /// A reason that must have been given at this instant.
        because: Option<String>,
    },
    /// Each of these orders leaves at this instant: one, or the sides of a quote.
    Orders(Vec<ExpectedOrder>),
    /// The strategy states this target at this instant.
    Target(ExpectedTarget),
    /// The condition of that number is true.
    Condition(usize),
}

/// An order that must leave. What is `None` or `false` may be anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedOrder {
    /// The instrument.
    pub instrument: InstrumentId,
    /// Buy or sell.
    pub side: Side,
    /// Units.
    pub size: Quantity,
    /// Limit price; `None` for an order that takes what is there.
    pub limit: Option<Price>,
    /// How long it lives.
    pub tif: Option<WishTif>,
    /// It must only rest.
    pub post_only: bool,
    /// It must only reduce.
    pub reduce_only: bool,
    /// The name of its slot.
    pub slot: Option<String>,
    /// Its reason.
    pub because: Option<String>,
}

/// A target that must be stated. What is `None` may be anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedTarget {
    /// The instrument.
    pub instrument: InstrumentId,
    /// The position.
    pub goal: Goal,
    /// The way.
    pub via: Option<Via>,
    /// Its reason.
    pub because: Option<String>,
}

/// What a random script is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Generator {
    /// The kind of its events.
    pub kind: Feed,
    /// Markets beside the declared instruments, where the strategy has a universe.
    pub markets: u32,
    /// Events of a case.
    pub events: u32,
}

/// Kinds of random events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Feed {
    /// Books of several levels, one side missing now and then, and trades.
    Books,
    /// The touch only, one side missing now and then.
    Quotes,
    /// Closed bars.
    Bars,
}

/// What only the player of a script knows of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Facts {
    /// The largest position that any instrument can reach if all its open buys fill.
    pub max_exposure: Quantity,
    /// Equity of the account.
    pub equity: Money,
    /// Own orders that can still fill.
    pub open_orders: u32,
}

/// What became of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It holds.
    Holds,
    /// It does not; texts and values of its sides where it is a comparison.
    Fails(Vec<(String, String)>),
    /// What it reads has no value yet.
    Absent(String),
    /// Its computation left the range of the numbers, or the like.
    Fault(FaultKind),
}

/// A strategy that can be asked for the conditions of a script.
pub trait Tested: Strategy {
    /// How many conditions there are.
    fn conditions(&self) -> usize;

    /// Whether a condition holds in this view; nothing changes by asking.
    fn ask(&self, number: usize, view: &View, facts: Facts) -> Answer;
}
