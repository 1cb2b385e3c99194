//! Sizes in lots and orders that end at a time, up to the commands of a real session.

use strat_runtime::instrument::InstrumentId;
use strat_runtime::money::Money;
use strat_runtime::order::{Command, OrderId, Report, ReportKind, TimeInForce};
use strat_runtime::session::{HostReason, Session, Setup};
use strat_runtime::signal::Action;
use strat_runtime::strategy::Trigger;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;

use crate::world::{World, instrument, size};
use crate::{interp, ir_of};

fn strategy(body: &str) -> String {
    format!(
        "strategy t \"orders\" {{\n  version 1\n  venue polymarket\n  \
         instrument a = \"I0\" on polymarket\n  instrument b = \"I1\" on polymarket\n  \
         universe markets max 5 order by id {{ where tick > 0 }}\n  \
         risk {{ max_position: 500 shares per market }}\n{body}\n}}\n"
    )
}

/// A lot is that of the instrument whose size is wanted, as it is at the event.
#[test]
fn lots_are_those_of_the_instrument() {
    let body = "  on book(a) {\n    buy a 3 lots @ 0.50\n    buy b 3 lots @ 0.50\n    \
                buy b min(2 lots, 1 shares) @ 0.40\n    buy a 0 lots @ 0.30\n    \
                for m in markets { buy m 7 lots @ 0.20 }\n    \
                require a.position.size < 1 lots else \"enough\"\n  }";
    let ir = ir_of("t", &strategy(body), false);
    let mut interp = interp(&ir, &[]);
    let mut world = World::new(VenueKind::Polymarket, 2);
    world.view.instruments[0].meta.lot = size("0.5");
    world.view.instruments[1].meta.lot = size("2");
    let sizes = |world: &mut World, interp: &mut strat_compiler::interp::Interp| {
        let out = world.step(interp, Trigger::Book(InstrumentId(0))).clone();
        let wish = |action: &Action| match action {
            Action::Order(wish) => wish.size.to_string(),
            other => panic!("{other:?}"),
        };
        let sizes: Vec<String> = out.intents.iter().map(|intent| wish(&intent.action)).collect();
        (sizes.join(" "), out.stops.len())
    };
    assert_eq!(sizes(&mut world, &mut interp), ("1.5 6 1 0 3.5 14".to_owned(), 0));
    world.view.instruments[0].meta.lot = size("0.1");
    world.view.instruments[0].position.size = size("0.1");
    assert_eq!(sizes(&mut world, &mut interp), ("0.3 6 1 0 0.7 14".to_owned(), 1));
}

/// An order that ends at a time ends then; one that would end too soon is refused with its reason.
#[test]
fn orders_end_at_a_time() {
    let body = "  on every 60s {\n    let end = a.expiry else \"no expiry\"\n    \
                buy a 50 shares @ 0.50 tif gtd end\n  }";
    let ir = ir_of("t", &strategy(body), false);
    let expires = Time::from_secs(1_000).unwrap();
    let markets = (0..2)
        .map(|n| {
            let mut market = instrument(n, VenueKind::Polymarket);
            market.expires_at = Some(expires);
            market
        })
        .collect();
    let setup = Setup::new(markets, Money::parse("1000").unwrap(), VenueKind::Polymarket);
    let mut session = Session::new(interp(&ir, &[]), setup).unwrap();
    session.start(Time::EPOCH).unwrap();
    let mut placed = Vec::new();
    let mut refused = 0;
    for minute in 0..16 {
        session.advance_to(Time::from_secs(minute * 60).unwrap(), true).unwrap();
        for command in &session.outbox().commands {
            if let Command::Place(order) = command {
                placed.push((session.view().now, order.tif));
                assert_eq!(order.size, size("50"));
            }
        }
        let near = |note: &&strat_runtime::session::Note| note.reason == HostReason::ExpiryTooNear;
        refused += session.outbox().notes.iter().filter(near).count();
        session.outbox_mut().clear();
    }
    assert_eq!(placed, [(Time::EPOCH, TimeInForce::Gtd(expires))]);
    // From 840 s on fewer than the venue's 180 s are left.
    let left = expires.since(Time::from_secs(840).unwrap());
    assert_eq!((left, refused), (Some(Duration::from_secs(160)), 2));
    assert_eq!(session.counters().faults, 0);
}

/// Orders that are new each time, up to as many as a parameter says; cancelled by their name.
#[test]
fn each_time_fills_its_slots_and_cancel_empties_them() {
    let body = "  param n: int = 2 in 1..4\n  on every 60s {\n    \
                buy a 5 shares @ 0.50 each time max n as rung\n    \
                quote b { bid 0.40 size 5 shares ask 0.60 size 5 shares as both }\n  }\n  \
                on shutdown { cancel rung  cancel both }";
    let ir = ir_of("t", &strategy(body), false);
    for (n, expected) in [("n=1", 1), ("n=2", 2), ("n=4", 4)] {
        let markets = (0..2).map(|n| instrument(n, VenueKind::Polymarket)).collect();
        let setup = Setup::new(markets, Money::parse("1000").unwrap(), VenueKind::Polymarket);
        let mut session = Session::new(interp(&ir, &[n]), setup).unwrap();
        session.start(Time::EPOCH).unwrap();
        for minute in 0..6 {
            session.advance_to(Time::from_secs(minute * 60).unwrap(), true).unwrap();
        }
        let placed = |command: &Command| match command {
            Command::Place(order) => order.id,
            Command::Cancel(id) => panic!("{id}"),
        };
        let orders: Vec<OrderId> = session.outbox().commands.iter().map(placed).collect();
        let of = |id| orders.iter().filter(|order| order.instrument == InstrumentId(id)).count();
        assert_eq!((of(0), of(1)), (expected, 2), "{n}");
        assert_eq!(session.counters().host(HostReason::AllWorking), 6 - expected as u64);
        session.outbox_mut().clear();
        let end = Time::from_secs(300).unwrap();
        for order in &orders {
            let kind = ReportKind::Accepted;
            session
                .on_report(&Report { ts_event: end, ts_recv: end, order: *order, kind })
                .unwrap();
        }
        session.shutdown(end).unwrap();
        let commands = &session.outbox().commands;
        let canceled = orders.iter().all(|id| commands.contains(&Command::Cancel(*id)));
        assert!(canceled && commands.len() == orders.len(), "{n}: {commands:?}");
    }
}
