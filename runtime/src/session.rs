//! The session: where a strategy meets money.
//!
//! One synchronous and deterministic machine between a strategy and a venue, the same in a backtest
//! and in a live engine. It applies events to the [`View`], steps the strategy, turns intents into
//! commands, keeps slots, position and account by the venue's reports, and enforces the risk rules.
//! It reads no clock: time is what events and [`Session::advance_to`] say.
//!
//! A host makes a session, calls [`Session::start`], and then feeds it in the order of time:
//! before an event or report of time `t` it lets every boundary (bars, timers) before `t` fire, one
//! [`Session::next_boundary`] after the other, and after every call takes what is in the
//! [`Outbox`], whose commands leave at the view's `now`. A boundary of time `t` comes after every
//! event of time `t`; [`Session::on_event`] lets overdue boundaries fire by itself, but then their
//! commands are found in the outbox later than their time.
//!
//! # Slots
//! A different order is put in place of a resting one by a cancel and, when the venue has confirmed
//! it, a new order; venues that can amend are treated the same way. What was filled in between is
//! taken off the new order. The end of the replaced order is no `done` for the strategy, unless the
//! new order is refused then. A good-till-date order that is stated again with the same price and
//! size is the same order: its time is not extended. A size that is not above zero after rounding
//! sends nothing and leaves a resting order as it is.
//!
//! # Targets
//! A target's own slot holds its only order. `cross` sends one order and leaves what it did not get
//! to the next statement; `passive` keeps a resting order at the own side of the touch until the
//! position is reached; `twap` makes ten equal slices, of which a later one makes up for what an
//! earlier one did not get, and the last one waits for its slot. A target stated again in the same
//! words lets a running `twap` go on; one whose slot is busy is noted as such and begins at the
//! first market event that finds it free. A `passive` or `twap` at work goes on as well if a new
//! statement means a size inside the rebalance band of the one before: a resting order follows the
//! touch alone, and slices do not begin anew.
//! An order with a way (`via`) is worked in the same manner, but for a size of its own: what counts is
//! what its slot has filled since its statement, and every price is bounded by its limit.
//! What is wanted is a position: an order that waits for a cancel is worked out anew when the slot
//! is free, and a target that is reached holds until orders that can still fill have ended.
//!
//! # Stops and exits
//! `stop`, `trail`, `stop_loss` and `take_profit` are emulated by the session on every venue: see the
//! modules `stop` and `exit`. They are looked at after the view has moved and the risk rules have
//! been checked, before the strategy reacts to the event. `cancel` of an instrument, `cancel all`,
//! `halt` and every breach of a risk rule take them back like any order; to take back the order of
//! one slot leaves the exits of what it has filled.

mod advance;
mod clock;
mod counters;
mod exit;
mod flatten;
mod gate;
mod intent;
mod market;
mod outbox;
mod price;
mod reason;
mod report;
mod restore;
mod setup;
mod slots;
mod stop;
mod target;
mod timer;
mod watch;

pub use counters::{Counters, Stopped};
pub use outbox::{FillRecord, Note, OrderRecord, OrderStep, Origin, Outbox, Settlement};
pub use reason::HostReason;
pub use setup::{BarSource, SessionError, Setup};

pub use crate::risk::{RiskCause, RiskNotice};

use crate::account::Account;
use crate::book::Book;
use crate::event::Event;
use crate::instrument::{Instrument, InstrumentId};
use crate::manifest::{Manifest, RiskAction};
use crate::order::Report;
use crate::position::Position;
use crate::risk::Risk;
use crate::strategy::{Reaction, Strategy, Trigger};
use crate::time::Time;
use crate::venue::{Capabilities, FeeSchedule};
use crate::view::{InstrumentView, View};

use clock::Clocks;
use intent::Group;
use slots::Desk;
use timer::{Expiries, Timers};

/// One strategy at work: its view, its orders, its money.
#[derive(Debug, Clone)]
pub struct Session<S> {
    strategy: S,
    reaction: Reaction,
    core: Core,
}

/// Everything but the strategy, so that it is compiled once for all of them.
#[derive(Debug, Clone)]
struct Core {
    manifest: Manifest,
    capabilities: &'static Capabilities,
    setup: Rules,
    phase: Phase,
    view: View,
    desks: Vec<Desk>,
    /// Instruments with a position, orders or a target at work, in the order of their ids; some of
    /// them may have none of these any more.
    active: Vec<u32>,
    /// Own orders that can still fill.
    open_orders: u32,
    /// What resting buys of instruments without shorting will cost, in units of 1e-18.
    reserved: i128,
    clocks: Clocks,
    timers: Timers,
    expiries: Expiries,
    risk: Risk,
    causes: Vec<RiskCause>,
    /// Instruments found silent in one check.
    silent: Vec<usize>,
    /// Targets that are executed in slices.
    twaps: u32,
    equity_moved: bool,
    halted: bool,
    flattening: bool,
    group: Group,
    outbox: Outbox,
    counters: Counters,
    started_at: Time,
}

/// The part of a setup that lasts.
#[derive(Debug, Clone, Copy)]
struct Rules {
    levels_max: usize,
    trace: bool,
    fees: Option<FeeSchedule>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    New,
    Running,
    Ended,
}

impl<S: Strategy> Session<S> {
    /// A session that waits for its start.
    ///
    /// # Errors
    /// A declared instrument that is missing or is not in its place; a clock or timer that cannot
    /// tick.
    pub fn new(strategy: S, setup: Setup) -> Result<Self, SessionError> {
        let core = Core::new(strategy.manifest().clone(), setup)?;
        Ok(Self { strategy, reaction: Reaction::default(), core })
    }

    /// Begins at `now`: data is observed from here on, risk rules measure from here, and timers of
    /// this very instant are still to come.
    ///
    /// # Errors
    /// A session that began before.
    pub fn start(&mut self, now: Time) -> Result<(), SessionError> {
        self.core.begin(now)?;
        self.step(Trigger::Start);
        Ok(())
    }

    /// Handles one market event.
    ///
    /// # Errors
    /// An event from before [`View::now`], of an unknown instrument, a bar that is too coarse for
    /// a clock, money out of range, or a session that has not begun.
    #[inline]
    pub fn on_event(&mut self, event: &Event<'_>) -> Result<(), SessionError> {
        self.pass(event.ts_recv)?;
        let trigger = self.core.apply_event(event)?;
        self.core.watch()?;
        self.core.trip_event(event);
        if let Some(trigger) = trigger {
            self.step(trigger);
        }
        self.core.chase(event.instrument.index());
        Ok(())
    }

    /// Handles what the venue says of an own order.
    ///
    /// # Errors
    /// As [`Session::on_event`].
    pub fn on_report(&mut self, report: &Report) -> Result<(), SessionError> {
        self.pass(report.ts_recv)?;
        let news = self.core.apply_report(report)?;
        self.core.watch_money()?;
        for trigger in [news.fill, news.end].into_iter().flatten() {
            self.step(trigger);
        }
        if let Some(trigger) = self.core.after_report(report, news) {
            self.step(trigger);
        }
        Ok(())
    }

    /// The session is about to end: boundaries up to `now` fire, then `on shutdown` handlers.
    ///
    /// # Errors
    /// As [`Session::advance_to`].
    pub fn shutdown(&mut self, now: Time) -> Result<(), SessionError> {
        self.advance_to(now, true)?;
        self.step(Trigger::Shutdown);
        self.core.phase = Phase::Ended;
        Ok(())
    }

    /// The connection to the venue was lost.
    ///
    /// # Errors
    /// As [`Session::advance_to`].
    pub fn link_down(&mut self, now: Time) -> Result<(), SessionError> {
        self.pass(now)?;
        self.step(Trigger::LinkDown);
        Ok(())
    }

    /// The connection to the venue is back. Bars that are forming have not been observed whole and
    /// will be dropped.
    ///
    /// # Errors
    /// As [`Session::advance_to`].
    pub fn link_up(&mut self, now: Time) -> Result<(), SessionError> {
        self.pass(now)?;
        self.core.clocks.observe_from(now);
        for view in &mut self.core.view.clocks {
            view.forming.fill(None);
        }
        self.step(Trigger::LinkUp);
        Ok(())
    }

    /// Lets a halted session's handlers run again; an operator's decision.
    pub fn resume(&mut self) {
        if std::mem::take(&mut self.core.halted) {
            self.core.notice(RiskCause::Resumed, Vec::new());
        }
    }

    /// Stops the handlers until [`Session::resume`], and cancels and closes everything if `flatten`
    /// is set; an operator's decision.
    ///
    /// # Errors
    /// Money out of range.
    pub fn halt(&mut self, flatten: bool) -> Result<(), SessionError> {
        let actions: &[RiskAction] =
            if flatten { &[RiskAction::Flatten, RiskAction::Halt] } else { &[RiskAction::Halt] };
        if flatten {
            self.core.cancel_all();
        }
        self.core.act(actions);
        Ok(())
    }

    /// Begins or ends the replay of history. While it lasts, the view moves and streams warm up,
    /// but handlers do not fire, no silence is found, and a request that comes all the same is
    /// refused. At its end the risk rules begin to measure anew.
    pub fn set_warming(&mut self, warming: bool) {
        let core = &mut self.core;
        if std::mem::replace(&mut core.view.warming, warming) && !warming {
            core.risk.start(core.view.now, core.view.account.equity);
        }
    }

    /// Adds an instrument that has become known, as a member of universes.
    pub fn add_instrument(&mut self, instrument: Instrument) -> InstrumentId {
        self.core.add_instrument(instrument)
    }

    /// What the strategy sees.
    #[inline]
    pub fn view(&self) -> &View {
        &self.core.view
    }

    /// What was produced since it was last emptied.
    #[inline]
    pub fn outbox(&self) -> &Outbox {
        &self.core.outbox
    }

    /// The same, to be emptied by the host.
    #[inline]
    pub fn outbox_mut(&mut self) -> &mut Outbox {
        &mut self.core.outbox
    }

    /// How often things happened.
    #[inline]
    pub fn counters(&self) -> &Counters {
        &self.core.counters
    }

    /// What the strategy declared.
    pub fn manifest(&self) -> &Manifest {
        &self.core.manifest
    }

    /// The strategy.
    pub fn strategy(&self) -> &S {
        &self.strategy
    }

    /// Whether handlers are stopped.
    pub fn is_halted(&self) -> bool {
        self.core.halted
    }

    /// Whether positions are being closed by a rule.
    pub fn is_flattening(&self) -> bool {
        self.core.flattening
    }

    /// Own orders that can still fill.
    pub fn open_orders(&self) -> u32 {
        self.core.open_orders
    }

    /// Steps the strategy and takes its reaction in, unless handlers are stopped.
    fn step(&mut self, trigger: Trigger) {
        if self.core.halted {
            return;
        }
        self.core.counters.steps += 1;
        self.reaction.clear();
        self.strategy.step(trigger, &self.core.view, &mut self.reaction);
        self.core.take(&mut self.reaction);
    }
}

impl Core {
    fn new(manifest: Manifest, setup: Setup) -> Result<Self, SessionError> {
        for (declared, decl) in manifest.instruments.iter().enumerate() {
            let found = setup.instruments.get(declared).map(|i| i.symbol.clone());
            if found.as_ref() != Some(&decl.symbol) {
                let symbol = decl.symbol.clone();
                return Err(SessionError::Instrument { declared, symbol, found });
            }
        }
        let count = setup.instruments.len();
        for (instrument, asked) in setup.instruments.iter().zip(&manifest.wants.complements) {
            let known = instrument.complement.is_some_and(|other| other.index() < count);
            if *asked && !known {
                return Err(SessionError::Complement { symbol: instrument.symbol.clone() });
            }
        }
        let view = View {
            now: Time::MIN,
            warming: false,
            instruments: Vec::with_capacity(setup.instruments.len()),
            account: Account::new(setup.cash),
            clocks: Vec::new(),
        };
        let mut core = Self {
            capabilities: setup.capabilities,
            setup: Rules { levels_max: setup.levels_max, trace: setup.trace, fees: setup.fees },
            phase: Phase::New,
            view,
            desks: Vec::with_capacity(setup.instruments.len()),
            active: Vec::new(),
            open_orders: 0,
            reserved: 0,
            clocks: Clocks::new(&manifest, setup.grace, setup.bars_from, setup.instruments.len())?,
            timers: Timers::new(&manifest)?,
            expiries: Expiries::default(),
            risk: Risk::new(&manifest.risk),
            causes: Vec::new(),
            silent: Vec::new(),
            twaps: 0,
            equity_moved: false,
            halted: false,
            flattening: false,
            group: Group::default(),
            outbox: Outbox::default(),
            counters: Counters::new(&manifest),
            started_at: Time::MIN,
            manifest,
        };
        core.view.clocks = core.clocks.views();
        for instrument in setup.instruments {
            core.add_instrument(instrument);
        }
        Ok(core)
    }

    fn add_instrument(&mut self, meta: Instrument) -> InstrumentId {
        let id = InstrumentId(u32::try_from(self.view.instruments.len()).unwrap_or(u32::MAX));
        self.expiries.set(id, None, meta.expires_at);
        self.view.instruments.push(InstrumentView {
            meta,
            book: Book::new(self.setup.levels_max),
            last_trade: None,
            position: Position::default(),
            mark: None,
            orders: Vec::new(),
        });
        self.desks.push(Desk::new(self.started_at));
        id
    }

    fn begin(&mut self, now: Time) -> Result<(), SessionError> {
        if self.phase != Phase::New {
            return Err(SessionError::Phase { problem: "a session starts once; make a new one" });
        }
        self.phase = Phase::Running;
        self.view.now = now;
        self.started_at = now;
        for desk in &mut self.desks {
            desk.seen = now;
        }
        self.timers.start(now);
        self.clocks.observe_from(now);
        self.expiries.skip_before(now);
        self.risk.start(now, self.view.account.equity);
        Ok(())
    }
}
