//! Parameters: type, default, range and step.

use std::cmp::Ordering;

use strat_dsl::{Code, Diagnostic, Span, ast};

use super::scope::Entity;
use super::{Checker, Place};
use crate::hir::{self, Const, Kind, Ty};
use crate::ir::ParamId;

impl Checker {
    pub(super) fn param(&mut self, it: &ast::Param) {
        let written = self.ty(&it.ty);
        let ty = self.storable(&it.ty, written, "a parameter");
        let ty = if ty.optional || ty.kind == Kind::Time {
            self.unsupported(it.ty.span, "a parameter of this type", "use a number or a duration");
            Ty::ERROR
        } else {
            ty
        };
        let default = self.constant(&it.default, ty, "the default of a parameter");
        let range = it.range.as_ref().and_then(|range| self.range(range, ty));
        if let (Some(default), Some(range)) = (&default, &range) {
            self.inside(it, default, range);
        }
        let unit = unit_of(&it.ty, ty.kind, &it.default);
        let id = ParamId(u32::try_from(self.st.params.len()).unwrap_or(u32::MAX));
        self.st.params.push(hir::Param {
            name: it.name.name.clone(),
            ty,
            unit,
            default: default.unwrap_or(Const::None),
            range,
            span: it.name.span,
        });
        self.declare(&it.name, Entity::Param(id));
    }

    /// A literal of this type.
    pub(super) fn constant(&mut self, e: &ast::Expr, ty: Ty, what: &'static str) -> Option<Const> {
        if ty.is_error() {
            return None;
        }
        let (typed, _) = self.in_body(Place::Constant(what), |s| s.expect_ty(e, ty, what));
        if typed.is_error() {
            return None;
        }
        let mut expr = typed.expr;
        while let hir::ExprKind::Some(inner) = expr.kind {
            expr = *inner;
        }
        match expr.kind {
            hir::ExprKind::Const(value) => Some(value),
            _ => {
                self.out.push(
                    Diagnostic::new(Code::E0323, e.span, format!("{what} must be a literal"))
                        .here("not a literal")
                        .why("it is fixed when the strategy is compiled")
                        .fix("write the number itself"),
                );
                None
            }
        }
    }

    fn range(&mut self, it: &ast::ParamRange, ty: Ty) -> Option<hir::ParamRange> {
        if !(ty.kind.is_number() || ty.is_error()) {
            let noun = self.a(ty);
            self.out.push(
                Diagnostic::new(Code::E0322, it.span, format!("{noun} has no range"))
                    .here("not needed")
                    .why("only numbers and durations lie in a range")
                    .fix("remove the range"),
            );
            return None;
        }
        let low = self.constant(&it.start, ty, "the end of a range");
        let high = self.constant(&it.end, ty, "the end of a range");
        let step = it.step.as_ref().map(|step| self.constant(step, ty, "the step of a range"));
        let (low, high) = (low?, high?);
        if compare_consts(&low, &high) == Some(Ordering::Greater) {
            self.out.push(
                Diagnostic::new(Code::E0322, it.start.span.to(it.end.span), "this range is empty")
                    .here("the lower end is above the upper end")
                    .why("no value lies in it")
                    .fix("exchange the ends"),
            );
            return None;
        }
        let step = match step {
            Some(step) => Some(self.step(step?, &low, &high, it.step.as_ref()?.span)?),
            None => None,
        };
        Some(hir::ParamRange { low, high, step })
    }

    /// The step is positive; that it reaches the upper end is not demanded.
    fn step(&mut self, step: Const, low: &Const, high: &Const, span: Span) -> Option<Const> {
        let positive = match &step {
            Const::Int(v) | Const::Fixed(v) | Const::Nanos(v) => *v > 0,
            Const::Real(v) => *v > 0.0,
            Const::Bool(_) | Const::Member(_) | Const::Text(_) | Const::None => false,
        };
        let wider = match (&step, low, high) {
            (Const::Int(s), Const::Int(l), Const::Int(h))
            | (Const::Fixed(s), Const::Fixed(l), Const::Fixed(h))
            | (Const::Nanos(s), Const::Nanos(l), Const::Nanos(h)) => {
                i128::from(*s) > i128::from(*h) - i128::from(*l) && h > l
            }
            (Const::Real(s), Const::Real(l), Const::Real(h)) => *s > h - l && h > l,
            _ => false,
        };
        if positive && !wider {
            return Some(step);
        }
        let (message, fix) = if positive {
            ("this step is wider than the range", "use a smaller step")
        } else {
            ("a step must be above zero", "use a positive step")
        };
        self.out.push(
            Diagnostic::new(Code::E0322, span, message)
                .here("leads nowhere")
                .why("a sweep walks from the lower end in steps of this size")
                .fix(fix),
        );
        None
    }

    fn inside(&mut self, it: &ast::Param, default: &Const, range: &hir::ParamRange) {
        let low = compare_consts(default, &range.low);
        let high = compare_consts(default, &range.high);
        if low != Some(Ordering::Less) && high != Some(Ordering::Greater) {
            return;
        }
        let end = if low == Some(Ordering::Less) { "below" } else { "above" };
        let mut diagnostic = Diagnostic::new(
            Code::E0320,
            it.default.span,
            format!("the default of `{}` lies {end} its range", it.name.name),
        )
        .here("outside");
        if let Some(range) = &it.range {
            diagnostic = diagnostic.label(range.span, "the range");
        }
        self.out.push(
            diagnostic
                .why("the checker takes ranges for facts, so every value must lie inside")
                .fix("choose a default inside the range, or widen the range"),
        );
    }
}

/// The order of two constants of one type.
pub(super) fn compare_consts(a: &Const, b: &Const) -> Option<Ordering> {
    match (a, b) {
        (Const::Int(a), Const::Int(b))
        | (Const::Fixed(a), Const::Fixed(b))
        | (Const::Nanos(a), Const::Nanos(b)) => Some(a.cmp(b)),
        (Const::Real(a), Const::Real(b)) => a.partial_cmp(b),
        _ => None,
    }
}

/// The unit in which values of a parameter are written.
fn unit_of(written: &ast::Type, kind: Kind, default: &ast::Expr) -> Option<&'static str> {
    let name = match &written.kind {
        ast::TypeKind::Named { name, .. } => name.name.as_str(),
        _ => "",
    };
    match kind {
        Kind::Ratio if name == "bps" => Some("bps"),
        Kind::Ratio => Some("%"),
        Kind::Size(_) => match &default.kind {
            ast::ExprKind::Quantity { unit: ast::Unit::Coins, .. } => Some("coins"),
            _ => Some("shares"),
        },
        Kind::Money(_) => Some("usd"),
        Kind::Leverage => Some("x"),
        _ => None,
    }
}
