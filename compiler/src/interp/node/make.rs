//! Which instance a function has.
#![expect(clippy::wildcard_enum_match_arm, reason = "each family picks its own of the functions")]

use super::Node;
use super::adaptive::{Hull, Kaufman};
use super::channel::{Channel, Place};
use super::ema::Ema;
use super::extreme::Extreme;
use super::lag::Lag;
use super::pair::{Change, Cross, LogReturn};
use super::pairs::{PairStat, Pairs};
use super::recurrence::{Atr, Average, MacdLine, Recurrence, Recurrent, TrueRange};
use super::rsi::Rsi;
use super::trend::{Directional, Movement, Sar, Supertrend};
use super::window::{PairWindow, Window};
use super::windowed::{Entry, Stat, Windowed};
use crate::builtin::{Builtin, WINDOW_MAX};
use crate::warm::{Settings, root};

/// Settings, already checked against the function's row.
struct Given<'a>(&'a Settings);

impl Given<'_> {
    fn whole(&self, at: usize) -> usize {
        let bits = self.0.get(at).map_or(0, |cell| cell.bits);
        usize::try_from(bits.clamp(0, WINDOW_MAX)).unwrap_or(0)
    }

    fn real(&self, at: usize) -> f64 {
        self.0.get(at).map_or(0.0, |cell| cell.as_real())
    }
}

impl Node {
    /// A new instance. The caller has checked the settings against the function's row and
    /// [`WINDOW_MAX`].
    pub(in crate::interp) fn new(builtin: Builtin, settings: &Settings) -> Node {
        let given = Given(settings);
        let n = given.whole(0);
        match builtin {
            Builtin::Ema | Builtin::KeltnerMiddle => Node::Ema(Ema::new(n)),
            Builtin::Sma | Builtin::BbandsMiddle => Node::Sma(Window::new(n)),
            Builtin::Stdev => Node::Stdev(Window::new(n)),
            Builtin::Zscore => Node::Zscore(Window::new(n)),
            Builtin::LogReturn => Node::LogReturn(LogReturn::default()),
            Builtin::LinregSlope | Builtin::Beta => Node::LinregSlope(PairWindow::new(n)),
            Builtin::Highest | Builtin::DonchianUpper => Node::Extreme(Extreme::highest(n)),
            Builtin::Lowest | Builtin::DonchianLower => Node::Extreme(Extreme::lowest(n)),
            Builtin::Rsi => Node::Rsi(Rsi::new(n)),
            Builtin::CrossesAbove => Node::Cross(Cross::above()),
            Builtin::CrossesBelow => Node::Cross(Cross::below()),
            Builtin::Lag => Node::Lag(Lag::new(n)),
            Builtin::Change => Node::Change(Change::default()),
            Builtin::Hma => Node::Hull(Box::new(Hull::new(n, root(n as u64) as usize))),
            Builtin::Kama => {
                Node::Kaufman(Box::new(Kaufman::new(n, given.whole(1), given.whole(2))))
            }
            _ => windowed(builtin, &given)
                .or_else(|| of_pairs(builtin, n))
                .or_else(|| channel(builtin, &given))
                .unwrap_or_else(|| Node::Recurrent(Box::new(recurrent(builtin, &given)))),
        }
    }
}

fn windowed(builtin: Builtin, given: &Given<'_>) -> Option<Node> {
    let n = given.whole(0);
    let (entry, stat, length) = match builtin {
        Builtin::Wma => (Entry::Value, Stat::WeightedMean, n),
        Builtin::Variance => (Entry::Value, Stat::Variance, n),
        Builtin::BbandsUpper => (Entry::Value, Stat::Band(given.real(1)), n),
        Builtin::BbandsLower => (Entry::Value, Stat::Band(-given.real(1)), n),
        Builtin::Median => (Entry::Value, Stat::Median, n),
        Builtin::Mad => (Entry::Value, Stat::MedianDeviation, n),
        Builtin::Quantile => (Entry::Value, Stat::Quantile(given.real(1)), n),
        Builtin::PctRank => (Entry::Value, Stat::Rank, n),
        Builtin::Argmax => (Entry::Value, Stat::SinceHighest, n),
        Builtin::Argmin => (Entry::Value, Stat::SinceLowest, n),
        Builtin::Rising => (Entry::Value, Stat::Rising, n + 1),
        Builtin::Falling => (Entry::Value, Stat::Falling, n + 1),
        Builtin::Momentum => (Entry::Value, Stat::Momentum, n + 1),
        Builtin::Roc => (Entry::Value, Stat::RateOfChange, n + 1),
        Builtin::AroonUp => (Entry::Value, Stat::AroonUp, n + 1),
        Builtin::AroonDown => (Entry::Value, Stat::AroonDown, n + 1),
        Builtin::RealisedVol => (Entry::Value, Stat::RootOfSquares, n),
        Builtin::HalfLife => (Entry::Value, Stat::HalfLife, n),
        Builtin::Cci => (Entry::Total, Stat::ChannelIndex, n),
        Builtin::Mfi => (Entry::MoneyFlow { last: None }, Stat::MoneyFlow, n),
        Builtin::Parkinson => {
            (Entry::SquaredRange, Stat::RootOfMean(0.25 / core::f64::consts::LN_2), n)
        }
        Builtin::GarmanKlass => (Entry::GarmanKlass, Stat::RootOfMean(1.0), n),
        _ => return None,
    };
    Some(Node::Windowed(Box::new(Windowed::new(entry, stat, length))))
}

fn of_pairs(builtin: Builtin, n: usize) -> Option<Node> {
    let stat = match builtin {
        Builtin::Cov => PairStat::Covariance,
        Builtin::Corr => PairStat::Correlation,
        Builtin::Residual => PairStat::Residual,
        Builtin::Vwma => PairStat::WeightedMean,
        Builtin::Cmf => PairStat::MoneyFlow,
        _ => return None,
    };
    Some(Node::Pairs(Box::new(Pairs::new(stat, n))))
}

fn channel(builtin: Builtin, given: &Given<'_>) -> Option<Node> {
    let (a, b, c, d) = (given.whole(0), given.whole(1), given.whole(2), given.whole(3));
    let channel = match builtin {
        Builtin::DonchianMiddle => Channel::of_bars(Place::Middle, a, &[]),
        Builtin::Willr => Channel::of_bars(Place::BelowHigh, a, &[]),
        Builtin::StochK => Channel::of_bars(Place::Percent, a, &[b]),
        Builtin::StochD => Channel::of_bars(Place::Percent, a, &[b, c]),
        Builtin::StochRsiK => Channel::of_rsi(a, b, &[c]),
        Builtin::StochRsiD => Channel::of_rsi(a, b, &[c, d]),
        _ => return None,
    };
    Some(Node::Channel(Box::new(channel)))
}

fn recurrent(builtin: Builtin, given: &Given<'_>) -> Recurrent {
    let n = given.whole(0);
    let ema = |at: usize| Average::exponential(given.whole(at));
    let keltner = |k: f64| Recurrence::Keltner(ema(0), Atr::new(n), k);
    let movement = |result| Recurrence::Directional(Directional::new(result, n));
    let trend = |direction| Supertrend::new(n, given.real(1), direction);
    Recurrent::new(match builtin {
        Builtin::Dema => Recurrence::Dema([ema(0); 2]),
        Builtin::Tema => Recurrence::Tema([ema(0); 3]),
        Builtin::Macd => Recurrence::Macd(ema(0), ema(1)),
        Builtin::MacdSignal => Recurrence::MacdOf(MacdLine::Signal, [ema(0), ema(1), ema(2)]),
        Builtin::MacdHistogram => Recurrence::MacdOf(MacdLine::Histogram, [ema(0), ema(1), ema(2)]),
        Builtin::EwmVol => Recurrence::EwmVol(ema(0)),
        Builtin::Kalman1 => Recurrence::Kalman { ratio: given.real(0), level: None, p: 1.0 },
        Builtin::TrueRange => Recurrence::TrueRange(TrueRange::default()),
        Builtin::Atr => Recurrence::Atr(Atr::new(n)),
        Builtin::KeltnerUpper => keltner(given.real(1)),
        Builtin::KeltnerLower => keltner(-given.real(1)),
        Builtin::Obv => Recurrence::Obv { last_close: None, total: 0.0 },
        Builtin::Adl => Recurrence::Adl(0.0),
        Builtin::PlusDi => movement(Movement::Plus),
        Builtin::MinusDi => movement(Movement::Minus),
        Builtin::Adx => movement(Movement::Index),
        Builtin::Psar => Recurrence::Sar(Sar::new(given.real(0), given.real(1))),
        Builtin::Supertrend => Recurrence::Supertrend(trend(false)),
        Builtin::SupertrendUp => Recurrence::Supertrend(trend(true)),
        // `rma`, and nothing else: the test of vectors runs every row of the table.
        _ => Recurrence::Rma(Average::wilder(n)),
    })
}
