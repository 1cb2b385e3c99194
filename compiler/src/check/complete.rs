//! What a strategy must have, and what it has without need.

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::venue::VenueKind;

use super::Checker;
use super::scope::Entity;
use crate::hir::{self, Const, ExprKind};
use crate::ir::RiskKind;

impl Checker {
    /// Judged only for strategies without a syntax error: what is missing may be what could not be
    /// read.
    pub(super) fn complete(&mut self, it: &ast::Strategy, risk: &[hir::RiskRule]) {
        let has = |f: fn(&ast::Member) -> bool| it.members.iter().any(f);
        if !has(|m| matches!(m, ast::Member::Version(_))) {
            self.absent(it, "version", "version 1");
        }
        if !has(|m| matches!(m, ast::Member::Venue(_))) {
            self.absent(it, "venue", "venue polymarket");
        }
        let trades =
            it.members.iter().any(|m| matches!(m, ast::Member::Handler(h) if trades(&h.body)));
        if trades && !has(|m| matches!(m, ast::Member::Risk(_))) {
            self.no_risk(it);
        } else if trades {
            self.drawdown(it, risk);
        }
        self.unused();
    }

    fn absent(&mut self, it: &ast::Strategy, what: &str, example: &str) {
        self.out.push(
            Diagnostic::new(
                Code::E0803,
                it.name.span,
                format!("the strategy `{}` has no {what}", it.name.name),
            )
            .here(format!("no `{what}` in it"))
            .why("the version tells snapshots apart, the venue decides what is possible")
            .fix(format!("add `{example}`")),
        );
    }

    fn no_risk(&mut self, it: &ast::Strategy) {
        let vanta = self.st.venue == Some(VenueKind::Vanta);
        let example =
            if vanta { "max_drawdown: 6% -> flatten, halt" } else { "max_notional: 1_000 usd" };
        self.out.push(
            Diagnostic::new(
                Code::E0601,
                it.name.span,
                format!("the strategy `{}` trades without a `risk` block", it.name.name),
            )
            .here("no limits declared")
            .why("limits are enforced outside of the strategy; without them nothing is")
            .fix(format!("add one: `risk {{ {example} }}`")),
        );
    }

    /// Some venues end an account at a drawdown: the limit must come first.
    fn drawdown(&mut self, it: &ast::Strategy, risk: &[hir::RiskRule]) {
        let Some(venue) = self.st.venue else { return };
        let Some(below) = venue.capabilities().drawdown_below else { return };
        let rules: Vec<&hir::RiskRule> =
            risk.iter().filter(|rule| rule.kind == RiskKind::MaxDrawdown).collect();
        let named = it.members.iter().any(|m| {
            matches!(m, ast::Member::Risk(r) if r.rules.iter().any(|r| r.name.name == "max_drawdown"))
        });
        let percent = below.raw() / 10_000_000;
        if rules.is_empty() && !named {
            self.out.push(
                Diagnostic::new(
                    Code::E0602,
                    it.members
                        .iter()
                        .find_map(|m| match m {
                            ast::Member::Risk(r) => Some(r.span),
                            _ => None,
                        })
                        .unwrap_or(it.name.span),
                    format!("venue `{}` needs a `max_drawdown` below {percent}%", venue.name()),
                )
                .here("no `max_drawdown` in it")
                .why(format!("the venue ends an account for good at {percent}%"))
                .fix("add `max_drawdown: 6% -> flatten, halt`"),
            );
        }
        for rule in rules {
            let largest = match &rule.limit.kind {
                ExprKind::Const(Const::Fixed(v)) => Some(*v),
                ExprKind::Param(id) => {
                    self.st.params.get(id.index()).and_then(|p| match (&p.range, &p.default) {
                        (Some(hir::ParamRange { high: Const::Fixed(v), .. }), _)
                        | (None, Const::Fixed(v)) => Some(*v),
                        _ => None,
                    })
                }
                _ => None,
            };
            if largest.is_none_or(|v| v >= below.raw()) {
                self.out.push(
                    Diagnostic::new(
                        Code::E0602,
                        rule.limit.span,
                        format!("venue `{}` needs a `max_drawdown` below {percent}%", venue.name()),
                    )
                    .here("not surely below it")
                    .why(format!("the venue ends an account for good at {percent}%"))
                    .fix("tighten it: `max_drawdown: 6% -> flatten, halt`"),
                );
            }
        }
    }

    /// Names that nobody reads.
    fn unused(&mut self) {
        let mut unused: Vec<(Span, String, &str)> = Vec::new();
        for (name, entry) in self.scopes.last().into_iter().flatten() {
            let what = match entry.entity {
                Entity::Param(_) => "parameter",
                Entity::Let(_) => "`let`",
                Entity::State(_) => "state",
                Entity::Instrument(_) => "instrument",
                Entity::Universe(_) => "universe",
                Entity::Clock(_) => "clock",
                Entity::Words(_) => "word list",
                _ => continue,
            };
            if !entry.used && !name.starts_with('_') {
                unused.push((entry.span, name.clone(), what));
            }
        }
        for (span, name, what) in unused {
            self.out.push(
                Diagnostic::new(
                    Code::W0101,
                    span,
                    format!("the {what} `{name}` is declared but never used"),
                )
                .here("not used")
                .why("a name that nobody uses is often a slip of the pen elsewhere")
                .fix(format!("remove it, or call it `_{name}` to keep it")),
            );
        }
    }
}

/// Whether a block emits anything that a venue sees.
fn trades(block: &ast::Block) -> bool {
    let mut rest: Vec<&ast::Stmt> = block.stmts.iter().collect();
    while let Some(stmt) = rest.pop() {
        match stmt {
            ast::Stmt::Order(_) | ast::Stmt::Quote(_) | ast::Stmt::Target(_) => return true,
            ast::Stmt::If(it) => {
                rest.extend(it.branches.iter().flat_map(|b| &b.body.stmts));
                rest.extend(it.otherwise.iter().flat_map(|b| &b.stmts));
            }
            ast::Stmt::Match(it) => rest.extend(it.arms.iter().flat_map(|a| &a.body.stmts)),
            ast::Stmt::For(it) => rest.extend(&it.body.stmts),
            ast::Stmt::Together(it) => rest.extend(&it.body.stmts),
            _ => {}
        }
    }
    false
}
