//! Fees of Polymarket against its documented formula, row by row.
#![expect(clippy::unwrap_used, reason = "test code")]
#![expect(clippy::disallowed_methods, reason = "reads the vectors that it checks")]
#![expect(clippy::print_stderr, reason = "a skipped test says so")]

use std::path::PathBuf;

use serde_json::Value;
use strat_backtest::venue::Fees;
use strat_runtime::instrument::AssetClass;
use strat_runtime::money::Money;
use strat_runtime::order::Liquidity;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::ratio::Ratio;
use strat_runtime::venue::{FeeSchedule, VenueKind};

fn vectors() -> Option<Value> {
    let folder = std::env::var_os("STRAT_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors"),
        PathBuf::from,
    );
    let path = folder.join("polymarket/fees.json");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: {} is not there; set STRAT_VECTORS", path.display());
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

#[test]
fn taker_fees_agree_with_the_vectors() {
    let Some(vectors) = vectors() else { return };
    let rows = vectors["taker_fee"].as_array().unwrap();
    // The documented schedule of today has the exponent 1; rows of others are history.
    let rows: Vec<_> = rows.iter().filter(|row| row["exponent"].as_i64() == Some(1)).collect();
    assert!(rows.len() >= 20, "only {} rows", rows.len());
    for row in rows {
        let text = |name: &str| row[name].as_str().unwrap();
        let rate = Ratio::parse(text("rate")).unwrap();
        let fees = Fees::Fixed(FeeSchedule::Probability { rate });
        let price = Price::parse(text("price")).unwrap();
        let size = Quantity::parse(text("shares")).unwrap();
        let fee = |liquidity| fees.fee(FeeSchedule::Free, price, size, liquidity).unwrap();
        assert_eq!(fee(Liquidity::Taker), Money::parse(text("fee")).unwrap(), "{row}");
        assert_eq!(fee(Liquidity::Maker), Money::ZERO);
    }
}

#[test]
fn the_table_of_each_venue_by_hand() {
    let cases = [
        // 100 * 0.04 * 0.25
        (VenueKind::Polymarket, AssetClass::OutcomeToken, "0.5", "100", "1", "0"),
        // 100 * 0.04 * 0.01 * 0.99 = 0.0396
        (VenueKind::Polymarket, AssetClass::OutcomeToken, "0.01", "100", "0.0396", "0"),
        (VenueKind::BinancePerp, AssetClass::Crypto, "50000", "0.1", "2.5", "1"),
        (VenueKind::Vanta, AssetClass::Crypto, "50000", "0.1", "5", "5"),
        (VenueKind::Vanta, AssetClass::Forex, "1.25", "1000", "0.25", "0.25"),
    ];
    for (venue, class, price, size, taker, maker) in cases {
        let schedule = venue.capabilities().fees.schedule(class);
        for (liquidity, expected) in [(Liquidity::Taker, taker), (Liquidity::Maker, maker)] {
            let price = Price::parse(price).unwrap();
            let size = Quantity::parse(size).unwrap();
            let fee = Fees::Venue.fee(schedule, price, size, liquidity).unwrap();
            assert_eq!(fee, Money::parse(expected).unwrap(), "{venue:?} {class:?} {liquidity:?}");
        }
    }
}
