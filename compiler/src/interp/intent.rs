//! Order and target statements: from expressions to intents.

use strat_runtime::fault::FaultKind;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::leverage::Leverage;
use strat_runtime::manifest::ReasonId;
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::ratio::Ratio;
use strat_runtime::signal::{self, Action, Intent, OrderWish, WishTif};
use strat_runtime::time::Duration;

use super::run::Run;
use super::trace::Watch;
use crate::ir::{Exit, ExprId, Goal, Order, Target, Tif, Via};

impl<W: Watch> Run<'_, W> {
    /// Adds an intent, unless something went wrong while its values were computed.
    pub(super) fn emit(
        &mut self,
        instrument: InstrumentId,
        because: Option<ReasonId>,
        action: Action,
    ) {
        if self.eval.faulted() {
            return;
        }
        let (handler, group) = (self.handler, self.group);
        self.out.intents.push(Intent { handler, instrument, group, because, action });
        if W::ON {
            self.see_intent();
        }
    }

    /// The instrument that an expression names.
    pub(super) fn instrument(&mut self, id: ExprId) -> InstrumentId {
        let place = self.eval.eval(id).bits;
        match u32::try_from(place) {
            Ok(place) if (place as usize) < self.eval.view.instruments.len() => InstrumentId(place),
            _ => {
                self.eval.fault(FaultKind::Internal, id);
                InstrumentId(0)
            }
        }
    }

    fn raw(&mut self, id: ExprId) -> i64 {
        self.eval.eval(id).bits
    }

    pub(super) fn order(&mut self, order: &Order) {
        let instrument = self.instrument(order.instrument);
        let size = Quantity::from_raw(self.raw(order.size));
        let limit = order.limit.map(|limit| Price::from_raw(self.raw(limit)));
        let tif = match order.tif {
            Tif::Gtc => WishTif::Gtc,
            Tif::Gtd(length) => WishTif::Gtd(Duration::from_nanos(self.raw(length))),
            Tif::Fok => WishTif::Fok,
            Tif::Fak => WishTif::Fak,
            Tif::Day => WishTif::Day,
        };
        let each = order.each.map_or(0, |each| {
            let most = i64::from(each.most);
            u16::try_from(self.raw(each.count).clamp(1, most)).unwrap_or(each.most)
        });
        let stop = order.stop.map(|stop| signal::StopWish {
            level: stop.level.map(|level| Price::from_raw(self.raw(level))),
            trail: stop.trail.map(|trail| Price::from_raw(self.raw(trail))),
            on: stop.on,
        });
        let exits = signal::Exits {
            stop_loss: self.exit(order.stop_loss),
            take_profit: self.exit(order.take_profit),
            behind: order.behind,
        };
        let via = self.via(order.via);
        let action = if order.quote && !size.is_positive() {
            Action::Clear(order.slot)
        } else {
            Action::Order(OrderWish {
                slot: order.slot,
                side: order.side,
                size,
                limit,
                tif,
                post_only: order.post_only,
                reduce_only: order.reduce_only,
                quote: order.quote,
                each,
                stop,
                exits,
                via,
            })
        };
        self.emit(instrument, order.because, action);
    }

    fn exit(&mut self, exit: Option<Exit>) -> Option<signal::ExitWish> {
        exit.map(|exit| signal::ExitWish {
            level: Price::from_raw(self.raw(exit.level)),
            on: exit.on,
        })
    }

    fn via(&mut self, via: Option<Via>) -> Option<signal::Via> {
        via.map(|via| match via {
            Via::Cross => signal::Via::Cross,
            Via::Passive => signal::Via::Passive,
            Via::Twap(length) => signal::Via::Twap(Duration::from_nanos(self.raw(length))),
        })
    }

    pub(super) fn target(&mut self, target: &Target) {
        let instrument = self.instrument(target.instrument);
        let goal = match target.goal {
            Goal::Flat => signal::Goal::Flat,
            Goal::Leverage(x) => signal::Goal::Leverage(Leverage::from_raw(self.raw(x))),
            Goal::Size(x) => signal::Goal::Size(Quantity::from_raw(self.raw(x))),
            Goal::Notional(x) => signal::Goal::Notional(Money::from_raw(self.raw(x))),
            Goal::Weight(x) => signal::Goal::Weight(Ratio::from_raw(self.raw(x))),
        };
        let via = self.via(target.via);
        self.emit(instrument, target.because, Action::Target { slot: target.slot, goal, via });
    }
}
