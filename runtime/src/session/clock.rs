//! Bar clocks: bars of one or several instruments, and when they tick.

use crate::bar::{Applied, Bar, BarBuilder, BarRuleError, Closed, Gaps as BuilderGaps};
use crate::instrument::InstrumentId;
use crate::manifest::{BarClock, ClockId, Gaps, Manifest};
use crate::price::Price;
use crate::quantity::Quantity;
use crate::session::{BarSource, Counters, SessionError};
use crate::snapshot::{Keep, Mismatch, Plain, Value, load_each, save_each};
use crate::time::{Duration, Time};
use crate::view::ClockView;

/// Every clock of a strategy.
#[derive(Debug, Clone)]
pub(super) struct Clocks {
    all: Vec<Clock>,
    /// Longer bars first, then in the order of declaration.
    order: Vec<usize>,
    /// Per instrument: which builders read it, as clock and place in the clock.
    readers: Vec<Vec<(usize, usize)>>,
    /// Per instrument: what its bars are built from.
    sources: Vec<BarSource>,
    automatic: bool,
    due: Time,
}

#[derive(Debug, Clone)]
struct Clock {
    name: String,
    every: Duration,
    grace: Duration,
    gaps: Gaps,
    /// The bars that are forming are shown.
    forming: bool,
    members: Vec<Member>,
    due: Time,
    /// How often it has ticked, since its last gap if that was during the warm-up.
    ticked: u64,
}

#[derive(Debug, Clone)]
struct Member {
    instrument: InstrumentId,
    builder: BarBuilder,
    closed: Option<Bar>,
}

/// What came of a clock's boundary.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Tick {
    /// Every bar closed; they are in the view.
    Ticked(ClockId),
    /// A clock with `gaps: halt` had a gap.
    Gap(ClockId, InstrumentId),
    /// A bar was missing or dropped.
    Nothing,
}

/// One piece of data for bars.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece<'a> {
    Quote(Price, Price),
    Trade(Price, Quantity),
    Bar(&'a Bar),
}

impl Piece<'_> {
    const fn source(self) -> BarSource {
        match self {
            Piece::Quote(..) => BarSource::Mid,
            Piece::Trade(..) => BarSource::Trades,
            Piece::Bar(_) => BarSource::Recorded,
        }
    }
}

impl Clocks {
    pub(super) fn new(
        manifest: &Manifest,
        grace: Duration,
        source: BarSource,
        instruments: usize,
    ) -> Result<Self, SessionError> {
        let clocks: Vec<Clock> = manifest
            .clocks
            .iter()
            .zip(manifest.wants.forming.iter().copied().chain(std::iter::repeat(false)))
            .map(|(decl, forming)| Clock::new(decl, forming, grace, instruments))
            .collect::<Result<_, _>>()?;
        let mut order: Vec<usize> = (0..clocks.len()).collect();
        order.sort_by_key(|&c| (std::cmp::Reverse(clocks[c].every.nanos()), c));
        let automatic = source == BarSource::Auto;
        let mut readers = vec![Vec::new(); instruments];
        for (c, clock) in clocks.iter().enumerate() {
            for (m, member) in clock.members.iter().enumerate() {
                readers[member.instrument.index()].push((c, m));
            }
        }
        Ok(Self {
            all: clocks,
            order,
            readers,
            // `Auto` is below every real source.
            sources: vec![source; instruments],
            automatic,
            due: Time::MAX,
        })
    }

    /// What the view shows before anything has closed.
    pub(super) fn views(&self) -> Vec<ClockView> {
        self.all
            .iter()
            .map(|clock| ClockView {
                bars: vec![Bar::default(); clock.members.len()],
                forming: vec![None; clock.members.len()],
                count: 0,
            })
            .collect()
    }

    /// Shows the bars that are forming after data of an instrument came.
    #[inline]
    pub(super) fn show_forming(&self, instrument: usize, now: Time, views: &mut [ClockView]) {
        for &(c, m) in &self.readers[instrument] {
            let clock = &self.all[c];
            if clock.forming
                && let Some(shown) = views.get_mut(c).and_then(|view| view.forming.get_mut(m))
            {
                *shown = clock.members[m].builder.forming_at(now);
            }
        }
    }

    /// Everything from here on is observed.
    pub(super) fn observe_from(&mut self, now: Time) {
        for member in self.all.iter_mut().flat_map(|clock| &mut clock.members) {
            member.builder.observe_from(now);
        }
    }

    /// Whether any clock reads the instrument.
    #[inline]
    pub(super) fn reads(&self, instrument: usize) -> bool {
        self.readers.get(instrument).is_some_and(|readers| !readers.is_empty())
    }

    /// The earliest boundary; `Time::MAX` if there is none.
    #[inline]
    pub(super) const fn due(&self) -> Time {
        self.due
    }

    /// Adds data to every bar that it belongs to.
    pub(super) fn feed(
        &mut self,
        instrument: usize,
        ts_event: Time,
        piece: Piece<'_>,
        counters: &mut Counters,
    ) -> Result<(), SessionError> {
        let source = piece.source();
        if source != self.sources[instrument] {
            if !self.automatic || source < self.sources[instrument] {
                return Ok(());
            }
            self.change_source(instrument, source);
            if let Piece::Bar(bar) = piece {
                // Who recorded a bar has observed its opening.
                self.observe_instrument(instrument, bar.opens_at);
            }
        }
        for &(c, m) in &self.readers[instrument] {
            let clock = &mut self.all[c];
            let builder = &mut clock.members[m].builder;
            let applied = match piece {
                Piece::Quote(bid, ask) => builder.apply_quote(ts_event, bid, ask),
                Piece::Trade(price, size) => builder.apply_trade(ts_event, price, size),
                Piece::Bar(bar) => {
                    check_length(clock.every, &clock.name, bar)?;
                    builder.apply_bar(bar)
                }
            };
            match applied {
                Applied::Counted => {
                    clock.due = clock.due.min(builder.next_due().unwrap_or(Time::MAX));
                    self.due = self.due.min(clock.due);
                }
                Applied::Late => counters.late += 1,
                Applied::Early | Applied::Refused => counters.refused_data += 1,
            }
        }
        Ok(())
    }

    /// Begins the bars of an instrument anew, from better data.
    fn change_source(&mut self, instrument: usize, to: BarSource) {
        let from = std::mem::replace(&mut self.sources[instrument], to);
        if from == BarSource::Auto {
            return;
        }
        for &(c, m) in &self.readers[instrument] {
            self.all[c].members[m].builder.restart();
        }
    }

    fn observe_instrument(&mut self, instrument: usize, from: Time) {
        for &(c, m) in &self.readers[instrument] {
            self.all[c].members[m].builder.observe_from(from);
        }
    }

    /// How often a clock has ticked since the start, or since a gap during its warm-up.
    pub(super) fn ticked(&self, id: ClockId) -> u64 {
        self.all.get(usize::from(id.0)).map_or(0, |clock| clock.ticked)
    }

    /// A clock counts its warm-up from here.
    pub(super) fn restart_warm_up(&mut self, id: ClockId) {
        if let Some(clock) = self.all.get_mut(usize::from(id.0)) {
            clock.ticked = 0;
        }
    }

    /// Closes what one clock has due by `now`: the earliest first, of equally early ones that with
    /// the longer bars. Bars go to the view when all of a clock's are there.
    pub(super) fn close(
        &mut self,
        now: Time,
        views: &mut [ClockView],
        counters: &mut Counters,
    ) -> Option<Tick> {
        if self.due > now {
            return None;
        }
        let due = self.due;
        let c = self.order.iter().copied().find(|&c| self.all[c].due <= due)?;
        let clock = &mut self.all[c];
        let gap = clock.close(due, counters);
        let tick = match (gap, u16::try_from(c)) {
            (Some(instrument), Ok(id)) => Tick::Gap(ClockId(id), instrument),
            (None, Ok(id)) if clock.show(&mut views[c]) => {
                clock.ticked += 1;
                Tick::Ticked(ClockId(id))
            }
            _ => Tick::Nothing,
        };
        clock.show_forming(now, &mut views[c]);
        clock.find_due();
        self.due = self.all.iter().map(|clock| clock.due).min().unwrap_or(Time::MAX);
        Some(tick)
    }
}

impl Clock {
    fn new(
        decl: &BarClock,
        forming: bool,
        grace: Duration,
        instruments: usize,
    ) -> Result<Self, SessionError> {
        let problem = |problem| SessionError::Clock { name: decl.name.clone(), problem };
        if decl.instruments.is_empty() {
            return Err(problem("has no instrument"));
        }
        if decl.instruments.iter().any(|id| id.index() >= instruments) {
            return Err(problem("reads an instrument that is not there"));
        }
        let mut clock = Self {
            name: decl.name.clone(),
            every: decl.every,
            grace,
            gaps: decl.gaps,
            forming,
            members: Vec::with_capacity(decl.instruments.len()),
            due: Time::MAX,
            ticked: 0,
        };
        for &instrument in &decl.instruments {
            let builder = clock.builder()?;
            clock.members.push(Member { instrument, builder, closed: None });
        }
        Ok(clock)
    }

    fn builder(&self) -> Result<BarBuilder, SessionError> {
        let gaps = match self.gaps {
            Gaps::Skip => BuilderGaps::Skip,
            Gaps::Carry => BuilderGaps::Carry,
            Gaps::Halt => BuilderGaps::Halt,
        };
        BarBuilder::new(self.every, self.grace, gaps).map_err(|error| SessionError::Clock {
            name: self.name.clone(),
            problem: match error {
                BarRuleError::DurationNotPositive { .. } => "does not have a length above zero",
                BarRuleError::GraceOutOfRange { .. } => "cannot wait for late data that long",
            },
        })
    }

    /// Closes what every member has due by `due`; the instrument of a gap, if there is one.
    fn close(&mut self, due: Time, counters: &mut Counters) -> Option<InstrumentId> {
        let mut gap = None;
        for member in &mut self.members {
            let dropped = member.builder.counts().dropped;
            while let Some(closed) = member.builder.close_next(due) {
                match closed {
                    Closed::Bar(bar) | Closed::Carried(bar) => member.closed = Some(bar),
                    Closed::Gap { .. } => gap = gap.or(Some(member.instrument)),
                }
            }
            counters.partial_bars += member.builder.counts().dropped - dropped;
        }
        gap
    }

    /// Shows the bars if all of them are there and of the same span, and forgets them.
    fn show(&mut self, view: &mut ClockView) -> bool {
        let opens_at = self.members.first().and_then(|m| m.closed).map(|bar| bar.opens_at);
        let complete = opens_at.is_some()
            && self.members.iter().all(|m| m.closed.map(|bar| bar.opens_at) == opens_at);
        for (member, bar) in self.members.iter_mut().zip(&mut view.bars) {
            if let (Some(closed), true) = (member.closed.take(), complete) {
                *bar = closed;
            }
        }
        view.count += u64::from(complete);
        complete
    }

    /// Shows how far the bars have come that are forming, if anybody reads them.
    fn show_forming(&self, now: Time, view: &mut ClockView) {
        if self.forming {
            for (member, shown) in self.members.iter().zip(&mut view.forming) {
                *shown = member.builder.forming_at(now);
            }
        }
    }

    fn find_due(&mut self) {
        let dues = self.members.iter().filter_map(|member| member.builder.next_due());
        self.due = dues.min().unwrap_or(Time::MAX);
    }
}

/// Refuses recorded bars that are longer than a clock's.
fn check_length(every: Duration, clock: &str, bar: &Bar) -> Result<(), SessionError> {
    match bar.duration() {
        Some(got) if got > every => {
            Err(SessionError::BarTooCoarse { clock: clock.to_owned(), needed: every, got })
        }
        _ => Ok(()),
    }
}

impl Keep for Clock {
    fn save(&self) -> Value {
        let Self { name: _, every: _, grace: _, gaps: _, forming: _, members, due, ticked } = self;
        Value::List(vec![save_each(members), due.to_value(), ticked.to_value()])
    }

    fn load(&mut self, value: &Value) -> Result<(), Mismatch> {
        match value.as_list()? {
            [members, due, ticked] => {
                load_each(&mut self.members, members)?;
                self.due.load(due)?;
                self.ticked.load(ticked)
            }
            _ => Err(value.is_no("a clock")),
        }
    }
}

crate::kept!(Member { builder, closed } fixed { instrument });

impl Keep for Clocks {
    fn save(&self) -> Value {
        let Self { all, order: _, readers: _, sources, automatic: _, due } = self;
        Value::List(vec![save_each(all), sources.to_value(), due.to_value()])
    }

    fn load(&mut self, value: &Value) -> Result<(), Mismatch> {
        let [all, sources, due] = value.as_list()? else { return Err(value.is_no("clocks")) };
        load_each(&mut self.all, all)?;
        load_each(&mut self.sources, sources)?;
        self.due.load(due)
    }
}
