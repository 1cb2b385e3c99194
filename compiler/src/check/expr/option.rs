//! Options: opening, asking, and values that stand in.

use strat_dsl::ast;
use strat_dsl::{Code, Diagnostic, Span};
use strat_runtime::manifest::ReasonKind;

use super::super::report::last_name;
use super::super::say::quoted;
use super::super::{Checker, Typed};
use super::lift;
use crate::hir::{Currency, ExprKind, Kind, Reason, Ty};
use crate::ir::Unary;

impl Checker {
    /// `a ?? b`
    pub(super) fn or_else(
        &mut self,
        e: &ast::Expr,
        l: &ast::Expr,
        r: &ast::Expr,
        want: Option<Kind>,
    ) -> Typed {
        let left = self.expr(l, want);
        let hint = if left.is_error() { want } else { Some(left.kind()) };
        let right = self.expr(r, hint);
        let domain = self.meet(&[&left, &right]);
        if left.is_error() || right.is_error() {
            return Typed::error(e.span);
        }
        if !left.ty().optional {
            self.always_there(l, "`??` never takes its right side");
            return Typed::error(e.span);
        }
        let Some(kind) = left.kind().join(right.kind()) else {
            self.mismatch(r, right.ty(), Ty::of(left.kind()), "the right side of `??`");
            return Typed::error(e.span);
        };
        let ty = Ty { kind, optional: right.ty().optional };
        let kind = ExprKind::OrElse(Box::new(left.expr), Box::new(right.expr));
        Typed::new(kind, ty, e.span).at(domain)
    }

    pub(in super::super) fn always_there(&mut self, written: &ast::Expr, message: &str) {
        let text = quoted(written);
        self.out.push(
            Diagnostic::new(
                Code::E0118,
                written.span,
                format!("{message}: `{text}` is always there"),
            )
            .here("not an option")
            .why("a way out that is never taken hides what the author feared")
            .fix(format!("use `{text}` as it is")),
        );
    }

    /// `x is some`, `x is none`
    pub(super) fn is(&mut self, e: &ast::Expr, value: &ast::Expr, some: bool) -> Typed {
        let inner = self.expr(value, None);
        if inner.is_error() {
            return Typed::error(e.span);
        }
        if !inner.ty().optional {
            self.always_there(value, "there is nothing to ask");
            return Typed::error(e.span);
        }
        let domain = inner.domain;
        let present = Typed::new(ExprKind::IsSome(Box::new(inner.expr)), Ty::BOOL, e.span);
        let typed = if some {
            present
        } else {
            Typed::new(ExprKind::Unary(Unary::Not, Box::new(present.expr)), Ty::BOOL, e.span)
        };
        typed.at(domain)
    }

    /// An option in a `where`: absent leaves the member out.
    pub(super) fn open_in_filter(&mut self, e: &ast::Expr, typed: Typed) -> Typed {
        let key = super::super::prove::key(&typed.expr);
        let known = self
            .body
            .opens
            .iter()
            .find(|(_, open, _)| key.is_some() && super::super::prove::key(open) == key);
        if let Some((local, ..)) = known {
            let local = *local;
            return self.read_local(local, e.span);
        }
        let name = last_name(e);
        let sign = self.sign(&typed.expr);
        let local = self.local(&name, Ty::of(typed.kind()), sign, e.span);
        let reason = Reason {
            kind: ReasonKind::Universe,
            text: Some(format!("no {}", quoted(e))),
            span: e.span,
        };
        self.body.opens.push((local, typed.expr, reason));
        self.read_local(local, e.span)
    }

    /// `base?.name`
    pub(super) fn chained(&mut self, e: &ast::Expr, base: &ast::Expr, name: &ast::Ident) -> Typed {
        let option = self.expr(base, None);
        if option.is_error() {
            return Typed::error(e.span);
        }
        if !option.ty().optional {
            self.out.push(
                Diagnostic::new(
                    Code::E0118,
                    e.span,
                    format!("`?.` is for options: `{}` is always there", quoted(base)),
                )
                .here("not an option")
                .why("a way out that is never taken hides what the author feared")
                .fix(format!("write `{}.{}`", quoted(base), name.name)),
            );
            return Typed::error(e.span);
        }
        let sign = self.sign(&option.expr);
        let local = self.local(&last_name(base), Ty::of(option.kind()), sign, base.span);
        let domain = option.domain;
        let handle = self.read_local(local, base.span).at(domain);
        let body = self.member(base, handle, name, e.span);
        if body.is_error() {
            return Typed::error(e.span);
        }
        let ty = Ty::option(body.kind());
        let kind = ExprKind::MapSome {
            option: Box::new(option.expr),
            local,
            body: Box::new(lift(body.expr, true)),
        };
        Typed::new(kind, ty, e.span).at(domain)
    }

    /// `x as usd at par`
    pub(super) fn at_par(
        &mut self,
        e: &ast::Expr,
        value: &ast::Expr,
        currency: &ast::Ident,
    ) -> Typed {
        let Some(target) = Currency::parse(&currency.name) else {
            self.unknown_currency(currency, currency.span);
            return Typed::error(e.span);
        };
        let inner = self.value(value, None);
        if inner.is_error() {
            return Typed::error(e.span);
        }
        if !matches!(inner.kind(), Kind::Money(_)) {
            let want = Ty::of(Kind::Money(target));
            self.mismatch(value, inner.ty(), want, "what is taken at par");
            return Typed::error(e.span);
        }
        let mut out = inner;
        out.expr.ty = Ty::of(Kind::Money(target));
        out.expr.span = e.span;
        out
    }

    pub(in super::super) fn unknown_currency(&mut self, name: &ast::Ident, span: Span) {
        self.out.push(
            Diagnostic::new(Code::E0109, span, format!("there is no currency `{}`", name.name))
                .here("not a currency")
                .why("amounts in different currencies are kept apart")
                .fix("use `usd`, `usdc` or `usdt`"),
        );
    }
}
