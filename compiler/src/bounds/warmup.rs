//! Warm-up at the strategy's own weight, and at one that leaves nothing of a start value.

use strat_runtime::manifest::{HandlerId, Manifest};

use crate::bounds::needs::inner;
use crate::bounds::{STRICT_WEIGHT, Warming, root};
use crate::ir::{DomainId, DomainKind, Ir, Stmt, StmtKind, StreamId};
use crate::params::{ParamError, ParamValues};
use crate::warm::Warmup;

/// The warm-up at both weights.
fn both(ir: &Ir, values: &ParamValues) -> Result<[Warmup; 2], ParamError> {
    let strict = Ir { warm_weight: STRICT_WEIGHT.min(ir.warm_weight), ..ir.clone() };
    Ok([Warmup::new(ir, values)?, Warmup::new(&strict, values)?])
}

/// Per stream, in ticks of its own domain.
pub(super) fn streams(ir: &Ir, values: &ParamValues) -> Result<Vec<Warming>, ParamError> {
    let [own, strict] = both(ir, values)?;
    let all = (0..).map(StreamId).zip(&ir.streams);
    Ok(all
        .map(|(id, stream)| Warming {
            name: stream.name.clone(),
            on: ir.domains[stream.domain.index()].name.clone(),
            every: None,
            ticks: own.stream(id),
            ticks_strict: strict.stream(id),
        })
        .collect())
}

/// Per source of ticks, until every handler that waits may fire.
pub(super) fn clocks(
    ir: &Ir,
    values: &ParamValues,
    manifest: &Manifest,
) -> Result<Vec<Warming>, ParamError> {
    let [own, strict] = both(ir, values)?;
    let mut found: Vec<(DomainId, Warming)> = Vec::new();
    let waiting = ir.handlers.iter().zip(0..).filter(|(handler, _)| !handler.cold);
    for (code, handler) in waiting {
        let handler = HandlerId(handler);
        let pairs = own.handler(ir, handler).into_iter().zip(strict.handler(ir, handler));
        let mut needs: Vec<_> =
            pairs.map(|((domain, ticks), (_, strict))| (domain, ticks, strict)).collect();
        let mut waits = code.waits.clone();
        rounds_wait(&code.body, &mut waits);
        let member =
            |id: &StreamId| (ir.streams[id.index()].domain, own.stream(*id), strict.stream(*id));
        needs.extend(waits.iter().map(member));
        for (domain, ticks, ticks_strict) in needs {
            let source = root(ir, domain);
            let kind = ir.domains[source.index()].kind;
            let same =
                |(known, _): &&mut (DomainId, Warming)| ir.domains[known.index()].kind == kind;
            if let Some((_, warming)) = found.iter_mut().find(same) {
                warming.ticks = warming.ticks.max(ticks);
                warming.ticks_strict = warming.ticks_strict.max(ticks_strict);
                continue;
            }
            let every = match kind {
                DomainKind::Bars(clock) => {
                    manifest.clocks.get(usize::from(clock.0)).map(|clock| clock.every)
                }
                DomainKind::Timer(timer) => {
                    manifest.timers.get(usize::from(timer.0)).and_then(|it| it.period().copied())
                }
                DomainKind::Book(_)
                | DomainKind::Trades(_)
                | DomainKind::MemberBook(_)
                | DomainKind::MemberTrades(_)
                | DomainKind::Present { .. } => None,
            };
            let name = ir.domains[source.index()].name.clone();
            let on = name.clone();
            found.push((source, Warming { name, on, every, ticks, ticks_strict }));
        }
    }
    Ok(found.into_iter().map(|(_, warming)| warming).collect())
}

/// The streams per member that the rounds of loops wait for.
fn rounds_wait(stmts: &[Stmt], found: &mut Vec<StreamId>) {
    for stmt in stmts {
        if let StmtKind::For { waits, .. } = &stmt.kind {
            found.extend(waits);
        }
        for inner in inner(stmt) {
            rounds_wait(inner, found);
        }
    }
}
