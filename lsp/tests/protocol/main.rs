//! The server as an editor sees it, over a connection in memory. `<|>` marks the cursor.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    clippy::needless_pass_by_value,
    clippy::type_complexity,
    reason = "test code"
)]

mod completion;
mod editing;
mod reading;
mod session;
mod support;
