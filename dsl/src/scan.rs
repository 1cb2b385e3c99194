//! A coarse scan of the text: words, numbers, texts, comments and signs.
//!
//! It is not the lexer of the grammar (which needs none); it serves what must run before the
//! grammar: the balance of braces, the limits, and the list of comments.

use crate::span::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Letters, digits and `_`, beginning with a letter or `_`.
    Word,
    /// A number with whatever hangs on it.
    Number,
    /// A text in quotes on one line.
    Text,
    /// A text that the end of the line cuts off.
    OpenText,
    /// A comment to the end of the line.
    Comment,
    /// Any other character.
    Sign(char),
}

/// A piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Span,
    /// The indentation of its line, if it is the first token there; a tab counts as four.
    pub indent: Option<u32>,
}

impl Token {
    /// The text of the token.
    pub fn text<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.span.range()).unwrap_or_default()
    }
}

/// Cut `text` into tokens; white space is left out.
pub fn scan(text: &str) -> Vec<Token> {
    let mut scanner = Scanner { text, at: 0 };
    let mut tokens = Vec::new();
    let mut indent = Some(0);
    while let Some(next) = scanner.peek() {
        match next {
            '\n' => indent = Some(0),
            '\t' => indent = indent.map(|columns: u32| columns.saturating_add(4)),
            _ if next.is_whitespace() => indent = indent.map(|columns| columns.saturating_add(1)),
            _ => {
                let start = scanner.at;
                let kind = scanner.token(next);
                let span = Span::new(start, scanner.at);
                tokens.push(Token { kind, span, indent: indent.take() });
                continue;
            }
        }
        scanner.at += next.len_utf8();
    }
    tokens
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn token(&mut self, first: char) -> TokenKind {
        if is_word_char(first) {
            if first.is_ascii_digit() {
                self.number();
                return TokenKind::Number;
            }
            self.take_while(is_word_char);
            return TokenKind::Word;
        }
        if self.rest().starts_with("//") {
            self.take_while(|c| c != '\n');
            return TokenKind::Comment;
        }
        self.at += first.len_utf8();
        if first == '"' { self.text_in_quotes() } else { TokenKind::Sign(first) }
    }

    fn number(&mut self) {
        self.take_while(is_word_char);
        let mut rest = self.rest().chars();
        if rest.next() == Some('.') && rest.next().is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
            self.take_while(is_word_char);
        }
    }

    /// A text that the line cuts off ends before a comment and the signs that close the line.
    fn text_in_quotes(&mut self) -> TokenKind {
        let start = self.at;
        while let Some(next) = self.peek() {
            if next == '\n' {
                break;
            }
            self.at += next.len_utf8();
            if next == '"' {
                return TokenKind::Text;
            }
            if next == '\\' {
                let escaped = self.peek().filter(|c| *c != '\n');
                self.at += escaped.map_or(0, char::len_utf8);
            }
        }
        let inside = self.text.get(start..self.at).unwrap_or_default();
        let inside = inside.split(" //").next().unwrap_or_default();
        let closing = |c: char| c.is_whitespace() || matches!(c, '{' | '}' | ')' | '\\');
        self.at = start + inside.trim_end_matches(closing).len();
        TokenKind::OpenText
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !keep(c)).unwrap_or(rest.len());
    }
}

fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
