//! Reading streams, states and locals; elements: `m5[eth]`, `x[3]`, `count[m]`.

use strat_dsl::ast;
use strat_dsl::{Code, Diagnostic, Span};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::ClockId;

use super::super::super::say::quoted;
use super::super::super::scope::{Clock, Entity};
use super::super::super::{Checker, Place, Typed};
use crate::hir::{DomainKind, ExprKind, Kind, LetId, Of, Ty};
use crate::ir::{LocalId, StateId};

impl Checker {
    /// `m5[eth]`, `x[3]`, `count[m]`
    pub(in super::super) fn index(
        &mut self,
        e: &ast::Expr,
        base: &ast::Expr,
        index: &ast::Expr,
    ) -> Typed {
        if let ast::ExprKind::Ident(name) = &base.kind {
            match self.find(&name.name).map(|n| n.entity) {
                Some(Entity::Clock(Clock::Bars(id))) => {
                    self.lookup(name);
                    return self.bar_of(e, id, index);
                }
                Some(Entity::State(id)) if self.st.state_per.contains_key(&id) => {
                    self.lookup(name);
                    if self.body.place != Place::Handler {
                        return self.not_here(e.span, &name.name);
                    }
                    return self.member_state(e, name, id, index);
                }
                Some(Entity::Let(at)) if self.body.place == Place::Handler => {
                    let id = self.st.let_ids.get(at).copied().flatten();
                    if let Some(id) = id.filter(|id| self.is_per_member(*id)) {
                        self.lookup(name);
                        return self.member_let(e, name, id, index);
                    }
                }
                _ => {}
            }
        }
        let value = self.at_every_tick(|s| s.expr(base, None));
        if let Kind::List(..) = value.kind() {
            return self.element(e, base, value, index);
        }
        self.at_every_tick(|s| s.lag(e, base, value, index))
    }

    fn bar_of(&mut self, e: &ast::Expr, clock: ClockId, index: &ast::Expr) -> Typed {
        let instrument = self.value(index, None);
        if instrument.is_error() {
            return Typed::error(e.span);
        }
        let members = self.st.clocks.get(usize::from(clock.0)).map(|c| c.instruments.clone());
        let members: Vec<InstrumentId> = members.unwrap_or_default();
        if let Kind::Instrument(Of::One(id)) = instrument.kind()
            && let Some(member) = members.iter().position(|m| *m == id)
        {
            let kind = Kind::Bar(clock, u16::try_from(member).unwrap_or(u16::MAX), Of::One(id));
            return Typed::new(ExprKind::Error, Ty::of(kind), e.span);
        }
        let names: Vec<String> =
            members.iter().filter_map(|id| self.name_of(Of::One(*id))).collect();
        self.out.push(
            Diagnostic::new(
                Code::E0108,
                index.span,
                format!("this clock has no bar of `{}`", quoted(index)),
            )
            .here("not one of its instruments")
            .why(format!("it has bars of `{}`", names.join("`, `")))
            .fix("use one of them, or add the instrument to the clock"),
        );
        Typed::error(e.span)
    }

    /// State of one member.
    fn member_state(
        &mut self,
        e: &ast::Expr,
        name: &ast::Ident,
        id: StateId,
        index: &ast::Expr,
    ) -> Typed {
        let member = self.state_member(name, id, index);
        let ty = self.st.states.get(id.index()).map(|s| s.ty);
        match (member, ty) {
            (Some(member), Some(ty)) => {
                Typed::new(ExprKind::State(id, Some(Box::new(member))), ty, e.span)
            }
            _ => Typed::error(e.span),
        }
    }

    /// The member of the universe by which a state is kept.
    pub(in super::super::super) fn state_member(
        &mut self,
        name: &ast::Ident,
        id: StateId,
        index: &ast::Expr,
    ) -> Option<crate::hir::Expr> {
        let member = self.value(index, None);
        if member.is_error() {
            return None;
        }
        let per = self.st.state_per.get(&id);
        let fits = match member.kind() {
            Kind::Instrument(Of::Bound(local)) => self.st.member_of.get(&local) == per,
            Kind::Instrument(Of::Any) => true,
            _ => false,
        };
        if fits {
            return Some(member.expr);
        }
        let universe = per.and_then(|u| self.st.universes.get(u.index()));
        let universe = universe.map(|u| u.name.clone()).unwrap_or_default();
        self.out.push(
            Diagnostic::new(
                Code::E0107,
                index.span,
                format!("`{}` is kept per member of `{universe}`", name.name),
            )
            .here("not a member")
            .why("each member has a value of its own")
            .fix(format!(
                "read it where a member is at hand: `on every 10s for m in {universe} {{ ... }}`"
            )),
        );
        None
    }

    pub(in super::super) fn read_state(&mut self, name: &ast::Ident, id: StateId) -> Typed {
        if self.st.state_per.contains_key(&id) {
            self.out.push(
                Diagnostic::new(
                    Code::E0107,
                    name.span,
                    format!("`{}` has a value per member; say whose", name.name),
                )
                .here("of which member?")
                .why("each member of the universe has a value of its own")
                .fix(format!("write `{}[m]`", name.name)),
            );
            return Typed::error(name.span);
        }
        match self.st.states.get(id.index()) {
            Some(state) => Typed::new(ExprKind::State(id, None), state.ty, name.span),
            None => Typed::error(name.span),
        }
    }

    pub(in super::super::super) fn read_local(&mut self, id: LocalId, span: Span) -> Typed {
        match self.body.locals.get(id.index()) {
            Some(local) => Typed::new(ExprKind::Local(id), local.ty, span),
            None => Typed::error(span),
        }
    }

    pub(in super::super) fn read_node_state(&mut self, index: u32, span: Span) -> Typed {
        match self.node_states.get(index as usize) {
            Some(ty) => Typed::new(ExprKind::NodeState(index), *ty, span),
            None => Typed::error(span),
        }
    }

    pub(in super::super) fn read_let(&mut self, index: usize, span: Span) -> Typed {
        let Some(id) = self.st.let_ids.get(index).copied().flatten() else {
            return Typed::error(span);
        };
        if !self.may_read_bare(id, span) {
            return Typed::error(span);
        }
        let Some(stream) = self.st.lets.get(id.0 as usize) else { return Typed::error(span) };
        let (mut ty, base, guarded) = (stream.ty, stream.domain, stream.guard.is_some());
        let domain = base.map(|base| {
            if guarded { self.domain(DomainKind::Present { base, guard: id }) } else { base }
        });
        if domain.is_some() {
            self.body.reads.insert(LetId(id.0));
            ty.optional |= self.body.cold;
        }
        Typed::new(ExprKind::Let(id), ty, span).at(domain)
    }
}
