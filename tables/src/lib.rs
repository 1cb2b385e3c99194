//! Tables of results to CSV and Parquet files, and back from Parquet.
//!
//! What it is: the one crate that knows polars. A [`Table`] is plain `Vec`s, so whoever fills one
//! neither imports nor waits for polars; the columns become Arrow arrays here and leave through
//! polars' own Parquet writer. The figures behind the choice of polars crates stand in this
//! crate's `README.md`.
//!
//! What it is not: a data frame. There is no filter, join, group-by or lazy plan, and CSV is
//! written but not read, because a CSV file does not say which kinds its columns have.
//!
//! Where to enter: [`write_path`] writes whole files, choosing the format by extension;
//! [`write_csv`] and [`write_parquet`] write to anything; [`read_path`] and [`read_parquet`] read.
//!
//! ```
//! use strat_tables::{Column, Table, Values, read_parquet, write_csv, write_parquet};
//!
//! let table = Table {
//!     name: "fills".to_string(),
//!     columns: vec![
//!         Column::new("at", Values::Time(vec![Some(1_700_000_000_500_000_000)])),
//!         Column::new("price", Values::Decimal(vec![Some(101_250_000_000)])),
//!         Column::new("note", Values::Text(vec![None])),
//!     ],
//! };
//! let mut text = Vec::new();
//! write_csv(&table, &mut text)?;
//! assert_eq!(text, b"at,price,note\n2023-11-14T22:13:20.500Z,101.25,\n");
//!
//! let mut bytes = Vec::new();
//! write_parquet(&table, &mut bytes)?;
//! assert_eq!(read_parquet(bytes.as_slice())?, table);
//! # Ok::<(), strat_tables::Error>(())
//! ```
#![forbid(unsafe_code)]

mod csv;
mod error;
mod files;
mod parquet;
mod table;

pub use crate::csv::write_csv;
pub use crate::error::Error;
pub use crate::files::{read_path, write_path};
pub use crate::parquet::{read_parquet, write_parquet};
pub use crate::table::{Column, Kind, Table, Values};
