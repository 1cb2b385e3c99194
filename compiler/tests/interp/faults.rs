//! Faults: a step that goes wrong leaves no trace.

use strat_compiler::builtin::Builtin;
use strat_compiler::ir::{
    Binary, Cell, DomainKind, EventField, Kind, On, Op, Pure, StmtKind, StreamOp, Unary, ViewField,
};
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

type Make = fn(&[strat_compiler::ir::ExprId]) -> Op;

/// Name, operands, operation, kind of the result, fault.
type Faulty = (&'static str, Vec<(Kind, Cell)>, Make, Kind, FaultKind);

fn faulty_operations() -> [Faulty; 9] {
    let int = |n| (Kind::Int, Cell::int(n));
    let real = |x| (Kind::Real, Cell::real(x));
    let price = (Kind::Price, Cell::int(i64::MAX));
    let sum: Make = |x| Op::Binary(Binary::AddInt, x[0], x[1]);
    let negation: Make = |x| Op::Unary(Unary::NegInt, x[0]);
    let fill: Make = |_| Op::Event(EventField::FillPrice);
    let overflow = FaultKind::Overflow;
    [
        ("sum", vec![int(i64::MAX), int(1)], sum, Kind::Int, overflow),
        ("negation", vec![int(i64::MIN)], negation, Kind::Int, overflow),
        (
            "product",
            vec![price, price],
            |x| Op::Binary(Binary::MulFixed, x[0], x[1]),
            Kind::Price,
            overflow,
        ),
        (
            "remainder",
            vec![int(i64::MIN), int(0)],
            |x| Op::Binary(Binary::RemInt, x[0], x[1]),
            Kind::Int,
            FaultKind::DivisionByZero,
        ),
        (
            "real product",
            vec![real(1e300), real(1e300)],
            |x| Op::Binary(Binary::MulReal, x[0], x[1]),
            Kind::Real,
            FaultKind::NotFinite,
        ),
        (
            "real quotient",
            vec![real(1.0), real(-0.0)],
            |x| Op::Binary(Binary::DivReal, x[0], x[1]),
            Kind::Real,
            FaultKind::DivisionByZero,
        ),
        (
            "logarithm",
            vec![real(-1.0)],
            |x| Op::Call(Pure::Ln, x.to_vec()),
            Kind::Real,
            FaultKind::NotFinite,
        ),
        (
            "to fixed",
            vec![real(1e30)],
            |x| Op::Unary(Unary::RealToFixed, x[0]),
            Kind::Price,
            overflow,
        ),
        ("a fill that is none", vec![], fill, Kind::Price, FaultKind::Internal),
    ]
}

/// Which expressions fault, with what, and where.
#[test]
fn faults_by_operation() {
    for (name, operands, make, result, kind) in faulty_operations() {
        let mut asm = Asm::new(VenueKind::BinancePerp);
        asm.instruments(1);
        let book = asm.domain(DomainKind::Book(InstrumentId(0)));
        let operands: Vec<_> =
            operands.into_iter().map(|(kind, cell)| asm.expr(Op::Const(cell), ty(kind))).collect();
        let expr = asm.expr(make(&operands), ty(result));
        asm.stream("x", book, StreamOp::Expr(expr), ty(result), &[]);
        let mut interp = asm.build();
        let mut world = World::new(VenueKind::BinancePerp, 1);
        let fault = world.book_event(&mut interp).fault.expect(name);
        assert_eq!((fault.kind, fault.at), (kind, expr.0), "{name}");
        let again = world.book_event(&mut interp).fault.expect(name);
        assert_eq!(again, fault, "{name}: a second time");
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

/// The deepest expression that `verify` lets pass can be evaluated, folded and shown.
#[test]
fn the_deepest_expression_does_not_exhaust_the_stack() {
    let mut asm = Asm::new(VenueKind::BinancePerp);
    asm.instruments(1);
    let book = asm.domain(DomainKind::Book(InstrumentId(0)));
    let i0 = asm.instrument(0);
    let mut expr = asm.expr(Op::View(ViewField::Tick, i0), ty(Kind::Price));
    let start = asm.ir.exprs[expr.index()].clone();
    while asm.ir.exprs.len() < strat_compiler::ir::verify::DEPTH_MAX as usize - 1 {
        expr = asm.expr(Op::Unary(Unary::NegInt, expr), ty(Kind::Price));
    }
    let faulty = asm.fixed(Kind::Price, i64::MIN);
    let mut constant = asm.expr(Op::Unary(Unary::NegInt, faulty), ty(Kind::Price));
    for _ in 0..strat_compiler::ir::verify::DEPTH_MAX - 2 {
        constant = asm.expr(Op::Unary(Unary::NegInt, constant), ty(Kind::Price));
    }
    let deep = asm.stream("deep", book, StreamOp::Expr(expr), start.ty, &[]);
    let mut interp = asm.build();
    let mut world = World::new(VenueKind::BinancePerp, 1);
    assert_eq!(world.book_event(&mut interp).fault, None);
    let tick = world.view.instruments[0].meta.tick.raw();
    assert_eq!(interp.stream(deep).bits.abs(), tick);
    let at = constant.0 + 1 - strat_compiler::ir::verify::DEPTH_MAX + 1;
    asm.stream("faulty", book, StreamOp::Expr(constant), start.ty, &[]);
    let fault = world.book_event(&mut asm.build()).fault.unwrap();
    assert_eq!((fault.kind, fault.at), (FaultKind::Overflow, at));
    assert!(asm.ir.to_string().len() > 5_000);
}
