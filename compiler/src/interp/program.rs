//! A program made ready to run for given parameter values: shared by all clones, never changed.

use std::sync::{Arc, OnceLock};

use strat_runtime::manifest::{Manifest, ReasonId};

use super::fold::Folded;
use super::manifest;
use super::members::{MemberCode, Wait, member_code, wait_of};
use super::memory::{DomainCell, Members, Memory, StateCell, StreamCell};
use super::node::Node;
use super::plan::Plans;
use crate::builtin::SERIES_MAX;
use crate::ir::{
    Cell, DomainId, DomainKind, Expr, ExprId, Ir, On, Op, StateId, Stream, StreamId, StreamOp,
};
use crate::layout::Layout;
use crate::params::{ParamError, ParamValues};
use crate::warm::Warmup;

/// What does not change from step to step.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) ir: Arc<Ir>,
    pub(super) params: Vec<Cell>,
    pub(super) exprs: Vec<Expr>,
    /// By expression: its place in [`Memory::answers`], if it asks a text for words.
    pub(super) asks: Vec<Option<u32>>,
    pub(super) streams: Vec<StreamCode>,
    pub(super) handlers: Vec<HandlerCode>,
    /// By universe.
    pub(super) members: Vec<MemberCode>,
    /// By stream: what a member must have before the stream is warm for it; empty for streams that
    /// nobody waits for.
    pub(super) waits: Vec<Wait>,
    pub(super) plans: Plans,
    pub(super) manifest: Manifest,
    /// The memory before the first step.
    pub(super) start: Memory,
    warmup: Warmup,
    layout: OnceLock<Layout>,
}

#[derive(Debug)]
pub(super) struct StreamCode {
    pub(super) op: Code,
    pub(super) domain: DomainId,
    pub(super) reads: Box<[StreamId]>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Code {
    Expr(ExprId),
    Guard(ExprId),
    Next(StateId, ExprId),
    Node { node: usize, first: ExprId, more: [Option<ExprId>; SERIES_MAX - 1] },
}

/// What must hold before a handler fires.
#[derive(Debug)]
pub(super) struct HandlerCode {
    /// Ticks that must have gone before this one, by domain.
    pub(super) needs: Vec<(DomainId, u64)>,
    /// Streams that must have had a value: a guard has none before it is first open, however often
    /// its clock has ticked.
    pub(super) present: Vec<StreamId>,
    /// Streams that tick at the handler's own event and must have a value at it.
    pub(super) fresh: Vec<StreamId>,
    /// The guards behind these, in the order of evaluation, with their reasons.
    pub(super) guards: Vec<(StreamId, ReasonId)>,
}

impl Program {
    /// Prepares a verified program; also gives the memory at its start.
    pub(super) fn new(ir: Arc<Ir>, values: &ParamValues) -> Result<(Program, Memory), ParamError> {
        let params = values.cells().to_vec();
        let folded = Folded::new(&ir, &params);
        let warmup = Warmup::from_folded(&ir, &folded)?;
        let plans = Plans::new(&ir);
        let manifest = manifest::build(&ir, values, &folded, &warmup, &plans)?;
        let mut memory = Memory {
            domains: vec![DomainCell::default(); ir.domains.len()],
            streams: vec![StreamCell::EMPTY; ir.streams.len()],
            locals: vec![Cell::NONE; ir.locals.len()],
            universes: vec![Members::default(); ir.universes.len()],
            handler_warm: vec![false; ir.handlers.len()],
            ..Memory::default()
        };
        for state in &ir.states {
            let value = folded.value(state.init).map_err(|fault| ParamError::Fault {
                what: format!("the first value of `{}`", state.name),
                kind: fault.kind,
            })?;
            memory.states.push(StateCell { value, members: Vec::new() });
        }
        let mut streams = Vec::with_capacity(ir.streams.len());
        for (index, stream) in ir.streams.iter().enumerate() {
            let op = match &stream.op {
                StreamOp::Expr(expr) => Code::Expr(*expr),
                StreamOp::Guard(expr, _) => Code::Guard(*expr),
                StreamOp::Next { state, value } => Code::Next(*state, *value),
                StreamOp::Node { builtin, inputs, .. } => {
                    let settings = warmup.settings(StreamId(index as u32));
                    let node = memory.nodes.len();
                    memory.nodes.push(Node::new(*builtin, &settings));
                    // Every row of the table has one to four series; `verify` has counted them.
                    let first = inputs.first().copied().unwrap_or(ExprId(0));
                    let mut more = [None; SERIES_MAX - 1];
                    for (place, input) in more.iter_mut().zip(inputs.iter().skip(1)) {
                        *place = Some(*input);
                    }
                    Code::Node { node, first, more }
                }
            };
            let reads = stream.reads.clone().into_boxed_slice();
            streams.push(StreamCode { op, domain: stream.domain, reads });
        }
        let handlers = (0..ir.handlers.len()).map(|at| handler_code(&ir, at, &warmup)).collect();
        let members = member_code(&ir, &streams);
        memory.members.prepare(&ir, memory.nodes.len());
        let waits = (0..ir.streams.len()).map(|at| wait_of(&ir, StreamId(at as u32), &warmup));
        let waits = waits.collect();
        let exprs = folded.exprs;
        let asks = asks(&exprs);
        memory.answers = vec![Vec::new(); asks.iter().flatten().count()];
        let (start, layout) = (memory.clone(), OnceLock::new());
        let program = Program {
            ir,
            params,
            exprs,
            asks,
            streams,
            handlers,
            members,
            waits,
            plans,
            manifest,
            start,
            warmup,
            layout,
        };
        Ok((program, memory))
    }

    /// What the parts of the memory are known by; worked out when it is first asked for.
    pub(super) fn layout(&self) -> &Layout {
        self.layout.get_or_init(|| Layout::new(&self.ir, &self.params, &self.warmup))
    }
}

fn asks(exprs: &[Expr]) -> Vec<Option<u32>> {
    let mut next = 0;
    exprs
        .iter()
        .map(|expr| {
            matches!(expr.op, Op::HasWord(..) | Op::HasAny(..)).then(|| {
                next += 1;
                next - 1
            })
        })
        .collect()
}

fn handler_code(ir: &Ir, at: usize, warmup: &Warmup) -> HandlerCode {
    let handler = &ir.handlers[at];
    let ticks_with = |stream: &StreamId| {
        let root = ir.root_of(ir.streams[stream.index()].domain);
        match (&handler.on, root) {
            (On::Book(a), DomainKind::Book(b)) | (On::Trades(a), DomainKind::Trades(b)) => *a == b,
            (On::Bars(a), DomainKind::Bars(b)) => *a == b,
            (On::Timer(a), DomainKind::Timer(b)) => *a == b,
            _ => false,
        }
    };
    let fresh: Vec<StreamId> = handler.reads.iter().copied().filter(ticks_with).collect();
    let guards = guards_behind(ir, &fresh);
    let always = |stream: &StreamId| !ir.streams[stream.index()].ty.optional;
    let present = handler.reads.iter().copied().filter(always).collect();
    HandlerCode { needs: warmup.handler_needs(ir, at), present, fresh, guards }
}

/// The guards without which the streams have no value.
pub(super) fn guards_behind(ir: &Ir, streams: &[StreamId]) -> Vec<(StreamId, ReasonId)> {
    let mut found = vec![false; ir.streams.len()];
    let mut todo = streams.to_vec();
    while let Some(stream) = todo.pop() {
        if std::mem::replace(&mut found[stream.index()], true) {
            continue;
        }
        let code = &ir.streams[stream.index()];
        todo.extend(&code.reads);
        let mut domain = code.domain;
        while let DomainKind::Present { base, guard } = ir.domains[domain.index()].kind {
            todo.push(guard);
            domain = base;
        }
    }
    let of = |(at, stream): (usize, &Stream)| match stream.op {
        StreamOp::Guard(_, reason) if found[at] => Some((StreamId(at as u32), reason)),
        StreamOp::Guard(..) | StreamOp::Expr(_) | StreamOp::Node { .. } | StreamOp::Next { .. } => {
            None
        }
    };
    ir.streams.iter().enumerate().filter_map(of).collect()
}
