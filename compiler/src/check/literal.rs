//! Literals: exact, and of the type that the context needs.

use strat_dsl::ast::{self, BinaryOp, Decimal, ExprKind, UnaryOp, Unit as Written};
use strat_dsl::{Code, Diagnostic, Span};

use super::say::decimal;
use super::{Checker, Typed};
use crate::hir::{self, Const, Currency, Kind, Of, Ty, Unit};
use crate::ir::{Binary, ViewField};

/// Digits behind the point that fixed point holds.
const FIXED_DIGITS: u32 = 9;

impl Checker {
    /// A number without a unit.
    pub(super) fn number(&mut self, value: Decimal, span: Span, want: Option<Kind>) -> Typed {
        let kind = match want {
            Some(Kind::Int) if !value.has_point => Kind::Int,
            Some(kind @ (Kind::Real(_) | Kind::Price(_) | Kind::PricePerSize(_))) => kind,
            Some(
                kind @ (Kind::Size(_)
                | Kind::Money(_)
                | Kind::Ratio
                | Kind::Leverage
                | Kind::Duration),
            ) => {
                if value.digits != 0 {
                    return self.unit_missing(value, span, kind);
                }
                kind
            }
            _ if value.has_point => Kind::Real(Unit::None),
            _ => Kind::Int,
        };
        let constant = match kind {
            Kind::Int => integer(value).map(Const::Int),
            Kind::Real(_) => real(value).map(Const::Real),
            Kind::Duration => Some(Const::Nanos(0)),
            _ => return self.fixed(value, 0, kind, span),
        };
        match constant {
            Some(constant) => Typed::constant(constant, kind, span),
            None => self.out_of_range(value, kind, span),
        }
    }

    /// A number with a unit.
    pub(super) fn quantity(
        &mut self,
        value: Decimal,
        unit: Written,
        span: Span,
        want: Option<Kind>,
    ) -> Typed {
        let nanos = match unit {
            Written::Usd => return self.fixed(value, 0, Kind::Money(Currency::Usd), span),
            Written::Shares | Written::Coins => {
                return self.fixed(value, 0, Kind::Size(Of::Any), span);
            }
            Written::Bps => return self.fixed(value, 4, Kind::Ratio, span),
            Written::Percent => return self.fixed(value, 2, Kind::Ratio, span),
            Written::X => return self.fixed(value, 0, Kind::Leverage, span),
            Written::Lots => return self.lots(value, span, want),
            Written::Ms => 1_000_000,
            Written::Us => 1_000,
            Written::S => 1_000_000_000,
            Written::M => 60_000_000_000,
            Written::H => 3_600_000_000_000,
            Written::D => 86_400_000_000_000_i128,
        };
        let exact = value
            .digits
            .checked_mul(nanos)
            .zip(10_i128.checked_pow(value.scale))
            .filter(|(all, by)| all % by == 0)
            .and_then(|(all, by)| i64::try_from(all / by).ok());
        match exact {
            Some(nanos) => Typed::constant(Const::Nanos(nanos), Kind::Duration, span),
            None => self.out_of_range(value, Kind::Duration, span),
        }
    }

    /// `3 lots`: so many times the lot of the instrument that the context is about, as it is then.
    fn lots(&mut self, value: Decimal, span: Span, want: Option<Kind>) -> Typed {
        let of = match want {
            Some(Kind::Size(of)) => of,
            _ => Of::Any,
        };
        let ty = Ty::of(Kind::Instrument(of));
        let instrument = match of {
            Of::One(id) => hir::ExprKind::Instrument(id),
            Of::Bound(local) => hir::ExprKind::Local(local),
            Of::Any => return self.wrong_lots(value, span, "of which instrument?"),
        };
        let Some(count) = integer(value) else {
            return self.wrong_lots(value, span, "a part of a lot");
        };
        let instrument = hir::Expr { kind: instrument, ty, span };
        let size = Ty::of(Kind::Size(of));
        let lot = hir::ExprKind::View(ViewField::Lot, Box::new(instrument));
        let lot = hir::Expr { kind: lot, ty: size, span };
        let count = hir::Expr {
            kind: hir::ExprKind::Const(Const::Int(count)),
            ty: Ty::of(Kind::Int),
            span,
        };
        let kind = hir::ExprKind::Binary(Binary::MulInt, Box::new(lot), Box::new(count));
        Typed::new(kind, size, span)
    }

    fn wrong_lots(&mut self, value: Decimal, span: Span, here: &str) -> Typed {
        self.out.push(
            Diagnostic::new(
                Code::E0105,
                span,
                format!("`{} lots` is not a size here", decimal(value)),
            )
            .here(here)
            .why("a lot is the smallest step of an instrument's size; each has its own")
            .fix("use whole lots as the size of an order: `buy x 3 lots @ ...`")
            .fix("or multiply the field: `x.lot * 3`"),
        );
        Typed::error(span)
    }

    /// The exact fixed-point value of `value` / 10^`down`.
    fn fixed(&mut self, value: Decimal, down: u32, kind: Kind, span: Span) -> Typed {
        let scale = value.scale.saturating_add(down);
        let raw = if let Some(up) = FIXED_DIGITS.checked_sub(scale) {
            10_i128.checked_pow(up).and_then(|by| value.digits.checked_mul(by))
        } else {
            let Some(by) = 10_i128.checked_pow(scale - FIXED_DIGITS) else {
                return self.too_many_digits(value, kind, span);
            };
            if value.digits % by != 0 {
                return self.too_many_digits(value, kind, span);
            }
            Some(value.digits / by)
        };
        match raw.and_then(|raw| i64::try_from(raw).ok()) {
            Some(raw) => Typed::constant(Const::Fixed(raw), kind, span),
            None => self.out_of_range(value, kind, span),
        }
    }

    fn unit_missing(&mut self, value: Decimal, span: Span, kind: Kind) -> Typed {
        let units: &[&str] = match kind {
            Kind::Size(_) if self.piece() == "share" => &[" shares"],
            Kind::Size(_) => &[" coins"],
            Kind::Money(_) => &[" usd"],
            Kind::Ratio => &["%", "bps"],
            Kind::Leverage => &["x"],
            _ => &["s", "m", "h"],
        };
        let number = decimal(value);
        let mut diagnostic = Diagnostic::new(
            Code::E0105,
            span,
            format!("`{number}` needs a unit: {} is meant here", self.a(Ty::of(kind))),
        )
        .here("a number without unit")
        .why("only prices and plain numbers are written without a unit");
        if let Some(share) = (kind == Kind::Ratio).then(|| hundredfold(value)).flatten() {
            // `0.05` beside a percent is a share as a rule; 0.05 % is seldom meant.
            let text = format!("{}%", decimal(share));
            diagnostic = diagnostic.fix_replace(format!("write `{text}`"), span, text);
        }
        for unit in units {
            let text = format!("{number}{unit}");
            diagnostic = diagnostic.fix_replace(format!("write `{text}`"), span, text.clone());
        }
        self.out.push(diagnostic);
        Typed::error(span)
    }

    fn too_many_digits(&mut self, value: Decimal, kind: Kind, span: Span) -> Typed {
        let noun = self.a(Ty::of(kind));
        self.out.push(
            Diagnostic::new(
                Code::E0105,
                span,
                format!("`{}` has too many digits for {noun}", decimal(value)),
            )
            .here("finer than 0.000000001")
            .why("exact values have nine digits behind the point; a tenth would be lost")
            .fix("drop the digits that cannot be held"),
        );
        Typed::error(span)
    }

    fn out_of_range(&mut self, value: Decimal, kind: Kind, span: Span) -> Typed {
        let noun = self.a(Ty::of(kind));
        self.out.push(
            Diagnostic::new(
                Code::E0301,
                span,
                format!("`{}` does not fit into {noun}", decimal(value)),
            )
            .here("too large, or finer than the type can hold")
            .why("whole numbers reach 9.2e18, exact values 9.2e9, durations 292 years")
            .fix("use a number inside the range"),
        );
        Typed::error(span)
    }
}

/// The percents of a share below one.
fn hundredfold(value: Decimal) -> Option<Decimal> {
    let one = 10_i128.checked_pow(value.scale)?;
    if value.digits >= one || !value.has_point {
        return None;
    }
    let up = 2_u32.saturating_sub(value.scale);
    let digits = value.digits.checked_mul(10_i128.checked_pow(up)?)?;
    let scale = value.scale.saturating_sub(2);
    Some(Decimal { digits, scale, has_point: scale > 0 })
}

/// Whether an expression is made of numbers without unit only, so that the context gives its type.
pub(super) fn is_flexible(expr: &ast::Expr) -> bool {
    fold(expr).is_some()
}

/// The exact value of an expression made of numbers without unit, `+ - *` and a sign.
pub(super) fn fold(expr: &ast::Expr) -> Option<Decimal> {
    fold_to(expr, 0)
}

fn fold_to(expr: &ast::Expr, depth: u32) -> Option<Decimal> {
    if depth > 32 {
        return None;
    }
    match &expr.kind {
        ExprKind::Number(value) => Some(*value),
        ExprKind::Unary { op: UnaryOp::Neg, operand, .. } => {
            let value = fold_to(operand, depth + 1)?;
            Some(Decimal { digits: value.digits.checked_neg()?, ..value })
        }
        ExprKind::Binary { op, left, right, .. } => {
            if !matches!(op, BinaryOp::Add | BinaryOp::Sub | BinaryOp::Mul) {
                return None;
            }
            let (a, b) = (fold_to(left, depth + 1)?, fold_to(right, depth + 1)?);
            let has_point = a.has_point || b.has_point;
            if *op == BinaryOp::Mul {
                let scale = a.scale.checked_add(b.scale)?;
                return Some(Decimal { digits: a.digits.checked_mul(b.digits)?, scale, has_point });
            }
            let scale = a.scale.max(b.scale);
            let raise = |d: Decimal| d.digits.checked_mul(10_i128.checked_pow(scale - d.scale)?);
            let (x, y) = (raise(a)?, raise(b)?);
            let digits = if *op == BinaryOp::Add { x.checked_add(y)? } else { x.checked_sub(y)? };
            Some(Decimal { digits, scale, has_point })
        }
        _ => None,
    }
}

/// The nearest real.
fn real(value: Decimal) -> Option<f64> {
    let text = format!("{}e-{}", value.digits, value.scale);
    text.parse::<f64>().ok().filter(|real| real.is_finite())
}

fn integer(value: Decimal) -> Option<i64> {
    let by = 10_i128.checked_pow(value.scale)?;
    (value.digits % by == 0).then(|| i64::try_from(value.digits / by).ok()).flatten()
}

/// The constant with the other sign.
pub(super) fn negated(value: &Const) -> Option<Const> {
    match value {
        Const::Int(v) => v.checked_neg().map(Const::Int),
        Const::Fixed(v) => v.checked_neg().map(Const::Fixed),
        Const::Nanos(v) => v.checked_neg().map(Const::Nanos),
        Const::Real(v) => Some(Const::Real(-v)),
        Const::Bool(_) | Const::Member(_) | Const::Text(_) | Const::None => None,
    }
}

impl Typed {
    /// A constant.
    pub(super) fn constant(value: Const, kind: Kind, span: Span) -> Self {
        Self::new(hir::ExprKind::Const(value), Ty::of(kind), span)
    }
}
