//! Formatting changes white space only, once, and says the same as before.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use strat_dsl::ast::File;
use strat_dsl::{Code, Source, format, parse};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every strategy file of a folder and of the folders in it.
fn strategies(folder: &Path, found: &mut Vec<(String, String)>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            strategies(&path, found);
        } else if path.extension().is_some_and(|it| it == "strat") {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

fn files(folders: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for folder in folders {
        strategies(&root().join(folder), &mut found);
    }
    assert!(found.len() >= folders.len(), "{folders:?}");
    found
}

fn formatted(name: &str, text: &str) -> String {
    match format(&Source::new(name, text)) {
        Ok(text) => text,
        Err(found) => panic_with(name, text, &format_args!("{found:#?}")),
    }
}

#[expect(clippy::panic, reason = "a test fails by it")]
fn panic_with(name: &str, text: &str, why: &dyn std::fmt::Display) -> ! {
    panic!("{name}: {why}\n{text}")
}

/// The tree without places and without the comments that it carries as documentation.
fn meaning(file: &File) -> String {
    let mut told = std::format!("{:?}", file.items);
    for (head, tail) in [("Span { start: ", "}"), ("doc: Some(\"", "\"), ")] {
        let mut kept = String::new();
        let mut rest = told.as_str();
        while let Some((before, behind)) = rest.split_once(head) {
            kept.push_str(before);
            rest = behind.split_once(tail).unwrap().1;
        }
        kept.push_str(rest);
        told = kept.replace("doc: None, ", "");
    }
    told
}

fn comments(file: &File) -> Vec<&str> {
    file.comments.iter().map(|comment| comment.text.as_str()).collect()
}

fn solid(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Formats a text and checks what must hold of every text.
fn judge(name: &str, text: &str) -> String {
    let once = formatted(name, text);
    let twice = formatted(name, &once);
    assert_eq!(once, twice, "{name} is not formatted at once:\n{text}");
    let [before, after] = [text, &once].map(|text| parse(&Source::new(name, text)).file);
    assert_eq!(solid(text), solid(&once), "{name}: not only white space has changed\n{text}");
    assert_eq!(comments(&before), comments(&after), "{name}\n{text}");
    assert_eq!(meaning(&before), meaning(&after), "{name}\n{text}\n{once}");
    for line in once.lines() {
        assert_eq!(line, line.trim_end(), "{name}: white space at the end of a line");
    }
    once
}

#[test]
fn shipped_files_are_formatted() {
    for (name, text) in files(&["strategies", "examples", "cli/template", "dsl/tests/corpus/valid"])
    {
        assert_eq!(judge(&name, &text), text, "{name}");
    }
}

#[test]
fn doc_comments_stay_with_what_they_document() {
    for (name, text) in files(&["dsl/tests/corpus/valid", "strategies"]) {
        let docs = |text: &str| -> Vec<String> {
            let told = std::format!("{:?}", parse(&Source::new(name.as_str(), text)).file.items);
            let found = told.split("doc: Some(\"").skip(1);
            found.map(|rest| rest.split_once("\"), ").unwrap().0.to_owned()).collect()
        };
        let loose = text.replace('\n', "\n ").replace(" = ", "=");
        assert_eq!(docs(&formatted(&name, &loose)), docs(&text), "{name}");
    }
}

/// Texts that are refused, and stay as they are therefore.
#[test]
fn a_text_with_a_syntax_error_is_told_and_not_formatted() {
    for (name, text) in files(&["dsl/tests/corpus/invalid"]) {
        let found = format(&Source::new(name.as_str(), text.as_str())).unwrap_err();
        assert!(found.iter().all(|it| it.code.id().starts_with("E09")), "{name}: {found:#?}");
    }
    let found = format(&Source::new("x.strat", "strategy s { on start { buy } }")).unwrap_err();
    assert!(found.iter().any(|it| it.code != Code::E0912), "{found:#?}");
    assert!(format(&Source::new("x.strat", "")).is_err());
}

/// Members of a strategy as written and as formatted.
const CASES: &[(&str, &str)] = &[
    ("version   1\n\n\n\nvenue vanta", "version 1\n\nvenue vanta"),
    ("version 1 venue vanta", "version 1\nvenue vanta"),
    ("param a:int=1 in 0 .. 9 step 1", "param a: int = 1 in 0..9 step 1"),
    ("param a:usd = 2_000usd", "param a: usd = 2_000 usd"),
    ("param a: price / size=1e-3", "param a: price/size = 1e-3"),
    ("state a:[ real;4 ]=[ 1.0,2.0 ]", "state a: [real; 4] = [1.0, 2.0]"),
    ("state a: time ?=none per  u", "state a: time? = none per u"),
    ("state a: money< USDC >=1 usd", "state a: money<USDC> = 1 usd"),
    // Parentheses stay where the author put them.
    ("let a=(b+c)*-d", "let a = (b + c) * -d"),
    ("let a = ((b))*(c /? 2.0)??1.0", "let a = ((b)) * (c /? 2.0) ?? 1.0"),
    ("let a = b-(-1..2)", "let a = b - (-1..2)"),
    ("let a = m . book?.ask [ 1 ]", "let a = m.book?.ask[1]"),
    ("let a = f ( b , or :1 ,)", "let a = f(b, or: 1,)"),
    // A percentage and a remainder.
    ("let a = 5% +b%3+5 %3", "let a = 5% + b % 3 + 5 % 3"),
    ("let a = if b then 1 else if c then 2 else 3", "let a = if b then 1 else if c then 2 else 3"),
    // Columns that the author made stay columns, and nothing else does.
    ("let a   = 1\nlet bcd = 2", "let a   = 1\nlet bcd = 2"),
    ("let a     = 1\nlet bcd   = 2", "let a   = 1\nlet bcd = 2"),
    ("let a   = 1\nlet bcdef = 2", "let a = 1\nlet bcdef = 2"),
    ("let a   = 1\n\nlet bcd = 2", "let a = 1\n\nlet bcd = 2"),
    ("let a  =  1   // c\nlet bcd = 2   // d", "let a = 1     // c\nlet bcd = 2   // d"),
    ("let   a = 1 // c\nlet bcd = 2 // d", "let a = 1 // c\nlet bcd = 2 // d"),
    ("  let a = 1    // c", "let a = 1    // c"),
    // Comments.
    (
        "version 1 // one\n// two\n\n\n// three\nvenue vanta",
        "version 1 // one\n// two\n\n// three\nvenue vanta",
    ),
    ("let a = b // why\n + c", "let a = b // why\n  + c"),
    ("let a = b\n// why\n + c", "let a = b\n  // why\n  + c"),
    ("risk { // one\n// two\n}", "risk { // one\n  // two\n}"),
    ("risk {\n a: 1 // one\n // two\n}", "risk {\n  a: 1 // one\n  // two\n}"),
    ("enum A { a, // one\n b, c }", "enum A {\n  a, // one\n  b,\n  c\n}"),
    ("enum A { // one\n a }", "enum A { // one\n  a\n}"),
    // Bodies.
    ("on start{}", "on start { }"),
    ("on start {\n\n}", "on start { }"),
    ("on start { cancel all }", "on start { cancel all }"),
    ("on start { cancel all cancel m }", "on start { cancel all  cancel m }"),
    ("on start {\n cancel all }", "on start {\n  cancel all\n}"),
    (
        "on start { cancel a cancel b cancel c }",
        "on start {\n  cancel a\n  cancel b\n  cancel c\n}",
    ),
    ("on start { // why\n cancel all }", "on start { // why\n  cancel all\n}"),
    (
        "on start { if a { cancel b } else { cancel c } }",
        "on start { if a { cancel b } else { cancel c } }",
    ),
    (
        "on start {\nif a { cancel b }\nelse { cancel c } }",
        "on start {\n  if a { cancel b }\n  else { cancel c }\n}",
    ),
    (
        "on start {\nif a { cancel b }\nelse {\n cancel c } }",
        "on start {\n  if a {\n    cancel b\n  } else {\n    cancel c\n  }\n}",
    ),
    (
        "on start {\nif a { cancel b } // why\nelse {\n cancel c } }",
        "on start {\n  if a {\n    cancel b\n  } // why\n  else {\n    cancel c\n  }\n}",
    ),
    (
        "on start {\nquote m { bid 1 size 2, ask 3 size 4 post_only }else cancel }",
        "on start {\n  quote m { bid 1 size 2, ask 3 size 4 post_only } else cancel\n}",
    ),
    (
        "on start { quote m {\nbid -1 size 2 ask 3 size 4 post_only }else cancel }",
        "on start {\n  quote m {\n    bid -1 size 2\n    ask 3 size 4\n    post_only\n  } else cancel\n}",
    ),
    ("migrate from 1 { a:int } {b=a}", "migrate from 1 { a: int } { b = a }"),
    ("migrate from 1 { b = 1\n}", "migrate from 1 {\n  b = 1\n}"),
    ("migrate from 1 { }", "migrate from 1 { }"),
];

/// `text` inside a strategy, `indent` deep.
fn inside(text: &str) -> String {
    let lines = text.lines();
    let indented =
        lines.map(|line| if line.is_empty() { line.into() } else { std::format!("  {line}") });
    std::format!("strategy s {{\n{}\n}}\n", indented.collect::<Vec<_>>().join("\n"))
}

#[test]
fn members_are_formatted_as_they_should_be() {
    for (text, expected) in CASES {
        let text = std::format!("strategy s {{\n{text}\n}}");
        assert_eq!(judge("x.strat", &text), inside(expected), "{text}");
    }
}

#[test]
fn long_lines_break_where_they_hold_together_least() {
    let a = "a_rather_long_name";
    let cases = [
        (
            std::format!("let x = {a} and {a} and {a} or {a} and {a} + {a}"),
            std::format!("let x = {a} and {a} and {a}\n  or {a} and {a} + {a}"),
        ),
        (
            std::format!("let x = f({a}, {a}, {a} + {a}, {a}, {a})"),
            std::format!("let x = f({a}, {a}, {a} + {a},\n  {a}, {a})"),
        ),
        (
            std::format!("on start {{ require {a} > {a} else \"{a} {a} {a}\" }}"),
            std::format!("on start {{\n  require {a} > {a}\n    else \"{a} {a} {a}\"\n}}"),
        ),
        (
            std::format!("on start {{ if {a} and {a} and {a} and {a} and {a} {{ cancel m }} }}"),
            std::format!(
                "on start {{\n  if {a} and {a} and {a} and {a}\n      and {a} {{\n    cancel m\n  }}\n}}"
            ),
        ),
        (
            std::format!("enum A {{ {a}1, {a}2, {a}3, {a}4, {a}5, {a}6 }}"),
            std::format!("enum A {{\n  {a}1, {a}2, {a}3, {a}4,\n  {a}5, {a}6\n}}"),
        ),
        // A text is not broken, and nothing is gained by breaking around it.
        (
            std::format!("instrument m = token(\"{}\") on polymarket", "1".repeat(90)),
            std::format!("instrument m = token(\"{}\") on polymarket", "1".repeat(90)),
        ),
    ];
    for (text, expected) in cases {
        let text = std::format!("strategy s {{\n{text}\n}}");
        assert_eq!(judge("x.strat", &text), inside(&expected), "{text}");
    }
}

/// Other white space where there was some, more of it around signs, and comments, as `choices` say.
fn spread(text: &str, choices: &[u8]) -> String {
    const SPACES: [&str; 8] = [" ", "  ", "\t", "\n", "\r\n  ", "\n\n\n", " // c\n", "\n  //c ü\n"];
    let mut choices = choices.iter().copied().cycle();
    let mut spread = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let quoted = |rest: &str| {
            let mut escaped = false;
            let closes = |c: char| {
                let closes = c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                closes
            };
            1 + rest[1..].find(closes).unwrap() + 1
        };
        let length = match first {
            '"' => quoted(rest),
            '/' if rest.starts_with("//") => rest.find('\n').map_or(rest.len(), |at| at + 1),
            c if c.is_whitespace() => rest.find(|c: char| !c.is_whitespace()).unwrap_or(rest.len()),
            c => c.len_utf8(),
        };
        let (piece, behind) = rest.split_at(length);
        let choice = usize::from(choices.next().unwrap());
        let space = SPACES.iter().cycle().nth(choice / 8).unwrap();
        if first.is_whitespace() {
            // Some white space stays as it is, lest nothing ever stands on one line or in columns.
            spread.push_str(if choice % 8 < 5 { piece } else { space });
        } else {
            let sign = "()[]{},+*=<>".contains(first) && !behind.starts_with(['=', '>']);
            spread.push_str(piece);
            if sign && choice % 8 == 0 {
                spread.push_str(space);
            }
        }
        rest = behind;
    }
    spread
}

#[test]
fn whatever_the_white_space_the_formatted_text_means_the_same() {
    let files = files(&["strategies", "dsl/tests/corpus/valid", "examples/02_mean_reversion"]);
    let seed: u64 = std::env::var("STRAT_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(7);
    println!("seed {seed} (STRAT_SEED chooses another)");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases: 1_500, failure_persistence: None, ..Config::default() };
    let mut runner =
        TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let read = std::cell::Cell::new(0_u32);
    let drawn = (0..files.len(), prop::collection::vec(any::<u8>(), 60..400));
    let outcome = runner.run(&drawn, |(at, choices)| {
        let (name, text) = &files[at];
        let text = spread(text, &choices);
        // A line break parts a number from its unit; such a text may be none any more.
        if parse(&Source::new(name.as_str(), text.as_str())).diagnostics.is_empty() {
            read.set(read.get() + 1);
            judge(name, &text);
        }
        Ok(())
    });
    assert!(outcome.is_ok(), "{}", outcome.unwrap_err());
    assert!(read.get() > 300, "only {} texts could be read", read.get());
}
