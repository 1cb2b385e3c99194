//! The shipped strategies at work: every handler, guard and branch, and books that balance.
#![expect(clippy::unwrap_used, reason = "test code")]
#![expect(clippy::indexing_slicing, reason = "test code")]
#![expect(clippy::panic, reason = "test code")]
#![expect(clippy::print_stdout, reason = "test code")]

mod balance;
mod calendar;
mod cases;
mod headers;
mod laws;
mod reach;
mod recorded;
mod runs;
mod same_bytes;
mod script;
mod synthetic;
mod watched;

use std::sync::Arc;

use strat_compiler::interp::Interp;
use strat_compiler::ir::Ir;
use strat_compiler::params::ParamValues;
use strat_compiler::pipeline::compile;
use strat_dsl::{Source, render};

/// A shipped strategy, which must compile without any diagnostic.
pub(crate) fn ir(name: &str) -> Arc<Ir> {
    let shipped = strat_strategies::find(name).unwrap();
    let source = Source::new(format!("strategies/{name}.strat"), shipped.text);
    let compiled = compile(&source);
    let shown: Vec<_> = compiled.diagnostics.iter().map(|d| render(&source, d, false)).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
    let [ir] = compiled.strategies.as_slice() else { panic!("{name}.strat has one strategy") };
    assert_eq!(ir.name, name);
    Arc::clone(ir)
}

/// The same, ready to run, with `name=value` for some parameters.
pub(crate) fn interp(name: &str, set: &[&str]) -> Interp {
    let ir = ir(name);
    let values = ParamValues::from_assignments(&ir, set).unwrap();
    Interp::new(ir, &values).unwrap()
}
