//! Completions by place.

use serde_json::{Value, json};

use crate::support::{Editor, PROBE, TREND};

/// What is offered at the cursor, the likeliest first.
fn offered(marked: &str) -> Vec<Value> {
    let mut editor = Editor::with(marked);
    let answer = editor.at_cursor("textDocument/completion", json!({})).unwrap();
    let mut items = match answer {
        Value::Array(items) => items,
        list => list["items"].as_array().unwrap().clone(),
    };
    items.sort_by_key(|item| item["sortText"].as_str().unwrap().to_owned());
    items
}

fn labels(items: &[Value]) -> Vec<&str> {
    items.iter().map(|item| item["label"].as_str().unwrap()).collect()
}

/// Each case: a piece of a text, what it becomes with a cursor, what is offered first, what is
/// offered at all, and what is not.
fn check(text: &str, cases: &[(&str, &str, &[&str], &[&str], &[&str])]) {
    for (piece, typed, first, among, absent) in cases {
        assert!(text.contains(piece), "{piece}");
        let marked = text.replacen(piece, typed, 1);
        let items = offered(&marked);
        let labels = labels(&items);
        assert!(labels.starts_with(first), "{typed}: {labels:?}");
        for label in *among {
            assert!(labels.contains(label), "{typed}: `{label}` is not in {labels:?}");
        }
        for label in *absent {
            assert!(!labels.contains(label), "{typed}: `{label}` is in {labels:?}");
        }
    }
}

#[test]
fn a_strategy_on_bars() {
    check(
        TREND,
        &[
            ("h1.close", "h1.<|>", &["open", "high", "low", "close", "volume"], &[], &["bid"]),
            ("h1.close", "h1.cl<|>", &["open"], &["close"], &["ema"]),
            ("Mood.calm\n", "Mood.<|>\n", &["calm", "wild"], &[], &["trend"]),
            ("on h1 {", "on <|> {", &["h1"], &["every", "book", "start", "fill"], &["btc", "f"]),
            ("on vanta", "on <|>", &["polymarket", "binance_perp", "vanta"], &[], &["btc"]),
            ("venue vanta", "venue <|>", &["polymarket"], &["vanta"], &["ema"]),
            ("fast: int", "fast: <|>", &["int", "real"], &["price", "percent"], &["fast"]),
            ("mood: Mood", "mood: <|>", &["int"], &["Mood", "bool"], &["fast"]),
            ("{ ema, sma }", "{ ema, <|> }", &[], &["sma", "rsi"], &["ema", "beta"]),
            ("import std.ta {", "import std.<|> {", &[], &["std.stats", "std.ta"], &["ema"]),
            ("6% -> flatten", "6% -> <|>", &["flatten", "halt"], &["cancel_all"], &["btc"]),
            ("flatten, halt", "flatten, <|>", &["flatten", "halt"], &[], &["btc"]),
            ("{ max_d", "{ <|>max_d", &["max_drawdown"], &["max_position"], &["buy"]),
            ("target btc long", "target btc <|>", &["flat", "long", "short"], &[], &["f"]),
            ("target btc long", "target <|> long", &["btc"], &[], &["f", "flat"]),
            ("f > s {", "f > <|> {", &["f", "s"], &["fast", "ema", "sqrt"], &["a", "trend"]),
            ("set mood", "<|>set mood", &[], &["buy", "require", "log", "let"], &["param"]),
            ("  version 1", "  <|>\n  version 1", &[], &["param", "on", "clock"], &["buy"]),
            ("strategy trend", "<|>\nstrategy trend", &[], &["strategy", "import"], &["buy"]),
            ("long 0.20x", "long 0.20<|>", &["x"], &["%", "shares"], &["f"]),
            ("for trend {", "for <|> {", &["trend"], &[], &["f"]),
            ("at 0s expect", "at 0s <|>", &["expect", "book"], &["bar"], &["f"]),
            ("expect nothing", "expect <|>", &["nothing", "buy"], &[], &[]),
            ("  with fast", "  <|>\n  with fast", &["at", "market", "with"], &[], &["buy"]),
            ("(h1.close, fast)", "(h1.close, <|>)", &["fast"], &["f"], &["trend"]),
            ("\"{mood ==", "\"{<|>mood ==", &[], &["mood", "f", "h1"], &["log"]),
            ("because \"up\"", "because \"<|>up\"", &[], &[], &["f"]),
            ("// How many", "// <|>How many", &[], &[], &["f"]),
            ("let f =", "let <|> =", &[], &[], &["s"]),
        ],
    );
}

#[test]
fn a_strategy_on_books() {
    check(
        PROBE,
        &[
            ("m.book.ask", "m.<|>", &["book", "position", "exposure"], &["tick"], &["bid"]),
            ("m.book.ask", "m.book.<|>", &["bid", "ask", "mid"], &["spread"], &["last"]),
            ("ask.price <", "ask.<|> <", &["price", "size"], &[], &["bid"]),
            ("@ ask.price", "@ <|>", &["ask"], &["market", "m"], &["probe"]),
            ("buy m most", "buy <|> most", &["m"], &[], &["ask", "most"]),
            ("buy m most", "buy m <|>", &["most"], &["ask"], &["all_orders"]),
            ("fill(probe_buy)", "fill(<|>)", &["probe_buy"], &[], &["m"]),
            ("set rounds", "cancel <|>\n    set rounds", &[], &["probe_buy", "all", "m"], &["ask"]),
            ("f.size", "f.<|>", &["size", "price", "fee"], &["instrument"], &["bid"]),
            ("\"{f.size}", "\"{f.<|>}", &["size", "price", "fee"], &["instrument"], &["bid"]),
            ("in all {", "in <|> {", &["all"], &[], &["m"]),
            ("0 per all", "0 per <|>", &["all"], &[], &["m"]),
            ("where liquidity", "where <|>", &[], &["liquidity", "expires_in"], &["rounds"]),
            ("10 shares", "10 sh<|>", &["coins", "lots", "shares"], &["usd"], &["bps"]),
            ("as probe_buy", "<|>", &["post_only", "reduce_only", "tif"], &["because"], &["m"]),
            ("as probe_buy", "tif <|>", &["gtc", "fak", "fok"], &[], &["m"]),
            ("< 0.5 else", "< 0.5 <|>", &[], &["else", "and"], &["m"]),
        ],
    );
}

#[test]
fn a_text_that_is_being_typed_has_errors_around() {
    // Statements that cannot be read as they stand.
    check(
        PROBE,
        &[
            ("buy m most @ ask.price as probe_buy", "m.<|>", &["book"], &["position"], &["bid"]),
            ("buy m most @ ask.price as probe_buy", "buy m min(ask.<|>", &["price"], &[], &["m"]),
            ("require ask.price < 0.5", "if m.book.<|> {", &["bid", "ask"], &[], &["m"]),
            ("let ask = m.book.ask", "let x = m.book.ask?.<|>", &["price", "size"], &[], &["m"]),
            ("require ask.price <", "require ((ask.price < <|>", &[], &["ask", "most"], &[]),
            ("on fill(probe_buy) as f {", "on fill(<|>", &["probe_buy"], &[], &["m"]),
            (
                "on fill(probe_buy) as f {",
                "on session_open(<|>",
                &["nyse", "nasdaq"],
                &["tse"],
                &["m"],
            ),
            ("on fill(probe_buy) as f {", "on session_<|>", &[], &["session_close"], &["m"]),
        ],
    );
    // A text that ends at the cursor.
    for (text, label) in [
        ("<|>", "strategy"),
        ("import <|>", "std.ta"),
        ("import std.ta { <|>", "ema"),
        ("strategy x {\n  venue <|>", "polymarket"),
        ("strategy x {\n  version 1\n  venue vanta\n  on <|>", "every"),
    ] {
        let items = offered(text);
        assert!(labels(&items).contains(&label), "{text}: {:?}", labels(&items));
    }
}

#[test]
fn what_is_chosen_can_be_inserted() {
    let text = TREND.replacen("sma(f, 10)", "rs<|>", 1);
    let mut editor = Editor::with(&text);
    let answer = editor.at_cursor("textDocument/completion", json!({})).unwrap();
    let items = answer["items"].as_array().unwrap();
    let rsi = items.iter().find(|item| item["label"] == "rsi").unwrap();
    assert_eq!(rsi["insertTextFormat"], 2);
    assert_eq!(rsi["textEdit"]["newText"], "rsi(${1:x}, ${2:n})");
    assert_eq!(editor.slice(&rsi["textEdit"]["range"]), "rs");
    assert!(rsi["detail"].as_str().unwrap().starts_with("rsi(x, n) -> "), "{rsi}");
    let after = editor.edited(&rsi["additionalTextEdits"]);
    assert!(after.starts_with("import std.ta { ema, sma, rsi }\n"), "{after}");
    let beta = items.iter().find(|item| item["label"] == "beta").unwrap();
    let after = editor.edited(&beta["additionalTextEdits"]);
    assert!(after.starts_with("import std.stats { beta }\nimport std.ta"), "{after}");
}

#[test]
fn an_editor_without_snippets_gets_words() {
    let mut editor = Editor::silent();
    editor.ask("initialize", json!({ "capabilities": {} })).unwrap();
    editor.open(&TREND.replacen("sma(f, 10)", "<|>", 1));
    let answer = editor.at_cursor("textDocument/completion", json!({})).unwrap();
    for item in answer["items"].as_array().unwrap() {
        assert_eq!(item["insertTextFormat"], 1, "{item}");
        assert!(!item["textEdit"]["newText"].as_str().unwrap().contains('$'), "{item}");
    }
}

#[test]
fn any_cursor_in_any_text_has_an_answer() {
    for shipped in strat_strategies::ALL {
        let mut editor = Editor::with(shipped.text);
        for at in
            (0..shipped.text.len()).filter(|at| shipped.text.is_char_boundary(*at)).step_by(61)
        {
            editor.cursor = at;
            editor.at_cursor("textDocument/completion", json!({})).unwrap();
            editor.at_cursor("textDocument/signatureHelp", json!({})).unwrap();
            editor.at_cursor("textDocument/hover", json!({})).unwrap();
        }
    }
}
