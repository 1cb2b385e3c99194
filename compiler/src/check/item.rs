//! What a file shares between its strategies: imports, enums, words, functions, nodes.

use std::collections::BTreeSet;

use strat_dsl::{Code, Diagnostic, Span, ast};

use super::graph;
use super::scope::{Entity, nearest};
use super::sign::Sign;
use super::{Body, Checker, Place};
use crate::builtin::{Row, TABLE};
use crate::hir::{self, FuncId, Kind, NodeId, Ty, WordsId};
use crate::ir::EnumId;

/// An imported library function.
#[derive(Debug, Clone)]
pub(super) struct Import {
    pub(super) row: &'static Row,
    pub(super) span: Span,
    pub(super) used: bool,
}

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
    pub(super) fn imports(&mut self, file: &ast::File) {
        for item in &file.items {
            let ast::Item::Import(import) = item else { continue };
            let module: Vec<&str> = import.path.iter().map(|p| p.name.as_str()).collect();
            let module = module.join(".");
            if TABLE.iter().all(|row| row.module != module) {
                self.unknown_module(import, &module);
                continue;
            }
            for name in &import.names {
                self.import_name(&module, name);
            }
            if import.names.is_empty() {
                self.module_imports.push((module, import.span));
            }
        }
    }

    fn unknown_module(&mut self, import: &ast::Import, module: &str) {
        if import.path.iter().any(|part| part.name.is_empty()) {
            return;
        }
        let modules: BTreeSet<&str> =
            TABLE.iter().map(|row| row.module).filter(|m| !m.is_empty()).collect();
        let list: Vec<&str> = modules.iter().copied().collect();
        let span = import.path.iter().fold(import.span, |_, p| p.span);
        let span = import.path.first().map_or(span, |first| first.span.to(span));
        let diagnostic =
            Diagnostic::new(Code::E0104, span, format!("there is no module `{module}`"))
                .here("not in the library")
                .why(format!("the library has `{}`", list.join("`, `")));
        // `import std.ta.ema`: a function is named in braces.
        let function = module.rsplit_once('.').filter(|_| import.names.is_empty());
        let function =
            function.filter(|(m, name)| TABLE.iter().any(|r| r.module == *m && r.name == *name));
        let near = nearest(module, modules.iter().copied());
        let diagnostic = match (function, near) {
            (Some((module, name)), _) => {
                let text = format!("{module} {{ {name} }}");
                diagnostic.fix_replace(format!("write `import {text}`"), span, text)
            }
            (None, Some(near)) => {
                diagnostic.fix_replace(format!("did you mean `{near}`?"), span, near)
            }
            (None, None) => diagnostic.fix("import from one of them"),
        };
        self.out.push(diagnostic);
        for name in &import.names {
            self.declare(name, Entity::Broken);
        }
    }

    fn import_name(&mut self, module: &str, name: &ast::Ident) {
        let rows = || TABLE.iter().filter(|row| row.module == module);
        let Some(row) = rows().find(|row| row.name == name.name) else {
            if !name.name.is_empty() {
                let elsewhere =
                    TABLE.iter().find(|row| row.name == name.name && !row.module.is_empty());
                let near = nearest(&name.name, rows().map(|row| row.name)).map(str::to_owned);
                match elsewhere {
                    Some(row) => self.out.push(
                        Diagnostic::new(
                            Code::E0104,
                            name.span,
                            format!("`{}` is not in `{module}`", name.name),
                        )
                        .here(format!("known from `{}`", row.module))
                        .why("imports say where each name comes from")
                        .fix(format!("write `import {} {{ {} }}`", row.module, row.name)),
                    ),
                    None => self.unknown(name, &format!("function in `{module}` named"), near),
                }
                self.declare(name, Entity::Broken);
            }
            return;
        };
        if let Some(earlier) = self.imports.iter().find(|i| i.row.name == row.name) {
            let earlier = earlier.span;
            self.report_duplicate(name, earlier);
            return;
        }
        self.imports.push(Import { row, span: name.span, used: false });
    }

    pub(super) fn unused_imports(&mut self, file: &ast::File) {
        let broken = file.items.iter().any(|item| match item {
            ast::Item::Strategy(it) => it.has_syntax_error,
            ast::Item::Error(_) => true,
            _ => false,
        });
        if broken {
            return;
        }
        let mut unused: Vec<(String, Span)> = self
            .imports
            .iter()
            .filter(|import| !import.used)
            .map(|import| (import.row.name.to_owned(), import.span))
            .collect();
        for (module, span) in &self.module_imports {
            if !self.used_modules.contains(module.as_str()) {
                unused.push((module.clone(), *span));
            }
        }
        for (name, span) in unused {
            self.out.push(
                Diagnostic::new(Code::W0101, span, format!("`{name}` is imported but never used"))
                    .here("not used")
                    .why("a name that nobody uses is often a slip of the pen elsewhere")
                    .fix("remove it"),
            );
        }
    }

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

    fn enum_decl(&mut self, it: &ast::EnumDecl) {
        let mut members: Vec<String> = Vec::new();
        for (index, variant) in it.variants.iter().enumerate() {
            let earlier = it.variants.iter().take(index).find(|v| v.name == variant.name);
            match earlier {
                Some(earlier) => self.report_duplicate(variant, earlier.span),
                None => members.push(variant.name.clone()),
            }
        }
        let id = EnumId(u32::try_from(self.hir.enums.len()).unwrap_or(u32::MAX));
        self.hir.enums.push(hir::Enum { name: it.name.name.clone(), members, span: it.span });
        self.declare(&it.name, Entity::Enum(id));
    }

    fn words_decl(&mut self, it: &ast::WordsDecl) {
        let entries = self.entries(&it.words).unwrap_or_default();
        let id = WordsId(u32::try_from(self.hir.words.len()).unwrap_or(u32::MAX));
        let words = hir::Words { name: it.name.name.clone(), entries, span: it.span };
        self.hir.words.push(words);
        self.declare(&it.name, Entity::Words(id));
    }

    /// The entries of a word list; each must hold a word.
    pub(super) fn entries(&mut self, texts: &[ast::Text]) -> Option<Vec<String>> {
        let mut entries = Vec::new();
        let mut good = true;
        for text in texts {
            if text.parts.iter().any(|part| matches!(part, ast::TextPart::Expr(_))) {
                self.unsupported(text.span, "a value in a word list", "write the words out");
                good = false;
            } else if !text.value.chars().any(char::is_alphanumeric) {
                self.out.push(
                    Diagnostic::new(Code::E0111, text.span, "this text holds no word")
                        .here("no letter and no digit")
                        .why("texts are searched for whole words, so this would never be found")
                        .fix("write a word, or remove the entry"),
                );
                good = false;
            } else {
                entries.push(text.value.clone());
            }
        }
        good.then_some(entries)
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

    fn node(&mut self, it: &ast::Node) {
        let outer_states = std::mem::take(&mut self.node_states);
        let ((params, result, parts), inner) = self.in_body(Place::Node, |s| {
            s.scoped(|s| {
                let params = s.params(&it.params);
                let result = s.ty(&it.result);
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

    pub(super) fn not_constant(&mut self, written: &ast::Expr, what: &str) {
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
        let sign = self.sign(&value.expr);
        let id = self.local(&it.name.name, value.ty(), sign, it.name.span);
        parts.lets.push((id, value.expr));
        self.declare(&it.name, Entity::Local(id));
    }

    fn node_next(&mut self, it: &ast::Assignment, parts: &mut NodeParts) {
        let Some(Entity::NodeState(index)) = self.lookup(&it.name.name) else {
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
            ast::ExprKind::Is { value, .. } | ast::ExprKind::AsAtPar { value, .. } => {
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
