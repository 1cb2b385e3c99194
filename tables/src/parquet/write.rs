//! Table to Parquet.

use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

use polars_arrow::array::{
    Array, BooleanArray, Float64Array, Int64Array, Int128Array, Utf8ViewArray,
};
use polars_arrow::datatypes::{ArrowDataType, ArrowSchema, Field, TimeUnit};
use polars_arrow::record_batch::RecordBatchT;
use polars_parquet::write::{
    CompressionOptions, Encoding, FileWriter, KeyValue, StatisticsOptions, Version, WriteOptions,
    row_group_iter, schema_to_metadata_key,
};

use crate::error::Error;
use crate::parquet::{DECIMAL_PRECISION, DECIMAL_SCALE, NAME_KEY, UTC, guarded};
use crate::table::{Column, Kind, Table, Values};

/// Rows of a row group: what polars itself takes.
const GROUP_ROWS: usize = 512 * 512;
/// Bytes of text in a row group, beyond which it ends early: a page stays far below the 2 GiB its
/// header can say.
const GROUP_TEXT_BYTES: usize = 1 << 27;
/// Bytes of text in one cell.
const TEXT_BYTES_MAX: usize = 1 << 20;

/// Writes a table as Parquet: Snappy-compressed pages, statistics, every column optional.
///
/// The same table gives the same bytes.
///
/// # Errors
/// What [`Table::rows`] says, [`Error::LongText`], [`Error::Encode`], and [`Error::Io`] from the
/// writer.
pub fn write_parquet(table: &Table, out: impl Write) -> Result<(), Error> {
    let rows = table.rows()?;
    let groups = row_groups(table, rows)?;
    guarded(move || write_groups(table, groups, out), |reason| Error::Encode { reason })
}

fn write_groups(table: &Table, groups: Vec<Range<usize>>, out: impl Write) -> Result<(), Error> {
    let options = WriteOptions {
        statistics: StatisticsOptions::default(),
        version: Version::V1,
        compression: CompressionOptions::Snappy,
        data_page_size: None,
    };
    let schema: ArrowSchema =
        table.columns.iter().map(field).map(|f| (f.name.clone(), f)).collect();
    let shared = Arc::new(schema.clone());
    let hint = schema_hint(&schema);
    let encodings: Vec<Vec<Encoding>> =
        table.columns.iter().map(|column| vec![encoding(column.values.kind())]).collect();
    let mut out = Remembering { out, failure: None };
    let written = (|| {
        let mut writer = FileWriter::try_new(&mut out, schema, options)?;
        let fields = writer.parquet_schema().fields().to_vec();
        for group in groups {
            let rows = group.len();
            let arrays = table.columns.iter().map(|c| array(&c.values, group.clone())).collect();
            let batch = RecordBatchT::try_new(rows, Arc::clone(&shared), arrays)?;
            let pages = row_group_iter(batch, encodings.clone().into(), fields.clone(), options);
            writer.write(rows as u64, pages)?;
        }
        let name = KeyValue { key: NAME_KEY.to_string(), value: Some(table.name.clone()) };
        let metadata = vec![schema_to_metadata_key(&hint), name];
        writer.end(Some(metadata))
    })();
    match (out.failure.take(), written) {
        (Some(failure), _) => Err(Error::io("writing Parquet")(failure)),
        (None, Err(error)) => Err(Error::Encode { reason: error.to_string() }),
        (None, Ok(_)) => out.out.flush().map_err(Error::io("writing Parquet")),
    }
}

/// The schema as other Arrow readers are told it: with plain texts, because the text views that
/// polars works with are newer than many of them.
fn schema_hint(schema: &ArrowSchema) -> ArrowSchema {
    let mut hint = schema.clone();
    for field in hint.iter_values_mut() {
        if field.dtype == ArrowDataType::Utf8View {
            field.dtype = ArrowDataType::LargeUtf8;
        }
    }
    hint
}

/// A writer that keeps its error, which polars would turn into text.
struct Remembering<W> {
    out: W,
    failure: Option<std::io::Error>,
}

impl<W: Write> Remembering<W> {
    fn keep<T>(&mut self, result: std::io::Result<T>) -> std::io::Result<T> {
        result.map_err(|error| {
            let kind = error.kind();
            if kind != std::io::ErrorKind::Interrupted {
                self.failure = Some(error);
            }
            kind.into()
        })
    }
}

impl<W: Write> Write for Remembering<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let result = self.out.write(bytes);
        self.keep(result)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let result = self.out.flush();
        self.keep(result)
    }
}

/// Cuts the rows into row groups by number and by bytes of text.
fn row_groups(table: &Table, rows: usize) -> Result<Vec<Range<usize>>, Error> {
    let texts: Vec<(&Column, &[Option<String>])> = table
        .columns
        .iter()
        .filter_map(|column| match &column.values {
            Values::Text(cells) => Some((column, cells.as_slice())),
            Values::Int(_)
            | Values::Real(_)
            | Values::Time(_)
            | Values::Bool(_)
            | Values::Decimal(_) => None,
        })
        .collect();
    let mut groups = Vec::new();
    let (mut start, mut bytes) = (0, 0);
    for row in 0..rows {
        let mut width = 0;
        for (column, cells) in &texts {
            let length = cells.get(row).and_then(Option::as_ref).map_or(0, String::len);
            if length > TEXT_BYTES_MAX {
                return Err(Error::LongText {
                    column: column.name.clone(),
                    row: row + 1,
                    bytes: length,
                    limit: TEXT_BYTES_MAX,
                });
            }
            width += length;
        }
        if row > start && (row - start == GROUP_ROWS || bytes + width > GROUP_TEXT_BYTES) {
            groups.push(start..row);
            (start, bytes) = (row, 0);
        }
        bytes += width;
    }
    if rows > start {
        groups.push(start..rows);
    }
    Ok(groups)
}

/// Every column is optional, so that files of one kind have one schema whether a value is missing
/// or not.
fn field(column: &Column) -> Field {
    Field::new(column.name.as_str().into(), data_type(column.values.kind()), true)
}

fn data_type(kind: Kind) -> ArrowDataType {
    match kind {
        Kind::Int => ArrowDataType::Int64,
        Kind::Real => ArrowDataType::Float64,
        Kind::Text => ArrowDataType::Utf8View,
        Kind::Time => ArrowDataType::Timestamp(TimeUnit::Nanosecond, Some(UTC.into())),
        Kind::Bool => ArrowDataType::Boolean,
        Kind::Decimal => ArrowDataType::Decimal(DECIMAL_PRECISION, DECIMAL_SCALE),
    }
}

/// Times mostly grow by small steps, whole numbers and texts mostly repeat (polars falls back to
/// plain where they do not), and the rest has no better encoding than plain.
fn encoding(kind: Kind) -> Encoding {
    match kind {
        Kind::Time => Encoding::DeltaBinaryPacked,
        Kind::Int | Kind::Text => Encoding::RleDictionary,
        Kind::Real | Kind::Bool | Kind::Decimal => Encoding::Plain,
    }
}

fn array(values: &Values, rows: Range<usize>) -> Box<dyn Array> {
    let to = data_type(values.kind());
    match values {
        Values::Int(cells) => Box::new(Int64Array::from(slice(cells, rows))),
        Values::Time(cells) => Box::new(Int64Array::from(slice(cells, rows)).to(to)),
        Values::Real(cells) => Box::new(Float64Array::from(slice(cells, rows))),
        Values::Text(cells) => Box::new(Utf8ViewArray::from_slice(slice(cells, rows))),
        Values::Bool(cells) => Box::new(BooleanArray::from(slice(cells, rows))),
        Values::Decimal(cells) => {
            let wide: Vec<Option<i128>> =
                slice(cells, rows).iter().map(|cell| cell.map(i128::from)).collect();
            Box::new(Int128Array::from(wide).to(to))
        }
    }
}

fn slice<T>(cells: &[T], rows: Range<usize>) -> &[T] {
    cells.get(rows).unwrap_or_default()
}
