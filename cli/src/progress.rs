//! Progress bars: on a terminal only, on stderr only.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use strat_backtest::needs::Offer;
use strat_backtest::source::EventSource;
use strat_runtime::event::Event;
use strat_runtime::instrument::Instrument;

/// Events between two looks at the bar.
const EVERY: u64 = 65_536;

/// A bar over paths.
pub(crate) fn paths(count: u64) -> ProgressBar {
    bar(count, "paths", "{msg} [{bar:30}] {pos}/{len}  {eta} left")
}

fn bar(length: u64, message: &'static str, template: &str) -> ProgressBar {
    let target = ProgressDrawTarget::stderr_with_hz(8);
    let bar = ProgressBar::with_draw_target(Some(length), target).with_message(message);
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}

/// A source that moves a bar as it is read.
pub(crate) struct Watched<S> {
    source: S,
    bar: ProgressBar,
    seen: u64,
}

impl<S: EventSource> Watched<S> {
    /// Watches a source; its hint of the length is the bar's.
    pub(crate) fn new(source: S, message: &'static str) -> Self {
        let length = source.len_hint().unwrap_or(0);
        let template = "{msg} [{bar:30}] {human_pos} events  {eta} left";
        Self { bar: bar(length, message, template), source, seen: 0 }
    }

    /// Takes the bar away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl<S: EventSource> EventSource for Watched<S> {
    fn instruments(&self) -> &[Instrument] {
        self.source.instruments()
    }

    fn next(&mut self) -> Option<Event<'_>> {
        self.seen += 1;
        if self.seen.is_multiple_of(EVERY) {
            self.bar.set_position(self.seen);
        }
        self.source.next()
    }

    fn offers(&self) -> Option<Vec<Offer>> {
        self.source.offers()
    }

    fn len_hint(&self) -> Option<u64> {
        self.source.len_hint()
    }
}
