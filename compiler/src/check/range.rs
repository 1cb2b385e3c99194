//! Between which whole numbers a value lies, here and now.
//!
//! What leaves the range of a whole number is a fault, so that bounds may stop at its ends.
#![expect(clippy::wildcard_enum_match_arm, reason = "all other forms have no bounds")]

use super::Checker;
use super::prove::{Fact, Known, key};
use super::sign::Sign;
use crate::hir::{Const, Expr, ExprKind, Kind};
use crate::ir::{Binary, Compare, Pure, Unary};

/// The smallest and the largest value.
pub(super) type Range = (i64, i64);

/// Every whole number.
pub(super) const ANY: Range = (i64::MIN, i64::MAX);

impl Checker {
    /// The bounds of a whole number.
    pub(super) fn reach(&self, expr: &Expr) -> Range {
        if expr.ty.kind != Kind::Int {
            return ANY;
        }
        let mut range = self.range_of_kind(expr);
        let sign = self.sign(expr);
        if sign.within(Sign::POSITIVE) {
            range = meet(range, (1, i64::MAX));
        } else if sign.within(Sign::NOT_NEGATIVE) {
            range = meet(range, (0, i64::MAX));
        }
        if self.body.facts.is_empty() {
            return range;
        }
        let Some(key) = key(expr) else { return range };
        let facts = self.body.facts.iter().filter(|(known, _)| *known == key);
        facts.fold(range, |range, (_, known)| meet(range, known.range))
    }

    fn range_of_kind(&self, expr: &Expr) -> Range {
        match &expr.kind {
            ExprKind::Const(Const::Int(value)) => (*value, *value),
            ExprKind::Param(id) => {
                let range = self.st.params.get(id.index()).and_then(|param| param.range.as_ref());
                match range.map(|range| (&range.low, &range.high)) {
                    Some((Const::Int(low), Const::Int(high))) => (*low, *high),
                    _ => ANY,
                }
            }
            ExprKind::Local(id) => self.body.ranges.get(id).copied().unwrap_or(ANY),
            ExprKind::Unary(Unary::NegInt, a) => {
                let (low, high) = self.reach(a);
                (high.saturating_neg(), low.saturating_neg())
            }
            ExprKind::Binary(op, a, b) => binary(*op, self.reach(a), self.reach(b)),
            ExprKind::Pure(f, args) => {
                let args: Vec<Range> = args.iter().map(|arg| self.reach(arg)).collect();
                pure(*f, &args)
            }
            ExprKind::If { then, other, .. } => {
                let ((a, b), (c, d)) = (self.reach(then), self.reach(other));
                (a.min(c), b.max(d))
            }
            ExprKind::LetIn { body, .. } => self.reach(body),
            _ => ANY,
        }
    }

    /// What a comparison that holds says of the bounds of its sides.
    pub(super) fn bound_by(&self, op: Compare, a: &Expr, b: &Expr, out: &mut Vec<Fact>) {
        if a.ty.kind != Kind::Int || b.ty.kind != Kind::Int {
            return;
        }
        let ((a_low, a_high), (b_low, b_high)) = (self.reach(a), self.reach(b));
        let (of_a, of_b) = match op {
            Compare::Lt => ((i64::MIN, less(b_high)), (more(a_low), i64::MAX)),
            Compare::Le => ((i64::MIN, b_high), (a_low, i64::MAX)),
            Compare::Gt => ((more(b_low), i64::MAX), (i64::MIN, less(a_high))),
            Compare::Ge => ((b_low, i64::MAX), (i64::MIN, a_high)),
            Compare::Eq => ((b_low, b_high), (a_low, a_high)),
            Compare::Ne => return,
        };
        for (expr, range) in [(a, of_a), (b, of_b)] {
            if range != ANY
                && let Some(key) = key(expr)
            {
                out.push((key, Known { sign: Sign::ANY, range }));
            }
        }
    }
}

fn less(n: i64) -> i64 {
    n.saturating_sub(1)
}

fn more(n: i64) -> i64 {
    n.saturating_add(1)
}

/// Both are known of one value. A contradiction leaves the newer knowledge: such code is never
/// reached.
fn meet(a: Range, b: Range) -> Range {
    let both = (a.0.max(b.0), a.1.min(b.1));
    if both.0 > both.1 { b } else { both }
}

fn binary(op: Binary, (a, b): Range, (c, d): Range) -> Range {
    match op {
        Binary::AddInt => (a.saturating_add(c), b.saturating_add(d)),
        Binary::SubInt => (a.saturating_sub(d), b.saturating_sub(c)),
        Binary::MulInt => {
            let products = [(a, c), (a, d), (b, c), (b, d)].map(|(x, y)| x.saturating_mul(y));
            let low = products.iter().copied().min().unwrap_or(i64::MIN);
            (low, products.iter().copied().max().unwrap_or(i64::MAX))
        }
        // Never negative, and below the divisor.
        Binary::RemInt if c > 0 && a >= 0 && b < c => (a, b),
        Binary::RemInt if c > 0 => (0, d - 1),
        Binary::RemInt => (0, i64::MAX),
        _ => ANY,
    }
}

fn pure(f: Pure, args: &[Range]) -> Range {
    match (f, args) {
        (Pure::MinInt, _) => {
            args.iter().copied().fold((i64::MAX, i64::MAX), |(a, b), (c, d)| (a.min(c), b.min(d)))
        }
        (Pure::MaxInt, _) => {
            args.iter().copied().fold((i64::MIN, i64::MIN), |(a, b), (c, d)| (a.max(c), b.max(d)))
        }
        (Pure::ClampInt, [(a, b), (c, d), (e, f)]) => {
            // `min`, then `max`.
            ((*a.min(e)).max(*c), (*b.min(f)).max(*d))
        }
        (Pure::AbsInt, [(a, b)]) if *a >= 0 => (*a, *b),
        (Pure::AbsInt, [(a, b)]) => (0, a.saturating_neg().max(*b)),
        _ => ANY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bounds hold for every pair of values inside them, and are no wider than these demand.
    #[test]
    fn bounds_are_those_of_all_values() {
        let ops = [Binary::AddInt, Binary::SubInt, Binary::MulInt, Binary::RemInt];
        for (a, b, c, d) in [(-3, 4, 1, 5), (0, 3, 4, 4), (-7, -2, 2, 3), (2, 2, -4, 4)] {
            for op in ops {
                let results = (a..=b).flat_map(|x| (c..=d).map(move |y| (x, y)));
                let results: Vec<i64> = results
                    .filter(|(_, y)| op != Binary::RemInt || *y != 0)
                    .map(|(x, y): (i64, i64)| match op {
                        Binary::AddInt => x + y,
                        Binary::SubInt => x - y,
                        Binary::MulInt => x * y,
                        _ => x.rem_euclid(y),
                    })
                    .collect();
                let (low, high) = binary(op, (a, b), (c, d));
                assert!(results.iter().all(|r| (low..=high).contains(r)), "{op:?} {a} {b} {c} {d}");
                if op != Binary::RemInt {
                    let ends = (results.iter().min().copied(), results.iter().max().copied());
                    assert_eq!(ends, (Some(low), Some(high)), "{op:?} {a} {b} {c} {d}");
                }
            }
        }
    }

    #[test]
    fn functions_have_bounds() {
        assert_eq!(pure(Pure::ClampInt, &[ANY, (0, 0), (3, 3)]), (0, 3));
        assert_eq!(pure(Pure::MinInt, &[ANY, (3, 5)]), (i64::MIN, 5));
        assert_eq!(pure(Pure::MaxInt, &[ANY, (3, 5)]), (3, i64::MAX));
        assert_eq!(pure(Pure::AbsInt, &[(-4, 2)]), (0, 4));
        assert_eq!(binary(Binary::RemInt, ANY, (4, 4)), (0, 3));
        assert_eq!(binary(Binary::AddInt, ANY, (1, 1)), (i64::MIN + 1, i64::MAX));
    }
}
