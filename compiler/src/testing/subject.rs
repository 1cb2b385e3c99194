//! A strategy under test: it runs as always, and between two steps it can be asked.

use std::cell::RefCell;

use strat_runtime::fault::FaultKind;
use strat_runtime::manifest::Manifest;
use strat_runtime::script::{Answer, Facts, Tested};
use strat_runtime::snapshot::{RestoreError, Snapshot, SnapshotError};
use strat_runtime::strategy::{Reaction, Strategy, Trigger};
use strat_runtime::view::View;

use super::{Block, Condition};
use crate::interp::{Interp, InterpError};
use crate::ir::{Cell, LocalId, show};
use crate::params::ParamError;

/// A strategy and the conditions of its block.
#[derive(Debug, Clone)]
pub struct Subject {
    manifest: Manifest,
    interp: RefCell<Interp>,
    conditions: Vec<Condition>,
    markets: Vec<(LocalId, Cell)>,
    watched: Vec<LocalId>,
}

impl Subject {
    pub(super) fn new(block: &Block) -> Result<Self, ParamError> {
        let interp = match Interp::new(block.ir.clone(), &block.params) {
            Ok(interp) => interp,
            Err(InterpError::Param(error)) => return Err(error),
            Err(InterpError::Program(error)) => {
                return Err(ParamError::Fault {
                    what: error.to_string(),
                    kind: FaultKind::Internal,
                });
            }
        };
        let cell = |id: strat_runtime::instrument::InstrumentId| Cell::int(i64::from(id.0));
        Ok(Self {
            manifest: interp.manifest().clone(),
            interp: RefCell::new(interp),
            conditions: block.conditions.clone(),
            markets: block.markets.iter().map(|(local, id)| (*local, cell(*id))).collect(),
            watched: block.watched.clone(),
        })
    }
}

/// The sides of a comparison with their values.
fn sides(
    interp: &mut Interp,
    condition: &Condition,
    locals: &[(LocalId, Cell)],
    view: &View,
) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (side, text) in &condition.sides {
        if let Ok(cell) = interp.value(*side, locals, view) {
            let ir = interp.ir();
            out.push((text.clone(), show::value(ir, cell, ir.expr(*side).ty, None)));
        }
    }
    out
}

impl Strategy for Subject {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn step(&mut self, trigger: Trigger, view: &View, out: &mut Reaction) {
        self.interp.get_mut().step(trigger, view, out);
    }

    fn snapshot(&self) -> Result<Snapshot, SnapshotError> {
        self.interp.borrow().snapshot()
    }

    fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RestoreError> {
        self.interp.get_mut().restore(snapshot)
    }
}

impl Tested for Subject {
    fn conditions(&self) -> usize {
        self.conditions.len()
    }

    fn ask(&self, number: usize, view: &View, facts: Facts) -> Answer {
        let (Some(condition), Ok(mut interp)) =
            (self.conditions.get(number), self.interp.try_borrow_mut())
        else {
            return Answer::Fault(FaultKind::Internal);
        };
        for clock in &condition.bars {
            if view.clocks.get(usize::from(clock.0)).is_none_or(|clock| clock.count == 0) {
                let name = interp.ir().clocks.get(usize::from(clock.0)).map(|c| c.name.clone());
                return Answer::Absent(name.unwrap_or_default());
            }
        }
        let known = [facts.max_exposure.raw(), facts.equity.raw(), i64::from(facts.open_orders)];
        let facts = self.watched.iter().copied().zip(known.map(Cell::int));
        let mut locals: Vec<(LocalId, Cell)> = self.markets.iter().copied().chain(facts).collect();
        for (read, text) in &condition.needs {
            match interp.value(*read, &locals, view) {
                Ok(cell) if cell.some => {}
                Ok(_) => return Answer::Absent(text.clone()),
                Err(fault) => return Answer::Fault(fault.kind),
            }
        }
        for (local, option) in &condition.opens {
            match interp.value(*option, &locals, view) {
                Ok(cell) if cell.some => locals.push((*local, cell)),
                Ok(_) => {
                    let name = interp.ir().locals.get(local.index()).map(|(name, _)| name.clone());
                    return Answer::Absent(name.unwrap_or_default());
                }
                Err(fault) => return Answer::Fault(fault.kind),
            }
        }
        match interp.value(condition.value, &locals, view) {
            Ok(cell) if cell.some && cell.bits != 0 => Answer::Holds,
            Ok(_) => Answer::Fails(sides(&mut interp, condition, &locals, view)),
            Err(fault) => Answer::Fault(fault.kind),
        }
    }
}
