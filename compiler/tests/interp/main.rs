//! The interpreter on programs put together by hand.
#![expect(clippy::wildcard_enum_match_arm, reason = "test code")]
#![expect(clippy::unwrap_used, reason = "test code")]
#![expect(clippy::indexing_slicing, reason = "test code")]
#![expect(clippy::panic, reason = "test code")]

#[path = "../support/asm.rs"]
mod asm;
mod faults;
mod handlers;
mod manifests;
mod snapshots;
mod streams;
mod universes;
#[path = "../support/world.rs"]
mod world;
