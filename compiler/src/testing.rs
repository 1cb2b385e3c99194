//! Tests and properties, compiled: a program with the conditions in it, parameters, and a script.
//!
//! What it is: [`tests`], the stage behind checking, and [`Subject`], a strategy that can be asked
//! whether a condition holds. What it is not: it plays no script; that is the host's.

mod subject;

use std::sync::Arc;

use strat_dsl::{Diagnostic, Source, Span};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::ClockId;
use strat_runtime::script::{Generator, Script};

use crate::check::check;
use crate::ir::verify::verify;
use crate::ir::{ExprId, Ir, LocalId};
use crate::lower::lower_test;
use crate::params::{ParamError, ParamValues};
use crate::pipeline::refused;

pub use subject::Subject;

/// A `test` or `prop` block, ready to be run.
#[derive(Debug, Clone)]
pub struct Block {
    /// What it shows.
    pub name: String,
    /// The strategy, with the block's conditions among its expressions.
    pub ir: Arc<Ir>,
    /// Values of its parameters, unchecked.
    pub params: ParamValues,
    /// Conditions, by number.
    pub conditions: Vec<Condition>,
    /// Locals that stand for markets.
    pub markets: Vec<(LocalId, InstrumentId)>,
    /// Locals that the runner fills, in the order of [`crate::hir::Watched::ALL`].
    pub watched: Vec<LocalId>,
    /// What it does.
    pub body: Body,
    /// Where it stands.
    pub span: Span,
}

/// What a block does.
#[derive(Debug, Clone)]
pub enum Body {
    /// A script, and where each of its steps stands.
    Test(Script, Vec<Span>),
    /// Conditions that hold after every event of random scripts.
    Prop(Generator),
}

/// A condition of a block.
#[derive(Debug, Clone)]
pub struct Condition {
    /// Reads of streams that must have had a value, with the text that reads them.
    pub needs: Vec<(ExprId, String)>,
    /// Options that must be present, with the local that holds their value.
    pub opens: Vec<(LocalId, ExprId)>,
    /// Whether it holds.
    pub value: ExprId,
    /// Clocks whose bars it reads; each must have closed one.
    pub bars: Vec<ClockId>,
    /// What stands on both sides, if it is a comparison, as written.
    pub sides: Vec<(ExprId, String)>,
    /// The condition as written.
    pub text: String,
    /// Where it stands.
    pub span: Span,
}

impl Block {
    /// The block as a strategy.
    ///
    /// # Errors
    /// Parameters outside their range or against a constraint.
    pub fn subject(&self) -> Result<Subject, ParamError> {
        Subject::new(self)
    }
}

/// The blocks of a source text, and everything that was found in it. Blocks of strategies with
/// errors are left out.
pub fn tests(source: &Source) -> (Vec<Block>, Vec<Diagnostic>) {
    let parsed = strat_dsl::parse(source);
    let (file, found) = check(&parsed.file);
    let mut diagnostics = parsed.diagnostics;
    diagnostics.extend(found);
    let mut blocks = Vec::new();
    for test in &file.tests {
        let Some(strategy) = file.strategies.get(test.strategy) else { continue };
        let lowered = lower_test(source, &file, strategy, test)
            .map_err(|error| refused(error.span, &error.what))
            .and_then(|block| match verify(&block.ir) {
                Ok(()) => Ok(block),
                Err(error) => Err(refused(Span::at(error.at as usize), &error.what)),
            });
        match lowered {
            Ok(block) => blocks.push(block),
            Err(diagnostic) => diagnostics.push(diagnostic),
        }
    }
    blocks.sort_by_key(|block| block.span);
    diagnostics.sort_by_key(|diagnostic| (diagnostic.span, diagnostic.code));
    (blocks, diagnostics)
}
