//! Clocks and the domains in which values tick.

use strat_dsl::{Code, Diagnostic, ast};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{ClockId, Gaps};

use super::literal::fold;
use super::say::quoted;
use super::scope::{Clock, Entity};
use super::sign::Sign;
use super::{Checker, Place};
use crate::hir::{self, DomainKind, Kind, LetId, Of};
use crate::ir::{BarField, DomainId};

/// The field of a bar with that name.
pub(super) fn bar_field(name: &str) -> Option<BarField> {
    Some(match name {
        "open" => BarField::Open,
        "high" => BarField::High,
        "low" => BarField::Low,
        "close" => BarField::Close,
        "volume" => BarField::Volume,
        "opens_at" => BarField::OpensAt,
        "closes_at" => BarField::ClosesAt,
        _ => return None,
    })
}

impl Checker {
    pub(super) fn clock(&mut self, it: &ast::Clock) {
        let found = self.clock_source(&it.source, &it.name.name, it.gaps);
        if let (Some(Clock::Book(_) | Clock::Trades(_)), Some(_)) = (found, it.gaps) {
            self.out.push(
                Diagnostic::new(Code::E0107, it.span, "only bars have gaps")
                    .here("`gaps` means nothing here")
                    .why("books and trades tick when they happen")
                    .fix("remove `gaps`"),
            );
        }
        let entity = found.map_or(Entity::Broken, Entity::Clock);
        self.declare(&it.name, entity);
    }

    /// `bars(btc, 1h)`, `bars([eth, btc], 5m)`, `book(btc)`, `trades(btc)`
    pub(super) fn clock_source(
        &mut self,
        source: &ast::Expr,
        name: &str,
        gaps: Option<ast::Gaps>,
    ) -> Option<Clock> {
        let ast::ExprKind::Call { callee, args } = &source.kind else {
            return self.no_clock(source);
        };
        let ast::ExprKind::Ident(kind) = &callee.kind else { return self.no_clock(source) };
        match kind.name.as_str() {
            "bars" => {
                let before = self.out.len();
                let names = ["instrument", "length"];
                let Some(args) = self.arrange(source.span, "bars", &names, args) else {
                    // What the other arguments are is of no interest then.
                    self.out.truncate(before + 1);
                    return None;
                };
                let [instruments, every] = args.as_slice() else { return None };
                self.bars(source, instruments, every, name, gaps)
            }
            "book" => {
                let args = self.arrange(source.span, "book", &["instrument"], args)?;
                let id = self.declared_instrument(args.first()?)?;
                self.needs_book(Of::One(id), source.span);
                Some(Clock::Book(id))
            }
            "trades" => {
                let args = self.arrange(source.span, "trades", &["instrument"], args)?;
                self.declared_instrument(args.first()?).map(Clock::Trades)
            }
            _ => self.no_clock(source),
        }
    }

    fn no_clock(&mut self, source: &ast::Expr) -> Option<Clock> {
        if !matches!(source.kind, ast::ExprKind::Error) {
            self.out.push(
                Diagnostic::new(
                    Code::E0104,
                    source.span,
                    format!("`{}` is no clock", quoted(source)),
                )
                .here("not a clock")
                .why("a clock says at which events values are new")
                .fix("use `bars(x, 5m)`, `bars([x, y], 5m)`, `book(x)` or `trades(x)`"),
            );
        }
        None
    }

    fn bars(
        &mut self,
        source: &ast::Expr,
        instruments: &ast::Expr,
        every: &ast::Expr,
        name: &str,
        gaps: Option<ast::Gaps>,
    ) -> Option<Clock> {
        let listed = match &instruments.kind {
            ast::ExprKind::List(items) => items.iter().collect(),
            _ => vec![instruments],
        };
        let mut ids: Vec<InstrumentId> = Vec::new();
        let mut good = true;
        for item in &listed {
            if let ast::ExprKind::Ident(name) = &item.kind
                && let Some(Entity::Universe(_)) = self.find(&name.name).map(|n| n.entity)
            {
                self.lookup(name);
                self.bars_of_members(item.span);
                good = false;
                continue;
            }
            match self.declared_instrument(item) {
                Some(id) if ids.contains(&id) => {
                    good = false;
                    self.out.push(
                        Diagnostic::new(
                            Code::E0110,
                            item.span,
                            format!("`{}` stands twice in this clock", quoted(item)),
                        )
                        .here("again")
                        .why("each instrument has one bar in a joint clock")
                        .fix("remove one of them"),
                    );
                }
                Some(id) => ids.push(id),
                None => good = false,
            }
        }
        let every = self.period(every, "the length of a bar");
        let every = every?;
        if !good || ids.is_empty() {
            if listed.is_empty() {
                self.no_clock(source);
            }
            return None;
        }
        let gaps = match gaps {
            Some(ast::Gaps::Carry) => Gaps::Carry,
            Some(ast::Gaps::Halt) => Gaps::Halt,
            Some(ast::Gaps::Skip) | None => Gaps::Skip,
        };
        let name = if name.is_empty() { quoted(source) } else { name.to_owned() };
        let id = ClockId(u16::try_from(self.st.clocks.len()).unwrap_or(u16::MAX));
        let clock = hir::Clock { name, instruments: ids, every, gaps, span: source.span };
        self.st.clocks.push(clock);
        Some(Clock::Bars(id))
    }

    pub(super) fn bars_of_members(&mut self, span: strat_dsl::Span) {
        self.unsupported(
            span,
            "a clock for each member of a universe",
            "use a timer: `on every 10s for m in markets { ... }`",
        );
    }

    /// A declared instrument by its name.
    pub(super) fn declared_instrument(&mut self, written: &ast::Expr) -> Option<InstrumentId> {
        let ast::ExprKind::Ident(name) = &written.kind else {
            if !matches!(written.kind, ast::ExprKind::Error) {
                self.out.push(
                    Diagnostic::new(
                        Code::E0104,
                        written.span,
                        "a clock needs a declared instrument",
                    )
                    .here("not the name of an instrument")
                    .why("what ticks must be known before the first event")
                    .fix("declare it: `instrument btc = BTCUSD on vanta`"),
                );
            }
            return None;
        };
        match self.lookup(name) {
            Some(Entity::Instrument(id)) => Some(id),
            Some(Entity::Broken) => None,
            Some(Entity::Universe(_)) => {
                self.out.push(
                    Diagnostic::new(
                        Code::E0104,
                        written.span,
                        format!("`{}` is a universe, not an instrument", name.name),
                    )
                    .here("many instruments")
                    .why("an event is about one of them")
                    .fix(format!("fire for each: `on book(m) for m in {} {{ ... }}`", name.name)),
                );
                None
            }
            _ => {
                let near = self.suggest(&name.name, |e| matches!(e, Entity::Instrument(_)));
                self.unknown(name, "instrument", near);
                None
            }
        }
    }

    /// A positive duration over parameters.
    pub(super) fn period(&mut self, written: &ast::Expr, what: &'static str) -> Option<hir::Expr> {
        let (typed, _) =
            self.in_body(Place::Params(what), |s| s.expect(written, Kind::Duration, what));
        if typed.is_error() {
            return None;
        }
        if !self.sign(&typed.expr).within(Sign::POSITIVE) {
            self.out.push(
                Diagnostic::new(Code::E0402, written.span, format!("{what} must be above zero"))
                    .here(if fold(written).is_some() { "zero" } else { "may be zero or less" })
                    .why("a clock that does not move never ticks")
                    .fix("write a positive duration, or give the parameter such a range"),
            );
            return None;
        }
        Some(typed.expr)
    }

    /// The id of a domain; a new one if there is none yet.
    pub(super) fn domain(&mut self, kind: DomainKind) -> DomainId {
        if let Some(index) = self.st.domains.iter().position(|domain| domain.kind == kind) {
            return DomainId(u32::try_from(index).unwrap_or(u32::MAX));
        }
        let instrument = |id| self.name_of(Of::One(id)).unwrap_or_else(|| "instrument".to_owned());
        let name = match kind {
            DomainKind::Bars(id) => self
                .st
                .clocks
                .get(usize::from(id.0))
                .map_or_else(String::new, |clock| clock.name.clone()),
            DomainKind::Book(id) => format!("book({})", instrument(id)),
            DomainKind::Trades(id) => format!("trades({})", instrument(id)),
            DomainKind::MemberBook(id) => format!("book of each of {}", self.universe_name(id)),
            DomainKind::MemberTrades(id) => format!("trades of each of {}", self.universe_name(id)),
            DomainKind::Present { base, guard } => {
                let base = &self.st.domains[base.index()].name;
                let guard = &self.st.lets[guard.0 as usize].name;
                format!("{base} with {guard}")
            }
        };
        let id = DomainId(u32::try_from(self.st.domains.len()).unwrap_or(u32::MAX));
        self.st.domains.push(hir::Domain { name, kind });
        id
    }

    fn universe_name(&self, id: crate::ir::UniverseId) -> &str {
        self.st.universes.get(id.index()).map_or("", |universe| universe.name.as_str())
    }

    /// The domain at which two values are both new; `None` if they have different clocks.
    pub(super) fn join_domains(&mut self, a: DomainId, b: DomainId) -> Option<DomainId> {
        if a == b {
            return Some(a);
        }
        let ((base, mut guards), (other, more)) = (self.unfold(a), self.unfold(b));
        if base != other {
            return None;
        }
        guards.extend(more);
        guards.sort_unstable();
        guards.dedup();
        Some(
            guards
                .into_iter()
                .fold(base, |base, guard| self.domain(DomainKind::Present { base, guard })),
        )
    }

    /// The clock below all guards, and the guards.
    fn unfold(&self, mut id: DomainId) -> (DomainId, Vec<LetId>) {
        let mut guards = Vec::new();
        while let Some(hir::Domain { kind: DomainKind::Present { base, guard }, .. }) =
            self.st.domains.get(id.index())
        {
            guards.push(*guard);
            id = *base;
        }
        (id, guards)
    }
}
