//! Quotes, comments and blanks of other languages.

use super::Pass;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Edit};
use crate::repair::Change;
use crate::scan::{Token, TokenKind};
use crate::span::Span;

impl Pass<'_> {
    /// A text in single or curly quotes; the rest of the line is left to the parser if it has no end.
    pub(super) fn quoted(&mut self, open: char) -> usize {
        let Some(first) = self.token(0) else { return 1 };
        let ends = match open {
            '\'' => ['\'', '\'', '\''],
            '\u{2018}' | '\u{2019}' => ['\u{2019}', '\u{2018}', '\u{2018}'],
            '\u{ab}' | '\u{bb}' => ['\u{bb}', '\u{ab}', '\u{ab}'],
            _ => ['\u{201d}', '\u{201c}', '\u{201d}'],
        };
        let rest = self.tokens.get(self.at + 1..).unwrap_or_default();
        let line = rest.iter().take_while(|t| t.indent.is_none());
        let Some((last, count)) = line
            .zip(2_usize..)
            .find(|(t, _)| matches!(t.kind, TokenKind::Sign(c) if ends.contains(&c)))
            .map(|(t, count)| (*t, count))
        else {
            return 1;
        };
        let inside = Span { start: first.span.end, end: last.span.start };
        let text = self.text.get(inside.range()).unwrap_or_default();
        if text.contains(['"', '\\']) {
            return count;
        }
        let blanks = " ".repeat(first.span.range().len() - 1);
        self.repair(first.span, &format!("{blanks}\""));
        self.repair(last.span, "\"");
        let edit = |span| Edit { span, replacement: "\"".to_owned() };
        self.out.diagnostics.push(
            Diagnostic::new(
                Code::E0900,
                first.span.to(last.span),
                "a text stands in double quotes",
            )
            .here("written with other quotes")
            .fix_with(format!("write `\"{text}\"`"), vec![edit(first.span), edit(last.span)]),
        );
        count
    }

    /// `# ...` at the beginning of a line.
    pub(super) fn hash(&mut self, span: Span) -> usize {
        let line = self.text.get(span.start as usize..).unwrap_or_default();
        let line = line.split('\n').next().unwrap_or_default();
        self.blank_out(Span { start: span.start, end: span.start + line.len() as u32 });
        self.out.diagnostics.push(
            Diagnostic::new(Code::E0902, span, "a comment begins with `//`")
                .here("begins nothing in this language")
                .fix_replace("write `//`", span, "//"),
        );
        let rest = self.tokens.get(self.at + 1..).unwrap_or_default();
        1 + rest.iter().take_while(|t| t.indent.is_none()).count()
    }

    /// `/* ... */`
    pub(super) fn block_comment(&mut self) -> usize {
        let open = self.span(2);
        let start = open.end as usize;
        let rest = self.text.get(start..).unwrap_or_default();
        let end = rest.find("*/").map_or(self.text.len(), |at| start + at + 2);
        let whole = Span::new(open.start as usize, end);
        self.blank_out(whole);
        let inside = self.text.get(whole.range()).unwrap_or_default();
        let behind =
            self.text.get(end..).unwrap_or_default().split('\n').next().unwrap_or_default();
        let found = Diagnostic::new(Code::E0902, open, "a comment begins with `//`")
            .here("comments end with their line");
        let simple = !inside.contains('\n') && behind.trim().is_empty() && inside.ends_with("*/");
        let found = if simple {
            let close = Span::new(end - 2, end);
            let edits = vec![
                Edit { span: open, replacement: "//".to_owned() },
                Edit { span: close, replacement: String::new() },
            ];
            found.fix_with("write `//`", edits)
        } else {
            found.fix("begin each of its lines with `//`")
        };
        self.out.diagnostics.push(found);
        let tokens = self.tokens.get(self.at..).unwrap_or_default();
        tokens.iter().take_while(|t| (t.span.start as usize) < end).count()
    }

    /// Lets the parser see blanks; lines stay lines.
    fn blank_out(&mut self, span: Span) {
        let inside = self.text.get(span.range()).unwrap_or_default();
        let blank: String = inside.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }).collect();
        self.repair(span, &blank);
        self.out.hidden.push(span);
    }

    /// Blanks beyond ASCII, and the mark at the beginning of a file, are as good as any.
    pub(super) fn blanks(&mut self, tokens: &[Token]) {
        if self.text.is_ascii() {
            return;
        }
        let mut inside = tokens
            .iter()
            .filter(|t| {
                matches!(t.kind, TokenKind::Text | TokenKind::OpenText | TokenKind::Comment)
            })
            .map(|t| t.span)
            .peekable();
        for (at, c) in self.text.char_indices() {
            let invisible = matches!(c, '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}');
            if c.is_ascii() || !(c.is_whitespace() || invisible) {
                continue;
            }
            while inside.next_if(|span| span.end as usize <= at).is_some() {}
            if inside.peek().is_none_or(|span| span.start as usize > at) {
                self.out.changes.push((at, Change::Text(c.len_utf8(), String::new())));
            }
        }
    }
}
