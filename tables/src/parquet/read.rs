//! Parquet to table.

use std::io::{Cursor, Read};

use polars_arrow::array::{Array, BooleanArray, PrimitiveArray, Utf8ViewArray};
use polars_arrow::datatypes::{ArrowDataType, Field, TimeUnit};
use polars_arrow::types::NativeType;
use polars_parquet::parquet::compression::Compression;
use polars_parquet::parquet::page::CompressedPage;
use polars_parquet::read::schema::parquet_to_arrow_schema;
use polars_parquet::read::{
    BasicDecompressor, ColumnChunkMetadata, FileMetadata, PageReader, ParquetType,
    RowGroupMetadata, column_iter_to_arrays, get_page_iterator, read_metadata,
};

use crate::error::Error;
use crate::parquet::{DECIMAL_SCALE, NAME_KEY, footer, guarded};
use crate::table::{Column, Kind, Table, Values};

/// Rows of a table that is read at once: 2 GiB a column.
const ROWS_MAX: u64 = 1 << 27;
/// Cells of a table that is read at once: 8 GiB of numbers.
const CELLS_MAX: u64 = 1 << 29;
/// Bytes of text of a table that is read at once. A few bytes of a file can stand for one long text
/// in millions of rows.
const TEXT_BYTES_MAX: usize = 1 << 31;
/// Bytes of a page after decompression. Writers aim at 1 MiB.
const PAGE_BYTES_MAX: usize = 1 << 28;

/// Reads a Parquet file as a table.
///
/// Besides what [`write_parquet`](crate::write_parquet) writes, this takes files of other writers
/// with integers of any width, floats, text, times of any unit with a time zone, and decimals,
/// uncompressed or compressed with Snappy, as long as every value can be held exactly.
///
/// # Errors
/// [`Error::Io`] from the reader; [`Error::Corrupt`], [`Error::UnsupportedColumn`],
/// [`Error::UnsupportedCompression`], [`Error::OutOfRange`], [`Error::TooManyRows`] and [`Error::TooMuchText`] for what the file holds; what [`Table::rows`]
/// says of the table in it.
pub fn read_parquet(mut from: impl Read) -> Result<Table, Error> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes).map_err(Error::io("reading Parquet"))?;
    footer::check(&bytes)?;
    guarded(move || read_bytes(bytes), |reason| Error::Corrupt { reason })
}

fn read_bytes(bytes: Vec<u8>) -> Result<Table, Error> {
    let metadata = read_metadata(&mut Cursor::new(&bytes)).map_err(corrupt)?;
    let groups = metadata.row_groups.iter().map(RowGroupMetadata::num_rows);
    let rows = check_rows(groups, metadata.schema().fields().len())?;
    let file = Cursor::new(bytes.into());
    let mut text_left = TEXT_BYTES_MAX;
    let mut columns = Vec::new();
    for (index, parquet) in metadata.schema().fields().iter().enumerate() {
        let (field, kind) = column_kind(parquet)?;
        let mut column = Column::new(field.name.as_str(), Values::empty(kind));
        for group in &metadata.row_groups {
            let Some(chunk) = group.parquet_columns().get(index) else {
                return Err(corrupt("a row group lacks a column"));
            };
            check_compression(chunk, &column.name)?;
            let pages = || get_page_iterator(chunk, file.clone(), Vec::new(), PAGE_BYTES_MAX);
            check_pages(pages().map_err(corrupt)?, chunk, group.num_rows())?;
            let decompressed = BasicDecompressor::new(pages().map_err(corrupt)?, Vec::new());
            let primitive = &chunk.descriptor().descriptor.primitive_type;
            let (arrays, _) =
                column_iter_to_arrays(vec![decompressed], vec![primitive], field.clone(), None)
                    .map_err(corrupt)?;
            for array in arrays {
                append(&mut column, array.as_ref(), &mut text_left)?;
            }
        }
        if column.values.len() as u64 != rows {
            return Err(corrupt("its columns differ in length"));
        }
        columns.push(column);
    }
    let table = Table { name: table_name(&metadata), columns };
    table.rows()?;
    Ok(table)
}

#[expect(clippy::needless_pass_by_value, reason = "takes what `map_err` gives")]
fn corrupt(reason: impl ToString) -> Error {
    Error::Corrupt { reason: reason.to_string() }
}

/// The rows of all row groups together, before anything is allocated for them.
fn check_rows(groups: impl Iterator<Item = usize>, columns: usize) -> Result<u64, Error> {
    let limit = ROWS_MAX.min(CELLS_MAX / (columns as u64).max(1));
    let rows = groups.fold(0_u64, |sum, rows| sum.saturating_add(rows as u64));
    if rows > limit { Err(Error::TooManyRows { rows, limit }) } else { Ok(rows) }
}

fn table_name(metadata: &FileMetadata) -> String {
    let pairs = metadata.key_value_metadata().iter().flatten();
    let mut names = pairs.filter(|pair| pair.key == NAME_KEY);
    names.next().and_then(|pair| pair.value.clone()).unwrap_or_default()
}

/// Checks that the column can be decompressed with what is built in.
fn check_compression(chunk: &ColumnChunkMetadata, column: &str) -> Result<(), Error> {
    if matches!(chunk.compression(), Compression::Uncompressed | Compression::Snappy) {
        return Ok(());
    }
    let codec = format!("{:?}", chunk.compression());
    Err(Error::UnsupportedCompression { column: column.to_string(), codec })
}

/// Checks that the pages of a column have as many values as the row group has rows, and a size
/// that a machine can hold.
fn check_pages(pages: PageReader, chunk: &ColumnChunkMetadata, rows: usize) -> Result<(), Error> {
    if usize::try_from(chunk.num_values()) != Ok(rows) {
        return Err(corrupt("a column has more or fewer values than its row group has rows"));
    }
    let mut values = 0;
    for page in pages {
        match page.map_err(corrupt)? {
            CompressedPage::Data(page) => {
                values += page.num_values();
                if page.uncompressed_size() > PAGE_BYTES_MAX {
                    return Err(corrupt("a page is larger than 256 MiB"));
                }
            }
            CompressedPage::Dict(_) => {}
        }
    }
    if values == rows { Ok(()) } else { Err(corrupt("a page has too many or too few values")) }
}

/// What polars reads a column as, and the kind it becomes.
///
/// The types come from Parquet's own schema, not from the copy of an Arrow schema that a writer
/// may have left in the metadata and that need not agree with it.
fn column_kind(parquet: &ParquetType) -> Result<(Field, Kind), Error> {
    let unsupported = |found: String, help| Error::UnsupportedColumn {
        column: parquet.name().to_string(),
        found,
        help,
    };
    let nested = "flatten it into columns of single values";
    if !matches!(parquet, ParquetType::PrimitiveType(_)) {
        return Err(unsupported("nested values".to_string(), nested));
    }
    let schema = parquet_to_arrow_schema(std::slice::from_ref(parquet));
    let Some(field) = schema.iter_values().next() else {
        return Err(unsupported("nothing".to_string(), nested));
    };
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "Arrow has dozens of types beyond a table's"
    )]
    let kind = match &field.dtype {
        ArrowDataType::Int8
        | ArrowDataType::Int16
        | ArrowDataType::Int32
        | ArrowDataType::Int64
        | ArrowDataType::UInt8
        | ArrowDataType::UInt16
        | ArrowDataType::UInt32
        | ArrowDataType::UInt64 => Kind::Int,
        ArrowDataType::Float32 | ArrowDataType::Float64 => Kind::Real,
        ArrowDataType::Utf8View => Kind::Text,
        ArrowDataType::Boolean => Kind::Bool,
        ArrowDataType::Timestamp(_, Some(_)) => Kind::Time,
        ArrowDataType::Decimal(_, _) => Kind::Decimal,
        ArrowDataType::Timestamp(_, None) => {
            let found = "times without a time zone".to_string();
            return Err(unsupported(found, "write it as times in UTC"));
        }
        ArrowDataType::LargeList(_) => return Err(unsupported("lists".to_string(), nested)),
        other => {
            let help = "write it as numbers, text, truth values, decimals or times in UTC";
            return Err(unsupported(format!("values of the Arrow type {other:?}"), help));
        }
    };
    Ok((field.clone(), kind))
}

/// Why the cells of an array were not taken.
enum Misfit {
    /// The value in that row of the array, counted from 0, does not fit.
    Row(usize),
    /// The array has another type than its schema said.
    Type,
    /// The texts of the table have become too long.
    Text,
}

/// Appends the cells of an array to a column of the kind that [`column_kind`] gave.
fn append(column: &mut Column, array: &dyn Array, text_left: &mut usize) -> Result<(), Error> {
    let before = column.values.len();
    let appended = match &mut column.values {
        Values::Int(cells) => append_ints(cells, array),
        Values::Real(cells) => append_reals(cells, array),
        Values::Time(cells) => append_times(cells, array),
        Values::Decimal(cells) => append_decimals(cells, array),
        Values::Text(cells) => append_texts(cells, array, text_left),
        Values::Bool(cells) => {
            downcast::<BooleanArray>(array).map(|flags| cells.extend(flags.iter()))
        }
    };
    appended.map_err(|misfit| match misfit {
        Misfit::Type => corrupt("its schema and its columns differ"),
        Misfit::Text => Error::TooMuchText { limit: TEXT_BYTES_MAX },
        Misfit::Row(row) => Error::OutOfRange {
            column: column.name.clone(),
            row: before + row + 1,
            kind: column.values.kind(),
            help: match column.values.kind() {
                Kind::Time => "nanoseconds in 64 bits reach from 1677 to 2262",
                Kind::Decimal => {
                    "nine decimals and up to 9223372036 either way can be held exactly"
                }
                Kind::Int | Kind::Real | Kind::Text | Kind::Bool => {
                    "write it as signed 64-bit numbers or as text"
                }
            },
        },
    })
}

fn append_ints(cells: &mut Vec<Option<i64>>, array: &dyn Array) -> Result<(), Misfit> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "the other types are not of this kind")]
    match array.dtype() {
        ArrowDataType::Int8 => extend(cells, array, |v: i8| Some(i64::from(v))),
        ArrowDataType::Int16 => extend(cells, array, |v: i16| Some(i64::from(v))),
        ArrowDataType::Int32 => extend(cells, array, |v: i32| Some(i64::from(v))),
        ArrowDataType::Int64 => extend(cells, array, Some),
        ArrowDataType::UInt8 => extend(cells, array, |v: u8| Some(i64::from(v))),
        ArrowDataType::UInt16 => extend(cells, array, |v: u16| Some(i64::from(v))),
        ArrowDataType::UInt32 => extend(cells, array, |v: u32| Some(i64::from(v))),
        ArrowDataType::UInt64 => extend(cells, array, |v: u64| i64::try_from(v).ok()),
        _ => Err(Misfit::Type),
    }
}

fn append_reals(cells: &mut Vec<Option<f64>>, array: &dyn Array) -> Result<(), Misfit> {
    if matches!(array.dtype(), ArrowDataType::Float32) {
        extend(cells, array, |v: f32| Some(f64::from(v)))
    } else {
        extend(cells, array, Some)
    }
}

fn append_times(cells: &mut Vec<Option<i64>>, array: &dyn Array) -> Result<(), Misfit> {
    let ArrowDataType::Timestamp(unit, _) = array.dtype() else {
        return Err(Misfit::Type);
    };
    let ns = match unit {
        TimeUnit::Second => 1_000_000_000,
        TimeUnit::Millisecond => 1_000_000,
        TimeUnit::Microsecond => 1_000,
        TimeUnit::Nanosecond => 1,
    };
    extend(cells, array, |v: i64| v.checked_mul(ns))
}

/// Brings decimals of any scale to nine digits after the point, where nothing is lost by it.
fn append_decimals(cells: &mut Vec<Option<i64>>, array: &dyn Array) -> Result<(), Misfit> {
    let ArrowDataType::Decimal(_, scale) = array.dtype() else {
        return Err(Misfit::Type);
    };
    let power = |digits: usize| u32::try_from(digits).ok().and_then(|d| 10_i128.checked_pow(d));
    let (factor, divisor) = if *scale <= DECIMAL_SCALE {
        (power(DECIMAL_SCALE - scale), Some(1))
    } else {
        (Some(1), power(scale - DECIMAL_SCALE))
    };
    let (Some(factor), Some(divisor)) = (factor, divisor) else {
        return Err(Misfit::Type);
    };
    extend(cells, array, |v: i128| {
        let units = v.checked_mul(factor)?;
        if units % divisor == 0 { i64::try_from(units / divisor).ok() } else { None }
    })
}

fn append_texts(
    cells: &mut Vec<Option<String>>,
    array: &dyn Array,
    text_left: &mut usize,
) -> Result<(), Misfit> {
    for text in downcast::<Utf8ViewArray>(array)? {
        let bytes = text.map_or(0, str::len);
        *text_left = text_left.checked_sub(bytes).ok_or(Misfit::Text)?;
        cells.push(text.map(str::to_string));
    }
    Ok(())
}

fn extend<T: NativeType, U>(
    cells: &mut Vec<Option<U>>,
    array: &dyn Array,
    convert: impl Fn(T) -> Option<U>,
) -> Result<(), Misfit> {
    for (row, value) in downcast::<PrimitiveArray<T>>(array)?.iter().enumerate() {
        cells.push(match value {
            Some(value) => Some(convert(*value).ok_or(Misfit::Row(row))?),
            None => None,
        });
    }
    Ok(())
}

fn downcast<T: 'static>(array: &dyn Array) -> Result<&T, Misfit> {
    array.as_any().downcast_ref::<T>().ok_or(Misfit::Type)
}

#[cfg(test)]
mod tests {
    use polars_arrow::array::Utf8ViewArray;

    use super::{CELLS_MAX, Misfit, ROWS_MAX, append_texts, check_rows};
    use crate::Error;

    #[test]
    fn rows_and_cells_are_limited() {
        for (groups, columns, limit) in [
            (vec![], 0, None),
            (vec![ROWS_MAX as usize - 1, 1], 4, None),
            (vec![ROWS_MAX as usize, 1], 4, Some(ROWS_MAX)),
            (vec![1 << 20], 512, None),
            (vec![1 << 20, 1], 512, Some(CELLS_MAX / 512)),
            (vec![usize::MAX, usize::MAX], 1, Some(ROWS_MAX)),
        ] {
            let refused = match check_rows(groups.iter().copied(), columns) {
                Err(Error::TooManyRows { limit, .. }) => Some(limit),
                Err(other) => panic!("{other}"),
                Ok(rows) => {
                    assert_eq!(rows, groups.iter().sum::<usize>() as u64);
                    None
                }
            };
            assert_eq!(refused, limit, "{groups:?} rows of {columns} columns");
        }
    }

    #[test]
    fn text_is_limited() {
        let texts = Utf8ViewArray::from_slice([Some("four"), None, Some("five!")]);
        for (room, left) in [(9, Some(0)), (10, Some(1)), (8, None), (0, None)] {
            let (mut cells, mut text_left) = (Vec::new(), room);
            match append_texts(&mut cells, &texts, &mut text_left) {
                Ok(()) => assert_eq!((Some(text_left), cells.len()), (left, 3), "room {room}"),
                Err(misfit) => {
                    assert!(matches!(misfit, Misfit::Text) && left.is_none(), "room {room}");
                }
            }
        }
    }
}
