//! The session against a scripted strategy and a scripted venue: every rule by itself.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod calendars;
mod clocks;
mod conservation;
mod cuts;
mod each;
mod faults;
mod meta;
mod random;
mod refusals;
mod rig;
mod risk;
mod slots;
mod snapshots;
mod stops;
mod targets;
mod ways;
