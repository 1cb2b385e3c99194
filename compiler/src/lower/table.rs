//! Declarations: parameters, clocks, domains, states, universes, slots, risk.

use strat_dsl::Span;
use strat_runtime::manifest::{Reason, ReasonId, SlotDecl};

use super::build::{as_written, line, universe_decl};
use super::list::list_of;
use super::{Env, LowerError, Lowering, Reads, defect};
use crate::hir::{self, Const, SlotRole};
use crate::ir::{
    Cell, Clock, Domain, DomainKind, Kind, Migration, Op, Param, ParamRange, RiskRule, StreamId,
    Ty, Universe,
};

impl Lowering<'_> {
    pub(super) fn tables(&mut self) -> Result<(), LowerError> {
        let strategy = self.strategy;
        self.builder.enums(&self.file.enums);
        for local in &strategy.locals {
            // Handles such as fills have no value at run time; nothing reads their local.
            let ty = list_of(local.ty).map_or(local.ty, |(elem, _)| elem);
            let ty = ty.cell().unwrap_or(Ty { kind: Kind::Bool, optional: false });
            match list_of(local.ty) {
                Some(_) => self.builder.local(&format!("{}[0]", local.name), ty),
                None => self.builder.local(&local.name, ty),
            };
        }
        self.list_tables()?;
        for param in &strategy.params {
            let param = self.param(param)?;
            self.builder.ir.params.push(param);
        }
        for constraint in &strategy.constraints {
            let text = as_written(self.source, constraint.span);
            let condition = self.expr(constraint, Env::Strategy)?;
            self.builder.ir.constraints.push((condition, text));
        }
        for clock in &strategy.clocks {
            let every = self.expr(&clock.every, Env::Strategy)?;
            self.builder.ir.clocks.push(Clock {
                name: clock.name.clone(),
                instruments: clock.instruments.clone(),
                every,
                gaps: clock.gaps,
                span: clock.span,
            });
        }
        for timer in &strategy.timers {
            let timer = timer.try_map(|period| self.expr(period, Env::Strategy))?;
            self.builder.ir.timers.push(timer);
        }
        for domain in &strategy.domains {
            let kind = match domain.kind {
                hir::DomainKind::Bars(clock) => DomainKind::Bars(clock),
                hir::DomainKind::Book(instrument) => DomainKind::Book(instrument),
                hir::DomainKind::Trades(instrument) => DomainKind::Trades(instrument),
                hir::DomainKind::MemberBook(universe) => DomainKind::MemberBook(universe),
                hir::DomainKind::MemberTrades(universe) => DomainKind::MemberTrades(universe),
                // The guard's stream does not exist yet; `lets` puts it in.
                hir::DomainKind::Present { base, .. } => {
                    DomainKind::Present { base, guard: StreamId(u32::MAX) }
                }
            };
            self.builder.ir.domains.push(Domain { name: domain.name.clone(), kind });
        }
        self.states()?;
        for slot in &strategy.slots {
            let decl = self.slot(slot);
            self.builder.ir.slots.push(decl);
        }
        for rule in &strategy.risk {
            let limit = self.expr(&rule.limit, Env::Strategy)?;
            self.builder.ir.risk.push(RiskRule {
                kind: rule.kind,
                limit,
                scope: rule.scope,
                per_day: rule.per_day,
                actions: rule.actions.clone(),
                span: rule.span,
            });
        }
        Ok(())
    }

    fn states(&mut self) -> Result<(), LowerError> {
        let strategy = self.strategy;
        let mut further = Vec::new();
        for state in &strategy.states {
            let of = (state.ty, state.span);
            let (id, inits) =
                self.state_var(&state.name, of, &state.init, state.per, Env::Strategy)?;
            further.push((id, &state.name, inits));
        }
        for (id, name, inits) in further {
            self.further_states(id, name, inits);
        }
        Ok(())
    }

    fn param(&mut self, param: &hir::Param) -> Result<Param, LowerError> {
        let default = self.constant(&param.default);
        let range = param.range.as_ref().map(|range| ParamRange {
            low: self.constant(&range.low),
            high: self.constant(&range.high),
            step: range.step.as_ref().map(|step| self.constant(step)),
        });
        Ok(Param {
            name: param.name.clone(),
            ty: cell_type(param.ty, param.span)?,
            unit: param.unit,
            default,
            range,
            span: param.span,
        })
    }

    pub(super) fn constant(&mut self, constant: &Const) -> Cell {
        match constant {
            Const::Bool(value) => Cell::bool(*value),
            Const::Int(bits) | Const::Fixed(bits) | Const::Nanos(bits) => Cell::int(*bits),
            Const::Real(value) => Cell::real(*value),
            Const::Member(member) => Cell::int(i64::from(*member)),
            Const::Text(text) => self.builder.text(text),
            Const::None => Cell::NONE,
        }
    }

    fn slot(&self, slot: &hir::Slot) -> SlotDecl {
        let role = match slot.role {
            SlotRole::Buy => "buy",
            SlotRole::Sell => "sell",
            SlotRole::Bid => "bid",
            SlotRole::Ask => "ask",
            SlotRole::Exit => "exit",
            SlotRole::Target => "target",
        };
        let made = || format!("{role} in line {}", line(self.source, slot.span));
        SlotDecl { name: slot.name.clone().unwrap_or_else(made), handler: slot.handler }
    }

    pub(super) fn universes(&mut self) -> Result<(), LowerError> {
        for universe in &self.strategy.universes {
            let mut conditions = Vec::new();
            for filter in &universe.filters {
                for (index, (_, option, reason)) in filter.opens.iter().enumerate() {
                    let option = self.expr(option, Env::Strategy)?;
                    let present = self.builder.expr(Op::IsSome(option), BOOL, reason.span);
                    let before = &filter.opens[..index];
                    let condition = self.opened(before, present)?;
                    let reason = self.reason(reason);
                    conditions.push((condition, reason));
                }
                let condition = self.expr(&filter.condition, Env::Strategy)?;
                let condition = self.opened(&filter.opens, condition)?;
                let reason = self.reason(&filter.reason);
                conditions.push((condition, reason));
            }
            let mut order = Vec::new();
            for (key, descending) in &universe.order {
                order.push((self.expr(key, Env::Strategy)?, *descending));
            }
            let take = match &universe.take {
                Some(take) => Some(self.expr(take, Env::Strategy)?),
                None => None,
            };
            self.builder.ir.universes.push(Universe {
                decl: universe_decl(universe),
                member: universe.member,
                conditions,
                order,
                take,
            });
        }
        self.reads = Reads::default();
        Ok(())
    }

    pub(super) fn migrations(&mut self) -> Result<(), LowerError> {
        for migration in &self.strategy.migrations {
            let mut set = Vec::with_capacity(migration.set.len());
            for (state, value) in &migration.set {
                let values = match list_of(value.ty) {
                    Some(_) => self.list(value, Env::Strategy)?,
                    None => vec![self.expr(value, Env::Strategy)?],
                };
                set.extend(self.elements_of(*state).into_iter().zip(values));
            }
            let old = migration.old.iter().flat_map(|local| self.locals_of(*local)).collect();
            let (from, span) = (migration.from, migration.span);
            self.builder.ir.migrations.push(Migration { from, old, set, span });
        }
        Ok(())
    }

    /// A condition in which opened options are bound, the first outermost. The conditions before
    /// it have made sure that they are present.
    fn opened(
        &mut self,
        opens: &[(crate::ir::LocalId, hir::Expr, hir::Reason)],
        condition: crate::ir::ExprId,
    ) -> super::Lowered {
        let mut body = condition;
        for (local, option, reason) in opens.iter().rev() {
            let value = self.expr(option, Env::Strategy)?;
            body = self.builder.expr(Op::Let { local: *local, value, body }, BOOL, reason.span);
        }
        Ok(body)
    }

    pub(super) fn reason(&mut self, reason: &hir::Reason) -> ReasonId {
        let text = match &reason.text {
            Some(text) => text.clone(),
            None => as_written(self.source, reason.span),
        };
        let line = line(self.source, reason.span);
        self.builder.reason(Reason { text, kind: reason.kind, line })
    }
}

pub(super) const BOOL: Ty = Ty { kind: Kind::Bool, optional: false };

pub(super) fn cell_type(ty: hir::Ty, span: Span) -> Result<Ty, LowerError> {
    match ty.cell() {
        Some(ty) => Ok(ty),
        None => defect(span, format!("there is no value of type {:?} at run time", ty.kind)),
    }
}
