//! What the checker writes down for editors: nothing, unless somebody asked for an index.

use std::collections::BTreeMap;

use strat_dsl::{Span, ast};

use super::scope::Entity;
use super::{Checker, Place};
use crate::builtin::Entry;
use crate::hir::{self, Kind, Of, Ty, Unit};
use crate::index::{Call, Callee, Defined, Definition, Index, Probe, Use, Value, WordId};
use crate::ir::DomainId;

/// An index on its way.
#[derive(Debug, Default)]
pub(super) struct Recorder {
    pub(super) index: Index,
    /// The offset of a name of which the caller wants to know what could stand there.
    pub(super) probe: Option<u32>,
    /// What each strategy declares, for the warm-up of those that have errors.
    pub(super) sketches: Vec<hir::Strategy>,
    ids: BTreeMap<String, WordId>,
    /// Types that were spelled; only for the strategy at hand, whose ids they hold.
    types: Vec<(Ty, WordId)>,
    clocks: Vec<(DomainId, WordId)>,
}

impl Recorder {
    pub(super) fn new(probe: Option<u32>) -> Self {
        Self { probe, ..Self::default() }
    }

    fn word(&mut self, text: String) -> WordId {
        if let Some(id) = self.ids.get(&text) {
            return *id;
        }
        let id = WordId(u32::try_from(self.index.words.len()).unwrap_or(u32::MAX));
        self.index.words.push(text.clone());
        self.ids.insert(text, id);
        id
    }
}

impl Checker {
    /// A declared name.
    pub(super) fn record_name(&mut self, name: &ast::Ident, entity: Entity) {
        if self.recorder.is_none() {
            return;
        }
        let ty = match entity {
            Entity::Local(id) => self.body.locals.get(id.index()).map(|local| local.ty),
            Entity::NodeState(at) => self.node_states.get(at as usize).copied(),
            Entity::Event(event) => Some(Ty::of(self.event_kind(event))),
            _ => None,
        };
        let what = match entity {
            Entity::Param(_) => Defined::Param,
            Entity::Let(_) => Defined::Let,
            Entity::State(_) | Entity::NodeState(_) => Defined::State,
            Entity::Instrument(_) => Defined::Instrument,
            Entity::Universe(_) => Defined::Universe,
            Entity::Clock(_) => Defined::Clock,
            Entity::Enum(_) => Defined::Enum,
            Entity::Words(_) => Defined::Words,
            Entity::Node(_) => Defined::Node,
            Entity::Func(_) => Defined::Func,
            Entity::Local(_) | Entity::Bar(..) => Defined::Local,
            Entity::Event(_) => Defined::Event,
            Entity::Broken => Defined::Broken,
        };
        self.record(name, what, ty);
    }

    /// A name outside of the scopes: a case, a slot, an import, a strategy.
    pub(super) fn record(&mut self, name: &ast::Ident, what: Defined, ty: Option<Ty>) {
        let spelled = ty.and_then(|ty| self.spelled(ty));
        let Some(recorder) = &mut self.recorder else { return };
        recorder.index.definitions.push(Definition {
            name: name.name.clone(),
            span: name.span,
            what,
            ty,
            spelled,
            clock: None,
        });
    }

    /// A use of what is declared at `of`.
    pub(super) fn record_use(&mut self, span: Span, of: Span) {
        if let Some(recorder) = &mut self.recorder {
            recorder.index.uses.push(Use { span, of });
        }
    }

    /// A use of a name that does not count as one.
    pub(super) fn mention(&mut self, name: &ast::Ident) {
        if self.recorder.is_some()
            && let Some(of) = self.find(&name.name).map(|found| found.span)
        {
            self.record_use(name.span, of);
        }
    }

    /// A use of one of the cases of an enum.
    pub(super) fn record_case(&mut self, id: crate::ir::EnumId, name: &ast::Ident) {
        if self.recorder.is_none() {
            return;
        }
        let Some(whole) = self.hir.enums.get(id.index()).map(|it| it.span) else { return };
        let Some(recorder) = &mut self.recorder else { return };
        let found = recorder.index.definitions.iter().find(|found| {
            found.what == Defined::Case && found.name == name.name && whole.contains(found.span)
        });
        if let Some(of) = found.map(|found| found.span) {
            recorder.index.uses.push(Use { span: name.span, of });
        }
    }

    /// A use of the name of a slot.
    pub(super) fn record_slot_use(&mut self, name: &ast::Ident) {
        let Some(recorder) = &mut self.recorder else { return };
        // Those of earlier strategies stand before.
        let mut slots = recorder.index.definitions.iter().rev();
        let found = slots.find(|found| found.what == Defined::Slot && found.name == name.name);
        if let Some(of) = found.map(|found| found.span) {
            recorder.index.uses.push(Use { span: name.span, of });
        }
    }

    /// An argument that is given by name to a function of the author's own.
    pub(super) fn record_argument(&mut self, function: &str, name: &ast::Ident) {
        if self.recorder.is_none() {
            return;
        }
        let Some(declared) = self.find(function).map(|found| found.span) else { return };
        let Some(recorder) = &mut self.recorder else { return };
        // The arguments are the first names behind the function's own.
        let behind =
            |found: &&Definition| found.span.start > declared.start && found.what == Defined::Local;
        let same = |found: &&Definition| found.name == name.name;
        let found = recorder.index.definitions.iter().filter(behind).filter(same);
        if let Some(of) = found.map(|found| found.span).min() {
            recorder.index.uses.push(Use { span: name.span, of });
        }
    }

    /// A call of a library function.
    pub(super) fn record_call(&mut self, span: Span, callee: Callee) {
        if let Some(recorder) = &mut self.recorder {
            recorder.index.calls.push(Call { span, callee });
        }
    }

    /// A use of an imported function.
    pub(super) fn record_import_use(&mut self, span: Span, entry: Entry) {
        self.record_call(span, Callee::Library(entry));
        let import = self.imports.iter().find(|import| import.entry == entry);
        if let Some(of) = import.map(|import| import.span) {
            self.record_use(span, of);
        }
    }

    /// An expression with its type.
    pub(super) fn record_value(&mut self, span: Span, ty: Ty, domain: Option<DomainId>) {
        if self.recorder.is_none() || ty.is_error() {
            return;
        }
        let Some(spelled) = self.spelled(ty) else { return };
        let clock = domain.and_then(|domain| self.clock_word(domain));
        if let Some(recorder) = &mut self.recorder {
            recorder.index.values.push(Value { span, ty, spelled, clock });
        }
    }

    /// What could stand in place of this name, if the caller asked for it.
    pub(super) fn record_probe(&mut self, name: &ast::Ident, want: Option<Kind>) {
        let Some(recorder) = &self.recorder else { return };
        let Some(at) = recorder.probe else { return };
        if at < name.span.start || name.span.end < at {
            return;
        }
        let readable = |entity: &Entity| self.may_read(*entity);
        let visible = self.scopes.iter().flat_map(|scope| scope.values());
        let visible = visible.filter(|found| readable(&found.entity)).map(|found| found.span);
        let visible = visible.collect();
        let bare_fields = self.body.member.is_some()
            && (self.body.place == Place::Universe || self.body.per.is_some());
        let probe = Probe { visible, want: want.map(Ty::of), bare_fields };
        if let Some(recorder) = &mut self.recorder {
            recorder.index.probe = Some(probe);
        }
    }

    /// Types and clocks of a strategy's members, now that all are known, and what is needed to
    /// tell the warm-up of its streams even if a handler has an error.
    pub(super) fn record_members(&mut self, it: &ast::Strategy, warm_weight: f64, calls: u32) {
        if self.recorder.is_none() {
            return;
        }
        let names: Vec<(Span, Entity)> =
            self.scopes.last().into_iter().flatten().map(|(_, n)| (n.span, n.entity)).collect();
        for (span, entity) in names {
            let (ty, domain) = self.known(entity);
            let spelled = ty.and_then(|ty| self.spelled(ty));
            let clock = domain.and_then(|domain| self.clock_word(domain));
            let Some(recorder) = &mut self.recorder else { return };
            let found = recorder.index.definitions.iter_mut().rfind(|found| found.span == span);
            if let Some(found) = found {
                (found.ty, found.spelled, found.clock) = (ty, spelled, clock);
            }
        }
        let sketch = self.sketch(it, warm_weight, calls);
        if let Some(recorder) = &mut self.recorder {
            recorder.sketches.push(sketch);
        }
    }

    /// The types that were spelled hold ids of the tables that are about to change.
    pub(super) fn forget_spelled(&mut self) {
        if let Some(recorder) = &mut self.recorder {
            recorder.types.clear();
            recorder.clocks.clear();
        }
    }

    fn known(&self, entity: Entity) -> (Option<Ty>, Option<DomainId>) {
        match entity {
            Entity::Param(id) => (self.st.params.get(id.index()).map(|it| it.ty), None),
            Entity::Let(at) => {
                let id = self.st.let_ids.get(at).copied().flatten();
                let found = id.and_then(|id| self.st.lets.get(id.0 as usize));
                (found.map(|it| it.ty), found.and_then(|it| it.domain))
            }
            Entity::State(id) => (self.st.states.get(id.index()).map(|it| it.ty), None),
            Entity::Instrument(id) => (Some(Ty::of(Kind::Instrument(Of::One(id)))), None),
            Entity::Universe(id) => (Some(Ty::of(Kind::Universe(id))), None),
            Entity::Clock(super::scope::Clock::Bars(id)) => {
                let joint = self.st.clocks.get(usize::from(id.0));
                let one = joint.and_then(|clock| match clock.instruments.as_slice() {
                    [one] => Some(Kind::Bar(id, 0, Of::One(*one))),
                    _ => None,
                });
                (Some(Ty::of(one.unwrap_or(Kind::Clock(id)))), None)
            }
            Entity::Enum(id) => (Some(Ty::of(Kind::Enum(id))), None),
            Entity::Words(id) => (Some(Ty::of(Kind::Words(id))), None),
            Entity::Func(id) => (self.funcs.get(id.0 as usize).map(|it| it.result), None),
            Entity::Node(id) => (self.nodes.get(id.0 as usize).map(|it| it.result), None),
            Entity::Clock(_)
            | Entity::Local(_)
            | Entity::NodeState(_)
            | Entity::Bar(..)
            | Entity::Event(_)
            | Entity::Broken => (None, None),
        }
    }

    /// The streams of a strategy without anything that reads them.
    fn sketch(&self, it: &ast::Strategy, warm_weight: f64, calls: u32) -> hir::Strategy {
        let venue = self.st.venue.unwrap_or(strat_runtime::venue::VenueKind::Polymarket);
        hir::Strategy {
            name: it.name.name.clone(),
            title: String::new(),
            version: 1,
            venue,
            warm_weight,
            needs: Vec::new(),
            params: self.st.params.clone(),
            constraints: Vec::new(),
            instruments: self.st.instruments.clone(),
            universes: self.st.universes.clone(),
            clocks: self.st.clocks.clone(),
            timers: Vec::new(),
            domains: self.st.domains.clone(),
            lets: self.st.lets.clone(),
            states: Vec::new(),
            handlers: Vec::new(),
            complements: self.st.shorts.clone(),
            other_complements: !self.st.short_universes.is_empty(),
            slots: Vec::new(),
            risk: Vec::new(),
            on_fault: Vec::new(),
            migrations: Vec::new(),
            locals: self.body.locals.clone(),
            calls,
            span: it.span,
        }
    }

    fn spelled(&mut self, ty: Ty) -> Option<WordId> {
        let recorder = self.recorder.as_ref()?;
        if let Some((_, id)) = recorder.types.iter().find(|(known, _)| *known == ty) {
            return Some(*id);
        }
        let text = self.spell(ty);
        let recorder = self.recorder.as_mut()?;
        let id = recorder.word(text);
        // A member that a block declares has an id that the next block gives to its own.
        if !matches!(ty.kind.instrument(), Of::Bound(_)) {
            recorder.types.push((ty, id));
        }
        Some(id)
    }

    fn clock_word(&mut self, domain: DomainId) -> Option<WordId> {
        let recorder = self.recorder.as_ref()?;
        if let Some((_, id)) = recorder.clocks.iter().find(|(known, _)| *known == domain) {
            return Some(*id);
        }
        let mut root = domain;
        while let hir::DomainKind::Present { base, .. } = self.st.domains.get(root.index())?.kind {
            root = base;
        }
        let name = self.st.domains.get(root.index())?.name.clone();
        let recorder = self.recorder.as_mut()?;
        let id = recorder.word(name);
        recorder.clocks.push((domain, id));
        Some(id)
    }

    /// The type as a strategy spells it, with its unit.
    fn spell(&self, ty: Ty) -> String {
        let of = |of: Of| self.name_of(of).map(|name| format!("<{name}>")).unwrap_or_default();
        let text = match ty.kind {
            Kind::Bool => "bool".to_owned(),
            Kind::Int => "int".to_owned(),
            Kind::Real(Unit::None) => "real".to_owned(),
            Kind::Real(Unit::Price(i)) => format!("real in the unit of price{}", of(i)),
            Kind::Real(Unit::Size(i)) => format!("real in the unit of size{}", of(i)),
            Kind::Real(Unit::Money(it)) => format!("real in the unit of {}", it.name()),
            Kind::Real(Unit::Ratio) => "real in the unit of percent".to_owned(),
            Kind::Real(Unit::Leverage) => "real in the unit of leverage".to_owned(),
            Kind::Real(Unit::PricePerSize(_)) => "real in the unit of price/size".to_owned(),
            Kind::Price(i) => format!("price{}", of(i)),
            Kind::Size(i) => format!("size{}", of(i)),
            Kind::Money(it) => it.name().to_owned(),
            Kind::Ratio => "percent".to_owned(),
            Kind::Leverage => "leverage".to_owned(),
            Kind::PricePerSize(i) => format!("price{}/size{}", of(i), of(i)),
            Kind::Time => "time".to_owned(),
            Kind::Duration => "duration".to_owned(),
            Kind::Enum(id) => {
                self.hir.enums.get(id.index()).map_or("enum".to_owned(), |it| it.name.clone())
            }
            Kind::Text => "text".to_owned(),
            Kind::List(elem, length) => format!("[{}; {length}]", self.spell(elem.ty())),
            Kind::Words(_) => "words".to_owned(),
            Kind::Instrument(_) => "instrument".to_owned(),
            Kind::Book(i) => format!("book{}", of(i)),
            Kind::Position(i) => format!("position{}", of(i)),
            Kind::Exposure(i) => format!("exposure{}", of(i)),
            Kind::Universe(_) => "universe".to_owned(),
            Kind::Level(i) => format!("level{}", of(i)),
            Kind::Bar(_, _, i) => format!("bar{}", of(i)),
            Kind::Forming(_, _, i) => format!("open bar{}", of(i)),
            Kind::Clock(_) => "bars of several instruments".to_owned(),
            Kind::Fill(i) => format!("fill{}", of(i)),
            Kind::Reject(i) => format!("refusal{}", of(i)),
            Kind::Account => "account".to_owned(),
            Kind::Error => "unknown".to_owned(),
        };
        if ty.optional { format!("{text}?") } else { text }
    }
}
