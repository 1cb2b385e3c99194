//! Universes: members that meet conditions, in a unique order.

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::manifest::ReasonKind;

use super::expr::lift;
use super::scope::Entity;
use super::sign::Sign;
use super::{Checker, Place};
use crate::hir::bounds::int_bounds;
use crate::hir::{self, ExprKind, Kind, Of, Reason, Ty};
use crate::ir::{LocalId, UniverseId, ViewField};

/// The most members that a universe may have.
const MEMBERS_MAX: u64 = 65_536;

impl Checker {
    pub(super) fn universe(&mut self, it: &ast::Universe) {
        self.universe_capability(it);
        if it.max.value == 0 || it.max.value > MEMBERS_MAX {
            self.out.push(
                Diagnostic::new(
                    Code::E0402,
                    it.max.span,
                    format!("the size of a universe lies in 1..{MEMBERS_MAX}"),
                )
                .here("outside")
                .why("memory for every member is laid out beforehand")
                .fix("use the size you need: `max 4096`"),
            );
        }
        let id = UniverseId(u32::try_from(self.st.universes.len()).unwrap_or(u32::MAX));
        if let Some(short) = &it.short {
            self.short_sale(short);
            self.st.short_universes.insert(id);
        }
        let member = self.local("m", Ty::of(Kind::Instrument(Of::Any)), Sign::ANY, it.name.span);
        if let Some(local) = self.body.locals.get_mut(member.index()) {
            local.ty = Ty::of(Kind::Instrument(Of::Bound(member)));
        }
        let (filters, _) = self.in_body(Place::Universe, |s| {
            s.body.member = Some(member);
            s.filters(&it.filters)
        });
        let (order, _) = self.in_body(Place::Universe, |s| {
            s.body.member = Some(member);
            s.order_keys(it, member)
        });
        let take = it.take.as_ref().and_then(|take| self.take(take));
        self.st.universes.push(hir::Universe {
            name: it.name.name.clone(),
            max: u32::try_from(it.max.value).unwrap_or(u32::MAX),
            member,
            filters,
            order,
            take,
            span: it.name.span,
        });
        self.declare(&it.name, Entity::Universe(id));
    }

    fn universe_capability(&mut self, it: &ast::Universe) {
        let Some(venue) = self.st.venue else { return };
        if !venue.capabilities().universes {
            self.out.push(
                Diagnostic::new(
                    Code::E0501,
                    it.name.span,
                    format!("venue `{}` has no universe of markets", venue.name()),
                )
                .here("nothing to choose from")
                .why("its instruments are a fixed list")
                .fix("declare the instruments one by one: `instrument btc = ...`")
                .fix("run the strategy on `polymarket`"),
            );
        }
    }

    fn filters(&mut self, filters: &[ast::Where]) -> Vec<hir::Filter> {
        let mut out = Vec::new();
        for filter in filters {
            let typed = self.condition(&filter.condition);
            let opens = std::mem::take(&mut self.body.opens);
            if typed.is_error() {
                continue;
            }
            self.assume(&typed.expr, true);
            out.push(hir::Filter {
                opens,
                condition: typed.expr,
                reason: Reason {
                    kind: ReasonKind::Universe,
                    text: None,
                    span: filter.condition.span,
                },
            });
        }
        out
    }

    fn order_keys(&mut self, it: &ast::Universe, member: LocalId) -> Vec<(hir::Expr, bool)> {
        let mut keys = Vec::new();
        let mut failed = false;
        for key in &it.order {
            let mut typed = self.expr(&key.key, None);
            let opens = std::mem::take(&mut self.body.opens);
            if typed.is_error() {
                failed = true;
                continue;
            }
            // What is absent makes the key absent, and comes last.
            for (local, option, _) in opens.into_iter().rev() {
                let (ty, span) = (Ty::option(typed.kind()), typed.expr.span);
                let (option, body) = (Box::new(option), Box::new(lift(typed.expr, true)));
                typed.expr =
                    hir::Expr { kind: ExprKind::MapSome { option, local, body }, ty, span };
            }
            let kind = typed.kind();
            let unique = matches!(typed.expr.kind, ExprKind::View(ViewField::Id, _));
            if !(kind.is_number() || matches!(kind, Kind::Time | Kind::Bool) || unique) {
                let noun = self.a(typed.ty());
                self.out.push(
                    Diagnostic::new(
                        Code::E0410,
                        key.key.span,
                        format!("a universe cannot be ordered by {noun}"),
                    )
                    .here(format!("this is {noun}"))
                    .why("only numbers and times have an order; `id` makes it unique")
                    .fix("order by a number, then by `id`"),
                );
                failed = true;
                continue;
            }
            keys.push((typed.expr, key.direction == ast::Direction::Desc));
        }
        let last = keys.last().map(|(key, _)| &key.kind);
        let unique = matches!(last, Some(ExprKind::View(ViewField::Id, _)));
        if !unique && !failed {
            self.not_unique(it);
        }
        if keys.is_empty() {
            let span = it.name.span;
            let kind = ExprKind::View(ViewField::Id, Box::new(self.read_local(member, span).expr));
            keys.push((hir::Expr { kind, ty: Ty::of(Kind::Text), span }, false));
        }
        keys
    }

    fn not_unique(&mut self, it: &ast::Universe) {
        let (span, label) = match it.order.last() {
            Some(key) => (key.span, "two markets can have the same value"),
            None => (it.name.span, "no `order by`"),
        };
        let mut diagnostic =
            Diagnostic::new(Code::E0410, span, "the order of this universe is not unique")
                .here(label)
                .why(
                    "\"the first 5\" could differ between runs, or between live and backtest; \
                     handlers run in this order",
                );
        diagnostic = match it.order.last() {
            Some(key) => diagnostic.fix_with(
                "end it with the unique key: `, id`",
                vec![strat_dsl::Edit {
                    span: Span { start: key.span.end, end: key.span.end },
                    replacement: ", id".to_owned(),
                }],
            ),
            None => diagnostic
                .fix(format!("add it behind the size: `max {} order by id`", it.max.value)),
        };
        self.out.push(diagnostic);
    }

    fn take(&mut self, written: &ast::Expr) -> Option<hir::Expr> {
        let place = Place::Params("`take`");
        let (typed, _) = self.in_body(place, |s| s.expect(written, Kind::Int, "`take`"));
        if typed.is_error() {
            return None;
        }
        if int_bounds(&typed.expr, &self.st.params).is_none_or(|(low, _)| low < 1) {
            self.out.push(
                Diagnostic::new(Code::E0402, written.span, "`take` needs a number of at least one")
                    .here("may be zero or less, or has no range")
                    .why("a universe of which nothing is taken never has a member")
                    .fix("write a number, or a parameter with a range: `in 1..20`"),
            );
            return None;
        }
        Some(typed.expr)
    }
}
