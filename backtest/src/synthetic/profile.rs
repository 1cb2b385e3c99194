//! What is known of an instrument by its symbol: class, a plausible price, tick and lot.

use strat_runtime::instrument::{AssetClass, Instrument, Status};
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::venue::VenueKind;

/// Facts about a symbol.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Profile {
    /// Kind of asset.
    pub(crate) class: AssetClass,
    /// A price of late 2025, as a start for synthetic markets.
    pub(crate) price: f64,
    /// Smallest price step; `None` if the symbol is not known.
    pub(crate) tick: Option<Price>,
    /// Smallest size step; `None` if the venue's default holds.
    pub(crate) lot: Option<Quantity>,
}

/// Coins against the dollar: price, tick, lot of the linear perpetual.
const COINS: [(&str, f64, i64, i64); 14] = [
    ("BTC", 95_000.0, 100_000_000, 1_000_000),
    ("XBT", 95_000.0, 100_000_000, 1_000_000),
    ("ETH", 3_300.0, 10_000_000, 1_000_000),
    ("SOL", 190.0, 10_000_000, 10_000_000),
    ("BNB", 650.0, 10_000_000, 10_000_000),
    ("LTC", 100.0, 10_000_000, 1_000_000),
    ("AVAX", 38.0, 1_000_000, 1_000_000_000),
    ("LINK", 20.0, 1_000_000, 10_000_000),
    ("DOT", 7.0, 1_000_000, 100_000_000),
    ("XRP", 2.4, 100_000, 100_000_000),
    ("ADA", 0.9, 100_000, 1_000_000_000),
    ("TAO", 420.0, 10_000_000, 1_000_000),
    ("DOGE", 0.32, 10_000, 1_000_000_000),
    ("TRX", 0.25, 10_000, 1_000_000_000),
];

/// Currencies in dollars.
const CURRENCIES: [(&str, f64); 14] = [
    ("USD", 1.0),
    ("EUR", 1.08),
    ("GBP", 1.27),
    ("AUD", 0.655),
    ("NZD", 0.605),
    ("CAD", 0.735),
    ("CHF", 1.13),
    ("JPY", 0.006_6),
    ("SEK", 0.095),
    ("NOK", 0.093),
    ("DKK", 0.145),
    ("MXN", 0.055),
    ("ZAR", 0.054),
    ("SGD", 0.745),
];

const STABLECOINS: [&str; 4] = ["USDT", "USDC", "FDUSD", "USD"];

/// Looks a symbol up, in any spelling: `BTCUSD`, `BTC-USD`, `btc/usdt`.
pub(crate) fn profile(symbol: &str, venue: VenueKind) -> Profile {
    let plain: String =
        symbol.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
    if venue == VenueKind::Polymarket {
        let tick = Some(venue.capabilities().defaults.tick);
        return Profile { class: AssetClass::OutcomeToken, price: 0.5, tick, lot: None };
    }
    if let Some((base, quote)) = currency_pair(&plain) {
        let tick = if plain.ends_with("JPY") { 1_000_000 } else { 10_000 };
        return Profile {
            class: AssetClass::Forex,
            price: base / quote,
            tick: Some(Price::from_raw(tick)),
            lot: None,
        };
    }
    for (coin, price, tick, lot) in COINS {
        if plain.strip_prefix(coin).is_some_and(|quote| STABLECOINS.contains(&quote)) {
            return Profile {
                class: AssetClass::Crypto,
                price,
                tick: Some(Price::from_raw(tick)),
                lot: (venue == VenueKind::BinancePerp).then(|| Quantity::from_raw(lot)),
            };
        }
    }
    Profile { class: venue.capabilities().defaults.class, price: 100.0, tick: None, lot: None }
}

fn currency_pair(plain: &str) -> Option<(f64, f64)> {
    let (base, quote) = plain.split_at_checked(3)?;
    let value = |code: &str| CURRENCIES.iter().find(|(c, _)| *c == code).map(|(_, v)| *v);
    Some((value(base)?, value(quote)?))
}

/// An instrument of which no more is known than its symbol and venue.
pub(crate) fn instrument(symbol: &str, name: &str, venue: VenueKind) -> Instrument {
    let profile = profile(symbol, venue);
    let defaults = venue.capabilities().defaults;
    let lot = profile.lot.unwrap_or(defaults.lot);
    Instrument {
        symbol: symbol.to_owned(),
        name: name.to_owned(),
        venue,
        class: profile.class,
        question: String::new(),
        outcome: String::new(),
        tick: profile.tick.unwrap_or(defaults.tick),
        lot,
        min_size: profile.lot.unwrap_or(defaults.min_size),
        min_notional: Money::ZERO,
        liquidity: None,
        expires_at: None,
        complement: None,
        status: Status::Trading,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_known_in_every_spelling() {
        for (symbol, venue, class, price) in [
            ("BTCUSD", VenueKind::Vanta, AssetClass::Crypto, 95_000.0),
            ("eth-usdt", VenueKind::BinancePerp, AssetClass::Crypto, 3_300.0),
            ("EUR/USD", VenueKind::Vanta, AssetClass::Forex, 1.08),
            ("WHATEVER", VenueKind::Vanta, AssetClass::Crypto, 100.0),
            ("4158", VenueKind::Polymarket, AssetClass::OutcomeToken, 0.5),
        ] {
            let found = profile(symbol, venue);
            assert_eq!(found.class, class, "{symbol}");
            assert!((found.price - price).abs() < 1e-12, "{symbol}: {}", found.price);
        }
        let yen = profile("USDJPY", VenueKind::Vanta);
        assert!((150.0..153.0).contains(&yen.price));
        assert_eq!(yen.tick, Some(Price::from_raw(1_000_000)));
    }
}
