//! The examples: each a folder with a strategy, a README, data and the report that comes of them.
//!
//! The data is made here, from synthetic markets with fixed seeds, and the report is what the
//! strategy does on it. `cargo run -p strat-examples --bin regen` writes both anew; a test compares
//! what is committed with what would be written.
//!
//! Where to enter: [`ALL`], then [`generate::data`] for an example's files and [`report::expected`]
//! for its report.
#![forbid(unsafe_code)]

pub mod generate;
pub mod report;

/// An example.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// Its folder below `examples`.
    pub folder: &'static str,
    /// Its strategy's name; the file is `FOLDER/NAME.strat`.
    pub strategy: &'static str,
    /// Its strategy's text.
    pub text: &'static str,
    /// Where its data comes from.
    pub market: Market,
}

/// The synthetic market behind an example's data.
#[derive(Debug, Clone, Copy)]
pub struct Market {
    /// What is written down of it.
    pub recording: Recording,
    /// The model with its settings, as `strat simulate --market` takes it.
    pub model: &'static str,
    /// Book updates.
    pub ticks: u64,
    /// Seconds between two of them.
    pub step_secs: u32,
    /// The seed.
    pub seed: u64,
}

/// What is written down of a market, and in which files.
#[derive(Debug, Clone, Copy)]
pub enum Recording {
    /// One-minute bars of the strategy's only instrument.
    Bars {
        /// The file.
        file: &'static str,
    },
    /// Books and trades of the strategy's only instrument: `books.jsonl`, `trades.jsonl` and
    /// `market.json`.
    Token,
    /// Books of several tokens, for each `NAME.jsonl` and `NAME.json`.
    Tokens(&'static [Token]),
}

/// One of the tokens of a synthetic market.
#[derive(Debug, Clone, Copy)]
pub struct Token {
    /// Its symbol in the synthetic market.
    pub symbol: &'static str,
    /// The name of its files.
    pub file: &'static str,
}

/// Every example, in the order of reading.
pub const ALL: &[Example] = &[
    Example {
        folder: "01_ema_cross",
        strategy: "ema_cross",
        text: include_str!("../01_ema_cross/ema_cross.strat"),
        market: Market {
            recording: Recording::Bars { file: "BTCUSDT_1m.csv" },
            model: "gbm,trades=0.9,half_spread_bps=0.2",
            ticks: 4 * 24 * 60 * 20,
            step_secs: 3,
            seed: 11,
        },
    },
    Example {
        folder: "02_mean_reversion",
        strategy: "mean_reversion",
        text: include_str!("../02_mean_reversion/mean_reversion.strat"),
        market: Market {
            recording: Recording::Bars { file: "ETHUSDT_1m.csv" },
            model: "gbm,trades=0.9,half_spread_bps=0.2,vol=0.7",
            ticks: 4 * 24 * 60 * 20,
            step_secs: 3,
            seed: 12,
        },
    },
    Example {
        folder: "03_market_maker",
        strategy: "market_maker",
        text: include_str!("../03_market_maker/market_maker.strat"),
        market: Market {
            recording: Recording::Token,
            model: "prediction,spread=0.04,trades=0.5,depth=3,pull=0.002,vol=2",
            ticks: 1_200,
            step_secs: 10,
            seed: 13,
        },
    },
    Example {
        folder: "04_prediction_markets",
        strategy: "favourites",
        text: include_str!("../04_prediction_markets/favourites.strat"),
        market: Market {
            recording: Recording::Tokens(&[
                Token { symbol: "synthetic-11-yes", file: "inflation_yes" },
                Token { symbol: "synthetic-3-no", file: "bitcoin_no" },
                Token { symbol: "synthetic-1-no", file: "ecb_no" },
                Token { symbol: "synthetic-4-yes", file: "fed_yes" },
                Token { symbol: "synthetic-8-no", file: "yield_no" },
                Token { symbol: "synthetic-9-no", file: "carrier_no" },
            ]),
            model: "prediction,markets=8,generations=3,depth=2,certain=0.5,vol=1.5,trades=0",
            ticks: 480,
            step_secs: 60,
            seed: 21,
        },
    },
];
