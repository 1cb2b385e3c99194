//! How long a synthetic run is and how far apart its ticks are, where the user does not say.

use strat_compiler::ir::{DomainId, DomainKind, Ir};
use strat_compiler::warm::Warmup;
use strat_runtime::manifest::{HandlerId, Manifest};
use strat_runtime::time::Duration;

/// Time between two book updates: a sixtieth of the shortest bar, else a minute for strategies
/// driven by timers, else a second.
pub(crate) fn default_step(manifest: &Manifest) -> Duration {
    let shortest = manifest.clocks.iter().map(|clock| clock.every).min();
    let sixtieth = shortest.and_then(|every| every.checked_div(60)).filter(|d| d.is_positive());
    match sixtieth {
        Some(step) => step,
        None if !manifest.timers.is_empty() => Duration::from_secs(60),
        None => Duration::from_secs(1),
    }
}

/// No exchange leaves more time between two sessions.
const BETWEEN_SESSIONS: Duration = Duration::from_days(16);

/// How much market must pass before every handler may fire, generated before the first tick: for
/// bars one more than they need, because the first one may be cut; for ticks their number.
/// `None` if that leaves the range of time.
pub(crate) fn warmup(
    ir: &Ir,
    warm: &Warmup,
    manifest: &Manifest,
    step: Duration,
) -> Option<Duration> {
    let mut longest = Duration::ZERO;
    for handler in 0..ir.handlers.len() {
        for (domain, ticks) in warm.handler(ir, HandlerId(handler as u16)) {
            if ticks == 0 {
                continue;
            }
            let (every, ticks) = match base(ir, domain)? {
                DomainKind::Bars(clock) => {
                    (manifest.clocks.get(usize::from(clock.0))?.every, ticks.checked_add(1)?)
                }
                DomainKind::Timer(timer) => {
                    let timer = manifest.timers.get(usize::from(timer.0))?;
                    (timer.period().map_or(BETWEEN_SESSIONS, |every| (*every).max(step)), ticks)
                }
                DomainKind::Book(_)
                | DomainKind::Trades(_)
                | DomainKind::MemberBook(_)
                | DomainKind::MemberTrades(_)
                | DomainKind::Present { .. } => (step, ticks),
            };
            longest = longest.max(every.checked_mul(i64::try_from(ticks).ok()?)?);
        }
    }
    Some(longest)
}

/// What a domain's ticks come from, behind the guards that filter them.
fn base(ir: &Ir, domain: DomainId) -> Option<DomainKind> {
    let mut kind = ir.domains.get(domain.index())?.kind;
    while let DomainKind::Present { base, .. } = kind {
        kind = ir.domains.get(base.index())?.kind;
    }
    Some(kind)
}
