//! Manifests, parameter values and the behaviour hash.

use std::sync::Arc;

use strat_compiler::interp::{Interp, InterpError};
use strat_compiler::params::{ParamError, ParamValues};
use strat_runtime::strategy::Strategy;

use crate::asm::ema_cross;

fn with(asm: &crate::asm::Asm, assignments: &[&str]) -> Result<Interp, InterpError> {
    let ir = Arc::new(asm.ir.clone());
    let values = ParamValues::from_assignments(&ir, assignments)?;
    Interp::new(ir, &values)
}

#[test]
fn a_manifest_says_what_the_host_needs() {
    let interp = ema_cross(12, 26).build();
    let manifest = interp.manifest();
    assert_eq!(manifest.name, "by_hand");
    assert_eq!(manifest.wants.book, [true]);
    assert_eq!(manifest.wants.trades, [false]);
    assert!(!manifest.wants.meta);
    let shown: Vec<String> = manifest.params.iter().map(|(n, v)| format!("{n}={v}")).collect();
    assert_eq!(shown, ["fast=12", "slow=26"]);
}

#[test]
fn the_hash_follows_the_program_and_its_parameters_only() {
    let asm = ema_cross(12, 26);
    let hash = |interp: &Interp| interp.manifest().behaviour_hash;
    let base = hash(&asm.build());
    assert_eq!(base, hash(&asm.build()));
    assert_ne!(base, hash(&with(&asm, &["fast=13"]).unwrap()));
    assert_eq!(base, hash(&with(&asm, &["fast=12"]).unwrap()));
    let mut moved = ema_cross(12, 26);
    for expr in &mut moved.ir.exprs {
        expr.span = strat_dsl::Span::at(7_000 + expr.span.start as usize);
    }
    for handler in &mut moved.ir.handlers {
        handler.decl.line += 20;
    }
    assert_eq!(base, hash(&moved.build()), "layout does not change behaviour");
    let mut other = ema_cross(12, 26);
    other.ir.handlers[0].else_cancel.push(strat_runtime::slot::SlotId(0));
    assert_ne!(base, hash(&other.build()));
}

#[test]
fn bad_values_are_refused_by_name() {
    let asm = ema_cross(12, 26);
    let refused = |assignments: &[&str]| match with(&asm, assignments) {
        Err(InterpError::Param(error)) => error,
        other => panic!("{other:?}"),
    };
    assert!(matches!(refused(&["fast=0"]), ParamError::OutOfRange { .. }));
    assert!(matches!(refused(&["fats=3"]), ParamError::Unknown { .. }));
    assert_eq!(
        refused(&["slow=2000"]).to_string(),
        "parameter `slow` cannot be 2000: it must lie in 1..1000; choose a value inside, or widen \
         the range in the strategy"
    );
}
