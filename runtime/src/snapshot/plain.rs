//! From types to values and back.

use std::collections::{BTreeSet, VecDeque};

use super::{Mismatch, Value};
use crate::instrument::InstrumentId;
use crate::leverage::Leverage;
use crate::manifest::{ClockId, HandlerId, ReasonId, TimerId};
use crate::money::Money;
use crate::price::Price;
use crate::quantity::Quantity;
use crate::ratio::Ratio;
use crate::slot::SlotId;
use crate::time::{Duration, Time};

/// A type that is nothing but its value.
pub trait Plain: Sized {
    /// Its value.
    fn to_value(&self) -> Value;

    /// What has this value.
    ///
    /// # Errors
    /// A value of another form.
    fn from_value(value: &Value) -> Result<Self, Mismatch>;
}

/// A type of which a part is given by how it was made, and the rest is remembered.
pub trait Keep {
    /// What it remembers.
    fn save(&self) -> Value;

    /// Remembers this instead. On an error it may have taken over a part.
    ///
    /// # Errors
    /// A value of another form, or one that does not fit how this was made.
    fn load(&mut self, value: &Value) -> Result<(), Mismatch>;
}

impl<T: Plain> Keep for T {
    fn save(&self) -> Value {
        self.to_value()
    }

    fn load(&mut self, value: &Value) -> Result<(), Mismatch> {
        *self = T::from_value(value)?;
        Ok(())
    }
}

/// A record of all fields of a struct.
#[macro_export]
macro_rules! plain {
    ($type:ty { $($field:ident),+ $(,)? }) => {
        impl $crate::snapshot::Plain for $type {
            fn to_value(&self) -> $crate::snapshot::Value {
                let Self { $($field),+ } = self;
                $crate::snapshot::Value::Record(vec![$(
                    $crate::snapshot::Field::part(
                        stringify!($field),
                        $crate::snapshot::Plain::to_value($field),
                    )
                ),+])
            }

            fn from_value(
                value: &$crate::snapshot::Value,
            ) -> Result<Self, $crate::snapshot::Mismatch> {
                let fields = value.as_record()?;
                Ok(Self { $(
                    $field: $crate::snapshot::load_field(fields, stringify!($field))?
                ),+ })
            }
        }
    };
}

/// A record of what a struct remembers. The fields after `fixed` come from how it was made, or last
/// no longer than a step. After `if` stands what must hold of the fields that were read.
#[macro_export]
macro_rules! kept {
    ($type:ty { $($field:ident),* $(,)? } fixed { $($fixed:ident),* $(,)? }
        $(if |$this:ident| $holds:expr)?) => {
        impl $crate::snapshot::Keep for $type {
            fn save(&self) -> $crate::snapshot::Value {
                let Self { $($field,)* $($fixed: _),* } = self;
                $crate::snapshot::Value::Record(vec![$(
                    $crate::snapshot::Field::part(
                        stringify!($field),
                        $crate::snapshot::Keep::save($field),
                    )
                ),*])
            }

            fn load(
                &mut self,
                value: &$crate::snapshot::Value,
            ) -> Result<(), $crate::snapshot::Mismatch> {
                let fields = value.as_record()?;
                $(
                    $crate::snapshot::Keep::load(
                        &mut self.$field,
                        $crate::snapshot::find(fields, stringify!($field))?,
                    )
                    .map_err(|mismatch| mismatch.within(stringify!($field)))?;
                )*
                let _ = fields;
                $(
                    let $this = &*self;
                    if !$holds {
                        return Err($crate::snapshot::Mismatch::new("its parts contradict one another"));
                    }
                )?
                Ok(())
            }
        }
    };
}

/// The members of an enum by name, with their parts in order.
#[macro_export]
macro_rules! choice {
    ($type:ident { $(
        $variant:ident $(($($part:ident),+))? $({$($named:ident),+})?
    ),+ $(,)? }) => {
        impl $crate::snapshot::Plain for $type {
            fn to_value(&self) -> $crate::snapshot::Value {
                match self { $(
                    $type::$variant $(($($part),+))? $({$($named),+})? => {
                        $crate::snapshot::Value::variant(
                            stringify!($variant),
                            vec![
                                $($($crate::snapshot::Plain::to_value($part)),+)?
                                $($($crate::snapshot::Plain::to_value($named)),+)?
                            ],
                        )
                    }
                ),+ }
            }

            fn from_value(
                value: &$crate::snapshot::Value,
            ) -> Result<Self, $crate::snapshot::Mismatch> {
                let (name, parts) = value.as_variant()?;
                let mut parts = parts.iter();
                let read = match name {
                    $(
                        stringify!($variant) => $type::$variant
                            $(($({
                                let $part = $crate::snapshot::next_part(&mut parts)?;
                                $part
                            }),+))?
                            $({$($named: $crate::snapshot::next_part(&mut parts)?),+})?,
                    )+
                    other => {
                        let what = format!("`{other}` is no {}", stringify!($type));
                        return Err($crate::snapshot::Mismatch::new(what));
                    }
                };
                match parts.next() {
                    None => Ok(read),
                    Some(more) => Err(more.is_no("the end of a choice")),
                }
            }
        }
    };
}

/// The next part of a member of a choice.
///
/// # Errors
/// There is none, or it has another form.
pub fn next_part<T: Plain>(parts: &mut std::slice::Iter<'_, Value>) -> Result<T, Mismatch> {
    let part = parts.next().ok_or_else(|| Mismatch::new("a part of a choice is missing"))?;
    T::from_value(part)
}

/// What each of several remembers.
pub fn save_each<T: Keep>(all: &[T]) -> Value {
    Value::List(all.iter().map(Keep::save).collect())
}

/// Lets each of several remember its own.
///
/// # Errors
/// Another number of them, or values that do not fit.
pub fn load_each<T: Keep>(all: &mut [T], value: &Value) -> Result<(), Mismatch> {
    let values = value.as_list()?;
    if values.len() != all.len() {
        let what = format!("there are {} of what should be {}", values.len(), all.len());
        return Err(Mismatch::new(what));
    }
    all.iter_mut().zip(values).enumerate().try_for_each(|(at, (one, value))| {
        one.load(value).map_err(|mismatch| mismatch.within(&at.to_string()))
    })
}

macro_rules! whole {
    ($($type:ty),+) => {$(
        impl Plain for $type {
            fn to_value(&self) -> Value {
                Value::Int(*self as i128)
            }

            fn from_value(value: &Value) -> Result<Self, Mismatch> {
                let Value::Int(number) = value else { return Err(value.is_no("a whole number")) };
                <$type>::try_from(*number)
                    .map_err(|_| Mismatch::new(format!("{number} is out of range")))
            }
        }
    )+};
}

whole!(u16, u32, u64, usize, i64, i128);

macro_rules! scaled {
    ($($type:ident: $to:ident $from:ident),+ $(,)?) => {$(
        impl Plain for $type {
            fn to_value(&self) -> Value {
                Value::Int(i128::from(self.$to()))
            }

            fn from_value(value: &Value) -> Result<Self, Mismatch> {
                i64::from_value(value).map($type::$from)
            }
        }
    )+};
}

scaled!(
    Price: raw from_raw,
    Quantity: raw from_raw,
    Money: raw from_raw,
    Ratio: raw from_raw,
    Leverage: raw from_raw,
    Time: nanos from_nanos,
    Duration: nanos from_nanos,
);

macro_rules! numbered {
    ($($type:ident),+) => {$(
        impl Plain for $type {
            fn to_value(&self) -> Value {
                self.0.to_value()
            }

            fn from_value(value: &Value) -> Result<Self, Mismatch> {
                Plain::from_value(value).map($type)
            }
        }
    )+};
}

numbered!(InstrumentId, SlotId, HandlerId, ReasonId, ClockId, TimerId);

impl Plain for bool {
    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        if let Value::Bool(truth) = value { Ok(*truth) } else { Err(value.is_no("a truth value")) }
    }
}

impl Plain for f64 {
    fn to_value(&self) -> Value {
        Value::Real(*self)
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let Value::Real(real) = value else { return Err(value.is_no("a real number")) };
        if real.is_finite() { Ok(*real) } else { Err(Mismatch::new("a real number is not finite")) }
    }
}

impl Plain for String {
    fn to_value(&self) -> Value {
        Value::Text(self.clone().into())
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        if let Value::Text(text) = value {
            Ok(text.clone().into_owned())
        } else {
            Err(value.is_no("a text"))
        }
    }
}

/// Absent, or a list of the one value: an option of an option stays one.
impl<T: Plain> Plain for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::None, |one| Value::List(vec![one.to_value()]))
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        if *value == Value::None {
            return Ok(None);
        }
        match value.as_list()? {
            [one] => T::from_value(one).map(Some),
            _ => Err(value.is_no("one value or none")),
        }
    }
}

macro_rules! lists {
    ($($list:ident $(: $bound:ident)?),+) => {$(
        impl<T: Plain $(+ $bound)?> Plain for $list<T> {
            fn to_value(&self) -> Value {
                Value::List(self.iter().map(Plain::to_value).collect())
            }

            fn from_value(value: &Value) -> Result<Self, Mismatch> {
                value.as_list()?.iter().map(T::from_value).collect()
            }
        }
    )+};
}

lists!(Vec, VecDeque, BTreeSet: Ord);

impl<T: Plain, const N: usize> Plain for [T; N] {
    fn to_value(&self) -> Value {
        Value::List(self.iter().map(Plain::to_value).collect())
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        let values = Vec::<T>::from_value(value)?;
        let count = values.len();
        <[T; N]>::try_from(values)
            .map_err(|_| Mismatch::new(format!("there are {count} of what should be {N}")))
    }
}

impl<A: Plain, B: Plain> Plain for (A, B) {
    fn to_value(&self) -> Value {
        Value::List(vec![self.0.to_value(), self.1.to_value()])
    }

    fn from_value(value: &Value) -> Result<Self, Mismatch> {
        match value.as_list()? {
            [a, b] => Ok((A::from_value(a)?, B::from_value(b)?)),
            _ => Err(value.is_no("a pair")),
        }
    }
}
