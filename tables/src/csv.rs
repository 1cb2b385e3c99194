//! Tables as CSV text.
//!
//! RFC 4180 with `\n` line ends: a header, then one line per row. A missing value is an empty
//! field, an empty text is `""`, and text is quoted where a comma, a quote or a line break asks
//! for it. Numbers read back to the same bits; see `decimal` and `instant` for the other kinds.

mod decimal;
mod instant;

use std::io::Write;

use crate::csv::decimal::write_decimal;
use crate::csv::instant::{Precision, write_instant};
use crate::error::Error;
use crate::table::{Table, Values};

/// Bytes gathered before they go to the writer.
const FLUSH_BYTES: usize = 1 << 16;

/// Writes a table as CSV.
///
/// In a table of one column a missing value is written as `""`, because an empty line would be
/// skipped by most readers. The fraction of a second is as long as the column needs and the same in all
/// its rows (0, 3, 6 or 9 digits), so that a reader who learns the format from the first row is
/// right about the others.
///
/// # Errors
/// What [`Table::rows`] says, and [`Error::Io`] from the writer.
pub fn write_csv(table: &Table, mut out: impl Write) -> Result<(), Error> {
    let rows = table.rows()?;
    let mut line = String::with_capacity(FLUSH_BYTES + 1024);
    for (index, column) in table.columns.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        push_text(&mut line, &column.name);
    }
    line.push('\n');
    let cells: Vec<Cells<'_>> =
        table.columns.iter().map(|column| Cells::of(&column.values)).collect();
    for row in 0..rows {
        for (index, column) in cells.iter().enumerate() {
            if index > 0 {
                line.push(',');
            }
            let written = column.push(row, &mut line);
            if !written && cells.len() == 1 {
                line.push_str("\"\"");
            }
        }
        line.push('\n');
        if line.len() >= FLUSH_BYTES {
            out.write_all(line.as_bytes()).map_err(Error::io("writing CSV"))?;
            line.clear();
        }
    }
    out.write_all(line.as_bytes()).map_err(Error::io("writing CSV"))?;
    out.flush().map_err(Error::io("writing CSV"))
}

/// A column with what its text form depends on.
enum Cells<'a> {
    Int(&'a [Option<i64>]),
    Real(&'a [Option<f64>]),
    Text(&'a [Option<String>]),
    Time(&'a [Option<i64>], Precision),
    Bool(&'a [Option<bool>]),
    Decimal(&'a [Option<i64>]),
}

impl<'a> Cells<'a> {
    fn of(values: &'a Values) -> Self {
        match values {
            Values::Int(cells) => Self::Int(cells),
            Values::Real(cells) => Self::Real(cells),
            Values::Text(cells) => Self::Text(cells),
            Values::Time(cells) => Self::Time(cells, Precision::of(cells)),
            Values::Bool(cells) => Self::Bool(cells),
            Values::Decimal(cells) => Self::Decimal(cells),
        }
    }

    /// Appends the cell of that row and says whether there was one.
    fn push(&self, row: usize, line: &mut String) -> bool {
        match self {
            Self::Int(cells) => cell(cells, row).map(|value| push_display(line, value)),
            // The `Debug` form of a float is the shortest that reads back to the same bits, and
            // takes an exponent where `Display` would write hundreds of zeros.
            Self::Real(cells) => {
                cell(cells, row).map(|value| push_display(line, &format_args!("{value:?}")))
            }
            Self::Text(cells) => cell(cells, row).map(|text| push_text(line, text)),
            Self::Time(cells, precision) => {
                cell(cells, row).map(|ns| write_instant(line, *ns, *precision))
            }
            Self::Bool(cells) => cell(cells, row).map(|value| push_display(line, value)),
            Self::Decimal(cells) => cell(cells, row).map(|value| write_decimal(line, *value)),
        }
        .is_some()
    }
}

fn cell<T>(cells: &[Option<T>], row: usize) -> Option<&T> {
    cells.get(row).and_then(Option::as_ref)
}

fn push_display(line: &mut String, value: &dyn std::fmt::Display) {
    use std::fmt::Write as _;
    // Writing to a `String` cannot fail.
    let _ = write!(line, "{value}");
}

fn push_text(line: &mut String, text: &str) {
    if !text.is_empty() && !text.contains([',', '"', '\n', '\r']) {
        line.push_str(text);
        return;
    }
    line.push('"');
    for (index, piece) in text.split('"').enumerate() {
        if index > 0 {
            line.push_str("\"\"");
        }
        line.push_str(piece);
    }
    line.push('"');
}
