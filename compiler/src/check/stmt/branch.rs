//! `if`, `else if`, `else`, and `if let`.

use strat_dsl::{Code, Diagnostic, Span, ast};

use super::super::Checker;
use super::super::scope::Entity;
use crate::hir::{self, Stmt, StmtKind, Ty};
use crate::ir::LocalId;

/// The most branches of one `if`.
const BRANCHES_MAX: usize = 200;

impl Checker {
    pub(super) fn if_stmt(&mut self, it: &ast::IfStmt) -> Option<StmtKind> {
        let facts = self.body.facts.len();
        if let Some(beyond) = it.branches.get(BRANCHES_MAX) {
            self.too_many_branches(beyond.body.span);
        }
        let mut branches: Vec<(Branch, Vec<Stmt>, Span)> = Vec::new();
        for branch in it.branches.iter().take(BRANCHES_MAX) {
            let before = self.body.facts.len();
            let (head, body) = self.scoped(|s| {
                let head = s.branch(&branch.condition);
                if let Branch::Plain(Some(cond)) = &head {
                    s.assume(cond, true);
                }
                let body = s.conditionally("in `if`", it.span, |s| s.block(&branch.body));
                (head, body)
            });
            self.body.facts.truncate(before);
            if let Branch::Plain(Some(cond)) = &head {
                self.assume(cond, false);
            }
            branches.push((head, body, branch.body.span));
        }
        let mut other = match &it.otherwise {
            Some(block) => self.conditionally("in `if`", it.span, |s| s.block(block)),
            None => Vec::new(),
        };
        self.body.facts.truncate(facts);
        let mut kind = None;
        while let Some((head, then, span)) = branches.pop() {
            if let Some(inner) = kind.take() {
                other = vec![Stmt { kind: inner, span }];
            }
            kind = match head {
                Branch::Plain(Some(cond)) => {
                    Some(StmtKind::If { cond, then, other: std::mem::take(&mut other) })
                }
                Branch::Let(Some((local, value))) => {
                    let other = std::mem::take(&mut other);
                    Some(StmtKind::IfLet { local, value, then, other })
                }
                Branch::Plain(None) | Branch::Let(None) => None,
            };
        }
        kind
    }

    /// Each `else if` stands inside the one before it.
    fn too_many_branches(&mut self, span: Span) {
        self.out.push(
            Diagnostic::new(
                Code::E0903,
                span,
                format!("an `if` has at most {BRANCHES_MAX} branches"),
            )
            .here("one too many")
            .why("they are nested in each other, and the depth is bounded")
            .fix("use `match`, a range of numbers, or several `if`s"),
        );
    }

    fn branch(&mut self, condition: &ast::Condition) -> Branch {
        match condition {
            ast::Condition::Expr(e) => {
                let typed = self.condition(e);
                Branch::Plain((!typed.is_error()).then_some(typed.expr))
            }
            ast::Condition::Let { name, value, .. } => {
                let typed = self.expr(value, None);
                if typed.is_error() {
                    self.declare(name, Entity::Broken);
                    return Branch::Let(None);
                }
                if !typed.ty().optional {
                    self.always_there(value, "there is nothing to ask");
                    self.declare(name, Entity::Broken);
                    return Branch::Let(None);
                }
                let sign = self.sign(&typed.expr);
                let local = self.local(&name.name, Ty::of(typed.kind()), sign, name.span);
                self.declare(name, Entity::Local(local));
                Branch::Let(Some((local, typed.expr)))
            }
        }
    }
}

/// The head of a branch, checked.
enum Branch {
    Plain(Option<hir::Expr>),
    Let(Option<(LocalId, hir::Expr)>),
}
