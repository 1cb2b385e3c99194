//! What each word begins, where, and how it is written.
#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "the grammar has hundreds of rules, and each function knows its few"
)]

use super::Place;
use super::Place::{File, Handler, Node, Prop, Quote, Strategy, Test, Universe};
use crate::grammar::Rule;

/// The construct that a word begins.
pub(super) struct Form {
    pub(super) word: &'static str,
    pub(super) rule: Rule,
    pub(super) places: &'static [Place],
    pub(super) example: &'static str,
}

const fn form(
    word: &'static str,
    rule: Rule,
    places: &'static [Place],
    example: &'static str,
) -> Form {
    Form { word, rule, places, example }
}

/// Every word that begins something.
pub(super) const FORMS: &[Form] = &[
    form("import", Rule::import, &[File], "import std.ta { ema }"),
    form("strategy", Rule::strategy, &[File], "strategy name \"title\" { version 1 }"),
    form("test", Rule::test, &[File], "test \"what it shows\" for name { at 0s expect nothing }"),
    form("prop", Rule::prop, &[File], "prop \"what always holds\" for name { always n > 0 }"),
    form("node", Rule::node, &[File, Strategy], "node f(a: price, n: int) -> real { yield ln(a) }"),
    form("fn", Rule::func, &[File, Strategy], "fn mid(a: price, b: price) -> price = (a + b) / 2"),
    form("enum", Rule::enum_decl, &[File, Strategy], "enum Phase { idle, working }"),
    form("words", Rule::words_decl, &[File, Strategy], "words sports = \"nfl\", \"nba\""),
    form("version", Rule::version, &[Strategy], "version 1"),
    form("venue", Rule::venue, &[Strategy], "venue polymarket"),
    form("param", Rule::param, &[Strategy], "param fast: int = 12 in 5..60 step 1"),
    form("constraint", Rule::constraint, &[Strategy], "constraint fast < slow"),
    form("instrument", Rule::instrument, &[Strategy], "instrument btc = BTCUSD on vanta"),
    form(
        "universe",
        Rule::universe,
        &[Strategy],
        "universe markets max 64 order by id { where x > 1 }",
    ),
    form("clock", Rule::clock, &[Strategy], "clock h1 = bars(btc, 1h)"),
    form("state", Rule::state, &[Strategy, Node], "state got: size = 0 shares"),
    form("risk", Rule::risk, &[Strategy], "risk { max_position: 100 shares per market }"),
    form("migrate", Rule::migrate, &[Strategy], "migrate from 1 { old: bool } { new = old }"),
    form("on", Rule::handler, &[Strategy], "on fill(probe) as f { log \"filled\" }"),
    form("on_fault", Rule::on_fault, &[Strategy], "on_fault flatten, halt"),
    form("needs", Rule::needs, &[Strategy], "needs depth"),
    form("warm", Rule::warm, &[Strategy], "warm 1e-6"),
    form(
        "let",
        Rule::let_eq,
        &[Handler, Strategy, Node],
        "let mid = m.book.mid else \"one-sided book\"",
    ),
    form("require", Rule::require, &[Handler], "require qty > min_order else \"too small\""),
    form("set", Rule::set, &[Handler], "set phase = Phase.done"),
    form("if", Rule::if_stmt, &[Handler], "if a > b { log \"up\" } else { log \"down\" }"),
    form("match", Rule::match_stmt, &[Handler], "match phase { Phase.idle -> { log \"idle\" } }"),
    form("for", Rule::for_stmt, &[Handler], "for x in list { log \"{x}\" }"),
    form("quote", Rule::quote, &[Handler], "quote m { bid p size q  ask r size q }"),
    form("together", Rule::together, &[Handler], "together { target a flat }"),
    form("buy", Rule::order, &[Handler], "buy m 10 shares @ 0.5"),
    form("sell", Rule::order, &[Handler], "sell m 10 shares @ 0.5"),
    form("target", Rule::target, &[Handler], "target btc long 0.25x because \"trend\""),
    form("cancel", Rule::cancel, &[Handler], "cancel all"),
    form("log", Rule::log, &[Handler], "log \"filled {got}\""),
    form("alert", Rule::alert, &[Handler], "alert \"rejected\""),
    form("halt", Rule::halt, &[Handler], "halt \"finished\""),
    form("where", Rule::where_line, &[Universe], "where liquidity >= 500 usd"),
    form("next", Rule::set_next, &[Node], "next e = e + a * (x - e)"),
    form("yield", Rule::yields, &[Node], "yield e"),
    form("bid", Rule::quote_side, &[Quote], "bid 0.48 size 10 shares"),
    form("ask", Rule::quote_side, &[Quote], "ask 0.52 size 10 shares"),
    form("at", Rule::at_step, &[Test], "at 60s expect buy m 50 shares @ 0.96"),
    form("with", Rule::with, &[Test, Prop], "with min_certainty = 0.95"),
    form("market", Rule::fixture, &[Test], "market m { question: \"?\", expires: 24h }"),
    form("forall", Rule::forall, &[Prop], "forall feed in gen.books(markets: 3)"),
    form("always", Rule::always, &[Prop], "always max_exposure <= 100 shares"),
];

const LOOP: &str =
    "`for x in ...` over a bounded list, or keep a `state` and continue at the next event";
const STOP: &str =
    "end the reaction with `require ... else \"reason\"`, or choose with `if` and `else`";
const BIND: &str = "write `let x = ...` for a value, `state x: int = 0` for what changes";
const CALL: &str = "write `fn f(a: int) -> int = ...`, or `node` if it keeps history";

/// Words of other languages, and what to write instead.
pub(super) const FOREIGN: &[(&str, &str)] = &[
    ("while", LOOP),
    ("loop", LOOP),
    ("do", LOOP),
    ("repeat", LOOP),
    ("until", LOOP),
    ("return", STOP),
    ("break", STOP),
    ("continue", STOP),
    ("exit", STOP),
    ("var", BIND),
    ("val", BIND),
    ("const", BIND),
    ("mut", BIND),
    ("static", BIND),
    ("def", CALL),
    ("func", CALL),
    ("function", CALL),
    ("class", "write `enum` for cases; a strategy keeps its data in `state`"),
    ("struct", "write `enum` for cases; a strategy keeps its data in `state`"),
    ("elif", "write `else if` behind the closing brace"),
    ("elsif", "write `else if` behind the closing brace"),
    ("elseif", "write `else if` behind the closing brace"),
    ("switch", "write `match x { Case.a -> { } }`"),
    ("case", "write `Case.a -> { }` inside a `match`"),
    ("try", "a fault rolls the reaction back; say what follows with `on_fault`"),
    ("catch", "a fault rolls the reaction back; say what follows with `on_fault`"),
    ("throw", "write `halt \"reason\"`, or `require ... else \"reason\"`"),
    ("print", "write `log \"...\"`"),
    ("sleep", "write a handler `on every 10s { }`"),
    ("await", "fills and rejects come as events: `on fill(slot) { }`"),
    ("async", "fills and rejects come as events: `on fill(slot) { }`"),
    ("use", "write `import std.ta { ema }`"),
    ("include", "write `import std.ta { ema }`"),
    ("from", "write `import std.ta { ema }`"),
    ("contains", "texts are searched by words: `question has_word \"election\"`"),
    ("reason", "write `because \"...\"`"),
    ("limit", "write the limit price behind `@`, as in `@ 0.50`"),
];

/// Options of an order: the word, and how it is written.
pub(super) const OPTIONS: &[(&str, &str)] = &[
    ("tif", "`tif gtc`, `tif gtd 10m`, `tif fok`, `tif fak`, `tif ioc` or `tif day`"),
    ("post_only", "`post_only`"),
    ("reduce_only", "`reduce_only`"),
    ("because", "`because \"why\"`"),
    ("as", "`as name`"),
    ("via", "`via passive`, `via cross` or `via twap(10m)`"),
    ("stop", "`stop 0.40`"),
    ("stop_loss", "`stop_loss 0.40`"),
    ("take_profit", "`take_profit 0.60`"),
    ("trail", "`trail 0.05`"),
    ("each", "`each time max 5`"),
];

/// Words that are no names, beside those that begin something.
const JOINING: [&str; 13] = [
    "per", "then", "else", "because", "via", "and", "or", "not", "in", "is", "as", "has_any",
    "has_word",
];
/// Words that begin something and may be names all the same.
const FREE: [&str; 14] = [
    "version", "venue", "on_fault", "needs", "warm", "next", "yield", "bid", "ask", "at", "with",
    "market", "forall", "always",
];

/// Whether a word cannot be a name.
pub fn is_reserved(word: &str) -> bool {
    JOINING.contains(&word) || FORMS.iter().any(|form| form.word == word) && !FREE.contains(&word)
}

/// What the rules stand for, as a person reads it.
pub(super) fn expected(rules: &[Rule]) -> String {
    let mut names: Vec<String> = Vec::new();
    let mut operator = false;
    for rule in rules {
        match name(*rule).filter(|_| !continues(*rule)) {
            Some(name) if !names.contains(&name) => names.push(name),
            Some(_) => {}
            None => operator = true,
        }
    }
    if names.is_empty() {
        names.push(if operator { "an operator or the end" } else { "something else" }.to_owned());
    }
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

/// Whether a rule only prolongs a value, which says little about what is missing behind it.
fn continues(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::field_of
            | Rule::field_opt
            | Rule::dot
            | Rule::args
            | Rule::lparen
            | Rule::index_of
            | Rule::lbracket
            | Rule::kw_as
            | Rule::kw_is
    )
}

/// The name of a rule; operators and rules that accept nothing have none.
fn name(rule: Rule) -> Option<String> {
    let fixed = match rule {
        Rule::ident | Rule::path | Rule::members => "a name",
        Rule::word | Rule::ty_word => "a word",
        Rule::expr | Rule::expr_noin | Rule::operand | Rule::literal | Rule::paren => "a value",
        Rule::ty | Rule::ty_name | Rule::ty_array => "a type",
        Rule::int => "a whole number",
        Rule::string => "a text in quotes",
        Rule::block | Rule::record | Rule::lbrace => "`{`",
        Rule::params => "`(`",
        Rule::rbrace => "`}`",
        Rule::rparen => "`)`",
        Rule::rbracket => "`]`",
        Rule::langle => "`<`",
        Rule::rangle => "`>`",
        Rule::comma => "`,`",
        Rule::colon => "`:`",
        Rule::semi => "`;`",
        Rule::slash => "`/`",
        Rule::eq => "`=`",
        Rule::arrow => "`->`",
        Rule::at_sign => "`@`",
        Rule::place => "an instrument",
        Rule::assignment => "`name = value`",
        Rule::EOI => "the end",
        other => {
            let id = format!("{other:?}");
            let quiet = ["op_", "no_", "bad_"].iter().any(|prefix| id.starts_with(prefix));
            return (!quiet).then(|| match id.strip_prefix("kw_") {
                Some(word) => format!("`{word}`"),
                None => id.replace('_', " "),
            });
        }
    };
    Some(fixed.to_owned())
}
