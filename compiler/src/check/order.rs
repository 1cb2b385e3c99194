//! Orders and quotes: units, venue capabilities, options that go together.

mod each;
mod stop;

use strat_dsl::{Code, Diagnostic, Span, ast};
use strat_runtime::instrument::AssetClass;
use strat_runtime::manifest::ReasonKind;
use strat_runtime::side::Side;
use strat_runtime::slot::SlotId;
use strat_runtime::venue::VenueKind;

use super::Checker;
use super::literal::fold;
use super::say::decimal;
use stop::Levels;

use crate::hir::{
    self, Const, ExprKind, Kind, Of, Order, Reason, SlotRole, StmtKind, Tif, Ty, Via,
};
use crate::ir::Binary;

/// The finest price step that Polymarket has.
const FINEST_TICK: i64 = 100_000;

/// What the options of an order say.
#[derive(Default)]
struct Options {
    tif: Option<(Tif, Span)>,
    post_only: Option<Span>,
    reduce_only: Option<Span>,
    because: Option<Reason>,
    via: Option<(Via, Span)>,
    each: Option<(hir::Each, Span)>,
    else_cancel: bool,
    broken: bool,
}

impl Checker {
    /// The venue whose rules an instrument follows.
    pub(super) fn venue_of(&self, of: Of) -> Option<VenueKind> {
        match of {
            Of::One(id) => self.st.instruments.get(id.index()).map(|i| i.venue),
            Of::Any | Of::Bound(_) => self.st.venue,
        }
    }

    /// What is traded.
    pub(super) fn traded(&mut self, written: &ast::Expr) -> Option<(hir::Expr, Of)> {
        let value = self.value(written, None);
        match value.kind() {
            Kind::Instrument(of) => Some((value.expr, of)),
            Kind::Error => None,
            _ => {
                let want = Ty::of(Kind::Instrument(Of::Any));
                self.mismatch(written, value.ty(), want, "what is traded");
                None
            }
        }
    }

    pub(super) fn order(&mut self, it: &ast::Order) -> Option<StmtKind> {
        let instrument = self.traded(&it.instrument);
        let of = instrument.as_ref().map_or(Of::Any, |(_, of)| *of);
        let size = self.expect(&it.quantity, Kind::Size(of), "the size of an order");
        let limit = match &it.price {
            Some(ast::OrderPrice::Limit(price)) => Some(self.limit(price, of)),
            Some(ast::OrderPrice::Market(_)) | None => None,
        };
        let options = self.options(&it.options);
        let venue = self.venue_of(of);
        let market = match &it.price {
            Some(ast::OrderPrice::Market(span)) => Some(*span),
            _ => None,
        };
        if let Some(venue) = venue {
            self.order_capability(venue, it.span, market, &options);
        }
        self.excluded(&options, market);
        self.excluded_by_via(&options, market);
        let levels = Levels::of(&it.options);
        self.excluded_by_levels(&levels, options.reduce_only);
        let written = match &it.price {
            Some(ast::OrderPrice::Limit(price)) => Some(price),
            Some(ast::OrderPrice::Market(_)) | None => None,
        };
        let buys = it.side == ast::Side::Buy;
        let side = if buys { Side::Buy } else { Side::Sell };
        let waiting = self.levels(&levels, side, written, of);
        let goes_without = levels.wait().is_some() || options.via.is_some();
        if it.price.is_none() && !goes_without && !options.broken && !self.unread {
            self.no_price(it);
        }
        let role = match it.side {
            ast::Side::Buy => SlotRole::Buy,
            ast::Side::Sell => SlotRole::Sell,
        };
        let slot = self.slot_at(it.span, role, of)?;
        let limit = match limit {
            Some(limit) => Some(limit?),
            None => None,
        };
        let (instrument, _) = instrument?;
        if size.is_error() || options.broken {
            return None;
        }
        let waiting = waiting?;
        let mut order = self.assemble(slot, instrument, side, size.expr, limit, options);
        if waiting.stop_loss.is_some() || waiting.take_profit.is_some() {
            order.behind = order.each.as_ref().map_or(1, |each| each.most);
        }
        order.stop = waiting.stop;
        (order.stop_loss, order.take_profit) = (waiting.stop_loss, waiting.take_profit);
        Some(StmtKind::Order(Box::new(order)))
    }

    fn assemble(
        &mut self,
        slot: SlotId,
        instrument: hir::Expr,
        side: Side,
        size: hir::Expr,
        limit: Option<hir::Expr>,
        options: Options,
    ) -> Order {
        if options.else_cancel {
            self.body.else_cancel.push(slot);
        }
        Order {
            slot,
            instrument,
            side,
            size,
            limit,
            tif: options.tif.map_or(Tif::Gtc, |(tif, _)| tif),
            post_only: options.post_only.is_some(),
            reduce_only: options.reduce_only.is_some(),
            stop: None,
            stop_loss: None,
            take_profit: None,
            behind: 0,
            via: options.via.map(|(via, _)| via),
            each: options.each.map(|(each, _)| each),
            because: options.because,
        }
    }

    /// The slot of a statement; what it is about becomes known now.
    pub(super) fn slot_at(&mut self, span: Span, role: SlotRole, of: Of) -> Option<SlotId> {
        let id = *self.st.slot_ids.get(&(span, role as u8))?;
        let statement = self.st.slots.get(id.index())?.span;
        let own = self.st.slots.iter_mut().skip(id.index());
        for slot in own.take_while(|slot| slot.span == statement && role as u8 == slot.role as u8) {
            slot.instrument = of;
        }
        Some(id)
    }

    fn no_price(&mut self, it: &ast::Order) {
        self.out.push(
            Diagnostic::new(Code::E0901, it.span, "this order has no price")
                .here("at what price?")
                .why("an order without a price takes whatever is there; that must be said")
                .fix("add a limit: `@ 0.50`")
                .fix("or say that any price will do: `@ market`"),
        );
    }

    /// A limit price.
    fn limit(&mut self, written: &ast::Expr, of: Of) -> Option<hir::Expr> {
        let typed = self.expect(written, Kind::Price(of), "the price of an order");
        self.on_grid(written, of);
        (!typed.is_error()).then_some(typed.expr)
    }

    /// A literal price that the venue's grid cannot hold, or that only a fine grid holds.
    fn on_grid(&mut self, written: &ast::Expr, of: Of) {
        let (Some(venue), Some(raw)) = (self.venue_of(of), Self::literal_raw(written)) else {
            return;
        };
        let Some(value) = fold(written) else { return };
        let text = decimal(value);
        let defaults = venue.capabilities().defaults;
        let token = defaults.class == AssetClass::OutcomeToken;
        let outside = raw <= 0 || (token && raw >= 1_000_000_000);
        if outside || (token && raw % FINEST_TICK != 0) {
            let label = if outside { "outside the venue's prices" } else { "finer than any tick" };
            self.out.push(
                Diagnostic::new(
                    Code::E0504,
                    written.span,
                    format!("`{text}` is no price that `{}` accepts", venue.name()),
                )
                .here(label)
                .why(if token {
                    "prices lie between 0 and 1, on a grid of at best 0.0001"
                } else {
                    "prices are above zero"
                })
                .fix("write a price on the grid, such as `0.50`"),
            );
            return;
        }
        let tick = defaults.tick.raw();
        if token && tick > 0 && raw % tick != 0 {
            self.out.push(
                Diagnostic::new(
                    Code::W0601,
                    written.span,
                    format!("`{text}` lies between two ticks on most markets"),
                )
                .here("will be moved to the grid: buys down, sells up")
                .why("the tick is data of the market and changes while you trade")
                .fix("write a price in steps of 0.01, or compute it from `tick`"),
            );
        }
    }

    fn options(&mut self, written: &[ast::OrderOption]) -> Options {
        let mut out = Options::default();
        let mut seen: Vec<(std::mem::Discriminant<ast::OrderOptionKind>, Span)> = Vec::new();
        for option in written {
            let kind = std::mem::discriminant(&option.kind);
            if let Some((_, earlier)) = seen.iter().find(|(k, _)| *k == kind) {
                let earlier = *earlier;
                self.out.push(
                    Diagnostic::new(Code::E0502, option.span, "this option is given twice")
                        .here("again")
                        .label(earlier, "the first one")
                        .why("it is not clear which of them counts")
                        .fix("remove one of them"),
                );
                continue;
            }
            seen.push((kind, option.span));
            self.option(option, &mut out);
        }
        out
    }

    fn option(&mut self, option: &ast::OrderOption, out: &mut Options) {
        let span = option.span;
        match &option.kind {
            ast::OrderOptionKind::PostOnly => out.post_only = Some(span),
            ast::OrderOptionKind::ReduceOnly => out.reduce_only = Some(span),
            ast::OrderOptionKind::Tif(tif) => match self.tif(tif) {
                Some(tif) => out.tif = Some((tif, span)),
                None => out.broken = true,
            },
            ast::OrderOptionKind::ElseCancel => out.else_cancel = true,
            ast::OrderOptionKind::EachTime(count) => match self.each(count, span) {
                Some(each) => out.each = Some((each, span)),
                None => out.broken = true,
            },
            ast::OrderOptionKind::Because(text) => {
                out.because = Some(self.reason(text, ReasonKind::Because));
            }
            ast::OrderOptionKind::Via(via) => match self.via(via) {
                Some(via) => out.via = Some((via, span)),
                None => out.broken = true,
            },
            // The name is the slot's; prices that are looked for need the instrument.
            ast::OrderOptionKind::As(_)
            | ast::OrderOptionKind::Stop { .. }
            | ast::OrderOptionKind::Trail { .. }
            | ast::OrderOptionKind::TakeProfit { .. }
            | ast::OrderOptionKind::StopLoss { .. } => {}
        }
    }

    fn tif(&mut self, tif: &ast::Tif) -> Option<Tif> {
        Some(match tif {
            ast::Tif::Gtc => Tif::Gtc,
            ast::Tif::Fok => Tif::Fok,
            ast::Tif::Fak | ast::Tif::Ioc => Tif::Fak,
            ast::Tif::Day => Tif::Day,
            ast::Tif::Gtd(length) => {
                let typed = self.value(length, Some(Kind::Duration));
                match typed.kind() {
                    Kind::Duration => Tif::Gtd(typed.expr),
                    Kind::Error => return None,
                    // What is left until then.
                    Kind::Time => {
                        let (span, time) = (length.span, Ty::of(Kind::Time));
                        let now = hir::Expr { kind: ExprKind::Now, ty: time, span };
                        let left =
                            ExprKind::Binary(Binary::SubInt, Box::new(typed.expr), Box::new(now));
                        Tif::Gtd(hir::Expr { kind: left, ty: Ty::of(Kind::Duration), span })
                    }
                    _ => {
                        let want = Ty::of(Kind::Duration);
                        self.mismatch(length, typed.ty(), want, "the life of an order");
                        return None;
                    }
                }
            }
        })
    }

    fn order_capability(
        &mut self,
        venue: VenueKind,
        span: Span,
        market: Option<Span>,
        options: &Options,
    ) {
        let can = venue.capabilities();
        if !can.limit_orders {
            self.cannot(venue, span, "`buy` and `sell` with a price", "use `target`");
        }
        if let Some(span) = market.filter(|_| !can.market_orders) {
            self.cannot(venue, span, "`@ market`", "give a limit price, or use `target`");
        }
        self.option_capability(venue, options);
    }

    fn option_capability(&mut self, venue: VenueKind, options: &Options) {
        let can = venue.capabilities();
        if let Some(span) = options.post_only.filter(|_| !can.post_only) {
            self.cannot(venue, span, "`post_only`", "leave it out");
        }
        match &options.tif {
            Some((Tif::Fak | Tif::Fok, span)) if !can.immediate => {
                self.cannot(
                    venue,
                    *span,
                    "orders that fill at once or not at all",
                    "use `tif gtc`",
                );
            }
            Some((Tif::Gtd(length), span)) => self.gtd(venue, length, *span),
            _ => {}
        }
    }

    fn gtd(&mut self, venue: VenueKind, length: &hir::Expr, span: Span) {
        let Some(min) = venue.capabilities().gtd_min else {
            self.cannot(venue, span, "orders with an end", "use `tif gtc` and `cancel`");
            return;
        };
        let shortest = match &length.kind {
            ExprKind::Const(Const::Nanos(n)) => Some(*n),
            ExprKind::Param(id) => {
                self.st.params.get(id.index()).and_then(|p| match (&p.range, &p.default) {
                    (Some(hir::ParamRange { low: Const::Nanos(n), .. }), _)
                    | (None, Const::Nanos(n)) => Some(*n),
                    _ => None,
                })
            }
            _ => None,
        };
        if shortest.is_some_and(|n| n < min.nanos()) {
            self.out.push(
                Diagnostic::new(
                    Code::E0503,
                    span,
                    format!("`{}` refuses orders that end within {min}", venue.name()),
                )
                .here("too short")
                .why("the order would be rejected on arrival")
                .fix(format!("use `tif gtd {min}` or longer"))
                .fix("use `tif fak` for what is there now"),
            );
        }
    }

    /// A venue lacks something.
    pub(super) fn cannot(&mut self, venue: VenueKind, span: Span, what: &str, instead: &str) {
        self.out.push(
            Diagnostic::new(Code::E0501, span, format!("venue `{}` has no {what}", venue.name()))
                .here("not possible there")
                .why(abilities(venue))
                .fix(instead),
        );
    }

    /// Options that exclude each other.
    fn excluded(&mut self, options: &Options, market: Option<Span>) {
        let Some(post_only) = options.post_only else { return };
        let (other, text) = match (&options.tif, market) {
            (Some((Tif::Fak | Tif::Fok, span)), _) => (*span, "fills at once"),
            (_, Some(span)) => (span, "takes what is there"),
            _ => return,
        };
        self.out.push(
            Diagnostic::new(Code::E0502, post_only, "an order that rests only cannot fill at once")
                .here("only rests")
                .label(other, text)
                .why("such an order would always be refused")
                .fix("drop one of the two"),
        );
    }

    /// An order with a way lives as long as the way takes.
    fn excluded_by_via(&mut self, options: &Options, market: Option<Span>) {
        let Some((via, span)) = &options.via else { return };
        let tif = options.tif.as_ref().map(|(_, span)| (*span, "a life of its own"));
        let post_only = options.post_only.map(|span| (span, "says how it rests"));
        let market =
            market.filter(|_| *via == Via::Passive).map(|span| (span, "takes what is there"));
        if let Some((other, text)) = tif.or(post_only).or(market) {
            self.out.push(
                Diagnostic::new(Code::E0502, *span, "`via` says already how the order is worked")
                    .here("chooses prices and lives of its orders")
                    .label(other, text)
                    .why("the host places one order after the other on this way")
                    .fix("drop one of the two"),
            );
        }
    }

    pub(super) fn quote_stmt(&mut self, it: &ast::Quote) -> Option<StmtKind> {
        let instrument = self.traded(&it.instrument);
        let of = instrument.as_ref().map_or(Of::Any, |(_, of)| *of);
        let options = self.options(&it.options);
        if let Some(venue) = self.venue_of(of) {
            if venue.capabilities().book {
                self.option_capability(venue, &options);
            } else {
                self.no_quote(venue, it.span);
            }
        }
        self.excluded(&options, None);
        if let Some((_, span)) = &options.each {
            self.excluded_by_each(*span);
        }
        let via = options.via.as_ref().map(|(_, span)| *span);
        if let Some(span) = Levels::of(&it.options).first().or(via) {
            self.excluded_from_quote(span);
        }
        self.both_sides(it);
        let mut orders = Vec::new();
        let mut broken = options.broken;
        for side in &it.sides {
            let price = self.limit(&side.price, of);
            let size = self.expect(&side.size, Kind::Size(of), "the size of a quote");
            let (role, buys) = match side.side {
                ast::Side::Buy => (SlotRole::Bid, Side::Buy),
                ast::Side::Sell => (SlotRole::Ask, Side::Sell),
            };
            let slot = self.slot_at(side.span, role, of);
            let (Some(price), Some(slot), Some((instrument, _))) = (price, slot, &instrument)
            else {
                broken = true;
                continue;
            };
            broken |= size.is_error();
            let options = Options {
                tif: options.tif.clone(),
                post_only: options.post_only,
                reduce_only: options.reduce_only,
                because: options.because.clone(),
                via: None,
                each: None,
                else_cancel: options.else_cancel,
                broken: false,
            };
            let instrument = instrument.clone();
            orders.push(self.assemble(slot, instrument, buys, size.expr, Some(price), options));
        }
        (!broken).then_some(StmtKind::Quote(orders))
    }

    fn both_sides(&mut self, it: &ast::Quote) {
        if let [first, second] = it.sides.as_slice()
            && first.side == second.side
        {
            self.out.push(
                Diagnostic::new(Code::E0110, second.span, "a quote has one bid and one ask")
                    .here("the same side again")
                    .label(first.span, "the first one")
                    .why("each side has a slot of its own")
                    .fix("write `bid` for one and `ask` for the other"),
            );
        }
    }

    fn no_quote(&mut self, venue: VenueKind, span: Span) {
        let others: Vec<&str> =
            VenueKind::ALL.iter().filter(|v| v.capabilities().book).map(|v| v.name()).collect();
        self.out.push(
            Diagnostic::new(
                Code::E0501,
                span,
                format!("venue `{}` has no order book, so it cannot `quote`", venue.name()),
            )
            .here("nowhere to rest")
            .why(abilities(venue))
            .fix("use `target x long 0.10x`")
            .fix(format!("run this strategy on `{}`", others.join("`, `"))),
        );
    }
}

/// What a venue can do, in one line.
fn abilities(venue: VenueKind) -> String {
    let can = venue.capabilities();
    let mut list = vec!["target flat|long"];
    if can.short {
        list.push("target short");
    }
    if can.limit_orders {
        list.push("limit orders");
    }
    if can.market_orders {
        list.push("market orders");
    }
    if can.book {
        list.push("quote");
    }
    list.push("cancel");
    format!("{} can: {}", venue.name(), list.join(", "))
}
