//! Types and values: one 64-bit cell each, which may be absent.

use super::EnumId;

/// What a value is, and whether it may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ty {
    /// Kind of value.
    pub kind: Kind,
    /// Whether it may be absent.
    pub optional: bool,
}

/// Kinds of values. All are one 64-bit cell: whole numbers, fixed point at 1e-9 and times as
/// `i64`, reals as the bits of an `f64`, the rest as indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `false` 0, `true` 1.
    Bool,
    /// `i64`.
    Int,
    /// Finite `f64`, as its bits.
    Real,
    /// Fixed point: quote per unit.
    Price,
    /// Fixed point: units.
    Size,
    /// Fixed point: money.
    Money,
    /// Fixed point ratio: percent and basis points.
    Ratio,
    /// Fixed point leverage.
    Leverage,
    /// Fixed point: price per unit of size.
    PricePerSize,
    /// Nanoseconds since the epoch, UTC.
    Time,
    /// Nanoseconds.
    Duration,
    /// Member index of an enum.
    Enum(EnumId),
    /// A text by its source and place, see [`TextSource`]; a constant is its [`TextId`].
    Text,
    /// Index of an instrument in the session.
    Instrument,
    /// A book level: instrument index * 2, plus 1 for the ask side.
    Level,
}

/// Where a text comes from: the upper 32 bits of its cell. The lower 32 bits are a place there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum TextSource {
    /// [`Ir::texts`].
    Program = 0,
    /// The question of an instrument.
    Question = 1,
    /// The outcome of an instrument.
    Outcome = 2,
    /// The symbol of an instrument.
    Symbol = 3,
    /// The reason of the refusal that fired the handler; there is one place.
    Reject = 4,
}

impl TextSource {
    /// The cell of a text of this source.
    pub const fn cell(self, place: u32) -> Cell {
        Cell::int(((self as i64) << 32) | place as i64)
    }

    /// Source and place of a cell's text, if it names one.
    pub const fn of(bits: i64) -> Option<(TextSource, u32)> {
        let source = match bits >> 32 {
            0 => TextSource::Program,
            1 => TextSource::Question,
            2 => TextSource::Outcome,
            3 => TextSource::Symbol,
            4 => TextSource::Reject,
            _ => return None,
        };
        Some((source, bits as u32))
    }
}

/// A 64-bit value that may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// The value's bits; 0 if absent.
    pub bits: i64,
    /// Whether there is a value.
    pub some: bool,
}

impl Cell {
    /// The absent value.
    pub const NONE: Cell = Cell { bits: 0, some: false };

    /// A value in the form of an `i64`.
    pub const fn int(bits: i64) -> Cell {
        Cell { bits, some: true }
    }

    /// A truth value.
    pub const fn bool(value: bool) -> Cell {
        Cell { bits: value as i64, some: true }
    }

    /// A real.
    pub const fn real(value: f64) -> Cell {
        Cell { bits: value.to_bits() as i64, some: true }
    }

    /// The bits read as a real.
    pub const fn as_real(self) -> f64 {
        f64::from_bits(self.bits as u64)
    }
}

impl Default for Cell {
    /// The absent value.
    fn default() -> Self {
        Cell::NONE
    }
}
