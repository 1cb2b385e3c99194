//! A run of a shipped strategy through session and simulated venue.

use strat_backtest::record::RunRecord;
use strat_backtest::report::{Context, json};
use strat_backtest::run::{RunConfig, run};
use strat_backtest::source::EventSource;
use strat_compiler::interp::Interp;
use strat_runtime::money::Money;
use strat_runtime::strategy::Strategy;

use crate::watched::{Seen, Watched};

/// Ten thousand of cash and the models that the command has without options.
pub(crate) fn config() -> RunConfig {
    RunConfig::new(Money::from_int(10_000).unwrap())
}

/// Runs it with an ear at its border.
pub(crate) fn watch(
    interp: Interp,
    source: &mut impl EventSource,
    config: &RunConfig,
) -> (Seen, RunRecord) {
    let (watched, seen) = Watched::new(interp);
    let record = run(watched, source, config).unwrap();
    let seen = seen.borrow().clone();
    (seen, record)
}

/// Runs it and gives the report as JSON.
pub(crate) fn report(
    strategy: impl Strategy,
    source: &mut impl EventSource,
    config: &RunConfig,
    seed: Option<u64>,
) -> String {
    let record = run(strategy, source, config).unwrap();
    text(&record, config, seed)
}

/// The report on a run as JSON.
pub(crate) fn text(record: &RunRecord, config: &RunConfig, seed: Option<u64>) -> String {
    let context = Context {
        data: vec!["a test".to_owned()],
        seed,
        assumed: Vec::new(),
        models: config.models,
        backend: "interp",
    };
    json::single(record, &context).unwrap()
}
