//! `expect ...`: orders, quotes, targets and conditions.

use strat_dsl::ast;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::leverage::Leverage;
use strat_runtime::money::Money;
use strat_runtime::quantity::Quantity;
use strat_runtime::ratio::Ratio;
use strat_runtime::script::{Expectation, ExpectedOrder, ExpectedTarget};
use strat_runtime::side::Side;
use strat_runtime::signal::{Goal, Via, WishTif};
use strat_runtime::time::Duration;

use super::super::Checker;
use super::super::scope::nearest;
use super::Scene;
use crate::hir::{Const, Currency, Kind, Of, Ty};

impl Checker {
    pub(super) fn expectation(
        &mut self,
        it: &ast::Expectation,
        scene: &mut Scene,
    ) -> Option<Expectation> {
        match it {
            ast::Expectation::Nothing { because, .. } => {
                let because = because.as_ref().map(|text| text.value.clone());
                Some(Expectation::Nothing { because })
            }
            ast::Expectation::Order(order) => {
                let order = self.expected_order(order, scene)?;
                Some(Expectation::Orders(vec![order]))
            }
            ast::Expectation::Quote(quote) => self.expected_quote(quote, scene),
            ast::Expectation::Target(target) => self.expected_target(target, scene),
            ast::Expectation::Condition(condition) => self.condition_of(condition, scene),
        }
    }

    /// The instrument that an expectation names.
    fn expected_instrument(
        &mut self,
        written: &ast::Expr,
        scene: &Scene,
    ) -> Option<(InstrumentId, Of)> {
        let (_, of) = self.traded(written)?;
        let id = match of {
            Of::One(id) => Some(id),
            Of::Bound(local) => scene.markets.iter().find(|(l, _)| *l == local).map(|(_, id)| *id),
            Of::Any => None,
        };
        id.map(|id| (id, of))
    }

    fn expected_order(&mut self, it: &ast::Order, scene: &Scene) -> Option<ExpectedOrder> {
        let (instrument, of) = self.expected_instrument(&it.instrument, scene)?;
        let size = self.size_above_zero(&it.quantity, of, "the size of an order");
        let limit = match &it.price {
            Some(ast::OrderPrice::Limit(price)) => Some(self.price(price, of)?),
            Some(ast::OrderPrice::Market(_)) => None,
            None => {
                let fix = "add `@ 0.50` or `@ market`";
                self.part_missing(it.span, "this expected order has no price", fix);
                return None;
            }
        };
        let side = match it.side {
            ast::Side::Buy => Side::Buy,
            ast::Side::Sell => Side::Sell,
        };
        let order = ExpectedOrder {
            instrument,
            side,
            size: size?,
            limit,
            tif: None,
            post_only: false,
            reduce_only: false,
            slot: None,
            because: None,
        };
        self.expected_options(&it.options, order)
    }

    fn expected_quote(&mut self, it: &ast::Quote, scene: &Scene) -> Option<Expectation> {
        let (instrument, of) = self.expected_instrument(&it.instrument, scene)?;
        let mut orders = Vec::new();
        for side in &it.sides {
            let size = self.size_above_zero(&side.size, of, "the size of a quote");
            let limit = self.price(&side.price, of);
            let order = ExpectedOrder {
                instrument,
                side: match side.side {
                    ast::Side::Buy => Side::Buy,
                    ast::Side::Sell => Side::Sell,
                },
                size: size?,
                limit: Some(limit?),
                tif: None,
                post_only: false,
                reduce_only: false,
                slot: None,
                because: None,
            };
            orders.push(order);
        }
        let orders: Option<Vec<ExpectedOrder>> =
            orders.into_iter().map(|order| self.expected_options(&it.options, order)).collect();
        let orders = orders?;
        if orders.is_empty() {
            let fix = "add `bid 0.48 size 10 shares`";
            self.part_missing(it.span, "this expected quote has no side", fix);
            return None;
        }
        Some(Expectation::Orders(orders))
    }

    fn expected_options(
        &mut self,
        options: &[ast::OrderOption],
        mut order: ExpectedOrder,
    ) -> Option<ExpectedOrder> {
        for option in options {
            match &option.kind {
                ast::OrderOptionKind::PostOnly => order.post_only = true,
                ast::OrderOptionKind::ReduceOnly => order.reduce_only = true,
                ast::OrderOptionKind::Tif(tif) => order.tif = Some(self.expected_tif(tif)?),
                ast::OrderOptionKind::Because(text) => order.because = Some(text.value.clone()),
                ast::OrderOptionKind::As(name) => {
                    if !self.st.slot_names.contains_key(&name.name) {
                        let names = self.st.slot_names.keys().map(String::as_str);
                        let near = nearest(&name.name, names).map(str::to_owned);
                        self.unknown(name, "order", near);
                        return None;
                    }
                    order.slot = Some(name.name.clone());
                }
                _ => {
                    let instead = "leave it out: what reaches the venue is compared, when it does";
                    self.unsupported(option.span, "this option of an expected order", instead);
                    return None;
                }
            }
        }
        Some(order)
    }

    fn expected_tif(&mut self, tif: &ast::Tif) -> Option<WishTif> {
        Some(match tif {
            ast::Tif::Gtc => WishTif::Gtc,
            ast::Tif::Fok => WishTif::Fok,
            ast::Tif::Fak | ast::Tif::Ioc => WishTif::Fak,
            ast::Tif::Day => WishTif::Day,
            ast::Tif::Gtd(length) => {
                WishTif::Gtd(self.duration_of(length, "the life of an order")?)
            }
        })
    }

    fn duration_of(&mut self, written: &ast::Expr, what: &'static str) -> Option<Duration> {
        match self.constant(written, Ty::of(Kind::Duration), what)? {
            Const::Nanos(nanos) => Some(Duration::from_nanos(nanos)),
            _ => None,
        }
    }

    fn expected_target(&mut self, it: &ast::Target, scene: &Scene) -> Option<Expectation> {
        let (instrument, of) = self.expected_instrument(&it.instrument, scene)?;
        let goal = self.expected_goal(&it.goal, of)?;
        let via = match it.via.as_ref().map(|via| &via.kind) {
            None => None,
            Some(ast::ViaKind::Cross) => Some(Via::Cross),
            Some(ast::ViaKind::Passive) => Some(Via::Passive),
            Some(ast::ViaKind::Twap(length)) => {
                Some(Via::Twap(self.duration_of(length, "the length of `twap`")?))
            }
        };
        let because = it.because.as_ref().map(|text| text.value.clone());
        Some(Expectation::Target(ExpectedTarget { instrument, goal, via, because }))
    }

    fn expected_goal(&mut self, goal: &ast::TargetGoal, of: Of) -> Option<Goal> {
        let (written, kind) = match goal {
            ast::TargetGoal::Flat(_) => return Some(Goal::Flat),
            ast::TargetGoal::Long(e) | ast::TargetGoal::Short(e) => (e, Kind::Leverage),
            ast::TargetGoal::Size(e) => (e, Kind::Size(of)),
            ast::TargetGoal::Notional(e) => (e, Kind::Money(Currency::Usd)),
            ast::TargetGoal::Weight(e) => (e, Kind::Ratio),
        };
        let Const::Fixed(raw) = self.constant(written, Ty::of(kind), "the goal of a target")?
        else {
            return None;
        };
        Some(match goal {
            ast::TargetGoal::Flat(_) => Goal::Flat,
            ast::TargetGoal::Long(_) => Goal::Leverage(Leverage::from_raw(raw)),
            ast::TargetGoal::Short(_) => Goal::Leverage(Leverage::from_raw(raw.checked_neg()?)),
            ast::TargetGoal::Size(_) => Goal::Size(Quantity::from_raw(raw)),
            ast::TargetGoal::Notional(_) => Goal::Notional(Money::from_raw(raw)),
            ast::TargetGoal::Weight(_) => Goal::Weight(Ratio::from_raw(raw)),
        })
    }
}
