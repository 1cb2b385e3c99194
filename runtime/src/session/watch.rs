//! Risk rules at work: what is checked after every change, and what a breach leads to.

use crate::instrument::InstrumentId;
use crate::manifest::{RiskAction, RiskRule};
use crate::session::{Core, RiskCause, RiskNotice, SessionError};
use crate::time::Time;

impl Core {
    /// Checks the rules that read the equity, if it moved, and goes on with closing positions.
    #[inline]
    pub(super) fn watch(&mut self) -> Result<(), SessionError> {
        self.watch_money()?;
        if self.flattening {
            self.close_positions();
        }
        Ok(())
    }

    /// Checks the rules that read the equity, if it moved.
    #[inline]
    pub(super) fn watch_money(&mut self) -> Result<(), SessionError> {
        if std::mem::take(&mut self.equity_moved) && self.risk.reads_equity() {
            self.watch_equity()?;
        }
        Ok(())
    }

    fn watch_equity(&mut self) -> Result<(), SessionError> {
        let mut causes = std::mem::take(&mut self.causes);
        let checked = self.risk.on_equity(self.view.account.equity, &mut causes);
        for cause in causes.drain(..) {
            self.breach(cause);
        }
        self.causes = causes;
        let instrument = InstrumentId::default();
        checked.ok_or(SessionError::Overflow { instrument, what: "loss (of the whole account)" })
    }

    /// When data could be too old next; `Time::MAX` without such a rule.
    pub(super) fn stale_due(&self) -> Time {
        self.risk.stale.iter().map(|rule| rule.due).min().unwrap_or(Time::MAX)
    }

    /// Finds instruments that were silent for too long.
    pub(super) fn watch_stale(&mut self, now: Time) {
        let declared = self.manifest.instruments.len();
        for r in 0..self.risk.stale.len() {
            let mut rule = self.risk.stale[r];
            if rule.due > now {
                continue;
            }
            rule.due = Time::MAX;
            for i in 0..declared {
                let last = self.desks[i].seen;
                if self.desks[i].stale || !self.reads(i) {
                    continue;
                }
                if rule.deadline(last) > now {
                    rule.arm(last);
                    continue;
                }
                let instrument = InstrumentId(i as u32);
                let limit = rule.after;
                self.silent.push(i);
                self.breach(RiskCause::StaleData { rule: rule.rule, instrument, last, limit });
            }
            self.risk.stale[r] = rule;
        }
        while let Some(i) = self.silent.pop() {
            self.desks[i].stale = true;
        }
    }

    /// Whether a strategy reads the feed of a declared instrument that should have one now.
    fn reads(&self, i: usize) -> bool {
        let wants = &self.manifest.wants;
        let wanted = |list: &[bool]| list.get(i).copied().unwrap_or(false);
        let declares_nothing = wants.book.is_empty() && wants.trades.is_empty();
        !self.view.warming
            && self.view.instruments[i].meta.is_trading()
            && (declares_nothing
                || wanted(&wants.book)
                || wanted(&wants.trades)
                || self.clocks.reads(i))
    }

    /// A rule was broken: the strategy's orders go, then come the rule's own actions.
    pub(super) fn breach(&mut self, cause: RiskCause) {
        let actions = match cause {
            RiskCause::MaxLoss { rule, .. }
            | RiskCause::MaxDrawdown { rule, .. }
            | RiskCause::StaleData { rule, .. } => self.actions_of(rule),
            RiskCause::Gap { .. } => vec![RiskAction::Halt],
            RiskCause::Fault(_) | RiskCause::Flattened | RiskCause::Resumed => Vec::new(),
        };
        self.cancel_all();
        self.act(&actions);
        self.notice(cause, actions);
    }

    fn actions_of(&self, rule: usize) -> Vec<RiskAction> {
        match self.manifest.risk.get(rule) {
            Some(
                RiskRule::MaxLoss { actions, .. }
                | RiskRule::MaxDrawdown { actions, .. }
                | RiskRule::StaleData { actions, .. },
            ) => actions.clone(),
            _ => Vec::new(),
        }
    }

    /// Runs the actions of a rule, of a fault or of an operator.
    pub(super) fn act(&mut self, actions: &[RiskAction]) {
        for action in actions {
            match action {
                RiskAction::CancelAll => self.cancel_all(),
                RiskAction::Flatten => {
                    self.cancel_all();
                    self.flattening = true;
                    self.close_positions();
                }
                RiskAction::Halt => {
                    self.halted = true;
                    self.cancel_all();
                }
                RiskAction::Hold => {}
            }
        }
    }

    pub(super) fn notice(&mut self, cause: RiskCause, actions: Vec<RiskAction>) {
        self.outbox.risk.push(RiskNotice { ts: self.view.now, cause, actions });
    }
}
