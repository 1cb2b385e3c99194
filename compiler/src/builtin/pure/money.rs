//! `std.pm` and `std.size`: prices of outcomes, and how much to trade.

use super::{BASE, Function, Gives, Input, Proven, PureRow, any, not_negative, positive};

const PM: PureRow = PureRow { module: "std.pm", gives: Gives::LoosePrice, ..BASE };
const SIZE: PureRow = PureRow { module: "std.size", ..BASE };

/// The rows.
pub(super) const ROWS: &[PureRow] = &[
    PureRow {
        function: Function::ImpliedProb,
        name: "implied_prob",
        takes: &[not_negative("price", Input::LoosePrice)],
        gives: Gives::Real,
        sign: Proven::NotNegative,
        doc: "the probability that the price of a token stands for, which pays 1: its number",
        ..PM
    },
    PureRow {
        function: Function::Complement,
        name: "complement",
        takes: &[any("price", Input::LoosePrice)],
        doc: "1 - price: what the other token of a pair is worth, exact",
        ..PM
    },
    PureRow {
        function: Function::ParityGap,
        name: "parity_gap",
        takes: &[any("yes", Input::LoosePrice), any("no", Input::LoosePrice)],
        doc: "yes + no - 1, exact: with the asks of both tokens, buying both gains below zero; with \
              the bids, selling both gains above",
        ..PM
    },
    PureRow {
        function: Function::SumToOne,
        name: "sum_to_one",
        takes: &[any("price", Input::LoosePrice), any("other", Input::LoosePrice)],
        repeats: true,
        doc: "the sum of the prices of all outcomes of an event - 1, exact; of 2 to 64 outcomes. Of \
              outcomes that shut each other out one pays 1",
        ..PM
    },
    PureRow {
        function: Function::TimeDecay,
        name: "time_decay",
        takes: &[any("left", Input::Duration), positive("span", Input::Duration)],
        gives: Gives::Real,
        sign: Proven::NotNegative,
        doc: "the part of the uncertainty that is left: sqrt(left / span), 0 after the end, 1 \
              before the beginning; the deviation of a random walk of that length (L. Bachelier \
              1900)",
        ..PM
    },
    PureRow {
        function: Function::KellyToken,
        name: "kelly",
        takes: &[any("p", Input::Real), any("price", Input::LoosePrice)],
        gives: Gives::Real,
        sign: Proven::NotNegative,
        doc: "the part of the wealth to put into a token that pays 1 with probability p: (p - \
              price) / (1 - price), with p held within 0..1; 0 without an edge (J. L. Kelly 1956). \
              For the other token: `kelly(1 - p, complement(price))`",
        ..PM
    },
    PureRow {
        function: Function::Payoff,
        name: "payoff",
        takes: &[
            any("size", Input::Size),
            any("price", Input::Price),
            any("outcome", Input::LoosePrice),
        ],
        gives: Gives::Money,
        doc: "what tokens bought at `price` gained when each paid `outcome` (1, 0, or what a market \
              settled at): size * (outcome - price), rounded once",
        ..PM
    },
    PureRow {
        function: Function::VolTarget,
        name: "vol_target",
        takes: &[
            not_negative("goal", Input::Ratio),
            not_negative("vol", Input::Real),
            not_negative("most", Input::Leverage),
        ],
        gives: Gives::Leverage,
        sign: Proven::NotNegative,
        doc: "min(most, goal / vol), rounded once: the leverage at which a position has the \
              volatility `goal`; `most` without volatility. Both volatilities are of the same \
              length of time",
        ..SIZE
    },
    PureRow {
        function: Function::KellyReturn,
        name: "kelly",
        takes: &[any("mean", Input::Real), positive("variance", Input::Real)],
        gives: Gives::Real,
        doc: "mean / variance of returns: the leverage of the fastest growth (E. O. Thorp 2006, \
              section 7)",
        ..SIZE
    },
    PureRow {
        function: Function::RiskParity,
        name: "risk_parity",
        takes: &[positive("vol", Input::Real), positive("other", Input::Real)],
        repeats: true,
        gives: Gives::Real,
        sign: Proven::NotNegative,
        doc: "the weight of the first of 2 to 64 assets, 0 to 1: (1 / v1) / (1 / v1 + ... + 1 / \
              vn), so that all add the same risk where all are equally correlated, as two always \
              are (S. Maillard, T. Roncalli, J. Teiletche 2010)",
        ..SIZE
    },
    PureRow {
        function: Function::RoundLots,
        name: "round_lots",
        takes: &[any("size", Input::Size), positive("lot", Input::Size)],
        gives: Gives::Size,
        doc: "the size in whole lots, towards zero, exact",
        ..SIZE
    },
    PureRow {
        function: Function::ClampExposure,
        name: "clamp_exposure",
        takes: &[
            any("want", Input::Exact),
            any("held", Input::Exact),
            not_negative("limit", Input::Exact),
        ],
        gives: Gives::Exact,
        doc: "the change that takes `held` as near to held + want as `limit` allows: clamp(held + \
              want, -limit, limit) - held, exact. What lies beyond the limit is brought back to it. \
              All three are sizes, or money, percent or leverage",
        ..SIZE
    },
];
