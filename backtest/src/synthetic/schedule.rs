//! Which prediction markets there are, what they ask, and when they end.

use strat_runtime::fixed::{Rounding, SCALE};
use strat_runtime::instrument::{AssetClass, Instrument, InstrumentId, Status};
use strat_runtime::manifest::Manifest;
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;

use super::config::SyntheticConfig;
use super::model::PredictionParams;
use super::prediction::{COARSE_TICK, Contract, FINE_TICK, Place, is_fine, probability};
use super::profile;
use super::questions::Questions;
use super::rng::Random;

const HOUR_SECS: f64 = 3_600.0;
/// Mean life of a market by the mixture of [`life_secs`].
const LIFE_SECS_MEAN: f64 = (0.15 * 36.5 + 0.6 * 36.5 + 0.25 * 588.0) * HOUR_SECS;

/// From the first step to the last one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    first: Time,
    last: Time,
    step: Duration,
}

impl Span {
    /// `steps` steps from `first`; the caller has checked that they fit.
    pub(crate) fn new(first: Time, step: Duration, steps: u64) -> Self {
        let nanos = step.nanos().saturating_mul(steps.saturating_sub(1) as i64);
        Self { first, last: first.saturating_add(Duration::from_nanos(nanos)), step }
    }

    fn secs(self) -> f64 {
        self.last.since(self.first).map_or(0.0, Duration::as_secs_real)
    }
}

/// A place for each declared token, then the places of the universes; adds the instruments that
/// are not declared to the table.
pub(crate) fn places(
    config: &SyntheticConfig,
    manifest: &Manifest,
    span: Span,
    table: &mut Vec<Instrument>,
    random: &mut Random,
) -> Vec<Place> {
    let params = &config.model.prediction;
    let mut questions = Questions::new(random);
    let mut places = Vec::new();
    let declared = table.len();
    for index in 0..declared {
        let is_token = table.get(index).is_some_and(|i| i.class == AssetClass::OutcomeToken);
        if is_token {
            let contract = declared_contract(index, span, table, &mut questions, random);
            places.extend(Place::new(vec![contract], params, span.step));
        }
    }
    if manifest.universes.is_empty() {
        return places;
    }
    for place in 0..params.markets {
        let contracts = chain(place, params, span, table, &mut questions, random);
        places.extend(Place::new(contracts, params, span.step));
    }
    places
}

/// A declared token lives through the whole run, so that the strategy always has its market.
fn declared_contract(
    index: usize,
    span: Span,
    table: &mut Vec<Instrument>,
    questions: &mut Questions,
    random: &mut Random,
) -> Contract {
    let complement = InstrumentId(table.len() as u32);
    let expires_at = round_up(span.last.saturating_add(Duration::from_days(7)));
    let log_odds = 0.5 * random.normal();
    let contract =
        draw_contract(InstrumentId(index as u32), complement, expires_at, log_odds, random);
    let question = questions.take();
    let liquidity = Money::from_int(20_000);
    let mut other = None;
    if let Some(token) = table.get_mut(index) {
        token.question.clone_from(&question);
        "Yes".clone_into(&mut token.outcome);
        token.tick = first_tick(log_odds);
        token.liquidity = liquidity;
        token.expires_at = Some(expires_at);
        token.complement = Some(complement);
        other = Some(Instrument {
            symbol: format!("{}-no", token.symbol),
            name: format!("{} (No)", token.name),
            outcome: "No".to_owned(),
            complement: Some(InstrumentId(index as u32)),
            ..token.clone()
        });
    }
    table.extend(other);
    Contract { shares: 200, ..contract }
}

/// The markets of one place: each opens when the one before resolves, the last one outlives the
/// run. Where there would be more than `generations` of them, all of them live longer.
fn chain(
    place: usize,
    params: &PredictionParams,
    span: Span,
    table: &mut Vec<Instrument>,
    questions: &mut Questions,
    random: &mut Random,
) -> Vec<Contract> {
    let stretch = (span.secs() / (params.generations as f64 * LIFE_SECS_MEAN)).max(1.0);
    let shortest = 10.0 * span.step.as_secs_real();
    let mut contracts = Vec::new();
    let mut opens_at = span.first;
    for generation in 0..params.generations {
        // The first place always shows a resolution, if there is another one to go on with.
        let early = place == 0 && generation == 0 && params.markets > 1;
        let secs = if early {
            random.between(0.2, 0.8) * span.secs().min(72.0 * HOUR_SECS)
        } else {
            (life_secs(span, random) * stretch).max(shortest)
        };
        let nanos = Duration::from_nanos((secs * SCALE as f64) as i64);
        let mut expires_at = round_up(opens_at.saturating_add(nanos));
        if generation + 1 == params.generations && expires_at <= span.last {
            let more = (random.between(1.0, 72.0) * HOUR_SECS * SCALE as f64) as i64;
            expires_at = round_up(span.last.saturating_add(Duration::from_nanos(more)));
        }
        let status = if generation == 0 { Status::Trading } else { Status::Pending };
        let log_odds = first_log_odds(params, random);
        contracts.push(add_market(expires_at, status, log_odds, table, questions, random));
        if expires_at > span.last {
            break;
        }
        opens_at = expires_at;
    }
    contracts
}

/// 15 % end inside of the run, 60 % within three days, the rest within six weeks.
fn life_secs(span: Span, random: &mut Random) -> f64 {
    let draw = random.uniform();
    if draw < 0.15 {
        random.between(0.05, 1.0) * span.secs().clamp(60.0, 72.0 * HOUR_SECS)
    } else if draw < 0.75 {
        random.between(1.0, 72.0) * HOUR_SECS
    } else {
        random.between(168.0, 1_008.0) * HOUR_SECS
    }
}

fn first_log_odds(params: &PredictionParams, random: &mut Random) -> f64 {
    let wide = params.start * random.normal();
    let certain = {
        let p = random.between(0.93, 0.985);
        strat_runtime::math::ln(p / (1.0 - p))
    };
    let turned = if random.chance(0.5) { certain } else { -certain };
    // Every number is drawn for every market, so that one parameter does not shift all others.
    if random.chance(params.certain) { turned } else { wide.clamp(-6.0, 6.0) }
}

fn draw_contract(
    yes: InstrumentId,
    no: InstrumentId,
    expires_at: Time,
    log_odds: f64,
    random: &mut Random,
) -> Contract {
    let yes_wins = random.chance(probability(log_odds));
    Contract { yes, no, expires_at, log_odds, yes_wins, shares: 0 }
}

fn add_market(
    expires_at: Time,
    status: Status,
    log_odds: f64,
    table: &mut Vec<Instrument>,
    questions: &mut Questions,
    random: &mut Random,
) -> Contract {
    let first = table.len() as u32;
    let (yes, no) = (InstrumentId(first), InstrumentId(first + 1));
    let contract = draw_contract(yes, no, expires_at, log_odds, random);
    let dollars = random.log_between(200.0, 100_000.0);
    let stated = !random.chance(0.1);
    let question = questions.take();
    let liquidity = Money::from_real(dollars, Rounding::Nearest).filter(|_| stated);
    for (outcome, complement) in [("Yes", no), ("No", yes)] {
        let symbol = format!("synthetic-{}-{}", first / 2 + 1, outcome.to_lowercase());
        let name = format!("{question} [{outcome}]");
        table.push(Instrument {
            question: question.clone(),
            outcome: outcome.to_owned(),
            tick: first_tick(log_odds),
            liquidity,
            expires_at: Some(expires_at),
            complement: Some(complement),
            status,
            ..profile::instrument(&symbol, &name, VenueKind::Polymarket)
        });
    }
    Contract { shares: ((dollars / 20.0) as i64).clamp(10, 5_000), ..contract }
}

fn first_tick(log_odds: f64) -> Price {
    Price::from_raw(if is_fine(probability(log_odds)) { FINE_TICK } else { COARSE_TICK })
}

/// Markets end at whole seconds.
fn round_up(at: Time) -> Time {
    if at.is_multiple_of(Duration::SECOND) {
        at
    } else {
        at.next_multiple_after(Duration::SECOND).unwrap_or(at)
    }
}
