//! Values of expressions for people: rounded where they are statistics, with units, and conditions
//! with values in place of names. Nothing is changed by looking.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "forms and kinds that are written in no way of their own are treated alike"
)]

use strat_dsl::Span;
use strat_runtime::venue::VenueKind;

use super::eval::Eval;
use super::trace::{Check, Shown, Value};
use crate::ir::{Cell, Compare, ExprId, Kind, Op, Ty, Unary, show};

impl Eval<'_> {
    /// The value of an expression; `None` if its computation faults. No fault is left behind.
    fn probe(&mut self, id: ExprId) -> Option<Cell> {
        let before = self.memory.fault.take();
        let value = self.eval(id);
        let faulted = self.memory.fault.take().is_some();
        self.memory.fault = before;
        (!faulted).then_some(value)
    }

    /// A value as it is written.
    pub(super) fn shown(&self, cell: Cell, ty: Ty, unit: Option<&str>) -> Shown {
        let unit = unit.or(match ty.kind {
            Kind::Money => Some("usd"),
            Kind::Size if self.ir.venue == VenueKind::Polymarket => Some("shares"),
            Kind::Size => Some("coins"),
            _ => None,
        });
        let exact = match ty.kind {
            _ if !cell.some => "none".to_owned(),
            Kind::Text => format!("\"{}\"", self.text(cell)),
            Kind::Instrument => self.name_of(cell.bits),
            Kind::Level => self.level_text(cell.bits),
            _ => show::value(self.ir, cell, ty, unit),
        };
        let short = match ty.kind {
            Kind::Real if cell.some => short_real(cell.as_real()),
            Kind::Ratio if cell.some && unit != Some("bps") => {
                short_percent(cell.bits).unwrap_or_else(|| exact.clone())
            }
            _ => exact.clone(),
        };
        Shown { cell, ty, exact, short }
    }

    fn name_of(&self, place: i64) -> String {
        let instrument = usize::try_from(place).ok().and_then(|at| self.view.instruments.get(at));
        instrument.map_or_else(|| format!("instrument {place}"), |seen| seen.meta.name.clone())
    }

    fn level_text(&self, bits: i64) -> String {
        let book = usize::try_from(bits >> 1)
            .ok()
            .and_then(|at| self.view.instruments.get(at))
            .map(|seen| &seen.book);
        let level = book.and_then(|book| {
            let side = if bits & 1 == 0 { book.bids() } else { book.asks() };
            side.first()
        });
        level.map_or_else(|| "none".to_owned(), |level| format!("{} x {}", level.price, level.size))
    }

    fn show_expr(&mut self, id: ExprId) -> Shown {
        let expr = self.ir.expr(id);
        let unit = match &expr.op {
            Op::Param(param) => self.ir.params[param.index()].unit,
            _ => None,
        };
        match self.probe(id) {
            Some(cell) => self.shown(cell, expr.ty, unit),
            None => Shown {
                cell: Cell::NONE,
                ty: expr.ty,
                exact: "fault".to_owned(),
                short: "fault".to_owned(),
            },
        }
    }

    /// The value of an expression with the named parts of it.
    pub(super) fn look_at(&mut self, id: ExprId) -> Value {
        let id = self.plain(id);
        let span = self.ir.expr(id).span;
        let shown = self.show_expr(id);
        let mut parts = Vec::new();
        self.parts(id, span, &mut parts);
        parts.sort_by_key(|(span, _)| (span.start, span.end));
        parts.dedup_by(|next, kept| next.0.start < kept.0.end);
        if let [(only, _)] = parts.as_slice()
            && *only == span
        {
            parts.clear();
        }
        Value { span, shown, parts }
    }

    /// An expression without the conversions that the compiler put around it.
    fn plain(&self, mut id: ExprId) -> ExprId {
        while let Op::Unary(Unary::FixedToReal | Unary::IntToReal | Unary::IntToFixed, inner) =
            self.ir.expr(id).op
        {
            id = inner;
        }
        id
    }

    /// Names inside an expression, as far as they stand in its text: what a call expands to stands
    /// elsewhere, and the call counts as one name.
    fn parts(&mut self, id: ExprId, root: Span, out: &mut Vec<(Span, Shown)>) {
        let ir = self.ir;
        let expr = ir.expr(id);
        if matches!(expr.op, Op::Const(_)) || !root.contains(expr.span) {
            return;
        }
        let is_name = matches!(
            expr.op,
            Op::Param(_)
                | Op::Local(_)
                | Op::Stream(_)
                | Op::MemberStream(..)
                | Op::State(..)
                | Op::Now
                | Op::Event(_)
                | Op::View(..)
                | Op::Account(_)
                | Op::LevelPrice(_)
                | Op::LevelSize(_)
                | Op::Bar { .. }
        );
        let mut inside = true;
        expr.op.children(|child| inside &= expr.span.contains(ir.expr(child).span));
        if is_name || !inside {
            let shown = self.show_expr(id);
            out.push((expr.span, shown));
            return;
        }
        let mut children = Vec::new();
        expr.op.children(|child| children.push(child));
        for child in children {
            self.parts(child, root, out);
        }
    }

    /// A condition and what it came to.
    pub(super) fn check(&mut self, id: ExprId) -> Check {
        let span = self.ir.expr(id).span;
        let ok = self.probe(id).is_some_and(|cell| cell.some && cell.bits != 0);
        let mut operands = Vec::new();
        let values = self.condition(id, &mut operands);
        Check { span, values, ok, operands }
    }

    fn condition(&mut self, id: ExprId, operands: &mut Vec<Value>) -> String {
        let ir = self.ir;
        match &ir.expr(id).op {
            Op::And(a, b) => {
                let side = |this: &mut Self, id: ExprId, operands: &mut Vec<Value>| {
                    let text = this.condition(id, operands);
                    if matches!(ir.expr(id).op, Op::Or(..)) { format!("({text})") } else { text }
                };
                let left = side(self, *a, operands);
                let right = side(self, *b, operands);
                format!("{left} and {right}")
            }
            Op::Or(a, b) => {
                let left = self.condition(*a, operands);
                let right = self.condition(*b, operands);
                format!("{left} or {right}")
            }
            Op::Unary(Unary::Not, a) => {
                let text = self.condition(*a, operands);
                // An answer in words is a fact, whichever way it was asked for.
                if matches!(ir.expr(*a).op, Op::IsSome(_) | Op::HasWord(..) | Op::HasAny(..)) {
                    return text;
                }
                if matches!(ir.expr(*a).op, Op::And(..) | Op::Or(..) | Op::Compare(..)) {
                    format!("not ({text})")
                } else {
                    format!("not {text}")
                }
            }
            Op::Compare(op, _, a, b) => {
                let texts = self.side_by_side(&[*a, *b], operands);
                texts.join(&format!(" {} ", sign(*op)))
            }
            Op::InRange { value, low, high, .. } => {
                let texts = self.side_by_side(&[*value, *low, *high], operands);
                match texts.as_slice() {
                    [value, low, high] => format!("{value} in {low}..{high}"),
                    _ => String::new(),
                }
            }
            // The local has its value from the evaluation of the whole.
            Op::Let { body, .. } => self.condition(*body, operands),
            Op::If { cond, then, other } => {
                let taken = if self.probe(*cond).is_some_and(|cell| cell.bits != 0) {
                    *then
                } else {
                    *other
                };
                if taken == *other && matches!(ir.expr(*other).op, Op::Const(_)) {
                    return self.condition(*cond, operands);
                }
                self.condition(taken, operands)
            }
            Op::IsSome(_) | Op::HasWord(..) | Op::HasAny(..) => self.question(id, operands),
            _ => {
                let value = self.look_at(id);
                let text = value.shown.short.clone();
                operands.push(value);
                text
            }
        }
    }

    /// A question about one value: whether it is there, or which words are in it.
    fn question(&mut self, id: ExprId, operands: &mut Vec<Value>) -> String {
        let (of, yes, no) = match &self.ir.expr(id).op {
            Op::IsSome(of) => (*of, "is there", "is absent"),
            Op::HasWord(of, _) | Op::HasAny(of, _) => {
                (*of, "has one of the words", "has none of the words")
            }
            _ => (id, "yes", "no"),
        };
        let value = self.look_at(of);
        let answer = if self.show_expr(id).cell.bits != 0 { yes } else { no };
        let text = if value.shown.cell.some {
            format!("{} {answer}", value.shown.short)
        } else {
            answer.to_owned()
        };
        operands.push(value);
        text
    }

    /// Values that are compared: in full where rounding would make different ones look alike.
    fn side_by_side(&mut self, ids: &[ExprId], operands: &mut Vec<Value>) -> Vec<String> {
        let values: Vec<Value> = ids.iter().map(|id| self.look_at(*id)).collect();
        let alike = values.iter().enumerate().any(|(n, a)| {
            let later = values.iter().skip(n + 1);
            later
                .into_iter()
                .any(|b| a.shown.short == b.shown.short && a.shown.exact != b.shown.exact)
        });
        let text = |shown: &Shown| if alike { &shown.exact } else { &shown.short }.clone();
        let texts = values.iter().map(|value| text(&value.shown)).collect();
        operands.extend(values);
        texts
    }
}

const fn sign(op: Compare) -> &'static str {
    match op {
        Compare::Eq => "==",
        Compare::Ne => "!=",
        Compare::Lt => "<",
        Compare::Le => "<=",
        Compare::Gt => ">",
        Compare::Ge => ">=",
    }
}

/// Four digits that say something, or two behind the point.
fn short_real(value: f64) -> String {
    let size = value.abs();
    if value == 0.0 {
        return "0".to_owned();
    }
    if !(1e-4..1e15).contains(&size) {
        return format!("{value:.3e}");
    }
    let places = match size {
        s if s >= 100.0 => 2,
        s if s >= 1.0 => 3,
        s if s >= 0.1 => 4,
        s if s >= 0.01 => 5,
        s if s >= 0.001 => 6,
        _ => 7,
    };
    trimmed(&format!("{value:.places$}"))
}

/// A ratio as a percentage with two digits behind the point; `None` where that would say nothing.
fn short_percent(raw: i64) -> Option<String> {
    let hundredths = raw.unsigned_abs().checked_add(50_000)? / 100_000;
    if hundredths == 0 && raw != 0 {
        return None;
    }
    let sign = if raw < 0 { "-" } else { "" };
    let (whole, fraction) = (hundredths / 100, hundredths % 100);
    Some(format!("{sign}{}%", trimmed(&format!("{whole}.{fraction:02}"))))
}

fn trimmed(text: &str) -> String {
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statistics_are_short() {
        let cases = [
            (0.0, "0"),
            (2.0, "2"),
            (2.345_678, "2.346"),
            (-12_345.678_9, "-12345.68"),
            (0.054_321, "0.05432"),
            (0.000_000_123, "1.230e-7"),
            (1e300, "1.000e300"),
        ];
        for (value, expected) in cases {
            assert_eq!(short_real(value), expected);
        }
    }

    #[test]
    fn ratios_keep_two_places_unless_nothing_is_left() {
        let cases = [
            (39_501_039, Some("3.95%")),
            (10_000_000, Some("1%")),
            (-5_000_000, Some("-0.5%")),
            (0, Some("0%")),
            (49_999, None),
            (i64::MAX, Some("922337203685.48%")),
        ];
        for (raw, expected) in cases {
            assert_eq!(short_percent(raw).as_deref(), expected, "{raw}");
        }
    }
}
