//! `let`s per member of a universe: declared over the member's own fields, read of a member.

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::manifest::ReasonKind;

use super::report::last_name;
use super::say::quoted;
use super::{Checker, Place, Typed};
use crate::hir::{self, DomainKind, ExprKind, Kind, LetId, Of, Reason, Ty};
use crate::ir::{DomainId, LocalId, UniverseId};

/// What a `let` per member is about, while it is checked.
#[derive(Debug, Clone)]
pub(super) struct PerMember {
    universe: UniverseId,
    member: LocalId,
    /// The name of the `let`.
    name: String,
    /// Options opened on the way, by their key.
    opened: Vec<(String, LetId)>,
}

impl Checker {
    /// Makes the body one of a `let` per member of the named universe.
    pub(super) fn enter_per(&mut self, name: &ast::Ident, per: &ast::Ident) -> Option<UniverseId> {
        let universe = self.per_universe(per)?;
        let member = self.st.universes.get(universe.index())?.member;
        let name = name.name.clone();
        self.body.member = Some(member);
        self.body.per = Some(PerMember { universe, member, name, opened: Vec::new() });
        Some(universe)
    }

    /// The clock of a field of the member that the body is about.
    pub(super) fn member_domain(&mut self, of: Of, trades: bool) -> Option<DomainId> {
        let per = self.body.per.as_ref()?;
        if of != Of::Bound(per.member) {
            return None;
        }
        let universe = per.universe;
        let kind = if trades {
            DomainKind::MemberTrades(universe)
        } else {
            DomainKind::MemberBook(universe)
        };
        Some(self.domain(kind))
    }

    /// The universe for whose members a domain ticks.
    fn universe_of(&self, mut id: DomainId) -> Option<UniverseId> {
        loop {
            match self.st.domains.get(id.index())?.kind {
                DomainKind::MemberBook(universe) | DomainKind::MemberTrades(universe) => {
                    return Some(universe);
                }
                DomainKind::Present { base, .. } => id = base,
                DomainKind::Bars(_) | DomainKind::Book(_) | DomainKind::Trades(_) => return None,
            }
        }
    }

    /// An option in a `let` per member: as in a `where`, absent means that there is nothing to say
    /// of the member. The option becomes a guard of its own, in front of the `let`.
    pub(super) fn open_for_member(&mut self, e: &ast::Expr, typed: Typed) -> Typed {
        let foreign = typed.domain.is_some_and(|domain| self.universe_of(domain).is_none());
        let key = super::prove::key(&typed.expr);
        let Some(key) = key.filter(|_| !foreign) else {
            self.unopened(e, typed.ty());
            return Typed::error(e.span);
        };
        let Some(per) = &self.body.per else { return Typed::error(e.span) };
        let (universe, prefix) = (per.universe, per.name.clone());
        if let Some((_, id)) = per.opened.iter().find(|(known, _)| *known == key) {
            let id = *id;
            return self.read_guarded(id, e.span);
        }
        let id = LetId(u32::try_from(self.st.lets.len()).unwrap_or(u32::MAX));
        let sign = self.sign(&typed.expr);
        let text = Some(format!("no {}", quoted(e)));
        self.st.lets.push(hir::Let {
            name: format!("{prefix}.{}", last_name(e)),
            ty: Ty::of(typed.kind()),
            domain: typed.domain,
            value: typed.expr,
            per: Some(universe),
            guard: Some(Reason { kind: ReasonKind::Guard, text, span: e.span }),
            span: e.span,
        });
        self.st.let_signs.push(sign);
        if let Some(per) = &mut self.body.per {
            per.opened.push((key, id));
        }
        self.read_guarded(id, e.span)
    }

    fn read_guarded(&mut self, id: LetId, span: Span) -> Typed {
        let Some(guard) = self.st.lets.get(id.0 as usize) else { return Typed::error(span) };
        let (ty, base) = (guard.ty, guard.domain);
        let domain = base.map(|base| self.domain(DomainKind::Present { base, guard: id }));
        Typed::new(ExprKind::Let(id), ty, span).at(domain)
    }

    /// A `let` per member must be new when something of the member is.
    pub(super) fn ticks_per_member(&mut self, it: &ast::Let, typed: &Typed) -> bool {
        let Some(per) = self.body.per.as_ref().map(|per| per.universe) else { return true };
        let universe = typed.domain.map(|domain| self.universe_of(domain));
        if typed.is_error() || universe == Some(Some(per)) {
            return true;
        }
        let (here, why) = if universe.is_some() {
            ("the same for every member", "what is kept per member follows the member's own data")
        } else {
            ("has no clock", "a stream is new when the member's book or trades are")
        };
        self.out.push(
            Diagnostic::new(
                Code::E0107,
                it.value.span,
                format!("`{}` does not follow its member", it.name.name),
            )
            .here(here)
            .why(why)
            .fix("compute it from `book.mid`, `book.spread`, `mark` or `last`")
            .fix("read what has no clock in the handler: `m.tick`, `m.expires_in`"),
        );
        false
    }

    /// Whether the body may read a `let` by its bare name; says how to read it where not.
    pub(super) fn may_read_bare(&mut self, id: LetId, span: Span) -> bool {
        let Some(declared) = self.st.lets.get(id.0 as usize) else { return false };
        let Some(universe) = declared.per else { return true };
        if self.body.per.as_ref().is_some_and(|per| per.universe == universe) {
            return true;
        }
        let name = declared.name.clone();
        let of = self.st.universes.get(universe.index()).map(|u| u.name.clone());
        let of = of.unwrap_or_default();
        let diagnostic = Diagnostic::new(
            Code::E0107,
            span,
            format!("`{name}` has a value per member; say whose"),
        )
        .here("of which member?")
        .why("each member of the universe has a value of its own");
        self.out.push(if self.body.place == Place::Handler {
            diagnostic.fix(format!("write `{name}[m]`"))
        } else {
            diagnostic
                .fix(format!("keep this one for each member, too: `let x per {of} = ...`"))
                .fix(format!("read it in a handler: `on every 10s for m in {of} {{ ... }}`"))
        });
        false
    }

    pub(super) fn is_per_member(&self, id: LetId) -> bool {
        self.st.lets.get(id.0 as usize).is_some_and(|declared| declared.per.is_some())
    }

    /// `e[m]` in a handler: the last value of a `let` per member. The handler waits for it where
    /// the member is one by construction; of an instrument that may be none, it is an option.
    pub(super) fn member_let(
        &mut self,
        e: &ast::Expr,
        name: &ast::Ident,
        id: LetId,
        index: &ast::Expr,
    ) -> Typed {
        let member = self.value(index, None);
        let Some(declared) = self.st.lets.get(id.0 as usize) else { return Typed::error(e.span) };
        let (Some(per), ty) = (declared.per, declared.ty) else { return Typed::error(e.span) };
        let Some(own) = self.st.universes.get(per.index()).map(|u| u.member) else {
            return Typed::error(e.span);
        };
        let of = match member.kind() {
            Kind::Error => return Typed::error(e.span),
            Kind::Instrument(of @ Of::Bound(local))
                if self.st.member_of.get(&local) == Some(&per) =>
            {
                of
            }
            Kind::Instrument(Of::Any) => Of::Any,
            _ => return self.no_member(e, name, per, index),
        };
        let mut ty = Ty { kind: ty.kind.renamed(Of::Bound(own), of), ..ty };
        match of {
            Of::Bound(local) if !self.body.cold => {
                if self.body.entering == Some(local) {
                    return self.just_entered(e, name);
                }
                self.body.waits.insert((local, id));
            }
            Of::Bound(_) | Of::Any | Of::One(_) => ty.optional = true,
        }
        Typed::new(ExprKind::MemberLet(id, Box::new(member.expr)), ty, e.span)
    }

    fn no_member(
        &mut self,
        e: &ast::Expr,
        name: &ast::Ident,
        per: UniverseId,
        index: &ast::Expr,
    ) -> Typed {
        let universe = self.st.universes.get(per.index()).map(|u| u.name.clone());
        let universe = universe.unwrap_or_default();
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
        Typed::error(e.span)
    }

    fn just_entered(&mut self, e: &ast::Expr, name: &ast::Ident) -> Typed {
        self.out.push(
            Diagnostic::new(
                Code::E0107,
                e.span,
                format!("`{}` has no value yet when a member enters", name.name),
            )
            .here("begins at the member's next tick")
            .why("streams per member begin when the member enters, so this would never fire")
            .fix("read it in a handler that fires later: `on every 10s for m in ...`")
            .fix("or say `cold` before the block; then it is an option"),
        );
        Typed::error(e.span)
    }

    /// The `let`s that are read of one member, which its handler or loop waits for.
    pub(super) fn waits_for(&mut self, member: LocalId) -> Vec<LetId> {
        let of = |(local, id): &(LocalId, LetId)| (*local == member).then_some(*id);
        let found = self.body.waits.iter().filter_map(of).collect();
        self.body.waits.retain(|(local, _)| *local != member);
        found
    }
}
