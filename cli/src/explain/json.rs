//! The explanation for programs: `strat.explain/1`, described in `docs/report.md`.

use serde_json::{Value as Json, json};
use strat_compiler::interp::trace::{Check, Line, Shown, Value, What};
use strat_compiler::ir::Ir;
use strat_dsl::{Source, Span};
use strat_runtime::instrument::InstrumentId;
use strat_runtime::manifest::{HandlerId, Manifest, ReasonId};
use strat_runtime::strategy::Strategy as _;

use super::ask::Question;
use super::human::flat;
use super::replay::{Step, Story};
use super::words;
use crate::trace::Case;

struct Page<'a> {
    ir: &'a Ir,
    source: &'a Source,
    manifest: &'a Manifest,
    question: &'a Question,
}

/// The whole text.
pub(crate) fn text(case: &Case, question: &Question, story: &Story) -> anyhow::Result<String> {
    let manifest = case.prepared.interp.manifest();
    let page = Page { ir: &case.prepared.ir, source: &case.prepared.source, manifest, question };
    let steps: Vec<Json> = story.steps.iter().map(|step| page.step(step)).collect();
    let value = json!({
        "schema": "strat.explain/1",
        "strategy": {
            "name": manifest.name,
            "version": manifest.version,
            "behaviour_hash": format!("{:016x}", manifest.behaviour_hash),
            "file": case.prepared.source.name(),
        },
        "asked": question.asked,
        "time": story.time.to_string(),
        "event": story.event,
        "steps": steps,
        "steps_left_out": story.more,
    });
    Ok(serde_json::to_string_pretty(&value)?)
}

impl Page<'_> {
    fn step(&self, step: &Step) -> Json {
        let wanted = step.lines.iter().filter(|line| {
            line.handler.is_none_or(|id| self.question.wants_handler(id))
                && self.question.wants_instrument(line.about)
        });
        let lines: Vec<Json> = wanted.map(|line| self.line(step, line)).collect();
        let fault = step.reaction.fault.map(|fault| {
            json!({ "kind": fault.kind.to_string(), "line": self.source.line_of(fault.at) })
        });
        json!({
            "step": step.number,
            "trigger": words::trigger(self.question, self.manifest, step.trigger),
            "fault": fault,
            "lines": lines,
        })
    }

    fn handler(&self, id: Option<HandlerId>) -> Json {
        let decl = id.and_then(|id| self.manifest.handlers.get(usize::from(id.0)));
        decl.map_or(Json::Null, |decl| json!({ "name": decl.name, "line": decl.line }))
    }

    fn symbol(&self, id: Option<InstrumentId>) -> Json {
        let row = id.and_then(|id| self.question.known.get(id.index()));
        row.map_or(Json::Null, |row| json!(row.symbol))
    }

    fn reason(&self, id: ReasonId) -> Json {
        let reason = self.manifest.reasons.get(usize::from(id.0));
        reason.map_or(Json::Null, |reason| json!({ "text": reason.text, "line": reason.line }))
    }

    fn text_of(&self, span: Span) -> String {
        flat(self.source.slice(span))
    }

    fn check(&self, check: &Check) -> Json {
        let operands: Vec<Json> = check.operands.iter().map(|value| self.value(value)).collect();
        json!({
            "line": self.source.line_of(check.span.start),
            "text": self.text_of(check.span),
            "ok": check.ok,
            "operands": operands,
        })
    }

    fn value(&self, value: &Value) -> Json {
        let parts: Vec<Json> = value
            .parts
            .iter()
            .map(|(span, part)| json!({ "text": self.text_of(*span), "value": shown(part) }))
            .collect();
        json!({ "text": self.text_of(value.span), "value": shown(&value.shown), "parts": parts })
    }

    fn line(&self, step: &Step, line: &Line) -> Json {
        let (kind, content) = match &line.what {
            What::Candidate { universe, conditions, left_out } => {
                let declared = self.ir.universes.get(universe.index());
                let declared = declared.into_iter().flat_map(|found| &found.conditions);
                let conditions: Vec<Json> = conditions
                    .iter()
                    .zip(declared)
                    .map(|(check, (_, reason))| {
                        json!({ "reason": self.reason(*reason), "check": self.check(check) })
                    })
                    .collect();
                let reason = left_out.map(|id| self.reason(id));
                ("candidate", json!({ "conditions": conditions, "left_out": reason }))
            }
            What::Beyond { place, take, .. } => ("beyond", json!({ "place": place, "take": take })),
            What::Waits { reason, missing, guard } => {
                let missing: Vec<Json> = missing
                    .iter()
                    .map(|row| json!({ "clock": row.clock, "have": row.have, "need": row.need }))
                    .collect();
                let guard = guard.as_ref().map(|value| self.value(value));
                let reason = self.reason(*reason);
                ("waits", json!({ "reason": reason, "missing": missing, "guard": guard }))
            }
            What::Fires => ("fires", json!({})),
            What::Let { name, value } => {
                ("let", json!({ "name": name, "value": self.value(value) }))
            }
            What::Require(check) => ("require", self.check(check)),
            What::If(check) => ("if", self.check(check)),
            What::IfLet { name, value } => {
                ("if_let", json!({ "name": name, "value": self.value(value) }))
            }
            What::Match { value, arm } => {
                ("match", json!({ "value": self.value(value), "arm": arm }))
            }
            What::Round { name, value } => {
                ("round", json!({ "name": name, "value": shown(value) }))
            }
            What::Set { name, before, value } => {
                let value = self.value(value);
                ("set", json!({ "name": name, "before": shown(before), "value": value }))
            }
            What::Intent(at) => ("intent", self.intent(step, *at)),
            What::Stops(reason) => ("stop", json!({ "reason": self.reason(*reason) })),
        };
        json!({
            "kind": kind,
            "line": self.source.line_of(line.span.start),
            "handler": self.handler(line.handler),
            "instrument": self.symbol(line.about),
            "content": content,
        })
    }

    fn intent(&self, step: &Step, at: usize) -> Json {
        let Some((intent, fate)) = step.reaction.intents.get(at).zip(step.fates.get(at)) else {
            return Json::Null;
        };
        let later: Vec<Json> = fate
            .later
            .iter()
            .map(words::later)
            .map(|(time, text)| json!({ "time": time, "text": text }))
            .collect();
        let refused = fate.notes.iter().filter(|note| !note.reason.is_note());
        let refused: Vec<&str> = refused.map(|note| note.reason.text()).collect();
        json!({
            "instrument": self.symbol(Some(intent.instrument)),
            "text": words::intent(self.manifest, intent),
            "refused": refused,
            "orders": fate.sent.iter().map(|record| record.order.to_string()).collect::<Vec<_>>(),
            "outcome": words::at_once(intent, fate),
            "later": later,
        })
    }
}

/// A value in full; null where there is none.
fn shown(shown: &Shown) -> Json {
    if shown.cell.some { json!(shown.exact) } else { Json::Null }
}
