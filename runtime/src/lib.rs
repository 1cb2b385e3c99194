//! The trading vocabulary of Strat, and the session in which a strategy meets money.
//!
//! What it is: fixed-point numbers, time, books, bars, events, orders, accounts, risk rules, and
//! [`session::Session`], the synchronous and deterministic machine that a backtest and a live
//! engine both drive. What it is not: it opens no file, reads no clock, draws no random number,
//! starts no thread, and knows nothing of strategy text. A compiled strategy links this crate and
//! `libm`, nothing else.
//!
//! Where to enter: [`strategy::Strategy`] is what a strategy is to a host,
//! [`session::Session`] is what a host is to a strategy, [`venue`] holds what venues can do and
//! charge, [`event`] is what happens in a market.
#![forbid(unsafe_code)]
#![expect(clippy::indexing_slicing, reason = "ids index the tables that handed them out")]

pub mod account;
pub mod bar;
pub mod book;
pub mod event;
pub mod fault;
pub mod fixed;
pub mod instrument;
pub mod leverage;
pub mod manifest;
pub mod mark;
pub mod math;
pub mod money;
pub mod order;
pub mod position;
pub mod prediction;
pub mod price;
pub mod quantity;
pub mod ratio;
pub mod risk;
pub mod script;
pub mod session;
pub mod side;
pub mod signal;
pub mod sizing;
pub mod slot;
pub mod snapshot;
pub mod strategy;
pub mod time;
pub mod venue;
pub mod view;
