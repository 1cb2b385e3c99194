//! What is known of the sign of an expression, here and now.

use std::cmp::Ordering;

use super::Checker;
use super::range::{self, Range};
use super::sign::Sign;
use crate::builtin::pure::Proven;
use crate::builtin::{Builtin, Returns};
use crate::hir::{Const, Expr, ExprKind};
use crate::ir::{BarField, Binary, Compare, EventField, Pure, StateId, Unary, ViewField};

/// Something that a guard has proven of the value with this key.
pub(super) type Fact = (String, Known);

/// What is known of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) sign: Sign,
    /// Of whole numbers.
    pub(super) range: Range,
}

impl From<Sign> for Known {
    fn from(sign: Sign) -> Self {
        Self { sign, range: range::ANY }
    }
}

impl Checker {
    /// The sign of a value.
    pub(super) fn sign(&self, expr: &Expr) -> Sign {
        let known = self.sign_of_kind(expr);
        // A condition that cannot hold says nothing of a literal.
        if self.body.facts.is_empty() || matches!(expr.kind, ExprKind::Const(_)) {
            return known;
        }
        let Some(key) = key(expr) else { return known };
        self.body
            .facts
            .iter()
            .filter(|(k, _)| *k == key)
            .fold(known, |sign, (_, f)| sign.and(f.sign))
    }

    fn sign_of_kind(&self, expr: &Expr) -> Sign {
        match &expr.kind {
            ExprKind::Const(value) => sign_of_const(value),
            ExprKind::Param(id) => match self.st.params.get(id.index()) {
                Some(param) => param.range.as_ref().map_or(Sign::ANY, |range| {
                    Sign::between(order_of(&range.low), order_of(&range.high))
                }),
                None => Sign::ANY,
            },
            ExprKind::Let(id) | ExprKind::MemberLet(id, _) => {
                self.st.let_signs.get(id.0 as usize).copied().unwrap_or(Sign::ANY)
            }
            ExprKind::Local(id) => {
                self.body.local_signs.get(id.index()).copied().unwrap_or(Sign::ANY)
            }
            ExprKind::View(field, _) => sign_of_view(*field),
            ExprKind::LevelPrice(_) | ExprKind::LevelSize(_) => Sign::POSITIVE,
            ExprKind::Bar { field, .. } | ExprKind::Forming { field, .. } => match field {
                BarField::Open | BarField::High | BarField::Low | BarField::Close => Sign::POSITIVE,
                BarField::Volume => Sign::NOT_NEGATIVE,
                BarField::OpensAt | BarField::ClosesAt => Sign::ANY,
            },
            ExprKind::Event(EventField::FillPrice | EventField::FillSize) => Sign::POSITIVE,
            ExprKind::Event(EventField::FillRemaining) => Sign::NOT_NEGATIVE,
            ExprKind::OrElse(a, b) => self.sign(a).or(self.sign(b)),
            ExprKind::If { then, other, .. } => self.sign(then).or(self.sign(other)),
            ExprKind::MapSome { body, .. } | ExprKind::LetIn { body, .. } => self.sign(body),
            ExprKind::Some(x) | ExprKind::Latest { value: x, .. } => self.sign(x),
            ExprKind::Unary(op, x) => self.sign_of_unary(*op, x),
            ExprKind::Binary(op, a, b) | ExprKind::TryBinary(op, a, b) => {
                self.sign_of_binary(*op, a, b)
            }
            ExprKind::Pure(f, args) => self.sign_of_pure(*f, args),
            ExprKind::Builtin { builtin, inputs, .. } => self.sign_of_builtin(*builtin, inputs),
            ExprKind::Library(function, _) => match function.row().sign {
                Proven::Nothing => Sign::ANY,
                Proven::NotNegative => Sign::NOT_NEGATIVE,
                Proven::Positive => Sign::POSITIVE,
            },
            ExprKind::Func { func, .. } => self.funcs[func.0 as usize].sign,
            ExprKind::Node { node, .. } => self.nodes[node.0 as usize].sign,
            _ => Sign::ANY,
        }
    }

    fn sign_of_unary(&self, op: Unary, operand: &Expr) -> Sign {
        match op {
            Unary::NegInt | Unary::NegReal => self.sign(operand).neg(),
            Unary::FixedToReal | Unary::IntToReal | Unary::IntToFixed => self.sign(operand),
            Unary::RealToFixed => self.sign(operand).rounded(),
            Unary::Not => Sign::ANY,
        }
    }

    fn sign_of_binary(&self, op: Binary, a: &Expr, b: &Expr) -> Sign {
        let (a, b) = (self.sign(a), self.sign(b));
        match op {
            Binary::AddInt | Binary::AddReal => a.add(b),
            Binary::SubInt | Binary::SubReal => a.add(b.neg()),
            Binary::MulInt | Binary::MulFixed | Binary::MulFixedReal | Binary::MulReal => a.mul(b),
            Binary::RemInt => Sign::NOT_NEGATIVE,
            Binary::DivFixed | Binary::DivFixedInt | Binary::DivFixedReal => a.div(b),
            // Quotients of reals of one sign stay off zero unless they underflow.
            Binary::DivToReal | Binary::DivReal => a.mul(b.and(Sign::NOT_ZERO)),
        }
    }

    fn sign_of_pure(&self, f: Pure, args: &[Expr]) -> Sign {
        let mut signs = args.iter().map(|arg| self.sign(arg));
        let first = signs.next().unwrap_or(Sign::ANY);
        match f {
            Pure::MinInt | Pure::MinReal => signs.fold(first, Sign::min),
            Pure::MaxInt | Pure::MaxReal => signs.fold(first, Sign::max),
            Pure::AbsInt | Pure::AbsReal => first.abs(),
            Pure::ClampInt | Pure::ClampReal => {
                let low = signs.next().unwrap_or(Sign::ANY);
                let high = signs.next().unwrap_or(Sign::ANY);
                first.max(low).min(high)
            }
            Pure::Exp => Sign::POSITIVE,
            Pure::Sqrt => {
                if first == Sign::POSITIVE {
                    first
                } else {
                    Sign::NOT_NEGATIVE
                }
            }
            Pure::Floor | Pure::Ceil | Pure::Round => first.rounded(),
            Pure::RealToFixedDown | Pure::RealToFixedUp => first.rounded(),
            Pure::Ln | Pure::DivOrReal => Sign::ANY,
        }
    }

    fn sign_of_builtin(&self, builtin: Builtin, inputs: &[Expr]) -> Sign {
        let input = inputs.first().map_or(Sign::ANY, |x| self.sign(x));
        match builtin {
            // Means with weights that are not negative, and values of the series itself.
            Builtin::Ema
            | Builtin::Sma
            | Builtin::Wma
            | Builtin::Rma
            | Builtin::Kama
            | Builtin::Kalman1
            | Builtin::Median
            | Builtin::Quantile
            | Builtin::BbandsMiddle
            | Builtin::KeltnerMiddle
            | Builtin::DonchianUpper
            | Builtin::DonchianLower
            | Builtin::Highest
            | Builtin::Lowest
            | Builtin::Lag => input.mean(),
            _ => match builtin.row().result {
                Returns::PlainNonNegative | Returns::SameUnitNonNegative | Returns::Whole => {
                    Sign::NOT_NEGATIVE
                }
                _ => Sign::ANY,
            },
        }
    }

    /// Forgets what was known of a state. The places of the facts stay: who adds some cuts the list
    /// back to its old length.
    pub(super) fn forget(&mut self, state: StateId) {
        let mark = format!("t{}.", state.0);
        for (key, _) in &mut self.body.facts {
            if key.contains(&mark) {
                key.clear();
            }
        }
    }

    /// Adds what follows from a condition that is `truth`.
    pub(super) fn assume(&mut self, condition: &Expr, truth: bool) {
        let mut facts = Vec::new();
        self.refine(condition, truth, &mut facts);
        self.body.facts.extend(facts);
    }

    fn refine(&self, condition: &Expr, truth: bool, out: &mut Vec<Fact>) {
        match &condition.kind {
            ExprKind::Unary(Unary::Not, inner) => self.refine(inner, !truth, out),
            ExprKind::And(a, b) if truth => {
                self.refine(a, true, out);
                self.refine(b, true, out);
            }
            ExprKind::Or(a, b) if !truth => {
                self.refine(a, false, out);
                self.refine(b, false, out);
            }
            ExprKind::Compare(op, _, a, b) => {
                self.relate(if truth { *op } else { opposite(*op) }, a, b, out);
            }
            ExprKind::InRange { value, low, high, .. } if truth => {
                self.relate(Compare::Ge, value, low, out);
                self.relate(Compare::Le, value, high, out);
            }
            _ => {}
        }
    }

    fn relate(&self, op: Compare, a: &Expr, b: &Expr, out: &mut Vec<Fact>) {
        self.bound_by(op, a, b, out);
        self.compare_signs(op, a, b, out);
    }

    fn compare_signs(&self, op: Compare, a: &Expr, b: &Expr, out: &mut Vec<Fact>) {
        let (sa, sb) = (self.sign(a), self.sign(b));
        let difference = match op {
            Compare::Lt | Compare::Le => {
                let turned = if op == Compare::Lt { Compare::Gt } else { Compare::Ge };
                return self.compare_signs(turned, b, a, out);
            }
            Compare::Gt => {
                learn(a, sb.within(Sign::NOT_NEGATIVE), Sign::POSITIVE, out);
                learn(b, sa.within(Sign::NOT_POSITIVE), Sign::NEGATIVE, out);
                Sign::POSITIVE
            }
            Compare::Ge => {
                learn(a, sb.within(Sign::POSITIVE), Sign::POSITIVE, out);
                learn(a, sb.within(Sign::NOT_NEGATIVE), Sign::NOT_NEGATIVE, out);
                learn(b, sa.within(Sign::NEGATIVE), Sign::NEGATIVE, out);
                learn(b, sa.within(Sign::NOT_POSITIVE), Sign::NOT_POSITIVE, out);
                Sign::NOT_NEGATIVE
            }
            Compare::Eq => {
                learn(a, true, sb, out);
                learn(b, true, sa, out);
                Sign::ZERO
            }
            Compare::Ne => {
                learn(a, sb == Sign::ZERO, Sign::NOT_ZERO, out);
                learn(b, sa == Sign::ZERO, Sign::NOT_ZERO, out);
                Sign::NOT_ZERO
            }
        };
        if let (Some(ka), Some(kb)) = (key(a), key(b)) {
            out.push((format!("sub({ka},{kb})"), difference.into()));
            out.push((format!("sub({kb},{ka})"), difference.neg().into()));
        }
    }
}

fn learn(expr: &Expr, holds: bool, sign: Sign, out: &mut Vec<Fact>) {
    if !holds {
        return;
    }
    if let ExprKind::Pure(Pure::AbsInt | Pure::AbsReal, args) = &expr.kind
        && sign.within(Sign::NOT_ZERO)
        && let Some(key) = args.first().and_then(key)
    {
        out.push((key, Sign::NOT_ZERO.into()));
    }
    if let Some(key) = key(expr) {
        out.push((key, sign.into()));
    }
}

fn opposite(op: Compare) -> Compare {
    match op {
        Compare::Eq => Compare::Ne,
        Compare::Ne => Compare::Eq,
        Compare::Lt => Compare::Ge,
        Compare::Le => Compare::Gt,
        Compare::Gt => Compare::Le,
        Compare::Ge => Compare::Lt,
    }
}

/// The same text for expressions that always have the same value within one reaction, as long as
/// no state is set in between.
pub(super) fn key(expr: &Expr) -> Option<String> {
    Some(match &expr.kind {
        ExprKind::Const(value) => format!("{value:?}"),
        ExprKind::Param(id) => format!("p{}", id.0),
        ExprKind::Let(id) => format!("s{}", id.0),
        ExprKind::MemberLet(id, member) => format!("s{}[{}]", id.0, key(member)?),
        ExprKind::Local(id) => format!("l{}", id.0),
        ExprKind::State(id, None) => format!("t{}.", id.0),
        ExprKind::State(id, Some(member)) => format!("t{}.[{}]", id.0, key(member)?),
        ExprKind::NodeState(index) => format!("n{index}"),
        ExprKind::Instrument(id) => format!("i{}", id.0),
        ExprKind::Now => "now".to_owned(),
        ExprKind::Event(field) => format!("e{field:?}"),
        ExprKind::Account(field) => format!("a{field:?}"),
        ExprKind::View(field, of) => format!("v{field:?}({})", key(of)?),
        ExprKind::LevelPrice(level) => format!("price({})", key(level)?),
        ExprKind::LevelSize(level) => format!("size({})", key(level)?),
        ExprKind::Bar { clock, member, field } => format!("b{}.{member}.{field:?}", clock.0),
        ExprKind::Forming { clock, member, field } => format!("f{}.{member}.{field:?}", clock.0),
        ExprKind::Unary(Unary::FixedToReal | Unary::IntToReal | Unary::IntToFixed, x) => key(x)?,
        ExprKind::Unary(op, x) => format!("{op:?}({})", key(x)?),
        ExprKind::Binary(Binary::SubInt | Binary::SubReal, a, b) => {
            format!("sub({},{})", key(a)?, key(b)?)
        }
        ExprKind::Binary(op, a, b) => format!("{op:?}({},{})", key(a)?, key(b)?),
        ExprKind::Element { list, index } => format!("{}[{}]", key(list)?, key(index)?),
        ExprKind::Pure(f, args) => {
            let args: Option<Vec<String>> = args.iter().map(key).collect();
            format!("{f:?}({})", args?.join(","))
        }
        ExprKind::Library(f, args) => {
            let args: Option<Vec<String>> = args.iter().map(key).collect();
            format!("library {f:?}({})", args?.join(","))
        }
        _ => return None,
    })
}

fn sign_of_const(value: &Const) -> Sign {
    match value {
        Const::Int(_) | Const::Real(_) | Const::Fixed(_) | Const::Nanos(_) => {
            Sign::of(order_of(value))
        }
        Const::Bool(_) | Const::Member(_) | Const::Text(_) | Const::None => Sign::ANY,
    }
}

fn order_of(value: &Const) -> Ordering {
    match value {
        Const::Int(v) | Const::Fixed(v) | Const::Nanos(v) => v.cmp(&0),
        Const::Real(v) => v.partial_cmp(&0.0).unwrap_or(Ordering::Equal),
        Const::Bool(_) | Const::Member(_) | Const::Text(_) | Const::None => Ordering::Equal,
    }
}

fn sign_of_view(field: ViewField) -> Sign {
    match field {
        ViewField::BookMid
        | ViewField::LastTrade
        | ViewField::PositionAvgPrice
        | ViewField::Tick
        | ViewField::Lot => Sign::POSITIVE,
        ViewField::Mark
        | ViewField::ExposureLong
        | ViewField::ExposureShort
        | ViewField::MinSize
        | ViewField::Liquidity => Sign::NOT_NEGATIVE,
        ViewField::BookBid
        | ViewField::BookAsk
        | ViewField::BookSpread
        | ViewField::BookSpreadPct
        | ViewField::PositionSize
        | ViewField::PositionUnrealized
        | ViewField::PositionRealized
        | ViewField::Expiry
        | ViewField::ExpiresIn
        | ViewField::Question
        | ViewField::Outcome
        | ViewField::Id => Sign::ANY,
    }
}
