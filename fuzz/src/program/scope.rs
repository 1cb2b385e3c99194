//! What an expression may read where it stands.

/// Whose price or size it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Of none in particular: literals, parameters, arguments.
    Any,
    /// Of the n-th declared instrument.
    One(usize),
    /// Of what a member or an element of a list stands for.
    Bound(usize),
}

/// Types of values, as far as the generator tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ty {
    Bool,
    Int,
    Real,
    /// A statistic of prices.
    RealPrice(Whose),
    /// A statistic of sizes.
    RealSize(Whose),
    Price(Whose),
    Size(Whose),
    /// In the venue's currency.
    Money,
    /// In dollars where the venue has another currency.
    Usd,
    Percent,
    Leverage,
    PerSize(Whose),
    Time,
    Duration,
    Enum(usize),
    Text,
}

/// Something that can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Atom {
    pub(crate) text: String,
    pub(crate) ty: Ty,
    /// May be absent.
    pub(crate) optional: bool,
    /// Surely above zero.
    pub(crate) positive: bool,
    /// New at the ticks of the scope's clock, so that history of it can be kept.
    pub(crate) ticks: bool,
}

impl Atom {
    pub(crate) fn new(text: impl Into<String>, ty: Ty) -> Self {
        Self { text: text.into(), ty, optional: false, positive: false, ticks: false }
    }

    pub(crate) fn positive(self) -> Self {
        Self { positive: true, ..self }
    }

    pub(crate) fn optional(self) -> Self {
        Self { optional: true, ..self }
    }

    pub(crate) fn ticks(self) -> Self {
        Self { ticks: true, ..self }
    }
}

/// What can be traded where the text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Handle {
    pub(crate) text: String,
    pub(crate) whose: Whose,
    /// The universe of which it is a member.
    pub(crate) member_of: Option<usize>,
}

/// What an expression may read where it stands.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four questions that do not depend on each other"
)]
pub(crate) struct Scope {
    pub(crate) atoms: Vec<Atom>,
    /// Options that can be opened, but follow another clock than the rest.
    pub(crate) apart: Vec<Atom>,
    /// Instruments at hand.
    pub(crate) handles: Vec<Handle>,
    /// Functions with memory may be called.
    pub(crate) history: bool,
    /// Functions of the file may be called.
    pub(crate) calls: bool,
    /// Word lists have been declared.
    pub(crate) words: bool,
    /// Outside of a strategy, where no venue says what money is, and only arguments themselves are
    /// proven by their callers.
    pub(crate) outside: bool,
}

impl Scope {
    /// Everything that can be opened.
    pub(crate) fn options(&self) -> Vec<Atom> {
        self.atoms.iter().filter(|atom| atom.optional).chain(&self.apart).cloned().collect()
    }

    /// The atoms of a type; those of no instrument in particular go with every other.
    pub(crate) fn of(&self, ty: Ty, optional: bool) -> Vec<&Atom> {
        let fits = |atom: &&Atom| atom.optional == optional && goes(atom.ty, ty);
        self.atoms.iter().filter(fits).collect()
    }
}

/// Whether a value of type `have` can stand for one of type `want`.
pub(crate) fn goes(have: Ty, want: Ty) -> bool {
    let joins = |a: Whose, b: Whose| a == b || a == Whose::Any;
    match (have, want) {
        (Ty::RealPrice(a), Ty::RealPrice(b))
        | (Ty::RealSize(a), Ty::RealSize(b))
        | (Ty::Price(a), Ty::Price(b))
        | (Ty::Size(a), Ty::Size(b))
        | (Ty::PerSize(a), Ty::PerSize(b)) => joins(a, b),
        (a, b) => a == b,
    }
}
