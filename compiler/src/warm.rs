//! Warm-up: how many ticks must go before a stream's value can be trusted.
//!
//! Finite functions need exactly their window; infinite ones until the weight of their start value
//! is below the strategy's `warm_weight`. Along a path of streams the counts add, over several
//! paths the largest counts, and each is in ticks of the stream's own domain: a stream with a
//! warm-up of w is warm at its tick w + 1. Windows are those of the current parameter values.

use strat_runtime::manifest::{ClockId, HandlerId};
use strat_runtime::math;

use crate::builtin::{Range, Row, SETTINGS_MAX, WINDOW_MAX, Warm};
use crate::interp::fold::Folded;
use crate::ir::verify::waits_in;
use crate::ir::{Cell, DomainId, DomainKind, ExprId, Ir, Op, StreamId, StreamOp};
use crate::params::{ParamError, ParamValues};

/// The settings of one instance of a library function, in the order of its row: whole numbers and
/// reals, absent where the row has fewer.
pub(crate) type Settings = [Cell; SETTINGS_MAX];

/// Warm-up of every stream of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warmup {
    streams: Vec<u64>,
    settings: Vec<Settings>,
    clocks: Vec<u64>,
}

impl Warmup {
    /// Warm-up for the given parameter values and the program's own `warm_weight`.
    ///
    /// # Errors
    /// A window out of its range for these values.
    pub fn new(ir: &Ir, values: &ParamValues) -> Result<Warmup, ParamError> {
        values.check(ir)?;
        Warmup::from_folded(ir, &Folded::new(ir, values.cells()))
    }

    pub(crate) fn from_folded(ir: &Ir, folded: &Folded<'_>) -> Result<Warmup, ParamError> {
        let mut streams: Vec<u64> = Vec::with_capacity(ir.streams.len());
        let mut settings = Vec::with_capacity(ir.streams.len());
        for stream in &ir.streams {
            let before = stream.reads.iter().filter_map(|read| streams.get(read.index())).copied();
            let before = before.max().unwrap_or(0);
            let mut found: Settings = [Cell::NONE; SETTINGS_MAX];
            let own = match &stream.op {
                StreamOp::Node { builtin, settings, settings_max, .. } => {
                    let row = builtin.row();
                    for (at, id) in settings.iter().enumerate().take(SETTINGS_MAX) {
                        found[at] = setting(folded, *id, row, at, stream, settings_max.get(at))?;
                    }
                    own_ticks(row.warm, &found, ir.warm_weight)
                }
                StreamOp::Expr(_) | StreamOp::Guard(..) | StreamOp::Next { .. } => 0,
            };
            streams.push(before.saturating_add(own));
            settings.push(found);
        }
        let mut warmup = Warmup { streams, settings, clocks: vec![0; ir.clocks.len()] };
        for handler in (0..ir.handlers.len()).filter(|at| !ir.handlers[*at].cold) {
            for (domain, need) in warmup.handler_needs(ir, handler) {
                if let Some(clock) = clock_of(ir, domain)
                    && let Some(most) = warmup.clocks.get_mut(usize::from(clock.0))
                {
                    *most = need.max(*most);
                }
            }
        }
        Ok(warmup)
    }

    /// Ticks of its own domain that must go before a stream's first warm tick.
    pub fn stream(&self, id: StreamId) -> u64 {
        self.streams.get(id.index()).copied().unwrap_or(0)
    }

    /// Closed bars of a clock that must go before the bar at which every handler may fire.
    pub fn clock(&self, id: ClockId) -> u64 {
        self.clocks.get(usize::from(id.0)).copied().unwrap_or(0)
    }

    /// Per domain, the ticks that must go before a handler's first warm event; handlers that read
    /// no stream need none.
    pub fn handler(&self, ir: &Ir, id: HandlerId) -> Vec<(DomainId, u64)> {
        if usize::from(id.0) < ir.handlers.len() {
            self.handler_needs(ir, usize::from(id.0))
        } else {
            Vec::new()
        }
    }

    /// The settings of the library function that a stream is.
    pub(crate) fn settings(&self, id: StreamId) -> Settings {
        self.settings.get(id.index()).copied().unwrap_or([Cell::NONE; SETTINGS_MAX])
    }

    pub(crate) fn handler_needs(&self, ir: &Ir, handler: usize) -> Vec<(DomainId, u64)> {
        let handler = &ir.handlers[handler];
        let mut read: Vec<StreamId> =
            handler.reads.iter().chain(&handler.latest).copied().collect();
        read.extend(&handler.waits);
        waits_in(&handler.body, &mut read);
        let mut needs = self.needs_of(ir, &read);
        // What is kept per member is waited for by each member.
        needs.retain(|(domain, _)| ir.universe_of(*domain).is_none());
        needs
    }

    /// Per domain, the ticks that must go before these streams and all behind them are warm.
    pub(crate) fn needs_of(&self, ir: &Ir, read: &[StreamId]) -> Vec<(DomainId, u64)> {
        let mut needs: Vec<(DomainId, u64)> = Vec::new();
        for stream in behind(ir, read) {
            let domain = ir.streams[stream.index()].domain;
            let need = self.stream(stream);
            match needs.iter_mut().find(|(known, _)| *known == domain) {
                Some((_, most)) => *most = need.max(*most),
                None => needs.push((domain, need)),
            }
        }
        needs
    }
}

fn setting(
    folded: &Folded<'_>,
    id: ExprId,
    row: &'static Row,
    at: usize,
    stream: &crate::ir::Stream,
    most: Option<&i64>,
) -> Result<Cell, ParamError> {
    let Some(declared) = row.settings.get(at) else { return Ok(Cell::NONE) };
    let (function, setting) = (row.name, declared.name);
    let value = folded.value(id).map_err(|fault| ParamError::Fault {
        what: format!("`{setting}` of `{function}` in `{}`", stream.name),
        kind: fault.kind,
    })?;
    let (inside, shown, range) = match declared.range {
        Range::Whole(low) => {
            let high = most.copied().unwrap_or(WINDOW_MAX).min(WINDOW_MAX);
            let inside = (low..=high).contains(&value.bits);
            (inside, value.bits.to_string(), format!("{low}..{high}"))
        }
        Range::Real(low, high) => {
            let real = value.as_real();
            ((low..=high).contains(&real), real.to_string(), format!("{low:?}..{high:?}"))
        }
    };
    if inside {
        return Ok(value);
    }
    let stream = stream.name.clone();
    Err(ParamError::Setting { function, setting, stream, value: shown, range })
}

/// Ticks that a function needs beyond those of its inputs: the sum of its terms.
pub(crate) fn own_ticks(terms: &[Warm], settings: &Settings, weight: f64) -> u64 {
    let whole =
        |at: usize| settings.get(at).map_or(0, |setting| u64::try_from(setting.bits).unwrap_or(0));
    let ticks = |term: &Warm| match *term {
        Warm::Fixed(ticks) => ticks,
        Warm::Window(at) => whole(at).saturating_sub(1),
        Warm::RootWindow(at) => root(whole(at)).saturating_sub(1),
        Warm::Setting(at) => whole(at),
        Warm::Exponential(at) => decay(2.0 / (whole(at) as f64 + 1.0), weight),
        Warm::ExponentialSquared(at) => {
            let alpha = 2.0 / (whole(at) as f64 + 1.0);
            decay(alpha * alpha, weight)
        }
        Warm::Wilder(at) => {
            let n = whole(at);
            n.saturating_add(decay(1.0 / (n.max(1) as f64), weight))
        }
        Warm::Gain(at) => {
            decay(steady_gain(settings.get(at).map_or(0.0, |setting| setting.as_real())), weight)
        }
    };
    terms.iter().map(ticks).fold(0, u64::saturating_add)
}

/// The whole part of a square root.
pub(crate) fn root(n: u64) -> u64 {
    // Exact: below 2^53 the correctly rounded root of a square is the root.
    math::floor(math::sqrt(n as f64)) as u64
}

/// The gain that the filter of a level settles at: what is left of `2 q / (sqrt(q^2 + 4 q) + q)`.
fn steady_gain(ratio: f64) -> f64 {
    2.0 * ratio / (math::sqrt(ratio * ratio + 4.0 * ratio) + ratio)
}

/// `ceil(ln weight / ln(1 - alpha))`: ticks until the start value weighs less than `weight`.
fn decay(alpha: f64, weight: f64) -> u64 {
    let ticks = math::ceil(math::ln(weight) / math::ln_1p(-alpha));
    // An alpha of 1 forgets at once: the quotient is 0. A weight of 1 or more needs nothing.
    if ticks > 0.0 { ticks as u64 } else { 0 }
}

fn clock_of(ir: &Ir, mut domain: DomainId) -> Option<ClockId> {
    loop {
        match ir.domains.get(domain.index())?.kind {
            DomainKind::Bars(clock) => return Some(clock),
            DomainKind::Present { base, .. } => domain = base,
            DomainKind::Book(_)
            | DomainKind::Trades(_)
            | DomainKind::MemberBook(_)
            | DomainKind::MemberTrades(_)
            | DomainKind::Timer(_) => return None,
        }
    }
}

/// The streams given and all that stand behind them, the last values of other clocks included.
fn behind(ir: &Ir, streams: &[StreamId]) -> Vec<StreamId> {
    let mut found = vec![false; ir.streams.len()];
    let mut seen = vec![false; ir.exprs.len()];
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
        let mut exprs = match &code.op {
            StreamOp::Expr(expr) | StreamOp::Guard(expr, _) => vec![*expr],
            StreamOp::Next { value, .. } => vec![*value],
            StreamOp::Node { inputs, .. } => inputs.clone(),
        };
        while let Some(expr) = exprs.pop() {
            if std::mem::replace(&mut seen[expr.index()], true) {
                continue;
            }
            let expr = ir.expr(expr);
            if let Op::Stream(read) | Op::MemberStream(read, _) = expr.op {
                todo.push(read);
            }
            expr.op.children(|child| exprs.push(child));
        }
    }
    (0..).map(StreamId).zip(found).filter(|(_, found)| *found).map(|(id, _)| id).collect()
}

#[cfg(test)]
mod tests;
