//! How often things happened: the numbers behind "why did it not trade?".

use crate::instrument::InstrumentId;
use crate::manifest::{HandlerId, Manifest, ReasonId};
use crate::session::HostReason;
use crate::strategy::Stop;
use crate::time::Time;

/// Counts since the session was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counters {
    /// Market events handled.
    pub events: u64,
    /// Reports handled.
    pub reports: u64,
    /// Times the strategy was stepped.
    pub steps: u64,
    /// Guards that stopped a reaction, by [`ReasonId`].
    pub stops: Vec<u64>,
    /// The same by handler, see [`Counters::stopped`]: all reasons of the first, then of the next.
    pub stopped: Vec<Stopped>,
    /// Handlers that fired, by [`HandlerId`].
    pub fired: Vec<u64>,
    /// Reactions that faulted.
    pub faults: u64,
    /// Requests refused or changed, by [`HostReason::index`].
    pub host: [u64; HostReason::ALL.len()],
    /// Orders sent.
    pub placed: u64,
    /// Cancels sent.
    pub cancels: u64,
    /// Data that came after its bar had closed.
    pub late: u64,
    /// Data that no bar could take: stamped far ahead, or a bar across the end of a clock's bar.
    pub refused_data: u64,
    /// Bars dropped because their opening was not observed.
    pub partial_bars: u64,
}

/// How often one reason stopped one handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stopped {
    /// How often.
    pub count: u64,
    /// When last; meaningless while `count` is zero.
    pub last: Time,
    /// The instrument that it was about then, if it was about one.
    pub instrument: Option<InstrumentId>,
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            events: 0,
            reports: 0,
            steps: 0,
            stops: Vec::new(),
            stopped: Vec::new(),
            fired: Vec::new(),
            faults: 0,
            host: [0; HostReason::ALL.len()],
            placed: 0,
            cancels: 0,
            late: 0,
            refused_data: 0,
            partial_bars: 0,
        }
    }
}

impl Counters {
    /// All zero, with room for a strategy's handlers and reasons.
    pub fn new(manifest: &Manifest) -> Self {
        Self {
            stops: vec![0; manifest.reasons.len()],
            stopped: vec![Stopped::default(); manifest.reasons.len() * manifest.handlers.len()],
            fired: vec![0; manifest.handlers.len()],
            ..Self::default()
        }
    }

    /// How often the session refused or changed a request for this reason.
    pub fn host(&self, reason: HostReason) -> u64 {
        self.host[reason.index()]
    }

    /// How often a reason stopped a handler, and when last.
    pub fn stopped(&self, handler: HandlerId, reason: ReasonId) -> Stopped {
        let at = self.place(handler, reason);
        at.and_then(|at| self.stopped.get(at)).copied().unwrap_or_default()
    }

    fn place(&self, handler: HandlerId, reason: ReasonId) -> Option<usize> {
        let (row, width) = (usize::from(handler.0), self.stops.len());
        let column = usize::from(reason.0);
        (column < width).then(|| row * width + column)
    }

    pub(super) fn stop(&mut self, stop: Stop, now: Time) {
        let Some(at) = self.place(stop.handler, stop.reason) else { return };
        self.stops[usize::from(stop.reason.0)] += 1;
        if let Some(stopped) = self.stopped.get_mut(at) {
            stopped.count += 1;
            stopped.last = now;
            stopped.instrument = stop.instrument;
        }
    }

    pub(super) fn fire(&mut self, handler: HandlerId) {
        if let Some(count) = self.fired.get_mut(usize::from(handler.0)) {
            *count += 1;
        }
    }
}

crate::plain!(Stopped { count, last, instrument });
crate::kept!(Counters {
    events, reports, steps, stops, stopped, fired, faults, host, placed, cancels, late, refused_data,
    partial_bars,
} fixed {});
