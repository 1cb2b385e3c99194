//! What is wrong, where, why, and how to mend it.
//!
//! A diagnostic is data. `render` turns it into text; the command line turns it into JSON.

use crate::code::Code;
use crate::span::Span;

/// Whether a diagnostic stops the strategy from being used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The strategy cannot be used.
    Error,
    /// The strategy can be used, but probably does not do what was meant.
    Warning,
}

/// One message to the author of a strategy.
///
/// Wording: lower case, no final period, the author's own text in backticks, no Rust type names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The code, for `strat explain`.
    pub code: Code,
    /// Error or warning; follows from the code.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// Where: the primary place.
    pub span: Span,
    /// Notes on places. One that has the primary span is printed under it.
    pub labels: Vec<Label>,
    /// Why the language insists.
    pub why: Option<String>,
    /// Ways to mend it, best first.
    pub fixes: Vec<Fix>,
}

/// A note on one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The note; may be empty.
    pub text: String,
}

/// A way to mend it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The advice, to be read by a person; may have several lines.
    pub text: String,
    /// The change itself, if a machine may apply it; empty otherwise. Edits do not overlap.
    pub edits: Vec<Edit>,
}

/// The replacement of a piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

impl Diagnostic {
    /// A diagnostic whose severity follows from its code.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            span,
            labels: Vec::new(),
            why: None,
            fixes: Vec::new(),
        }
    }

    /// Add a note on a place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Add a note on the primary place.
    #[must_use]
    pub fn here(self, text: impl Into<String>) -> Self {
        let span = self.span;
        self.label(span, text)
    }

    /// Say why the language insists.
    #[must_use]
    pub fn why(mut self, text: impl Into<String>) -> Self {
        self.why = Some(text.into());
        self
    }

    /// Add advice that only a person can apply.
    #[must_use]
    pub fn fix(mut self, text: impl Into<String>) -> Self {
        self.fixes.push(Fix { text: text.into(), edits: Vec::new() });
        self
    }

    /// Add advice that a machine may apply as it stands.
    #[must_use]
    pub fn fix_with(mut self, text: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fixes.push(Fix { text: text.into(), edits });
        self
    }

    /// Add advice that replaces the text at `span`.
    #[must_use]
    pub fn fix_replace(
        self,
        text: impl Into<String>,
        span: Span,
        replacement: impl Into<String>,
    ) -> Self {
        self.fix_with(text, vec![Edit { span, replacement: replacement.into() }])
    }

    /// Whether this is an error.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
