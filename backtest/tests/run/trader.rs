//! A strategy that does a bit of everything at random, and the manifest that tests share.

use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{
    HandlerDecl, HandlerId, InstrumentDecl, Manifest, Reason, ReasonId, ReasonKind, RiskRule,
    SlotDecl, Timer, Wants,
};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::side::Side;
use strat_runtime::signal::{Action, Goal, Intent, OrderWish, WishTif};
use strat_runtime::slot::SlotId;
use strat_runtime::strategy::{Reaction, Stop, Strategy, Trigger};
use strat_runtime::time::Duration;
use strat_runtime::venue::VenueKind;
use strat_runtime::view::View;

const SLOTS: u16 = 4;

/// A manifest for instruments of one venue with one handler and four slots.
pub(crate) fn manifest(venue: VenueKind, symbols: &[&str]) -> Manifest {
    let handler = |name: &str| HandlerDecl { name: name.to_owned(), line: 7, lifecycle: false };
    let slot = |n: u16| SlotDecl { name: format!("slot {n}"), handler: HandlerId(0) };
    let reason = |text: &str, kind| Reason { text: text.to_owned(), kind, line: 9 };
    Manifest {
        name: "trader".to_owned(),
        title: "A strategy for tests".to_owned(),
        version: 3,
        venue,
        instruments: symbols
            .iter()
            .map(|symbol| InstrumentDecl {
                name: symbol.to_lowercase(),
                symbol: (*symbol).to_owned(),
                venue,
            })
            .collect(),
        universes: Vec::new(),
        clocks: Vec::new(),
        timers: vec![Timer::Every(Duration::from_secs(7))],
        slots: (0..SLOTS).map(slot).collect(),
        handlers: vec![handler("on book(x)")],
        reasons: vec![
            reason("spread too wide", ReasonKind::Guard),
            reason("streams are warming up", ReasonKind::Warmup),
            reason("because it can", ReasonKind::Because),
        ],
        risk: Vec::new(),
        on_fault: Vec::new(),
        params: vec![("size".to_owned(), "10".to_owned())],
        wants: Wants {
            book: vec![true; symbols.len()],
            trades: vec![true; symbols.len()],
            meta: true,
            ..Wants::default()
        },
        needs: Vec::new(),
        behaviour_hash: 0xABCD,
    }
}

pub(crate) fn wish(slot: u16, side: Side, size: Quantity, limit: Option<Price>) -> OrderWish {
    OrderWish::new(SlotId(slot), side, size, limit)
}

pub(crate) fn intent(instrument: InstrumentId, action: Action) -> Intent {
    Intent { handler: HandlerId(0), instrument, group: 0, because: Some(ReasonId(2)), action }
}

/// Orders of every kind at random, from its own seed and the events alone.
#[derive(Clone)]
pub(crate) struct Trader {
    manifest: Manifest,
    state: u64,
}

impl Trader {
    pub(crate) fn new(mut manifest: Manifest, seed: u64, risk: Vec<RiskRule>) -> Self {
        manifest.risk = risk;
        Self { manifest, state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    fn draw(&mut self, below: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) % below
    }
}

impl Strategy for Trader {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn step(&mut self, trigger: Trigger, view: &View, out: &mut Reaction) {
        let instrument = if let Trigger::Book(id) | Trigger::Trade(id) = trigger {
            id
        } else if matches!(trigger, Trigger::Timer(_)) {
            InstrumentId(self.draw(view.instruments.len() as u64) as u32)
        } else {
            return;
        };
        if view.warming {
            return;
        }
        if self.draw(3) > 0 {
            out.stops.push(Stop {
                handler: HandlerId(0),
                instrument: Some(instrument),
                reason: ReasonId(0),
            });
            return;
        }
        out.fired.push(HandlerId(0));
        let seen = view.instrument(instrument);
        let Some(mid) = seen.book.mid().or(seen.last_trade.map(|(price, _)| price)) else { return };
        let side = if self.draw(2) == 0 { Side::Buy } else { Side::Sell };
        let away = seen.meta.tick.checked_mul_int(self.draw(9) as i64 - 3).unwrap();
        let limit = match side {
            Side::Buy => mid.checked_sub(away).unwrap(),
            Side::Sell => mid.checked_add(away).unwrap(),
        };
        let size = seen.meta.min_size.checked_mul_int(1 + self.draw(20) as i64).unwrap();
        let slot = self.draw(u64::from(SLOTS) - 1) as u16;
        let mut order = wish(slot, side, size, Some(limit));
        let action = match self.draw(12) {
            0 => Action::Clear(SlotId(slot)),
            1 => Action::CancelInstrument,
            2 => Action::Target { slot: SlotId(SLOTS - 1), goal: Goal::Flat, via: None },
            3 => Action::Order(OrderWish { limit: None, tif: WishTif::Fak, ..order }),
            4 => Action::Order(OrderWish { tif: WishTif::Fok, ..order }),
            5 => {
                Action::Order(OrderWish { tif: WishTif::Gtd(Duration::from_minutes(15)), ..order })
            }
            6 | 7 => {
                order.post_only = true;
                Action::Order(order)
            }
            8 => Action::Order(OrderWish { reduce_only: true, ..order }),
            9 => Action::Order(OrderWish { tif: WishTif::Day, ..order }),
            _ => Action::Order(order),
        };
        out.intents.push(intent(instrument, action));
    }
}
