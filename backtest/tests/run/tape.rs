//! Tapes for tests: a few quotes by hand, or a recorded stretch of a synthetic market.

use strat_backtest::source::EventSource;
use strat_backtest::synthetic::SyntheticConfig;
use strat_runtime::bar::Bar;
use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::instrument::{Instrument, InstrumentId, Status};
use strat_runtime::manifest::{BarClock, Gaps, Manifest};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;

use crate::trader::manifest;

/// 2026-01-01T00:00:00Z.
pub(crate) const START_SECS: i64 = 1_767_225_600;

pub(crate) fn at(seconds: i64) -> i64 {
    (START_SECS + seconds) * 1_000_000_000
}

/// Events whose levels stand in one arena.
pub(crate) struct Recorded {
    pub(crate) instruments: Vec<Instrument>,
    events: Vec<Kept>,
    levels: Vec<Level>,
}

struct Kept {
    ts_event: Time,
    ts_recv: Time,
    instrument: InstrumentId,
    data: KeptData,
}

enum KeptData {
    Plain(MarketData<'static>),
    Book { from: usize, bids: usize, asks: usize },
}

impl Recorded {
    fn new(instruments: &[Instrument]) -> Self {
        Self { instruments: instruments.to_vec(), events: Vec::new(), levels: Vec::new() }
    }

    fn push(&mut self, event: &Event<'_>) {
        let data = match event.data {
            MarketData::Book { bids, asks } => {
                let from = self.levels.len();
                self.levels.extend_from_slice(bids);
                self.levels.extend_from_slice(asks);
                KeptData::Book { from, bids: bids.len(), asks: asks.len() }
            }
            MarketData::Meta(change) => KeptData::Plain(MarketData::Meta(change)),
            MarketData::Quote { bid, ask } => KeptData::Plain(MarketData::Quote { bid, ask }),
            MarketData::Delta { side, level } => KeptData::Plain(MarketData::Delta { side, level }),
            MarketData::Trade { price, size, aggressor } => {
                KeptData::Plain(MarketData::Trade { price, size, aggressor })
            }
            MarketData::Bar(bar) => KeptData::Plain(MarketData::Bar(bar)),
        };
        self.events.push(Kept {
            ts_event: event.ts_event,
            ts_recv: event.ts_recv,
            instrument: event.instrument,
            data,
        });
    }

    /// No two events share an instant any more; their order stays.
    pub(crate) fn make_stamps_unique(&mut self) {
        for (n, kept) in self.events.iter_mut().enumerate() {
            kept.ts_recv = kept.ts_recv.saturating_add(Duration::from_nanos(n as i64));
        }
    }

    /// Every tenth event is followed by a change of its instrument's tick.
    pub(crate) fn change_ticks(&mut self) {
        let mut events = Vec::with_capacity(self.events.len() + self.events.len() / 10);
        for (n, kept) in std::mem::take(&mut self.events).into_iter().enumerate() {
            let (ts, instrument) = (kept.ts_recv, kept.instrument);
            let tick = self.instruments[instrument.index()].tick;
            let tick = if n % 20 == 9 { tick.checked_mul_int(2).unwrap() } else { tick };
            events.push(kept);
            if n % 10 == 9 {
                let data = KeptData::Plain(MarketData::Meta(MetaChange::Tick(tick)));
                // Metadata comes first at its time, so the change is a nanosecond later.
                let ts = ts.saturating_add(Duration::from_nanos(1));
                events.push(Kept { ts_event: ts, ts_recv: ts, instrument, data });
            }
        }
        events.sort_by_key(|kept| kept.ts_recv);
        self.events = events;
    }

    /// When the first event was received.
    pub(crate) fn first_time(&self) -> Time {
        self.events[0].ts_recv
    }

    pub(crate) fn len(&self) -> usize {
        self.events.len()
    }

    fn event(&self, at: usize) -> Event<'_> {
        let kept = &self.events[at];
        let data = match kept.data {
            KeptData::Plain(data) => data,
            KeptData::Book { from, bids, asks } => MarketData::Book {
                bids: &self.levels[from..from + bids],
                asks: &self.levels[from + bids..from + bids + asks],
            },
        };
        Event { ts_event: kept.ts_event, ts_recv: kept.ts_recv, instrument: kept.instrument, data }
    }

    pub(crate) fn events(&self) -> Vec<Event<'_>> {
        (0..self.len()).map(|at| self.event(at)).collect()
    }

    pub(crate) fn source(&self) -> Replay<'_> {
        self.first(self.len())
    }

    /// The first events only.
    pub(crate) fn first(&self, count: usize) -> Replay<'_> {
        Replay { recorded: self, at: 0, end: count.min(self.len()) }
    }
}

pub(crate) struct Replay<'a> {
    recorded: &'a Recorded,
    at: usize,
    end: usize,
}

impl EventSource for Replay<'_> {
    fn instruments(&self) -> &[Instrument] {
        &self.recorded.instruments
    }

    fn next(&mut self) -> Option<Event<'_>> {
        let at = self.at;
        (at < self.end).then(|| {
            self.at += 1;
            self.recorded.event(at)
        })
    }

    fn offers(&self) -> Option<Vec<strat_backtest::needs::Offer>> {
        None
    }

    fn len_hint(&self) -> Option<u64> {
        Some((self.end - self.at) as u64)
    }
}

/// A manifest and a synthetic market of its instruments, a minute from update to update.
pub(crate) fn recorded(venue: VenueKind, seed: u64, ticks: u64) -> (Manifest, Recorded) {
    let symbols: &[&str] = match venue {
        VenueKind::Polymarket => &["111", "222"],
        VenueKind::BinancePerp | VenueKind::Vanta => &["BTCUSDT", "ETHUSDT"],
    };
    let declared = manifest(venue, symbols);
    let mut market =
        SyntheticConfig::new(ticks, Duration::from_minutes(1), seed).bind(&declared).unwrap();
    let mut recorded = Recorded::new(market.instruments());
    while let Some(event) = market.next() {
        recorded.push(&event);
    }
    if venue == VenueKind::Polymarket {
        let last = recorded.events.last().unwrap().ts_recv;
        recorded.push(&resolution(last.saturating_add(Duration::SECOND)));
    }
    (declared, recorded)
}

/// The first token wins.
fn resolution(ts: Time) -> Event<'static> {
    let status = Status::Resolved { payout: Price::ONE };
    Event {
        ts_event: ts,
        ts_recv: ts,
        instrument: InstrumentId(0),
        data: MarketData::Meta(MetaChange::Status(status)),
    }
}

/// Quotes of one perpetual, a second apart, a hundred units on each side.
pub(crate) fn quotes(quotes: &[(&str, &str)]) -> (Manifest, Recorded) {
    let declared = manifest(VenueKind::BinancePerp, &["BTCUSDT"]);
    let market = SyntheticConfig::new(1, Duration::SECOND, 0).bind(&declared).unwrap();
    let mut recorded = Recorded::new(market.instruments());
    let size = Quantity::from_int(100).unwrap();
    for (i, (bid, ask)) in quotes.iter().enumerate() {
        let ts = Time::from_nanos(at(i as i64));
        let level = |text| Level::new(Price::parse(text).unwrap(), size);
        recorded.push(&Event {
            ts_event: ts,
            ts_recv: ts,
            instrument: InstrumentId(0),
            data: MarketData::Quote { bid: level(bid), ask: level(ask) },
        });
    }
    (declared, recorded)
}

/// Bars of a minute of one perpetual, a thousand units each.
pub(crate) fn minute_bars(bars: &[[f64; 4]]) -> (Manifest, Recorded) {
    let (declared, mut recorded) = quotes(&[]);
    for (i, ohlc) in bars.iter().enumerate() {
        let [open, high, low, close] = ohlc.map(|x| Price::parse(&x.to_string()).unwrap());
        let opens_at = Time::from_nanos(at(i as i64 * 60));
        let closes_at = opens_at.saturating_add(Duration::from_minutes(1));
        let (volume, half_spread) = (1_000.0, None);
        let bar = Bar { opens_at, closes_at, open, high, low, close, volume, half_spread };
        recorded.push(&Event {
            ts_event: closes_at,
            ts_recv: closes_at,
            instrument: InstrumentId(0),
            data: MarketData::Bar(bar),
        });
    }
    (declared, recorded)
}

/// Bars of a minute of one perpetual at random.
pub(crate) fn random_bars(seed: u64, count: u64) -> (Manifest, Recorded) {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut draw = |below: u64| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % below) as f64 / 10.0
    };
    let mut last = 1_000.0;
    let bars: Vec<[f64; 4]> = (0..count)
        .map(|_| {
            let open = last + draw(11) - 0.5;
            let close = open + draw(41) - 2.0;
            last = close;
            [open, open.max(close) + draw(21), open.min(close) - draw(21), close]
                .map(|price: f64| (price * 10.0).round() / 10.0)
        })
        .collect();
    minute_bars(&bars)
}

/// A clock of the first instrument that is warm after so many bars.
pub(crate) fn clock(name: &str, every: Duration, warm: u64) -> BarClock {
    let instruments = vec![InstrumentId(0)];
    BarClock { name: name.to_owned(), instruments, every, gaps: Gaps::Skip, warm }
}
