//! Parameter values: defaults, assignments such as `fast=21`, ranges and constraints.
//!
//! Enter at [`ParamValues::defaults`], then [`ParamValues::assign`] for each assignment, then
//! [`ParamValues::check`].

mod error;
mod parse;

pub use error::ParamError;

use crate::interp::fold::Folded;
use crate::ir::{Cell, Ir, Kind, Param, ParamId, Ty, show};

/// One value per parameter of a program, in the order of its declaration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParamValues {
    cells: Vec<Cell>,
}

impl ParamValues {
    /// The defaults of a program.
    pub fn defaults(ir: &Ir) -> Self {
        Self { cells: ir.params.iter().map(|param| param.default).collect() }
    }

    /// The defaults with assignments such as `fast=21` over them, checked.
    ///
    /// # Errors
    /// Those of [`ParamValues::assign`] and [`ParamValues::check`].
    pub fn from_assignments<T: AsRef<str>>(ir: &Ir, assignments: &[T]) -> Result<Self, ParamError> {
        let mut values = Self::defaults(ir);
        for assignment in assignments {
            values.assign(ir, assignment.as_ref())?;
        }
        values.check(ir)?;
        Ok(values)
    }

    /// The values, by [`ParamId`].
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// One value; absent for a parameter that the program does not have.
    pub fn get(&self, id: ParamId) -> Cell {
        self.cells.get(id.index()).copied().unwrap_or(Cell::NONE)
    }

    /// Sets one value, unchecked; sweeps do this from the declared range.
    pub fn set(&mut self, id: ParamId, value: Cell) {
        if let Some(cell) = self.cells.get_mut(id.index()) {
            *cell = value;
        }
    }

    /// Takes `name=value`, the value written as in a strategy: `48h`, `0.95`, `1%`, `150bps`,
    /// `0.25x`, `500 usd`, `100 shares`, `true`, the member of an enum.
    ///
    /// # Errors
    /// An unknown name, a value of another type, or a value outside the declared range.
    pub fn assign(&mut self, ir: &Ir, assignment: &str) -> Result<(), ParamError> {
        let Some((name, text)) = assignment.split_once('=') else {
            return Err(ParamError::NoValue { text: assignment.to_owned() });
        };
        let (name, text) = (name.trim(), text.trim());
        let found = ir.params.iter().position(|param| param.name == name);
        let Some((at, param)) = found.and_then(|at| ir.params.get(at).map(|param| (at, param)))
        else {
            return Err(ParamError::Unknown {
                name: name.to_owned(),
                known: ir.params.iter().map(|param| param.name.clone()).collect(),
            });
        };
        let value =
            parse::value(ir, param.ty.kind, text).map_err(|expected| ParamError::Malformed {
                name: name.to_owned(),
                kind: show::kind_name(ir, param.ty.kind),
                text: text.to_owned(),
                expected,
            })?;
        in_range(ir, param, value)?;
        self.set(ParamId(at as u32), value);
        Ok(())
    }

    /// Checks every value against its range, then the constraints.
    ///
    /// # Errors
    /// The first value outside its range, or the first constraint that does not hold.
    pub fn check(&self, ir: &Ir) -> Result<(), ParamError> {
        if self.cells.len() != ir.params.len() {
            return Err(ParamError::Count { expected: ir.params.len(), found: self.cells.len() });
        }
        for (param, value) in ir.params.iter().zip(&self.cells) {
            in_range(ir, param, *value)?;
        }
        if ir.constraints.is_empty() {
            return Ok(());
        }
        let folded = Folded::new(ir, &self.cells);
        for (constraint, text) in &ir.constraints {
            let holds = folded.value(*constraint).map_err(|fault| ParamError::Fault {
                what: format!("the constraint `{text}`"),
                kind: fault.kind,
            })?;
            if holds.bits == 0 {
                return Err(ParamError::Constraint { text: text.clone(), values: self.shown(ir) });
            }
        }
        Ok(())
    }

    /// Names and values as a person would write them.
    pub fn shown(&self, ir: &Ir) -> Vec<(String, String)> {
        ir.params
            .iter()
            .zip(&self.cells)
            .map(|(param, value)| (param.name.clone(), shown(ir, param, *value)))
            .collect()
    }
}

/// A value of a parameter as a person would write it.
pub fn shown(ir: &Ir, param: &Param, value: Cell) -> String {
    show::value(ir, value, param.ty, param.unit)
}

fn in_range(ir: &Ir, param: &Param, value: Cell) -> Result<(), ParamError> {
    if !value.some || (param.ty.kind == Kind::Real && !value.as_real().is_finite()) {
        return Err(ParamError::Malformed {
            name: param.name.clone(),
            kind: show::kind_name(ir, param.ty.kind),
            text: show::value(ir, value, param.ty, None),
            expected: "a value".into(),
        });
    }
    let Some(range) = param.range else { return Ok(()) };
    let Ty { kind, .. } = param.ty;
    let inside = if kind == Kind::Real {
        range.low.as_real() <= value.as_real() && value.as_real() <= range.high.as_real()
    } else {
        range.low.bits <= value.bits && value.bits <= range.high.bits
    };
    if inside {
        return Ok(());
    }
    Err(ParamError::OutOfRange {
        name: param.name.clone(),
        value: shown(ir, param, value),
        low: shown(ir, param, range.low),
        high: shown(ir, param, range.high),
    })
}

#[cfg(test)]
mod tests;
