//! A run again: first to find the moment and to see that it is the same run, then to look at it.

use std::cell::{Cell, RefCell};

use anyhow::bail;
use strat_backtest::observe::Observe;
use strat_backtest::record::{Keep, RunRecord};
use strat_backtest::run::{Run, RunConfig};
use strat_backtest::source::EventSource;
use strat_backtest::trace::{Trace, TracedResult};
use strat_compiler::interp::Interp;
use strat_compiler::interp::trace::Line;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{Manifest, ReasonKind};
use strat_runtime::order::OrderId;
use strat_runtime::session::{FillRecord, Note, OrderRecord, OrderStep, Outbox};
use strat_runtime::signal::{Action, Intent};
use strat_runtime::slot::{SlotId, WorkingOrder};
use strat_runtime::strategy::{Reaction, Strategy, Trigger};
use strat_runtime::time::Time;
use strat_runtime::view::View;

use super::ask::{Moment, Question};
use crate::progress;
use crate::trace::Case;

/// Steps of one instant that are looked at.
const STEPS_MAX: usize = 64;
/// What is kept of the later life of one slot.
const LATER_MAX: usize = 16;

/// What happened at the moment that was asked for.
#[derive(Debug)]
pub(crate) struct Story {
    /// The time of the steps.
    pub(crate) time: Time,
    /// Events that the run had seen by then.
    pub(crate) event: u64,
    /// The steps, in order.
    pub(crate) steps: Vec<Step>,
    /// Steps of that instant beyond those that are shown.
    pub(crate) more: usize,
}

/// One step.
#[derive(Debug)]
pub(crate) struct Step {
    /// Its number in the run, from 1.
    pub(crate) number: u64,
    pub(crate) trigger: Trigger,
    pub(crate) lines: Vec<Line>,
    pub(crate) reaction: Reaction,
    /// What became of each intent.
    pub(crate) fates: Vec<Fate>,
}

/// What became of an intent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fate {
    /// The order that its slot held before.
    pub(crate) held: Option<WorkingOrder>,
    /// Refusals and changes.
    pub(crate) notes: Vec<Note>,
    /// What was sent at once.
    pub(crate) sent: Vec<OrderRecord>,
    /// What happened to the slot's order later.
    pub(crate) later: Vec<Later>,
}

/// Something that happened later.
#[derive(Debug, Clone)]
pub(crate) enum Later {
    Order(OrderRecord),
    Fill(FillRecord),
}

/// Runs twice: the first time to find the moment, the second time to look at it.
pub(crate) fn explain(case: &Case, trace: &Trace, question: &Question) -> anyhow::Result<Story> {
    let (finder, record) = find(case, question)?;
    let result = TracedResult::of(&record);
    if result != trace.result {
        bail!(
            "running again does not come to the same result: {} orders and equity {} instead of {} \
             and {}; the trace was written by {}, this is {}: explain it with the `strat` that \
             wrote it, or run again with --trace",
            result.orders,
            result.equity,
            trace.result.orders,
            trace.result.equity,
            trace.written_by,
            crate::trace::written_by()
        );
    }
    let Some(found) = finder.best() else {
        bail!("{}", nothing(question, &finder, &result));
    };
    look(case, found)
}

fn nothing(question: &Question, finder: &Finder, result: &TracedResult) -> String {
    let narrow = if question.handlers.is_some() || question.instruments.is_some() {
        " that fits --handler and --instrument"
    } else {
        ""
    };
    match (question.moment, finder.first) {
        (Moment::At(_) | Moment::Event(_), Some((time, event))) => format!(
            "no handler reacted at or before {}; the first reaction{narrow} is at {time}, after \
             event #{event}",
            question.asked
        ),
        (Moment::FirstStop | Moment::LastStop, Some(_)) => {
            format!("nothing ever stopped a handler{narrow}; try --at first-order")
        }
        (Moment::FirstOrder | Moment::LastOrder, Some(_)) => {
            format!("no handler{narrow} ever asked for anything; try --at last-stop")
        }
        (_, None) => format!(
            "no handler{narrow} reacted in the whole run, {} to {}",
            result.data_from, result.data_to
        ),
    }
}

fn find(case: &Case, question: &Question) -> anyhow::Result<(Finder, RunRecord)> {
    let kinds = case.prepared.interp.manifest().reasons.iter().map(|reason| reason.kind).collect();
    let finder = RefCell::new(Finder { kinds, found: None, weak: None, first: None });
    let spy = Spy::new(&case.prepared.interp, Look::Find(&finder, question));
    let config = RunConfig { keep: Keep::SUMMARY, ..case.prepared.config.clone() };
    let mut source = progress::Watched::new(case.source()?, "looking for the moment");
    let mut run = Run::new(spy, source.instruments(), &config)?;
    while let Some(event) = source.next() {
        run.session().strategy().next_event();
        run.step(&event)?;
    }
    source.finish();
    run.session().strategy().next_event();
    let record = run.finish()?;
    Ok((finder.into_inner(), record))
}

fn look(case: &Case, found: &Found) -> anyhow::Result<Story> {
    let more = found.steps.len().saturating_sub(STEPS_MAX);
    let targets: Vec<u64> = found.steps.iter().take(STEPS_MAX).copied().collect();
    let first = targets.first().copied().unwrap_or_default();
    let sight = RefCell::new(Sight { targets, seen: Vec::new() });
    let follower = RefCell::new(Follower { from: first, kept: Vec::new(), slots: None });
    let spy = Spy::new(&case.prepared.interp, Look::Trace(&sight));
    let config = RunConfig { keep: Keep::SUMMARY, ..case.prepared.config.clone() };
    let mut source = progress::Watched::new(case.source()?, "looking at it");
    let mut run = Run::observed(spy, source.instruments(), &config, Following(&follower))?;
    let mut steps = Vec::new();
    while let Some(event) = source.next() {
        run.session().strategy().next_event();
        run.step(&event)?;
        if steps.is_empty() && sight.borrow().is_done() {
            steps = take_in(&sight, &follower);
        }
        if !steps.is_empty() && follower.borrow().is_over() {
            break;
        }
    }
    source.finish();
    if steps.is_empty() {
        run.session().strategy().next_event();
        run.finish()?;
        steps = take_in(&sight, &follower);
    }
    if steps.is_empty() {
        bail!("the moment was found once and not again; this is a defect of strat");
    }
    follower.borrow().tell(&mut steps);
    Ok(Story { time: found.time, event: found.event, steps, more })
}

/// The steps have been looked at: what the session made of them.
fn take_in(sight: &RefCell<Sight>, follower: &RefCell<Follower>) -> Vec<Step> {
    let seen = std::mem::take(&mut sight.borrow_mut().seen);
    let mut follower = follower.borrow_mut();
    let kept = std::mem::take(&mut follower.kept);
    let steps: Vec<Step> = seen
        .into_iter()
        .map(|Seen { number, trigger, lines, reaction, held }| {
            let outbox = kept.iter().find(|(steps, _)| *steps >= number);
            let fates = reaction
                .intents
                .iter()
                .zip(held)
                .map(|(intent, held)| fate(intent, held, outbox.map(|(_, outbox)| outbox)))
                .collect();
            Step { number, trigger, lines, reaction, fates }
        })
        .collect();
    let slots = steps
        .iter()
        .flat_map(|step| step.reaction.intents.iter().zip(&step.fates))
        .filter_map(|(intent, fate)| Followed::new(intent, fate))
        .collect();
    follower.slots = Some(slots);
    // What was handed out after the last step is already later.
    let last = steps.last().map_or(0, |step| step.number);
    let at_once = kept.iter().position(|(steps, _)| *steps >= last);
    for (_, outbox) in kept.iter().skip(at_once.map_or(kept.len(), |at| at + 1)) {
        follower.follow(outbox);
    }
    steps
}

fn fate(intent: &Intent, held: Option<WorkingOrder>, outbox: Option<&Outbox>) -> Fate {
    let mut fate = Fate { held, ..Fate::default() };
    let (Some(outbox), slot) = (outbox, slot_of(&intent.action)) else { return fate };
    // An order that is placed anew each time goes to the first free one of several slots.
    let more = match intent.action {
        Action::Order(wish) => wish.each.saturating_sub(1),
        Action::Target { .. }
        | Action::Clear(_)
        | Action::CancelInstrument
        | Action::CancelAll
        | Action::Halt => 0,
    };
    let own_slot = |of: SlotId| {
        slot.is_none_or(|slot| slot <= of && u32::from(of.0) <= u32::from(slot.0) + u32::from(more))
    };
    fate.notes = outbox
        .notes
        .iter()
        .filter(|note| note.instrument == intent.instrument && note.slot.is_none_or(own_slot))
        .filter(|note| note.handler.is_none_or(|handler| handler == intent.handler))
        .copied()
        .collect();
    let everywhere = matches!(intent.action, Action::CancelAll | Action::Halt);
    fate.sent = outbox
        .orders
        .iter()
        .filter(|record| everywhere || record.order.instrument == intent.instrument)
        .filter(|record| own_slot(record.order.slot))
        .filter(|record| slot.is_some() || record.kind == OrderStep::CancelSent)
        .copied()
        .collect();
    fate
}

/// Whether an intent places a new order each time.
const fn is_each(action: &Action) -> bool {
    matches!(action, Action::Order(wish) if wish.each > 0)
}

/// The slot that an intent is about.
pub(crate) const fn slot_of(action: &Action) -> Option<SlotId> {
    match action {
        Action::Order(wish) => Some(wish.slot),
        Action::Target { slot, .. } | Action::Clear(slot) => Some(*slot),
        Action::CancelInstrument | Action::CancelAll | Action::Halt => None,
    }
}

/// The interpreter, and somebody who looks at its steps.
struct Spy<'q> {
    interp: Interp,
    events: Cell<u64>,
    steps: u64,
    look: Look<'q>,
}

enum Look<'q> {
    Find(&'q RefCell<Finder>, &'q Question),
    Trace(&'q RefCell<Sight>),
}

/// The steps to look at, by number, and those that were.
struct Sight {
    targets: Vec<u64>,
    seen: Vec<Seen>,
}

struct Seen {
    number: u64,
    trigger: Trigger,
    lines: Vec<Line>,
    reaction: Reaction,
    /// By intent.
    held: Vec<Option<WorkingOrder>>,
}

impl Sight {
    fn is_done(&self) -> bool {
        !self.seen.is_empty() && self.targets.len() == self.seen.len()
    }
}

impl<'q> Spy<'q> {
    fn new(interp: &Interp, look: Look<'q>) -> Self {
        Self { interp: interp.clone(), events: Cell::new(0), steps: 0, look }
    }

    fn next_event(&self) {
        self.events.set(self.events.get() + 1);
    }
}

impl Strategy for Spy<'_> {
    fn manifest(&self) -> &Manifest {
        self.interp.manifest()
    }

    fn step(&mut self, trigger: Trigger, view: &View, out: &mut Reaction) {
        self.steps += 1;
        match self.look {
            Look::Find(finder, question) => {
                self.interp.step(trigger, view, out);
                // What is due between two events comes before the next of them.
                let of_event =
                    matches!(trigger, Trigger::Book(_) | Trigger::Trade(_) | Trigger::Meta(_));
                let event = self.events.get().saturating_sub(u64::from(!of_event));
                let at = (view.now, event, self.steps);
                finder.borrow_mut().consider(question, trigger, out, at);
            }
            Look::Trace(sight) if sight.borrow().targets.contains(&self.steps) => {
                let mut lines = Vec::new();
                self.interp.step_traced(trigger, view, out, &mut lines);
                let held = |intent: &Intent| {
                    let slot = slot_of(&intent.action).filter(|_| !is_each(&intent.action))?;
                    let orders = &view.instruments.get(intent.instrument.index())?.orders;
                    orders.iter().find(|order| order.id.slot == slot).copied()
                };
                let held = out.intents.iter().map(held).collect();
                let (number, reaction) = (self.steps, out.clone());
                let seen = Seen { number, trigger, lines, reaction, held };
                sight.borrow_mut().seen.push(seen);
            }
            Look::Trace(_) => self.interp.step(trigger, view, out),
        }
    }
}

/// A moment and its steps.
#[derive(Debug, Clone)]
struct Found {
    time: Time,
    event: u64,
    steps: Vec<u64>,
}

/// Looks for the moment.
#[derive(Debug, Clone)]
struct Finder {
    kinds: Vec<ReasonKind>,
    found: Option<Found>,
    /// For stops: one that is no guard, in case there is none.
    weak: Option<Found>,
    /// The first reaction that fits.
    first: Option<(Time, u64)>,
}

impl Finder {
    fn best(&self) -> Option<&Found> {
        self.found.as_ref().or(self.weak.as_ref())
    }

    fn consider(
        &mut self,
        question: &Question,
        trigger: Trigger,
        out: &Reaction,
        (now, event, step): (Time, u64, u64),
    ) {
        if !fits(question, trigger, out) {
            return;
        }
        self.first.get_or_insert((now, event));
        let is_guard = |of: usize| self.kinds.get(of) == Some(&ReasonKind::Guard);
        let mut stopped = (false, false);
        for stop in &out.stops {
            if question.wants_handler(stop.handler) && question.wants_instrument(stop.instrument) {
                stopped.0 |= is_guard(usize::from(stop.reason.0));
                stopped.1 = true;
            }
        }
        let asks = out.intents.iter().any(|intent| {
            question.wants_handler(intent.handler)
                && question.wants_instrument(Some(intent.instrument))
        });
        let here = || Found { time: now, event, steps: vec![step] };
        let keep = |place: &mut Option<Found>, last: bool| {
            if last || place.is_none() {
                *place = Some(here());
            }
        };
        match question.moment {
            Moment::At(time) if now > time => {}
            Moment::Event(number) if event > number => {}
            Moment::At(_) | Moment::Event(_) => match &mut self.found {
                Some(found) if found.time == now => {
                    found.steps.push(step);
                    found.event = event;
                }
                found => *found = Some(here()),
            },
            Moment::FirstStop | Moment::LastStop => {
                let last = question.moment == Moment::LastStop;
                if stopped.0 {
                    keep(&mut self.found, last);
                } else if stopped.1 {
                    keep(&mut self.weak, last);
                }
            }
            Moment::FirstOrder | Moment::LastOrder => {
                if asks {
                    keep(&mut self.found, question.moment == Moment::LastOrder);
                }
            }
        }
    }
}

/// Whether a step is a reaction of the handlers and about the instruments that are asked for. A
/// handler that goes through a universe has looked at all of its candidates.
fn fits(question: &Question, trigger: Trigger, out: &Reaction) -> bool {
    let reacted = out.fired.iter().any(|handler| question.wants_handler(*handler))
        || out.stops.iter().any(|stop| question.wants_handler(stop.handler))
        || out.fault.is_some();
    let about = match trigger {
        Trigger::Book(id) | Trigger::Trade(id) | Trigger::Meta(id) | Trigger::Expiry(id) => {
            Some(id)
        }
        Trigger::Fill { instrument, .. }
        | Trigger::Done { instrument, .. }
        | Trigger::Reject { instrument, .. } => Some(instrument),
        Trigger::Start
        | Trigger::Shutdown
        | Trigger::Bars(_)
        | Trigger::Gap(_)
        | Trigger::Timer(_)
        | Trigger::LinkDown
        | Trigger::LinkUp => None,
    };
    let mentioned = || {
        let stops = out.stops.iter().filter_map(|stop| stop.instrument);
        let intents = out.intents.iter().map(|intent| intent.instrument);
        stops.chain(intents).any(|id| question.wants_instrument(Some(id)))
    };
    reacted && (question.wants_instrument(about) || mentioned())
}

/// Keeps what the session hands out from a step on.
struct Follower {
    from: u64,
    kept: Vec<(u64, Outbox)>,
    /// Set once it is known which slots are asked about.
    slots: Option<Vec<Followed>>,
}

struct Followed {
    instrument: InstrumentId,
    slot: SlotId,
    /// The order that came of the intent; `None` while it waits for the end of the one before it.
    order: Option<OrderId>,
    later: Vec<Later>,
    over: bool,
}

impl Followed {
    fn new(intent: &Intent, fate: &Fate) -> Option<Self> {
        let slot = slot_of(&intent.action)?;
        let placed = fate.sent.iter().find(|row| matches!(row.kind, OrderStep::Placed(_)));
        let replaced = !fate.sent.is_empty() && !matches!(intent.action, Action::Clear(_));
        let held = fate.held.map(|held| held.id);
        let order = placed.map(|row| row.order).or(held.filter(|_| !replaced));
        let over = order.is_none() && !replaced;
        let instrument = intent.instrument;
        Some(Self { instrument, slot, order, later: Vec::new(), over })
    }

    fn follow(&mut self, outbox: &Outbox) {
        if self.over {
            return;
        }
        for fill in &outbox.fills {
            if self.is_about(fill.order) {
                self.later.push(Later::Fill(*fill));
            }
        }
        for record in &outbox.orders {
            if !self.is_about(record.order) {
                continue;
            }
            self.later.push(Later::Order(*record));
            match record.kind {
                OrderStep::Placed(_) => self.order = Some(record.order),
                OrderStep::Canceled(_) | OrderStep::Rejected(_) | OrderStep::Filled => {
                    self.over = self.order == Some(record.order);
                }
                OrderStep::Accepted | OrderStep::CancelSent => {}
            }
        }
        self.over |= self.later.len() >= LATER_MAX;
    }

    fn is_about(&self, order: OrderId) -> bool {
        match self.order {
            Some(own) => own == order,
            None => order.slot == self.slot && order.instrument == self.instrument,
        }
    }
}

impl Follower {
    fn is_over(&self) -> bool {
        self.slots.as_ref().is_some_and(|slots| slots.iter().all(|slot| slot.over))
    }

    fn follow(&mut self, outbox: &Outbox) {
        for followed in self.slots.iter_mut().flatten() {
            followed.follow(outbox);
        }
    }

    fn tell(&self, steps: &mut [Step]) {
        for step in steps {
            for (intent, fate) in step.reaction.intents.iter().zip(&mut step.fates) {
                let slot = slot_of(&intent.action);
                let own = self.slots.iter().flatten().find(|followed| {
                    Some(followed.slot) == slot && followed.instrument == intent.instrument
                });
                fate.later = own.map_or_else(Vec::new, |followed| followed.later.clone());
            }
        }
    }
}

/// The run's hold on a follower that outlives it.
struct Following<'f>(&'f RefCell<Follower>);

impl Observe for Following<'_> {
    fn drained(&mut self, steps: u64, outbox: &Outbox) {
        let mut follower = self.0.borrow_mut();
        if follower.slots.is_some() {
            follower.follow(outbox);
        } else if steps >= follower.from {
            follower.kept.push((steps, outbox.clone()));
        }
    }
}
