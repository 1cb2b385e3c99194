//! Faults: a step that goes wrong leaves no trace.

use strat_compiler::builtin::Builtin;
use strat_compiler::ir::{Binary, DomainKind, Kind, On, Op, StmtKind, StreamOp, Unary, ViewField};
use strat_runtime::fault::FaultKind;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::side::Side;
use strat_runtime::venue::VenueKind;

use crate::asm::{Asm, opt, order, stmt, ty};
use crate::world::{World, price, size};

/// A handler sets a state, orders, and then divides by the bid's size less one.
fn divides() -> Asm {
    let mut asm = Asm::new(VenueKind::BinancePerp);
    asm.instruments(1);
    let (guard, present, mid) = asm.guarded_mid(0);
    let n = asm.int(3);
    asm.node("mean", Builtin::Sma, present, &[mid], Some(n), &[guard]);
    asm.node("high", Builtin::Highest, present, &[mid], Some(n), &[guard]);
    asm.node("rsi", Builtin::Rsi, present, &[mid], Some(n), &[guard]);
    asm.node("ema", Builtin::Ema, present, &[mid], Some(n), &[guard]);
    asm.node("ret", Builtin::LogReturn, present, &[mid], None, &[guard]);
    asm.node("lag", Builtin::Lag, present, &[mid], Some(n), &[guard]);
    asm.node("slope", Builtin::LinregSlope, present, &[mid, mid], Some(n), &[guard]);
    asm.node("cross", Builtin::CrossesAbove, present, &[mid, mid], None, &[guard]);
    let zero = asm.int(0);
    let count = asm.state("count", ty(Kind::Int), zero, None);
    let value = asm.expr(Op::State(count, None), ty(Kind::Int));
    let one = asm.int(1);
    let more = asm.binary(Binary::AddInt, value, one, Kind::Int);
    let i0 = asm.instrument(0);
    let units = asm.fixed(Kind::Size, 1_000_000_000);
    let slot = asm.slot("buy");
    let bid = asm.expr(Op::View(ViewField::BookBid, i0), opt(Kind::Level));
    let level = asm.local("bid", ty(Kind::Level));
    let level_value = asm.local_value(level);
    let bid_size = asm.expr(Op::LevelSize(level_value), ty(Kind::Size));
    let divisor = asm.binary(Binary::SubInt, bid_size, units, Kind::Size);
    let ratio = asm.binary(Binary::DivFixed, units, divisor, Kind::Ratio);
    let local = asm.local("ratio", ty(Kind::Ratio));
    let reason = asm.reason("no bid", strat_runtime::manifest::ReasonKind::Guard);
    let body = vec![
        stmt(StmtKind::Set { state: count, member: None, value: more }),
        stmt(StmtKind::Order(Box::new(order(slot, Side::Buy, i0, units)))),
        stmt(StmtKind::Open(level, bid, reason)),
        stmt(StmtKind::Let(local, ratio)),
        stmt(StmtKind::Set { state: count, member: None, value: more }),
    ];
    asm.handler(On::Book(InstrumentId(0)), &[], body);
    asm
}

#[test]
fn a_fault_undoes_streams_nodes_and_states() {
    let asm = divides();
    let mut plain = asm.build();
    let mut faulty = asm.build();
    let mut world = World::new(VenueKind::BinancePerp, 1);
    for n in 1..40_i64 {
        let mid = price(&format!("{}", 10 + n * n % 17));
        world.quote(0, mid, mid);
        let fault_first = n % 3 == 0;
        if fault_first {
            // The same event with a bid of size one: the divisor is zero.
            let book = &mut world.view.instruments[0].book;
            book.apply_quote(price("99"), size("1"), price("99"), size("1"));
            let out = world.book_event(&mut faulty).clone();
            let fault = out.fault.expect("the divisor is zero");
            assert_eq!(fault.kind, FaultKind::DivisionByZero);
            assert!(out.intents.is_empty() && out.fired.is_empty() && out.stops.is_empty());
        }
        let book = &mut world.view.instruments[0].book;
        book.apply_quote(mid, size("3"), mid, size("3"));
        let a = world.book_event(&mut plain).clone();
        let b = world.book_event(&mut faulty).clone();
        assert_eq!(a.fault, None);
        assert_eq!((a.intents, a.fired), (b.intents, b.fired), "event {n}");
        for stream in 0..asm.ir.streams.len() as u32 {
            let id = strat_compiler::ir::StreamId(stream);
            assert_eq!(plain.stream(id), faulty.stream(id), "event {n}, stream {stream}");
        }
        let id = strat_compiler::ir::StateId(0);
        assert_eq!(plain.state(id), faulty.state(id));
        assert_eq!(plain.state(id).bits, n * 2);
    }
}

/// Which expressions fault, and with what.
#[test]
fn faults_by_operation() {
    type Make = fn(&mut Asm) -> strat_compiler::ir::ExprId;
    let cases: [(&str, Make, FaultKind); 9] = [
        (
            "sum",
            |a| {
                let x = a.int(i64::MAX);
                let y = a.int(1);
                a.binary(Binary::AddInt, x, y, Kind::Int)
            },
            FaultKind::Overflow,
        ),
        (
            "product",
            |a| {
                let x = a.fixed(Kind::Price, i64::MAX);
                a.binary(Binary::MulFixed, x, x, Kind::Price)
            },
            FaultKind::Overflow,
        ),
        (
            "negation",
            |a| {
                let x = a.int(i64::MIN);
                a.expr(Op::Unary(Unary::NegInt, x), ty(Kind::Int))
            },
            FaultKind::Overflow,
        ),
        (
            "remainder",
            |a| {
                let x = a.int(i64::MIN);
                let y = a.int(0);
                a.binary(Binary::RemInt, x, y, Kind::Int)
            },
            FaultKind::DivisionByZero,
        ),
        (
            "real product",
            |a| {
                let x = a.real(1e300);
                a.binary(Binary::MulReal, x, x, Kind::Real)
            },
            FaultKind::NotFinite,
        ),
        (
            "real quotient",
            |a| {
                let x = a.real(1.0);
                let y = a.real(-0.0);
                a.binary(Binary::DivReal, x, y, Kind::Real)
            },
            FaultKind::DivisionByZero,
        ),
        (
            "logarithm",
            |a| {
                let x = a.real(-1.0);
                a.expr(Op::Call(strat_compiler::ir::Pure::Ln, vec![x]), ty(Kind::Real))
            },
            FaultKind::NotFinite,
        ),
        (
            "to fixed",
            |a| {
                let x = a.real(1e30);
                a.expr(Op::Unary(Unary::RealToFixed, x), ty(Kind::Price))
            },
            FaultKind::Overflow,
        ),
        (
            "bar that is not there",
            |a| a.expr(Op::Event(strat_compiler::ir::EventField::FillPrice), ty(Kind::Price)),
            FaultKind::Internal,
        ),
    ];
    for (name, make, kind) in cases {
        let mut asm = Asm::new(VenueKind::BinancePerp);
        asm.instruments(1);
        let book = asm.domain(DomainKind::Book(InstrumentId(0)));
        let expr = make(&mut asm);
        let of = asm.ir.expr(expr).ty;
        asm.stream("x", book, StreamOp::Expr(expr), of, &[]);
        let mut interp = asm.build();
        let mut world = World::new(VenueKind::BinancePerp, 1);
        let fault = world.book_event(&mut interp).fault.expect(name);
        assert_eq!((fault.kind, fault.at), (kind, expr.0), "{name}");
        let quotient = world.book_event(&mut interp).fault.expect(name);
        assert_eq!(quotient, fault, "{name}: a second time");
    }
}

/// `/?` is absent where `/` would fault.
#[test]
fn a_tried_division_is_absent_instead() {
    let mut asm = Asm::new(VenueKind::BinancePerp);
    asm.instruments(1);
    let book = asm.domain(DomainKind::Book(InstrumentId(0)));
    let (one, zero) = (asm.real(1.0), asm.real(0.0));
    let tried = asm.expr(Op::TryBinary(Binary::DivReal, one, zero), opt(Kind::Real));
    let or = asm.real(7.0);
    let value = asm.expr(Op::OrElse(tried, or), ty(Kind::Real));
    let stream = asm.stream("x", book, StreamOp::Expr(value), ty(Kind::Real), &[]);
    let mut interp = asm.build();
    let mut world = World::new(VenueKind::BinancePerp, 1);
    assert_eq!(world.book_event(&mut interp).fault, None);
    assert_eq!(interp.stream(stream).as_real().to_bits(), 7.0_f64.to_bits());
}
