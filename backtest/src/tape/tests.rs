use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::instrument::{InstrumentId, Status};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::time::Time;
use strat_runtime::venue::VenueKind;

use super::Tape;
use crate::source::EventSource as _;
use crate::synthetic::profile::instrument;

fn level(price: i64, size: i64) -> Level {
    Level::new(Price::from_raw(price), Quantity::from_raw(size))
}

fn event(ts: i64, id: u32, data: MarketData<'_>) -> Event<'_> {
    let time = Time::from_nanos(ts);
    Event { ts_event: time, ts_recv: time, instrument: InstrumentId(id), data }
}

fn trade(price: i64) -> MarketData<'static> {
    MarketData::Trade {
        price: Price::from_raw(price),
        size: Quantity::ONE,
        aggressor: Some(Side::Buy),
    }
}

fn delta(side: Side, price: i64, size: i64) -> MarketData<'static> {
    MarketData::Delta { side, level: level(price, size) }
}

fn tape(events: &[Event<'_>]) -> Tape {
    let table = ["A", "B"].map(|s| instrument(s, s, VenueKind::Polymarket));
    let mut builder = Tape::builder(table.to_vec());
    for event in events {
        assert!(builder.push(event));
    }
    builder.build()
}

fn written(tape: &Tape) -> Vec<String> {
    let mut source = tape.source();
    let mut lines = Vec::new();
    while let Some(event) = source.next() {
        lines.push(format!("{} {:?}", event.ts_recv.nanos(), event.data));
    }
    assert_eq!(source.len_hint(), Some(0));
    lines
}

#[test]
fn events_are_merged_by_stamp_rank_and_arrival() {
    let bids = [level(5, 1), level(4, 2)];
    let book = MarketData::Book { bids: &bids, asks: &[] };
    let tick = MarketData::Meta(MetaChange::Tick(Price::from_raw(1)));
    let tape = tape(&[
        event(2, 0, trade(10)),
        event(2, 1, trade(11)),
        event(1, 0, trade(12)),
        event(2, 1, book),
        event(2, 0, tick),
    ]);
    let order: Vec<_> = written(&tape);
    assert_eq!(
        order,
        [
            format!("1 {:?}", trade(12)),
            format!("2 {tick:?}"),
            format!("2 {book:?}"),
            format!("2 {:?}", trade(10)),
            format!("2 {:?}", trade(11)),
        ]
    );
    assert_eq!(written(&tape), order, "a second replay differs");
    let counts = tape.counts();
    assert_eq!((counts.trades, counts.books, counts.metas), (3, 1, 1));
}

#[test]
fn an_unknown_instrument_is_left_out() {
    let mut builder = Tape::builder(Vec::new());
    assert!(!builder.push(&event(1, 0, trade(1))));
    assert!(builder.build().is_empty());
}

#[test]
fn a_cut_knows_what_came_before() {
    let halted = MarketData::Meta(MetaChange::Status(Status::Halted));
    let whole = tape(&[
        event(1, 1, halted),
        event(1, 0, delta(Side::Buy, 5, 7)),
        event(2, 0, delta(Side::Sell, 8, 3)),
        event(3, 0, delta(Side::Buy, 5, 0)),
        event(4, 0, trade(8)),
        event(5, 0, trade(9)),
    ]);
    let cut = whole.cut(Some(Time::from_nanos(3)), Some(Time::from_nanos(5)));
    let (bids, asks) = ([level(5, 7)], [level(8, 3)]);
    let opening = MarketData::Book { bids: &bids, asks: &asks };
    assert_eq!(
        written(&cut),
        [
            format!("3 {opening:?}"),
            format!("3 {:?}", delta(Side::Buy, 5, 0)),
            format!("4 {:?}", trade(8)),
        ]
    );
    assert_eq!(cut.instruments().get(1).map(|i| i.status), Some(Status::Halted));
    assert_eq!(written(&whole.cut(None, None)), written(&whole));
    assert!(whole.cut(Some(Time::MAX), None).len() == 1, "only the opening book is left");
}
