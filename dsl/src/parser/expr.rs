//! Expressions: the grammar gives them flat, the Pratt parser builds the tree.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the grammar has hundreds of rules, and each function knows its few"
)]

use pest::pratt_parser::{Assoc, ConstPrattParser, Op, pratt_precedence};

use super::{Builder, Found, Parts};
use crate::ast::{Arg, BinaryOp, Expr, ExprKind, Ident, IfThen, Type, TypeKind, UnaryOp};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::grammar::Rule;
use crate::span::Span;

/// Loosest first, as `docs/language.md` lists them.
static PRATT: ConstPrattParser<Rule, 23> = ConstPrattParser::new_const(pratt_precedence![
    Op::infix(Rule::op_or, Assoc::Left),
    Op::infix(Rule::op_and, Assoc::Left),
    Op::prefix(Rule::op_not),
    Op::infix(Rule::op_eq, Assoc::Left)
        | Op::infix(Rule::op_ne, Assoc::Left)
        | Op::infix(Rule::op_lt, Assoc::Left)
        | Op::infix(Rule::op_le, Assoc::Left)
        | Op::infix(Rule::op_gt, Assoc::Left)
        | Op::infix(Rule::op_ge, Assoc::Left)
        | Op::infix(Rule::op_in, Assoc::Left)
        | Op::infix(Rule::op_has_any, Assoc::Left)
        | Op::infix(Rule::op_has_word, Assoc::Left)
        | Op::postfix(Rule::op_is),
    Op::infix(Rule::op_range, Assoc::Left),
    Op::infix(Rule::op_or_else, Assoc::Left),
    Op::infix(Rule::op_add, Assoc::Left) | Op::infix(Rule::op_sub, Assoc::Left),
    Op::infix(Rule::op_mul, Assoc::Left)
        | Op::infix(Rule::op_div, Assoc::Left)
        | Op::infix(Rule::op_div_option, Assoc::Left)
        | Op::infix(Rule::op_rem, Assoc::Left),
    Op::prefix(Rule::op_neg),
    Op::postfix(Rule::op_as),
]);

/// An expression, and whether its outermost operator compares without parentheses around it.
struct Built {
    expr: Expr,
    compares: bool,
    missing: bool,
}

impl Builder<'_> {
    pub(super) fn expr(&self, pair: Option<Found<'_>>) -> Expr {
        let Some(pair) = pair else {
            return Expr { kind: ExprKind::Error, span: Span::default() };
        };
        let built = PRATT
            .map_primary(|operand| self.operand(operand))
            .map_prefix(|op, operand| self.prefix(&op, operand))
            .map_postfix(|value, op| self.after(op, value))
            .map_infix(|left, op, right| self.infix(left, &op, right))
            .parse(pair.into_inner());
        if built.missing {
            self.report(
                Diagnostic::new(Code::E0906, built.expr.span, "a value is missing")
                    .here("expected a value here")
                    .fix("write a number, a name or an expression"),
            );
        }
        built.expr
    }

    fn operand(&self, pair: Found<'_>) -> Built {
        let start = self.span(&pair).start;
        let mut parts = Parts::new(pair);
        let primary = parts.take();
        let missing = primary.as_ref().is_some_and(|it| it.as_rule() == Rule::no_value);
        let mut expr = self.primary(primary);
        for postfix in parts.rest() {
            let end = self.span(&postfix).end;
            expr = Expr { kind: self.postfix(postfix, expr), span: Span { start, end } };
        }
        Built { expr, compares: false, missing }
    }

    fn primary(&self, pair: Option<Found<'_>>) -> Expr {
        let Some(pair) = pair else {
            return Expr { kind: ExprKind::Error, span: Span::default() };
        };
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::literal => return self.literal(pair),
            Rule::bad_literal => return self.bad_literal(&pair),
            Rule::string => ExprKind::Text(self.text(Some(pair))),
            Rule::list => self.list(pair),
            Rule::if_expr => self.if_expr(pair),
            Rule::paren => {
                let inner = self.expr(Parts::new(pair).take());
                return Expr { span, ..inner };
            }
            Rule::ident => match pair.as_str() {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                "none" => ExprKind::None,
                name => ExprKind::Ident(Ident { name: name.to_owned(), span }),
            },
            _ => return Expr { kind: ExprKind::Error, span: self.behind_previous(&pair) },
        };
        Expr { kind, span }
    }

    fn postfix(&self, pair: Found<'_>, base: Expr) -> ExprKind {
        let base = Box::new(base);
        match pair.as_rule() {
            Rule::args => ExprKind::Call { callee: base, args: self.args(Some(pair)) },
            Rule::index_of => {
                ExprKind::Index { base, index: Box::new(self.expr(Parts::new(pair).take())) }
            }
            rule => {
                let optional = rule == Rule::field_opt;
                ExprKind::Field { base, name: self.ident(Parts::new(pair).take()), optional }
            }
        }
    }

    pub(super) fn args(&self, pair: Option<Found<'_>>) -> Vec<Arg> {
        let Some(pair) = pair else { return Vec::new() };
        let arg = |pair: Found<'_>| {
            let span = self.span(&pair);
            let mut parts = Parts::new(pair);
            let name = parts.take_if(Rule::arg_name).and_then(|name| Parts::new(name).take());
            let name = name.map(|name| self.ident(Some(name)));
            Arg { name, value: self.expr(parts.take()), span }
        };
        Parts::new(pair).rest().map(arg).collect()
    }

    fn if_expr(&self, pair: Found<'_>) -> ExprKind {
        let span = self.span(&pair);
        let head = Span { start: span.start, end: span.start + 2 };
        let (mut no_then, mut no_otherwise) = (false, false);
        for part in pair.clone().into_inner() {
            no_then |= part.as_rule() == Rule::no_then;
            no_otherwise |= part.as_rule() == Rule::no_otherwise;
        }
        if no_then || no_otherwise {
            let word = if no_then { "then" } else { "else" };
            self.report(
                Diagnostic::new(Code::E0917, head, format!("this `if` has no `{word}`"))
                    .here("as a value, `if` needs `then` and `else`")
                    .fix("write `if condition then value else value`"),
            );
        }
        let mut values: Vec<_> = Parts::new(pair).rest().map(|it| self.expr(Some(it))).collect();
        let otherwise = if no_otherwise { None } else { values.pop() };
        let otherwise = otherwise.unwrap_or(Expr { kind: ExprKind::Error, span });
        let mut cases = Vec::new();
        let mut values = values.into_iter();
        while let (Some(condition), Some(value)) = (values.next(), values.next()) {
            cases.push(IfThen { condition, value });
        }
        ExprKind::If { cases, otherwise: Box::new(otherwise) }
    }

    /// `[a, b]`, `[a; 4]`
    fn list(&self, pair: Found<'_>) -> ExprKind {
        let mut items = Vec::new();
        for part in Parts::new(pair).rest() {
            if part.as_rule() == Rule::times
                && let Some(value) = items.pop()
            {
                let length = self.int(Parts::new(part).take());
                return ExprKind::Repeat { value: Box::new(value), length };
            }
            items.push(self.expr(Some(part)));
        }
        ExprKind::List(items)
    }

    fn prefix(&self, op: &Found<'_>, operand: Built) -> Built {
        let op_span = self.span(op);
        if operand.missing {
            self.report_operand(op_span, op.as_str());
        }
        let span = op_span.to(operand.expr.span);
        let op = if op.as_rule() == Rule::op_not { UnaryOp::Not } else { UnaryOp::Neg };
        let kind = ExprKind::Unary { op, op_span, operand: Box::new(operand.expr) };
        Built { expr: Expr { kind, span }, compares: false, missing: false }
    }

    /// `is some`, `as usd at par`
    fn after(&self, pair: Found<'_>, value: Built) -> Built {
        let op_span = self.span(&pair);
        let span = value.expr.span.to(op_span);
        let compares = pair.as_rule() == Rule::op_is;
        if value.missing {
            self.report_operand(op_span, if compares { "is" } else { "as" });
        }
        if compares && value.compares {
            self.report_chain(op_span);
        }
        let part = Parts::new(pair).take();
        let value = Box::new(value.expr);
        let kind = if compares {
            ExprKind::Is { value, some: part.is_some_and(|what| what.as_str() == "some") }
        } else {
            ExprKind::AsAtPar { value, currency: self.ident(part) }
        };
        Built { expr: Expr { kind, span }, compares, missing: false }
    }

    fn infix(&self, left: Built, pair: &Found<'_>, right: Built) -> Built {
        let op_span = self.span(pair);
        let rule = pair.as_rule();
        if rule == Rule::op_range && (left.missing || right.missing) {
            self.report_bound(op_span, right.missing);
        } else if left.missing || right.missing {
            self.report_operand(op_span, pair.as_str());
        }
        let span = left.expr.span.to(op_span).to(right.expr.span);
        let op = binary(rule);
        let compares = rule == Rule::op_in || op.is_some_and(is_comparison);
        if compares && (left.compares || right.compares) {
            self.report_chain(op_span);
            // What was meant is not known, so nothing is said of its types.
            return Built { expr: Expr { kind: ExprKind::Error, span }, compares, missing: false };
        }
        let (left, right) = (Box::new(left.expr), Box::new(right.expr));
        let kind = match (op, rule) {
            (Some(op), _) => ExprKind::Binary { op, op_span, left, right },
            (None, Rule::op_in) => ExprKind::In { value: left, op_span, set: right },
            (None, _) => ExprKind::Range { start: left, end: right },
        };
        Built { expr: Expr { kind, span }, compares, missing: false }
    }

    fn report_operand(&self, op_span: Span, op: &str) {
        let found =
            Diagnostic::new(Code::E0906, op_span, format!("a value is missing beside `{op}`"))
                .here(match op {
                    "is" | "as" => format!("`{op}` needs a value in front of it"),
                    _ => format!("`{op}` needs a value on each side"),
                });
        let found =
            if op == "%" { found.fix("a percent is written without a blank: `5%`") } else { found };
        self.report(found.fix(format!("write the value, or delete the `{op}`")));
    }

    pub(super) fn report_bound(&self, op_span: Span, upper: bool) {
        let which = if upper { "upper" } else { "lower" };
        self.report(
            Diagnostic::new(Code::E0906, op_span, format!("this range has no {which} bound"))
                .here("a range needs both ends")
                .fix("write both ends, as in `20..240`"),
        );
    }

    fn report_chain(&self, op_span: Span) {
        self.report(
            Diagnostic::new(Code::E0908, op_span, "comparisons cannot be chained")
                .here("compares the answer of the comparison before")
                .fix("write `x in a..b`, or join two comparisons with `and`"),
        );
    }

    pub(super) fn ty(&self, pair: Option<Found<'_>>) -> Type {
        let Some(pair) = pair else {
            return Type { kind: TypeKind::Error, optional: false, span: Span::default() };
        };
        let span = self.span(&pair);
        if pair.as_rule() == Rule::no_type {
            return Type {
                kind: TypeKind::Error,
                optional: false,
                span: self.behind_previous(&pair),
            };
        }
        let mut parts = Parts::new(pair);
        let first = self.ty_atom(parts.take());
        let optional = |parts: &mut Parts<'_>| parts.take_if(Rule::ty_option).is_some();
        if optional(&mut parts) {
            return Type { optional: true, span, ..first };
        }
        let Some(second) = parts.take() else { return Type { span, ..first } };
        let (numerator, denominator) = (Box::new(first), Box::new(self.ty_atom(Some(second))));
        let kind = TypeKind::Ratio { numerator, denominator };
        Type { kind, optional: optional(&mut parts), span }
    }

    fn ty_atom(&self, pair: Option<Found<'_>>) -> Type {
        let Some(pair) = pair else { return self.ty(None) };
        let span = self.span(&pair);
        let array = pair.as_rule() == Rule::ty_array;
        let mut parts = Parts::new(pair);
        let kind = if array {
            let element = Box::new(self.ty(parts.take()));
            TypeKind::Array { element, length: self.int(parts.take()) }
        } else {
            let name = self.ident(parts.take());
            TypeKind::Named { name, args: parts.rest().map(|arg| self.ty(Some(arg))).collect() }
        };
        Type { kind, optional: false, span }
    }
}

fn binary(rule: Rule) -> Option<BinaryOp> {
    Some(match rule {
        Rule::op_or => BinaryOp::Or,
        Rule::op_and => BinaryOp::And,
        Rule::op_eq => BinaryOp::Eq,
        Rule::op_ne => BinaryOp::Ne,
        Rule::op_lt => BinaryOp::Lt,
        Rule::op_le => BinaryOp::Le,
        Rule::op_gt => BinaryOp::Gt,
        Rule::op_ge => BinaryOp::Ge,
        Rule::op_has_any => BinaryOp::HasAny,
        Rule::op_has_word => BinaryOp::HasWord,
        Rule::op_or_else => BinaryOp::OrElse,
        Rule::op_add => BinaryOp::Add,
        Rule::op_sub => BinaryOp::Sub,
        Rule::op_mul => BinaryOp::Mul,
        Rule::op_div => BinaryOp::Div,
        Rule::op_div_option => BinaryOp::DivOption,
        Rule::op_rem => BinaryOp::Rem,
        _ => return None,
    })
}

fn is_comparison(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::Eq
            | BinaryOp::Ne
            | BinaryOp::Lt
            | BinaryOp::Le
            | BinaryOp::Gt
            | BinaryOp::Ge
            | BinaryOp::HasAny
            | BinaryOp::HasWord
    )
}
