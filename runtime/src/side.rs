//! The two sides of a trade.

use std::fmt;

/// Which side of a trade or of a book: buyers bid, sellers ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Side {
    /// Buying; the bids of a book.
    Buy,
    /// Selling; the asks of a book.
    Sell,
}

impl Side {
    /// Both, buyers first.
    pub const ALL: [Self; 2] = [Self::Buy, Self::Sell];

    /// 1 for a buy, -1 for a sell: what a fill of this side does to a position.
    #[inline]
    pub const fn sign(self) -> i64 {
        match self {
            Self::Buy => 1,
            Self::Sell => -1,
        }
    }

    /// The other side.
    #[inline]
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// The side whose [`sign`](Self::sign) a signed number has; `None` for zero.
    #[inline]
    pub const fn of_sign(sign: i64) -> Option<Self> {
        match sign {
            0 => None,
            1.. => Some(Self::Buy),
            _ => Some(Self::Sell),
        }
    }

    /// `buy` or `sell`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Buy => "buy",
            Self::Sell => "sell",
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

crate::choice!(Side { Buy, Sell });

#[cfg(test)]
mod tests {
    use super::Side;

    #[test]
    fn the_sign_and_the_opposite_of_a_side_agree() {
        for side in Side::ALL {
            assert_eq!(side.opposite().sign(), -side.sign());
            assert_eq!(side.opposite().opposite(), side);
            assert_eq!(Side::of_sign(side.sign()), Some(side));
            assert_eq!(Side::of_sign(side.sign() * i64::MAX), Some(side));
        }
        assert_eq!(Side::of_sign(0), None);
        assert_eq!(format!("[{:>5}|{}]", Side::Buy, Side::Sell), "[  buy|sell]");
    }
}
