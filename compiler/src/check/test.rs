//! Tests and properties: checked where the names of their strategy can be seen.
//!
//! A fixture is made of literals, so that it can be read without running anything. A condition
//! reads what a handler reads, and three values of the run beside.

mod expect;
mod fixture;
mod generator;

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::script::{Act, Expectation, Script, Step};
use strat_runtime::time::Duration;

use super::scope::{Entity, nearest};
use super::sign::Sign;
use super::{Checker, Place};
use crate::hir::{self, Const, Currency, Kind, Of, TestBlock, TestBody, Ty, Watched};
use crate::ir::{LocalId, ParamId};

/// The most steps of a test.
const STEPS_MAX: usize = 10_000;

/// The `test` and `prop` blocks of a file.
pub(super) fn blocks(file: &ast::File) -> Vec<ast::Item> {
    let is_block = |item: &&ast::Item| matches!(item, ast::Item::Test(_) | ast::Item::Prop(_));
    file.items.iter().filter(is_block).cloned().collect()
}

/// What a block has declared so far.
#[derive(Debug, Default)]
struct Scene {
    markets: Vec<(LocalId, InstrumentId)>,
    watched: Vec<LocalId>,
    conditions: Vec<hir::Expr>,
    script: Script,
    spans: Vec<Span>,
    last: Duration,
}

impl Checker {
    /// Checks the blocks for the strategy whose members have just been checked.
    pub(super) fn test_blocks(&mut self, strategy: &str) {
        let blocks = std::mem::take(&mut self.tests);
        for block in &blocks {
            let (of, broken) = match block {
                ast::Item::Test(it) => (&it.strategy.name, it.has_syntax_error),
                ast::Item::Prop(it) => (&it.strategy.name, it.has_syntax_error),
                _ => continue,
            };
            if of == strategy && !broken {
                self.test_block(block);
            }
        }
        self.tests = blocks;
    }

    /// Whatever a block adds to the tables of the strategy goes with the block.
    fn test_block(&mut self, block: &ast::Item) {
        let before = self.out.len();
        let (locals, signs, domains, members) = (
            self.body.locals.clone(),
            self.body.local_signs.clone(),
            self.st.domains.clone(),
            self.st.member_of.clone(),
        );
        let (made, _) = self.in_body(Place::Handler, |s| {
            s.scoped(|s| match block {
                ast::Item::Test(it) => Some(s.test(it)),
                ast::Item::Prop(it) => s.prop(it),
                _ => None,
            })
        });
        let block_locals = std::mem::replace(&mut self.body.locals, locals);
        let block_domains = std::mem::replace(&mut self.st.domains, domains);
        self.body.local_signs = signs;
        self.st.member_of = members;
        self.forget_spelled();
        let clean = !self.out.iter().skip(before).any(Diagnostic::is_error);
        if let Some(made) = made.filter(|_| clean) {
            let block = TestBlock { locals: block_locals, domains: block_domains, ..made };
            self.hir.tests.push(block);
        }
    }

    fn test(&mut self, it: &ast::Test) -> TestBlock {
        let mut scene = Scene { watched: self.watched(it.name.span), ..Scene::default() };
        let params = self.withs(it.steps.iter().filter_map(|step| match step {
            ast::TestStep::With(with) => Some(with),
            _ => None,
        }));
        for step in &it.steps {
            if let ast::TestStep::Market { name, fields, .. } = step {
                self.market(name, fields, &mut scene);
            }
        }
        for step in &it.steps {
            if let ast::TestStep::At { time, event, span } = step {
                self.at_step(time, event, *span, &mut scene);
            }
        }
        let expects = |step: &Step| matches!(step.act, Act::Expect(_));
        let written = it.steps.iter().any(|step| {
            matches!(step, ast::TestStep::At { event, .. }
                if matches!(**event, ast::TestEvent::Expect(_)))
        });
        if !scene.script.steps.iter().any(expects) && !written {
            self.part_missing(
                it.name.span,
                "this test expects nothing, so it cannot fail",
                "add what must happen: `at 60s expect buy m 50 shares @ 0.96`",
            );
        }
        if scene.script.steps.len() > STEPS_MAX {
            self.too_many(it.name.span, "steps", STEPS_MAX);
        }
        let body = TestBody::Test { script: scene.script, spans: scene.spans };
        let (name, span) = (it.name.value.clone(), it.span);
        TestBlock {
            name,
            strategy: self.hir.strategies.len(),
            params,
            locals: Vec::new(),
            domains: Vec::new(),
            markets: scene.markets,
            watched: scene.watched,
            conditions: scene.conditions,
            body,
            span,
        }
    }

    fn prop(&mut self, it: &ast::Prop) -> Option<TestBlock> {
        let watched = self.watched(it.name.span);
        let (mut generator, mut conditions, mut seen) = (None, Vec::new(), false);
        for step in &it.steps {
            match step {
                ast::PropStep::Forall(forall) if seen => {
                    self.twice(forall.span, it.span, "forall");
                }
                ast::PropStep::Forall(forall) => {
                    seen = true;
                    generator = self.generator(forall);
                }
                ast::PropStep::Always { condition, .. } => {
                    conditions.push(self.condition(condition).expr);
                }
                ast::PropStep::With(_) | ast::PropStep::Error(_) => {}
            }
        }
        let params = self.withs(it.steps.iter().filter_map(|step| match step {
            ast::PropStep::With(with) => Some(with),
            _ => None,
        }));
        if !seen {
            self.part_missing(
                it.name.span,
                "this property has no `forall`",
                "add `forall feed in gen.books(markets: 3, events: 500)`",
            );
        }
        if conditions.is_empty() {
            self.part_missing(
                it.name.span,
                "this property has no `always`, so it cannot fail",
                "add `always max_exposure <= 100 shares`",
            );
        }
        Some(TestBlock {
            name: it.name.value.clone(),
            strategy: self.hir.strategies.len(),
            params,
            locals: Vec::new(),
            domains: Vec::new(),
            markets: Vec::new(),
            watched,
            conditions,
            body: TestBody::Prop(generator?),
            span: it.span,
        })
    }

    /// Names that only conditions of tests know; a name of the strategy's own goes before.
    fn watched(&mut self, span: Span) -> Vec<LocalId> {
        let currency = self.st.venue.map_or(Currency::Usd, Currency::of_venue);
        let of = |watched| match watched {
            Watched::MaxExposure => Kind::Size(Of::Any),
            Watched::Equity => Kind::Money(currency),
            Watched::OpenOrders => Kind::Int,
        };
        Watched::ALL
            .into_iter()
            .map(|watched| {
                let local = self.local(watched.name(), Ty::of(of(watched)), Sign::ANY, span);
                if self.find(watched.name()).is_none() {
                    let name = ast::Ident { name: watched.name().to_owned(), span };
                    self.declare(&name, Entity::Local(local));
                }
                local
            })
            .collect()
    }

    fn withs<'e>(&mut self, withs: impl Iterator<Item = &'e ast::With>) -> Vec<(ParamId, Const)> {
        let mut out = Vec::new();
        for with in withs {
            let name = &with.assignment.name;
            self.mention(name);
            // A name that is no parameter is reported with the file's blocks.
            let found = self.st.params.iter().position(|param| param.name == name.name);
            let Some(at) = found else { continue };
            let ty = self.st.params[at].ty;
            let value = self.constant(&with.assignment.value, ty, "the value of `with`");
            let id = ParamId(u32::try_from(at).unwrap_or(u32::MAX));
            if out.iter().any(|(other, _)| *other == id) {
                self.report_duplicate(name, with.span);
            }
            out.extend(value.map(|value| (id, value)));
        }
        out
    }

    fn at_step(&mut self, time: &ast::Expr, event: &ast::TestEvent, span: Span, scene: &mut Scene) {
        let what = "the time of a step";
        let at = match self.constant(time, Ty::of(Kind::Duration), what) {
            Some(Const::Nanos(nanos)) => Some(Duration::from_nanos(nanos)),
            _ => None,
        };
        let act = match event {
            ast::TestEvent::Expect(expected) => self.expectation(expected, scene).map(Act::Expect),
            ast::TestEvent::Book { instrument, levels } => self.book(instrument, levels, scene),
            ast::TestEvent::Fill { instrument, side, quantity, price } => {
                self.deal(instrument, *side, quantity, price, scene).map(Act::Fill)
            }
            ast::TestEvent::Trade { instrument, side, quantity, price } => self
                .deal(instrument, *side, quantity, price, scene)
                .filter(|deal| self.above_zero(quantity, deal.size.raw(), "the size of a trade"))
                .map(Act::Trade),
            ast::TestEvent::Bar { instrument, fields } => self.bar(instrument, fields, span, scene),
            ast::TestEvent::Error(_) => None,
        };
        let Some(at) = at else { return };
        if at < scene.last {
            self.out.push(
                Diagnostic::new(Code::E0900, time.span, "this step is earlier than the one above")
                    .here(format!("{at}, after {}", scene.last))
                    .why("steps happen in the order in which they stand")
                    .fix("put the steps in the order of their times"),
            );
        }
        scene.last = scene.last.max(at);
        if let Some(act) = act {
            scene.script.steps.push(Step { at, act });
            scene.spans.push(span);
        }
    }

    fn condition_of(&mut self, written: &ast::Expr, scene: &mut Scene) -> Option<Expectation> {
        let typed = self.condition(written);
        (!typed.is_error()).then(|| {
            scene.conditions.push(typed.expr);
            Expectation::Condition(scene.conditions.len() - 1)
        })
    }

    /// Reports something that a block lacks.
    fn part_missing(&mut self, span: Span, message: &str, fix: &str) {
        self.out.push(
            Diagnostic::new(Code::E0917, span, message)
                .here("something is missing")
                .why("a check that cannot fail tells nothing")
                .fix(fix),
        );
    }

    fn too_many(&mut self, span: Span, what: &str, most: usize) {
        self.out.push(
            Diagnostic::new(Code::E0402, span, format!("a block has at most {most} {what}"))
                .here("too many")
                .why("tests are run often and must end soon")
                .fix("split it into several blocks"),
        );
    }

    /// Reports a value that is not above zero.
    fn above_zero(&mut self, written: &ast::Expr, raw: i64, what: &str) -> bool {
        if raw > 0 {
            return true;
        }
        self.out.push(
            Diagnostic::new(Code::E0322, written.span, format!("{what} must be above zero"))
                .here("zero or less")
                .why("no market has such a value")
                .fix("write a positive value"),
        );
        false
    }

    pub(super) fn tests(&mut self, file: &ast::File) {
        for item in &file.items {
            match item {
                ast::Item::Test(it) => {
                    let withs = it.steps.iter().filter_map(|step| match step {
                        ast::TestStep::With(with) => Some(with),
                        _ => None,
                    });
                    self.names_of(file, &it.strategy, withs);
                }
                ast::Item::Prop(it) => {
                    let withs = it.steps.iter().filter_map(|step| match step {
                        ast::PropStep::With(with) => Some(with),
                        _ => None,
                    });
                    self.names_of(file, &it.strategy, withs);
                }
                _ => {}
            }
        }
    }

    fn names_of<'e>(
        &mut self,
        file: &ast::File,
        strategy: &ast::Ident,
        withs: impl Iterator<Item = &'e ast::With>,
    ) {
        let strategies = || {
            file.items.iter().filter_map(|item| match item {
                ast::Item::Strategy(it) => Some(it),
                _ => None,
            })
        };
        let Some(found) = strategies().find(|it| it.name.name == strategy.name) else {
            let near = nearest(&strategy.name, strategies().map(|it| it.name.name.as_str()));
            let near = near.map(str::to_owned);
            self.unknown(strategy, "strategy", near);
            return;
        };
        self.record_use(strategy.span, found.name.span);
        let params: Vec<&str> = found
            .members
            .iter()
            .filter_map(|member| match member {
                ast::Member::Param(it) => Some(it.name.name.as_str()),
                _ => None,
            })
            .collect();
        for with in withs {
            let name = &with.assignment.name;
            if !params.contains(&name.name.as_str()) && !found.has_syntax_error {
                let near = nearest(&name.name, params.iter().copied()).map(str::to_owned);
                self.unknown(name, "parameter", near);
            }
        }
    }
}
