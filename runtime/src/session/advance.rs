//! Time between events: bars close, timers fire, slices and silences fall due.

use crate::event::Event;
use crate::manifest::ClockId;
use crate::session::clock::Tick;
use crate::session::{Core, Phase, RiskCause, Session, SessionError};
use crate::strategy::{Strategy, Trigger};
use crate::time::Time;

impl<S: Strategy> Session<S> {
    /// When the next boundary is: something may happen then if no event comes before. It can be in
    /// the past by the time of a late recorded bar, and then is due at once; nothing may happen at
    /// it after all. `None` if nothing is ever due.
    #[inline]
    pub fn next_boundary(&self) -> Option<Time> {
        let due = self.core.due();
        (due < Time::MAX && self.core.phase == Phase::Running).then(|| due.max(self.core.view.now))
    }

    /// Lets every boundary before `t` fire, and those at `t` too if `inclusive`; no event of a time
    /// before that may come afterwards. With `inclusive`, [`View::now`](crate::view::View::now) is
    /// `t` then.
    ///
    /// # Errors
    /// A time before the session's, or a session that is not running.
    pub fn advance_to(&mut self, t: Time, inclusive: bool) -> Result<(), SessionError> {
        self.core.check_time(t)?;
        while let Some(due) = self.next_boundary().filter(|due| *due < t || inclusive && *due <= t)
        {
            self.fire(due)?;
        }
        if inclusive {
            self.core.set_now(t);
        }
        Ok(())
    }

    /// Goes through a slice of events until there are commands to be sent or the slice ends; gives
    /// how many events were handled. Every way of cutting the events into slices leads to the same
    /// commands at the same times.
    ///
    /// # Errors
    /// As [`Session::on_event`]; the event that caused it is not handled.
    pub fn advance(&mut self, events: &[Event<'_>]) -> Result<usize, SessionError> {
        for (n, event) in events.iter().enumerate() {
            self.core.check_time(event.ts_recv)?;
            while let Some(due) = self.next_boundary().filter(|due| *due < event.ts_recv) {
                self.fire(due)?;
                if !self.core.outbox.commands.is_empty() {
                    return Ok(n);
                }
            }
            self.on_event(event)?;
            if !self.core.outbox.commands.is_empty() {
                return Ok(n + 1);
            }
        }
        Ok(events.len())
    }

    /// Comes to the time of an event: what is due before it fires.
    #[inline]
    pub(super) fn pass(&mut self, t: Time) -> Result<(), SessionError> {
        self.core.check_time(t)?;
        if self.core.due() < t {
            self.advance_to(t, false)?;
        }
        self.core.set_now(t);
        Ok(())
    }

    /// Everything that is due at one moment: expiries, bars, timers, slices, silences.
    fn fire(&mut self, now: Time) -> Result<(), SessionError> {
        self.core.set_now(now);
        while let Some(id) = self.core.expiries.fire(now) {
            if let Some(trigger) = self.core.expire(id) {
                self.step(trigger);
            }
            if self.core.manifest.wants.meta {
                self.step(Trigger::Meta(id));
            }
        }
        while let Some(tick) = self.core.close_clock(now) {
            match tick {
                Tick::Ticked(clock) => {
                    self.core.trip_clock(clock);
                    self.step(Trigger::Bars(clock));
                }
                Tick::Gap(clock, _) if self.core.warms_up(clock) => {
                    self.core.clocks.restart_warm_up(clock);
                    self.step(Trigger::Gap(clock));
                }
                Tick::Gap(clock, instrument) => {
                    self.core.breach(RiskCause::Gap { clock, instrument });
                }
                Tick::Nothing => {}
            }
        }
        while let Some(timer) = self.core.timers.fire(now) {
            self.step(Trigger::Timer(timer));
        }
        if self.core.twap_due() <= now {
            self.core.slice_due(now);
        }
        if self.core.stale_due() <= now {
            self.core.watch_stale(now);
        }
        self.core.watch()
    }
}

impl Core {
    /// The earliest boundary; `Time::MAX` if there is none.
    #[inline]
    fn due(&self) -> Time {
        let fixed = self.clocks.due().min(self.timers.due()).min(self.expiries.due());
        let fixed = if self.risk.stale.is_empty() { fixed } else { fixed.min(self.stale_due()) };
        if self.twaps == 0 { fixed } else { fixed.min(self.twap_due()) }
    }

    /// Whether the handlers that read a clock still wait for it: nothing trades on its bars yet.
    fn warms_up(&self, clock: ClockId) -> bool {
        let decl = self.manifest.clocks.get(usize::from(clock.0));
        self.view.warming || decl.is_some_and(|decl| self.clocks.ticked(clock) <= decl.warm)
    }

    fn close_clock(&mut self, now: Time) -> Option<Tick> {
        self.clocks.close(now, &mut self.view.clocks, &mut self.counters)
    }

    #[inline]
    fn check_time(&self, t: Time) -> Result<(), SessionError> {
        if self.phase != Phase::Running {
            let problem = match self.phase {
                Phase::New => "nothing can happen before `start`; start the session first",
                Phase::Running | Phase::Ended => {
                    "nothing can happen after `shutdown`; make a new session"
                }
            };
            return Err(SessionError::Phase { problem });
        }
        if t < self.view.now {
            return Err(SessionError::OutOfOrder { now: self.view.now, got: t });
        }
        Ok(())
    }

    /// Comes to a time, which may be on a new UTC day.
    #[inline]
    fn set_now(&mut self, t: Time) {
        if t > self.view.now {
            self.view.now = t;
            self.risk.roll_day(t, self.view.account.equity);
        }
    }
}
