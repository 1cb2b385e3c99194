//! Random statements against a venue that answers at random: what must hold at every moment.

use strat_runtime::event::{MarketData, MetaChange};
use strat_runtime::manifest::{RiskRule, Scope};
use strat_runtime::money::Money;
use strat_runtime::order::{
    CancelReason, Command, Fill, Liquidity, NewOrder, OrderId, RejectReason, ReportKind,
};
use strat_runtime::quantity::Quantity;
use strat_runtime::ratio::Ratio;
use strat_runtime::session::OrderStep;
use strat_runtime::side::Side;
use strat_runtime::signal::{Action, Goal, Intent, OrderWish, Via, WishTif};
use strat_runtime::slot::{SlotId, SlotState};
use strat_runtime::venue::VenueKind;

use crate::rig::*;

const SEEDS: [u64; 8] = [1, 2, 3, 5, 8, 13, 21, 1_234_567];
const STEPS: i64 = 2_000;
const LIMIT: &str = "5";

/// One order at the venue.
#[derive(Clone)]
struct AtVenue {
    order: NewOrder,
    open: Quantity,
    acknowledged: bool,
    cancel: bool,
}

fn statement(random: &mut Random, instrument: u32, group: u16) -> Intent {
    let size = format!("0.{:03}", random.below(1_000));
    let size = if random.below(4) == 0 { format!("{}", random.below(7)) } else { size };
    let price = format!("{}.{:03}", 95 + random.below(10), random.below(1_000));
    let side = if random.below(2) == 0 { Side::Buy } else { Side::Sell };
    let slot = random.below(2) as u16;
    let action = match random.below(8) {
        0 => Action::Clear(SlotId(slot)),
        1 if random.below(8) == 0 => Action::CancelAll,
        2 => {
            let goal = match random.below(3) {
                0 => Goal::Flat,
                1 => Goal::Weight(Ratio::from_percent(random.below(80) as i64 - 40).unwrap()),
                _ => Goal::Size(qty(&size)),
            };
            let via = [Via::Cross, Via::Passive, Via::Twap(secs(20))][random.below(3) as usize];
            target(goal, Some(via))
        }
        _ => {
            let tif = [WishTif::Gtc, WishTif::Gtc, WishTif::Fak][random.below(3) as usize];
            let post_only = tif == WishTif::Gtc && random.below(2) == 0;
            let reduce_only = random.below(6) == 0;
            let wish = wish(slot, side, &size, &price);
            Action::Order(OrderWish { tif, post_only, reduce_only, ..wish })
        }
    };
    intent(instrument, group, action)
}

/// What the venue says next of one of its orders, and whether that is its end.
fn answer(random: &mut Random, at: &mut AtVenue) -> (ReportKind, bool) {
    match random.below(6) {
        0 if !at.acknowledged => (ReportKind::Rejected(RejectReason::PostOnlyWouldCross), true),
        _ if !at.acknowledged => {
            at.acknowledged = true;
            (ReportKind::Accepted, false)
        }
        0 if at.cancel => {
            at.cancel = false;
            (ReportKind::CancelRejected, false)
        }
        1 | 2 if at.cancel => (ReportKind::Canceled(CancelReason::Requested), true),
        3 => (ReportKind::Canceled(CancelReason::BalanceDropped), true),
        n => {
            let part = if n == 4 { at.open.raw() } else { at.open.raw().div_euclid(2).max(1) };
            at.open = Quantity::from_raw(at.open.raw() - part);
            let fill = Fill {
                price: at.order.limit.unwrap(),
                size: Quantity::from_raw(part),
                fee: Money::from_raw(random.below(1_000) as i64),
                liquidity: Liquidity::Maker,
                remaining: at.open,
            };
            (ReportKind::Filled(fill), at.open.is_zero())
        }
    }
}

#[track_caller]
fn check_invariants(rig: &Rig, seed: u64, step: i64) {
    let view = rig.session.view();
    let mut orders = 0;
    let (mut costs, mut values) = (0, 0);
    for seen in &view.instruments {
        orders += seen.orders.len();
        assert!(
            seen.orders.is_sorted_by(|a, b| a.id.slot < b.id.slot),
            "seed {seed}, step {step}: two orders in one slot"
        );
        for order in &seen.orders {
            assert!(order.state != SlotState::Empty && order.open.is_positive());
        }
        for side in Side::ALL {
            let exposure = seen.exposure(side, &[]);
            assert!(exposure <= qty(LIMIT), "seed {seed}, step {step}: {side} {exposure}");
        }
        costs += seen.position.cost.raw() - seen.position.realized.raw();
        // Without a mark a position counts at cost.
        let value = match seen.mark {
            Some(mark) => seen.position.value(mark.price).unwrap(),
            None => seen.position.cost,
        };
        values += value.raw();
    }
    assert_eq!(orders, rig.session.open_orders() as usize, "seed {seed}, step {step}");
    let account = view.account;
    assert_eq!(
        account.cash.raw() + costs + account.fees_paid.raw(),
        account.initial.raw(),
        "seed {seed}, step {step}: money is conserved"
    );
    assert_eq!(account.equity.raw(), account.cash.raw() + values, "seed {seed}, step {step}");
}

/// Takes the session's commands to the venue; every order must be one that a venue can take.
fn deliver(rig: &mut Rig, venue: &mut Vec<AtVenue>, ticks: &[&str; 2]) {
    for record in &rig.session.outbox().orders {
        let OrderStep::Placed(order) = record.kind else {
            continue;
        };
        let tick = px(ticks[order.id.instrument.index()]);
        assert!(order.limit.unwrap().is_multiple_of(tick), "{order:?} is off the grid");
        assert!(order.size.is_multiple_of(qty("0.001")) && order.size.is_positive());
    }
    for command in std::mem::take(&mut rig.session.outbox_mut().commands) {
        match command {
            Command::Place(order) => {
                let fresh = |at: &AtVenue| at.order.id != order.id;
                assert!(venue.iter().all(fresh), "an order id was used twice");
                let open = order.size;
                venue.push(AtVenue { order, open, acknowledged: false, cancel: false });
            }
            Command::Cancel(id) => {
                let known = venue.iter_mut().find(|at| at.order.id == id);
                known.unwrap().cancel = true;
            }
        }
    }
    rig.session.outbox_mut().clear();
}

fn report(rig: &mut Rig, random: &mut Random, venue: &mut Vec<AtVenue>) {
    if venue.is_empty() {
        return;
    }
    let n = random.below(venue.len() as u64) as usize;
    let (kind, ended) = answer(random, &mut venue[n]);
    let id: OrderId = venue[n].order.id;
    if ended {
        venue.remove(n);
    }
    rig.report(&id.to_string(), kind);
}

#[test]
fn nothing_breaks_the_rules() {
    for seed in SEEDS {
        println!("seed {seed}");
        let mut random = Random(seed);
        let instruments = vec![perp("btc"), perp("eth")];
        let mut rig = Rig::with(VenueKind::BinancePerp, instruments, |manifest, _| {
            let (limit, scope) = (qty(LIMIT), Scope::EachInstrument);
            manifest.risk = vec![
                RiskRule::MaxPosition { limit, scope },
                RiskRule::MaxOrderRate { count: 6, per: secs(5) },
                RiskRule::MaxOpenOrders { limit: 5 },
            ];
        });
        let mut venue = Vec::new();
        let mut ticks = ["0.1", "0.1"];
        for step in 1..=STEPS {
            rig.session.advance_to(at(step), false).unwrap();
            deliver(&mut rig, &mut venue, &ticks);
            let instrument = random.below(2) as u32;
            for _ in 0..random.below(3) {
                let group = u16::from(random.below(4) == 0);
                let which = random.below(2) as u32;
                rig.lines.borrow_mut().say.push(statement(&mut random, which, group));
            }
            if random.below(50) == 0 {
                let tick = ["0.1", "0.01", "0.5"][random.below(3) as usize];
                ticks[instrument as usize] = tick;
                let change = MarketData::Meta(MetaChange::Tick(px(tick)));
                rig.event(step, instrument, change);
            } else {
                let bid = format!("{}.{}", 97 + random.below(6), random.below(10));
                rig.quote_of(instrument, step, &bid, &format!("{bid}9"));
            }
            check_invariants(&rig, seed, step);
            deliver(&mut rig, &mut venue, &ticks);
            for _ in 0..random.below(5) {
                report(&mut rig, &mut random, &mut venue);
                check_invariants(&rig, seed, step);
                deliver(&mut rig, &mut venue, &ticks);
            }
            assert_eq!(venue.len(), rig.session.open_orders() as usize, "seed {seed}");
        }
        let counters = rig.session.counters();
        assert!(counters.placed > 200 && counters.cancels > 20, "seed {seed}: {counters:?}");
    }
}
