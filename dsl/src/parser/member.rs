//! What stands in a strategy.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the grammar has hundreds of rules, and each function knows its few"
)]

use super::recover::Place;
use super::{Builder, Found, Parts};
use crate::ast::{
    Assignment, Clock, Constraint, Direction, EnumDecl, Expr, ExprKind, Field, Func, Gaps, Handler,
    Ident, Instrument, Let, Member, Members, Migrate, Needs, Node, NodeStmt, OnFault, OrderKey,
    Param, ParamRange, Risk, RiskRule, ShortSale, State, Text, Trigger, Type, Universe, Venue,
    Version, Warm, Where, WordsDecl,
};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Edit};
use crate::grammar::Rule;
use crate::span::Span;

impl Builder<'_> {
    pub(super) fn member(&self, pair: Found<'_>) -> Member {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::version => {
                Member::Version(Version { number: self.int(Parts::new(pair).take()), span })
            }
            Rule::venue => Member::Venue(Venue { name: self.ident(Parts::new(pair).take()), span }),
            Rule::param => Member::Param(self.param(pair)),
            Rule::constraint => Member::Constraint(Constraint {
                condition: self.expr(Parts::new(pair).take()),
                span,
            }),
            Rule::instrument => Member::Instrument(self.instrument(pair)),
            Rule::universe => Member::Universe(self.universe(pair)),
            Rule::clock => Member::Clock(self.clock(pair)),
            Rule::enum_decl => Member::Enum(self.enum_decl(pair)),
            Rule::words_decl => Member::Words(self.words(pair)),
            Rule::node => Member::Node(self.node(pair)),
            Rule::func => Member::Func(self.func(pair)),
            Rule::let_eq => Member::Let(self.let_eq(pair)),
            Rule::state => Member::State(self.state(pair)),
            Rule::risk => Member::Risk(self.risk(pair)),
            Rule::migrate => Member::Migrate(self.migrate(pair)),
            Rule::handler => Member::Handler(self.handler(pair)),
            Rule::on_fault => Member::OnFault(OnFault { actions: self.actions(pair), span }),
            Rule::needs => Member::Needs(Needs { what: self.actions(pair), span }),
            Rule::warm => Member::Warm(Warm { weight: self.expr(Parts::new(pair).take()), span }),
            _ => Member::Error(self.recover(&pair, Place::Strategy)),
        }
    }

    /// `: type`, with what to say if one of the two is missing.
    fn typed(&self, parts: &mut Parts<'_>, name: &Ident) -> Type {
        let no_colon = parts.take_if(Rule::no_colon).is_some();
        let pair = parts.take();
        let no_type = pair.as_ref().is_some_and(|pair| pair.as_rule() == Rule::no_type);
        let ty = self.ty(pair);
        let behind = Span { start: name.span.end, end: name.span.end };
        if no_colon {
            let edit = Edit { span: behind, replacement: ":".to_owned() };
            let message = format!("`{}` and its type are not parted by `:`", name.name);
            self.report(
                Diagnostic::new(Code::E0907, name.span.to(ty.span), message)
                    .here("expected `:` between name and type")
                    .fix_with(format!("{}: {}", name.name, self.source.slice(ty.span)), vec![edit]),
            );
        } else if no_type {
            self.report(
                Diagnostic::new(Code::E0917, name.span, format!("`{}` has no type", name.name))
                    .here("expected `: type` behind this name")
                    .fix(format!("write its type, as in `{}: real`", name.name)),
            );
        }
        ty
    }

    fn param(&self, pair: Found<'_>) -> Param {
        let (doc, span) = (self.doc(&pair), self.span(&pair));
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        let ty = self.typed(&mut parts, &name);
        let default = self.expr(parts.take());
        let range = parts.take().and_then(|range| self.param_range(range));
        Param { doc, name, ty, default, range, span }
    }

    fn param_range(&self, pair: Found<'_>) -> Option<ParamRange> {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let range = self.expr(parts.take());
        let step = parts.take().map(|step| self.expr(Parts::new(step).take()));
        match range.kind {
            ExprKind::Range { start, end } => {
                // `20.. step 5` reads the word as the upper bound.
                if matches!(&end.kind, ExprKind::Ident(word) if word.name == "step") {
                    self.report_bound(range.span, true);
                }
                Some(ParamRange { start: *start, end: *end, step, span })
            }
            ExprKind::Error => None,
            _ => {
                self.report(
                    Diagnostic::new(Code::E0917, range.span, "a parameter needs a range here")
                        .here("expected two bounds with `..` between them")
                        .fix("write both ends, as in `5..60`"),
                );
                None
            }
        }
    }

    fn instrument(&self, pair: Found<'_>) -> Instrument {
        let (doc, span) = (self.doc(&pair), self.span(&pair));
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        let source = self.expr(parts.take());
        let venue = self.ident(parts.take());
        let short = parts.take().map(|short| self.short_sale(short));
        Instrument { doc, name, source, venue, short, span }
    }

    fn short_sale(&self, pair: Found<'_>) -> ShortSale {
        let span = self.span(&pair);
        ShortSale { way: self.ident(Parts::new(pair).take()), span }
    }

    fn universe(&self, pair: Found<'_>) -> Universe {
        let (doc, span) = (self.doc(&pair), self.span(&pair));
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        let max = self.int(parts.take());
        let order = parts.take_if(Rule::order_by).map(|order| self.order_by(order));
        let take = parts.take_if(Rule::take).map(|take| self.expr(Parts::new(take).take()));
        let short = parts.take_if(Rule::short_sale).map(|short| self.short_sale(short));
        let mut filters = Vec::new();
        for line in parts.rest() {
            let span = self.span(&line);
            if line.as_rule() == Rule::where_line {
                filters.push(Where { condition: self.expr(Parts::new(line).take()), span });
            } else {
                self.recover(&line, Place::Universe);
            }
        }
        Universe { doc, name, max, order: order.unwrap_or_default(), take, short, filters, span }
    }

    fn order_by(&self, pair: Found<'_>) -> Vec<OrderKey> {
        let key = |pair: Found<'_>| {
            let span = self.span(&pair);
            let mut parts = Parts::new(pair);
            let key = self.expr(parts.take());
            let desc = parts.take().is_some_and(|word| word.as_rule() == Rule::desc);
            let direction = if desc { Direction::Desc } else { Direction::Asc };
            OrderKey { key, direction, span }
        };
        Parts::new(pair).rest().map(key).collect()
    }

    fn clock(&self, pair: Found<'_>) -> Clock {
        let (doc, span) = (self.doc(&pair), self.span(&pair));
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        let source = self.expr(parts.take());
        let gaps = parts.take().map(|word| match word.as_str() {
            "carry" => Gaps::Carry,
            "halt" => Gaps::Halt,
            _ => Gaps::Skip,
        });
        Clock { doc, name, source, gaps, span }
    }

    pub(super) fn let_eq(&self, pair: Found<'_>) -> Let {
        let (doc, span) = (self.doc(&pair), self.span(&pair));
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        let per = self.per(&mut parts);
        let ty = parts.take_if(Rule::ty).map(|ty| self.ty(Some(ty)));
        let value = self.expr(parts.take());
        let otherwise = self.otherwise(parts.take());
        Let { doc, name, per, ty, value, otherwise, span }
    }

    fn per(&self, parts: &mut Parts<'_>) -> Option<Ident> {
        parts.take_if(Rule::per).map(|per| self.ident(Parts::new(per).take()))
    }

    /// `else "reason"`, or a reason without its `else`.
    pub(super) fn otherwise(&self, pair: Option<Found<'_>>) -> Option<Text> {
        let pair = pair?;
        let span = self.span(&pair);
        if pair.as_rule() == Rule::no_else {
            let edit =
                Edit { span: Span { end: span.start, ..span }, replacement: "else ".to_owned() };
            self.report(
                Diagnostic::new(Code::E0917, span, "this reason has no `else`")
                    .here("expected `else` before it")
                    .fix_with(format!("else {}", self.source.slice(span)), vec![edit]),
            );
        }
        Some(self.text(Parts::new(pair).take()))
    }

    fn state(&self, pair: Found<'_>) -> State {
        let (doc, span) = (self.doc(&pair), self.span(&pair));
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        let ty = self.typed(&mut parts, &name);
        let initial = self.expr(parts.take());
        let per = self.per(&mut parts);
        State { doc, name, ty, initial, per, span }
    }

    pub(super) fn words(&self, pair: Found<'_>) -> WordsDecl {
        let (doc, span) = (self.doc(&pair), self.span(&pair));
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        let words = parts.rest().map(|text| self.plain_text(Some(text))).collect();
        WordsDecl { doc, name, words, span }
    }

    pub(super) fn enum_decl(&self, pair: Found<'_>) -> EnumDecl {
        let (doc, span) = (self.doc(&pair), self.span(&pair));
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        let variants = parts.rest().map(|variant| self.ident(Some(variant))).collect();
        EnumDecl { doc, name, variants, span }
    }

    fn risk(&self, pair: Found<'_>) -> Risk {
        let (doc, span) = (self.doc(&pair), self.span(&pair));
        let mut rules = Vec::new();
        for line in Parts::new(pair).rest() {
            if line.as_rule() == Rule::risk_rule {
                rules.push(self.risk_rule(line));
            } else {
                self.recover(&line, Place::Risk);
            }
        }
        Risk { doc, rules, span }
    }

    fn risk_rule(&self, pair: Found<'_>) -> RiskRule {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        let value = self.expr(parts.take());
        let per = self.per(&mut parts);
        let actions = parts.take().map(|actions| self.idents(actions)).unwrap_or_default();
        RiskRule { name, value, per, actions, span }
    }

    fn actions(&self, pair: Found<'_>) -> Vec<Ident> {
        Parts::new(pair).take().map(|actions| self.idents(actions)).unwrap_or_default()
    }

    fn migrate(&self, pair: Found<'_>) -> Migrate {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let from = self.int(parts.take());
        let old = parts.take_if(Rule::record_types).map(|old| self.fields(old));
        let mut assignments = Vec::new();
        for line in parts.rest() {
            if line.as_rule() == Rule::assignment {
                assignments.push(self.assignment(line));
            } else {
                self.recover(&line, Place::Migrate);
            }
        }
        Migrate { from, old: old.unwrap_or_default(), assignments, span }
    }

    /// Any `name ... value`: an assignment, a field of a record, `next name = value`.
    pub(super) fn assignment(&self, pair: Found<'_>) -> Assignment {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        Assignment { name, value: self.expr(parts.take()), span }
    }

    fn fields(&self, pair: Found<'_>) -> Vec<Field> {
        let field = |pair: Found<'_>| {
            let span = self.span(&pair);
            let mut parts = Parts::new(pair);
            let name = self.ident(parts.take());
            let ty = self.typed(&mut parts, &name);
            Field { name, ty, span }
        };
        Parts::new(pair).rest().map(field).collect()
    }

    pub(super) fn func(&self, pair: Found<'_>) -> Func {
        let (doc, span) = (self.doc(&pair), self.span(&pair));
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        let params = parts.take().map(|params| self.fields(params)).unwrap_or_default();
        let result = self.ty(parts.take());
        let body = self.expr(parts.take());
        Func { doc, name, params, result, body, span }
    }

    pub(super) fn node(&self, pair: Found<'_>) -> Node {
        let (doc, span) = (self.doc(&pair), self.span(&pair));
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        let params = parts.take().map(|params| self.fields(params)).unwrap_or_default();
        let result = self.ty(parts.take());
        let body = parts.rest().map(|line| self.node_stmt(line)).collect();
        Node { doc, name, params, result, body, span }
    }

    fn node_stmt(&self, pair: Found<'_>) -> NodeStmt {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::state => NodeStmt::State(self.state(pair)),
            Rule::let_eq => NodeStmt::Let(self.let_eq(pair)),
            Rule::set_next => NodeStmt::Next(self.assignment(pair)),
            Rule::yields => NodeStmt::Yield { value: self.expr(Parts::new(pair).take()), span },
            _ => NodeStmt::Error(self.recover(&pair, Place::Node)),
        }
    }

    fn handler(&self, pair: Found<'_>) -> Handler {
        let (doc, span) = (self.doc(&pair), self.span(&pair));
        let mut parts = Parts::new(pair);
        let trigger = self.trigger(parts.take(), span);
        let binding = parts.take_if(Rule::binding);
        let binding = binding.map(|binding| self.ident(Parts::new(binding).take()));
        let members = parts.take_if(Rule::for_members);
        let members = members.map(|members| self.members(Parts::new(members).take()));
        let cold = parts.take_if(Rule::cold).map(|cold| self.span(&cold));
        let body = self.block(parts.take());
        Handler { doc, trigger, binding, members, cold, body, span }
    }

    fn trigger(&self, pair: Option<Found<'_>>, handler: Span) -> Trigger {
        let Some(pair) = pair else { return Trigger::Error(handler) };
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut parts = Parts::new(pair);
        match rule {
            Rule::every => Trigger::Every { interval: self.expr(parts.take()), span },
            Rule::enter => Trigger::Enter(self.members(parts.take())),
            Rule::leave => Trigger::Leave(self.members(parts.take())),
            Rule::event => {
                let name = self.ident(parts.take());
                Trigger::Event { name, args: self.args(parts.take()), span }
            }
            _ => {
                let on = Span { start: handler.start, end: handler.start + 2 };
                self.report(
                    Diagnostic::new(Code::E0917, on, "this handler has no trigger")
                        .here("expected a clock or an event behind `on`")
                        .fix("say when it fires, as in `on every 10s { }` or `on book(m) { }`"),
                );
                Trigger::Error(on)
            }
        }
    }

    fn members(&self, pair: Option<Found<'_>>) -> Members {
        let Some(pair) = pair else {
            let nothing = self.ident(None);
            return Members { name: nothing.clone(), universe: nothing, span: Span::default() };
        };
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        Members { name: self.ident(parts.take()), universe: self.ident(parts.take()), span }
    }

    /// The first expression inside, for rules that hold nothing else.
    pub(super) fn only_expr(&self, pair: Found<'_>) -> Expr {
        self.expr(Parts::new(pair).take())
    }
}
