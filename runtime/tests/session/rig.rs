//! A session with a strategy that says what a test tells it to say, and hears everything.

use std::cell::RefCell;
use std::rc::Rc;

use strat_runtime::bar::Bar;
use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData, MetaChange};
use strat_runtime::fault::Fault;
use strat_runtime::instrument::{AssetClass, Instrument, InstrumentId, Status};
use strat_runtime::manifest::*;
use strat_runtime::money::Money;
use strat_runtime::order::*;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::session::{HostReason, Session, SessionError, Setup};
use strat_runtime::side::Side;
use strat_runtime::signal::{Action, Goal, Intent, OrderWish, Via};
use strat_runtime::slot::SlotId;
use strat_runtime::strategy::{Reaction, Strategy, Trigger};
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;
use strat_runtime::view::View;

pub(crate) fn px(text: &str) -> Price {
    Price::parse(text).unwrap()
}

pub(crate) fn qty(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

pub(crate) fn usd(text: &str) -> Money {
    Money::parse(text).unwrap()
}

pub(crate) fn at(secs: i64) -> Time {
    Time::from_secs(secs).unwrap()
}

pub(crate) fn secs(secs: u32) -> Duration {
    Duration::from_secs(secs)
}

/// What a scripted strategy shares with its test.
#[derive(Default)]
pub(crate) struct Lines {
    /// Said at the next step, whatever it is.
    pub(crate) say: Vec<Intent>,
    /// Said at steps with this trigger.
    pub(crate) when: Vec<(Trigger, Vec<Intent>)>,
    /// The next step faults.
    pub(crate) fault: Option<Fault>,
    /// Every step so far.
    pub(crate) heard: Vec<(Time, Trigger)>,
}

pub(crate) struct Scripted {
    manifest: Manifest,
    lines: Rc<RefCell<Lines>>,
}

impl Strategy for Scripted {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn step(&mut self, trigger: Trigger, view: &View, out: &mut Reaction) {
        let mut lines = self.lines.borrow_mut();
        lines.heard.push((view.now, trigger));
        out.fired.push(HandlerId(0));
        out.intents.append(&mut lines.say);
        for (when, intents) in &lines.when {
            if *when == trigger {
                out.intents.extend(intents);
            }
        }
        out.fault = lines.fault.take();
    }
}

/// A token that pays 0 to 1, with ticks of a cent.
pub(crate) fn token(symbol: &str) -> Instrument {
    Instrument {
        symbol: symbol.to_owned(),
        name: symbol.to_owned(),
        venue: VenueKind::Polymarket,
        class: AssetClass::OutcomeToken,
        question: String::new(),
        outcome: String::new(),
        tick: px("0.01"),
        lot: qty("1"),
        min_size: qty("5"),
        min_notional: Money::ZERO,
        liquidity: None,
        expires_at: None,
        complement: None,
        status: Status::Trading,
    }
}

/// A perpetual with ticks of 0.1 and lots of 0.001.
pub(crate) fn perp(symbol: &str) -> Instrument {
    Instrument {
        venue: VenueKind::BinancePerp,
        class: AssetClass::Crypto,
        tick: px("0.1"),
        lot: qty("0.001"),
        min_size: qty("0.001"),
        ..token(symbol)
    }
}

pub(crate) fn manifest(venue: VenueKind, instruments: &[Instrument]) -> Manifest {
    let count = instruments.len();
    Manifest {
        name: "scripted".to_owned(),
        title: String::new(),
        version: 1,
        venue,
        instruments: instruments
            .iter()
            .map(|i| InstrumentDecl { name: i.name.clone(), symbol: i.symbol.clone(), venue })
            .collect(),
        universes: Vec::new(),
        clocks: Vec::new(),
        timers: Vec::new(),
        slots: (0..4)
            .map(|n| SlotDecl { name: format!("slot {n}"), handler: HandlerId(0) })
            .collect(),
        handlers: vec![HandlerDecl { name: "on anything".to_owned(), line: 1, lifecycle: false }],
        reasons: Vec::new(),
        risk: Vec::new(),
        on_fault: vec![RiskAction::Hold],
        params: Vec::new(),
        wants: Wants {
            book: vec![true; count],
            trades: vec![true; count],
            meta: true,
            ..Wants::default()
        },
        needs: Vec::new(),
        behaviour_hash: 0,
    }
}

pub(crate) fn clock(name: &str, instruments: &[u32], every: Duration, gaps: Gaps) -> BarClock {
    BarClock {
        name: name.to_owned(),
        instruments: instruments.iter().copied().map(InstrumentId).collect(),
        every,
        gaps,
        warm: 0,
    }
}

pub(crate) struct Rig {
    pub(crate) session: Session<Scripted>,
    pub(crate) lines: Rc<RefCell<Lines>>,
}

impl Rig {
    /// A started session on one token with 1,000 in cash.
    pub(crate) fn token() -> Self {
        Self::token_with(|_, _| {})
    }

    pub(crate) fn token_with(change: impl FnOnce(&mut Manifest, &mut Setup)) -> Self {
        Self::with(VenueKind::Polymarket, vec![token("yes")], change)
    }

    /// A started session on one perpetual with 1,000 in cash.
    pub(crate) fn perp() -> Self {
        Self::perp_with(|_, _| {})
    }

    pub(crate) fn perp_with(change: impl FnOnce(&mut Manifest, &mut Setup)) -> Self {
        Self::with(VenueKind::BinancePerp, vec![perp("btc")], change)
    }

    pub(crate) fn with(
        venue: VenueKind,
        instruments: Vec<Instrument>,
        change: impl FnOnce(&mut Manifest, &mut Setup),
    ) -> Self {
        Self::build(venue, instruments, change).unwrap()
    }

    pub(crate) fn build(
        venue: VenueKind,
        instruments: Vec<Instrument>,
        change: impl FnOnce(&mut Manifest, &mut Setup),
    ) -> Result<Self, SessionError> {
        let mut manifest = manifest(venue, &instruments);
        let mut setup = Setup::new(instruments, usd("1000"), venue);
        change(&mut manifest, &mut setup);
        let lines = Rc::new(RefCell::new(Lines::default()));
        let strategy = Scripted { manifest, lines: Rc::clone(&lines) };
        let mut session = Session::new(strategy, setup)?;
        session.start(at(0))?;
        lines.borrow_mut().heard.clear();
        Ok(Self { session, lines })
    }

    /// What the strategy says at its next step.
    pub(crate) fn say(&self, action: Action) {
        self.say_of(0, 0, action);
    }

    pub(crate) fn say_of(&self, instrument: u32, group: u16, action: Action) {
        self.lines.borrow_mut().say.push(intent(instrument, group, action));
    }

    pub(crate) fn heard(&self) -> Vec<Trigger> {
        self.lines.borrow_mut().heard.drain(..).map(|(_, trigger)| trigger).collect()
    }

    pub(crate) fn heard_at(&self) -> Vec<(i64, Trigger)> {
        let mut lines = self.lines.borrow_mut();
        lines.heard.drain(..).map(|(t, trigger)| (t.nanos() / 1_000_000_000, trigger)).collect()
    }

    pub(crate) fn event(&mut self, t: i64, instrument: u32, data: MarketData<'_>) {
        self.session.on_event(&event(t, instrument, data)).unwrap();
    }

    /// The touch of the first instrument; `-` for a side that is not there.
    pub(crate) fn quote(&mut self, t: i64, bid: &str, ask: &str) {
        self.quote_of(0, t, bid, ask);
    }

    pub(crate) fn quote_of(&mut self, instrument: u32, t: i64, bid: &str, ask: &str) {
        self.event(t, instrument, quote(bid, ask));
    }

    pub(crate) fn trade(&mut self, t: i64, price: &str) {
        self.event(t, 0, trade(price));
    }

    pub(crate) fn meta(&mut self, t: i64, change: MetaChange) {
        self.event(t, 0, MarketData::Meta(change));
    }

    pub(crate) fn report(&mut self, order: &str, kind: ReportKind) {
        let now = self.session.view().now;
        self.report_at(now, order, kind);
    }

    pub(crate) fn report_at(&mut self, now: Time, order: &str, kind: ReportKind) {
        let report = Report { ts_event: now, ts_recv: now, order: id(order), kind };
        self.session.on_report(&report).unwrap();
    }

    pub(crate) fn accept(&mut self, order: &str) {
        self.report(order, ReportKind::Accepted);
    }

    pub(crate) fn canceled(&mut self, order: &str) {
        self.report(order, ReportKind::Canceled(CancelReason::Requested));
    }

    /// A fill without fee; `remaining` of the order stay open.
    pub(crate) fn fill(&mut self, order: &str, price: &str, size: &str, remaining: &str) {
        self.report(order, filled(price, size, remaining));
    }

    /// Buys through slot 3 until the position is `size`.
    pub(crate) fn hold(&mut self, t: i64, side: Side, price: &str, size: &str) {
        self.say(Action::Order(wish(3, side, size, price)));
        self.quote(t, price, price);
        let placed = self.take();
        assert_eq!(placed.len(), 1, "{placed:?}");
        let generation = self.session.counters().placed;
        let order = self.session.view().instruments[0].orders.last().unwrap().id;
        assert!(generation > 0);
        let order = format!("{}-{}-{}", order.slot.0, order.instrument.0, order.generation);
        self.fill(&order, price, size, "0");
        self.take();
        self.heard();
    }

    /// The commands since the last time, in words; everything else in the outbox is dropped.
    pub(crate) fn take(&mut self) -> Vec<String> {
        let commands = self.session.outbox().commands.iter().map(words).collect();
        self.session.outbox_mut().clear();
        commands
    }

    /// The reasons noted since the last time, and drops them.
    pub(crate) fn notes(&mut self) -> Vec<HostReason> {
        let notes = self.session.outbox().notes.iter().map(|note| note.reason).collect();
        self.session.outbox_mut().notes.clear();
        notes
    }

    pub(crate) fn position(&self) -> Quantity {
        self.session.view().instruments[0].position.size
    }
}

pub(crate) fn event(t: i64, instrument: u32, data: MarketData<'_>) -> Event<'_> {
    Event { ts_event: at(t), ts_recv: at(t), instrument: InstrumentId(instrument), data }
}

pub(crate) fn quote(bid: &str, ask: &str) -> MarketData<'static> {
    let level = |text: &str| match text {
        "-" => Level::default(),
        text => Level::new(px(text), qty("100")),
    };
    MarketData::Quote { bid: level(bid), ask: level(ask) }
}

pub(crate) fn trade(price: &str) -> MarketData<'static> {
    MarketData::Trade { price: px(price), size: qty("1"), aggressor: None }
}

pub(crate) fn bar(opens: i64, closes: i64, close: &str) -> MarketData<'static> {
    MarketData::Bar(Bar { volume: 1.0, ..Bar::flat(at(opens), at(closes), px(close)) })
}

pub(crate) fn filled(price: &str, size: &str, remaining: &str) -> ReportKind {
    ReportKind::Filled(Fill {
        price: px(price),
        size: qty(size),
        fee: Money::ZERO,
        liquidity: Liquidity::Taker,
        remaining: qty(remaining),
    })
}

pub(crate) fn intent(instrument: u32, group: u16, action: Action) -> Intent {
    let instrument = InstrumentId(instrument);
    Intent { handler: HandlerId(0), instrument, group, because: None, action }
}

/// A good-till-cancelled order; `market` as price takes what is there.
pub(crate) fn wish(slot: u16, side: Side, size: &str, price: &str) -> OrderWish {
    OrderWish::new(SlotId(slot), side, qty(size), (price != "market").then(|| px(price)))
}

pub(crate) fn buy(size: &str, price: &str) -> Action {
    Action::Order(wish(0, Side::Buy, size, price))
}

pub(crate) fn sell(size: &str, price: &str) -> Action {
    Action::Order(wish(1, Side::Sell, size, price))
}

pub(crate) fn target(goal: Goal, via: Option<Via>) -> Action {
    Action::Target { slot: SlotId(2), goal, via }
}

pub(crate) fn id(text: &str) -> OrderId {
    let mut parts = text.split('-').map(|part| part.parse::<u32>().unwrap());
    let mut next = || parts.next().unwrap();
    OrderId {
        slot: SlotId(u16::try_from(next()).unwrap()),
        instrument: InstrumentId(next()),
        generation: next(),
    }
}

fn words(command: &Command) -> String {
    match command {
        Command::Cancel(id) => format!("cancel {id}"),
        Command::Place(order) => {
            let limit = order.limit.map_or("market".to_owned(), |price| price.to_string());
            let tif = match order.tif {
                TimeInForce::Gtc => String::new(),
                TimeInForce::Gtd(end) => format!(" gtd {}", end.nanos() / 1_000_000_000),
                TimeInForce::Fok => " fok".to_owned(),
                TimeInForce::Fak => " fak".to_owned(),
                TimeInForce::Day => " day".to_owned(),
            };
            let post = if order.post_only { " post" } else { "" };
            let reduce = if order.reduce_only { " reduce" } else { "" };
            format!("{}: {} {} @ {limit}{tif}{post}{reduce}", order.id, order.side, order.size)
        }
    }
}

/// The generator `SplitMix64`: the same numbers for the same seed, everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}
