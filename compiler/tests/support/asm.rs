//! Programs put together by hand, one operation at a time.

use std::sync::Arc;

use strat_compiler::builtin::Builtin;
use strat_compiler::interp::Interp;
use strat_compiler::ir::{
    Binary, Cell, Compare, Domain, DomainId, DomainKind, Enum, Expr, ExprId, Goal, Handler, Ir,
    Kind, LocalId, Number, On, Op, Order, Param, ParamId, ParamRange, StateId, StateVar, Stmt,
    StmtKind, Stream, StreamId, StreamOp, Target, Tif, Ty, Unary, Universe, UniverseId, ViewField,
};
use strat_compiler::params::ParamValues;
use strat_dsl::Span;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{
    HandlerDecl, HandlerId, InstrumentDecl, Reason, ReasonId, ReasonKind, SlotDecl, UniverseDecl,
};
use strat_runtime::side::Side;
use strat_runtime::slot::SlotId;
use strat_runtime::venue::VenueKind;

pub(crate) const fn ty(kind: Kind) -> Ty {
    Ty { kind, optional: false }
}

pub(crate) const fn opt(kind: Kind) -> Ty {
    Ty { kind, optional: true }
}

/// A program under construction.
pub(crate) struct Asm {
    pub(crate) ir: Ir,
}

impl Asm {
    pub(crate) fn new(venue: VenueKind) -> Self {
        let ir = Ir {
            name: "by_hand".into(),
            title: String::new(),
            span: Span::default(),
            version: 1,
            venue,
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
            exprs: vec![],
            locals: vec![],
        };
        Self { ir }
    }

    /// Declares `n` instruments `i0`, `i1`, ...
    pub(crate) fn instruments(&mut self, n: usize) -> &mut Self {
        for at in 0..n {
            self.ir.instruments.push(InstrumentDecl {
                name: format!("i{at}"),
                symbol: format!("I{at}"),
                venue: self.ir.venue,
            });
        }
        self
    }

    pub(crate) fn expr(&mut self, op: Op, ty: Ty) -> ExprId {
        // Each expression has a span of its own, so that faults can be told apart.
        let at = self.ir.exprs.len();
        self.ir.exprs.push(Expr { op, ty, span: Span::at(at) });
        ExprId(at as u32)
    }

    pub(crate) fn int(&mut self, n: i64) -> ExprId {
        self.expr(Op::Const(Cell::int(n)), ty(Kind::Int))
    }

    pub(crate) fn real(&mut self, x: f64) -> ExprId {
        self.expr(Op::Const(Cell::real(x)), ty(Kind::Real))
    }

    pub(crate) fn fixed(&mut self, kind: Kind, raw: i64) -> ExprId {
        self.expr(Op::Const(Cell::int(raw)), ty(kind))
    }

    pub(crate) fn instrument(&mut self, n: u32) -> ExprId {
        self.fixed(Kind::Instrument, i64::from(n))
    }

    pub(crate) fn local_value(&mut self, id: LocalId) -> ExprId {
        let ty = self.ir.locals[id.index()].1;
        self.expr(Op::Local(id), ty)
    }

    pub(crate) fn local(&mut self, name: &str, ty: Ty) -> LocalId {
        self.ir.locals.push((name.into(), ty));
        LocalId(self.ir.locals.len() as u32 - 1)
    }

    pub(crate) fn param_int(&mut self, name: &str, default: i64, range: (i64, i64)) -> ParamId {
        self.ir.params.push(Param {
            name: name.into(),
            ty: ty(Kind::Int),
            unit: None,
            default: Cell::int(default),
            range: Some(ParamRange {
                low: Cell::int(range.0),
                high: Cell::int(range.1),
                step: None,
            }),
            span: Span::at(0),
        });
        ParamId(self.ir.params.len() as u32 - 1)
    }

    pub(crate) fn param(&mut self, id: ParamId) -> ExprId {
        let ty = self.ir.params[id.index()].ty;
        self.expr(Op::Param(id), ty)
    }

    pub(crate) fn reason(&mut self, text: &str, kind: ReasonKind) -> ReasonId {
        self.ir.reasons.push(Reason { text: text.into(), kind, line: 1 });
        ReasonId(self.ir.reasons.len() as u16 - 1)
    }

    pub(crate) fn domain(&mut self, kind: DomainKind) -> DomainId {
        let known = self.ir.domains.iter().position(|domain| domain.kind == kind);
        let at = known.unwrap_or_else(|| {
            self.ir.domains.push(Domain { name: format!("{kind:?}"), kind });
            self.ir.domains.len() - 1
        });
        DomainId(at as u32)
    }

    pub(crate) fn stream(
        &mut self,
        name: &str,
        domain: DomainId,
        op: StreamOp,
        ty: Ty,
        reads: &[StreamId],
    ) -> StreamId {
        let (name, reads) = (name.to_owned(), reads.to_vec());
        self.ir.streams.push(Stream { name, domain, op, ty, reads, span: Span::at(0) });
        StreamId(self.ir.streams.len() as u32 - 1)
    }

    /// The mid of instrument `n` as a guard stream, the domain behind it, and its real value.
    pub(crate) fn guarded_mid(&mut self, n: u32) -> (StreamId, DomainId, ExprId) {
        let book = self.domain(DomainKind::Book(InstrumentId(n)));
        let instrument = self.instrument(n);
        let mid = self.expr(Op::View(ViewField::BookMid, instrument), opt(Kind::Price));
        let reason = self.reason("one-sided book", ReasonKind::Guard);
        let guard = self.stream("mid", book, StreamOp::Guard(mid, reason), ty(Kind::Price), &[]);
        let present = self.domain(DomainKind::Present { base: book, guard });
        let read = self.expr(Op::Stream(guard), ty(Kind::Price));
        let real = self.expr(Op::Unary(Unary::FixedToReal, read), ty(Kind::Real));
        (guard, present, real)
    }

    pub(crate) fn node(
        &mut self,
        name: &str,
        builtin: Builtin,
        domain: DomainId,
        inputs: &[ExprId],
        setting: Option<ExprId>,
        reads: &[StreamId],
    ) -> StreamId {
        let op = StreamOp::Node {
            builtin,
            inputs: inputs.to_vec(),
            settings: setting.into_iter().collect(),
            settings_max: setting.iter().map(|_| 1_000).collect(),
        };
        let crosses = matches!(builtin, Builtin::CrossesAbove | Builtin::CrossesBelow);
        let kind = if crosses { Kind::Bool } else { Kind::Real };
        self.stream(name, domain, op, ty(kind), reads)
    }

    pub(crate) fn stream_value(&mut self, id: StreamId) -> ExprId {
        let ty = self.ir.streams[id.index()].ty;
        self.expr(Op::Stream(id), ty)
    }

    pub(crate) fn state(
        &mut self,
        name: &str,
        ty: Ty,
        init: ExprId,
        per: Option<UniverseId>,
    ) -> StateId {
        let name = name.to_owned();
        self.ir.states.push(StateVar { name, ty, init, per, span: Span::at(0) });
        StateId(self.ir.states.len() as u32 - 1)
    }

    pub(crate) fn compare(&mut self, op: Compare, number: Number, a: ExprId, b: ExprId) -> ExprId {
        self.expr(Op::Compare(op, number, a, b), ty(Kind::Bool))
    }

    pub(crate) fn binary(&mut self, op: Binary, a: ExprId, b: ExprId, kind: Kind) -> ExprId {
        self.expr(Op::Binary(op, a, b), ty(kind))
    }

    pub(crate) fn slot(&mut self, name: &str) -> SlotId {
        let handler = HandlerId(self.ir.handlers.len() as u16);
        self.ir.slots.push(SlotDecl { name: name.into(), handler });
        SlotId(self.ir.slots.len() as u16 - 1)
    }

    pub(crate) fn universe(&mut self, max: u32, member: LocalId) -> UniverseId {
        let decl = UniverseDecl { name: "markets".into(), max };
        let (conditions, order) = (vec![], vec![]);
        self.ir.universes.push(Universe { decl, member, conditions, order, take: None });
        UniverseId(self.ir.universes.len() as u32 - 1)
    }

    /// Adds a handler; its waiting reason is `waiting`.
    pub(crate) fn handler(&mut self, on: On, reads: &[StreamId], body: Vec<Stmt>) -> &mut Handler {
        let waiting = self.reason("waiting", ReasonKind::Warmup);
        let n = self.ir.handlers.len() as u32;
        self.ir.handlers.push(Handler {
            decl: HandlerDecl {
                name: format!("on {on:?}"),
                line: n + 1,
                lifecycle: matches!(on, On::Start | On::Shutdown),
            },
            on,
            member: None,
            reads: reads.to_vec(),
            latest: vec![],
            waits: vec![],
            cold: false,
            waiting,
            slots: vec![],
            else_cancel: vec![],
            body,
            span: Span::at(0),
        });
        self.ir.handlers.last_mut().unwrap()
    }

    pub(crate) fn enumeration(&mut self, name: &str, members: &[&str]) {
        let members = members.iter().map(|member| (*member).to_owned()).collect();
        self.ir.enums.push(Enum { name: name.into(), members });
    }

    pub(crate) fn build(&self) -> Interp {
        self.try_build().unwrap()
    }

    pub(crate) fn try_build(&self) -> Result<Interp, strat_compiler::interp::InterpError> {
        let ir = Arc::new(self.ir.clone());
        let values = ParamValues::defaults(&ir);
        Interp::new(ir, &values)
    }
}

pub(crate) fn stmt(kind: StmtKind) -> Stmt {
    Stmt { kind, span: Span::at(0) }
}

pub(crate) fn order(slot: SlotId, side: Side, instrument: ExprId, size: ExprId) -> Order {
    Order {
        slot,
        instrument,
        side,
        size,
        limit: None,
        tif: Tif::Gtc,
        post_only: false,
        reduce_only: false,
        quote: false,
        each: None,
        stop: None,
        stop_loss: None,
        take_profit: None,
        behind: 0,
        via: None,
        because: None,
    }
}

pub(crate) fn target(slot: SlotId, instrument: ExprId, goal: Goal) -> Stmt {
    stmt(StmtKind::Target(Box::new(Target { slot, instrument, goal, via: None, because: None })))
}

/// `fast` and `slow` EMA of the mid; long above, short below.
pub(crate) fn ema_cross(fast: i64, slow: i64) -> Asm {
    let mut asm = Asm::new(VenueKind::BinancePerp);
    asm.instruments(1);
    let fast = asm.param_int("fast", fast, (1, 1_000));
    let slow = asm.param_int("slow", slow, (1, 1_000));
    let (guard, present, mid) = asm.guarded_mid(0);
    let (fast, slow) = (asm.param(fast), asm.param(slow));
    let f = asm.node("f", Builtin::Ema, present, &[mid], Some(fast), &[guard]);
    let s = asm.node("s", Builtin::Ema, present, &[mid], Some(slow), &[guard]);
    let slot = asm.slot("target");
    let (fv, sv) = (asm.stream_value(f), asm.stream_value(s));
    let above = asm.compare(Compare::Gt, Number::Real, fv, sv);
    let below = asm.compare(Compare::Lt, Number::Real, fv, sv);
    let btc = asm.instrument(0);
    let quarter = asm.fixed(Kind::Leverage, 250_000_000);
    let minus = asm.expr(Op::Unary(Unary::NegInt, quarter), ty(Kind::Leverage));
    let other = vec![stmt(StmtKind::If {
        cond: below,
        then: vec![target(slot, btc, Goal::Leverage(minus))],
        other: vec![target(slot, btc, Goal::Flat)],
    })];
    let then = vec![target(slot, btc, Goal::Leverage(quarter))];
    let body = vec![stmt(StmtKind::If { cond: above, then, other })];
    asm.handler(On::Book(InstrumentId(0)), &[f, s], body).slots = vec![slot];
    asm
}
