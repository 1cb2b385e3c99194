//! `match`.

use strat_dsl::{Code, Diagnostic, Span, ast};

use super::super::scope::{Entity, nearest};
use super::super::{Checker, Typed};
use crate::hir::{Kind, StmtKind, Ty};

impl Checker {
    pub(super) fn match_stmt(&mut self, it: &ast::MatchStmt) -> Option<StmtKind> {
        let value = self.value(&it.value, None);
        let members: Vec<String> = match value.kind() {
            Kind::Enum(id) => self.hir.enums.get(id.index()).map(|e| e.members.clone())?,
            Kind::Error => Vec::new(),
            kind => {
                let noun = self.a(Ty::of(kind));
                self.out.push(
                    Diagnostic::new(
                        Code::E0112,
                        it.value.span,
                        format!("`match` needs an enum, but this is {noun}"),
                    )
                    .here(format!("this is {noun}"))
                    .why("only an enum has a fixed list of cases")
                    .fix("use `if` and `else if`"),
                );
                Vec::new()
            }
        };
        let known = matches!(value.kind(), Kind::Enum(_));
        let mut arms = Vec::new();
        let mut seen: Vec<(Option<u32>, Span)> = Vec::new();
        let mut broken = !known;
        for arm in &it.arms {
            let case = if known { self.case(&value, arm, &members, &mut seen) } else { None };
            let body = self.conditionally("in `match`", it.span, |s| s.block(&arm.body));
            match case {
                Some(case) => arms.push((case, body)),
                None => broken = true,
            }
        }
        if broken {
            return None;
        }
        let missing: Vec<&str> = members
            .iter()
            .zip(0_u32..)
            .filter(|(_, index)| !seen.iter().any(|(case, _)| *case == Some(*index)))
            .map(|(name, _)| name.as_str())
            .collect();
        if !missing.is_empty() && !seen.iter().any(|(case, _)| case.is_none()) {
            self.missing_cases(it, &missing);
            return None;
        }
        Some(StmtKind::Match { value: value.expr, arms })
    }

    fn missing_cases(&mut self, it: &ast::MatchStmt, missing: &[&str]) {
        self.out.push(
            Diagnostic::new(
                Code::E0112,
                it.value.span,
                format!("this `match` leaves out `{}`", missing.join("`, `")),
            )
            .here("not every case is covered")
            .why("a case that nobody thought of would do nothing, silently")
            .fix("add the case, or `_ -> { }` for the rest"),
        );
    }

    /// The index of the case that an arm names; `Some(None)` for the rest.
    fn case(
        &mut self,
        value: &Typed,
        arm: &ast::Arm,
        members: &[String],
        seen: &mut Vec<(Option<u32>, Span)>,
    ) -> Option<Option<u32>> {
        let (case, span) = match &arm.pattern {
            ast::Pattern::Any(span) => (None, *span),
            ast::Pattern::Error(_) => return None,
            ast::Pattern::Path { path, span } => {
                let name = path.last()?;
                if let [of, _] = path.as_slice() {
                    let entity = self.lookup(of);
                    if entity.is_some_and(|e| Entity::kind_of_enum(e) != Some(value.kind())) {
                        let noun = self.a(value.ty());
                        self.out.push(
                            Diagnostic::new(
                                Code::E0112,
                                *span,
                                format!("`{}` is not what is matched: that is {noun}", of.name),
                            )
                            .here("another enum")
                            .why("each case names a member of the enum that is matched")
                            .fix("name a case of that enum"),
                        );
                        return None;
                    }
                    if entity.is_none() {
                        let near = self.suggest(&of.name, |e| matches!(e, Entity::Enum(_)));
                        self.unknown(of, "enum", near);
                        return None;
                    }
                }
                let Some(index) = members.iter().position(|m| *m == name.name) else {
                    let near = nearest(&name.name, members.iter().map(String::as_str));
                    let near = near.map(str::to_owned);
                    self.unknown(name, "case", near);
                    return None;
                };
                if let Kind::Enum(id) = value.kind() {
                    self.record_case(id, name);
                }
                (Some(u32::try_from(index).unwrap_or(u32::MAX)), *span)
            }
        };
        let earlier = seen.iter().find(|(c, _)| *c == case || c.is_none()).map(|(_, at)| *at);
        if let Some(earlier) = earlier {
            self.out.push(
                Diagnostic::new(Code::E0112, span, "this case is covered already")
                    .here("never reached")
                    .label(earlier, "covered here")
                    .why("the first case that fits is taken")
                    .fix("remove one of them"),
            );
            return None;
        }
        seen.push((case, span));
        Some(case)
    }
}

impl Entity {
    /// The type whose cases an enum names.
    fn kind_of_enum(self) -> Option<Kind> {
        match self {
            Self::Enum(id) => Some(Kind::Enum(id)),
            _ => None,
        }
    }
}
