//! The loop: messages in, answers out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::document::{Document, View};
use crate::position::Encoding;
use crate::protocol::{
    AtPosition, AtPositions, AtRange, DidChange, DidOpen, InDocument, Initialize,
};
use crate::{
    action, completion, diagnostic, fold, format, hint, hover, navigate, rename, selection,
    signature, symbol, token, transport,
};

/// Serve an editor until it says `exit` or goes away. Gives the code to end with: 0 after an
/// orderly shutdown, 1 otherwise.
pub fn serve(connection: &Connection) -> u8 {
    let mut server = Server {
        out: connection,
        phase: Phase::New,
        settings: Settings::default(),
        documents: BTreeMap::new(),
        changed: BTreeSet::new(),
        queue: VecDeque::new(),
    };
    while let Some(message) = server.next() {
        let exit = matches!(&message, Message::Notification(it) if it.method == "exit");
        if exit {
            return u8::from(server.phase != Phase::ShutDown);
        }
        server.handle(message);
        if server.queue.is_empty() {
            server.publish();
        }
    }
    1
}

/// What the editor can do, and wants.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    pub(crate) encoding: Encoding,
    /// Whether completions may have places to fill in.
    pub(crate) snippets: bool,
    /// The web address of `docs/errors.md`, for links from codes.
    pub(crate) docs: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    New,
    Running,
    ShutDown,
}

struct Server<'c> {
    out: &'c Connection,
    phase: Phase,
    settings: Settings,
    documents: BTreeMap<String, Document>,
    /// Documents whose diagnostics the editor has not seen.
    changed: BTreeSet<String>,
    /// Messages that have come, but have not been handled.
    queue: VecDeque<Message>,
}

/// Why a request has no answer.
struct Refusal(ErrorCode, String);

type Answer = Result<Value, Refusal>;

impl Server<'_> {
    /// The next message. All that have come are looked at first, so that a request which was
    /// cancelled meanwhile costs nothing.
    fn next(&mut self) -> Option<Message> {
        if self.queue.is_empty() {
            self.queue.push_back(self.out.receiver.recv().ok()?);
        }
        while let Ok(message) = self.out.receiver.try_recv() {
            match cancelled(&message) {
                Some(id) => self.cancel(&id),
                None => self.queue.push_back(message),
            }
        }
        self.queue.pop_front()
    }

    fn cancel(&mut self, id: &RequestId) {
        let waits =
            |message: &Message| matches!(message, Message::Request(request) if request.id == *id);
        let Some(at) = self.queue.iter().position(waits) else { return };
        self.queue.remove(at);
        let text = "cancelled by the editor".to_owned();
        self.send(Response::new_err(id.clone(), ErrorCode::RequestCanceled as i32, text));
    }

    fn send(&self, message: impl Into<Message>) {
        // An editor that has gone away is noticed at the next receive.
        let _ = self.out.sender.send(message.into());
    }

    fn handle(&mut self, message: Message) {
        match message {
            Message::Request(request) => {
                let id = request.id.clone();
                let answer = catch_unwind(AssertUnwindSafe(|| self.request(request)));
                let answer = answer.unwrap_or_else(|_| {
                    let text = "this is a defect of the server, not of your text".to_owned();
                    Err(Refusal(ErrorCode::InternalError, text))
                });
                self.send(match answer {
                    Ok(result) => Response { id, response_result: Ok(result) },
                    Err(Refusal(code, text)) => Response::new_err(id, code as i32, text),
                });
            }
            Message::Notification(note) => {
                let handled = catch_unwind(AssertUnwindSafe(|| self.notification(note)));
                if let Err(text) = handled.unwrap_or_else(|_| Err("a defect of the server".into()))
                {
                    self.log(&text);
                }
            }
            // The server asks nothing.
            Message::Response(_) => {}
        }
    }

    fn log(&self, text: &str) {
        let params = json!({ "type": 1, "message": format!("strat lsp: {text}") });
        self.send(Notification::new("window/logMessage".to_owned(), params));
    }

    fn notification(&mut self, note: Notification) -> Result<(), String> {
        if note.method == transport::MALFORMED {
            return Err(note.params.as_str().unwrap_or_default().to_owned());
        }
        if self.phase != Phase::Running {
            return Ok(());
        }
        match note.method.as_str() {
            "textDocument/didOpen" => {
                let DidOpen { text_document: it } = noted(note)?;
                let document = Document::new(it.uri.clone(), Some(it.version), it.text);
                self.documents.insert(it.uri.clone(), document);
                self.changed.insert(it.uri);
            }
            "textDocument/didChange" => {
                let DidChange { text_document: it, content_changes } = noted(note)?;
                let document = self.documents.get_mut(&it.uri);
                let document = document.ok_or_else(|| format!("`{}` is not open", it.uri))?;
                document.change(content_changes, it.version, self.settings.encoding);
                self.changed.insert(it.uri);
            }
            "textDocument/didClose" => {
                let InDocument { text_document: it } = noted(note)?;
                self.documents.remove(&it.uri);
                self.changed.remove(&it.uri);
                self.tell(&it.uri, None, &[]);
            }
            // `initialized`, `didSave` and whatever newer editors say.
            _ => {}
        }
        Ok(())
    }

    /// Diagnostics of what has changed, now that nothing waits.
    fn publish(&mut self) {
        for uri in std::mem::take(&mut self.changed) {
            let Some(document) = self.documents.get_mut(&uri) else { continue };
            let version = document.version;
            let view = document.view(&self.settings);
            let found = catch_unwind(AssertUnwindSafe(|| diagnostic::diagnostics(&view)));
            match found {
                Ok(found) => self.tell(&uri, version, &found),
                Err(_) => self.log("a defect of the server kept a text from being checked"),
            }
        }
    }

    fn tell(&self, uri: &str, version: Option<i32>, found: &[crate::protocol::Diagnostic]) {
        let params = match version {
            Some(version) => json!({ "uri": uri, "version": version, "diagnostics": found }),
            None => json!({ "uri": uri, "diagnostics": found }),
        };
        self.send(Notification::new("textDocument/publishDiagnostics".to_owned(), params));
    }

    fn request(&mut self, request: Request) -> Answer {
        match (self.phase, request.method.as_str()) {
            (Phase::New, "initialize") => Ok(self.initialize(request)),
            (Phase::New, _) => {
                let text = "the first request must be `initialize`".to_owned();
                Err(Refusal(ErrorCode::ServerNotInitialized, text))
            }
            (Phase::Running, "initialize") => {
                let text = "the server runs already".to_owned();
                Err(Refusal(ErrorCode::InvalidRequest, text))
            }
            (Phase::Running, "shutdown") => {
                self.phase = Phase::ShutDown;
                Ok(Value::Null)
            }
            (Phase::Running, _) => self.ask(request),
            (Phase::ShutDown, _) => {
                let text = "the server has been shut down".to_owned();
                Err(Refusal(ErrorCode::InvalidRequest, text))
            }
        }
    }

    fn initialize(&mut self, request: Request) -> Value {
        // An editor that tells of itself in an unknown way gets what every editor understands.
        let told: Initialize = serde_json::from_value(request.params).unwrap_or_default();
        let completion = told.capabilities.text_document.completion.completion_item;
        self.settings = Settings {
            encoding: Encoding::choose(&told.capabilities.general.position_encodings),
            snippets: completion.snippet_support,
            docs: told.initialization_options.and_then(|options| options.docs),
        };
        self.phase = Phase::Running;
        json!({
            "capabilities": capabilities(self.settings.encoding),
            "serverInfo": { "name": "strat", "version": env!("CARGO_PKG_VERSION") },
        })
    }

    /// A request about a document.
    fn ask(&mut self, request: Request) -> Answer {
        match request.method.as_str() {
            "textDocument/hover" => self.at(request, |view, at| json(hover::hover(view, at))),
            "textDocument/completion" => {
                self.at(request, |view, at| json(completion::complete(view, at)))
            }
            "textDocument/signatureHelp" => {
                self.at(request, |view, at| json(signature::help(view, at)))
            }
            "textDocument/definition" => {
                self.at(request, |view, at| json(navigate::definition(view, at)))
            }
            "textDocument/documentHighlight" => {
                self.at(request, |view, at| json(navigate::highlights(view, at)))
            }
            "textDocument/prepareRename" => {
                self.at(request, |view, at| rename::prepare(view, at).map_err(refused))
            }
            "textDocument/references" => self.with(request, |view, params: &AtPosition| {
                let own = params.context.as_ref().is_some_and(|it| it.include_declaration);
                json(navigate::references(view, view.offset(params.position), own))
            }),
            "textDocument/rename" => self.with(request, |view, params: &AtPosition| {
                let name = params.new_name.as_deref().unwrap_or_default();
                rename::rename(view, view.offset(params.position), name).map_err(refused)
            }),
            "textDocument/formatting" => self.whole(request, |view| json(format::formatted(view))),
            "textDocument/documentSymbol" => {
                self.whole(request, |view| json(symbol::symbols(view)))
            }
            "textDocument/foldingRange" => self.whole(request, |view| json(fold::folds(view))),
            "textDocument/semanticTokens/full" => {
                self.whole(request, |view| json(token::tokens(view, None)))
            }
            "textDocument/semanticTokens/range" => {
                self.with(request, |view, it: &AtRange| json(token::tokens(view, Some(it.range))))
            }
            "textDocument/inlayHint" => {
                self.with(request, |view, it: &AtRange| json(hint::hints(view, it.range)))
            }
            "textDocument/codeAction" => self.with(request, |view, it: &AtRange| {
                let only = it.context.as_ref().and_then(|context| context.only.as_deref());
                json(action::actions(view, it.range, only))
            }),
            "textDocument/selectionRange" => self.with(request, |view, it: &AtPositions| {
                json(selection::selections(view, &it.positions))
            }),
            other => {
                let text = format!("`{other}` is not known here");
                Err(Refusal(ErrorCode::MethodNotFound, text))
            }
        }
    }

    /// Answer a request whose parameters name a document.
    fn with<P: DeserializeOwned + Named>(
        &mut self,
        request: Request,
        answer: impl FnOnce(&View<'_>, &P) -> Answer,
    ) -> Answer {
        let params: P = serde_json::from_value(request.params)
            .map_err(|error| Refusal(ErrorCode::InvalidParams, error.to_string()))?;
        let Some(document) = self.documents.get_mut(params.uri()) else {
            let text = format!("`{}` is not open", params.uri());
            return Err(Refusal(ErrorCode::InvalidParams, text));
        };
        answer(&document.view(&self.settings), &params)
    }

    fn at(&mut self, request: Request, answer: impl FnOnce(&View<'_>, u32) -> Answer) -> Answer {
        self.with(request, |view, it: &AtPosition| answer(view, view.offset(it.position)))
    }

    fn whole(&mut self, request: Request, answer: impl FnOnce(&View<'_>) -> Answer) -> Answer {
        self.with(request, |view, _: &InDocument| answer(view))
    }
}

/// Parameters that name a document.
trait Named {
    fn uri(&self) -> &str;
}

impl Named for InDocument {
    fn uri(&self) -> &str {
        &self.text_document.uri
    }
}

impl Named for AtPosition {
    fn uri(&self) -> &str {
        &self.text_document.uri
    }
}

impl Named for AtPositions {
    fn uri(&self) -> &str {
        &self.text_document.uri
    }
}

impl Named for AtRange {
    fn uri(&self) -> &str {
        &self.text_document.uri
    }
}

fn json(value: impl Serialize) -> Answer {
    serde_json::to_value(value)
        .map_err(|error| Refusal(ErrorCode::InternalError, error.to_string()))
}

fn refused(text: String) -> Refusal {
    Refusal(ErrorCode::RequestFailed, text)
}

fn noted<P: DeserializeOwned>(note: Notification) -> Result<P, String> {
    let method = note.method;
    serde_json::from_value(note.params).map_err(|error| format!("`{method}`: {error}"))
}

/// The request that a message takes back.
fn cancelled(message: &Message) -> Option<RequestId> {
    let Message::Notification(note) = message else { return None };
    (note.method == "$/cancelRequest")
        .then(|| serde_json::from_value(note.params.get("id")?.clone()).ok())?
}

fn capabilities(encoding: Encoding) -> Value {
    json!({
        "positionEncoding": encoding.name(),
        "textDocumentSync": { "openClose": true, "change": 2 },
        "hoverProvider": true,
        "completionProvider": { "triggerCharacters": [".", "@", ":", "{"] },
        "signatureHelpProvider": { "triggerCharacters": ["(", ","] },
        "definitionProvider": true,
        "referencesProvider": true,
        "documentHighlightProvider": true,
        "documentSymbolProvider": true,
        "documentFormattingProvider": true,
        "renameProvider": { "prepareProvider": true },
        "codeActionProvider": { "codeActionKinds": ["quickfix", "source.fixAll"] },
        "foldingRangeProvider": true,
        "selectionRangeProvider": true,
        "inlayHintProvider": true,
        "semanticTokensProvider": { "legend": token::legend(), "full": true, "range": true },
    })
}
