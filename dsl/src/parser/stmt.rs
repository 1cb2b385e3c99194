//! What stands in a handler.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the grammar has hundreds of rules, and each function knows its few"
)]

use super::recover::Place;
use super::{Builder, Found, Parts};
use crate::ast::{
    Arm, Block, Cancel, CancelTarget, Condition, Expr, ExprKind, ForStmt, IfBranch, IfStmt,
    MatchStmt, Message, Order, OrderOption, OrderOptionKind, OrderPrice, Pattern, Quote, QuoteSide,
    Require, SetStmt, Side, Stmt, Target, TargetGoal, Text, Tif, Together, Via, ViaKind, Watched,
};
use crate::code::Code;
use crate::diagnostic::{Diagnostic, Edit};
use crate::grammar::Rule;
use crate::span::Span;

impl Builder<'_> {
    pub(super) fn block(&self, pair: Option<Found<'_>>) -> Block {
        let Some(pair) = pair else { return Block { stmts: Vec::new(), span: Span::default() } };
        let span = self.span(&pair);
        let mut stmts: Vec<Stmt> = Vec::new();
        for pair in Parts::new(pair).rest() {
            let stmt = self.stmt(pair);
            if let (Stmt::Error(rest), Some(last)) = (&stmt, stmts.last_mut()) {
                self.unfinished(last, *rest);
            }
            stmts.push(stmt);
        }
        Block { stmts, span }
    }

    /// What could not be read stands behind a statement on its line: then the statement is not
    /// whole, and nothing can be said of what it means.
    fn unfinished(&self, last: &mut Stmt, rest: Span) {
        let span = last.span();
        if self.source.line_of(span.end) == self.source.line_of(rest.start) {
            *last = Stmt::Error(span);
        }
    }

    fn stmt(&self, pair: Found<'_>) -> Stmt {
        let span = self.span(&pair);
        match pair.as_rule() {
            Rule::let_eq => Stmt::Let(self.let_eq(pair)),
            Rule::require => {
                let mut parts = Parts::new(pair);
                let condition = self.expr(parts.take());
                let otherwise = self.otherwise(parts.take());
                Stmt::Require(Require { condition, otherwise, span })
            }
            Rule::set => Stmt::Set(self.set(pair)),
            Rule::if_stmt => Stmt::If(self.if_stmt(pair)),
            Rule::match_stmt => Stmt::Match(self.match_stmt(pair)),
            Rule::for_stmt => {
                let mut parts = Parts::new(pair);
                let name = self.ident(parts.take());
                let list = self.expr(parts.take());
                Stmt::For(ForStmt { name, list, body: self.block(parts.take()), span })
            }
            Rule::quote => Stmt::Quote(self.quote(pair)),
            Rule::together => {
                Stmt::Together(Together { body: self.block(Parts::new(pair).take()), span })
            }
            Rule::order => Stmt::Order(self.order(pair)),
            Rule::target => Stmt::Target(self.target(pair)),
            Rule::cancel => Stmt::Cancel(self.cancel(pair)),
            Rule::log => Stmt::Log(self.message(pair)),
            Rule::alert => Stmt::Alert(self.message(pair)),
            Rule::halt => Stmt::Halt(self.message(pair)),
            _ => Stmt::Error(self.recover(&pair, Place::Handler)),
        }
    }

    fn message(&self, pair: Found<'_>) -> Message {
        let span = self.span(&pair);
        Message { text: self.text(Parts::new(pair).take()), span }
    }

    fn set(&self, pair: Found<'_>) -> SetStmt {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        let mut indices: Vec<_> = parts.rest().map(|part| self.expr(Some(part))).collect();
        let value = indices.pop().unwrap_or(Expr { kind: ExprKind::Error, span });
        SetStmt { name, indices, value, span }
    }

    fn if_stmt(&self, pair: Found<'_>) -> IfStmt {
        let span = self.span(&pair);
        let (mut branches, mut otherwise) = (Vec::new(), None);
        let mut condition = None;
        for part in Parts::new(pair).rest() {
            if part.as_rule() == Rule::block {
                let body = self.block(Some(part));
                match condition.take() {
                    Some(condition) => branches.push(IfBranch { condition, body }),
                    None => otherwise = Some(body),
                }
            } else {
                condition = Some(self.condition(part));
            }
        }
        IfStmt { branches, otherwise, span }
    }

    fn condition(&self, pair: Found<'_>) -> Condition {
        if pair.as_rule() != Rule::if_let {
            return Condition::Expr(self.expr(Some(pair)));
        }
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        Condition::Let { name, value: self.expr(parts.take()), span }
    }

    fn match_stmt(&self, pair: Found<'_>) -> MatchStmt {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let value = self.expr(parts.take());
        let mut arms = Vec::new();
        for line in parts.rest() {
            if line.as_rule() == Rule::arm {
                arms.push(self.arm(line));
            } else {
                self.recover(&line, Place::Match);
            }
        }
        MatchStmt { value, arms, span }
    }

    fn arm(&self, pair: Found<'_>) -> Arm {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let pattern = match parts.take() {
            Some(path) if path.as_rule() == Rule::path => {
                let span = self.span(&path);
                Pattern::Path { path: self.idents(path), span }
            }
            Some(any) => Pattern::Any(self.span(&any)),
            None => Pattern::Error(span),
        };
        Arm { pattern, body: self.block(parts.take()), span }
    }

    /// An instrument, member or slot: `m`, `m.yes`, `legs[0]`.
    fn place(&self, pair: Option<Found<'_>>) -> Expr {
        let Some(pair) = pair else {
            return Expr { kind: ExprKind::Error, span: Span::default() };
        };
        let start = self.span(&pair).start;
        let mut parts = Parts::new(pair);
        let name = self.ident(parts.take());
        let mut expr = Expr { span: name.span, kind: ExprKind::Ident(name) };
        for part in parts.rest() {
            let span = Span { start, end: self.span(&part).end };
            let base = Box::new(expr);
            let kind = if part.as_rule() == Rule::index_of {
                ExprKind::Index { base, index: Box::new(self.only_expr(part)) }
            } else {
                let name = self.ident(Parts::new(part).take());
                ExprKind::Field { base, name, optional: false }
            };
            expr = Expr { kind, span };
        }
        expr
    }

    pub(super) fn side(pair: Option<&Found<'_>>) -> Side {
        match pair.map(Found::as_str) {
            Some("sell" | "ask") => Side::Sell,
            _ => Side::Buy,
        }
    }

    pub(super) fn order(&self, pair: Found<'_>) -> Order {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let side = Self::side(parts.take().as_ref());
        let instrument = self.place(parts.take());
        let quantity = self.expr(parts.take());
        let mut price = None;
        let mut options = Vec::new();
        for part in parts.rest() {
            match part.as_rule() {
                Rule::price_at => {
                    let part = Parts::new(part).take();
                    price = part.map(|part| self.order_price(part));
                }
                Rule::no_at => {
                    let limit = self.only_expr(part);
                    self.report_no_at(span, &quantity, &limit);
                    price = Some(OrderPrice::Limit(limit));
                }
                _ => options.extend(self.order_option(part)),
            }
        }
        let waits = |it: &OrderOption| {
            matches!(
                it.kind,
                OrderOptionKind::Stop { .. }
                    | OrderOptionKind::Trail { .. }
                    | OrderOptionKind::Via(_)
            )
        };
        if price.is_none() && !options.iter().any(waits) {
            self.report(
                Diagnostic::new(Code::E0901, span, "this order has no price")
                    .here("expected `@` and a price")
                    .fix("write `@ 0.5`, or `@ market` to take what is there"),
            );
        }
        Order { side, instrument, quantity, price, options, span }
    }

    fn order_price(&self, pair: Found<'_>) -> OrderPrice {
        if pair.as_rule() == Rule::at_market {
            OrderPrice::Market(self.span(&pair))
        } else {
            OrderPrice::Limit(self.expr(Some(pair)))
        }
    }

    /// What follows the size on the same line is a price; on the next line it is something else.
    fn report_no_at(&self, order: Span, quantity: &Expr, limit: &Expr) {
        let line = |offset| self.source.line_of(offset);
        if line(quantity.span.end) != line(limit.span.start) {
            let word = self.source.slice(limit.span);
            self.report(super::recover::unknown_word(word, limit.span, Place::Handler));
            return;
        }
        let place = Span { start: limit.span.start, end: limit.span.start };
        let head = Span { start: order.start, end: quantity.span.end };
        let (head, price) = (self.source.slice(head), self.source.slice(limit.span));
        self.report(
            Diagnostic::new(
                Code::E0901,
                limit.span,
                "I was in the middle of an order and did not find a price",
            )
            .here("expected `@`")
            .fix_with(
                format!("{head} @ {price}            (`@ market` takes what is there)"),
                vec![Edit { span: place, replacement: "@ ".to_owned() }],
            ),
        );
    }

    fn order_option(&self, pair: Found<'_>) -> Option<OrderOption> {
        let span = self.span(&pair);
        let rule = pair.as_rule();
        let mut parts = Parts::new(pair.clone());
        let kind = match rule {
            Rule::post_only => OrderOptionKind::PostOnly,
            Rule::reduce_only => OrderOptionKind::ReduceOnly,
            Rule::tif => OrderOptionKind::Tif(self.tif(parts.take()?)),
            Rule::stop => {
                let price = self.expr(parts.take());
                OrderOptionKind::Stop { price, on: self.watched(parts.take()) }
            }
            Rule::trail => {
                let distance = self.expr(parts.take());
                OrderOptionKind::Trail { distance, on: self.watched(parts.take()) }
            }
            Rule::take_profit => {
                let price = self.expr(parts.take());
                OrderOptionKind::TakeProfit { price, on: self.watched(parts.take()) }
            }
            Rule::stop_loss => {
                let price = self.expr(parts.take());
                OrderOptionKind::StopLoss { price, on: self.watched(parts.take()) }
            }
            Rule::slot_name => OrderOptionKind::As(self.ident(parts.take())),
            Rule::via => OrderOptionKind::Via(self.via(pair)),
            Rule::each_time => OrderOptionKind::EachTime(self.expr(parts.take())),
            Rule::else_cancel => OrderOptionKind::ElseCancel,
            Rule::because => OrderOptionKind::Because(self.text(parts.take())),
            _ => {
                self.recover(&pair, Place::Quote);
                return None;
            }
        };
        Some(OrderOption { kind, span })
    }

    fn watched(&self, event: Option<Found<'_>>) -> Option<Watched> {
        let event = event?;
        let span = self.span(&event);
        let mut parts = Parts::new(event);
        Some(Watched { name: self.ident(parts.take()), args: self.args(parts.take()), span })
    }

    fn tif(&self, pair: Found<'_>) -> Tif {
        if pair.as_rule() == Rule::tif_gtd {
            return Tif::Gtd(self.only_expr(pair));
        }
        match pair.as_str() {
            "fok" => Tif::Fok,
            "fak" => Tif::Fak,
            "ioc" => Tif::Ioc,
            "day" => Tif::Day,
            _ => Tif::Gtc,
        }
    }

    fn via(&self, pair: Found<'_>) -> Via {
        let span = self.span(&pair);
        let kind = match Parts::new(pair).take() {
            Some(twap) if twap.as_rule() == Rule::via_twap => ViaKind::Twap(self.only_expr(twap)),
            Some(word) if word.as_str() == "passive" => ViaKind::Passive,
            _ => ViaKind::Cross,
        };
        Via { kind, span }
    }

    pub(super) fn quote(&self, pair: Found<'_>) -> Quote {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let instrument = self.place(parts.take());
        let (mut sides, mut options) = (Vec::new(), Vec::new());
        for part in parts.rest() {
            if part.as_rule() == Rule::quote_side {
                sides.push(self.quote_side(part));
            } else {
                options.extend(self.order_option(part));
            }
        }
        Quote { instrument, sides, options, span }
    }

    pub(super) fn quote_side(&self, pair: Found<'_>) -> QuoteSide {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let side = Self::side(parts.take().as_ref());
        let price = self.expr(parts.take());
        QuoteSide { side, price, size: self.expr(parts.take()), span }
    }

    pub(super) fn target(&self, pair: Found<'_>) -> Target {
        let span = self.span(&pair);
        let mut parts = Parts::new(pair);
        let instrument = self.place(parts.take());
        let goal = match parts.take() {
            Some(goal) => self.goal(goal),
            None => TargetGoal::Flat(span),
        };
        let via = parts.take_if(Rule::via).map(|via| self.via(via));
        let because: Option<Text> = parts.take().map(|it| self.text(Parts::new(it).take()));
        Target { instrument, goal, via, because, span }
    }

    fn goal(&self, pair: Found<'_>) -> TargetGoal {
        match pair.as_rule() {
            Rule::goal_long => TargetGoal::Long(self.only_expr(pair)),
            Rule::goal_short => TargetGoal::Short(self.only_expr(pair)),
            Rule::goal_size => TargetGoal::Size(self.only_expr(pair)),
            Rule::goal_notional => TargetGoal::Notional(self.only_expr(pair)),
            Rule::goal_weight => TargetGoal::Weight(self.only_expr(pair)),
            _ => TargetGoal::Flat(self.span(&pair)),
        }
    }

    fn cancel(&self, pair: Found<'_>) -> Cancel {
        let span = self.span(&pair);
        let target = match Parts::new(pair).take() {
            Some(all) if all.as_rule() == Rule::cancel_all => CancelTarget::All(self.span(&all)),
            place => CancelTarget::Of(self.place(place)),
        };
        Cancel { target, span }
    }
}
