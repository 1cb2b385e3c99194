//! Handlers and statements.

use strat_compiler::ir::{
    Cell, Compare, EventField, ForOver, Kind, Level, Number, On, Op, StateId, StmtKind, TextPart,
    Tif, ViewField,
};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{ReasonKind, Timer, TimerId};
use strat_runtime::money::Money;
use strat_runtime::order::{Fill, Liquidity, RejectReason};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::signal::{Action, Exits, OrderWish, WishTif};
use strat_runtime::slot::SlotId;
use strat_runtime::strategy::{MessageLevel, Trigger};
use strat_runtime::time::Duration;
use strat_runtime::venue::VenueKind;

use crate::asm::{Asm, opt, order, stmt, ty};
use crate::world::{World, price, size};

const ON_START: On = On::Start;

fn world() -> World {
    World::new(VenueKind::BinancePerp, 3)
}

fn asm() -> Asm {
    let mut asm = Asm::new(VenueKind::BinancePerp);
    asm.instruments(3);
    asm
}

#[test]
fn an_order_statement_becomes_an_intent() {
    let mut asm = asm();
    let because = asm.reason("cheap", ReasonKind::Because);
    let slot = asm.slot("buy");
    let (i1, units) = (asm.instrument(1), asm.fixed(Kind::Size, 2_500_000_000));
    let mut wish = order(slot, Side::Buy, i1, units);
    wish.limit = Some(asm.fixed(Kind::Price, 990_000_000));
    let hour = asm.fixed(Kind::Duration, Duration::HOUR.nanos());
    wish.tif = Tif::Gtd(hour);
    wish.post_only = true;
    wish.because = Some(because);
    asm.handler(ON_START, &[], vec![stmt(StmtKind::Order(Box::new(wish)))]);
    let out = world().step(&mut asm.build(), Trigger::Start).clone();
    let [intent] = out.intents.as_slice() else { panic!("{:?}", out.intents) };
    assert_eq!((intent.instrument, intent.because), (InstrumentId(1), Some(because)));
    let expected = OrderWish {
        slot,
        side: Side::Buy,
        size: size("2.5"),
        limit: Some(price("0.99")),
        tif: WishTif::Gtd(Duration::HOUR),
        post_only: true,
        reduce_only: false,
        quote: false,
        each: 0,
        stop: None,
        exits: Exits::default(),
        via: None,
    };
    assert_eq!(intent.action, Action::Order(expected));
}

/// A quote's side without size empties its slot; an order's does not.
#[test]
fn a_quote_without_size_clears_its_slot() {
    for (raw, quote, clears) in
        [(0, true, true), (-5, true, true), (1, true, false), (0, false, false)]
    {
        let mut asm = asm();
        let slot = asm.slot("bid");
        let (i0, units) = (asm.instrument(0), asm.fixed(Kind::Size, raw));
        let mut side = order(slot, Side::Buy, i0, units);
        side.quote = quote;
        asm.handler(ON_START, &[], vec![stmt(StmtKind::Order(Box::new(side)))]);
        let out = world().step(&mut asm.build(), Trigger::Start).clone();
        let cleared = matches!(out.intents[0].action, Action::Clear(SlotId(0)));
        assert_eq!(cleared, clears, "size {raw}, quote {quote}");
    }
}

/// `set` is visible to the next statement; a guard keeps what was set before it.
#[test]
fn statements_are_sequential() {
    let mut asm = asm();
    let three = asm.int(3);
    let zero = asm.int(0);
    let state = asm.state("n", ty(Kind::Int), zero, None);
    let value = asm.expr(Op::State(state, None), ty(Kind::Int));
    let seen = asm.compare(Compare::Eq, Number::Int, value, three);
    let five = asm.int(5);
    let never = asm.compare(Compare::Eq, Number::Int, value, five);
    let (first, second) =
        (asm.reason("not seen", ReasonKind::Guard), asm.reason("not five", ReasonKind::Guard));
    let set = |value| stmt(StmtKind::Set { state, member: None, value });
    let body = vec![
        set(three),
        stmt(StmtKind::Require(seen, first)),
        stmt(StmtKind::Require(never, second)),
        set(five),
    ];
    asm.handler(ON_START, &[], body);
    let mut interp = asm.build();
    let out = world().step(&mut interp, Trigger::Start).clone();
    assert_eq!(out.stops.iter().map(|stop| stop.reason).collect::<Vec<_>>(), [second]);
    assert_eq!(interp.state(StateId(0)).bits, 3);
}

/// Every kind of value in a message.
#[test]
fn messages_print_values_by_type() {
    let mut asm = asm();
    asm.enumeration("Phase", &["idle", "working"]);
    let phase = Kind::Enum(strat_compiler::ir::EnumId(0));
    asm.ir.texts.push("a text".into());
    let values = [
        (Kind::Bool, Cell::bool(true), "true"),
        (Kind::Int, Cell::int(-7), "-7"),
        (Kind::Real, Cell::real(0.1), "0.1"),
        (Kind::Real, Cell::real(3.0), "3.0"),
        (Kind::Price, Cell::int(520_000_000), "0.52"),
        (Kind::Size, Cell::int(100_000_000_000), "100"),
        (Kind::Money, Cell::int(-1_500_000_001), "-1.500000001"),
        (Kind::Ratio, Cell::int(35_000_000), "3.5%"),
        (Kind::Leverage, Cell::int(250_000_000), "0.25x"),
        (Kind::Time, Cell::int(0), "1970-01-01T00:00:00Z"),
        (Kind::Duration, Cell::int(5_400_000_000_000), "1h30m"),
        (phase, Cell::int(1), "working"),
        (Kind::Text, Cell::int(0), "a text"),
        (Kind::Instrument, Cell::int(2), "i2"),
    ];
    let mut parts = vec![TextPart::Text("got".into())];
    let mut expected = String::from("got");
    for (kind, cell, text) in values {
        parts.push(TextPart::Text(" ".into()));
        parts.push(TextPart::Value(asm.expr(Op::Const(cell), ty(kind))));
        expected = format!("{expected} {text}");
    }
    parts.push(TextPart::Text(" ".into()));
    parts.push(TextPart::Value(asm.expr(Op::Const(Cell::NONE), opt(Kind::Price))));
    expected.push_str(" none");
    asm.handler(ON_START, &[], vec![stmt(StmtKind::Say(Level::Alert, parts))]);
    let out = world().step(&mut asm.build(), Trigger::Start).clone();
    assert_eq!(out.messages[0].text, expected);
    assert_eq!(out.messages[0].level, MessageLevel::Alert);
}

#[test]
fn halt_speaks_and_stops() {
    let mut asm = asm();
    let parts = vec![TextPart::Text("done".into())];
    asm.handler(ON_START, &[], vec![stmt(StmtKind::Say(Level::Halt, parts))]);
    let out = world().step(&mut asm.build(), Trigger::Start).clone();
    assert_eq!(out.messages[0].level, MessageLevel::Halt);
    assert!(matches!(out.intents[0].action, Action::Halt));
}

#[test]
fn fills_and_refusals_reach_their_handlers() {
    let mut asm = asm();
    let (mine, other) = (asm.slot("mine"), asm.slot("other"));
    let fields = [
        (EventField::FillSize, Kind::Size),
        (EventField::FillPrice, Kind::Price),
        (EventField::FillFee, Kind::Money),
        (EventField::FillRemaining, Kind::Size),
        (EventField::FillIsBuy, Kind::Bool),
        (EventField::Instrument, Kind::Instrument),
    ];
    let mut parts = Vec::new();
    for (field, kind) in fields {
        parts.push(TextPart::Value(asm.expr(Op::Event(field), ty(kind))));
        parts.push(TextPart::Text(";".into()));
    }
    asm.handler(On::Fill(vec![mine]), &[], vec![stmt(StmtKind::Say(Level::Log, parts))]);
    let why = asm.expr(Op::Event(EventField::RejectReason), ty(Kind::Text));
    let say = stmt(StmtKind::Say(Level::Log, vec![TextPart::Value(why)]));
    asm.handler(On::Reject(vec![mine, other]), &[], vec![say]);
    let mut interp = asm.build();
    let mut world = world();
    let fill = Fill {
        price: price("0.5"),
        size: size("3"),
        fee: Money::from_raw(-1_000_000),
        liquidity: Liquidity::Maker,
        remaining: size("2"),
    };
    let at = |slot| Trigger::Fill { slot, instrument: InstrumentId(1), side: Side::Buy, fill };
    assert_eq!(world.step(&mut interp, at(other)).messages, []);
    let out = world.step(&mut interp, at(mine));
    assert_eq!(out.messages[0].text, "3;0.5;-0.001;2;true;i1;");
    let reason = RejectReason::FokNotFilled;
    let refused = Trigger::Reject { slot: other, instrument: InstrumentId(1), reason };
    assert_eq!(world.step(&mut interp, refused).messages[0].text, reason.text());
}

/// `together` numbers its legs; what stands outside is alone.
#[test]
fn legs_of_together_carry_a_number() {
    let mut asm = asm();
    let slots = [asm.slot("a"), asm.slot("b"), asm.slot("c")];
    let i0 = asm.instrument(0);
    let units = asm.fixed(Kind::Size, 1);
    let leg = |slot| stmt(StmtKind::Order(Box::new(order(slot, Side::Buy, i0, units))));
    let body = vec![
        stmt(StmtKind::Together(vec![leg(slots[0]), leg(slots[1])])),
        leg(slots[2]),
        stmt(StmtKind::Together(vec![leg(slots[2])])),
    ];
    asm.handler(ON_START, &[], body);
    let out = world().step(&mut asm.build(), Trigger::Start).clone();
    assert_eq!(out.intents.iter().map(|i| i.group).collect::<Vec<_>>(), [1, 1, 0, 2]);
}

/// A guard in a `for` ends the round. `else cancel` takes back what was not stated.
#[test]
fn rounds_of_a_for_statement() {
    let mut asm = asm();
    let slot = asm.slot("buy");
    let list = vec![asm.instrument(0), asm.instrument(1), asm.instrument(2)];
    let local = asm.local("x", ty(Kind::Instrument));
    let x = asm.local_value(local);
    let mid = asm.expr(Op::View(ViewField::BookMid, x), opt(Kind::Price));
    let opened = asm.local("mid", ty(Kind::Price));
    let limit = asm.local_value(opened);
    let units = asm.fixed(Kind::Size, 1_000_000_000);
    let reason = asm.reason("no mid", ReasonKind::Guard);
    let mut buy = order(slot, Side::Buy, x, units);
    buy.limit = Some(limit);
    let body =
        vec![stmt(StmtKind::Open(opened, mid, reason)), stmt(StmtKind::Order(Box::new(buy)))];
    let over = ForOver::List(list);
    let handler =
        asm.handler(ON_START, &[], vec![stmt(StmtKind::For { local, over, waits: vec![], body })]);
    handler.slots = vec![slot];
    handler.else_cancel = vec![slot];
    let mut world = world();
    world.mid(0, price("1"));
    world.mid(2, price("3"));
    let out = world.step(&mut asm.build(), Trigger::Start).clone();
    let shown: Vec<(u32, Option<Price>)> = out
        .intents
        .iter()
        .map(|intent| match intent.action {
            Action::Order(wish) => (intent.instrument.0, wish.limit),
            Action::Clear(of) if of == slot => (intent.instrument.0, None),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(shown, [(0, Some(price("1"))), (1, None), (2, Some(price("3")))]);
    assert_eq!(out.stops[0].instrument, Some(InstrumentId(1)));
}

#[test]
fn ranges_are_bounded() {
    for (first, last, rounds) in
        [(1, 3, Some(3)), (3, 1, Some(0)), (-1, 1, Some(3)), (0, i64::MAX, None)]
    {
        let mut asm = asm();
        let zero = asm.int(0);
        let state = asm.state("n", ty(Kind::Int), zero, None);
        let value = asm.expr(Op::State(state, None), ty(Kind::Int));
        let one = asm.int(1);
        let more = asm.binary(strat_compiler::ir::Binary::AddInt, value, one, Kind::Int);
        let local = asm.local("i", ty(Kind::Int));
        let over = ForOver::Range(asm.int(first), asm.int(last));
        let body = vec![stmt(StmtKind::Set { state, member: None, value: more })];
        asm.handler(ON_START, &[], vec![stmt(StmtKind::For { local, over, waits: vec![], body })]);
        let mut interp = asm.build();
        let out = world().step(&mut interp, Trigger::Start).clone();
        assert_eq!(out.fault.is_none(), rounds.is_some(), "{first}..{last}");
        assert_eq!(interp.state(state).bits, rounds.unwrap_or(0), "{first}..{last}");
    }
}

/// Exposure leaves out what the running handler restates, and nothing else.
#[test]
fn exposure_leaves_out_the_handlers_own_slots() {
    use strat_runtime::order::{OrderId, TimeInForce};
    use strat_runtime::slot::{Desired, SlotState, WorkingOrder};
    let mut asm = asm();
    let (a, b) = (asm.slot("a"), asm.slot("b"));
    let i0 = asm.instrument(0);
    let long = asm.expr(Op::View(ViewField::ExposureLong, i0), ty(Kind::Size));
    let say = || stmt(StmtKind::Say(Level::Log, vec![TextPart::Value(long)]));
    asm.handler(ON_START, &[], vec![say()]).slots = vec![a];
    asm.handler(ON_START, &[], vec![say()]).slots = vec![b];
    asm.handler(ON_START, &[], vec![say()]);
    let mut world = world();
    for (slot, open, state) in [(a, "1", SlotState::Live), (b, "2", SlotState::InFlight)] {
        let desired = Desired {
            side: Side::Buy,
            size: size(open),
            limit: Some(price("1")),
            tif: TimeInForce::Gtc,
            post_only: false,
            reduce_only: false,
        };
        let id = OrderId { slot, instrument: InstrumentId(0), generation: 0 };
        let order = WorkingOrder { id, desired, open: size(open), state };
        world.view.instruments[0].orders.push(order);
    }
    let out = world.step(&mut asm.build(), Trigger::Start).clone();
    let texts: Vec<&str> = out.messages.iter().map(|message| message.text.as_str()).collect();
    // The order in flight cannot be taken back: it counts even for the handler that owns it.
    assert_eq!(texts, ["2", "3", "3"]);
}

#[test]
fn handlers_fire_in_source_order_on_their_own_event_only() {
    let mut asm = asm();
    let period = asm.fixed(Kind::Duration, 1_000_000_000);
    asm.ir.timers.extend([Timer::Every(period), Timer::Every(period)]);
    let say =
        |text: &str| vec![stmt(StmtKind::Say(Level::Log, vec![TextPart::Text(text.to_owned())]))];
    asm.handler(On::Timer(TimerId(1)), &[], say("second timer"));
    asm.handler(On::Timer(TimerId(0)), &[], say("first"));
    asm.handler(On::Shutdown, &[], say("end"));
    asm.handler(On::Timer(TimerId(0)), &[], say("then"));
    let mut interp = asm.build();
    let mut world = world();
    let mut texts = |trigger| -> Vec<String> {
        world.step(&mut interp, trigger).messages.iter().map(|m| m.text.clone()).collect()
    };
    assert_eq!(texts(Trigger::Timer(TimerId(0))), ["first", "then"]);
    assert_eq!(texts(Trigger::Timer(TimerId(1))), ["second timer"]);
    assert_eq!(texts(Trigger::Timer(TimerId(2))), Vec::<String>::new());
    assert_eq!(texts(Trigger::Shutdown), ["end"]);
    assert_eq!(texts(Trigger::Book(InstrumentId(77))), Vec::<String>::new());
    assert_eq!(Quantity::ZERO, size("0"));
}
