//! The language server of strategies.
//!
//! What it is: a synchronous loop that reads requests of an editor and answers them from what the
//! compiler found in the text. What it is *not*: it resolves no name and checks no type by itself;
//! [`strat_compiler::index`] holds that. It opens no file: editors send the texts. Enter at
//! [`serve_stdio`], or at [`serve`] with a connection of your own.

#![forbid(unsafe_code)]
#![expect(
    clippy::wildcard_enum_match_arm,
    clippy::match_same_arms,
    reason = "a feature names the few forms that it is about, each with its own line"
)]

mod action;
mod completion;
mod diagnostic;
mod document;
mod fold;
mod format;
mod hint;
mod hover;
mod navigate;

mod position;
mod protocol;
mod rename;
mod selection;
mod server;
mod signature;
mod symbol;
mod token;
mod transport;
mod vocabulary;

pub use server::serve;
pub use transport::serve_stdio;
