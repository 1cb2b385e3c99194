//! Values as text.

use strat_dsl::Span;

use super::parse::value;
use crate::ir::{Cell, Enum, EnumId, Ir, Kind};

/// A program without anything but an enum.
fn ir() -> Ir {
    Ir {
        name: String::new(),
        title: String::new(),
        span: Span::default(),
        version: 1,
        venue: strat_runtime::venue::VenueKind::Vanta,
        warm_weight: 1e-3,
        needs: Vec::new(),
        params: vec![],
        constraints: vec![],
        instruments: vec![],
        universes: vec![],
        clocks: vec![],
        timers: vec![],
        domains: vec![],
        streams: vec![],
        states: vec![],
        handlers: vec![],
        complements: vec![],
        other_complements: false,
        slots: vec![],
        reasons: vec![],
        enums: vec![Enum { name: "Side".into(), members: vec!["none".into(), "long".into()] }],
        words: vec![],
        texts: vec![],
        risk: vec![],
        on_fault: vec![],
        migrations: Vec::new(),
        exprs: vec![],
        locals: vec![],
    }
}

#[test]
fn values_of_every_kind() {
    let side = Kind::Enum(EnumId(0));
    let cases = [
        (Kind::Bool, "true", Some(1)),
        (Kind::Bool, "yes", None),
        (Kind::Int, "21", Some(21)),
        (Kind::Int, "1_000", Some(1_000)),
        (Kind::Int, "-3", Some(-3)),
        (Kind::Int, "2.5", None),
        (Kind::Int, "99999999999999999999", None),
        (Kind::Price, "0.95", Some(950_000_000)),
        (Kind::Price, "0.95 usd", Some(950_000_000)),
        (Kind::Price, "0.95 shares", None),
        (Kind::Price, "0.0000000001", None),
        (Kind::Size, "100 shares", Some(100_000_000_000)),
        (Kind::Size, "0.5 coins", Some(500_000_000)),
        (Kind::Size, "100shares", Some(100_000_000_000)),
        (Kind::Money, "2_000 usd", Some(2_000_000_000_000)),
        (Kind::Money, "500", Some(500_000_000_000)),
        (Kind::Money, "500 eur", None),
        (Kind::Ratio, "1%", Some(10_000_000)),
        (Kind::Ratio, "150bps", Some(15_000_000)),
        (Kind::Ratio, "12.5 %", Some(125_000_000)),
        (Kind::Ratio, "0.01", None),
        (Kind::Ratio, "0.00000001%", None),
        (Kind::Leverage, "0.25x", Some(250_000_000)),
        (Kind::Leverage, "0.25", Some(250_000_000)),
        (Kind::PricePerSize, "0.001", Some(1_000_000)),
        (Kind::Duration, "48h", Some(172_800_000_000_000)),
        (Kind::Duration, "1h30m", Some(5_400_000_000_000)),
        (Kind::Duration, "48", None),
        (Kind::Time, "1970-01-01T00:00:01Z", Some(1_000_000_000)),
        (side, "long", Some(1)),
        (side, "Side.long", Some(1)),
        (side, "short", None),
        (Kind::Text, "anything", None),
        (Kind::Int, "", None),
        (Kind::Price, "", None),
        (Kind::Real, "1.5", Some(1.5_f64.to_bits() as i64)),
        (Kind::Real, "1e-3", Some(1e-3_f64.to_bits() as i64)),
        (Kind::Real, "inf", None),
        (Kind::Real, "NaN", None),
        (Kind::Real, "1e999", None),
    ];
    let ir = ir();
    for (kind, text, expected) in cases {
        let got = value(&ir, kind, text);
        assert_eq!(got.as_ref().ok().copied(), expected.map(Cell::int), "{kind:?} {text:?}");
        if let Err(expected) = got {
            assert!(!expected.is_empty());
        }
    }
}

/// A constraint may use whatever is computed of parameters alone.
#[test]
fn constraints_of_every_form_are_computed() {
    for (constraint, holds) in [
        ("n in [3, 5]", true),
        ("n in [4, 5] or n > 2", true),
        ("n in [4, 5]", false),
        ("twice(n) == 6", true),
        ("\"heavy rain\" has_word \"rain\" and n > 2", true),
    ] {
        let text = format!(
            "fn twice(x: int) -> int = x + x\nstrategy s {{ version 1 venue vanta\n  \
             instrument i = BTCUSD on vanta\n  param n: int = 3 in 1..9\n  \
             constraint {constraint}\n  on start {{ log \"{{i.tick}} {{n}}\" }}\n}}\n"
        );
        let compiled = crate::pipeline::compile(&strat_dsl::Source::new("s.strat", text));
        assert!(!compiled.has_errors(), "{constraint}: {:?}", compiled.diagnostics);
        let ir = &compiled.strategies[0];
        let judged = super::ParamValues::defaults(ir).check(ir);
        assert_eq!(judged.is_ok(), holds, "{constraint}: {judged:?}");
        let known = matches!(judged, Ok(()) | Err(super::ParamError::Constraint { .. }));
        assert!(known, "{constraint}: {judged:?}");
    }
}
