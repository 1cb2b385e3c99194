//! Bars and their fields.

use strat_dsl::ast;
use strat_dsl::{Code, Diagnostic, Span};
use strat_runtime::manifest::ClockId;

use super::super::super::clock::bar_field;
use super::super::super::say::quoted;
use super::super::super::{Checker, Typed};
use super::BAR;
use crate::hir::{DomainKind, ExprKind, Kind, Of, Ty, Unit};
use crate::ir::BarField;

impl Checker {
    pub(super) fn bar_value(
        &mut self,
        clock: ClockId,
        member: u16,
        of: Of,
        name: &ast::Ident,
        span: Span,
    ) -> Typed {
        let Some(field) = bar_field(&name.name) else {
            return self.no_field(name, Kind::Bar(clock, member, of), BAR, span);
        };
        let kind = kind_of(field, of);
        self.body.bars.insert(clock);
        let domain = self.domain(DomainKind::Bars(clock));
        Typed::new(ExprKind::Bar { clock, member, field }, Ty::of(kind), span).at(Some(domain))
    }

    /// A field of a bar that is forming. It was opened at this event, so that it is there.
    pub(super) fn forming_value(
        &mut self,
        clock: ClockId,
        member: u16,
        of: Of,
        name: &ast::Ident,
        span: Span,
    ) -> Typed {
        let Some(field) = bar_field(&name.name) else {
            return self.no_field(name, Kind::Forming(clock, member, of), BAR, span);
        };
        let kind = ExprKind::Forming { clock, member, field };
        Typed::new(kind, Ty::of(kind_of(field, of)), span)
    }

    pub(in super::super) fn clock_handle(&mut self, id: ClockId, span: Span) -> Typed {
        let Some(clock) = self.st.clocks.get(usize::from(id.0)) else { return Typed::error(span) };
        match clock.instruments.as_slice() {
            [one] => {
                let kind = Kind::Bar(id, 0, Of::One(*one));
                Typed::new(ExprKind::Error, Ty::of(kind), span)
            }
            _ => Typed::new(ExprKind::Error, Ty::of(Kind::Clock(id)), span),
        }
    }

    pub(in super::super) fn bar_handle(
        &mut self,
        clock: ClockId,
        member: u16,
        span: Span,
    ) -> Typed {
        let of = self
            .st
            .clocks
            .get(usize::from(clock.0))
            .and_then(|c| c.instruments.get(usize::from(member)))
            .map_or(Of::Any, |id| Of::One(*id));
        Typed::new(ExprKind::Error, Ty::of(Kind::Bar(clock, member, of)), span)
    }

    pub(super) fn which_bar(
        &mut self,
        w: &ast::Expr,
        id: ClockId,
        name: &ast::Ident,
        span: Span,
    ) -> Typed {
        let text = quoted(w);
        let first = self.st.clocks.get(usize::from(id.0)).and_then(|c| c.instruments.first());
        let first = first.and_then(|i| self.name_of(Of::One(*i))).unwrap_or_default();
        self.out.push(
            Diagnostic::new(
                Code::E0108,
                span,
                format!("`{text}` has a bar of each of its instruments; say whose `{}`", name.name),
            )
            .here("of which instrument?")
            .why("a joint clock closes several bars at once")
            .fix(format!("write `{text}[{first}].{}`", name.name)),
        );
        Typed::error(span)
    }
}

const fn kind_of(field: BarField, of: Of) -> Kind {
    match field {
        BarField::Open | BarField::High | BarField::Low | BarField::Close => Kind::Price(of),
        BarField::Volume => Kind::Real(Unit::Size(of)),
        BarField::OpensAt | BarField::ClosesAt => Kind::Time,
    }
}
