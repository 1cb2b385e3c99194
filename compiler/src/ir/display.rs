//! A program as text: complete, without spans and lines, one declaration per line.
//!
//! It is for snapshots and for the behaviour hash, so that whatever a program does shows in it.
#![expect(clippy::wildcard_enum_match_arm, reason = "most variants are written as they are")]

mod expr;
mod stmt;

use std::fmt;

use strat_runtime::manifest::{Scope, Timer};

use super::{DomainKind, Handler, Ir, On, Param, Stream, StreamOp, Ty, show};

use expr::Show;

impl fmt::Display for Ir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "strategy {} {:?}", self.name, self.title)?;
        let venue = self.venue.name();
        writeln!(f, "version {} venue {venue} warm {:?}", self.version, self.warm_weight)?;
        self.params.iter().try_for_each(|param| write_param(f, self, param))?;
        for (constraint, _) in &self.constraints {
            writeln!(f, "constraint {}", Show(self, *constraint))?;
        }
        for decl in &self.instruments {
            writeln!(f, "instrument {} = {:?} on {}", decl.name, decl.symbol, decl.venue.name())?;
        }
        for (needed, _) in &self.needs {
            writeln!(f, "needs {needed}")?;
        }
        for (at, words) in self.words.iter().enumerate() {
            writeln!(f, "words w{at} = {words:?}")?;
        }
        for named in &self.enums {
            writeln!(f, "enum {} {:?}", named.name, named.members)?;
        }
        self.write_universes(f)?;
        for clock in &self.clocks {
            let names: Vec<usize> = clock.instruments.iter().map(|i| i.index()).collect();
            let every = Show(self, clock.every);
            writeln!(f, "clock {} = bars({names:?}, {every}) gaps {:?}", clock.name, clock.gaps)?;
        }
        for (at, timer) in self.timers.iter().enumerate() {
            match timer {
                Timer::Every(period) => writeln!(f, "timer t{at} = {}", Show(self, *period))?,
                Timer::Session(calendar, edge) => {
                    writeln!(f, "timer t{at} = {}({})", edge.trigger(), calendar.name())?;
                }
            }
        }
        for (at, domain) in self.domains.iter().enumerate() {
            match domain.kind {
                DomainKind::Present { base, guard } => {
                    let guard = &self.streams[guard.index()].name;
                    writeln!(f, "domain d{at} {} = d{} where {guard}", domain.name, base.0)?;
                }
                kind => writeln!(f, "domain d{at} {} = {kind:?}", domain.name)?,
            }
        }
        for state in &self.states {
            let ty = TyText(self, state.ty);
            write!(f, "state {}: {ty} = {}", state.name, Show(self, state.init))?;
            match state.per {
                Some(id) => writeln!(f, " per {}", self.universes[id.index()].decl.name)?,
                None => writeln!(f)?,
            }
        }
        self.streams.iter().try_for_each(|stream| write_stream(f, self, stream))?;
        for (at, slot) in self.slots.iter().enumerate() {
            writeln!(f, "slot s{at} {} of h{}", slot.name, slot.handler.0)?;
        }
        self.write_risk(f)?;
        for migration in &self.migrations {
            writeln!(f, "migrate from {}", migration.from)?;
            for local in &migration.old {
                let (name, ty) = &self.locals[local.index()];
                writeln!(f, "  {name}'{}: {}", local.0, TyText(self, *ty))?;
            }
            for (state, value) in &migration.set {
                writeln!(f, "  {} = {}", self.states[state.index()].name, Show(self, *value))?;
            }
        }
        self.handlers.iter().try_for_each(|handler| write_handler(f, self, handler))
    }
}

impl Ir {
    fn write_universes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for universe in &self.universes {
            write!(f, "universe {} max {}", universe.decl.name, universe.decl.max)?;
            for (key, descending) in &universe.order {
                let direction = if *descending { "desc" } else { "asc" };
                write!(f, " by {} {direction}", Show(self, *key))?;
            }
            match universe.take {
                Some(take) => writeln!(f, " take {}", Show(self, take))?,
                None => writeln!(f)?,
            }
            for (condition, reason) in &universe.conditions {
                let reason = self.reason_text(*reason);
                writeln!(f, "  where {} else {reason:?}", Show(self, *condition))?;
            }
        }
        Ok(())
    }

    fn write_risk(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for rule in &self.risk {
            write!(f, "risk {:?}: {}", rule.kind, Show(self, rule.limit))?;
            match rule.scope {
                Scope::Portfolio => {}
                Scope::EachInstrument => write!(f, " per instrument")?,
                Scope::Instrument(id) => write!(f, " per instrument {}", id.0)?,
            }
            let per_day = if rule.per_day { " per day" } else { "" };
            writeln!(f, "{per_day} -> {:?}", rule.actions)?;
        }
        writeln!(f, "on_fault {:?}", self.on_fault)
    }

    pub(super) fn reason_text(&self, id: strat_runtime::manifest::ReasonId) -> &str {
        self.reasons.get(usize::from(id.0)).map_or("", |reason| reason.text.as_str())
    }
}

/// One expression as text; see [`Ir`] as text.
pub(crate) fn expression(ir: &Ir, id: super::ExprId) -> String {
    Show(ir, id).to_string()
}

/// A type in the words of the language.
struct TyText<'a>(&'a Ir, Ty);

impl fmt::Display for TyText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let option = if self.1.optional { "?" } else { "" };
        write!(f, "{}{option}", show::kind_name(self.0, self.1.kind))
    }
}

fn write_param(f: &mut fmt::Formatter<'_>, ir: &Ir, param: &Param) -> fmt::Result {
    let shown = |cell| show::value(ir, cell, param.ty, param.unit);
    let ty = TyText(ir, param.ty);
    write!(f, "param {}: {ty} = {}", param.name, shown(param.default))?;
    if let Some(range) = param.range {
        write!(f, " in {}..{}", shown(range.low), shown(range.high))?;
        if let Some(step) = range.step {
            write!(f, " step {}", shown(step))?;
        }
    }
    writeln!(f)
}

fn write_stream(f: &mut fmt::Formatter<'_>, ir: &Ir, stream: &Stream) -> fmt::Result {
    let ty = TyText(ir, stream.ty);
    write!(f, "stream {}: {ty} @d{} = ", stream.name, stream.domain.0)?;
    match &stream.op {
        StreamOp::Expr(expr) => write!(f, "{}", Show(ir, *expr))?,
        StreamOp::Guard(expr, reason) => {
            write!(f, "{} else {:?}", Show(ir, *expr), ir.reason_text(*reason))?;
        }
        StreamOp::Node { builtin, inputs, settings, .. } => {
            write!(f, "{builtin:?}(")?;
            for (at, operand) in inputs.iter().chain(settings).enumerate() {
                let comma = if at == 0 { "" } else { ", " };
                write!(f, "{comma}{}", Show(ir, *operand))?;
            }
            write!(f, ")")?;
        }
        StreamOp::Next { state, value } => {
            write!(f, "next {} = {}", ir.states[state.index()].name, Show(ir, *value))?;
        }
    }
    if !stream.reads.is_empty() {
        let names: Vec<&str> =
            stream.reads.iter().map(|id| ir.streams[id.index()].name.as_str()).collect();
        write!(f, " reads {}", names.join(" "))?;
    }
    writeln!(f)
}

fn write_handler(f: &mut fmt::Formatter<'_>, ir: &Ir, handler: &Handler) -> fmt::Result {
    match &handler.on {
        On::Enter(id) => write!(f, "on enter {}", ir.universes[id.index()].decl.name)?,
        On::Leave(id) => write!(f, "on leave {}", ir.universes[id.index()].decl.name)?,
        On::MemberBook(_) => write!(f, "on book of a member")?,
        On::MemberTrades(_) => write!(f, "on trades of a member")?,
        On::MemberExpiry(_) => write!(f, "on expiry of a member")?,
        on => write!(f, "on {on:?}")?,
    }
    if let Some((local, universe)) = handler.member {
        let universe = &ir.universes[universe.index()].decl.name;
        write!(f, " for {} in {universe}", ir.locals[local.index()].0)?;
    }
    let name = |id: &super::StreamId| ir.streams[id.index()].name.as_str();
    let names: Vec<&str> = handler.reads.iter().chain(&handler.latest).map(name).collect();
    let cold = if handler.cold { " cold" } else { "" };
    let slots: Vec<u16> = handler.slots.iter().map(|slot| slot.0).collect();
    let dropped: Vec<u16> = handler.else_cancel.iter().map(|slot| slot.0).collect();
    if !handler.waits.is_empty() {
        let names: Vec<&str> = handler.waits.iter().map(name).collect();
        write!(f, " waits {names:?}")?;
    }
    writeln!(f, "{cold} reads {names:?} slots {slots:?} else_cancel {dropped:?}")?;
    stmt::write_block(f, ir, &handler.body, 1)
}
