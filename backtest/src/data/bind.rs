//! Which instrument a file feeds.
//!
//! In this order: what the argument says, what the file or its metadata says, the strategy's only
//! instrument, and in a universe a member named after the file. Anything else is refused.

use std::path::Path;

use strat_runtime::instrument::{Instrument, InstrumentId};
use strat_runtime::manifest::Manifest;
use strat_runtime::venue::VenueKind;

use super::error::DataError;
use super::spec::DataSpec;
use crate::synthetic::profile;

/// The table of instruments while files are bound to it.
#[derive(Debug)]
pub(crate) struct Binder {
    table: Vec<Instrument>,
    declared: usize,
    open_ended: bool,
    fed: Vec<bool>,
}

impl Binder {
    pub(crate) fn new(manifest: &Manifest) -> Self {
        let table: Vec<Instrument> = manifest
            .instruments
            .iter()
            .map(|decl| profile::instrument(&decl.symbol, &decl.name, decl.venue))
            .collect();
        let declared = table.len();
        Self {
            table,
            declared,
            open_ended: !manifest.universes.is_empty(),
            fed: vec![false; declared],
        }
    }

    /// The instrument of a file, and what had to be assumed for it.
    pub(crate) fn bind(
        &mut self,
        spec: &DataSpec,
        from_file: Option<&str>,
    ) -> Result<(InstrumentId, Option<String>), DataError> {
        let (index, assumed) = self.find(spec, from_file)?;
        if let Some(fed) = self.fed.get_mut(index) {
            *fed = true;
        }
        Ok((InstrumentId(index as u32), assumed))
    }

    fn find(
        &mut self,
        spec: &DataSpec,
        from_file: Option<&str>,
    ) -> Result<(usize, Option<String>), DataError> {
        if let Some(wanted) = &spec.instrument {
            if let Some(index) = self.position(wanted) {
                return Ok((index, None));
            }
            if self.open_ended {
                return Ok((self.add(wanted), None));
            }
            let problem = format!(
                "{}: the strategy has no instrument `{wanted}`; {}",
                spec.path,
                self.choices()
            );
            return Err(DataError::Binding { problem });
        }
        if let Some(symbol) = from_file {
            if let Some(index) = self.position(symbol) {
                return Ok((index, None));
            }
            if self.open_ended {
                return Ok((self.add(symbol), None));
            }
        }
        if self.declared == 1 && !self.open_ended {
            let name = self.table.first().map_or("", |i| i.name.as_str());
            return Ok((0, Some(format!("it feeds `{name}`, the strategy's only instrument"))));
        }
        if self.open_ended {
            let stem = stem(&spec.path).to_owned();
            let index = self.position(&stem).unwrap_or_else(|| self.add(&stem));
            return Ok((
                index,
                Some(format!("it feeds the market `{stem}`, named after the file")),
            ));
        }
        let problem = format!(
            "{}: it cannot be told which instrument this file feeds; add `,instrument=NAME`; {}",
            spec.path,
            self.choices()
        );
        Err(DataError::Binding { problem })
    }

    /// By declared name, then by symbol in any spelling.
    fn position(&self, wanted: &str) -> Option<usize> {
        let plain = |text: &str| -> String {
            text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase()
        };
        let declared = self.table.iter().take(self.declared).position(|i| i.name == wanted);
        let symbol = plain(wanted);
        declared.or_else(|| {
            self.table.iter().position(|i| !symbol.is_empty() && plain(&i.symbol) == symbol)
        })
    }

    fn add(&mut self, symbol: &str) -> usize {
        self.table.push(profile::instrument(symbol, symbol, VenueKind::Polymarket));
        self.fed.push(false);
        self.table.len() - 1
    }

    fn choices(&self) -> String {
        if self.declared == 0 {
            return "it declares none".to_owned();
        }
        let names: Vec<String> =
            self.table.iter().take(self.declared).map(|i| format!("`{}`", i.name)).collect();
        format!("it declares {}", names.join(", "))
    }

    /// The instruments so far, to be filled in.
    pub(crate) fn table_mut(&mut self) -> &mut [Instrument] {
        &mut self.table
    }

    /// The place of a symbol.
    pub(crate) fn symbol(&self, symbol: &str) -> Option<InstrumentId> {
        self.position(symbol).map(|index| InstrumentId(index as u32))
    }

    /// The whole table; every declared instrument must have been fed.
    pub(crate) fn finish(self) -> Result<Vec<Instrument>, DataError> {
        if self.table.is_empty() {
            let problem = "the strategy declares no instrument and no universe to feed".to_owned();
            return Err(DataError::Binding { problem });
        }
        let hungry = self.table.iter().zip(&self.fed).find(|(_, fed)| !**fed);
        match hungry {
            None => Ok(self.table),
            Some((instrument, _)) => Err(DataError::Binding {
                problem: format!(
                    "there is no data for instrument `{}`; add `--data FILE,instrument={}`",
                    instrument.name, instrument.name
                ),
            }),
        }
    }
}

/// The file's name without its endings.
fn stem(path: &str) -> &str {
    let name = Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path);
    let name = name.strip_suffix(".gz").unwrap_or(name);
    [".jsonl", ".json", ".csv"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(name)
}
