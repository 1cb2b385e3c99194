//! Names, fields and elements: what a value is made of.

mod bar;
mod read;
mod view;

use strat_dsl::ast;
use strat_dsl::{Code, Diagnostic, Span};

use super::super::report::stop_here;
use super::super::say::quoted;
use super::super::scope::{Entity, Event, nearest};
use super::super::{Checker, Place, Typed};
use crate::hir::{Const, ExprKind, Kind, Of, Ty};
use crate::ir::{BarField, EventField, ViewField};

/// Fields of an instrument that are handles or values of the view.
const INSTRUMENT: &[&str] = &[
    "book",
    "position",
    "exposure",
    "last",
    "mark",
    "tick",
    "lot",
    "min_size",
    "liquidity",
    "expiry",
    "expires_in",
    "question",
    "outcome",
    "id",
];
const BOOK: &[&str] = &["bid", "ask", "mid", "spread", "spread_pct"];
const POSITION: &[&str] = &["size", "avg_price", "unrealized", "realized"];
const EXPOSURE: &[&str] = &["long", "short"];
const LEVEL: &[&str] = &["price", "size"];
const BAR: &[&str] = &["open", "high", "low", "close", "volume", "opens_at", "closes_at"];
const ACCOUNT: &[&str] = &["equity", "cash", "free_cash"];

/// Whether a universe's conditions can name it without a member.
pub(super) fn is_instrument_field(name: &str) -> bool {
    INSTRUMENT.contains(&name)
}

impl Checker {
    /// `base.name`, `base?.name`
    pub(super) fn field(
        &mut self,
        e: &ast::Expr,
        base: &ast::Expr,
        name: &ast::Ident,
        optional: bool,
    ) -> Typed {
        if name.name.is_empty() {
            self.expr(base, None);
            return Typed::error(e.span);
        }
        if optional {
            return self.chained(e, base, name);
        }
        if let ast::ExprKind::Ident(of) = &base.kind
            && let Some(Entity::Enum(id)) = self.find(&of.name).map(|n| n.entity)
        {
            self.lookup(of);
            return self.enum_member(id, name, e.span);
        }
        if name.name == "forming" {
            let bar = self.expr(base, None);
            match bar.kind() {
                Kind::Bar(clock, member, of) if self.body.place == Place::Handler => {
                    let kind = ExprKind::Forming { clock, member, field: BarField::ClosesAt };
                    return Typed::new(kind, Ty::option(Kind::Forming(clock, member, of)), e.span);
                }
                Kind::Bar(..) => {
                    self.forming(e.span, &format!("`{}`", quoted(e)));
                    return Typed::error(e.span);
                }
                Kind::Clock(id) => return self.which_bar(base, id, name, e.span),
                Kind::Error => return bar,
                _ => {}
            }
            return self.no_field(name, bar.kind(), BAR, e.span);
        }
        let handle = self.expr(base, None);
        let handle = if handle.ty().optional && !handle.is_error() {
            if self.body.place == Place::Universe {
                self.open_in_filter(base, handle)
            } else if self.body.per.is_some() {
                self.open_for_member(base, handle)
            } else {
                self.unopened_base(e, base, name, handle.ty());
                return Typed::error(e.span);
            }
        } else {
            handle
        };
        self.member(base, handle, name, e.span)
    }

    fn unopened_base(&mut self, e: &ast::Expr, base: &ast::Expr, name: &ast::Ident, ty: Ty) {
        if self.is_told(base) {
            return;
        }
        let text = quoted(base);
        let last = super::super::report::last_name(base);
        let named = matches!(base.kind, ast::ExprKind::Ident(_));
        let opened = if named { format!("{last}_now") } else { last.clone() };
        let noun = self.a(Ty::of(ty.kind));
        self.out.push(
            Diagnostic::new(
                Code::E0103,
                base.span,
                format!("`{text}` may be absent, so it has no `{}` yet", name.name),
            )
            .here(format!("{noun} that may be absent"))
            .label(e.span, "")
            .why("a missing value has no fields; say what happens then")
            .fix(stop_here(base, &last))
            .fix(format!("take another value: `{text}?.{} ?? ...`", name.name))
            .fix(format!("ask first: `if let {opened} = {text} {{ ... }}`")),
        );
    }

    fn enum_member(&mut self, id: crate::ir::EnumId, name: &ast::Ident, span: Span) -> Typed {
        let Some(declared) = self.hir.enums.get(id.index()) else { return Typed::error(span) };
        if let Some(index) = declared.members.iter().position(|m| *m == name.name) {
            self.record_case(id, name);
            let value = Const::Member(u32::try_from(index).unwrap_or(u32::MAX));
            return Typed::constant(value, Kind::Enum(id), span);
        }
        let near = nearest(&name.name, declared.members.iter().map(String::as_str));
        let list = declared.members.join("`, `");
        let mut diagnostic = Diagnostic::new(
            Code::E0108,
            name.span,
            format!("`{}` has no case `{}`", declared.name, name.name),
        )
        .here("no such case")
        .why(format!("it has `{list}`"));
        diagnostic = match near {
            Some(near) => {
                diagnostic.fix_replace(format!("did you mean `{near}`?"), name.span, near)
            }
            None => diagnostic.fix("use one of them, or add the case to the enum"),
        };
        self.out.push(diagnostic);
        Typed::error(span)
    }

    /// A field of a value that is there.
    pub(super) fn member(
        &mut self,
        written: &ast::Expr,
        handle: Typed,
        name: &ast::Ident,
        span: Span,
    ) -> Typed {
        match handle.kind() {
            Kind::Error => Typed::error(span),
            Kind::Instrument(_) => self.instrument_field(handle, name, span),
            Kind::Book(_) => self.book_field(handle, name, span),
            Kind::Position(of) => {
                let money = Kind::Money(self.quote(of));
                let (field, ty) = match name.name.as_str() {
                    "size" => (ViewField::PositionSize, Ty::of(Kind::Size(of))),
                    "avg_price" => (ViewField::PositionAvgPrice, Ty::option(Kind::Price(of))),
                    "unrealized" => (ViewField::PositionUnrealized, Ty::of(money)),
                    "realized" => (ViewField::PositionRealized, Ty::of(money)),
                    _ => return self.no_field(name, handle.kind(), POSITION, span),
                };
                view(handle, field, ty, span)
            }
            Kind::Exposure(of) => {
                let field = match name.name.as_str() {
                    "long" => ViewField::ExposureLong,
                    "short" => ViewField::ExposureShort,
                    _ => return self.no_field(name, handle.kind(), EXPOSURE, span),
                };
                view(handle, field, Ty::of(Kind::Size(of)), span)
            }
            Kind::Level(of) => {
                let domain = handle.domain;
                let level = Box::new(handle.expr);
                let (kind, ty) = match name.name.as_str() {
                    "price" => (ExprKind::LevelPrice(level), Kind::Price(of)),
                    "size" => (ExprKind::LevelSize(level), Kind::Size(of)),
                    _ => return self.no_field(name, Kind::Level(of), LEVEL, span),
                };
                Typed::new(kind, Ty::of(ty), span).at(domain)
            }
            Kind::Bar(clock, member, of) => self.bar_value(clock, member, of, name, span),
            Kind::Forming(clock, member, of) => self.forming_value(clock, member, of, name, span),
            Kind::Account => self.account_field(name, span),
            Kind::Fill(of) => self.event_field(Event::Fill, of, name, span),
            Kind::Reject(of) => self.event_field(Event::Reject, of, name, span),
            Kind::Clock(id) => self.which_bar(written, id, name, span),
            other => self.no_field(name, other, &[], span),
        }
    }

    fn event_field(&mut self, event: Event, of: Of, name: &ast::Ident, span: Span) -> Typed {
        let found = event.fields().iter().find(|(n, _)| *n == name.name);
        let Some((_, field)) = found else {
            let names: Vec<&str> = event.fields().iter().map(|(n, _)| *n).collect();
            let kind = if event == Event::Fill { Kind::Fill(of) } else { Kind::Reject(of) };
            return self.no_field(name, kind, &names, span);
        };
        let kind = match field {
            EventField::Instrument => Kind::Instrument(of),
            EventField::FillSize | EventField::FillRemaining => Kind::Size(of),
            EventField::FillPrice => Kind::Price(of),
            EventField::FillFee => Kind::Money(self.quote(of)),
            EventField::FillIsBuy => Kind::Bool,
            EventField::RejectReason => Kind::Text,
        };
        Typed::new(ExprKind::Event(*field), Ty::of(kind), span)
    }

    pub(in super::super) fn event_kind(&self, event: Event) -> Kind {
        let of = self.body.event_of;
        if event == Event::Fill { Kind::Fill(of) } else { Kind::Reject(of) }
    }

    fn no_field(&mut self, name: &ast::Ident, kind: Kind, fields: &[&str], span: Span) -> Typed {
        let noun = self.a(Ty::of(kind));
        let mut diagnostic =
            Diagnostic::new(Code::E0108, name.span, format!("{noun} has no field `{}`", name.name))
                .here("no such field");
        diagnostic = if fields.is_empty() {
            diagnostic.why("it is a single value").fix(format!("leave `.{}` out", name.name))
        } else {
            let listed = diagnostic.why(format!("it has `{}`", fields.join("`, `")));
            match nearest(&name.name, fields.iter().copied()) {
                Some(near) => {
                    listed.fix_replace(format!("did you mean `{near}`?"), name.span, near)
                }
                None => listed.fix("use one of them"),
            }
        };
        self.out.push(diagnostic);
        Typed::error(span)
    }
}

fn view(handle: Typed, field: ViewField, ty: Ty, span: Span) -> Typed {
    Typed::new(ExprKind::View(field, Box::new(handle.expr)), ty, span)
}

#[cfg(test)]
mod tests {
    use crate::index::fields;

    #[test]
    fn editors_are_told_of_every_field() {
        let bar = super::BAR;
        let pairs = [
            (super::INSTRUMENT, fields::INSTRUMENT),
            (super::BOOK, fields::BOOK),
            (super::POSITION, fields::POSITION),
            (super::EXPOSURE, fields::EXPOSURE),
            (super::LEVEL, fields::LEVEL),
            (bar, fields::BAR),
            (super::ACCOUNT, fields::ACCOUNT),
        ];
        for (names, told) in pairs {
            let told: Vec<&str> = told.iter().map(|field| field.name).collect();
            assert_eq!(told, names);
        }
        for (event, told) in
            [(super::Event::Fill, fields::FILL), (super::Event::Reject, fields::REJECT)]
        {
            let names: Vec<&str> = event.fields().iter().map(|(name, _)| *name).collect();
            assert_eq!(told.iter().map(|field| field.name).collect::<Vec<_>>(), names);
        }
    }
}
