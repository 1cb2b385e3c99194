//! Lines of JSON, with numbers kept as they are written.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::error::{At, DataError, RowProblem};

/// A number as written, with or without quotes: never read through a float.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(transparent)]
pub(crate) struct Written<'t>(#[serde(borrow)] &'t RawValue);

impl<'t> Written<'t> {
    pub(crate) fn text(self) -> &'t str {
        let raw = self.0.get();
        raw.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(raw)
    }
}

/// The lines that are not blank, with their places.
pub(crate) fn lines<'t>(file: &'t str, text: &'t str) -> impl Iterator<Item = (At<'t>, &'t str)> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(move |(index, line)| (At { file, line: index as u64 + 1 }, line))
}

/// Reads an object.
pub(crate) fn object<'t, T: Deserialize<'t>>(at: At<'_>, line: &'t str) -> Result<T, DataError> {
    serde_json::from_str(line).map_err(|error| at.error(RowProblem::Broken(error.to_string())))
}
