//! Properties: conditions that hold after every event of many random scripts.

use strat_runtime::script::{Generator, Script, Tested};
use strat_runtime::time::Duration;

use super::player::{Player, Trouble};
use super::random::{RandomScript, markets};
use super::shrink::{Shrunk, shrink};
use super::verdict::explain;
use crate::synthetic::Random;

/// How a property is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PropertyConfig {
    /// How many random scripts; case `n` of a seed is the same for any number of them.
    pub cases: u32,
    /// Seed; the same seed gives the same scripts on every platform.
    pub seed: u64,
    /// The number of the first case.
    pub first: u32,
}

/// What was tried without finding anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PropertyPassed {
    /// Scripts.
    pub cases: u32,
    /// Events.
    pub events: u64,
    /// Orders that the strategy sent.
    pub orders: u64,
    /// Fills that it got.
    pub fills: u64,
}

/// A script that breaks a condition, as short as it could be made.
#[derive(Debug, Clone, PartialEq)]
pub struct Counterexample {
    /// The case, from 0.
    pub case: u32,
    /// The condition.
    pub condition: usize,
    /// When it is broken.
    pub at: Duration,
    /// Why it does not hold then.
    pub why: Vec<String>,
    /// What has to happen.
    pub script: Script,
    /// Events of the case as it was drawn, up to the break.
    pub drawn: usize,
    /// Whether it is still broken at the end of its instant, so that a test can show it.
    pub lasting: bool,
}

/// Why a property does not hold, or cannot be tried.
#[derive(Debug, Clone, PartialEq)]
pub enum PropertyError {
    /// A script that breaks it.
    Broken(Box<Counterexample>),
    /// The session could not go on.
    Stopped {
        /// The case, from 0.
        case: u32,
        /// What it said.
        problem: String,
    },
}

/// Tries every condition of a subject on random scripts, after every event.
///
/// # Errors
/// The first case that breaks one, shrunk; a case that the session cannot play.
pub fn check_property<S: Tested + Clone>(
    subject: &S,
    generator: Generator,
    config: PropertyConfig,
) -> Result<PropertyPassed, PropertyError> {
    let mut passed = PropertyPassed::default();
    for case in config.first..config.first.saturating_add(config.cases) {
        let stopped =
            |trouble: &Trouble| PropertyError::Stopped { case, problem: trouble.to_string() };
        let mut random = Random::new(config.seed, u64::from(case));
        let markets = markets(subject.manifest(), generator, &mut random);
        let mut player = Player::new(subject.clone(), &markets, true).map_err(|t| stopped(&t))?;
        let mut source = RandomScript::new(&player, generator.kind, random);
        let mut script = Script { markets, steps: Vec::new() };
        for _ in 0..generator.events {
            let Some(step) = source.next(&mut player).map_err(|t| stopped(&t))? else { break };
            script.steps.push(step.clone());
            player.act(step.at, &step.act).map_err(|trouble| stopped(&trouble))?;
            if let Some(broken) = player.broken() {
                let condition = broken.condition;
                return Err(counterexample(subject, case, condition, script));
            }
        }
        let (orders, fills) = player.activity();
        passed.cases += 1;
        passed.events += script.steps.len() as u64;
        passed.orders += orders;
        passed.fills += fills;
    }
    Ok(passed)
}

fn counterexample<S: Tested + Clone>(
    subject: &S,
    case: u32,
    condition: usize,
    drawn: Script,
) -> PropertyError {
    let steps = drawn.steps.len();
    let Shrunk { script, broken, lasting } = shrink(subject, drawn, condition);
    let (at, why) = broken.map_or_else(
        || (Duration::ZERO, Vec::new()),
        |broken| (broken.at, explain(&broken.answer)),
    );
    let drawn = steps;
    PropertyError::Broken(Box::new(Counterexample {
        case,
        condition,
        at,
        why,
        script,
        drawn,
        lasting,
    }))
}
