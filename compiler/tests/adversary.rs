//! Slips of newcomers: what each of them hears, and whether the advice works.
//!
//! `adversary/*.txt` holds programs. A case begins with `## what it is about`, then, one to a line,
//! `in <place> <venue>` (see `support/fragment.rs`), `hears <code> <words>` for each diagnostic,
//! `misses <code>` for each that a near miss is close to, and after an empty line the text. A case without `hears` must compile. Every change that a machine may
//! make must remove its diagnostic and add none. `STRAT_SHOW=<word>` prints what the cases with this
//! word in their title hear.
#![expect(
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "test code: it reads its cases, times what it runs and shows what was asked for"
)]

#[path = "support/fragment.rs"]
mod fragment;

#[path = "adversary/size.rs"]
mod size;

use std::env;
use std::fs;
use std::path::Path;

use fragment::Fragment;
use strat_compiler::pipeline::compile;
use strat_dsl::{Code, Diagnostic, Edit, Source, render};

#[derive(Debug)]
struct Case {
    title: String,
    place: String,
    hears: Vec<(String, String)>,
    misses: Vec<Code>,
    text: String,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/adversary");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "txt"))
        .collect();
    files.sort();
    let mut out = Vec::new();
    for file in files {
        let text = fs::read_to_string(file).unwrap();
        for block in format!("\n{text}").split("\n## ").skip(1) {
            let (head, body) = block.split_once("\n\n").unwrap();
            let mut lines = head.lines();
            let mut case = Case {
                title: lines.next().unwrap().to_owned(),
                place: String::new(),
                hears: Vec::new(),
                misses: Vec::new(),
                text: format!("{}\n", body.trim_end()),
            };
            for line in lines {
                match line.split_once(' ').unwrap() {
                    ("in", place) => place.clone_into(&mut case.place),
                    ("hears", claim) => {
                        let (code, words) = claim.split_once(' ').unwrap_or((claim, ""));
                        case.hears.push((code.to_owned(), words.to_owned()));
                    }
                    ("misses", code) => case.misses.push(Code::parse(code).unwrap()),
                    _ => panic!("{}: {line}", case.title),
                }
            }
            out.push(case);
        }
    }
    out
}

/// What is heard; that a name of a fragment goes unused is not the point of any of them.
fn heard(source: &Source) -> Vec<Diagnostic> {
    let mut all = compile(source).diagnostics;
    all.retain(|found| found.code != Code::W0101);
    all
}

/// Makes a change.
fn mended(source: &Source, edits: &[Edit]) -> Source {
    let mut text = source.text().to_owned();
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| edit.span);
    for edit in edits.iter().rev() {
        let at = edit.span.start as usize..edit.span.end as usize;
        text.replace_range(at, &edit.replacement);
    }
    Source::new("mended.strat", text)
}

#[test]
fn every_slip_hears_what_it_should_and_nothing_else() {
    let mut failures = String::new();
    for case in cases() {
        let source = Fragment::new(&case.place, &case.text).source("slip.strat");
        let mut all = heard(&source);
        if env::var("STRAT_SHOW").is_ok_and(|word| format!(" {} ", case.title).contains(&word)) {
            println!("## {}", case.title);
            for found in &all {
                println!("{}", render(&source, found, false));
            }
        }
        for found in all.iter().filter(|found| case.misses.contains(&found.code)) {
            failures += &format!("## {}\nis no miss of {}\n", case.title, found.code);
        }
        for (code, words) in &case.hears {
            let found = all.iter().position(|d| {
                d.code.id() == code.as_str() && render(&source, d, false).contains(words.as_str())
            });
            match found {
                Some(index) => drop(all.remove(index)),
                None => failures += &format!("## {}\nmissing: {code} {words}\n", case.title),
            }
        }
        for extra in all {
            failures +=
                &format!("## {}\nunclaimed: {}\n", case.title, render(&source, &extra, false));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_change_that_is_offered_works() {
    let (mut failures, mut made) = (String::new(), 0);
    for case in cases() {
        let source = Fragment::new(&case.place, &case.text).source("slip.strat");
        let before = heard(&source);
        for found in &before {
            for fix in found.fixes.iter().filter(|fix| !fix.edits.is_empty()) {
                made += 1;
                let changed = mended(&source, &fix.edits);
                let after = heard(&changed);
                // What is mended may have hidden another slip of its line, not one in its place.
                let same = after.iter().any(|d| d.span.start == found.span.start);
                if after.len() > before.len() || after.len() == before.len() && same {
                    failures += &format!(
                        "## {}\n{}applied `{}`:\n{}",
                        case.title,
                        render(&source, found, false),
                        fix.text,
                        after.iter().map(|d| render(&changed, d, false)).collect::<String>()
                    );
                }
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
    assert!(made > 20, "only {made} changes are offered");
}

#[test]
fn every_slip_is_shown_within_the_text_with_a_way_to_mend_it() {
    for case in cases() {
        let source = Fragment::new(&case.place, &case.text).source("slip.strat");
        for found in heard(&source) {
            let text = render(&source, &found, false);
            assert!(found.span.end as usize <= source.text().len(), "{text}");
            assert!(!found.fixes.is_empty(), "no fix: {text}");
            assert!(!found.message.ends_with('.') && !found.message.contains('\n'), "{text}");
        }
    }
}
