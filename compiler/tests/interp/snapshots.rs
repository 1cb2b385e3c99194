//! Snapshots of strategies: what is taken over by name and type, and what is not.

use std::sync::Arc;

use strat_compiler::interp::Interp;
use strat_compiler::ir::{Ir, StateId, StreamId};
use strat_compiler::layout::{changes, check_since};
use strat_compiler::params::ParamValues;
use strat_compiler::pipeline::compile;
use strat_dsl::Source;
use strat_runtime::snapshot::{Change, RestoreError, Snapshot};
use strat_runtime::strategy::Strategy as _;
use strat_runtime::venue::VenueKind;

use crate::world::{World, price};

/// A strategy of one instrument with these members; its state comes from them.
fn ir(version: u32, members: &str) -> Arc<Ir> {
    let text = format!(
        "import std.ta {{ ema, sma }}\n\
         strategy probe {{\n  version {version}\n  venue binance_perp\n  \
         instrument x = \"I0\" on binance_perp\n  risk {{ max_position: 5 shares  max_open_orders: 4 }}\n\
         {members}\n}}\n"
    );
    let source = Source::new("probe.strat", text);
    let compiled = compile(&source);
    let shown: Vec<String> =
        compiled.diagnostics.iter().map(|d| strat_dsl::render(&source, d, false)).collect();
    assert!(!compiled.has_errors(), "{}", shown.join("\n"));
    Arc::clone(&compiled.strategies[0])
}

fn interp(ir: &Arc<Ir>, set: &[&str]) -> Interp {
    Interp::new(Arc::clone(ir), &ParamValues::from_assignments(ir, set).unwrap()).unwrap()
}

/// Runs over `mids`, one book event each.
fn run(interp: &mut Interp, mids: impl IntoIterator<Item = i64>) {
    let mut world = World::new(VenueKind::BinancePerp, 1);
    for mid in mids {
        world.mid(0, price(&format!("{mid}")));
        world.book_event(interp);
    }
}

fn through_bytes(interp: &Interp) -> Snapshot {
    Snapshot::decode(&interp.snapshot().unwrap().encode()).unwrap()
}

/// The values of the declared state, by name.
fn state(interp: &Interp, name: &str) -> i64 {
    let at = interp.ir().states.iter().position(|state| state.name == name).unwrap();
    interp.state(StateId(at as u32)).bits
}

fn codes(old: &Ir, new: &Ir) -> Vec<&'static str> {
    check_since(old, new).iter().map(|found| found.code.id()).collect()
}

const COUNT: &str = "  state n: int = 7\n  on book(x) { set n = n + 1 }";

#[test]
fn the_same_program_goes_on_with_the_same_bits() {
    let program = ir(
        1,
        "  param length: int = 5 in 2..50\n  let mid = x.book.mid else \"no mid\"\n  let e = ema(mid, length)\n  \
         let s = sma(e, 3)\n  state n: int = 0\n  on book(x) { if s > e { set n = n + 1 } }",
    );
    let mut straight = interp(&program, &[]);
    let mids = |from: i64| (from..from + 40).map(|at| 100 + at * 7 % 13);
    run(&mut straight, mids(0));
    let mut restored = interp(&program, &[]);
    restored.restore(&through_bytes(&straight)).unwrap();
    assert_eq!(through_bytes(&restored), through_bytes(&straight));
    run(&mut straight, mids(40));
    run(&mut restored, mids(40));
    assert_eq!(through_bytes(&restored), through_bytes(&straight));
    assert!(state(&straight, "n") > 0);
}

#[test]
fn memory_of_other_computations_is_left_out_and_warms_up_anew() {
    let text = "  param length: int = 3 in 2..50\n  let mid = x.book.mid else \"no mid\"\n  let a = sma(mid, length)\n  \
                let b = sma(mid, 4)\n  state n: int = 0\n  \
                on book(x) { if a > b { set n = n + 1 } else { set n = n + 100 } }";
    let program = ir(1, text);
    let mut old = interp(&program, &[]);
    run(&mut old, 100..120);
    let snapshot = through_bytes(&old);
    // `a` is another function now: it is cold, and its clock counts anew. `b` keeps its memory.
    let mut new = interp(&program, &["length=6"]);
    new.restore(&snapshot).unwrap();
    assert!(!new.stream(StreamId(0)).some || !new.stream(StreamId(1)).some);
    let before = state(&new, "n");
    assert_eq!(before, state(&old, "n"));
    run(&mut new, 120..125);
    assert_eq!(state(&new, "n"), before, "five ticks are too few for six");
    run(&mut new, 125..126);
    assert_ne!(state(&new, "n"), before);
}

/// Version and members of a new text, what it hears, and words of the refusal.
const CASES: &[(u32, &str, &[&str], &str)] = &[
    // The same layout, in any order and with another body.
    (1, "  state n: int = 0\n  on book(x) { set n = n + 2 }", &[], ""),
    (2, COUNT, &[], ""),
    // New state: only with a new version.
    (
        1,
        "  state m: int = 3\n  state n: int = 7\n  on book(x) { set n = n + m  set m = 1 }",
        &["E0801"],
        "`m: int` is new",
    ),
    (
        2,
        "  state m: int = 3\n  state n: int = 7\n  on book(x) { set n = n + m  set m = 1 }",
        &[],
        "",
    ),
    // Another name or type: only with a migration.
    (2, "  state k: int = 7\n  on book(x) { set k = k + 1 }", &["E0801"], "`n: int` is gone"),
    (
        2,
        "  state n: real = 7.0\n  on book(x) { set n = n + 1.0 }",
        &["E0801"],
        "`n` was int and is real",
    ),
    (
        2,
        "  state k: int = 7\n  on book(x) { set k = k + 1 }\n  migrate from 1 { n: int } { k = n * 10 }",
        &[],
        "",
    ),
    (2, "  state k: int = 7\n  on book(x) { set k = k + 1 }\n  migrate from 1 { } { }", &[], ""),
    (
        2,
        "  state n: real = 7.0\n  on book(x) { set n = n + 1.0 }\n  migrate from 1 { n: int } { n = real(n) }",
        &[],
        "",
    ),
    (
        2,
        "  state n: real = 7.0\n  on book(x) { set n = n + 1.0 }\n  migrate from 1 { n: int } { }",
        &["E0801"],
        "`n` was int and is real",
    ),
    // A migration that reads what was not there.
    (
        2,
        "  state k: int = 7\n  on book(x) { set k = k + 1 }\n  migrate from 1 { m: int } { k = m }",
        &["E0802"],
        "`m: int` is new",
    ),
    (
        2,
        "  state k: real = 7.0\n  on book(x) { set k = k + 1.0 }\n  migrate from 1 { n: real } { k = n }",
        &["E0802"],
        "`n` was int and is real",
    ),
];

#[test]
fn a_layout_that_changed_needs_a_version_and_a_migration() {
    let one = ir(1, COUNT);
    let mut old = interp(&one, &[]);
    run(&mut old, 100..103);
    let snapshot = through_bytes(&old);
    for (version, members, expected, words) in CASES {
        let new = ir(*version, members);
        assert_eq!(codes(&one, &new), *expected, "version {version}\n{members}");
        let mut taken = interp(&new, &[]);
        let fresh = through_bytes(&taken);
        match taken.restore(&snapshot) {
            Ok(()) => assert!(expected.is_empty(), "version {version}\n{members}"),
            Err(error) => {
                let said = error.to_string();
                assert!(expected.iter().any(|code| said.starts_with(code)), "{said}\n{members}");
                assert!(said.contains(words), "{said}\n{members}");
                assert_eq!(through_bytes(&taken), fresh, "a refusal changes nothing");
            }
        }
    }
}

#[test]
fn migrations_compute_and_chain() {
    let one = ir(1, COUNT);
    let two = ir(
        2,
        "  enum Phase { idle, busy }\n  state phase: Phase = Phase.idle\n  state k: int = 1\n  \
         state n: int = 0\n  on book(x) { if phase == Phase.busy { set k = k + n } \
         set n = n + 1  set phase = Phase.busy }\n  \
         migrate from 1 { n: int } { phase = if n > 8 then Phase.busy else Phase.idle  k = n * 10 }",
    );
    let three = ir(
        3,
        "  state total: int = 0\n  on book(x) { set total = total + 1 }\n  \
         migrate from 2 { k: int, n: int } { total = k + n }",
    );
    let mut old = interp(&one, &[]);
    run(&mut old, 100..103);
    let snapshot = through_bytes(&old);
    let mut second = interp(&two, &[]);
    second.restore(&snapshot).unwrap();
    // `n` is read by the migration and carried over as well: it has the same name and type.
    assert_eq!([state(&second, "n"), state(&second, "k"), state(&second, "phase")], [10, 100, 1]);
    // Version 3 knows only version 2; version 1 reaches it through the text in between.
    let mut third = interp(&three, &[]);
    assert!(matches!(third.restore(&snapshot), Err(RestoreError::Layout { from: 1, to: 3, .. })));
    let mut chain = [interp(&two, &[]), interp(&three, &[])];
    let carried = Interp::carry(&mut chain, &snapshot).unwrap();
    assert_eq!((state(&chain[1], "total"), carried.version), (110, 3));
    assert_eq!(changes(&one, &three).iter().map(Change::name).collect::<Vec<_>>(), ["total", "n"]);
}

#[test]
fn enums_go_by_the_names_of_their_members() {
    let text = |members: &str| {
        format!(
            "  enum P {{ {members} }}\n  state p: P = P.a\n  on book(x) {{ if p == P.a {{ set p = P.c }} }}"
        )
    };
    let old_program = ir(1, &text("a, b, c"));
    let mut old = interp(&old_program, &[]);
    run(&mut old, 100..101);
    let more = ir(1, &text("c, zero, a, b"));
    let mut new = interp(&more, &[]);
    new.restore(&through_bytes(&old)).unwrap();
    assert_eq!(state(&new, "p"), 0, "`c` is the first member now");
    assert!(codes(&old_program, &more).is_empty());
    let fewer = ir(1, &text("a, c"));
    assert_eq!(codes(&old_program, &fewer), ["E0801"], "`b` may be what it remembers");
}

#[test]
fn others_and_later_ones_are_refused() {
    let mut old = interp(&ir(2, COUNT), &[]);
    run(&mut old, 100..103);
    let snapshot = through_bytes(&old);
    let mut earlier = interp(&ir(1, COUNT), &[]);
    let later = RestoreError::Later { snapshot: 2, strategy: 1 };
    assert_eq!(earlier.restore(&snapshot), Err(later));
    let other = Snapshot { strategy: "somebody".to_owned(), ..snapshot.clone() };
    assert!(matches!(old.restore(&other), Err(RestoreError::Strategy { .. })));
    assert_eq!(codes(&ir(2, COUNT), &ir(1, COUNT)), ["E0801"]);
    // A migration's fault is told, and nothing is taken over.
    let faulty = ir(
        3,
        "  state k: int = 7\n  on book(x) { set k = k + 1 }\n  \
         migrate from 2 { n: int } { k = n * 9_000_000_000_000_000_000 }",
    );
    let mut taken = interp(&faulty, &[]);
    let error = taken.restore(&snapshot).unwrap_err();
    assert!(matches!(error, RestoreError::Fault { from: 2, .. }), "{error}");
    assert_eq!(state(&taken, "k"), 7);
}
