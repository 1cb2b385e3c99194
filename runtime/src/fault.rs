//! What can go wrong inside a reaction. A fault rolls the reaction back: no state changes, no
//! orders.

use std::fmt;

/// The kinds of faults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// A fixed-point or whole number left its range.
    Overflow,
    /// A real number became infinite or undefined.
    NotFinite,
    /// A division whose divisor was zero.
    DivisionByZero,
    /// A rule of the compiled program was broken; a defect of the compiler.
    Internal,
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FaultKind::Overflow => "a number left its range",
            FaultKind::NotFinite => "a real number is not finite",
            FaultKind::DivisionByZero => "division by zero",
            FaultKind::Internal => "a defect in the compiled strategy",
        })
    }
}

/// A fault and where in the strategy's text it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// What went wrong.
    pub kind: FaultKind,
    /// Byte offset in the strategy's text.
    pub at: u32,
}
