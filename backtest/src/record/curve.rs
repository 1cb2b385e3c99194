//! Equity on a fixed grid of event time, in bounded memory.

use strat_runtime::money::Money;
use strat_runtime::time::{Duration, Time};

/// The steps a grid can have; each is a multiple of the one before it.
pub const GRID: [Duration; 8] = [
    Duration::from_secs(1),
    Duration::from_secs(10),
    Duration::from_minutes(1),
    Duration::from_minutes(5),
    Duration::from_minutes(15),
    Duration::from_hours(1),
    Duration::from_hours(4),
    Duration::from_hours(24),
];

/// Points beyond which a curve goes over to the next longer step.
const POINTS_MAX: usize = 4_096;

/// Equity at multiples of a step since the epoch, each as it was when everything up to that instant
/// had been handled.
///
/// The step is the shortest of [`GRID`] with which the run so far has at most 4096 points, so it
/// depends on the length of the run alone: up to 68 minutes have 1 s, up to 11 hours 10 s, up to
/// 2.8 days 1 min, up to 14 days 5 min, up to 42 days 15 min, up to 170 days 1 h, up to 1.8 years
/// 4 h, longer runs a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EquityCurve {
    step: Duration,
    /// Time of the first point.
    first: Option<Time>,
    points: Vec<Money>,
    /// The next multiple of the step that has no point yet.
    next: Time,
    equity: Money,
    started_at: Time,
}

impl EquityCurve {
    /// Begins with the equity at the start.
    pub fn new(now: Time, equity: Money) -> Self {
        let [step, ..] = GRID;
        Self {
            step,
            first: None,
            points: Vec::new(),
            next: first_at(now, step),
            equity,
            started_at: now,
        }
    }

    /// Equity is this from `now` on.
    #[inline]
    pub fn observe(&mut self, now: Time, equity: Money) {
        // Points strictly before now are final; one at now may still change.
        if self.next < now {
            self.fill_until(now, false);
        }
        self.equity = equity;
    }

    /// The run is over at `now`.
    pub fn close(&mut self, now: Time) {
        self.fill_until(now, true);
    }

    /// The step of the grid.
    pub fn step(&self) -> Duration {
        self.step
    }

    /// Time of the first point; `None` for a run that reached none.
    pub fn first(&self) -> Option<Time> {
        self.first
    }

    /// The points, one every [`EquityCurve::step`].
    pub fn points(&self) -> &[Money] {
        &self.points
    }

    fn fill_until(&mut self, now: Time, inclusive: bool) {
        loop {
            let last = now.nanos().saturating_sub(i64::from(!inclusive));
            if self.next.nanos() > last {
                return;
            }
            let missing = (last - self.next.nanos()) / self.step.nanos() + 1;
            let room = POINTS_MAX.saturating_sub(self.points.len());
            if usize::try_from(missing).is_ok_and(|missing| missing <= room) || !self.coarsen() {
                self.first = self.first.or(Some(self.next));
                // Bounded: by the room, or by the days between two representable times.
                let count = usize::try_from(missing).unwrap_or(room);
                self.points.resize(self.points.len() + count, self.equity);
                self.next =
                    Time::from_nanos(self.next.nanos().saturating_add(missing * self.step.nanos()));
                return;
            }
        }
    }

    /// Goes over to the next longer step; false if this is the longest.
    fn coarsen(&mut self) -> bool {
        let Some(longer) = GRID.into_iter().find(|step| *step > self.step) else { return false };
        let mut at = self.first.unwrap_or(self.next);
        let step = self.step;
        self.points.retain(|_| {
            let kept = at.is_multiple_of(longer);
            at = at.saturating_add(step);
            kept
        });
        self.first = self.first.map(|_| first_at(self.started_at, longer));
        if self.points.is_empty() {
            self.first = None;
        }
        self.step = longer;
        self.next = first_at(self.next, longer);
        true
    }
}

/// The first multiple of `step` that is not before `time`.
fn first_at(time: Time, step: Duration) -> Time {
    if time.is_multiple_of(step) {
        return time;
    }
    time.next_multiple_after(step).unwrap_or(Time::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(n: i64) -> Money {
        Money::from_int(n).unwrap()
    }

    fn at(seconds: i64) -> Time {
        Time::from_secs(seconds).unwrap()
    }

    #[test]
    fn points_are_the_last_equity_at_or_before_them() {
        let mut curve = EquityCurve::new(at(0), money(100));
        curve.observe(at(0), money(101));
        curve.observe(Time::from_nanos(1_500_000_000), money(102));
        curve.observe(at(3), money(103));
        curve.observe(at(3), money(104));
        curve.close(at(4));
        assert_eq!(curve.first(), Some(at(0)));
        let expected: Vec<_> = [101, 101, 102, 104, 104].into_iter().map(money).collect();
        assert_eq!(curve.points(), expected);
    }

    #[test]
    fn a_coarser_grid_is_what_it_would_have_been_from_the_start() {
        for start in [0, 7, 61, 3599] {
            let mut curve = EquityCurve::new(at(start), money(0));
            for second in start..start + 60_000 {
                curve.observe(at(second), money(second));
            }
            curve.close(at(start + 60_000 - 1));
            let step = curve.step().nanos() / 1_000_000_000;
            assert_eq!(step, 60, "60,000 s have 6,000 points of 10 s");
            let first = (start + step - 1) / step * step;
            assert_eq!(curve.first(), Some(at(first)));
            let expected: Vec<_> =
                (first..start + 60_000).step_by(step as usize).map(money).collect();
            assert_eq!(curve.points(), expected, "start {start}");
        }
    }

    #[test]
    fn a_long_silence_costs_no_memory() {
        let mut curve = EquityCurve::new(Time::EPOCH, money(1));
        curve.observe(at(1), money(1));
        curve.observe(at(1_000 * 86_400), money(2));
        curve.close(at(1_000 * 86_400));
        assert_eq!(curve.step(), Duration::from_hours(24));
        assert_eq!(curve.points().len(), 1_001);
        assert_eq!(curve.points().last(), Some(&money(2)));
    }
}
