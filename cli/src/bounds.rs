//! `strat bounds`: what a strategy can need at most.

use std::fmt::Write as _;

use anyhow::Context as _;
use serde::Serialize;
use strat_compiler::bounds::{Bounds, Feed, STRICT_WEIGHT, Stored, StoredKind, Warming, bounds};
use strat_compiler::ir::Ir;
use strat_compiler::params::ParamValues;
use strat_runtime::manifest::Timer;
use strat_runtime::time::Edge;

use crate::args::{BoundsArgs, Format};
use crate::outcome::Outcome;
use crate::{output, strategy};

/// Runs the command.
pub(crate) fn run(args: &BoundsArgs) -> anyhow::Result<Outcome> {
    let (_, ir) = strategy::load(&args.file, args.strategy.as_deref())?;
    let values = ParamValues::from_assignments(&ir, &args.set).context("--set")?;
    let bounds = bounds(&ir, &values).context("cannot bound the strategy")?;
    match args.format {
        Format::Human => output::result(&text(&ir, &bounds)?)?,
        Format::Json => {
            let report = report(&ir, &values, &bounds);
            output::result(&serde_json::to_string_pretty(&report)?)?;
        }
    }
    Ok(Outcome::Done)
}

/// A table: the first column to the left, the others to the right.
fn table(text: &mut String, head: &[&str], rows: &[Vec<String>]) -> std::fmt::Result {
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        let cells = cells.map(|cell| cell.chars().count());
        cells.chain(head.get(column).map(|cell| cell.chars().count())).max().unwrap_or(0)
    };
    let head = head.iter().map(|&cell| cell.to_owned()).collect();
    for row in std::iter::once(&head).chain(rows) {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = width(column);
            if column == 0 {
                write!(line, "  {cell:<width$}")?;
            } else {
                write!(line, "  {cell:>width$}")?;
            }
        }
        writeln!(text, "{}", line.trim_end())?;
    }
    Ok(())
}

fn text(ir: &Ir, bounds: &Bounds) -> anyhow::Result<String> {
    let mut text = format!("{}: {}\n", ir.name, ir.title);
    memory(&mut text, bounds)?;
    work(&mut text, bounds)?;
    warmup(&mut text, ir, bounds)?;
    data(&mut text, bounds)?;
    Ok(text)
}

fn memory(text: &mut String, bounds: &Bounds) -> std::fmt::Result {
    writeln!(text, "\nMemory from event to event: {} bytes", grouped(bounds.bytes()))?;
    let row = |stored: &Stored| {
        let name = format!("{} {}", kind(stored.kind), stored.name);
        vec![name, grouped(stored.count), grouped(stored.bytes)]
    };
    let rows: Vec<_> = bounds.memory.iter().map(row).collect();
    table(text, &["what", "count", "bytes"], &rows)
}

fn work(text: &mut String, bounds: &Bounds) -> std::fmt::Result {
    writeln!(text, "\nWork per event, at the most")?;
    let fired = bounds.handlers.iter().map(|fired| {
        vec![
            format!("{} (line {})", fired.handler, fired.line),
            grouped(fired.rounds),
            grouped(fired.evaluations),
            grouped(fired.orders),
            grouped(fired.working),
            grouped(fired.cancels),
        ]
    });
    let rows: Vec<_> = fired.collect();
    table(text, &["handler", "rounds", "evaluations", "orders", "at work", "cancels"], &rows)?;
    let rows: Vec<_> = bounds
        .ticks
        .iter()
        .map(|tick| vec![tick.on.clone(), grouped(tick.streams), grouped(tick.evaluations)])
        .collect();
    if !rows.is_empty() {
        writeln!(text)?;
        table(text, &["tick", "streams", "evaluations"], &rows)?;
    }
    let rows: Vec<_> = bounds
        .universes
        .iter()
        .map(|universe| {
            let per_instrument = grouped(universe.evaluations_per_instrument);
            vec![universe.name.clone(), grouped(universe.members), per_instrument]
        })
        .collect();
    if !rows.is_empty() {
        writeln!(text)?;
        table(text, &["universe", "members", "evaluations per instrument"], &rows)?;
    }
    Ok(())
}

fn warmup(text: &mut String, ir: &Ir, bounds: &Bounds) -> std::fmt::Result {
    let waits = |warming: &&Warming| warming.ticks_strict > 0;
    let row = |warming: &Warming, on: bool| {
        let ticks = |ticks: u64| match warming.span(ticks) {
            Some(span) if ticks > 0 => format!("{} = {span}", grouped(ticks)),
            _ => grouped(ticks),
        };
        let mut row = vec![warming.name.clone()];
        row.extend(on.then(|| warming.on.clone()));
        row.extend([ticks(warming.ticks), ticks(warming.ticks_strict)]);
        row
    };
    let heads = [format!("at {}", weight(ir.warm_weight)), format!("at {}", weight(STRICT_WEIGHT))];
    let [own, strict] = heads.each_ref().map(String::as_str);
    writeln!(text, "\nWarm-up in ticks, by the weight of the first value")?;
    let clocks: Vec<_> = bounds.clocks.iter().filter(waits).map(|it| row(it, false)).collect();
    if clocks.is_empty() {
        return writeln!(text, "  none: every handler may fire at its first event");
    }
    table(text, &["clock", own, strict], &clocks)?;
    let streams: Vec<_> = bounds.streams.iter().filter(waits).map(|it| row(it, true)).collect();
    writeln!(text)?;
    table(text, &["stream", "ticks with", own, strict], &streams)
}

fn data(text: &mut String, bounds: &Bounds) -> std::fmt::Result {
    writeln!(text, "\nData")?;
    for feed in &bounds.feeds {
        let what = match (&feed.symbol, feed.capacity) {
            (Some(symbol), _) => symbol.clone(),
            (None, capacity) => format!("up to {} instruments", grouped(capacity.unwrap_or(0))),
        };
        let sources = sources(feed);
        let sources = if sources.is_empty() { "nothing".to_owned() } else { sources.join(", ") };
        let ordered = if feed.ordered { "; places orders" } else { "" };
        writeln!(text, "  {}: {what} on {}; reads {sources}{ordered}", feed.name, feed.venue)?;
    }
    for bars in &bounds.bars {
        let of = bars.instruments.join(", ");
        writeln!(text, "  {}: bars of {} of {of}", bars.name, bars.every)?;
    }
    for (handler, timer) in &bounds.timers {
        match timer {
            Timer::Every(every) => writeln!(text, "  {handler}: a timer of {every}")?,
            Timer::Session(calendar, Edge::Open) => {
                writeln!(text, "  {handler}: when `{}` opens", calendar.name())?;
            }
            Timer::Session(calendar, Edge::Close) => {
                writeln!(text, "  {handler}: when `{}` closes", calendar.name())?;
            }
        }
    }
    for (name, needed) in &bounds.needs {
        writeln!(text, "  {name}: needs {needed}")?;
    }
    Ok(())
}

fn sources(feed: &Feed) -> Vec<&'static str> {
    feed.reads.iter().map(|reading| reading.name()).collect()
}

fn kind(kind: StoredKind) -> &'static str {
    match kind {
        StoredKind::Stream => "stream",
        StoredKind::Function => "function",
        StoredKind::State => "state",
        StoredKind::Universe => "universe",
        StoredKind::Clock => "clock",
    }
}

/// `0.001`, `1e-9`.
fn weight(weight: f64) -> String {
    if weight < 1e-4 { format!("{weight:e}") } else { weight.to_string() }
}

/// `1_234_567`, as numbers are written in strategies.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push('_');
        }
        grouped.push(digit);
    }
    grouped
}

#[derive(Serialize)]
struct Report<'a> {
    schema: &'static str,
    strategy: &'a str,
    version: u32,
    params: Vec<Param>,
    memory: Memory<'a>,
    handlers: Vec<HandlerRow<'a>>,
    ticks: Vec<Tick<'a>>,
    universes: Vec<Universe<'a>>,
    warmup: Warmup<'a>,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Param {
    name: String,
    value: String,
}

#[derive(Serialize)]
struct Memory<'a> {
    bytes: u64,
    parts: Vec<Part<'a>>,
}

#[derive(Serialize)]
struct Part<'a> {
    kind: &'static str,
    name: &'a str,
    count: u64,
    bytes: u64,
}

#[derive(Serialize)]
struct HandlerRow<'a> {
    handler: &'a str,
    line: u32,
    rounds: u64,
    evaluations: u64,
    orders: u64,
    working: u64,
    cancels: u64,
}

#[derive(Serialize)]
struct Tick<'a> {
    on: &'a str,
    streams: u64,
    evaluations: u64,
}

#[derive(Serialize)]
struct Universe<'a> {
    name: &'a str,
    members: u64,
    evaluations_per_instrument: u64,
}

#[derive(Serialize)]
struct Warmup<'a> {
    weight: f64,
    weight_strict: f64,
    clocks: Vec<WarmRow<'a>>,
    streams: Vec<WarmRow<'a>>,
}

#[derive(Serialize)]
struct WarmRow<'a> {
    name: &'a str,
    on: &'a str,
    ticks: u64,
    ticks_strict: u64,
    /// Absent where ticks have no fixed distance.
    every_ns: Option<i64>,
}

#[derive(Serialize)]
struct Data<'a> {
    feeds: Vec<FeedRow<'a>>,
    bars: Vec<BarsRow<'a>>,
    timers: Vec<TimerRow<'a>>,
    needs: Vec<NeedRow<'a>>,
}

#[derive(Serialize)]
struct NeedRow<'a> {
    name: &'a str,
    needed: String,
}

#[derive(Serialize)]
struct FeedRow<'a> {
    name: &'a str,
    symbol: Option<&'a str>,
    venue: &'a str,
    capacity: Option<u64>,
    reads: Vec<&'static str>,
    places_orders: bool,
}

#[derive(Serialize)]
struct BarsRow<'a> {
    clock: &'a str,
    instruments: &'a [String],
    every_ns: i64,
}

#[derive(Serialize)]
struct TimerRow<'a> {
    handler: &'a str,
    /// Absent for the sessions of a calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    every_ns: Option<i64>,
    /// `open` or `close`, of the sessions of a calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    calendar: Option<&'static str>,
}

fn report<'a>(ir: &'a Ir, values: &ParamValues, bounds: &'a Bounds) -> Report<'a> {
    let params = values.shown(ir).into_iter();
    Report {
        schema: "strat.bounds/1",
        strategy: &ir.name,
        version: ir.version,
        params: params.map(|(name, value)| Param { name, value }).collect(),
        memory: Memory { bytes: bounds.bytes(), parts: parts(bounds) },
        handlers: handlers(bounds),
        ticks: bounds
            .ticks
            .iter()
            .map(|it| Tick { on: &it.on, streams: it.streams, evaluations: it.evaluations })
            .collect(),
        universes: bounds
            .universes
            .iter()
            .map(|it| Universe {
                name: &it.name,
                members: it.members,
                evaluations_per_instrument: it.evaluations_per_instrument,
            })
            .collect(),
        warmup: Warmup {
            weight: ir.warm_weight,
            weight_strict: STRICT_WEIGHT.min(ir.warm_weight),
            clocks: bounds.clocks.iter().map(warm_row).collect(),
            streams: bounds.streams.iter().map(warm_row).collect(),
        },
        data: Data {
            feeds: feeds(bounds),
            bars: bars(bounds),
            timers: timers(bounds),
            needs: wanted(bounds),
        },
    }
}

fn parts(bounds: &Bounds) -> Vec<Part<'_>> {
    let all = bounds.memory.iter();
    all.map(|it| Part { kind: kind(it.kind), name: &it.name, count: it.count, bytes: it.bytes })
        .collect()
}

fn handlers(bounds: &Bounds) -> Vec<HandlerRow<'_>> {
    let all = bounds.handlers.iter();
    all.map(|it| HandlerRow {
        handler: &it.handler,
        line: it.line,
        rounds: it.rounds,
        evaluations: it.evaluations,
        orders: it.orders,
        working: it.working,
        cancels: it.cancels,
    })
    .collect()
}

fn warm_row(it: &Warming) -> WarmRow<'_> {
    WarmRow {
        name: &it.name,
        on: &it.on,
        ticks: it.ticks,
        ticks_strict: it.ticks_strict,
        every_ns: it.every.map(strat_runtime::time::Duration::nanos),
    }
}

fn feeds(bounds: &Bounds) -> Vec<FeedRow<'_>> {
    let all = bounds.feeds.iter();
    all.map(|it| FeedRow {
        name: &it.name,
        symbol: it.symbol.as_deref(),
        venue: it.venue,
        capacity: it.capacity,
        reads: sources(it),
        places_orders: it.ordered,
    })
    .collect()
}

fn bars(bounds: &Bounds) -> Vec<BarsRow<'_>> {
    let all = bounds.bars.iter();
    all.map(|it| BarsRow {
        clock: &it.name,
        instruments: &it.instruments,
        every_ns: it.every.nanos(),
    })
    .collect()
}

fn wanted(bounds: &Bounds) -> Vec<NeedRow<'_>> {
    let all = bounds.needs.iter();
    all.map(|(name, needed)| NeedRow { name, needed: needed.to_string() }).collect()
}

fn timers(bounds: &Bounds) -> Vec<TimerRow<'_>> {
    let all = bounds.timers.iter();
    all.map(|(handler, timer)| match timer {
        Timer::Every(every) => {
            TimerRow { handler, every_ns: Some(every.nanos()), session: None, calendar: None }
        }
        Timer::Session(calendar, edge) => {
            let session = match edge {
                Edge::Open => "open",
                Edge::Close => "close",
            };
            let calendar = Some(calendar.name());
            TimerRow { handler, every_ns: None, session: Some(session), calendar }
        }
    })
    .collect()
}
