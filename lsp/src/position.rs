//! Places as the protocol counts them: lines from 0 and, within a line, units of an encoding.

use strat_dsl::{Source, Span};

use crate::protocol::{Position, Range};

/// The unit in which an editor counts within a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// What JavaScript counts. Every editor can.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The best of those that an editor offers.
    pub(crate) fn choose(offered: &[String]) -> Self {
        let has = |name: &str| offered.iter().any(|one| one == name);
        if has("utf-8") {
            Self::Utf8
        } else if has("utf-32") && !has("utf-16") {
            Self::Utf32
        } else {
            Self::Utf16
        }
    }

    /// The name in the protocol.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }

    fn units(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// How many units a text has.
    pub(crate) fn length(self, text: &str) -> u32 {
        if self == Self::Utf8 || text.is_ascii() {
            return clip(text.len());
        }
        clip(text.chars().map(|c| self.units(c)).sum())
    }

    /// The place of a byte offset.
    pub(crate) fn position(self, source: &Source, offset: u32) -> Position {
        let mut end = (offset as usize).min(source.text().len());
        while !source.text().is_char_boundary(end) {
            end -= 1;
        }
        let line = source.line_of(clip(end));
        let start = source.line_span(line).start as usize;
        let before = source.text().get(start..end).unwrap_or_default();
        Position { line: clip(line - 1), character: self.length(before) }
    }

    /// The byte offset of a place. A place behind the end of its line counts as the end of the
    /// line, a place behind the last line as the end of the text.
    pub(crate) fn offset(self, source: &Source, at: Position) -> u32 {
        let line = (at.line as usize).saturating_add(1);
        let span = source.line_span(line);
        let mut left = at.character as usize;
        let mut offset = span.start as usize;
        for c in source.slice(span).chars() {
            let units = self.units(c);
            if left < units {
                break;
            }
            left -= units;
            offset += c.len_utf8();
        }
        clip(offset)
    }

    /// The range of a span.
    pub(crate) fn range(self, source: &Source, span: Span) -> Range {
        Range { start: self.position(source, span.start), end: self.position(source, span.end) }
    }
}

fn clip(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_offsets_are_each_others_inverse() {
        let source = Source::new("x", "aé\r\n\u{1f600}b\n");
        // Offset, line, and the character in each encoding.
        let cases = [
            (0, 0, [0, 0, 0]),
            (1, 0, [1, 1, 1]),
            (3, 0, [3, 2, 2]),
            (5, 1, [0, 0, 0]),
            (9, 1, [4, 2, 1]),
            (10, 1, [5, 3, 2]),
            (11, 2, [0, 0, 0]),
        ];
        for (offset, line, characters) in cases {
            let all = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];
            for (encoding, character) in all.into_iter().zip(characters) {
                let at = Position { line, character };
                assert_eq!(encoding.position(&source, offset), at, "{offset} {encoding:?}");
                assert_eq!(encoding.offset(&source, at), offset, "{at:?} {encoding:?}");
            }
        }
    }

    #[test]
    fn places_outside_of_the_text_are_moved_into_it() {
        let source = Source::new("x", "aé\r\n\u{1f600}b");
        let at = |line, character| Position { line, character };
        for (place, offset) in [
            (at(0, 99), 3),
            (at(1, 1), 5),
            (at(1, 99), 10),
            (at(7, 3), 10),
            (at(u32::MAX, u32::MAX), 10),
        ] {
            assert_eq!(Encoding::Utf16.offset(&source, place), offset, "{place:?}");
        }
        assert_eq!(Encoding::Utf16.position(&source, 7), at(1, 0), "inside of a character");
        assert_eq!(Encoding::Utf16.position(&source, 99), at(1, 3));
    }

    #[test]
    fn the_best_encoding_that_both_know_is_chosen() {
        for (offered, chosen) in [
            (&["utf-16", "utf-8"][..], "utf-8"),
            (&["utf-32", "utf-16"], "utf-16"),
            (&["utf-32"], "utf-32"),
            (&["koi8-r"], "utf-16"),
            (&[], "utf-16"),
        ] {
            let offered: Vec<String> = offered.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(Encoding::choose(&offered).name(), chosen);
        }
    }
}
