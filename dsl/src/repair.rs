//! A text with small virtual repairs, and the way back from its offsets to the original's.

use crate::span::Span;

/// A change at an offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// Put this character before the offset.
    Insert(char),
    /// Put this character in place of the one at the offset.
    Replace(char),
    /// Put this text in place of so many bytes; what is shorter is filled up with blanks.
    Text(usize, String),
}

/// The repaired text.
#[derive(Debug)]
pub(crate) struct Repaired {
    pub(crate) text: String,
    /// Offsets of inserted characters in the repaired text, ascending.
    inserted: Vec<usize>,
}

impl Repaired {
    /// Apply `changes`, each at an offset of `text`; those at one offset keep their order.
    pub(crate) fn new(text: &str, mut changes: Vec<(usize, Change)>) -> Self {
        changes.sort_by_key(|(offset, _)| *offset);
        let mut repaired = Self { text: String::with_capacity(text.len()), inserted: Vec::new() };
        let mut copied = 0;
        for (offset, change) in changes {
            repaired.text.push_str(text.get(copied..offset).unwrap_or_default());
            copied = copied.max(offset);
            match change {
                Change::Insert(c) => {
                    repaired.inserted.push(repaired.text.len());
                    repaired.text.push(c);
                }
                Change::Replace(c) => {
                    repaired.text.push(c);
                    copied = offset + 1;
                }
                Change::Text(length, text) => {
                    let end = repaired.text.len() + length;
                    repaired.text.push_str(&text);
                    while repaired.text.len() < end {
                        repaired.text.push(' ');
                    }
                    repaired.inserted.extend(end..repaired.text.len());
                    copied = offset + length;
                }
            }
        }
        repaired.text.push_str(text.get(copied..).unwrap_or_default());
        repaired
    }

    /// The span in the original text of a span in the repaired one.
    pub(crate) fn original(&self, start: usize, end: usize) -> Span {
        Span::new(self.back(start), self.back(end))
    }

    fn back(&self, offset: usize) -> usize {
        offset - self.inserted.partition_point(|inserted| *inserted < offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_find_their_way_back() {
        let changes = vec![(5, Change::Replace(' ')), (2, Change::Insert('}'))];
        let repaired = Repaired::new("ab \u{e9})x", changes);
        assert_eq!(repaired.text, "ab} \u{e9} x");
        assert_eq!(repaired.original(0, 2), Span::new(0, 2));
        assert_eq!(repaired.original(2, 3), Span::new(2, 2));
        assert_eq!(repaired.original(4, 8), Span::new(3, 7));
    }

    #[test]
    fn longer_and_shorter_texts_keep_the_way_back() {
        let changes =
            vec![(2, Change::Text(2, "and".to_owned())), (7, Change::Text(3, "-".to_owned()))];
        let repaired = Repaired::new("a &&b; \u{2212} c", changes);
        assert_eq!(repaired.text, "a andb; -   c");
        assert_eq!(repaired.original(5, 6), Span::new(4, 5));
        assert_eq!(repaired.original(12, 13), Span::new(11, 12));
    }
}
