//! What an event sets in motion: domains and streams in order, universes, handlers.

use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::HandlerId;
use strat_runtime::strategy::Trigger;

use crate::ir::{DomainId, DomainKind, ForOver, Ir, On, Stmt, StmtKind, StreamId, UniverseId};

/// What happens at one kind of event.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) items: Vec<Item>,
    /// The streams per member of each universe, for the member that the event is about.
    pub(super) members: Vec<(UniverseId, Vec<Item>)>,
    /// Universes whose members are looked for anew before the handlers fire, and the first of the
    /// handlers that goes through them: those who are left out are stops of that handler.
    pub(super) universes: Vec<(UniverseId, Option<HandlerId>)>,
    pub(super) handlers: Vec<HandlerId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    Tick(DomainId),
    Eval(StreamId),
}

/// An instrument that is not declared.
const OTHER: InstrumentId = InstrumentId(u32::MAX);

/// The plans of all events.
#[derive(Debug, Clone)]
pub(super) struct Plans {
    start: Plan,
    shutdown: Plan,
    link_down: Plan,
    link_up: Plan,
    meta: Plan,
    book: Vec<Plan>,
    trades: Vec<Plan>,
    /// For instruments that are not declared: only members of universes are.
    other_book: Plan,
    other_trades: Plan,
    expiry: Vec<Plan>,
    other_expiry: Plan,
    bars: Vec<Plan>,
    timers: Vec<Plan>,
    fill: Vec<Plan>,
    done: Vec<Plan>,
    reject: Vec<Plan>,
}

impl Plans {
    pub(super) fn new(ir: &Ir) -> Plans {
        let instruments = || (0..ir.instruments.len() as u32).map(InstrumentId);
        let clocks = (0..ir.clocks.len() as u16).map(strat_runtime::manifest::ClockId);
        let timers = (0..ir.timers.len() as u16).map(strat_runtime::manifest::TimerId);
        let slots = || (0..ir.slots.len() as u16).map(strat_runtime::slot::SlotId);
        let ticking = |kind: DomainKind, on: &On| plan(ir, Some(kind), |other| other == on);
        let plain = |fires: &dyn Fn(&On) -> bool| plan(ir, None, fires);
        let book = |i| {
            plan(ir, Some(DomainKind::Book(i)), |on| {
                *on == On::Book(i) || matches!(on, On::MemberBook(_))
            })
        };
        let trades = |i| {
            plan(ir, Some(DomainKind::Trades(i)), |on| {
                *on == On::Trades(i) || matches!(on, On::MemberTrades(_))
            })
        };
        let expiry =
            |i| plan(ir, None, |on| *on == On::Expiry(i) || matches!(on, On::MemberExpiry(_)));
        Plans {
            start: plain(&|on| *on == On::Start),
            shutdown: plain(&|on| *on == On::Shutdown),
            link_down: plain(&|on| *on == On::LinkDown),
            link_up: plain(&|on| *on == On::LinkUp),
            meta: meta_plan(ir),
            book: instruments().map(book).collect(),
            trades: instruments().map(trades).collect(),
            // No declared instrument has this number: only what is kept per member is left.
            other_book: book(OTHER),
            other_trades: trades(OTHER),
            expiry: instruments().map(expiry).collect(),
            other_expiry: expiry(OTHER),
            bars: clocks.map(|c| ticking(DomainKind::Bars(c), &On::Bars(c))).collect(),
            timers: timers.map(|t| ticking(DomainKind::Timer(t), &On::Timer(t))).collect(),
            fill: slots()
                .map(|s| plain(&|on| matches!(on, On::Fill(of) if of.contains(&s))))
                .collect(),
            done: slots()
                .map(|s| plain(&|on| matches!(on, On::Done(of) if of.contains(&s))))
                .collect(),
            reject: slots()
                .map(|s| plain(&|on| matches!(on, On::Reject(of) if of.contains(&s))))
                .collect(),
        }
    }

    #[inline]
    pub(super) fn get(&self, trigger: &Trigger) -> Option<&Plan> {
        match trigger {
            Trigger::Start => Some(&self.start),
            Trigger::Shutdown => Some(&self.shutdown),
            Trigger::LinkDown => Some(&self.link_down),
            Trigger::LinkUp => Some(&self.link_up),
            Trigger::Meta(_) => Some(&self.meta),
            Trigger::Book(instrument) => {
                Some(self.book.get(instrument.index()).unwrap_or(&self.other_book))
            }
            Trigger::Trade(instrument) => {
                Some(self.trades.get(instrument.index()).unwrap_or(&self.other_trades))
            }
            Trigger::Expiry(instrument) => {
                Some(self.expiry.get(instrument.index()).unwrap_or(&self.other_expiry))
            }
            // Streams of the clock begin their warm-up anew; nothing is computed.
            Trigger::Gap(_) => None,
            Trigger::Bars(clock) => self.bars.get(usize::from(clock.0)),
            Trigger::Timer(timer) => self.timers.get(usize::from(timer.0)),
            Trigger::Fill { slot, .. } => self.fill.get(slot.index()),
            Trigger::Done { slot, .. } => self.done.get(slot.index()),
            Trigger::Reject { slot, .. } => self.reject.get(slot.index()),
        }
    }

    /// Whether the strategy must be stepped when this happens.
    pub(super) fn wants(&self, trigger: &Trigger) -> bool {
        self.get(trigger).is_some_and(|plan| *plan != Plan::default())
    }
}

fn plan(ir: &Ir, root: Option<DomainKind>, fires: impl Fn(&On) -> bool) -> Plan {
    let handlers: Vec<HandlerId> = (0..)
        .map(HandlerId)
        .zip(&ir.handlers)
        .filter(|(_, handler)| fires(&handler.on))
        .map(|(id, _)| id)
        .collect();
    let mut universes = Vec::new();
    for id in &handlers {
        universes_of(ir, *id, &mut universes);
    }
    with_observers(ir, &mut universes);
    let asker = |universe: UniverseId| {
        let goes_through = |id: &&HandlerId| {
            // Who is left out is no news of a handler that hears of one member alone.
            if ir.handler(**id).on.is_of_one_member() {
                return false;
            }
            let mut of = Vec::new();
            universes_of(ir, **id, &mut of);
            of.contains(&universe)
        };
        (universe, handlers.iter().find(goes_through).copied())
    };
    let universes = universes.into_iter().map(asker).collect();
    let items_of = |root: DomainKind| items(ir, root);
    let members = root.map_or_else(Vec::new, |root| member_items(ir, root));
    Plan { items: root.map_or_else(Vec::new, items_of), members, universes, handlers }
}

/// Members come and go when metadata changes. Where nobody observes that, it is enough to look
/// before the next handler that asks.
fn meta_plan(ir: &Ir) -> Plan {
    let mut universes = Vec::new();
    for handler in &ir.handlers {
        if let On::Enter(universe) | On::Leave(universe) = handler.on {
            add(&mut universes, universe);
        }
    }
    for state in &ir.states {
        if let Some(universe) = state.per {
            add(&mut universes, universe);
        }
    }
    for stream in &ir.streams {
        if let Some(universe) = ir.universe_of(stream.domain) {
            add(&mut universes, universe);
        }
    }
    with_observers(ir, &mut universes);
    let universes = universes.into_iter().map(|universe| (universe, None)).collect();
    Plan { universes, ..Plan::default() }
}

/// The streams per member that tick with the book or the trades of a member.
fn member_items(ir: &Ir, root: DomainKind) -> Vec<(UniverseId, Vec<Item>)> {
    let of = |universe: UniverseId| {
        let kind = match root {
            DomainKind::Book(_) => DomainKind::MemberBook(universe),
            DomainKind::Trades(_) => DomainKind::MemberTrades(universe),
            DomainKind::Bars(_)
            | DomainKind::Timer(_)
            | DomainKind::MemberBook(_)
            | DomainKind::MemberTrades(_)
            | DomainKind::Present { .. } => return None,
        };
        Some((universe, items(ir, kind))).filter(|(_, items)| !items.is_empty())
    };
    (0..ir.universes.len() as u32).map(UniverseId).filter_map(of).collect()
}

fn items(ir: &Ir, root: DomainKind) -> Vec<Item> {
    let mut items = Vec::new();
    for (index, stream) in ir.streams.iter().enumerate() {
        if ir.root_of(stream.domain) == root {
            tick_first(ir, stream.domain, &mut items);
            items.push(Item::Eval(StreamId(index as u32)));
        }
    }
    items
}

/// Puts the domain's tick, and before it that of what it is based on, in front of its first stream.
fn tick_first(ir: &Ir, domain: DomainId, items: &mut Vec<Item>) {
    let mut chain = vec![domain];
    let mut current = domain;
    while let DomainKind::Present { base, .. } = ir.domains[current.index()].kind {
        chain.push(base);
        current = base;
    }
    for domain in chain.into_iter().rev() {
        if !items.contains(&Item::Tick(domain)) {
            items.push(Item::Tick(domain));
        }
    }
}

fn add(universes: &mut Vec<UniverseId>, id: UniverseId) {
    if !universes.contains(&id) {
        universes.push(id);
        universes.sort_unstable();
    }
}

/// The universes whose members a handler goes through.
fn universes_of(ir: &Ir, handler: HandlerId, universes: &mut Vec<UniverseId>) {
    let handler = &ir.handlers[usize::from(handler.0)];
    if let Some((_, universe)) = handler.member {
        add(universes, universe);
    }
    universes_in(&handler.body, universes);
}

fn universes_in(body: &[Stmt], universes: &mut Vec<UniverseId>) {
    for stmt in body {
        match &stmt.kind {
            StmtKind::For { over, body, .. } => {
                if let ForOver::Universe(universe) = over {
                    add(universes, *universe);
                }
                universes_in(body, universes);
            }
            StmtKind::If { then, other, .. } | StmtKind::IfLet { then, other, .. } => {
                universes_in(then, universes);
                universes_in(other, universes);
            }
            StmtKind::Match { arms, .. } => {
                for (_, body) in arms {
                    universes_in(body, universes);
                }
            }
            StmtKind::Together(body) => universes_in(body, universes),
            StmtKind::Let(..)
            | StmtKind::Open(..)
            | StmtKind::Require(..)
            | StmtKind::Set { .. }
            | StmtKind::SetElement { .. }
            | StmtKind::Order(_)
            | StmtKind::Clear(..)
            | StmtKind::Target(_)
            | StmtKind::Cancel(_)
            | StmtKind::Say(..) => {}
        }
    }
}

/// Adds what the `enter` and `leave` handlers of the given universes go through themselves.
fn with_observers(ir: &Ir, universes: &mut Vec<UniverseId>) {
    loop {
        let known = universes.len();
        for (id, handler) in (0..).map(HandlerId).zip(&ir.handlers) {
            if let On::Enter(universe) | On::Leave(universe) = handler.on
                && universes.contains(&universe)
            {
                universes_of(ir, id, universes);
            }
        }
        if universes.len() == known {
            return;
        }
    }
}
