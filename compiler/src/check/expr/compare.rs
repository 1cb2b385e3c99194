//! Comparisons, ranges, membership and words in texts.

use strat_dsl::ast::{self, BinaryOp};
use strat_dsl::{Code, Diagnostic, Span};

use super::super::list::elements;
use super::super::literal::is_flexible;
use super::super::say::quoted;
use super::super::sign::Sign;
use super::super::{Checker, Typed};
use super::as_real;
use crate::hir::{self, Expr, ExprKind, Kind, Ty, WordsId};
use crate::ir::{Compare, Number};

impl Checker {
    pub(super) fn compare(
        &mut self,
        e: &ast::Expr,
        op: BinaryOp,
        l: &ast::Expr,
        r: &ast::Expr,
    ) -> Typed {
        if matches!(l.kind, ast::ExprKind::None) || matches!(r.kind, ast::ExprKind::None) {
            return self.compared_with_none(e, op, l, r);
        }
        let (left, right) = self.alike(l, r);
        let domain = self.meet(&[&left, &right]);
        if left.is_error() || right.is_error() {
            return Typed::error(e.span);
        }
        let (lk, rk) = (left.kind(), right.kind());
        let equality = matches!(op, BinaryOp::Eq | BinaryOp::Ne);
        if lk == Kind::Text && rk == Kind::Text && !equality {
            self.text_compared(e, op, l);
            return Typed::error(e.span);
        }
        let Some((number, a, b)) = paired(left.expr, right.expr) else {
            self.clash(e.span, "compare", (l, lk), (r, rk), compare_fix(l, lk, r, rk));
            return Typed::error(e.span);
        };
        if equality && number == Number::Real {
            // The comparison is kept, so that what it guards is judged as its author meant it.
            self.real_equality(e, op, l, r);
        }
        let ordered = lk.is_number() || lk == Kind::Time;
        let equal =
            ordered || matches!(lk, Kind::Bool | Kind::Enum(_) | Kind::Instrument(_) | Kind::Text);
        if !(ordered || equality && equal) {
            self.not_ordered(e, op, lk);
            return Typed::error(e.span);
        }
        let kind = ExprKind::Compare(relation(op), number, Box::new(a), Box::new(b));
        Typed::new(kind, Ty::BOOL, e.span).at(domain)
    }

    /// Two operands of one kind; bare numbers take the kind of the other.
    pub(super) fn alike(&mut self, l: &ast::Expr, r: &ast::Expr) -> (Typed, Typed) {
        if is_flexible(l) && !is_flexible(r) {
            let right = self.value(r, None);
            let left = self.value(l, Some(right.kind()));
            return (left, right);
        }
        let left = self.value(l, None);
        let right = self.value(r, Some(left.kind()));
        (left, right)
    }

    fn compared_with_none(
        &mut self,
        e: &ast::Expr,
        op: BinaryOp,
        l: &ast::Expr,
        r: &ast::Expr,
    ) -> Typed {
        let value = if matches!(l.kind, ast::ExprKind::None) { r } else { l };
        let word = if op == BinaryOp::Ne { "some" } else { "none" };
        let fix = format!("{} is {word}", quoted(value));
        self.out.push(
            Diagnostic::new(Code::E0103, e.span, "an absent value equals nothing, not even `none`")
                .here("asks whether a value is present")
                .why("presence is asked with `is`, so that it cannot be mistaken for a comparison")
                .fix_replace(format!("write `{fix}`"), e.span, fix.clone()),
        );
        Typed::error(e.span)
    }

    fn text_compared(&mut self, e: &ast::Expr, op: BinaryOp, l: &ast::Expr) {
        self.out.push(
            Diagnostic::new(
                Code::E0111,
                e.span,
                format!("texts are not compared with `{}`", op.symbol()),
            )
            .here("no order is meant by letters")
            .why("texts are equal or not, or hold a word or not")
            .fix(format!("look for words: `{} has_word \"...\"`", quoted(l))),
        );
    }

    fn real_equality(&mut self, e: &ast::Expr, op: BinaryOp, l: &ast::Expr, r: &ast::Expr) {
        let (a, b) = (quoted(l), quoted(r));
        let sign = if op == BinaryOp::Eq { "<" } else { ">=" };
        self.out.push(
            Diagnostic::new(
                Code::E0305,
                e.span,
                format!("reals must not be compared with `{}`", op.symbol()),
            )
            .here("depends on the last bit of a rounded number")
            .why("two ways to compute the same real differ in their last digits")
            .fix(format!("allow for a difference: `abs({a} - {b}) {sign} 0.000001`"))
            .fix("use an order: `<`, `<=`, `>`, `>=`"),
        );
    }

    fn not_ordered(&mut self, e: &ast::Expr, op: BinaryOp, kind: Kind) {
        let noun = self.a(Ty::of(kind));
        let message = format!("`{}` does not compare {noun} with another", op.symbol());
        self.out.push(
            Diagnostic::new(Code::E0101, e.span, message)
                .here("no order is defined here")
                .why("only numbers, times and durations have an order")
                .fix("compare one of its fields"),
        );
    }

    pub(super) fn contains(&mut self, e: &ast::Expr, value: &ast::Expr, set: &ast::Expr) -> Typed {
        match &set.kind {
            ast::ExprKind::Range { start, end } => self.in_range(e, value, start, end),
            ast::ExprKind::List(items) => self.in_list(e, value, items),
            ast::ExprKind::Error => {
                self.value(value, None);
                Typed::error(e.span)
            }
            _ => self.in_value(e, value, set),
        }
    }

    fn in_range(
        &mut self,
        e: &ast::Expr,
        value: &ast::Expr,
        start: &ast::Expr,
        end: &ast::Expr,
    ) -> Typed {
        let inner = self.value(value, None);
        let low = self.value(start, Some(inner.kind()));
        let high = self.value(end, Some(inner.kind()));
        let domain = self.meet(&[&inner, &low, &high]);
        if inner.is_error() || low.is_error() || high.is_error() {
            return Typed::error(e.span);
        }
        let kinds = (inner.kind(), low.kind(), high.kind());
        if !(kinds.0.is_number() || kinds.0 == Kind::Time) {
            self.not_ordered(e, BinaryOp::Le, kinds.0);
            return Typed::error(e.span);
        }
        for (end, kind) in [(start, kinds.1), (end, kinds.2)] {
            if pairs(kinds.0, kind).is_none() {
                let fix = compare_fix(value, kinds.0, end, kind);
                self.clash(e.span, "compare", (value, kinds.0), (end, kind), fix);
                return Typed::error(e.span);
            }
        }
        self.empty_range(e, &low.expr, &high.expr);
        let real = [kinds.0, kinds.1, kinds.2].iter().any(|k| matches!(k, Kind::Real(_)));
        let number = if real { Number::Real } else { Number::Int };
        let convert = |expr: Expr| Box::new(if real { as_real(expr) } else { expr });
        let kind = ExprKind::InRange {
            number,
            value: convert(inner.expr),
            low: convert(low.expr),
            high: convert(high.expr),
        };
        Typed::new(kind, Ty::BOOL, e.span).at(domain)
    }

    fn empty_range(&mut self, e: &ast::Expr, low: &Expr, high: &Expr) {
        if let (ExprKind::Const(a), ExprKind::Const(b)) = (&low.kind, &high.kind)
            && super::super::param::compare_consts(a, b) == Some(std::cmp::Ordering::Greater)
        {
            self.out.push(
                Diagnostic::new(Code::E0322, low.span.to(high.span), "this range is empty")
                    .here("the lower end is above the upper end")
                    .why(format!("`{}` can never be true", quoted(e)))
                    .fix("exchange the ends"),
            );
        }
    }

    fn in_list(&mut self, e: &ast::Expr, value: &ast::Expr, items: &[ast::Expr]) -> Typed {
        let inner = self.value(value, None);
        let items = items.iter().map(|item| (item, self.value(item, Some(inner.kind()))));
        let items = items.collect();
        self.equals_any(e, value, inner, items)
    }

    /// `x in w`, where `w` is a list that has a name, or cannot be looked through at all.
    fn in_value(&mut self, e: &ast::Expr, value: &ast::Expr, set: &ast::Expr) -> Typed {
        let inner = self.value(value, None);
        let list = self.expr(set, None);
        let Some((ty, length)) = elements(list.kind()) else {
            if !list.is_error() {
                self.nothing_to_look_through(set.span);
            }
            return Typed::error(e.span);
        };
        if ty.optional {
            self.unopened(set, ty);
            return Typed::error(e.span);
        }
        let domain = list.domain;
        let element = |at: u16| {
            let at = Expr {
                kind: ExprKind::Const(hir::Const::Int(i64::from(at))),
                ty: Ty::of(Kind::Int),
                span: set.span,
            };
            let list = Box::new(list.expr.clone());
            let kind = ExprKind::Element { list, index: Box::new(at) };
            (set, Typed::new(kind, ty, set.span).at(domain))
        };
        let items = (0..length).map(element).collect();
        self.equals_any(e, value, inner, items)
    }

    fn nothing_to_look_through(&mut self, span: Span) {
        self.out.push(
            Diagnostic::new(Code::E0401, span, "`in` needs a range or a list")
                .here("neither `a..b` nor `[a, b]`")
                .why("what is looked through has a size that is known at compile time")
                .fix("write `x in 1..5` or `x in [a, b]`"),
        );
    }

    fn equals_any(
        &mut self,
        e: &ast::Expr,
        value: &ast::Expr,
        inner: Typed,
        items: Vec<(&ast::Expr, Typed)>,
    ) -> Typed {
        let mut parts = Vec::new();
        let mut domain = inner.domain;
        let mut failed = inner.is_error();
        let named = matches!(items.as_slice(), [(a, _), (b, _), ..] if a.span == b.span);
        let local = self.local("in", inner.ty(), Sign::ANY, value.span);
        for (item, right) in items {
            domain = self.meet(&[&inner, &right]).or(domain);
            if right.is_error() || inner.is_error() {
                failed = true;
                continue;
            }
            let left = Expr { kind: ExprKind::Local(local), ty: inner.ty(), span: value.span };
            let kind = right.kind();
            match paired(left, right.expr) {
                Some((number @ (Number::Int | Number::Text), a, b)) => {
                    let kind = ExprKind::Compare(Compare::Eq, number, Box::new(a), Box::new(b));
                    parts.push(Expr { kind, ty: Ty::BOOL, span: item.span });
                }
                Some((Number::Real, ..)) => {
                    self.real_equality(e, BinaryOp::Eq, value, item);
                    failed = true;
                    // Once for all elements of a list with a name.
                    if named {
                        break;
                    }
                }
                None => {
                    let fix = compare_fix(value, inner.kind(), item, kind);
                    self.clash(e.span, "compare", (value, inner.kind()), (item, kind), fix);
                    failed = true;
                    if named {
                        break;
                    }
                }
            }
        }
        let any = parts.into_iter().reduce(|a, b| Expr {
            kind: ExprKind::Or(Box::new(a), Box::new(b)),
            ty: Ty::BOOL,
            span: e.span,
        });
        match any {
            Some(body) if !failed => {
                let (value, body) = (Box::new(inner.expr), Box::new(body));
                let kind = ExprKind::LetIn { local, value, body };
                Typed::new(kind, Ty::BOOL, e.span).at(domain)
            }
            None if !failed => Typed::constant(hir::Const::Bool(false), Kind::Bool, e.span),
            _ => Typed::error(e.span),
        }
    }

    /// `text has_any words`, `text has_word "..."`
    pub(super) fn has_words(
        &mut self,
        e: &ast::Expr,
        op: BinaryOp,
        l: &ast::Expr,
        r: &ast::Expr,
    ) -> Typed {
        let text = self.expect(l, Kind::Text, "the left side");
        let words = self.words_of(r, op);
        let Some(words) = words else { return Typed::error(e.span) };
        if text.is_error() {
            return Typed::error(e.span);
        }
        let domain = text.domain;
        Typed::new(ExprKind::HasAny(Box::new(text.expr), words), Ty::BOOL, e.span).at(domain)
    }

    fn words_of(&mut self, r: &ast::Expr, op: BinaryOp) -> Option<WordsId> {
        let single = op == BinaryOp::HasWord;
        match &r.kind {
            ast::ExprKind::Text(text) => self.inline_words(std::slice::from_ref(text), r),
            ast::ExprKind::List(items) if !single => {
                let texts: Option<Vec<ast::Text>> = items
                    .iter()
                    .map(|item| match &item.kind {
                        ast::ExprKind::Text(text) => Some(text.clone()),
                        _ => None,
                    })
                    .collect();
                match texts {
                    Some(texts) => self.inline_words(&texts, r),
                    None => {
                        self.needs_words(r, op);
                        None
                    }
                }
            }
            ast::ExprKind::Error => None,
            _ => {
                let value = self.expr(r, None);
                match value.kind() {
                    Kind::Words(id) if !single => Some(id),
                    Kind::Error => None,
                    _ => {
                        self.needs_words(r, op);
                        None
                    }
                }
            }
        }
    }

    fn needs_words(&mut self, r: &ast::Expr, op: BinaryOp) {
        let example = if op == BinaryOp::HasWord {
            "a word in quotes: `question has_word \"nfl\"`"
        } else {
            "a word list: `words sports = \"nfl\", \"nba\"` and `question has_any sports`"
        };
        self.out.push(
            Diagnostic::new(
                Code::E0111,
                r.span,
                format!("`{}` looks for whole words and needs them written out", op.symbol()),
            )
            .here("not a word or word list")
            .why("words are folded and split once, when the strategy is compiled")
            .fix(format!("use {example}")),
        );
    }

    fn inline_words(&mut self, texts: &[ast::Text], r: &ast::Expr) -> Option<WordsId> {
        let entries = self.entries(texts)?;
        let id = WordsId(u32::try_from(self.hir.words.len()).unwrap_or(u32::MAX));
        self.hir.words.push(hir::Words { name: String::new(), entries, span: r.span });
        Some(id)
    }
}

/// How two kinds compare, if they do.
fn pairs(l: Kind, r: Kind) -> Option<Number> {
    match (l, r) {
        (Kind::Real(a), Kind::Real(b)) => a.join(b).map(|_| Number::Real),
        (Kind::Real(u), t) | (t, Kind::Real(u)) => {
            (t.is_fixed() && t.unit().join(u).is_some()).then_some(Number::Real)
        }
        // Which instrument it is may well be asked of two different ones.
        (Kind::Instrument(_), Kind::Instrument(_)) => Some(Number::Int),
        (Kind::Text, Kind::Text) => Some(Number::Text),
        (l, r) => l.join(r).map(|_| Number::Int),
    }
}

/// Both operands in the form in which they compare.
pub(super) fn paired(l: Expr, r: Expr) -> Option<(Number, Expr, Expr)> {
    match pairs(l.ty.kind, r.ty.kind)? {
        number @ (Number::Int | Number::Text) => Some((number, l, r)),
        Number::Real => Some((Number::Real, as_real(l), as_real(r))),
    }
}

fn relation(op: BinaryOp) -> Compare {
    match op {
        BinaryOp::Eq => Compare::Eq,
        BinaryOp::Ne => Compare::Ne,
        BinaryOp::Lt => Compare::Lt,
        BinaryOp::Le => Compare::Le,
        BinaryOp::Gt => Compare::Gt,
        _ => Compare::Ge,
    }
}

fn compare_fix(l: &ast::Expr, lk: Kind, r: &ast::Expr, rk: Kind) -> Option<String> {
    match (lk, rk) {
        (Kind::Ratio, Kind::Real(_)) => Some(format!("convert it: `percent({})`", quoted(r))),
        (Kind::Real(_), Kind::Ratio) => Some(format!("convert it: `percent({})`", quoted(l))),
        (Kind::Price(_), Kind::Ratio) => Some(
            "compare shares with shares: take `book.spread_pct` instead of `book.spread`, \
                  or divide by the price first"
                .to_owned(),
        ),
        _ => None,
    }
}
