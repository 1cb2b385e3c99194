//! Names: what they stand for, and whether they can be read in this place.

use strat_dsl::ast;
use strat_dsl::{Code, Diagnostic, Span};

use super::super::scope::{Clock, Entity};
use super::super::{Checker, Place, Typed};
use super::access;
use crate::hir::{self, Kind, Of, Ty};

impl Checker {
    pub(super) fn name(&mut self, name: &ast::Ident, want: Option<Kind>) -> Typed {
        let span = name.span;
        self.record_probe(name, want);
        if name.name.is_empty() {
            return Typed::error(span);
        }
        if let Some(member) = self.body.member
            && (self.body.place == Place::Universe || self.body.per.is_some())
            && access::is_instrument_field(&name.name)
        {
            let of = self.read_local(member, span);
            return self.instrument_field(of, name, span);
        }
        match name.name.as_str() {
            "now" => return self.now(span),
            "account" if self.body.place == Place::Migration => {
                return self.not_here(span, "account");
            }
            "account" if self.find("account").is_none() => {
                return Typed::new(hir::ExprKind::Error, Ty::of(Kind::Account), span);
            }
            _ => {}
        }
        match self.lookup(name) {
            Some(entity) => self.entity(name, entity),
            None => {
                let near = self.suggest(&name.name, |entity| {
                    !matches!(entity, Entity::Node(_) | Entity::Func(_) | Entity::Broken)
                });
                self.unknown(name, "value", near);
                Typed::error(span)
            }
        }
    }

    fn now(&mut self, span: Span) -> Typed {
        if matches!(
            self.body.place,
            Place::Constant(_) | Place::Params(_) | Place::Func | Place::Migration
        ) {
            return self.not_here(span, "now");
        }
        Typed::new(hir::ExprKind::Now, Ty::of(Kind::Time), span)
    }

    fn entity(&mut self, name: &ast::Ident, entity: Entity) -> Typed {
        let span = name.span;
        if !self.may_read(entity) {
            return self.not_here(span, &name.name);
        }
        match entity {
            Entity::Param(id) => match self.st.params.get(id.index()) {
                Some(param) => Typed::new(hir::ExprKind::Param(id), param.ty, span),
                None => Typed::error(span),
            },
            Entity::Let(index) => self.read_let(index, span),
            Entity::State(id) => self.read_state(name, id),
            Entity::Instrument(id) => Typed::new(
                hir::ExprKind::Instrument(id),
                Ty::of(Kind::Instrument(Of::One(id))),
                span,
            ),
            Entity::Local(id) => self.read_local(id, span),
            Entity::NodeState(index) => self.read_node_state(index, span),
            Entity::Bar(clock, member) => self.bar_handle(clock, member, span),
            Entity::Event(event) => {
                let kind = self.event_kind(event);
                Typed::new(hir::ExprKind::Error, Ty::of(kind), span)
            }
            Entity::Clock(Clock::Bars(id)) => self.clock_handle(id, span),
            Entity::Words(id) => Typed::new(hir::ExprKind::Error, Ty::of(Kind::Words(id)), span),
            Entity::Universe(id) => {
                Typed::new(hir::ExprKind::Error, Ty::of(Kind::Universe(id)), span)
            }
            Entity::Clock(_) | Entity::Enum(_) | Entity::Node(_) | Entity::Func(_) => {
                self.not_a_value(name, entity)
            }
            Entity::Broken => Typed::error(span),
        }
    }

    fn not_a_value(&mut self, name: &ast::Ident, entity: Entity) -> Typed {
        let (what, fix) = match entity {
            Entity::Enum(id) => {
                let first = self.hir.enums.get(id.index()).and_then(|e| e.members.first());
                let first = first.cloned().unwrap_or_default();
                ("an enum, not one of its cases", format!("name the case: `{}.{first}`", name.name))
            }
            Entity::Clock(_) => (
                "a clock without values",
                format!("use it as a trigger: `on {} {{ ... }}`", name.name),
            ),
            _ => ("a function", format!("call it: `{}(...)`", name.name)),
        };
        self.out.push(
            Diagnostic::new(Code::E0101, name.span, format!("`{}` is {what}", name.name))
                .here("not a value")
                .why("only values can be computed with")
                .fix(fix),
        );
        Typed::error(name.span)
    }

    /// Whether what a name stands for can be read in this place.
    pub(in super::super) fn may_read(&self, entity: Entity) -> bool {
        match self.body.place {
            Place::Constant(_) => matches!(entity, Entity::Enum(_) | Entity::Broken),
            Place::Params(_) => {
                matches!(entity, Entity::Param(_) | Entity::Enum(_) | Entity::Broken)
            }
            Place::Func | Place::Node => !matches!(
                entity,
                Entity::Param(_)
                    | Entity::Let(_)
                    | Entity::State(_)
                    | Entity::Instrument(_)
                    | Entity::Universe(_)
                    | Entity::Clock(_)
            ),
            Place::Stream => !matches!(entity, Entity::State(_)),
            Place::Universe => !matches!(entity, Entity::State(_) | Entity::Let(_)),
            Place::Migration => !matches!(
                entity,
                Entity::State(_) | Entity::Let(_) | Entity::Instrument(_) | Entity::Universe(_)
            ),
            Place::Handler => true,
        }
    }

    /// A name that exists but that this place may not read.
    pub(in super::super) fn not_here(&mut self, span: Span, name: &str) -> Typed {
        let (code, message, why, fix) = match self.body.place {
            Place::Constant(what) => (
                Code::E0323,
                format!("{what} must be a literal, so it cannot read `{name}`"),
                "it is fixed when the strategy is compiled",
                "write the number itself".to_owned(),
            ),
            Place::Params(what) => (
                Code::E0323,
                format!("{what} may read parameters only, not `{name}`"),
                "it is fixed before the first event",
                format!("make `{name}` a parameter"),
            ),
            Place::Func | Place::Node => (
                Code::E0222,
                format!("`{name}` is not visible here: only the arguments are"),
                "a function has the same result wherever it is called",
                format!("pass it: add an argument `{name}`"),
            ),
            Place::Universe | Place::Migration => (
                Code::E0222,
                format!("`{name}` cannot be read here"),
                "this is evaluated apart from handlers and streams",
                "use the fields of the member, literals and parameters".to_owned(),
            ),
            Place::Stream | Place::Handler => (
                Code::E0222,
                format!("a stream cannot read `{name}`"),
                "a stream follows from market data and parameters alone, so that its warm-up can \
                 be replayed",
                format!("read `{name}` in a handler"),
            ),
        };
        self.out
            .push(Diagnostic::new(code, span, message).here("not readable here").why(why).fix(fix));
        Typed::error(span)
    }
}
