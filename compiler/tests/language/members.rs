//! Streams per member of a universe: each member's own history, from its entry until it leaves.

use strat_compiler::interp::Interp;
use strat_compiler::ir::verify::verify;
use strat_compiler::ir::{DomainKind, Ir, StmtKind, StreamId, UniverseId};
use strat_runtime::book::Level;
use strat_runtime::event::{Event, MarketData};
use strat_runtime::instrument::{Instrument, InstrumentId};
use strat_runtime::manifest::TimerId;
use strat_runtime::money::Money;
use strat_runtime::order::{CancelReason, Command, OrderId, Report, ReportKind};
use strat_runtime::price::Price;
use strat_runtime::quantity::Quantity;
use strat_runtime::session::{Session, Setup};
use strat_runtime::strategy::Trigger;
use strat_runtime::time::Time;
use strat_runtime::venue::VenueKind;

use crate::world::{World, instrument, price};
use crate::{interp, ir_of, stops, texts};

const TICK: Trigger = Trigger::Timer(TimerId(0));

fn book(n: u32) -> Trigger {
    Trigger::Book(InstrumentId(n))
}

fn strategy(items: &str, members: &str) -> String {
    format!(
        "import std.ta {{ ema, sma, crosses_above }}\n{items}strategy t \"members\" {{\n  \
         version 1\n  venue polymarket\n  \
         universe markets max 10 order by id {{ where book.mid > 0.2 }}\n{members}\n}}\n"
    )
}

/// The texts and stops of a timer event.
fn look(ir: &Ir, world: &mut World, interp: &mut Interp) -> Vec<String> {
    let out = world.step(interp, TICK).clone();
    let said = texts(&out).into_iter().map(str::to_owned);
    said.chain(stops(ir, &out).into_iter().map(|stop| format!("stop: {stop}"))).collect()
}

/// A window per member: counted from the entry, by itself, and anew after a return.
#[test]
fn a_window_per_member() {
    let members = "  let e per markets = sma(book.mid, 2)\n  \
                   on every 1s for m in markets { log \"{m.id} {e[m]}\" }";
    let ir = ir_of(
        "t",
        &strategy("", members).replace("ema, ", "").replace(", crosses_above", ""),
        true,
    );
    let mut interp = interp(&ir, &[]);
    let mut world = World::new(VenueKind::Polymarket, 2);
    let wait = "stop: waiting for warm-up";
    world.mid(0, price("0.4"));
    // A tick before the entry is not counted.
    world.step(&mut interp, book(0));
    assert_eq!(look(&ir, &mut world, &mut interp), ["stop: no book.mid", wait]);
    world.step(&mut interp, book(0));
    assert_eq!(look(&ir, &mut world, &mut interp), ["stop: no book.mid", wait]);
    world.mid(0, price("0.5"));
    world.step(&mut interp, book(0));
    world.mid(1, price("0.8"));
    assert_eq!(look(&ir, &mut world, &mut interp), ["I0 0.45", wait]);
    world.step(&mut interp, book(1));
    world.step(&mut interp, book(1));
    assert_eq!(look(&ir, &mut world, &mut interp), ["I0 0.45", "I1 0.8"]);
    // A book with one side keeps the last value, and says nothing of the other member.
    world.view.instruments[0].book.clear();
    world.step(&mut interp, book(0));
    world.mid(0, price("0.1"));
    world.step(&mut interp, book(0));
    assert_eq!(look(&ir, &mut world, &mut interp), ["I1 0.8", "stop: book.mid > 0.2"]);
    world.mid(0, price("0.6"));
    assert_eq!(look(&ir, &mut world, &mut interp), ["I1 0.8", wait]);
    world.step(&mut interp, book(0));
    world.step(&mut interp, book(0));
    assert_eq!(look(&ir, &mut world, &mut interp), ["I0 0.6", "I1 0.8"]);
}

/// A member that is declared, too, has the same values in both ways, whatever is called: library
/// functions, history, nodes with memory, guards, functions. So has one beside it.
#[test]
fn a_member_hears_what_an_instrument_hears() {
    let items = "node runs(x: price) -> int {\n  state n: int = 0\n  state last: price? = none\n  \
                 let again = x == (last ?? 0.0)\n  next n = if again then n + 1 else 0\n  \
                 next last = x\n  yield n\n}\nfn twice(x: real) -> real = x + x\n";
    let line = |of: &str, per: &str, tag: &str| {
        format!(
            "  let mid{tag}{per} = {of}book.mid else \"one-sided\"\n  \
             let f{tag}{per} = ema(mid{tag}, 3)\n  \
             let z{tag}{per} = twice(real(f{tag} - sma(mid{tag}[1], 2)))\n  \
             let r{tag}{per} = runs(mid{tag})\n  \
             let up{tag}{per} = crosses_above(f{tag}, sma(mid{tag}, 4))\n"
        )
    };
    let members = format!(
        "  instrument a = \"I0\" on polymarket\n{}{}  on every 1s for m in markets cold {{\n    \
         require m.id == a.id else \"another\"\n    \
         log \"{{z}} {{r}} {{up}} {{f}}\"\n    \
         log \"{{z_m[m]}} {{r_m[m]}} {{up_m[m]}} {{f_m[m]}}\"\n  }}",
        line("a.", "", ""),
        line("", " per markets", "_m"),
    );
    let ir = ir_of("t", &strategy(items, &members), false);
    let mut interp = interp(&ir, &[]);
    let mut world = World::new(VenueKind::Polymarket, 3);
    for n in 0..3 {
        world.mid(n, price("0.5"));
    }
    // Both begin here: the universe is looked at before the first tick.
    world.step(&mut interp, TICK);
    let mut random = Random(20_26);
    let mut compared = 0;
    for _ in 0..2_000 {
        let n = random.below(3) as usize;
        match random.below(10) {
            0 => world.view.instruments[n].book.clear(),
            of => {
                let cents = 30 + (of + random.below(3)) as i64;
                world.mid(n, Price::from_raw(cents * 10_000_000));
            }
        }
        let one_sided = world.view.instruments[0].book.best_bid().is_none();
        world.step(&mut interp, book(n as u32));
        if one_sided {
            // Looked at now, it would leave and begin anew, which the declared one does not.
            continue;
        }
        let out = world.step(&mut interp, TICK).clone();
        assert_eq!(out.fault, None);
        let said = texts(&out);
        assert_eq!(said[0], said[1]);
        compared += usize::from(!said[0].contains("none"));
    }
    assert!(compared > 1_000, "seed 2026: only {compared} values compared");
}

/// What a fault in a member's stream leaves behind: nothing.
#[test]
fn a_fault_leaves_no_trace() {
    let items =
        "node count(x: price) -> int {\n  state n: int = 0\n  next n = n + 1\n  yield n\n}\n";
    let members = "  let n per markets = count(book.mid)\n  let e per markets = ema(book.mid, 3)\n  \
                   let big per markets = book.mid * 20_000_000_000\n  \
                   on every 1s for m in markets cold { log \"{m.id} {n[m]} {e[m]} {big[m]}\" }";
    let ir = ir_of("t", &strategy(items, members), false);
    let run = |faulty: bool| {
        let mut interp = interp(&ir, &[]);
        let mut world = World::new(VenueKind::Polymarket, 2);
        (0..2).for_each(|n| world.mid(n, price("0.3")));
        world.step(&mut interp, TICK);
        let mut said = Vec::new();
        for round in 0..12_u32 {
            world.mid(round as usize % 2, Price::from_raw(300_000_000 + i64::from(round) * 1_000));
            assert_eq!(world.step(&mut interp, book(round % 2)).fault, None);
            if faulty {
                // 0.9 * 2e10 is more than a price holds.
                world.mid(0, price("0.9"));
                assert!(world.step(&mut interp, book(0)).fault.is_some());
                world.mid(0, price("0.3"));
            }
            said.extend(look(&ir, &mut world, &mut interp));
        }
        said
    };
    let (without, with) = (run(false), run(true));
    assert_eq!(without.len(), 24);
    assert_eq!(without, with);
}

/// A fault in the step in which members come and go undoes that, too.
#[test]
fn a_fault_brings_members_back() {
    let members = "  param limit: price = 0.5\n  let e per markets = sma(book.mid, 1)\n  \
                   on leave m in markets { log \"leave {m.id} {e[m]}\" }\n  \
                   on enter m in markets { log \"enter {m.id}\" }\n  \
                   on every 1s for m in markets {\n    \
                   let b = m.book.bid else \"no bid\"\n    \
                   log \"{m.id} {e[m]} {b.price * 20_000_000_000}\"\n  }";
    let ir = ir_of("t", &strategy("", members), false);
    let mut interp = interp(&ir, &[]);
    let mut world = World::new(VenueKind::Polymarket, 3);
    world.mid(0, price("0.3"));
    world.mid(1, price("0.4"));
    world.step(&mut interp, TICK);
    world.step(&mut interp, book(0));
    world.step(&mut interp, book(1));
    // I0 leaves, I2 enters, and I1 faults.
    world.mid(0, price("0.1"));
    world.mid(2, price("0.3"));
    world.mid(1, price("0.9"));
    assert!(world.step(&mut interp, TICK).fault.is_some());
    // Still members are those from before: a tick of I0 counts, one of I2 does not.
    world.step(&mut interp, book(0));
    world.step(&mut interp, book(2));
    world.mid(1, price("0.4"));
    let out = world.step(&mut interp, TICK).clone();
    assert_eq!(texts(&out)[..2], ["leave I0 0.1", "enter I2"]);
    assert_eq!(stops(&ir, &out), ["book.mid > 0.2", "waiting for warm-up"]);
    world.step(&mut interp, book(2));
    assert_eq!(texts(world.step(&mut interp, TICK)).len(), 2);
}

/// Trades of members, the last value of other streams, and members of other handlers.
#[test]
fn trades_latest_and_loops() {
    let members = "  let t per markets = sma(last, 2)\n  \
                   let base = sma(real(a.book.mid ?? 0.5), 1)\n  \
                   let gap per markets = real(last) - (latest(base) ?? 9.0)\n  \
                   instrument a = \"I0\" on polymarket\n  \
                   on every 1s {\n    for m in markets { log \"{m.id} {t[m]} {gap[m]}\" }\n    \
                   log \"end\"\n  }";
    let ir = ir_of("t", &strategy("", members), false);
    let mut interp = interp(&ir, &[]);
    let mut world = World::new(VenueKind::Polymarket, 2);
    (0..2).for_each(|n| world.mid(n, price("0.5")));
    let trade = |world: &mut World, interp: &mut Interp, n: u32, at: &str| {
        let now = world.view.now;
        world.view.instruments[n as usize].last_trade = Some((price(at), now));
        world.step(interp, Trigger::Trade(InstrumentId(n))).clone()
    };
    let wait = "stop: waiting for warm-up";
    // What is behind a stream per member and is none itself holds the whole handler back.
    assert_eq!(look(&ir, &mut world, &mut interp), [wait]);
    trade(&mut world, &mut interp, 1, "0.4");
    trade(&mut world, &mut interp, 1, "0.6");
    assert_eq!(look(&ir, &mut world, &mut interp), [wait]);
    world.step(&mut interp, book(0));
    let said = look(&ir, &mut world, &mut interp);
    assert_eq!(said, ["I1 0.5 -8.4", "end", wait]);
    trade(&mut world, &mut interp, 1, "0.6");
    assert_eq!(look(&ir, &mut world, &mut interp)[0], "I1 0.6 0.09999999999999998");
}

/// xorshift64*: small and the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n
    }
}

const TRADER: &str = "  let mid per markets = book.mid else \"one-sided book\"\n  \
    let f per markets = ema(mid, 3)\n  let s per markets = sma(mid, 8)\n  \
    risk { max_position: 50 shares per market }\n  \
    on every 10s for m in markets {\n    require f[m] > s[m] else \"no trend\"\n    \
    buy m 5 shares @ price(f[m], down) else cancel\n  }";

fn session() -> Session<Interp> {
    let text = strategy("", TRADER).replace(", crosses_above", "");
    let ir = ir_of("t", &text, true);
    let markets: Vec<Instrument> = (0..4).map(|n| instrument(n, VenueKind::Polymarket)).collect();
    let setup = Setup::new(markets, Money::parse("1000").unwrap(), VenueKind::Polymarket);
    let mut session = Session::new(interp(&ir, &[]), setup).unwrap();
    session.start(Time::EPOCH).unwrap();
    session
}

fn quotes(seed: u64, count: usize) -> Vec<Event<'static>> {
    let mut random = Random(seed);
    let mut mids = [50_i64, 30, 70, 22];
    let mut at = 1;
    let level = |cents| Level::new(Price::from_raw(cents * 10_000_000), Quantity::ONE);
    let mut next = |_| {
        at += random.below(3) as i64;
        let n = random.below(4) as usize;
        mids[n] = (mids[n] + random.below(5) as i64 - 2).clamp(15, 90);
        let ts = Time::from_secs(at).unwrap();
        let data = MarketData::Quote { bid: level(mids[n] - 1), ask: level(mids[n] + 1) };
        Event { ts_event: ts, ts_recv: ts, instrument: InstrumentId(n as u32), data }
    };
    (0..count).map(&mut next).collect()
}

/// The venue ends every order at the next event.
fn answer(session: &mut Session<Interp>, now: Time) {
    let orders = session.view().instruments.iter().flat_map(|market| &market.orders);
    let ids: Vec<OrderId> = orders.map(|order| order.id).collect();
    for order in ids {
        let kind = ReportKind::Canceled(CancelReason::Requested);
        session.on_report(&Report { ts_event: now, ts_recv: now, order, kind }).unwrap();
    }
}

/// What a session asks for; boundaries before each event go one by one, or with the event.
fn commands(events: &[Event<'_>], one_by_one: bool) -> (Vec<(Time, Command)>, Vec<u64>) {
    let mut session = session();
    let mut all = Vec::new();
    let mut take = |session: &mut Session<Interp>| {
        let now = session.view().now;
        all.extend(session.outbox().commands.iter().map(|command| (now, *command)));
        session.outbox_mut().clear();
    };
    for event in events {
        if one_by_one {
            while let Some(at) = session.next_boundary().filter(|at| *at < event.ts_recv) {
                session.advance_to(at, true).unwrap();
                take(&mut session);
            }
        }
        session.on_event(event).unwrap();
        take(&mut session);
        answer(&mut session, event.ts_recv);
    }
    let counters = session.counters();
    assert_eq!(counters.faults, 0);
    (all, counters.stops.clone())
}

/// In a real session the books of members that nobody declared reach their streams, orders follow,
/// and a run of the first events is the first part of the run of all.
#[test]
fn sessions_trade_on_members() {
    for seed in [1, 7, 2_026] {
        let events = quotes(seed, 3_000);
        let (all, stops) = commands(&events, true);
        assert!(all.len() > 20, "seed {seed}: {} commands", all.len());
        assert!(stops.iter().filter(|count| **count > 0).count() >= 2, "seed {seed}: {stops:?}");
        let placed: std::collections::BTreeSet<u32> = all
            .iter()
            .filter_map(|(_, command)| match command {
                Command::Place(order) => Some(order.id.instrument.0),
                Command::Cancel(_) => None,
            })
            .collect();
        assert_eq!(placed.len(), 4, "seed {seed}: every market trends once");
        for cut in [1, 500, 1_777] {
            let (first, _) = commands(&events[..cut], true);
            assert_eq!(first, all[..first.len()], "seed {seed}, the first {cut} events");
        }
        let (at_once, same) = commands(&events, false);
        let bare = |list: &[(Time, Command)]| list.iter().map(|(_, c)| *c).collect::<Vec<_>>();
        assert_eq!((bare(&at_once), same), (bare(&all), stops), "seed {seed}");
    }
}

type Break = Box<dyn Fn(&mut Ir)>;

/// What a program must say of its members: the verifier misses nothing of it.
#[test]
fn broken_programs_are_refused() {
    let items =
        "node count(x: price) -> int {\n  state n: int = 0\n  next n = n + 1\n  yield n\n}\n";
    let members = "  universe others max 5 order by id { where tick > 0 }\n  \
                   let c per markets = count(book.mid)\n  let o per others = book.mid\n  \
                   let e per markets = ema(book.mid, 3)\n  \
                   on every 1s for m in markets { log \"{e[m]} {c[m]}\" }\n  \
                   on every 2s { for m in markets { log \"{e[m]}\" } }";
    let whole = ir_of("t", &strategy(items, members), false);
    assert_eq!(verify(&whole), Ok(()));
    let at = |name: &str| whole.streams.iter().position(|stream| stream.name == name).unwrap();
    let (e, o) = (at("e"), at("o"));
    let cases: Vec<(&str, Break)> = vec![
        ("is read and not declared", Box::new(|ir| ir.handlers[0].waits.clear())),
        (
            "not of the member at hand",
            Box::new(move |ir| ir.handlers[0].waits.push(StreamId(o as u32))),
        ),
        ("stream 9999 does not exist", Box::new(|ir| ir.handlers[0].waits.push(StreamId(9_999)))),
        (
            "is read and not declared",
            Box::new(|ir| {
                let StmtKind::For { waits, .. } = &mut ir.handlers[1].body[0].kind else {
                    panic!("the second handler is one loop")
                };
                waits.clear();
            }),
        ),
        (
            "read without a member",
            Box::new(move |ir| ir.handlers[1].reads.push(StreamId(e as u32))),
        ),
        (
            "of other members, or of none",
            Box::new(move |ir| ir.streams[e].reads.push(StreamId(o as u32))),
        ),
        ("set by a stream of other members", Box::new(|ir| ir.states[0].per = None)),
        (
            "universe 7 does not exist",
            Box::new(|ir| ir.domains[0].kind = DomainKind::MemberBook(UniverseId(7))),
        ),
    ];
    for (number, (expected, damage)) in cases.into_iter().enumerate() {
        let mut ir = (*whole).clone();
        damage(&mut ir);
        let error = verify(&ir).unwrap_err();
        let known = error.what.contains(expected)
            || (number == 6 && error.what.contains("per member is read"));
        assert!(known, "case {number}: {error}");
    }
}
