//! Tables to test with.

use strat_tables::{Column, Table, Values};

/// Every kind, with missing values, Unicode and the ends of every range.
pub(crate) fn all_kinds() -> Table {
    let ints = vec![Some(0), None, Some(i64::MIN), Some(i64::MAX), Some(-1), None, Some(7)];
    let flags = [Some(true), Some(false), None, None, Some(true), Some(true), Some(false)];
    let reals = vec![
        Some(f64::NAN),
        Some(-0.0),
        Some(f64::INFINITY),
        Some(f64::NEG_INFINITY),
        Some(f64::MIN_POSITIVE / 4.0),
        None,
        Some(f64::MAX),
    ];
    let texts = [
        Some("plain"),
        None,
        Some(""),
        Some("comma, \"quote\"\nand line"),
        Some("日本語 🦀 ä\u{301} \u{0}\u{feff}"),
        Some("=1+1"),
        Some(" spaces "),
    ];
    let texts = texts.map(|text| text.map(str::to_string)).to_vec();
    let tick = Some(1_700_000_000_000_000_001);
    let times = vec![Some(i64::MIN), Some(i64::MAX), None, Some(0), Some(-1), tick, None];
    let decimals = [
        Some(i64::MIN),
        Some(i64::MAX),
        None,
        Some(1),
        Some(-1_500_000_000),
        Some(0),
        Some(100_000_000_000),
    ];
    Table {
        name: "all kinds ✓".to_string(),
        columns: vec![
            Column::new("int", Values::Int(ints)),
            Column::new("real", Values::Real(reals)),
            Column::new("text, \"quoted\"", Values::Text(texts)),
            Column::new("time", Values::Time(times)),
            Column::new("bool", Values::Bool(flags.to_vec())),
            Column::new("décimal", Values::Decimal(decimals.to_vec())),
        ],
    }
}

/// A table of every kind with random cells, `missing` percent of them `None`.
pub(crate) fn random(seed: u64, rows: usize, missing: u64) -> Table {
    let mut random = Random(seed);
    let mut wide = |random: &mut Random| {
        // Half the numbers are small, so that dictionaries and deltas get their turn.
        let bits = random.next();
        if bits.is_multiple_of(2) { bits as i64 } else { (bits >> 56) as i64 - 128 }
    };
    let int = column(&mut random, rows, missing, &mut wide);
    let real = column(&mut random, rows, missing, |random| f64::from_bits(random.next()));
    let text = column(&mut random, rows, missing, |random| {
        let letters = (0..random.next() % 40).map(|_| match random.next() % 7 {
            0 => 'é',
            1 => '漢',
            2 => '🦀',
            3 => ',',
            4 => '"',
            5 => '\n',
            _ => 'a',
        });
        letters.collect()
    });
    let mut now = 1_600_000_000_000_000_000;
    let time = column(&mut random, rows, missing, |random| {
        now += (random.next() % 1_000_000) as i64;
        now
    });
    let flag = column(&mut random, rows, missing, |random| random.next().is_multiple_of(3));
    let decimal = column(&mut random, rows, missing, &mut wide);
    Table {
        name: format!("random {seed}"),
        columns: vec![
            Column::new("int", Values::Int(int)),
            Column::new("real", Values::Real(real)),
            Column::new("text", Values::Text(text)),
            Column::new("time", Values::Time(time)),
            Column::new("bool", Values::Bool(flag)),
            Column::new("decimal", Values::Decimal(decimal)),
        ],
    }
}

fn column<T>(
    random: &mut Random,
    rows: usize,
    missing: u64,
    mut value: impl FnMut(&mut Random) -> T,
) -> Vec<Option<T>> {
    (0..rows).map(|_| (random.next() % 100 >= missing).then(|| value(random))).collect()
}

/// The table with its floats as bits, so that NaN and -0.0 count in a comparison.
pub(crate) fn bits(table: &Table) -> Table {
    let mut table = table.clone();
    for column in &mut table.columns {
        if let Values::Real(cells) = &column.values {
            let bits = cells.iter().map(|cell| cell.map(|v| v.to_bits() as i64)).collect();
            column.name.push_str(" as bits");
            column.values = Values::Int(bits);
        }
    }
    table
}

/// `SplitMix64` (Steele, Lea and Flood, 2014).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
