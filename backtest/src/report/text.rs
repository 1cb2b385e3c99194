//! The report for a trader: aligned, at most 96 columns, money with thousands separators.

use strat_runtime::manifest::{Manifest, RiskAction};
use strat_runtime::money::Money;
use strat_runtime::session::{RiskCause, RiskNotice};
use strat_runtime::strategy::MessageLevel;
use strat_runtime::time::Time;

use super::distribution::{Distribution, Unit, distributions};
use super::layout::{
    WIDTH, count, cut, figure, heading, money, number, percent, percent_figure, put, row,
    short_money, signed, table, things, wide_money, wrap,
};
use super::summary::{Summary, summarize};
use super::{Context, assumptions};
use crate::paths::PathsRecord;
use crate::record::{FeedsSeen, InstrumentRecord, Outcome, RunRecord, WhyNot};

/// Instruments that the table shows.
const INSTRUMENTS_MAX: usize = 10;
/// Reasons that the table of reasons shows.
const REASONS_MAX: usize = 20;
/// Risk events and messages that are written out.
const NOTICES_MAX: usize = 10;

/// The report on one run.
pub fn single(record: &RunRecord, context: &Context) -> String {
    let summary = summarize(record);
    let mut out = String::new();
    head(&mut out, &record.manifest, context);
    period(&mut out, record);
    if let Outcome::NothingFired(why) = &record.outcome {
        heading(&mut out, "NO HANDLER FIRED");
        row(&mut out, "why", &why.to_string());
    }
    heading(&mut out, "Result");
    result(&mut out, record, &summary);
    heading(&mut out, "Activity");
    activity(&mut out, record, &summary);
    instruments(&mut out, record);
    why_it_did_not(&mut out, record);
    fired(&mut out, &record.manifest, &record.counters.fired);
    risk(&mut out, record);
    messages(&mut out, record);
    models(&mut out, &record.manifest, context, &record.feeds());
    out
}

/// The report on many paths.
pub fn paths(record: &PathsRecord, context: &Context) -> String {
    let all = distributions(record);
    let mut out = String::new();
    head(&mut out, &record.manifest, context);
    row(&mut out, "period", &format!("{} to {}", record.data_from, record.data_to));
    row(
        &mut out,
        "paths",
        &format!(
            "{}, {} in all",
            count(record.paths.len() as u64),
            things(record.events, "event", "events")
        ),
    );
    row(&mut out, "cash at start", &format!("{} on each path", money(record.cash_start)));
    if all.nothing_fired > 0 {
        let first = record.paths.iter().find_map(|path| match &path.outcome {
            Outcome::NothingFired(why) => Some(why.to_string()),
            Outcome::Fired => None,
        });
        row(
            &mut out,
            "no handler fired",
            &format!(
                "on {} of {}; the first: {}",
                all.nothing_fired,
                things(record.paths.len() as u64, "path", "paths"),
                first.unwrap_or_default()
            ),
        );
    }
    heading(&mut out, "Distribution over paths");
    let rows: Vec<Vec<String>> = all.rows.iter().map(distribution_row).collect();
    table(&mut out, &["", "5%", "25%", "50%", "75%", "95%", "mean", "paths"], &rows, &[]);
    out.push('\n');
    row(&mut out, "probability of loss", &percent(all.loss_probability));
    row(&mut out, "probability of ruin", &percent(all.ruin_probability));
    row(
        &mut out,
        "Sharpe",
        &format!("annualised from returns every {} or less, 365 days a year", record.step),
    );
    row(&mut out, "risk events", &count(record.risk_count));
    why_not(&mut out, &record.why_not);
    fired(&mut out, &record.manifest, &record.fired);
    models(&mut out, &record.manifest, context, &record.feeds);
    out
}

fn distribution_row(row: &Distribution) -> Vec<String> {
    let write = |value: f64| match row.unit {
        Unit::Share => percent(value),
        Unit::Count => number(value, 0),
        Unit::Number => number(value, 2),
        Unit::Money => Money::from_real(value, strat_runtime::fixed::Rounding::Nearest)
            .map_or_else(|| number(value, 2), short_money),
    };
    let mut cells = vec![row.name.to_owned()];
    if row.paths == 0 {
        cells.extend(std::iter::repeat_n("n/a".to_owned(), row.quantiles.len() + 1));
    } else {
        cells.extend(row.quantiles.iter().map(|q| write(*q)));
        cells.push(write(row.mean));
    }
    cells.push(count(row.paths as u64));
    cells
}

fn head(out: &mut String, manifest: &Manifest, context: &Context) {
    put(
        out,
        format_args!("{} v{}  {:016x}\n", manifest.name, manifest.version, manifest.behaviour_hash),
    );
    if !manifest.title.is_empty() {
        for line in wrap(&manifest.title, WIDTH) {
            put(out, format_args!("{line}\n"));
        }
    }
    out.push('\n');
    row(
        out,
        "venue",
        &format!("{}, {}", manifest.venue.name(), manifest.venue.capabilities().version),
    );
    if !manifest.params.is_empty() {
        let params: Vec<_> =
            manifest.params.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        row(out, "parameters", &params.join(", "));
    }
    for (i, line) in context.data.iter().enumerate() {
        row(out, if i == 0 { "data" } else { "" }, line);
    }
    if let Some(seed) = context.seed {
        row(out, "seed", &seed.to_string());
    }
    row(out, "backend", context.backend);
}

fn period(out: &mut String, record: &RunRecord) {
    row(out, "period", &format!("{} to {}", record.data_from, record.data_to));
    if record.warmup_events > 0 {
        row(
            out,
            "warm-up",
            &format!(
                "{} before {}",
                things(record.warmup_events, "event", "events"),
                record.trading_from
            ),
        );
    }
    let began = match record.first_fired {
        Some(time) => format!("{time}, when a handler first fired"),
        None => "never".to_owned(),
    };
    row(out, "trading began", &began);
}

fn result(out: &mut String, record: &RunRecord, summary: &Summary) {
    row(out, "equity", &format!("{} from {}", money(record.equity_end), money(record.cash_start)));
    row(out, "PnL", &format!("{} ({})", signed(summary.pnl), percent_figure(summary.total_return)));
    row(out, "  realised", &signed(record.realized));
    row(out, "  unrealised", &format!("{} (at the last marks)", signed(record.unrealized)));
    row(out, "  fees", &format!("{} (not in the two above)", money(record.fees)));
    let fall = &summary.drawdown;
    if fall.ratio > 0.0 {
        row(
            out,
            "max drawdown",
            &format!(
                "{} ({}), {} to {}",
                percent(fall.ratio),
                money(fall.money),
                fall.peak_at,
                fall.trough_at
            ),
        );
    } else {
        row(out, "max drawdown", "0.00%");
    }
    row(out, "Sharpe", &figure(summary.sharpe));
    row(out, "Sortino", &figure(summary.sortino));
    row(out, "Calmar", &figure(summary.calmar));
    row(
        out,
        "",
        &format!(
            "ratios per year of 365 days, from {} every {}, risk-free rate 0",
            things(summary.samples as u64, "return", "returns"),
            summary.step
        ),
    );
    let trips = &summary.trips;
    row(
        out,
        "win rate",
        &match trips.win_rate().value() {
            Some(rate) => format!(
                "{} ({} won, {} lost of {}, after fees)",
                percent(rate),
                count(trips.won),
                count(trips.lost),
                things(trips.closed, "closed round trip", "closed round trips")
            ),
            None => figure(trips.win_rate()),
        },
    );
    row(out, "profit factor", &figure(trips.profit_factor()));
    if !record.equity_end.is_positive() {
        row(out, "ruin", "equity is not above zero; a real venue would have closed the account");
    }
}

fn activity(out: &mut String, record: &RunRecord, summary: &Summary) {
    row(out, "events", &count(record.events));
    row(
        out,
        "orders",
        &format!(
            "{} sent, {} cancelled, {} rejected by the venue",
            count(record.orders),
            count(record.cancels),
            count(record.rejects.values().sum())
        ),
    );
    row(
        out,
        "fills",
        &format!(
            "{} ({} maker, {} taker)",
            count(record.fills),
            count(record.maker_fills),
            count(record.fills.saturating_sub(record.maker_fills))
        ),
    );
    row(
        out,
        "turnover",
        &match summary.turnover_ratio.value() {
            Some(ratio) => {
                format!("{} ({ratio:.2} times the cash at the start)", wide_money(record.turnover))
            }
            None => wide_money(record.turnover),
        },
    );
    row(
        out,
        "exposure",
        &format!(
            "in the market {} of the time; positions {:.2} of equity on average, {:.2} at most",
            percent(summary.exposure.time),
            summary.exposure.leverage,
            summary.exposure.leverage_max
        ),
    );
}

fn instruments(out: &mut String, record: &RunRecord) {
    let mut active: Vec<&InstrumentRecord> =
        record.instruments.iter().filter(|row| row.fills > 0).collect();
    if active.is_empty() {
        return;
    }
    // Largest effect first; equal ones stay in the order of their ids.
    active.sort_by_key(|row| {
        std::cmp::Reverse(row.net().map_or(u64::MAX, |net| net.raw().unsigned_abs()))
    });
    heading(out, "Instruments");
    let rows: Vec<Vec<String>> = active
        .iter()
        .take(INSTRUMENTS_MAX)
        .map(|row| {
            vec![
                cut(&label(row), 34),
                row.net().map_or_else(|| "n/a".to_owned(), signed),
                money(row.fees),
                count(row.fills),
                format!("{}", row.position),
                row.mark.map_or_else(|| "-".to_owned(), |mark| mark.to_string()),
            ]
        })
        .collect();
    table(out, &["", "net PnL", "fees", "fills", "position", "mark"], &rows, &[]);
    if let Some(more) = active.len().checked_sub(INSTRUMENTS_MAX).filter(|more| *more > 0) {
        put(out, format_args!("  and {} more\n", count(more as u64)));
    }
}

fn label(row: &InstrumentRecord) -> String {
    let meta = &row.instrument;
    let name = if meta.name.is_empty() { &meta.symbol } else { &meta.name };
    if meta.outcome.is_empty() || name.ends_with(meta.outcome.as_str()) {
        name.clone()
    } else {
        format!("{name} {}", meta.outcome)
    }
}

/// Reasons of one run, with a command that explains the last time that a guard said no.
fn why_it_did_not(out: &mut String, record: &RunRecord) {
    let reasons = record.why_not();
    if reasons.is_empty() {
        return;
    }
    heading(out, "Why it did not do more");
    let line = |why: &WhyNot| {
        let stopped = why.stopped?;
        record.manifest.handlers.get(usize::from(stopped.handler.0)).map(|decl| decl.line)
    };
    let rows: Vec<Vec<String>> = reasons
        .iter()
        .take(REASONS_MAX)
        .map(|why| {
            vec![
                cut(&why.text, 60),
                why.source.name().to_owned(),
                line(why).map_or_else(String::new, |line| line.to_string()),
                count(why.count),
                why.stopped.map_or_else(String::new, |stopped| percent(stopped.share)),
                why.stopped.map_or_else(String::new, |stopped| short_time(stopped.last.last)),
            ]
        })
        .collect();
    table(out, &["", "by", "handler", "times", "share", "last"], &rows, &[1]);
    if let Some(more) = reasons.len().checked_sub(REASONS_MAX).filter(|more| *more > 0) {
        put(out, format_args!("  and {} more\n", count(more as u64)));
    }
    let guard = reasons.iter().find(|why| why.source.name() == "guard").or(reasons.first());
    if let Some((why, stopped)) = guard.and_then(|why| Some((why, why.stopped?))) {
        put(out, format_args!("  with --trace RUN.trace, `{}` is explained by\n", why.text));
        put(out, format_args!("    strat explain RUN.trace --at {}", stopped.last.last));
        if let Some(line) = line(why) {
            put(out, format_args!(" --handler {line}"));
        }
        let instrument = stopped.last.instrument.and_then(|id| record.instruments.get(id.index()));
        if let Some(row) = instrument {
            put(out, format_args!(" --instrument {}", row.instrument.symbol));
        }
        out.push('\n');
    }
}

fn why_not(out: &mut String, reasons: &[(&'static str, String, u64)]) {
    if reasons.is_empty() {
        return;
    }
    heading(out, "Why it did not do more");
    let rows: Vec<Vec<String>> = reasons
        .iter()
        .take(REASONS_MAX)
        .map(|(source, text, n)| vec![cut(text, 60), (*source).to_owned(), count(*n)])
        .collect();
    table(out, &["", "by", "times"], &rows, &[1]);
    if let Some(more) = reasons.len().checked_sub(REASONS_MAX).filter(|more| *more > 0) {
        put(out, format_args!("  and {} more\n", count(more as u64)));
    }
}

fn fired(out: &mut String, manifest: &Manifest, fired: &[u64]) {
    if manifest.handlers.is_empty() {
        return;
    }
    heading(out, "Handlers");
    let rows: Vec<Vec<String>> = manifest
        .handlers
        .iter()
        .zip(fired)
        .map(|(handler, n)| vec![cut(&handler.name, 60), handler.line.to_string(), count(*n)])
        .collect();
    table(out, &["", "line", "fired"], &rows, &[]);
}

fn risk(out: &mut String, record: &RunRecord) {
    if record.risk_count == 0 {
        return;
    }
    heading(out, &format!("Risk events ({})", count(record.risk_count)));
    for notice in record.risk.iter().take(NOTICES_MAX) {
        row(out, &short_time(notice.ts), &notice_text(notice, record));
    }
    more(out, record.risk_count, NOTICES_MAX);
}

/// What a risk event was, in words.
pub(super) fn notice_text(notice: &RiskNotice, record: &RunRecord) -> String {
    let symbol = |id: strat_runtime::instrument::InstrumentId| {
        record.instruments.get(id.index()).map_or("?", |row| row.instrument.symbol.as_str())
    };
    let cause = match &notice.cause {
        RiskCause::MaxLoss { limit, loss, .. } => {
            format!("max_loss: lost {} of {} allowed", money(*loss), money(*limit))
        }
        RiskCause::MaxDrawdown { limit, peak, equity, .. } => format!(
            "max_drawdown: equity {} is more than {} below its peak {}",
            money(*equity),
            percent(limit.to_real()),
            money(*peak)
        ),
        RiskCause::StaleData { instrument, last, limit, .. } => {
            format!("stale_data: {} silent since {last}, {limit} allowed", symbol(*instrument))
        }
        RiskCause::Fault(fault) => format!("fault at byte {}: {}", fault.at, fault.kind),
        RiskCause::Gap { instrument, .. } => {
            format!("gap: no bar of {} in its bucket", symbol(*instrument))
        }
        RiskCause::Flattened => "all positions that can be closed are closed".to_owned(),
        RiskCause::Resumed => "resumed".to_owned(),
    };
    if notice.actions.is_empty() {
        return cause;
    }
    let actions: Vec<_> = notice.actions.iter().map(|action| action_name(*action)).collect();
    format!("{cause}; {}", actions.join(", "))
}

/// A risk action as strategies spell it.
pub(super) const fn action_name(action: RiskAction) -> &'static str {
    match action {
        RiskAction::CancelAll => "cancel all",
        RiskAction::Flatten => "flatten",
        RiskAction::Halt => "halt",
        RiskAction::Hold => "hold",
    }
}

fn messages(out: &mut String, record: &RunRecord) {
    let total: u64 = record.message_counts.iter().sum();
    if total == 0 {
        return;
    }
    heading(out, &format!("Messages ({})", count(total)));
    for (time, message) in record.messages.iter().take(NOTICES_MAX) {
        let text = format!("{}: {}", level_name(message.level), message.text);
        row(out, &short_time(*time), &text);
    }
    more(out, total, NOTICES_MAX);
}

/// A message's level as strategies spell it.
pub(super) const fn level_name(level: MessageLevel) -> &'static str {
    match level {
        MessageLevel::Log => "log",
        MessageLevel::Alert => "alert",
        MessageLevel::Halt => "halt",
    }
}

fn more(out: &mut String, total: u64, shown: usize) {
    if let Some(more) = total.checked_sub(shown as u64).filter(|more| *more > 0) {
        put(out, format_args!("  and {} more\n", count(more)));
    }
}

/// A time without what does not fit a column of names: its fraction.
fn short_time(time: Time) -> String {
    let text = time.to_string();
    match text.split_once('.') {
        Some((seconds, _)) => format!("{seconds}Z"),
        None => text,
    }
}

fn models(out: &mut String, manifest: &Manifest, context: &Context, feeds: &FeedsSeen) {
    heading(out, "Models and assumptions");
    for (name, text) in assumptions(&context.models, manifest, feeds) {
        row(out, name, &text);
    }
    for text in &context.assumed {
        row(out, "assumed", text);
    }
}
