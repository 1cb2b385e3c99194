//! What `strat check` takes: parsing, checking and lowering a strategy of 300 lines, and of ten and
//! a hundred times as many: `cargo bench -p strat-fuzz`.

use std::fmt::Write as _;

use divan::Bencher;
use divan::counter::BytesCount;
use strat_compiler::pipeline::compile;
use strat_dsl::{Source, parse};

fn main() {
    divan::main();
}

/// A strategy of so many lines: streams, state and handlers in the proportion of a shipped one.
fn strategy(lines: usize) -> Source {
    let mut text = String::from(
        "import std.ta { ema, stdev }\n\nstrategy long \"Many lines\" {\n  version 1\n  venue binance_perp\n  \
         instrument btc = BTCUSDT on binance_perp\n  clock m1 = bars(btc, 1m)\n  \
         risk { max_position: 10 coins per btc }\n  param n: int = 20 in 5..60\n",
    );
    let mut count = 8;
    let mut at = 0;
    while count + 12 < lines {
        let _ = write!(
            text,
            "  // What stands here is read by the handler below.\n  \
             let fast{at} = ema(m1.close, {})\n  let slow{at} = ema(m1.close, n + {at})\n  \
             let wide{at} = stdev(m1.close, 20) * 2.0\n  state seen{at}: int = 0\n  on m1 {{\n    \
             require fast{at} > slow{at} else \"no trend {at}\"\n    \
             let room = 1 coins - btc.exposure.long\n    set seen{at} = seen{at} + 1\n    \
             buy btc min(room, 0.5 coins) @ price(fast{at} - wide{at}, down) because \"trend {at}\"\n    \
             log \"{{seen{at}}} {{wide{at}}}\"\n  }}\n",
            5 + at % 40
        );
        count += 12;
        at += 1;
    }
    text += "}\n";
    Source::new("long.strat", text)
}

#[divan::bench(args = [300, 3_000, 10_000])]
fn check(bencher: Bencher<'_, '_>, lines: usize) {
    let source = strategy(lines);
    bencher.counter(BytesCount::of_str(source.text())).bench(|| compile(&source).strategies.len());
}

#[divan::bench(args = [300, 3_000, 10_000])]
fn parse_only(bencher: Bencher<'_, '_>, lines: usize) {
    let source = strategy(lines);
    bencher.counter(BytesCount::of_str(source.text())).bench(|| parse(&source).diagnostics.len());
}

#[divan::bench(args = [300, 3_000])]
fn format(bencher: Bencher<'_, '_>, lines: usize) {
    let source = strategy(lines);
    bencher
        .counter(BytesCount::of_str(source.text()))
        .bench(|| strat_dsl::format(&source).map_or(0, |text| text.len()));
}
