//! Bars from trades, quotes or finer bars.
//!
//! The host applies what it receives, and asks at each step of its watermark which bars have
//! closed. At equal times trades come before closes: apply everything received at `t` first, then
//! drain [`BarBuilder::close_next`] with `t`.

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;

use super::Bar;
use super::forming::{Forming, Piece, Volume};
use crate::price::Price;
use crate::quantity::Quantity;
use crate::time::{Duration, Time};

/// What happens where a whole bar passes without a trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Gaps {
    /// There is no bar. The gap is counted when the next bar closes.
    #[default]
    Skip,
    /// A flat bar at the close before, without volume, closes on time.
    Carry,
    /// [`Closed::Gap`] is reported on time, for the host to stop at.
    Halt,
}

/// What closed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Closed {
    /// A bar in which something happened.
    Bar(Bar),
    /// A flat bar that stands for a gap, by [`Gaps::Carry`].
    Carried(Bar),
    /// A bar without anything in it, by [`Gaps::Halt`].
    Gap {
        /// The start of the empty span.
        opens_at: Time,
        /// Its end.
        closes_at: Time,
    },
}

/// What became of a trade, quote or finer bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Applied {
    /// It is in its bar.
    Counted,
    /// Its bar had closed: it was counted as late and left out.
    Late,
    /// It is stamped further ahead of the watermark than the builder keeps bars open, or at the
    /// end of time: it was counted as early and left out.
    Early,
    /// A finer bar that crosses the boundary of a bar or contradicts itself: it was left out.
    Refused,
}

/// What a builder has seen beside the bars that it closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct BarCounts {
    /// Pieces left out because their bar had closed.
    pub late: u64,
    /// Pieces left out because they were stamped too far ahead.
    pub early: u64,
    /// Finer bars left out because they did not fit or contradicted themselves.
    pub refused: u64,
    /// Bars dropped because their opening was not observed.
    pub dropped: u64,
    /// Bars' lengths that passed without anything, between bars that closed.
    pub gaps: u64,
}

/// Why bars cannot be built like that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BarRuleError {
    /// The length of a bar is zero or negative.
    DurationNotPositive {
        /// The length.
        duration: Duration,
    },
    /// The grace is negative, or longer than [`BarBuilder::GRACE_BARS_MAX`] bars.
    GraceOutOfRange {
        /// The grace.
        grace: Duration,
    },
}

impl fmt::Display for BarRuleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DurationNotPositive { duration } => {
                write!(f, "a bar cannot last {duration}; give it a duration above 0s")
            }
            Self::GraceOutOfRange { grace } => write!(
                f,
                "bars cannot wait {grace} for late trades; give a grace from 0s up to {} bars",
                BarBuilder::GRACE_BARS_MAX
            ),
        }
    }
}

impl Error for BarRuleError {}

/// Builds the bars of one instrument and one duration.
#[derive(Clone, Debug)]
pub struct BarBuilder {
    duration: Duration,
    grace: Duration,
    gaps: Gaps,
    /// Bars with something in them, by `opens_at`; never more than `forming_max`.
    forming: VecDeque<Forming>,
    forming_max: usize,
    /// From when on nothing was missed.
    observed_from: Option<Time>,
    /// The end of the last bar that closed, and its last price.
    closed: Option<(Time, Price)>,
    /// Everything due by then has closed.
    watermark: Option<Time>,
    counts: BarCounts,
}

impl BarBuilder {
    /// The longest grace in bars: it bounds how many bars are open at once.
    pub const GRACE_BARS_MAX: i64 = 1_000;

    /// How many bars with something in them may be open beyond those that wait out the grace: the
    /// clock of a venue runs ahead of ours at times.
    pub const AHEAD_BARS_MAX: usize = 8;

    /// Bars of `duration`, aligned to the epoch, that close `grace` after their end.
    ///
    /// # Errors
    /// A duration that is not positive; a grace that is negative or longer than
    /// [`GRACE_BARS_MAX`](Self::GRACE_BARS_MAX) bars.
    pub fn new(duration: Duration, grace: Duration, gaps: Gaps) -> Result<Self, BarRuleError> {
        if !duration.is_positive() {
            return Err(BarRuleError::DurationNotPositive { duration });
        }
        let bars = grace.nanos() / duration.nanos();
        if grace < Duration::ZERO || bars > Self::GRACE_BARS_MAX {
            return Err(BarRuleError::GraceOutOfRange { grace });
        }
        // The bar of now, those that wait out the grace, and those stamped ahead.
        let forming_max = 1 + bars as usize + Self::AHEAD_BARS_MAX;
        Ok(Self {
            duration,
            grace,
            gaps,
            forming: VecDeque::with_capacity(forming_max),
            forming_max,
            observed_from: None,
            closed: None,
            watermark: None,
            counts: BarCounts::default(),
        })
    }

    /// The length of the bars.
    pub const fn duration(&self) -> Duration {
        self.duration
    }

    /// Everything from `time` on is observed, and something before it may have been missed: bars
    /// that opened earlier and have not closed are dropped.
    ///
    /// Call it at the start of a feed that is known to be complete, and after an interruption.
    /// Without a call, observation begins with the first trade, quote or finer bar.
    pub const fn observe_from(&mut self, time: Time) {
        self.observed_from = Some(time);
    }

    /// Forgets the bars that are forming, to begin them anew from better data. What has closed stays
    /// closed: pieces that belong to it are late.
    pub fn restart(&mut self) {
        self.forming.clear();
    }

    /// Adds a trade.
    #[inline]
    pub fn apply_trade(&mut self, ts_event: Time, price: Price, size: Quantity) -> Applied {
        let volume = Volume::of_trade(size.max(Quantity::ZERO));
        self.apply(&Piece { volume, ..Piece::tick(ts_event, price) })
    }

    /// Adds a quote: its mid is a price without volume, and its spread is remembered. The spread
    /// of a crossed quote counts as zero.
    #[inline]
    pub fn apply_quote(&mut self, ts_event: Time, bid: Price, ask: Price) -> Applied {
        let spread = ask.checked_sub(bid).map(|spread| spread.max(Price::ZERO));
        let half_spread = spread.and_then(|spread| spread.checked_div_int(2));
        self.apply(&Piece { half_spread, ..Piece::tick(ts_event, bid.midpoint(ask)) })
    }

    /// Adds a finer bar, which has to lie inside one bar of this builder.
    pub fn apply_bar(&mut self, bar: &Bar) -> Applied {
        let bucket_ends = bar.opens_at.next_multiple_after(self.duration);
        if !bar.is_consistent() || bucket_ends.is_none_or(|end| bar.closes_at > end) {
            self.counts.refused += 1;
            return Applied::Refused;
        }
        self.apply(&Piece {
            from: bar.opens_at,
            to: bar.closes_at,
            open: bar.open,
            high: bar.high,
            low: bar.low,
            close: bar.close,
            volume: Volume::of_bar(bar.volume),
            half_spread: bar.half_spread,
        })
    }

    /// When the next bar or gap is due, if nothing else arrives; `None` if nothing is.
    ///
    /// A bar whose opening was not observed is due as well, and closes without a result.
    pub fn next_due(&self) -> Option<Time> {
        let forming = self.forming.front().map(|forming| forming.due);
        let empty = match self.gaps {
            Gaps::Skip => None,
            Gaps::Carry | Gaps::Halt => {
                self.closed.and_then(|(end, _)| self.bucket(self.first_observed(end)?))
            }
        };
        let empty = empty.map(|(_, _, due)| due);
        match (forming, empty) {
            (Some(forming), Some(empty)) => Some(forming.min(empty)),
            (either, None) | (None, either) => either,
        }
    }

    /// The earliest bar or gap that is due by `watermark`, once; call it until it gives `None`.
    ///
    /// After that, what belongs to a bar due by `watermark` is late.
    pub fn close_next(&mut self, watermark: Time) -> Option<Closed> {
        loop {
            if let Some(gap) = self.close_gap(watermark) {
                return Some(gap);
            }
            let Some(forming) = self.forming.front().filter(|forming| forming.due <= watermark)
            else {
                self.watermark = self.watermark.max(Some(watermark));
                return None;
            };
            let bar = forming.bar();
            self.forming.pop_front();
            self.count_gaps_before(bar.opens_at);
            self.closed = Some((bar.closes_at, bar.close));
            if self.observed_from.is_some_and(|from| bar.opens_at < from) {
                self.counts.dropped += 1;
            } else {
                return Some(Closed::Bar(bar));
            }
        }
    }

    /// What was seen beside the bars.
    pub const fn counts(&self) -> BarCounts {
        self.counts
    }

    /// The bar that something observed now would belong to, as far as it has come: the latest one
    /// that is forming.
    pub fn forming(&self) -> Option<Bar> {
        self.forming.back().map(Forming::bar)
    }

    /// The bar that is forming at `now`, as far as it has come, if its opening was observed.
    pub fn forming_at(&self, now: Time) -> Option<Bar> {
        let holds = |forming: &&Forming| forming.opens_at <= now && now < forming.closes_at;
        let forming = self.forming.iter().rev().find(holds)?;
        let cut = self.observed_from.is_some_and(|from| forming.opens_at < from);
        (!cut).then(|| forming.bar())
    }

    fn apply(&mut self, piece: &Piece) -> Applied {
        let Some((opens_at, closes_at, due)) = self.bucket(piece.from) else {
            self.counts.early += 1;
            return Applied::Early;
        };
        let has_closed = self.watermark.is_some_and(|watermark| due <= watermark)
            || self.closed.is_some_and(|(end, _)| opens_at < end);
        if has_closed {
            self.counts.late += 1;
            return Applied::Late;
        }
        // Nearly always the last bar, so the search starts there.
        let after = self.forming.iter().rposition(|forming| forming.opens_at <= opens_at);
        let same = after.and_then(|at| self.forming.get_mut(at));
        if let Some(forming) = same.filter(|forming| forming.opens_at == opens_at) {
            forming.add(piece);
        } else if self.forming.len() < self.forming_max {
            let forming = Forming::new(opens_at, closes_at, due, *piece);
            self.forming.insert(after.map_or(0, |at| at + 1), forming);
        } else {
            self.counts.early += 1;
            return Applied::Early;
        }
        self.observed_from.get_or_insert(piece.from);
        Applied::Counted
    }

    /// Start, end and due time of the bar that `time` belongs to; `None` at the ends of time.
    fn bucket(&self, time: Time) -> Option<(Time, Time, Time)> {
        let opens_at = time.floor_to(self.duration)?;
        let closes_at = opens_at.checked_add(self.duration)?;
        Some((opens_at, closes_at, closes_at.checked_add(self.grace)?))
    }

    /// The opening of the first bar from `end` on that was observed whole: before it there is no
    /// saying whether a bar was empty.
    fn first_observed(&self, end: Time) -> Option<Time> {
        match self.observed_from {
            Some(from) if from > end && from.is_multiple_of(self.duration) => Some(from),
            Some(from) if from > end => from.next_multiple_after(self.duration),
            _ => Some(end),
        }
    }

    /// The next empty bar, if the policy wants to hear of it and it is due.
    fn close_gap(&mut self, watermark: Time) -> Option<Closed> {
        if self.gaps == Gaps::Skip {
            return None;
        }
        let (end, price) = self.closed?;
        let (opens_at, closes_at, due) = self.bucket(self.first_observed(end)?)?;
        let filled = self.forming.front().is_some_and(|forming| forming.opens_at <= opens_at);
        if filled || due > watermark {
            return None;
        }
        self.counts.gaps += 1;
        self.closed = Some((closes_at, price));
        Some(match self.gaps {
            Gaps::Carry => Closed::Carried(Bar::flat(opens_at, closes_at, price)),
            Gaps::Skip | Gaps::Halt => Closed::Gap { opens_at, closes_at },
        })
    }

    /// Under [`Gaps::Skip`], counts the empty bars before one that closes.
    fn count_gaps_before(&mut self, opens_at: Time) {
        let start = self.closed.and_then(|(end, _)| self.first_observed(end));
        let length = start.and_then(|start| opens_at.since(start)).unwrap_or(Duration::ZERO);
        if length.is_positive() {
            self.counts.gaps += (length.nanos() / self.duration.nanos()).unsigned_abs();
        }
    }
}

crate::plain!(BarCounts { late, early, refused, dropped, gaps });
crate::kept!(BarBuilder { forming, observed_from, closed, watermark, counts }
    fixed { duration, grace, gaps, forming_max }
    if |this| this.forming.len() <= this.forming_max
        && this.forming.iter().is_sorted_by(|a, b| a.opens_at < b.opens_at));
