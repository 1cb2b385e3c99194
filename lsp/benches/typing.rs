//! From a key to the answer, on a file of some 2,000 lines: every shipped strategy, several times.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "benchmarks")]

use std::collections::BTreeSet;

use divan::Bencher;
use lsp_server::{Connection, Message, Notification, Request};
use serde_json::{Value, json};

fn main() {
    divan::main();
}

const URI: &str = "file:///big.strat";

/// Shipped strategies under names of their own, with one set of imports.
fn text() -> String {
    let mut imports = BTreeSet::new();
    let mut items = String::new();
    let mut lines = 0;
    for round in 0.. {
        for shipped in strat_strategies::ALL {
            if lines >= 2000 {
                return imports.into_iter().chain([items]).collect();
            }
            let name = shipped.name;
            let text = shipped.text.replace(name, &format!("{name}_{round}"));
            // Names at the top of a file are declared once.
            let text = text.replace("spread_z(", &format!("spread_z_{round}("));
            let text = text.replace("Side", &format!("Side_{round}"));
            lines += text.lines().count();
            for line in text.lines() {
                if let Some(rest) = line.strip_prefix("import ") {
                    imports.insert(format!("import {rest}\n"));
                } else {
                    items.push_str(line);
                    items.push('\n');
                }
            }
        }
    }
    unreachable!("the loop ends by its lines")
}

/// A server on a thread of its own, with the text open.
struct Editor {
    connection: Connection,
    id: i32,
    text: String,
}

impl Editor {
    fn new() -> Self {
        let (connection, theirs) = Connection::memory();
        std::thread::spawn(move || strat_lsp::serve(&theirs));
        let mut editor = Self { connection, id: 0, text: text() };
        editor.ask("initialize", json!({ "capabilities": {} }));
        let text = editor.text.clone();
        editor.tell(
            "textDocument/didOpen",
            json!({ "textDocument": {
                "uri": URI, "languageId": "strat", "version": 1, "text": text } }),
        );
        editor.until("textDocument/publishDiagnostics");
        editor
    }

    fn tell(&self, method: &str, params: Value) {
        let note = Notification::new(method.to_owned(), params);
        self.connection.sender.send(note.into()).unwrap();
    }

    fn until(&self, method: &str) -> Value {
        loop {
            if let Message::Notification(note) = self.connection.receiver.recv().unwrap()
                && note.method == method
            {
                return note.params;
            }
        }
    }

    fn ask(&mut self, method: &str, params: Value) -> Value {
        self.id += 1;
        let request = Request::new(self.id.into(), method.to_owned(), params);
        self.connection.sender.send(request.into()).unwrap();
        loop {
            if let Message::Response(answer) = self.connection.receiver.recv().unwrap() {
                return answer.response_result.unwrap();
            }
        }
    }

    /// The place behind the last occurrence of a text.
    fn place(&self, piece: &str) -> Value {
        let at = self.text.rfind(piece).unwrap() + piece.len();
        let before = self.text.get(..at).unwrap();
        let line = before.matches('\n').count();
        json!({ "line": line, "character": before.len() - before.rfind('\n').unwrap() - 1 })
    }
}

#[divan::bench(sample_count = 30)]
fn change_to_diagnostics(bencher: Bencher<'_, '_>) {
    let editor = Editor::new();
    let at = editor.place("risk {");
    bencher.bench_local(|| {
        for text in [" ", ""] {
            let end = if text.is_empty() {
                json!({ "line": at["line"], "character": at["character"].as_u64().unwrap() + 1 })
            } else {
                at.clone()
            };
            editor.tell(
                "textDocument/didChange",
                json!({
                    "textDocument": { "uri": URI, "version": 2 },
                    "contentChanges": [{ "range": { "start": at, "end": end }, "text": text }],
                }),
            );
            editor.until("textDocument/publishDiagnostics");
        }
    });
}

#[divan::bench(sample_count = 30, args = [
    "textDocument/completion",
    "textDocument/hover",
    "textDocument/definition",
    "textDocument/references",
    "textDocument/documentSymbol",
    "textDocument/semanticTokens/full",
    "textDocument/inlayHint",
    "textDocument/foldingRange",
    "textDocument/formatting",
    "textDocument/codeAction",
    "textDocument/selectionRange",
])]
fn answer(bencher: Bencher<'_, '_>, method: &str) {
    let mut editor = Editor::new();
    let at = editor.place("m.book.");
    let end = json!({ "line": 3000, "character": 0 });
    bencher.bench_local(|| {
        editor.ask(
            method,
            json!({
                "textDocument": { "uri": URI },
                "position": at,
                "positions": [at],
                "range": { "start": { "line": 0, "character": 0 }, "end": end },
                "context": { "includeDeclaration": true, "diagnostics": [] },
                "options": { "tabSize": 2, "insertSpaces": true },
            }),
        )
    });
}

#[divan::bench(sample_count = 30)]
fn rename(bencher: Bencher<'_, '_>) {
    let mut editor = Editor::new();
    let at = editor.place("on every 10s for m");
    bencher.bench_local(|| {
        editor.ask(
            "textDocument/rename",
            json!({ "textDocument": { "uri": URI }, "position": at, "newName": "market_now" }),
        )
    });
}
