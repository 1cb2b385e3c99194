//! What a market is, in a JSON file of its own. One object; every field may be missing, others are
//! refused:
//!
//! | Field | Value |
//! |---|---|
//! | `symbol` | the token id |
//! | `question`, `outcome` | text |
//! | `expires_at` | RFC 3339: when the market stops trading |
//! | `liquidity` | resting liquidity in dollars |
//! | `tick`, `lot`, `min_size` | steps of price and size, and the smallest order |
//! | `complement` | the token id of the other outcome |
//! | `resolved_at`, `payout` | when it was settled (RFC 3339) and what a unit paid, 0 to 1 |
//!
//! Numbers are decimals, with or without quotes.

use serde::Deserialize;
use strat_runtime::instrument::Instrument;
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::time::Time;

use super::error::DataError;
use super::json::Written;

/// What the file says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Meta {
    pub(crate) symbol: Option<String>,
    pub(crate) question: Option<String>,
    pub(crate) outcome: Option<String>,
    pub(crate) expires_at: Option<Time>,
    pub(crate) liquidity: Option<Money>,
    pub(crate) tick: Option<Price>,
    pub(crate) lot: Option<Quantity>,
    pub(crate) min_size: Option<Quantity>,
    pub(crate) complement: Option<String>,
    pub(crate) resolution: Option<(Time, Price)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MetaObject<'t> {
    symbol: Option<String>,
    question: Option<String>,
    outcome: Option<String>,
    expires_at: Option<String>,
    #[serde(borrow)]
    liquidity: Option<Written<'t>>,
    #[serde(borrow)]
    tick: Option<Written<'t>>,
    #[serde(borrow)]
    lot: Option<Written<'t>>,
    #[serde(borrow)]
    min_size: Option<Written<'t>>,
    complement: Option<String>,
    resolved_at: Option<String>,
    #[serde(borrow)]
    payout: Option<Written<'t>>,
}

/// Reads the file.
pub(crate) fn read(file: &str, text: &str) -> Result<Meta, DataError> {
    let fail = |problem: String| DataError::Format { file: file.to_owned(), problem };
    let object: MetaObject<'_> =
        serde_json::from_str(text).map_err(|error| fail(error.to_string()))?;
    let time = |field: &str, text: Option<String>| {
        text.map(|text| Time::parse(&text).map_err(|error| fail(format!("{field}: {error}"))))
            .transpose()
    };
    let number = |field: &str, written: Option<Written<'_>>, least: i64| {
        let raw = written.map(|written| strat_runtime::fixed::parse(written.text())).transpose();
        match raw.map_err(|error| fail(format!("{field}: {error}")))? {
            Some(raw) if raw < least => Err(fail(format!("{field} is too small"))),
            raw => Ok(raw),
        }
    };
    let payout = number("payout", object.payout, 0)?.map(Price::from_raw);
    let resolution = match (time("resolved_at", object.resolved_at)?, payout) {
        (Some(at), Some(payout)) if payout <= Price::ONE => Some((at, payout)),
        (Some(_), Some(_)) => return Err(fail("payout must lie from 0 to 1".to_owned())),
        (None, None) => None,
        _ => return Err(fail("resolved_at and payout need each other; give both".to_owned())),
    };
    let tick = number("tick", object.tick, 1)?.map(Price::from_raw);
    if tick.is_some_and(|tick| tick >= Price::ONE) {
        return Err(fail("tick must be below 1".to_owned()));
    }
    Ok(Meta {
        symbol: object.symbol,
        question: object.question,
        outcome: object.outcome,
        expires_at: time("expires_at", object.expires_at)?,
        liquidity: number("liquidity", object.liquidity, 0)?.map(Money::from_raw),
        tick,
        lot: number("lot", object.lot, 1)?.map(Quantity::from_raw),
        min_size: number("min_size", object.min_size, 0)?.map(Quantity::from_raw),
        complement: object.complement,
        resolution,
    })
}

impl Meta {
    /// Takes over what is known, except the complement, which needs the whole table.
    pub(crate) fn apply(&self, instrument: &mut Instrument) {
        if let Some(question) = &self.question {
            instrument.question.clone_from(question);
        }
        if let Some(outcome) = &self.outcome {
            instrument.outcome.clone_from(outcome);
        }
        instrument.expires_at = self.expires_at.or(instrument.expires_at);
        instrument.liquidity = self.liquidity.or(instrument.liquidity);
        instrument.tick = self.tick.unwrap_or(instrument.tick);
        instrument.lot = self.lot.unwrap_or(instrument.lot);
        instrument.min_size = self.min_size.unwrap_or(instrument.min_size);
    }
}
