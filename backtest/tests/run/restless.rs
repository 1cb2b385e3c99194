//! A strategy that answers everything that it hears, and whose answers depend on all that it sees.
//!
//! Whatever leaks into the view too early changes its hash, and with it every later order.

use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{BarClock, Gaps, HandlerId, Manifest, RiskRule, Timer};
use strat_runtime::order::{Fill, RejectReason};
use strat_runtime::price::Price;
use strat_runtime::ratio::Ratio;
use strat_runtime::side::Side;
use strat_runtime::signal::{Action, Goal, Intent, OrderWish, Via, WishTif};
use strat_runtime::slot::SlotId;
use strat_runtime::strategy::{Reaction, Strategy, Trigger};
use strat_runtime::time::Duration;
use strat_runtime::view::View;

use crate::trader::{intent, wish};

/// The slot of targets; those before it hold orders.
const TARGET: u16 = 3;

#[derive(Clone)]
pub(crate) struct Restless {
    manifest: Manifest,
    state: u64,
}

impl Restless {
    /// With clocks of one and five minutes, a joint one if there are several instruments, and two
    /// timers.
    pub(crate) fn new(mut manifest: Manifest, seed: u64, risk: Vec<RiskRule>) -> Self {
        let all: Vec<_> = (0..manifest.instruments.len() as u32).map(InstrumentId).collect();
        let clock = |name: &str, instruments: &[InstrumentId], minutes, gaps| BarClock {
            name: name.to_owned(),
            instruments: instruments.to_vec(),
            every: Duration::from_minutes(minutes),
            gaps,
            warm: 0,
        };
        manifest.clocks = vec![
            clock("m1", &all[..1], 1, Gaps::Carry),
            clock("m5", &all[..1], 5, Gaps::Skip),
            clock("joint", &all, 5, Gaps::Skip),
        ];
        manifest.timers =
            vec![Timer::Every(Duration::from_secs(7)), Timer::Every(Duration::from_minutes(2))];
        manifest.risk = risk;
        Self { manifest, state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    fn stir(&mut self, number: u64) {
        self.state = (self.state ^ number).wrapping_mul(0x0100_0000_01B3).rotate_left(29) | 1;
    }

    fn draw(&mut self, below: u64) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) % below
    }

    fn look(&mut self, trigger: Trigger, view: &View) {
        let fill_of = |fill: Fill| fill.price.raw() ^ fill.size.raw() ^ fill.fee.raw();
        match trigger {
            Trigger::Fill { fill, .. } => self.stir(fill_of(fill) as u64),
            Trigger::Bars(clock) => self.stir(u64::from(clock.0) + 11),
            Trigger::Timer(timer) => self.stir(u64::from(timer.0) + 17),
            Trigger::Done { canceled, .. } => self.stir(u64::from(canceled.is_some()) + 23),
            Trigger::Reject { .. } => self.stir(29),
            Trigger::Start
            | Trigger::Shutdown
            | Trigger::Book(_)
            | Trigger::Trade(_)
            | Trigger::Expiry(_)
            | Trigger::Gap(_)
            | Trigger::Meta(_)
            | Trigger::LinkDown
            | Trigger::LinkUp => {}
        }
        self.stir(view.now.nanos() as u64);
        self.stir(view.account.equity.raw() as u64);
        for seen in &view.instruments {
            self.stir(seen.mark.map_or(1, |mark| mark.price.raw()) as u64);
            self.stir(seen.position.size.raw() as u64);
            self.stir(seen.meta.tick.raw() as u64);
            self.stir(seen.orders.iter().map(|o| o.open.raw() as u64).sum());
        }
        for clock in view.clocks.iter().filter(|clock| clock.count > 0) {
            self.stir(clock.count);
            for bar in &clock.bars {
                for price in [bar.open, bar.high, bar.low, bar.close] {
                    self.stir(price.raw() as u64);
                }
                self.stir(bar.volume.to_bits());
            }
        }
    }

    fn statement(&mut self, id: InstrumentId, view: &View) -> Option<Intent> {
        let seen = view.instrument(id);
        let price = seen.mark?.price;
        let side = Side::ALL[self.draw(2) as usize];
        let away = seen.meta.tick.checked_mul_int(self.draw(9) as i64 - 4)?;
        let limit: Option<Price> = price.checked_add(away);
        let size = seen.meta.min_size.checked_mul_int(1 + self.draw(20) as i64)?;
        let slot = self.draw(u64::from(TARGET)) as u16;
        let order = wish(slot, side, size, limit);
        let via = [Via::Cross, Via::Passive, Via::Twap(Duration::from_minutes(3))];
        let via = Some(via[self.draw(3) as usize]);
        let target = |goal| Action::Target { slot: SlotId(TARGET), goal, via };
        let tif = [WishTif::Gtc, WishTif::Day, WishTif::Gtd(Duration::from_minutes(11))];
        let tif = tif[self.draw(3) as usize];
        let action = match self.draw(14) {
            0 => Action::Clear(SlotId(slot)),
            1 => Action::CancelInstrument,
            2 => target(Goal::Flat),
            3 => target(Goal::Weight(Ratio::from_percent(self.draw(150) as i64).unwrap())),
            4 => target(Goal::Size(size)),
            5 => Action::Order(OrderWish { limit: None, tif: WishTif::Fak, ..order }),
            6 => Action::Order(OrderWish { tif: WishTif::Fok, ..order }),
            7 => Action::Order(OrderWish { limit: None, ..order }),
            8 | 9 => Action::Order(OrderWish { post_only: true, ..order }),
            10 => Action::Order(OrderWish { reduce_only: true, ..order }),
            _ => Action::Order(OrderWish { tif, ..order }),
        };
        Some(intent(id, action))
    }
}

impl Strategy for Restless {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn step(&mut self, trigger: Trigger, view: &View, out: &mut Reaction) {
        self.look(trigger, view);
        // Answers to refusals would be refused without end.
        let is_tired = matches!(
            trigger,
            Trigger::Reject { reason: RejectReason::InsufficientBalance, .. } | Trigger::Shutdown
        );
        if is_tired || view.warming || self.draw(2) == 0 {
            return;
        }
        out.fired.push(HandlerId(0));
        for _ in 0..=self.draw(2) {
            let id = InstrumentId(self.draw(view.instruments.len() as u64) as u32);
            out.intents.extend(self.statement(id, view));
        }
    }
}
