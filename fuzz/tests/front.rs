//! Damaged texts: the front end answers all of them. The long form is
//! `cargo run --release -p strat-fuzz -- front --inputs 1000000 --seed 1`.

use std::fs;
use std::path::Path;

use rayon::prelude::*;
use strat_fuzz::front::{input, judge};

const SEED: u64 = 20_261_122;
const INPUTS: u64 = 2_500;

/// The shipped strategies and the parser's cases.
fn corpus() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = ["strategies", "dsl/tests/corpus/valid", "dsl/tests/corpus/invalid"];
    let mut paths: Vec<_> = folders
        .iter()
        .filter_map(|folder| fs::read_dir(root.join(folder)).ok())
        .flat_map(|entries| entries.flatten().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "strat"))
        .collect();
    paths.sort();
    paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
}

#[test]
fn every_text_is_answered() {
    println!("seed {SEED}");
    let corpus = corpus();
    assert!(corpus.len() >= 7);
    let failures: Vec<String> = (0..INPUTS)
        .into_par_iter()
        .filter_map(|index| {
            let why = judge(&input(&corpus, SEED, index)).err()?;
            Some(format!("text {index}: {why}"))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn both_good_and_bad_texts_are_drawn() {
    let corpus = corpus();
    let (mut parse, mut compile) = (0, 0);
    for index in 0..200 {
        let verdict =
            judge(&input(&corpus, SEED, index)).unwrap_or_else(|why| panic!("{index}: {why}"));
        parse += u64::from(verdict.parses);
        compile += u64::from(verdict.compiles);
    }
    assert!((20..180).contains(&parse) && (5..150).contains(&compile), "{parse} {compile}");
}
