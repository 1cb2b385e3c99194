//! Tables through files and back.
#![expect(clippy::unwrap_used, reason = "test code")]

mod corrupt;
mod csv;
mod files;
mod foreign;
mod roundtrip;
mod samples;
