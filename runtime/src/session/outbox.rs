//! What a session hands to its host: commands for the venue, records for the report.

use crate::instrument::InstrumentId;
use crate::manifest::{HandlerId, ReasonId};
use crate::order::{CancelReason, Command, Fill, NewOrder, OrderId, RejectReason};
use crate::position::Booked;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::risk::RiskNotice;
use crate::session::HostReason;
use crate::side::Side;
use crate::slot::SlotId;
use crate::strategy::{Message, Stop};
use crate::time::Time;

/// Everything since the host last emptied it. A host reads it after every call and then calls
/// [`Outbox::clear`], which keeps the buffers.
#[derive(Debug, Clone, Default)]
pub struct Outbox {
    /// For the venue, in order; they leave at the view's `now`.
    pub commands: Vec<Command>,
    /// Executions.
    pub fills: Vec<FillRecord>,
    /// What happened to own orders.
    pub orders: Vec<OrderRecord>,
    /// Positions that were paid out.
    pub settlements: Vec<Settlement>,
    /// Texts of the strategy.
    pub messages: Vec<(Time, Message)>,
    /// Requests that were refused or changed.
    pub notes: Vec<Note>,
    /// Guards that stopped a reaction; only with [`Setup::trace`](crate::session::Setup::trace).
    pub stops: Vec<(Time, Stop)>,
    /// Risk rules that acted, faults, and the like.
    pub risk: Vec<RiskNotice>,
}

impl Outbox {
    /// Empties it and keeps its buffers.
    #[inline]
    pub fn clear(&mut self) {
        self.commands.clear();
        self.fills.clear();
        self.orders.clear();
        self.settlements.clear();
        self.messages.clear();
        self.notes.clear();
        self.stops.clear();
        self.risk.clear();
    }

    /// Whether there is nothing in it.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.commands.is_empty()
            && self.fills.is_empty()
            && self.orders.is_empty()
            && self.settlements.is_empty()
            && self.messages.is_empty()
            && self.notes.is_empty()
            && self.stops.is_empty()
            && self.risk.is_empty()
    }
}

/// Who asked for an order, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin {
    /// The handler; `None` for the session itself, which closes positions.
    pub handler: Option<HandlerId>,
    /// The strategy's own reason.
    pub because: Option<ReasonId>,
}

/// One execution with its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FillRecord {
    /// When the session learned of it.
    pub ts: Time,
    /// The venue's time.
    pub ts_event: Time,
    /// The order.
    pub order: OrderId,
    /// The instrument.
    pub instrument: InstrumentId,
    /// The slot.
    pub slot: SlotId,
    /// Buy or sell.
    pub side: Side,
    /// Price, size, fee.
    pub fill: Fill,
    /// Cash and realised profit of it.
    pub booked: Booked,
    /// The position afterwards.
    pub position: Quantity,
    /// The touch when it happened, best bid and best ask, as far as there was one.
    pub touch: (Option<Price>, Option<Price>),
    /// The handler that asked.
    pub handler: Option<HandlerId>,
    /// The strategy's own reason.
    pub because: Option<ReasonId>,
}

/// One step in the life of an own order. Executions are in [`Outbox::fills`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderRecord {
    /// When the session did or learned it.
    pub ts: Time,
    /// The order.
    pub order: OrderId,
    /// The step.
    pub kind: OrderStep,
    /// Who asked for the order, and why.
    pub origin: Origin,
}

/// The steps in the life of an own order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderStep {
    /// It left for the venue.
    Placed(NewOrder),
    /// The venue took it.
    Accepted,
    /// Its cancel left for the venue.
    CancelSent,
    /// It is gone without further fills.
    Canceled(CancelReason),
    /// The venue refused it.
    Rejected(RejectReason),
    /// The last unit of it was traded.
    Filled,
}

/// A position that ended with its instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settlement {
    /// When.
    pub ts: Time,
    /// The instrument.
    pub instrument: InstrumentId,
    /// Units that were held; below zero for a short position.
    pub size: Quantity,
    /// Money per unit.
    pub payout: Price,
    /// Cash and realised profit of it.
    pub booked: Booked,
}

/// A request that was refused or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub ts: Time,
    /// The instrument.
    pub instrument: InstrumentId,
    /// The slot, if the request had one.
    pub slot: Option<SlotId>,
    /// The handler that asked; `None` for the session itself.
    pub handler: Option<HandlerId>,
    /// Why.
    pub reason: HostReason,
}

crate::plain!(Origin { handler, because });
