//! Rows of a CSV file with their line numbers, and columns by name.

use csv::{ReaderBuilder, StringRecord};

use super::detect::normalise;
use super::error::{At, DataError, RowProblem};

/// A CSV text under way.
pub(crate) struct Table<'t> {
    file: &'t str,
    reader: csv::Reader<&'t [u8]>,
    record: StringRecord,
    columns: Vec<String>,
    width: usize,
    symbol: Option<String>,
}

impl<'t> Table<'t> {
    /// Opens a text whose first row is a header.
    pub(crate) fn with_header(file: &'t str, text: &'t str) -> Result<Self, DataError> {
        let mut table = Self::without_header(file, text, 0);
        table.advance()?;
        table.columns = table.record.iter().map(normalise).collect();
        table.width = table.columns.len();
        for (index, name) in table.columns.iter().enumerate() {
            if table.columns.iter().take(index).any(|other| other == name) {
                let problem = format!("the header has two columns `{name}`; rename one of them");
                return Err(DataError::Format { file: file.to_owned(), problem });
            }
        }
        Ok(table)
    }

    /// Opens a text of rows of `width` columns.
    pub(crate) fn without_header(file: &'t str, text: &'t str, width: usize) -> Self {
        let reader =
            ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
        let (record, columns) = (StringRecord::new(), Vec::new());
        Self { file, reader, record, columns, width, symbol: None }
    }

    /// The place of the first of these columns that exists.
    pub(crate) fn column(&self, names: &[&str]) -> Option<usize> {
        names.iter().find_map(|name| self.columns.iter().position(|column| column == name))
    }

    /// The place of a column that must exist.
    pub(crate) fn required(&self, names: &[&str]) -> Result<usize, DataError> {
        self.column(names).ok_or_else(|| DataError::Format {
            file: self.file.to_owned(),
            problem: format!("the header has no column `{}`", names.first().unwrap_or(&"")),
        })
    }

    /// Whether the header is exactly this.
    pub(crate) fn header_is(&self, names: &[&str]) -> bool {
        self.columns.iter().eq(names)
    }

    /// Columns that are not among those used.
    pub(crate) fn unused(&self, used: &[Option<usize>]) -> Vec<&str> {
        let unused = |(index, _): &(usize, &String)| !used.contains(&Some(*index));
        self.columns.iter().enumerate().filter(unused).map(|(_, name)| name.as_str()).collect()
    }

    /// Goes to the next row; its line, or `None` at the end.
    pub(crate) fn next_row(&mut self) -> Result<Option<At<'t>>, DataError> {
        if !self.advance()? {
            return Ok(None);
        }
        let at = self.at();
        if self.record.len() != self.width {
            let (expected, found) = (self.width, self.record.len());
            return Err(at.error(RowProblem::Columns { expected, found }));
        }
        Ok(Some(at))
    }

    /// A field of the row; the width of the row has been checked.
    pub(crate) fn field(&self, column: usize) -> &str {
        self.record.get(column).unwrap_or_default()
    }

    /// Reads the symbol of the row, which must be that of the rows before.
    pub(crate) fn check_symbol(&mut self, at: At<'_>, column: usize) -> Result<(), DataError> {
        let found = self.record.get(column).unwrap_or_default().trim();
        match &self.symbol {
            Some(before) if before == found => Ok(()),
            Some(before) => {
                let problem = RowProblem::Symbol { found: found.into(), before: before.clone() };
                Err(at.error(problem))
            }
            None => {
                self.symbol = Some(found.to_owned());
                Ok(())
            }
        }
    }

    /// The symbol of all rows, if there is such a column.
    pub(crate) fn symbol(self) -> Option<String> {
        self.symbol.filter(|symbol| !symbol.is_empty())
    }

    fn at(&self) -> At<'t> {
        At { file: self.file, line: self.record.position().map_or(1, csv::Position::line) }
    }

    fn advance(&mut self) -> Result<bool, DataError> {
        self.reader.read_record(&mut self.record).map_err(|error| {
            let line = error.position().map_or(1, csv::Position::line);
            At { file: self.file, line }.error(RowProblem::Broken(error.to_string()))
        })
    }
}
