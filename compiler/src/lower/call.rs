//! Calls: library functions become streams, user nodes and functions are expanded.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what costs something to repeat is treated alike"
)]

use strat_dsl::Span;

use super::list::{element_type, list_of};
use super::table::cell_type;
use super::{Bound, Env, LowerError, Lowered, Lowering, Reads, defect};
use crate::builtin::{Range, Setting, WINDOW_MAX};
use crate::hir::{self, ExprKind};
use crate::ir::{DomainId, ExprId, LocalId, Op, StreamId, StreamOp};

impl Lowering<'_> {
    /// A library function where it is called: a hoisted stream, read at its current tick.
    pub(super) fn builtin_call(&mut self, expr: &hir::Expr, env: Env<'_>) -> Lowered {
        let ExprKind::Builtin { builtin, .. } = &expr.kind else {
            return defect(expr.span, "this is no library function");
        };
        let domain = self.domain_here(expr.span)?;
        let name = match builtin.row().name {
            "[]" => format!("{}.lag", self.owner),
            name => format!("{}.{name}", self.owner),
        };
        let stream = self.builtin_stream(expr, name, domain, env)?;
        let ty = cell_type(expr.ty, expr.span)?;
        Ok(self.read(stream, ty, expr.span))
    }

    pub(super) fn builtin_stream(
        &mut self,
        expr: &hir::Expr,
        name: String,
        domain: DomainId,
        env: Env<'_>,
    ) -> Result<StreamId, LowerError> {
        let ExprKind::Builtin { builtin, inputs, settings, .. } = &expr.kind else {
            return defect(expr.span, "this is no library function");
        };
        let (inputs, reads) = self.collecting(|this| this.exprs(inputs, env))?;
        // Settings are over parameters: they read nothing.
        let (settings, _) = self.collecting(|this| this.exprs(settings, env))?;
        let bound =
            |id: &ExprId| self.builder.upper_bound(*id).unwrap_or(WINDOW_MAX).clamp(0, WINDOW_MAX);
        let most = |(id, declared): (&ExprId, &Setting)| match declared.range {
            Range::Whole(_) => bound(id),
            // A real sizes no buffer.
            Range::Real(..) => 0,
        };
        let settings_max = settings.iter().zip(builtin.row().settings).map(most).collect();
        let op = StreamOp::Node { builtin: *builtin, inputs, settings, settings_max };
        let ty = cell_type(expr.ty, expr.span)?;
        Ok(self.new_stream(name, domain, op, ty, reads, expr.span))
    }

    /// A function is expanded in place: its arguments are bound, then its body follows.
    pub(super) fn func_call(
        &mut self,
        func: hir::FuncId,
        args: &[hir::Expr],
        at: &hir::Expr,
        env: Env<'_>,
    ) -> Lowered {
        let (mut body, lets) = self.func_body(func, args, at, env, Self::expr)?;
        let ty = cell_type(at.ty, at.span)?;
        for (local, value) in lets.into_iter().rev() {
            body = self.builder.expr(Op::Let { local, value, body }, ty, at.span);
        }
        Ok(body)
    }

    /// A function whose result is a list: each element binds the arguments for itself.
    pub(super) fn func_list(
        &mut self,
        func: hir::FuncId,
        args: &[hir::Expr],
        at: &hir::Expr,
        env: Env<'_>,
    ) -> Result<Vec<ExprId>, LowerError> {
        let (mut elements, lets) = self.func_body(func, args, at, env, Self::list)?;
        let ty = element_type(at.ty, at.span)?;
        for body in &mut elements {
            for (local, value) in lets.iter().rev().copied() {
                *body = self.builder.expr(Op::Let { local, value, body: *body }, ty, at.span);
            }
        }
        Ok(elements)
    }

    /// The body of a function, with the locals that its arguments must be bound to.
    fn func_body<T>(
        &mut self,
        func: hir::FuncId,
        args: &[hir::Expr],
        at: &hir::Expr,
        env: Env<'_>,
        lower: impl FnOnce(&mut Self, &hir::Expr, Env<'_>) -> Result<T, LowerError>,
    ) -> Result<(T, Vec<(LocalId, ExprId)>), LowerError> {
        let file = self.file;
        let Some(func) = file.funcs.get(func.0 as usize) else {
            return defect(at.span, "this function does not exist");
        };
        let mut locals = Vec::with_capacity(func.locals.len());
        let mut lets = Vec::new();
        for (index, local) in func.locals.iter().enumerate() {
            let Some(arg) = args.get(index).filter(|_| index < func.params) else {
                let ty = element_type(local.ty, local.span)?;
                locals.push(Bound::Local(self.builder.local(&local.name, ty)));
                continue;
            };
            let mut bind = |this: &mut Self, value: ExprId, reads: Reads| {
                if this.is_simple(value) {
                    return Bound::Expr(value, reads);
                }
                this.reads.add(&reads);
                let ty = this.builder.ir.expr(value).ty;
                let id = this.builder.local(&local.name, ty);
                lets.push((id, value));
                Bound::Local(id)
            };
            locals.push(if list_of(local.ty).is_some() {
                self.bound_list(arg, env, bind)?
            } else {
                let (value, reads) = self.collecting(|this| this.expr(arg, env))?;
                bind(self, value, reads)
            });
        }
        let inner = Env::Expansion { locals: &locals, states: &[] };
        let body = lower(self, &func.body, inner)?;
        Ok((body, lets))
    }

    /// Whether an expression may be repeated at no cost.
    fn is_simple(&self, id: ExprId) -> bool {
        match &self.builder.ir.expr(id).op {
            Op::Const(_)
            | Op::Param(_)
            | Op::Local(_)
            | Op::Stream(_)
            | Op::State(_, None)
            | Op::Now
            | Op::Bar { .. }
            | Op::Forming { .. } => true,
            Op::MemberStream(_, a) | Op::Unary(_, a) => self.is_simple(*a),
            _ => false,
        }
    }

    /// Whether an expression depends on parameters alone.
    fn is_setting(&self, id: ExprId) -> bool {
        let mut plain = true;
        let op = &self.builder.ir.expr(id).op;
        match op {
            Op::Const(_) | Op::Param(_) => return true,
            Op::Unary(..) | Op::Binary(..) | Op::Call(..) | Op::If { .. } | Op::Compare(..) => {}
            Op::Library(function, _) if !function.row().reads_book() => {}
            _ => return false,
        }
        op.children(|child| plain &= self.is_setting(child));
        plain
    }

    /// A node is expanded with memory of its own: its `let`s become streams, its states become
    /// state variables, its `next` lines the streams that set them.
    pub(super) fn node_call(
        &mut self,
        node: hir::NodeId,
        args: &[hir::Expr],
        at: &hir::Expr,
        env: Env<'_>,
    ) -> Lowered {
        let file = self.file;
        let Some(node) = file.nodes.get(node.0 as usize) else {
            return defect(at.span, "this node does not exist");
        };
        let domain = self.domain_here(at.span)?;
        let mut locals = self.node_locals(node, args, domain, env)?;
        let states = self.node_states(node, &locals)?;
        let outer = self.owner.clone();
        for (local, value) in &node.lets {
            let Some(decl) = node.locals.get(local.index()) else {
                return defect(at.span, "a node keeps a value that it does not declare");
            };
            let name = format!("{outer}.{}", decl.name);
            let inner = Env::Expansion { locals: &locals, states: &states };
            let bound = self.node_let(name, domain, value, inner)?;
            locals[local.index()] = bound;
        }
        self.owner.clone_from(&outer);
        let inner = Env::Expansion { locals: &locals, states: &states };
        for (index, value) in &node.nexts {
            let Some(state) = states.get(*index as usize).copied() else {
                return defect(at.span, "a node sets a state that it does not have");
            };
            let (lowered, reads) = self.collecting(|this| match list_of(value.ty) {
                Some(_) => this.list(value, inner),
                None => this.expr(value, inner).map(|value| vec![value]),
            })?;
            for (state, lowered) in self.elements_of(state).into_iter().zip(lowered) {
                let state_var = &self.builder.ir.states[state.index()];
                let (name, ty) = (format!("{}.next", state_var.name), state_var.ty);
                let op = StreamOp::Next { state, value: lowered };
                self.new_stream(name, domain, op, ty, reads.clone(), value.span);
            }
        }
        self.expr(&node.result, inner)
    }

    fn node_locals(
        &mut self,
        node: &hir::Node,
        args: &[hir::Expr],
        domain: DomainId,
        env: Env<'_>,
    ) -> Result<Vec<Bound>, LowerError> {
        let mut locals = Vec::with_capacity(node.locals.len());
        for (index, local) in node.locals.iter().enumerate() {
            let Some(arg) = args.get(index).filter(|_| index < node.params) else {
                let ty = element_type(local.ty, local.span)?;
                locals.push(Bound::Local(self.builder.local(&local.name, ty)));
                continue;
            };
            let bind = |this: &mut Self, value: ExprId, reads: Reads| {
                if this.is_simple(value) || this.is_setting(value) {
                    return Bound::Expr(value, reads);
                }
                let ty = this.builder.ir.expr(value).ty;
                let name = format!("{}.{}", this.owner, local.name);
                let op = StreamOp::Expr(value);
                let stream = this.new_stream(name, domain, op, ty, reads, arg.span);
                this.bound_stream(stream, arg.span)
            };
            locals.push(if list_of(local.ty).is_some() {
                self.bound_list(arg, env, bind)?
            } else {
                let (value, reads) = self.collecting(|this| this.expr(arg, env))?;
                bind(self, value, reads)
            });
        }
        Ok(locals)
    }

    fn node_states(
        &mut self,
        node: &hir::Node,
        locals: &[Bound],
    ) -> Result<Vec<crate::ir::StateId>, LowerError> {
        let mut states = Vec::with_capacity(node.states.len());
        for state in &node.states {
            let inner = Env::Expansion { locals, states: &[] };
            let name = format!("{}.{}", self.owner, state.name);
            let per = self.domain.and_then(|domain| self.builder.ir.universe_of(domain));
            let of = (state.ty, state.span);
            let (id, inits) = self.state_var(&name, of, &state.init, per, inner)?;
            self.further_states(id, &name, inits);
            states.push(id);
        }
        Ok(states)
    }

    fn node_let(
        &mut self,
        name: String,
        domain: DomainId,
        value: &hir::Expr,
        env: Env<'_>,
    ) -> Result<Bound, LowerError> {
        self.owner.clone_from(&name);
        let stream = if let ExprKind::Builtin { .. } = value.kind {
            self.builtin_stream(value, name, domain, env)?
        } else {
            let (lowered, reads) = self.collecting(|this| this.expr(value, env))?;
            let ty = cell_type(value.ty, value.span)?;
            self.new_stream(name, domain, StreamOp::Expr(lowered), ty, reads, value.span)
        };
        Ok(self.bound_stream(stream, value.span))
    }

    fn bound_stream(&mut self, stream: StreamId, span: Span) -> Bound {
        let ty = self.builder.ir.streams[stream.index()].ty;
        let expr = self.stream_value(stream, ty, span);
        Bound::Expr(expr, Reads { now: vec![stream], latest: Vec::new() })
    }
}
