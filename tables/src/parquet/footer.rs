//! A look at a Parquet footer before polars reads it.
//!
//! The footer is a structure in Thrift's compact protocol. polars reserves room for a list by the
//! length its header claims, so that four damaged bytes could ask for hundreds of gigabytes and end the
//! process. This walk follows the whole structure once, without keeping anything, and refuses a
//! list or text that is longer than what is left of the footer.
//!
//! Source of the formats: the Apache Parquet format ("File Format") and Thrift's
//! `thrift-compact-protocol.md`.

use crate::error::Error;

const MAGIC: &[u8] = b"PAR1";
/// The footer's length as `u32` and the closing magic.
const TAIL_BYTES: usize = 8;
/// Structures within structures; a Parquet footer has six levels.
const DEPTH_MAX: u32 = 32;

/// Checks the frame of a Parquet file and the structure of its footer.
pub(super) fn check(file: &[u8]) -> Result<(), Error> {
    if !file.starts_with(MAGIC) || !file.ends_with(MAGIC) || file.len() < MAGIC.len() + TAIL_BYTES {
        return Err(corrupt("it does not begin and end with `PAR1`"));
    }
    let body = file.len() - TAIL_BYTES;
    let length = file.get(body..).and_then(|tail| tail.first_chunk()).copied();
    let length = u32::from_le_bytes(length.unwrap_or_default()) as usize;
    let footer = body.checked_sub(length).filter(|start| *start >= MAGIC.len());
    let Some(rest) = footer.and_then(|start| file.get(start..body)) else {
        return Err(corrupt("its footer is longer than the file"));
    };
    let mut walk = Walk { rest };
    walk.structure(0).ok_or_else(|| corrupt("its footer is cut off or damaged"))
}

fn corrupt(reason: &str) -> Error {
    Error::Corrupt { reason: reason.to_string() }
}

/// What is left of the footer. Every step gives `None` where the bytes make no sense.
struct Walk<'a> {
    rest: &'a [u8],
}

impl Walk<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    fn skip(&mut self, bytes: usize) -> Option<()> {
        self.rest = self.rest.get(bytes..)?;
        Some(())
    }

    /// A variable-length number: seven bits a byte, the lowest first.
    fn number(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// A length that is no more than the bytes left.
    fn length(&mut self) -> Option<usize> {
        let length = usize::try_from(self.number()?).ok()?;
        (length <= self.rest.len()).then_some(length)
    }

    fn structure(&mut self, depth: u32) -> Option<()> {
        if depth > DEPTH_MAX {
            return None;
        }
        loop {
            let header = self.byte()?;
            let kind = header & 0x0f;
            if kind == 0 {
                return Some(());
            }
            // A step of zero from the last field's number: the number follows.
            if header >> 4 == 0 {
                self.number()?;
            }
            // In a field, a truth value is the kind itself.
            if kind > 2 {
                self.value(kind, depth)?;
            }
        }
    }

    fn value(&mut self, kind: u8, depth: u32) -> Option<()> {
        match kind {
            1..=3 => self.skip(1),
            4..=6 => self.number().map(|_| ()),
            7 => self.skip(8),
            8 => {
                let length = self.length()?;
                self.skip(length)
            }
            9 | 10 => self.list(depth + 1),
            12 => self.structure(depth + 1),
            // Parquet's footer has no maps, and Thrift no other kinds.
            _ => None,
        }
    }

    fn list(&mut self, depth: u32) -> Option<()> {
        if depth > DEPTH_MAX {
            return None;
        }
        let header = self.byte()?;
        let length = match usize::from(header >> 4) {
            15 => self.length()?,
            short => short,
        };
        if length > self.rest.len() {
            return None;
        }
        for _ in 0..length {
            self.value(header & 0x0f, depth)?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    fn file(footer: &[u8]) -> Vec<u8> {
        let mut bytes = b"PAR1".to_vec();
        bytes.extend_from_slice(footer);
        bytes.extend_from_slice(&(footer.len() as u32).to_le_bytes());
        bytes.extend_from_slice(b"PAR1");
        bytes
    }

    #[test]
    fn follows_sound_structures_and_refuses_the_rest() {
        let deep = [[0x1c; 40].as_slice(), &[0; 41]].concat();
        let lists = [[0x19].as_slice(), &[0x19; 40], &[0x13, 1, 0]].concat();
        for (what, footer, sound) in [
            ("empty structure", vec![0], true),
            ("a number", vec![0x15, 0x80, 0x01, 0], true),
            ("a number under a long field number", vec![0x05, 0x20, 0x02, 0], true),
            ("truth values", vec![0x11, 0x12, 0], true),
            ("text", vec![0x18, 2, b'a', b'b', 0], true),
            ("a list of two numbers", vec![0x19, 0x25, 2, 4, 0], true),
            ("a list of truth values", vec![0x19, 0x21, 1, 2, 0], true),
            ("a structure in a structure", vec![0x1c, 0x15, 2, 0, 0], true),
            ("nothing", vec![], false),
            ("no end", vec![0x15, 2], false),
            ("text beyond the end", vec![0x18, 3, b'a', b'b', 0], false),
            ("a list of 2^31 - 1", vec![0x19, 0xf5, 0xff, 0xff, 0xff, 0xff, 0x07, 2, 0], false),
            ("a list beyond the end", vec![0x19, 0x95, 2, 0], false),
            ("a number without end", vec![0x15; 12], false),
            ("a map", vec![0x1b, 0, 0], false),
            ("an unknown kind", vec![0x1f, 0], false),
            ("structures without end", deep, false),
            ("lists without end", lists, false),
        ] {
            assert_eq!(check(&file(&footer)).is_ok(), sound, "{what}");
        }
    }

    #[test]
    fn refuses_a_broken_frame() {
        let sound = file(&[0]);
        assert!(check(&sound).is_ok());
        for length in 0..sound.len() {
            assert!(check(&sound[..length]).is_err(), "cut to {length} bytes");
        }
        let mut long = sound;
        long[5] = 200;
        assert!(check(&long).is_err(), "a footer longer than the file");
    }
}
