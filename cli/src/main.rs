//! The `strat` command: the only place that knows every room.
//!
//! Results go to stdout, everything else to stderr. Exit codes: 0 done, 1 the input was judged and
//! found wanting, 2 wrong usage or an unreadable file, 3 a fault of ours.
#![forbid(unsafe_code)]

mod args;
mod backtest;
mod bounds;
mod check;
mod explain;
mod fmt;
mod lsp;
mod model;
mod needs;
mod new;
mod options;
mod outcome;
mod output;
mod progress;
mod simulate;
mod strategy;
mod test;
mod trace;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};
use crate::outcome::{Outcome, report_failure};

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|info| {
        output::error(&format!(
            "this is a defect of strat, not of your input: {info}\n  \
             please report it with the command and the files that led to it"
        ));
    }));
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let usage = error.use_stderr();
            // A closed pipe is no reason to fail.
            let _ = error.print();
            return if usage { Outcome::Usage.code() } else { Outcome::Done.code() };
        }
    };
    match std::panic::catch_unwind(|| run(&cli.command)) {
        Ok(Ok(outcome)) => outcome.code(),
        Ok(Err(error)) => report_failure(&error).code(),
        Err(_) => Outcome::Defect.code(),
    }
}

fn run(command: &Command) -> anyhow::Result<Outcome> {
    match command {
        Command::New(args) => new::run(args),
        Command::Check(args) => check::run(args),
        Command::Fmt(args) => Ok(fmt::run(args)),
        Command::Bounds(args) => bounds::run(args),
        Command::Test(args) => test::run(args),
        Command::Lsp(args) => lsp::run(args),
        Command::Explain(args) => explain::run(args),
        Command::Simulate(args) => simulate::run_command(args),
        Command::Backtest(args) => backtest::run_command(args),
    }
}
