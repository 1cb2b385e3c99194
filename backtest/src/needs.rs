//! Whether market data can serve a strategy, judged before a run.
//!
//! A strategy says what it needs ([`Manifest::needs`]), a source what it offers
//! ([`EventSource::offers`](crate::source::EventSource::offers)); [`lacks`] compares the two. A run on
//! data that lacks something would end without an error and say nothing about the strategy.

use strat_runtime::event::MarketData;
use strat_runtime::instrument::{Instrument, InstrumentId};
use strat_runtime::manifest::{Manifest, NeedOf, Needed};
use strat_runtime::time::Duration;

/// What there is of one instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Offer {
    /// Books or quotes.
    pub quotes: bool,
    /// Books of more than the touch.
    pub depth: bool,
    /// Trades.
    pub trades: bool,
    /// The shortest and the longest of its recorded bars.
    pub bars: Option<(Duration, Duration)>,
    /// How far apart its events are, where that is fixed.
    pub every: Option<Duration>,
}

impl Offer {
    /// Notes that there is such an event.
    pub fn see(&mut self, data: &MarketData<'_>) {
        match data {
            MarketData::Meta(_) => {}
            MarketData::Quote { .. } => self.quotes = true,
            MarketData::Book { bids, asks } => {
                self.quotes = true;
                self.depth |= bids.len() > 1 || asks.len() > 1;
            }
            MarketData::Delta { .. } => (self.quotes, self.depth) = (true, true),
            MarketData::Trade { .. } => self.trades = true,
            MarketData::Bar(bar) => {
                if let Some(length) = bar.duration() {
                    let (low, high) = self.bars.unwrap_or((length, length));
                    self.bars = Some((low.min(length), high.max(length)));
                }
            }
        }
    }

    const fn ticks(&self) -> bool {
        self.quotes || self.trades
    }

    /// Why it does not do; `None` if it does.
    fn problem(&self, needed: Needed) -> Option<String> {
        let has = |has: bool, what: &str| (!has).then(|| format!("has no {what}"));
        match needed {
            Needed::Quotes => has(self.quotes, "books or quotes"),
            Needed::Depth => has(self.depth, "books of more than the touch"),
            Needed::Trades => has(self.trades, "trades"),
            Needed::RecordedBars => has(self.bars.is_some(), "recorded bars"),
            Needed::Forming | Needed::Bars(_) if self.ticks() => None,
            Needed::Forming => Some("has closed bars only".to_owned()),
            Needed::Bars(every) => match self.bars {
                None => Some(format!("has nothing that bars of {every} can be built from")),
                Some((_, longest)) if longest > every => Some(format!("has bars of {longest}")),
                Some((shortest, _)) if every.nanos() % shortest.nanos().max(1) != 0 => {
                    Some(format!("has bars of {shortest}, which do not fill bars of {every}"))
                }
                Some(_) => None,
            },
            Needed::Every(after) => {
                let bars = self.bars.filter(|_| !self.ticks()).map(|(_, longest)| longest);
                let apart = self.every.or(bars)?;
                (apart > after).then(|| format!("comes every {apart}"))
            }
        }
    }
}

/// A need that the data does not meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// Which of [`Manifest::needs`].
    pub need: usize,
    /// What lacks it: the name of an instrument or a universe.
    pub name: String,
    /// What is wrong: `has bars of 1h`.
    pub problem: String,
    /// What was needed instead: `bars of 5m, or finer data`.
    pub needed: String,
}

impl std::fmt::Display for Lack {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Lack { name, problem, needed, .. } = self;
        write!(f, "the data of `{name}` {problem}, but the strategy needs {needed}")
    }
}

/// The needs of a strategy that the data does not meet, in their order; `offers` and `table` are in
/// the order of instruments. Of a universe one instrument that can serve is enough, and one without
/// any instrument is not judged.
pub fn lacks(manifest: &Manifest, table: &[Instrument], offers: &[Offer]) -> Vec<Lack> {
    let mut found = Vec::new();
    for (need, wanted) in manifest.needs.iter().enumerate() {
        let (name, problem) = match wanted.of {
            NeedOf::Instrument(InstrumentId(id)) => {
                let name = manifest.instruments.get(id as usize).map(|decl| decl.name.clone());
                let offer = offers.get(id as usize).copied().unwrap_or_default();
                (name, offer.problem(wanted.what))
            }
            NeedOf::Universe(id) => {
                let name = manifest.universes.get(id as usize).map(|decl| decl.name.clone());
                let mut problems = table
                    .iter()
                    .zip(offers)
                    .filter(|(instrument, _)| instrument.venue == manifest.venue)
                    .map(|(_, offer)| offer.problem(wanted.what));
                let first = problems.next().flatten();
                (name, first.filter(|_| problems.all(|problem| problem.is_some())))
            }
        };
        if let (Some(name), Some(problem)) = (name, problem) {
            found.push(Lack { need, name, problem, needed: wanted.what.to_string() });
        }
    }
    found
}
