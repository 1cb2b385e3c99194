//! What the market data must have, read off the program: what triggers and streams follow, the bars
//! of clocks, what risk rules watch, and what the strategy says itself.
//!
//! Plain reads in handlers are no needs: a handler may do without (`m.book.mid ?? h1.close`).

mod triggers;

use strat_dsl::Span;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{BarClock, Need, NeedOf, Needed, RiskRule};

use crate::ir::{DomainKind, Ir, On, Op};

/// The needs with the places that they come from, each once, in a fixed order; `clocks` and `risk`
/// are those of the manifest, with parameter values in.
pub fn needs(ir: &Ir, clocks: &[BarClock], risk: &[RiskRule]) -> Vec<(Need, Span)> {
    let mut found = Found { ir, needs: Vec::new() };
    for (what, span) in &ir.needs {
        found.of_all(*what, *span);
    }
    for handler in &ir.handlers {
        // The word `on`: where a handler stands.
        let start = handler.span.start;
        let span = Span { start, end: start.saturating_add(2) };
        found.of_trigger(&handler.on, span);
    }
    for (what, of, span) in triggers::triggers(ir) {
        found.add(what, of, span);
    }
    for stream in &ir.streams {
        found.of_domain(ir.root_of(stream.domain), stream.span);
    }
    for (clock, decl) in clocks.iter().zip(&ir.clocks) {
        for id in &clock.instruments {
            found.add(Needed::Bars(clock.every), NeedOf::Instrument(*id), decl.span);
        }
    }
    for expr in &ir.exprs {
        if let Op::Forming { clock, member, .. } = expr.op
            && let Some(decl) = ir.clocks.get(usize::from(clock.0))
            && let Some(id) = decl.instruments.get(usize::from(member))
        {
            found.add(Needed::Forming, NeedOf::Instrument(*id), expr.span);
        }
    }
    for (rule, decl) in risk.iter().zip(&ir.risk) {
        if let RiskRule::StaleData { after, .. } = rule {
            for id in found.watched() {
                found.add(Needed::Every(*after), NeedOf::Instrument(id), decl.span);
            }
        }
    }
    found.needs
}

struct Found<'a> {
    ir: &'a Ir,
    needs: Vec<(Need, Span)>,
}

impl Found<'_> {
    fn add(&mut self, what: Needed, of: NeedOf, span: Span) {
        let need = Need { what, of };
        if self.needs.iter().all(|(known, _)| *known != need) {
            self.needs.push((need, span));
        }
    }

    fn instruments(&self) -> impl Iterator<Item = InstrumentId> + use<> {
        (0..self.ir.instruments.len() as u32).map(InstrumentId)
    }

    fn of_all(&mut self, what: Needed, span: Span) {
        for id in self.instruments() {
            self.add(what, NeedOf::Instrument(id), span);
        }
        for universe in 0..self.ir.universes.len() as u32 {
            self.add(what, NeedOf::Universe(universe), span);
        }
    }

    fn of_trigger(&mut self, on: &On, span: Span) {
        match on {
            On::Book(id) => self.add(Needed::Quotes, NeedOf::Instrument(*id), span),
            On::Trades(id) => self.add(Needed::Trades, NeedOf::Instrument(*id), span),
            On::MemberBook(id) => self.add(Needed::Quotes, NeedOf::Universe(id.0), span),
            On::MemberTrades(id) => self.add(Needed::Trades, NeedOf::Universe(id.0), span),
            On::Start
            | On::Shutdown
            | On::Expiry(_)
            | On::MemberExpiry(_)
            | On::Bars(_)
            | On::Timer(_)
            | On::Fill(_)
            | On::Done(_)
            | On::Reject(_)
            | On::Enter(_)
            | On::Leave(_)
            | On::LinkDown
            | On::LinkUp => {}
        }
    }

    fn of_domain(&mut self, kind: DomainKind, span: Span) {
        match kind {
            DomainKind::Book(id) => self.add(Needed::Quotes, NeedOf::Instrument(id), span),
            DomainKind::Trades(id) => self.add(Needed::Trades, NeedOf::Instrument(id), span),
            DomainKind::MemberBook(id) => self.add(Needed::Quotes, NeedOf::Universe(id.0), span),
            DomainKind::MemberTrades(id) => self.add(Needed::Trades, NeedOf::Universe(id.0), span),
            DomainKind::Bars(_) | DomainKind::Timer(_) | DomainKind::Present { .. } => {}
        }
    }

    /// Instruments whose silence a rule notices.
    fn watched(&self) -> Vec<InstrumentId> {
        let followed = |id: &InstrumentId| {
            let of = NeedOf::Instrument(*id);
            self.needs.iter().any(|(need, _)| {
                need.of == of
                    && matches!(need.what, Needed::Quotes | Needed::Trades | Needed::Bars(_))
            })
        };
        self.instruments().filter(followed).collect()
    }
}
