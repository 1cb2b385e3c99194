//! Damaged files end in an error, never in a panic or an abort.

use crate::samples::{Random, all_kinds, random};
use strat_tables::{Error, Table, read_parquet, write_parquet};

fn bytes(table: &Table) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_parquet(table, &mut bytes).unwrap();
    bytes
}

#[test]
fn a_file_cut_anywhere_is_refused() {
    let whole = bytes(&all_kinds());
    for length in 0..whole.len() {
        let error = read_parquet(&whole[..length]).unwrap_err();
        assert!(matches!(error, Error::Corrupt { .. }), "cut to {length} bytes: {error}");
    }
}

/// Damage may go unnoticed where it hits a value, so only the absence of panics is asked for, and
/// that what is read is still a table.
#[test]
fn damaged_bytes_never_panic() {
    for (seed, table) in [(1, all_kinds()), (2, random(11, 300, 10))] {
        let whole = bytes(&table);
        let mut random = Random(seed);
        let mut refused = 0;
        for round in 0..3000 {
            let mut damaged = whole.clone();
            for _ in 0..=round % 4 {
                let at = (random.next() % whole.len() as u64) as usize;
                damaged[at] = random.next() as u8;
            }
            match read_parquet(damaged.as_slice()) {
                Ok(read) => assert!(read.rows().is_ok(), "seed {seed}, round {round}"),
                Err(_) => refused += 1,
            }
        }
        assert!(refused > 300, "seed {seed}: only {refused} of 3000 damaged files were refused");
    }
}

#[test]
fn other_files_are_refused() {
    for other in [
        b"".as_slice(),
        b"PAR1",
        b"PAR1PAR1",
        b"a,b\n1,2\n",
        b"PAR1\0\x01\0\0\0PAR1",
        b"PAR1\xff\xff\xff\xffPAR1",
    ] {
        assert!(matches!(read_parquet(other), Err(Error::Corrupt { .. })), "{other:?}");
    }
}
