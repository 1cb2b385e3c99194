//! Types as they are written.

use strat_dsl::{Code, Diagnostic, ast};

use super::scope::{Entity, nearest};
use super::{Checker, Place};
use crate::hir::{Currency, Kind, Of, Ty, Unit};

const NAMES: &[&str] = &[
    "bool",
    "int",
    "real",
    "price",
    "size",
    "usd",
    "usdc",
    "usdt",
    "money",
    "percent",
    "bps",
    "leverage",
    "time",
    "duration",
    "text",
    "instrument",
];

/// Types of other languages, and what they are called here.
const FOREIGN: &[(&str, &str)] = &[
    ("float", "real"),
    ("double", "real"),
    ("number", "real"),
    ("f64", "real"),
    ("integer", "int"),
    ("long", "int"),
    ("i64", "int"),
    ("boolean", "bool"),
    ("quantity", "size"),
    ("datetime", "time"),
    ("timedelta", "duration"),
];

impl Checker {
    /// The type that is written.
    pub(super) fn ty(&mut self, written: &ast::Type) -> Ty {
        let kind = match &written.kind {
            ast::TypeKind::Named { name, args } => self.named(name, args),
            ast::TypeKind::Ratio { numerator, denominator } => {
                self.per(written, numerator, denominator)
            }
            ast::TypeKind::Array { element, length } => self.list_type(written, element, length),
            ast::TypeKind::Error => Kind::Error,
        };
        Ty { kind, optional: written.optional && kind != Kind::Error }
    }

    fn per(&mut self, written: &ast::Type, above: &ast::Type, below: &ast::Type) -> Kind {
        match (self.ty(above).kind, self.ty(below).kind) {
            (Kind::Price(a), Kind::Size(b)) => Kind::PricePerSize(a.join(b).unwrap_or(a)),
            (Kind::Error, _) | (_, Kind::Error) => Kind::Error,
            _ => {
                self.out.push(
                    Diagnostic::new(
                        Code::E0109,
                        written.span,
                        "there is no such quotient of types",
                    )
                    .here("not a type")
                    .why("of all quotients only `price/size` has a name")
                    .fix("write `price/size`, or `real`"),
                );
                Kind::Error
            }
        }
    }

    fn named(&mut self, name: &ast::Ident, args: &[ast::Type]) -> Kind {
        let of = |checker: &mut Self| match args {
            [one] => checker.instrument_arg(one),
            _ => Some(Of::Any),
        };
        let kind = match name.name.as_str() {
            "price" => return of(self).map_or(Kind::Error, Kind::Price),
            "size" => return of(self).map_or(Kind::Error, Kind::Size),
            "money" => return self.money(name, args),
            "member" => return self.member_type(name),
            "bool" => Kind::Bool,
            "int" => Kind::Int,
            "real" => Kind::Real(Unit::None),
            "percent" | "bps" => Kind::Ratio,
            "leverage" => Kind::Leverage,
            "time" => Kind::Time,
            "duration" => Kind::Duration,
            "text" => Kind::Text,
            "instrument" => Kind::Instrument(Of::Any),
            other => match Currency::parse(other).filter(|c| c.name() == other) {
                Some(currency) => Kind::Money(currency),
                None => return self.enum_or_unknown(name),
            },
        };
        if let Some(arg) = args.first() {
            self.out.push(
                Diagnostic::new(
                    Code::E0109,
                    arg.span,
                    format!("`{}` takes nothing in angle brackets", name.name),
                )
                .here("not needed")
                .why("only `price`, `size` and `money` are of something")
                .fix(format!("write `{}`", name.name)),
            );
        }
        kind
    }

    fn instrument_arg(&mut self, arg: &ast::Type) -> Option<Of> {
        let ast::TypeKind::Named { name, .. } = &arg.kind else { return None };
        match self.lookup(name) {
            Some(Entity::Instrument(id)) => Some(Of::One(id)),
            Some(Entity::Local(id)) => Some(Of::Bound(id)),
            Some(Entity::Broken) => None,
            _ => {
                let near = self.suggest(&name.name, |e| matches!(e, Entity::Instrument(_)));
                self.unknown(name, "instrument", near);
                None
            }
        }
    }

    fn money(&mut self, name: &ast::Ident, args: &[ast::Type]) -> Kind {
        let [ast::Type { kind: ast::TypeKind::Named { name: currency, .. }, .. }] = args else {
            self.unknown_currency(name, name.span);
            return Kind::Error;
        };
        match Currency::parse(&currency.name) {
            Some(found) => Kind::Money(found),
            None => {
                self.unknown_currency(currency, currency.span);
                Kind::Error
            }
        }
    }

    fn member_type(&mut self, name: &ast::Ident) -> Kind {
        self.out.push(
            Diagnostic::new(Code::E0212, name.span, "a member of a universe cannot be kept")
                .here("valid inside one reaction only")
                .why("a member that has left the universe would still be referred to")
                .fix("keep what you need of it: `state x: price = 0 per markets`"),
        );
        Kind::Error
    }

    fn enum_or_unknown(&mut self, name: &ast::Ident) -> Kind {
        match self.lookup(name) {
            Some(Entity::Enum(id)) => return Kind::Enum(id),
            Some(Entity::Broken) => return Kind::Error,
            _ => {}
        }
        if name.name.is_empty() {
            return Kind::Error;
        }
        let near = FOREIGN
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(&name.name))
            .map(|(_, ours)| *ours)
            .or_else(|| nearest(&name.name, NAMES.iter().copied()))
            .map(str::to_owned)
            .or_else(|| self.suggest(&name.name, |e| matches!(e, Entity::Enum(_))));
        let diagnostic =
            Diagnostic::new(Code::E0109, name.span, format!("there is no type `{}`", name.name))
                .here("not a type")
                .why(format!("types are `{}` and the names of enums", NAMES.join("`, `")));
        let diagnostic = match near {
            Some(near) => {
                diagnostic.fix_replace(format!("did you mean `{near}`?"), name.span, near)
            }
            None => diagnostic.fix("use one of them"),
        };
        self.out.push(diagnostic);
        Kind::Error
    }

    /// A type whose values a state or parameter can hold.
    pub(super) fn storable(&mut self, written: &ast::Type, ty: Ty, what: &str) -> Ty {
        if let (Kind::List(..), "state") = (ty.kind, what) {
            return ty;
        }
        let stored = matches!(ty.kind, Kind::Error | Kind::Bool | Kind::Time | Kind::Enum(_))
            || ty.kind.is_number();
        if stored {
            return ty;
        }
        let noun = self.a(ty);
        let text = format!("{noun} cannot be kept in {what}");
        if matches!(ty.kind, Kind::Instrument(_)) && self.body.place != Place::Func {
            self.out.push(
                Diagnostic::new(Code::E0212, written.span, text)
                    .here("a reference that may become invalid")
                    .why("a member that has left its universe would still be referred to")
                    .fix("keep a number or an enum instead"),
            );
        } else {
            self.unsupported(
                written.span,
                &format!("{noun} in {what}"),
                "keep a number or an enum",
            );
        }
        Ty::ERROR
    }
}
