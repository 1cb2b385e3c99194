//! `short: complement`: below zero in one outcome is above zero in the other.
//!
//! The two tokens are one position to a target. A goal below zero closes what is held of the
//! instrument and buys the complement for the same leverage, weight, money or units; any other goal
//! closes the complement first. Both legs work in the target's slot, each on its own instrument.

use crate::instrument::InstrumentId;
use crate::leverage::Leverage;
use crate::money::Money;
use crate::quantity::Quantity;
use crate::ratio::Ratio;
use crate::session::{Core, HostReason, Origin};
use crate::signal::{Goal, Via};
use crate::slot::SlotId;

impl Core {
    /// Takes in a target, on the instrument and on its complement where that was asked for.
    pub(in crate::session) fn steer(
        &mut self,
        i: usize,
        slot: SlotId,
        goal: Goal,
        via: Via,
        origin: Origin,
    ) -> Result<(), HostReason> {
        if !self.shorts_by_complement(i) {
            return self.target(i, slot, goal, via, origin);
        }
        let other = self.complement_of(i);
        let (own, opposite) = parted(goal).ok_or(HostReason::Overflow)?;
        let Some(other) = other else {
            // Without the other token only the way down to nothing exists.
            if opposite == Goal::Flat {
                return self.target(i, slot, own, via, origin);
            }
            return Err(HostReason::NoComplement);
        };
        // What frees cash goes first.
        let (first, second) = if opposite == Goal::Flat {
            ((other, opposite), (i, own))
        } else {
            ((i, own), (other, opposite))
        };
        let closed = self.target(first.0, slot, first.1, via, origin);
        let opened = self.target(second.0, slot, second.1, via, origin);
        closed.and(opened)
    }

    /// Whether the strategy asked that a position below zero be one in the complement.
    pub(in crate::session) fn shorts_by_complement(&self, i: usize) -> bool {
        let wants = &self.manifest.wants;
        wants.complements.get(i).copied().unwrap_or(wants.other_complements)
    }

    /// The other outcome of an instrument's market, if the session has it.
    pub(in crate::session) fn complement_of(&self, i: usize) -> Option<usize> {
        let complement: Option<InstrumentId> = self.view.instruments[i].meta.complement;
        let other = complement?.index();
        (other < self.view.instruments.len() && other != i).then_some(other)
    }
}

/// A goal as one for the instrument and one for its complement, of which one is flat. `None` on
/// overflow.
fn parted(goal: Goal) -> Option<(Goal, Goal)> {
    let opposite = match goal {
        Goal::Leverage(x) if x.is_negative() => {
            Goal::Leverage(Leverage::from_raw(x.raw().checked_neg()?))
        }
        Goal::Size(x) if x.is_negative() => Goal::Size(Quantity::from_raw(x.raw().checked_neg()?)),
        Goal::Notional(x) if x.is_negative() => {
            Goal::Notional(Money::from_raw(x.raw().checked_neg()?))
        }
        Goal::Weight(x) if x.is_negative() => Goal::Weight(Ratio::from_raw(x.raw().checked_neg()?)),
        Goal::Flat | Goal::Leverage(_) | Goal::Size(_) | Goal::Notional(_) | Goal::Weight(_) => {
            return Some((goal, Goal::Flat));
        }
    };
    Some((Goal::Flat, opposite))
}
