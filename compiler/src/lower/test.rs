//! Tests and properties: their conditions stand among the expressions of their strategy.
#![expect(clippy::wildcard_enum_match_arm, reason = "only comparisons have sides to show")]

use strat_dsl::Source;
use strat_runtime::manifest::ClockId;

use super::{LowerError, Lowering, Opened};
use crate::hir::{self, TestBlock, TestBody};
use crate::ir::{ExprId, Op, ParamId, Unary};
use crate::params::ParamValues;
use crate::testing::{Block, Body, Condition};

/// Lowers one block of a checked file with its strategy.
///
/// # Errors
/// A tree that the checker should not have passed on.
pub fn lower_test(
    source: &Source,
    file: &hir::File,
    strategy: &hir::Strategy,
    block: &TestBlock,
) -> Result<Block, LowerError> {
    let strategy = hir::Strategy {
        locals: block.locals.clone(),
        domains: block.domains.clone(),
        ..strategy.clone()
    };
    let mut lowering = Lowering::new(source, file, &strategy);
    lowering.strategy()?;
    let mut conditions = Vec::with_capacity(block.conditions.len());
    for condition in &block.conditions {
        conditions.push(lowering.condition(condition)?);
    }
    let values: Vec<_> = block
        .params
        .iter()
        .map(|(param, value)| (ParamId(param.0), lowering.constant(value)))
        .collect();
    let ir = lowering.builder.ir;
    let mut params = ParamValues::defaults(&ir);
    for (param, value) in values {
        params.set(param, value);
    }
    Ok(Block {
        name: block.name.clone(),
        ir: ir.into(),
        params,
        conditions,
        markets: block.markets.clone(),
        watched: block.watched.clone(),
        body: match &block.body {
            TestBody::Test { script, spans } => Body::Test(script.clone(), spans.clone()),
            TestBody::Prop(generator) => Body::Prop(*generator),
        },
        span: block.span,
    })
}

impl Lowering<'_> {
    fn condition(&mut self, condition: &hir::Expr) -> Result<Condition, LowerError> {
        "a condition".clone_into(&mut self.owner);
        self.opens = Some(Vec::new());
        let first = self.builder.ir.exprs.len();
        let (value, _) = self.collecting(|this| this.value(condition))?;
        let opens = self.opens.take().unwrap_or_default();
        Ok(Condition {
            needs: self.streams_read(first),
            opens: opens.iter().map(|Opened { local, value, .. }| (*local, *value)).collect(),
            value,
            bars: self.bars_read(first),
            sides: self.sides(value),
            text: self.source.slice(condition.span).to_owned(),
            span: condition.span,
        })
    }

    /// What stands on the sides of its comparisons, to show what they were.
    fn sides(&self, value: ExprId) -> Vec<(ExprId, String)> {
        let exprs = &self.builder.ir.exprs;
        let (mut todo, mut sides) = (vec![value], Vec::new());
        while let Some(id) = todo.pop() {
            match &exprs[id.index()].op {
                Op::And(a, b) | Op::Or(a, b) => todo.extend([*b, *a]),
                Op::Unary(Unary::Not, a) => todo.push(*a),
                Op::Compare(_, _, a, b) => sides.extend([*a, *b]),
                Op::InRange { value, low, high, .. } => sides.extend([*value, *low, *high]),
                _ => {}
            }
        }
        let shown = |id: &ExprId| !matches!(exprs[id.index()].op, Op::Const(_));
        let text = |id: ExprId| (id, self.source.slice(exprs[id.index()].span).to_owned());
        sides.into_iter().filter(shown).map(text).collect()
    }

    /// Reads of streams from `first` on that are not options: they need a value.
    fn streams_read(&self, first: usize) -> Vec<(ExprId, String)> {
        let exprs = self.builder.ir.exprs.iter().enumerate().skip(first);
        let reads = exprs.filter(|(_, expr)| {
            matches!(expr.op, Op::Stream(_) | Op::MemberStream(..)) && !expr.ty.optional
        });
        let text = |span| self.source.slice(span).to_owned();
        reads.map(|(at, expr)| (ExprId(at as u32), text(expr.span))).collect()
    }

    /// The clocks whose bars are read by expressions from `first` on.
    fn bars_read(&self, first: usize) -> Vec<ClockId> {
        let mut clocks = Vec::new();
        for expr in self.builder.ir.exprs.iter().skip(first) {
            if let Op::Bar { clock, .. } = expr.op
                && !clocks.contains(&clock)
            {
                clocks.push(clock);
            }
        }
        clocks
    }
}
