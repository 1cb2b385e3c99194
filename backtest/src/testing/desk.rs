//! The venue of a script: it keeps orders and does with them what it is told.

use strat_runtime::money::Money;
use strat_runtime::order::{
    CancelReason, Command, Fill, Liquidity, NewOrder, OrderId, RejectReason, Report, ReportKind,
    TimeInForce,
};
use strat_runtime::quantity::Quantity;
use strat_runtime::script::Deal;
use strat_runtime::side::Side;
use strat_runtime::time::{Duration, Time};

/// An order at the venue.
#[derive(Debug, Clone, Copy)]
pub(super) struct Open {
    pub(super) new: NewOrder,
    /// Units that can still fill.
    pub(super) left: Quantity,
    /// When it was sent.
    pub(super) at: Time,
    /// Whether the venue has said that it took it.
    pub(super) accepted: bool,
    /// When it was last filled.
    filled_at: Option<Time>,
    /// When its market ends.
    market_ends_at: Option<Time>,
}

impl Open {
    /// Whether it fills at once or not at all.
    pub(super) fn is_immediate(&self) -> bool {
        matches!(self.new.tif, TimeInForce::Fak | TimeInForce::Fok)
    }

    /// Whether it can still be filled at `then`, if nothing but that happens.
    pub(super) fn is_open_at(&self, then: Time) -> bool {
        let cut = self.is_immediate() && self.filled_at.is_some_and(|at| at < then);
        !cut && self.ends_at().is_none_or(|end| end > then)
    }

    fn ends_at(&self) -> Option<Time> {
        let own = match self.new.tif {
            TimeInForce::Gtd(end) => Some(end),
            TimeInForce::Day => self.at.next_multiple_after(Duration::from_days(1)),
            TimeInForce::Gtc | TimeInForce::Fak | TimeInForce::Fok => None,
        };
        own.into_iter().chain(self.market_ends_at).min()
    }

    fn takes(&self, deal: &Deal) -> bool {
        let fits = |limit| match deal.side {
            Side::Buy => deal.price <= limit,
            Side::Sell => deal.price >= limit,
        };
        self.new.id.instrument == deal.instrument
            && self.new.side == deal.side
            && self.new.limit.is_none_or(fits)
    }
}

/// Every order that can still fill, oldest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Desk {
    orders: Vec<Open>,
    /// Per instrument: when its market ends.
    ends: Vec<Option<Time>>,
}

impl Desk {
    /// The desk of markets that end then.
    pub(super) const fn new(ends: Vec<Option<Time>>) -> Self {
        Self { orders: Vec::new(), ends }
    }

    pub(super) fn orders(&self) -> &[Open] {
        &self.orders
    }

    /// Takes a command; a cancel is confirmed at once.
    pub(super) fn take(&mut self, now: Time, command: &Command) -> Option<Report> {
        match *command {
            Command::Place(new) => {
                let market_ends_at = self.ends.get(new.id.instrument.index()).copied().flatten();
                self.orders.push(Open {
                    new,
                    left: new.size,
                    at: now,
                    accepted: false,
                    filled_at: None,
                    market_ends_at,
                });
                None
            }
            Command::Cancel(id) => {
                let kind = match self.remove(id) {
                    Some(_) => ReportKind::Canceled(CancelReason::Requested),
                    None => ReportKind::CancelRejected,
                };
                Some(report(now, id, kind))
            }
        }
    }

    fn remove(&mut self, id: OrderId) -> Option<Open> {
        let at = self.orders.iter().position(|order| order.new.id == id)?;
        Some(self.orders.remove(at))
    }

    /// Time goes on: what was sent is taken, unless `next` is about to refuse it.
    pub(super) fn accept(&mut self, now: Time, next: Option<&Deal>) -> Vec<Report> {
        let refused = next.filter(|deal| deal.size.is_zero());
        let refused = refused.and_then(|deal| self.refusable(deal));
        let mut out = Vec::new();
        for order in &mut self.orders {
            let waits = order.accepted || order.is_immediate() || Some(order.new.id) == refused;
            if !waits {
                order.accepted = true;
                out.push(report(now, order.new.id, ReportKind::Accepted));
            }
        }
        out
    }

    /// Something happens at `then`: what fills at once or not at all is gone, unless `next` is
    /// about to fill or refuse it.
    pub(super) fn drop_immediate(
        &mut self,
        now: Time,
        then: Time,
        next: Option<&Deal>,
    ) -> Vec<Report> {
        let kept = next.and_then(|deal| self.target_of(deal));
        let mut out = Vec::new();
        self.orders.retain(|order| {
            let filled_before = order.filled_at.is_some_and(|at| at < then);
            let stays = !order.is_immediate()
                || order.at >= then
                || (Some(order.new.id) == kept && !filled_before);
            if !stays {
                let kind = ReportKind::Canceled(CancelReason::Unfilled);
                out.push(report(now, order.new.id, kind));
            }
            stays
        });
        out
    }

    /// When the next order's time is up.
    pub(super) fn next_end(&self) -> Option<Time> {
        self.orders.iter().filter_map(Open::ends_at).min()
    }

    /// Ends orders whose time is up.
    pub(super) fn expire(&mut self, now: Time) -> Vec<Report> {
        let mut out = Vec::new();
        self.orders.retain(|order| {
            let over = order.ends_at().is_some_and(|end| end <= now);
            if over {
                let kind = ReportKind::Canceled(CancelReason::Expired);
                out.push(report(now, order.new.id, kind));
            }
            !over
        });
        out
    }

    fn refusable(&self, deal: &Deal) -> Option<OrderId> {
        let fits =
            |order: &&Open| order.takes(deal) && !order.accepted && order.filled_at.is_none();
        self.orders.iter().find(fits).map(|order| order.new.id)
    }

    /// The order that a fill or refusal is about: the oldest that takes its price.
    pub(super) fn target_of(&self, deal: &Deal) -> Option<OrderId> {
        if deal.size.is_zero() {
            return self.refusable(deal);
        }
        self.orders.iter().find(|order| order.takes(deal)).map(|order| order.new.id)
    }

    /// Fills, or refuses, the order that the deal is about.
    ///
    /// # Errors
    /// What keeps it from being done.
    pub(super) fn fill(&mut self, now: Time, deal: &Deal) -> Result<Report, String> {
        let Some(id) = self.target_of(deal) else {
            return Err(if deal.size.is_zero() {
                "there is no own order on its way that could be refused here".to_owned()
            } else {
                "there is no own order that takes this price".to_owned()
            });
        };
        let Some(order) = self.orders.iter_mut().find(|order| order.new.id == id) else {
            return Err("there is no such order".to_owned());
        };
        if deal.size.is_zero() {
            self.remove(id);
            return Ok(report(now, id, ReportKind::Rejected(RejectReason::MarketClosed)));
        }
        if deal.size > order.left {
            return Err(format!("only {} of that order can still fill", order.left));
        }
        if order.new.tif == TimeInForce::Fok && deal.size < order.left {
            return Err("a fill-or-kill order fills as a whole or not at all".to_owned());
        }
        let remaining = order.left.checked_sub(deal.size).unwrap_or(Quantity::ZERO);
        order.left = remaining;
        order.filled_at = Some(now);
        let liquidity = if order.is_immediate() { Liquidity::Taker } else { Liquidity::Maker };
        let (price, size) = (deal.price, deal.size);
        if remaining.is_zero() {
            self.remove(id);
        }
        let fill = Fill { price, size, fee: Money::ZERO, liquidity, remaining };
        Ok(report(now, id, ReportKind::Filled(fill)))
    }
}

fn report(now: Time, order: OrderId, kind: ReportKind) -> Report {
    Report { ts_event: now, ts_recv: now, order, kind }
}
