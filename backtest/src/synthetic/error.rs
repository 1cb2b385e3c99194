//! Why a synthetic market cannot be made.

use strat_runtime::time::Duration;
use thiserror::Error;

/// Why there is no such market.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SyntheticError {
    /// No model of that name.
    #[error("no market model `{found}`; the models are auto, gbm and prediction")]
    UnknownModel {
        /// What was given.
        found: String,
    },
    /// A part without `=`.
    #[error("expected `name=value` in the market model, found `{found}`")]
    NotAnAssignment {
        /// What was given.
        found: String,
    },
    /// The model has no such parameter.
    #[error("market model `{model}` has no parameter `{found}`; {known}")]
    UnknownParam {
        /// The model.
        model: &'static str,
        /// What was given.
        found: String,
        /// What it has.
        known: String,
    },
    /// A parameter was given twice.
    #[error("parameter `{name}` of the market model is given twice; keep one of them")]
    Twice {
        /// The parameter.
        name: &'static str,
    },
    /// A value that is no number or out of range.
    #[error("`{name}={found}` in the market model must be {kind} from {min} to {max}")]
    BadValue {
        /// The parameter.
        name: &'static str,
        /// What was given.
        found: String,
        /// What kind of number it takes.
        kind: &'static str,
        /// Least value.
        min: f64,
        /// Greatest value.
        max: f64,
    },
    /// Number of ticks out of range.
    #[error("cannot simulate {ticks} ticks; give a number from 1 to 1000000000")]
    Ticks {
        /// What was given.
        ticks: u64,
    },
    /// A step that does not advance.
    #[error("a step of {step} does not advance time; give a duration above 0s")]
    Step {
        /// What was given.
        step: Duration,
    },
    /// A warm-up before the past.
    #[error("the warm-up cannot be {warmup}; give a duration of 0s or more")]
    Warmup {
        /// What was given.
        warmup: Duration,
    },
    /// The run leaves the range of time.
    #[error(
        "{ticks} ticks {step} apart, with their warm-up, leave the range of time; shorten the step or the run"
    )]
    TooLong {
        /// Ticks asked for.
        ticks: u64,
        /// Step asked for.
        step: Duration,
    },
    /// The strategy reads nothing that the model could drive.
    #[error(
        "market model `{model}` drives nothing that strategy `{strategy}` reads; use `{instead}`"
    )]
    NothingToDrive {
        /// The model.
        model: &'static str,
        /// The strategy.
        strategy: String,
        /// What fits.
        instead: &'static str,
    },
    /// The strategy declares neither instruments nor universes.
    #[error(
        "strategy `{strategy}` declares no instrument and no universe, so there is no market to simulate"
    )]
    NoInstruments {
        /// The strategy.
        strategy: String,
    },
}
