//! From text to reactions: strategies compiled and stepped in a world under the test's control.
#![expect(clippy::wildcard_enum_match_arm, reason = "test code")]
#![expect(clippy::too_many_lines, reason = "test code")]
#![expect(clippy::many_single_char_names, reason = "test code")]
#![expect(clippy::unwrap_used, reason = "test code")]
#![expect(clippy::indexing_slicing, reason = "test code")]
#![expect(clippy::panic, reason = "test code")]

mod constructs;
mod events;
mod lists;
mod members;
mod mutations;
mod orders;
mod sessions;
mod shipped;
#[path = "../support/world.rs"]
mod world;

use std::sync::Arc;

use strat_compiler::interp::Interp;
use strat_compiler::ir::Ir;
use strat_compiler::params::ParamValues;
use strat_compiler::pipeline::compile;
use strat_dsl::{Source, render};
use strat_runtime::strategy::Reaction;

/// The only strategy of a text that must compile without an error, and without a warning if it
/// is `clean`.
fn ir_of(name: &str, text: &str, clean: bool) -> Arc<Ir> {
    let source = Source::new(name, text);
    let compiled = compile(&source);
    let shown: Vec<String> = compiled
        .diagnostics
        .iter()
        .filter(|d| clean || d.is_error())
        .map(|d| render(&source, d, false))
        .collect();
    assert!(shown.is_empty(), "{name}:\n{}", shown.join("\n"));
    let [ir] = compiled.strategies.as_slice() else { panic!("{name}: not one strategy") };
    Arc::clone(ir)
}

fn interp(ir: &Arc<Ir>, assignments: &[&str]) -> Interp {
    let values = ParamValues::from_assignments(ir, assignments).unwrap();
    Interp::new(Arc::clone(ir), &values).unwrap()
}

fn texts(out: &Reaction) -> Vec<&str> {
    out.messages.iter().map(|message| message.text.as_str()).collect()
}

fn stops<'a>(ir: &'a Ir, out: &Reaction) -> Vec<&'a str> {
    out.stops.iter().map(|stop| ir.reasons[usize::from(stop.reason.0)].text.as_str()).collect()
}
