//! Handlers: what fires them, and that no two of them race for a state.

mod race;
mod session;

use std::collections::BTreeMap;

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::manifest::{HandlerId, Timer, TimerId};
use strat_runtime::slot::SlotId;
use strat_runtime::time::Edge;

use super::say::quoted;
use super::scope::{Clock, Entity, Event, VALUES, nearest};
use super::sign::Sign;
use super::{Checker, Place};
use crate::hir::{self, Kind, Of, Ty};
use crate::ir::{LocalId, StateId, UniverseId};

/// Triggers that are written as a name.
const EVENTS: &[&str] = &[
    "book",
    "trades",
    "bars",
    "fill",
    "done",
    "reject",
    "start",
    "shutdown",
    "link_down",
    "link_up",
    "expiry",
    "session_open",
    "session_close",
];

/// Those that are about something.
const WITH_ARGUMENTS: &[(&str, &str)] = &[
    ("book", "book(x)"),
    ("trades", "trades(x)"),
    ("bars", "bars(x, 5m)"),
    ("fill", "fill(slot)"),
    ("done", "done(slot)"),
    ("reject", "reject(slot)"),
    ("expiry", "expiry(x)"),
    ("session_open", "session_open(nyse)"),
    ("session_close", "session_close(nyse)"),
];

/// Those that can be about a member of a universe.
const MEMBER_EVENTS: &[&str] = &["book", "trades", "bars", "expiry"];

/// A handler's writes, to find races.
pub(super) type Writes = BTreeMap<StateId, Vec<(usize, Span)>>;

impl Checker {
    pub(super) fn handler(
        &mut self,
        it: &ast::Handler,
        index: usize,
        writes: &mut Writes,
    ) -> Option<hir::Handler> {
        let (checked, body) = self.in_body(Place::Handler, |s| {
            s.scoped(|s| {
                let trigger = s.trigger(&it.trigger, it.members.as_ref());
                let member = s.handler_member(it, trigger.as_ref());
                s.body.member = member.map(|(local, _)| local);
                s.bind_event(it, trigger.as_ref());
                s.body.cold = it.cold.is_some();
                s.body.entering = match trigger {
                    Some(hir::Trigger::Enter(_)) => s.body.member,
                    _ => None,
                };
                let stmts = s.block(&it.body);
                let waits = member.map(|(local, _)| s.waits_for(local)).unwrap_or_default();
                trigger.map(|trigger| (trigger, member, waits, stmts))
            })
        });
        for (state, span) in &body.writes {
            writes.entry(*state).or_default().push((index, *span));
        }
        let (trigger, member, waits, stmts) = checked?;
        let id = HandlerId(u16::try_from(index).unwrap_or(u16::MAX));
        let slots = self
            .st
            .slots
            .iter()
            .zip(0_u16..)
            .filter(|(slot, _)| slot.handler == id && slot.restated);
        let slots: Vec<SlotId> = slots.map(|(_, id)| SlotId(id)).collect();
        let own = match trigger {
            hir::Trigger::Bars(id) => Some(id),
            _ => None,
        };
        let head = Span { start: it.span.start, end: it.body.span.start.max(it.span.start) };
        Some(hir::Handler {
            trigger,
            member,
            reads: body.reads.into_iter().collect(),
            waits,
            bars: body.bars.into_iter().filter(|id| Some(*id) != own).collect(),
            cold: it.cold.is_some(),
            slots,
            else_cancel: body.else_cancel,
            body: stmts,
            head,
            span: it.span,
        })
    }

    fn trigger(
        &mut self,
        it: &ast::Trigger,
        members: Option<&ast::Members>,
    ) -> Option<hir::Trigger> {
        match it {
            ast::Trigger::Every { interval, .. } => {
                let every = self.period(interval, "the interval of `every`")?;
                Some(self.timer(Timer::Every(every)))
            }
            ast::Trigger::Enter(members) => {
                self.universe_named(&members.universe).map(hir::Trigger::Enter)
            }
            ast::Trigger::Leave(members) => {
                self.universe_named(&members.universe).map(hir::Trigger::Leave)
            }
            ast::Trigger::Event { name, args, span } => match of_member(args, members) {
                Some(members) if MEMBER_EVENTS.contains(&name.name.as_str()) => {
                    self.member_event(name, members, *span)
                }
                _ => self.event(name, args, *span),
            },
            ast::Trigger::Error(_) => None,
        }
    }

    fn timer(&mut self, timer: Timer<hir::Expr>) -> hir::Trigger {
        let id = TimerId(u16::try_from(self.st.timers.len()).unwrap_or(u16::MAX));
        self.st.timers.push(timer);
        hir::Trigger::Timer(id)
    }

    fn universe_named(&mut self, name: &ast::Ident) -> Option<UniverseId> {
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

    fn event(&mut self, name: &ast::Ident, args: &[ast::Arg], span: Span) -> Option<hir::Trigger> {
        if args.is_empty()
            && let Some(entity) = self.find(&name.name).map(|n| n.entity)
        {
            self.lookup(name);
            return self.clock_trigger(name, entity);
        }
        let trigger = match name.name.as_str() {
            "start" => hir::Trigger::Start,
            "shutdown" => hir::Trigger::Shutdown,
            "link_down" => hir::Trigger::LinkDown,
            "link_up" => hir::Trigger::LinkUp,
            "fill" => return self.slot_trigger(name, args, span).map(hir::Trigger::Fill),
            "done" => return self.slot_trigger(name, args, span).map(hir::Trigger::Done),
            "reject" => return self.slot_trigger(name, args, span).map(hir::Trigger::Reject),
            "book" | "trades" | "bars" => {
                let callee =
                    ast::Expr { kind: ast::ExprKind::Ident(name.clone()), span: name.span };
                let kind = ast::ExprKind::Call { callee: Box::new(callee), args: args.to_vec() };
                return match self.clock_source(&ast::Expr { kind, span }, "", None)? {
                    Clock::Bars(id) => Some(hir::Trigger::Bars(id)),
                    Clock::Book(id) => Some(hir::Trigger::Book(id)),
                    Clock::Trades(id) => Some(hir::Trigger::Trades(id)),
                };
            }
            "expiry" => {
                return match args {
                    [ast::Arg { name: None, value, .. }] => {
                        self.declared_instrument(value).map(hir::Trigger::Expiry)
                    }
                    _ => {
                        self.one_instrument(name, span);
                        None
                    }
                };
            }
            "session_open" => return self.session_trigger(Edge::Open, args, span),
            "session_close" => return self.session_trigger(Edge::Close, args, span),
            _ => {
                self.no_trigger(name);
                return None;
            }
        };
        if let Some(arg) = args.first() {
            self.out.push(
                Diagnostic::new(Code::E0213, arg.span, format!("`{}` takes nothing", name.name))
                    .here("not needed")
                    .why("it is about the whole session")
                    .fix(format!("write `on {} {{ ... }}`", name.name)),
            );
        }
        Some(trigger)
    }

    /// `book(m)`, `trades(m)`, `expiry(m)` with `for m in u`: about the member to which it happens.
    fn member_event(
        &mut self,
        name: &ast::Ident,
        members: &ast::Members,
        span: Span,
    ) -> Option<hir::Trigger> {
        if name.name == "bars" {
            self.bars_of_members(span);
            return None;
        }
        let universe = self.universe_named(&members.universe)?;
        Some(match name.name.as_str() {
            "book" => {
                self.needs_book(Of::Any, span);
                hir::Trigger::MemberBook(universe)
            }
            "trades" => hir::Trigger::MemberTrades(universe),
            _ => hir::Trigger::MemberExpiry(universe),
        })
    }

    fn one_instrument(&mut self, name: &ast::Ident, span: Span) {
        self.out.push(
            Diagnostic::new(Code::E0213, span, format!("`{}` is about one instrument", name.name))
                .here("of which?")
                .why("each instrument has a time of its own")
                .fix("name it: `on expiry(x) { ... }`, `on expiry(m) for m in markets { ... }`"),
        );
    }

    fn clock_trigger(&mut self, name: &ast::Ident, entity: Entity) -> Option<hir::Trigger> {
        match entity {
            Entity::Clock(Clock::Bars(id)) => Some(hir::Trigger::Bars(id)),
            Entity::Clock(Clock::Book(id)) => Some(hir::Trigger::Book(id)),
            Entity::Clock(Clock::Trades(id)) => Some(hir::Trigger::Trades(id)),
            Entity::Broken => None,
            _ => {
                self.no_trigger(name);
                None
            }
        }
    }

    fn no_trigger(&mut self, name: &ast::Ident) {
        let found = self.find(&name.name).map(|n| n.entity);
        let declared = found.is_some();
        // A `let` that was wrong has been told.
        let broken =
            matches!(found, Some(Entity::Let(at)) if self.st.let_ids.get(at) == Some(&None));
        if name.name.is_empty() || (self.unread && !declared) || broken {
            return;
        }
        let near = nearest(&name.name, EVENTS.iter().copied())
            .map(str::to_owned)
            .or_else(|| self.suggest(&name.name, |e| matches!(e, Entity::Clock(_))));
        let diagnostic = Diagnostic::new(
            Code::E0213,
            name.span,
            format!("`{}` cannot trigger a handler", name.name),
        )
        .here(if declared { "neither a clock nor an event" } else { "not declared" })
        .why("a handler fires on a clock or an event of a venue");
        let diagnostic = match near {
            Some(near) if !declared && WITH_ARGUMENTS.iter().any(|(n, _)| *n == near) => {
                let form = WITH_ARGUMENTS.iter().find(|(n, _)| *n == near).map_or("", |(_, f)| f);
                diagnostic.fix(format!("did you mean `{form}`?"))
            }
            Some(near) if !declared => {
                diagnostic.fix_replace(format!("did you mean `{near}`?"), name.span, near)
            }
            _ => diagnostic.fix("use `every 10s`, a clock, `book(x)`, `fill(slot)`, `start`"),
        };
        self.out.push(diagnostic);
    }

    fn slot_trigger(
        &mut self,
        name: &ast::Ident,
        args: &[ast::Arg],
        span: Span,
    ) -> Option<Vec<SlotId>> {
        let slots = match args {
            [] => None,
            [ast::Arg { value: ast::Expr { kind: ast::ExprKind::Ident(slot), .. }, .. }] => {
                return self.slots_named(slot);
            }
            [first, ..] => Some(quoted(&first.value)),
        };
        let text = slots.unwrap_or_default();
        self.out.push(
            Diagnostic::new(Code::E0213, span, format!("`{}` needs the name of a slot", name.name))
                .here(if text.is_empty() { "of which order?" } else { "not the name of a slot" })
                .why("each order statement with `as` has a slot of its own")
                .fix(format!("name the order with `as probe` and write `on {}(probe)`", name.name)),
        );
        None
    }

    fn handler_member(
        &mut self,
        it: &ast::Handler,
        trigger: Option<&hir::Trigger>,
    ) -> Option<(LocalId, UniverseId)> {
        let members = match (&it.trigger, &it.members) {
            (ast::Trigger::Enter(members) | ast::Trigger::Leave(members), second) => {
                if let Some(second) = second {
                    self.out.push(
                        Diagnostic::new(
                            Code::E0213,
                            second.span,
                            "this handler has a member already",
                        )
                        .here("a second one")
                        .label(members.span, "the first one")
                        .why("`enter` and `leave` fire for one member")
                        .fix("remove this clause"),
                    );
                }
                members
            }
            (_, Some(members)) => members,
            (_, None) => return None,
        };
        let universe = match trigger {
            Some(
                hir::Trigger::Enter(id)
                | hir::Trigger::Leave(id)
                | hir::Trigger::MemberBook(id)
                | hir::Trigger::MemberTrades(id)
                | hir::Trigger::MemberExpiry(id),
            ) => Some(*id),
            _ => self.universe_named(&members.universe),
        };
        let Some(universe) = universe else {
            self.declare(&members.name, Entity::Broken);
            return None;
        };
        let local = self.bind_member(&members.name);
        self.st.member_of.insert(local, universe);
        Some((local, universe))
    }

    /// Declares the name of a member; its prices and sizes are its own.
    pub(super) fn bind_member(&mut self, name: &ast::Ident) -> LocalId {
        let any = Ty::of(Kind::Instrument(Of::Any));
        let local = self.local(&name.name, any, Sign::ANY, name.span);
        if let Some(entry) = self.body.locals.get_mut(local.index()) {
            entry.ty = Ty::of(Kind::Instrument(Of::Bound(local)));
        }
        self.declare(name, Entity::Local(local));
        local
    }

    fn bind_event(&mut self, it: &ast::Handler, trigger: Option<&hir::Trigger>) {
        let Some(name) = &it.binding else { return };
        let event = match trigger {
            Some(hir::Trigger::Fill(slots)) => Some((Event::Fill, slots.clone())),
            Some(hir::Trigger::Reject(slots)) => Some((Event::Reject, slots.clone())),
            Some(_) => {
                self.out.push(
                    Diagnostic::new(Code::E0213, name.span, "this event carries nothing to name")
                        .here("`as` is not needed")
                        .why("only fills and refusals have fields")
                        .fix(format!("remove `as {}`", name.name)),
                );
                None
            }
            None => None,
        };
        match event {
            Some((event, slots)) if !VALUES.contains(&name.name.as_str()) => {
                self.body.event_of = slots
                    .first()
                    .and_then(|id| self.st.slots.get(id.index()))
                    .map_or(Of::Any, |slot| slot.instrument);
                self.declare(name, Entity::Event(event));
            }
            _ => {
                self.declare(name, Entity::Broken);
            }
        }
    }
}

/// The members of a handler whose trigger is about the member itself: `expiry(m) for m in u`.
fn of_member<'a>(args: &[ast::Arg], members: Option<&'a ast::Members>) -> Option<&'a ast::Members> {
    let value = &args.first()?.value;
    members.filter(|members| {
        matches!(&value.kind, ast::ExprKind::Ident(name) if name.name == members.name.name)
    })
}
