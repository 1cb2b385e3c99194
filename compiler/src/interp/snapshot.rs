//! Snapshots of the interpreter's memory, and taking them in.
//!
//! State variables go by name and type and must all find their place, with the help of a migration.
//! Streams, nodes and clocks go by name and by what they compute; what finds no place is left out,
//! and what is new starts cold. A clock on which any stream is new counts its ticks anew, so that
//! nothing is taken for warm that is not.

mod cell;
mod memory;
mod migrate;

use strat_runtime::snapshot::{Change, Field, RestoreError, Snapshot};
use strat_runtime::strategy::Strategy as _;

use super::Interp;
use crate::ir::StateId;
use crate::layout::Layout;

use cell::Cells;

impl Interp {
    pub(super) fn save(&self) -> Snapshot {
        let (program, memory) = (&*self.program, &self.memory);
        let layout = program.layout();
        let cells = Cells { ir: &program.ir };
        let of = |(id, name, ty): &(StateId, String, String)| {
            let value = memory.state_value(&cells, *id, &program.ir);
            Field::new(name.clone(), ty.clone(), value)
        };
        let names = layout.states.iter().map(|(_, name, ty)| (name.as_str(), ty.as_str()));
        Snapshot {
            strategy: program.ir.name.clone(),
            version: program.ir.version,
            behaviour: self.manifest().behaviour_hash,
            layout: Snapshot::layout_of(names),
            states: layout.states.iter().map(of).collect(),
            memory: memory.save(program, layout, &cells),
            session: Vec::new(),
        }
    }

    pub(super) fn load(&mut self, snapshot: &Snapshot) -> Result<(), RestoreError> {
        let program = &*self.program;
        let ir = &program.ir;
        if snapshot.strategy != ir.name {
            let (snapshot, strategy) = (snapshot.strategy.clone(), ir.name.clone());
            return Err(RestoreError::Strategy { snapshot, strategy });
        }
        if snapshot.version > ir.version {
            let (snapshot, strategy) = (snapshot.version, ir.version);
            return Err(RestoreError::Later { snapshot, strategy });
        }
        let layout = program.layout();
        let mut memory = program.start.clone();
        let cells = Cells { ir };
        let set = migrate::migrated(program, layout, snapshot)?;
        for (id, name, ty) in &layout.states {
            if let Some((_, value)) = set.iter().find(|(state, _)| state == id) {
                memory.states[id.index()].value = *value;
                continue;
            }
            let saved = snapshot.states.iter().find(|field| field.name == *name);
            if let Some(field) = saved.filter(|field| field.ty == *ty) {
                memory
                    .load_state(&cells, *id, ir, &field.value)
                    .map_err(|mismatch| mismatch.within(name))?;
            }
        }
        memory.load(program, layout, &cells, &snapshot.memory)?;
        self.memory = memory;
        Ok(())
    }

    /// Takes a snapshot through the versions in between: each takes in what the one before it left,
    /// with its own migrations. The last one is ready to run then.
    ///
    /// # Errors
    /// As [`Strategy::restore`](strat_runtime::strategy::Strategy::restore) of each.
    pub fn carry(versions: &mut [Interp], snapshot: &Snapshot) -> Result<Snapshot, RestoreError> {
        let mut carried = snapshot.clone();
        for interp in versions {
            interp.load(&carried)?;
            carried = Snapshot { session: carried.session, ..interp.save() };
        }
        Ok(carried)
    }
}

/// How the state of a snapshot differs from that of a program.
fn differences(layout: &Layout, snapshot: &Snapshot) -> Vec<Change> {
    let mut found = Vec::new();
    for field in &snapshot.states {
        let (name, from) = (field.name.to_string(), field.ty.to_string());
        match layout.states.iter().find(|(_, other, _)| *other == name) {
            None => found.push(Change::Removed { name, ty: from }),
            Some((_, _, to)) if *to != from => {
                found.push(Change::Retyped { name, from, to: to.clone() });
            }
            Some(_) => {}
        }
    }
    for (_, name, ty) in &layout.states {
        if snapshot.states.iter().all(|field| field.name != *name) {
            found.push(Change::Added { name: name.clone(), ty: ty.clone() });
        }
    }
    found.sort();
    found
}
