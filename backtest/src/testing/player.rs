//! A script in play: the session, the venue's desk, and what was heard at the last instant.

use strat_runtime::manifest::Manifest;
use strat_runtime::order::Report;
use strat_runtime::quantity::Quantity;
use strat_runtime::script::{Act, Answer, Deal, Facts, Market, Tested};
use strat_runtime::session::{Note, OrderRecord, OrderStep, Session, SessionError, Setup};
use strat_runtime::side::Side;
use strat_runtime::signal::{Action, Intent};
use strat_runtime::snapshot::{RestoreError, Snapshot, SnapshotError};
use strat_runtime::strategy::{Reaction, Stop, Strategy, Trigger};
use strat_runtime::time::{Duration, Time};
use strat_runtime::view::View;

use super::desk::Desk;
use super::stage::{self, CASH};

/// Rounds of question and answer with the venue at one instant.
const ROUNDS_MAX: u32 = 16;

/// What keeps a script from going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The session refused something.
    Session(SessionError),
    /// The script asks for something that cannot be.
    Script(String),
}

impl From<SessionError> for Trouble {
    fn from(error: SessionError) -> Self {
        Self::Session(error)
    }
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Session(error) => error.fmt(f),
            Self::Script(text) => f.write_str(text),
        }
    }
}

/// A strategy whose targets are noted down; only those of the last instant are kept.
#[derive(Debug, Clone)]
struct Heard<S> {
    inner: S,
    at: Time,
    targets: Vec<Intent>,
}

impl<S: Strategy> Strategy for Heard<S> {
    fn manifest(&self) -> &Manifest {
        self.inner.manifest()
    }

    fn step(&mut self, trigger: Trigger, view: &View, out: &mut Reaction) {
        self.inner.step(trigger, view, out);
        if self.at != view.now {
            self.at = view.now;
            self.targets.clear();
        }
        let target = |intent: &&Intent| matches!(intent.action, Action::Target { .. });
        self.targets.extend(out.intents.iter().filter(target));
    }

    fn snapshot(&self) -> Result<Snapshot, SnapshotError> {
        self.inner.snapshot()
    }

    fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RestoreError> {
        self.inner.restore(snapshot)
    }
}

/// What happened at one instant.
#[derive(Debug, Clone, Default)]
pub(super) struct Instant {
    at: Time,
    /// Orders that were sent.
    pub(super) sent: Vec<OrderRecord>,
    /// Requests that were refused or changed.
    pub(super) notes: Vec<Note>,
    /// Guards that stopped a reaction.
    pub(super) stops: Vec<Stop>,
}

/// A condition that did not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) condition: usize,
    pub(super) at: Duration,
    pub(super) answer: Answer,
}

/// A script in play.
#[derive(Debug)]
pub(super) struct Player<S> {
    session: Session<Heard<S>>,
    zero: Time,
    desk: Desk,
    instant: Instant,
    /// Whether every condition is looked at after every event.
    always: bool,
    broken: Option<Broken>,
    orders: u64,
    fills: u64,
}

impl<S: Tested> Player<S> {
    pub(super) fn new(subject: S, markets: &[Market], always: bool) -> Result<Self, Trouble> {
        let manifest = subject.manifest();
        let zero = stage::time_zero(manifest);
        let instruments = stage::instruments(manifest, markets, zero);
        let desk = Desk::new(instruments.iter().map(|it| it.expires_at).collect());
        let mut setup = Setup::new(instruments, CASH, manifest.venue);
        setup.trace = true;
        let heard = Heard { inner: subject, at: Time::MIN, targets: Vec::new() };
        let mut player = Self {
            session: Session::new(heard, setup)?,
            zero,
            desk,
            instant: Instant { at: zero, ..Instant::default() },
            always,
            broken: None,
            orders: 0,
            fills: 0,
        };
        player.session.start(zero)?;
        player.drain()?;
        Ok(player)
    }

    pub(super) fn view(&self) -> &View {
        self.session.view()
    }

    pub(super) fn manifest(&self) -> &Manifest {
        self.session.manifest()
    }

    pub(super) fn desk(&self) -> &Desk {
        &self.desk
    }

    pub(super) fn instant(&self) -> &Instant {
        &self.instant
    }

    /// Targets stated at this instant.
    pub(super) fn targets(&self) -> &[Intent] {
        let heard = self.session.strategy();
        if heard.at == self.session.view().now { &heard.targets } else { &[] }
    }

    pub(super) fn broken(&self) -> Option<&Broken> {
        self.broken.as_ref()
    }

    pub(super) const fn zero(&self) -> Time {
        self.zero
    }

    /// Orders sent and filled so far.
    pub(super) const fn activity(&self) -> (u64, u64) {
        (self.orders, self.fills)
    }

    /// Whether a condition holds now.
    pub(super) fn ask(&self, condition: usize) -> Answer {
        self.session.strategy().inner.ask(condition, self.session.view(), self.facts())
    }

    fn facts(&self) -> Facts {
        let view = self.session.view();
        let long = |it: &strat_runtime::view::InstrumentView| it.exposure(Side::Buy, &[]);
        Facts {
            max_exposure: view.instruments.iter().map(long).max().unwrap_or(Quantity::ZERO),
            equity: view.account.equity,
            open_orders: self.session.open_orders(),
        }
    }

    /// Lets one act happen; an expectation only moves time to the end of its instant.
    pub(super) fn act(&mut self, at: Duration, act: &Act) -> Result<(), Trouble> {
        let now = self.zero.saturating_add(at);
        let deal = match act {
            Act::Expect(_) => return self.settle(now),
            Act::Fill(deal) => Some(deal),
            Act::Book { .. } | Act::Trade(_) | Act::Bars(_) => None,
        };
        self.go_to(now, deal)?;
        let dropped = self.desk.drop_immediate(self.session.view().now, now, deal);
        self.deliver(dropped)?;
        if let Some(deal) = deal {
            let report = self.desk.fill(now, deal).map_err(Trouble::Script)?;
            self.deliver_at(now, vec![report])?;
            self.fills += u64::from(!deal.size.is_zero());
        } else if let Some(event) = stage::event(act, now, self.length_of(act)) {
            self.session.on_event(&event)?;
            self.drain()?;
        }
        self.look();
        Ok(())
    }

    /// Lets the boundaries before a time pass; what they lead to is on its way then.
    pub(super) fn wait_until(&mut self, at: Duration) -> Result<(), Trouble> {
        self.boundaries(self.zero.saturating_add(at))
    }

    /// When the next boundary or end of an order is, from the start of the script.
    pub(super) fn next_boundary(&self) -> Option<Duration> {
        let ends = self.desk.next_end();
        let next = self.session.next_boundary().into_iter().chain(ends).min()?;
        next.since(self.zero)
    }

    fn length_of(&self, act: &Act) -> Option<Duration> {
        match act {
            Act::Bars(bars) => stage::bar_length(self.session.manifest(), bars.instrument),
            Act::Book { .. } | Act::Trade(_) | Act::Fill(_) | Act::Expect(_) => None,
        }
    }

    /// Lets everything happen until the end of `now`.
    fn settle(&mut self, now: Time) -> Result<(), Trouble> {
        self.go_to(now, None)?;
        for _ in 0..ROUNDS_MAX {
            let Some(boundary) = self.session.next_boundary().filter(|b| *b <= now) else { break };
            self.cross(boundary)?;
        }
        self.session.advance_to(now, true)?;
        self.drain()
    }

    /// Lets everything happen that lies before `now`, and the ends of orders at `now`; the venue
    /// takes what was sent before, unless `next` is about to refuse it.
    fn go_to(&mut self, now: Time, next: Option<&Deal>) -> Result<(), Trouble> {
        self.boundaries(now)?;
        if self.session.view().now < now {
            let accepted = self.desk.accept(self.session.view().now, next);
            self.deliver(accepted)?;
        }
        Ok(())
    }

    fn boundaries(&mut self, now: Time) -> Result<(), Trouble> {
        loop {
            let boundary = self.session.next_boundary().filter(|b| *b < now);
            let end = self.desk.next_end().filter(|end| *end <= now);
            match (boundary, end) {
                (boundary, Some(end)) if boundary.is_none_or(|boundary| end <= boundary) => {
                    let expired = self.desk.expire(end);
                    self.deliver_at(end, expired)?;
                    self.look();
                }
                (Some(boundary), _) => self.cross(boundary)?,
                (None, _) => return Ok(()),
            }
        }
    }

    fn cross(&mut self, boundary: Time) -> Result<(), Trouble> {
        let now = self.session.view().now;
        if now < boundary {
            let accepted = self.desk.accept(now, None);
            self.deliver(accepted)?;
        }
        let dropped = self.desk.drop_immediate(self.session.view().now, boundary, None);
        self.deliver(dropped)?;
        self.session.advance_to(boundary, true)?;
        self.drain()?;
        self.look();
        Ok(())
    }

    /// Looks at every condition, if that is asked for.
    fn look(&mut self) {
        if !self.always || self.broken.is_some() {
            return;
        }
        let at = self.session.view().now.since(self.zero).unwrap_or(Duration::ZERO);
        for condition in 0..self.session.strategy().inner.conditions() {
            let answer = self.ask(condition);
            if matches!(answer, Answer::Fails(_) | Answer::Fault(_)) {
                self.broken = Some(Broken { condition, at, answer });
                return;
            }
        }
    }

    fn deliver(&mut self, reports: Vec<Report>) -> Result<(), Trouble> {
        let now = self.session.view().now;
        self.deliver_at(now, reports)
    }

    /// Tells the session what the venue says, and the venue what the session answers.
    fn deliver_at(&mut self, now: Time, mut reports: Vec<Report>) -> Result<(), Trouble> {
        for _ in 0..ROUNDS_MAX {
            let mut answers = Vec::new();
            for report in &mut reports {
                report.ts_recv = report.ts_recv.max(now).max(self.session.view().now);
                self.session.on_report(report)?;
                self.take_outbox(&mut answers);
            }
            if answers.is_empty() {
                return Ok(());
            }
            reports = answers;
        }
        Ok(())
    }

    /// Sends commands off and notes down the rest.
    fn drain(&mut self) -> Result<(), Trouble> {
        let mut answers = Vec::new();
        self.take_outbox(&mut answers);
        self.deliver(answers)
    }

    fn take_outbox(&mut self, answers: &mut Vec<Report>) {
        let now = self.session.view().now;
        if self.instant.at != now {
            self.instant.at = now;
            self.instant.sent.clear();
            self.instant.notes.clear();
            self.instant.stops.clear();
        }
        let outbox = self.session.outbox();
        answers.extend(outbox.commands.iter().filter_map(|command| self.desk.take(now, command)));
        let placed = |order: &&OrderRecord| matches!(order.kind, OrderStep::Placed(_));
        let before = self.instant.sent.len();
        self.instant.sent.extend(outbox.orders.iter().filter(placed));
        self.orders += (self.instant.sent.len() - before) as u64;
        self.instant.notes.extend(&outbox.notes);
        self.instant.stops.extend(outbox.stops.iter().map(|(_, stop)| *stop));
        self.session.outbox_mut().clear();
    }
}
