//! The library as a whole: rows with memory and rows without, by one name space.

use super::pure::{FUNCTIONS, PureRow};
use super::{Row, TABLE};

/// A row of the library.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Entry {
    /// A function with memory: one instance per call site.
    Stateful(&'static Row),
    /// A function of its arguments and the present book alone.
    Pure(&'static PureRow),
}

/// Everything that can be imported, by module and name unique.
pub fn entries() -> impl Iterator<Item = Entry> + Clone {
    let stateful = TABLE.iter().filter(|row| !row.module.is_empty()).map(Entry::Stateful);
    stateful.chain(FUNCTIONS.iter().map(Entry::Pure))
}

impl Entry {
    /// The function of that name in that module.
    pub fn find(module: &str, name: &str) -> Option<Self> {
        entries().find(|entry| entry.module() == module && entry.name() == name)
    }

    /// The functions of that name in every module.
    pub fn named(name: &str) -> impl Iterator<Item = Self> {
        entries().filter(move |entry| entry.name() == name)
    }

    /// Name in strategies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stateful(row) => row.name,
            Self::Pure(row) => row.name,
        }
    }

    /// Module it is imported from.
    pub fn module(self) -> &'static str {
        match self {
            Self::Stateful(row) => row.module,
            Self::Pure(row) => row.module,
        }
    }

    /// What it is, for the documentation.
    pub fn doc(self) -> &'static str {
        match self {
            Self::Stateful(row) => row.doc,
            Self::Pure(row) => row.doc,
        }
    }

    /// The call with its arguments' names: `ema(x, n)`.
    pub fn call(self) -> String {
        match self {
            Self::Stateful(row) => {
                let settings = row.settings.iter().map(|setting| setting.name);
                let names: Vec<&str> = row.series.iter().copied().chain(settings).collect();
                format!("{}({})", row.name, names.join(", "))
            }
            Self::Pure(row) => row.call(),
        }
    }
}
