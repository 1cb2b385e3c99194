//! Text of an expression, with how tightly it holds together.

/// Text of an expression and the level of its outermost operator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    text: String,
    level: u8,
}

/// Levels of the grammar, loosest first.
pub(crate) const IF: u8 = 0;
pub(crate) const OR: u8 = 1;
pub(crate) const AND: u8 = 2;
pub(crate) const NOT: u8 = 3;
pub(crate) const COMPARE: u8 = 4;
pub(crate) const OR_ELSE: u8 = 5;
pub(crate) const SUM: u8 = 6;
pub(crate) const PRODUCT: u8 = 7;
pub(crate) const SIGN: u8 = 8;
pub(crate) const ATOM: u8 = 9;

impl Piece {
    pub(crate) fn new(text: impl Into<String>, level: u8) -> Self {
        Self { text: text.into(), level }
    }

    /// A name, a literal, a call.
    pub(crate) fn atom(text: impl Into<String>) -> Self {
        Self::new(text, ATOM)
    }

    /// The text as it stands where anything may stand.
    pub(crate) fn text(self) -> String {
        self.text
    }

    /// The text where at least this level is needed.
    pub(crate) fn at(self, level: u8) -> String {
        if self.level < level { format!("({})", self.text) } else { self.text }
    }

    /// `a op b`, grouped to the left.
    pub(crate) fn infix(left: Self, op: &str, right: Self, level: u8) -> Self {
        let (left, right) = (left.at(level), right.at(level + 1));
        Self::new(format!("{left} {op} {right}"), level)
    }

    /// A comparison, which does not chain.
    pub(crate) fn compare(left: Self, op: &str, right: Self) -> Self {
        let (left, right) = (left.at(COMPARE + 1), right.at(COMPARE + 1));
        Self::new(format!("{left} {op} {right}"), COMPARE)
    }

    /// `if c then a else b`
    pub(crate) fn choice(condition: Self, then: Self, other: Self) -> Self {
        let (then, other) = (then.at(OR), other.at(OR));
        Self::new(format!("if {} then {then} else {other}", condition.at(OR)), IF)
    }
}
