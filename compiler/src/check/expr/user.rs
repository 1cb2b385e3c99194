//! Calls of the author's own functions and nodes.

use strat_dsl::ast;
use strat_dsl::{Code, Diagnostic, Span};

use super::super::item::Callee;
use super::super::say::quoted;
use super::super::sign::Sign;
use super::super::{Checker, Place, Typed};
use crate::hir::{Expr, ExprKind, FuncId, NodeId};

impl Checker {
    pub(super) fn call_func(&mut self, e: &ast::Expr, id: FuncId, args: &[ast::Arg]) -> Typed {
        let Some(callee) = self.funcs.get(id.0 as usize).cloned() else {
            return Typed::error(e.span);
        };
        let Some((args, part)) = self.arguments(e, &callee, args) else {
            return Typed::error(e.span);
        };
        Typed::new(ExprKind::Func { func: id, args }, callee.result, e.span).at(part.domain)
    }

    pub(super) fn call_node(
        &mut self,
        e: &ast::Expr,
        name: Span,
        id: NodeId,
        args: &[ast::Arg],
    ) -> Typed {
        let Some(callee) = self.nodes.get(id.0 as usize).cloned() else {
            return Typed::error(e.span);
        };
        let allowed = self.may_keep_history(&callee.name, name);
        let Some((args, part)) = self.arguments(e, &callee, args) else {
            return Typed::error(e.span);
        };
        if !allowed {
            return Typed::error(e.span);
        }
        if self.body.place == Place::Stream && part.domain.is_none() {
            self.out.push(
                Diagnostic::new(
                    Code::E0107,
                    e.span,
                    format!("`{}` needs an argument that changes", callee.name),
                )
                .here("made of constants")
                .why("a node ticks when its arguments do; these never do")
                .fix("pass a value with a clock, such as `h1.close`"),
            );
            return Typed::error(e.span);
        }
        let call = self.call_site();
        Typed::new(ExprKind::Node { node: id, call, args }, callee.result, e.span).at(part.domain)
    }

    /// The arguments, with what the callee needs of them proven.
    fn arguments(
        &mut self,
        e: &ast::Expr,
        callee: &Callee,
        args: &[ast::Arg],
    ) -> Option<(Vec<Expr>, Typed)> {
        let names: Vec<&str> = callee.params.iter().map(|(name, _)| name.as_str()).collect();
        let written = self.arrange(e.span, &callee.name, &names, args)?;
        for name in args.iter().filter_map(|arg| arg.name.as_ref()) {
            self.record_argument(&callee.name, name);
        }
        let mut values = Vec::new();
        for ((arg, (name, ty)), index) in written.iter().zip(&callee.params).zip(0..) {
            let what = format!("`{name}` of `{}`", callee.name);
            let value = self.expect_ty(arg, *ty, &what);
            if !value.is_error() {
                self.obligations(callee, index, arg, &value.expr);
            }
            values.push(value);
        }
        let parts: Vec<&Typed> = values.iter().collect();
        let domain = self.meet(&parts);
        if values.iter().any(Typed::is_error) {
            return None;
        }
        let values = values.into_iter().map(|value| value.expr).collect();
        Some((values, Typed::error(e.span).at(domain)))
    }

    fn obligations(&mut self, callee: &Callee, index: usize, arg: &ast::Expr, value: &Expr) {
        let need = callee.needs.get(index).copied().unwrap_or(Sign::ANY);
        if !self.proven(value, need) {
            let (code, word) = if need == Sign::POSITIVE {
                (Code::E0311, "positive")
            } else if need.within(Sign::NOT_NEGATIVE) {
                (Code::E0311, "not negative")
            } else {
                (Code::E0310, "different from zero")
            };
            let (name, _) = &callee.params[index];
            self.out.push(
                Diagnostic::new(
                    code,
                    arg.span,
                    format!("`{}` needs `{name}` to be {word}", callee.name),
                )
                .here(format!("nothing says that it is {word}"))
                .why(format!("`{}` divides by it or takes its root or logarithm", callee.name))
                .fix(format!(
                    "guard `{}` before the call, or give its parameter a range",
                    quoted(arg)
                )),
            );
        }
        if let Some(min) = callee.windows.get(index).copied().flatten() {
            let (name, _) = &callee.params[index];
            self.bounded(arg, value, min, &format!("`{name}` of `{}`", callee.name));
        }
    }
}
