//! What can be folded: braces over several lines, runs of comments, runs of imports.

use strat_dsl::{Span, Token, TokenKind, ast};

use crate::document::View;
use crate::protocol::FoldingRange;

/// The pieces that can be folded, by line.
pub(crate) fn folds(view: &View<'_>) -> Vec<FoldingRange> {
    let tokens = view.tokens();
    let mut folds: Vec<FoldingRange> = braces(&tokens)
        .into_iter()
        // The line of the closing brace stays to be seen.
        .filter_map(|span| fold(view, span, 1, None))
        .collect();
    let alone = |token: &&Token| token.kind == TokenKind::Comment && token.indent.is_some();
    let comments = tokens.iter().filter(alone).map(|token| token.span);
    folds.extend(runs(view, comments).filter_map(|span| fold(view, span, 0, Some("comment"))));
    let imports = view.file().items.iter().filter_map(|item| match item {
        ast::Item::Import(it) => Some(it.span),
        _ => None,
    });
    folds.extend(runs(view, imports).filter_map(|span| fold(view, span, 0, Some("imports"))));
    folds.sort_by_key(|fold| (fold.start_line, fold.end_line));
    folds
}

/// From each opening brace to behind its closing one.
pub(crate) fn braces(tokens: &[Token]) -> Vec<Span> {
    let mut open = Vec::new();
    let mut pairs = Vec::new();
    for token in tokens {
        match token.kind {
            TokenKind::Sign('{' | '(' | '[') => open.push(token.span),
            TokenKind::Sign('}' | ')' | ']') => {
                pairs.extend(open.pop().map(|start: Span| start.to(token.span)));
            }
            _ => {}
        }
    }
    pairs
}

/// Pieces that stand on lines below each other, as one.
fn runs(view: &View<'_>, pieces: impl Iterator<Item = Span>) -> impl Iterator<Item = Span> {
    let mut runs: Vec<Span> = Vec::new();
    for piece in pieces {
        let line = view.source.line_of(piece.start);
        match runs.last_mut() {
            Some(last) if view.source.line_of(last.end.saturating_sub(1)) + 1 == line => {
                last.end = piece.end;
            }
            _ => runs.push(piece),
        }
    }
    runs.into_iter()
}

fn fold(
    view: &View<'_>,
    span: Span,
    kept: u32,
    kind: Option<&'static str>,
) -> Option<FoldingRange> {
    let start_line = view.position(span.start).line;
    let end_line = view.position(span.end).line.checked_sub(kept)?;
    (start_line < end_line).then_some(FoldingRange { start_line, end_line, kind })
}
