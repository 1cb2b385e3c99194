//! Numbers with the units, signs and separators of other languages.

use super::Pass;
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::scan::{Token, TokenKind};
use crate::span::Span;

/// Words behind a number, and the unit that is meant.
const UNITS: &[(&str, &str)] = &[
    ("share", " shares"),
    ("coin", " coins"),
    ("lot", " lots"),
    ("dollar", " usd"),
    ("dollars", " usd"),
    ("usdc", " usd"),
    ("usdt", " usd"),
    ("sec", "s"),
    ("secs", "s"),
    ("second", "s"),
    ("seconds", "s"),
    ("min", "m"),
    ("mins", "m"),
    ("minute", "m"),
    ("minutes", "m"),
    ("hr", "h"),
    ("hrs", "h"),
    ("hour", "h"),
    ("hours", "h"),
    ("day", "d"),
    ("days", "d"),
    ("percent", "%"),
    ("pct", "%"),
    ("bp", "bps"),
];

fn unit(word: &str) -> Option<&'static str> {
    UNITS.iter().find(|(known, _)| *known == word).map(|(_, unit)| *unit)
}

impl Pass<'_> {
    pub(super) fn number(&mut self, token: Token) -> usize {
        let written = token.text(self.text);
        let digits = written.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let hanging = written.get(digits.len()..).unwrap_or_default();
        if let Some(meant) = unit(hanging) {
            let span = Span { start: token.span.start + digits.len() as u32, ..token.span };
            self.wrong_unit(span, hanging, meant, digits);
            return 1;
        }
        if let Some(count) = self.thousands(token) {
            return count;
        }
        if self.glued(1) == Some(':')
            && self
                .token(2)
                .is_some_and(|t| t.kind == TokenKind::Number && t.text(self.text).len() == 2)
        {
            self.time_of_day(digits);
            return 3;
        }
        let Some(next) = self.token(1).filter(|next| next.indent.is_none()) else { return 1 };
        let word = self.word(Some(next));
        let called = self.token(2).is_some_and(|t| matches!(t.kind, TokenKind::Sign('(' | '.')));
        if let Some(meant) = unit(word).filter(|_| hanging.is_empty() && !called) {
            let span = Span { start: token.span.end, end: next.span.end };
            self.wrong_unit(span, word, meant, digits);
            return 2;
        }
        1
    }

    /// `09:30`; what it is compared with must change, too, so nothing is read on.
    fn time_of_day(&mut self, hours: &str) {
        let minutes = self.token(2).map_or("", |t| t.text(self.text));
        let hours = hours.trim_start_matches('0');
        let hours = if hours.is_empty() { "0" } else { hours };
        self.out.diagnostics.push(
            Diagnostic::new(Code::E0911, self.span(3), "there is no literal for a time of day")
                .here("a length of time since midnight")
                .fix(format!(
                    "compare the time since midnight, UTC: `now % 1d > {hours}h + {minutes}m`"
                )),
        );
    }

    fn wrong_unit(&mut self, span: Span, word: &str, meant: &str, digits: &str) {
        self.repair(span, meant);
        let found = Diagnostic::new(Code::E0911, span, format!("`{word}` is not a unit"));
        let found = if matches!(word, "usdc" | "usdt") {
            found
                .here("only dollars can be written")
                .fix(format!("write `({digits} usd as {word} at par)`"))
        } else {
            found.here("a number with an unknown unit").fix_replace(
                format!("write `{digits}{meant}`"),
                span,
                meant,
            )
        };
        self.out.diagnostics.push(found);
    }

    /// `1,000,000`, outside of lists and arguments.
    fn thousands(&mut self, first: Token) -> Option<usize> {
        let short = first.text(self.text).len() <= 3;
        if self.round > 0 || self.brackets > 0 || !short {
            return None;
        }
        let count = self.groups(1);
        if count == 1 {
            return None;
        }
        let span = self.span(count);
        let plain = self.text.get(span.range())?.replace(',', "_");
        let message = "digits are grouped with `_`, not with `,`".to_owned();
        self.mend(Code::E0911, span, &plain, message, "a comma parts two values");
        // The unit behind it is judged with the last group.
        Some(count - 1)
    }

    /// How many tokens a number in groups is made of, from here, if it has `count` at least.
    fn groups(&self, mut count: usize) -> usize {
        while self.glued(count) == Some(',') {
            let (Some(comma), Some(next)) = (self.token(count), self.token(count + 1)) else {
                break;
            };
            let digits = next.text(self.text);
            let group = next.kind == TokenKind::Number
                && comma.span.end == next.span.start
                && digits.split(['.', '_']).next().is_some_and(|d| d.len() == 3)
                && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            if !group {
                break;
            }
            count += 2;
        }
        count
    }

    /// `$500`
    pub(super) fn dollars(&mut self, sign: Span) -> usize {
        let Some(number) = self.token(1).filter(|t| t.kind == TokenKind::Number) else { return 1 };
        if sign.end != number.span.start {
            return 1;
        }
        let grouped = self.round == 0 && self.brackets == 0 && number.span.range().len() <= 3;
        let count = if grouped { self.groups(2) } else { 2 };
        let span = self.span(count);
        let inside = Span { start: sign.end, ..span };
        let digits = self.text.get(inside.range()).unwrap_or_default().replace(',', "_");
        let has_unit = self.word(self.token(count)) == "usd";
        let text = if has_unit { digits } else { format!("{digits} usd") };
        let message = "money is written with its unit behind it".to_owned();
        self.mend(Code::E0911, span, &text, message, "`$` stands nowhere");
        count
    }
}
