//! Orders, quotes and targets with every option.

use std::fmt::Write as _;

use strat_runtime::time::Duration;

use super::piece::Piece;
use super::scope::{Handle, Scope, Ty, Whose};
use super::{Generator, Slot};

impl Generator {
    fn handle(&mut self, scope: &Scope) -> Handle {
        let whose = Whose::One(0);
        let first = || Handle { text: self.instruments[0].clone(), whose, member_of: None };
        let fallback = first();
        // The nearest name is the one that the author has in mind.
        match scope.handles.last() {
            Some(last) if self.chance(50) => last.clone(),
            _ => self.random.pick(&scope.handles).cloned().unwrap_or(fallback),
        }
    }

    pub(super) fn order(&mut self, scope: &Scope) -> String {
        let handle = self.handle(scope);
        let side = self.random.word(&["buy", "sell"]);
        let size = self.order_size(scope, handle.whose);
        let market = self.can().market_orders && self.chance(20);
        let price = if market { "market".to_owned() } else { self.limit(scope, handle.whose) };
        let options = self.options(scope, market, &handle, true);
        format!("{side} {} {size} @ {price}{options}", handle.text)
    }

    /// Mostly a size that the venue takes.
    fn order_size(&mut self, scope: &Scope, whose: Whose) -> String {
        match self.random.below(4) {
            0 => self.expr(scope, Ty::Size(whose), 2).text(),
            1 => format!("max({}, 6 shares)", self.firm(scope, Ty::Size(whose), 1).text()),
            2 if self.chance(20) => format!("{} lots", self.random.between(1, 900)),
            2 => format!("{} shares", self.random.between(5, 20)),
            _ => format!("{}.5 coins", self.random.between(0, 12)),
        }
    }

    fn limit(&mut self, scope: &Scope, whose: Whose) -> String {
        let ty = Ty::Price(whose);
        let options = scope.options().into_iter().filter(|atom| atom.ty == ty);
        let options: Vec<String> = options.map(|atom| atom.text).collect();
        match self.random.below(4) {
            0 => self.positive_literal(ty).text(),
            1 => self.expr(scope, ty, 2).text(),
            _ => match self.random.pick(&options) {
                Some(text) => format!("({text} ?? {})", self.positive_literal(ty).text()),
                None => self.positive_literal(ty).text(),
            },
        }
    }

    /// Options of an order; `single` ones have one slot.
    fn options(&mut self, scope: &Scope, market: bool, handle: &Handle, single: bool) -> String {
        let can = self.can();
        let mut text = String::new();
        let post_only = can.post_only && !market && self.chance(25);
        if post_only {
            text += " post_only";
        }
        if self.chance(12) {
            text += " reduce_only";
        }
        let tif = match self.random.below(8) {
            0 => " tif gtc".to_owned(),
            1 => " tif day".to_owned(),
            2 if can.immediate && !post_only => " tif fok".to_owned(),
            3 if can.immediate && !post_only => " tif fak".to_owned(),
            4 if can.immediate && !post_only => " tif ioc".to_owned(),
            5 if can.gtd_min.is_some() => self.gtd(scope),
            _ => String::new(),
        };
        text += &tif;
        let known = matches!(handle.whose, Whose::One(_)) || handle.member_of.is_some();
        if known && !handle.text.contains('.') && self.chance(30) {
            let name = self.name("o");
            let _ = write!(text, " as {name}");
            // Which instrument an element of a list is, a handler of the slot does not know.
            let whose = match handle.whose {
                Whose::One(at) => Whose::One(at),
                Whose::Any | Whose::Bound(_) => {
                    self.bound += 1;
                    Whose::Bound(self.bound)
                }
            };
            self.slots.push(Slot { name, whose, single });
        }
        if single && self.chance(15) {
            let _ = write!(text, " each time max {}", self.random.between(1, 6));
        }
        if self.chance(20) {
            text += " else cancel";
        }
        if self.chance(30) {
            let _ = write!(text, " because \"reason {}\"", self.random.below(4));
        }
        text
    }

    fn gtd(&mut self, scope: &Scope) -> String {
        let least = self.can().gtd_min.unwrap_or(Duration::SECOND);
        let minutes = least.nanos() / 60_000_000_000 + 1;
        match self.random.below(3) {
            0 => format!(" tif gtd now + {}m", minutes + 5),
            1 => {
                let more = self.leaf(scope, Ty::Duration).text();
                format!(" tif gtd max({more}, {minutes}m)")
            }
            _ => format!(" tif gtd {minutes}m"),
        }
    }

    pub(super) fn quote(&mut self, scope: &Scope) -> String {
        let handle = self.handle(scope);
        let inner = self.options(scope, false, &handle, false);
        let mut text = format!("quote {} {{ ", handle.text);
        let both = self.chance(80);
        let bid = both || self.chance(50);
        for (side, is_there) in [("bid", bid), ("ask", both || !bid)] {
            if is_there {
                let (price, size) =
                    (self.limit(scope, handle.whose), self.order_size(scope, handle.whose));
                let _ = write!(text, "{side} {price} size {size} ");
            }
        }
        let (inner, outer) = match inner.split_once(" else cancel") {
            Some((before, after)) => (format!("{before}{after}"), " else cancel"),
            None => (inner, ""),
        };
        let _ = write!(
            text,
            "{}}}{outer}",
            if inner.is_empty() { String::new() } else { format!("{} ", inner.trim_start()) }
        );
        text
    }

    pub(super) fn target(&mut self, scope: &Scope) -> String {
        let handle = self.handle(scope);
        let goal = self.goal(scope, &handle);
        let via = match self.random.below(6) {
            0 => " via passive",
            1 => " via cross",
            2 => " via twap(5m)",
            _ => "",
        };
        let because = if self.chance(40) { " because \"aim\"" } else { "" };
        format!("target {} {goal}{via}{because}", handle.text)
    }

    fn goal(&mut self, scope: &Scope, handle: &Handle) -> String {
        let short = self.can().short;
        let own = |g: &mut Self, ty| {
            let value = g.firm(scope, ty, 1);
            if short { value } else { Piece::atom(format!("abs({})", value.text())) }
        };
        match self.random.below(6) {
            0 => "flat".to_owned(),
            1 => format!("long {}", self.positive(scope, Ty::Leverage, 1).text()),
            2 if short => format!("short {}", self.positive(scope, Ty::Leverage, 1).text()),
            3 => format!("notional {}", own(self, Ty::Money).text()),
            4 => format!("weight {}", own(self, Ty::Percent).text()),
            _ => format!("size {}", own(self, Ty::Size(handle.whose)).text()),
        }
    }
}
