//! Fragments of strategies, made whole: the pages of the manual and the corpus of slips show a few
//! lines, and everything around them is the same each time.
//!
//! - `file`: the text is a whole file.
//! - `members`: the text stands in a strategy; lines that begin an item of a file (`import`, `test`,
//!   `prop`, up to the next empty line) are moved in front of it.
//! - `handler`: as members, but everything stands in one handler `on every 10s`.
//!
//! The strategy has a version, a venue, a risk block, and the names listed in [`NAMES`] as far as
//! the text uses them and does not declare them itself.

use strat_dsl::Source;

/// What a fragment may use without declaring it: venue, name, declaration.
pub(crate) const NAMES: &[(&str, &str, &str)] = &[
    ("polymarket", "yes", "instrument yes = token(\"1\") on polymarket"),
    ("polymarket", "no", "instrument no = token(\"2\") on polymarket"),
    (
        "polymarket",
        "markets",
        "universe markets max 100 order by id { where liquidity >= 1_000 usd }",
    ),
    ("binance_perp", "btc", "instrument btc = BTCUSDT on binance_perp"),
    ("binance_perp", "eth", "instrument eth = ETHUSDT on binance_perp"),
    ("binance_perp", "h1", "clock h1 = bars(btc, 1h)"),
    ("binance_perp", "m5", "clock m5 = bars(btc, 5m)"),
    ("binance_perp", "both", "clock both = bars([btc, eth], 5m)"),
    ("vanta", "btc", "instrument btc = BTCUSD on vanta"),
    ("vanta", "h1", "clock h1 = bars(btc, 1h)"),
];

/// Where the text of a fragment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    File,
    Members,
    Handler,
}

/// A fragment and what surrounds it.
#[derive(Debug, Clone)]
pub(crate) struct Fragment {
    pub(crate) place: Place,
    pub(crate) venue: String,
    pub(crate) text: String,
}

impl Fragment {
    /// Reads `handler binance_perp`; what is left out is `members` and `polymarket`.
    pub(crate) fn new(words: &str, text: &str) -> Self {
        let mut fragment =
            Self { place: Place::Members, venue: "polymarket".to_owned(), text: text.to_owned() };
        for word in words.split_whitespace() {
            match word {
                "file" => fragment.place = Place::File,
                "members" => fragment.place = Place::Members,
                "handler" => fragment.place = Place::Handler,
                venue => {
                    assert!(NAMES.iter().any(|(v, ..)| *v == venue), "no such venue: {venue}");
                    venue.clone_into(&mut fragment.venue);
                }
            }
        }
        fragment
    }

    /// The whole file.
    pub(crate) fn source(&self, name: &str) -> Source {
        Source::new(name, self.whole())
    }

    fn whole(&self) -> String {
        if self.place == Place::File {
            return self.text.clone();
        }
        let (outer, inner) = parted(&self.text);
        let mut names = String::new();
        // A clock brings its instruments.
        let mut asked = format!("{}\n{}", self.text, names);
        for (venue, name, line) in NAMES.iter().rev() {
            if *venue == self.venue && mentions(&asked, name) && !declares(&self.text, name) {
                names = format!("{line}\n{names}");
                asked += line;
            }
        }
        let risk = match (self.text.contains("risk {"), self.venue.as_str()) {
            (true, _) => "",
            (false, "vanta") => "risk { max_drawdown: 5% -> flatten, halt }\n",
            (false, _) => "risk { max_notional: 1_000 usd }\n",
        };
        let inner = match self.place {
            Place::Handler => format!("on every 10s {{\n{inner}\n}}"),
            Place::File | Place::Members => inner,
        };
        format!(
            "{outer}strategy page {{\nversion 1\nvenue {}\n{names}{risk}{inner}\n}}\n",
            self.venue
        )
    }
}

/// The items of a file, and the rest.
fn parted(text: &str) -> (String, String) {
    let (mut outer, mut inner) = (String::new(), String::new());
    let mut outside = false;
    for line in text.split_inclusive('\n') {
        if ["import ", "test ", "prop "].iter().any(|word| line.starts_with(word)) {
            outside = true;
        } else if line.trim().is_empty() {
            outside = false;
        }
        let part = if outside { &mut outer } else { &mut inner };
        part.push_str(line);
    }
    if !outer.is_empty() && !outer.ends_with('\n') {
        outer.push('\n');
    }
    (outer, inner)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
}

fn mentions(text: &str, name: &str) -> bool {
    words(text).any(|word| word == name)
}

fn declares(text: &str, name: &str) -> bool {
    ["instrument", "universe", "clock", "let", "state", "param", "fn", "node", "enum", "words"]
        .iter()
        .any(|kind| text.contains(&format!("{kind} {name} ")))
}
