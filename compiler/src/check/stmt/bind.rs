//! What gives a name a value: `let`, `require`, `set`.

use strat_dsl::{Code, Diagnostic, ast};
use strat_runtime::manifest::ReasonKind;

use super::super::Checker;
use super::super::say::quoted;
use super::super::scope::Entity;
use crate::hir::{self, Kind, Reason, StmtKind, Ty};
use crate::ir::StateId;

impl Checker {
    pub(super) fn let_stmt(&mut self, it: &ast::Let) -> Option<StmtKind> {
        if let Some(per) = &it.per {
            self.out.push(
                Diagnostic::new(Code::E0902, per.span, "a handler's `let` is not kept per member")
                    .here("`per` belongs to the strategy's own declarations")
                    .why("a local variable lives for one reaction")
                    .fix("remove `per`, or declare a `state`"),
            );
        }
        let want = it.ty.as_ref().map(|ty| self.ty(ty));
        let typed = match (want, &it.otherwise) {
            (Some(ty), None) => self.expect_ty(&it.value, ty, "the value"),
            (want, _) => self.expr(&it.value, want.map(|ty| ty.kind)),
        };
        if let (Kind::Bar(clock, member, _), false) = (typed.kind(), typed.ty().optional) {
            self.declare(&it.name, Entity::Bar(clock, member));
            return None;
        }
        let list = matches!(typed.kind(), Kind::List(..));
        let typed = if typed.is_error() || list || typed.kind().cell().is_some() {
            typed
        } else {
            self.value(&it.value, None)
        };
        if typed.is_error() {
            self.declare(&it.name, Entity::Broken);
            return None;
        }
        let sign = self.sign(&typed.expr);
        let Some(text) = &it.otherwise else {
            let range = self.reach(&typed.expr);
            let local = self.local(&it.name.name, typed.ty(), sign, it.name.span);
            self.body.ranges.insert(local, range);
            self.declare(&it.name, Entity::Local(local));
            return Some(StmtKind::Let(local, typed.expr));
        };
        let reason = self.reason(text, ReasonKind::Guard);
        if !typed.ty().optional {
            self.always_there(&it.value, "this `else` is never taken");
        }
        if let Some(want) = want
            && want.kind.join(typed.kind()).is_none()
        {
            self.mismatch(&it.value, typed.ty(), want, "the value");
        }
        let local = self.local(&it.name.name, Ty::of(typed.kind()), sign, it.name.span);
        self.declare(&it.name, Entity::Local(local));
        Some(StmtKind::Open(local, typed.expr, reason))
    }

    pub(super) fn require(&mut self, it: &ast::Require) -> Option<StmtKind> {
        let typed = self.condition(&it.condition);
        let reason = match &it.otherwise {
            Some(text) => self.reason(text, ReasonKind::Guard),
            None => {
                self.out.push(
                    Diagnostic::new(Code::W0102, it.span, "this guard has no reason")
                        .here("the trace will show the condition itself")
                        .why("\"why did it not trade?\" is answered with these texts")
                        .fix(format!("add one: `require {} else \"...\"`", quoted(&it.condition))),
                );
                Reason { kind: ReasonKind::Guard, text: None, span: it.condition.span }
            }
        };
        if typed.is_error() {
            return None;
        }
        self.assume(&typed.expr, true);
        Some(StmtKind::Require(typed.expr, reason))
    }

    pub(super) fn set(&mut self, it: &ast::SetStmt) -> Option<StmtKind> {
        self.mention(&it.name);
        let found = self.find(&it.name.name).map(|n| n.entity);
        let Some(Entity::State(state)) = found else {
            self.expr(&it.value, None);
            if found != Some(Entity::Broken) {
                self.only_state(&it.name);
            }
            return None;
        };
        let (member, rest) = self.set_member(it, state)?;
        let (element, rest) = match rest {
            [] => (None, rest),
            [first, rest @ ..] => (Some(first), rest),
        };
        let place = self.set_place(it, state, element);
        if let Some(beyond) = rest.first() {
            self.too_many_places(it, beyond);
        }
        let Some((element, ty)) = place else {
            self.expr(&it.value, None);
            return None;
        };
        let what = format!("`{}`", it.name.name);
        let value = self.expect_ty(&it.value, ty, &what);
        self.body.writes.push((state, it.name.span));
        self.forget(state);
        if value.is_error() || !rest.is_empty() {
            return None;
        }
        Some(StmtKind::Set { state, member, element, value: value.expr })
    }

    fn too_many_places(&mut self, it: &ast::SetStmt, beyond: &ast::Expr) {
        self.out.push(
            Diagnostic::new(
                Code::E0107,
                beyond.span,
                format!("`{}` has no parts of parts", it.name.name),
            )
            .here("one index too many")
            .why("an element of a list is a single value")
            .fix("leave it out"),
        );
    }

    /// The member whose state is set, and the places after it; `None` if the statement is wrong.
    fn set_member<'e>(
        &mut self,
        it: &'e ast::SetStmt,
        state: StateId,
    ) -> Option<(Option<hir::Expr>, &'e [ast::Expr])> {
        if !self.st.state_per.contains_key(&state) {
            return Some((None, &it.indices));
        }
        if let [member, rest @ ..] = it.indices.as_slice() {
            let member = self.state_member(&it.name, state, member)?;
            return Some((Some(member), rest));
        }
        self.expr(&it.value, None);
        self.out.push(
            Diagnostic::new(
                Code::E0107,
                it.name.span,
                format!("`{}` has a value per member; say whose", it.name.name),
            )
            .here("of which member?")
            .why("each member of the universe has a value of its own")
            .fix(format!("write `set {}[m] = ...`", it.name.name)),
        );
        None
    }

    pub(in super::super) fn only_state(&mut self, name: &ast::Ident) {
        if self.find(&name.name).is_none() {
            let near =
                self.suggest(&name.name, |e| matches!(e, Entity::State(_) | Entity::NodeState(_)));
            self.unknown(name, "state", near);
            return;
        }
        self.out.push(
            Diagnostic::new(
                Code::E0113,
                name.span,
                format!("`{}` cannot be set: it is no state", name.name),
            )
            .here("not a state")
            .why("everything else follows from its definition")
            .fix(format!("declare a state: `state {}_now: ... = ...`", name.name)),
        );
    }
}
