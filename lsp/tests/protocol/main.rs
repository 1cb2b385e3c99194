//! The server as an editor sees it, over a connection in memory. `<|>` marks the cursor.
#![expect(clippy::unwrap_used, reason = "test code")]

mod completion;
mod editing;
mod reading;
mod session;
mod support;
