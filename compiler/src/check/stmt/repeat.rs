//! `for`: over a list, a range of numbers, a universe.

use strat_dsl::{Code, Diagnostic, Span, ast};

use super::super::Checker;
use super::super::scope::Entity;
use super::super::sign::Sign;
use crate::hir::bounds::int_bounds;
use crate::hir::{self, ForOver, Kind, StmtKind, Ty};
use crate::ir::LocalId;

/// The most rounds of a `for` over numbers.
const ROUNDS_MAX: i64 = 10_000;

impl Checker {
    pub(super) fn for_stmt(&mut self, it: &ast::ForStmt) -> Option<StmtKind> {
        self.scoped(|s| {
            s.forget_set_in(&it.body);
            let (local, over) = s.for_over(it)?;
            let body = s.conditionally("in `for`", it.span, |s| s.block(&it.body));
            let waits = s.waits_for(local);
            Some(StmtKind::For { local, over, waits, body })
        })
    }

    fn for_over(&mut self, it: &ast::ForStmt) -> Option<(LocalId, ForOver)> {
        match &it.list.kind {
            ast::ExprKind::List(items) => self.for_list(it, items),
            ast::ExprKind::Range { start, end } => {
                let low = self.expect(start, Kind::Int, "the start of a loop");
                let high = self.expect(end, Kind::Int, "the end of a loop");
                if low.is_error() || high.is_error() {
                    return self.broken_loop(it);
                }
                let rounds = int_bounds(&low.expr, &self.st.params)
                    .zip(int_bounds(&high.expr, &self.st.params))
                    .and_then(|((low, _), (_, high))| high.checked_sub(low));
                if rounds.is_none_or(|rounds| rounds >= ROUNDS_MAX) {
                    self.unbounded(it.list.span);
                    return self.broken_loop(it);
                }
                let range = (self.reach(&low.expr).0, self.reach(&high.expr).1);
                let sign = Sign::between(range.0.cmp(&0), range.1.cmp(&0));
                let local = self.local(&it.name.name, Ty::of(Kind::Int), sign, it.name.span);
                self.body.ranges.insert(local, range);
                self.declare(&it.name, Entity::Local(local));
                Some((local, ForOver::Range(low.expr, high.expr)))
            }
            _ => {
                let typed = self.expr(&it.list, None);
                match typed.kind() {
                    Kind::Universe(id) => {
                        let local = self.bind_member(&it.name);
                        self.st.member_of.insert(local, id);
                        Some((local, ForOver::Universe(id)))
                    }
                    Kind::List(elem, _) => {
                        let ty = elem.ty();
                        let local = self.local(&it.name.name, ty, Sign::ANY, it.name.span);
                        self.declare(&it.name, Entity::Local(local));
                        Some((local, ForOver::Elements(typed.expr)))
                    }
                    Kind::Error => self.broken_loop(it),
                    _ => {
                        self.unbounded(it.list.span);
                        self.broken_loop(it)
                    }
                }
            }
        }
    }

    /// What a round sets is not known at the start of the next one.
    fn forget_set_in(&mut self, body: &ast::Block) {
        let mut rest: Vec<&ast::Block> = vec![body];
        while let Some(block) = rest.pop() {
            for stmt in &block.stmts {
                match stmt {
                    ast::Stmt::Set(it) => {
                        if let Some(Entity::State(state)) =
                            self.find(&it.name.name).map(|n| n.entity)
                        {
                            self.forget(state);
                        }
                    }
                    ast::Stmt::If(it) => {
                        rest.extend(it.branches.iter().map(|branch| &branch.body));
                        rest.extend(&it.otherwise);
                    }
                    ast::Stmt::Match(it) => rest.extend(it.arms.iter().map(|arm| &arm.body)),
                    ast::Stmt::For(it) => rest.push(&it.body),
                    ast::Stmt::Together(it) => rest.push(&it.body),
                    ast::Stmt::Let(_)
                    | ast::Stmt::Require(_)
                    | ast::Stmt::Quote(_)
                    | ast::Stmt::Order(_)
                    | ast::Stmt::Target(_)
                    | ast::Stmt::Cancel(_)
                    | ast::Stmt::Log(_)
                    | ast::Stmt::Alert(_)
                    | ast::Stmt::Halt(_)
                    | ast::Stmt::Error(_) => {}
                }
            }
        }
    }

    fn for_list(&mut self, it: &ast::ForStmt, items: &[ast::Expr]) -> Option<(LocalId, ForOver)> {
        let mut values: Vec<hir::Expr> = Vec::new();
        let mut kind: Option<Kind> = None;
        let mut failed = items.is_empty();
        for item in items {
            let typed = self.value(item, kind);
            if typed.is_error() {
                failed = true;
                continue;
            }
            let joined = kind.map_or(Some(typed.kind()), |have| have.join(typed.kind()));
            if joined.is_none() {
                let want = Ty::of(kind.unwrap_or(Kind::Error));
                self.mismatch(item, typed.ty(), want, "each element of a list");
                failed = true;
            }
            kind = kind.or(joined);
            values.push(typed.expr);
        }
        if items.is_empty() {
            self.unbounded(it.list.span);
        }
        let Some(kind) = kind.filter(|_| !failed) else { return self.broken_loop(it) };
        if let Kind::Instrument(_) = kind {
            return Some((self.bind_member(&it.name), ForOver::List(values)));
        }
        let local = self.local(&it.name.name, Ty::of(kind), Sign::ANY, it.name.span);
        self.declare(&it.name, Entity::Local(local));
        Some((local, ForOver::List(values)))
    }

    /// The body is judged all the same.
    fn broken_loop(&mut self, it: &ast::ForStmt) -> Option<(LocalId, ForOver)> {
        self.declare(&it.name, Entity::Broken);
        self.conditionally("in `for`", it.span, |s| s.block(&it.body));
        None
    }

    fn unbounded(&mut self, span: Span) {
        self.out.push(
            Diagnostic::new(Code::E0401, span, "a loop needs a bounded list")
                .here("neither a list nor a range with a known size")
                .why("every reaction must end in a known time")
                .fix(
                    "use `[a, b]`, a universe, or a range of literals and parameters with a range",
                ),
        );
    }
}
