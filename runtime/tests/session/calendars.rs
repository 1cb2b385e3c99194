//! Timers at the sessions of calendars.

use std::cell::RefCell;
use std::rc::Rc;

use strat_runtime::event::Event;
use strat_runtime::manifest::{Manifest, Timer, TimerId};
use strat_runtime::session::{Session, Setup};
use strat_runtime::snapshot::{RestoreError, Snapshot, SnapshotError, Value};
use strat_runtime::strategy::{Reaction, Strategy, Trigger};
use strat_runtime::time::{Calendar, Duration, Edge, Time};
use strat_runtime::venue::VenueKind;
use strat_runtime::view::View;

use crate::rig::*;

const OPEN: Timer = Timer::Session(Calendar::Nyse, Edge::Open);
const CLOSE: Timer = Timer::Session(Calendar::Nyse, Edge::Close);

/// `XNYS` of `exchange_calendars` 4.13.2: daylight time begins on 2026-03-08.
const DAYLIGHT: [(&str, &str); 4] = [
    ("2026-03-05T14:30:00Z", "2026-03-05T21:00:00Z"),
    ("2026-03-06T14:30:00Z", "2026-03-06T21:00:00Z"),
    ("2026-03-09T13:30:00Z", "2026-03-09T20:00:00Z"),
    ("2026-03-10T13:30:00Z", "2026-03-10T20:00:00Z"),
];

/// `XNYS` of `exchange_calendars` 4.13.2: closed on Thursday 2024-11-28, and until 13:00 on Friday.
const THANKSGIVING: [(&str, &str); 5] = [
    ("2024-11-25T14:30:00Z", "2024-11-25T21:00:00Z"),
    ("2024-11-26T14:30:00Z", "2024-11-26T21:00:00Z"),
    ("2024-11-27T14:30:00Z", "2024-11-27T21:00:00Z"),
    ("2024-11-29T14:30:00Z", "2024-11-29T18:00:00Z"),
    ("2024-12-02T14:30:00Z", "2024-12-02T21:00:00Z"),
];

type Heard = Vec<(Time, u16)>;

/// Hears which timers fire.
struct Listener {
    manifest: Manifest,
    heard: Rc<RefCell<Heard>>,
}

impl Strategy for Listener {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn step(&mut self, trigger: Trigger, view: &View, _: &mut Reaction) {
        if let Trigger::Timer(TimerId(timer)) = trigger {
            self.heard.borrow_mut().push((view.now, timer));
        }
    }

    fn snapshot(&self) -> Result<Snapshot, SnapshotError> {
        Ok(Snapshot::default())
    }

    fn restore(&mut self, _: &Snapshot) -> Result<(), RestoreError> {
        Ok(())
    }
}

fn time(text: &str) -> Time {
    Time::parse(text).unwrap()
}

fn session(timers: &[Timer]) -> (Session<Listener>, Rc<RefCell<Heard>>) {
    let instruments = vec![perp("btc")];
    let mut manifest = manifest(VenueKind::BinancePerp, &instruments);
    manifest.timers = timers.to_vec();
    let setup = Setup::new(instruments, usd("1000"), VenueKind::BinancePerp);
    let heard = Rc::new(RefCell::new(Vec::new()));
    let listener = Listener { manifest, heard: Rc::clone(&heard) };
    (Session::new(listener, setup).unwrap(), heard)
}

/// What fires between two times, both included, with nothing else going on.
fn silent(timers: &[Timer], from: Time, to: Time) -> Heard {
    let (mut session, heard) = session(timers);
    session.start(from).unwrap();
    session.advance_to(to, true).unwrap();
    drop(session);
    heard.take()
}

fn table(rows: &[(&str, &str)]) -> Heard {
    rows.iter().flat_map(|(open, close)| [(time(open), 0), (time(close), 1)]).collect()
}

#[test]
fn new_york_opens_and_closes_as_in_the_table() {
    for (rows, from, to) in [
        (&DAYLIGHT[..], "2026-03-05T00:00:00Z", "2026-03-11T00:00:00Z"),
        (&THANKSGIVING, "2024-11-25T00:00:00Z", "2024-12-03T00:00:00Z"),
    ] {
        assert_eq!(silent(&[OPEN, CLOSE], time(from), time(to)), table(rows));
    }
}

/// Through 16 years of every calendar, against an independent implementation.
#[test]
fn every_session_opens_and_closes_once() {
    let (from, to) = (time("2015-01-01T00:00:00Z"), time("2030-12-31T12:00:00Z"));
    let calendars = Calendar::ALL.into_iter().filter(|calendar| !calendar.is_always_open());
    let timers: Vec<Timer> = calendars
        .flat_map(|of| [Edge::Open, Edge::Close].map(|edge| Timer::Session(of, edge)))
        .collect();
    let mut wanted = Vec::new();
    for row in include_str!("../vectors/calendars.tsv").lines().filter(|row| !row.starts_with('#'))
    {
        let columns: Vec<&str> = row.split('\t').collect();
        let twice = if columns[0] == "nyse" { vec!["nyse", "nasdaq"] } else { vec![columns[0]] };
        for (name, (edge, column)) in
            twice.iter().flat_map(|name| [(Edge::Open, 2), (Edge::Close, 3)].map(|it| (name, it)))
        {
            let timer = Timer::Session(Calendar::parse(name).unwrap(), edge);
            let number = timers.iter().position(|known| *known == timer).unwrap();
            wanted.push((at(columns[column].parse::<i64>().unwrap() * 60), number as u16));
        }
    }
    wanted.retain(|(at, _)| from <= *at && *at <= to);
    wanted.sort_unstable();
    let got = silent(&timers, from, to);
    assert!(wanted.len() > 50_000, "{}", wanted.len());
    let differs = got.iter().zip(&wanted).find(|(got, wanted)| got != wanted);
    assert_eq!((differs, got.len()), (None, wanted.len()));
}

#[test]
fn nothing_fires_before_the_start() {
    let opens = time("2026-03-06T14:30:00Z");
    let end = time("2026-03-09T13:30:00Z");
    let nanosecond = Duration::from_nanos(1);
    let first = |from| silent(&[OPEN], from, end).first().map(|(at, _)| *at);
    assert_eq!(first(opens.checked_sub(nanosecond).unwrap()), Some(opens));
    assert_eq!(first(opens), Some(opens));
    assert_eq!(first(opens.checked_add(nanosecond).unwrap()), Some(end));
}

#[test]
fn timers_of_one_time_fire_in_their_order() {
    // Both at 21:00 UTC; and the close of one currency session is the opening of the next.
    let both = |close| [Timer::Every(Duration::from_hours(1)), close];
    let at = time("2026-03-05T21:00:00Z");
    assert_eq!(silent(&both(CLOSE), at, at), [(at, 0), (at, 1)]);
    let [first, second] = both(CLOSE);
    assert_eq!(silent(&[second, first], at, at), [(at, 0), (at, 1)]);
    let forex = [Edge::Open, Edge::Close].map(|edge| Timer::Session(Calendar::Forex, edge));
    let at = time("2026-03-05T22:00:00Z");
    assert_eq!(silent(&forex, at, at), [(at, 0), (at, 1)]);
}

const MIXED: [Timer; 6] = [
    CLOSE,
    OPEN,
    Timer::Session(Calendar::Tse, Edge::Open),
    Timer::Session(Calendar::Forex, Edge::Close),
    Timer::Every(Duration::from_hours(6)),
    Timer::Session(Calendar::Crypto, Edge::Open),
];

/// Five weeks with the change to daylight time, an event every seven hours and a gap of four days.
fn events() -> Vec<Event<'static>> {
    let start = time("2026-02-20T00:00:00Z").nanos() / 1_000_000_000;
    let hours = (0..120).map(|n| if n < 60 { 7 * n } else { 7 * n + 96 });
    hours.map(|hour| event(start + 3_600 * hour, 0, trade("100"))).collect()
}

#[test]
fn cutting_and_restarting_change_nothing() {
    let events = events();
    let run = |cut: usize, restart: bool| {
        let (mut running, mut heard) = session(&MIXED);
        running.start(events[0].ts_recv).unwrap();
        for slice in events.chunks(cut) {
            let mut done = 0;
            while done < slice.len() {
                done += running.advance(&slice[done..]).unwrap();
                running.outbox_mut().clear();
            }
            if restart {
                let bytes = running.snapshot().unwrap().encode();
                let before = heard.take();
                (running, heard) = session(&MIXED);
                running.restore(&Snapshot::decode(&bytes).unwrap()).unwrap();
                heard.replace(before);
            }
        }
        drop(running);
        heard.take()
    };
    let whole = run(events.len(), false);
    let (from, to) = (events[0].ts_recv, events[events.len() - 1].ts_recv);
    let mut alone = silent(&MIXED, from, to);
    // Boundaries of the last event's time come after it.
    alone.retain(|(at, _)| *at < to);
    assert_eq!(whole, alone);
    assert!((0..6).all(|timer| whole.iter().filter(|it| it.1 == timer).count() > 20));
    for cut in [1, 2, 7] {
        assert_eq!(run(cut, false), whole, "{cut}");
        assert_eq!(run(cut, true), whole, "{cut}");
    }
}

fn taken_over(timers: &[Timer], boundaries: &[&str]) -> Result<Heard, RestoreError> {
    let (mut running, _) = session(&[OPEN]);
    running.start(time("2024-11-27T15:00:00Z")).unwrap();
    let mut snapshot = running.snapshot().unwrap();
    let field = snapshot.session.iter_mut().find(|field| field.name == "boundaries").unwrap();
    let nanos = boundaries.iter().map(|at| Value::Int(i128::from(time(at).nanos())));
    field.value = Value::List(nanos.collect());
    let (mut running, heard) = session(timers);
    running.restore(&snapshot)?;
    running.advance_to(time("2024-12-01T00:00:00Z"), true).unwrap();
    Ok(heard.take())
}

#[test]
fn only_fitting_boundaries_are_taken_over() {
    let friday = time("2024-11-29T14:30:00Z");
    assert_eq!(taken_over(&[OPEN], &["2024-11-29T14:30:00Z"]).unwrap(), [(friday, 0)]);
    // The day of the boundary has become a holiday since.
    assert_eq!(taken_over(&[OPEN], &["2024-11-28T14:30:00Z"]).unwrap(), [(friday, 0)]);
    for (timers, boundaries, words) in [
        (&[OPEN][..], &[][..], "more or fewer boundaries"),
        (&[OPEN], &["2024-11-29T14:30:00Z"; 2], "more or fewer boundaries"),
        (&[CLOSE], &["2024-11-29T14:30:00Z"], "session_open(nyse)"),
        (&[], &[], "session_open(nyse)"),
    ] {
        let error = taken_over(timers, boundaries).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
}

/// What is said of a calendar's sessions, at each of three years of them.
#[test]
fn sessions_adjoin_where_they_are_said_to() {
    for calendar in Calendar::ALL {
        let mut session = (time("2023-01-01T00:00:00Z"), 0, 0);
        while session.0 < time("2026-01-01T00:00:00Z") {
            let close = calendar.next_close(session.0).unwrap();
            let adjoins = calendar.next_open(close.checked_sub(Duration::from_nanos(1)).unwrap());
            session = (close, session.1 + 1, session.2 + u32::from(adjoins == Some(close)));
        }
        let (_, all, adjoining) = session;
        assert!(all > 700, "{calendar:?} {all}");
        assert_eq!(calendar.is_always_open(), adjoining == all, "{calendar:?}");
        assert_eq!(calendar.has_adjoining_sessions(), adjoining > 0, "{calendar:?}");
    }
}
