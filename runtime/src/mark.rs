//! Mark prices: what a position is worth when nobody has just traded it.

use crate::book::Book;
use crate::price::Price;
use crate::side::Side;
use crate::time::{Duration, Time};

/// How long a trade stands in for a missing mid.
pub const LAST_TRADE_AGE_MAX: Duration = Duration::DAY;

/// Where a mark price came from, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MarkBasis {
    /// The payout of a resolved instrument.
    Payout,
    /// The middle of the book.
    Mid,
    /// The last trade, not older than [`LAST_TRADE_AGE_MAX`].
    LastTrade,
    /// The touch at which the position could be left, made worse by one tick.
    Touch,
    /// The mark before, for want of anything newer.
    Stale,
}

/// A mark price and its basis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Mark {
    /// The price.
    pub price: Price,
    /// Where it came from.
    pub basis: MarkBasis,
}

/// What a mark is made from.
#[derive(Clone, Copy, Debug)]
pub struct MarkInputs<'a> {
    /// Time of the current event.
    pub now: Time,
    /// The book of the instrument.
    pub book: &'a Book,
    /// The last trade between others and when it was received.
    pub last_trade: Option<(Price, Time)>,
    /// The side of the position held, `Buy` for a long one; `None` without a position.
    pub held: Option<Side>,
    /// The instrument's price step.
    pub tick: Price,
    /// The mark before.
    pub previous: Option<Mark>,
}

impl Mark {
    /// A mark at the middle of the book.
    #[inline]
    pub const fn mid(price: Price) -> Self {
        Self { price, basis: MarkBasis::Mid }
    }

    /// The settlement price of a resolved instrument.
    pub const fn payout(price: Price) -> Self {
        Self { price, basis: MarkBasis::Payout }
    }

    /// Whether it is the mark of an earlier event.
    pub fn is_stale(&self) -> bool {
        self.basis == MarkBasis::Stale
    }

    /// The mark by the rule: the mid if both sides exist; else the last trade inside the last day;
    /// else the touch of the position's own side (the bid for a long one) made worse by one tick;
    /// else the previous mark, flagged stale. `None` only as long as there never was any of these.
    #[inline]
    pub fn next(inputs: &MarkInputs<'_>) -> Option<Self> {
        match inputs.book.mid() {
            Some(price) => Some(Self::mid(price)),
            None => Self::without_mid(inputs),
        }
    }

    fn without_mid(inputs: &MarkInputs<'_>) -> Option<Self> {
        if let Some((price, at)) = inputs.last_trade {
            // A trade too far away to subtract is too old as well.
            if inputs.now.since(at).is_some_and(|age| age <= LAST_TRADE_AGE_MAX) {
                return Some(Self { price, basis: MarkBasis::LastTrade });
            }
        }
        own_touch(inputs)
            .map(|price| Self { price, basis: MarkBasis::Touch })
            .or(inputs.previous.map(|mark| Self { basis: MarkBasis::Stale, ..mark }))
    }
}

fn own_touch(inputs: &MarkInputs<'_>) -> Option<Price> {
    let side = inputs.held?;
    let touch = inputs.book.best(side)?.price;
    match side {
        Side::Buy => touch.checked_sub(inputs.tick),
        Side::Sell => touch.checked_add(inputs.tick),
    }
}

crate::choice!(MarkBasis { Payout, Mid, LastTrade, Touch, Stale });
crate::plain!(Mark { price, basis });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::Quantity;

    fn price(text: &str) -> Price {
        Price::parse(text).unwrap()
    }

    /// A book with a bid and an ask; `-` is an empty side.
    fn book(bid: &str, ask: &str) -> Book {
        let mut book = Book::new(4);
        for (side, text) in [(Side::Buy, bid), (Side::Sell, ask)] {
            if text != "-" {
                book.set(side, price(text), Quantity::ONE);
            }
        }
        book
    }

    #[test]
    fn the_rule_step_by_step() {
        let day = Duration::DAY.nanos();
        let long = Some(Side::Buy);
        let short = Some(Side::Sell);
        let cases = [
            ("0.4", "0.6", Some(0), long, Some(("0.5", MarkBasis::Mid))),
            ("0.4", "-", Some(0), long, Some(("0.7", MarkBasis::LastTrade))),
            ("0.4", "-", Some(day), long, Some(("0.7", MarkBasis::LastTrade))),
            ("0.4", "-", Some(day + 1), long, Some(("0.39", MarkBasis::Touch))),
            ("0.4", "-", None, long, Some(("0.39", MarkBasis::Touch))),
            ("-", "0.6", None, short, Some(("0.61", MarkBasis::Touch))),
            ("-", "0.6", None, long, Some(("0.3", MarkBasis::Stale))),
            ("0.4", "-", None, short, Some(("0.3", MarkBasis::Stale))),
            ("0.4", "-", None, None, Some(("0.3", MarkBasis::Stale))),
            ("-", "-", Some(i64::MAX), long, Some(("0.3", MarkBasis::Stale))),
        ];
        for (bid, ask, age, held, expected) in cases {
            let now = Time::from_nanos(day);
            let traded = age.map(|age| (price("0.7"), Time::from_nanos(day - age)));
            let inputs = MarkInputs {
                now,
                book: &book(bid, ask),
                last_trade: traded,
                held,
                tick: price("0.01"),
                previous: Some(Mark::mid(price("0.3"))),
            };
            let got = Mark::next(&inputs);
            let expected = expected.map(|(text, basis)| Mark { price: price(text), basis });
            assert_eq!(got, expected, "bid {bid}, ask {ask}, age {age:?}, held {held:?}");
            assert_eq!(got.unwrap().is_stale(), expected.unwrap().basis == MarkBasis::Stale);
        }
    }

    #[test]
    fn without_anything_there_is_no_mark() {
        let empty = Book::new(1);
        let inputs = MarkInputs {
            now: Time::EPOCH,
            book: &empty,
            last_trade: None,
            held: Some(Side::Buy),
            tick: price("0.01"),
            previous: None,
        };
        assert_eq!(Mark::next(&inputs), None);
    }
}
