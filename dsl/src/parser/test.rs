//! Tests and properties.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the grammar has hundreds of rules, and each function knows its few"
)]

use super::recover::Place;
use super::{Builder, Found, Parts};
use crate::ast::{
    Assignment, Expectation, Forall, Prop, PropStep, QuoteSide, Test, TestEvent, TestStep, With,
};
use crate::grammar::Rule;

impl Builder<'_> {
    pub(super) fn test(&self, pair: Found<'_>) -> Test {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let name = self.plain_text(parts.take());
        let strategy = self.ident(parts.take());
        let steps = parts.rest().map(|step| self.test_step(step)).collect();
        Test { name, strategy, steps, has_syntax_error: false, span }
    }

    fn test_step(&self, pair: Found<'_>) -> TestStep {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut parts = Parts::new(pair.clone());
        match rule {
            Rule::with => TestStep::With(self.with(pair)),
            Rule::fixture => {
                let name = self.ident(parts.take());
                TestStep::Market { name, fields: self.record(parts.take()), span }
            }
            Rule::at_step => {
                let time = self.expr(parts.take());
                let event = parts.take().map_or(TestEvent::Error(span), |it| self.test_event(it));
                TestStep::At { time, event: Box::new(event), span }
            }
            _ => TestStep::Error(self.recover(&pair, Place::Test)),
        }
    }

    fn with(&self, pair: Found<'_>) -> With {
        let span = self.span(&pair);
        let assignment = match Parts::new(pair).take() {
            Some(pair) => self.assignment(pair),
            None => Assignment { name: self.ident(None), value: self.expr(None), span },
        };
        With { assignment, span }
    }

    fn record(&self, pair: Option<Found<'_>>) -> Vec<Assignment> {
        let Some(pair) = pair else { return Vec::new() };
        Parts::new(pair).rest().map(|field| self.assignment(field)).collect()
    }

    fn test_event(&self, pair: Found<'_>) -> TestEvent {
        let rule = pair.as_rule();
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        match rule {
            Rule::feed_book => {
                let instrument = self.ident(parts.take());
                let levels: Vec<QuoteSide> = parts.rest().map(|it| self.quote_side(it)).collect();
                TestEvent::Book { instrument, levels }
            }
            Rule::feed_fill | Rule::feed_trade => {
                let instrument = self.ident(parts.take());
                let side = Self::side(parts.take().as_ref());
                let quantity = self.expr(parts.take());
                let price = self.expr(parts.take());
                if rule == Rule::feed_fill {
                    TestEvent::Fill { instrument, side, quantity, price }
                } else {
                    TestEvent::Trade { instrument, side, quantity, price }
                }
            }
            Rule::feed_bar => {
                let instrument = self.ident(parts.take());
                TestEvent::Bar { instrument, fields: self.record(parts.take()) }
            }
            Rule::expectation => match parts.take() {
                Some(what) => TestEvent::Expect(self.expectation(what)),
                None => TestEvent::Error(span),
            },
            _ => TestEvent::Error(span),
        }
    }

    fn expectation(&self, pair: Found<'_>) -> Expectation {
        match pair.as_rule() {
            Rule::nothing => {
                let span = self.span(&pair);
                let because = Parts::new(pair).take();
                let because = because.map(|it| self.text(Parts::new(it).take()));
                Expectation::Nothing { because, span }
            }
            Rule::order => Expectation::Order(self.order(pair)),
            Rule::target => Expectation::Target(self.target(pair)),
            Rule::quote => Expectation::Quote(self.quote(pair)),
            _ => Expectation::Condition(self.expr(Some(pair))),
        }
    }

    pub(super) fn prop(&self, pair: Found<'_>) -> Prop {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let name = self.plain_text(parts.take());
        let strategy = self.ident(parts.take());
        let steps = parts.rest().map(|step| self.prop_step(step)).collect();
        Prop { name, strategy, steps, has_syntax_error: false, span }
    }

    fn prop_step(&self, pair: Found<'_>) -> PropStep {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::forall => {
                let mut parts = Parts::new(pair);
                let name = self.ident(parts.take());
                PropStep::Forall(Forall { name, source: self.expr(parts.take()), span })
            }
            Rule::always => PropStep::Always { condition: self.only_expr(pair), span },
            Rule::with => PropStep::With(self.with(pair)),
            _ => PropStep::Error(self.recover(&pair, Place::Prop)),
        }
    }
}
