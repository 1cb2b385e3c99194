//! An open text and what the compiler found in it.

use std::sync::Arc;

use strat_compiler::index::Index;
use strat_compiler::pipeline::{Analysis, analyse};
use strat_dsl::{Source, Span, Token, ast, scan};

use crate::position::Encoding;
use crate::protocol::{Change, Position, Range, TextEdit};
use crate::server::Settings;

/// An open text.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) uri: String,
    pub(crate) version: Option<i32>,
    pub(crate) source: Source,
    /// What was found, once somebody asked.
    found: Option<Arc<Analysis>>,
}

impl Document {
    pub(crate) fn new(uri: String, version: Option<i32>, text: String) -> Self {
        let name = uri.rsplit('/').next().unwrap_or_default().to_owned();
        Self { uri, version, source: Source::new(name, text), found: None }
    }

    /// Apply changes in their order.
    pub(crate) fn change(&mut self, changes: Vec<Change>, version: Option<i32>, unit: Encoding) {
        for change in changes {
            let text = match change.range {
                None => change.text,
                Some(range) => {
                    let start = unit.offset(&self.source, range.start) as usize;
                    let end = (unit.offset(&self.source, range.end) as usize).max(start);
                    let mut text = self.source.text().to_owned();
                    text.replace_range(start..end, &change.text);
                    text
                }
            };
            self.source = Source::new(self.source.name(), text);
        }
        self.version = version.or(self.version);
        self.found = None;
    }

    /// The text with what was found in it.
    pub(crate) fn view<'d>(&'d mut self, settings: &'d Settings) -> View<'d> {
        let source = &self.source;
        let found = self.found.get_or_insert_with(|| Arc::new(analyse(source, None)));
        View {
            uri: &self.uri,
            source,
            found: Arc::clone(found),
            encoding: settings.encoding,
            settings,
        }
    }
}

/// A text with what was found in it, for one request.
#[derive(Debug)]
pub(crate) struct View<'d> {
    pub(crate) uri: &'d str,
    pub(crate) source: &'d Source,
    pub(crate) found: Arc<Analysis>,
    pub(crate) encoding: Encoding,
    pub(crate) settings: &'d Settings,
}

impl View<'_> {
    pub(crate) fn text(&self) -> &str {
        self.source.text()
    }

    pub(crate) fn index(&self) -> &Index {
        &self.found.index
    }

    pub(crate) fn file(&self) -> &ast::File {
        &self.found.file
    }

    pub(crate) fn tokens(&self) -> Vec<Token> {
        scan(self.text())
    }

    pub(crate) fn offset(&self, at: Position) -> u32 {
        self.encoding.offset(self.source, at)
    }

    pub(crate) fn position(&self, offset: u32) -> Position {
        self.encoding.position(self.source, offset)
    }

    pub(crate) fn range(&self, span: Span) -> Range {
        self.encoding.range(self.source, span)
    }

    pub(crate) fn edit(&self, span: Span, new_text: impl Into<String>) -> TextEdit {
        TextEdit { range: self.range(span), new_text: new_text.into() }
    }

    /// The comment lines directly above the line of an offset.
    pub(crate) fn comment_above(&self, offset: u32) -> Option<String> {
        let mut line = self.source.line_of(offset);
        let mut lines = Vec::new();
        while line > 1 {
            line -= 1;
            let Some(text) = self.source.line_text(line).trim().strip_prefix("//") else { break };
            lines.push(text.trim());
        }
        lines.reverse();
        (!lines.is_empty()).then(|| lines.join("\n"))
    }
}
