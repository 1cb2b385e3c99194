//! Lists: each element is a value of its own, so that nothing below knows of lists.
//!
//! The elements of a state are state variables `w[0]`, `w[1]`, those of a local are locals; the first of
//! them has the number that the checker gave to the whole. What is chosen by a number that is known
//! only at run time becomes [`Op::Pick`], or [`StmtKind::SetElement`] where it is set.
#![expect(clippy::wildcard_enum_match_arm, reason = "all other forms and types are no lists")]

use strat_dsl::Span;

use super::table::cell_type;
use super::{Bound, Env, LowerError, Lowered, Lowering, Reads, defect};
use crate::hir::{self, Const, ExprKind, Kind};
use crate::ir::{self, ExprId, LocalId, Op, StateId, StateVar, Stmt, StmtKind, UniverseId};

/// The type of the elements and their number, of a list.
pub(super) fn list_of(ty: hir::Ty) -> Option<(hir::Ty, usize)> {
    match ty.kind {
        Kind::List(elem, length) => Some((elem.ty(), usize::from(length))),
        _ => None,
    }
}

/// The type of a value, or of the elements of a list.
pub(super) fn element_type(ty: hir::Ty, span: Span) -> Result<ir::Ty, LowerError> {
    cell_type(list_of(ty).map_or(ty, |(elem, _)| elem), span)
}

impl Lowering<'_> {
    /// The elements of a value that is a list.
    pub(super) fn list(
        &mut self,
        expr: &hir::Expr,
        env: Env<'_>,
    ) -> Result<Vec<ExprId>, LowerError> {
        let Some((elem, length)) = list_of(expr.ty) else {
            return defect(expr.span, "this is no list");
        };
        match &expr.kind {
            ExprKind::List(items) => self.exprs(items, env),
            ExprKind::Repeat(value, length) => {
                let value = self.expr(value, env)?;
                Ok(vec![value; usize::from(*length)])
            }
            ExprKind::Local(id) => {
                let ty = cell_type(elem, expr.span)?;
                self.list_local(*id, ty, expr, env)
            }
            ExprKind::State(id, member) => {
                let member = member.as_ref().map(|member| self.expr(member, env)).transpose()?;
                let ty = cell_type(elem, expr.span)?;
                Ok(self.read_states(*id, member, ty, expr.span))
            }
            ExprKind::NodeState(index) => match env {
                Env::Expansion { states, .. } if (*index as usize) < states.len() => {
                    let state = states[*index as usize];
                    let per = self.builder.ir.states[state.index()].per;
                    let member = self.member.filter(|_| per.is_some());
                    let member = member.map(|member| self.member_value(member, expr.span));
                    let ty = cell_type(elem, expr.span)?;
                    Ok(self.read_states(state, member, ty, expr.span))
                }
                Env::Strategy | Env::Expansion { .. } => {
                    defect(expr.span, "a node's memory is read outside of it")
                }
            },
            ExprKind::Let(id) => match self.strategy.lets.get(id.0 as usize) {
                Some(decl) if decl.domain.is_none() && decl.guard.is_none() => {
                    self.list(&decl.value, Env::Strategy)
                }
                _ => defect(expr.span, "a stream is read as a list"),
            },
            ExprKind::Func { func, args } => self.func_list(*func, args, expr, env),
            ExprKind::If { cond, then, other } => {
                let cond = self.expr(cond, env)?;
                let (then, other) = (self.list(then, env)?, self.list(other, env)?);
                let ty = cell_type(elem, expr.span)?;
                let choose = |(then, other)| Op::If { cond, then, other };
                let ops: Vec<Op> = then.into_iter().zip(other).map(choose).collect();
                Ok(ops.into_iter().map(|op| self.builder.expr(op, ty, expr.span)).collect())
            }
            _ => defect(expr.span, format!("this form of expression is no list of {length}")),
        }
    }

    fn list_local(
        &mut self,
        id: LocalId,
        ty: ir::Ty,
        at: &hir::Expr,
        env: Env<'_>,
    ) -> Result<Vec<ExprId>, LowerError> {
        let bounds: Vec<Bound> = match env {
            Env::Strategy => match self.list_locals.get(&id) {
                Some(locals) => locals.iter().map(|local| Bound::Local(*local)).collect(),
                None => return defect(at.span, "a local is read as a list"),
            },
            Env::Expansion { locals, .. } => match locals.get(id.index()) {
                Some(Bound::List(elements)) => elements.clone(),
                _ => return defect(at.span, "an argument is read as a list"),
            },
        };
        bounds
            .into_iter()
            .map(|bound| match bound {
                Bound::Local(local) => Ok(self.builder.expr(Op::Local(local), ty, at.span)),
                Bound::Expr(value, reads) => {
                    self.reads.add(&reads);
                    Ok(value)
                }
                Bound::List(_) => defect(at.span, "a list is an element of a list"),
            })
            .collect()
    }

    fn read_states(
        &mut self,
        first: StateId,
        member: Option<ExprId>,
        ty: ir::Ty,
        span: Span,
    ) -> Vec<ExprId> {
        let states = self.elements_of(first);
        let read = |state: StateId| self.builder.expr(Op::State(state, member), ty, span);
        states.into_iter().map(read).collect()
    }

    /// The state variables of a state: several for a list.
    pub(super) fn elements_of(&self, state: StateId) -> Vec<StateId> {
        self.list_states.get(&state).cloned().unwrap_or_else(|| vec![state])
    }

    /// The locals of a local: several for a list.
    pub(super) fn locals_of(&self, local: LocalId) -> Vec<LocalId> {
        self.list_locals.get(&local).cloned().unwrap_or_else(|| vec![local])
    }

    /// One element of a list.
    pub(super) fn element(
        &mut self,
        expr: &hir::Expr,
        list: &hir::Expr,
        index: &hir::Expr,
        env: Env<'_>,
    ) -> Lowered {
        let of = self.list(list, env)?;
        if let ExprKind::Const(Const::Int(at)) = index.kind {
            let known = usize::try_from(at).ok().and_then(|at| of.get(at));
            return match known {
                Some(element) => Ok(*element),
                None => defect(index.span, "the list has no such element"),
            };
        }
        let index = self.expr(index, env)?;
        let ty = cell_type(expr.ty, expr.span)?;
        Ok(self.builder.expr(Op::Pick { index, of }, ty, expr.span))
    }

    /// Gives the further elements of the strategy's lists, whose first is declared, their variables.
    pub(super) fn list_tables(&mut self) -> Result<(), LowerError> {
        let strategy = self.strategy;
        for (id, local) in (0..).map(LocalId).zip(&strategy.locals) {
            let Some((elem, length)) = list_of(local.ty) else { continue };
            let ty = cell_type(elem, local.span)?;
            let mut elements = vec![id];
            for at in 1..length {
                elements.push(self.builder.local(&format!("{}[{at}]", local.name), ty));
            }
            self.list_locals.insert(id, elements);
        }
        Ok(())
    }

    /// Declares a state. Further elements of a list come after all that are declared one by one, so
    /// that the numbers of these stay as they are.
    pub(super) fn state_var(
        &mut self,
        name: &str,
        (ty, span): (hir::Ty, Span),
        init: &hir::Expr,
        per: Option<UniverseId>,
        env: Env<'_>,
    ) -> Result<(StateId, Vec<ExprId>), LowerError> {
        let Some((elem, _)) = list_of(ty) else {
            let (init, _) = self.collecting(|this| this.expr(init, env))?;
            let ty = cell_type(ty, span)?;
            let name = name.to_owned();
            return Ok((self.builder.state(StateVar { name, ty, init, per, span }), Vec::new()));
        };
        let (mut inits, _) = self.collecting(|this| this.list(init, env))?;
        if inits.is_empty() {
            return defect(span, "a list without elements");
        }
        let ty = cell_type(elem, span)?;
        let first = inits.remove(0);
        let first = StateVar { name: format!("{name}[0]"), ty, init: first, per, span };
        Ok((self.builder.state(first), inits))
    }

    /// The further elements of a list whose first is `first`.
    pub(super) fn further_states(&mut self, first: StateId, name: &str, inits: Vec<ExprId>) {
        if inits.is_empty() {
            return;
        }
        let mut elements = vec![first];
        for (init, at) in inits.into_iter().zip(1..) {
            let of = &self.builder.ir.states[first.index()];
            let var = StateVar { name: format!("{name}[{at}]"), init, ..of.clone() };
            elements.push(self.builder.state(var));
        }
        self.list_states.insert(first, elements);
    }

    /// `let a = [x, y]`: each element is bound by itself.
    pub(super) fn let_list(
        &mut self,
        local: LocalId,
        value: &hir::Expr,
        span: Span,
    ) -> Result<Vec<Stmt>, LowerError> {
        let values = self.list(value, Env::Strategy)?;
        let Some(locals) = self.list_locals.get(&local) else {
            return defect(span, "a local is set as a list");
        };
        let bind =
            |(local, value): (&LocalId, ExprId)| Stmt { kind: StmtKind::Let(*local, value), span };
        Ok(locals.iter().zip(values).map(bind).collect())
    }

    /// `set w = [...]`: all new values are computed before the first is set.
    pub(super) fn set_list(
        &mut self,
        state: StateId,
        member: Option<ExprId>,
        value: &hir::Expr,
        span: Span,
    ) -> Result<Vec<Stmt>, LowerError> {
        let values = self.list(value, Env::Strategy)?;
        let ty = element_type(value.ty, value.span)?;
        let (mut lets, mut sets) = (Vec::new(), Vec::new());
        for (state, value) in self.elements_of(state).into_iter().zip(values) {
            let local = self.builder.local("next", ty);
            lets.push(Stmt { kind: StmtKind::Let(local, value), span });
            let value = self.builder.expr(Op::Local(local), ty, span);
            sets.push(Stmt { kind: StmtKind::Set { state, member, value }, span });
        }
        lets.append(&mut sets);
        Ok(lets)
    }

    /// `set w[i] = x`
    pub(super) fn set_element(
        &mut self,
        state: StateId,
        member: Option<ExprId>,
        index: &hir::Expr,
        value: ExprId,
    ) -> Result<StmtKind, LowerError> {
        let states = self.elements_of(state);
        if let ExprKind::Const(Const::Int(at)) = index.kind {
            return match usize::try_from(at).ok().and_then(|at| states.get(at)) {
                Some(state) => Ok(StmtKind::Set { state: *state, member, value }),
                None => defect(index.span, "the list has no such element"),
            };
        }
        let index = self.expr(index, Env::Strategy)?;
        Ok(StmtKind::SetElement { states, index, member, value })
    }

    /// The elements of an argument that is a list, each bound by `bind`.
    pub(super) fn bound_list(
        &mut self,
        arg: &hir::Expr,
        env: Env<'_>,
        mut bind: impl FnMut(&mut Self, ExprId, Reads) -> Bound,
    ) -> Result<Bound, LowerError> {
        let (values, reads) = self.collecting(|this| this.list(arg, env))?;
        let bound = values.into_iter().map(|value| bind(self, value, reads.clone()));
        Ok(Bound::List(bound.collect()))
    }
}
