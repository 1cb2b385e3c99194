//! Reports: what a trader, a program and a table reader get to see of a run.
//!
//! [`text`] is for people, [`json`] for programs, [`trades`] gives rows for tables. All three are
//! made from a [`RunRecord`](crate::record::RunRecord) or a
//! [`PathsRecord`](crate::paths::PathsRecord) and a [`Context`], so that they cannot disagree. No
//! figure depends on the clock of the machine.

pub mod distribution;
pub mod json;
mod layout;
pub mod metrics;
mod models;
pub mod summary;
pub mod text;
pub mod trades;

use crate::data::Loaded;
use crate::venue::Models;

pub use models::assumptions;

/// What a report says about a run that the run itself does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Where the data came from: files, or a synthetic model with its parameters.
    pub data: Vec<String>,
    /// The seed, if random numbers were drawn.
    pub seed: Option<u64>,
    /// What was taken for granted when the data was read.
    pub assumed: Vec<String>,
    /// The venue's models.
    pub models: Models,
    /// What ran the strategy: `interp` or `native`.
    pub backend: &'static str,
}

impl Context {
    /// The context of a run on recorded data: each file with what it feeds, then the remarks.
    pub fn of_data(loaded: &Loaded, models: Models, backend: &'static str) -> Self {
        let instruments = loaded.tape.instruments();
        let files = loaded.files.iter().map(|file| {
            let name = instruments.get(file.instrument.index()).map_or("", |i| i.name.as_str());
            format!("{}: {} rows, {}, for {name}", file.file, file.rows, file.format.name())
        });
        Self {
            data: files.chain(loaded.remarks.iter().cloned()).collect(),
            seed: None,
            assumed: loaded.assumed.clone(),
            models,
            backend,
        }
    }
}
