//! The checker's words: every file in `ui` says what it must hear.
//!
//! A comment such as `//~ E0102 you cannot add` claims, for its line, one diagnostic with this code
//! whose text holds these words; several claims on a line are several diagnostics. A line without a
//! claim hears nothing: that is how near misses are written. `//~ not E0102` marks one that stands
//! close to a case of that code.
#![expect(
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::disallowed_methods,
    reason = "test code, which reads its cases from files"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use strat_compiler::check::check;
use strat_dsl::{Code, Diagnostic, Source, parse, render};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui")
}

fn cases() -> Vec<Source> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "strat"))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            Source::new(name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

fn judged(source: &Source) -> Vec<Diagnostic> {
    let parsed = parse(source);
    let mut all = parsed.diagnostics;
    all.extend(check(&parsed.file).1);
    all
}

fn shown(source: &Source, all: &[Diagnostic]) -> String {
    all.iter().map(|found| render(source, found, false)).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_line_hears_what_it_claims() {
    let mut failures = String::new();
    for source in cases() {
        let all = judged(&source);
        for line in 1..=source.line_count() {
            let mut here: Vec<&Diagnostic> =
                all.iter().filter(|d| source.line_of(d.span.start) == line).collect();
            for claim in source.line_text(line).split("//~ ").skip(1) {
                let claim = claim.trim();
                if let Some(code) = claim.strip_prefix("not ") {
                    let (code, at) =
                        (Code::parse(code), |d: &Diagnostic| source.line_of(d.span.start));
                    if code.is_none_or(|code| all.iter().any(|d| d.code == code && at(d) == line)) {
                        failures += &format!("{}:{line} heard: {claim}\n", source.name());
                    }
                    continue;
                }
                let (code, words) = claim.split_once(' ').unwrap_or((claim, ""));
                let found = here
                    .iter()
                    .position(|d| d.code.id() == code && render(&source, d, false).contains(words));
                match found {
                    Some(index) => {
                        here.remove(index);
                    }
                    None => {
                        failures += &format!("{}:{line} missing: {claim}\n", source.name());
                    }
                }
            }
            for extra in here {
                failures += &format!("{}:{line} unclaimed:\n", source.name());
                failures += &render(&source, extra, false);
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_diagnostic_says_where_why_and_how_to_mend_it() {
    for source in cases() {
        for found in check(&parse(&source).file).1 {
            let text = render(&source, &found, false);
            assert!(found.why.is_some() || found.code == Code::E0104, "no reason: {text}");
            assert!(!found.fixes.is_empty(), "no fix: {text}");
            assert!(!found.labels.is_empty(), "no label: {text}");
            let first = found.message.chars().next().unwrap();
            assert!(!first.is_uppercase() && !found.message.ends_with('.'), "wording: {text}");
            assert!((found.span.end as usize) <= source.text().len());
            for edit in found.fixes.iter().flat_map(|fix| &fix.edits) {
                assert!((edit.span.end as usize) <= source.text().len());
            }
        }
    }
}

/// Codes that the checker gives. The parser's own are claimed in the parser's corpus.
const GIVEN: &[Code] = &[
    Code::E0101,
    Code::E0102,
    Code::E0103,
    Code::E0104,
    Code::E0105,
    Code::E0106,
    Code::E0107,
    Code::E0108,
    Code::E0109,
    Code::E0110,
    Code::E0111,
    Code::E0112,
    Code::E0113,
    Code::E0114,
    Code::E0115,
    Code::E0116,
    Code::E0117,
    Code::E0118,
    Code::E0119,
    Code::W0101,
    Code::W0102,
    Code::E0210,
    Code::E0211,
    Code::E0212,
    Code::E0213,
    Code::E0220,
    Code::E0221,
    Code::E0222,
    Code::E0223,
    Code::E0230,
    Code::E0231,
    Code::E0301,
    Code::E0305,
    Code::E0310,
    Code::E0311,
    Code::E0320,
    Code::E0321,
    Code::E0322,
    Code::E0323,
    Code::E0401,
    Code::E0402,
    Code::E0410,
    Code::E0501,
    Code::E0502,
    Code::E0503,
    Code::E0504,
    Code::E0505,
    Code::E0506,
    Code::E0507,
    Code::E0601,
    Code::E0602,
    Code::E0603,
    Code::W0601,
    Code::W0701,
    Code::E0802,
    Code::E0803,
    Code::E0990,
];

#[test]
fn every_code_has_a_case() {
    let mut claimed = BTreeSet::new();
    for source in cases() {
        claimed.extend(check(&parse(&source).file).1.iter().map(|found| found.code));
    }
    let missing: Vec<&str> =
        GIVEN.iter().filter(|code| !claimed.contains(code)).map(|code| code.id()).collect();
    assert!(missing.is_empty(), "no case for {missing:?}");
    let unlisted: Vec<&str> =
        claimed.iter().filter(|code| !GIVEN.contains(code)).map(|code| code.id()).collect();
    println!("beyond the list: {unlisted:?}");
}

#[test]
fn checking_twice_says_the_same() {
    for source in cases() {
        let file = parse(&source).file;
        assert_eq!(check(&file), check(&file), "{}", source.name());
    }
}

#[test]
fn diagnostics_are_in_order_and_said_once() {
    for source in cases() {
        let all = check(&parse(&source).file).1;
        for pair in all.windows(2) {
            assert!(pair[0].span <= pair[1].span, "{}", shown(&source, &all));
            assert_ne!(pair[0], pair[1]);
        }
    }
}

#[test]
fn long_and_deep_programs_are_judged_without_overflow() {
    let chain = "1 + ".repeat(3_000) + "1";
    let lets: Vec<String> = (0..3_000).map(|i| format!("  let a{i} = a{} + 1.0", i + 1)).collect();
    let lets = lets.join(
        "
",
    );
    let nots = "not ".repeat(2_000) + "true";
    for text in [
        format!("strategy s {{ version 1 venue vanta\n let x = {chain}\n}}"),
        format!("strategy s {{ version 1 venue vanta\n{lets}\n  let a3000 = 1.0\n}}"),
        format!(
            "strategy s {{ version 1 venue vanta\n on start {{ require {nots} else \"r\" }}\n}}"
        ),
        format!(
            "strategy s {{ version 1 venue vanta\n on start {{ let x = min({}1) }}\n}}",
            "min(1, ".repeat(30)
        ),
    ] {
        let source = Source::new("deep.strat", text);
        judged(&source);
    }
}

/// The pieces that mutations are made of: words, numbers, signs, line ends.
fn tokens(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let len = if word(first) {
            rest.find(|c| !word(c)).unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let (token, tail) = rest.split_at(len);
        out.push(token);
        rest = tail;
    }
    out
}

proptest! {
    // A fixed seed: the same mutants in every run.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(20_261_121),
        ..ProptestConfig::with_cases(400)
    })]

    #[test]
    fn mutated_files_never_panic_and_spans_stay_inside(
        which in 0_usize..1_000,
        cuts in proptest::collection::vec((0_usize..100_000, 0_usize..100_000, 0_u8..4), 1..6),
    ) {
        let all = cases();
        let base = &all[which % all.len()];
        let mut pieces: Vec<&str> = tokens(base.text());
        for (a, b, what) in cuts {
            if pieces.is_empty() {
                break;
            }
            let (i, j) = (a % pieces.len(), b % pieces.len());
            match what {
                0 => { pieces.remove(i); }
                1 => pieces.swap(i, j),
                2 => { let piece = pieces[j]; pieces.insert(i, piece); }
                _ => { pieces.drain(i..(i + b % 12).min(pieces.len())); }
            }
        }
        let source = Source::new("mutant.strat", pieces.concat());
        let length = source.text().len();
        for found in judged(&source) {
            prop_assert!(found.span.end as usize <= length);
            for label in &found.labels {
                prop_assert!(label.span.end as usize <= length);
            }
            render(&source, &found, false);
        }
    }
}
