//! What a host must know of a strategy, with parameter values in.

use strat_runtime::instrument::InstrumentId;
use strat_runtime::leverage::Leverage;
use strat_runtime::manifest::{BarClock, ClockId, LossLimit, Manifest, RiskRule, Wants};
use strat_runtime::money::Money;
use strat_runtime::quantity::Quantity;
use strat_runtime::ratio::Ratio;
use strat_runtime::strategy::Trigger;
use strat_runtime::time::Duration;

use super::fold::Folded;
use super::plan::Plans;
use crate::ir::{self, ExprId, Ir, Kind, Op, RiskKind};
use crate::needs::needs;
use crate::params::{ParamError, ParamValues};
use crate::warm::Warmup;

pub(super) fn build(
    ir: &Ir,
    values: &ParamValues,
    folded: &Folded<'_>,
    warmup: &Warmup,
    plans: &Plans,
) -> Result<Manifest, ParamError> {
    let clocks = (0..).map(ClockId).zip(&ir.clocks).map(|(id, clock)| {
        Ok(BarClock {
            name: clock.name.clone(),
            instruments: clock.instruments.clone(),
            every: period(folded, clock.every, || format!("the length of clock `{}`", clock.name))?,
            gaps: clock.gaps,
            warm: warmup.clock(id),
        })
    });
    let timers = ir
        .timers
        .iter()
        .map(|timer| timer.try_map(|every| period(folded, *every, || "a timer's period".into())));
    let params = values.shown(ir);
    let clocks = clocks.collect::<Result<Vec<_>, ParamError>>()?;
    let risk = ir.risk.iter().map(|rule| risk_rule(folded, rule)).collect::<Result<Vec<_>, _>>()?;
    let needs = needs(ir, &clocks, &risk).into_iter().map(|(need, _)| need).collect();
    Ok(Manifest {
        name: ir.name.clone(),
        title: ir.title.clone(),
        version: ir.version,
        venue: ir.venue,
        instruments: ir.instruments.clone(),
        universes: ir.universes.iter().map(|universe| universe.decl.clone()).collect(),
        clocks,
        timers: timers.collect::<Result<_, ParamError>>()?,
        slots: ir.slots.clone(),
        handlers: ir.handlers.iter().map(|handler| handler.decl.clone()).collect(),
        reasons: ir.reasons.clone(),
        risk,
        on_fault: ir.on_fault.clone(),
        behaviour_hash: behaviour_hash(ir, &params),
        params,
        wants: wants(ir, plans),
        needs,
    })
}

fn raw(folded: &Folded<'_>, id: ExprId, what: impl FnOnce() -> String) -> Result<i64, ParamError> {
    match folded.value(id) {
        Ok(cell) => Ok(cell.bits),
        Err(fault) => Err(ParamError::Fault { what: what(), kind: fault.kind }),
    }
}

fn period(
    folded: &Folded<'_>,
    id: ExprId,
    what: impl Fn() -> String,
) -> Result<Duration, ParamError> {
    let length = Duration::from_nanos(raw(folded, id, &what)?);
    if length.is_positive() {
        Ok(length)
    } else {
        Err(ParamError::NotPositive { what: what(), value: length.to_string() })
    }
}

fn wants(ir: &Ir, plans: &Plans) -> Wants {
    let instruments = || (0..ir.instruments.len() as u32).map(InstrumentId);
    Wants {
        book: instruments().map(|id| plans.wants(&Trigger::Book(id))).collect(),
        trades: instruments().map(|id| plans.wants(&Trigger::Trade(id))).collect(),
        meta: plans.wants(&Trigger::Meta(InstrumentId(0))),
        other_book: plans.wants(&Trigger::Book(InstrumentId(u32::MAX))),
        other_trades: plans.wants(&Trigger::Trade(InstrumentId(u32::MAX))),
        expiry: instruments().map(|id| plans.wants(&Trigger::Expiry(id))).collect(),
        forming: forming(ir),
        other_expiry: plans.wants(&Trigger::Expiry(InstrumentId(u32::MAX))),
        complements: ir.complements.clone(),
        other_complements: ir.other_complements,
    }
}

/// Clocks whose bars are read before they close.
fn forming(ir: &Ir) -> Vec<bool> {
    let mut read = vec![false; ir.clocks.len()];
    for expr in &ir.exprs {
        if let Op::Forming { clock, .. } = expr.op
            && let Some(read) = read.get_mut(usize::from(clock.0))
        {
            *read = true;
        }
    }
    read
}

fn risk_rule(folded: &Folded<'_>, rule: &ir::RiskRule) -> Result<RiskRule, ParamError> {
    let limit = raw(folded, rule.limit, || "a limit of the risk block".into())?;
    let count = || u32::try_from(limit.max(0)).unwrap_or(u32::MAX);
    let (scope, actions) = (rule.scope, rule.actions.clone());
    Ok(match rule.kind {
        RiskKind::MaxPosition => RiskRule::MaxPosition { limit: Quantity::from_raw(limit), scope },
        RiskKind::MaxNotional => RiskRule::MaxNotional { limit: Money::from_raw(limit), scope },
        RiskKind::MaxOpenOrders => RiskRule::MaxOpenOrders { limit: count() },
        RiskKind::MaxLeverage => RiskRule::MaxLeverage { limit: Leverage::from_raw(limit), scope },
        RiskKind::MaxWeight => RiskRule::MaxWeight { limit: Ratio::from_raw(limit), scope },
        RiskKind::MaxLoss => {
            let limit = if folded.exprs[rule.limit.index()].ty.kind == Kind::Money {
                LossLimit::Money(Money::from_raw(limit))
            } else {
                LossLimit::Ratio(Ratio::from_raw(limit))
            };
            RiskRule::MaxLoss { limit, per_day: rule.per_day, actions }
        }
        RiskKind::MaxDrawdown => RiskRule::MaxDrawdown { limit: Ratio::from_raw(limit), actions },
        RiskKind::MaxOrderRate => RiskRule::MaxOrderRate { count: count(), per: rule_window(rule) },
        RiskKind::StaleData => RiskRule::StaleData { after: Duration::from_nanos(limit), actions },
    })
}

fn rule_window(rule: &ir::RiskRule) -> Duration {
    if rule.per_day { Duration::DAY } else { Duration::SECOND }
}

/// FNV-1a of the program's readable form, which names no line and no span, of the version of the library, and of
/// the parameters.
/// Comments and layout do not change it, anything that the strategy does can.
fn behaviour_hash(ir: &Ir, params: &[(String, String)]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut eat = |text: &str| {
        // The zero in between tells ("ab", "c") from ("a", "bc").
        for byte in text.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    eat("strat behaviour 1");
    eat(crate::builtin::LIBRARY);
    eat(&ir.to_string());
    for (name, value) in params {
        eat(name);
        eat(value);
    }
    hash
}
