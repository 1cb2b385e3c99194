//! Orders per time, in a sliding window of event time.

use std::collections::VecDeque;

use crate::time::{Duration, Time};

/// `max_order_rate`: at most `count` orders in any window of `per`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateWindow {
    count: usize,
    per: Duration,
    /// When the orders left that are inside the window, oldest first; never more than `count`.
    sent: VecDeque<Time>,
}

impl RateWindow {
    /// Beyond this many the buffer grows only as it is needed.
    const RESERVED_MAX: usize = 1_024;

    /// An empty window.
    pub fn new(count: u32, per: Duration) -> Self {
        let count = usize::try_from(count).unwrap_or(usize::MAX);
        Self { count, per, sent: VecDeque::with_capacity(count.min(Self::RESERVED_MAX)) }
    }

    /// Whether one more order may leave. An order leaves the window exactly `per` after it was
    /// sent.
    pub fn allows(&mut self, now: Time) -> bool {
        while self.sent.front().is_some_and(|sent| sent.saturating_add(self.per) <= now) {
            self.sent.pop_front();
        }
        self.sent.len() < self.count
    }

    /// An order leaves. The session's own closing orders leave in any case; then the oldest is
    /// forgotten.
    pub fn take(&mut self, now: Time) {
        if self.sent.len() >= self.count {
            self.sent.pop_front();
        }
        if self.count > 0 {
            self.sent.push_back(now);
        }
    }

    /// The last orders were not sent after all.
    pub fn give_back(&mut self, orders: usize) {
        self.sent.truncate(self.sent.len().saturating_sub(orders));
    }
}

crate::kept!(RateWindow { sent } fixed { count, per }
    if |this| this.sent.len() <= this.count);
