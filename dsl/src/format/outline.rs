//! What the printer must know of the tree: where lines begin, and what a sign means where it
//! stands. Everything is kept as offsets into the text.

use std::collections::BTreeSet;

use crate::ast::{
    Arg, Block, CancelTarget, Condition, Expectation, Expr, ExprKind, Field, File, Func, Handler,
    Item, Let, Member, Migrate, Node, NodeStmt, Order, OrderOption, OrderOptionKind, OrderPrice,
    Param, PropStep, Quote, QuoteSide, State, Stmt, Target, TargetGoal, Test, TestEvent, TestStep,
    Tif, Trigger, Type, Universe, Via, ViaKind,
};
use crate::span::Span;

/// Facts about a tree, by offset.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Declarations, statements and whatever else has a line of its own begin here.
    pub(super) starts: BTreeSet<u32>,
    /// Options of a quote begin here; one behind the braces does not begin a line.
    pub(super) options: BTreeSet<u32>,
    /// What is called or indexed ends here: the bracket behind it stands close.
    pub(super) callees: BTreeSet<u32>,
    /// Minus signs with one operand.
    pub(super) negations: BTreeSet<u32>,
    /// Types, in which `<`, `>` and `/` stand close.
    pub(super) types: Vec<Span>,
    /// The first brace behind each of these encloses a list, not lines.
    pub(super) lists: BTreeSet<u32>,
    /// The first brace behind each of these encloses a list if another pair follows.
    pub(super) migrations: BTreeSet<u32>,
    /// The first brace behind each of these is never closed on its own line.
    pub(super) tall: BTreeSet<u32>,
    /// The first brace behind each of these encloses a quote.
    pub(super) quotes: BTreeSet<u32>,
    /// The time of a test's step ends here: what happens then may be aligned.
    pub(super) times: BTreeSet<u32>,
}

impl Outline {
    /// Walks the whole file.
    pub(super) fn new(file: &File) -> Self {
        let mut outline = Self::default();
        for item in &file.items {
            outline.item(item);
        }
        outline.types.sort_unstable();
        outline
    }

    fn line(&mut self, span: Span) {
        self.starts.insert(span.start);
    }

    fn item(&mut self, item: &Item) {
        match item {
            Item::Import(it) => {
                self.line(it.span);
                if !it.names.is_empty() {
                    self.lists.insert(it.path.last().map_or(it.span.start, |part| part.span.end));
                }
            }
            Item::Strategy(it) => {
                self.line(it.span);
                self.tall
                    .insert(it.title.as_ref().map_or(it.name.span.end, |title| title.span.end));
                for member in &it.members {
                    self.member(member);
                }
            }
            Item::Node(it) => self.node(it),
            Item::Func(it) => self.func(it),
            Item::Enum(it) => {
                self.line(it.span);
                self.lists.insert(it.name.span.end);
            }
            Item::Words(it) => self.line(it.span),
            Item::Test(it) => self.test(it),
            Item::Prop(it) => {
                self.line(it.span);
                self.tall.insert(it.strategy.span.end);
                for step in &it.steps {
                    match step {
                        PropStep::Forall(it) => {
                            self.line(it.span);
                            self.expr(&it.source);
                        }
                        PropStep::Always { condition, span } => {
                            self.line(*span);
                            self.expr(condition);
                        }
                        PropStep::With(it) => {
                            self.line(it.span);
                            self.expr(&it.assignment.value);
                        }
                        PropStep::Error(span) => self.line(*span),
                    }
                }
            }
            Item::Error(span) => self.line(*span),
        }
    }

    fn member(&mut self, member: &Member) {
        match member {
            Member::Version(it) => self.line(it.span),
            Member::Venue(it) => self.line(it.span),
            Member::Param(it) => self.param(it),
            Member::Constraint(it) => {
                self.line(it.span);
                self.expr(&it.condition);
            }
            Member::Instrument(it) => {
                self.line(it.span);
                self.expr(&it.source);
            }
            Member::Universe(it) => self.universe(it),
            Member::Clock(it) => {
                self.line(it.span);
                self.expr(&it.source);
            }
            Member::Let(it) => self.let_eq(it),
            Member::State(it) => self.state(it),
            Member::Words(it) => self.line(it.span),
            Member::Enum(it) => {
                self.line(it.span);
                self.lists.insert(it.name.span.end);
            }
            Member::Node(it) => self.node(it),
            Member::Func(it) => self.func(it),
            Member::Risk(it) => {
                self.line(it.span);
                for rule in &it.rules {
                    self.line(rule.span);
                    self.expr(&rule.value);
                }
            }
            Member::Migrate(it) => self.migrate(it),
            Member::Handler(it) => self.handler(it),
            Member::OnFault(it) => self.line(it.span),
            Member::Needs(it) => self.line(it.span),
            Member::Warm(it) => {
                self.line(it.span);
                self.expr(&it.weight);
            }
            Member::Error(span) => self.line(*span),
        }
    }

    fn param(&mut self, it: &Param) {
        self.line(it.span);
        self.ty(&it.ty);
        self.expr(&it.default);
        if let Some(range) = &it.range {
            self.expr(&range.start);
            self.expr(&range.end);
            if let Some(step) = &range.step {
                self.expr(step);
            }
        }
    }

    fn universe(&mut self, it: &Universe) {
        self.line(it.span);
        for key in &it.order {
            self.expr(&key.key);
        }
        if let Some(take) = &it.take {
            self.expr(take);
        }
        for filter in &it.filters {
            self.line(filter.span);
            self.expr(&filter.condition);
        }
    }

    fn let_eq(&mut self, it: &Let) {
        self.line(it.span);
        if let Some(ty) = &it.ty {
            self.ty(ty);
        }
        self.expr(&it.value);
    }

    fn state(&mut self, it: &State) {
        self.line(it.span);
        self.ty(&it.ty);
        self.expr(&it.initial);
    }

    fn fields(&mut self, fields: &[Field]) {
        for field in fields {
            self.ty(&field.ty);
        }
    }

    fn node(&mut self, it: &Node) {
        self.line(it.span);
        self.callees.insert(it.name.span.end);
        self.fields(&it.params);
        self.ty(&it.result);
        for line in &it.body {
            match line {
                NodeStmt::State(it) => self.state(it),
                NodeStmt::Let(it) => self.let_eq(it),
                NodeStmt::Next(it) => {
                    self.line(it.span);
                    self.expr(&it.value);
                }
                NodeStmt::Yield { value, span } => {
                    self.line(*span);
                    self.expr(value);
                }
                NodeStmt::Error(span) => self.line(*span),
            }
        }
    }

    fn func(&mut self, it: &Func) {
        self.line(it.span);
        self.callees.insert(it.name.span.end);
        self.fields(&it.params);
        self.ty(&it.result);
        self.expr(&it.body);
    }

    fn migrate(&mut self, it: &Migrate) {
        self.line(it.span);
        self.migrations.insert(it.from.span.end);
        self.fields(&it.old);
        for assignment in &it.assignments {
            self.line(assignment.span);
            self.expr(&assignment.value);
        }
    }

    fn handler(&mut self, it: &Handler) {
        self.line(it.span);
        match &it.trigger {
            Trigger::Every { interval, .. } => self.expr(interval),
            Trigger::Event { name, args, .. } => {
                self.callees.insert(name.span.end);
                self.args(args);
            }
            Trigger::Enter(_) | Trigger::Leave(_) | Trigger::Error(_) => {}
        }
        self.block(&it.body);
    }

    fn test(&mut self, it: &Test) {
        self.line(it.span);
        self.tall.insert(it.strategy.span.end);
        for step in &it.steps {
            match step {
                TestStep::With(it) => {
                    self.line(it.span);
                    self.expr(&it.assignment.value);
                }
                TestStep::Market { name, fields, span } => {
                    self.line(*span);
                    self.lists.insert(name.span.end);
                    for field in fields {
                        self.expr(&field.value);
                    }
                }
                TestStep::At { time, event, span } => {
                    self.line(*span);
                    self.expr(time);
                    self.times.insert(time.span.end);
                    self.event(event);
                }
                TestStep::Error(span) => self.line(*span),
            }
        }
    }

    fn event(&mut self, event: &TestEvent) {
        match event {
            TestEvent::Book { instrument, levels } => {
                self.lists.insert(instrument.span.end);
                for level in levels {
                    self.side(level);
                }
            }
            TestEvent::Fill { quantity, price, .. } | TestEvent::Trade { quantity, price, .. } => {
                self.expr(quantity);
                self.expr(price);
            }
            TestEvent::Bar { instrument, fields } => {
                self.lists.insert(instrument.span.end);
                for field in fields {
                    self.expr(&field.value);
                }
            }
            TestEvent::Expect(expected) => match expected {
                Expectation::Nothing { .. } => {}
                Expectation::Order(it) => self.order(it),
                Expectation::Target(it) => self.target(it),
                Expectation::Quote(it) => self.quote(it),
                Expectation::Condition(it) => self.expr(it),
            },
            TestEvent::Error(_) => {}
        }
    }

    fn block(&mut self, block: &Block) {
        for stmt in &block.stmts {
            self.line(stmt.span());
            self.stmt(stmt);
        }
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let(it) => self.let_eq(it),
            Stmt::Require(it) => self.expr(&it.condition),
            Stmt::Set(it) => {
                self.callees.insert(it.name.span.end);
                for index in &it.indices {
                    self.expr(index);
                }
                self.expr(&it.value);
            }
            Stmt::If(it) => {
                for branch in &it.branches {
                    match &branch.condition {
                        Condition::Expr(it) | Condition::Let { value: it, .. } => self.expr(it),
                    }
                    self.block(&branch.body);
                }
                if let Some(block) = &it.otherwise {
                    self.block(block);
                }
            }
            Stmt::Match(it) => {
                self.expr(&it.value);
                for arm in &it.arms {
                    self.line(arm.span);
                    self.block(&arm.body);
                }
            }
            Stmt::For(it) => {
                self.expr(&it.list);
                self.block(&it.body);
            }
            Stmt::Quote(it) => self.quote(it),
            Stmt::Together(it) => self.block(&it.body),
            Stmt::Order(it) => self.order(it),
            Stmt::Target(it) => self.target(it),
            Stmt::Cancel(it) => match &it.target {
                CancelTarget::All(_) => {}
                CancelTarget::Of(it) => self.expr(it),
            },
            Stmt::Log(_) | Stmt::Alert(_) | Stmt::Halt(_) | Stmt::Error(_) => {}
        }
    }

    fn quote(&mut self, it: &Quote) {
        self.expr(&it.instrument);
        self.quotes.insert(it.instrument.span.end);
        for side in &it.sides {
            self.line(side.span);
            self.side(side);
        }
        for option in &it.options {
            self.options.insert(option.span.start);
            self.option(option);
        }
    }

    fn side(&mut self, it: &QuoteSide) {
        self.expr(&it.price);
        self.expr(&it.size);
    }

    fn order(&mut self, it: &Order) {
        self.expr(&it.instrument);
        self.expr(&it.quantity);
        if let Some(OrderPrice::Limit(price)) = &it.price {
            self.expr(price);
        }
        for option in &it.options {
            self.option(option);
        }
    }

    fn option(&mut self, it: &OrderOption) {
        match &it.kind {
            OrderOptionKind::Tif(Tif::Gtd(it)) | OrderOptionKind::EachTime(it) => self.expr(it),
            OrderOptionKind::Stop { price, on }
            | OrderOptionKind::Trail { distance: price, on }
            | OrderOptionKind::TakeProfit { price, on }
            | OrderOptionKind::StopLoss { price, on } => {
                self.expr(price);
                if let Some(on) = on {
                    self.callees.insert(on.name.span.end);
                    self.args(&on.args);
                }
            }
            OrderOptionKind::Via(it) => self.via(it),
            OrderOptionKind::PostOnly
            | OrderOptionKind::ReduceOnly
            | OrderOptionKind::Tif(Tif::Gtc | Tif::Fok | Tif::Fak | Tif::Ioc | Tif::Day)
            | OrderOptionKind::As(_)
            | OrderOptionKind::ElseCancel
            | OrderOptionKind::Because(_) => {}
        }
    }

    fn via(&mut self, it: &Via) {
        match &it.kind {
            ViaKind::Passive | ViaKind::Cross => {}
            ViaKind::Twap(it) => self.expr(it),
        }
    }

    fn target(&mut self, it: &Target) {
        self.expr(&it.instrument);
        match &it.goal {
            TargetGoal::Flat(_) => {}
            TargetGoal::Long(it)
            | TargetGoal::Short(it)
            | TargetGoal::Size(it)
            | TargetGoal::Notional(it)
            | TargetGoal::Weight(it) => self.expr(it),
        }
        if let Some(via) = &it.via {
            self.via(via);
        }
    }

    fn ty(&mut self, it: &Type) {
        self.types.push(it.span);
    }

    fn args(&mut self, args: &[Arg]) {
        for arg in args {
            self.expr(&arg.value);
        }
    }

    fn expr(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Number(_)
            | ExprKind::Quantity { .. }
            | ExprKind::Text(_)
            | ExprKind::Bool(_)
            | ExprKind::None
            | ExprKind::Ident(_)
            | ExprKind::Error => {}
            ExprKind::Field { base: it, .. }
            | ExprKind::Repeat { value: it, .. }
            | ExprKind::Is { value: it, .. }
            | ExprKind::AsAtPar { value: it, .. } => self.expr(it),
            ExprKind::Call { callee, args } => {
                self.callees.insert(callee.span.end);
                self.expr(callee);
                self.args(args);
            }
            ExprKind::Index { base, index } => {
                self.callees.insert(base.span.end);
                self.expr(base);
                self.expr(index);
            }
            ExprKind::Unary { op_span, operand, .. } => {
                self.negations.insert(op_span.start);
                self.expr(operand);
            }
            ExprKind::Binary { left: a, right: b, .. }
            | ExprKind::Range { start: a, end: b }
            | ExprKind::In { value: a, set: b, .. } => {
                self.expr(a);
                self.expr(b);
            }
            ExprKind::If { cases, otherwise } => {
                for case in cases {
                    self.expr(&case.condition);
                    self.expr(&case.value);
                }
                self.expr(otherwise);
            }
            ExprKind::List(items) => {
                for item in items {
                    self.expr(item);
                }
            }
        }
    }
}
