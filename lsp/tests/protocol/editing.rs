//! What changes a text: renaming, fixes, formatting.

use serde_json::json;

use crate::support::{Editor, PROBE, TREND, URI};

fn renamed(marked: &str, name: &str) -> Result<String, String> {
    let mut editor = Editor::with(marked);
    let answer = editor.at_cursor("textDocument/rename", json!({ "newName": name }));
    answer.map(|answer| editor.edited(&answer["changes"][URI])).map_err(|error| error.message)
}

#[test]
fn a_new_name_goes_everywhere() {
    for (text, piece, marked, old, new) in [
        (TREND, "param fast", "param <|>fast", "fast", "quick"),
        (TREND, "with fast", "with <|>fast", "fast", "quick"),
        (TREND, "{m}", "{<|>m}", "m}", "middle}"),
        (TREND, "for trend", "for <|>trend", "trend", "follow"),
        (TREND, "Mood.calm\n", "Mood.<|>calm\n", "calm", "quiet"),
        (TREND, "b: price", "<|>b: price", "b", "upper"),
        (PROBE, "as probe_buy", "as <|>probe_buy", "probe_buy", "first"),
        (PROBE, "param most", "param <|>most", "most", "at_most"),
        (PROBE, "as f", "as <|>f", "as f", "as filled"),
    ] {
        let after = renamed(
            &text.replacen(piece, marked, 1),
            new.trim_matches(['}', ' ']).trim_start_matches("as "),
        )
        .unwrap();
        assert!(after.contains(new), "{after}");
        // The text means the same: it has no error, and the old name is gone.
        let found = Editor::new().open(&after);
        assert_eq!(found, Vec::<serde_json::Value>::new(), "{after}");
        let words = |text: &str| {
            let letters = |c: char| !c.is_ascii_alphanumeric() && c != '_';
            text.split(letters).filter(|word| *word == old).count()
        };
        assert!(words(&after) == 0 || old == "trend" || old.len() < 3, "{old} is left in {after}");
    }
}

#[test]
fn a_name_that_does_not_fit_is_refused_with_a_reason() {
    let broken = TREND.replace("if f > s {", "if f > > s {");
    for (text, name, says) in [
        (TREND, "let", "word of the language"),
        (TREND, "true", "word of the language"),
        (TREND, "min", "cannot be called `min`"),
        (TREND, "s", "cannot be called `s`"),
        (TREND, "two words", "is no name"),
        (TREND, "2nd", "is no name"),
        (TREND, "größe", "is no name"),
        (TREND, "", "is no name"),
        (&broken, "quick", "mend it first"),
    ] {
        let marked = text.replacen("let f =", "let <|>f =", 1);
        let error = renamed(&marked, name).unwrap_err();
        assert!(error.contains(says), "{name}: {error}");
    }
    // A field of the members would be hidden.
    let marked = PROBE.replacen("param most", "param <|>most", 1);
    let marked = marked.replacen("liquidity >= 5 usd", "min_size < most", 1);
    let error = renamed(&marked, "lot").unwrap_err();
    assert!(error.contains("cannot be called `lot`"), "{error}");
    for (piece, marked, says) in [
        ("{ ema", "{ <|>ema", "function of `std.ta`"),
        ("version 1", "<|>version 1", "no name of yours"),
    ] {
        let mut editor = Editor::with(&TREND.replacen(piece, marked, 1));
        let error = editor.at_cursor("textDocument/prepareRename", json!({})).unwrap_err();
        assert!(error.message.contains(says), "{}", error.message);
    }
    let mut editor = Editor::with(&TREND.replacen("sma(f", "sma(<|>f", 1));
    let found = editor.at_cursor("textDocument/prepareRename", json!({})).unwrap();
    assert_eq!(found["placeholder"], "f");
}

#[test]
fn fixes_are_actions_and_all_of_them_one() {
    let text = TREND.replace("> s {", "> ss {").replace("{m}", "{mm}");
    let mut editor = Editor::with(&text);
    let found =
        editor.whole("textDocument/codeAction", json!({ "context": { "diagnostics": [] } }));
    let actions = found.as_array().unwrap();
    assert_eq!(actions.len(), 3, "{actions:#?}");
    assert_eq!(actions[0]["diagnostics"][0]["code"], "E0104");
    assert_eq!(actions[0]["isPreferred"], true);
    let after = editor.edited(&actions[2]["edit"]["changes"][URI]);
    assert_ne!(after, text);
    let first = editor.edited(&actions[0]["edit"]["changes"][URI]);
    assert_ne!(first, after);
    assert!(Editor::new().open(&after).len() < 2, "{after}");
    let only = json!({ "context": { "diagnostics": [], "only": ["source.fixAll"] } });
    let found = editor.whole("textDocument/codeAction", only);
    assert_eq!(found[0]["kind"], "source.fixAll");
    assert_eq!(editor.edited(&found[0]["edit"]["changes"][URI]), after);
    let only = json!({ "context": { "diagnostics": [], "only": ["refactor"] } });
    assert_eq!(editor.whole("textDocument/codeAction", only), json!([]));
    // Nothing to mend, no action.
    let mut editor = Editor::with(TREND);
    let all = json!({ "context": { "diagnostics": [] } });
    assert_eq!(editor.whole("textDocument/codeAction", all), json!([]));
}

#[test]
fn formatting_changes_white_space_and_leaves_what_it_cannot_read() {
    let options = json!({ "options": { "tabSize": 8, "insertSpaces": false } });
    let text = TREND.replace("  on h1 {", "\t  on   h1{").replace("let s =", "let s   =");
    let mut editor = Editor::with(&text);
    let edits = editor.whole("textDocument/formatting", options.clone());
    assert_eq!(editor.edited(&edits), TREND);
    let mut editor = Editor::with(TREND);
    assert_eq!(editor.whole("textDocument/formatting", options.clone()), json!([]));
    let mut editor = Editor::with(&text.replace("> s {", "> {"));
    let answer = editor.whole("textDocument/formatting", options);
    assert!(answer.is_null(), "{answer}");
}
