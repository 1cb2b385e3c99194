//! Recorded data: every format, every refusal with its line, what is assumed.
#![expect(clippy::unwrap_used, clippy::panic, reason = "test code")]

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use strat_backtest::data::{DataError, DataSpec, Format, Input, Loaded, load};
use strat_backtest::source::EventSource as _;
use strat_runtime::event::MarketData;
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{InstrumentDecl, Manifest, UniverseDecl, Wants};
use strat_runtime::venue::VenueKind;

fn manifest(declared: &[(&str, &str, VenueKind)], universe: bool) -> Manifest {
    let decl = |&(name, symbol, venue): &(&str, &str, VenueKind)| InstrumentDecl {
        name: name.to_owned(),
        symbol: symbol.to_owned(),
        venue,
    };
    let universes =
        if universe { vec![UniverseDecl { name: "markets".into(), max: 100 }] } else { Vec::new() };
    Manifest {
        name: "probe".into(),
        title: String::new(),
        version: 1,
        venue: VenueKind::Vanta,
        instruments: declared.iter().map(decl).collect(),
        universes,
        clocks: Vec::new(),
        timers: Vec::new(),
        slots: Vec::new(),
        handlers: Vec::new(),
        reasons: Vec::new(),
        risk: Vec::new(),
        on_fault: Vec::new(),
        params: Vec::new(),
        wants: Wants::default(),
        needs: Vec::new(),
        behaviour_hash: 0,
    }
}

fn btc() -> Manifest {
    manifest(&[("btc", "BTCUSD", VenueKind::Vanta)], false)
}

fn token() -> Manifest {
    manifest(&[("scott", "4158", VenueKind::Polymarket)], false)
}

/// Loads files given as `(--data argument, content, metadata)`.
fn try_load(files: &[(&str, &str, &str)], manifest: &Manifest) -> Result<Loaded, DataError> {
    let inputs = files.iter().map(|&(argument, content, meta)| Input {
        spec: DataSpec::parse(argument).unwrap(),
        content: Box::new(content.as_bytes()),
        meta: (!meta.is_empty()).then(|| Box::new(meta.as_bytes()) as Box<dyn std::io::Read>),
    });
    load(inputs.collect(), manifest)
}

fn events(loaded: &Loaded) -> Vec<String> {
    let mut source = loaded.tape.source();
    let mut lines = Vec::new();
    while let Some(event) = source.next() {
        let what = match event.data {
            MarketData::Bar(bar) => format!(
                "bar {} {} {} {} {} v{} h{}",
                bar.opens_at,
                bar.open,
                bar.high,
                bar.low,
                bar.close,
                bar.volume,
                bar.half_spread.map_or_else(|| "-".into(), |h| h.to_string())
            ),
            MarketData::Quote { bid, ask } => {
                format!("quote {}x{} {}x{}", bid.price, bid.size, ask.price, ask.size)
            }
            MarketData::Book { bids, asks } => {
                let side = |levels: &[strat_runtime::book::Level]| -> Vec<String> {
                    levels.iter().map(|l| format!("{}x{}", l.price, l.size)).collect()
                };
                format!("book {} | {}", side(bids).join(" "), side(asks).join(" "))
            }
            MarketData::Trade { price, size, aggressor } => {
                format!("trade {price}x{size} {}", aggressor.map_or("?", |s| s.as_str()))
            }
            MarketData::Meta(change) => format!("meta {change:?}"),
            MarketData::Delta { .. } => panic!("no format has deltas"),
        };
        lines.push(format!("{} #{} {what}", event.ts_recv, event.instrument.0));
    }
    lines
}

const BARS: &str = "\
timestamp,open,high,low,close,volume
2021-12-31 23:01:00.000000,100.5,101,100,100.5,12.25
2021-12-31 23:02:00.000000,100.5,102,100.5,101.5,0
2021-12-31 23:04:00.000000,101,101,99.5,99.5,3
";

#[test]
fn bars_close_one_step_after_their_stamp() {
    let loaded = try_load(&[("bars.csv", BARS, "")], &btc()).unwrap();
    assert_eq!(
        events(&loaded),
        [
            "2021-12-31T23:02:00Z #0 bar 2021-12-31T23:01:00Z 100.5 101 100 100.5 v12.25 h-",
            "2021-12-31T23:03:00Z #0 bar 2021-12-31T23:02:00Z 100.5 102 100.5 101.5 v0 h-",
            "2021-12-31T23:05:00Z #0 bar 2021-12-31T23:04:00Z 101 101 99.5 99.5 v3 h-",
        ]
    );
    assert_eq!(
        loaded.assumed,
        [
            "bars.csv: time stamps without offset are UTC",
            "bars.csv: it feeds `btc`, the strategy's only instrument",
            "`btc` has tick 0.1, lot 0.000001 and minimum 0.000001",
            "bars are stamped at their open",
        ]
    );
    assert_eq!(loaded.remarks, ["`btc` has bars of 1m, with 1 gaps between them"]);
    assert_eq!((loaded.files[0].rows, loaded.files[0].format), (3, Format::BarsCsv));
    assert_eq!(loaded.has_volume, [true]);
}

#[test]
fn what_is_said_is_not_assumed() {
    let argument = "bars.csv,instrument=btc,time=close,zone=+01:00";
    let loaded = try_load(&[(argument, BARS, "")], &btc()).unwrap();
    assert!(events(&loaded)[0].starts_with("2021-12-31T22:01:00Z #0 bar 2021-12-31T22:00:00Z"));
    assert_eq!(loaded.assumed, ["`btc` has tick 0.1, lot 0.000001 and minimum 0.000001"]);
}

#[test]
fn packed_files_are_told_by_their_first_bytes() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(BARS.as_bytes()).unwrap();
    let packed = packer.finish().unwrap();
    let input = |bytes: &[u8]| Input {
        spec: DataSpec::new("bars"),
        content: Box::new(std::io::Cursor::new(bytes.to_vec())),
        meta: None,
    };
    let loaded = load(vec![input(&packed)], &btc()).unwrap();
    assert_eq!(loaded.tape.len(), 3);
    let cut = load(vec![input(&packed[..packed.len() - 9])], &btc());
    assert!(matches!(cut, Err(DataError::Io { .. })), "{cut:?}");
}

#[test]
fn bid_and_ask_bars_become_one_instrument() {
    let bid = "time,open,high,low,close\n2012-02-01 00:00:00+00:00,1.5,1.7,1.4,1.5\n\
               2012-02-01 00:01:00+00:00,1.5,1.5,1.5,1.5\n2012-02-01 00:02:00+00:00,1,1,1,1\n";
    let ask = "time,open,high,low,close\n2012-02-01 00:00:00+00:00,1.50002,1.8,1.41,1.50003\n\
               2012-02-01 00:02:00+00:00,1.1,1.1,1.1,1.1\n";
    let pound = manifest(&[("gbp", "GBPUSD", VenueKind::Vanta)], false);
    let files = [("bid.csv,side=bid", bid, ""), ("ask.csv,side=ask", ask, "")];
    // One distance is two minutes: the ask file alone would have bars of that length.
    let error = try_load(&files, &pound).unwrap_err().to_string();
    assert!(error.starts_with("`gbp` has bars of 1m in bid.csv and of 2m in ask.csv"), "{error}");
    let ask = format!(
        "{ask}2012-02-01 00:03:00+00:00,1.1,1.1,1.1,1.1\n2012-02-01 00:04:00+00:00,1,1,1,1\n"
    );
    let files = [files[0], ("ask.csv,side=ask", &ask, "")];
    let loaded = try_load(&files, &pound).unwrap();
    assert_eq!(
        events(&loaded),
        [
            "2012-02-01T00:01:00Z #0 bar 2012-02-01T00:00:00Z 1.50001 1.75 1.405 1.500015 v0 h0.000015",
            "2012-02-01T00:03:00Z #0 bar 2012-02-01T00:02:00Z 1.05 1.05 1.05 1.05 v0 h0.05",
        ]
    );
    assert!(loaded.remarks.contains(&"3 bars have one side only and are left out".to_owned()));
    let crossed = bid.replace(",1,1,1,1", ",1.2,1.2,1.2,1.2");
    let loaded = try_load(&[("bid.csv,side=bid", &crossed, ""), files[1]], &pound).unwrap();
    assert!(events(&loaded)[1].ends_with(" 1.15 1.15 1.15 1.15 v0 h-"));
    let note = "1 bars close with the bid above the ask; their spread is not known";
    assert!(loaded.remarks.iter().any(|n| n == note), "{:?}", loaded.remarks);
    let error = try_load(&[files[0], ("ask.csv", &ask, "")], &pound).unwrap_err().to_string();
    assert!(error.contains("files with a side and files without one"), "{error}");
}

#[test]
fn quotes_of_every_form() {
    for (name, text, expected) in [
        (
            "header",
            "timestamp,bid,ask\n2013-01-01 22:00:00.295000+00:00,86.655,86.728\n2013-01-01 22:00:00.295000+00:00,86.7,86.7\n",
            vec![
                "2013-01-01T22:00:00.295Z #0 quote 86.655x1000000 86.728x1000000",
                "2013-01-01T22:00:00.295Z #0 quote 86.7x1000000 86.7x1000000",
            ],
        ),
        (
            "compact",
            "20200101 170000065,1.121200,1.121720,0\n",
            vec!["2020-01-01T17:00:00.065Z #0 quote 1.1212x1000000 1.12172x1000000"],
        ),
        (
            "nanoseconds",
            "ts,bid,ask,bid_sz,ask_sz\n100000000,99.98,100.00,7,93\n200000000,99.98,100.01,7,0\n",
            vec![
                "1970-01-01T00:00:00.100Z #0 quote 99.98x7 100x93",
                "1970-01-01T00:00:00.200Z #0 quote 99.98x7 100.01x0",
            ],
        ),
        (
            "recorded",
            "symbol,timestamp,local_timestamp,ask_amount,ask_price,bid_price,bid_amount\nX,1588291201099000,1588291201234268,5,8629.3,8629.2,8\n",
            vec!["2020-05-01T00:00:01.234268Z #0 quote 8629.2x8 8629.3x5"],
        ),
    ] {
        let loaded = try_load(&[(name, text, "")], &btc()).unwrap();
        assert_eq!(events(&loaded), expected, "{name}");
    }
}

const BOOK: &str = r#"{"bids":[{"price":"0.01","size":"50"},{"price":"0.4","size":"10.5"}],"asks":[{"price":"0.9","size":"5"},{"price":"0.42","size":"7"}],"timestamp":"1765450842445","local_timestamp":"1765450842500","asset_price":1.5}
{"bids":[],"asks":[{"price":0.415,"size":"7"}],"timestamp":"1765450843445","local_timestamp":"1765450843500"}
"#;
const TRADES: &str = r#"{"price":"0.42","size":"1.929823","side":"buy","timestamp":"1765450842400","local_timestamp":"1765450842500"}
"#;

#[test]
fn books_and_trades_of_a_token_are_merged_by_when_they_were_received() {
    let meta = r#"{"symbol":"4158","question":"Will it rain?","outcome":"Yes","expires_at":"2025-12-12T00:00:00Z",
        "liquidity":"1234.5","min_size":5,"complement":"999","resolved_at":"2025-12-12T01:00:00Z","payout":"1"}"#;
    let files = [("trades.jsonl", TRADES, meta), ("books.jsonl", BOOK, "")];
    let loaded = try_load(&files, &token()).unwrap();
    assert_eq!(
        events(&loaded),
        [
            "2025-12-11T11:00:42.500Z #0 book 0.01x50 0.4x10.5 | 0.9x5 0.42x7",
            "2025-12-11T11:00:42.500Z #0 trade 0.42x1.929823 buy",
            "2025-12-11T11:00:43.500Z #0 meta Tick(Price(0.001))",
            "2025-12-11T11:00:43.500Z #0 book  | 0.415x7",
            "2025-12-12T01:00:00Z #0 meta Status(Resolved { payout: Price(1) })",
        ]
    );
    let instrument = &loaded.tape.instruments()[0];
    assert_eq!(instrument.question, "Will it rain?");
    assert_eq!(instrument.liquidity.map(|l| l.to_string()).as_deref(), Some("1234.5"));
    assert_eq!(instrument.complement, None, "the other token has no data");
}

#[test]
fn files_make_the_members_of_a_universe() {
    let universe = manifest(&[], true);
    let up = r#"{"symbol":"1","complement":"2"}"#;
    let files = [
        ("d/up_books.jsonl", BOOK, up),
        ("d/up_trades.jsonl,instrument=1", TRADES, ""),
        ("d/down.jsonl.gz,instrument=2", TRADES, ""),
        ("d/alone.jsonl", TRADES, ""),
    ];
    let loaded = try_load(&files, &universe).unwrap();
    let table = loaded.tape.instruments();
    let symbols: Vec<&str> = table.iter().map(|i| i.symbol.as_str()).collect();
    assert_eq!(symbols, ["1", "2", "alone"]);
    assert_eq!(table[0].complement, Some(InstrumentId(1)));
    assert_eq!(table[1].complement, Some(InstrumentId(0)));
    let note = "d/alone.jsonl: it feeds the market `alone`, named after the file";
    assert!(loaded.assumed.iter().any(|n| n == note), "{:?}", loaded.assumed);
}

#[test]
fn wrong_rows_are_refused_with_their_line() {
    let header = "timestamp,open,high,low,close\n2021-01-01T00:00:00Z,1,2,1,1\n2021-01-01T00:01:00Z,1,2,1,1\n";
    let quotes = "timestamp,bid,ask\n2021-01-01T00:00:05Z,1,2\n";
    for (start, row, problem) in [
        (header, "2021-01-01T00:02:00Z,1,2,1", "4: expected 5 columns, found 4"),
        (header, "2021-01-01T00:02:00Z,1,2,1,1,9", "4: expected 5 columns, found 6"),
        (header, "2021-01-01T00:02:00Z,nan,2,1,1", "4: open `nan`: unexpected 'n' at byte 0"),
        (header, "2021-01-01T00:02:00Z,1,inf,1,1", "4: high `inf`: unexpected 'i' at byte 0"),
        (header, "2021-01-01T00:02:00Z,1,2,,1", "4: low ``: a number is missing"),
        (
            header,
            "2021-01-01T00:02:00Z,-1,2,1,1",
            "4: open `-1` must be above zero; remove the row",
        ),
        (header, "2021-01-01T00:02:00Z,1,2,0,1", "4: low `0` must be above zero; remove the row"),
        (
            header,
            "2021-01-01T00:02:00Z,1,2,1,1.0000000001",
            "4: close `1.0000000001`: the number has more than 9 decimals; round it to 9 or fewer",
        ),
        (
            header,
            "2021-01-01T00:02:00Z,1,1,2,1",
            "4: the bar's prices lie outside of its low and high",
        ),
        (
            header,
            "2021-01-01T00:02:00Z,3,2,1,1",
            "4: the bar's prices lie outside of its low and high",
        ),
        (
            header,
            "2021-01-01T00:00:30Z,1,2,1,1",
            "4: 2021-01-01T00:00:30Z comes after 2021-01-01T00:01:00Z; sort the rows by time",
        ),
        (header, "2021-01-01T00:01:00Z,1,2,1,1", "4: there are two bars at 2021-01-01T00:01:00Z"),
        (
            header,
            "2021-01-01T00:02:00Z,1,2,1,1\n2021-01-01T00:02:30Z,1,2,1,1",
            "5: this bar is 30s after the one before, but most are 1m apart",
        ),
        (
            header,
            "01/02/2021 00:02,1,2,1,1",
            "4: time `01/02/2021 00:02`: the order of day and month",
        ),
        (
            header,
            "2021-01-01 00:02:00,1,2,1,1",
            "4: time `2021-01-01 00:02:00`: the offset from UTC",
        ),
        (quotes, "2021-01-01T00:00:06Z,2,1", "3: bid 2 is above ask 1; remove crossed rows"),
        (quotes, "2021-01-01T00:00:04Z,1,2", "3: 2021-01-01T00:00:04Z comes after"),
        (quotes, "\"2021", "3: expected 3 columns, found 1"),
        (
            "symbol,ts,bid,ask\nA,1588291201,1,2\n",
            "B,1588291201,1,2",
            "3: symbol `B` after `A`; give each instrument its own file",
        ),
        (
            "timestamp,open,high,low,close,volume\n2021-01-01T00:00:00Z,1,2,1,1,5\n",
            "2021-01-01T00:01:00Z,1,2,1,1,-5",
            "3: volume `-5` is not a number of zero or more; correct it or remove the row",
        ),
    ] {
        let text = format!("{start}{row}\n");
        let error = try_load(&[("f.csv", &text, "")], &btc()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("f.csv:{problem}")), "{row}\n{error}");
    }
}

#[test]
fn wrong_books_and_trades_are_refused_with_their_line() {
    for (line, problem) in [
        ("{", "3: EOF while parsing"),
        (r#"{"bids":[],"asks":[]}"#, "3: missing field `timestamp`"),
        (
            r#"{"bids":[{"price":"1.2","size":"5"}],"asks":[],"timestamp":"1765450849999"}"#,
            "3: price 1.2 of an outcome token must lie between 0 and 1",
        ),
        (
            r#"{"bids":[{"price":"0.5","size":"-5"}],"asks":[],"timestamp":"1765450849999"}"#,
            "3: size `-5` must not be negative; remove the row",
        ),
        (
            r#"{"bids":[{"price":"0.5","size":"5"}],"asks":[{"price":"0.4","size":"5"}],"timestamp":"1765450849999"}"#,
            "3: bid 0.5 is above ask 0.4; remove crossed rows",
        ),
        (
            r#"{"bids":[],"asks":[],"timestamp":"1765450840000"}"#,
            "3: 2025-12-11T11:00:40Z comes after",
        ),
    ] {
        let text = format!("{BOOK}{line}\n");
        let error = try_load(&[("b.jsonl", &text, "")], &token()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("b.jsonl:{problem}")), "{line}\n{error}");
    }
    for (from, to, problem) in [
        ("\"buy\"", "\"long\"", "side `long` is neither buy nor sell"),
        ("1.929823", "0", "size `0` must be above zero; remove the row"),
    ] {
        let text = TRADES.replace(from, to);
        let error = try_load(&[("t.jsonl", &text, "")], &token()).unwrap_err().to_string();
        assert_eq!(error, format!("t.jsonl:1: {problem}"));
    }
}

#[test]
fn files_that_do_not_fit_are_refused_with_a_way_out() {
    let two = manifest(
        &[("btc", "BTCUSDT", VenueKind::BinancePerp), ("eth", "ETHUSDT", VenueKind::BinancePerp)],
        false,
    );
    let quotes = "timestamp,bid,ask\n2021-12-31T23:01:05Z,1,2\n";
    for (files, manifest, problem) in [
        (vec![], &two, "there is no data; give at least one"),
        (
            vec![("a.csv", BARS, "")],
            &two,
            "a.csv: it cannot be told which instrument this file feeds; add `,instrument=NAME`; it declares `btc`, `eth`",
        ),
        (
            vec![("a.csv,instrument=sol", BARS, "")],
            &two,
            "a.csv: the strategy has no instrument `sol`; it declares",
        ),
        (
            vec![("a.csv,instrument=ETH-USDT", BARS, "")],
            &two,
            "there is no data for instrument `btc`; add `--data FILE,instrument=btc`",
        ),
        (
            vec![("a.csv", BARS, ""), ("b.csv", BARS, "")],
            &btc(),
            "b.csv:2: there are two bars at 2021-12-31T23:01:00Z",
        ),
        (
            vec![("a.csv", BARS, ""), ("b.csv", quotes, "")],
            &btc(),
            "`btc` is fed by more than one of bars, quotes and books",
        ),
        (
            vec![("a.csv", BARS, "")],
            &token(),
            "a.csv has prices up to 102, but `scott` is an outcome token",
        ),
        (
            vec![("a.jsonl", BOOK, "")],
            &btc(),
            "a.jsonl holds a Polymarket token, but `btc` trades on vanta",
        ),
    ] {
        refused(&files, manifest, problem);
    }
}

#[track_caller]
fn refused(files: &[(&str, &str, &str)], manifest: &Manifest, problem: &str) {
    let error = try_load(files, manifest).map_or_else(|e| e.to_string(), |_| "none".into());
    assert!(error.starts_with(problem), "{files:?}\n{error}");
}

#[test]
fn contents_that_cannot_be_read_are_refused_with_a_way_out() {
    let quotes = "timestamp,bid,ask\n2021-12-31T23:01:05Z,1,2\n";
    for (files, manifest, problem) in [
        (
            vec![("a.csv,side=bid", quotes, "")],
            &btc(),
            "a.csv: `side` is for bars, and this file holds quotes (CSV)",
        ),
        (vec![("a.csv", "", "")], &btc(), "a.csv: the file is empty; bars"),
        (
            vec![("a.csv", "1,2,3\n", "")],
            &btc(),
            "a.csv: the first line is no header that is known: `1,2,3`",
        ),
        (vec![("a.csv", "{\"a\":1}\n", "")], &btc(), "a.csv: the JSON is of an unknown form"),
        (vec![("a.csv", "PAR1", "")], &btc(), "a.csv: this is a Parquet file"),
        (
            vec![("a.csv", "ts,bid,ask,bid\n", "")],
            &btc(),
            "a.csv: the header has two columns `bid`",
        ),
        (
            vec![("a.csv", "ts,open,high,low,close\n1588291201,1,1,1,1\n", "")],
            &btc(),
            "a.csv: the length of its bars cannot be told",
        ),
        (vec![("a.csv", "ts,bid,ask\n", "")], &btc(), "the data holds no event"),
        (
            vec![("a.jsonl,meta=m.json", BOOK, "{\"tock\":1}")],
            &token(),
            "m.json: unknown field `tock`",
        ),
        (
            vec![("a.jsonl,meta=m.json", BOOK, "{\"payout\":1}")],
            &token(),
            "m.json: resolved_at and payout need each other",
        ),
        (
            vec![("a.jsonl,meta=m.json", BOOK, "{\"tick\":\"0\"}")],
            &token(),
            "m.json: tick is too small",
        ),
    ] {
        refused(&files, manifest, problem);
    }
}

#[test]
fn metadata_that_was_not_opened_is_missed() {
    let error = try_load(&[("a.jsonl,meta=m.json", BOOK, "")], &token()).unwrap_err();
    assert_eq!(error.to_string(), "a.jsonl: its metadata file was not opened");
}

#[test]
fn bytes_that_are_no_text_are_refused_with_their_line() {
    let input = Input {
        spec: DataSpec::new("a.csv"),
        content: Box::new(&b"ts,bid,ask\n\xff\xfe,1,2\n"[..]),
        meta: None,
    };
    let error = load(vec![input], &btc()).unwrap_err().to_string();
    assert_eq!(error, "a.csv:2: the text is not UTF-8; convert the file");
}
