//! Columns, thousands separators and wrapped lines of text reports.

use std::fmt::{self, Write};

use strat_runtime::money::Money;

use super::metrics::Figure;

/// Widest line of a report.
pub(super) const WIDTH: usize = 96;

/// Least width of the first column of a table.
const FIRST_MIN: usize = 12;

/// Width of the column of names.
pub(super) const NAMES: usize = 20;

/// Money with two decimals and thousands separators, more decimals where two would show nothing.
pub(super) fn money(amount: Money) -> String {
    let coarse = format!("{amount:.2}");
    let shows_nothing = coarse.chars().all(|c| matches!(c, '-' | '0' | '.'));
    thousands(&if shows_nothing && !amount.is_zero() { amount.to_string() } else { coarse })
}

/// Money for narrow columns: without decimals where they are less than a hundred-thousandth.
pub(super) fn short_money(amount: Money) -> String {
    if amount.raw().unsigned_abs() < 100_000 * 1_000_000_000 {
        return money(amount);
    }
    thousands(&format!("{amount:.0}"))
}

/// Money with an explicit sign.
pub(super) fn signed(amount: Money) -> String {
    let text = money(amount);
    if amount.is_positive() { format!("+{text}") } else { text }
}

/// An amount in units of 1e-9 that may exceed what [`Money`] holds, as whole money.
pub(super) fn wide_money(raw: i128) -> String {
    let whole = (raw + 500_000_000).div_euclid(1_000_000_000);
    thousands(&whole.to_string())
}

/// A whole number with thousands separators.
pub(super) fn count(n: u64) -> String {
    thousands(&n.to_string())
}

/// A share as percent with two decimals.
pub(super) fn percent(share: f64) -> String {
    number(share * 100.0, 2) + "%"
}

/// A number with so many decimals; what rounds to zero has no sign.
pub(super) fn number(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.chars().all(|c| matches!(c, '0' | '.')) => digits.to_owned(),
        _ => text,
    }
}

/// A number of things, by their names for one and for any other number.
pub(super) fn things(n: u64, one: &str, more: &str) -> String {
    format!("{} {}", count(n), if n == 1 { one } else { more })
}

/// A figure as percent, or `n/a` and why.
pub(super) fn percent_figure(figure: Figure) -> String {
    match figure {
        Figure::Value(value) => percent(value),
        Figure::Absent(reason) => format!("n/a ({reason})"),
    }
}

/// A figure with two decimals, or `n/a` and why.
pub(super) fn figure(figure: Figure) -> String {
    match figure {
        Figure::Value(value) => number(value, 2),
        Figure::Absent(reason) => format!("n/a ({reason})"),
    }
}

fn thousands(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let mut out = String::with_capacity(text.len() + text.len() / 3);
    out.push_str(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    if let Some(fraction) = fraction {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// Appends formatted text.
pub(super) fn put(out: &mut String, text: fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    let _ = out.write_fmt(text);
}

/// A title line after an empty one.
pub(super) fn heading(out: &mut String, title: &str) {
    out.push('\n');
    out.push_str(title);
    out.push('\n');
}

/// A name and its value, the value wrapped under itself.
pub(super) fn row(out: &mut String, name: &str, value: &str) {
    let mut first = true;
    for line in wrap(value, WIDTH - NAMES - 4) {
        let name = if first { name } else { "" };
        put(out, format_args!("  {name:<NAMES$}  {line}\n"));
        first = false;
    }
}

/// Breaks a text at spaces into lines of at most `width` characters; a longer word begins a line of
/// its own and is broken where the line is full.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut length = 0;
    for word in text.split_whitespace().flat_map(|word| pieces(word, width)) {
        let size = word.chars().count();
        if length > 0 && length + 1 + size > width {
            lines.push(std::mem::take(&mut line));
            length = 0;
        }
        if length > 0 {
            line.push(' ');
            length += 1;
        }
        line.push_str(word);
        length += size;
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// A word in parts of at most `width` characters.
fn pieces(word: &str, width: usize) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.char_indices().nth(width.max(1)).map_or(rest.len(), |(at, _)| at);
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

/// A text cut to `width` characters, with an ellipsis where something is missing.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(width.saturating_sub(1)).collect();
    short.push('…');
    short
}

/// Rows under their heads, the first column and those named in `left` to the left, all others to
/// the right; every column as wide as its widest cell. Where that is more than a report is wide, the
/// first column is cut.
pub(super) fn table(out: &mut String, heads: &[&str], rows: &[Vec<String>], left: &[usize]) {
    let width_of = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .chain(heads.get(column).map(|head| head.chars().count()))
            .max()
            .unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..heads.len()).map(width_of).collect();
    // One space before the first column, and two between them.
    let others: usize = 1 + widths.iter().skip(1).map(|width| width + 2).sum::<usize>();
    if let Some(first) = widths.first_mut() {
        *first = (*first).min(WIDTH.saturating_sub(others + 1).max(FIRST_MIN));
    }
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::from(" ");
        for (column, (cell, width)) in cells.zip(&widths).enumerate() {
            text.push(' ');
            if column == 0 {
                put(&mut text, format_args!("{:<width$}", cut(cell, *width)));
            } else if left.contains(&column) {
                put(&mut text, format_args!("{cell:<width$}"));
            } else {
                put(&mut text, format_args!("{cell:>width$}"));
            }
            text.push(' ');
        }
        out.push_str(text.trim_end());
        out.push('\n');
    };
    line(&mut heads.iter().copied());
    for row in rows {
        line(&mut row.iter().map(String::as_str));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_readable() {
        for (text, expected) in [
            ("0", "0.00"),
            ("1234567.891", "1,234,567.89"),
            ("-1000", "-1,000.00"),
            ("-999.994", "-999.99"),
            ("0.00001", "0.00001"),
            ("123", "123.00"),
            ("-0.005", "-0.005"),
            ("-0.004", "-0.004"),
            ("0.005", "0.005"),
            ("-0.0051", "-0.01"),
        ] {
            assert_eq!(money(Money::parse(text).unwrap()), expected);
        }
        assert_eq!(signed(Money::parse("12").unwrap()), "+12.00");
        assert_eq!(wide_money(1_234_500_000_000_000), "1,234,500");
        assert_eq!(count(1_000), "1,000");
        assert_eq!(percent(-0.000_01), "0.00%");
        assert_eq!((figure(Figure::Value(-0.003)), number(-0.4, 0)), ("0.00".into(), "0".into()));
        assert_eq!((number(-0.006, 2), number(-1.0, 0)), ("-0.01".into(), "-1".into()));
        assert_eq!(
            (things(1, "fill", "fills"), things(0, "fill", "fills")),
            ("1 fill".into(), "0 fills".into())
        );
    }

    #[test]
    fn a_wide_table_cuts_its_first_column() {
        let mut out = String::new();
        let row = vec!["a".repeat(60), "1".repeat(30), "2".repeat(30)];
        table(&mut out, &["", "one", "two"], &[row], &[]);
        let line = out.lines().last().unwrap();
        assert_eq!(line.chars().count(), WIDTH);
        assert!(line.contains("aaa…"), "{line}");
        assert_eq!(short_money(Money::parse("-123456.6").unwrap()), "-123,457");
        assert_eq!(short_money(Money::parse("99999.5").unwrap()), "99,999.50");
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("aa bb cc", 5), ["aa bb", "cc"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap("ab cdefghij kl", 5), ["ab", "cdefg", "hij", "kl"]);
        assert_eq!(wrap("äöüäöü", 5), ["äöüäö", "ü"]);
        assert_eq!(cut("abcdef", 4), "abc…");
    }
}
