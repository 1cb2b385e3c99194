//! `each time max n`: how many orders of one statement may be at work at a time.

use strat_dsl::{Code, Diagnostic, Span, ast};

use crate::check::Checker;
use crate::check::literal::fold;
use crate::check::say::quoted;
use crate::check::scope::Entity;
use crate::hir::bounds::int_bounds;
use crate::hir::{Const, Each, Expr, ExprKind, Kind};

/// The most orders of one statement on one instrument.
const EACH_MAX: i64 = 100;

impl Checker {
    /// How many slots a statement owns, as far as it can be told before it is checked.
    pub(in crate::check) fn slot_count(&self, options: &[ast::OrderOption]) -> u16 {
        let count = options.iter().find_map(|option| match &option.kind {
            ast::OrderOptionKind::EachTime(count) => Some(count),
            _ => None,
        });
        let Some(count) = count else { return 1 };
        let most = match &count.kind {
            ast::ExprKind::Ident(name) => match self.find(&name.name).map(|n| n.entity) {
                Some(Entity::Param(id)) => {
                    self.st.params.get(id.index()).and_then(|param| param.range.as_ref()).and_then(
                        |range| match range.high {
                            Const::Int(high) => Some(high),
                            _ => None,
                        },
                    )
                }
                _ => None,
            },
            _ => fold(count).filter(|it| it.scale == 0).and_then(|it| it.digits.try_into().ok()),
        };
        let most = most.unwrap_or(1).clamp(1, EACH_MAX);
        u16::try_from(most).unwrap_or(1)
    }

    /// The number behind `each time max`.
    pub(super) fn each(&mut self, written: &ast::Expr, span: Span) -> Option<Each> {
        let what = "the number of orders";
        let typed = self.expect(written, Kind::Int, what);
        if typed.is_error() {
            return None;
        }
        if !matches!(typed.expr.kind, ExprKind::Const(_) | ExprKind::Param(_)) {
            self.out.push(
                Diagnostic::new(
                    Code::E0323,
                    written.span,
                    format!("{what} must be a literal or a parameter"),
                )
                .here("neither of them")
                .why("each order has a slot, and slots are laid out before the first event")
                .fix("make it a parameter: `param n: int = 3 in 1..5`"),
            );
            return None;
        }
        let count = typed.expr;
        let most = self.each_bounds(written, span, &count)?;
        Some(Each { count, most })
    }

    fn each_bounds(&mut self, written: &ast::Expr, span: Span, count: &Expr) -> Option<u16> {
        let text = quoted(written);
        let Some((low, high)) = int_bounds(count, &self.st.params) else {
            self.out.push(
                Diagnostic::new(Code::E0402, written.span, format!("`{text}` has no maximum"))
                    .here("no range is declared")
                    .why("each order has a slot, and slots are laid out before the first event")
                    .fix(format!("give `{text}` a range: `in 1..5`")),
            );
            return None;
        };
        if low < 1 || high > EACH_MAX {
            let outside = if low < 1 { low } else { high };
            self.out.push(
                Diagnostic::new(
                    Code::E0402,
                    span,
                    format!(
                        "a statement has 1 to {EACH_MAX} orders, but `{text}` can be {outside}"
                    ),
                )
                .here("not surely in the range")
                .why("each order has a slot of its own")
                .fix(format!("use a literal or a parameter in 1..{EACH_MAX}")),
            );
            return None;
        }
        u16::try_from(high).ok()
    }

    /// A quote restates what it holds.
    pub(super) fn excluded_by_each(&mut self, each: Span) {
        self.out.push(
            Diagnostic::new(Code::E0502, each, "a quote cannot be a new one each time")
                .here("not for a quote")
                .why("a quote states both sides in full; what rests is put right")
                .fix("use `buy` and `sell` for orders that are left as they are"),
        );
    }
}
