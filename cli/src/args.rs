//! What a user can type.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Trading strategies: check them, simulate them, backtest them.
#[derive(Debug, Parser)]
#[command(
    name = "strat",
    version,
    about = "Strat: write a trading strategy once; check it, simulate it, backtest it",
    after_help = "Exit codes: 0 done, 1 judged and found wanting, 2 wrong usage or unreadable \
                  file, 3 a fault of strat.\nStart with: strat new my_strategy"
)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a folder with a strategy that checks and simulates at once
    New(NewArgs),
    /// Judge strategies: every diagnostic in one run
    Check(CheckArgs),
    /// Format strategies: one style, every comment kept
    Fmt(FmtArgs),
    /// Tell what a strategy can need at most: memory, work and orders per event, warm-up, data
    Bounds(BoundsArgs),
    /// Run the `test` and `prop` blocks of strategies
    Test(TestArgs),
    /// Serve an editor over stdin and stdout (Language Server Protocol)
    Lsp(LspArgs),
    /// Explain a diagnostic, or why a run traded or did not at some time
    Explain(ExplainArgs),
    /// Run a strategy on synthetic markets, over many paths in parallel
    Simulate(SimulateArgs),
    /// Run a strategy on recorded market data
    Backtest(BacktestArgs),
}

/// `strat new`
#[derive(Debug, Args)]
#[command(after_help = "Example: strat new my_strategy && strat check my_strategy/*.strat")]
pub(crate) struct NewArgs {
    /// Name of the strategy and of its folder: letters, digits and underscores
    pub(crate) name: String,
}

/// `strat check`
#[derive(Debug, Args)]
#[command(after_help = "Example: strat check strategies/*.strat --format json")]
pub(crate) struct CheckArgs {
    /// Strategy files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Apply the fixes that a machine may apply, then check again
    #[arg(long)]
    pub(crate) fix: bool,
    /// The text that runs now: whether its state can be taken over by the strategies of its names
    #[arg(long, value_name = "FILE")]
    pub(crate) since: Option<PathBuf>,
}

/// `strat fmt`
#[derive(Debug, Args)]
#[command(
    after_help = "Example: strat fmt strategies/*.strat --check\n\nA file with a syntax error \
                        is told about and left as it is."
)]
pub(crate) struct FmtArgs {
    /// Strategy files; `-` reads from stdin and writes to stdout
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Change nothing; list the files that would change, and exit with 1 if there are any
    #[arg(long)]
    pub(crate) check: bool,
}

/// `strat bounds`
#[derive(Debug, Args)]
#[command(after_help = "Example: strat bounds strategies/ema_vanta.strat --set slow=100")]
pub(crate) struct BoundsArgs {
    /// The strategy's file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Which strategy, if the file holds several
    #[arg(long, value_name = "NAME")]
    pub(crate) strategy: Option<String>,
    /// Set a parameter, with its unit; repeatable
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

/// `strat test`
#[derive(Debug, Args)]
#[command(
    after_help = "Example: strat test strategies/*.strat --seed 7\n\nThe same seed gives the \
                        same cases; a failing case is shrunk and printed as a `test` block."
)]
pub(crate) struct TestArgs {
    /// Strategy files
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    /// Random cases of each `prop`
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub(crate) cases: u32,
    /// Seed of the random cases
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

/// `strat lsp`
#[derive(Debug, Args)]
#[command(
    after_help = "Editors start this by themselves; docs/editors.md tells how to set them up."
)]
pub(crate) struct LspArgs {
    /// What many editors say to every server; it is the only way that there is
    #[arg(long)]
    pub(crate) stdio: bool,
}

/// `strat explain`
#[derive(Debug, Args)]
#[command(
    after_help = "Examples: strat explain E0310\n          strat simulate my.strat --seed 7 \
                        --trace run.trace\n          strat explain run.trace --at first-stop"
)]
pub(crate) struct ExplainArgs {
    /// A diagnostic's code, or the trace of a run; without one, all codes are listed
    #[arg(value_name = "CODE|RUN.trace")]
    pub(crate) what: Option<String>,
    /// The moment to explain: a time (RFC 3339), an event such as #123, first-stop, last-stop,
    /// first-order or last-order
    #[arg(long, value_name = "MOMENT")]
    pub(crate) at: Option<String>,
    /// Only this instrument: its symbol, its name in the strategy or a part of its question
    #[arg(long, value_name = "NAME")]
    pub(crate) instrument: Option<String>,
    /// Only this handler: its line, or a part of its head
    #[arg(long, value_name = "LINE|TEXT")]
    pub(crate) handler: Option<String>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

/// What simulate and backtest have in common.
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// The strategy's file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Which strategy, if the file holds several
    #[arg(long, value_name = "NAME")]
    pub(crate) strategy: Option<String>,
    /// Set a parameter, with its unit; repeatable
    #[arg(long, value_name = "NAME=VALUE")]
    pub(crate) set: Vec<String>,
    /// Cash at the start, in the venue's currency
    #[arg(long, value_name = "MONEY", default_value = "10_000")]
    pub(crate) cash: String,
    /// Time from sending an order to its arrival at the venue
    #[arg(long, value_name = "DURATION", default_value = "0s")]
    pub(crate) latency: String,
    /// Fees: `venue` for the venue's table, `none`, `maker=R,taker=R`, or `probability=R`, where R
    /// is a ratio such as 0.0005, 5bps or 0.05%
    #[arg(long, value_name = "MODEL", default_value = "venue")]
    pub(crate) fees: String,
    /// How orders fill: `queue=behind|through`
    #[arg(long, value_name = "MODEL", default_value = "queue=behind")]
    pub(crate) fills: String,
    /// Largest share of a bar's volume that an order may take [default: 10%]
    #[arg(long, value_name = "PERCENT")]
    pub(crate) participation: Option<String>,
    /// Full spread assumed on bars without quotes, in price units [default: one tick]
    #[arg(long, value_name = "PRICE")]
    pub(crate) spread: Option<String>,
    /// How to print the result
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Also write the report as JSON
    #[arg(long, value_name = "FILE.json")]
    pub(crate) json: Option<PathBuf>,
    /// Also write every fill as a table, `.parquet` or `.csv`
    #[arg(long, value_name = "FILE")]
    pub(crate) trades: Option<PathBuf>,
    /// Also write what `strat explain` needs to tell why it traded or did not
    #[arg(long, value_name = "FILE.trace")]
    pub(crate) trace: Option<PathBuf>,
}

/// `strat simulate`
#[derive(Debug, Args)]
#[command(after_help = "Example: strat simulate strategies/sure_bets.strat --ticks 500 --seed 7 \
                        --paths 1000\n\nThe same seed gives the same bytes on any number of \
                        threads (RAYON_NUM_THREADS).")]
pub(crate) struct SimulateArgs {
    /// Strategy, parameters, models and outputs.
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Book updates per market, after the warm-up
    #[arg(long, default_value_t = 10_000)]
    pub(crate) ticks: u64,
    /// Independent paths
    #[arg(long, default_value_t = 1)]
    pub(crate) paths: u32,
    /// Market model: `gbm` or `prediction`, with settings: prediction,markets=12,spread=0.03
    #[arg(long, value_name = "MODEL[,NAME=VALUE]...")]
    pub(crate) market: Option<String>,
    /// Seed of all random numbers; drawn and printed if not given
    #[arg(long)]
    pub(crate) seed: Option<u64>,
    /// Time between two book updates of a market; by default it follows the strategy's clocks
    #[arg(long, value_name = "DURATION")]
    pub(crate) step: Option<String>,
}

/// `strat backtest`
#[derive(Debug, Args)]
#[command(after_help = "Example: strat backtest strategies/ema_vanta.strat --data \
                        btc_1m.csv.gz\n\n--data PATH[,instrument=X][,side=bid|ask][,time=open|\
                        close][,zone=UTC][,meta=FILE.json]")]
pub(crate) struct BacktestArgs {
    /// Strategy, parameters, models and outputs.
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Recorded data: bars or quotes as CSV, Polymarket books or trades as JSON lines; plain or
    /// gzip; repeatable
    #[arg(long, required = true, value_name = "PATH[,...]")]
    pub(crate) data: Vec<String>,
    /// Trade from this time on (RFC 3339); what happened before only warms the strategy up
    #[arg(long, value_name = "TIME")]
    pub(crate) from: Option<String>,
    /// Leave out what happened at or after this time
    #[arg(long, value_name = "TIME")]
    pub(crate) to: Option<String>,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Human,
    /// For programs.
    Json,
}
