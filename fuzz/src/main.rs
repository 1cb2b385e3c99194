//! Long runs: `cargo run --release -p strat-fuzz -- laws --programs 100000 --seed 1` and
//! `cargo run --release -p strat-fuzz -- front --inputs 1000000 --seed 1`.
//!
//! A case is repeated alone with `--from INDEX` and a count of one.
#![expect(clippy::print_stdout, reason = "a command that reports")]

mod watch;

use std::fs;
use std::panic::catch_unwind;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clap::{Parser, Subcommand};
use rayon::prelude::*;
use strat_fuzz::laws::{Broken, Extent, Tally, judge};
use strat_fuzz::shrink::shrink;
use strat_fuzz::{front, program};
use watch::Watch;

/// Generated programs and damaged texts against the laws.
#[derive(Debug, Parser)]
#[command(name = "fuzz")]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Generated programs over generated markets.
    Laws {
        /// How many programs.
        #[arg(long, default_value_t = 10_000)]
        programs: u64,
        /// The first of them.
        #[arg(long, default_value_t = 0)]
        from: u64,
        /// Which programs.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Events of each market.
        #[arg(long, default_value_t = 200)]
        events: usize,
    },
    /// Texts through parser, checker, lowering, formatter.
    Front {
        /// How many texts.
        #[arg(long, default_value_t = 100_000)]
        inputs: u64,
        /// The first of them.
        #[arg(long, default_value_t = 0)]
        from: u64,
        /// Which texts.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Longest time for one text, in milliseconds.
        #[arg(long, default_value_t = 2_000)]
        limit: u64,
    },
    /// Prints one generated program.
    Show {
        /// Which program.
        index: u64,
        /// Which programs.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

fn main() -> ExitCode {
    let failures = match Arguments::parse().what {
        What::Laws { programs, from, seed, events } => laws(from, programs, seed, events),
        What::Front { inputs, from, seed, limit } => {
            texts(from, inputs, seed, Duration::from_millis(limit))
        }
        What::Show { index, seed } => {
            print!("{}", program::draw(seed, index));
            0
        }
    };
    if failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A law that is broken, or a panic.
fn judged(text: &str, seed: u64, index: u64, events: usize) -> Result<Tally, Broken> {
    catch_unwind(|| judge(text, (seed, index), events, Extent::Long))
        .unwrap_or_else(|_| Err(Broken { law: "panic", why: "it panicked".to_owned() }))
}

fn laws(from: u64, programs: u64, seed: u64, events: usize) -> u64 {
    let total = Mutex::new(Tally::default());
    let (done, failed) = (AtomicU64::new(0), AtomicU64::new(0));
    (from..from + programs).into_par_iter().for_each(|index| {
        let text = program::draw(seed, index);
        match judged(&text, seed, index, events) {
            Ok(tally) => {
                if let Ok(mut total) = total.lock() {
                    *total += tally;
                }
            }
            Err(broken) => {
                failed.fetch_add(1, Ordering::Relaxed);
                let fails = |text: &str| {
                    judged(text, seed, index, events).is_err_and(|other| other.law == broken.law)
                };
                let small = shrink(&text, fails);
                println!("seed {seed}, program {index}: {}: {}\n{small}", broken.law, broken.why);
            }
        }
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(5_000) {
            println!("{done} of {programs}");
        }
    });
    let failed = failed.into_inner();
    let total = total.into_inner().unwrap_or_default();
    println!(
        "seed {seed}, {programs} programs from {from}, {events} events each: {failed} broken laws"
    );
    println!("{total:?}");
    failed
}

fn texts(from: u64, inputs: u64, seed: u64, limit: Duration) -> u64 {
    let corpus = corpus();
    println!("{} texts to damage", corpus.len());
    let watch = Watch::begin(limit);
    let (done, failed) = (AtomicU64::new(0), AtomicU64::new(0));
    let (parsed, compiled) = (AtomicU64::new(0), AtomicU64::new(0));
    (from..from + inputs).into_par_iter().for_each(|index| {
        let text = front::input(&corpus, seed, index);
        watch.enter(index);
        let verdict = catch_unwind(|| front::judge(&text));
        watch.leave();
        match verdict {
            Ok(Ok(verdict)) => {
                parsed.fetch_add(u64::from(verdict.parses), Ordering::Relaxed);
                compiled.fetch_add(u64::from(verdict.compiles), Ordering::Relaxed);
            }
            other => {
                failed.fetch_add(1, Ordering::Relaxed);
                let why = match other {
                    Ok(Err(why)) => why,
                    _ => "it panicked".to_owned(),
                };
                println!("seed {seed}, text {index}: {why}\n{text}\n");
            }
        }
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        if done.is_multiple_of(100_000) {
            println!("{done} of {inputs}");
        }
    });
    let (failed, late) = (failed.into_inner(), watch.late());
    println!(
        "seed {seed}, {inputs} texts from {from}: {failed} failures, {late} beyond {limit:?}, \
         {} parse, {} compile, longest {}",
        parsed.into_inner(),
        compiled.into_inner(),
        watch.longest()
    );
    failed + late
}

/// The texts of the repository.
fn corpus() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut out = Vec::new();
    for folder in [
        "strategies",
        "compiler/tests/ui",
        "compiler/tests/language",
        "compiler/tests/adversary",
        "dsl/tests/corpus/valid",
        "dsl/tests/corpus/invalid",
    ] {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        let wanted = |path: &&std::path::PathBuf| {
            path.extension().is_some_and(|end| end == "strat" || end == "txt")
        };
        out.extend(paths.iter().filter(wanted).filter_map(|path| fs::read_to_string(path).ok()));
    }
    out
}
