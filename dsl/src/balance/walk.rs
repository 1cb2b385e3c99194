//! One walk over the tokens with a stack of what is open.

use super::{DEPTH_MAX, Slip, SlipKind, closer};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::repair::Change;
use crate::scan::{Token, TokenKind};
use crate::span::Span;

/// What is believed about the end of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Only braces count.
    Strict,
    /// A line that is not indented deeper than the block's first line ends the block.
    Indented,
    /// Only a line that begins an item ends blocks.
    Items,
}

/// Words that begin an item and cannot stand inside one.
const ITEMS: [&str; 4] = ["import", "strategy", "test", "prop"];
/// Words that begin a member or a statement, and never continue an expression.
const STARTS: [&str; 33] = [
    "param",
    "constraint",
    "instrument",
    "universe",
    "clock",
    "let",
    "state",
    "risk",
    "on_fault",
    "on",
    "fn",
    "node",
    "words",
    "enum",
    "venue",
    "version",
    "migrate",
    "require",
    "set",
    "match",
    "for",
    "quote",
    "together",
    "buy",
    "sell",
    "target",
    "cancel",
    "log",
    "alert",
    "halt",
    "where",
    "yield",
    "next",
];
/// Words that begin a step of a test or follow a finished expression.
const STEPS: [&str; 6] = ["at", "with", "forall", "always", "expect", "because"];
/// Words that join expressions.
const JOINS: [&str; 11] =
    ["and", "or", "not", "in", "is", "as", "has_any", "has_word", "if", "then", "else"];
/// Words that begin a line which opens a block.
const HEADS: [&str; 17] = [
    "strategy", "on", "if", "else", "match", "for", "together", "quote", "risk", "universe",
    "node", "test", "prop", "enum", "migrate", "import", "market",
];

/// Whether a word begins an item, member, statement or step.
pub(crate) fn begins_anything(word: &str) -> bool {
    ITEMS.contains(&word) || STARTS.contains(&word) || STEPS.contains(&word)
}

/// Whether a word joins expressions.
pub(super) fn joins(word: &str) -> bool {
    JOINS.contains(&word)
}

#[derive(Debug, Clone, Copy)]
struct Open {
    sign: char,
    span: Span,
    /// Indentation of the line on which it stands.
    indent: u32,
    /// Number of that line among the lines with tokens.
    line: usize,
}

/// A line as the walk saw it.
#[derive(Debug, Clone, Copy)]
struct Line {
    indent: u32,
    first: Span,
    /// End of its last token that is no comment.
    end: usize,
    opens: bool,
    head: bool,
}

#[derive(Debug)]
pub(super) struct Walk<'t> {
    text: &'t str,
    tokens: &'t [Token],
    mode: Mode,
    stack: Vec<Open>,
    lines: Vec<Line>,
    /// End of the last token that is no comment.
    last: usize,
    /// Closing braces beyond the opening ones, in the whole text as mended so far.
    surplus: i64,
    item_inside: bool,
    pub(super) slips: Vec<Slip>,
}

impl<'t> Walk<'t> {
    pub(super) fn new(text: &'t str, tokens: &'t [Token], mode: Mode) -> Self {
        let surplus = tokens
            .iter()
            .map(|token| {
                i64::from(token.kind == TokenKind::Sign('}'))
                    - i64::from(token.kind == TokenKind::Sign('{'))
            })
            .sum();
        Self {
            text,
            tokens,
            mode,
            stack: Vec::new(),
            lines: Vec::new(),
            last: 0,
            surplus,
            item_inside: false,
            slips: Vec::new(),
        }
    }

    pub(super) fn run(mut self) -> Result<Self, Diagnostic> {
        for token in self.tokens {
            if token.kind == TokenKind::Comment {
                continue;
            }
            if let Some(indent) = token.indent {
                self.begin_line(token, indent);
            }
            self.step(token)?;
            self.last = self.last.max(token.span.end as usize);
            if let Some(line) = self.lines.last_mut() {
                line.end = self.last;
                line.opens = token.kind == TokenKind::Sign('{');
            }
        }
        self.last = self.last.min(self.text.len());
        while !self.stack.is_empty() {
            self.unclosed();
        }
        Ok(self)
    }

    /// Whether the braces cannot be as their author meant.
    pub(super) fn braces_suspect(&self) -> bool {
        self.item_inside || self.brace_slips() > 0
    }

    pub(super) fn brace_slips(&self) -> usize {
        let is_brace = |kind| {
            matches!(kind, SlipKind::Unclosed('{') | SlipKind::Stray('}') | SlipKind::NoOpener)
        };
        self.slips.iter().filter(|slip| is_brace(slip.kind)).count()
    }

    fn begin_line(&mut self, token: &Token, indent: u32) {
        let word = if token.kind == TokenKind::Word { token.text(self.text) } else { "" };
        let item = ITEMS.contains(&word);
        if (item || STARTS.contains(&word)) && !self.goes_on_behind(token) {
            self.close_parens();
        }
        if item && !self.stack.is_empty() {
            self.item_inside = true;
            if self.mode == Mode::Items {
                while !self.stack.is_empty() {
                    self.unclosed();
                }
            }
        }
        if self.mode == Mode::Indented {
            self.end_by_indent(token, indent);
        }
        let head = HEADS.contains(&word);
        self.lines.push(Line { indent, first: token.span, end: self.last, opens: false, head });
    }

    /// Whether a value goes on behind a word: then it is a name, even if members can begin with it.
    fn goes_on_behind(&self, token: &Token) -> bool {
        let behind = self.text.get(token.span.end as usize..).unwrap_or_default();
        behind
            .trim_start_matches([' ', '\t'])
            .starts_with(['.', ',', ')', ']', '*', '+', '?', '<', '>'])
    }

    /// Close the blocks that this line no longer belongs to.
    fn end_by_indent(&mut self, token: &Token, indent: u32) {
        let closes = token.kind == TokenKind::Sign('}');
        while let Some(top) = self.stack.last().copied().filter(|top| top.sign == '{') {
            let has_outer = self.stack.len() > 1;
            let ended =
                if closes { indent < top.indent && has_outer } else { indent <= top.indent };
            if !ended {
                break;
            }
            self.unclosed();
        }
    }

    fn step(&mut self, token: &Token) -> Result<(), Diagnostic> {
        match token.kind {
            TokenKind::Sign(sign @ ('(' | '[')) => self.open(sign, token),
            TokenKind::Sign('{') => {
                self.close_parens();
                self.open('{', token)
            }
            TokenKind::Sign(sign @ (')' | ']')) => {
                self.close_paren(sign, token.span);
                Ok(())
            }
            TokenKind::Sign('}') => {
                self.close_parens();
                self.close_brace(token);
                Ok(())
            }
            TokenKind::OpenText => {
                self.open_text(token.span);
                Ok(())
            }
            TokenKind::Word
            | TokenKind::Number
            | TokenKind::Text
            | TokenKind::Comment
            | TokenKind::Sign(_) => Ok(()),
        }
    }

    fn open(&mut self, sign: char, token: &Token) -> Result<(), Diagnostic> {
        if self.stack.len() >= DEPTH_MAX {
            return Err(Diagnostic::new(Code::E0903, token.span, "this is nested too deeply")
                .here(format!("level {}, at most {DEPTH_MAX} are allowed", DEPTH_MAX + 1))
                .fix("name the inner parts with `let`, or split the block"));
        }
        let indent = self.lines.last().map_or(0, |line| line.indent);
        self.stack.push(Open { sign, span: token.span, indent, line: self.lines.len() });
        Ok(())
    }

    fn close_brace(&mut self, token: &Token) {
        let Some(top) = self.stack.last().copied() else {
            if self.mode != Mode::Indented || !self.open_behind(token) {
                self.slip(SlipKind::Stray('}'), token.span, token.span.start, Change::Replace(' '));
            }
            return;
        };
        if self.mode == Mode::Indented && self.surplus > 0 {
            let too_deep = token.indent.is_some_and(|indent| indent > top.indent);
            let from_another_line = token.indent.is_none() && top.line != self.lines.len();
            if too_deep && self.open_behind(token) {
                return;
            }
            if too_deep || from_another_line {
                self.slip(SlipKind::Stray('}'), token.span, token.span.start, Change::Replace(' '));
                return;
            }
        }
        self.stack.pop();
    }

    /// Find the line whose `{` is missing for this `}`: the last one indented alike.
    fn open_behind(&mut self, token: &Token) -> bool {
        let Some(indent) = token.indent else { return false };
        let floor = self.stack.last().map_or(0, |top| top.line);
        // The last entry is the line of the `}` itself.
        let before = self.lines.len().saturating_sub(1);
        let line = self.lines.get(floor..before).and_then(|lines| {
            lines.iter().rev().take(1000).find(|line| line.indent <= indent).copied()
        });
        // The line of a match arm has no word of its own before its block.
        let is_arm = |line: &Line| {
            let text = self.text.get(line.first.start as usize..line.end);
            text.is_some_and(|text| text.contains("->"))
        };
        match line {
            Some(line) if line.indent == indent && !line.opens && (line.head || is_arm(&line)) => {
                let span = Span { start: line.first.start, end: line.end as u32 };
                self.slip(SlipKind::NoOpener, span, line.end as u32, Change::Insert('{'));
                true
            }
            _ => false,
        }
    }

    fn close_paren(&mut self, sign: char, span: Span) {
        let parens = self.stack.iter().rev().take_while(|open| open.sign != '{');
        match self.stack.last().copied() {
            Some(top) if closer(top.sign) == sign => {
                self.stack.pop();
            }
            Some(top) if top.sign != '{' => {
                if parens.skip(1).any(|open| closer(open.sign) == sign) {
                    self.unclosed();
                    self.close_paren(sign, span);
                } else {
                    let wanted = closer(top.sign);
                    self.stack.pop();
                    let kind = SlipKind::Mismatch(sign, wanted);
                    self.slip(kind, span, span.start, Change::Replace(wanted));
                }
            }
            _ => self.slip(SlipKind::Stray(sign), span, span.start, Change::Replace(' ')),
        }
    }

    fn close_parens(&mut self) {
        while self.stack.last().is_some_and(|top| top.sign != '{') {
            self.unclosed();
        }
    }

    /// The innermost open sign should have been closed behind the last token.
    fn unclosed(&mut self) {
        if let Some(top) = self.stack.pop() {
            let mend = self.last as u32;
            let change = Change::Insert(closer(top.sign));
            self.slip(SlipKind::Unclosed(top.sign), top.span, mend, change);
        }
    }

    fn open_text(&mut self, span: Span) {
        let quote = Span { start: span.start, end: span.start + 1 };
        self.slip(SlipKind::OpenText, quote, span.end, Change::Insert('"'));
    }

    fn slip(&mut self, kind: SlipKind, span: Span, mend: u32, change: Change) {
        self.surplus += match kind {
            SlipKind::Unclosed('{') => 1,
            SlipKind::Stray('}') | SlipKind::NoOpener => -1,
            SlipKind::Unclosed(_)
            | SlipKind::Stray(_)
            | SlipKind::Mismatch(..)
            | SlipKind::OpenText => 0,
        };
        self.slips.push(Slip { kind, span, mend: mend as usize, change });
    }
}
