//! Every handler fires, every guard stops and lets pass, every branch is taken.

use std::collections::BTreeSet;

use strat_backtest::record::{Outcome, RunRecord};
use strat_compiler::ir::{Ir, Kind, Level, Stmt, StmtKind, TextPart};
use strat_runtime::manifest::{ReasonId, ReasonKind};
use strat_runtime::strategy::MessageLevel;

use crate::cases::{CASES, only_sports};
use crate::runs::{config, text, watch};
use crate::script::at;
use crate::synthetic::Market;
use crate::watched::Seen;
use crate::{interp, ir};

/// Guards that cannot stop, with the reason.
const NEVER_STOPS: &[(&str, &str, &str)] = &[
    ("dynamic_mm", "one-sided book", "the universe has required a middle already"),
    ("dynamic_mm", "no book.spread_pct", "a book with a middle has a spread"),
];

/// What each strategy can ask for, in words; it must ask for all of it and for nothing else. A side
/// of a `quote` that has no size is cleared.
const ACTIONS: &[(&str, &[&str])] = &[
    ("dynamic_mm", &["cancel all", "market buy", "market cancel", "market clear", "market sell"]),
    (
        "ema_vanta",
        &["btc flat: no trend", "btc long: fast EMA above slow", "btc short: fast EMA below slow"],
    ),
    ("market_maker", &["cancel all", "token_a buy", "token_a clear", "token_a sell"]),
    ("order_test", &["cancel all", "halt", "scott buy"]),
    ("pairs_z", &["btc flat", "btc long", "btc short", "eth flat", "eth long", "eth short"]),
    ("spread_watcher", &["scott buy: spread wider than 0.50"]),
    ("sure_bets", &["market buy: near-certain outcome"]),
];

/// What all markets made for a strategy showed, taken together.
struct Reached {
    seen: Seen,
    orders: u64,
    fills: u64,
}

fn reach(strategy: &str) -> Reached {
    let mut all = Reached { seen: Seen::default(), orders: 0, fills: 0 };
    let mut take = |(seen, record): (Seen, RunRecord)| {
        all.seen.merge(&seen);
        all.orders += record.orders;
        all.fills += record.fills;
    };
    for case in CASES.iter().filter(|case| case.strategy == strategy) {
        println!("{strategy}: {}", case.shows);
        let tape = (case.tape)();
        take(watch(interp(strategy, case.set), &mut tape.source(), &case.config()));
    }
    if CASES.iter().all(|case| case.strategy != strategy) {
        let market = Market::find(strategy);
        println!("{strategy}: {} with seed {}", market.model, market.seed);
        let interp = interp(strategy, &[]);
        let (mut source, config) = market.path(&interp, 0);
        take(watch(interp, &mut source, &config));
    }
    all
}

#[test]
fn every_handler_guard_and_branch_is_reached() {
    let shipped: Vec<&str> = strat_strategies::ALL.iter().map(|s| s.name).collect();
    assert_eq!(ACTIONS.iter().map(|row| row.0).collect::<Vec<_>>(), shipped);
    for (strategy, actions) in ACTIONS {
        let ir = ir(strategy);
        let Reached { seen, orders, fills } = reach(strategy);
        assert_eq!(seen.faults, 0, "{strategy} faults");
        assert!(orders > 0 && fills > 0, "{strategy}: {orders} orders, {fills} fills");
        for (handler, fired) in ir.handlers.iter().zip(&seen.fired) {
            assert!(*fired > 0, "{strategy}: `{}` never fired", handler.decl.name);
        }
        check_guards(&ir, &seen);
        check_universes(&ir, &seen);
        let asked: Vec<&str> = seen.actions.iter().map(String::as_str).collect();
        assert_eq!(asked, *actions, "{strategy}");
        check_messages(&ir, &seen);
        check_states(&ir, &seen);
    }
}

#[test]
fn every_guard_is_one_that_this_test_watches() {
    for shipped in strat_strategies::ALL {
        let ir = ir(shipped.name);
        let mut watched: BTreeSet<ReasonId> =
            ir.handlers.iter().flat_map(|handler| guards(&handler.body)).collect();
        let conditions = ir.universes.iter().flat_map(|universe| &universe.conditions);
        watched.extend(conditions.map(|(_, reason)| *reason));
        for (place, reason) in ir.reasons.iter().enumerate() {
            if matches!(reason.kind, ReasonKind::Guard | ReasonKind::Universe) {
                let id = ReasonId(place as u16);
                assert!(watched.contains(&id), "{}: `{}`", shipped.name, reason.text);
            }
        }
    }
}

fn check_guards(ir: &Ir, seen: &Seen) {
    for (handler, fired) in ir.handlers.iter().zip(&seen.fired) {
        let mut left = *fired;
        for reason in guards(&handler.body) {
            let stopped = seen.stops[usize::from(reason.0)];
            left = left.checked_sub(stopped).unwrap();
            check_stop(ir, reason, stopped);
            let text = &ir.reasons[usize::from(reason.0)].text;
            assert!(left > 0, "{}: nothing ever passed `{text}`", ir.name);
        }
    }
}

fn check_universes(ir: &Ir, seen: &Seen) {
    for (place, universe) in ir.universes.iter().enumerate() {
        let members: u64 = ir
            .handlers
            .iter()
            .zip(&seen.fired)
            .filter(|(handler, _)| handler.member.is_some_and(|(_, of)| of.index() == place))
            .map(|(_, fired)| *fired)
            .sum();
        assert!(members > 0, "{}: `{}` never has a member", ir.name, universe.decl.name);
        // A member has passed every condition.
        for (_, reason) in &universe.conditions {
            check_stop(ir, *reason, seen.stops[usize::from(reason.0)]);
        }
    }
}

#[test]
fn what_never_stops_exists() {
    for (strategy, text, _) in NEVER_STOPS {
        let ir = ir(strategy);
        let found = ir.reasons.iter().any(|reason| {
            reason.text == *text && matches!(reason.kind, ReasonKind::Guard | ReasonKind::Universe)
        });
        assert!(found, "{strategy} has no guard `{text}`");
    }
}

fn check_stop(ir: &Ir, reason: ReasonId, stopped: u64) {
    let text = ir.reasons[usize::from(reason.0)].text.as_str();
    let never = NEVER_STOPS.iter().find(|row| row.0 == ir.name && row.1 == text);
    match never {
        None => assert!(stopped > 0, "{}: `{text}` never stopped anything", ir.name),
        Some((.., why)) => assert_eq!(stopped, 0, "{}: `{text}`, but {why}", ir.name),
    }
}

/// The guards of a handler in the order in which they are passed.
fn guards(body: &[Stmt]) -> Vec<ReasonId> {
    let mut found = Vec::new();
    for stmt in body {
        if let StmtKind::Open(_, _, reason) | StmtKind::Require(_, reason) = &stmt.kind {
            found.push(*reason);
        }
        for inner in inside(&stmt.kind) {
            // What passed one of these would have to be counted by branch.
            assert!(guards(inner).is_empty(), "this test does not know guards inside of branches");
        }
    }
    found
}

fn inside(stmt: &StmtKind) -> Vec<&[Stmt]> {
    match stmt {
        StmtKind::If { then, other, .. } | StmtKind::IfLet { then, other, .. } => {
            vec![then.as_slice(), other.as_slice()]
        }
        StmtKind::Match { arms, .. } => arms.iter().map(|(_, body)| body.as_slice()).collect(),
        StmtKind::For { body, .. } | StmtKind::Together(body) => vec![body.as_slice()],
        StmtKind::Let(..)
        | StmtKind::Open(..)
        | StmtKind::Require(..)
        | StmtKind::Set { .. }
        | StmtKind::SetElement { .. }
        | StmtKind::Order(_)
        | StmtKind::Clear(..)
        | StmtKind::Target(_)
        | StmtKind::Cancel(_)
        | StmtKind::Say(..) => Vec::new(),
    }
}

/// Every `log`, `alert` and `halt` has spoken.
fn check_messages(ir: &Ir, seen: &Seen) {
    for (level, begin) in ir.handlers.iter().flat_map(|handler| said(&handler.body)) {
        let spoken = seen.messages.iter().any(|m| m.level == level && m.text.starts_with(&begin));
        assert!(spoken, "{}: `{begin}` was never said", ir.name);
    }
}

fn said(body: &[Stmt]) -> Vec<(MessageLevel, String)> {
    let mut found = Vec::new();
    for stmt in body {
        if let StmtKind::Say(level, parts) = &stmt.kind {
            let level = match level {
                Level::Log => MessageLevel::Log,
                Level::Alert => MessageLevel::Alert,
                Level::Halt => MessageLevel::Halt,
            };
            let begin = match parts.first() {
                Some(TextPart::Text(begin)) => begin.clone(),
                Some(TextPart::Value(_)) | None => String::new(),
            };
            found.push((level, begin));
        }
        found.extend(inside(&stmt.kind).into_iter().flat_map(said));
    }
    found
}

/// Enums have been everything they can be, options present and absent, the rest has moved.
fn check_states(ir: &Ir, seen: &Seen) {
    for (state, values) in ir.states.iter().zip(&seen.states) {
        let name = &state.name;
        if state.ty.optional {
            let presence: BTreeSet<bool> = values.iter().map(|(some, _)| *some).collect();
            assert_eq!(presence.len(), 2, "{}: `{name}` is always or never there", ir.name);
        } else if let Kind::Enum(id) = state.ty.kind {
            let members = &ir.enums[id.index()].members;
            assert_eq!(values.len(), members.len(), "{}: `{name}` of {members:?}", ir.name);
        } else {
            assert!(values.len() > 1, "{}: `{name}` never changes", ir.name);
        }
    }
}

#[test]
fn what_the_tapes_say_of_fills_is_true() {
    let last = |strategy: &str, shows: &str| {
        let case =
            CASES.iter().find(|c| c.strategy == strategy && c.shows.contains(shows)).unwrap();
        let tape = (case.tape)();
        watch(interp(strategy, case.set), &mut tape.source(), &case.config()).1
    };
    let fills = |record: &RunRecord| -> Vec<String> {
        let row = |f: &strat_runtime::session::FillRecord| {
            format!("{} {} @ {}", f.side, f.fill.size, f.fill.price)
        };
        record.fill_records.iter().map(row).collect()
    };
    // A bid at 0.50 - 0.005 down to the cent; with ten shares an ask at 0.50 + 0.005 - 0.01.
    assert_eq!(fills(&last("market_maker", "hit")), ["buy 10 @ 0.49", "sell 10 @ 0.5"]);
    assert_eq!(fills(&last("order_test", "two parts")), ["buy 2 @ 0.01", "buy 3 @ 0.01"]);
    assert_eq!(fills(&last("spread_watcher", "wide")), ["buy 5 @ 0.5"]);
    let bought = last("sure_bets", "limit");
    assert_eq!(fills(&bought), ["buy 30 @ 0.96", "buy 30 @ 0.96", "buy 35 @ 0.96"]);
    assert_eq!(bought.settlements.len(), 1);
    // 95 shares gain 0.04 each; the fee of a share is 4 % of 0.96 * 0.04.
    assert_eq!(bought.pnl().to_string(), "3.65408");
    assert_eq!(last("order_test", "refuses").rejects.values().sum::<u64>(), 1);
}

#[test]
fn a_run_in_which_no_handler_fires_has_failed() {
    let cut = |strategy: &str, from, to| {
        let case = CASES.iter().find(|case| case.strategy == strategy).unwrap();
        (case.tape)().cut(Some(at(from)), Some(at(to)))
    };
    for (strategy, tape, why) in [
        ("ema_vanta", cut("ema_vanta", 0, 11 * 3_600), "clock `h1` had 10 of 190 bars"),
        ("sure_bets", only_sports(), "no market passed the universe's conditions; not (question"),
        // A trade alone is no book.
        ("spread_watcher", cut("spread_watcher", 4, 5), "nothing that a handler waits for"),
    ] {
        assert!(!tape.is_empty());
        let (_, record) = watch(interp(strategy, &[]), &mut tape.source(), &config());
        let Outcome::NothingFired(reason) = &record.outcome else {
            panic!("{strategy} fired on a cut tape")
        };
        assert!(reason.to_string().contains(why), "{strategy}: {reason}");
        assert!(!record.outcome.is_success());
        let json = text(&record, &config(), None);
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["outcome"]["fired"], false);
        assert_eq!(json["outcome"]["reason"], reason.to_string());
    }
}
