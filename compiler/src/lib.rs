//! From a syntax tree to something that runs: checking, lowering, and the reference interpreter.
//!
//! What it is: pure stages, each a function from data to data. What it is not: it parses no text
//! (that is `strat-dsl`), opens no file and knows no host. Where to enter: [`pipeline::compile`].
#![forbid(unsafe_code)]
#![expect(clippy::indexing_slicing, reason = "ids index the tables that handed them out")]

pub mod bounds;
pub mod builtin;
pub mod check;
pub mod hir;
pub mod index;
pub mod interp;
pub mod ir;
pub mod layout;
pub mod lower;
pub mod needs;
pub mod params;
pub mod pipeline;
pub mod testing;
pub mod warm;
