//! What a file shares between its strategies: imports, enums, words, functions, nodes.

mod import;
mod node;
mod words;

use std::collections::BTreeSet;

use strat_dsl::{Code, Diagnostic, ast};

use super::graph;
use super::scope::Entity;
use super::sign::Sign;
use super::{Body, Checker, Place};
use crate::hir::{self, FuncId, Kind, Ty};
pub(super) use import::Import;

/// What callers must know of a function or node.
#[derive(Debug, Clone)]
pub(super) struct Callee {
    pub(super) name: String,
    pub(super) params: Vec<(String, Ty)>,
    /// What each argument must be.
    pub(super) needs: Vec<Sign>,
    /// The smallest value of each argument that is a window.
    pub(super) windows: Vec<Option<i64>>,
    pub(super) result: Ty,
    pub(super) sign: Sign,
}

/// A function or node before it is checked.
#[derive(Clone, Copy)]
enum Routine<'e> {
    Func(&'e ast::Func),
    Node(&'e ast::Node),
}

impl<'e> Routine<'e> {
    fn name(self) -> &'e ast::Ident {
        match self {
            Self::Func(it) => &it.name,
            Self::Node(it) => &it.name,
        }
    }

    fn calls(self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        match self {
            Self::Func(it) => mentions(&it.body, &mut names),
            Self::Node(it) => {
                for line in &it.body {
                    match line {
                        ast::NodeStmt::State(state) => mentions(&state.initial, &mut names),
                        ast::NodeStmt::Let(it) => mentions(&it.value, &mut names),
                        ast::NodeStmt::Next(it) => mentions(&it.value, &mut names),
                        ast::NodeStmt::Yield { value, .. } => mentions(value, &mut names),
                        ast::NodeStmt::Error(_) => {}
                    }
                }
            }
        }
        names
    }
}

impl Checker {
    /// Enums, words, functions and nodes of the file.
    pub(super) fn items(&mut self, file: &ast::File) {
        let mut routines = Vec::new();
        for item in &file.items {
            match item {
                ast::Item::Enum(it) => self.enum_decl(it),
                ast::Item::Words(it) => self.words_decl(it),
                ast::Item::Func(it) => routines.push(Routine::Func(it)),
                ast::Item::Node(it) => routines.push(Routine::Node(it)),
                _ => {}
            }
        }
        self.routines(&routines);
    }

    /// Enums, words, functions and nodes of a strategy.
    pub(super) fn inner_items(&mut self, members: &[ast::Member]) {
        let mut routines = Vec::new();
        for member in members {
            match member {
                ast::Member::Enum(it) => self.enum_decl(it),
                ast::Member::Words(it) => self.words_decl(it),
                ast::Member::Func(it) => routines.push(Routine::Func(it)),
                ast::Member::Node(it) => routines.push(Routine::Node(it)),
                _ => {}
            }
        }
        self.routines(&routines);
    }

    fn routines(&mut self, routines: &[Routine<'_>]) {
        let deps: Vec<Vec<usize>> = routines
            .iter()
            .map(|routine| {
                let calls = routine.calls();
                (0..routines.len()).filter(|i| calls.contains(&routines[*i].name().name)).collect()
            })
            .collect();
        let (order, circles) = graph::order(&deps);
        let mut circular = BTreeSet::new();
        for circle in &circles {
            self.calls_itself(&circle.iter().map(|i| routines[*i].name()).collect::<Vec<_>>());
            circular.extend(circle.iter().copied());
        }
        for index in circular.iter().copied() {
            self.declare(routines[index].name(), Entity::Broken);
        }
        for index in order {
            if circular.contains(&index) {
                continue;
            }
            match routines[index] {
                Routine::Func(it) => self.func(it),
                Routine::Node(it) => self.node(it),
            }
        }
    }

    fn calls_itself(&mut self, circle: &[&ast::Ident]) {
        let Some(first) = circle.first() else { return };
        let mut names: Vec<String> = circle.iter().map(|n| format!("`{}`", n.name)).collect();
        names.push(format!("`{}`", first.name));
        let mut diagnostic = Diagnostic::new(
            Code::E0115,
            first.span,
            format!("`{}` calls itself: {}", first.name, names.join(" calls ")),
        )
        .here("in a circle");
        for other in circle.iter().skip(1) {
            diagnostic = diagnostic.label(other.span, "part of the circle");
        }
        self.out.push(
            diagnostic
                .why("calls end after a known number of steps; memory is laid out beforehand")
                .fix("keep a `state` in a node and go on at the next tick"),
        );
    }

    fn params(&mut self, fields: &[ast::Field]) -> Vec<(String, Ty)> {
        let mut params = Vec::new();
        for field in fields {
            let mut ty = self.ty(&field.ty);
            if let Kind::Instrument(_) = ty.kind {
                self.unsupported(
                    field.ty.span,
                    "an instrument as an argument",
                    "pass what is read of it: a price, a size",
                );
                ty = Ty::ERROR;
            }
            let id = self.local(&field.name.name, ty, Sign::ANY, field.span);
            self.declare(&field.name, Entity::Local(id));
            params.push((field.name.name.clone(), ty));
        }
        self.body.needs = vec![Sign::ANY; params.len()];
        self.body.windows = vec![None; params.len()];
        params
    }

    fn func(&mut self, it: &ast::Func) {
        let ((params, result, body), inner) = self.in_body(Place::Func, |s| {
            s.scoped(|s| {
                let params = s.params(&it.params);
                let result = s.ty(&it.result);
                let body = s.expect_ty(&it.body, result, "the result");
                let sign = s.sign(&body.expr);
                (params, result, (body.expr, sign))
            })
        });
        let (body, sign) = body;
        let id = FuncId(u32::try_from(self.hir.funcs.len()).unwrap_or(u32::MAX));
        self.funcs.push(callee(&it.name, params, &inner, result, sign));
        self.hir.funcs.push(hir::Func {
            name: it.name.name.clone(),
            params: it.params.len(),
            locals: inner.locals,
            body,
            span: it.span,
        });
        self.declare(&it.name, Entity::Func(id));
    }
}

fn callee(
    name: &ast::Ident,
    params: Vec<(String, Ty)>,
    body: &Body,
    result: Ty,
    sign: Sign,
) -> Callee {
    Callee {
        name: name.name.clone(),
        params,
        needs: body.needs.clone(),
        windows: body.windows.clone(),
        result,
        sign,
    }
}

/// Every name that an expression reads or calls.
pub(super) fn mentions(expr: &ast::Expr, out: &mut BTreeSet<String>) {
    let mut rest = vec![expr];
    while let Some(expr) = rest.pop() {
        match &expr.kind {
            ast::ExprKind::Ident(name) => {
                out.insert(name.name.clone());
            }
            ast::ExprKind::Field { base, .. } => rest.push(base),
            ast::ExprKind::Call { callee, args } => {
                rest.push(callee);
                rest.extend(args.iter().map(|arg| &arg.value));
            }
            ast::ExprKind::Index { base, index } => rest.extend([&**base, &**index]),
            ast::ExprKind::Unary { operand, .. } => rest.push(operand),
            ast::ExprKind::Binary { left, right, .. } => rest.extend([&**left, &**right]),
            ast::ExprKind::Range { start, end } => rest.extend([&**start, &**end]),
            ast::ExprKind::In { value, set, .. } => rest.extend([&**value, &**set]),
            ast::ExprKind::If { cases, otherwise } => {
                rest.push(otherwise);
                rest.extend(cases.iter().flat_map(|case| [&case.condition, &case.value]));
            }
            ast::ExprKind::List(items) => rest.extend(items),
            ast::ExprKind::Is { value, .. }
            | ast::ExprKind::AsAtPar { value, .. }
            | ast::ExprKind::Repeat { value, .. } => {
                rest.push(value);
            }
            ast::ExprKind::Number(_)
            | ast::ExprKind::Quantity { .. }
            | ast::ExprKind::Text(_)
            | ast::ExprKind::Bool(_)
            | ast::ExprKind::None
            | ast::ExprKind::Error => {}
        }
    }
}
