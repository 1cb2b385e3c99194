//! `stop`, `trail`, `stop_loss` and `take_profit`: prices, and the stream on which each is looked for.

use strat_dsl::{Code, Diagnostic, Edit, Span, ast};
use strat_runtime::side::Side;
use strat_runtime::signal::TriggerStream;

use crate::check::Checker;
use crate::check::say::quoted;
use crate::check::scope::{Clock, Entity};
use crate::hir::{Exit, Expr, Kind, Of, Stop};

/// What an order says of prices that are looked for.
#[derive(Default)]
pub(super) struct Levels<'a> {
    stop: Option<(&'a ast::Expr, Option<&'a ast::Watched>, Span)>,
    trail: Option<(&'a ast::Expr, Option<&'a ast::Watched>, Span)>,
    stop_loss: Option<(&'a ast::Expr, Option<&'a ast::Watched>, Span)>,
    take_profit: Option<(&'a ast::Expr, Option<&'a ast::Watched>, Span)>,
}

/// The same, checked.
#[derive(Default)]
pub(super) struct Waiting {
    pub(super) stop: Option<Stop>,
    pub(super) stop_loss: Option<Exit>,
    pub(super) take_profit: Option<Exit>,
}

impl<'a> Levels<'a> {
    /// Those among the options of an order.
    pub(super) fn of(options: &'a [ast::OrderOption]) -> Self {
        let mut out = Self::default();
        for option in options {
            let span = option.span;
            match &option.kind {
                ast::OrderOptionKind::Stop { price, on } => {
                    out.stop.get_or_insert((price, on.as_ref(), span));
                }
                ast::OrderOptionKind::Trail { distance, on } => {
                    out.trail.get_or_insert((distance, on.as_ref(), span));
                }
                ast::OrderOptionKind::StopLoss { price, on } => {
                    out.stop_loss.get_or_insert((price, on.as_ref(), span));
                }
                ast::OrderOptionKind::TakeProfit { price, on } => {
                    out.take_profit.get_or_insert((price, on.as_ref(), span));
                }
                ast::OrderOptionKind::PostOnly
                | ast::OrderOptionKind::ReduceOnly
                | ast::OrderOptionKind::Tif(_)
                | ast::OrderOptionKind::As(_)
                | ast::OrderOptionKind::Via(_)
                | ast::OrderOptionKind::EachTime(_)
                | ast::OrderOptionKind::ElseCancel
                | ast::OrderOptionKind::Because(_) => {}
            }
        }
        out
    }

    /// The first of them.
    pub(super) fn first(&self) -> Option<Span> {
        self.stop.or(self.trail).or(self.stop_loss).or(self.take_profit).map(|(.., span)| span)
    }

    /// Whether the order waits before it is sent.
    pub(super) fn wait(&self) -> Option<Span> {
        self.stop.or(self.trail).map(|(.., span)| span)
    }

    /// The first of its exits.
    pub(super) fn exits(&self) -> Option<Span> {
        self.stop_loss.or(self.take_profit).map(|(.., span)| span)
    }
}

impl Checker {
    /// The prices that an order looks for, and where. One stream named is that of all.
    pub(super) fn levels(
        &mut self,
        levels: &Levels<'_>,
        side: Side,
        limit: Option<&ast::Expr>,
        of: Of,
    ) -> Option<Waiting> {
        let all = [levels.stop, levels.trail, levels.stop_loss, levels.take_profit];
        let shared = all.into_iter().flatten().find_map(|(_, on, _)| on);
        let mut good = true;
        let mut stream = |this: &mut Self, it: Option<(_, Option<&ast::Watched>, Span)>| {
            let (_, on, span) = it?;
            let found = match on.or(shared) {
                Some(on) => this.trigger_stream(on, of),
                None => this.no_stream(span),
            };
            good &= found.is_some();
            found
        };
        let streams = all.map(|it| stream(self, it));
        let [stop_on, trail_on, loss_on, profit_on] = streams;
        let stop = self.level(levels.stop.map(|it| it.0), of, "the price of a stop");
        let trail = self.level(levels.trail.map(|it| it.0), of, "the distance of a trail");
        let loss = self.level(levels.stop_loss.map(|it| it.0), of, "the price of a stop loss");
        let profit =
            self.level(levels.take_profit.map(|it| it.0), of, "the price of a take profit");
        if let (Some((_, Some(_), first)), Some((_, Some(_), second))) = (levels.stop, levels.trail)
            && stop_on.is_some()
            && trail_on.is_some()
            && stop_on != trail_on
        {
            self.two_streams(first, second);
            return None;
        }
        self.at_once(levels, side, limit);
        let (stop, trail, loss, profit) = (stop?, trail?, loss?, profit?);
        if !good {
            return None;
        }
        let stop = stop_on.or(trail_on).map(|on| Stop { level: stop, trail, on });
        let exit = |level: Option<Expr>, on: Option<TriggerStream>| {
            level.zip(on).map(|(level, on)| Exit { level, on })
        };
        let (stop_loss, take_profit) = (exit(loss, loss_on), exit(profit, profit_on));
        Some(Waiting { stop, stop_loss, take_profit })
    }

    /// A price or a distance; the outer option is empty where it is wrong.
    fn level(
        &mut self,
        written: Option<&ast::Expr>,
        of: Of,
        what: &'static str,
    ) -> Option<Option<Expr>> {
        let Some(written) = written else { return Some(None) };
        let typed = self.expect(written, Kind::Price(of), what);
        if Self::literal_raw(written).is_some_and(|raw| raw <= 0) {
            self.out.push(
                Diagnostic::new(Code::E0402, written.span, format!("{what} must be above zero"))
                    .here("zero or less")
                    .why("no market has such a price, so that nothing would ever happen")
                    .fix("write a price above zero"),
            );
            return None;
        }
        (!typed.is_error()).then_some(Some(typed.expr))
    }

    /// `trades(x)`, `book(x)`, `bars(x, 5m)`, or a clock by its name.
    fn trigger_stream(&mut self, on: &ast::Watched, of: Of) -> Option<TriggerStream> {
        let name = on.name.name.as_str();
        if let ("book" | "trades", [ast::Arg { name: None, value, .. }]) =
            (name, on.args.as_slice())
        {
            let (_, watched) = self.traded(value)?;
            if name == "book" {
                self.needs_book(watched, on.span);
            }
            if watched != of && of != Of::Any {
                return self.other_instrument(on);
            }
            return Some(if name == "book" { TriggerStream::Book } else { TriggerStream::Trades });
        }
        let clock = if on.args.is_empty() {
            match self.lookup(&on.name) {
                Some(Entity::Clock(clock)) => Some(clock),
                Some(Entity::Broken) => None,
                _ => return self.no_stream(on.span),
            }
        } else {
            let callee = ast::ExprKind::Ident(on.name.clone());
            let callee = Box::new(ast::Expr { kind: callee, span: on.name.span });
            let kind = ast::ExprKind::Call { callee, args: on.args.clone() };
            self.clock_source(&ast::Expr { kind, span: on.span }, "", None)
        }?;
        let (stream, fits) = match clock {
            Clock::Book(id) => (TriggerStream::Book, of == Of::One(id)),
            Clock::Trades(id) => (TriggerStream::Trades, of == Of::One(id)),
            Clock::Bars(id) => {
                let clock = self.st.clocks.get(usize::from(id.0));
                let fits = clock
                    .is_some_and(|clock| clock.instruments.iter().any(|id| of == Of::One(*id)));
                (TriggerStream::Bars(id), fits)
            }
        };
        if fits { Some(stream) } else { self.other_instrument(on) }
    }

    fn no_stream(&mut self, span: Span) -> Option<TriggerStream> {
        let at = Span { start: span.end, end: span.end };
        let edit = Edit { span: at, replacement: " on trades(x)".to_owned() };
        self.out.push(
            Diagnostic::new(
                Code::E0508,
                span,
                "this price has no stream on which it is looked for",
            )
            .here("looked for where?")
            .why("trades, books and bars pass a price at different times, or not at all")
            .fix_with("name one: `on trades(x)`, `on book(x)`, or a bar clock `on h1`", vec![edit]),
        );
        None
    }

    fn other_instrument(&mut self, on: &ast::Watched) -> Option<TriggerStream> {
        self.out.push(
            Diagnostic::new(
                Code::E0508,
                on.span,
                "this is not a stream of the instrument that is traded",
            )
            .here("of another instrument")
            .why("the price would be compared with those of something else")
            .fix("name a stream of the order's own instrument")
            .fix("compare in a handler on that stream, and place the order there"),
        );
        None
    }

    fn two_streams(&mut self, first: Span, second: Span) {
        self.out.push(
            Diagnostic::new(Code::E0502, second, "a stop and its trail look at one stream")
                .here("another stream")
                .label(first, "the stop's")
                .why("they are one level, which the trail moves")
                .fix("name the stream once"),
        );
    }

    /// Literals that are crossed as soon as the order fills.
    fn at_once(&mut self, levels: &Levels<'_>, side: Side, limit: Option<&ast::Expr>) {
        let Some((limit, price)) = limit.and_then(|e| Some((Self::literal_raw(e)?, e))) else {
            return;
        };
        let worse = |raw: i64| if side == Side::Buy { raw < limit } else { raw > limit };
        for (it, name, wants_worse) in
            [(levels.stop_loss, "stop_loss", true), (levels.take_profit, "take_profit", false)]
        {
            let Some((written, _, span)) = it else { continue };
            let Some(raw) = Self::literal_raw(written) else { continue };
            if raw == limit || worse(raw) != wants_worse {
                let place = if (side == Side::Buy) == wants_worse { "below" } else { "above" };
                self.out.push(
                    Diagnostic::new(
                        Code::E0502,
                        span,
                        format!("this `{name}` would be crossed as soon as the order fills"),
                    )
                    .here(format!("`{}` lies on the wrong side", quoted(written)))
                    .label(price.span, "the order's price")
                    .why("what is bought would be sold at once, or the other way round")
                    .fix(format!("write a price {place} that of the order")),
                );
            }
        }
    }

    /// Options that mean nothing beside a stop or an exit.
    pub(super) fn excluded_by_levels(&mut self, levels: &Levels<'_>, reduce_only: Option<Span>) {
        if let (Some(exit), Some(reduce_only)) = (levels.exits(), reduce_only) {
            self.out.push(
                Diagnostic::new(Code::E0502, exit, "an order that only reduces opens nothing")
                    .here("nothing to guard")
                    .label(reduce_only, "only reduces")
                    .why("exits close what their order has opened")
                    .fix("drop one of the two"),
            );
        }
    }

    /// A quote states what rests; nothing of it waits.
    pub(super) fn excluded_from_quote(&mut self, span: Span) {
        self.out.push(
            Diagnostic::new(Code::E0502, span, "a quote cannot wait, be worked or guard its fills")
                .here("not for a quote")
                .why("a quote states the two orders that should rest now")
                .fix("use `buy` and `sell` for this option"),
        );
    }
}
