//! Things of a run in words: triggers, requests, orders and what became of them.

use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::Manifest;
use strat_runtime::order::{CancelReason, NewOrder, TimeInForce};
use strat_runtime::price::Price;
use strat_runtime::session::{FillRecord, OrderStep};
use strat_runtime::signal::{Action, Goal, Intent, OrderWish, Via, WishTif};
use strat_runtime::slot::WorkingOrder;
use strat_runtime::strategy::Trigger;

use super::ask::Question;
use super::replay::{Fate, Later};

/// The strategy's name of an instrument, or the market's question and outcome.
pub(crate) fn instrument(question: &Question, manifest: &Manifest, id: InstrumentId) -> String {
    if let Some(decl) = manifest.instruments.get(id.index()) {
        return format!("{} ({})", decl.name, decl.symbol);
    }
    let Some(row) = question.known.get(id.index()) else {
        return format!("instrument {}", id.0);
    };
    let name = if row.question.is_empty() { &row.name } else { &row.question };
    let outcome = if row.outcome.is_empty() { String::new() } else { format!(" {}", row.outcome) };
    format!("\"{name}\"{outcome} ({})", row.symbol)
}

/// What a step was made for.
pub(crate) fn trigger(question: &Question, manifest: &Manifest, trigger: Trigger) -> String {
    let name = |id| instrument(question, manifest, id);
    let slot = |id: strat_runtime::slot::SlotId| {
        manifest.slots.get(usize::from(id.0)).map_or("an order", |slot| slot.name.as_str())
    };
    match trigger {
        Trigger::Start => "the session began".to_owned(),
        Trigger::Shutdown => "the session is about to end".to_owned(),
        Trigger::Book(id) => format!("book of {}", name(id)),
        Trigger::Trade(id) => format!("trade of {}", name(id)),
        Trigger::Meta(id) => format!("metadata of {}", name(id)),
        Trigger::Gap(clock) => {
            let clock = manifest.clocks.get(usize::from(clock.0));
            format!("gap in {}", clock.map_or("a clock", |clock| clock.name.as_str()))
        }
        Trigger::Expiry(id) => format!("expiry of {}", name(id)),
        Trigger::Bars(clock) => {
            let clock = manifest.clocks.get(usize::from(clock.0));
            format!("bars of {} closed", clock.map_or("a clock", |clock| clock.name.as_str()))
        }
        Trigger::Timer(timer) => manifest
            .timers
            .get(usize::from(timer.0))
            .map_or_else(|| "a timer".to_owned(), |timer| format!("timer, {timer}")),
        Trigger::Fill { slot: of, instrument, side, fill } => format!(
            "fill of {}: {} {} @ {} in {}",
            slot(of),
            side.as_str(),
            fill.size,
            fill.price,
            name(instrument)
        ),
        Trigger::Done { slot: of, instrument, .. } => {
            format!("end of {} in {}", slot(of), name(instrument))
        }
        Trigger::Reject { slot: of, instrument, reason } => {
            format!("refusal of {} in {}: {}", slot(of), name(instrument), reason.text())
        }
        Trigger::LinkDown => "the link to the venue was lost".to_owned(),
        Trigger::LinkUp => "the link to the venue is back".to_owned(),
    }
}

fn flags(post_only: bool, reduce_only: bool) -> String {
    let mut text = String::new();
    if post_only {
        text.push_str(" post_only");
    }
    if reduce_only {
        text.push_str(" reduce_only");
    }
    text
}

fn at(limit: Option<Price>) -> String {
    limit.map_or_else(|| "@ market".to_owned(), |limit| format!("@ {limit}"))
}

fn wish(order: &OrderWish) -> String {
    let tif = match order.tif {
        WishTif::Gtc => String::new(),
        WishTif::Gtd(length) => format!(" tif gtd {length}"),
        WishTif::Fok => " tif fok".to_owned(),
        WishTif::Fak => " tif fak".to_owned(),
        WishTif::Day => " tif day".to_owned(),
    };
    format!(
        "{} {} {}{tif}{}{}",
        order.side.as_str(),
        order.size,
        at(order.limit),
        flags(order.post_only, order.reduce_only),
        if order.each > 0 { " (a new order each time)" } else { "" }
    )
}

/// What was asked for.
pub(crate) fn intent(manifest: &Manifest, intent: &Intent) -> String {
    let because = intent.because.and_then(|id| manifest.reasons.get(usize::from(id.0)));
    let because =
        because.map_or_else(String::new, |reason| format!(" because \"{}\"", reason.text));
    let what = match intent.action {
        Action::Order(order) => wish(&order),
        Action::Clear(slot) => {
            let name = manifest.slots.get(usize::from(slot.0)).map(|slot| slot.name.as_str());
            format!("no order in {}", name.unwrap_or("its slot"))
        }
        Action::Target { goal, via, .. } => {
            let goal = match goal {
                Goal::Flat => "flat".to_owned(),
                Goal::Leverage(x) => format!("leverage {x}x"),
                Goal::Size(x) => format!("size {x}"),
                Goal::Notional(x) => format!("notional {x} usd"),
                Goal::Weight(x) => format!("weight {x}"),
            };
            let via = match via {
                None => String::new(),
                Some(Via::Cross) => " via cross".to_owned(),
                Some(Via::Passive) => " via passive".to_owned(),
                Some(Via::Twap(length)) => format!(" via twap {length}"),
            };
            format!("target {goal}{via}")
        }
        Action::CancelInstrument => "cancel its orders".to_owned(),
        Action::CancelAll => "cancel all orders".to_owned(),
        Action::Halt => "halt".to_owned(),
    };
    let group = if intent.group > 0 { " (together)" } else { "" };
    format!("{what}{because}{group}")
}

fn placed(order: &NewOrder) -> String {
    let tif = match order.tif {
        TimeInForce::Gtc => String::new(),
        TimeInForce::Gtd(until) => format!(" until {until}"),
        TimeInForce::Fok => " tif fok".to_owned(),
        TimeInForce::Fak => " tif fak".to_owned(),
        TimeInForce::Day => " tif day".to_owned(),
    };
    format!(
        "{} {} {}{tif}{}",
        order.side.as_str(),
        order.size,
        at(order.limit),
        flags(order.post_only, order.reduce_only)
    )
}

fn working(order: &WorkingOrder) -> String {
    format!(
        "order {} ({} {} {})",
        order.id,
        order.desired.side.as_str(),
        order.open,
        at(order.desired.limit)
    )
}

/// What the session made of an intent at once, one line each.
pub(crate) fn at_once(intent: &Intent, fate: &Fate) -> Vec<String> {
    let mut out = Vec::new();
    for note in &fate.notes {
        let word = if note.reason.is_note() { "changed" } else { "refused" };
        out.push(format!("{word}: {}", note.reason.text()));
    }
    let replaces = matches!(intent.action, Action::Order(_) | Action::Target { .. });
    for record in &fate.sent {
        out.push(match record.kind {
            OrderStep::Placed(order) => format!("sent as order {}: {}", order.id, placed(&order)),
            OrderStep::CancelSent if replaces => {
                format!("cancel of order {} sent first; the new one follows it", record.order)
            }
            OrderStep::CancelSent
            | OrderStep::Accepted
            | OrderStep::Canceled(_)
            | OrderStep::Rejected(_)
            | OrderStep::Filled => step(record.kind, &record.order.to_string()),
        });
    }
    if out.is_empty() {
        out.push(match (&intent.action, &fate.held) {
            (Action::Order(_), Some(held)) => format!("kept: the slot holds {}", working(held)),
            (Action::Target { .. }, Some(held)) => format!("goes on with {}", working(held)),
            (Action::Target { .. }, None) => "nothing to send now".to_owned(),
            (Action::Clear(_), Some(held)) => {
                format!("{} is on its way out already", working(held))
            }
            (Action::Clear(_), None) => "the slot is empty already".to_owned(),
            (Action::CancelInstrument | Action::CancelAll, _) => "nothing to cancel".to_owned(),
            (Action::Halt, _) => "handlers are stopped".to_owned(),
            (Action::Order(_), None) => "undone with its group".to_owned(),
        });
    }
    out
}

fn step(kind: OrderStep, id: &str) -> String {
    match kind {
        OrderStep::Placed(order) => format!("order {id} sent: {}", placed(&order)),
        OrderStep::Accepted => format!("order {id} accepted"),
        OrderStep::CancelSent => format!("cancel of order {id} sent"),
        OrderStep::Canceled(reason) => format!("order {id} ended: {}", ended(reason)),
        OrderStep::Rejected(reason) => {
            format!("order {id} refused by the venue: {}", reason.text())
        }
        OrderStep::Filled => format!("order {id} filled"),
    }
}

const fn ended(reason: CancelReason) -> &'static str {
    match reason {
        CancelReason::Requested => "cancelled as asked",
        CancelReason::Unfilled => "its rest was not filled at once",
        CancelReason::Expired => "its time was up",
        CancelReason::Resolved => "the market resolved",
        CancelReason::BalanceDropped => "the balance no longer covered it",
    }
}

fn filled(fill: &FillRecord) -> String {
    format!(
        "order {}: {} {} @ {}, fee {}, position {}",
        fill.order,
        if fill.side == strat_runtime::side::Side::Buy { "bought" } else { "sold" },
        fill.fill.size,
        fill.fill.price,
        fill.fill.fee,
        fill.position
    )
}

/// What happened later, with its time.
pub(crate) fn later(row: &Later) -> (String, String) {
    match row {
        Later::Order(record) => {
            (record.ts.to_string(), step(record.kind, &record.order.to_string()))
        }
        Later::Fill(fill) => (fill.ts.to_string(), filled(fill)),
    }
}
