//! `let` declarations of a strategy.

use std::collections::{BTreeMap, BTreeSet};

use strat_dsl::{Code, Diagnostic, ast};
use strat_runtime::manifest::ReasonKind;

use super::item::mentions;
use super::{Checker, Place, Typed, graph};
use crate::hir::{self, Kind, LetId, Ty};

impl Checker {
    /// Checks every `let` after those that it reads. The names are declared already.
    pub(super) fn streams(&mut self, lets: &[&ast::Let]) -> u32 {
        let mut index_of: BTreeMap<&str, usize> = BTreeMap::new();
        for (index, it) in lets.iter().enumerate() {
            index_of.entry(it.name.name.as_str()).or_insert(index);
        }
        let deps: Vec<Vec<usize>> = lets
            .iter()
            .map(|it| {
                let mut names = BTreeSet::new();
                mentions(&it.value, &mut names);
                names.iter().filter_map(|name| index_of.get(name.as_str()).copied()).collect()
            })
            .collect();
        let (order, circles) = graph::order(&deps);
        for circle in &circles {
            self.circle(&circle.iter().map(|i| &lets[*i].name).collect::<Vec<_>>());
        }
        let circular: BTreeSet<usize> = circles.into_iter().flatten().collect();
        self.st.let_ids = vec![None; lets.len()];
        let mut calls = 0;
        for index in order {
            if !circular.contains(&index) {
                calls = self.stream(lets[index], index, calls);
            }
        }
        calls
    }

    fn circle(&mut self, circle: &[&ast::Ident]) {
        let Some(first) = circle.first() else { return };
        let mut names: Vec<String> = circle.iter().map(|n| format!("`{}`", n.name)).collect();
        names.push(format!("`{}`", first.name));
        let mut diagnostic = Diagnostic::new(
            Code::E0230,
            first.span,
            format!("`{}` depends on itself: {}", first.name, names.join(" reads ")),
        )
        .here("needs its own value");
        for other in circle.iter().skip(1) {
            diagnostic = diagnostic.label(other.span, "part of the circle");
        }
        self.out.push(
            diagnostic
                .why("within one tick each stream is computed once, from finished values")
                .fix("break it with a node: `state` holds the value of the tick before"),
        );
    }

    /// Checks one `let`; returns the call sites so far.
    fn stream(&mut self, it: &ast::Let, index: usize, calls: u32) -> u32 {
        let ((typed, per), body) = self.in_body(Place::Stream, |s| {
            s.body.calls = calls;
            let per = match &it.per {
                None => None,
                Some(per) => match s.enter_per(&it.name, per) {
                    Some(per) => Some(per),
                    None => return (Typed::error(it.value.span), None),
                },
            };
            let typed = match (&it.ty, it.otherwise.is_some()) {
                (Some(ty), guarded) => {
                    let ty = s.ty(ty);
                    let want = Ty { optional: ty.optional || guarded, ..ty };
                    if guarded {
                        s.option_of(&it.value, want)
                    } else {
                        s.expect_ty(&it.value, want, "the value")
                    }
                }
                (None, _) => s.expr(&it.value, None),
            };
            let follows = s.ticks_per_member(it, &typed);
            (if follows { typed } else { Typed::error(it.value.span) }, per)
        });
        let calls = body.calls;
        let typed = self.check_runtime(&it.value, typed);
        if typed.is_error() {
            return calls;
        }
        if it.otherwise.is_some() && !typed.ty().optional {
            self.always_there(&it.value, "this `else` is never taken");
            return calls;
        }
        let guard = it.otherwise.as_ref().map(|text| self.reason(text, ReasonKind::Guard));
        let mut ty = typed.ty();
        ty.optional &= guard.is_none();
        let id = LetId(u32::try_from(self.st.lets.len()).unwrap_or(u32::MAX));
        let sign = self.sign(&typed.expr);
        self.st.lets.push(hir::Let {
            name: it.name.name.clone(),
            ty,
            domain: typed.domain,
            value: typed.expr,
            per,
            guard,
            span: it.name.span,
        });
        self.st.let_signs.push(sign);
        self.st.let_ids[index] = Some(id);
        calls
    }

    /// An optional value of this type.
    fn option_of(&mut self, e: &ast::Expr, want: Ty) -> Typed {
        let typed = self.expr(e, Some(want.kind));
        if typed.is_error() || want.is_error() || want.kind.join(typed.kind()).is_some() {
            return typed;
        }
        self.mismatch(e, typed.ty(), Ty::of(want.kind), "the value");
        Typed::error(e.span)
    }

    /// A `let` names values, not clocks or bars.
    fn check_runtime(&mut self, e: &ast::Expr, typed: Typed) -> Typed {
        if typed.is_error() || typed.kind().cell().is_some() {
            return typed;
        }
        if let Kind::List(..) = typed.kind() {
            // Without a clock it is no stream: it is made anew where it is read.
            if typed.domain.is_some() {
                self.list_stream(e.span, "a stream");
                return Typed::error(e.span);
            }
            return typed;
        }
        let noun = self.a(typed.ty());
        self.out.push(
            Diagnostic::new(Code::E0101, e.span, format!("{noun} is not a value by itself"))
                .here("only its fields are values")
                .why("a `let` of the strategy is one value that changes in time")
                .fix("name a field: `h1.close`"),
        );
        Typed::error(e.span)
    }
}
