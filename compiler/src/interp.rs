//! The reference interpreter: what a strategy means.
//!
//! What it is: a total, deterministic [`Strategy`] over a verified program. Whatever else runs a
//! strategy must agree with it bit for bit. What it is not: it knows no venue, no file and no
//! clock; the session steps it.
//!
//! A step goes in this order: the streams whose clock contains the event, each after what it
//! reads; the next states of expanded nodes, together; the members of the universes that handlers
//! of this event go through; `leave` and `enter` handlers for the differences; the other handlers
//! in source order. A stream without enough inputs has no value, and nothing that reads it ticks.
//!
//! On a fault the whole step is undone: stream values, node states, tick counts, state variables
//! and memberships are as before the call, and the reaction holds nothing but the fault.
//!
//! Where to enter: [`Interp::new`].

mod arith;
mod eval;
pub(crate) mod fold;
mod intent;
mod library;
mod manifest;
mod members;
mod memory;
pub(crate) mod node;
mod plan;
mod probe;
mod program;
mod run;
mod snapshot;
mod stmt;
mod stream;
pub mod text;
pub mod trace;
mod universe;
mod values;
mod watch;

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use strat_runtime::manifest::{HandlerId, Manifest};
use strat_runtime::snapshot::{RestoreError, Snapshot, SnapshotError};
use strat_runtime::strategy::{Reaction, Strategy, Trigger};
use strat_runtime::view::View;

use crate::ir::verify::{VerifyError, verify};
use crate::ir::{Cell, Ir, StateId, StreamId};
use crate::params::{ParamError, ParamValues};

use eval::Eval;
use memory::Memory;
use program::Program;
use run::Run;
use trace::{Line, Log, Unwatched, Watch};

pub use stmt::ROUNDS_MAX;

/// A strategy that runs by interpretation. Clones share the program and copy the state.
#[derive(Debug, Clone)]
pub struct Interp {
    program: Arc<Program>,
    memory: Memory,
}

/// Why a program cannot be run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InterpError {
    /// The program is not well formed; a defect of whatever made it.
    Program(VerifyError),
    /// A parameter value is not acceptable.
    Param(ParamError),
}

impl fmt::Display for InterpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InterpError::Program(error) => error.fmt(f),
            InterpError::Param(error) => error.fmt(f),
        }
    }
}

impl Error for InterpError {}

impl From<ParamError> for InterpError {
    fn from(error: ParamError) -> Self {
        InterpError::Param(error)
    }
}

impl From<VerifyError> for InterpError {
    fn from(error: VerifyError) -> Self {
        InterpError::Program(error)
    }
}

impl Interp {
    /// Makes a program ready to run with the given parameter values.
    ///
    /// # Errors
    /// A program that [`verify`] refuses; values outside their range, that break a constraint, or
    /// for which an expression over parameters faults.
    pub fn new(ir: Arc<Ir>, values: &ParamValues) -> Result<Interp, InterpError> {
        verify(&ir)?;
        values.check(&ir)?;
        let (program, memory) = Program::new(ir, values)?;
        Ok(Interp { program: Arc::new(program), memory })
    }

    /// The program.
    pub fn ir(&self) -> &Arc<Ir> {
        &self.program.ir
    }

    /// The last value of a stream; absent before its first.
    pub fn stream(&self, id: StreamId) -> Cell {
        self.memory.streams.get(id.index()).map_or(Cell::NONE, |stream| stream.value)
    }

    /// The value of a state variable; for one that is kept per member, the first value of each.
    pub fn state(&self, id: StateId) -> Cell {
        self.memory.states.get(id.index()).map_or(Cell::NONE, |state| state.value)
    }

    /// Steps as [`Strategy::step`] does and writes down what it looked at and decided. Everything
    /// else is the same: what follows from the step does not depend on whether it was traced.
    pub fn step_traced(
        &mut self,
        trigger: Trigger,
        view: &View,
        out: &mut Reaction,
        lines: &mut Vec<Line>,
    ) {
        lines.extend(self.run(trigger, view, out, Log::default()).lines);
    }

    #[inline]
    fn run<W: Watch>(&mut self, trigger: Trigger, view: &View, out: &mut Reaction, watch: W) -> W {
        let program = &*self.program;
        if let Trigger::Gap(clock) = trigger {
            self.memory.restart_warm_up(&program.ir, clock);
            return watch;
        }
        let Some(plan) = program.plans.get(&trigger) else { return watch };
        self.memory.step += 1;
        if trigger == Trigger::Start {
            // Another session has other instruments.
            self.memory.answers.iter_mut().for_each(Vec::clear);
        }
        let eval = Eval {
            ir: &program.ir,
            exprs: &program.exprs,
            asks: &program.asks,
            params: &program.params,
            view,
            trigger: &trigger,
            restated: &[],
            memory: &mut self.memory,
        };
        let handler = HandlerId(0);
        let mut run = Run { program, eval, out, handler, about: None, group: 0, groups: 0, watch };
        run.step(plan);
        if run.eval.faulted() {
            run.roll_back(plan);
        } else {
            run.eval.memory.undo.clear();
            run.eval.memory.members.commit();
        }
        run.watch
    }
}

impl Strategy for Interp {
    fn manifest(&self) -> &Manifest {
        &self.program.manifest
    }

    fn step(&mut self, trigger: Trigger, view: &View, out: &mut Reaction) {
        self.run(trigger, view, out, Unwatched);
    }

    fn snapshot(&self) -> Result<Snapshot, SnapshotError> {
        Ok(self.save())
    }

    fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RestoreError> {
        self.load(snapshot)
    }
}
