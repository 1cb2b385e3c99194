//! `cancel`.

use strat_dsl::{Code, Diagnostic, ast};

use super::super::{Checker, Place};
use crate::hir::{self, ExprKind, Kind, Of, StmtKind, Ty};

impl Checker {
    pub(super) fn cancel(&mut self, it: &ast::Cancel) -> Option<StmtKind> {
        let of = match &it.target {
            ast::CancelTarget::All(_) => return Some(StmtKind::Cancel(None)),
            ast::CancelTarget::Of(of) => of,
        };
        if let ast::ExprKind::Ident(name) = &of.kind
            && self.find(&name.name).is_none()
            && self.st.slot_names.contains_key(&name.name)
        {
            return self.cancel_slot(of, name);
        }
        let value = self.value(of, None);
        match value.kind() {
            Kind::Instrument(_) => Some(StmtKind::Cancel(Some(value.expr))),
            Kind::Error => None,
            _ => {
                let want = Ty::of(Kind::Instrument(Of::Any));
                self.mismatch(of, value.ty(), want, "what is cancelled");
                None
            }
        }
    }

    fn cancel_slot(&mut self, of: &ast::Expr, name: &ast::Ident) -> Option<StmtKind> {
        let ids = self.slots_named(name)?;
        let first = ids.first().and_then(|id| self.st.slots.get(id.index()));
        let instrument = first.map(|slot| slot.instrument);
        let expr = match (instrument, self.body.member) {
            (Some(Of::One(instrument)), _) => {
                let ty = Ty::of(Kind::Instrument(Of::One(instrument)));
                hir::Expr { kind: ExprKind::Instrument(instrument), ty, span: of.span }
            }
            (_, Some(member)) if self.body.place == Place::Handler => {
                self.read_local(member, of.span).expr
            }
            _ => {
                self.out.push(
                    Diagnostic::new(
                        Code::E0107,
                        of.span,
                        format!("the slot `{}` is of many instruments; say which", name.name),
                    )
                    .here("of which instrument?")
                    .why("an order statement has one slot per instrument")
                    .fix("cancel it where the member is at hand: `on ... for m in u { ... }`"),
                );
                return None;
            }
        };
        Some(StmtKind::Clear(ids, expr))
    }
}
