//! Files: formats by extension, whole or not at all.

use std::fs;
use std::path::Path;

use crate::samples::all_kinds;
use strat_tables::{Column, Error, Table, Values, read_path, write_csv, write_path};

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn reason(error: &Error) -> String {
    if let Error::File { error, .. } = error { error.to_string() } else { String::new() }
}

#[test]
fn the_extension_chooses_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let table = all_kinds();
    for name in ["a.parquet", "b.csv", "c.PARQUET", "d.Csv"] {
        write_path(&table, &folder.path().join(name)).unwrap();
    }
    assert_eq!(names(folder.path()), ["a.parquet", "b.csv", "c.PARQUET", "d.Csv"]);
    for name in ["a.parquet", "c.PARQUET"] {
        let back = read_path(&folder.path().join(name)).unwrap();
        assert_eq!(crate::samples::bits(&back), crate::samples::bits(&table), "{name}");
    }
    let mut text = Vec::new();
    write_csv(&table, &mut text).unwrap();
    for name in ["b.csv", "d.Csv"] {
        assert_eq!(fs::read(folder.path().join(name)).unwrap(), text, "{name}");
    }
}

#[test]
fn other_extensions_are_refused_before_anything_is_written() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a.xlsx", "parquet", ".csv", "a.csv.gz"] {
        let path = folder.path().join(name);
        let error = write_path(&all_kinds(), &path).unwrap_err();
        assert!(error.to_string().contains(name), "{error}");
        assert!(reason(&error).contains("ends in .parquet or .csv"), "{error}");
    }
    assert!(names(folder.path()).is_empty());
    let error = read_path(&folder.path().join("a.csv")).unwrap_err();
    assert!(reason(&error).contains("only .parquet files"), "{error}");
}

#[test]
fn a_failure_leaves_the_old_file_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    write_path(&all_kinds(), &path).unwrap();
    let before = fs::read(&path).unwrap();

    let long = Values::Text(vec![Some("x".repeat((1 << 20) + 1))]);
    let table = |values| Table { name: "t".to_string(), columns: vec![Column::new("a", values)] };
    let error = write_path(&table(long), &path).unwrap_err();
    assert!(reason(&error).starts_with("row 1 of column `a` holds 1048577 bytes"), "{error}");
    let empty = Table { name: "t".to_string(), columns: vec![] };
    assert!(reason(&write_path(&empty, &path).unwrap_err()).contains("no columns"));

    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(names(folder.path()), ["a.parquet"]);

    write_path(&table(Values::Int(vec![Some(1)])), &path).unwrap();
    assert_ne!(fs::read(&path).unwrap(), before);
    assert_eq!(names(folder.path()), ["a.parquet"]);
}

#[test]
fn places_that_do_not_exist_or_are_folders() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("none").join("a.csv");
    let error = write_path(&all_kinds(), &missing).unwrap_err();
    assert!(reason(&error).starts_with("creating a temporary file beside it: "), "{error}");
    let error = read_path(&folder.path().join("none.parquet")).unwrap_err();
    assert!(reason(&error).starts_with("opening the file: "), "{error}");

    let occupied = folder.path().join("folder.csv");
    fs::create_dir(&occupied).unwrap();
    let error = write_path(&all_kinds(), &occupied).unwrap_err();
    assert!(reason(&error).starts_with("moving the finished file into place: "), "{error}");
    assert_eq!(names(folder.path()), ["folder.csv"], "the temporary file is gone");
}
