//! What can be wrong with parameter values.

use std::error::Error;
use std::fmt;

use strat_runtime::fault::FaultKind;

/// Why parameter values are refused. Each message names the parameter, the value and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParamError {
    /// An assignment without `=`.
    NoValue {
        /// The text.
        text: String,
    },
    /// There is no such parameter.
    Unknown {
        /// The name.
        name: String,
        /// The names that exist.
        known: Vec<String>,
    },
    /// The text is no value of the parameter's type.
    Malformed {
        /// The parameter.
        name: String,
        /// Its type.
        kind: String,
        /// The text.
        text: String,
        /// What should stand there.
        expected: String,
    },
    /// The value lies outside the declared range.
    OutOfRange {
        /// The parameter.
        name: String,
        /// The value.
        value: String,
        /// The lower end, included.
        low: String,
        /// The upper end, included.
        high: String,
    },
    /// A constraint does not hold.
    Constraint {
        /// Its text.
        text: String,
        /// All values.
        values: Vec<(String, String)>,
    },
    /// The number of values is not that of the parameters.
    Count {
        /// Parameters.
        expected: usize,
        /// Values.
        found: usize,
    },
    /// A setting of a library function is out of its range for these values.
    Setting {
        /// The function.
        function: &'static str,
        /// The setting.
        setting: &'static str,
        /// The stream it stands in.
        stream: String,
        /// The setting's value.
        value: String,
        /// Its smallest and largest value, as `2..200`.
        range: String,
    },
    /// A length of time that must be above zero is not.
    NotPositive {
        /// Which one.
        what: String,
        /// Its value.
        value: String,
    },
    /// An expression over parameters faults.
    Fault {
        /// Which one.
        what: String,
        /// How.
        kind: FaultKind,
    },
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParamError::NoValue { text } => {
                write!(f, "`{text}` sets nothing; write name=value, as in fast=21")
            }
            ParamError::Unknown { name, known } if known.is_empty() => {
                write!(f, "there is no parameter `{name}`; the strategy has none")
            }
            ParamError::Unknown { name, known } => {
                write!(f, "there is no parameter `{name}`; the strategy has {}", quoted(known))
            }
            ParamError::Malformed { name, kind, text, expected } => {
                write!(f, "parameter `{name}` is a {kind} and cannot be `{text}`; write {expected}")
            }
            ParamError::OutOfRange { name, value, low, high } => write!(
                f,
                "parameter `{name}` cannot be {value}: it must lie in {low}..{high}; choose a value \
                 inside, or widen the range in the strategy"
            ),
            ParamError::Constraint { text, values } => {
                let mentioned: Vec<String> = values
                    .iter()
                    .filter(|(name, _)| mentions(text, name))
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                write!(
                    f,
                    "the constraint `{text}` does not hold for {}; change one of these values",
                    mentioned.join(", ")
                )
            }
            ParamError::Count { expected, found } => {
                write!(f, "the strategy has {expected} parameters, but {found} values were given")
            }
            ParamError::Setting { function, setting, stream, value, range } => write!(
                f,
                "`{setting}` of `{function}` in `{stream}` cannot be {value}: it must lie in {range}; \
                 change the parameter it depends on"
            ),
            ParamError::NotPositive { what, value } => {
                write!(f, "{what} is {value}; it must be above zero")
            }
            ParamError::Fault { what, kind } => {
                write!(f, "{what} cannot be computed: {kind}; change the parameters it depends on")
            }
        }
    }
}

impl Error for ParamError {}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn mentions(text: &str, name: &str) -> bool {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == name)
}
