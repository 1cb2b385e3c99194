//! The streams at which stops and exits look: without them these would never be crossed.

use strat_dsl::Span;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{NeedOf, Needed};
use strat_runtime::signal::TriggerStream;

use crate::ir::{ExprId, ForOver, Ir, LocalId, Op, Order, Stmt, StmtKind, UniverseId};

/// What each stop and each exit needs, and of whom.
pub(super) fn triggers(ir: &Ir) -> Vec<(Needed, NeedOf, Span)> {
    let mut finder = Finder { ir, locals: vec![Vec::new(); ir.locals.len()], found: Vec::new() };
    for handler in &ir.handlers {
        if let Some((local, universe)) = handler.member {
            finder.bind(local, &ForOver::Universe(universe));
        }
        finder.stmts(&handler.body);
    }
    finder.found
}

struct Finder<'a> {
    ir: &'a Ir,
    /// By local: what it can stand for, if it names an instrument.
    locals: Vec<Vec<NeedOf>>,
    found: Vec<(Needed, NeedOf, Span)>,
}

impl Finder<'_> {
    fn stmts(&mut self, stmts: &[Stmt]) {
        for stmt in stmts {
            match &stmt.kind {
                StmtKind::Order(order) => self.order(order, stmt.span),
                StmtKind::For { local, over, body, .. } => {
                    self.bind(*local, over);
                    self.stmts(body);
                }
                StmtKind::If { then, other, .. } | StmtKind::IfLet { then, other, .. } => {
                    self.stmts(then);
                    self.stmts(other);
                }
                StmtKind::Match { arms, .. } => {
                    for (_, body) in arms {
                        self.stmts(body);
                    }
                }
                StmtKind::Together(body) => self.stmts(body),
                StmtKind::Let(..)
                | StmtKind::Open(..)
                | StmtKind::Require(..)
                | StmtKind::Set { .. }
                | StmtKind::SetElement { .. }
                | StmtKind::Clear(..)
                | StmtKind::Target(_)
                | StmtKind::Cancel(_)
                | StmtKind::Say(..) => {}
            }
        }
    }

    fn bind(&mut self, local: LocalId, over: &ForOver) {
        let stands = match over {
            ForOver::List(items) => items.iter().flat_map(|item| self.subjects(*item)).collect(),
            ForOver::Universe(UniverseId(universe)) => vec![NeedOf::Universe(*universe)],
            ForOver::Range(..) => Vec::new(),
        };
        if let Some(known) = self.locals.get_mut(local.index()) {
            *known = stands;
        }
    }

    fn order(&mut self, order: &Order, span: Span) {
        for of in self.subjects(order.instrument) {
            for on in order.triggers() {
                let needed = match on {
                    TriggerStream::Book => Needed::Quotes,
                    TriggerStream::Trades => Needed::Trades,
                    // What the clock needs is said where it is declared.
                    TriggerStream::Bars(_) => continue,
                };
                self.found.push((needed, of, span));
            }
        }
    }

    fn subjects(&self, expr: ExprId) -> Vec<NeedOf> {
        let expr = self.ir.expr(expr);
        if let Op::Const(cell) = expr.op {
            let id = u32::try_from(cell.bits).ok().map(InstrumentId);
            return id.into_iter().map(NeedOf::Instrument).collect();
        }
        if let Op::Local(local) = expr.op {
            return self.locals.get(local.index()).cloned().unwrap_or_default();
        }
        Vec::new()
    }
}
