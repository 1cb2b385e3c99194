//! Library functions against their definitions, computed the slow way.
#![expect(clippy::wildcard_enum_match_arm, reason = "the definitions are of windows alone")]

use proptest::prelude::*;

use super::{Inputs, Node};
use crate::builtin::{Builtin, SETTINGS_MAX};
use crate::ir::Cell;

fn made(builtin: Builtin, n: i64) -> Node {
    let mut settings = [Cell::NONE; SETTINGS_MAX];
    settings[0] = Cell::int(n);
    Node::new(builtin, &settings)
}

fn pair(a: f64, b: f64) -> Inputs {
    [Cell::real(a), Cell::real(b), Cell::NONE, Cell::NONE]
}

const WINDOWED: [Builtin; 6] = [
    Builtin::Sma,
    Builtin::Stdev,
    Builtin::Zscore,
    Builtin::LinregSlope,
    Builtin::Highest,
    Builtin::Lowest,
];

/// All outputs for pairs of inputs.
fn run(node: &mut Node, inputs: &[(f64, f64)]) -> Vec<Option<f64>> {
    inputs
        .iter()
        .map(|(a, b)| {
            let cell = node.push(&pair(*a, *b)).unwrap();
            cell.some.then(|| cell.as_real())
        })
        .collect()
}

fn naive(builtin: Builtin, window: &[(f64, f64)]) -> f64 {
    let n = window.len() as f64;
    let mean = |f: fn(&(f64, f64)) -> f64| window.iter().map(f).sum::<f64>() / n;
    let (a, b) = (mean(|p| p.0), mean(|p| p.1));
    let sum = |f: &dyn Fn(&(f64, f64)) -> f64| window.iter().map(f).sum::<f64>();
    let deviation = (sum(&|p| (p.0 - a) * (p.0 - a)) / (n - 1.0)).sqrt();
    match builtin {
        Builtin::Sma => a,
        Builtin::Stdev => deviation,
        Builtin::Zscore if deviation == 0.0 => 0.0,
        Builtin::Zscore => (window[window.len() - 1].0 - a) / deviation,
        Builtin::LinregSlope => {
            let squares = sum(&|p| (p.1 - b) * (p.1 - b));
            if squares == 0.0 { 0.0 } else { sum(&|p| (p.1 - b) * (p.0 - a)) / squares }
        }
        Builtin::Highest => window.iter().map(|p| p.0).fold(f64::MIN, f64::max),
        Builtin::Lowest => window.iter().map(|p| p.0).fold(f64::MAX, f64::min),
        _ => panic!("{builtin:?} is not a function of a window"),
    }
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()))
}

fn values(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<(f64, f64)>> {
    // Few distinct values, so that windows of equal ones and ties occur.
    proptest::collection::vec((-6_i32..6, -6_i32..6), length).prop_map(|v| {
        v.into_iter().map(|(a, b)| (f64::from(a) / 4.0, f64::from(b) / 4.0)).collect()
    })
}

proptest! {
    #[test]
    fn windows_against_their_definition(inputs in values(1..60), n in 2_usize..12) {
        for builtin in WINDOWED {
            let got = run(&mut made(builtin, n as i64), &inputs);
            for (at, got) in got.iter().enumerate() {
                match got {
                    None => prop_assert!(at + 1 < n, "{builtin:?} has no value at {at}"),
                    Some(got) => {
                        prop_assert!(at + 1 >= n);
                        let expected = naive(builtin, &inputs[at + 1 - n..=at]);
                        prop_assert!(close(*got, expected), "{builtin:?}: {got} {expected}");
                    }
                }
            }
        }
    }

    /// Whatever came before the window changes no bit.
    #[test]
    fn only_the_window_counts(
        garbage in proptest::collection::vec((-1e9_f64..1e9, -1e9_f64..1e9), 0..40),
        window in proptest::collection::vec((-1e3_f64..1e3, -1e3_f64..1e3), 2..20),
    ) {
        for builtin in WINDOWED {
            let n = window.len() as i64;
            let fresh = run(&mut made(builtin, n), &window);
            let mut node = made(builtin, n);
            run(&mut node, &garbage);
            let later = run(&mut node, &window);
            let last = |v: &[Option<f64>]| v[v.len() - 1].unwrap().to_bits();
            prop_assert_eq!(last(&fresh), last(&later), "{:?}", builtin);
        }
        for builtin in [Builtin::LogReturn, Builtin::CrossesAbove] {
            let positive: Vec<_> = window.iter().map(|(a, b)| (a.abs() + 1.0, *b)).collect();
            let mut node = made(builtin, 0);
            let before: Vec<_> = garbage.iter().map(|(a, b)| (a.abs() + 1.0, *b)).collect();
            let bits = |node: &mut Node, inputs: &[(f64, f64)]| inputs.iter()
                .map(|(a, b)| node.push(&pair(*a, *b)).unwrap()).last();
            bits(&mut node, &before);
            let later = bits(&mut node, &positive);
            let fresh = bits(&mut made(builtin, 0), &positive);
            prop_assert_eq!(fresh, later);
        }
    }

    /// Taking an input back is as if it had never come.
    #[test]
    fn undo_leaves_no_trace(inputs in values(1..50), n in 2_i64..9) {
        let all = [
            Builtin::Ema, Builtin::Sma, Builtin::Stdev, Builtin::Zscore, Builtin::LogReturn,
            Builtin::LinregSlope, Builtin::Highest, Builtin::Lowest, Builtin::Rsi,
            Builtin::CrossesAbove, Builtin::CrossesBelow, Builtin::Lag,
        ];
        for builtin in all {
            let (mut plain, mut undone) = (made(builtin, n), made(builtin, n));
            for (at, (a, b)) in inputs.iter().enumerate() {
                let inputs = pair(a + 3.0, *b);
                if at % 3 == 0 {
                    let garbage = 99.0 + at as f64;
                    undone.push(&pair(garbage, garbage)).unwrap();
                    undone.undo();
                }
                let (x, y) = (plain.push(&inputs).unwrap(), undone.push(&inputs).unwrap());
                prop_assert_eq!(x, y, "{:?} at {}", builtin, at);
            }
        }
    }
}

#[test]
fn windows_of_equal_values_are_exactly_flat() {
    // The sum of ten times 0.1 is not 1.
    let inputs = [(0.1, 0.1); 10];
    for (builtin, expected) in [
        (Builtin::Sma, 0.1),
        (Builtin::Stdev, 0.0),
        (Builtin::Zscore, 0.0),
        (Builtin::LinregSlope, 0.0),
    ] {
        let got = run(&mut made(builtin, 10), &inputs)[9].unwrap();
        assert_eq!(got.to_bits(), f64::to_bits(expected), "{builtin:?}");
    }
}

#[test]
fn vectors_by_hand() {
    let series: Vec<(f64, f64)> = [2.0, 4.0, 4.0, 5.0, 3.0].map(|x| (x, 0.0)).to_vec();
    let cases = [
        (Builtin::Ema, 3, vec![Some(2.0), Some(3.0), Some(3.5), Some(4.25), Some(3.625)]),
        (Builtin::Highest, 2, vec![None, Some(4.0), Some(4.0), Some(5.0), Some(5.0)]),
        (Builtin::Lowest, 2, vec![None, Some(2.0), Some(4.0), Some(4.0), Some(3.0)]),
        (Builtin::Lag, 2, vec![None, None, Some(2.0), Some(4.0), Some(4.0)]),
        (Builtin::Lag, 0, vec![Some(2.0), Some(4.0), Some(4.0), Some(5.0), Some(3.0)]),
        // Differences 2, 0, 1, -2. After two: gain 1, loss 0. Then gain (1+1)/2, then 1/2 and 1.
        (Builtin::Rsi, 2, vec![None, None, Some(100.0), Some(100.0), Some(100.0 * 0.5 / 1.5)]),
    ];
    for (builtin, n, expected) in cases {
        let got = run(&mut made(builtin, n), &series);
        for (got, expected) in got.iter().zip(&expected) {
            assert_eq!(got.is_some(), expected.is_some(), "{builtin:?}({n})");
            assert!(close(got.unwrap_or(0.0), expected.unwrap_or(0.0)), "{builtin:?}: {got:?}");
        }
    }
    let flat = run(&mut made(Builtin::Rsi, 2), &[(1.0, 0.0); 4]);
    assert_eq!(flat[3], Some(50.0));
}

#[test]
fn crossings() {
    let pairs = [(1.0, 2.0), (2.0, 2.0), (3.0, 2.0), (3.0, 2.0), (2.0, 2.0), (1.0, 2.0)];
    for (builtin, expected) in [
        (
            Builtin::CrossesAbove,
            [None, Some(false), Some(true), Some(false), Some(false), Some(false)],
        ),
        (
            Builtin::CrossesBelow,
            [None, Some(false), Some(false), Some(false), Some(false), Some(true)],
        ),
    ] {
        let mut node = made(builtin, 0);
        let got = pairs.map(|(a, b)| {
            let cell = node.push(&pair(a, b)).unwrap();
            cell.some.then_some(cell.bits != 0)
        });
        assert_eq!(got, expected, "{builtin:?}");
    }
}

#[test]
fn what_is_not_finite_is_refused() {
    let refuses = |builtin, n, inputs: &[f64]| {
        let mut node = made(builtin, n);
        let (last, before) = inputs.split_last().unwrap();
        for x in before {
            assert!(node.push(&pair(*x, 1.0)).is_ok());
        }
        node.push(&pair(*last, 1.0)).is_err()
    };
    assert!(refuses(Builtin::LogReturn, 0, &[0.0]));
    assert!(refuses(Builtin::LogReturn, 0, &[1.0, -1.0]));
    assert!(refuses(Builtin::Sma, 2, &[f64::MAX, -f64::MAX]));
    assert!(refuses(Builtin::Ema, 3, &[f64::MAX, -f64::MAX]));
    assert!(refuses(Builtin::Rsi, 3, &[f64::MAX, -f64::MAX]));
    assert!(refuses(Builtin::Stdev, 2, &[1e200, -1e200]));
    assert!(!refuses(Builtin::Stdev, 2, &[1e100, -1e100]));
}
