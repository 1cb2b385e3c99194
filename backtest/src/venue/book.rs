//! The displayed book less what own orders took from it.
//!
//! What an own order takes stays taken until the level is updated: a change of that level, a
//! snapshot in which it shows another size, or, on a feed of the touch alone, the next quote.

use strat_runtime::book::{Book, Level};
use strat_runtime::event::MarketData;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;

use super::orders::UNKNOWN_AHEAD;

/// A book and what own orders took from it.
#[derive(Debug, Clone)]
pub(super) struct DisplayedBook {
    book: Book,
    taken: Vec<Taken>,
}

/// A level that own orders took from.
#[derive(Debug, Clone, Copy)]
struct Taken {
    side: Side,
    price: Price,
    /// What was displayed when the first unit was taken.
    shown: Quantity,
    /// Units taken since.
    used: Quantity,
}

impl DisplayedBook {
    pub(super) fn new(levels_max: usize) -> Self {
        Self { book: Book::new(levels_max), taken: Vec::new() }
    }

    /// Takes a market event in; whether it was about the book.
    pub(super) fn apply(&mut self, data: &MarketData<'_>) -> bool {
        match data {
            MarketData::Quote { bid, ask } => {
                self.taken.clear();
                self.book.apply_quote(bid.price, bid.size, ask.price, ask.size);
            }
            MarketData::Book { bids, asks } => {
                self.book.replace_from(bids, asks);
                if !self.taken.is_empty() {
                    self.deplete_again();
                }
            }
            MarketData::Delta { side, level } => {
                self.taken.retain(|t| t.side != *side || t.price != level.price);
                self.book.set(*side, level.price, level.size);
            }
            MarketData::Trade { .. } | MarketData::Bar(_) | MarketData::Meta(_) => return false,
        }
        true
    }

    /// A snapshot restates every level; one that shows the same size as before was not updated.
    fn deplete_again(&mut self) {
        let book = &mut self.book;
        self.taken.retain(|t| {
            let unchanged = size_at(book.levels(t.side), t.side, t.price) == Some(t.shown);
            if unchanged {
                let left = t.shown.checked_sub(t.used).unwrap_or(Quantity::ZERO);
                book.set(t.side, t.price, left);
            }
            unchanged
        });
    }

    /// The best level left on one side of the book.
    pub(super) fn best(&self, side: Side) -> Option<Level> {
        self.book.best(side)
    }

    /// Removes `size` units from the best level of a side.
    pub(super) fn take(&mut self, side: Side, level: Level, size: Quantity) {
        let left = level.size.checked_sub(size).unwrap_or(Quantity::ZERO);
        self.book.set(side, level.price, left);
        match self.taken.iter_mut().find(|t| t.side == side && t.price == level.price) {
            Some(t) => t.used = t.used.checked_add(size).unwrap_or(t.shown),
            None => {
                self.taken.push(Taken { side, price: level.price, shown: level.size, used: size });
            }
        }
    }

    /// What an order of `side` could take at `limit` or better, `None` meaning any price.
    pub(super) fn depth(&self, side: Side, limit: Option<Price>) -> Quantity {
        let limit = limit.unwrap_or(match side {
            Side::Buy => Price::MAX,
            Side::Sell => Price::MIN,
        });
        self.book.depth(side, limit).unwrap_or(Quantity::MAX)
    }

    /// The levels that an order of `side` for `size` would take, best first, each with the units
    /// taken from it.
    pub(super) fn walk(&self, side: Side, size: Quantity) -> impl Iterator<Item = Level> {
        let mut left = size;
        self.book.levels(side.opposite()).iter().map_while(move |level| {
            let taken = left.min(level.size);
            left = left.checked_sub(taken)?;
            taken.is_positive().then_some(Level::new(level.price, taken))
        })
    }

    /// Displayed size before a new order of `side` at `price`.
    pub(super) fn ahead(&self, side: Side, price: Price) -> Quantity {
        let levels = self.book.levels(side);
        if let Some(size) = size_at(levels, side, price) {
            return size;
        }
        match levels.last() {
            Some(worst) if is_better(side, worst.price, price) => UNKNOWN_AHEAD,
            _ => Quantity::ZERO,
        }
    }
}

/// The size at one price of a side that is sorted best first.
fn size_at(levels: &[Level], side: Side, price: Price) -> Option<Quantity> {
    let at = match side {
        Side::Buy => levels.binary_search_by(|level| price.cmp(&level.price)),
        Side::Sell => levels.binary_search_by(|level| level.price.cmp(&price)),
    };
    at.ok().and_then(|i| levels.get(i)).map(|level| level.size)
}

fn is_better(side: Side, a: Price, b: Price) -> bool {
    match side {
        Side::Buy => a > b,
        Side::Sell => a < b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(price: &str, size: i64) -> Level {
        Level::new(Price::parse(price).unwrap(), Quantity::from_int(size).unwrap())
    }

    #[test]
    fn what_was_taken_stays_taken_until_the_level_changes() {
        let mut book = DisplayedBook::new(8);
        let bids = [level("0.40", 10)];
        let asks = [level("0.42", 10), level("0.43", 20)];
        book.apply(&MarketData::Book { bids: &bids, asks: &asks });
        book.take(Side::Sell, level("0.42", 10), Quantity::from_int(4).unwrap());
        assert_eq!(book.best(Side::Sell), Some(level("0.42", 6)));
        // The same snapshot again is no update.
        book.apply(&MarketData::Book { bids: &bids, asks: &asks });
        assert_eq!(book.best(Side::Sell), Some(level("0.42", 6)));
        // Another level changing is none either.
        book.apply(&MarketData::Delta { side: Side::Sell, level: level("0.43", 5) });
        assert_eq!(book.best(Side::Sell), Some(level("0.42", 6)));
        // The level itself changing is one.
        book.apply(&MarketData::Delta { side: Side::Sell, level: level("0.42", 9) });
        assert_eq!(book.best(Side::Sell), Some(level("0.42", 9)));
        book.take(Side::Sell, level("0.42", 9), Quantity::from_int(9).unwrap());
        assert_eq!(book.best(Side::Sell), Some(level("0.43", 5)));
        let asks = [level("0.42", 8)];
        book.apply(&MarketData::Book { bids: &bids, asks: &asks });
        assert_eq!(book.best(Side::Sell), Some(level("0.42", 8)));
    }

    #[test]
    fn the_size_ahead_is_what_is_displayed_or_unknown() {
        let mut book = DisplayedBook::new(8);
        book.apply(&MarketData::Book {
            bids: &[level("0.40", 10), level("0.38", 7)],
            asks: &[level("0.45", 3)],
        });
        let ahead = |side, price: &str| book.ahead(side, Price::parse(price).unwrap());
        assert_eq!(ahead(Side::Buy, "0.40"), Quantity::from_int(10).unwrap());
        assert_eq!(ahead(Side::Buy, "0.39"), Quantity::ZERO);
        assert_eq!(ahead(Side::Buy, "0.41"), Quantity::ZERO);
        assert_eq!(ahead(Side::Buy, "0.37"), UNKNOWN_AHEAD);
        assert_eq!(ahead(Side::Sell, "0.46"), UNKNOWN_AHEAD);
    }
}
