//! Limits that stop single orders and bound targets.

use crate::instrument::InstrumentId;
use crate::leverage::Leverage;
use crate::manifest::{RiskRule, Scope};
use crate::money::Money;
use crate::quantity::Quantity;
use crate::ratio::Ratio;

/// The limits of a strategy, by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Limits {
    /// `max_position`.
    pub position: Vec<(Quantity, Scope)>,
    /// `max_notional`.
    pub notional: Vec<(Money, Scope)>,
    /// `max_open_orders`, the smallest where there are several.
    pub open_orders: Option<u32>,
    /// `max_leverage`.
    pub leverage: Vec<(Leverage, Scope)>,
    /// `max_weight`.
    pub weight: Vec<(Ratio, Scope)>,
}

impl Limits {
    /// Sorts the rules by kind.
    pub fn new(rules: &[RiskRule]) -> Self {
        let mut limits = Self::default();
        for rule in rules {
            match rule {
                RiskRule::MaxPosition { limit, scope } => limits.position.push((*limit, *scope)),
                RiskRule::MaxNotional { limit, scope } => limits.notional.push((*limit, *scope)),
                RiskRule::MaxOpenOrders { limit } => {
                    limits.open_orders =
                        Some(limits.open_orders.map_or(*limit, |least| least.min(*limit)));
                }
                RiskRule::MaxLeverage { limit, scope } => limits.leverage.push((*limit, *scope)),
                RiskRule::MaxWeight { limit, scope } => limits.weight.push((*limit, *scope)),
                RiskRule::MaxLoss { .. }
                | RiskRule::MaxDrawdown { .. }
                | RiskRule::MaxOrderRate { .. }
                | RiskRule::StaleData { .. } => {}
            }
        }
        limits
    }
}

/// Whether a limit is about this instrument by itself.
pub(crate) fn is_about(scope: Scope, instrument: InstrumentId) -> bool {
    match scope {
        Scope::Portfolio => false,
        Scope::EachInstrument => true,
        Scope::Instrument(one) => one == instrument,
    }
}
