//! Nodes: functions that keep a memory.

use strat_dsl::{Code, Diagnostic, Span, ast};

use super::super::scope::Entity;
use super::super::sign::Sign;
use super::super::{Checker, Place};
use super::callee;
use crate::hir::{self, Kind, NodeId, Ty};

impl Checker {
    pub(super) fn node(&mut self, it: &ast::Node) {
        let outer_states = std::mem::take(&mut self.node_states);
        let ((params, result, parts), inner) = self.in_body(Place::Node, |s| {
            s.scoped(|s| {
                let params = s.params(&it.params);
                let mut result = s.ty(&it.result);
                if let Kind::List(..) = result.kind {
                    s.list_stream(it.result.span, "what a node yields");
                    result = Ty::ERROR;
                }
                (params, result, s.node_body(it, result))
            })
        });
        self.node_states = outer_states;
        let sign = parts.sign;
        let id = NodeId(u32::try_from(self.hir.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(callee(&it.name, params, &inner, result, sign));
        self.hir.nodes.push(hir::Node {
            name: it.name.name.clone(),
            params: it.params.len(),
            locals: inner.locals,
            states: parts.states,
            lets: parts.lets,
            nexts: parts.nexts,
            result: parts.result,
            calls: inner.calls,
            span: it.span,
        });
        self.declare(&it.name, Entity::Node(id));
    }

    fn node_body(&mut self, it: &ast::Node, result: Ty) -> NodeParts {
        let mut parts = NodeParts::new(it.span);
        for line in &it.body {
            if let ast::NodeStmt::State(state) = line {
                self.node_state(state, &mut parts);
            }
        }
        let mut yields: Option<Span> = None;
        for line in &it.body {
            match line {
                ast::NodeStmt::Let(it) => self.node_let(it, &mut parts),
                ast::NodeStmt::Next(it) => self.node_next(it, &mut parts),
                ast::NodeStmt::Yield { value, span } => {
                    if let Some(earlier) = yields {
                        self.out.push(
                            Diagnostic::new(Code::E0110, *span, "a node yields once")
                                .here("a second `yield`")
                                .label(earlier, "the first one")
                                .why("a node has one value at each tick")
                                .fix("remove one of them"),
                        );
                    }
                    yields = Some(*span);
                    let typed = self.expect_ty(value, result, "what the node yields");
                    parts.sign = self.sign(&typed.expr);
                    parts.result = typed.expr;
                }
                ast::NodeStmt::State(_) => {}
                ast::NodeStmt::Error(span) => yields = yields.or(Some(*span)),
            }
        }
        if yields.is_none() {
            self.out.push(
                Diagnostic::new(
                    Code::E0917,
                    it.name.span,
                    format!("the node `{}` yields nothing", it.name.name),
                )
                .here("no `yield` in it")
                .why("a node is called for its value")
                .fix("end it with `yield` and a value"),
            );
        }
        parts
    }

    fn node_state(&mut self, state: &ast::State, parts: &mut NodeParts) {
        let ty = self.ty(&state.ty);
        if let Some(per) = &state.per {
            self.unsupported(per.span, "a node's state per member", "drop the `per`");
        }
        let init = self.expect_ty(&state.initial, ty, "the first value");
        if !init.is_error() && !self.is_static(&init.expr) {
            self.not_constant(&state.initial, "the first value of a node's state");
        }
        let index = u32::try_from(parts.states.len()).unwrap_or(u32::MAX);
        parts.states.push(hir::NodeState {
            name: state.name.name.clone(),
            ty,
            init: init.expr,
            span: state.span,
        });
        self.node_states.push(ty);
        self.declare(&state.name, Entity::NodeState(index));
    }

    pub(in super::super) fn not_constant(&mut self, written: &ast::Expr, what: &str) {
        self.out.push(
            Diagnostic::new(Code::E0323, written.span, format!("{what} must be a constant"))
                .here("not known before the first event")
                .why("it is fixed before the first event")
                .fix("use literals and parameters"),
        );
    }

    fn node_let(&mut self, it: &ast::Let, parts: &mut NodeParts) {
        if let Some(per) = &it.per {
            self.unsupported(per.span, "a stream per member", "drop the `per`");
        }
        if let Some(text) = &it.otherwise {
            self.unsupported(
                text.span,
                "a guard inside a node",
                "open the option with `??`, or guard the argument before the call",
            );
        }
        let value = match &it.ty {
            Some(ty) => {
                let ty = self.ty(ty);
                self.expect_ty(&it.value, ty, "the value")
            }
            None => self.expr(&it.value, None),
        };
        if let Kind::List(..) = value.kind() {
            self.list_stream(it.value.span, "a `let` of a node");
            self.declare(&it.name, Entity::Broken);
            return;
        }
        let sign = self.sign(&value.expr);
        let id = self.local(&it.name.name, value.ty(), sign, it.name.span);
        parts.lets.push((id, value.expr));
        self.declare(&it.name, Entity::Local(id));
    }

    fn node_next(&mut self, it: &ast::Assignment, parts: &mut NodeParts) {
        let Some(Entity::NodeState(index)) = self.lookup(&it.name) else {
            self.expr(&it.value, None);
            self.only_state(&it.name);
            return;
        };
        let ty = self.node_states.get(index as usize).copied().unwrap_or(Ty::ERROR);
        let value = self.expect_ty(&it.value, ty, "the next value");
        if parts.nexts.iter().any(|(i, _)| *i == index) {
            self.report_duplicate(&it.name, it.span);
            return;
        }
        parts.nexts.push((index, value.expr));
    }
}

/// The text of a node, checked.
struct NodeParts {
    states: Vec<hir::NodeState>,
    lets: Vec<(crate::ir::LocalId, hir::Expr)>,
    nexts: Vec<(u32, hir::Expr)>,
    result: hir::Expr,
    sign: Sign,
}

impl NodeParts {
    fn new(span: Span) -> Self {
        Self {
            states: Vec::new(),
            lets: Vec::new(),
            nexts: Vec::new(),
            result: hir::Expr { kind: hir::ExprKind::Error, ty: Ty::ERROR, span },
            sign: Sign::ANY,
        }
    }
}
