//! The smallest part of a script that still breaks a condition.

use strat_runtime::instrument::InstrumentId;
use strat_runtime::script::{Act, Answer, Bars, Deal, Expectation, Script, Tested};
use strat_runtime::time::Duration;

use super::player::{Broken, Player};

/// The most plays of one shrinking; what was found until then is given.
const PLAYS_MAX: u32 = 20_000;

/// Plays a script until `until` with every condition looked at after every event. Gives the first
/// that is broken and how many steps it took; `None` also if the script cannot be played. `lasting`
/// asks for one that is still broken at the end of its instant, as a test can show it.
fn first_broken<S: Tested + Clone>(
    subject: &S,
    script: &Script,
    until: Duration,
    lasting: bool,
) -> Option<(Broken, usize)> {
    let mut player = Player::new(subject.clone(), &script.markets, true).ok()?;
    let end = Act::Expect(Expectation::Nothing { because: None });
    let mut steps = 0;
    for step in &script.steps {
        player.act(step.at, &step.act).ok()?;
        if player.broken().is_some() {
            break;
        }
        steps += 1;
    }
    if player.broken().is_none() {
        player.act(until, &end).ok()?;
    }
    let broken = player.broken()?.clone();
    // A boundary before a step breaks it without that step.
    let before = script.steps.get(steps).is_none_or(|step| step.at > broken.at);
    let steps = if before { steps } else { steps + 1 };
    if lasting {
        let kept =
            Script { markets: script.markets.clone(), steps: script.steps.get(..steps)?.to_vec() };
        let mut again = Player::new(subject.clone(), &kept.markets, false).ok()?;
        for step in &kept.steps {
            again.act(step.at, &step.act).ok()?;
        }
        again.act(broken.at, &end).ok()?;
        if again.ask(broken.condition) == Answer::Holds {
            return None;
        }
    }
    Some((broken, steps))
}

/// Leaves out as much of a script as possible: chunks of half its length, then of a quarter, down
/// to single steps, until no single step can be left out; then markets that nothing happens in.
pub(super) fn shrink<S: Tested + Clone>(subject: &S, script: Script, condition: usize) -> Shrunk {
    let until = script.steps.last().map_or(Duration::ZERO, |step| step.at);
    let best = script;
    let mut search =
        Search { subject, condition, best, until, lasting: true, broken: None, plays: 0 };
    let whole = search.best.clone();
    if !search.accept(whole.clone()) {
        search.lasting = false;
        search.accept(whole);
    }
    let mut chunk = search.best.steps.len().div_ceil(2).max(1);
    loop {
        let shorter = search.pass(chunk);
        if chunk == 1 && !shorter {
            break;
        }
        if !shorter {
            chunk = chunk.div_ceil(2);
        }
    }
    search.markets();
    Shrunk { script: search.best, broken: search.broken, lasting: search.lasting }
}

/// A script that cannot be made shorter.
pub(super) struct Shrunk {
    pub(super) script: Script,
    /// What it breaks.
    pub(super) broken: Option<Broken>,
    /// Whether it is still broken at the end of its instant.
    pub(super) lasting: bool,
}

struct Search<'s, S> {
    subject: &'s S,
    condition: usize,
    best: Script,
    /// The play goes on until then.
    until: Duration,
    lasting: bool,
    broken: Option<Broken>,
    plays: u32,
}

impl<S: Tested + Clone> Search<'_, S> {
    /// Takes a candidate if it breaks the same condition; what comes after that is cut off.
    fn accept(&mut self, mut candidate: Script) -> bool {
        if self.plays >= PLAYS_MAX {
            return false;
        }
        self.plays += 1;
        match first_broken(self.subject, &candidate, self.until, self.lasting) {
            Some((broken, steps)) if broken.condition == self.condition => {
                candidate.steps.truncate(steps);
                self.best = candidate;
                self.until = broken.at;
                self.broken = Some(broken);
                true
            }
            _ => false,
        }
    }

    /// Tries to leave out each chunk of that length once; whether any could be.
    fn pass(&mut self, chunk: usize) -> bool {
        let mut shorter = false;
        let mut at = 0;
        while at < self.best.steps.len() {
            let mut candidate = self.best.clone();
            let end = (at + chunk).min(candidate.steps.len());
            candidate.steps.drain(at..end);
            if self.accept(candidate) {
                shorter = true;
            } else {
                at += chunk;
            }
        }
        shorter
    }

    fn markets(&mut self) {
        for n in (0..self.best.markets.len()).rev() {
            let Some(gone) = self.best.markets.get(n).map(|market| market.instrument) else {
                continue;
            };
            if self.best.steps.iter().any(|step| instrument(&step.act) == Some(gone)) {
                continue;
            }
            let mut candidate = self.best.clone();
            candidate.markets.remove(n);
            let later = |id: &mut InstrumentId| {
                if *id > gone {
                    id.0 -= 1;
                }
            };
            candidate.markets.iter_mut().for_each(|market| later(&mut market.instrument));
            for step in &mut candidate.steps {
                if let Some(id) = instrument_mut(&mut step.act) {
                    later(id);
                }
            }
            self.accept(candidate);
        }
    }
}

fn instrument(act: &Act) -> Option<InstrumentId> {
    match act {
        Act::Book { instrument, .. }
        | Act::Trade(Deal { instrument, .. })
        | Act::Fill(Deal { instrument, .. })
        | Act::Bars(Bars { instrument, .. }) => Some(*instrument),
        Act::Expect(_) => None,
    }
}

fn instrument_mut(act: &mut Act) -> Option<&mut InstrumentId> {
    match act {
        Act::Book { instrument, .. }
        | Act::Trade(Deal { instrument, .. })
        | Act::Fill(Deal { instrument, .. })
        | Act::Bars(Bars { instrument, .. }) => Some(instrument),
        Act::Expect(_) => None,
    }
}
