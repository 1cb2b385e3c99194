//! What became of the state from one version to the next, and whether the strategy says so.

use strat_dsl::{Code, Diagnostic, Span};
use strat_runtime::snapshot::Change;

use super::{states, type_name};
use crate::ir::{Ir, Kind, Migration};

/// How the declared state of `new` differs from that of `old`, in the order of the names.
pub fn changes(old: &Ir, new: &Ir) -> Vec<Change> {
    let (before, after) = (states(old), states(new));
    let mut found = Vec::new();
    for (id, name, from) in &before {
        match after.iter().find(|(_, other, _)| other == name) {
            None => found.push(Change::Removed { name: name.clone(), ty: from.clone() }),
            Some((_, _, to)) if to != from => {
                found.push(Change::Retyped {
                    name: name.clone(),
                    from: from.clone(),
                    to: to.clone(),
                });
            }
            Some((now, _, to)) => {
                let kinds = [(old, old.states[id.index()].ty), (new, new.states[now.index()].ty)];
                if let [(old, was), (new, is)] = kinds
                    && let Some((from, to)) = lost_members(old, was.kind, new, is.kind)
                {
                    let name = name.clone();
                    found.push(Change::Retyped { name, from, to });
                } else {
                    debug_assert_eq!(from, to, "same type");
                }
            }
        }
    }
    for (_, name, ty) in after {
        if before.iter().all(|(_, other, _)| *other != name) {
            found.push(Change::Added { name, ty });
        }
    }
    found.sort();
    found
}

/// An enum with more members can hold what one with fewer held; not the other way round.
fn lost_members(old: &Ir, was: Kind, new: &Ir, is: Kind) -> Option<(String, String)> {
    let (Kind::Enum(was), Kind::Enum(is)) = (was, is) else { return None };
    let (was, is) = (old.enums.get(was.index())?, new.enums.get(is.index())?);
    let lost = was.members.iter().any(|member| !is.members.contains(member));
    let shown = |it: &crate::ir::Enum| format!("{} {{ {} }}", it.name, it.members.join(", "));
    lost.then(|| (shown(was), shown(is)))
}

/// Whether `new` can take over what `old` remembers: E0801 where the state changed and no new version
/// or no migration says what becomes of it, E0802 where a migration reads what `old` did not have.
pub fn check_since(old: &Ir, new: &Ir) -> Vec<Diagnostic> {
    let changes = changes(old, new);
    let mut found = Vec::new();
    if new.version < old.version {
        found.push(
            Diagnostic::new(Code::E0801, new.span, "the version went back")
                .here(format!("version {}, after version {}", new.version, old.version))
                .why("a snapshot of a later version cannot be taken over")
                .fix(format!("say `version {}` or a later one", old.version)),
        );
        return found;
    }
    let migration = new.migrations.iter().find(|migration| migration.from == old.version);
    if new.version == old.version {
        if !changes.is_empty() {
            found.extend(changes.iter().map(|change| changed(new, change, old.version, true)));
        }
        return found;
    }
    let Some(migration) = migration else {
        let lossy = changes.iter().filter(|change| !matches!(change, Change::Added { .. }));
        found.extend(lossy.map(|change| changed(new, change, old.version, false)));
        return found;
    };
    found.extend(unfit(old, new, migration));
    for change in &changes {
        let set = |name: &str| {
            migration.set.iter().any(|(state, _)| new.states[state.index()].name == name)
        };
        if let Change::Retyped { name, .. } = change
            && !set(name)
        {
            found.push(changed(new, change, old.version, false));
        }
    }
    found
}

fn changed(new: &Ir, change: &Change, from: u32, same: bool) -> Diagnostic {
    let declared = new.states.iter().find(|state| state.name == change.name());
    let span = declared.map_or(new.span, |state| state.span);
    let message = if same {
        format!("the state changed, and the version is still {from}: {change}")
    } else {
        format!("the state changed since version {from}: {change}")
    };
    let fix = if same {
        format!(
            "raise `version`, and say by `migrate from {from} {{ ... }} {{ ... }}` what becomes of it"
        )
    } else {
        format!("say by `migrate from {from} {{ ... }} {{ ... }}` what becomes of it")
    };
    Diagnostic::new(Code::E0801, span, message)
        .here("not what the older version remembers")
        .why("a strategy that is replaced while it runs takes its state over by name and type")
        .fix(fix)
}

/// The old state that a migration reads and that the old version did not have like that.
fn unfit(old: &Ir, new: &Ir, migration: &Migration) -> Vec<Diagnostic> {
    let before = states(old);
    let mut found = Vec::new();
    for local in &migration.old {
        let (name, ty) = &new.locals[local.index()];
        let ty = type_name(new, *ty);
        let problem = match before.iter().find(|(_, other, _)| other == name) {
            None => format!("version {} has no state `{name}`", old.version),
            Some((_, _, was)) if *was != ty => {
                format!("`{name}` is {was} in version {}, not {ty}", old.version)
            }
            Some(_) => continue,
        };
        found.push(at(migration.span, problem));
    }
    found
}

fn at(span: Span, problem: String) -> Diagnostic {
    Diagnostic::new(Code::E0802, span, problem)
        .here("reads what was not there")
        .why("a migration reads the state as the older version declared it")
        .fix("name the state and the type that the older version has")
}
