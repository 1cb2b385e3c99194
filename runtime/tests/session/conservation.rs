//! Money is neither made nor lost: cash, costs, fees and profits add up exactly, whatever happens.

use proptest::prelude::*;

use strat_runtime::account::Account;
use strat_runtime::money::Money;
use strat_runtime::position::Position;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;

#[derive(Debug, Clone)]
enum Step {
    Fill { instrument: usize, buy: bool, price: i64, size: i64, fee: i64 },
    Settle { instrument: usize, payout: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    let fill =
        (0..3_usize, any::<bool>(), 1..200_000_000_000_i64, 0..50_000_000_000_i64, -999..9_999_i64)
            .prop_map(|(instrument, buy, price, size, fee)| Step::Fill {
                instrument,
                buy,
                price,
                size,
                fee,
            });
    let settle = (0..3_usize, 0..=1_000_000_000_i64)
        .prop_map(|(instrument, payout)| Step::Settle { instrument, payout });
    prop_oneof![9 => fill, 1 => settle]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cash_and_positions_at_cost_conserve(steps in prop::collection::vec(step(), 1..200)) {
        let start = Money::from_int(1_000_000).unwrap();
        let mut account = Account::new(start);
        let mut positions = [Position::default(); 3];
        let mut sizes = [0_i128; 3];
        for step in steps {
            let (booked, fee) = match step {
                Step::Fill { instrument, buy, price, size, fee } => {
                    let side = if buy { Side::Buy } else { Side::Sell };
                    let (price, size) = (Price::from_raw(price), Quantity::from_raw(size));
                    sizes[instrument] += i128::from(size.raw() * side.sign());
                    let fee = Money::from_raw(fee);
                    let booked = positions[instrument].apply_fill(side, price, size, fee);
                    (booked.unwrap(), fee)
                }
                Step::Settle { instrument, payout } => {
                    sizes[instrument] = 0;
                    (positions[instrument].settle(Price::from_raw(payout)).unwrap(), Money::ZERO)
                }
            };
            account.book(booked, fee).unwrap();
            let costs: i64 = positions.iter().map(|p| p.cost.raw()).sum();
            let realized: i64 = positions.iter().map(|p| p.realized.raw()).sum();
            let fees: i64 = positions.iter().map(|p| p.fees.raw()).sum();
            prop_assert_eq!(account.cash.raw() + costs, start.raw() + realized - fees);
            prop_assert_eq!(account.realized.raw(), realized);
            prop_assert_eq!(account.fees_paid.raw(), fees);
            for (position, size) in positions.iter().zip(sizes) {
                prop_assert_eq!(i128::from(position.size.raw()), size);
                prop_assert_eq!(position.size.is_zero(), position.avg_price.is_zero());
                prop_assert!(!position.size.is_zero() || position.cost.is_zero());
            }
        }
    }
}

/// Fills in words, the position and the profit after them.
#[track_caller]
fn check(fills: &[(Side, &str, &str)], size: &str, avg: &str, cost: &str, realized: &str) {
    let mut position = Position::default();
    for (side, units, price) in fills {
        let (price, units) = (Price::parse(price).unwrap(), Quantity::parse(units).unwrap());
        position.apply_fill(*side, price, units, Money::ZERO).unwrap();
    }
    let got = (
        position.size.to_string(),
        position.avg_price.to_string(),
        position.cost.to_string(),
        position.realized.to_string(),
    );
    let expected = (size.to_owned(), avg.to_owned(), cost.to_owned(), realized.to_owned());
    assert_eq!(got, expected, "{fills:?}");
}

#[test]
fn average_cost_by_hand() {
    use Side::{Buy, Sell};
    check(&[(Buy, "10", "100")], "10", "100", "1000", "0");
    check(&[(Buy, "10", "100"), (Buy, "10", "110")], "20", "105", "2100", "0");
    check(&[(Buy, "10", "100"), (Sell, "4", "110")], "6", "100", "600", "40");
    check(&[(Buy, "10", "100"), (Sell, "10", "90")], "0", "0", "0", "-100");
    check(&[(Buy, "10", "100"), (Sell, "15", "110")], "-5", "110", "-550", "100");
    check(&[(Sell, "10", "100"), (Buy, "4", "90")], "-6", "100", "-600", "40");
    check(&[(Sell, "10", "100"), (Buy, "15", "120")], "5", "120", "600", "-200");
}

#[test]
fn a_position_that_leaves_the_range_stays_as_it_was() {
    let mut position = Position::default();
    let big = Quantity::from_raw(i64::MAX);
    assert_eq!(position.apply_fill(Side::Buy, Price::ONE, big, Money::ZERO).map(|_| ()), Some(()));
    let before = position;
    assert_eq!(position.apply_fill(Side::Buy, Price::ONE, big, Money::ZERO), None);
    let negative = Quantity::from_raw(-1);
    assert_eq!(position.apply_fill(Side::Buy, Price::ONE, negative, Money::ZERO), None);
    assert_eq!(position, before);
    assert_eq!(position.unrealized(Price::parse("2").unwrap()), None);
}
