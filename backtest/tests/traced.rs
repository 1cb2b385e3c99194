//! A traced step does what a step does, and what it writes down is what decided.
#![expect(clippy::unwrap_used, clippy::wildcard_enum_match_arm, reason = "test code")]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use strat_backtest::run::{RunConfig, run};
use strat_backtest::synthetic::{SyntheticConfig, parse_model};
use strat_compiler::interp::Interp;
use strat_compiler::interp::trace::{Check, Line, What};
use strat_compiler::ir::{Compare, Expr, Ir, Number, Op};
use strat_compiler::params::ParamValues;
use strat_compiler::pipeline::compile;
use strat_dsl::Source;
use strat_runtime::manifest::{Manifest, ReasonKind};
use strat_runtime::money::Money;
use strat_runtime::strategy::{Reaction, Strategy, Trigger};
use strat_runtime::time::Duration;
use strat_runtime::view::View;

/// Guards whose outcome was worked out again.
static JUDGED: AtomicU64 = AtomicU64::new(0);

/// Two interpreters side by side, of which one is traced.
struct Both {
    plain: Interp,
    traced: Interp,
}

impl Strategy for Both {
    fn manifest(&self) -> &Manifest {
        self.plain.manifest()
    }

    fn step(&mut self, trigger: Trigger, view: &View, out: &mut Reaction) {
        let mut other = Reaction::default();
        let mut lines = Vec::new();
        self.traced.step_traced(trigger, view, &mut other, &mut lines);
        self.plain.step(trigger, view, out);
        assert_eq!(out.intents, other.intents, "{trigger:?}");
        assert_eq!((&out.fired, &out.stops), (&other.fired, &other.stops), "{trigger:?}");
        assert_eq!((&out.messages, out.fault), (&other.messages, other.fault), "{trigger:?}");
        if out.fault.is_none() {
            stops_are_told(self.plain.manifest(), out, &lines);
            outcomes_follow_from_values(self.plain.ir(), &lines);
        }
    }
}

/// Every stop of the reaction is a line, in the same order, and the other way round.
fn stops_are_told(manifest: &Manifest, out: &Reaction, lines: &[Line]) {
    let told = |line: &Line| match &line.what {
        What::Stops(reason) | What::Waits { reason, .. } => Some((line.about, *reason)),
        What::Candidate { left_out, .. } => left_out.map(|reason| (line.about, reason)),
        _ => None,
    };
    let told: Vec<_> =
        lines.iter().filter(|line| line.handler.is_some()).filter_map(told).collect();
    let stops: Vec<_> = out.stops.iter().map(|stop| (stop.instrument, stop.reason)).collect();
    assert_eq!(told, stops);
    for (at, line) in lines.iter().enumerate() {
        let next = lines.get(at + 1).map(|next| &next.what);
        if let What::Require(check) = &line.what {
            let stopped = matches!(next, Some(What::Stops(_)));
            assert_eq!(check.ok, !stopped, "{line:?}");
        }
        if let What::Candidate { conditions, left_out, .. } = &line.what {
            assert_eq!(conditions.iter().all(|check| check.ok), left_out.is_none(), "{line:?}");
        }
        if let What::Stops(reason) = &line.what {
            let kind = manifest.reasons.get(usize::from(reason.0)).map(|reason| reason.kind);
            assert_eq!(kind, Some(ReasonKind::Guard));
        }
    }
}

/// The outcome of every comparison, worked out from the values that were written down.
fn outcomes_follow_from_values(ir: &Ir, lines: &[Line]) {
    for line in lines {
        match &line.what {
            What::Require(check) | What::If(check) => judge(ir, check),
            What::Candidate { conditions, .. } => {
                for check in conditions {
                    judge(ir, check);
                }
            }
            _ => {}
        }
    }
}

fn judge(ir: &Ir, check: &Check) {
    let values: Vec<f64> = check
        .operands
        .iter()
        .map(|value| {
            let cell = value.shown.cell;
            match value.shown.ty.kind {
                strat_compiler::ir::Kind::Real => cell.as_real(),
                _ => cell.bits as f64,
            }
        })
        .collect();
    // In a universe the condition stands in an expression that binds what it opens.
    let stands_there = |expr: &Expr| match (&expr.op, check.operands.as_slice()) {
        (Op::InRange { low, high, .. }, [_, seen_low, seen_high]) => {
            (ir.expr(*low).span, ir.expr(*high).span) == (seen_low.span, seen_high.span)
        }
        _ => expr.span == check.span,
    };
    let expected = ir.exprs.iter().filter(|expr| stands_there(expr)).find_map(|expr| {
        match (&expr.op, values.as_slice()) {
            (Op::Compare(op, Number::Int | Number::Real, ..), [a, b]) => Some(match op {
                Compare::Eq => (a - b).abs() < f64::EPSILON,
                Compare::Ne => (a - b).abs() >= f64::EPSILON,
                Compare::Lt => a < b,
                Compare::Le => a <= b,
                Compare::Gt => a > b,
                Compare::Ge => a >= b,
            }),
            (Op::InRange { .. }, [value, low, high]) => Some(low <= value && value <= high),
            (Op::IsSome(_), [_]) => check.operands.first().map(|value| value.shown.cell.some),
            _ => None,
        }
    });
    if let Some(expected) = expected {
        assert_eq!(check.ok, expected, "{check:?}");
        JUDGED.fetch_add(1, Ordering::Relaxed);
    }
}

fn compiled(name: &str, text: &str) -> Arc<Ir> {
    let compiled = compile(&Source::new(name, text));
    Arc::clone(compiled.strategies.first().unwrap())
}

#[test]
fn a_traced_step_is_the_same_step_and_tells_the_truth() {
    let cases = [
        ("sure_bets", include_str!("../../strategies/sure_bets.strat"), "prediction", 60, 300),
        ("dynamic_mm", include_str!("../../strategies/dynamic_mm.strat"), "prediction", 10, 300),
        (
            "market_maker",
            include_str!("../../strategies/market_maker.strat"),
            "prediction",
            1,
            2_000,
        ),
        (
            "spread_watcher",
            include_str!("../../strategies/spread_watcher.strat"),
            "prediction",
            1,
            2_000,
        ),
        ("order_test", include_str!("../../strategies/order_test.strat"), "prediction", 1, 500),
        ("ema_vanta", include_str!("../../strategies/ema_vanta.strat"), "gbm", 60, 3_000),
        ("pairs_z", include_str!("../../strategies/pairs_z.strat"), "gbm", 5, 40_000),
    ];
    for (name, text, model, step, ticks) in cases {
        for seed in [7, 8] {
            let ir = compiled(name, text);
            let before = JUDGED.load(Ordering::Relaxed);
            let interp = Interp::new(Arc::clone(&ir), &ParamValues::defaults(&ir)).unwrap();
            let mut market = SyntheticConfig::new(ticks, Duration::from_secs(step), seed);
            market.model = parse_model(model).unwrap();
            let mut source = market.bind(interp.manifest()).unwrap();
            let both = Both { plain: interp.clone(), traced: interp };
            let config = RunConfig::new(Money::parse("10000").unwrap());
            let record = run(both, &mut source, &config).unwrap();
            let judged = JUDGED.load(Ordering::Relaxed) - before;
            println!("{name} seed {seed}: {judged} outcomes, {} orders", record.orders);
            if ["sure_bets", "dynamic_mm"].contains(&name) {
                assert!(judged > 500, "{name} seed {seed}: only {judged} outcomes were worked out");
            }
        }
    }
}

/// A trace keeps the model as text: the text must give the same model.
#[test]
fn a_model_survives_its_text() {
    let texts = [
        "gbm",
        "gbm,drift=0.1,corr=0.3,depth=3",
        "prediction",
        "prediction,markets=12,spread=0.035,vol=0.7",
    ];
    for text in texts {
        let model = parse_model(text).unwrap();
        assert_eq!(parse_model(&model.to_string()).unwrap(), model, "{text}");
    }
}
