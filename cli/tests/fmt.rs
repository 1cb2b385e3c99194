//! `strat fmt` and `strat bounds` as a user types them.
#![expect(clippy::unwrap_used, reason = "test code")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const LOOSE: &str = "strategy s {\nversion 1\n\n\n  venue   vanta // here\n}";
const TIGHT: &str = "strategy s {\n  version 1\n\n  venue vanta // here\n}\n";
const BROKEN: &str = "strategy s {\n version 1 venue }\n";

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// Runs `strat` in a folder, with `input` on stdin; words are split at spaces.
fn strat(folder: &Path, line: &str, input: &str) -> (Option<i32>, String, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_strat"))
        .args(line.split_whitespace())
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn shipped(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    root.join("strategies").join(name).display().to_string()
}

#[test]
fn files_are_rewritten_once_and_broken_ones_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let [loose, tight, broken] = [("a.strat", LOOSE), ("b.strat", TIGHT), ("c.strat", BROKEN)]
        .map(|(name, text)| write(folder.path(), name, text));

    let (code, out, _) = strat(folder.path(), "fmt --check a.strat b.strat", "");
    assert_eq!((code, out.as_str()), (Some(1), "a.strat\n"));
    assert_eq!(read(&loose), LOOSE, "--check changes nothing");

    let (code, out, err) = strat(folder.path(), "fmt a.strat b.strat c.strat", "");
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
    assert!(err.contains("c.strat:2") && err.contains("left as it is"), "{err}");
    assert_eq!([read(&loose), read(&tight), read(&broken)], [TIGHT, TIGHT, BROKEN]);

    let (code, out, err) = strat(folder.path(), "fmt --check a.strat b.strat", "");
    assert_eq!((code, out.as_str(), err.as_str()), (Some(0), "", ""));
    let (code, _, err) = strat(folder.path(), "fmt absent.strat a.strat", "");
    assert_eq!(code, Some(2), "{err}");
}

#[test]
fn stdin_goes_to_stdout() {
    let folder = tempfile::tempdir().unwrap();
    let run = |line, input| strat(folder.path(), line, input);
    assert_eq!(run("fmt -", LOOSE), (Some(0), TIGHT.to_owned(), String::new()));
    assert_eq!(run("fmt --check -", LOOSE), (Some(1), "<stdin>\n".to_owned(), String::new()));
    assert_eq!(run("fmt --check -", TIGHT), (Some(0), String::new(), String::new()));
    let (code, out, err) = run("fmt -", BROKEN);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.contains("<stdin>:2"), "{err}");
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let real = write(folder.path(), "real.strat", LOOSE);
    let link = folder.path().join("link.strat");
    std::os::unix::fs::symlink(&real, &link).unwrap();
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    let (code, _, err) = strat(folder.path(), "fmt link.strat", "");
    assert_eq!(code, Some(0), "{err}");
    assert!(link.symlink_metadata().unwrap().file_type().is_symlink());
    assert_eq!(read(&real), TIGHT);
    assert_eq!(std::fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn bounds_are_a_table_or_json() {
    let folder = tempfile::tempdir().unwrap();
    let file = shipped("ema_vanta.strat");
    let (code, out, err) = strat(folder.path(), &format!("bounds {file}"), "");
    assert_eq!(code, Some(0), "{err}");
    for text in ["on h1 (line 36)", "190 = 7d22h", "570 = 23d18h", "BTCUSD on vanta; reads bars"] {
        assert!(out.contains(text), "lacks `{text}`:\n{out}");
    }
    let (code, out, err) = strat(
        folder.path(),
        &format!("bounds {file} --set fast=5 --set slow=20 --format json"),
        "",
    );
    assert_eq!(code, Some(0), "{err}");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    // ceil(ln 1e-3 / ln(1 - 2 / 21)) = 70 bars for the average; 168 for the deviation.
    let facts = [
        ("/schema", "\"strat.bounds/1\""),
        ("/strategy", "\"ema_vanta\""),
        ("/params/1/value", "\"20\""),
        ("/handlers/0/orders", "1"),
        ("/handlers/0/evaluations", "9"),
        ("/warmup/clocks/0/ticks", "168"),
        ("/warmup/streams/1/ticks", "70"),
        ("/warmup/clocks/0/every_ns", "3600000000000"),
        ("/data/feeds/0/reads/0", "\"bars\""),
        ("/data/feeds/0/places_orders", "true"),
    ];
    for (place, expected) in facts {
        let found = json.pointer(place).map(ToString::to_string);
        assert_eq!(found.as_deref(), Some(expected), "{place}\n{out}");
    }
    let (code, _, err) = strat(folder.path(), &format!("bounds {file} --set fast=99"), "");
    assert_eq!(code, Some(2), "{err}");
    let broken = write(folder.path(), "c.strat", BROKEN);
    let (code, _, err) = strat(folder.path(), &format!("bounds {}", broken.display()), "");
    assert_eq!(code, Some(1), "{err}");
}
