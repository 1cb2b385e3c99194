//! A world under the test's control: a view, and steps of an interpreter in it.

use strat_compiler::interp::Interp;
use strat_runtime::account::Account;
use strat_runtime::bar::Bar;
use strat_runtime::book::Book;
use strat_runtime::instrument::{AssetClass, Instrument, InstrumentId, Status};
use strat_runtime::manifest::ClockId;
use strat_runtime::money::Money;
use strat_runtime::position::Position;
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::strategy::{Reaction, Strategy, Trigger};
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;
use strat_runtime::view::{ClockView, InstrumentView, View};

pub(crate) fn price(text: &str) -> Price {
    Price::parse(text).unwrap()
}

pub(crate) fn size(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

pub(crate) fn instrument(n: usize, venue: VenueKind) -> Instrument {
    Instrument {
        symbol: format!("I{n}"),
        name: format!("i{n}"),
        venue,
        class: AssetClass::Crypto,
        question: String::new(),
        outcome: String::new(),
        tick: price("0.01"),
        lot: size("0.01"),
        min_size: size("0.01"),
        min_notional: Money::ZERO,
        liquidity: None,
        expires_at: None,
        complement: None,
        status: Status::Trading,
    }
}

pub(crate) struct World {
    pub(crate) view: View,
    pub(crate) out: Reaction,
}

impl World {
    /// `n` instruments with empty books, at the epoch plus one day.
    pub(crate) fn new(venue: VenueKind, n: usize) -> Self {
        let instruments = (0..n)
            .map(|at| InstrumentView {
                meta: instrument(at, venue),
                book: Book::new(8),
                last_trade: None,
                position: Position::default(),
                mark: None,
                orders: vec![],
            })
            .collect();
        let now = Time::EPOCH.checked_add(Duration::DAY).unwrap();
        let account = Account::new(Money::parse("10000").unwrap());
        let view = View { now, warming: false, instruments, account, clocks: vec![] };
        Self { view, out: Reaction::default() }
    }

    pub(crate) fn quote(&mut self, n: usize, bid: Price, ask: Price) {
        let one = size("1");
        self.view.instruments[n].book.apply_quote(bid, one, ask, one);
    }

    /// A quote around a mid, one billionth to each side.
    pub(crate) fn mid(&mut self, n: usize, mid: Price) {
        let (bid, ask) = (mid.raw() - 1, mid.raw() + 1);
        self.quote(n, Price::from_raw(bid), Price::from_raw(ask));
    }

    pub(crate) fn bar(&mut self, clock: usize, close: Price) {
        while self.view.clocks.len() <= clock {
            self.view.clocks.push(ClockView {
                bars: vec![Bar::default()],
                forming: vec![None],
                count: 0,
            });
        }
        let view = &mut self.view.clocks[clock];
        view.count += 1;
        view.bars[0] = Bar::flat(Time::EPOCH, Time::EPOCH, close);
    }

    pub(crate) fn step(&mut self, interp: &mut Interp, trigger: Trigger) -> &Reaction {
        self.view.now = self.view.now.checked_add(Duration::SECOND).unwrap();
        self.out.clear();
        interp.step(trigger, &self.view, &mut self.out);
        &self.out
    }

    pub(crate) fn book_event(&mut self, interp: &mut Interp) -> &Reaction {
        self.step(interp, Trigger::Book(InstrumentId(0)))
    }

    pub(crate) fn bar_event(&mut self, interp: &mut Interp) -> &Reaction {
        self.step(interp, Trigger::Bars(ClockId(0)))
    }
}
