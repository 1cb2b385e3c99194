//! Expressions as text, fully bracketed.

use std::fmt;

use crate::ir::{ExprId, Ir, Op, show};

/// One expression as text. Depth and size are bounded by `verify`; a program that was not verified
/// must not be shown.
pub(super) struct Show<'a>(pub(super) &'a Ir, pub(super) ExprId);

impl fmt::Display for Show<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ir = self.0;
        let expr = ir.expr(self.1);
        let of = |id: &ExprId| Show(ir, *id);
        match &expr.op {
            Op::Const(cell) => write!(f, "{}", show::value(ir, *cell, expr.ty, None)),
            Op::Param(id) => write!(f, "{}", ir.params[id.index()].name),
            Op::Local(id) => write!(f, "{}'{}", ir.locals[id.index()].0, id.0),
            Op::Stream(id) => write!(f, "{}", ir.streams[id.index()].name),
            Op::MemberStream(id, m) => {
                write!(f, "{}[{}]", ir.streams[id.index()].name, of(m))
            }
            Op::State(id, None) => write!(f, "{}", ir.states[id.index()].name),
            Op::State(id, Some(m)) => write!(f, "{}[{}]", ir.states[id.index()].name, of(m)),
            Op::Now => f.write_str("now"),
            Op::Event(field) => write!(f, "event.{field:?}"),
            Op::View(field, a) => write!(f, "{}.{field:?}", of(a)),
            Op::Account(field) => write!(f, "account.{field:?}"),
            Op::LevelPrice(a) => write!(f, "{}.price", of(a)),
            Op::LevelSize(a) => write!(f, "{}.size", of(a)),
            Op::Bar { clock, member, field } => {
                let name = &ir.clocks[usize::from(clock.0)].name;
                write!(f, "{name}[{member}].{field:?}")
            }
            Op::Forming { clock, member, field } => {
                let name = &ir.clocks[usize::from(clock.0)].name;
                write!(f, "{name}[{member}].forming.{field:?}")
            }
            Op::OrElse(a, b) => write!(f, "({} ?? {})", of(a), of(b)),
            Op::IsSome(a) => write!(f, "({} is some)", of(a)),
            Op::Unary(op, a) => write!(f, "{op:?}({})", of(a)),
            Op::Binary(op, a, b) => write!(f, "{op:?}({}, {})", of(a), of(b)),
            Op::TryBinary(op, a, b) => write!(f, "try {op:?}({}, {})", of(a), of(b)),
            Op::Compare(op, number, a, b) => write!(f, "{op:?}{number:?}({}, {})", of(a), of(b)),
            Op::And(a, b) => write!(f, "({} and {})", of(a), of(b)),
            Op::Or(a, b) => write!(f, "({} or {})", of(a), of(b)),
            Op::InRange { number, value, low, high } => {
                write!(f, "({} in{number:?} {}..{})", of(value), of(low), of(high))
            }
            Op::Call(function, operands) => {
                write!(f, "{function:?}({})", listed(ir, operands))
            }
            Op::Library(function, operands) => {
                let row = function.row();
                write!(f, "{}.{}(", row.module, row.name)?;
                for (at, operand) in operands.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{}", of(operand))?;
                }
                f.write_str(")")
            }
            Op::If { cond, then, other } => {
                write!(f, "(if {} then {} else {})", of(cond), of(then), of(other))
            }
            Op::Pick { index, of: values } => {
                write!(f, "[{}][{}]", listed(ir, values), of(index))
            }
            Op::Let { local, value, body } => {
                let name = &ir.locals[local.index()].0;
                write!(f, "(let {name}'{} = {} in {})", local.0, of(value), of(body))
            }
            Op::HasWord(a, words) => write!(f, "({} has_word w{})", of(a), words.0),
            Op::HasAny(a, entries) => {
                let entries: Vec<String> = entries.iter().map(|w| format!("w{}", w.0)).collect();
                write!(f, "({} has_any {})", of(a), entries.join(" "))
            }
        }
    }
}

fn listed(ir: &Ir, ids: &[ExprId]) -> String {
    let shown: Vec<String> = ids.iter().map(|id| Show(ir, *id).to_string()).collect();
    shown.join(", ")
}
