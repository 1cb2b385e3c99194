//! Parquet files of another writer: `tests/vectors/make.py` made them with pyarrow.

use std::path::PathBuf;

use strat_tables::{Column, Error, Table, Values, read_path};

fn read(name: &str) -> Result<Table, Error> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    read_path(&folder.join(format!("{name}.parquet")))
}

/// A first and a third row around a missing one.
fn around<T>(first: T, third: T) -> Vec<Option<T>> {
    vec![Some(first), None, Some(third)]
}

#[test]
fn every_width_of_another_writer() {
    let int = |first: i64, third: i64| Values::Int(around(first, third));
    let text =
        |first: &str, third: &str| Values::Text(around(first.to_string(), third.to_string()));
    let time = Values::Time(around(1_700_000_000_123_000_000, -1_000_000));
    let expected = Table {
        name: "widths".to_string(),
        columns: vec![
            Column::new("i8", int(-128, 127)),
            Column::new("i16", int(-32_768, 32_767)),
            Column::new("i32", int(i64::from(i32::MIN), i64::from(i32::MAX))),
            Column::new("i64", int(i64::MIN, i64::MAX)),
            Column::new("u8", int(0, 255)),
            Column::new("u16", int(0, 65_535)),
            Column::new("u32", int(0, i64::from(u32::MAX))),
            Column::new("u64", int(0, i64::MAX)),
            Column::new("f32", Values::Real(around(1.5, f64::NEG_INFINITY))),
            Column::new("f64", Values::Real(around(0.1, -0.0))),
            Column::new("text", text("käse", "")),
            Column::new("large text", text("a", "b")),
            Column::new("repeated text", text("x", "x")),
            Column::new("flag", Values::Bool(around(true, false))),
            Column::new("ms", time.clone()),
            Column::new("us", time.clone()),
            Column::new("ns", time),
            Column::new("decimal 5, 2", Values::Decimal(around(123_450_000_000, -10_000_000))),
            Column::new("decimal 18, 9", Values::Decimal(around(1, -1_000_000_000))),
            Column::new("decimal 38, 12", Values::Decimal(around(1_500_000_000, i64::MIN))),
            Column::new("required", Values::Int(vec![Some(1), Some(2), Some(3)])),
        ],
    };
    let read = read("widths").unwrap();
    for (read, expected) in read.columns.iter().zip(&expected.columns) {
        assert_eq!(read, expected);
    }
    assert_eq!(read, expected);
}

#[test]
fn pages_of_the_second_version() {
    let expected = Values::Int((0..500).map(Some).collect());
    assert_eq!(read("pages_v2").unwrap().columns, [Column::new("a", expected)]);
}

#[test]
fn what_a_table_cannot_hold_is_refused() {
    for (name, expected) in [
        ("nested", "column `a` holds nested values, which"),
        ("structure", "column `a` holds nested values, which"),
        ("naive", "column `a` holds times without a time zone, which"),
        ("days", "column `a` holds values of the Arrow type Date32, which"),
        ("bytes", "column `a` holds values of the Arrow type BinaryView, which"),
        ("unsigned", "row 2 of column `a` is beyond the range of whole numbers;"),
        ("fine", "row 2 of column `a` is beyond the range of decimals;"),
        ("large", "row 1 of column `a` is beyond the range of decimals;"),
        ("far", "row 1 of column `a` is beyond the range of times;"),
        ("gzip", "column `a` is compressed with Gzip, which is not built in;"),
    ] {
        let Error::File { error, .. } = read(name).unwrap_err() else { panic!("no file: {name}") };
        let reason = error.to_string();
        assert!(reason.starts_with(expected), "{name}: {reason}");
    }
}
