//! Snapshots as bytes, and what a session refuses to take over.

use strat_runtime::event::{Event, MarketData};
use strat_runtime::instrument::{Instrument, InstrumentId};
use strat_runtime::manifest::Manifest;
use strat_runtime::money::Money;
use strat_runtime::session::{Session, Setup};
use strat_runtime::snapshot::{DecodeError, Field, RestoreError, Snapshot, SnapshotError, Value};
use strat_runtime::strategy::{Reaction, Strategy, Trigger};
use strat_runtime::venue::VenueKind;
use strat_runtime::view::View;

use crate::rig::*;

/// Counts its steps.
#[derive(Debug, Clone)]
struct Counting {
    manifest: Manifest,
    steps: i128,
}

impl Strategy for Counting {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn step(&mut self, _: Trigger, _: &View, _: &mut Reaction) {
        self.steps += 1;
    }

    fn snapshot(&self) -> Result<Snapshot, SnapshotError> {
        let steps = Field::new("steps".to_owned(), "int".to_owned(), Value::Int(self.steps));
        Ok(Snapshot { states: vec![steps], ..Snapshot::default() })
    }

    fn restore(&mut self, snapshot: &Snapshot) -> Result<(), RestoreError> {
        if let Some(Field { value: Value::Int(steps), .. }) = snapshot.states.first() {
            self.steps = *steps;
        }
        Ok(())
    }
}

fn session(instruments: &[Instrument]) -> Session<Counting> {
    let manifest = manifest(VenueKind::BinancePerp, instruments);
    let setup =
        Setup::new(instruments.to_vec(), Money::from_int(1_000).unwrap(), VenueKind::BinancePerp);
    Session::new(Counting { manifest, steps: 0 }, setup).unwrap()
}

fn running(instruments: &[Instrument]) -> Session<Counting> {
    let mut session = session(instruments);
    session.start(at(1)).unwrap();
    for n in 2..20 {
        let data = MarketData::Trade { price: px("100"), size: qty("1"), aggressor: None };
        let event = Event { ts_event: at(n), ts_recv: at(n), instrument: InstrumentId(0), data };
        session.on_event(&event).unwrap();
    }
    session.outbox_mut().clear();
    session
}

fn rich() -> Snapshot {
    let field = |name: &str, value| Field::new(name.to_owned(), "t".to_owned(), value);
    let values = vec![
        Value::None,
        Value::Bool(true),
        Value::Bool(false),
        Value::Int(0),
        Value::Int(-1),
        Value::Int(i128::MAX),
        Value::Int(i128::MIN),
        Value::Real(-0.0),
        Value::Real(f64::MIN_POSITIVE),
        Value::Text("größer".into()),
        Value::List(Vec::new()),
        Value::Record(vec![Field::part("x", Value::List(vec![Value::None]))]),
    ];
    Snapshot {
        strategy: "probe".to_owned(),
        version: u32::MAX,
        behaviour: u64::MAX,
        layout: Snapshot::layout_of([("b", "int"), ("a", "bool")]),
        states: values.into_iter().map(|value| field("v", value)).collect(),
        memory: vec![field("", Value::None)],
        session: Vec::new(),
    }
}

#[test]
fn snapshots_go_through_bytes() {
    let session = running(&[perp("A")]);
    for snapshot in [Snapshot::default(), rich(), session.snapshot().unwrap()] {
        let bytes = snapshot.encode();
        let read = Snapshot::decode(&bytes).unwrap();
        assert_eq!(read, snapshot);
        assert_eq!(read.encode(), bytes);
    }
    let layout =
        |fields: &[(&'static str, &'static str)]| Snapshot::layout_of(fields.iter().copied());
    assert_eq!(layout(&[("a", "int"), ("b", "int")]), layout(&[("b", "int"), ("a", "int")]));
    assert_ne!(layout(&[("a", "int")]), layout(&[("a", "real")]));
    assert_ne!(layout(&[("ab", "c")]), layout(&[("a", "bc")]));
}

/// The same content under a right checksum.
fn sealed(content: &[u8]) -> Vec<u8> {
    let hash = content.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let mut bytes = b"strat-snapshot".to_vec();
    bytes.extend(1_u16.to_le_bytes());
    bytes.extend((content.len() as u64).to_le_bytes());
    bytes.extend(hash.to_le_bytes());
    bytes.extend(content);
    bytes
}

#[test]
fn damaged_bytes_are_refused_and_harm_nothing() {
    let bytes = rich().encode();
    for length in 0..bytes.len() {
        assert!(Snapshot::decode(&bytes[..length]).is_err(), "cut to {length}");
    }
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            assert!(Snapshot::decode(&changed).is_err(), "bit {bit} of byte {at}");
        }
    }
    assert_eq!(Snapshot::decode(b"PK\x03\x04"), Err(DecodeError::Foreign));
    // Under a right checksum too: whatever stands there is read or refused.
    let content = &bytes[32..];
    assert_eq!(sealed(content), bytes);
    for at in 0..content.len() {
        for value in [0, 1, 6, 7, 0x7f, 0x80, 0xff] {
            let mut changed = content.to_vec();
            changed[at] = value;
            let _ = Snapshot::decode(&sealed(&changed));
        }
        let _ = Snapshot::decode(&sealed(&content[..at]));
    }
    // A list in a list in a list; a list of more than there is.
    let head = [0, 0, 0, 0, 1, 0, 0];
    let deep: Vec<u8> = head.into_iter().chain([6, 1].repeat(100_000)).collect();
    assert!(matches!(Snapshot::decode(&sealed(&deep)), Err(DecodeError::Content { .. })));
    let long: Vec<u8> = head.into_iter().chain([6, 0xff, 0xff, 0xff, 0xff, 0x0f]).collect();
    assert!(matches!(Snapshot::decode(&sealed(&long)), Err(DecodeError::Content { .. })));
}

#[test]
fn a_session_takes_over_its_own_snapshot_and_no_other() {
    let (a, b) = (perp("A"), perp("B"));
    let mut old = running(&[a.clone(), b.clone()]);
    let snapshot = old.snapshot().unwrap();
    let mut new = session(&[a.clone(), b.clone()]);
    let fresh = new.snapshot().unwrap();
    new.restore(&snapshot).unwrap();
    assert_eq!(new.snapshot().unwrap(), snapshot);
    assert_eq!(new.strategy().steps, old.strategy().steps);
    assert_eq!(new.view().now, old.view().now);
    assert!(new.start(at(30)).is_err(), "it runs already");

    let refused = |session: &mut Session<Counting>, snapshot: &Snapshot, words: &str| {
        let before = session.snapshot().unwrap();
        let error = session.restore(snapshot).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert_eq!(session.snapshot().unwrap(), before);
    };
    refused(&mut session(&[b.clone(), a.clone()]), &snapshot, "instruments");
    refused(&mut session(std::slice::from_ref(&a)), &snapshot, "instruments");
    let only_strategy = Snapshot { session: Vec::new(), ..snapshot.clone() };
    refused(&mut session(&[a.clone(), b.clone()]), &only_strategy, "no session");
    // Each part missing, and each replaced by something else.
    for at in 0..snapshot.session.len() {
        let mut less = snapshot.clone();
        let name = less.session.remove(at).name;
        refused(&mut session(&[a.clone(), b.clone()]), &less, &name);
        let mut other = snapshot.clone();
        other.session[at].value = Value::Text("nonsense".into());
        refused(&mut session(&[a.clone(), b.clone()]), &other, &name);
    }
    let mut wrong = snapshot.clone();
    let orders = wrong.session.iter_mut().find(|field| field.name == "open_orders").unwrap();
    orders.value = Value::Int(3);
    refused(&mut session(&[a.clone(), b.clone()]), &wrong, "contradict");
    assert_eq!(session(&[a, b]).snapshot().unwrap(), fresh);

    old.halt(false).unwrap();
    old.resume();
    assert_eq!(old.snapshot(), Err(SnapshotError::OutboxNotEmpty));
    old.outbox_mut().clear();
    assert!(old.snapshot().is_ok());
}
