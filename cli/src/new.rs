//! `strat new NAME`: a folder that checks and simulates at once.

use std::path::Path;

use anyhow::{Context, bail};
use strat_compiler::pipeline;
use strat_dsl::{Diagnostic, Source};

use crate::args::NewArgs;
use crate::outcome::Outcome;
use crate::output;

const STRATEGY: &str = include_str!("../template/strategy.strat");
const README: &str = include_str!("../template/README.md");

/// Runs the command. The folder appears whole or not at all.
pub(crate) fn run(args: &NewArgs) -> anyhow::Result<Outcome> {
    let name = &args.name;
    check_name(name)?;
    let text = STRATEGY.replace("my_strategy", name);
    let reserved = pipeline::compile(&Source::new(name.as_str(), text.as_str()))
        .diagnostics
        .iter()
        .any(Diagnostic::is_error);
    if reserved {
        bail!("`{name}` is a reserved word of the language; choose another name");
    }
    let folder = Path::new(name);
    if folder.exists() {
        bail!("`{name}` exists already; choose another name, or remove it first");
    }
    let staging = tempfile::Builder::new()
        .prefix(".strat-new-")
        .tempdir_in(".")
        .context("cannot create a folder here")?;
    let readme = README.replace("my_strategy", name);
    for (file, text) in [(format!("{name}.strat"), text), ("README.md".to_owned(), readme)] {
        let path = staging.path().join(file);
        std::fs::write(&path, text)
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    open_to_others(staging.path())?;
    let staged = staging.keep();
    if let Err(error) = std::fs::rename(&staged, folder) {
        // What could not be moved is taken away again; the error that counts is the first one.
        let _ = std::fs::remove_dir_all(&staged);
        return Err(error).with_context(|| format!("cannot create the folder `{name}`"));
    }
    output::result(&format!(
        "created {name}/{name}.strat and {name}/README.md\n\nnext:\n  \
         strat check {name}/{name}.strat\n  \
         strat simulate {name}/{name}.strat --ticks 5000 --seed 7\n"
    ))?;
    Ok(Outcome::Done)
}

/// A temporary folder is private; a project is not.
#[cfg(unix)]
fn open_to_others(folder: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o755))
        .with_context(|| format!("cannot set the permissions of `{}`", folder.display()))
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> anyhow::Result<()> {
    Ok(())
}

fn check_name(name: &str) -> anyhow::Result<()> {
    let mut chars = name.chars();
    let starts_well = chars.next().is_some_and(|c| c.is_ascii_alphabetic());
    if !starts_well || !chars.all(|c| c.is_ascii_alphanumeric() || c == '_') || name.len() > 64 {
        bail!(
            "`{name}` cannot name a strategy: use a letter, then letters, digits and underscores, \
             64 at most, as in `my_strategy`"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_identifiers() {
        for good in ["a", "my_strategy", "Ema2"] {
            assert!(check_name(good).is_ok(), "{good}");
        }
        let long = "a".repeat(65);
        for bad in ["", "2x", "_x", "a-b", "a/b", "../x", "a b", "é", long.as_str()] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
    }
}
