//! What a script stands on: instruments, time zero, the length of bars.

use strat_runtime::bar::Bar;
use strat_runtime::event::{Event, MarketData};
use strat_runtime::instrument::{Instrument, InstrumentId};
use strat_runtime::manifest::{Manifest, Timer};
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::script::{Act, Bars, Market, Script, Step};
use strat_runtime::time::{Duration, Time};

use crate::synthetic::{SyntheticConfig, profile};

/// Cash at the start of every script.
pub const CASH: Money = Money::from_raw(10_000_000_000_000);

/// The most steps that a script may become when its bars are counted one by one.
const STEPS_MAX: usize = 2_000_000;

/// The instruments: the declared ones, and behind them the markets of the script.
pub(super) fn instruments(manifest: &Manifest, markets: &[Market], zero: Time) -> Vec<Instrument> {
    let mut out: Vec<Instrument> = manifest
        .instruments
        .iter()
        .map(|decl| profile::instrument(&decl.symbol, &decl.name, decl.venue))
        .collect();
    for market in markets {
        let at = market.instrument.index();
        if at >= out.len() {
            out.push(profile::instrument(&market.name, &market.name, manifest.venue));
        }
        if let Some(instrument) = out.get_mut(at) {
            describe(instrument, market, zero);
        }
    }
    out
}

fn describe(instrument: &mut Instrument, market: &Market, zero: Time) {
    instrument.question.clone_from(&market.question);
    instrument.outcome.clone_from(&market.outcome);
    instrument.liquidity = market.liquidity;
    instrument.expires_at = market.expires.map(|expires| zero.saturating_add(expires));
    instrument.tick = market.tick.unwrap_or(instrument.tick);
    instrument.lot = market.lot.unwrap_or(instrument.lot);
    instrument.min_size = market.min_size.unwrap_or(instrument.min_size);
}

/// Days that are looked at for one on which every calendar has a session.
const DAYS_MAX: i64 = 366;

/// Time zero: a midnight at which every timer with a period and every clock has a boundary, if the
/// periods have a common multiple below some years. It begins a day on which every calendar of a
/// timer has a session, if there is one among the first.
pub(super) fn time_zero(manifest: &Manifest) -> Time {
    let day = Duration::from_days(1).nanos();
    let timers = manifest.timers.iter().filter_map(Timer::period);
    let periods = timers.chain(manifest.clocks.iter().map(|clock| &clock.every));
    let mut common = day;
    for period in periods.map(|period| period.nanos()).filter(|nanos| *nanos > 0) {
        let multiple = (common / greatest_divisor(common, period)).checked_mul(period);
        common = multiple.unwrap_or(common);
    }
    let start = SyntheticConfig::START;
    let common = Duration::from_nanos(common);
    let zero = match start.next_multiple_after(common) {
        _ if start.is_multiple_of(common) => start,
        Some(zero) if zero.nanos() < i64::MAX / 2 => zero,
        _ => start,
    };
    let later = |n| zero.checked_add(common.checked_mul(n)?);
    let mut days = (0..DAYS_MAX).map_while(later);
    days.find(|zero| has_sessions(manifest, *zero)).unwrap_or(zero)
}

fn has_sessions(manifest: &Manifest, midnight: Time) -> bool {
    manifest.timers.iter().all(|timer| match timer {
        Timer::Every(_) => true,
        Timer::Session(calendar, _) => calendar.session_of(midnight.utc_day()).is_some(),
    })
}

fn greatest_divisor(mut a: i64, mut b: i64) -> i64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// The length of an instrument's bars: that of the shortest clock that reads it.
pub(super) fn bar_length(manifest: &Manifest, instrument: InstrumentId) -> Option<Duration> {
    let reads =
        |clock: &&strat_runtime::manifest::BarClock| clock.instruments.contains(&instrument);
    manifest.clocks.iter().filter(reads).map(|clock| clock.every).min()
}

/// One act at one time, and the step of the script that it belongs to.
#[derive(Debug, Clone)]
pub(super) struct Moment {
    pub(super) at: Duration,
    pub(super) step: usize,
    pub(super) act: Act,
}

/// The steps with their bars one by one, in the order of time; steps of one time as they stand.
pub(super) fn moments(
    script: &Script,
    manifest: &Manifest,
) -> Result<Vec<Moment>, (usize, String)> {
    let mut out = Vec::with_capacity(script.steps.len());
    for (step, Step { at, act }) in script.steps.iter().enumerate() {
        let Act::Bars(bars) = act else {
            out.push(Moment { at: *at, step, act: act.clone() });
            continue;
        };
        let length = bar_length(manifest, bars.instrument)
            .ok_or((step, "no clock of the strategy reads these bars".to_owned()))?;
        if !at.is_multiple_of(length) || !at.is_positive() {
            return Err((
                step,
                format!("bars of {length} close at multiples of {length}, not at {at}"),
            ));
        }
        for n in 0..bars.times {
            let moment = length.checked_mul(i64::from(n)).and_then(|later| at.checked_add(later));
            let (Some(at), Some(one)) = (moment, nth(bars, n)) else {
                return Err((step, "these bars leave the range of the numbers".to_owned()));
            };
            out.push(Moment { at, step, act: Act::Bars(one) });
            if out.len() > STEPS_MAX {
                return Err((step, format!("a test has at most {STEPS_MAX} bars and steps")));
            }
        }
    }
    out.sort_by_key(|moment| moment.at);
    Ok(out)
}

/// The n-th of a row of bars, from 0, as a row of one.
fn nth(bars: &Bars, n: u32) -> Option<Bars> {
    let change = bars.change.checked_mul_int(i64::from(n))?;
    let moved = |price: Price| price.checked_add(change).filter(|price| price.is_positive());
    Some(Bars {
        open: moved(bars.open)?,
        high: moved(bars.high)?,
        low: moved(bars.low)?,
        close: moved(bars.close)?,
        times: 1,
        ..*bars
    })
}

/// The market event of an act; `None` for those that are none.
pub(super) fn event(act: &Act, now: Time, length: Option<Duration>) -> Option<Event<'_>> {
    let (instrument, data) = match act {
        Act::Book { instrument, bids, asks } => (*instrument, MarketData::Book { bids, asks }),
        Act::Trade(deal) => {
            let (price, size, aggressor) = (deal.price, deal.size, Some(deal.side));
            (deal.instrument, MarketData::Trade { price, size, aggressor })
        }
        Act::Bars(bars) => {
            let bar = Bar {
                opens_at: now.checked_sub(length?)?,
                closes_at: now,
                open: bars.open,
                high: bars.high,
                low: bars.low,
                close: bars.close,
                volume: bars.volume,
                half_spread: None,
            };
            (bars.instrument, MarketData::Bar(bar))
        }
        Act::Fill(_) | Act::Expect(_) => return None,
    };
    Some(Event { ts_event: now, ts_recv: now, instrument, data })
}
