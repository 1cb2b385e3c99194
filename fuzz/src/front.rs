//! Texts for the front end: generated programs, damaged ones, noise; and what must hold of each.
//!
//! Where to enter: [`input`] draws a text, [`judge`] sends it through parser, checker, lowering,
//! formatter and the rendering of every diagnostic.

use strat_compiler::pipeline::{Compiled, compile};
use strat_dsl::{Source, Span, format, parse, render};

use crate::program;
use crate::random::Random;

/// Largest text that is drawn, in bytes: what takes long takes long in proportion.
const SIZE_MAX: usize = 40_000;

/// What the grammar reacts to, and what it should not.
const PIECES: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    "\"",
    "\\",
    "\\\"",
    "//",
    ",",
    ":",
    ";",
    ".",
    "..",
    "?.",
    "??",
    "/?",
    "=",
    "==",
    "!=",
    "<=",
    "->",
    "@",
    "+",
    "-",
    "*",
    "/",
    "%",
    "_",
    "é",
    "雨",
    "😀",
    "\u{0}",
    "\u{feff}",
    "\r\n",
    "\n",
    "\t",
    " ",
    "0",
    "1",
    "1e",
    "1e9",
    "1e-400",
    "0.1",
    "1__0",
    "9223372036854775808",
    "170141183460469231731687303715884105728",
    "5%",
    "5x",
    "10 shares",
    "3 lots",
    "500 usd",
    "1h",
    "7d",
    "let",
    "on",
    "if",
    "then",
    "else",
    "for",
    "in",
    "match",
    "state",
    "per",
    "param",
    "node",
    "fn",
    "yield",
    "next",
    "strategy",
    "import",
    "test",
    "prop",
    "at",
    "expect",
    "forall",
    "always",
    "with",
    "market",
    "universe",
    "max",
    "order",
    "by",
    "take",
    "where",
    "clock",
    "gaps",
    "risk",
    "quote",
    "bid",
    "ask",
    "size",
    "together",
    "target",
    "cancel",
    "all",
    "require",
    "set",
    "none",
    "true",
    "is",
    "some",
    "as",
    "par",
    "not",
    "and",
    "or",
    "has_any",
    "has_word",
    "migrate",
    "from",
    "version",
    "venue",
    "needs",
    "warm",
    "cold",
    "every",
    "enter",
    "leave",
    "now",
    "ema",
    "std.ta",
    "m",
    "x1",
    "i1",
    "p1",
    "each time max 5",
    "stop",
    "trail",
    "tif gtd",
    "post_only",
    "max_loss",
    "while",
    "&&",
    "||",
    "+=",
    "return",
    "null",
];

/// Text `index` of those that `seed` keys; `corpus` are texts to damage.
pub fn input(corpus: &[String], seed: u64, index: u64) -> String {
    let mut random = Random::new(seed ^ 0xf207, index);
    let base = |random: &mut Random| {
        let text = match random.pick(corpus) {
            Some(text) if random.percent(60) => text.clone(),
            _ => program::draw(seed, index),
        };
        if random.percent(85) { thinned(&text, random) } else { text }
    };
    let mut text = match random.below(20) {
        0 => return program::draw(seed, index),
        1 => noise(&mut random),
        2 => deep(&mut random),
        3 => scattered(&mut random),
        4..=9 => damaged(&base(&mut random), &mut random),
        10 | 11 => {
            let (a, b) = (base(&mut random), base(&mut random));
            let cut = |text: &str, random: &mut Random| border(text, random.below(text.len() + 1));
            let (i, j) = (cut(&a, &mut random), cut(&b, &mut random));
            format!("{}{}", &a[..i], &b[j..])
        }
        12 => bytes(&base(&mut random), &mut random),
        13 => repeated(&base(&mut random), &mut random),
        _ => {
            let text = base(&mut random);
            swapped(&text, &mut random)
        }
    };
    let end = border(&text, SIZE_MAX.min(text.len()));
    text.truncate(end);
    text
}

/// A part of a text: its frame and a few of its declarations, so that most inputs are short.
fn thinned(text: &str, random: &mut Random) -> String {
    let share = 1_200_usize.div_ceil(text.len().max(1) / 100 + 1);
    let mut out = String::new();
    let mut kept = true;
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len();
        let goes_on = indent > 2 || line.trim_start().starts_with('}');
        let frame = ["strategy ", "version ", "venue ", "instrument ", "import "];
        let word = line.trim_start();
        if frame.iter().any(|start| word.starts_with(start)) || line == "}" {
            out += line;
            out.push('\n');
            continue;
        }
        if !goes_on {
            kept = random.percent(share.min(100));
        }
        if kept {
            out += line;
            out.push('\n');
        }
    }
    out
}

/// The nearest border of a letter at or before a place.
fn border(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

fn noise(random: &mut Random) -> String {
    let count = random.below(300);
    let letter = |_| char::from_u32(random.below(0x3000) as u32).unwrap_or('\u{fffd}');
    (0..count).map(letter).collect()
}

fn scattered(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..random.below(250) {
        text += random.word(PIECES);
        text += random.word(&["", " ", " ", "\n"]);
    }
    text
}

/// Nests, some of them beyond what is allowed.
fn deep(random: &mut Random) -> String {
    let depth = 1 + random.below(400);
    let (open, close) = random
        .pick(&[
            ("(", ")"),
            ("[", "]"),
            ("{ if a ", " }"),
            ("not ", ""),
            ("-", ""),
            ("if a then ", " else 1"),
            ("f(", ")"),
            ("x[", "]"),
            ("(a + ", ")"),
            ("a ?? ", ""),
            ("price<", ">"),
        ])
        .copied()
        .unwrap_or(("(", ")"));
    let kept = if random.percent(70) { depth } else { random.below(depth) };
    let (open, close) = (open.repeat(depth), close.repeat(kept));
    let place = random.word(&[
        "let x = ",
        "on start { log \"{",
        "state s: ",
        "param p: int = ",
        "on start ",
    ]);
    format!("strategy s {{\n  version 1\n  venue vanta\n  {place}{open}1{close}\n}}\n")
}

/// Words, numbers, white space and signs, one by one.
fn tokens(text: &str) -> Vec<&str> {
    let kind = |c: char| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => 0,
        ' ' | '\n' => 1,
        _ => 2,
    };
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let len = match kind(first) {
            2 => first.len_utf8(),
            other => rest.find(|c| kind(c) != other).unwrap_or(rest.len()),
        };
        let (token, tail) = rest.split_at(len);
        out.push(token);
        rest = tail;
    }
    out
}

/// A few tokens removed, doubled, replaced, cut out.
fn damaged(text: &str, random: &mut Random) -> String {
    let mut all = tokens(text);
    for _ in 0..=random.below(4) {
        let count = all.len();
        let (a, b) = (random.below(count), random.below(count));
        match random.below(6) {
            _ if count == 0 => break,
            0 => drop(all.remove(a)),
            1 => all.swap(a, b),
            2 => all.insert(a, all[b]),
            3 => all[a] = random.word(PIECES),
            4 => all.insert(a, random.word(PIECES)),
            _ => drop(all.drain(a..(a + random.below(12)).min(count))),
        }
    }
    all.concat()
}

/// One name or number in place of another: mostly still a text that parses.
fn swapped(text: &str, random: &mut Random) -> String {
    let mut all = tokens(text);
    let words: Vec<usize> = (0..all.len())
        .filter(|at| all[*at].starts_with(|c: char| c.is_ascii_alphanumeric()))
        .collect();
    for _ in 0..=random.below(3) {
        if let (Some(a), Some(b)) = (random.pick(&words).copied(), random.pick(&words).copied()) {
            all[a] = all[b];
        }
    }
    all.concat()
}

/// Bytes changed; what is no text any more is replaced.
fn bytes(text: &str, random: &mut Random) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(8) {
        let at = random.below(bytes.len());
        if let Some(byte) = bytes.get_mut(at) {
            *byte = random.below(256) as u8;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Lines that stand there more than once.
fn repeated(text: &str, random: &mut Random) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let from = random.below(lines.len());
    let to = (from + 1 + random.below(20)).min(lines.len());
    let block = lines[from.min(to)..to].join("\n");
    let times = 1 + random.below(6);
    format!(
        "{}\n{}\n{}",
        lines[..to].join("\n"),
        vec![block; times].join("\n"),
        lines[to..].join("\n")
    )
}

/// What the front end made of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// It has no syntax error.
    pub parses: bool,
    /// It has no error at all.
    pub compiles: bool,
}

/// Sends a text through the whole front end.
///
/// # Errors
/// What does not hold: a span outside of the text, an error without words, formatting that is not
/// stable or that changes what is found.
pub fn judge(text: &str) -> Result<Verdict, String> {
    let source = Source::new("input.strat", text);
    let parsed = parse(&source);
    let compiled = compile(&source);
    for diagnostic in &compiled.diagnostics {
        let labels = diagnostic.labels.iter().map(|label| label.span);
        let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        for span in [diagnostic.span].into_iter().chain(labels).chain(edits) {
            inside(text, span).map_err(|why| format!("{}: {why}", diagnostic.code))?;
        }
        if diagnostic.message.is_empty() {
            return Err(format!("{} says nothing", diagnostic.code));
        }
        if render(&source, diagnostic, false).is_empty()
            || render(&source, diagnostic, true).is_empty()
        {
            return Err(format!("{} shows nothing", diagnostic.code));
        }
    }
    if compiled.strategies.is_empty() && !compiled.has_errors() && parsed.file.items.is_empty() {
        return Err("it has no strategy and no error".to_owned());
    }
    let parses = !parsed.diagnostics.iter().any(strat_dsl::Diagnostic::is_error);
    match format(&source) {
        Ok(once) => stable(&compiled, &once)?,
        Err(_) if parses => return Err("it parses but is not formatted".to_owned()),
        Err(_) => {}
    }
    Ok(Verdict { parses, compiles: !compiled.has_errors() })
}

fn inside(text: &str, span: Span) -> Result<(), String> {
    let (start, end) = (span.start as usize, span.end as usize);
    if start <= end
        && end <= text.len()
        && text.is_char_boundary(start)
        && text.is_char_boundary(end)
    {
        return Ok(());
    }
    Err(format!("the span {start}..{end} is not in the text of {} bytes", text.len()))
}

/// Formatting again changes nothing, and what is found stays the same.
fn stable(before: &Compiled, once: &str) -> Result<(), String> {
    let formatted = Source::new("input.strat", once);
    let twice = format(&formatted).map_err(|_| "formatting breaks it".to_owned())?;
    if twice != once {
        return Err("formatting it again changes it".to_owned());
    }
    let codes = |compiled: &Compiled| {
        let all = compiled.diagnostics.iter();
        let mut codes: Vec<strat_dsl::Code> = all.map(|found| found.code).collect();
        codes.sort_unstable();
        codes
    };
    if codes(before) != codes(&compile(&formatted)) {
        return Err("formatting it changes what is found".to_owned());
    }
    Ok(())
}
