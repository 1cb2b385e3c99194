//! Conditions between parameters, and whether the defaults meet them.

use strat_dsl::{Code, Diagnostic, ast};

use super::param::compare_consts;
use super::{Checker, Place};
use crate::hir::{Const, Expr, ExprKind};
use crate::ir::{Binary, Compare, Number, Unary};
use std::cmp::Ordering;

impl Checker {
    pub(super) fn constraint(&mut self, it: &ast::Constraint) -> Option<Expr> {
        let place = Place::Params("a constraint");
        let (typed, _) = self.in_body(place, |s| s.condition(&it.condition));
        if typed.is_error() {
            return None;
        }
        if self.evaluate(&typed.expr) == Some(Const::Bool(false)) {
            self.out.push(
                Diagnostic::new(
                    Code::E0321,
                    it.condition.span,
                    "the defaults do not satisfy this constraint",
                )
                .here("false for the defaults")
                .why("the strategy could not even start as it stands")
                .fix("change a default, or the constraint"),
            );
        }
        Some(typed.expr)
    }

    /// The value of an expression over parameters at their defaults; `None` where that is not
    /// simple enough to say.
    fn evaluate(&self, expr: &Expr) -> Option<Const> {
        match &expr.kind {
            ExprKind::Const(value) => Some(value.clone()),
            ExprKind::Param(id) => self.st.params.get(id.index()).map(|p| p.default.clone()),
            ExprKind::Unary(op, x) => unary(*op, self.evaluate(x)?),
            ExprKind::Binary(op, a, b) => binary(*op, self.evaluate(a)?, self.evaluate(b)?),
            ExprKind::And(a, b) => match (self.evaluate(a)?, self.evaluate(b)?) {
                (Const::Bool(a), Const::Bool(b)) => Some(Const::Bool(a && b)),
                _ => None,
            },
            ExprKind::Or(a, b) => match (self.evaluate(a)?, self.evaluate(b)?) {
                (Const::Bool(a), Const::Bool(b)) => Some(Const::Bool(a || b)),
                _ => None,
            },
            ExprKind::Compare(op, _, a, b) => {
                let (a, b) = (self.evaluate(a)?, self.evaluate(b)?);
                holds(*op, &a, &b).map(Const::Bool)
            }
            ExprKind::InRange { number: Number::Int | Number::Real, value, low, high } => {
                let value = self.evaluate(value)?;
                let low = compare_consts(&self.evaluate(low)?, &value)?;
                let high = compare_consts(&value, &self.evaluate(high)?)?;
                Some(Const::Bool(low != Ordering::Greater && high != Ordering::Greater))
            }
            _ => None,
        }
    }
}

fn holds(op: Compare, a: &Const, b: &Const) -> Option<bool> {
    if let (Const::Bool(_) | Const::Member(_), _) = (a, b) {
        return match op {
            Compare::Eq => Some(a == b),
            Compare::Ne => Some(a != b),
            _ => None,
        };
    }
    let order = compare_consts(a, b)?;
    Some(match op {
        Compare::Eq => order == Ordering::Equal,
        Compare::Ne => order != Ordering::Equal,
        Compare::Lt => order == Ordering::Less,
        Compare::Le => order != Ordering::Greater,
        Compare::Gt => order == Ordering::Greater,
        Compare::Ge => order != Ordering::Less,
    })
}

fn unary(op: Unary, value: Const) -> Option<Const> {
    match (op, value) {
        (Unary::Not, Const::Bool(v)) => Some(Const::Bool(!v)),
        (Unary::NegInt | Unary::NegReal, value) => super::literal::negated(&value),
        (Unary::IntToReal, Const::Int(v)) => Some(Const::Real(v as f64)),
        (Unary::FixedToReal, Const::Fixed(v)) => Some(Const::Real(v as f64 / 1e9)),
        _ => None,
    }
}

fn binary(op: Binary, a: Const, b: Const) -> Option<Const> {
    let whole = |a: i64, b: i64| match op {
        Binary::AddInt => a.checked_add(b),
        Binary::SubInt => a.checked_sub(b),
        _ => None,
    };
    match (a, b) {
        (Const::Int(a), Const::Int(b)) if op == Binary::MulInt => a.checked_mul(b).map(Const::Int),
        (Const::Fixed(a), Const::Int(b)) if op == Binary::MulInt => {
            a.checked_mul(b).map(Const::Fixed)
        }
        (Const::Nanos(a), Const::Int(b)) if op == Binary::MulInt => {
            a.checked_mul(b).map(Const::Nanos)
        }
        (Const::Int(a), Const::Int(b)) => whole(a, b).map(Const::Int),
        (Const::Fixed(a), Const::Fixed(b)) => whole(a, b).map(Const::Fixed),
        (Const::Nanos(a), Const::Nanos(b)) => whole(a, b).map(Const::Nanos),
        (Const::Real(a), Const::Real(b)) => match op {
            Binary::AddReal => Some(Const::Real(a + b)),
            Binary::SubReal => Some(Const::Real(a - b)),
            Binary::MulReal => Some(Const::Real(a * b)),
            Binary::DivReal if b != 0.0 => Some(Const::Real(a / b)),
            _ => None,
        },
        _ => None,
    }
}
