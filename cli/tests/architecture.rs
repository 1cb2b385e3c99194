//! The table of ARCHITECTURE.md against the manifests.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

type Arrows = BTreeMap<String, BTreeSet<String>>;

#[test]
fn the_table_names_every_dependency_and_no_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = std::fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    assert_eq!(documented(&page), declared(root), "left: ARCHITECTURE.md, right: the manifests");
}

/// The rows of the crate table: name, one line, internal, external.
fn documented(page: &str) -> Arrows {
    let table = page.lines().skip_while(|line| !line.starts_with("| crate |")).skip(2);
    table
        .take_while(|line| line.starts_with('|'))
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            assert_eq!(cells.len(), 6, "a row of the crate table has another form: {row}");
            let (name, internal, external) = (cells[1], cells[3], cells[4]);
            let names = [internal, external].into_iter().flat_map(|cell| cell.split(','));
            let names = names.map(|name| name.trim().to_owned()).filter(|name| name != "-");
            (name.trim_matches('`').to_owned(), names.collect())
        })
        .collect()
}

/// The normal dependencies of every member of the workspace.
fn declared(root: &Path) -> Arrows {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let short =
        |name: &serde_json::Value| name.as_str().unwrap().trim_start_matches("strat-").to_owned();
    metadata["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|package| {
            let normal = package["dependencies"].as_array().unwrap().iter();
            let normal = normal.filter(|dependency| dependency["kind"].is_null());
            (short(&package["name"]), normal.map(|d| short(&d["name"])).collect())
        })
        .collect()
}
