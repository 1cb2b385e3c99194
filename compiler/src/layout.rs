//! The layout of a strategy's memory: what each part is called, and when two parts of two programs
//! are the same.
//!
//! A state variable is known by its name and type, as the strategy declares them. What a stream
//! remembers is known by the stream's name and by what it computes, with everything that it reads
//! and the parameter values in it: the memory of `ema(close, 20)` is of no use to `ema(close, 21)`,
//! nor to `ema(open, 20)`.

mod changes;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use strat_runtime::manifest::Timer;

use crate::ir::display::expression;
use crate::ir::{
    Cell, DomainId, DomainKind, ExprId, Ir, Kind, Op, StateId, StateVar, StreamId, StreamOp, Ty,
    show,
};
use crate::warm::Warmup;

pub use changes::{changes, check_since};

/// The state variables that the strategy declares, with their types; those of expanded nodes are
/// part of their streams.
pub fn states(ir: &Ir) -> Vec<(StateId, String, String)> {
    let of_nodes = node_states(ir);
    let all = (0..).map(StateId).zip(&ir.states);
    let declared = all.filter(|(id, _)| !of_nodes.contains(&id.index()));
    declared.map(|(id, state)| (id, state.name.clone(), state_type(ir, state))).collect()
}

/// The type of a state variable as its declaration spells it.
pub fn state_type(ir: &Ir, state: &StateVar) -> String {
    let per = state.per.map(|universe| &ir.universes[universe.index()].decl.name);
    let per = per.map_or(String::new(), |universe| format!(" per {universe}"));
    format!("{}{per}", type_name(ir, state.ty))
}

/// A type in the words of the language.
pub fn type_name(ir: &Ir, ty: Ty) -> String {
    let option = if ty.optional { "?" } else { "" };
    format!("{}{option}", show::kind_name(ir, ty.kind))
}

/// State variables that streams set.
fn node_states(ir: &Ir) -> BTreeSet<usize> {
    let set = ir.streams.iter().filter_map(|stream| match stream.op {
        StreamOp::Next { state, .. } => Some(state.index()),
        StreamOp::Expr(_) | StreamOp::Guard(..) | StreamOp::Node { .. } => None,
    });
    set.collect()
}

/// What the parts of a program's memory are known by, for given parameter values.
#[derive(Debug)]
pub(crate) struct Layout {
    /// State variables of the strategy.
    pub(crate) states: Vec<(StateId, String, String)>,
    /// By stream: its type and what it computes.
    pub(crate) streams: Vec<String>,
    /// By domain: its name and what makes it tick.
    pub(crate) domains: Vec<(String, String)>,
    /// State variables of nodes, each with the stream that sets it.
    pub(crate) nodes: Vec<(StateId, StreamId)>,
}

impl Layout {
    pub(crate) fn new(ir: &Ir, params: &[Cell], warmup: &Warmup) -> Self {
        let mut layout = Self {
            states: states(ir),
            streams: Vec::with_capacity(ir.streams.len()),
            domains: Vec::with_capacity(ir.domains.len()),
            nodes: Vec::new(),
        };
        let writer = Writer { ir, params };
        for (index, stream) in ir.streams.iter().enumerate() {
            let mut text = String::new();
            writer.domain(&layout.streams, stream.domain, &mut text);
            writer.stream(index, warmup, &mut text);
            for read in &stream.reads {
                line(&mut text, &layout.streams[read.index()]);
            }
            if let StreamOp::Next { state, .. } = stream.op {
                layout.nodes.push((state, StreamId(index as u32)));
            }
            let shown = writer.shown(index, warmup);
            layout.streams.push(format!("{shown} {:016x}", fnv(&text)));
        }
        for index in 0..ir.domains.len() {
            let id = DomainId(index as u32);
            let mut text = String::new();
            writer.domain(&layout.streams, id, &mut text);
            let guard = if let DomainKind::Present { guard, .. } = ir.domains[index].kind {
                format!(" where {}", ir.streams[guard.index()].name)
            } else {
                String::new()
            };
            let name = format!("{}{guard}", ir.domains[index].name);
            layout.domains.push((name, format!("{:016x}", fnv(&text))));
        }
        layout
    }
}

/// Writes what a part computes, without any number that depends on its place in a table.
struct Writer<'a> {
    ir: &'a Ir,
    params: &'a [Cell],
}

impl Writer<'_> {
    /// A stream as people read it: `real = ema 20`.
    fn shown(&self, index: usize, warmup: &Warmup) -> String {
        let stream = &self.ir.streams[index];
        let mut text = type_name(self.ir, stream.ty);
        if let StreamOp::Node { builtin, settings, .. } = &stream.op {
            // Writing into a `String` does not fail.
            let _ = write!(text, " = {}", builtin.row().name);
            let values = warmup.settings(StreamId(index as u32));
            for (value, expr) in values.iter().zip(settings) {
                let _ =
                    write!(text, " {}", show::value(self.ir, *value, self.ir.expr(*expr).ty, None));
            }
        }
        text
    }

    fn stream(&self, index: usize, warmup: &Warmup, out: &mut String) {
        let stream = &self.ir.streams[index];
        line(out, &self.shown(index, warmup));
        if let Kind::Enum(id) = stream.ty.kind {
            line(out, &self.ir.enums[id.index()].members.join(" "));
        }
        match &stream.op {
            StreamOp::Expr(expr) => self.expr("expr", *expr, out),
            StreamOp::Guard(expr, _) => self.expr("guard", *expr, out),
            StreamOp::Next { value, .. } => self.expr("next", *value, out),
            StreamOp::Node { inputs, .. } => {
                for input in inputs {
                    self.expr("input", *input, out);
                }
            }
        }
    }

    fn domain(&self, streams: &[String], id: DomainId, out: &mut String) {
        let ir = self.ir;
        let symbol = |at: usize| ir.instruments.get(at).map_or("", |decl| decl.symbol.as_str());
        match ir.domains[id.index()].kind {
            DomainKind::Bars(clock) => {
                let clock = &ir.clocks[usize::from(clock.0)];
                line(out, &format!("bars {:?}", clock.gaps));
                clock.instruments.iter().for_each(|id| line(out, symbol(id.index())));
                self.expr("every", clock.every, out);
            }
            DomainKind::Book(id) => line(out, &format!("book {}", symbol(id.index()))),
            DomainKind::Trades(id) => line(out, &format!("trades {}", symbol(id.index()))),
            DomainKind::Timer(timer) => match ir.timers[usize::from(timer.0)] {
                Timer::Every(period) => self.expr("timer", period, out),
                Timer::Session(calendar, edge) => {
                    line(out, &format!("{} {}", edge.trigger(), calendar.name()));
                }
            },
            DomainKind::MemberBook(id) => {
                line(out, &format!("books of {}", ir.universes[id.index()].decl.name));
            }
            DomainKind::MemberTrades(id) => {
                line(out, &format!("trades of {}", ir.universes[id.index()].decl.name));
            }
            DomainKind::Present { base, guard } => {
                self.domain(streams, base, out);
                line(out, streams.get(guard.index()).map_or("", String::as_str));
            }
        }
    }

    fn expr(&self, what: &str, id: ExprId, out: &mut String) {
        line(out, what);
        line(out, &without_numbers(&expression(self.ir, id)));
        let mut seen = BTreeSet::new();
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            if !seen.insert(id) {
                continue;
            }
            let expr = self.ir.expr(id);
            if let Op::Param(param) = expr.op {
                let value = self.params.get(param.index()).copied().unwrap_or(Cell::NONE);
                let name = &self.ir.params[param.index()].name;
                line(out, &format!("{name} {}", value.bits));
            }
            expr.op.children(|child| todo.push(child));
        }
    }
}

/// Locals are shown with their numbers, which change with every line of the strategy.
fn without_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('\'');
    out.push_str(parts.next().unwrap_or(""));
    for part in parts {
        out.push('\'');
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// FNV-1a.
fn fnv(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
