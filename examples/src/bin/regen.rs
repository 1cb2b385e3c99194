//! Writes the data and the expected report of every example anew:
//! `cargo run --release -p strat-examples --bin regen`.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use strat_examples::{ALL, generate, report};
use strat_runtime::strategy::Strategy as _;

fn main() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut out = std::io::stdout();
    for example in ALL {
        let strategy = report::strategy(example)?;
        let files = generate::data(example, strategy.manifest())?;
        let expected = report::expected(example, &files)?;
        let named = files.iter().map(|file| (file.name.as_str(), file.text.as_str()));
        for (name, text) in named.chain([("expected.json", expected.as_str())]) {
            let path = root.join(example.folder).join(name);
            std::fs::write(&path, text)
                .with_context(|| format!("cannot write `{}`", path.display()))?;
            writeln!(out, "{} ({} bytes)", path.display(), text.len())?;
        }
    }
    Ok(())
}
