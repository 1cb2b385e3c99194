//! `strat lsp` as an editor starts it: bytes over stdin and stdout.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

struct Editor {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Editor {
    fn start(arguments: &[&str]) -> Self {
        let mut server = Command::new(env!("CARGO_BIN_EXE_strat"))
            .arg("lsp")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let input = server.stdin.take().unwrap();
        let output = BufReader::new(server.stdout.take().unwrap());
        Self { server, input, output }
    }

    fn raw(&mut self, text: &str) {
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.raw(&json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string());
    }

    fn ask(&mut self, id: i32, method: &str, params: &Value) -> Value {
        let request = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params });
        self.raw(&request.to_string());
        let answer = self.until(|message| message["id"] == id);
        assert_eq!(answer["jsonrpc"], "2.0");
        answer
    }

    /// The next message of a kind.
    fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.read();
            if wanted(&message) {
                return message;
            }
        }
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "the server has gone");
            match line.trim().split_once(": ") {
                Some(("Content-Length", text)) => length = text.parse().unwrap(),
                Some(_) => {}
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// How the server ends, and what it said to people.
    fn ended(mut self) -> (Option<i32>, String) {
        drop(self.input);
        let status = self.server.wait().unwrap();
        let mut said = String::new();
        self.server.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (status.code(), said)
    }
}

const URI: &str = "file:///tmp/s.strat";
const TEXT: &str = "import std.ta { ema }\n\nstrategy s {\n  version 1\n  venue vanta\n  \
                    instrument btc = BTCUSD on vanta\n  clock h1 = bars(btc, 1h)\n  \
                    let f = ema(h1.close, 55)\n  on h1 { log \"{g}\" }\n}\n";

#[test]
fn an_editor_opens_mends_and_leaves() {
    let mut editor = Editor::start(&["--stdio"]);
    let params = json!({ "processId": null, "rootUri": null, "capabilities": {
        "general": { "positionEncodings": ["utf-16", "utf-8"] } } });
    let answer = editor.ask(1, "initialize", &params);
    assert_eq!(answer["result"]["capabilities"]["positionEncoding"], "utf-8");
    editor.tell("initialized", &json!({}));
    let opened = json!({ "uri": URI, "languageId": "strat", "version": 1, "text": TEXT });
    editor.tell("textDocument/didOpen", &json!({ "textDocument": opened }));
    let published = |message: &Value| message["method"] == "textDocument/publishDiagnostics";
    let found = editor.until(published);
    let codes: Vec<&str> = found["params"]["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["W0101", "E0104"]);
    let at = json!({ "textDocument": { "uri": URI }, "position": { "line": 7, "character": 6 } });
    let hover = editor.ask(2, "textDocument/hover", &at);
    let text = hover["result"]["contents"]["value"].as_str().unwrap();
    assert!(text.contains("warm after 190 h1 bars"), "{text}");
    let range =
        json!({ "start": { "line": 8, "character": 16 }, "end": { "line": 8, "character": 17 } });
    let change = json!({
        "textDocument": { "uri": URI, "version": 2 },
        "contentChanges": [{ "range": range, "text": "f" }],
    });
    editor.tell("textDocument/didChange", &change);
    let found = editor.until(published);
    assert_eq!(found["params"]["diagnostics"], json!([]), "{found}");
    assert_eq!(found["params"]["version"], 2);
    assert_eq!(editor.ask(3, "shutdown", &Value::Null)["result"], Value::Null);
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.ended(), (Some(0), String::new()));
}

#[test]
fn a_message_that_cannot_be_read_is_told_of_and_passed_over() {
    let mut editor = Editor::start(&[]);
    editor.raw("{ this is no JSON");
    let note = editor.until(|message| message["method"] == "window/logMessage");
    assert!(note["params"]["message"].as_str().unwrap().contains("malformed"), "{note}");
    let answer = editor.ask(1, "initialize", &json!({ "capabilities": {} }));
    assert_eq!(answer["result"]["serverInfo"]["name"], "strat");
    let (code, _) = editor.ended();
    assert_eq!(code, Some(1), "it left without a word");
}

#[test]
fn a_header_that_cannot_be_read_ends_the_session() {
    let mut editor = Editor::start(&[]);
    editor.input.write_all(b"GET / HTTP/1.1\n\n").unwrap();
    let (code, said) = editor.ended();
    assert_ne!(code, Some(0));
    assert!(!said.contains("defect"), "{said}");
}
