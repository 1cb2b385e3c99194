//! What survives a restart: the memory of a strategy and of its session as plain, named data.
//!
//! A [`Snapshot`] holds everything by name and type, never by position, so that an interpreter, a
//! compiled strategy and a later version of either can read what another one wrote. It is data: it
//! knows no strategy and no session. [`Strategy::snapshot`](crate::strategy::Strategy::snapshot)
//! and [`Session::snapshot`](crate::session::Session::snapshot) make one,
//! [`Snapshot::encode`] and [`Snapshot::decode`] carry it through bytes, and `restore` of the same
//! two takes it in.
//!
//! Types of this crate are turned into values and back by [`Plain`] and [`Keep`]; the macros
//! [`plain!`](crate::plain), [`kept!`](crate::kept) and [`choice!`](crate::choice) write them, and
//! take a type apart completely, so that a field that is added later cannot be forgotten.

mod bytes;
mod plain;
mod value;

use std::error::Error;
use std::fmt;

pub use bytes::{DecodeError, FORMAT};
pub use plain::{Keep, Plain, load_each, next_part, save_each};
pub use value::{Field, Mismatch, Value, find, load_field};

/// The memory of a strategy, and of its session where a session made it, between two events.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Snapshot {
    /// The strategy's name.
    pub strategy: String,
    /// The version that it had.
    pub version: u32,
    /// [`Manifest::behaviour_hash`](crate::manifest::Manifest::behaviour_hash) of what made it.
    pub behaviour: u64,
    /// Hash of the names and types of the state variables; see [`Snapshot::layout_of`].
    pub layout: u64,
    /// State variables, in the order of their declaration.
    pub states: Vec<Field>,
    /// What streams, clocks and universes remember: whatever can be rebuilt from data by waiting.
    pub memory: Vec<Field>,
    /// Orders, positions, money, risk rules and clocks; empty if no session made this.
    pub session: Vec<Field>,
}

impl Snapshot {
    /// The hash of a layout: FNV-1a of every name and type, in the order of the names.
    pub fn layout_of<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> u64 {
        let mut fields: Vec<_> = fields.into_iter().collect();
        fields.sort_unstable();
        let mut hash = bytes::Hash::new();
        for text in fields.iter().flat_map(|(name, ty)| [name, ty]) {
            hash.eat(text.as_bytes());
            hash.eat(&[0]);
        }
        hash.value()
    }
}

/// Why there is no snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum SnapshotError {
    /// The strategy keeps memory that it cannot give away.
    NotSupported {
        /// The strategy.
        strategy: String,
    },
    /// The session has something for its host that the host has not taken.
    OutboxNotEmpty,
}

impl fmt::Display for SnapshotError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSupported { strategy } => {
                write!(f, "`{strategy}` gives no snapshot of its memory; run it interpreted")
            }
            Self::OutboxNotEmpty => f.write_str(
                "the session has commands or records that its host has not taken; empty the \
                 outbox before the snapshot",
            ),
        }
    }
}

impl Error for SnapshotError {}

/// Why a snapshot cannot be taken in. The strategy and the session are as before.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RestoreError {
    /// The strategy takes no snapshots in.
    NotSupported {
        /// The strategy.
        strategy: String,
    },
    /// It is of another strategy.
    Strategy {
        /// Whose it is.
        snapshot: String,
        /// Who was to take it in.
        strategy: String,
    },
    /// It is of a later version.
    Later {
        /// The version of the snapshot.
        snapshot: u32,
        /// The version of the strategy.
        strategy: u32,
    },
    /// E0801: the state variables have changed, and no migration says what becomes of them.
    Layout {
        /// The version of the snapshot.
        from: u32,
        /// The version of the strategy.
        to: u32,
        /// What changed, each with the name of its state variable.
        changes: Vec<Change>,
    },
    /// E0802: a migration names a state variable that the snapshot does not have like that.
    Migration {
        /// The version of the snapshot.
        from: u32,
        /// What does not fit.
        changes: Vec<Change>,
    },
    /// A migration's expression faulted.
    Fault {
        /// The version of the snapshot.
        from: u32,
        /// The state variable that it computes.
        state: String,
        /// What went wrong.
        fault: crate::fault::FaultKind,
    },
    /// A value does not have the form that its name and type promise, or the session is another.
    Value(Mismatch),
}

/// How a state variable differs between two layouts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is new.
    Added {
        /// Its name.
        name: String,
        /// Its type.
        ty: String,
    },
    /// It is gone.
    Removed {
        /// Its name.
        name: String,
        /// Its type before.
        ty: String,
    },
    /// It has another type.
    Retyped {
        /// Its name.
        name: String,
        /// Its type before.
        from: String,
        /// Its type now.
        to: String,
    },
}

impl Change {
    /// The state variable.
    pub fn name(&self) -> &str {
        match self {
            Change::Added { name, .. }
            | Change::Removed { name, .. }
            | Change::Retyped { name, .. } => name,
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Change::Added { name, ty } => write!(f, "`{name}: {ty}` is new"),
            Change::Removed { name, ty } => write!(f, "`{name}: {ty}` is gone"),
            Change::Retyped { name, from, to } => write!(f, "`{name}` was {from} and is {to}"),
        }
    }
}

/// The changes in one line.
struct Changes<'a>(&'a [Change]);

impl fmt::Display for Changes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, change) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{change}")?;
        }
        Ok(())
    }
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSupported { strategy } => {
                write!(f, "`{strategy}` takes no snapshot in; run it interpreted")
            }
            Self::Strategy { snapshot, strategy } => write!(
                f,
                "the snapshot is of `{snapshot}`, not of `{strategy}`; give the strategy its own"
            ),
            Self::Later { snapshot, strategy } => write!(
                f,
                "the snapshot is of version {snapshot}, which is later than this strategy's \
                 version {strategy}; run the later version"
            ),
            Self::Layout { from, to, changes } if from == to => write!(
                f,
                "E0801: the state changed without a new version: {}; raise `version` and say by \
                 `migrate from {from}` what becomes of it",
                Changes(changes)
            ),
            Self::Layout { from, to, changes } => write!(
                f,
                "E0801: the state changed from version {from} to version {to}: {}; say by \
                 `migrate from {from}` what becomes of it",
                Changes(changes)
            ),
            Self::Migration { from, changes } => write!(
                f,
                "E0802: `migrate from {from}` does not fit what version {from} left: {}; name its \
                 state as that version declared it",
                Changes(changes)
            ),
            Self::Fault { from, state, fault } => write!(
                f,
                "`migrate from {from}` cannot compute `{state}`: {fault}; mend its expression"
            ),
            Self::Value(mismatch) => mismatch.fmt(f),
        }
    }
}

impl Error for RestoreError {}

impl From<Mismatch> for RestoreError {
    fn from(mismatch: Mismatch) -> Self {
        RestoreError::Value(mismatch)
    }
}
