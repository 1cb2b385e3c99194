//! Texts: whole words, case folded.
//!
//! A word is a maximal run of letters and digits; everything else separates. Letters are folded by
//! Unicode lower case. An entry of several words matches the same words in a row.

/// The words of a text, folded, in order. Also how word lists are prepared.
pub fn words_of(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Whether `words` contains the run `entry`. An empty entry is contained nowhere.
pub(super) fn contains_run(words: &[String], entry: &[String]) -> bool {
    !entry.is_empty() && words.windows(entry.len()).any(|run| run == entry)
}

/// Whether two texts have the same characters after folding.
pub(super) fn same_text(a: &str, b: &str) -> bool {
    a.chars().flat_map(char::to_lowercase).eq(b.chars().flat_map(char::to_lowercase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_only() {
        let cases = [
            ("Will US inflation exceed 3%?", "nfl", false),
            ("NFL: Bills vs Jets", "nfl", true),
            ("NFL: Bills vs. Jets", "VS", true),
            ("Counter-Strike: Vitality", "counter strike", true),
            ("The counter will strike", "counter strike", false),
            ("Premier League winner", "premier league", true),
            ("Ligue 1", "league", false),
            ("ÉCOLE à Paris", "école", true),
            ("ends with nba", "nba", true),
            ("nba2k", "nba", false),
            ("", "nba", false),
            ("anything", "", false),
            ("¿¡!", "nba", false),
        ];
        for (text, entry, expected) in cases {
            let got = contains_run(&words_of(text), &words_of(entry));
            assert_eq!(got, expected, "{text:?} has {entry:?}");
        }
    }

    #[test]
    fn equality_folds_case() {
        assert!(same_text("Yes", "yEs"));
        assert!(!same_text("Yes", "Yes "));
    }
}
