//! One `}` lost anywhere in a shipped strategy: one diagnostic, at the block that lost it.

use strat_compiler::pipeline::compile;
use strat_dsl::Source;
use strat_strategies::ALL;

#[test]
fn one_lost_brace_gives_one_diagnostic_at_its_block() {
    let mut removed = 0;
    for strategy in ALL {
        for (open, close) in blocks(strategy.text) {
            let mut text = strategy.text.to_owned();
            text.remove(close);
            let source = Source::new(strategy.name, text);
            let found = compile(&source).diagnostics;
            let lines: Vec<usize> = found.iter().map(|d| source.line_of(d.span.start)).collect();
            let whole = Source::new(strategy.name, strategy.text);
            let block = whole.line_of(open as u32)..=whole.line_of(close as u32);
            assert!(
                matches!(lines.as_slice(), [line] if block.contains(line)),
                "{}: without the brace of lines {block:?}: {found:#?}",
                strategy.name
            );
            removed += 1;
        }
    }
    assert!(removed > 50, "{removed} braces removed");
}

/// Byte offsets of every `{` and its `}`, outside of comments and texts.
fn blocks(text: &str) -> Vec<(usize, usize)> {
    let (mut open, mut found) = (Vec::new(), Vec::new());
    let (mut in_comment, mut in_text) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            '\n' => in_comment = false,
            _ if in_comment => {}
            '"' => in_text = !in_text,
            _ if in_text => {}
            '/' if text[at..].starts_with("//") => in_comment = true,
            '{' => open.push(at),
            '}' => found.extend(open.pop().map(|start| (start, at))),
            _ => {}
        }
    }
    found
}
