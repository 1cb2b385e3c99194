//! Statements of handlers.

mod bind;
mod branch;
mod cancel;
mod case;
mod message;
mod repeat;

use strat_dsl::{Code, Diagnostic, ast};
use strat_runtime::manifest::ReasonKind;

use super::Checker;
use super::literal::fold;
use crate::hir::{Reason, Stmt, StmtKind};
use crate::ir::Level;

/// How deep blocks may nest.
const NESTING_MAX: u32 = 64;

impl Checker {
    /// A block with a scope of its own.
    pub(super) fn block(&mut self, it: &ast::Block) -> Vec<Stmt> {
        if self.nesting >= NESTING_MAX {
            self.out.push(
                Diagnostic::new(Code::E0903, it.span, "blocks are nested too deeply")
                    .here("from here on")
                    .why("each level needs memory while the strategy is compiled and run")
                    .fix("join conditions with `and`, or use `match`"),
            );
            return Vec::new();
        }
        self.nesting += 1;
        let stmts = self.scoped(|s| {
            let mut out = Vec::new();
            for stmt in &it.stmts {
                s.stmt(stmt, &mut out);
            }
            out
        });
        self.nesting -= 1;
        stmts
    }

    fn stmt(&mut self, stmt: &ast::Stmt, out: &mut Vec<Stmt>) {
        let kind = match stmt {
            ast::Stmt::Let(it) => self.let_stmt(it),
            ast::Stmt::Require(it) => self.require(it),
            ast::Stmt::Set(it) => self.set(it),
            ast::Stmt::If(it) => self.if_stmt(it),
            ast::Stmt::Match(it) => self.match_stmt(it),
            ast::Stmt::For(it) => self.for_stmt(it),
            ast::Stmt::Quote(it) => self.quote_stmt(it),
            ast::Stmt::Together(it) => {
                let body = self.block(&it.body);
                self.only_intents(&it.body);
                Some(StmtKind::Together(body))
            }
            ast::Stmt::Order(it) => self.order(it),
            ast::Stmt::Target(it) => self.target(it),
            ast::Stmt::Cancel(it) => self.cancel(it),
            ast::Stmt::Log(it) => self.say(it, Level::Log),
            ast::Stmt::Alert(it) => self.say(it, Level::Alert),
            ast::Stmt::Halt(it) => self.say(it, Level::Halt),
            ast::Stmt::Error(_) => None,
        };
        if let Some(kind) = kind {
            out.push(Stmt { kind, span: stmt.span() });
        }
    }

    /// `together` promises all or none of its orders; a nested one has nothing to add.
    fn only_intents(&mut self, body: &ast::Block) {
        for stmt in &body.stmts {
            if let ast::Stmt::Together(inner) = stmt {
                self.out.push(
                    Diagnostic::new(Code::E0902, inner.span, "`together` inside `together`")
                        .here("already all or none")
                        .why("the outer block binds these orders, too")
                        .fix("remove the inner `together`"),
                );
            }
        }
    }

    /// A guard's reason: a fixed text.
    pub(super) fn reason(&mut self, text: &ast::Text, kind: ReasonKind) -> Reason {
        if text.parts.iter().any(|part| matches!(part, ast::TextPart::Expr(_))) {
            self.unsupported(
                text.span,
                "a reason with values in it",
                "write a fixed text; `log` can print values",
            );
        }
        Reason { kind, text: Some(text.value.clone()), span: text.span }
    }

    /// The exact value of a literal in fixed point, if that is all that is written.
    pub(super) fn literal_raw(e: &ast::Expr) -> Option<i64> {
        let value = fold(e)?;
        let up = 9_u32.checked_sub(value.scale)?;
        i64::try_from(value.digits.checked_mul(10_i128.checked_pow(up)?)?).ok()
    }
}
