//! Looking at a run from outside: everything that the session hands out, as it is handed out.
//!
//! `()` looks at nothing and costs nothing.

use strat_runtime::session::Outbox;

/// Somebody who follows a run.
pub trait Observe {
    /// Whether it looks at all.
    const ON: bool = true;

    /// What the session has produced since the last call, before it is sent and recorded; it can be
    /// empty. `steps` counts the steps of the strategy so far.
    fn drained(&mut self, steps: u64, outbox: &Outbox);
}

impl Observe for () {
    const ON: bool = false;

    #[inline]
    fn drained(&mut self, _steps: u64, _outbox: &Outbox) {}
}
