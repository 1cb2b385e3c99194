//! Cells as values: what is a number in a table goes by its name.

use std::borrow::Cow;

use strat_runtime::snapshot::{Mismatch, Plain, Value};

use crate::ir::{Cell, EnumId, Ir, Kind, TextSource, Ty};

/// Knows the tables that cells point into.
pub(super) struct Cells<'a> {
    pub(super) ir: &'a Ir,
}

impl Cells<'_> {
    pub(super) fn save(&self, cell: Cell, kind: Kind) -> Value {
        if !cell.some {
            return Value::None;
        }
        match kind {
            Kind::Bool => Value::Bool(cell.bits != 0),
            Kind::Real => Value::Real(cell.as_real()),
            Kind::Enum(id) => self.member(id, cell.bits),
            Kind::Text => self.text(cell.bits),
            Kind::Int
            | Kind::Price
            | Kind::Size
            | Kind::Money
            | Kind::Ratio
            | Kind::Leverage
            | Kind::PricePerSize
            | Kind::Time
            | Kind::Duration
            | Kind::Instrument
            | Kind::Level => cell.bits.to_value(),
        }
    }

    pub(super) fn load(&self, value: &Value, ty: Ty) -> Result<Cell, Mismatch> {
        match (value, ty.kind) {
            (Value::None, _) if ty.optional => Ok(Cell::NONE),
            (Value::None, _) => Err(Mismatch::new("it is absent and cannot be")),
            (value, Kind::Bool) => bool::from_value(value).map(Cell::bool),
            (value, Kind::Real) => f64::from_value(value).map(Cell::real),
            (value, Kind::Enum(id)) => {
                let name = String::from_value(value)?;
                let named = self.ir.enums.get(id.index());
                let place = named.and_then(|it| it.members.iter().position(|m| *m == name));
                let missing = || {
                    let of = named.map_or("the enum", |it| it.name.as_str());
                    Mismatch::new(format!("`{of}` has no member `{name}`"))
                };
                place.map(|place| Cell::int(place as i64)).ok_or_else(missing)
            }
            (Value::List(list), Kind::Text) => match list.as_slice() {
                [source, place] => {
                    let (source, place) = (u32::from_value(source)?, u32::from_value(place)?);
                    let bits = i64::from(source) << 32 | i64::from(place);
                    match TextSource::of(bits) {
                        Some(_) => Ok(Cell::int(bits)),
                        None => Err(Mismatch::new("a text of an unknown source")),
                    }
                }
                _ => Err(value.is_no("a text")),
            },
            (value, Kind::Text) => {
                let text = String::from_value(value)?;
                let place = self.ir.texts.iter().position(|known| *known == text);
                let missing = || Mismatch::new(format!("the strategy has no text {text:?}"));
                place.map(|place| Cell::int(place as i64)).ok_or_else(missing)
            }
            (
                value,
                Kind::Int
                | Kind::Price
                | Kind::Size
                | Kind::Money
                | Kind::Ratio
                | Kind::Leverage
                | Kind::PricePerSize
                | Kind::Time
                | Kind::Duration
                | Kind::Instrument
                | Kind::Level,
            ) => i64::from_value(value).map(Cell::int),
        }
    }

    fn member(&self, id: EnumId, bits: i64) -> Value {
        let members = self.ir.enums.get(id.index()).map(|it| &it.members);
        let name = usize::try_from(bits).ok().and_then(|at| members?.get(at));
        name.map_or(Value::None, |name| Value::Text(Cow::Owned(name.clone())))
    }

    /// A text of the program as itself, one of an instrument as its source and place.
    fn text(&self, bits: i64) -> Value {
        match TextSource::of(bits) {
            Some((TextSource::Program, place)) => {
                let text = self.ir.texts.get(place as usize);
                text.map_or(Value::None, |text| Value::Text(Cow::Owned(text.clone())))
            }
            Some((
                TextSource::Question
                | TextSource::Outcome
                | TextSource::Symbol
                | TextSource::Reject,
                place,
            )) => Value::List(vec![(bits >> 32).to_value(), place.to_value()]),
            None => Value::None,
        }
    }
}
