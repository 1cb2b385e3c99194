//! The models and assumptions of a run, each by the name under which `docs/modelling.md` has it.

use strat_runtime::manifest::Manifest;

use crate::record::FeedsSeen;
use crate::venue::{Feed, Models, Queue, describe_latency};

/// Name and description of every model that had a part in one or more runs.
pub fn assumptions(
    models: &Models,
    manifest: &Manifest,
    feeds: &FeedsSeen,
) -> Vec<(&'static str, String)> {
    let has = |feed| feeds.kinds.contains(&feed);
    let capabilities = manifest.venue.capabilities();
    let mut rows = vec![
        ("entry latency", describe_latency(models.entry_latency)),
        ("response latency", "none: answers are heard as they happen".to_owned()),
    ];
    if has(Feed::Book) {
        rows.push((
            "taking",
            "displayed levels from the best on; what was taken stays taken until the level is \
             updated"
                .to_owned(),
        ));
        rows.push(("queue", queue(models.fills.queue).to_owned()));
    }
    if has(Feed::Trades) {
        rows.push((
            "trades only",
            format!(
                "filled at the next trade {}, resting orders when it goes beyond the limit; at \
                 most {} of its size",
                half_spread(models),
                percent(models)
            ),
        ));
    }
    if has(Feed::Bars) {
        rows.push((
            "bars",
            format!(
                "market orders at the next bar's open {}; limit orders when the bar goes beyond \
                 the limit; at most {} of its volume",
                half_spread(models),
                percent(models)
            ),
        ));
    }
    if feeds.without_volume {
        rows.push(("bar volume", "the bars carry none: participation is not limited".to_owned()));
    }
    rows.push(("fees", models.fees.describe(capabilities)));
    rows.push((
        "impact",
        "none: others do not react to own orders; own orders never trade with each other"
            .to_owned(),
    ));
    if capabilities.short {
        rows.push(("margin", "no margin call, no funding, no interest".to_owned()));
    }
    rows
}

fn queue(queue: Queue) -> &'static str {
    match queue {
        Queue::Behind => {
            "behind: resting orders fill after the size displayed at their price on arrival has \
             traded"
        }
        Queue::Through => "through: resting orders fill only when trades go beyond their price",
    }
}

fn half_spread(models: &Models) -> String {
    match models.fills.spread {
        Some(spread) => format!("plus or minus half of {spread}, rounded away to the tick"),
        None => "plus or minus half a spread (the bar's own, else one tick), rounded away to the \
                 tick"
            .to_owned(),
    }
}

fn percent(models: &Models) -> String {
    format!("{:.4}", models.fills.participation.to_real() * 100.0)
        .trim_end_matches('0')
        .trim_end_matches('.')
        .to_owned()
        + "%"
}
