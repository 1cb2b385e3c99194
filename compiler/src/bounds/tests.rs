use strat_dsl::Source;

use super::memory::STREAM;
use super::*;
use crate::builtin::Builtin;
use crate::interp::node;
use crate::pipeline::compile;

const SHIPPED: &[(&str, &str)] = &[
    ("dynamic_mm", include_str!("../../../strategies/dynamic_mm.strat")),
    ("ema_vanta", include_str!("../../../strategies/ema_vanta.strat")),
    ("market_maker", include_str!("../../../strategies/market_maker.strat")),
    ("order_test", include_str!("../../../strategies/order_test.strat")),
    ("pairs_z", include_str!("../../../strategies/pairs_z.strat")),
    ("spread_watcher", include_str!("../../../strategies/spread_watcher.strat")),
    ("sure_bets", include_str!("../../../strategies/sure_bets.strat")),
];

fn of(text: &str, set: &[&str]) -> Bounds {
    let compiled = compile(&Source::new("x.strat", text));
    let ir = compiled.strategies.first().unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics));
    let values = ParamValues::from_assignments(ir, set).unwrap();
    bounds(ir, &values).unwrap()
}

fn shipped(name: &str, set: &[&str]) -> Bounds {
    of(SHIPPED.iter().find(|(known, _)| *known == name).unwrap().1, set)
}

fn stored(bounds: &Bounds) -> Vec<(&str, u64, u64)> {
    let all = bounds.memory.iter();
    all.map(|stored| (stored.name.as_str(), stored.count, stored.bytes)).collect()
}

/// Head, rounds, evaluations, orders, cancels.
fn fired(bounds: &Bounds) -> Vec<(&str, u64, u64, u64, u64)> {
    let row = |it: &'_ Fired| (it.rounds, it.evaluations, it.orders, it.cancels);
    let all = bounds.handlers.iter().map(|it| (it.handler.as_str(), row(it)));
    all.map(|(head, (a, b, c, d))| (head, a, b, c, d)).collect()
}

fn warming(all: &[Warming]) -> Vec<(&str, u64, u64)> {
    all.iter().map(|it| (it.name.as_str(), it.ticks, it.ticks_strict)).collect()
}

/// The instance of a function without buffers.
fn instance() -> u64 {
    node::bytes(Builtin::Ema, &[1])
}

#[test]
fn ema_vanta_by_hand() {
    let bounds = shipped("ema_vanta", &[]);
    // A stream is two cells of 16 and four numbers of 8; a window holds each real twice.
    assert_eq!(STREAM, 64);
    let function = 64 + instance();
    let expected = [
        ("h1", 1, 16),
        ("f", 1, function),
        ("s", 1, function),
        ("vol.log_return", 1, function),
        ("vol.stdev", 1, function + 2 * 8 * 168),
        ("vol", 1, 64),
        ("lev", 1, 64),
    ];
    assert_eq!(stored(&bounds), expected);
    assert_eq!(bounds.bytes(), 16 + 4 * function + 2 * 8 * 168 + 2 * 64);
    // Two comparisons of two streams, and `target btc short lev`: instrument, minus, stream.
    assert_eq!(fired(&bounds), [("on h1", 1, 3 + 3 + 3, 1, 0)]);
    // ceil(ln w / ln(1 - 2 / (n + 1))): of 21 and 55, at 1e-3 and at 1e-9. One price gives no
    // return, and 168 returns take 167 more.
    let expected = [
        ("f", 73, 218),
        ("s", 190, 570),
        ("vol.log_return", 1, 1),
        ("vol.stdev", 168, 168),
        ("vol", 168, 168),
        ("lev", 168, 168),
    ];
    assert_eq!(warming(&bounds.streams), expected);
    assert_eq!(warming(&bounds.clocks), [("h1", 190, 570)]);
    let clock = bounds.clocks.first().unwrap();
    assert_eq!(clock.span(clock.ticks), Some(Duration::from_secs(190 * 3600)));
    assert_eq!(
        bounds.ticks.iter().map(|it| (it.on.as_str(), it.streams)).collect::<Vec<_>>(),
        [("h1", 6)]
    );
    let btc = bounds.feeds.first().unwrap();
    assert_eq!(
        (btc.name.as_str(), btc.symbol.as_deref(), btc.venue),
        ("btc", Some("BTCUSD"), "vanta")
    );
    assert_eq!((btc.reads.as_slice(), btc.ordered), ([Reading::Bars].as_slice(), true));
    let bars = bounds.bars.first().unwrap();
    assert_eq!(
        (bars.instruments.as_slice(), bars.every),
        (["btc".to_owned()].as_slice(), Duration::from_secs(3600))
    );
}

#[test]
fn sure_bets_by_hand() {
    let bounds = shipped("sure_bets", &[]);
    // Four lists of numbers of 4 bytes.
    assert_eq!(stored(&bounds), [("markets", 4096, 4096 * 16)]);
    // Line by line: `m.book.ask` 2; the band 1 + 2 + 2; the return 1 + 1 + (1 + 1 + 2) + 2; its
    // guard 3; the room 1 + 1 + 2; the quantity 1 + 1 + 2 + 1; its guard 3; the order 1 + 1 + 2.
    let body = 2 + 5 + 8 + 3 + 4 + 5 + 3 + 4;
    assert_eq!(fired(&bounds), [("on every 60s for m in markets", 4096, 4096 * body, 4096, 0)]);
    assert_eq!(bounds.universes.first().map(|it| it.members), Some(4096));
    assert!(bounds.streams.is_empty() && bounds.clocks.is_empty() && bounds.bars.is_empty());
    let markets = bounds.feeds.first().unwrap();
    assert_eq!((markets.capacity, markets.symbol.as_deref()), (Some(4096), None));
    assert_eq!(markets.reads, [Reading::Book, Reading::Metadata]);
    assert!(markets.ordered);
    assert_eq!(
        bounds.timers,
        [("on every 60s for m in markets".to_owned(), Timer::Every(Duration::from_secs(60)))]
    );
}

#[test]
fn buffers_are_those_of_the_range_and_warm_up_is_that_of_the_value() {
    // `lookback` may be 720: a pair of windows and a window, each real twice.
    for (set, warm) in [("lookback=240", 239 + 239), ("lookback=60", 59 + 59)] {
        let bounds = shipped("pairs_z", &[set]);
        let stored = stored(&bounds);
        assert_eq!(stored[3], ("z.beta", 1, 64 + instance() + 2 * 2 * 8 * 720));
        assert_eq!(stored[4], ("z.zscore", 1, 64 + instance() + 2 * 8 * 720));
        assert_eq!(warming(&bounds.clocks), [("m5", warm, warm)]);
        for feed in &bounds.feeds {
            assert_eq!(feed.reads, [Reading::Book, Reading::Bars], "`via passive` reads the touch");
        }
    }
}

#[test]
fn a_universe_is_taken_at_what_it_may_have() {
    for (set, members) in [("n=5", 5), ("n=20", 20)] {
        let bounds = shipped("dynamic_mm", &[set]);
        let fired = fired(&bounds);
        assert_eq!((fired[0].1, fired[0].3), (members, 2 * members), "{set}: two sides each");
        assert_eq!((fired[1].1, fired[1].4), (members, members), "{set}: one cancel each");
    }
}

#[test]
fn streams_per_member_are_kept_for_each() {
    let text = "strategy s {\n version 1\n venue polymarket\n universe u max 8 order by id {\n\
                where liquidity >= 1 usd\n }\n let e per u = ema(book.mid ?? 0.5, 21)\n\
                state seen: bool = false per u\n risk { max_open_orders: 9 }\n\
                on every 1s for m in u {\n require e[m] > 0.5 and not seen[m] else \"no\"\n\
                set seen[m] = true\n buy m 1 shares @ 0.5\n }\n}";
    let bounds = of(&format!("import std.ta {{ ema }}\n{text}"), &[]);
    let row = |name: &str| stored(&bounds).into_iter().find(|(known, ..)| *known == name).unwrap();
    assert_eq!(row("e"), ("e", 8, 8 * (64 + instance())));
    assert_eq!(row("seen"), ("seen", 8, 9 * 16));
    assert_eq!(row("u"), ("u", 8, 8 * 16));
    assert_eq!(bounds.clocks.first().map(|it| (it.ticks, it.ticks_strict)), Some((73, 218)));
    assert_eq!(bounds.feeds.first().unwrap().reads, [Reading::Book, Reading::Metadata]);
}

#[test]
fn every_shipped_strategy_has_bounds() {
    for (name, _) in SHIPPED {
        let bounds = shipped(name, &[]);
        assert!(bounds.handlers.iter().any(|it| it.orders > 0), "{name}");
        assert!(bounds.bytes() > 0 && bounds.bytes() < 1 << 20, "{name}");
        assert!(bounds.feeds.iter().any(|it| it.ordered), "{name}");
    }
}

/// A handler of a strategy with a universe of 8 and an instrument, with what it does at most.
#[test]
fn statements_are_counted_at_their_worst() {
    let cases = [
        // Rounds of a loop over numbers, known from the parameter: 3, each a comparison and a text.
        ("for i in 1..n { require i > 0 else \"no\" }", (2 + 3 * 3, 0, 0)),
        ("for i in 5..n { log \"{i}\" }", (2, 0, 0)),
        ("for m in u { buy m 1 shares @ 0.5 }", (8 * 3, 8, 0)),
        // Each way by its dearest figure: the first evaluates more, the second orders more.
        (
            "if n > 1 { log \"{n} {n} {n} {n} {n} {n} {n} {n}\" } \
             else { buy a 1 shares @ 0.5 buy a 2 shares @ 0.4 }",
            (3 + 8, 2, 0),
        ),
        // A guard takes back one order, for which it looks at the instrument once more.
        ("require n > 1 else \"no\" buy a 1 shares @ 0.5 else cancel", (3 + 3 + 1, 1, 1)),
        ("cancel all", (0, 0, 1)),
        ("cancel a", (1, 0, 1)),
    ];
    for (body, expected) in cases {
        let text = format!(
            "strategy s {{\n version 1\n venue polymarket\n param n: int = 3 in 1..9\n\
             instrument a = token(\"1\") on polymarket\n\
             universe u max 8 order by id {{ where liquidity >= 1 usd }}\n\
             risk {{ max_open_orders: 9 }}\n on every 1s {{\n {body}\n }}\n on shutdown {{ buy a 1 shares @ 0.5 log \"{{n}}\" for m in u {{ cancel m }} }} }}"
        );
        let bounds = of(&text, &[]);
        let (_, rounds, evaluations, orders, cancels) = fired(&bounds)[0];
        assert_eq!((rounds, (evaluations, orders, cancels)), (1, expected), "{body}");
    }
}
