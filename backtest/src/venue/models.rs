//! What the simulated venue assumes, as data that a report can name.

use std::str::FromStr;

use strat_runtime::fixed::ParseFixedError;
use strat_runtime::money::Money;
use strat_runtime::order::Liquidity;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::ratio::Ratio;
use strat_runtime::time::Duration;
use strat_runtime::venue::{Capabilities, FeeSchedule};

/// The models of one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Models {
    /// From a command leaving the session to its arrival at the venue. Answers take no time.
    pub entry_latency: Duration,
    /// Where fees come from.
    pub fees: Fees,
    /// How orders fill.
    pub fills: Fills,
}

impl Default for Models {
    fn default() -> Self {
        Self { entry_latency: Duration::from_nanos(0), fees: Fees::Venue, fills: Fills::default() }
    }
}

/// Where fees come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fees {
    /// The venue's table, by the instrument's class.
    #[default]
    Venue,
    /// One schedule for every instrument.
    Fixed(FeeSchedule),
}

impl Fees {
    /// The fee of one fill; `None` if it leaves the range of money.
    pub fn fee(
        self,
        schedule: FeeSchedule,
        price: Price,
        size: Quantity,
        liquidity: Liquidity,
    ) -> Option<Money> {
        match self {
            Fees::Venue => schedule,
            Fees::Fixed(fixed) => fixed,
        }
        .fee(price, size, liquidity)
    }

    /// The model in words, for reports.
    pub fn describe(self, capabilities: &Capabilities) -> String {
        match self {
            Fees::Venue => format!(
                "{} table of {}: {}",
                capabilities.name, capabilities.version, capabilities.fees.source
            ),
            Fees::Fixed(FeeSchedule::Free) => "none".to_owned(),
            Fees::Fixed(FeeSchedule::Notional { maker, taker }) => {
                format!("maker {maker}, taker {taker} of price times size")
            }
            Fees::Fixed(FeeSchedule::Probability { rate }) => {
                format!("takers pay {rate} of size * p * (1 - p), makers nothing")
            }
        }
    }
}

/// `venue`, `none`, `maker=R,taker=R` or `probability=R`, where `R` is a ratio such as `0.0005`,
/// `5bps` or `0.05%`.
impl FromStr for Fees {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        match text.trim() {
            "venue" => return Ok(Fees::Venue),
            "none" => return Ok(Fees::Fixed(FeeSchedule::Free)),
            _ => {}
        }
        let (mut maker, mut taker) = (Ratio::ZERO, Ratio::ZERO);
        let mut probability = None;
        for (name, value) in pairs(text) {
            match name {
                "maker" => maker = ratio(name, value)?,
                "taker" => taker = ratio(name, value)?,
                "probability" => probability = Some(non_negative(name, ratio(name, value)?)?),
                _ => {
                    return Err(ModelError::Unknown {
                        model: "fees",
                        name: name.to_owned(),
                        known: "venue, none, maker=, taker=, probability=",
                    });
                }
            }
        }
        Ok(Fees::Fixed(match probability {
            Some(rate) => FeeSchedule::Probability { rate },
            None => FeeSchedule::Notional { maker, taker: non_negative("taker", taker)? },
        }))
    }
}

/// How orders fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fills {
    /// When a resting order on a book fills.
    pub queue: Queue,
    /// Whole distance between bid and ask on bars that do not carry it; `None` is one tick.
    pub spread: Option<Price>,
    /// Largest share of a bar's volume, or of a trade where trades are all there is, that own
    /// orders get together. Above zero, at most one.
    pub participation: Ratio,
}

impl Default for Fills {
    fn default() -> Self {
        Self { queue: Queue::Behind, spread: None, participation: Ratio::from_raw(100_000_000) }
    }
}

/// When a resting order on a book fills.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Queue {
    /// Behind everything displayed at its price on arrival; trades at the price, and cancels that
    /// leave less displayed than that, move it forward.
    #[default]
    Behind,
    /// Only when a trade prints strictly beyond its price, or the opposite touch reaches it.
    Through,
}

impl Queue {
    /// The name in options and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Queue::Behind => "behind",
            Queue::Through => "through",
        }
    }
}

/// `queue=behind|through`, `spread=PRICE`, `participation=RATIO`, separated by commas.
impl FromStr for Fills {
    type Err = ModelError;

    fn from_str(text: &str) -> Result<Self, ModelError> {
        let mut fills = Fills::default();
        for (name, value) in pairs(text) {
            match name {
                "queue" => {
                    fills.queue = match value {
                        "behind" => Queue::Behind,
                        "through" => Queue::Through,
                        _ => return Err(invalid(name, value, "either behind or through")),
                    }
                }
                "spread" => {
                    let spread = Price::parse(value).map_err(|e| number(name, value, e))?;
                    if spread.is_negative() {
                        return Err(invalid(name, value, "zero or more"));
                    }
                    fills.spread = Some(spread);
                }
                "participation" => {
                    let share = ratio(name, value)?;
                    if !share.is_positive() || share > Ratio::ONE {
                        return Err(invalid(name, value, "above 0% and at most 100%"));
                    }
                    fills.participation = share;
                }
                _ => {
                    return Err(ModelError::Unknown {
                        model: "fills",
                        name: name.to_owned(),
                        known: "queue=, spread=, participation=",
                    });
                }
            }
        }
        Ok(fills)
    }
}

/// Why a model cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// No such parameter.
    #[error("the {model} model has no `{name}`; it takes {known}")]
    Unknown {
        /// Which model.
        model: &'static str,
        /// What was given.
        name: String,
        /// What there is.
        known: &'static str,
    },
    /// A value that is not a number.
    #[error("`{value}` for `{name}` cannot be read: {source}")]
    Number {
        /// The parameter.
        name: String,
        /// What was given.
        value: String,
        /// Why not.
        source: ParseFixedError,
    },
    /// A value out of range.
    #[error("`{value}` for `{name}` must be {expected}")]
    Value {
        /// The parameter.
        name: String,
        /// What was given.
        value: String,
        /// What it must be.
        expected: &'static str,
    },
}

fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(|part| {
        part.split_once('=').map_or((part, ""), |(name, value)| (name.trim(), value.trim()))
    })
}

fn ratio(name: &str, value: &str) -> Result<Ratio, ModelError> {
    let (digits, divisor) = if let Some(digits) = value.strip_suffix("bps") {
        (digits, 10_000)
    } else if let Some(digits) = value.strip_suffix('%') {
        (digits, 100)
    } else {
        (value, 1)
    };
    Ratio::parse(digits.trim())
        .map_err(|e| number(name, value, e))?
        .checked_div_int(divisor)
        .ok_or_else(|| invalid(name, value, "a smaller number"))
}

fn non_negative(name: &str, ratio: Ratio) -> Result<Ratio, ModelError> {
    if ratio.is_negative() {
        return Err(invalid(name, &ratio.to_string(), "zero or more"));
    }
    Ok(ratio)
}

fn number(name: &str, value: &str, source: ParseFixedError) -> ModelError {
    ModelError::Number { name: name.to_owned(), value: value.to_owned(), source }
}

fn invalid(name: &str, value: &str, expected: &'static str) -> ModelError {
    ModelError::Value { name: name.to_owned(), value: value.to_owned(), expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_are_read_from_text() {
        let bps = |n: i64| Ratio::from_raw(n * 100_000);
        let notional = |maker, taker| Ok(Fees::Fixed(FeeSchedule::Notional { maker, taker }));
        assert_eq!("venue".parse::<Fees>(), Ok(Fees::Venue));
        assert_eq!("none".parse::<Fees>(), Ok(Fees::Fixed(FeeSchedule::Free)));
        assert_eq!("maker=-1bps, taker=0.05%".parse::<Fees>(), notional(bps(-1), bps(5)));
        assert_eq!("taker=0.001".parse::<Fees>(), notional(Ratio::ZERO, bps(10)));
        for wrong in ["taker=-1bps", "taker=x", "probability=-1", "free"] {
            assert!(wrong.parse::<Fees>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn fills_are_read_from_text() {
        let fills: Fills = "queue=through, spread=0.0002,participation=25%".parse().unwrap();
        assert_eq!(fills.queue, Queue::Through);
        assert_eq!(fills.spread, Some(Price::parse("0.0002").unwrap()));
        assert_eq!(fills.participation, Ratio::from_percent(25).unwrap());
        assert_eq!("".parse::<Fills>(), Ok(Fills::default()));
        for wrong in ["queue=first", "spread=-1", "participation=0", "participation=101%", "x=1"] {
            assert!(wrong.parse::<Fills>().is_err(), "{wrong}");
        }
    }
}
