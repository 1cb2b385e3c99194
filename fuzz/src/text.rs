//! Changes of a generated text that must not change what it does.

use std::fmt::Write as _;

use strat_compiler::builtin::TABLE;

/// The text with another name for everything that its author named, in another order of the
/// alphabet. Names of generated programs are letters and a number.
pub fn renamed(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if !inside(first) {
            out.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let len = rest.find(|c| !inside(c)).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(len);
        match own_name(word) {
            Some((kind, n)) => {
                let _ = write!(out, "z{}_{kind}", 99_999 - n.min(99_999));
            }
            None => out += word,
        }
        rest = tail;
    }
    out
}

fn own_name(word: &str) -> Option<(&str, u32)> {
    let digits = word.find(|c: char| c.is_ascii_digit())?;
    let (kind, number) = word.split_at(digits);
    let letters = !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphabetic());
    // The cases of an enum are printed.
    let letters = letters && kind != "K";
    let library = TABLE.iter().any(|row| row.name == word);
    (letters && !library).then_some(())?;
    Some((kind, number.parse().ok()?))
}

/// The text with one more instrument, which nothing reads; `None` where there is none to begin with.
pub fn with_bystander(text: &str) -> Option<String> {
    let line = text.lines().rfind(|line| line.trim_start().starts_with("instrument "))?;
    let venue = line.rsplit(' ').next()?;
    let source = if venue == "polymarket" { "token(\"999\")" } else { "LTCUSDT" };
    let at = text.find(line)? + line.len();
    let more = format!("\n  instrument bystander = {source} on {venue}");
    Some(format!("{}{more}{}", &text[..at], &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_names_change() {
        let text = "let x12 = kalman1(c3.close, 5) * 1e3 // 10s q7";
        let other = "let z99987_x = kalman1(z99996_c.close, 5) * 1e3 // 10s z99992_q";
        assert_eq!(renamed(text), other);
    }

    #[test]
    fn a_bystander_stands_behind_the_last_instrument() {
        let text = "  instrument i1 = A on vanta\n  clock\n";
        let other =
            "  instrument i1 = A on vanta\n  instrument bystander = LTCUSDT on vanta\n  clock\n";
        assert_eq!(with_bystander(text).as_deref(), Some(other));
        assert_eq!(with_bystander("strategy s { }"), None);
    }
}
