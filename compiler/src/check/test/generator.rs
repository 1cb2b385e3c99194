//! `gen.books(markets: 3, events: 500)`: what a property is tried on.

use strat_dsl::ast::{self, ExprKind};
use strat_dsl::{Code, Diagnostic};
use strat_runtime::script::{Feed, Generator};

use super::super::Checker;
use super::super::scope::nearest;
use crate::hir::{Const, Kind, Ty};

const KINDS: [(&str, Feed); 3] =
    [("books", Feed::Books), ("quotes", Feed::Quotes), ("bars", Feed::Bars)];
const MARKETS: i64 = 3;
const MARKETS_MAX: i64 = 1_000;
const EVENTS: i64 = 500;
const EVENTS_MAX: i64 = 100_000;

impl Checker {
    pub(super) fn generator(&mut self, it: &ast::Forall) -> Option<Generator> {
        let ExprKind::Call { callee, args } = &it.source.kind else {
            return self.no_generator(&it.source);
        };
        let ExprKind::Field { base, name, optional: false } = &callee.kind else {
            return self.no_generator(&it.source);
        };
        if !matches!(&base.kind, ExprKind::Ident(base) if base.name == "gen") {
            return self.no_generator(&it.source);
        }
        let Some((_, kind)) = KINDS.iter().find(|(known, _)| *known == name.name) else {
            let near = nearest(&name.name, KINDS.map(|(known, _)| known)).map(str::to_owned);
            self.unknown(name, "generator", near);
            return None;
        };
        let generator = self.generator_args(*kind, args)?;
        if *kind == Feed::Bars && self.st.clocks.is_empty() {
            self.out.push(
                Diagnostic::new(Code::E0701, name.span, "the strategy has no clock of bars")
                    .here("bars would not reach it")
                    .why("a strategy sees bars through its clocks only")
                    .fix("use `gen.books(markets: 3, events: 500)`"),
            );
            return None;
        }
        Some(generator)
    }

    fn no_generator(&mut self, written: &ast::Expr) -> Option<Generator> {
        self.out.push(
            Diagnostic::new(Code::E0107, written.span, "this draws no random markets")
                .here("not a generator")
                .why("there are `gen.books`, `gen.quotes` and `gen.bars`")
                .fix("write `gen.books(markets: 3, events: 500)`"),
        );
        None
    }

    fn generator_args(&mut self, kind: Feed, args: &[ast::Arg]) -> Option<Generator> {
        let (mut markets, mut events) = (MARKETS, EVENTS);
        for arg in args {
            let (value, least, most) = match arg.name.as_ref().map(|name| name.name.as_str()) {
                Some("markets") => (&mut markets, 0, MARKETS_MAX),
                Some("events") => (&mut events, 1, EVENTS_MAX),
                _ => {
                    self.out.push(
                        Diagnostic::new(Code::E0107, arg.span, "a generator takes two numbers")
                            .here("neither of them")
                            .why("they are given by name: `markets`, `events`")
                            .fix("write `gen.books(markets: 3, events: 500)`"),
                    );
                    return None;
                }
            };
            match self.constant(&arg.value, Ty::of(Kind::Int), "a number of a generator")? {
                Const::Int(n) if (least..=most).contains(&n) => *value = n,
                _ => {
                    self.out.push(
                        Diagnostic::new(
                            Code::E0402,
                            arg.value.span,
                            format!("this number is {least} to {most}"),
                        )
                        .here("outside")
                        .why("a property is tried on many cases of this size")
                        .fix("write a number in that range"),
                    );
                    return None;
                }
            }
        }
        let (markets, events) = (u32::try_from(markets).ok()?, u32::try_from(events).ok()?);
        Some(Generator { kind, markets, events })
    }
}
