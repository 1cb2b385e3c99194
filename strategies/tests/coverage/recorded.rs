//! Strategies on recorded markets. The data is not part of the repository.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use strat_backtest::data::{DataSpec, Input, load};
use strat_backtest::tape::Tape;
use strat_runtime::strategy::Strategy;

use crate::balance::check;
use crate::interp;
use crate::runs::{config, report};

struct Recorded {
    strategy: &'static str,
    /// As after `--data`, below the folder of recorded data.
    files: &'static [&'static str],
    fills: bool,
}

const BTC: &[&str] = &["bars/btc-perp-20211231-20220201_1m.csv.gz,instrument=btc"];
const SOL_A: &[&str] = &[
    "caiooooo_btc_updown_2025-12-11/15m_sol_orderbooks_1765450800_up.jsonl.gz,instrument=token_a",
    "caiooooo_btc_updown_2025-12-11/15m_sol_trades_1765450800_up.jsonl.gz,instrument=token_a",
];
const SOL_SCOTT: &[&str] = &[
    "caiooooo_btc_updown_2025-12-11/15m_sol_orderbooks_1765450800_up.jsonl.gz,instrument=scott",
    "caiooooo_btc_updown_2025-12-11/15m_sol_trades_1765450800_up.jsonl.gz,instrument=scott",
];

const RECORDED: &[Recorded] = &[
    Recorded { strategy: "ema_vanta", files: BTC, fills: true },
    Recorded { strategy: "market_maker", files: SOL_A, fills: true },
    // Its spread never opens as far as the strategy waits for.
    Recorded { strategy: "spread_watcher", files: SOL_SCOTT, fills: false },
];

fn open(folder: &Path, argument: &str) -> Option<Input<'static>> {
    let mut spec = DataSpec::parse(argument).unwrap();
    let path: PathBuf = folder.join(&spec.path);
    path.file_name().unwrap().to_str().unwrap().clone_into(&mut spec.path);
    let content: Box<dyn Read> = Box::new(File::open(path).ok()?);
    Some(Input { spec, content, meta: None })
}

/// The recorded tapes that are there, each with the strategy that runs on it.
pub(crate) fn tapes() -> Vec<(&'static str, Tape)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let mut tapes = Vec::new();
    for Recorded { strategy, files, .. } in RECORDED {
        let inputs: Option<Vec<_>> = files.iter().map(|file| open(&folder, file)).collect();
        match inputs {
            Some(inputs) => {
                tapes.push((
                    *strategy,
                    load(inputs, interp(strategy, &[]).manifest()).unwrap().tape,
                ));
            }
            None => println!("skipped: no ../shared/data for {strategy}"),
        }
    }
    tapes
}

#[test]
fn reports_on_recorded_markets_balance() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    for Recorded { strategy, files, fills } in RECORDED {
        let inputs: Option<Vec<_>> = files.iter().map(|file| open(&folder, file)).collect();
        let Some(inputs) = inputs else {
            println!("skipped: no ../shared/data for {strategy}");
            continue;
        };
        let interp = interp(strategy, &[]);
        let loaded = load(inputs, interp.manifest()).unwrap();
        let run = || report(interp.clone(), &mut loaded.tape.source(), &config(), None);
        let report = run();
        assert_eq!(report, run(), "{strategy}");
        let totals = check(strategy, &report);
        println!("{strategy}: {totals:?}");
        assert_eq!(totals.fills > 0, *fills, "{strategy}: {totals:?}");
    }
}
