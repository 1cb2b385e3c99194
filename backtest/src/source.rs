//! Where a run's market events come from.

use strat_runtime::event::Event;
use strat_runtime::instrument::Instrument;

use crate::needs::Offer;

/// Market events in the order in which a run applies them: by `(ts_recv, rank, sequence)`, where
/// the sequence is the order of the file or of the generator.
///
/// An event is lent: its level slices live in the source's buffers until the next call.
pub trait EventSource {
    /// The table of instruments as it is before the first event; the n-th is `InstrumentId(n)`.
    /// The instruments that the strategy declares come first, in the order of their declaration.
    fn instruments(&self) -> &[Instrument];

    /// The next event, or `None` at the end; after the end it stays `None`.
    fn next(&mut self) -> Option<Event<'_>>;

    /// What there is of each instrument, in the order of the table, from the beginning on; `None`
    /// where the source cannot know beforehand.
    fn offers(&self) -> Option<Vec<Offer>>;

    /// How many events are still to come, where the source knows: for progress, never for results.
    fn len_hint(&self) -> Option<u64>;
}

impl<S: EventSource + ?Sized> EventSource for &mut S {
    fn instruments(&self) -> &[Instrument] {
        (**self).instruments()
    }

    fn next(&mut self) -> Option<Event<'_>> {
        (**self).next()
    }

    fn offers(&self) -> Option<Vec<Offer>> {
        (**self).offers()
    }

    fn len_hint(&self) -> Option<u64> {
        (**self).len_hint()
    }
}

impl<S: EventSource + ?Sized> EventSource for Box<S> {
    fn instruments(&self) -> &[Instrument] {
        (**self).instruments()
    }

    fn next(&mut self) -> Option<Event<'_>> {
        (**self).next()
    }

    fn offers(&self) -> Option<Vec<Offer>> {
        (**self).offers()
    }

    fn len_hint(&self) -> Option<u64> {
        (**self).len_hint()
    }
}
