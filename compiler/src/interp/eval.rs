//! The value of an expression.
//!
//! Expressions are evaluated from the arena, a value is a [`Cell`] in two registers. A fault sets
//! a flag, and evaluation goes on with zeros until the statement or stream that asked looks at it:
//! that is cheaper than a `Result` at every node, and total all the same.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "forms that are handled elsewhere, and fields that other events lack, are treated alike"
)]

mod view;

use strat_runtime::fault::{Fault, FaultKind};
use strat_runtime::slot::SlotId;
use strat_runtime::strategy::Trigger;
use strat_runtime::view::View;

use super::arith;
use super::library;
use super::memory::Memory;
use super::text;
use crate::builtin::pure::{ARGUMENTS_MAX, Function, REPEATED_MAX};
use crate::ir::{
    Cell, Compare, Expr, ExprId, Ir, Kind, LocalId, Number, Op, Pure, StateId, TextSource, Unary,
    WordsId,
};

/// Everything that an expression can read, and the memory it works in.
pub(super) struct Eval<'a> {
    pub(super) ir: &'a Ir,
    /// The arena with parameters and constants already in.
    pub(super) exprs: &'a [Expr],
    /// Which questions of words are remembered, by expression; see [`Memory::answers`].
    pub(super) asks: &'a [Option<u32>],
    pub(super) params: &'a [Cell],
    pub(super) view: &'a View,
    pub(super) trigger: &'a Trigger,
    /// Slots of the current handler, which its exposure leaves out.
    pub(super) restated: &'a [SlotId],
    pub(super) memory: &'a mut Memory,
}

impl Eval<'_> {
    /// The value of an expression; meaningless once [`Eval::faulted`].
    #[inline]
    pub(super) fn eval(&mut self, id: ExprId) -> Cell {
        let exprs = self.exprs;
        match &exprs[id.index()].op {
            Op::Const(cell) => *cell,
            Op::Stream(stream) => self.memory.streams[stream.index()].value,
            Op::Local(local) => self.memory.locals[local.index()],
            _ => self.compute(id),
        }
    }

    /// Whether something went wrong since the flag was last cleared.
    #[inline]
    pub(super) fn faulted(&self) -> bool {
        self.memory.fault.is_some()
    }

    /// Raises the flag, unless it is up, and stands in for the value.
    #[cold]
    #[inline(never)]
    pub(super) fn fault(&mut self, kind: FaultKind, at: ExprId) -> Cell {
        let at = self.exprs.get(at.index()).map_or(0, |expr| expr.span.start);
        if self.memory.fault.is_none() {
            self.memory.fault = Some(Fault { kind, at });
        }
        Cell::int(0)
    }

    #[inline]
    pub(super) fn truth(&mut self, id: ExprId) -> bool {
        let cell = self.eval(id);
        cell.some && cell.bits != 0
    }

    #[inline]
    fn checked(&mut self, result: Result<i64, FaultKind>, at: ExprId) -> Cell {
        match result {
            Ok(bits) => Cell::int(bits),
            Err(kind) => self.fault(kind, at),
        }
    }

    fn compute(&mut self, id: ExprId) -> Cell {
        let exprs = self.exprs;
        match &exprs[id.index()].op {
            Op::Const(cell) => *cell,
            Op::Param(param) => self.params[param.index()],
            Op::Local(local) => self.memory.locals[local.index()],
            Op::Stream(stream) => self.memory.streams[stream.index()].value,
            Op::MemberStream(stream, member) => {
                let member = self.eval(*member).bits;
                self.memory.members.value(*stream, member)
            }
            Op::Unary(op, a) => self.unary(*op, *a, id),
            Op::Binary(op, a, b) => {
                let (a, b) = (self.eval(*a), self.eval(*b));
                let result = arith::binary(*op, a.bits, b.bits);
                self.checked(result, id)
            }
            Op::TryBinary(op, a, b) => {
                let (a, b) = (self.eval(*a), self.eval(*b));
                arith::binary(*op, a.bits, b.bits).map_or(Cell::NONE, Cell::int)
            }
            Op::Compare(op, number, a, b) => self.compare(*op, *number, *a, *b),
            Op::And(a, b) => Cell::bool(self.truth(*a) && self.truth(*b)),
            Op::Or(a, b) => Cell::bool(self.truth(*a) || self.truth(*b)),
            Op::InRange { number, value, low, high } => {
                let value = self.eval(*value).bits;
                let (low, high) = (self.eval(*low).bits, self.eval(*high).bits);
                Cell::bool(in_range(*number, value, low, high))
            }
            Op::OrElse(a, b) => {
                let first = self.eval(*a);
                if first.some { first } else { self.eval(*b) }
            }
            Op::IsSome(a) => Cell::bool(self.eval(*a).some),
            Op::If { cond, then, other } => {
                if self.truth(*cond) {
                    self.eval(*then)
                } else {
                    self.eval(*other)
                }
            }
            Op::Pick { index, of } => self.pick(*index, of, id),
            Op::Let { local, value, body } => self.bind(*local, *value, *body),
            Op::Call(function, operands) => self.call(*function, operands, id),
            Op::Library(function, operands) => self.library(*function, operands, id),
            Op::State(state, member) => self.state(*state, *member, id),
            Op::HasWord(asked, words) => self.has_any(*asked, std::slice::from_ref(words), id),
            Op::HasAny(asked, entries) => self.has_any(*asked, entries, id),
            Op::Now
            | Op::Event(_)
            | Op::View(..)
            | Op::Account(_)
            | Op::LevelPrice(_)
            | Op::LevelSize(_)
            | Op::Bar { .. }
            | Op::Forming { .. } => self.look(id),
        }
    }

    fn pick(&mut self, index: ExprId, of: &[ExprId], at: ExprId) -> Cell {
        let place = usize::try_from(self.eval(index).bits).ok();
        match place.and_then(|place| of.get(place)) {
            Some(value) => self.eval(*value),
            None => self.fault(FaultKind::Internal, at),
        }
    }

    #[inline]
    fn bind(&mut self, local: LocalId, value: ExprId, body: ExprId) -> Cell {
        let value = self.eval(value);
        self.memory.locals[local.index()] = value;
        self.eval(body)
    }

    #[inline]
    fn compare(&mut self, op: Compare, number: Number, a: ExprId, b: ExprId) -> Cell {
        let (a, b) = (self.eval(a), self.eval(b));
        Cell::bool(match number {
            Number::Int => arith::compare_int(op, a.bits, b.bits),
            Number::Real => arith::compare_real(op, a.bits, b.bits),
            Number::Text => {
                let same = text::same_text(self.text(a), self.text(b));
                arith::compare_int(op, i64::from(same), 1)
            }
        })
    }

    #[inline]
    fn unary(&mut self, op: Unary, a: ExprId, at: ExprId) -> Cell {
        let a = self.eval(a);
        let result = arith::unary(op, a.bits);
        self.checked(result, at)
    }

    fn call(&mut self, function: Pure, operands: &[ExprId], at: ExprId) -> Cell {
        match (function, operands) {
            (Pure::MinInt | Pure::MinReal | Pure::MaxInt | Pure::MaxReal, [first, rest @ ..]) => {
                let mut best = self.eval(*first).bits;
                for operand in rest {
                    let next = self.eval(*operand).bits;
                    best = arith::pure(function, best, next, 0).unwrap_or(best);
                }
                Cell::int(best)
            }
            (_, [a]) => {
                let a = self.eval(*a).bits;
                let result = arith::pure(function, a, 0, 0);
                self.checked(result, at)
            }
            (_, [a, b, c]) => {
                let (a, b, c) = (self.eval(*a).bits, self.eval(*b).bits, self.eval(*c).bits);
                let result = arith::pure(function, a, b, c);
                self.checked(result, at)
            }
            _ => self.fault(FaultKind::Internal, at),
        }
    }

    fn library(&mut self, function: Function, operands: &[ExprId], at: ExprId) -> Cell {
        let value = if operands.len() <= ARGUMENTS_MAX {
            self.library_of::<ARGUMENTS_MAX>(function, operands)
        } else {
            self.library_of::<REPEATED_MAX>(function, operands)
        };
        match value {
            Ok(cell) => cell,
            Err(kind) => self.fault(kind, at),
        }
    }

    fn library_of<const N: usize>(
        &mut self,
        function: Function,
        operands: &[ExprId],
    ) -> Result<Cell, FaultKind> {
        let mut bits = [0_i64; N];
        for (bits, operand) in bits.iter_mut().zip(operands) {
            *bits = self.eval(*operand).bits;
        }
        let bits = bits.get(..operands.len()).ok_or(FaultKind::Internal)?;
        if !library::reads_book(function) {
            return library::evaluate(function, bits);
        }
        let (place, rest) = bits.split_first().ok_or(FaultKind::Internal)?;
        let place = usize::try_from(*place).map_err(|_| FaultKind::Internal)?;
        let of = self.view.instruments.get(place).ok_or(FaultKind::Internal)?;
        library::of_book(function, of, rest)
    }

    fn state(&mut self, state: StateId, member: Option<ExprId>, at: ExprId) -> Cell {
        let Some(member) = member else { return self.memory.states[state.index()].value };
        let Ok(member) = usize::try_from(self.eval(member).bits) else {
            return self.fault(FaultKind::Internal, at);
        };
        let state = &self.memory.states[state.index()];
        state.members.get(member).copied().flatten().unwrap_or(state.value)
    }

    /// The characters of a text; empty where there are none.
    pub(super) fn text(&self, cell: Cell) -> &str {
        let Some((source, place)) = TextSource::of(cell.bits) else { return "" };
        let place = place as usize;
        let meta = || self.view.instruments.get(place).map(|instrument| &instrument.meta);
        match source {
            TextSource::Program => self.ir.texts.get(place).map_or("", String::as_str),
            TextSource::Question => meta().map_or("", |meta| meta.question.as_str()),
            TextSource::Outcome => meta().map_or("", |meta| meta.outcome.as_str()),
            TextSource::Symbol => meta().map_or("", |meta| meta.symbol.as_str()),
            TextSource::Reject => match self.trigger {
                Trigger::Reject { reason, .. } => reason.text(),
                _ => "",
            },
        }
    }

    /// Questions do not change during a session, so that what was once asked of one is remembered.
    fn has_any(&mut self, asked: ExprId, entries: &[WordsId], at: ExprId) -> Cell {
        let asked = self.eval(asked);
        // While parameters are put in, nothing is remembered yet.
        let site = self
            .asks
            .get(at.index())
            .copied()
            .flatten()
            .filter(|_| matches!(TextSource::of(asked.bits), Some((TextSource::Question, _))));
        let Some(site) = site else { return Cell::bool(self.look_for(asked, entries)) };
        let (site, place) = (site as usize, asked.bits as u32 as usize);
        if let Some(Some(answer)) = self.memory.answers[site].get(place) {
            return Cell::bool(*answer);
        }
        let answer = self.look_for(asked, entries);
        let known = &mut self.memory.answers[site];
        if place < self.view.instruments.len() {
            if known.len() <= place {
                known.resize(self.view.instruments.len(), None);
            }
            known[place] = Some(answer);
        }
        Cell::bool(answer)
    }

    fn look_for(&self, asked: Cell, entries: &[WordsId]) -> bool {
        let words = text::words_of(self.text(asked));
        entries.iter().any(|entry| text::contains_run(&words, &self.ir.words[entry.index()]))
    }

    /// Orders two values of a kind: texts by their characters, reals and whole numbers by size.
    pub(super) fn order_of(&self, kind: Kind, a: Cell, b: Cell) -> std::cmp::Ordering {
        match kind {
            Kind::Real => a.as_real().total_cmp(&b.as_real()),
            Kind::Text => self.text(a).cmp(self.text(b)),
            Kind::Bool
            | Kind::Int
            | Kind::Price
            | Kind::Size
            | Kind::Money
            | Kind::Ratio
            | Kind::Leverage
            | Kind::PricePerSize
            | Kind::Time
            | Kind::Duration
            | Kind::Enum(_)
            | Kind::Instrument
            | Kind::Level => a.bits.cmp(&b.bits),
        }
    }
}

fn in_range(number: Number, value: i64, low: i64, high: i64) -> bool {
    match number {
        Number::Real => {
            let [value, low, high] = [value, low, high].map(|bits| f64::from_bits(bits as u64));
            low <= value && value <= high
        }
        Number::Int | Number::Text => low <= value && value <= high,
    }
}
