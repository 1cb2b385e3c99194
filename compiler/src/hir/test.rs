//! Tests and properties of a strategy, checked: fixtures are values, conditions are expressions.

use strat_dsl::Span;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::script::{Generator, Script};

use super::{Const, Domain, Expr, Local};
use crate::ir::{LocalId, ParamId};

/// A `test` or `prop` block without an error.
#[derive(Debug, Clone, PartialEq)]
pub struct TestBlock {
    /// What it shows.
    pub name: String,
    /// The index of its strategy in [`super::File::strategies`].
    pub strategy: usize,
    /// Parameters that it sets.
    pub params: Vec<(ParamId, Const)>,
    /// The strategy's locals, and behind them those of the block.
    pub locals: Vec<Local>,
    /// The strategy's domains, and behind them those that only the block reads.
    pub domains: Vec<Domain>,
    /// Names of markets that conditions read.
    pub markets: Vec<(LocalId, InstrumentId)>,
    /// What the runner says of the run: the names of [`Watched::ALL`], in their order.
    pub watched: Vec<LocalId>,
    /// Conditions, numbered in source order.
    pub conditions: Vec<Expr>,
    /// What it does.
    pub body: TestBody,
    /// The whole block.
    pub span: Span,
}

/// What a block does.
#[derive(Debug, Clone, PartialEq)]
pub enum TestBody {
    /// `test`: what happens, and where each step stands.
    Test {
        /// What happens and is expected.
        script: Script,
        /// The span of each step.
        spans: Vec<Span>,
    },
    /// `prop`: every condition holds after every event.
    Prop(Generator),
}

/// A value that only conditions of tests can read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Watched {
    /// The largest position that any instrument can reach if all its open buys fill.
    MaxExposure,
    /// Equity of the account.
    Equity,
    /// Own orders that can still fill.
    OpenOrders,
}

impl Watched {
    /// All of them, in the order of [`TestBlock::watched`].
    pub const ALL: [Self; 3] = [Self::MaxExposure, Self::Equity, Self::OpenOrders];

    /// The name in conditions.
    pub const fn name(self) -> &'static str {
        match self {
            Self::MaxExposure => "max_exposure",
            Self::Equity => "equity",
            Self::OpenOrders => "open_orders",
        }
    }
}
