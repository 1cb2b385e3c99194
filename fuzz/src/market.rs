//! What happens around a generated program: gaps, ties, crossed and one-sided books, changes of the
//! tick, odd trades, late trades, markets that open, pause and resolve, a link that breaks.
//!
//! Events of a market do not depend on how many instruments the program declares beyond those that
//! it reads, so that a bystander can be added.

use strat_backtest::tape::Tape;
use strat_compiler::ir::Ir;
use strat_runtime::bar::Bar;
use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::instrument::{AssetClass, Instrument, InstrumentId, Status};
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;

use crate::random::Random;

/// 2025-01-01T00:00:00Z.
const START: Time = Time::from_nanos(1_735_689_600_000_000_000);

/// Markets of the venue beside those that a program declares.
const MARKETS: usize = 5;

const SECOND: i64 = 1_000_000_000;

/// A market, and when its link to the venue breaks and returns.
#[derive(Debug, Clone)]
pub struct Market {
    /// Its events.
    pub tape: Tape,
    /// When the link is lost (`false`) or back (`true`).
    pub links: Vec<(Time, bool)>,
    /// Whether orders are on their way for some time.
    pub is_slow: bool,
}

/// Draws events for a program.
#[derive(Debug)]
struct Feed {
    random: Random,
    venue: VenueKind,
    now: i64,
    mids: Vec<i64>,
}

impl Market {
    /// A market with so many events for a program. The last of the program's instruments is a
    /// bystander if `bystander` says so: the events of the others are as without it.
    pub fn draw(ir: &Ir, seed: u64, index: u64, events: usize, bystander: bool) -> Self {
        let declared = ir.instruments.iter().enumerate();
        let mut table: Vec<Instrument> =
            declared.map(|(at, decl)| row(ir.venue, &decl.symbol, at)).collect();
        let read = table.len().saturating_sub(usize::from(bystander));
        let mut traded: Vec<usize> = (0..read).collect();
        if !ir.universes.is_empty() {
            for at in 0..MARKETS {
                traded.push(table.len());
                table.push(row(ir.venue, &format!("{}", 500 + at), at));
            }
        }
        let mut feed = Feed {
            random: Random::new(seed ^ 0x5eed, index),
            venue: ir.venue,
            now: START.nanos(),
            mids: table.iter().map(|row| start_of(row.class)).collect(),
        };
        let mut tape = Tape::builder(table);
        let mut links = Vec::new();
        let mut down = false;
        let mut first = None;
        for _ in 0..events {
            feed.wait();
            first = first.or(Some(feed.now));
            if feed.random.percent(1) {
                links.push((Time::from_nanos(feed.now), down));
                down = !down;
            }
            let which = feed.random.pick(&traded).copied().unwrap_or(0);
            feed.event(which, &mut |event| {
                tape.push(event);
            });
        }
        if bystander && read < tape.instruments().len() {
            let (first, last) = (first.unwrap_or(feed.now), feed.now);
            feed.random = Random::new(seed ^ 0xb57a, index);
            for _ in 0..events / 4 {
                let span = (last - first) / SECOND;
                feed.now = first + feed.random.between(0, span) * SECOND;
                feed.event(read, &mut |event| {
                    tape.push(event);
                });
            }
        }
        Self { tape: tape.build(), links, is_slow: index % 2 == 1 }
    }
}

impl Feed {
    /// Ties, steps, gaps.
    fn wait(&mut self) {
        let nanos = match self.random.below(12) {
            0 | 1 => 0,
            2 => self.random.between(1, 999),
            3 | 4 => self.random.between(1, 999) * 1_000_000,
            5..=7 => self.random.between(1, 9) * SECOND,
            8 | 9 => self.random.between(1, 6) * 10 * SECOND,
            10 => 60 * SECOND - self.now % (60 * SECOND),
            _ => self.random.between(2, 20) * 60 * SECOND,
        };
        self.now += nanos;
    }

    fn event(&mut self, which: usize, push: &mut dyn FnMut(&Event<'_>)) {
        let drift = 1 + self.mids[which] / 200;
        self.mids[which] += self.random.between(-drift, drift);
        self.mids[which] = self.mids[which].clamp(20_000_000, self.ceiling());
        let mid = self.mids[which];
        let (now, instrument) = (Time::from_nanos(self.now), InstrumentId(which as u32));
        // Some are late.
        let late = if self.random.percent(10) { self.random.between(0, 90) * SECOND } else { 0 };
        let ts_event = Time::from_nanos(self.now - late);
        let mut put = |data: MarketData<'_>| {
            push(&Event { ts_event, ts_recv: now, instrument, data });
        };
        let has_book = self.venue.capabilities().book;
        match self.random.below(20) {
            0..=8 if has_book => {
                let (bid, ask) = self.touch(mid);
                put(MarketData::Quote { bid, ask });
            }
            9 | 10 if has_book => {
                let (bid, ask) = self.touch(mid);
                let step = Price::from_raw(10_000_000);
                let under = bid.price.checked_sub(step).unwrap_or(bid.price);
                let over = ask.price.checked_add(step).unwrap_or(ask.price);
                let bids = [bid, Level { price: under, size: self.size() }];
                let asks = [ask, Level { price: over, size: self.size() }];
                let sides = self.random.below(8);
                let bids = if sides == 0 { &bids[..0] } else { &bids[..] };
                let asks = if sides == 1 { &asks[..0] } else { &asks[..] };
                put(MarketData::Book { bids, asks });
            }
            11 | 12 if has_book => {
                let side = if self.random.percent(50) { Side::Buy } else { Side::Sell };
                let (bid, ask) = self.touch(mid);
                let level = if side == Side::Buy { bid } else { ask };
                put(MarketData::Delta { side, level });
            }
            13 => put(MarketData::Meta(self.change(now))),
            14 | 15 if !has_book => put(MarketData::Bar(self.bar(mid))),
            _ => {
                let odd = self.random.percent(10);
                let price = Price::from_raw(if odd { mid + 1 } else { tick(mid) });
                let size = self.size();
                let aggressor = self.random.pick(&[None, Some(Side::Buy), Some(Side::Sell)]);
                let aggressor = aggressor.copied().flatten();
                put(MarketData::Trade { price, size, aggressor });
            }
        }
    }

    fn ceiling(&self) -> i64 {
        if self.venue == VenueKind::Polymarket { 980_000_000 } else { 900_000_000_000 }
    }

    /// Sizes are zero now and then: that side is absent.
    fn size(&mut self) -> Quantity {
        match self.random.below(12) {
            0 => Quantity::ZERO,
            1 => Quantity::from_raw(1),
            _ => Quantity::from_raw(self.random.between(1, 400) * 250_000_000),
        }
    }

    /// A touch; crossed now and then.
    fn touch(&mut self, mid: i64) -> (Level, Level) {
        let half = tick(mid / 100 + 10_000_000).max(10_000_000);
        let half = if self.random.percent(4) { -half } else { half };
        let (bid, ask) = ((tick(mid) - half).max(10_000_000), (tick(mid) + half).max(10_000_000));
        let (bid, ask) = (bid.min(self.ceiling()), ask.min(self.ceiling()));
        (
            Level { price: Price::from_raw(bid), size: self.size() },
            Level { price: Price::from_raw(ask), size: self.size() },
        )
    }

    fn change(&mut self, now: Time) -> MetaChange {
        match self.random.below(8) {
            0 | 1 => MetaChange::Tick(Price::from_raw(
                self.random.pick(&[1_000_000, 10_000_000, 100_000]).copied().unwrap_or(10_000_000),
            )),
            2 => MetaChange::Liquidity(None),
            3 | 4 => {
                let liquidity = Money::from_raw(self.random.between(0, 90_000) * SECOND);
                MetaChange::Liquidity(Some(liquidity))
            }
            5 => {
                let later = Duration::from_nanos(self.random.between(1, 400) * 60 * SECOND);
                MetaChange::Expiry(self.random.percent(80).then(|| now.saturating_add(later)))
            }
            6 => MetaChange::Status(if self.random.percent(30) {
                Status::Halted
            } else {
                Status::Trading
            }),
            _ if self.venue == VenueKind::Polymarket && self.random.percent(20) => {
                let paid = self.random.pick(&[0, SECOND, SECOND / 2]).copied().unwrap_or(0);
                MetaChange::Status(Status::Resolved { payout: Price::from_raw(paid) })
            }
            _ => MetaChange::Status(Status::Trading),
        }
    }

    /// The ten seconds that end now.
    fn bar(&mut self, mid: i64) -> Bar {
        let closes_at = self.now - self.now % (10 * SECOND);
        let spread = mid / 300;
        Bar {
            opens_at: Time::from_nanos(closes_at - 10 * SECOND),
            closes_at: Time::from_nanos(closes_at),
            open: Price::from_raw(mid - spread / 2),
            high: Price::from_raw(mid + spread),
            low: Price::from_raw((mid - spread).max(1)),
            close: Price::from_raw(mid),
            volume: self.random.below(100) as f64 / 4.0,
            half_spread: None,
        }
    }
}

fn tick(raw: i64) -> i64 {
    raw / 10_000_000 * 10_000_000
}

fn start_of(class: AssetClass) -> i64 {
    match class {
        AssetClass::OutcomeToken => 450_000_000,
        AssetClass::Crypto | AssetClass::Forex => 100 * SECOND,
    }
}

/// An instrument; its name says nothing of what the program calls it.
fn row(venue: VenueKind, symbol: &str, at: usize) -> Instrument {
    let defaults = venue.capabilities().defaults;
    let token = venue == VenueKind::Polymarket;
    let questions = ["Will it rain?", "Heavy snow in May?", "Yes or no"];
    Instrument {
        symbol: symbol.to_owned(),
        name: format!("row{symbol}"),
        venue,
        class: defaults.class,
        question: if token { questions[at % questions.len()].to_owned() } else { String::new() },
        outcome: if token { "Yes".to_owned() } else { String::new() },
        tick: defaults.tick,
        lot: defaults.lot,
        min_size: defaults.min_size,
        min_notional: Money::ZERO,
        liquidity: token.then(|| Money::from_raw((at as i64 + 1) * 700 * SECOND)),
        expires_at: token
            .then(|| START.saturating_add(Duration::from_nanos((at as i64 + 2) * 3_600 * SECOND))),
        complement: None,
        status: Status::Trading,
    }
}
