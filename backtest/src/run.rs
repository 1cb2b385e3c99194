//! One run: a session, a simulated venue and a source of events, in one total order.
//!
//! For each market event: what is due at the venue and the boundaries (bars, timers) before it, in
//! the order of time; the venue tries orders against it, and the session hears of fills first; then
//! the session sees the event, and the commands that it led to leave for the venue, where they are
//! tried from the next event on. Boundaries of the event's own time come after it.
//!
//! Enter at [`run`] for a whole run, or at [`Run`] to feed slices of events; how events are cut
//! into slices changes nothing.

use strat_runtime::event::Event;
use strat_runtime::instrument::{Instrument, InstrumentId};
use strat_runtime::money::Money;
use strat_runtime::order::Report;
use strat_runtime::session::{BarSource, Session, SessionError, Setup};
use strat_runtime::snapshot::{DecodeError, RestoreError, Snapshot, SnapshotError};
use strat_runtime::strategy::Strategy;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::{SimulatedVenue, VenueKind, VenuePort};

use crate::observe::Observe;
use crate::record::{Keep, Outcome, Recorder, RunEnd, RunRecord};
use crate::source::EventSource;
use crate::venue::{Fees, Models, SimVenue};

/// What a run needs to know beside its strategy and its events.
#[derive(Debug, Clone)]
pub struct RunConfig {
    /// Cash at the start.
    pub cash: Money,
    /// What the venue assumes.
    pub models: Models,
    /// What is kept.
    pub keep: Keep,
    /// Events before this time only warm the strategy up.
    pub trading_from: Option<Time>,
    /// From what the bars of clocks are built.
    pub bars_from: BarSource,
    /// How long a bar stays open for data on its way.
    pub grace: Duration,
    /// Levels that a book keeps on each side.
    pub levels_max: usize,
}

impl RunConfig {
    /// A run with this much cash, default models, and everything that a report shows.
    pub fn new(cash: Money) -> Self {
        Self {
            cash,
            models: Models::default(),
            keep: Keep::SINGLE,
            trading_from: None,
            bars_from: BarSource::Auto,
            grace: Duration::from_nanos(0),
            levels_max: SimVenue::LEVELS_MAX,
        }
    }

    fn setup(&self, instruments: &[Instrument], venue: VenueKind) -> Setup {
        let mut setup = Setup::new(instruments.to_vec(), self.cash, venue);
        setup.bars_from = self.bars_from;
        setup.grace = self.grace;
        setup.levels_max = self.levels_max;
        setup.fees = match self.models.fees {
            Fees::Venue => None,
            Fees::Fixed(schedule) => Some(schedule),
        };
        setup
    }
}

/// Why a run cannot be made, or cannot go on.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The source had no event at all.
    #[error("the data has no events; check its path and the time range")]
    NoEvents,
    /// The session refused something.
    #[error("event {event} of the data: {source}")]
    Session {
        /// Number of the event, from 1; 0 before the first.
        event: u64,
        /// What it said.
        source: SessionError,
    },
}

/// Why a session could not be stopped and begun again.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RestartError {
    /// It gave no snapshot.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The bytes of its snapshot cannot be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The new one does not take the snapshot in.
    #[error(transparent)]
    Restore(#[from] RestoreError),
    /// There is no new one.
    #[error(transparent)]
    Session(#[from] SessionError),
}

/// Rounds of question and answer with the venue at one instant. A strategy that answers every
/// refusal with another order goes on at the next event.
const ROUNDS_MAX: u32 = 16;

/// Runs a strategy over a whole source.
///
/// # Errors
/// A source without events, instruments that do not fit, or a session that cannot go on.
pub fn run<S: Strategy, E: EventSource>(
    strategy: S,
    source: &mut E,
    config: &RunConfig,
) -> Result<RunRecord, RunError> {
    let mut run = Run::new(strategy, source.instruments(), config)?;
    while let Some(event) = source.next() {
        run.step(&event)?;
    }
    run.finish()
}

/// A run that is fed from outside. A copy goes on by itself.
#[derive(Debug, Clone)]
pub struct Run<S, O = ()> {
    session: Session<S>,
    setup: Setup,
    venue: SimVenue,
    keep: Keep,
    cash: Money,
    trading_from: Option<Time>,
    /// Set by the first event that is not warm-up.
    recorder: Option<Recorder>,
    reports: Vec<Report>,
    started_at: Option<Time>,
    warmup_events: u64,
    events: u64,
    observer: O,
}

impl<S: Strategy> Run<S> {
    /// A run that waits for its first event; `instruments` begin with the declared ones.
    ///
    /// # Errors
    /// Instruments that do not fit the strategy.
    pub fn new(
        strategy: S,
        instruments: &[Instrument],
        config: &RunConfig,
    ) -> Result<Self, RunError> {
        Run::observed(strategy, instruments, config, ())
    }
}

impl<S: Strategy, O: Observe> Run<S, O> {
    /// The same with somebody who looks at everything that the session hands out.
    ///
    /// # Errors
    /// As [`Run::new`].
    pub fn observed(
        strategy: S,
        instruments: &[Instrument],
        config: &RunConfig,
        observer: O,
    ) -> Result<Self, RunError> {
        let setup = config.setup(instruments, strategy.manifest().venue);
        let session = Session::new(strategy, setup.clone())
            .map_err(|source| RunError::Session { event: 0, source })?;
        Ok(Self {
            session,
            setup,
            venue: SimVenue::new(instruments, config.cash, config.models),
            keep: config.keep,
            cash: config.cash,
            trading_from: config.trading_from,
            recorder: None,
            reports: Vec::new(),
            started_at: None,
            warmup_events: 0,
            events: 0,
            observer,
        })
    }

    /// Stops the session and goes on with a new one, as after a restart of its host: all that is
    /// taken over goes through the bytes of a snapshot, into `strategy`, which has just been made.
    /// The venue and the record are outside and stay.
    ///
    /// # Errors
    /// A strategy that gives no snapshots, or that does not take this one in; the run is as before.
    pub fn restart(&mut self, strategy: S) -> Result<(), RestartError> {
        let bytes = self.session.snapshot()?.encode();
        let mut session = Session::new(strategy, self.setup.clone())?;
        session.restore(&Snapshot::decode(&bytes)?)?;
        self.session = session;
        Ok(())
    }

    /// Lets the host call in between two events although nothing is due: time moves to that of the
    /// last event, where it is.
    ///
    /// # Errors
    /// As [`Run::step`].
    pub fn idle(&mut self) -> Result<(), RunError> {
        let now = self.session.view().now;
        self.session.advance_to(now, false).map_err(|source| self.error(source))?;
        self.drain();
        self.observe();
        Ok(())
    }

    /// The session, to look at.
    pub fn session(&self) -> &Session<S> {
        &self.session
    }

    /// Who looks at it.
    pub fn observer(&self) -> &O {
        &self.observer
    }

    /// The same, to be told what to look for.
    pub fn observer_mut(&mut self) -> &mut O {
        &mut self.observer
    }

    /// The venue, to look at.
    pub fn venue(&self) -> &SimVenue {
        &self.venue
    }

    /// Advances over a slice of events, in order.
    ///
    /// # Errors
    /// As [`Run::step`]; events before the refused one have been handled.
    pub fn advance(&mut self, events: &[Event<'_>]) -> Result<(), RunError> {
        events.iter().try_for_each(|event| self.step(event))
    }

    /// Advances over one event.
    ///
    /// # Errors
    /// An event out of order or of an unknown instrument, a bar too coarse for a clock, or money
    /// out of range.
    #[inline]
    pub fn step(&mut self, event: &Event<'_>) -> Result<(), RunError> {
        self.try_step(event).map_err(|source| self.error(source))
    }

    fn error(&self, source: SessionError) -> RunError {
        RunError::Session { event: self.warmup_events + self.events, source }
    }

    fn try_step(&mut self, event: &Event<'_>) -> Result<(), SessionError> {
        let now = event.ts_recv;
        let warming = self.trading_from.is_some_and(|from| now < from);
        if warming {
            self.warmup_events += 1;
        } else {
            self.events += 1;
        }
        if self.started_at.is_none() {
            self.started_at = Some(now);
            self.session.set_warming(warming);
            self.session.start(now)?;
            self.drain();
        }
        if !warming && self.recorder.is_none() {
            self.begin_trading(now)?;
        }
        self.catch_up(now, event.data.rank() == 0)?;
        self.venue.on_event(event, &mut self.reports);
        self.deliver()?;
        self.session.on_event(event)?;
        self.drain();
        self.observe();
        Ok(())
    }

    /// The connection to the venue was lost at `now`: what lies before it happens, then the strategy
    /// hears of it. Before the first event there is nothing to hear it.
    ///
    /// # Errors
    /// A time before the last event's, or a session that cannot go on.
    pub fn link_down(&mut self, now: Time) -> Result<(), RunError> {
        self.linked(now, Session::link_down)
    }

    /// The connection to the venue is back at `now`.
    ///
    /// # Errors
    /// As [`Run::link_down`].
    pub fn link_up(&mut self, now: Time) -> Result<(), RunError> {
        self.linked(now, Session::link_up)
    }

    fn linked(
        &mut self,
        now: Time,
        tell: fn(&mut Session<S>, Time) -> Result<(), SessionError>,
    ) -> Result<(), RunError> {
        if self.started_at.is_none() {
            return Ok(());
        }
        let told = self.catch_up(now, false).and_then(|()| tell(&mut self.session, now));
        told.map_err(|source| self.error(source))?;
        self.drain();
        self.observe();
        Ok(())
    }

    /// The warm-up is over: its last boundaries belong to it, the first event does not.
    fn begin_trading(&mut self, now: Time) -> Result<(), SessionError> {
        let from = self.trading_from.unwrap_or(now).min(now);
        self.catch_up(from, true)?;
        self.session.set_warming(false);
        let instruments = self.session.view().instruments.len();
        self.recorder = Some(Recorder::new(self.keep, self.cash, instruments, from));
        self.drain();
        Ok(())
    }

    /// Lets everything happen that lies before `until`: boundaries strictly before it, arrivals and
    /// expiries at the venue up to and including it, unless `until` is an event of metadata, which
    /// comes before own reports of its time.
    fn catch_up(&mut self, until: Time, is_meta: bool) -> Result<(), SessionError> {
        let (mut rounds, mut instant) = (0, Time::MIN);
        loop {
            let boundary = self.session.next_boundary().filter(|b| *b < until);
            let due = self
                .venue
                .next_due()
                .filter(|due| *due < until || (*due == until && !is_meta))
                .filter(|_| rounds < ROUNDS_MAX);
            // At one instant the venue's answers come before the boundaries.
            if let Some(due) = due.filter(|due| boundary.is_none_or(|b| *due <= b)) {
                rounds = if due == instant { rounds + 1 } else { 0 };
                instant = due;
                self.venue.advance_to(due, &mut self.reports);
                self.deliver()?;
                self.observe();
            } else if let Some(boundary) = boundary {
                self.cross(boundary)?;
            } else {
                return Ok(());
            }
        }
    }

    fn cross(&mut self, boundary: Time) -> Result<(), SessionError> {
        self.session.advance_to(boundary, true)?;
        self.drain();
        self.observe();
        Ok(())
    }

    /// Tells the session what the venue reported. Its clock may already be later than a report that
    /// had to wait for the next event; such a report is received now.
    fn deliver(&mut self) -> Result<(), SessionError> {
        let mut reports = std::mem::take(&mut self.reports);
        for report in &mut reports {
            report.ts_recv = report.ts_recv.max(self.session.view().now);
            self.session.on_report(report)?;
            self.drain();
        }
        reports.clear();
        self.reports = reports;
        Ok(())
    }

    /// Sends commands off and records the rest.
    #[inline]
    fn drain(&mut self) {
        if O::ON {
            self.observer.drained(self.session.counters().steps, self.session.outbox());
        }
        if self.session.outbox().is_empty() {
            return;
        }
        let now = self.session.view().now;
        for command in &self.session.outbox().commands {
            self.venue.submit(now, command);
        }
        if let Some(recorder) = &mut self.recorder {
            recorder.take(self.session.outbox());
        }
        self.session.outbox_mut().clear();
    }

    #[inline]
    fn observe(&mut self) {
        if let Some(recorder) = &mut self.recorder {
            recorder.observe(self.session.view());
            let session = &self.session;
            recorder.watch_fired(session.view().now, session.manifest(), session.counters());
        }
    }

    /// The data is over: boundaries of its last instant fire, the strategy hears of the shutdown,
    /// and what is held is valued at its last marks. Orders that are still open end unfilled.
    ///
    /// # Errors
    /// A run without events, or a session that cannot go on.
    pub fn finish(mut self) -> Result<RunRecord, RunError> {
        let Some(started_at) = self.started_at else { return Err(RunError::NoEvents) };
        let last = self.session.view().now;
        self.end(last).map_err(|source| self.error(source))?;
        let outcome = Outcome::of(
            self.session.manifest(),
            self.session.counters(),
            self.session.view(),
            self.session.is_halted(),
        );
        let feeds = (0..self.session.view().instruments.len())
            .map(|i| InstrumentId(i as u32))
            .map(|id| (self.venue.feed(id), self.venue.is_without_volume(id)))
            .collect();
        let end = RunEnd {
            outcome,
            data_from: started_at,
            trading_from: self.trading_from.map_or(started_at, |from| from.max(started_at)),
            warmup_events: self.warmup_events,
            events: self.events,
            feeds,
        };
        let recorder =
            self.recorder.take().unwrap_or_else(|| Recorder::new(self.keep, self.cash, 0, last));
        let (view, counters) = (self.session.view(), self.session.counters());
        Ok(recorder.finish(view, self.session.manifest(), counters, end))
    }

    fn end(&mut self, last: Time) -> Result<(), SessionError> {
        self.catch_up(last, false)?;
        while let Some(boundary) = self.session.next_boundary().filter(|b| *b <= last) {
            self.cross(boundary)?;
            self.catch_up(last, false)?;
        }
        self.session.shutdown(last)?;
        self.drain();
        self.observe();
        Ok(())
    }
}
