//! Rules on equity: losses since a moment, drawdown from the peak. Both act once when a limit is
//! exceeded, and can act again after the equity has come back inside it.

use crate::fixed::SCALE;
use crate::manifest::LossLimit;
use crate::money::Money;
use crate::ratio::Ratio;
use crate::risk::RiskCause;
use crate::time::Time;

/// `max_loss`: equity lost since 00:00 UTC or since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LossRule {
    rule: usize,
    limit: LossLimit,
    per_day: bool,
    base: Money,
    day: i64,
    exceeded: bool,
}

impl LossRule {
    /// The rule with this number in the manifest; it measures from [`LossRule::start`] on.
    pub const fn new(rule: usize, limit: LossLimit, per_day: bool) -> Self {
        Self { rule, limit, per_day, base: Money::ZERO, day: 0, exceeded: false }
    }

    /// Measures from here.
    pub const fn start(&mut self, now: Time, equity: Money) {
        self.base = equity;
        self.day = now.utc_day();
        self.exceeded = false;
    }

    /// Measures from here if `now` is on a later UTC day.
    #[inline]
    pub const fn roll(&mut self, now: Time, equity: Money) {
        if self.per_day && now.utc_day() > self.day {
            self.start(now, equity);
        }
    }

    /// What happened, if this equity is the first beyond the limit; `None` on overflow.
    pub fn check(&mut self, equity: Money) -> Option<Option<RiskCause>> {
        let loss = self.base.checked_sub(equity)?;
        let limit = match self.limit {
            LossLimit::Money(limit) => limit,
            LossLimit::Ratio(share) => self.base.max(Money::ZERO).checked_mul_ratio(share)?,
        };
        let before = std::mem::replace(&mut self.exceeded, loss > limit);
        let acts = self.exceeded && !before;
        Some(acts.then_some(RiskCause::MaxLoss { rule: self.rule, limit, loss }))
    }
}

/// `max_drawdown`: share of the running peak of equity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DrawdownRule {
    rule: usize,
    limit: Ratio,
    peak: Money,
    exceeded: bool,
}

impl DrawdownRule {
    /// The rule with this number in the manifest; it measures from [`DrawdownRule::start`] on.
    pub const fn new(rule: usize, limit: Ratio) -> Self {
        Self { rule, limit, peak: Money::ZERO, exceeded: false }
    }

    /// The first peak.
    pub const fn start(&mut self, equity: Money) {
        self.peak = equity;
        self.exceeded = false;
    }

    /// What happened, if this equity is the first beyond the limit. Compared exactly, in integers.
    pub fn check(&mut self, equity: Money) -> Option<RiskCause> {
        self.peak = self.peak.max(equity);
        let fall = i128::from(self.peak.raw()) - i128::from(equity.raw());
        let allowed = i128::from(self.peak.raw().max(0)) * i128::from(self.limit.raw());
        let exceeds = fall * i128::from(SCALE) > allowed;
        let before = std::mem::replace(&mut self.exceeded, exceeds);
        (exceeds && !before).then_some(RiskCause::MaxDrawdown {
            rule: self.rule,
            limit: self.limit,
            peak: self.peak,
            equity,
        })
    }
}

crate::kept!(LossRule { base, day, exceeded } fixed { rule, limit, per_day });
crate::kept!(DrawdownRule { peak, exceeded } fixed { rule, limit });
