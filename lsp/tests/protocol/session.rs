//! How a session goes, and what goes wrong in it.

use lsp_server::{ErrorCode, Message, Notification, Request};
use serde_json::{Value, json};

use crate::support::{Editor, PROBE, TREND, URI};

#[test]
fn a_session_begins_and_ends_in_order() {
    let mut editor = Editor::silent();
    let error = editor.ask("textDocument/hover", json!({})).unwrap_err();
    assert_eq!(error.code, ErrorCode::ServerNotInitialized as i32);
    let answer = editor.ask("initialize", json!({ "capabilities": {} })).unwrap();
    assert_eq!(answer["serverInfo"]["name"], "strat");
    assert_eq!(answer["capabilities"]["positionEncoding"], "utf-16");
    let error = editor.ask("initialize", json!({ "capabilities": {} })).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidRequest as i32);
    assert_eq!(editor.ask("shutdown", Value::Null).unwrap(), Value::Null);
    let error = editor.ask("textDocument/hover", json!({})).unwrap_err();
    assert_eq!(error.code, ErrorCode::InvalidRequest as i32);
    editor.tell("exit", Value::Null);
    assert_eq!(editor.server.take().unwrap().join().unwrap(), 0);
}

#[test]
fn leaving_without_a_word_is_told_by_the_code() {
    let mut editor = Editor::new();
    editor.tell("exit", Value::Null);
    assert_eq!(editor.server.take().unwrap().join().unwrap(), 1);
    let mut editor = Editor::new();
    let server = editor.server.take().unwrap();
    drop(editor);
    assert_eq!(server.join().unwrap(), 1);
}

#[test]
fn what_cannot_be_answered_is_refused() {
    let mut editor = Editor::with(TREND);
    let at = json!({ "line": 0, "character": 0 });
    for (method, params, code) in [
        ("textDocument/nonsense", json!({}), ErrorCode::MethodNotFound),
        ("textDocument/hover", json!({ "position": at }), ErrorCode::InvalidParams),
        ("textDocument/hover", json!([1, 2]), ErrorCode::InvalidParams),
        (
            "textDocument/hover",
            json!({ "textDocument": { "uri": "file:///other" }, "position": at }),
            ErrorCode::InvalidParams,
        ),
        (
            "textDocument/hover",
            json!({ "textDocument": { "uri": URI }, "position": { "line": -1, "character": 0 } }),
            ErrorCode::InvalidParams,
        ),
    ] {
        let error = editor.ask(method, params).unwrap_err();
        assert_eq!(error.code, code as i32, "{method}: {}", error.message);
    }
    // Notes that cannot be followed are told of, those of newer protocols are not.
    editor.tell("$/whatever", json!({}));
    editor.tell("textDocument/didChange", json!({ "textDocument": 1 }));
    let note = editor.until("window/logMessage");
    assert!(note["message"].as_str().unwrap().contains("didChange"), "{note}");
    editor.tell("$/strat/malformed", json!("malformed"));
    let note = editor.until("window/logMessage");
    assert!(note["message"].as_str().unwrap().contains("malformed"), "{note}");
    // A place outside of the text is moved into it.
    let far = json!({ "line": 99_999, "character": 99_999 });
    let params = json!({ "textDocument": { "uri": URI }, "position": far });
    editor.ask("textDocument/hover", params).unwrap();
}

#[test]
fn changes_are_applied_in_each_encoding() {
    for (encoding, at) in [("utf-8", 15), ("utf-16", 13), ("utf-32", 12)] {
        let mut editor = Editor::counting(encoding);
        let text = "strategy größe \"\u{1f600}\" { }\n// é\u{1f600} h\n";
        editor.open(text);
        // `// é😀 h`: replace `h`, then a piece over two lines, then the whole text.
        let line = 1;
        let character = match encoding {
            "utf-8" => 10,
            "utf-16" => 7,
            _ => 6,
        };
        let place = |line: u32, character: u32| json!({ "line": line, "character": character });
        let change = |version: i32, changes: Value| json!({ "textDocument": { "uri": URI, "version": version }, "contentChanges": changes });
        let range = json!({ "start": place(line, character), "end": place(line, character + 1) });
        let first = json!({ "range": range, "text": "ö" });
        let start = json!({ "start": place(0, 0), "end": place(1, 0) });
        let second = json!({ "range": start, "text": TREND });
        editor.tell("textDocument/didChange", change(2, json!([first, second])));
        let params = editor.until("textDocument/publishDiagnostics");
        assert_eq!(params["version"], 2, "{encoding}");
        assert_eq!(params["diagnostics"], json!([]), "{encoding} {at}");
        editor.text = format!("{TREND}// é\u{1f600} ö\n");
        // Names behind letters of several units.
        let text = TREND.replace("\"up\"", "\"é\u{1f600} up\" /**/").replace(" /**/", "");
        let text = text.replace("log \"{mood", "log \"é\u{1f600} {mood");
        editor.tell("textDocument/didChange", change(3, json!([{ "text": text }])));
        editor.diagnostics();
        editor.text = text.clone();
        editor.cursor = text.find("{m}").unwrap() + 1;
        let found = editor.at_cursor("textDocument/definition", json!({})).unwrap();
        assert_eq!(editor.slice(&found["range"]), "m", "{encoding}");
        let with = json!({ "context": { "includeDeclaration": true } });
        let uses = editor.at_cursor("textDocument/references", with).unwrap();
        for place in uses.as_array().unwrap() {
            assert_eq!(editor.slice(&place["range"]), "m", "{encoding}");
        }
    }
}

#[test]
fn several_documents_do_not_know_each_other() {
    let mut editor = Editor::with(TREND);
    let other = "file:///other.strat";
    editor.tell(
        "textDocument/didOpen",
        json!({ "textDocument": {
            "uri": other, "languageId": "strat", "version": 7, "text": PROBE } }),
    );
    let params = editor.until("textDocument/publishDiagnostics");
    assert_eq!((&params["uri"], &params["version"]), (&json!(other), &json!(7)));
    let symbols = editor
        .ask("textDocument/documentSymbol", json!({ "textDocument": { "uri": other } }))
        .unwrap();
    assert_eq!(symbols[0]["name"], "probe");
    editor.tell("textDocument/didClose", json!({ "textDocument": { "uri": other } }));
    let params = editor.until("textDocument/publishDiagnostics");
    assert_eq!((&params["uri"], &params["diagnostics"]), (&json!(other), &json!([])));
    let closed = json!({ "textDocument": { "uri": other } });
    assert!(editor.ask("textDocument/documentSymbol", closed).is_err());
    let symbols = editor.whole("textDocument/documentSymbol", json!({}));
    assert_eq!(symbols[3]["name"], "trend");
}

#[test]
fn a_request_that_is_taken_back_costs_nothing() {
    // Everything is sent before the server starts, so that it finds all of it waiting.
    let (connection, theirs) = lsp_server::Connection::memory();
    let request = |id: i32, method: &str, params: Value| {
        connection.sender.send(Request::new(id.into(), method.to_owned(), params).into()).unwrap();
    };
    let note = |method: &str, params: Value| {
        connection.sender.send(Notification::new(method.to_owned(), params).into()).unwrap();
    };
    request(1, "initialize", json!({ "capabilities": {} }));
    note(
        "textDocument/didOpen",
        json!({ "textDocument": {
        "uri": URI, "languageId": "strat", "version": 1, "text": TREND } }),
    );
    for version in 2..5 {
        note(
            "textDocument/didChange",
            json!({
            "textDocument": { "uri": URI, "version": version },
            "contentChanges": [{ "text": TREND }] }),
        );
    }
    request(2, "textDocument/documentSymbol", json!({ "textDocument": { "uri": URI } }));
    request(3, "textDocument/foldingRange", json!({ "textDocument": { "uri": URI } }));
    note("$/cancelRequest", json!({ "id": 2 }));
    note("$/cancelRequest", json!({ "id": 77 }));
    note("exit", Value::Null);
    assert_eq!(strat_lsp::serve(&theirs), 1);
    drop(theirs);
    let mut answers = Vec::new();
    let mut published = 0;
    for message in &connection.receiver {
        match message {
            Message::Response(answer) => {
                answers.push((answer.id.to_string(), answer.response_result.err().map(|e| e.code)));
            }
            Message::Notification(_) => published += 1,
            Message::Request(other) => panic!("{other:?}"),
        }
    }
    answers.sort();
    let cancelled = Some(ErrorCode::RequestCanceled as i32);
    assert_eq!(
        answers,
        [("1".to_owned(), None), ("2".to_owned(), cancelled), ("3".to_owned(), None)]
    );
    assert_eq!(published, 0, "diagnostics wait until nothing else does");
}
