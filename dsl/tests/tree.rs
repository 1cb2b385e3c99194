//! What the tree holds.
#![expect(clippy::wildcard_enum_match_arm, reason = "a test looks at one variant")]

use std::fmt::Write as _;

use strat_dsl::ast::{
    BinaryOp, Expr, ExprKind, Item, Member, Stmt, Strategy, TextPart, TypeKind, UnaryOp,
};
use strat_dsl::{Code, Parsed, Source, parse};

fn strategies(text: &str) -> (Parsed, Vec<Strategy>) {
    let parsed = parse(&Source::new("x.strat", text));
    let found = parsed.file.items.iter().filter_map(|item| match item {
        Item::Strategy(it) => Some(it.clone()),
        _ => None,
    });
    let found = found.collect();
    (parsed, found)
}

/// The expression with every operator in parentheses, operator first.
fn shape(expr: &Expr) -> String {
    let mut out = String::new();
    let wrote = match &expr.kind {
        ExprKind::Number(value) => write!(out, "{}e-{}", value.digits, value.scale),
        ExprKind::Quantity { value, unit } => {
            write!(out, "{}e-{}{}", value.digits, value.scale, unit.symbol())
        }
        ExprKind::Ident(it) => write!(out, "{}", it.name),
        ExprKind::Unary { op: UnaryOp::Neg, operand, .. } => {
            write!(out, "(neg {})", shape(operand))
        }
        ExprKind::Unary { op: UnaryOp::Not, operand, .. } => {
            write!(out, "(not {})", shape(operand))
        }
        ExprKind::Binary { op, left, right, .. } => {
            write!(out, "({} {} {})", op.symbol(), shape(left), shape(right))
        }
        ExprKind::Range { start, end } => write!(out, "({} .. {})", shape(start), shape(end)),
        ExprKind::In { value, set, .. } => write!(out, "(in {} {})", shape(value), shape(set)),
        ExprKind::Is { value, some } => write!(out, "(is {} {some})", shape(value)),
        ExprKind::AsAtPar { value, currency } => {
            write!(out, "(as {} {})", shape(value), currency.name)
        }
        ExprKind::Field { base, name, optional } => {
            write!(out, "{}{}{}", shape(base), if *optional { "?." } else { "." }, name.name)
        }
        other => write!(out, "{other:?}"),
    };
    assert!(wrote.is_ok());
    out
}

#[test]
fn operators_bind_as_the_reference_says() {
    let cases = [
        ("a /? b ?? 1", "(?? (/? a b) 1e-0)"),
        ("a ?? b + c", "(?? a (+ b c))"),
        ("a + b * -c", "(+ a (* b (neg c)))"),
        ("a - b - c", "(- (- a b) c)"),
        ("not a == b and c or d", "(or (and (not (== a b)) c) d)"),
        ("a and not b > c", "(and a (not (> b c)))"),
        ("p in 0.2..q + 1", "(in p (2e-1 .. (+ q 1e-0)))"),
        ("a + b is some and c", "(and (is (+ a b) true) c)"),
        ("a + b as usd at par", "(+ a (as b usd))"),
        ("-a.b?.or", "(neg a.b?.or)"),
        ("(a + b) * 1_000.50 usd", "(* (+ a b) 100050e-2usd)"),
        ("5%3 + 2%", "(+ (% 5e-0 3e-0) 2e-0%)"),
    ];
    for (text, expected) in cases {
        let (parsed, found) = strategies(&format!("strategy s {{ let x = {text} }}"));
        assert_eq!(parsed.diagnostics, [], "{text}");
        assert!(
            matches!(&found[0].members[..], [Member::Let(it)] if shape(&it.value) == expected),
            "{text} is not {expected}: {:?}",
            found[0].members
        );
    }
}

#[test]
fn a_broken_strategy_is_marked_and_the_next_one_is_not() {
    let text = "strategy a {\n  let x = 1 +* 2\n  let y = 3\n}\nstrategy b {\n  let z = 1\n}\n";
    let (parsed, found) = strategies(text);
    assert_eq!(parsed.diagnostics.len(), 1);
    assert_eq!(parsed.diagnostics[0].code, Code::E0906);
    assert_eq!(found.iter().map(|it| it.has_syntax_error).collect::<Vec<_>>(), [true, false]);
    assert_eq!(found[0].members.len(), 2);
}

#[test]
fn comments_stay_and_those_above_a_declaration_are_its_text() {
    let text = "// far\n\n// One.\n// Two.\nstrategy s {\n  let a = 1 // behind\n  // Three.\n  let b = 2\n}\n";
    let (parsed, found) = strategies(text);
    assert_eq!(found[0].doc.as_deref(), Some("One.\nTwo."));
    assert_eq!(parsed.file.comments.len(), 5);
    let docs = found[0].members.iter().map(|member| match member {
        Member::Let(it) => (it.doc.as_deref(), &text[it.span.range()]),
        other => panic!("not a let: {other:?}"),
    });
    assert_eq!(docs.collect::<Vec<_>>(), [(None, "let a = 1"), (Some("Three."), "let b = 2")]);
}

#[test]
fn texts_hold_expressions_with_their_places() {
    let text = "strategy s {\n  on start { log \"é {m.got + 1} of \\{n\\}\" }\n}\n";
    let (parsed, found) = strategies(text);
    assert_eq!(parsed.diagnostics, []);
    let [Member::Handler(handler)] = &found[0].members[..] else { panic!("{found:?}") };
    let [Stmt::Log(log)] = &handler.body.stmts[..] else { panic!("{handler:?}") };
    let [TextPart::Literal(before), TextPart::Expr(hole), TextPart::Literal(after)] =
        &log.text.parts[..]
    else {
        panic!("{:?}", log.text)
    };
    assert_eq!((before.as_str(), after.as_str()), ("é ", " of {n}"));
    assert!(matches!(hole.kind, ExprKind::Binary { op: BinaryOp::Add, .. }));
    assert_eq!(&text[hole.span.range()], "m.got + 1");
}

#[test]
fn types_keep_their_form() {
    let text = "strategy s { state a: [price/size?; 4]? = none }";
    let (parsed, found) = strategies(text);
    assert_eq!(parsed.diagnostics, []);
    let [Member::State(state)] = &found[0].members[..] else { panic!("{found:?}") };
    let TypeKind::Array { element, length } = &state.ty.kind else { panic!("{state:?}") };
    assert!(state.ty.optional && element.optional && length.value == 4);
    assert!(matches!(element.kind, TypeKind::Ratio { .. }));
}

#[test]
fn words_of_the_language_may_be_names_where_nothing_is_meant_by_them() {
    let names = "max min size price bid ask market order by take all step from at with next yield \
                 short long flat version venue every enter leave stop expect time book fill bar \
                 internal iffy onward order_size letter";
    for name in names.split_whitespace() {
        let text = format!("strategy s {{ let {name} = {name} + m.{name} * f({name}: 1) }}");
        let (parsed, _) = strategies(&text);
        assert_eq!(parsed.diagnostics, [], "{text}");
    }
    for field in ["on", "in", "let", "long", "if", "halt"] {
        let (parsed, _) = strategies(&format!("strategy s {{ let x = m.{field} }}"));
        assert_eq!(parsed.diagnostics, [], "{field}");
    }
}
