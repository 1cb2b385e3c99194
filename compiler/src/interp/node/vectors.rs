//! The library against independent implementations: `tests/vectors/README.md` tells which.

use super::{Inputs, Node};
use crate::builtin::{Builtin, Range, Returns, Row, SETTINGS_MAX, TABLE};
use crate::ir::Cell;
use crate::warm::{Settings, own_ticks};

const INDEX: &str = include_str!("../../../tests/vectors/index.tsv");
const INPUTS: &[u8] = include_bytes!("../../../tests/vectors/inputs.i32");
const VECTORS: &[u8] = include_bytes!("../../../tests/vectors/vectors.i48");

/// The first tick that is compared, how many are, and how many ticks there are in all.
const LEAD: usize = 800;
const POINTS: usize = 10_300;
const TOTAL: usize = LEAD + POINTS;
/// At least so many points of each function have a reference.
const CHECKED_MIN: usize = 10_000;
/// Where the reference says nothing.
const ABSENT: i64 = -(1 << 47);

/// One line of the index.
struct Vector {
    row: &'static Row,
    series: Vec<Vec<f64>>,
    settings: Settings,
    finite: bool,
    /// What the reference says from tick [`LEAD`] on.
    expected: Vec<Option<f64>>,
}

fn raw(row: usize) -> Vec<f64> {
    let bytes = &INPUTS[row * TOTAL * 4..(row + 1) * TOTAL * 4];
    let (words, _) = bytes.as_chunks::<4>();
    words.iter().map(|word| f64::from(i32::from_le_bytes(*word))).collect()
}

fn series(name: &str) -> Vec<f64> {
    let (row, unit) = match name {
        "open" => (0, 1.0 / 64.0),
        "high" => (1, 1.0 / 64.0),
        "low" => (2, 1.0 / 64.0),
        "close" => (3, 1.0 / 64.0),
        "volume" => (4, 1.0),
        "other" => (5, 1.0 / 64.0),
        "doubled" => (5, 1.0 / 32.0),
        "ret" => (6, 1.0 / 67_108_864.0),
        _ => panic!("no series `{name}`"),
    };
    raw(row).into_iter().map(|x| x * unit).collect()
}

fn vectors() -> Vec<Vector> {
    let lines: Vec<Vec<&str>> = INDEX
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').collect())
        .collect();
    let source = |name: &str| lines.iter().find(|line| line[0] == name).unwrap();
    lines
        .iter()
        .map(|line| {
            let row = TABLE.iter().find(|row| row.name == line[0]).unwrap();
            let mut settings = [Cell::NONE; SETTINGS_MAX];
            let written = line[2].split(',').filter(|text| !text.is_empty());
            assert_eq!(written.clone().count(), row.settings.len(), "{}", row.name);
            for ((place, text), declared) in settings.iter_mut().zip(written).zip(row.settings) {
                *place = match declared.range {
                    Range::Whole(_) => Cell::int(text.parse().unwrap()),
                    Range::Real(..) => Cell::real(text.parse().unwrap()),
                };
            }
            let of = if line[3] == "same" { source(line[5]) } else { line };
            Vector {
                row,
                series: line[1].split(',').map(series).collect(),
                settings,
                finite: line[4] == "window",
                expected: expected(of),
            }
        })
        .collect()
}

fn expected(line: &[&str]) -> Vec<Option<f64>> {
    let first: usize = line[6].parse().unwrap();
    if line[3] == "whole" {
        return VECTORS[first..first + POINTS].iter().map(|x| Some(f64::from(*x))).collect();
    }
    let scale: f64 = line[5].parse().unwrap();
    let (words, _) = VECTORS[first..first + POINTS * 6].as_chunks::<6>();
    words
        .iter()
        .map(|word| {
            let mut bytes = [0_u8; 8];
            bytes[2..].copy_from_slice(word);
            let value = i64::from_le_bytes(bytes) >> 16;
            (value != ABSENT).then_some(value as f64 * scale)
        })
        .collect()
}

impl Vector {
    fn inputs(&self, tick: usize) -> Inputs {
        let mut inputs = Inputs::default();
        for (input, series) in inputs.iter_mut().zip(&self.series) {
            *input = Cell::real(series[tick]);
        }
        inputs
    }

    fn node(&self) -> Node {
        Node::new(self.row.builtin, &self.settings)
    }

    fn number(&self, cell: Cell) -> f64 {
        match self.row.result {
            Returns::Bool | Returns::Whole => cell.bits as f64,
            Returns::SameUnit
            | Returns::Plain
            | Returns::PlainNonNegative
            | Returns::SameUnitNonNegative
            | Returns::LastUnit
            | Returns::SameType => cell.as_real(),
        }
    }
}

#[test]
fn each_function_gives_what_others_give() {
    let (mut failures, mut total) = (Vec::new(), 0);
    for vector in vectors() {
        let name = vector.row.name;
        let mut node = vector.node();
        let known = vector.expected.iter().flatten();
        // Relative to the value, and for results around zero to their usual size.
        let usual = known.clone().map(|x| x.abs()).sum::<f64>() / known.count() as f64;
        let tolerance = if vector.finite { 1e-12 } else { 1e-9 };
        let (mut checked, mut worst, mut at_worst) = (0, 0.0_f64, 0);
        for tick in 0..TOTAL {
            let got = node.push(&vector.inputs(tick)).unwrap();
            let Some(Some(want)) = tick.checked_sub(LEAD).map(|at| vector.expected[at]) else {
                continue;
            };
            assert!(got.some, "{name} has no value at {tick}");
            let error = (vector.number(got) - want).abs() / want.abs().max(usual);
            checked += 1;
            if error > worst {
                (worst, at_worst) = (error, tick);
            }
        }
        total += checked;
        let shown = format!("{name}: {checked} points, at most {worst:.1e} off at {at_worst}");
        println!("{shown}");
        if checked < CHECKED_MIN || worst > tolerance {
            failures.push(format!("{shown}, allowed {tolerance:.0e}"));
        }
    }
    println!("{total} points in all");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn each_function_of_the_table_has_a_vector() {
    let vectors = vectors();
    for row in TABLE {
        let has = vectors.iter().any(|vector| vector.row == row);
        assert!(has || row.builtin == Builtin::Lag, "`{}` is compared with nothing", row.name);
    }
    for vector in vectors {
        assert_eq!(vector.finite, vector.row.is_finite(), "{}", vector.row.name);
    }
}

/// A window has its first value at the tick that its row says, and from there on it depends on the
/// inputs since then alone, bit for bit.
#[test]
fn windows_are_as_long_as_they_say() {
    for vector in vectors().iter().filter(|vector| vector.finite) {
        let name = vector.row.name;
        let warm = own_ticks(vector.row.warm, &vector.settings, 1e-3) as usize;
        let mut whole = vector.node();
        let mut outputs = Vec::new();
        for tick in 0..2 * LEAD {
            outputs.push(whole.push(&vector.inputs(tick)).unwrap());
            assert_eq!(outputs[tick].some, tick >= warm, "{name} at {tick}, warm after {warm}");
        }
        for start in (0..2 * LEAD - warm).step_by(97) {
            let mut fresh = vector.node();
            let mut last = Cell::NONE;
            for tick in start..=start + warm {
                last = fresh.push(&vector.inputs(tick)).unwrap();
            }
            assert_eq!(last, outputs[start + warm], "{name} from {start}");
        }
    }
}

/// After the declared warm-up two instances with different pasts agree to the declared weight.
#[test]
fn starts_are_forgotten_as_declared() {
    // Levels without decay, and lines that remember a start until the trend turns.
    let endless = ["obv", "adl", "psar", "supertrend", "supertrend_up"];
    let inert = |vector: &&Vector| !vector.finite && !endless.contains(&vector.row.name);
    for vector in vectors().iter().filter(inert) {
        let name = vector.row.name;
        let warm = own_ticks(vector.row.warm, &vector.settings, 1e-12) as usize;
        let start = 137;
        assert!(start + warm + 1_000 < TOTAL, "{name} needs {warm} ticks");
        let (mut long, mut short) = (vector.node(), vector.node());
        let mut size = 0.0_f64;
        for tick in 0..TOTAL {
            let a = vector.number(long.push(&vector.inputs(tick)).unwrap());
            size = size.max(a.abs());
            if tick < start {
                continue;
            }
            let b = vector.number(short.push(&vector.inputs(tick)).unwrap());
            if tick >= start + warm {
                assert!((a - b).abs() <= 1e-9 * size, "{name} at {tick}: {a} and {b}");
            }
        }
    }
}

/// Taking inputs back leaves no trace, whatever stage the function is in.
#[test]
fn every_function_takes_inputs_back() {
    for vector in vectors() {
        let name = vector.row.name;
        let (mut plain, mut undone) = (vector.node(), vector.node());
        for tick in 0..LEAD {
            if tick % 3 != 1 {
                let _ = undone.push(&vector.inputs(TOTAL - 1 - tick));
                undone.undo();
            }
            if tick % 7 == 2 {
                // One that faults half-way, or does not.
                let _ = undone.push(&[Cell::real(f64::MAX); 4]);
                undone.undo();
            }
            let inputs = vector.inputs(tick);
            let (a, b) = (plain.push(&inputs), undone.push(&inputs));
            assert_eq!(a, b, "{name} at {tick}");
        }
    }
}

/// Nothing that is not finite comes out, and nothing panics, at the ends of the numbers.
#[test]
fn extreme_inputs_fault_or_are_finite() {
    let ends = [f64::MAX, -f64::MAX, 0.0, -0.0, f64::MIN_POSITIVE, 1.0, 5e-324, -1e300, 1e300];
    for vector in vectors() {
        let mut node = vector.node();
        for tick in 0..2_000_usize {
            let pick = |by: usize| Cell::real(ends[(tick / by + tick * by) % ends.len()]);
            let inputs = [pick(1), pick(2), pick(5), pick(11)];
            match node.push(&inputs) {
                Ok(cell) => {
                    assert!(!cell.some || vector.number(cell).is_finite(), "{}", vector.row.name);
                }
                Err(_) => node.undo(),
            }
        }
    }
}
