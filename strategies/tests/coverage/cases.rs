//! Purpose-made markets: together they lead each strategy through everything it can do.

use strat_backtest::run::RunConfig;
use strat_backtest::tape::Tape;
use strat_runtime::event::MetaChange;
use strat_runtime::instrument::Status;
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::side::Side;
use strat_runtime::time::Duration;
use strat_runtime::venue::VenueKind;

use crate::ir;
use crate::runs::config;
use crate::script::{Script, at, pair, price, token};

/// A strategy on a tape.
pub(crate) struct Case {
    pub(crate) strategy: &'static str,
    /// What it is to show.
    pub(crate) shows: &'static str,
    pub(crate) set: &'static [&'static str],
    pub(crate) tape: fn() -> Tape,
    pub(crate) latency: Duration,
}

const NOW: Duration = Duration::ZERO;

pub(crate) const CASES: &[Case] = &[
    Case {
        strategy: "dynamic_mm",
        shows: "each condition leaves a market out, and the one that stays is quoted until it leaves",
        set: &[],
        tape: dynamic_mm,
        latency: NOW,
    },
    Case {
        strategy: "ema_vanta",
        shows: "a flat, a rising and a falling market",
        set: &[],
        tape: ema_vanta,
        latency: NOW,
    },
    Case {
        strategy: "market_maker",
        shows: "a one-sided book, an edge too thin, a bid and an ask that are hit",
        set: &[],
        tape: market_maker,
        latency: NOW,
    },
    Case {
        strategy: "order_test",
        shows: "the order fills in two parts",
        set: &[],
        tape: order_test_filled,
        latency: NOW,
    },
    Case {
        strategy: "order_test",
        shows: "the venue refuses the order, because the ask falls to it while it is on its way",
        set: &[],
        tape: order_test_refused,
        latency: Duration::from_secs(2),
    },
    Case {
        strategy: "order_test",
        shows: "the data ends while the order is working",
        set: &[],
        tape: order_test_cut,
        latency: NOW,
    },
    Case {
        strategy: "spread_watcher",
        shows: "a side is missing, the spread is normal, wide, and wide with the shares held",
        set: &[],
        tape: spread_watcher,
        latency: NOW,
    },
    Case {
        strategy: "sure_bets",
        shows: "each condition leaves a market out, and one is bought up to its limit and resolves",
        set: &[],
        tape: sure_bets,
        latency: NOW,
    },
    Case {
        strategy: "sure_bets",
        shows: "a return below a higher least return",
        set: &["min_return=2%"],
        tape: sure_bets_dear,
        latency: NOW,
    },
];

impl Case {
    pub(crate) fn config(&self) -> RunConfig {
        let mut config = config();
        config.models.entry_latency = self.latency;
        config
    }
}

/// The symbol that a strategy declares for its only instrument.
fn symbol(strategy: &str) -> String {
    let ir = ir(strategy);
    let [only] = ir.instruments.as_slice() else { panic!("{strategy} has one instrument") };
    only.symbol.clone()
}

fn market_maker() -> Tape {
    let mut tape = Script::new(vec![token(&symbol("market_maker"))]);
    tape.book(0, 0, &["0.40x100"], &[]);
    // The quotes would be 0.02 * 0.20 = 0.004 apart, and 0.005 is asked for.
    tape.book(3, 0, &["0.19x100"], &["0.21x100"]);
    tape.book(8, 0, &["0.40x100"], &["0.60x100"]);
    tape.trade(12, 0, Side::Sell, "0.45x50");
    tape.trade(18, 0, Side::Buy, "0.55x50");
    tape.book(22, 0, &["0.40x100"], &["0.60x100"]);
    tape.tape()
}

fn spread_watcher() -> Tape {
    let mut tape = Script::new(vec![token(&symbol("spread_watcher"))]);
    tape.book(0, 0, &[], &["0.60x100"]);
    tape.book(1, 0, &["0.40x100"], &[]);
    tape.book(2, 0, &["0.40x100"], &["0.60x100"]);
    tape.book(3, 0, &["0.20x100"], &["0.80x100"]);
    tape.trade(4, 0, Side::Sell, "0.45x100");
    tape.book(5, 0, &["0.20x100"], &["0.80x100"]);
    tape.tape()
}

fn order_test_filled() -> Tape {
    let mut tape = Script::new(vec![token(&symbol("order_test"))]);
    // One share is displayed ahead of the order.
    tape.book(0, 0, &["0.05x100", "0.01x1"], &["0.10x100"]);
    tape.trade(3, 0, Side::Sell, "0.01x3");
    tape.trade(7, 0, Side::Sell, "0.01x10");
    tape.book(12, 0, &["0.05x100"], &["0.10x100"]);
    tape.tape()
}

fn order_test_refused() -> Tape {
    let mut tape = Script::new(vec![token(&symbol("order_test"))]);
    tape.book(0, 0, &["0.05x100"], &["0.10x100"]);
    tape.book(1, 0, &[], &["0.01x100"]);
    tape.book(3, 0, &["0.05x100"], &["0.10x100"]);
    tape.book(7, 0, &["0.05x100"], &["0.10x100"]);
    tape.tape()
}

fn order_test_cut() -> Tape {
    let mut tape = Script::new(vec![token(&symbol("order_test"))]);
    tape.book(0, 0, &["0.05x100"], &["0.10x100"]);
    tape.book(7, 0, &["0.05x100"], &["0.10x100"]);
    tape.tape()
}

/// 200 hours without a move, more than the 190 of the warm-up, then 60 up and 120 down.
fn ema_vanta() -> Tape {
    let mut tape = Script::new(vec![pair(&symbol("ema_vanta"), VenueKind::Vanta)]);
    let mut last = price("50000");
    for hour in 1..=380 {
        let step = if hour <= 200 {
            0
        } else if hour <= 260 {
            100
        } else {
            -100
        };
        let close = last.checked_add(Price::from_int(step).unwrap()).unwrap();
        tape.hour(hour * 3_600, 0, last, close);
        last = close;
    }
    tape.tape()
}

fn dynamic_mm() -> Tape {
    let unknown = |symbol| {
        let mut token = token(symbol);
        token.liquidity = None;
        token
    };
    let endless = |symbol| {
        let mut token = token(symbol);
        token.expires_at = None;
        token
    };
    let poor = MetaChange::Liquidity(Money::from_int(5_000));
    let mut tape = Script::new(vec![
        token("good"),
        token("thin"),
        token("poor"),
        unknown("unknown"),
        token("soon"),
        endless("endless"),
        token("dear"),
        token("tight"),
        token("one-sided"),
    ]);
    tape.meta(0, 2, poor);
    tape.meta(0, 4, MetaChange::Expiry(Some(at(12 * 3_600))));
    for (place, bid, ask) in [
        (0, "0.48x100", "0.52x100"),
        // 0.015 * 0.25 = 0.00375 from bid to ask, and 0.005 is asked for.
        (1, "0.24x100", "0.26x100"),
        (2, "0.48x100", "0.52x100"),
        (3, "0.48x100", "0.52x100"),
        (4, "0.48x100", "0.52x100"),
        (5, "0.48x100", "0.52x100"),
        (6, "0.87x100", "0.93x100"),
        (7, "0.50x100", "0.51x100"),
    ] {
        tape.book(0, place, &[bid], &[ask]);
    }
    tape.book(0, 8, &["0.48x100"], &[]);
    tape.trade(5, 0, Side::Sell, "0.47x100");
    tape.trade(15, 0, Side::Buy, "0.53x100");
    tape.meta(25, 0, poor);
    tape.book(35, 0, &["0.48x100"], &["0.52x100"]);
    tape.tape()
}

fn sure_bets() -> Tape {
    let mut sports = token("sports");
    "NFL: Bills vs Jets".clone_into(&mut sports.question);
    let mut instruments = vec![
        token("good"),
        sports,
        token("poor"),
        token("late"),
        token("endless"),
        token("no-ask"),
        token("open"),
        token("small"),
    ];
    for instrument in &mut instruments {
        instrument.expires_at = Some(at(24 * 3_600));
    }
    instruments[0].liquidity = None;
    instruments[2].liquidity = Money::from_int(100);
    instruments[3].expires_at = Some(at(100 * 3_600));
    instruments[4].expires_at = None;
    let mut tape = Script::new(instruments);
    for place in [0, 1, 2, 3, 4] {
        tape.book(0, place, &["0.94x30"], &["0.96x30"]);
    }
    tape.book(0, 5, &["0.94x30"], &[]);
    tape.book(0, 6, &["0.40x30"], &["0.50x30"]);
    tape.book(0, 7, &["0.94x30"], &["0.96x3"]);
    // What was taken counts as gone until the level moves, so later books show other sizes. The
    // strategy sees the book before: it asks for 30, 30 and 35, and 5 more would be too few.
    for (secs, ask) in [(30, "0.96x30"), (90, "0.96x35"), (150, "0.96x90")] {
        tape.book(secs, 0, &["0.94x30"], &[ask]);
    }
    tape.meta(300, 0, MetaChange::Status(Status::Resolved { payout: Price::ONE }));
    tape.book(310, 6, &["0.40x30"], &["0.50x30"]);
    tape.tape()
}

/// A market that no condition lets in.
pub(crate) fn only_sports() -> Tape {
    let mut sports = token("sports");
    "NFL: Bills vs Jets".clone_into(&mut sports.question);
    let mut tape = Script::new(vec![sports]);
    tape.book(0, 0, &["0.94x30"], &["0.96x30"]);
    tape.book(70, 0, &["0.94x30"], &["0.96x30"]);
    tape.tape()
}

fn sure_bets_dear() -> Tape {
    let mut tape = Script::new(vec![token("dear")]);
    tape.meta(0, 0, MetaChange::Expiry(Some(at(24 * 3_600))));
    tape.book(0, 0, &["0.97x30"], &["0.99x30"]);
    tape.book(70, 0, &["0.95x30"], &["0.97x30"]);
    tape.book(130, 0, &["0.95x30"], &["0.97x30"]);
    tape.tape()
}
