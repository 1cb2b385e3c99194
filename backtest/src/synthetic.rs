//! Markets made from a seed.
//!
//! What it is: a source of events for every instrument that a strategy declares or finds in its
//! universes, one update per market and step, with trades between others, changes of tick and
//! resolutions. What it is not: a forecast; prices are martingales up to the drift asked for, so
//! that no strategy earns anything but spread and luck.
//!
//! Where to enter: [`SyntheticConfig::bind`]. The models are in [`gbm`] and [`prediction`]; both
//! draw from one stream of random numbers per path, in a fixed order, so that the same seed and
//! path give the same bytes on every platform and for any number of threads.

mod book;
mod config;
mod error;
mod gbm;
mod model;
mod prediction;
pub(crate) mod profile;
mod questions;
mod rng;
mod schedule;

use strat_runtime::event::Event;
use strat_runtime::instrument::{AssetClass, Instrument};
use strat_runtime::manifest::Manifest;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;

use crate::needs::Offer;
use crate::source::EventSource;
use crate::tape::{Arena, Record};

pub use config::SyntheticConfig;
pub use error::SyntheticError;
pub use model::{
    GbmParams, MarketModel, ModelKind, PARAMS, ParamDoc, PredictionParams, parse_model,
};

use gbm::GbmMarket;
use prediction::Place;
pub(crate) use rng::Random;

/// One path of a synthetic market. Once warm it allocates nothing.
#[derive(Debug, Clone)]
pub struct SyntheticMarket {
    instruments: Vec<Instrument>,
    gbm: GbmMarket,
    places: Vec<Place>,
    random: Random,
    step: Duration,
    now: Time,
    start: Time,
    steps_left: u64,
    batch: Batch,
    /// What there is of each token, and of each other instrument.
    token_offer: Offer,
    gbm_offer: Offer,
}

/// The events of one step, in order, and how many of them have been lent.
#[derive(Debug, Clone, Default)]
struct Batch {
    arena: Arena,
    records: Vec<Record>,
    at: usize,
}

impl SyntheticConfig {
    /// Makes the market for a strategy: its declared instruments first, then the other outcomes of
    /// its declared tokens, then the markets of its universes.
    ///
    /// # Errors
    /// A configuration out of range, and a model that drives nothing the strategy reads.
    pub fn bind(&self, manifest: &Manifest) -> Result<SyntheticMarket, SyntheticError> {
        let (before, first) = self.schedule()?;
        let on_tokens = manifest.instruments.iter().any(|i| i.venue == VenueKind::Polymarket)
            || !manifest.universes.is_empty();
        let on_others = manifest.instruments.iter().any(|i| i.venue != VenueKind::Polymarket);
        self.refuse_idle_model(manifest, on_tokens, on_others)?;

        let steps = before + self.ticks;
        let mut random = Random::new(self.seed, self.path);
        let mut table: Vec<Instrument> = manifest
            .instruments
            .iter()
            .map(|decl| profile::instrument(&decl.symbol, &decl.name, decl.venue))
            .collect();
        let gbm = GbmMarket::new(&self.model.gbm, self.step, &table);
        let span = schedule::Span::new(first, self.step, steps);
        let places = schedule::places(self, manifest, span, &mut table, &mut random);
        Ok(SyntheticMarket {
            instruments: table,
            gbm,
            places,
            random,
            step: self.step,
            now: first,
            start: self.start,
            steps_left: steps,
            batch: Batch::default(),
            token_offer: Offer {
                quotes: true,
                depth: self.model.prediction.depth > 1,
                trades: self.model.prediction.trades > 0.0,
                bars: None,
                every: Some(self.step),
            },
            gbm_offer: Offer {
                quotes: true,
                depth: self.model.gbm.depth > 1,
                trades: self.model.gbm.trades > 0.0,
                bars: None,
                every: Some(self.step),
            },
        })
    }

    fn refuse_idle_model(
        &self,
        manifest: &Manifest,
        on_tokens: bool,
        on_others: bool,
    ) -> Result<(), SyntheticError> {
        if !on_tokens && !on_others {
            return Err(SyntheticError::NoInstruments { strategy: manifest.name.clone() });
        }
        let instead = match self.model.kind {
            ModelKind::Prediction if !on_tokens => "gbm",
            ModelKind::Gbm if !on_others => "prediction",
            ModelKind::Auto | ModelKind::Gbm | ModelKind::Prediction => return Ok(()),
        };
        Err(SyntheticError::NothingToDrive {
            model: self.model.kind.name(),
            strategy: manifest.name.clone(),
            instead,
        })
    }
}

impl SyntheticMarket {
    /// Time of the first update after the warm-up.
    pub fn start(&self) -> Time {
        self.start
    }

    /// Updates per market that are still to be generated, those of the warm-up included.
    pub fn steps_left(&self) -> u64 {
        self.steps_left
    }

    /// Generates the events of one step: metadata, then books, then trades.
    fn advance(&mut self) {
        let Batch { arena, records, at } = &mut self.batch;
        arena.clear();
        records.clear();
        *at = 0;
        let now = self.now;
        for place in &mut self.places {
            place.advance(now, &mut self.random, records);
        }
        // Resolutions carry their exact time, which lies between two steps.
        if !records.is_sorted_by_key(|record| record.ts_recv) {
            records.sort_by_key(|record| record.ts_recv);
        }
        self.gbm.advance(&mut self.random);
        self.gbm.books(now, arena, records);
        for place in &self.places {
            place.books(now, arena, records);
        }
        self.gbm.trades(now, &mut self.random, records);
        for place in &mut self.places {
            place.trades(now, &mut self.random, records);
        }
        self.steps_left -= 1;
        // The schedule was checked: the last step and a year beyond it are times.
        self.now = self.now.saturating_add(self.step);
    }
}

impl EventSource for SyntheticMarket {
    fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    fn next(&mut self) -> Option<Event<'_>> {
        while self.batch.at >= self.batch.records.len() {
            if self.steps_left == 0 {
                return None;
            }
            self.advance();
        }
        let record = self.batch.records.get(self.batch.at)?;
        self.batch.at += 1;
        Some(self.batch.arena.event(record))
    }

    fn offers(&self) -> Option<Vec<Offer>> {
        let offer = |instrument: &Instrument| match instrument.class {
            AssetClass::OutcomeToken => self.token_offer,
            AssetClass::Crypto | AssetClass::Forex => self.gbm_offer,
        };
        Some(self.instruments.iter().map(offer).collect())
    }

    fn len_hint(&self) -> Option<u64> {
        let per_step = self.gbm.len() + 2 * self.places.len();
        let lent = self.batch.records.len() - self.batch.at.min(self.batch.records.len());
        Some(self.steps_left.saturating_mul(per_step as u64).saturating_add(lent as u64))
    }
}
