//! What is read: diagnostics, hovers, signatures, names, hints, outline, tokens.

use serde_json::{Value, json};

use crate::support::{Editor, PROBE, TREND, URI};

fn hover(marked: &str) -> Option<String> {
    let mut editor = Editor::with(marked);
    let answer = editor.at_cursor("textDocument/hover", json!({})).unwrap();
    answer["contents"]["value"].as_str().map(str::to_owned)
}

#[test]
fn hovers_speak_the_words_of_the_language() {
    let broken = TREND.replace("> s {", "> nonsense {");
    let unreadable = TREND.replace("if f > s {", "if f > > s {");
    for text in [TREND, &broken, &unreadable] {
        for (piece, marked, expected) in [
            ("let f =", "let <|>f =", "stream: `real in the unit of price<btc>`, new with `h1`"),
            ("let f =", "let <|>f =", "warm after 73 h1 bars"),
            ("let s =", "let s<|> =", "warm after 82 h1 bars"),
            ("sma(f", "sma(<|>f", "let f = ema(h1.close, fast)"),
            ("param fast", "param <|>fast", "How many bars it looks back."),
            ("param fast", "param <|>fast", "parameter: `int`"),
            ("= ema(", "= e<|>ma(", "ema(x, n) -> real of the unit of the first"),
            ("= ema(", "= e<|>ma(", "This one is warm after 73 h1 bars."),
            ("{ ema", "{ e<|>ma", "Warm-up in ticks: `ln(warm)"),
            ("h1.close", "h1.cl<|>ose", "`.close`: `price<btc>`, new with `h1`"),
            ("= mid(", "= m<|>id(", "The middle of two prices."),
            ("Mood.wild", "Mood.w<|>ild", "case"),
            ("max_drawdown", "max_<|>drawdown", "Fall of equity from its peak."),
            ("strategy trend", "strategy tr<|>end", "strategy"),
        ] {
            let text = text.replacen(piece, marked, 1);
            let found = hover(&text).unwrap_or_default();
            assert!(found.contains(expected), "{marked}: `{expected}` is not in\n{found}");
        }
    }
    for (piece, marked, expected) in [
        ("ask.price <", "as<|>k.price <", "value: `level<m>`"),
        ("m.book.ask", "m.book.as<|>k", "`.ask`: `level<m>?`"),
        ("f.size", "f.si<|>ze", "`.size`: `size<m>`"),
        ("f.size", "f.size<|>", "what was filled"),
        ("probe_buy)", "probe<|>_buy)", "slot of an order"),
        ("10s", "10<|>s", "`duration`"),
    ] {
        let found = hover(&PROBE.replacen(piece, marked, 1)).unwrap_or_default();
        assert!(found.contains(expected), "{marked}: `{expected}` is not in\n{found}");
    }
    assert_eq!(hover("strategy x { }\n<|>\n"), None);
}

#[test]
fn a_diagnostic_tells_all_and_its_long_text_is_a_hover() {
    let text = TREND.replace("state mood", "let f = 2\n  state mood").replace("> s {", "> <|>ss {");
    let mut editor = Editor::new();
    let found = editor.open(&text);
    let codes: Vec<&str> = found.iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["W0101", "E0110", "E0104"], "{found:#?}");
    let [unused, twice, unknown] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((&unused["severity"], &unused["tags"]), (&json!(2), &json!([1])));
    assert_eq!((&twice["severity"], &twice["source"]), (&json!(1), &json!("strat")));
    let related = &twice["relatedInformation"][0];
    assert_eq!(related["message"], "first declared here");
    assert_eq!(related["location"]["uri"], URI);
    assert_eq!(editor.slice(&related["location"]["range"]), "f");
    assert_eq!(editor.slice(&unknown["range"]), "ss");
    let message = unknown["message"].as_str().unwrap();
    assert!(message.contains("\nfix: did you mean"), "{message}");
    let answer = editor.at_cursor("textDocument/hover", json!({})).unwrap();
    let text = answer["contents"]["value"].as_str().unwrap();
    assert!(text.contains("**E0104**") && text.len() > 200, "{text}");
}

#[test]
fn codes_link_to_the_page_that_the_user_names() {
    let mut editor = Editor::silent();
    let docs = "https://strat.example/errors.md";
    let params = json!({ "capabilities": {}, "initializationOptions": { "docs": docs } });
    editor.ask("initialize", params).unwrap();
    let found = editor.open("strategy x { version 1 venue vanta on start { log \"{y}\" } }");
    assert_eq!(
        found[0]["codeDescription"]["href"],
        "https://strat.example/errors.md#e0104-no-such-name"
    );
}

#[test]
fn signatures_name_the_argument_that_is_typed() {
    for (piece, marked, label, active) in [
        ("ema(h1", "ema(<|>h1", "ema(x, n) -> real of the unit of the first", 0),
        ("close, fast)", "close, <|>fast)", "ema(x, n) -> real of the unit of the first", 1),
        ("close, fast)", "close, <|>", "ema(x, n) -> real of the unit of the first", 1),
        ("mid(b:", "mid(<|>b:", "mid(a: price, b: price) -> price", 0),
        ("mid(b: h1", "mid(b: <|>h1", "mid(a: price, b: price) -> price", 1),
        ("a: h1.low", "a: max(h1.low, <|>", "max(a, b, ...)", 1),
        ("bars(btc, ", "bars(btc, <|>", "bars(instrument, length)", 1),
    ] {
        assert!(TREND.contains(piece), "{piece}");
        let mut editor = Editor::with(&TREND.replacen(piece, marked, 1));
        let answer = editor.at_cursor("textDocument/signatureHelp", json!({})).unwrap();
        assert_eq!(answer["signatures"][0]["label"], label, "{marked}");
        assert_eq!(answer["activeParameter"], active, "{marked}");
    }
    let mut editor = Editor::with(&TREND.replacen("version 1", "<|>version 1", 1));
    let answer = editor.at_cursor("textDocument/signatureHelp", json!({})).unwrap();
    assert_eq!(answer, Value::Null);
}

#[test]
fn names_lead_to_their_declaration_and_uses() {
    for (text, piece, marked, count) in [
        (TREND, "sma(f", "sma(<|>f", 3),
        (TREND, "with fast", "with fa<|>st", 3),
        (TREND, "for trend", "for <|>trend", 2),
        (TREND, "Mood.calm}", "Mood.ca<|>lm}", 3),
        (TREND, "{m}", "{<|>m}", 2),
        (PROBE, "fill(probe_buy", "fill(probe_buy<|>", 2),
        (PROBE, "in all", "in al<|>l", 3),
    ] {
        let mut editor = Editor::with(&text.replacen(piece, marked, 1));
        let found = editor.at_cursor("textDocument/definition", json!({})).unwrap();
        let name = editor.slice(&found["range"]).to_owned();
        assert!(piece.contains(&name), "{name} for {marked}");
        let with = json!({ "context": { "includeDeclaration": true } });
        let uses = editor.at_cursor("textDocument/references", with).unwrap();
        let uses = uses.as_array().unwrap();
        assert_eq!(uses.len(), count, "{marked}: {uses:?}");
        assert!(uses.iter().all(|place| editor.slice(&place["range"]) == name));
        let without = json!({ "context": { "includeDeclaration": false } });
        let found = editor.at_cursor("textDocument/references", without).unwrap();
        assert_eq!(found.as_array().unwrap().len(), count - 1);
        let lights = editor.at_cursor("textDocument/documentHighlight", json!({})).unwrap();
        assert_eq!(lights.as_array().unwrap().len(), count);
        assert_eq!(lights[0]["kind"], 3);
    }
    let mut editor = Editor::with(&TREND.replacen("version 1", "ver<|>sion 1", 1));
    let found = editor.at_cursor("textDocument/definition", json!({})).unwrap();
    assert_eq!(found, Value::Null);
}

#[test]
fn hints_tell_types_clocks_and_warm_up() {
    let broken = TREND.replace("> s {", "> nonsense {");
    for text in [TREND, &broken] {
        let mut editor = Editor::with(text);
        let hints = editor.whole("textDocument/inlayHint", json!({}));
        let found: Vec<(u64, &str)> = hints
            .as_array()
            .unwrap()
            .iter()
            .map(|hint| {
                (hint["position"]["line"].as_u64().unwrap(), hint["label"].as_str().unwrap())
            })
            .collect();
        let unit = ": real in the unit of price<btc>";
        assert_eq!(
            found,
            [
                (14, unit),
                (14, "warm after 73 h1 bars"),
                (15, unit),
                (15, "warm after 82 h1 bars"),
                (16, ": price"),
                (16, "on h1"),
            ]
        );
    }
    let mut editor = Editor::with(PROBE);
    let hints = editor.whole("textDocument/inlayHint", json!({}));
    assert_eq!(hints[0]["label"], ": level<m>");
}

#[test]
fn the_outline_names_every_declaration() {
    let mut editor = Editor::with(TREND);
    let symbols = editor.whole("textDocument/documentSymbol", json!({}));
    let name = |symbol: &Value| symbol["name"].as_str().unwrap().to_owned();
    let names: Vec<String> = symbols.as_array().unwrap().iter().map(name).collect();
    assert_eq!(names, ["std.ta", "Mood", "mid", "trend", "test nothing"]);
    let members = symbols[3]["children"].as_array().unwrap();
    let names: Vec<String> = members.iter().map(name).collect();
    assert_eq!(names, ["fast", "btc", "h1", "f", "s", "m", "mood", "risk", "on h1"]);
    let folds = editor.whole("textDocument/foldingRange", json!({}));
    let lines: Vec<(u64, u64)> = folds
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["startLine"].as_u64().unwrap(), it["endLine"].as_u64().unwrap()))
        .collect();
    assert_eq!(lines, [(7, 23), (19, 22), (26, 28)]);
}

#[test]
fn tokens_tell_what_each_word_is() {
    let mut editor = Editor::with(TREND);
    let legend = [
        "keyword",
        "type",
        "class",
        "enum",
        "enumMember",
        "variable",
        "parameter",
        "property",
        "function",
        "number",
        "string",
        "comment",
        "event",
    ];
    let answer = editor.whole("textDocument/semanticTokens/full", json!({}));
    let data: Vec<usize> = answer["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| usize::try_from(n.as_u64().unwrap()).unwrap())
        .collect();
    let (mut line, mut from) = (0, 0);
    let mut found = Vec::new();
    for token in data.chunks(5) {
        let [lines, units, length, kind, _] = token else { panic!("{token:?}") };
        (line, from) = (line + lines, if *lines == 0 { from + units } else { *units });
        let text = TREND.lines().nth(line).unwrap();
        found.push((text.get(from..from + length).unwrap(), legend[*kind]));
    }
    for expected in [
        ("import", "keyword"),
        ("ema", "function"),
        ("Mood", "enum"),
        ("calm", "enumMember"),
        ("// The middle of two prices.", "comment"),
        ("price", "type"),
        ("trend", "class"),
        ("fast", "parameter"),
        ("close", "property"),
        ("f", "variable"),
        ("21", "number"),
        ("\"up\"", "string"),
        ("m", "variable"),
        ("flatten", "keyword"),
    ] {
        assert!(found.contains(&expected), "{expected:?} is not in {found:?}");
    }
    // A piece holds the same tokens.
    let range =
        json!({ "start": { "line": 15, "character": 0 }, "end": { "line": 15, "character": 9 } });
    let answer = editor.whole("textDocument/semanticTokens/range", json!({ "range": range }));
    assert_eq!(answer["data"][0], 15);
    assert_eq!(answer["data"].as_array().unwrap().len(), 10);
}

#[test]
fn selections_grow_from_the_word_to_the_file() {
    let mut editor = Editor::with(&TREND.replacen("ema(h1.close", "ema(h1.cl<|>ose", 1));
    let place = editor.place(editor.cursor);
    let answer = editor.whole("textDocument/selectionRange", json!({ "positions": [place] }));
    let mut texts = Vec::new();
    let mut at = &answer[0];
    while !at.is_null() {
        texts.push(editor.slice(&at["range"]).to_owned());
        at = &at["parent"];
    }
    for (before, after) in [
        ("close", "h1.close"),
        ("h1.close", "h1.close, fast"),
        ("ema(h1.close, fast)", "let f = ema(h1.close, fast)"),
    ] {
        let at = |text: &str| texts.iter().position(|found| found == text);
        assert!(at(before).unwrap() < at(after).unwrap(), "{texts:?}");
    }
    assert_eq!(texts.last().unwrap(), &editor.text);
}
