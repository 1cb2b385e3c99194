//! The functions without memory of `std.pm`, `std.size` and `std.book` against exact rational
//! arithmetic: `tests/vectors/functions.py`.

use strat_runtime::book::{Book, Level};
use strat_runtime::instrument::{AssetClass, Instrument, Status};
use strat_runtime::money::Money;
use strat_runtime::position::Position;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::venue::VenueKind;
use strat_runtime::view::InstrumentView;

use super::{evaluate, of_book, reads_book};
use crate::builtin::pure::{FUNCTIONS, Function, Gives};
use crate::ir::Cell;

const VECTORS: &[u8] = include_bytes!("../../../tests/vectors/functions.i64");
const SEED: u64 = 20_260_601;
const POINTS: usize = 10_000;
const SCALE: i64 = 1_000_000_000;
const TICK: i64 = 1_000_000;
/// There is no result.
const ABSENT: i64 = i64::MIN;

/// In the order of the script, with how far a real may be off, by its own size but at least a
/// thousandth. Zero asks for the same bits.
const ORDER: [(Function, f64); 21] = [
    (Function::ImpliedProb, 0.0),
    (Function::Complement, 0.0),
    (Function::ParityGap, 0.0),
    (Function::SumToOne, 0.0),
    (Function::TimeDecay, 1e-15),
    // Near a price of one the quotient magnifies the rounding of the price by up to 10,000.
    (Function::KellyToken, 1e-12),
    (Function::Payoff, 0.0),
    (Function::VolTarget, 0.0),
    (Function::KellyReturn, 0.0),
    (Function::RiskParity, 1e-14),
    (Function::RoundLots, 0.0),
    (Function::ClampExposure, 0.0),
    (Function::Mid, 0.0),
    (Function::Spread, 0.0),
    (Function::MicroPrice, 0.0),
    (Function::Imbalance, 0.0),
    (Function::Depth, 0.0),
    (Function::DepthWithin, 0.0),
    (Function::VwapFor, 0.0),
    (Function::LevelPrice, 0.0),
    (Function::LevelSize, 0.0),
];

/// `SplitMix64`, as in the script.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: i64) -> i64 {
        (self.next() % n as u64) as i64
    }

    fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below(high - low)
    }

    fn real(&mut self) -> f64 {
        let mantissa = (1 + self.below((1 << 53) - 1)) as f64;
        mantissa / (1_u64 << self.below(64)) as f64
    }

    fn book(&mut self) -> Book {
        let touch = self.below(8) == 0;
        let mut side = |way: i64| {
            let count = self.below(if touch { 2 } else { 13 });
            let mut at = 500 * TICK + way * self.between(-2, 40) * TICK;
            let mut levels = Vec::new();
            for _ in 0..count {
                let magnitude = self.between(1, 13) as u32;
                let size = 1 + self.below(10_i64.pow(magnitude));
                levels.push(Level::new(Price::from_raw(at), Quantity::from_raw(size)));
                at += way * self.between(1, 4) * TICK;
            }
            levels
        };
        let (bids, asks) = (side(-1), side(1));
        let mut book = Book::new(16);
        if touch {
            let best = |levels: &[Level]| levels.first().copied().unwrap_or_default();
            let (bid, ask) = (best(&bids), best(&asks));
            book.apply_quote(bid.price, bid.size, ask.price, ask.size);
        } else {
            book.replace_from(&bids, &asks);
        }
        book
    }
}

fn instrument() -> InstrumentView {
    let meta = Instrument {
        symbol: "1".to_owned(),
        name: "yes".to_owned(),
        venue: VenueKind::Polymarket,
        class: AssetClass::OutcomeToken,
        question: String::new(),
        outcome: String::new(),
        tick: Price::from_raw(TICK),
        lot: Quantity::ONE,
        min_size: Quantity::ONE,
        min_notional: Money::ZERO,
        liquidity: None,
        expires_at: None,
        complement: None,
        status: Status::Trading,
    };
    let (book, position) = (Book::new(16), Position::default());
    InstrumentView { meta, book, last_trade: None, position, mark: None, orders: Vec::new() }
}

/// The operands of a function that reads no book.
fn operands(function: Function, d: &mut Draw) -> Vec<i64> {
    let bits = |x: f64| x.to_bits() as i64;
    let wide = 10_i64.pow(13);
    match function {
        Function::ImpliedProb => vec![d.below(2 * SCALE)],
        Function::Complement => vec![d.between(-(10_i64.pow(15)), 10_i64.pow(15))],
        Function::ParityGap => (0..2).map(|_| d.between(-SCALE, 2 * SCALE)).collect(),
        Function::SumToOne => (0..d.between(2, 9)).map(|_| d.below(SCALE)).collect(),
        Function::TimeDecay => {
            let span = d.between(8, 100 * wide);
            vec![d.between(-(span / 4), span + span / 4), span]
        }
        Function::KellyToken => {
            let p = d.between(-(1 << 50), (1 << 52) + (1 << 50)) as f64 / (1_u64 << 52) as f64;
            vec![bits(p), d.between(-2_000, 12_000) * (SCALE / 10_000)]
        }
        Function::Payoff => vec![d.between(-wide, wide), d.below(SCALE), d.below(SCALE)],
        Function::VolTarget => {
            let (goal, most) = (d.below(5 * SCALE), d.below(50 * SCALE));
            let vol = if d.below(50) == 0 { 0.0 } else { d.real() };
            vec![goal, bits(vol), most]
        }
        Function::KellyReturn => {
            let (mean, variance) = (d.real(), d.real());
            vec![bits(if d.below(2) == 1 { -mean } else { mean }), bits(variance)]
        }
        Function::RiskParity => {
            let one = 1_i64 << 40;
            (0..d.between(2, 9)).map(|_| bits((1 + d.below(one)) as f64 / one as f64)).collect()
        }
        Function::RoundLots => vec![d.between(-wide, wide), d.between(1, wide / 100)],
        Function::ClampExposure => {
            let most = 1_i64 << 61;
            vec![d.between(-most, most), d.between(-most, most), d.below(most)]
        }
        _ => panic!("{function:?} reads a book"),
    }
}

/// The operands of a function of a book, without the book.
fn of_one_book(function: Function, d: &mut Draw) -> Vec<i64> {
    if matches!(function, Function::Mid | Function::Spread | Function::MicroPrice) {
        return Vec::new();
    }
    if function == Function::Imbalance {
        return vec![d.between(1, 8)];
    }
    let side = d.below(2);
    let way = if side == 0 { -1 } else { 1 };
    let second = match function {
        Function::Depth => 500 * TICK + way * d.between(-4, 60) * TICK,
        Function::DepthWithin => d.below(20),
        Function::VwapFor => {
            let magnitude = d.between(1, 13) as u32;
            d.below(10_i64.pow(magnitude))
        }
        _ => d.between(1, 8),
    };
    vec![side, second]
}

#[test]
fn functions_without_memory_are_exact() {
    let (words, _) = VECTORS.as_chunks::<8>();
    assert_eq!(words.len(), ORDER.len() * POINTS);
    let mut of = instrument();
    for (place, (function, tolerance)) in ORDER.into_iter().enumerate() {
        let mut d = Draw(SEED + place as u64);
        let mut worst = 0.0_f64;
        for at in 0..POINTS {
            let want = i64::from_le_bytes(words[place * POINTS + at]);
            let got = if reads_book(function) {
                of.book = d.book();
                of_book(function, &of, &of_one_book(function, &mut d)).unwrap()
            } else {
                evaluate(function, &operands(function, &mut d)).unwrap()
            };
            let want = if want == ABSENT { Cell::NONE } else { Cell::int(want) };
            if tolerance > 0.0 {
                let (got, want) = (got.as_real(), want.as_real());
                worst = worst.max((got - want).abs() / want.abs().max(1e-3));
                assert!(worst <= tolerance, "{function:?} at {at}: {got} for {want}");
            } else {
                assert_eq!((got.some, got.bits), (want.some, want.bits), "{function:?} at {at}");
            }
        }
        println!("{function:?}: {POINTS} points, at most {worst:.1e} off");
    }
}

/// Every function of the three modules is among them; those of `std.time` are compared with the tz
/// database and with calendars where they are computed.
#[test]
fn every_function_without_memory_has_a_vector() {
    for row in FUNCTIONS.iter().filter(|row| row.module != "std.time") {
        let found = ORDER.iter().find(|(function, _)| *function == row.function);
        let (_, tolerance) = found.unwrap_or_else(|| panic!("`{}` has none", row.name));
        assert!(*tolerance == 0.0 || row.gives == Gives::Real, "`{}` is exact", row.name);
    }
}
