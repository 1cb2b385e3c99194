#!/usr/bin/env bash
# Measures what it costs to build tables into a program: crates, wall and CPU seconds of a cold
# release build, sizes, and how fast the result writes and reads a million rows.
#
#   tables/measure.sh [CANDIDATE...]        without arguments: workspace
#
#   workspace  strat-tables with the workspace's own profile
#   opt3       strat-tables without the profile's lines on packages: all dependencies at level 3
#   opt1       strat-tables with all dependencies at level 1
#   opt0       strat-tables with all dependencies at level 0
#   zstd       opt3 with Zstandard in polars-parquet (a C library)
#   core       polars-core and polars-io with Parquet instead of polars-arrow and polars-parquet
#   eager      the crate polars with Parquet and CSV
#
# Sources are fetched first, so the network is not measured. Everything happens in a new folder
# under TMPDIR, which is removed at the end (MEASURE_KEEP=1 keeps it and says where); the
# repository is only read. JOBS sets the number of build jobs (default 2). CPU seconds are the
# figure to compare: wall seconds depend on what else the machine does.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
jobs=${JOBS:-2}
work=$(mktemp -d)
if [[ ${MEASURE_KEEP:-} ]]; then
    echo "working in $work" >&2
else
    trap 'rm -rf "$work"' EXIT
fi

# The workspace's manifest for the crates `tables` and `probe` alone.
manifest() {
    sed -e 's/^members = .*/members = ["tables", "probe"]/' -e '/^default-members/d' \
        -e '/^strat-[a-su-z]/d' "$root/Cargo.toml"
}

# The same without what its profile says about single packages.
manifest_without_packages() {
    manifest | awk '/^\[/ { skip = /^\[profile\.release\.package/ } !skip'
}

all_packages() {
    printf '\n[profile.release.package."*"]\n%s\n' "$1"
}

tables_probe() {
    local folder=$1
    cp -r "$here" "$folder/tables"
    # Dev-dependencies are not part of the cost.
    sed -i '/^\[dev-dependencies\]/,$d' "$folder/tables/Cargo.toml"
    rm -rf "$folder/tables/tests"
    cat >"$folder/probe/Cargo.toml" <<'MANIFEST'
[package]
name = "probe"
version = "0.0.0"
edition = "2024"

[dependencies]
strat-tables.workspace = true
MANIFEST
    cat >"$folder/probe/src/main.rs" <<'PROGRAM'
use std::time::Instant;
use strat_tables::{Column, Table, Values, read_parquet, write_csv, write_parquet};

fn column<T>(cell: impl Fn(i64, u64) -> T) -> Vec<Option<T>> {
    let mix = |i: i64| (i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
    (0..1_000_000).map(|i| (i % 10 != 7).then(|| cell(i, mix(i)))).collect()
}

fn main() {
    let side = |_, m: u64| if m % 2 == 0 { "buy" } else { "sell" }.to_string();
    let price = |_, m: u64| 100_000_000_000 + (m % 5000) as i64 * 10_000_000;
    let time = |i: i64, _| 1_700_000_000_000_000_000 + i * 100_000_000;
    let columns = vec![
        Column::new("at", Values::Time(column(time))),
        Column::new("price", Values::Decimal(column(price))),
        Column::new("return", Values::Real(column(|_, m| m as f64 / 1e12))),
        Column::new("orders", Values::Int(column(|_, m| (m % 1000) as i64))),
        Column::new("side", Values::Text(column(side))),
        Column::new("maker", Values::Bool(column(|_, m| m % 3 == 0))),
    ];
    let table = Table { name: "ticks".to_string(), columns };
    for _ in 0..3 {
        let (mut parquet, mut csv) = (Vec::new(), Vec::new());
        let start = Instant::now();
        write_parquet(&table, &mut parquet).unwrap();
        let written = start.elapsed().as_millis();
        let start = Instant::now();
        let back = read_parquet(parquet.as_slice()).unwrap();
        let read = start.elapsed().as_millis();
        let start = Instant::now();
        write_csv(&table, &mut csv).unwrap();
        let text = start.elapsed().as_millis();
        assert!(back == table);
        println!("1M rows of 6 columns: Parquet written in {written} ms, read in {read} ms; CSV written in {text} ms");
    }
}
PROGRAM
}

# A program that writes a Parquet file with a data frame, for the sake of linking.
frame_probe() {
    local folder=$1 dependencies=$2 imports=$3
    printf '[workspace]\nmembers = ["probe"]\nresolver = "3"\n\n' >"$folder/Cargo.toml"
    manifest | awk '/^\[/ { keep = /^\[profile\.release\]/ } keep' >>"$folder/Cargo.toml"
    cat >"$folder/probe/Cargo.toml" <<MANIFEST
[package]
name = "probe"
version = "0.0.0"
edition = "2024"

[dependencies]
$dependencies
MANIFEST
    cat >"$folder/probe/src/main.rs" <<PROGRAM
$imports
fn main() {
    let column = Column::new("a".into(), (0..1_000_000_i64).collect::<Vec<_>>());
    let mut frame = DataFrame::new(1_000_000, vec![column]).unwrap();
    let start = std::time::Instant::now();
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes).finish(&mut frame).unwrap();
    println!("1M rows of 1 column: Parquet written in {} ms", start.elapsed().as_millis());
}
PROGRAM
}

prepare() {
    local candidate=$1 folder=$2
    mkdir -p "$folder/probe/src"
    case $candidate in
        workspace | opt3 | opt1 | opt0 | zstd) tables_probe "$folder" ;;
    esac
    case $candidate in
        workspace) manifest >"$folder/Cargo.toml" ;;
        opt3) manifest_without_packages >"$folder/Cargo.toml" ;;
        opt1 | opt0)
            { manifest_without_packages; all_packages "opt-level = ${candidate#opt}"; } \
                >"$folder/Cargo.toml"
            ;;
        zstd)
            manifest_without_packages | sed '/^polars-parquet/s/"snappy"/"snappy", "zstd"/' \
                >"$folder/Cargo.toml"
            ;;
        core)
            frame_probe "$folder" 'polars-core = { version = "0.55", default-features = false }
polars-io = { version = "0.55", default-features = false, features = ["parquet"] }' \
                'use polars_core::prelude::*; use polars_io::prelude::*;'
            ;;
        eager)
            frame_probe "$folder" \
                'polars = { version = "0.55", default-features = false, features = ["parquet", "csv"] }' \
                'use polars::prelude::*;'
            ;;
        *)
            echo "unknown candidate \`$candidate\`; see the head of $0" >&2
            exit 2
            ;;
    esac
}

measure() {
    local candidate=$1 folder=$work/$1
    prepare "$candidate" "$folder"
    cd "$folder"
    # The workspace's versions where it has chosen some.
    if [[ -e $root/Cargo.lock ]]; then cp "$root/Cargo.lock" .; fi
    cargo fetch --quiet
    local crates
    crates=$(cargo tree --offline -p probe -e normal,build --prefix none |
        sed 's/ (.*//' | sort -u | grep -vc '^probe\|^strat-')
    export CARGO_TARGET_DIR=$folder/target
    local TIMEFORMAT='%R %U %S' wall user sys
    { time cargo build --release --offline --quiet -j "$jobs" 2>build.log; } 2>time.txt || {
        cat build.log >&2
        exit 1
    }
    read -r wall user sys <time.txt
    local size binary
    size=$(du -sm target | cut -f1)
    binary=$(du -m target/release/probe | cut -f1)
    printf '| %s | %s | %.0f s | %.0f s | %s MB | %s MB |\n' "$candidate" "$crates" "$wall" \
        "$(awk "BEGIN { print $user + $sys }")" "$size" "$binary"
    target/release/probe | sed 's/^/    /' >&2
}

echo "| candidate | crates | wall | CPU | target | binary |"
echo "|---|---|---|---|---|---|"
for candidate in "${@:-workspace}"; do
    (measure "$candidate")
done
