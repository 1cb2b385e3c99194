//! One strategy: its members in the order in which they depend on each other.

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{Needed, RiskAction};

use super::handler::Writes;
use super::scope::{Entity, Names};
use super::{Body, Checker, Place, Tables, Typed};
use crate::hir::{self, Const};
use crate::index::Defined;
use crate::ir::{StateId, UniverseId};

/// The weight of a start value below which a filter counts as warm, unless said otherwise.
const WARM_WEIGHT: f64 = 1e-3;
/// What `needs` can ask for.
const NEEDS: [(&str, Needed); 4] = [
    ("depth", Needed::Depth),
    ("trades", Needed::Trades),
    ("bars", Needed::RecordedBars),
    ("quotes", Needed::Quotes),
];
/// The most handlers of a strategy.
const HANDLERS_MAX: usize = 1_000;
/// The most order statements of a strategy; two for a quote.
pub(super) const SLOTS_MAX: usize = 10_000;

impl Checker {
    pub(super) fn strategy(&mut self, it: &ast::Strategy) {
        let first = self.out.len();
        self.forget_spelled();
        self.st = Tables::default();
        self.body = Body::new(Place::Constant("a strategy"));
        self.same_name(it);
        self.scopes.push(Names::new());
        let hir = self.members(it);
        self.scopes.pop();
        let errors = self.out.iter().skip(first).any(Diagnostic::is_error);
        if let Some(strategy) = hir
            && !errors
            && !it.has_syntax_error
            && !self.shared_errors
        {
            self.hir.strategies.push(strategy);
        } else {
            let known = self.hir.strategies.len();
            self.hir.tests.retain(|block| block.strategy < known);
        }
        self.st = Tables::default();
    }

    fn same_name(&mut self, it: &ast::Strategy) {
        if let Some(earlier) =
            self.strategy_names.iter().find(|(name, _)| *name == it.name.name).map(|(_, s)| *s)
        {
            self.report_duplicate(&it.name, earlier);
        } else if !it.name.name.is_empty() {
            self.record(&it.name, Defined::Strategy, None);
            self.strategy_names.push((it.name.name.clone(), it.name.span));
        }
    }

    fn members(&mut self, it: &ast::Strategy) -> Option<hir::Strategy> {
        let members = &it.members;
        let version = self.version(members);
        self.home(members);
        self.inner_items(members);
        for member in members {
            if let ast::Member::Instrument(instrument) = member {
                self.instrument(instrument);
            }
        }
        let needs = self.needs(members);
        self.declare_params(members);
        let lets = self.declare_streams(members);
        let warm_weight = self.warm(members);
        self.things(members);
        let constraints = members
            .iter()
            .filter_map(|member| match member {
                ast::Member::Constraint(constraint) => self.constraint(constraint),
                _ => None,
            })
            .collect();
        for member in members {
            if let ast::Member::State(state) = member {
                self.state(state);
            }
        }
        let calls = self.streams(&lets);
        let handlers = self.handlers(members);
        let risk = self.risk_blocks(members);
        let on_fault = self.on_fault(members);
        let migrations = members
            .iter()
            .filter_map(|member| match member {
                ast::Member::Migrate(migrate) => Some(self.migrate(migrate, version)),
                _ => None,
            })
            .collect::<Vec<_>>();
        self.migrations_once(&migrations);
        self.record_members(it, warm_weight, calls);
        self.lints(&handlers);
        self.finish(it, &risk);
        let tables = std::mem::take(&mut self.st);
        Some(hir::Strategy {
            name: it.name.name.clone(),
            title: it.title.as_ref().map(|title| title.value.clone()).unwrap_or_default(),
            version: version?,
            venue: tables.venue?,
            warm_weight,
            needs,
            params: tables.params,
            constraints,
            instruments: tables.instruments,
            universes: tables.universes,
            clocks: tables.clocks,
            timers: tables.timers,
            domains: tables.domains,
            lets: tables.lets,
            states: tables.states,
            handlers: handlers.into_iter().collect::<Option<Vec<_>>>()?,
            other_complements: !tables.short_universes.is_empty(),
            complements: tables.shorts,
            slots: tables.slots,
            risk,
            on_fault,
            migrations,
            locals: std::mem::take(&mut self.body.locals),
            calls,
            span: it.span,
        })
    }

    fn declare_params(&mut self, members: &[ast::Member]) {
        for member in members {
            if let ast::Member::Param(param) = member {
                self.param(param);
            }
        }
    }

    /// What is judged when every member is known.
    fn finish(&mut self, it: &ast::Strategy, risk: &[hir::RiskRule]) {
        if !it.has_syntax_error {
            self.complete(it, risk);
        }
        self.test_blocks(&it.name.name);
    }

    /// What is made of instruments and parameters.
    fn things(&mut self, members: &[ast::Member]) {
        for member in members {
            match member {
                ast::Member::Clock(clock) => self.clock(clock),
                ast::Member::Universe(universe) => self.universe(universe),
                _ => {}
            }
        }
    }

    fn version(&mut self, members: &[ast::Member]) -> Option<u32> {
        let mut found: Option<&ast::Version> = None;
        for member in members {
            let ast::Member::Version(version) = member else { continue };
            match found {
                Some(first) => self.twice(version.span, first.span, "version"),
                None => found = Some(version),
            }
        }
        let found = found?;
        let number = u32::try_from(found.number.value).ok();
        if number.is_none() {
            self.out.push(
                Diagnostic::new(Code::E0301, found.number.span, "this version number is too large")
                    .here("above 4294967295")
                    .why("versions count up from 1")
                    .fix("use a small whole number: `version 1`"),
            );
        }
        number
    }

    fn home(&mut self, members: &[ast::Member]) {
        let mut found: Option<Span> = None;
        for member in members {
            let ast::Member::Venue(venue) = member else { continue };
            match found {
                Some(first) => self.twice(venue.span, first, "venue"),
                None => {
                    found = Some(venue.span);
                    self.st.venue = self.venue(&venue.name);
                }
            }
        }
    }

    pub(super) fn twice(&mut self, span: Span, first: Span, what: &str) {
        self.out.push(
            Diagnostic::new(Code::E0803, span, format!("`{what}` is said twice"))
                .here("again")
                .label(first, "the first one")
                .why("it is not clear which of them counts")
                .fix("remove one of them"),
        );
    }

    fn warm(&mut self, members: &[ast::Member]) -> f64 {
        let mut weight = WARM_WEIGHT;
        let mut found: Option<Span> = None;
        for member in members {
            let ast::Member::Warm(warm) = member else { continue };
            if let Some(first) = found {
                self.twice(warm.span, first, "warm");
                continue;
            }
            found = Some(warm.span);
            let real = hir::Ty::of(super::expr::PLAIN);
            let value = self.constant(&warm.weight, real, "the weight of `warm`");
            match value {
                Some(Const::Real(value)) if value > 0.0 && value < 1.0 => weight = value,
                Some(_) => self.out.push(
                    Diagnostic::new(Code::E0322, warm.weight.span, "`warm` lies between 0 and 1")
                        .here("outside")
                        .why("it is the share that a start value may still have in the result")
                        .fix("write `warm 1e-6`"),
                ),
                None => {}
            }
        }
        weight
    }

    /// `needs depth, trades`: what data must have, beside what follows from what is read.
    fn needs(&mut self, members: &[ast::Member]) -> Vec<(Needed, Span)> {
        let mut found: Vec<(Needed, Span)> = Vec::new();
        for member in members {
            let ast::Member::Needs(needs) = member else { continue };
            for what in &needs.what {
                let Some((_, needed)) = NEEDS.iter().find(|(name, _)| *name == what.name) else {
                    let near =
                        super::scope::nearest(&what.name, NEEDS.iter().map(|(name, _)| *name));
                    self.unknown(what, "kind of data", near.map(str::to_owned));
                    continue;
                };
                if let Some((_, first)) = found.iter().find(|(known, _)| known == needed) {
                    let first = *first;
                    self.twice(what.span, first, &format!("needs {}", what.name));
                    continue;
                }
                if matches!(needed, Needed::Depth | Needed::Quotes) {
                    self.needs_books(what.span);
                }
                found.push((*needed, what.span));
            }
        }
        found
    }

    /// Every instrument must be of a venue that has books.
    fn needs_books(&mut self, span: Span) {
        let without = |it: &&hir::Instrument| !it.venue.capabilities().book;
        match self.st.instruments.iter().position(|it| without(&it)) {
            Some(at) => {
                let id = InstrumentId(u32::try_from(at).unwrap_or(u32::MAX));
                self.needs_book(hir::Of::One(id), span);
            }
            None if self.st.instruments.is_empty() => self.needs_book(hir::Of::Any, span),
            None => {}
        }
    }

    /// Declares the names of `let`s and states, which may be read above their declaration.
    fn declare_streams<'e>(&mut self, members: &'e [ast::Member]) -> Vec<&'e ast::Let> {
        let mut lets = Vec::new();
        let mut states = 0;
        for member in members {
            match member {
                ast::Member::Let(it) => {
                    self.declare(&it.name, Entity::Let(lets.len()));
                    lets.push(it);
                }
                ast::Member::State(it) => {
                    self.declare(&it.name, Entity::State(StateId(states)));
                    states += 1;
                }
                _ => {}
            }
        }
        lets
    }

    fn state(&mut self, it: &ast::State) {
        let written = self.ty(&it.ty);
        let ty = self.storable(&it.ty, written, "state");
        let place = Place::Params("the first value of a state");
        let (init, _) = self.in_body(place, |s| {
            if ty.is_error() {
                Typed::error(it.initial.span)
            } else {
                s.expect_ty(&it.initial, ty, "the first value of a state")
            }
        });
        let per = it.per.as_ref().and_then(|per| self.per_universe(per));
        let id = StateId(u32::try_from(self.st.states.len()).unwrap_or(u32::MAX));
        if let Some(per) = per {
            self.st.state_per.insert(id, per);
        }
        self.st.states.push(hir::State {
            name: it.name.name.clone(),
            ty,
            init: init.expr,
            per,
            span: it.name.span,
        });
    }

    pub(super) fn per_universe(&mut self, name: &ast::Ident) -> Option<UniverseId> {
        match self.lookup(name) {
            Some(Entity::Universe(id)) => Some(id),
            Some(Entity::Broken) => None,
            _ => {
                let near = self.suggest(&name.name, |e| matches!(e, Entity::Universe(_)));
                self.unknown(name, "universe", near);
                None
            }
        }
    }

    fn handlers(&mut self, members: &[ast::Member]) -> Vec<Option<hir::Handler>> {
        let written: Vec<&ast::Handler> = members
            .iter()
            .filter_map(|member| match member {
                ast::Member::Handler(handler) => Some(handler),
                _ => None,
            })
            .collect();
        self.slots(&written);
        let statements = self.st.slots.len();
        if written.len() > HANDLERS_MAX || statements > SLOTS_MAX {
            let span = written.last().map_or(Span::at(0), |handler| handler.span);
            self.out.push(
                Diagnostic::new(
                    Code::E0402,
                    span,
                    format!("a strategy has at most {HANDLERS_MAX} handlers and {SLOTS_MAX} slots"),
                )
                .here(format!("{} handlers, {statements} slots", written.len()))
                .why("each has memory of its own and is looked at for every event")
                .fix("use a universe or `for x in [a, b]` instead of one handler each"),
            );
            return vec![None];
        }
        let mut writes = Writes::new();
        let handlers: Vec<Option<hir::Handler>> = written
            .iter()
            .enumerate()
            .map(|(index, handler)| self.handler(handler, index, &mut writes))
            .collect();
        self.races(&handlers, &writes);
        handlers
    }

    fn risk_blocks(&mut self, members: &[ast::Member]) -> Vec<hir::RiskRule> {
        let mut found: Option<Span> = None;
        let mut rules = Vec::new();
        for member in members {
            let ast::Member::Risk(risk) = member else { continue };
            match found {
                Some(first) => self.twice(risk.span, first, "risk"),
                None => {
                    found = Some(risk.span);
                    rules = self.risk(risk);
                }
            }
        }
        rules
    }

    fn on_fault(&mut self, members: &[ast::Member]) -> Vec<RiskAction> {
        let mut found: Option<Span> = None;
        let mut actions = vec![RiskAction::Hold];
        for member in members {
            let ast::Member::OnFault(it) = member else { continue };
            match found {
                Some(first) => self.twice(it.span, first, "on_fault"),
                None => {
                    found = Some(it.span);
                    actions = self.actions(&it.actions);
                }
            }
        }
        actions
    }
}
