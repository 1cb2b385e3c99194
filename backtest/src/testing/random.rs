//! Random scripts, step by step: what happens next depends on the orders that are open.
//!
//! The venue is worse than any real one: it fills whatever is open, in any part, at any time and
//! whether or not the market was there; answers come late; orders on their way are refused now and
//! then. What holds here holds wherever orders fill by their own terms.

use strat_runtime::book::Level;
use strat_runtime::instrument::{AssetClass, Instrument, InstrumentId};
use strat_runtime::manifest::Manifest;
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::script::{Act, Bars, Deal, Feed, Generator, Market, Step, Tested};
use strat_runtime::side::Side;
use strat_runtime::time::Duration;

use super::desk::Open;
use super::player::{Player, Trouble};
use super::stage;
use crate::synthetic::{Random, profile};

/// What random markets ask, sports among them.
const QUESTIONS: [&str; 8] = [
    "Will US inflation exceed 3%?",
    "NFL: Bills vs Jets",
    "Will it rain in Paris on Sunday?",
    "Will the central bank cut rates?",
    "NBA: Lakers vs Celtics",
    "Will the rocket launch succeed?",
    "Will Bitcoin close above 100k?",
    "Who wins the premier league?",
];
const EXPIRES_HOURS: [u16; 7] = [1, 6, 12, 24, 40, 96, 720];
const LIQUIDITY: [i64; 5] = [100, 600, 5_000, 20_000, 100_000];
/// Levels of a side at most.
const LEVELS_MAX: usize = 3;

/// A random script in the making.
#[derive(Debug)]
pub(super) struct RandomScript {
    random: Random,
    feed: Feed,
    now: Duration,
    prices: Vec<f64>,
    /// For bars: the instruments that clocks read, with the length of their bars.
    barred: Vec<(InstrumentId, Duration)>,
    next_bar: usize,
}

/// Random markets for a strategy with universes; none for others.
pub(super) fn markets(
    manifest: &Manifest,
    generator: Generator,
    random: &mut Random,
) -> Vec<Market> {
    if manifest.universes.is_empty() {
        return Vec::new();
    }
    let declared = manifest.instruments.len();
    let taken = |name: &str| manifest.instruments.iter().any(|decl| decl.name == name);
    (0..generator.markets as usize)
        .map(|n| {
            let mut name = format!("m{}", n + 1);
            while taken(&name) {
                name.push('x');
            }
            Market {
                name,
                instrument: InstrumentId((declared + n) as u32),
                question: pick(random, &QUESTIONS).copied().unwrap_or_default().to_owned(),
                outcome: "Yes".to_owned(),
                expires: pick(random, &EXPIRES_HOURS)
                    .filter(|_| n != 2)
                    .map(|hours| Duration::from_hours(*hours)),
                liquidity: pick(random, &LIQUIDITY).and_then(|usd| Money::from_int(*usd)),
                ..Market::default()
            }
        })
        .collect()
}

fn pick<'t, T>(random: &mut Random, from: &'t [T]) -> Option<&'t T> {
    from.get(random.below(from.len()))
}

impl RandomScript {
    pub(super) fn new<S: Tested>(player: &Player<S>, feed: Feed, mut random: Random) -> Self {
        let manifest = player.manifest();
        let mut prices = Vec::new();
        for it in &player.view().instruments {
            prices.push(first_price(&it.meta, &mut random));
        }
        let barred = (0..manifest.instruments.len())
            .map(|n| InstrumentId(n as u32))
            .filter_map(|id| Some((id, stage::bar_length(manifest, id)?)))
            .collect();
        Self { random, feed, now: Duration::ZERO, prices, barred, next_bar: 0 }
    }

    /// What happens next; `None` if nothing can. The player waits until then, so that orders of
    /// timers can be answered too.
    pub(super) fn next<S: Tested>(
        &mut self,
        player: &mut Player<S>,
    ) -> Result<Option<Step>, Trouble> {
        if self.random.chance(0.35)
            && let Some(step) = self.answer_now(player)
        {
            return Ok(Some(step));
        }
        if self.feed == Feed::Bars {
            return Ok(self.bar(player));
        }
        self.pause();
        player.wait_until(self.now)?;
        if self.random.chance(0.35)
            && let Some(act) = self.answer(player, self.now)
        {
            return Ok(Some(Step { at: self.now, act }));
        }
        Ok(self.market_event(player))
    }

    /// An answer of the venue before anything else happens.
    fn answer_now<S: Tested>(&mut self, player: &Player<S>) -> Option<Step> {
        let soon = Duration::from_secs(self.random.below(4) as u32);
        let then = self.now.checked_add(soon)?;
        let at = player.next_boundary().map_or(then, |next| then.min(next).max(self.now));
        let act = self.answer(player, at)?;
        self.now = at;
        Some(Step { at, act })
    }

    fn market_event<S: Tested>(&mut self, player: &Player<S>) -> Option<Step> {
        let id = InstrumentId(self.random.below(self.prices.len()) as u32);
        let meta = &player.view().instruments.get(id.index())?.meta;
        let price = self.move_price(id, meta)?;
        let trades = self.feed == Feed::Books;
        let act = if trades && self.random.chance(0.1) {
            let side = if self.random.chance(0.5) { Side::Buy } else { Side::Sell };
            let price = on_grid(meta, price)?;
            Act::Trade(Deal { instrument: id, side, size: self.size(meta)?, price })
        } else {
            self.book(id, meta, price)
        };
        Some(Step { at: self.now, act })
    }

    fn pause(&mut self) {
        let seconds = match self.random.below(10) {
            0 => 0,
            1..=6 => 1 + self.random.below(10),
            _ => 20 + self.random.below(60),
        };
        let pause = Duration::from_secs(seconds as u32);
        self.now = self.now.checked_add(pause).unwrap_or(self.now);
    }

    /// The venue fills or refuses one of the orders that are open at that time.
    fn answer<S: Tested>(&mut self, player: &Player<S>, at: Duration) -> Option<Act> {
        let then = player.zero().saturating_add(at);
        let open: Vec<Open> =
            player.desk().orders().iter().filter(|o| o.is_open_at(then)).copied().collect();
        let order = *pick(&mut self.random, &open)?;
        let id = order.new.id.instrument;
        let it = player.view().instruments.get(id.index())?;
        let mark = it.mark.map(|mark| mark.price);
        let price = order.new.limit.or(mark).or_else(|| on_grid(&it.meta, self.price_of(id)))?;
        let refuse = !order.accepted && self.random.chance(0.15);
        let size = if refuse { Quantity::ZERO } else { order.left };
        let mut deal = Deal { instrument: id, side: order.new.side, size, price };
        // An older order may take the same price before this one.
        let target = player.desk().target_of(&deal)?;
        let order = *open.iter().find(|order| order.new.id == target)?;
        if !refuse {
            let whole = self.is_whole(&order);
            deal.size = if whole { order.left } else { self.part(order.left, it.meta.lot)? };
        }
        Some(Act::Fill(deal))
    }

    fn is_whole(&mut self, order: &Open) -> bool {
        let all_or_nothing = order.new.tif == strat_runtime::order::TimeInForce::Fok;
        self.random.chance(0.4) || all_or_nothing
    }

    /// Some of an order's lots, at least one.
    fn part(&mut self, open: Quantity, lot: Quantity) -> Option<Quantity> {
        let lots = open.raw().checked_div(lot.raw()).filter(|lots| *lots > 0)?;
        let some = 1 + self.random.below(usize::try_from(lots).ok()?);
        lot.checked_mul_int(some as i64)
    }

    fn price_of(&self, id: InstrumentId) -> f64 {
        self.prices.get(id.index()).copied().unwrap_or(1.0)
    }

    fn move_price(&mut self, id: InstrumentId, meta: &Instrument) -> Option<f64> {
        let jump = self.random.chance(0.08);
        let (normal, fresh) = (self.random.normal(), first_price(meta, &mut self.random));
        let price = self.prices.get_mut(id.index())?;
        *price = if meta.class == AssetClass::OutcomeToken {
            if jump { fresh } else { (*price + 0.01 * normal).clamp(0.005, 0.995) }
        } else {
            *price * (1.0 + if jump { 0.03 } else { 0.002 } * normal).max(0.5)
        };
        Some(*price)
    }

    fn size(&mut self, meta: &Instrument) -> Option<Quantity> {
        let lots = self.random.log_between(1.0, 2_000.0) as i64;
        let unit =
            if meta.class == AssetClass::OutcomeToken { Quantity::from_int(1)? } else { meta.lot };
        unit.checked_mul_int(lots.max(1))
    }

    fn book(&mut self, id: InstrumentId, meta: &Instrument, price: f64) -> Act {
        let wide = self.random.chance(0.1);
        let spread =
            if wide { self.random.between(0.1, 0.8) } else { self.random.between(0.001, 0.04) };
        let levels = if self.feed == Feed::Quotes { 1 } else { 1 + self.random.below(LEVELS_MAX) };
        let half = if meta.class == AssetClass::OutcomeToken {
            spread / 2.0
        } else {
            price * spread / 40.0
        };
        let empty = self.random.below(40);
        let (mut bids, mut asks) = (Vec::new(), Vec::new());
        for n in 0..levels {
            let away = half * (1.0 + n as f64);
            if let (Some(price), Some(size)) = (on_grid(meta, price - away), self.size(meta)) {
                bids.push(Level::new(price, size));
            }
            if let (Some(price), Some(size)) = (on_grid(meta, price + away), self.size(meta)) {
                asks.push(Level::new(price, size));
            }
        }
        bids.dedup_by_key(|level| level.price);
        asks.dedup_by_key(|level| level.price);
        let best = bids.first().map(|level| level.price);
        asks.retain(|level| best.is_none_or(|bid| level.price > bid));
        match empty {
            0 | 1 => bids.clear(),
            2 | 3 => asks.clear(),
            _ => {}
        }
        Act::Book { instrument: id, bids, asks }
    }

    /// The next bar: one of each instrument at every close, in the order of their declaration.
    fn bar<S: Tested>(&mut self, player: &Player<S>) -> Option<Step> {
        let shortest = self.barred.iter().map(|(_, length)| *length).min()?;
        let (id, at) = loop {
            let place = self.next_bar % self.barred.len();
            let round = i64::try_from(self.next_bar / self.barred.len()).ok()?;
            let at = shortest.checked_mul(round.checked_add(1)?)?;
            let (id, length) = *self.barred.get(place)?;
            self.next_bar += 1;
            if at.is_multiple_of(length) && at >= self.now {
                break (id, at);
            }
        };
        self.now = at;
        let meta = &player.view().instruments.get(id.index())?.meta;
        let open = self.price_of(id);
        let close = open * (1.0 + 0.01 * self.random.normal()).clamp(0.5, 2.0);
        let (up, down) = (self.random.between(0.0, 0.004), self.random.between(0.0, 0.004));
        if let Some(price) = self.prices.get_mut(id.index()) {
            *price = close;
        }
        let [open, close] = [open, close].map(|price| on_grid(meta, price));
        let (open, close) = (open?, close?);
        let high = open.max(close).checked_mul_real(1.0 + up)?;
        let low = open.min(close).checked_mul_real(1.0 - down)?;
        let volume = self.random.between(1.0, 1_000.0).round();
        let change = Price::ZERO;
        let act =
            Act::Bars(Bars { instrument: id, open, high, low, close, volume, times: 1, change });
        Some(Step { at, act })
    }
}

fn first_price(meta: &Instrument, random: &mut Random) -> f64 {
    if meta.class == AssetClass::OutcomeToken {
        if random.chance(0.5) { random.between(0.9, 0.995) } else { random.between(0.02, 0.98) }
    } else {
        profile::profile(&meta.symbol, meta.venue).price * random.between(0.8, 1.2)
    }
}

/// The price on the grid, inside what the venue accepts.
fn on_grid(meta: &Instrument, price: f64) -> Option<Price> {
    let (low, high) = meta.price_limits();
    let tick = meta.tick.raw().max(1);
    let raw = (price * 1e9) as i64 / tick * tick;
    Some(Price::from_raw(raw.clamp(low.raw(), high.raw()))).filter(|price| price.is_positive())
}
