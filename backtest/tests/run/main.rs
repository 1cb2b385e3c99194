//! Runs from events to reports, on tapes made by hand and on synthetic ones.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

mod adversary;
mod figures;
mod laws;
mod orders;
mod reports;
mod restless;
mod runs;
mod scripted;
mod tape;
mod threads;
mod trader;
