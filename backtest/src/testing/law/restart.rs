//! A session that is stopped and begun again goes on as if nothing had happened.

use strat_runtime::snapshot::Snapshot;
use strat_runtime::strategy::Strategy;

use super::{Scene, Verdict, broken, same};
use crate::record::RunRecord;
use crate::run::{Run, RunError};
use crate::source::EventSource as _;
use crate::tape::TapeSource;

/// At each `every`th event, a run that is stopped and begun again there goes on to the same end.
///
/// # Errors
/// The law does not hold.
pub fn restored<S: Strategy + Clone>(scene: &Scene<'_, S>, every: usize) -> Verdict {
    const LAW: &str = "restored";
    let whole = scene.record();
    let Ok(mut run) = scene.begin() else { return Ok(()) };
    let mut source = scene.tape.source();
    let mut at = 0;
    while let Some(event) = source.next() {
        at += 1;
        if run.step(&event).is_err() {
            return Ok(());
        }
        if at % every.max(1) != 0 {
            continue;
        }
        let mut fork = run.clone();
        fork.restart(scene.strategy.clone()).map_err(|error| broken(LAW, at, error.to_string()))?;
        same(LAW, at, &whole, &finish(fork, source.clone()))?;
    }
    Ok(())
}

/// A run that is stopped and begun again after every event is the same run; what it remembers is the
/// same, byte by byte, at each of them.
///
/// # Errors
/// The law does not hold.
pub fn restarted<S: Strategy + Clone>(scene: &Scene<'_, S>) -> Verdict {
    const LAW: &str = "restarted";
    let (Ok(mut straight), Ok(mut broken_up)) = (scene.begin(), scene.begin()) else {
        return Ok(());
    };
    let mut source = scene.tape.source();
    let mut at = 0;
    while let Some(event) = source.next() {
        at += 1;
        let steps = (straight.step(&event), broken_up.step(&event));
        if steps.0 != steps.1 {
            return Err(broken(LAW, at, format!("{:?} became {:?}", steps.0, steps.1)));
        }
        if steps.0.is_err() {
            return Ok(());
        }
        broken_up
            .restart(scene.strategy.clone())
            .map_err(|error| broken(LAW, at, error.to_string()))?;
        let [one, other] = [&straight, &broken_up].map(|run| run.session().snapshot());
        let (one, other) = match (one, other) {
            (Ok(one), Ok(other)) => (one, other),
            (Err(error), _) | (_, Err(error)) => return Err(broken(LAW, at, error.to_string())),
        };
        if one.encode() != other.encode() {
            return Err(broken(LAW, at, changed(&one, &other)));
        }
    }
    same(LAW, 0, &straight.finish(), &broken_up.finish())
}

fn finish<S: Strategy>(mut run: Run<S>, mut rest: TapeSource<'_>) -> Result<RunRecord, RunError> {
    while let Some(event) = rest.next() {
        run.step(&event)?;
    }
    run.finish()
}

/// The first part of two snapshots that differs.
fn changed(one: &Snapshot, other: &Snapshot) -> String {
    let parts = [
        (&one.states, &other.states),
        (&one.memory, &other.memory),
        (&one.session, &other.session),
    ];
    for (one, other) in parts {
        if let Some((was, is)) = one.iter().zip(other).find(|(was, is)| was != is) {
            return format!("`{}` was {:?} and became {:?}", was.name, was.value, is.value);
        }
    }
    "the snapshots differ".to_owned()
}
