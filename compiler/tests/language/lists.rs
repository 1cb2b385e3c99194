//! Lists, from text to numbers.

use strat_compiler::interp::Interp;
use strat_runtime::fault::FaultKind;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{ClockId, TimerId};
use strat_runtime::strategy::{Strategy as _, Trigger};
use strat_runtime::venue::VenueKind;

use crate::world::{World, price};
use crate::{interp, ir_of, texts};

const TICK: Trigger = Trigger::Timer(TimerId(0));

fn strategy(items: &str, members: &str) -> String {
    format!(
        "{items}\nstrategy t \"lists\" {{\n  version 1\n  venue binance_perp\n  \
         instrument a = AAA on binance_perp\n{members}\n}}\n"
    )
}

/// What the first `steps` timer events log.
fn logs(items: &str, members: &str, steps: usize) -> Vec<String> {
    let ir = ir_of("t", &strategy(items, members), false);
    let mut interp = interp(&ir, &[]);
    let mut world = World::new(VenueKind::BinancePerp, 1);
    world.mid(0, price("10"));
    let mut got = Vec::new();
    for _ in 0..steps {
        let out = world.step(&mut interp, TICK).clone();
        assert_eq!(out.fault, None, "{members}");
        got.extend(texts(&out).into_iter().map(str::to_owned));
    }
    got
}

#[test]
fn elements_are_read_set_and_gone_through() {
    let cases: &[(&str, &str, &[&str])] = &[
        (
            "a ring of the last three",
            "state w: [int; 3] = [0; 3]  state n: int = 0\n\
             on every 1s { set w[n % 3] = n * n  set n = n + 1  log \"{w[0]} {w[1]} {w[2]}\" }",
            &["0 0 0", "0 1 0", "0 1 4", "9 1 4", "9 16 4"],
        ),
        (
            "a whole is set from its own old elements",
            "state w: [real; 3] = [1.0, 2.0, 3.0]\n\
             on every 1s { set w = [w[2], w[0], w[1]]  log \"{w[0]} {w[1]} {w[2]}\" }",
            &["3.0 1.0 2.0", "2.0 3.0 1.0"],
        ),
        (
            "a loop sums, in order",
            "param k: int = 2 in 0..2\n\
             state w: [int; 3] = [5, 7, 11]  state sum: int = 0\n\
             on every 1s { set sum = 0  for x in w { set sum = sum * 10 + x }  log \"{sum} {w[k]}\" }",
            &["581 11"],
        ),
        (
            "a loop sees the elements as they were when it began",
            "state w: [int; 3] = [1, 2, 3]\n\
             on every 1s { for x in w { set w = [9; 3]  log \"{x}\" } }",
            &["1", "2", "3"],
        ),
        (
            "options are elements",
            "state w: [price?; 2] = [none, 0.5]\n\
             on every 1s { log \"{w[0] ?? 9} {w[1] ?? 9}\"  set w[0] = a.book.mid  set w[1] = none }",
            &["9 0.5", "10 9"],
        ),
        (
            "membership",
            "state w: [int; 3] = [4, 5, 6]\n\
             on every 1s { log \"{5 in w} {7 in w} {not 4 in w}\" }",
            &["true false false"],
        ),
        (
            "a choice between lists, and locals",
            "param n: int = 1 in 0..2\nlet half = [0.5, 0.25, 0.125]\n\
             on every 1s { let w = if n > 0 then half else [0.0; 3]  let v = w\n\
             log \"{v[n]} {w[2] + half[0]}\" }",
            &["0.25 0.625"],
        ),
        (
            "yes or no, times, amounts",
            "state f: [bool; 2] = [true, false]  state t: [time?; 2] = [none; 2]\n\
             state s: [size; 2] = [1 coins, 2 coins]\n\
             on every 1s { for x in f { log \"{x}\" }  set t[1] = now  log \"{t[1] is some} {t[0] is some}\"\n\
             set s[0] = s[0] + s[1]  log \"{s[0]}\" }",
            &["true", "false", "true false", "3"],
        ),
    ];
    for (name, members, expected) in cases {
        let steps = if expected.len() > 3 || name.contains("whole") || name.contains("options") {
            expected.len()
        } else {
            1
        };
        let mut got = logs("", members, steps);
        got.truncate(expected.len());
        assert_eq!(got, *expected, "{name}");
    }
}

#[test]
fn functions_take_and_give_lists() {
    let items = "fn dot(a: [real; 3], b: [real; 3]) -> real = a[0] * b[0] + a[1] * b[1] + a[2] * b[2]\n\
                 fn turned(a: [real; 3]) -> [real; 3] = [a[2], a[0], a[1]]\n\
                 fn at(a: [real; 3], i: int) -> real = a[i % 3]";
    let members = "state w: [real; 3] = [1.0, 2.0, 3.0]\nstate n: int = 7\n\
                   on every 1s { let v = turned(turned(w))\n\
                   log \"{v[0]} {v[1]} {v[2]} {dot(w, v)} {at(w, n)} {dot([1.0; 3], turned(w))}\" }";
    // 1*2 + 2*3 + 3*1 = 11; 7 % 3 = 1.
    assert_eq!(logs(items, members, 1), ["2.0 3.0 1.0 11.0 2.0 6.0"]);
}

/// A node with a list for its memory and a list for its argument, beside the same in numbers.
#[test]
fn nodes_keep_lists() {
    let items = "node fir(x: real, w: [real; 3]) -> real {\n  state last: [real; 2] = [0.0; 2]\n  \
                 next last = [x, last[0]]\n  yield w[0] * x + w[1] * last[0] + w[2] * last[1]\n}";
    let members = "clock h1 = bars(a, 1h)\nlet y = fir(real(h1.close), [0.5, 0.25, 1.0])\n\
                   on h1 { log \"{y}\" }";
    let ir = ir_of("t", &strategy(items, members), false);
    let mut interp = interp(&ir, &[]);
    let mut world = World::new(VenueKind::BinancePerp, 1);
    let mut got = Vec::new();
    let closes = [8.0, 4.0, 2.0, 16.0];
    for close in closes {
        world.bar(0, price(&format!("{close}")));
        let out = world.step(&mut interp, Trigger::Bars(ClockId(0)));
        got.extend(texts(out).into_iter().map(str::to_owned));
    }
    let x = |n: usize| if n >= 3 { closes[n - 3] } else { 0.0 };
    let expected: Vec<String> =
        (3..7).map(|n| format!("{:?}", 0.5 * x(n) + 0.25 * x(n - 1) + 1.0 * x(n - 2))).collect();
    assert_eq!(got, expected);
}

#[test]
fn a_list_per_member() {
    let text = "strategy t \"lists\" {\n  version 1\n  venue polymarket\n  \
                universe markets max 10 order by id { where book.mid > 0.2 }\n  \
                state w: [int; 2] = [1, 2] per markets\n  state n: int = 0\n  \
                on every 1s for m in markets {\n    set w[m][n % 2] = w[m][1] * 10\n    \
                set n = n + 1\n    log \"{m.id} {w[m][0]} {w[m][1]}\"\n    \
                if n > 3 { set w[m] = [w[m][1], w[m][0]] }\n    for x in w[m] { log \"{x}\" }\n  }\n}\n";
    let ir = ir_of("t", text, true);
    let mut interp = interp(&ir, &[]);
    let mut world = World::new(VenueKind::Polymarket, 2);
    world.mid(0, price("0.5"));
    world.mid(1, price("0.6"));
    let mut step = |interp: &mut Interp| -> Vec<String> {
        texts(world.step(interp, TICK)).into_iter().map(str::to_owned).collect()
    };
    assert_eq!(step(&mut interp), ["I0 20 2", "20", "2", "I1 1 20", "1", "20"]);
    assert_eq!(step(&mut interp), ["I0 20 2", "20", "2", "I1 1 200", "200", "1"]);
}

/// A fault after elements were set leaves none of them behind.
#[test]
fn a_fault_takes_elements_back() {
    let members = "state w: [int; 3] = [1, 2, 3]  state n: int = 1\n\
                   on every 1s { set w[n % 3] = 9  set w = [w[1], w[2], w[0]]\n\
                   if n > 1 { set n = 9_223_372_036_854_775_807 + n } else { set n = 2 } }\n\
                   on book(a) { log \"{w[0]} {w[1]} {w[2]}\" }";
    let ir = ir_of("t", &strategy("", members), false);
    let mut interp = interp(&ir, &[]);
    let mut world = World::new(VenueKind::BinancePerp, 1);
    let look = |world: &mut World, interp: &mut Interp| {
        texts(world.step(interp, Trigger::Book(InstrumentId(0)))).join(",")
    };
    assert_eq!(look(&mut world, &mut interp), "1 2 3");
    assert_eq!(world.step(&mut interp, TICK).fault, None);
    assert_eq!(look(&mut world, &mut interp), "9 3 1");
    let fault = world.step(&mut interp, TICK).fault.map(|fault| fault.kind);
    assert_eq!(fault, Some(FaultKind::Overflow));
    assert_eq!(look(&mut world, &mut interp), "9 3 1");
}

/// Elements are variables of their own: named, counted in bytes, and at the end of the table.
#[test]
fn elements_are_counted() {
    let members = "state w: [real; 5] = [0.0; 5]  state n: int = 0\n\
                   on every 1s { set n = n + 1  set w[n % 5] = 1.0 }";
    let ir = ir_of("t", &strategy("", members), false);
    let names: Vec<&str> = ir.states.iter().map(|state| state.name.as_str()).collect();
    assert_eq!(names, ["w[0]", "n", "w[1]", "w[2]", "w[3]", "w[4]"]);
    let shown = ir.to_string();
    assert!(shown.contains("set [w[0], w[1], w[2], w[3], w[4]][RemInt(n, 5)] = 1.0"), "{shown}");
}

/// Elements are carried over by name, and a migration reads and makes lists.
#[test]
fn lists_survive_a_new_version() {
    let ir = ir_of(
        "t",
        &strategy("", "state w: [int; 3] = [1, 2, 3]\non every 1s { set w[1] = 7 }"),
        false,
    );
    let mut old = interp(&ir, &[]);
    let mut world = World::new(VenueKind::BinancePerp, 1);
    world.step(&mut old, TICK);
    let snapshot = old.snapshot().unwrap();
    let members = "state v: [int; 4] = [0; 4]\nstate sum: int = 0\n\
                   migrate from 1 { w: [int; 3] } { v = [w[2], w[1], w[0], 5]  sum = w[0] + w[1] + w[2] }\n\
                   on every 1s { log \"{v[0]} {v[1]} {v[2]} {v[3]} {sum}\" }";
    let text = strategy("", members).replace("version 1", "version 2");
    let ir = ir_of("t", &text, false);
    let mut new = interp(&ir, &[]);
    new.restore(&snapshot).unwrap();
    assert_eq!(texts(world.step(&mut new, TICK)), ["3 7 1 5 11"]);
}
