//! What is written can be read; what was cut, changed or made by others is refused.

use super::*;

fn trace() -> Trace {
    Trace {
        written_by: "strat 0.1.0".to_owned(),
        strategy: TracedStrategy {
            file: "x.strat".to_owned(),
            name: "x".to_owned(),
            text: "strategy x \"ä\" {}\n".to_owned(),
            behaviour_hash: "00ff".to_owned(),
            set: vec!["a=1".to_owned()],
        },
        options: TracedOptions {
            cash: "10_000".to_owned(),
            latency: "0s".to_owned(),
            fees: "venue".to_owned(),
            fills: "queue=behind".to_owned(),
            participation: None,
            spread: Some("0.01".to_owned()),
        },
        source: TracedSource::Recorded {
            files: vec![TracedFile {
                spec: "a.csv,side=bid".to_owned(),
                content: Stamp::of(b"abc"),
                meta: None,
            }],
            from: None,
            to: Some("2026-01-01T00:00:00Z".to_owned()),
        },
        result: TracedResult {
            data_from: String::new(),
            data_to: String::new(),
            warmup_events: 0,
            events: 3,
            steps: 4,
            orders: 1,
            cancels: 0,
            fills: 1,
            cash: "1".to_owned(),
            equity: "2".to_owned(),
            fired: vec![3],
            stops: vec![],
        },
    }
}

#[test]
fn what_is_written_can_be_read() {
    let trace = trace();
    let bytes = trace.encode().unwrap();
    assert!(bytes.starts_with(b"strat.trace/1 "));
    assert_eq!(Trace::decode(&bytes), Ok(trace));
}

#[test]
fn a_cut_anywhere_is_refused_as_a_cut() {
    let bytes = trace().encode().unwrap();
    for length in 0..bytes.len() {
        let found = Trace::decode(&bytes[..length]);
        assert!(matches!(found, Err(TraceError::Truncated { .. })), "{length}: {found:?}");
    }
}

#[test]
fn a_change_of_any_byte_is_refused() {
    let bytes = trace().encode().unwrap();
    for place in 0..bytes.len() {
        for flip in [1, 0x10, 0x80] {
            let mut changed = bytes.clone();
            changed[place] ^= flip;
            assert!(Trace::decode(&changed).is_err(), "byte {place} xor {flip}");
        }
    }
    let longer = [bytes.as_slice(), b" "].concat();
    assert!(matches!(Trace::decode(&longer), Err(TraceError::Damaged { .. })));
}

#[test]
fn other_versions_and_other_files_are_told_apart() {
    let newer = b"strat.trace/2 10 00\n{}";
    assert_eq!(Trace::decode(newer), Err(TraceError::Version { found: 2 }));
    for foreign in [&b"{\"schema\": 1}"[..], b"PAR1", b"strat.trace/x 1", b"\xff\xfe"] {
        assert_eq!(Trace::decode(foreign), Err(TraceError::Foreign));
    }
}

/// The hash of the algorithm's authors' test suite.
#[test]
fn the_hash_is_fnv_1a() {
    assert_eq!(hash(b""), 0xcbf2_9ce4_8422_2325);
    assert_eq!(hash(b"foobar"), 0x8594_4171_f739_67e8);
}
