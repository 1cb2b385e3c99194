//! Between which numbers an expression over parameters lies.
#![expect(clippy::wildcard_enum_match_arm, reason = "all other forms have no bounds")]

use super::{Const, Expr, ExprKind, Param};
use crate::ir::{Binary, Pure, Unary};

/// The smallest and largest value of a whole-number expression over literals and parameters with a
/// range. `None` where it has no bounds or may leave the range of a whole number.
pub fn int_bounds(expr: &Expr, params: &[Param]) -> Option<(i64, i64)> {
    match &expr.kind {
        ExprKind::Const(Const::Int(value)) => Some((*value, *value)),
        ExprKind::Param(id) => {
            let range = params.get(id.index())?.range.as_ref()?;
            match (&range.low, &range.high) {
                (Const::Int(low), Const::Int(high)) => Some((*low, *high)),
                _ => None,
            }
        }
        ExprKind::Unary(Unary::NegInt, operand) => {
            let (low, high) = int_bounds(operand, params)?;
            Some((high.checked_neg()?, low.checked_neg()?))
        }
        ExprKind::Binary(op, left, right) => {
            binary(*op, int_bounds(left, params)?, int_bounds(right, params)?)
        }
        ExprKind::Pure(op @ (Pure::MinInt | Pure::MaxInt), args) => {
            let mut all = args.iter().map(|arg| int_bounds(arg, params));
            let first = all.next()??;
            all.try_fold(first, |(low, high), next| {
                let (a, b) = next?;
                Some(match op {
                    Pure::MinInt => (low.min(a), high.min(b)),
                    _ => (low.max(a), high.max(b)),
                })
            })
        }
        ExprKind::If { then, other, .. } => {
            let (a, b) = int_bounds(then, params)?;
            let (c, d) = int_bounds(other, params)?;
            Some((a.min(c), b.max(d)))
        }
        _ => None,
    }
}

/// The smallest and largest value of a real that is a literal, a parameter with a range, or a whole
/// number with bounds. `None` for everything else.
pub fn real_bounds(expr: &Expr, params: &[Param]) -> Option<(f64, f64)> {
    match &expr.kind {
        ExprKind::Const(Const::Real(value)) => Some((*value, *value)),
        ExprKind::Param(id) => {
            let range = params.get(id.index())?.range.as_ref()?;
            match (&range.low, &range.high) {
                (Const::Real(low), Const::Real(high)) => Some((*low, *high)),
                _ => None,
            }
        }
        ExprKind::Unary(Unary::NegReal, operand) => {
            let (low, high) = real_bounds(operand, params)?;
            Some((-high, -low))
        }
        ExprKind::Unary(Unary::IntToReal, operand) => {
            let (low, high) = int_bounds(operand, params)?;
            Some((low as f64, high as f64))
        }
        _ => None,
    }
}

fn binary(op: Binary, (a, b): (i64, i64), (c, d): (i64, i64)) -> Option<(i64, i64)> {
    match op {
        Binary::AddInt => Some((a.checked_add(c)?, b.checked_add(d)?)),
        Binary::SubInt => Some((a.checked_sub(d)?, b.checked_sub(c)?)),
        Binary::MulInt => {
            let products =
                [a.checked_mul(c)?, a.checked_mul(d)?, b.checked_mul(c)?, b.checked_mul(d)?];
            Some((*products.iter().min()?, *products.iter().max()?))
        }
        Binary::RemInt
        | Binary::MulFixed
        | Binary::MulFixedReal
        | Binary::DivFixed
        | Binary::DivFixedInt
        | Binary::DivFixedReal
        | Binary::DivToReal
        | Binary::AddReal
        | Binary::SubReal
        | Binary::MulReal
        | Binary::DivReal => None,
    }
}
