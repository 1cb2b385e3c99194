//! The laws find what breaks them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use strat_backtest::run::RunConfig;
use strat_backtest::source::EventSource as _;
use strat_backtest::synthetic::SyntheticConfig;
use strat_backtest::tape::Tape;
use strat_backtest::testing::law::{self, Scene};
use strat_runtime::manifest::{Manifest, Wants};
use strat_runtime::money::Money;
use strat_runtime::snapshot::{Field, Plain, RestoreError, Snapshot, SnapshotError};
use strat_runtime::strategy::{Message, MessageLevel, Reaction, Strategy, Trigger};
use strat_runtime::time::Duration;
use strat_runtime::venue::VenueKind;
use strat_runtime::view::View;

use crate::trader::manifest;

/// What a strategy gets wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wrong {
    Nothing,
    /// Its snapshot lacks what it counts.
    Forgets,
    /// What it does depends on the runs before.
    Leaks,
    /// It counts what does not concern it.
    Meddles,
}

/// Says every tenth step that it takes.
#[derive(Debug, Clone)]
struct Counter {
    manifest: Manifest,
    wrong: Wrong,
    steps: u64,
    runs: Arc<AtomicU64>,
    began: u64,
}

impl Counter {
    fn new(wrong: Wrong) -> Self {
        let mut manifest = manifest(VenueKind::BinancePerp, &["BTCUSDT"]);
        let meddles = wrong == Wrong::Meddles;
        manifest.wants = Wants {
            book: vec![true],
            trades: vec![true],
            other_book: meddles,
            other_trades: meddles,
            ..Wants::default()
        };
        Self { manifest, wrong, steps: 0, runs: Arc::default(), began: 0 }
    }
}

impl Strategy for Counter {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn step(&mut self, trigger: Trigger, _: &View, out: &mut Reaction) {
        if trigger == Trigger::Start && self.wrong == Wrong::Leaks {
            self.began = self.runs.fetch_add(1, Ordering::Relaxed);
        }
        self.steps += 1;
        if self.steps.is_multiple_of(10) {
            let text = format!("step {} of run {}", self.steps, self.began);
            out.messages.push(Message { level: MessageLevel::Log, text });
        }
    }

    fn snapshot(&self) -> Result<Snapshot, SnapshotError> {
        let steps = if self.wrong == Wrong::Forgets { 0 } else { self.steps };
        let field = |value: u64| Field::new(String::new(), String::new(), value.to_value());
        Ok(Snapshot { states: vec![field(steps), field(self.began)], ..Snapshot::default() })
    }

    fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RestoreError> {
        if let [steps, began] = snapshot.states.as_slice() {
            self.steps = u64::from_value(&steps.value)?;
            self.began = u64::from_value(&began.value)?;
        }
        Ok(())
    }
}

fn tape() -> Tape {
    let market = SyntheticConfig::new(120, Duration::from_minutes(1), 11);
    let mut source = market.bind(&Counter::new(Wrong::Nothing).manifest).unwrap();
    let mut builder = Tape::builder(source.instruments().to_vec());
    while let Some(event) = source.next() {
        builder.push(&event);
    }
    builder.build()
}

#[test]
fn a_law_is_broken_by_what_it_is_about() {
    let (tape, config) = (tape(), RunConfig::new(Money::from_int(1_000).unwrap()));
    // Whether each law holds: idle, sliced, prefix, joined, restarted, restored.
    let cases = [
        (Wrong::Nothing, [true; 6]),
        (Wrong::Forgets, [true, true, true, true, false, false]),
        (Wrong::Leaks, [false, false, false, false, false, false]),
        (Wrong::Meddles, [true, true, true, false, true, true]),
    ];
    for (wrong, expected) in cases {
        let strategy = Counter::new(wrong);
        let scene = Scene::new(&strategy, &tape, &config);
        let verdicts = [
            law::idle(&scene),
            law::sliced(&scene, &[1, 7]),
            law::prefix(&scene, 20),
            law::joined(&scene),
            law::restarted(&scene),
            law::restored(&scene, 5),
        ];
        let holds = verdicts.each_ref().map(Result::is_ok);
        assert_eq!(holds, expected, "{wrong:?}: {verdicts:?}");
        assert_eq!(law::all(&scene).is_ok(), wrong == Wrong::Nothing, "{wrong:?}");
    }
}
