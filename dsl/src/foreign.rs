//! Signs and words of other languages: `&&`, `+=`, `;`, a lone `=` in a condition, curly quotes.
//!
//! What was meant is clear, so each gives one diagnostic with the change that mends it, and the text
//! is read on as if it had been made. What is not clear is left to the parser.

mod number;
mod quote;

use std::collections::BTreeSet;

use crate::balance::begins_anything;
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Edit};
use crate::repair::Change;
use crate::scan::{Token, TokenKind};
use crate::source::Source;
use crate::span::Span;

/// What the pass leaves.
#[derive(Debug, Default)]
pub(crate) struct Foreign {
    pub(crate) changes: Vec<(usize, Change)>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Comments of other languages: what stands in them is no text.
    pub(crate) hidden: Vec<Span>,
}

/// Signs that are written with other characters here.
const SIGNS: &[(char, &str)] = &[
    ('\u{2212}', "-"),
    ('\u{2013}', "-"),
    ('\u{2014}', "-"),
    ('\u{d7}', "*"),
    ('\u{b7}', "*"),
    ('\u{f7}', "/"),
    ('\u{2264}', "<="),
    ('\u{2265}', ">="),
    ('\u{2260}', "!="),
    ('\u{2192}', "->"),
    ('\u{2026}', ".."),
];

/// Find and mend what belongs to other languages.
pub(crate) fn foreign(source: &Source, tokens: &[Token]) -> Foreign {
    let mut pass = Pass {
        text: source.text(),
        tokens: tokens.iter().copied().filter(|t| t.kind != TokenKind::Comment).collect(),
        at: 0,
        brackets: 0,
        round: 0,
        condition: false,
        semicolons: Vec::new(),
        colons: Vec::new(),
        names: BTreeSet::new(),
        out: Foreign::default(),
    };
    pass.blanks(tokens);
    while pass.at < pass.tokens.len() {
        let used = pass.one().max(1);
        pass.at += used;
    }
    let semicolons = std::mem::take(&mut pass.semicolons);
    pass.all(&semicolons, ";", "", "statements need no end", "delete it");
    let colons = std::mem::take(&mut pass.colons);
    pass.all(&colons, "::", ".", "parts are joined by a point", "write `.`");
    pass.out
}

struct Pass<'t> {
    text: &'t str,
    /// Without comments.
    tokens: Vec<Token>,
    at: usize,
    /// Open `[`, open `(`.
    brackets: u32,
    round: u32,
    /// Between a word such as `require` and the end of its condition.
    condition: bool,
    semicolons: Vec<Span>,
    colons: Vec<Span>,
    /// Names with letters that are not ASCII, each reported once.
    names: BTreeSet<String>,
    out: Foreign,
}

impl<'t> Pass<'t> {
    fn token(&self, ahead: usize) -> Option<Token> {
        self.tokens.get(self.at + ahead).copied()
    }

    fn before(&self, back: usize) -> Option<Token> {
        self.at.checked_sub(back).and_then(|at| self.tokens.get(at)).copied()
    }

    fn word(&self, token: Option<Token>) -> &'t str {
        token.filter(|t| t.kind == TokenKind::Word).map_or("", |t| t.text(self.text))
    }

    /// The sign `ahead`, if it follows the one before it without a blank.
    fn glued(&self, ahead: usize) -> Option<char> {
        let (one, next) = (self.token(ahead.checked_sub(1)?)?, self.token(ahead)?);
        let TokenKind::Sign(sign) = next.kind else { return None };
        (one.span.end == next.span.start).then_some(sign)
    }

    /// The place of `count` tokens from here.
    fn span(&self, count: usize) -> Span {
        let first = self.token(0).map_or(Span::default(), |t| t.span);
        self.token(count.saturating_sub(1)).map_or(first, |last| first.to(last.span))
    }

    /// Whether the line ends, or the block does, before the token `ahead`.
    fn ends(&self, ahead: usize) -> bool {
        self.token(ahead).is_none_or(|t| {
            t.indent.is_some() || matches!(t.kind, TokenKind::Sign('}' | ')' | ';' | ','))
        })
    }

    fn repair(&mut self, span: Span, text: &str) {
        let length = span.range().len();
        self.out.changes.push((span.start as usize, Change::Text(length, text.to_owned())));
    }

    /// Mends `span` in what is read, and says so.
    fn mend(&mut self, code: Code, span: Span, text: &str, message: String, label: &str) {
        self.repair(span, text);
        let written = text.trim();
        self.out.diagnostics.push(Diagnostic::new(code, span, message).here(label).fix_replace(
            format!("write `{written}`"),
            span,
            text,
        ));
    }

    /// Judges what begins here; gives the number of tokens that it is made of.
    fn one(&mut self) -> usize {
        let Some(token) = self.token(0) else { return 1 };
        match token.kind {
            TokenKind::Sign(sign) => self.sign(sign, token.span),
            TokenKind::Word => self.any_word(token),
            TokenKind::Number => self.number(token),
            TokenKind::Text | TokenKind::OpenText | TokenKind::Comment => 1,
        }
    }

    fn sign(&mut self, sign: char, span: Span) -> usize {
        match sign {
            '[' => self.brackets += 1,
            ']' => self.brackets = self.brackets.saturating_sub(1),
            '(' => self.round += 1,
            ')' => self.round = self.round.saturating_sub(1),
            '{' | '}' => {
                self.condition = false;
                (self.brackets, self.round) = (0, 0);
            }
            ';' if self.brackets == 0 => {
                self.repair(span, " ");
                self.semicolons.push(span);
            }
            '&' => return self.logic('&', "and"),
            '|' => return self.logic('|', "or"),
            '!' if self.glued(1) != Some('=') => {
                let message = "there is no `!` in this language".to_owned();
                self.mend(Code::E0902, span, "not ", message, "written in words");
            }
            '=' => return self.equals(span),
            ':' if self.glued(1) == Some(':') => {
                let span = self.span(2);
                self.repair(span, ".");
                self.colons.push(span);
                return 2;
            }
            '<' if self.glued(1) == Some('>') => {
                let message = "there is no `<>` in this language".to_owned();
                self.mend(Code::E0902, self.span(2), "!=", message, "asks whether they differ");
                return 2;
            }
            '+' | '-' | '*' | '/' | '^' => return self.operator(sign),
            '?' => self.ternary(span),
            '#' if self.token(0).is_some_and(|t| t.indent.is_some()) => return self.hash(span),
            '$' => return self.dollars(span),
            '\'' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{ab}'
            | '\u{bb}' => return self.quoted(sign),
            c if !c.is_ascii() => return self.beyond_ascii(c, span),
            _ => {}
        }
        1
    }

    fn logic(&mut self, sign: char, word: &str) -> usize {
        let count = if self.glued(1) == Some(sign) { 2 } else { 1 };
        let span = self.span(count);
        let written = span.range();
        let message = format!(
            "there is no `{}` in this language",
            self.text.get(written).unwrap_or_default()
        );
        let text = format!(" {word} ");
        self.mend(Code::E0902, span, &text, message, "written in words");
        count
    }

    /// A lone `=` in a condition, `=>`.
    fn equals(&mut self, span: Span) -> usize {
        if self.glued(1) == Some('=') {
            return 2;
        }
        if self.glued(1) == Some('>') {
            let arm = self.token(2).is_some_and(|t| t.kind == TokenKind::Sign('{'));
            let message = "there is no `=>` in this language".to_owned();
            let span = self.span(2);
            if arm {
                self.mend(Code::E0902, span, "->", message, "a case is followed by `->`");
            } else if self.condition {
                self.mend(Code::E0902, span, ">=", message, "compares");
            } else {
                self.repair(span, ">=");
                self.out.diagnostics.push(
                    Diagnostic::new(Code::E0902, span, message)
                        .here("a function without a name")
                        .fix("name it: `fn f(x: real) -> real = ...`"),
                );
            }
            return 2;
        }
        let joined = self.before(1).is_some_and(|before| {
            before.span.end == span.start
                && matches!(before.kind, TokenKind::Sign('!' | '<' | '>' | '+' | '-' | '*' | '/'))
        });
        if self.condition && !joined {
            let message = "`=` gives a name its value; `==` compares".to_owned();
            self.mend(Code::E0900, span, "==", message, "inside a condition");
        }
        1
    }

    /// `+=`, `++`, `**`, `^`, `/* */`.
    fn operator(&mut self, sign: char) -> usize {
        let next = self.glued(1);
        if sign == '/' && next == Some('*') {
            return self.block_comment();
        }
        if sign == '^' || (sign == '*' && next == Some('*')) {
            let span = self.span(if sign == '^' { 1 } else { 2 });
            let written = self.text.get(span.range()).unwrap_or_default();
            self.out.diagnostics.push(
                Diagnostic::new(
                    Code::E0902,
                    span,
                    format!("there is no `{written}` in this language"),
                )
                .here("a power")
                .fix("write the product, `x * x`, or `exp(y * ln(x))`"),
            );
            self.repair(span, "*");
            return if sign == '^' { 1 } else { 2 };
        }
        let set = next == Some('=') && self.glued(2) != Some('=');
        let step = next == Some(sign) && matches!(sign, '+' | '-') && self.ends(2);
        if set || step {
            self.compound(sign, step);
            return 2;
        }
        1
    }

    fn compound(&mut self, sign: char, step: bool) {
        let name = self.before(1);
        let word = self.word(name);
        let Some(name) = name.filter(|_| !word.is_empty()) else { return };
        let span = self.span(2);
        let written = self.text.get(span.range()).unwrap_or_default();
        let after = self.before(2);
        let starts = name.indent.is_some()
            || after.is_none_or(|t| matches!(t.kind, TokenKind::Sign('{' | '}' | ';')));
        let has_set = self.word(after) == "set";
        let one = if step { " 1" } else { "" };
        let text = if starts || has_set {
            format!(" = {word} {sign}{one}")
        } else {
            format!(" {sign}{one}")
        };
        let mut edits = vec![Edit { span, replacement: text.clone() }];
        self.repair(span, &text);
        if starts {
            let at = Span { end: name.span.start, ..name.span };
            self.out.changes.push((at.start as usize, Change::Text(0, "set ".to_owned())));
            edits.insert(0, Edit { span: at, replacement: "set ".to_owned() });
        }
        let whole = match (starts || has_set, step) {
            (true, true) => format!("write `set {word} = {word} {sign} 1`"),
            (true, false) => format!("write `set {word} = {word} {sign} ...`"),
            _ => format!("write `{word} {sign} 1`"),
        };
        self.out.diagnostics.push(
            Diagnostic::new(Code::E0902, span, format!("there is no `{written}` in this language"))
                .here("computes and sets at once")
                .fix_with(whole, edits),
        );
    }

    /// `a ? b : c`; a type such as `time?` is followed by what ends a type.
    fn ternary(&mut self, span: Span) {
        let next = self.glued(1);
        let glued_before = self.before(1).is_some_and(|before| {
            before.span.end == span.start && matches!(before.kind, TokenKind::Sign('?' | '/'))
        });
        if glued_before || matches!(next, Some('?' | '.')) {
            return;
        }
        let rest = self.tokens.get(self.at + 1..).unwrap_or_default();
        let line = rest.iter().take_while(|t| t.indent.is_none());
        let colon = line.clone().any(|t| t.kind == TokenKind::Sign(':'));
        let value = rest.first().is_some_and(|t| {
            !matches!(t.kind, TokenKind::Sign('=' | ',' | ')' | '}' | '{' | '>' | ']'))
        });
        if colon && value && self.word(self.token(1)) != "per" {
            self.out.diagnostics.push(
                Diagnostic::new(Code::E0902, span, "there is no `? :` in this language")
                    .here("a choice between two values")
                    .fix("write `if condition then a else b`"),
            );
        }
    }

    fn any_word(&mut self, token: Token) -> usize {
        let word = token.text(self.text);
        match word {
            "require" | "where" | "constraint" | "if" => self.condition = true,
            "elif" | "elsif" | "elseif" => {
                let message = format!("there is no `{word}` in this language");
                let label = "another condition";
                self.mend(Code::E0902, token.span, "else if", message, label);
                self.condition = true;
            }
            "not" if self.word(self.token(1)) == "in" => {
                self.out.diagnostics.push(
                    Diagnostic::new(Code::E0902, token.span, "there is no `not in`")
                        .here("`not` stands in front of the whole question")
                        .fix("write `not (x in ...)`"),
                );
                self.repair(token.span, "");
            }
            "f" | "r" | "b" if self.text_follows() => {
                let message = "values stand in any text, without a mark".to_owned();
                self.repair(token.span, "");
                self.out.diagnostics.push(
                    Diagnostic::new(Code::E0902, token.span, message)
                        .here("not needed")
                        .fix_replace("delete it", token.span, ""),
                );
            }
            "then" | "else" => self.condition = false,
            _ if begins_anything(word) => self.condition = false,
            _ => {}
        }
        if self.glued(1).is_some_and(|c| !c.is_ascii() && c.is_alphanumeric()) {
            return self.name();
        }
        1
    }

    /// Whether a text stands behind this word without a blank.
    fn text_follows(&self) -> bool {
        self.token(0).zip(self.token(1)).is_some_and(|(one, next)| {
            one.span.end == next.span.start
                && matches!(next.kind, TokenKind::Text | TokenKind::OpenText)
        })
    }

    fn beyond_ascii(&mut self, c: char, span: Span) -> usize {
        if let Some((_, text)) = SIGNS.iter().find(|(sign, _)| *sign == c) {
            let message = format!("`{c}` is not a sign of this language");
            self.mend(Code::E0900, span, text, message, "looks like one that is");
            return 1;
        }
        if c.is_alphanumeric() { self.name() } else { 1 }
    }

    /// A name with letters beyond ASCII; read as if those were others.
    fn name(&mut self) -> usize {
        let mut count = 1;
        while let (Some(last), Some(next)) = (self.token(count - 1), self.token(count)) {
            let letters = match next.kind {
                TokenKind::Word | TokenKind::Number => true,
                TokenKind::Sign(c) => !c.is_ascii() && c.is_alphanumeric(),
                TokenKind::Text | TokenKind::OpenText | TokenKind::Comment => false,
            };
            if last.span.end != next.span.start || !letters {
                break;
            }
            count += 1;
        }
        let span = self.span(count);
        let name = self.text.get(span.range()).unwrap_or_default();
        let plain: String =
            name.bytes().map(|b| if b.is_ascii() { char::from(b) } else { 'x' }).collect();
        self.repair(span, &plain);
        if self.names.insert(name.to_owned()) {
            self.out.diagnostics.push(
                Diagnostic::new(Code::E0900, span, format!("`{name}` cannot be a name"))
                    .here("names are made of the letters a to z, digits and `_`")
                    .fix("write it with these letters; texts and comments may hold any"),
            );
        }
        count
    }

    /// One diagnostic for all places of a sign.
    fn all(&mut self, places: &[Span], sign: &str, text: &str, label: &str, fix: &str) {
        let Some(first) = places.first().copied() else { return };
        let edits = places.iter().map(|span| Edit { span: *span, replacement: text.to_owned() });
        let message = format!("there is no `{sign}` in this language");
        let label = match places.len() {
            1 => label.to_owned(),
            n => format!("the first of {n}; {label}"),
        };
        self.out.diagnostics.push(
            Diagnostic::new(Code::E0902, first, message).here(label).fix_with(fix, edits.collect()),
        );
    }
}
