//! What an event can set in motion: expressions evaluated, orders stated, orders taken back.

use crate::bounds::{Fired, Searched, Subject, Ticked, root};
use crate::interp::ROUNDS_MAX;
use crate::ir::{
    DomainId, ExprId, ForOver, Goal, Handler, Ir, Op, Order, Stmt, StmtKind, StreamOp, Target,
    TextPart, UniverseId, Via,
};

/// Work at its worst; sums stop at the largest number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Work {
    evaluations: u64,
    orders: u64,
    working: u64,
    cancels: u64,
}

impl Work {
    fn of(evaluations: u64) -> Self {
        Self { evaluations, ..Self::default() }
    }

    fn and(self, other: Self) -> Self {
        Self {
            evaluations: self.evaluations.saturating_add(other.evaluations),
            orders: self.orders.saturating_add(other.orders),
            working: self.working.saturating_add(other.working),
            cancels: self.cancels.saturating_add(other.cancels),
        }
    }

    /// The dearer of two ways, each figure by itself.
    fn or(self, other: Self) -> Self {
        Self {
            evaluations: self.evaluations.max(other.evaluations),
            orders: self.orders.max(other.orders),
            // What one way left at work is still there when the other one is gone.
            working: self.working.saturating_add(other.working),
            cancels: self.cancels.max(other.cancels),
        }
    }

    fn times(self, rounds: u64) -> Self {
        Self {
            evaluations: self.evaluations.saturating_mul(rounds),
            orders: self.orders.saturating_mul(rounds),
            working: self.working.saturating_mul(rounds),
            cancels: self.cancels.saturating_mul(rounds),
        }
    }
}

/// By expression: how many are evaluated for it at most, itself included.
fn costs(ir: &Ir) -> Vec<u64> {
    let mut costs: Vec<u64> = Vec::with_capacity(ir.exprs.len());
    for expr in &ir.exprs {
        let of = |id: ExprId| costs.get(id.index()).copied().unwrap_or(0);
        let below = if let Op::If { cond, then, other } = expr.op {
            of(cond).saturating_add(of(then).max(of(other)))
        } else if let Op::Pick { index, of: values } = &expr.op {
            of(*index).saturating_add(values.iter().map(|id| of(*id)).max().unwrap_or(0))
        } else {
            let mut sum = 0_u64;
            expr.op.children(|child| sum = sum.saturating_add(of(child)));
            sum
        };
        costs.push(below.saturating_add(1));
    }
    costs
}

/// Streams by the source of their ticks.
pub(super) fn ticks(ir: &Ir) -> Vec<Ticked> {
    let costs = costs(ir);
    let mut found: Vec<(DomainId, Ticked)> = Vec::new();
    for stream in &ir.streams {
        let exprs = match &stream.op {
            StreamOp::Expr(expr) | StreamOp::Guard(expr, _) => std::slice::from_ref(expr),
            StreamOp::Next { value, .. } => std::slice::from_ref(value),
            StreamOp::Node { inputs, .. } => inputs,
        };
        let cost = exprs.iter().fold(0_u64, |sum, expr| sum.saturating_add(costs[expr.index()]));
        let source = root(ir, stream.domain);
        let same = |(known, _): &&mut (DomainId, Ticked)| {
            ir.domains[known.index()].kind == ir.domains[source.index()].kind
        };
        if let Some((_, ticked)) = found.iter_mut().find(same) {
            ticked.streams += 1;
            ticked.evaluations = ticked.evaluations.saturating_add(cost);
        } else {
            let on = ir.domains[source.index()].name.clone();
            found.push((source, Ticked { on, streams: 1, evaluations: cost }));
        }
    }
    found.into_iter().map(|(_, ticked)| ticked).collect()
}

/// What looking through each universe takes.
pub(super) fn universes(subject: &Subject<'_>) -> Vec<Searched> {
    let costs = costs(subject.ir);
    let ids = (0..).map(UniverseId).zip(&subject.ir.universes);
    ids.map(|(id, universe)| {
        let conditions = universe.conditions.iter().map(|(expr, _)| *expr);
        let exprs = conditions.chain(universe.order.iter().map(|(expr, _)| *expr));
        Searched {
            name: universe.decl.name.clone(),
            members: subject.members(id),
            evaluations_per_instrument: exprs
                .fold(0, |sum, expr| sum.saturating_add(costs[expr.index()])),
        }
    })
    .collect()
}

/// Every handler at its worst.
pub(super) fn handlers(subject: &Subject<'_>) -> Vec<Fired> {
    let costs = costs(subject.ir);
    let all = subject.ir.handlers.iter().map(|handler| {
        let counter = Counter { subject, costs: &costs, handler };
        let of_one = handler.on.is_of_one_member();
        let universe = handler.member.filter(|_| !of_one).map(|(_, universe)| universe);
        let rounds = universe.map_or(1, |universe| subject.members(universe));
        let body = counter.block(&handler.body).and(counter.taken_back(&handler.body));
        let work = body.times(rounds);
        Fired {
            handler: handler.decl.name.clone(),
            line: handler.decl.line,
            rounds,
            evaluations: work.evaluations,
            orders: work.orders,
            working: work.working,
            cancels: work.cancels,
        }
    });
    all.collect()
}

struct Counter<'a> {
    subject: &'a Subject<'a>,
    costs: &'a [u64],
    handler: &'a Handler,
}

impl Counter<'_> {
    fn expr(&self, id: ExprId) -> Work {
        Work::of(self.costs.get(id.index()).copied().unwrap_or(0))
    }

    fn exprs(&self, ids: impl IntoIterator<Item = ExprId>) -> Work {
        ids.into_iter().fold(Work::default(), |sum, id| sum.and(self.expr(id)))
    }

    fn block(&self, stmts: &[Stmt]) -> Work {
        stmts.iter().fold(Work::default(), |sum, stmt| sum.and(self.stmt(stmt)))
    }

    fn stmt(&self, stmt: &Stmt) -> Work {
        match &stmt.kind {
            StmtKind::Let(_, value) | StmtKind::Open(_, value, _) | StmtKind::Require(value, _) => {
                self.expr(*value)
            }
            StmtKind::Set { member, value, .. } => self.expr(*value).and(self.exprs(*member)),
            StmtKind::SetElement { index, member, value, .. } => {
                self.exprs([*value, *index]).and(self.exprs(*member))
            }
            StmtKind::If { cond: value, then, other }
            | StmtKind::IfLet { value, then, other, .. } => {
                self.expr(*value).and(self.block(then).or(self.block(other)))
            }
            StmtKind::Match { value, arms } => {
                let arms = arms.iter().map(|(_, body)| self.block(body));
                self.expr(*value).and(arms.fold(Work::default(), Work::or))
            }
            StmtKind::For { over, body, .. } => {
                let round = self.block(body).and(self.taken_back(body));
                self.list(over).and(round.times(self.rounds(over)))
            }
            StmtKind::Order(order) => self.order(order),
            StmtKind::Target(target) => self.target(target),
            StmtKind::Clear(_, instrument) => Work { cancels: 1, ..self.expr(*instrument) },
            StmtKind::Cancel(instrument) => Work { cancels: 1, ..self.exprs(*instrument) },
            StmtKind::Together(body) => self.block(body),
            StmtKind::Say(_, parts) => self.exprs(parts.iter().filter_map(|part| match part {
                TextPart::Value(value) => Some(*value),
                TextPart::Text(_) => None,
            })),
        }
    }

    fn order(&self, order: &Order) -> Work {
        let count = order.each.and_then(|each| self.subject.folded.value(each.count).ok());
        let count = count.map_or(1, |count| u64::try_from(count.bits).unwrap_or(0));
        // Behind each order its exits can be at work.
        let exits = order.stop_loss.is_some() || order.take_profit.is_some();
        let working = if exits { count.saturating_mul(2) } else { count };
        Work { orders: 1, working, ..self.exprs(order.exprs()) }
    }

    fn target(&self, target: &Target) -> Work {
        let goal = match target.goal {
            Goal::Flat => None,
            Goal::Leverage(goal) | Goal::Size(goal) | Goal::Notional(goal) | Goal::Weight(goal) => {
                Some(goal)
            }
        };
        let slices = match target.via {
            Some(Via::Twap(over)) => Some(over),
            Some(Via::Cross | Via::Passive) | None => None,
        };
        let exprs = [target.instrument].into_iter().chain(goal).chain(slices);
        Work { orders: 1, working: 1, ..self.exprs(exprs) }
    }

    /// What finding the rounds of a loop takes.
    fn list(&self, over: &ForOver) -> Work {
        match over {
            ForOver::Universe(_) => Work::default(),
            ForOver::List(items) => self.exprs(items.iter().copied()),
            ForOver::Range(first, last) => self.exprs([*first, *last]),
        }
    }

    /// How many rounds a loop can have. More than [`ROUNDS_MAX`] is a fault.
    fn rounds(&self, over: &ForOver) -> u64 {
        match over {
            ForOver::Universe(universe) => self.subject.members(*universe),
            ForOver::List(items) => items.len() as u64,
            ForOver::Range(first, last) => {
                let known = |id: ExprId| self.subject.folded.value(id).ok().map(|cell| cell.bits);
                let most = u64::from(ROUNDS_MAX);
                match (known(*first), known(*last)) {
                    (Some(first), Some(last)) if last < first => 0,
                    (Some(first), Some(last)) => last.abs_diff(first).saturating_add(1).min(most),
                    _ => most,
                }
            }
        }
    }

    /// What a guard that stops these statements takes back: orders that say `else cancel`.
    fn taken_back(&self, stmts: &[Stmt]) -> Work {
        if self.handler.else_cancel.is_empty() {
            return Work::default();
        }
        let mut sum = Work::default();
        for stmt in stmts {
            let (slot, most, instrument) = match &stmt.kind {
                StmtKind::Order(order) => {
                    let most = order.each.map_or(1, |each| u64::from(each.most));
                    (order.slot, most, order.instrument)
                }
                StmtKind::Target(target) => (target.slot, 1, target.instrument),
                StmtKind::If { then, other, .. } | StmtKind::IfLet { then, other, .. } => {
                    sum = sum.and(self.taken_back(then)).and(self.taken_back(other));
                    continue;
                }
                StmtKind::Match { arms, .. } => {
                    sum = arms.iter().fold(sum, |sum, (_, body)| sum.and(self.taken_back(body)));
                    continue;
                }
                StmtKind::Together(body) => {
                    sum = sum.and(self.taken_back(body));
                    continue;
                }
                StmtKind::For { over, body, .. } => {
                    let (items, rounds) = match over {
                        ForOver::Range(..) => (Work::default(), 1),
                        ForOver::Universe(_) | ForOver::List(_) => {
                            (self.list(over), self.rounds(over))
                        }
                    };
                    sum = sum.and(items).and(self.taken_back(body).times(rounds));
                    continue;
                }
                StmtKind::Let(..)
                | StmtKind::Open(..)
                | StmtKind::Require(..)
                | StmtKind::Set { .. }
                | StmtKind::SetElement { .. }
                | StmtKind::Clear(..)
                | StmtKind::Cancel(_)
                | StmtKind::Say(..) => continue,
            };
            if self.handler.else_cancel.contains(&slot) {
                sum = sum.and(Work { cancels: most, ..self.expr(instrument) });
            }
        }
        sum
    }
}
