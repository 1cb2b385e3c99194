//! Geometric Brownian motion: `d ln S = (drift - vol^2 / 2) dt + vol dW`, years of 365 days, with
//! `dW = sqrt(corr) dZ + sqrt(1 - corr) dW_i` so that any two instruments correlate by `corr`.
//!
//! The touch is the price minus and plus the half spread, rounded outward to the tick. Prices stay
//! between ten ticks and a billion: a path that reaches either end stops there.

use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData};
use strat_runtime::fixed::SCALE;
use strat_runtime::instrument::{AssetClass, Instrument, InstrumentId};
use strat_runtime::math;
use strat_runtime::side::Side;
use strat_runtime::time::{Duration, Time};

use super::book::{Ladder, sweep, taker_size};
use super::model::GbmParams;
use super::profile::profile;
use super::rng::Random;
use crate::tape::{Arena, Body, Record};

/// Seconds of a year of 365 days.
const YEAR_SECS: f64 = 31_536_000.0;
/// Greatest price, far below what a price can hold.
const PRICE_MAX: f64 = 1e9;
/// Typical money at a level.
const LEVEL_NOTIONAL: f64 = 50_000.0;
/// Most units at a typical level, so that nothing overflows for prices near zero.
const LEVEL_UNITS_MAX: f64 = 1e8;

#[derive(Debug, Clone)]
pub(crate) struct GbmMarket {
    instruments: Vec<GbmInstrument>,
    /// Weights of the common and of the own factor.
    weights: (f64, f64),
    depth: usize,
    trades: f64,
    started: bool,
}

#[derive(Debug, Clone)]
struct GbmInstrument {
    id: InstrumentId,
    log_price: f64,
    log_limits: (f64, f64),
    drift_per_step: f64,
    vol_per_step: f64,
    half_spread: f64,
    /// Raw tick, and ticks in one unit of price.
    tick: i64,
    per_price: f64,
    lot: i64,
    size_lots: i64,
    bids: Vec<Level>,
    asks: Vec<Level>,
}

impl GbmMarket {
    /// Drives every instrument of the table that is not an outcome token.
    pub(crate) fn new(params: &GbmParams, step: Duration, table: &[Instrument]) -> Self {
        let instruments = table
            .iter()
            .enumerate()
            .filter(|(_, instrument)| instrument.class != AssetClass::OutcomeToken)
            .map(|(index, i)| GbmInstrument::new(InstrumentId(index as u32), params, step, i))
            .collect();
        Self {
            instruments,
            weights: (math::sqrt(params.corr), math::sqrt(1.0 - params.corr)),
            depth: params.depth,
            trades: params.trades,
            started: false,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.instruments.len()
    }

    /// Moves the prices by one step, except the first time, and makes the books around them.
    pub(crate) fn advance(&mut self, random: &mut Random) {
        if self.instruments.is_empty() {
            return;
        }
        let common = if self.instruments.len() > 1 { random.normal() } else { 0.0 };
        let (shared, own) = if self.instruments.len() > 1 { self.weights } else { (0.0, 1.0) };
        for instrument in &mut self.instruments {
            let z = shared * common + own * random.normal();
            if self.started {
                instrument.advance(z);
            }
            instrument.make_book(self.depth.max(1), random);
        }
        self.started = true;
    }

    pub(crate) fn books(&self, now: Time, arena: &mut Arena, records: &mut Vec<Record>) {
        for i in &self.instruments {
            let data = match (self.depth, i.bids.first(), i.asks.first()) {
                (0, Some(&bid), Some(&ask)) => MarketData::Quote { bid, ask },
                _ => MarketData::Book { bids: &i.bids, asks: &i.asks },
            };
            let event = Event { ts_event: now, ts_recv: now, instrument: i.id, data };
            records.push(arena.record(&event));
        }
    }

    pub(crate) fn trades(&self, now: Time, random: &mut Random, records: &mut Vec<Record>) {
        for i in &self.instruments {
            if !random.chance(self.trades) {
                continue;
            }
            let aggressor = if random.chance(0.5) { Side::Buy } else { Side::Sell };
            let levels = if aggressor == Side::Buy { &i.asks } else { &i.bids };
            let Some(&touch) = levels.first() else { continue };
            let want = taker_size(random, touch, i.lot);
            sweep(levels, want, |Level { price, size }| {
                let body = Body::Trade { price, size, aggressor: Some(aggressor) };
                records.push(Record { ts_event: now, ts_recv: now, instrument: i.id, body });
            });
        }
    }
}

impl GbmInstrument {
    fn new(id: InstrumentId, params: &GbmParams, step: Duration, i: &Instrument) -> Self {
        let (vol, half_bps) = if i.class == AssetClass::Forex { (0.08, 0.5) } else { (0.6, 1.0) };
        let vol = params.vol.unwrap_or(vol);
        let tick = i.tick.raw().max(1);
        let lowest = 10.0 * tick as f64 / SCALE as f64;
        let price = params.price.unwrap_or(profile(&i.symbol, i.venue).price);
        let price = price.clamp(lowest, PRICE_MAX);
        let years = step.as_secs_real() / YEAR_SECS;
        let units = (LEVEL_NOTIONAL / price).min(LEVEL_UNITS_MAX);
        let lot = i.lot.raw().max(1);
        Self {
            id,
            log_price: math::ln(price),
            log_limits: (math::ln(lowest), math::ln(PRICE_MAX)),
            drift_per_step: (params.drift - vol * vol / 2.0) * years,
            vol_per_step: vol * math::sqrt(years),
            half_spread: params.half_spread_bps.unwrap_or(half_bps) * 1e-4,
            tick,
            per_price: SCALE as f64 / tick as f64,
            lot,
            size_lots: ((units * SCALE as f64) as i64 / lot).max(1),
            bids: Vec::new(),
            asks: Vec::new(),
        }
    }

    fn advance(&mut self, z: f64) {
        let moved = self.log_price + (self.drift_per_step + self.vol_per_step * z);
        self.log_price = moved.clamp(self.log_limits.0, self.log_limits.1);
    }

    fn make_book(&mut self, depth: usize, random: &mut Random) {
        let price = math::exp(self.log_price) * self.per_price;
        // At least one tick above zero; the price is ten ticks or more and the half spread at most
        // a tenth of it.
        let bid = (math::floor(price * (1.0 - self.half_spread)) as i64).max(1);
        let ask = (math::ceil(price * (1.0 + self.half_spread)) as i64).max(bid + 1);
        let ladder = Ladder {
            touch: bid,
            away: -1,
            limits: (1, i64::MAX / self.tick),
            tick: self.tick,
            gap_max: (price * 2e-5) as i64 + 1,
            depth,
            lot: self.lot,
            size_lots: self.size_lots,
        };
        ladder.fill(random, &mut self.bids);
        Ladder { touch: ask, away: 1, ..ladder }.fill(random, &mut self.asks);
    }
}
