//! One side of a book: levels sorted best first, in a vector that never grows.

use super::Level;
use crate::price::Price;
use crate::side::Side;

#[derive(Debug)]
pub(super) struct BookSide {
    side: Side,
    levels: Vec<Level>,
    levels_max: usize,
    truncated: bool,
}

impl BookSide {
    pub(super) fn new(side: Side, levels_max: usize) -> Self {
        Self { side, levels: Vec::with_capacity(levels_max), levels_max, truncated: false }
    }

    #[inline]
    pub(super) fn levels(&self) -> &[Level] {
        &self.levels
    }

    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.levels.capacity()
    }

    #[inline]
    pub(super) fn is_truncated(&self) -> bool {
        self.truncated
    }

    #[inline]
    pub(super) fn clear(&mut self) {
        self.levels.clear();
        self.truncated = false;
    }

    /// One level, or none if it has no size.
    #[inline]
    pub(super) fn replace_with(&mut self, level: Level) {
        self.truncated = false;
        if !level.size.is_positive() {
            self.levels.clear();
        } else if let [only] = self.levels.as_mut_slice() {
            // The common case of a quote feed, kept free of the vector's bookkeeping.
            *only = level;
        } else {
            self.levels.clear();
            self.levels.push(level);
        }
    }

    pub(super) fn replace_from(&mut self, levels: &[Level]) {
        self.clear();
        // Feeds sort one way or the other. Read from the best end, each level goes to the back.
        let reversed = match (levels.first(), levels.last()) {
            (Some(first), Some(last)) => self.is_better(last.price, first.price),
            _ => false,
        };
        if reversed && levels.is_sorted_by(|a, b| self.is_better(b.price, a.price)) {
            for &level in levels.iter().rev() {
                self.set(level);
            }
        } else {
            for &level in levels {
                self.set(level);
            }
        }
    }

    /// Places, changes or removes a level.
    #[inline]
    pub(super) fn set(&mut self, level: Level) {
        // Past the last level: the order in which snapshots arrive.
        if self.levels.last().is_none_or(|worst| self.is_better(worst.price, level.price)) {
            if level.size.is_positive() {
                self.push(level);
            }
            return;
        }
        match self.find(level.price) {
            Ok(at) if !level.size.is_positive() => {
                self.levels.remove(at);
            }
            Ok(at) => {
                if let Some(kept) = self.levels.get_mut(at) {
                    kept.size = level.size;
                }
            }
            Err(_) if !level.size.is_positive() => {}
            Err(at) => {
                if self.levels.len() == self.levels_max {
                    self.levels.pop();
                    self.truncated = true;
                }
                self.levels.insert(at, level);
            }
        }
    }

    fn push(&mut self, level: Level) {
        if self.levels.len() == self.levels_max {
            self.truncated = true;
        } else {
            self.levels.push(level);
        }
    }

    /// Where the price stands, or where it would.
    #[inline]
    fn find(&self, price: Price) -> Result<usize, usize> {
        match self.side {
            Side::Buy => self.levels.binary_search_by(|level| price.cmp(&level.price)),
            Side::Sell => self.levels.binary_search_by(|level| level.price.cmp(&price)),
        }
    }

    /// Whether `a` comes strictly before `b` on this side.
    #[inline]
    fn is_better(&self, a: Price, b: Price) -> bool {
        match self.side {
            Side::Buy => a > b,
            Side::Sell => a < b,
        }
    }
}

impl Clone for BookSide {
    fn clone(&self) -> Self {
        // A derived clone would keep the levels without the room for more, and allocate later.
        let mut levels = Vec::with_capacity(self.levels_max);
        levels.extend_from_slice(&self.levels);
        Self { side: self.side, levels, levels_max: self.levels_max, truncated: self.truncated }
    }

    fn clone_from(&mut self, source: &Self) {
        self.levels.clone_from(&source.levels);
        (self.side, self.levels_max, self.truncated) =
            (source.side, source.levels_max, source.truncated);
    }
}

impl PartialEq for BookSide {
    fn eq(&self, other: &Self) -> bool {
        self.side == other.side && self.levels == other.levels
    }
}

impl Eq for BookSide {}

crate::kept!(BookSide { levels, truncated } fixed { side, levels_max }
    if |this| this.levels.len() <= this.levels_max
        && this.levels.iter().all(|level| level.size.is_positive())
        && this.levels.is_sorted_by(|a, b| this.is_better(a.price, b.price)));
