//! Types as the checker sees them: with units, instruments and options.
//!
//! Units are erased by lowering; [`Kind::cell`] says what is left.

use strat_runtime::manifest::ClockId;
use strat_runtime::venue::VenueKind;

use crate::ir::{self, EnumId, LocalId, UniverseId};
use strat_runtime::instrument::InstrumentId;

use super::WordsId;

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ty {
    /// Kind of value.
    pub kind: Kind,
    /// Whether it may be absent.
    pub optional: bool,
}

/// Whose price or size it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Of {
    /// Of no instrument in particular: literals, parameters, arguments. Goes with every other.
    Any,
    /// Of a declared instrument.
    One(InstrumentId),
    /// Of the instrument that a local variable stands for: a member of a universe, an element of
    /// a list.
    Bound(LocalId),
}

/// A currency. Different ones do not mix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Currency {
    /// US dollar.
    Usd,
    /// USD Coin.
    Usdc,
    /// Tether.
    Usdt,
}

/// The unit that a real carries for the checker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A plain number.
    None,
    /// Quote per unit of an instrument.
    Price(Of),
    /// Units of an instrument.
    Size(Of),
    /// Money.
    Money(Currency),
    /// A share of something.
    Ratio,
    /// Exposure over equity.
    Leverage,
    /// Price per unit of size.
    PricePerSize(Of),
}

/// The elements of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Elem {
    kind: ElemKind,
    /// Whether an element may be absent.
    pub optional: bool,
}

/// What a list can hold: values that can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum ElemKind {
    Bool,
    Int,
    Real(Unit),
    Price(Of),
    Size(Of),
    Money(Currency),
    Ratio,
    Leverage,
    PricePerSize(Of),
    Time,
    Duration,
    Enum(EnumId),
}

impl Elem {
    /// The element type of a list of such values; `None` where they cannot be kept in one.
    pub fn of(ty: Ty) -> Option<Self> {
        let kind = match ty.kind {
            Kind::Bool => ElemKind::Bool,
            Kind::Int => ElemKind::Int,
            Kind::Real(unit) => ElemKind::Real(unit),
            Kind::Price(of) => ElemKind::Price(of),
            Kind::Size(of) => ElemKind::Size(of),
            Kind::Money(currency) => ElemKind::Money(currency),
            Kind::Ratio => ElemKind::Ratio,
            Kind::Leverage => ElemKind::Leverage,
            Kind::PricePerSize(of) => ElemKind::PricePerSize(of),
            Kind::Time => ElemKind::Time,
            Kind::Duration => ElemKind::Duration,
            Kind::Enum(id) => ElemKind::Enum(id),
            Kind::Text
            | Kind::Words(_)
            | Kind::Instrument(_)
            | Kind::Book(_)
            | Kind::Position(_)
            | Kind::Exposure(_)
            | Kind::Universe(_)
            | Kind::Level(_)
            | Kind::Bar(..)
            | Kind::Forming(..)
            | Kind::Clock(_)
            | Kind::Fill(_)
            | Kind::Reject(_)
            | Kind::Account
            | Kind::List(..)
            | Kind::Error => return None,
        };
        Some(Self { kind, optional: ty.optional })
    }

    /// The type of one element.
    pub fn ty(self) -> Ty {
        let kind = match self.kind {
            ElemKind::Bool => Kind::Bool,
            ElemKind::Int => Kind::Int,
            ElemKind::Real(unit) => Kind::Real(unit),
            ElemKind::Price(of) => Kind::Price(of),
            ElemKind::Size(of) => Kind::Size(of),
            ElemKind::Money(currency) => Kind::Money(currency),
            ElemKind::Ratio => Kind::Ratio,
            ElemKind::Leverage => Kind::Leverage,
            ElemKind::PricePerSize(of) => Kind::PricePerSize(of),
            ElemKind::Time => Kind::Time,
            ElemKind::Duration => Kind::Duration,
            ElemKind::Enum(id) => Kind::Enum(id),
        };
        Ty { kind, optional: self.optional }
    }

    fn join(self, other: Self) -> Option<Self> {
        let (a, b) = (self.ty(), other.ty());
        let kind = a.kind.join(b.kind)?;
        Self::of(Ty { kind, optional: a.optional }).filter(|_| a.optional == b.optional)
    }
}

/// Kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// True or false.
    Bool,
    /// A whole number.
    Int,
    /// A finite floating-point number.
    Real(Unit),
    /// Quote per unit; fixed point.
    Price(Of),
    /// Units; fixed point.
    Size(Of),
    /// Money; fixed point.
    Money(Currency),
    /// Percent and basis points; fixed point.
    Ratio,
    /// Exposure over equity; fixed point.
    Leverage,
    /// Price per unit of size; fixed point.
    PricePerSize(Of),
    /// A point in time.
    Time,
    /// A length of time.
    Duration,
    /// A member of an enum.
    Enum(EnumId),
    /// A text.
    Text,
    /// A word list; only `has_any` takes it.
    Words(WordsId),
    /// An instrument. Its book, position and exposure are the same value with fewer fields.
    Instrument(Of),
    /// The book of an instrument.
    Book(Of),
    /// The position in an instrument.
    Position(Of),
    /// The exposure to an instrument.
    Exposure(Of),
    /// A universe as a whole; only `for` and `per` take it.
    Universe(UniverseId),
    /// A price level of a book.
    Level(Of),
    /// A closed bar: the n-th instrument of a clock. Its fields are read by [`super::ExprKind::Bar`];
    /// there is no value of this kind at run time.
    Bar(ClockId, u16, Of),
    /// The bar that is still open, of the n-th instrument of a clock. Its fields are read by
    /// [`super::ExprKind::Forming`].
    Forming(ClockId, u16, Of),
    /// A clock of several instruments, to be indexed by one of them.
    Clock(ClockId),
    /// The fill that fired the handler; no value at run time.
    Fill(Of),
    /// The refusal that fired the handler; no value at run time.
    Reject(Of),
    /// The account; no value at run time.
    Account,
    /// A list of so many elements: as many cells at run time.
    List(Elem, u16),
    /// A value that could not be typed; its diagnostic has been given. Goes with everything.
    Error,
}

impl Ty {
    /// The type that goes with everything.
    pub const ERROR: Self = Self::of(Kind::Error);
    /// True or false.
    pub const BOOL: Self = Self::of(Kind::Bool);

    /// A value that is always there.
    pub const fn of(kind: Kind) -> Self {
        Self { kind, optional: false }
    }

    /// A value that may be absent.
    pub const fn option(kind: Kind) -> Self {
        Self { kind, optional: true }
    }

    /// Whether a diagnostic has been given in its place.
    pub fn is_error(self) -> bool {
        self.kind == Kind::Error
    }

    /// What is left of it in the intermediate form; `None` where there is no value at run time.
    pub fn cell(self) -> Option<ir::Ty> {
        self.kind.cell().map(|kind| ir::Ty { kind, optional: self.optional })
    }
}

impl Of {
    /// The instrument of a value that is made of two; `None` if they are of different instruments.
    pub fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Any, of) | (of, Self::Any) => Some(of),
            (a, b) if a == b => Some(a),
            (Self::One(_) | Self::Bound(_), Self::One(_) | Self::Bound(_)) => None,
        }
    }
}

impl Currency {
    /// The currency in which a venue quotes.
    pub fn of_venue(venue: VenueKind) -> Self {
        match venue {
            VenueKind::Polymarket => Self::Usdc,
            VenueKind::BinancePerp => Self::Usdt,
            VenueKind::Vanta => Self::Usd,
        }
    }

    /// The name as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Usd => "usd",
            Self::Usdc => "usdc",
            Self::Usdt => "usdt",
        }
    }

    /// The currency of that name; letter case does not matter.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Usd, Self::Usdc, Self::Usdt]
            .into_iter()
            .find(|c| c.name().eq_ignore_ascii_case(name))
    }
}

impl Unit {
    /// The unit of a value that is made of two with the same unit.
    pub fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Price(a), Self::Price(b)) => a.join(b).map(Self::Price),
            (Self::Size(a), Self::Size(b)) => a.join(b).map(Self::Size),
            (Self::PricePerSize(a), Self::PricePerSize(b)) => a.join(b).map(Self::PricePerSize),
            (a, b) => (a == b).then_some(a),
        }
    }
}

impl Kind {
    /// The kind of a value that is made of two of the same kind; `None` if they do not go together.
    pub fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Error, _) | (_, Self::Error) => Some(Self::Error),
            (Self::Real(a), Self::Real(b)) => a.join(b).map(Self::Real),
            (Self::Price(a), Self::Price(b)) => a.join(b).map(Self::Price),
            (Self::Size(a), Self::Size(b)) => a.join(b).map(Self::Size),
            (Self::PricePerSize(a), Self::PricePerSize(b)) => a.join(b).map(Self::PricePerSize),
            (Self::Instrument(a), Self::Instrument(b)) => {
                Some(Self::Instrument(a.join(b).unwrap_or(Of::Any)))
            }
            (Self::Level(a), Self::Level(b)) => a.join(b).map(Self::Level),
            (Self::List(a, n), Self::List(b, m)) if n == m => {
                a.join(b).map(|elem| Self::List(elem, n))
            }
            (a, b) => (a == b).then_some(a),
        }
    }

    /// Whether it is fixed point at 1e-9.
    pub fn is_fixed(self) -> bool {
        matches!(
            self,
            Self::Price(_)
                | Self::Size(_)
                | Self::Money(_)
                | Self::Ratio
                | Self::Leverage
                | Self::PricePerSize(_)
        )
    }

    /// Whether values of it are numbers with an order.
    pub fn is_number(self) -> bool {
        self.is_fixed() || matches!(self, Self::Int | Self::Real(_) | Self::Duration)
    }

    /// The same kind with another instrument in place of `from`.
    #[must_use]
    pub fn renamed(self, from: Of, to: Of) -> Self {
        if self.instrument() != from {
            return self;
        }
        match self {
            Self::Price(_) => Self::Price(to),
            Self::Size(_) => Self::Size(to),
            Self::PricePerSize(_) => Self::PricePerSize(to),
            Self::Real(Unit::Price(_)) => Self::Real(Unit::Price(to)),
            Self::Real(Unit::Size(_)) => Self::Real(Unit::Size(to)),
            Self::Real(Unit::PricePerSize(_)) => Self::Real(Unit::PricePerSize(to)),
            Self::Instrument(_) => Self::Instrument(to),
            Self::Level(_) => Self::Level(to),
            Self::List(elem, n) => {
                let ty = elem.ty();
                let renamed = Ty { kind: ty.kind.renamed(from, to), ..ty };
                Elem::of(renamed).map_or(self, |elem| Self::List(elem, n))
            }
            Self::Real(Unit::None | Unit::Money(_) | Unit::Ratio | Unit::Leverage)
            | Self::Bool
            | Self::Int
            | Self::Money(_)
            | Self::Ratio
            | Self::Leverage
            | Self::Time
            | Self::Duration
            | Self::Enum(_)
            | Self::Text
            | Self::Words(_)
            | Self::Book(_)
            | Self::Position(_)
            | Self::Exposure(_)
            | Self::Universe(_)
            | Self::Bar(..)
            | Self::Forming(..)
            | Self::Clock(_)
            | Self::Fill(_)
            | Self::Reject(_)
            | Self::Account
            | Self::Error => self,
        }
    }

    /// The unit that library functions give to the reals they make of it.
    pub fn unit(self) -> Unit {
        match self {
            Self::Real(unit) => unit,
            Self::Price(of) => Unit::Price(of),
            Self::Size(of) => Unit::Size(of),
            Self::Money(currency) => Unit::Money(currency),
            Self::Ratio => Unit::Ratio,
            Self::Leverage => Unit::Leverage,
            Self::PricePerSize(of) => Unit::PricePerSize(of),
            Self::Bool
            | Self::Int
            | Self::Time
            | Self::Duration
            | Self::Enum(_)
            | Self::Text
            | Self::Words(_)
            | Self::Instrument(_)
            | Self::Book(_)
            | Self::Position(_)
            | Self::Exposure(_)
            | Self::Universe(_)
            | Self::Level(_)
            | Self::Bar(..)
            | Self::Forming(..)
            | Self::Clock(_)
            | Self::Fill(_)
            | Self::Reject(_)
            | Self::Account
            | Self::List(..)
            | Self::Error => Unit::None,
        }
    }

    /// The instrument that it is of.
    pub fn instrument(self) -> Of {
        match self {
            Self::Price(of)
            | Self::Size(of)
            | Self::PricePerSize(of)
            | Self::Real(Unit::Price(of) | Unit::Size(of) | Unit::PricePerSize(of))
            | Self::Instrument(of)
            | Self::Book(of)
            | Self::Position(of)
            | Self::Exposure(of)
            | Self::Level(of)
            | Self::Bar(_, _, of)
            | Self::Forming(_, _, of)
            | Self::Fill(of)
            | Self::Reject(of) => of,
            Self::List(elem, _) => elem.ty().kind.instrument(),
            Self::Real(Unit::None | Unit::Money(_) | Unit::Ratio | Unit::Leverage)
            | Self::Bool
            | Self::Int
            | Self::Money(_)
            | Self::Ratio
            | Self::Leverage
            | Self::Time
            | Self::Duration
            | Self::Enum(_)
            | Self::Text
            | Self::Words(_)
            | Self::Universe(_)
            | Self::Clock(_)
            | Self::Account
            | Self::Error => Of::Any,
        }
    }

    /// What is left of it in the intermediate form.
    pub fn cell(self) -> Option<ir::Kind> {
        Some(match self {
            Self::Bool => ir::Kind::Bool,
            Self::Int => ir::Kind::Int,
            Self::Real(_) => ir::Kind::Real,
            Self::Price(_) => ir::Kind::Price,
            Self::Size(_) => ir::Kind::Size,
            Self::Money(_) => ir::Kind::Money,
            Self::Ratio => ir::Kind::Ratio,
            Self::Leverage => ir::Kind::Leverage,
            Self::PricePerSize(_) => ir::Kind::PricePerSize,
            // Of a bar that is forming: when it closes tells that there is one.
            Self::Time | Self::Forming(..) => ir::Kind::Time,
            Self::Duration => ir::Kind::Duration,
            Self::Enum(id) => ir::Kind::Enum(id),
            Self::Text => ir::Kind::Text,
            Self::Instrument(_) | Self::Book(_) | Self::Position(_) | Self::Exposure(_) => {
                ir::Kind::Instrument
            }
            Self::Level(_) => ir::Kind::Level,
            Self::Words(_)
            | Self::Universe(_)
            | Self::Bar(..)
            | Self::Clock(_)
            | Self::Fill(_)
            | Self::Reject(_)
            | Self::Account
            | Self::List(..)
            | Self::Error => return None,
        })
    }
}
