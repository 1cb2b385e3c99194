//! Arithmetic: which units go together, and that no divisor is zero.

use strat_dsl::ast::{self, BinaryOp};
use strat_dsl::{Code, Diagnostic, Span};

use super::super::literal::{fold, is_flexible};
use super::super::say::quoted;
use super::super::sign::Sign;
use super::super::{Checker, Place, Typed};
use super::{PLAIN, as_real};
use crate::hir::{Expr, ExprKind, Kind, Ty, Unit};
use crate::ir::Binary;

/// What an operation on two kinds is.
struct Rule {
    op: Binary,
    result: Kind,
    /// Operands change places: the operation wants them in another order.
    swap: bool,
    /// Fixed-point operands become reals first.
    to_real: bool,
}

impl Rule {
    const fn new(op: Binary, result: Kind) -> Self {
        Self { op, result, swap: false, to_real: false }
    }

    fn swapped(self) -> Self {
        Self { swap: true, ..self }
    }

    fn in_reals(self) -> Self {
        Self { to_real: true, ..self }
    }
}

impl Checker {
    pub(super) fn arithmetic(
        &mut self,
        e: &ast::Expr,
        op: BinaryOp,
        op_span: Span,
        l: &ast::Expr,
        r: &ast::Expr,
        want: Option<Kind>,
    ) -> Typed {
        if let Some(value) = fold(e) {
            return self.number(value, e.span, want);
        }
        let (left, right) = self.operands(op, l, r, want);
        let domain = self.meet(&[&left, &right]);
        if left.is_error() || right.is_error() {
            return Typed::error(e.span);
        }
        let (lk, rk) = (left.kind(), right.kind());
        let Some(rule) = self.rule(op, lk, rk) else {
            self.no_rule(e, op, (l, lk), (r, rk));
            return Typed::error(e.span);
        };
        let divides = matches!(op, BinaryOp::Div | BinaryOp::Rem);
        if divides && !self.proven(&right.expr, Sign::NOT_ZERO) {
            if self.sign(&right.expr) == Sign::ZERO {
                self.is_zero(op, op_span, r);
            } else {
                self.may_be_zero(e, op, op_span, r);
            }
            return Typed::error(e.span);
        }
        let (mut a, mut b) = (left.expr, right.expr);
        if rule.to_real {
            (a, b) = (as_real(a), as_real(b));
        }
        if rule.swap {
            (a, b) = (b, a);
        }
        let (a, b) = (Box::new(a), Box::new(b));
        let (kind, ty) = if op == BinaryOp::DivOption {
            (ExprKind::TryBinary(rule.op, a, b), Ty::option(rule.result))
        } else {
            (ExprKind::Binary(rule.op, a, b), Ty::of(rule.result))
        };
        Typed::new(kind, ty, e.span).at(domain)
    }

    /// Both operands; one that is made of bare numbers takes the type that the other one needs.
    fn operands(
        &mut self,
        op: BinaryOp,
        l: &ast::Expr,
        r: &ast::Expr,
        want: Option<Kind>,
    ) -> (Typed, Typed) {
        let hint = match op {
            BinaryOp::Add | BinaryOp::Sub => want,
            _ => want.filter(|kind| matches!(kind, Kind::Real(_))),
        };
        match (is_flexible(l), is_flexible(r)) {
            (true, false) => {
                let right = self.value(r, hint);
                let left = self.value(l, partner(op, right.kind(), l, true));
                (left, right)
            }
            (false, true) => {
                let left = self.value(l, hint);
                let right = self.value(r, partner(op, left.kind(), r, false));
                (left, right)
            }
            (true, true) => {
                // A quotient of bare numbers: real if any of them is, or if a real is wanted.
                let real = fold(l).is_some_and(|v| v.has_point)
                    || fold(r).is_some_and(|v| v.has_point)
                    || matches!(want, Some(kind) if kind != Kind::Int && kind.is_number());
                let kind = real.then_some(PLAIN);
                (self.value(l, kind), self.value(r, kind))
            }
            (false, false) => (self.value(l, hint), self.value(r, hint)),
        }
    }

    fn rule(&self, op: BinaryOp, l: Kind, r: Kind) -> Option<Rule> {
        match op {
            BinaryOp::Add | BinaryOp::Sub => sum(op == BinaryOp::Sub, l, r),
            BinaryOp::Mul => self.product(l, r),
            BinaryOp::Div | BinaryOp::DivOption => self.quotient(l, r),
            BinaryOp::Rem => remainder(l, r),
            _ => None,
        }
    }

    fn product(&self, l: Kind, r: Kind) -> Option<Rule> {
        scaled(l, r)
            .or_else(|| scaled(r, l).map(Rule::swapped))
            .or_else(|| self.across(l, r))
            .or_else(|| self.across(r, l).map(Rule::swapped))
    }

    /// Products of two units.
    fn across(&self, l: Kind, r: Kind) -> Option<Rule> {
        match (l, r) {
            (Kind::Price(a), Kind::Size(b)) => {
                let of = a.join(b)?;
                Some(Rule::new(Binary::MulFixed, Kind::Money(self.quote(of))))
            }
            (Kind::PricePerSize(a), Kind::Size(b)) => {
                Some(Rule::new(Binary::MulFixed, Kind::Price(a.join(b)?)))
            }
            _ => None,
        }
    }

    fn quotient(&self, l: Kind, r: Kind) -> Option<Rule> {
        if (l.is_fixed() || l == Kind::Duration) && l.join(r).is_some() {
            return Some(Rule::new(Binary::DivToReal, PLAIN));
        }
        let divided = |op, kind| Some(Rule::new(op, kind));
        match (l, r) {
            (t, Kind::Int) if t.is_fixed() || t == Kind::Duration => {
                divided(Binary::DivFixedInt, t)
            }
            (t, Kind::Real(Unit::None)) if t.is_fixed() => divided(Binary::DivFixedReal, t),
            (Kind::Real(a), Kind::Real(b)) => match a.join(b) {
                Some(_) => divided(Binary::DivReal, PLAIN),
                None if b == Unit::None => divided(Binary::DivReal, Kind::Real(a)),
                None => None,
            },
            (t, Kind::Real(u)) if t.is_fixed() && t.unit().join(u).is_some() => {
                Some(Rule::new(Binary::DivReal, PLAIN).in_reals())
            }
            (Kind::Real(u), t) if t.is_fixed() && t.unit().join(u).is_some() => {
                Some(Rule::new(Binary::DivReal, PLAIN).in_reals())
            }
            (Kind::Money(c), Kind::Price(of)) if c == self.quote(of) => {
                divided(Binary::DivFixed, Kind::Size(of))
            }
            (Kind::Money(c), Kind::Size(of)) if c == self.quote(of) => {
                divided(Binary::DivFixed, Kind::Price(of))
            }
            (Kind::Price(a), Kind::Size(b)) => {
                divided(Binary::DivFixed, Kind::PricePerSize(a.join(b)?))
            }
            (Kind::Price(a), Kind::PricePerSize(b)) => {
                divided(Binary::DivFixed, Kind::Size(a.join(b)?))
            }
            _ => None,
        }
    }

    fn no_rule(
        &mut self,
        e: &ast::Expr,
        op: BinaryOp,
        left: (&ast::Expr, Kind),
        right: (&ast::Expr, Kind),
    ) {
        let quotient = matches!(op, BinaryOp::Div | BinaryOp::DivOption);
        if quotient && left.1 == Kind::Int && right.1 == Kind::Int {
            let (a, b) = (quoted(left.0), quoted(right.0));
            self.out.push(
                Diagnostic::new(Code::E0117, e.span, "whole numbers are not divided by `/`")
                    .label(left.0.span, "this is a whole number")
                    .label(right.0.span, "this is a whole number")
                    .why("half of the authors expect 7 / 2 to be 3, the others 3.5")
                    .fix(format!("for a real: `real({a}) / real({b})`"))
                    .fix(format!("for the remainder: `{a} % {b}`")),
            );
            return;
        }
        let verb = match op {
            BinaryOp::Add => "add",
            BinaryOp::Sub => "subtract",
            BinaryOp::Mul => "multiply",
            BinaryOp::Rem => "take the remainder of",
            _ => "divide",
        };
        let fix = match (left.1, right.1) {
            (Kind::Int, t) if t != Kind::Int => {
                Some(format!("convert the whole number: `real({})`", quoted(left.0)))
            }
            (t, Kind::Int) if t != Kind::Int => {
                Some(format!("convert the whole number: `real({})`", quoted(right.0)))
            }
            (Kind::Price(_) | Kind::Size(_), Kind::Ratio) if op != BinaryOp::Mul => {
                Some(format!("take the share of it: `{} * {}`", quoted(left.0), quoted(right.0)))
            }
            _ => None,
        };
        self.clash(e.span, verb, left, right, fix);
    }

    /// Whether a value is surely of one of these signs. An argument of a function or node is not
    /// judged here: its callers must prove it.
    pub(in super::super) fn proven(&mut self, expr: &Expr, allowed: Sign) -> bool {
        if self.sign(expr).within(allowed) {
            return true;
        }
        let mut inner = expr;
        while let ExprKind::Unary(crate::ir::Unary::FixedToReal | crate::ir::Unary::IntToReal, x) =
            &inner.kind
        {
            inner = x;
        }
        let ExprKind::Local(id) = &inner.kind else { return false };
        if !matches!(self.body.place, Place::Func | Place::Node) {
            return false;
        }
        let Some(need) = self.body.needs.get_mut(id.index()) else { return false };
        *need = need.and(allowed);
        let learned = *need;
        if let Some(sign) = self.body.local_signs.get_mut(id.index()) {
            *sign = sign.and(learned);
        }
        true
    }

    fn is_zero(&mut self, op: BinaryOp, op_span: Span, divisor: &ast::Expr) {
        let text = quoted(divisor);
        self.out.push(
            Diagnostic::new(
                Code::E0310,
                op_span,
                format!("`{text}` is zero, so `{}` is not allowed", op.symbol()),
            )
            .label(divisor.span, "always zero")
            .why("nothing can be divided by zero")
            .fix("divide by something else"),
        );
    }

    fn may_be_zero(&mut self, e: &ast::Expr, op: BinaryOp, op_span: Span, divisor: &ast::Expr) {
        let text = quoted(divisor);
        let mut diagnostic = Diagnostic::new(
            Code::E0310,
            op_span,
            format!("`{text}` may be zero here, so `{}` is not allowed", op.symbol()),
        )
        .label(divisor.span, "nothing says that it is never zero")
        .why("a division by zero would stop the strategy in the middle of a reaction");
        if self.body.place == Place::Handler {
            diagnostic =
                diagnostic.fix(format!("guard it: `require {text} > 0 else \"{text} is zero\"`"));
        }
        if op == BinaryOp::Div {
            let whole = quoted(e).replacen(" / ", " /? ", 1);
            diagnostic = diagnostic
                .fix(format!("make it an option: `{whole} ?? ...`"))
                .fix(format!("say what to take instead: `div(a, {text}, or: 0)`"));
        }
        diagnostic = diagnostic.fix("if it is a parameter, give it a range without zero");
        self.out.push(diagnostic);
    }
}

/// The type that a bare number takes beside a value of this kind.
fn partner(op: BinaryOp, other: Kind, written: &ast::Expr, is_left: bool) -> Option<Kind> {
    let has_point = fold(written).is_some_and(|value| value.has_point);
    let factor = if has_point { PLAIN } else { Kind::Int };
    match (op, other) {
        (_, Kind::Error) => None,
        (BinaryOp::Add | BinaryOp::Sub | BinaryOp::Rem, _) => Some(other),
        (_, Kind::Int) => Some(Kind::Int),
        (_, Kind::Real(_)) => Some(PLAIN),
        (BinaryOp::Div | BinaryOp::DivOption, _) if is_left => Some(PLAIN),
        _ => Some(factor),
    }
}

fn sum(minus: bool, l: Kind, r: Kind) -> Option<Rule> {
    let exact = if minus { Binary::SubInt } else { Binary::AddInt };
    let real = if minus { Binary::SubReal } else { Binary::AddReal };
    match (l, r) {
        (Kind::Real(a), Kind::Real(b)) => Some(Rule::new(real, Kind::Real(a.join(b)?))),
        (Kind::Time, Kind::Time) if minus => Some(Rule::new(exact, Kind::Duration)),
        (Kind::Time, Kind::Duration) => Some(Rule::new(exact, Kind::Time)),
        (Kind::Duration, Kind::Time) if !minus => Some(Rule::new(exact, Kind::Time)),
        (Kind::Int | Kind::Duration, _) if l == r => Some(Rule::new(exact, l)),
        (Kind::Real(u), t) | (t, Kind::Real(u)) if t.is_fixed() => {
            Some(Rule::new(real, Kind::Real(t.unit().join(u)?)).in_reals())
        }
        _ if l.is_fixed() => Some(Rule::new(exact, l.join(r)?)),
        _ => None,
    }
}

/// A value times a number.
fn scaled(l: Kind, r: Kind) -> Option<Rule> {
    match (l, r) {
        (Kind::Int, Kind::Int) => Some(Rule::new(Binary::MulInt, Kind::Int)),
        (Kind::Real(a), Kind::Real(Unit::None)) => Some(Rule::new(Binary::MulReal, Kind::Real(a))),
        (Kind::Duration, Kind::Int) => Some(Rule::new(Binary::MulInt, l)),
        (t, Kind::Int) if t.is_fixed() => Some(Rule::new(Binary::MulInt, t)),
        (t, Kind::Real(Unit::None)) if t.is_fixed() => Some(Rule::new(Binary::MulFixedReal, t)),
        (t, Kind::Ratio) if t.is_fixed() => Some(Rule::new(Binary::MulFixed, t)),
        _ => None,
    }
}

fn remainder(l: Kind, r: Kind) -> Option<Rule> {
    match (l, r) {
        (Kind::Int, Kind::Int) | (Kind::Duration, Kind::Duration) => {
            Some(Rule::new(Binary::RemInt, l))
        }
        (Kind::Time, Kind::Duration) => Some(Rule::new(Binary::RemInt, Kind::Duration)),
        _ => None,
    }
}
