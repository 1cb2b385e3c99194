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

impl Change {
    /// How many bytes of the text it stands for.
    fn takes(&self) -> usize {
        match self {
            Self::Insert(_) => 0,
            Self::Replace(_) => 1,
            Self::Text(length, _) => *length,
        }
    }
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
            // A change may lie in what another has taken, such as a sign in a comment that is
            // blanked out: each byte of the text is taken once.
            let end = copied.max(offset + change.takes());
            let taken = end - copied.max(offset);
            let is_gone = change.takes() > 0 && taken == 0;
            copied = end;
            if is_gone {
                continue;
            }
            let start = repaired.text.len();
            match change {
                Change::Insert(c) | Change::Replace(c) => repaired.text.push(c),
                Change::Text(_, text) => repaired.text.push_str(&text),
            }
            while repaired.text.len() < start + taken {
                repaired.text.push(' ');
            }
            repaired.inserted.extend(start + taken..repaired.text.len());
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

    #[test]
    fn what_is_taken_is_taken_once() {
        let blank = |offset, length| (offset, Change::Text(length, " ".repeat(length)));
        let within = vec![
            blank(1, 8),
            (3, Change::Text(2, "-".to_owned())),
            (5, Change::Replace(')')),
            (6, Change::Insert('}')),
        ];
        let repaired = Repaired::new("a/* b; */c", within);
        assert_eq!(repaired.text, "a        }c");
        assert_eq!(repaired.original(10, 11), Span::new(9, 10));
        let across = vec![blank(1, 3), (2, Change::Text(4, "and".to_owned()))];
        let repaired = Repaired::new("abcdefg", across);
        assert_eq!(repaired.text, "a   andg");
        assert_eq!(repaired.original(7, 8), Span::new(6, 7));
    }
}
