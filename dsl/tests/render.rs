//! Diagnostics as text.

use strat_dsl::{Code, Diagnostic, Source, Span, plain, render};

const TEXT: &str = "let mid = 1\n\tlet bid  = mid - m.position.size\nlet é = 日本 - x\n";

fn span(source: &Source, of: &str) -> Span {
    let start = source.text().rfind(of).unwrap_or_default();
    Span::new(start, start + of.len())
}

#[test]
fn labels_of_one_line_stand_under_each_other() {
    let source = Source::new("mm.strat", TEXT);
    let size = span(&source, "m.position.size");
    let found = Diagnostic::new(Code::E0102, size, "you cannot add a price and a size")
        .here("this is a size (shares of m)")
        .label(Span::new(24, 27), "this is a price")
        .label(span(&source, "let mid = 1"), "declared here")
        .why("0.52 USDC - 40 shares has no meaning")
        .fix("multiply the size by a price per share,\nas in `m.position.size * skew`");
    let expected = "\
error[E0102]: you cannot add a price and a size
  --> mm.strat:2:19
   |
 1 | let mid = 1
   | ----------- declared here
 2 |     let bid  = mid - m.position.size
   |                ---   ^^^^^^^^^^^^^^^ this is a size (shares of m)
   |                |
   |                this is a price
   = why: 0.52 USDC - 40 shares has no meaning
   = fix: multiply the size by a price per share,
          as in `m.position.size * skew`
";
    assert_eq!(render(&source, &found, false), expected);
}

#[test]
fn wide_characters_do_not_shift_the_marks() {
    let source = Source::new("mm.strat", TEXT);
    let found = Diagnostic::new(Code::W0101, span(&source, "x"), "odd").fix("delete it");
    let expected = "\
warning[W0101]: odd
  --> mm.strat:3:14
   |
 3 | let é = 日本 - x
   |                ^
   = fix: delete it
";
    assert_eq!(render(&source, &found, false), expected);
    let data = plain(&source, &found);
    assert_eq!((data.code, data.severity, data.line, data.column), ("W0101", "warning", 3, 14));
    assert_eq!(data.fixes, ["delete it"]);
}

#[test]
fn colour_is_asked_for_and_the_source_cannot_bring_its_own() {
    let source = Source::new("x\u{1b}[2J.strat", "let a = \u{1b}[31m 1\n");
    let found = Diagnostic::new(Code::E0900, Span::new(4, 5), "see `\u{1b}[2J`").here("here");
    assert!(!render(&source, &found, false).contains('\u{1b}'));
    let colored = render(&source, &found, true);
    assert!(colored.contains("\u{1b}[1;31merror[E0900]\u{1b}[0m"));
    assert!(!colored.contains("\u{1b}[2J") && !colored.contains("\u{1b}[31m 1"));
}

#[test]
fn places_outside_the_text_are_shown_at_its_end() {
    let source = Source::new("x.strat", "let a = 1");
    let found = Diagnostic::new(Code::E0900, Span::new(500, 600), "far away").here("there");
    assert!(render(&source, &found, false).contains("x.strat:1:10"));
}

#[test]
fn a_long_line_is_shown_around_its_mark() {
    let text = format!("let {} = 1 + {}\n", "a".repeat(500), "b".repeat(100_000));
    let source = Source::new("long.strat", text.as_str());
    let found = Diagnostic::new(Code::E0104, span(&source, "1 + "), "odd").here("here");
    let shown = render(&source, &found, false);
    assert!(shown.len() < 600, "{} bytes", shown.len());
    let lines: Vec<&str> = shown.lines().collect();
    let (line, marks) = (lines[3], lines[4]);
    assert!(line.contains("...aaa") && line.ends_with("bbb..."), "{line}");
    assert_eq!(line.find("1 + "), marks.find('^'), "{line}\n{marks}");
    assert!(marks.ends_with("^^^^ here"), "{marks}");
}
