//! What is written to Parquet comes back the same, of every kind and size.

use crate::samples::{all_kinds, bits, random};
use strat_tables::{Column, Kind, Table, Values, read_parquet, write_parquet};

fn bytes(table: &Table) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_parquet(table, &mut bytes).unwrap();
    bytes
}

fn check(what: &str, table: &Table) {
    let back = read_parquet(bytes(table).as_slice()).unwrap();
    assert_eq!(bits(&back), bits(table), "{what}");
}

#[test]
fn every_kind_with_missing_unicode_and_extreme_values() {
    check("all kinds", &all_kinds());
}

#[test]
fn a_table_without_rows_keeps_its_columns() {
    let kinds = [Kind::Int, Kind::Real, Kind::Text, Kind::Time, Kind::Bool, Kind::Decimal];
    let columns =
        kinds.iter().map(|kind| Column::new(kind.to_string(), Values::empty(*kind))).collect();
    check("no rows", &Table { name: "empty".to_string(), columns });
}

#[test]
fn columns_of_missing_values_only() {
    let table = Table {
        name: String::new(),
        columns: vec![
            Column::new("int", Values::Int(vec![None; 1000])),
            Column::new("real", Values::Real(vec![None; 1000])),
            Column::new("text", Values::Text(vec![None; 1000])),
            Column::new("time", Values::Time(vec![None; 1000])),
            Column::new("bool", Values::Bool(vec![None; 1000])),
            Column::new("decimal", Values::Decimal(vec![None; 1000])),
        ],
    };
    check("all missing", &table);
}

#[test]
fn random_tables_of_many_sizes() {
    for (seed, rows) in [(1, 1), (2, 2), (3, 7), (4, 129), (5, 1000), (6, 5000)] {
        for missing in [0, 3, 90] {
            let what = format!("seed {seed}, {rows} rows, {missing} % missing");
            check(&what, &random(seed, rows, missing));
        }
    }
}

#[test]
fn more_rows_than_a_row_group() {
    check("300,000 rows, seed 7", &random(7, 300_000, 10));
}

#[test]
fn long_texts_end_a_row_group_early() {
    let long = "ä".repeat(1 << 19);
    let texts = (0..130).map(|row| Some(format!("{}{row}", &long[..long.len() - 8]))).collect();
    let table = Table {
        name: "texts".to_string(),
        columns: vec![Column::new("text", Values::Text(texts))],
    };
    check("130 MiB of text", &table);
}

#[test]
fn growing_times_take_little_room() {
    let times = (0..100_000).map(|row| Some(1_700_000_000_000_000_000 + row * 100_000_000));
    let table = Table {
        name: "ticks".to_string(),
        columns: vec![Column::new("at", Values::Time(times.collect()))],
    };
    let size = bytes(&table).len();
    assert!(size < 20_000, "100,000 even steps take {size} bytes");
}

#[test]
fn the_same_table_gives_the_same_bytes() {
    let table = random(8, 10_000, 20);
    assert_eq!(bytes(&table), bytes(&table.clone()), "seed 8");
}
