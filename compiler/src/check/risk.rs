//! The risk block.

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::manifest::{RiskAction, Scope};

use super::scope::{Entity, nearest};
use super::{Checker, Place, Typed};
use crate::hir::{Const, Expr, ExprKind, Kind, Of, RiskRule, Ty};
use crate::ir::RiskKind;

/// The rules: name, kind, whether it takes an instrument, whether it has actions.
const RULES: &[(&str, RiskKind, bool, bool)] = &[
    ("max_position", RiskKind::MaxPosition, true, false),
    ("max_notional", RiskKind::MaxNotional, true, false),
    ("max_open_orders", RiskKind::MaxOpenOrders, false, false),
    ("max_leverage", RiskKind::MaxLeverage, true, false),
    ("max_weight", RiskKind::MaxWeight, true, false),
    ("max_loss", RiskKind::MaxLoss, false, true),
    ("max_drawdown", RiskKind::MaxDrawdown, false, true),
    ("max_order_rate", RiskKind::MaxOrderRate, false, false),
    ("stale_data", RiskKind::StaleData, false, true),
];

const ACTIONS: &[(&str, RiskAction)] = &[
    ("cancel_all", RiskAction::CancelAll),
    ("flatten", RiskAction::Flatten),
    ("halt", RiskAction::Halt),
    ("hold", RiskAction::Hold),
];

impl Checker {
    pub(super) fn risk(&mut self, it: &ast::Risk) -> Vec<RiskRule> {
        let mut rules: Vec<RiskRule> = Vec::new();
        for rule in &it.rules {
            let Some(checked) = self.risk_rule(rule) else { continue };
            let same = rules.iter().find(|r| {
                (r.kind, r.scope, r.per_day) == (checked.kind, checked.scope, checked.per_day)
            });
            if let Some(same) = same {
                let earlier = same.span;
                self.out.push(
                    Diagnostic::new(
                        Code::E0110,
                        rule.name.span,
                        format!("`{}` is limited twice for the same positions", rule.name.name),
                    )
                    .here("again")
                    .label(earlier, "the first limit")
                    .why("it is not clear which of them counts")
                    .fix("keep the tighter one"),
                );
                continue;
            }
            rules.push(checked);
        }
        rules
    }

    fn risk_rule(&mut self, it: &ast::RiskRule) -> Option<RiskRule> {
        let found = RULES.iter().find(|(name, ..)| *name == it.name.name);
        let Some((_, kind, by_instrument, acts)) = found else {
            let names = RULES.iter().map(|(name, ..)| *name);
            self.no_such(
                &it.name,
                "risk rule",
                nearest(&it.name.name, names),
                &list(RULES.iter().map(|r| r.0)),
            );
            return None;
        };
        let actions = self.actions(&it.actions);
        if let Some(action) = it.actions.first().filter(|_| !acts) {
            self.out.push(
                Diagnostic::new(
                    Code::E0603,
                    action.span,
                    format!("`{}` takes no action: it only holds orders back", it.name.name),
                )
                .here("not needed")
                .why("orders beyond the limit are cut or refused; there is no breach to react to")
                .fix("remove `-> ...`"),
            );
        }
        let limit = self.limit_of(it, *kind);
        let (scope, per_day) = self.risk_scope(it, *kind, *by_instrument)?;
        let limit = limit?;
        self.positive_limit(it, &limit);
        Some(RiskRule { kind: *kind, limit, scope, per_day, actions, span: it.span })
    }

    fn limit_of(&mut self, it: &ast::RiskRule, kind: RiskKind) -> Option<Expr> {
        let place = Place::Params("a risk limit");
        let (typed, _) = self.in_body(place, |s| s.limit_value(&it.value, kind));
        (!typed.is_error()).then_some(typed.expr)
    }

    fn limit_value(&mut self, e: &ast::Expr, kind: RiskKind) -> Typed {
        let want = match kind {
            RiskKind::MaxPosition => Kind::Size(Of::Any),
            RiskKind::MaxOpenOrders | RiskKind::MaxOrderRate => Kind::Int,
            RiskKind::MaxLeverage => Kind::Leverage,
            RiskKind::MaxWeight | RiskKind::MaxDrawdown => Kind::Ratio,
            RiskKind::StaleData => Kind::Duration,
            RiskKind::MaxNotional | RiskKind::MaxLoss => {
                let typed = self.value(e, None);
                let money = matches!(typed.kind(), Kind::Money(_));
                let ratio = typed.kind() == Kind::Ratio && kind == RiskKind::MaxLoss;
                if money || ratio || typed.is_error() {
                    return typed;
                }
                let want = Ty::of(Kind::Money(self.quote(Of::Any)));
                self.mismatch(e, typed.ty(), want, "this limit");
                return Typed::error(e.span);
            }
        };
        self.expect(e, want, "this limit")
    }

    fn positive_limit(&mut self, it: &ast::RiskRule, limit: &Expr) {
        if let ExprKind::Const(Const::Int(v) | Const::Fixed(v) | Const::Nanos(v)) = &limit.kind
            && *v <= 0
        {
            self.out.push(
                Diagnostic::new(Code::E0322, it.value.span, "a limit must be above zero")
                    .here("nothing would be allowed")
                    .why("a limit of zero forbids every order, below zero it has no meaning")
                    .fix("write a positive limit"),
            );
        }
    }

    /// To which positions a rule applies, and whether it counts per day.
    fn risk_scope(
        &mut self,
        it: &ast::RiskRule,
        kind: RiskKind,
        by_instrument: bool,
    ) -> Option<(Scope, bool)> {
        let Some(per) = &it.per else {
            if kind == RiskKind::MaxOrderRate {
                self.wrong_scope(
                    it,
                    it.value.span,
                    "per second",
                    "`max_order_rate: 10 per second`",
                );
                return None;
            }
            return Some((Scope::Portfolio, false));
        };
        match (per.name.as_str(), kind) {
            ("day", RiskKind::MaxLoss) => return Some((Scope::Portfolio, true)),
            ("second", RiskKind::MaxOrderRate) => return Some((Scope::Portfolio, false)),
            ("market" | "instrument", _) if by_instrument => {
                return Some((Scope::EachInstrument, false));
            }
            _ => {}
        }
        if !by_instrument {
            let wanted = match kind {
                RiskKind::MaxLoss => "per day",
                RiskKind::MaxOrderRate => "per second",
                _ => "no `per`",
            };
            self.wrong_scope(it, per.span, wanted, "the rule as documented");
            return None;
        }
        match self.lookup(per) {
            Some(Entity::Instrument(id)) => Some((Scope::Instrument(id), false)),
            Some(Entity::Broken) => None,
            _ => {
                let near = self
                    .suggest(&per.name, |e| matches!(e, Entity::Instrument(_)))
                    .or_else(|| nearest(&per.name, ["market", "instrument"]).map(str::to_owned));
                self.unknown(per, "instrument", near);
                None
            }
        }
    }

    fn wrong_scope(&mut self, it: &ast::RiskRule, span: Span, wanted: &str, example: &str) {
        self.out.push(
            Diagnostic::new(
                Code::E0603,
                span,
                format!("`{}` is counted with {wanted}", it.name.name),
            )
            .here("does not fit this rule")
            .why("each rule is measured in one way, so that reports can be compared")
            .fix(format!("write {example}")),
        );
    }

    /// `flatten, halt`
    pub(super) fn actions(&mut self, names: &[ast::Ident]) -> Vec<RiskAction> {
        let mut out = Vec::new();
        for name in names {
            match ACTIONS.iter().find(|(known, _)| *known == name.name) {
                Some((_, action)) if !out.contains(action) => out.push(*action),
                Some(_) => {}
                None => {
                    let known = ACTIONS.iter().map(|(name, _)| *name);
                    let near = nearest(&name.name, known.clone());
                    self.no_such(name, "action", near, &list(known));
                }
            }
        }
        out
    }

    fn no_such(&mut self, name: &ast::Ident, what: &str, near: Option<&str>, all: &str) {
        if name.name.is_empty() {
            return;
        }
        let diagnostic =
            Diagnostic::new(Code::E0603, name.span, format!("there is no {what} `{}`", name.name))
                .here("not known")
                .why(format!("there are {all}"));
        let diagnostic = match near {
            Some(near) => {
                diagnostic.fix_replace(format!("did you mean `{near}`?"), name.span, near)
            }
            None => diagnostic.fix("use one of them"),
        };
        self.out.push(diagnostic);
    }
}

fn list<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
