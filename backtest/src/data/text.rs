//! A file's bytes as text: unpacked by what it contains, limited, checked to be UTF-8.

use std::io::Read;

use flate2::read::MultiGzDecoder;

use super::error::{At, DataError, RowProblem};

/// Most bytes of a file once unpacked.
const BYTES_MAX: u64 = 4 << 30;

/// Reads all of it; gzip is told by its magic bytes, a byte order mark is dropped.
pub(crate) fn read(file: &str, mut reader: impl Read) -> Result<String, DataError> {
    let io = |source| DataError::Io { file: file.to_owned(), source };
    let mut magic = Vec::with_capacity(2);
    reader.by_ref().take(2).read_to_end(&mut magic).map_err(io)?;
    let packed = magic == [0x1f, 0x8b];
    let whole = std::io::Cursor::new(magic).chain(reader);
    let mut bytes = Vec::new();
    if packed {
        MultiGzDecoder::new(whole).take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(io)?;
    } else {
        whole.take(BYTES_MAX + 1).read_to_end(&mut bytes).map_err(io)?;
    }
    if bytes.len() as u64 > BYTES_MAX {
        return Err(DataError::TooLarge { file: file.to_owned(), limit_mib: BYTES_MAX >> 20 });
    }
    refuse_binary(file, &bytes)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().iter().take(valid).filter(|b| **b == b'\n').count();
        At { file, line: before as u64 + 1 }
            .error(RowProblem::Broken("the text is not UTF-8; convert the file".to_owned()))
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

fn refuse_binary(file: &str, bytes: &[u8]) -> Result<(), DataError> {
    let problem = if bytes.starts_with(b"PAR1") {
        "this is a Parquet file, which this reader does not take; write it as CSV"
    } else if bytes.starts_with(b"PK\x03\x04") {
        "this is a zip archive; unpack it, or pack the file inside with gzip"
    } else {
        return Ok(());
    };
    Err(DataError::Format { file: file.to_owned(), problem: problem.to_owned() })
}
