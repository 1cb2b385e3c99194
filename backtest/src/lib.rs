//! Synthetic and recorded markets, a simulated venue, runs and reports.
//!
//! What it is: everything between a strategy and a report that needs no clock and no network.
//! What it is not: it opens no file (readers take `impl Read` and a name to show), prints nothing,
//! and knows nothing of strategy text.
//!
//! Where to enter: [`source::EventSource`] is what a run reads, [`synthetic::SyntheticMarket`] makes
//! markets from a seed, [`data::load`] turns recorded files into a [`tape::Tape`],
//! [`run::run`] runs a strategy over either, [`paths::run_paths`] over many at once, and
//! [`report`] shows what came of it.
#![forbid(unsafe_code)]

pub mod data;
pub mod needs;
pub mod observe;
pub mod paths;
pub mod record;
pub mod report;
pub mod run;
pub mod source;
pub mod synthetic;
pub mod tape;
pub mod testing;
pub mod trace;
pub mod venue;
