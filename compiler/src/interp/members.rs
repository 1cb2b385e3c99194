//! Streams per member of a universe: a struct of arrays with one place for each member.
//!
//! A member takes a free place when it enters and gives it back when it leaves; its streams begin
//! anew each time. Places given back are free after the step, so that a step that faults can be
//! undone: nothing of a member who leaves is overwritten before.

use strat_runtime::fault::FaultKind;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::ReasonId;
use strat_runtime::strategy::Stop;

use super::memory::{DomainCell, StreamCell};
use super::node::Node;
use super::plan::{Item, Plan};
use super::program::{Code, StreamCode, guards_behind};
use super::run::{Run, event_instrument};
use super::trace::Watch;
use crate::builtin::SERIES_MAX;
use crate::ir::verify::waits_in;
use crate::ir::{Cell, DomainId, DomainKind, ExprId, Ir, LocalId, StreamId, UniverseId};
use crate::warm::Warmup;

/// What is kept for each member of one universe.
#[derive(Debug)]
pub(super) struct MemberCode {
    pub(super) streams: Vec<StreamId>,
    domains: Vec<DomainId>,
    nodes: Vec<usize>,
}

/// What must hold before a stream is warm for a member.
#[derive(Debug, Default)]
pub(super) struct Wait {
    /// Ticks of the member that must have gone before.
    pub(super) needs: Vec<(DomainId, u64)>,
    /// The guards behind the stream.
    pub(super) guards: Vec<(StreamId, ReasonId)>,
}

/// Memory per member.
#[derive(Debug, Clone, Default)]
pub(super) struct PerMember {
    /// By universe.
    places: Vec<Places>,
    /// By stream: the universe that it is kept for.
    universes: Vec<Option<UniverseId>>,
    /// By stream and place.
    streams: Vec<Vec<StreamCell>>,
    /// By domain and place.
    domains: Vec<Vec<DomainCell>>,
    /// By node and place.
    nodes: Vec<Vec<Node>>,
}

/// The places of the members of one universe.
#[derive(Debug, Clone, Default)]
struct Places {
    /// By instrument.
    of: Vec<Option<u32>>,
    free: Vec<u32>,
    count: u32,
    /// Who came in this step.
    entered: Vec<u32>,
    /// Who left in this step, with the place.
    left: Vec<(u32, u32)>,
}

impl Places {
    fn get(&self, instrument: usize) -> Option<usize> {
        self.of.get(instrument).copied().flatten().map(|place| place as usize)
    }
}

/// What is kept per member, by universe.
pub(super) fn member_code(ir: &Ir, streams: &[StreamCode]) -> Vec<MemberCode> {
    let of = |universe: UniverseId| {
        let mine = |domain: DomainId| ir.universe_of(domain) == Some(universe);
        let all = (0..streams.len() as u32).map(StreamId);
        let own: Vec<StreamId> = all.filter(|id| mine(streams[id.index()].domain)).collect();
        let node = |id: &StreamId| match streams[id.index()].op {
            Code::Node { node, .. } => Some(node),
            Code::Expr(_) | Code::Guard(_) | Code::Next(..) => None,
        };
        let nodes = own.iter().filter_map(node).collect();
        let domains = (0..ir.domains.len() as u32).map(DomainId).filter(|id| mine(*id)).collect();
        MemberCode { streams: own, domains, nodes }
    };
    (0..ir.universes.len() as u32).map(UniverseId).map(of).collect()
}

/// What a stream waits for, if a handler waits for the stream.
pub(super) fn wait_of(ir: &Ir, stream: StreamId, warmup: &Warmup) -> Wait {
    let waited = ir.handlers.iter().any(|handler| {
        let mut waits = handler.waits.clone();
        waits_in(&handler.body, &mut waits);
        waits.contains(&stream)
    });
    if !waited {
        return Wait::default();
    }
    let mut needs = warmup.needs_of(ir, &[stream]);
    needs.retain(|(domain, _)| ir.universe_of(*domain).is_some());
    Wait { needs, guards: guards_behind(ir, &[stream]) }
}

impl PerMember {
    /// Makes room for the tables of a program.
    pub(super) fn prepare(&mut self, ir: &Ir, nodes: usize) {
        self.places = vec![Places::default(); ir.universes.len()];
        self.universes = ir.streams.iter().map(|s| ir.universe_of(s.domain)).collect();
        self.streams = vec![Vec::new(); ir.streams.len()];
        self.domains = vec![Vec::new(); ir.domains.len()];
        self.nodes = vec![Vec::new(); nodes];
    }

    pub(super) fn place(&self, universe: UniverseId, instrument: usize) -> Option<usize> {
        self.places.get(universe.index())?.get(instrument)
    }

    /// The last value of a stream for an instrument; absent for one that is no member.
    pub(super) fn value(&self, stream: StreamId, instrument: i64) -> Cell {
        let universe = self.universes.get(stream.index()).copied().flatten();
        let place = universe
            .zip(usize::try_from(instrument).ok())
            .and_then(|(universe, instrument)| self.place(universe, instrument));
        place.map_or(Cell::NONE, |place| self.streams[stream.index()][place].value)
    }

    /// Who has a place, with it, by instrument.
    pub(super) fn members(&self, universe: UniverseId) -> impl Iterator<Item = (u32, usize)> {
        let of = self.places.get(universe.index()).map_or(&[][..], |places| &places.of);
        (0..).zip(of).filter_map(|(member, place)| Some((member, (*place)? as usize)))
    }

    pub(super) fn stream(&self, id: StreamId, place: usize) -> &StreamCell {
        &self.streams[id.index()][place]
    }

    pub(super) fn stream_mut(&mut self, id: StreamId, place: usize) -> &mut StreamCell {
        &mut self.streams[id.index()][place]
    }

    pub(super) fn domain(&self, id: DomainId, place: usize) -> &DomainCell {
        &self.domains[id.index()][place]
    }

    pub(super) fn domain_mut(&mut self, id: DomainId, place: usize) -> &mut DomainCell {
        &mut self.domains[id.index()][place]
    }

    pub(super) fn node(&self, node: usize, place: usize) -> &Node {
        &self.nodes[node][place]
    }

    pub(super) fn node_mut(&mut self, node: usize, place: usize) -> &mut Node {
        &mut self.nodes[node][place]
    }

    /// The place of the member of a stream's universe that an instrument is.
    pub(super) fn place_of(&self, stream: StreamId, instrument: i64) -> Option<usize> {
        let universe = self.universes.get(stream.index()).copied().flatten()?;
        self.place(universe, usize::try_from(instrument).ok()?)
    }

    /// How often a domain has ticked for the member at a place.
    pub(super) fn ticks(&self, domain: DomainId, place: usize) -> u64 {
        let cells = self.domains.get(domain.index());
        cells.and_then(|cells| cells.get(place)).map_or(0, |cell| cell.ticks)
    }

    /// Takes the places of members who left; they are free after the step.
    pub(super) fn leave(&mut self, universe: UniverseId, left: &[u32]) {
        let places = &mut self.places[universe.index()];
        for instrument in left {
            let place = places.of.get_mut(*instrument as usize).and_then(Option::take);
            places.left.extend(place.map(|place| (*instrument, place)));
        }
    }

    /// Gives a place to each who came, with streams that have seen nothing.
    pub(super) fn enter(
        &mut self,
        universe: UniverseId,
        entered: &[u32],
        code: &MemberCode,
        fresh: &[Node],
    ) {
        for instrument in entered {
            let places = &mut self.places[universe.index()];
            let place = places.free.pop().unwrap_or_else(|| {
                places.count += 1;
                places.count - 1
            });
            let at = *instrument as usize;
            if places.of.len() <= at {
                places.of.resize(at + 1, None);
            }
            places.of[at] = Some(place);
            places.entered.push(*instrument);
            let place = place as usize;
            for id in &code.streams {
                put(&mut self.streams[id.index()], place, StreamCell::EMPTY);
            }
            for id in &code.domains {
                put(&mut self.domains[id.index()], place, DomainCell::default());
            }
            for node in &code.nodes {
                put(&mut self.nodes[*node], place, fresh[*node].clone());
            }
        }
    }

    /// The step stands: who left is forgotten.
    #[inline]
    pub(super) fn commit(&mut self) {
        for places in &mut self.places {
            if !places.entered.is_empty() || !places.left.is_empty() {
                places.entered.clear();
                places.free.extend(places.left.drain(..).map(|(_, place)| place));
            }
        }
    }

    /// Undoes what a step did: members are as before it, and so are the streams of the event's
    /// member, which were evaluated before anybody came or left.
    pub(super) fn roll_back(
        &mut self,
        plan: &Plan,
        member: Option<InstrumentId>,
        step: u64,
        streams: &[StreamCode],
    ) {
        for places in &mut self.places {
            while let Some(instrument) = places.entered.pop() {
                let place = places.of.get_mut(instrument as usize).and_then(Option::take);
                places.free.extend(place);
            }
            while let Some((instrument, place)) = places.left.pop() {
                places.of[instrument as usize] = Some(place);
            }
        }
        let Some(member) = member else { return };
        for (universe, items) in &plan.members {
            let Some(place) = self.place(*universe, member.index()) else { continue };
            for item in items {
                self.undo(*item, place, step, streams);
            }
        }
    }

    fn undo(&mut self, item: Item, place: usize, step: u64, streams: &[StreamCode]) {
        match item {
            Item::Tick(domain) => {
                let domain = &mut self.domains[domain.index()][place];
                if domain.at == step {
                    domain.ticks -= 1;
                    domain.at = 0;
                }
            }
            Item::Eval(stream) => {
                let cell = &mut self.streams[stream.index()][place];
                if cell.touched == step {
                    cell.value = cell.before;
                    cell.fresh = cell.fresh_before;
                }
                if let Code::Node { node, .. } = streams[stream.index()].op
                    && cell.pushed == step
                {
                    self.nodes[node][place].undo();
                }
            }
        }
    }
}

/// Sets an element of a list that grows by one at most.
fn put<T>(list: &mut Vec<T>, place: usize, value: T) {
    match list.get_mut(place) {
        Some(known) => *known = value,
        None => list.push(value),
    }
}

impl<W: Watch> Run<'_, W> {
    /// Evaluates what is kept for the instrument of the event, in each universe that it is in.
    pub(super) fn member_streams(&mut self, plan: &Plan) {
        let Some(instrument) = event_instrument(self.eval.trigger) else { return };
        for (universe, items) in &plan.members {
            let Some(place) = self.eval.memory.members.place(*universe, instrument.index()) else {
                continue;
            };
            let member = self.program.ir.universes[universe.index()].member;
            self.eval.memory.locals[member.index()] = Cell::int(i64::from(instrument.0));
            for item in items {
                match *item {
                    Item::Tick(domain) => self.member_tick(domain, place),
                    Item::Eval(stream) => self.member_stream(stream, place),
                }
                if self.eval.faulted() {
                    return;
                }
            }
            while let Some((state, value)) = self.eval.memory.pending.pop() {
                self.eval.memory.set_member_state(state, instrument.index(), Some(value));
            }
        }
    }

    fn member_tick(&mut self, id: DomainId, place: usize) {
        let step = self.eval.memory.step;
        let members = &mut self.eval.memory.members;
        let ticks = match self.program.ir.domains[id.index()].kind {
            DomainKind::Present { base, guard } => {
                members.domains[base.index()][place].at == step
                    && members.streams[guard.index()][place].fresh == step
            }
            DomainKind::Bars(_)
            | DomainKind::Book(_)
            | DomainKind::Trades(_)
            | DomainKind::MemberBook(_)
            | DomainKind::MemberTrades(_)
            | DomainKind::Timer(_) => true,
        };
        if ticks {
            let domain = &mut members.domains[id.index()][place];
            domain.ticks += 1;
            domain.at = step;
        }
    }

    fn member_stream(&mut self, id: StreamId, place: usize) {
        let code = &self.program.streams[id.index()];
        let step = self.eval.memory.step;
        let members = &self.eval.memory.members;
        let absent = |read: &StreamId| members.streams[read.index()][place].fresh != step;
        if members.domains[code.domain.index()][place].at != step || code.reads.iter().any(absent) {
            return;
        }
        let (value, present) = match code.op {
            Code::Expr(expr) => (self.eval.eval(expr), true),
            Code::Guard(expr) => {
                let value = self.eval.eval(expr);
                (value, value.some)
            }
            Code::Next(state, expr) => {
                let value = self.eval.eval(expr);
                self.eval.memory.pending.push((state, value));
                (value, true)
            }
            Code::Node { node, first, more } => {
                let value = self.member_node(id, place, node, (first, more));
                (value, value.some)
            }
        };
        if self.eval.faulted() {
            return;
        }
        let cell = &mut self.eval.memory.members.streams[id.index()][place];
        cell.touched = step;
        cell.before = cell.value;
        cell.fresh_before = cell.fresh;
        if present {
            cell.value = value;
            cell.fresh = step;
        }
    }

    fn member_node(
        &mut self,
        id: StreamId,
        place: usize,
        node: usize,
        (first, more): (ExprId, [Option<ExprId>; SERIES_MAX - 1]),
    ) -> Cell {
        let inputs = self.inputs(first, more);
        if self.eval.faulted() {
            return Cell::NONE;
        }
        let memory = &mut *self.eval.memory;
        memory.members.streams[id.index()][place].pushed = memory.step;
        match memory.members.nodes[node][place].push(&inputs) {
            Ok(value) => value,
            Err(_) => self.eval.fault(FaultKind::NotFinite, first),
        }
    }

    /// Whether the member that the local holds must wait for one of these streams; notes why.
    pub(super) fn member_waits(&mut self, waits: &[StreamId], member: LocalId) -> bool {
        let first = |wait: &StreamId| self.waits_for(*wait, member).map(|reason| (*wait, reason));
        let Some((stream, reason)) = waits.iter().find_map(first) else {
            return false;
        };
        self.out.stops.push(Stop { handler: self.handler, instrument: self.about, reason });
        if W::ON {
            self.see_member_wait(stream, member, reason);
        }
        true
    }

    /// Why a stream has no warm value for a member: a guard behind it says no, or ticks are missing.
    fn waits_for(&self, stream: StreamId, member: LocalId) -> Option<ReasonId> {
        let waiting = self.program.ir.handler(self.handler).waiting;
        let memory = &*self.eval.memory;
        let universe = memory.members.universes[stream.index()];
        let instrument = usize::try_from(memory.locals[member.index()].bits).ok();
        let place = universe
            .zip(instrument)
            .and_then(|(universe, instrument)| memory.members.place(universe, instrument));
        let Some(place) = place else { return Some(waiting) };
        let wait = &self.program.waits[stream.index()];
        let cells = |id: &StreamId| &memory.members.streams[id.index()][place];
        let few = |(domain, need): &(DomainId, u64)| {
            memory.members.domains[domain.index()][place].ticks <= *need
        };
        if cells(&stream).fresh != 0 && !wait.needs.iter().any(few) {
            return None;
        }
        let said_no = |(id, _): &&(StreamId, ReasonId)| {
            let cell = cells(id);
            cell.touched != 0 && cell.touched != cell.fresh
        };
        Some(wait.guards.iter().find(said_no).map_or(waiting, |(_, reason)| *reason))
    }
}
