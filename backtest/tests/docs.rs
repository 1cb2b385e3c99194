//! docs/data.md against the table of parameters that the command line reads.
#![expect(clippy::disallowed_methods, reason = "reads the page that it checks")]

use strat_backtest::synthetic::PARAMS;

#[test]
fn the_page_lists_every_parameter_of_every_model() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/data.md");
    let page = std::fs::read_to_string(page).unwrap();
    let documented: Vec<&str> = page
        .lines()
        .skip_while(|line| !line.starts_with("| model | name |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .collect();
    let expected: Vec<String> = PARAMS
        .iter()
        .map(|p| {
            let model = p.model.name();
            format!("| {model} | {} | {} | {} | {} | {} |", p.name, p.default, p.min, p.max, p.help)
        })
        .collect();
    assert_eq!(documented, expected);
}
