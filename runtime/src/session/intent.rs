//! From a reaction to commands: slots, groups, cancels.

use crate::fault::{Fault, FaultKind};
use crate::order::TimeInForce;
use crate::session::slots::{Cell, Pending, is_immediate};
use crate::session::{Core, HostReason, Origin, RiskCause};
use crate::signal::{Action, Intent, OrderWish};
use crate::slot::{Desired, SlotId, SlotState, WorkingOrder};
use crate::strategy::{Message, MessageLevel, Reaction};

/// What a group has changed so far, so that it can be taken back as a whole.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    before: Vec<(usize, Cell, Option<WorkingOrder>)>,
}

/// Lengths and counts to return to.
struct Mark {
    commands: usize,
    orders: usize,
    notes: usize,
    placed: u64,
    cancels: u64,
}

impl Core {
    /// Takes in what one step produced.
    pub(super) fn take(&mut self, reaction: &mut Reaction) {
        let now = self.view.now;
        if let Some(fault) = reaction.fault {
            self.fault(fault);
            return;
        }
        for &handler in &reaction.fired {
            self.counters.fire(handler);
        }
        for stop in &reaction.stops {
            self.counters.stop(*stop, now);
            if self.setup.trace {
                self.outbox.stops.push((now, *stop));
            }
        }
        if !reaction.messages.is_empty() {
            self.outbox.messages.extend(reaction.messages.drain(..).map(|message| (now, message)));
        }
        let instruments = self.view.instruments.len();
        if reaction.intents.iter().any(|intent| intent.instrument.index() >= instruments) {
            self.fault(Fault { kind: FaultKind::Internal, at: 0 });
            return;
        }
        self.apply(&reaction.intents);
    }

    fn fault(&mut self, fault: Fault) {
        self.counters.faults += 1;
        let actions = self.manifest.on_fault.clone();
        self.act(&actions);
        let text = format!("fault at byte {}: {}", fault.at, fault.kind);
        let alert = Message { level: MessageLevel::Alert, text };
        self.outbox.messages.push((self.view.now, alert));
        self.notice(RiskCause::Fault(fault), actions);
    }

    fn apply(&mut self, intents: &[Intent]) {
        for (n, intent) in intents.iter().enumerate() {
            if intent.group == 0 {
                if let Err(reason) = self.apply_one(intent) {
                    self.refuse(intent, reason);
                }
            } else if intents.iter().take(n).all(|earlier| earlier.group != intent.group) {
                self.apply_group(intents, intent.group);
            }
        }
    }

    /// All legs or none. Requests that only take orders back cannot be refused; they come last.
    fn apply_group(&mut self, intents: &[Intent], group: u16) {
        let legs = || intents.iter().filter(|intent| intent.group == group);
        let mark = Mark {
            commands: self.outbox.commands.len(),
            orders: self.outbox.orders.len(),
            notes: self.outbox.notes.len(),
            placed: self.counters.placed,
            cancels: self.counters.cancels,
        };
        self.group.before.clear();
        let mut refused = None;
        for leg in legs() {
            let Some(slot) = checked_slot(&leg.action) else {
                continue;
            };
            let i = leg.instrument.index();
            let applied = self.slot_to_use(i, slot, &leg.action).and_then(|slot| {
                self.remember(i, slot, &leg.action);
                self.apply_one(leg)
            });
            if let Err(reason) = applied {
                refused = Some((leg, reason));
                break;
            }
        }
        if let Some((first, reason)) = refused {
            self.undo(&mark);
            for leg in legs().filter(|leg| checked_slot(&leg.action).is_some()) {
                let own = std::ptr::eq(leg, first);
                self.refuse(leg, if own { reason } else { HostReason::GroupRefused });
            }
            return;
        }
        for leg in legs().filter(|leg| checked_slot(&leg.action).is_none()) {
            if let Err(reason) = self.apply_one(leg) {
                self.refuse(leg, reason);
            }
        }
    }

    /// Keeps what a request may change: its slot, that of its exits, that on the complement.
    fn remember(&mut self, i: usize, slot: SlotId, action: &Action) {
        let keep = |this: &mut Self, i: usize, slot: SlotId| {
            let before = (i, *this.cell(i, slot), this.order(i, slot).copied());
            this.group.before.push(before);
        };
        keep(self, i, slot);
        match action {
            Action::Order(wish) if !wish.exits.is_empty() => keep(self, i, wish.exits.slot(slot)),
            Action::Target { .. } if self.shorts_by_complement(i) => {
                if let Some(other) = self.complement_of(i) {
                    keep(self, other, slot);
                }
            }
            Action::Order(_)
            | Action::Target { .. }
            | Action::Clear(_)
            | Action::CancelInstrument
            | Action::CancelAll
            | Action::Halt => {}
        }
    }

    fn undo(&mut self, mark: &Mark) {
        while let Some((i, cell, order)) = self.group.before.pop() {
            self.set_work(i, cell.slot, cell.work);
            let slot = cell.slot;
            self.remove(i, slot);
            self.restore(i, &cell, order);
        }
        self.risk.rate_return((self.counters.placed - mark.placed) as usize);
        self.outbox.commands.truncate(mark.commands);
        self.outbox.orders.truncate(mark.orders);
        for note in self.outbox.notes.drain(mark.notes..) {
            self.counters.host[note.reason.index()] -= 1;
        }
        (self.counters.placed, self.counters.cancels) = (mark.placed, mark.cancels);
    }

    fn refuse(&mut self, intent: &Intent, reason: HostReason) {
        let slot = slot_of(&intent.action);
        self.note(intent.instrument.index(), slot, origin_of(intent), reason);
    }

    fn apply_one(&mut self, intent: &Intent) -> Result<(), HostReason> {
        let i = intent.instrument.index();
        let origin = origin_of(intent);
        match intent.action {
            Action::Order(wish) => {
                let slot = self.slot_to_use(i, wish.slot, &intent.action)?;
                let wish = OrderWish { slot, ..wish };
                self.follow_exits(i, &wish)?;
                match wish.stop {
                    Some(stop) => self.arm(i, &wish, stop, origin),
                    None => self.place(i, &wish, &wish, origin),
                }
            }
            Action::Target { slot, goal, via } => {
                let via = via.unwrap_or(self.capabilities.default_via);
                self.steer(i, slot, goal, via, origin)
            }
            Action::Clear(slot) => {
                self.set_work(i, slot, None);
                self.disarm(i, slot);
                self.cancel(i, slot);
                Ok(())
            }
            Action::CancelInstrument => {
                self.cancel_instrument(i);
                Ok(())
            }
            Action::CancelAll => {
                self.cancel_all();
                Ok(())
            }
            Action::Halt => {
                // Nobody is left to look after what rests.
                self.halted = true;
                self.cancel_all();
                Ok(())
            }
        }
    }

    /// The slot that a request means: its own, or for `each time` the first free one of several.
    fn slot_to_use(&self, i: usize, slot: SlotId, action: &Action) -> Result<SlotId, HostReason> {
        match action {
            Action::Order(wish) if wish.each > 0 => (0..wish.each)
                .map(|n| SlotId(slot.0.saturating_add(n)))
                .find(|slot| self.is_free(i, *slot))
                .ok_or(HostReason::AllWorking),
            Action::Order(_)
            | Action::Clear(_)
            | Action::Target { .. }
            | Action::CancelInstrument
            | Action::CancelAll
            | Action::Halt => Ok(slot),
        }
    }

    /// Sends an order, or lets it be worked. `stated` is what the strategy said, stop included.
    pub(super) fn place(
        &mut self,
        i: usize,
        wish: &OrderWish,
        stated: &OrderWish,
        origin: Origin,
    ) -> Result<(), HostReason> {
        if let Some(via) = wish.via {
            return self.work_order(i, wish, stated, via, origin);
        }
        let desired = match self.quantise(i, wish, origin) {
            Ok(desired) => desired,
            Err(reason) => {
                if wish.quote {
                    self.set_work(i, wish.slot, None);
                    self.cancel(i, wish.slot);
                }
                return Err(reason);
            }
        };
        self.set_work(i, wish.slot, None);
        self.state(i, wish.slot, desired, origin)
    }

    /// The slot should hold this order: places it, puts it in place of another one, or does nothing
    /// because the slot holds it already.
    pub(super) fn state(
        &mut self,
        i: usize,
        slot: SlotId,
        desired: Desired,
        origin: Origin,
    ) -> Result<(), HostReason> {
        let Some(order) = self.order(i, slot).copied() else {
            let unit = self.gate(i, slot, &desired)?;
            self.send(i, slot, desired, origin, unit);
            return Ok(());
        };
        if order.state != SlotState::Live || is_immediate(order.desired.tif) {
            return Err(HostReason::SlotBusy);
        }
        if is_same(&order, &desired) {
            return Ok(());
        }
        self.gate(i, slot, &desired)?;
        self.cancel(i, slot);
        self.cell(i, slot).pending = Some(Pending { desired, origin, aim: None });
        Ok(())
    }
}

/// Whether a resting order is what is wanted. The end of a good-till-date order does not count: it
/// is another one at every statement.
fn is_same(order: &WorkingOrder, wanted: &Desired) -> bool {
    let held = &order.desired;
    let same_tif = match (held.tif, wanted.tif) {
        (TimeInForce::Gtd(_), TimeInForce::Gtd(_)) => true,
        (held, wanted) => held == wanted,
    };
    same_tif
        && order.open == wanted.size
        && held.side == wanted.side
        && held.limit == wanted.limit
        && held.post_only == wanted.post_only
        && held.reduce_only == wanted.reduce_only
}

/// The slot of a request that can be refused.
fn checked_slot(action: &Action) -> Option<SlotId> {
    match action {
        Action::Order(wish) => Some(wish.slot),
        Action::Target { slot, .. } => Some(*slot),
        Action::Clear(_) | Action::CancelInstrument | Action::CancelAll | Action::Halt => None,
    }
}

fn slot_of(action: &Action) -> Option<SlotId> {
    match action {
        Action::Clear(slot) => Some(*slot),
        Action::Order(_)
        | Action::Target { .. }
        | Action::CancelInstrument
        | Action::CancelAll
        | Action::Halt => checked_slot(action),
    }
}

const fn origin_of(intent: &Intent) -> Origin {
    Origin { handler: Some(intent.handler), because: intent.because }
}
