//! Where two records of runs differ.

use std::fmt::Debug;

use strat_runtime::strategy::Message;
use strat_runtime::time::Time;

use crate::record::RunRecord;

/// The first thing in which two records differ; `None` if they are equal.
pub fn difference(one: &RunRecord, other: &RunRecord) -> Option<String> {
    if one == other {
        return None;
    }
    let found = decisions(one, other, &str::to_owned)
        .or_else(|| field("counters", &one.counters, &other.counters))
        .or_else(|| field("equity curve", &one.curve, &other.curve))
        .or_else(|| field("outcome", &one.outcome, &other.outcome))
        .or_else(|| field("instruments", &one.instruments, &other.instruments));
    Some(found.unwrap_or_else(|| "the records differ in a sum".to_owned()))
}

/// The first thing in which what two runs did differs, where texts of the second are read through
/// `text`; what they merely saw may differ.
pub(super) fn decisions(
    one: &RunRecord,
    other: &RunRecord,
    text: &dyn Fn(&str) -> String,
) -> Option<String> {
    let messages: Vec<(Time, Message)> = other
        .messages
        .iter()
        .map(|(ts, message)| (*ts, Message { text: text(&message.text), ..*message }))
        .collect();
    let (ours, theirs) = (&one.counters, &other.counters);
    list("order", &one.order_records, &other.order_records)
        .or_else(|| list("fill", &one.fill_records, &other.fill_records))
        .or_else(|| list("settlement", &one.settlements, &other.settlements))
        .or_else(|| list("message", &one.messages, &messages))
        .or_else(|| list("risk event", &one.risk, &other.risk))
        .or_else(|| field("times that handlers fired", &ours.fired, &theirs.fired))
        .or_else(|| field("times that guards stopped", &ours.stops, &theirs.stops))
        .or_else(|| field("times that the host refused", &ours.host, &theirs.host))
        .or_else(|| field("faults", &ours.faults, &theirs.faults))
        .or_else(|| field("cash at the end", &one.cash_end, &other.cash_end))
        .or_else(|| field("equity at the end", &one.equity_end, &other.equity_end))
}

/// Whether two runs did the same before `end`.
pub(super) fn until(whole: &RunRecord, short: &RunRecord, end: Time) -> Result<(), String> {
    macro_rules! before {
        ($list:ident, $ts:expr) => {{
            let ts = $ts;
            let early = |record: &RunRecord| {
                record.$list.iter().filter(|it| ts(it) < end).cloned().collect::<Vec<_>>()
            };
            list(stringify!($list), &early(whole), &early(short))
        }};
    }
    let found = before!(order_records, |it: &&strat_runtime::session::OrderRecord| it.ts)
        .or_else(|| before!(fill_records, |it: &&strat_runtime::session::FillRecord| it.ts))
        .or_else(|| before!(settlements, |it: &&strat_runtime::session::Settlement| it.ts))
        .or_else(|| before!(messages, |it: &&(Time, Message)| it.0))
        .or_else(|| before!(risk, |it: &&strat_runtime::session::RiskNotice| it.ts));
    found.map_or(Ok(()), Err)
}

fn list<T: PartialEq + Debug>(what: &str, one: &[T], other: &[T]) -> Option<String> {
    let at = one.iter().zip(other).position(|(one, other)| one != other);
    let at = at.or_else(|| (one.len() != other.len()).then(|| one.len().min(other.len())))?;
    let (one, other) = (one.get(at), other.get(at));
    Some(format!("{what} {at} was {one:?} and became {other:?}"))
}

fn field<T: PartialEq + Debug>(what: &str, one: &T, other: &T) -> Option<String> {
    (one != other).then(|| format!("{what}: {one:?} became {other:?}"))
}
