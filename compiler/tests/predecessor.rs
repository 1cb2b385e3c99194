//! What translated strategies silently meant something else by: a sign over a sum, powers, whole
//! division, loops without an end, absent values, texts that become code, words inside words,
//! the clock on the wall, the order of a hash map. Each of them is run and its numbers are
//! compared, or it is refused with a code, at its place, with a way to mend it.
#![expect(clippy::unwrap_used, reason = "test code")]
#![expect(clippy::indexing_slicing, reason = "test code")]
#![expect(clippy::panic, reason = "test code")]

#[expect(dead_code, reason = "shared with other tests, which use more of it")]
#[path = "support/world.rs"]
mod world;

use std::sync::Arc;

use strat_compiler::interp::Interp;
use strat_compiler::params::ParamValues;
use strat_compiler::pipeline::compile;
use strat_dsl::{Source, render};
use strat_runtime::manifest::TimerId;
use strat_runtime::money::Money;
use strat_runtime::strategy::Trigger;
use strat_runtime::time::{Duration, Time};
use strat_runtime::venue::VenueKind;
use world::{World, price};

const TICK: Trigger = Trigger::Timer(TimerId(0));

fn source(members: &str) -> Source {
    Source::new(
        "predecessor.strat",
        format!(
            "strategy t {{\n  version 1\n  venue polymarket\n  \
             instrument yes = token(\"1\") on polymarket\n{members}\n}}\n"
        ),
    )
}

fn interp(members: &str) -> Interp {
    let source = source(members);
    let compiled = compile(&source);
    let errors: Vec<String> = compiled
        .diagnostics
        .iter()
        .filter(|found| found.is_error())
        .map(|found| render(&source, found, false))
        .collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
    let ir = Arc::clone(&compiled.strategies[0]);
    let values = ParamValues::defaults(&ir);
    Interp::new(ir, &values).unwrap()
}

fn said(interp: &mut Interp, world: &mut World) -> Vec<String> {
    let out = world.step(interp, TICK);
    assert_eq!(out.fault, None);
    out.messages.iter().map(|message| message.text.clone()).collect()
}

/// What a handler `on every 1s` logs at a mid of 0.4.
fn logs(members: &str, body: &str) -> Vec<String> {
    let mut interp = interp(&format!("{members}\n  on every 1s {{\n{body}\n  }}"));
    let mut world = World::new(VenueKind::Polymarket, 1);
    world.mid(0, price("0.4"));
    said(&mut interp, &mut world)
}

/// The text is refused with this code, at this piece of it, and a fix that says this.
fn refused(members: &str, code: &str, at: &str, fix: &str) {
    let source = source(members);
    let all = compile(&source).diagnostics;
    let hit = all.iter().find(|found| found.code.id() == code && source.slice(found.span) == at);
    let shown: Vec<String> = all.iter().map(|found| render(&source, found, false)).collect();
    let Some(hit) = hit else { panic!("no {code} at `{at}`:\n{}", shown.join("\n")) };
    assert!(
        hit.fixes.iter().any(|found| found.text.contains(fix)),
        "{code} offers no `{fix}`:\n{}",
        shown.join("\n")
    );
    assert!(compile(&source).strategies.is_empty(), "{code} lets the strategy through");
}

#[test]
fn a_sign_reaches_over_the_whole_sum() {
    let members =
        "param a: int = 2 in 1..9\nparam b: real = 3.0 in 1.0..9.0\nstate s: size = 5 shares";
    let body =
        "log \"{-(a + 5)} {-a + 5} {7 - (a - 4)} {-(b - 1.0) * 2} {-(s - 7 shares)} {-(-a)}\"";
    assert_eq!(logs(members, body), ["-7 3 9 -4.0 2 2"]);
}

#[test]
fn powers_and_other_signs_are_refused() {
    refused("on every 1s { log \"x\" }\nparam a: int = 2 ** 3", "E0902", "**", "x * x");
    refused("on every 1s { while true { log \"x\" } }", "E0902", "while", "for");
    refused("on every 1s { let a = 7 / 2  log \"{a}\" }", "E0117", "7 / 2", "real(7) / real(2)");
}

/// `//` begins a comment, on every line and in every place; it divides nothing.
#[test]
fn two_slashes_are_a_comment() {
    assert_eq!(logs("state n: int = 7 // 2", "let h = n // 2\nlog \"{h} {n % 2}\" // 3"), ["7 1"]);
}

#[test]
fn an_absent_value_does_not_pass_for_zero() {
    refused(
        "on every 1s { require yes.book.mid > 0.2 else \"no\" }",
        "E0103",
        "yes.book.mid",
        "else \"no mid\"",
    );
    refused(
        "on every 1s { if yes.book.mid != none { log \"x\" } }",
        "E0103",
        "yes.book.mid != none",
        "is some",
    );
    let members = "on every 1s {\n  if yes.book.mid is none { log \"absent\" }\n  \
                   let mid = yes.book.mid else \"no mid\"\n  log \"{mid}\"\n}";
    let mut interp = interp(members);
    let mut world = World::new(VenueKind::Polymarket, 1);
    assert_eq!(said(&mut interp, &mut world), ["absent"]);
    let reason = world.out.stops[0].reason;
    assert_eq!(interp.ir().reasons[usize::from(reason.0)].text, "no mid");
    world.mid(0, price("0.4"));
    assert_eq!(said(&mut interp, &mut world), ["0.4"]);
}

/// Whatever a text holds, it is said as it is, and only what stands in braces is computed.
#[test]
fn a_text_stays_a_text() {
    let body = "log \"\\\"); std::process::exit(1); //\"\nlog \"\\{1 + 1\\} {1 + 1} \\\\n ${{1}}\"";
    let body = body.replace("${{1}}", "$(id) %s");
    assert_eq!(logs("", &body), ["\"); std::process::exit(1); //", "{1 + 1} 2 \\n $(id) %s"]);
    let members = "words bad = \"\\\"; drop table\", \"ok\"";
    assert_eq!(logs(members, "log \"{yes.question has_any bad}\""), ["false"]);
}

#[test]
fn words_are_whole_words() {
    let members = "words sports = \"nfl\", \"premier league\", \"vs\"\n  on every 1s {\n    \
                   let nfl = yes.question has_word \"nfl\"\n    \
                   log \"{yes.question has_any sports} {nfl}\"\n  }";
    let mut interp = interp(members);
    let mut world = World::new(VenueKind::Polymarket, 1);
    let cases = [
        ("Will US inflation exceed 3%?", "false false"),
        ("NFL: Bills vs. Jets", "true true"),
        ("Who wins the Premier League?", "true false"),
        ("A premier in the league", "false false"),
        ("Canvas or TVs", "false false"),
    ];
    for (question, expected) in cases {
        question.clone_into(&mut world.view.instruments[0].meta.question);
        // Another session: questions are remembered within one.
        world.step(&mut interp, Trigger::Start);
        assert_eq!(said(&mut interp, &mut world), [expected], "{question}");
    }
}

/// What is left until the end is counted from the event's time, in whatever year that was.
#[test]
fn expiry_is_counted_from_the_event() {
    let mut interp = interp("on every 1s { log \"{yes.expires_in ?? 0s} {now}\" }");
    let mut world = World::new(VenueKind::Polymarket, 1);
    for year in ["2001", "2026", "2099"] {
        let now = Time::parse(&format!("{year}-03-01T12:00:00Z")).unwrap();
        world.view.now = now;
        world.view.instruments[0].meta.expires_at =
            now.checked_add(Duration::from_nanos(5_400_000_000_000));
        // A step is one second later than the one before.
        let next = now.checked_add(Duration::from_nanos(1_000_000_000)).unwrap();
        assert_eq!(said(&mut interp, &mut world), [format!("1h29m59s {next}")]);
    }
}

/// "The first two" are the same ones, in whatever order the markets became known.
#[test]
fn universes_have_one_order() {
    refused(
        "universe u max 10 order by liquidity desc take 2 { where liquidity > 5 usd }\n  \
         on every 1s for m in u { log \"{m.id}\" }",
        "E0410",
        "liquidity desc",
        "id",
    );
    let members = "universe u max 10 order by liquidity desc, id take 2 { where liquidity > 5 usd }\n  \
                   on every 1s for m in u { log \"{m.id}\" }";
    let known = [("c", 50), ("a", 10), ("b", 50), ("d", 50), ("e", 1)];
    for turn in 0..known.len() {
        let mut interp = interp(members);
        let mut world = World::new(VenueKind::Polymarket, known.len() + 1);
        for at in 0..known.len() {
            let (id, liquidity) = known[(at + turn) % known.len()];
            let meta = &mut world.view.instruments[at + 1].meta;
            id.clone_into(&mut meta.symbol);
            meta.liquidity = Some(Money::parse(&format!("{liquidity}")).unwrap());
        }
        assert_eq!(said(&mut interp, &mut world), ["b", "c"], "turn {turn}");
    }
}
