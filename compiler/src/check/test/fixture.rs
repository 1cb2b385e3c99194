//! Markets of a test and what happens to them: literals only.

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::book::Level;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::money::Money;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::script::{Act, Bars, Deal, Market};
use strat_runtime::side::Side;
use strat_runtime::time::Duration;

use super::super::Checker;
use super::super::scope::{Entity, nearest};
use super::Scene;
use crate::hir::{Const, Currency, Kind, Of, Ty, Unit};
use crate::ir::UniverseId;

const MARKET: [&str; 7] =
    ["question", "outcome", "expires", "liquidity", "tick", "lot", "min_size"];
const BAR: [&str; 7] = ["open", "high", "low", "close", "volume", "times", "change"];
/// The most bars of one step.
const BARS_MAX: i64 = 1_000_000;

impl Checker {
    /// `market m { ... }`: a new market, or rules of a declared instrument.
    pub(super) fn market(
        &mut self,
        name: &ast::Ident,
        fields: &[ast::Assignment],
        scene: &mut Scene,
    ) {
        let known = match self.lookup(name) {
            Some(Entity::Instrument(id)) => Some(id),
            _ => None,
        };
        let taken = |id| scene.script.markets.iter().any(|market| market.instrument == id);
        if known.is_some_and(taken) {
            self.report_duplicate(name, name.span);
            return;
        }
        let instrument = match known {
            Some(id) => id,
            None if self.st.universes.is_empty() => {
                let near = self.suggest(&name.name, |e| matches!(e, Entity::Instrument(_)));
                self.unknown(name, "instrument", near);
                return;
            }
            None => {
                let place = self.st.instruments.len() + scene.markets.len();
                let id = InstrumentId(u32::try_from(place).unwrap_or(u32::MAX));
                let local = self.bind_member(name);
                if let [_] = self.st.universes.as_slice() {
                    self.st.member_of.insert(local, UniverseId(0));
                }
                scene.markets.push((local, id));
                id
            }
        };
        let mut market = Market { name: name.name.clone(), instrument, ..Market::default() };
        let of = of_instrument(instrument, scene);
        self.each_field(fields, &MARKET, "a market of a test");
        for field in fields {
            self.market_field(field, of, &mut market);
        }
        scene.script.markets.push(market);
    }

    fn market_field(&mut self, field: &ast::Assignment, of: Of, market: &mut Market) {
        let value = &field.value;
        let what = "a field of a market";
        match field.name.name.as_str() {
            "question" | "outcome" => {
                if let Some(Const::Text(text)) = self.constant(value, Ty::of(Kind::Text), what) {
                    let is_question = field.name.name == "question";
                    *(if is_question { &mut market.question } else { &mut market.outcome }) = text;
                }
            }
            "expires" => {
                if let Some(Const::Nanos(nanos)) =
                    self.constant(value, Ty::of(Kind::Duration), what)
                {
                    market.expires = Some(Duration::from_nanos(nanos));
                }
            }
            "liquidity" => {
                let money = Ty::of(Kind::Money(Currency::Usd));
                if let Some(Const::Fixed(raw)) = self.constant(value, money, what) {
                    market.liquidity = Some(Money::from_raw(raw));
                }
            }
            "tick" => market.tick = self.price(value, of),
            "lot" => market.lot = self.size_above_zero(value, of, "a lot"),
            "min_size" => market.min_size = self.size_above_zero(value, of, "a smallest size"),
            _ => {}
        }
    }

    /// Names of fields: known, and each once.
    fn each_field(&mut self, fields: &[ast::Assignment], known: &[&str], what: &str) {
        for (at, field) in fields.iter().enumerate() {
            let name = &field.name;
            if let Some(first) = fields.iter().take(at).find(|f| f.name.name == name.name) {
                self.report_duplicate(name, first.span);
            }
            if known.contains(&name.name.as_str()) || name.name.is_empty() {
                continue;
            }
            let diagnostic = Diagnostic::new(
                Code::E0108,
                name.span,
                format!("{what} has no field `{}`", name.name),
            )
            .here("no such field")
            .why(format!("it has `{}`", known.join("`, `")));
            self.out.push(match nearest(&name.name, known.iter().copied()) {
                Some(near) => {
                    diagnostic.fix_replace(format!("did you mean `{near}`?"), name.span, near)
                }
                None => diagnostic.fix("use one of them, or leave the field out"),
            });
        }
    }

    /// The instrument that a step names.
    pub(super) fn scene_instrument(
        &mut self,
        name: &ast::Ident,
        scene: &Scene,
    ) -> Option<(InstrumentId, Of)> {
        match self.lookup(name) {
            Some(Entity::Instrument(id)) => Some((id, Of::One(id))),
            Some(Entity::Local(local)) if scene.markets.iter().any(|(l, _)| *l == local) => scene
                .markets
                .iter()
                .find(|(l, _)| *l == local)
                .map(|(_, id)| (*id, Of::Bound(local))),
            _ => {
                let near = self.suggest(&name.name, |e| match e {
                    Entity::Instrument(_) => true,
                    Entity::Local(local) => scene.markets.iter().any(|(l, _)| *l == local),
                    _ => false,
                });
                self.unknown(name, "market", near);
                None
            }
        }
    }

    pub(super) fn price(&mut self, written: &ast::Expr, of: Of) -> Option<Price> {
        let ty = Ty::of(Kind::Price(of));
        match self.constant(written, ty, "a price of a test")? {
            Const::Fixed(raw) if self.above_zero(written, raw, "a price") => {
                Some(Price::from_raw(raw))
            }
            _ => None,
        }
    }

    pub(super) fn quantity_of(&mut self, written: &ast::Expr, of: Of) -> Option<Quantity> {
        let ty = Ty::of(Kind::Size(of));
        match self.constant(written, ty, "a size of a test")? {
            Const::Fixed(raw) => Some(Quantity::from_raw(raw)),
            _ => None,
        }
    }

    pub(super) fn size_above_zero(
        &mut self,
        written: &ast::Expr,
        of: Of,
        what: &str,
    ) -> Option<Quantity> {
        let size = self.quantity_of(written, of)?;
        self.above_zero(written, size.raw(), what).then_some(size)
    }

    pub(super) fn book(
        &mut self,
        name: &ast::Ident,
        levels: &[ast::QuoteSide],
        scene: &Scene,
    ) -> Option<Act> {
        let (instrument, of) = self.scene_instrument(name, scene)?;
        let (mut bids, mut asks) = (Vec::new(), Vec::new());
        for level in levels {
            let price = self.price(&level.price, of);
            let size = self.size_above_zero(&level.size, of, "the size of a level");
            let (price, size) = (price?, size?);
            let side = match level.side {
                ast::Side::Buy => &mut bids,
                ast::Side::Sell => &mut asks,
            };
            side.push(Level::new(price, size));
        }
        let best = bids.iter().map(|level| level.price).max();
        let worst = asks.iter().map(|level| level.price).min();
        if let (Some(bid), Some(ask)) = (best, worst)
            && bid >= ask
        {
            self.out.push(
                Diagnostic::new(Code::E0900, name.span, "this book is crossed")
                    .here(format!("bid {bid}, ask {ask}"))
                    .why("buyers and sellers at one price would have traded")
                    .fix("put the bid below the ask"),
            );
            return None;
        }
        Some(Act::Book { instrument, bids, asks })
    }

    pub(super) fn deal(
        &mut self,
        name: &ast::Ident,
        side: ast::Side,
        quantity: &ast::Expr,
        price: &ast::Expr,
        scene: &Scene,
    ) -> Option<Deal> {
        let (instrument, of) = self.scene_instrument(name, scene)?;
        let price = self.price(price, of);
        let size = self.quantity_of(quantity, of)?;
        if size.is_negative() {
            self.above_zero(quantity, size.raw(), "a size");
            return None;
        }
        let side = match side {
            ast::Side::Buy => Side::Buy,
            ast::Side::Sell => Side::Sell,
        };
        Some(Deal { instrument, side, size, price: price? })
    }

    /// `bar btc { close: 100, times: 50, change: 0.5 }`; what is left out follows from `close`.
    pub(super) fn bar(
        &mut self,
        name: &ast::Ident,
        fields: &[ast::Assignment],
        span: Span,
        scene: &Scene,
    ) -> Option<Act> {
        let (instrument, of) = self.scene_instrument(name, scene)?;
        self.each_field(fields, &BAR, "a bar of a test");
        let read = self.st.clocks.iter().any(|clock| clock.instruments.contains(&instrument));
        if !read {
            self.out.push(
                Diagnostic::new(
                    Code::E0701,
                    name.span,
                    format!("no clock of the strategy reads bars of `{}`", name.name),
                )
                .here("nothing would happen")
                .why("the length of a bar is that of the clock that reads it")
                .fix("tell a book or a trade, or the bar of another instrument"),
            );
            return None;
        }
        let field = |name: &str| fields.iter().find(|f| f.name.name == name).map(|f| &f.value);
        let Some(close) = field("close") else {
            self.part_missing(span, "this bar has no `close`", "add `close: 100`");
            return None;
        };
        let close = self.price(close, of)?;
        let mut price = |name, other: Price| match field(name) {
            Some(value) => self.price(value, of),
            None => Some(other),
        };
        let open = price("open", close)?;
        let high = price("high", open.max(close))?;
        let low = price("low", open.min(close))?;
        if low > open.min(close) || high < open.max(close) {
            self.out.push(
                Diagnostic::new(Code::E0900, span, "the prices of this bar contradict each other")
                    .here(format!("open {open}, high {high}, low {low}, close {close}"))
                    .why("open and close lie between low and high")
                    .fix("leave `high` and `low` out, or widen them"),
            );
            return None;
        }
        let volume = self.bar_volume(field("volume"))?;
        let times = self.bar_times(field("times"))?;
        let change = match field("change") {
            Some(value) => match self.constant(value, Ty::of(Kind::Price(of)), "a change")? {
                Const::Fixed(raw) => Price::from_raw(raw),
                _ => return None,
            },
            None => Price::from_raw(0),
        };
        let last = change.checked_mul_int(i64::from(times) - 1);
        if !last.and_then(|all| low.checked_add(all)).is_some_and(Price::is_positive)
            || last.and_then(|all| high.checked_add(all)).is_none()
        {
            self.above_zero(field("change").unwrap_or(&close_of(fields)?.value), 0, "every price");
            return None;
        }
        Some(Act::Bars(Bars { instrument, open, high, low, close, volume, times, change }))
    }

    fn bar_volume(&mut self, written: Option<&ast::Expr>) -> Option<f64> {
        let Some(written) = written else { return Some(0.0) };
        let real = Ty::of(Kind::Real(Unit::None));
        match self.constant(written, real, "the volume of a bar")? {
            Const::Real(volume) if volume >= 0.0 => Some(volume),
            _ => {
                self.above_zero(written, 0, "a volume");
                None
            }
        }
    }

    fn bar_times(&mut self, written: Option<&ast::Expr>) -> Option<u32> {
        let Some(written) = written else { return Some(1) };
        match self.constant(written, Ty::of(Kind::Int), "a number of bars")? {
            Const::Int(times) if (1..=BARS_MAX).contains(&times) => u32::try_from(times).ok(),
            _ => {
                self.out.push(
                    Diagnostic::new(
                        Code::E0402,
                        written.span,
                        format!("`times` is 1 to {BARS_MAX}"),
                    )
                    .here("outside")
                    .why("so many bars are made of this line")
                    .fix("write a number in that range"),
                );
                None
            }
        }
    }
}

fn of_instrument(id: InstrumentId, scene: &Scene) -> Of {
    let bound = scene.markets.iter().find(|(_, other)| *other == id);
    bound.map_or(Of::One(id), |(local, _)| Of::Bound(*local))
}

fn close_of(fields: &[ast::Assignment]) -> Option<&ast::Assignment> {
    fields.iter().find(|field| field.name.name == "close")
}
