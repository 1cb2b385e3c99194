//! Names, fields and elements: what a value is made of.

use strat_dsl::ast;
use strat_dsl::{Code, Diagnostic, Span};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::ClockId;

use super::super::clock::bar_field;
use super::super::report::stop_here;
use super::super::say::quoted;
use super::super::scope::{Entity, Event, nearest};
use super::super::{Checker, Place, Typed};
use crate::hir::{Const, Currency, DomainKind, ExprKind, Kind, LetId, Of, Ty, Unit};
use crate::ir::{AccountField, BarField, EventField, LocalId, StateId, ViewField};

/// Fields of an instrument that are handles or values of the view.
const INSTRUMENT: &[&str] = &[
    "book",
    "position",
    "exposure",
    "last",
    "mark",
    "tick",
    "lot",
    "min_size",
    "liquidity",
    "expiry",
    "expires_in",
    "question",
    "outcome",
    "id",
];
const BOOK: &[&str] = &["bid", "ask", "mid", "spread", "spread_pct"];
const POSITION: &[&str] = &["size", "avg_price", "unrealized", "realized"];
const EXPOSURE: &[&str] = &["long", "short"];
const LEVEL: &[&str] = &["price", "size"];
const BAR: &[&str] = &["open", "high", "low", "close", "volume", "opens_at", "closes_at"];
const ACCOUNT: &[&str] = &["equity", "cash", "free_cash"];

/// Whether a universe's conditions can name it without a member.
pub(super) fn is_instrument_field(name: &str) -> bool {
    INSTRUMENT.contains(&name)
}

impl Checker {
    /// `base.name`, `base?.name`
    pub(super) fn field(
        &mut self,
        e: &ast::Expr,
        base: &ast::Expr,
        name: &ast::Ident,
        optional: bool,
    ) -> Typed {
        if name.name.is_empty() {
            self.expr(base, None);
            return Typed::error(e.span);
        }
        if optional {
            return self.chained(e, base, name);
        }
        if let ast::ExprKind::Ident(of) = &base.kind
            && let Some(Entity::Enum(id)) = self.find(&of.name).map(|n| n.entity)
        {
            self.lookup(&of.name);
            return self.enum_member(id, name, e.span);
        }
        if name.name == "forming" {
            let bar = self.expr(base, None);
            if let Kind::Bar(..) = bar.kind() {
                self.forming(e.span, &format!("`{}`", quoted(e)));
                return Typed::error(e.span);
            }
            if bar.is_error() {
                return bar;
            }
            return self.no_field(name, bar.kind(), BAR, e.span);
        }
        let handle = self.expr(base, None);
        let handle = if handle.ty().optional && !handle.is_error() {
            if self.body.place == Place::Universe {
                self.open_in_filter(base, handle)
            } else if self.body.per.is_some() {
                self.open_for_member(base, handle)
            } else {
                self.unopened_base(e, base, name, handle.ty());
                return Typed::error(e.span);
            }
        } else {
            handle
        };
        self.member(base, handle, name, e.span)
    }

    fn unopened_base(&mut self, e: &ast::Expr, base: &ast::Expr, name: &ast::Ident, ty: Ty) {
        if self.is_told(base) {
            return;
        }
        let text = quoted(base);
        let last = super::super::report::last_name(base);
        let named = matches!(base.kind, ast::ExprKind::Ident(_));
        let opened = if named { format!("{last}_now") } else { last.clone() };
        let noun = self.a(Ty::of(ty.kind));
        self.out.push(
            Diagnostic::new(
                Code::E0103,
                base.span,
                format!("`{text}` may be absent, so it has no `{}` yet", name.name),
            )
            .here(format!("{noun} that may be absent"))
            .label(e.span, "")
            .why("a missing value has no fields; say what happens then")
            .fix(stop_here(base, &last))
            .fix(format!("take another value: `{text}?.{} ?? ...`", name.name))
            .fix(format!("ask first: `if let {opened} = {text} {{ ... }}`")),
        );
    }

    fn enum_member(&mut self, id: crate::ir::EnumId, name: &ast::Ident, span: Span) -> Typed {
        let Some(declared) = self.hir.enums.get(id.index()) else { return Typed::error(span) };
        if let Some(index) = declared.members.iter().position(|m| *m == name.name) {
            let value = Const::Member(u32::try_from(index).unwrap_or(u32::MAX));
            return Typed::constant(value, Kind::Enum(id), span);
        }
        let near = nearest(&name.name, declared.members.iter().map(String::as_str));
        let list = declared.members.join("`, `");
        let mut diagnostic = Diagnostic::new(
            Code::E0108,
            name.span,
            format!("`{}` has no case `{}`", declared.name, name.name),
        )
        .here("no such case")
        .why(format!("it has `{list}`"));
        diagnostic = match near {
            Some(near) => {
                diagnostic.fix_replace(format!("did you mean `{near}`?"), name.span, near)
            }
            None => diagnostic.fix("use one of them, or add the case to the enum"),
        };
        self.out.push(diagnostic);
        Typed::error(span)
    }

    /// A field of a value that is there.
    pub(super) fn member(
        &mut self,
        written: &ast::Expr,
        handle: Typed,
        name: &ast::Ident,
        span: Span,
    ) -> Typed {
        match handle.kind() {
            Kind::Error => Typed::error(span),
            Kind::Instrument(_) => self.instrument_field(handle, name, span),
            Kind::Book(_) => self.book_field(handle, name, span),
            Kind::Position(of) => {
                let money = Kind::Money(self.quote(of));
                let (field, ty) = match name.name.as_str() {
                    "size" => (ViewField::PositionSize, Ty::of(Kind::Size(of))),
                    "avg_price" => (ViewField::PositionAvgPrice, Ty::option(Kind::Price(of))),
                    "unrealized" => (ViewField::PositionUnrealized, Ty::of(money)),
                    "realized" => (ViewField::PositionRealized, Ty::of(money)),
                    _ => return self.no_field(name, handle.kind(), POSITION, span),
                };
                view(handle, field, ty, span)
            }
            Kind::Exposure(of) => {
                let field = match name.name.as_str() {
                    "long" => ViewField::ExposureLong,
                    "short" => ViewField::ExposureShort,
                    _ => return self.no_field(name, handle.kind(), EXPOSURE, span),
                };
                view(handle, field, Ty::of(Kind::Size(of)), span)
            }
            Kind::Level(of) => {
                let domain = handle.domain;
                let level = Box::new(handle.expr);
                let (kind, ty) = match name.name.as_str() {
                    "price" => (ExprKind::LevelPrice(level), Kind::Price(of)),
                    "size" => (ExprKind::LevelSize(level), Kind::Size(of)),
                    _ => return self.no_field(name, Kind::Level(of), LEVEL, span),
                };
                Typed::new(kind, Ty::of(ty), span).at(domain)
            }
            Kind::Bar(clock, member, of) => self.bar_value(clock, member, of, name, span),
            Kind::Account => self.account_field(name, span),
            Kind::Fill(of) => self.event_field(Event::Fill, of, name, span),
            Kind::Reject(of) => self.event_field(Event::Reject, of, name, span),
            Kind::Clock(id) => self.which_bar(written, id, name, span),
            other => self.no_field(name, other, &[], span),
        }
    }

    pub(super) fn instrument_field(
        &mut self,
        handle: Typed,
        name: &ast::Ident,
        span: Span,
    ) -> Typed {
        let of = handle.kind().instrument();
        let handles = match name.name.as_str() {
            "book" => Some(Kind::Book(of)),
            "position" => Some(Kind::Position(of)),
            "exposure" => Some(Kind::Exposure(of)),
            _ => None,
        };
        if let Some(kind) = handles {
            if matches!(kind, Kind::Book(_)) {
                self.needs_book(of, span);
            } else if matches!(self.body.place, Place::Stream) {
                return self.not_here(span, &name.name);
            }
            let domain = if matches!(kind, Kind::Book(_)) { self.book_domain(of) } else { None };
            let expr = handle.expr;
            let ty = Ty::of(kind);
            return Typed::new(expr.kind, ty, span).at(domain);
        }
        let (field, ty) = match name.name.as_str() {
            "last" => (ViewField::LastTrade, Ty::option(Kind::Price(of))),
            "mark" => (ViewField::Mark, Ty::option(Kind::Price(of))),
            "tick" => (ViewField::Tick, Ty::of(Kind::Price(of))),
            "lot" => (ViewField::Lot, Ty::of(Kind::Size(of))),
            "min_size" => (ViewField::MinSize, Ty::of(Kind::Size(of))),
            "liquidity" => (ViewField::Liquidity, Ty::option(Kind::Money(Currency::Usd))),
            "expiry" => (ViewField::Expiry, Ty::option(Kind::Time)),
            "expires_in" => (ViewField::ExpiresIn, Ty::option(Kind::Duration)),
            "question" => (ViewField::Question, Ty::of(Kind::Text)),
            "outcome" => (ViewField::Outcome, Ty::of(Kind::Text)),
            "id" => (ViewField::Id, Ty::of(Kind::Text)),
            _ => return self.no_field(name, handle.kind(), INSTRUMENT, span),
        };
        let domain = match (field, of) {
            (ViewField::LastTrade, Of::One(id)) => Some(self.domain(DomainKind::Trades(id))),
            (ViewField::LastTrade, _) => self.member_domain(of, true),
            (ViewField::Mark, _) => self.book_domain(of),
            _ => None,
        };
        view(handle, field, ty, span).at(domain)
    }

    fn book_domain(&mut self, of: Of) -> Option<crate::ir::DomainId> {
        match of {
            Of::One(id) => Some(self.domain(DomainKind::Book(id))),
            Of::Any | Of::Bound(_) => self.member_domain(of, false),
        }
    }

    fn book_field(&mut self, handle: Typed, name: &ast::Ident, span: Span) -> Typed {
        let of = handle.kind().instrument();
        let (field, ty) = match name.name.as_str() {
            "bid" => (ViewField::BookBid, Ty::option(Kind::Level(of))),
            "ask" => (ViewField::BookAsk, Ty::option(Kind::Level(of))),
            "mid" => (ViewField::BookMid, Ty::option(Kind::Price(of))),
            "spread" => (ViewField::BookSpread, Ty::option(Kind::Price(of))),
            "spread_pct" => (ViewField::BookSpreadPct, Ty::option(Kind::Ratio)),
            _ => return self.no_field(name, handle.kind(), BOOK, span),
        };
        let domain = handle.domain;
        view(handle, field, ty, span).at(domain)
    }

    /// A venue without a book has none to read.
    pub(in super::super) fn needs_book(&mut self, of: Of, span: Span) {
        let venue = match of {
            Of::One(id) => self.st.instruments.get(id.index()).map(|i| i.venue),
            Of::Any | Of::Bound(_) => self.st.venue,
        };
        let Some(venue) = venue else { return };
        if !venue.capabilities().book {
            self.out.push(
                Diagnostic::new(
                    Code::E0501,
                    span,
                    format!("venue `{}` has no order book to read", venue.name()),
                )
                .here("there is no book here")
                .why("what is not published cannot be decided upon")
                .fix("use bars: `clock h1 = bars(x, 1h)` and `h1.close`")
                .fix("run the strategy on a venue with a book, such as `polymarket`"),
            );
        }
    }

    fn account_field(&mut self, name: &ast::Ident, span: Span) -> Typed {
        if self.body.place != Place::Handler {
            return self.not_here(span, "account");
        }
        let field = match name.name.as_str() {
            "equity" => AccountField::Equity,
            "cash" => AccountField::Cash,
            "free_cash" => AccountField::FreeCash,
            _ => return self.no_field(name, Kind::Account, ACCOUNT, span),
        };
        let kind = Kind::Money(self.quote(Of::Any));
        Typed::new(ExprKind::Account(field), Ty::of(kind), span)
    }

    fn event_field(&mut self, event: Event, of: Of, name: &ast::Ident, span: Span) -> Typed {
        let found = event.fields().iter().find(|(n, _)| *n == name.name);
        let Some((_, field)) = found else {
            let names: Vec<&str> = event.fields().iter().map(|(n, _)| *n).collect();
            let kind = if event == Event::Fill { Kind::Fill(of) } else { Kind::Reject(of) };
            return self.no_field(name, kind, &names, span);
        };
        let kind = match field {
            EventField::Instrument => Kind::Instrument(of),
            EventField::FillSize | EventField::FillRemaining => Kind::Size(of),
            EventField::FillPrice => Kind::Price(of),
            EventField::FillFee => Kind::Money(self.quote(of)),
            EventField::FillIsBuy => Kind::Bool,
            EventField::RejectReason => Kind::Text,
        };
        Typed::new(ExprKind::Event(*field), Ty::of(kind), span)
    }

    pub(super) fn event_kind(&self, event: Event) -> Kind {
        let of = self.body.event_of;
        if event == Event::Fill { Kind::Fill(of) } else { Kind::Reject(of) }
    }

    fn bar_value(
        &mut self,
        clock: ClockId,
        member: u16,
        of: Of,
        name: &ast::Ident,
        span: Span,
    ) -> Typed {
        let Some(field) = bar_field(&name.name) else {
            return self.no_field(name, Kind::Bar(clock, member, of), BAR, span);
        };
        let kind = match field {
            BarField::Open | BarField::High | BarField::Low | BarField::Close => Kind::Price(of),
            BarField::Volume => Kind::Real(Unit::Size(of)),
            BarField::OpensAt | BarField::ClosesAt => Kind::Time,
        };
        self.body.bars.insert(clock);
        let domain = self.domain(DomainKind::Bars(clock));
        Typed::new(ExprKind::Bar { clock, member, field }, Ty::of(kind), span).at(Some(domain))
    }

    pub(super) fn clock_handle(&mut self, id: ClockId, span: Span) -> Typed {
        let Some(clock) = self.st.clocks.get(usize::from(id.0)) else { return Typed::error(span) };
        match clock.instruments.as_slice() {
            [one] => {
                let kind = Kind::Bar(id, 0, Of::One(*one));
                Typed::new(ExprKind::Error, Ty::of(kind), span)
            }
            _ => Typed::new(ExprKind::Error, Ty::of(Kind::Clock(id)), span),
        }
    }

    pub(super) fn bar_handle(&mut self, clock: ClockId, member: u16, span: Span) -> Typed {
        let of = self
            .st
            .clocks
            .get(usize::from(clock.0))
            .and_then(|c| c.instruments.get(usize::from(member)))
            .map_or(Of::Any, |id| Of::One(*id));
        Typed::new(ExprKind::Error, Ty::of(Kind::Bar(clock, member, of)), span)
    }

    fn which_bar(&mut self, w: &ast::Expr, id: ClockId, name: &ast::Ident, span: Span) -> Typed {
        let text = quoted(w);
        let first = self.st.clocks.get(usize::from(id.0)).and_then(|c| c.instruments.first());
        let first = first.and_then(|i| self.name_of(Of::One(*i))).unwrap_or_default();
        self.out.push(
            Diagnostic::new(
                Code::E0108,
                span,
                format!("`{text}` has a bar of each of its instruments; say whose `{}`", name.name),
            )
            .here("of which instrument?")
            .why("a joint clock closes several bars at once")
            .fix(format!("write `{text}[{first}].{}`", name.name)),
        );
        Typed::error(span)
    }

    fn no_field(&mut self, name: &ast::Ident, kind: Kind, fields: &[&str], span: Span) -> Typed {
        let noun = self.a(Ty::of(kind));
        let mut diagnostic =
            Diagnostic::new(Code::E0108, name.span, format!("{noun} has no field `{}`", name.name))
                .here("no such field");
        diagnostic = if fields.is_empty() {
            diagnostic.why("it is a single value").fix(format!("leave `.{}` out", name.name))
        } else {
            let listed = diagnostic.why(format!("it has `{}`", fields.join("`, `")));
            match nearest(&name.name, fields.iter().copied()) {
                Some(near) => {
                    listed.fix_replace(format!("did you mean `{near}`?"), name.span, near)
                }
                None => listed.fix("use one of them"),
            }
        };
        self.out.push(diagnostic);
        Typed::error(span)
    }

    /// `m5[eth]`, `x[3]`, `count[m]`
    pub(super) fn index(&mut self, e: &ast::Expr, base: &ast::Expr, index: &ast::Expr) -> Typed {
        if let ast::ExprKind::Ident(name) = &base.kind {
            match self.find(&name.name).map(|n| n.entity) {
                Some(Entity::Clock(super::Clock::Bars(id))) => {
                    self.lookup(&name.name);
                    return self.bar_of(e, id, index);
                }
                Some(Entity::State(id)) if self.st.state_per.contains_key(&id) => {
                    self.lookup(&name.name);
                    if self.body.place != Place::Handler {
                        return self.not_here(e.span, &name.name);
                    }
                    return self.member_state(e, name, id, index);
                }
                Some(Entity::Let(at)) if self.body.place == Place::Handler => {
                    let id = self.st.let_ids.get(at).copied().flatten();
                    if let Some(id) = id.filter(|id| self.is_per_member(*id)) {
                        self.lookup(&name.name);
                        return self.member_let(e, name, id, index);
                    }
                }
                _ => {}
            }
        }
        self.at_every_tick(|s| s.lag(e, base, index))
    }

    fn bar_of(&mut self, e: &ast::Expr, clock: ClockId, index: &ast::Expr) -> Typed {
        let instrument = self.value(index, None);
        if instrument.is_error() {
            return Typed::error(e.span);
        }
        let members = self.st.clocks.get(usize::from(clock.0)).map(|c| c.instruments.clone());
        let members: Vec<InstrumentId> = members.unwrap_or_default();
        if let Kind::Instrument(Of::One(id)) = instrument.kind()
            && let Some(member) = members.iter().position(|m| *m == id)
        {
            let kind = Kind::Bar(clock, u16::try_from(member).unwrap_or(u16::MAX), Of::One(id));
            return Typed::new(ExprKind::Error, Ty::of(kind), e.span);
        }
        let names: Vec<String> =
            members.iter().filter_map(|id| self.name_of(Of::One(*id))).collect();
        self.out.push(
            Diagnostic::new(
                Code::E0108,
                index.span,
                format!("this clock has no bar of `{}`", quoted(index)),
            )
            .here("not one of its instruments")
            .why(format!("it has bars of `{}`", names.join("`, `")))
            .fix("use one of them, or add the instrument to the clock"),
        );
        Typed::error(e.span)
    }

    /// State of one member.
    fn member_state(
        &mut self,
        e: &ast::Expr,
        name: &ast::Ident,
        id: StateId,
        index: &ast::Expr,
    ) -> Typed {
        let member = self.state_member(name, id, index);
        let ty = self.st.states.get(id.index()).map(|s| s.ty);
        match (member, ty) {
            (Some(member), Some(ty)) => {
                Typed::new(ExprKind::State(id, Some(Box::new(member))), ty, e.span)
            }
            _ => Typed::error(e.span),
        }
    }

    /// The member of the universe by which a state is kept.
    pub(in super::super) fn state_member(
        &mut self,
        name: &ast::Ident,
        id: StateId,
        index: &ast::Expr,
    ) -> Option<crate::hir::Expr> {
        let member = self.value(index, None);
        if member.is_error() {
            return None;
        }
        let per = self.st.state_per.get(&id);
        let fits = match member.kind() {
            Kind::Instrument(Of::Bound(local)) => self.st.member_of.get(&local) == per,
            Kind::Instrument(Of::Any) => true,
            _ => false,
        };
        if fits {
            return Some(member.expr);
        }
        let universe = per.and_then(|u| self.st.universes.get(u.index()));
        let universe = universe.map(|u| u.name.clone()).unwrap_or_default();
        self.out.push(
            Diagnostic::new(
                Code::E0107,
                index.span,
                format!("`{}` is kept per member of `{universe}`", name.name),
            )
            .here("not a member")
            .why("each member has a value of its own")
            .fix(format!(
                "read it where a member is at hand: `on every 10s for m in {universe} {{ ... }}`"
            )),
        );
        None
    }

    pub(super) fn read_state(&mut self, name: &ast::Ident, id: StateId) -> Typed {
        if self.st.state_per.contains_key(&id) {
            self.out.push(
                Diagnostic::new(
                    Code::E0107,
                    name.span,
                    format!("`{}` has a value per member; say whose", name.name),
                )
                .here("of which member?")
                .why("each member of the universe has a value of its own")
                .fix(format!("write `{}[m]`", name.name)),
            );
            return Typed::error(name.span);
        }
        match self.st.states.get(id.index()) {
            Some(state) => Typed::new(ExprKind::State(id, None), state.ty, name.span),
            None => Typed::error(name.span),
        }
    }

    pub(in super::super) fn read_local(&mut self, id: LocalId, span: Span) -> Typed {
        match self.body.locals.get(id.index()) {
            Some(local) => Typed::new(ExprKind::Local(id), local.ty, span),
            None => Typed::error(span),
        }
    }

    pub(super) fn read_node_state(&mut self, index: u32, span: Span) -> Typed {
        match self.node_states.get(index as usize) {
            Some(ty) => Typed::new(ExprKind::NodeState(index), *ty, span),
            None => Typed::error(span),
        }
    }

    pub(super) fn read_let(&mut self, index: usize, span: Span) -> Typed {
        let Some(id) = self.st.let_ids.get(index).copied().flatten() else {
            return Typed::error(span);
        };
        if !self.may_read_bare(id, span) {
            return Typed::error(span);
        }
        let Some(stream) = self.st.lets.get(id.0 as usize) else { return Typed::error(span) };
        let (mut ty, base, guarded) = (stream.ty, stream.domain, stream.guard.is_some());
        let domain = base.map(|base| {
            if guarded { self.domain(DomainKind::Present { base, guard: id }) } else { base }
        });
        if domain.is_some() {
            self.body.reads.insert(LetId(id.0));
            ty.optional |= self.body.cold;
        }
        Typed::new(ExprKind::Let(id), ty, span).at(domain)
    }
}

fn view(handle: Typed, field: ViewField, ty: Ty, span: Span) -> Typed {
    Typed::new(ExprKind::View(field, Box::new(handle.expr)), ty, span)
}
