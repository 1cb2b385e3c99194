//! The messages that several rules share.

use strat_dsl::{Code, Diagnostic, Span, ast};

use super::say::quoted;
use super::{Checker, Place, Typed};
use crate::hir::{Currency, Expr, ExprKind, Kind, Ty};
use crate::ir::DomainId;

impl Checker {
    /// A construct that parses but that this version does not run.
    pub(super) fn unsupported(&mut self, span: Span, what: &str, instead: &str) {
        self.out.push(
            Diagnostic::new(Code::E0990, span, format!("{what} is not supported in this version"))
                .here("understood, but not run yet")
                .why("leaving it out silently would change what the strategy does")
                .fix(instead),
        );
    }

    /// A value of one type stands where another is needed.
    pub(super) fn mismatch(&mut self, written: &ast::Expr, found: Ty, want: Ty, what: &str) {
        let (found, wanted) = (self.a(found), self.a(want));
        let mut diagnostic = Diagnostic::new(
            Code::E0101,
            written.span,
            format!("{what} must be {wanted}, but this is {found}"),
        )
        .here(format!("this is {found}"))
        .why("no type turns into another by itself");
        diagnostic = match conversion(want.kind) {
            Some(how) => diagnostic.fix(how.replace("{}", &quoted(written))),
            None => diagnostic.fix(format!("write {wanted} here")),
        };
        self.out.push(diagnostic);
    }

    /// Two values whose units do not go together.
    pub(super) fn clash(
        &mut self,
        span: Span,
        verb: &str,
        (left, l): (&ast::Expr, Kind),
        (right, r): (&ast::Expr, Kind),
        fix: Option<String>,
    ) {
        let money = self.foreign(verb, l, r).is_some();
        let code = if money { Code::E0116 } else { Code::E0102 };
        let (a, b) = (self.a(Ty::of(l)), self.a(Ty::of(r)));
        let message = match (self.name_of(l.instrument()), self.name_of(r.instrument())) {
            (Some(x), Some(y)) if a == b && x != y => {
                format!("you cannot {verb} {a} of `{x}` and {b} of `{y}`")
            }
            _ => format!("you cannot {verb} {a} and {b}"),
        };
        let message = if money { format!("{message} in different currencies") } else { message };
        let fix = fix.or_else(|| {
            let currency = self.foreign(verb, l, r)?.name();
            let written = if matches!(r, Kind::Money(_)) { right } else { left };
            let whole = matches!(written.kind, ast::ExprKind::Binary { .. });
            let text = quoted(written);
            let text = if whole { format!("({text})") } else { text };
            Some(format!("say that they are worth the same: `{text} as {currency} at par`"))
        });
        let mut diagnostic = Diagnostic::new(code, span, message)
            .label(left.span, format!("this is {}", self.with_unit(l)))
            .label(right.span, format!("this is {}", self.with_unit(r)))
            .why(format!(
                "`{}` and `{}` are measured in different things",
                quoted(left),
                quoted(right)
            ));
        let fix = fix.unwrap_or_else(|| unit_fix(left, l, right, r));
        diagnostic = diagnostic.fix(fix);
        self.out.push(diagnostic);
    }

    /// The currency that the other operand is in, where that alone keeps two apart.
    fn foreign(&self, verb: &str, l: Kind, r: Kind) -> Option<Currency> {
        let other = match (l, r) {
            (Kind::Money(a), Kind::Money(b)) if a != b => return Some(a),
            (Kind::Money(a), Kind::Price(of) | Kind::Size(of)) if verb == "divide" => {
                (a, self.quote(of))
            }
            _ => return None,
        };
        (other.0 != other.1).then_some(other.1)
    }

    /// An option that nobody opened.
    pub(super) fn unopened(&mut self, written: &ast::Expr, ty: Ty) {
        if self.is_told(written) {
            return;
        }
        let text = quoted(written);
        let name = match &written.kind {
            ast::ExprKind::Ident(name) => format!("{}_now", name.name),
            _ => last_name(written),
        };
        let noun = self.a(Ty::of(ty.kind));
        let mut diagnostic = Diagnostic::new(
            Code::E0103,
            written.span,
            format!("`{text}` may be absent, so it cannot be used as {noun}"),
        )
        .here("may be absent")
        .why("a missing value is neither zero nor false; say what happens then");
        if self.body.place == Place::Handler {
            diagnostic = diagnostic
                .fix(stop_here(written, &name))
                .fix(format!("take another value: `{text} ?? ...`"))
                .fix(format!("ask first: `if let {name} = {text} {{ ... }}`"));
        } else {
            diagnostic = diagnostic
                .fix(format!("wait for it: `let {name} = {text} else \"no {name}\"`"))
                .fix(format!("take another value: `{text} ?? ...`"));
        }
        self.out.push(diagnostic);
    }

    /// Whether this name was told to be an option before: the mend is where it is named, not where
    /// it is used.
    pub(super) fn is_told(&mut self, written: &ast::Expr) -> bool {
        match &written.kind {
            ast::ExprKind::Ident(name) => !self.body.unopened.insert(name.name.clone()),
            _ => false,
        }
    }

    /// Two clocks in one value.
    fn two_clocks(&mut self, a: &Expr, da: DomainId, b: &Expr, db: DomainId) {
        let name = |s: &Self, d: DomainId| {
            s.st.domains.get(d.index()).map_or_else(String::new, |d| d.name.clone())
        };
        let (na, nb) = (name(self, da), name(self, db));
        self.out.push(
            Diagnostic::new(Code::E0221, a.span.to(b.span), "two different clocks meet here")
                .label(a.span, format!("is new at `{na}`"))
                .label(b.span, format!("is new at `{nb}`"))
                .why("they have no common instant; combined by hand, one of them looks ahead")
                .fix("wrap one of them: `latest(...)` is its last closed value")
                .fix("make one clock of both: `clock both = bars([x, y], 5m)`"),
        );
    }

    /// The clock of a value that is made of several; two clocks are reported.
    pub(super) fn meet(&mut self, parts: &[&Typed]) -> Option<DomainId> {
        let mut out: Option<(DomainId, &Typed)> = None;
        for part in parts {
            let Some(domain) = part.domain else { continue };
            out = Some(match out {
                None => (domain, part),
                Some((have, first)) => match self.join_domains(have, domain) {
                    Some(joined) => (joined, first),
                    None => {
                        self.two_clocks(&first.expr, have, &part.expr, domain);
                        return Some(have);
                    }
                },
            });
        }
        out.map(|(domain, _)| domain)
    }

    /// Whether an expression has the same value throughout a run: literals, parameters, arguments.
    pub(super) fn is_static(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Const(_) | ExprKind::Param(_) | ExprKind::Error => true,
            ExprKind::Local(id) => {
                self.body.place == Place::Node && id.index() < self.body.needs.len()
            }
            ExprKind::Unary(_, a) => self.is_static(a),
            ExprKind::Binary(_, a, b) => self.is_static(a) && self.is_static(b),
            ExprKind::Pure(_, args) => args.iter().all(|arg| self.is_static(arg)),
            ExprKind::If { cond, then, other } => {
                self.is_static(cond) && self.is_static(then) && self.is_static(other)
            }
            ExprKind::Compare(_, _, a, b) => self.is_static(a) && self.is_static(b),
            ExprKind::List(items) => items.iter().all(|item| self.is_static(item)),
            ExprKind::Repeat(value, _) | ExprKind::Some(value) => self.is_static(value),
            ExprKind::Element { list, index } => self.is_static(list) && self.is_static(index),
            _ => false,
        }
    }
}

/// How a reaction ends where a value is absent.
pub(super) fn stop_here(written: &ast::Expr, name: &str) -> String {
    match &written.kind {
        ast::ExprKind::Ident(ident) => {
            let ident = &ident.name;
            format!("stop where it is named: `let {ident} = ... else \"no {ident}\"`")
        }
        _ => format!("stop here: `let {name} = {} else \"no {name}\"`", quoted(written)),
    }
}

fn conversion(want: Kind) -> Option<&'static str> {
    match want {
        Kind::Real(_) => Some("convert it: `real({})`"),
        Kind::Ratio => Some("convert it: `percent({})`"),
        Kind::Price(_) => Some("convert it: `price({}, nearest)`, or `down` or `up`"),
        Kind::Size(_) => Some("convert it: `size({}, down)`, or give it a unit"),
        _ => None,
    }
}

fn unit_fix(left: &ast::Expr, l: Kind, right: &ast::Expr, r: Kind) -> String {
    match (l, r) {
        (Kind::Price(_), Kind::Size(_)) => format!(
            "multiply the size by a price per share, as in `{} * skew` where `param skew: \
             price/size = 0.001`",
            quoted(right)
        ),
        (Kind::Size(_), Kind::Price(_)) => format!(
            "multiply the size by a price per share, as in `{} * skew` where `param skew: \
             price/size = 0.001`",
            quoted(left)
        ),
        (Kind::Price(_), Kind::Price(_)) => format!(
            "compare what has no unit: `ln({})` and `ln({})`, or `real(...)` of each",
            quoted(left),
            quoted(right)
        ),
        (Kind::Real(_), _) => format!("convert the other: `real({})`", quoted(right)),
        (_, Kind::Real(_)) => format!("convert the other: `real({})`", quoted(left)),
        _ => "convert both to plain numbers: `real(...)`".to_owned(),
    }
}

/// A name for what an expression yields: its last field.
pub(super) fn last_name(expr: &ast::Expr) -> String {
    match &expr.kind {
        ast::ExprKind::Ident(name) => name.name.clone(),
        ast::ExprKind::Field { name, .. } => name.name.clone(),
        ast::ExprKind::Index { base, .. } => last_name(base),
        _ => "value".to_owned(),
    }
}
