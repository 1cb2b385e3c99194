//! Every figure of a report, worked out again from fills and marks alone.

use strat_backtest::record::RunRecord;
use strat_backtest::report::metrics::Figure;
use strat_backtest::report::summary::summarize;
use strat_backtest::run::{Run, RunConfig};
use strat_backtest::source::EventSource;
use strat_runtime::manifest::{RiskRule, Scope};
use strat_runtime::mark::Mark;
use strat_runtime::money::Money;
use strat_runtime::session::{FillRecord, Settlement};
use strat_runtime::venue::VenueKind;

use crate::tape::recorded;
use crate::trader::Trader;

/// So much that the random trader is not ruined.
const CASH: i64 = 200_000;
const DAY: f64 = 86_400.0;

/// Mark prices after an event.
struct Marks {
    at: i64,
    prices: Vec<f64>,
}

/// A run with the marks that were seen on its way, in the order of time.
fn watched(venue: VenueKind, seed: u64, minutes: u64) -> (RunRecord, Vec<Marks>) {
    let (declared, mut tape) = recorded(venue, seed, minutes);
    // So that each fill belongs to one event by its time.
    tape.make_stamps_unique();
    let config = RunConfig::new(Money::from_int(CASH).unwrap());
    let limit = Money::from_int(5_000).unwrap();
    let risk = vec![RiskRule::MaxNotional { limit, scope: Scope::Portfolio }];
    let trader = Trader::new(declared, seed, risk);
    let mut run = Run::new(trader, tape.source().instruments(), &config).unwrap();
    let mut marks = Vec::new();
    for event in tape.events() {
        run.step(&event).unwrap();
        let view = run.session().view();
        let price = |mark: Option<Mark>| mark.map_or(0.0, |m| m.price.to_real());
        let prices = view.instruments.iter().map(|row| price(row.mark)).collect();
        marks.push(Marks { at: event.ts_recv.nanos(), prices });
    }
    (run.finish().unwrap(), marks)
}

/// Cash and positions at a time, from the list of fills and settlements.
#[derive(Default)]
struct Book {
    cash: f64,
    held: Vec<f64>,
}

impl Book {
    fn fill(&mut self, fill: &FillRecord) {
        let size = fill.fill.size.to_real() * fill.side.sign() as f64;
        self.cash -= size * fill.fill.price.to_real() + fill.fill.fee.to_real();
        self.held[fill.instrument.index()] += size;
    }

    fn settle(&mut self, settled: &Settlement) {
        self.cash += settled.size.to_real() * settled.payout.to_real();
        self.held[settled.instrument.index()] = 0.0;
    }

    fn equity(&self, prices: &[f64]) -> f64 {
        self.cash + self.held.iter().zip(prices).map(|(held, price)| held * price).sum::<f64>()
    }

    fn gross(&self, prices: &[f64]) -> f64 {
        self.held.iter().zip(prices).map(|(held, price)| (held * price).abs()).sum()
    }

    fn is_flat(&self) -> bool {
        self.held.iter().all(|held| held.abs() < 1e-9)
    }
}

/// What a report says about a run, by other means.
#[derive(Default)]
struct Figures {
    drawdown: f64,
    equity: f64,
    returns: Vec<f64>,
    exposed: f64,
    leverage: f64,
    leverage_max: f64,
    turnover: f64,
}

fn work_out(record: &RunRecord, marks: &[Marks], step: i64) -> Figures {
    let mut book = Book { cash: CASH as f64, held: vec![0.0; record.instruments.len()] };
    let mut fills = record.fill_records.iter().peekable();
    let mut settlements = record.settlements.iter().peekable();
    let mut out = Figures { equity: CASH as f64, ..Figures::default() };
    let (mut peak, mut grid) = (CASH as f64, Vec::new());
    let (first, last) = (marks[0].at, marks.last().unwrap().at);
    let mut next = (first + step - 1) / step * step;
    let (mut since, mut gross) = (first, 0.0);
    for seen in marks {
        while next < seen.at {
            grid.push(out.equity);
            next += step;
        }
        let span = (seen.at - since) as f64;
        out.exposed += if book.is_flat() { 0.0 } else { span };
        out.leverage += span * gross / out.equity;
        since = seen.at;
        while let Some(fill) = fills.next_if(|fill| fill.ts.nanos() <= seen.at) {
            book.fill(fill);
            out.turnover += fill.fill.size.to_real() * fill.fill.price.to_real();
        }
        while let Some(settled) = settlements.next_if(|s| s.ts.nanos() <= seen.at) {
            book.settle(settled);
        }
        out.equity = book.equity(&seen.prices);
        assert!(out.equity > 0.0, "ruined: figures are absent");
        gross = book.gross(&seen.prices);
        out.leverage_max = out.leverage_max.max(gross / out.equity);
        peak = peak.max(out.equity);
        out.drawdown = out.drawdown.max((peak - out.equity) / peak);
    }
    while next <= last {
        grid.push(out.equity);
        next += step;
    }
    out.returns = grid.windows(2).map(|pair| pair[1] / pair[0] - 1.0).collect();
    let whole = (last - first) as f64;
    (out.exposed, out.leverage) = (out.exposed / whole, out.leverage / whole);
    out
}

/// Profits of round trips after fees, each instrument by itself.
fn trips(record: &RunRecord) -> Vec<f64> {
    let mut done = Vec::new();
    for i in 0..record.instruments.len() {
        // A trip's profit is the cash that it moved; a turn is a close and an opening.
        let (mut held, mut flow) = (0.0_f64, 0.0);
        for fill in record.fill_records.iter().filter(|fill| fill.instrument.index() == i) {
            let (price, fee) = (fill.fill.price.to_real(), fill.fill.fee.to_real());
            let size = fill.fill.size.to_real() * fill.side.sign() as f64;
            let after = held + size;
            if held.abs() > 1e-9 && after * held < -1e-12 {
                done.push(flow + held * price - fee);
                flow = -after * price;
            } else {
                flow -= size * price + fee;
                if after.abs() < 1e-9 {
                    done.push(std::mem::take(&mut flow));
                }
            }
            held = if after.abs() < 1e-9 { 0.0 } else { after };
        }
        for settled in record.settlements.iter().filter(|s| s.instrument.index() == i) {
            done.push(flow + settled.size.to_real() * settled.payout.to_real());
        }
    }
    done
}

#[track_caller]
fn near(what: &str, got: f64, expected: f64) {
    let room = 1e-6 * expected.abs().max(1e-3);
    assert!((got - expected).abs() <= room, "{what}: {got}, worked out as {expected}");
}

#[track_caller]
fn near_figure(what: &str, got: Figure, expected: f64) {
    let value = got.value();
    assert!(value.is_some(), "{what} is absent: {got:?}");
    near(what, value.unwrap(), expected);
}

#[test]
fn every_figure_from_fills_and_marks() {
    let mut closed = 0;
    for venue in [VenueKind::BinancePerp, VenueKind::Polymarket] {
        for seed in 0..3 {
            println!("{venue:?} seed {seed}");
            let (record, marks) = watched(venue, seed, 46_000);
            let summary = summarize(&record);
            let step = summary.step.nanos();
            let got = work_out(&record, &marks, step);

            near("equity", summary.equity.to_real(), got.equity);
            near_figure("return", summary.total_return, got.equity / CASH as f64 - 1.0);
            near("max drawdown", summary.drawdown.ratio, got.drawdown);
            near("exposure", summary.exposure.time, got.exposed);
            near("mean leverage", summary.exposure.leverage, got.leverage);
            near("most leverage", summary.exposure.leverage_max, got.leverage_max);
            near_figure("turnover", summary.turnover_ratio, got.turnover / CASH as f64);

            let n = got.returns.len() as f64;
            assert_eq!(summary.samples, got.returns.len());
            let mean = got.returns.iter().sum::<f64>() / n;
            let spread =
                got.returns.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / (n - 1.0);
            let losses = got.returns.iter().filter(|r| **r < 0.0).map(|r| r * r).sum::<f64>() / n;
            let year = (365.0 * DAY * 1e9 / step as f64).sqrt();
            near_figure("Sharpe", summary.sharpe, mean / spread.sqrt() * year);
            near_figure("Sortino", summary.sortino, mean / losses.sqrt() * year);
            let days = (marks.last().unwrap().at - marks[0].at) as f64 / 1e9 / DAY;
            let yearly = (got.equity / CASH as f64 - 1.0) * 365.0 / days;
            near_figure("Calmar", summary.calmar, yearly / got.drawdown);

            let trips = trips(&record);
            closed += trips.len();
            assert_eq!(summary.trips.closed as usize, trips.len());
            let won = trips.iter().filter(|net| **net > 0.0).count();
            near_figure("win rate", summary.trips.win_rate(), won as f64 / trips.len() as f64);
            let sum = |sign: f64| trips.iter().filter(|n| **n * sign > 0.0).sum::<f64>() * sign;
            near_figure("profit factor", summary.trips.profit_factor(), sum(1.0) / sum(-1.0));
        }
    }
    assert!(closed > 100, "only {closed} round trips");
}
