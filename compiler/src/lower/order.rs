//! Order and target statements.

use super::{LowerError, Lowering};
use crate::hir;
use crate::ir::{Each, Exit, Goal, Order, Stop, Target, Tif, Via};

impl Lowering<'_> {
    pub(super) fn order(&mut self, order: &hir::Order, quote: bool) -> Result<Order, LowerError> {
        let instrument = self.value(&order.instrument)?;
        let size = self.value(&order.size)?;
        let limit = order.limit.as_ref().map(|limit| self.value(limit)).transpose()?;
        let tif = match &order.tif {
            hir::Tif::Gtc => Tif::Gtc,
            hir::Tif::Gtd(length) => Tif::Gtd(self.value(length)?),
            hir::Tif::Fok => Tif::Fok,
            hir::Tif::Fak => Tif::Fak,
            hir::Tif::Day => Tif::Day,
        };
        let each = match &order.each {
            Some(each) => Some(Each { count: self.value(&each.count)?, most: each.most }),
            None => None,
        };
        let stop = match &order.stop {
            Some(stop) => Some(Stop {
                level: stop.level.as_ref().map(|level| self.value(level)).transpose()?,
                trail: stop.trail.as_ref().map(|trail| self.value(trail)).transpose()?,
                on: stop.on,
            }),
            None => None,
        };
        let stop_loss = self.exit(order.stop_loss.as_ref())?;
        let take_profit = self.exit(order.take_profit.as_ref())?;
        let via = self.via(order.via.as_ref())?;
        let because = order.because.as_ref().map(|reason| self.reason(reason));
        Ok(Order {
            slot: order.slot,
            instrument,
            side: order.side,
            size,
            limit,
            tif,
            post_only: order.post_only,
            reduce_only: order.reduce_only,
            quote,
            each,
            stop,
            stop_loss,
            take_profit,
            behind: order.behind,
            via,
            because,
        })
    }

    fn exit(&mut self, exit: Option<&hir::Exit>) -> Result<Option<Exit>, LowerError> {
        exit.map(|exit| Ok(Exit { level: self.value(&exit.level)?, on: exit.on })).transpose()
    }

    fn via(&mut self, via: Option<&hir::Via>) -> Result<Option<Via>, LowerError> {
        Ok(match via {
            None => None,
            Some(hir::Via::Cross) => Some(Via::Cross),
            Some(hir::Via::Passive) => Some(Via::Passive),
            Some(hir::Via::Twap(length)) => Some(Via::Twap(self.value(length)?)),
        })
    }

    pub(super) fn target(&mut self, target: &hir::Target) -> Result<Target, LowerError> {
        let instrument = self.value(&target.instrument)?;
        let goal = match &target.goal {
            hir::Goal::Flat => Goal::Flat,
            hir::Goal::Leverage(x) => Goal::Leverage(self.value(x)?),
            hir::Goal::Size(x) => Goal::Size(self.value(x)?),
            hir::Goal::Notional(x) => Goal::Notional(self.value(x)?),
            hir::Goal::Weight(x) => Goal::Weight(self.value(x)?),
        };
        let via = self.via(target.via.as_ref())?;
        let because = target.because.as_ref().map(|reason| self.reason(reason));
        Ok(Target { slot: target.slot, instrument, goal, via, because })
    }
}
