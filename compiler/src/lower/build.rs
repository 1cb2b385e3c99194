//! The program under construction: tables that grow and never forget.
#![expect(clippy::wildcard_enum_match_arm, reason = "what has no bounds is treated alike")]

use std::collections::BTreeMap;

use strat_dsl::{Source, Span};
use strat_runtime::manifest::{HandlerDecl, InstrumentDecl, Reason, ReasonId, UniverseDecl};

use crate::hir;
use crate::interp::text::words_of;
use crate::ir::{
    Binary, Cell, Enum, Expr, ExprId, Ir, LocalId, Op, Pure, StateId, StateVar, Stream, StreamId,
    Ty, Unary, WordsId,
};

/// Most operations of a program, all calls expanded.
const EXPRS_MAX: usize = 200_000;

/// Most streams of a program, all calls expanded.
const STREAMS_MAX: usize = 10_000;

pub(super) struct Builder {
    pub(super) ir: Ir,
    /// Names of streams and states that are taken, with the number that is tried next.
    names: BTreeMap<String, u32>,
}

impl Builder {
    pub(super) fn new(strategy: &hir::Strategy) -> Self {
        let instrument = |decl: &hir::Instrument| InstrumentDecl {
            name: decl.name.clone(),
            symbol: decl.symbol.clone(),
            venue: decl.venue,
        };
        let ir = Ir {
            name: strategy.name.clone(),
            title: strategy.title.clone(),
            span: strategy.span,
            version: strategy.version,
            venue: strategy.venue,
            warm_weight: strategy.warm_weight,
            needs: strategy.needs.clone(),
            params: Vec::new(),
            constraints: Vec::new(),
            instruments: strategy.instruments.iter().map(instrument).collect(),
            universes: Vec::new(),
            clocks: Vec::new(),
            timers: Vec::new(),
            domains: Vec::new(),
            streams: Vec::new(),
            states: Vec::new(),
            handlers: Vec::new(),
            complements: strategy.complements.clone(),
            other_complements: strategy.other_complements,
            slots: Vec::new(),
            reasons: Vec::new(),
            enums: Vec::new(),
            words: Vec::new(),
            texts: Vec::new(),
            risk: Vec::new(),
            on_fault: strategy.on_fault.clone(),
            migrations: Vec::new(),
            exprs: Vec::new(),
            locals: Vec::new(),
        };
        Self { ir, names: BTreeMap::new() }
    }

    pub(super) fn expr(&mut self, op: Op, ty: Ty, span: Span) -> ExprId {
        self.ir.exprs.push(Expr { op, ty, span });
        ExprId(self.ir.exprs.len() as u32 - 1)
    }

    pub(super) fn local(&mut self, name: &str, ty: Ty) -> LocalId {
        self.ir.locals.push((name.to_owned(), ty));
        LocalId(self.ir.locals.len() as u32 - 1)
    }

    /// Adds a stream under its name, or under the name and a number if it is taken.
    pub(super) fn stream(&mut self, mut stream: Stream) -> StreamId {
        stream.name = self.free_name(stream.name);
        self.ir.streams.push(stream);
        StreamId(self.ir.streams.len() as u32 - 1)
    }

    /// Adds a state variable under its name, or under the name and a number if it is taken.
    pub(super) fn state(&mut self, mut state: StateVar) -> StateId {
        state.name = self.free_name(state.name);
        self.ir.states.push(state);
        StateId(self.ir.states.len() as u32 - 1)
    }

    /// `#` is in no name of a strategy, so that a numbered name is taken only by another one.
    fn free_name(&mut self, name: String) -> String {
        let next = self.names.entry(name.clone()).or_insert(0);
        *next += 1;
        if *next == 1 { name } else { format!("{name}#{next}") }
    }

    /// Whether expansion has gone too far.
    pub(super) fn is_too_large(&self) -> bool {
        self.ir.exprs.len() > EXPRS_MAX || self.ir.streams.len() > STREAMS_MAX
    }

    pub(super) fn reason(&mut self, reason: Reason) -> ReasonId {
        let known = self.ir.reasons.iter().position(|other| *other == reason);
        let at = known.unwrap_or_else(|| {
            self.ir.reasons.push(reason);
            self.ir.reasons.len() - 1
        });
        ReasonId(u16::try_from(at).unwrap_or(u16::MAX))
    }

    pub(super) fn text(&mut self, text: &str) -> Cell {
        let known = self.ir.texts.iter().position(|other| other == text);
        let at = known.unwrap_or_else(|| {
            self.ir.texts.push(text.to_owned());
            self.ir.texts.len() - 1
        });
        Cell::int(at as i64)
    }

    /// An entry of a word list, folded; entries without any word match nothing and are left out.
    pub(super) fn words(&mut self, entry: &str) -> Option<WordsId> {
        let words = words_of(entry);
        if words.is_empty() {
            return None;
        }
        let known = self.ir.words.iter().position(|other| *other == words);
        let at = known.unwrap_or_else(|| {
            self.ir.words.push(words);
            self.ir.words.len() - 1
        });
        Some(WordsId(at as u32))
    }

    pub(super) fn enums(&mut self, enums: &[hir::Enum]) {
        let named = |e: &hir::Enum| Enum { name: e.name.clone(), members: e.members.clone() };
        self.ir.enums = enums.iter().map(named).collect();
    }

    /// The largest value of a whole-number expression over parameters, as far as ranges tell.
    pub(super) fn upper_bound(&self, id: ExprId) -> Option<i64> {
        bounds(&self.ir, id).map(|(_, high)| high)
    }
}

/// Between which whole numbers an expression over constants and parameters lies.
fn bounds(ir: &Ir, id: ExprId) -> Option<(i64, i64)> {
    match &ir.expr(id).op {
        Op::Const(cell) => Some((cell.bits, cell.bits)),
        Op::Param(param) => {
            let range = ir.params.get(param.index())?.range?;
            Some((range.low.bits, range.high.bits))
        }
        Op::Unary(Unary::NegInt, a) => {
            let (low, high) = bounds(ir, *a)?;
            Some((high.checked_neg()?, low.checked_neg()?))
        }
        Op::Binary(op, a, b) => {
            let ((a, b), (c, d)) = (bounds(ir, *a)?, bounds(ir, *b)?);
            match op {
                Binary::AddInt => Some((a.checked_add(c)?, b.checked_add(d)?)),
                Binary::SubInt => Some((a.checked_sub(d)?, b.checked_sub(c)?)),
                Binary::MulInt => {
                    let corners = [(a, c), (a, d), (b, c), (b, d)];
                    let mut low = i64::MAX;
                    let mut high = i64::MIN;
                    for (x, y) in corners {
                        let product = x.checked_mul(y)?;
                        low = low.min(product);
                        high = high.max(product);
                    }
                    Some((low, high))
                }
                _ => None,
            }
        }
        Op::Call(function @ (Pure::MinInt | Pure::MaxInt), operands) => {
            let all = operands.iter().map(|operand| bounds(ir, *operand));
            all.reduce(|x, y| {
                let ((a, b), (c, d)) = (x?, y?);
                Some(match function {
                    Pure::MinInt => (a.min(c), b.min(d)),
                    _ => (a.max(c), b.max(d)),
                })
            })?
        }
        Op::If { then, other, .. } => {
            let ((a, b), (c, d)) = (bounds(ir, *then)?, bounds(ir, *other)?);
            Some((a.min(c), b.max(d)))
        }
        _ => None,
    }
}

/// The line of a place, from 1.
pub(super) fn line(source: &Source, span: Span) -> u32 {
    u32::try_from(source.line_of(span.start)).unwrap_or(u32::MAX)
}

/// The text of a place on one line.
pub(super) fn as_written(source: &Source, span: Span) -> String {
    source.slice(span).split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(super) fn handler_decl(source: &Source, handler: &hir::Handler) -> HandlerDecl {
    let head = as_written(source, handler.head);
    let name = head.trim_end_matches('{').trim_end().to_owned();
    let lifecycle = matches!(handler.trigger, hir::Trigger::Start | hir::Trigger::Shutdown);
    HandlerDecl { name, line: line(source, handler.head), lifecycle }
}

pub(super) fn universe_decl(universe: &hir::Universe) -> UniverseDecl {
    UniverseDecl { name: universe.name.clone(), max: universe.max }
}
