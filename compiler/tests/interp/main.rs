//! The interpreter on programs put together by hand.
#![expect(clippy::unwrap_used, reason = "test code")]
#![expect(clippy::indexing_slicing, reason = "test code")]
#![expect(clippy::expect_used, clippy::panic, reason = "test code")]

#[path = "../support/asm.rs"]
mod asm;
mod faults;
mod handlers;
mod manifests;
mod streams;
mod universes;
#[path = "../support/world.rs"]
mod world;
