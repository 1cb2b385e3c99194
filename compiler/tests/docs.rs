//! The manual tells the truth: its examples compile or fail as they say, its table of the library is
//! the library, and the page of errors is the table of codes.
//!
//! A block opens with ```` ```strat ````, then, parted by commas, `file` or `handler` (else it holds
//! members of a strategy), a venue (else `polymarket`), and `fail E0310` if it must be refused with
//! this code and no other error. What surrounds a fragment: `support/fragment.rs`. What is generated
//! is written anew with `STRAT_REGEN=1`.
#![expect(
    clippy::unwrap_used,
    clippy::format_push_string,
    clippy::disallowed_methods,
    reason = "test code: it reads the pages that it checks"
)]

#[path = "support/fragment.rs"]
mod fragment;
#[path = "support/manual.rs"]
mod manual;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::PathBuf;

use manual::{blocks, page};
use strat_compiler::builtin::TABLE;
use strat_compiler::builtin::pure::{FUNCTIONS, Words};
use strat_compiler::check::check;
use strat_compiler::pipeline::compile;
use strat_dsl::{Code, Diagnostic, parse, render};

#[test]
fn every_block_of_the_manual_is_as_it_says() {
    let blocks = blocks(&fs::read_to_string(page("language.md")).unwrap());
    assert!(blocks.len() > 60, "{} blocks", blocks.len());
    let mut failures = String::new();
    for block in &blocks {
        let source = block.fragment.source("language.md");
        let compiled = compile(&source);
        let errors: Vec<&Diagnostic> =
            compiled.diagnostics.iter().filter(|found| found.is_error()).collect();
        let shown: String = errors.iter().map(|found| render(&source, found, false)).collect();
        let right = match block.fails {
            Some(code) => !errors.is_empty() && errors.iter().all(|found| found.code == code),
            None => errors.is_empty() && !compiled.strategies.is_empty(),
        };
        if !right {
            failures += &format!("language.md:{} wants {:?}:\n{shown}", block.line, block.fails);
        }
        // Names of the surroundings may go unused; nothing else is to be warned of.
        let warned = |found: &&Diagnostic| !found.is_error() && found.code != Code::W0101;
        for found in compiled.diagnostics.iter().filter(warned) {
            failures +=
                &format!("language.md:{} warns:\n{}", block.line, render(&source, found, false));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn what_the_checker_does_not_support_stands_in_the_manual() {
    // The last section but two shows each thing that is read and not run.
    let text = fs::read_to_string(page("language.md")).unwrap();
    let mut shown = BTreeSet::new();
    for block in blocks(&text).iter().filter(|block| block.fails == Some(Code::E0990)) {
        let source = block.fragment.source("language.md");
        shown.extend(
            check(&parse(&source).file)
                .1
                .into_iter()
                .filter(|found| found.code == Code::E0990)
                .map(|found| found.message),
        );
    }
    for what in [
        "a clock for each member of a universe",
        "a reason with values in it",
        "an instrument on another venue",
    ] {
        assert!(shown.iter().any(|message| message.starts_with(what)), "{what}: {shown:?}");
    }
}

fn library() -> String {
    let mut out = String::from(
        "| function | module | result | settings | warm after | what it is |\n|---|---|---|---|---|---|\n",
    );
    for row in TABLE {
        let settings = row.settings.iter().map(|setting| setting.name);
        let arguments: Vec<&str> = row.series.iter().copied().chain(settings).collect();
        let (call, module) = match row.name {
            "[]" => ("x[n]".to_owned(), "-"),
            name => (format!("{name}({})", arguments.join(", ")), row.module),
        };
        let positive = if row.positive_inputs { "; inputs must be positive" } else { "" };
        out += &format!(
            "| `{call}` | `{module}` | {} | {} | {} | {}{positive} |\n",
            row.result.describe(),
            row.ranges(),
            row.warm_formula(),
            row.doc
        );
    }
    out.replace("`-`", "-")
}

fn functions() -> String {
    let mut out = String::from(
        "| function | module | arguments | result | what it is |\n|---|---|---|---|---|\n",
    );
    for row in FUNCTIONS {
        out += &format!(
            "| `{}` | `{}` | {} | {} | {} |\n",
            row.call(),
            row.module,
            row.arguments(),
            row.describe(),
            row.doc
        );
    }
    let names = |names: &[&str]| names.join("`, `");
    out += &format!(
        "\nZones: `{}`. Calendars: `{}`.\n",
        names(Words::Zone.list()),
        names(Words::Calendar.list())
    );
    out
}

/// Compares a generated text with what is committed, or writes it.
fn compare(path: &PathBuf, wanted: &str) {
    let have = fs::read_to_string(path).unwrap_or_default();
    if env::var_os("STRAT_REGEN").is_some() {
        fs::write(path, wanted).unwrap();
    } else {
        assert!(have == wanted, "{} is out of date: run with STRAT_REGEN=1", path.display());
    }
}

#[test]
fn the_library_of_the_manual_is_the_library() {
    let path = page("language.md");
    let text = fs::read_to_string(&path).unwrap();
    let (head, rest) = text.split_once("<!-- library:begin -->\n").unwrap();
    let (_, tail) = rest.split_once("<!-- library:end -->").unwrap();
    let text = format!("{head}<!-- library:begin -->\n{}<!-- library:end -->{tail}", library());
    let (head, rest) = text.split_once("<!-- functions:begin -->\n").unwrap();
    let (_, tail) = rest.split_once("<!-- functions:end -->").unwrap();
    let wanted =
        format!("{head}<!-- functions:begin -->\n{}<!-- functions:end -->{tail}", functions());
    compare(&path, &wanted);
}

#[test]
fn the_page_of_errors_is_the_table_of_codes() {
    let mut wanted = String::from(
        "# Errors and warnings\n\nEvery diagnostic, as `strat explain E0102` shows it. Generated from \
         `dsl/src/code`; change it there and\nrun `STRAT_REGEN=1 cargo test -p strat-compiler --test \
         docs`.\n\n| code | says |\n|---|---|\n",
    );
    for code in Code::all() {
        let anchor: String = format!("{}-{}", code.id(), code.title().replace(' ', "-"))
            .to_lowercase()
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
            .collect();
        wanted += &format!("| [{}](#{anchor}) | {} |\n", code.id(), code.title());
    }
    for code in Code::all() {
        wanted += &format!("\n#{}", code.explanation().trim_end());
        wanted.push('\n');
    }
    compare(&page("errors.md"), &wanted);
}

#[test]
fn every_code_that_the_manual_names_exists() {
    let text = fs::read_to_string(page("language.md")).unwrap();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let digits = word.get(1..).unwrap_or_default();
        let code = word.starts_with(['E', 'W'])
            && digits.len() == 4
            && digits.chars().all(|c| c.is_ascii_digit());
        assert!(!code || Code::parse(word).is_some(), "{word}");
    }
}
