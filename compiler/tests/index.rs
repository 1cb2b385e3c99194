//! What editors are told: names, types, clocks, warm-up.
#![expect(clippy::unwrap_used, reason = "test code")]

use strat_compiler::index::{Defined, Index};
use strat_compiler::pipeline::{Analysis, analyse, compile};
use strat_dsl::{Source, Span};

const TEXT: &str = r#"import std.ta { ema, sma }

enum Mood { calm, wild }

fn mid(a: price, b: price) -> price = (a + b) / 2

strategy trend {
  version 1
  venue vanta
  param fast: int = 21 in 5..60
  instrument btc = BTCUSD on vanta
  clock h1 = bars(btc, 1h)
  let f = ema(h1.close, fast)
  let s = sma(f, 10)
  let m = mid(b: h1.high, a: h1.low)
  state mood: Mood = Mood.calm
  risk { max_drawdown: 6% -> flatten, halt }
  on h1 {
    set mood = Mood.wild
    match mood { Mood.calm -> { log "calm {f}" } Mood.wild -> { log "wild {m}" } }
    if f > s { target btc long 0.20x because "up" }
  }
}

test "nothing" for trend {
  with fast = 22
  at 0s expect nothing
}
"#;

fn analysed(text: &str, probe: Option<u32>) -> Analysis {
    analyse(&Source::new("t.strat", text), probe)
}

#[test]
fn every_use_leads_to_its_declaration() {
    let Analysis { index, compiled, .. } = analysed(TEXT, None);
    assert!(compiled.diagnostics.is_empty(), "{:?}", compiled.diagnostics);
    let cases = [
        ("fast", Defined::Param, 3),
        ("btc", Defined::Instrument, 3),
        ("h1", Defined::Clock, 5),
        ("f", Defined::Let, 4),
        ("s", Defined::Let, 2),
        ("mood", Defined::State, 3),
        ("Mood", Defined::Enum, 6),
        ("wild", Defined::Case, 3),
        ("calm", Defined::Case, 3),
        ("mid", Defined::Func, 2),
        ("a", Defined::Local, 3),
        ("trend", Defined::Strategy, 2),
    ];
    for (name, what, count) in cases {
        check_places(TEXT, &index, name, what, count);
    }
    let import = index.definitions.iter().find(|found| found.name == "sma").unwrap();
    assert!(matches!(import.what, Defined::Import(entry) if entry.name() == "sma"));
    assert_eq!(index.places(import).len(), 2);
}

/// Each place of a name holds that name, and there are so many of them.
fn check_places(text: &str, index: &Index, name: &str, what: Defined, count: usize) {
    let found = index.definitions.iter().find(|d| d.name == name && d.what == what).unwrap();
    let places = index.places(found);
    assert_eq!(places.len(), count, "`{name}`: {places:?}");
    for place in places {
        assert_eq!(text.get(place.range()), Some(name));
        assert_eq!(index.at(place.start).unwrap().1.span, found.span, "`{name}`");
        assert_eq!(index.at(place.end).unwrap().1.span, found.span, "`{name}`");
    }
}

#[test]
fn slots_and_members_and_older_state_are_names_of_their_own() {
    let text = r#"strategy probe {
  version 2
  venue polymarket
  param size_max: size = 10 shares
  universe all max 10 order by id { where liquidity >= 5 usd }
  state phase: int = 0 per all
  state placed: bool = false
  migrate from 1 { placed: bool } { placed = placed }
  risk { max_notional: 100 usd }
  on every 10s for m in all {
    let ask = m.book.ask else "no ask"
    buy m size_max @ ask.price as probe_buy
    set phase[m] = phase[m] + 1
  }
  on fill(probe_buy) as f { set placed = true  log "{f.size} {placed}" }
}
"#;
    let Analysis { index, compiled, .. } = analysed(text, None);
    assert!(compiled.diagnostics.is_empty(), "{:?}", compiled.diagnostics);
    for (name, what, count) in [
        ("probe_buy", Defined::Slot, 2),
        ("size_max", Defined::Param, 2),
        ("all", Defined::Universe, 3),
        ("m", Defined::Local, 5),
        ("ask", Defined::Local, 2),
        ("phase", Defined::State, 3),
        ("placed", Defined::State, 4),
        ("placed", Defined::Local, 2),
        ("f", Defined::Event, 2),
    ] {
        check_places(text, &index, name, what, count);
    }
}

fn place(text: &str, piece: &str) -> Span {
    let start = text.find(piece).unwrap();
    Span::new(start, start + piece.len())
}

/// What is told of the innermost expression at the start of a piece of text.
fn told(text: &str, index: &Index, piece: &str) -> String {
    let value = index.value_at(place(text, piece).start).unwrap();
    let clock = value.clock.map(|clock| format!(" on {}", index.word(clock)));
    format!("{}{}", index.word(value.spelled), clock.unwrap_or_default())
}

#[test]
fn values_have_types_and_clocks_and_streams_their_warm_up() {
    // The same is told of a strategy with an error in a handler.
    let broken = TEXT.replace("if f > s", "if f > nonsense");
    let unreadable = TEXT.replace("if f > s", "if f > > s");
    for text in [TEXT, &broken, &unreadable] {
        let Analysis { index, compiled, .. } = analysed(text, None);
        assert_eq!(compiled.has_errors(), text != TEXT, "{:?}", compiled.diagnostics);
        for (piece, expected) in [
            ("fast)", "int"),
            ("ema(h1", "real in the unit of price<btc> on h1"),
            ("h1.close", "bar<btc>"),
            ("f, 10", "real in the unit of price<btc> on h1"),
            ("mid(b", "price on h1"),
            ("Mood.calm\n", "Mood"),
        ] {
            assert_eq!(told(text, &index, piece), expected, "{piece}");
        }
        let f = index.definitions.iter().find(|d| d.name == "f").unwrap();
        assert_eq!(f.clock.map(|clock| index.word(clock)), Some("h1"));
        for (piece, ticks) in [("f = ema", 73), ("s = sma", 82), ("m = mid", 0)] {
            let at = place(text, piece);
            let found = index.warming(Span { end: at.start + 1, ..at });
            let found = found.map(|warming| (warming.ticks, warming.clock.as_str()));
            assert_eq!(found, Some((ticks, "h1")), "{piece} in {text}");
        }
    }
}

#[test]
fn a_probe_tells_what_could_stand_there() {
    let text = TEXT.replace("if f > s", "if f > here");
    let at = place(&text, "here");
    let Analysis { index, .. } = analysed(&text, Some(at.end));
    let probe = index.probe.as_ref().unwrap();
    let want = probe.want.unwrap();
    assert!(matches!(want.kind, strat_compiler::hir::Kind::Real(_)), "{want:?}");
    let name = |span: &Span| text.get(span.range()).unwrap();
    let visible: Vec<&str> = probe.visible.iter().map(name).collect();
    for name in ["fast", "btc", "h1", "f", "s", "m", "mood", "Mood", "mid"] {
        assert!(visible.contains(&name), "{name} is not in {visible:?}");
    }
    assert!(!visible.contains(&"a"), "arguments of a function are its own: {visible:?}");
}

#[test]
fn an_index_changes_nothing_and_no_text_breaks_it() {
    let shipped = strat_strategies::ALL.iter().map(|shipped| shipped.text);
    let texts = shipped.chain([TEXT]);
    for text in texts {
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)).step_by(17) {
            let cut = Source::new("t.strat", &text[..end]);
            let Analysis { compiled, index, .. } = analyse(&cut, Some(end as u32));
            assert_eq!(compiled.diagnostics, compile(&cut).diagnostics);
            for found in &index.uses {
                assert!(index.definition(found.of).is_some(), "{found:?} in {}", cut.text());
                assert!(found.span.end as usize <= end);
            }
        }
    }
}
