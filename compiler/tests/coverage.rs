//! Nothing is left out: every construct of the grammar stands in the corpus and in the manual, and
//! every diagnostic has a case that yields it and a near miss that does not.
//!
//! Cases are `//~ E0102 words` in `ui` and in the parser's `corpus/invalid`, and `hears E0102 words`
//! in `adversary`; near misses are `//~ not E0102` and `misses E0102`. What they claim is tried by
//! `ui.rs`, `adversary.rs` and the parser's `corpus.rs`.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "test code: it reads the corpus and the pages that it counts"
)]

#[path = "support/fragment.rs"]
mod fragment;
#[path = "support/manual.rs"]
mod manual;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use manual::{blocks, page};
use strat_compiler::pipeline::compile;
use strat_dsl::{Code, Source, constructs};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The texts of all files below a folder with this ending, in the order of their paths.
fn texts(folder: &str, ending: &str) -> Vec<String> {
    let mut folders = vec![root().join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == ending) {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no .{ending} in {folder}");
    files.iter().map(|path| fs::read_to_string(path).unwrap()).collect()
}

/// Rules that only look ahead, so that no text contains them.
const LOOK_AHEAD: &[&str] = &["option_word", "step_word"];

/// The rules that a valid text can contain: not the silent ones, not the words and signs that only
/// mark a place, and not those that stand for something missing (`no_`) or unreadable (`bad_`).
fn grammar() -> Vec<String> {
    let text = fs::read_to_string(root().join("dsl/src/grammar.pest")).unwrap();
    let (text, _) = text.split_once("// ---------- words and signs").unwrap();
    let mut out = Vec::new();
    for line in text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_alphabetic())) {
        let (name, body) = line.split_once('=').unwrap();
        let name = name.trim();
        let absent = name.starts_with("no_") || name.starts_with("bad_");
        if !body.trim_start().starts_with('_') && !absent && !LOOK_AHEAD.contains(&name) {
            out.push(name.to_owned());
        }
    }
    for name in LOOK_AHEAD {
        let used = text.lines().filter(|line| !line.starts_with(name) && line.contains(name));
        let mut used = used.peekable();
        assert!(used.peek().is_some() && used.all(|line| line.contains("!(")), "{name}");
    }
    assert!(out.len() > 150, "{} rules", out.len());
    out
}

fn missing(shown: &BTreeSet<String>) -> Vec<String> {
    grammar().into_iter().filter(|rule| !shown.contains(rule)).collect()
}

#[test]
fn every_construct_stands_in_the_corpus() {
    let mut shown = BTreeSet::new();
    for folder in ["dsl/tests/corpus/valid", "compiler/tests", "strategies"] {
        for text in texts(folder, "strat") {
            shown.extend(constructs(&text).unwrap_or_default().into_iter().map(|(rule, _)| rule));
        }
    }
    let missing = missing(&shown);
    assert!(missing.is_empty(), "no file of the corpus has {missing:?}");
}

#[test]
fn every_construct_stands_in_the_manual() {
    let mut shown = BTreeSet::new();
    let text = fs::read_to_string(page("language.md")).unwrap();
    for block in blocks(&text).iter().filter(|block| block.fails.is_none()) {
        let source = block.fragment.source("language.md");
        let used = constructs(source.text());
        assert!(used.is_some(), "language.md:{} has a syntax error", block.line);
        // What surrounds a fragment is not shown.
        let used = used.unwrap_or_default().into_iter();
        let inside = used.filter(|(_, piece)| block.fragment.text.contains(piece));
        shown.extend(inside.map(|(rule, _)| rule));
    }
    let missing = missing(&shown);
    assert!(missing.is_empty(), "no block of language.md has {missing:?}");
}

/// A test that stands for a case: its file and its name.
type Test = (&'static str, &'static str);

/// Codes that need more than a text: data, an older program, or a text too large to be kept. Each
/// with the test that yields it and the one that misses it.
const BY_TEST: &[(Code, Test, Test)] = &[
    (
        Code::E0701,
        ("cli/tests/commands.rs", "data_that_lacks_what_is_needed"),
        ("cli/tests/commands.rs", "data_that_lacks_what_is_needed"),
    ),
    (
        Code::E0801,
        ("cli/tests/commands.rs", "check_tells_whether_state_can_be_taken_over"),
        ("cli/tests/commands.rs", "check_tells_whether_state_can_be_taken_over"),
    ),
    (
        Code::E0903,
        ("dsl/tests/robust.rs", "what_is_too_deep_too_long_or_too_large_is_refused_at_once"),
        ("dsl/tests/robust.rs", "texts_at_the_limits_are_read"),
    ),
    (
        Code::E0913,
        ("dsl/tests/robust.rs", "what_is_too_deep_too_long_or_too_large_is_refused_at_once"),
        ("dsl/tests/robust.rs", "texts_at_the_limits_are_read"),
    ),
    (
        Code::E0914,
        ("compiler/tests/coverage.rs", "after_fifty_errors_the_rest_is_counted"),
        ("compiler/tests/coverage.rs", "after_fifty_errors_the_rest_is_counted"),
    ),
];

/// Whether the test exists and names the code.
fn names(test: Test, code: Code) -> bool {
    let text = fs::read_to_string(root().join(test.0)).unwrap();
    let body = text.split_once(&format!("\nfn {}()", test.1)).map(|(_, rest)| rest);
    let body = body.and_then(|rest| rest.split_once("\n}\n")).map(|(body, _)| body);
    body.is_some_and(|body| body.contains(code.id()))
}

/// The codes that stand behind a mark, at a line's begin or anywhere, with words where it wants some.
fn marked(texts: &[String], mark: &str, worded: bool) -> BTreeSet<Code> {
    let claims = texts.iter().flat_map(|text| text.lines()).flat_map(|line| {
        let inside = mark.starts_with("//");
        line.split(mark).skip(1).filter(move |_| inside || line.starts_with(mark))
    });
    claims
        .filter_map(|claim| {
            let claim = claim.trim();
            let (code, words) = claim.split_once(' ').unwrap_or((claim, ""));
            Code::parse(code).filter(|_| !worded || !words.is_empty())
        })
        .collect()
}

#[test]
fn every_code_has_a_case_and_a_near_miss() {
    let ui = texts("compiler/tests/ui", "strat");
    let slips = texts("compiler/tests/adversary", "txt");
    let mut cases = marked(&ui, "//~ ", true);
    cases.extend(marked(&slips, "hears ", true));
    cases.extend(marked(&texts("dsl/tests/corpus/invalid", "strat"), "//~ ", true));
    let mut misses = marked(&ui, "//~ not ", false);
    misses.extend(marked(&slips, "misses ", false));
    for (code, case, miss) in BY_TEST {
        assert!(names(*case, *code), "{code} is not tried by {case:?}");
        assert!(names(*miss, *code), "{code} is not missed by {miss:?}");
        cases.insert(*code);
        misses.insert(*code);
    }
    let lacks = |have: &BTreeSet<Code>| -> Vec<&str> {
        Code::all().iter().filter(|code| !have.contains(code)).map(|code| code.id()).collect()
    };
    let (cases, misses) = (lacks(&cases), lacks(&misses));
    assert!(cases.is_empty(), "no case yields {cases:?}");
    assert!(misses.is_empty(), "no near miss of {misses:?}");
}

/// `E0914`: fifty errors are all told; from there on the rest is counted.
#[test]
fn after_fifty_errors_the_rest_is_counted() {
    for (count, withheld) in [(49, 0), (50, 0), (51, 1), (80, 30)] {
        let lines: Vec<String> = (0..count).map(|i| format!("log \"{{absent_{i}}}\"\n")).collect();
        let lines = lines.concat();
        let text =
            format!("strategy s {{\nversion 1\nvenue polymarket\non every 10s {{\n{lines}}}\n}}\n");
        let source = Source::new("many.strat", text);
        let found = compile(&source).diagnostics;
        let told = found.iter().filter(|found| found.code == Code::E0104).count();
        assert_eq!(told, count.min(50), "{count} errors");
        let rest: Vec<_> = found.iter().filter(|found| found.code != Code::E0104).collect();
        if withheld == 0 {
            assert!(rest.is_empty(), "{count} errors: {rest:?}");
            continue;
        }
        assert_eq!(rest.len(), 1, "{count} errors: {rest:?}");
        assert_eq!(rest[0].code, Code::E0914);
        assert_eq!(rest[0].message, format!("further errors withheld: {withheld}"));
        assert_eq!(source.line_text(source.line_of(rest[0].span.start)), "log \"{absent_50}\"");
        assert_eq!(found.last(), Some(rest[0]));
    }
}
