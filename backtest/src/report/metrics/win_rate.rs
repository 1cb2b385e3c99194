//! Round trips: from flat to flat, and how many of them won.

use strat_runtime::money::Money;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;

use super::Figure;

/// Closed round trips, net of fees.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RoundTrips {
    /// Closed in all.
    pub closed: u64,
    /// With a profit after fees.
    pub won: u64,
    /// With a loss after fees; the rest broke even.
    pub lost: u64,
    /// Sum of the profits.
    pub profit: Money,
    /// Sum of the losses, as a number below or at zero.
    pub loss: Money,
}

impl RoundTrips {
    /// Won trips over closed trips.
    pub fn win_rate(&self) -> Figure {
        if self.closed == 0 {
            return Figure::Absent("no closed round trip");
        }
        Figure::Value(self.won as f64 / self.closed as f64)
    }

    /// Sum of the profits over the sum of the losses.
    pub fn profit_factor(&self) -> Figure {
        if self.loss.is_zero() {
            return Figure::Absent("no losing round trip");
        }
        self.profit
            .quotient(self.loss)
            .map_or(Figure::Absent("out of range"), |q| Figure::finite(q.abs()))
    }

    fn add(&mut self, net: Money) {
        self.closed += 1;
        if net.is_positive() {
            self.won += 1;
            self.profit = self.profit.checked_add(net).unwrap_or(Money::MAX);
        } else if net.is_negative() {
            self.lost += 1;
            self.loss = self.loss.checked_add(net).unwrap_or(Money::MIN);
        }
    }
}

/// The round trip that is open in one instrument.
///
/// A trip begins when the position leaves zero and ends when it is zero again, changes its sign, or
/// is settled. A fill that turns the position around belongs with its fee to the trip that it ends.
#[derive(Debug, Clone, Copy, Default)]
pub struct TripMeter {
    side: Option<Side>,
    net: Money,
}

impl TripMeter {
    /// Takes a fill or settlement: what it realised before its fee, and the position after it.
    pub fn observe(
        &mut self,
        realized: Money,
        fee: Money,
        position: Quantity,
        trips: &mut RoundTrips,
    ) {
        let net = realized.checked_sub(fee).unwrap_or(Money::MIN);
        self.net = self.net.checked_add(net).unwrap_or(net);
        let side = Side::of_sign(position.raw());
        if self.side.is_some() && side != self.side {
            trips.add(self.net);
            self.net = Money::ZERO;
        }
        self.side = side;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trips_end_at_flat_and_at_a_turn() {
        let money = |n| Money::from_int(n).unwrap();
        let size = |n| Quantity::from_int(n).unwrap();
        let mut meter = TripMeter::default();
        let mut trips = RoundTrips::default();
        // In, half out at a profit, out at a profit: one trip, won, net of three fees.
        meter.observe(money(0), money(1), size(10), &mut trips);
        meter.observe(money(5), money(1), size(5), &mut trips);
        assert_eq!(trips.closed, 0);
        meter.observe(money(5), money(1), size(0), &mut trips);
        assert_eq!((trips.closed, trips.won, trips.profit), (1, 1, money(7)));
        // In, turned around at a loss, out: two trips.
        meter.observe(money(0), money(0), size(10), &mut trips);
        meter.observe(money(-4), money(1), size(-10), &mut trips);
        assert_eq!((trips.closed, trips.lost, trips.loss), (2, 1, money(-5)));
        meter.observe(money(5), money(0), size(0), &mut trips);
        assert_eq!((trips.closed, trips.won), (3, 2));
        assert_eq!(trips.win_rate(), Figure::Value(2.0 / 3.0));
        assert_eq!(trips.profit_factor(), Figure::Value(12.0 / 5.0));
    }
}
