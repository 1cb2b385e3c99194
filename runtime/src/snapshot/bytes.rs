//! Snapshots as bytes.
//!
//! `strat-snapshot`, the version of the format as two bytes, the length of the content and its
//! FNV-1a hash as eight bytes each, lowest first, then the content. Numbers in it are LEB128 in
//! zigzag order, texts and lists begin with their length. Bytes that were cut off, changed by
//! accident, or are of something else are refused; nothing that is read can exhaust the stack or
//! take more memory than a small multiple of what was given.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

use super::{Field, Snapshot, Value};

/// The version of the format that is written, and the only one that is read.
pub const FORMAT: u16 = 1;

const MAGIC: &[u8] = b"strat-snapshot";

/// Values nest this deep at most; those of a session by far less.
const DEPTH_MAX: u32 = 64;

/// Why bytes are no snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// They do not begin as a snapshot does.
    Foreign,
    /// They are in another version of the format.
    Format {
        /// That version.
        found: u16,
    },
    /// There are fewer or more of them than the beginning says.
    Length {
        /// Bytes of content by the beginning.
        needed: u64,
        /// Bytes of content that are there.
        found: u64,
    },
    /// They were changed.
    Checksum,
    /// The content makes no sense, although its checksum is right.
    Content {
        /// Where, in bytes of the content.
        at: usize,
        /// What is wrong.
        problem: &'static str,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Foreign => f.write_str("this is no snapshot; give the file that `strat` wrote"),
            Self::Format { found } => write!(
                f,
                "the snapshot is in format {found}, and this program reads format {FORMAT}; use \
                 the program that wrote it"
            ),
            Self::Length { needed, found } => write!(
                f,
                "the snapshot has {found} bytes and should have {needed}; it was not written or \
                 copied to its end, take an earlier one"
            ),
            Self::Checksum => {
                f.write_str("the snapshot's checksum is wrong; it is damaged, take an earlier one")
            }
            Self::Content { at, problem } => {
                write!(f, "the snapshot is not well formed at byte {at}: {problem}")
            }
        }
    }
}

impl Error for DecodeError {}

/// FNV-1a in 64 bits.
pub(super) struct Hash(u64);

impl Hash {
    pub(super) const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub(super) fn eat(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    pub(super) const fn value(&self) -> u64 {
        self.0
    }
}

impl Snapshot {
    /// The snapshot as bytes; equal snapshots give equal bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut content = Vec::new();
        text(&mut content, &self.strategy);
        unsigned(&mut content, u128::from(self.version));
        unsigned(&mut content, u128::from(self.behaviour));
        unsigned(&mut content, u128::from(self.layout));
        for part in [&self.states, &self.memory, &self.session] {
            fields(&mut content, part);
        }
        let mut hash = Hash::new();
        hash.eat(&content);
        let mut out = Vec::with_capacity(MAGIC.len() + 18 + content.len());
        out.extend_from_slice(MAGIC);
        out.extend_from_slice(&FORMAT.to_le_bytes());
        out.extend_from_slice(&(content.len() as u64).to_le_bytes());
        out.extend_from_slice(&hash.value().to_le_bytes());
        out.extend_from_slice(&content);
        out
    }

    /// The snapshot that bytes hold.
    ///
    /// # Errors
    /// Bytes that [`Snapshot::encode`] did not write.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(DecodeError::Foreign)?;
        let cut = DecodeError::Length { needed: 18, found: rest.len() as u64 };
        let (format, rest) = rest.split_first_chunk::<2>().ok_or(cut)?;
        let found = u16::from_le_bytes(*format);
        if found != FORMAT {
            return Err(DecodeError::Format { found });
        }
        let (length, rest) = rest.split_first_chunk::<8>().ok_or(cut)?;
        let (checksum, content) = rest.split_first_chunk::<8>().ok_or(cut)?;
        let (needed, found) = (u64::from_le_bytes(*length), content.len() as u64);
        if needed != found {
            return Err(DecodeError::Length { needed, found });
        }
        let mut hash = Hash::new();
        hash.eat(content);
        if hash.value() != u64::from_le_bytes(*checksum) {
            return Err(DecodeError::Checksum);
        }
        let mut reader = Reader { content, at: 0 };
        let snapshot = reader.snapshot()?;
        if reader.at == content.len() { Ok(snapshot) } else { Err(reader.bad("more than one")) }
    }
}

const NONE: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INT: u8 = 3;
const REAL: u8 = 4;
const TEXT: u8 = 5;
const LIST: u8 = 6;
const RECORD: u8 = 7;

fn unsigned(out: &mut Vec<u8>, mut number: u128) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn text(out: &mut Vec<u8>, text: &str) {
    unsigned(out, text.len() as u128);
    out.extend_from_slice(text.as_bytes());
}

fn fields(out: &mut Vec<u8>, all: &[Field]) {
    unsigned(out, all.len() as u128);
    for field in all {
        text(out, &field.name);
        text(out, &field.ty);
        value(out, &field.value);
    }
}

fn value(out: &mut Vec<u8>, it: &Value) {
    match it {
        Value::None => out.push(NONE),
        Value::Bool(false) => out.push(FALSE),
        Value::Bool(true) => out.push(TRUE),
        Value::Int(number) => {
            out.push(INT);
            unsigned(out, ((number << 1) ^ (number >> 127)) as u128);
        }
        Value::Real(real) => {
            out.push(REAL);
            out.extend_from_slice(&real.to_bits().to_le_bytes());
        }
        Value::Text(it) => {
            out.push(TEXT);
            text(out, it);
        }
        Value::List(list) => {
            out.push(LIST);
            unsigned(out, list.len() as u128);
            for one in list {
                value(out, one);
            }
        }
        Value::Record(record) => {
            out.push(RECORD);
            fields(out, record);
        }
    }
}

struct Reader<'a> {
    content: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    const fn bad(&self, problem: &'static str) -> DecodeError {
        DecodeError::Content { at: self.at, problem }
    }

    fn snapshot(&mut self) -> Result<Snapshot, DecodeError> {
        Ok(Snapshot {
            strategy: self.text()?,
            version: self.number("a version out of range")?,
            behaviour: self.number("a hash out of range")?,
            layout: self.number("a hash out of range")?,
            states: self.fields(0)?,
            memory: self.fields(0)?,
            session: self.fields(0)?,
        })
    }

    fn take(&mut self, count: usize) -> Result<&[u8], DecodeError> {
        let end = self.at.checked_add(count).filter(|end| *end <= self.content.len());
        let Some(end) = end else { return Err(self.bad("it ends too early")) };
        let taken = &self.content[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        Ok(self.take(1)?[0])
    }

    fn unsigned(&mut self) -> Result<u128, DecodeError> {
        let mut number = 0_u128;
        for shift in (0..u128::BITS).step_by(7) {
            let byte = self.byte()?;
            let part = u128::from(byte & 0x7f);
            let moved = part << shift;
            if moved >> shift != part {
                break;
            }
            number |= moved;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(self.bad("a number is too long"))
    }

    fn number<T: TryFrom<u128>>(&mut self, problem: &'static str) -> Result<T, DecodeError> {
        T::try_from(self.unsigned()?).map_err(|_| self.bad(problem))
    }

    /// A count of things of which each takes at least one byte.
    fn count(&mut self) -> Result<usize, DecodeError> {
        let count: usize = self.number("a length out of range")?;
        if count > self.content.len() - self.at {
            return Err(self.bad("a length beyond the end"));
        }
        Ok(count)
    }

    fn text(&mut self) -> Result<String, DecodeError> {
        let count = self.count()?;
        let text = self.take(count)?.to_vec();
        String::from_utf8(text).map_err(|_| self.bad("a text is not UTF-8"))
    }

    fn fields(&mut self, depth: u32) -> Result<Vec<Field>, DecodeError> {
        let count = self.count()?;
        let mut fields = Vec::new();
        for _ in 0..count {
            let (name, ty) = (Cow::Owned(self.text()?), Cow::Owned(self.text()?));
            fields.push(Field { name, ty, value: self.value(depth + 1)? });
        }
        Ok(fields)
    }

    fn value(&mut self, depth: u32) -> Result<Value, DecodeError> {
        if depth > DEPTH_MAX {
            return Err(self.bad("values nest too deep"));
        }
        Ok(match self.byte()? {
            NONE => Value::None,
            FALSE => Value::Bool(false),
            TRUE => Value::Bool(true),
            INT => {
                let zigzag = self.unsigned()?;
                Value::Int((zigzag >> 1) as i128 ^ -((zigzag & 1) as i128))
            }
            REAL => {
                let mut bits = [0; 8];
                bits.copy_from_slice(self.take(8)?);
                Value::Real(f64::from_bits(u64::from_le_bytes(bits)))
            }
            TEXT => Value::Text(Cow::Owned(self.text()?)),
            LIST => {
                let count = self.count()?;
                let list: Result<_, _> = (0..count).map(|_| self.value(depth + 1)).collect();
                Value::List(list?)
            }
            RECORD => Value::Record(self.fields(depth)?),
            _ => return Err(self.bad("an unknown kind of value")),
        })
    }
}
