//! The words of the language with what they say, for those who write: shown on hover, offered as
//! completions. The order is the order in which they are offered.

use std::fmt::Write as _;

use strat_compiler::builtin::{Entry, entries};

/// A word with its meaning.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Term {
    pub(crate) word: &'static str,
    pub(crate) doc: &'static str,
    /// What is inserted, with places to fill in; the word itself if it is empty.
    pub(crate) snippet: &'static str,
}

const fn w(word: &'static str, doc: &'static str, snippet: &'static str) -> Term {
    Term { word, doc, snippet }
}

pub(crate) const ITEMS: &[Term] = &[
    w(
        "strategy",
        "A strategy: parameters, streams, handlers.",
        "strategy ${1:name} \"${2:title}\" {\n  version 1\n  venue ${3:polymarket}\n  $0\n}",
    ),
    w("import", "Functions of the library.", "import ${1:std.ta} { ${2:ema} }"),
    w(
        "fn",
        "A named expression over its arguments; it has no memory.",
        "fn ${1:name}(${2:a}: ${3:price}) -> ${4:price} = $0",
    ),
    w(
        "node",
        "A function with memory: each call has its own.",
        "node ${1:name}(${2:a}: ${3:real}) -> ${4:real} {\n  state ${5:last}: real = 0.0\n  next $5 = $2\n  yield $0\n}",
    ),
    w("enum", "A fixed list of cases.", "enum ${1:Phase} { ${2:idle}, ${3:working} }"),
    w(
        "words",
        "A list of words or phrases to look for in texts.",
        "words ${1:name} = \"${2:word}\"",
    ),
    w(
        "test",
        "A script of events and what must follow.",
        "test \"${1:what it shows}\" for ${2:name} {\n  at 0s $0\n}",
    ),
    w(
        "prop",
        "What must hold after every event of random markets.",
        "prop \"${1:what always holds}\" for ${2:name} {\n  forall feed in gen.books(markets: 3, events: 500)\n  always $0\n}",
    ),
];

pub(crate) const MEMBERS: &[Term] = &[
    w("on", "A reaction to an event.", "on ${1:every 10s} {\n  $0\n}"),
    w("let", "A stream: it has a new value whenever its clock ticks.", "let ${1:name} = $0"),
    w(
        "param",
        "What can be set from outside.",
        "param ${1:name}: ${2:int} = ${3:20} in ${4:5}..${5:60}",
    ),
    w("state", "What is remembered from event to event.", "state ${1:name}: ${2:int} = ${3:0}"),
    w("instrument", "What is traded.", "instrument ${1:btc} = ${2:BTCUSD} on ${3:vanta}"),
    w("clock", "When bars are new.", "clock ${1:h1} = bars(${2:btc}, ${3:1h})"),
    w(
        "universe",
        "Chooses among the markets of the venue.",
        "universe ${1:markets} max ${2:100} order by ${3:liquidity desc, id} {\n  where $0\n}",
    ),
    w(
        "risk",
        "Limits that the host enforces; required as soon as the strategy trades.",
        "risk { ${1:max_drawdown: 6% -> flatten, halt} }",
    ),
    w("venue", "Where it trades; once, required.", "venue ${1:polymarket}"),
    w("version", "Which layout of the state this is; once, required.", "version ${1:1}"),
    w("constraint", "What must hold between parameters.", "constraint $0"),
    w("enum", "A fixed list of cases.", "enum ${1:Phase} { ${2:idle}, ${3:working} }"),
    w(
        "words",
        "A list of words or phrases to look for in texts.",
        "words ${1:name} = \"${2:word}\"",
    ),
    w(
        "fn",
        "A named expression over its arguments; it has no memory.",
        "fn ${1:name}(${2:a}: ${3:price}) -> ${4:price} = $0",
    ),
    w(
        "node",
        "A function with memory: each call has its own.",
        "node ${1:name}(${2:a}: ${3:real}) -> ${4:real} {\n  state ${5:last}: real = 0.0\n  next $5 = $2\n  yield $0\n}",
    ),
    w("on_fault", "What follows a fault; `hold` unless said.", "on_fault ${1:hold}"),
    w("warm", "The weight of a start value below which a stream counts as warm.", "warm ${1:1e-6}"),
    w(
        "migrate",
        "Takes over what an older version remembered.",
        "migrate from ${1:1} { ${2:old: bool} } { $0 }",
    ),
];

pub(crate) const STATEMENTS: &[Term] = &[
    w("let", "Names a value; with `else` it opens an option.", "let ${1:name} = $0"),
    w(
        "require",
        "A guard: where it fails, the reaction ends for the reason given.",
        "require ${1:condition} else \"${2:reason}\"",
    ),
    w("if", "Does one thing or the other.", "if ${1:condition} {\n  $0\n}"),
    w("buy", "Wants a buy order to rest.", "buy ${1:m} ${2:10 shares} @ ${3:price}"),
    w("sell", "Wants a sell order to rest.", "sell ${1:m} ${2:10 shares} @ ${3:price}"),
    w(
        "quote",
        "Wants a bid and an ask to rest.",
        "quote ${1:m} {\n  bid ${2:price} size ${3:10 shares}\n  ask ${4:price} size ${5:10 shares}\n}",
    ),
    w(
        "target",
        "Wants a position; the host gets there.",
        "target ${1:btc} ${2:flat} because \"${3:reason}\"",
    ),
    w("cancel", "Takes orders back.", "cancel ${1:all}"),
    w("set", "Gives a state a new value.", "set ${1:name} = $0"),
    w("for", "Does something for each of a bounded list.", "for ${1:x} in ${2:list} {\n  $0\n}"),
    w(
        "match",
        "Tells the cases of an enum apart.",
        "match ${1:phase} {\n  ${2:Phase.idle} -> { $0 }\n}",
    ),
    w("together", "All of these orders or none.", "together {\n  $0\n}"),
    w("log", "Writes a line into the log.", "log \"$0\""),
    w("alert", "Tells a person.", "alert \"$0\""),
    w("halt", "Ends the strategy.", "halt \"$0\""),
];

pub(crate) const NODE_LINES: &[Term] = &[
    w("yield", "What the node yields.", "yield $0"),
    w("let", "Names a value.", "let ${1:name} = $0"),
    w("state", "The node's memory.", "state ${1:name}: ${2:real} = ${3:0.0}"),
    w("next", "What the memory holds at the next tick.", "next ${1:name} = $0"),
];

pub(crate) const TEST_STEPS: &[Term] = &[
    w("at", "What happens or is expected at a time.", "at ${1:0s} $0"),
    w(
        "market",
        "A market of the test.",
        "market ${1:m} { question: \"${2:Will it rain?}\", expires: ${3:24h} }",
    ),
    w("with", "Sets a parameter.", "with ${1:name} = $0"),
];

pub(crate) const PROP_STEPS: &[Term] = &[
    w(
        "forall",
        "Random markets.",
        "forall feed in gen.${1:books}(markets: ${2:3}, events: ${3:500})",
    ),
    w("always", "What must hold after every event.", "always $0"),
    w("with", "Sets a parameter.", "with ${1:name} = $0"),
];

pub(crate) const TEST_EVENTS: &[Term] = &[
    w("expect", "What the strategy must ask for, or what must hold.", "expect $0"),
    w(
        "book",
        "A new book.",
        "book ${1:m} { bid ${2:0.38} size ${3:100 shares}, ask ${4:0.42} size ${5:100 shares} }",
    ),
    w("fill", "The venue fills an order.", "fill ${1:m} buy ${2:10 shares} @ ${3:0.42}"),
    w("trade", "A trade of others.", "trade ${1:m} buy ${2:10 shares} @ ${3:0.42}"),
    w("bar", "A closed bar.", "bar ${1:btc} { close: ${2:100} }"),
];

pub(crate) const EXPECTED: &[Term] = &[
    w("nothing", "No request at all.", "nothing because \"${1:reason}\""),
    w("buy", "A buy order.", "buy ${1:m} ${2:10 shares} @ ${3:0.42}"),
    w("sell", "A sell order.", "sell ${1:m} ${2:10 shares} @ ${3:0.42}"),
    w("quote", "A quote.", "quote ${1:m} { bid ${2:0.40} size ${3:10 shares} }"),
    w("target", "A target.", "target ${1:btc} ${2:flat}"),
];

pub(crate) const TRIGGERS: &[Term] = &[
    w("every", "At multiples of an interval.", "every ${1:10s}"),
    w("book", "When the book of an instrument changes.", "book(${1:m})"),
    w("trades", "At each trade of an instrument.", "trades(${1:m})"),
    w("bars", "When a bar has closed.", "bars(${1:btc}, ${2:1h})"),
    w("fill", "When an order of this slot is filled.", "fill(${1:slot}) as ${2:f}"),
    w("done", "When an order of this slot has ended.", "done(${1:slot})"),
    w("reject", "When an order of this slot is refused.", "reject(${1:slot}) as ${2:r}"),
    w("expiry", "When the market of an instrument ends.", "expiry(${1:m})"),
    w("session_open", "When a session of a calendar opens.", "session_open(${1:nyse})"),
    w("session_close", "When a session of a calendar closes.", "session_close(${1:nyse})"),
    w("enter", "When a market enters a universe.", "enter ${1:m} in ${2:markets}"),
    w("leave", "When a market leaves a universe.", "leave ${1:m} in ${2:markets}"),
    w("start", "Once, before anything else.", ""),
    w("shutdown", "Once, at the end.", ""),
    w("link_down", "When the connection to the venue is lost.", ""),
    w("link_up", "When it is there again.", ""),
];

pub(crate) const OPTIONS: &[Term] = &[
    w("post_only", "Only if it rests: refused where it would take.", ""),
    w("reduce_only", "Only if it makes the position smaller.", ""),
    w("tif", "How long it stands.", "tif ${1:gtc}"),
    w("as", "A name for the slot, for `fill(name)` and `cancel name`.", "as ${1:name}"),
    w("because", "The reason, shown in the trace.", "because \"${1:reason}\""),
    w("else cancel", "A guard that stops the statement takes the order back.", ""),
];

pub(crate) const GOALS: &[Term] = &[
    w("flat", "No position.", ""),
    w("long", "Long by a multiple of equity, or a size.", "long ${1:0.20x}"),
    w("short", "Short by a multiple of equity, or a size.", "short ${1:0.20x}"),
    w("size", "A position of this size.", "size ${1:10 coins}"),
    w("notional", "A position of this value.", "notional ${1:100 usd}"),
    w("weight", "A share of equity.", "weight ${1:20%}"),
];

pub(crate) const TARGET_OPTIONS: &[Term] = &[
    w("via", "How to get there.", "via ${1:passive}"),
    w("because", "The reason, shown in the trace.", "because \"${1:reason}\""),
];

pub(crate) const QUOTE_LINES: &[Term] = &[
    w("bid", "The buying side.", "bid ${1:price} size ${2:10 shares}"),
    w("ask", "The selling side.", "ask ${1:price} size ${2:10 shares}"),
    w("post_only", "Only if it rests: refused where it would take.", ""),
    w("as", "A name for the slots.", "as ${1:name}"),
];

pub(crate) const TIFS: &[Term] = &[
    w("gtc", "Until it is cancelled.", ""),
    w("fak", "What can be filled at once; the rest is cancelled.", ""),
    w("fok", "All at once or nothing.", ""),
    w("ioc", "Another word for `fak`.", ""),
    w("day", "Until the end of the day.", ""),
    w("gtd", "For a length of time.", "gtd ${1:30s}"),
];

pub(crate) const VIAS: &[Term] = &[
    w("passive", "By resting orders.", ""),
    w("cross", "By taking what is there.", ""),
    w("twap", "In equal parts over a time.", "twap(${1:10m})"),
];

pub(crate) const GAPS: &[Term] = &[
    w("skip", "No bar is made; the default.", ""),
    w("carry", "Repeats the last close with no volume.", ""),
    w("halt", "Stops the strategy.", ""),
];

pub(crate) const RISK_RULES: &[Term] = &[
    w(
        "max_drawdown",
        "Fall of equity from its peak.",
        "max_drawdown: ${1:6%} -> ${2:flatten, halt}",
    ),
    w("max_position", "Size of a position.", "max_position: ${1:100 shares} per market"),
    w("max_notional", "Value of all positions.", "max_notional: ${1:1_000 usd}"),
    w("max_loss", "Loss of a day.", "max_loss: ${1:50 usd} per day -> ${2:flatten, halt}"),
    w("max_leverage", "Exposure over equity.", "max_leverage: ${1:2x}"),
    w("max_weight", "Share of one position in equity.", "max_weight: ${1:20%} per market"),
    w("max_open_orders", "Orders that rest.", "max_open_orders: ${1:20}"),
    w("max_order_rate", "Orders in a time.", "max_order_rate: ${1:10}"),
    w("stale_data", "How old the data may be.", "stale_data: ${1:30s} -> ${2:cancel_all}"),
];

pub(crate) const ACTIONS: &[Term] = &[
    w("flatten", "Closes every position.", ""),
    w("halt", "Ends the strategy.", ""),
    w("cancel_all", "Takes every order back.", ""),
    w("hold", "Goes on, positions kept.", ""),
];

pub(crate) const VENUES: &[Term] = &[
    w("polymarket", "Prediction markets: outcome tokens between 0 and 1, in usdc.", ""),
    w("binance_perp", "Perpetual futures, in usdt.", ""),
    w("vanta", "Signals on pairs, as leverage; bars, no book.", ""),
];

pub(crate) const TYPES: &[Term] = &[
    w("int", "A whole number of 64 bits.", ""),
    w("real", "A floating-point number, always finite; no `==`.", ""),
    w("price", "Quote per unit; exact.", ""),
    w("size", "Units of an instrument; exact.", ""),
    w("bool", "`true` or `false`.", ""),
    w("percent", "A share; `1% == 100bps`.", ""),
    w("leverage", "Exposure over equity.", ""),
    w("usd", "US dollars.", ""),
    w("usdc", "USD Coin.", ""),
    w("usdt", "Tether.", ""),
    w("duration", "A length of time.", ""),
    w("time", "A point in time, in UTC.", ""),
    w("text", "A text; not kept.", ""),
];

pub(crate) const UNITS: &[Term] = &[
    w("shares", "Size.", ""),
    w("coins", "Size; another word for `shares`.", ""),
    w("lots", "Size in the venue's lots.", ""),
    w("usd", "US dollars.", ""),
    w("%", "Percent.", ""),
    w("bps", "A hundredth of a percent.", ""),
    w("x", "Leverage: a multiple of equity.", ""),
    w("ms", "Milliseconds.", ""),
    w("us", "Microseconds.", ""),
    w("s", "Seconds.", ""),
    w("m", "Minutes.", ""),
    w("h", "Hours.", ""),
    w("d", "Days of 24 hours.", ""),
];

pub(crate) const VALUES: &[Term] = &[
    w("now", "The time of the event.", ""),
    w("account", "`.equity`, `.cash` and `.free_cash`.", ""),
    w("true", "", ""),
    w("false", "", ""),
    w("none", "The absence of a value.", ""),
    w("not", "The opposite of all that follows.", "not $0"),
    w("if", "One value or the other.", "if ${1:condition} then ${2:a} else ${3:b}"),
];

pub(crate) const OPERATORS: &[Term] = &[
    w("and", "Both; the right side is not judged if the left decides.", ""),
    w("or", "At least one; the right side is not judged if the left decides.", ""),
    w("in", "Within a range, both ends included, or in a list.", ""),
    w("is some", "Whether it is there.", ""),
    w("is none", "Whether it is absent.", ""),
    w("as", "One currency for another: `x as usdc at par`.", "as ${1:usdc} at par"),
    w("else", "Why the reaction ends here.", "else \"${1:reason}\""),
];

/// Functions that need no import, as they are called.
pub(crate) const PRELUDE: &[Term] = &[
    w("min", "min(a, b, ...): the smallest of values of one type", "min(${1:a}, ${2:b})"),
    w("max", "max(a, b, ...): the largest of values of one type", "max(${1:a}, ${2:b})"),
    w("abs", "abs(x): without its sign", "abs(${1:x})"),
    w("clamp", "clamp(x, low, high): moved into the range", "clamp(${1:x}, ${2:low}, ${3:high})"),
    w("ln", "ln(x): natural logarithm of what is positive", "ln(${1:x})"),
    w("exp", "exp(x): e to the power of x", "exp(${1:x})"),
    w("sqrt", "sqrt(x): root of what is not negative", "sqrt(${1:x})"),
    w("floor", "floor(x): the whole number below", "floor(${1:x})"),
    w("ceil", "ceil(x): the whole number above", "ceil(${1:x})"),
    w("round", "round(x): the nearest whole number, ties to even", "round(${1:x})"),
    w("real", "real(x): the number of an int or exact value", "real(${1:x})"),
    w("percent", "percent(x): a percent of a real, 0.04 is 4%", "percent(${1:x})"),
    w(
        "price",
        "price(x, direction): a price, rounded down, up or nearest",
        "price(${1:x}, ${2:nearest})",
    ),
    w("size", "size(x, direction): a size, rounded down, up or nearest", "size(${1:x}, ${2:down})"),
    w(
        "div",
        "div(a, b, or): a / b, or a way out where b is zero",
        "div(${1:a}, ${2:b}, or: ${3:0.0})",
    ),
    w(
        "latest",
        "latest(x): the last closed value of another clock; absent before the first",
        "latest(${1:x})",
    ),
];

/// All words that have a meaning on their own, for hovers.
const EVERYWHERE: [&[Term]; 17] = [
    ITEMS,
    MEMBERS,
    STATEMENTS,
    NODE_LINES,
    TEST_STEPS,
    PROP_STEPS,
    TRIGGERS,
    OPTIONS,
    GOALS,
    TARGET_OPTIONS,
    QUOTE_LINES,
    TIFS,
    VIAS,
    RISK_RULES,
    ACTIONS,
    VENUES,
    TEST_EVENTS,
];

/// What a word of the language says.
pub(crate) fn meaning(word: &str) -> Option<&'static Term> {
    EVERYWHERE.iter().flat_map(|words| words.iter()).find(|found| found.word == word)
}

/// The function that needs no import.
pub(crate) fn prelude(name: &str) -> Option<&'static Term> {
    PRELUDE.iter().find(|found| found.word == name)
}

/// The names of the arguments of a library function, series before settings.
pub(crate) fn arguments(entry: Entry) -> Vec<&'static str> {
    match entry {
        Entry::Stateful(row) => {
            let settings = row.settings.iter().map(|setting| setting.name);
            row.series.iter().copied().chain(settings).collect()
        }
        Entry::Pure(row) => row.takes.iter().map(|argument| argument.name).collect(),
    }
}

/// The type of the result, in words.
pub(crate) fn result(entry: Entry) -> String {
    match entry {
        Entry::Stateful(row) => row.result.describe().to_owned(),
        Entry::Pure(row) => row.describe(),
    }
}

/// `ema(x, n) -> real of the unit of the first`
pub(crate) fn signature(entry: Entry) -> String {
    format!("{}({}) -> {}", entry.name(), arguments(entry).join(", "), result(entry))
}

/// Formula, ranges and warm-up of a library function.
pub(crate) fn description(entry: Entry) -> String {
    let mut text = entry.doc().to_owned();
    match entry {
        Entry::Stateful(row) => {
            if !row.settings.is_empty() {
                let _ = write!(text, "\n\nSettings: {}.", row.ranges());
            }
            let _ = write!(text, "\n\nWarm-up in ticks: `{}`.", row.warm_formula());
        }
        Entry::Pure(row) => {
            let _ = write!(text, "\n\nArguments: {}.", row.arguments());
        }
    }
    text
}

/// Every function that can be imported.
pub(crate) fn library() -> impl Iterator<Item = Entry> {
    entries()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Snippets are parsed as they are inserted, so that what is offered can be read.
    #[test]
    fn snippets_have_their_places_in_order() {
        for found in EVERYWHERE.iter().flat_map(|words| words.iter()).chain(PRELUDE) {
            assert_eq!(
                found.snippet.matches("${").count()
                    + found.snippet.matches("$0").count()
                    + found.snippet.matches("$5 ").count()
                    + found.snippet.matches("$2\n").count(),
                found.snippet.matches('$').count(),
                "{}",
                found.word
            );
            assert!(
                found.snippet.is_empty() || found.snippet.starts_with(found.word),
                "{}",
                found.word
            );
        }
    }
}
