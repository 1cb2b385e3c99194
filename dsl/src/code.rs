//! Every diagnostic code: one table, read by the checker, by `strat explain` and by the documentation.
//!
//! A new code is one row here and one page `code/<id>.md` with a wrong example and each way to mend
//! it; the page is compiled in, so a missing one does not build. Ranges: 01 types and units, 02 clocks
//! and state, 03 arithmetic, 04 universes and order, 05 venue capability, 06 risk, 07 data,
//! 08 versions, 09 syntax. `E` is an error, `W` a warning.

use std::fmt;

use crate::diagnostic::Severity;

/// Build the enum and its table from one list. A function cannot declare an enum's variants.
macro_rules! codes {
    ($($id:ident $title:literal)*) => {
        /// A diagnostic code such as `E0102`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $title] $id,)*
        }

        const ALL: &[Code] = &[$(Code::$id,)*];

        impl Code {
            /// The code as it is printed, such as `E0102`.
            pub fn id(self) -> &'static str {
                match self { $(Code::$id => stringify!($id),)* }
            }

            /// What the code stands for, in one line.
            pub fn title(self) -> &'static str {
                match self { $(Code::$id => $title,)* }
            }

            /// The long text: why, a wrong example, each way to mend it. Markdown.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$id => include_str!(concat!("code/", stringify!($id), ".md")),)* }
            }
        }
    };
}

codes! {
    E0101 "a value of another type is needed here"
    E0102 "these two units do not go together"
    E0103 "this value may be absent and has not been opened"
    E0104 "no such name"
    E0105 "this literal has the wrong unit or too many digits"
    E0106 "a condition must be true or false, not a number"
    E0107 "the arguments do not fit the call"
    E0108 "no such field"
    E0109 "no such type"
    E0110 "declared twice"
    E0111 "text is compared by whole words only"
    E0112 "a match must name every case exactly once"
    E0113 "only state can be set"
    E0114 "a real becomes a price only with a direction"
    E0115 "functions and nodes cannot call themselves"
    E0116 "different kinds of money do not mix"
    E0117 "whole numbers are not divided by `/`"
    E0118 "this value is always there"
    E0119 "a place may lie outside of its list"
    W0101 "declared but never used"
    W0102 "this guard has no reason"
    E0210 "a stateful call must not be conditional"
    E0211 "history needs a constant offset that is not negative"
    E0212 "a member of a universe cannot be kept in state"
    E0213 "this cannot trigger a handler"
    E0220 "a bar that is not closed yet cannot feed a stream"
    E0221 "two different clocks meet"
    E0222 "this place cannot read that"
    E0223 "a stream is a single value"
    E0230 "streams depend on each other in a circle"
    E0231 "two handlers set the same state at the same event"
    E0301 "this constant leaves the range of its type"
    E0305 "reals must not be compared for equality"
    E0310 "the divisor may be zero"
    E0311 "the argument may lie outside the domain of the function"
    E0320 "the default of a parameter must lie in its range"
    E0321 "no combination of parameters satisfies the constraints"
    E0322 "this range is empty"
    E0323 "a constant is needed here"
    E0401 "a loop needs a bounded list"
    E0402 "a bound is missing or too large"
    E0410 "the order of a universe is not unique"
    W0420 "this list may have been chosen with hindsight"
    E0501 "the venue cannot do this"
    E0502 "these order options exclude each other"
    E0503 "the venue refuses this time limit"
    E0504 "the literal is off the venue's grid"
    E0505 "no such venue"
    E0506 "one slot is used by two statements"
    E0507 "selling short must be asked for"
    E0508 "a stop or exit needs a stream of its own instrument"
    E0601 "a strategy needs a risk block"
    E0602 "this venue needs a tighter drawdown limit"
    E0603 "no such risk rule or action"
    W0601 "the tick size is written into the strategy"
    E0701 "the data cannot serve this strategy"
    W0701 "the venue's cooldown is longer than the interval"
    W0702 "the venue's risk profile dislikes this pattern"
    E0801 "the layout of the state changed without a new version"
    E0802 "the migration does not fit the state"
    E0803 "a strategy needs a version and a venue, once"
    E0900 "this does not fit here"
    E0901 "an order needs `@` before its price"
    E0902 "the language has no such construct"
    E0903 "nested too deeply or too long"
    E0904 "a brace, parenthesis or bracket is not closed"
    E0905 "a closing brace, parenthesis or bracket has no opening one"
    E0906 "a value is missing"
    E0907 "a name and its type are parted by `:`"
    E0908 "comparisons cannot be chained"
    E0909 "unknown word"
    E0910 "a text is not closed"
    E0911 "this number cannot be read"
    E0912 "there is no strategy in this file"
    E0913 "the file is too large"
    E0914 "further errors withheld"
    E0915 "a reserved word cannot be a name"
    E0916 "the `{...}` in this text cannot be read"
    E0917 "a part of this construct is missing"
    E0990 "not supported in this version"
}

impl Code {
    /// Every code, in the order of the table.
    pub fn all() -> &'static [Self] {
        ALL
    }

    /// The code with this id, as in `E0310`; letter case does not matter.
    pub fn parse(id: &str) -> Option<Self> {
        ALL.iter().copied().find(|code| code.id().eq_ignore_ascii_case(id.trim()))
    }

    /// `W` codes are warnings, `E` codes errors.
    pub fn severity(self) -> Severity {
        if self.id().starts_with('W') { Severity::Warning } else { Severity::Error }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_parse_back() {
        for (index, code) in Code::all().iter().enumerate() {
            assert_eq!(Code::parse(code.id()), Some(*code));
            assert_eq!(Code::all().iter().position(|other| other.id() == code.id()), Some(index));
        }
        assert_eq!(Code::parse(" e0310 "), Some(Code::E0310));
        assert_eq!(Code::parse("E9999"), None);
    }

    #[test]
    fn every_page_has_its_title_a_wrong_example_and_a_fix() {
        for code in Code::all() {
            let page = code.explanation();
            assert!(page.starts_with(&format!("# {}: {}\n", code.id(), code.title())), "{code}");
            assert!(page.contains("\nWrong:\n\n```\n"), "{code} shows no wrong example");
            assert!(page.contains("\nBetter:\n\n"), "{code} shows no way to mend it");
        }
    }
}
