//! Questions between two steps, for tests: the value of any expression, nothing changed by asking.

use strat_runtime::fault::Fault;
use strat_runtime::strategy::Trigger;
use strat_runtime::view::View;

use super::Interp;
use super::eval::Eval;
use crate::ir::{Cell, ExprId, LocalId};

impl Interp {
    /// The value of an expression of the program in this view, with these locals set. What a
    /// handler would leave out as its own orders counts here.
    ///
    /// # Errors
    /// The fault that its computation ends in.
    pub(crate) fn value(
        &mut self,
        id: ExprId,
        locals: &[(LocalId, Cell)],
        view: &View,
    ) -> Result<Cell, Fault> {
        let program = &*self.program;
        for (local, cell) in locals {
            if let Some(slot) = self.memory.locals.get_mut(local.index()) {
                *slot = *cell;
            }
        }
        let mut eval = Eval {
            ir: &program.ir,
            exprs: &program.exprs,
            asks: &program.asks,
            params: &program.params,
            view,
            trigger: &Trigger::Start,
            restated: &[],
            memory: &mut self.memory,
        };
        let value = eval.eval(id);
        self.memory.fault.take().map_or(Ok(value), Err)
    }
}
