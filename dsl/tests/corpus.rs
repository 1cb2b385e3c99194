//! Every file in `corpus/valid` is read without a word; every file in `corpus/invalid` says what
//! stands in it: a comment such as `//~ E0902 there is no` claims, for its line, one diagnostic with this
//! code whose text holds these words. No line may have a diagnostic that is not claimed.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::fs;
use std::path::{Path, PathBuf};

use strat_dsl::ast::Item;
use strat_dsl::{Code, Diagnostic, Source, parse, render};

fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn load(path: &Path) -> Source {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    Source::new(name, fs::read_to_string(path).unwrap())
}

fn all(source: &Source, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|found| render(source, found, false)).collect()
}

#[test]
fn valid_files_give_no_diagnostic() {
    for path in files("valid") {
        let source = load(&path);
        let parsed = parse(&source);
        assert!(parsed.diagnostics.is_empty(), "{}", all(&source, &parsed.diagnostics));
        assert!(!parsed.file.items.iter().any(|item| matches!(item, Item::Error(_))));
    }
}

#[test]
fn invalid_files_give_what_they_claim() {
    for path in files("invalid") {
        let source = load(&path);
        let parsed = parse(&source);
        let shown = all(&source, &parsed.diagnostics);
        let line_of = |found: &Diagnostic| source.line_of(found.span.start);
        for line in 1..=source.line_count() {
            let here: Vec<_> = parsed.diagnostics.iter().filter(|it| line_of(it) == line).collect();
            let claim = source.line_text(line).split_once("//~ ").map(|(_, claim)| claim.trim());
            let place = format!("{}:{line}", source.name());
            let Some(claim) = claim else {
                assert!(here.is_empty(), "{place} claims nothing\n{shown}");
                continue;
            };
            let (code, words) = claim.split_once(' ').unwrap_or((claim, ""));
            assert_eq!(here.len(), 1, "{place} claims one diagnostic\n{shown}");
            assert_eq!(Some(here[0].code), Code::parse(code), "{place}\n{shown}");
            assert!(render(&source, here[0], false).contains(words), "{place}: {words}\n{shown}");
            assert!(!here[0].fixes.is_empty(), "{place} offers no fix\n{shown}");
        }
    }
}
