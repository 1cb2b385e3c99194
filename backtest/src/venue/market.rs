//! One instrument at the venue: its rules, its data, the orders alive in it.

use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::instrument::{AssetClass, Instrument, Status};
use strat_runtime::order::{CancelReason, OrderId, ReportKind, TimeInForce};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::FeeSchedule;

use super::account::{Desk, Fate, Holding};
use super::book::DisplayedBook;
use super::models::Models;
use super::orders::{DueKey, Order};

/// On what kind of data orders of an instrument are matched: the best that was seen so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Feed {
    /// Nothing was seen yet.
    #[default]
    None,
    /// Bars alone.
    Bars,
    /// Trades without quotes.
    Trades,
    /// Quotes of the touch, or books.
    Book,
}

/// One instrument at the venue.
#[derive(Debug, Clone)]
pub(super) struct Market {
    pub(super) rules: Instrument,
    pub(super) schedule: FeeSchedule,
    pub(super) book: DisplayedBook,
    pub(super) position: Quantity,
    /// Last price of a bar or a trade.
    pub(super) last: Option<Price>,
    /// Half the distance between bid and ask, where the last bar carried it.
    pub(super) last_half_spread: Option<Price>,
    pub(super) volume_seen: bool,
    feed: Feed,
    /// Alive, by side and price, the better price first, then by arrival.
    orders: Vec<Order>,
}

impl Market {
    pub(super) fn new(rules: &Instrument, levels_max: usize) -> Self {
        Self {
            schedule: rules.venue.capabilities().fees.schedule(rules.class),
            rules: rules.clone(),
            book: DisplayedBook::new(levels_max),
            position: Quantity::ZERO,
            last: None,
            last_half_spread: None,
            volume_seen: false,
            feed: Feed::None,
            orders: Vec::new(),
        }
    }

    pub(super) fn position(&self) -> Quantity {
        self.position
    }

    pub(super) fn feed(&self) -> Feed {
        self.feed
    }

    pub(super) fn is_without_volume(&self) -> bool {
        self.feed == Feed::Bars && !self.volume_seen
    }

    pub(super) fn open_orders(&self) -> usize {
        self.orders.len()
    }

    pub(super) fn orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.iter()
    }

    /// Behind every order of its side at its price or a better one.
    pub(super) fn insert(&mut self, order: Order) {
        let at = self
            .orders
            .iter()
            .position(|other| other.side() == order.side() && is_behind(other, &order))
            .unwrap_or(self.orders.len());
        self.orders.insert(at, order);
    }

    pub(super) fn remove(&mut self, id: OrderId) -> Option<Order> {
        let at = self.orders.iter().position(|o| o.id() == id)?;
        Some(self.orders.remove(at))
    }

    pub(super) fn set_expiry(&mut self, id: OrderId, key: Option<DueKey>) {
        if let Some(order) = self.orders.iter_mut().find(|o| o.id() == id) {
            order.expiry = key;
        }
    }

    /// When an order ends by itself: at its own end or at its market's, whichever comes first.
    pub(super) fn ends_at(&self, order: &Order) -> Option<Time> {
        let own = match order.new.tif {
            TimeInForce::Gtd(end) => Some(end),
            TimeInForce::Day => order.arrived_at.next_multiple_after(Duration::DAY),
            TimeInForce::Gtc | TimeInForce::Fok | TimeInForce::Fak => None,
        };
        match (own, self.rules.expires_at) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }

    /// What an order of `side` would have to pay at least, going by what was seen last.
    pub(super) fn opposite_touch(&self, side: Side, models: &Models) -> Option<Price> {
        match self.feed {
            Feed::None => None,
            Feed::Book => self.book.best(side.opposite()).map(|level| level.price),
            Feed::Bars | Feed::Trades => {
                let half = self.half_spread(self.last_half_spread, models);
                self.worse_by(side, self.last?, half)
            }
        }
    }

    /// The price at which a market order is valued before it is tried.
    pub(super) fn reference(&self, side: Side) -> Option<Price> {
        self.book.best(side.opposite()).map(|level| level.price).or(self.last)
    }

    pub(super) fn holding(&self) -> Holding {
        Holding {
            position: self.position,
            schedule: self.schedule,
            is_token: self.rules.class == AssetClass::OutcomeToken,
        }
    }

    /// Takes an event in and tries the orders that may be tried against it.
    pub(super) fn on_event(&mut self, event: &Event<'_>, desk: &mut Desk<'_>) {
        match &event.data {
            MarketData::Meta(change) => self.on_meta(*change, desk),
            MarketData::Quote { .. } | MarketData::Book { .. } | MarketData::Delta { .. } => {
                self.feed = Feed::Book;
                self.book.apply(&event.data);
                self.match_book(None, desk);
            }
            MarketData::Trade { price, size, aggressor } => {
                self.feed = self.feed.max(Feed::Trades);
                if self.feed == Feed::Book {
                    self.match_book(Some((*price, *size, *aggressor)), desk);
                } else {
                    self.match_trade(*price, *size, desk);
                }
                self.last = Some(*price);
                self.last_half_spread = None;
            }
            MarketData::Bar(bar) => {
                self.feed = self.feed.max(Feed::Bars);
                if self.feed == Feed::Bars {
                    self.match_bar(bar, desk);
                    self.last = Some(bar.close);
                    self.last_half_spread = bar.half_spread;
                }
            }
        }
    }

    fn on_meta(&mut self, change: MetaChange, desk: &mut Desk<'_>) {
        match change {
            // Resting orders stay where they are, off the new grid if need be.
            MetaChange::Tick(tick) => self.rules.tick = tick,
            MetaChange::Liquidity(liquidity) => self.rules.liquidity = liquidity,
            MetaChange::Expiry(end) => self.rules.expires_at = end,
            MetaChange::Status(status) => {
                self.rules.status = status;
                if let Status::Resolved { payout } = status {
                    for order in std::mem::take(&mut self.orders) {
                        let kind = ReportKind::Canceled(CancelReason::Resolved);
                        desk.close(&order, Fate::Ended(kind));
                    }
                    if desk.account.settle(self.position, payout).is_some() {
                        self.position = Quantity::ZERO;
                    }
                }
            }
        }
    }

    /// Tries every order that may be tried at this event, in price-time priority.
    pub(super) fn for_each_order(
        &mut self,
        desk: &mut Desk<'_>,
        mut attempt: impl FnMut(&mut Self, &mut Order, &mut Holding, &mut Desk<'_>) -> Fate,
    ) {
        if self.orders.is_empty() || !self.rules.is_trading() {
            return;
        }
        let mut at = 0;
        while let Some(mut order) = self.orders.get(at).copied() {
            // With latency the event must be later than the arrival; without, everything that was
            // submitted before this event may be tried.
            let waits = desk.models.entry_latency.is_positive() && desk.ts_recv <= order.arrived_at;
            let mut holding = self.holding();
            let fate =
                if waits { Fate::Open } else { attempt(self, &mut order, &mut holding, desk) };
            self.position = holding.position;
            if fate == Fate::Open {
                if let Some(kept) = self.orders.get_mut(at) {
                    *kept = order;
                }
                at += 1;
            } else {
                self.orders.remove(at);
                desk.close(&order, fate);
            }
        }
    }
}

/// Whether `a` has the worse price of two orders of one side.
fn is_behind(a: &Order, b: &Order) -> bool {
    match (a.new.limit, b.new.limit, a.side()) {
        (None, _, _) => false,
        (Some(_), None, _) => true,
        (Some(a), Some(b), Side::Buy) => a < b,
        (Some(a), Some(b), Side::Sell) => a > b,
    }
}
