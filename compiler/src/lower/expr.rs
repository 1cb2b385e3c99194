//! Expressions: one operation of the tree becomes one operation of the program.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "each function handles its forms and passes the others on"
)]

use super::table::{BOOL, cell_type};
use super::{Bound, DEPTH_MAX, Env, LowerError, Lowered, Lowering, Opened, defect};
use crate::hir::{self, Const, Expr, ExprKind, LetId};
use crate::ir::{Cell, ExprId, Kind, LocalId, Number, Op, StreamOp, Ty};

impl Lowering<'_> {
    pub(super) fn exprs(
        &mut self,
        exprs: &[Expr],
        env: Env<'_>,
    ) -> Result<Vec<ExprId>, LowerError> {
        exprs.iter().map(|expr| self.expr(expr, env)).collect()
    }

    pub(super) fn expr(&mut self, expr: &Expr, env: Env<'_>) -> Lowered {
        if self.depth >= DEPTH_MAX {
            return defect(expr.span, "calls are nested too deeply once they are expanded");
        }
        if self.builder.is_too_large() {
            return defect(expr.span, "the strategy grows too large once its calls are expanded");
        }
        self.depth += 1;
        let lowered = self.nested(expr, env);
        self.depth -= 1;
        lowered
    }

    fn nested(&mut self, expr: &Expr, env: Env<'_>) -> Lowered {
        let op = match &expr.kind {
            ExprKind::Const(constant) => return self.constant_expr(expr, constant),
            ExprKind::Let(id) => return self.let_read(*id, expr),
            ExprKind::Local(id) => match Self::local(*id, env, expr)? {
                Bound::Local(local) => Op::Local(local),
                Bound::Expr(value, reads) => {
                    self.reads.add(&reads);
                    return Ok(value);
                }
                Bound::List(_) => return defect(expr.span, "a list stands for a single value"),
            },
            ExprKind::Element { list, index } => return self.element(expr, list, index, env),
            ExprKind::MapSome { option, local, body } => {
                return self.map_some(expr, option, *local, body, env);
            }
            ExprKind::Some(value) => return self.expr(value, env),
            ExprKind::Builtin { .. } => return self.builtin_call(expr, env),
            ExprKind::Node { node, args, .. } => return self.node_call(*node, args, expr, env),
            ExprKind::Func { func, args } => return self.func_call(*func, args, expr, env),
            ExprKind::Latest { domain, value } => return self.latest(expr, *domain, value, env),
            ExprKind::HasAny(text, words) => self.has_any(text, *words, env)?,
            ExprKind::Error => return defect(expr.span, "this expression was not checked"),
            _ => self.operation(expr, env)?,
        };
        let ty = cell_type(expr.ty, expr.span)?;
        Ok(self.builder.expr(op, ty, expr.span))
    }

    /// Forms whose operation has the same shape as in the tree.
    fn operation(&mut self, expr: &Expr, env: Env<'_>) -> Result<Op, LowerError> {
        Ok(match &expr.kind {
            ExprKind::Param(id) => Op::Param(*id),
            ExprKind::State(id, None) => Op::State(*id, None),
            ExprKind::State(id, Some(member)) => Op::State(*id, Some(self.expr(member, env)?)),
            ExprKind::NodeState(index) => match env {
                Env::Expansion { states, .. } if (*index as usize) < states.len() => {
                    let state = states[*index as usize];
                    let per = self.builder.ir.states[state.index()].per;
                    let member = self.member.filter(|_| per.is_some());
                    Op::State(state, member.map(|member| self.member_value(member, expr.span)))
                }
                _ => return defect(expr.span, "a node's memory is read outside of it"),
            },
            ExprKind::MemberLet(id, member) => {
                let Some(Some(stream)) = self.streams.get(id.0 as usize).copied() else {
                    return defect(expr.span, "a stream per member is read before it is computed");
                };
                Op::MemberStream(stream, self.expr(member, env)?)
            }
            ExprKind::Instrument(id) => Op::Const(Cell::int(i64::from(id.0))),
            ExprKind::Now => Op::Now,
            ExprKind::Event(field) => Op::Event(*field),
            ExprKind::View(field, of) => Op::View(*field, self.expr(of, env)?),
            ExprKind::Account(field) => Op::Account(*field),
            ExprKind::LevelPrice(level) => Op::LevelPrice(self.expr(level, env)?),
            ExprKind::LevelSize(level) => Op::LevelSize(self.expr(level, env)?),
            ExprKind::Bar { clock, member, field } => {
                Op::Bar { clock: *clock, member: *member, field: *field }
            }
            ExprKind::Forming { clock, member, field } => {
                Op::Forming { clock: *clock, member: *member, field: *field }
            }
            ExprKind::OrElse(a, b) => Op::OrElse(self.expr(a, env)?, self.expr(b, env)?),
            ExprKind::IsSome(a) => Op::IsSome(self.expr(a, env)?),
            ExprKind::Unary(op, a) => Op::Unary(*op, self.expr(a, env)?),
            ExprKind::Binary(op, a, b) => Op::Binary(*op, self.expr(a, env)?, self.expr(b, env)?),
            ExprKind::TryBinary(op, a, b) => {
                Op::TryBinary(*op, self.expr(a, env)?, self.expr(b, env)?)
            }
            ExprKind::Compare(op, number, a, b) => {
                let (a, b) = (self.expr(a, env)?, self.expr(b, env)?);
                let texts = self.builder.ir.expr(a).ty.kind == Kind::Text;
                Op::Compare(*op, if texts { Number::Text } else { *number }, a, b)
            }
            ExprKind::And(a, b) => Op::And(self.expr(a, env)?, self.expr(b, env)?),
            ExprKind::Or(a, b) => Op::Or(self.expr(a, env)?, self.expr(b, env)?),
            ExprKind::InRange { number, value, low, high } => Op::InRange {
                number: *number,
                value: self.expr(value, env)?,
                low: self.expr(low, env)?,
                high: self.expr(high, env)?,
            },
            ExprKind::Pure(function, operands) => Op::Call(*function, self.exprs(operands, env)?),
            ExprKind::Library(function, operands) => {
                Op::Library(*function, self.exprs(operands, env)?)
            }
            ExprKind::If { cond, then, other } => Op::If {
                cond: self.expr(cond, env)?,
                then: self.expr(then, env)?,
                other: self.expr(other, env)?,
            },
            ExprKind::LetIn { local, value, body } => {
                let value = self.expr(value, env)?;
                let local = Self::own_local(*local, env, expr)?;
                Op::Let { local, value, body: self.expr(body, env)? }
            }
            _ => return defect(expr.span, "this form of expression has no operation"),
        })
    }

    fn constant_expr(&mut self, expr: &Expr, constant: &Const) -> Lowered {
        let ty = cell_type(expr.ty, expr.span)?;
        let cell = self.constant(constant);
        Ok(self.builder.expr(Op::Const(cell), ty, expr.span))
    }

    /// A `let` with a clock is a stream; one without is lowered where it is read.
    fn let_read(&mut self, id: LetId, expr: &Expr) -> Lowered {
        let strategy = self.strategy;
        let Some(decl) = strategy.lets.get(id.0 as usize) else {
            return defect(expr.span, "this name does not exist");
        };
        if decl.domain.is_none() {
            return match &decl.guard {
                None => self.expr(&decl.value, Env::Strategy),
                Some(reason) => self.clockless_guard(id, decl, reason, expr),
            };
        }
        match self.streams[id.0 as usize] {
            Some(stream) => {
                let ty = cell_type(expr.ty, expr.span)?;
                Ok(self.read(stream, ty, expr.span))
            }
            None => defect(expr.span, format!("`{}` is read before it is computed", decl.name)),
        }
    }

    /// A guarded `let` without a clock of its own, as in `let x = latest(y) else "..."`: it is looked
    /// at whenever its reader is. A stream reads it through a guard stream in its own domain, a
    /// handler opens it before its first statement.
    fn clockless_guard(
        &mut self,
        id: LetId,
        decl: &hir::Let,
        reason: &hir::Reason,
        at: &Expr,
    ) -> Lowered {
        let ty = cell_type(decl.ty, decl.span)?;
        if let Some(domain) = self.domain {
            let known = self.guards.iter().find(|(of, within, _)| (*of, *within) == (id, domain));
            let stream = if let Some((_, _, stream)) = known {
                *stream
            } else {
                let (value, reads) =
                    self.collecting(|this| this.expr(&decl.value, Env::Strategy))?;
                let op = StreamOp::Guard(value, self.reason(reason));
                let name = decl.name.clone();
                let stream = self.new_stream(name, domain, op, ty, reads, decl.span);
                self.guards.push((id, domain, stream));
                stream
            };
            return Ok(self.read(stream, ty, at.span));
        }
        let opened = self.opens.iter().flatten().find(|opened| opened.of == id);
        let local = if let Some(opened) = opened {
            opened.local
        } else {
            let value = self.expr(&decl.value, Env::Strategy)?;
            let (local, reason) = (self.builder.local(&decl.name, ty), self.reason(reason));
            let opened = Opened { of: id, local, value, reason, span: decl.span };
            match &mut self.opens {
                Some(opens) => opens.push(opened),
                None => return defect(at.span, "a guard is read where nothing can be stopped"),
            }
            local
        };
        Ok(self.builder.expr(Op::Local(local), ty, at.span))
    }

    fn local(id: LocalId, env: Env<'_>, at: &Expr) -> Result<Bound, LowerError> {
        match env {
            Env::Strategy => Ok(Bound::Local(id)),
            Env::Expansion { locals, .. } => match locals.get(id.index()) {
                Some(bound) => Ok(bound.clone()),
                None => defect(at.span, "a local of the function does not exist"),
            },
        }
    }

    /// A local that is bound here, so that it must be one at run time.
    fn own_local(id: LocalId, env: Env<'_>, at: &Expr) -> Result<LocalId, LowerError> {
        match Self::local(id, env, at)? {
            Bound::Local(local) => Ok(local),
            Bound::Expr(..) | Bound::List(_) => {
                defect(at.span, "an argument is bound a second time")
            }
        }
    }

    /// `a?.f`: the option is computed once, kept in the local, and looked at there.
    fn map_some(
        &mut self,
        expr: &Expr,
        option: &Expr,
        local: LocalId,
        body: &Expr,
        env: Env<'_>,
    ) -> Lowered {
        let ty = Ty { optional: true, ..cell_type(expr.ty, expr.span)? };
        let option_ty = Ty { optional: true, ..cell_type(option.ty, option.span)? };
        let value = self.expr(option, env)?;
        let local = Self::own_local(local, env, expr)?;
        let then = self.expr(body, env)?;
        let looked_at = self.builder.expr(Op::Local(local), option_ty, option.span);
        let cond = self.builder.expr(Op::IsSome(looked_at), BOOL, option.span);
        let other = self.builder.expr(Op::Const(Cell::NONE), ty, expr.span);
        let body = self.builder.expr(Op::If { cond, then, other }, ty, expr.span);
        Ok(self.builder.expr(Op::Let { local, value, body }, ty, expr.span))
    }

    fn has_any(
        &mut self,
        text: &Expr,
        words: hir::WordsId,
        env: Env<'_>,
    ) -> Result<Op, LowerError> {
        let asked = self.expr(text, env)?;
        let Some(list) = self.file.words.get(words.0 as usize) else {
            return defect(text.span, "this word list does not exist");
        };
        let entries: Vec<_> =
            list.entries.iter().filter_map(|entry| self.builder.words(entry)).collect();
        Ok(match entries.as_slice() {
            [entry] => Op::HasWord(asked, *entry),
            _ => Op::HasAny(asked, entries),
        })
    }
}
