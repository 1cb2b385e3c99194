//! Numbers, quantities and texts.

use std::cell::RefCell;

use pest::Parser;

use super::{Builder, Found, Parts};
use crate::ast::{Decimal, Expr, ExprKind, Int, Text, TextPart, Unit};
use crate::balance;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::grammar::{Grammar, Rule};
use crate::scan::scan;
use crate::source::Source;
use crate::span::Span;

/// The most digits of a literal, those behind the point included; 10^30 fits `i128`.
const DIGITS_MAX: usize = 30;

impl Builder<'_> {
    pub(super) fn int(&self, pair: Option<Found<'_>>) -> Int {
        let Some(pair) = pair else { return Int { value: 0, span: Span::default() } };
        let span = self.span(&pair);
        let digits: String = pair.as_str().chars().filter(char::is_ascii_digit).collect();
        let value = digits.parse().unwrap_or_else(|_| {
            self.report(
                Diagnostic::new(Code::E0911, span, "this whole number is too large")
                    .here(format!("at most {}", u64::MAX))
                    .fix("write a smaller number"),
            );
            0
        });
        Int { value, span }
    }

    pub(super) fn literal(&self, pair: Found<'_>) -> Expr {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let magnitude = parts.take();
        let unit = parts.take().and_then(|unit| Unit::parse(unit.as_str().trim()));
        let kind = match (magnitude.and_then(|text| decimal(text.as_str())), unit) {
            (Some(value), Some(unit)) => ExprKind::Quantity { value, unit },
            (Some(value), None) => ExprKind::Number(value),
            (None, _) => {
                self.report(
                    Diagnostic::new(Code::E0911, span, "this number has too many digits")
                        .here(format!("at most {DIGITS_MAX} digits are read"))
                        .fix("round it"),
                );
                ExprKind::Error
            }
        };
        Expr { kind, span }
    }

    pub(super) fn bad_literal(&self, pair: &Found<'_>) -> Expr {
        let span = self.span(pair);
        let text = pair.as_str();
        let digits = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '_' | '.'));
        let (number, unit) = text.split_at(digits.unwrap_or(text.len()));
        let found = if unit.is_empty() {
            Diagnostic::new(Code::E0911, span, format!("`{text}` is not a number"))
                .here("more than one point")
                .fix("write one point, as in `0.95`; a range is `0.90..0.95`")
        } else {
            Diagnostic::new(Code::E0911, span, format!("`{unit}` is not a unit"))
                .here("a number with an unknown unit")
                .fix(format!(
                    "units are `usd shares coins lots bps % x us ms s m h d`, as in `{number}s`"
                ))
        };
        self.report(found);
        Expr { kind: ExprKind::Error, span }
    }

    /// A text whose braces are only braces: names of tests, words, titles.
    pub(super) fn plain_text(&self, pair: Option<Found<'_>>) -> Text {
        let Some(pair) = pair else { return empty_text() };
        let span = self.span(&pair);
        let value = Parts::new(pair).take().map(|inner| unescape(inner.as_str()));
        let value = value.unwrap_or_default();
        let parts =
            if value.is_empty() { Vec::new() } else { vec![TextPart::Literal(value.clone())] };
        Text { value, parts, span }
    }

    /// A text in which `{...}` holds an expression.
    pub(super) fn text(&self, pair: Option<Found<'_>>) -> Text {
        let Some(pair) = pair else { return empty_text() };
        let span = self.span(&pair);
        let Some(inner) = Parts::new(pair).take() else { return Text { span, ..empty_text() } };
        let raw = inner.as_str();
        let base = self.base + inner.as_span().start();
        let mut parts = Vec::new();
        let mut at = 0;
        while let Some(open) = find_brace(raw, at, '{') {
            push_literal(&mut parts, raw.get(at..open).unwrap_or_default());
            let Some(close) = find_brace(raw, open + 1, '}') else {
                self.report_hole(
                    self.repaired.original(base + open, base + open + 1),
                    "no `}` follows",
                );
                at = raw.len();
                break;
            };
            let hole = raw.get(open + 1..close).unwrap_or_default();
            parts.push(TextPart::Expr(self.hole(hole, base + open + 1)));
            at = close + 1;
        }
        push_literal(&mut parts, raw.get(at..).unwrap_or_default());
        Text { value: unescape(raw), parts, span }
    }

    /// The expression between two braces of a text.
    fn hole(&self, text: &str, base: usize) -> Expr {
        let span = self.repaired.original(base, base + text.len());
        let source = Source::new("", text);
        let tokens = scan(text);
        let clean = balance::balance(&source, &tokens, Vec::new())
            .is_ok_and(|balanced| balanced.diagnostics.is_empty());
        let parsed = if clean { Grammar::parse(Rule::lone_expr, text).ok() } else { None };
        let lone = parsed.and_then(|mut pairs| pairs.next());
        let Some(expr) = lone.and_then(|lone| Parts::new(lone).take()) else {
            self.report_hole(span, "not an expression");
            return Expr { kind: ExprKind::Error, span };
        };
        let inside = Builder { base, diagnostics: RefCell::new(Vec::new()), ..*self };
        let expr = inside.expr(Some(expr));
        if !inside.diagnostics.into_inner().is_empty() {
            self.report_hole(span, "not a whole expression");
        }
        expr
    }

    fn report_hole(&self, span: Span, label: &str) {
        self.report(
            Diagnostic::new(Code::E0916, span, "the `{...}` in this text cannot be read")
                .here(label)
                .fix("write an expression, as in `{got}`, or `\\{` for a brace"),
        );
    }
}

fn empty_text() -> Text {
    Text { value: String::new(), parts: Vec::new(), span: Span::default() }
}

fn push_literal(parts: &mut Vec<TextPart>, raw: &str) {
    if !raw.is_empty() {
        parts.push(TextPart::Literal(unescape(raw)));
    }
}

/// The next brace from `from` on that no backslash takes away.
fn find_brace(raw: &str, from: usize, brace: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in raw.get(from..)?.char_indices() {
        if c == brace && !escaped {
            return Some(from + at);
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

/// `\n` and `\t` are white space; before any other character the backslash only protects it.
fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('n')) => text.push('\n'),
            ('\\', Some('t')) => text.push('\t'),
            (_, Some(escaped)) => text.push(escaped),
            (c, None) => text.push(c),
        }
    }
    text
}

/// The exact value of a number, or nothing if it has too many digits.
fn decimal(text: &str) -> Option<Decimal> {
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: String = whole.chars().chain(fraction.chars()).filter(|c| *c != '_').collect();
    let fraction = fraction.chars().filter(|c| *c != '_').count();
    let digits = digits.trim_start_matches('0');
    let exponent: i64 = exponent.parse().ok()?;
    let scale = i64::try_from(fraction).ok()?.checked_sub(exponent)?;
    if digits.len() > DIGITS_MAX || scale.unsigned_abs() > DIGITS_MAX as u64 {
        return None;
    }
    let value: i128 = if digits.is_empty() { 0 } else { digits.parse().ok()? };
    let has_point = mantissa.len() != text.len() || mantissa.contains('.');
    let (value, scale) = if let Ok(scale) = u32::try_from(scale) {
        (value, scale)
    } else {
        let power = u32::try_from(scale.unsigned_abs()).ok()?;
        (value.checked_mul(10_i128.checked_pow(power)?)?, 0)
    };
    Some(Decimal { digits: value, scale, has_point })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact() {
        let cases = [
            ("0.95", Some((95, 2, true))),
            ("1_000", Some((1000, 0, false))),
            ("1e-6", Some((1, 6, true))),
            ("2.5e3", Some((2500, 0, true))),
            ("0.10", Some((10, 2, true))),
            ("0", Some((0, 0, false))),
            ("1e40", None),
            ("1e-99999999999999999999", None),
            ("1234567890123456789012345678901", None),
        ];
        for (text, expected) in cases {
            let found = decimal(text).map(|d| (d.digits, d.scale, d.has_point));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn escapes_protect_the_next_character() {
        assert_eq!(unescape(r#"a\"b\\n\n\{x\}"#), "a\"b\\n\n{x}");
    }
}
