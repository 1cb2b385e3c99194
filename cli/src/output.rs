//! Everything that this command prints or writes goes through here.

use std::io::{IsTerminal, Write};
use std::path::Path;

use anyhow::Context;

/// Writes a result to stdout.
pub(crate) fn result(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(())
}

/// Writes a note to stderr. There is nobody to tell if that fails.
pub(crate) fn note(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Writes an error to stderr.
pub(crate) fn error(text: &str) {
    let head = if color_stderr() { "\u{1b}[1;31merror\u{1b}[0m" } else { "error" };
    note(&format!("{head}: {text}"));
}

/// Whether stdout shows colours: a terminal, and `NO_COLOR` unset.
pub(crate) fn color_stdout() -> bool {
    std::io::stdout().is_terminal() && colors_wanted()
}

/// Whether stderr shows colours.
pub(crate) fn color_stderr() -> bool {
    std::io::stderr().is_terminal() && colors_wanted()
}

fn colors_wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// A temporary file with the permissions of any new file, not with those of a secret.
fn new_file() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

/// Writes a file whole or not at all: into a temporary file beside it, which then takes its place.
/// A file that was there before keeps its permissions.
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut file = new_file()
        .tempfile_in(folder)
        .with_context(|| format!("cannot write into `{}`", folder.display()))?;
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_all())
        .with_context(|| format!("cannot write `{}`", path.display()))?;
    if let Ok(before) = std::fs::metadata(path) {
        file.as_file()
            .set_permissions(before.permissions())
            .with_context(|| format!("cannot write `{}` with its permissions", path.display()))?;
    }
    file.persist(path)
        .map_err(|failure| failure.error)
        .with_context(|| format!("cannot write `{}`", path.display()))?;
    Ok(())
}
