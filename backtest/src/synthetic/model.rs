//! The models with their parameters, ranges and spellings: one table serves the parser, the help and
//! the report.

use std::fmt;

use super::error::SyntheticError;

/// Which model drives the instruments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ModelKind {
    /// By venue: `prediction` on polymarket, `gbm` elsewhere.
    #[default]
    Auto,
    /// Geometric Brownian motion.
    Gbm,
    /// Prediction markets whose prices are probabilities.
    Prediction,
}

impl ModelKind {
    /// The name as the command line spells it.
    pub const fn name(self) -> &'static str {
        match self {
            ModelKind::Auto => "auto",
            ModelKind::Gbm => "gbm",
            ModelKind::Prediction => "prediction",
        }
    }
}

/// A model with its parameters. What the named model does not drive takes the other's defaults: a
/// strategy may trade prediction markets and read a currency pair.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MarketModel {
    /// Which model was asked for.
    pub kind: ModelKind,
    /// Parameters of `prediction`.
    pub prediction: PredictionParams,
    /// Parameters of `gbm`.
    pub gbm: GbmParams,
}

impl MarketModel {
    /// The value of a parameter; `None` where it depends on the instrument.
    pub fn value(&self, doc: &ParamDoc) -> Option<f64> {
        let (p, g) = (&self.prediction, &self.gbm);
        match (doc.model, doc.name) {
            (ModelKind::Prediction, "markets") => Some(p.markets as f64),
            (ModelKind::Prediction, "generations") => Some(p.generations as f64),
            (ModelKind::Prediction, "vol") => Some(p.vol),
            (ModelKind::Prediction, "spread") => Some(p.spread),
            (ModelKind::Prediction, "depth") => Some(p.depth as f64),
            (ModelKind::Prediction, "trades") => Some(p.trades),
            (ModelKind::Prediction, "start") => Some(p.start),
            (ModelKind::Prediction, "certain") => Some(p.certain),
            (ModelKind::Prediction, "pull") => Some(p.pull),
            (ModelKind::Gbm, "vol") => g.vol,
            (ModelKind::Gbm, "drift") => Some(g.drift),
            (ModelKind::Gbm, "corr") => Some(g.corr),
            (ModelKind::Gbm, "half_spread_bps") => g.half_spread_bps,
            (ModelKind::Gbm, "depth") => Some(g.depth as f64),
            (ModelKind::Gbm, "trades") => Some(g.trades),
            (ModelKind::Gbm, "price") => g.price,
            _ => None,
        }
    }

    /// Every value lies in its range, also if it was not read from text.
    pub(crate) fn check(&self) -> Result<(), SyntheticError> {
        for doc in PARAMS {
            if let Some(value) = self.value(doc)
                && !doc.allows(value)
            {
                return Err(doc.refusal(value.to_string()));
            }
        }
        Ok(())
    }
}

/// The model as it would be written, with every parameter that has a value.
impl fmt::Display for MarketModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name())?;
        for doc in PARAMS.iter().filter(|doc| doc.model == self.kind) {
            if let Some(value) = self.value(doc) {
                write!(f, ",{}={value}", doc.name)?;
            }
        }
        Ok(())
    }
}

/// Parameters of `prediction`; [`PARAMS`] has meanings and ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictionParams {
    /// Prediction markets in a universe at a time.
    pub markets: usize,
    /// Most markets that follow one another in one place of the universe.
    pub generations: usize,
    /// Standard deviation of the log-odds after one day.
    pub vol: f64,
    /// Distance between bid and ask at a price of one half.
    pub spread: f64,
    /// Levels a side.
    pub depth: usize,
    /// Probability of a trade per market and step.
    pub trades: f64,
    /// Standard deviation of the log-odds at a market's start.
    pub start: f64,
    /// Share of markets that start nearly certain, between 0.93 and 0.985 or the mirror of it.
    pub certain: f64,
    /// Probability per step that makers pull their quotes for about 20 steps.
    pub pull: f64,
}

impl Default for PredictionParams {
    fn default() -> Self {
        Self {
            markets: 8,
            generations: 24,
            vol: 0.9,
            spread: 0.02,
            depth: 5,
            trades: 0.25,
            start: 1.5,
            certain: 0.3,
            pull: 0.001,
        }
    }
}

/// Parameters of `gbm`; [`PARAMS`] has meanings and ranges.
#[derive(Debug, Clone, PartialEq)]
pub struct GbmParams {
    /// Volatility per year; `None` is 0.6 for crypto and 0.08 for currencies.
    pub vol: Option<f64>,
    /// Drift per year of the expected price.
    pub drift: f64,
    /// Correlation of any two instruments.
    pub corr: f64,
    /// Half the distance between bid and ask in basis points; `None` is 1 for crypto and 0.5 for
    /// currencies. The touch is rounded outward to the tick.
    pub half_spread_bps: Option<f64>,
    /// Levels a side; zero gives quotes of the touch alone.
    pub depth: usize,
    /// Probability of a trade per instrument and step.
    pub trades: f64,
    /// First price of every instrument; `None` is a plausible one for the symbol.
    pub price: Option<f64>,
}

impl Default for GbmParams {
    fn default() -> Self {
        Self {
            vol: None,
            drift: 0.0,
            corr: 0.5,
            half_spread_bps: None,
            depth: 0,
            trades: 0.3,
            price: None,
        }
    }
}

/// One line of help.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ParamDoc {
    /// The model that has it.
    pub model: ModelKind,
    /// Its name.
    pub name: &'static str,
    /// What holds if it is not given.
    pub default: &'static str,
    /// Least value.
    pub min: f64,
    /// Greatest value.
    pub max: f64,
    /// Whether only whole numbers make sense.
    pub whole: bool,
    /// Meaning and unit.
    pub help: &'static str,
}

impl ParamDoc {
    fn allows(&self, value: f64) -> bool {
        (self.min..=self.max).contains(&value) && (!self.whole || value.fract() == 0.0)
    }

    fn refusal(&self, found: String) -> SyntheticError {
        SyntheticError::BadValue {
            name: self.name,
            found,
            kind: if self.whole { "a whole number" } else { "a number" },
            min: self.min,
            max: self.max,
        }
    }
}

const fn row(
    model: ModelKind,
    name: &'static str,
    default: &'static str,
    range: (f64, f64),
    help: &'static str,
) -> ParamDoc {
    ParamDoc { model, name, default, min: range.0, max: range.1, whole: false, help }
}

const fn count(
    model: ModelKind,
    name: &'static str,
    default: &'static str,
    range: (f64, f64),
    help: &'static str,
) -> ParamDoc {
    ParamDoc { model, name, default, min: range.0, max: range.1, whole: true, help }
}

/// Every parameter of every model, in the order of the help.
pub const PARAMS: &[ParamDoc] = {
    use ModelKind::{Gbm, Prediction};
    &[
        count(Prediction, "markets", "8", (1.0, 512.0), "markets in a universe at a time"),
        count(Prediction, "generations", "24", (1.0, 256.0), "most markets one after the other"),
        row(Prediction, "vol", "0.9", (0.0, 20.0), "standard deviation of log-odds after a day"),
        row(Prediction, "spread", "0.02", (0.0, 0.9), "bid to ask at a price of 0.50"),
        count(Prediction, "depth", "5", (1.0, 50.0), "levels a side"),
        row(Prediction, "trades", "0.25", (0.0, 1.0), "probability of a trade per step"),
        row(Prediction, "start", "1.5", (0.0, 5.0), "standard deviation of log-odds at the start"),
        row(Prediction, "certain", "0.3", (0.0, 1.0), "share that starts nearly certain"),
        row(Prediction, "pull", "0.001", (0.0, 1.0), "probability per step of pulled quotes"),
        row(Gbm, "vol", "0.6 crypto, 0.08 forex", (0.0, 10.0), "volatility per year"),
        row(Gbm, "drift", "0", (-10.0, 10.0), "drift of the expected price per year"),
        row(Gbm, "corr", "0.5", (0.0, 0.999), "correlation of any two instruments"),
        row(Gbm, "half_spread_bps", "1 crypto, 0.5 forex", (0.0, 1_000.0), "touch to mid in bps"),
        count(Gbm, "depth", "0", (0.0, 50.0), "levels a side; 0 gives quotes of the touch"),
        row(Gbm, "trades", "0.3", (0.0, 1.0), "probability of a trade per step"),
        row(Gbm, "price", "by symbol", (1e-6, 1e8), "first price of every instrument"),
    ]
};

/// Reads `MODEL[,name=value]...`: `prediction,spread=0.02,markets=8`. A value may be a percentage.
///
/// # Errors
/// An unknown model or parameter, a value that is no number or lies outside of its range, and a
/// parameter given twice.
pub fn parse_model(text: &str) -> Result<MarketModel, SyntheticError> {
    let mut parts = text.split(',').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let kind = [ModelKind::Auto, ModelKind::Gbm, ModelKind::Prediction]
        .into_iter()
        .find(|kind| kind.name() == name)
        .ok_or_else(|| SyntheticError::UnknownModel { found: name.to_owned() })?;
    let mut model = MarketModel { kind, ..MarketModel::default() };
    let mut seen: Vec<&str> = Vec::new();
    for part in parts {
        let (name, value) = part
            .split_once('=')
            .ok_or_else(|| SyntheticError::NotAnAssignment { found: part.to_owned() })?;
        let (name, value) = (name.trim(), value.trim());
        let doc = PARAMS
            .iter()
            .find(|doc| doc.model == kind && doc.name == name)
            .ok_or_else(|| unknown_param(kind, name))?;
        if seen.contains(&name) {
            return Err(SyntheticError::Twice { name: doc.name });
        }
        seen.push(name);
        let number = read_value(doc, value)?;
        match kind {
            ModelKind::Gbm => set_gbm(&mut model.gbm, doc.name, number),
            ModelKind::Prediction | ModelKind::Auto => {
                set_prediction(&mut model.prediction, doc.name, number);
            }
        }
    }
    Ok(model)
}

fn unknown_param(kind: ModelKind, name: &str) -> SyntheticError {
    let known: Vec<&str> = PARAMS.iter().filter(|d| d.model == kind).map(|d| d.name).collect();
    let known = if known.is_empty() {
        "it has none, name gbm or prediction".to_owned()
    } else {
        format!("it has {}", known.join(", "))
    };
    SyntheticError::UnknownParam { model: kind.name(), found: name.to_owned(), known }
}

fn read_value(doc: &ParamDoc, text: &str) -> Result<f64, SyntheticError> {
    let parsed = match text.strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|x| x / 100.0),
        None => text.parse::<f64>(),
    };
    parsed.ok().filter(|value| doc.allows(*value)).ok_or_else(|| doc.refusal(text.to_owned()))
}

fn set_prediction(params: &mut PredictionParams, name: &str, value: f64) {
    match name {
        "markets" => params.markets = value as usize,
        "generations" => params.generations = value as usize,
        "vol" => params.vol = value,
        "spread" => params.spread = value,
        "depth" => params.depth = value as usize,
        "trades" => params.trades = value,
        "start" => params.start = value,
        "certain" => params.certain = value,
        _ => params.pull = value,
    }
}

fn set_gbm(params: &mut GbmParams, name: &str, value: f64) {
    match name {
        "vol" => params.vol = Some(value),
        "drift" => params.drift = value,
        "corr" => params.corr = value,
        "half_spread_bps" => params.half_spread_bps = Some(value),
        "depth" => params.depth = value as usize,
        "trades" => params.trades = value,
        _ => params.price = Some(value),
    }
}
