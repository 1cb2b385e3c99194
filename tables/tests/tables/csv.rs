//! The text of CSV files.

use std::io::{self, Write};

use crate::samples::{all_kinds, random};
use strat_tables::{Column, Error, Table, Values, write_csv};

fn csv(columns: Vec<Column>) -> Result<String, Error> {
    let mut text = Vec::new();
    write_csv(&Table { name: "t".to_string(), columns }, &mut text)?;
    Ok(String::from_utf8(text).unwrap())
}

fn texts(cells: &[Option<&str>]) -> Values {
    Values::Text(cells.iter().map(|cell| cell.map(str::to_string)).collect())
}

#[test]
fn every_kind() {
    let text = csv(all_kinds().columns).unwrap();
    let expected = "\
int,real,\"text, \"\"quoted\"\"\",time,bool,décimal
0,NaN,plain,1677-09-21T00:12:43.145224192Z,true,-9223372036.854775808
,-0.0,,2262-04-11T23:47:16.854775807Z,false,9223372036.854775807
-9223372036854775808,inf,\"\",,,
9223372036854775807,-inf,\"comma, \"\"quote\"\"
and line\",1970-01-01T00:00:00.000000000Z,,0.000000001
-1,5.562684646268003e-309,日本語 🦀 ä\u{301} \u{0}\u{feff},1969-12-31T23:59:59.999999999Z,true,-1.5
,,=1+1,2023-11-14T22:13:20.000000001Z,true,0
7,1.7976931348623157e308, spaces ,,false,100
";
    assert_eq!(text, expected);
}

#[test]
fn shapes() {
    for (what, columns, expected) in [
        ("no rows", vec![Column::new("a", Values::Int(vec![]))], "a\n"),
        ("one column", vec![Column::new("a", texts(&[Some("x"), None]))], "a\nx\n\"\"\n"),
        ("carriage return", vec![Column::new("a", texts(&[Some("\r")]))], "a\n\"\r\"\n"),
        ("one quote", vec![Column::new("a", texts(&[Some("\"")]))], "a\n\"\"\"\"\n"),
        (
            "even seconds",
            vec![Column::new("a", Values::Time(vec![Some(1_000_000_000)]))],
            "a\n1970-01-01T00:00:01Z\n",
        ),
        (
            "one length of fraction for the column",
            vec![Column::new("a", Values::Time(vec![Some(0), Some(1_000_000)]))],
            "a\n1970-01-01T00:00:00.000Z\n1970-01-01T00:00:00.001Z\n",
        ),
        (
            "reals read back",
            vec![Column::new("a", Values::Real(vec![Some(0.1 + 0.2), Some(1e21), Some(5.0)]))],
            "a\n0.30000000000000004\n1e21\n5.0\n",
        ),
    ] {
        assert_eq!(csv(columns).unwrap(), expected, "{what}");
    }
}

#[test]
fn a_long_file_is_whole() {
    let table = random(9, 50_000, 5);
    let mut text = Vec::new();
    write_csv(&table, &mut text).unwrap();
    // Line breaks within quotes are not ends of rows.
    let mut quoted = false;
    let rows = text.iter().filter(|byte| {
        quoted ^= **byte == b'"';
        !quoted && **byte == b'\n'
    });
    assert_eq!(rows.count(), 50_001, "seed 9");
}

#[test]
fn faulty_tables_are_refused() {
    let ints = |name: &str, rows: usize| Column::new(name, Values::Int(vec![Some(1); rows]));
    for (columns, expected) in [
        (vec![], "table `t` has no columns; give it at least one"),
        (vec![ints("a", 1), ints("", 1)], "column 2 of table `t` has no name; give it one"),
        (
            vec![ints("a", 1), ints("b", 1), ints("a", 1)],
            "table `t` has two columns named `a`; rename one of them",
        ),
        (
            vec![ints("a", 2), ints("b", 3)],
            "column `b` of table `t` has 3 rows, but its first column `a` has 2; fill the gaps \
             with missing values",
        ),
    ] {
        assert_eq!(csv(columns).unwrap_err().to_string(), expected);
    }
}

/// A writer that takes a number of bytes and then fails.
pub(crate) struct Full {
    pub(crate) room: usize,
}

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.room == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let taken = bytes.len().min(self.room);
        self.room -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_reported_by_both_formats() {
    let table = random(10, 100, 0);
    for room in [0, 1, 100, 1000] {
        for error in [
            write_csv(&table, Full { room }).unwrap_err(),
            strat_tables::write_parquet(&table, Full { room }).unwrap_err(),
        ] {
            let Error::Io { error, .. } = error else { panic!("{error}, room {room}") };
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "room {room}");
        }
    }
}
