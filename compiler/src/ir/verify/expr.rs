//! Expressions: places, order, and the form of operands.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "most variants hold no place, or have the plain form"
)]

use super::{DEPTH_MAX, SIZE_MAX, Verdict, takes, within, wrong};
use crate::builtin::pure::{Function, Gives, Input};
use crate::ir::{
    BarField, Binary, Compare, EventField, Expr, ExprId, Ir, Kind, Number, Op, Pure, Unary,
    ViewField,
};

/// How large an expression is.
#[derive(Debug, Clone, Copy)]
struct Shape {
    depth: u32,
    size: u64,
}

/// What matters of a kind: how its bits are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Bool,
    Whole,
    Real,
    Text,
    Place,
}

fn form(kind: Kind) -> Form {
    match kind {
        Kind::Bool => Form::Bool,
        Kind::Real => Form::Real,
        Kind::Text => Form::Text,
        Kind::Instrument | Kind::Level => Form::Place,
        Kind::Int
        | Kind::Price
        | Kind::Size
        | Kind::Money
        | Kind::Ratio
        | Kind::Leverage
        | Kind::PricePerSize
        | Kind::Time
        | Kind::Duration
        | Kind::Enum(_) => Form::Whole,
    }
}

/// Checks every expression.
pub(super) fn check_all(ir: &Ir) -> Verdict {
    let mut shapes: Vec<Shape> = Vec::with_capacity(ir.exprs.len());
    for (index, expr) in ir.exprs.iter().enumerate() {
        let mut children = Vec::new();
        expr.op.children(|child| children.push(child));
        let mut shape = Shape { depth: 1, size: 1 };
        for child in children {
            within(child.index(), index, "an earlier expression", expr.span)?;
            let below = shapes[child.index()];
            shape.depth = shape.depth.max(below.depth.saturating_add(1));
            shape.size = shape.size.saturating_add(below.size);
        }
        if shape.depth > DEPTH_MAX || shape.size > SIZE_MAX {
            return Err(wrong(expr.span, "an expression is too deeply nested or too large"));
        }
        places(ir, expr)?;
        forms(ir, expr)?;
        shapes.push(shape);
    }
    Ok(())
}

fn places(ir: &Ir, expr: &Expr) -> Verdict {
    let at = expr.span;
    match &expr.op {
        Op::Param(id) => within(id.index(), ir.params.len(), "parameter", at),
        Op::Local(id) | Op::Let { local: id, .. } => {
            within(id.index(), ir.locals.len(), "local", at)
        }
        Op::Stream(id) | Op::MemberStream(id, _) => {
            within(id.index(), ir.streams.len(), "stream", at)
        }
        Op::State(id, member) => {
            within(id.index(), ir.states.len(), "state", at)?;
            if member.is_some() == ir.states[id.index()].per.is_some() {
                Ok(())
            } else {
                Err(wrong(at, "a state variable per member is read without one, or the reverse"))
            }
        }
        Op::Bar { clock, member, .. } | Op::Forming { clock, member, .. } => {
            within(usize::from(clock.0), ir.clocks.len(), "clock", at)?;
            let instruments = &ir.clocks[usize::from(clock.0)].instruments;
            within(usize::from(*member), instruments.len(), "bar of the clock", at)
        }
        Op::HasWord(_, words) => within(words.index(), ir.words.len(), "word list", at),
        Op::HasAny(_, entries) => entries
            .iter()
            .try_for_each(|words| within(words.index(), ir.words.len(), "word list", at)),
        _ => Ok(()),
    }
}

struct Operands<'a> {
    ir: &'a Ir,
    expr: &'a Expr,
}

impl Operands<'_> {
    /// An operand that is always there and has the form.
    fn is(&self, id: ExprId, expected: Form) -> Verdict {
        let ty = self.ir.expr(id).ty;
        if ty.optional {
            return Err(wrong(self.expr.span, "an operand is an option and was not opened"));
        }
        if form(ty.kind) == expected {
            return Ok(());
        }
        let found = ty.kind;
        Err(wrong(self.expr.span, format!("an operand is a {found:?}, expected is {expected:?}")))
    }

    fn all(&self, ids: &[ExprId], expected: Form) -> Verdict {
        ids.iter().try_for_each(|id| self.is(*id, expected))
    }

    fn result(&self, expected: Form, optional: bool) -> Verdict {
        let ty = self.expr.ty;
        if form(ty.kind) == expected && (ty.optional || !optional) {
            return Ok(());
        }
        let found = ty.kind;
        Err(wrong(self.expr.span, format!("a result of form {expected:?} is typed {found:?}")))
    }

    /// A value of the same kind, which may be absent only if the result may.
    fn passes(&self, id: ExprId) -> Verdict {
        let (from, to) = (self.ir.expr(id).ty, self.expr.ty);
        if from.kind == to.kind && (to.optional || !from.optional) {
            return Ok(());
        }
        Err(wrong(self.expr.span, format!("a {from:?} is passed on as a {to:?}")))
    }
}

const INFINITE: &str = "a constant is not finite";

fn infinite(kind: Kind, cell: crate::ir::Cell) -> bool {
    kind == Kind::Real && !cell.as_real().is_finite()
}

fn forms(ir: &Ir, expr: &Expr) -> Verdict {
    let operands = Operands { ir, expr };
    match &expr.op {
        Op::Const(cell) if !cell.some => operands.result(form(expr.ty.kind), true),
        Op::Const(cell) if infinite(expr.ty.kind, *cell) => Err(wrong(expr.span, INFINITE)),
        Op::Const(_)
        | Op::Bar { .. }
        | Op::Forming { .. }
        | Op::Event(_)
        | Op::Account(_)
        | Op::Now => own(expr),
        Op::Param(id) => same(expr, ir.params[id.index()].ty.kind),
        Op::Local(id) => same(expr, ir.locals[id.index()].1.kind),
        Op::Stream(id) => same(expr, ir.streams[id.index()].ty.kind),
        Op::MemberStream(id, member) => {
            same(expr, ir.streams[id.index()].ty.kind)?;
            operands.is(*member, Form::Place)
        }
        Op::State(id, member) => {
            let ty = ir.states[id.index()].ty;
            same(expr, ty.kind)?;
            operands.result(form(ty.kind), ty.optional)?;
            member.map_or(Ok(()), |member| operands.is(member, Form::Place))
        }
        Op::View(field, instrument) => {
            operands.is(*instrument, Form::Place)?;
            operands.result(view_form(*field), view_optional(*field))
        }
        Op::LevelPrice(level) | Op::LevelSize(level) => {
            operands.is(*level, Form::Place)?;
            operands.result(Form::Whole, false)
        }
        Op::OrElse(first, second) => or_else(&operands, *first, *second),
        Op::IsSome(_) => operands.result(Form::Bool, false),
        Op::Unary(op, a) => unary(&operands, *op, *a),
        Op::Binary(op, a, b) => binary(&operands, *op, *a, *b, false),
        Op::TryBinary(op, a, b) => binary(&operands, *op, *a, *b, true),
        Op::Compare(op, number, a, b) => {
            operands.result(Form::Bool, false)?;
            compare(&operands, *op, *number, [*a, *b])
        }
        Op::And(a, b) | Op::Or(a, b) => {
            operands.all(&[*a, *b], Form::Bool)?;
            operands.result(Form::Bool, false)
        }
        Op::InRange { number, value, low, high } => {
            operands.result(Form::Bool, false)?;
            in_range(&operands, *number, &[*value, *low, *high])
        }
        Op::Call(function, list) => call(&operands, *function, list),
        Op::Library(function, list) => library(&operands, *function, list),
        Op::If { cond, then, other } => {
            operands.is(*cond, Form::Bool)?;
            operands.passes(*then)?;
            operands.passes(*other)
        }
        Op::Pick { index, of } => pick(&operands, *index, of),
        Op::Let { local, value, body } => {
            same(ir.expr(*value), ir.locals[local.index()].1.kind)?;
            operands.passes(*body)
        }
        Op::HasWord(text, _) | Op::HasAny(text, _) => {
            operands.is(*text, Form::Text)?;
            operands.result(Form::Bool, false)
        }
    }
}

fn in_range(operands: &Operands<'_>, number: Number, list: &[ExprId]) -> Verdict {
    match number {
        Number::Int => operands.all(list, Form::Whole),
        Number::Real => operands.all(list, Form::Real),
        Number::Text => Err(wrong(operands.expr.span, "texts have no order")),
    }
}

fn pick(operands: &Operands<'_>, index: ExprId, of: &[ExprId]) -> Verdict {
    operands.is(index, Form::Whole)?;
    if of.is_empty() {
        return Err(wrong(operands.expr.span, "there is nothing to pick from"));
    }
    of.iter().try_for_each(|id| operands.passes(*id))
}

fn or_else(operands: &Operands<'_>, first: ExprId, second: ExprId) -> Verdict {
    if operands.ir.expr(first).ty.kind != operands.expr.ty.kind {
        return Err(wrong(operands.expr.span, "the two values of `??` differ in kind"));
    }
    operands.passes(second)
}

fn same(expr: &Expr, kind: Kind) -> Verdict {
    if expr.ty.kind == kind {
        Ok(())
    } else {
        let found = expr.ty.kind;
        Err(wrong(expr.span, format!("a {kind:?} is read as a {found:?}")))
    }
}

/// Fields whose form follows from themselves.
fn own(expr: &Expr) -> Verdict {
    let expected = match &expr.op {
        Op::Bar { field: BarField::Volume, .. } | Op::Forming { field: BarField::Volume, .. } => {
            Form::Real
        }
        Op::Event(EventField::Instrument) => Form::Place,
        Op::Event(EventField::FillIsBuy) => Form::Bool,
        Op::Event(EventField::RejectReason) => Form::Text,
        Op::Bar { .. } | Op::Forming { .. } | Op::Event(_) | Op::Account(_) | Op::Now => {
            Form::Whole
        }
        _ => return Ok(()),
    };
    if form(expr.ty.kind) == expected {
        Ok(())
    } else {
        Err(wrong(expr.span, "a field is read as something else"))
    }
}

fn compare(operands: &Operands<'_>, op: Compare, number: Number, ids: [ExprId; 2]) -> Verdict {
    let equality = matches!(op, Compare::Eq | Compare::Ne);
    match number {
        Number::Real => operands.all(&ids, Form::Real),
        Number::Text if equality => operands.all(&ids, Form::Text),
        Number::Text => Err(wrong(operands.expr.span, "texts have no order")),
        Number::Int => {
            let [a, b] = ids.map(|id| form(operands.ir.expr(id).ty.kind));
            let exact = !matches!(a, Form::Real | Form::Text);
            if a == b && exact && (equality || a == Form::Whole) {
                operands.all(&ids, a)
            } else {
                Err(wrong(operands.expr.span, format!("a {a:?} is compared with a {b:?}")))
            }
        }
    }
}

fn unary(operands: &Operands<'_>, op: Unary, a: ExprId) -> Verdict {
    let (from, to) = match op {
        Unary::Not => (Form::Bool, Form::Bool),
        Unary::NegInt | Unary::IntToFixed => (Form::Whole, Form::Whole),
        Unary::NegReal => (Form::Real, Form::Real),
        Unary::FixedToReal | Unary::IntToReal => (Form::Whole, Form::Real),
        Unary::RealToFixed => (Form::Real, Form::Whole),
    };
    operands.is(a, from)?;
    operands.result(to, false)
}

fn binary(operands: &Operands<'_>, op: Binary, a: ExprId, b: ExprId, optional: bool) -> Verdict {
    let (left, right, to) = match op {
        Binary::AddInt
        | Binary::SubInt
        | Binary::MulInt
        | Binary::RemInt
        | Binary::MulFixed
        | Binary::DivFixed
        | Binary::DivFixedInt => (Form::Whole, Form::Whole, Form::Whole),
        Binary::MulFixedReal | Binary::DivFixedReal => (Form::Whole, Form::Real, Form::Whole),
        Binary::DivToReal => (Form::Whole, Form::Whole, Form::Real),
        Binary::AddReal | Binary::SubReal | Binary::MulReal | Binary::DivReal => {
            (Form::Real, Form::Real, Form::Real)
        }
    };
    operands.is(a, left)?;
    operands.is(b, right)?;
    operands.result(to, optional)
}

fn call(operands: &Operands<'_>, function: Pure, list: &[ExprId]) -> Verdict {
    if !takes(function, list.len()) {
        return Err(wrong(operands.expr.span, format!("{function:?} of {} operands", list.len())));
    }
    let (from, to) = match function {
        Pure::MinInt | Pure::MaxInt | Pure::AbsInt | Pure::ClampInt => (Form::Whole, Form::Whole),
        Pure::RealToFixedDown | Pure::RealToFixedUp => (Form::Real, Form::Whole),
        Pure::MinReal
        | Pure::MaxReal
        | Pure::AbsReal
        | Pure::ClampReal
        | Pure::Ln
        | Pure::Exp
        | Pure::Sqrt
        | Pure::Floor
        | Pure::Ceil
        | Pure::Round
        | Pure::DivOrReal => (Form::Real, Form::Real),
    };
    operands.all(list, from)?;
    operands.result(to, false)
}

fn library(operands: &Operands<'_>, function: Function, list: &[ExprId]) -> Verdict {
    let row = function.row();
    let (least, most) = row.arity();
    if !(least..=most).contains(&list.len()) {
        return Err(wrong(operands.expr.span, format!("{function:?} of {} operands", list.len())));
    }
    for (place, id) in list.iter().enumerate() {
        let expected = match row.argument(place).map(|argument| argument.is) {
            Some(Input::Book) => Form::Place,
            Some(Input::Real) => Form::Real,
            _ => Form::Whole,
        };
        operands.is(*id, expected)?;
    }
    let result = match row.gives {
        Gives::Real => Form::Real,
        Gives::Bool => Form::Bool,
        Gives::Price
        | Gives::LoosePrice
        | Gives::Size
        | Gives::Money
        | Gives::Exact
        | Gives::Ratio
        | Gives::Leverage
        | Gives::Whole
        | Gives::Time
        | Gives::Duration => Form::Whole,
    };
    operands.result(result, row.optional)
}

fn view_form(field: ViewField) -> Form {
    match field {
        ViewField::Question | ViewField::Outcome | ViewField::Id => Form::Text,
        ViewField::BookBid | ViewField::BookAsk => Form::Place,
        _ => Form::Whole,
    }
}

fn view_optional(field: ViewField) -> bool {
    match field {
        ViewField::BookBid
        | ViewField::BookAsk
        | ViewField::BookMid
        | ViewField::BookSpread
        | ViewField::BookSpreadPct
        | ViewField::LastTrade
        | ViewField::Mark
        | ViewField::PositionAvgPrice
        | ViewField::Liquidity
        | ViewField::Expiry
        | ViewField::ExpiresIn => true,
        ViewField::PositionSize
        | ViewField::PositionUnrealized
        | ViewField::PositionRealized
        | ViewField::ExposureLong
        | ViewField::ExposureShort
        | ViewField::Tick
        | ViewField::Lot
        | ViewField::MinSize
        | ViewField::Question
        | ViewField::Outcome
        | ViewField::Id => false,
    }
}
