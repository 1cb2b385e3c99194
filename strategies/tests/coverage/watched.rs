//! A strategy with an ear at its border: what went in and out, step by step.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use strat_compiler::interp::Interp;
use strat_compiler::ir::{Cell, StateId};
use strat_runtime::manifest::Manifest;
use strat_runtime::signal::{Action, Goal, Intent};
use strat_runtime::strategy::{Message, Reaction, Strategy, Trigger};
use strat_runtime::view::View;

/// What a strategy did.
#[derive(Debug, Default, Clone)]
pub(crate) struct Seen {
    /// By handler, once for each member.
    pub(crate) fired: Vec<u64>,
    /// By reason.
    pub(crate) stops: Vec<u64>,
    /// Requests in words: whom they are about, what they ask for, why.
    pub(crate) actions: BTreeSet<String>,
    pub(crate) messages: Vec<Message>,
    /// Every value of every state variable: presence and bits.
    pub(crate) states: Vec<BTreeSet<(bool, i64)>>,
    pub(crate) faults: u64,
}

impl Seen {
    /// Takes in what was seen of the same strategy elsewhere.
    pub(crate) fn merge(&mut self, other: &Seen) {
        add(&mut self.fired, &other.fired);
        add(&mut self.stops, &other.stops);
        self.actions.extend(other.actions.iter().cloned());
        self.messages.extend(other.messages.iter().cloned());
        self.states.resize(self.states.len().max(other.states.len()), BTreeSet::new());
        for (all, more) in self.states.iter_mut().zip(&other.states) {
            all.extend(more);
        }
        self.faults += other.faults;
    }

    fn note(&mut self, interp: &Interp, view: &View, out: &Reaction) {
        for handler in &out.fired {
            self.fired[usize::from(handler.0)] += 1;
        }
        for stop in &out.stops {
            self.stops[usize::from(stop.reason.0)] += 1;
        }
        let manifest = interp.manifest();
        self.actions.extend(out.intents.iter().map(|intent| in_words(intent, manifest, view)));
        self.messages.extend(out.messages.iter().cloned());
        for (at, values) in self.states.iter_mut().enumerate() {
            let Cell { some, bits } = interp.state(StateId(at as u32));
            values.insert((some, bits));
        }
        self.faults += u64::from(out.fault.is_some());
    }
}

fn add(all: &mut Vec<u64>, more: &[u64]) {
    all.resize(all.len().max(more.len()), 0);
    for (sum, n) in all.iter_mut().zip(more) {
        *sum += n;
    }
}

/// `btc long: fast EMA above slow`; members of universes are all `market`.
fn in_words(intent: &Intent, manifest: &Manifest, view: &View) -> String {
    let place = intent.instrument.index();
    let who = match manifest.instruments.get(place) {
        Some(declared) => declared.name.clone(),
        None if place < view.instruments.len() => "market".to_owned(),
        None => panic!("{intent:?} is about nothing"),
    };
    let signed = |raw: i64| if raw < 0 { "short" } else { "long" };
    let what = match intent.action {
        Action::Order(wish) => wish.side.as_str(),
        Action::Clear(_) => "clear",
        Action::Target { goal: Goal::Flat, .. } => "flat",
        Action::Target { goal: Goal::Leverage(l), .. } => signed(l.raw()),
        Action::Target { goal: Goal::Size(q), .. } => signed(q.raw()),
        Action::Target { goal: Goal::Notional(m), .. } => signed(m.raw()),
        Action::Target { goal: Goal::Weight(w), .. } => signed(w.raw()),
        Action::CancelInstrument => "cancel",
        Action::CancelAll => return "cancel all".to_owned(),
        Action::Halt => return "halt".to_owned(),
    };
    match intent.because {
        None => format!("{who} {what}"),
        Some(why) => format!("{who} {what}: {}", manifest.reasons[usize::from(why.0)].text),
    }
}

/// The strategy with the ear.
#[derive(Debug, Clone)]
pub(crate) struct Watched {
    interp: Interp,
    seen: Rc<RefCell<Seen>>,
}

impl Watched {
    pub(crate) fn new(interp: Interp) -> (Self, Rc<RefCell<Seen>>) {
        let manifest = interp.manifest();
        let seen = Seen {
            fired: vec![0; manifest.handlers.len()],
            stops: vec![0; manifest.reasons.len()],
            states: vec![BTreeSet::new(); interp.ir().states.len()],
            ..Seen::default()
        };
        let seen = Rc::new(RefCell::new(seen));
        (Self { interp, seen: Rc::clone(&seen) }, seen)
    }
}

impl Strategy for Watched {
    fn manifest(&self) -> &Manifest {
        self.interp.manifest()
    }

    fn step(&mut self, trigger: Trigger, view: &View, out: &mut Reaction) {
        self.interp.step(trigger, view, out);
        self.seen.borrow_mut().note(&self.interp, view, out);
    }
}
