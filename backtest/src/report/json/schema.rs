//! The shapes of the two reports, field by field as `docs/report.md` has them.

use serde::Serialize;

#[derive(Serialize)]
pub(super) struct Report<'a> {
    pub(super) schema: &'static str,
    pub(super) strategy: StrategyInfo<'a>,
    pub(super) run: RunInfo<'a>,
    pub(super) outcome: OutcomeInfo,
    pub(super) period: Period,
    pub(super) account: AccountInfo,
    pub(super) metrics: Metrics,
    pub(super) activity: Activity,
    pub(super) instruments: Vec<InstrumentRow<'a>>,
    pub(super) handlers: Vec<HandlerRow<'a>>,
    pub(super) why_not: Vec<WhyNotRow>,
    pub(super) risk_events: Listed,
    pub(super) messages: Listed,
    pub(super) equity: Equity,
    pub(super) fills: Vec<FillRow<'a>>,
    pub(super) settlements: Vec<SettlementRow<'a>>,
}

#[derive(Serialize)]
pub(super) struct PathsReport<'a> {
    pub(super) schema: &'static str,
    pub(super) strategy: StrategyInfo<'a>,
    pub(super) run: RunInfo<'a>,
    pub(super) data_from: String,
    pub(super) data_to: String,
    pub(super) events: u64,
    pub(super) cash_start: String,
    pub(super) loss_probability: f64,
    pub(super) ruin_probability: f64,
    pub(super) nothing_fired: usize,
    pub(super) quantiles: [f64; 5],
    pub(super) distributions: Vec<DistributionRow>,
    pub(super) handlers: Vec<HandlerRow<'a>>,
    pub(super) why_not: Vec<WhyNotRow>,
    pub(super) risk_events: u64,
    pub(super) paths: Vec<PathRow>,
}

#[derive(Serialize)]
pub(super) struct StrategyInfo<'a> {
    pub(super) name: &'a str,
    pub(super) title: &'a str,
    pub(super) version: u32,
    pub(super) behaviour_hash: String,
    pub(super) venue: &'static str,
    pub(super) venue_version: &'static str,
    pub(super) params: Vec<Param<'a>>,
}

#[derive(Serialize)]
pub(super) struct Param<'a> {
    pub(super) name: &'a str,
    pub(super) value: &'a str,
}

#[derive(Serialize)]
pub(super) struct RunInfo<'a> {
    pub(super) data: &'a [String],
    pub(super) seed: Option<u64>,
    pub(super) backend: &'static str,
    pub(super) models: Vec<ModelRow>,
    pub(super) assumed: &'a [String],
}

#[derive(Serialize)]
pub(super) struct ModelRow {
    pub(super) name: &'static str,
    pub(super) text: String,
}

#[derive(Serialize)]
pub(super) struct OutcomeInfo {
    pub(super) fired: bool,
    pub(super) reason: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Period {
    pub(super) data_from: String,
    pub(super) trading_from: String,
    pub(super) first_fired: Option<String>,
    pub(super) data_to: String,
}

#[derive(Serialize)]
pub(super) struct AccountInfo {
    pub(super) cash_start: String,
    pub(super) cash_end: String,
    pub(super) positions_end: String,
    pub(super) equity_end: String,
    pub(super) pnl: String,
    pub(super) realized: String,
    pub(super) unrealized: String,
    pub(super) fees: String,
    pub(super) turnover: String,
}

#[derive(Serialize)]
pub(super) struct Metrics {
    pub(super) total_return: FigureRow,
    pub(super) max_drawdown: f64,
    pub(super) max_drawdown_money: String,
    pub(super) max_drawdown_from: String,
    pub(super) max_drawdown_to: String,
    pub(super) sharpe: FigureRow,
    pub(super) sortino: FigureRow,
    pub(super) calmar: FigureRow,
    pub(super) returns: usize,
    pub(super) return_step_seconds: i64,
    pub(super) round_trips: u64,
    pub(super) round_trips_won: u64,
    pub(super) round_trips_lost: u64,
    pub(super) win_rate: FigureRow,
    pub(super) profit_factor: FigureRow,
    pub(super) time_in_market: f64,
    pub(super) leverage_mean: f64,
    pub(super) leverage_max: f64,
    pub(super) turnover_ratio: FigureRow,
    pub(super) fees: String,
}

#[derive(Serialize)]
pub(super) struct FigureRow {
    pub(super) value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<&'static str>,
}

#[derive(Serialize)]
pub(super) struct Activity {
    pub(super) warmup_events: u64,
    pub(super) events: u64,
    pub(super) orders: u64,
    pub(super) cancels: u64,
    pub(super) rejects: u64,
    pub(super) fills: u64,
    pub(super) maker_fills: u64,
    pub(super) faults: u64,
    pub(super) late_data: u64,
    pub(super) partial_bars: u64,
}

#[derive(Serialize)]
pub(super) struct InstrumentRow<'a> {
    pub(super) symbol: &'a str,
    pub(super) name: &'a str,
    pub(super) outcome: &'a str,
    pub(super) position: String,
    pub(super) cost: String,
    pub(super) mark: Option<String>,
    pub(super) realized: String,
    pub(super) unrealized: String,
    pub(super) fees: String,
    pub(super) fills: u64,
    pub(super) turnover: String,
}

#[derive(Serialize)]
pub(super) struct HandlerRow<'a> {
    pub(super) name: &'a str,
    pub(super) line: u32,
    pub(super) fired: u64,
}

#[derive(Serialize)]
pub(super) struct WhyNotRow {
    pub(super) by: &'static str,
    pub(super) reason: String,
    pub(super) count: u64,
    pub(super) handler: Option<u32>,
    pub(super) share: Option<f64>,
    pub(super) last: Option<String>,
    pub(super) instrument: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Listed {
    pub(super) count: u64,
    pub(super) first: Vec<Noted>,
}

#[derive(Serialize)]
pub(super) struct Noted {
    pub(super) time: String,
    pub(super) kind: &'static str,
    pub(super) text: String,
}

#[derive(Serialize)]
pub(super) struct Equity {
    pub(super) from: Option<String>,
    pub(super) step_seconds: i64,
    pub(super) values: Vec<String>,
}

#[derive(Serialize)]
pub(super) struct FillRow<'a> {
    pub(super) time: String,
    pub(super) ts_event: String,
    pub(super) symbol: &'a str,
    pub(super) side: &'static str,
    pub(super) price: String,
    pub(super) size: String,
    pub(super) fee: String,
    pub(super) liquidity: &'static str,
    pub(super) cash_flow: String,
    pub(super) realized: String,
    pub(super) position: String,
    pub(super) order: String,
    pub(super) slot: &'a str,
    pub(super) handler: &'a str,
    pub(super) because: &'a str,
}

#[derive(Serialize)]
pub(super) struct SettlementRow<'a> {
    pub(super) time: String,
    pub(super) symbol: &'a str,
    pub(super) size: String,
    pub(super) payout: String,
    pub(super) cash_flow: String,
    pub(super) realized: String,
}

#[derive(Serialize)]
pub(super) struct DistributionRow {
    pub(super) name: &'static str,
    pub(super) unit: &'static str,
    pub(super) paths: usize,
    pub(super) mean: Option<f64>,
    pub(super) quantiles: Option<[f64; 5]>,
}

#[derive(Serialize)]
pub(super) struct PathRow {
    pub(super) path: u64,
    pub(super) outcome: OutcomeInfo,
    pub(super) equity: String,
    pub(super) pnl: String,
    pub(super) metrics: Metrics,
    pub(super) orders: u64,
    pub(super) fills: u64,
}
