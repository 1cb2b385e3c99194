//! Expressions.

mod access;
mod binary;
mod builtin;
mod call;
pub(super) use call::path;
mod compare;
mod convert;
mod library;
mod logic;
mod name;
mod option;
mod user;

use strat_dsl::ast::{self, BinaryOp, ExprKind, UnaryOp};
use strat_dsl::{Code, Diagnostic, Span};

use super::literal::{fold, negated};
use super::{Checker, Place, Typed};
use crate::hir::{self, Const, Kind, Ty, Unit};
use crate::ir::Unary;

/// How deep an expression may nest, chains of operators included.
const DEPTH_MAX: u32 = 160;

impl Checker {
    /// An expression whose value is always there and of this kind.
    pub(super) fn expect(&mut self, e: &ast::Expr, want: Kind, what: &str) -> Typed {
        let value = self.value(e, Some(want));
        self.fit(e, value, Ty::of(want), what)
    }

    /// An expression of this type; a value that is always there fits an optional type.
    pub(super) fn expect_ty(&mut self, e: &ast::Expr, want: Ty, what: &str) -> Typed {
        if !want.optional {
            return self.expect(e, want.kind, what);
        }
        let value = if matches!(e.kind, ExprKind::None) {
            Typed::new(hir::ExprKind::Const(Const::None), want, e.span)
        } else {
            self.expr(e, Some(want.kind))
        };
        let mut value = self.fit(e, value, want, what);
        if !value.ty().optional && !value.is_error() {
            let ty = Ty::option(value.kind());
            value.expr =
                hir::Expr { kind: hir::ExprKind::Some(Box::new(value.expr)), ty, span: e.span };
        }
        value
    }

    fn fit(&mut self, e: &ast::Expr, value: Typed, want: Ty, what: &str) -> Typed {
        if value.is_error() || want.is_error() {
            return value;
        }
        if want.kind.join(value.kind()).is_some() && (want.optional || !value.ty().optional) {
            return value;
        }
        self.mismatch(e, value.ty(), want, what);
        Typed::error(e.span)
    }

    /// A condition.
    pub(super) fn condition(&mut self, e: &ast::Expr) -> Typed {
        let value = self.value(e, Some(Kind::Bool));
        if value.is_error() || value.kind() == Kind::Bool {
            return value;
        }
        let noun = self.a(value.ty());
        self.out.push(
            Diagnostic::new(Code::E0106, e.span, format!("a condition cannot be {noun}"))
                .here(format!("this is {noun}"))
                .why("there is no truth in a number; zero is not false")
                .fix("compare it with something, as in `... > 0`"),
        );
        Typed::error(e.span)
    }

    /// An expression whose value is always there. In `where` an option is opened on the way.
    pub(super) fn value(&mut self, e: &ast::Expr, want: Option<Kind>) -> Typed {
        let typed = self.expr(e, want);
        self.present(e, typed, want)
    }

    /// What [`Checker::value`] demands, of an expression that is checked already.
    pub(super) fn present(&mut self, e: &ast::Expr, typed: Typed, want: Option<Kind>) -> Typed {
        if !typed.ty().optional || typed.is_error() {
            return self.real_value(e, typed, want);
        }
        if self.body.place == Place::Universe {
            return self.open_in_filter(e, typed);
        }
        if self.body.per.is_some() {
            return self.open_for_member(e, typed);
        }
        self.unopened(e, typed.ty());
        Typed::error(e.span)
    }

    /// Clocks, bars and the like are no values: only their fields are.
    fn real_value(&mut self, e: &ast::Expr, typed: Typed, want: Option<Kind>) -> Typed {
        let kind = typed.kind();
        if let Kind::List(..) = kind {
            // Whoever wants a list says so, and compares the types.
            let wanted = matches!(want, Some(Kind::List(..) | Kind::Error));
            return if wanted { typed } else { self.not_one_value(e, kind) };
        }
        if kind == Kind::Error || kind.cell().is_some() {
            return typed;
        }
        if let Kind::Words(_) = kind {
            return self.stray(e.span, "a word list", "`question has_any sports`");
        }
        let noun = self.a(Ty::of(kind));
        self.out.push(
            Diagnostic::new(Code::E0101, e.span, format!("{noun} is not a value by itself"))
                .here("only its fields are values")
                .why("it stands for several values at once")
                .fix(format!("name a field: `{}.close`, `.price`, `.size`", super::say::quoted(e))),
        );
        Typed::error(e.span)
    }

    pub(super) fn forming(&mut self, span: Span, what: &str) {
        self.out.push(
            Diagnostic::new(Code::E0220, span, format!("{what} is not closed yet"))
                .here(
                    "changes until the bar closes; a backtest would only ever see its final value",
                )
                .why("a signal that can vanish again within its bar cannot be tested")
                .fix("use the last closed bar: leave `.forming` out")
                .fix("to react inside the bar, read it in a handler: `on trades(x) { ... }`"),
        );
    }

    /// Any expression. `want` gives literals their type and demands nothing.
    pub(super) fn expr(&mut self, e: &ast::Expr, want: Option<Kind>) -> Typed {
        if self.depth >= DEPTH_MAX {
            self.out.push(
                Diagnostic::new(Code::E0903, e.span, "this expression has too many parts")
                    .here("nested too deeply from here on")
                    .why("a chain of operators counts one level for each")
                    .fix("give the parts names: `let part = ...`"),
            );
            return Typed::error(e.span);
        }
        self.depth += 1;
        let typed = self.form(e, want);
        self.depth -= 1;
        self.record_value(e.span, typed.ty(), typed.domain);
        typed
    }

    fn form(&mut self, e: &ast::Expr, want: Option<Kind>) -> Typed {
        let span = e.span;
        match &e.kind {
            ExprKind::Number(value) => self.number(*value, span, want),
            ExprKind::Quantity { value, unit } => self.quantity(*value, *unit, span, want),
            ExprKind::Bool(value) => Typed::constant(Const::Bool(*value), Kind::Bool, span),
            ExprKind::Text(text) => self.text(text),
            ExprKind::None => self.bare_none(span),
            ExprKind::Ident(name) => self.name(name, want),
            ExprKind::Field { base, name, optional } => self.field(e, base, name, *optional),
            ExprKind::Call { callee, args } => self.call(e, callee, args, want),
            ExprKind::Index { base, index } => self.index(e, base, index),
            ExprKind::Unary { op: UnaryOp::Neg, operand, .. } => self.negate(e, operand, want),
            ExprKind::Unary { op: UnaryOp::Not, operand, .. } => {
                let inner = self.condition(operand);
                if inner.is_error() {
                    return inner;
                }
                let domain = inner.domain;
                let kind = hir::ExprKind::Unary(Unary::Not, Box::new(inner.expr));
                Typed::new(kind, Ty::BOOL, span).at(domain)
            }
            ExprKind::Binary { op, left, right, op_span } => match op {
                BinaryOp::And | BinaryOp::Or => self.logic(e, *op, left, right),
                BinaryOp::OrElse => self.or_else(e, left, right, want),
                BinaryOp::HasAny | BinaryOp::HasWord => self.has_words(e, *op, left, right),
                BinaryOp::Eq
                | BinaryOp::Ne
                | BinaryOp::Lt
                | BinaryOp::Le
                | BinaryOp::Gt
                | BinaryOp::Ge => self.compare(e, *op, left, right),
                BinaryOp::Add
                | BinaryOp::Sub
                | BinaryOp::Mul
                | BinaryOp::Div
                | BinaryOp::DivOption
                | BinaryOp::Rem => self.arithmetic(e, *op, *op_span, left, right, want),
            },
            ExprKind::Range { .. } => self.stray(span, "a range", "`x in a..b`"),
            ExprKind::In { value, set, .. } => self.contains(e, value, set),
            ExprKind::If { cases, otherwise } => self.if_else(e, cases, otherwise, want),
            ExprKind::List(items) => self.list_value(e, items, want),
            ExprKind::Repeat { value, length } => self.repeated(e, value, length, want),
            ExprKind::Is { value, some } => self.is(e, value, *some),
            ExprKind::AsAtPar { value, currency } => self.at_par(e, value, currency),
            ExprKind::Error => Typed::error(span),
        }
    }

    pub(super) fn stray(&mut self, span: Span, what: &str, where_to: &str) -> Typed {
        self.out.push(
            Diagnostic::new(Code::E0101, span, format!("{what} is not a value of its own"))
                .here("cannot stand here")
                .why("values are single numbers, texts and the like")
                .fix(format!("use it as in {where_to}")),
        );
        Typed::error(span)
    }

    fn text(&mut self, text: &ast::Text) -> Typed {
        if text.parts.iter().any(|part| matches!(part, ast::TextPart::Expr(_))) {
            self.unsupported(
                text.span,
                "a text with values in it outside of `log`, `alert` and `halt`",
                "write a fixed text",
            );
            return Typed::error(text.span);
        }
        Typed::constant(Const::Text(text.value.clone()), Kind::Text, text.span)
    }

    fn bare_none(&mut self, span: Span) -> Typed {
        self.out.push(
            Diagnostic::new(Code::E0101, span, "`none` is no value that can be computed with")
                .here("the absence of a value")
                .why("only a state or result of an optional type can become `none`")
                .fix("ask with `x is none`, or open the option with `??`"),
        );
        Typed::error(span)
    }

    fn negate(&mut self, e: &ast::Expr, operand: &ast::Expr, want: Option<Kind>) -> Typed {
        if let Some(value) = fold(e) {
            return self.number(value, e.span, want);
        }
        let inner = self.value(operand, want);
        if inner.is_error() {
            return inner;
        }
        let kind = inner.kind();
        if let hir::ExprKind::Const(value) = &inner.expr.kind
            && let Some(value) = negated(value)
        {
            return Typed::constant(value, kind, e.span);
        }
        if !kind.is_number() {
            let noun = self.a(Ty::of(kind));
            self.out.push(
                Diagnostic::new(Code::E0101, e.span, format!("`-` needs a number, not {noun}"))
                    .label(operand.span, format!("this is {noun}"))
                    .why("only numbers have an opposite")
                    .fix("leave the `-` out"),
            );
            return Typed::error(e.span);
        }
        let op = if matches!(kind, Kind::Real(_)) { Unary::NegReal } else { Unary::NegInt };
        let domain = inner.domain;
        Typed::new(hir::ExprKind::Unary(op, Box::new(inner.expr)), Ty::of(kind), e.span).at(domain)
    }

    /// Checks the arguments of a call that keeps history. They are computed at every tick, also
    /// where the call stands behind `and`, so what a neighbour proves does not hold for them.
    pub(super) fn at_every_tick<T>(&mut self, f: impl FnOnce(&mut Self) -> T) -> T {
        if !matches!(self.body.place, Place::Stream | Place::Node) {
            return f(self);
        }
        let facts = std::mem::take(&mut self.body.facts);
        let out = f(self);
        self.body.facts = facts;
        out
    }

    /// Checks text that is not always evaluated: no call inside may keep history.
    pub(super) fn conditionally<T>(
        &mut self,
        what: &'static str,
        span: Span,
        f: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let outer = self.body.conditional;
        self.body.conditional = outer.or(Some((what, span)));
        let out = f(self);
        self.body.conditional = outer;
        out
    }
}

/// A value that is always there, where an optional one is needed.
pub(super) fn lift(expr: hir::Expr, optional: bool) -> hir::Expr {
    if !optional || expr.ty.optional {
        return expr;
    }
    let (ty, span) = (Ty::option(expr.ty.kind), expr.span);
    hir::Expr { kind: hir::ExprKind::Some(Box::new(expr)), ty, span }
}

/// The value as a real in the unit that it has; reals stay as they are.
pub(super) fn as_real(expr: hir::Expr) -> hir::Expr {
    let kind = expr.ty.kind;
    if !kind.is_fixed() {
        return expr;
    }
    let span = expr.span;
    let ty = Ty::of(Kind::Real(kind.unit()));
    hir::Expr { kind: hir::ExprKind::Unary(Unary::FixedToReal, Box::new(expr)), ty, span }
}

/// A real without unit.
pub(super) const PLAIN: Kind = Kind::Real(Unit::None);
