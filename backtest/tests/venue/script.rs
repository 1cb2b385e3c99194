//! A venue on a script: events go in, what it answers comes out as short lines.

use strat_backtest::venue::{Models, SimVenue};
use strat_runtime::bar::Bar;
use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::instrument::{AssetClass, Instrument, InstrumentId, Status};
use strat_runtime::money::Money;
use strat_runtime::order::{
    CancelReason, Command, Liquidity, NewOrder, OrderId, Report, ReportKind, TimeInForce,
};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::slot::SlotId;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::{SimulatedVenue, VenueKind, VenuePort};

/// 2026-01-01T00:00:00Z.
pub(crate) const START_SECS: i64 = 1_767_225_600;
/// The first instrument.
pub(crate) const FIRST: InstrumentId = InstrumentId(0);

pub(crate) fn token() -> Instrument {
    instrument(VenueKind::Polymarket, AssetClass::OutcomeToken, "0.01", "0.01", "5")
}

pub(crate) fn perp() -> Instrument {
    instrument(VenueKind::BinancePerp, AssetClass::Crypto, "0.1", "0.001", "0.001")
}

fn instrument(
    venue: VenueKind,
    class: AssetClass,
    tick: &str,
    lot: &str,
    min_size: &str,
) -> Instrument {
    Instrument {
        symbol: "X".to_owned(),
        name: "x".to_owned(),
        venue,
        class,
        question: String::new(),
        outcome: String::new(),
        tick: price(tick),
        lot: quantity(lot),
        min_size: quantity(min_size),
        min_notional: Money::ZERO,
        liquidity: None,
        expires_at: None,
        complement: None,
        status: Status::Trading,
    }
}

fn price(text: &str) -> Price {
    Price::parse(text).unwrap()
}

fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

fn level(text: &str) -> Level {
    let (at, size) = text.split_once('x').unwrap();
    Level::new(price(at), quantity(size))
}

fn levels(text: &str) -> Vec<Level> {
    text.split_whitespace().map(level).collect()
}

pub(crate) struct Script {
    pub(crate) venue: SimVenue,
    now: Time,
    instrument: InstrumentId,
    step: bool,
    orders: u32,
}

impl Script {
    pub(crate) fn new(instruments: &[Instrument], cash: &str, models: Models) -> Self {
        Self {
            venue: SimVenue::new(instruments, Money::parse(cash).unwrap(), models),
            now: Time::from_secs(START_SECS).unwrap(),
            instrument: FIRST,
            step: true,
            orders: 0,
        }
    }

    /// Whole seconds since the start.
    pub(crate) fn elapsed(&self) -> i64 {
        self.now.nanos() / 1_000_000_000 - START_SECS
    }

    pub(crate) fn on(&mut self, instrument: u32) -> &mut Self {
        self.instrument = InstrumentId(instrument);
        self
    }

    /// The next event carries the time of the one before it.
    pub(crate) fn same_instant(&mut self) -> &mut Self {
        self.step = false;
        self
    }

    pub(crate) fn pass(&mut self, duration: Duration) {
        self.now = self.now.saturating_add(duration);
    }

    pub(crate) fn skip_back(&mut self, duration: Duration) {
        self.now = self.now.checked_sub(duration).unwrap();
    }

    fn event(&mut self, data: MarketData<'_>) -> Vec<String> {
        if std::mem::replace(&mut self.step, true) {
            self.pass(Duration::SECOND);
        }
        let (now, instrument) = (self.now, self.instrument);
        let mut out = Vec::new();
        let event = Event { ts_event: now, ts_recv: now, instrument, data };
        self.venue.on_event(&event, &mut out);
        lines(&out)
    }

    /// What is due by now.
    pub(crate) fn advance(&mut self) -> Vec<String> {
        let mut out = Vec::new();
        self.venue.advance_to(self.now, &mut out);
        lines(&out)
    }

    pub(crate) fn book(&mut self, bids: &str, asks: &str) -> Vec<String> {
        let (bids, asks) = (levels(bids), levels(asks));
        self.event(MarketData::Book { bids: &bids, asks: &asks })
    }

    pub(crate) fn quote(&mut self, bid: &str, ask: &str) -> Vec<String> {
        let (bid, ask) = (level(bid), level(ask));
        self.event(MarketData::Quote { bid, ask })
    }

    pub(crate) fn delta_ask(&mut self, at: &str, size: i64) -> Vec<String> {
        let level = Level::new(price(at), Quantity::from_int(size).unwrap());
        self.event(MarketData::Delta { side: Side::Sell, level })
    }

    pub(crate) fn trade(&mut self, at: &str, size: i64) -> Vec<String> {
        self.trade_of(at, size, None)
    }

    pub(crate) fn trade_by_buyer(&mut self, at: &str, size: i64) -> Vec<String> {
        self.trade_of(at, size, Some(Side::Buy))
    }

    fn trade_of(&mut self, at: &str, size: i64, aggressor: Option<Side>) -> Vec<String> {
        let size = Quantity::from_int(size).unwrap();
        self.event(MarketData::Trade { price: price(at), size, aggressor })
    }

    pub(crate) fn bar(&mut self, ohlc: [f64; 4], volume: f64) -> Vec<String> {
        self.bar_of(ohlc, volume, None)
    }

    pub(crate) fn bar_with_half_spread(
        &mut self,
        ohlc: [f64; 4],
        volume: f64,
        half: &str,
    ) -> Vec<String> {
        self.bar_of(ohlc, volume, Some(price(half)))
    }

    /// A minute's bar that opens now and is delivered at its close.
    fn bar_of(&mut self, ohlc: [f64; 4], volume: f64, half_spread: Option<Price>) -> Vec<String> {
        let [open, high, low, close] = ohlc.map(|x| price(&x.to_string()));
        let opens_at = self.now;
        self.pass(Duration::from_minutes(1));
        let closes_at = self.now;
        self.step = false;
        let bar = Bar { opens_at, closes_at, open, high, low, close, volume, half_spread };
        self.event(MarketData::Bar(bar))
    }

    pub(crate) fn halt(&mut self) {
        self.event(MarketData::Meta(MetaChange::Status(Status::Halted)));
    }

    pub(crate) fn resume(&mut self) {
        self.event(MarketData::Meta(MetaChange::Status(Status::Trading)));
    }

    pub(crate) fn resolve(&mut self, payout: &str) -> Vec<String> {
        let payout = price(payout);
        self.event(MarketData::Meta(MetaChange::Status(Status::Resolved { payout })))
    }

    pub(crate) fn tick(&mut self, tick: &str) {
        let tick = price(tick);
        self.event(MarketData::Meta(MetaChange::Tick(tick)));
    }

    pub(crate) fn expire_in(&mut self, duration: Duration) {
        let end = self.now.saturating_add(duration);
        self.same_instant().event(MarketData::Meta(MetaChange::Expiry(Some(end))));
    }

    pub(crate) fn place(
        &mut self,
        is_buy: bool,
        size: &str,
        limit: Option<&str>,
        tif: TimeInForce,
    ) -> OrderId {
        let side = if is_buy { Side::Buy } else { Side::Sell };
        self.send(side, quantity(size), limit, tif, false, false)
    }

    fn send(
        &mut self,
        side: Side,
        size: Quantity,
        limit: Option<&str>,
        tif: TimeInForce,
        post_only: bool,
        reduce_only: bool,
    ) -> OrderId {
        self.orders += 1;
        let id = OrderId { slot: SlotId(0), instrument: self.instrument, generation: self.orders };
        let limit = limit.map(price);
        let order = NewOrder { id, side, size, limit, tif, post_only, reduce_only };
        self.venue.submit(self.now, &Command::Place(order));
        id
    }

    pub(crate) fn buy(&mut self, size: i64, limit: Option<&str>, tif: TimeInForce) -> OrderId {
        self.place(true, &size.to_string(), limit, tif)
    }

    pub(crate) fn sell(&mut self, size: i64, limit: Option<&str>, tif: TimeInForce) -> OrderId {
        self.place(false, &size.to_string(), limit, tif)
    }

    pub(crate) fn post_buy(&mut self, size: i64, limit: &str) -> OrderId {
        let size = Quantity::from_int(size).unwrap();
        self.send(Side::Buy, size, Some(limit), TimeInForce::Gtc, true, false)
    }

    pub(crate) fn reduce(&mut self, is_buy: bool, size: i64) -> OrderId {
        let side = if is_buy { Side::Buy } else { Side::Sell };
        let size = Quantity::from_int(size).unwrap();
        self.send(side, size, None, TimeInForce::Fak, false, true)
    }

    pub(crate) fn reduce_fok(&mut self, size: i64) -> OrderId {
        let size = Quantity::from_int(size).unwrap();
        self.send(Side::Sell, size, None, TimeInForce::Fok, false, true)
    }

    pub(crate) fn cancel(&mut self, id: OrderId) {
        self.venue.submit(self.now, &Command::Cancel(id));
    }
}

fn lines(reports: &[Report]) -> Vec<String> {
    reports.iter().map(line).collect()
}

fn line(report: &Report) -> String {
    let n = report.order.generation;
    match report.kind {
        ReportKind::Accepted => format!("{n} accepted"),
        ReportKind::Rejected(reason) => format!("{n} rejected {reason:?}"),
        ReportKind::CancelRejected => format!("{n} cancel-rejected"),
        ReportKind::Filled(fill) => {
            let by = match fill.liquidity {
                Liquidity::Maker => "maker",
                Liquidity::Taker => "taker",
            };
            // Token prices with their cents.
            let at = if fill.price < Price::ONE {
                format!("{:.2}", fill.price)
            } else {
                fill.price.to_string()
            };
            format!("{n} filled {}@{at} {by} left {}", fill.size, fill.remaining)
        }
        ReportKind::Canceled(reason) => {
            let why = match reason {
                CancelReason::Requested => "requested",
                CancelReason::Unfilled => "unfilled",
                CancelReason::Expired => "expired",
                CancelReason::Resolved => "resolved",
                CancelReason::BalanceDropped => "balance",
            };
            format!("{n} canceled {why}")
        }
    }
}
