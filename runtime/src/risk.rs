//! The rules of a `risk` block as small state machines, and what they say when they act.
//!
//! Nothing here knows orders or a session: [`crate::session`] asks. Limits that stop single orders
//! are [`Limits`]; rules that act when something has happened are [`LossRule`], [`DrawdownRule`]
//! and [`StaleRule`]; [`RateWindow`] counts orders per time. All of it runs on event time.

mod limits;
mod loss;
mod rate;
mod stale;

pub use limits::Limits;
pub(crate) use limits::is_about;
pub use loss::{DrawdownRule, LossRule};
pub use rate::RateWindow;
pub use stale::StaleRule;

use crate::fault::Fault;
use crate::instrument::InstrumentId;
use crate::manifest::{ClockId, RiskAction, RiskRule};
use crate::money::Money;
use crate::ratio::Ratio;
use crate::time::{Duration, Time};

/// A risk rule that acted, or another thing that an operator should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskNotice {
    /// When.
    pub ts: Time,
    /// What happened, with its values.
    pub cause: RiskCause,
    /// What was done.
    pub actions: Vec<RiskAction>,
}

/// What an operator should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RiskCause {
    /// More was lost than a rule allows.
    MaxLoss {
        /// Number of the rule in the manifest.
        rule: usize,
        /// Most that may be lost.
        limit: Money,
        /// Loss at this moment.
        loss: Money,
    },
    /// Equity fell further from its peak than a rule allows.
    MaxDrawdown {
        /// Number of the rule in the manifest.
        rule: usize,
        /// Largest share of the peak.
        limit: Ratio,
        /// The highest equity.
        peak: Money,
        /// Equity now.
        equity: Money,
    },
    /// A read instrument was silent for too long.
    StaleData {
        /// Number of the rule in the manifest.
        rule: usize,
        /// The instrument.
        instrument: InstrumentId,
        /// When it last had data, or the start if it never had any.
        last: Time,
        /// Longest silence.
        limit: Duration,
    },
    /// A reaction faulted and was rolled back.
    Fault(Fault),
    /// The bars of a clock with `gaps: halt` had a gap.
    Gap {
        /// The clock.
        clock: ClockId,
        /// The instrument without a bar.
        instrument: InstrumentId,
    },
    /// Every position that can be closed is closed.
    Flattened,
    /// An operator resumed a halted session.
    Resumed,
}

/// All rules of one strategy.
#[derive(Debug, Clone, Default)]
pub struct Risk {
    /// What stops single orders and bounds targets.
    pub limits: Limits,
    /// Orders per time.
    pub rates: Vec<RateWindow>,
    /// Losses.
    pub losses: Vec<LossRule>,
    /// Drawdowns.
    pub drawdowns: Vec<DrawdownRule>,
    /// Silent feeds.
    pub stale: Vec<StaleRule>,
}

impl Risk {
    /// The machines for a strategy's rules.
    pub fn new(rules: &[RiskRule]) -> Self {
        let mut risk = Self { limits: Limits::new(rules), ..Self::default() };
        for (number, rule) in rules.iter().enumerate() {
            match rule {
                RiskRule::MaxOrderRate { count, per } => {
                    risk.rates.push(RateWindow::new(*count, *per));
                }
                RiskRule::MaxLoss { limit, per_day, .. } => {
                    risk.losses.push(LossRule::new(number, *limit, *per_day));
                }
                RiskRule::MaxDrawdown { limit, .. } => {
                    risk.drawdowns.push(DrawdownRule::new(number, *limit));
                }
                RiskRule::StaleData { after, .. } => {
                    risk.stale.push(StaleRule::new(number, *after));
                }
                RiskRule::MaxPosition { .. }
                | RiskRule::MaxNotional { .. }
                | RiskRule::MaxOpenOrders { .. }
                | RiskRule::MaxLeverage { .. }
                | RiskRule::MaxWeight { .. } => {}
            }
        }
        risk
    }

    /// Begins to measure.
    pub fn start(&mut self, now: Time, equity: Money) {
        for rule in &mut self.losses {
            rule.start(now, equity);
        }
        for rule in &mut self.drawdowns {
            rule.start(equity);
        }
        for rule in &mut self.stale {
            rule.arm(now);
        }
    }

    /// Lets a new UTC day begin, if `now` is in one; `equity` is that of before any event of `now`.
    #[inline]
    pub fn roll_day(&mut self, now: Time, equity: Money) {
        for rule in &mut self.losses {
            rule.roll(now, equity);
        }
    }

    /// The rules on losses and drawdowns that this equity breaks for the first time, put after
    /// what is in `out`. `None` on overflow.
    pub fn on_equity(&mut self, equity: Money, out: &mut Vec<RiskCause>) -> Option<()> {
        for rule in &mut self.losses {
            out.extend(rule.check(equity)?);
        }
        for rule in &mut self.drawdowns {
            out.extend(rule.check(equity));
        }
        Some(())
    }

    /// Whether any rule reads the equity.
    #[inline]
    pub fn reads_equity(&self) -> bool {
        !self.losses.is_empty() || !self.drawdowns.is_empty()
    }

    /// Whether every rate allows one more order.
    pub fn rate_allows(&mut self, now: Time) -> bool {
        self.rates.iter_mut().all(|rate| rate.allows(now))
    }

    /// An order leaves.
    pub fn rate_take(&mut self, now: Time) {
        for rate in &mut self.rates {
            rate.take(now);
        }
    }

    /// The last `orders` orders were not sent after all.
    pub fn rate_return(&mut self, orders: usize) {
        for rate in &mut self.rates {
            rate.give_back(orders);
        }
    }
}
