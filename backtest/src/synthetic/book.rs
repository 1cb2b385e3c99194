//! Books around a price: a touch and levels behind it, all on the grid.

use strat_runtime::book::Level;
use strat_runtime::fixed::SCALE;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;

use super::rng::Random;

/// Where the levels of a side begin and how they go on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ladder {
    /// Touch in ticks.
    pub(crate) touch: i64,
    /// -1 for bids, 1 for asks.
    pub(crate) away: i64,
    /// Least and greatest price in ticks; levels beyond are left out.
    pub(crate) limits: (i64, i64),
    /// Raw price of a tick.
    pub(crate) tick: i64,
    /// Widest distance of two neighbouring levels in ticks, at least 1.
    pub(crate) gap_max: i64,
    /// Levels wanted.
    pub(crate) depth: usize,
    /// Raw step and typical raw size of a level.
    pub(crate) lot: i64,
    /// Typical size in lots, at least 1; sizes lie between a twentieth and thrice of it.
    pub(crate) size_lots: i64,
}

impl Ladder {
    /// Replaces `levels`, best price first. Four levels share one random number.
    pub(crate) fn fill(&self, random: &mut Random, levels: &mut Vec<Level>) {
        levels.clear();
        let mut ticks = self.touch;
        let mut bits = 0;
        for index in 0..self.depth {
            if ticks < self.limits.0 || ticks > self.limits.1 {
                break;
            }
            if index % 4 == 0 {
                bits = random.bits();
            }
            let (gap, size) = ((bits & 0xf) as i64, ((bits >> 4) & 0xfff) as i64);
            bits >>= 16;
            levels.push(Level::new(
                Price::from_raw(ticks * self.tick),
                Quantity::from_raw(self.lot * self.lots(size, index as i64)),
            ));
            ticks += self.away * (1 + ((gap * self.gap_max) >> 4));
        }
    }

    /// Right-skewed, and larger away from the touch, as books are: `draw` is below 4096.
    fn lots(&self, draw: i64, index: i64) -> i64 {
        let skewed = (draw * draw) >> 12;
        let share = 200 + 3 * skewed + (index.min(8) << 8);
        ((self.size_lots * share) >> 12).max(1)
    }
}

/// The other outcome's side of the book: each price is one minus the price here.
pub(crate) fn mirror(levels: &[Level], mirrored: &mut Vec<Level>) {
    mirrored.clear();
    mirrored
        .extend(levels.iter().map(|l| Level::new(Price::from_raw(SCALE - l.price.raw()), l.size)));
}

/// Trades of one taker: from the touch inward until `want` lots are taken, at most three levels.
pub(crate) fn sweep(levels: &[Level], want: Quantity, mut print: impl FnMut(Level)) {
    let mut left = want.raw();
    for level in levels.iter().take(3) {
        let taken = left.min(level.size.raw());
        if taken <= 0 {
            break;
        }
        print(Level::new(level.price, Quantity::from_raw(taken)));
        left -= taken;
    }
}

/// What a taker wants: mostly a part of the touch, in one of eight cases more than it shows.
pub(crate) fn taker_size(random: &mut Random, touch: Level, lot: i64) -> Quantity {
    let lots = (touch.size.raw() / lot.max(1)).max(1);
    let bits = random.bits();
    let part = (bits & 0xffff) as i64 + 1;
    let grown = if (bits >> 16).trailing_zeros() >= 3 { lots * 3 } else { lots };
    Quantity::from_raw(((i128::from(grown) * i128::from(part)) >> 16).max(1) as i64 * lot)
}
