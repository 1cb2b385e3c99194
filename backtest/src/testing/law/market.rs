//! Other names, and an instrument that concerns nobody.

use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData};
use strat_runtime::instrument::{AssetClass, Instrument, InstrumentId, Status};
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::strategy::Strategy;
use strat_runtime::venue::VenueKind;

use super::{Scene, Verdict, broken, compare};
use crate::tape::Tape;

/// The symbol of the instrument that concerns nobody.
pub const STRANGER: &str = "STRANGER";

/// The same tape with something in front of every symbol, which keeps their order.
pub fn rename(tape: &Tape, prefix: &str) -> Tape {
    let renamed = tape
        .instruments()
        .iter()
        .map(|it| Instrument { symbol: format!("{prefix}{}", it.symbol), ..it.clone() });
    copy(tape, renamed.collect(), |_| None)
}

/// A scene in which strategy and tape call the instruments something else gives the same decisions;
/// `back` turns a text of it into one of the first.
///
/// # Errors
/// The law does not hold.
pub fn renamed<S: Strategy + Clone>(
    scene: &Scene<'_, S>,
    other: &Scene<'_, S>,
    back: &dyn Fn(&str) -> String,
) -> Verdict {
    decide_alike("renamed", scene, other, back)
}

/// An instrument of another venue, with a quote after every event, changes no decision.
///
/// # Errors
/// The law does not hold.
pub fn joined<S: Strategy + Clone>(scene: &Scene<'_, S>) -> Verdict {
    let tape = with_stranger(scene.tape, scene.strategy.manifest().venue);
    let other = Scene { tape: &tape, ..scene.clone() };
    decide_alike("joined", scene, &other, &str::to_owned)
}

fn decide_alike<S: Strategy + Clone>(
    law: &'static str,
    scene: &Scene<'_, S>,
    other: &Scene<'_, S>,
    back: &dyn Fn(&str) -> String,
) -> Verdict {
    let what = match (scene.record(), other.record()) {
        (Ok(one), Ok(other)) => compare::decisions(&one, &other, back),
        (Err(_), Err(_)) => None,
        (Ok(_), Err(error)) | (Err(error), Ok(_)) => Some(format!("one run ends with `{error}`")),
    };
    what.map_or(Ok(()), |what| Err(broken(law, 0, what)))
}

fn with_stranger(tape: &Tape, venue: VenueKind) -> Tape {
    let elsewhere = VenueKind::ALL.into_iter().find(|other| *other != venue).unwrap_or(venue);
    let defaults = elsewhere.capabilities().defaults;
    let stranger = Instrument {
        symbol: STRANGER.to_owned(),
        name: STRANGER.to_lowercase(),
        venue: elsewhere,
        class: AssetClass::Crypto,
        question: String::new(),
        outcome: String::new(),
        tick: defaults.tick,
        lot: defaults.lot,
        min_size: defaults.min_size,
        min_notional: Money::ZERO,
        liquidity: None,
        expires_at: None,
        complement: None,
        status: Status::Trading,
    };
    let id = InstrumentId(tape.instruments().len() as u32);
    let mut instruments = tape.instruments().to_vec();
    instruments.push(stranger);
    let mut events = 0_i64;
    copy(tape, instruments, move |event| {
        events += 1;
        let step = |ticks: i64| Price::from_raw(defaults.tick.raw().saturating_mul(ticks));
        let (bid, ask) = (step(100 + events % 7), step(110 + events % 5));
        let level = |price| Level::new(price, Quantity::ONE);
        let data = MarketData::Quote { bid: level(bid), ask: level(ask) };
        let Event { ts_event, ts_recv, .. } = *event;
        Some(Event { ts_event, ts_recv, instrument: id, data })
    })
}

/// A copy over another table, with an event of `more` behind each.
fn copy(
    tape: &Tape,
    instruments: Vec<Instrument>,
    mut more: impl FnMut(&Event<'_>) -> Option<Event<'static>>,
) -> Tape {
    let mut builder = Tape::builder(instruments);
    for event in tape.events() {
        builder.push(&event);
        if let Some(event) = more(&event) {
            builder.push(&event);
        }
    }
    builder.build()
}
