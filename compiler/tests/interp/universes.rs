//! Universes: conditions, order, who came and who left.

use strat_compiler::ir::{
    Binary, Cell, Compare, Kind, Level, Number, On, Op, StmtKind, TextPart, UniverseId, ViewField,
    WordsId,
};
use strat_runtime::instrument::{InstrumentId, Status};
use strat_runtime::manifest::{ReasonKind, Timer, TimerId};
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::strategy::{Strategy, Trigger};
use strat_runtime::venue::VenueKind;

use crate::asm::{Asm, opt, stmt, ty};
use crate::world::World;

const TICK: Trigger = Trigger::Timer(TimerId(0));

/// `universe markets order by liquidity desc, id take 3 { where not (question has_any ..) }` and
/// `on every 1s for m in markets { log "{m}" }`.
fn asm() -> Asm {
    let mut asm = Asm::new(VenueKind::Polymarket);
    let period = asm.fixed(Kind::Duration, 1_000_000_000);
    asm.ir.timers.push(Timer::Every(period));
    let member = asm.local("m", ty(Kind::Instrument));
    let universe = asm.universe(100, member);
    let m = asm.local_value(member);
    let question = asm.expr(Op::View(ViewField::Question, m), ty(Kind::Text));
    asm.ir.words = vec![vec!["nfl".into()], vec!["premier".into(), "league".into()]];
    let entries = vec![WordsId(0), WordsId(1)];
    let sports = asm.expr(Op::HasAny(question, entries), ty(Kind::Bool));
    let other = asm.expr(Op::Unary(strat_compiler::ir::Unary::Not, sports), ty(Kind::Bool));
    let reason = asm.reason("a sports question", ReasonKind::Universe);
    let liquidity = asm.expr(Op::View(ViewField::Liquidity, m), opt(Kind::Money));
    let id = asm.expr(Op::View(ViewField::Id, m), ty(Kind::Text));
    let take = asm.int(3);
    let code = &mut asm.ir.universes[universe.index()];
    code.conditions = vec![(other, reason)];
    code.order = vec![(liquidity, true), (id, false)];
    code.take = Some(take);
    let body = say(m);
    asm.handler(On::Timer(TimerId(0)), &[], body).member = Some((member, universe));
    asm
}

fn say(value: strat_compiler::ir::ExprId) -> Vec<strat_compiler::ir::Stmt> {
    vec![stmt(StmtKind::Say(Level::Log, vec![TextPart::Value(value)]))]
}

fn world(markets: &[(&str, Option<i64>)]) -> World {
    let mut world = World::new(VenueKind::Polymarket, markets.len());
    for (instrument, (question, liquidity)) in world.view.instruments.iter_mut().zip(markets) {
        instrument.meta.question = (*question).into();
        instrument.meta.liquidity = liquidity.map(Money::from_raw);
    }
    world
}

fn texts(out: &strat_runtime::strategy::Reaction) -> Vec<String> {
    out.messages.iter().map(|message| message.text.clone()).collect()
}

#[test]
fn conditions_then_order_then_take() {
    let asm = asm();
    let mut interp = asm.build();
    let mut world = world(&[
        ("inflation above 3%?", None),
        ("NFL: Bills vs Jets", Some(1_000)),
        ("rain in Paris?", Some(10)),
        ("Premier League winner", Some(2_000)),
        ("a premier in league", Some(500)),
        ("snow in Rome?", Some(10)),
    ]);
    // Absent keys come last; of equal ones the smaller symbol first.
    let out = world.step(&mut interp, TICK).clone();
    assert_eq!(texts(&out), ["i4", "i2", "i5"]);
    assert_eq!(out.fired.len(), 3);
    // Only what trades takes part, and the venue must be the strategy's.
    world.view.instruments[4].meta.status = Status::Halted;
    assert_eq!(texts(world.step(&mut interp, TICK)), ["i2", "i5", "i0"]);
    world.view.instruments[2].meta.status = Status::Resolved { payout: Price::ONE };
    world.view.instruments[5].meta.venue = VenueKind::Vanta;
    assert_eq!(texts(world.step(&mut interp, TICK)), ["i0"]);
    world.view.instruments[0].meta.status = Status::Pending;
    assert_eq!(texts(world.step(&mut interp, TICK)), Vec::<String>::new());
}

/// The order is the same whatever order the instruments arrive in.
#[test]
fn the_order_does_not_depend_on_the_table() {
    let asm = asm();
    let markets = [("a", Some(1)), ("b", Some(1)), ("c", Some(2)), ("d", None), ("e", None)];
    let mut expected = None;
    for turn in 0..markets.len() {
        let mut rotated = markets;
        rotated.rotate_left(turn);
        let mut world = world(&rotated);
        for instrument in &mut world.view.instruments {
            instrument.meta.symbol = instrument.meta.question.clone();
            instrument.meta.name = instrument.meta.question.clone();
        }
        let got = texts(world.step(&mut asm.build(), TICK));
        assert_eq!(*expected.get_or_insert_with(|| got.clone()), got, "turn {turn}");
    }
    assert_eq!(expected.unwrap(), ["c", "a", "b"]);
}

/// Differences fire `leave`, then `enter`, before the handlers over the members.
#[test]
fn members_enter_and_leave() {
    let mut asm = asm();
    let universe = UniverseId(0);
    for (on, word) in [(On::Enter(universe), "enter"), (On::Leave(universe), "leave")] {
        let member = asm.local(word, ty(Kind::Instrument));
        let m = asm.local_value(member);
        let parts = vec![TextPart::Text(format!("{word} ")), TextPart::Value(m)];
        let body = vec![stmt(StmtKind::Say(Level::Log, parts))];
        asm.handler(on, &[], body).member = Some((member, universe));
    }
    let mut interp = asm.build();
    assert!(interp.manifest().wants.meta);
    let mut world = world(&[("a", Some(3)), ("b", Some(2)), ("c", None)]);
    let meta = Trigger::Meta(InstrumentId(0));
    let first = world.step(&mut interp, meta).clone();
    assert_eq!(texts(&first), ["enter i0", "enter i1", "enter i2"]);
    assert_eq!(texts(world.step(&mut interp, TICK)), ["i0", "i1", "i2"]);
    world.view.instruments[0].meta.status = Status::Halted;
    assert_eq!(texts(world.step(&mut interp, TICK)), ["leave i0", "i1", "i2"]);
    world.view.instruments[0].meta.status = Status::Trading;
    world.view.instruments[2].meta.status = Status::Halted;
    assert_eq!(texts(world.step(&mut interp, meta)), ["leave i2", "enter i0"]);
    assert_eq!(texts(world.step(&mut interp, meta)), Vec::<String>::new());
}

/// State per member starts anew when a member comes back.
#[test]
fn state_per_member_goes_with_the_member() {
    let mut asm = asm();
    let universe = UniverseId(0);
    let zero = asm.int(0);
    let count = asm.state("count", ty(Kind::Int), zero, Some(universe));
    let member = asm.ir.universes[0].member;
    let m = asm.local_value(member);
    let value = asm.expr(Op::State(count, Some(m)), ty(Kind::Int));
    let one = asm.int(1);
    let more = asm.binary(Binary::AddInt, value, one, Kind::Int);
    let body = &mut asm.ir.handlers[0].body;
    body.insert(0, stmt(StmtKind::Set { state: count, member: Some(m), value: more }));
    body[1] = stmt(StmtKind::Say(Level::Log, vec![TextPart::Value(value)]));
    let mut interp = asm.build();
    let mut world = world(&[("a", Some(3)), ("b", Some(2))]);
    for expected in [["1", "1"], ["2", "2"]] {
        assert_eq!(texts(world.step(&mut interp, TICK)), expected);
    }
    world.view.instruments[0].meta.status = Status::Halted;
    assert_eq!(texts(world.step(&mut interp, TICK)), ["3"]);
    world.view.instruments[0].meta.status = Status::Trading;
    assert_eq!(texts(world.step(&mut interp, TICK)), ["1", "4"]);
}

/// A fault in a handler also takes back who came: the next event sees them come again.
#[test]
fn a_fault_takes_memberships_back() {
    let mut asm = asm();
    let universe = UniverseId(0);
    let member = asm.local("e", ty(Kind::Instrument));
    let m = asm.local_value(member);
    asm.handler(On::Enter(universe), &[], say(m)).member = Some((member, universe));
    let cash = asm.expr(Op::Account(strat_compiler::ir::AccountField::Cash), ty(Kind::Money));
    let doubled = asm.binary(Binary::AddInt, cash, cash, Kind::Money);
    let zero = asm.expr(Op::Const(Cell::int(0)), ty(Kind::Money));
    let positive = asm.compare(Compare::Ge, Number::Int, doubled, zero);
    let reason = asm.reason("no money", ReasonKind::Guard);
    let body = vec![stmt(StmtKind::Require(positive, reason))];
    asm.handler(On::Timer(TimerId(0)), &[], body);
    let mut interp = asm.build();
    let mut world = world(&[("a", Some(3))]);
    let cash = world.view.account.cash;
    world.view.account.cash = Money::MAX;
    assert!(world.step(&mut interp, TICK).fault.is_some());
    world.view.account.cash = cash;
    assert_eq!(texts(world.step(&mut interp, TICK)), ["i0", "i0"], "enter, then the timer");
}

#[test]
fn a_market_that_is_left_out_is_noted_with_the_condition() {
    let asm = asm();
    let reasons = asm.ir.reasons.clone();
    let mut interp = asm.build();
    let mut world = world(&[("NFL: Bills vs Jets", None), ("Will it rain?", None)]);
    let out = world.step(&mut interp, TICK);
    let noted: Vec<_> = out
        .stops
        .iter()
        .map(|stop| (stop.instrument, reasons[usize::from(stop.reason.0)].text.as_str()))
        .collect();
    assert_eq!(noted, [(Some(InstrumentId(0)), "a sports question")]);
    assert_eq!(out.fired.len(), 1);
}
