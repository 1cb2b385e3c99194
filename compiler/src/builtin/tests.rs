//! The table is in order.

use super::pure::{ARGUMENTS_MAX, Depth, FUNCTIONS, Function, Gives, Input};
use super::{Builtin, Entry, Range, SERIES_MAX, SETTINGS_MAX, TABLE, WINDOW_MAX, Warm};

#[test]
fn rows_are_sound() {
    for (at, row) in TABLE.iter().enumerate() {
        let name = row.name;
        assert_eq!(row.builtin.row(), row, "{name} is not found by its function");
        assert!(TABLE[..at].iter().all(|other| other.name != name), "two functions `{name}`");
        assert!((1..=SERIES_MAX).contains(&row.series.len()), "{name}");
        assert!(row.alike >= 1 && row.alike <= row.series.len(), "{name}");
        assert!(row.settings.len() <= SETTINGS_MAX, "{name}");
        assert!(!row.doc.is_empty() && !row.doc.contains("  "), "{name}: {}", row.doc);
        for setting in row.settings {
            match setting.range {
                Range::Whole(low) => assert!((0..WINDOW_MAX).contains(&low), "{name}"),
                Range::Real(low, high) => assert!(low < high && high.is_finite(), "{name}"),
            }
        }
        for term in row.warm {
            let (whole, place) = match *term {
                Warm::Fixed(_) => continue,
                Warm::Gain(place) => (false, place),
                Warm::Window(place)
                | Warm::Setting(place)
                | Warm::RootWindow(place)
                | Warm::Exponential(place)
                | Warm::ExponentialSquared(place)
                | Warm::Wilder(place) => (true, place),
            };
            let range = row.settings[place].range;
            assert_eq!(matches!(range, Range::Whole(_)), whole, "{name} counts by another kind");
        }
    }
}

#[test]
fn rows_without_memory_are_sound() {
    for (at, row) in FUNCTIONS.iter().enumerate() {
        let name = row.name;
        assert_eq!(row.function.row(), row, "{name} is not found by its function");
        assert_eq!(Entry::find(row.module, name), Some(Entry::Pure(row)));
        assert!(!row.doc.is_empty() && !row.doc.contains("  "), "{name}: {}", row.doc);
        assert!((1..=ARGUMENTS_MAX).contains(&row.takes.len()), "{name}");
        let other = FUNCTIONS[..at].iter().any(|r| (r.module, r.name) == (row.module, name));
        assert!(!other && TABLE.iter().all(|r| r.name != name), "two functions `{name}`");
        let names: Vec<&str> = row.takes.iter().map(|argument| argument.name).collect();
        for (place, argument) in row.takes.iter().enumerate() {
            assert!(!names[..place].contains(&argument.name), "{name}");
            // A book names the instrument of the rest.
            assert_eq!(argument.is == Input::Book, place == 0 && row.reads_book(), "{name}");
        }
        match row.depth {
            Depth::Above(place, _) => assert_eq!(row.takes[place].is, Input::Whole, "{name}"),
            Depth::All => assert!(row.reads_book(), "{name}"),
            Depth::Touch => {}
        }
        let exact = row.takes.iter().any(|argument| argument.is == Input::Exact);
        assert_eq!(row.gives == Gives::Exact, exact, "{name}");
    }
    let modules: Vec<&str> = Entry::named("kelly").map(Entry::module).collect();
    assert_eq!(modules, ["std.pm", "std.size"]);
}

#[test]
fn what_looks_behind_the_touch() {
    let needs = |function: Function, literal: Option<i64>| function.needs_depth(|_| literal);
    assert!(!needs(Function::MicroPrice, None) && !needs(Function::Mid, None));
    assert!(needs(Function::Depth, None) && needs(Function::VwapFor, Some(1)));
    for function in [Function::Imbalance, Function::LevelPrice, Function::LevelSize] {
        assert!(!needs(function, Some(1)) && needs(function, Some(2)) && needs(function, None));
    }
    assert!(!needs(Function::DepthWithin, Some(0)) && needs(Function::DepthWithin, Some(1)));
}

#[test]
fn formulas_of_the_warm_up() {
    for (builtin, expected) in [
        (Builtin::Sma, "n - 1"),
        (Builtin::LogReturn, "1"),
        (Builtin::Adl, "0"),
        (Builtin::Lag, "n"),
        (Builtin::Hma, "n + floor(sqrt(n)) - 2"),
        (Builtin::StochD, "n + smooth + d - 3"),
        (Builtin::Rsi, "n + ln(warm) / ln(1 - 1 / n)"),
        (Builtin::Macd, "ln(warm) / ln(1 - 2 / (slow + 1))"),
    ] {
        assert_eq!(builtin.row().warm_formula(), expected);
    }
    assert_eq!(Builtin::Quantile.row().ranges(), "n from 1, q 0..1");
    assert_eq!(Builtin::Obv.row().ranges(), "-");
}
