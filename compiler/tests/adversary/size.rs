//! Programs that are very long, very wide or very deep: judged in a small stack, in linear time,
//! and without harm on either side of every limit.

use std::fmt::Write as _;
use std::thread;
use std::time::{Duration, Instant};

use strat_compiler::pipeline::compile;
use strat_dsl::{Code, Diagnostic, Source, render};

/// The stack that a host's worker may have, in bytes.
const STACK: usize = 2 << 20;

fn in_strategy(members: &str) -> String {
    format!(
        "strategy big {{\nversion 1\nvenue binance_perp\ninstrument btc = BTCUSDT on binance_perp\nclock h1 = bars(btc, 1h)\nrisk {{ max_notional: 5 usd }}\n{members}\n}}\n"
    )
}

fn in_handler(statements: &str) -> String {
    in_strategy(&format!("on every 10s {{\n{statements}\n}}"))
}

/// Compiles in a small stack.
fn judged(text: String) -> (Vec<Diagnostic>, Duration) {
    let work = move || {
        let source = Source::new("big.strat", text);
        let begun = Instant::now();
        let all = compile(&source).diagnostics;
        let took = begun.elapsed();
        all.iter().take(3).for_each(|found| drop(render(&source, found, false)));
        (all, took)
    };
    thread::Builder::new().stack_size(STACK).spawn(work).unwrap().join().unwrap()
}

fn codes(all: &[Diagnostic]) -> Vec<Code> {
    all.iter().filter(|found| found.is_error()).map(|found| found.code).collect()
}

/// Everything that can stand in itself, `n` deep.
type Form = (&'static str, fn(usize) -> String);

const FORMS: &[Form] = &[
    ("parentheses", |n| {
        in_handler(&format!("log \"x\"\nlet a = {}1{}", "(".repeat(n), ")".repeat(n)))
    }),
    ("calls", |n| in_handler(&format!("let a = {}1{}", "abs(".repeat(n), ")".repeat(n)))),
    ("lists", |n| in_handler(&format!("let a = 1 in {}1{}", "[".repeat(n), "]".repeat(n)))),
    ("indices", |n| {
        in_strategy(&format!("let a = h1.close{}1{}", "[h1.close".repeat(n), "]".repeat(n)))
    }),
    ("signs", |n| in_handler(&format!("let a = {}1.5", "- ".repeat(n)))),
    ("nots", |n| in_handler(&format!("let a = {}true", "not ".repeat(n)))),
    ("sums", |n| in_handler(&format!("let a = {}1", "1 + ".repeat(n)))),
    ("ands", |n| in_handler(&format!("let a = {}true", "true and ".repeat(n)))),
    ("defaults", |n| in_handler(&format!("let a = {}btc.tick", "btc.mark ?? ".repeat(n)))),
    ("fields", |n| in_handler(&format!("let a = btc{}", ".book".repeat(n)))),
    ("lags", |n| in_strategy(&format!("let a = h1.close{}", "[1]".repeat(n)))),
    ("blocks", |n| {
        in_handler(&format!("{}log \"x\"{}", "if btc.tick > 0.5 { ".repeat(n), " }".repeat(n)))
    }),
    ("matches", |n| {
        in_strategy(&format!(
            "enum E {{ a }}\nstate e: E = E.a\non every 10s {{ {}set e = E.a{} }}",
            "match e { E.a -> { ".repeat(n),
            " } }".repeat(n)
        ))
    }),
    ("loops", |n| {
        let mut text = String::new();
        for i in 0..n {
            let _ = write!(text, "for x{i} in [1, 2] {{ ");
        }
        in_handler(&format!("{text}log \"x\"{}", " }".repeat(n)))
    }),
    ("togethers", |n| {
        in_handler(&format!("{}log \"x\"{}", "together { ".repeat(n), " }".repeat(n)))
    }),
    ("else ifs", |n| {
        in_handler(&format!(
            "if btc.tick > 1 {{ log \"a\" }}{}",
            " else if btc.tick > 2 { log \"b\" }".repeat(n)
        ))
    }),
    ("values of else if", |n| {
        in_handler(&format!("let a = {}3", "if btc.tick > 1 then 1 else ".repeat(n)))
    }),
    ("values in conditions", |n| {
        in_handler(&format!("let a = {}true{}", "if ".repeat(n), " then true else false".repeat(n)))
    }),
    ("texts", |n| {
        let mut text = "1".to_owned();
        for _ in 0..n {
            text = format!("{{min({text}, 1)}}");
        }
        in_handler(&format!("log \"{text}\""))
    }),
    ("types", |n| in_strategy(&format!("state s: {}int{} = 1", "money<".repeat(n), ">".repeat(n)))),
    ("lists of types", |n| {
        in_strategy(&format!("state s: {}int{} = 1", "[".repeat(n), "; 2]".repeat(n)))
    }),
    ("functions", |n| {
        let mut text = "fn f0(a: int) -> int = a + 1\n".to_owned();
        for i in 1..=n {
            let _ = writeln!(text, "fn f{i}(a: int) -> int = f{}(a)", i - 1);
        }
        in_strategy(&format!("{text}on every 10s {{ log \"{{f{n}(1)}}\" }}"))
    }),
    ("nodes", |n| {
        let mut text = "node f0(a: real) -> real { yield a + 1.0 }\n".to_owned();
        for i in 1..=n {
            let _ = writeln!(text, "node f{i}(a: real) -> real {{ yield f{}(a) }}", i - 1);
        }
        in_strategy(&format!("{text}let z = f{n}(real(h1.close))\non h1 {{ log \"{{z}}\" }}"))
    }),
    ("streams", |n| {
        let mut text = "let s0 = real(h1.close)\n".to_owned();
        for i in 1..=n {
            let _ = writeln!(text, "let s{i} = s{} + 1.0", i - 1);
        }
        in_strategy(&format!("{text}on h1 {{ log \"{{s{n}}}\" }}"))
    }),
    ("locals", |n| {
        let mut text = "let s0 = btc.tick\n".to_owned();
        for i in 1..=n {
            let _ = writeln!(text, "let s{i} = s{} * 1", i - 1);
        }
        in_handler(&text)
    }),
    ("facts", |n| {
        in_handler(&format!(
            "{}log \"x\"",
            "require btc.position.size > 0 coins else \"flat\"\n".repeat(n)
        ))
    }),
];

/// Around every limit that there is.
const DEPTHS: &[usize] = &[
    1, 5, 30, 31, 32, 33, 60, 120, 127, 128, 129, 158, 159, 160, 161, 200, 254, 255, 256, 257, 300,
    2_000,
];

#[test]
fn every_depth_is_judged_in_a_small_stack() {
    for (name, form) in FORMS {
        for n in DEPTHS {
            let (all, took) = judged(form(*n));
            let errors = codes(&all);
            println!("{name} {n}: {:?} in {took:?}", errors.first());
            assert!(took < Duration::from_secs(20), "{name} {n}: {took:?}");
            assert!(errors.len() <= n + 2, "{name} {n}: {} errors", errors.len());
        }
    }
}

#[test]
fn what_people_write_is_never_too_deep() {
    for (name, form) in FORMS {
        if ["togethers", "lists", "indices", "fields", "types", "lists of types", "texts"]
            .contains(name)
        {
            continue;
        }
        let (all, _) = judged(form(20));
        assert!(codes(&all).is_empty(), "{name}: {all:?}");
    }
}

/// Members of each kind, by number.
type Member = (&'static str, fn(usize) -> String);

const MEMBERS: &[Member] = &[
    ("params", |i| format!("param p{i}: int = 3 in 1..9\n")),
    ("lets", |i| format!("let l{i} = h1.close + {i}\n")),
    ("chained lets", |i| match i {
        0 => "let c0 = real(h1.close)\n".to_owned(),
        _ => format!("let c{i} = c{} + 1.0\n", i - 1),
    }),
    ("states", |i| format!("state s{i}: int = 0\n")),
    ("functions", |i| format!("fn f{i}(a: int) -> int = a + 1\n")),
    ("nodes", |i| format!("node n{i}(a: real) -> real {{ yield a + 1.0 }}\n")),
    ("enums", |i| format!("enum E{i} {{ a, b }}\n")),
    ("words", |i| format!("words w{i} = \"nfl\", \"nba\"\n")),
    ("constraints", |i| format!("param q{i}: int = 3 in 1..9\nconstraint q{i} < 10\n")),
    ("instruments", |i| format!("instrument i{i} = SYM{i} on binance_perp\n")),
    ("clocks", |i| format!("clock k{i} = bars(btc, {}m)\n", i + 1)),
    ("risk", |i| format!("risk {{ max_notional: {} usd }}\n", i + 1)),
    ("unknown names", |i| format!("let u{i} = unknown{i}\n")),
    ("garbage", |i| format!("let g{i} = $ % &\n")),
    ("duplicates", |_| "param same: int = 3 in 1..9\n".to_owned()),
];

const STATEMENTS: &[Member] = &[
    ("locals", |i| format!("let a{i} = btc.tick\n")),
    ("guards", |_| "require btc.position.size > 0 coins else \"flat\"\n".to_owned()),
    ("different guards", |i| format!("require btc.position.size > {i} coins else \"flat {i}\"\n")),
    ("logs", |_| "log \"{btc.tick} {btc.lot}\"\n".to_owned()),
    ("orders", |_| "buy btc 1 coins @ 5.0\n".to_owned()),
    ("ifs", |_| "if btc.tick > 1 { log \"a\" } else { log \"b\" }\n".to_owned()),
    ("semicolons", |_| "log \"a\";\n".to_owned()),
    ("slips", |i| format!("log \"{{btx{i}}}\"\n")),
];

/// The length of a text made of `n` members, and how long it takes.
fn many(members: &[Member], n: usize, whole: fn(&str) -> String) {
    for (name, member) in members {
        let text = whole(&(0..n).map(member).collect::<String>());
        let (all, took) = judged(text);
        println!("{name} {n}: {} diagnostics in {took:?}", all.len());
        assert!(took < Duration::from_secs(20), "{name}: {took:?}");
    }
}

#[test]
fn thousands_of_members_are_judged() {
    many(MEMBERS, 5_000, in_strategy);
    many(STATEMENTS, 5_000, in_handler);
}

#[test]
fn a_file_of_a_mebibyte_is_judged_in_time() {
    let one = |i: usize| {
        format!(
            "strategy s{i} {{\n  version 1\n  venue polymarket\n  param n: int = 3 in 1..9\n  \
             instrument yes = token(\"{i}\") on polymarket\n  risk {{ max_notional: 5 usd }}\n  \
             on every 10s {{\n    let ask = yes.book.ask else \"no ask\"\n    \
             require ask.price < 0.5 else \"dear\"\n    \
             if n > 4 {{ buy yes 5 shares @ ask.price tif fak because \"cheap\" }}\n  }}\n}}\n"
        )
    };
    let mut text = String::new();
    let mut at = 0;
    while text.len() < (1 << 20) - 500 {
        text += &one(at);
        at += 1;
    }
    let bytes = text.len();
    let (all, took) = judged(text);
    println!("{at} strategies, {bytes} bytes: {took:?}");
    assert!(codes(&all).is_empty(), "{:?}", all.first());
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn long_lines_lists_and_other_line_ends_are_as_good_as_any() {
    let long = format!("log \"{}\"", "word ".repeat(20_000));
    let words: Vec<String> = (0..20_000).map(|i| format!("\"w{i}\"")).collect();
    let cases: Vec<String> = (0..20_000).map(|i| format!("c{i}")).collect();
    for text in [
        in_handler(&long),
        in_strategy(&format!("words w = {}\non start {{ log \"x\" }}", words.join(", "))),
        in_strategy(&format!("enum E {{ {} }}\non start {{ log \"x\" }}", cases.join(", "))),
        in_handler("let a = btc.tick\nlog \"{a}\" // done").replace('\n', "\r\n"),
        in_handler("let a = btc.tick\nlog \"{a}\"").replace('\n', " "),
        in_handler("let a = btc.tick\nlog \"{a}\"").replace(' ', "\t"),
    ] {
        let (all, took) = judged(text);
        assert!(codes(&all).is_empty(), "{:?}", all.first());
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
}
