//! Two handlers of one event must not set the same state.

use strat_dsl::{Code, Diagnostic, Span};
use strat_runtime::manifest::{Timer, TimerId};

use super::Writes;
use crate::check::Checker;
use crate::hir;
use crate::ir::StateId;

impl Checker {
    /// Two handlers that can fire at the same event must not set the same state.
    pub(in crate::check) fn races(&mut self, handlers: &[Option<hir::Handler>], writes: &Writes) {
        for (state, places) in writes {
            let mut reported = Vec::new();
            for (i, (first, at)) in places.iter().enumerate() {
                for (second, other) in places.iter().skip(i + 1) {
                    if first == second || reported.contains(&(*first, *second)) {
                        continue;
                    }
                    let (Some(Some(a)), Some(Some(b))) =
                        (handlers.get(*first), handlers.get(*second))
                    else {
                        continue;
                    };
                    if meet(&self.st.timers, &a.trigger, &b.trigger) {
                        reported.push((*first, *second));
                        self.race(*state, *at, *other);
                    }
                }
            }
        }
    }

    fn race(&mut self, state: StateId, first: Span, second: Span) {
        let name = self.st.states.get(state.index()).map(|s| s.name.clone()).unwrap_or_default();
        self.out.push(
            Diagnostic::new(
                Code::E0231,
                second,
                format!("two handlers set `{name}` at the same event"),
            )
            .here("set here too")
            .label(first, "set here")
            .why("the result would depend on the order in which the handlers stand")
            .fix("set it in one handler, or give each handler a state of its own"),
        );
    }
}

/// Whether two triggers can fire at one event. Timers meet at common multiples; members may be
/// declared instruments, or members of two universes.
fn meet(timers: &[Timer<hir::Expr>], a: &hir::Trigger, b: &hir::Trigger) -> bool {
    use hir::Trigger::{Book, Expiry, MemberBook, MemberExpiry, MemberTrades, Trades};
    match (a, b) {
        (hir::Trigger::Timer(a), hir::Trigger::Timer(b)) => {
            let timer = |id: &TimerId| timers.get(usize::from(id.0));
            !timer(a).zip(timer(b)).is_some_and(|(a, b)| are_apart(a, b))
        }
        (MemberBook(_), Book(_) | MemberBook(_))
        | (Book(_), MemberBook(_))
        | (MemberTrades(_), Trades(_) | MemberTrades(_))
        | (Trades(_), MemberTrades(_))
        | (MemberExpiry(_), Expiry(_) | MemberExpiry(_))
        | (Expiry(_), MemberExpiry(_)) => true,
        (hir::Trigger::Fill(a), hir::Trigger::Fill(b))
        | (hir::Trigger::Done(a), hir::Trigger::Done(b))
        | (hir::Trigger::Reject(a), hir::Trigger::Reject(b)) => a.iter().any(|id| b.contains(id)),
        (a, b) => a == b,
    }
}

/// Whether two timers never fire at one time: the opening and the close of a calendar that is closed
/// between any two sessions.
fn are_apart<P>(a: &Timer<P>, b: &Timer<P>) -> bool {
    match (a, b) {
        (Timer::Session(a, first), Timer::Session(b, second)) => {
            a == b && first != second && !a.has_adjoining_sessions()
        }
        (Timer::Every(_), Timer::Every(_) | Timer::Session(..))
        | (Timer::Session(..), Timer::Every(_)) => false,
    }
}
