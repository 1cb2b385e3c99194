//! A synthetic market for each shipped strategy.

use strat_backtest::run::RunConfig;
use strat_backtest::synthetic::{SyntheticConfig, SyntheticMarket, parse_model};
use strat_compiler::interp::Interp;
use strat_runtime::strategy::Strategy;
use strat_runtime::time::Duration;

use crate::runs::config;

/// A strategy on a synthetic market.
pub(crate) struct Market {
    pub(crate) strategy: &'static str,
    pub(crate) model: &'static str,
    pub(crate) ticks: u64,
    pub(crate) step_secs: u32,
    /// At least what the strategy needs before it may trade.
    pub(crate) warmup_hours: u16,
    pub(crate) seed: u64,
    /// Whether it is known to trade there.
    pub(crate) fills: bool,
}

const fn row(
    strategy: &'static str,
    model: &'static str,
    ticks: u64,
    step_secs: u32,
    warmup_hours: u16,
) -> Market {
    Market { strategy, model, ticks, step_secs, warmup_hours, seed: 7, fills: true }
}

pub(crate) const MARKETS: &[Market] = &[
    row("dynamic_mm", "prediction,markets=12,spread=0.05", 2_000, 60, 0),
    row("ema_vanta", "gbm", 20_000, 60, 191),
    row("market_maker", "prediction,spread=0.04", 2_000, 60, 0),
    // Nobody sells at a cent.
    Market { fills: false, ..row("order_test", "prediction", 500, 60, 0) },
    row("pairs_z", "gbm", 20_000, 5, 41),
    row("spread_watcher", "prediction,spread=0.6,trades=1", 2_000, 1, 0),
    row("sure_bets", "prediction,markets=24", 1_000, 60, 0),
];

impl Market {
    /// One path of it, and the run that fits.
    pub(crate) fn path(&self, interp: &Interp, path: u64) -> (SyntheticMarket, RunConfig) {
        let step = Duration::from_secs(self.step_secs);
        let mut request = SyntheticConfig::new(self.ticks, step, self.seed).with_path(path);
        request.model = parse_model(self.model).unwrap();
        request.warmup = Duration::from_hours(self.warmup_hours);
        let source = request.bind(interp.manifest()).unwrap();
        let mut config = config();
        config.trading_from = Some(source.start());
        (source, config)
    }

    pub(crate) fn find(strategy: &str) -> &'static Market {
        MARKETS.iter().find(|market| market.strategy == strategy).unwrap()
    }
}

#[test]
fn every_shipped_strategy_has_a_market() {
    let shipped: Vec<&str> = strat_strategies::ALL.iter().map(|s| s.name).collect();
    let with_market: Vec<&str> = MARKETS.iter().map(|m| m.strategy).collect();
    assert_eq!(with_market, shipped);
}
