//! `and`, `or`, and `if` as an expression.

use strat_dsl::Span;
use strat_dsl::ast::{self, BinaryOp};

use super::super::literal::fold;
use super::super::{Checker, Typed};
use super::lift;
use crate::hir::{self, Kind, Ty};

impl Checker {
    pub(super) fn logic(
        &mut self,
        e: &ast::Expr,
        op: BinaryOp,
        l: &ast::Expr,
        r: &ast::Expr,
    ) -> Typed {
        let left = self.condition(l);
        let facts = self.body.facts.len();
        if !left.is_error() {
            self.assume(&left.expr, op == BinaryOp::And);
        }
        let right = self.condition(r);
        self.body.facts.truncate(facts);
        let domain = self.meet(&[&left, &right]);
        if left.is_error() || right.is_error() {
            return Typed::error(e.span);
        }
        let (l, r) = (Box::new(left.expr), Box::new(right.expr));
        let kind =
            if op == BinaryOp::And { hir::ExprKind::And(l, r) } else { hir::ExprKind::Or(l, r) };
        Typed::new(kind, Ty::BOOL, e.span).at(domain)
    }

    pub(super) fn if_else(
        &mut self,
        e: &ast::Expr,
        cases: &[ast::IfThen],
        otherwise: &ast::Expr,
        want: Option<Kind>,
    ) -> Typed {
        let facts = self.body.facts.len();
        let mut branches = Vec::new();
        let mut want = want;
        for case in cases {
            let cond = self.condition(&case.condition);
            let before = self.body.facts.len();
            if !cond.is_error() {
                self.assume(&cond.expr, true);
            }
            let then = self.conditionally("in `if`", e.span, |s| s.expr(&case.value, want));
            if want.is_none() && !then.is_error() && fold(&case.value).is_none() {
                want = Some(then.kind());
            }
            self.body.facts.truncate(before);
            if !cond.is_error() {
                self.assume(&cond.expr, false);
            }
            branches.push((cond, then, &case.value));
        }
        let mut last = self.conditionally("in `if`", e.span, |s| s.expr(otherwise, want));
        self.body.facts.truncate(facts);
        while let Some((cond, then, written)) = branches.pop() {
            last = self.choose(e.span, cond, (then, written), last);
        }
        last
    }

    fn choose(
        &mut self,
        span: Span,
        cond: Typed,
        (then, written): (Typed, &ast::Expr),
        other: Typed,
    ) -> Typed {
        let domain = self.meet(&[&cond, &then, &other]);
        if cond.is_error() || then.is_error() || other.is_error() {
            return Typed::error(span);
        }
        let Some(kind) = then.kind().join(other.kind()) else {
            self.mismatch(written, then.ty(), other.ty(), "each case of an `if`");
            return Typed::error(span);
        };
        let optional = then.ty().optional || other.ty().optional;
        let ty = Ty { kind, optional };
        let (then, other) = (lift(then.expr, optional), lift(other.expr, optional));
        let kind = hir::ExprKind::If {
            cond: Box::new(cond.expr),
            then: Box::new(then),
            other: Box::new(other),
        };
        Typed::new(kind, ty, span).at(domain)
    }
}
