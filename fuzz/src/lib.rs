//! Generated programs, damaged texts, and the laws that must hold for them.
//!
//! What it is: a generator of well-typed strategies as text ([`program`]). What it is not: a part of
//! the language; nothing depends on it.
#![forbid(unsafe_code)]
#![expect(clippy::indexing_slicing, reason = "indices come from the tables that they index")]

pub mod coverage;
pub mod drive;
pub mod front;
pub mod laws;
pub mod market;
pub mod program;
pub mod random;
pub mod shrink;
pub mod text;
