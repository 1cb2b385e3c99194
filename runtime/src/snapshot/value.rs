//! Named values, and what is said when one is not as it should be.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use super::Plain;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Absent.
    None,
    /// True or false.
    Bool(bool),
    /// A whole number; fixed-point numbers and times are these.
    Int(i128),
    /// A real number, bit for bit.
    Real(f64),
    /// A text, or the name of an enum's member.
    Text(Cow<'static, str>),
    /// Values in order.
    List(Vec<Value>),
    /// Values by name.
    Record(Vec<Field>),
}

/// A value with its name and its type.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// What it is called; unique among its neighbours.
    pub name: Cow<'static, str>,
    /// Its type as a strategy's text spells it; empty inside values, where the name says enough.
    pub ty: Cow<'static, str>,
    /// Its value.
    pub value: Value,
}

impl Field {
    /// A part of a value.
    pub const fn part(name: &'static str, value: Value) -> Self {
        Self { name: Cow::Borrowed(name), ty: Cow::Borrowed(""), value }
    }

    /// A field of a layout.
    pub const fn new(name: String, ty: String, value: Value) -> Self {
        Self { name: Cow::Owned(name), ty: Cow::Owned(ty), value }
    }
}

/// A value that is not what its place needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    /// The names that lead to it, outermost first, with dots between them.
    pub path: String,
    /// What is wrong.
    pub what: String,
}

impl Mismatch {
    /// A problem with the value at hand.
    pub fn new(what: impl Into<String>) -> Self {
        Self { path: String::new(), what: what.into() }
    }

    /// The same, seen from around it.
    #[must_use]
    pub fn within(mut self, name: &str) -> Self {
        if self.path.is_empty() {
            name.clone_into(&mut self.path);
        } else {
            self.path = format!("{name}.{}", self.path);
        }
        self
    }
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, what } = self;
        if path.is_empty() {
            write!(f, "the snapshot does not fit: {what}")
        } else {
            write!(f, "the snapshot does not fit at `{path}`: {what}")
        }?;
        f.write_str("; restore it with the program and the settings that made it")
    }
}

impl Error for Mismatch {}

impl Value {
    /// A text that the program knows.
    pub const fn name(text: &'static str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }

    /// A member of a choice with its parts.
    pub fn variant(name: &'static str, parts: Vec<Value>) -> Self {
        if parts.is_empty() {
            return Value::name(name);
        }
        let mut list = Vec::with_capacity(parts.len() + 1);
        list.push(Value::name(name));
        list.extend(parts);
        Value::List(list)
    }

    /// The name and the parts of a member of a choice.
    pub fn as_variant(&self) -> Result<(&str, &[Value]), Mismatch> {
        match self {
            Value::Text(name) => Ok((name, &[])),
            Value::List(list) => match list.as_slice() {
                [Value::Text(name), parts @ ..] => Ok((name, parts)),
                _ => Err(self.is_no("a choice")),
            },
            Value::None | Value::Bool(_) | Value::Int(_) | Value::Real(_) | Value::Record(_) => {
                Err(self.is_no("a choice"))
            }
        }
    }

    /// The parts of a record.
    pub fn as_record(&self) -> Result<&[Field], Mismatch> {
        if let Value::Record(fields) = self { Ok(fields) } else { Err(self.is_no("a record")) }
    }

    /// The values of a list.
    pub fn as_list(&self) -> Result<&[Value], Mismatch> {
        if let Value::List(list) = self { Ok(list) } else { Err(self.is_no("a list")) }
    }

    /// What is said where something else is needed.
    pub fn is_no(&self, needed: &str) -> Mismatch {
        let found = match self {
            Value::None => "nothing",
            Value::Bool(_) => "a truth value",
            Value::Int(_) => "a whole number",
            Value::Real(_) => "a real number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Record(_) => "a record",
        };
        Mismatch::new(format!("there is {found} where {needed} is needed"))
    }
}

/// The value of that name.
pub fn find<'a>(fields: &'a [Field], name: &str) -> Result<&'a Value, Mismatch> {
    let found = fields.iter().find(|field| field.name == name);
    found.map(|field| &field.value).ok_or_else(|| Mismatch::new("it is missing").within(name))
}

/// The value of that name, read.
pub fn load_field<T: Plain>(fields: &[Field], name: &str) -> Result<T, Mismatch> {
    T::from_value(find(fields, name)?).map_err(|mismatch| mismatch.within(name))
}
