//! No text makes the parser panic, hang or point outside the text.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use strat_dsl::ast::{File, Item};
use strat_dsl::{Code, Source, Span, parse, render};

fn corpus() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/valid");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), fs::read_to_string(path).unwrap())).collect()
}

/// Parse, and check every place that a diagnostic names.
fn judge(text: &str) -> (File, Vec<Code>) {
    let source = Source::new("x.strat", text);
    let parsed = parse(&source);
    let inside = |span: Span| text.get(span.range()).is_some();
    for found in &parsed.diagnostics {
        assert!(inside(found.span), "{found:?} lies outside");
        assert!(found.labels.iter().all(|label| inside(label.span)), "{found:?}");
        let mut edits = found.fixes.iter().flat_map(|fix| &fix.edits);
        assert!(edits.all(|edit| inside(edit.span)), "{found:?}");
        assert!(!render(&source, found, true).is_empty());
    }
    for item in &parsed.file.items {
        if let Item::Strategy(it) = item {
            assert!(inside(it.span) && it.span.contains(it.name.span), "{:?}", it.span);
        }
    }
    let codes = parsed.diagnostics.iter().map(|found| found.code).collect();
    (parsed.file, codes)
}

/// Offsets of the signs outside texts and comments.
fn signs(text: &str, wanted: &[char]) -> Vec<usize> {
    let (mut quoted, mut comment, mut found) = (false, false, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '\n' => comment = false,
            '"' if !comment => quoted = !quoted,
            '/' if !quoted && text[at..].starts_with("//") => comment = true,
            _ if !quoted && !comment && wanted.contains(&c) => found.push(at),
            _ => {}
        }
    }
    found
}

/// The offset behind the block that ends with the brace at `close`, and where its line begins.
fn block_of(text: &str, close: usize) -> Span {
    let mut depth = 0;
    for at in signs(&text[..=close], &['{', '}']).into_iter().rev() {
        depth += if text[at..].starts_with('}') { 1 } else { -1 };
        if depth == 0 {
            let start = text[..at].rfind('\n').map_or(0, |line| line + 1);
            return Span::new(start, close + 1);
        }
    }
    Span::new(0, close + 1)
}

/// Asserted for every `}` of every valid file: exactly one diagnostic, and it lies between the
/// beginning of the line that opens the block and the place of the lost brace.
#[test]
fn a_lost_closing_brace_gives_one_diagnostic_at_its_block() {
    for (name, text) in corpus() {
        for close in signs(&text, &['}']) {
            let mut broken = text.clone();
            broken.replace_range(close..=close, "");
            let source = Source::new(name.as_str(), broken.as_str());
            let found = parse(&source).diagnostics;
            let line = source.line_of(close as u32);
            let shown: String = found.iter().map(|it| render(&source, it, false)).collect();
            assert_eq!(found.len(), 1, "{name}:{line} lost its `}}`\n{shown}");
            assert!(block_of(&text, close).contains(found[0].span), "{name}:{line}\n{shown}");
        }
    }
}

/// One sign too much gives one diagnostic; one that is missing gives one on a line before the end.
#[test]
fn a_stray_sign_gives_one_diagnostic() {
    for (name, text) in corpus() {
        for (lost, stray) in [('{', "}"), ('(', ")")] {
            for open in signs(&text, &[lost]) {
                let line_end = text[open..].find('\n').map_or(text.len(), |at| open + at);
                if text[open..line_end].contains("//") {
                    continue;
                }
                let mut broken = text.clone();
                broken.insert_str(line_end, &format!(" {stray}"));
                let source = Source::new(name.as_str(), broken.as_str());
                let found = parse(&source).diagnostics;
                let shown: String = found.iter().map(|it| render(&source, it, false)).collect();
                let line = source.line_of(open as u32);
                assert_eq!(found.len(), 1, "{name}:{line} has a stray {stray}\n{shown}");
            }
        }
    }
}

/// An optimised build passes on the two mebibytes of any thread; an unoptimised one needs more.
#[test]
fn the_time_grows_with_the_depth_and_no_faster() {
    let stack = if cfg!(debug_assertions) { 32 } else { 2 } << 20;
    let thread = std::thread::Builder::new().stack_size(stack).spawn(depths);
    thread.unwrap().join().unwrap();
}

fn depths() {
    let shapes: [(&str, &str, &str, &str); 6] = [
        ("let x = ", "(", ")", "1"),
        ("let x = ", "(", "", "1"),
        ("let x = ", "(a + ", ") b", "1"),
        ("let x = ", "f(a: [", "])", "1"),
        ("let x = ", "if a then (", ") else 1", "1"),
        ("on start ", "{ if a ", "}", "{ ? }"),
    ];
    for (head, open, close, middle) in shapes {
        for depth in [10, 20, 40, 120, 200, 254] {
            let (open, close) = (open.repeat(depth), close.repeat(depth));
            let text = format!("strategy s {{\n  {head}{open}{middle}{close}\n}}\n");
            let start = Instant::now();
            judge(&text);
            let spent = start.elapsed();
            // Doubling per level would take longer than the universe has been there.
            assert!(spent < Duration::from_millis(500), "{head}{open} took {spent:?}");
        }
    }
}

#[test]
fn the_calls_of_the_grammar_grow_linearly() {
    let spent = |lines: usize| {
        let text =
            format!("strategy s {{\n{}}}\n", "  let x = (a + b[1]) * c.d ? e\n".repeat(lines));
        let best = (0..5).map(|_| {
            let start = Instant::now();
            judge(&text);
            start.elapsed()
        });
        best.min().unwrap()
    };
    let (small, large) = (spent(500), spent(4000));
    assert!(large < small * 32, "8 times the text took {small:?} and {large:?}");
}

#[test]
fn what_is_too_deep_too_long_or_too_large_is_refused_at_once() {
    let many = |text: &str, count: usize| format!("strategy s {{ let x = {}", text.repeat(count));
    let cases = [
        (many("(", 20_000), Code::E0903),
        (many("{", 20_000), Code::E0903),
        (many("f([", 20_000), Code::E0903),
        (many("not ", 20_000), Code::E0903),
        (many("-", 20_000), Code::E0903),
        (many("1 + ", 20_000), Code::E0903),
        (many("a.", 20_000), Code::E0903),
        (many("if a then ", 20_000), Code::E0903),
        (many("\u{e9}\u{1f600} ] ) } noise\n", 400_000), Code::E0913),
        (many("] ) }\n", 100_000), Code::E0914),
        (many("?!\nlet y ", 50_000), Code::E0904),
        ("\n".repeat(1_000_000), Code::E0912),
        (String::new(), Code::E0912),
        ("// nothing".to_owned(), Code::E0912),
    ];
    for (text, code) in cases {
        let start = Instant::now();
        let (_, codes) = judge(&text);
        let head: String = text.chars().take(40).collect();
        assert!(start.elapsed() < Duration::from_secs(1), "{head} took {:?}", start.elapsed());
        assert!(codes.contains(&code) && codes.len() <= 101, "{head}: {codes:?}");
    }
}

/// The near misses of `E0903`, `E0913` and `E0914`, each with the first text that is refused.
#[test]
fn texts_at_the_limits_are_read() {
    let whole = |members: &str| format!("strategy s {{\n{members}}}\n");
    let lines = |count: usize| whole(&"  let on = 3\n".repeat(count));
    let padded = |bytes: usize| {
        let text = whole("  version 1\n");
        format!("{text}//{}", "x".repeat(bytes - text.len() - 2))
    };
    // The strategy's brace is the first of 256.
    let deep = |depth: usize| {
        whole(&format!("  let x = {}1{}\n", "(".repeat(depth - 1), ")".repeat(depth - 1)))
    };
    let cases = [
        (deep(256), deep(257), Code::E0903),
        (padded(1 << 20), padded((1 << 20) + 1), Code::E0913),
        (lines(100), lines(101), Code::E0914),
    ];
    for (read, refused, code) in cases {
        assert!(!judge(&read).1.contains(&code), "{code} at the limit");
        assert!(judge(&refused).1.contains(&code), "no {code} above the limit");
    }
    let source = Source::new("many.strat", lines(130));
    let found = parse(&source).diagnostics;
    assert_eq!(found.len(), 101);
    let last = found.last().unwrap();
    assert_eq!((last.code, last.message.as_str()), (Code::E0914, "further errors withheld: 30"));
}

/// Any other sign that is lost gives exactly one diagnostic, too.
#[test]
fn a_lost_sign_gives_one_diagnostic() {
    for (name, text) in corpus() {
        for at in signs(&text, &['{', '(', ')', '[', ']']) {
            let mut broken = text.clone();
            broken.replace_range(at..=at, "");
            let source = Source::new(name.as_str(), broken.as_str());
            let found = parse(&source).diagnostics;
            let line = source.line_of(at as u32);
            let shown: String = found.iter().map(|it| render(&source, it, false)).collect();
            assert_eq!(found.len(), 1, "{name}:{line} lost `{}`\n{shown}", &text[at..=at]);
        }
    }
}

/// Noise of the alphabet that the grammar reacts to, a mebibyte of it.
#[test]
fn large_noise_is_answered_within_a_second() {
    let words = [
        "{", "}", "(", ")", "let x = ", "on ", "if a ", "\n", "\n  ", "\"", "1.5 ", "+", "é", "//",
    ];
    for step in [1_u64, 3, 7] {
        let mut state = step;
        let mut text = String::new();
        while text.len() < 1_000_000 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            text.push_str(words[(state >> 33) as usize % words.len()]);
        }
        for text in [text.clone(), text.replace(['{', '(', '"'], ""), text.replace(['}', ')'], "")]
        {
            let start = Instant::now();
            let (_, codes) = judge(&text);
            assert!(start.elapsed() < Duration::from_secs(1), "{step}: {:?}", start.elapsed());
            assert!(!codes.is_empty() && codes.len() <= 101);
        }
    }
}

#[test]
fn long_but_legal_files_are_read() {
    let mut text = String::from("strategy s {\n");
    for n in 0..5_000 {
        writeln!(text, "  let x{n} = (a + b[1]) * c.d ?? 1.0").unwrap();
    }
    let chain = "if a { log \"x\" } else ".repeat(500);
    writeln!(text, "  on start {{ {chain}{{ }} }}\n}}").unwrap();
    let (file, codes) = judge(&text);
    assert_eq!(codes, []);
    assert!(matches!(&file.items[..], [Item::Strategy(it)] if it.members.len() == 5_001));
}

/// Cut a text into words, signs and white space.
fn pieces(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let kind = |c: char| {
        if c.is_alphanumeric() {
            0
        } else if c == ' ' {
            1
        } else {
            2
        }
    };
    for c in text.chars() {
        match pieces.last_mut() {
            Some(last) if kind(c) < 2 && last.chars().all(|l| kind(l) == kind(c)) => last.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    pieces
}

#[expect(clippy::print_stdout, reason = "a failing run must be repeatable")]
fn runner(cases: u32) -> TestRunner {
    let seed: u64 = std::env::var("STRAT_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(7);
    println!("seed {seed} (STRAT_SEED chooses another)");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes))
}

/// What is mended inside of a comment that is blanked out as a whole is not mended twice: found by
/// damaged texts, made small.
#[test]
fn signs_in_comments_of_other_languages_move_nothing() {
    for sign in ["\u{feff}", "\u{a0}", "\u{feff} \u{3000}", "\u{2212} ; && \u{feff}", "\u{feff}\""]
    {
        for (before, after) in [("", ""), ("", " */"), ("strategy s {\n", " */\n  let"), ("[ ", "")]
        {
            let text = format!("{before}/* {sign} and what follows{after} = = 1 {{ let");
            let (_, codes) = judge(&text);
            assert!(!codes.is_empty(), "{text}");
            let plain = format!("{before}/* and what follows{after} = = 1 {{ let");
            assert_eq!(codes, judge(&plain).1, "{text}");
        }
    }
}

#[test]
fn random_text_never_panics() {
    let any = proptest::collection::vec(any::<char>(), 0..200);
    runner(600)
        .run(&any, |chars| {
            judge(&chars.into_iter().collect::<String>());
            Ok(())
        })
        .unwrap();
}

#[test]
fn damaged_strategies_never_panic() {
    let files: Vec<Vec<String>> = corpus().iter().map(|(_, text)| pieces(text)).collect();
    let extra =
        ["{", "}", "(", ")", "[", "\"", "\\", "é", "😀", "..", "let", "on", "\n", "1e", "//"];
    let hit = (0..6_u8, any::<prop::sample::Index>(), any::<prop::sample::Index>());
    let plan = (0..files.len(), proptest::collection::vec(hit, 1..8));
    runner(1_500)
        .run(&plan, |(file, hits)| {
            let mut text = files[file].clone();
            for (kind, one, two) in hits {
                let (i, j) = (one.index(text.len()), two.index(text.len()));
                match kind {
                    0 => text[i].clear(),
                    1 => text.insert(j, text[i].clone()),
                    2 => text.swap(i, j),
                    3 => text.insert(i, extra[j % extra.len()].to_owned()),
                    4 => text.truncate(i.max(1)),
                    _ => drop(text.splice(i..(i + 5).min(text.len()), Vec::new())),
                }
                if text.is_empty() {
                    break;
                }
            }
            judge(&text.concat());
            Ok(())
        })
        .unwrap();
}

/// A name inside of parentheses may stand at the beginning of a line, also if members begin with it.
#[test]
fn a_line_may_begin_with_a_name_that_also_begins_members() {
    for line in ["venue.exposure", "version, 1", "next * 2", "version"] {
        let text = format!(
            "strategy a {{\n  version 1\n  venue vanta\n  on start {{\n    set x = max(1,\n      {line})\n  }}\n}}\n"
        );
        let source = Source::new("a.strat".to_owned(), text);
        assert_eq!(parse(&source).diagnostics, [], "{line}");
    }
}
