//! Orders, targets and scripts as they are written in the language.

use std::fmt::Write as _;

use strat_runtime::book::Level;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::Manifest;
use strat_runtime::money::Money;
use strat_runtime::order::{NewOrder, TimeInForce};
use strat_runtime::quantity::Quantity;
use strat_runtime::script::{Act, Bars, Deal, ExpectedOrder, ExpectedTarget, Market, Script};
use strat_runtime::side::Side;
use strat_runtime::signal::{Goal, Via, WishTif};
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;

/// Names of a script's instruments, and the word for their units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    instruments: Vec<String>,
    unit: &'static str,
}

impl Names {
    /// The names of the declared instruments and of the markets of a script.
    pub fn new(manifest: &Manifest, markets: &[Market]) -> Self {
        let mut instruments: Vec<String> =
            manifest.instruments.iter().map(|decl| decl.name.clone()).collect();
        let own = markets.iter().filter(|m| m.instrument.index() >= manifest.instruments.len());
        instruments.extend(own.map(|market| market.name.clone()));
        let unit = if manifest.venue == VenueKind::Polymarket { "shares" } else { "coins" };
        Self { instruments, unit }
    }

    /// The name of one instrument.
    pub fn of(&self, id: InstrumentId) -> &str {
        self.instruments.get(id.index()).map_or("?", String::as_str)
    }

    pub(super) fn size(&self, size: Quantity) -> String {
        format!("{size} {}", self.unit)
    }

    pub(super) fn sent(&self, order: &NewOrder, now: Time) -> String {
        let mut text = self.head(order.id.instrument, order.side, order.size, order.limit);
        match order.tif {
            TimeInForce::Gtc => {}
            TimeInForce::Gtd(end) => {
                let left = end.since(now).unwrap_or(Duration::ZERO);
                let _ = write!(text, " tif gtd {}", span(left));
            }
            TimeInForce::Fok => text.push_str(" tif fok"),
            TimeInForce::Fak => text.push_str(" tif fak"),
            TimeInForce::Day => text.push_str(" tif day"),
        }
        flags(&mut text, order.post_only, order.reduce_only);
        text
    }

    pub(super) fn expected(&self, order: &ExpectedOrder) -> String {
        let mut text = self.head(order.instrument, order.side, order.size, order.limit);
        match order.tif {
            None => {}
            Some(WishTif::Gtc) => text.push_str(" tif gtc"),
            Some(WishTif::Gtd(length)) => {
                let _ = write!(text, " tif gtd {}", span(length));
            }
            Some(WishTif::Fok) => text.push_str(" tif fok"),
            Some(WishTif::Fak) => text.push_str(" tif fak"),
            Some(WishTif::Day) => text.push_str(" tif day"),
        }
        flags(&mut text, order.post_only, order.reduce_only);
        if let Some(slot) = &order.slot {
            let _ = write!(text, " as {slot}");
        }
        because(&mut text, order.because.as_deref());
        text
    }

    fn head(
        &self,
        id: InstrumentId,
        side: Side,
        size: Quantity,
        limit: Option<strat_runtime::price::Price>,
    ) -> String {
        let limit = limit.map_or_else(|| "market".to_owned(), |limit| limit.to_string());
        format!("{} {} {} @ {limit}", verb(side), self.of(id), self.size(size))
    }

    pub(super) fn expected_target(&self, target: &ExpectedTarget) -> String {
        let because = target.because.as_deref();
        self.target(target.instrument, target.goal, target.via, because)
    }

    pub(super) fn target(
        &self,
        id: InstrumentId,
        goal: Goal,
        via: Option<Via>,
        reason: Option<&str>,
    ) -> String {
        let goal = match goal {
            Goal::Flat => "flat".to_owned(),
            Goal::Leverage(x) if x.is_negative() => {
                format!("short {}x", x.checked_neg().unwrap_or(x))
            }
            Goal::Leverage(x) => format!("long {x}x"),
            Goal::Size(x) => format!("size {}", self.size(x)),
            Goal::Notional(x) => format!("notional {x} usd"),
            Goal::Weight(x) => {
                format!("weight {}%", x.checked_mul_int(100).unwrap_or(x))
            }
        };
        let mut text = format!("target {} {goal}", self.of(id));
        match via {
            None => {}
            Some(Via::Cross) => text.push_str(" via cross"),
            Some(Via::Passive) => text.push_str(" via passive"),
            Some(Via::Twap(length)) => {
                let _ = write!(text, " via twap({})", span(length));
            }
        }
        because(&mut text, reason);
        text
    }

    pub(super) fn act(&self, act: &Act) -> Option<String> {
        Some(match act {
            Act::Book { instrument, bids, asks } => {
                let side = |word: &'static str, levels: &[Level]| -> Vec<String> {
                    let level =
                        |l: &Level| format!("{word} {} size {}", l.price, self.size(l.size));
                    levels.iter().map(level).collect()
                };
                let mut levels = side("bid", bids);
                levels.extend(side("ask", asks));
                if levels.is_empty() {
                    format!("book {} {{ }}", self.of(*instrument))
                } else {
                    format!("book {} {{ {} }}", self.of(*instrument), levels.join(", "))
                }
            }
            Act::Trade(deal) => format!("trade {}", self.deal(deal)),
            Act::Fill(deal) => format!("fill {}", self.deal(deal)),
            Act::Bars(bars) => self.bars(bars),
            Act::Expect(_) => return None,
        })
    }

    fn deal(&self, deal: &Deal) -> String {
        let (place, size) = (self.of(deal.instrument), self.size(deal.size));
        format!("{place} {} {size} @ {}", verb(deal.side), deal.price)
    }

    fn bars(&self, bars: &Bars) -> String {
        let Bars { open, high, low, close, volume, times, change, .. } = bars;
        let mut text = format!(
            "bar {} {{ open: {open}, high: {high}, low: {low}, close: {close}, volume: {volume:?}",
            self.of(bars.instrument)
        );
        if *times > 1 {
            let _ = write!(text, ", times: {times}, change: {change}");
        }
        text.push_str(" }");
        text
    }
}

fn verb(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

fn flags(text: &mut String, post_only: bool, reduce_only: bool) {
    if post_only {
        text.push_str(" post_only");
    }
    if reduce_only {
        text.push_str(" reduce_only");
    }
}

fn because(text: &mut String, reason: Option<&str>) {
    if let Some(reason) = reason {
        let _ = write!(text, " because {}", quoted(reason));
    }
}

/// A text in quotes.
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            // Braces would be read as values in the text.
            '{' => out.push('('),
            '}' => out.push(')'),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A length of time in one unit.
pub(super) fn span(length: Duration) -> String {
    let nanos = length.nanos();
    let units = [(3_600_000_000_000, "h"), (1_000_000_000, "s"), (1_000_000, "ms"), (1_000, "us")];
    for (unit, name) in units {
        if nanos % unit == 0 && (nanos / unit).abs() >= 1 {
            return format!("{}{name}", nanos / unit);
        }
    }
    if nanos == 0 { "0s".to_owned() } else { format!("0.{nanos:03}us") }
}

/// Writes a script as a `test` block. `with` are parameters as they are written, `last` is what is
/// expected at the end, with its time.
pub fn write_test(
    name: &str,
    strategy: &str,
    with: &[(String, String)],
    script: &Script,
    names: &Names,
    last: (Duration, &str),
) -> String {
    let mut out = format!("test {} for {strategy} {{\n", quoted(name));
    // Writing into a `String` does not fail.
    for (param, value) in with {
        let _ = writeln!(out, "  with {param} = {value}");
    }
    for market in &script.markets {
        let _ = writeln!(out, "  market {} {{ {} }}", market.name, fields(market, names));
    }
    for step in &script.steps {
        if let Some(act) = names.act(&step.act) {
            let _ = writeln!(out, "  at {} {act}", span(step.at));
        }
    }
    let _ = writeln!(out, "  at {} expect {}\n}}", span(last.0), last.1);
    out
}

fn fields(market: &Market, names: &Names) -> String {
    let mut fields = Vec::new();
    if !market.question.is_empty() {
        fields.push(format!("question: {}", quoted(&market.question)));
    }
    if !market.outcome.is_empty() {
        fields.push(format!("outcome: {}", quoted(&market.outcome)));
    }
    if let Some(expires) = market.expires {
        fields.push(format!("expires: {}", span(expires)));
    }
    fields.extend(market.liquidity.map(|money: Money| format!("liquidity: {money} usd")));
    fields.extend(market.tick.map(|tick| format!("tick: {tick}")));
    fields.extend(market.lot.map(|lot| format!("lot: {}", names.size(lot))));
    fields.extend(market.min_size.map(|size| format!("min_size: {}", names.size(size))));
    fields.join(", ")
}
