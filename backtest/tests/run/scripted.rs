//! A strategy that is a function.

use strat_runtime::manifest::Manifest;
use strat_runtime::strategy::{Reaction, Strategy, Trigger};
use strat_runtime::view::View;

/// Calls a function at every step.
#[derive(Clone)]
pub(crate) struct Scripted<F> {
    pub(crate) manifest: Manifest,
    pub(crate) steps: u64,
    pub(crate) act: F,
}

impl<F: FnMut(u64, Trigger, &View, &mut Reaction)> Scripted<F> {
    pub(crate) fn new(manifest: Manifest, act: F) -> Self {
        Self { manifest, steps: 0, act }
    }
}

impl<F: FnMut(u64, Trigger, &View, &mut Reaction)> Strategy for Scripted<F> {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn step(&mut self, trigger: Trigger, view: &View, out: &mut Reaction) {
        self.steps += 1;
        (self.act)(self.steps, trigger, view, out);
    }
}
