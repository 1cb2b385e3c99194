//! Every function of the library from source to a running strategy, and what its arguments may be.

#[path = "support/fragment.rs"]
mod fragment;

use fragment::Fragment;
use strat_compiler::builtin::pure::{Argument, FUNCTIONS, Gives, Input, Words};
use strat_compiler::builtin::{Range, Returns, Row, TABLE};
use strat_compiler::interp::Interp;
use strat_compiler::params::ParamValues;
use strat_compiler::pipeline::compile;
use strat_dsl::Code;

/// A series of that name on an hourly clock.
fn series(name: &str) -> &'static str {
    match name {
        "open" => "h1.open",
        "high" => "h1.high",
        "low" => "h1.low",
        "volume" => "h1.volume",
        _ => "h1.close",
    }
}

/// A strategy that logs the function, each setting a parameter with a range.
fn with_params(row: &Row) -> String {
    let mut arguments: Vec<String> = row.series.iter().map(|s| series(s).to_owned()).collect();
    let mut text = format!("import {} {{ {} }}\n\n", row.module, row.name);
    for (at, setting) in row.settings.iter().enumerate() {
        let declared = match setting.range {
            Range::Whole(low) => format!("int = {} in {low}..{}", low + 1, low + 30),
            Range::Real(low, high) => format!("real = {high:?} in {low:?}..{high:?}"),
        };
        text += &["param p", &at.to_string(), ": ", &declared, "\n"].concat();
        arguments.push(format!("p{at}"));
    }
    text += &["let value = ", row.name, "(", &arguments.join(", "), ")\n"].concat();
    text += match row.result {
        Returns::Bool => "on h1 { if value { log \"yes\" } }\n",
        Returns::SameUnit
        | Returns::Plain
        | Returns::PlainNonNegative
        | Returns::SameUnitNonNegative
        | Returns::LastUnit
        | Returns::Whole
        | Returns::SameType => "on h1 { log \"{value}\" }\n",
    };
    text
}

/// The codes of all errors of a fragment.
fn errors(text: &str) -> Vec<Code> {
    let source = Fragment::new("binance_perp", text).source("library.strat");
    let found = compile(&source).diagnostics;
    found.iter().filter(|found| found.is_error()).map(|found| found.code).collect()
}

#[test]
fn every_function_compiles_and_starts() {
    let mut count = 0;
    for row in TABLE.iter().filter(|row| !row.module.is_empty()) {
        let text = with_params(row);
        let source = Fragment::new("binance_perp", &text).source("library.strat");
        let compiled = compile(&source);
        let shown: Vec<&str> =
            compiled.diagnostics.iter().map(|found| found.message.as_str()).collect();
        assert!(shown.is_empty(), "{}: {shown:?}\n{text}", row.name);
        let ir = &compiled.strategies[0];
        let started = Interp::new(ir.clone(), &ParamValues::defaults(ir));
        assert!(started.is_ok(), "{}: {:?}", row.name, started.err());
        count += 1;
    }
    println!("{count} functions");
    assert_eq!(count + 1, TABLE.len());
}

/// An argument that fits, on Polymarket.
fn fitting(argument: &Argument) -> &'static str {
    match argument.is {
        Input::Book => "yes.book",
        Input::Word(Words::Side) => "ask",
        Input::Word(Words::Zone) => "new_york",
        Input::Word(Words::Calendar) => "nyse",
        Input::Price => "yes.tick",
        Input::LoosePrice => "0.25",
        Input::Size | Input::Exact => "yes.lot",
        Input::Ratio => "2%",
        Input::Leverage => "1.5x",
        Input::Real => "0.5",
        Input::Whole => "2",
        Input::Time => "now",
        Input::Duration => "1h",
    }
}

/// Each function compiles with arguments that fit, and its result is of the type that its row says.
#[test]
fn every_function_without_memory_compiles() {
    for row in FUNCTIONS {
        let arguments: Vec<&str> = row.takes.iter().map(fitting).collect();
        let call = format!("{}({})", row.name, arguments.join(", "));
        let opened = if row.optional {
            format!("let x = {call} else \"absent\"")
        } else {
            format!("let x = {call}")
        };
        let used = match row.gives {
            Gives::Price | Gives::LoosePrice => "require x > 0.01 else \"small\"",
            Gives::Size | Gives::Exact => "require x > 1 shares else \"small\"",
            Gives::Money => "require x > 0 else \"small\"",
            Gives::Ratio => "require x > 1% else \"small\"",
            Gives::Leverage => "require x > 1x else \"small\"",
            Gives::Real => "require x > 0.5 else \"small\"",
            Gives::Whole => "require x == 1 else \"other\"",
            Gives::Bool => "require x else \"not so\"",
            Gives::Time => "require x > now else \"past\"",
            Gives::Duration => "require x > 1h else \"small\"",
        };
        let text = format!(
            "import {} {{ {} }}\n\non every 10s {{ {opened}  {used}  log \"{{x}}\" }}\n",
            row.module, row.name
        );
        let source = Fragment::new("polymarket", &text).source("library.strat");
        let compiled = compile(&source);
        let shown: Vec<&str> =
            compiled.diagnostics.iter().map(|found| found.message.as_str()).collect();
        assert!(shown.is_empty(), "{}: {shown:?}\n{text}", row.name);
        let ir = &compiled.strategies[0];
        assert!(Interp::new(ir.clone(), &ParamValues::defaults(ir)).is_ok(), "{}", row.name);
    }
}

#[test]
fn arguments_that_do_not_fit() {
    let value = |import: &str, value: &str| {
        format!("import {import}\n\nlet value = {value}\non h1 {{ log \"{{value}}\" }}\n")
    };
    let bands = "std.ta { bbands_upper }";
    let cases: [(String, &[Code]); 11] = [
        (value(bands, "bbands_upper(h1.close, 20, 2.5)"), &[]),
        (value(bands, "bbands_upper(x: h1.close, n: 20, k: 2.0)"), &[]),
        (value(bands, "bbands_upper(h1.close, 0, 2.0)"), &[Code::E0402]),
        (value(bands, "bbands_upper(h1.close, 20, -1.0)"), &[Code::E0402]),
        (value(bands, "bbands_upper(h1.close, 20, 1001.0)"), &[Code::E0402]),
        (value(bands, "bbands_upper(h1.close, 20, real(h1.close))"), &[Code::E0402]),
        (value("std.ta { quantile }", "quantile(h1.close, 20, 1.5)"), &[Code::E0402]),
        (value("std.ta { atr }", "atr(h1.high, h1.low, h1.volume, 14)"), &[Code::E0102]),
        (value("std.ta { mfi }", "mfi(h1.high, h1.low, h1.close, h1.volume, 14)"), &[]),
        (
            value("std.stats { parkinson }", "parkinson(h1.high - h1.low, h1.low, 14)"),
            &[Code::E0311],
        ),
        (
            value("std.ta { macd }", "macd(h1.close, 12, 26)")
                .replace("let", "param k: real = 2.0\nlet"),
            &[],
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(errors(&text), expected, "{text}");
    }
}

#[test]
fn a_real_parameter_without_a_range_sets_nothing() {
    let text = "import std.ta { supertrend }\n\nparam k: real = 2.0\n\
                let line = supertrend(h1.high, h1.low, h1.close, 10, k)\non h1 { log \"{line}\" }\n";
    assert_eq!(errors(text), [Code::E0402]);
    let ranged = text.replace("= 2.0", "= 2.0 in 1.0..4.0");
    assert_eq!(errors(&ranged), []);
    let wide = text.replace("= 2.0", "= 2.0 in -1.0..4.0");
    assert_eq!(errors(&wide), [Code::E0402]);
}

/// A result has the unit of its series: a line of prices compares with prices, a sum of volumes does
/// not, and a count is a whole number.
#[test]
fn results_have_units() {
    let test = |import: &str, condition: &str| {
        format!(
            "import {import}\n\nlet value = {condition}\non h1 {{ if value {{ log \"yes\" }} }}\n"
        )
    };
    let band = "h1.close > bbands_lower(h1.close, 20, 2.0)";
    assert_eq!(errors(&test("std.ta { bbands_lower }", band)), []);
    assert_eq!(
        errors(&test("std.ta { obv }", "h1.close > obv(h1.close, h1.volume)")),
        [Code::E0102]
    );
    assert_eq!(errors(&test("std.ta { argmax }", "argmax(h1.high, 10) == 0")), []);
    assert_eq!(errors(&test("std.ta { rising }", "rising(h1.close, 3)")), []);
}
