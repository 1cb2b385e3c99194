//! The functions that need no import.

use strat_dsl::ast;
use strat_dsl::{Code, Diagnostic};

use super::super::literal::{fold, is_flexible};
use super::super::say::quoted;
use super::super::sign::Sign;
use super::super::{Checker, Place, Typed};
use super::{PLAIN, as_real};
use crate::hir::{Expr, ExprKind, Kind, Of, Ty, Unit};
use crate::ir::{Binary, Pure, Unary};

/// The most values that `min` and `max` compare.
const ARGUMENTS_MAX: usize = 64;

impl Checker {
    pub(super) fn prelude(
        &mut self,
        e: &ast::Expr,
        name: &'static str,
        args: &[ast::Arg],
        want: Option<Kind>,
    ) -> Typed {
        match name {
            "min" | "max" => self.extreme(e, name, args, want),
            "clamp" => self.clamp(e, args, want),
            "abs" => self.abs(e, args, want),
            "ln" | "exp" | "sqrt" | "floor" | "ceil" | "round" => self.real_function(e, name, args),
            "real" => self.real_of(e, args),
            "percent" => self.percent_of(e, args),
            "price" | "size" => self.fixed_of(e, name, args),
            "div" => self.div_or(e, args, want),
            _ => self.latest(e, args),
        }
    }

    /// Arguments of one kind; bare numbers take the kind of the others.
    fn same_kind(
        &mut self,
        e: &ast::Expr,
        name: &str,
        args: &[&ast::Expr],
        want: Option<Kind>,
    ) -> Option<(Vec<Expr>, Kind, Typed)> {
        let leader = args.iter().position(|arg| !is_flexible(arg));
        let mut first = leader.and_then(|index| args.get(index)).map(|arg| self.value(arg, want));
        let hint = first.as_ref().map_or(want, |typed| Some(typed.kind()));
        let mut values = Vec::new();
        for (index, arg) in args.iter().enumerate() {
            values.push(match first.take_if(|_| Some(index) == leader) {
                Some(value) => value,
                None => self.value(arg, hint),
            });
        }
        let parts: Vec<&Typed> = values.iter().collect();
        let domain = self.meet(&parts);
        if values.iter().any(Typed::is_error) {
            return None;
        }
        let first = args.first()?;
        let mut kind = values.first()?.kind();
        for (written, value) in args.iter().zip(&values).skip(1) {
            match kind.join(value.kind()) {
                Some(joined) => kind = joined,
                None => {
                    let verb = "compare";
                    self.clash(e.span, verb, (first, kind), (written, value.kind()), None);
                    return None;
                }
            }
        }
        if !(kind.is_number() || kind == Kind::Time) {
            self.mismatch(first, Ty::of(kind), Ty::of(PLAIN), &format!("what `{name}` reads"));
            return None;
        }
        let whole = Typed::error(e.span).at(domain);
        Some((values.into_iter().map(|v| v.expr).collect(), kind, whole))
    }

    fn extreme(
        &mut self,
        e: &ast::Expr,
        name: &str,
        args: &[ast::Arg],
        want: Option<Kind>,
    ) -> Typed {
        if !(2..=ARGUMENTS_MAX).contains(&args.len()) || args.iter().any(|arg| arg.name.is_some()) {
            self.out.push(
                Diagnostic::new(
                    Code::E0107,
                    e.span,
                    format!("`{name}` compares two to {ARGUMENTS_MAX} values"),
                )
                .here(format!("given {}", args.len()))
                .why("one value is its own smallest and largest")
                .fix(format!("call it as `{name}(a, b)`")),
            );
            for arg in args {
                self.expr(&arg.value, None);
            }
            return Typed::error(e.span);
        }
        let args: Vec<&ast::Expr> = args.iter().map(|arg| &arg.value).collect();
        let Some((values, kind, whole)) = self.same_kind(e, name, &args, want) else {
            return Typed::error(e.span);
        };
        let real = matches!(kind, Kind::Real(_));
        let f = match (name, real) {
            ("min", false) => Pure::MinInt,
            ("min", true) => Pure::MinReal,
            (_, false) => Pure::MaxInt,
            (_, true) => Pure::MaxReal,
        };
        Typed::new(ExprKind::Pure(f, values), Ty::of(kind), e.span).at(whole.domain)
    }

    fn clamp(&mut self, e: &ast::Expr, args: &[ast::Arg], want: Option<Kind>) -> Typed {
        let Some(args) = self.arrange(e.span, "clamp", &["x", "low", "high"], args) else {
            return Typed::error(e.span);
        };
        let Some((values, kind, whole)) = self.same_kind(e, "clamp", &args, want) else {
            return Typed::error(e.span);
        };
        let real = matches!(kind, Kind::Real(_));
        let f = if real { Pure::ClampReal } else { Pure::ClampInt };
        Typed::new(ExprKind::Pure(f, values), Ty::of(kind), e.span).at(whole.domain)
    }

    fn abs(&mut self, e: &ast::Expr, args: &[ast::Arg], want: Option<Kind>) -> Typed {
        let Some(args) = self.arrange(e.span, "abs", &["x"], args) else {
            return Typed::error(e.span);
        };
        let Some((values, kind, whole)) = self.same_kind(e, "abs", &args, want) else {
            return Typed::error(e.span);
        };
        let f = if matches!(kind, Kind::Real(_)) { Pure::AbsReal } else { Pure::AbsInt };
        Typed::new(ExprKind::Pure(f, values), Ty::of(kind), e.span).at(whole.domain)
    }

    fn real_function(&mut self, e: &ast::Expr, name: &str, args: &[ast::Arg]) -> Typed {
        let Some(args) = self.arrange(e.span, name, &["x"], args) else {
            return Typed::error(e.span);
        };
        let Some(written) = args.first() else { return Typed::error(e.span) };
        let inner = self.value(written, Some(PLAIN));
        if inner.is_error() {
            return inner;
        }
        let kind = inner.kind();
        // Logarithms of prices are what returns are made of; the unit falls out of differences.
        let takes_fixed = name == "ln" && kind.is_fixed();
        if !(matches!(kind, Kind::Real(_)) || takes_fixed) {
            self.mismatch(written, inner.ty(), Ty::of(PLAIN), &format!("what `{name}` reads"));
            return Typed::error(e.span);
        }
        let unit = kind.unit();
        let (f, needed, result) = match name {
            "ln" => (Pure::Ln, Some((Sign::POSITIVE, "positive")), Unit::None),
            "sqrt" => (Pure::Sqrt, Some((Sign::NOT_NEGATIVE, "not negative")), Unit::None),
            "exp" => (Pure::Exp, None, Unit::None),
            "floor" => (Pure::Floor, None, unit),
            "ceil" => (Pure::Ceil, None, unit),
            _ => (Pure::Round, None, unit),
        };
        if let Some((sign, word)) = needed
            && !self.proven(&inner.expr, sign)
        {
            self.outside_domain(written, name, word);
            return Typed::error(e.span);
        }
        let domain = inner.domain;
        let kind = ExprKind::Pure(f, vec![as_real(inner.expr)]);
        Typed::new(kind, Ty::of(Kind::Real(result)), e.span).at(domain)
    }

    fn real_of(&mut self, e: &ast::Expr, args: &[ast::Arg]) -> Typed {
        let Some(args) = self.arrange(e.span, "real", &["x"], args) else {
            return Typed::error(e.span);
        };
        let Some(written) = args.first() else { return Typed::error(e.span) };
        let want = is_flexible(written).then_some(PLAIN);
        let inner = self.value(written, want);
        let domain = inner.domain;
        let kind = match inner.kind() {
            Kind::Error => return Typed::error(e.span),
            Kind::Int => ExprKind::Unary(Unary::IntToReal, Box::new(inner.expr)),
            Kind::Real(_) => inner.expr.kind,
            kind if kind.is_fixed() => as_real(inner.expr).kind,
            other => {
                let noun = self.a(Ty::of(other));
                let mut diagnostic = Diagnostic::new(
                    Code::E0101,
                    written.span,
                    format!("{noun} is no number that `real` could take"),
                )
                .here(format!("this is {noun}"))
                .why("`real` converts whole numbers and exact values");
                diagnostic = if other == Kind::Duration {
                    diagnostic.fix(format!("say in what it is counted: `{} / 1s`", quoted(written)))
                } else {
                    diagnostic.fix("convert a number")
                };
                self.out.push(diagnostic);
                return Typed::error(e.span);
            }
        };
        Typed::new(kind, Ty::of(PLAIN), e.span).at(domain)
    }

    fn percent_of(&mut self, e: &ast::Expr, args: &[ast::Arg]) -> Typed {
        let Some(args) = self.arrange(e.span, "percent", &["x"], args) else {
            return Typed::error(e.span);
        };
        let Some(written) = args.first() else { return Typed::error(e.span) };
        let inner = self.value(written, Some(PLAIN));
        if inner.is_error() {
            return inner;
        }
        if !matches!(inner.kind(), Kind::Real(Unit::None | Unit::Ratio)) {
            self.mismatch(written, inner.ty(), Ty::of(PLAIN), "what `percent` reads");
            return Typed::error(e.span);
        }
        let domain = inner.domain;
        let kind = ExprKind::Unary(Unary::RealToFixed, Box::new(inner.expr));
        Typed::new(kind, Ty::of(Kind::Ratio), e.span).at(domain)
    }

    /// `price(x, down)`, `size(x, nearest)`
    fn fixed_of(&mut self, e: &ast::Expr, name: &str, args: &[ast::Arg]) -> Typed {
        let make = |of: Of| if name == "price" { Kind::Price(of) } else { Kind::Size(of) };
        let Some(first) = args.first() else {
            self.no_direction(e, name, "x");
            return Typed::error(e.span);
        };
        let inner = self.value(&first.value, None);
        if inner.is_error() {
            return Typed::error(e.span);
        }
        let domain = inner.domain;
        let of = inner.kind().instrument();
        if inner.kind() == Kind::Int && args.len() == 1 && fold(&first.value).is_none() {
            let kind = ExprKind::Unary(Unary::IntToFixed, Box::new(inner.expr));
            return Typed::new(kind, Ty::of(make(of)), e.span).at(domain);
        }
        let fits = match inner.kind() {
            Kind::Real(Unit::None) => true,
            Kind::Real(Unit::Price(_)) => name == "price",
            Kind::Real(Unit::Size(_)) => name == "size",
            _ => false,
        };
        if !fits {
            let what = format!("what `{name}` reads");
            self.mismatch(&first.value, inner.ty(), Ty::of(PLAIN), &what);
            return Typed::error(e.span);
        }
        let direction = match args.get(1).map(|arg| &arg.value.kind) {
            Some(ast::ExprKind::Ident(word)) if args.len() == 2 => word.name.as_str(),
            _ => "",
        };
        let inner = inner.expr;
        let kind = match direction {
            "down" => ExprKind::Pure(Pure::RealToFixedDown, vec![inner]),
            "up" => ExprKind::Pure(Pure::RealToFixedUp, vec![inner]),
            "nearest" => ExprKind::Unary(Unary::RealToFixed, Box::new(inner)),
            _ => {
                self.no_direction(e, name, &quoted(&first.value));
                return Typed::error(e.span);
            }
        };
        Typed::new(kind, Ty::of(make(of)), e.span).at(domain)
    }

    fn no_direction(&mut self, e: &ast::Expr, name: &str, argument: &str) {
        let mut diagnostic = Diagnostic::new(
            Code::E0114,
            e.span,
            format!("a real becomes a {name} only with a direction"),
        )
        .here("which way is it rounded?")
        .why("a real lies between two exact values; which of them is meant decides about money");
        for direction in ["down", "up", "nearest"] {
            let text = format!("{name}({argument}, {direction})");
            diagnostic = diagnostic.fix(format!("write `{text}`"));
        }
        self.out.push(diagnostic);
    }

    /// `div(a, b, or: v)`
    fn div_or(&mut self, e: &ast::Expr, args: &[ast::Arg], want: Option<Kind>) -> Typed {
        let Some(args) = self.arrange(e.span, "div", &["a", "b", "or"], args) else {
            return Typed::error(e.span);
        };
        let [a, b, other] = args.as_slice() else { return Typed::error(e.span) };
        let option = ast::BinaryOp::DivOption;
        let quotient = self.arithmetic(e, option, e.span, a, b, want);
        let hint = if quotient.is_error() { None } else { Some(quotient.kind()) };
        let fallback = self.value(other, hint);
        let domain = self.meet(&[&quotient, &fallback]);
        if quotient.is_error() || fallback.is_error() {
            return Typed::error(e.span);
        }
        let kind = quotient.kind();
        if kind.join(fallback.kind()).is_none() {
            self.mismatch(other, fallback.ty(), Ty::of(kind), "`or` of `div`");
            return Typed::error(e.span);
        }
        let value = match quotient.expr.kind {
            ExprKind::TryBinary(Binary::DivReal, a, b) => {
                ExprKind::Pure(Pure::DivOrReal, vec![*a, *b, fallback.expr])
            }
            _ => ExprKind::OrElse(Box::new(quotient.expr), Box::new(fallback.expr)),
        };
        Typed::new(value, Ty::of(kind), e.span).at(domain)
    }

    /// `latest(x)`
    fn latest(&mut self, e: &ast::Expr, args: &[ast::Arg]) -> Typed {
        let Some(args) = self.arrange(e.span, "latest", &["x"], args) else {
            return Typed::error(e.span);
        };
        let Some(written) = args.first() else { return Typed::error(e.span) };
        if !matches!(self.body.place, Place::Stream | Place::Handler) {
            return self.not_here(e.span, "latest");
        }
        let inner = self.at_every_tick(|s| s.value(written, None));
        if inner.is_error() {
            return Typed::error(e.span);
        }
        let stands_alone = matches!(inner.expr.kind, ExprKind::Let(_) | ExprKind::Bar { .. });
        if (self.body.place == Place::Handler || self.body.per.is_some()) && !stands_alone {
            self.out.push(
                Diagnostic::new(
                    Code::E0107,
                    written.span,
                    format!(
                        "in {} `latest` takes a stream or the field of a bar",
                        if self.body.per.is_some() { "a `let` per member" } else { "a handler" }
                    ),
                )
                .here("computed here, so it has no ticks of its own")
                .why("a value that is made here is as new as what this text follows")
                .fix(format!(
                    "give it a name: `let x = {}` in the strategy and `latest(x)` here",
                    quoted(written)
                )),
            );
            return Typed::error(e.span);
        }
        let Some(domain) = inner.domain else {
            self.out.push(
                Diagnostic::new(
                    Code::E0107,
                    written.span,
                    format!("`latest` needs a value with a clock: `{}` has none", quoted(written)),
                )
                .here("the same at every tick")
                .why("the last value of something that has no clock is the value itself")
                .fix(format!("write `{}`", quoted(written))),
            );
            return Typed::error(e.span);
        };
        let ty = Ty::option(inner.kind());
        Typed::new(ExprKind::Latest { domain, value: Box::new(inner.expr) }, ty, e.span)
    }
}
