//! `std.book`: what is read from a book.

use super::{
    Argument, BASE, Depth, Function, Gives, Input, Proven, PureRow, Words, any, not_negative,
    positive,
};

const BOOK: Argument = any("book", Input::Book);
const SIDE: Argument = any("side", Input::Word(Words::Side));

const BOOK_BASE: PureRow =
    PureRow { module: "std.book", takes: &[BOOK], gives: Gives::Price, optional: true, ..BASE };

/// The rows.
pub(super) const ROWS: &[PureRow] = &[
    PureRow {
        function: Function::Mid,
        name: "mid",
        sign: Proven::Positive,
        doc: "the middle of best bid and best ask, to nearest, ties to even; the same as \
              `book.mid`. None if a side is empty",
        ..BOOK_BASE
    },
    PureRow {
        function: Function::Spread,
        name: "spread",
        doc: "best ask - best bid, below zero if the book is crossed; the same as `book.spread`. \
              None if a side is empty",
        ..BOOK_BASE
    },
    PureRow {
        function: Function::MicroPrice,
        name: "micro_price",
        sign: Proven::Positive,
        doc: "the mid weighted by the sizes opposite: (bid * ask size + ask * bid size) / (bid \
              size + ask size) at the touch, rounded once. None if a side is empty. Known as the \
              weighted mid (J. Gatheral, R. Oomen 2010)",
        ..BOOK_BASE
    },
    PureRow {
        function: Function::Imbalance,
        name: "imbalance",
        takes: &[BOOK, positive("levels", Input::Whole)],
        gives: Gives::Ratio,
        depth: Depth::Above(1, 1),
        doc: "(b - a) / (b + a) with the sizes b and a of the best `levels` of each side: 100% \
              with bids alone, -100% with asks alone. None if both sides are empty, or if the data \
              shows the touch alone and `levels` is above 1",
        ..BOOK_BASE
    },
    PureRow {
        function: Function::Depth,
        name: "depth",
        takes: &[BOOK, SIDE, any("limit", Input::Price)],
        gives: Gives::Size,
        sign: Proven::NotNegative,
        depth: Depth::All,
        doc: "the size on one side from the best price up to `limit`, that included. None if the \
              data shows the touch alone and `limit` lies behind it",
        ..BOOK_BASE
    },
    PureRow {
        function: Function::DepthWithin,
        name: "depth_within",
        takes: &[BOOK, SIDE, not_negative("ticks", Input::Whole)],
        gives: Gives::Size,
        sign: Proven::NotNegative,
        depth: Depth::Above(2, 0),
        doc: "the size on one side at most `ticks` ticks behind its best price. None if the side \
              is empty, or if the data shows the touch alone and `ticks` is above 0",
        ..BOOK_BASE
    },
    PureRow {
        function: Function::VwapFor,
        name: "vwap_for",
        takes: &[BOOK, SIDE, any("size", Input::Size)],
        sign: Proven::Positive,
        depth: Depth::All,
        doc: "the average price of `size` taken from one side, level by level, rounded once: \
              `ask` is what buying pays, `bid` what selling gets. None if `size` is not above zero \
              or the side shows less",
        ..BOOK_BASE
    },
    PureRow {
        function: Function::LevelPrice,
        name: "level_price",
        takes: &[BOOK, SIDE, positive("n", Input::Whole)],
        sign: Proven::Positive,
        depth: Depth::Above(2, 1),
        doc: "the price of the n-th best level of one side; 1 is the touch. None if there is no \
              such level",
        ..BOOK_BASE
    },
    PureRow {
        function: Function::LevelSize,
        name: "level_size",
        takes: &[BOOK, SIDE, positive("n", Input::Whole)],
        gives: Gives::Size,
        sign: Proven::Positive,
        depth: Depth::Above(2, 1),
        doc: "the size of the n-th best level of one side; 1 is the touch. None if there is no \
              such level",
        ..BOOK_BASE
    },
];
