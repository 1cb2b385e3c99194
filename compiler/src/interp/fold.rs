//! Parameters put into a program: what depends on nothing else becomes a constant.
#![expect(clippy::wildcard_enum_match_arm, reason = "everything but a constant is treated alike")]

use strat_runtime::account::Account;
use strat_runtime::fault::{Fault, FaultKind};
use strat_runtime::money::Money;
use strat_runtime::strategy::Trigger;
use strat_runtime::time::Time;
use strat_runtime::view::View;

use super::eval::Eval;
use super::memory::Memory;
use crate::ir::{Cell, Expr, ExprId, Ir, LocalId, Op};

/// The arena of a program with parameter values in place. An expression whose evaluation faults
/// stays as it is and faults where it is evaluated.
pub(crate) struct Folded<'a> {
    ir: &'a Ir,
    params: &'a [Cell],
    pub(super) exprs: Vec<Expr>,
}

impl<'a> Folded<'a> {
    /// Folds a verified program; `params` has one value per parameter.
    pub(crate) fn new(ir: &'a Ir, params: &'a [Cell]) -> Self {
        let mut folded = Folded { ir, params, exprs: ir.exprs.clone() };
        let view = empty_view();
        let mut memory = memory_for(ir);
        for index in 0..folded.exprs.len() {
            if !folded.is_constant(index) {
                continue;
            }
            if let Ok(cell) = folded.evaluate(ExprId(index as u32), &view, &mut memory) {
                folded.exprs[index].op = Op::Const(cell);
            }
        }
        folded
    }

    /// The value of an expression over parameters.
    pub(crate) fn value(&self, id: ExprId) -> Result<Cell, Fault> {
        match self.exprs[id.index()].op {
            Op::Const(cell) => Ok(cell),
            _ if self.is_constant(id.index()) => {
                self.evaluate(id, &empty_view(), &mut memory_for(self.ir))
            }
            _ => Err(Fault { kind: FaultKind::Internal, at: self.exprs[id.index()].span.start }),
        }
    }

    fn evaluate(&self, id: ExprId, view: &View, memory: &mut Memory) -> Result<Cell, Fault> {
        let mut eval = Eval {
            ir: self.ir,
            exprs: &self.exprs,
            asks: &[],
            params: self.params,
            view,
            trigger: &Trigger::Start,
            restated: &[],
            memory,
        };
        let cell = eval.eval(id);
        match eval.memory.fault.take() {
            None => Ok(cell),
            Some(fault) => Err(fault),
        }
    }

    /// Whether an expression depends on constants and parameters alone. Children of a constant
    /// expression that fault are not constants, so that it must look through them.
    fn is_constant(&self, index: usize) -> bool {
        self.is_constant_with(index, &mut Vec::new())
    }

    /// The same inside of a `let`, whose local variable is as constant as its value.
    fn is_constant_with(&self, index: usize, bound: &mut Vec<LocalId>) -> bool {
        let mut all =
            |ids: &[ExprId]| ids.iter().all(|id| self.is_constant_with(id.index(), bound));
        match &self.exprs[index].op {
            Op::Const(_) | Op::Param(_) => true,
            Op::OrElse(a, b)
            | Op::Binary(_, a, b)
            | Op::TryBinary(_, a, b)
            | Op::Compare(_, _, a, b)
            | Op::And(a, b)
            | Op::Or(a, b) => all(&[*a, *b]),
            Op::IsSome(a) | Op::Unary(_, a) | Op::HasWord(a, _) | Op::HasAny(a, _) => all(&[*a]),
            Op::InRange { value, low, high, .. } => all(&[*value, *low, *high]),
            Op::Call(_, operands) => all(operands),
            Op::Library(function, operands) => !function.row().reads_book() && all(operands),
            Op::If { cond, then, other } => all(&[*cond, *then, *other]),
            Op::Pick { index, of } => all(&[*index]) && all(of),
            Op::Local(local) => bound.contains(local),
            Op::Let { local, value, body } => {
                let value = self.is_constant_with(value.index(), bound);
                bound.push(*local);
                let body = value && self.is_constant_with(body.index(), bound);
                bound.pop();
                body
            }
            Op::Stream(_)
            | Op::MemberStream(..)
            | Op::State(..)
            | Op::Now
            | Op::Event(_)
            | Op::View(..)
            | Op::Account(_)
            | Op::LevelPrice(_)
            | Op::LevelSize(_)
            | Op::Bar { .. }
            | Op::Forming { .. } => false,
        }
    }
}

/// Memory of nothing but local variables.
fn memory_for(ir: &Ir) -> Memory {
    Memory { locals: vec![Cell::NONE; ir.locals.len()], ..Memory::default() }
}

/// A view of nothing, for expressions that read nothing of it.
pub(super) fn empty_view() -> View {
    View {
        now: Time::EPOCH,
        warming: false,
        instruments: Vec::new(),
        account: Account::new(Money::ZERO),
        clocks: Vec::new(),
    }
}
