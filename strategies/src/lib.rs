//! The strategies that ship with Strat, as texts. Each file's own header says what it does, when it
//! trades and what it needs.
#![forbid(unsafe_code)]

/// A shipped strategy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipped {
    /// Its name; the file is `strategies/NAME.strat`.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),* $(,)?) => {
        &[$(Shipped { name: $name, text: include_str!(concat!("../", $name, ".strat")) }),*]
    };
}

/// Every shipped strategy, by name.
pub const ALL: &[Shipped] = shipped![
    "dynamic_mm",
    "ema_vanta",
    "market_maker",
    "order_test",
    "pairs_z",
    "spread_watcher",
    "sure_bets",
];

/// The shipped strategy of that name.
pub fn find(name: &str) -> Option<&'static Shipped> {
    ALL.iter().find(|s| s.name == name)
}
