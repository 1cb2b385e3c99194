//! Warnings about what runs, but seldom ends well.

use strat_dsl::{Code, Diagnostic};
use strat_runtime::manifest::Timer;
use strat_runtime::venue::VenueKind;

use super::Checker;
use crate::hir::{Const, Expr, ExprKind, Goal, Handler, Stmt, StmtKind, Trigger};
use crate::ir::{Compare, Pure, Unary, ViewField};

/// From so many fixed outcome tokens on, a list looks chosen.
const TOKENS_CHOSEN: usize = 4;

/// Vanta refuses a second order on a pair within this many nanoseconds.
const COOLDOWN: i64 = 10_000_000_000;

/// Least and most leverage of a pair on Vanta, in units of 1e-9.
const CRYPTO_LEVERAGE: (i64, i64) = (10_000_000, 500_000_000);
const FOREX_LEVERAGE: (i64, i64) = (100_000_000, 5_000_000_000);

/// The currencies of Vanta's forex pairs.
const CURRENCIES: [&str; 9] = ["AUD", "CAD", "CHF", "EUR", "GBP", "JPY", "MXN", "NZD", "USD"];

impl Checker {
    /// Judges the handlers of a strategy whose members are all known.
    pub(super) fn lints(&mut self, handlers: &[Option<Handler>]) {
        self.fixed_tokens();
        if self.st.venue != Some(VenueKind::Vanta) {
            return;
        }
        for handler in handlers.iter().flatten() {
            self.cooldown(handler);
            let mut targets = Vec::new();
            targets_of(&handler.body, false, &mut targets);
            for (target, leverage, losing) in targets {
                self.risk_profile(target, leverage, losing);
            }
        }
    }

    /// Tokens named one by one were often named after they had resolved.
    fn fixed_tokens(&mut self) {
        let fixed: Vec<_> = self
            .st
            .instruments
            .iter()
            .filter(|instrument| instrument.venue == VenueKind::Polymarket)
            .collect();
        let (Some(first), true) = (fixed.first(), fixed.len() >= TOKENS_CHOSEN) else { return };
        let (span, count) = (first.span, fixed.len());
        self.out.push(
            Diagnostic::new(Code::W0420, span, "this list may have been chosen with hindsight")
                .here(format!("the first of {count} fixed tokens"))
                .why(
                    "a backtest over tokens that were picked after they resolved shows the picking",
                )
                .fix("let a `universe` with `where` conditions choose, as of each moment"),
        );
    }

    /// A timer below the cooldown asks in vain.
    fn cooldown(&mut self, handler: &Handler) {
        let Trigger::Timer(timer) = handler.trigger else { return };
        let timer = self.st.timers.get(usize::from(timer.0));
        let Some(every) = timer.and_then(Timer::period) else { return };
        let short = matches!(every.kind, ExprKind::Const(Const::Nanos(n)) if n < COOLDOWN);
        if !short || !trades(&handler.body) {
            return;
        }
        let span = every.span;
        self.out.push(
            Diagnostic::new(
                Code::W0701,
                span,
                "this interval is shorter than the venue's cooldown",
            )
            .here("below 10s")
            .why("venue `vanta` refuses a second order on a pair within 10 seconds")
            .fix("use `every 10s` or more, or a bar clock"),
        );
    }

    /// The two halves of the venue's flag that show in the text: much of the leverage, and adding
    /// while losing.
    fn risk_profile(&mut self, target: &Stmt, leverage: &Expr, losing: bool) {
        let StmtKind::Target(of) = &target.kind else { return };
        let warn = |message: &str, here: String, fix: &str| {
            Diagnostic::new(Code::W0702, leverage.span, message)
                .here(here)
                .why("the venue flags positions that combine half of the leverage, or half as much again as at entry, with steps into a loss; flags cut the payout")
                .fix(fix)
        };
        if losing && self.largest(leverage) != Some(0) {
            self.out.push(warn(
                "this target is stated because the position loses",
                "adds to a loss".to_owned(),
                "go flat on a loss, or decide by prices instead of by the position's profit",
            ));
        }
        let symbol = match of.instrument.kind {
            ExprKind::Instrument(id) => self.st.instruments.get(id.index()),
            _ => None,
        };
        let Some(symbol) = symbol.map(|instrument| instrument.symbol.as_str()) else { return };
        let (least, most) = if is_forex(symbol) { FOREX_LEVERAGE } else { CRYPTO_LEVERAGE };
        let half = least + (most - least) / 2;
        if let Some(asked) = self.largest(leverage)
            && asked >= half
        {
            let here = format!("{}x, of at most {}x", plain(asked), plain(most));
            self.out.push(warn(
                "this target takes half of the venue's leverage or more",
                here,
                &format!("stay below {}x", plain(half)),
            ));
        }
    }

    /// The size of a leverage as far as it is known before the run: constants and defaults.
    fn largest(&self, leverage: &Expr) -> Option<i64> {
        match &leverage.kind {
            ExprKind::Const(Const::Fixed(raw)) => raw.checked_abs(),
            ExprKind::Unary(Unary::NegInt, inner) => self.largest(inner),
            ExprKind::Param(id) => match self.st.params.get(id.index())?.default {
                Const::Fixed(raw) => raw.checked_abs(),
                _ => None,
            },
            ExprKind::Let(id) => {
                let value = &self.st.lets.get(id.0 as usize)?.value;
                self.largest(value)
            }
            ExprKind::Pure(Pure::MinInt, args) => {
                args.iter().filter_map(|arg| self.largest(arg)).min()
            }
            _ => None,
        }
    }
}

/// The leverage targets of a block, each with whether it stands where a position's loss is known.
fn targets_of<'a>(body: &'a [Stmt], losing: bool, out: &mut Vec<(&'a Stmt, &'a Expr, bool)>) {
    for stmt in body {
        match &stmt.kind {
            StmtKind::Target(target) => {
                if let Goal::Leverage(leverage) = &target.goal {
                    out.push((stmt, leverage, losing));
                }
            }
            StmtKind::If { cond, then, other } => {
                targets_of(then, losing || is_loss(cond), out);
                targets_of(other, losing, out);
            }
            StmtKind::IfLet { then, other, .. } => {
                targets_of(then, losing, out);
                targets_of(other, losing, out);
            }
            StmtKind::Match { arms, .. } => {
                for (_, arm) in arms {
                    targets_of(arm, losing, out);
                }
            }
            StmtKind::For { body, .. } | StmtKind::Together(body) => {
                targets_of(body, losing, out);
            }
            _ => {}
        }
    }
}

/// `position.unrealized < ...`, also as a part of `and`.
fn is_loss(cond: &Expr) -> bool {
    let reads = |side: &Expr| matches!(side.kind, ExprKind::View(ViewField::PositionUnrealized, _));
    match &cond.kind {
        ExprKind::Compare(Compare::Lt | Compare::Le, _, low, _) => reads(low),
        ExprKind::Compare(Compare::Gt | Compare::Ge, _, _, low) => reads(low),
        ExprKind::And(a, b) => is_loss(a) || is_loss(b),
        _ => false,
    }
}

/// Whether a block can send an order.
fn trades(body: &[Stmt]) -> bool {
    body.iter().any(|stmt| match &stmt.kind {
        StmtKind::Order(_) | StmtKind::Quote(_) | StmtKind::Target(_) => true,
        StmtKind::If { then, other, .. } | StmtKind::IfLet { then, other, .. } => {
            trades(then) || trades(other)
        }
        StmtKind::Match { arms, .. } => arms.iter().any(|(_, arm)| trades(arm)),
        StmtKind::For { body, .. } | StmtKind::Together(body) => trades(body),
        _ => false,
    })
}

fn is_forex(symbol: &str) -> bool {
    let plain: String = symbol.chars().filter(char::is_ascii_alphabetic).collect();
    plain.len() == 6 && plain.is_char_boundary(3) && {
        let (base, quote) = plain.split_at(3);
        CURRENCIES.contains(&base) && CURRENCIES.contains(&quote)
    }
}

/// A number of units of 1e-9 without trailing zeros.
fn plain(raw: i64) -> String {
    strat_runtime::leverage::Leverage::from_raw(raw).to_string().trim_end_matches('x').to_owned()
}
