//! Prediction markets whose prices are probabilities.
//!
//! The log-odds `X` follow `dX = (vol^2 / 2) tanh(X / 2) dt + vol dW`, under which the price
//! `p = 1 / (1 + exp(-X))` is a martingale. That is the law of what an observer believes who learns
//! of a hidden outcome through noise, and so it is drawn: the outcome first, Yes with the
//! probability `p` of the start, then `X` with the constant drift `vol^2 / 2` towards it. The law
//! is exact for every length of the step, and a market that trades at `p` resolves to Yes with
//! probability `p` at every moment.
//!
//! A market is one book: the other outcome's book is its mirror at one minus the price.

use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::fixed::SCALE;
use strat_runtime::instrument::{InstrumentId, Status};
use strat_runtime::math;
use strat_runtime::price::Price;
use strat_runtime::side::Side;
use strat_runtime::time::{Duration, Time};

use super::book::{Ladder, mirror, sweep, taker_size};
use super::model::PredictionParams;
use super::rng::Random;
use crate::tape::{Arena, Body, Record};

/// Ticks while the price is in the middle, and beyond 0.04 and 0.96.
pub(crate) const COARSE_TICK: i64 = 10_000_000;
pub(crate) const FINE_TICK: i64 = 1_000_000;
const FINE_BELOW: f64 = 0.04;
const FINE_ABOVE: f64 = 0.96;
/// Log-odds beyond which the book could not show a difference.
const LOG_ODDS_MAX: f64 = 12.0;
/// Half of the spread while makers have pulled their quotes, and the chance per step of their
/// return.
const PULLED_HALF_SPREAD: f64 = 0.35;
const RETURN: f64 = 0.05;

/// One market from its opening to its resolution.
#[derive(Debug, Clone)]
pub(crate) struct Contract {
    pub(crate) yes: InstrumentId,
    pub(crate) no: InstrumentId,
    pub(crate) expires_at: Time,
    /// Log-odds at the opening.
    pub(crate) log_odds: f64,
    /// The outcome that nobody knows yet.
    pub(crate) yes_wins: bool,
    /// Typical shares at a level.
    pub(crate) shares: i64,
}

/// Whether the tick is fine at this price.
pub(crate) fn is_fine(p: f64) -> bool {
    !(FINE_BELOW..=FINE_ABOVE).contains(&p)
}

pub(crate) fn probability(log_odds: f64) -> f64 {
    1.0 / (1.0 + math::exp(-log_odds))
}

/// A place in which one market follows the other.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// Contracts in order; the last one expires after the end of the run.
    contracts: Vec<Contract>,
    current: usize,
    /// Whether the current contract has shown a book.
    shown: bool,
    log_odds: f64,
    fine: bool,
    pulled: bool,
    drift_per_step: f64,
    vol_per_step: f64,
    params: PredictionParams,
    yes: Sides,
    no: Sides,
}

/// A book, best prices first.
#[derive(Debug, Clone, Default)]
struct Sides {
    bids: Vec<Level>,
    asks: Vec<Level>,
}

impl Place {
    pub(crate) fn new(
        contracts: Vec<Contract>,
        params: &PredictionParams,
        step: Duration,
    ) -> Option<Self> {
        let log_odds = contracts.first()?.log_odds;
        let days = step.as_secs_real() / 86_400.0;
        Some(Self {
            contracts,
            current: 0,
            shown: false,
            log_odds,
            fine: is_fine(probability(log_odds)),
            pulled: false,
            drift_per_step: params.vol * params.vol / 2.0 * days,
            vol_per_step: params.vol * math::sqrt(days),
            params: params.clone(),
            yes: Sides::default(),
            no: Sides::default(),
        })
    }

    /// Moves to `now`: resolves what expired, moves the log-odds, makes the book. Metadata goes to
    /// `records`.
    pub(crate) fn advance(&mut self, now: Time, random: &mut Random, records: &mut Vec<Record>) {
        while let Some(expired) = self.expired(now) {
            resolve(&expired, records);
            self.open_next(expired.expires_at, records);
        }
        let Some(contract) = self.contracts.get(self.current) else {
            self.yes = Sides::default();
            self.no = Sides::default();
            return;
        };
        let z = random.normal();
        if self.shown {
            let drift = if contract.yes_wins { self.drift_per_step } else { -self.drift_per_step };
            let moved = self.log_odds + (drift + self.vol_per_step * z);
            self.log_odds = moved.clamp(-LOG_ODDS_MAX, LOG_ODDS_MAX);
        }
        self.shown = true;
        let p = probability(self.log_odds);
        if !self.fine && is_fine(p) {
            self.fine = true;
            let change = MetaChange::Tick(Price::from_raw(FINE_TICK));
            for id in [contract.yes, contract.no] {
                records.push(meta(now, id, change));
            }
        }
        let turn = if self.pulled { RETURN } else { self.params.pull };
        self.pulled ^= random.chance(turn);
        let shares = contract.shares;
        self.make_book(p, shares, random);
    }

    pub(crate) fn books(&self, now: Time, arena: &mut Arena, records: &mut Vec<Record>) {
        let Some(contract) = self.contracts.get(self.current) else { return };
        for (instrument, Sides { bids, asks }) in
            [(contract.yes, &self.yes), (contract.no, &self.no)]
        {
            let data = MarketData::Book { bids, asks };
            records.push(arena.record(&Event { ts_event: now, ts_recv: now, instrument, data }));
        }
    }

    pub(crate) fn trades(&mut self, now: Time, random: &mut Random, records: &mut Vec<Record>) {
        let Some(contract) = self.contracts.get(self.current) else { return };
        if !random.chance(self.params.trades) || self.pulled {
            return;
        }
        let bits = random.bits();
        let (instrument, sides) =
            if bits & 1 == 0 { (contract.yes, &self.yes) } else { (contract.no, &self.no) };
        let (aggressor, levels) =
            if bits & 2 == 0 { (Side::Buy, &sides.asks) } else { (Side::Sell, &sides.bids) };
        let Some(&touch) = levels.first() else { return };
        let want = taker_size(random, touch, SCALE);
        sweep(levels, want, |Level { price, size }| {
            let body = Body::Trade { price, size, aggressor: Some(aggressor) };
            records.push(Record { ts_event: now, ts_recv: now, instrument, body });
        });
    }

    fn expired(&self, now: Time) -> Option<Contract> {
        self.contracts.get(self.current).filter(|c| c.expires_at <= now).cloned()
    }

    fn open_next(&mut self, at: Time, records: &mut Vec<Record>) {
        self.current += 1;
        self.shown = false;
        self.pulled = false;
        if let Some(next) = self.contracts.get(self.current) {
            self.log_odds = next.log_odds;
            self.fine = is_fine(probability(next.log_odds));
            for id in [next.yes, next.no] {
                records.push(meta(at, id, MetaChange::Status(Status::Trading)));
            }
        }
    }

    fn make_book(&mut self, p: f64, shares: i64, random: &mut Random) {
        let tick = if self.fine { FINE_TICK } else { COARSE_TICK };
        let steps = SCALE / tick;
        // 1 in the middle, 0 at the ends.
        let middle = 4.0 * p * (1.0 - p);
        let half = if self.pulled {
            PULLED_HALF_SPREAD
        } else {
            self.params.spread / 2.0 * middle * random.between(0.6, 1.4)
        };
        let bid = math::floor((p - half) * steps as f64) as i64;
        let ask = (math::ceil((p + half) * steps as f64) as i64).max(bid + 1);
        let ladder = Ladder {
            touch: bid,
            away: -1,
            limits: (1, steps - 1),
            tick,
            gap_max: if self.fine { 6 } else { 2 },
            depth: self.params.depth,
            lot: SCALE,
            size_lots: ((shares as f64 * (0.3 + 0.7 * middle)) as i64).max(1),
        };
        ladder.fill(random, &mut self.yes.bids);
        Ladder { touch: ask, away: 1, ..ladder }.fill(random, &mut self.yes.asks);
        mirror(&self.yes.asks, &mut self.no.bids);
        mirror(&self.yes.bids, &mut self.no.asks);
    }
}

fn resolve(contract: &Contract, records: &mut Vec<Record>) {
    for (id, wins) in [(contract.yes, contract.yes_wins), (contract.no, !contract.yes_wins)] {
        let payout = if wins { Price::ONE } else { Price::ZERO };
        let change = MetaChange::Status(Status::Resolved { payout });
        records.push(meta(contract.expires_at, id, change));
    }
}

fn meta(at: Time, instrument: InstrumentId, change: MetaChange) -> Record {
    Record { ts_event: at, ts_recv: at, instrument, body: Body::Meta(change) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs one market from `p` for `hours` in steps of `step_hours`; its last probability and
    /// whether it resolves to Yes.
    fn run(p: f64, hours: u16, step_hours: u16, random: &mut Random) -> (f64, bool) {
        let yes_wins = random.chance(p);
        let contract = Contract {
            yes: InstrumentId(0),
            no: InstrumentId(1),
            expires_at: Time::MAX,
            log_odds: math::ln(p / (1.0 - p)),
            yes_wins,
            shares: 10,
        };
        let params = PredictionParams { depth: 1, ..PredictionParams::default() };
        let step = Duration::from_hours(step_hours);
        let Some(mut place) = Place::new(vec![contract], &params, step) else {
            return (f64::NAN, false);
        };
        let mut records = Vec::new();
        for _ in 0..=hours / step_hours {
            place.advance(Time::EPOCH, random, &mut records);
        }
        assert!(records.len() <= 2, "one change of tick for two tokens at most");
        (probability(place.log_odds), yes_wins)
    }

    #[test]
    fn the_price_is_a_martingale_with_the_same_law_for_every_step() {
        // n = 20,000 paths of 60 hours. Bounds are 5 standard errors (a false alarm once in 1.7
        // million each); probabilities have a deviation of at most one half.
        let (seed, n, bound) = (17, 20_000_u32, 5.0 * 0.5 / 20_000_f64.sqrt());
        for p in [0.05, 0.3, 0.5, 0.9] {
            let mut squares = Vec::new();
            for step_hours in [60, 6] {
                let mut random = Random::new(seed, u64::from(step_hours));
                let (mut sum, mut square, mut wins) = (0.0, 0.0, 0.0);
                for _ in 0..n {
                    let (last, yes) = run(p, 60, step_hours, &mut random);
                    sum += last;
                    square += last * last;
                    wins += f64::from(u8::from(yes));
                }
                let n = f64::from(n);
                assert!((sum / n - p).abs() < bound, "seed {seed}, p {p}: mean {}", sum / n);
                assert!((wins / n - p).abs() < bound, "seed {seed}, p {p}: paid {}", wins / n);
                assert!(square / n > p * p + 0.005, "seed {seed}, p {p}: the price moves");
                squares.push(square / n);
            }
            let apart = squares.first().zip(squares.last()).map(|(a, b)| (a - b).abs());
            // Two independent means.
            assert!(apart < Some(bound * 2_f64.sqrt()), "seed {seed}, p {p}: {squares:?}");
        }
    }

    #[test]
    fn a_market_that_ended_shows_nothing() {
        let mut random = Random::new(1, 0);
        let contract = Contract {
            yes: InstrumentId(0),
            no: InstrumentId(1),
            expires_at: Time::EPOCH,
            log_odds: 0.0,
            yes_wins: true,
            shares: 10,
        };
        let params = PredictionParams { trades: 1.0, ..PredictionParams::default() };
        assert!(Place::new(Vec::new(), &params, Duration::SECOND).is_none());
        let place = Place::new(vec![contract], &params, Duration::SECOND);
        let mut records = Vec::new();
        if let Some(mut place) = place {
            place.advance(Time::EPOCH, &mut random, &mut records);
            place.books(Time::EPOCH, &mut Arena::default(), &mut records);
            place.trades(Time::EPOCH, &mut random, &mut records);
        }
        let resolved = |r: &Record| matches!(r.body, Body::Meta(MetaChange::Status(_)));
        assert_eq!(records.iter().filter(|r| resolved(r)).count(), 2);
        assert_eq!(records.len(), 2);
    }
}
