//! The simulated venue: what becomes of orders in a market that does not notice them.
//!
//! What it is: arrival after a latency, the checks that real venues make, matching against the
//! displayed book, the touch or the next bar, fees, partial fills, expiry and resolution. What it
//! is not: an exchange with other traders in it. Own orders change nothing that others do; what
//! they take from the displayed book stays taken until the level is updated.
//!
//! Rules, in the order of their reach:
//! - A command reaches the venue `entry_latency` after it left; checks are made and answered at
//!   that moment, against the market as it was last seen.
//! - An order is tried from the first market event of its instrument with `ts_recv` after its
//!   arrival. With no latency that is the next event of its instrument in the total order, which
//!   may carry the same time stamp; it is never the event that produced the order.
//! - An instrument with quotes or books is matched on those and on its trades. One with trades
//!   alone is matched on the trades, one with bars alone on the bars.
//! - Own orders never trade with each other: the newer one is refused.
//! - Cost per order depends on the orders alive in its instrument, never on those that were.
//!
//! Enter at [`SimVenue::new`]; a run drives it through [`VenuePort`], [`SimulatedVenue`] and
//! [`SimVenue::advance_to`].

mod account;
mod bars;
mod book;
mod checks;
mod market;
mod matching;
mod models;
mod orders;

use std::collections::BTreeMap;

use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::instrument::{Instrument, InstrumentId};
use strat_runtime::money::Money;
use strat_runtime::order::{
    CancelReason, Command, NewOrder, OrderId, RejectReason, Report, ReportKind,
};
use strat_runtime::quantity::Quantity;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::{SimulatedVenue, VenuePort};

use account::{Desk, VenueAccount};
pub use market::Feed;
use market::Market;
pub use models::{Fees, Fills, ModelError, Models, Queue};
use orders::DueKey;

/// A venue that lives on the same market events as the session.
#[derive(Debug, Clone)]
pub struct SimVenue {
    models: Models,
    markets: Vec<Market>,
    account: VenueAccount,
    due: BTreeMap<DueKey, Due>,
    sequence: u64,
}

/// Something that happens at the venue at a time that is known beforehand.
#[derive(Debug, Clone, Copy)]
enum Due {
    Arrival(NewOrder),
    Cancel(OrderId),
    Expiry(OrderId),
}

impl SimVenue {
    /// Levels that the venue keeps of each side of a book unless told otherwise.
    pub const LEVELS_MAX: usize = 256;

    /// A venue for these instruments, the n-th of which is `InstrumentId(n)`, on which the account
    /// holds `cash` and nothing else.
    pub fn new(instruments: &[Instrument], cash: Money, models: Models) -> Self {
        let markets = instruments.iter().map(|i| Market::new(i, Self::LEVELS_MAX)).collect();
        Self {
            models,
            markets,
            account: VenueAccount::new(cash),
            due: BTreeMap::new(),
            sequence: 0,
        }
    }

    /// The models it was made with.
    pub fn models(&self) -> &Models {
        &self.models
    }

    /// Cash of the account as the venue keeps it; agrees with the session's to the last unit.
    pub fn cash(&self) -> Money {
        self.account.cash()
    }

    /// Units held of an instrument, zero for one that the venue does not have.
    pub fn position(&self, instrument: InstrumentId) -> Quantity {
        self.markets.get(instrument.index()).map_or(Quantity::ZERO, Market::position)
    }

    /// Orders that can still fill, those on their way not counted.
    pub fn open_orders(&self) -> usize {
        self.markets.iter().map(Market::open_orders).sum()
    }

    /// On what kind of data an instrument is matched, as far as it was seen.
    pub fn feed(&self, instrument: InstrumentId) -> Feed {
        self.markets.get(instrument.index()).map_or(Feed::None, Market::feed)
    }

    /// Whether an instrument is matched on bars that have never carried a volume, so that the
    /// participation limit could not apply.
    pub fn is_without_volume(&self, instrument: InstrumentId) -> bool {
        self.markets.get(instrument.index()).is_some_and(Market::is_without_volume)
    }

    /// When the next arrival or expiry is due, if anything is.
    #[inline]
    pub fn next_due(&self) -> Option<Time> {
        self.due.first_key_value().map(|((time, _), _)| *time)
    }

    /// Lets arrive and expire what is due up to and including `until`. Reports go to `out`, each
    /// stamped with the time at which it happened.
    pub fn advance_to(&mut self, until: Time, out: &mut Vec<Report>) {
        while let Some(entry) = self.due.first_entry() {
            let (time, _) = *entry.key();
            if time > until {
                return;
            }
            match entry.remove() {
                Due::Arrival(order) => self.arrive(time, order, out),
                Due::Cancel(id) => self.cancel(time, id, out),
                Due::Expiry(id) => self.expire(time, id, out),
            }
        }
    }

    fn schedule(&mut self, time: Time, due: Due) -> DueKey {
        let key = (time, self.sequence);
        self.sequence += 1;
        self.due.insert(key, due);
        key
    }

    fn arrive(&mut self, now: Time, new: NewOrder, out: &mut Vec<Report>) {
        let report = |kind| Report { ts_event: now, ts_recv: now, order: new.id, kind };
        let sent_at = now.checked_sub(self.models.entry_latency).unwrap_or(now);
        let Some(market) = self.markets.get_mut(new.id.instrument.index()) else {
            out.push(report(ReportKind::Rejected(RejectReason::MarketClosed)));
            return;
        };
        let mut order = match market.admit(&new, now, sent_at, &self.account, &self.models) {
            Ok(order) => order,
            Err(reason) => {
                out.push(report(ReportKind::Rejected(reason)));
                return;
            }
        };
        if !order.is_immediate() {
            out.push(report(ReportKind::Accepted));
        }
        self.account.reserve(order.reserved);
        let ends_at = market.ends_at(&order);
        if let Some(time) = ends_at {
            order.expiry = Some(self.schedule(time, Due::Expiry(new.id)));
        }
        if let Some(market) = self.markets.get_mut(new.id.instrument.index()) {
            market.insert(order);
        }
    }

    fn cancel(&mut self, now: Time, id: OrderId, out: &mut Vec<Report>) {
        let removed =
            self.markets.get_mut(id.instrument.index()).and_then(|market| market.remove(id));
        let kind = match removed {
            Some(order) => {
                self.account.release(order.reserved);
                if let Some(key) = order.expiry {
                    self.due.remove(&key);
                }
                ReportKind::Canceled(CancelReason::Requested)
            }
            None => ReportKind::CancelRejected,
        };
        out.push(Report { ts_event: now, ts_recv: now, order: id, kind });
    }

    fn expire(&mut self, now: Time, id: OrderId, out: &mut Vec<Report>) {
        let removed =
            self.markets.get_mut(id.instrument.index()).and_then(|market| market.remove(id));
        if let Some(order) = removed {
            self.account.release(order.reserved);
            let kind = ReportKind::Canceled(CancelReason::Expired);
            out.push(Report { ts_event: now, ts_recv: now, order: id, kind });
        }
    }

    /// Ends of orders move with the end of their market.
    fn reschedule(&mut self, instrument: InstrumentId) {
        let Some(market) = self.markets.get(instrument.index()) else { return };
        let ends: Vec<_> = market.orders().map(|o| (o.id(), o.expiry, market.ends_at(o))).collect();
        for (id, old, ends_at) in ends {
            if let Some(key) = old {
                self.due.remove(&key);
            }
            let key = ends_at.map(|time| self.schedule(time, Due::Expiry(id)));
            if let Some(market) = self.markets.get_mut(instrument.index()) {
                market.set_expiry(id, key);
            }
        }
    }
}

impl VenuePort for SimVenue {
    fn submit(&mut self, now: Time, command: &Command) {
        let time = now.saturating_add(self.models.entry_latency);
        let due = match *command {
            Command::Place(order) => Due::Arrival(order),
            Command::Cancel(id) => Due::Cancel(id),
        };
        self.schedule(time, due);
    }
}

impl SimulatedVenue for SimVenue {
    fn on_event(&mut self, event: &Event<'_>, out: &mut Vec<Report>) {
        // What arrives at the very time of a change of metadata meets the new rules: it comes after.
        let is_meta = event.data.rank() == 0;
        let until = if is_meta {
            Time::from_nanos(event.ts_recv.nanos().saturating_sub(1))
        } else {
            event.ts_recv
        };
        if self.next_due().is_some_and(|due| due <= until) {
            self.advance_to(until, out);
        }
        let Some(market) = self.markets.get_mut(event.instrument.index()) else { return };
        let mut desk = Desk {
            account: &mut self.account,
            models: &self.models,
            ts_event: event.ts_event,
            ts_recv: event.ts_recv,
            out,
            ended: Vec::new(),
        };
        market.on_event(event, &mut desk);
        for key in desk.ended {
            self.due.remove(&key);
        }
        if let MarketData::Meta(MetaChange::Expiry(_)) = event.data {
            self.reschedule(event.instrument);
        }
    }
}

/// The entry latency in words, for reports.
pub fn describe_latency(latency: Duration) -> String {
    if latency.is_zero() {
        "none: orders reach the venue at once and are tried at the next event".to_owned()
    } else {
        format!("{latency} from the strategy to the venue, none back")
    }
}
