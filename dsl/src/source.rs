//! A source text with its name and an index of its lines.

use crate::span::Span;

/// One source text. It does not read files: the caller brings the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    name: String,
    text: String,
    /// Offset of the first byte of each line; the first is always 0.
    lines: Vec<u32>,
}

/// A place as a person counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Source {
    /// Index `text`, which diagnostics will call `name`.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        let starts = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0)
            .chain(starts.map_while(|(offset, _)| u32::try_from(offset + 1).ok()))
            .collect();
        Self { name: name.into(), text, lines }
    }

    /// The name shown in diagnostics, as the caller gave it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Number of lines; an empty text has one.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// The text under `span`; empty where the span does not fit this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The line of a byte offset, from 1. An offset behind the end counts as the end.
    pub fn line_of(&self, offset: u32) -> usize {
        self.lines.partition_point(|start| *start <= offset).max(1)
    }

    /// The place of a byte offset, moved back to a character boundary if it stands inside one.
    pub fn position(&self, offset: u32) -> Position {
        let line = self.line_of(offset);
        let start = self.line_start(line);
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let column = self.text.get(start..end).map_or(0, |before| before.chars().count()) + 1;
        Position { line, column }
    }

    /// The span of a line (from 1) without its line break; empty for a line that does not exist.
    pub fn line_span(&self, line: usize) -> Span {
        if line == 0 || line > self.lines.len() {
            return Span::at(self.text.len());
        }
        let start = self.line_start(line);
        let end = self.lines.get(line).map_or(self.text.len(), |next| *next as usize);
        let text = self.text.get(start..end).unwrap_or_default();
        Span::new(start, start + text.trim_end_matches(['\n', '\r']).len())
    }

    /// The text of a line (from 1) without its line break.
    pub fn line_text(&self, line: usize) -> &str {
        self.slice(self.line_span(line))
    }

    fn line_start(&self, line: usize) -> usize {
        line.checked_sub(1)
            .and_then(|index| self.lines.get(index))
            .map_or(self.text.len(), |start| *start as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters_from_one() {
        let source = Source::new("x.strat", "ab\r\nçé x\n");
        let cases = [(0, 1, 1), (1, 1, 2), (4, 2, 1), (6, 2, 2), (7, 2, 2), (8, 2, 3), (99, 3, 1)];
        for (offset, line, column) in cases {
            assert_eq!(source.position(offset), Position { line, column }, "offset {offset}");
        }
        assert_eq!(source.line_count(), 3);
        assert_eq!(source.line_text(1), "ab");
        assert_eq!(source.line_text(2), "çé x");
        assert_eq!(source.line_text(3), "");
        assert_eq!(source.line_text(0), "");
        assert_eq!(source.line_text(9), "");
    }
}
