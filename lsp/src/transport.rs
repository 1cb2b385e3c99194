//! Messages over stdin and stdout.

use std::io;
use std::thread;

use lsp_server::{Connection, Message, Notification};
use serde_json::json;

use crate::server::serve;

/// Serve an editor over stdin and stdout until it says `exit`. Gives the code to end with: 0 after
/// an orderly shutdown, 1 otherwise.
///
/// # Errors
/// A header that cannot be read, or a pipe that is closed while an answer is written.
pub fn serve_stdio() -> io::Result<u8> {
    let (editor, ours) = Connection::memory();
    let Connection { sender, receiver } = editor;
    let reader = thread::Builder::new().name("read".to_owned()).spawn(move || {
        let mut input = io::stdin().lock();
        loop {
            match Message::read(&mut input) {
                Ok(Some(message)) => {
                    let exit = matches!(&message, Message::Notification(n) if n.method == "exit");
                    if sender.send(message).is_err() || exit {
                        return Ok(());
                    }
                }
                Ok(None) => return Ok(()),
                // The text behind a sound header is not a message: the next one may be.
                Err(error) if error.to_string().starts_with("malformed LSP payload") => {
                    let note = Notification::new(MALFORMED.to_owned(), json!(error.to_string()));
                    if sender.send(note.into()).is_err() {
                        return Ok(());
                    }
                }
                Err(error) => return Err(error),
            }
        }
    })?;
    let writer = thread::Builder::new().name("write".to_owned()).spawn(move || {
        let mut output = io::stdout().lock();
        receiver.iter().try_for_each(|message| message.write(&mut output))
    })?;
    let code = serve(&ours);
    drop(ours);
    let failed = || io::Error::other("a thread of the server has ended early");
    writer.join().map_err(|_| failed())??;
    // The loop ends at `exit` or when the reader has ended, and the reader ends at `exit`.
    reader.join().map_err(|_| failed())??;
    Ok(code)
}

/// The note that a message could not be read. No editor sends it.
pub(crate) const MALFORMED: &str = "$/strat/malformed";
