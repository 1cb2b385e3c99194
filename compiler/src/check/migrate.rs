//! Migrations: how state of an older version becomes state of this one.

use strat_dsl::{Code, Diagnostic, ast};

use super::scope::Entity;
use super::sign::Sign;
use super::{Checker, Place};
use crate::hir::Migration;

impl Checker {
    pub(super) fn migrate(&mut self, it: &ast::Migrate, version: Option<u32>) -> Migration {
        let from = u32::try_from(it.from.value).unwrap_or(u32::MAX);
        if version.is_some_and(|version| from >= version) {
            self.out.push(
                Diagnostic::new(Code::E0802, it.from.span, "a migration leads up to this version")
                    .here("not older than the strategy")
                    .why("state is taken over from strategies that ran before")
                    .fix("raise `version`, or name an older one here"),
            );
        }
        let ((old, set), _) = self.in_body(Place::Migration, |s| {
            s.scoped(|s| {
                let mut old = Vec::new();
                // The old state may have the names of the new one.
                let outer = std::mem::take(&mut s.scopes);
                let mut shared = outer.clone();
                for scope in &mut shared {
                    scope.retain(|_, name| !matches!(name.entity, Entity::State(_)));
                }
                s.scopes = shared;
                for field in &it.old {
                    let ty = s.ty(&field.ty);
                    let local = s.local(&field.name.name, ty, Sign::ANY, field.span);
                    s.declare(&field.name, Entity::Local(local));
                    old.push(local);
                }
                let inner = std::mem::replace(&mut s.scopes, outer);
                let mut set = Vec::new();
                for assignment in &it.assignments {
                    s.mention(&assignment.name);
                    let target = s.find(&assignment.name.name).map(|n| n.entity);
                    let Some(Entity::State(state)) = target else {
                        s.no_such_state(&assignment.name);
                        continue;
                    };
                    let Some((ty, per)) =
                        s.st.states.get(state.index()).map(|state| (state.ty, state.per))
                    else {
                        continue;
                    };
                    if per.is_some() {
                        s.unsupported(
                            assignment.name.span,
                            "a migration of what each member has",
                            "leave it out: it is taken over if its name and type are the same",
                        );
                        continue;
                    }
                    if set.iter().any(|(known, _)| *known == state) {
                        s.set_twice(&assignment.name);
                        continue;
                    }
                    let outer = std::mem::replace(&mut s.scopes, inner.clone());
                    let what = format!("`{}`", assignment.name.name);
                    let value = s.expect_ty(&assignment.value, ty, &what);
                    s.scopes = outer;
                    if !value.is_error() {
                        set.push((state, value.expr));
                    }
                }
                (old, set)
            })
        });
        Migration { from, old, set, span: it.span }
    }

    fn set_twice(&mut self, name: &ast::Ident) {
        self.out.push(
            Diagnostic::new(Code::E0802, name.span, format!("`{}` is set twice", name.name))
                .here("has a value already")
                .why("a migration gives each state one value")
                .fix("leave one of them out"),
        );
    }

    /// At most one way leads from each version.
    pub(super) fn migrations_once(&mut self, migrations: &[Migration]) {
        for (at, migration) in migrations.iter().enumerate() {
            let same = |other: &&Migration| other.from == migration.from;
            if migrations.iter().take(at).any(|other| same(&other)) {
                let from = migration.from;
                self.out.push(
                    Diagnostic::new(
                        Code::E0802,
                        migration.span,
                        format!("there are two migrations from version {from}"),
                    )
                    .here("the second one")
                    .why("it must be clear what becomes of the older state")
                    .fix("put both into one"),
                );
            }
        }
    }

    fn no_such_state(&mut self, name: &ast::Ident) {
        if name.name.is_empty() {
            return;
        }
        let near = self.suggest(&name.name, |e| matches!(e, Entity::State(_)));
        let diagnostic = Diagnostic::new(
            Code::E0802,
            name.span,
            format!("there is no state `{}` to migrate to", name.name),
        )
        .here("not a state of this version")
        .why("a migration gives the new state its first values");
        let diagnostic = match near {
            Some(near) => {
                diagnostic.fix_replace(format!("did you mean `{near}`?"), name.span, near)
            }
            None => diagnostic.fix("name a state of the strategy"),
        };
        self.out.push(diagnostic);
    }
}
