//! Exact numbers of a row, and the grid on which its prices lie.

use strat_runtime::fixed::SCALE;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;

use super::error::{At, DataError, RowProblem};

/// The coarsest power of ten of which every price seen is a multiple.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grid(i64);

impl Grid {
    pub(crate) const COARSEST: Self = Self(SCALE);

    pub(crate) fn see(&mut self, price: Price) {
        while self.0 > 1 && price.raw() % self.0 != 0 {
            self.0 /= 10;
        }
    }

    pub(crate) fn step(self) -> Price {
        Price::from_raw(self.0)
    }

    /// The grid that holds both.
    pub(crate) fn join(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }
}

/// A price above zero.
pub(crate) fn price(
    at: At<'_>,
    field: &'static str,
    text: &str,
    grid: &mut Grid,
) -> Result<Price, DataError> {
    let text = text.trim();
    let price = Price::parse(text)
        .map_err(|cause| at.error(RowProblem::Number { field, found: text.to_owned(), cause }))?;
    if !price.is_positive() {
        return Err(at.error(RowProblem::NotPositive { field, found: text.to_owned() }));
    }
    grid.see(price);
    Ok(price)
}

/// A price between 0 and 1, both excluded.
pub(crate) fn probability(at: At<'_>, text: &str, grid: &mut Grid) -> Result<Price, DataError> {
    let found = price(at, "price", text, grid)?;
    if found >= Price::ONE {
        return Err(at.error(RowProblem::NotAProbability { found }));
    }
    Ok(found)
}

/// A size of zero or more.
pub(crate) fn size(at: At<'_>, field: &'static str, text: &str) -> Result<Quantity, DataError> {
    let text = text.trim();
    let size = Quantity::parse(text)
        .map_err(|cause| at.error(RowProblem::Number { field, found: text.to_owned(), cause }))?;
    if size.is_negative() {
        return Err(at.error(RowProblem::Negative { field, found: text.to_owned() }));
    }
    Ok(size)
}

/// A volume: a statistic, so a real number.
pub(crate) fn volume(at: At<'_>, text: &str) -> Result<f64, DataError> {
    let text = text.trim();
    let value = text.parse::<f64>().ok().filter(|v| v.is_finite() && *v >= 0.0);
    value.ok_or_else(|| at.error(RowProblem::Volume { field: "volume", found: text.to_owned() }))
}
