//! One construct at a time, from text to reaction.

use strat_compiler::ir::{StateId, StreamOp};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::TimerId;
use strat_runtime::money::Money;
use strat_runtime::position::Position;
use strat_runtime::price::Price;
use strat_runtime::signal::Action;
use strat_runtime::strategy::Trigger;
use strat_runtime::venue::VenueKind;

use crate::world::{World, price, size};
use crate::{interp, ir_of, stops, texts};

const TICK: Trigger = Trigger::Timer(TimerId(0));

fn strategy(items: &str, members: &str) -> String {
    format!(
        "import std.ta {{ ema, sma, highest }}\n{items}\n\
         strategy t \"one construct\" {{\n  version 1\n  venue binance_perp\n  \
         instrument a = AAA on binance_perp\n  instrument b = BBB on binance_perp\n  \
         risk {{ max_position: 5 coins per a }}\n{members}\n}}\n"
    )
}

/// What a handler `on every 1s` logs, in a world with mids 10 and 20 and two coins of `a`.
fn logs(items: &str, members: &str, body: &str) -> Vec<String> {
    let text = strategy(items, &format!("{members}\n  on every 1s {{\n{body}\n  }}"));
    let ir = ir_of("t", &text, false);
    let mut interp = interp(&ir, &[]);
    let mut world = world();
    let out = world.step(&mut interp, TICK).clone();
    assert_eq!(out.fault, None, "{text}");
    let mut got: Vec<String> = texts(&out).into_iter().map(str::to_owned).collect();
    got.extend(stops(&ir, &out).into_iter().map(|reason| format!("stop: {reason}")));
    got
}

fn world() -> World {
    let mut world = World::new(VenueKind::BinancePerp, 2);
    world.mid(0, price("10"));
    world.mid(1, price("20"));
    world.view.instruments[0].position = Position {
        size: size("2"),
        avg_price: price("9"),
        cost: Money::parse("18").unwrap(),
        ..Position::default()
    };
    world
}

#[test]
fn expressions_in_handlers() {
    let cases = [
        (
            "functions are expanded",
            "fn twice(x: real) -> real = x + x\n\
          fn quad(x: real) -> real = twice(twice(x))",
            "",
            "let m = a.book.mid else \"no mid\"\n log \"{quad(real(m) + 1.0)}\"",
            "44.0",
        ),
        (
            "exact prices",
            "",
            "",
            "let m = a.book.mid else \"no mid\"\n log \"{m * 1% + 0.5}\"",
            "0.6",
        ),
        ("options fall back", "", "", "let x = a.last ?? 3.5\n log \"{x}\"", "3.5"),
        (
            "a division that may be absent",
            "",
            "",
            "let x = (1.0 /? real(b.position.size)) ?? 7.0\n log \"{x}\"",
            "7.0",
        ),
        (
            "an option is mapped",
            "",
            "",
            "log \"{a.book.ask?.size ?? 9 coins} {a.last is none}\"",
            "1 true",
        ),
        (
            "presence",
            "",
            "",
            "if let m = b.book.mid { log \"mid {m}\" } else { log \"none\" }",
            "mid 20",
        ),
        ("absence", "", "", "if let t = a.last { log \"{t}\" } else { log \"none\" }", "none"),
        (
            "ranges include both ends",
            "",
            "",
            "log \"{2 coins == a.position.size} {a.position.size in 1 coins..2 coins}\"",
            "true true",
        ),
        ("either or", "", "", "log \"{if a.position.size > 1 coins then 1 else 2}\"", "1"),
        (
            "minimum and clamp",
            "",
            "param n: int = 7 in 1..9",
            "log \"{min(n, 5)} {max(n, 5)} {clamp(n, 1, 3)} {abs(-n)}\"",
            "5 7 3 7",
        ),
        (
            "a list",
            "",
            "",
            "for x in [a, b] { let m = x.book.mid else \"no mid\"\n log \"{m}\" }",
            "10|20",
        ),
        ("a guard", "", "", "let t = a.last else \"no trade\"\n log \"{t}\"", "stop: no trade"),
        (
            "a requirement",
            "",
            "",
            "require a.position.size > 5 coins else \"too small\"\n log \"no\"",
            "stop: too small",
        ),
        (
            "time",
            "",
            "state t: time? = none",
            "set t = now\n log \"{(now - (t ?? now)) + 90s}\"",
            "1m30s",
        ),
        (
            "rounding to a price",
            "",
            "",
            "log \"{price(1.23456789012, down)} {percent(0.04)}\"",
            "1.23456789 4%",
        ),
        (
            "enums",
            "enum Side { up, down }",
            "state s: Side = Side.up",
            "set s = Side.down\n match s { Side.up -> { log \"up\" } Side.down -> { log \"down {s}\" } }",
            "down down",
        ),
    ];
    for (name, items, members, body, expected) in cases {
        assert_eq!(logs(items, members, body).join("|"), expected, "{name}");
    }
}

/// A node has a memory of its own at each call.
#[test]
fn each_call_of_a_node_has_its_own_memory() {
    let items = "node count(x: real) -> real {\n  state n: real = 0.0\n  next n = n + x\n  \
                 yield n + x\n}\n";
    let members = "  let m = a.book.mid else \"no mid\"\n  \
                   let total = count(real(m)) - 2.0 * count(1.0 * real(m) / 10.0)\n  \
                   on book(a) { log \"{total}\" }";
    let ir = ir_of("t", &strategy(items, members), false);
    assert_eq!(ir.states.len(), 2);
    let mut interp = interp(&ir, &[]);
    let mut world = world();
    let mut got = vec![];
    for _ in 0..3 {
        got.extend(texts(world.book_event(&mut interp)).into_iter().map(str::to_owned));
        // The other instrument's events move nothing.
        world.step(&mut interp, Trigger::Book(InstrumentId(1)));
    }
    // Sums of 10 less twice the sums of 1.
    assert_eq!(got, ["8.0", "16.0", "24.0"]);
    assert_eq!(interp.state(StateId(0)).as_real().to_bits(), 30.0_f64.to_bits());
}

#[test]
fn history_and_nested_calls_are_hoisted() {
    let members = "  let m = a.book.mid else \"no mid\"\n  \
                   let x = ema(real(m), 3) - highest(sma(real(m), 2), 2)[1]\n  \
                   on book(a) { log \"{x}\" }";
    let ir = ir_of("t", &strategy("", members), false);
    let names: Vec<&str> = ir.streams.iter().map(|stream| stream.name.as_str()).collect();
    assert_eq!(names, ["m", "x.ema", "x.sma", "x.highest", "x.lag", "x"]);
    assert!(matches!(ir.streams[0].op, StreamOp::Guard(..)));
}

/// `latest` reads another clock's last value; until there is one it is absent.
#[test]
fn the_latest_value_of_another_clock() {
    let members = "  let m = b.book.mid else \"no mid\"\n  let slow = sma(real(m), 2)\n  \
                   let n = a.book.mid else \"no mid of a\"\n  \
                   let gap = real(n) - (latest(slow) ?? 0.0)\n  \
                   on book(a) { log \"{gap}\" }";
    let ir = ir_of("t", &strategy("", members), false);
    let mut interp = interp(&ir, &[]);
    let mut world = world();
    let book = |n| Trigger::Book(InstrumentId(n));
    let out = world.step(&mut interp, book(0)).clone();
    assert_eq!(stops(&ir, &out), ["waiting for warm-up"]);
    world.step(&mut interp, book(1));
    world.mid(1, price("30"));
    world.step(&mut interp, book(1));
    let out = world.step(&mut interp, book(0)).clone();
    assert_eq!(texts(&out), ["-15.0"]);
}

/// A guard that says no takes back the order of the statement that asks for it.
#[test]
fn else_cancel_takes_the_order_back() {
    let members = "  on book(a) {\n    let m = a.book.mid else \"no mid\"\n    \
                   require m < 15 else \"too dear\"\n    \
                   buy a 1 coins @ m post_only else cancel\n  }";
    let ir = ir_of("t", &strategy("", members), false);
    let mut interp = interp(&ir, &[]);
    let mut world = world();
    let out = world.book_event(&mut interp).clone();
    assert!(matches!(out.intents[0].action, Action::Order(_)));
    world.mid(0, Price::from_int(16).unwrap());
    let out = world.book_event(&mut interp).clone();
    assert_eq!(stops(&ir, &out), ["too dear"]);
    assert!(matches!(out.intents[..], [intent] if matches!(intent.action, Action::Clear(_))));
}

/// State per member, and handlers for members that come and go.
#[test]
fn universes_with_state_per_member() {
    let text = "strategy t \"members\" {\n  version 1\n  venue polymarket\n  \
                universe markets max 10 order by liquidity desc, id { where book.mid > 0.2 }\n  \
                state seen: int = 0 per markets\n  risk { max_position: 5 shares per market }\n  \
                on enter m in markets { log \"enter {m.id}\" }\n  \
                on leave m in markets { log \"leave {m.id}\" }\n  \
                on every 1s for m in markets {\n    set seen[m] = seen[m] + 1\n    \
                log \"{m.id} {seen[m]}\"\n  }\n}\n";
    let ir = ir_of("t", text, false);
    let mut interp = interp(&ir, &[]);
    let mut world = World::new(VenueKind::Polymarket, 2);
    world.mid(0, price("0.5"));
    let out = world.step(&mut interp, TICK).clone();
    assert_eq!(texts(&out), ["enter I0", "I0 1"]);
    assert_eq!(stops(&ir, &out), ["no book.mid"]);
    world.mid(1, price("0.6"));
    world.view.instruments[1].meta.liquidity = Some(Money::parse("5").unwrap());
    assert_eq!(texts(world.step(&mut interp, TICK)), ["enter I1", "I1 1", "I0 2"]);
    world.mid(0, price("0.1"));
    let out = world.step(&mut interp, TICK).clone();
    assert_eq!(texts(&out), ["leave I0", "I1 2"]);
    assert_eq!(stops(&ir, &out), ["book.mid > 0.2"]);
    world.mid(0, price("0.3"));
    assert_eq!(texts(world.step(&mut interp, TICK)), ["enter I0", "I1 3", "I0 1"]);
}

/// Cold handlers see streams as options.
#[test]
fn cold_handlers_see_options() {
    let members = "  let m = a.book.mid else \"no mid\"\n  let e = sma(real(m), 3)\n  \
                   on book(a) cold { log \"{e ?? -1.0}\" }";
    let ir = ir_of("t", &strategy("", members), false);
    let mut interp = interp(&ir, &[]);
    let mut world = world();
    let mut got = vec![];
    for _ in 0..4 {
        got.extend(texts(world.book_event(&mut interp)).into_iter().map(str::to_owned));
    }
    assert_eq!(got, ["-1.0", "-1.0", "10.0", "10.0"]);
}

/// A guard without a clock of its own stops streams and handlers alike, each for its reason.
#[test]
fn a_guard_over_the_latest_value() {
    let members = "  let m = b.book.mid else \"no mid of b\"\n  \
                   let slow = latest(sma(real(m), 2)) else \"no slow\"\n  \
                   let n = a.book.mid else \"no mid of a\"\n  \
                   let gap = real(n) - slow\n  \
                   on book(a) { log \"{gap}\" }\n  on every 1s { log \"{slow}\" }";
    let ir = ir_of("t", &strategy("", members), false);
    let mut interp = interp(&ir, &[]);
    let mut world = world();
    let book = |n| Trigger::Book(InstrumentId(n));
    let out = world.step(&mut interp, book(0)).clone();
    assert_eq!(stops(&ir, &out), ["no slow"]);
    assert!(texts(world.step(&mut interp, TICK)).is_empty());
    world.view.instruments[0].book.clear();
    let out = world.step(&mut interp, book(0)).clone();
    assert_eq!(stops(&ir, &out), ["no mid of a"]);
    world.mid(0, price("10"));
    world.step(&mut interp, book(1));
    world.step(&mut interp, book(1));
    assert_eq!(texts(world.step(&mut interp, book(0))), ["-10.0"]);
    assert_eq!(texts(world.step(&mut interp, TICK)), ["20.0"]);
}

/// Expansion is bounded: chains of calls and of doublings are refused, at once and in words.
#[test]
fn expansion_has_a_limit() {
    let chain = |n: usize, call: &str| {
        let mut items = String::from("fn f0(x: real) -> real = x + 1.0\n");
        for at in 1..=n {
            let body = call.replace('$', &format!("f{}(x)", at - 1));
            items.extend(["fn f", &at.to_string(), "(x: real) -> real = ", &body, "\n"]);
        }
        strategy(&items, &format!("  on every 1s {{ log \"{{f{n}(2.0)}}\" }}"))
    };
    let doublings = |n: usize| {
        let mut members = String::from("  param p: real = 1.0\n  let s0 = p\n");
        for at in 1..=n {
            let line = format!("  let s{at} = s{0} + s{0}\n", at - 1);
            members.push_str(&line);
        }
        strategy("", &format!("{members}  on every 1s {{ log \"{{s{n}}}\" }}"))
    };
    let nodes = |n: usize| {
        let mut items = String::from("node f0(x: real) -> real { yield x + 1.0 }\n");
        for at in 1..=n {
            let line = format!("node f{at}(x: real) -> real {{ yield f{}(x) }}\n", at - 1);
            items.push_str(&line);
        }
        let members = "  let m = a.book.mid else \"no mid\"\n  let z = f$(real(m))\n  \
                       on book(a) { log \"{z}\" }";
        strategy(&items, &members.replace('$', &n.to_string()))
    };
    let cases = [
        (nodes(50), None),
        (nodes(3_000), Some("too deeply")),
        (chain(50, "$"), None),
        (chain(3_000, "$"), Some("too deeply")),
        (chain(10, "$ + $"), None),
        (chain(40, "$ + $"), Some("too large")),
        (doublings(8), None),
        (doublings(60), Some("too large")),
    ];
    for (number, (text, expected)) in cases.into_iter().enumerate() {
        let compiled = strat_compiler::pipeline::compile(&strat_dsl::Source::new("t", text));
        let errors: Vec<&str> = compiled
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.is_error())
            .map(|diagnostic| diagnostic.message.as_str())
            .collect();
        match expected {
            None => assert_eq!(errors, Vec::<&str>::new(), "case {number}"),
            Some(part) => {
                assert_eq!(errors.len(), 1, "case {number}: {errors:?}");
                assert!(errors[0].contains(part), "case {number}: {errors:?}");
            }
        }
    }
}
