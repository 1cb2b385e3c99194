//! Whole files: the format by extension, and never half a file.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use crate::csv::write_csv;
use crate::error::Error;
use crate::parquet::{read_parquet, write_parquet};
use crate::table::Table;

/// How many names are tried for the temporary file.
const NAMES_TRIED_MAX: u32 = 100;

/// A file format, as an extension names it.
enum Format {
    Csv,
    Parquet,
}

/// Writes a table to a file: Parquet for the extension `parquet`, CSV for `csv`, in any case.
///
/// The table goes to a temporary file beside `path`, which takes the place of `path` when it is
/// complete and on disk. So a reader sees the old file or the new one, and after an error the old
/// one. A symbolic link at `path` is replaced, not followed.
///
/// # Errors
/// [`Error::File`] with the path and what went wrong.
pub fn write_path(table: &Table, path: &Path) -> Result<(), Error> {
    write_whole(table, path).map_err(|error| error.of(path))
}

/// Reads a Parquet file. A file that does not give its table's name has it from its own.
///
/// # Errors
/// [`Error::File`] with the path and what went wrong.
pub fn read_path(path: &Path) -> Result<Table, Error> {
    read_whole(path).map_err(|error| error.of(path))
}

fn write_whole(table: &Table, path: &Path) -> Result<(), Error> {
    let format = format(path)
        .ok_or(Error::UnknownFormat { help: "write to a path that ends in .parquet or .csv" })?;
    table.rows()?;
    let (file, temporary) = Temporary::beside(path)?;
    let mut out = BufWriter::new(file);
    match format {
        Format::Csv => write_csv(table, &mut out)?,
        Format::Parquet => write_parquet(table, &mut out)?,
    }
    let file = out.into_inner().map_err(io::IntoInnerError::into_error);
    let file = file.map_err(Error::io("writing the file"))?;
    file.sync_all().map_err(Error::io("writing the file"))?;
    drop(file);
    temporary.rename(path)
}

fn read_whole(path: &Path) -> Result<Table, Error> {
    let Some(Format::Parquet) = format(path) else {
        return Err(Error::UnknownFormat {
            help: "only .parquet files say which kinds their columns have and can be read",
        });
    };
    let file = File::open(path).map_err(Error::io("opening the file"))?;
    let mut table = read_parquet(file)?;
    if table.name.is_empty() {
        table.name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    }
    Ok(table)
}

fn format(path: &Path) -> Option<Format> {
    let extension = path.extension()?;
    if extension.eq_ignore_ascii_case("csv") {
        Some(Format::Csv)
    } else if extension.eq_ignore_ascii_case("parquet") {
        Some(Format::Parquet)
    } else {
        None
    }
}

/// A file that is removed unless it is renamed.
struct Temporary {
    path: PathBuf,
    kept: bool,
}

impl Temporary {
    /// Creates a new file in the folder of `path`. The process number keeps two processes apart
    /// and `create_new` two threads.
    fn beside(path: &Path) -> Result<(File, Self), Error> {
        let mut taken = None;
        for attempt in 0..NAMES_TRIED_MAX {
            let mut name = OsString::from(".");
            name.push(path.file_name().unwrap_or_default());
            name.push(format!(".{}-{attempt}.tmp", std::process::id()));
            let path = path.with_file_name(name);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((file, Self { path, kept: false })),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => taken = Some(error),
                Err(error) => return Err(Error::io("creating a temporary file beside it")(error)),
            }
        }
        let error = taken.unwrap_or_else(|| io::ErrorKind::AlreadyExists.into());
        Err(Error::io("creating a temporary file beside it")(error))
    }

    fn rename(mut self, path: &Path) -> Result<(), Error> {
        fs::rename(&self.path, path).map_err(Error::io("moving the finished file into place"))?;
        self.kept = true;
        Ok(())
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        if !self.kept {
            // The error that brought us here is the one to report.
            let _ = fs::remove_file(&self.path);
        }
    }
}
