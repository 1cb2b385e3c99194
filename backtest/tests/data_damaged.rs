//! Damaged files are refused or read, and never bring the program down.
#![expect(clippy::indexing_slicing, reason = "test code")]

use strat_backtest::data::{DataSpec, Input, load};
use strat_backtest::source::EventSource as _;
use strat_runtime::manifest::{Manifest, UniverseDecl, Wants};
use strat_runtime::time::Time;

const FILES: [&str; 5] = [
    "timestamp,open,high,low,close,volume\n2021-12-31 23:01:00.5,0.5,0.75,0.25,0.5,12.25\n2021-12-31 23:02:00.5,0.5,0.75,0.5,0.5,0\n",
    "symbol,ts,local_timestamp,bid,ask,bid_sz,ask_sz\nA,1588291201,1588291201,0.25,0.5,7,9\nA,1588291202,1588291203,0.25,0.3,0,1e1\n",
    "20200101 170000065,0.121200,0.121720,0\n20200101 170010447,0.121200,0.121920,0\n",
    "{\"bids\":[{\"price\":\"0.4\",\"size\":\"10.5\"}],\"asks\":[{\"price\":0.42,\"size\":\"7\"}],\"timestamp\":\"1765450842445\"}\n",
    "{\"price\":\"0.42\",\"size\":\"1.929823\",\"side\":\"buy\",\"timestamp\":\"1765450842400\",\"local_timestamp\":1765450842500}\n",
];

const META: &str =
    r#"{"symbol":"4158","expires_at":"2025-12-12T00:00:00Z","tick":"0.01","complement":"999"}"#;

fn manifest() -> Manifest {
    Manifest {
        name: "probe".into(),
        title: String::new(),
        version: 1,
        venue: strat_runtime::venue::VenueKind::Polymarket,
        instruments: Vec::new(),
        universes: vec![UniverseDecl { name: "markets".into(), max: 10 }],
        clocks: Vec::new(),
        timers: Vec::new(),
        slots: Vec::new(),
        handlers: Vec::new(),
        reasons: Vec::new(),
        risk: Vec::new(),
        on_fault: Vec::new(),
        params: Vec::new(),
        wants: Wants::default(),
        needs: Vec::new(),
        behaviour_hash: 0,
    }
}

/// A small generator of its own: what it draws does not depend on the crate under test.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % n.max(1)
    }

    /// Changes, removes, repeats or inserts a few bytes, often ones that mean something.
    fn damage(&mut self, bytes: &mut Vec<u8>) {
        const TELLING: &[u8] = b"0123456789-+.,:eE\"{}[] \n\r/\xff\0";
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            let byte = TELLING[self.below(TELLING.len())];
            match self.below(4) {
                0 if !bytes.is_empty() => bytes[at] = byte,
                1 if !bytes.is_empty() => {
                    let end = (at + 1 + self.below(6)).min(bytes.len());
                    bytes.drain(at..end);
                }
                2 => {
                    let piece = bytes[at..(at + self.below(30)).min(bytes.len())].to_vec();
                    let to = self.below(bytes.len());
                    bytes.splice(to..to, piece);
                }
                _ => bytes.insert(at, byte),
            }
        }
    }
}

#[test]
fn damaged_files_are_refused_or_read_in_order() {
    let seed = 2_026;
    let mut dice = Dice(seed);
    let manifest = manifest();
    let (mut read, mut refused) = (0, 0);
    for round in 0..20_000 {
        let mut content = FILES[round % FILES.len()].as_bytes().to_vec();
        let mut meta = META.as_bytes().to_vec();
        // The first round shows that the files are whole to begin with.
        if round >= FILES.len() {
            let damaged = if dice.below(4) == 0 { &mut meta } else { &mut content };
            dice.damage(damaged);
        }
        let input = Input {
            spec: DataSpec::parse("a.csv,meta=m.json").unwrap(),
            content: Box::new(content.as_slice()),
            meta: Some(Box::new(meta.as_slice())),
        };
        match load(vec![input], &manifest) {
            Err(error) => {
                refused += 1;
                let text = error.to_string();
                assert!(round >= FILES.len(), "{text}");
                assert!(text.len() > 10, "seed {seed} round {round}: {text}");
            }
            Ok(loaded) => {
                read += 1;
                let mut last = Time::MIN;
                let mut source = loaded.tape.source();
                while let Some(event) = source.next() {
                    assert!(last <= event.ts_recv, "seed {seed} round {round}");
                    last = event.ts_recv;
                }
            }
        }
    }
    assert!(read > 1_000 && refused > 1_000, "seed {seed}: {read} read, {refused} refused");
}
