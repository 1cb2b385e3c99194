//! Statements as text.

use std::fmt;

use super::expr::Show;
use crate::ir::{
    ExprId, ForOver, Goal, Ir, LocalId, Order, Stmt, StmtKind, StreamId, Target, TextPart, Tif, Via,
};

pub(super) fn write_block(
    f: &mut fmt::Formatter<'_>,
    ir: &Ir,
    stmts: &[Stmt],
    depth: usize,
) -> fmt::Result {
    stmts.iter().try_for_each(|stmt| write_stmt(f, ir, stmt, depth))
}

fn write_stmt(f: &mut fmt::Formatter<'_>, ir: &Ir, stmt: &Stmt, depth: usize) -> fmt::Result {
    let of = |id: &ExprId| Show(ir, *id);
    let name = |id: &LocalId| format!("{}'{}", ir.locals[id.index()].0, id.0);
    write!(f, "{:1$}", "", depth * 2)?;
    match &stmt.kind {
        StmtKind::Let(local, value) => writeln!(f, "let {} = {}", name(local), of(value)),
        StmtKind::Open(local, value, reason) => {
            let reason = ir.reason_text(*reason);
            writeln!(f, "let {} = {} else {reason:?}", name(local), of(value))
        }
        StmtKind::Require(cond, reason) => {
            writeln!(f, "require {} else {:?}", of(cond), ir.reason_text(*reason))
        }
        StmtKind::Set { state, member, value } => {
            write!(f, "set {}", ir.states[state.index()].name)?;
            if let Some(member) = member {
                write!(f, "[{}]", of(member))?;
            }
            writeln!(f, " = {}", of(value))
        }
        StmtKind::SetElement { states, index, member, value } => {
            let states: Vec<&str> =
                states.iter().map(|state| ir.states[state.index()].name.as_str()).collect();
            write!(f, "set [{}][{}]", states.join(", "), of(index))?;
            if let Some(member) = member {
                write!(f, "[{}]", of(member))?;
            }
            writeln!(f, " = {}", of(value))
        }
        StmtKind::If { cond, then, other } => {
            writeln!(f, "if {}", of(cond))?;
            write_branches(f, ir, then, other, depth)
        }
        StmtKind::IfLet { local, value, then, other } => {
            writeln!(f, "if let {} = {}", name(local), of(value))?;
            write_branches(f, ir, then, other, depth)
        }
        StmtKind::Match { value, arms } => {
            writeln!(f, "match {}", of(value))?;
            for (member, body) in arms {
                writeln!(f, "{:1$}{member:?} ->", "", depth * 2)?;
                write_block(f, ir, body, depth + 1)?;
            }
            Ok(())
        }
        StmtKind::For { local, over, waits, body } => {
            write!(f, "for {} in ", name(local))?;
            write_over(f, ir, over, waits)?;
            write_block(f, ir, body, depth + 1)
        }
        StmtKind::Order(order) => write_order(f, ir, order),
        StmtKind::Clear(slot, instrument) => writeln!(f, "clear s{} on {}", slot.0, of(instrument)),
        StmtKind::Target(target) => write_target(f, ir, target),
        StmtKind::Together(body) => {
            writeln!(f, "together")?;
            write_block(f, ir, body, depth + 1)
        }
        StmtKind::Cancel(None) => writeln!(f, "cancel all"),
        StmtKind::Cancel(Some(instrument)) => writeln!(f, "cancel {}", of(instrument)),
        StmtKind::Say(level, parts) => {
            write!(f, "say {level:?}")?;
            for part in parts {
                match part {
                    TextPart::Text(text) => write!(f, " {text:?}")?,
                    TextPart::Value(value) => write!(f, " {{{}}}", of(value))?,
                }
            }
            writeln!(f)
        }
    }
}

fn write_over(
    f: &mut fmt::Formatter<'_>,
    ir: &Ir,
    over: &ForOver,
    waits: &[StreamId],
) -> fmt::Result {
    let of = |id: &ExprId| Show(ir, *id);
    match over {
        ForOver::Universe(id) => {
            write!(f, "{}", ir.universes[id.index()].decl.name)?;
            for wait in waits {
                write!(f, " waits {}", ir.streams[wait.index()].name)?;
            }
            writeln!(f)
        }
        ForOver::List(items) => {
            let items: Vec<String> = items.iter().map(|i| of(i).to_string()).collect();
            writeln!(f, "[{}]", items.join(", "))
        }
        ForOver::Range(first, last) => writeln!(f, "{}..{}", of(first), of(last)),
    }
}

fn write_branches(
    f: &mut fmt::Formatter<'_>,
    ir: &Ir,
    then: &[Stmt],
    other: &[Stmt],
    depth: usize,
) -> fmt::Result {
    write_block(f, ir, then, depth + 1)?;
    if other.is_empty() {
        return Ok(());
    }
    writeln!(f, "{:1$}else", "", depth * 2)?;
    write_block(f, ir, other, depth + 1)
}

fn write_order(f: &mut fmt::Formatter<'_>, ir: &Ir, order: &Order) -> fmt::Result {
    let of = |id: &ExprId| Show(ir, *id);
    write!(f, "s{}: {} {} {}", order.slot.0, order.side, of(&order.instrument), of(&order.size))?;
    match &order.limit {
        Some(limit) => write!(f, " @ {}", of(limit))?,
        None => write!(f, " @ market")?,
    }
    match &order.tif {
        Tif::Gtd(length) => write!(f, " gtd {}", of(length))?,
        tif => write!(f, " {tif:?}")?,
    }
    let flags = [
        (order.post_only, " post_only"),
        (order.reduce_only, " reduce_only"),
        (order.quote, " quote"),
    ];
    for (_, flag) in flags.iter().filter(|(set, _)| *set) {
        f.write_str(flag)?;
    }
    if let Some(each) = &order.each {
        write!(f, " each {} of {}", of(&each.count), each.most)?;
    }
    write_stops(f, ir, order)?;
    write_because(f, ir, order.because)
}

fn write_target(f: &mut fmt::Formatter<'_>, ir: &Ir, target: &Target) -> fmt::Result {
    let of = |id: &ExprId| Show(ir, *id);
    write!(f, "s{}: target {} ", target.slot.0, of(&target.instrument))?;
    match &target.goal {
        Goal::Flat => write!(f, "flat")?,
        Goal::Leverage(x) => write!(f, "leverage {}", of(x))?,
        Goal::Size(x) => write!(f, "size {}", of(x))?,
        Goal::Notional(x) => write!(f, "notional {}", of(x))?,
        Goal::Weight(x) => write!(f, "weight {}", of(x))?,
    }
    write_via(f, ir, target.via)?;
    write_because(f, ir, target.because)
}

fn write_stops(f: &mut fmt::Formatter<'_>, ir: &Ir, order: &Order) -> fmt::Result {
    let of = |id: ExprId| Show(ir, id);
    if let Some(stop) = &order.stop {
        if let Some(level) = stop.level {
            write!(f, " stop {}", of(level))?;
        }
        if let Some(trail) = stop.trail {
            write!(f, " trail {}", of(trail))?;
        }
        write!(f, " on {:?}", stop.on)?;
    }
    for (name, exit) in [("stop_loss", &order.stop_loss), ("take_profit", &order.take_profit)] {
        if let Some(exit) = exit {
            write!(f, " {name} {} on {:?} in +{}", of(exit.level), exit.on, order.behind)?;
        }
    }
    write_via(f, ir, order.via)
}

fn write_via(f: &mut fmt::Formatter<'_>, ir: &Ir, via: Option<Via>) -> fmt::Result {
    match via {
        None => Ok(()),
        Some(Via::Twap(length)) => write!(f, " via twap({})", Show(ir, length)),
        Some(via) => write!(f, " via {via:?}"),
    }
}

fn write_because(
    f: &mut fmt::Formatter<'_>,
    ir: &Ir,
    because: Option<strat_runtime::manifest::ReasonId>,
) -> fmt::Result {
    match because {
        Some(reason) => writeln!(f, " because {:?}", ir.reason_text(reason)),
        None => writeln!(f),
    }
}
