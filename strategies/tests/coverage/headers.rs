//! What a strategy's header promises.

use std::collections::BTreeMap;
use std::path::Path;

/// The header's lines by their word, continuations appended with a line end.
fn header(text: &str) -> BTreeMap<String, String> {
    let mut parts: BTreeMap<String, String> = BTreeMap::new();
    let mut current = String::new();
    for line in text.lines().map_while(|line| line.strip_prefix("//")) {
        let Some(words) = line.strip_prefix(' ') else { continue };
        let (head, rest) = words.split_at_checked(10).unwrap_or((words, ""));
        if head.starts_with("  ") {
            let part = parts.get_mut(&current).unwrap();
            part.push('\n');
            part.push_str(words.trim());
        } else if head.ends_with(' ') && !head.trim().contains(' ') {
            head.trim().clone_into(&mut current);
            parts.insert(current.clone(), rest.trim().to_owned());
        }
    }
    parts
}

#[test]
fn every_header_says_idea_trades_needs_and_try() {
    for shipped in strat_strategies::ALL {
        let first = shipped.text.lines().next().unwrap();
        assert!(first.starts_with(&format!("// {}: ", shipped.name)), "{first}");
        let parts = header(shipped.text);
        for word in ["Idea", "Trades", "Needs", "Try"] {
            let said = parts.get(word).map_or("", String::as_str);
            assert!(said.len() > 20, "{}: the header does not say `{word}`", shipped.name);
        }
    }
}

#[test]
fn the_commands_of_headers_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let known = std::fs::read_to_string(root.join("cli/src/args.rs")).unwrap();
    for shipped in strat_strategies::ALL {
        let parts = header(shipped.text);
        let commands: Vec<&str> = parts["Try"].lines().collect();
        assert!(commands[0].starts_with("strat simulate "), "{}", shipped.name);
        for command in commands {
            let words: Vec<&str> = command.split_whitespace().collect();
            let [strat, verb, file, options @ ..] = words.as_slice() else { panic!("{command}") };
            assert_eq!(*strat, "strat", "{command}");
            assert!(["simulate", "backtest"].contains(verb), "{command}");
            assert_eq!(*file, format!("strategies/{}.strat", shipped.name), "{command}");
            assert!(root.join(file).is_file(), "{command}");
            assert_eq!(options.len() % 2, 0, "{command}");
            for option in options.chunks(2) {
                let name = option[0].strip_prefix("--").unwrap();
                let field = format!("pub(crate) {}: ", name.replace('-', "_"));
                assert!(known.contains(&field), "{command}: there is no --{name}");
                check_value(&root, command, name, option[1]);
            }
        }
    }
}

/// A data file without a folder stands for one of the reader's own.
fn check_value(root: &Path, command: &str, option: &str, value: &str) {
    match option {
        "ticks" | "paths" | "seed" => assert!(value.parse::<u64>().is_ok(), "{command}"),
        "market" => {
            assert!(strat_backtest::synthetic::parse_model(value).is_ok(), "{command}");
        }
        "data" => {
            let spec = strat_backtest::data::DataSpec::parse(value).unwrap();
            assert!(!spec.path.contains('/') || root.join(&spec.path).is_file(), "{command}");
        }
        _ => panic!("{command}: this test does not know --{option}"),
    }
}
