//! How often things happened: the numbers behind "why did it not trade?".

use crate::manifest::{HandlerId, Manifest, ReasonId};
use crate::session::HostReason;

/// Counts since the session was made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counters {
    /// Market events handled.
    pub events: u64,
    /// Reports handled.
    pub reports: u64,
    /// Times the strategy was stepped.
    pub steps: u64,
    /// Guards that stopped a reaction, by [`ReasonId`].
    pub stops: Vec<u64>,
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

impl Counters {
    /// All zero, with room for a strategy's handlers and reasons.
    pub fn new(manifest: &Manifest) -> Self {
        Self {
            stops: vec![0; manifest.reasons.len()],
            fired: vec![0; manifest.handlers.len()],
            ..Self::default()
        }
    }

    /// How often the session refused or changed a request for this reason.
    pub fn host(&self, reason: HostReason) -> u64 {
        self.host[reason.index()]
    }

    pub(super) fn stop(&mut self, reason: ReasonId) {
        if let Some(count) = self.stops.get_mut(usize::from(reason.0)) {
            *count += 1;
        }
    }

    pub(super) fn fire(&mut self, handler: HandlerId) {
        if let Some(count) = self.fired.get_mut(usize::from(handler.0)) {
            *count += 1;
        }
    }
}

crate::kept!(Counters {
    events, reports, steps, stops, fired, faults, host, placed, cancels, late, refused_data,
    partial_bars,
} fixed {});
