//! The text in the one style.

use strat_dsl::{Span, format};

use crate::document::View;
use crate::protocol::TextEdit;

/// The changes that format the text. None for a text with a syntax error, which is not touched.
pub(crate) fn formatted(view: &View<'_>) -> Option<Vec<TextEdit>> {
    let after = format(view.source).ok()?;
    let before = view.text();
    if after == before {
        return Some(Vec::new());
    }
    // What is the same at both ends stays untouched, so that editors keep marks and cursors there.
    let head = common(before.chars(), after.chars());
    let rest = |text: &str| text.get(head..).unwrap_or_default().to_owned();
    let (old, new) = (rest(before), rest(&after));
    let tail = common(old.chars().rev(), new.chars().rev());
    let kept = new.get(..new.len() - tail).unwrap_or_default();
    Some(vec![view.edit(Span::new(head, before.len() - tail), kept)])
}

/// How many bytes two texts have in common from the start.
fn common(a: impl Iterator<Item = char>, b: impl Iterator<Item = char>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}
