//! Decimal text: read exactly or refused, written in its shortest exact form.

use std::error::Error;
use std::fmt;

use super::{SCALE_WIDE, nearest_even};

/// Digits after the point that a raw value can carry.
pub const DECIMALS: usize = 9;

/// Why a text is not a fixed-point number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParseFixedError {
    /// There is no digit.
    Empty,
    /// A character that has no place in a decimal number.
    Unexpected {
        /// The character.
        found: char,
        /// Its byte offset in the text.
        at: usize,
    },
    /// More than nine digits after the point are needed.
    TooPrecise,
    /// The number lies beyond ±9223372036.854775807.
    OutOfRange,
}

impl fmt::Display for ParseFixedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("a number is missing; write digits, as in 0.25"),
            Self::Unexpected { found, at } => write!(
                f,
                "unexpected {found:?} at byte {at} of a number; write a decimal such as -0.25 or 1e-6"
            ),
            Self::TooPrecise => {
                f.write_str("the number has more than 9 decimals; round it to 9 or fewer")
            }
            Self::OutOfRange => {
                f.write_str("the number is out of range; its magnitude must be below 9223372036")
            }
        }
    }
}

impl Error for ParseFixedError {}

/// Reads a decimal number exactly: sign, digits, point, exponent (`-12.5`, `.5`, `1e-6`).
///
/// # Errors
/// What is not a decimal number, needs more than nine decimals, or does not fit.
pub fn parse(text: &str) -> Result<i64, ParseFixedError> {
    let decimal = Decimal::read(text)?;
    if decimal.digits == 0 {
        return Ok(0);
    }
    let exponent = decimal.exponent.saturating_add(DECIMALS as i64);
    if decimal.overlong {
        // Too many significant digits for any raw value: either end may stick out.
        let too_large = decimal.lead > 10;
        return Err(if too_large {
            ParseFixedError::OutOfRange
        } else {
            ParseFixedError::TooPrecise
        });
    }
    // The last digit kept is not zero, so that a negative exponent would lose it.
    let power = u32::try_from(exponent).map_err(|_| {
        if decimal.lead > 10 { ParseFixedError::OutOfRange } else { ParseFixedError::TooPrecise }
    })?;
    let magnitude = 10_i128
        .checked_pow(power)
        .and_then(|power| power.checked_mul(decimal.digits))
        .ok_or(ParseFixedError::OutOfRange)?;
    let value = if decimal.negative { -magnitude } else { magnitude };
    i64::try_from(value).map_err(|_| ParseFixedError::OutOfRange)
}

/// `±digits * 10^exponent` without trailing zeros in `digits`.
struct Decimal {
    negative: bool,
    digits: i128,
    exponent: i64,
    /// Digits before the point once the exponent is applied: 3 for `123.4`, -1 for `0.01`.
    lead: i64,
    /// There were more significant digits than `digits` can hold.
    overlong: bool,
}

impl Decimal {
    fn read(text: &str) -> Result<Self, ParseFixedError> {
        let mut number = Self { negative: false, digits: 0, exponent: 0, lead: 0, overlong: false };
        let mut seen_digit = false;
        let mut seen_point = false;
        // Zeros are held back until a digit follows them, so that `1.500000000000` is not too precise.
        let mut zeros: u32 = 0;
        let mut significant = false;
        let mut characters = text.char_indices().peekable();
        if let Some(&(_, sign @ ('+' | '-'))) = characters.peek() {
            number.negative = sign == '-';
            characters.next();
        }
        while let Some((at, found)) = characters.next() {
            match found {
                '0'..='9' => {
                    seen_digit = true;
                    significant |= found != '0';
                    number.lead += i64::from(significant && !seen_point);
                    number.lead -= i64::from(!significant && seen_point);
                    number.exponent -= i64::from(seen_point);
                    if found == '0' {
                        zeros = zeros.saturating_add(u32::from(significant));
                    } else {
                        number.push(zeros, found);
                        zeros = 0;
                    }
                }
                '.' if !seen_point => seen_point = true,
                'e' | 'E' if seen_digit => {
                    let by = read_exponent(&mut characters)?;
                    number.exponent = number.exponent.saturating_add(by);
                    number.lead = number.lead.saturating_add(by);
                    break;
                }
                _ => return Err(ParseFixedError::Unexpected { found, at }),
            }
        }
        number.exponent = number.exponent.saturating_add(i64::from(zeros));
        if seen_digit { Ok(number) } else { Err(ParseFixedError::Empty) }
    }

    /// Appends `zeros` zeros and one digit.
    fn push(&mut self, zeros: u32, digit: char) {
        let digit = i128::from(digit.to_digit(10).unwrap_or(0));
        let longer = zeros
            .checked_add(1)
            .and_then(|places| 10_i128.checked_pow(places))
            .filter(|_| !self.overlong)
            .and_then(|power| self.digits.checked_mul(power))
            .and_then(|digits| digits.checked_add(digit));
        match longer {
            Some(digits) => self.digits = digits,
            None => self.overlong = true,
        }
    }
}

/// The exponent after `e`, which runs to the end of the text. It saturates: a huge one is out of
/// range or too precise all the same.
fn read_exponent(
    characters: &mut std::iter::Peekable<std::str::CharIndices<'_>>,
) -> Result<i64, ParseFixedError> {
    let mut negative = false;
    if let Some(&(_, sign @ ('+' | '-'))) = characters.peek() {
        negative = sign == '-';
        characters.next();
    }
    let mut value: Option<i64> = None;
    for (at, found) in characters {
        let digit = found.to_digit(10).ok_or(ParseFixedError::Unexpected { found, at })?;
        // A quarter of the range leaves room for the sums of the caller.
        let longer = value.unwrap_or(0).saturating_mul(10).saturating_add(i64::from(digit));
        value = Some(longer.min(i64::MAX / 4));
    }
    let value = value.ok_or(ParseFixedError::Empty)?;
    Ok(if negative { -value } else { value })
}

/// Writes a raw value as the shortest decimal that is exactly it: `-0.5`, `12`, `0.000000001`.
///
/// With a precision (`{:.2}`) it is rounded to that many decimals, ties to even, and padded with
/// zeros. Width, fill, alignment and `+` of the formatter apply.
///
/// # Errors
/// Those of the formatter.
pub fn write(raw: i64, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let kept = f.precision().unwrap_or(DECIMALS).min(DECIMALS);
    // Rounding by magnitude leaves room above either end of the range, and is symmetric.
    let step = 10_u64.pow((DECIMALS - kept) as u32);
    let (steps, rest) = (raw.unsigned_abs() / step, raw.unsigned_abs() % step);
    let rounded = nearest_even(steps, rest, step - rest) * step;
    let (whole, fraction) = (rounded / SCALE_WIDE, rounded % SCALE_WIDE);
    let mut text = format!("{whole}.{fraction:09}");
    match f.precision() {
        None => text.truncate(text.trim_end_matches('0').trim_end_matches('.').len()),
        Some(0) => text.truncate(text.len() - DECIMALS - 1),
        Some(places) if places <= DECIMALS => text.truncate(text.len() - (DECIMALS - places)),
        Some(places) => text.extend(std::iter::repeat_n('0', places - DECIMALS)),
    }
    f.pad_integral(raw >= 0 || rounded == 0, "", &text)
}
