//! Target positions.

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::manifest::ReasonKind;

use super::Checker;
use super::literal::negated;
use super::sign::Sign;
use crate::hir::{self, ExprKind, Goal, Kind, Of, SlotRole, StmtKind, Target, Ty, Via};
use crate::ir::Unary;

impl Checker {
    pub(super) fn target(&mut self, it: &ast::Target) -> Option<StmtKind> {
        self.st.has_target = true;
        let instrument = self.traded(&it.instrument);
        let of = instrument.as_ref().map_or(Of::Any, |(_, of)| *of);
        let goal = self.goal(&it.goal, of);
        let via = match &it.via {
            Some(via) => Some(self.via(via)?),
            None => None,
        };
        let because = it.because.as_ref().map(|text| self.reason(text, ReasonKind::Because));
        let slot = self.slot_at(it.span, SlotRole::Target, of)?;
        let (instrument, _) = instrument?;
        let (goal, shown) = goal?;
        if let Some((span, sign)) = shown
            && sign.within(Sign::NEGATIVE)
        {
            self.short_allowed(of, span);
        }
        Some(StmtKind::Target(Box::new(Target { slot, instrument, goal, via, because })))
    }

    /// The goal, and the sign of its value.
    fn goal(&mut self, goal: &ast::TargetGoal, of: Of) -> Option<(Goal, Option<(Span, Sign)>)> {
        let (written, kind, what) = match goal {
            ast::TargetGoal::Flat(_) => return Some((Goal::Flat, None)),
            ast::TargetGoal::Long(e) | ast::TargetGoal::Short(e) => {
                (e, Kind::Leverage, "the leverage of a target")
            }
            ast::TargetGoal::Size(e) => (e, Kind::Size(of), "the size of a target"),
            ast::TargetGoal::Notional(e) => return self.notional(e, of),
            ast::TargetGoal::Weight(e) => (e, Kind::Ratio, "the weight of a target"),
        };
        let typed = self.expect(written, kind, what);
        if typed.is_error() {
            return None;
        }
        let sign = self.sign(&typed.expr);
        let expr = typed.expr;
        let (goal, sign) = match goal {
            ast::TargetGoal::Long(_) => {
                self.not_negative(written, sign, "long");
                (Goal::Leverage(expr), sign)
            }
            ast::TargetGoal::Short(_) => {
                self.not_negative(written, sign, "short");
                self.short_allowed(of, written.span);
                (Goal::Leverage(negate(expr)), Sign::ANY)
            }
            ast::TargetGoal::Weight(_) => (Goal::Weight(expr), sign),
            _ => (Goal::Size(expr), sign),
        };
        Some((goal, Some((written.span, sign))))
    }

    fn notional(&mut self, e: &ast::Expr, of: Of) -> Option<(Goal, Option<(Span, Sign)>)> {
        let typed = self.value(e, None);
        if typed.is_error() {
            return None;
        }
        // Dollars are what people think in; the venue's own currency is as good.
        if !matches!(typed.kind(), Kind::Money(_)) {
            let want = Ty::of(Kind::Money(self.quote(of)));
            self.mismatch(e, typed.ty(), want, "the notional of a target");
            return None;
        }
        let sign = self.sign(&typed.expr);
        Some((Goal::Notional(typed.expr), Some((e.span, sign))))
    }

    fn not_negative(&mut self, written: &ast::Expr, sign: Sign, side: &str) {
        if sign == Sign::NEGATIVE {
            let other = if side == "long" { "short" } else { "long" };
            self.out.push(
                Diagnostic::new(
                    Code::E0502,
                    written.span,
                    format!("`target ... {side}` takes a leverage that is not negative"),
                )
                .here("below zero")
                .why(format!("`{side}` says the direction already"))
                .fix(format!("write `{other}` and leave the `-` out")),
            );
        }
    }

    /// Selling short must be possible, and on outcome tokens asked for.
    fn short_allowed(&mut self, of: Of, span: Span) {
        let Some(venue) = self.venue_of(of) else { return };
        let asked = match of {
            Of::One(id) => self.st.shorts.get(id.index()).copied().unwrap_or(false),
            Of::Bound(local) => {
                let universe = self.st.member_of.get(&local);
                universe.is_some_and(|universe| self.st.short_universes.contains(universe))
            }
            Of::Any => false,
        };
        if venue.capabilities().short || asked {
            return;
        }
        self.out.push(
            Diagnostic::new(
                Code::E0507,
                span,
                format!("on `{}` nothing is sold short by itself", venue.name()),
            )
            .here("a position below zero")
            .why("a short position in one outcome is a long position in the other")
            .fix("stay long or flat")
            .fix("say so where it is declared: `short: complement` buys the other outcome instead"),
        );
    }

    pub(super) fn via(&mut self, via: &ast::Via) -> Option<Via> {
        Some(match &via.kind {
            ast::ViaKind::Cross => Via::Cross,
            ast::ViaKind::Passive => Via::Passive,
            ast::ViaKind::Twap(length) => {
                let typed = self.expect(length, Kind::Duration, "the length of `twap`");
                if typed.is_error() {
                    return None;
                }
                if !self.sign(&typed.expr).within(Sign::POSITIVE) {
                    self.out.push(
                        Diagnostic::new(
                            Code::E0402,
                            length.span,
                            "the length of `twap` must be above zero",
                        )
                        .here("may be zero or less")
                        .why("slices need time between them")
                        .fix("write a positive duration, or give the parameter such a range"),
                    );
                    return None;
                }
                Via::Twap(typed.expr)
            }
        })
    }
}

/// The value with the other sign.
fn negate(expr: hir::Expr) -> hir::Expr {
    let (ty, span) = (expr.ty, expr.span);
    if let ExprKind::Const(value) = &expr.kind
        && let Some(value) = negated(value)
    {
        return hir::Expr { kind: ExprKind::Const(value), ty, span };
    }
    hir::Expr { kind: ExprKind::Unary(Unary::NegInt, Box::new(expr)), ty, span }
}
