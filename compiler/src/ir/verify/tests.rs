//! Programs that must be refused.

use strat_dsl::Span;
use strat_runtime::venue::VenueKind;

use super::verify;
use crate::ir::{
    Binary, Cell, Expr, ExprId, Ir, Kind, LocalId, Number, Op, Stream, StreamId, StreamOp, Ty,
    Unary,
};

const INT: Ty = Ty { kind: Kind::Int, optional: false };
const REAL: Ty = Ty { kind: Kind::Real, optional: false };
const BOOL: Ty = Ty { kind: Kind::Bool, optional: false };

fn program(exprs: Vec<(Op, Ty)>) -> Ir {
    let expr = |(op, ty)| Expr { op, ty, span: Span::at(0) };
    Ir {
        name: String::new(),
        title: String::new(),
        span: Span::default(),
        version: 1,
        venue: VenueKind::Vanta,
        warm_weight: 1e-3,
        needs: Vec::new(),
        params: vec![],
        constraints: vec![],
        instruments: vec![],
        universes: vec![],
        clocks: vec![],
        timers: vec![],
        domains: vec![],
        streams: vec![],
        states: vec![],
        handlers: vec![],
        complements: vec![],
        other_complements: false,
        slots: vec![],
        reasons: vec![],
        enums: vec![],
        words: vec![],
        texts: vec![],
        risk: vec![],
        on_fault: vec![],
        migrations: Vec::new(),
        exprs: exprs.into_iter().map(expr).collect(),
        locals: vec![],
    }
}

fn int(n: i64) -> (Op, Ty) {
    (Op::Const(Cell::int(n)), INT)
}

fn real(x: f64) -> (Op, Ty) {
    (Op::Const(Cell::real(x)), REAL)
}

#[test]
fn well_formed_programs_pass() {
    let sum = (Op::Binary(Binary::AddInt, ExprId(0), ExprId(1)), INT);
    assert_eq!(verify(&program(vec![int(1), int(2), sum])), Ok(()));
    assert_eq!(verify(&program(vec![])), Ok(()));
}

#[test]
fn what_is_refused_and_why() {
    let absent = (Op::Const(Cell::NONE), Ty { kind: Kind::Int, optional: true });
    let add = |a, b| (Op::Binary(Binary::AddInt, ExprId(a), ExprId(b)), INT);
    let cases = [
        ("itself", vec![add(0, 0)], "earlier expression 0 does not exist"),
        ("later", vec![add(1, 1), int(1)], "earlier expression 1 does not exist"),
        ("local", vec![(Op::Local(LocalId(0)), INT)], "local 0 does not exist"),
        ("stream", vec![(Op::Stream(StreamId(3)), INT)], "stream 3 does not exist"),
        ("real in int", vec![int(1), real(1.0), add(0, 1)], "an operand is a Real"),
        ("option", vec![int(1), absent.clone(), add(0, 1)], "was not opened"),
        (
            "result",
            vec![int(1), (Op::Unary(Unary::FixedToReal, ExprId(0)), INT)],
            "a result of form Real is typed Int",
        ),
        (
            "comparison",
            vec![
                int(1),
                real(1.0),
                (Op::Compare(crate::ir::Compare::Lt, Number::Int, ExprId(0), ExprId(1)), BOOL),
            ],
            "is compared with",
        ),
        ("infinite", vec![real(f64::INFINITY)], "a constant is not finite"),
        ("absent", vec![(Op::Const(Cell::NONE), INT)], "a result of form Whole"),
        (
            "operands",
            vec![int(1), (Op::Call(crate::ir::Pure::MinInt, vec![ExprId(0)]), INT)],
            "of 1 operands",
        ),
    ];
    for (name, exprs, expected) in cases {
        let error = verify(&program(exprs)).unwrap_err();
        assert!(error.what.contains(expected), "{name}: {}", error.what);
    }
}

/// A chain of sums and a tower of shared halves: the one deep, the other large.
#[test]
fn deep_and_large_expressions_are_refused() {
    for (right, length) in [(false, 2_000), (true, 40)] {
        let mut exprs = vec![int(1)];
        for at in 0..length {
            let second = if right { at } else { 0 };
            exprs.push((Op::Binary(Binary::AddInt, ExprId(at), ExprId(second)), INT));
        }
        let ir = program(exprs);
        assert!(verify(&ir).unwrap_err().what.contains("too deeply nested or too large"));
    }
}

#[test]
fn reads_must_be_declared() {
    let mut ir = program(vec![int(1), (Op::Stream(StreamId(0)), INT)]);
    ir.domains.push(crate::ir::Domain {
        name: "t".into(),
        kind: crate::ir::DomainKind::Timer(strat_runtime::manifest::TimerId(0)),
    });
    let every = Ty { kind: Kind::Duration, optional: false };
    ir.exprs.push(Expr { op: Op::Const(Cell::int(1)), ty: every, span: Span::at(0) });
    ir.timers.push(strat_runtime::manifest::Timer::Every(ExprId(2)));
    let stream = |expr, reads| Stream {
        name: "x".into(),
        domain: crate::ir::DomainId(0),
        op: StreamOp::Expr(ExprId(expr)),
        ty: INT,
        reads,
        span: Span::at(0),
    };
    ir.streams = vec![stream(0, vec![]), stream(1, vec![StreamId(0)])];
    assert_eq!(verify(&ir), Ok(()));
    ir.streams[1].reads.clear();
    assert!(verify(&ir).unwrap_err().what.contains("read and not declared"));
}
