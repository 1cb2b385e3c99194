use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::math;
use crate::price::Price;

/// Fixed, so that a failure on one machine is a failure on every other; proptest prints the
/// smallest failing input.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 2_000,
        rng_seed: RngSeed::Fixed(20_260_302),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Raw values of every magnitude, with the borders more often than chance would have them.
fn raws() -> impl Strategy<Value = i64> {
    let borders =
        [0, 1, -1, 5, SCALE, -SCALE, SCALE / 2, i64::MAX, i64::MIN, 1 << 53, (1 << 53) + 1];
    prop_oneof![
        2 => prop::sample::select(borders.to_vec()),
        6 => (any::<i64>(), 0_u32..64).prop_map(|(raw, shift)| raw >> shift),
    ]
}

/// Finite numbers of every size, most of them where they matter.
fn reals() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => any::<i64>().prop_map(|raw| raw as f64 / 1e9),
        4 => -1e10..1e10_f64,
        2 => -1e-6..1e-6_f64,
        2 => any::<f64>().prop_filter("finite", |x| x.is_finite()),
        2 => (raws(), 0_i32..70).prop_map(|(raw, shift)| raw as f64 / math::powi(2.0, shift)),
    ]
}

/// `numerator / denominator` rounded by comparing doubled remainders over `i128`.
fn round_reference(numerator: i128, denominator: i128, rounding: Rounding) -> i128 {
    let (numerator, denominator) =
        if denominator < 0 { (-numerator, -denominator) } else { (numerator, denominator) };
    let floor = numerator.div_euclid(denominator);
    let rest = numerator.rem_euclid(denominator);
    match rounding {
        Rounding::Down => floor,
        Rounding::Up => floor + i128::from(rest > 0),
        Rounding::Nearest => match (rest * 2).cmp(&denominator) {
            std::cmp::Ordering::Less => floor,
            std::cmp::Ordering::Greater => floor + 1,
            std::cmp::Ordering::Equal => floor + (floor & 1),
        },
    }
}

fn nearest_reference(numerator: i128, denominator: i128) -> Option<i64> {
    i64::try_from(round_reference(numerator, denominator, Rounding::Nearest)).ok()
}

/// Rounds `x` to nine decimals from its exact decimal expansion, which the formatter prints.
fn from_real_reference(x: f64, rounding: Rounding) -> Option<i64> {
    let text = format!("{:.1080}", x.abs());
    let (whole, fraction) = text.split_once('.')?;
    let (kept, lost) = fraction.split_at(DECIMALS);
    let floor: u128 = format!("{whole}{kept}").parse().ok()?;
    let tie = format!("5{}", "0".repeat(lost.len() - 1));
    let above = lost.bytes().any(|digit| digit != b'0');
    let up = match rounding {
        Rounding::Down => x < 0.0 && above,
        Rounding::Up => x > 0.0 && above,
        Rounding::Nearest => *lost > *tie || (lost == tie && floor % 2 == 1),
    };
    let magnitude = i128::try_from(floor + u128::from(up)).ok()?;
    i64::try_from(if x < 0.0 { -magnitude } else { magnitude }).ok()
}

/// The decimal text of a raw value, handed to the correctly rounding parser of the language.
fn to_real_reference(raw: i128) -> f64 {
    let sign = if raw < 0 { "-" } else { "" };
    let (whole, fraction) =
        (raw.unsigned_abs() / SCALE as u128, raw.unsigned_abs() % SCALE as u128);
    format!("{sign}{whole}.{fraction:09}").parse().unwrap()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn mul_rounds_the_full_product_once(a in raws(), b in raws()) {
        let wide = i128::from(a) * i128::from(b);
        prop_assert_eq!(mul(a, b), nearest_reference(wide, SCALE.into()));
        prop_assert_eq!(round_product(product(a, b)), mul(a, b));
    }

    #[test]
    fn mul_div_and_div_round_the_full_quotient_once(a in raws(), b in raws(), c in raws()) {
        let wide = i128::from(a) * i128::from(b);
        let expected = if c == 0 { None } else { nearest_reference(wide, c.into()) };
        prop_assert_eq!(mul_div(a, b, c), expected);
        prop_assert_eq!(div_product(wide, c.into()), expected);
        let expected = if b == 0 {
            None
        } else {
            nearest_reference(i128::from(a) * i128::from(SCALE), b.into())
        };
        prop_assert_eq!(div(a, b), expected);
        let expected = if b == 0 { None } else { nearest_reference(a.into(), b.into()) };
        prop_assert_eq!(div_int(a, b), expected);
    }

    #[test]
    fn ties_go_to_the_even_neighbour(whole in -1_000_000_i64..1_000_000, by in 1_i64..1_000) {
        let even = whole + (whole & 1);
        prop_assert_eq!(mul_div(2 * whole + 1, by, 2 * by), Some(even));
        prop_assert_eq!(mul_div(2 * whole + 1, -by, -2 * by), Some(even));
        prop_assert_eq!(mul(2 * whole + 1, SCALE / 2), Some(even));
        prop_assert_eq!(quantize((2 * whole + 1) * by, 2 * by, Rounding::Nearest), Some(even * 2 * by));
    }

    #[test]
    fn quantize_agrees_with_the_reference(raw in raws(), step in raws()) {
        for rounding in [Rounding::Down, Rounding::Up, Rounding::Nearest] {
            let expected = if step <= 0 {
                None
            } else {
                let multiple = round_reference(raw.into(), step.into(), rounding);
                i64::try_from(multiple * i128::from(step)).ok()
            };
            prop_assert_eq!(quantize(raw, step, rounding), expected, "{:?}", rounding);
        }
    }

    #[test]
    fn midpoint_is_the_exact_half_sum(a in raws(), b in raws()) {
        let sum = i128::from(a) + i128::from(b);
        prop_assert_eq!(Some(midpoint(a, b)), nearest_reference(sum, 2));
        prop_assert_eq!(midpoint(a, b), midpoint(b, a));
    }

    #[test]
    fn from_real_rounds_the_exact_value_once(x in reals()) {
        for rounding in [Rounding::Down, Rounding::Up, Rounding::Nearest] {
            let expected = from_real_reference(x, rounding);
            prop_assert_eq!(from_real(x, rounding), expected, "{:?}", rounding);
        }
    }

    #[test]
    fn to_real_is_correctly_rounded(raw in raws(), high in any::<i64>(), shift in 0_u32..128) {
        prop_assert_eq!(to_real(raw).to_bits(), to_real_reference(raw.into()).to_bits());
        let wide = ((i128::from(high) << 64) | i128::from(raw)) >> shift;
        let expected = if wide == 0 { 0.0 } else { to_real_reference(wide) };
        prop_assert_eq!(wide_to_real(wide).to_bits(), expected.to_bits());
    }

    /// `n` has 54 bits, one more than a real keeps, so that what is left over decides.
    #[test]
    fn quotient_sees_what_is_left_over(n in (1_i64 << 53)..(1_i64 << 54), by in 2_i64..512) {
        let n = n | 1;
        let (below, above) = ((n - 1) as f64, (n + 1) as f64);
        let even = if n % 4 == 1 { below } else { above };
        for (dividend, expected) in [(n * by, even), (n * by + 1, above), (n * by - 1, below)] {
            prop_assert_eq!(quotient(dividend, by), Some(expected));
            prop_assert_eq!(quotient(-dividend, -by), Some(expected));
            prop_assert_eq!(quotient(dividend, -by), Some(-expected));
        }
    }

    /// With a divisor this long, what is left over lies below every bit of the long quotient.
    #[test]
    fn wide_quotients_see_the_smallest_rest(
        n in (1_i64 << 53)..(1_i64 << 54), by in (1_i64 << 60)..i64::MAX,
    ) {
        let n = n | 1;
        let (below, above) = ((n - 1) as f64, (n + 1) as f64);
        let even = if n % 4 == 1 { below } else { above };
        let tie = i128::from(n) * i128::from(by);
        for (dividend, expected) in [(tie, even), (tie + 1, above), (tie - 1, below)] {
            prop_assert_eq!(wide_quotient(dividend, by), Some(expected));
            prop_assert_eq!(wide_quotient(-dividend, by), Some(-expected));
        }
    }

    #[test]
    fn small_quotients_are_those_of_ieee(a in -1_000_000_i64..1_000_000, b in 1_i64..1_000_000) {
        prop_assert_eq!(quotient(a, b), Some(a as f64 / b as f64));
    }

    #[test]
    fn products_with_reals_round_once(raw in raws(), k in 1_i64..(1 << 53), s in 0_i32..120) {
        let x = k as f64 / math::powi(2.0, s);
        let expected = nearest_reference(i128::from(raw) * i128::from(k), 1 << s);
        prop_assert_eq!(mul_real(raw, x), expected);
        prop_assert_eq!(mul_real(raw, -x), i64::try_from(-round_reference(
            i128::from(raw) * i128::from(k), 1 << s, Rounding::Nearest)).ok());
    }

    #[test]
    fn quotients_by_reals_round_once(raw in raws(), k in 1_i64..(1 << 53), s in -60_i32..60) {
        let x = k as f64 * math::powi(2.0, -s);
        let (dividend, divisor) = if s >= 0 {
            (i128::from(raw) << s, i128::from(k))
        } else {
            (i128::from(raw), i128::from(k) << -s)
        };
        prop_assert_eq!(div_real(raw, x), nearest_reference(dividend, divisor));
    }

    #[test]
    fn what_is_written_reads_the_same(raw in raws()) {
        let text = Price::from_raw(raw).to_string();
        prop_assert_eq!(parse(&text), Ok(raw), "{}", text);
        prop_assert!(!text.contains('.') || !text.ends_with(['0', '.']), "{} is not shortest", text);
        prop_assert_eq!(parse(&format!("{text}e0")), Ok(raw));
        prop_assert_eq!(parse(&format!("{raw}e-9")), Ok(raw));
        prop_assert_eq!(parse(&format!("{raw}0000e-13")), Ok(raw));
    }

    #[test]
    fn a_precision_rounds_to_decimals(raw in -1_000_000_000_000_000_i64..1_000_000_000_000_000, places in 0_usize..=9) {
        let text = format!("{:.places$}", Price::from_raw(raw));
        let step = 10_i64.pow(9 - places as u32);
        prop_assert_eq!(parse(&text).ok(), quantize(raw, step, Rounding::Nearest));
        prop_assert_eq!(text.split_once('.').map_or(0, |(_, digits)| digits.len()), places);
    }

    #[test]
    fn reading_never_panics(text in "[-+]?[0-9.eE+\\- x]{0,24}", long in "[0-9]{0,60}\\.[0-9]{0,60}(e-?[0-9]{1,25})?") {
        for text in [&text, &long] {
            if let Ok(raw) = parse(text) {
                prop_assert_eq!(parse(&Price::from_raw(raw).to_string()), Ok(raw));
            }
        }
    }
}

#[test]
fn what_a_number_may_look_like() {
    use ParseFixedError::{Empty, OutOfRange, TooPrecise, Unexpected};
    let cases = [
        ("0", Ok(0)),
        ("-0", Ok(0)),
        ("0.000", Ok(0)),
        ("0e999999999999999999999", Ok(0)),
        ("1", Ok(SCALE)),
        ("+1", Ok(SCALE)),
        ("001.50", Ok(1_500_000_000)),
        (".5", Ok(500_000_000)),
        ("5.", Ok(5 * SCALE)),
        ("-12.000000001", Ok(-12_000_000_001)),
        ("1e-6", Ok(1_000)),
        ("1E3", Ok(1_000 * SCALE)),
        ("1234.5e-2", Ok(12_345_000_000)),
        ("0.0000000010000000000000000000000000000000000000000000000", Ok(1)),
        ("1000000000000000000000000000000000000000000000000e-48", Ok(SCALE)),
        ("9223372036.854775807", Ok(i64::MAX)),
        ("-9223372036.854775808", Ok(i64::MIN)),
        ("9223372036.854775808", Err(OutOfRange)),
        ("-9223372036.854775809", Err(OutOfRange)),
        ("1e10", Err(OutOfRange)),
        ("1e999999999999999999999", Err(OutOfRange)),
        ("123456789012345678901234567890123456789012345", Err(OutOfRange)),
        ("12345678901234567890.123456789012345678901234567890", Err(OutOfRange)),
        ("0.0000000001", Err(TooPrecise)),
        ("1.0000000001", Err(TooPrecise)),
        ("1e-10", Err(TooPrecise)),
        ("1e-999999999999999999999", Err(TooPrecise)),
        ("1.0000000000000000000000000000000000000000000000001", Err(TooPrecise)),
        ("", Err(Empty)),
        ("-", Err(Empty)),
        (".", Err(Empty)),
        ("1e", Err(Empty)),
        ("1e-", Err(Empty)),
        ("e1", Err(Unexpected { found: 'e', at: 0 })),
        ("1.2.3", Err(Unexpected { found: '.', at: 3 })),
        ("1,5", Err(Unexpected { found: ',', at: 1 })),
        ("1e5.0", Err(Unexpected { found: '.', at: 3 })),
        ("--1", Err(Unexpected { found: '-', at: 1 })),
        (" 1", Err(Unexpected { found: ' ', at: 0 })),
        ("1\u{20ac}", Err(Unexpected { found: '\u{20ac}', at: 1 })),
        ("nan", Err(Unexpected { found: 'n', at: 0 })),
    ];
    for (text, expected) in cases {
        assert_eq!(parse(text), expected, "{text:?}");
    }
}

#[test]
fn the_borders_of_reals() {
    let nearest = Rounding::Nearest;
    for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e10, -1e10, f64::MAX, f64::MIN] {
        assert_eq!(from_real(x, nearest), None, "{x}");
    }
    assert_eq!(from_real(f64::from_bits(1), Rounding::Up), Some(1));
    assert_eq!(from_real(-f64::from_bits(1), Rounding::Down), Some(-1));
    assert_eq!(from_real(f64::from_bits(1), Rounding::Down), Some(0));
    // 2.5e-9 is not a real number: the nearest one lies above it, 0.5e-9 has one below.
    assert_eq!(from_real(2.5e-9, nearest), from_real_reference(2.5e-9, nearest));
    assert_eq!(to_real(i64::MIN).to_bits(), (-9_223_372_036.854_776_f64).to_bits());
    assert_eq!(to_real(0).to_bits(), 0);
    for x in [0.0, f64::NAN, f64::INFINITY] {
        assert_eq!(div_real(SCALE, x), None, "{x}");
    }
    assert_eq!(div_real(SCALE, f64::MAX), Some(0));
    assert_eq!(div_real(SCALE, f64::from_bits(1)), None);
    assert_eq!(div_real(0, f64::from_bits(1)), Some(0));
    assert_eq!(mul_real(i64::MIN, 1.0), Some(i64::MIN));
    assert_eq!(mul_real(i64::MIN, -1.0), None);
    assert_eq!(mul_real(i64::MAX, 5e-324), Some(0));
    assert_eq!(mul_real(0, f64::NAN), None);
    assert_eq!(quotient(1, 0), None);
    assert_eq!(quotient(0, -5).map(f64::to_bits), Some(0));
    assert_eq!(quotient(i64::MIN, i64::MIN), Some(1.0));
    assert_eq!(wide_to_real(i128::MIN).to_bits(), to_real_reference(i128::MIN).to_bits());
}

#[test]
fn accumulators_refuse_what_does_not_fit() {
    assert_eq!(div_product(i128::MIN, -1), None);
    assert_eq!(div_product(i128::MIN, 1), None);
    assert_eq!(div_product(i128::MAX, 0), None);
    assert_eq!(div_product(i128::MIN, i128::MIN), Some(1));
    assert_eq!(narrow(i128::from(i64::MIN) - 1), None);
    assert_eq!(narrow(i128::from(i64::MIN)), Some(i64::MIN));
    // The quotient is 2^64 exactly, which would come back as 0 if it were cut to 64 bits.
    assert_eq!(mul(1 << 62, 4 * SCALE), None);
    assert_eq!(mul_div(1 << 62, 4 * SCALE, SCALE), None);
    assert_eq!(mul_int(i64::MIN, -1), None);
    assert_eq!(div_int(i64::MIN, -1), None);
    assert_eq!(abs(i64::MIN), None);
}

#[test]
fn written_forms_obey_the_formatter() {
    let price = Price::parse("-1.25").unwrap();
    let cases = [
        (format!("{price}"), "-1.25"),
        (format!("{price:?}"), "Price(-1.25)"),
        (format!("{price:>8}"), "   -1.25"),
        (format!("{price:<8}|"), "-1.25   |"),
        (format!("{price:08}"), "-0001.25"),
        (format!("{price:.1}"), "-1.2"),
        (format!("{price:.0}"), "-1"),
        (format!("{price:.4}"), "-1.2500"),
        (format!("{price:.11}"), "-1.25000000000"),
        (format!("{:+}", Price::ONE), "+1"),
        (format!("{:.2}", Price::from_raw(-1)), "0.00"),
        (format!("{}", Price::MIN), "-9223372036.854775808"),
        (format!("{:.0}", Price::MAX), "9223372037"),
    ];
    for (got, expected) in cases {
        assert_eq!(got, expected);
    }
}

#[test]
fn the_algebra_of_units() {
    use crate::leverage::Leverage;
    use crate::money::Money;
    use crate::quantity::Quantity;
    use crate::ratio::Ratio;

    let price = Price::parse("0.55").unwrap();
    let size = Quantity::parse("20").unwrap();
    let cost = Money::parse("11").unwrap();
    assert_eq!(price.checked_mul_quantity(size), Some(cost));
    assert_eq!(size.checked_mul_price(price), Some(cost));
    assert_eq!(cost.checked_div_price(price), Some(size));
    assert_eq!(cost.checked_div_quantity(size), Some(price));
    assert_eq!(cost.checked_div_price(Price::ZERO), None);
    assert_eq!(size.checked_mul_slope(Price::parse("0.001").unwrap()), Price::parse("0.02").ok());
    assert_eq!(Ratio::parse("0.04").ok(), Ratio::from_percent(4));
    assert_eq!(Ratio::from_bps(100), Ratio::from_percent(1));
    assert_eq!(cost.checked_mul_ratio(Ratio::PERCENT), Money::parse("0.11").ok());
    assert_eq!(Money::parse("0.11").unwrap().ratio_to(cost), Some(Ratio::PERCENT));
    assert_eq!(Ratio::PERCENT.checked_complement(), Ratio::parse("0.99").ok());
    let leverage = Leverage::parse("-0.25").unwrap();
    let equity = Money::parse("44").unwrap();
    assert_eq!(leverage.checked_mul_money(equity), Money::parse("-11").ok());
    assert_eq!(Money::parse("-11").unwrap().leverage_on(equity), Some(leverage));
    assert_eq!(leverage.checked_mul_real(2.0), Leverage::parse("-0.5").ok());
    assert_eq!(price.distance(Price::ONE), Price::parse("0.45").ok());
    assert_eq!(Price::MIN.distance(Price::MAX), None);
    assert_eq!(Price::MAX.checked_mul_quantity(size), None);
    assert_eq!(price.quotient(Price::parse("1.1").unwrap()), Some(0.5));
    assert!(Price::parse("0.55").unwrap().is_multiple_of(Price::parse("0.01").unwrap()));
    assert!(!price.is_multiple_of(Price::ZERO));
}
