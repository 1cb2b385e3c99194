//! What a strategy is to its host: a total, deterministic step function over declared state.

use crate::fault::Fault;
use crate::instrument::InstrumentId;
use crate::manifest::{ClockId, HandlerId, Manifest, ReasonId, TimerId};
use crate::order::{CancelReason, Fill, RejectReason};
use crate::side::Side;
use crate::signal::Intent;
use crate::slot::SlotId;
use crate::snapshot::{RestoreError, Snapshot, SnapshotError};
use crate::view::View;

/// Why a strategy is stepped. One step per event; the view already contains it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Trigger {
    /// The session began.
    Start,
    /// The session is about to end.
    Shutdown,
    /// The book or quote of a declared instrument changed, or of another one if
    /// [`Wants::other_book`](crate::manifest::Wants) says so.
    Book(InstrumentId),
    /// A declared instrument traded, or another one if the manifest wants it.
    Trade(InstrumentId),
    /// The bars of a clock closed; they are in the view.
    Bars(ClockId),
    /// A clock that stops at gaps had one while it warmed up: what has been seen of it does not count
    /// as warm-up any more. Nothing else happens.
    Gap(ClockId),
    /// A timer's boundary passed.
    Timer(TimerId),
    /// An order of a slot was filled, wholly or in part.
    Fill {
        /// The slot.
        slot: SlotId,
        /// The instrument.
        instrument: InstrumentId,
        /// Buy or sell.
        side: Side,
        /// The execution.
        fill: Fill,
    },
    /// An order of a slot ended: filled completely, cancelled or expired.
    Done {
        /// The slot.
        slot: SlotId,
        /// The instrument.
        instrument: InstrumentId,
        /// Why, if it was not filled completely.
        canceled: Option<CancelReason>,
    },
    /// An order of a slot was refused by the venue.
    Reject {
        /// The slot.
        slot: SlotId,
        /// The instrument.
        instrument: InstrumentId,
        /// Why.
        reason: RejectReason,
    },
    /// An instrument's time is up: [`Instrument::expires_at`](crate::instrument::Instrument) has
    /// come. Its orders are gone already.
    Expiry(InstrumentId),
    /// An instrument's metadata changed, or a market opened or resolved.
    Meta(InstrumentId),
    /// The connection to the venue was lost.
    LinkDown,
    /// The connection to the venue is back.
    LinkUp,
}

/// A strategy that a session can run.
pub trait Strategy {
    /// What the host must know of it.
    fn manifest(&self) -> &Manifest;

    /// Reacts to one event: reads the view, changes its own state, writes intents and notes into
    /// `out`, which the host has cleared. On a fault its state is as before the call and
    /// `out.fault` is set.
    fn step(&mut self, trigger: Trigger, view: &View, out: &mut Reaction);

    /// Everything that it remembers, between two steps. A strategy that was restored from it goes on
    /// as this one would, bit for bit.
    ///
    /// # Errors
    /// A strategy that gives no snapshots; unless it says otherwise, it does not.
    fn snapshot(&self) -> Result<Snapshot, SnapshotError> {
        Err(SnapshotError::NotSupported { strategy: self.manifest().name.clone() })
    }

    /// Remembers what a snapshot holds instead, by name and type. Its own
    /// [`Snapshot::session`] part is not looked at.
    ///
    /// # Errors
    /// A snapshot of another strategy, of a later version, or of another layout of the state
    /// without a migration; the strategy is as before then.
    fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RestoreError> {
        let _ = snapshot;
        Err(RestoreError::NotSupported { strategy: self.manifest().name.clone() })
    }
}

/// What one step produced. Reused from step to step, so that nothing is allocated on the way.
#[derive(Debug, Clone, Default)]
pub struct Reaction {
    /// What is asked for, in source order.
    pub intents: Vec<Intent>,
    /// Handlers that ran at least to their first statement, once per member they ran for.
    pub fired: Vec<HandlerId>,
    /// Guards that stopped a reaction, and waits for warm-up.
    pub stops: Vec<Stop>,
    /// Texts of `log`, `alert` and `halt`.
    pub messages: Vec<Message>,
    /// The fault that rolled this step back, if one did.
    pub fault: Option<Fault>,
}

impl Reaction {
    /// Empties it and keeps its buffers.
    #[inline]
    pub fn clear(&mut self) {
        self.intents.clear();
        self.fired.clear();
        self.stops.clear();
        self.messages.clear();
        self.fault = None;
    }
}

/// A guard that said no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// The handler.
    pub handler: HandlerId,
    /// The instrument or member, if there was one.
    pub instrument: Option<InstrumentId>,
    /// The guard's reason.
    pub reason: ReasonId,
}

/// A text for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// How loud.
    pub level: MessageLevel,
    /// The text, values filled in.
    pub text: String,
}

/// How loud a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageLevel {
    /// `log`.
    Log,
    /// `alert`.
    Alert,
    /// `halt`.
    Halt,
}
