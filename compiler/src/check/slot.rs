//! Slots: one per order statement, two per quote, one per instrument that a handler targets.
//!
//! They are numbered before any handler is checked, because `fill(probe)` may stand above the
//! statement that places `probe`.

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::manifest::HandlerId;
use strat_runtime::slot::SlotId;

use super::Checker;
use super::expr::path;
use super::scope::Entity;
use super::strategy::SLOTS_MAX;
use crate::hir::{Of, Slot, SlotRole};
use crate::index::Defined;

impl Checker {
    /// Numbers the slots of all handlers.
    pub(super) fn slots(&mut self, handlers: &[&ast::Handler]) {
        for (index, handler) in handlers.iter().enumerate() {
            let id = HandlerId(u16::try_from(index).unwrap_or(u16::MAX));
            let mut targets: Vec<(String, SlotId)> = Vec::new();
            let mut rest: Vec<&ast::Stmt> = handler.body.stmts.iter().rev().collect();
            while let Some(stmt) = rest.pop() {
                self.slots_of(stmt, id, &mut targets);
                let mut inner: Vec<&ast::Stmt> = Vec::new();
                match stmt {
                    ast::Stmt::If(it) => {
                        inner.extend(it.branches.iter().flat_map(|b| &b.body.stmts));
                        inner.extend(it.otherwise.iter().flat_map(|b| &b.stmts));
                    }
                    ast::Stmt::Match(it) => {
                        inner.extend(it.arms.iter().flat_map(|a| &a.body.stmts));
                    }
                    ast::Stmt::For(it) => inner.extend(&it.body.stmts),
                    ast::Stmt::Together(it) => inner.extend(&it.body.stmts),
                    _ => {}
                }
                rest.extend(inner.into_iter().rev());
            }
        }
    }

    fn slots_of(
        &mut self,
        stmt: &ast::Stmt,
        handler: HandlerId,
        targets: &mut Vec<(String, SlotId)>,
    ) {
        match stmt {
            ast::Stmt::Order(it) => {
                let role = match it.side {
                    ast::Side::Buy => SlotRole::Buy,
                    ast::Side::Sell => SlotRole::Sell,
                };
                let of = self.instrument_of(&it.instrument);
                let name = self.slot_name(&it.options);
                let each =
                    it.options.iter().any(|o| matches!(o.kind, ast::OrderOptionKind::EachTime(_)));
                let first = self.new_slot(name.clone(), role, handler, of, it.span, !each);
                for _ in 1..self.slot_count(&it.options) {
                    if self.st.slots.len() <= SLOTS_MAX {
                        self.new_slot(name.clone(), role, handler, of, it.span, false);
                    }
                }
                if has_exits(&it.options) {
                    let name = name.map(|name| format!("exit of {name}"));
                    for _ in 0..self.slot_count(&it.options) {
                        if self.st.slots.len() <= SLOTS_MAX {
                            self.exit_slot(name.clone(), handler, of, it.span);
                        }
                    }
                }
                self.st.slot_ids.insert((it.span, role as u8), first);
            }
            ast::Stmt::Quote(it) => {
                let of = self.instrument_of(&it.instrument);
                let name = self.slot_name(&it.options);
                for side in &it.sides {
                    let role = match side.side {
                        ast::Side::Buy => SlotRole::Bid,
                        ast::Side::Sell => SlotRole::Ask,
                    };
                    let id = self.new_slot(name.clone(), role, handler, of, it.span, true);
                    self.st.slot_ids.insert((side.span, role as u8), id);
                }
            }
            ast::Stmt::Target(it) => {
                let of = self.instrument_of(&it.instrument);
                let key = path(&it.instrument).unwrap_or_else(|| format!("{:?}", it.span));
                let known = targets.iter().find(|(name, _)| *name == key).map(|(_, id)| *id);
                let id = known.unwrap_or_else(|| {
                    let id = self.new_slot(None, SlotRole::Target, handler, of, it.span, true);
                    targets.push((key, id));
                    id
                });
                self.st.slot_ids.insert((it.span, SlotRole::Target as u8), id);
            }
            _ => {}
        }
    }

    /// A slot that no statement can name.
    fn exit_slot(&mut self, name: Option<String>, handler: HandlerId, instrument: Of, span: Span) {
        let (role, restated) = (SlotRole::Exit, false);
        self.st.slots.push(Slot { name, role, handler, instrument, restated, span });
    }

    fn new_slot(
        &mut self,
        name: Option<String>,
        role: SlotRole,
        handler: HandlerId,
        instrument: Of,
        span: Span,
        restated: bool,
    ) -> SlotId {
        let id = SlotId(u16::try_from(self.st.slots.len()).unwrap_or(u16::MAX));
        if let Some(name) = &name {
            self.st.slot_names.entry(name.clone()).or_default().push(id);
        }
        self.st.slots.push(Slot { name, role, handler, instrument, restated, span });
        id
    }

    fn instrument_of(&self, written: &ast::Expr) -> Of {
        let ast::ExprKind::Ident(name) = &written.kind else { return Of::Any };
        match self.find(&name.name).map(|n| n.entity) {
            Some(Entity::Instrument(id)) => Of::One(id),
            _ => Of::Any,
        }
    }

    /// The name given with `as`; one that is taken is reported.
    fn slot_name(&mut self, options: &[ast::OrderOption]) -> Option<String> {
        let name = options.iter().find_map(|option| match &option.kind {
            ast::OrderOptionKind::As(name) => Some(name),
            _ => None,
        })?;
        let earlier = self.st.slot_names.get(&name.name).and_then(|ids| ids.first());
        if let Some(earlier) = earlier.and_then(|id| self.st.slots.get(id.index())) {
            let earlier = earlier.span;
            self.out.push(
                Diagnostic::new(
                    Code::E0506,
                    name.span,
                    format!("the slot `{}` is used by two statements", name.name),
                )
                .here("used here again")
                .label(earlier, "the first statement")
                .why("a slot holds one order; two statements would replace each other's")
                .fix(format!("give this one another name: `as {}_2`", name.name)),
            );
            return None;
        }
        self.record(name, Defined::Slot, None);
        Some(name.name.clone()).filter(|name| !name.is_empty())
    }

    /// The slots of that name.
    pub(super) fn slots_named(&mut self, name: &ast::Ident) -> Option<Vec<SlotId>> {
        if let Some(ids) = self.st.slot_names.get(&name.name) {
            let ids = ids.clone();
            self.st.used_slots.insert(name.name.clone());
            self.record_slot_use(name);
            return Some(ids);
        }
        let near = super::scope::nearest(&name.name, self.st.slot_names.keys().map(String::as_str))
            .map(str::to_owned);
        let none = self.st.slot_names.is_empty();
        self.unknown(name, "slot", near);
        if none && let Some(last) = self.out.last_mut().filter(|d| d.code == Code::E0104) {
            last.fixes.clear();
            last.fixes.push(strat_dsl::Fix {
                text: format!("name the order: `buy x 1 shares @ 0.5 as {}`", name.name),
                edits: Vec::new(),
            });
        }
        None
    }
}

/// Whether an order has exits, which stand in slots of their own.
fn has_exits(options: &[ast::OrderOption]) -> bool {
    options.iter().any(|option| {
        matches!(
            option.kind,
            ast::OrderOptionKind::StopLoss { .. } | ast::OrderOptionKind::TakeProfit { .. }
        )
    })
}
