//! Migrations at work: the state of an older version becomes values of this one.

use strat_runtime::snapshot::{Change, RestoreError, Snapshot};
use strat_runtime::strategy::Trigger;

use super::super::eval::Eval;
use super::super::fold::empty_view;
use super::super::memory::Memory;
use super::super::program::Program;
use super::cell::Cells;
use super::differences;
use crate::ir::{Cell, Migration, StateId};
use crate::layout::{Layout, type_name};

/// The state variables that a migration sets, with their values; none where the layouts are the same
/// or all that changed is new.
///
/// # Errors
/// A layout that changed without a new version, or lost something without a migration; a migration
/// that reads what is not there, or that leaves out a state variable whose type changed.
pub(super) fn migrated(
    program: &Program,
    layout: &Layout,
    snapshot: &Snapshot,
) -> Result<Vec<(StateId, Cell)>, RestoreError> {
    let (from, to) = (snapshot.version, program.ir.version);
    let mut changes = differences(layout, snapshot);
    if from == to {
        return if changes.is_empty() {
            Ok(Vec::new())
        } else {
            Err(RestoreError::Layout { from, to, changes })
        };
    }
    let migration = program.ir.migrations.iter().find(|migration| migration.from == from);
    let Some(migration) = migration else {
        changes.retain(|change| !matches!(change, Change::Added { .. }));
        return if changes.is_empty() {
            Ok(Vec::new())
        } else {
            Err(RestoreError::Layout { from, to, changes })
        };
    };
    let mut memory =
        Memory { locals: vec![Cell::NONE; program.ir.locals.len()], ..Memory::default() };
    read_old(program, migration, snapshot, &mut memory)?;
    let set = evaluate(program, migration, &mut memory)?;
    changes.retain(|change| match change {
        Change::Retyped { name, .. } => {
            set.iter().all(|(state, _)| program.ir.states[state.index()].name != *name)
        }
        Change::Added { .. } | Change::Removed { .. } => false,
    });
    if changes.is_empty() { Ok(set) } else { Err(RestoreError::Layout { from, to, changes }) }
}

/// Puts the old state into the locals that stand for it.
fn read_old(
    program: &Program,
    migration: &Migration,
    snapshot: &Snapshot,
    memory: &mut Memory,
) -> Result<(), RestoreError> {
    let ir = &program.ir;
    let mut changes = Vec::new();
    for local in &migration.old {
        let (name, ty) = &ir.locals[local.index()];
        let to = type_name(ir, *ty);
        match snapshot.states.iter().find(|field| field.name == *name) {
            None => changes.push(Change::Added { name: name.clone(), ty: to }),
            Some(field) if field.ty != to => {
                let from = field.ty.to_string();
                changes.push(Change::Retyped { name: name.clone(), from, to });
            }
            Some(field) => {
                let cell = Cells { ir }.load(&field.value, *ty);
                memory.locals[local.index()] = cell.map_err(|mismatch| mismatch.within(name))?;
            }
        }
    }
    let from = snapshot.version;
    if changes.is_empty() { Ok(()) } else { Err(RestoreError::Migration { from, changes }) }
}

fn evaluate(
    program: &Program,
    migration: &Migration,
    memory: &mut Memory,
) -> Result<Vec<(StateId, Cell)>, RestoreError> {
    let view = empty_view();
    let mut eval = Eval {
        ir: &program.ir,
        exprs: &program.exprs,
        asks: &[],
        params: &program.params,
        view: &view,
        trigger: &Trigger::Start,
        restated: &[],
        memory,
    };
    let mut set = Vec::with_capacity(migration.set.len());
    for (state, value) in &migration.set {
        let cell = eval.eval(*value);
        if let Some(fault) = eval.memory.fault.take() {
            let state = program.ir.states[state.index()].name.clone();
            return Err(RestoreError::Fault { from: migration.from, state, fault: fault.kind });
        }
        set.push((*state, cell));
    }
    Ok(set)
}
