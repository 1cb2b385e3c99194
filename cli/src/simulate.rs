//! `strat simulate`: a strategy on synthetic markets, over many paths in parallel.

use std::sync::Arc;

use anyhow::{Context as _, bail};
use strat_backtest::paths::{PathsError, run_paths};
use strat_backtest::report::{self, Context};
use strat_backtest::run::run;
use strat_backtest::synthetic::{
    MarketModel, ModelKind, SyntheticConfig, SyntheticError, parse_model,
};
use strat_compiler::warm::Warmup;
use strat_runtime::strategy::Strategy;
use strat_runtime::venue::VenueKind;

use crate::args::SimulateArgs;
use crate::options::{self, Prepared};
use crate::outcome::Outcome;
use crate::{model, needs, output, progress, trace};

/// Most paths of one run.
const PATHS_MAX: u32 = 10_000_000;

/// Runs the command.
pub(crate) fn run_command(args: &SimulateArgs) -> anyhow::Result<Outcome> {
    if args.paths == 0 || args.paths > PATHS_MAX {
        bail!("--paths {} is out of range; it takes 1 to {PATHS_MAX}", args.paths);
    }
    if args.paths > 1 && args.run.trace.is_some() {
        bail!("--trace keeps one path; leave it out, or run with --paths 1");
    }
    if args.paths > 1 && args.run.trades.is_some() {
        bail!("--trades writes the fills of one path; leave it out, or run with --paths 1");
    }
    let prepared = options::prepare(&args.run)?;
    let (seed, drawn) = match args.seed {
        Some(seed) => (seed, false),
        None => (draw_seed(), true),
    };
    let market = market(args, &prepared, seed)?;
    if drawn {
        output::note(&format!("seed {seed} (give --seed {seed} for the same run)"));
    }
    let context = Context {
        data: vec![describe(&market)],
        seed: Some(seed),
        assumed: Vec::new(),
        models: prepared.config.models,
        backend: "interp",
    };
    if args.paths == 1 {
        single(args, prepared, &market, &context)
    } else {
        many(args, &prepared, &market, &context)
    }
}

fn market(args: &SimulateArgs, prepared: &Prepared, seed: u64) -> anyhow::Result<SyntheticConfig> {
    let manifest = prepared.interp.manifest();
    let step = match &args.step {
        Some(text) => options::duration("--step", text)?,
        None => model::default_step(manifest),
    };
    let mut market = SyntheticConfig::new(args.ticks, step, seed);
    market.model = match &args.market {
        Some(text) => parse_model(text).context("--market")?,
        None => MarketModel { kind: default_model(manifest.venue), ..MarketModel::default() },
    };
    let warm = Warmup::new(&prepared.ir, &prepared.values)?;
    market.warmup = model::warmup(&prepared.ir, &warm, manifest, step)
        .context("the warm-up is longer than time itself; use shorter windows or bars")?;
    Ok(market)
}

/// The whole request in one line, as the report names it.
fn describe(market: &SyntheticConfig) -> String {
    let warmup = if market.warmup.is_positive() {
        format!(", after a warm-up of {}", market.warmup)
    } else {
        String::new()
    };
    format!(
        "synthetic {}: {} ticks of {} per market{warmup}",
        market.model.to_string().replace(',', ", "),
        market.ticks,
        market.step
    )
}

/// The model that fits a venue's instruments.
fn default_model(venue: VenueKind) -> ModelKind {
    match venue {
        VenueKind::Polymarket => ModelKind::Prediction,
        VenueKind::BinancePerp | VenueKind::Vanta => ModelKind::Gbm,
    }
}

fn single(
    args: &SimulateArgs,
    prepared: Prepared,
    market: &SyntheticConfig,
    context: &Context,
) -> anyhow::Result<Outcome> {
    let source = market.bind(prepared.interp.manifest())?;
    needs::judge(&prepared, &source)?;
    let written = args.run.trace.as_ref().map(|_| {
        let hash = prepared.interp.manifest().behaviour_hash;
        trace::Unfinished::new(&args.run, &prepared, hash, trace::synthetic(market))
    });
    let mut config = prepared.config;
    config.trading_from = Some(source.start());
    let mut source = progress::Watched::new(source, "simulating");
    let record = run(prepared.interp, &mut source, &config)?;
    source.finish();
    let trace = written.map(|trace| trace.finish(&record));
    options::finish_single(&args.run, &record, context, trace)
}

fn many(
    args: &SimulateArgs,
    prepared: &Prepared,
    market: &SyntheticConfig,
    context: &Context,
) -> anyhow::Result<Outcome> {
    // The first path is made here, so that a wrong request is refused before threads start.
    let first = market.bind(prepared.interp.manifest())?;
    needs::judge(prepared, &first)?;
    let start = first.start();
    let mut config = prepared.config.clone();
    config.trading_from = Some(start);
    let bar = progress::paths(u64::from(args.paths));
    let interp = Arc::new(prepared.interp.clone());
    let result = run_paths(
        u64::from(args.paths),
        &config,
        |path| -> Result<_, SyntheticError> {
            let strategy = (*interp).clone();
            let source = market.with_path(path).bind(strategy.manifest())?;
            Ok((strategy, source))
        },
        |_| bar.inc(1),
    );
    bar.finish_and_clear();
    let record = result.map_err(|error: PathsError<SyntheticError>| anyhow::anyhow!("{error}"))?;
    let json = report::json::paths(&record, context)?;
    options::show(&args.run, &json, || report::text::paths(&record, context))?;
    match record.paths.iter().find(|path| path.outcome.is_success()) {
        Some(_) => Ok(Outcome::Done),
        None => {
            record.paths.first().map_or(Ok(Outcome::Done), |path| options::judge(&path.outcome))
        }
    }
}

/// A seed for a user who gave none; it is printed, so that the run can be repeated.
fn draw_seed() -> u64 {
    use std::hash::{BuildHasher, Hasher};
    // The standard library seeds its hashers from the system's random source.
    std::collections::hash_map::RandomState::new().build_hasher().finish() & 0xFFFF_FFFF
}
