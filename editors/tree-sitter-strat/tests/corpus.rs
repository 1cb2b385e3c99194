//! The same texts, the same verdicts: what the compiler's parser reads without a diagnostic, this
//! grammar reads without an error, with the same items and members at the same places; and what
//! the one refuses, the other refuses.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use strat_dsl::ast::{Item, Member};
use strat_dsl::{Code, Source, Span, parse};
use tree_sitter::{Node, Parser, Query, QueryCursor, StreamingIterator, Tree};
use tree_sitter_strat::LANGUAGE;

/// Diagnostics about a text whose form is right.
const MEANING: &[Code] = &[
    Code::E0105, // a literal's unit
    Code::E0903, // too deep
    Code::E0908, // chained comparisons
    Code::E0912, // no strategy in the file
    Code::E0916, // what stands in the braces of a text
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(text: &str) -> Tree {
    let mut parser = Parser::new();
    parser.set_language(&LANGUAGE.into()).unwrap();
    parser.parse(text, None).unwrap()
}

/// Every strategy file of the repository, and the blocks of the language reference.
fn corpus() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for folder in ["strategies", "examples", "dsl/tests", "compiler/tests"] {
        collect(&root().join(folder), &mut texts);
    }
    let page = fs::read_to_string(root().join("docs/language.md")).unwrap();
    for (at, block) in page.split("```strat").skip(1).enumerate() {
        let (head, rest) = block.split_once('\n').unwrap();
        let body = rest.split("```").next().unwrap();
        if !head.contains("fail") && body.trim_start().starts_with("strategy") {
            texts.push((format!("language.md, block {at}"), body.to_owned()));
        }
    }
    texts.sort();
    assert!(texts.len() > 30, "only {} texts", texts.len());
    texts
}

fn collect(folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, texts);
        } else if path.extension().is_some_and(|extension| extension == "strat") {
            texts.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Whether the compiler's parser reads the text, as far as form goes.
fn reads(text: &str) -> bool {
    let source = Source::new("a.strat".to_owned(), text.to_owned());
    parse(&source).diagnostics.iter().all(|found| MEANING.contains(&found.code))
}

/// Where the items stand, and the members of the strategies among them.
fn outline(text: &str) -> Vec<(usize, usize)> {
    let source = Source::new("a.strat".to_owned(), text.to_owned());
    let mut spans: Vec<Span> = Vec::new();
    for item in &parse(&source).file.items {
        spans.push(item.span());
        if let Item::Strategy(strategy) = item {
            spans.extend(strategy.members.iter().map(Member::span));
        }
    }
    spans.iter().map(|span| (span.start as usize, span.end as usize)).collect()
}

/// The same of the tree.
fn tree_outline(tree: &Tree) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let place = |node: Node<'_>| (node.start_byte(), node.end_byte());
    let mut cursor = tree.walk();
    let items: Vec<Node<'_>> = tree.root_node().named_children(&mut cursor).collect();
    for item in items.into_iter().filter(|it| it.kind() != "comment") {
        spans.push(place(item));
        if item.kind() == "strategy" {
            let mut cursor = item.walk();
            let members = item.named_children(&mut cursor);
            let parts = ["name", "string", "comment"];
            spans.extend(members.filter(|it| !parts.contains(&it.kind())).map(place));
        }
    }
    spans
}

/// Where the tree has its first error, for the message of a failure.
fn first_error(tree: &Tree, text: &str) -> String {
    let mut node = tree.root_node();
    'down: while !node.is_error() && !node.is_missing() {
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            if child.has_error() || child.is_missing() {
                node = child;
                continue 'down;
            }
        }
        break;
    }
    let line = text.lines().nth(node.start_position().row).unwrap_or_default();
    format!("line {}: {line}", node.start_position().row + 1)
}

#[test]
fn both_parsers_agree_on_every_file() {
    let mut read_by_both = 0;
    for (name, text) in corpus() {
        let tree = read(&text);
        let refused = tree.root_node().has_error();
        assert_eq!(!refused, reads(&text), "{name}: {}", first_error(&tree, &text));
        if !refused {
            assert_eq!(tree_outline(&tree), outline(&text), "{name}");
            read_by_both += 1;
        }
    }
    assert!(read_by_both > 25, "only {read_by_both} files were read");
}

#[test]
fn both_parsers_agree_on_damaged_files() {
    let (mut tried, mut differ, mut refused) = (0, Vec::new(), 0);
    for (name, text) in corpus() {
        if !reads(&text) || text.len() > 6_000 {
            continue;
        }
        for (damage, damaged) in damages(&text) {
            tried += 1;
            let tree = read(&damaged);
            let is_read = reads(&damaged);
            refused += usize::from(!is_read);
            if is_read == tree.root_node().has_error() {
                let at = first_error(&tree, &damaged);
                differ.push(format!("{name}, {damage}: read by the compiler: {is_read}; {at}"));
            }
        }
    }
    assert!(tried > 2_000, "only {tried} damaged texts");
    assert!(refused > tried / 3, "only {refused} of {tried} were refused");
    let shown = differ.iter().take(60).cloned().collect::<Vec<_>>().join("\n");
    assert!(differ.is_empty(), "{} of {tried} differ:\n{shown}", differ.len());
}

/// The text with every n-th word left out, doubled, or changed for its neighbour.
fn damages(text: &str) -> Vec<(String, String)> {
    let words = words(text);
    let step = (words.len() / 40).max(1);
    let mut out = Vec::new();
    for at in (0..words.len().saturating_sub(1)).step_by(step) {
        let (start, end) = words[at];
        let (next_start, next_end) = words[at + 1];
        let line = text[..start].lines().count();
        let word = &text[start..end];
        let without = format!("{}{}", &text[..start], &text[end..]);
        out.push((format!("line {line} without `{word}`"), without));
        let doubled = format!("{} {word} {}", &text[..end], &text[end..]);
        out.push((format!("line {line} with `{word}` twice"), doubled));
        let swapped = format!(
            "{}{} {}{}",
            &text[..start],
            &text[next_start..next_end],
            word,
            &text[next_end..]
        );
        out.push((format!("line {line} with `{word}` behind the next word"), swapped));
    }
    out
}

/// Words, numbers and signs outside of comments and texts.
fn words(text: &str) -> Vec<(usize, usize)> {
    let mut out = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let code = line.split("//").next().unwrap_or_default();
        if !code.contains('"') {
            let mut start = None;
            for (at, letter) in code.char_indices() {
                let in_word = letter.is_ascii_alphanumeric() || letter == '_' || letter == '.';
                match (in_word, start) {
                    (true, None) => start = Some(at),
                    (false, Some(from)) => {
                        out.push((offset + from, offset + at));
                        start = None;
                    }
                    _ => {}
                }
                if !in_word && !letter.is_whitespace() && letter.is_ascii() {
                    out.push((offset + at, offset + at + 1));
                }
            }
        }
        offset += line.len();
    }
    out
}

#[test]
fn every_query_fits_the_grammar() {
    let language = LANGUAGE.into();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("queries");
    let mut queries = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let query = Query::new(&language, &fs::read_to_string(&path).unwrap());
        assert!(query.is_ok(), "{}: {:?}", path.display(), query.err());
        queries += 1;
    }
    assert_eq!(queries, 5);
}

#[test]
fn every_word_of_the_corpus_has_a_colour() {
    let language = LANGUAGE.into();
    let query = Query::new(&language, tree_sitter_strat::HIGHLIGHTS_QUERY).unwrap();
    let mut bare = BTreeSet::new();
    for (name, text) in corpus() {
        let tree = read(&text);
        if tree.root_node().has_error() {
            continue;
        }
        let colours = colours(&query, &tree, &text);
        let mut leaves = Vec::new();
        leaves_of(tree.root_node(), &mut leaves);
        for (start, end) in leaves {
            let word = &text[start..end];
            let inside = colours.iter().any(|(from, to, _)| *from <= start && end <= *to);
            let line = text[..start].lines().count();
            if !inside {
                bare.insert(format!("`{word}` in {name}, line {line}"));
            }
        }
    }
    let shown = bare.iter().take(20).cloned().collect::<Vec<_>>().join("\n");
    assert!(bare.is_empty(), "{} words have no colour:\n{shown}", bare.len());
}

#[test]
fn colours_tell_orders_names_and_values_apart() {
    let path = root().join("strategies/sure_bets.strat");
    let text = fs::read_to_string(path).unwrap();
    let query = Query::new(&LANGUAGE.into(), tree_sitter_strat::HIGHLIGHTS_QUERY).unwrap();
    let colours = colours(&query, &read(&text), &text);
    for (word, colour) in [
        ("strategy", "keyword"),
        ("sure_bets", "type.definition"),
        ("buy", "keyword.directive"),
        ("fak", "keyword.directive"),
        ("min_certainty", "constant.parameter"),
        ("0.95", "number"),
        ("48h", "number"),
        ("500 usd", "number"),
        ("polymarket", "constant.builtin"),
        ("require", "keyword.conditional"),
        ("has_any", "keyword.operator"),
        ("\"no ask\"", "string"),
        ("..", "operator"),
        ("max_notional", "property"),
    ] {
        let found = colours.iter().any(|(from, to, it)| &text[*from..*to] == word && it == colour);
        assert!(found, "`{word}` is not coloured as {colour}");
    }
}

/// What the query captures: from, to, name.
fn colours(query: &Query, tree: &Tree, text: &str) -> Vec<(usize, usize, String)> {
    let mut cursor = QueryCursor::new();
    let mut captures = cursor.captures(query, tree.root_node(), text.as_bytes());
    let mut out = Vec::new();
    while let Some((found, at)) = captures.next() {
        let capture = found.captures()[*at];
        let name = query.capture_names()[capture.index as usize].to_owned();
        out.push((capture.node.start_byte(), capture.node.end_byte(), name));
    }
    out
}

/// The nodes without children.
fn leaves_of(node: Node<'_>, out: &mut Vec<(usize, usize)>) {
    if node.child_count() == 0 && node.start_byte() < node.end_byte() {
        out.push((node.start_byte(), node.end_byte()));
    }
    let mut cursor = node.walk();
    for child in node.children(&mut cursor) {
        leaves_of(child, out);
    }
}
