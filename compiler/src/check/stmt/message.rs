//! `log`, `alert`, `halt`.

use strat_dsl::{Code, Diagnostic, ast};

use super::super::Checker;
use super::super::say::quoted;
use crate::hir::{Kind, Say, StmtKind, TextPart};
use crate::ir::Level;

impl Checker {
    pub(super) fn say(&mut self, it: &ast::Message, level: Level) -> Option<StmtKind> {
        let mut parts = Vec::new();
        let mut good = true;
        for part in &it.text.parts {
            match part {
                ast::TextPart::Literal(text) => parts.push(TextPart::Text(text.clone())),
                ast::TextPart::Expr(e) => {
                    let mut typed = self.expr(e, None);
                    if !typed.is_error() && typed.kind().cell().is_none() {
                        typed = self.value(e, None);
                    }
                    if let Kind::Level(_)
                    | Kind::Forming(..)
                    | Kind::Book(_)
                    | Kind::Position(_)
                    | Kind::Exposure(_) = typed.kind()
                    {
                        let noun = self.a(typed.ty());
                        self.out.push(
                            Diagnostic::new(
                                Code::E0101,
                                e.span,
                                format!("{noun} cannot be printed"),
                            )
                            .here("several values at once")
                            .why("a text shows single values")
                            .fix(format!("name a field: `{{{}.price}}`, `.size`", quoted(e))),
                        );
                        good = false;
                    }
                    good &= !typed.is_error();
                    parts.push(TextPart::Value(typed.expr));
                }
            }
        }
        good.then_some(StmtKind::Say(Say { level, parts }))
    }
}
