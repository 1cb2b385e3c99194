//! Calls: library functions become streams, user nodes and functions are expanded.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "what costs something to repeat is treated alike"
)]

use strat_dsl::Span;

use super::table::cell_type;
use super::{Bound, Env, LowerError, Lowered, Lowering, Reads, defect};
use crate::builtin::{Range, Setting, WINDOW_MAX};
use crate::hir::{self, ExprKind};
use crate::ir::{DomainId, ExprId, Op, StateVar, StreamId, StreamOp};

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
        let file = self.file;
        let Some(func) = file.funcs.get(func.0 as usize) else {
            return defect(at.span, "this function does not exist");
        };
        let mut locals = Vec::with_capacity(func.locals.len());
        let mut lets = Vec::new();
        for (index, local) in func.locals.iter().enumerate() {
            let Some(arg) = args.get(index).filter(|_| index < func.params) else {
                let ty = cell_type(local.ty, local.span)?;
                locals.push(Bound::Local(self.builder.local(&local.name, ty)));
                continue;
            };
            let (value, reads) = self.collecting(|this| this.expr(arg, env))?;
            if self.is_simple(value) {
                locals.push(Bound::Expr(value, reads));
            } else {
                self.reads.add(&reads);
                let ty = self.builder.ir.expr(value).ty;
                let id = self.builder.local(&local.name, ty);
                lets.push((id, value));
                locals.push(Bound::Local(id));
            }
        }
        let inner = Env::Expansion { locals: &locals, states: &[] };
        let mut body = self.expr(&func.body, inner)?;
        let ty = cell_type(at.ty, at.span)?;
        for (local, value) in lets.into_iter().rev() {
            body = self.builder.expr(Op::Let { local, value, body }, ty, at.span);
        }
        Ok(body)
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
            let (lowered, reads) = self.collecting(|this| this.expr(value, inner))?;
            let state_var = &self.builder.ir.states[state.index()];
            let (name, ty) = (format!("{}.next", state_var.name), state_var.ty);
            let op = StreamOp::Next { state, value: lowered };
            self.new_stream(name, domain, op, ty, reads, value.span);
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
                let ty = cell_type(local.ty, local.span)?;
                locals.push(Bound::Local(self.builder.local(&local.name, ty)));
                continue;
            };
            let (value, reads) = self.collecting(|this| this.expr(arg, env))?;
            if self.is_simple(value) || self.is_setting(value) {
                locals.push(Bound::Expr(value, reads));
            } else {
                let ty = self.builder.ir.expr(value).ty;
                let name = format!("{}.{}", self.owner, local.name);
                let op = StreamOp::Expr(value);
                let stream = self.new_stream(name, domain, op, ty, reads, arg.span);
                locals.push(self.bound_stream(stream, arg.span));
            }
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
            let (init, _) = self.collecting(|this| this.expr(&state.init, inner))?;
            let ty = cell_type(state.ty, state.span)?;
            let name = format!("{}.{}", self.owner, state.name);
            states.push(self.builder.state(StateVar {
                name,
                ty,
                init,
                per: self.domain.and_then(|domain| self.builder.ir.universe_of(domain)),
                span: state.span,
            }));
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
