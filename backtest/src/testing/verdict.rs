//! Expectations: whether they are met, and what happened if they are not.

use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{Manifest, ReasonId, ReasonKind};
use strat_runtime::order::{NewOrder, TimeInForce};
use strat_runtime::script::{
    Act, Answer, Expectation, ExpectedOrder, ExpectedTarget, Script, Tested,
};
use strat_runtime::session::{OrderRecord, OrderStep};
use strat_runtime::side::Side;
use strat_runtime::signal::{Action, WishTif};
use strat_runtime::time::{Duration, Time};

use super::player::{Player, Trouble};
use super::stage;
use super::words::{Names, quoted, span};

/// The reason that stands for every condition of a universe.
const FILTERED: &str = "filtered by universe";
/// The most guards and refusals that a failure lists.
const LISTED_MAX: usize = 12;

/// A step that did not go as the script says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The step.
    pub step: usize,
    /// Its time.
    pub at: Duration,
    /// What was expected; empty where the script could not go on.
    pub expected: String,
    /// What happened, line by line.
    pub happened: Vec<String>,
}

/// Plays a script to its end or to the first step that fails.
///
/// # Errors
/// That step, and what happened instead. Boxed, because it is large and rare.
pub fn run_test<S: Tested>(subject: S, script: &Script) -> Result<(), Box<Failure>> {
    let names = Names::new(subject.manifest(), &script.markets);
    let failed = |step: usize, at, expected: String, happened| {
        Box::new(Failure { step, at, expected, happened })
    };
    let moments = stage::moments(script, subject.manifest()).map_err(|(step, text)| {
        let at = script.steps.get(step).map_or(Duration::ZERO, |step| step.at);
        failed(step, at, String::new(), vec![text])
    })?;
    let stopped =
        |step, at, trouble: &Trouble| failed(step, at, String::new(), vec![trouble.to_string()]);
    let mut player = Player::new(subject, &script.markets, false)
        .map_err(|trouble| stopped(0, Duration::ZERO, &trouble))?;
    let mut claimed = Claimed::default();
    for moment in &moments {
        player
            .act(moment.at, &moment.act)
            .map_err(|trouble| stopped(moment.step, moment.at, &trouble))?;
        if let Act::Expect(expectation) = &moment.act {
            claimed.begin(moment.at);
            judge(&player, expectation, &names, &mut claimed).map_err(|(expected, happened)| {
                failed(moment.step, moment.at, expected, happened)
            })?;
        }
    }
    Ok(())
}

/// Orders of an instant that an expectation has been met by; each meets one.
#[derive(Debug, Default)]
struct Claimed {
    at: Duration,
    orders: Vec<usize>,
}

impl Claimed {
    fn begin(&mut self, at: Duration) {
        if self.at != at {
            self.at = at;
            self.orders.clear();
        }
    }
}

type Verdict = Result<(), (String, Vec<String>)>;

fn judge<S: Tested>(
    player: &Player<S>,
    expectation: &Expectation,
    names: &Names,
    claimed: &mut Claimed,
) -> Verdict {
    match expectation {
        Expectation::Nothing { because } => nothing(player, because.as_deref(), names),
        Expectation::Orders(orders) => {
            for expected in orders {
                order(player, expected, names, claimed)?;
            }
            Ok(())
        }
        Expectation::Target(expected) => target(player, expected, names),
        Expectation::Condition(number) => condition(player, *number, names),
    }
}

fn nothing<S: Tested>(player: &Player<S>, because: Option<&str>, names: &Names) -> Verdict {
    let expected = match because {
        Some(because) => format!("nothing because {}", quoted(because)),
        None => "nothing".to_owned(),
    };
    let given = because.is_none_or(|because| is_given(player, because));
    if player.instant().sent.is_empty() && given {
        return Ok(());
    }
    let mut happened = sent(player, names);
    happened.extend(reasons(player, names));
    happened.extend(state(player, names, None));
    Err((expected, happened))
}

/// Whether a reason was given at this instant, by a guard, a universe or the session.
fn is_given<S: Tested>(player: &Player<S>, because: &str) -> bool {
    let manifest = player.manifest();
    let instant = player.instant();
    let stopped = instant.stops.iter().any(|stop| {
        reason(manifest, stop.reason).is_some_and(|(text, kind)| {
            text == because || (because == FILTERED && kind == ReasonKind::Universe)
        })
    });
    stopped || instant.notes.iter().any(|note| note.reason.text() == because)
}

fn reason(manifest: &Manifest, id: ReasonId) -> Option<(&str, ReasonKind)> {
    manifest.reasons.get(usize::from(id.0)).map(|reason| (reason.text.as_str(), reason.kind))
}

fn order<S: Tested>(
    player: &Player<S>,
    expected: &ExpectedOrder,
    names: &Names,
    claimed: &mut Claimed,
) -> Verdict {
    let now = player.view().now;
    let manifest = player.manifest();
    let found = player.instant().sent.iter().enumerate().find(|(n, record)| {
        !claimed.orders.contains(n)
            && new_order(record)
                .is_some_and(|new| differences(new, record, expected, manifest, now).is_empty())
    });
    if let Some((n, _)) = found {
        claimed.orders.push(n);
        return Ok(());
    }
    let mut happened = sent(player, names);
    let near = player.instant().sent.iter().find_map(|record| {
        let new = new_order(record)?;
        let same = new.id.instrument == expected.instrument && new.side == expected.side;
        same.then(|| differences(new, record, expected, manifest, now))
    });
    happened.extend(near.unwrap_or_default());
    happened.extend(reasons(player, names));
    happened.extend(state(player, names, Some(expected.instrument)));
    Err((names.expected(expected), happened))
}

fn new_order(record: &OrderRecord) -> Option<&NewOrder> {
    match &record.kind {
        OrderStep::Placed(new) => Some(new),
        OrderStep::Accepted
        | OrderStep::CancelSent
        | OrderStep::Canceled(_)
        | OrderStep::Rejected(_)
        | OrderStep::Filled => None,
    }
}

/// In what an order is not the expected one.
fn differences(
    new: &NewOrder,
    record: &OrderRecord,
    expected: &ExpectedOrder,
    manifest: &Manifest,
    now: Time,
) -> Vec<String> {
    let mut out = Vec::new();
    if new.id.instrument != expected.instrument {
        out.push("another instrument".to_owned());
    }
    if new.side != expected.side {
        out.push("the other side".to_owned());
    }
    if new.size != expected.size {
        out.push(format!("the size is {}, not {}", new.size, expected.size));
    }
    if new.limit != expected.limit {
        let shown = |limit: Option<strat_runtime::price::Price>| {
            limit.map_or_else(|| "market".to_owned(), |limit| limit.to_string())
        };
        out.push(format!("the price is {}, not {}", shown(new.limit), shown(expected.limit)));
    }
    if expected.tif.is_some_and(|tif| !is_tif(new.tif, tif, now)) {
        out.push("it lives for another time".to_owned());
    }
    if expected.post_only && !new.post_only {
        out.push("it is not post_only".to_owned());
    }
    if expected.reduce_only && !new.reduce_only {
        out.push("it is not reduce_only".to_owned());
    }
    let slot = manifest.slots.get(new.id.slot.index()).map(|slot| slot.name.as_str());
    if expected.slot.as_deref().is_some_and(|name| slot != Some(name)) {
        out.push(format!("its slot is `{}`", slot.unwrap_or("of the session")));
    }
    let because = record.origin.because.and_then(|id| reason(manifest, id)).map(|(text, _)| text);
    if expected.because.as_deref().is_some_and(|text| because != Some(text)) {
        out.push(match because {
            Some(because) => format!("its reason is {}", quoted(because)),
            None => "it has no reason".to_owned(),
        });
    }
    out
}

fn is_tif(tif: TimeInForce, expected: WishTif, now: Time) -> bool {
    match (tif, expected) {
        (TimeInForce::Gtc, WishTif::Gtc)
        | (TimeInForce::Fok, WishTif::Fok)
        | (TimeInForce::Fak, WishTif::Fak)
        | (TimeInForce::Day, WishTif::Day) => true,
        (TimeInForce::Gtd(end), WishTif::Gtd(length)) => now.checked_add(length) == Some(end),
        _ => false,
    }
}

fn target<S: Tested>(player: &Player<S>, expected: &ExpectedTarget, names: &Names) -> Verdict {
    let manifest = player.manifest();
    let mut stated = Vec::new();
    for intent in player.targets() {
        let Action::Target { goal, via, .. } = intent.action else { continue };
        let because = intent.because.and_then(|id| reason(manifest, id)).map(|(text, _)| text);
        let meets = intent.instrument == expected.instrument
            && goal == expected.goal
            && expected.via.is_none_or(|wanted| via == Some(wanted))
            && expected.because.as_deref().is_none_or(|wanted| because == Some(wanted));
        if meets {
            return Ok(());
        }
        stated.push(format!("stated: {}", names.target(intent.instrument, goal, via, because)));
    }
    if stated.is_empty() {
        stated.push(format!("no target was stated at {}", clock(player)));
    }
    stated.extend(reasons(player, names));
    stated.extend(state(player, names, Some(expected.instrument)));
    Err((names.expected_target(expected), stated))
}

fn condition<S: Tested>(player: &Player<S>, number: usize, names: &Names) -> Verdict {
    let answer = player.ask(number);
    if answer == Answer::Holds {
        return Ok(());
    }
    let mut happened = explain(&answer);
    happened.extend(sent(player, names));
    happened.extend(reasons(player, names));
    happened.extend(state(player, names, None));
    Err((String::new(), happened))
}

/// Why a condition does not hold.
pub(super) fn explain(answer: &Answer) -> Vec<String> {
    match answer {
        Answer::Holds => Vec::new(),
        Answer::Fails(sides) if sides.is_empty() => vec!["it is false".to_owned()],
        Answer::Fails(sides) => {
            sides.iter().map(|(text, value)| format!("`{text}` is {value}")).collect()
        }
        Answer::Absent(what) => vec![format!("`{what}` has no value yet")],
        Answer::Fault(kind) => vec![format!("it cannot be computed: {kind}")],
    }
}

fn clock<S: Tested>(player: &Player<S>) -> String {
    span(player.view().now.since(player.zero()).unwrap_or(Duration::ZERO))
}

fn sent<S: Tested>(player: &Player<S>, names: &Names) -> Vec<String> {
    let now = player.view().now;
    let manifest = player.manifest();
    let mut out = Vec::new();
    for record in &player.instant().sent {
        if let Some(new) = new_order(record) {
            let because = record.origin.because.and_then(|id| reason(manifest, id));
            let because = because.map(|(text, _)| format!(" because {}", quoted(text)));
            out.push(format!("sent: {}{}", names.sent(new, now), because.unwrap_or_default()));
        }
    }
    if out.is_empty() {
        out.push(format!("no order was sent at {}", clock(player)));
    }
    out
}

/// Guards that stopped something at this instant, and what the session refused.
fn reasons<S: Tested>(player: &Player<S>, names: &Names) -> Vec<String> {
    let manifest = player.manifest();
    let at = |id: Option<InstrumentId>| id.map(|id| format!("{}: ", names.of(id)));
    let mut out: Vec<String> = Vec::new();
    for stop in &player.instant().stops {
        let Some(reason) = manifest.reasons.get(usize::from(stop.reason.0)) else { continue };
        let what = match reason.kind {
            ReasonKind::Universe => "filtered by universe",
            ReasonKind::Warmup => "not warm",
            ReasonKind::Guard | ReasonKind::Because => "stopped",
        };
        let place = at(stop.instrument).unwrap_or_default();
        out.push(format!("{what}: {place}{} (line {})", quoted(&reason.text), reason.line));
    }
    for note in &player.instant().notes {
        let what = if note.reason.is_note() { "changed" } else { "refused" };
        let place = at(Some(note.instrument)).unwrap_or_default();
        out.push(format!("{what}: {place}{}", quoted(note.reason.text())));
    }
    let mut seen = Vec::new();
    out.retain(|line| {
        !seen.contains(line) && {
            seen.push(line.clone());
            true
        }
    });
    if out.len() > LISTED_MAX {
        let more = out.len() - LISTED_MAX;
        out.truncate(LISTED_MAX);
        out.push(format!("and {more} more"));
    }
    out
}

/// Touch, position and open orders of one instrument, or of those that have any.
fn state<S: Tested>(player: &Player<S>, names: &Names, only: Option<InstrumentId>) -> Vec<String> {
    let mut out = Vec::new();
    for (n, it) in player.view().instruments.iter().enumerate() {
        let id = InstrumentId(n as u32);
        let alive = !it.book.is_empty() || !it.position.is_flat() || !it.orders.is_empty();
        if only.is_some_and(|only| only != id) || (only.is_none() && !alive) {
            continue;
        }
        let touch = |level: Option<strat_runtime::book::Level>| {
            level.map_or_else(|| "none".to_owned(), |level| level.price.to_string())
        };
        let (bid, ask) = (touch(it.book.best_bid()), touch(it.book.best_ask()));
        let held = names.size(it.position.size);
        let long = names.size(it.exposure(Side::Buy, &[]));
        let place = names.of(id);
        out.push(format!(
            "{place}: bid {bid}, ask {ask}, holds {held}, at most {long} with its orders"
        ));
        for order in player.desk().orders().iter().filter(|o| o.new.id.instrument == id) {
            let rest = NewOrder { size: order.left, ..order.new };
            out.push(format!("open: {}", names.sent(&rest, order.at)));
        }
        if out.len() > LISTED_MAX {
            break;
        }
    }
    out
}
