//! An editor that checks what it is told against the types of the protocol.

use std::thread::JoinHandle;

use gen_lsp_types as lsp;
use lsp_server::{Connection, Message, Notification, Request, ResponseError};
use serde_json::{Value, json};

pub(crate) const URI: &str = "file:///s.strat";

/// A strategy on bars, without an error.
pub(crate) const TREND: &str = r#"import std.ta { ema, sma }

enum Mood { calm, wild }

// The middle of two prices.
fn mid(a: price, b: price) -> price = (a + b) / 2

strategy trend "Follow" {
  version 1
  venue vanta
  // How many bars it looks back.
  param fast: int = 21 in 5..60
  instrument btc = BTCUSD on vanta
  clock h1 = bars(btc, 1h)
  let f = ema(h1.close, fast)
  let s = sma(f, 10)
  let m = mid(b: h1.high, a: h1.low)
  state mood: Mood = Mood.calm
  risk { max_drawdown: 6% -> flatten, halt }
  on h1 {
    set mood = Mood.wild
    log "{mood == Mood.calm} {m}"
    if f > s { target btc long 0.20x because "up" }
  }
}

test "nothing" for trend {
  with fast = 22
  at 0s expect nothing
}
"#;

/// A strategy on books, without an error.
pub(crate) const PROBE: &str = r#"strategy probe {
  version 1
  venue polymarket
  param most: size = 10 shares
  universe all max 10 order by id { where liquidity >= 5 usd }
  state rounds: int = 0 per all
  risk { max_notional: 100 usd }
  on every 10s for m in all {
    let ask = m.book.ask else "no ask"
    require ask.price < 0.5 else "too dear"
    buy m most @ ask.price as probe_buy
    set rounds[m] = rounds[m] + 1
  }
  on fill(probe_buy) as f { log "{f.size}" }
}
"#;

/// An editor with one text open.
pub(crate) struct Editor {
    pub(crate) connection: Connection,
    pub(crate) server: Option<JoinHandle<u8>>,
    id: i32,
    pub(crate) text: String,
    /// The byte offset of the cursor.
    pub(crate) cursor: usize,
    encoding: &'static str,
}

impl Editor {
    /// An editor that has just started the server and said nothing.
    pub(crate) fn silent() -> Self {
        let (connection, theirs) = Connection::memory();
        let server = Some(std::thread::spawn(move || strat_lsp::serve(&theirs)));
        Self { connection, server, id: 0, text: String::new(), cursor: 0, encoding: "utf-16" }
    }

    /// An editor that counts in an encoding.
    pub(crate) fn counting(encoding: &'static str) -> Self {
        let mut editor = Self::silent();
        let params = json!({ "processId": null, "rootUri": null, "capabilities": {
            "general": { "positionEncodings": [encoding] },
            "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } },
        } });
        let answer = editor.ask("initialize", params).unwrap();
        assert_eq!(answer["capabilities"]["positionEncoding"], encoding);
        editor.encoding = encoding;
        editor.tell("initialized", json!({}));
        editor
    }

    pub(crate) fn new() -> Self {
        Self::counting("utf-16")
    }

    /// Open a text; `<|>` in it is the cursor. Gives the diagnostics.
    pub(crate) fn open(&mut self, marked: &str) -> Vec<Value> {
        self.cursor = marked.find("<|>").unwrap_or(0);
        self.text = marked.replacen("<|>", "", 1);
        let text = self.text.clone();
        self.tell(
            "textDocument/didOpen",
            json!({ "textDocument": {
                "uri": URI, "languageId": "strat", "version": 1, "text": text } }),
        );
        self.diagnostics()
    }

    /// An editor with a text open.
    pub(crate) fn with(marked: &str) -> Self {
        let mut editor = Self::new();
        editor.open(marked);
        editor
    }

    pub(crate) fn tell(&self, method: &str, params: Value) {
        let note = Notification::new(method.to_owned(), params);
        self.connection.sender.send(note.into()).unwrap();
    }

    pub(crate) fn until(&self, method: &str) -> Value {
        loop {
            match self.connection.receiver.recv().unwrap() {
                Message::Notification(note) if note.method == method => return note.params,
                Message::Notification(_) => {}
                other => panic!("waiting for {method}, got {other:?}"),
            }
        }
    }

    /// The next diagnostics that are published.
    pub(crate) fn diagnostics(&self) -> Vec<Value> {
        let params = self.until("textDocument/publishDiagnostics");
        sound::<lsp::PublishDiagnosticsParams>(&params);
        params["diagnostics"].as_array().unwrap().clone()
    }

    pub(crate) fn send(&mut self, method: &str, params: Value) -> i32 {
        self.id += 1;
        let request = Request::new(self.id.into(), method.to_owned(), params);
        self.connection.sender.send(request.into()).unwrap();
        self.id
    }

    pub(crate) fn answer(&self) -> (String, Result<Value, ResponseError>) {
        loop {
            if let Message::Response(answer) = self.connection.receiver.recv().unwrap() {
                return (answer.id.to_string(), answer.response_result);
            }
        }
    }

    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Result<Value, ResponseError> {
        let id = self.send(method, params);
        let (of, answer) = self.answer();
        assert_eq!(of, id.to_string(), "{method}");
        if let Ok(answer) = &answer {
            check(method, answer);
        }
        answer
    }

    /// Ask about the cursor, with more parameters.
    pub(crate) fn at_cursor(&mut self, method: &str, more: Value) -> Result<Value, ResponseError> {
        let position = self.place(self.cursor);
        let mut params = json!({ "textDocument": { "uri": URI }, "position": position });
        for (name, value) in more.as_object().unwrap() {
            params[name] = value.clone();
        }
        self.ask(method, params)
    }

    /// Ask about the whole text.
    pub(crate) fn whole(&mut self, method: &str, more: Value) -> Value {
        let range = json!({ "start": self.place(0), "end": self.place(self.text.len()) });
        let mut params = json!({ "textDocument": { "uri": URI }, "range": range });
        for (name, value) in more.as_object().unwrap() {
            params[name] = value.clone();
        }
        self.ask(method, params).unwrap()
    }

    /// The place of a byte offset, counted by hand.
    pub(crate) fn place(&self, offset: usize) -> Value {
        let before = self.text.get(..offset).unwrap();
        let line = before.matches('\n').count();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        json!({ "line": line, "character": self.units(&before[start..]) })
    }

    fn units(&self, text: &str) -> usize {
        match self.encoding {
            "utf-8" => text.len(),
            "utf-16" => text.encode_utf16().count(),
            _ => text.chars().count(),
        }
    }

    fn offset(&self, place: &Value) -> usize {
        let line = usize::try_from(place["line"].as_u64().unwrap()).unwrap();
        let mut left = usize::try_from(place["character"].as_u64().unwrap()).unwrap();
        let start: usize = self.text.split_inclusive('\n').take(line).map(str::len).sum();
        let mut offset = start;
        for c in self.text[start..].chars() {
            if left == 0 {
                break;
            }
            left -= self.units(c.encode_utf8(&mut [0; 4]));
            offset += c.len_utf8();
        }
        offset
    }

    /// The text of a range.
    pub(crate) fn slice(&self, range: &Value) -> &str {
        &self.text[self.offset(&range["start"])..self.offset(&range["end"])]
    }

    /// The text after edits.
    pub(crate) fn edited(&self, edits: &Value) -> String {
        let mut edits: Vec<(usize, usize, &str)> = edits
            .as_array()
            .unwrap()
            .iter()
            .map(|edit| {
                let range = &edit["range"];
                let text = edit["newText"].as_str().unwrap();
                (self.offset(&range["start"]), self.offset(&range["end"]), text)
            })
            .collect();
        edits.sort_unstable();
        let mut text = self.text.clone();
        for (start, end, new) in edits.into_iter().rev() {
            text.replace_range(start..end, new);
        }
        text
    }
}

/// Read an answer with the types of the protocol, write it again, and compare: a field with a
/// wrong name or form would be lost.
fn sound<T: serde::Serialize + serde::de::DeserializeOwned>(value: &Value) {
    let read: T = serde_json::from_value(value.clone())
        .unwrap_or_else(|error| panic!("{error} in {value:#}"));
    assert_eq!(&serde_json::to_value(read).unwrap(), value);
}

fn check(method: &str, answer: &Value) {
    macro_rules! by {
        ($($name:literal $request:ident)*) => {
            match method {
                $($name => sound::<<lsp::$request as lsp::Request>::Result>(answer),)*
                other => panic!("no type for the answer to {other}"),
            }
        };
    }
    by! {
        "initialize" InitializeRequest
        "shutdown" ShutdownRequest
        "textDocument/hover" HoverRequest
        "textDocument/completion" CompletionRequest
        "textDocument/signatureHelp" SignatureHelpRequest
        "textDocument/definition" DefinitionRequest
        "textDocument/references" ReferencesRequest
        "textDocument/documentHighlight" DocumentHighlightRequest
        "textDocument/prepareRename" PrepareRenameRequest
        "textDocument/rename" RenameRequest
        "textDocument/formatting" DocumentFormattingRequest
        "textDocument/documentSymbol" DocumentSymbolRequest
        "textDocument/foldingRange" FoldingRangeRequest
        "textDocument/semanticTokens/full" SemanticTokensRequest
        "textDocument/semanticTokens/range" SemanticTokensRangeRequest
        "textDocument/inlayHint" InlayHintRequest
        "textDocument/codeAction" CodeActionRequest
        "textDocument/selectionRange" SelectionRangeRequest
    }
}
