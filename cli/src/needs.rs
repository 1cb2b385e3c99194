//! Whether the data of a run can serve its strategy, said at the place that asks for it.

use strat_backtest::needs::{Lack, lacks};
use strat_backtest::source::EventSource;
use strat_compiler::needs::needs;
use strat_dsl::{Code, Diagnostic, Span};
use strat_runtime::manifest::Needed;
use strat_runtime::strategy::Strategy as _;

use crate::options::Prepared;
use crate::outcome::Wanting;
use crate::{output, strategy};

/// Compares what the strategy needs with what the source offers, before the run starts.
///
/// # Errors
/// Data that lacks something; the diagnostics have been shown.
pub(crate) fn judge(prepared: &Prepared, source: &impl EventSource) -> anyhow::Result<()> {
    let manifest = prepared.interp.manifest();
    let Some(offers) = source.offers() else { return Ok(()) };
    let found = lacks(manifest, source.instruments(), &offers);
    let Some(first) = found.first() else { return Ok(()) };
    let places = needs(&prepared.ir, &manifest.clocks, &manifest.risk);
    for lack in &found {
        let place = places.get(lack.need);
        let span = place.map_or(Span::default(), |(_, span)| *span);
        let needed = place.map(|(need, _)| need.what);
        let diagnostic = diagnostic(lack, span, needed);
        output::note(&strat_dsl::render(&prepared.source, &diagnostic, output::color_stderr()));
    }
    let more = match found.len() - 1 {
        0 => String::new(),
        more => format!(", and {}", strategy::count(more, "more lack")),
    };
    Err(Wanting(format!("E0701: {first}{more}")).into())
}

fn diagnostic(lack: &Lack, span: Span, needed: Option<Needed>) -> Diagnostic {
    let Lack { name, problem, needed: wanted, .. } = lack;
    let diagnostic = Diagnostic::new(Code::E0701, span, format!("the data of `{name}` {problem}"))
        .here(format!("needs {wanted}"))
        .why("a run on this data would say nothing about the strategy");
    match needed {
        Some(Needed::Bars(every)) => diagnostic
            .fix(format!("bring bars of {every} or finer, quotes, books or trades"))
            .fix("make the clock's bars as long as those of the data"),
        Some(Needed::Every(_)) => diagnostic
            .fix("bring finer data; for `strat simulate` a shorter `--step`")
            .fix("allow a longer silence in `stale_data`"),
        Some(Needed::Forming) => diagnostic
            .fix("bring quotes, books or trades")
            .fix("read the last closed bar: leave `.forming` out"),
        Some(Needed::Quotes | Needed::Depth | Needed::Trades | Needed::RecordedBars) | None => {
            diagnostic.fix(format!("bring data that has {wanted}")).fix("drop what needs it")
        }
    }
}
