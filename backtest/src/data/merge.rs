//! Bars of one instrument from its files: months put together, bid and ask made into one.

use std::cmp::Ordering;

use strat_runtime::bar::Bar;
use strat_runtime::time::{Duration, Time};

use super::bars_csv::{BarRow, BarRows, in_order};
use super::error::{At, DataError, RowProblem};
use super::spec::{BarStamp, DataSpec, QuoteSide};

/// All bar files of one instrument.
#[derive(Debug, Default)]
pub(crate) struct BarFiles {
    files: Vec<(DataSpec, BarRows)>,
}

/// What became of them.
#[derive(Debug)]
pub(crate) struct Merged {
    pub(crate) bars: Vec<Bar>,
    pub(crate) step: Duration,
    pub(crate) has_volume: bool,
    pub(crate) assumed: Vec<String>,
    pub(crate) remarks: Vec<String>,
}

/// A row, and which file it is from.
#[derive(Debug, Clone, Copy)]
struct Placed {
    file: usize,
    row: BarRow,
}

impl BarFiles {
    pub(crate) fn push(&mut self, spec: DataSpec, rows: BarRows) {
        self.files.push((spec, rows));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Puts everything together; `None` if there is no file.
    pub(crate) fn merge(self, name: &str) -> Result<Option<Merged>, DataError> {
        let Some((first, first_rows)) = self.files.first() else { return Ok(None) };
        let step = first_rows.step;
        if let Some((spec, rows)) = self.files.iter().find(|(_, rows)| rows.step != step) {
            let problem = format!(
                "`{name}` has bars of {step} in {} and of {} in {}; give bars of one length",
                first.path, rows.step, spec.path
            );
            return Err(DataError::Binding { problem });
        }
        let bids = self.side(Some(QuoteSide::Bid))?;
        let asks = self.side(Some(QuoteSide::Ask))?;
        let plain = self.side(None)?;
        let sided = bids.len() + asks.len() > 0;
        if sided && !plain.is_empty() {
            let problem = format!(
                "`{name}` has files with a side and files without one; give each `,side=bid` or \
                 `,side=ask`, or none of them"
            );
            return Err(DataError::Binding { problem });
        }
        let mut merged = Merged {
            bars: Vec::new(),
            step,
            has_volume: self.files.iter().all(|(_, rows)| rows.has_volume),
            assumed: Vec::new(),
            remarks: Vec::new(),
        };
        let stamped_at_open = self.stamped_at_open(&mut merged.assumed);
        if !bids.is_empty() && !asks.is_empty() {
            self.join(&bids, &asks, &stamped_at_open, &mut merged)?;
        } else {
            let (rows, side) = if !plain.is_empty() {
                (plain, None)
            } else if bids.is_empty() {
                (asks, Some("ask"))
            } else {
                (bids, Some("bid"))
            };
            if let Some(side) = side {
                merged.assumed.push(format!("`{name}` has {side} bars only, used as prices"));
            }
            for Placed { file, row } in rows {
                let at_open = stamped_at_open.get(file).copied().unwrap_or(true);
                merged.bars.push(self.bar(file, &row, step, at_open)?);
            }
        }
        merged.remark_gaps(name);
        Ok(Some(merged))
    }

    /// Per file, whether its stamps are the bars' opens.
    fn stamped_at_open(&self, assumed: &mut Vec<String>) -> Vec<bool> {
        if self.files.iter().any(|(spec, _)| spec.time.is_none()) {
            assumed.push("bars are stamped at their open".to_owned());
        }
        self.files.iter().map(|(spec, _)| spec.time != Some(BarStamp::Close)).collect()
    }

    /// The rows of all files of a side in order; two rows of one time are refused.
    fn side(&self, side: Option<QuoteSide>) -> Result<Vec<Placed>, DataError> {
        let mut placed: Vec<Placed> = Vec::new();
        for (file, (spec, rows)) in self.files.iter().enumerate() {
            if spec.side == side {
                placed.extend(rows.rows.iter().map(|&row| Placed { file, row }));
            }
        }
        placed.sort_by_key(|p| p.row.stamp);
        for (a, b) in placed.iter().zip(placed.iter().skip(1)) {
            in_order(self.at(b), a.row.stamp, b.row.stamp)?;
        }
        Ok(placed)
    }

    fn at(&self, placed: &Placed) -> At<'_> {
        let file = self.files.get(placed.file).map_or("", |(spec, _)| spec.path.as_str());
        At { file, line: placed.row.line }
    }

    fn bar(
        &self,
        file: usize,
        row: &BarRow,
        step: Duration,
        at_open: bool,
    ) -> Result<Bar, DataError> {
        let other = if at_open { row.stamp.checked_add(step) } else { row.stamp.checked_sub(step) };
        let other: Time = other.ok_or_else(|| {
            let problem = "the bar leaves the range of time; remove the row".to_owned();
            let found = row.stamp.to_string();
            self.at(&Placed { file, row: *row }).error(RowProblem::Stamp { found, problem })
        })?;
        let (opens_at, closes_at) = if at_open { (row.stamp, other) } else { (other, row.stamp) };
        let BarRow { open, high, low, close, volume, .. } = *row;
        Ok(Bar { opens_at, closes_at, open, high, low, close, volume, half_spread: None })
    }

    /// Bars in the middle of bid and ask, with half of their distance at the close.
    fn join(
        &self,
        bids: &[Placed],
        asks: &[Placed],
        stamped_at_open: &[bool],
        merged: &mut Merged,
    ) -> Result<(), DataError> {
        let at_open = |placed: &Placed| stamped_at_open.get(placed.file).copied().unwrap_or(true);
        let bar = |p: &Placed| self.bar(p.file, &p.row, merged.step, at_open(p));
        let mut left = bids.iter().peekable();
        let mut right = asks.iter().peekable();
        let (mut bars, mut alone, mut crossed) = (Vec::new(), 0_u64, 0_u64);
        while let (Some(bid_row), Some(ask_row)) = (left.peek(), right.peek()) {
            let (bid, ask) = (bar(bid_row)?, bar(ask_row)?);
            match bid.opens_at.cmp(&ask.opens_at) {
                Ordering::Less => {
                    left.next();
                    alone += 1;
                }
                Ordering::Greater => {
                    right.next();
                    alone += 1;
                }
                Ordering::Equal => {
                    bars.push(middle(&bid, &ask));
                    crossed += u64::from(bid.close > ask.close);
                    left.next();
                    right.next();
                }
            }
        }
        alone += (left.count() + right.count()) as u64;
        merged.bars = bars;
        if alone > 0 {
            merged.remarks.push(format!("{alone} bars have one side only and are left out"));
        }
        if crossed > 0 {
            merged.remarks.push(format!(
                "{crossed} bars close with the bid above the ask; their spread is not known"
            ));
        }
        merged.assumed.push(
            "bars are the middle of bid and ask, with the half spread of their close".to_owned(),
        );
        Ok(())
    }
}

/// The middle of both sides. The last bid and the last ask of a span need not be of one moment: if
/// they are crossed, the spread is not known.
fn middle(bid: &Bar, ask: &Bar) -> Bar {
    let spread = ask.close.checked_sub(bid.close).filter(|spread| !spread.is_negative());
    Bar {
        opens_at: bid.opens_at,
        closes_at: bid.closes_at,
        open: bid.open.midpoint(ask.open),
        high: bid.high.midpoint(ask.high),
        low: bid.low.midpoint(ask.low),
        close: bid.close.midpoint(ask.close),
        volume: f64::midpoint(bid.volume, ask.volume),
        half_spread: spread.and_then(|spread| spread.checked_div_int(2)),
    }
}

impl Merged {
    fn remark_gaps(&mut self, name: &str) {
        let gaps = self
            .bars
            .iter()
            .zip(self.bars.iter().skip(1))
            .filter(|(a, b)| a.closes_at < b.opens_at);
        let count = gaps.count();
        let step = self.step;
        self.remarks.push(format!("`{name}` has bars of {step}, with {count} gaps between them"));
        if self.bars.iter().any(|bar| !bar.opens_at.is_multiple_of(step)) {
            self.remarks.push(format!(
                "bars of `{name}` do not open at multiples of {step} since 1970 UTC"
            ));
        }
        if !self.has_volume {
            self.remarks.push(format!("bars of `{name}` have no volume"));
        }
    }
}
