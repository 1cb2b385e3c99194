//! The part of the protocol that this server speaks (version 3.17), as plain data.
//!
//! A crate with the whole protocol would be the largest part of what the server adds to a build;
//! the tests read every answer with one, so that a slip here is found.

use serde::{Deserialize, Serialize};

/// A place: line and character from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Position {
    pub(crate) line: u32,
    pub(crate) character: u32,
}

/// From a place to the place behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Range {
    pub(crate) start: Position,
    pub(crate) end: Position,
}

/// Parameters that name a document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InDocument {
    pub(crate) text_document: DocumentId,
}

/// A document, with the version where an editor gives it.
#[derive(Debug, Deserialize)]
pub(crate) struct DocumentId {
    pub(crate) uri: String,
    pub(crate) version: Option<i32>,
}

/// Parameters that name a place in a document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AtPosition {
    pub(crate) text_document: DocumentId,
    pub(crate) position: Position,
    /// `textDocument/references`
    pub(crate) context: Option<ReferenceContext>,
    /// `textDocument/rename`
    pub(crate) new_name: Option<String>,
}

/// `context` of `textDocument/references`; that of a completion has none of it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReferenceContext {
    #[serde(default)]
    pub(crate) include_declaration: bool,
}

/// Parameters that name several places in a document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AtPositions {
    pub(crate) text_document: DocumentId,
    pub(crate) positions: Vec<Position>,
}

/// Parameters that name a piece of a document.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AtRange {
    pub(crate) text_document: DocumentId,
    pub(crate) range: Range,
    /// `textDocument/codeAction`
    pub(crate) context: Option<ActionContext>,
}

/// `context` of `textDocument/codeAction`.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ActionContext {
    /// The kinds that are asked for; all if it is missing.
    pub(crate) only: Option<Vec<String>>,
}

/// `textDocument/didOpen`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DidOpen {
    pub(crate) text_document: OpenedDocument,
}

/// A document as it is opened.
#[derive(Debug, Deserialize)]
pub(crate) struct OpenedDocument {
    pub(crate) uri: String,
    pub(crate) version: i32,
    pub(crate) text: String,
}

/// `textDocument/didChange`
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DidChange {
    pub(crate) text_document: DocumentId,
    pub(crate) content_changes: Vec<Change>,
}

/// A change; of the whole text where it has no range.
#[derive(Debug, Deserialize)]
pub(crate) struct Change {
    pub(crate) range: Option<Range>,
    pub(crate) text: String,
}

/// What the server asks of the parameters of `initialize`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Initialize {
    pub(crate) capabilities: ClientCapabilities,
    pub(crate) initialization_options: Option<Options>,
}

/// What a user can set.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Options {
    /// The web address of the page of all codes.
    pub(crate) docs: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ClientCapabilities {
    pub(crate) general: General,
    pub(crate) text_document: TextDocumentCapabilities,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct General {
    pub(crate) position_encodings: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct TextDocumentCapabilities {
    pub(crate) completion: CompletionCapabilities,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct CompletionCapabilities {
    pub(crate) completion_item: CompletionItemCapabilities,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct CompletionItemCapabilities {
    pub(crate) snippet_support: bool,
}

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Location {
    pub(crate) uri: String,
    pub(crate) range: Range,
}

/// A replacement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TextEdit {
    pub(crate) range: Range,
    pub(crate) new_text: String,
}

/// Text to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Markup {
    pub(crate) kind: &'static str,
    pub(crate) value: String,
}

impl Markup {
    pub(crate) fn markdown(value: impl Into<String>) -> Self {
        Self { kind: "markdown", value: value.into() }
    }
}

/// A diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Diagnostic {
    pub(crate) range: Range,
    pub(crate) severity: u8,
    pub(crate) code: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code_description: Option<CodeDescription>,
    pub(crate) source: &'static str,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) tags: Vec<u8>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) related_information: Vec<Related>,
}

/// Where to read about a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct CodeDescription {
    pub(crate) href: String,
}

/// A place that belongs to a diagnostic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Related {
    pub(crate) location: Location,
    pub(crate) message: String,
}

/// A completion.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CompletionItem {
    pub(crate) label: String,
    pub(crate) kind: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) documentation: Option<Markup>,
    pub(crate) sort_text: String,
    /// 1 a plain text, 2 a snippet.
    pub(crate) insert_text_format: u8,
    pub(crate) text_edit: TextEdit,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) additional_text_edits: Vec<TextEdit>,
}

/// A symbol of the outline.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Symbol {
    pub(crate) name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) detail: Option<String>,
    pub(crate) kind: u8,
    pub(crate) range: Range,
    pub(crate) selection_range: Range,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) children: Vec<Symbol>,
}

/// A hint between the letters.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct InlayHint {
    pub(crate) position: Position,
    pub(crate) label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<u8>,
    pub(crate) padding_left: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tooltip: Option<Markup>,
}

/// A piece of text that can be folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FoldingRange {
    pub(crate) start_line: u32,
    pub(crate) end_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<&'static str>,
}
